//! Simulations described in a file: what a film is, what acts on it, what it does stage by stage, and what is written.
//!
//! A description is TOML; every parameter with its unit, bound and meaning is in [`sections`]. A run into a folder keeps its state, so that
//! one that was killed at any moment goes on and ends with the same bits as one that was not.
//!
//! ```
//! use spinloom_magnet::simulation::{Options, Silent, Simulation};
//! let text = r#"
//!     [grid]
//!     cells = [16, 4, 1]
//!     cell_size = ["5 nm", "5 nm", "3 nm"]
//!     [material]
//!     saturation_magnetization = "800 kA/m"
//!     exchange_stiffness = "13 pJ/m"
//!     [start]
//!     direction = [1, 0.5, 0]
//!     [[stage]]
//!     kind = "minimize"
//! "#;
//! let simulation = Simulation::from_text("film.toml", text, "".as_ref(), &[])?;
//! let outcome = simulation.run(&Options::default(), &mut Silent)?;
//! assert!(outcome.average[0] > 0.99);
//! # Ok::<(), spinloom_magnet::simulation::SimulationError>(())
//! ```

mod build;
mod check;
mod columns;
mod description;
mod drives;
mod error;
mod flow;
mod loops;
mod output;
mod runner;
pub mod sections;
mod state;
mod watch;

pub use columns::ColumnKind;
pub use error::SimulationError;
pub use output::FileKind;

use crate::file::FileError;
use crate::film::Grid;
use crate::table::Column;
use description::Description;
use sections::Precision;
use spinloom_core::document::Document;
use spinloom_core::run::CancelToken;
use std::path::{Path, PathBuf};

/// How far a simulation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The stage at work, from 1.
    pub stage: usize,
    /// How many there are.
    pub stages: usize,
    /// How much of all stages is done, from 0 to 1, as if all took equally long.
    pub fraction: f64,
    /// Time, s.
    pub time: f64,
    /// Average of m.
    pub average: [f64; 3],
    /// Steps taken.
    pub steps: u64,
}

/// Who is told what happens in a simulation.
pub trait Observer {
    /// How far it is, some times a second.
    fn progress(&mut self, _progress: &Progress) {}
    /// A row of the table.
    fn row(&mut self, _columns: &[Column], _row: &[f64]) {}
    /// Something a person should know.
    fn warning(&mut self, _warning: &str) {}
}

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}

/// How a simulation is run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folder for what is written; nothing is written without it.
    pub out: Option<PathBuf>,
    /// Whether to go on with what the folder holds.
    pub resume: bool,
    /// Whether to replace what the folder holds.
    pub force: bool,
    /// Asks to stop.
    pub cancel: CancelToken,
}

/// What came of a simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Time at the end, s.
    pub time: f64,
    /// Average of m, weighted with the saturation magnetization.
    pub average: [f64; 3],
    /// Energy of every term, J.
    pub energy: Vec<(&'static str, f64)>,
    /// Steps taken in all.
    pub steps: u64,
    /// Evaluations of the field in all.
    pub field_evaluations: u64,
    /// Evaluations times cells in a second, since it began or was gone on with.
    pub cell_evaluations_per_s: f64,
    /// How long it took since then, s.
    pub wall_s: f64,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// Rows of the table.
    pub rows: u64,
    /// The folder.
    pub out: Option<PathBuf>,
}

impl Outcome {
    /// As one document.
    pub fn document(&self) -> serde_json::Value {
        let energy: serde_json::Map<String, serde_json::Value> =
            self.energy.iter().map(|(name, energy)| ((*name).to_owned(), (*energy).into())).collect();
        serde_json::json!({
            "time": self.time,
            "average": self.average,
            "energy": energy,
            "steps": self.steps,
            "field_evaluations": self.field_evaluations,
            "cell_evaluations_per_s": self.cell_evaluations_per_s,
            "out": self.out,
            "wall_s": self.wall_s,
            "warnings": self.warnings,
            "version": env!("CARGO_PKG_VERSION"),
        })
    }
}

/// A simulation, ready to run.
#[derive(Debug, Clone)]
pub struct Simulation {
    description: Description,
}

impl Simulation {
    /// Reads a description from a file, and changes in it what `set` says, each `NAME=VALUE`. Files that it names are looked for beside it.
    ///
    /// # Errors
    /// [`SimulationError::File`], or [`SimulationError::Description`] with the place of what is wrong.
    pub fn from_file(path: &Path, set: &[String]) -> Result<Self, SimulationError> {
        let text = std::fs::read_to_string(path).map_err(FileError::io("read", path))?;
        Self::from_text(&path.display().to_string(), &text, path.parent().unwrap_or(Path::new("")), set)
    }

    /// Reads a description from a text; `name` is what errors call it, and `folder` is where files that it names are looked for.
    ///
    /// # Errors
    /// [`SimulationError::Description`] with the place of what is wrong.
    pub fn from_text(name: &str, text: &str, folder: &Path, set: &[String]) -> Result<Self, SimulationError> {
        let mut document = Document::parse(name, text)?;
        set.iter().try_for_each(|assignment| document.set(assignment))?;
        Ok(Self { description: Description::read(document, folder)? })
    }

    /// Its cells.
    pub fn grid(&self) -> &Grid {
        &self.description.grid
    }

    /// The description as TOML, with what was changed in it.
    pub fn to_toml(&self) -> String {
        self.description.document.to_toml()
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// [`SimulationError`]; after [`SimulationError::Cancelled`] the folder holds what it can be gone on from.
    pub fn run(&self, options: &Options, observer: &mut dyn Observer) -> Result<Outcome, SimulationError> {
        match self.description.general.precision {
            Precision::Double => runner::run::<f64>(&self.description, options, observer),
            Precision::Single => runner::run::<f32>(&self.description, options, observer),
        }
    }
}
