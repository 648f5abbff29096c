//! What a pulse costs that switches with a given probability, over its current.

use super::{Vincent2015, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_device::junction::{Junction, crossing};

/// Probabilities of the curves.
pub const PROBABILITIES: [f64; 3] = [0.01, 0.1, 0.5];
/// Currents over the critical one, and those that the claims need.
const OVERDRIVES: [f64; 22] =
    [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0];
const NEEDED: [f64; 11] = [0.5, 0.85, 0.9, 0.95, 1.05, 1.1, 1.15, 1.25, 1.3, 1.35, 2.0];
/// How far the critical current of a junction may be off.
const OFF: f64 = 0.05;

/// Energies in units of I_c^2 R tau_D, and what a critical current that is off by 5 % does to the probability.
pub struct Curve {
    pub probability: f64,
    pub overdrive: Vec<f64>,
    pub energy: Vec<f64>,
    /// Ratio of the probabilities at +5 % and at -5 % of the current, where the probability is 0.1.
    pub fragility: Vec<f64>,
}

impl Curve {
    /// The current of least energy, and that energy: the vertex of the parabola through the least point and its neighbours.
    fn best(&self) -> (f64, f64) {
        let k = (1..self.energy.len() - 1).min_by(|a, b| self.energy[*a].total_cmp(&self.energy[*b])).unwrap_or(1);
        let [x0, x1, x2] = [k - 1, k, k + 1].map(|i| self.overdrive[i]);
        let [y0, y1, y2] = [k - 1, k, k + 1].map(|i| self.energy[i]);
        let (left, right) = ((y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1));
        let bend = (right - left) / (x2 - x0);
        if bend <= 0.0 {
            return (x1, y1);
        }
        let x = 0.5 * (x0 + x1) - left / (2.0 * bend);
        (x, y0 + (x - x0) * (left + bend * (x - x1)))
    }

    fn at(&self, overdrive: f64) -> (f64, f64) {
        let k = self.overdrive.iter().position(|i| *i == overdrive).unwrap_or(0);
        (self.energy[k], self.fragility[k])
    }
}

pub fn study(system: &Vincent2015, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let overdrives: &[f64] = if run.quick() { &NEEDED } else { &OVERDRIVES };
    let found: Vec<[f64; 4]> = overdrives.par_iter().map(|i| point(&system.junction, *i, run)).collect::<Result<_, _>>()?;
    let curves: Vec<Curve> = (0..3)
        .map(|k| Curve {
            probability: PROBABILITIES[k],
            overdrive: overdrives.to_vec(),
            energy: found.iter().map(|p| p[k]).collect(),
            fragility: found.iter().map(|p| p[3]).collect(),
        })
        .collect();
    let mut table = Table::new(
        "energy",
        "Energy of a pulse in units of I_c^2 R tau_D, and how far its probability is off with the critical current",
    )
    .numbers("current over critical", "", overdrives.to_vec())
    .numbers("ratio of probabilities at 0.1", "", curves[1].fragility.clone());
    for curve in &curves {
        let (best, least) = curve.best();
        let p = curve.probability;
        outcome.measure(&format!("energy.best_overdrive_at_{p}"), "", best);
        outcome.measure(&format!("energy.least_at_{p}"), "", least);
        outcome.measure(&format!("energy.half_critical_over_least_at_{p}"), "", curve.at(0.5).0 / least);
        table = table.numbers(&format!("energy at {p}"), "", curve.energy.clone());
    }
    let tenth = &curves[1];
    for (name, i) in [("low", 0.5), ("intermediate", 1.1), ("high", 2.0)] {
        let (energy, fragility) = tenth.at(i);
        outcome.measure(&format!("regime.{name}_energy"), "", energy);
        outcome.measure(&format!("regime.{name}_fragility"), "", fragility);
    }
    outcome.tables.push(table);
    outcome.figures.push(figures::energy(&curves));
    Ok(())
}

/// Energies for the three probabilities in units of I_c^2 R tau_D, from one solution, and how far the middle one is off with the critical current.
fn point(junction: &Junction, i: f64, run: &Run) -> Result<[f64; 4], LabError> {
    run.check()?;
    // Below 0.75 a pulse takes thousands of relaxation times.
    let (shortest, longest) = (0.05, if i < 0.75 { 2e4 } else { 40.0 });
    let ratio = f64::powf(longest / shortest, 1.0 / 160.0);
    let times: Vec<f64> = (0..=160).map(|k| shortest * ratio.powi(k) * junction.relaxation_time()).collect();
    let curve = junction.switching_curve(i, &times)?;
    let duration = |p: f64| crossing(&times, &curve, p).map_or_else(|| junction.duration_for(i, p), Ok);
    let mut found = [0.0; 4];
    for (energy, p) in found.iter_mut().zip(PROBABILITIES) {
        *energy = i * i * duration(p)? / junction.relaxation_time();
    }
    let middle = duration(PROBABILITIES[1])?;
    let at = |factor: f64| junction.switching_curve(i * factor, &[middle]).map(|p| p[0]);
    found[3] = at(1.0 + OFF)? / at(1.0 - OFF)?;
    Ok(found)
}
