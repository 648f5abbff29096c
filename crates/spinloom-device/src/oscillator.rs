//! The nonlinear auto-oscillator: what every spin-torque oscillator is near its working point.
//!
//! The complex amplitude c, with power p = |c|^2, obeys
//!
//! ```text
//! dc/dt + i (omega_0 + N p) c + Gamma (1 + Q p) c - sigma I (1 - p) c = f(t) + f_n(t)
//! ```
//!
//! with the drive f and thermal noise <f_n(t) f_n*(t')> = 2 D_n delta(t - t'), D_n = Gamma (1 + Q p) kT / (lambda omega).
//! Source: A. Slavin and V. Tiberkevich, IEEE Trans. Magn. 45, 1875 (2009), doi:10.1109/TMAG.2008.2009935.

use crate::DeviceError;
use spinloom_core::parameters::Bound;
use std::f64::consts::PI;

spinloom_core::parameters! {
    /// Parameters of a nonlinear auto-oscillator.
    ///
    /// The default stands for the vortex oscillators of Torrejon et al., Nature 547, 428 (2017), doi:10.1038/nature23011: FeB free
    /// layer, 375 nm in diameter, 250 to 400 MHz, a few milliamperes. The papers print neither damping nor nonlinearities; those here
    /// are our choice within what the vortex model of [`crate::vortex`] gives for that geometry, and stated as such in every report.
    ///
    /// ```
    /// use spinloom_device::oscillator::AutoOscillator;
    /// let oscillator = AutoOscillator::default();
    /// let current = 2.0 * oscillator.threshold_current;
    /// assert!(oscillator.stationary_power(current) > 0.0);
    /// assert_eq!(oscillator.stationary_power(0.5 * oscillator.threshold_current), 0.0);
    /// ```
    pub struct AutoOscillator {
        /// Frequency at vanishing power, omega_0 over 2 pi.
        pub frequency: f64 = 300e6, "Hz", Bound::POSITIVE;
        /// Frequency shift per unit power, N over 2 pi; may be negative.
        pub frequency_shift: f64 = 30e6, "Hz", Bound::ANY;
        /// Linear damping rate of the amplitude, Gamma.
        pub damping_rate: f64 = 2.2e7, "1/s", Bound::POSITIVE;
        /// Nonlinear damping coefficient, Q.
        pub nonlinear_damping: f64 = 1.5, "", Bound::NON_NEGATIVE;
        /// Current at which the damping is compensated, Gamma / sigma.
        pub threshold_current: f64 = 3e-3, "A", Bound::POSITIVE;
        /// Thermal energy over the energy at unit power, kT / (lambda omega); zero switches the noise off.
        pub thermal_power: f64 = 1e-4, "", Bound::NON_NEGATIVE;
        /// Mean resistance of the junction.
        pub resistance: f64 = 50.0, "Ohm", Bound::POSITIVE;
    }
}

impl AutoOscillator {
    /// An oscillator from what is measured: threshold, frequency and its slope df/dI at a working current, and the relaxation time
    /// of the power there; the nonlinear damping cannot be measured that way and is given.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a working current at or below the threshold or a relaxation time that is not positive.
    ///
    /// ```
    /// use spinloom_device::oscillator::AutoOscillator;
    /// let o = AutoOscillator::from_measured(3e-3, 6e-3, 300e6, 2e9, 410e-9, 1.5).unwrap();
    /// assert!((o.relaxation_time(6e-3) - 410e-9).abs() < 1e-15);
    /// assert!((o.frequency_at(6e-3) - 300e6).abs() < 1e-3);
    /// ```
    pub fn from_measured(
        threshold_current: f64,
        current: f64,
        frequency: f64,
        frequency_slope: f64,
        relaxation_time: f64,
        nonlinear_damping: f64,
    ) -> Result<Self, DeviceError> {
        let range = |what, value: f64, bound: &str| Err(DeviceError::OutOfRange { what, value, bound: bound.to_owned() });
        let zeta = current / threshold_current;
        if zeta.is_nan() || zeta <= 1.0 {
            return range("working current", current, "above the threshold current");
        }
        if relaxation_time.is_nan() || relaxation_time <= 0.0 {
            return range("relaxation time", relaxation_time, "greater than 0");
        }
        let q = nonlinear_damping;
        let slope = (1.0 + q) / (zeta + q).powi(2) / threshold_current;
        let shift = frequency_slope / slope;
        let power = (zeta - 1.0) / (zeta + q);
        Ok(Self {
            frequency: frequency - shift * power,
            frequency_shift: shift,
            damping_rate: 1.0 / (2.0 * relaxation_time * (zeta - 1.0)),
            nonlinear_damping: q,
            threshold_current,
            ..Self::default()
        })
    }

    /// Current over threshold, zeta.
    pub fn supercriticality(&self, current: f64) -> f64 {
        current / self.threshold_current
    }

    /// Anti-damping rate sigma I, 1/s.
    pub fn gain(&self, current: f64) -> f64 {
        self.damping_rate * self.supercriticality(current)
    }

    /// Power of the free oscillation without noise, (zeta - 1) / (zeta + Q); zero below threshold.
    pub fn stationary_power(&self, current: f64) -> f64 {
        let zeta = self.supercriticality(current);
        if zeta <= 1.0 { 0.0 } else { (zeta - 1.0) / (zeta + self.nonlinear_damping) }
    }

    /// Frequency of the free oscillation, Hz.
    pub fn frequency_at(&self, current: f64) -> f64 {
        self.frequency + self.frequency_shift * self.stationary_power(current)
    }

    /// The current at which the free oscillation has this frequency, A.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] when no current above threshold gives it.
    pub fn current_for_frequency(&self, frequency: f64) -> Result<f64, DeviceError> {
        let power = (frequency - self.frequency) / self.frequency_shift;
        if !(0.0..1.0).contains(&power) {
            let ends = (self.frequency, self.frequency + self.frequency_shift);
            let bound = format!("between {:e} and {:e} Hz", ends.0.min(ends.1), ends.0.max(ends.1));
            return Err(DeviceError::OutOfRange { what: "frequency", value: frequency, bound });
        }
        Ok(self.threshold_current * (1.0 + self.nonlinear_damping * power) / (1.0 - power))
    }

    /// Rate at which a small deviation of the amplitude decays above threshold, Gamma_p = Gamma (zeta - 1), 1/s; below threshold the rate
    /// Gamma (1 - zeta) at which the amplitude itself decays.
    pub fn power_relaxation_rate(&self, current: f64) -> f64 {
        self.damping_rate * (self.supercriticality(current) - 1.0).abs()
    }

    /// Time constant of the power, 1 / (2 Gamma_p), s.
    pub fn relaxation_time(&self, current: f64) -> f64 {
        0.5 / self.power_relaxation_rate(current)
    }

    /// Dimensionless nonlinearity nu = N p_0 / Gamma_p = N / (Gamma (zeta + Q)), N in rad/s.
    pub fn nonlinearity(&self, current: f64) -> f64 {
        2.0 * PI * self.frequency_shift / (self.damping_rate * (self.supercriticality(current) + self.nonlinear_damping))
    }

    /// Half the width (Hz) of the band in which a drive of rate `drive` (1/s) locks the oscillator, sqrt(1 + nu^2) F / sqrt(p_0) / 2 pi,
    /// valid while it is well below Gamma_p; infinite without oscillation.
    pub fn locking_half_width(&self, current: f64, drive: f64) -> f64 {
        let power = self.stationary_power(current);
        if power == 0.0 {
            return f64::INFINITY;
        }
        self.nonlinearity(current).hypot(1.0) * drive / power.sqrt() / (2.0 * PI)
    }

    /// Intensity D_n of the thermal noise at this power, 1/s.
    pub fn noise_intensity(&self, power: f64) -> f64 {
        self.damping_rate * (1.0 + self.nonlinear_damping * power) * self.thermal_power
    }

    /// Full width at half maximum of the line, Hz: (D_n / p_0) (1 + nu^2) / 2 pi well above threshold, Gamma (1 - zeta) / pi well below.
    /// Near threshold the line is not Lorentzian and neither holds.
    pub fn linewidth(&self, current: f64) -> f64 {
        let power = self.stationary_power(current);
        if power == 0.0 {
            return self.power_relaxation_rate(current) / PI;
        }
        self.noise_intensity(power) / power * (1.0 + self.nonlinearity(current).powi(2)) / (2.0 * PI)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn current_and_frequency_are_inverse(zeta in 1.01f64..20.0, q in 0.0f64..4.0) {
            let o = AutoOscillator { nonlinear_damping: q, ..AutoOscillator::default() };
            let current = zeta * o.threshold_current;
            let back = o.current_for_frequency(o.frequency_at(current)).unwrap();
            prop_assert!((back / current - 1.0).abs() < 1e-9);
        }

        #[test]
        fn stationary_power_balances_gain_and_loss(zeta in 1.01f64..20.0, q in 0.0f64..4.0) {
            let o = AutoOscillator { nonlinear_damping: q, ..AutoOscillator::default() };
            let p = o.stationary_power(zeta * o.threshold_current);
            prop_assert!(((1.0 + q * p) - zeta * (1.0 - p)).abs() < 1e-9 * zeta);
        }
    }

    #[test]
    fn what_was_measured_comes_out_again() {
        let o = AutoOscillator::from_measured(3e-3, 4.5e-3, 320e6, 1.5e9, 200e-9, 2.0).unwrap();
        assert!((o.relaxation_time(4.5e-3) / 200e-9 - 1.0).abs() < 1e-12);
        let slope = (o.frequency_at(4.5e-3 + 1e-7) - o.frequency_at(4.5e-3 - 1e-7)) / 2e-7;
        assert!((slope / 1.5e9 - 1.0).abs() < 1e-6);
        assert!(AutoOscillator::from_measured(3e-3, 2e-3, 3e8, 1e9, 1e-7, 1.0).is_err());
        assert!(o.current_for_frequency(1e9).is_err());
    }
}
