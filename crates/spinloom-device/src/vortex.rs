//! The vortex oscillator: the Thiele equation of a vortex core in a disk with nonlinear confinement and spin torque.
//!
//! ```text
//! G z x dX/dt - D(s) dX/dt - k(s) X + kappa (z x X) + F_th = 0,    s = |X| / R
//! ```
//!
//! with |G| = 2 pi L Ms / gamma, D = alpha eta |G| (1 + xi s^2), eta = ln(R / 2b) / 2 + 3/8, k = (10/9) mu0 Ms^2 L^2 / R (1 + a s^2) and
//! kappa = pi Ms L B_DL p_z, B_DL = (hbar / 2e) P J / (Ms L). Sources: A. A. Thiele, Phys. Rev. Lett. 30, 230 (1973),
//! doi:10.1103/PhysRevLett.30.230; A. Dussaux et al., Phys. Rev. B 86, 014402 (2012), doi:10.1103/PhysRevB.86.014402. The nonlinear
//! coefficients xi and a are defaults of ours in the range used in the literature.

use crate::DeviceError;
use crate::oscillator::AutoOscillator;
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK, VACUUM_PERMEABILITY};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use std::f64::consts::PI;

spinloom_core::parameters! {
    /// A vortex in a disk; the default has the geometry of the FeB free layer of Torrejon et al. 2017, 375 nm across and 6 nm thick.
    ///
    /// ```
    /// let frequency = spinloom_device::vortex::VortexOscillator::default().gyration_frequency();
    /// assert!((250e6..400e6).contains(&frequency));
    /// ```
    pub struct VortexOscillator {
        /// Radius R of the disk.
        pub radius: f64 = 187.5e-9, "m", Bound::POSITIVE;
        /// Thickness L of the free layer.
        pub thickness: f64 = 6e-9, "m", Bound::POSITIVE;
        /// Saturation magnetization Ms.
        pub saturation_magnetization: f64 = 1.2732e6, "A/m", Bound::POSITIVE;
        /// Gilbert damping alpha.
        pub damping: f64 = 0.01, "", Bound::between(1e-6, 1.0);
        /// Radius b of the vortex core.
        pub core_radius: f64 = 10e-9, "m", Bound::POSITIVE;
        /// Nonlinearity xi of the damping.
        pub damping_nonlinearity: f64 = 0.4, "", Bound::NON_NEGATIVE;
        /// Nonlinearity a of the confinement.
        pub confinement_nonlinearity: f64 = 0.25, "", Bound::NON_NEGATIVE;
        /// Spin polarisation P.
        pub spin_polarization: f64 = 0.5, "", Bound::between(1e-3, 1.0);
        /// Perpendicular component p_z of the polariser, set by the perpendicular field.
        pub polarizer_perpendicular: f64 = 0.5, "", Bound::between(1e-3, 1.0);
        /// Temperature.
        pub temperature: f64 = 300.0, "K", Bound::NON_NEGATIVE;
    }
}

/// Beyond this core radius over disk radius the core is expelled or reversed, which the model does not know.
pub const LARGEST_CORE_RADIUS: f64 = 0.8;

impl VortexOscillator {
    /// Magnitude |G| of the gyrovector, J s/m^2.
    pub fn gyroconstant(&self) -> f64 {
        2.0 * PI * self.thickness * self.saturation_magnetization / GYROMAGNETIC_RATIO
    }

    /// D / |G| at the centre, alpha eta.
    pub fn damping_ratio(&self) -> f64 {
        self.damping * (0.5 * (self.radius / (2.0 * self.core_radius)).ln() + 0.375)
    }

    /// Stiffness k of the confinement at the centre, J/m^2.
    pub fn stiffness(&self) -> f64 {
        (10.0 / 9.0) * VACUUM_PERMEABILITY * self.saturation_magnetization.powi(2) * self.thickness.powi(2) / self.radius
    }

    /// Gyration frequency of a small orbit, Hz.
    pub fn gyration_frequency(&self) -> f64 {
        self.stiffness() / self.gyroconstant() / (2.0 * PI)
    }

    /// Damping-like field B_DL (T) of a current density (A/m^2).
    pub fn spin_torque_field(&self, current_density: f64) -> f64 {
        REDUCED_PLANCK / (2.0 * ELEMENTARY_CHARGE) * self.spin_polarization * current_density
            / (self.saturation_magnetization * self.thickness)
    }

    /// Rate (1/s) at which a current density feeds the orbit, gamma B_DL p_z / 2.
    pub fn gain(&self, current_density: f64) -> f64 {
        0.5 * GYROMAGNETIC_RATIO * self.spin_torque_field(current_density) * self.polarizer_perpendicular
    }

    /// Current density (A/m^2) at which the damping is compensated: B_DL = 2 alpha eta omega_g / (gamma p_z).
    pub fn threshold_current_density(&self) -> f64 {
        self.damping_ratio() * 2.0 * PI * self.gyration_frequency() / self.gain(1.0)
    }

    /// The auto-oscillator this vortex is at small orbits, with c = (X + iY) / R: omega_0 = k / |G|, Gamma = D k / G^2,
    /// Q = xi + a, N = omega_0 a; the thermal power is that of equipartition, <s^2> = 2 kT / (k R^2).
    pub fn to_auto_oscillator(&self, resistance: f64) -> AutoOscillator {
        let frequency = self.gyration_frequency();
        AutoOscillator {
            frequency,
            frequency_shift: frequency * self.confinement_nonlinearity,
            damping_rate: self.damping_ratio() * 2.0 * PI * frequency,
            nonlinear_damping: self.damping_nonlinearity + self.confinement_nonlinearity,
            threshold_current: self.threshold_current_density() * PI * self.radius.powi(2),
            thermal_power: 2.0 * BOLTZMANN * self.temperature / (self.stiffness() * self.radius.powi(2)),
            resistance,
        }
    }

    /// Velocity (1/s, in disk radii) of a core at (x, y) in disk radii under a gain rate and a thermal force (in stiffness times
    /// radius).
    fn velocity(&self, (x, y): (f64, f64), gain: f64, force: (f64, f64)) -> (f64, f64) {
        let omega = 2.0 * PI * self.gyration_frequency();
        let s2 = x * x + y * y;
        let d = self.damping_ratio() * (1.0 + self.damping_nonlinearity * s2);
        let w = omega * (1.0 + self.confinement_nonlinearity * s2);
        // Forces over |G| R: confinement and noise pull, the spin torque pushes along the orbit.
        let (fx, fy) = (-w * x + omega * force.0 - gain * y, -w * y + omega * force.1 + gain * x);
        // z x v - d v = -f, solved for v.
        let denominator = 1.0 + d * d;
        ((d * fx + fy) / denominator, (d * fy - fx) / denominator)
    }

    /// Integrates many cores (positions in disk radii, `x` and `y` side by side) by Heun's method for `steps` steps of `time_step`
    /// seconds at a current density (A/m^2); `noise` gives each core its stream and switches the thermal force on.
    ///
    /// # Errors
    /// [`DeviceError::OutOfModel`] when a core comes closer to the edge than [`LARGEST_CORE_RADIUS`] allows, [`DeviceError::Shape`] for
    /// arrays of different lengths.
    pub fn integrate(
        &self,
        x: &mut [f64],
        y: &mut [f64],
        current_density: f64,
        time_step: f64,
        steps: usize,
        mut noise: Option<&mut [Stream]>,
    ) -> Result<(), DeviceError> {
        if x.len() != y.len() {
            return Err(DeviceError::Shape { what: "core positions y", expected: x.len(), found: y.len() });
        }
        let gain = self.gain(current_density);
        // Fluctuation-dissipation: <F F> = 2 kT D delta(t) per component, in units of stiffness times radius.
        let damping = self.damping_ratio() * self.gyroconstant();
        let strength = (2.0 * BOLTZMANN * self.temperature * damping / time_step).sqrt() / (self.stiffness() * self.radius);
        for step in 0..steps {
            for i in 0..x.len() {
                let force = match noise.as_deref_mut() {
                    Some(streams) => (strength * streams[i].normal(), strength * streams[i].normal()),
                    None => (0.0, 0.0),
                };
                let first = self.velocity((x[i], y[i]), gain, force);
                let predicted = (x[i] + time_step * first.0, y[i] + time_step * first.1);
                let second = self.velocity(predicted, gain, force);
                x[i] += 0.5 * time_step * (first.0 + second.0);
                y[i] += 0.5 * time_step * (first.1 + second.1);
                let radius = x[i].hypot(y[i]);
                if radius.is_nan() || radius > LARGEST_CORE_RADIUS {
                    return Err(DeviceError::OutOfModel { index: i, radius, time: (step + 1) as f64 * time_step });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::statistics::mean;

    #[test]
    fn the_published_geometry_gyrates_at_253_megahertz() {
        // (5 / 9 pi) gamma mu0 Ms L / R / 2 pi with mu0 Ms = 1.6 T, L = 6 nm, R = 187.5 nm.
        let f = VortexOscillator::default().gyration_frequency();
        assert!((f / 253e6 - 1.0).abs() < 0.01, "{f}");
    }

    /// Frequency and growth rate of a small orbit, from two crossings of the x axis.
    fn orbit(v: &VortexOscillator, current_density: f64, start: f64) -> (f64, f64) {
        let period = 1.0 / v.gyration_frequency();
        let (dt, steps) = (period / 4000.0, 40_000);
        let (mut x, mut y) = (vec![start], vec![0.0]);
        let (mut angle, mut last) = (0.0, 0.0f64);
        for _ in 0..steps {
            v.integrate(&mut x, &mut y, current_density, dt, 1, None).unwrap();
            let now = y[0].atan2(x[0]);
            angle += (now - last + PI).rem_euclid(2.0 * PI) - PI;
            last = now;
        }
        let time = dt * f64::from(steps);
        (angle.abs() / (2.0 * PI * time), (x[0].hypot(y[0]) / start).ln() / time)
    }

    #[test]
    fn thiele_and_auto_oscillator_agree_for_small_orbits() {
        let v = VortexOscillator::default();
        let o = v.to_auto_oscillator(50.0);
        let threshold = v.threshold_current_density();
        let (frequency, growth) = orbit(&v, threshold, 1e-3);
        assert!((frequency / o.frequency - 1.0).abs() < 1e-3, "{frequency}");
        assert!(growth.abs() < 1e-3 * o.damping_rate, "{growth}");
        let (_, decay) = orbit(&v, 0.0, 1e-3);
        assert!((decay / -o.damping_rate - 1.0).abs() < 2e-3, "{decay}");
    }

    #[test]
    fn threshold_is_that_of_the_torque_balance() {
        let v = VortexOscillator::default();
        let field = v.spin_torque_field(v.threshold_current_density());
        let expected =
            2.0 * v.damping_ratio() * 2.0 * PI * v.gyration_frequency() / (GYROMAGNETIC_RATIO * v.polarizer_perpendicular);
        assert!((field / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn thermal_motion_obeys_equipartition() {
        // <s^2> = 2 kT / (k R^2) in a harmonic well; 400 cores at one time scatter by 5 %, 20 % is four standard deviations.
        let v = VortexOscillator {
            damping: 0.1,
            damping_nonlinearity: 0.0,
            confinement_nonlinearity: 0.0,
            ..VortexOscillator::default()
        };
        let cores = 400;
        let (mut x, mut y) = (vec![0.0; cores], vec![0.0; cores]);
        let mut streams: Vec<Stream> = (0..cores).map(|i| Stream::new(1, "vortex test", i as u64)).collect();
        let period = 1.0 / v.gyration_frequency();
        v.integrate(&mut x, &mut y, 0.0, period / 200.0, 3000, Some(&mut streams)).unwrap();
        let squares: Vec<f64> = x.iter().zip(&y).map(|(a, b)| a * a + b * b).collect();
        let expected = v.to_auto_oscillator(50.0).thermal_power;
        assert!((mean(&squares) / expected - 1.0).abs() < 0.2, "{} {expected}", mean(&squares));
    }

    #[test]
    fn a_core_that_leaves_the_disk_is_an_error() {
        let v = VortexOscillator::default();
        let result = v.integrate(&mut [0.5], &mut [0.0], 20.0 * v.threshold_current_density(), 1e-11, 1_000_000, None);
        assert!(matches!(result, Err(DeviceError::OutOfModel { index: 0, .. })));
    }
}
