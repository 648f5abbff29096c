//! The law of a thermal macrospin that is symmetric about its axis, by the Fokker-Planck equation in z = cos(theta).
//!
//! Field, polarisation and anisotropy all lie along z. A collinear spin torque then acts on z like the field B_DL / alpha, and the
//! probability density p(z) obeys
//!
//! ```text
//! dp/dt = D d/dz { (1 - z^2) [dp/dz + (du/dz) p] },
//! u = -Delta z^2 - xi z,    xi = Ms V (B + B_DL / alpha) / kT,    D = alpha gamma' kT / (Ms V),
//! ```
//!
//! u being the energy over kT, which a torque that depends on the angle makes bend. Times are in units of 1 / D; the time of
//! relaxation tau_D = (1 + alpha^2) / (alpha gamma B_K) of the literature is 1 / (2 Delta D), and the overdrive i = I / I_c0 is
//! -xi / (2 Delta). Sources: W. F. Brown, Phys. Rev. 130, 1677 (1963), doi:10.1103/PhysRev.130.1677; W. H. Butler et al., IEEE Trans. Magn.
//! 48, 4684 (2012), doi:10.1109/TMAG.2012.2209122.
//!
//! Space is cut into finite volumes of equal angle with the exponentially fitted flux of D. L. Scharfetter and H. K. Gummel, IEEE Trans.
//! Electron Devices 16, 64 (1969), doi:10.1109/T-ED.1969.16566, which keeps the total and makes exp(-u) stand still exactly; the error goes
//! with the square of the cell. Time goes by TR-BDF2 with a step that follows the error: R. E. Bank et al., IEEE Trans. Electron Devices 32,
//! 1992 (1985), doi:10.1109/T-ED.1985.22232.

mod rates;
mod step;

pub use rates::kramers_brown;

use crate::MagnetError;
use crate::macrospin::{Efficiency, Magnet};
use spinloom_core::constants::{BOLTZMANN, VACUUM_PERMEABILITY};
use std::f64::consts::PI;
use step::{Stepper, halves};

/// A well of the energy: the half of the sphere about one pole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Well {
    /// z > 0.
    Up,
    /// z < 0.
    Down,
}

/// A number by numerical means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numerical {
    /// Its value.
    pub value: f64,
    /// What it may be wrong by.
    pub error: f64,
}

/// The probability of every height z of a macrospin.
///
/// A write pulse of twice the critical current on a magnet of 40 kT, in units of tau_D:
///
/// ```
/// use spinloom_magnet::fokker_planck::{FokkerPlanck, Well};
/// let mut spin = FokkerPlanck::new(40.0, 1.0 / 80.0)?;
/// spin.start_in(Well::Up);
/// spin.set_bias(-2.0 * 2.0 * 40.0)?;
/// spin.evolve(3.0)?;
/// assert!((spin.probability_in(Well::Up) / 7.375e-2 - 1.0).abs() < 0.01);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FokkerPlanck {
    stability: f64,
    diffusion: f64,
    bias: f64,
    /// Strength and slope s of a bias that depends on the angle, strength / (1 + s z).
    torque: (f64, f64),
    faces: Vec<f64>,
    /// u in the middle of each cell.
    potential: Vec<f64>,
    /// Rates from each cell to the next and back, through the face between them, 1/s.
    up: Vec<f64>,
    down: Vec<f64>,
    /// Probability of each cell.
    mass: Vec<f64>,
    time: f64,
    step: f64,
    tolerance: f64,
}

impl FokkerPlanck {
    /// A magnet with the barrier `stability` (Delta, in kT; negative for an easy plane) and the rotational diffusion D (1/s), without bias,
    /// in equilibrium, on 800 cells.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a barrier beyond 300 kT or a diffusion that is not greater than 0.
    pub fn new(stability: f64, diffusion: f64) -> Result<Self, MagnetError> {
        Self::with_cells(stability, diffusion, 800)
    }

    /// As [`new`](Self::new) on this many cells, an even number.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`MagnetError::OutOfRange`] for fewer than 8 cells, an odd number or over a million.
    pub fn with_cells(stability: f64, diffusion: f64, cells: usize) -> Result<Self, MagnetError> {
        MagnetError::unless(stability.abs() <= 300.0, "the barrier over kT", stability, "at most 300")?;
        MagnetError::unless(diffusion > 0.0, "the rotational diffusion", diffusion, "greater than 0")?;
        let allowed = (8..=1_000_000).contains(&cells) && cells.is_multiple_of(2);
        MagnetError::unless(allowed, "the number of cells", cells as f64, "even and from 8 to 1e6")?;
        let face = |f: usize| if 2 * f == cells { 0.0 } else { -(PI * f as f64 / cells as f64).cos() };
        let mut this = Self {
            stability,
            diffusion,
            bias: 0.0,
            torque: (0.0, 0.0),
            faces: (0..=cells).map(face).collect(),
            potential: vec![0.0; cells],
            up: vec![0.0; cells - 1],
            down: vec![0.0; cells - 1],
            mass: vec![0.0; cells],
            time: 0.0,
            step: f64::INFINITY,
            tolerance: 1e-6,
        };
        this.bend();
        this.start_in_equilibrium();
        Ok(this)
    }

    /// The law of a magnet whose anisotropy and shape have z as axis.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`MagnetError::OutOfRange`] for a magnet without that symmetry, temperature or damping.
    pub fn of(magnet: &Magnet) -> Result<Self, MagnetError> {
        magnet.check()?;
        let upright = magnet.anisotropy == 0.0 || magnet.axis[2].abs() > 1.0 - 1e-9;
        MagnetError::unless(upright, "the z component of the anisotropy axis", magnet.axis[2], "1 or -1")?;
        let [x, y, z] = magnet.demagnetization;
        MagnetError::unless((x - y).abs() < 1e-9, "the difference of the demagnetising factors along x and y", x - y, "0")?;
        let shape = 0.5 * VACUUM_PERMEABILITY * magnet.saturation_magnetization.powi(2) * (z - x);
        let thermal = BOLTZMANN * magnet.temperature;
        MagnetError::unless(thermal > 0.0, "the temperature", magnet.temperature, "greater than 0")?;
        Self::new((magnet.anisotropy - shape) * magnet.volume / thermal, magnet.rotational_diffusion())
    }

    /// The bias xi = Ms V (B + B_DL / alpha) / kT of a field and a damping-like field along z (T).
    pub fn bias_of(magnet: &Magnet, field: f64, damping_like: f64) -> f64 {
        magnet.moment() * (field + damping_like / magnet.damping) / (BOLTZMANN * magnet.temperature)
    }

    /// Biases towards +z by xi from now on.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a bias beyond 1e4.
    pub fn set_bias(&mut self, bias: f64) -> Result<(), MagnetError> {
        MagnetError::unless(bias.abs() <= 1e4, "the bias over kT", bias, "at most 1e4")?;
        self.bias = bias;
        self.bend();
        Ok(())
    }

    /// Adds the bias of a spin torque that depends on the angle: `strength` is Ms V B_DL / (alpha kT) at an efficiency of 1 with a polariser
    /// along +z.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a strength beyond 1e4 or a polarisation out of its range.
    pub fn set_torque(&mut self, strength: f64, efficiency: Efficiency) -> Result<(), MagnetError> {
        MagnetError::unless(strength.abs() <= 1e4, "the torque over kT", strength, "at most 1e4")?;
        efficiency.check()?;
        let (numerator, slope) = efficiency.fraction();
        self.torque = (strength * numerator, slope);
        self.bend();
        Ok(())
    }

    /// Sets the largest relative error of the two wells' probabilities in one step, 1e-6 unless set.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] unless it lies between 1e-12 and 0.1.
    pub fn set_tolerance(&mut self, tolerance: f64) -> Result<(), MagnetError> {
        let allowed = (1e-12..=0.1).contains(&tolerance);
        MagnetError::unless(allowed, "the tolerance of a step", tolerance, "from 1e-12 to 0.1")?;
        self.tolerance = tolerance;
        Ok(())
    }

    /// Makes potential and rates.
    fn bend(&mut self) {
        let (strength, slope) = self.torque;
        let of = |z: f64| {
            let torque = if slope == 0.0 { strength * z } else { strength * (slope * z).ln_1p() / slope };
            -self.stability * z * z - self.bias * z - torque
        };
        self.potential = self.faces.windows(2).map(|f| of(0.5 * (f[0] + f[1]))).collect();
        for j in 0..self.up.len() {
            let [below, face, above] = [self.faces[j], self.faces[j + 1], self.faces[j + 2]];
            let conductance = self.diffusion * (1.0 - face * face) / (0.5 * (above - below));
            let rise = self.potential[j + 1] - self.potential[j];
            self.up[j] = conductance * bernoulli(rise) / (face - below);
            self.down[j] = conductance * bernoulli(-rise) / (above - face);
        }
        self.step = f64::INFINITY;
    }

    /// exp(-u) times the cell's width, with the largest density 1.
    fn weights(&self) -> Vec<f64> {
        let least = self.potential.iter().copied().fold(f64::INFINITY, f64::min);
        (0..self.mass.len()).map(|j| (self.faces[j + 1] - self.faces[j]) * (least - self.potential[j]).exp()).collect()
    }

    fn start(&mut self, mass: Vec<f64>) {
        let total: f64 = mass.iter().sum();
        self.mass = mass.into_iter().map(|m| m / total).collect();
        (self.time, self.step) = (0.0, f64::INFINITY);
    }

    /// Starts anew in the equilibrium of the present bias.
    pub fn start_in_equilibrium(&mut self) {
        self.start(self.weights());
    }

    /// Starts anew in one well, as the present bias distributes it there.
    pub fn start_in(&mut self, well: Well) {
        let mut mass = self.weights();
        let half = mass.len() / 2;
        if well == Well::Up {
            mass[..half].fill(0.0);
        } else {
            mass[half..].fill(0.0);
        }
        self.start(mass);
    }

    /// Starts anew at one height, within a cell.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] unless z lies between -1 and 1.
    pub fn start_at(&mut self, z: f64) -> Result<(), MagnetError> {
        MagnetError::unless(z.abs() <= 1.0, "a height", z, "from -1 to 1")?;
        let mut mass = vec![0.0; self.mass.len()];
        let cell = self.faces.partition_point(|&f| f <= z).clamp(1, mass.len()) - 1;
        mass[cell] = 1.0;
        self.start(mass);
        Ok(())
    }

    /// Time since the start, s.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Bounds of the cells in z, one more than cells.
    pub fn faces(&self) -> &[f64] {
        &self.faces
    }

    /// Probability of each cell; together 1.
    pub fn probabilities(&self) -> &[f64] {
        &self.mass
    }

    /// <f(z)>.
    pub fn expectation(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.mass.iter().zip(self.faces.windows(2)).map(|(m, face)| m * f(0.5 * (face[0] + face[1]))).sum()
    }

    /// `<z>`.
    pub fn mean(&self) -> f64 {
        self.expectation(|z| z)
    }

    /// Probability of a well.
    pub fn probability_in(&self, well: Well) -> f64 {
        halves(&self.mass)[usize::from(well == Well::Up)]
    }

    /// The probability to be in the other well a time (s) after the start in this one, under the present bias; one for each time, which
    /// rise. The start is thermal without bias. Errors are the difference to the same on half the cells at eight times the tolerance, that
    /// is about four times the error of the value.
    ///
    /// # Errors
    /// Those of [`evolve`](Self::evolve), for a time before the last.
    pub fn switching_probability(&self, from: Well, times: &[f64]) -> Result<Vec<Numerical>, MagnetError> {
        self.with_error(from, times, |spin| 1.0 - spin.probability_in(from))
    }

    /// The probability to be in the same well still: the write-error rate of pulses of these lengths (s). As
    /// [`switching_probability`](Self::switching_probability), which it completes to 1 without the loss of its digits.
    ///
    /// # Errors
    /// Those of [`evolve`](Self::evolve), for a time before the last.
    pub fn write_error(&self, from: Well, times: &[f64]) -> Result<Vec<Numerical>, MagnetError> {
        self.with_error(from, times, |spin| spin.probability_in(from))
    }

    fn with_error(&self, from: Well, times: &[f64], of: impl Fn(&Self) -> f64) -> Result<Vec<Numerical>, MagnetError> {
        let run = |cells: usize, tolerance: f64| -> Result<Vec<f64>, MagnetError> {
            let mut spin = Self::with_cells(self.stability, self.diffusion, cells)?;
            spin.start_in(from);
            (spin.bias, spin.torque, spin.tolerance) = (self.bias, self.torque, tolerance);
            spin.bend();
            let at = |&time: &f64| {
                spin.evolve(time - spin.time)?;
                Ok(of(&spin))
            };
            times.iter().map(at).collect()
        };
        let cells = self.mass.len();
        let fine = run(cells, self.tolerance)?;
        let coarse = run((cells / 4).max(4) * 2, (8.0 * self.tolerance).min(0.1))?;
        Ok(fine.into_iter().zip(coarse).map(|(f, c)| Numerical { value: f, error: (f - c).abs() }).collect())
    }

    /// Lets time (s) pass.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a time that is negative or not finite.
    pub fn evolve(&mut self, duration: f64) -> Result<(), MagnetError> {
        MagnetError::unless(duration >= 0.0, "the time to evolve", duration, "0 or greater")?;
        let end = self.time + duration;
        let fastest = self.up.iter().zip(&self.down).map(|(u, d)| u + d).fold(0.0, f64::max);
        let mut stepper = Stepper::new(self.mass.len());
        while self.time < end {
            let left = end - self.time;
            // Without a step that has proved itself, the first is that of the fastest cell.
            let h = if self.step.is_finite() { self.step } else { 1.0 / fastest }.min(left);
            let error = stepper.step(&self.up, &self.down, &self.mass, h) / self.tolerance;
            let factor = if error > 0.0 { (0.8 * error.powf(-1.0 / 3.0)).clamp(0.2, 4.0) } else { 4.0 };
            if error <= 1.0 {
                std::mem::swap(&mut self.mass, &mut stepper.result);
                self.time = if h >= left { end } else { self.time + h };
                self.step = if h < self.step && self.step.is_finite() { (factor * h).max(self.step) } else { factor * h };
            } else {
                self.step = factor * h;
            }
        }
        Ok(())
    }
}

/// x / (exp(x) - 1).
fn bernoulli(x: f64) -> f64 {
    if x.abs() < 1e-5 { 1.0 - 0.5 * x + x * x / 12.0 } else { x / x.exp_m1() }
}
