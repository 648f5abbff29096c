//! What methods of things do.

use super::call::{Arguments, region};
use super::host::Simulation;
use super::{Array, Object, Quantity, failed};
use crate::film::Configuration;
use crate::mx3::catalogue::Class;
use crate::mx3::{Stop, Value};
use crate::shape::{Axis, Shape};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Answer = Result<Option<Value<Object>>, Stop>;

/// The array that an object shares.
pub fn lock(array: &Arc<Mutex<Array>>) -> MutexGuard<'_, Array> {
    array.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unknown(method: &str) -> Stop {
    failed(format!("there is no method {method} here"))
}

impl Simulation {
    /// Calls a method.
    ///
    /// # Errors
    /// What went wrong.
    pub fn call_method(&mut self, object: &Object, method: &'static str, values: &[Value<Object>]) -> Answer {
        let arguments = Arguments(values);
        match object {
            Object::Shape(shape) => of_shape(shape.clone(), method, arguments).map(|s| Some(Value::Object(Object::Shape(s)))),
            Object::Configuration(configuration) => {
                of_configuration(configuration, method, arguments).map(|c| Some(Value::Object(Object::Configuration(c))))
            }
            Object::Array(array) => of_array(array, method, arguments),
            Object::Quantity(quantity) => self.of_quantity(quantity, method, arguments),
            Object::Duration(duration) => Ok(Some(match method {
                "Hours" => Value::Number(duration.as_secs_f64() / 3600.0),
                "Minutes" => Value::Number(duration.as_secs_f64() / 60.0),
                "Seconds" => Value::Number(duration.as_secs_f64()),
                "Milliseconds" => Value::Integer(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
                "Microseconds" => Value::Integer(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
                _ => Value::Integer(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)),
            })),
            Object::Moment(_) => Err(unknown(method)),
        }
    }

    fn of_quantity(&mut self, quantity: &Quantity, method: &'static str, arguments: Arguments<'_>) -> Answer {
        let object = |quantity| Ok(Some(Value::Object(Object::Quantity(quantity))));
        match method {
            "Average" | "Get" => {
                let values = self.average(quantity)?;
                let part = quantity.gives_list();
                Ok(Some(match values.as_slice() {
                    [value] if !part => Value::Number(*value),
                    [x, y, z] if !part => Value::Vector([*x, *y, *z]),
                    _ => Value::Numbers(values),
                }))
            }
            "Comp" => match usize::try_from(arguments.integer(0)?) {
                Ok(component) if component < 3 => object(Quantity::Component(Box::new(quantity.clone()), component)),
                _ => Err(failed("components are numbered 0, 1 and 2")),
            },
            "Region" => object(Quantity::Region(Box::new(quantity.clone()), region(arguments.integer(0)?)?)),
            "HostCopy" => {
                let sample = self.sample(quantity)?;
                let array = Array { cells: sample.grid.cells(), components: sample.components };
                Ok(Some(Value::Object(array.into())))
            }
            "EvalTo" => {
                let (sample, array) = (self.sample(quantity)?, arguments.array(0)?);
                let mut array = lock(&array);
                if array.cells != sample.grid.cells() || array.components.len() != sample.components.len() {
                    return Err(failed(format!("the array has another size than {}", quantity.name())));
                }
                array.components = sample.components;
                Ok(None)
            }
            "GetCell" => {
                let cell = self.settings.cell([arguments.integer(0)?, arguments.integer(1)?, arguments.integer(2)?])?;
                Ok(Some(match quantity.class() {
                    Some(Class::Magnetization) => Value::Vector(self.settings.m.get(cell)),
                    Some(Class::Regions) => Value::Integer(i64::from(self.settings.regions[cell])),
                    _ => Value::Number(self.settings.fill[cell]),
                }))
            }
            _ => {
                self.stale = true;
                match quantity.class() {
                    Some(Class::Magnetization) => self.of_magnetization(method, arguments),
                    Some(Class::Regions) => self.of_regions(method, arguments),
                    _ => self.of_parameter(quantity.source(), method, arguments),
                }
            }
        }
    }

    fn of_magnetization(&mut self, method: &'static str, arguments: Arguments<'_>) -> Answer {
        self.settings.grid()?;
        match method {
            "Set" => self.settings.magnetize(&arguments.configuration(0)?, |_| true)?,
            "SetRegion" => {
                let (number, configuration) = (region(arguments.integer(0)?)?, arguments.configuration(1)?);
                let regions = self.settings.regions.clone();
                self.settings.magnetize(&configuration, |cell| regions[cell] == number)?;
            }
            "SetInShape" => {
                let mask = self.settings.mask(&arguments.shape(0)?)?;
                self.settings.magnetize(&arguments.configuration(1)?, |cell| mask[cell])?;
            }
            "SetCell" => {
                let cell = self.settings.cell([arguments.integer(0)?, arguments.integer(1)?, arguments.integer(2)?])?;
                self.settings.turn(cell, arguments.vector(3)?);
            }
            "SetArray" | "LoadFile" => {
                let array = match method {
                    "LoadFile" => self.output.load(arguments.text(0)?)?,
                    _ => lock(&arguments.array(0)?).clone(),
                };
                let m = array.on(self.settings.grid()?.cells()).vectors().map_err(failed)?;
                (0..m.len()).for_each(|cell| self.settings.turn(cell, m.get(cell)));
            }
            _ => return Err(unknown(method)),
        }
        Ok(None)
    }

    fn of_regions(&mut self, method: &'static str, arguments: Arguments<'_>) -> Answer {
        match method {
            "SetCell" => {
                let cell = self.settings.cell([arguments.integer(0)?, arguments.integer(1)?, arguments.integer(2)?])?;
                self.settings.regions[cell] = region(arguments.integer(3)?)?;
            }
            "LoadFile" => {
                let array = self.output.load(arguments.text(0)?)?.on(self.settings.grid()?.cells());
                let [numbers] = array.components.as_slice() else {
                    return Err(failed("a file of regions has one component"));
                };
                let numbers: Result<Vec<u16>, Stop> = numbers.iter().map(|n| region(n.round() as i64)).collect();
                self.settings.regions = numbers?;
            }
            _ => return Err(unknown(method)),
        }
        Ok(None)
    }

    fn of_parameter(&mut self, name: &'static str, method: &'static str, arguments: Arguments<'_>) -> Answer {
        let settings = &mut self.settings;
        match (method, settings.scalars.get_mut(name), settings.vectors.get_mut(name)) {
            ("Set", Some(parameter), _) => parameter.set(arguments.number(0)?),
            ("Set", _, Some(parameter)) => parameter.set(arguments.vector(0)?),
            ("SetRegion", scalar, vector) => {
                let (number, function) = (region(arguments.integer(0)?)?, arguments.function(1)?);
                match (scalar, vector) {
                    (Some(parameter), _) => parameter.assign_region(number, function)?,
                    (_, Some(parameter)) => parameter.assign_region(number, function)?,
                    _ => return Err(unknown(method)),
                }
            }
            ("GetRegion", Some(parameter), _) => {
                return Ok(Some(Value::Number(parameter.at(region(arguments.integer(0)?)?, settings.time)?)));
            }
            ("GetRegion", _, Some(parameter)) => {
                return Ok(Some(Value::Vector(parameter.at(region(arguments.integer(0)?)?, settings.time)?)));
            }
            ("IsUniform", Some(parameter), _) => return Ok(Some(Value::Boolean(parameter.is_uniform(settings.time)?))),
            ("IsUniform", _, Some(parameter)) => return Ok(Some(Value::Boolean(parameter.is_uniform(settings.time)?))),
            ("Add", ..) => {
                let (array, function) = (arguments.array(0)?, arguments.function(1)?);
                let array = lock(&array).clone();
                settings.add(name, &array, function)?;
            }
            ("RemoveExtraTerms", ..) => settings.remove_added(name),
            _ => return Err(unknown(method)),
        }
        Ok(None)
    }
}

fn of_shape(shape: Shape, method: &str, arguments: Arguments<'_>) -> Result<Shape, Stop> {
    let three = || Ok::<_, Stop>([arguments.number(0)?, arguments.number(1)?, arguments.number(2)?]);
    Ok(match method {
        "Add" => shape.or(arguments.shape(0)?),
        "Sub" => shape.minus(arguments.shape(0)?),
        "Intersect" => shape.and(arguments.shape(0)?),
        "Xor" => shape.xor(arguments.shape(0)?),
        "Inverse" => shape.inverse(),
        "Transl" => shape.translate(three()?),
        "Scale" => shape.scale(three()?),
        "RotX" => shape.rotate(Axis::X, arguments.number(0)?),
        "RotY" => shape.rotate(Axis::Y, arguments.number(0)?),
        "RotZ" => shape.rotate(Axis::Z, arguments.number(0)?),
        "Repeat" => shape.repeat(three()?),
        _ => return Err(unknown(method)),
    })
}

fn of_configuration(from: &Configuration, method: &str, arguments: Arguments<'_>) -> Result<Configuration, Stop> {
    let three = || Ok::<_, Stop>([arguments.number(0)?, arguments.number(1)?, arguments.number(2)?]);
    Ok(match method {
        "Add" => from.plus(arguments.number(0)?, &arguments.configuration(1)?),
        "Transl" => from.translated(three()?),
        "Scale" => from.scaled(three()?).map_err(failed)?,
        "RotZ" => from.rotated_about_z(arguments.number(0)?),
        _ => return Err(unknown(method)),
    })
}

fn of_array(array: &Arc<Mutex<Array>>, method: &str, arguments: Arguments<'_>) -> Answer {
    let mut array = lock(array);
    let cell =
        |from: usize| Ok::<_, Stop>([arguments.integer(from)?, arguments.integer(from + 1)?, arguments.integer(from + 2)?]);
    Ok(Some(match method {
        "Comp" => {
            let (component, _) = array.place(arguments.integer(0)?, [0; 3]).map_err(failed)?;
            Value::Object(Array { cells: array.cells, components: vec![array.components[component].clone()] }.into())
        }
        "Get" => {
            let (component, cell) = array.place(arguments.integer(0)?, cell(1)?).map_err(failed)?;
            Value::Number(array.components[component][cell])
        }
        "Set" => {
            let (component, cell) = array.place(arguments.integer(0)?, cell(1)?).map_err(failed)?;
            array.components[component][cell] = arguments.number(4)?;
            return Ok(None);
        }
        "SetScalar" => {
            let (component, cell) = array.place(0, cell(0)?).map_err(failed)?;
            array.components[component][cell] = arguments.number(3)?;
            return Ok(None);
        }
        "SetVector" => {
            let (at, vector) = (cell(0)?, arguments.vector(3)?);
            for (number, value) in (0..).zip(vector) {
                let (component, cell) = array.place(number, at).map_err(failed)?;
                array.components[component][cell] = value;
            }
            return Ok(None);
        }
        "NComp" => Value::Integer(array.components.len() as i64),
        "Len" => Value::Integer(array.cells.iter().product::<usize>() as i64),
        "Size" => Value::Cells(array.cells.map(|n| n as i64)),
        _ => return Err(unknown(method)),
    }))
}
