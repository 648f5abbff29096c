//! Path integrals: a model in a transverse field as replicas of itself along imaginary time (M. Suzuki, Prog. Theor. Phys. 56, 1454 (1976),
//! doi:10.1143/PTP.56.1454), and annealing by taking the field away.
//!
//! H = -(sum_(ij) J_ij sz_i sz_j + sum_i h_i sz_i + Gamma sum_i sx_i). With n slices, weights are exp(sum K m m): within a slice
//! K = beta J / n and beta h / n, and K_perp = (1/2) ln coth(beta Gamma / n) between neighbours in time, periodic. The error is O((beta/n)^2).

use crate::anneal::{Control, Reads};
use crate::{Ising, IsingError};
use rand::RngExt;
use rayon::prelude::*;
use spinloom_core::random::{Fast, Stream};

/// Replicas of a model along imaginary time.
///
/// A sweep visits every spin once and, where asked for, tries to flip clusters along imaginary time (R. H. Swendsen and J.-S. Wang, Phys.
/// Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86, in one direction), without which chains of slices hardly move when K_perp is large.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::{Ising, path_integral::Slices};
/// // One spin in a transverse field: <sx> = tanh(beta Gamma).
/// let spin = Ising::new(1, [], vec![0.0], 0.0)?;
/// let mut slices = Slices::new(&spin, 16, &mut Stream::new(1, "slices", 0))?;
/// let mut sum = 0.0;
/// for _ in 0..20_000 {
///     slices.sweep(1.0, 0.5, true);
///     sum += slices.transverse(1.0, 0.5);
/// }
/// assert!((sum / 20_000.0 - 0.5f64.tanh()).abs() < 0.02);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Slices<'a> {
    model: &'a Ising,
    count: usize,
    /// Spins, slice after slice.
    m: Vec<i8>,
    random: Fast,
    /// Colours of the sites: spins of one colour and of every second slice do not act on each other.
    order: Vec<usize>,
}

impl<'a> Slices<'a> {
    /// Random slices.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for fewer than two slices.
    pub fn new(model: &'a Ising, slices: usize, stream: &mut Stream) -> Result<Self, IsingError> {
        if slices < 2 {
            return Err(IsingError::Unsuitable("a path integral wants two slices or more".to_owned()));
        }
        let mut random = stream.fast();
        let m = (0..slices * model.spins()).map(|_| if random.random::<bool>() { 1 } else { -1 }).collect();
        let colours = model.colouring();
        let mut order: Vec<usize> = (0..model.spins()).collect();
        order.sort_by_key(|&i| colours[i]);
        Ok(Self { model, count: slices, m, random, order })
    }

    /// One sweep at inverse temperature `beta` in a transverse field: even slices, odd slices, each colour by colour; then clusters in time.
    pub fn sweep(&mut self, beta: f64, transverse: f64, clusters: bool) {
        let n = self.model.spins();
        let step = beta / self.count as f64;
        let coupling = in_time(step * transverse);
        for parity in 0..2 {
            for k in (parity..self.count).step_by(2) {
                let (before, after) = ((k + self.count - 1) % self.count, (k + 1) % self.count);
                for index in 0..n {
                    let i = self.order[index];
                    let (columns, values) = self.model.neighbours(i);
                    let slice = &self.m[k * n..(k + 1) * n];
                    let mut field = self.model.fields()[i];
                    for (&j, &v) in columns.iter().zip(values) {
                        field += v * f64::from(slice[j as usize]);
                    }
                    let time = f64::from(self.m[before * n + i]) + f64::from(self.m[after * n + i]);
                    let up = 1.0 / (1.0 + (-2.0 * (step * field + coupling * time)).exp());
                    self.m[k * n + i] = if self.random.random::<f64>() < up { 1 } else { -1 };
                }
            }
        }
        if clusters {
            for index in 0..n {
                self.flip_segments(self.order[index], step, coupling);
            }
        }
    }

    /// Cuts the world line of a site into segments of equal spin, by bonds of probability 1 - exp(-2 K_perp), and flips each by heat bath
    /// in the field of the other sites.
    fn flip_segments(&mut self, i: usize, step: f64, coupling: f64) {
        let n = self.model.spins();
        let join = 1.0 - (-2.0 * coupling).exp();
        let slices = self.count;
        let bond: Vec<bool> = (0..slices)
            .map(|k| self.m[k * n + i] == self.m[(k + 1) % slices * n + i] && self.random.random::<f64>() < join)
            .collect();
        // Begin behind a cut, so that no segment is met in two pieces.
        let first = bond.iter().position(|b| !b).map_or(0, |k| (k + 1) % slices);
        let mut k = 0;
        while k < slices {
            let begin = k;
            let mut field = 0.0;
            loop {
                let slice = (first + k) % slices;
                let row = &self.m[slice * n..(slice + 1) * n];
                let (columns, values) = self.model.neighbours(i);
                field += self.model.fields()[i]
                    + columns.iter().zip(values).map(|(&j, v)| v * f64::from(row[j as usize])).sum::<f64>();
                k += 1;
                if k == slices || !bond[slice] {
                    break;
                }
            }
            let up = 1.0 / (1.0 + (-2.0 * step * field).exp());
            let value = if self.random.random::<f64>() < up { 1 } else { -1 };
            (begin..k).for_each(|s| self.m[(first + s) % slices * n + i] = value);
        }
    }

    /// The spins of a slice.
    pub fn slice(&self, k: usize) -> &[i8] {
        let n = self.model.spins();
        &self.m[k * n..(k + 1) * n]
    }

    /// Number of slices.
    pub fn slices(&self) -> usize {
        self.count
    }

    /// <sz_i sz_j>, averaged over the slices.
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        let n = self.model.spins();
        (0..self.count).map(|k| f64::from(self.m[k * n + i] * self.m[k * n + j])).sum::<f64>() / self.count as f64
    }

    /// <sx>, averaged over sites and slices: tanh a where neighbours in time agree, coth a where they differ, a = beta Gamma / n.
    pub fn transverse(&self, beta: f64, transverse: f64) -> f64 {
        let n = self.model.spins();
        let a = (beta * transverse / self.count as f64).tanh();
        let agree = (0..self.m.len()).filter(|&at| self.m[at] == self.m[(at + n) % self.m.len()]).count() as f64;
        let total = self.m.len() as f64;
        (agree * a + (total - agree) / a) / total
    }
}

/// K_perp = (1/2) ln coth a.
pub fn in_time(a: f64) -> f64 {
    if a <= 0.0 { 30.0 } else { (-0.5 * a.tanh().ln()).min(30.0) }
}

/// Path-integral annealing.
#[derive(Debug, Clone)]
pub struct PathIntegral {
    /// Sweeps over all slices.
    pub sweeps: usize,
    /// Independent reads.
    pub reads: usize,
    /// Slices.
    pub slices: usize,
    /// Inverse temperature of the quantum model.
    pub beta: f64,
    /// Transverse field at the beginning, in units of the largest local field; it falls to a thousandth.
    pub field: f64,
    /// Whether clusters along imaginary time are flipped.
    pub clusters: bool,
    /// Seed.
    pub seed: u64,
}

impl Default for PathIntegral {
    fn default() -> Self {
        Self { sweeps: 1000, reads: 8, slices: 16, beta: 3.0, field: 1.0, clusters: true, seed: 1 }
    }
}

/// Anneals by taking the transverse field away; each read answers with its best slice.
///
/// # Errors
/// [`IsingError::Unsuitable`] for fewer than two slices or no reads.
pub fn anneal_path_integral(model: &Ising, parameters: &PathIntegral, control: &Control) -> Result<Reads, IsingError> {
    if parameters.reads == 0 || parameters.slices < 2 {
        return Err(IsingError::Unsuitable("path-integral annealing wants two slices and one read or more".to_owned()));
    }
    let largest = model.largest_fields().into_iter().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let read = |index: usize| -> Option<Reads> {
        if index > 0 && control.stop() {
            return None;
        }
        let mut stream = Stream::new(parameters.seed, "path integral", index as u64);
        let mut slices = Slices::new(model, parameters.slices, &mut stream).ok()?;
        // The temperature of a single slice is that of the problem, so beta grows with their number.
        let beta = parameters.beta * parameters.slices as f64;
        for sweep in 0..parameters.sweeps {
            if control.stop() {
                break;
            }
            let left = 1.0 - sweep as f64 / parameters.sweeps.max(1) as f64;
            slices.sweep(beta, parameters.field * largest * (left * 0.999 + 0.001), parameters.clusters);
            control.count(model.spins() * parameters.slices);
        }
        let (energy, best) = (0..parameters.slices)
            .map(|k| (model.energy(slices.slice(k)), k))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(e, k)| (e, slices.slice(k).to_vec()))?;
        Some(Reads { best: best.clone(), best_energy: energy, energies: vec![energy], states: vec![best] })
    };
    let parts: Vec<Reads> = (0..parameters.reads).into_par_iter().filter_map(read).collect();
    let mut all = Reads { best: Vec::new(), best_energy: f64::INFINITY, energies: Vec::new(), states: Vec::new() };
    parts.into_iter().for_each(|p| all.absorb(p));
    Ok(all)
}
