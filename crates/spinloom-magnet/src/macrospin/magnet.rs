//! One macrospin: what it is made of, and what acts on it.

use crate::MagnetError;
use crate::demagnetization::{cylinder, ellipsoid, prism};
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK, VACUUM_PERMEABILITY};
use std::f64::consts::PI;

/// A vector in space.
pub type Vector = [f64; 3];

/// A uniformly magnetized body.
#[derive(Debug, Clone, PartialEq)]
pub struct Magnet {
    /// Saturation magnetization Ms, A/m.
    pub saturation_magnetization: f64,
    /// Volume V, m^3.
    pub volume: f64,
    /// Gilbert damping alpha.
    pub damping: f64,
    /// Uniaxial anisotropy K, J/m^3; positive makes the axis easy.
    pub anisotropy: f64,
    /// Axis u of the anisotropy, of unit length.
    pub axis: Vector,
    /// Demagnetising factors N along x, y and z.
    pub demagnetization: Vector,
    /// Temperature, K.
    pub temperature: f64,
}

/// What drives a magnet from outside, at rest in time; [`Waveform`](super::Waveform)s come on top.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Drive {
    /// External field, and field-like torque, T.
    pub field: Vector,
    /// Damping-like field along the polarisation, B_DL p, T.
    pub damping_like: Vector,
    /// Current through the magnet, A, which a [`SpinTransfer`](super::SpinTransfer) turns into a torque.
    pub current: f64,
    /// Current density in the metal beside it, A/m^2, which a [`SpinOrbit`](super::SpinOrbit) turns into a torque.
    pub heavy_metal_current: f64,
    /// Voltage across the barrier on it, V, which a [`VoltageControl`](super::VoltageControl) turns into anisotropy.
    pub voltage: f64,
}

impl Magnet {
    /// A disk with its axis along z, without anisotropy but that of its shape.
    ///
    /// ```
    /// use spinloom_magnet::macrospin::Magnet;
    /// let disk = Magnet::disk(50e-9, 2e-9, 1e6, 0.01, 300.0);
    /// assert!(disk.demagnetization[2] > 0.85 && disk.demagnetization[0] < 0.06);
    /// ```
    pub fn disk(diameter: f64, thickness: f64, saturation_magnetization: f64, damping: f64, temperature: f64) -> Self {
        let volume = PI / 4.0 * diameter * diameter * thickness;
        Self::shaped(volume, cylinder(thickness / diameter), saturation_magnetization, damping, temperature)
    }

    /// A rectangular prism with edges (m) along x, y and z, without anisotropy but that of its shape.
    pub fn prism(edges: Vector, saturation_magnetization: f64, damping: f64, temperature: f64) -> Self {
        Self::shaped(edges.iter().product(), prism(edges), saturation_magnetization, damping, temperature)
    }

    /// An ellipsoid with axes (whole lengths, m) along x, y and z, without anisotropy but that of its shape.
    pub fn ellipsoid(axes: Vector, saturation_magnetization: f64, damping: f64, temperature: f64) -> Self {
        let volume = PI / 6.0 * axes.iter().product::<f64>();
        Self::shaped(volume, ellipsoid(axes), saturation_magnetization, damping, temperature)
    }

    fn shaped(volume: f64, demagnetization: Vector, saturation_magnetization: f64, damping: f64, temperature: f64) -> Self {
        let axis = [0.0, 0.0, 1.0];
        Self { saturation_magnetization, volume, damping, anisotropy: 0.0, axis, demagnetization, temperature }
    }

    /// Magnetic moment Ms V, A m^2.
    pub fn moment(&self) -> f64 {
        self.saturation_magnetization * self.volume
    }

    /// Anisotropy field 2 K / Ms, T.
    pub fn anisotropy_field(&self) -> f64 {
        2.0 * self.anisotropy / self.saturation_magnetization
    }

    /// gamma' = gamma / (1 + alpha^2), rad/(s T).
    pub fn precession_rate(&self) -> f64 {
        GYROMAGNETIC_RATIO / (1.0 + self.damping * self.damping)
    }

    /// Rotational diffusion D = alpha gamma' kT / (Ms V), 1/s: without any field <m(t).m(0)> = exp(-2 D t).
    pub fn rotational_diffusion(&self) -> f64 {
        self.damping * self.precession_rate() * BOLTZMANN * self.temperature / self.moment()
    }

    /// Energy of a direction in an external field, J, up to a constant: -Ms V m.B - K V (m.u)^2 + mu0 Ms^2 V m.N m / 2.
    pub fn energy(&self, m: Vector, field: Vector) -> f64 {
        let shape: f64 = (0..3).map(|k| self.demagnetization[k] * m[k] * m[k]).sum();
        let demagnetizing = 0.5 * VACUUM_PERMEABILITY * self.saturation_magnetization.powi(2) * shape;
        -self.moment() * dot(m, field) + self.volume * (demagnetizing - self.anisotropy * dot(m, self.axis).powi(2))
    }

    /// Field on a direction, external, anisotropy and demagnetising, T: minus the gradient of [`energy`](Self::energy) over Ms V.
    pub fn effective_field(&self, m: Vector, external: Vector) -> Vector {
        let along = self.anisotropy_field() * dot(m, self.axis);
        let demagnetizing = VACUUM_PERMEABILITY * self.saturation_magnetization;
        std::array::from_fn(|k| external[k] + along * self.axis[k] - demagnetizing * self.demagnetization[k] * m[k])
    }

    /// Damping-like field B_DL (T) of a spin current (A, in units of charge current: hbar / 2e of angular momentum each) that is absorbed.
    pub fn damping_like_field(&self, spin_current: f64) -> f64 {
        REDUCED_PLANCK / (2.0 * ELEMENTARY_CHARGE) * spin_current / self.moment()
    }

    /// Spread of the demagnetising field over directions, mu0 Ms (N_most - N_least), T.
    pub(super) fn shape_field(&self) -> f64 {
        let least = self.demagnetization.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.demagnetization.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        VACUUM_PERMEABILITY * self.saturation_magnetization * (most - least)
    }

    /// A step (s) that resolves precession in the fields of the magnet and `largest_field` (T) besides, and thermal diffusion: a turn of
    /// at most a twentieth of a radian in either.
    pub fn time_step(&self, largest_field: f64) -> f64 {
        let field = self.anisotropy_field().abs() + self.shape_field() + largest_field.abs();
        let precession = 0.05 / (GYROMAGNETIC_RATIO * field);
        let diffusion = 0.05f64.powi(2) / (2.0 * self.rotational_diffusion());
        // Without any field or noise nothing moves, and any step will do.
        precession.min(diffusion).min(1e-9)
    }

    /// Standard deviation of each component of the thermal field over a step at a temperature, T.
    pub(super) fn thermal_field(&self, time_step: f64, temperature: f64) -> f64 {
        (2.0 * self.damping * BOLTZMANN * temperature / (GYROMAGNETIC_RATIO * self.moment() * time_step)).sqrt()
    }

    pub(crate) fn check(&self) -> Result<(), MagnetError> {
        let positive = |what, v: f64| MagnetError::unless(v > 0.0, what, v, "greater than 0");
        let not_negative = |what, v: f64| MagnetError::unless(v >= 0.0, what, v, "0 or greater");
        positive("the saturation magnetization", self.saturation_magnetization)?;
        positive("the volume", self.volume)?;
        not_negative("the damping", self.damping)?;
        not_negative("the temperature", self.temperature)?;
        finite("the anisotropy", self.anisotropy)?;
        unit("the length of the anisotropy axis", self.axis)?;
        self.demagnetization.iter().try_for_each(|&n| finite("a demagnetising factor", n))
    }
}

impl Drive {
    pub(super) fn check(&self) -> Result<(), MagnetError> {
        self.field.iter().chain(&self.damping_like).try_for_each(|&value| finite("a driving field", value))?;
        finite("a driving current", self.current)?;
        finite("a driving current density", self.heavy_metal_current)?;
        finite("a driving voltage", self.voltage)
    }
}

/// dm/dt of one magnet without noise, 1/s, term by term as in the [module](super): the plain twin of the ensemble's step. The currents and
/// the voltage of the drive act only on magnets of an [`Ensemble`](super::Ensemble), which knows what they act through.
pub fn velocity(magnet: &Magnet, m: Vector, drive: &Drive) -> Vector {
    let (b, p, alpha) = (magnet.effective_field(m, drive.field), drive.damping_like, magnet.damping);
    let (precession, damping) = (cross(m, b), cross(m, cross(m, b)));
    let (torque, across) = (cross(m, cross(m, p)), cross(m, p));
    std::array::from_fn(|k| -magnet.precession_rate() * (precession[k] + alpha * damping[k] + torque[k] - alpha * across[k]))
}

pub(super) fn finite(what: &'static str, value: f64) -> Result<(), MagnetError> {
    MagnetError::unless(true, what, value, "a finite number")
}

/// An error unless a direction has unit length.
pub(super) fn unit(what: &'static str, direction: Vector) -> Result<(), MagnetError> {
    let length = dot(direction, direction).sqrt();
    MagnetError::unless((length - 1.0).abs() < 1e-6, what, length, "1")
}

#[inline(always)]
pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[inline(always)]
pub(crate) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
