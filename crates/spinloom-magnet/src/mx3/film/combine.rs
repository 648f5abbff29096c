//! Functions that make quantities from others, and what a script does with them.

use super::call::Arguments;
use super::custom::check;
use super::host::Simulation;
use super::method::lock;
use super::{Made, Object, Operation, Quantity, failed};
use crate::mx3::{Stop, Value};
use std::sync::Arc;

impl Simulation {
    /// Functions that make quantities.
    ///
    /// # Errors
    /// For quantities that do not go together.
    pub fn combination(&mut self, name: &str, arguments: Arguments<'_>) -> Result<Option<Value<Object>>, Stop> {
        let (operation, count) = match name {
            "Add" => (Operation::Sum([1.0, 1.0]), 2),
            "Madd" => (Operation::Sum([arguments.number(2)?, arguments.number(3)?]), 2),
            "Mul" => (Operation::Product, 2),
            "MulMV" => (Operation::Matrix, 4),
            "Div" => (Operation::Quotient, 2),
            "Dot" | "DotProduct" => (Operation::Dot, 2),
            "Cross" => (Operation::Cross, 2),
            "Const" => (Operation::Constant(vec![arguments.number(0)?]), 0),
            "ConstVector" => (Operation::Constant(vec![arguments.number(0)?, arguments.number(1)?, arguments.number(2)?]), 0),
            "CustomQuantity" => {
                let array = arguments.array(0)?;
                let array = lock(&array).on(self.settings.grid()?.cells());
                (Operation::Array(array), 0)
            }
            "Masked" => (Operation::Masked(self.settings.mask(&arguments.shape(1)?)?), 1),
            "Normalized" => (Operation::Unit, 1),
            "Shifted" => (Operation::Shifted([arguments.integer(1)?, arguments.integer(2)?, arguments.integer(3)?]), 1),
            _ => return self.total(name, arguments),
        };
        let of = (0..count).map(|i| arguments.quantity(i)).collect::<Result<Vec<_>, Stop>>()?;
        let made = Made::new(operation, of)?;
        Ok(Some(Value::Object(Object::Quantity(Quantity::Made(Arc::new(made))))))
    }

    /// Sums over all cells.
    fn total(&mut self, name: &str, arguments: Arguments<'_>) -> Result<Option<Value<Object>>, Stop> {
        if !matches!(name, "Sum" | "SumVector") {
            return Ok(None);
        }
        let quantity = arguments.quantity(0)?;
        let sample = self.sample(&quantity)?;
        let sums: Vec<f64> = sample.components.iter().map(|values| values.iter().sum()).collect();
        match (name, sums.as_slice()) {
            ("SumVector", [x, y, z]) => Ok(Some(Value::Vector([*x, *y, *z]))),
            ("SumVector", _) => Err(failed(format!("{} is no quantity of vectors", quantity.name()))),
            _ => Ok(Some(Value::Number(sums.iter().sum()))),
        }
    }

    /// Lets fields and energies of the script act; whether the function is about them.
    ///
    /// # Errors
    /// For what is no field or energy.
    pub fn customizes(&mut self, name: &str, arguments: Arguments<'_>) -> Result<bool, Stop> {
        let settings = &mut self.settings;
        match name {
            "AddFieldTerm" | "AddEdensTerm" => {
                let (quantity, field) = (arguments.quantity(0)?, name == "AddFieldTerm");
                check(&quantity, if field { 3 } else { 1 })?;
                let list = if field { &mut settings.fields } else { &mut settings.energies };
                list.push(quantity);
            }
            "RemoveCustomFields" => settings.fields.clear(),
            "RemoveCustomEnergies" => settings.energies.clear(),
            _ => return Ok(false),
        }
        self.stale = true;
        Ok(true)
    }
}
