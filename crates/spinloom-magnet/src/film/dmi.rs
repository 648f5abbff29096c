//! The Dzyaloshinskii-Moriya interaction, of interfaces and of the bulk.

use super::links::{Links, inverse};
use super::{Grid, PerCell, Real, Row, RowField, State, Term};

/// Where the Dzyaloshinskii-Moriya interaction comes from, which fixes its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DmiKind {
    /// An interface with the normal z: energy density D [m_z div m - (m.grad) m_z], cycloids (Néel walls and skyrmions).
    Interfacial,
    /// A crystal without a centre of inversion: energy density D m.curl m, helices (Bloch walls and skyrmions).
    Bulk,
}

/// What magnetization feels where the film ends, at open ends of the grid and towards cells without material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DmiEdge {
    /// The natural boundary condition of exchange and this interaction together, dm/dn = (D / 2 A) w x m (w as in
    /// [`DzyaloshinskiiMoriya`], with the outer normal n for e), by a ghost cell m + d dm/dn that both act on, as mumax3 has it.
    #[default]
    Ghost,
    /// No neighbour: the energy of the pairs there are. Magnetization tilts at the edge all the same. (OOMMF's extensions, and mumax3
    /// with `OpenBC`.)
    Open,
}

/// The Dzyaloshinskii-Moriya interaction between neighbouring cells.
///
/// Along an axis e either kind turns by a fixed vector w, which is e for the bulk and e x z for an interface: the energy density is
/// -D m.(dm/de x w), summed over the axes, and
///
/// ```text
/// B_i = (1 / Ms_i) sum over axes of (D_ij / d) (m_ahead - m_behind) x w,
/// ```
///
/// which is (2 D/Ms) [(grad m_z) - z div m] in the plane, and -(2 D/Ms) curl m. Between cells D is the harmonic mean, and nothing
/// where its signs differ. With D > 0 (J/m^2) m at an interface turns from z towards -x as x grows, and helices in the bulk are
/// right-handed.
///
/// A ghost cell at an edge of normal n adds to the cell (D^2 / 2 A Ms) [m - w (w.m)], and no more: of what exchange and this interaction
/// do to it, the first orders cancel. That is along m, and so without consequence, as long as m stays in the plane across w, as in a
/// relaxed film; it stiffens motion out of it. A single layer has no edges along z.
///
/// Sources: S. Rohart and A. Thiaville, Phys. Rev. B 88, 184422 (2013), doi:10.1103/PhysRevB.88.184422 (with D of the other sign);
/// A. Vansteenkiste et al., AIP Adv. 4, 107133 (2014), doi:10.1063/1.4899186.
#[derive(Debug, Clone)]
pub struct DzyaloshinskiiMoriya<T> {
    kind: DmiKind,
    links: Links<T>,
    edges: Vec<Edge<T>>,
}

/// A cell at an end of the film along an axis.
#[derive(Debug, Clone, Copy)]
struct Edge<T> {
    cell: usize,
    /// The components across w.
    plane: [usize; 2],
    /// D^2 / (2 A Ms), for each side that is open, T.
    field: T,
}

impl DmiKind {
    /// For m x w along an axis: component `p` is +m_q, component `q` is -m_p.
    fn turn(self, axis: usize) -> Option<[usize; 2]> {
        match (self, axis) {
            (Self::Bulk, axis) => Some([(axis + 1) % 3, (axis + 2) % 3]),
            (Self::Interfacial, 0 | 1) => Some([axis, 2]),
            (Self::Interfacial, _) => None,
        }
    }
}

impl<T: Real> DzyaloshinskiiMoriya<T> {
    /// The interaction of strength D (J/m^2) in a material of this saturation magnetization (A/m) and exchange stiffness (J/m); the latter
    /// matters only at edges, which are open where there is none.
    pub fn new(
        kind: DmiKind,
        edge: DmiEdge,
        grid: &Grid,
        ms: &PerCell<T>,
        stiffness: &PerCell<T>,
        strength: &PerCell<T>,
    ) -> Self {
        let links = Links::new(grid, ms, strength, grid.cell_size().map(f64::recip));
        Self { kind, links, edges: edges(kind, edge, grid, ms, stiffness, strength) }
    }

    /// The interaction with a strength (J/m^2) for each pair of neighbours, which are given by index, the one behind first; `strength` is
    /// that at the edges.
    pub fn between(
        kind: DmiKind,
        edge: DmiEdge,
        grid: &Grid,
        ms: &PerCell<T>,
        stiffness: &PerCell<T>,
        strength: &PerCell<T>,
        pair: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let links = Links::between(grid, ms, pair, grid.cell_size().map(f64::recip));
        Self { kind, links, edges: edges(kind, edge, grid, ms, stiffness, strength) }
    }
}

fn edges<T: Real>(
    kind: DmiKind,
    edge: DmiEdge,
    grid: &Grid,
    ms: &PerCell<T>,
    stiffness: &PerCell<T>,
    strength: &PerCell<T>,
) -> Vec<Edge<T>> {
    let mut edges = Vec::new();
    if edge == DmiEdge::Open {
        return edges;
    }
    for cell in (0..grid.len()).filter(|i| ms.at(*i) > T::zero()) {
        let (a, d) = (stiffness.at(cell).double(), strength.at(cell).double());
        if a <= 0.0 || d == 0.0 {
            continue;
        }
        let field = d * d / (2.0 * a) * inverse(ms.at(cell).double());
        for axis in (0..3).filter(|axis| *axis < 2 || grid.cells()[2] > 1) {
            let Some(plane) = kind.turn(axis) else { continue };
            let missing = |ahead| grid.neighbour(grid.place(cell), axis, ahead).is_none_or(|j| ms.at(j) == T::zero());
            let sides = usize::from(missing(false)) + usize::from(missing(true));
            if sides > 0 {
                edges.push(Edge { cell, plane, field: T::of(sides as f64 * field) });
            }
        }
    }
    edges
}

impl<T: Real> Term<T> for DzyaloshinskiiMoriya<T> {
    fn name(&self) -> &'static str {
        match self.kind {
            DmiKind::Interfacial => "interfacial DMI",
            DmiKind::Bulk => "bulk DMI",
        }
    }

    fn degree(&self) -> Option<f64> {
        Some(2.0)
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let m = state.m.components();
        let out = [&mut *field.x, &mut *field.y, &mut *field.z];
        for axis in 0..3 {
            let Some([p, q]) = self.kind.turn(axis) else { continue };
            self.links.add::<false>(axis, row, m[q], T::one(), out[p]);
            self.links.add::<false>(axis, row, m[p], -T::one(), out[q]);
        }
        let first = self.edges.partition_point(|edge| edge.cell < row.start);
        for edge in self.edges[first..].iter().take_while(|edge| edge.cell < row.start + row.len) {
            for k in edge.plane {
                out[k][edge.cell - row.start] += edge.field * m[k][edge.cell];
            }
        }
    }
}
