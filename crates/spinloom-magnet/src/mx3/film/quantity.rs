//! What quantities are: in every cell, on average, and for the whole.

use super::field::Part;
use super::host::Simulation;
use super::machine::coupled;
use super::moving::{Motion, Moving};
use super::settings::Spread;
use super::{Quantity, failed};
use crate::film::dynamics::RightHandSide;
use crate::film::{Grid, PerCell, VectorField};
use crate::mx3::Stop;
use crate::mx3::catalogue::Class;
use std::ops::Range;

/// A quantity in every cell of a grid.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The grid.
    pub grid: Grid,
    /// Its corner, m from that of the whole.
    pub origin: [f64; 3],
    /// The values of each component.
    pub components: Vec<Vec<f64>>,
}

impl Sample {
    /// The values as vectors.
    ///
    /// # Errors
    /// Unless it has three components.
    pub fn vectors(&self) -> Result<VectorField<f64>, Stop> {
        match self.components.as_slice() {
            [x, y, z] => Ok(VectorField { x: x.clone(), y: y.clone(), z: z.clone() }),
            _ => Err(failed("this is no quantity of vectors")),
        }
    }

    fn cropped(&self, part: &[Range<usize>; 3]) -> Result<Self, Stop> {
        let grid = Grid::new([0, 1, 2].map(|a| part[a].len()), self.grid.cell_size()).map_err(failed)?;
        let of = |values: &Vec<f64>| {
            (0..grid.len())
                .map(|cell| {
                    let place = grid.place(cell);
                    values[self.grid.index([0, 1, 2].map(|a| part[a].start + place[a]))]
                })
                .collect()
        };
        let origin = [0, 1, 2].map(|a| self.origin[a] + part[a].start as f64 * grid.cell_size()[a]);
        Ok(Self { grid, origin, components: self.components.iter().map(of).collect() })
    }
}

fn of_vectors(field: VectorField<f64>) -> Vec<Vec<f64>> {
    vec![field.x, field.y, field.z]
}

fn of_cells(values: &PerCell<f64>, cells: usize) -> Vec<Vec<f64>> {
    vec![(0..cells).map(|cell| values.at(cell)).collect()]
}

impl Simulation {
    /// A quantity in every cell.
    ///
    /// # Errors
    /// For a value of the whole, and what keeps the film from being made.
    pub fn sample(&mut self, quantity: &Quantity) -> Result<Sample, Stop> {
        match quantity {
            Quantity::Named(name) => {
                if matches!(quantity.class(), Some(Class::ScalarValue | Class::VectorValue)) {
                    return Err(failed(format!("{name} is one value for the whole: put it into the table")));
                }
                let components = self.cells_of(name, quantity.class())?;
                Ok(Sample { grid: self.settings.grid()?, origin: [0.0; 3], components })
            }
            Quantity::Component(of, component) => {
                let mut sample = self.sample(of)?;
                let values = sample.components.get(*component).cloned();
                sample.components = vec![values.ok_or_else(|| failed(format!("{} has no component {component}", of.name())))?];
                Ok(sample)
            }
            Quantity::Region(of, region) => {
                let mut sample = self.sample(of)?;
                for component in &mut sample.components {
                    let outside = component.iter_mut().zip(&self.settings.regions).filter(|(_, number)| *number != region);
                    outside.for_each(|(value, _)| *value = 0.0);
                }
                Ok(sample)
            }
            Quantity::Crop(of, part, _) => self.sample(of)?.cropped(part),
        }
    }

    /// The average of a quantity, component by component: of the magnetization over the geometry, of what is restricted to a region over
    /// that, and of all else over all cells.
    ///
    /// # Errors
    /// As [`sample`](Self::sample), and for a region without cells.
    pub fn average(&mut self, quantity: &Quantity) -> Result<Vec<f64>, Stop> {
        if let (Quantity::Named(name), Some(Class::ScalarValue | Class::VectorValue)) = (quantity, quantity.class()) {
            return self.whole(name);
        }
        let sample = self.sample(quantity)?;
        let mut whole = quantity;
        while let Quantity::Component(of, _) = whole {
            whole = of;
        }
        let settings = &self.settings;
        let weight: Box<dyn Fn(usize) -> f64> = match whole {
            Quantity::Named("m") => Box::new(|cell| settings.fill[cell]),
            Quantity::Region(_, number) => Box::new(|cell| f64::from(u8::from(settings.regions[cell] == *number))),
            _ => Box::new(|_| 1.0),
        };
        let total: f64 = (0..sample.grid.len()).map(&weight).sum();
        if total == 0.0 {
            return Err(failed(format!("{} has no cells to average over", quantity.name())));
        }
        let mean = |values: &Vec<f64>| values.iter().enumerate().map(|(cell, v)| weight(cell) * v).sum::<f64>() / total;
        Ok(sample.components.iter().map(mean).collect())
    }

    fn cells_of(&mut self, name: &'static str, class: Option<Class>) -> Result<Vec<Vec<f64>>, Stop> {
        let (time, cells) = (self.settings.time, self.settings.grid()?.len());
        Ok(match class {
            Some(Class::ScalarParameter) => of_cells(&self.settings.scalar(name, time)?, cells),
            Some(Class::VectorParameter | Class::VectorDrive) => of_vectors(match self.settings.vector(name, time)? {
                Spread::Uniform(vector) => VectorField::uniform(cells, vector),
                Spread::Cells(field) => field,
            }),
            Some(Class::Regions) => vec![self.settings.regions.iter().map(|n| f64::from(*n)).collect()],
            Some(Class::Geometry) => vec![self.settings.fill.clone()],
            Some(Class::Magnetization) => of_vectors(self.settings.m.clone()),
            Some(Class::ScalarField) => vec![self.scalar_field(name)?],
            _ => of_vectors(self.vector_field(name)?),
        })
    }

    fn vector_field(&mut self, name: &'static str) -> Result<VectorField<f64>, Stop> {
        if name == "m_full" {
            let ms = self.settings.scalar("Msat", self.settings.time)?;
            let mut m = self.settings.m.clone();
            let length = |cell: usize| ms.at(cell) * self.settings.fill[cell];
            (0..m.len()).for_each(|cell| m.set(cell, m.get(cell).map(|v| v * length(cell))));
            return Ok(m);
        }
        self.machine()?;
        let Some(machine) = &mut self.machine else { return Err(failed("there is no film")) };
        let m = machine.magnetization(&self.settings);
        match name {
            "torque" => {
                let mut velocity = VectorField::zeros(m.len());
                let rate = 1.0 / machine.film.gyromagnetic_ratio();
                let mut moving = Moving { settings: &self.settings, machine, motion: Motion::Real, first: 0, error: None };
                moving.velocity(&m, self.settings.time, &mut velocity);
                velocity.components_mut().into_iter().for_each(|c| c.iter_mut().for_each(|v| *v *= rate));
                moving.error.map_or(Ok(velocity), Err)
            }
            "LLtorque" | "STTorque" => {
                let part = if name == "LLtorque" { Part::Effective } else { Part::Torques };
                let field = machine.field(part, &m)?;
                Ok(machine.torque_of(&field, &m))
            }
            _ => machine.field(Part::of(name).ok_or_else(|| failed(format!("there is no field {name}")))?, &m),
        }
    }

    fn scalar_field(&mut self, name: &'static str) -> Result<Vec<f64>, Stop> {
        if name.starts_with("ext_") {
            return self.texture_field(name);
        }
        if name == "spinAngle" {
            return self.angles();
        }
        let part = Part::of(name).ok_or_else(|| failed(format!("there is no quantity {name}")))?;
        self.machine()?;
        let Some(machine) = &mut self.machine else { return Err(failed("there is no film")) };
        let m = machine.magnetization(&self.settings);
        machine.energy_density(part, &m)
    }

    /// The largest angle (rad) of every cell to a neighbour that it is coupled to.
    fn angles(&self) -> Result<Vec<f64>, Stop> {
        let (grid, m) = (self.settings.grid()?, &self.settings.m);
        let stiffness = self.settings.scalar("Aex", self.settings.time)?;
        let angle = |i: usize, j: usize| {
            let (a, b) = (m.get(i), m.get(j));
            let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
            let length = |v: [f64; 3]| v.iter().map(|c| c * c).sum::<f64>().sqrt();
            let is_coupled = length(a) > 0.0 && length(b) > 0.0;
            let links = coupled(&self.settings, &self.settings.exchange, &stiffness, [i, j]) != 0.0;
            if is_coupled && links { length(cross).atan2(a.iter().zip(b).map(|(a, b)| a * b).sum()) } else { 0.0 }
        };
        let largest = |cell: usize| {
            let sides = (0..3).flat_map(|axis| [false, true].map(|ahead| grid.neighbour(grid.place(cell), axis, ahead)));
            sides.flatten().map(|other| angle(cell, other)).fold(0.0, f64::max)
        };
        Ok((0..grid.len()).map(largest).collect())
    }

    /// A value of the whole.
    ///
    /// # Errors
    /// What keeps the film from being made.
    pub fn whole(&mut self, name: &'static str) -> Result<Vec<f64>, Stop> {
        if name.starts_with("ext_") {
            return self.texture(name);
        }
        Ok(vec![match name {
            "dt" => self.solver.as_ref().map_or(0.0, crate::film::dynamics::Solver::time_step),
            "LastErr" => self.solver.as_ref().map_or(0.0, crate::film::dynamics::Solver::last_error),
            "PeakErr" => self.peak_error,
            "NEval" => self.counts().1 as f64,
            "MaxAngle" => self.angles()?.into_iter().fold(0.0, f64::max),
            "maxTorque" => {
                let torque = self.vector_field("torque")?;
                (0..torque.len()).map(|cell| torque.get(cell).iter().map(|t| t * t).sum::<f64>().sqrt()).fold(0.0, f64::max)
            }
            _ => {
                let part = Part::of(name).ok_or_else(|| failed(format!("there is no value {name}")))?;
                let volume = self.settings.grid()?.cell_volume();
                self.machine()?;
                let Some(machine) = &mut self.machine else { return Err(failed("there is no film")) };
                let m = machine.magnetization(&self.settings);
                machine.energy_density(part, &m)?.iter().sum::<f64>() * volume
            }
        }])
    }
}
