//! Systems: run, reproduce, describe.

use crate::errors;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use spinloom_core::parameters::Value;
use spinloom_core::run::{CancelToken, Progress, Run, Silent};
use spinloom_lab::experiment::Experiment;
use spinloom_lab::report::ReportInput;
use spinloom_lab::reproduce::{ReproduceOptions, judge};
use spinloom_lab::{LabError, Outcome, System};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A Python function that is told how far a run is.
struct Callback(Py<PyAny>);

impl Progress for Callback {
    fn update(&self, phase: &str, done: usize, total: usize) {
        // What goes wrong in a progress function must not end the run.
        Python::attach(|py| {
            if let Err(error) = self.0.call1(py, (phase, done, total)) {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// Runs `work` on a thread of its own without the interpreter lock; Ctrl-C cancels the token within a tenth of a second.
fn interruptible<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    cancel: &CancelToken,
    work: impl FnOnce() -> Result<T, LabError> + Send,
) -> PyResult<T> {
    if threads == Some(0) {
        return Err(errors::value("threads must be 1 or greater, but it is 0"));
    }
    let mut builder = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = threads {
        builder = builder.num_threads(threads);
    }
    let pool = builder.build().map_err(|e| PyRuntimeError::new_err(format!("cannot start threads: {e}")))?;
    let (send, receive) = channel();
    // Shared only so that it can be waited on without the interpreter lock.
    let receive = Mutex::new(receive);
    let mut interrupted = None;
    let result = std::thread::scope(|scope| {
        scope.spawn(move || send.send(pool.install(work)));
        loop {
            let wait = || receive.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(Duration::from_millis(100));
            match py.detach(wait) {
                Ok(result) => return Some(result),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(signal) = py.check_signals() {
                        cancel.cancel();
                        interrupted = Some(signal);
                    }
                }
            }
        }
    });
    match (interrupted, result) {
        (Some(signal), _) => Err(signal),
        (None, Some(result)) => result.map_err(errors::lab),
        (None, None) => Err(PyRuntimeError::new_err("the run ended without a result; this is a defect of spinloom")),
    }
}

/// A value of Python as a parameter takes it.
fn parameter(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(v) = value.extract::<bool>() {
        return Ok(Value::Boolean(v));
    }
    if let Ok(v) = value.extract::<i64>() {
        return Ok(Value::Integer(v));
    }
    if let Ok(v) = value.extract::<f64>() {
        return Ok(Value::Number(v));
    }
    if let Ok(v) = value.extract::<String>() {
        return Ok(Value::Text(v));
    }
    if let Ok(items) = value.try_iter() {
        return items.map(|i| parameter(&i?)).collect::<PyResult<_>>().map(Value::List);
    }
    Err(errors::value(format!("{value} is neither a number, a text, a truth value nor a list of those")))
}

/// Sets overrides, those in inner dictionaries under dotted names.
fn assign(system: &mut dyn System, prefix: &str, overrides: &Bound<'_, PyDict>) -> PyResult<()> {
    for (key, value) in overrides {
        let key: String = key.extract()?;
        let name = format!("{prefix}{}", key.replace("__", "."));
        if let Ok(inner) = value.cast::<PyDict>() {
            assign(system, &format!("{name}."), inner)?;
        } else {
            spinloom_core::parameters::Parameters::set(system, &name, &parameter(&value)?).map_err(errors::value)?;
        }
    }
    Ok(())
}

/// The experiment that a name or a file ending in `.toml` stands for, with overrides.
fn experiment(what: &str, overrides: Option<&Bound<'_, PyDict>>) -> PyResult<Experiment> {
    let mut experiment = if Path::new(what).extension().is_some_and(|e| e == "toml") {
        Experiment::from_file(Path::new(what)).map_err(errors::lab)?
    } else {
        Experiment { system: spinloom_lab::system(what).map_err(errors::lab)?, seed: None }
    };
    if let Some(overrides) = overrides {
        assign(&mut *experiment.system, "", overrides)?;
    }
    Ok(experiment)
}

fn listener(progress: Option<Py<PyAny>>) -> Arc<dyn Progress> {
    progress.map_or_else(|| Arc::new(Silent) as Arc<dyn Progress>, |p| Arc::new(Callback(p)))
}

fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(errors::value)
}

/// Runs a system or an experiment file; returns the outcome as JSON.
#[pyfunction]
#[pyo3(signature = (what, overrides=None, *, seed=None, data=None, threads=None, quick=false, progress=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn run(
    py: Python<'_>,
    what: &str,
    overrides: Option<&Bound<'_, PyDict>>,
    seed: Option<u64>,
    data: Option<PathBuf>,
    threads: Option<usize>,
    quick: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let experiment = experiment(what, overrides)?;
    let cancel = CancelToken::default();
    let mut run = Run::new(seed.or(experiment.seed).unwrap_or(1))
        .with_cancel(cancel.clone())
        .with_data(data)
        .with_quick(quick)
        .with_progress(listener(progress));
    let system = experiment.system;
    let outcome = interruptible(py, threads, &cancel, move || system.run(&mut run))?;
    json(&outcome)
}

/// Runs systems over several seeds; returns published and measured figures as JSON.
#[pyfunction]
#[pyo3(signature = (systems, *, seeds, data=None, threads=None, quick=false, progress=None, out=None, force=false, resume=false))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn reproduce(
    py: Python<'_>,
    systems: Vec<String>,
    seeds: Vec<u64>,
    data: Option<PathBuf>,
    threads: Option<usize>,
    quick: bool,
    progress: Option<Py<PyAny>>,
    out: Option<PathBuf>,
    force: bool,
    resume: bool,
) -> PyResult<String> {
    let chosen: Vec<Box<dyn System>> =
        systems.iter().map(|n| spinloom_lab::system(n)).collect::<Result<_, _>>().map_err(errors::lab)?;
    let cancel = CancelToken::default();
    let command = "spinloom.reproduce(...) in Python".to_owned();
    let options = ReproduceOptions {
        seeds,
        quick,
        data,
        cancel: cancel.clone(),
        progress: listener(progress),
        out,
        force,
        resume,
        command,
    };
    let result = interruptible(py, threads, &cancel, move || spinloom_lab::reproduce::reproduce(&chosen, &options)?.to_json())?;
    json(&result)
}

/// Cards of all systems as JSON.
#[pyfunction]
pub fn cards() -> PyResult<String> {
    json(&spinloom_lab::systems().iter().map(|s| s.card()).collect::<Vec<_>>())
}

/// Parameters of a system or an experiment file as JSON.
#[pyfunction]
pub fn parameters(what: &str) -> PyResult<String> {
    let described: Vec<_> = experiment(what, None)?
        .system
        .parameters()
        .into_iter()
        .map(|p| serde_json::json!({ "name": p.name, "value": p.value, "unit": p.unit, "choices": p.choices, "doc": p.doc }))
        .collect();
    json(&described)
}

fn outcome(text: &str) -> PyResult<Outcome> {
    serde_json::from_str(text).map_err(errors::value)
}

/// An outcome (JSON) as an HTML fragment.
#[pyfunction]
pub fn outcome_html(outcome_json: &str) -> PyResult<String> {
    spinloom_lab::report::outcome_html(&outcome(outcome_json)?).map_err(errors::lab)
}

/// One figure of an outcome (JSON): SVG text and PNG bytes.
#[pyfunction]
pub fn figure_png<'py>(py: Python<'py>, outcome_json: &str, name: &str) -> PyResult<(String, Bound<'py, PyBytes>)> {
    let outcome = outcome(outcome_json)?;
    let figure =
        outcome.figures.iter().find(|f| f.name == name).ok_or_else(|| errors::value(format!("there is no figure `{name}`")))?;
    let svg = spinloom_lab::plot::svg(figure);
    let png = spinloom_lab::plot::png(figure).map_err(errors::lab)?;
    Ok((svg, PyBytes::new(py, &png)))
}

/// Writes an outcome (JSON) of a system with these overrides as a run directory.
#[pyfunction]
#[pyo3(signature = (outcome_json, what, overrides, out, *, force=false))]
pub fn save(outcome_json: &str, what: &str, overrides: Option<&Bound<'_, PyDict>>, out: PathBuf, force: bool) -> PyResult<()> {
    let outcome = outcome(outcome_json)?;
    let experiment = experiment(what, overrides)?;
    let claims = judge(&experiment.system.card().claims().map_err(errors::lab)?, std::slice::from_ref(&outcome));
    let input = ReportInput {
        system: &*experiment.system,
        outcome: &outcome,
        claims: &claims,
        seeds: &[outcome.seed],
        wall_s: outcome.timing.iter().map(|t| t.second).sum(),
        command: "spinloom.run(...) in Python",
    };
    spinloom_lab::run_directory::write_run_directory(&out, force, &input).map_err(errors::lab)
}
