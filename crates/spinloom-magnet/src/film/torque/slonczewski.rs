//! The torque of a current across layers.

use super::current::Held;
use super::{CurrentDensity, checked, field_per_density, is_uniform, per_cell};
use crate::MagnetError;
use crate::film::{PerCell, Real, Row, RowField, State, Term, VectorField};
use crate::macrospin::Vector;
use multiversion::multiversion;

/// How much of an electron's spin is left in the free layer, eta, by the angle theta between m and p.
#[derive(Debug, Clone, PartialEq)]
pub enum Efficiency<T> {
    /// eta = P.
    Constant {
        /// Polarisation P.
        polarization: PerCell<T>,
    },
    /// Tunnel junction at a given current: eta = P / (1 + P^2 cos theta), J. C. Slonczewski, Phys. Rev. B 71, 024411 (2005),
    /// doi:10.1103/PhysRevB.71.024411.
    Junction {
        /// Polarisation P, below 1.
        polarization: PerCell<T>,
    },
    /// Metallic spin valve: eta = 2 P L^2 / [(L^2 + 1) + (L^2 - 1) cos theta], J. Xiao, A. Zangwill and M. D. Stiles, Phys. Rev. B 70,
    /// 172405 (2004), doi:10.1103/PhysRevB.70.172405. It is twice the epsilon of mumax3 and OOMMF, and P for L = 1.
    SpinValve {
        /// Polarisation P.
        polarization: PerCell<T>,
        /// Asymmetry L, greater than 0.
        lambda: PerCell<T>,
    },
}

/// A direction that is the same everywhere or differs from cell to cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Direction<T> {
    /// One for all.
    Uniform([T; 3]),
    /// One a cell.
    Cells(VectorField<T>),
}

impl<T: Real> Direction<T> {
    /// The same everywhere.
    pub fn uniform(direction: Vector) -> Self {
        Self::Uniform(direction.map(T::of))
    }

    #[inline(always)]
    fn at(&self, cell: usize) -> [T; 3] {
        match self {
            Self::Uniform(p) => *p,
            Self::Cells(field) => [field.x[cell], field.y[cell], field.z[cell]],
        }
    }

    /// Makes all of them unit vectors; one a cell may be zero, where there is no fixed layer.
    fn normalize(&mut self, cells: usize) -> Result<(), MagnetError> {
        let unit = |v: Vector, zero: bool| {
            let length = v.iter().map(|c| c * c).sum::<f64>().sqrt();
            MagnetError::unless(length > 0.0 || zero, "the length of the fixed layer's direction", length, "greater than 0")?;
            Ok(if length > 0.0 { v.map(|c| c / length) } else { v })
        };
        match self {
            Self::Uniform(p) => *p = unit(p.map(Real::double), false)?.map(T::of),
            Self::Cells(field) => {
                let given = field.len();
                MagnetError::unless(given == cells, "the number of directions", given as f64, "one for every cell")?;
                for cell in 0..cells {
                    field.set(cell, unit(field.get(cell), true)?);
                }
            }
        }
        Ok(())
    }
}

/// Slonczewski's torque of a current through the film along z, polarised along p by a fixed layer: the field
///
/// ```text
/// B = B_DL m x p + B_FL p,   B_DL = (hbar / 2e) eta(theta) J_z / (Ms t),   B_FL = r B_DL + (hbar / 2e) eta' J_z / (Ms t).
/// ```
///
/// J. C. Slonczewski, J. Magn. Magn. Mater. 159, L1 (1996), doi:10.1016/0304-8853(96)00062-5. With eta positive a positive J_z pulls
/// m towards p, as in mumax3 with the fixed layer on top.
#[derive(Debug, Clone)]
pub struct Slonczewski<T> {
    current: CurrentDensity<T>,
    direction: Direction<T>,
    /// B_DL = numerator J / (base + slope cos theta).
    numerator: PerCell<T>,
    base: PerCell<T>,
    slope: PerCell<T>,
    ratio: T,
    /// (hbar / 2e) eta' / (Ms t), T m^2/A.
    secondary: PerCell<T>,
    density: PerCell<T>,
}

impl<T: Real> Slonczewski<T> {
    /// The torque on a free layer of so many cells, with its saturation magnetization (A/m) and thickness t (m), without a field-like
    /// part. `direction` is that of the fixed layer, p, and becomes of unit length.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] names what is not in its range.
    pub fn new(
        cells: usize,
        current: CurrentDensity<T>,
        mut direction: Direction<T>,
        efficiency: &Efficiency<T>,
        saturation_magnetization: &PerCell<T>,
        thickness: f64,
    ) -> Result<Self, MagnetError> {
        current.check(cells)?;
        direction.normalize(cells)?;
        checked("the saturation magnetization (A/m)", saturation_magnetization, cells, |v| v >= 0.0, "0 or greater")?;
        MagnetError::unless(thickness > 0.0, "the thickness of the free layer (m)", thickness, "greater than 0")?;
        let one = PerCell::Uniform(T::one());
        let (polarization, lambda) = match efficiency {
            Efficiency::Constant { polarization } | Efficiency::Junction { polarization } => (polarization, &one),
            Efficiency::SpinValve { polarization, lambda } => (polarization, lambda),
        };
        let below = matches!(efficiency, Efficiency::Junction { .. });
        let range = |v: f64| v.abs() < 1.0 || (v.abs() <= 1.0 && !below);
        checked("the polarization", polarization, cells, range, "from -1 to 1, and between them in a junction")?;
        checked("the asymmetry Lambda", lambda, cells, |v| v > 0.0, "greater than 0")?;
        let uniform = [saturation_magnetization, polarization, lambda].into_iter().all(is_uniform);
        let density = |i: usize| field_per_density(saturation_magnetization.at(i).double(), thickness);
        let parts = |i: usize| {
            let (p, l2) = (polarization.at(i).double(), lambda.at(i).double().powi(2));
            match efficiency {
                Efficiency::Constant { .. } => [p, 1.0, 0.0],
                Efficiency::Junction { .. } => [p, 1.0, p * p],
                Efficiency::SpinValve { .. } => [2.0 * p * l2, l2 + 1.0, l2 - 1.0],
            }
        };
        Ok(Self {
            current,
            direction,
            numerator: per_cell(cells, uniform, |i| parts(i)[0] * density(i)),
            base: per_cell(cells, uniform, |i| parts(i)[1]),
            slope: per_cell(cells, uniform, |i| parts(i)[2]),
            ratio: T::zero(),
            secondary: PerCell::Uniform(T::zero()),
            density: per_cell(cells, is_uniform(saturation_magnetization), density),
        })
    }

    /// With a field-like part of `ratio` r times the damping-like one, and of the constant efficiency eta' besides, which is twice the
    /// epsilon' of mumax3.
    #[must_use]
    pub fn with_field_like(mut self, ratio: f64, efficiency: f64) -> Self {
        self.ratio = T::of(ratio);
        let times = |v: &T| *v * T::of(efficiency);
        self.secondary = match &self.density {
            PerCell::Uniform(v) => PerCell::Uniform(times(v)),
            PerCell::Cells(all) => PerCell::Cells(all.iter().map(times).collect()),
        };
        self
    }
}

impl<T: Real> Term<T> for Slonczewski<T> {
    fn name(&self) -> &'static str {
        "Slonczewski"
    }

    fn degree(&self) -> Option<f64> {
        None
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let scale = T::of(self.current.scale(state.time));
        if scale != T::zero() {
            add(self, &self.current.hold(), scale, state.m, row, field);
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn add<T: Real>(term: &Slonczewski<T>, j: &Held<'_, T>, scale: T, m: &VectorField<T>, row: Row, field: &mut RowField<'_, T>) {
    let [mx, my, mz] = m.components().map(|c| &c[row.range()]);
    let (x, y, z) = (&mut field.x[..row.len], &mut field.y[..row.len], &mut field.z[..row.len]);
    for i in 0..row.len {
        let cell = row.start + i;
        let p = term.direction.at(cell);
        let j = scale * j.component(2, cell);
        let cosine = mx[i] * p[0] + my[i] * p[1] + mz[i] * p[2];
        let damping_like = term.numerator.at(cell) * j / (term.base.at(cell) + term.slope.at(cell) * cosine);
        let field_like = term.ratio * damping_like + term.secondary.at(cell) * j;
        x[i] += damping_like * (my[i] * p[2] - mz[i] * p[1]) + field_like * p[0];
        y[i] += damping_like * (mz[i] * p[0] - mx[i] * p[2]) + field_like * p[1];
        z[i] += damping_like * (mx[i] * p[1] - my[i] * p[0]) + field_like * p[2];
    }
}
