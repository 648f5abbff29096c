//! Magnetocrystalline anisotropy, uniaxial and cubic.

use super::links::{Same, Values, inverse};
use super::{Grid, PerCell, Real, Row, RowField, State, Term};
use crate::MagnetError;
use multiversion::multiversion;

/// A vector that is the same everywhere or differs from cell to cell, component by component.
pub type PerCellVector<T> = [PerCell<T>; 3];

/// The same vector everywhere.
pub fn uniform_vector<T: Real>(vector: [f64; 3]) -> PerCellVector<T> {
    vector.map(|v| PerCell::Uniform(T::of(v)))
}

/// Which term of the expansion of an energy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The lowest.
    First,
    /// The next.
    Second,
}

/// A number and directions of every cell.
#[derive(Debug, Clone)]
enum Crystal<T, const AXES: usize> {
    Uniform(T, [[T; 3]; AXES]),
    Cells(Vec<T>, [[Vec<T>; 3]; AXES]),
}

impl<T: Real, const AXES: usize> Crystal<T, AXES> {
    /// `factor` times the constant over Ms, and the axes made of unit length.
    fn new(
        grid: &Grid,
        ms: &PerCell<T>,
        constant: &PerCell<T>,
        factor: f64,
        axes: &[PerCellVector<T>; AXES],
    ) -> Result<Self, MagnetError> {
        let of = |cell: usize| -> Result<(T, [[T; 3]; AXES]), MagnetError> {
            let coefficient = factor * constant.at(cell).double() * inverse(ms.at(cell).double());
            let mut unit = [[T::zero(); 3]; AXES];
            for (unit, axis) in unit.iter_mut().zip(axes) {
                let axis: [f64; 3] = std::array::from_fn(|k| axis[k].at(cell).double());
                let length = axis.iter().map(|a| a * a).sum::<f64>().sqrt();
                // Where there is nothing to turn about, no axis is needed.
                if coefficient != 0.0 {
                    MagnetError::in_cell(length > 0.0, "the length of an anisotropy axis", grid, cell, length, "greater than 0")?;
                    *unit = axis.map(|a| T::of(a / length));
                }
            }
            Ok((T::of(coefficient), unit))
        };
        let numbers = [ms, constant].into_iter().chain(axes.iter().flatten());
        if numbers.into_iter().all(|v| matches!(v, PerCell::Uniform(_))) {
            let (coefficient, unit) = of(0)?;
            return Ok(Self::Uniform(coefficient, unit));
        }
        let mut coefficients = Vec::with_capacity(grid.len());
        let mut units: [[Vec<T>; 3]; AXES] = std::array::from_fn(|_| std::array::from_fn(|_| Vec::with_capacity(grid.len())));
        for cell in 0..grid.len() {
            let (coefficient, unit) = of(cell)?;
            coefficients.push(coefficient);
            for (list, unit) in units.iter_mut().flatten().zip(unit.as_flattened()) {
                list.push(*unit);
            }
        }
        Ok(Self::Cells(coefficients, units))
    }
}

/// The components of m in a row.
fn row_of<T: Real>(state: State<'_, T>, row: Row) -> [&[T]; 3] {
    state.m.components().map(|m| &m[row.range()])
}

/// Uniaxial anisotropy: the energy density -Ku1 (m.u)^2, or in second order -Ku2 (m.u)^4, about an axis u of each cell,
///
/// ```text
/// B = (2 Ku1 / Ms) (m.u) u,   B = (4 Ku2 / Ms) (m.u)^3 u.
/// ```
///
/// A positive constant (J/m^3) makes the axis easy. Both signs and constants are those of mumax3.
#[derive(Debug, Clone)]
pub struct UniaxialAnisotropy<T> {
    order: Order,
    crystal: Crystal<T, 1>,
}

impl<T: Real> UniaxialAnisotropy<T> {
    /// Anisotropy with this constant (J/m^3) about an axis of any length in a material of this saturation magnetization (A/m).
    ///
    /// # Errors
    /// [`MagnetError::InCell`] for an axis of no length.
    pub fn new(
        order: Order,
        grid: &Grid,
        ms: &PerCell<T>,
        constant: &PerCell<T>,
        axis: &PerCellVector<T>,
    ) -> Result<Self, MagnetError> {
        let factor = if order == Order::First { 2.0 } else { 4.0 };
        Ok(Self { order, crystal: Crystal::new(grid, ms, constant, factor, std::array::from_ref(axis))? })
    }
}

impl<T: Real> Term<T> for UniaxialAnisotropy<T> {
    fn name(&self) -> &'static str {
        "uniaxial anisotropy"
    }

    fn degree(&self) -> Option<f64> {
        Some(if self.order == Order::First { 2.0 } else { 4.0 })
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let (m, second) = (row_of(state, row), self.order == Order::Second);
        match &self.crystal {
            Crystal::Uniform(c, [u]) if second => uniaxial::<T, _, _, true>(field.x, field.y, field.z, m, Same(*c), u.map(Same)),
            Crystal::Uniform(c, [u]) => uniaxial::<T, _, _, false>(field.x, field.y, field.z, m, Same(*c), u.map(Same)),
            Crystal::Cells(c, [u]) => {
                let (c, u) = (&c[row.range()], u.each_ref().map(|u| &u[row.range()]));
                if second {
                    uniaxial::<T, _, _, true>(field.x, field.y, field.z, m, c, u);
                } else {
                    uniaxial::<T, _, _, false>(field.x, field.y, field.z, m, c, u);
                }
            }
        }
    }
}

#[inline(always)]
fn dot<T: Real>(a: [T; 3], b: [T; 3]) -> T {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn uniaxial<T: Real, C: Values<T>, U: Values<[T; 3]>, const SECOND: bool>(
    x: &mut [T],
    y: &mut [T],
    z: &mut [T],
    m: [&[T]; 3],
    coefficient: C,
    axis: U,
) {
    let n = x.len();
    let (y, z, m) = (&mut y[..n], &mut z[..n], m.part(0, n));
    let (coefficient, axis) = (coefficient.part(0, n), axis.part(0, n));
    for i in 0..n {
        let u = axis.at(i);
        let along = dot(m.at(i), u);
        let size = coefficient.at(i) * if SECOND { along * along * along } else { along };
        x[i] += size * u[0];
        y[i] += size * u[1];
        z[i] += size * u[2];
    }
}

/// Cubic anisotropy: the energy density Kc1 (a^2 b^2 + b^2 c^2 + c^2 a^2), or in second order Kc2 a^2 b^2 c^2, with the cosines a, b and c
/// of m to the edges u1, u2 and u3 = u1 x u2 of the cube of each cell,
///
/// ```text
/// B = -(2 Kc1 / Ms) [a (b^2 + c^2) u1 + b (c^2 + a^2) u2 + c (a^2 + b^2) u3],
/// B = -(2 Kc2 / Ms) a b c [b c u1 + c a u2 + a b u3].
/// ```
///
/// A positive Kc1 (J/m^3) makes the edges easy. Both signs and constants are those of mumax3 and OOMMF.
#[derive(Debug, Clone)]
pub struct CubicAnisotropy<T> {
    order: Order,
    crystal: Crystal<T, 2>,
}

impl<T: Real> CubicAnisotropy<T> {
    /// Anisotropy with this constant (J/m^3) and two of the three axes, of any length and at right angles, in a material of this
    /// saturation magnetization (A/m).
    ///
    /// # Errors
    /// [`MagnetError::InCell`] for an axis of no length, or two that are not at right angles to a ten thousandth.
    pub fn new(
        order: Order,
        grid: &Grid,
        ms: &PerCell<T>,
        constant: &PerCell<T>,
        axes: &[PerCellVector<T>; 2],
    ) -> Result<Self, MagnetError> {
        let crystal = Crystal::new(grid, ms, constant, -2.0, axes)?;
        let check = |cell: usize, u: [T; 3], v: [T; 3]| {
            let cosine = dot(u, v).double();
            MagnetError::in_cell(cosine.abs() < 1e-4, "the cosine between two axes of cubic anisotropy", grid, cell, cosine, "0")
        };
        match &crystal {
            Crystal::Uniform(_, [u, v]) => check(0, *u, *v)?,
            Crystal::Cells(_, axes) => {
                let at = |axis: usize, cell: usize| std::array::from_fn(|k| axes[axis][k][cell]);
                (0..grid.len()).try_for_each(|cell| check(cell, at(0, cell), at(1, cell)))?;
            }
        }
        Ok(Self { order, crystal })
    }
}

impl<T: Real> Term<T> for CubicAnisotropy<T> {
    fn name(&self) -> &'static str {
        "cubic anisotropy"
    }

    fn degree(&self) -> Option<f64> {
        Some(if self.order == Order::First { 4.0 } else { 6.0 })
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let (m, second) = (row_of(state, row), self.order == Order::Second);
        let out = [&mut *field.x, &mut *field.y, &mut *field.z];
        match &self.crystal {
            Crystal::Uniform(c, [u, v]) => cubic(out, m, Same(*c), [u.map(Same), v.map(Same)], second),
            Crystal::Cells(c, axes) => {
                let axes = axes.each_ref().map(|axis| axis.each_ref().map(|u| &u[row.range()]));
                cubic(out, m, &c[row.range()], axes, second);
            }
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn cubic<T: Real, C: Values<T>, U: Values<[T; 3]>>(out: [&mut [T]; 3], m: [&[T]; 3], coefficient: C, axes: [U; 2], second: bool) {
    let [x, y, z] = out;
    let n = x.len();
    let (y, z, m) = (&mut y[..n], &mut z[..n], m.part(0, n));
    let (coefficient, axes) = (coefficient.part(0, n), axes.map(|u| u.part(0, n)));
    for i in 0..n {
        let (m, [u, v]) = (m.at(i), axes.map(|axis| axis.at(i)));
        let w = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        let (a, b, c) = (dot(m, u), dot(m, v), dot(m, w));
        let size = coefficient.at(i);
        let [p, q, r] = if second {
            let all = size * a * b * c;
            [all * b * c, all * c * a, all * a * b]
        } else {
            [size * a * (b * b + c * c), size * b * (c * c + a * a), size * c * (a * a + b * b)]
        };
        x[i] += p * u[0] + q * v[0] + r * w[0];
        y[i] += p * u[1] + q * v[1] + r * w[1];
        z[i] += p * u[2] + q * v[2] + r * w[2];
    }
}
