//! What the systems of phase locking share: a junction under a square voltage, with or without electrical noise, event by event.

use crate::error::LabError;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::telegraph::{Rates, Telegraph, TelegraphEnsemble};

/// Junctions side by side: the scatter between them is the error.
pub const REPLICAS: usize = 32;

/// A square voltage with white noise on it.
#[derive(Debug, Clone, Copy)]
pub struct Square {
    /// Amplitude, V.
    pub amplitude: f64,
    /// Frequency, Hz.
    pub frequency: f64,
    /// Standard deviation of the noise, V.
    pub noise: f64,
    /// Time for which a value of the noise is held, s.
    pub hold: f64,
}

impl Square {
    /// Without noise.
    pub fn quiet(amplitude: f64, frequency: f64) -> Self {
        Self { amplitude, frequency, noise: 0.0, hold: f64::INFINITY }
    }

    /// Cycles of the junction in a period of the drive, in the long run, where the noise is faster than any dwell time: both rates then rise by
    /// the mean of exp(Delta xi / V_c), exp(Delta^2 sigma^2 / (2 V_c^2)).
    pub fn law(&self, junction: &Telegraph) -> f64 {
        self.averaged(junction).square_drive(self.amplitude, self.frequency).cycles_per_period
    }

    fn averaged(&self, junction: &Telegraph) -> Telegraph {
        let (left, _) = junction.barriers(0.0, 0.0);
        let factor = (0.5 * (left * self.noise / junction.critical_voltage).powi(2)).exp();
        Telegraph { attempt_time: junction.attempt_time / factor, ..junction.clone() }
    }

    /// The same, of [`REPLICAS`] junctions simulated event by event for so many periods, each with a noise of its own.
    pub fn simulate(
        &self,
        junction: &Telegraph,
        periods: usize,
        run: &Run,
        (purpose, point): (&str, usize),
    ) -> Result<Estimate, LabError> {
        let first = (point * REPLICAS) as u64;
        // States as the cycle that repeats itself has them when its positive half begins.
        let start = self.averaged(junction).square_drive(self.amplitude, self.frequency).parallel_after_negative;
        let start = Rates { leave_parallel: 1.0 - start, leave_antiparallel: start };
        let mut junctions = TelegraphEnsemble::new(&[start; REPLICAS], run.seed(), purpose, first)?;
        let mut noise: Vec<_> = (0..REPLICAS as u64).map(|i| run.stream("electrical noise", first + i)).collect();
        let half = 0.5 / self.frequency;
        let pieces = (half / self.hold).ceil().max(1.0) as usize;
        for _ in 0..periods {
            run.check()?;
            for sign in [1.0, -1.0] {
                for _ in 0..pieces {
                    for (i, noise) in noise.iter_mut().enumerate() {
                        let extra = if self.noise > 0.0 { self.noise * noise.normal() } else { 0.0 };
                        junctions.set_rates(i, junction.rates(sign * self.amplitude + extra, 0.0))?;
                    }
                    junctions.advance(half / pieces as f64)?;
                }
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
    fn simulation_and_law_agree_with_and_without_noise() {
        // Thirty-two junctions of 200 periods; four and a half standard errors, a false-alarm rate below 1e-4 (t law of 31 degrees).
        let run = Run::new(5);
        let quiet = (Telegraph { barrier: 12.0, critical_voltage: 1.0, ..Telegraph::default() }, Square::quiet(0.2, 1e3));
        let noisy = Square { noise: 0.13, hold: 2e-6, ..Square::quiet(0.25, 1e3) };
        let noisy = (Telegraph { barrier: 20.0, critical_voltage: 1.0, ..Telegraph::default() }, noisy);
        assert!((quiet.1.law(&quiet.0) - 1.5205).abs() < 1e-4);
        for (point, (junction, drive)) in [quiet, noisy].into_iter().enumerate() {
            let found = drive.simulate(&junction, 200, &run, ("locking test", point)).unwrap();
            assert!(
                (found.mean - drive.law(&junction)).abs() < 4.5 * found.standard_error,
                "{drive:?}: {found:?} {}",
                drive.law(&junction)
            );
        }
    }
}
