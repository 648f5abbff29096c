//! How currents and voltages act on a macrospin.
//!
//! A current I through a magnet of moment Ms V that is polarised along p exerts the damping-like field
//!
//! ```text
//! B_DL = (hbar / 2e) eta(m.p) I / (Ms V),    B_FL = r B_DL,
//! ```
//!
//! where eta is the share of the current's spin that is absorbed where m is across p, over sin(theta). Positive current pulls m towards p:
//! which way that current flows is a matter of the device.

use super::magnet::{Magnet, Vector, finite, unit};
use crate::MagnetError;

/// How much spin a current hands over, by the angle between the magnetization and the polariser.
///
/// Every form is n / (1 + s m.p).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Efficiency {
    /// The polarisation P at any angle.
    Constant {
        /// Spin polarisation P.
        polarization: f64,
    },
    /// A tunnel junction driven by a current, eta = P / (1 + P^2 m.p): the torque goes with the voltage, the conductance with the angle.
    /// The critical currents of the two states differ by (1 + P^2) / (1 - P^2) = 1 + TMR.
    /// Source: J. C. Slonczewski, Phys. Rev. B 71, 024411 (2005), doi:10.1103/PhysRevB.71.024411.
    Junction {
        /// Spin polarisation P of both electrodes, from 0 to less than 1.
        polarization: f64,
    },
    /// An all-metallic pillar with ballistic electrodes, eta = 2 g, g = 1 / [-4 + (1 + P)^3 (3 + m.p) / (4 P^(3/2))]. The torque of the
    /// paper is hbar g I / e, of which hbar I / 2e is the spin of a fully polarised current: eta tends to 1 across p for P to 1.
    /// Source: J. C. Slonczewski, J. Magn. Magn. Mater. 159, L1 (1996), doi:10.1016/0304-8853(96)00062-5.
    SpinValve {
        /// Spin polarisation P, greater than 0 and less than 1.
        polarization: f64,
    },
    /// The form of the film codes, eta = 2 P L^2 / [(L^2 + 1) + (L^2 - 1) m.p]; L = 1 is the constant.
    /// Source: J. Xiao, A. Zangwill and M. D. Stiles, Phys. Rev. B 70, 172405 (2004), doi:10.1103/PhysRevB.70.172405.
    Lambda {
        /// Spin polarisation P.
        polarization: f64,
        /// Asymmetry L, greater than 0.
        lambda: f64,
    },
}

impl Efficiency {
    /// The efficiency at m.p.
    ///
    /// ```
    /// use spinloom_magnet::macrospin::Efficiency;
    /// let junction = Efficiency::Junction { polarization: 0.6 };
    /// assert!((junction.at(-1.0) / junction.at(1.0) - 1.36 / 0.64).abs() < 1e-12);
    /// ```
    pub fn at(&self, cosine: f64) -> f64 {
        let (numerator, slope) = self.fraction();
        numerator / (1.0 + slope * cosine)
    }

    /// n and s of the form n / (1 + s m.p).
    pub(crate) fn fraction(&self) -> (f64, f64) {
        match *self {
            Self::Constant { polarization } => (polarization, 0.0),
            Self::Junction { polarization: p } => (p, p * p),
            Self::SpinValve { polarization: p } => {
                let rise = (1.0 + p).powi(3) / (4.0 * p * p.sqrt());
                let middle = 3.0 * rise - 4.0;
                (2.0 / middle, rise / middle)
            }
            Self::Lambda { polarization, lambda } => {
                let square = lambda * lambda;
                (2.0 * polarization * square / (square + 1.0), (square - 1.0) / (square + 1.0))
            }
        }
    }

    pub(crate) fn check(&self) -> Result<(), MagnetError> {
        let what = "the spin polarisation";
        match *self {
            Self::Constant { polarization } => finite(what, polarization),
            Self::Junction { polarization: p } => MagnetError::unless((0.0..1.0).contains(&p), what, p, "from 0 to less than 1"),
            Self::SpinValve { polarization: p } => {
                MagnetError::unless(p > 0.0 && p < 1.0, what, p, "greater than 0 and less than 1")
            }
            Self::Lambda { polarization, lambda } => {
                finite(what, polarization)?;
                MagnetError::unless(lambda > 0.0, "the asymmetry of the spin torque", lambda, "greater than 0")
            }
        }
    }
}

/// Torque of a polarised current through the magnet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpinTransfer {
    /// Direction p that a positive current pulls the magnetization to, of unit length.
    pub polarization: Vector,
    /// Efficiency eta.
    pub efficiency: Efficiency,
    /// Field-like over damping-like torque, r.
    pub field_like: f64,
}

/// Torque of a current in a metal beside the magnet, B_DL = (hbar / 2e) theta J / (Ms t) along sigma.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpinOrbit {
    /// Polarisation sigma of the spin that flows into the magnet, of unit length: z x j for a metal below with current along j.
    pub polarization: Vector,
    /// Spin current over charge current density, theta: the spin Hall angle times the transparency of the interface.
    pub efficiency: f64,
    /// Thickness t of the magnet, m.
    pub thickness: f64,
    /// Field-like over damping-like torque, r.
    pub field_like: f64,
}

/// Anisotropy by the voltage over a barrier, K(V) = K - xi V / (t_b t).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoltageControl {
    /// Coefficient xi, J/(V m).
    pub coefficient: f64,
    /// Thickness t_b of the barrier, m.
    pub barrier: f64,
    /// Thickness t of the magnet, m.
    pub thickness: f64,
}

impl SpinTransfer {
    pub(super) fn check(&self) -> Result<(), MagnetError> {
        unit("the length of a spin polarisation", self.polarization)?;
        self.efficiency.check()?;
        finite("the field-like share of a torque", self.field_like)
    }
}

impl SpinOrbit {
    /// Damping-like field (T) of a current density (A/m^2).
    pub fn damping_like_field(&self, magnet: &Magnet, current_density: f64) -> f64 {
        // The spin current through the face V / t of the magnet.
        magnet.damping_like_field(self.efficiency * current_density * magnet.volume / self.thickness)
    }

    pub(super) fn check(&self) -> Result<(), MagnetError> {
        unit("the length of a spin polarisation", self.polarization)?;
        finite("the efficiency of the spin-orbit torque", self.efficiency)?;
        MagnetError::unless(self.thickness > 0.0, "the thickness of a magnet", self.thickness, "greater than 0")?;
        finite("the field-like share of a torque", self.field_like)
    }
}

impl VoltageControl {
    /// Change of the anisotropy field 2 K / Ms (T) by a voltage (V).
    pub fn anisotropy_field(&self, magnet: &Magnet, voltage: f64) -> f64 {
        -2.0 * self.coefficient * voltage / (self.barrier * self.thickness * magnet.saturation_magnetization)
    }

    pub(super) fn check(&self) -> Result<(), MagnetError> {
        finite("the coefficient of the voltage-controlled anisotropy", self.coefficient)?;
        MagnetError::unless(self.barrier > 0.0, "the thickness of a barrier", self.barrier, "greater than 0")?;
        MagnetError::unless(self.thickness > 0.0, "the thickness of a magnet", self.thickness, "greater than 0")
    }
}
