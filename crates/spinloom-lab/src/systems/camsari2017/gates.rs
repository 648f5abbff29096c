//! Single gates: sampled and exact distributions, and the probability of a valid line over I0.

use super::{Camsari2017, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling::{self, Agreement, Protocol, agreement, fraction, histogram, normalised};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::Estimate;
use spinloom_ising::exact::{boltzmann, configuration, index};
use spinloom_ising::logic::Gate;

/// One gate with its distribution.
pub struct Distribution {
    /// Name.
    pub name: &'static str,
    /// The lines, as bits in the order of the gate's p-bits.
    pub lines: Vec<String>,
    /// Sampled probabilities.
    pub sampled: Vec<f64>,
    /// Exact probabilities.
    pub exact: Vec<f64>,
    /// How they agree.
    pub agreement: Agreement,
}

/// Probability of valid lines of one gate over I0.
pub struct Valid {
    /// Name.
    pub name: &'static str,
    /// Where it was sampled.
    pub points: Vec<(f64, Estimate)>,
    /// Exact curve.
    pub curve: Vec<(f64, f64)>,
}

const GATES: [(Gate, &str, &str); 6] = [
    (Gate::And, "AND", "and"),
    (Gate::Or, "OR", "or"),
    (Gate::Nand, "NAND", "nand"),
    (Gate::Nor, "NOR", "nor"),
    (Gate::HalfAdder, "XOR with carry (half adder)", "half_adder"),
    (Gate::FullAdder, "full adder", "full_adder"),
];
const STRENGTHS: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5];

pub fn study(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let protocol =
        Protocol { interaction: system.interaction, ramp: 100, snapshots: system.snapshots, every: spacing(system.interaction) };
    let sampled = GATES
        .par_iter()
        .enumerate()
        .map(|(k, (gate, name, _))| one(*gate, name, &protocol, run, k as u64))
        .collect::<Result<Vec<_>, _>>()?;
    for ((gate, _, key), s) in GATES.iter().zip(&sampled) {
        outcome.measure(&format!("{key}.total_variation"), "", s.agreement.total_variation);
        outcome.measure(&format!("{key}.chi_square"), "", s.agreement.chi_square);
        sampling::charge(outcome, run, "gates", gate.spins(), (protocol.sweeps() * sampling::LANES) as f64);
    }
    let worst = sampled.iter().map(|s| s.agreement.total_variation / s.agreement.bound).fold(0.0, f64::max);
    let joint = sampled.iter().map(|s| s.agreement.chi_square).sum::<f64>() / (sampled.len() as f64).sqrt();
    outcome.measure("gates.total_variation_over_bound", "", worst);
    outcome.measure("gates.chi_square", "", joint);
    outcome.tables.push(
        Table::new("gates", &format!("Sampled and exact distributions at I0 = {}", system.interaction))
            .words("gate", sampled.iter().flat_map(|s| s.lines.iter().map(|_| s.name.to_owned())).collect())
            .words("line", sampled.iter().flat_map(|s| s.lines.clone()).collect())
            .numbers("sampled", "", sampled.iter().flat_map(|s| s.sampled.clone()).collect())
            .numbers("exact", "", sampled.iter().flat_map(|s| s.exact.clone()).collect()),
    );
    outcome.figures.extend(figures::gates(&sampled, system.interaction));
    let valid = valid_over_strength(run)?;
    for (v, key) in valid.iter().zip(["copy", "and", "full_adder", "adder_subtractor"]) {
        if let Some((_, e)) = v.points.iter().find(|p| p.0 == 1.0) {
            outcome.measure_estimate(&format!("{key}.probability_valid"), "", *e);
        }
    }
    outcome.figures.push(figures::valid(&valid));
    Ok(())
}

/// Sweeps between states that are far enough apart to be independent: a gate leaves a valid line with rate exp(-I0 gap), gap up to 4.
fn spacing(interaction: f64) -> usize {
    (5.0 * (4.0 * interaction).exp()).clamp(20.0, 10_000.0) as usize
}

fn one(gate: Gate, name: &'static str, protocol: &Protocol, run: &Run, stream: u64) -> Result<Distribution, LabError> {
    let model = gate.model()?;
    let n = model.spins();
    let exact = boltzmann(&model, protocol.interaction)?;
    let counts = histogram(&model, protocol, run, ("gate", stream), 1 << n, |m| Some(index(m)))?;
    // Lines in the order of a truth table: the first input is the leading digit.
    let mut order: Vec<usize> = (0..1 << n).collect();
    order.sort_by_key(|&k| digits(k, n));
    let sampled = normalised(&counts);
    Ok(Distribution {
        name,
        lines: order.iter().map(|&k| digits(k, n)).collect(),
        sampled: order.iter().map(|&k| sampled[k]).collect(),
        exact: order.iter().map(|&k| exact[k]).collect(),
        agreement: agreement(&counts, &exact),
    })
}

fn digits(index: usize, spins: usize) -> String {
    configuration(index, spins).into_iter().map(|m| if m > 0 { '1' } else { '0' }).collect()
}

/// P(valid) against I0, sampled and exact.
fn valid_over_strength(run: &Run) -> Result<Vec<Valid>, LabError> {
    let gates = [
        (Gate::Copy, "COPY, gap 2"),
        (Gate::And, "AND, gap 4"),
        (Gate::FullAdder, "full adder, gap 2"),
        (Gate::AdderSubtractor, "adder-subtractor, gap 4"),
    ];
    gates
        .into_par_iter()
        .enumerate()
        .map(|(g, (gate, name))| {
            let model = gate.model()?;
            let exact = |interaction: f64| -> Result<f64, LabError> {
                let p = boltzmann(&model, interaction)?;
                Ok((0..p.len()).filter(|&k| gate.valid(&configuration(k, gate.spins()))).map(|k| p[k]).sum())
            };
            let curve = (1..=52).map(|k| 0.05 * f64::from(k)).map(|i| Ok((i, exact(i)?))).collect::<Result<_, LabError>>()?;
            let points = STRENGTHS
                .iter()
                .enumerate()
                .map(|(k, &interaction)| {
                    let protocol = Protocol { interaction, ramp: 200, snapshots: 40, every: 25 };
                    let stream = ("valid lines", (g * STRENGTHS.len() + k) as u64);
                    Ok((interaction, fraction(&model, &protocol, run, stream, |m| gate.valid(m))?))
                })
                .collect::<Result<_, LabError>>()?;
            Ok(Valid { name, points, curve })
        })
        .collect()
}
