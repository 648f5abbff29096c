//! Models of spins: from arrays and into arrays, energies, enumeration, sampling.

use crate::convert::named;
use crate::errors::IntoPython;
use crate::work;
use numpy::ndarray::{Array2, ArrayView2};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2, ToPyArray};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::prelude::*;
use spinloom_ising::anneal::{Annealing, Control, Model as Energies, Schedule};
use spinloom_ising::memory::fits;
use spinloom_ising::polynomial::Polynomial;
use spinloom_ising::qubo::Qubo;
use spinloom_ising::solve::{Method, resolve, round_of};
use spinloom_ising::{Ising, IsingError, Order, Rule, exact};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// A model of spins; it does not change.
#[pyclass(frozen, module = "spinloom._spinloom")]
pub struct Model(Arc<Energies>);

/// Indices as NumPy and SciPy have them, of 32 or 64 bits.
#[derive(FromPyObject)]
enum Indices<'py> {
    Narrow(PyReadonlyArray1<'py, i32>),
    Wide(PyReadonlyArray1<'py, i64>),
}

impl Indices<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Narrow(a) => a.as_array().len(),
            Self::Wide(a) => a.as_array().len(),
        }
    }

    /// One index; a negative one becomes too large for any model.
    fn at(&self, k: usize) -> usize {
        match self {
            Self::Narrow(a) => a.as_array()[k] as usize,
            Self::Wide(a) => a.as_array()[k] as usize,
        }
    }
}

/// Two indices and a value an entry, as iterated over without a copy.
struct Entries<'a, 'py> {
    first: &'a Indices<'py>,
    second: &'a Indices<'py>,
    values: &'a PyReadonlyArray1<'py, f64>,
}

impl Entries<'_, '_> {
    fn check(&self) -> PyResult<()> {
        let lengths = [self.first.len(), self.second.len(), self.values.as_array().len()];
        if lengths[0] == lengths[1] && lengths[1] == lengths[2] {
            return Ok(());
        }
        Err(PyValueError::new_err(format!(
            "two indices and a value an entry, but there are {}, {} and {}",
            lengths[0], lengths[1], lengths[2]
        )))
    }

    fn iter(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.values.as_array().into_iter().enumerate().map(|(k, &v)| (self.first.at(k), self.second.at(k), v))
    }
}

/// A model whose energies are numbers, in every state.
fn checked(model: Result<Energies, IsingError>) -> PyResult<Model> {
    let model = model.map_err(IntoPython::into_python)?;
    let largest: f64 = match &model {
        Energies::Pairs(m) => m.largest_fields().iter().sum::<f64>() + m.offset().abs(),
        Energies::Polynomial(m) => m.terms().map(|t| t.1.abs()).sum::<f64>() + m.offset().abs(),
    };
    if largest.is_finite() {
        return Ok(Model(Arc::new(model)));
    }
    Err(PyValueError::new_err("couplings and fields are so large that energies overflow; scale them down"))
}

fn field_of(field: &PyReadonlyArray1<'_, f64>) -> Vec<f64> {
    field.as_array().to_vec()
}

/// Entries of a matrix that are not zero, row after row.
fn dense_entries(view: ArrayView2<'_, f64>) -> impl Iterator<Item = (usize, usize, f64)> {
    let columns = view.dim().1.max(1);
    view.into_iter().enumerate().map(move |(k, &v)| (k / columns, k % columns, v)).filter(|e| e.2 != 0.0)
}

#[pymethods]
impl Model {
    /// From a symmetric matrix.
    #[staticmethod]
    fn dense(couplings: PyReadonlyArray2<'_, f64>, field: PyReadonlyArray1<'_, f64>, offset: f64) -> PyResult<Self> {
        let view = couplings.as_array();
        // Of a symmetric matrix the columns are the rows, and whichever lie in a row in memory are faster.
        let view = if view.is_standard_layout() { view } else { view.reversed_axes() };
        checked(Ising::from_rows(dense_entries(view), 0, field_of(&field), offset).map(Energies::Pairs))
    }

    /// From the compressed rows of a symmetric matrix.
    #[staticmethod]
    fn rows(
        start: Indices<'_>,
        columns: Indices<'_>,
        values: PyReadonlyArray1<'_, f64>,
        field: PyReadonlyArray1<'_, f64>,
        offset: f64,
    ) -> PyResult<Self> {
        let spins = field.as_array().len();
        let values = values.as_array();
        let ordered = start.len() == spins + 1 && start.at(0) == 0 && (0..spins).all(|i| start.at(i) <= start.at(i + 1));
        if !ordered || columns.len() != values.len() || start.at(spins) != values.len() {
            return Err(PyValueError::new_err("the arrays of the sparse matrix do not fit together"));
        }
        let entries = (0..spins).flat_map(|i| (start.at(i)..start.at(i + 1)).map(move |k| (i, k)));
        let entries = entries.map(|(i, k)| (i, columns.at(k), values[k]));
        checked(Ising::from_rows(entries, values.len(), field_of(&field), offset).map(Energies::Pairs))
    }

    /// From pairs, each once; `sign` is that of the energy: -1 where couplings and fields add to it, as elsewhere than here.
    #[staticmethod]
    fn pairs(
        first: Indices<'_>,
        second: Indices<'_>,
        values: PyReadonlyArray1<'_, f64>,
        field: PyReadonlyArray1<'_, f64>,
        offset: f64,
        sign: f64,
    ) -> PyResult<Self> {
        let entries = Entries { first: &first, second: &second, values: &values };
        entries.check()?;
        let field: Vec<f64> = field.as_array().iter().map(|h| sign * h).collect();
        let couplings = entries.iter().map(|(i, j, v)| (i, j, sign * v));
        checked(Ising::new(field.len(), couplings, field, offset).map(Energies::Pairs))
    }

    /// From entries over bits, with the linear ones beside them.
    #[staticmethod]
    fn bits(
        first: Indices<'_>,
        second: Indices<'_>,
        values: PyReadonlyArray1<'_, f64>,
        linear: PyReadonlyArray1<'_, f64>,
        offset: f64,
    ) -> PyResult<Self> {
        let entries = Entries { first: &first, second: &second, values: &values };
        entries.check()?;
        let linear = linear.as_array();
        let diagonal = linear.iter().enumerate().map(|(i, &v)| (i, i, v));
        let qubo = Qubo::new(linear.len(), diagonal.chain(entries.iter()), offset);
        checked(qubo.and_then(|q| q.to_ising()).map(Energies::Pairs))
    }

    /// From a matrix over bits.
    #[staticmethod]
    fn dense_bits(matrix: PyReadonlyArray2<'_, f64>, offset: f64) -> PyResult<Self> {
        let view = matrix.as_array();
        let qubo = Qubo::new(view.dim().0, dense_entries(view), offset);
        checked(qubo.and_then(|q| q.to_ising()).map(Energies::Pairs))
    }

    /// From products of spins, or of bits: the members of all terms, where each begins, and a coefficient each.
    #[staticmethod]
    fn terms(
        spins: usize,
        start: Indices<'_>,
        members: Indices<'_>,
        coefficients: PyReadonlyArray1<'_, f64>,
        over_bits: bool,
    ) -> PyResult<Self> {
        let coefficients = coefficients.as_array();
        if start.len() != coefficients.len() + 1 || (start.at(coefficients.len()) != members.len()) {
            return Err(PyValueError::new_err("the arrays of the terms do not fit together"));
        }
        let terms = coefficients.iter().enumerate();
        let terms = terms.map(|(t, &c)| ((start.at(t)..start.at(t + 1)).map(|k| members.at(k)).collect::<Vec<_>>(), c));
        let energy = if over_bits { Polynomial::from_bits(spins, terms) } else { Polynomial::new(spins, terms) };
        // Pairs have the faster samplers.
        checked(energy.and_then(|e| if e.order() <= 2 { e.to_ising().map(Energies::Pairs) } else { Ok(Energies::Polynomial(e)) }))
    }

    #[getter]
    fn spins(&self) -> usize {
        self.0.spins()
    }

    #[getter]
    fn couplings(&self) -> usize {
        self.0.couplings()
    }

    #[getter]
    fn offset(&self) -> f64 {
        match &*self.0 {
            Energies::Pairs(m) => m.offset(),
            Energies::Polynomial(m) => m.offset(),
        }
    }

    /// The field of every spin.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(self.of_pairs()?.fields().to_pyarray(py))
    }

    /// The compressed rows: where each begins, columns, values.
    fn to_rows<'py>(&self, py: Python<'py>) -> PyResult<Rows<'py>> {
        let model = self.of_pairs()?;
        let (mut start, mut columns, mut values) =
            (vec![0], Vec::with_capacity(2 * model.pairs()), Vec::with_capacity(2 * model.pairs()));
        for i in 0..model.spins() {
            let (neighbours, couplings) = model.neighbours(i);
            columns.extend(neighbours.iter().map(|&j| i64::from(j)));
            values.extend_from_slice(couplings);
            start.push(columns.len() as i64);
        }
        Ok((start.into_pyarray(py), columns.into_pyarray(py), values.into_pyarray(py)))
    }

    /// The same energies over bits: linear coefficients, pairs (i, j, q) with i < j, and the constant.
    fn to_bits<'py>(&self, py: Python<'py>) -> PyResult<Bits<'py>> {
        let qubo = Qubo::from_ising(self.of_pairs()?).map_err(IntoPython::into_python)?;
        let column =
            |of: fn(&(usize, usize, f64)) -> usize| -> Vec<i64> { qubo.quadratic().iter().map(|e| of(e) as i64).collect() };
        let values: Vec<f64> = qubo.quadratic().iter().map(|e| e.2).collect();
        let (first, second) = (column(|e| e.0), column(|e| e.1));
        Ok((
            qubo.linear().to_pyarray(py),
            first.into_pyarray(py),
            second.into_pyarray(py),
            values.into_pyarray(py),
            qubo.offset(),
        ))
    }

    /// The energy of every row of +-1.
    fn energies<'py>(&self, py: Python<'py>, states: PyReadonlyArray2<'py, i8>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let (rows, columns) = states.as_array().dim();
        let spins = self.0.spins();
        if columns != spins {
            return Err(PyValueError::new_err(format!("a state has {spins} spins, but these have {columns}")));
        }
        let flat = states.as_slice().map_err(|_| PyValueError::new_err("states lie row after row in memory"))?;
        let mut energies = vec![0.0; rows];
        // Pieces of some milliseconds, so that signals are looked at in between.
        let piece = (20_000_000 / (spins + self.0.couplings()).max(1)).max(64);
        for (k, out) in energies.chunks_mut(piece).enumerate() {
            let of = |row: usize| &flat[(k * piece + row) * spins..(k * piece + row + 1) * spins];
            let wrong = py.detach(|| {
                let wrong = (0..out.len()).find_map(|r| of(r).iter().position(|m| !matches!(m, 1 | -1)).map(|spin| (r, spin)));
                if wrong.is_none() {
                    out.par_iter_mut().enumerate().for_each(|(r, energy)| *energy = self.0.energy(of(r)));
                }
                wrong
            });
            if let Some((row, spin)) = wrong {
                let value = of(row)[spin];
                let row = k * piece + row;
                return Err(PyValueError::new_err(format!("spin {spin} of state {row} is {value}; spins are +1 or -1")));
            }
            py.check_signals()?;
        }
        Ok(energies.into_pyarray(py))
    }

    /// The energy of every configuration, or its Boltzmann probability at an inverse temperature.
    #[pyo3(signature = (beta = None))]
    fn exact<'py>(&self, py: Python<'py>, beta: Option<f64>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        if let Some(beta) = beta.filter(|b| !(b.is_finite() && *b >= 0.0)) {
            return Err(PyValueError::new_err(format!("beta must be zero or more and finite, but it is {beta}")));
        }
        let all = py.detach(|| match (&*self.0, beta) {
            (Energies::Pairs(m), None) => exact::energies(m),
            (Energies::Pairs(m), Some(beta)) => exact::boltzmann(m, beta),
            (Energies::Polynomial(m), None) => exact::energies(m),
            (Energies::Polynomial(m), Some(beta)) => exact::boltzmann(m, beta),
        });
        Ok(all.map_err(IntoPython::into_python)?.into_pyarray(py))
    }

    /// Reads a sample or anneals; a dictionary of states (reads x spins), energies, and how they came about.
    #[pyo3(signature = (
        *, method, schedule, beta_range, betas, sweeps, reads, seed, rule, order, initial, descend, time_limit, threads, interrupt
    ))]
    #[allow(clippy::too_many_arguments, reason = "keywords, all of them")]
    fn sample<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        schedule: &str,
        beta_range: Option<(f64, f64)>,
        betas: Option<PyReadonlyArray1<'py, f64>>,
        sweeps: usize,
        reads: usize,
        seed: u64,
        rule: &str,
        order: &str,
        initial: Option<PyReadonlyArray2<'py, i8>>,
        descend: bool,
        time_limit: Option<f64>,
        threads: Option<usize>,
        interrupt: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let wanted = Wanted {
            method: named("method", &Method::ALL, method)?,
            shape: named("beta_schedule_type", &SHAPES, schedule)?,
            ends: beta_range,
            betas: betas.map(|b| b.as_array().to_vec()),
            sweeps,
            reads,
            seed,
            rule: named("rule", &Rule::ALL, rule)?,
            order: named("order", &Order::ALL, order)?,
            initial: initial.map_or_else(Vec::new, |i| i.as_array().outer_iter().map(|row| row.to_vec()).collect()),
            descend,
            time_limit: time_limit.map(crate::convert::duration).transpose()?,
        };
        let model = Arc::clone(&self.0);
        let found =
            work::run_until(py, threads, None, interrupt, move |cancel, _| wanted.run(&model, Control::new(cancel.clone())))?;
        found.into_python(py)
    }
}

type Rows<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>);
type Bits<'py> =
    (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>, f64);

impl Model {
    fn of_pairs(&self) -> PyResult<&Ising> {
        match &*self.0 {
            Energies::Pairs(m) => Ok(m),
            Energies::Polynomial(_) => Err(PyValueError::new_err("the model has terms of more than two spins")),
        }
    }
}

/// How inverse temperatures follow one another.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Linear,
    Geometric,
    Custom,
}

const SHAPES: [(&str, Shape); 3] = [("linear", Shape::Linear), ("geometric", Shape::Geometric), ("custom", Shape::Custom)];

/// What was asked for.
struct Wanted {
    method: Method,
    shape: Shape,
    ends: Option<(f64, f64)>,
    betas: Option<Vec<f64>>,
    sweeps: usize,
    reads: usize,
    seed: u64,
    rule: Rule,
    order: Order,
    initial: Vec<Vec<i8>>,
    descend: bool,
    time_limit: Option<Duration>,
}

/// What came of it.
struct Found {
    states: Array2<i8>,
    energies: Vec<f64>,
    method: Method,
    ends: (f64, f64),
    updates: u64,
    stopped: bool,
    preparing: Duration,
    sampling: Duration,
}

impl Wanted {
    /// Bit planes pay from some reads on, where they can take the model at all.
    fn method(&self, model: &Energies) -> Method {
        match self.method {
            Method::Auto if self.reads < 16 => Method::Single,
            other => resolve(other, model),
        }
    }

    fn run(self, model: &Energies, mut control: Control) -> Result<Found, IsingError> {
        let start = Instant::now();
        control.deadline = self.time_limit.and_then(|t| start.checked_add(t));
        let spins = model.spins();
        // States are held twice for a moment, when they are laid out one after another.
        fits(2 * self.reads as u128 * (spins as u128 + 24), &format!("{} reads of {spins} spins", self.reads))?;
        fits(8 * self.sweeps as u128, &format!("a schedule of {} sweeps", self.sweeps))?;
        let method = self.method(model);
        let (schedule, ends) = match (self.shape, self.betas) {
            (Shape::Custom, Some(betas)) => {
                let ends = (betas.first().copied().unwrap_or(0.0), betas.last().copied().unwrap_or(0.0));
                (Schedule::new(betas)?, ends)
            }
            (shape, _) => {
                let (hot, cold) = self.ends.unwrap_or_else(|| Schedule::range(model));
                let made = if matches!(shape, Shape::Geometric) { Schedule::geometric } else { Schedule::linear };
                (made(hot, cold, self.sweeps)?, (hot, cold))
            }
        };
        let mut annealing = Annealing::new(schedule, self.reads, self.seed);
        (annealing.rule, annealing.order, annealing.initial) = (self.rule, self.order, self.initial);
        (annealing.keep_states, annealing.descend) = (true, self.descend);
        let preparing = start.elapsed();
        let start = Instant::now();
        let reads = round_of(model, method, annealing, ends, &control)?;
        let sampling = start.elapsed();
        let mut flat = Vec::with_capacity(reads.states.len() * spins);
        let rows = reads.states.len();
        reads.states.into_iter().for_each(|state| flat.extend_from_slice(&state));
        let states = Array2::from_shape_vec((rows, spins), flat).map_err(|e| IsingError::Model(e.to_string()))?;
        let updates = control.updates.load(Ordering::Relaxed);
        Ok(Found { states, energies: reads.energies, method, ends, updates, stopped: control.was_stopped(), preparing, sampling })
    }
}

impl Found {
    fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let out = PyDict::new(py);
        let states: Bound<'_, PyArray2<i8>> = self.states.into_pyarray(py);
        out.set_item("states", states)?;
        out.set_item("energies", self.energies.into_pyarray(py))?;
        out.set_item("method", self.method.name())?;
        out.set_item("beta_range", self.ends)?;
        out.set_item("updates", self.updates)?;
        out.set_item("stopped", self.stopped)?;
        out.set_item("preparing_ns", self.preparing.as_nanos() as u64)?;
        out.set_item("sampling_ns", self.sampling.as_nanos() as u64)?;
        Ok(out)
    }
}
