//! The simulation that a script drives.

use super::machine::Machine;
use super::output::Output;
use super::settings::Settings;
use super::window::{Centre, Way};
use super::{Object, Quantity, failed};
use crate::film::dynamics::{Counts, Solver};
use crate::mx3::catalogue::{Item, find};
use crate::mx3::{Host, Position, Stop, Value};
use spinloom_core::run::CancelToken;

/// What is set, the film that is made of it when it is needed, and where output goes.
pub struct Simulation {
    /// What is set.
    pub settings: Settings,
    /// Where output goes.
    pub output: Output,
    /// The film, once it was needed.
    pub machine: Option<Machine>,
    /// Whether something was set since the film was made.
    pub stale: bool,
    /// What integrates, once it was needed.
    pub solver: Option<Solver<f64>>,
    /// Cells that it was made for.
    pub cells_of_solver: usize,
    /// Number of the solver that the script chose; where it chose none, that of the classical Runge-Kutta method, the fastest one here.
    pub number_of_solver: i64,
    /// What solvers and relaxations before did.
    pub past: Counts,
    /// The largest error of a step.
    pub peak_error: f64,
    /// How many random magnetizations without a seed there were.
    pub random_magnetizations: u64,
    /// Walls that the window follows.
    pub centred: Vec<Centre>,
    /// How it followed.
    pub way: Way,
    /// Asks to stop.
    pub cancel: CancelToken,
}

impl Simulation {
    /// Nothing set yet.
    pub fn new(output: Output, cancel: CancelToken) -> Self {
        Self {
            settings: Settings::new(output.beside().to_owned()),
            output,
            machine: None,
            stale: true,
            solver: None,
            cells_of_solver: 0,
            number_of_solver: 4,
            past: Counts::default(),
            peak_error: 0.0,
            random_magnetizations: 0,
            centred: Vec::new(),
            way: Way::default(),
            cancel,
        }
    }

    /// The film as it is set now.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn machine(&mut self) -> Result<&mut Machine, Stop> {
        let grid = self.settings.grid()?;
        let fits = self.machine.as_ref().is_some_and(|machine| *machine.film.grid() == grid);
        if !fits {
            self.machine = Some(Machine::new(&self.settings)?);
        } else if let (true, Some(machine)) = (self.stale, &mut self.machine) {
            machine.rebuild(&self.settings, self.settings.time)?;
        }
        self.stale = false;
        let machine = self.machine.as_mut().ok_or_else(|| failed("there is no film"))?;
        machine.follow(&self.settings, self.settings.time)?;
        Ok(machine)
    }
}

impl Host for Simulation {
    type Object = Object;

    fn get(&mut self, name: &'static str) -> Result<Value<Object>, Stop> {
        Ok(match name {
            "t" => Value::Number(self.settings.time),
            "step" => Value::Integer(i64::try_from(self.counts().0).unwrap_or(i64::MAX)),
            _ => match (find(name).map(|entry| entry.item), self.settings.variables.get(name)) {
                (Some(Item::Quantity(..)), _) => Value::Object(Object::Quantity(Quantity::Named(name))),
                (_, Some(value)) => value.clone(),
                _ => return Err(failed(format!("`{name}` has no value here"))),
            },
        })
    }

    fn set(&mut self, name: &'static str, value: Value<Object>) -> Result<(), Stop> {
        self.stale = true;
        match (name, value) {
            ("t", value) => {
                let time = value.number().filter(|t| t.is_finite());
                self.settings.time = time.ok_or_else(|| failed("the time has to be a finite number"))?;
                Ok(())
            }
            ("step", value) => {
                let steps = value.integer().and_then(|n| u64::try_from(n).ok());
                let steps = steps.ok_or_else(|| failed("the number of steps has to be 0 or more"))?;
                (self.solver, self.past.steps) = (None, steps);
                Ok(())
            }
            ("m", Value::Object(Object::Configuration(configuration))) => self.settings.magnetize(&configuration, |_| true),
            (_, Value::Function(function)) => match (self.settings.scalars.get_mut(name), self.settings.vectors.get_mut(name)) {
                (Some(parameter), _) => Ok(parameter.assign(function)?),
                (_, Some(parameter)) => Ok(parameter.assign(function)?),
                _ => Err(failed(format!("cannot assign to `{name}`"))),
            },
            (_, value) => {
                check(name, &value)?;
                self.settings.variables.insert(name, value);
                Ok(())
            }
        }
    }

    fn call(&mut self, function: &'static str, arguments: Vec<Value<Object>>) -> Result<Option<Value<Object>>, Stop> {
        self.call_function(function, &arguments)
    }

    fn method(
        &mut self,
        object: &Object,
        method: &'static str,
        arguments: Vec<Value<Object>>,
    ) -> Result<Option<Value<Object>>, Stop> {
        self.call_method(object, method, &arguments)
    }

    fn describe(&mut self, object: &Object) -> String {
        match object {
            Object::Quantity(quantity) => match self.average(quantity) {
                Ok(values) => Value::<Object>::Numbers(values).to_string(),
                Err(_) => quantity.name(),
            },
            Object::Duration(duration) => format!("{duration:?}"),
            Object::Array(_) => "an array".to_owned(),
            Object::Shape(_) => "a shape".to_owned(),
            Object::Configuration(_) => "a configuration".to_owned(),
            Object::Moment(_) => "a moment".to_owned(),
        }
    }

    fn source(&mut self, file: &str) -> Result<String, Stop> {
        let path = self.output.find(file);
        let bytes = std::fs::read(&path).map_err(|e| failed(format!("cannot read {}: {e}", path.display())))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn before(&mut self, _: Position) -> Result<(), Stop> {
        self.cancel.check().map_err(failed)
    }
}

/// Whether a variable can have a value.
fn check(name: &str, value: &Value<Object>) -> Result<(), Stop> {
    let number = value.number();
    let wrong = |wanted: &str| Err(failed(format!("{name} has to be {wanted}, but it is {value}")));
    match name {
        "FixDt" | "MaxDt" if number.is_none_or(|v| !(v >= 0.0 && v.is_finite())) => wrong("0 or a positive number of seconds"),
        "MaxErr" | "GammaLL" | "MinimizerStop" if number.is_none_or(|v| !(v > 0.0 && v.is_finite())) => {
            wrong("a positive number")
        }
        "EdgeSmooth" if number.is_none_or(|v| !(0.0..=64.0).contains(&v)) => wrong("from 0 to 64"),
        "FixedLayerPosition" if number.is_none_or(|v| v != 1.0 && v != 2.0) => wrong("FIXEDLAYER_TOP or FIXEDLAYER_BOTTOM"),
        "OutputFormat" if number.is_none_or(|v| !(1.0..=4.0).contains(&v)) => {
            wrong("OVF1_BINARY, OVF1_TEXT, OVF2_BINARY or OVF2_TEXT")
        }
        "SnapshotFormat" if value.text() != Some("png") => wrong("\"png\""),
        _ => Ok(()),
    }
}
