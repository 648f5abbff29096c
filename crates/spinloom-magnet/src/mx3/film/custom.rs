//! Fields and energies that a script makes from other quantities.

use super::machine::Machine;
use super::moving::Moving;
use super::settings::Settings;
use super::view::View;
use super::{Quantity, failed};
use crate::film::{Row, RowField, State, Term, VectorField};
use crate::mx3::Stop;
use std::sync::{Arc, PoisonError, RwLock};

/// The name of their term.
pub const CUSTOM: &str = "custom";

/// The sum of the fields that a script made, computed anew for every magnetization before the rows ask for it. It has no degree: what
/// energy goes with it is for the script to say.
struct MadeField(Arc<RwLock<VectorField<f64>>>);

impl Term<f64> for MadeField {
    fn name(&self) -> &'static str {
        CUSTOM
    }

    fn degree(&self) -> Option<f64> {
        None
    }

    fn add_row(&self, _: State<'_, f64>, row: Row, field: &mut RowField<'_, f64>) {
        let made = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for (out, made) in [&mut *field.x, &mut *field.y, &mut *field.z].into_iter().zip(made.components()) {
            out.iter_mut().zip(&made[row.range()]).for_each(|(sum, b)| *sum += b);
        }
    }
}

impl Machine {
    /// Adds the term of what the script made.
    pub fn add_made(&mut self, settings: &Settings) {
        if !settings.fields.is_empty() {
            *self.made.write().unwrap_or_else(PoisonError::into_inner) = VectorField::zeros(self.film.grid().len());
            self.film.add_term(Box::new(MadeField(Arc::clone(&self.made))));
        }
    }

    /// Computes the fields that the script made on a magnetization at a time, s.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn make_fields(&mut self, settings: &Settings, m: &VectorField<f64>, time: f64) -> Result<(), Stop> {
        if settings.fields.is_empty() {
            return Ok(());
        }
        let sum = View { settings, machine: Some(&mut *self), m, time }.made_field()?;
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = sum;
        Ok(())
    }

    /// The density of the energies that the script made, J/m^3.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn made_density(&mut self, settings: &Settings, m: &VectorField<f64>, time: f64) -> Result<Vec<f64>, Stop> {
        let mut sum = vec![0.0; m.len()];
        for quantity in &settings.energies {
            let density = View { settings, machine: Some(&mut *self), m, time }.sample(quantity)?;
            for component in &density.components {
                sum.iter_mut().zip(component).for_each(|(sum, w)| *sum += w);
            }
        }
        Ok(sum)
    }
}

impl View<'_> {
    /// The sum of the fields that the script made, T.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn made_field(&mut self) -> Result<VectorField<f64>, Stop> {
        let mut sum = VectorField::zeros(self.m.len());
        for quantity in &self.settings.fields {
            let field = self.sample(quantity)?;
            for (sum, field) in sum.components_mut().into_iter().zip(&field.components) {
                sum.iter_mut().zip(field).for_each(|(sum, b)| *sum += b);
            }
        }
        Ok(sum)
    }
}

impl Moving<'_> {
    /// The energy that the script made, J; what is wrong with it is kept, and makes it infinite.
    pub fn made_energy(&mut self, m: &VectorField<f64>, time: f64) -> f64 {
        if self.settings.energies.is_empty() {
            return 0.0;
        }
        match self.machine.made_density(self.settings, m, time) {
            Ok(density) => density.iter().sum::<f64>() * self.machine.film.grid().cell_volume(),
            Err(error) => {
                self.error.get_or_insert(error);
                // Ends a relaxation, whose error is told then.
                f64::INFINITY
            }
        }
    }
}

/// What depends on all that acts, and so cannot be part of it.
const WHOLE: [&str; 6] = ["B_eff", "B_custom", "torque", "LLtorque", "Edens_total", "Edens_custom"];

/// Checks what a script adds to the fields or the energies.
///
/// # Errors
/// For another number of components, and for what it would depend on itself by.
pub fn check(quantity: &Quantity, components: usize) -> Result<(), Stop> {
    if let Some(count) = quantity.components().filter(|count| *count != components) {
        let (wanted, name) = (if components == 1 { "a number" } else { "a vector" }, quantity.name());
        return Err(failed(format!("{wanted} in every cell is needed, but {name} has {count} components")));
    }
    let whole = WHOLE.into_iter().find(|name| quantity.mentions(&|source| source == *name));
    whole.map_or(Ok(()), |name| Err(failed(format!("{name} is made of all that acts, and cannot be part of what acts"))))
}
