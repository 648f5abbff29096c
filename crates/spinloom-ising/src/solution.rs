//! What whoever asks and whoever answers have in common: a problem named by file or number, spins held by name, and the answer as one
//! document.

use crate::IsingError;
use crate::anneal::Model;
use crate::factoring::Factoring;
use crate::format::{self, Format, Interpretation};
use crate::problem::{Answer, Meaning, Problem};
use crate::solve::{Method, Progress, hardware};
use crate::tour::Cities;
use serde_json::{Value, json};
use spinloom_core::ledger::Ledger;
use std::path::Path;

/// How a named problem is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// Format of the file, where its name does not tell.
    pub format: Option<Format>,
    /// What a file of weights means.
    pub meaning: Interpretation,
    /// Factor by an invertible multiplier in place of (X Y - N)^2.
    pub multiplier: bool,
    /// Replace terms of more than two spins by pairs and new spins.
    pub reduce: bool,
}

/// The problem of a file, or of factoring a number when no file has that name.
///
/// ```
/// use spinloom_ising::solution::{Reading, named};
/// assert_eq!(named("35".as_ref(), Reading::default())?.kind(), "factors");
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
///
/// # Errors
/// Those of [`format::read`], [`Problem::factoring`], [`Problem::multiplier`] and [`Problem::reduced`].
pub fn named(name: &Path, how: Reading) -> Result<Problem, IsingError> {
    let digits = name.to_str().filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let problem = match digits {
        Some(digits) if !name.exists() => {
            let number = digits.parse().map_err(|_| IsingError::Unsuitable(format!("{digits} has more than 64 bits")))?;
            if how.multiplier { Problem::multiplier(number)? } else { Problem::factoring(Factoring::new(number)?)? }
        }
        _ => format::read(name, how.format, how.meaning)?,
    };
    if how.reduce { problem.reduced() } else { Ok(problem) }
}

/// A problem with spins held, by its user and by itself: the model of the others, and the way back.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The model of the spins that are free.
    pub model: Model,
    free: Vec<usize>,
    /// All spins, right where they are held.
    whole: Vec<i8>,
}

impl Held {
    /// Holds the named spins at +-1.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for a name that there is not or when no spin is left, [`IsingError::Model`] for a spin held both ways.
    pub fn new(problem: &Problem, clamps: &[(String, i8)]) -> Result<Self, IsingError> {
        let mut held = problem.held.clone();
        for (name, value) in clamps {
            let spin = problem.spin(name.trim()).ok_or_else(|| {
                let known = if problem.names.is_empty() {
                    format!("spins are numbered from 0 to {}", problem.model.spins().saturating_sub(1))
                } else {
                    format!("names are {}", problem.names.iter().take(30).cloned().collect::<Vec<_>>().join(", "))
                };
                IsingError::Unsuitable(format!("there is no `{name}` to clamp; {known}"))
            })?;
            held.push((spin, *value));
        }
        let mut whole = vec![-1; problem.model.spins()];
        held.iter().for_each(|&(spin, value)| whole[spin] = value);
        let (model, free) = if held.is_empty() {
            (problem.model.clone(), (0..problem.model.spins()).collect())
        } else {
            problem.model.clamped(&held)?
        };
        if model.spins() == 0 {
            return Err(IsingError::Unsuitable("every spin is clamped; nothing is left to find".to_owned()));
        }
        Ok(Self { model, free, whole })
    }

    /// The cities of a problem of a tour, when no spin is held: states may then be read as the tour they are nearest to.
    pub fn cities(&self, problem: &Problem) -> Option<Cities> {
        match &problem.meaning {
            Meaning::Tour(cities) if self.free.len() == self.whole.len() => Some(cities.clone()),
            _ => None,
        }
    }

    /// The state of all spins from that of the free ones.
    ///
    /// # Panics
    /// When `found` has more spins than are free.
    pub fn whole(&self, found: &[i8]) -> Vec<i8> {
        let mut whole = self.whole.clone();
        self.free.iter().zip(found).for_each(|(&place, &value)| whole[place] = value);
        whole
    }
}

/// Wall times, s.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timing {
    /// Reading the problem.
    pub read: f64,
    /// Preparing it.
    pub prepare: f64,
    /// Sampling.
    pub sample: f64,
}

/// A problem, what was found, and what that cost.
#[derive(Debug, Clone)]
pub struct Solution<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// What was found, over the spins that were free.
    pub progress: &'a Progress,
    /// The best state in the problem's own terms.
    pub answer: Answer,
    /// The method, resolved.
    pub method: Method,
    /// Wall times.
    pub timing: Timing,
    /// Seed.
    pub seed: u64,
    /// The energy that was looked for, if one was.
    pub target: Option<f64>,
    /// Threads that worked.
    pub threads: usize,
}

impl Solution<'_> {
    /// The objective of every read.
    pub fn objectives(&self) -> Vec<f64> {
        self.progress.energies.iter().map(|&e| self.problem.objective_of(e)).collect()
    }

    /// Attempted updates of a spin in a nanosecond of sampling.
    pub fn updates_per_ns(&self) -> f64 {
        self.progress.updates as f64 / self.progress.sample_s.max(1e-9) * 1e-9
    }

    /// Distinct objectives and how often each was read, the best first.
    pub fn distribution(&self) -> Vec<(f64, usize)> {
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

    /// Whether the target was reached, where there was one.
    pub fn reached(&self) -> Option<bool> {
        self.target.map(|t| self.progress.best_energy <= t + 1e-9 * t.abs())
    }

    /// What the same sweeps would cost on a circuit of p-bits.
    pub fn hardware(&self) -> Ledger {
        hardware(self.problem, self.progress)
    }

    /// The document of `solve --json`; keys are added to it, never changed.
    pub fn document(&self) -> Value {
        let (problem, progress, ledger) = (self.problem, self.progress, self.hardware());
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "problem": {
                "name": problem.name,
                "kind": problem.kind(),
                "spins": problem.model.spins(),
                "couplings": problem.model.couplings(),
                "maximises": problem.maximises(),
            },
            "method": self.method.name(),
            "seed": self.seed,
            "best": { "objective": self.answer.objective, "energy": progress.best_energy, "found_after_s": progress.best_s },
            "verified": self.answer.verified,
            "target_reached": self.reached(),
            "answer": self.answer.value,
            "reads": progress.energies.len(),
            "rounds": progress.rounds,
            "sweeps": progress.sweeps,
            "stopped": progress.stopped,
            "updates": progress.updates,
            "updates_per_ns": self.updates_per_ns(),
            "threads": self.threads,
            "energies": self.objectives(),
            "timing": { "read_s": self.timing.read, "prepare_s": self.timing.prepare, "sample_s": self.timing.sample },
            "hardware": {
                "joule": ledger.total_joule(),
                "second": ledger.entries().iter().map(|e| e.second).sum::<f64>(),
                "ledger": ledger,
            },
            "notes": problem.notes,
        })
    }
}
