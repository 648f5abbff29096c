//! Problems of files and numbers, solved.

use crate::convert::{duration, from_json, named};
use crate::work;
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use spinloom_ising::anneal::Control;
use spinloom_ising::format::{Format, Interpretation};
use spinloom_ising::solution::{Held, Reading, Solution, Timing, named as problem_named};
use spinloom_ising::solve::{Method, SolveOptions, solve as run_solver};
use spinloom_ising::{IsingError, Order, Rule};
use std::path::PathBuf;
use std::time::Instant;

/// The document of `spinloom solve --json` as dictionaries and as text, the answer in words, the best state of all spins, and the objective of
/// every read.
type Solved<'py> = (Bound<'py, PyAny>, String, String, Bound<'py, PyArray1<i8>>, Bound<'py, PyArray1<f64>>);

/// Solves the problem of a file, or factors a number.
#[pyfunction]
#[pyo3(signature = (
    problem, *, format, meaning, method, target, time, reads, sweeps, beta_range, rule, order, clamp, reduce, multiplier, seed, threads,
    progress, interrupt
))]
#[allow(clippy::too_many_arguments, reason = "keywords, all but one")]
pub fn solve<'py>(
    py: Python<'py>,
    problem: PathBuf,
    format: Option<&str>,
    meaning: Option<&str>,
    method: &str,
    target: Option<f64>,
    time: Option<f64>,
    reads: Option<usize>,
    sweeps: Option<usize>,
    beta_range: Option<(f64, f64)>,
    rule: &str,
    order: &str,
    clamp: Vec<(String, i8)>,
    reduce: bool,
    multiplier: bool,
    seed: u64,
    threads: Option<usize>,
    progress: Option<&Bound<'py, PyAny>>,
    interrupt: Option<&Bound<'py, PyAny>>,
) -> PyResult<Solved<'py>> {
    let reading = Reading {
        format: format.map(|name| named("format", &Format::ALL, name)).transpose()?,
        meaning: meaning.map(|name| named("meaning", &Interpretation::ALL, name)).transpose()?.unwrap_or_default(),
        multiplier,
        reduce,
    };
    let mut options = SolveOptions {
        method: named("method", &Method::ALL, method)?,
        reads,
        sweeps,
        betas: beta_range,
        rule: Some(named("rule", &Rule::ALL, rule)?),
        order: if order == "auto" { None } else { Some(named("order", &Order::ALL, order)?) },
        target: None,
        time: time.map(duration).transpose()?,
        cities: None,
        seed,
    };
    let (document, text, words, state, objectives) = work::run_until(py, threads, progress, interrupt, move |cancel, told| {
        let start = Instant::now();
        let problem = problem_named(&problem, reading)?;
        let mut timing = Timing { read: start.elapsed().as_secs_f64(), ..Timing::default() };
        let start = Instant::now();
        let held = Held::new(&problem, &clamp)?;
        // Without a target of the user's, an energy that cannot be gone below is one.
        options.target = target.and_then(|t| problem.energy_of(t)).or_else(|| problem.least_energy());
        options.cities = held.cities(&problem);
        let method = options.method_on(&held.model);
        timing.prepare = start.elapsed().as_secs_f64();
        let found = run_solver(&held.model, &options, &Control::new(cancel.clone()), None, |p| {
            told.update(&format!("best so far {}", problem.objective_of(p.best_energy)), p.rounds as usize, 0);
        })?;
        timing.sample = found.sample_s;
        let state = held.whole(&found.best);
        let answer = problem.answer(&state);
        let words = answer.text.clone();
        let threads = rayon::current_num_threads();
        let solution =
            Solution { problem: &problem, progress: &found, answer, method, timing, seed, target: options.target, threads };
        let document = solution.document();
        let text = format!("{document:#}");
        Ok::<_, IsingError>((document, text, words, state, solution.objectives()))
    })?;
    Ok((from_json(py, &document)?, text, words, state.into_pyarray(py), objectives.into_pyarray(py)))
}
