//! Acceptance probabilities at one inverse temperature, ready for comparison bit by bit.

use super::{FEW, Randomness, VotePlan};
use crate::Rule;
use crate::planes::Planes;

/// Random bits an acceptance probability is compared with.
const LEVELS: usize = 32;
/// Sizes of the local field that spins of few votes can have: 0, 2, ... or 1, 3, ...
pub(super) const SIZES: usize = FEW / 2 + 1;
/// Thresholds of spins of few votes, padded so that they are compared in whole registers.
pub(super) const PADDED: usize = 16;

/// The probabilities of one parity of the sum of weights, for independent random numbers.
#[derive(Debug, Default)]
pub(crate) struct Levels<P> {
    /// For each level (random bit, from the top) the bits of all thresholds, spread over words.
    pub bits: Vec<u64>,
    /// Number of fields whose probability is not zero to 32 bits.
    pub count: usize,
    /// The same for spins of few votes, as polynomials over GF(2) in the digits of the size of the field: the bit of the threshold is the sum
    /// (exclusive or) of the entries whose product of digits is one. Entry k belongs to the product of the digits that are set in k.
    pub few: Vec<[P; SIZES]>,
    /// Where the threshold is not zero, in the same form.
    pub possible: Option<[P; SIZES]>,
}

impl<P: Planes> Levels<P> {
    /// Of fields 2 e + parity up to `largest`, at the inverse temperature of one step.
    pub fn new(beta: f64, rule: Rule, parity: usize, largest: usize) -> Self {
        let threshold = |e: usize| to_bits(rule.against(beta, (2 * e + parity) as f64));
        let thresholds: Vec<u32> = (0..=largest / 2).map(threshold).take_while(|&q| q != 0).collect();
        let spread = |bit: u32| if bit & 1 == 1 { u64::MAX } else { 0 };
        Self {
            count: thresholds.len(),
            bits: (0..LEVELS).flat_map(|l| thresholds.iter().map(move |t| spread(t >> (LEVELS - 1 - l)))).collect(),
            few: (0..LEVELS).map(|l| polynomial(|e| threshold(e) >> (LEVELS - 1 - l) & 1 == 1)).collect(),
            possible: Some(polynomial(|e| threshold(e) != 0)),
        }
    }
}

/// Acceptance probabilities at one inverse temperature.
#[derive(Debug)]
pub(super) struct Acceptance<P> {
    /// Of even and odd sums of weights.
    pub levels: [Levels<P>; 2],
    /// For shared random numbers: the probability to turn up for every number of up votes, one row for each sum of weights.
    pub shared: Vec<u32>,
    /// Where the row of a sum begins.
    pub row: Vec<u32>,
    /// The rows of up to [`FEW`] votes once more, padded.
    pub few: [[u32; PADDED]; FEW + 1],
}

impl<P: Planes> Acceptance<P> {
    /// Nothing yet.
    pub fn empty() -> Self {
        let levels = || Levels { bits: Vec::new(), count: 0, few: Vec::new(), possible: None };
        Self { levels: [levels(), levels()], shared: Vec::new(), row: Vec::new(), few: [[u32::MAX; PADDED]; FEW + 1] }
    }

    pub fn new(plan: &VotePlan, beta: f64, rule: Rule, randomness: Randomness) -> Self {
        let mut this = Self::empty();
        let beta = beta / plan.scale;
        if randomness == Randomness::Shared {
            let up = |sum: u32| (0..=sum).map(move |up| to_bits(rule_up(beta, 2.0 * f64::from(up) - f64::from(sum))));
            this.row = vec![u32::MAX; plan.largest as usize + 1];
            for site in &plan.site {
                if this.row[site.sum as usize] == u32::MAX {
                    this.row[site.sum as usize] = this.shared.len() as u32;
                    this.shared.extend(up(site.sum));
                }
            }
            for (sum, row) in this.few.iter_mut().enumerate() {
                up(sum as u32).zip(row).for_each(|(p, slot)| *slot = p);
            }
            return this;
        }
        this.levels = [0, 1].map(|parity| Levels::new(beta, rule, parity, plan.largest as usize));
        this
    }
}

/// The coefficients of a function of 0, 1, ... as a polynomial over GF(2) in the digits of its argument (Moebius transform).
fn polynomial<P: Planes>(value: impl Fn(usize) -> bool) -> [P; SIZES] {
    std::array::from_fn(|k| {
        // The sum over all subsets of the digits of k.
        let odd = (0..=k).filter(|e| e & k == *e && value(*e)).count() % 2 == 1;
        P::splat(if odd { u64::MAX } else { 0 })
    })
}

/// Heat-bath probability of the up state in a local field.
fn rule_up(beta: f64, field: f64) -> f64 {
    // An infinite beta in no field is 0 times infinity.
    Rule::HeatBath.flip(if field == 0.0 { 0.0 } else { -2.0 * beta * field })
}

/// A probability as the count of 32-bit numbers below it.
fn to_bits(probability: f64) -> u32 {
    (probability * 4_294_967_296.0) as u32
}
