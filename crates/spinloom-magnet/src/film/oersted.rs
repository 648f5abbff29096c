//! Magnetic field of a current that flows across the film, by the law of Biot and Savart.
//!
//! The conductor goes on straight above and below the film: the field lies in the plane and is the same in all layers. Repetitions
//! of a film are not counted, for the field of infinitely many wires depends on where they return.

use super::{Grid, Real, Row, RowField, State, Term, VectorField};
use crate::MagnetError;
use rayon::prelude::*;
use spinloom_core::constants::VACUUM_PERMEABILITY;
use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

/// Field of a current (A, along +z) in a round wire of a radius (m) about a centre (x, y) (m from the middle of the grid), at the
/// middles of the cells, T: mu0 I r / (2 pi R^2) inside and mu0 I / (2 pi r) outside, turning from x to y.
///
/// ```
/// use spinloom_magnet::film::{Grid, oersted};
/// let grid = Grid::new([101, 1, 1], [1e-9; 3])?;
/// let b = oersted::cylinder(&grid, [0.0, 0.0], 20e-9, 1e-3)?;
/// // Largest at the surface: 2e-7 x 1 mA / 20 nm.
/// assert!((b.y[70] - 0.01).abs() < 1e-6 && (b.y[60] - 0.005).abs() < 1e-6 && (b.y[90] - 0.005).abs() < 1e-6);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a radius that is not positive or numbers that are not finite.
pub fn cylinder(grid: &Grid, center: [f64; 2], radius: f64, current: f64) -> Result<VectorField<f64>, MagnetError> {
    MagnetError::unless(radius > 0.0, "the radius of the wire (m)", radius, "greater than 0")?;
    MagnetError::unless(true, "the current (A)", current, "a finite number")?;
    center.into_iter().try_for_each(|c| MagnetError::unless(true, "the centre of the wire (m)", c, "a finite number"))?;
    let mut field = VectorField::zeros(grid.len());
    for cell in 0..grid.len() {
        let [x, y, _] = grid.position(grid.place(cell));
        let (x, y) = (x - center[0], y - center[1]);
        let strength = VACUUM_PERMEABILITY * current / (TAU * (x * x + y * y).max(radius * radius));
        field.set(cell, [-strength * y, strength * x, 0.0]);
    }
    Ok(field)
}

/// Field of a current density (A/m^2, along +z) that is given for every column of cells, `density[y * nx + x]`, at the middles of
/// the cells, T. Each column is a wire of rectangular cross-section, whose field is exact; the sum over them goes through all columns with a
/// current for each column.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for another number of columns than the grid has, or numbers that are not finite.
pub fn cross_section(grid: &Grid, density: &[f64]) -> Result<VectorField<f64>, MagnetError> {
    let [nx, ny, nz] = grid.cells();
    MagnetError::unless(
        density.len() == nx * ny,
        "the number of columns with a current",
        density.len() as f64,
        "nx ny of the grid",
    )?;
    density.iter().try_for_each(|&j| MagnetError::unless(true, "the current density (A/m^2)", j, "a finite number"))?;
    let [a, b, _] = grid.cell_size();
    // Of one column, at whole numbers of columns beside it: dx from -(nx - 1) to nx - 1, dy from 0 to ny - 1, where the x component
    // turns its sign with dy and the y component does not.
    let width = 2 * nx - 1;
    let scale = VACUUM_PERMEABILITY / TAU * a;
    let kernel: Vec<[f64; 2]> = (0..width * ny)
        .into_par_iter()
        .map(|i| {
            let (x, y) = ((i % width) as f64 - (nx - 1) as f64, (i / width) as f64);
            let [along_x, along_y] = rectangle(x, y * b / a, b / a);
            [-scale * along_y, scale * along_x]
        })
        .collect();
    let sources: Vec<(usize, usize, f64)> =
        density.iter().enumerate().filter(|(_, j)| **j != 0.0).map(|(i, j)| (i % nx, i / nx, *j)).collect();
    let mut field = VectorField::zeros(grid.len());
    let plane = nx * ny;
    let rows = field.x[..plane].par_chunks_mut(nx).zip(field.y[..plane].par_chunks_mut(nx)).enumerate();
    rows.for_each(|(y, (bx, by))| {
        for &(xs, ys, j) in &sources {
            let sign = if y < ys { -j } else { j };
            let start = y.abs_diff(ys) * width + nx - 1 - xs;
            for ((bx, by), k) in bx.iter_mut().zip(by.iter_mut()).zip(&kernel[start..start + nx]) {
                *bx += sign * k[0];
                *by += j * k[1];
            }
        }
    });
    for z in 1..nz {
        field.x.copy_within(..plane, z * plane);
        field.y.copy_within(..plane, z * plane);
    }
    Ok(field)
}

/// Integrals of (u, v) / (u^2 + v^2) over the rectangle of sides 1 and `b` about (x, y).
fn rectangle(x: f64, y: f64, b: f64) -> [f64; 2] {
    // The integral of v / (u^2 + v^2), but for what drops out of the differences; that of u is its mirror image.
    let primitive = |u: f64, v: f64| {
        let square = u * u + v * v;
        let logarithm = if square > 0.0 { 0.5 * u * square.ln() } else { 0.0 };
        logarithm + if v == 0.0 { 0.0 } else { v * (u / v).atan() }
    };
    let (u, v) = ([x - 0.5, x + 0.5], [y - 0.5 * b, y + 0.5 * b]);
    let over =
        |u: [f64; 2], v: [f64; 2]| primitive(u[1], v[1]) - primitive(u[0], v[1]) - primitive(u[1], v[0]) + primitive(u[0], v[0]);
    [over(v, u), over(u, v)]
}

/// The field of a current, scaled in time, as a term.
#[derive(Clone)]
pub struct OerstedField<T> {
    field: VectorField<T>,
    scale: Arc<dyn Fn(f64) -> f64 + Send + Sync>,
}

impl<T> fmt::Debug for OerstedField<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OerstedField").finish_non_exhaustive()
    }
}

impl<T: Real> OerstedField<T> {
    /// A field (T) times a function of the time (s).
    pub fn new(field: &VectorField<f64>, scale: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        let [x, y, z] = field.components().map(|c| c.iter().map(|v| T::of(*v)).collect());
        Self { field: VectorField { x, y, z }, scale: Arc::new(scale) }
    }
}

impl<T: Real> Term<T> for OerstedField<T> {
    fn name(&self) -> &'static str {
        "Oersted"
    }

    fn degree(&self) -> Option<f64> {
        Some(1.0)
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let scale = T::of((self.scale)(state.time));
        let [x, y, z] = self.field.components().map(|c| &c[row.range()]);
        for (out, b) in [(&mut *field.x, x), (&mut *field.y, y), (&mut *field.z, z)] {
            out.iter_mut().zip(b).for_each(|(out, b)| *out += scale * *b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_pillar_of_columns_has_the_field_of_a_round_wire() {
        let grid = Grid::new([80, 64, 2], [1e-9, 1.25e-9, 2e-9]).unwrap();
        let radius = 22e-9;
        let density: Vec<f64> = (0..80 * 64)
            .map(|i| {
                // The share of the column inside, by 20 x 20 points.
                let [x, y, _] = grid.position(grid.place(i));
                let inside = (0..400).filter(|k| {
                    let (u, v) = (f64::from(k % 20) / 20.0 - 0.475, f64::from(k / 20) / 20.0 - 0.475);
                    (x + u * 1e-9).hypot(y + v * 1.25e-9) < radius
                });
                1e12 * inside.count() as f64 / 400.0
            })
            .collect();
        let sum = cross_section(&grid, &density).unwrap();
        let current = density.iter().sum::<f64>() * 1.25e-18;
        let exact = cylinder(&grid, [0.0; 2], radius, current).unwrap();
        let scale = VACUUM_PERMEABILITY * current / (TAU * radius);
        for cell in 0..grid.len() {
            let (a, b) = (sum.get(cell), exact.get(cell));
            // Columns that the surface cuts have their current spread over a cell, h: there the field is wrong by mu0 J h / 4 at the
            // most, which is h / (2 R) of the largest, and elsewhere to second order.
            let [x, y, _] = grid.position(grid.place(cell));
            let cut = (x.hypot(y) - radius).abs() < 1.6e-9;
            let allowed = if cut { 1.6e-9 / (2.0 * radius) } else { 1e-3 };
            assert!((a[0] - b[0]).hypot(a[1] - b[1]) < allowed * scale, "{cell}: {a:?} {b:?}");
        }
    }

    #[test]
    fn one_column_is_a_thin_wire_from_afar_and_has_no_field_in_its_middle() {
        let grid = Grid::new([41, 31, 1], [2e-9, 1e-9, 1e-9]).unwrap();
        let mut density = vec![0.0; 41 * 31];
        let middle = grid.index([20, 15, 0]);
        density[middle] = 1e12;
        let field = cross_section(&grid, &density).unwrap();
        assert!(field.get(middle).iter().all(|b| b.abs() < 1e-15));
        let thin = cylinder(&grid, [0.0; 2], 1e-12, 1e12 * 2e-18).unwrap();
        for cell in [0, 40, grid.index([40, 15, 0]), grid.index([20, 30, 0])] {
            let (a, b) = (field.get(cell), thin.get(cell));
            let (wrong, whole) = ((a[0] - b[0]).hypot(a[1] - b[1]), b[0].hypot(b[1]));
            assert!(wrong < 4e-3 * whole, "{cell}: {a:?} {b:?}");
        }
    }

    #[test]
    fn bad_currents_are_refused() {
        let grid = Grid::new([4, 4, 1], [1e-9; 3]).unwrap();
        assert!(cross_section(&grid, &[1.0; 3]).is_err());
        assert!(cross_section(&grid, &[f64::NAN; 16]).is_err());
        assert!(cylinder(&grid, [0.0; 2], 0.0, 1.0).is_err());
    }
}
