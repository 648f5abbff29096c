//! What it costs to lock a small junction.

use super::{CheapParameters, Mizrahi2016, figures};
use crate::outcome::{Outcome, Table};
use spinloom_core::ledger::Kind;
use spinloom_core::run::Run;
use spinloom_device::junction::State;
use spinloom_device::telegraph::Telegraph;

/// The cheapest locking at one frequency.
pub struct Locked {
    pub frequency: f64,
    /// Amplitude over the critical voltage; not a number where none locks.
    pub amplitude: f64,
    /// Energy of a period, J.
    pub energy: f64,
}

/// The small junction as a telegraph.
fn telegraph(cheap: &CheapParameters) -> Telegraph {
    let junction = &cheap.junction;
    Telegraph {
        attempt_time: cheap.attempt_time,
        barrier: junction.thermal_stability() * junction.temperature / 300.0,
        temperature: junction.temperature,
        critical_voltage: junction.critical_voltage(),
        parallel_resistance: junction.resistance(State::Parallel, 0.0),
        magnetoresistance: junction.tunnel_magnetoresistance,
        ..Telegraph::default()
    }
}

/// Energy of a period of a square voltage, averaged over the states that it makes, J.
fn period_energy(junction: &Telegraph, amplitude: f64, frequency: f64) -> f64 {
    0.5 * (junction.mean_power(amplitude, 0.0) + junction.mean_power(-amplitude, 0.0)) / frequency
}

/// The smallest amplitude that locks at each frequency.
fn scan(cheap: &CheapParameters, junction: &Telegraph) -> Vec<Locked> {
    // Half a period is at least fifty attempt times: nearer to them, junctions have no two states.
    let frequency = |k: i32| 1e-2 / junction.attempt_time * 10f64.powf(-0.05 * f64::from(k));
    (0..=60)
        .rev()
        .map(|k| {
            let frequency = frequency(k);
            let amplitude = (1..=190).map(|v| 0.005 * f64::from(v)).find(|v| {
                let driven = junction.square_drive(v * junction.critical_voltage, frequency);
                (driven.cycles_per_period - 1.0).abs() < cheap.tolerance
                    && driven.parallel_after_positive > 0.5 + 0.5 * (1.0 - 2.0 * cheap.tolerance)
            });
            let amplitude = amplitude.unwrap_or(f64::NAN);
            let energy = period_energy(junction, amplitude * junction.critical_voltage, frequency);
            Locked { frequency, amplitude, energy }
        })
        .collect()
}

pub fn study(system: &Mizrahi2016, run: &mut Run, outcome: &mut Outcome) {
    let cheap = &system.cheap;
    let junction = telegraph(cheap);
    let locked = scan(cheap, &junction);
    let possible = locked.iter().filter(|l| l.energy.is_finite());
    if let Some(best) = possible.min_by(|a, b| a.energy.total_cmp(&b.energy)) {
        outcome.measure("energy.per_period", "J", best.energy);
        outcome.measure("energy.to_synchronise", "J", cheap.periods * best.energy);
        outcome.measure("energy.frequency", "Hz", best.frequency);
        outcome.measure("energy.amplitude", "V", best.amplitude * junction.critical_voltage);
        run.ledger.charge(
            "drive of the small junction, one period",
            Kind::Source,
            cheap.periods,
            best.energy,
            1.0 / best.frequency,
            "V^2 / R of a disk of 20 nm with the resistance-area product of the default junction, averaged over its states; the source itself is left out",
        );
    }
    // The junction of the experiment is slow, so that its periods are long.
    let resistance = system.junction.resistance(true);
    let noise = system.working_noise * system.working_noise / resistance / system.frequency;
    let drive = period_energy(&system.junction, system.amplitude, system.frequency);
    outcome.measure("energy.slow_junction_per_period", "J", drive + noise);
    let source = "V^2 / R of the junction at the working point, R of 1 kOhm an assumption; the source itself is left out";
    run.ledger.charge("drive at 50 Hz, one period", Kind::Source, 1.0, drive, 1.0 / system.frequency, source);
    run.ledger.charge(
        "electrical noise at 50 Hz, one period",
        Kind::Source,
        1.0,
        noise,
        1.0 / system.frequency,
        "sigma^2 / R of the same",
    );
    let column = |of: &dyn Fn(&Locked) -> f64| locked.iter().map(of).collect();
    outcome.tables.push(
        Table::new("energy", "The smallest amplitude that locks the small junction, and the energy of a period")
            .numbers("frequency", "Hz", column(&|l| l.frequency))
            .numbers("amplitude over critical voltage", "", column(&|l| l.amplitude))
            .numbers("energy", "J", column(&|l| l.energy)),
    );
    outcome.figures.push(figures::energy(&locked, cheap));
}
