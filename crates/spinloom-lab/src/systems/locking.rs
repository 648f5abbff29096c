//! A junction under a square voltage, with or without electrical noise, event by event and in closed form.

use crate::error::LabError;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::telegraph::{ElectricalNoise, Rates, SquareDrive, Telegraph, TelegraphEnsemble};

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

    /// The same with electrical noise.
    pub fn noisy_law(&self, junction: &Telegraph, noise: &ElectricalNoise) -> f64 {
        junction.noisy_square_drive(self.amplitude, self.frequency, noise).cycles_per_period
    }

    /// The same as [`Self::law`], of [`REPLICAS`] junctions simulated event by event for so many periods.
    pub fn simulate(&self, junction: &Telegraph, periods: usize, run: &Run, at: (&str, usize)) -> Result<Estimate, LabError> {
        let halves = [self.amplitude, -self.amplitude].map(|voltage| junction.rates(voltage, 0.0));
        cycles(junction.square_drive(self.amplitude, self.frequency), periods, run, at, |junctions, half| {
            (0..REPLICAS).try_for_each(|i| junctions.set_rates(i, halves[half]))?;
            Ok(junctions.advance(0.5 / self.frequency)?)
        })
    }

    /// The same as [`Self::noisy_law`], simulated hold by hold; every junction has noise of its own.
    pub fn simulate_noisy(
        &self,
        junction: &Telegraph,
        noise: &ElectricalNoise,
        periods: usize,
        run: &Run,
        at: (&str, usize),
    ) -> Result<Estimate, LabError> {
        let alike = vec![junction.clone(); REPLICAS];
        let start = junction.noisy_square_drive(self.amplitude, self.frequency, noise);
        cycles(start, periods, run, at, |junctions, half| {
            run.check()?;
            let voltage = if half == 0 { self.amplitude } else { -self.amplitude };
            Ok(junctions.advance_noisy(&alike, voltage, noise, 0.5 / self.frequency)?)
        })
    }
}

/// Cycles a period of junctions that begin as the cycle that repeats itself has them when its positive half begins.
fn cycles(
    start: SquareDrive,
    periods: usize,
    run: &Run,
    (purpose, point): (&str, usize),
    pass: impl Fn(&mut TelegraphEnsemble, usize) -> Result<(), LabError>,
) -> Result<Estimate, LabError> {
    let start = start.parallel_after_negative;
    let start = Rates { leave_parallel: 1.0 - start, leave_antiparallel: start };
    let mut junctions = TelegraphEnsemble::new(&[start; REPLICAS], run.seed(), purpose, (point * REPLICAS) as u64)?;
    for _ in 0..periods {
        run.check()?;
        (0..2).try_for_each(|half| pass(&mut junctions, half))?;
    }
    let cycles: Vec<f64> = junctions.flips().iter().map(|flips| *flips as f64 / 2.0 / periods as f64).collect();
    Ok(estimate(&cycles))
}

/// How much of `low`..`high` a law is within `tolerance` of one, from so many points.
pub fn plateau((low, high): (f64, f64), tolerance: f64, points: usize, law: impl Fn(f64) -> f64) -> f64 {
    let step = (high - low) / points as f64;
    let locked = |k: &usize| (law(low + step * (*k as f64 + 0.5)) - 1.0).abs() < tolerance;
    (0..points).filter(locked).count() as f64 * step
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
        assert!((plateau((4.0, 40.0), 0.05, 36_000, |x| x / 10.0) - 1.0).abs() < 2e-3);
    }

    #[test]
    fn simulation_and_law_agree_under_noise_of_short_and_long_holds() {
        // As above. Long holds make fewer cycles than mean rates would.
        let run = Run::new(6);
        let junction = Telegraph { barrier: 16.0, critical_voltage: 1.0, ..Telegraph::default() };
        let drive = Square { amplitude: 0.2, frequency: 1e3 };
        for (point, hold) in [1e-6, 1e-4].into_iter().enumerate() {
            let noise = ElectricalNoise { deviation: 0.12, hold };
            let law = drive.noisy_law(&junction, &noise);
            let found = drive.simulate_noisy(&junction, &noise, 150, &run, ("noisy locking test", point)).unwrap();
            assert!((found.mean - law).abs() < 4.5 * found.standard_error, "{hold}: {found:?} {law}");
        }
    }
}
