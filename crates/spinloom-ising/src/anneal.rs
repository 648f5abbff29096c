//! Simulated annealing in independent reads, on both kinds of engine: bit planes where couplings are small whole numbers, single chains
//! for everything else. S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, Science 220, 671 (1983), doi:10.1126/science.220.4598.671.

use crate::chain::{Chain, Dense, Energy, Walk, Walker};
use crate::multispin::{MultiSpin, Randomness, VotePlan};
use crate::planes::{Planes, Planes64, Planes256, Planes512};
use crate::polynomial::Polynomial;
use crate::whole::Whole;
use crate::{Ising, IsingError, Order, Rule};
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::CancelToken;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// What is sampled: pairs, or terms of any order.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// Fields and pair couplings.
    Pairs(Ising),
    /// Terms of any order.
    Polynomial(Polynomial),
}

impl Model {
    /// Number of spins.
    pub fn spins(&self) -> usize {
        match self {
            Self::Pairs(m) => m.spins(),
            Self::Polynomial(m) => m.spins(),
        }
    }

    /// Energy of a configuration.
    pub fn energy(&self, m: &[i8]) -> f64 {
        match self {
            Self::Pairs(model) => model.energy(m),
            Self::Polynomial(model) => model.energy(m),
        }
    }

    /// Number of couplings: pairs, or terms of more than one spin.
    pub fn couplings(&self) -> usize {
        match self {
            Self::Pairs(m) => m.pairs(),
            Self::Polynomial(m) => m.terms().filter(|t| t.0.len() > 1).count(),
        }
    }

    /// The model of the other spins when some are held, and the index here of each spin there.
    ///
    /// # Errors
    /// [`IsingError::Model`] for a spin that does not exist or one clamped both ways.
    pub fn clamped(&self, clamps: &[(usize, i8)]) -> Result<(Self, Vec<usize>), IsingError> {
        Ok(match self {
            Self::Pairs(m) => m.clamped(clamps).map(|(m, free)| (Self::Pairs(m), free))?,
            Self::Polynomial(m) => m.clamped(clamps).map(|(m, free)| (Self::Polynomial(m), free))?,
        })
    }

    /// The root of the sum of squares of what acts on each spin: the scale of its local field in a random state.
    fn field_scales(&self) -> Vec<f64> {
        let mut squares = vec![0.0; self.spins()];
        match self {
            Self::Pairs(m) => {
                for (i, s) in squares.iter_mut().enumerate() {
                    *s = m.fields()[i].powi(2) + m.neighbours(i).1.iter().map(|v| v * v).sum::<f64>();
                }
            }
            Self::Polynomial(m) => {
                for (members, c) in m.terms() {
                    members.iter().for_each(|&i| squares[i as usize] += c * c);
                }
            }
        }
        squares.into_iter().map(f64::sqrt).filter(|s| *s > 0.0).collect()
    }
}

/// One inverse temperature a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule(Vec<f64>);

impl Schedule {
    /// These inverse temperatures.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for one that is negative or not a number, or none at all.
    pub fn new(betas: Vec<f64>) -> Result<Self, IsingError> {
        if betas.is_empty() {
            return Err(IsingError::Unsuitable("a schedule wants at least one sweep".to_owned()));
        }
        match betas.iter().find(|b| b.is_nan() || **b < 0.0) {
            Some(b) => Err(IsingError::Unsuitable(format!("an inverse temperature is {b}; it must be zero or more"))),
            None => Ok(Self(betas)),
        }
    }

    /// From `hot` to `cold` in equal steps.
    ///
    /// # Errors
    /// As [`Schedule::new`].
    pub fn linear(hot: f64, cold: f64, sweeps: usize) -> Result<Self, IsingError> {
        let last = (sweeps.max(2) - 1) as f64;
        Self::new((0..sweeps).map(|k| if k + 1 == sweeps { cold } else { hot + (cold - hot) * k as f64 / last }).collect())
    }

    /// From `hot` to `cold` in equal ratios.
    ///
    /// # Errors
    /// As [`Schedule::new`], and for ends that are not positive.
    pub fn geometric(hot: f64, cold: f64, sweeps: usize) -> Result<Self, IsingError> {
        if !(hot > 0.0 && cold > 0.0) {
            return Err(IsingError::Unsuitable("a geometric schedule wants two positive inverse temperatures".to_owned()));
        }
        let last = (sweeps.max(2) - 1) as f64;
        Self::new((0..sweeps).map(|k| hot * (cold / hot).powf(k as f64 / last)).collect())
    }

    /// Range of inverse temperatures that suits a model: hot enough that every spin moves freely, cold enough that none goes uphill.
    ///
    /// The hot end puts typical local fields at 0.7 kT, those that nine spins of ten stay below, or a quarter of the largest where that is
    /// more: a few hubs do not hold up all the others. The cold end puts the median one at 7 kT, or the smallest step uphill at a
    /// probability of 1/3000 if that is hotter, where fields are multiples of one number; and the median at 15 kT elsewhere. On lattices
    /// the smallest step decides: at a probability of 1 % thousands of spins never settle all at once.
    pub fn range(model: &Model) -> (f64, f64) {
        let mut scales = model.field_scales();
        if scales.is_empty() {
            return (0.1, 1.0);
        }
        scales.sort_by(f64::total_cmp);
        let largest = scales[scales.len() - 1];
        let hot = 0.7 / scales[scales.len() * 9 / 10].max(0.25 * largest);
        let plan = match model {
            Model::Pairs(m) => VotePlan::new(m).ok(),
            Model::Polynomial(_) => None,
        };
        let cold = match plan {
            Some(plan) => (0.5 * 3000f64.ln() / plan.smallest_field()).min(7.0 / scales[scales.len() / 2]),
            None => 15.0 / scales[scales.len() / 2],
        };
        (hot, cold.max(2.0 * hot))
    }

    /// The inverse temperatures.
    pub fn betas(&self) -> &[f64] {
        &self.0
    }
}

/// Which engine does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// Bit planes where the model allows them and there are at least 16 reads, single chains elsewhere.
    #[default]
    Auto,
    /// Bit planes with random numbers of their own for every read.
    MultiSpin,
    /// Bit planes with random numbers shared by the reads of a batch: the fastest, but the reads of a batch are correlated. Annealing only.
    MultiSpinShared,
    /// One read after another on a core, over neighbour lists or, for dense models, the full matrix.
    Single,
}

/// How to anneal.
#[derive(Debug, Clone)]
pub struct Annealing {
    /// Inverse temperature of every sweep.
    pub schedule: Schedule,
    /// Number of independent reads.
    pub reads: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// How spins decide.
    pub rule: Rule,
    /// In which order they are visited.
    pub order: Order,
    /// Which engine.
    pub engine: Engine,
    /// States the first reads start from; random ones for the rest.
    pub initial: Vec<Vec<i8>>,
    /// Whether the state of every read is kept, not only that of the best.
    pub keep_states: bool,
    /// Whether reads end downhill, at zero temperature. Without it they end as the last temperature leaves them, which is what a
    /// distribution is made of; reads that were stopped before their end are then left out.
    pub descend: bool,
}

impl Annealing {
    /// Metropolis in an order drawn anew for every sweep, the fastest to good states, with the engine that suits.
    pub fn new(schedule: Schedule, reads: usize, seed: u64) -> Self {
        Self {
            schedule,
            reads,
            seed,
            rule: Rule::Metropolis,
            order: Order::default(),
            engine: Engine::Auto,
            initial: Vec::new(),
            keep_states: false,
            descend: true,
        }
    }
}

/// Who may stop an annealer, and who watches it.
#[derive(Debug, Clone, Default)]
pub struct Control {
    /// Stops the work when cancelled.
    pub cancel: CancelToken,
    /// Stops the work at this moment.
    pub deadline: Option<Instant>,
    /// Attempted updates so far, for progress.
    pub updates: Arc<AtomicU64>,
    /// Set as soon as anything was stopped before its end.
    stopped: Arc<AtomicBool>,
}

impl Control {
    /// Control by this switch.
    pub fn new(cancel: CancelToken) -> Self {
        Self { cancel, ..Self::default() }
    }

    /// Whether the work should end now.
    pub fn stop(&self) -> bool {
        let stop = self.cancel.is_cancelled() || self.deadline.is_some_and(|d| Instant::now() >= d);
        if stop {
            self.stopped.store(true, Ordering::Relaxed);
        }
        stop
    }

    /// Whether any work was stopped before its end.
    pub fn was_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, updates: usize) {
        self.updates.fetch_add(updates as u64, Ordering::Relaxed);
    }
}

/// What the reads have found.
#[derive(Debug, Clone)]
pub struct Reads {
    /// The best state.
    pub best: Vec<i8>,
    /// Its energy.
    pub best_energy: f64,
    /// The energy of every read, in order.
    pub energies: Vec<f64>,
    /// The state of every read, where they were asked for.
    pub states: Vec<Vec<i8>>,
}

impl Reads {
    fn merge(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self { best: Vec::new(), best_energy: f64::INFINITY, energies: Vec::new(), states: Vec::new() };
        for part in parts {
            all.absorb(part);
        }
        all
    }

    /// Adds the reads of another run.
    pub fn absorb(&mut self, other: Self) {
        if other.best_energy < self.best_energy || self.best.is_empty() {
            self.best = other.best;
            self.best_energy = other.best_energy;
        }
        self.energies.extend(other.energies);
        self.states.extend(other.states);
    }
}

/// Anneals a model in independent reads on all cores. The same seed gives the same reads for any number of threads.
///
/// When `control` stops the work early, reads that have not begun are left out and the others end where they are, downhill; without
/// [`Annealing::descend`] only finished reads count, and there may be none.
///
/// ```
/// use spinloom_ising::{Ising, anneal::{anneal, Annealing, Control, Model, Schedule}};
/// // An antiferromagnetic ring of four: two ground states of energy -4.
/// let ring = Ising::new(4, (0..4).map(|i| (i, (i + 1) % 4, -1.0)), vec![0.0; 4], 0.0)?;
/// let reads = anneal(&Model::Pairs(ring), &Annealing::new(Schedule::linear(0.1, 3.0, 50)?, 100, 1), &Control::default())?;
/// assert_eq!(reads.best_energy, -4.0);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
///
/// # Errors
/// [`IsingError::Unsuitable`] when the engine cannot take the model, there are no reads, or reads that share random numbers are to be a
/// sample.
pub fn anneal(model: &Model, annealing: &Annealing, control: &Control) -> Result<Reads, IsingError> {
    if annealing.reads == 0 {
        return Err(IsingError::Unsuitable("annealing wants at least one read".to_owned()));
    }
    if let Some(state) = annealing.initial.iter().find(|s| s.len() != model.spins() || s.iter().any(|m| m.abs() != 1)) {
        return Err(IsingError::Unsuitable(format!(
            "an initial state wants {} spins of +1 or -1; one has {}",
            model.spins(),
            state.len()
        )));
    }
    if annealing.engine == Engine::MultiSpinShared && !annealing.descend {
        return Err(IsingError::Unsuitable(
            "reads that share random numbers are correlated: they anneal, but they are no sample; take independent ones"
                .to_owned(),
        ));
    }
    match model {
        Model::Pairs(ising) => match planes_for(ising, annealing)? {
            Some((plan, randomness)) => Ok(anneal_planes(ising, &Arc::new(plan), randomness, annealing, control)),
            None => Ok(match Whole::new(ising) {
                Some(whole) => anneal_walkers(model, |walk| whole.walker(walk), annealing, control),
                None if Dense::suits(ising) => {
                    let dense = Dense::new(ising);
                    anneal_walkers(model, |walk| Chain::begin(&dense, walk), annealing, control)
                }
                None => anneal_walkers(model, |walk| Chain::begin(ising, walk), annealing, control),
            }),
        },
        Model::Polynomial(polynomial) => match annealing.engine {
            Engine::Auto | Engine::Single => Ok(anneal_walkers(model, |walk| Chain::begin(polynomial, walk), annealing, control)),
            _ => Err(IsingError::Unsuitable("terms of more than two spins want the single-chain sampler".to_owned())),
        },
    }
}

/// The plan for bit planes, where they are asked for or suit.
fn planes_for(ising: &Ising, annealing: &Annealing) -> Result<Option<(VotePlan, Randomness)>, IsingError> {
    let plan = match annealing.engine {
        Engine::Single => return Ok(None),
        Engine::Auto if annealing.reads < 16 => return Ok(None),
        Engine::Auto => VotePlan::new(ising).ok().filter(super::multispin::VotePlan::suits),
        Engine::MultiSpin | Engine::MultiSpinShared => Some(VotePlan::new(ising)?),
    };
    let shared = annealing.engine == Engine::MultiSpinShared;
    Ok(plan.map(|p| (p, if shared { Randomness::Shared } else { Randomness::Independent })))
}

fn anneal_planes(ising: &Ising, plan: &Arc<VotePlan>, randomness: Randomness, annealing: &Annealing, control: &Control) -> Reads {
    // A batch of 256 replicas takes hardly longer than one of 64. What a batch holds depends on the reads alone, never on the machine.
    match annealing.reads {
        1024.. => batches::<Planes512>(ising, plan, randomness, annealing, control),
        65.. => batches::<Planes256>(ising, plan, randomness, annealing, control),
        _ => batches::<Planes64>(ising, plan, randomness, annealing, control),
    }
}

fn batches<P: Planes>(
    ising: &Ising,
    plan: &Arc<VotePlan>,
    randomness: Randomness,
    annealing: &Annealing,
    control: &Control,
) -> Reads {
    let batch = |index: usize| {
        if index > 0 && control.stop() {
            return None;
        }
        let mut stream = Stream::new(annealing.seed, "anneal", index as u64);
        let mut lanes = MultiSpin::<P>::new(plan.clone(), &mut stream, annealing.rule, annealing.order, randomness);
        for (lane, state) in annealing.initial.iter().skip(index * P::LANES).take(P::LANES).enumerate() {
            state.iter().enumerate().for_each(|(spin, &m)| lanes.set(spin, lane, m > 0));
        }
        for &beta in annealing.schedule.betas() {
            if control.stop() {
                if annealing.descend {
                    break;
                }
                return None;
            }
            lanes.sweep(beta);
            control.count(P::LANES * ising.spins());
        }
        // A last step downhill costs one sweep and mends what the last finite temperature has broken.
        if annealing.descend {
            lanes.sweep(f64::INFINITY);
        }
        let mut energies = lanes.energies(ising);
        energies.truncate(annealing.reads - index * P::LANES);
        let best = (0..energies.len()).min_by(|&a, &b| energies[a].total_cmp(&energies[b])).unwrap_or(0);
        let states = if annealing.keep_states { (0..energies.len()).map(|l| lanes.state(l)).collect() } else { Vec::new() };
        Some(Reads { best: lanes.state(best), best_energy: energies[best], energies, states })
    };
    let parts: Vec<_> = (0..annealing.reads.div_ceil(P::LANES)).into_par_iter().map(batch).collect();
    Reads::merge(parts.into_iter().flatten())
}

fn anneal_walkers<W: Walker>(model: &Model, begin: impl Fn(Walk) -> W + Sync, annealing: &Annealing, control: &Control) -> Reads {
    let read = |index: usize| {
        if index > 0 && control.stop() {
            return None;
        }
        let stream = Stream::new(annealing.seed, "anneal", index as u64);
        let mut chain =
            begin(Walk { state: annealing.initial.get(index).cloned(), stream, rule: annealing.rule, order: annealing.order });
        for &beta in annealing.schedule.betas() {
            if control.stop() {
                if annealing.descend {
                    break;
                }
                return None;
            }
            chain.sweep(beta);
            control.count(model.spins());
        }
        if annealing.descend {
            chain.descend();
        }
        let energy = model.energy(chain.spins());
        let states = if annealing.keep_states { vec![chain.spins().to_vec()] } else { Vec::new() };
        Some(Reads { best: chain.spins().to_vec(), best_energy: energy, energies: vec![energy], states })
    };
    let parts: Vec<_> = (0..annealing.reads).into_par_iter().map(read).collect();
    Reads::merge(parts.into_iter().flatten())
}
