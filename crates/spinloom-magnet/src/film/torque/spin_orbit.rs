//! The torque of a current in a heavy metal under the film.

use super::current::Held;
use super::{CurrentDensity, checked, field_per_density, is_uniform, per_cell};
use crate::MagnetError;
use crate::film::{PerCell, Real, Row, RowField, State, Term, VectorField};
use multiversion::multiversion;

/// Spin-orbit torque of a current J in the plane: with the polarisation sigma = z x J / |J| it is the field
///
/// ```text
/// B = B_DL m x sigma + r B_DL sigma,   B_DL = (hbar / 2e) theta_SH |J| / (Ms t).
/// ```
///
/// The sign of the spin Hall angle theta_SH carries that of the torque: a positive one pulls m towards z x J. A. Manchon et al., Rev. Mod.
/// Phys. 91, 035004 (2019), doi:10.1103/RevModPhys.91.035004.
#[derive(Debug, Clone)]
pub struct SpinOrbit<T> {
    current: CurrentDensity<T>,
    /// (hbar / 2e) theta_SH / (Ms t), T m^2/A.
    strength: PerCell<T>,
    ratio: T,
}

impl<T: Real> SpinOrbit<T> {
    /// The torque on so many cells with a saturation magnetization (A/m) in a film of thickness t (m); `ratio` is that of the
    /// field-like to the damping-like field.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] names what is not in its range.
    pub fn new(
        cells: usize,
        current: CurrentDensity<T>,
        spin_hall_angle: &PerCell<T>,
        ratio: f64,
        saturation_magnetization: &PerCell<T>,
        thickness: f64,
    ) -> Result<Self, MagnetError> {
        current.check(cells)?;
        checked("the spin Hall angle", spin_hall_angle, cells, |_| true, "a finite number")?;
        checked("the saturation magnetization (A/m)", saturation_magnetization, cells, |v| v >= 0.0, "0 or greater")?;
        MagnetError::unless(thickness > 0.0, "the thickness of the film (m)", thickness, "greater than 0")?;
        MagnetError::unless(true, "the ratio of the field-like torque", ratio, "a finite number")?;
        let uniform = is_uniform(spin_hall_angle) && is_uniform(saturation_magnetization);
        let strength = per_cell(cells, uniform, |i| {
            spin_hall_angle.at(i).double() * field_per_density(saturation_magnetization.at(i).double(), thickness)
        });
        Ok(Self { current, strength, ratio: T::of(ratio) })
    }
}

impl<T: Real> Term<T> for SpinOrbit<T> {
    fn name(&self) -> &'static str {
        "spin-orbit"
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
fn add<T: Real>(term: &SpinOrbit<T>, j: &Held<'_, T>, scale: T, m: &VectorField<T>, row: Row, field: &mut RowField<'_, T>) {
    let [mx, my, mz] = m.components().map(|c| &c[row.range()]);
    let (x, y, z) = (&mut field.x[..row.len], &mut field.y[..row.len], &mut field.z[..row.len]);
    for i in 0..row.len {
        let cell = row.start + i;
        let strength = scale * term.strength.at(cell);
        // B_DL sigma.
        let (sx, sy) = (-strength * j.component(1, cell), strength * j.component(0, cell));
        x[i] += term.ratio * sx - mz[i] * sy;
        y[i] += term.ratio * sy + mz[i] * sx;
        z[i] += mx[i] * sy - my[i] * sx;
    }
}
