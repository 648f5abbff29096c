//! The amplitude of one oscillator under a stepwise current: the node of a time-multiplexed reservoir.
//!
//! The power obeys dp/dt = 2 (sigma I (1 - p) - Gamma (1 + Q p)) p, the phase-free part of [`crate::oscillator`]. While the current
//! is constant this is a logistic equation, dp/dt = 2 (a - b p) p with a = sigma I - Gamma and b = sigma I + Gamma Q, so a virtual
//! node needs no integration but its closed solution
//!
//! ```text
//! p(t + theta) = p E / (1 + b p (E - 1) / a),    E = exp(2 a theta)
//! ```
//!
//! Thermal noise is the exact increment of the process linearised about that solution: the variance of the power obeys
//! dv/dt = -2 k v + 4 p D_n(p) with the local rate k = 2 (2 b p - a), integrated with k and p of the end of the node; the mean gains
//! 2 D_n per second, which keeps the power above zero below threshold.

use crate::DeviceError;
use crate::oscillator::AutoOscillator;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// The map of one virtual node.
///
/// ```
/// use spinloom_core::random::Fast;
/// use spinloom_device::{envelope::Envelope, oscillator::AutoOscillator};
/// let oscillator = AutoOscillator::default();
/// let current = 2.0 * oscillator.threshold_current;
/// let node = Envelope::new(&oscillator, 100e-9)?;
/// let mut power = 0.01;
/// let mut nodes = [current; 50];
/// node.drive::<Fast>(&mut power, &mut nodes, None);
/// assert!((nodes[49].powi(2) - oscillator.stationary_power(current)).abs() < 1e-9);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Envelope {
    damping_rate: f64,
    nonlinear_damping: f64,
    gain_per_current: f64,
    thermal_power: f64,
    duration: f64,
}

impl Envelope {
    /// The map over a virtual node of `duration` seconds.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a duration that is not positive.
    pub fn new(oscillator: &AutoOscillator, duration: f64) -> Result<Self, DeviceError> {
        if !(duration > 0.0 && duration.is_finite()) {
            let bound = "greater than 0".to_owned();
            return Err(DeviceError::OutOfRange { what: "duration of a virtual node", value: duration, bound });
        }
        Ok(Self {
            damping_rate: oscillator.damping_rate,
            nonlinear_damping: oscillator.nonlinear_damping,
            gain_per_current: oscillator.damping_rate / oscillator.threshold_current,
            thermal_power: oscillator.thermal_power,
            duration,
        })
    }

    /// Power at the end of a node of this current (A), without noise.
    #[inline]
    pub fn step(&self, power: f64, current: f64) -> f64 {
        let gain = self.gain_per_current * current;
        let (a, b) = (gain - self.damping_rate, gain + self.damping_rate * self.nonlinear_damping);
        let growth = a * self.duration;
        // (E - 1) / a, finite where the current is exactly at threshold and where E overflows.
        if growth > 300.0 {
            return a / b;
        }
        let expm1 = (2.0 * growth).exp_m1();
        let spread = if growth.abs() < 1e-12 { 2.0 * self.duration } else { expm1 / a };
        power * (expm1 + 1.0) / (1.0 + b * power * spread)
    }

    /// Standard deviation and mean shift that thermal noise adds to the power over a node that ends at `power`.
    #[inline]
    fn kick(&self, power: f64, current: f64) -> (f64, f64) {
        let gain = self.gain_per_current * current;
        let (a, b) = (gain - self.damping_rate, gain + self.damping_rate * self.nonlinear_damping);
        let intensity = self.damping_rate * (1.0 + self.nonlinear_damping * power) * self.thermal_power;
        let rate = 2.0 * (2.0 * b * power - a);
        let effective = |rate: f64| {
            if (rate * self.duration).abs() < 1e-9 { self.duration } else { -(-rate * self.duration).exp_m1() / rate }
        };
        ((4.0 * power * intensity * effective(2.0 * rate)).sqrt(), 2.0 * intensity * effective(rate))
    }

    /// Runs nodes in a row from `power`, which is left at its last value. `nodes[j]` is the current (A) of node j and becomes sqrt(p) at its
    /// end. With `noise`, thermal noise is added.
    pub fn drive<R: Rng>(&self, power: &mut f64, nodes: &mut [f64], noise: Option<&mut R>) {
        let mut p = *power;
        match noise.filter(|_| self.thermal_power > 0.0) {
            None => {
                for node in nodes {
                    p = self.step(p, *node);
                    *node = p.sqrt();
                }
            }
            Some(generator) => {
                for node in nodes {
                    p = self.step(p, *node);
                    let (deviation, shift) = self.kick(p, *node);
                    let z: f64 = StandardNormal.sample(generator);
                    // A power is a square: what the linearised noise would make negative is reflected.
                    p = (p + shift + deviation * z).abs();
                    *node = p.sqrt();
                }
            }
        }
        *power = p;
    }
}

/// The same node by small Heun steps of the power equation: slow, and what the closed solution is tested against.
pub fn integrate(oscillator: &AutoOscillator, mut power: f64, current: f64, duration: f64, steps: usize) -> f64 {
    let slope = |p: f64| {
        2.0 * (oscillator.gain(current) * (1.0 - p) - oscillator.damping_rate * (1.0 + oscillator.nonlinear_damping * p)) * p
    };
    let h = duration / steps as f64;
    for _ in 0..steps {
        let first = slope(power);
        power += 0.5 * h * (first + slope(power + h * first));
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use spinloom_core::random::Stream;
    use spinloom_core::statistics::{mean, variance};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn closed_solution_agrees_with_integration(zeta in 0.0f64..4.0, p in 1e-3f64..0.9, q in 0.0f64..3.0) {
            let o = AutoOscillator { nonlinear_damping: q, ..AutoOscillator::default() };
            let current = zeta * o.threshold_current;
            let exact = Envelope::new(&o, 100e-9).unwrap().step(p, current);
            let steps = integrate(&o, p, current, 100e-9, 40_000);
            prop_assert!((exact - steps).abs() < 1e-7 * (1.0 + exact), "{exact} {steps}");
        }

        #[test]
        fn power_stays_a_power(zeta in -5.0f64..50.0, p in 0.0f64..1.0, duration in 1e-12f64..1.0) {
            let o = AutoOscillator::default();
            let next = Envelope::new(&o, duration).unwrap().step(p, zeta * o.threshold_current);
            prop_assert!(next.is_finite() && (0.0..=1.0).contains(&next), "{next}");
        }
    }

    #[test]
    fn two_beginnings_converge_at_twice_the_relaxation_rate() {
        let o = AutoOscillator::default();
        let current = 1.5 * o.threshold_current;
        let p0 = o.stationary_power(current);
        let theta = 2e-9;
        let node = Envelope::new(&o, theta).unwrap();
        let (mut low, mut high) = (p0 * 0.999, p0 * 1.001);
        for _ in 0..20 {
            (low, high) = (node.step(low, current), node.step(high, current));
        }
        let rate = ((0.002 * p0) / (high - low)).ln() / (20.0 * theta);
        assert!((rate / (2.0 * o.power_relaxation_rate(current)) - 1.0).abs() < 0.01, "{rate}");
    }

    #[test]
    fn thermal_power_is_that_of_the_analytic_limits() {
        // Below threshold <p> = p_th / (1 - zeta); above it the variance of p is D_n p_0 / Gamma_p. Means over 4e5 and 2e5 nodes
        // of at least one correlation time each scatter by well under 1 %.
        let o = AutoOscillator { nonlinear_damping: 0.0, thermal_power: 1e-4, ..AutoOscillator::default() };
        let mut generator = Stream::new(1, "envelope test", 0).fast();
        let sample = |zeta: f64, nodes: usize, generator: &mut spinloom_core::random::Fast| {
            let node = Envelope::new(&o, 10e-9).unwrap();
            let mut out = vec![zeta * o.threshold_current; nodes];
            let mut p = o.stationary_power(out[0]).max(1e-4);
            node.drive(&mut p, &mut out, Some(generator));
            out[1000..].iter().map(|a| a * a).collect::<Vec<_>>()
        };
        let above = sample(2.0, 200_000, &mut generator);
        let (p0, current) = (o.stationary_power(2.0 * o.threshold_current), 2.0 * o.threshold_current);
        let expected = o.noise_intensity(p0) * p0 / o.power_relaxation_rate(current);
        assert!((variance(&above) / expected - 1.0).abs() < 0.03, "{} {expected}", variance(&above));
        let below = sample(0.5, 400_000, &mut generator);
        let expected = 1e-4 / 0.5;
        assert!((mean(&below) / expected - 1.0).abs() < 0.25, "{} {expected}", mean(&below));
    }
}
