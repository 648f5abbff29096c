//! What can go wrong in the lab, each with the way out.

use spinloom_core::document::DocumentError;
use spinloom_core::parameters::ParameterError;
use spinloom_core::run::Cancelled;
use std::path::PathBuf;

/// A failure of a system, an experiment file or a run directory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// No system has this name.
    #[error("there is no system `{name}`{}; `spinloom list` shows them all", nearest.as_ref().map(|n| format!(": did you mean `{n}`?")).unwrap_or_default())]
    UnknownSystem {
        /// The name as given.
        name: String,
        /// The known name spelled most like it.
        nearest: Option<String>,
    },
    /// A parameter could not be set.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A `--set` names a parameter that the system has not.
    #[error("{error}; `spinloom show {system}` lists the parameters")]
    UnknownParameter {
        /// What was given, and what is spelled most like it.
        error: Box<ParameterError>,
        /// Name of the system.
        system: &'static str,
    },
    /// The parameters are each allowed but do not go together.
    #[error("{0}")]
    Inconsistent(String),
    /// An experiment file is wrong at a known place.
    #[error(transparent)]
    Experiment(Box<DocumentError>),
    /// A `--set` is not of the form NAME=VALUE.
    #[error(
        "cannot read `--set {0}`: write it as NAME=VALUE, as in `--set relaxation_time=\"410 ns\"`; `spinloom show SYSTEM` lists the names"
    )]
    Assignment(String),
    /// There is something in the way that `--force` does not replace.
    #[error("{path} is {what} and not the output of a run, so not even --force replaces it: choose another --out")]
    NotReplaceable {
        /// What is in the way.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// The output directory is there already.
    #[error("{0} exists already: choose another --out, or add --force to replace it")]
    OutputExists(PathBuf),
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A data set is missing or bad.
    #[error(transparent)]
    Task(#[from] spinloom_task::TaskError),
    /// A device model failed.
    #[error(transparent)]
    Device(#[from] spinloom_device::DeviceError),
    /// A network or its readout failed.
    #[error(transparent)]
    Network(#[from] spinloom_network::NetworkError),
    /// A model of p-bits or its sampler failed.
    #[error(transparent)]
    Ising(#[from] spinloom_ising::IsingError),
    /// A figure, report or table could not be made.
    #[error("cannot make {what}: {why}")]
    Render {
        /// What was being made.
        what: String,
        /// Why it failed.
        why: String,
    },
    /// The run was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<DocumentError> for LabError {
    fn from(error: DocumentError) -> Self {
        Self::Experiment(Box::new(error))
    }
}

impl LabError {
    /// A closure that turns an I/O error into [`LabError::Io`].
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// Whether this is a cancellation, on whatever floor it was noticed.
    pub fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled(_) => true,
            Self::Task(e) => e.is_cancelled(),
            Self::Network(e) => e.is_cancelled(),
            Self::Ising(e) => matches!(e, spinloom_ising::IsingError::Cancelled(_)),
            _ => false,
        }
    }

    /// Whether the user's input is at fault (exit code 2) and not the run (exit code 1).
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::UnknownSystem { .. }
                | Self::Parameter(_)
                | Self::UnknownParameter { .. }
                | Self::Inconsistent(_)
                | Self::Experiment(_)
                | Self::Assignment(_)
                | Self::NotReplaceable { .. }
                | Self::OutputExists(_)
        )
    }
}
