//! What quantities are: in every cell, on average, and for the whole.

use super::field::Part;
use super::host::Simulation;
use super::view::View;
use super::{Quantity, failed};
use crate::film::{Grid, VectorField};
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

    /// The part of it in a box of cells.
    ///
    /// # Errors
    /// For an empty box.
    pub fn cropped(&self, part: &[Range<usize>; 3]) -> Result<Self, Stop> {
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

impl Simulation {
    /// A quantity in every cell.
    ///
    /// # Errors
    /// For a value of the whole, and what keeps the film from being made.
    pub fn sample(&mut self, quantity: &Quantity) -> Result<Sample, Stop> {
        let time = self.settings.time;
        let made = |name: &str| name == "B_custom" && self.settings.fields.iter().any(Quantity::needs_film);
        let needs_film = quantity.needs_film() || quantity.mentions(&made);
        if needs_film {
            self.machine()?;
        }
        let machine = self.machine.as_mut().filter(|_| needs_film);
        View { settings: &self.settings, machine, m: &self.settings.m, time }.sample(quantity)
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
            "MaxAngle" => {
                let angles = self.sample(&Quantity::Named("spinAngle"))?;
                angles.components.into_iter().flatten().fold(0.0, f64::max)
            }
            "maxTorque" => {
                let torque = self.sample(&Quantity::Named("torque"))?.vectors()?;
                (0..torque.len()).map(|cell| torque.get(cell).iter().map(|t| t * t).sum::<f64>().sqrt()).fold(0.0, f64::max)
            }
            _ => {
                let part = Part::of(name).ok_or_else(|| failed(format!("there is no value {name}")))?;
                let volume = self.settings.grid()?.cell_volume();
                self.machine()?;
                let Some(machine) = &mut self.machine else { return Err(failed("there is no film")) };
                let m = machine.magnetization(&self.settings);
                machine.energy_density(part, &self.settings, &m)?.iter().sum::<f64>() * volume
            }
        }])
    }
}
