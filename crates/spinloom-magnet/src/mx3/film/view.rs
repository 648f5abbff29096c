//! Quantities in every cell, of a magnetization that may be moving.

use super::elastic::force;
use super::field::Part;
use super::machine::{Machine, coupled};
use super::moving::{Motion, Moving};
use super::quantity::Sample;
use super::settings::Settings;
use super::spread::Spread;
use super::{Quantity, failed};
use crate::film::dynamics::RightHandSide;
use crate::film::{PerCell, VectorField};
use crate::mx3::Stop;
use crate::mx3::catalogue::Class;

/// What quantities are computed from.
pub struct View<'a> {
    /// What is set.
    pub settings: &'a Settings,
    /// What is made of it, where the quantity needs it.
    pub machine: Option<&'a mut Machine>,
    /// The magnetization.
    pub m: &'a VectorField<f64>,
    /// Time, s.
    pub time: f64,
}

fn of_vectors(field: VectorField<f64>) -> Vec<Vec<f64>> {
    vec![field.x, field.y, field.z]
}

fn of_cells(values: &PerCell<f64>, cells: usize) -> Vec<Vec<f64>> {
    vec![(0..cells).map(|cell| values.at(cell)).collect()]
}

impl View<'_> {
    /// A quantity in every cell.
    ///
    /// # Errors
    /// For a value of the whole, and what is wrong with the settings.
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
            Quantity::Made(made) => {
                let grid = self.settings.grid()?;
                Ok(Sample { grid, origin: [0.0; 3], components: self.made(made)? })
            }
        }
    }

    fn cells_of(&mut self, name: &'static str, class: Option<Class>) -> Result<Vec<Vec<f64>>, Stop> {
        let (settings, time, cells) = (self.settings, self.time, self.settings.grid()?.len());
        Ok(match class {
            Some(Class::ScalarParameter | Class::ScalarDrive) => of_cells(&settings.scalar(name, time)?, cells),
            Some(Class::VectorParameter | Class::VectorDrive) => of_vectors(match settings.vector(name, time)? {
                Spread::Uniform(vector) => VectorField::uniform(cells, vector),
                Spread::Cells(field) => field,
            }),
            Some(Class::Regions) => vec![settings.regions.iter().map(|n| f64::from(*n)).collect()],
            Some(Class::Geometry) => vec![settings.fill.clone()],
            Some(Class::Magnetization) => of_vectors(self.m.clone()),
            Some(Class::ScalarField) => vec![self.scalar_field(name)?],
            _ => of_vectors(self.vector_field(name)?),
        })
    }

    /// The film, which [`Quantity::needs_film`] told to make.
    fn film(&mut self) -> Result<(&Settings, &mut Machine, VectorField<f64>), Stop> {
        let machine = self.machine.as_deref_mut().ok_or_else(|| failed("there is no film"))?;
        let m = machine.present(self.m);
        Ok((self.settings, machine, m))
    }

    fn vector_field(&mut self, name: &'static str) -> Result<VectorField<f64>, Stop> {
        let time = self.time;
        if name == "m_full" {
            let ms = self.settings.scalar("Msat", time)?;
            let mut m = self.m.clone();
            let length = |cell: usize| ms.at(cell) * self.settings.fill[cell];
            (0..m.len()).for_each(|cell| m.set(cell, m.get(cell).map(|v| v * length(cell))));
            return Ok(m);
        }
        match name {
            "F_mel" => return force(self.settings, self.m, time),
            "B_custom" => return self.made_field(),
            _ => {}
        }
        let (settings, machine, m) = self.film()?;
        match name {
            "torque" => {
                let mut velocity = VectorField::zeros(m.len());
                let rate = 1.0 / machine.film.gyromagnetic_ratio();
                let mut moving = Moving { settings, machine, motion: Motion::Real, first: 0, error: None };
                moving.velocity(&m, time, &mut velocity);
                velocity.components_mut().into_iter().for_each(|c| c.iter_mut().for_each(|v| *v *= rate));
                moving.error.map_or(Ok(velocity), Err)
            }
            "LLtorque" | "STTorque" => {
                let part = if name == "LLtorque" { Part::Effective } else { Part::Torques };
                let field = machine.field(part, settings, &m)?;
                Ok(machine.torque_of(&field, &m))
            }
            _ => machine.field(Part::of(name).ok_or_else(|| failed(format!("there is no field {name}")))?, settings, &m),
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
        let (settings, machine, m) = self.film()?;
        machine.energy_density(part, settings, &m)
    }

    /// The largest angle (rad) of every cell to a neighbour that it is coupled to.
    ///
    /// # Errors
    /// Without a grid.
    pub fn angles(&self) -> Result<Vec<f64>, Stop> {
        let (grid, m) = (self.settings.grid()?, self.m);
        let stiffness = self.settings.scalar("Aex", self.time)?;
        let angle = |i: usize, j: usize| {
            let (a, b) = (m.get(i), m.get(j));
            let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
            let length = |v: [f64; 3]| v.iter().map(|c| c * c).sum::<f64>().sqrt();
            let is_coupled = length(a) > 0.0 && length(b) > 0.0;
            let links = coupled(self.settings, &self.settings.exchange, &stiffness, [i, j]) != 0.0;
            if is_coupled && links { length(cross).atan2(a.iter().zip(b).map(|(a, b)| a * b).sum()) } else { 0.0 }
        };
        let largest = |cell: usize| {
            let sides = (0..3).flat_map(|axis| [false, true].map(|ahead| grid.neighbour(grid.place(cell), axis, ahead)));
            sides.flatten().map(|other| angle(cell, other)).fold(0.0, f64::max)
        };
        Ok((0..grid.len()).map(largest).collect())
    }
}
