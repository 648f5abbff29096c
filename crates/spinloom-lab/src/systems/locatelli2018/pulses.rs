//! The pulses that are compared: how often they fail, on a nominal junction and on junctions that differ, and what they cost.

use super::{Locatelli2018, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_device::junction::{State, SwitchingTable};

/// Junctions over which an average is taken.
const SAMPLE: usize = 100_000;
/// How many spreads away the smallest and the largest junctions are that are looked at.
const REACH: f64 = 5.5;

/// A programming pulse.
pub struct Pulse {
    /// Probability that it fails on a nominal junction.
    pub error: f64,
    /// Its duration, s.
    pub duration: f64,
    /// Its energy, J.
    pub energy: f64,
    /// What it does on junctions of other areas; none where all are alike.
    table: Option<SwitchingTable>,
    /// Probability that it fails, mean over junctions that differ.
    pub mean_error: f64,
}

impl Pulse {
    /// The pulses that fail with these probabilities on a nominal junction, rarest first.
    fn all(system: &Locatelli2018, errors: &[f64], run: &Run) -> Result<Vec<Self>, LabError> {
        let voltage = system.overdrive * system.cell.junction.critical_voltage();
        let resistance = system.cell.junction.resistance(State::Parallel, 0.0);
        let duration = |error: &f64| {
            run.check()?;
            Ok(system.cell.junction.duration_for(system.overdrive, 1.0 - error)?)
        };
        let durations: Vec<f64> = errors.par_iter().map(duration).collect::<Result<_, LabError>>()?;
        let tables = tables(system, &durations, run)?;
        let areas = areas(system, SAMPLE, &mut run.stream("sample of junctions", 0));
        let pulse = |((error, duration), table): ((&f64, &f64), Option<SwitchingTable>)| {
            let energy = voltage * voltage * duration / resistance;
            let mut pulse = Self { error: *error, duration: *duration, energy, table, mean_error: *error };
            if system.spread > 0.0 {
                pulse.mean_error = areas.iter().map(|a| pulse.error_of(*a)).sum::<f64>() / SAMPLE as f64;
            }
            pulse
        };
        Ok(errors.iter().zip(&durations).zip(tables).map(pulse).collect())
    }

    /// Probability that it fails on a junction of this area over the nominal one.
    pub fn error_of(&self, area: f32) -> f64 {
        self.table.as_ref().map_or(self.error, |t| t.failure(f64::from(area)))
    }
}

/// For each duration what the pulse does on junctions of other areas: a larger one has a higher barrier and critical current, so that it is driven less.
fn tables(system: &Locatelli2018, durations: &[f64], run: &Run) -> Result<Vec<Option<SwitchingTable>>, LabError> {
    if system.spread <= 0.0 {
        return Ok(vec![None; durations.len()]);
    }
    run.check()?;
    // Rarer failures take longer; the equation goes forward in time.
    let rising: Vec<f64> = durations.iter().rev().copied().collect();
    let tables = SwitchingTable::of_durations(&system.cell.junction, system.overdrive, &rising, REACH * system.spread)?;
    Ok(tables.into_iter().rev().map(Some).collect())
}

/// Areas of junctions over the nominal one.
pub fn areas(system: &Locatelli2018, count: usize, stream: &mut Stream) -> Vec<f32> {
    (0..count).map(|_| (system.spread * stream.normal()).exp() as f32).collect()
}

/// The reference, and the weaker ones.
pub struct Pulses {
    pub reference: Pulse,
    /// From the rarest failures to the most frequent.
    pub weaker: Vec<Pulse>,
}

pub fn study(system: &Locatelli2018, run: &Run, outcome: &mut Outcome) -> Result<Pulses, LabError> {
    let mut errors: Vec<f64> = system.errors.iter().copied().filter(|e| *e > system.reference_error).collect();
    errors.sort_by(f64::total_cmp);
    errors.dedup();
    if errors.is_empty() {
        return Err(LabError::Inconsistent("errors wants at least one probability above reference_error".to_owned()));
    }
    if run.quick() {
        // Every other one is enough to find where the accuracy is lost.
        errors = errors.into_iter().enumerate().filter(|(k, _)| k % 2 == 1 || *k == 0).map(|p| p.1).collect();
    }
    errors.insert(0, system.reference_error);
    let all = Pulse::all(system, &errors, run)?;
    let column = |of: &dyn Fn(&Pulse) -> f64| all.iter().map(of).collect::<Vec<f64>>();
    outcome.tables.push(
        Table::new("pulses", "Pulses, how often they fail and what they cost")
            .numbers("error of a nominal junction", "", column(&|p| p.error))
            .numbers("mean error of junctions that differ", "", column(&|p| p.mean_error))
            .numbers("duration", "s", column(&|p| p.duration))
            .numbers("energy", "J", column(&|p| p.energy)),
    );
    outcome.figures.push(figures::pulses(&all, system.spread));
    let hundredth = system.cell.junction.duration_for(system.overdrive, 0.99)?;
    outcome.measure("pulse.reference_duration", "s", all[0].duration);
    outcome.measure("pulse.reference_energy", "J", all[0].energy);
    outcome.measure("pulse.reference_over_relaxation_time", "", all[0].duration / system.cell.junction.relaxation_time());
    outcome.measure("pulse.reference_mean_error", "", all[0].mean_error);
    outcome.measure("pulse.saved_at_0.01", "", 1.0 - hundredth / all[0].duration);
    let mut all = all.into_iter();
    let reference = all.next().ok_or_else(|| LabError::Inconsistent("there is no pulse to compare with".to_owned()))?;
    Ok(Pulses { reference, weaker: all.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorter_pulses_fail_more_and_cost_less() {
        let system = Locatelli2018 { spread: 0.0, ..Locatelli2018::default() };
        let run = Run::new(1);
        let all = Pulse::all(&system, &[1e-9, 1e-3, 0.1, 0.5], &run).unwrap();
        assert!(all.windows(2).all(|w| w[0].energy > w[1].energy && w[0].duration > w[1].duration));
        // The energy goes with the time, and the time is that of the equation.
        let power = |p: &Pulse| p.energy / p.duration;
        assert!(all.iter().all(|p| (power(p) / power(&all[0]) - 1.0).abs() < 1e-12));
        for pulse in &all {
            let switched = system.cell.junction.switching_curve(2.0, &[pulse.duration]).unwrap()[0];
            assert!(((1.0 - switched) / pulse.error - 1.0).abs() < 0.02, "{} {switched}", pulse.error);
        }
    }

    #[test]
    fn the_largest_junctions_make_most_of_the_failures() {
        let system = Locatelli2018 { spread: 0.05, ..Locatelli2018::default() };
        let pulse = &Pulse::all(&system, &[1e-3], &Run::new(1)).unwrap()[0];
        assert!((pulse.error_of(1.0) / 1e-3 - 1.0).abs() < 0.02);
        assert!(pulse.error_of(1.1) > 2e-3 && pulse.error_of(0.9) < 5e-4 && pulse.mean_error > 1e-3);
    }
}
