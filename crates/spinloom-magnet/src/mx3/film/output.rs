//! Where the output of a script goes: fields, pictures, texts and the log.

use super::host::Simulation;
use super::quantity::Sample;
use super::table::Table;
use super::{Array, Printer, Quantity, failed};
use crate::file::FileError;
use crate::mx3::format::formatted;
use crate::mx3::{Stop, Value};
use crate::ovf::{self, Format, Ovf, Version};
use crate::picture::Picture;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is written of a quantity every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A field.
    Field,
    /// A picture.
    Picture,
}

/// Times at which something is written: a start and multiples of a period after it.
#[derive(Debug, Clone, Copy)]
struct Every {
    start: f64,
    period: f64,
    count: f64,
}

/// Part of a period by which rounding may be off.
const ROUNDING: f64 = 1e-9;

impl Every {
    fn next(&self) -> f64 {
        self.start + self.count * self.period
    }

    /// Whether it is time, which counts.
    fn is_due(&mut self, time: f64) -> bool {
        let due = time >= self.next() - ROUNDING * self.period;
        if due {
            // Only once for all the times that a long step has passed.
            self.count = (((time - self.start) / self.period + ROUNDING).floor() + 1.0).max(self.count + 1.0);
        }
        due
    }
}

/// The folder, and what is written to it when.
pub struct Output {
    folder: PathBuf,
    beside: PathBuf,
    print: Option<Printer>,
    numbers: BTreeMap<String, i64>,
    every: Vec<(Kind, Quantity, Every)>,
    table_every: Option<Every>,
    /// The table.
    pub table: Table,
    files: Vec<PathBuf>,
}

impl Output {
    /// Output to a folder of a script that lies in another, `beside`.
    pub fn new(folder: PathBuf, beside: PathBuf, print: Option<Printer>) -> Self {
        let table = Table::new(folder.join("table.txt"));
        Self { folder, beside, print, numbers: BTreeMap::new(), every: Vec::new(), table_every: None, table, files: Vec::new() }
    }

    /// Makes the folder.
    pub fn begin(&mut self) -> Result<(), FileError> {
        std::fs::create_dir_all(&self.folder).map_err(FileError::io("make the folder", &self.folder))
    }

    /// Where the script lies.
    pub fn beside(&self) -> &Path {
        &self.beside
    }

    /// The files written.
    pub fn into_files(self) -> Vec<PathBuf> {
        self.files
    }

    /// A file that a script names: in the working directory, beside the script, or in the folder of the output.
    pub fn find(&self, file: &str) -> PathBuf {
        let places = [PathBuf::from(file), self.beside.join(file), self.folder.join(file)];
        places.iter().find(|path| path.exists()).unwrap_or(&places[1]).clone()
    }

    /// An array from an OVF file.
    pub fn load(&self, file: &str) -> Result<Array, Stop> {
        let field = ovf::read_file(&self.find(file)).map_err(failed)?;
        Ok(Array { cells: field.grid.cells(), components: field.values })
    }

    /// Notes a file that is written.
    pub fn note(&mut self, path: PathBuf) -> PathBuf {
        if !self.files.contains(&path) {
            self.files.push(path.clone());
        }
        path
    }

    /// The path of a file of this name, to which the `extension` is added unless the script gave it one; its folder is made.
    fn place(&mut self, file: &str, extension: &str, given: bool) -> Result<PathBuf, Stop> {
        let mut path = self.folder.join(file);
        if !given || path.extension().is_none() {
            path = self.folder.join(format!("{file}.{extension}"));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| failed(format!("cannot make the folder {}: {e}", folder.display())))?;
        }
        Ok(self.note(path))
    }

    /// The name of the next file of a quantity.
    fn numbered(&mut self, name: &str, form: &str) -> Result<String, Stop> {
        let number = self.numbers.entry(name.to_owned()).or_insert(0);
        let values = [Value::<()>::Text(form.into()), Value::Text(name.into()), Value::Integer(*number)];
        *number += 1;
        formatted(&values).map_err(failed)
    }

    /// Appends a line to a file, which is begun anew by the first of them.
    pub fn append(&mut self, file: &str, line: &str) -> Result<(), Stop> {
        let path = self.folder.join(file);
        let first = !self.files.contains(&path);
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(!first).truncate(first);
        let path = self.note(path);
        let written = options.open(&path).and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
        written.map_err(|e| failed(format!("cannot write {}: {e}", path.display())))
    }

    /// Prints a line, to the log too.
    pub fn print(&mut self, line: &str) -> Result<(), Stop> {
        if let Some(print) = &mut self.print {
            print(line);
        }
        self.append("log.txt", line)
    }

    /// Writes a quantity from now on, every so often; 0: no more.
    pub fn every(&mut self, kind: Kind, quantity: Quantity, start: f64, period: f64) -> Result<(), Stop> {
        self.every.retain(|(k, q, _)| *k != kind || *q != quantity);
        self.every.extend(every(start, period)?.map(|every| (kind, quantity, every)));
        Ok(())
    }

    /// Writes a line of the table from now on, every so often; 0: no more.
    pub fn table_every(&mut self, start: f64, period: f64) -> Result<(), Stop> {
        self.table_every = every(start, period)?;
        Ok(())
    }

    /// When something is to be written next, after a time.
    pub fn next_time(&self, time: f64) -> Option<f64> {
        let all = self.every.iter().map(|(_, _, every)| every).chain(&self.table_every);
        all.map(Every::next).filter(|next| *next > time).reduce(f64::min)
    }

    fn due(&mut self, time: f64) -> (bool, Vec<(Kind, Quantity)>) {
        let table = self.table_every.as_mut().is_some_and(|every| every.is_due(time));
        let due =
            self.every.iter_mut().filter_map(|(kind, quantity, every)| every.is_due(time).then(|| (*kind, quantity.clone())));
        (table, due.collect())
    }
}

fn every(start: f64, period: f64) -> Result<Option<Every>, Stop> {
    if !(period >= 0.0 && period.is_finite()) {
        return Err(failed(format!("a period of output is 0 or positive, but it is {period} s")));
    }
    Ok((period > 0.0).then_some(Every { start, period, count: 0.0 }))
}

impl Simulation {
    /// Writes what is due.
    pub fn automatic_output(&mut self) -> Result<(), Stop> {
        let (table, fields) = self.output.due(self.settings.time);
        for (kind, quantity) in fields {
            self.save(kind, &quantity, None)?;
        }
        if table { self.save_table() } else { Ok(()) }
    }

    /// Writes a quantity to a file of this name, or of its own name and a number.
    pub fn save(&mut self, kind: Kind, quantity: &Quantity, file: Option<&str>) -> Result<(), Stop> {
        let name = if let Some(file) = file {
            file.to_owned()
        } else {
            let form = self.settings.variables.get("FilenameFormat").and_then(Value::text).unwrap_or("%s%06d").to_owned();
            self.output.numbered(&quantity.name(), &form)?
        };
        let sample = self.sample(quantity)?;
        match kind {
            Kind::Field => {
                let path = self.output.place(&name, "ovf", file.is_some())?;
                self.write_field(quantity, sample, &path)
            }
            Kind::Picture => {
                let path = self.output.place(&name, "png", file.is_some())?;
                picture(&sample)?.write_file(&path).map_err(failed)
            }
        }
    }

    fn write_field(&self, quantity: &Quantity, sample: Sample, path: &Path) -> Result<(), Stop> {
        let name = quantity.name();
        let labels: Vec<String> = match sample.components.len() {
            1 => vec![name.clone()],
            count => (0..count).map(|c| format!("{name}_{}", ["x", "y", "z"].get(c).copied().unwrap_or("other"))).collect(),
        };
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let vector = sample.components.len() == 3;
        let mut field = Ovf::new(&sample.grid, &name, &labels, quantity.unit(), sample.components).map_err(failed)?;
        field.origin = sample.origin;
        field.time = Some(self.settings.time);
        let format = self.settings.number("OutputFormat");
        let (text, first) = (format == 2.0 || format == 4.0, format <= 2.0 && vector);
        let format = if text { Format::Text } else { Format::Binary4 };
        field.write_file(path, format, if first { Version::One } else { Version::Two }).map_err(failed)
    }
}

/// A picture of the lowest layer.
fn picture(sample: &Sample) -> Result<Picture, Stop> {
    match sample.components.as_slice() {
        [values] => Picture::of_scalars(&sample.grid, values, 0, 1, None),
        [_, _, _] => {
            let mut field = sample.vectors()?;
            let largest = (0..field.len()).map(|i| field.get(i).iter().map(|v| v * v).sum::<f64>().sqrt()).fold(0.0, f64::max);
            if largest > 0.0 {
                field.components_mut().into_iter().for_each(|c| c.iter_mut().for_each(|v| *v /= largest));
            }
            Picture::of_vectors(&sample.grid, &field, 0, 1)
        }
        _ => return Err(failed("there are pictures of numbers and vectors only")),
    }
    .map_err(failed)
}
