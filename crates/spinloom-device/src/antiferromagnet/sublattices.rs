//! The two sublattices of an antiferromagnet as macrospins: what the pendulum was reduced from.
//!
//! Both by the Landau-Lifshitz-Gilbert equation with the damping-like torque of one spin current ([`spinloom_magnet::macrospin`]), in the fields
//!
//! ```text
//! B_1 = -B_E m_2 + B_e (m_1.x) x - B_h (m_1.z) z,   B_2 the same with 1 and 2 exchanged,
//! w_ex = 2 gamma B_E,   w_e = gamma B_e,   w_h = gamma B_h,   sigma j = gamma B_DL.
//! ```
//!
//! The spin current is polarised against the hard axis z. It cants both sublattices, and in the exchange field of the canting the Neel vector turns:
//! phi' = -w_ex (m_1 + m_2).z / 2 to first order in it, which put into the balance of the torques along z gives the pendulum. Small oscillations have
//! w^2 = w_e (w_ex + w_e + w_h): the pendulum leaves w_e and w_h out beside w_ex. E. V. Gomonay and V. M. Loktev, Low Temp. Phys. 40, 17 (2014),
//! doi:10.1063/1.4862467; R. Khymyn et al., Sci. Rep. 7, 43705 (2017), doi:10.1038/srep43705.

use super::{Antiferromagnet, Turning};
use crate::DeviceError;
use spinloom_core::constants::{GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_magnet::macrospin::{Drive, Ensemble, InterlayerExchange, Magnet, Method};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Turn (rad) of a sublattice in the exchange field within a step.
const TURN: f64 = 0.1;
/// Steps between looks: the Neel vector turns by less than a hundredth of a radian.
const STRIDE: usize = 4;
/// Relative change of the time of a turn below which the rate is that of all further turns.
const STEADY: f64 = 1e-5;
/// Looks before a turn is given up.
const LOOKS: usize = 500_000;

spinloom_core::parameters! {
    /// Two sublattices without temperature. Magnetization, volume and gain set the scale of the current alone and are ours.
    ///
    /// ```
    /// let two = spinloom_device::antiferromagnet::Sublattices::default();
    /// assert!((two.threshold_current() / 4.16e-3 - 1.0).abs() < 0.01);
    /// // The pendulum leaves the hard axis out beside the exchange: 0.08 %.
    /// assert!((two.resonance() / two.neuron.resonance() - 1.0008).abs() < 1e-4);
    /// ```
    pub struct Sublattices {
        /// Frequencies of exchange and easy axis, and damping.
        pub neuron: Antiferromagnet = Antiferromagnet::default(), "", Bound::ANY;
        /// Frequency of the hard axis, w_h / 2 pi.
        pub hard_axis_frequency: f64 = 43.9e9, "Hz", Bound::NON_NEGATIVE;
        /// Saturation magnetization of one sublattice.
        pub saturation_magnetization: f64 = 3.5e5, "A/m", Bound::POSITIVE;
        /// Volume of the antiferromagnet.
        pub volume: f64 = 1.25e-23, "m^3", Bound::POSITIVE;
        /// Spin current that each sublattice absorbs, over the current.
        pub spin_gain: f64 = 0.1, "", Bound::POSITIVE;
    }
}

impl Sublattices {
    /// One sublattice: easy axis along x, hard axis along z.
    fn magnet(&self) -> Magnet {
        let field = |frequency: f64| TAU * frequency / GYROMAGNETIC_RATIO;
        let ms = self.saturation_magnetization;
        Magnet {
            saturation_magnetization: ms,
            volume: self.volume,
            damping: self.neuron.damping,
            anisotropy: 0.5 * ms * field(self.neuron.easy_axis_frequency),
            axis: [1.0, 0.0, 0.0],
            demagnetization: [0.0, 0.0, field(self.hard_axis_frequency) / (VACUUM_PERMEABILITY * ms)],
            temperature: 0.0,
        }
    }

    /// Field of one sublattice on the other, B_E, T.
    fn exchange_field(&self) -> f64 {
        0.5 * TAU * self.neuron.exchange_frequency / GYROMAGNETIC_RATIO
    }

    /// Angular frequency (rad/s) of small oscillations in the easy plane without drive and damping, sqrt(w_e (w_ex + w_e + w_h)).
    pub fn resonance(&self) -> f64 {
        let n = &self.neuron;
        TAU * (n.easy_axis_frequency * (n.exchange_frequency + n.easy_axis_frequency + self.hard_axis_frequency)).sqrt()
    }

    /// Current (A) at which the torque is w_e / 2, the threshold of the pendulum.
    pub fn threshold_current(&self) -> f64 {
        self.neuron.threshold() / (GYROMAGNETIC_RATIO * self.magnet().damping_like_field(self.spin_gain))
    }

    /// Both macrospins at rest on the easy axis under a current (A).
    ///
    /// # Errors
    /// [`DeviceError::Magnet`] for parameters and currents out of range.
    pub fn macrospins(&self, current: f64) -> Result<Ensemble, DeviceError> {
        let magnet = self.magnet();
        let torque = magnet.damping_like_field(self.spin_gain * current);
        let exchange = self.exchange_field();
        let hard = TAU * self.hard_axis_frequency / GYROMAGNETIC_RATIO;
        let step = TURN / (GYROMAGNETIC_RATIO * (exchange + magnet.anisotropy_field() + hard + torque.abs()));
        let bilinear = -exchange * magnet.moment();
        let mut spins = Ensemble::new(&[magnet.clone(), magnet], step, |i| Stream::new(0, "sublattices", i))?;
        spins.set_method(Method::RungeKutta4)?;
        spins.set_interlayer_exchange(&[InterlayerExchange { pair: [0, 1], area: 1.0, bilinear, biquadratic: 0.0 }])?;
        spins.set_magnetization(1, [-1.0, 0.0, 0.0])?;
        let drive = Drive { damping_like: [0.0, 0.0, -torque], ..Drive::default() };
        (0..2).try_for_each(|i| spins.set_drive(i, &drive))?;
        Ok(spins)
    }

    /// How the Neel vector turns when a current (A) above the threshold is stepped on, as [`Antiferromagnet::turning`].
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a current at which it does not turn, [`DeviceError::Magnet`] for parameters out of range.
    pub fn turning(&self, current: f64) -> Result<Turning, DeviceError> {
        let mut spins = self.macrospins(current)?;
        let (mut angle, mut total) = (0.0, 0.0);
        let (mut crossed, mut period, mut latency) = (None, f64::INFINITY, f64::NAN);
        let mut next = 1.5 * FRAC_PI_2;
        for look in 0..LOOKS {
            spins.advance(STRIDE)?;
            let now = neel_angle(&spins)?;
            let turned = now - angle;
            let turned = turned - TAU * (turned / TAU).round();
            (angle, total) = (now, total + turned);
            if total < next {
                continue;
            }
            let time = (look as f64 + 1.0 - (total - next) / turned) * STRIDE as f64 * spins.time_step();
            next += PI;
            if let Some(last) = crossed.replace(time) {
                let before = std::mem::replace(&mut period, time - last);
                if (period / before - 1.0).abs() < STEADY {
                    return Ok(Turning { latency, rate: 1.0 / period });
                }
            } else {
                latency = time;
            }
        }
        let bound =
            format!("further above the threshold of {:e} A: it does not turn within {LOOKS} looks", self.threshold_current());
        Err(DeviceError::OutOfRange { what: "the current on an antiferromagnet (A)", value: current, bound })
    }
}

/// Angle (rad) of the Neel vector in the easy plane.
///
/// # Errors
/// [`DeviceError::Magnet`] where there are no two macrospins.
fn neel_angle(spins: &Ensemble) -> Result<f64, DeviceError> {
    let (one, two) = (spins.magnetization(0)?, spins.magnetization(1)?);
    Ok((one[1] - two[1]).atan2(one[0] - two[0]))
}
