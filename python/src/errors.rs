//! Errors as a Python user expects them.

use pyo3::PyErr;
use pyo3::exceptions::{PyFileNotFoundError, PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyValueError};
use spinloom_lab::LabError;
use spinloom_task::TaskError;

/// Bad input is a `ValueError`, files are `OSError`, missing data is `FileNotFoundError`, and a cancelled run is `KeyboardInterrupt`.
pub fn lab(error: LabError) -> PyErr {
    if error.is_cancelled() {
        return PyKeyboardInterrupt::new_err("cancelled");
    }
    let message = error.to_string();
    match error {
        _ if error.is_usage() => PyValueError::new_err(message),
        LabError::Task(TaskError::NoData { .. }) => PyFileNotFoundError::new_err(message),
        LabError::Io { .. } | LabError::Task(TaskError::Io { .. }) => PyOSError::new_err(message),
        LabError::Task(_) => PyValueError::new_err(message),
        _ => PyRuntimeError::new_err(message),
    }
}

/// Anything that is wrong with a value.
pub fn value(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
