//! A junction under a square voltage, event by event and in closed form.

use crate::error::LabError;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::telegraph::{Rates, Telegraph, TelegraphEnsemble};

/// Junctions side by side: the scatter between them is the error.
pub const REPLICAS: usize = 32;

/// A square voltage.
#[derive(Debug, Clone, Copy)]
pub struct Square {
    /// Amplitude, V.
    pub amplitude: f64,
    /// Frequency, Hz.
    pub frequency: f64,
}

impl Square {
    /// Cycles of the junction in a period of the drive, in the long run.
    pub fn law(&self, junction: &Telegraph) -> f64 {
        junction.square_drive(self.amplitude, self.frequency).cycles_per_period
    }

    /// The same, of [`REPLICAS`] junctions simulated event by event for so many periods.
    pub fn simulate(
        &self,
        junction: &Telegraph,
        periods: usize,
        run: &Run,
        (purpose, point): (&str, usize),
    ) -> Result<Estimate, LabError> {
        // States as the cycle that repeats itself has them when its positive half begins.
        let start = junction.square_drive(self.amplitude, self.frequency).parallel_after_negative;
        let start = Rates { leave_parallel: 1.0 - start, leave_antiparallel: start };
        let mut junctions = TelegraphEnsemble::new(&[start; REPLICAS], run.seed(), purpose, (point * REPLICAS) as u64)?;
        let halves = [self.amplitude, -self.amplitude].map(|voltage| junction.rates(voltage, 0.0));
        for _ in 0..periods {
            run.check()?;
            for rates in halves {
                (0..REPLICAS).try_for_each(|i| junctions.set_rates(i, rates))?;
                junctions.advance(0.5 / self.frequency)?;
            }
        }
        let cycles: Vec<f64> = junctions.flips().iter().map(|flips| *flips as f64 / 2.0 / periods as f64).collect();
        Ok(estimate(&cycles))
    }
}

/// How much of `low`..`high` a law is within `tolerance` of one.
pub fn plateau((low, high): (f64, f64), tolerance: f64, law: impl Fn(f64) -> f64) -> f64 {
    const POINTS: usize = 36_000;
    let step = (high - low) / POINTS as f64;
    let locked = |k: &usize| (law(low + step * (*k as f64 + 0.5)) - 1.0).abs() < tolerance;
    (0..POINTS).filter(locked).count() as f64 * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulation_and_law_agree() {
        // Thirty-two junctions of 200 periods; four and a half standard errors, a false-alarm rate below 1e-4 (t law of 31 degrees).
        let run = Run::new(5);
        let junction = Telegraph { barrier: 12.0, critical_voltage: 1.0, ..Telegraph::default() };
        let drive = Square { amplitude: 0.2, frequency: 1e3 };
        assert!((drive.law(&junction) - 1.5205).abs() < 1e-4);
        let found = drive.simulate(&junction, 200, &run, ("locking test", 0)).unwrap();
        assert!((found.mean - drive.law(&junction)).abs() < 4.5 * found.standard_error, "{found:?}");
        assert!((plateau((4.0, 40.0), 0.05, |x| x / 10.0) - 1.0).abs() < 2e-3);
    }
}
