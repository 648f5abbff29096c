//! From a problem to its answer: which engine, how long, in which steps, and what the same would cost on a circuit of p-bits.

mod elite;

pub use elite::Elite;

use crate::anneal::{Annealing, Control, Engine, Model, Reads, Schedule, anneal};
use crate::multispin::VotePlan;
use crate::path_integral::{PathIntegral, anneal_path_integral};
use crate::problem::Problem;
use crate::tempering::{Tempering, temper};
use crate::tour::Cities;
use crate::{Ising, IsingError, Order, Rule};
use serde::{Deserialize, Serialize};
use spinloom_core::ledger::{Kind, Ledger};
use std::time::{Duration, Instant};

/// How to look for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Annealing on the engine that suits the model.
    #[default]
    Auto,
    /// Simulated annealing on bit planes, every read with its own random numbers.
    Anneal,
    /// Simulated annealing on bit planes that share random numbers: the fastest, with correlated reads.
    AnnealShared,
    /// Simulated annealing of one read at a time on each core.
    Single,
    /// Parallel tempering, with cluster moves between replicas where they help.
    Tempering,
    /// Path-integral annealing: a transverse field that is taken away.
    PathIntegral,
}

impl Method {
    /// All methods with their names on the command line.
    pub const ALL: [(&'static str, Self); 6] = [
        ("auto", Self::Auto),
        ("anneal", Self::Anneal),
        ("anneal-shared", Self::AnnealShared),
        ("single", Self::Single),
        ("tempering", Self::Tempering),
        ("path-integral", Self::PathIntegral),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|m| m.1 == self).map_or("auto", |m| m.0)
    }
}

/// What a user may set; everything else follows from the problem.
#[derive(Debug, Clone, Default)]
pub struct SolveOptions {
    /// Method.
    pub method: Method,
    /// Reads in a round.
    pub reads: Option<usize>,
    /// Sweeps of a read.
    pub sweeps: Option<usize>,
    /// Inverse temperatures from hot to cold.
    pub betas: Option<(f64, f64)>,
    /// How spins decide; Metropolis unless set.
    pub rule: Option<Rule>,
    /// Order of visits; what suits the model unless set.
    pub order: Option<Order>,
    /// Stop when the energy is this low.
    pub target: Option<f64>,
    /// Go on with longer and longer rounds for this long.
    pub time: Option<Duration>,
    /// Cities whose tour is looked for: every read then counts as the tour its state is nearest to. Not for spins held.
    pub cities: Option<Cities>,
    /// Seed.
    pub seed: u64,
}

/// What was found so far: enough to go on from, or to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Rounds finished.
    pub rounds: u64,
    /// The best state.
    pub best: Vec<i8>,
    /// Its energy.
    pub best_energy: f64,
    /// The energy of every read of every round.
    pub energies: Vec<f64>,
    /// Attempted updates.
    pub updates: u64,
    /// Time spent sampling, s.
    pub sample_s: f64,
    /// Seconds of sampling until the best was found.
    pub best_s: f64,
    /// Sweeps of a read in the last round.
    pub sweeps: usize,
    /// Reads of the last round.
    pub reads: usize,
    /// Whether the work was cancelled.
    pub stopped: bool,
    /// What the finished rounds amount to: a round that was cut short is done again when the work is taken up.
    #[serde(default)]
    pub finished: Finished,
    /// States that later rounds go on from.
    #[serde(default)]
    pub elite: Elite,
}

/// What finished rounds amount to.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Finished {
    /// Their reads.
    pub reads: usize,
    /// Their attempted updates.
    pub updates: u64,
    /// The time they took, s.
    pub sample_s: f64,
}

impl Progress {
    fn begin(reads: usize, sweeps: usize) -> Self {
        Self {
            rounds: 0,
            best: Vec::new(),
            best_energy: f64::INFINITY,
            energies: Vec::new(),
            updates: 0,
            sample_s: 0.0,
            best_s: 0.0,
            sweeps,
            reads,
            stopped: false,
            finished: Finished::default(),
            elite: Elite::default(),
        }
    }

    /// Forgets what a round that was cut short has added, but the best.
    fn taken_up(mut self) -> Self {
        self.energies.truncate(self.finished.reads);
        (self.updates, self.sample_s, self.stopped) = (self.finished.updates, self.finished.sample_s, false);
        self
    }

    fn take(&mut self, found: Reads) {
        if found.best_energy < self.best_energy || self.best.is_empty() {
            self.best = found.best;
            self.best_energy = found.best_energy;
            self.best_s = self.sample_s;
        }
        self.energies.extend(found.energies);
    }
}

/// Looks for the state of least energy. `on_round` hears of every finished round, which is where a run can be taken up again.
///
/// # Errors
/// [`IsingError::Unsuitable`] when the method cannot take the model.
pub fn solve(
    model: &Model,
    options: &SolveOptions,
    control: &Control,
    resume: Option<Progress>,
    mut on_round: impl FnMut(&Progress),
) -> Result<Progress, IsingError> {
    let mut control = control.clone();
    let start = Instant::now();
    control.deadline = options.time.map(|t| start + t);
    let method = options.method_on(model);
    let (reads, sweeps) = effort(model, method, options);
    // Without a limit in time, a target is looked for as long as a round without one would take.
    let growing = (options.time.is_some() || options.target.is_some()) && options.sweeps.is_none();
    let budget = (options.time.is_none() && options.target.is_some()).then(|| {
        let rounds = 10.0 * chains(method, reads) * longest(model, method, reads) * model.spins() as f64;
        budget(method).min(rounds) as u64
    });
    let mut progress = resume.map_or_else(|| Progress::begin(reads, sweeps), Progress::taken_up);
    let Finished { updates: already, sample_s: before, .. } = progress.finished;
    loop {
        if options.target.is_some_and(|t| progress.best_energy <= t + 1e-9 * t.abs()) && !progress.best.is_empty() {
            break;
        }
        // Rounds grow, so that little time is lost to short ones.
        let round = progress.rounds;
        let factor = if growing { 1usize << (round / elite::FAMILY).min(24) } else { 1 };
        let sweeps = sweeps.saturating_mul(factor);
        let kept = (growing && searches(model, method, options)).then_some(&progress.elite);
        let mut found = one_round(model, method, options, &control, (reads, sweeps), (round, kept))?;
        let stopped = control.was_stopped();
        if let (true, Model::Pairs(pairs)) = (kept.is_some(), model) {
            // A round cut short is done again when the run is taken up, so what it found goes into the answer alone.
            let mut aside = stopped.then(|| progress.elite.clone());
            aside.as_mut().unwrap_or(&mut progress.elite).take(pairs, round, &mut found);
        }
        progress.updates = already + control.updates.load(std::sync::atomic::Ordering::Relaxed);
        progress.sample_s = before + start.elapsed().as_secs_f64();
        progress.take(found);
        (progress.sweeps, progress.reads) = (sweeps, reads);
        if stopped {
            progress.stopped = control.cancel.is_cancelled();
            break;
        }
        progress.rounds += 1;
        progress.finished = Finished { reads: progress.energies.len(), updates: progress.updates, sample_s: progress.sample_s };
        on_round(&progress);
        let spent = budget.is_some_and(|b| progress.updates >= b);
        if spent || !(options.time.is_some() || options.target.is_some()) {
            break;
        }
    }
    Ok(progress)
}

/// The method that `auto` stands for.
pub fn resolve(method: Method, model: &Model) -> Method {
    match (method, model) {
        (Method::Auto, Model::Pairs(m)) if VotePlan::new(m).is_ok_and(|p| p.suits()) => Method::Anneal,
        (Method::Auto, _) => Method::Single,
        (other, _) => other,
    }
}

/// Up to this many spins with couplings beyond small whole numbers, tempering finds the lowest states sooner than annealing.
const TEMPERED: usize = 500;

impl SolveOptions {
    /// The method that `auto` stands for where the lowest state is looked for, whatever becomes of single reads.
    pub fn method_on(&self, model: &Model) -> Method {
        let free = self.reads.is_none() && self.sweeps.is_none() && (self.time.is_some() || self.target.is_some());
        let rough = |m: &Ising| m.spins() <= TEMPERED && self.cities.is_none() && VotePlan::new(m).is_err();
        match (self.method, model) {
            (Method::Auto, Model::Pairs(m)) if free && rough(m) => Method::Tempering,
            (method, _) => resolve(method, model),
        }
    }
}

/// Attempted updates that a run without further wishes is given.
fn budget(method: Method) -> f64 {
    if matches!(method, Method::Anneal | Method::AnnealShared) { 6e9 } else { 3e8 }
}

/// Reads of a round, and sweeps of the first.
fn effort(model: &Model, method: Method, options: &SolveOptions) -> (usize, usize) {
    let reads = options.reads.unwrap_or(match method {
        Method::Anneal | Method::AnnealShared if model.spins() > 1500 => 512,
        Method::Anneal | Method::AnnealShared => 1024,
        Method::Tempering => 2,
        Method::PathIntegral => 8,
        _ if options.cities.is_some() => 16,
        // On large models longer reads find more than more of them.
        Method::Single if model.spins() > 1000 => 8,
        _ => 64,
    });
    let begin = if options.target.is_some() {
        50.0
    } else if options.time.is_some() {
        200.0
    } else {
        f64::INFINITY
    };
    (reads, options.sweeps.unwrap_or(longest(model, method, reads).min(begin) as usize))
}

/// Sweeps of a round that takes the whole budget.
fn longest(model: &Model, method: Method, reads: usize) -> f64 {
    (budget(method) / (chains(method, reads) * model.spins().max(1) as f64)).clamp(100.0, 10_000.0)
}

/// Chains of a round.
fn chains(method: Method, reads: usize) -> f64 {
    (if method == Method::Tempering { reads * Tempering::default().temperatures } else { reads }) as f64
}

/// How much colder a ladder ends than a schedule.
const COLDER: f64 = 2.0;

/// Where between hot and cold a round begins that goes on from earlier ones.
const WARMED: [f64; 3] = [0.5, 0.35, 0.2];

/// Whether the states of all reads are kept for later rounds: not where that takes more memory than the search itself.
fn searches(model: &Model, method: Method, options: &SolveOptions) -> bool {
    let (pairs, anneals) =
        (matches!(model, Model::Pairs(_)), matches!(method, Method::Anneal | Method::AnnealShared | Method::Single));
    pairs && anneals && options.cities.is_none() && model.spins() <= 200_000
}

/// The order of visits that finds low states soonest: always the same where spins differ in their number of neighbours. Where all have
/// the same number Metropolis may hang in that order, as on lattices with even sides.
fn suited(model: &Model) -> Order {
    match model {
        Model::Pairs(m) if (1..m.spins()).any(|i| m.degree(i) != m.degree(0)) => Order::Fixed,
        _ => Order::Runs,
    }
}

fn one_round(
    model: &Model,
    method: Method,
    options: &SolveOptions,
    control: &Control,
    (reads, sweeps): (usize, usize),
    (round, kept): (u64, Option<&Elite>),
) -> Result<Reads, IsingError> {
    let seed = options.seed.wrapping_add(round.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let (hot, cold) = options.betas.unwrap_or_else(|| {
        let (hot, cold) = options.cities.as_ref().map_or_else(|| Schedule::range(model), Cities::range);
        // Replicas at the cold end of a ladder have to fall into the state itself: nothing quenches them in the end.
        (hot, if method == Method::Tempering { COLDER * cold } else { cold })
    });
    // A round that goes on from what was kept is warmed up again, each time to another temperature.
    let starts = kept.map(|elite| elite.starts(round, reads)).unwrap_or_default();
    let begin = if starts.is_empty() { hot } else { hot + (cold - hot) * WARMED[round as usize % WARMED.len()] };
    let mut annealing = Annealing::new(Schedule::linear(begin, cold, sweeps)?, reads, seed);
    annealing.initial = starts;
    annealing.rule = options.rule.unwrap_or(Rule::Metropolis);
    annealing.order = options.order.unwrap_or_else(|| suited(model));
    annealing.keep_states = options.cities.is_some() || kept.is_some();
    let found = round_of(model, method, annealing, (hot, cold), control)?;
    Ok(match &options.cities {
        Some(cities) => nearest_tours(cities, found),
        None => found,
    })
}

/// Every read as the tour its state is nearest to, after a last descent among tours; the energy of a tour is its length.
fn nearest_tours(cities: &Cities, found: Reads) -> Reads {
    let mut mended = Reads { best: Vec::new(), best_energy: f64::INFINITY, energies: Vec::new(), states: Vec::new() };
    for state in found.states {
        let mut tour = cities.nearest_tour(&state);
        cities.descend(&mut tour);
        let length = cities.length(&tour);
        mended.absorb(Reads { best: cities.state(&tour), best_energy: length, energies: vec![length], states: Vec::new() });
    }
    mended
}

/// One round of reads. Annealing follows the schedule; tempering spans `ends`, from hot to cold, and path-integral annealing takes the cold
/// end, both in as many sweeps and by heat bath.
///
/// # Errors
/// [`IsingError::Unsuitable`] when the method cannot take the model, or initial states.
pub fn round_of(
    model: &Model,
    method: Method,
    mut annealing: Annealing,
    ends: (f64, f64),
    control: &Control,
) -> Result<Reads, IsingError> {
    let (hot, cold) = ends;
    let (sweeps, reads, seed) = (annealing.schedule.betas().len(), annealing.reads, annealing.seed);
    if matches!(method, Method::Tempering | Method::PathIntegral) && !(annealing.initial.is_empty() && annealing.descend) {
        return Err(IsingError::Unsuitable(format!(
            "{} takes no initial states and looks for the lowest states alone, not for a sample at a temperature",
            method.name()
        )));
    }
    match method {
        Method::Tempering => {
            temper(model, &Tempering { sweeps, replicas: reads, hot, cold, seed, ..Tempering::default() }, control)
                .map(|t| t.reads)
        }
        Method::PathIntegral => match model {
            Model::Pairs(m) => {
                anneal_path_integral(m, &PathIntegral { sweeps, reads, beta: cold, seed, ..PathIntegral::default() }, control)
            }
            Model::Polynomial(_) => Err(IsingError::Unsuitable(
                "path-integral annealing wants a model of pairs; reduce it to pairs first (--reduce)".to_owned(),
            )),
        },
        _ => {
            annealing.engine = match method {
                Method::Auto => Engine::Auto,
                Method::Anneal => Engine::MultiSpin,
                Method::AnnealShared => Engine::MultiSpinShared,
                _ => Engine::Single,
            };
            anneal(model, &annealing, control)
        }
    }
}

/// Time between flips of a p-bit of a circuit: about a nanosecond, the dwell time of a low-barrier magnet.
pub const DWELL_TIME: f64 = 1e-9;
/// Power of one p-bit with its transistor and comparator, an assumption: tens of microwatts in published circuit simulations.
pub const PBIT_POWER: f64 = 20e-6;

/// What the same number of sweeps would cost on a circuit in which every p-bit of the problem exists and all update at once.
pub fn hardware(problem: &Problem, progress: &Progress) -> Ledger {
    let mut ledger = Ledger::default();
    let updates = progress.updates as f64;
    charge_updates(&mut ledger, None, updates, updates / problem.model.spins().max(1) as f64);
    ledger
}

/// Charges so many updates of p-bits that take place in so many sweeps, in each of which all p-bits update at once; `what` tells them from others.
pub fn charge_updates(ledger: &mut Ledger, what: Option<&str>, updates: f64, sweeps: f64) {
    let of = what.map(|what| format!(", {what}")).unwrap_or_default();
    ledger.charge(
        &format!("p-bit update{of}"),
        Kind::Bias,
        updates,
        PBIT_POWER * DWELL_TIME,
        0.0,
        "assumed 20 uW a p-bit for 1 ns an update; synapses, programming and read-out are left out",
    );
    ledger.charge(
        &format!("sweep: all p-bits once, in parallel{of}"),
        Kind::Read,
        sweeps,
        0.0,
        DWELL_TIME,
        "assumed dwell time of 1 ns, with synapses much faster than that",
    );
}
