//! Symmetric matrices that couple a cell of a grid with the cells around it.

use crate::film::Real;
use multiversion::multiversion;
use rayon::prelude::*;

/// Cells that one thread works on at a time; results do not depend on it, only on the sums of [`dot`] being cut here.
pub(super) const BLOCK: usize = 8192;

/// The couplings of every cell with the one at an offset.
#[derive(Debug, Clone)]
pub(super) struct Link<T> {
    /// Where the other cell is.
    pub offset: [isize; 3],
    /// Matrix element between a cell and the other, one a cell.
    pub values: Vec<T>,
}

/// A symmetric matrix on the cells of a grid: its diagonal, and of each pair of opposite offsets one.
///
/// Offsets wrap around the grid: at an open end the couplings are 0.
#[derive(Debug, Clone)]
pub(super) struct Stencil<T> {
    pub cells: [usize; 3],
    pub diagonal: Vec<T>,
    pub links: Vec<Link<T>>,
}

/// Numbers for which the product is compiled for each instruction set.
pub(super) trait Product: Real {
    /// Writes the rows of A x from `first_row` on.
    fn rows(matrix: &Stencil<Self>, x: &[Self], first_row: usize, out: &mut [Self]);
}

impl<T: Product> Stencil<T> {
    /// A matrix of zeros with these offsets.
    pub fn zeros(cells: [usize; 3], offsets: &[[isize; 3]]) -> Self {
        let n = cells.iter().product();
        let links = offsets.iter().map(|offset| Link { offset: *offset, values: vec![T::zero(); n] }).collect();
        Self { cells, diagonal: vec![T::zero(); n], links }
    }

    /// First cell of the row that is so many rows away from the one at (y, z).
    #[inline(always)]
    fn start(&self, y: usize, z: usize, dy: isize, dz: isize) -> usize {
        let [nx, ny, nz] = self.cells;
        let y = (y + ny).wrapping_add_signed(dy) % ny;
        let z = (z + nz).wrapping_add_signed(dz) % nz;
        (z * ny + y) * nx
    }

    /// Writes A x, and lets `then` finish each block of it: its first cell and its values.
    pub fn apply(&self, x: &[T], out: &mut [T], then: impl Fn(usize, &mut [T]) + Sync) {
        let nx = self.cells[0];
        let rows = (BLOCK / nx).max(1);
        let block = |(number, out): (usize, &mut [T])| {
            T::rows(self, x, number * rows, out);
            then(number * rows * nx, out);
        };
        if out.len() <= BLOCK {
            out.chunks_mut(rows * nx).enumerate().for_each(block);
        } else {
            out.par_chunks_mut(rows * nx).enumerate().for_each(block);
        }
    }
}

/// out_i += a_i there_(i + dx) + back_a_(i - dx) back_(i - dx) along one row, wrapped.
#[inline(always)]
fn couple<T: Real>(out: &mut [T], a: &[T], there: &[T], back_a: &[T], back: &[T], dx: isize) {
    let n = out.len();
    let at = |i: usize, by: isize| (i + n).wrapping_add_signed(by) % n;
    let mut end = |i: usize| out[i] += a[i] * there[at(i, dx)] + back_a[at(i, -dx)] * back[at(i, -dx)];
    end(0);
    if n > 1 {
        end(n - 1);
    }
    if n > 2 {
        let inner = n - 2;
        let (ahead, behind) = (1usize.wrapping_add_signed(dx), 1usize.wrapping_add_signed(-dx));
        let (out, a, there) = (&mut out[1..][..inner], &a[1..][..inner], &there[ahead..][..inner]);
        let (back_a, back) = (&back_a[behind..][..inner], &back[behind..][..inner]);
        for i in 0..inner {
            out[i] += a[i] * there[i] + back_a[i] * back[i];
        }
    }
}

#[inline(always)]
fn rows_body<T: Product>(matrix: &Stencil<T>, x: &[T], first_row: usize, out: &mut [T]) {
    let [nx, ny, _] = matrix.cells;
    for (number, out) in out.chunks_exact_mut(nx).enumerate() {
        let row = first_row + number;
        let (y, z, own) = (row % ny, row / ny, row * nx);
        let (diagonal, here) = (&matrix.diagonal[own..][..nx], &x[own..][..nx]);
        for i in 0..nx {
            out[i] = diagonal[i] * here[i];
        }
        for Link { offset: [dx, dy, dz], values } in &matrix.links {
            let there = matrix.start(y, z, *dy, *dz);
            let back = matrix.start(y, z, -dy, -dz);
            let row = |start: usize| (&values[start..][..nx], &x[start..][..nx]);
            let (back_values, back_x) = row(back);
            couple(out, row(own).0, row(there).1, back_values, back_x, *dx);
        }
    }
}

macro_rules! product {
    ($number:ty) => {
        impl Product for $number {
            fn rows(matrix: &Stencil<Self>, x: &[Self], first_row: usize, out: &mut [Self]) {
                #[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw+fma", "x86_64+avx2+fma"))]
                fn rows(matrix: &Stencil<$number>, x: &[$number], first_row: usize, out: &mut [$number]) {
                    rows_body(matrix, x, first_row, out);
                }
                rows(matrix, x, first_row, out);
            }
        }
    };
}
product!(f32);
product!(f64);

/// Sum of products, in an order that does not depend on the number of threads; `sums` is room for a number per [`BLOCK`].
pub(super) fn dot(a: &[f64], b: &[f64], sums: &mut [f64]) -> f64 {
    let block = |((sum, a), b): ((&mut f64, &[f64]), &[f64])| *sum = block_dot(a, b);
    if a.len() <= BLOCK {
        return block_dot(a, b);
    }
    sums.par_iter_mut().zip(a.par_chunks(BLOCK)).zip(b.par_chunks(BLOCK)).for_each(block);
    sums.iter().sum()
}

/// Sum of products in eight strands, which the compiler keeps in vector registers.
pub(super) fn block_dot(a: &[f64], b: &[f64]) -> f64 {
    let mut strands = [0.0; 8];
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for k in 0..8 {
            strands[k] += a[k] * b[k];
        }
    }
    strands.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}

/// Numbers of blocks that cells are cut into.
pub(super) fn blocks(cells: usize) -> usize {
    cells.div_ceil(BLOCK)
}
