//! What functions do.

use super::datafile::datafile;
use super::host::Simulation;
use super::output::Kind;
use super::settings::REGIONS;
use super::spread::Coupling;
use super::{Array, Object, Quantity, failed};
use crate::film::Configuration;
use crate::macrospin::Vector;
use crate::mx3::format::joined;
use crate::mx3::{Function, Stop, Value};
use crate::shape::{Axis, Shape};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Arguments, whose types were checked before.
#[derive(Clone, Copy)]
pub struct Arguments<'a>(pub &'a [Value<Object>]);

fn missing(what: &str) -> Stop {
    failed(format!("{what} is missing"))
}

impl Arguments<'_> {
    /// A number.
    pub fn number(&self, i: usize) -> Result<f64, Stop> {
        self.0.get(i).and_then(Value::number).ok_or_else(|| missing("a number"))
    }

    /// A whole number.
    pub fn integer(&self, i: usize) -> Result<i64, Stop> {
        self.0.get(i).and_then(Value::integer).ok_or_else(|| missing("a whole number"))
    }

    /// A text.
    pub fn text(&self, i: usize) -> Result<&str, Stop> {
        self.0.get(i).and_then(Value::text).ok_or_else(|| missing("a text"))
    }

    /// A vector.
    pub fn vector(&self, i: usize) -> Result<Vector, Stop> {
        self.0.get(i).and_then(Value::vector).ok_or_else(|| missing("a vector"))
    }

    /// An expression.
    pub fn function(&self, i: usize) -> Result<Function<Object>, Stop> {
        match self.0.get(i) {
            Some(Value::Function(function)) => Ok(function.clone()),
            _ => Err(missing("an expression")),
        }
    }

    /// A shape.
    pub fn shape(&self, i: usize) -> Result<Shape, Stop> {
        match self.0.get(i) {
            Some(Value::Object(Object::Shape(shape))) => Ok(shape.clone()),
            _ => Err(missing("a shape")),
        }
    }

    /// A configuration.
    pub fn configuration(&self, i: usize) -> Result<Configuration, Stop> {
        match self.0.get(i) {
            Some(Value::Object(Object::Configuration(configuration))) => Ok(configuration.clone()),
            _ => Err(missing("a configuration")),
        }
    }

    /// An array.
    pub fn array(&self, i: usize) -> Result<Arc<Mutex<Array>>, Stop> {
        match self.0.get(i) {
            Some(Value::Object(Object::Array(array))) => Ok(Arc::clone(array)),
            _ => Err(missing("an array")),
        }
    }

    /// A quantity.
    pub fn quantity(&self, i: usize) -> Result<Quantity, Stop> {
        match self.0.get(i) {
            Some(Value::Object(Object::Quantity(quantity))) => Ok(quantity.clone()),
            _ => Err(missing("a quantity")),
        }
    }

    fn numbers<const N: usize>(&self, from: usize) -> Result<[f64; N], Stop> {
        let mut out = [0.0; N];
        for (k, out) in out.iter_mut().enumerate() {
            *out = self.number(from + k)?;
        }
        Ok(out)
    }

    fn integers<const N: usize>(&self, from: usize) -> Result<[i64; N], Stop> {
        let mut out = [0; N];
        for (k, out) in out.iter_mut().enumerate() {
            *out = self.integer(from + k)?;
        }
        Ok(out)
    }
}

/// The number of a region.
pub fn region(number: i64) -> Result<u16, Stop> {
    let number = u16::try_from(number).ok().filter(|n| *n < REGIONS);
    number.ok_or_else(|| failed("regions are numbered from 0 to 255"))
}

/// A seed; negative ones are as good as others.
pub fn seed(number: i64) -> u64 {
    number.cast_unsigned()
}

pub fn index(what: &str, number: i64) -> Result<usize, Stop> {
    usize::try_from(number).map_err(|_| failed(format!("{what} must be 0 or more, but it is {number}")))
}

impl Simulation {
    /// Calls a function.
    ///
    /// # Errors
    /// What went wrong.
    pub fn call_function(&mut self, name: &'static str, values: &[Value<Object>]) -> Result<Option<Value<Object>>, Stop> {
        let arguments = Arguments(values);
        if let Some(shape) = shape(name, arguments)? {
            return Ok(Some(Value::Object(Object::Shape(shape))));
        }
        if let Some(configuration) = self.configuration(name, arguments)? {
            return Ok(Some(Value::Object(Object::Configuration(configuration))));
        }
        if let Some(value) = self.value(name, arguments)? {
            return Ok(Some(value));
        }
        if let Some(value) = self.combination(name, arguments)? {
            return Ok(Some(value));
        }
        if self.customizes(name, arguments)? || self.shifts(name, arguments)? {
            return Ok(None);
        }
        if self.writes(name, arguments)? || Self::checks(name, arguments)? || self.moves(name, arguments)? {
            // What relaxes tells that it did.
            return Ok(matches!(name, "Relax" | "Minimize").then_some(Value::Boolean(true)));
        }
        self.stale = true;
        self.sets(name, arguments)?;
        Ok(None)
    }

    fn configuration(&mut self, name: &str, arguments: Arguments<'_>) -> Result<Option<Configuration>, Stop> {
        let grid = || self.settings.grid();
        Ok(Some(
            match name {
                "Uniform" => Configuration::uniform(arguments.numbers(0)?),
                "Vortex" => Configuration::vortex(&grid()?, arguments.integer(0)?, arguments.integer(1)?),
                "AntiVortex" => Configuration::antivortex(&grid()?, arguments.integer(0)?, arguments.integer(1)?),
                "VortexWall" => {
                    let [left, right] = arguments.numbers(0)?;
                    Configuration::vortex_wall(&grid()?, left, right, arguments.integer(2)?, arguments.integer(3)?)
                }
                "TwoDomain" => {
                    Configuration::two_domain(&grid()?, arguments.numbers(0)?, arguments.numbers(3)?, arguments.numbers(6)?)
                }
                "NeelSkyrmion" => Configuration::neel_skyrmion(&grid()?, arguments.integer(0)?, arguments.integer(1)?),
                "BlochSkyrmion" => Configuration::bloch_skyrmion(&grid()?, arguments.integer(0)?, arguments.integer(1)?),
                "Conical" => Configuration::conical(arguments.vector(0)?, arguments.vector(1)?, arguments.number(2)?),
                "Helical" => Configuration::helical(arguments.vector(0)?),
                "CurrentMag" => {
                    let (grid, m) = (grid()?, self.settings.m.clone());
                    Ok(Configuration::new(move |place| {
                        let cell: [usize; 3] = std::array::from_fn(|a| {
                            let last = (grid.cells()[a] - 1) as f64;
                            ((place[a] + 0.5 * grid.size()[a]) / grid.cell_size()[a]).floor().clamp(0.0, last) as usize
                        });
                        m.get(grid.index(cell))
                    }))
                }
                "RandomMagSeed" => Ok(Configuration::random(seed(arguments.integer(0)?))),
                "RandomMag" => {
                    // Another one at every call, the same ones in every run.
                    self.random_magnetizations += 1;
                    Ok(Configuration::random(self.random_magnetizations))
                }
                _ => return Ok(None),
            }
            .map_err(failed)?,
        ))
    }

    /// Functions that give anything else.
    fn value(&mut self, name: &str, arguments: Arguments<'_>) -> Result<Option<Value<Object>>, Stop> {
        match name {
            "Index2Coord" => {
                let [x, y, z] = arguments.integers(0)?;
                let grid = self.settings.grid()?;
                self.settings.cell([x, y, z])?;
                let place = [index("an index", x)?, index("an index", y)?, index("an index", z)?];
                let mut position = grid.position(place);
                position[0] -= self.settings.number("TotalShift");
                Ok(Some(Value::Vector(position)))
            }
            "LoadFile" => Ok(Some(array(self.output.load(arguments.text(0)?)?))),
            "NewSlice" => Ok(Some(array(Array::zeros(arguments.integer(0)?, arguments.integers(1)?).map_err(failed)?))),
            "NewVectorMask" => Ok(Some(array(Array::zeros(3, arguments.integers(0)?).map_err(failed)?))),
            "NewScalarMask" => Ok(Some(array(Array::zeros(1, arguments.integers(0)?).map_err(failed)?))),
            "CellIndices" => {
                let grid = self.settings.grid()?;
                let along = |axis: usize| (0..grid.len()).map(|cell| grid.place(cell)[axis] as f64).collect();
                Ok(Some(array(Array { cells: grid.cells(), components: (0..3).map(along).collect() })))
            }
            "FunctionFromDatafile" => {
                let columns = [index("a column", arguments.integer(1)?)?, index("a column", arguments.integer(2)?)?];
                let path = self.output.find(arguments.text(0)?);
                Ok(Some(Value::RealFunction(datafile(&path, columns, arguments.text(3)?)?)))
            }
            "now" => Ok(Some(Value::Object(Object::Moment(Instant::now())))),
            "since" => match arguments.0 {
                [Value::Object(Object::Moment(moment))] => Ok(Some(Value::Object(Object::Duration(moment.elapsed())))),
                _ => Err(missing("a moment")),
            },
            _ => self.crop(name, arguments),
        }
    }

    fn crop(&mut self, name: &str, arguments: Arguments<'_>) -> Result<Option<Value<Object>>, Stop> {
        let axes: &[usize] = match name {
            "Crop" => &[0, 1, 2],
            "CropX" => &[0],
            "CropY" => &[1],
            "CropZ" | "CropLayer" => &[2],
            "CropRegion" => &[],
            _ => return Ok(None),
        };
        let grid = self.settings.grid()?;
        let mut part: [Range<usize>; 3] = grid.cells().map(|n| 0..n);
        let mut words = Vec::new();
        for (k, axis) in axes.iter().enumerate() {
            let from = arguments.integer(if name == "CropLayer" { 1 } else { 1 + 2 * k })?;
            let to = if name == "CropLayer" { from + 1 } else { arguments.integer(2 + 2 * k)? };
            let inside = usize::try_from(from).ok().zip(usize::try_from(to).ok());
            let inside = inside.filter(|(from, to)| from < to && *to <= grid.cells()[*axis]);
            let (from, to) = inside.ok_or_else(|| failed(format!("the cells {from} to {to} are not all in the grid")))?;
            part[*axis] = from..to;
            let range = if from + 1 == to { from.to_string() } else { format!("{from}-{to}") };
            words.push(format!("{}range{range}", ["x", "y", "z"][*axis]));
        }
        if name == "CropRegion" {
            let number = region(arguments.integer(1)?)?;
            part = self.box_around(number)?;
            words.push(format!("region{number}"));
        }
        let quantity = Quantity::Crop(Box::new(arguments.quantity(0)?), part, words.join("_"));
        Ok(Some(Value::Object(Object::Quantity(quantity))))
    }

    fn box_around(&self, number: u16) -> Result<[Range<usize>; 3], Stop> {
        let grid = self.settings.grid()?;
        let cells = (0..grid.len()).filter(|cell| self.settings.regions[*cell] == number);
        let around = cells.map(|cell| grid.place(cell).map(|c| c..c + 1));
        let joined = around.reduce(|a, b| [0, 1, 2].map(|k| a[k].start.min(b[k].start)..a[k].end.max(b[k].end)));
        joined.ok_or_else(|| failed(format!("no cell is in the region {number}")))
    }

    /// Functions that write; whether the function is one of them.
    fn writes(&mut self, name: &str, arguments: Arguments<'_>) -> Result<bool, Stop> {
        let time = self.settings.time;
        match name {
            "Save" => self.save(Kind::Field, &arguments.quantity(0)?, None)?,
            "SaveAs" => self.save(Kind::Field, &arguments.quantity(0)?, Some(arguments.text(1)?))?,
            "Snapshot" => self.save(Kind::Picture, &arguments.quantity(0)?, None)?,
            "SnapshotAs" => self.save(Kind::Picture, &arguments.quantity(0)?, Some(arguments.text(1)?))?,
            "AutoSave" => self.output.every(Kind::Field, arguments.quantity(0)?, time, arguments.number(1)?)?,
            "AutoSnapshot" => self.output.every(Kind::Picture, arguments.quantity(0)?, time, arguments.number(1)?)?,
            "TableAdd" => self.output.table.add_quantity(arguments.quantity(0)?)?,
            "TableAddVar" => {
                self.output.table.add_expression(arguments.function(0)?, arguments.text(1)?, arguments.text(2)?)?;
            }
            "TableSave" => self.save_table()?,
            "TableAutoSave" => self.output.table_every(time, arguments.number(0)?)?,
            "TablePrint" => {
                let words = self.words(arguments.0);
                self.print_table(&words)?;
            }
            "Print" => {
                let words = self.words(arguments.0);
                self.output.print(&words)?;
            }
            "Fprintln" => {
                let words = self.words(&arguments.0[1..]);
                self.output.append(arguments.text(0)?, &words)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Values as a text, with blanks between.
    fn words(&mut self, values: &[Value<Object>]) -> String {
        use crate::mx3::Host;
        let words = |value: &Value<Object>| match value {
            Value::Object(object) => self.describe(object),
            value => joined(std::slice::from_ref(value)),
        };
        values.iter().map(words).collect::<Vec<_>>().join(" ")
    }

    /// Checks; whether the function is one of them.
    fn checks(name: &str, arguments: Arguments<'_>) -> Result<bool, Stop> {
        let off = |have: f64, want: f64, tolerance: f64| (have - want).is_nan() || (have - want).abs() > tolerance;
        let wrong = match name {
            "Expect" => {
                let [have, want, tolerance] = arguments.numbers(1)?;
                off(have, want, tolerance).then_some(tolerance)
            }
            "ExpectV" => {
                let (have, want, tolerance) = (arguments.vector(1)?, arguments.vector(2)?, arguments.number(3)?);
                have.iter().zip(want).any(|(have, want)| off(*have, want, tolerance)).then_some(tolerance)
            }
            "ExpectB" => (arguments.0[1].to_string() != arguments.0[2].to_string()).then_some(0.0),
            _ => return Ok(false),
        };
        match wrong {
            Some(tolerance) => {
                let (what, have, want) = (arguments.text(0)?, &arguments.0[1], &arguments.0[2]);
                Err(failed(format!("{what}: have {have}, want {want}, tolerance {tolerance}")))
            }
            None => Ok(true),
        }
    }

    /// What lets the magnetization move; whether the function is one of them.
    fn moves(&mut self, name: &str, arguments: Arguments<'_>) -> Result<bool, Stop> {
        match name {
            "Run" => self.run(arguments.number(0)?)?,
            "Steps" => self.steps(arguments.integer(0)?)?,
            "RunWhile" => self.run_while(&arguments.function(0)?)?,
            "Relax" => self.relax()?,
            "Minimize" => self.minimize()?,
            "SetSolver" => self.set_solver(arguments.integer(0)?)?,
            "Exit" => return Err(Stop::Exit),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What changes the settings.
    fn sets(&mut self, name: &str, arguments: Arguments<'_>) -> Result<(), Stop> {
        let settings = &mut self.settings;
        match name {
            "SetGridSize" => settings.set_cells(arguments.integers(0)?),
            "SetCellSize" => settings.set_cell_size(arguments.numbers(0)?),
            "SetPBC" => settings.set_images(arguments.integers(0)?),
            "SetMesh" => {
                settings.set_images(arguments.integers(6)?)?;
                settings.set_cells(arguments.integers(0)?)?;
                settings.set_cell_size(arguments.numbers(3)?)
            }
            "SetGeom" => settings.set_shape(arguments.shape(0)?),
            "DefRegion" => settings.define_region(region(arguments.integer(0)?)?, arguments.shape(1)?),
            "DefRegionCell" => {
                let (number, cell) = (region(arguments.integer(0)?)?, settings.cell(arguments.integers(1)?)?);
                settings.regions[cell] = number;
                Ok(())
            }
            "RedefRegion" => {
                let (from, to) = (region(arguments.integer(0)?)?, region(arguments.integer(1)?)?);
                settings.regions.iter_mut().filter(|number| **number == from).for_each(|number| *number = to);
                Ok(())
            }
            "ThermSeed" | "ThermReseed" => {
                settings.seed = seed(arguments.integer(0)?);
                Ok(())
            }
            "ext_ScaleExchange" | "ext_InterExchange" | "ext_ScaleDind" | "ext_InterDind" => {
                let (a, b, value) = (region(arguments.integer(0)?)?, region(arguments.integer(1)?)?, arguments.number(2)?);
                let couplings = if name.ends_with("Dind") { &mut settings.dind } else { &mut settings.exchange };
                let coupling = if name.starts_with("ext_Scale") { Coupling::Scaled(value) } else { Coupling::Fixed(value) };
                couplings.insert((a.min(b), a.max(b)), coupling);
                Ok(())
            }
            "ext_RKKY" | "ext_RKKYBiquadratic" | "ext_InterlayerDMI" => {
                let pair = (region(arguments.integer(0)?)?, region(arguments.integer(1)?)?);
                let pair = (pair.0.min(pair.1), pair.0.max(pair.1));
                match name {
                    "ext_RKKY" => drop(settings.rkky.insert(pair, arguments.numbers(2)?)),
                    "ext_RKKYBiquadratic" => drop(settings.biquadratic.insert(pair, arguments.numbers(2)?)),
                    _ => drop(settings.interlayer_dmi.insert(pair, arguments.numbers(2)?)),
                }
                Ok(())
            }
            "ext_MakeGrains" => self.grains(arguments.number(0)?, 0, arguments.integers(1)?, None),
            "ext_Make3DGrains" => {
                let [first, count] = arguments.integers(1)?;
                self.grains(arguments.number(0)?, first, [count, arguments.integer(4)?], Some(arguments.shape(3)?))
            }
            _ => Err(failed(format!("`{name}` does nothing here"))),
        }
    }
}

/// An array as a value.
fn array(array: Array) -> Value<Object> {
    Value::Object(array.into())
}

/// Functions that give shapes.
fn shape(name: &str, arguments: Arguments<'_>) -> Result<Option<Shape>, Stop> {
    let number = |i| arguments.number(i);
    let index = |what: &str, i| index(what, arguments.integer(i)?);
    Ok(Some(match name {
        "Universe" => Shape::universe(),
        "Cell" => Shape::Cell { at: [index("a cell", 0)?, index("a cell", 1)?, index("a cell", 2)?] },
        "Circle" => Shape::circle(number(0)?),
        "Square" => Shape::square(number(0)?),
        "Rect" => Shape::rectangle(number(0)?, number(1)?),
        "Ellipse" => Shape::ellipse(number(0)?, number(1)?),
        "Triangle" => Shape::Polygon { corners: vec![arguments.numbers(0)?, arguments.numbers(2)?, arguments.numbers(4)?] },
        "Cuboid" => Shape::cuboid(number(0)?, number(1)?, number(2)?),
        "Cylinder" => Shape::cylinder(number(0)?, number(1)?),
        "Cone" => Shape::cone(number(0)?, number(1)?),
        "Ellipsoid" => Shape::ellipsoid(number(0)?, number(1)?, number(2)?),
        "Superball" => Shape::Superball { diameter: number(0)?, exponent: number(1)? },
        "XRange" => Shape::range(Axis::X, number(0)?, number(1)?),
        "YRange" => Shape::range(Axis::Y, number(0)?, number(1)?),
        "ZRange" => Shape::range(Axis::Z, number(0)?, number(1)?),
        "Layer" => {
            let layer = index("a layer", 0)?;
            Shape::layers(layer..layer + 1)
        }
        "Layers" => Shape::layers(index("a layer", 0)?..index("a layer", 1)?),
        "ImageShape" => Shape::image(arguments.text(0)?),
        "GrainRoughness" => {
            Shape::Roughness { grain_size: number(0)?, low: number(1)?, high: number(2)?, seed: seed(arguments.integer(3)?) }
        }
        _ => return Ok(None),
    }))
}
