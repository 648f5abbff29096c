//! `spinloom solve`

mod record;
mod watch;

use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json};
use crate::progress::{cancel_on_interrupt, use_threads};
use record::{Record, State};
use serde_json::{Value, json};
use spinloom_core::quantity::{engineering, parse_quantity};
use spinloom_ising::anneal::{Control, Model};
use spinloom_ising::factoring::Factoring;
use spinloom_ising::format::{self, Format, Interpretation};
use spinloom_ising::problem::{Answer, Problem};
use spinloom_ising::solve::{Method, Progress, SolveOptions, hardware, resolve, solve as run_solver};
use spinloom_ising::{Order, Rule};
use std::path::Path;
use std::time::{Duration, Instant};
use watch::Watch;

/// Wall times, s.
#[derive(Debug, Clone, Copy, Default)]
struct Timing {
    read: f64,
    prepare: f64,
    sample: f64,
}

/// Solves a problem.
pub fn solve(args: &args::Solve) -> Result<(), Failure> {
    use_threads(args.threads)?;
    let mut timing = Timing::default();
    let start = Instant::now();
    let problem = read(args)?;
    timing.read = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let (model, free) = hold(&problem, &args.clamp)?;
    let options = options(args, &problem, &model)?;
    let method = resolve(options.method, &model);
    let record = args.out.as_deref().map(|out| Record::begin(out, args.resume)).transpose()?;
    let state = State::new(&problem, &model, args.seed, method);
    let resumed = record.as_ref().map(|r| r.resume(&state)).transpose()?.flatten();
    timing.prepare = start.elapsed().as_secs_f64();

    let control = Control::new(cancel_on_interrupt());
    let watch = Watch::begin(&control);
    let mut kept = Ok(());
    let progress = run_solver(&model, &options, &control, resumed, |progress| {
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
    let spins = whole(&problem, &args.clamp, &free, &progress.best)?;
    let found =
        Found { problem: &problem, progress: &progress, answer: problem.answer(&spins), method, timing, args, options: &options };
    let document = found.json();
    if let Some(record) = &record {
        record.finish(&document, &found.objectives())?;
    }
    if args.json {
        print_json(&document)?;
    } else {
        print(&found.text())?;
    }
    if progress.stopped { Err(Failure::Cancelled(record.map(|r| r.hint()))) } else { Ok(()) }
}

/// The problem that the command line names.
fn read(args: &args::Solve) -> Result<Problem, Failure> {
    let path = Path::new(&args.problem);
    let problem = if !path.exists() && !args.problem.is_empty() && args.problem.bytes().all(|b| b.is_ascii_digit()) {
        let number = args.problem.parse().map_err(|_| Failure::Usage(format!("{} has more than 64 bits", args.problem)))?;
        if args.multiplier { Problem::multiplier(number)? } else { Problem::factoring(Factoring::new(number)?)? }
    } else {
        let format = args.format.as_deref().and_then(|name| Format::ALL.iter().find(|f| f.0 == name)).map(|f| f.1);
        let meaning = match args.meaning.as_deref() {
            Some("max-cut") => Interpretation::MaxCut,
            Some("ising") => Interpretation::Ising,
            Some("qubo") => Interpretation::Qubo,
            _ => Interpretation::Usual,
        };
        format::read(path, format, meaning)?
    };
    Ok(if args.reduce { problem.reduced()? } else { problem })
}

/// The spins held by `--clamp` and by the problem itself.
fn clamps(problem: &Problem, clamps: &[String]) -> Result<Vec<(usize, i8)>, Failure> {
    let mut held = problem.held.clone();
    for text in clamps {
        let usage = |why: String| Failure::Usage(format!("--clamp {text}: {why}; write NAME=0 or NAME=1"));
        let (name, value) = text.split_once('=').ok_or_else(|| usage("no value".to_owned()))?;
        let spin = problem.spin(name.trim()).ok_or_else(|| {
            let known = if problem.names.is_empty() {
                format!("spins are numbered from 0 to {}", problem.model.spins().saturating_sub(1))
            } else {
                format!("names are {}", problem.names.iter().take(30).cloned().collect::<Vec<_>>().join(", "))
            };
            usage(format!("there is no `{name}`; {known}"))
        })?;
        let value = match value.trim() {
            "1" | "+1" => 1,
            "0" | "-1" => -1,
            other => return Err(usage(format!("`{other}` is no value"))),
        };
        held.push((spin, value));
    }
    Ok(held)
}

/// The model of the spins that are free, and where they are in the problem.
fn hold(problem: &Problem, clamp: &[String]) -> Result<(Model, Vec<usize>), Failure> {
    let held = clamps(problem, clamp)?;
    if held.is_empty() {
        return Ok((problem.model.clone(), (0..problem.model.spins()).collect()));
    }
    Ok(problem.model.clamped(&held)?)
}

/// The state of all spins from that of the free ones.
fn whole(problem: &Problem, clamp: &[String], free: &[usize], found: &[i8]) -> Result<Vec<i8>, Failure> {
    let mut spins = vec![-1; problem.model.spins()];
    for (spin, value) in clamps(problem, clamp)? {
        spins[spin] = value;
    }
    for (&place, &value) in free.iter().zip(found) {
        spins[place] = value;
    }
    Ok(spins)
}

fn options(args: &args::Solve, problem: &Problem, model: &Model) -> Result<SolveOptions, Failure> {
    if model.spins() == 0 {
        return Err(Failure::Usage("every spin is clamped; nothing is left to find".to_owned()));
    }
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
        method: Method::ALL.iter().find(|m| m.0 == args.method).map_or(Method::Auto, |m| m.1),
        reads: args.reads.map(|n| n as usize),
        sweeps: args.sweeps.map(|n| n as usize),
        betas,
        rule: Some(if args.rule == "heat-bath" { Rule::HeatBath } else { Rule::Metropolis }),
        order: match args.order.as_str() {
            "random" => Order::Random,
            "fixed" => Order::Fixed,
            _ => Order::Permuted,
        },
        // Without a target of the user's, an energy that cannot be gone below is one.
        target: args.target.and_then(|t| problem.energy_of(t)).or_else(|| problem.least_energy()),
        time,
        seed: args.seed,
    })
}

/// Everything there is to say of an answer.
struct Found<'a> {
    problem: &'a Problem,
    progress: &'a Progress,
    answer: Answer,
    method: Method,
    timing: Timing,
    args: &'a args::Solve,
    options: &'a SolveOptions,
}

impl Found<'_> {
    /// The objective of every read.
    fn objectives(&self) -> Vec<f64> {
        self.progress.energies.iter().map(|&e| self.problem.objective_of(e)).collect()
    }

    fn updates_per_ns(&self) -> f64 {
        self.progress.updates as f64 / self.progress.sample_s.max(1e-9) * 1e-9
    }

    /// Distinct objectives and how often each was read, the best first.
    fn distribution(&self) -> Vec<(f64, usize)> {
        let mut all = self.objectives();
        all.sort_by(f64::total_cmp);
        if self.problem.maximises() {
            all.reverse();
        }
        let mut counts: Vec<(f64, usize)> = Vec::new();
        for value in all {
            match counts.last_mut() {
                Some(last) if last.0 == value => last.1 += 1,
                _ => counts.push((value, 1)),
            }
        }
        counts
    }

    fn reached(&self) -> Option<bool> {
        self.options.target.map(|t| self.progress.best_energy <= t + 1e-9 * t.abs())
    }

    fn json(&self) -> Value {
        let ledger = hardware(self.problem, self.progress);
        json!({
            "version": spinloom_lab::VERSION,
            "problem": {
                "name": self.problem.name,
                "kind": self.problem.kind(),
                "spins": self.problem.model.spins(),
                "couplings": self.problem.model.couplings(),
                "maximises": self.problem.maximises(),
            },
            "method": self.method.name(),
            "seed": self.args.seed,
            "best": { "objective": self.answer.objective, "energy": self.progress.best_energy, "found_after_s": self.progress.best_s },
            "verified": self.answer.verified,
            "target_reached": self.reached(),
            "answer": self.answer.value,
            "reads": self.progress.energies.len(),
            "rounds": self.progress.rounds,
            "sweeps": self.progress.sweeps,
            "stopped": self.progress.stopped,
            "updates": self.progress.updates,
            "updates_per_ns": self.updates_per_ns(),
            "threads": rayon::current_num_threads(),
            "energies": self.objectives(),
            "timing": { "read_s": self.timing.read, "prepare_s": self.timing.prepare, "sample_s": self.timing.sample },
            "hardware": {
                "joule": ledger.total_joule(),
                "second": ledger.entries().iter().map(|e| e.second).sum::<f64>(),
                "ledger": ledger,
            },
            "notes": self.problem.notes,
        })
    }

    fn text(&self) -> String {
        let (problem, progress, t) = (self.problem, self.progress, &self.timing);
        let mut text = format!(
            "{}: {} over {} spins, {} couplings\n{}{}\n",
            problem.name,
            problem.kind(),
            problem.model.spins(),
            problem.model.couplings(),
            if self.answer.verified { "" } else { "NOT SOLVED: " },
            self.answer.text,
        );
        if let Some(reached) = self.reached().filter(|_| self.args.target.is_some()) {
            text += if reached { "the target is reached\n" } else { "the target is not reached\n" };
        }
        let counts = self.distribution();
        text += "reads by objective: ";
        text += &counts.iter().take(8).map(|(value, count)| format!("{value} x{count}")).collect::<Vec<_>>().join(", ");
        text += &if counts.len() > 8 { format!(", and {} others\n", counts.len() - 8) } else { "\n".to_owned() };
        text += &format!(
            "{}: {} reads in {} rounds, the last of {} sweeps; best after {:.3} s; seed {}\n",
            self.method.name(),
            progress.energies.len(),
            progress.rounds,
            progress.sweeps,
            progress.best_s,
            self.args.seed,
        );
        text += &format!(
            "time: {:.3} s reading, {:.3} s preparing, {:.3} s sampling; {:.3e} updates, {:.3} a nanosecond on {} threads\n",
            t.read,
            t.prepare,
            t.sample,
            progress.updates as f64,
            self.updates_per_ns(),
            rayon::current_num_threads(),
        );
        let ledger = hardware(problem, progress);
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
}
