//! The magnetic tunnel junction: two stable states, read by their resistance and written by spin torque.
//!
//! The free layer is a disk with its easy axis across the plane, parallel (+1, low resistance) or antiparallel (-1) to the layer that is
//! held. **Positive currents and voltages favour the parallel state**, here as in [`telegraph`](crate::telegraph).
//!
//! ```text
//! G(theta) = (G_P + G_AP) / 2 + (G_P - G_AP) / 2 cos theta,   G_P = A / RA,   G_AP = G_P / (1 + TMR(V)),   TMR(V) = TMR_0 / (1 + (V / V_h)^2)
//! E_b = Ms B_k V / 2,   Delta = E_b / kT,   tau_D = (1 + alpha^2) / (alpha gamma B_k)
//! I_c(P -> AP) = (4 e / hbar) (alpha / P) (1 + P^2) E_b,   I_c(AP -> P) = (4 e / hbar) (alpha / P) (1 - P^2) E_b
//! ```
//!
//! The conductance, not the resistance, is linear in cos theta: J. C. Slonczewski, Phys. Rev. B 39, 6995 (1989),
//! doi:10.1103/PhysRevB.39.6995; the critical currents follow from the efficiency P / (1 + P^2 cos theta) of J. C. Slonczewski, Phys. Rev. B
//! 71, 024411 (2005), doi:10.1103/PhysRevB.71.024411, at both ends. The torque so goes with the voltage whatever the angle, and the
//! critical *voltage* I_c R is the same for both directions. M. Julliere's TMR = 2 P^2 / (1 - P^2) (Phys. Lett. A 54, 225 (1975),
//! doi:10.1016/0375-9601(75)90174-7) links the two polarisations where they are not given apart. The roll-off of the magnetoresistance
//! with voltage is the one usual in circuit models, R_P is taken not to change.
//!
//! [`Cell`] is a junction, or two, with access transistors and a sense amplifier. [`Switching`] gives the probability that a [`Pulse`] switches, by closed forms, by the Fokker-Planck equation or by macrospins.

mod cell;
mod programming;
mod switching;

pub use cell::{Cell, CellKind};
pub use programming::{SwitchingTable, crossing};
pub use switching::{Barrier, Pulse, Switched, Switching, time_without_temperature};

use crate::DeviceError;
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_core::variability::{Distribution, Spread};
use spinloom_magnet::macrospin::Magnet;
use std::f64::consts::PI;

/// A state of a junction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Low resistance.
    Parallel,
    /// High resistance.
    Antiparallel,
}

impl State {
    /// The other state.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Parallel => Self::Antiparallel,
            Self::Antiparallel => Self::Parallel,
        }
    }

    /// Cosine of the angle between the layers.
    pub fn cosine(self) -> f64 {
        match self {
            Self::Parallel => 1.0,
            Self::Antiparallel => -1.0,
        }
    }
}

spinloom_core::parameters! {
    /// A perpendicular tunnel junction. The default is a disk of 40 nm with numbers typical of such junctions, chosen by us; its write energy of
    /// some hundred femtojoules follows from them.
    ///
    /// ```
    /// use spinloom_device::junction::{Junction, State};
    /// let junction = Junction::default();
    /// assert!((junction.thermal_stability() - 59.16).abs() < 0.01);
    /// let (p, ap) = (junction.critical_current(State::Parallel), junction.critical_current(State::Antiparallel));
    /// assert!((p - 33.75e-6).abs() < 1e-8 && (ap - 15.88e-6).abs() < 1e-8);
    /// ```
    pub struct Junction {
        /// Diameter of the free layer.
        pub diameter: f64 = 40e-9, "m", Bound::POSITIVE;
        /// Thickness of the free layer.
        pub thickness: f64 = 1.3e-9, "m", Bound::POSITIVE;
        /// Saturation magnetization of the free layer.
        pub saturation_magnetization: f64 = 1e6, "A/m", Bound::POSITIVE;
        /// Anisotropy field of the free layer less its demagnetising field, B_k.
        pub anisotropy_field: f64 = 0.3, "T", Bound::POSITIVE;
        /// Gilbert damping of the free layer.
        pub damping: f64 = 0.01, "", Bound::between(1e-6, 10.0);
        /// Spin polarisation P of the current.
        pub spin_polarization: f64 = 0.6, "", Bound::between(1e-3, 0.999);
        /// Tunnel magnetoresistance (R_AP - R_P) / R_P without voltage; the default is Julliere's of the polarisation.
        pub tunnel_magnetoresistance: f64 = 1.125, "", Bound::POSITIVE;
        /// Resistance times area of the parallel state.
        pub resistance_area_product: f64 = 5e-12, "Ohm m^2", Bound::POSITIVE;
        /// Voltage at which the magnetoresistance is half of that without, V_h.
        pub half_voltage: f64 = 0.5, "V", Bound::POSITIVE;
        /// Temperature of the free layer.
        pub temperature: f64 = 300.0, "K", Bound::POSITIVE;
    }
}

impl Junction {
    /// Area of the junction, m^2.
    pub fn area(&self) -> f64 {
        PI / 4.0 * self.diameter * self.diameter
    }

    /// Magnetoresistance at a voltage (V).
    pub fn tunnel_magnetoresistance_at(&self, voltage: f64) -> f64 {
        self.tunnel_magnetoresistance / (1.0 + (voltage / self.half_voltage).powi(2))
    }

    /// Conductance (S) at a cosine of the angle between the layers and a voltage (V).
    pub fn conductance(&self, cosine: f64, voltage: f64) -> f64 {
        let parallel = self.area() / self.resistance_area_product;
        let antiparallel = parallel / (1.0 + self.tunnel_magnetoresistance_at(voltage));
        0.5 * ((parallel + antiparallel) + (parallel - antiparallel) * cosine)
    }

    /// Resistance (Ohm) of a state at a voltage (V).
    pub fn resistance(&self, state: State, voltage: f64) -> f64 {
        self.conductance(state.cosine(), voltage).recip()
    }

    /// The free layer as a macrospin, held along z.
    pub fn magnet(&self) -> Magnet {
        Magnet {
            saturation_magnetization: self.saturation_magnetization,
            volume: self.area() * self.thickness,
            damping: self.damping,
            anisotropy: 0.5 * self.saturation_magnetization * self.anisotropy_field,
            axis: [0.0, 0.0, 1.0],
            demagnetization: [0.0; 3],
            temperature: self.temperature,
        }
    }

    /// Barrier between the states, J.
    pub fn barrier_energy(&self) -> f64 {
        0.5 * self.saturation_magnetization * self.anisotropy_field * self.area() * self.thickness
    }

    /// Barrier over the thermal energy, Delta.
    pub fn thermal_stability(&self) -> f64 {
        self.barrier_energy() / (BOLTZMANN * self.temperature)
    }

    /// Time in which a small angle relaxes, tau_D, s.
    pub fn relaxation_time(&self) -> f64 {
        (1.0 + self.damping * self.damping) / (self.damping * GYROMAGNETIC_RATIO * self.anisotropy_field)
    }

    /// Current (A, positive) at which a state without temperature becomes unstable.
    pub fn critical_current(&self, from: State) -> f64 {
        let p = self.spin_polarization;
        let efficiency = p / (1.0 + p * p * from.cosine());
        4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * self.damping / efficiency * self.barrier_energy()
    }

    /// Voltage (V, positive) at which either state without temperature becomes unstable: that of the torque, which the resistance of the
    /// parallel state turns into a current.
    pub fn critical_voltage(&self) -> f64 {
        self.critical_current(State::Parallel) * self.resistance(State::Parallel, 0.0)
    }
}

/// The magnetoresistance of electrodes with this spin polarisation, 2 P^2 / (1 - P^2).
///
/// ```
/// use spinloom_device::junction::{julliere, polarization};
/// assert!((julliere(0.6) - 1.125).abs() < 1e-12 && (polarization(julliere(0.6)) - 0.6).abs() < 1e-12);
/// ```
pub fn julliere(polarization: f64) -> f64 {
    2.0 * polarization * polarization / (1.0 - polarization * polarization)
}

/// The spin polarisation of equal electrodes with this magnetoresistance, sqrt(TMR / (2 + TMR)).
pub fn polarization(tunnel_magnetoresistance: f64) -> f64 {
    (tunnel_magnetoresistance / (2.0 + tunnel_magnetoresistance)).sqrt()
}

spinloom_core::parameters! {
    /// How junctions differ from device to device, as standard deviations of logarithms; assumptions of ours. Resistance, barrier and critical
    /// current of a device vary together through its diameter.
    pub struct JunctionSpread {
        /// Of the diameter.
        pub diameter: f64 = 0.02, "", Bound::between(0.0, 0.5);
        /// Of the resistance-area product.
        pub resistance_area_product: f64 = 0.03, "", Bound::between(0.0, 1.0);
        /// Of the magnetoresistance.
        pub tunnel_magnetoresistance: f64 = 0.03, "", Bound::between(0.0, 1.0);
        /// Of the anisotropy field.
        pub anisotropy_field: f64 = 0.03, "", Bound::between(0.0, 1.0);
    }
}

impl JunctionSpread {
    /// One device, as it comes off the wafer.
    pub fn draw(&self, nominal: &Junction, stream: &mut Stream) -> Junction {
        let mut vary = |value: f64, deviation: f64| {
            Spread { relative: deviation, distribution: Distribution::LogNormal }.draw(value, stream)
        };
        Junction {
            diameter: vary(nominal.diameter, self.diameter),
            resistance_area_product: vary(nominal.resistance_area_product, self.resistance_area_product),
            tunnel_magnetoresistance: vary(nominal.tunnel_magnetoresistance, self.tunnel_magnetoresistance),
            anisotropy_field: vary(nominal.anisotropy_field, self.anisotropy_field),
            ..nominal.clone()
        }
    }
}

/// A number that has to be positive and finite.
fn positive(what: &'static str, value: f64) -> Result<(), DeviceError> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(DeviceError::OutOfRange { what, value, bound: "greater than 0 and finite".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use spinloom_core::statistics::{mean, variance};

    proptest! {
        #[test]
        fn identities_of_the_electrical_model(p in 0.05f64..0.95, voltage in -1.0f64..1.0, half in 0.1f64..1.0) {
            let junction = Junction {
                spin_polarization: p,
                tunnel_magnetoresistance: julliere(p),
                half_voltage: half,
                ..Junction::default()
            };
            let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
            let [low, high] = [State::Parallel, State::Antiparallel].map(|s| junction.resistance(s, voltage));
            prop_assert!(close(high / low, 1.0 + junction.tunnel_magnetoresistance_at(voltage)));
            prop_assert!(close(junction.conductance(0.0, voltage), 0.5 * (1.0 / low + 1.0 / high)));
            prop_assert!(close(junction.tunnel_magnetoresistance_at(half), 0.5 * julliere(p)));
            // The critical currents differ by 1 + TMR, and the critical voltage does not.
            let [leave_p, leave_ap] = [State::Parallel, State::Antiparallel].map(|s| junction.critical_current(s));
            prop_assert!(close(leave_p / leave_ap, 1.0 + julliere(p)));
            prop_assert!(close(leave_ap * junction.resistance(State::Antiparallel, 0.0), junction.critical_voltage()));
            prop_assert!(close(polarization(julliere(p)), p));
        }
    }

    #[test]
    fn the_default_has_its_numbers() {
        let junction = Junction::default();
        let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-3;
        assert!(
            close(junction.resistance(State::Parallel, 0.0), 3978.9)
                && close(junction.resistance(State::Antiparallel, 0.0), 8455.0)
        );
        assert!(close(junction.relaxation_time(), 1.893e-9) && close(junction.critical_voltage(), 0.1343));
        assert!(close(junction.magnet().anisotropy_field(), 0.3));
        // The threshold of the magnet with that torque: B_DL = alpha B_k.
        let current = junction.critical_current(State::Parallel);
        let p = junction.spin_polarization;
        let field = junction.magnet().damping_like_field(current * p / (1.0 + p * p));
        assert!(close(field, junction.damping * junction.anisotropy_field));
    }

    #[test]
    fn devices_vary_together_through_their_size() {
        let spread =
            JunctionSpread { diameter: 0.05, resistance_area_product: 0.0, tunnel_magnetoresistance: 0.0, anisotropy_field: 0.0 };
        let nominal = Junction::default();
        let mut stream = Stream::new(4, "junction test", 0);
        let drawn: Vec<Junction> = (0..4000).map(|_| spread.draw(&nominal, &mut stream)).collect();
        let log = |f: &dyn Fn(&Junction) -> f64| drawn.iter().map(|j| (f(j) / f(&nominal)).ln()).collect::<Vec<_>>();
        let (resistance, barrier) = (log(&|j| j.resistance(State::Parallel, 0.0)), log(&Junction::thermal_stability));
        // R goes with d^-2 and Delta with d^2. The deviation of a deviation of 4000 values is 1.1 %.
        assert!((variance(&barrier).sqrt() / 0.1 - 1.0).abs() < 0.05 && mean(&barrier).abs() < 0.01);
        assert!(resistance.iter().zip(&barrier).all(|(r, b)| (r + b).abs() < 1e-9));
    }
}
