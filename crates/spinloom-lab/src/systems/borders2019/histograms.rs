//! The distribution over both factors, sampled and exact.

use super::{Borders2019, NUMBERS, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling::{self, Agreement, Protocol, agreement, histograms_of_chains, normalised, total};
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_ising::exact::{configuration, energies, index};
use spinloom_ising::factoring::Factoring;
use spinloom_ising::polynomial::Polynomial;

/// Chains behind a histogram; those of 161 stay long in the valley they have come to, so there are many.
const CHAINS: usize = 512;
/// Chains behind a point of the curves.
const FEWER: usize = 128;

/// One number with its exact energies.
pub struct Problem {
    /// The search.
    pub factoring: Factoring,
    /// Its energy.
    pub polynomial: Polynomial,
    /// The energy of every state.
    pub levels: Vec<f64>,
}

impl Problem {
    pub fn new((number, first, second): (u64, usize, usize)) -> Result<Self, LabError> {
        let factoring = Factoring::with_bits(number, first, second)?;
        let polynomial = factoring.energy()?;
        let levels = energies(&polynomial)?;
        Ok(Self { factoring, polynomial, levels })
    }

    /// The factors of a state, by its index.
    pub fn factors(&self, state: usize) -> (u64, u64) {
        self.factoring.factors(&configuration(state, self.factoring.spins()))
    }

    /// Whether the factors of a state are right.
    pub fn solves(&self, state: usize) -> bool {
        let (x, y) = self.factors(state);
        x * y == self.factoring.number
    }

    /// The Boltzmann distribution.
    pub fn boltzmann(&self, interaction: f64) -> Vec<f64> {
        let weights: Vec<f64> = self.levels.iter().map(|e| (-interaction * e).exp()).collect();
        let z: f64 = weights.iter().sum();
        weights.into_iter().map(|w| w / z).collect()
    }

    /// Probability of the right factors under a distribution.
    pub fn probability(&self, p: &[f64]) -> f64 {
        (0..p.len()).filter(|&k| self.solves(k)).map(|k| p[k]).sum()
    }

    /// The interaction strength at which ideal p-bits have the right factors with this probability, which rises with it.
    pub fn strength(&self, probability: f64) -> f64 {
        let (mut low, mut high) = (1e-9f64, 10.0f64);
        for _ in 0..200 {
            let middle = (low * high).sqrt();
            if self.probability(&self.boltzmann(middle)) < probability { low = middle } else { high = middle }
        }
        (low * high).sqrt()
    }

    /// Places of a state on the axes: which odd X and which odd Y.
    pub fn place(&self, state: usize) -> (usize, usize) {
        let (x, y) = self.factors(state);
        ((x / 2) as usize, (y / 2) as usize)
    }
}

/// Histogram of one number.
pub struct Histogram {
    /// The problem.
    pub problem: Problem,
    /// Interaction strength.
    pub interaction: f64,
    /// Sampled and exact probability of every state.
    pub sampled: Vec<f64>,
    /// Exact.
    pub exact: Vec<f64>,
    /// P(solution) over the interaction strength: sampled.
    pub points: Points,
    /// Exact.
    pub curve: Curve,
}

pub fn study(system: &Borders2019, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut all = Vec::new();
    let mut agreements: Vec<Agreement> = Vec::new();
    for number in NUMBERS {
        let problem = Problem::new(number)?;
        let (name, spins) = (number.0, problem.factoring.spins());
        let interaction = problem.strength(system.probability);
        let protocol = Protocol { interaction, ramp: 4000, snapshots: system.samples.div_ceil(CHAINS), every: 100 };
        let purpose = format!("factors of {name}");
        let counts = histograms_of_chains(&problem.polynomial, &protocol, CHAINS, run, &purpose, 1 << spins, |m| Some(index(m)))?;
        let exact = problem.boltzmann(interaction);
        let right = estimate(&counts.iter().map(|c| problem.probability(&normalised(c))).collect::<Vec<_>>());
        let counts = total(&counts);
        let sampled = normalised(&counts);
        let found = agreement(&counts, &exact);
        outcome.measure(&format!("factor{name}.pbits"), "", spins as f64);
        outcome.measure_estimate(&format!("factor{name}.right_probability"), "", right);
        outcome.measure(&format!("factor{name}.total_variation"), "", found.total_variation);
        outcome.measure(&format!("factor{name}.total_variation_over_bound"), "", found.total_variation / found.bound);
        outcome.measure(&format!("factor{name}.chi_square"), "", found.chi_square);
        outcome.measure(&format!("factor{name}.strength_at_half"), "", problem.strength(0.5));
        outcome.measure(&format!("factor{name}.strength_at_nine_tenths"), "", problem.strength(0.9));
        let mode = (0..sampled.len()).max_by(|&a, &b| sampled[a].total_cmp(&sampled[b])).unwrap_or(0);
        outcome.measure(&format!("factor{name}.mode_right"), "", f64::from(u8::from(problem.solves(mode))));
        sampling::charge(outcome, run, &format!("factors of {name}"), spins, (CHAINS * protocol.sweeps()) as f64);
        agreements.push(found);
        let (points, curve) = over_strength(&problem, run)?;
        all.push(Histogram { problem, interaction, sampled, exact, points, curve });
    }
    let worst = agreements.iter().map(|a| a.total_variation / a.bound).fold(0.0, f64::max);
    outcome.measure("factors.total_variation_over_bound", "", worst);
    outcome.tables.push(
        Table::new("factors", "Probability of every pair of factors")
            .numbers("number", "", rows(&all, |s, _| s.problem.factoring.number as f64))
            .numbers("x", "", rows(&all, |s, k| s.problem.factors(k).0 as f64))
            .numbers("y", "", rows(&all, |s, k| s.problem.factors(k).1 as f64))
            .numbers("energy", "", rows(&all, |s, k| s.problem.levels[k]))
            .numbers("sampled", "", rows(&all, |s, k| s.sampled[k]))
            .numbers("exact", "", rows(&all, |s, k| s.exact[k])),
    );
    outcome.figures.extend(all.iter().map(figures::histogram));
    outcome.figures.push(figures::over_strength(&all));
    Ok(())
}

fn rows(all: &[Histogram], value: impl Fn(&Histogram, usize) -> f64) -> Vec<f64> {
    all.iter().flat_map(|s| (0..s.exact.len()).map(|k| value(s, k)).collect::<Vec<_>>()).collect()
}

/// Interaction strengths with what was sampled there.
type Points = Vec<(f64, Estimate)>;
/// Interaction strengths with what is exact there.
type Curve = Vec<(f64, f64)>;

/// P(solution) over the interaction strength, after a ramp of a thousand sweeps, and exactly.
fn over_strength(problem: &Problem, run: &Run) -> Result<(Points, Curve), LabError> {
    let half = problem.strength(0.5);
    let curve = (-32..=40).map(|k| half * 2f64.powf(f64::from(k) / 8.0)).map(|b| (b, problem.probability(&problem.boltzmann(b))));
    let mut points = Vec::new();
    for k in -8..=10 {
        if run.quick() && k % 4 != 0 {
            continue;
        }
        let interaction = half * 2f64.powf(f64::from(k) / 2.0);
        let protocol = Protocol { interaction, ramp: 1000, snapshots: 20, every: 50 };
        let purpose = format!("strength {k} for {}", problem.factoring.number);
        let bin = |m: &[i8]| Some(usize::from(problem.solves(index(m))));
        let counts = histograms_of_chains(&problem.polynomial, &protocol, FEWER, run, &purpose, 2, bin)?;
        points.push((interaction, estimate(&counts.iter().map(|c| c[1] / 20.0).collect::<Vec<_>>())));
    }
    Ok((points, curve.collect()))
}
