//! The demagnetising field: every cell's field on every other.
//!
//! Its cost is that of Fourier transforms; see [`Demag`] for what is transformed and [`DemagnetizingTensor`] for what it is multiplied by.

mod axis;
mod convolution;
mod fourier;
mod kernel;
mod lanes;
mod newell;
mod quadrature;
mod stages;
#[cfg(test)]
mod tests;
mod vector;

use super::{Grid, PerCell, Real, VectorField};
use crate::MagnetError;
use convolution::Convolve;
pub use convolution::Laned;
pub use newell::{DemagnetizingTensor, SymmetricTensor, newell_f, newell_g};

/// The demagnetising field of the cells of a grid,
///
/// ```text
/// B(r) = -mu0 sum over cells r' of N(r - r') Ms(r') m(r'),
/// ```
///
/// with N the [`DemagnetizingTensor`] between two cells, as an exact (not a periodic) convolution by fast Fourier transforms. The arrays are
/// never padded to twice the film: transforms are of the film's own lengths, rounded up to products of 2, 3 and 5, and half the frequencies
/// are worked off after the other half. In one layer z decouples from x and y.
///
/// Where the grid repeats ([`Grid::with_images`]), a cell sees the nearest image of each other cell and so many repetitions to either side,
/// so that a uniform film along a periodic axis has a uniform field.
///
/// The result does not depend on the number of threads. Nothing is allocated after [`Demag::new`]; a film of one layer, of lengths that need
/// no rounding, takes 128 bytes a cell in double precision.
///
/// ```
/// use spinloom_magnet::film::{Demag, Grid, PerCell, VectorField};
/// // A cube, magnetized along z: on average B = -mu0 Ms / 3.
/// let grid = Grid::new([8, 8, 8], [1e-9; 3])?;
/// let mut demag = Demag::<f64>::new(&grid)?;
/// let mut field = VectorField::zeros(grid.len());
/// demag.add_field(&PerCell::Uniform(8e5), &VectorField::uniform(grid.len(), [0.0, 0.0, 1.0]), &mut field);
/// let mean = field.z.iter().sum::<f64>() / 512.0;
/// assert!((mean + 4e-7 * std::f64::consts::PI * 8e5 / 3.0).abs() < 1e-9);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug)]
pub struct Demag<T: Real> {
    cells: usize,
    convolution: T::Convolution,
}

impl<T: Real> Demag<T> {
    /// Plans and the tensor's transform for a grid.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for cells with edges of a ratio above 10^4, or more cells and images than can be summed.
    pub fn new(grid: &Grid) -> Result<Self, MagnetError> {
        Ok(Self { cells: grid.len(), convolution: T::Convolution::new(grid)? })
    }

    /// Adds the field (T) of the magnetization m of unit length with a saturation magnetization `ms` (A/m) to `out`.
    ///
    /// # Panics
    /// If a field does not have one value for each cell of the grid.
    pub fn add_field(&mut self, ms: &PerCell<T>, m: &VectorField<T>, out: &mut VectorField<T>) {
        let lengths = [&m.x, &m.y, &m.z, &out.x, &out.y, &out.z].map(Vec::len);
        let fits = |length: usize| length == self.cells;
        let material = matches!(ms, PerCell::Uniform(_)) || fits(ms.values().len());
        assert!(lengths.into_iter().all(fits) && material, "a field has another number of cells than the grid, {}", self.cells);
        self.convolution.add(ms, m, out);
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        self.convolution.bytes()
    }
}
