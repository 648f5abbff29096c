//! The convolution of the magnetization with the demagnetising tensor.
//!
//! Along x the cells are real, and one complex transform of their own length N does for both halves of the frequencies: with the cells
//! times exp(-pi i n / (2 N)) it gives the frequencies (k + 1/4) / N, a convolution that wraps with a factor i, so that what wrapped is
//! imaginary and the real part is the linear convolution. The quarter's frequencies and their negatives are all there are.
//! Source: H. J. Nussbaumer, Fast Fourier Transform and Convolution Algorithms, Springer 1982, chapter 3 (right-angle circular convolution).
//! Along y and z see [`super::axis`].
//!
//! Three stages: rows of cells to blocks of frequencies along x, eight rows at a time; each block of frequencies to its field, with the
//! transforms along y and z in a piece that the second cache holds; and blocks back to rows.

use super::axis::Axis;
use super::fourier::{Plan, unit};
use super::kernel;
use super::lanes::{Complex, Lanes};
use crate::MagnetError;
use crate::film::{Grid, PARALLEL, PerCell, Real, VectorField};
use rayon::prelude::*;
use spinloom_core::constants::VACUUM_PERMEABILITY;
use std::f64::consts::PI;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rows of cells that are transformed together, so that a block of frequencies is read in pieces of eight lines of the cache.
pub(super) const ROWS: usize = 8;

/// What the stages read.
#[derive(Debug)]
pub(super) struct Tables<T, const L: usize> {
    pub(super) cells: [usize; 3],
    pub(super) x: Plan<T>,
    /// exp(-pi i n / (2 N)) of the cells along x.
    pub(super) weights: Vec<Complex<T>>,
    pub(super) y: Axis<T>,
    pub(super) z: Axis<T>,
    pub(super) kernel: Vec<Lanes<T, L>>,
    /// Components of the tensor over two.
    pub(super) pairs: usize,
    /// Numbers along y in a column of the stages' own, with a gap that keeps columns off the same lines of the cache.
    pub(super) pitch: usize,
}

impl<T: Real, const L: usize> Tables<T, L> {
    /// Blocks of `L` frequencies along x.
    #[inline(always)]
    pub(super) fn blocks(&self) -> usize {
        self.x.length().div_ceil(L)
    }

    /// Groups of [`ROWS`] rows in a layer.
    #[inline(always)]
    pub(super) fn groups(&self) -> usize {
        self.cells[1].div_ceil(ROWS)
    }
}

/// The convolution for one grid, in lanes of `L` numbers.
#[derive(Debug)]
pub struct Convolution<T, const L: usize> {
    tables: Tables<T, L>,
    /// By group of rows: component, block of frequencies, row.
    rows: Vec<Lanes<T, L>>,
    /// By block of frequencies: component, layer, row.
    columns: Vec<Lanes<T, L>>,
    /// Work space of each thread.
    scratch: Vec<Mutex<Vec<Lanes<T, L>>>>,
}

/// Numbers that know their lanes.
pub trait Laned: Sized {
    /// The convolution in lanes that fill a register.
    type Convolution: Convolve<Self> + std::fmt::Debug + Send + Sync;
}

/// A convolution, whatever its lanes.
pub trait Convolve<T>: Sized {
    /// Plans and kernel.
    fn new(grid: &Grid) -> Result<Self, MagnetError>;
    /// Adds the field.
    fn add(&mut self, saturation: &PerCell<T>, m: &VectorField<T>, out: &mut VectorField<T>);
    /// Memory held, bytes.
    fn bytes(&self) -> usize;
}

/// The magnetization of a film.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a, T> {
    pub(super) saturation: &'a PerCell<T>,
    pub(super) m: &'a VectorField<T>,
}

impl<T: Real, const L: usize> Convolution<T, L> {
    pub(super) fn make(grid: &Grid) -> Result<Self, MagnetError> {
        let extents = kernel::extents(grid);
        let length = Axis::<f64>::along_x(extents[0]);
        let [_, y, z] = extents.map(Axis::new);
        let kernel = kernel::transform(grid, -VACUUM_PERMEABILITY / (length as f64 * y.gain() * z.gain()))?;
        let weights = (0..extents[0].cells).map(|n| unit(PI * n as f64 / (2.0 * length as f64))).collect();
        let pitch = y.plan.length() + 1;
        let pairs = kernel::components(grid) / 2;
        let tables = Tables { cells: grid.cells(), x: Plan::new(length), weights, y, z, kernel, pairs, pitch };
        let [_, _, nz] = grid.cells();
        let buffer = 3 * tables.blocks() * tables.groups() * ROWS * nz;
        let scratch = (tables.blocks() * L).max(3 * (nz * pitch + nz + tables.z.plan.length()));
        Ok(Self {
            rows: vec![Lanes::zero(); buffer],
            columns: vec![Lanes::zero(); buffer],
            scratch: (0..rayon::current_num_threads().max(1)).map(|_| Mutex::new(vec![Lanes::zero(); scratch])).collect(),
            tables,
        })
    }

    /// Adds the field; `run` works off the stages, in the instructions that the processor has.
    pub(super) fn apply(
        &mut self,
        source: Source<'_, T>,
        out: &mut VectorField<T>,
        run: fn(&Tables<T, L>, Stage<'_, T, L>, &mut [Lanes<T, L>]),
    ) {
        let Self { tables, rows, columns, scratch } = self;
        let (tables, scratch): (&Tables<T, L>, &[_]) = (tables, scratch);
        let [nx, ny, nz] = tables.cells;
        let parallel = nx * ny * nz >= PARALLEL && rayon::current_num_threads() > 1;
        let forward =
            |(group, out): (usize, &mut [Lanes<T, L>])| run(tables, Stage::Forward { source, group, out }, &mut own(scratch));
        let group = 3 * tables.blocks() * ROWS;
        if parallel {
            rows.par_chunks_mut(group).enumerate().for_each(forward);
        } else {
            rows.chunks_mut(group).enumerate().for_each(forward);
        }
        let rows: &[_] = rows;
        let multiply =
            |(block, out): (usize, &mut [Lanes<T, L>])| run(tables, Stage::Multiply { block, rows, out }, &mut own(scratch));
        let block = 3 * nz * tables.groups() * ROWS;
        if parallel {
            columns.par_chunks_mut(block).enumerate().for_each(multiply);
        } else {
            columns.chunks_mut(block).enumerate().for_each(multiply);
        }
        let columns: &[_] = columns;
        let inverse = |layer: usize, group: usize, out: [&mut [T]; 3]| {
            run(tables, Stage::Inverse { group: layer * tables.groups() + group, columns, out }, &mut own(scratch));
        };
        let ([x, y, z], layer, group) = (out.components_mut(), nx * ny, nx * ROWS);
        if parallel {
            let layers = x.par_chunks_mut(layer).zip(y.par_chunks_mut(layer)).zip(z.par_chunks_mut(layer)).enumerate();
            layers.for_each(|(layer, ((x, y), z))| {
                let groups = x.par_chunks_mut(group).zip(y.par_chunks_mut(group)).zip(z.par_chunks_mut(group)).enumerate();
                groups.for_each(|(group, ((x, y), z))| inverse(layer, group, [x, y, z]));
            });
        } else {
            let layers = x.chunks_mut(layer).zip(y.chunks_mut(layer)).zip(z.chunks_mut(layer)).enumerate();
            for (layer, ((x, y), z)) in layers {
                let groups = x.chunks_mut(group).zip(y.chunks_mut(group)).zip(z.chunks_mut(group)).enumerate();
                groups.for_each(|(group, ((x, y), z))| inverse(layer, group, [x, y, z]));
            }
        }
    }

    pub(super) fn held(&self) -> usize {
        let scratch: usize = self.scratch.iter().map(|s| s.lock().map_or(0, |s| s.len())).sum();
        (self.tables.kernel.len() + self.rows.len() + self.columns.len() + scratch) * size_of::<Lanes<T, L>>()
    }
}

/// One piece of a stage.
pub(super) enum Stage<'a, T, const L: usize> {
    /// A group of rows of cells to blocks of frequencies.
    Forward { source: Source<'a, T>, group: usize, out: &'a mut [Lanes<T, L>] },
    /// A block of frequencies to its field.
    Multiply { block: usize, rows: &'a [Lanes<T, L>], out: &'a mut [Lanes<T, L>] },
    /// A group of rows from blocks of frequencies, to add to the field.
    Inverse { group: usize, columns: &'a [Lanes<T, L>], out: [&'a mut [T]; 3] },
}

/// The work space of the thread that asks. Nothing is kept in it, so that a panic elsewhere leaves it good.
fn own<W>(scratch: &[Mutex<W>]) -> MutexGuard<'_, W> {
    let thread = rayon::current_thread_index().unwrap_or(0);
    scratch[thread % scratch.len()].lock().unwrap_or_else(PoisonError::into_inner)
}
