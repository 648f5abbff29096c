//! The torque of a current that flows through a texture.

use super::current::Held;
use super::{CurrentDensity, checked, is_uniform, per_cell};
use crate::MagnetError;
use crate::film::{Grid, PerCell, Real, Row, RowField, State, Term, VectorField};
use multiversion::multiversion;
use spinloom_core::constants::{BOHR_MAGNETON, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO};

/// Zhang and Li's torque: (d/dt + u.grad) m and xi m x (u.grad) m in Gilbert's equation, which are the field
///
/// ```text
/// B = -(1/gamma) [m x (u.grad) m + xi (u.grad) m],   u = -muB P J / (e Ms).
/// ```
///
/// J is the current of positive charge, so u goes with the electrons, and a texture moves along u. S. Zhang and Z. Li, Phys. Rev.
/// Lett. 93, 127204 (2004), doi:10.1103/PhysRevLett.93.127204; A. Thiaville, Y. Nakatani, J. Miltat and Y. Suzuki, Europhys. Lett. 69,
/// 990 (2005), doi:10.1209/epl/i2004-10452-6. Zhang and Li, and mumax3 after them, have an u that is smaller by 1 + xi^2:
/// [`with_reduced_velocity`](Self::with_reduced_velocity).
///
/// Derivatives are central differences; beyond a free surface m is what it is at the surface.
#[derive(Debug, Clone)]
pub struct ZhangLi<T> {
    grid: Grid,
    current: CurrentDensity<T>,
    /// muB P / (e Ms gamma), T m^3/A.
    strength: PerCell<T>,
    non_adiabaticity: PerCell<T>,
}

impl<T: Real> ZhangLi<T> {
    /// The torque with a polarisation P, a non-adiabaticity xi and a saturation magnetization (A/m).
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] names what is not in its range.
    pub fn new(
        grid: Grid,
        current: CurrentDensity<T>,
        polarization: &PerCell<T>,
        non_adiabaticity: PerCell<T>,
        saturation_magnetization: &PerCell<T>,
    ) -> Result<Self, MagnetError> {
        let cells = grid.len();
        current.check(cells)?;
        checked("the polarization", polarization, cells, |v| v.abs() <= 1.0, "from -1 to 1")?;
        checked("the non-adiabaticity", &non_adiabaticity, cells, |_| true, "a finite number")?;
        checked("the saturation magnetization (A/m)", saturation_magnetization, cells, |v| v >= 0.0, "0 or greater")?;
        let uniform = is_uniform(polarization) && is_uniform(saturation_magnetization);
        let strength = per_cell(cells, uniform, |i| {
            let ms = saturation_magnetization.at(i).double();
            let full = BOHR_MAGNETON * polarization.at(i).double() / (ELEMENTARY_CHARGE * GYROMAGNETIC_RATIO);
            if ms > 0.0 { full / ms } else { 0.0 }
        });
        Ok(Self { grid, current, strength, non_adiabaticity })
    }

    /// With u smaller by 1 + xi^2, as in mumax3.
    #[must_use]
    pub fn with_reduced_velocity(mut self) -> Self {
        let uniform = is_uniform(&self.strength) && is_uniform(&self.non_adiabaticity);
        self.strength = per_cell(self.grid.len(), uniform, |i| {
            self.strength.at(i).double() / (1.0 + self.non_adiabaticity.at(i).double().powi(2))
        });
        self
    }
}

/// A part of a row with the neighbours of its cells along one axis; none where the film ends.
struct Part {
    first: usize,
    len: usize,
    axis: usize,
    behind: Option<usize>,
    ahead: Option<usize>,
}

impl<T: Real> Term<T> for ZhangLi<T> {
    fn name(&self) -> &'static str {
        "Zhang-Li"
    }

    fn degree(&self) -> Option<f64> {
        None
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let scale = self.current.scale(state.time);
        if scale == 0.0 {
            return;
        }
        let (grid, held) = (&self.grid, self.current.hold());
        let size = grid.cell_size();
        let mut part = |axis: usize, offset: usize, len: usize, behind: Option<usize>, ahead: Option<usize>| {
            let part = Part { first: row.start + offset, len, axis, behind, ahead };
            let cells = offset..offset + len;
            let field = [&mut field.x[cells.clone()], &mut field.y[cells.clone()], &mut field.z[cells]];
            add(self, &held, T::of(0.5 * scale / size[axis]), state.m, &part, field);
        };
        if !held.is_zero(0) && row.len > 1 {
            let end = row.len - 1;
            part(0, 0, 1, grid.beside(0, 0, false).map(|x| row.start + x), Some(row.start + 1));
            part(0, 1, end - 1, Some(row.start), Some(row.start + 2));
            part(0, end, 1, Some(row.start + end - 1), grid.beside(0, end, true).map(|x| row.start + x));
        }
        for axis in [1, 2] {
            let beside = |ahead| grid.neighbour([0, row.y, row.z], axis, ahead);
            if !held.is_zero(axis) && grid.cells()[axis] > 1 {
                part(axis, 0, row.len, beside(false), beside(true));
            }
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn add<T: Real>(term: &ZhangLi<T>, j: &Held<'_, T>, scale: T, m: &VectorField<T>, part: &Part, [x, y, z]: [&mut [T]; 3]) {
    let n = part.len;
    let from = |start: usize| m.components().map(|c| &c[start..start + n]);
    let own = from(part.first);
    let (behind, ahead) = (part.behind.map_or(own, from), part.ahead.map_or(own, from));
    let (x, y, z) = (&mut x[..n], &mut y[..n], &mut z[..n]);
    for i in 0..n {
        let cell = part.first + i;
        let v = [own[0][i], own[1][i], own[2][i]];
        // Beyond a surface, where there is no material, m is what it is here.
        let or_own = |w: [T; 3]| if w[0] == T::zero() && w[1] == T::zero() && w[2] == T::zero() { v } else { w };
        let (a, b) = (or_own([ahead[0][i], ahead[1][i], ahead[2][i]]), or_own([behind[0][i], behind[1][i], behind[2][i]]));
        let factor = scale * term.strength.at(cell) * j.component(part.axis, cell);
        // -(u.grad) m / gamma
        let g = [factor * (a[0] - b[0]), factor * (a[1] - b[1]), factor * (a[2] - b[2])];
        let xi = term.non_adiabaticity.at(cell);
        x[i] += v[1] * g[2] - v[2] * g[1] + xi * g[0];
        y[i] += v[2] * g[0] - v[0] * g[2] + xi * g[1];
        z[i] += v[0] * g[1] - v[1] * g[0] + xi * g[2];
    }
}
