//! Scripts of mumax3 that drive a [`Film`](crate::film::Film).
//!
//! [`run_file`] is what the command does with a script: it checks the whole of it, runs it, and writes its output into the folder
//! `FILE.out` beside it, as mumax3 does: `table.txt`, `m000000.ovf` and the like, pictures, and `log.txt` with what it printed.
//!
//! What differs from mumax3, besides the names that the [`catalogue`](super::catalogue) calls unsupported:
//!
//! - Everything is computed in double precision, and the demagnetising tensor to rounding.
//! - `Run` meets the times of `AutoSave` and `TableAutoSave` exactly; mumax3 writes after the step that passes them.
//! - Euler's method and that of Fehlberg are replaced by Heun's and by that of Dormand and Prince. Heun's and the classical method take
//!   fixed steps only: without `FixDt` the methods of Bogacki and Shampine and of Dormand and Prince stand in, with the same `MaxErr`.
//!   With a temperature the steps have to be fixed, and the method is that of Heun.
//! - Random numbers, and so grains, random magnetizations and noise, follow their seeds, but are others.

mod array;
mod call;
mod combine;
mod cubic;
mod custom;
mod datafile;
mod elastic;
mod field;
mod grains;
mod host;
mod interlayer;
mod machine;
mod made;
mod method;
mod motion;
mod moving;
mod object;
mod output;
mod parameter;
mod quantity;
mod settings;
mod spread;
mod table;
mod texture;
mod view;
mod window;

pub use array::Array;
pub use made::{Made, Operation};
pub use object::{Object, Quantity};

use super::error::{ScriptError, ScriptErrors};
use super::host::Stop;
use super::run::{Outcome, Script};
use crate::file::{self, FileError};
use host::Simulation;
use output::Output;
use spinloom_core::run::{CancelToken, Cancelled};
use std::path::{Path, PathBuf};

/// Who is told what a script prints, a line at a time.
pub type Printer = Box<dyn FnMut(&str) + Send>;

/// How a script is run.
#[derive(Default)]
pub struct RunOptions {
    /// Folder of the output; `FILE.out` beside the script if none is given. It is made if it is not there; files in it are replaced one
    /// by one, others are left alone.
    pub out: Option<PathBuf>,
    /// Threads that compute; all cores if none is given. Results do not depend on it.
    pub threads: Option<usize>,
    /// Asks to stop: between steps of an integration and between statements.
    pub cancel: CancelToken,
    /// Who is told what the script prints, beside `log.txt`.
    pub print: Option<Printer>,
}

impl std::fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunOptions").field("out", &self.out).field("threads", &self.threads).finish_non_exhaustive()
    }
}

/// What a script did.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSummary {
    /// Folder of the output.
    pub out: PathBuf,
    /// How it ended.
    pub outcome: Outcome,
    /// Time of the simulation at the end, s.
    pub time: f64,
    /// Steps in all, those of relaxations included.
    pub steps: u64,
    /// Evaluations of the torque in all.
    pub evaluations: u64,
    /// Files written, in the order in which they were begun.
    pub files: Vec<PathBuf>,
}

/// Why a script did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something is wrong with the script; nothing of it was run.
    #[error("{}: nothing was run\n{errors}", path.display())]
    Check {
        /// The script.
        path: PathBuf,
        /// Everything that is wrong.
        errors: ScriptErrors,
    },
    /// Something went wrong while it ran.
    #[error("{}: {error}", path.display())]
    Run {
        /// The script.
        path: PathBuf,
        /// What went wrong, and at which line.
        error: Box<ScriptError>,
    },
    /// The threads could not be had.
    #[error("cannot begin {threads} threads: {reason}")]
    Threads {
        /// How many.
        threads: usize,
        /// Why.
        reason: String,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Runs a script of mumax3.
///
/// # Errors
/// [`RunError::Check`] with everything that is wrong before anything is run or written, [`RunError::Run`] with the line at which it
/// stopped, [`RunError::File`], and [`RunError::Cancelled`].
///
/// ```
/// use spinloom_magnet::mx3::{RunOptions, run_file};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("cube.mx3");
/// std::fs::write(&path, "
///     SetGridSize(8, 8, 8)
///     SetCellSize(1e-9, 1e-9, 1e-9)
///     Msat = 800e3
///     m = uniform(0, 0, 1)
///     ExpectV(\"demag\", B_demag.average(), vector(0, 0, -mu0*800e3/3), 1e-6)
///     TableSave()
/// ")?;
/// let summary = run_file(&path, RunOptions::default())?;
/// assert_eq!(summary.out, folder.path().join("cube.out"));
/// assert!(summary.out.join("table.txt").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run_file(path: &Path, options: RunOptions) -> Result<RunSummary, RunError> {
    let threads = options.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| RunError::Threads { threads, reason: e.to_string() })?;
    pool.install(|| run(path, options))
}

fn run(path: &Path, options: RunOptions) -> Result<RunSummary, RunError> {
    let source = String::from_utf8_lossy(&file::read(path)?).into_owned();
    let out = options.out.unwrap_or_else(|| path.with_extension("out"));
    let beside = path.parent().unwrap_or(Path::new("")).to_owned();
    let cancel = options.cancel;
    let mut simulation = Simulation::new(Output::new(out.clone(), beside, options.print), cancel.clone());
    let script = Script::check(&source, &mut simulation).map_err(|errors| RunError::Check { path: path.to_owned(), errors })?;
    simulation.output.begin()?;
    let outcome = script.run(&mut simulation).map_err(|error| match cancel.check() {
        Err(cancelled) => cancelled.into(),
        Ok(()) => RunError::Run { path: path.to_owned(), error: Box::new(error) },
    })?;
    let (steps, evaluations) = simulation.counts();
    Ok(RunSummary { out, outcome, time: simulation.settings.time, steps, evaluations, files: simulation.output.into_files() })
}

/// The end of a script for a reason in words.
fn failed(reason: impl std::fmt::Display) -> Stop {
    Stop::Failure(reason.to_string())
}
