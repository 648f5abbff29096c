//! Coupling of two layers across what lies between them, by the regions that face each other.

use super::settings::Settings;
use crate::film::{Film, Grid, PerCell, Row, RowField, State, Term};
use std::collections::BTreeMap;

/// Constants (J/m^2) of pairs of regions, the smaller number first.
pub type Areal<const N: usize> = BTreeMap<(u16, u16), [f64; N]>;

/// Names of the terms.
pub const TERMS: [&str; 3] = ["interlayer exchange", "biquadratic interlayer exchange", "interlayer DMI"];

/// What the energy of a pair is made of, an area, with m of the cell below and m' of the cell above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// -J m.m'
    Bilinear,
    /// -J (m.m')^2
    Biquadratic,
    /// D z.(m x m')
    Antisymmetric,
}

/// Two cells of a column that face each other: next to each other, or with nothing but cells without material between them.
///
/// ```text
/// B = (J / Ms t) m',   B = (2 J / Ms t) (m.m') m',   B = +-(D / Ms t) z x m',   t: thickness of a cell,
/// ```
///
/// with + where the partner is above. These are -dE/dm / (Ms V) of the energies of [`Form`]. The coupling is one of the areas that face
/// each other: cells further inside a layer have none, however thick it is.
struct Facing {
    name: &'static str,
    form: Form,
    /// Of each cell: the partner and the strength (T), below and above.
    partners: Vec<[Option<(usize, f64)>; 2]>,
}

impl Term<f64> for Facing {
    fn name(&self) -> &'static str {
        self.name
    }

    fn degree(&self) -> Option<f64> {
        Some(if self.form == Form::Biquadratic { 4.0 } else { 2.0 })
    }

    fn add_row(&self, state: State<'_, f64>, row: Row, field: &mut RowField<'_, f64>) {
        for (i, cell) in row.range().enumerate() {
            for (above, partner) in [false, true].into_iter().zip(&self.partners[cell]) {
                let Some((partner, strength)) = *partner else { continue };
                let there = state.m.get(partner);
                let b = match self.form {
                    Form::Bilinear => there.map(|m| strength * m),
                    Form::Biquadratic => {
                        let along: f64 = state.m.get(cell).iter().zip(there).map(|(a, b)| a * b).sum();
                        there.map(|m| 2.0 * strength * along * m)
                    }
                    Form::Antisymmetric => {
                        let strength = if above { strength } else { -strength };
                        [-strength * there[1], strength * there[0], 0.0]
                    }
                };
                field.x[i] += b[0];
                field.y[i] += b[1];
                field.z[i] += b[2];
            }
        }
    }
}

/// The nearest cell with material above or below a cell.
fn facing(grid: &Grid, ms: &PerCell<f64>, cell: usize, above: bool) -> Option<usize> {
    let [nx, ny, nz] = grid.cells();
    let layer = cell / (nx * ny);
    let column = cell % (nx * ny);
    let filled = |z: &usize| ms.at(z * nx * ny + column) > 0.0;
    let z = if above { (layer + 1..nz).find(filled) } else { (0..layer).rev().find(filled) };
    z.map(|z| z * nx * ny + column)
}

/// Adds the interlayer terms of the settings to a film of this saturation magnetization, A/m.
pub fn add(film: &mut Film<f64>, settings: &Settings, ms: &PerCell<f64>) {
    let grid = *film.grid();
    let thickness = grid.cell_size()[2];
    let mut add = |name, form, constant: &dyn Fn((u16, u16)) -> Option<f64>| {
        let partner = |cell: usize, above: bool| {
            let other = facing(&grid, ms, cell, above).filter(|_| ms.at(cell) > 0.0)?;
            let (a, b) = (settings.regions[cell], settings.regions[other]);
            let constant = constant((a.min(b), a.max(b))).filter(|c| *c != 0.0)?;
            Some((other, constant / (ms.at(cell) * thickness)))
        };
        let partners: Vec<_> = (0..grid.len()).map(|cell| [partner(cell, false), partner(cell, true)]).collect();
        if partners.iter().flatten().any(Option::is_some) {
            film.add_term(Box::new(Facing { name, form, partners }));
        }
    };
    let [bilinear, both, antisymmetric] = TERMS;
    let of = |pair: &(u16, u16), order: usize| settings.biquadratic.get(pair).map(|j| j[order]);
    if !settings.rkky.is_empty() {
        add(bilinear, Form::Bilinear, &|pair| settings.rkky.get(&pair).map(|[j]| *j));
    }
    if !settings.biquadratic.is_empty() {
        add(both, Form::Bilinear, &|pair| of(&pair, 0));
        add(both, Form::Biquadratic, &|pair| of(&pair, 1));
    }
    if !settings.interlayer_dmi.is_empty() {
        add(antisymmetric, Form::Antisymmetric, &|pair| settings.interlayer_dmi.get(&pair).map(|[d]| *d));
    }
}
