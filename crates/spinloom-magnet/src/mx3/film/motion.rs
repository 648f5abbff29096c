//! What lets the magnetization move: runs, steps, relaxation and minimisation.

use super::failed;
use super::host::Simulation;
use super::machine::Machine;
use super::moving::{Motion, Moving};
use super::settings::Settings;
use crate::film::VectorField;
use crate::film::dynamics::{Counts, DynamicsError, Method, Minimizer, Relaxation, RightHandSide, Solver, Steps, relax};
use crate::mx3::{Stop, Value};

/// The longest step where MaxDt tells none, s: drives that begin from rest are not leapt over.
const LONGEST: f64 = 1e-11;

/// The first step of a run that follows a wall, s, and the shortest after which it looks for it.
const FIRST: f64 = 1e-15;

/// The method and steps for the number of a solver of mumax3.
fn method(number: i64, fixed: bool) -> Method {
    match (number, fixed) {
        (1 | 2, true) => Method::Heun,
        // Backward Euler's steps are long where others would break; a more accurate method does the same.
        (-1 | 4, _) => Method::RungeKutta4,
        (1..=3, _) => Method::BogackiShampine,
        _ => Method::DormandPrince,
    }
}

impl Simulation {
    /// Steps and evaluations so far.
    pub fn counts(&self) -> (u64, u64) {
        let now = self.solver.as_ref().map(Solver::counts).unwrap_or_default();
        (self.past.steps + now.steps, self.past.evaluations + now.evaluations)
    }

    /// `SetSolver`.
    pub fn set_solver(&mut self, number: i64) -> Result<(), Stop> {
        if number != -1 && !(1..=6).contains(&number) {
            return Err(failed(format!("there is no solver {number}: they are numbered from 1 to 6, and -1")));
        }
        self.number_of_solver = number;
        Ok(())
    }

    /// The solver that the settings ask for.
    fn solver(&mut self, noise: bool) -> Result<Solver<f64>, Stop> {
        let settings = &self.settings;
        let fixed = settings.number("FixDt");
        let method = if noise { Method::Heun } else { method(self.number_of_solver, fixed != 0.0) };
        let largest = settings.number("MaxDt");
        let steps = if fixed != 0.0 {
            Steps::fixed(fixed)
        } else if noise {
            return Err(failed("a temperature needs fixed steps here: set FixDt"));
        } else {
            Steps::Adaptive {
                error: settings.number("MaxErr"),
                smallest: 1e-20,
                largest: if largest > 0.0 { largest } else { LONGEST },
            }
        };
        let cells = settings.m.len();
        let mut solver = match self.solver.take() {
            Some(solver) if solver.method() == method && self.cells_of_solver == cells => solver,
            other => {
                self.add_to_past(other.map(|s| s.counts()).unwrap_or_default());
                self.cells_of_solver = cells;
                Solver::new(cells, method, steps).map_err(failed)?.with_cancel(self.cancel.clone())
            }
        };
        solver.set_steps(steps).map_err(failed)?;
        solver.set_time(self.settings.time);
        Ok(solver)
    }

    fn add_to_past(&mut self, counts: Counts) {
        self.past.steps += counts.steps;
        self.past.evaluations += counts.evaluations;
        self.past.rejected += counts.rejected;
    }

    /// Moves the film by a solver as `advance` tells, and keeps what came of it.
    fn advance(
        &mut self,
        advance: impl FnOnce(&mut Solver<f64>, &mut Moving<'_>, &mut VectorField<f64>) -> Result<(), DynamicsError>,
    ) -> Result<(), Stop> {
        let noise = self.machine()?.film.is_stochastic();
        let mut solver = self.solver(noise)?;
        let first = self.past.steps;
        let result = self.moving(Motion::Real, first, |moving, m| advance(&mut solver, moving, m));
        self.settings.time = solver.time();
        self.peak_error = self.peak_error.max(solver.last_error());
        self.solver = Some(solver);
        result
    }

    /// Lets `act` move the magnetization, and keeps it.
    fn moving<R>(
        &mut self,
        motion: Motion,
        first: u64,
        act: impl FnOnce(&mut Moving<'_>, &mut VectorField<f64>) -> Result<R, DynamicsError>,
    ) -> Result<R, Stop> {
        self.machine()?;
        let Some(machine) = &mut self.machine else { return Err(failed("there is no film")) };
        let mut m = machine.magnetization(&self.settings);
        let mut moving = Moving { settings: &self.settings, machine, motion, first, error: None };
        let result = act(&mut moving, &mut m);
        let error = moving.error.take();
        keep(&mut self.settings, machine, &m);
        match (error, result) {
            (Some(error), _) => Err(error),
            (None, result) => result.map_err(failed),
        }
    }

    /// `Run`.
    pub fn run(&mut self, duration: f64) -> Result<(), Stop> {
        if !(duration.is_finite() && duration >= 0.0) {
            return Err(failed(format!("a run takes 0 s or longer, but {duration} s were asked for")));
        }
        let end = self.settings.time + duration;
        self.automatic_output()?;
        while self.settings.time < end {
            let mut next = self.output.next_time(self.settings.time).unwrap_or(end).min(end);
            if !self.centred.is_empty() {
                // A step at a time, for the window to follow after each.
                let step = self.solver.as_ref().map_or(FIRST, Solver::time_step).max(FIRST);
                next = next.min(self.settings.time + step);
            }
            self.advance(|solver, moving, m| solver.advance_to(moving, m, next))?;
            self.follow_walls()?;
            self.automatic_output()?;
        }
        Ok(())
    }

    /// `Steps`.
    pub fn steps(&mut self, count: i64) -> Result<(), Stop> {
        self.automatic_output()?;
        for _ in 0..count {
            self.advance(|solver, moving, m| solver.take_steps(moving, m, 1))?;
            self.follow_walls()?;
            self.automatic_output()?;
        }
        Ok(())
    }

    /// `RunWhile`.
    pub fn run_while(&mut self, condition: &crate::mx3::Function<super::Object>) -> Result<(), Stop> {
        self.automatic_output()?;
        while matches!(condition.now(self)?, Value::Boolean(true)) {
            self.advance(|solver, moving, m| solver.take_steps(moving, m, 1))?;
            self.follow_walls()?;
            self.automatic_output()?;
        }
        Ok(())
    }

    /// `Relax`.
    pub fn relax(&mut self) -> Result<(), Stop> {
        let threshold = self.settings.number("RelaxTorqueThreshold").max(0.0);
        let (time, cancel) = (self.settings.time, self.cancel.clone());
        let options = Relaxation { time, torque: threshold, cancel, ..Relaxation::default() };
        self.calm(|simulation| {
            let energy = |moving: &mut Moving<'_>, m: &VectorField<f64>| {
                moving.machine.film.magnetization_mut().clone_from(m);
                moving.machine.film.total_energy() + moving.made_energy(m, time)
            };
            let act = |moving: &mut Moving<'_>, m: &mut VectorField<f64>| relax(moving, m, energy, &options);
            let (counts, _) = simulation.moving(Motion::Downhill, 0, act)?;
            simulation.add_to_past(counts);
            Ok(())
        })
    }

    /// `Minimize`.
    pub fn minimize(&mut self) -> Result<(), Stop> {
        let minimizer =
            Minimizer { moved: self.settings.number("MinimizerStop"), cancel: self.cancel.clone(), ..Minimizer::default() };
        self.calm(|simulation| {
            let act = |moving: &mut Moving<'_>, m: &mut VectorField<f64>| {
                let (machine, settings) = (&mut *moving.machine, moving.settings);
                let error = &mut moving.error;
                let field = |m: &VectorField<f64>, out: &mut VectorField<f64>| {
                    if let Err(wrong) = machine.make_fields(settings, m, settings.time) {
                        error.get_or_insert(wrong);
                    }
                    machine.film.field_of(m, settings.time, out);
                    // A field along m does not move it.
                    (0..m.len()).filter(|cell| machine.is_frozen(*cell)).for_each(|cell| out.set(cell, m.get(cell)));
                };
                minimizer.run(field, m)
            };
            let found = simulation.moving(Motion::Downhill, 0, act)?;
            simulation.add_to_past(Counts { steps: found.steps, rejected: 0, evaluations: found.evaluations });
            Ok(())
        })
    }

    /// Does something without a thermal field.
    fn calm(&mut self, act: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        let noise = self.machine()?.film.remove_terms("thermal") > 0;
        let result = act(self);
        self.stale |= noise;
        result
    }
}

/// Keeps a magnetization where there is saturation magnetization.
fn keep(settings: &mut Settings, machine: &Machine, m: &VectorField<f64>) {
    let ms = &machine.film.material().saturation_magnetization;
    for cell in (0..m.len()).filter(|cell| ms.at(*cell) > 0.0) {
        settings.m.set(cell, m.get(cell));
    }
}
