//! Couplings between cells that touch, which exchange and the Dzyaloshinskii-Moriya interaction are made of.

use super::{Grid, PerCell, Real, Row};
use multiversion::multiversion;

/// Values a kernel reads cell by cell without asking whether they are all the same.
pub(super) trait Values<T>: Copy {
    /// Those of `count` cells from `start` on.
    fn part(self, start: usize, count: usize) -> Self;
    /// That of one cell.
    fn at(self, cell: usize) -> T;
}

/// The same value in every cell.
#[derive(Clone, Copy)]
pub(super) struct Same<T>(pub T);

impl<T: Copy> Values<T> for Same<T> {
    #[inline(always)]
    fn part(self, _: usize, _: usize) -> Self {
        self
    }
    #[inline(always)]
    fn at(self, _: usize) -> T {
        self.0
    }
}

impl<T: Copy> Values<T> for &[T] {
    #[inline(always)]
    fn part(self, start: usize, count: usize) -> Self {
        &self[start..start + count]
    }
    #[inline(always)]
    fn at(self, cell: usize) -> T {
        self[cell]
    }
}

impl<T: Copy, V: Values<T>> Values<[T; 3]> for [V; 3] {
    #[inline(always)]
    fn part(self, start: usize, count: usize) -> Self {
        self.map(|v| v.part(start, count))
    }
    #[inline(always)]
    fn at(self, cell: usize) -> [T; 3] {
        self.map(|v| v.at(cell))
    }
}

/// How strongly every cell is coupled to the next along each axis.
#[derive(Debug, Clone)]
pub(super) struct Links<T> {
    grid: Grid,
    strength: Strength<T>,
}

#[derive(Debug, Clone)]
enum Strength<T> {
    /// The same between any two neighbours, already divided by Ms.
    Uniform([T; 3]),
    /// Of cell i to the next along each axis, nothing at open ends and towards cells without material; and 1/Ms of every cell.
    Cells { ahead: [Vec<T>; 3], inverse: Vec<T> },
}

/// The harmonic mean of a parameter of two neighbours, as flux through two resistances in series has it; nothing where the signs differ.
pub(crate) fn harmonic_mean(a: f64, b: f64) -> f64 {
    if a * b > 0.0 { 2.0 * a * (b / (a + b)) } else { 0.0 }
}

/// 1/Ms, and 0 where there is no material.
pub(super) fn inverse(saturation_magnetization: f64) -> f64 {
    if saturation_magnetization > 0.0 { 1.0 / saturation_magnetization } else { 0.0 }
}

impl<T: Real> Links<T> {
    /// Links with the harmonic mean of a parameter of the two cells, times the weight of the axis.
    pub(super) fn new(grid: &Grid, ms: &PerCell<T>, parameter: &PerCell<T>, weight: [f64; 3]) -> Self {
        if let (PerCell::Uniform(ms), PerCell::Uniform(value)) = (ms, parameter) {
            let strength = weight.map(|w| T::of(w * value.double() * inverse(ms.double())));
            return Self { grid: *grid, strength: Strength::Uniform(strength) };
        }
        Self::between(grid, ms, |i, j| harmonic_mean(parameter.at(i).double(), parameter.at(j).double()), weight)
    }

    /// Links with a value for each pair of cells, times the weight of the axis.
    pub(super) fn between(grid: &Grid, ms: &PerCell<T>, value: impl Fn(usize, usize) -> f64, weight: [f64; 3]) -> Self {
        let filled = |i: usize| ms.at(i) > T::zero();
        let link = |i: usize, axis: usize| match grid.neighbour(grid.place(i), axis, true) {
            Some(j) if filled(i) && filled(j) => T::of(weight[axis] * value(i, j)),
            _ => T::zero(),
        };
        let ahead = std::array::from_fn(|axis| match grid.cells()[axis] {
            1 => Vec::new(),
            _ => (0..grid.len()).map(|i| link(i, axis)).collect(),
        });
        let inverse = (0..grid.len()).map(|i| T::of(inverse(ms.at(i).double()))).collect();
        Self { grid: *grid, strength: Strength::Cells { ahead, inverse } }
    }

    /// Adds to the cells of a row `sign`/Ms times, over the two neighbours along an axis, with `PULL` the sum of link (m_j - m_i) and
    /// without it link m_ahead - link m_behind.
    pub(super) fn add<const PULL: bool>(&self, axis: usize, row: Row, m: &[T], sign: T, out: &mut [T]) {
        // A single cell meets only itself, which neither pulls nor twists.
        if self.grid.cells()[axis] == 1 {
            return;
        }
        let own = &m[row.range()];
        if axis == 0 {
            return match &self.strength {
                Strength::Uniform(strength) => {
                    let wrapped = if self.grid.is_periodic(0) { strength[0] } else { T::zero() };
                    along::<T, _, _, PULL>(out, own, Same(strength[0]), wrapped, Same(sign));
                }
                Strength::Cells { ahead, inverse } => {
                    let link = &ahead[0][row.range()];
                    along::<T, _, _, PULL>(out, own, link, link[row.len - 1], (&inverse[row.range()], sign));
                }
            };
        }
        // Where the end is open, the row at the other end stands in, with a link of nothing.
        let (behind, ahead) = (self.row_beside(row, axis, false), self.row_beside(row, axis, true));
        let sides = [own, &m[behind.range()], &m[ahead.range()]];
        match &self.strength {
            Strength::Uniform(strength) => {
                let coordinate = if axis == 1 { row.y } else { row.z };
                let link = |forward| match self.grid.beside(axis, coordinate, forward) {
                    Some(_) => Same(strength[axis]),
                    None => Same(T::zero()),
                };
                across::<T, _, _, PULL>(out, sides, [link(false), link(true)], Same(sign));
            }
            Strength::Cells { ahead: links, inverse } => {
                let links = [&links[axis][behind.range()], &links[axis][row.range()]];
                across::<T, _, _, PULL>(out, sides, links, (&inverse[row.range()], sign));
            }
        }
    }

    /// The row next to one along y or z, around the end.
    fn row_beside(&self, row: Row, axis: usize, forward: bool) -> Row {
        let [_, ny, nz] = self.grid.cells();
        let step = |c: usize, n: usize| if forward { (c + 1) % n } else { (c + n - 1) % n };
        let (y, z) = if axis == 1 { (step(row.y, ny), row.z) } else { (row.y, step(row.z, nz)) };
        self.grid.row(z * ny + y)
    }
}

/// A value a cell, and a factor for all.
impl<T: Real> Values<T> for (&[T], T) {
    #[inline(always)]
    fn part(self, start: usize, count: usize) -> Self {
        (self.0.part(start, count), self.1)
    }
    #[inline(always)]
    fn at(self, cell: usize) -> T {
        self.0[cell] * self.1
    }
}

/// What two neighbours behind and ahead do to a cell.
#[inline(always)]
fn pair<T: Real, const PULL: bool>(own: T, [behind, ahead]: [T; 2], [link_behind, link_ahead]: [T; 2]) -> T {
    if PULL { link_ahead * (ahead - own) + link_behind * (behind - own) } else { link_ahead * ahead - link_behind * behind }
}

/// Neighbours within a row: the ends meet each other by the wrapped link.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn along<T: Real, V: Values<T>, S: Values<T>, const PULL: bool>(out: &mut [T], m: &[T], link: V, wrapped: T, scale: S) {
    let n = out.len();
    let (m, link, scale) = (&m[..n], link.part(0, n), scale.part(0, n));
    out[0] += scale.at(0) * pair::<T, PULL>(m[0], [m[n - 1], m[1]], [wrapped, link.at(0)]);
    for i in 1..n - 1 {
        out[i] += scale.at(i) * pair::<T, PULL>(m[i], [m[i - 1], m[i + 1]], [link.at(i - 1), link.at(i)]);
    }
    out[n - 1] += scale.at(n - 1) * pair::<T, PULL>(m[n - 1], [m[n - 2], m[0]], [link.at(n - 2), wrapped]);
}

/// Neighbours in the rows to either side.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn across<T: Real, V: Values<T>, S: Values<T>, const PULL: bool>(out: &mut [T], sides: [&[T]; 3], links: [V; 2], scale: S) {
    let n = out.len();
    let [own, behind, ahead] = sides.map(|side| &side[..n]);
    let ([link_behind, link_ahead], scale) = (links.map(|link| link.part(0, n)), scale.part(0, n));
    for i in 0..n {
        out[i] += scale.at(i) * pair::<T, PULL>(own[i], [behind[i], ahead[i]], [link_behind.at(i), link_ahead.at(i)]);
    }
}
