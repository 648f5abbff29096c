//! Multi-spin coding: one spin of up to 512 replicas in one bit plane, for whole-number couplings.
//!
//! The replicas' local fields are counted by carry-save adders over planes, and the acceptance of each replica is decided by comparing a
//! random number with the acceptance probability of its field, bit by bit from the top, until every replica is decided: about
//! log2(lanes) + 1 random words serve all lanes. Multi-spin coding goes back to M. Creutz, L. Jacobs and C. Rebbi, Phys. Rev. Lett. 42,
//! 1390 (1979), doi:10.1103/PhysRevLett.42.1390.
//!
//! [`Randomness::Independent`] gives every replica its own random bits: the replicas are independent chains and may be used for sampling.
//! [`Randomness::Shared`] compares all replicas with one random number: each replica alone is a correct chain, but together they are
//! correlated (replicas that meet stay together), so it serves annealing only.

pub(crate) mod acceptance;
pub(crate) mod kernel;

use crate::planes::{PlaneGenerator, Planes};
use crate::{Ising, IsingError, Order, Rule};
use acceptance::Acceptance;
use spinloom_core::random::{Fast, Stream};
use std::sync::Arc;

/// The largest sum of |coupling| / scale and |field| / scale of one spin that planes can count.
pub const LARGEST_SUM: u32 = 255;
/// Planes of the counters: sums up to [`LARGEST_SUM`].
const COUNTER: usize = 8;
/// Spins with up to this many votes, all of weight one, have kernels of their own.
const FEW: usize = 8;

/// Whether replicas have random numbers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Randomness {
    /// Every replica its own: a set of independent chains.
    Independent,
    /// One random number for all replicas: annealing only.
    Shared,
}

/// One vote for the direction of a spin: that of a neighbour (or of the spin that is always up, for fields). The lowest bit is set where the
/// coupling is negative, the others are the index of the neighbour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vote(u32);

impl Vote {
    /// A positive vote of a neighbour.
    pub(crate) const fn of(neighbour: u32) -> Self {
        Self(neighbour << 1)
    }

    fn new(neighbour: u32, value: f64) -> Self {
        Self(neighbour << 1 | u32::from(value < 0.0))
    }

    #[inline(always)]
    fn neighbour(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// All ones where the coupling is negative.
    #[inline(always)]
    fn sign(self) -> u64 {
        // From memory straight into all words of a register; arithmetic would take the way through a general one.
        static SIGNS: [u64; 2] = [0, u64::MAX];
        SIGNS[(self.0 & 1) as usize]
    }
}

/// How many votes a spin has.
#[derive(Debug, Clone, Copy)]
struct Site {
    /// Votes of weight one; they come first.
    ones: u32,
    /// Sum of all weights.
    sum: u32,
    /// Number of votes where all are of weight one and at most [`FEW`], else 0.
    few: u32,
}

/// The votes of every spin, laid out for the kernels; shared by all batches of replicas of a model.
#[derive(Debug)]
pub struct VotePlan {
    start: Vec<u32>,
    votes: Vec<Vote>,
    /// Weight of every vote, as a power of two.
    shift: Vec<u8>,
    site: Vec<Site>,
    scale: f64,
    largest: u32,
}

impl VotePlan {
    /// The plan of a model of whole-number couplings.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] when couplings are not whole (after scaling by a power of two), or too large for the counters.
    pub fn new(model: &Ising) -> Result<Self, IsingError> {
        let scale = model.integer_scale().ok_or_else(|| {
            IsingError::Unsuitable(
                "multi-spin coding wants whole-number couplings and fields; use the single-chain sampler".to_owned(),
            )
        })?;
        // A common divisor is taken out, so that +-4 counts as +-1.
        let divisor = common_divisor(model, scale).max(1.0);
        let scale = scale / divisor;
        let largest = model.largest_fields().iter().fold(0.0f64, |a, f| a.max(f * scale)) as u32;
        if largest > LARGEST_SUM {
            return Err(IsingError::Unsuitable(format!(
                "multi-spin coding counts up to {LARGEST_SUM}, but the couplings of one spin add up to {largest}; use the single-chain sampler"
            )));
        }
        if model.spins() >= 1 << 31 {
            return Err(IsingError::Unsuitable("multi-spin coding takes fewer than 2^31 spins".to_owned()));
        }
        let up = model.spins() as u32;
        let (mut start, mut votes, mut shifts, mut site) = (vec![0], Vec::new(), Vec::new(), Vec::new());
        for i in 0..model.spins() {
            let (columns, values) = model.neighbours(i);
            let field = [(up, model.fields()[i])];
            let all = || columns.iter().copied().zip(values.iter().copied()).chain(field);
            let first = votes.len();
            let mut sum = 0;
            for shift in 0..COUNTER as u8 {
                for (neighbour, value) in all() {
                    if (value.abs() * scale) as u32 >> shift & 1 == 1 {
                        votes.push(Vote::new(neighbour, value));
                        shifts.push(shift);
                        sum += 1 << shift;
                    }
                }
            }
            let ones = shifts[first..].iter().take_while(|s| **s == 0).count() as u32;
            let few = if ones == sum && ones as usize <= FEW { ones } else { 0 };
            site.push(Site { ones, sum, few });
            start.push(
                u32::try_from(votes.len())
                    .map_err(|_| IsingError::Unsuitable("multi-spin coding takes fewer than 2^32 couplings".to_owned()))?,
            );
        }
        Ok(Self { start, votes, shift: shifts, site, scale, largest })
    }

    /// Number of spins.
    pub fn spins(&self) -> usize {
        self.site.len()
    }

    /// Whether planes are likely to be faster than single chains: not for large sums, where counting and comparing take too long. A few
    /// hubs do no harm.
    pub fn suits(&self) -> bool {
        let total: usize = self.site.iter().map(|s| s.sum as usize).sum();
        total <= 127 * self.site.len()
    }

    /// The smallest local field other than zero, in the units of the model.
    pub fn smallest_field(&self) -> f64 {
        // Sums of an even weight give even fields.
        let odd = self.site.iter().any(|s| s.sum % 2 == 1);
        (if odd { 1.0 } else { 2.0 }) / self.scale
    }

    /// The votes of a spin.
    #[inline(always)]
    fn votes(&self, spin: usize) -> &[Vote] {
        &self.votes[self.start[spin] as usize..self.start[spin + 1] as usize]
    }

    /// The weights of its votes, as powers of two.
    #[inline(always)]
    fn shifts(&self, spin: usize) -> &[u8] {
        &self.shift[self.start[spin] as usize..self.start[spin + 1] as usize]
    }
}

/// The greatest whole number that divides all scaled couplings and fields.
fn common_divisor(model: &Ising, scale: f64) -> f64 {
    let gcd = |mut a: f64, mut b: f64| {
        while b != 0.0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let values = (0..model.spins()).flat_map(|i| model.neighbours(i).1.iter().chain(std::iter::once(&model.fields()[i])));
    values.fold(0.0, |divisor, v| gcd(divisor, v.abs() * scale))
}

/// A batch of replicas, one a lane.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::{Ising, Order, Rule, multispin::{MultiSpin, Randomness, VotePlan}, planes::Planes64};
/// use std::sync::Arc;
/// let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
/// let plan = Arc::new(VotePlan::new(&pair)?);
/// let mut batch = MultiSpin::<Planes64>::new(plan, &mut Stream::new(1, "chain", 0), Rule::HeatBath, Order::Permuted, Randomness::Independent);
/// (0..100).for_each(|_| batch.sweep(5.0));
/// assert!(batch.energies(&pair).iter().filter(|e| **e == -1.0).count() > 60);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug)]
pub struct MultiSpin<P> {
    plan: Arc<VotePlan>,
    /// One plane a spin, and one more that is always up.
    spins: Vec<P>,
    order: Vec<u32>,
    visits: Order,
    rule: Rule,
    randomness: Randomness,
    generator: PlaneGenerator<P>,
    shared: Fast,
    masks: Vec<P>,
    beta: f64,
    acceptance: Acceptance<P>,
}

impl<P: Planes> MultiSpin<P> {
    /// Replicas in random states.
    pub fn new(plan: Arc<VotePlan>, stream: &mut Stream, rule: Rule, visits: Order, randomness: Randomness) -> Self {
        let mut generator = PlaneGenerator::new(stream);
        let mut spins: Vec<P> = (0..plan.spins()).map(|_| generator.draw()).collect();
        spins.push(P::splat(u64::MAX));
        Self {
            order: (0..plan.spins() as u32).collect(),
            masks: vec![P::splat(0); plan.largest as usize / 2 + 2],
            shared: stream.fast(),
            plan,
            spins,
            visits,
            rule,
            randomness,
            generator,
            beta: f64::NAN,
            acceptance: Acceptance::empty(),
        }
    }

    /// Sets a spin of a replica.
    ///
    /// # Panics
    /// When there is no such spin or lane.
    pub fn set(&mut self, spin: usize, lane: usize, up: bool) {
        let word = self.spins[spin].word(lane / 64);
        let bit = 1 << (lane % 64);
        self.spins[spin].set_word(lane / 64, if up { word | bit } else { word & !bit });
    }

    /// One attempted update of every spin of every replica at this inverse temperature (infinite: no step uphill).
    pub fn sweep(&mut self, beta: f64) {
        if beta.to_bits() != self.beta.to_bits() {
            self.acceptance = Acceptance::new(&self.plan, beta, self.rule, self.randomness);
            self.beta = beta;
        }
        self.visits.arrange(&mut self.order, &mut self.shared);
        // The kernel is compiled once for each instruction set; the sizes of planes are told apart where it is called.
        kernel::sweep(self);
    }

    /// The spins of one replica.
    pub fn state(&self, lane: usize) -> Vec<i8> {
        self.spins[..self.plan.spins()].iter().map(|p| if p.lane(lane) { 1 } else { -1 }).collect()
    }

    /// The energy of every replica.
    pub fn energies(&self, model: &Ising) -> Vec<f64> {
        let mut unhappy = vec![0u64; P::LANES];
        let up = self.plan.spins();
        for shift in 0..COUNTER as u8 {
            let votes = (0..up).flat_map(|i| {
                let of_spin = self.plan.votes(i).iter().zip(self.plan.shifts(i));
                // Each pair once; the spin that is always up has the largest index.
                of_spin.filter(move |(v, s)| **s == shift && v.neighbour() > i).map(move |(v, _)| (i, *v))
            });
            let planes = votes.map(|(i, v)| self.spins[i] ^ self.spins[v.neighbour()] ^ P::splat(v.sign()));
            add_counts(planes, 1 << shift, &mut unhappy);
        }
        // E = offset - sum of all weights + 2 sum of the unhappy ones.
        let weights: f64 = model.couplings().map(|c| c.2.abs()).chain(model.fields().iter().map(|h| h.abs())).sum();
        unhappy.iter().map(|&u| model.offset() - weights + 2.0 * u as f64 / self.plan.scale).collect()
    }
}

/// Adds `weight` to the count of every lane for every plane that has its bit set.
fn add_counts<P: Planes>(planes: impl Iterator<Item = P>, weight: u64, counts: &mut [u64]) {
    let mut counter = [P::splat(0); 32];
    for plane in planes {
        let mut carry = plane;
        for digit in &mut counter {
            let sum = *digit ^ carry;
            carry = *digit & carry;
            *digit = sum;
            if !carry.any() {
                break;
            }
        }
    }
    for (lane, count) in counts.iter_mut().enumerate() {
        let value: u64 = counter.iter().enumerate().map(|(k, digit)| u64::from(digit.lane(lane)) << k).sum();
        *count += weight * value;
    }
}
