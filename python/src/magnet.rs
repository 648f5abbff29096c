//! Films: cells of magnetization, what acts on them, and how they move.

mod arguments;
mod files;
mod held;
mod quantities;

pub use files::{film_picture, film_write_ovf, film_write_vtk, read_ovf};
pub use quantities::{
    film_average, film_charge_density, film_mean_wall, film_skyrmions, film_topological_charge, film_vortex_core, film_walls,
};

use crate::convert::named;
use crate::errors::IntoPython;
use crate::work;
use arguments::{Course, Parameters, Values, Vectors, vectors};
use held::{Held, Plan, Rows};
use numpy::ndarray::{Array2, Array5};
use numpy::{Element, IntoPyArray};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use spinloom_magnet::film::dynamics::{Checkpoint, Method, Minimizer, Steps};
use spinloom_magnet::film::torque::{Efficiency, Slonczewski, SpinOrbit, ZhangLi};
use spinloom_magnet::film::{Configuration, Grid, Real, Zeeman};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

/// How long a call waits for another on the same film to end.
const PATIENCE: Duration = Duration::from_secs(1);

const METHODS: [(&str, Method); 4] = [
    ("dormand-prince", Method::DormandPrince),
    ("bogacki-shampine", Method::BogackiShampine),
    ("runge-kutta", Method::RungeKutta4),
    ("heun", Method::Heun),
];

/// A film of either precision.
enum Precise {
    Double(Held<f64>),
    Single(Held<f32>),
}

/// The same expression for either precision.
macro_rules! precise {
    ($film:expr, $held:ident => $then:expr) => {
        match $film {
            Precise::Double($held) => $then,
            Precise::Single($held) => $then,
        }
    };
}
use precise;

/// A film. Calls from several threads wait for each other.
#[pyclass(frozen, module = "spinloom._spinloom")]
pub struct Film {
    body: Arc<Mutex<Precise>>,
    grid: Grid,
}

/// A worker's hold on a film, which no other call has.
fn hold(body: &Mutex<Precise>) -> MutexGuard<'_, Precise> {
    body.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Film {
    fn held(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, Precise>> {
        let begin = Instant::now();
        loop {
            match self.body.try_lock() {
                Ok(held) => return Ok(held),
                Err(TryLockError::Poisoned(_)) => {
                    return Err(PyRuntimeError::new_err("an earlier call on this film ended in a panic: make the film anew"));
                }
                Err(TryLockError::WouldBlock) if begin.elapsed() > PATIENCE => {
                    return Err(PyRuntimeError::new_err("the film is at work in another call, which has not ended yet"));
                }
                Err(TryLockError::WouldBlock) => {
                    py.check_signals()?;
                    py.detach(|| std::thread::sleep(Duration::from_millis(1)));
                }
            }
        }
    }
}

#[pymethods]
impl Film {
    #[new]
    #[pyo3(signature = (*, cells, cell_size, images, material, demagnetization, single))]
    fn new(
        py: Python<'_>,
        cells: [usize; 3],
        cell_size: [f64; 3],
        images: [usize; 3],
        material: Parameters<'_>,
        demagnetization: bool,
        single: bool,
    ) -> PyResult<Self> {
        let grid = Grid::new(cells, cell_size).map_err(IntoPython::into_python)?.with_images(images);
        let body = if single {
            Held::<f32>::check_memory(&grid).map_err(IntoPython::into_python)?;
            let material = material.material(&grid)?;
            Precise::Single(work::run(py, None, None, move |_, _| Held::new(grid, material, demagnetization))?)
        } else {
            Held::<f64>::check_memory(&grid).map_err(IntoPython::into_python)?;
            let material = material.material(&grid)?;
            Precise::Double(work::run(py, None, None, move |_, _| Held::new(grid, material, demagnetization))?)
        };
        Ok(Self { body: Arc::new(Mutex::new(body)), grid })
    }

    fn set_material(&self, py: Python<'_>, material: Parameters<'_>) -> PyResult<()> {
        precise!(&mut *self.held(py)?, held => held.set_material(material.material(&self.grid)?)).map_err(IntoPython::into_python)
    }

    #[getter]
    fn time(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(precise!(&*self.held(py)?, held => held.film.time()))
    }

    fn set_time(&self, py: Python<'_>, time: f64) -> PyResult<()> {
        if !time.is_finite() {
            return Err(PyValueError::new_err(format!("time must be a finite number of seconds, but it is {time}")));
        }
        precise!(&mut *self.held(py)?, held => held.film.set_time(time));
        Ok(())
    }

    fn magnetization<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        precise!(&*self.held(py)?, held => vectors(py, &self.grid, held.film.magnetization()))
    }

    fn set_magnetization(&self, py: Python<'_>, m: Vectors<'_>) -> PyResult<()> {
        precise!(&mut *self.held(py)?, held => held.film.set_magnetization(&m.field(&self.grid)?))
            .map_err(IntoPython::into_python)
    }

    fn randomize(&self, py: Python<'_>, seed: u64) -> PyResult<()> {
        let random = Configuration::random(seed);
        precise!(&mut *self.held(py)?, held => held.film.set_magnetization(&random.on(&self.grid)))
            .map_err(IntoPython::into_python)
    }

    /// A field from outside, in place of the ones before or besides them.
    fn set_field(&self, py: Python<'_>, field: Vectors<'_>, course: Option<Course>, besides: bool) -> PyResult<()> {
        let waveform = Course::waveform(course).map_err(IntoPython::into_python)?;
        precise!(&mut *self.held(py)?, held => {
            let before = if besides { held.zeeman() } else { Zeeman::default() };
            held.set_zeeman(field.besides(before, &self.grid, waveform)?.map_err(IntoPython::into_python)?);
        });
        Ok(())
    }

    fn set_temperature(&self, py: Python<'_>, temperature: Values<'_>, seed: u64) -> PyResult<()> {
        precise!(&mut *self.held(py)?, held => held.set_temperature(temperature.per_cell(), seed))
            .map_err(IntoPython::into_python)
    }

    /// Removes the torque of a name.
    fn remove(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let name =
            named("torque", &[("Zhang-Li", "Zhang-Li"), ("Slonczewski", "Slonczewski"), ("spin-orbit", "spin-orbit")], name)?;
        precise!(&mut *self.held(py)?, held => held.set_drive(name, None)).map_err(IntoPython::into_python)
    }

    #[pyo3(signature = (*, density, course, polarization, non_adiabaticity, reduced_velocity))]
    #[allow(clippy::too_many_arguments, reason = "keywords, all of them")]
    fn set_current(
        &self,
        py: Python<'_>,
        density: Vectors<'_>,
        course: Option<Course>,
        polarization: Values<'_>,
        non_adiabaticity: Values<'_>,
        reduced_velocity: bool,
    ) -> PyResult<()> {
        let waveform = Course::waveform(course).map_err(IntoPython::into_python)?;
        precise!(&mut *self.held(py)?, held => {
            let current = density.current(&self.grid)?.map_err(IntoPython::into_python)?.scaled_by(move |t| waveform.at(t));
            let (polarization, xi) = (polarization.per_cell(), non_adiabaticity.per_cell());
            held.set_drive("Zhang-Li", Some(Box::new(move |grid, ms| {
                let term = ZhangLi::new(*grid, current.clone(), &polarization, xi.clone(), ms)?;
                Ok(Box::new(if reduced_velocity { term.with_reduced_velocity() } else { term }))
            })))
        })
        .map_err(IntoPython::into_python)
    }

    #[pyo3(signature = (
        *, density, course, direction, polarization, asymmetry, efficiency, field_like_ratio, secondary_efficiency, thickness
    ))]
    #[allow(clippy::too_many_arguments, reason = "keywords, all of them")]
    fn set_slonczewski(
        &self,
        py: Python<'_>,
        density: Vectors<'_>,
        course: Option<Course>,
        direction: Vectors<'_>,
        polarization: Values<'_>,
        asymmetry: Values<'_>,
        efficiency: &str,
        field_like_ratio: f64,
        secondary_efficiency: f64,
        thickness: Option<f64>,
    ) -> PyResult<()> {
        let waveform = Course::waveform(course).map_err(IntoPython::into_python)?;
        let thickness = thickness.unwrap_or(self.grid.size()[2]);
        let kind = named("efficiency", &[("constant", 0), ("junction", 1), ("spin-valve", 2)], efficiency)?;
        precise!(&mut *self.held(py)?, held => {
            let current = density.current(&self.grid)?.map_err(IntoPython::into_python)?.scaled_by(move |t| waveform.at(t));
            let direction = direction.direction(&self.grid)?;
            let (polarization, lambda) = (polarization.per_cell(), asymmetry.per_cell());
            let efficiency = match kind {
                0 => Efficiency::Constant { polarization },
                1 => Efficiency::Junction { polarization },
                _ => Efficiency::SpinValve { polarization, lambda },
            };
            held.set_drive("Slonczewski", Some(Box::new(move |grid, ms| {
                let term = Slonczewski::new(grid.len(), current.clone(), direction.clone(), &efficiency, ms, thickness)?;
                Ok(Box::new(term.with_field_like(field_like_ratio, secondary_efficiency)))
            })))
        })
        .map_err(IntoPython::into_python)
    }

    #[pyo3(signature = (*, density, course, spin_hall_angle, field_like_ratio, thickness))]
    #[allow(clippy::too_many_arguments, reason = "keywords, all of them")]
    fn set_spin_orbit(
        &self,
        py: Python<'_>,
        density: Vectors<'_>,
        course: Option<Course>,
        spin_hall_angle: Values<'_>,
        field_like_ratio: f64,
        thickness: Option<f64>,
    ) -> PyResult<()> {
        let waveform = Course::waveform(course).map_err(IntoPython::into_python)?;
        let thickness = thickness.unwrap_or(self.grid.size()[2]);
        precise!(&mut *self.held(py)?, held => {
            let current = density.current(&self.grid)?.map_err(IntoPython::into_python)?.scaled_by(move |t| waveform.at(t));
            let angle = spin_hall_angle.per_cell();
            held.set_drive("spin-orbit", Some(Box::new(move |grid, ms| {
                Ok(Box::new(SpinOrbit::new(grid.len(), current.clone(), &angle, field_like_ratio, ms, thickness)?))
            })))
        })
        .map_err(IntoPython::into_python)
    }

    /// The field of the terms of a name, or the whole one.
    #[pyo3(signature = (term = None))]
    fn effective_field<'py>(&self, py: Python<'py>, term: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        precise!(&mut *self.held(py)?, held => {
            let field = py.detach(|| match term {
                None => Ok(held.field()),
                Some(name) => held.film.field_by_name(name),
            });
            vectors(py, &self.grid, &field.map_err(IntoPython::into_python)?)
        })
    }

    fn energies(&self, py: Python<'_>) -> PyResult<Vec<(&'static str, f64)>> {
        precise!(&mut *self.held(py)?, held => Ok(py.detach(|| held.film.energies())))
    }

    /// Steps, evaluations and the largest |m x B|, T.
    #[pyo3(signature = (*, torque, threads))]
    fn relax(&self, py: Python<'_>, torque: f64, threads: Option<usize>) -> PyResult<(u64, u64, f64)> {
        drop(self.held(py)?);
        let body = Arc::clone(&self.body);
        let (counts, torque) =
            work::run(py, threads, None, move |cancel, _| precise!(&mut *hold(&body), held => held.relax(torque, cancel)))?;
        Ok((counts.steps, counts.evaluations, torque))
    }

    /// Steps, evaluations and the largest |m x B|, T.
    #[pyo3(signature = (*, torque, moved, most_steps, threads))]
    fn minimize(
        &self,
        py: Python<'_>,
        torque: f64,
        moved: f64,
        most_steps: u64,
        threads: Option<usize>,
    ) -> PyResult<(u64, u64, f64)> {
        drop(self.held(py)?);
        let body = Arc::clone(&self.body);
        let found = work::run(py, threads, None, move |cancel, _| {
            let minimizer = Minimizer { torque, moved, most_steps, cancel: cancel.clone() };
            precise!(&mut *hold(&body), held => held.minimize(&minimizer))
        })?;
        Ok((found.steps, found.evaluations, found.torque))
    }

    /// Lets time pass; a dictionary of what was recorded.
    #[pyo3(signature = (*, duration, method, error, time_step, every, frames, threads, progress))]
    #[allow(clippy::too_many_arguments, reason = "keywords, all of them")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        duration: f64,
        method: Option<&str>,
        error: f64,
        time_step: Option<f64>,
        every: Option<f64>,
        frames: bool,
        threads: Option<usize>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let warm = precise!(&*self.held(py)?, held => held.is_warm());
        let method = named("method", &METHODS, method.unwrap_or(if warm { "heun" } else { "runge-kutta" }))?;
        let steps = match time_step {
            Some(time_step) => Steps::fixed(time_step),
            None if method.is_adaptive() => Steps::adaptive(error),
            None => {
                let why = if warm { " (a thermal field needs fixed steps)" } else { "" };
                return Err(PyValueError::new_err(format!("{} needs a time_step{why}", method.name())));
            }
        };
        let plan = Plan { duration, method, steps, every, frames };
        let (body, grid) = (Arc::clone(&self.body), self.grid);
        let record = work::run(py, threads, progress, move |cancel, told| match &mut *hold(&body) {
            Precise::Double(held) => held.run(&plan, cancel, &*told).map(Record::Double),
            Precise::Single(held) => held.run(&plan, cancel, &*told).map(Record::Single),
        })?;
        match record {
            Record::Double(rows) => recorded(py, &grid, rows),
            Record::Single(rows) => recorded(py, &grid, rows),
        }
    }

    fn checkpoint<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = precise!(&*self.held(py)?, held => held.checkpoint().to_bytes());
        Ok(PyBytes::new(py, &bytes))
    }

    fn restore(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        precise!(&mut *self.held(py)?, held => {
            held.restore(Checkpoint::from_bytes(bytes).map_err(IntoPython::into_python)?).map_err(IntoPython::into_python)
        })
    }
}

/// What a run recorded, in either precision.
enum Record {
    Double(Rows<f64>),
    Single(Rows<f32>),
}

fn recorded<'py, T: Real + Element>(py: Python<'py>, grid: &Grid, rows: Rows<T>) -> PyResult<Bound<'py, PyDict>> {
    let wrong = |e: numpy::ndarray::ShapeError| PyValueError::new_err(e.to_string());
    let (count, [nx, ny, nz]) = (rows.times.len(), grid.cells());
    let energies = Array2::from_shape_vec((count, rows.names.len()), rows.energies).map_err(wrong)?;
    let out = PyDict::new(py);
    out.set_item("t", rows.times.into_pyarray(py))?;
    out.set_item("m", Array2::from_shape_vec((count, 3), rows.averages).map_err(wrong)?.into_pyarray(py))?;
    out.set_item("names", rows.names)?;
    out.set_item("energies", energies.into_pyarray(py))?;
    out.set_item("torque", rows.torques.into_pyarray(py))?;
    if let Some(frames) = rows.frames {
        let frames = Array5::from_shape_vec((count, 3, nz, ny, nx), frames).map_err(wrong)?;
        out.set_item("frames", frames.into_pyarray(py))?;
    }
    out.set_item("steps", rows.counts.steps)?;
    out.set_item("rejected", rows.counts.rejected)?;
    out.set_item("evaluations", rows.counts.evaluations)?;
    out.set_item("warning", rows.warning)?;
    Ok(out)
}
