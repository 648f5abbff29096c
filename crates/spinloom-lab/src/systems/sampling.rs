//! Samples of networks of p-bits at a fixed temperature, and how their counts stand to an exact distribution.
//!
//! Many chains run side by side. What is averaged over one chain is one value: errors come from the scatter between chains, so that
//! they hold however slowly a chain moves.

use crate::error::LabError;
use crate::outcome::Outcome;
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, pooled_chi_square};
use spinloom_ising::chain::{Chain, Energy};
use spinloom_ising::exact::total_variation;
use spinloom_ising::multispin::{MultiSpin, Randomness, VotePlan};
use spinloom_ising::planes::{Planes, Planes512};
use spinloom_ising::solve::charge_updates;
use spinloom_ising::{Ising, Order, Rule};
use std::sync::Arc;

/// Chains that run side by side in the bit planes of a circuit.
pub const LANES: usize = Planes512::LANES;

/// How a network is sampled.
#[derive(Debug, Clone, Copy)]
pub struct Protocol {
    /// Interaction strength I0: states are drawn with probability exp(-I0 E) / Z.
    pub interaction: f64,
    /// Sweeps in which I0 rises from zero to its value, and as many again at that value, before anything is counted.
    pub ramp: usize,
    /// States that are counted of each chain.
    pub snapshots: usize,
    /// Sweeps from one of them to the next.
    pub every: usize,
}

impl Protocol {
    fn rise(&self) -> impl Iterator<Item = f64> + use<> {
        let Self { interaction, ramp, .. } = *self;
        (0..ramp).map(move |k| interaction * (k + 1) as f64 / ramp as f64).chain(std::iter::repeat_n(interaction, ramp))
    }

    /// Sweeps of one chain.
    pub fn sweeps(&self) -> usize {
        2 * self.ramp + self.snapshots * self.every
    }
}

/// Shows `visit` the state of each of 512 chains of a circuit with whole-number couplings, again and again.
pub fn sample(
    model: &Ising,
    protocol: &Protocol,
    run: &Run,
    (purpose, index): (&str, u64),
    mut visit: impl FnMut(usize, &[i8]),
) -> Result<(), LabError> {
    let plan = Arc::new(VotePlan::new(model)?);
    let mut stream = run.stream(purpose, index);
    let mut lanes = MultiSpin::<Planes512>::new(plan, &mut stream, Rule::HeatBath, Order::Permuted, Randomness::Independent);
    for (k, interaction) in protocol.rise().enumerate() {
        lanes.sweep(interaction);
        if k % 256 == 0 {
            run.check()?;
        }
    }
    for _ in 0..protocol.snapshots {
        for _ in 0..protocol.every {
            lanes.sweep(protocol.interaction);
        }
        run.check()?;
        for lane in 0..LANES {
            visit(lane, &lanes.state(lane));
        }
    }
    Ok(())
}

/// The fraction of time in which something holds.
pub fn fraction(
    model: &Ising,
    protocol: &Protocol,
    run: &Run,
    stream: (&str, u64),
    holds: impl Fn(&[i8]) -> bool,
) -> Result<Estimate, LabError> {
    let mut hits = vec![0.0; LANES];
    sample(model, protocol, run, stream, |lane, m| hits[lane] += f64::from(u8::from(holds(m))))?;
    Ok(estimate(&hits.into_iter().map(|h| h / protocol.snapshots as f64).collect::<Vec<_>>()))
}

/// Counts of what a state is sorted into; `bin` may leave it out.
pub fn histogram(
    model: &Ising,
    protocol: &Protocol,
    run: &Run,
    stream: (&str, u64),
    bins: usize,
    bin: impl Fn(&[i8]) -> Option<usize>,
) -> Result<Vec<f64>, LabError> {
    let mut counts = vec![0.0; bins];
    sample(model, protocol, run, stream, |_, m| {
        if let Some(count) = bin(m).and_then(|b| counts.get_mut(b)) {
            *count += 1.0;
        }
    })?;
    Ok(counts)
}

/// As [`histogram`], by single chains on all cores: for energies of any order. One histogram a chain.
pub fn histograms_of_chains<E: Energy>(
    model: &E,
    protocol: &Protocol,
    chains: usize,
    run: &Run,
    purpose: &str,
    bins: usize,
    bin: impl Fn(&[i8]) -> Option<usize> + Sync,
) -> Result<Vec<Vec<f64>>, LabError> {
    (0..chains)
        .into_par_iter()
        .map(|index| {
            run.check()?;
            let mut chain = Chain::new(model, run.stream(purpose, index as u64), Rule::HeatBath, Order::Permuted);
            protocol.rise().for_each(|interaction| chain.sweep(interaction));
            let mut counts = vec![0.0; bins];
            for _ in 0..protocol.snapshots {
                (0..protocol.every).for_each(|_| chain.sweep(protocol.interaction));
                if let Some(count) = bin(chain.spins()).and_then(|b| counts.get_mut(b)) {
                    *count += 1.0;
                }
            }
            Ok(counts)
        })
        .collect()
}

/// The sum of histograms.
pub fn total(histograms: &[Vec<f64>]) -> Vec<f64> {
    let mut sum = vec![0.0; histograms.first().map_or(0, Vec::len)];
    histograms.iter().for_each(|h| sum.iter_mut().zip(h).for_each(|(s, c)| *s += c));
    sum
}

/// Counts as probabilities.
pub fn normalised(counts: &[f64]) -> Vec<f64> {
    let all: f64 = counts.iter().sum::<f64>().max(1.0);
    counts.iter().map(|c| c / all).collect()
}

/// Sums a distribution over states into bins.
pub fn marginal(probabilities: &[f64], spins: usize, bins: usize, bin: impl Fn(&[i8]) -> Option<usize>) -> Vec<f64> {
    let mut sums = vec![0.0; bins];
    for (index, p) in probabilities.iter().enumerate() {
        if let Some(sum) = bin(&spinloom_ising::exact::configuration(index, spins)).and_then(|b| sums.get_mut(b)) {
            *sum += p;
        }
    }
    sums
}

/// How counts stand to an exact distribution.
#[derive(Debug, Clone, Copy)]
pub struct Agreement {
    /// Total variation distance.
    pub total_variation: f64,
    /// 3 sqrt(K / N) for K bins and N counts, which independent samples stay below.
    pub bound: f64,
    /// Pearson's chi-square in standard deviations from its mean: (chi2 - f) / sqrt(2 f); bins that expect fewer than five are pooled.
    pub chi_square: f64,
}

/// Compares counts with probabilities.
pub fn agreement(counts: &[f64], exact: &[f64]) -> Agreement {
    let n: f64 = counts.iter().sum();
    let (chi_square, freedom) = pooled_chi_square(counts, exact);
    Agreement {
        total_variation: total_variation(&normalised(counts), exact),
        bound: 3.0 * (exact.len() as f64 / n.max(1.0)).sqrt(),
        chi_square: (chi_square - freedom) / (2.0 * freedom).sqrt(),
    }
}

/// Charges p-bits that each update `sweeps` times, all at once.
pub fn charge(outcome: &mut Outcome, run: &mut Run, what: &str, pbits: usize, sweeps: f64) {
    charge_updates(&mut run.ledger, Some(what), sweeps * pbits as f64, sweeps);
    outcome.note(
        "Times and energies are those of a circuit of p-bits that update in parallel once in a nanosecond at 20 uW each: assumptions of the ledger, \
         not figures of the paper.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_counts_agree_and_wrong_ones_do_not() {
        let exact = [0.5, 0.25, 0.125, 0.125];
        let good = agreement(&[5000.0, 2500.0, 1250.0, 1250.0], &exact);
        assert!(good.total_variation < 1e-12 && good.chi_square < 0.0);
        let bad = agreement(&[6000.0, 2000.0, 1000.0, 1000.0], &exact);
        assert!(bad.total_variation > bad.bound && bad.chi_square > 30.0);
    }

    #[test]
    fn both_samplers_draw_from_boltzmann() {
        // A frustrated triangle in a field; 512 x 40 and 64 x 400 states, far enough apart to be independent. Chi-square beyond four
        // standard deviations has a false-alarm rate below 1e-3, and the seed is fixed.
        let model = Ising::new(3, [(0, 1, -1.0), (1, 2, -1.0), (0, 2, -1.0)], vec![1.0, 0.0, 0.0], 0.0).unwrap();
        let exact = spinloom_ising::exact::boltzmann(&model, 0.5).unwrap();
        let run = Run::new(3);
        let protocol = Protocol { interaction: 0.5, ramp: 20, snapshots: 40, every: 20 };
        let bin = |m: &[i8]| Some(spinloom_ising::exact::index(m));
        let planes = histogram(&model, &protocol, &run, ("sampling test", 0), 8, bin).unwrap();
        let protocol = Protocol { snapshots: 400, ..protocol };
        let chains = total(&histograms_of_chains(&model, &protocol, 64, &run, "sampling test", 8, bin).unwrap());
        for counts in [planes, chains] {
            let found = agreement(&counts, &exact);
            assert!(found.chi_square.abs() < 4.0 && found.total_variation < found.bound, "{found:?}");
        }
    }
}
