//! A V cycle that stands in for the inverse of the conductance matrix.
//!
//! It is made once, of the cells' resistivities without the magnetization, and in single precision: conjugate gradients need no more of
//! it. Blocks of 2 cells along every axis become one on the next level, of the conductance that the blocks have by their size, and
//! corrections come back by linear interpolation that does not reach across what insulates. The cycle is symmetric and, whatever the
//! coarse levels are, positive definite. Cell-centred multigrid: P. Wesseling, An Introduction to Multigrid Methods, Wiley 1992, chapter 8.

use super::layout::{Layout, Site};
use super::stencil::{BLOCK, Stencil};
use crate::film::PerCell;
use rayon::prelude::*;

/// Share of Jacobi's step that is taken: waves of one cell's length are damped best.
const RELAXATION: f64 = 0.8;

#[derive(Debug)]
struct Level {
    matrix: Stencil<f32>,
    /// Relaxation over the diagonal, 0 where there is nothing.
    inverse: Vec<f32>,
    /// Right-hand side, solution and residual.
    b: Vec<f32>,
    x: Vec<f32>,
    r: Vec<f32>,
    /// Axes along which the next level has half the cells.
    halved: [bool; 3],
    /// Of each fine cell the shares of its block and of the blocks next to it, by the axes on which those are other blocks.
    shares: Vec<[f32; 8]>,
}

/// The levels, the finest first.
#[derive(Debug)]
pub(super) struct Multigrid {
    levels: Vec<Level>,
    /// One over the conductance that is 1 in the levels, 1/S.
    scale: f64,
}

impl Multigrid {
    /// From the resistivities (ohm m) of the film's cells.
    pub fn new(layout: &Layout, resistivity: &PerCell<f64>) -> Self {
        let (mut matrix, scale) = finest(layout, resistivity);
        let mut spacing = layout.grid.cell_size();
        let mut levels = Vec::new();
        loop {
            let n = matrix.diagonal.len();
            let open = |a: usize| matrix.cells[a] > 1;
            let least = (0..3).filter(|a| open(*a)).map(|a| spacing[a]).fold(f64::INFINITY, f64::min);
            // Where cells are much longer than wide, only their short sides couple enough.
            let halved = std::array::from_fn(|a| open(a) && spacing[a] < 1.9 * least);
            let coarse = coarsen(&matrix, halved);
            let shares = if n > 1 { shares(&matrix, &coarse, halved) } else { Vec::new() };
            let inverse = |d: &f64| if *d > 0.0 { (RELAXATION / d) as f32 } else { 0.0 };
            levels.push(Level {
                inverse: matrix.diagonal.iter().map(inverse).collect(),
                matrix: single(&matrix),
                b: vec![0.0; n],
                x: vec![0.0; n],
                r: vec![0.0; n],
                halved,
                shares,
            });
            if n == 1 {
                return Self { levels, scale: 1.0 / scale };
            }
            for a in (0..3).filter(|a| halved[*a]) {
                spacing[a] *= 2.0;
            }
            matrix = coarse;
        }
    }

    /// Writes z, about the inverse of the matrix times r.
    pub fn apply(&mut self, r: &[f64], z: &mut [f64]) {
        let narrow = |(to, from): (&mut f32, &f64)| *to = *from as f32;
        self.levels[0].b.par_iter_mut().with_min_len(BLOCK).zip(r).for_each(narrow);
        cycle(&mut self.levels);
        let scale = self.scale;
        z.par_iter_mut().with_min_len(BLOCK).zip(&self.levels[0].x).for_each(|(to, from)| *to = scale * f64::from(*from));
    }
}

/// Solves a level about, for its `b`, into its `x`.
fn cycle(levels: &mut [Level]) {
    let Some((fine, coarser)) = levels.split_first_mut() else { return };
    let Level { matrix, inverse, b, x, r, .. } = fine;
    let (b, inverse) = (&b[..], &inverse[..]);
    if coarser.is_empty() {
        x[0] = b[0] * inverse[0] / RELAXATION as f32;
        return;
    }
    x.par_iter_mut().with_min_len(BLOCK).enumerate().for_each(|(i, x)| *x = inverse[i] * b[i]);
    matrix.apply(x, r, |first, r| r.iter_mut().zip(&b[first..]).for_each(|(r, b)| *r = b - *r));
    restrict(fine, &mut coarser[0].b);
    cycle(coarser);
    interpolate(fine, &coarser[0].matrix.cells, &coarser[0].x);
    let Level { matrix, inverse, b, x, r, .. } = fine;
    let (b, inverse) = (&b[..], &inverse[..]);
    matrix.apply(x, r, |first, r| {
        for ((r, b), inverse) in r.iter_mut().zip(&b[first..]).zip(&inverse[first..]) {
            *r = inverse * (b - *r);
        }
    });
    x.par_iter_mut().with_min_len(BLOCK).zip(&*r).for_each(|(x, r)| *x += r);
}

fn single(matrix: &Stencil<f64>) -> Stencil<f32> {
    let offsets: Vec<_> = matrix.links.iter().map(|l| l.offset).collect();
    let mut out = Stencil::<f32>::zeros(matrix.cells, &offsets);
    let copy = |to: &mut [f32], from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to = *from as f32);
    copy(&mut out.diagonal, &matrix.diagonal);
    for (to, from) in out.links.iter_mut().zip(&matrix.links) {
        copy(&mut to.values, &from.values);
    }
    out
}

/// The conductances between the middles of cells and the metal of contacts, and the typical one, which is 1 there.
fn finest(layout: &Layout, resistivity: &PerCell<f64>) -> (Stencil<f64>, f64) {
    let grid = &layout.grid;
    let mut matrix = Stencil::zeros(grid.cells(), &[[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    let half = |place: usize, axis: usize| {
        let rho = layout.cell(place).map_or(f64::INFINITY, |cell| resistivity.at(cell));
        2.0 * grid.cell_volume() / (grid.cell_size()[axis].powi(2) * rho)
    };
    let (mut sum, mut count) = (0.0, 0.0);
    for place in 0..grid.len() {
        for axis in (0..3).filter(|a| layout.extended(*a)) {
            let Some(next) = grid.neighbour(grid.place(place), axis, true) else { continue };
            match (layout.sites[place], layout.sites[next]) {
                (Site::Film, Site::Film) => {
                    let g = 1.0 / (1.0 / half(place, axis) + 1.0 / half(next, axis));
                    matrix.links[axis].values[place] = -g;
                    matrix.diagonal[place] += g;
                    matrix.diagonal[next] += g;
                }
                (Site::Film, Site::Contact(_)) => matrix.diagonal[place] += half(place, axis),
                (Site::Contact(_), Site::Film) => matrix.diagonal[next] += half(next, axis),
                _ => {}
            }
        }
        if matrix.diagonal[place] > 0.0 {
            sum += matrix.diagonal[place].ln();
            count += 1.0;
        }
    }
    let scale = f64::exp(sum / f64::max(count, 1.0));
    let all = std::iter::once(&mut matrix.diagonal).chain(matrix.links.iter_mut().map(|l| &mut l.values));
    all.flatten().for_each(|v| *v /= scale);
    (matrix, scale)
}

/// Block of a cell.
fn block(at: [usize; 3], halved: [bool; 3]) -> [usize; 3] {
    std::array::from_fn(|a| if halved[a] { at[a] / 2 } else { at[a] })
}

fn coarse_cells(cells: [usize; 3], halved: [bool; 3]) -> [usize; 3] {
    std::array::from_fn(|a| if halved[a] { cells[a].div_ceil(2) } else { cells[a] })
}

fn index(cells: [usize; 3], at: [usize; 3]) -> usize {
    (at[2] * cells[1] + at[1]) * cells[0] + at[0]
}

fn places(cells: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    let [nx, ny, nz] = cells;
    (0..nx * ny * nz).map(move |i| [i % nx, i / nx % ny, i / (nx * ny)])
}

/// What a cell conducts to the metal of contacts.
fn to_metal(matrix: &Stencil<f64>) -> Vec<f64> {
    let mut out = matrix.diagonal.clone();
    for (axis, link) in matrix.links.iter().enumerate() {
        for at in places(matrix.cells) {
            let mut next = at;
            next[axis] = (at[axis] + 1) % matrix.cells[axis];
            let (i, j) = (index(matrix.cells, at), index(matrix.cells, next));
            out[i] += link.values[i];
            out[j] += link.values[i];
        }
    }
    out.iter_mut().zip(&matrix.diagonal).for_each(|(out, d)| *out = if *out > 1e-9 * d { *out } else { 0.0 });
    out
}

/// Conductances of blocks: along a halved axis paths are twice as long.
fn coarsen(matrix: &Stencil<f64>, halved: [bool; 3]) -> Stencil<f64> {
    let cells = coarse_cells(matrix.cells, halved);
    let offsets: Vec<_> = matrix.links.iter().map(|l| l.offset).collect();
    let mut coarse = Stencil::zeros(cells, &offsets);
    let length = |axis: usize| if halved[axis] { 0.5 } else { 1.0 };
    for (axis, link) in matrix.links.iter().enumerate() {
        for at in places(matrix.cells) {
            let mut next = at;
            next[axis] = (at[axis] + 1) % matrix.cells[axis];
            let (here, there) = (index(cells, block(at, halved)), index(cells, block(next, halved)));
            if here != there {
                let g = link.values[index(matrix.cells, at)] * length(axis);
                coarse.links[axis].values[here] += g;
                coarse.diagonal[here] -= g;
                coarse.diagonal[there] -= g;
            }
        }
    }
    for (at, metal) in places(matrix.cells).zip(to_metal(matrix)) {
        coarse.diagonal[index(cells, block(at, halved))] += 0.5 * metal;
    }
    coarse
}

/// The block next to a cell's own along an axis, on the cell's side of it, and whether a conducting face leads there.
fn next_block(matrix: &Stencil<f64>, at: [usize; 3], axis: usize, coarse: usize) -> Option<usize> {
    let n = matrix.cells[axis];
    let ahead = at[axis] % 2 == 1;
    let mut from = at;
    if !ahead {
        from[axis] = (at[axis] + n - 1) % n;
    }
    let conducts = matrix.links[axis].values[index(matrix.cells, from)] != 0.0;
    let own = at[axis] / 2;
    let next = if ahead { (own + 1) % coarse } else { (own + coarse - 1) % coarse };
    (conducts && next != own).then_some(next)
}

/// Linear interpolation: a quarter from the next block along each axis, three quarters from the own one, less beside a contact.
fn shares(matrix: &Stencil<f64>, coarse: &Stencil<f64>, halved: [bool; 3]) -> Vec<[f32; 8]> {
    let metal = to_metal(matrix);
    let share = |at: [usize; 3]| {
        let mut out = [0.0f64; 8];
        let i = index(matrix.cells, at);
        if matrix.diagonal[i] == 0.0 {
            return [0.0; 8];
        }
        let own = block(at, halved);
        let next: [Option<usize>; 3] =
            std::array::from_fn(|a| if halved[a] { next_block(matrix, at, a, coarse.cells[a]) } else { None });
        for slot in 0..8usize {
            if (0..3).any(|a| slot >> a & 1 == 1 && next[a].is_none()) {
                continue;
            }
            let weight: f64 = (0..3).map(|a| if next[a].is_none() { 1.0 } else { [0.75, 0.25][slot >> a & 1] }).product();
            let there = std::array::from_fn(|a| if slot >> a & 1 == 1 { next[a].unwrap_or(own[a]) } else { own[a] });
            let conducts = coarse.diagonal[index(coarse.cells, there)] > 0.0;
            out[if conducts { slot } else { 0 }] += weight;
        }
        // The potential of a correction is 0 on the metal.
        let most = matrix.links.iter().map(|l| -l.values[i]).fold(0.0, f64::max);
        let near = if metal[i] > 0.0 && most > 0.0 { 1.0 / (1.0 + 0.5 * metal[i] / most) } else { 1.0 };
        out.map(|w| (w * near) as f32)
    };
    places(matrix.cells).map(share).collect()
}

/// Fine coordinates along an axis that take part in a coarse one, and whether it is the next block to theirs; -1 for none.
#[inline(always)]
fn parts(coarse: usize, cells: usize, coarse_cells: usize, halved: bool) -> [(usize, usize); 4] {
    const NONE: (usize, usize) = (usize::MAX, 0);
    if !halved {
        return [(coarse, 0), NONE, NONE, NONE];
    }
    let exists = |fine: usize, next: usize| if fine < cells { (fine, next) } else { NONE };
    let (before, after) = ((coarse + coarse_cells - 1) % coarse_cells, (coarse + 1) % coarse_cells);
    [exists(2 * before + 1, 1), (2 * coarse, 0), exists(2 * coarse + 1, 0), exists(2 * after, 1)]
}

/// The transpose of [`interpolate`], from the residual.
fn restrict(fine: &Level, out: &mut [f32]) {
    let (cells, halved) = (fine.matrix.cells, fine.halved);
    let coarse = coarse_cells(cells, halved);
    let row = |(number, out): (usize, &mut [f32])| {
        let (y, z) = (number % coarse[1], number / coarse[1]);
        out.fill(0.0);
        for (fz, bz) in parts(z, cells[2], coarse[2], halved[2]) {
            for (fy, by) in parts(y, cells[1], coarse[1], halved[1]) {
                if fz == usize::MAX || fy == usize::MAX {
                    continue;
                }
                let start = (fz * cells[1] + fy) * cells[0];
                let (r, shares) = (&fine.r[start..][..cells[0]], &fine.shares[start..][..cells[0]]);
                let slot = (bz << 2) + (by << 1);
                for (x, out) in out.iter_mut().enumerate() {
                    for (fx, bx) in parts(x, cells[0], coarse[0], halved[0]) {
                        if fx != usize::MAX {
                            *out += shares[fx][slot + bx] * r[fx];
                        }
                    }
                }
            }
        }
    };
    let least = (BLOCK / 4 / coarse[0]).max(1);
    out.par_chunks_mut(coarse[0]).with_min_len(least).enumerate().for_each(row);
}

/// Adds what the coarse level found.
fn interpolate(fine: &mut Level, coarse: &[usize; 3], correction: &[f32]) {
    let (cells, halved) = (fine.matrix.cells, fine.halved);
    // Own block and the next to it.
    let blocks = |at: usize, a: usize| match (halved[a], at % 2 == 1) {
        (false, _) => [at, at],
        (true, true) => [at / 2, (at / 2 + 1) % coarse[a]],
        (true, false) => [at / 2, (at / 2 + coarse[a] - 1) % coarse[a]],
    };
    let shares = &fine.shares;
    let row = |(number, x): (usize, &mut [f32])| {
        let (by, bz) = (blocks(number % cells[1], 1), blocks(number / cells[1], 2));
        let shares = &shares[number * cells[0]..][..cells[0]];
        for slot in 0..4usize {
            if (slot & 1 == 1 && !halved[1]) || (slot >> 1 == 1 && !halved[2]) {
                continue;
            }
            let start = (bz[slot >> 1] * coarse[1] + by[slot & 1]) * coarse[0];
            let values = &correction[start..][..coarse[0]];
            for (fx, x) in x.iter_mut().enumerate() {
                let [own, next] = blocks(fx, 0);
                *x += shares[fx][slot << 1] * values[own] + shares[fx][(slot << 1) + 1] * values[next];
            }
        }
    };
    let least = (BLOCK / cells[0]).max(1);
    fine.x.par_chunks_mut(cells[0]).with_min_len(least).enumerate().for_each(row);
}
