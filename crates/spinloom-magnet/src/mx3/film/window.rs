//! The moving window: magnetization, geometry and regions that are shifted along x, to follow a wall for one.

use super::call::{Arguments, region};
use super::failed;
use super::host::Simulation;
use super::settings::Settings;
use crate::film::VectorField;
use crate::macrospin::Vector;
use crate::mx3::{Stop, Value};
use crate::quantity::walls;
use crate::shape::{Axis, Shape};

/// A wall that is kept in the middle, by the component of m that reverses there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centre {
    component: usize,
    part: Part,
}

/// The cells whose magnetization tells where a wall is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    All,
    Layer(usize),
    Region(u16),
}

/// How far a wall may be from the middle before the window follows, cells.
const SLACK: f64 = 2.0;

/// How the window moved.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way {
    /// Time of the last shift, s.
    time: Option<f64>,
    /// Speed between the last two, m/s.
    speed: f64,
}

impl Simulation {
    /// Shifts, and what asks for them; whether the function is about them.
    ///
    /// # Errors
    /// Without a grid, and for a component, layer or region that is not there.
    pub fn shifts(&mut self, name: &str, arguments: Arguments<'_>) -> Result<bool, Stop> {
        match name {
            "Shift" => self.shift(arguments.integer(0)?)?,
            "ClearPostSteps" => self.centred.clear(),
            "ext_centerWall" => self.centre_on(Part::All, arguments.integer(0)?)?,
            "ext_centerWallInLayer" => {
                let layer = usize::try_from(arguments.integer(0)?)
                    .ok()
                    .filter(|z| self.settings.grid().is_ok_and(|grid| *z < grid.cells()[2]));
                let layer = layer.ok_or_else(|| failed("there is no such layer"))?;
                self.centre_on(Part::Layer(layer), arguments.integer(1)?)?;
            }
            "ext_centerWallInRegion" => {
                self.centre_on(Part::Region(region(arguments.integer(0)?)?), arguments.integer(1)?)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn centre_on(&mut self, part: Part, component: i64) -> Result<(), Stop> {
        let component = usize::try_from(component).ok().filter(|c| *c < 3);
        let component = component.ok_or_else(|| failed("components are numbered 0, 1 and 2"))?;
        self.settings.grid()?;
        self.centred.push(Centre { component, part });
        Ok(())
    }

    /// Shifts by so many cells.
    fn shift(&mut self, cells: i64) -> Result<(), Stop> {
        self.settings.shift(cells)?;
        self.stale = true;
        Ok(())
    }

    /// Follows the walls that are to be kept in the middle.
    ///
    /// # Errors
    /// As shifts.
    pub fn follow_walls(&mut self) -> Result<(), Stop> {
        for Centre { component, part } in self.centred.clone() {
            let Some(off) = self.settings.offset(component, part)? else { continue };
            if off.abs() > SLACK {
                let cells = if off > 0.0 { -1 } else { 1 };
                self.shift(cells)?;
                let (now, dx) = (self.settings.time, self.settings.grid()?.cell_size()[0]);
                let since = self.way.time.map(|before| now - before).filter(|since| *since > 0.0);
                self.way = Way { time: Some(now), speed: since.map_or(0.0, |since| -(cells as f64) * dx / since) };
            }
        }
        Ok(())
    }

    /// Values of a wall that the window follows.
    ///
    /// # Errors
    /// Without a grid, and for the tilt without a wall on two lines or more.
    pub fn wall(&self, name: &str) -> Result<f64, Stop> {
        match name {
            "ext_dwpos" => Ok(-self.settings.number("TotalShift")),
            "ext_dwspeed" => Ok(self.way.speed),
            _ => self.settings.tilt(),
        }
    }
}

impl Settings {
    /// How far (cells) the wall of a part is right of the middle, as the mean of the component that reverses tells; none where there is
    /// none, or both ends are alike.
    fn offset(&self, component: usize, part: Part) -> Result<Option<f64>, Stop> {
        let grid = self.grid()?;
        let [nx, ny, _] = grid.cells();
        let values = self.m.components()[component];
        let counts = |cell: &usize| {
            let here = match part {
                Part::All => true,
                Part::Layer(layer) => cell / (nx * ny) == layer,
                Part::Region(region) => self.regions[*cell] == region,
            };
            here && self.fill[*cell] > 0.0
        };
        let (mut total, mut count, mut ends) = (0.0, 0.0, [0.0; 2]);
        for cell in (0..grid.len()).filter(counts) {
            total += values[cell];
            count += 1.0;
            match cell % nx {
                0 => ends[0] += values[cell],
                x if x + 1 == nx => ends[1] += values[cell],
                _ => {}
            }
        }
        if count == 0.0 || ends[0] * ends[1] >= 0.0 {
            return Ok(None);
        }
        // One cell more of the left domain adds 2/nx to the mean, in its sign.
        Ok(Some(0.5 * nx as f64 * total / count * ends[0].signum()))
    }

    /// Shifts by so many cells along x: to the right where they are positive.
    ///
    /// # Errors
    /// Without a grid, and what is wrong with the geometry there.
    pub fn shift(&mut self, cells: i64) -> Result<(), Stop> {
        let grid = self.grid()?;
        let nx = grid.cells()[0];
        let by = cells as f64 * grid.cell_size()[0];
        let total = self.number("TotalShift") + by;
        self.variables.insert("TotalShift", Value::Number(total));
        // The cell that a row's cell x comes from, or the end it enters at.
        let from = |x: usize| -> Result<usize, bool> {
            let source = x as i64 - cells;
            usize::try_from(source).ok().filter(|source| *source < nx).ok_or(source < 0)
        };
        let before: Vec<bool> = self.fill.iter().map(|part| *part > 0.0).collect();
        if self.switch("ShiftRegions") {
            let old = self.regions.clone();
            // Grains have no end: those that leave enter again.
            let wrapped = |row: usize, x: usize| old[row + (x as i64 - cells).rem_euclid(nx as i64) as usize];
            let new = |cell: usize| match from(cell % nx) {
                Ok(source) => old[cell - cell % nx + source],
                Err(_) if self.has_grains => wrapped(cell - cell % nx, cell % nx),
                Err(_) => 0,
            };
            self.regions = (0..grid.len()).map(new).collect();
            self.region_shift += by;
            if !self.has_grains {
                self.mark_entered(&|cell| from(cell % nx).is_err())?;
            }
        }
        if self.switch("ShiftM") {
            self.shift_magnetization(&before, nx, &from);
        }
        if self.switch("ShiftGeom") {
            self.geometry_shift += by;
        }
        self.fill_shape()
    }

    /// Gives the cells that a shift let in to the regions of the shapes there.
    fn mark_entered(&mut self, entered: &dyn Fn(usize) -> bool) -> Result<(), Stop> {
        for (region, shape) in self.history.clone() {
            let solid = shifted(&shape, self.region_shift).on_with(&self.grid()?, &self.folder).map_err(failed)?;
            let mask = solid.mask();
            let marked = self.regions.iter_mut().enumerate().filter(|(cell, _)| mask[*cell] && entered(*cell));
            marked.for_each(|(_, number)| *number = region);
        }
        Ok(())
    }

    fn shift_magnetization(&mut self, before: &[bool], nx: usize, from: &dyn Fn(usize) -> Result<usize, bool>) {
        let old = self.m.clone();
        let given = |left: bool| self.variables.get(if left { "ShiftMagL" } else { "ShiftMagR" }).and_then(Value::vector);
        let given: [Vector; 2] = [given(true).unwrap_or_default(), given(false).unwrap_or_default()];
        let carry = self.switch("EdgeCarryShift");
        let mut m = VectorField::zeros(old.len());
        for cell in 0..old.len() {
            let row = cell - cell % nx;
            m.set(
                cell,
                match from(cell % nx) {
                    Ok(source) => old.get(row + source),
                    Err(left) => {
                        let (edge, given) = (row + if left { 0 } else { nx - 1 }, given[usize::from(!left)]);
                        if (carry && before[edge]) || given == [0.0; 3] { old.get(edge) } else { given }
                    }
                },
            );
        }
        for cell in 0..m.len() {
            let v = m.get(cell);
            let length = v.iter().map(|c| c * c).sum::<f64>().sqrt();
            m.set(cell, if length > 0.0 { v.map(|c| c / length) } else { [0.0; 3] });
        }
        self.m = m;
    }

    /// The angle (rad) of a wall to y, by the line through its places on the rows of the lowest layer.
    fn tilt(&self) -> Result<f64, Stop> {
        let grid = self.grid()?;
        let size = |axis: usize| self.m.components()[axis].iter().map(|c| c.abs()).sum::<f64>();
        let along = [(Axis::X, 0), (Axis::Y, 1), (Axis::Z, 2)].into_iter().max_by(|a, b| size(a.1).total_cmp(&size(b.1)));
        let along = along.map_or(Axis::Z, |(axis, _)| axis);
        let mut places = Vec::new();
        for y in 0..grid.cells()[1] {
            let found = walls(&grid, &self.m, Axis::X, along, [0, y, 0]).map_err(failed)?;
            places.extend(found.first().map(|wall| [grid.position([0, y, 0])[1], wall.position]));
        }
        let mean = |k: usize| places.iter().map(|p| p[k]).sum::<f64>() / places.len() as f64;
        let (y, x) = (mean(0), mean(1));
        let spread: f64 = places.iter().map(|p| (p[0] - y).powi(2)).sum();
        if spread == 0.0 || places.is_empty() {
            return Err(failed("there is no domain wall on two rows or more, whose tilt could be told"));
        }
        Ok((places.iter().map(|p| (p[0] - y) * (p[1] - x)).sum::<f64>() / spread).atan())
    }
}

/// A shape as it lies in the grid after a shift along x, m.
pub fn shifted(shape: &Shape, by: f64) -> Shape {
    if by == 0.0 { shape.clone() } else { shape.clone().translate([by, 0.0, 0.0]) }
}
