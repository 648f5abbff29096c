//! `spinloom solve`

mod record;
mod watch;

use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json};
use crate::progress::{cancel_on_interrupt, use_threads};
use record::{Record, State};
use spinloom_core::quantity::{engineering, parse_quantity};
use spinloom_ising::anneal::Control;
use spinloom_ising::format::{Format, Interpretation};
use spinloom_ising::problem::Problem;
use spinloom_ising::solution::{Held, Reading, Solution, Timing, named};
use spinloom_ising::solve::{Method, SolveOptions, solve as run_solver};
use spinloom_ising::{Order, Rule};
use std::path::Path;
use std::time::{Duration, Instant};
use watch::Watch;

/// Solves a problem.
pub fn solve(args: &args::Solve) -> Result<(), Failure> {
    use_threads(args.threads)?;
    let mut timing = Timing::default();
    let start = Instant::now();
    let problem = named(Path::new(&args.problem), reading(args))?;
    timing.read = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let held = Held::new(&problem, &clamps(&args.clamp)?)?;
    let model = &held.model;
    let options = SolveOptions { cities: held.cities(&problem), ..options(args, &problem)? };
    let method = options.method_on(model);
    let record = args.out.as_deref().map(|out| Record::begin(out, args.resume)).transpose()?;
    let state = State::new(&problem, model, args.seed, method);
    let resumed = record.as_ref().map(|r| r.resume(&state)).transpose()?.flatten();
    timing.prepare = start.elapsed().as_secs_f64();

    let control = Control::new(cancel_on_interrupt());
    let watch = Watch::begin(&control);
    let mut kept = Ok(());
    let progress = run_solver(model, &options, &control, resumed, |progress| {
        watch.best(problem.objective_of(progress.best_energy));
        if let Some(record) = &record {
            kept = record.keep(&state, progress);
        }
    })?;
    drop(watch);
    kept?;
    if let Some(record) = &record {
        record.keep(&state, &progress)?;
    }
    timing.sample = progress.sample_s;
    let solution = Solution {
        problem: &problem,
        progress: &progress,
        answer: problem.answer(&held.whole(&progress.best)),
        method,
        timing,
        seed: args.seed,
        target: options.target,
        threads: rayon::current_num_threads(),
    };
    let document = solution.document();
    if let Some(record) = &record {
        record.finish(&document, &solution.objectives())?;
    }
    if args.json {
        print_json(&document)?;
    } else {
        print(&text(&solution, args.target.is_some()))?;
    }
    if progress.stopped { Err(Failure::Cancelled(record.map(|r| r.hint()))) } else { Ok(()) }
}

/// How the command line wants the problem to be read.
fn reading(args: &args::Solve) -> Reading {
    Reading {
        format: args.format.as_deref().and_then(|name| of_name(&Format::ALL, name)),
        meaning: args.meaning.as_deref().and_then(|name| of_name(&Interpretation::ALL, name)).unwrap_or_default(),
        multiplier: args.multiplier,
        reduce: args.reduce,
    }
}

/// What a name stands for.
fn of_name<T: Copy>(all: &[(&str, T)], name: &str) -> Option<T> {
    all.iter().find(|one| one.0 == name).map(|one| one.1)
}

/// The spins held by `--clamp`.
fn clamps(clamps: &[String]) -> Result<Vec<(String, i8)>, Failure> {
    let one = |text: &String| {
        let usage = |why: String| Failure::Usage(format!("--clamp {text}: {why}; write NAME=0 or NAME=1"));
        let (name, value) = text.split_once('=').ok_or_else(|| usage("no value".to_owned()))?;
        match value.trim() {
            "1" | "+1" => Ok((name.to_owned(), 1)),
            "0" | "-1" => Ok((name.to_owned(), -1)),
            other => Err(usage(format!("`{other}` is no value"))),
        }
    };
    clamps.iter().map(one).collect()
}

fn options(args: &args::Solve, problem: &Problem) -> Result<SolveOptions, Failure> {
    let time = match &args.time {
        None => None,
        Some(text) => {
            let seconds =
                text.parse().or_else(|_| parse_quantity(text, "s")).map_err(|e| Failure::Usage(format!("--time {text}: {e}")))?;
            let time = Duration::try_from_secs_f64(seconds).ok().filter(|t| !t.is_zero());
            Some(time.ok_or_else(|| Failure::Usage(format!("--time {text}: expected a time above zero, as in 10s")))?)
        }
    };
    let betas = match args.beta_range.as_deref() {
        Some(&[hot, cold]) if hot >= 0.0 && cold >= hot && cold.is_finite() => Some((hot, cold)),
        Some(other) => return Err(Failure::Usage(format!("--beta-range {other:?}: expected 0 <= HOT <= COLD"))),
        None => None,
    };
    Ok(SolveOptions {
        method: of_name(&Method::ALL, &args.method).unwrap_or_default(),
        reads: args.reads.map(|n| n as usize),
        sweeps: args.sweeps.map(|n| n as usize),
        betas,
        rule: of_name(&Rule::ALL, &args.rule),
        order: of_name(&Order::ALL, &args.order),
        // Without a target of the user's, an energy that cannot be gone below is one.
        target: args.target.and_then(|t| problem.energy_of(t)).or_else(|| problem.least_energy()),
        time,
        cities: None,
        seed: args.seed,
    })
}

/// The answer for people; `asked` tells whether the target is theirs.
fn text(solution: &Solution<'_>, asked: bool) -> String {
    let (problem, progress, t) = (solution.problem, solution.progress, &solution.timing);
    let mut text = format!(
        "{}: {} over {} spins, {} couplings\n{}{}\n",
        problem.name,
        problem.kind(),
        problem.model.spins(),
        problem.model.couplings(),
        if solution.answer.verified { "" } else { "NOT SOLVED: " },
        solution.answer.text,
    );
    if let Some(reached) = solution.reached().filter(|_| asked) {
        text += if reached { "the target is reached\n" } else { "the target is not reached\n" };
    }
    let counts = solution.distribution();
    text += "reads by objective: ";
    text += &counts.iter().take(8).map(|(value, count)| format!("{value} x{count}")).collect::<Vec<_>>().join(", ");
    text += &if counts.len() > 8 { format!(", and {} others\n", counts.len() - 8) } else { "\n".to_owned() };
    text += &format!(
        "{}: {} reads in {}, the last of {} sweeps; best after {:.3} s; seed {}\n",
        solution.method.name(),
        progress.energies.len(),
        if progress.rounds == 1 { "1 round".to_owned() } else { format!("{} rounds", progress.rounds) },
        progress.sweeps,
        progress.best_s,
        solution.seed,
    );
    text += &format!(
        "time: {:.3} s reading, {:.3} s preparing, {:.3} s sampling; {:.3e} updates, {:.3} a nanosecond on {} threads\n",
        t.read,
        t.prepare,
        t.sample,
        progress.updates as f64,
        solution.updates_per_ns(),
        solution.threads,
    );
    let ledger = solution.hardware();
    let seconds = ledger.entries().iter().map(|e| e.second).sum::<f64>();
    text += &format!(
        "on a circuit of {} p-bits the same sweeps would take {} and {} (assumed 1 ns and 20 uW a p-bit; synapses left out)",
        problem.model.spins(),
        engineering(seconds, "s"),
        engineering(ledger.total_joule(), "J"),
    );
    problem.notes.iter().for_each(|note| text += &format!("\nnote: {note}"));
    text
}
