//! Magnetoelastic coupling to a strain that the script gives.

use super::settings::Settings;
use crate::film::{Film, PerCell, Row, RowField, State, Term, VectorField};
use crate::mx3::Stop;

/// The name of the term.
pub const MAGNETOELASTIC: &str = "magnetoelastic";

/// Strains, those along the axes first.
const STRAINS: [&str; 6] = ["exx", "eyy", "ezz", "exy", "exz", "eyz"];

/// Magnetoelastic coupling of cubic symmetry, of energy density
///
/// ```text
/// w = B1 (exx mx^2 + eyy my^2 + ezz mz^2) + B2 (exy mx my + exz mx mz + eyz my mz),
/// B = -(1/Ms) dw/dm,
/// ```
///
/// with the strains of the script; those across axes count once for each pair of axes, as in mumax3.
///
/// Source: C. Kittel, Rev. Mod. Phys. 21, 541 (1949), doi:10.1103/RevModPhys.21.541.
struct Magnetoelastic {
    /// -2 B1 e / Ms along the axes and -B2 e / Ms across, T, one list of cells for each strain.
    coefficients: [Vec<f64>; 6],
}

impl Term<f64> for Magnetoelastic {
    fn name(&self) -> &'static str {
        MAGNETOELASTIC
    }

    fn degree(&self) -> Option<f64> {
        Some(2.0)
    }

    fn add_row(&self, state: State<'_, f64>, row: Row, field: &mut RowField<'_, f64>) {
        for (i, cell) in row.range().enumerate() {
            let [mx, my, mz] = state.m.get(cell);
            let [xx, yy, zz, xy, xz, yz] = self.coefficients.each_ref().map(|list| list[cell]);
            field.x[i] += xx * mx + xy * my + xz * mz;
            field.y[i] += yy * my + xy * mx + yz * mz;
            field.z[i] += zz * mz + xz * mx + yz * my;
        }
    }
}

/// Adds the term of the settings at a time (s) to a film of this saturation magnetization, A/m.
///
/// # Errors
/// What is wrong with an expression.
pub fn add(film: &mut Film<f64>, settings: &Settings, ms: &PerCell<f64>, time: f64) -> Result<(), Stop> {
    let constants = [settings.scalar("B1", time)?, settings.scalar("B2", time)?];
    if constants.iter().flat_map(PerCell::values).all(|b| *b == 0.0) {
        return Ok(());
    }
    let mut coefficients = [const { Vec::new() }; 6];
    for (k, (list, strain)) in coefficients.iter_mut().zip(STRAINS).enumerate() {
        let (strain, constant) = (settings.scalar(strain, time)?, &constants[usize::from(k >= 3)]);
        let factor = if k < 3 { 2.0 } else { 1.0 };
        let of = |cell: usize| match ms.at(cell) {
            0.0 => 0.0,
            ms => -factor * constant.at(cell) * strain.at(cell) / ms,
        };
        *list = (0..film.grid().len()).map(of).collect();
    }
    film.add_term(Box::new(Magnetoelastic { coefficients }));
    Ok(())
}

/// The force density (N/m^3) of the magnetization on the lattice, f_i = sum_j d(s_ij)/dx_j with s_ii = B1 m_i^2 and s_ij = B2 m_i m_j, by
/// central differences of m; at open ends and beside cells without material by the difference to the cell itself.
///
/// # Errors
/// Without a grid, and what is wrong with an expression.
pub fn force(settings: &Settings, m: &VectorField<f64>, time: f64) -> Result<VectorField<f64>, Stop> {
    let grid = settings.grid()?;
    let (b1, b2) = (settings.scalar("B1", time)?, settings.scalar("B2", time)?);
    let mut out = VectorField::zeros(grid.len());
    for cell in 0..grid.len() {
        let (here, place) = (m.get(cell), grid.place(cell));
        let slope = |axis: usize| {
            let beside = |ahead: bool| {
                let other = grid.neighbour(place, axis, ahead).filter(|other| m.get(*other) != [0.0; 3]);
                other.map_or((here, 0.0), |other| (m.get(other), 1.0))
            };
            let ((a, left), (b, right)) = (beside(false), beside(true));
            let length = (left + right) * grid.cell_size()[axis];
            std::array::from_fn::<f64, 3, _>(|k| if length > 0.0 { (b[k] - a[k]) / length } else { 0.0 })
        };
        let d = [slope(0), slope(1), slope(2)];
        let (b1, b2) = (b1.at(cell), b2.at(cell));
        let along = |i: usize| 2.0 * b1 * here[i] * d[i][i];
        let across = |i: usize, j: usize| b2 * (d[j][i] * here[j] + here[i] * d[j][j]);
        let of = |i: usize| along(i) + (0..3).filter(|j| *j != i).map(|j| across(i, j)).sum::<f64>();
        out.set(cell, [of(0), of(1), of(2)]);
    }
    Ok(out)
}
