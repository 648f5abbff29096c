//! Junctions under voltages that repeat themselves and under electrical noise, in closed form or by their master equation.

use super::part::repeated;
use super::{Rates, Telegraph};
use spinloom_core::parameters::Bound;
use spinloom_magnet::macrospin::Waveform;
use std::f64::consts::TAU;

spinloom_core::parameters! {
    /// White Gaussian noise of the voltage, as a source makes it: normal values, each held for a while.
    pub struct ElectricalNoise {
        /// Standard deviation sigma.
        pub deviation: f64 = 0.02, "V", Bound::NON_NEGATIVE;
        /// Time for which each value is held.
        pub hold: f64 = 1e-7, "s", Bound::POSITIVE;
    }
}

impl Telegraph {
    /// Stationary response to a square voltage of this amplitude (V) and frequency (Hz).
    pub fn square_drive(&self, amplitude: f64, frequency: f64) -> SquareDrive {
        SquareDrive::new([self.rates(amplitude, 0.0), self.rates(-amplitude, 0.0)], frequency)
    }

    /// Rates averaged over normal noise of the voltage of this standard deviation (V): those of a junction whose noise changes much faster than
    /// the junction flips.
    ///
    /// With a linear barrier both grow by exp(Delta^2 sigma^2 / (2 V_c^2)), as long as noise hardly reaches the critical voltage:
    ///
    /// ```
    /// use spinloom_device::telegraph::Telegraph;
    /// let junction = Telegraph { barrier: 18.0, critical_voltage: 1.0, ..Telegraph::default() };
    /// let (quiet, noisy) = (junction.rates(0.2, 0.0), junction.averaged_rates(0.2, 0.0, 0.1));
    /// let growth = (0.5f64 * 18.0 * 18.0 * 0.01).exp();
    /// assert!((noisy.leave_parallel / quiet.leave_parallel / growth - 1.0).abs() < 1e-6);
    /// assert!((noisy.leave_antiparallel / quiet.leave_antiparallel / growth - 1.0).abs() < 1e-6);
    /// ```
    pub fn averaged_rates(&self, voltage: f64, field: f64, deviation: f64) -> Rates {
        // The weight is below 1e-43 beyond; what a rate gains there is bounded by 1 / tau_0.
        let (mut parallel, mut antiparallel) = (0.0, 0.0);
        for (z, weight) in normal_law() {
            let rates = self.rates(voltage + deviation * z, field);
            parallel += weight * rates.leave_parallel;
            antiparallel += weight * rates.leave_antiparallel;
        }
        Rates { leave_parallel: parallel, leave_antiparallel: antiparallel }
    }

    /// Stationary response to a square voltage of this amplitude (V) and frequency (Hz) with electrical noise, whatever its hold: values are independent
    /// from hold to hold, so that the probabilities of the states, averaged over the value, follow a law from one hold to the next.
    ///
    /// ```
    /// use spinloom_device::telegraph::{ElectricalNoise, SquareDrive, Telegraph};
    /// let junction = Telegraph { barrier: 18.0, critical_voltage: 1.0, ..Telegraph::default() };
    /// let noise = |hold| ElectricalNoise { deviation: 0.1, hold };
    /// // Short holds act by the mean rates, long ones do not.
    /// let mean = [0.25, -0.25].map(|v| junction.averaged_rates(v, 0.0, 0.1));
    /// let law = SquareDrive::new(mean, 1e3).cycles_per_period;
    /// assert!((junction.noisy_square_drive(0.25, 1e3, &noise(1e-9)).cycles_per_period / law - 1.0).abs() < 1e-3);
    /// assert!((junction.noisy_square_drive(0.25, 1e3, &noise(1e-4)).cycles_per_period / law - 1.0).abs() > 0.1);
    /// ```
    pub fn noisy_square_drive(&self, amplitude: f64, frequency: f64, noise: &ElectricalNoise) -> SquareDrive {
        let half_period = 0.5 / frequency;
        // What is left of a half period after whole holds is a shorter one.
        let holds = (half_period / noise.hold * (1.0 + 1e-12)).floor();
        let rest = (half_period - holds * noise.hold).max(0.0);
        let [up, down] = [amplitude, -amplitude].map(|voltage| {
            let hold = |time: f64| {
                let parts =
                    normal_law().map(|(z, weight)| (weight, Passage::new(self.rates(voltage + noise.deviation * z, 0.0), time)));
                Passage::mean(parts)
            };
            hold(noise.hold).repeated(holds as u64).then(&hold(rest))
        });
        SquareDrive::of(&up, &down)
    }
}

/// Normal values with their weights; the weight is below 1e-42 beyond, and what a rate gains there is bounded by 1 / tau_0.
pub(super) fn normal_law() -> impl Iterator<Item = (f64, f64)> {
    const STEPS: i32 = 280;
    const STEP: f64 = 14.0 / 280.0;
    (-STEPS..=STEPS).map(|k| {
        let z = STEP * f64::from(k);
        (z, STEP / TAU.sqrt() * (-0.5 * z * z).exp())
    })
}

/// What a stretch of time does to the probability p of the parallel state, kept p + gained, and the flips expected in it from either state.
#[derive(Debug, Clone, Copy)]
struct Passage {
    kept: f64,
    gained: f64,
    /// From the antiparallel and from the parallel state.
    flips: [f64; 2],
}

impl Passage {
    fn new(rates: Rates, time: f64) -> Self {
        let kept = rates.correlation(time);
        let gained = rates.parallel_probability() * -(-rates.relaxation() * time).exp_m1();
        Self { kept, gained, flips: [0.0, 1.0].map(|p| rates.expected_flips(p, time)) }
    }

    /// Averaged over passages with their weights.
    fn mean(passages: impl Iterator<Item = (f64, Self)>) -> Self {
        let nothing = Self { kept: 0.0, gained: 0.0, flips: [0.0; 2] };
        passages.fold(nothing, |sum, (weight, p)| Self {
            kept: sum.kept + weight * p.kept,
            gained: sum.gained + weight * p.gained,
            flips: [0, 1].map(|i: usize| sum.flips[i] + weight * p.flips[i]),
        })
    }

    fn flips_from(&self, p: f64) -> f64 {
        self.flips[0] + (self.flips[1] - self.flips[0]) * p
    }

    /// This and then another.
    fn then(&self, next: &Self) -> Self {
        Self {
            kept: self.kept * next.kept,
            gained: self.gained * next.kept + next.gained,
            flips: [0.0, 1.0].map(|p| self.flips_from(p) + next.flips_from(self.kept * p + self.gained)),
        }
    }

    /// So many times, one after the other.
    fn repeated(self, times: u64) -> Self {
        repeated(Self { kept: 1.0, gained: 0.0, flips: [0.0; 2] }, self, times, Self::then)
    }
}

/// What a periodic square voltage makes of a junction in the long run.
///
/// ```
/// use spinloom_device::telegraph::Telegraph;
/// let junction = Telegraph { barrier: 15.0, critical_voltage: 1.0, ..Telegraph::default() };
/// assert!((junction.square_drive(0.25, 1e3).cycles_per_period - 1.0020).abs() < 1e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SquareDrive {
    /// Full cycles of the junction in a period of the drive: one when it is locked.
    pub cycles_per_period: f64,
    /// Probability of the parallel state at the end of the positive half period.
    pub parallel_after_positive: f64,
    /// Probability of the parallel state at the end of the negative half period.
    pub parallel_after_negative: f64,
}

impl SquareDrive {
    /// From the rates in the positive and in the negative half period, and the frequency (Hz).
    pub fn new([up, down]: [Rates; 2], frequency: f64) -> Self {
        let half_period = 0.5 / frequency;
        Self::of(&Passage::new(up, half_period), &Passage::new(down, half_period))
    }

    fn of(up: &Passage, down: &Passage) -> Self {
        // Probability of the parallel state at the start of the positive half: a fixed point of both halves one after the other.
        let period = up.then(down);
        let start = period.gained / (1.0 - period.kept);
        let end = up.kept * start + up.gained;
        Self { cycles_per_period: period.flips_from(start) / 2.0, parallel_after_positive: end, parallel_after_negative: start }
    }
}

/// What a periodic voltage of any course makes of a junction in the long run, by its master equation dp/dt = k(AP -> P) (1 - p) - k(P -> AP) p.
///
/// The period is cut into pieces, in each of which the rates are those of its middle and the equation is solved exactly: the error falls with the
/// square of their number.
///
/// ```
/// use spinloom_device::telegraph::{PeriodicDrive, Telegraph};
/// use spinloom_magnet::macrospin::Waveform;
/// let junction = Telegraph { barrier: 15.0, critical_voltage: 1.0, ..Telegraph::default() };
/// let square = Waveform::Square { high: 0.25, low: -0.25, frequency: 1e3, duty: 0.5 };
/// let driven = PeriodicDrive::new(&junction, &square, 1e-3, 1000);
/// assert!((driven.cycles_per_period - junction.square_drive(0.25, 1e3).cycles_per_period).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodicDrive {
    /// Full cycles of the junction in a period of the drive: one when it is locked.
    pub cycles_per_period: f64,
    /// Probability of the parallel state at the beginning of each piece.
    pub parallel: Vec<f64>,
}

impl PeriodicDrive {
    /// From a voltage that repeats itself after `period` (s), in `pieces` of equal length.
    pub fn new(junction: &Telegraph, voltage: &Waveform, period: f64, pieces: usize) -> Self {
        let pieces = pieces.max(1);
        let step = period / pieces as f64;
        let rates: Vec<Rates> = (0..pieces).map(|i| junction.rates(voltage.at((i as f64 + 0.5) * step), 0.0)).collect();
        // The map of a whole period is p -> kept p + gained; its fixed point is where the cycle begins.
        let (kept, gained) = rates.iter().fold((1.0, 0.0), |(kept, gained), k| {
            let c = k.correlation(step);
            (kept * c, gained * c + k.parallel_probability() * (1.0 - c))
        });
        // Where nothing ever flips, any state is one in the long run.
        let mut p = if kept < 1.0 { gained / (1.0 - kept) } else { 0.5 };
        let (mut parallel, mut flips) = (Vec::with_capacity(pieces), 0.0);
        for k in rates {
            parallel.push(p);
            flips += k.expected_flips(p, step);
            p = k.parallel_after(p, step);
        }
        Self { cycles_per_period: flips / 2.0, parallel }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_sine_follows_its_rates_and_a_fast_one_their_mean() {
        let junction = Telegraph { barrier: 12.0, critical_voltage: 1.0, ..Telegraph::default() };
        let sine = |frequency: f64| Waveform::Sine { amplitude: 0.3, frequency, phase: 0.0, offset: 0.0 };
        let flips = |frequency: f64| {
            2.0 * frequency * PeriodicDrive::new(&junction, &sine(frequency), 1.0 / frequency, 4000).cycles_per_period
        };
        let over = |of: &dyn Fn(Rates) -> f64| {
            (0..4000).map(|i| of(junction.rates(0.3 * (TAU * (f64::from(i) + 0.5) / 4000.0).sin(), 0.0))).sum::<f64>() / 4000.0
        };
        assert!((flips(1e-2) / over(&|k| k.flip_rate()) - 1.0).abs() < 1e-3);
        let mean = Rates { leave_parallel: over(&|k| k.leave_parallel), leave_antiparallel: over(&|k| k.leave_antiparallel) };
        assert!((flips(1e8) / mean.flip_rate() - 1.0).abs() < 1e-3);
    }

    #[test]
    fn noise_beyond_the_critical_voltage_finds_no_faster_rate() {
        let junction = Telegraph { barrier: 18.0, critical_voltage: 1.0, ..Telegraph::default() };
        let wild = junction.averaged_rates(0.0, 0.0, 100.0);
        // Half of the time the barrier is gone.
        assert!(
            (wild.leave_parallel * junction.attempt_time - 0.5).abs() < 0.01 && wild.leave_parallel == wild.leave_antiparallel
        );
    }
}
