//! The third constant of cubic anisotropy.

use super::failed;
use super::settings::Settings;
use super::spread::Spread;
use crate::film::{Film, PerCell, Row, RowField, State, Term};
use crate::macrospin::{Vector, cross, dot};
use crate::mx3::Stop;

/// The name of the term: that of the other constants.
pub const CUBIC: &str = "cubic anisotropy";

/// Cubic anisotropy of the energy density Kc3 (a^4 b^4 + b^4 c^4 + c^4 a^4), with the cosines a, b and c of m to the edges u1, u2 and
/// u3 = u1 x u2 of the cube of each cell:
///
/// ```text
/// B = -(4 Kc3 / Ms) [a^3 (b^4 + c^4) u1 + b^3 (c^4 + a^4) u2 + c^3 (a^4 + b^4) u3].
/// ```
///
/// Source: A. Vansteenkiste et al., AIP Adv. 4, 107133 (2014), doi:10.1063/1.4899186.
struct Third {
    /// -4 Kc3 / Ms of each cell, T, and the edges of its cube.
    cells: Vec<(f64, [Vector; 3])>,
}

impl Term<f64> for Third {
    fn name(&self) -> &'static str {
        CUBIC
    }

    fn degree(&self) -> Option<f64> {
        Some(8.0)
    }

    fn add_row(&self, state: State<'_, f64>, row: Row, field: &mut RowField<'_, f64>) {
        for (i, cell) in row.range().enumerate() {
            let (size, edges) = &self.cells[cell];
            let cosines = edges.map(|edge| dot(state.m.get(cell), edge));
            for (k, edge) in edges.iter().enumerate() {
                let others = cosines[(k + 1) % 3].powi(4) + cosines[(k + 2) % 3].powi(4);
                let along = size * cosines[k].powi(3) * others;
                field.x[i] += along * edge[0];
                field.y[i] += along * edge[1];
                field.z[i] += along * edge[2];
            }
        }
    }
}

/// Adds the term of the settings at a time (s) to a film of this saturation magnetization, A/m. Where an axis is missing there is none.
///
/// # Errors
/// What is wrong with an expression, and for axes that are not at right angles.
pub fn add(film: &mut Film<f64>, settings: &Settings, ms: &PerCell<f64>, time: f64) -> Result<(), Stop> {
    let constant = settings.scalar("Kc3", time)?;
    if constant.values().iter().all(|k| *k == 0.0) {
        return Ok(());
    }
    let axes: [Spread; 2] = [settings.vector("anisC1", time)?, settings.vector("anisC2", time)?];
    let of = |cell: usize| {
        let [u, v] = axes.each_ref().map(|axis| axis.at(cell));
        let (p, q) = (dot(u, u).sqrt(), dot(v, v).sqrt());
        if ms.at(cell) == 0.0 || p == 0.0 || q == 0.0 {
            return Ok((0.0, [[0.0; 3]; 3]));
        }
        let (u, v) = (u.map(|c| c / p), v.map(|c| c / q));
        if dot(u, v).abs() > 1e-4 {
            return Err(failed("anisC1 and anisC2 have to be at right angles"));
        }
        Ok((-4.0 * constant.at(cell) / ms.at(cell), [u, v, cross(u, v)]))
    };
    let cells = (0..film.grid().len()).map(of).collect::<Result<_, Stop>>()?;
    film.add_term(Box::new(Third { cells }));
    Ok(())
}
