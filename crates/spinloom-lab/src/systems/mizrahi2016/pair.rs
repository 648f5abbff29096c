//! Two junctions in series: thermal noise may lock one and block the other, electrical noise drives both.

use super::{Mizrahi2016, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::telegraph::{ElectricalNoise, SeriesDrive, SeriesPair, SeriesRun, Telegraph};

/// Magnetoresistance of junctions whose states are hardly told apart.
const LOW_MAGNETORESISTANCE: f64 = 0.2;
/// Pairs side by side.
const PAIRS: u64 = 16;

/// A pair along one kind of noise: the noise, and what the law makes of it.
pub struct Scan {
    pub noise: Vec<f64>,
    pub law: Vec<SeriesDrive>,
    /// Where it was simulated: noise, and cycles of both junctions.
    pub simulated: Vec<(f64, [Estimate; 2])>,
}

impl Scan {
    /// How well one junction is locked while the other is blocked, at best: the larger of both departures, that of one from a cycle a period and that of
    /// the other from none.
    fn lock_and_block(&self) -> f64 {
        let miss = |d: &SeriesDrive| {
            let [a, b] = d.cycles_per_period;
            ((a - 1.0).abs().max(b)).min((b - 1.0).abs().max(a))
        };
        self.law.iter().map(miss).fold(f64::INFINITY, f64::min)
    }

    /// How well both are locked, at best.
    fn both(&self) -> f64 {
        let miss = |d: &SeriesDrive| d.cycles_per_period.map(|c| (c - 1.0).abs()).into_iter().fold(0.0, f64::max);
        self.law.iter().map(miss).fold(f64::INFINITY, f64::min)
    }
}

fn pair(system: &Mizrahi2016, temperature: f64, reversed: bool) -> SeriesPair {
    let junction = |barrier: f64| Telegraph { barrier, temperature, ..system.junction.clone() };
    SeriesPair { junctions: [junction(system.pair.first), junction(system.pair.second)], reversed }
}

fn between(low: f64, high: f64, points: usize) -> Vec<f64> {
    spinloom_network::population::evenly(low, high, points)
}

pub fn study(system: &Mizrahi2016, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let points = if run.quick() { 41 } else { 161 };
    let temperatures = match (system.pair.temperatures.first(), system.pair.temperatures.last()) {
        (Some(low), Some(high)) if low < high => between(*low, *high, points),
        _ => return Err(LabError::Inconsistent("pair.temperatures wants two temperatures, the lower first".to_owned())),
    };
    let deviations = between(0.0, system.pair.noise, points);
    let drive = |temperature: f64, deviation: f64, reversed: bool| {
        pair(system, temperature, reversed).square_drive(system.pair.amplitude, system.frequency, Some(&system.noise(deviation)))
    };
    let coldest = temperatures[0];
    // Electrical noise is added where thermal noise alone moves neither.
    let cold = |deviation: &f64| drive(coldest, *deviation, false);
    let thermal = Scan {
        law: temperatures.par_iter().map(|t| drive(*t, 0.0, false)).collect(),
        simulated: simulate(system, run, &temperatures, |t| (t, 0.0))?,
        noise: temperatures,
    };
    let electrical = Scan {
        law: deviations.par_iter().map(cold).collect(),
        simulated: simulate(system, run, &deviations, |d| (coldest, d))?,
        noise: deviations,
    };
    outcome.measure("pair.thermal_lock_and_block", "", thermal.lock_and_block());
    outcome.measure("pair.electrical_lock_and_block", "", electrical.lock_and_block());
    let fast = |d: &f64| pair(system, coldest, false).fast_noise_drive(system.pair.amplitude, system.frequency, *d);
    let fast = Scan { noise: Vec::new(), law: electrical.noise.par_iter().map(fast).collect(), simulated: Vec::new() };
    outcome.measure("pair.fast_electrical_lock_and_block", "", fast.lock_and_block());
    outcome.measure("pair.fast_electrical_both_locked", "", fast.both());
    outcome.measure("pair.thermal_both_locked", "", thermal.both());
    outcome.measure("pair.electrical_both_locked", "", electrical.both());
    // The less the resistances differ, the less a junction that has flipped takes from the other.
    let weak = |deviation: &f64| {
        let mut pair = pair(system, coldest, false);
        pair.junctions.iter_mut().for_each(|j| j.magnetoresistance = LOW_MAGNETORESISTANCE);
        pair.square_drive(system.pair.amplitude, system.frequency, Some(&system.noise(*deviation)))
    };
    let law = electrical.noise.par_iter().map(weak).collect();
    let alike = Scan { noise: electrical.noise.clone(), law, simulated: Vec::new() };
    outcome.measure("pair.electrical_both_locked_at_low_magnetoresistance", "", alike.both());
    outcome.measure("pair.electrical_lock_and_block_at_low_magnetoresistance", "", alike.lock_and_block());
    // In phase and in antiphase, where electrical noise locks both best.
    let best = electrical.noise.iter().zip(&electrical.law).min_by(|a, b| {
        let miss = |d: &SeriesDrive| d.cycles_per_period.iter().map(|c| (c - 1.0).abs()).fold(0.0, f64::max);
        miss(a.1).total_cmp(&miss(b.1))
    });
    if let Some((deviation, alike)) = best {
        outcome.measure("pair.alignment", "", alike.alignment);
        outcome.measure("pair.alignment_reversed", "", drive(coldest, *deviation, true).alignment);
    }
    outcome.measure("pair.worst_deviation", "", worst(system, &thermal, &electrical, coldest));
    for (name, scan, unit) in [("pair_thermal", &thermal, "K"), ("pair_electrical", &electrical, "V")] {
        let column = |of: &dyn Fn(&SeriesDrive) -> f64| scan.law.iter().map(of).collect();
        outcome.tables.push(
            Table::new(name, "Cycles per period of two junctions in series, by their master equation")
                .numbers("noise", unit, scan.noise.clone())
                .numbers("first", "", column(&|d| d.cycles_per_period[0]))
                .numbers("second", "", column(&|d| d.cycles_per_period[1]))
                .numbers("alignment", "", column(&|d| d.alignment)),
        );
    }
    outcome.figures.push(figures::pair(system, &thermal, &electrical, coldest));
    Ok(())
}

/// Every fifth part of a scan, event by event; `at` tells temperature and noise of a point.
fn simulate(
    system: &Mizrahi2016,
    run: &Run,
    scan: &[f64],
    at: impl Fn(f64) -> (f64, f64) + Sync,
) -> Result<Vec<(f64, [Estimate; 2])>, LabError> {
    let shown: Vec<f64> = scan.iter().copied().step_by(scan.len() / 5).collect();
    let periods = if run.quick() { system.pair.periods.min(3) } else { system.pair.periods };
    shown
        .par_iter()
        .enumerate()
        .map(|(index, value)| {
            let (temperature, deviation) = at(*value);
            let noise = ElectricalNoise { deviation, hold: system.hold };
            let noise = (deviation > 0.0).then_some(&noise);
            let purpose = format!("pair at {temperature} K and {deviation} V");
            let mut cycles = [Vec::new(), Vec::new()];
            for k in 0..PAIRS {
                let mut pair = SeriesRun::new(pair(system, temperature, false), run.seed(), &purpose, (index as u64) << 8 | k);
                let mut before = [0; 2];
                for period in 0..periods + 2 {
                    run.check()?;
                    if period == 2 {
                        // The first two forget the beginning.
                        before = pair.flips();
                    }
                    for voltage in [system.pair.amplitude, -system.pair.amplitude] {
                        pair.advance(voltage, noise, 0.5 / system.frequency)?;
                    }
                }
                (0..2).for_each(|j| cycles[j].push((pair.flips()[j] - before[j]) as f64 / 2.0 / periods as f64));
            }
            Ok((*value, cycles.map(|c| estimate(&c))))
        })
        .collect()
}

/// Largest departure of the simulations from the law, in standard errors, where the junctions move: where they hardly do, a few periods do not forget the state
/// that they began in.
fn worst(system: &Mizrahi2016, thermal: &Scan, electrical: &Scan, coldest: f64) -> f64 {
    let mut worst = 0.0f64;
    for (scan, electric) in [(thermal, false), (electrical, true)] {
        for (value, found) in &scan.simulated {
            let (temperature, deviation) = if electric { (coldest, *value) } else { (*value, 0.0) };
            let noise = system.noise(deviation);
            let law = pair(system, temperature, false).square_drive(system.pair.amplitude, system.frequency, Some(&noise));
            if law.cycles_per_period[0] < 0.3 {
                continue;
            }
            for k in 0..2 {
                let rare = (0.05 / (found[k].count as f64 * system.pair.periods as f64)).sqrt();
                worst = worst.max((found[k].mean - law.cycles_per_period[k]).abs() / found[k].standard_error.max(rare));
            }
        }
    }
    worst
}
