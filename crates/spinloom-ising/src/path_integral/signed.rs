//! World lines whose weights may be negative: sampled by their absolute values, with the sign carried along.
//!
//! An average is `<A sign> / <sign>`, and `<sign> = Z / Z'` falls as exp(-beta (F - F')), F' being the free energy of the model of absolute values:
//! exponentially with the inverse temperature and the number of spins (M. Troyer and U.-J. Wiese, Phys. Rev. Lett. 94, 170201 (2005),
//! doi:10.1103/PhysRevLett.94.170201).

use super::Quantum;
use super::uniform;
use crate::IsingError;
use spinloom_core::random::{Fast, Stream};

/// Slices of a small quantum model, each redrawn at once from its exact conditional distribution.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::{Ising, path_integral::{Quantum, SignedSlices}};
/// // A triangle of frustrated sx sx couplings.
/// let free = Ising::new(3, [], vec![0.0; 3], 0.0)?;
/// let triangle = Quantum::new(&free, 0.5)?.with_exchange(&[(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0)])?;
/// let mut slices = SignedSlices::new(&triangle, 1.0, 16, &mut Stream::new(1, "slices", 0))?;
/// let mut sum = 0.0;
/// for _ in 0..20_000 {
///     slices.sweep();
///     sum += slices.sign();
/// }
/// assert!((sum / 20_000.0 - triangle.sign(1.0, 16)?).abs() < 0.05);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SignedSlices {
    spins: usize,
    /// Configuration of every slice.
    state: Vec<usize>,
    /// Weight between neighbours in time by which spins differ.
    kernel: Vec<f64>,
    /// Its absolute value.
    size: Vec<f64>,
    /// Weight of a configuration within a slice.
    diagonal: Vec<f64>,
    random: Fast,
    cumulative: Vec<f64>,
}

impl SignedSlices {
    /// Slices that all begin in the same random configuration, which has a weight.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for fewer than two slices or a beta that is not positive.
    pub fn new(model: &Quantum, beta: f64, slices: usize, stream: &mut Stream) -> Result<Self, IsingError> {
        super::check(beta, 1.0, slices)?;
        let tau = beta / slices as f64;
        let kernel = model.kernel(tau);
        let least = model.diagonal().iter().copied().fold(f64::INFINITY, f64::min);
        let start = stream.below(kernel.len());
        Ok(Self {
            spins: model.spins(),
            state: vec![start; slices],
            size: kernel.iter().map(|k| k.abs()).collect(),
            diagonal: model.diagonal().iter().map(|e| (-tau * (e - least)).exp()).collect(),
            cumulative: vec![0.0; kernel.len()],
            kernel,
            random: stream.fast(),
        })
    }

    /// Every slice once by heat bath, then every world line flipped as a whole by Metropolis.
    pub fn sweep(&mut self) {
        let n = self.state.len();
        for k in 0..n {
            let (before, after) = (self.state[(k + n - 1) % n], self.state[(k + 1) % n]);
            let mut sum = 0.0;
            for (s, c) in self.cumulative.iter_mut().enumerate() {
                sum += self.size[s ^ before] * self.size[s ^ after] * self.diagonal[s];
                *c = sum;
            }
            let u = uniform(&mut self.random) * sum;
            self.state[k] = self.cumulative.partition_point(|&c| c <= u).min(self.kernel.len() - 1);
        }
        // Without a transverse field the parity of each slice is conserved; these moves change it.
        for i in 0..self.spins {
            let ratio: f64 = self.state.iter().map(|&s| self.diagonal[s ^ (1 << i)] / self.diagonal[s]).product();
            if uniform(&mut self.random) < ratio {
                self.state.iter_mut().for_each(|s| *s ^= 1 << i);
            }
        }
    }

    /// The sign of the weight: +1 or -1.
    pub fn sign(&self) -> f64 {
        let n = self.state.len();
        let negative = (0..n).filter(|&k| self.kernel[self.state[k] ^ self.state[(k + 1) % n]] < 0.0).count();
        if negative.is_multiple_of(2) { 1.0 } else { -1.0 }
    }

    /// The configuration of every slice, by the index of [`crate::exact::index`].
    pub fn states(&self) -> &[usize] {
        &self.state
    }
}
