//! Stage after stage.

use super::build;
use super::check;
use super::columns::{Columns, Moment, average};
use super::description::Description;
use super::drives::{Drives, drives};
use super::error::SimulationError;
use super::flow::Flow;
use super::loops::fields_of_loop;
use super::output::Folder;
use super::sections::{StageKind, StageSection};
use super::state::{State, output_time};
use super::watch::{Tick, Watched};
use super::{Observer, Options, Outcome};
use crate::film::dynamics::{Checkpoint, Counts, DynamicsError, Minimizer, Relaxation, Solver, Steps, relax};
use crate::film::{Film, PerCell, Real, Term, VectorField, Zeeman};
use crate::table::Table;
use spinloom_core::run::CancelToken;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// A simulation at work.
struct Runner<'a, T: Real> {
    description: &'a Description,
    film: Film<T>,
    columns: Columns,
    folder: Option<Folder>,
    table: Option<Table>,
    state: State,
    /// Step to try next, s, and the error of the last one, which it goes by; 0 at the beginning of a stage.
    time_step: f64,
    last_error: f64,
    counts: Counts,
    cancel: CancelToken,
    tick: Tick<'a>,
    kept: Instant,
    uniform: Zeeman<T>,
    flow: Option<Flow<T>>,
    warnings: Vec<String>,
}

/// Runs a description to its end.
pub(super) fn run<T: Real>(
    description: &Description,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Outcome, SimulationError> {
    check::memory(description)?;
    let (film, mut warnings) = build::film::<T>(description)?;
    warnings.extend(check::warnings(description, &film));
    let terms = energies(description, &film, &mut warnings)?;
    let columns = Columns::new(description, terms);
    let folder = options.out.as_deref().map(|out| Folder::begin(out, description, options.resume, options.force)).transpose()?;
    warnings.iter().for_each(|warning| observer.warning(warning));
    let mut runner = Runner {
        tick: Tick::new(observer, description.stages.len()),
        description,
        film,
        columns,
        folder,
        table: None,
        state: State::default(),
        time_step: 0.0,
        last_error: 0.0,
        counts: Counts::default(),
        cancel: options.cancel.clone(),
        kept: Instant::now(),
        uniform: Zeeman::default(),
        flow: None,
        warnings,
    };
    runner.go_on(options.resume)?;
    let (start, before) = (Instant::now(), runner.counts.evaluations);
    while runner.state.stage < description.stages.len() {
        runner.stage()?;
    }
    runner.finish(start.elapsed(), before)
}

/// Names of the terms that have an energy in any stage; making them all tells what is wrong with any before the first runs.
fn energies<T: Real>(
    description: &Description,
    film: &Film<T>,
    notes: &mut Vec<String>,
) -> Result<Vec<&'static str>, SimulationError> {
    let with_energy = |term: &dyn Term<T>| term.degree().map(|_| term.name());
    let mut names: Vec<&'static str> = film.terms().filter_map(with_energy).collect();
    for (number, stage) in description.stages.iter().enumerate() {
        let mut told = Vec::new();
        let loop_field = if stage.section.kind == StageKind::Hysteresis { [1.0; 3] } else { [0.0; 3] };
        let made = drives(description, film, number, loop_field, false, &mut told)?;
        names.extend(made.terms.iter().filter_map(|term| with_energy(term.as_ref())));
        notes.append(&mut told);
    }
    // A term of several stages, and what a file read for each of them made a person know, count once.
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    let mut heard = HashSet::new();
    notes.retain(|note| heard.insert(note.clone()));
    if film.demag().is_some() {
        names.push("demagnetization");
    }
    Ok(names)
}

impl<T: Real> Runner<'_, T> {
    /// Goes on from the checkpoint of the folder, or begins.
    fn go_on(&mut self, resume: bool) -> Result<(), SimulationError> {
        let Some(folder) = &mut self.folder else { return Ok(()) };
        let found = if resume { folder.checkpoint::<T>()? } else { None };
        if let Some((state, checkpoint)) = found {
            let wrong = |e| SimulationError::Stage { stage: state.stage + 1, source: e };
            crate::MagnetError::length("the checkpoint", self.film.grid(), checkpoint.m.len())
                .map_err(DynamicsError::from)
                .map_err(wrong)?;
            folder.resume_series(state.saved);
            *self.film.magnetization_mut() = checkpoint.m;
            self.film.set_time(checkpoint.time);
            (self.time_step, self.last_error) = (checkpoint.time_step, checkpoint.last_error);
            (self.counts, self.state) = (checkpoint.counts, state);
        }
        self.table = Some(folder.table(&self.columns.columns(), self.state.rows)?);
        let stages = &self.description.stages;
        let Some(last) = stages.last().filter(|_| self.state.stage == stages.len()) else { return Ok(()) };
        // Where all is done, the energies to tell are those of the last stage.
        let field = if last.section.kind == StageKind::Hysteresis { fields_of_loop(&last.section).pop() } else { None };
        self.install(self.state.stage - 1, field.unwrap_or_default(), false)
    }

    /// The stage at work, to its end.
    fn stage(&mut self) -> Result<(), SimulationError> {
        let stage = self.state.stage;
        let section = self.description.stages[stage].section.clone();
        self.tick.stage = stage;
        self.keep()?;
        match section.kind {
            StageKind::Run => self.run(stage, &section)?,
            StageKind::Relax => {
                self.install(stage, [0.0; 3], false)?;
                self.relax(&section)?;
                self.row()?;
            }
            StageKind::Minimize => {
                self.install(stage, [0.0; 3], false)?;
                self.minimize(&section)?;
                self.row()?;
            }
            StageKind::Hysteresis => self.hysteresis(&section)?,
        }
        if section.save && section.kind != StageKind::Hysteresis {
            self.save()?;
        }
        (self.time_step, self.last_error) = (0.0, 0.0);
        self.state.next_stage(self.film.time());
        Ok(())
    }

    /// Lets what acts in a stage act on the film, and nothing else from outside.
    fn install(&mut self, stage: usize, loop_field: [f64; 3], thermal: bool) -> Result<(), SimulationError> {
        let made = drives(self.description, &self.film, stage, loop_field, thermal, &mut Vec::new())?;
        let Drives { terms, uniform, flow } = made;
        let names: Vec<&'static str> = self.film.terms().map(Term::name).collect();
        names.into_iter().for_each(|name| {
            self.film.remove_terms(name);
        });
        terms.into_iter().for_each(|term| self.film.add_term(term));
        (self.uniform, self.flow) = (uniform, flow);
        Ok(())
    }

    /// Lets time pass.
    fn run(&mut self, stage: usize, section: &StageSection) -> Result<(), SimulationError> {
        self.install(stage, [0.0; 3], true)?;
        let wrong = SimulationError::of_stage(self.state.stage);
        let adaptive = section.time_step == 0.0;
        let steps = if adaptive { Steps::adaptive(section.error) } else { Steps::fixed(section.time_step) };
        let cells = self.film.grid().len();
        let mut solver = Solver::new(cells, section.integrator.method(), steps).map_err(&wrong)?;
        solver.resume(&self.checkpoint()).map_err(&wrong)?;
        let begin = self.state.begun();
        let end = begin + section.duration;
        self.tick.span = Some((begin, end));
        let output = &self.description.output.section;
        let (table_interval, save_interval) = (output.table_interval, output.save_interval);
        loop {
            let row = output_time(begin, end, table_interval, self.state.rows_of_stage);
            let save = if save_interval > 0.0 { output_time(begin, end, save_interval, self.state.saves_of_stage) } else { None };
            let Some(time) = row.into_iter().chain(save).reduce(f64::min) else { break };
            solver = self.advance(solver, time)?;
            if row == Some(time) {
                self.row()?;
                self.state.rows_of_stage += 1;
            }
            if save == Some(time) {
                self.save()?;
                self.state.saves_of_stage += 1;
            }
        }
        if let Some(warning) = solver.warning() {
            let warning = format!("stage {}: {warning}", self.state.stage + 1);
            self.tick.observer.warning(&warning);
            self.state.warnings.push(warning);
        }
        Ok(())
    }

    /// Advances to a time, and keeps the state on the way whenever it is time to, or when the caller asks to stop.
    fn advance(&mut self, mut solver: Solver<T>, until: f64) -> Result<Solver<T>, SimulationError> {
        let wrong = SimulationError::of_stage(self.state.stage);
        while solver.time() < until {
            let pause = CancelToken::default();
            solver = solver.with_cancel(pause.clone());
            let due = self.kept + self.interval();
            let mut m = std::mem::take(self.film.magnetization_mut());
            let mut watched = Watched {
                film: &mut self.film,
                flow: &mut self.flow,
                tick: &mut self.tick,
                pause: &pause,
                stop: &self.cancel,
                due,
                steps: self.counts.steps,
            };
            let result = solver.advance_to(&mut watched, &mut m, until);
            *self.film.magnetization_mut() = m;
            self.film.set_time(solver.time());
            (self.time_step, self.last_error, self.counts) = (solver.time_step(), solver.last_error(), solver.counts());
            self.check_flow()?;
            match result {
                Err(DynamicsError::Cancelled(cancelled)) => {
                    self.keep()?;
                    if self.cancel.is_cancelled() {
                        return Err(cancelled.into());
                    }
                }
                other => other.map_err(&wrong)?,
            }
        }
        Ok(solver)
    }

    /// Follows the damping to rest.
    fn relax(&mut self, section: &StageSection) -> Result<(), SimulationError> {
        let wrong = SimulationError::of_stage(self.state.stage);
        let material = self.film.material().clone();
        let mut eager = material.clone();
        // How fast it follows does not matter, but without any damping it would stand still.
        eager.damping = PerCell::Uniform(T::one());
        self.film.set_material(eager)?;
        self.film.set_precession(false);
        self.tick.span = None;
        let time = self.film.time();
        let options = Relaxation { time, torque: section.torque, cancel: self.cancel.clone(), ..Relaxation::default() };
        let mut m = std::mem::take(self.film.magnetization_mut());
        let (stop, steps) = (self.cancel.clone(), self.counts.steps);
        let never = Instant::now() + Duration::from_secs(1 << 30);
        let mut watched = Watched {
            film: &mut self.film,
            flow: &mut self.flow,
            tick: &mut self.tick,
            pause: &CancelToken::default(),
            stop: &stop,
            due: never,
            steps,
        };
        let energy = |watched: &mut Watched<'_, '_, T>, m: &_| {
            watched.film.magnetization_mut().clone_from(m);
            watched.film.total_energy()
        };
        let result = relax(&mut watched, &mut m, energy, &options);
        *self.film.magnetization_mut() = m;
        self.film.set_precession(true);
        self.film.set_material(material)?;
        self.check_flow()?;
        let (counts, _) = result.map_err(wrong)?;
        self.counts.steps += counts.steps;
        self.counts.evaluations += counts.evaluations;
        Ok(())
    }

    /// Looks for a minimum of the energy.
    fn minimize(&mut self, section: &StageSection) -> Result<(), SimulationError> {
        let wrong = SimulationError::of_stage(self.state.stage);
        let most_steps = section.most_steps as u64;
        let minimizer = Minimizer { torque: section.torque, moved: section.moved, most_steps, cancel: self.cancel.clone() };
        self.tick.span = None;
        let (time, before) = (self.film.time(), self.counts.steps);
        let mut m = std::mem::take(self.film.magnetization_mut());
        let (film, tick, flow) = (&mut self.film, &mut self.tick, &mut self.flow);
        let mut done = 0;
        let field = |m: &_, out: &mut VectorField<T>| {
            if flow.as_mut().is_none_or(|flow| flow.follow(m)) {
                film.field_of(m, time, out);
            } else {
                out.components_mut().into_iter().for_each(|component| component.fill(T::nan()));
            }
            done += 1;
            tick.perhaps(m, time, before + done);
        };
        let result = minimizer.run(field, &mut m);
        *self.film.magnetization_mut() = m;
        self.check_flow()?;
        let found = result.map_err(wrong)?;
        self.counts.steps += found.steps;
        self.counts.evaluations += found.evaluations;
        Ok(())
    }

    /// Minimises at one field after the other.
    fn hysteresis(&mut self, section: &StageSection) -> Result<(), SimulationError> {
        let fields = fields_of_loop(section);
        while let Some(field) = fields.get(self.state.fields_done).copied() {
            self.install(self.state.stage, field, false)?;
            self.minimize(section)?;
            self.tick.fraction = (self.state.fields_done + 1) as f64 / fields.len() as f64;
            self.row()?;
            if section.save {
                self.save()?;
            }
            self.state.fields_done += 1;
            if self.kept.elapsed() >= self.interval() {
                self.keep()?;
            }
        }
        Ok(())
    }

    /// The current between contacts, if there is one, for the present magnetization.
    fn follow(&mut self) -> Result<Option<&Flow<T>>, SimulationError> {
        if let Some(flow) = &mut self.flow {
            flow.follow(self.film.magnetization());
        }
        self.check_flow()?;
        Ok(self.flow.as_ref())
    }

    /// What went wrong with the current between contacts, which tells more than what came of it.
    fn check_flow(&mut self) -> Result<(), SimulationError> {
        let stage = self.state.stage + 1;
        self.flow.as_mut().map_or(Ok(()), Flow::check).map_err(|source| SimulationError::Transport { stage, source })
    }

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(self.description.output.section.checkpoint_interval.min(1e9))
    }

    fn checkpoint(&self) -> Checkpoint<T> {
        Checkpoint {
            m: self.film.magnetization().clone(),
            time: self.film.time(),
            time_step: self.time_step,
            last_error: self.last_error,
            counts: self.counts,
        }
    }

    /// Writes a checkpoint.
    fn keep(&mut self) -> Result<(), SimulationError> {
        if let Some(folder) = &self.folder {
            folder.keep(&self.state, &self.checkpoint())?;
        }
        self.kept = Instant::now();
        Ok(())
    }

    /// Adds a row to the table.
    fn row(&mut self) -> Result<(), SimulationError> {
        let time = self.film.time();
        let field = self.uniform.uniform_at(time);
        let contacts = self.follow()?.map_or_else(Vec::new, |flow| flow.contacts(time));
        let moment = Moment { stage: self.state.stage + 1, field, steps: self.counts.steps, contacts };
        let row = self.columns.row(&mut self.film, &moment)?;
        if let Some(table) = &mut self.table {
            table.append(&row)?;
            self.state.rows = table.rows();
        }
        self.tick.observer.row(&self.columns.columns(), &row);
        Ok(())
    }

    /// Saves the magnetization.
    fn save(&mut self) -> Result<(), SimulationError> {
        let (cells, time) = (self.film.grid().len(), self.film.time());
        let current = self.follow()?.map(|flow| flow.cells(cells, time));
        if let Some(folder) = &mut self.folder {
            folder.save(&self.film, current.as_ref(), self.state.saved + 1)?;
            self.state.saved += 1;
        }
        Ok(())
    }

    /// What came of it, written and returned.
    fn finish(mut self, worked: Duration, evaluations_before: u64) -> Result<Outcome, SimulationError> {
        self.keep()?;
        let evaluated = (self.counts.evaluations - evaluations_before) as f64 * self.film.grid().len() as f64;
        self.warnings.append(&mut self.state.warnings);
        let outcome = Outcome {
            time: self.film.time(),
            average: average(&self.film)?,
            energy: self.film.energies(),
            steps: self.counts.steps,
            field_evaluations: self.counts.evaluations,
            cell_evaluations_per_s: evaluated / worked.as_secs_f64().max(1e-9),
            wall_s: worked.as_secs_f64(),
            warnings: self.warnings,
            rows: self.state.rows,
            out: self.folder.as_ref().map(|f| f.path().to_owned()),
        };
        if let Some(folder) = &self.folder {
            folder.finish(&self.film, &outcome.document())?;
        }
        Ok(outcome)
    }
}
