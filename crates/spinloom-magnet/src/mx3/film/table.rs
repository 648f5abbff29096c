//! The table of a script, in the form of mumax3: columns parted by tabulators, their names behind a `#`.

use super::host::Simulation;
use super::{Object, Quantity, failed};
use crate::file::FileError;
use crate::mx3::format::shortest;
use crate::mx3::{Function, Stop};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

/// What a column holds.
#[derive(Debug, Clone)]
enum Column {
    /// The average of a quantity, one column a component.
    Quantity(Quantity),
    /// An expression, with its name and unit.
    Expression(Function<Object>, String, String),
}

/// The file and its columns.
pub struct Table {
    path: PathBuf,
    columns: Vec<Column>,
    file: Option<File>,
}

impl Table {
    /// The table in a file, with the time and the magnetization.
    pub fn new(path: PathBuf) -> Self {
        Self { path, columns: vec![Column::Quantity(Quantity::Named("m"))], file: None }
    }

    fn add(&mut self, column: Column) -> Result<(), Stop> {
        if self.file.is_some() {
            return Err(failed("columns have to be added before the first line of the table is written"));
        }
        self.columns.push(column);
        Ok(())
    }

    /// Adds the average of a quantity.
    pub fn add_quantity(&mut self, quantity: Quantity) -> Result<(), Stop> {
        self.add(Column::Quantity(quantity))
    }

    /// Adds an expression.
    pub fn add_expression(&mut self, function: Function<Object>, name: &str, unit: &str) -> Result<(), Stop> {
        self.add(Column::Expression(function, name.to_owned(), unit.to_owned()))
    }

    fn write(&mut self, line: &str) -> Result<(), Stop> {
        let Some(file) = &mut self.file else { return Err(failed("the table was not begun")) };
        file.write_all(format!("{line}\n").as_bytes()).map_err(|e| failed(FileError::io("write", &self.path)(e)))
    }
}

impl Simulation {
    /// Begins the table with the names of its columns.
    fn begin_table(&mut self) -> Result<(), Stop> {
        if self.output.table.file.is_some() {
            return Ok(());
        }
        let mut names = vec!["# t (s)".to_owned()];
        for column in self.output.table.columns.clone() {
            match column {
                Column::Expression(_, name, unit) => names.push(format!("{name} ({unit})")),
                Column::Quantity(quantity) => {
                    let (name, unit, count) = (quantity.name(), quantity.unit(), self.average(&quantity)?.len());
                    let parts: &[&str] = if count == 3 { &["x", "y", "z"] } else { &[""] };
                    names.extend(parts.iter().map(|part| format!("{name}{part} ({unit})")));
                }
            }
        }
        let path = self.output.table.path.clone();
        let file = File::create(&path).map_err(|e| failed(FileError::io("write", &path)(e)))?;
        self.output.table.file = Some(file);
        self.output.note(path);
        self.output.table.write(&names.join("\t"))
    }

    /// `TableSave`.
    pub fn save_table(&mut self) -> Result<(), Stop> {
        self.begin_table()?;
        let mut values = vec![shortest(self.settings.time)];
        for column in self.output.table.columns.clone() {
            match column {
                Column::Quantity(quantity) => values.extend(self.average(&quantity)?.into_iter().map(shortest)),
                Column::Expression(function, ..) => {
                    let value = function.now(self)?.number();
                    values.push(shortest(value.ok_or_else(|| failed("a column of the table has to be a number"))?));
                }
            }
        }
        self.output.table.write(&values.join("\t"))
    }

    /// `TablePrint`.
    pub fn print_table(&mut self, words: &str) -> Result<(), Stop> {
        self.begin_table()?;
        self.output.table.write(&format!("# {words}"))
    }
}
