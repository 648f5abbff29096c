//! Shapes fitted to a grid: which positions are inside, and how much of each cell.

use super::image::Mask;
use super::{Axis, Grains, Shape, ShapeError};
use crate::MagnetError;
use crate::film::Grid;
use crate::macrospin::Vector;
use rayon::prelude::*;
use spinloom_core::random::Stream;
use std::f64::consts::{FRAC_PI_2, PI};
use std::path::Path;

type Test = Box<dyn Fn(Vector) -> bool + Send + Sync>;

/// A shape that has been checked and fitted to a grid.
pub struct Solid {
    grid: Grid,
    inside: Test,
}

impl std::fmt::Debug for Solid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Solid").field("grid", &self.grid).finish_non_exhaustive()
    }
}

impl Shape {
    /// Checks the shape and fits it to a grid; image files are looked for in the working directory.
    ///
    /// # Errors
    /// [`ShapeError`] for a size that is not positive, an operation on nothing, layers or a cell outside the grid, or a mask that cannot
    /// be read.
    pub fn on(&self, grid: &Grid) -> Result<Solid, ShapeError> {
        self.on_with(grid, Path::new(""))
    }

    /// [`on`](Self::on), with image files looked for in a folder.
    ///
    /// # Errors
    /// As [`on`](Self::on).
    pub fn on_with(&self, grid: &Grid, folder: &Path) -> Result<Solid, ShapeError> {
        Ok(Solid { grid: *grid, inside: Fit { grid, folder }.test(self)? })
    }
}

impl Solid {
    /// Whether a position (m from the middle of the grid) is inside.
    pub fn contains(&self, position: Vector) -> bool {
        (self.inside)(position)
    }

    /// The grid it is fitted to.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The part of each cell that is inside: 0 or 1 by the cell's middle for `smoothing` 0; otherwise cells whose middle and eight corners
    /// disagree are sampled at `smoothing` points along each axis. A feature that misses a cell's middle and corners is not seen there.
    ///
    /// This is how mumax3 does it (`EdgeSmooth`): A. Vansteenkiste et al., AIP Adv. 4, 107133 (2014), doi:10.1063/1.4899186.
    pub fn fill(&self, smoothing: usize) -> Vec<f32> {
        let [nx, ny, _] = self.grid.cells();
        let mut fill = vec![0.0; self.grid.len()];
        fill.par_chunks_mut(nx).enumerate().for_each(|(row, cells)| {
            for (x, part) in cells.iter_mut().enumerate() {
                *part = self.part(self.grid.position([x, row % ny, row / ny]), smoothing);
            }
        });
        fill
    }

    /// Whether the middle of each cell is inside.
    pub fn mask(&self) -> Vec<bool> {
        (0..self.grid.len()).into_par_iter().map(|i| self.contains(self.grid.position(self.grid.place(i)))).collect()
    }

    /// The part of the cell about `middle` that is inside.
    fn part(&self, middle: Vector, smoothing: usize) -> f32 {
        let inside = self.contains(middle);
        let size = self.grid.cell_size();
        let at = |offset: [f64; 3]| self.contains(std::array::from_fn(|a| middle[a] + offset[a] * size[a]));
        let corner = |c: usize| at(std::array::from_fn(|a| if c >> a & 1 == 0 { -0.5 } else { 0.5 }));
        if smoothing == 0 || (0..8).all(|c| corner(c) == inside) {
            return f32::from(inside);
        }
        let n = smoothing;
        let offset = |k: usize| (k as f64 + 0.5) / n as f64 - 0.5;
        let count = (0..n * n * n).filter(|k| at([offset(k % n), offset(k / n % n), offset(k / (n * n))])).count();
        (count as f64 / (n * n * n) as f64) as f32
    }
}

/// What a shape is fitted to.
struct Fit<'a> {
    grid: &'a Grid,
    folder: &'a Path,
}

fn positive<const N: usize>(what: &'static str, sizes: [f64; N]) -> Result<(), MagnetError> {
    sizes.iter().try_for_each(|s| MagnetError::unless(*s > 0.0, what, *s, "positive"))
}

fn finite<const N: usize>(what: &'static str, numbers: [f64; N]) -> Result<(), MagnetError> {
    numbers.iter().try_for_each(|n| MagnetError::unless(true, what, *n, "a finite number"))
}

fn square(x: f64) -> f64 {
    x * x
}

impl Fit<'_> {
    fn test(&self, shape: &Shape) -> Result<Test, ShapeError> {
        match shape {
            Shape::Universe {}
            | Shape::Cuboid { .. }
            | Shape::Rectangle { .. }
            | Shape::Ellipsoid { .. }
            | Shape::Ellipse { .. }
            | Shape::Circle { .. }
            | Shape::Cylinder { .. }
            | Shape::Cone { .. }
            | Shape::Superball { .. } => body(shape),
            Shape::RegularPolygon { sides, side } => regular_polygon(*sides, *side),
            Shape::Polygon { corners } => polygon(corners),
            Shape::Range { .. } | Shape::Layers { .. } | Shape::Cell { .. } => self.part_of_film(shape),
            Shape::Image { file, size } => self.image(file, *size),
            Shape::Roughness { grain_size, low, high, seed } => roughness(*grain_size, *low, *high, *seed),
            Shape::And { of } => self.all("and", of).map(|t| -> Test { Box::new(move |p| t.iter().all(|t| t(p))) }),
            Shape::Or { of } => self.all("or", of).map(|t| -> Test { Box::new(move |p| t.iter().any(|t| t(p))) }),
            Shape::Xor { of } => {
                self.all("xor", of).map(|t| -> Test { Box::new(move |p| t.iter().filter(|t| t(p)).count() % 2 == 1) })
            }
            Shape::Minus { of } => {
                self.all("minus", of).map(|t| -> Test { Box::new(move |p| t[0](p) && !t[1..].iter().any(|t| t(p))) })
            }
            Shape::Inverse { of } => self.test(of).map(|t| -> Test { Box::new(move |p| !t(p)) }),
            Shape::Translate { .. } | Shape::Rotate { .. } | Shape::Scale { .. } | Shape::Repeat { .. } => self.moved(shape),
        }
    }

    /// The tests of the shapes of an operation, at least one.
    fn all(&self, operation: &'static str, of: &[Shape]) -> Result<Vec<Test>, ShapeError> {
        if of.is_empty() {
            return Err(ShapeError::Empty { operation });
        }
        of.iter().map(|shape| self.test(shape)).collect()
    }

    fn part_of_film(&self, shape: &Shape) -> Result<Test, ShapeError> {
        let cells = self.grid.cells();
        let size = self.grid.cell_size();
        Ok(match *shape {
            Shape::Range { axis, from, to } => {
                finite("an end of a range (m)", [from.unwrap_or(0.0), to.unwrap_or(0.0)])?;
                range(axis, from, to)
            }
            Shape::Layers { from, to } => {
                let last = "at most the number of layers of the film, and the first not after the last";
                MagnetError::unless(from <= to && to <= cells[2], "the end of the layers", to as f64, last)?;
                let face = |layer: usize| (layer as f64 - 0.5 * cells[2] as f64) * size[2];
                range(Axis::Z, Some(face(from)), Some(face(to)))
            }
            Shape::Cell { at } => {
                for a in 0..3 {
                    MagnetError::unless(at[a] < cells[a], "a coordinate of a cell", at[a] as f64, "below the number of cells")?;
                }
                let middle = self.grid.position(at);
                Box::new(move |p| (0..3).all(|a| (p[a] - middle[a]).abs() < 0.5 * size[a]))
            }
            _ => Box::new(|_| true),
        })
    }

    fn image(&self, file: &Path, size: Option<[f64; 2]>) -> Result<Test, ShapeError> {
        let [x, y, _] = self.grid.size();
        let size = size.unwrap_or([x, y]);
        positive("the size of an image (m)", size)?;
        let mask = Mask::read(&self.folder.join(file))?;
        Ok(Box::new(move |[x, y, _]| mask.contains(x / size[0] + 0.5, y / size[1] + 0.5)))
    }

    fn moved(&self, shape: &Shape) -> Result<Test, ShapeError> {
        Ok(match shape {
            Shape::Translate { of, by } => {
                finite("a translation (m)", *by)?;
                let (test, by) = (self.test(of)?, *by);
                Box::new(move |p| test(std::array::from_fn(|a| p[a] - by[a])))
            }
            Shape::Rotate { of, axis, angle } => {
                finite("the angle of a rotation (rad)", [*angle])?;
                let (test, (sin, cos), axis) = (self.test(of)?, angle.sin_cos(), axis.index());
                let (first, second) = ((axis + 1) % 3, (axis + 2) % 3);
                Box::new(move |p| {
                    let mut q = p;
                    q[first] = cos * p[first] + sin * p[second];
                    q[second] = cos * p[second] - sin * p[first];
                    test(q)
                })
            }
            Shape::Scale { of, by } => {
                for factor in by {
                    MagnetError::unless(*factor != 0.0, "a factor of a scaling", *factor, "a number other than 0")?;
                }
                let (test, by) = (self.test(of)?, *by);
                Box::new(move |p| test(std::array::from_fn(|a| p[a] / by[a])))
            }
            Shape::Repeat { of, period } => {
                for length in period {
                    MagnetError::unless(*length >= 0.0, "a period (m)", *length, "positive, or 0 for none")?;
                }
                let (test, period) = (self.test(of)?, *period);
                let fold =
                    |x: f64, length: f64| if length > 0.0 { (x + 0.5 * length).rem_euclid(length) - 0.5 * length } else { x };
                Box::new(move |p| test(std::array::from_fn(|a| fold(p[a], period[a]))))
            }
            _ => Box::new(|_| true),
        })
    }
}

fn range(axis: Axis, from: Option<f64>, to: Option<f64>) -> Test {
    let axis = axis.index();
    let (from, to) = (from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY));
    Box::new(move |p| from <= p[axis] && p[axis] < to)
}

/// Bodies given by one inequality. Faces of boxes are outside, curved surfaces inside, as mumax3 has them.
fn body(shape: &Shape) -> Result<Test, ShapeError> {
    Ok(match *shape {
        Shape::Cuboid { size } => {
            positive("the size of a cuboid (m)", size)?;
            Box::new(move |p| (0..3).all(|a| p[a].abs() < 0.5 * size[a]))
        }
        Shape::Rectangle { size } => {
            positive("the size of a rectangle (m)", size)?;
            Box::new(move |p| (0..2).all(|a| p[a].abs() < 0.5 * size[a]))
        }
        Shape::Ellipsoid { diameter } => {
            positive("the diameter of an ellipsoid (m)", diameter)?;
            Box::new(move |p| (0..3).map(|a| square(p[a] / diameter[a])).sum::<f64>() <= 0.25)
        }
        Shape::Ellipse { diameter } => {
            positive("the diameter of an ellipse (m)", diameter)?;
            Box::new(move |p| square(p[0] / diameter[0]) + square(p[1] / diameter[1]) <= 0.25)
        }
        Shape::Circle { diameter } => {
            positive("the diameter of a circle (m)", [diameter])?;
            Box::new(move |[x, y, _]| square(x / diameter) + square(y / diameter) <= 0.25)
        }
        Shape::Cylinder { diameter, height } => {
            positive("the diameter or height of a cylinder (m)", [diameter, height])?;
            Box::new(move |[x, y, z]| z.abs() <= 0.5 * height && square(x / diameter) + square(y / diameter) <= 0.25)
        }
        Shape::Cone { diameter, height } => {
            positive("the diameter of a cone (m)", [diameter])?;
            MagnetError::unless(height != 0.0, "the height of a cone (m)", height, "a number other than 0")?;
            Box::new(move |[x, y, z]| {
                let left = 1.0 - z / height;
                (0.0..=1.0).contains(&left) && square(x / diameter) + square(y / diameter) <= 0.25 * left * left
            })
        }
        Shape::Superball { diameter, exponent } => {
            positive("the diameter or exponent of a superball", [diameter, exponent])?;
            Box::new(move |p| p.iter().map(|x| (2.0 * x / diameter).abs().powf(2.0 * exponent)).sum::<f64>() <= 1.0)
        }
        _ => Box::new(|_| true),
    })
}

/// All edges at the distance side / (2 tan(pi / n)) from the middle.
fn regular_polygon(sides: u32, side: f64) -> Result<Test, ShapeError> {
    MagnetError::unless((3..=10_000).contains(&sides), "the number of sides of a polygon", f64::from(sides), "from 3 to 10000")?;
    positive("the side of a polygon (m)", [side])?;
    let distance = 0.5 * side / (PI / f64::from(sides)).tan();
    let direction = |k: u32| (2.0 * PI * f64::from(k) / f64::from(sides) - FRAC_PI_2).sin_cos();
    let normals: Vec<(f64, f64)> = (0..sides).map(direction).collect();
    Ok(Box::new(move |[x, y, _]| normals.iter().all(|(sin, cos)| x * cos + y * sin < distance)))
}

/// Even-odd rule: a ray along +x crosses the edges an odd number of times.
fn polygon(corners: &[[f64; 2]]) -> Result<Test, ShapeError> {
    MagnetError::unless(corners.len() >= 3, "the number of corners of a polygon", corners.len() as f64, "3 or more")?;
    corners.iter().try_for_each(|corner| finite("a corner of a polygon (m)", *corner))?;
    let corners = corners.to_vec();
    Ok(Box::new(move |[x, y, _]| {
        let mut inside = false;
        let mut last = corners[corners.len() - 1];
        for &corner in &corners {
            if (corner[1] > y) != (last[1] > y) {
                let crossing = corner[0] + (y - corner[1]) / (last[1] - corner[1]) * (last[0] - corner[0]);
                inside ^= x < crossing;
            }
            last = corner;
        }
        inside
    }))
}

fn roughness(size: f64, low: f64, high: f64, seed: u64) -> Result<Test, ShapeError> {
    finite("the lowest height (m)", [low])?;
    MagnetError::unless(high > low, "the largest height (m)", high, "above the lowest")?;
    let grains = Grains::new(size, seed)?;
    Ok(Box::new(move |[x, y, z]| {
        let height = || Stream::new(seed, "height of a grain", grains.grain([x, y, 0.0]).0).uniform();
        z <= low || z < high && (z - low) / (high - low) < height()
    }))
}

#[cfg(test)]
mod tests;
