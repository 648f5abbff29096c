//! What a run of a system leaves: named quantities with errors, tables, figures, the ledger and what data it used.

use crate::figure::Figure;
use serde::{Deserialize, Serialize};
use spinloom_core::ledger::Ledger;
use spinloom_core::statistics::Estimate;

/// A measured number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// Name, in words with underscores, such as `test_accuracy`.
    pub name: String,
    /// Value, SI.
    #[serde(with = "crate::json::number")]
    pub value: f64,
    /// Unit, empty when dimensionless.
    pub unit: String,
    /// Standard error within this run, where it can be known.
    pub standard_error: Option<f64>,
}

/// The values of one column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Values {
    /// Numbers.
    Numbers(#[serde(with = "crate::json::numbers")] Vec<f64>),
    /// Words.
    Words(Vec<String>),
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Unit, empty when dimensionless.
    pub unit: String,
    /// One value a row.
    pub values: Values,
}

/// Columns of equal length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Name of its files, in words with underscores.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
}

impl Table {
    /// A table without columns yet.
    pub fn new(name: &str, title: &str) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), columns: Vec::new() }
    }

    /// The table with a column of numbers added.
    #[must_use]
    pub fn numbers(mut self, name: &str, unit: &str, values: Vec<f64>) -> Self {
        self.columns.push(Column { name: name.to_owned(), unit: unit.to_owned(), values: Values::Numbers(values) });
        self
    }

    /// The table with a column of words added.
    #[must_use]
    pub fn words(mut self, name: &str, values: Vec<String>) -> Self {
        self.columns.push(Column { name: name.to_owned(), unit: String::new(), values: Values::Words(values) });
        self
    }

    /// Number of rows: that of the shortest column.
    pub fn rows(&self) -> usize {
        self.columns
            .iter()
            .map(|c| match &c.values {
                Values::Numbers(v) => v.len(),
                Values::Words(v) => v.len(),
            })
            .min()
            .unwrap_or(0)
    }
}

/// A data set that a part of the run would have needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingData {
    /// Name of the data set.
    pub name: String,
    /// The command that brings it.
    pub command: String,
}

/// The wall time of a phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Phase.
    pub phase: String,
    /// Wall time, s.
    pub second: f64,
}

/// A text that goes into the folder of a run as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Name of the file.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// Everything a run leaves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Name of the system.
    pub system: String,
    /// Seed.
    pub seed: u64,
    /// Data sets used, in words that name the file and how it was used.
    pub data: Vec<String>,
    /// Data sets that were not found; the claims that need them have no data.
    pub missing: Vec<MissingData>,
    /// Measured numbers, in the order of measurement.
    pub quantities: Vec<Quantity>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Figures.
    pub figures: Vec<Figure>,
    /// What a reader has to know: assumptions, substitutions, limits.
    pub notes: Vec<String>,
    /// Costs.
    pub ledger: Ledger,
    /// Wall times.
    pub timing: Vec<Timing>,
    /// Files beside report, tables and figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl Outcome {
    /// An empty outcome.
    pub fn new(system: &str, seed: u64) -> Self {
        Self { system: system.to_owned(), seed, ..Self::default() }
    }

    /// Adds a measured number without an error of its own.
    pub fn measure(&mut self, name: &str, unit: &str, value: f64) {
        self.quantities.push(Quantity { name: name.to_owned(), value, unit: unit.to_owned(), standard_error: None });
    }

    /// Adds a mean with its standard error.
    pub fn measure_estimate(&mut self, name: &str, unit: &str, e: Estimate) {
        self.quantities.push(Quantity {
            name: name.to_owned(),
            value: e.mean,
            unit: unit.to_owned(),
            standard_error: Some(e.standard_error),
        });
    }

    /// The quantity of this name.
    pub fn quantity(&self, name: &str) -> Option<&Quantity> {
        self.quantities.iter().find(|q| q.name == name)
    }

    /// Adds a remark, once.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// Runs `work` and keeps its wall time under `phase`.
    pub fn timed<T>(&mut self, phase: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let start = std::time::Instant::now();
        let result = work(self);
        self.timing.push(Timing { phase: phase.to_owned(), second: start.elapsed().as_secs_f64() });
        result
    }
}
