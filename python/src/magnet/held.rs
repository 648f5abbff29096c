//! A film with what drives it, moved on in time.

use crate::errors::IntoPython;
use pyo3::PyErr;
use spinloom_core::run::{CancelToken, Progress};
use spinloom_ising::IsingError;
use spinloom_ising::memory::fits;
use spinloom_magnet::MagnetError;
use spinloom_magnet::film::dynamics::{
    Checkpoint, Counts, DynamicsError, Method, Minimization, Minimizer, Relaxation, RightHandSide, Solver, Steps, relax,
};
use spinloom_magnet::film::{Demag, Film, Grid, Material, PerCell, Real, Term, ThermalField, VectorField, Zeeman};
use spinloom_magnet::quantity::weighted_average;
use std::ops::ControlFlow;

/// Numbers a cell that a film and its solver hold, about.
const NUMBERS_A_CELL: u128 = 60;

/// Parts of a run that are told one by one.
const PARTS: usize = 1_000_000;

/// Rows that are more than anybody reads.
const MOST_ROWS: f64 = 1e8;

/// Remakes a term for a saturation magnetization.
pub type Make<T> = Box<dyn Fn(&Grid, &PerCell<T>) -> Result<Box<dyn Term<T>>, MagnetError> + Send>;

/// How far a run goes, and how.
pub struct Plan {
    /// How long, s.
    pub duration: f64,
    pub method: Method,
    pub steps: Steps,
    /// Time between rows, s; only the beginning and the end without.
    pub every: Option<f64>,
    /// Whether rows keep the whole magnetization.
    pub frames: bool,
}

impl Plan {
    /// When a run that begins at a time (s) ends: at a multiple of the rows' interval if it is one but for rounding.
    fn end(&self, start: f64) -> f64 {
        let end = start + self.duration;
        let row = self.every.map_or(end, |every| (end / every).round() * every);
        if (row - end).abs() <= 1e-12 * end { row } else { end }
    }
}

/// Why a film could not be made or moved on.
#[derive(Debug)]
pub enum HeldError {
    Magnet(MagnetError),
    Dynamics(DynamicsError),
    Memory(IsingError),
}

impl From<MagnetError> for HeldError {
    fn from(error: MagnetError) -> Self {
        Self::Magnet(error)
    }
}

impl From<DynamicsError> for HeldError {
    fn from(error: DynamicsError) -> Self {
        Self::Dynamics(error)
    }
}

impl From<IsingError> for HeldError {
    fn from(error: IsingError) -> Self {
        Self::Memory(error)
    }
}

impl IntoPython for HeldError {
    fn into_python(self) -> PyErr {
        match self {
            Self::Magnet(e) => e.into_python(),
            Self::Dynamics(e) => e.into_python(),
            Self::Memory(e) => e.into_python(),
        }
    }
}

/// What a run records, one entry a row.
pub struct Rows<T> {
    pub times: Vec<f64>,
    pub averages: Vec<f64>,
    pub names: Vec<&'static str>,
    pub energies: Vec<f64>,
    pub torques: Vec<f64>,
    /// The magnetizations of the rows, one after another.
    pub frames: Option<Vec<T>>,
    pub counts: Counts,
    pub warning: Option<String>,
}

/// A film, its drives, and what a run goes on from.
pub struct Held<T: Real> {
    pub film: Film<T>,
    zeeman: Option<Zeeman<T>>,
    drives: Vec<(&'static str, Make<T>)>,
    temperature: PerCell<T>,
    seed: u64,
    time_step: f64,
    last_error: f64,
    counts: Counts,
}

impl<T: Real> Held<T> {
    /// Refuses a grid whose film would not fit into memory.
    pub fn check_memory(grid: &Grid) -> Result<(), IsingError> {
        let cells = grid.len();
        fits(NUMBERS_A_CELL * (cells * size_of::<T>()) as u128, &format!("a film of {cells} cells"))
    }

    pub fn new(grid: Grid, material: Material<T>, demagnetization: bool) -> Result<Self, MagnetError> {
        let mut film = Film::new(grid, material)?;
        if demagnetization {
            film.set_demag(Some(Demag::new(&grid)?));
        }
        let (zeeman, drives, temperature) = (None, Vec::new(), PerCell::Uniform(T::zero()));
        Ok(Self { film, zeeman, drives, temperature, seed: 1, time_step: 0.0, last_error: 0.0, counts: Counts::default() })
    }

    /// The field from outside, to which another may be added.
    pub fn zeeman(&self) -> Zeeman<T> {
        self.zeeman.clone().unwrap_or_default()
    }

    pub fn set_zeeman(&mut self, zeeman: Zeeman<T>) {
        self.film.remove_terms(zeeman.name());
        self.film.add_term(Box::new(zeeman.clone()));
        self.zeeman = Some(zeeman);
    }

    /// Puts a term in place of the one of the same name, or removes it.
    pub fn set_drive(&mut self, name: &'static str, make: Option<Make<T>>) -> Result<(), MagnetError> {
        let made = make.map(|make| Ok((make(self.film.grid(), self.ms())?, make))).transpose()?;
        self.film.remove_terms(name);
        self.drives.retain(|drive| drive.0 != name);
        if let Some((term, make)) = made {
            self.film.add_term(term);
            self.drives.push((name, make));
        }
        Ok(())
    }

    fn ms(&self) -> &PerCell<T> {
        &self.film.material().saturation_magnetization
    }

    pub fn set_temperature(&mut self, temperature: PerCell<T>, seed: u64) -> Result<(), MagnetError> {
        self.thermal_field(&temperature, seed)?;
        (self.temperature, self.seed) = (temperature, seed);
        Ok(())
    }

    fn thermal_field(&self, temperature: &PerCell<T>, seed: u64) -> Result<ThermalField<T>, MagnetError> {
        let grid = self.film.grid();
        ThermalField::new(grid.len(), grid.cell_volume(), temperature, &self.film.material().damping, self.ms(), seed)
    }

    /// Whether there is a temperature anywhere.
    pub fn is_warm(&self) -> bool {
        self.temperature.values().iter().any(|t| *t > T::zero())
    }

    /// Makes it of another material, which its currents then flow through.
    pub fn set_material(&mut self, material: Material<T>) -> Result<(), MagnetError> {
        material.check(self.film.grid())?;
        let remake = |(name, make): &(&'static str, Make<T>)| {
            make(self.film.grid(), &material.saturation_magnetization).map(|term| (*name, term))
        };
        let terms = self.drives.iter().map(remake).collect::<Result<Vec<_>, _>>()?;
        self.film.set_material(material)?;
        for (name, term) in terms {
            self.film.remove_terms(name);
            self.film.add_term(term);
        }
        Ok(())
    }

    /// The whole field (T) on the present magnetization, but for the thermal one.
    pub fn field(&mut self) -> VectorField<T> {
        let m = std::mem::take(self.film.magnetization_mut());
        let mut out = VectorField::zeros(m.len());
        let time = self.film.time();
        self.film.field_of(&m, time, &mut out);
        *self.film.magnetization_mut() = m;
        out
    }

    pub fn checkpoint(&self) -> Checkpoint<T> {
        let m = self.film.magnetization().clone();
        Checkpoint { m, time: self.film.time(), time_step: self.time_step, last_error: self.last_error, counts: self.counts }
    }

    /// Goes on from a checkpoint of a film with the same cells.
    pub fn restore(&mut self, checkpoint: Checkpoint<T>) -> Result<(), MagnetError> {
        let bits = checkpoint.m.clone();
        // This looks at every cell, and the bits are then those of the checkpoint.
        self.film.set_magnetization(&bits)?;
        for cell in 0..bits.len() {
            if self.ms().at(cell) > T::zero() {
                self.film.magnetization_mut().set(cell, bits.get(cell));
            }
        }
        self.film.set_time(checkpoint.time);
        (self.time_step, self.last_error, self.counts) = (checkpoint.time_step, checkpoint.last_error, checkpoint.counts);
        Ok(())
    }

    /// Follows the damping to rest; time stands still, and there is no thermal field.
    pub fn relax(&mut self, torque: f64, cancel: &CancelToken) -> Result<(Counts, f64), DynamicsError> {
        let material = self.film.material().clone();
        let mut eager = material.clone();
        // How fast it follows does not matter, but without any damping it would stand still.
        eager.damping = PerCell::Uniform(T::one());
        self.film.set_material(eager)?;
        self.film.set_precession(false);
        let options = Relaxation { time: self.film.time(), torque, cancel: cancel.clone(), ..Relaxation::default() };
        let mut m = self.film.magnetization().clone();
        let energy = |film: &mut Film<T>, m: &VectorField<T>| {
            film.magnetization_mut().clone_from(m);
            film.total_energy()
        };
        let result = relax(&mut self.film, &mut m, energy, &options);
        *self.film.magnetization_mut() = m;
        self.film.set_precession(true);
        self.film.set_material(material)?;
        result
    }

    /// Moves to a minimum of the energy; time stands still.
    pub fn minimize(&mut self, minimizer: &Minimizer) -> Result<Minimization, DynamicsError> {
        let time = self.film.time();
        let film = &mut self.film;
        let mut m = std::mem::take(film.magnetization_mut());
        let result = minimizer.run(|m, out| film.field_of(m, time, out), &mut m);
        *self.film.magnetization_mut() = m;
        result
    }

    /// Lets time pass.
    pub fn run(&mut self, plan: &Plan, cancel: &CancelToken, told: &dyn Progress) -> Result<Rows<T>, HeldError> {
        self.check(plan)?;
        let warm = self.is_warm();
        if warm {
            let field = self.thermal_field(&self.temperature, self.seed)?;
            self.film.add_term(Box::new(field));
        }
        let result = self.pass(plan, cancel, told);
        self.film.remove_terms("thermal");
        Ok(result?)
    }

    fn check(&self, plan: &Plan) -> Result<(), HeldError> {
        let wrong = |what, value, bound| Err(MagnetError::OutOfRange { what, value, bound }.into());
        if !(plan.duration.is_finite() && plan.duration >= 0.0) {
            return wrong("the time of a run (s)", plan.duration, "0 or greater");
        }
        let Some(every) = plan.every else { return Ok(()) };
        let rows = plan.duration / every;
        if !(every > 0.0 && rows < MOST_ROWS) {
            return wrong("the time between rows (s)", every, "positive, and at least 1e-8 of the run");
        }
        let numbers = if plan.frames { 3 * self.film.grid().len() } else { 0 };
        Ok(fits(((numbers * size_of::<T>() + 200) as f64 * rows) as u128, &format!("{rows:.0} rows of a run"))?)
    }

    fn pass(&mut self, plan: &Plan, cancel: &CancelToken, told: &dyn Progress) -> Result<Rows<T>, DynamicsError> {
        let start = self.film.time();
        let end = plan.end(start);
        let mut solver = Solver::new(self.film.grid().len(), plan.method, plan.steps)?.with_cancel(cancel.clone());
        let (before, ms) = (self.counts, self.ms().clone());
        let mut m = solver.resume(&self.checkpoint())?;
        let mut rows = Rows::new(plan.frames);
        let mut watched = Watched { film: &mut self.film, told, start, duration: plan.duration, done: 0 };
        let first = watched.film.velocity(&m, start, &mut VectorField::zeros(m.len()));
        rows.add(watched.film, &ms, &m, start, first);
        let output = |watched: &mut Watched<'_, T>, m: &VectorField<T>, solver: &Solver<T>| {
            rows.add(watched.film, &ms, m, solver.time(), solver.torque());
            ControlFlow::Continue(())
        };
        let result = match plan.every {
            Some(every) => solver.record(&mut watched, &mut m, end, every, output).map(|_| ()),
            None => solver.advance_to(&mut watched, &mut m, end),
        };
        if result.is_ok() && rows.times.last().is_some_and(|t| *t < end) {
            rows.add(watched.film, &ms, &m, end, solver.torque());
        }
        *self.film.magnetization_mut() = m;
        self.film.set_time(solver.time());
        (self.time_step, self.last_error, self.counts) = (solver.time_step(), solver.last_error(), solver.counts());
        result?;
        let now = self.counts;
        rows.counts = Counts {
            steps: now.steps - before.steps,
            rejected: now.rejected - before.rejected,
            evaluations: now.evaluations - before.evaluations,
        };
        rows.warning = solver.warning();
        Ok(rows)
    }
}

impl<T: Real> Rows<T> {
    fn new(keeps: bool) -> Self {
        let (times, averages, names, energies, torques) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let frames = keeps.then(Vec::new);
        Self { times, averages, names, energies, torques, frames, counts: Counts::default(), warning: None }
    }

    /// Adds the row of a magnetization, which the film takes over.
    fn add(&mut self, film: &mut Film<T>, ms: &PerCell<T>, m: &VectorField<T>, time: f64, torque: f64) {
        film.magnetization_mut().clone_from(m);
        film.set_time(time);
        let energies = film.energies();
        self.names = energies.iter().map(|e| e.0).collect();
        self.energies.extend(energies.iter().map(|e| e.1));
        self.averages.extend(weighted_average(m, |cell| ms.at(cell).double()).unwrap_or_default());
        self.times.push(time);
        self.torques.push(torque);
        if let Some(frames) = &mut self.frames {
            frames.extend(m.components().concat());
        }
    }
}

/// A film that tells how far it has come.
struct Watched<'a, T: Real> {
    film: &'a mut Film<T>,
    told: &'a dyn Progress,
    start: f64,
    duration: f64,
    /// Parts that were told.
    done: usize,
}

impl<T: Real> RightHandSide<T> for Watched<'_, T> {
    fn velocity(&mut self, m: &VectorField<T>, time: f64, velocity: &mut VectorField<T>) -> f64 {
        let done = (PARTS as f64 * (time - self.start) / self.duration) as usize;
        if done > self.done {
            self.done = done.min(PARTS);
            self.told.update("run", self.done, PARTS);
        }
        self.film.velocity(m, time, velocity)
    }

    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.film.begin_step(step, time_step);
    }

    fn is_stochastic(&self) -> bool {
        self.film.is_stochastic()
    }
}
