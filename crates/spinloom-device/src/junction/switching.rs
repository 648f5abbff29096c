//! The probability that a pulse switches a junction, in all regimes behind one interface.
//!
//! In units of the critical current and of tau_D, i = I / I_c and tau = t / tau_D,
//!
//! ```text
//! Brown         1/T = sqrt(Delta/pi) (1 - i) (1 - i^2) exp(-Delta (1 - i)^2) / tau_D                  Delta (1 - i)^2 >> 1
//! power law     1/T = exp(-Delta (1 - i)^n) / tau_0
//! both          P = 1 - exp(-t / T)
//! precessional  1 - P = 1 - exp{-theta^2 Delta (i - 1) / [i exp(2 (i - 1) tau) - 1]},                 i > 1
//!               theta^2 = 2 2^((i-1)/(i+1)) ((i-1)/i)^(2/(i+1))
//! ```
//!
//! Sources: W. F. Brown, Phys. Rev. 130, 1677 (1963), doi:10.1103/PhysRev.130.1677, with the energy that the torque adds; the exponent two
//! of a perpendicular junction, T. Taniguchi and H. Imamura, Phys. Rev. B 83, 054432 (2011), doi:10.1103/PhysRevB.83.054432, against the one
//! that many network studies take; J. Z. Sun, Phys. Rev. B 62, 570 (2000), doi:10.1103/PhysRevB.62.570, for the growth above the critical
//! current. The angle theta at which growth ends is that of the exact time without temperature ([`time_without_temperature`]), in place of
//! the constant pi / 2 of small angles.
//!
//! A junction under a voltage has the same torque at every angle, one under a current a larger one in the antiparallel state. The closed
//! forms take the torque of the state that is left; the Fokker-Planck equation and the macrospins follow the angle.

use super::{Junction, State, positive};
use crate::DeviceError;
use spinloom_core::random::Stream;
use spinloom_core::statistics::wilson_interval;
use spinloom_magnet::fokker_planck::{FokkerPlanck, Well};
use spinloom_magnet::macrospin::{Drive, Efficiency, Ensemble, SpinTransfer, Vector};
use std::f64::consts::{PI, TAU};

/// Euler's constant.
const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// A pulse of constant current or voltage; positive ones favour the parallel state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pulse {
    /// A source of current.
    Current {
        /// Current, A.
        current: f64,
        /// Duration, s.
        duration: f64,
    },
    /// A source of voltage.
    Voltage {
        /// Voltage, V.
        voltage: f64,
        /// Duration, s.
        duration: f64,
    },
}

impl Pulse {
    /// Its duration, s.
    pub fn duration(self) -> f64 {
        match self {
            Self::Current { duration, .. } | Self::Voltage { duration, .. } => duration,
        }
    }
}

/// How the barrier falls with the torque.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Barrier {
    /// As in a perpendicular junction, quadratically, with the attempt time of its own dynamics.
    Brown,
    /// As (1 - i)^n, with an attempt time that does not depend on the torque: n = 1 in many network studies, 2 for a perpendicular junction.
    Power {
        /// Exponent n.
        exponent: f64,
        /// Attempt time tau_0, s.
        attempt_time: f64,
    },
}

/// The way to a switching probability.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Switching {
    /// Thermal escape over a barrier; below the critical current only.
    NeelBrown(Barrier),
    /// Growth of a thermal angle; above the critical current only.
    Precessional,
    /// The Fokker-Planck equation, at any current.
    #[default]
    FokkerPlanck,
    /// So many macrospins by the stochastic Landau-Lifshitz-Gilbert equation, at any current.
    Macrospin {
        /// Number of trials.
        trials: usize,
        /// Seed of their noise.
        seed: u64,
    },
}

/// What a pulse does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Switched {
    /// Probability of the other state at its end.
    pub probability: f64,
    /// Probability of the same state still, the write-error rate, to all its digits where it is small.
    pub write_error: f64,
    /// What either may be wrong by: numerical error, or the standard error of trials; 0 for closed forms.
    pub uncertainty: f64,
}

impl Junction {
    /// The probability that a pulse switches the junction out of a state in which it was at rest, by one of the ways there are.
    ///
    /// ```
    /// use spinloom_device::junction::{Junction, Pulse, State, Switching};
    /// let junction = Junction::default();
    /// // Twice the critical current for 10 ns fails once in a thousand times and takes 181 fJ.
    /// let pulse = Pulse::Current { current: -2.0 * junction.critical_current(State::Parallel), duration: 10e-9 };
    /// let written = junction.switching_probability(pulse, State::Parallel, Switching::Precessional)?;
    /// assert!(written.write_error > 1e-3 && written.write_error < 1.5e-3);
    /// assert!((junction.write_energy(pulse, State::Parallel) / 181e-15 - 1.0).abs() < 0.01);
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a pulse that is negative in time or not finite, and where a closed form does not hold;
    /// [`DeviceError::Magnet`] for a junction outside the Fokker-Planck equation (more than 300 kT) or macrospins.
    pub fn switching_probability(&self, pulse: Pulse, from: State, by: Switching) -> Result<Switched, DeviceError> {
        let (duration, overdrive) = (pulse.duration(), self.overdrive(pulse, from));
        let allowed = duration >= 0.0 && duration.is_finite() && overdrive.is_finite();
        if !allowed {
            let what = "the amplitude and duration of a pulse";
            return Err(DeviceError::OutOfRange {
                what,
                value: duration,
                bound: "finite, and the duration 0 or greater".to_owned(),
            });
        }
        match by {
            Switching::NeelBrown(barrier) => self.escape_rate(overdrive, barrier).map(|rate| Switched {
                probability: -(-rate * duration).exp_m1(),
                write_error: (-rate * duration).exp(),
                uncertainty: 0.0,
            }),
            Switching::Precessional => self.precessional(overdrive, duration),
            Switching::FokkerPlanck => self.by_fokker_planck(pulse, from),
            Switching::Macrospin { trials, seed } => self.by_macrospins(pulse, from, trials, seed),
        }
    }

    /// Torque of a pulse on a state over the one that makes it unstable, i: positive where it drives the junction out of it.
    pub fn overdrive(&self, pulse: Pulse, from: State) -> f64 {
        -from.cosine()
            * match pulse {
                Pulse::Current { current, .. } => current / self.critical_current(from),
                Pulse::Voltage { voltage, .. } => voltage / self.critical_voltage(),
            }
    }

    /// The rate (1/s) of leaving a state over the barrier that a torque of i times the critical one leaves of it.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for Brown's law at or above the critical current, and for an attempt time or an exponent that is not
    /// positive.
    pub fn escape_rate(&self, overdrive: f64, barrier: Barrier) -> Result<f64, DeviceError> {
        let delta = self.thermal_stability();
        match barrier {
            Barrier::Brown if overdrive >= 1.0 => {
                let bound = "below 1: no barrier is left (take Precessional or FokkerPlanck)".to_owned();
                Err(DeviceError::OutOfRange { what: "the overdrive", value: overdrive, bound })
            }
            // The other state is no state any more.
            Barrier::Brown if overdrive <= -1.0 => Ok(0.0),
            Barrier::Brown => {
                let left = 1.0 - overdrive;
                let attempts = (delta / PI).sqrt() * left * (1.0 - overdrive * overdrive) / self.relaxation_time();
                Ok(attempts * (-delta * left * left).exp())
            }
            Barrier::Power { exponent, attempt_time } => {
                positive("the exponent of a barrier", exponent)?;
                positive("the attempt time (s)", attempt_time)?;
                Ok((-delta * (1.0 - overdrive).max(0.0).powf(exponent)).exp() / attempt_time)
            }
        }
    }

    fn precessional(&self, overdrive: f64, duration: f64) -> Result<Switched, DeviceError> {
        above_critical(overdrive)?;
        let growth = overdrive * (2.0 * (overdrive - 1.0) * duration / self.relaxation_time()).exp() - 1.0;
        let exponent = -end_angle_squared(overdrive) * self.thermal_stability() * (overdrive - 1.0) / growth;
        Ok(Switched { probability: exponent.exp(), write_error: -exponent.exp_m1(), uncertainty: 0.0 })
    }

    /// Mean time (s) to switch under i times the critical torque, i > 1, from a thermal angle: (C + ln[theta^2 Delta (i - 1) / i]) tau_D /
    /// (2 (i - 1)) with Euler's constant C.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] at or below the critical torque.
    pub fn mean_switching_time(&self, overdrive: f64) -> Result<f64, DeviceError> {
        above_critical(overdrive)?;
        let spread = end_angle_squared(overdrive) * self.thermal_stability() * (overdrive - 1.0) / overdrive;
        Ok((EULER_GAMMA + spread.ln()) / (2.0 * (overdrive - 1.0)) * self.relaxation_time())
    }

    /// The Fokker-Planck equation of a free layer at rest in a state, under a pulse from now on.
    pub(super) fn law_under(&self, pulse: Pulse, from: State) -> Result<FokkerPlanck, DeviceError> {
        let magnet = self.magnet();
        let mut law = FokkerPlanck::of(&magnet)?;
        law.start_in(well_of(from));
        match pulse {
            Pulse::Current { current, .. } => {
                let strength = FokkerPlanck::bias_of(&magnet, 0.0, magnet.damping_like_field(current));
                law.set_torque(strength, Efficiency::Junction { polarization: self.spin_polarization })?;
            }
            Pulse::Voltage { voltage, .. } => {
                law.set_bias(FokkerPlanck::bias_of(&magnet, 0.0, self.torque_of_voltage(voltage)))?;
            }
        }
        Ok(law)
    }

    /// Logits ln(P / (1 - P)) of the probability that a pulse has switched the junction after each of the durations (s, rising), from one solution of the
    /// Fokker-Planck equation; its own duration is not looked at. No logit is beyond 40 either way.
    ///
    /// # Errors
    /// [`DeviceError::Magnet`] for a junction, a pulse or durations outside the equation.
    pub fn switching_logits(&self, pulse: Pulse, from: State, durations: &[f64]) -> Result<Vec<f64>, DeviceError> {
        let mut law = self.law_under(pulse, from)?;
        // Far below what trials can tell, and much faster than the usual 1e-6.
        law.set_tolerance(1e-5)?;
        let after = |duration: &f64| {
            law.evolve(duration - law.time())?;
            // What is left of a well may be rounded to nothing, or less.
            let [switched, failed] = [from.other(), from].map(|s| law.probability_in(well_of(s)).max(1e-300));
            Ok((switched / failed).ln().clamp(-40.0, 40.0))
        };
        durations.iter().map(after).collect()
    }

    fn by_fokker_planck(&self, pulse: Pulse, from: State) -> Result<Switched, DeviceError> {
        let (law, well) = (self.law_under(pulse, from)?, well_of(from));
        let failed = law.write_error(well, &[pulse.duration()])?[0];
        if failed.value < 0.5 {
            // What is left of rounding may lie below 0.
            let write_error = failed.value.max(0.0);
            return Ok(Switched { probability: 1.0 - write_error, write_error, uncertainty: failed.error });
        }
        // The smaller of the two is to have all its digits.
        let switched = law.switching_probability(well, &[pulse.duration()])?[0];
        let probability = switched.value.max(0.0);
        Ok(Switched { probability, write_error: 1.0 - probability, uncertainty: switched.error })
    }

    /// Damping-like field (T) of a voltage: alpha B_k at the critical one.
    fn torque_of_voltage(&self, voltage: f64) -> f64 {
        self.damping * self.anisotropy_field * voltage / self.critical_voltage()
    }

    fn by_macrospins(&self, pulse: Pulse, from: State, trials: usize, seed: u64) -> Result<Switched, DeviceError> {
        if trials == 0 {
            let bound = "1 or greater".to_owned();
            return Err(DeviceError::OutOfRange { what: "the number of trials", value: 0.0, bound });
        }
        let magnet = self.magnet();
        let (drive, field) = match pulse {
            Pulse::Current { current, .. } => (Drive { current, ..Drive::default() }, magnet.damping_like_field(current)),
            Pulse::Voltage { voltage, .. } => {
                let field = self.torque_of_voltage(voltage);
                (Drive { damping_like: [0.0, 0.0, field], ..Drive::default() }, field)
            }
        };
        // The torque per current is largest in the antiparallel state.
        let largest = field.abs() / (1.0 - self.spin_polarization.powi(2));
        let steps = (pulse.duration() / magnet.time_step(largest)).ceil().max(1.0);
        if pulse.duration() == 0.0 {
            return Ok(Switched { probability: 0.0, write_error: 1.0, uncertainty: 0.0 });
        }
        let mut spins =
            Ensemble::new(&vec![magnet; trials], pulse.duration() / steps, |i| Stream::new(seed, "junction switching", i))?;
        let efficiency = Efficiency::Junction { polarization: self.spin_polarization };
        let torque = SpinTransfer { polarization: [0.0, 0.0, 1.0], efficiency, field_like: 0.0 };
        let mut start = Stream::new(seed, "junction start", 0);
        for i in 0..trials {
            spins.set_magnetization(i, at_rest(self.thermal_stability(), from, &mut start))?;
            spins.set_spin_transfer(i, Some(torque))?;
            spins.set_drive(i, &drive)?;
        }
        spins.advance(steps as usize)?;
        let failures = spins.magnetizations().filter(|m| m[2] * from.cosine() > 0.0).count();
        let (low, high) = wilson_interval(failures, trials, 1.0);
        let write_error = failures as f64 / trials as f64;
        Ok(Switched { probability: 1.0 - write_error, write_error, uncertainty: 0.5 * (high - low) })
    }

    /// Energy (J) that a pulse takes from its source, with the resistance of the state it begins in until its end.
    pub fn write_energy(&self, pulse: Pulse, from: State) -> f64 {
        match pulse {
            Pulse::Current { current, duration } => {
                // The voltage at which that resistance, which depends on it, carries the current.
                current * current * duration * self.resistance(from, self.voltage_of(current, from))
            }
            Pulse::Voltage { voltage, duration } => voltage * voltage * duration / self.resistance(from, voltage),
        }
    }

    /// Voltage (V) that a current (A) makes across a state.
    pub fn voltage_of(&self, current: f64, state: State) -> f64 {
        if state == State::Parallel {
            return current * self.resistance(state, 0.0);
        }
        // V = I R_P (1 + TMR(V)) has one root: R_P |I| <= |V| <= R_P |I| (1 + TMR_0), and V / R(V) rises with V.
        let parallel = self.resistance(State::Parallel, 0.0) * current.abs();
        let (mut low, mut high) = (parallel, parallel * (1.0 + self.tunnel_magnetoresistance));
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if middle > parallel * (1.0 + self.tunnel_magnetoresistance_at(middle)) { high = middle } else { low = middle }
        }
        0.5 * (low + high) * current.signum()
    }
}

/// The time, in units of tau_D, in which i times the critical torque, i > 1, turns a magnet without temperature from the cosine x of its
/// angle to the equator:
/// -ln(1 - x) / (2 (i - 1)) + ln(1 + x) / (2 (i + 1)) + ln((i - x) / i) / (i^2 - 1), the integral of dx / ((1 - x^2) (i - x)).
///
/// # Errors
/// [`DeviceError::OutOfRange`] at or below the critical torque, and for a cosine that is not between 0 and 1.
pub fn time_without_temperature(overdrive: f64, cosine: f64) -> Result<f64, DeviceError> {
    above_critical(overdrive)?;
    if !(0.0..1.0).contains(&cosine) {
        let bound = "from 0 to less than 1".to_owned();
        return Err(DeviceError::OutOfRange { what: "the cosine of the first angle", value: cosine, bound });
    }
    let (i, x) = (overdrive, cosine);
    Ok(-(-x).ln_1p() / (2.0 * (i - 1.0)) + x.ln_1p() / (2.0 * (i + 1.0)) + ((i - x) / i).ln() / (i * i - 1.0))
}

/// theta^2 of the precessional regime.
fn end_angle_squared(i: f64) -> f64 {
    2.0 * 2f64.powf((i - 1.0) / (i + 1.0)) * ((i - 1.0) / i).powf(2.0 / (i + 1.0))
}

fn well_of(state: State) -> Well {
    if state == State::Parallel { Well::Up } else { Well::Down }
}

fn above_critical(overdrive: f64) -> Result<(), DeviceError> {
    if overdrive > 1.0 {
        return Ok(());
    }
    let bound = "above 1: the torque does not overcome the damping (take NeelBrown or FokkerPlanck)".to_owned();
    Err(DeviceError::OutOfRange { what: "the overdrive", value: overdrive, bound })
}

/// A direction of a state at rest: exp(Delta z^2) about its pole, by rejection from exp(-Delta s), s = 1 - |z|.
fn at_rest(delta: f64, state: State, stream: &mut Stream) -> Vector {
    let s = loop {
        let s = -(stream.uniform() * (-delta).exp_m1()).ln_1p() / delta;
        if stream.uniform() < (-delta * s * (1.0 - s)).exp() {
            break s;
        }
    };
    let (sin, cos) = (TAU * stream.uniform()).sin_cos();
    let r = (s * (2.0 - s)).max(0.0).sqrt();
    [r * cos, r * sin, (1.0 - s) * state.cosine()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A junction of this stability, and a pulse on its parallel state of i times the critical voltage for tau times tau_D.
    fn reduced(stability: f64, damping: f64) -> (Junction, impl Fn(f64, f64) -> Pulse) {
        let nominal = Junction { damping, ..Junction::default() };
        let temperature = nominal.temperature * nominal.thermal_stability() / stability;
        let junction = Junction { temperature, ..nominal };
        let (voltage, time) = (junction.critical_voltage(), junction.relaxation_time());
        (junction, move |i: f64, tau: f64| Pulse::Voltage { voltage: -i * voltage, duration: tau * time })
    }

    /// Against mean first-passage times to the equator, in units of tau_D, that were integrated numerically; T/rate tends to 1/2 without
    /// torque, where half of those that come there go back.
    #[test]
    fn browns_rate_beside_first_passage_times() {
        let table = [
            (0.0, [6.9420e3, 1.01438e8, 1.79042e12, 3.38465e16], [0.562, 0.528, 0.518, 0.513]),
            (0.25, [2.3977e2, 4.49342e4, 1.01297e7, 2.42681e9], [1.085, 1.037, 1.033, 1.030]),
            (0.5, [2.5722e1, 1.99720e2, 1.81231e3, 1.82771e4], [1.413, 1.273, 1.162, 1.110]),
        ];
        for (i, times, products) in table {
            for ((stability, time), product) in [10.0, 20.0, 30.0, 40.0].into_iter().zip(times).zip(products) {
                let (junction, _) = reduced(stability, 0.01);
                let rate = junction.escape_rate(i, Barrier::Brown).unwrap() * junction.relaxation_time();
                assert!((rate * time - product).abs() < 1e-3, "{i} {stability}: {}", rate * time);
            }
        }
    }

    /// Below the critical current Brown's law is the first term of an expansion in 1 / (Delta (1 - i)^2), here 1/14 to 1/23.
    #[test]
    fn escape_by_the_fokker_planck_equation() {
        let (junction, pulse) = reduced(40.0, 0.01);
        for i in [0.25, 0.4] {
            let rate = junction.escape_rate(i, Barrier::Brown).unwrap();
            let by = |way, tau| junction.switching_probability(pulse(i, tau), State::Parallel, way).unwrap().probability;
            let tau = 0.5 / (rate * junction.relaxation_time());
            let (brown, exact) = (by(Switching::NeelBrown(Barrier::Brown), tau), by(Switching::FokkerPlanck, tau));
            assert!((brown / exact - 1.0).abs() < 1.5 / (40.0 * (1.0 - i).powi(2)), "{i}: {brown} {exact}");
        }
    }

    /// (i - 1) tau = 1, 2, 3, 4, 5, 6, 8 at 40 kT: the Fokker-Planck equation by another solver, and the closed form.
    #[test]
    fn write_errors_of_the_table() {
        let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
        let table = [
            (
                1.5,
                [9.139e-1, 2.085e-1, 2.641e-2, 3.167e-3, 3.782e-4, 4.513e-5, 6.428e-7],
                [8.493e-1, 2.101e-1, 3.109e-2, 4.259e-3, 5.773e-4, 7.815e-5, 1.431e-6],
            ),
            (
                2.0,
                [9.945e-1, 4.504e-1, 7.375e-2, 1.001e-2, 1.328e-3, 1.757e-4, 3.072e-6],
                [9.900e-1, 4.439e-1, 7.577e-2, 1.060e-2, 1.440e-3, 1.950e-4, 3.573e-6],
            ),
            (
                3.0,
                [9.998e-1, 6.778e-1, 1.412e-1, 2.036e-2, 2.779e-3, 3.765e-4, 6.899e-6],
                [9.998e-1, 6.785e-1, 1.417e-1, 2.045e-2, 2.792e-3, 3.783e-4, 6.930e-6],
            ),
        ];
        let (junction, pulse) = reduced(40.0, 0.01);
        for (i, exact, closed) in table {
            for ((time, exact), closed) in times.into_iter().zip(exact).zip(closed) {
                let by = |way| junction.switching_probability(pulse(i, time / (i - 1.0)), State::Parallel, way).unwrap();
                let (law, form) = (by(Switching::FokkerPlanck), by(Switching::Precessional));
                assert!((law.write_error / exact - 1.0).abs() < 0.01, "{i} {time}: {law:?} {exact}");
                assert!((form.write_error / closed - 1.0).abs() < 1e-3, "{i} {time}: {form:?} {closed}");
                assert!((law.probability + law.write_error - 1.0).abs() < 1e-9);
            }
        }
    }

    /// Macrospins against the Fokker-Planck equation under voltage and current, out of either state. 4096 trials; four standard errors, a
    /// false-alarm rate of 6e-5 each.
    #[test]
    fn macrospins_follow_the_fokker_planck_equation() {
        let (junction, pulse) = reduced(40.0, 0.1);
        let current = |i: f64, from: State, tau: f64| Pulse::Current {
            current: -from.cosine() * i * junction.critical_current(from),
            duration: tau * junction.relaxation_time(),
        };
        let cases = [
            (pulse(2.0, 2.0), State::Parallel),
            (current(2.0, State::Parallel, 1.8), State::Parallel),
            (current(2.0, State::Antiparallel, 2.5), State::Antiparallel),
        ];
        for (pulse, from) in cases {
            let by = |way| junction.switching_probability(pulse, from, way).unwrap();
            let (law, drawn) = (by(Switching::FokkerPlanck), by(Switching::Macrospin { trials: 4096, seed: 7 }));
            let error = (law.probability * law.write_error / 4096.0).sqrt();
            assert!(law.write_error > 0.05 && law.write_error < 0.95, "{law:?}");
            assert!((drawn.probability - law.probability).abs() < 4.0 * error, "{pulse:?} {from:?}: {drawn:?} {law:?}");
        }
    }

    #[test]
    fn the_time_without_temperature_solves_its_equation() {
        // Simpson's rule on the integral from 0 to x, whose integrand is smooth there.
        for (i, x) in [(1.3, 0.5), (2.0, 0.9), (5.0, 0.99)] {
            let n = 20_000;
            let h = x / f64::from(n);
            let f = |k: i32| {
                let y = h * f64::from(k);
                1.0 / ((1.0 - y * y) * (i - y))
            };
            let inner: f64 = (1..n).map(|k| f(k) * if k % 2 == 1 { 4.0 } else { 2.0 }).sum();
            let time = (f(0) + inner + f(n)) * h / 3.0;
            assert!((time_without_temperature(i, x).unwrap() / time - 1.0).abs() < 1e-9, "{i} {x}");
        }
        assert!(time_without_temperature(1.0, 0.5).is_err() && time_without_temperature(2.0, 1.0).is_err());
    }

    /// The mean time is the area below the write-error rate of the Fokker-Planck equation, up to the same order 1 / (Delta (i - 1)).
    #[test]
    fn mean_switching_times() {
        let (junction, _) = reduced(40.0, 0.01);
        let magnet = junction.magnet();
        for i in [1.5, 2.0, 3.0] {
            let mut law = FokkerPlanck::of(&magnet).unwrap();
            law.set_bias(FokkerPlanck::bias_of(&magnet, 0.0, -i * junction.damping * junction.anisotropy_field)).unwrap();
            let step = 0.05 / (i - 1.0) * junction.relaxation_time();
            let times: Vec<f64> = (0..=200).map(|k| step * f64::from(k)).collect();
            let area: f64 =
                law.write_error(Well::Up, &times).unwrap().windows(2).map(|w| 0.5 * step * (w[0].value + w[1].value)).sum();
            let mean = junction.mean_switching_time(i).unwrap();
            assert!((mean / area - 1.0).abs() < 2.0 / (40.0 * (i - 1.0)), "{i}: {mean:e} {area:e}");
        }
    }

    #[test]
    fn energies_and_disturbances() {
        let (junction, _) = reduced(40.0, 0.01);
        // Energy goes with the time, and under a current with its square.
        let energy = |current: f64, duration: f64| junction.write_energy(Pulse::Current { current, duration }, State::Parallel);
        assert!(
            (energy(2e-5, 1e-8) / energy(1e-5, 1e-8) - 4.0).abs() < 1e-12
                && (energy(1e-5, 2e-8) / energy(1e-5, 1e-8) - 2.0).abs() < 1e-12
        );
        let voltage = junction.voltage_of(-3e-5, State::Antiparallel);
        assert!((voltage / junction.resistance(State::Antiparallel, voltage) / -3e-5 - 1.0).abs() < 1e-12);
        // A linear barrier takes a read disturb too lightly: 60 kT, 10 ns at 0.3 of the critical current.
        let (stable, read) = reduced(60.0, 0.01);
        let disturbed = |exponent| {
            let barrier = Barrier::Power { exponent, attempt_time: 1e-9 };
            let pulse = Pulse::Voltage { voltage: -0.3 * stable.critical_voltage(), duration: 10e-9 };
            stable.switching_probability(pulse, State::Parallel, Switching::NeelBrown(barrier)).unwrap().probability
        };
        assert!((disturbed(1.0) / 5.8e-18 - 1.0).abs() < 0.02 && (disturbed(2.0) / 1.7e-12 - 1.0).abs() < 0.02);
        // What does not hold is refused, and a pulse of no time does nothing.
        let by = |pulse, way| stable.switching_probability(pulse, State::Parallel, way);
        assert!(by(read(1.5, 1.0), Switching::NeelBrown(Barrier::Brown)).is_err());
        assert!(by(read(0.5, 1.0), Switching::Precessional).is_err());
        assert!(
            by(read(0.5, f64::NAN), Switching::FokkerPlanck).is_err() && by(read(0.5, -1.0), Switching::FokkerPlanck).is_err()
        );
        assert!(by(read(2.0, 1.0), Switching::Macrospin { trials: 0, seed: 1 }).is_err());
        for way in [Switching::FokkerPlanck, Switching::Macrospin { trials: 8, seed: 1 }] {
            assert_eq!(by(read(2.0, 0.0), way).unwrap().probability, 0.0);
        }
    }
}
