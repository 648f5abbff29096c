//! What an operation costs, while learning and after it.

use super::gripper::Learned;
use super::{Mizrahi2018, figures};
use crate::error::LabError;
use crate::outcome::Outcome;
use spinloom_core::ledger::{Kind, Ledger};
use spinloom_core::run::Run;
use spinloom_device::junction::{Pulse, State};

/// Bits that change when a word grows or shrinks by one, on average: one, and half of the time the next, and so on.
const CHANGED: f64 = 2.0;

/// Charges an operation, answered and learned from, and tells what the parts are.
pub fn charge(system: &Mizrahi2018, learned: &Learned, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let circuit = &system.circuit;
    let memory = &circuit.memory;
    let weights = (system.gripper.inputs * system.gripper.outputs) as f64;
    let bits = weights * circuit.weight_bits as f64;
    let both = [State::Parallel, State::Antiparallel];
    let write = |from: State| {
        let current = circuit.write_overdrive * memory.critical_current(from);
        memory.write_energy(Pulse::Current { current, duration: circuit.write_time }, from)
    };
    let read = |state: State| circuit.read_voltage.powi(2) / memory.resistance(state, circuit.read_voltage) * circuit.read_time;
    let mean = |of: &dyn Fn(State) -> f64| 0.5 * both.map(of).iter().sum::<f64>();
    let mut answer = Ledger::default();
    answer.charge(
        "junctions of both populations, one operation",
        Kind::Bias,
        1.0,
        learned.junctions,
        2.0 * learned.window,
        "V^2 / R at the voltages of the tested trials, for one window each; R is an assumption",
    );
    answer.charge(
        "counters",
        Kind::Cmos,
        learned.flips,
        circuit.count,
        0.0,
        "addition of 8 bits at 45 nm, M. Horowitz, ISSCC 2014, 10.1109/ISSCC.2014.6757323",
    );
    answer.charge(
        "read of the weights",
        Kind::Read,
        bits,
        mean(&read),
        circuit.read_time,
        "V^2 / R of the memory for the time of a read; sense amplifiers are left out",
    );
    answer.charge(
        "multiplications and additions",
        Kind::Cmos,
        weights,
        circuit.multiply,
        0.0,
        "multiplication and addition of 8 bits at 45 nm, M. Horowitz, ISSCC 2014, 10.1109/ISSCC.2014.6757323",
    );
    let mut lesson = Ledger::default();
    lesson.charge("changes of the weights computed", Kind::Cmos, weights, circuit.multiply, 0.0, "as above");
    lesson.charge(
        "weights written",
        Kind::Write,
        CHANGED * weights,
        mean(&write),
        circuit.write_time,
        "current pulse of the default junction of 40 nm; every word changes by its least bit, which changes two bits on average",
    );
    let (answered, taught) = (answer.total_joule(), lesson.total_joule());
    outcome.measure("energy.learnt", "J", answered);
    outcome.measure("energy.learning", "J", answered + taught);
    outcome.measure("energy.junctions", "J", learned.junctions);
    let parts: Vec<(String, f64)> = answer
        .entries()
        .iter()
        .chain(lesson.entries())
        .map(|e| (e.what.trim_end_matches(", one operation").to_owned(), e.joule))
        .collect();
    outcome.figures.push(figures::energy(&parts));
    run.ledger.merge(&answer);
    run.ledger.merge(&lesson);
    run.check()?;
    Ok(())
}
