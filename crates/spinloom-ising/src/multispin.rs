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

use crate::planes::{PlaneGenerator, Planes, full_add};
use crate::{Ising, IsingError, Order, Rule};
use multiversion::multiversion;
use rand::Rng;
use spinloom_core::random::{Fast, Stream};
use std::sync::Arc;

/// The largest sum of |coupling| / scale and |field| / scale of one spin that planes can count.
pub const LARGEST_SUM: u32 = 255;
/// Planes of the counters: sums up to [`LARGEST_SUM`].
const COUNTER: usize = 8;
/// Random bits an acceptance probability is compared with.
const LEVELS: usize = 32;

/// Whether replicas have random numbers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Randomness {
    /// Every replica its own: a set of independent chains.
    Independent,
    /// One random number for all replicas: annealing only.
    Shared,
}

/// One vote for the direction of a spin: that of a neighbour (or of the spin that is always up, for fields), weighted by a power of two.
#[derive(Debug, Clone, Copy)]
struct Vote {
    neighbour: u32,
    shift: u32,
    /// All ones where the coupling is negative.
    negative: u64,
}

/// The votes of every spin, laid out for the kernels; shared by all batches of replicas of a model.
#[derive(Debug)]
pub struct VotePlan {
    start: Vec<u32>,
    votes: Vec<Vote>,
    /// Of each spin: the number of votes of weight one (they come first) and the sum of all weights.
    site: Vec<(u32, u32)>,
    scale: f64,
    largest: u32,
    pairs: Vec<(u32, u32, u64, u32)>,
    field_bits: Vec<(u32, u64, u32)>,
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
        let up = model.spins() as u32;
        let (mut start, mut votes, mut site) = (vec![0], Vec::new(), Vec::new());
        for i in 0..model.spins() {
            let (columns, values) = model.neighbours(i);
            let field = [(up, model.fields()[i])];
            let all = || columns.iter().copied().zip(values.iter().copied()).chain(field);
            let first = votes.len();
            let mut sum = 0;
            for shift in 0..COUNTER as u32 {
                for (neighbour, value) in all() {
                    let weight = (value.abs() * scale) as u32;
                    if weight >> shift & 1 == 1 {
                        votes.push(Vote { neighbour, shift, negative: if value < 0.0 { u64::MAX } else { 0 } });
                        sum += 1 << shift;
                    }
                }
            }
            let ones = votes[first..].iter().take_while(|v| v.shift == 0).count() as u32;
            site.push((ones, sum));
            start.push(votes.len() as u32);
        }
        let bits = |value: f64| {
            let weight = (value.abs() * scale) as u32;
            (0..COUNTER as u32).filter(move |s| weight >> s & 1 == 1)
        };
        let sign = |value: f64| if value < 0.0 { u64::MAX } else { 0 };
        let pairs = model.couplings().flat_map(|(i, j, v)| bits(v).map(move |s| (i as u32, j as u32, sign(v), s))).collect();
        let field_bits =
            model.fields().iter().enumerate().flat_map(|(i, &v)| bits(v).map(move |s| (i as u32, sign(v), s))).collect();
        Ok(Self { start, votes, site, scale, largest, pairs, field_bits })
    }

    /// Number of spins.
    pub fn spins(&self) -> usize {
        self.site.len()
    }

    /// Whether planes are likely to be faster than single chains: not for large sums, where counting and comparing take too long.
    pub fn suits(&self) -> bool {
        self.largest <= 127
    }

    /// The smallest local field other than zero, in the units of the model.
    pub fn smallest_field(&self) -> f64 {
        // Sums of an even weight give even fields.
        let odd = self.site.iter().any(|s| s.1 % 2 == 1);
        (if odd { 1.0 } else { 2.0 }) / self.scale
    }

    fn votes(&self, spin: usize) -> &[Vote] {
        &self.votes[self.start[spin] as usize..self.start[spin + 1] as usize]
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

/// Acceptance probabilities at one inverse temperature, ready for comparison bit by bit.
#[derive(Debug, Default)]
struct Acceptance {
    /// Of even and odd sums of weights: for each level (random bit, from the top) the bits of all thresholds, spread over words.
    levels: [Vec<u64>; 2],
    /// Number of fields whose probability is not zero to 32 bits.
    counts: [usize; 2],
    /// For shared random numbers: the probability to turn up for every number of up votes, one row for each sum of weights.
    shared: Vec<u32>,
    /// Where the row of a sum begins.
    row: Vec<u32>,
}

impl Acceptance {
    fn new(plan: &VotePlan, beta: f64, rule: Rule, randomness: Randomness) -> Self {
        let mut this = Self::default();
        let beta = beta / plan.scale;
        if randomness == Randomness::Shared {
            this.row = vec![u32::MAX; plan.largest as usize + 1];
            for &(_, sum) in &plan.site {
                if this.row[sum as usize] == u32::MAX {
                    this.row[sum as usize] = this.shared.len() as u32;
                    this.shared.extend((0..=sum).map(|up| to_bits(rule_up(beta, 2.0 * f64::from(up) - f64::from(sum)))));
                }
            }
            return this;
        }
        for parity in 0..2 {
            let thresholds: Vec<u32> = (0..=plan.largest / 2)
                .map(|e| to_bits(rule.against(beta, f64::from(2 * e + parity))))
                .take_while(|&q| q != 0)
                .collect();
            let levels = (0..LEVELS).flat_map(|level| {
                let thresholds = &thresholds;
                (0..thresholds.len()).map(move |e| if thresholds[e] >> (LEVELS - 1 - level) & 1 == 1 { u64::MAX } else { 0 })
            });
            this.levels[parity as usize] = levels.collect();
            this.counts[parity as usize] = thresholds.len();
        }
        this
    }
}

/// Heat-bath probability of the up state in a local field.
fn rule_up(beta: f64, field: f64) -> f64 {
    1.0 / (1.0 + (-2.0 * beta * field).exp())
}

/// A probability as the count of 32-bit numbers below it.
fn to_bits(probability: f64) -> u32 {
    (probability * 4_294_967_296.0) as u32
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
    acceptance: Acceptance,
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
            acceptance: Acceptance::default(),
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
        kernel(self);
    }

    /// The spins of one replica.
    pub fn state(&self, lane: usize) -> Vec<i8> {
        self.spins[..self.plan.spins()].iter().map(|p| if p.lane(lane) { 1 } else { -1 }).collect()
    }

    /// The energy of every replica.
    pub fn energies(&self, model: &Ising) -> Vec<f64> {
        let mut unhappy = vec![0u64; P::LANES];
        for shift in 0..COUNTER as u32 {
            let pairs = self.plan.pairs.iter().filter(|p| p.3 == shift);
            let fields = self.plan.field_bits.iter().filter(|f| f.2 == shift);
            let planes = pairs
                .map(|&(i, j, negative, _)| self.spins[i as usize] ^ self.spins[j as usize] ^ P::splat(negative))
                .chain(fields.map(|&(i, negative, _)| !(self.spins[i as usize] ^ P::splat(negative))));
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

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn kernel<P: Planes>(batch: &mut MultiSpin<P>) {
    match batch.randomness {
        Randomness::Independent => sweep_independent(batch),
        Randomness::Shared => sweep_shared(batch),
    }
}

#[inline(always)]
fn sweep_independent<P: Planes>(batch: &mut MultiSpin<P>) {
    let MultiSpin { plan, spins, order, generator, masks, acceptance, rule, .. } = batch;
    let metropolis = *rule == Rule::Metropolis;
    for &spin in order.iter() {
        let spin = spin as usize;
        let (ones, sum) = plan.site[spin];
        let votes = plan.votes(spin);
        let parity = (sum & 1) as usize;
        let used = acceptance.counts[parity].min(sum as usize / 2 + 1);
        let masks = &mut masks[..used];
        // Counters of a known number of digits stay in registers.
        let down = match sum {
            0..=7 => direction::<P, 3>(spins, votes, ones as usize, sum, masks),
            8..=31 => direction::<P, 5>(spins, votes, ones as usize, sum, masks),
            _ => direction::<P, COUNTER>(spins, votes, ones as usize, sum, masks),
        };
        let against = bernoulli(masks, &acceptance.levels[parity], acceptance.counts[parity], generator);
        let eligible = if metropolis { spins[spin] ^ down } else { P::splat(u64::MAX) };
        spins[spin] = !down ^ (against & eligible);
    }
}

/// Where the local field of a spin points down; and one mask for each size of the field.
#[inline(always)]
fn direction<P: Planes, const DIGITS: usize>(spins: &[P], votes: &[Vote], ones: usize, sum: u32, masks: &mut [P]) -> P {
    // Counting starts at -ceil(sum / 2) in two's complement: what is left is half the local field, rounded down for odd sums.
    let start = sum.div_ceil(2).wrapping_neg();
    let mut count = std::array::from_fn(|k| P::splat(0u64.wrapping_sub(u64::from(start >> k & 1))));
    add_votes::<P, DIGITS>(spins, votes, ones, &mut count);
    let down = count[DIGITS - 1];
    // |field|: ones' complement for odd sums, two's complement for even ones.
    let mut carry = if sum & 1 == 0 { down } else { P::splat(0) };
    for digit in &mut count {
        let flipped = *digit ^ down;
        *digit = flipped ^ carry;
        carry = flipped & carry;
    }
    one_hot(&count, masks);
    down
}

/// Which lanes go against their field: lane by lane with the probability of its field.
#[inline(always)]
fn bernoulli<P: Planes>(masks: &[P], levels: &[u64], stride: usize, generator: &mut PlaneGenerator<P>) -> P {
    let mut undecided = P::splat(0);
    for &mask in masks {
        undecided = undecided | mask;
    }
    let mut below = P::splat(0);
    if !undecided.any() {
        return below;
    }
    for (level, row) in levels.chunks_exact(stride.max(1)).enumerate() {
        let mut threshold = P::splat(0);
        for (&mask, &bit) in masks.iter().zip(row) {
            threshold = threshold | (mask & P::splat(bit));
        }
        let random = generator.draw();
        below = below | (undecided & threshold & !random);
        undecided = undecided & !(threshold ^ random);
        // Nothing is gained by looking before the expected number of rounds.
        if level >= 3 && !undecided.any() {
            break;
        }
    }
    below
}

/// One mask a value 0, 1, ... of a number given by its digits.
#[inline(always)]
fn one_hot<P: Planes, const DIGITS: usize>(digits: &[P; DIGITS], masks: &mut [P]) {
    if masks.is_empty() {
        return;
    }
    masks[0] = P::splat(u64::MAX);
    let mut filled = 1;
    for (k, &digit) in digits.iter().enumerate() {
        let more = (masks.len() - filled).min(1 << k);
        for e in 0..more {
            masks[filled + e] = masks[e] & digit;
        }
        for mask in &mut masks[..filled] {
            *mask = *mask & !digit;
        }
        filled += more;
    }
}

/// Adds all votes of a spin to its counter.
#[inline(always)]
fn add_votes<P: Planes, const DIGITS: usize>(spins: &[P], votes: &[Vote], ones: usize, count: &mut [P; DIGITS]) {
    let plane = |vote: &Vote| spins[vote.neighbour as usize] ^ P::splat(vote.negative);
    let (single, weighted) = votes.split_at(ones);
    let mut rest = single;
    if DIGITS > 3 {
        let mut eights = single.chunks_exact(8);
        for v in &mut eights {
            let (one, twos_a) = full_add(count[0], plane(&v[0]), plane(&v[1]));
            let (one, twos_b) = full_add(one, plane(&v[2]), plane(&v[3]));
            let (two, fours_a) = full_add(count[1], twos_a, twos_b);
            let (one, twos_a) = full_add(one, plane(&v[4]), plane(&v[5]));
            let (one, twos_b) = full_add(one, plane(&v[6]), plane(&v[7]));
            let (two, fours_b) = full_add(two, twos_a, twos_b);
            let (four, eight) = full_add(count[2], fours_a, fours_b);
            count[0] = one;
            count[1] = two;
            count[2] = four;
            ripple(count, eight, 3);
        }
        rest = eights.remainder();
    }
    if let [a, b, c, d, tail @ ..] = rest {
        let (one, twos_a) = full_add(count[0], plane(a), plane(b));
        let (one, twos_b) = full_add(one, plane(c), plane(d));
        let (two, four) = full_add(count[1], twos_a, twos_b);
        count[0] = one;
        count[1] = two;
        ripple(count, four, 2);
        rest = tail;
    }
    if let [a, b, tail @ ..] = rest {
        let (one, two) = full_add(count[0], plane(a), plane(b));
        count[0] = one;
        ripple(count, two, 1);
        rest = tail;
    }
    if let [a] = rest {
        ripple(count, plane(a), 0);
    }
    for vote in weighted {
        ripple(count, plane(vote), vote.shift as usize);
    }
}

/// Adds a plane at digit `from`.
#[inline(always)]
fn ripple<P: Planes, const DIGITS: usize>(count: &mut [P; DIGITS], plane: P, from: usize) {
    let mut carry = plane;
    for (k, digit) in count.iter_mut().enumerate() {
        if k >= from {
            let sum = *digit ^ carry;
            carry = *digit & carry;
            *digit = sum;
        }
    }
}

#[inline(always)]
fn sweep_shared<P: Planes>(batch: &mut MultiSpin<P>) {
    let MultiSpin { plan, spins, order, shared, acceptance, .. } = batch;
    let mut words = 0u64;
    for (visit, &spin) in order.iter().enumerate() {
        let spin = spin as usize;
        let (ones, sum) = plan.site[spin];
        let votes = plan.votes(spin);
        if visit % 2 == 0 {
            words = shared.next_u64();
        }
        let random = words as u32;
        words >>= 32;
        // The number of up votes from which on this random number turns the spin up.
        let up = &acceptance.shared[acceptance.row[sum as usize] as usize..][..=sum as usize];
        let least: u32 = up.iter().map(|&p| u32::from(random >= p)).sum();
        spins[spin] = match sum {
            0..=3 => reached::<P, 3>(spins, votes, ones as usize, least),
            4..=7 => reached::<P, 4>(spins, votes, ones as usize, least),
            8..=31 => reached::<P, 6>(spins, votes, ones as usize, least),
            _ => reached::<P, { COUNTER + 1 }>(spins, votes, ones as usize, least),
        };
    }
}

/// Where at least this many votes are up: the count starts at minus that many, and is not negative in the end.
#[inline(always)]
fn reached<P: Planes, const DIGITS: usize>(spins: &[P], votes: &[Vote], ones: usize, least: u32) -> P {
    let start = least.wrapping_neg();
    let mut count = std::array::from_fn(|k| P::splat(0u64.wrapping_sub(u64::from(start >> k & 1))));
    add_votes::<P, DIGITS>(spins, votes, ones, &mut count);
    !count[DIGITS - 1]
}
