//! Exact answers for up to ten spins: diagonalisation of the quantum model, and the transfer matrix of its replicas.
//!
//! Terms of sx alone are diagonal in the basis of sx; in that of sz they become matrices whose elements depend only on which spins differ,
//! and a Walsh-Hadamard transform leads from one to the other.

use crate::{Ising, IsingError, exact};
use faer::{Mat, Side};

/// The largest number of spins that is diagonalised.
pub const LARGEST: usize = 10;

/// H = -(sum_(ij) J_ij sz_i sz_j + sum_i h_i sz_i) - Gamma sum_i sx_i + sum_(ij) X_ij sx_i sx_j.
///
/// With X = 0 and Gamma >= 0 all off-diagonal elements are negative or zero (stoquastic), and world lines have positive weights. X > 0 makes
/// elements positive, and weights negative wherever a closed path takes an odd number of them.
///
/// ```
/// use spinloom_ising::{Ising, path_integral::Quantum};
/// // Two spins: E_0 = -sqrt(J^2 + 4 Gamma^2).
/// let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
/// let levels = Quantum::new(&pair, 0.75)?.levels()?;
/// assert!((levels.energies()[0] + (1.0f64 + 4.0 * 0.75 * 0.75).sqrt()).abs() < 1e-12);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Quantum {
    spins: usize,
    /// Energy of every configuration in the basis of sz.
    diagonal: Vec<f64>,
    /// Energy of every configuration in the basis of sx.
    transverse: Vec<f64>,
}

impl Quantum {
    /// A model in a transverse field Gamma.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for more than [`LARGEST`] spins, or a field that is not finite.
    pub fn new(model: &Ising, transverse: f64) -> Result<Self, IsingError> {
        let spins = model.spins();
        if spins > LARGEST {
            return Err(IsingError::Unsuitable(format!("{spins} spins are too many to diagonalise; up to {LARGEST} are")));
        }
        if !transverse.is_finite() {
            return Err(IsingError::Unsuitable(format!("the transverse field is {transverse}, which is not a finite number")));
        }
        let total = |s: usize| 2.0 * f64::from(s.count_ones()) - spins as f64;
        Ok(Self {
            spins,
            diagonal: exact::energies(model)?,
            transverse: (0..1 << spins).map(|s| -transverse * total(s)).collect(),
        })
    }

    /// The same with terms X_ij sx_i sx_j, given as (i, j, X).
    ///
    /// # Errors
    /// [`IsingError::Model`] as for the couplings of [`Ising::new`].
    pub fn with_exchange(mut self, terms: &[(usize, usize, f64)]) -> Result<Self, IsingError> {
        // As couplings between the spins along x, with the opposite sign.
        let along_x = Ising::new(self.spins, terms.iter().map(|&(i, j, x)| (i, j, -x)), vec![0.0; self.spins], 0.0)?;
        for (energy, extra) in self.transverse.iter_mut().zip(exact::energies(&along_x)?) {
            *energy += extra;
        }
        Ok(self)
    }

    /// Number of spins.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// Energy of every configuration along z.
    pub(super) fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// Elements of H off the diagonal by which spins differ, and at 0 what they add to the diagonal.
    fn hops(&self) -> Vec<f64> {
        let mut hops = self.transverse.clone();
        walsh(&mut hops);
        let scale = 1.0 / hops.len() as f64;
        hops.iter_mut().for_each(|h| *h *= scale);
        hops
    }

    /// Elements of exp(-tau H_x), H_x being the terms of sx, by which spins differ.
    pub(super) fn kernel(&self, tau: f64) -> Vec<f64> {
        let least = self.transverse.iter().copied().fold(f64::INFINITY, f64::min);
        let mut kernel: Vec<f64> = self.transverse.iter().map(|e| (-tau * (e - least)).exp()).collect();
        walsh(&mut kernel);
        let scale = (-tau * least).exp() / kernel.len() as f64;
        let largest = kernel.iter().fold(0.0, |m: f64, k| m.max(k.abs()));
        // What rounding has left of elements that vanish must not count as a weight, far less as a negative one.
        kernel.iter_mut().for_each(|k| *k = if k.abs() < 1e-14 * largest { 0.0 } else { *k * scale });
        kernel
    }

    /// Energies and states of H.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] when the diagonalisation does not converge.
    pub fn levels(&self) -> Result<Levels, IsingError> {
        self.diagonalise(&self.hops())
    }

    /// Energies and states of the stoquastic model whose weights are the absolute values of those of H: off the diagonal -|H|.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] when the diagonalisation does not converge.
    pub fn stoquastic_levels(&self) -> Result<Levels, IsingError> {
        let hops: Vec<f64> = self.hops().iter().enumerate().map(|(f, &h)| if f == 0 { h } else { -h.abs() }).collect();
        self.diagonalise(&hops)
    }

    fn diagonalise(&self, hops: &[f64]) -> Result<Levels, IsingError> {
        let matrix = |i: usize, j: usize| hops[i ^ j] + if i == j { self.diagonal[i] } else { 0.0 };
        Levels::of(self.spins, matrix)
    }

    /// Exact averages with n slices: traces of powers of exp(-tau H_z / 2) exp(-tau H_x) exp(-tau H_z / 2), tau = beta / n.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for no slice or a beta that is not positive, or where the diagonalisation fails.
    pub fn replicas(&self, beta: f64, slices: usize) -> Result<Observables, IsingError> {
        let tau = step(beta, slices)?;
        self.power(&self.kernel(tau), tau, slices)
    }

    /// The average sign of the weights of n slices: Z over the Z of their absolute values.
    ///
    /// # Errors
    /// As [`Quantum::replicas`].
    pub fn sign(&self, beta: f64, slices: usize) -> Result<f64, IsingError> {
        let tau = step(beta, slices)?;
        let kernel = self.kernel(tau);
        let absolute: Vec<f64> = kernel.iter().map(|k| k.abs()).collect();
        let (signed, positive) = (self.power(&kernel, tau, slices)?, self.power(&absolute, tau, slices)?);
        Ok((signed.log_partition - positive.log_partition).exp())
    }

    fn power(&self, kernel: &[f64], tau: f64, slices: usize) -> Result<Observables, IsingError> {
        let least = self.diagonal.iter().copied().fold(f64::INFINITY, f64::min);
        let half: Vec<f64> = self.diagonal.iter().map(|e| (-0.5 * tau * (e - least)).exp()).collect();
        let transfer = Levels::of(self.spins, |i, j| half[i] * kernel[i ^ j] * half[j])?;
        let largest = transfer.energies.iter().fold(0.0, |m: f64, l| m.max(l.abs()));
        let parity = |lambda: f64, n: usize| if lambda < 0.0 && n % 2 == 1 { -1.0 } else { 1.0 };
        let weight = |lambda: f64, n: usize| parity(lambda, n) * (lambda.abs() / largest).powf(n as f64);
        let z: f64 = transfer.energies.iter().map(|&l| weight(l, slices)).sum();
        let density = transfer.density(|k| weight(transfer.energies[k], slices) / z);
        // sx sits between two slices, beside exp(-tau H_x): it commutes with it, and along x both are diagonal.
        let mut along_x = vec![0.0; half.len()];
        for k in 0..half.len() {
            let w = weight(transfer.energies[k], slices - 1) / (z * largest);
            let mut u: Vec<f64> = half.iter().enumerate().map(|(i, d)| d * transfer.vectors[(i, k)]).collect();
            walsh(&mut u);
            along_x.iter_mut().zip(&u).for_each(|(a, u)| *a += w * u * u);
        }
        let mut eigen = kernel.to_vec();
        walsh(&mut eigen);
        along_x.iter_mut().zip(&eigen).for_each(|(a, e)| *a *= e / half.len() as f64);
        let log_partition = z.ln() + slices as f64 * largest.ln() - tau * slices as f64 * least;
        Ok(Observables { spins: self.spins, log_partition, density, along_x })
    }
}

/// beta / n, if there can be averages.
fn step(beta: f64, slices: usize) -> Result<f64, IsingError> {
    if slices == 0 || !(beta > 0.0 && beta.is_finite()) {
        return Err(IsingError::Unsuitable(format!("{slices} slices at an inverse temperature of {beta} have no averages")));
    }
    Ok(beta / slices as f64)
}

/// Energies, from the lowest up, and states.
#[derive(Debug, Clone)]
pub struct Levels {
    spins: usize,
    energies: Vec<f64>,
    vectors: Mat<f64>,
}

impl Levels {
    fn of(spins: usize, matrix: impl Fn(usize, usize) -> f64) -> Result<Self, IsingError> {
        let size = 1 << spins;
        let eigen = Mat::from_fn(size, size, &matrix)
            .self_adjoint_eigen(Side::Lower)
            .map_err(|e| IsingError::Unsuitable(format!("the quantum model cannot be diagonalised: {e:?}")))?;
        let energies = (0..size).map(|k| eigen.S().column_vector()[k]).collect();
        Ok(Self { spins, energies, vectors: eigen.U().to_owned() })
    }

    /// The energies, from the lowest up.
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }

    /// Free energy -ln Z / beta.
    pub fn free_energy(&self, beta: f64) -> f64 {
        let least = self.energies[0];
        least - self.energies.iter().map(|e| (-beta * (e - least)).exp()).sum::<f64>().ln() / beta
    }

    /// Averages at an inverse temperature.
    pub fn thermal(&self, beta: f64) -> Observables {
        let log_partition = -beta * self.free_energy(beta);
        let weight = |k: usize| (-beta * self.energies[k] - log_partition).exp();
        let mut along_x = vec![0.0; self.energies.len()];
        for k in 0..self.energies.len() {
            let mut u: Vec<f64> = (0..self.energies.len()).map(|i| self.vectors[(i, k)]).collect();
            walsh(&mut u);
            let w = weight(k) / u.len() as f64;
            along_x.iter_mut().zip(&u).for_each(|(a, u)| *a += w * u * u);
        }
        Observables { spins: self.spins, log_partition, density: self.density(weight), along_x }
    }

    /// Diagonal of sum_k w_k |k><k|.
    fn density(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut density = vec![0.0; self.energies.len()];
        for k in 0..density.len() {
            let w = weight(k);
            density.iter_mut().enumerate().for_each(|(i, d)| *d += w * self.vectors[(i, k)].powi(2));
        }
        density
    }
}

/// Averages over a thermal state.
#[derive(Debug, Clone)]
pub struct Observables {
    spins: usize,
    log_partition: f64,
    density: Vec<f64>,
    along_x: Vec<f64>,
}

impl Observables {
    /// ln Z.
    pub fn log_partition(&self) -> f64 {
        self.log_partition
    }

    /// Probability of every configuration along z, by the index of [`crate::exact::index`].
    pub fn density(&self) -> &[f64] {
        &self.density
    }

    /// <sz_i sz_j>.
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        let same = |s: usize| if (s >> i ^ s >> j) & 1 == 0 { 1.0 } else { -1.0 };
        self.density.iter().enumerate().map(|(s, p)| p * same(s)).sum()
    }

    /// <sz_i>.
    pub fn magnetization(&self, i: usize) -> f64 {
        self.density.iter().enumerate().map(|(s, p)| if s >> i & 1 == 1 { *p } else { -p }).sum()
    }

    /// `<sx>`, averaged over the sites.
    pub fn transverse(&self) -> f64 {
        let total = |s: usize| 2.0 * f64::from(s.count_ones()) - self.spins as f64;
        self.along_x.iter().enumerate().map(|(s, p)| p * total(s)).sum::<f64>() / self.spins.max(1) as f64
    }
}

/// Sums with signs (-1)^(s . f), in place; a set bit is spin up, for which sx and sz are +1 here.
fn walsh(values: &mut [f64]) {
    let mut half = 1;
    while half < values.len() {
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
}
