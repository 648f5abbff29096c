//! Errors as a Python user expects them: `ValueError` for bad input, `OSError` and its kin for files, `KeyboardInterrupt` for a cancelled run.

use pyo3::PyErr;
use pyo3::exceptions::{PyConnectionError, PyFileExistsError, PyFileNotFoundError, PyKeyboardInterrupt, PyOSError};
use pyo3::exceptions::{PyMemoryError, PyPermissionError, PyRuntimeError, PyValueError};
use spinloom_core::parameters::ParameterError;
use spinloom_core::quantity::QuantityError;
use spinloom_device::DeviceError;
use spinloom_ising::IsingError;
use spinloom_lab::LabError;
use spinloom_magnet::MagnetError;
use spinloom_magnet::file::FileError;
use spinloom_magnet::film::dynamics::{CheckpointError, DynamicsError};
use spinloom_network::NetworkError;
use spinloom_task::TaskError;
use std::io::ErrorKind;
use std::path::Path;

/// An error that becomes a Python exception.
pub trait IntoPython {
    /// The exception.
    fn into_python(self) -> PyErr;
}

fn did_you_mean(nearest: Option<&String>) -> String {
    nearest.map(|n| format!(": did you mean `{n}`?")).unwrap_or_default()
}

/// `OSError` picks its own subclass by the number of the error.
fn io(action: &str, path: &Path, source: &std::io::Error) -> PyErr {
    if let Some(number) = source.raw_os_error() {
        return PyOSError::new_err((number, format!("cannot {action} it: {source}"), path.display().to_string()));
    }
    let message = format!("cannot {action} {}: {source}", path.display());
    match source.kind() {
        ErrorKind::NotFound => PyFileNotFoundError::new_err(message),
        ErrorKind::PermissionDenied => PyPermissionError::new_err(message),
        _ => PyOSError::new_err(message),
    }
}

impl IntoPython for LabError {
    fn into_python(self) -> PyErr {
        match self {
            Self::Task(e) => e.into_python(),
            Self::Device(e) => e.into_python(),
            Self::Network(e) => e.into_python(),
            Self::Parameter(e) => e.into_python(),
            Self::Io { action, path, source } => io(action, &path, &source),
            Self::Cancelled(_) => PyKeyboardInterrupt::new_err("the run was cancelled"),
            Self::UnknownSystem { name, nearest } => PyValueError::new_err(format!(
                "there is no system `{name}`{}; spinloom.systems() lists them all",
                did_you_mean(nearest.as_ref())
            )),
            Self::OutputExists(path) => PyFileExistsError::new_err(format!(
                "{} exists already: choose another folder, or replace it with force=True",
                path.display()
            )),
            Self::NotReplaceable { path, what } => PyFileExistsError::new_err(format!(
                "{} is {what} and not the output of a run, so not even force=True replaces it: choose another folder",
                path.display()
            )),
            Self::Render { .. } => PyRuntimeError::new_err(self.to_string()),
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for TaskError {
    fn into_python(self) -> PyErr {
        match self {
            Self::NoData { name, looked_in, .. } => PyFileNotFoundError::new_err(format!(
                "the data set `{name}` was not found in {}; bring it with spinloom.data.fetch(\"{name}\") or name the folder \
                 that holds it",
                looked_in.join(", ")
            )),
            Self::UnknownData { name, nearest } => PyValueError::new_err(format!(
                "there is no data set `{name}`{}; spinloom.data.available() lists them all",
                did_you_mean(nearest.as_ref())
            )),
            Self::ByHand { .. } => PyFileNotFoundError::new_err(self.to_string()),
            Self::Io { action, path, source } => io(action, &path, &source),
            Self::Download { name, why } => PyConnectionError::new_err(format!(
                "cannot download {name}: {why}; what has arrived is kept, and the same call goes on from there"
            )),
            Self::WrongContent { .. } => PyOSError::new_err(self.to_string()),
            Self::Cancelled(_) => PyKeyboardInterrupt::new_err("cancelled"),
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for NetworkError {
    fn into_python(self) -> PyErr {
        match self {
            Self::Device(e) => e.into_python(),
            Self::Cancelled(_) => PyKeyboardInterrupt::new_err("cancelled"),
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for DeviceError {
    fn into_python(self) -> PyErr {
        match self {
            Self::NotFinite { .. } | Self::OutOfModel { .. } => PyRuntimeError::new_err(self.to_string()),
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for IsingError {
    fn into_python(self) -> PyErr {
        match self {
            Self::File { path, source } => io("read", Path::new(&path), &source),
            Self::TooLarge { .. } => PyMemoryError::new_err(self.to_string()),
            Self::Cancelled(_) => PyKeyboardInterrupt::new_err("cancelled"),
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for MagnetError {
    fn into_python(self) -> PyErr {
        PyValueError::new_err(self.to_string())
    }
}

impl IntoPython for DynamicsError {
    fn into_python(self) -> PyErr {
        match self {
            Self::Cancelled(_) => PyKeyboardInterrupt::new_err("cancelled"),
            Self::NotFinite { .. } | Self::StepTooSmall { .. } | Self::NotConverged { .. } => {
                PyRuntimeError::new_err(self.to_string())
            }
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for CheckpointError {
    fn into_python(self) -> PyErr {
        PyValueError::new_err(self.to_string())
    }
}

impl IntoPython for FileError {
    fn into_python(self) -> PyErr {
        match self {
            Self::Io { action, path, source } => io(action, &path, &source),
            _ => PyValueError::new_err(self.to_string()),
        }
    }
}

impl IntoPython for ParameterError {
    fn into_python(self) -> PyErr {
        PyValueError::new_err(self.to_string())
    }
}

impl IntoPython for QuantityError {
    fn into_python(self) -> PyErr {
        PyValueError::new_err(self.to_string())
    }
}
