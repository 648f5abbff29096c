//! The current around the corners of cells.
//!
//! Each cell is cut into 2^d corners, and each of its faces into 2^(d-1) pieces. The gradient in a corner is made of the half differences
//! between the middle of the cell and the d pieces of its faces that belong to the corner. The potentials of the pieces around one vertex
//! of the grid are those that make the Joule power of the corners there least: then the current through every piece is the same on either
//! side, it vanishes where nothing is beyond, and what remains is a symmetric matrix among the 2^d cells. Potentials that are linear
//! within each of several slabs are reproduced exactly, whatever the tensor in each.

use super::dense::{backward, factor, forward};
use super::layout::{Layout, Site};
use super::stencil::Stencil;
use rayon::prelude::*;

/// Corners of cells around every vertex: dimensions D, 2^D cells, D 2^(D-1) pieces of faces, 2^D (2^D + 1) / 2 pairs of cells.
#[derive(Debug)]
pub(super) struct Vertices<const D: usize, const C: usize, const F: usize, const P: usize> {
    axes: [usize; D],
    counts: [usize; D],
    cells: [usize; D],
    periodic: [bool; D],
    /// Of each vertex the couplings of its cells, or the potentials of its pieces of faces.
    local: Vec<[f64; P]>,
    /// Conductance between a corner's middle and its pieces of faces, for differences along axes a and b, S.
    conductance: Vec<[[f64; D]; D]>,
    /// Conductivity over conductance, S/m.
    scale: [[f64; D]; D],
}

/// Vertices of a grid that is one cell thick, and of one that is not.
pub(super) type Flat = Vertices<2, 4, 4, 10>;
pub(super) type Solid = Vertices<3, 8, 12, 36>;

/// What the current is in a cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flow {
    /// Electric field, V/m, averaged over the corners; 0 along an axis of one cell.
    pub field: [f64; 3],
    /// Current density along the axes of more than one cell, A/m^2.
    pub current: [f64; 3],
    /// Joule power, W.
    pub power: f64,
}

/// Either kind of vertices.
pub(super) trait Corners: Send + Sync + std::fmt::Debug {
    /// Takes the conductivity tensors (S/m) of the cells and makes the matrix: its element times a potential is a current.
    fn assemble(&mut self, layout: &Layout, tensor: &(dyn Fn(usize) -> [[f64; 3]; 3] + Sync), matrix: &mut Stencil<f64>);
    /// Finds the potentials of the faces that belong to those of the cells.
    fn find_faces(&mut self, layout: &Layout, potential: &[f64]);
    /// The current in a cell of the film, after [`find_faces`](Self::find_faces).
    fn flow(&self, layout: &Layout, potential: &[f64], cell: usize) -> Flow;
    /// The offsets that the matrix has.
    fn offsets(&self) -> Vec<[isize; 3]>;
}

/// Number of the piece of face that the corner of cell k has along an axis.
#[inline(always)]
fn face<const D: usize>(k: usize, axis: usize) -> usize {
    let low = k & ((1 << axis) - 1);
    (axis << (D - 1)) + low + ((k >> (axis + 1)) << axis)
}

/// Number of the pair of cells k and l.
#[inline(always)]
fn pair(k: usize, l: usize) -> usize {
    let (k, l) = if k < l { (l, k) } else { (k, l) };
    k * (k + 1) / 2 + l
}

/// +1 where the vertex is ahead of the cell along an axis, else -1.
#[inline(always)]
fn side(k: usize, axis: usize) -> f64 {
    if k >> axis & 1 == 0 { 1.0 } else { -1.0 }
}

/// The coordinates of an index.
#[inline(always)]
fn place<const D: usize>(index: usize, counts: [usize; D]) -> [usize; D] {
    let mut rest = index;
    counts.map(|n| {
        let x = rest % n;
        rest /= n;
        x
    })
}

/// No cell is here.
const NOTHING: usize = usize::MAX;

/// The Joule power around a vertex, f A f + 2 f B u + u C u, of the potentials f of faces and u of cells.
struct Quadratic<const C: usize, const F: usize> {
    a: [[f64; F]; F],
    b: [[f64; C]; F],
    c: [[f64; C]; C],
}

impl<const D: usize, const C: usize, const F: usize, const P: usize> Vertices<D, C, F, P> {
    /// The vertices of a grid, along these axes.
    pub fn new(layout: &Layout, axes: [usize; D]) -> Self {
        let grid = &layout.grid;
        let cells = axes.map(|a| grid.cells()[a]);
        let periodic = axes.map(|a| grid.is_periodic(a));
        let counts: [usize; D] = std::array::from_fn(|a| if periodic[a] { cells[a] } else { cells[a] + 1 });
        let part = grid.cell_volume() / C as f64;
        let h = axes.map(|a| 0.5 * grid.cell_size()[a]);
        let scale = std::array::from_fn(|a| std::array::from_fn(|b| part / (h[a] * h[b])));
        let local = vec![[0.0; P]; counts.iter().product()];
        Self { axes, counts, cells, periodic, local, conductance: vec![[[0.0; D]; D]; grid.len()], scale }
    }

    /// The cells around a vertex that conduct.
    #[inline(always)]
    fn around(&self, layout: &Layout, vertex: &[usize; D]) -> [usize; C] {
        std::array::from_fn(|k| {
            let (mut index, mut stride) = (0, 1);
            for a in 0..D {
                // The vertices are numbered as the cells ahead of them.
                let n = self.cells[a];
                let x = match (vertex[a] + (k >> a & 1), self.periodic[a]) {
                    (0, true) => n - 1,
                    (x, _) if x > 0 && x <= n => x - 1,
                    _ => return NOTHING,
                };
                index += x * stride;
                stride *= n;
            }
            if layout.sites[index] == Site::Empty { NOTHING } else { index }
        })
    }

    /// The vertex where a cell is number k of those around.
    #[inline(always)]
    fn vertex(&self, at: &[usize; D], k: usize) -> [usize; D] {
        std::array::from_fn(|a| {
            let v = at[a] + 1 - (k >> a & 1);
            if self.periodic[a] && v == self.cells[a] { 0 } else { v }
        })
    }

    /// What was found at a vertex.
    #[inline(always)]
    fn local(&self, vertex: &[usize; D]) -> &[f64; P] {
        let index = (0..D).rev().fold(0, |index, a| index * self.counts[a] + vertex[a]);
        &self.local[index]
    }

    /// Finds something at every vertex.
    fn each_vertex(&mut self, find: impl Fn(&Self, [usize; D]) -> [f64; P] + Sync) {
        let mut local = std::mem::take(&mut self.local);
        let row = self.counts[0];
        local.par_chunks_mut(row).with_min_len((CHUNK / row).max(1)).enumerate().for_each(|(number, out)| {
            let mut vertex = place(number * row, self.counts);
            for (x, out) in out.iter_mut().enumerate() {
                vertex[0] = x;
                *out = find(self, vertex);
            }
        });
        self.local = local;
    }

    /// The Joule power around a vertex.
    #[inline(always)]
    fn power(&self, layout: &Layout, around: &[usize; C]) -> Quadratic<C, F> {
        let mut q = Quadratic { a: [[0.0; F]; F], b: [[0.0; C]; F], c: [[0.0; C]; C] };
        for k in 0..C {
            if around[k] == NOTHING || layout.sites[around[k]] != Site::Film {
                continue;
            }
            let g = &self.conductance[around[k]];
            // A metal beyond the face holds it at its own potential.
            let metal: [bool; D] = std::array::from_fn(|a| {
                let other = around[k ^ (1 << a)];
                other != NOTHING && layout.sites[other] != Site::Film
            });
            for a in 0..D {
                let (fa, na) = (face::<D>(k, a), k ^ (1 << a));
                let mut row = 0.0;
                for b in 0..D {
                    let g = side(k, a) * side(k, b) * g[a][b];
                    row += g;
                    match (metal[a], metal[b]) {
                        (false, false) => q.a[fa][face::<D>(k, b)] += g,
                        (false, true) => q.b[fa][k ^ (1 << b)] += g,
                        (true, true) => q.c[na][k ^ (1 << b)] += g,
                        // Counted from the other side.
                        (true, false) => {}
                    }
                }
                q.c[k][k] += row;
                if metal[a] {
                    q.c[na][k] -= row;
                    q.c[k][na] -= row;
                } else {
                    q.b[fa][k] -= row;
                }
            }
        }
        for f in 0..F {
            // A face between no two cells of the film has no part in it.
            if q.a[f][f] == 0.0 {
                q.a[f][f] = 1.0;
            }
        }
        q
    }

    /// The couplings that remain among the cells around a vertex: C - B^T A^-1 B.
    #[inline(always)]
    fn couplings(&self, layout: &Layout, vertex: [usize; D]) -> [f64; P] {
        let mut out = [0.0; P];
        let around = self.around(layout, &vertex);
        if around.iter().all(|c| *c == NOTHING) {
            return out;
        }
        let mut q = self.power(layout, &around);
        let sound = factor(q.a.as_flattened_mut(), F);
        debug_assert!(sound, "conductivities are positive definite");
        let mut columns = [[0.0; F]; C];
        for k in 0..C {
            for f in 0..F {
                columns[k][f] = q.b[f][k];
            }
            forward(q.a.as_flattened(), F, &mut columns[k]);
        }
        for k in 0..C {
            for l in 0..=k {
                let dot: f64 = (0..F).map(|f| columns[k][f] * columns[l][f]).sum();
                out[pair(k, l)] = q.c[k][l] - dot;
            }
        }
        out
    }

    /// The potentials of the faces around a vertex: -A^-1 B u.
    #[inline(always)]
    fn faces(&self, layout: &Layout, potential: &[f64], vertex: [usize; D]) -> [f64; P] {
        let mut out = [0.0; P];
        let around = self.around(layout, &vertex);
        if around.iter().all(|c| *c == NOTHING) {
            return out;
        }
        let mut q = self.power(layout, &around);
        let u = around.map(|c| if c == NOTHING { 0.0 } else { potential[c] });
        let mut f: [f64; F] = std::array::from_fn(|f| -(0..C).map(|k| q.b[f][k] * u[k]).sum::<f64>());
        if factor(q.a.as_flattened_mut(), F) {
            forward(q.a.as_flattened(), F, &mut f);
            backward(q.a.as_flattened(), F, &mut f);
        }
        out[..F].copy_from_slice(&f);
        out
    }

    /// The pairs of cells around a vertex, the second at this offset from the first.
    fn pairs(&self, offset: [isize; 3]) -> Vec<(usize, usize)> {
        let step = |k: usize, l: usize, a: usize| (l >> a & 1) as isize - (k >> a & 1) as isize;
        let all = (0..C).flat_map(|k| (0..C).map(move |l| (k, l)));
        all.filter(|(k, l)| (0..D).all(|a| step(*k, *l, a) == offset[self.axes[a]])).collect()
    }
}

/// Cells or vertices that one thread takes at a time, at least.
const CHUNK: usize = 1024;

impl<const D: usize, const C: usize, const F: usize, const P: usize> Corners for Vertices<D, C, F, P> {
    fn assemble(&mut self, layout: &Layout, tensor: &(dyn Fn(usize) -> [[f64; 3]; 3] + Sync), matrix: &mut Stencil<f64>) {
        let mut conductance = std::mem::take(&mut self.conductance);
        conductance.par_iter_mut().with_min_len(CHUNK).enumerate().for_each(|(cell, g)| {
            if layout.sites[cell] == Site::Film {
                let sigma = layout.within_axes(tensor(cell));
                *g = std::array::from_fn(|a| std::array::from_fn(|b| self.scale[a][b] * sigma[self.axes[a]][self.axes[b]]));
            }
        });
        self.conductance = conductance;
        self.each_vertex(|all, vertex| all.couplings(layout, vertex));
        let row = self.cells[0];
        let gather = |values: &mut [f64], offset| {
            let pairs = self.pairs(offset);
            values.par_chunks_mut(row).with_min_len((CHUNK / row).max(1)).enumerate().for_each(|(number, values)| {
                let mut at = place(number * row, self.cells);
                for (x, value) in values.iter_mut().enumerate() {
                    at[0] = x;
                    *value = pairs.iter().map(|(k, l)| self.local(&self.vertex(&at, *k))[pair(*k, *l)]).sum();
                }
            });
        };
        gather(&mut matrix.diagonal, [0; 3]);
        for link in &mut matrix.links {
            gather(&mut link.values, link.offset);
        }
        // At open ends the cell at an offset does not exist, and the pairs above meet vertices where it is absent: 0 as it should be.
    }

    fn find_faces(&mut self, layout: &Layout, potential: &[f64]) {
        self.each_vertex(|all, vertex| all.faces(layout, potential, vertex));
    }

    fn flow(&self, layout: &Layout, potential: &[f64], cell: usize) -> Flow {
        let (at, g, here) = (place(cell, self.cells), &self.conductance[cell], potential[cell]);
        let mut flow = Flow::default();
        for k in 0..C {
            let vertex = self.vertex(&at, k);
            let around = self.around(layout, &vertex);
            let local = self.local(&vertex);
            let difference: [f64; D] = std::array::from_fn(|a| {
                let other = around[k ^ (1 << a)];
                let metal = other != NOTHING && layout.sites[other] != Site::Film;
                let there = if metal { potential[other] } else { local[face::<D>(k, a)] };
                side(k, a) * (there - here)
            });
            for a in 0..D {
                let through: f64 = (0..D).map(|b| g[a][b] * difference[b]).sum();
                flow.power += through * difference[a];
                flow.current[self.axes[a]] -= through;
                flow.field[self.axes[a]] -= difference[a];
            }
        }
        let size = layout.grid.cell_size();
        for axis in 0..3 {
            // 2^D pieces carry it through both faces, that is through twice the area.
            flow.current[axis] *= 0.5 * size[axis] / layout.grid.cell_volume();
            flow.field[axis] *= 2.0 / (C as f64 * size[axis]);
        }
        flow
    }

    fn offsets(&self) -> Vec<[isize; 3]> {
        let range = |axis| if self.axes.contains(&axis) { -1..=1 } else { 0..=0 };
        let mut all = Vec::new();
        for dz in range(2) {
            for dy in range(1) {
                all.extend(range(0).map(|dx| [dx, dy, dz]));
            }
        }
        // Of opposite offsets the one that comes last in memory.
        all.split_off(all.len() / 2 + 1)
    }
}
