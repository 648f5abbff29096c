//! Gates learned from the lines of their truth tables: along the exact gradient, from samples of p-bits, and on p-bits that differ.

use super::{GateParameters, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_ising::boltzmann::{Chains, Devices, Machine, Patterns, Sampling, learn_exactly};
use spinloom_ising::logic::Gate;

/// Deviation of the couplings that hidden spins begin with. Without couplings the gradient vanishes, and close by it nearly does.
const BEGINNING: f64 = 1.0;
/// Random beginnings of a machine with hidden spins, of which the one that ends best is kept: a few begin so close to where the gradient
/// vanishes that they stay there for thousands of steps.
const BEGINNINGS: u64 = 4;

/// A divergence followed over the steps of learning.
pub struct Curve {
    /// What was learned and how.
    pub label: String,
    /// Divergence in nats at every step of [`checkpoints`].
    pub divergence: Vec<f64>,
}

/// Steps at which the divergence is taken: 0, 1, 2, 5, 10, ... up to the last.
pub fn checkpoints(last: usize) -> Vec<usize> {
    let decades = (0..).flat_map(|d| [1, 2, 5].map(|k| k * 10usize.pow(d)));
    std::iter::once(0).chain(decades.take_while(|s| *s < last)).chain([last]).collect()
}

/// Takes the divergence at every checkpoint while `learn` makes steps.
fn follow(
    machine: &mut Machine,
    data: &Patterns,
    steps: &[usize],
    run: &Run,
    mut learn: impl FnMut(&mut Machine, usize) -> Result<(), LabError>,
) -> Result<Vec<f64>, LabError> {
    let mut done = 0;
    let mut divergence = Vec::new();
    for &step in steps {
        run.check()?;
        learn(machine, step - done)?;
        done = step;
        divergence.push(machine.divergence(data)?);
    }
    Ok(divergence)
}

/// Follows a machine along the exact gradient; of several random beginnings, where there are hidden spins, the best.
fn exact_curve(
    data: &Patterns,
    hidden: usize,
    parameters: &GateParameters,
    run: &Run,
    label: &str,
) -> Result<(Curve, Machine), LabError> {
    let steps = checkpoints(parameters.steps);
    let rate = parameters.rate;
    let from = |mut machine: Machine| {
        let divergence = follow(&mut machine, data, &steps, run, |m, n| Ok(learn_exactly(m, data, rate, 0.0, n)?))?;
        Ok::<_, LabError>((Curve { label: label.to_owned(), divergence }, machine))
    };
    let mut best = from(
        Machine::new(data.spins(), hidden)?
            .randomised(if hidden > 0 { BEGINNING } else { 0.0 }, &mut run.stream("hidden couplings", 0)),
    )?;
    for beginning in 1..if hidden > 0 { BEGINNINGS } else { 1 } {
        let stream = &mut run.stream("hidden couplings", beginning);
        let next = from(Machine::new(data.spins(), hidden)?.randomised(BEGINNING, stream))?;
        if next.0.divergence.last() < best.0.divergence.last() {
            best = next;
        }
    }
    Ok(best)
}

/// Learning along the exact gradient.
pub fn exactly(parameters: &GateParameters, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let steps = checkpoints(parameters.steps);
    let cases = [
        ("full_adder", "full adder", Patterns::of_gate(Gate::FullAdder), 0),
        ("and", "AND", Patterns::of_gate(Gate::And), 0),
        ("xor_visible", "XOR, three visible p-bits", Patterns::exclusive_or(), 0),
        ("xor_hidden", "XOR with one hidden p-bit", Patterns::exclusive_or(), 1),
    ];
    let mut curves = Vec::new();
    for (name, label, data, hidden) in &cases {
        let (curve, machine) = exact_curve(data, *hidden, parameters, run, label)?;
        for step in [100, 1000] {
            if let Some(at) = steps.iter().position(|s| *s == step) {
                outcome.measure(&format!("gates.{name}_divergence_{step}"), "nat", curve.divergence[at]);
            }
        }
        outcome.measure(&format!("gates.{name}_divergence"), "nat", curve.divergence[steps.len() - 1]);
        if *name == "full_adder" {
            outcome.measure("gates.full_adder_ratio", "", machine.coupling(0, 4) / machine.coupling(0, 1).abs());
        }
        curves.push(curve);
    }
    let mut table = Table::new("gates_exact", "Divergence along the exact gradient").numbers("step", "", numbers(&steps));
    for ((name, ..), curve) in cases.iter().zip(&curves) {
        table = table.numbers(name, "nat", curve.divergence.clone());
    }
    outcome.tables.push(table);
    outcome.figures.push(figures::gates(&steps, &curves));
    Ok(())
}

fn numbers(values: &[usize]) -> Vec<f64> {
    values.iter().map(|v| *v as f64).collect()
}

/// Learning from samples of ideal p-bits, and from those of p-bits that differ.
pub fn sampled(parameters: &GateParameters, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let data = Patterns::of_gate(Gate::FullAdder);
    let steps = if run.quick() { parameters.steps.min(1000) } else { parameters.steps };
    let parameters = &GateParameters { steps, ..parameters.clone() };
    let steps = checkpoints(parameters.steps);
    let (rate, decay) = (parameters.rate, parameters.decay);
    let mut machine = Machine::new(5, 0)?;
    let exact = follow(&mut machine, &data, &steps, run, |m, n| Ok(learn_exactly(m, &data, rate, decay, n)?))?;
    let mut curves = vec![Curve { label: "exact gradient".to_owned(), divergence: exact }];
    for (name, label, start) in [
        ("persistent", "p-bits, persistent chains", Chains::Persistent),
        ("contrastive", "p-bits, chains from the data (CD)", Chains::FromData),
    ] {
        let mut machine = Machine::new(5, 0)?;
        let plan = (start, parameters.chains, parameters.sweeps);
        let mut sampling = Sampling::new(&machine, &data, Devices::ideal(5), plan, &mut run.stream(name, 0))?;
        let divergence = follow(&mut machine, &data, &steps, run, |m, n| {
            (0..n).for_each(|_| sampling.step(m, rate, decay));
            Ok(())
        })?;
        let updates = (sampling.updates(&machine) * parameters.steps) as f64;
        let source = "assumed 20 uW a p-bit for 1 ns an update; couplings and read-out are left out";
        run.ledger.charge("p-bit update, learning a gate", Kind::Bias, updates, 20e-6 * 1e-9, 1e-9, source);
        let last = steps.len() - 1;
        outcome.measure(&format!("gates.{name}_divergence"), "nat", divergence[last]);
        outcome.measure(&format!("gates.{name}_over_exact"), "", divergence[last] / curves[0].divergence[last]);
        curves.push(Curve { label: label.to_owned(), divergence });
    }
    let mut table = Table::new("gates_sampled", "Divergence of the full adder, with decay").numbers("step", "", numbers(&steps));
    for (name, curve) in ["exact", "persistent", "contrastive"].iter().zip(&curves) {
        table = table.numbers(name, "nat", curve.divergence.clone());
    }
    outcome.tables.push(table);
    outcome.figures.push(figures::sampled_gates(&steps, &curves));
    devices(parameters, &data, &machine, run, outcome)
}

/// What p-bits that differ do to a machine learned on ideal ones, and to one that learns on them.
fn devices(
    parameters: &GateParameters,
    data: &Patterns,
    ideal: &Machine,
    run: &Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let (spreads, circuits) = if run.quick() {
        (vec![0.0, 0.3], parameters.circuits.min(3))
    } else {
        (parameters.spreads.clone(), parameters.circuits)
    };
    let learned = |index: usize| -> Result<(f64, f64), LabError> {
        run.check()?;
        let (circuit, spread) = (index % circuits, spreads[index / circuits]);
        // The same circuit is drawn for every spread, only more or less spread.
        let devices = Devices::spread(5, spread, spread, &mut run.stream("circuit", circuit as u64));
        let programmed = ideal.divergence_of(&devices.stationary(ideal)?, data)?;
        let mut machine = Machine::new(5, 0)?;
        let plan = (Chains::Persistent, parameters.chains.div_ceil(4), parameters.sweeps.div_ceil(2));
        let mut sampling =
            Sampling::new(&machine, data, devices.clone(), plan, &mut run.stream("circuit learning", index as u64))?;
        for step in 0..parameters.steps {
            if step % 100 == 0 {
                run.check()?;
            }
            sampling.step(&mut machine, parameters.rate, parameters.decay);
        }
        Ok((programmed, machine.divergence_of(&devices.stationary(&machine)?, data)?))
    };
    let results: Vec<(f64, f64)> = (0..spreads.len() * circuits).into_par_iter().map(learned).collect::<Result<_, LabError>>()?;
    let pooled = |pick: fn(&(f64, f64)) -> f64| -> Vec<Estimate> {
        results.chunks(circuits).map(|c| estimate(&c.iter().map(pick).collect::<Vec<_>>())).collect()
    };
    let (programmed, aware) = (pooled(|r| r.0), pooled(|r| r.1));
    let last = spreads.len() - 1;
    outcome.measure_estimate("gates.programmed_divergence", "nat", programmed[last]);
    outcome.measure_estimate("gates.hardware_aware_divergence", "nat", aware[last]);
    outcome.measure("gates.hardware_aware_ratio", "", aware[last].mean / programmed[last].mean);
    outcome.tables.push(
        Table::new("gates_devices", "Divergence of the full adder on p-bits that differ")
            .numbers("spread", "", spreads.clone())
            .numbers("programmed", "nat", programmed.iter().map(|e| e.mean).collect())
            .numbers("programmed_error", "nat", programmed.iter().map(|e| e.standard_error).collect())
            .numbers("hardware_aware", "nat", aware.iter().map(|e| e.mean).collect())
            .numbers("hardware_aware_error", "nat", aware.iter().map(|e| e.standard_error).collect()),
    );
    outcome.figures.push(figures::gate_devices(&spreads, &programmed, &aware));
    Ok(())
}
