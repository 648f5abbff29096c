//! Multipliers run backwards: with the product held, the factors appear.

use super::{Camsari2017, Conditioned, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling::{self, Protocol};
use spinloom_core::run::Run;
use spinloom_core::statistics::wilson_interval;
use spinloom_ising::anneal::{Annealing, Control, Engine, Model, Reads, Schedule, anneal};
use spinloom_ising::logic::{Multiplier, hold, value};
use spinloom_ising::{Ising, Rule};

/// Interaction strength at the end of an anneal that factors.
pub const FINAL: f64 = 2.0;
/// Interaction strength of the histogram: cold enough to be right, warm enough to find its balance.
const BALANCED: f64 = 1.3;
/// Products of the two largest primes of 2 to 10 bits; of two bits there is only 3.
const PRODUCTS: [(u64, u64); 9] =
    [(3, 3), (5, 7), (11, 13), (29, 31), (59, 61), (113, 127), (241, 251), (503, 509), (1019, 1021)];

/// A multiplier with its product held, and both factors odd.
pub struct Factoriser {
    multiplier: Multiplier,
    part: Conditioned,
    whole: Ising,
    number: u64,
}

impl Factoriser {
    pub fn new(bits: usize, number: u64) -> Result<Self, LabError> {
        let multiplier = Multiplier::new(bits);
        let mut held = hold(&multiplier.product, number);
        held.extend([(multiplier.a[0], 1), (multiplier.b[0], 1)]);
        // The lowest bit of the product is the AND of the lowest bits of the factors.
        held.sort_unstable();
        held.dedup();
        let whole = multiplier.circuit.model()?;
        Ok(Self { part: Conditioned::new(&whole, &held)?, whole, multiplier, number })
    }

    /// The factors of a state of the free p-bits.
    fn factors(&self, m: &[i8]) -> (u64, u64) {
        let all = self.part.whole(m);
        (value(&all, &self.multiplier.a), value(&all, &self.multiplier.b))
    }

    /// Free p-bits.
    pub fn free(&self) -> usize {
        self.part.free.len()
    }

    /// Ends of independent anneals.
    pub fn anneal(&self, schedule: Schedule, reads: usize, seed: u64, run: &Run) -> Result<Reads, LabError> {
        let mut annealing = Annealing::new(schedule, reads, seed);
        annealing.rule = Rule::HeatBath;
        annealing.engine = Engine::MultiSpin;
        annealing.keep_states = true;
        let reads = anneal(&Model::Pairs(self.part.model.clone()), &annealing, &Control::new(run.cancel_token().clone()))?;
        run.check()?;
        Ok(reads)
    }

    /// Number of reads whose factors have the right product.
    pub fn successes(&self, reads: &Reads) -> usize {
        let right = |m: &&Vec<i8>| {
            let (a, b) = self.factors(m);
            a * b == self.number
        };
        reads.states.iter().filter(right).count()
    }

    /// Reads for which "the energy is the sum of the gates' minima" and "every gate computes" say the same.
    fn certified(&self, reads: &Reads) -> usize {
        let circuit = &self.multiplier.circuit;
        let agrees = |m: &&Vec<i8>| {
            let all = self.part.whole(m);
            let least = (self.whole.energy(&all) - circuit.ground_energy()).abs() < 1e-9;
            least == (circuit.computes(&all) && value(&all, &self.multiplier.product) == self.number)
        };
        reads.states.iter().filter(agrees).count()
    }
}

/// Seed of the anneals of one purpose.
pub fn seed(run: &Run, purpose: &str, index: u64) -> u64 {
    run.stream(purpose, index).next()
}

/// One size of multiplier.
pub struct Size {
    /// Bits of each factor.
    pub bits: usize,
    /// Product.
    pub number: u64,
    /// p-bits of the circuit.
    pub pbits: usize,
    /// Success probability of one anneal, with the ends of its 68 % interval.
    pub success: (f64, f64, f64),
}

pub fn study(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    histogram(system, run, outcome)?;
    let largest = if run.quick() { system.multiplier_bits.min(4) } else { system.multiplier_bits };
    let mut sizes = Vec::new();
    let (mut certified, mut all) = (0, 0);
    for (k, (p, q)) in PRODUCTS.into_iter().enumerate().take(largest - 1) {
        let (bits, number) = (k + 2, p * q);
        let factoriser = Factoriser::new(bits, number)?;
        let schedule = Schedule::linear(0.0, FINAL, system.sweeps)?;
        let reads = factoriser.anneal(schedule, system.reads, seed(run, "multiplier", k as u64), run)?;
        let right = factoriser.successes(&reads);
        certified += factoriser.certified(&reads);
        all += reads.states.len();
        let (low, high) = wilson_interval(right, reads.states.len(), 1.0);
        let success = right as f64 / reads.states.len().max(1) as f64;
        outcome.measure(&format!("multiplier{bits}.success"), "", success);
        sampling::charge(outcome, run, "multipliers", factoriser.free(), (system.sweeps * system.reads) as f64);
        sizes.push(Size { bits, number, pbits: factoriser.whole.spins(), success: (success, low, high) });
    }
    outcome.measure("composition.certificate_agreement", "", f64::from(certified as u32) / f64::from(all.max(1) as u32));
    if let Some(four) = sizes.iter().find(|s| s.bits == 4) {
        outcome.measure("multiplier4.pbits", "", four.pbits as f64);
    }
    outcome.tables.push(
        Table::new("multipliers", &format!("Factoring by multipliers run backwards, {} sweeps to I0 = {FINAL}", system.sweeps))
            .numbers("factor_bits", "", sizes.iter().map(|s| s.bits as f64).collect())
            .numbers("number", "", sizes.iter().map(|s| s.number as f64).collect())
            .numbers("pbits", "", sizes.iter().map(|s| s.pbits as f64).collect())
            .numbers("success", "", sizes.iter().map(|s| s.success.0).collect()),
    );
    outcome.figures.push(figures::sizes(&sizes, system.sweeps));
    Ok(())
}

/// How often each pair of odd factors is seen with the product held at 143.
fn histogram(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let factoriser = Factoriser::new(4, 143)?;
    let protocol = Protocol { interaction: BALANCED, ramp: 20_000, snapshots: system.snapshots, every: 500 };
    let mut counts = vec![0.0; 64];
    sampling::sample(&factoriser.part.model, &protocol, run, ("factors of 143", 0), |_, m| {
        let (a, b) = factoriser.factors(m);
        counts[(b / 2 * 8 + a / 2) as usize] += 1.0;
    })?;
    sampling::charge(outcome, run, "multipliers", factoriser.free(), (protocol.sweeps() * sampling::LANES) as f64);
    let p = sampling::normalised(&counts);
    let at = |a: usize, b: usize| p[b / 2 * 8 + a / 2];
    let next = (0..64).filter(|k| !matches!((2 * (k % 8) + 1) * (2 * (k / 8) + 1), 143)).map(|k| p[k]).fold(0.0, f64::max);
    outcome.measure("multiplier4.right_probability", "", at(11, 13) + at(13, 11));
    outcome.measure("multiplier4.right_over_next", "", at(11, 13).min(at(13, 11)) / next.max(1e-9));
    outcome.figures.push(figures::factors(&p, BALANCED));
    Ok(())
}
