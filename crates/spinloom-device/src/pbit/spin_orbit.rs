//! The spin-orbit p-bit: a low-barrier magnet on a heavy metal whose current pulls it, read by a junction and an inverter.
//!
//! K. Y. Camsari, R. Faria, B. M. Sutton and S. Datta, Phys. Rev. X 7, 031014 (2017), doi:10.1103/PhysRevX.7.031014. A charge current I in the
//! metal makes the spin current I_s = theta_SH (A_magnet / A_metal) I, polarised along y, and with it the damping-like field B_DL = (hbar / 2e)
//! I_s / (Ms V). For a magnet symmetric about y, with a barrier of Delta kT along it, the Fokker-Planck equation has the stationary law
//!
//! ```text
//! P(m_y) ~ exp(Delta m_y^2 + 2 x m_y),   x = Ms V B_DL / (2 alpha kT),
//! ```
//!
//! because a collinear torque is a field B_DL / alpha. The output is the sign of m_y, so `<out> = P(m_y > 0) - P(m_y < 0)`; without barrier that
//! is tanh x exactly, the ideal p-bit, and <m_y> is the Langevin function of 2x. Its correlation time is, from the same equation (W. T. Coffey,
//! Yu. P. Kalmykov and J. T. Waldron, The Langevin Equation, doi:10.1142/5343),
//!
//! ```text
//! tau = Int_-1^1 [Int_-1^z z' P dz']^2 / ((1 - z^2) P) dz / (D <z^2>),   D = alpha gamma' kT / (Ms V),
//! ```
//!
//! (1 + alpha^2) Ms V / (2 alpha gamma kT) without barrier. **Assumptions of ours:** a perpendicular anisotropy that cancels the demagnetising
//! field of the disk but for [`SpinOrbitPbit::plane_field`] (the reduction holds without it alone; the macrospin holds always), full absorption
//! of the spin current, and all numbers of the default, which could not be checked against the paper.

use super::{Pbit, Transfer};
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK, VACUUM_PERMEABILITY};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_core::variability::{Distribution, Spread};
use spinloom_magnet::MagnetError;
use spinloom_magnet::macrospin::{Drive, Ensemble, Magnet};
use std::f64::consts::PI;

spinloom_core::parameters! {
    /// A spin-orbit p-bit. The numbers are assumptions of ours.
    ///
    /// ```
    /// let pbit = spinloom_device::pbit::SpinOrbitPbit { barrier: 0.0, ..Default::default() };
    /// assert!((pbit.mean_output(0.7) - 0.7f64.tanh()).abs() < 1e-9);
    /// assert!((pbit.mean_magnetization(0.5) - (1.0 / 1f64.tanh() - 1.0)).abs() < 1e-9);
    /// ```
    pub struct SpinOrbitPbit {
        /// Diameter of the magnet.
        pub diameter: f64 = 22e-9, "m", Bound::POSITIVE;
        /// Thickness of the magnet.
        pub thickness: f64 = 2e-9, "m", Bound::POSITIVE;
        /// Saturation magnetization.
        pub saturation_magnetization: f64 = 1.1e6, "A/m", Bound::POSITIVE;
        /// Gilbert damping, with the heavy metal's share.
        pub damping: f64 = 0.03, "", Bound::between(1e-4, 1.0);
        /// Energy barrier along the axis of the polarisation, in kT.
        pub barrier: f64 = 1.0, "", Bound::between(0.0, 20.0);
        /// What the perpendicular anisotropy leaves of the demagnetising field, T.
        pub plane_field: f64 = 0.0, "T", Bound::between(-2.0, 2.0);
        /// Temperature.
        pub temperature: f64 = 300.0, "K", Bound::POSITIVE;
        /// Spin Hall angle of the metal.
        pub spin_hall_angle: f64 = 0.3, "", Bound::between(1e-3, 10.0);
        /// Thickness of the metal; it is as wide and as long as the magnet.
        pub metal_thickness: f64 = 3e-9, "m", Bound::POSITIVE;
        /// Resistivity of the metal.
        pub metal_resistivity: f64 = 2e-6, "Ohm m", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// How spin-orbit p-bits differ from device to device; assumptions of ours.
    pub struct SpinOrbitSpread {
        /// Standard deviation of the logarithm of the diameter.
        pub diameter: f64 = 0.02, "", Bound::between(0.0, 0.5);
        /// Standard deviation of the logarithm of the damping.
        pub damping: f64 = 0.05, "", Bound::between(0.0, 1.0);
        /// Standard deviation of the logarithm of the spin Hall angle.
        pub spin_hall_angle: f64 = 0.05, "", Bound::between(0.0, 1.0);
        /// Standard deviation of the barrier, in kT; no barrier falls below 0.
        pub barrier: f64 = 0.2, "", Bound::between(0.0, 10.0);
        /// Standard deviation of a stray field along the axis over the field kT / (Ms V).
        pub stray_field: f64 = 0.05, "", Bound::between(0.0, 10.0);
    }
}

/// Cells of the integrals over m_y.
const CELLS: usize = 2000;

impl SpinOrbitPbit {
    /// The magnet: easy axis and polarisation along y, the plane of the disk normal to z.
    pub fn magnet(&self) -> Magnet {
        let disk = Magnet::disk(self.diameter, self.thickness, self.saturation_magnetization, self.damping, self.temperature);
        let plane = self.plane_field / (VACUUM_PERMEABILITY * self.saturation_magnetization);
        Magnet {
            anisotropy: self.barrier * BOLTZMANN * self.temperature / disk.volume,
            axis: [0.0, 1.0, 0.0],
            demagnetization: [0.0, 0.0, plane],
            ..disk
        }
    }

    /// Spin current over charge current.
    pub fn spin_gain(&self) -> f64 {
        self.spin_hall_angle * PI / 4.0 * self.diameter / self.metal_thickness
    }

    /// Spin current at which x = 1, A: (2e / hbar) 2 alpha kT.
    pub fn spin_current_scale(&self) -> f64 {
        4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * self.damping * BOLTZMANN * self.temperature
    }

    /// Charge current at which x = 1, A.
    pub fn current_scale(&self) -> f64 {
        self.spin_current_scale() / self.spin_gain()
    }

    /// Resistance of the metal under the magnet.
    pub fn metal_resistance(&self) -> f64 {
        self.metal_resistivity / self.metal_thickness
    }

    /// Power in the metal at x = 1, W.
    pub fn write_power(&self) -> f64 {
        self.current_scale().powi(2) * self.metal_resistance()
    }

    /// Drive of the macrospin at an input x.
    pub fn drive(&self, input: f64) -> Drive {
        let torque = self.magnet().damping_like_field(input * self.spin_current_scale());
        Drive { damping_like: [0.0, torque, 0.0], ..Drive::default() }
    }

    /// exp(Delta z^2 + 2 x z) at the middles of the cells of -1..1, up to a factor that keeps it finite.
    fn weights(&self, input: f64) -> impl Iterator<Item = (f64, f64)> + '_ {
        let most = self.barrier + 2.0 * input.abs();
        (0..CELLS).map(move |k| {
            let z = (2 * k + 1) as f64 / CELLS as f64 - 1.0;
            (z, (self.barrier * z * z + 2.0 * input * z - most).exp())
        })
    }

    /// Mean of the thresholded output, from the stationary law; exact for a vanishing plane field.
    pub fn mean_output(&self, input: f64) -> f64 {
        // tanh is exact for any cell width without a barrier: sums of a geometric series on either side.
        let (difference, sum) = self.weights(input).fold((0.0, 0.0), |(d, s), (z, w)| (d + w * z.signum(), s + w));
        difference / sum
    }

    /// Mean of m_y, from the stationary law; exact for a vanishing plane field.
    pub fn mean_magnetization(&self, input: f64) -> f64 {
        // Inside a cell the law is an exponential; its slope shifts the mean from the middle by width^2 / 12 times the slope.
        let width = 2.0 / CELLS as f64;
        let shift = |z: f64| width * width / 12.0 * (2.0 * self.barrier * z + 2.0 * input);
        let (first, sum) = self.weights(input).fold((0.0, 0.0), |(m, s), (z, w)| (m + w * (z + shift(z)), s + w));
        first / sum
    }

    /// Integral correlation time of m_y without input, s; exact for a vanishing plane field.
    pub fn correlation_time(&self) -> f64 {
        let step = 2.0 / CELLS as f64;
        let (mut total, mut square) = (0.0, 0.0);
        for (z, w) in self.weights(0.0) {
            total += w * step;
            square += z * z * w * step;
        }
        let (mut below, mut integral) = (0.0, 0.0);
        for (z, w) in self.weights(0.0) {
            let middle = below + 0.5 * step * z * w;
            integral += step * middle * middle / ((1.0 - z * z) * w);
            below += step * z * w;
        }
        // The two laws of the numerator and the one of the denominator leave one normalisation, that of the mean square another.
        integral / total / (self.magnet().rotational_diffusion() * (square / total))
    }

    /// The shape of the sigmoid against x over the scale that gives it unit slope at the origin, and that scale in units of x.
    pub fn transfer(&self) -> (Transfer, f64) {
        let scale = 1e-3 / self.mean_output(1e-3);
        (Transfer::table(8.0, 1001, |x| self.mean_output(scale * x)), scale)
    }

    /// Devices 0 to `count` with their spread, device i drawn from `stream(i)`, relative to the nominal slope at the origin.
    ///
    /// A larger damping or smaller spin Hall angle lowers the gain, a higher barrier raises it; a stray field B along the axis acts as
    /// x = Ms V B / (2 kT).
    pub fn draw(&self, spread: &SpinOrbitSpread, count: usize, stream: impl Fn(u64) -> Stream) -> Vec<Pbit> {
        let positive = |relative| Spread { relative, distribution: Distribution::LogNormal };
        let slope = |device: &Self| device.mean_output(1e-3) / 1e-3 / device.current_scale();
        let nominal = slope(self);
        (0..count as u64)
            .map(|i| {
                let mut stream = stream(i);
                let device = Self {
                    diameter: positive(spread.diameter).draw(self.diameter, &mut stream),
                    damping: positive(spread.damping).draw(self.damping, &mut stream).min(1.0),
                    spin_hall_angle: positive(spread.spin_hall_angle).draw(self.spin_hall_angle, &mut stream),
                    barrier: (self.barrier + spread.barrier * stream.normal()).max(0.0),
                    ..self.clone()
                };
                let stray = 0.5 * spread.stray_field * stream.normal() * (device.diameter / self.diameter).powi(2);
                Pbit {
                    gain: slope(&device) / nominal,
                    offset: stray * device.mean_output(1e-3) / 1e-3,
                    correlation_time: device.correlation_time(),
                }
            })
            .collect()
    }

    /// Macrospins of this device, `replicas` for each input and in equilibrium with it: input k drives the magnets from k `replicas` on.
    ///
    /// # Errors
    /// [`MagnetError`] for parameters out of range.
    pub fn macrospins(&self, inputs: &[f64], replicas: usize, noise: impl Fn(u64) -> Stream) -> Result<Ensemble, MagnetError> {
        let magnet = self.magnet();
        let largest = inputs.iter().map(|x| self.drive(*x).damping_like[1].abs()).fold(0.0, f64::max);
        let mut spins = Ensemble::new(&vec![magnet.clone(); inputs.len() * replicas], magnet.time_step(largest), noise)?;
        for (k, input) in inputs.iter().enumerate() {
            let drive = self.drive(*input);
            for i in 0..replicas {
                spins.set_drive(k * replicas + i, &drive)?;
                // Half of them begin on either side, so that only the law of one side has to settle at zero input.
                spins.set_magnetization(k * replicas + i, [0.0, if i % 2 == 0 { 1.0 } else { -1.0 }, 0.1])?;
            }
        }
        let settle = 8.0 * self.correlation_time() / spins.time_step();
        spins.advance(settle as usize)?;
        Ok(spins)
    }
}
