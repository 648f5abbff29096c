//! Five cities: small enough for every state to be enumerated.

use super::figures;
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling::{self, Protocol, histograms_of_chains};
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_ising::exact::{configuration, energies};
use spinloom_ising::tour::Cities;

const PLACES: [(f64, f64); 5] = [(0.0, 0.0), (1.0, 0.0), (1.5, 1.0), (0.5, 1.6), (-0.5, 0.8)];
/// Penalty, relative to the largest distance, of the probabilities over I0.
const PENALTY: f64 = 1.5;
const STRENGTHS: [f64; 5] = [1.0, 2.0, 4.0, 8.0, 16.0];
const CHAINS: usize = 128;

/// Distances between places in the plane, the largest one.
fn cities() -> Result<Cities, LabError> {
    let distance = |k: usize| {
        let (a, b) = (PLACES[k / 5], PLACES[k % 5]);
        (a.0 - b.0).hypot(a.1 - b.1)
    };
    let all: Vec<f64> = (0..25).map(distance).collect();
    let largest = all.iter().copied().fold(0.0, f64::max);
    Ok(Cities::new(5, all.into_iter().map(|d| d / largest).collect())?)
}

/// Probabilities over I0.
pub struct Probabilities {
    /// I0, P(valid) and P(optimal), exact.
    pub curve: Vec<(f64, f64, f64)>,
    /// The same, sampled after an anneal to that I0.
    pub points: Vec<(f64, Estimate, Estimate)>,
}

/// The least energy for a penalty.
pub struct Ground {
    /// Penalty relative to the largest distance.
    pub penalty: f64,
    /// Energy of the ground state.
    pub energy: f64,
    /// Whether it is a tour.
    pub valid: bool,
}

pub fn study(run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let cities = cities()?;
    let optimum = cities.shortest().map_or(f64::NAN, |s| s.0);
    outcome.measure("five.optimum", "", optimum);
    let grounds = grounds(&cities)?;
    for (key, penalty) in [("small", 0.5), ("large", 1.0)] {
        let ground = grounds.iter().find(|g| (g.penalty - penalty).abs() < 1e-9);
        outcome.measure(
            &format!("five.ground_state_of_{key}_penalty_valid"),
            "",
            ground.map_or(f64::NAN, |g| f64::from(u8::from(g.valid))),
        );
        outcome.measure(&format!("five.ground_energy_of_{key}_penalty"), "", ground.map_or(f64::NAN, |g| g.energy));
    }
    let probabilities = probabilities(&cities, optimum, run)?;
    for (strength, valid, optimal) in &probabilities.points {
        outcome.measure_estimate(&format!("five.valid_at_{strength}"), "", *valid);
        outcome.measure_estimate(&format!("five.optimal_at_{strength}"), "", *optimal);
    }
    sampling::charge(outcome, run, "five cities", 16, (CHAINS * STRENGTHS.len() * protocol(1.0).sweeps()) as f64);
    outcome.tables.push(
        Table::new("five_penalty", "Ground states of five cities")
            .numbers("penalty", "largest distance", grounds.iter().map(|g| g.penalty).collect())
            .numbers("energy", "largest distance", grounds.iter().map(|g| g.energy).collect())
            .words(
                "ground_state",
                grounds.iter().map(|g| if g.valid { "shortest tour" } else { "no tour" }.to_owned()).collect(),
            ),
    );
    outcome.figures.push(figures::five(&grounds, &probabilities, optimum));
    Ok(())
}

fn grounds(cities: &Cities) -> Result<Vec<Ground>, LabError> {
    (2..=20)
        .map(|k| {
            let penalty = 0.1 * f64::from(k);
            let all = energies(&cities.model(penalty)?)?;
            let least = (0..all.len()).min_by(|&a, &b| all[a].total_cmp(&all[b])).unwrap_or(0);
            Ok(Ground { penalty, energy: all[least], valid: cities.tour(&configuration(least, 16)).is_some() })
        })
        .collect()
}

fn protocol(interaction: f64) -> Protocol {
    Protocol { interaction, ramp: 2000, snapshots: 40, every: 50 }
}

fn probabilities(cities: &Cities, optimum: f64, run: &Run) -> Result<Probabilities, LabError> {
    let model = cities.model(PENALTY)?;
    // Sort of a state: 0 no tour, 1 a tour, 2 the shortest.
    let sort = |m: &[i8]| cities.tour(m).map_or(0, |t| if cities.length(&t) < optimum + 1e-9 { 2 } else { 1 });
    let all = energies(&model)?;
    let sorts: Vec<usize> = (0..all.len()).map(|k| sort(&configuration(k, 16))).collect();
    let least = all.iter().copied().fold(f64::INFINITY, f64::min);
    let exact = |interaction: f64| {
        let mut sums = [0.0; 3];
        all.iter().zip(&sorts).for_each(|(e, s)| sums[*s] += (-interaction * (e - least)).exp());
        let z: f64 = sums.iter().sum();
        (interaction, (sums[1] + sums[2]) / z, sums[2] / z)
    };
    let curve = (0..=40).map(|k| exact(0.5 * 2f64.powf(f64::from(k) / 8.0))).collect();
    let mut points = Vec::new();
    for interaction in STRENGTHS {
        let protocol = protocol(interaction);
        let purpose = format!("five cities at {interaction}");
        let counts = histograms_of_chains(&model, &protocol, CHAINS, run, &purpose, 3, |m| Some(sort(m)))?;
        let share = |from: usize| {
            estimate(&counts.iter().map(|c| c[from..].iter().sum::<f64>() / protocol.snapshots as f64).collect::<Vec<_>>())
        };
        points.push((interaction, share(1), share(2)));
    }
    Ok(Probabilities { curve, points })
}
