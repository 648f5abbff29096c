//! Systems, experiments and reproductions.

use crate::convert::{assignments, from_json, plain};
use crate::errors::IntoPython;
use crate::outcome::{Outcome, Ran};
use crate::work;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use spinloom_core::parameters::{Parameter, Value};
use spinloom_core::run::Run;
use spinloom_lab::experiment::{Experiment as LabExperiment, to_toml};
use spinloom_lab::reproduce::{ReproduceOptions, reproduce as reproduce_systems};
use spinloom_lab::{LabError, System, system, systems as all_systems};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// A system with its parameters set.
#[pyclass(frozen, module = "spinloom._spinloom")]
pub struct Experiment {
    system: Arc<dyn System>,
    seed: Option<u64>,
}

impl From<LabExperiment> for Experiment {
    fn from(experiment: LabExperiment) -> Self {
        Self { system: Arc::from(experiment.system), seed: experiment.seed }
    }
}

impl Experiment {
    /// The same system anew: what is shared cannot be changed.
    fn copy(&self) -> Result<LabExperiment, LabError> {
        LabExperiment::from_text(self.system.card().name, &to_toml(self.system.as_ref(), self.seed))
    }
}

fn assign(experiment: &mut LabExperiment, parameters: &Bound<'_, PyDict>) -> PyResult<()> {
    for (name, value) in assignments(parameters)? {
        experiment.system.set(&name, &value).map_err(IntoPython::into_python)?;
    }
    Ok(())
}

#[pymethods]
impl Experiment {
    #[new]
    fn new(name: &str) -> PyResult<Self> {
        let system = system(name).map_err(IntoPython::into_python)?;
        Ok(LabExperiment { system, seed: None }.into())
    }

    /// Reads an experiment file.
    #[staticmethod]
    fn from_file(path: PathBuf) -> PyResult<Self> {
        LabExperiment::from_file(&path).map(Into::into).map_err(IntoPython::into_python)
    }

    /// Reads the text of an experiment file.
    #[staticmethod]
    fn from_text(text: &str) -> PyResult<Self> {
        LabExperiment::from_text("experiment", text).map(Into::into).map_err(IntoPython::into_python)
    }

    /// The same experiment with other parameters.
    fn with_parameters(&self, parameters: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut copy = self.copy().map_err(IntoPython::into_python)?;
        assign(&mut copy, parameters)?;
        Ok(copy.into())
    }

    #[getter]
    fn system(&self) -> &'static str {
        self.system.card().name
    }

    #[getter]
    fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The card, as a dictionary.
    fn card<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, self.system.card())
    }

    /// The claims, as dictionaries.
    fn claims<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.system.card().claims().map_err(IntoPython::into_python)?)
    }

    /// The parameters, as dictionaries.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.system.parameters().iter().map(|p| described(py, p)).collect()
    }

    /// The whole experiment as the text of a file.
    fn to_toml(&self) -> String {
        to_toml(self.system.as_ref(), self.seed)
    }

    /// Runs the system once; `command` is what a report says to do it again.
    #[pyo3(signature = (seed, data, threads, quick, progress, command))]
    #[allow(clippy::too_many_arguments, reason = "called by the typed layer alone")]
    fn run(
        &self,
        py: Python<'_>,
        seed: u64,
        data: Option<PathBuf>,
        threads: Option<usize>,
        quick: bool,
        progress: Option<&Bound<'_, PyAny>>,
        command: String,
    ) -> PyResult<Outcome> {
        let system = Arc::clone(&self.system);
        let ran = work::run(py, threads, progress, move |cancel, progress| {
            let mut run = Run::new(seed).with_cancel(cancel.clone()).with_progress(progress).with_data(data).with_quick(quick);
            let start = Instant::now();
            let outcome = system.run(&mut run)?;
            Ok::<_, LabError>(Ran { system, outcome, wall_s: start.elapsed().as_secs_f64(), command })
        })?;
        Ok(Outcome::new(ran))
    }
}

fn described<'py>(py: Python<'py>, parameter: &Parameter) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("name", &parameter.name)?;
    out.set_item("value", native(py, &parameter.value)?)?;
    out.set_item("unit", parameter.unit)?;
    out.set_item("doc", &parameter.doc)?;
    out.set_item("choices", parameter.choices.to_vec())?;
    let interval = parameter
        .choices
        .is_empty()
        .then(|| parameter.bound.to_string())
        .filter(|_| matches!(parameter.value, Value::Integer(_) | Value::Number(_) | Value::List(_)));
    out.set_item("bound", interval.unwrap_or_default())?;
    Ok(out)
}

/// A parameter's value as Python has it; unlike JSON it may be infinite.
fn native<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Number(v) => Ok(v.into_pyobject(py)?.into_any()),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| native(py, item)).collect::<PyResult<_>>()?;
            Ok(PyList::new(py, items)?.into_any())
        }
        other => plain(py, other),
    }
}

/// The cards of all systems, as dictionaries.
#[pyfunction]
pub fn systems(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    all_systems().iter().map(|s| plain(py, s.card())).collect()
}

/// Runs every experiment under every seed; the document of `spinloom reproduce --json` as dictionaries.
#[pyfunction]
#[pyo3(signature = (experiments, seeds, *, quick, data, threads, out, force, resume, progress, command))]
#[allow(clippy::too_many_arguments, reason = "keywords, all of them")]
#[allow(clippy::fn_params_excessive_bools, reason = "keywords, all of them")]
pub fn reproduce<'py>(
    py: Python<'py>,
    experiments: Vec<PyRef<'py, Experiment>>,
    seeds: Vec<u64>,
    quick: bool,
    data: Option<PathBuf>,
    threads: Option<usize>,
    out: Option<PathBuf>,
    force: bool,
    resume: bool,
    progress: Option<&Bound<'py, PyAny>>,
    command: String,
) -> PyResult<Bound<'py, PyAny>> {
    let systems: Vec<Box<dyn System>> = experiments
        .iter()
        .map(|e| e.copy().map(|copy| copy.system))
        .collect::<Result<_, _>>()
        .map_err(IntoPython::into_python)?;
    let json = work::run(py, threads, progress, move |cancel, progress| {
        let options = ReproduceOptions { seeds, quick, data, cancel: cancel.clone(), progress, out, force, resume, command };
        reproduce_systems(&systems, &options)?.to_json()
    })?;
    from_json(py, &json)
}
