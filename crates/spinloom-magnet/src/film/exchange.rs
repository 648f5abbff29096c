//! Exchange between neighbouring cells.

use super::links::Links;
use super::{Grid, PerCell, Real, Row, RowField, State, Term};

/// Exchange, of energy density A (grad m)^2 with the stiffness A in J/m, by the six nearest neighbours:
///
/// ```text
/// B_i = (2 / Ms_i) sum_j A_ij (m_j - m_i) / d_ij^2,   A_ij = 2 A_i A_j / (A_i + A_j).
/// ```
///
/// At open ends, and towards cells without material, there is no link, which is the free boundary dm/dn = 0; along an axis where the
/// film repeats the ends meet. The harmonic mean between two cells conserves the flow of angular momentum through a step of A, and what
/// the energy of a pair gives to either cell is divided by that cell's own Ms. The error in a smooth texture is of second order in d.
///
/// Sources: W. F. Brown, Micromagnetics (Wiley, 1963); M. J. Donahue and D. G. Porter, Physica B 343, 177 (2004),
/// doi:10.1016/j.physb.2003.08.090.
///
/// ```
/// use spinloom_magnet::film::{Exchange, Grid, PerCell, RowField, State, Term, VectorField};
/// let grid = Grid::new([2, 1, 1], [1e-9; 3])?;
/// let exchange = Exchange::<f64>::new(&grid, &PerCell::Uniform(1e6), &PerCell::Uniform(1e-11));
/// let mut m = VectorField::uniform(2, [0.0, 0.0, 1.0]);
/// m.set(1, [1.0, 0.0, 0.0]);
/// let mut b = VectorField::zeros(2);
/// let [x, y, z] = b.components_mut();
/// exchange.add_row(State { m: &m, time: 0.0 }, grid.row(0), &mut RowField { x, y, z });
/// assert!((b.x[0] - 20.0).abs() < 1e-12 && (b.z[0] + 20.0).abs() < 1e-12);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Exchange<T> {
    links: Links<T>,
}

/// 2 / d^2 along each axis.
fn weight(grid: &Grid) -> [f64; 3] {
    grid.cell_size().map(|d| 2.0 / (d * d))
}

impl<T: Real> Exchange<T> {
    /// Exchange in a material of this saturation magnetization (A/m) and stiffness (J/m).
    pub fn new(grid: &Grid, saturation_magnetization: &PerCell<T>, stiffness: &PerCell<T>) -> Self {
        Self { links: Links::new(grid, saturation_magnetization, stiffness, weight(grid)) }
    }

    /// Exchange with a stiffness (J/m) for each pair of neighbours, which are given by index, the one behind first: for interfaces between
    /// regions or grains that are coupled more weakly, more strongly, or the other way round than their materials tell.
    pub fn between(grid: &Grid, saturation_magnetization: &PerCell<T>, stiffness: impl Fn(usize, usize) -> f64) -> Self {
        Self { links: Links::between(grid, saturation_magnetization, stiffness, weight(grid)) }
    }
}

impl<T: Real> Term<T> for Exchange<T> {
    fn name(&self) -> &'static str {
        "exchange"
    }

    fn degree(&self) -> Option<f64> {
        Some(2.0)
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let out = [&mut *field.x, &mut *field.y, &mut *field.z];
        for (m, out) in state.m.components().into_iter().zip(out) {
            for axis in 0..3 {
                self.links.add::<true>(axis, row, m, T::one(), out);
            }
        }
    }
}
