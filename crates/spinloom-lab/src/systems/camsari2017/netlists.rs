//! A synthesised circuit run backwards: a two-bit multiplier as a netlist, by the reader that takes any BLIF file.

use super::{Camsari2017, figures};
use crate::error::LabError;
use crate::outcome::Outcome;
use crate::systems::sampling::{self, Protocol, agreement, histograms_of_chains, marginal, normalised, total};
use spinloom_core::run::Run;
use spinloom_ising::anneal::Model;
use spinloom_ising::chain::Energy;
use spinloom_ising::exact::boltzmann;
use spinloom_ising::format::{Format, Interpretation, parse};
use spinloom_ising::problem::Problem;

/// A B = P for two bits each; the exclusive ors become terms of three p-bits.
const MULTIPLIER: &str = "\
.model multiplier
.inputs a0 a1 b0 b1
.outputs p0 p1 p2 p3
.names a0 b0 p0
11 1
.names a1 b0 x
11 1
.names a0 b1 y
11 1
.names a1 b1 z
11 1
.names x y p1
10 1
01 1
.names x y c
11 1
.names z c p2
10 1
01 1
.names z c p3
11 1
.end
";
/// Interaction strength for a netlist, in which every broken function costs one or more.
const STRENGTH: f64 = 5.0;
const CHAINS: usize = 256;

pub fn study(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let problem = parse(MULTIPLIER, Format::Blif, Interpretation::Usual, "multiplier.blif")?;
    // P = 6: two times three and three times two.
    let held: Vec<(usize, i8)> = [("p0", -1), ("p1", 1), ("p2", 1), ("p3", -1)]
        .into_iter()
        .filter_map(|(name, value)| problem.spin(name).map(|spin| (spin, value)))
        .collect();
    let (model, free) = problem.model.clamped(&held)?;
    let (counts, exact) = match &model {
        Model::Pairs(m) => backwards(m, &problem, &free, system, run)?,
        Model::Polynomial(m) => backwards(m, &problem, &free, system, run)?,
    };
    let found = agreement(&counts, &exact);
    let p = normalised(&counts);
    // A in the lower two bits of the bin.
    let right = p[2 + 4 * 3] + p[3 + 4 * 2];
    outcome.measure("netlist.right_probability", "", right);
    outcome.measure("netlist.right_probability_exact", "", exact[2 + 4 * 3] + exact[3 + 4 * 2]);
    outcome.measure("netlist.total_variation_over_bound", "", found.total_variation / found.bound);
    sampling::charge(outcome, run, "netlist", free.len(), (protocol(system).sweeps() * CHAINS) as f64);
    outcome.figures.push(figures::netlist(&p, &exact, STRENGTH));
    Ok(())
}

fn protocol(system: &Camsari2017) -> Protocol {
    Protocol { interaction: STRENGTH, ramp: 500, snapshots: system.snapshots, every: 50 }
}

/// Counts and exact probabilities of the inputs with the outputs held.
fn backwards<E: Energy>(
    model: &E,
    problem: &Problem,
    free: &[usize],
    system: &Camsari2017,
    run: &Run,
) -> Result<(Vec<f64>, Vec<f64>), LabError> {
    let inputs: Vec<usize> = ["a0", "a1", "b0", "b1"]
        .iter()
        .filter_map(|name| problem.spin(name))
        .filter_map(|spin| free.iter().position(|&f| f == spin))
        .collect();
    let bin = |m: &[i8]| Some(inputs.iter().enumerate().map(|(k, &i)| usize::from(m[i] > 0) << k).sum::<usize>());
    let counts = total(&histograms_of_chains(model, &protocol(system), CHAINS, run, "netlist", 16, bin)?);
    let exact = marginal(&boltzmann(model, STRENGTH)?, model.spins(), 16, bin);
    Ok((counts, exact))
}
