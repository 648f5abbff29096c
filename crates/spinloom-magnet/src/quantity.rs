//! Quantities read from a magnetization: averages, topological charge, skyrmions, domain walls, vortices, and spectra in time and space.
//!
//! A layer is the cells of one z, counted from 0. Positions are m from the middle of the grid. Cells without material count for nothing.

mod average;
mod charge;
mod dispersion;
mod mode;
mod skyrmion;
mod spectrum;
mod vortex;
mod wall;

pub use average::{average, moment_average, region_average, weighted_average};
pub use charge::{charge_density, solid_angle, topological_charge};
pub use dispersion::{Dispersion, dispersion};
pub use mode::{Mode, ModeMap};
pub use skyrmion::{ReversedArea, reversed_areas, skyrmions};
pub use spectrum::{Peak, Spectrum, welch};
pub use vortex::{Singularity, VortexCore, singularities, vortex_core, winding_number};
pub use wall::{MeanWall, Wall, line, mean_wall, walls};

use crate::MagnetError;
use crate::film::{Grid, Real, VectorField};
use crate::macrospin::Vector;

/// One layer of a magnetization, with directions of unit length.
struct Layer<'a, T> {
    grid: &'a Grid,
    m: &'a VectorField<T>,
    z: usize,
}

impl<'a, T: Real> Layer<'a, T> {
    /// An error unless the magnetization fits the grid and the layer is in it.
    fn new(grid: &'a Grid, m: &'a VectorField<T>, z: usize) -> Result<Self, MagnetError> {
        let layers = grid.cells()[2];
        fits(grid, m)?;
        MagnetError::unless(z < layers, "the number of the layer", z as f64, "below the number of layers of the film")?;
        Ok(Self { grid, m, z })
    }

    /// Cells along x and y.
    fn cells(&self) -> [usize; 2] {
        let [x, y, _] = self.grid.cells();
        [x, y]
    }

    /// Index of a cell.
    fn index(&self, [x, y]: [usize; 2]) -> usize {
        self.grid.index([x, y, self.z])
    }

    /// The direction in a cell, none without material.
    fn direction(&self, cell: usize) -> Option<Vector> {
        direction(self.m, cell)
    }

    /// Middle of a cell in the plane, m.
    fn position(&self, [x, y]: [usize; 2]) -> [f64; 2] {
        let [x, y, _] = self.grid.position([x, y, self.z]);
        [x, y]
    }

    /// The corners of the square whose lower left is this cell, in the sense from x to y; none beyond an open end.
    fn square(&self, [x, y]: [usize; 2]) -> Option<[usize; 4]> {
        let (right, up) = (self.grid.beside(0, x, true)?, self.grid.beside(1, y, true)?);
        Some([[x, y], [right, y], [right, up], [x, up]].map(|place| self.index(place)))
    }
}

fn fits<T: Real>(grid: &Grid, m: &VectorField<T>) -> Result<(), MagnetError> {
    let same = m.components().iter().all(|c| c.len() == grid.len());
    MagnetError::unless(same, "the number of cells of the magnetization", m.len() as f64, "the number of cells of the grid")
}

/// The direction in a cell, none without material or where it is not a number.
fn direction<T: Real>(m: &VectorField<T>, cell: usize) -> Option<Vector> {
    let v = m.get(cell);
    let length = v.iter().map(|c| c * c).sum::<f64>().sqrt();
    (length > 0.0 && length.is_finite()).then(|| v.map(|c| c / length))
}

/// Place (in steps, from -1/2 to 1/2) and height of the top of the parabola through three values, the middle one the largest.
fn parabola(left: f64, middle: f64, right: f64) -> (f64, f64) {
    let curvature = left - 2.0 * middle + right;
    if curvature < 0.0 && curvature.is_finite() {
        let place = (0.5 * (left - right) / curvature).clamp(-0.5, 0.5);
        (place, middle - 0.25 * (left - right) * place)
    } else {
        (0.0, middle)
    }
}
