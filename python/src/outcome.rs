//! What a run left.

use crate::convert::{from_json, plain};
use crate::errors::IntoPython;
use numpy::ToPyArray;
use pyo3::exceptions::{PyIndexError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyList;
use serde::{Deserialize, Serialize};
use spinloom_lab::experiment::{Experiment, to_toml};
use spinloom_lab::figure::Figure;
use spinloom_lab::json::run_json;
use spinloom_lab::outcome::Values;
use spinloom_lab::report::{ReportInput, outcome_html};
use spinloom_lab::reproduce::judge;
use spinloom_lab::run_directory::write_run_directory;
use spinloom_lab::{LabError, System, plot};
use std::path::PathBuf;
use std::sync::Arc;

/// A finished run: what ran, what it left, and how long it took.
pub struct Ran {
    /// The system with its parameters.
    pub system: Arc<dyn System>,
    /// What it left.
    pub outcome: spinloom_lab::Outcome,
    /// Wall time, s.
    pub wall_s: f64,
    /// The call that does it again.
    pub command: String,
}

/// All of a finished run, for pickling.
#[derive(Serialize, Deserialize)]
struct State {
    experiment: String,
    outcome: spinloom_lab::Outcome,
    wall_s: f64,
    command: String,
}

/// What a run left.
#[pyclass(frozen, module = "spinloom._spinloom")]
pub struct Outcome(Ran);

/// Name, unit and values of a column.
type PlainColumn<'py> = (String, String, Bound<'py, PyAny>);

impl Outcome {
    pub fn new(ran: Ran) -> Self {
        Self(ran)
    }

    fn figure(&self, index: usize) -> PyResult<&Figure> {
        self.0.outcome.figures.get(index).ok_or_else(|| PyIndexError::new_err("there is no such figure"))
    }
}

#[pymethods]
impl Outcome {
    #[getter]
    fn system(&self) -> &str {
        &self.0.outcome.system
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.0.outcome.seed
    }

    #[getter]
    fn data(&self) -> Vec<String> {
        self.0.outcome.data.clone()
    }

    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.outcome.notes.clone()
    }

    /// Names of the data sets that were not found.
    #[getter]
    fn missing(&self) -> Vec<String> {
        self.0.outcome.missing.iter().map(|m| m.name.clone()).collect()
    }

    #[getter]
    fn wall_s(&self) -> f64 {
        self.0.wall_s
    }

    /// Name, value, unit and standard error of every quantity.
    fn quantities(&self) -> Vec<(String, f64, String, Option<f64>)> {
        let quantities = self.0.outcome.quantities.iter();
        quantities.map(|q| (q.name.clone(), q.value, q.unit.clone(), q.standard_error)).collect()
    }

    /// Name, title and columns of every table.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, String, Vec<PlainColumn<'py>>)>> {
        let column = |c: &spinloom_lab::outcome::Column| {
            let values = match &c.values {
                Values::Numbers(v) => v.to_pyarray(py).into_any(),
                Values::Words(v) => PyList::new(py, v)?.into_any(),
            };
            Ok((c.name.clone(), c.unit.clone(), values))
        };
        let table = |t: &spinloom_lab::outcome::Table| {
            Ok((t.name.clone(), t.title.clone(), t.columns.iter().map(column).collect::<PyResult<_>>()?))
        };
        self.0.outcome.tables.iter().map(table).collect()
    }

    /// Name, title and caption of every figure.
    fn figures(&self) -> Vec<(String, String, String)> {
        let figures = self.0.outcome.figures.iter();
        figures.map(|f| (f.name.clone(), f.title.clone(), f.caption.clone())).collect()
    }

    /// One figure as SVG.
    fn figure_svg(&self, py: Python<'_>, index: usize) -> PyResult<String> {
        let figure = self.figure(index)?;
        Ok(py.detach(|| plot::svg(figure)))
    }

    /// One figure as PNG.
    fn figure_png(&self, py: Python<'_>, index: usize) -> PyResult<Vec<u8>> {
        let figure = self.figure(index)?;
        py.detach(|| plot::png(figure)).map_err(IntoPython::into_python)
    }

    /// Lines of the ledger, as dictionaries.
    fn ledger<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.0.outcome.ledger)
    }

    /// Energy of all lines of the ledger, J.
    fn total_joule(&self) -> f64 {
        self.0.outcome.ledger.total_joule()
    }

    /// Claims beside what was measured, as dictionaries.
    fn claims<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let claims = self.0.system.card().claims().map_err(IntoPython::into_python)?;
        plain(py, &judge(&claims, std::slice::from_ref(&self.0.outcome)))
    }

    /// The document of `spinloom run --json`, as dictionaries.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &run_json(&self.0.outcome, None))
    }

    /// The document of `spinloom run --json`.
    fn to_json(&self) -> String {
        format!("{:#}", run_json(&self.0.outcome, None))
    }

    /// The experiment as the text of a file.
    fn experiment(&self) -> String {
        to_toml(self.0.system.as_ref(), Some(self.0.outcome.seed))
    }

    /// Quantities and the first figure as HTML.
    fn html(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| outcome_html(&self.0.outcome)).map_err(IntoPython::into_python)
    }

    /// Writes the run directory.
    fn save(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        let ran = &self.0;
        let write = || {
            let claims = judge(&ran.system.card().claims()?, std::slice::from_ref(&ran.outcome));
            let input = ReportInput {
                system: ran.system.as_ref(),
                outcome: &ran.outcome,
                claims: &claims,
                seeds: &[ran.outcome.seed],
                wall_s: ran.wall_s,
                command: &ran.command,
            };
            write_run_directory(&path, force, &input)
        };
        py.detach(write).map_err(LabError::into_python)
    }

    /// The whole outcome as a text, for pickling.
    fn state(&self) -> PyResult<String> {
        let Ran { outcome, wall_s, command, .. } = &self.0;
        let state = State { experiment: self.experiment(), outcome: outcome.clone(), wall_s: *wall_s, command: command.clone() };
        serde_json::to_string(&state).map_err(|e| PyRuntimeError::new_err(e.to_string()))
    }

    /// The outcome of a text that [`Outcome::state`] gave.
    #[staticmethod]
    fn from_state(state: &str) -> PyResult<Self> {
        let state: State = serde_json::from_str(state).map_err(|e| PyValueError::new_err(format!("not an outcome: {e}")))?;
        let experiment = Experiment::from_text("outcome", &state.experiment).map_err(IntoPython::into_python)?;
        let State { outcome, wall_s, command, .. } = state;
        Ok(Self(Ran { system: Arc::from(experiment.system), outcome, wall_s, command }))
    }
}
