//! The superparamagnetic junction: two states, thermal jumps between them.
//!
//! Its free layer leaves the parallel state (+1, low resistance) and the antiparallel state (-1) at the Néel-Brown rates
//!
//! ```text
//! k(P -> AP) = exp(-Delta' (1 + h)^2 (1 + V/V_c)) / tau_0,     k(AP -> P) = exp(-Delta' (1 - h)^2 (1 - V/V_c)) / tau_0
//! Delta' = Delta (1 - c V) (300 K / T'),   T' = T + a V^2,   h = (H + H_stray) / H_k
//! ```
//!
//! so that positive voltage and positive field favour the parallel state. A barrier that a torque or a field has taken away altogether counts as zero:
//! no rate is faster than 1 / tau_0. Sources: W. F. Brown, Phys. Rev. 130, 1677 (1963), doi:10.1103/PhysRev.130.1677 (rates and field); Z. Li and S. Zhang,
//! Phys. Rev. B 69, 134416 (2004), doi:10.1103/PhysRevB.69.134416 (torque); A. Mizrahi et al., Nat. Commun. 9, 1533 (2018),
//! doi:10.1038/s41467-018-03963-w (both in superparamagnetic junctions); L. Schnitzspan et al., arXiv:2301.05694 (heating).
//!
//! [`Rates`] has everything that follows from two rates in closed form, [`SquareDrive`] and [`PeriodicDrive`] what follows from voltages that repeat
//! themselves; [`TelegraphEnsemble`] simulates many junctions event by event, under voltages of any course and under electrical noise;
//! [`SeriesPair`] is two of them in series, which feel each other through their resistances.

mod drive;
mod ensemble;
mod part;
mod series;

pub use drive::{ElectricalNoise, PeriodicDrive, SquareDrive};
pub use ensemble::{TelegraphEnsemble, sampled};
pub use series::{SeriesDrive, SeriesPair, SeriesRun};

use crate::DeviceError;
use spinloom_core::parameters::Bound;
use std::f64::consts::TAU;

/// Temperature at which barriers are given, K.
const REFERENCE_TEMPERATURE: f64 = 300.0;

spinloom_core::parameters! {
    /// A superparamagnetic tunnel junction.
    ///
    /// The default has the mean dwell time of the in-plane junction of 50 x 150 nm^2 of D. Vodenicarevic et al., Phys. Rev. Applied 8, 054045 (2017),
    /// doi:10.1103/PhysRevApplied.8.054045: both dwell times together 604 µs at room temperature and no voltage. The attempt time is that usually
    /// assumed. The paper prints neither critical voltage, fields nor resistances; those here are ours.
    ///
    /// ```
    /// use spinloom_device::telegraph::Telegraph;
    /// let junction = Telegraph::default();
    /// let rates = junction.rates(0.0, 0.0);
    /// assert!((rates.dwell_parallel() + rates.dwell_antiparallel() - 604e-6).abs() < 1e-6);
    /// assert!(junction.rates(0.02, 0.0).parallel_probability() > 0.9);
    /// ```
    pub struct Telegraph {
        /// Attempt time tau_0.
        pub attempt_time: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Energy barrier without voltage and field over the thermal energy at 300 K, Delta.
        pub barrier: f64 = 12.6182, "", Bound::between(0.0, 200.0);
        /// Temperature of the junction without voltage, T.
        pub temperature: f64 = 300.0, "K", Bound::POSITIVE;
        /// Voltage at which the torque has taken the barrier of one state away, V_c.
        pub critical_voltage: f64 = 0.2, "V", Bound::POSITIVE;
        /// Field at which the barrier of one state is gone, mu_0 H_k.
        pub anisotropy_field: f64 = 20e-3, "T", Bound::POSITIVE;
        /// Field of the other layers on the free layer, mu_0 H_stray.
        pub stray_field: f64 = 0.0, "T", Bound::ANY;
        /// Relative loss of barrier per volt by the voltage-controlled anisotropy, c.
        pub barrier_loss: f64 = 0.0, "1/V", Bound::ANY;
        /// Joule heating, a.
        pub heating: f64 = 0.0, "K/V^2", Bound::NON_NEGATIVE;
        /// Resistance of the parallel state.
        pub parallel_resistance: f64 = 1e3, "Ohm", Bound::POSITIVE;
        /// Tunnel magnetoresistance, (R_AP - R_P) / R_P.
        pub magnetoresistance: f64 = 1.0, "", Bound::POSITIVE;
    }
}

impl Telegraph {
    /// Barriers of the parallel and the antiparallel state at this voltage (V) and applied field mu_0 H (T), over the thermal energy.
    pub fn barriers(&self, voltage: f64, field: f64) -> (f64, f64) {
        self.lowest_barriers(voltage, voltage, field)
    }

    /// Rates at this voltage (V) and applied field mu_0 H (T).
    pub fn rates(&self, voltage: f64, field: f64) -> Rates {
        self.fastest_rates(voltage, voltage, field)
    }

    /// Rates that are not exceeded at any voltage from `low` to `high` (V): what thinning needs.
    pub fn fastest_rates(&self, low: f64, high: f64, field: f64) -> Rates {
        let (parallel, antiparallel) = self.lowest_barriers(low, high, field);
        let rate = |barrier: f64| (-barrier).exp() / self.attempt_time;
        Rates { leave_parallel: rate(parallel), leave_antiparallel: rate(antiparallel) }
    }

    /// Every factor at the voltage where it is smallest; none is negative, so their product is a lower bound.
    fn lowest_barriers(&self, low: f64, high: f64, field: f64) -> (f64, f64) {
        let temperature = self.temperature + self.heating * (low * low).max(high * high);
        let kept = (1.0 - self.barrier_loss * low).min(1.0 - self.barrier_loss * high).max(0.0);
        let barrier = self.barrier * kept * REFERENCE_TEMPERATURE / temperature;
        let h = (field + self.stray_field) / self.anisotropy_field;
        let left = |field: f64, torque: f64| barrier * (1.0 + field).max(0.0).powi(2) * (1.0 + torque).max(0.0);
        (left(h, low / self.critical_voltage), left(-h, -high / self.critical_voltage))
    }

    /// The applied field mu_0 H (T) at which both states are equally probable at this voltage.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a voltage at or beyond the critical one.
    pub fn balancing_field(&self, voltage: f64) -> Result<f64, DeviceError> {
        let v = voltage / self.critical_voltage;
        if v.is_nan() || v.abs() >= 1.0 {
            let bound = format!("between -{0} and {0} V", self.critical_voltage);
            return Err(DeviceError::OutOfRange { what: "voltage", value: voltage, bound });
        }
        // (1 + h)^2 (1 + v) = (1 - h)^2 (1 - v).
        let root = ((1.0 - v) / (1.0 + v)).sqrt();
        Ok((root - 1.0) / (root + 1.0) * self.anisotropy_field - self.stray_field)
    }

    /// Resistance of a state, Ohm.
    pub fn resistance(&self, parallel: bool) -> f64 {
        self.parallel_resistance * if parallel { 1.0 } else { 1.0 + self.magnetoresistance }
    }

    /// Power (W) that a steady voltage dissipates in the junction, averaged over its states.
    pub fn mean_power(&self, voltage: f64, field: f64) -> f64 {
        let p = self.rates(voltage, field).parallel_probability();
        voltage * voltage * (p / self.resistance(true) + (1.0 - p) / self.resistance(false))
    }
}

/// The two rates of a telegraph process, and what follows from them. The spin is +1 in the parallel, -1 in the antiparallel state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Rate k(P -> AP), 1/s.
    pub leave_parallel: f64,
    /// Rate k(AP -> P), 1/s.
    pub leave_antiparallel: f64,
}

impl Rates {
    /// Rates of given mean dwell times, s.
    pub fn from_dwell_times(parallel: f64, antiparallel: f64) -> Self {
        Self { leave_parallel: 1.0 / parallel, leave_antiparallel: 1.0 / antiparallel }
    }

    /// Relaxation rate K, the sum of both, 1/s.
    pub fn relaxation(&self) -> f64 {
        self.leave_parallel + self.leave_antiparallel
    }

    /// Stationary probability of the parallel state, k(AP -> P) / K.
    pub fn parallel_probability(&self) -> f64 {
        self.leave_antiparallel / self.relaxation()
    }

    /// Stationary mean of the spin.
    pub fn mean_spin(&self) -> f64 {
        (self.leave_antiparallel - self.leave_parallel) / self.relaxation()
    }

    /// Mean dwell time of the parallel state, s.
    pub fn dwell_parallel(&self) -> f64 {
        self.leave_parallel.recip()
    }

    /// Mean dwell time of the antiparallel state, s.
    pub fn dwell_antiparallel(&self) -> f64 {
        self.leave_antiparallel.recip()
    }

    /// Flips in both directions per second, 2 k1 k2 / K; full cycles are half as many. Over voltage this is the bell-shaped tuning curve
    /// exp(-Delta) / (tau_0 cosh(Delta V / V_c)).
    pub fn flip_rate(&self) -> f64 {
        2.0 * self.leave_parallel * self.leave_antiparallel / self.relaxation()
    }

    /// Correlation exp(-K t) of the spin with itself after `time` (s).
    pub fn correlation(&self, time: f64) -> f64 {
        (-self.relaxation() * time.abs()).exp()
    }

    /// Autocovariance of the spin after `time` (s), (1 - m^2) exp(-K t).
    pub fn covariance(&self, time: f64) -> f64 {
        (1.0 - self.mean_spin().powi(2)) * self.correlation(time)
    }

    /// One-sided power spectrum of the spin at `frequency` (Hz), 4 (1 - m^2) K / (K^2 + (2 pi f)^2), 1/Hz. S. Machlup, J. Appl. Phys. 25, 341 (1954),
    /// doi:10.1063/1.1721637.
    pub fn power_spectrum(&self, frequency: f64) -> f64 {
        let k = self.relaxation();
        4.0 * self.covariance(0.0) * k / (k * k + (TAU * frequency).powi(2))
    }

    /// Probability of the parallel state a `time` (s) after it was `parallel`.
    pub fn parallel_after(&self, parallel: f64, time: f64) -> f64 {
        let stationary = self.parallel_probability();
        stationary + (parallel - stationary) * self.correlation(time)
    }

    /// Expected number of flips within `time` (s) of a junction that starts parallel with probability `parallel`.
    pub fn expected_flips(&self, parallel: f64, time: f64) -> f64 {
        // Integrals of the probabilities of both states over the time.
        let stationary = self.parallel_probability();
        let transient = (parallel - stationary) * (-(-self.relaxation() * time).exp_m1()) / self.relaxation();
        let in_parallel = stationary * time + transient;
        self.leave_parallel * in_parallel + self.leave_antiparallel * (time - in_parallel)
    }

    /// Variance over mean of the number of flips in a long time, 2 (a^2 + b^2) / (a + b)^2 with the dwell times a and b: one, as of a Poisson
    /// process, for equal dwell times, and up to two. D. R. Cox, Renewal Theory (1962), section 7.
    pub fn fano_factor(&self) -> f64 {
        let (a, b) = (self.leave_parallel, self.leave_antiparallel);
        2.0 * (a * a + b * b) / (a + b).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn junction(barrier: f64) -> Telegraph {
        Telegraph { barrier, critical_voltage: 1.0, ..Telegraph::default() }
    }

    proptest! {
        #[test]
        fn closed_forms_of_the_linear_barrier(barrier in 1.0f64..30.0, v in -0.9f64..0.9) {
            let rates = junction(barrier).rates(v, 0.0);
            let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
            prop_assert!(close(rates.leave_antiparallel / rates.leave_parallel, (2.0 * barrier * v).exp()));
            prop_assert!((rates.mean_spin() - (barrier * v).tanh()).abs() < 1e-12);
            prop_assert!(close(rates.flip_rate(), 1e9 * (-barrier).exp() / (barrier * v).cosh()));
            // Both states change roles with the sign of voltage and field.
            let mirrored = junction(barrier).rates(-v, 0.0);
            prop_assert_eq!((rates.leave_parallel, rates.leave_antiparallel), (mirrored.leave_antiparallel, mirrored.leave_parallel));
            let driven = junction(barrier).rates(v, 1e-3);
            let mirrored = junction(barrier).rates(-v, -1e-3);
            prop_assert_eq!((driven.leave_parallel, driven.leave_antiparallel), (mirrored.leave_antiparallel, mirrored.leave_parallel));
        }

        #[test]
        fn the_balancing_field_balances(v in -0.8f64..0.8, stray in -5e-3f64..5e-3) {
            let junction = Telegraph { stray_field: stray, ..junction(12.0) };
            let field = junction.balancing_field(v).unwrap();
            prop_assert!(junction.rates(v, field).mean_spin().abs() < 1e-9);
        }
    }

    #[test]
    fn the_tuning_curve_has_its_width() {
        // Half of the peak at Delta V / V_c = arccosh 2: full width 2.63392 V_c / Delta.
        let rate = |v: f64| junction(15.0).rates(v, 0.0).flip_rate();
        assert!((rate(2.633_92 / 2.0 / 15.0) / rate(0.0) - 0.5).abs() < 1e-5);
    }

    #[test]
    fn spectrum_and_covariance_belong_together() {
        let rates = Rates { leave_parallel: 3.0, leave_antiparallel: 1.0 };
        // Trapezoid over the Lorentzian, and its tail 4 (1 - m^2) K / (4 pi^2 f) beyond.
        let (step, end) = (1e-3, 200.0);
        let sum: f64 = (1..(end / step) as usize).map(|i| rates.power_spectrum(i as f64 * step)).sum::<f64>() * step;
        let ends = 0.5 * step * (rates.power_spectrum(0.0) + rates.power_spectrum(end));
        let tail = 4.0 * rates.covariance(0.0) * rates.relaxation() / (TAU * TAU * end);
        assert!(((sum + ends + tail) / rates.covariance(0.0) - 1.0).abs() < 1e-5);
        assert!((rates.fano_factor() - 1.25).abs() < 1e-12);
        assert_eq!(Rates::from_dwell_times(2.0, 2.0).fano_factor(), 1.0);
    }

    #[test]
    fn heating_anisotropy_and_lost_barriers() {
        let cold = junction(20.0);
        let warm = Telegraph { heating: 600.0, ..cold.clone() };
        // At 0.5 V the junction is 150 K hotter, and the barrier over kT smaller by 300 / 450.
        assert!((warm.barriers(0.5, 0.0).0 / cold.barriers(0.5, 0.0).0 - 300.0 / 450.0).abs() < 1e-12);
        let soft = Telegraph { barrier_loss: 0.4, ..cold.clone() };
        assert!((soft.barriers(0.5, 0.0).1 / cold.barriers(0.5, 0.0).1 - 0.8).abs() < 1e-12);
        // Beyond the critical voltage and the anisotropy field the barrier is gone, not negative and not back.
        let freed = |rate: f64| (rate / 1e9 - 1.0).abs() < 1e-12;
        assert!(freed(cold.rates(2.0, 0.0).leave_antiparallel));
        assert!(freed(cold.rates(0.0, 3.0 * cold.anisotropy_field).leave_antiparallel));
        assert!(cold.balancing_field(1.0).is_err() && cold.balancing_field(f64::NAN).is_err());
    }

    #[test]
    fn a_square_drive_locks_between_too_little_and_too_much_noise() {
        // Delta, v, cycles a period at 1 kHz, by an independent calculation and a Monte Carlo of it.
        for (barrier, v, cycles) in [(12.0, 0.2, 1.5205), (15.0, 0.25, 1.0020), (10.0, 0.25, 4.675), (18.0, 0.25, 0.330)] {
            let driven = junction(barrier).square_drive(v, 1e3);
            assert!((driven.cycles_per_period / cycles - 1.0).abs() < 1e-3, "{barrier} {v}: {driven:?}");
        }
        let driven = junction(12.0).square_drive(0.2, 1e3);
        assert!((driven.parallel_after_positive - 0.9918).abs() < 5e-5);
        assert!((driven.parallel_after_positive + driven.parallel_after_negative - 1.0).abs() < 1e-12);
        // Without drive the cycles are those of the free junction.
        let free = junction(12.0).square_drive(1e-9, 1e3);
        assert!((free.cycles_per_period / (junction(12.0).rates(0.0, 0.0).flip_rate() / 2.0 / 1e3) - 1.0).abs() < 1e-6);
    }
}
