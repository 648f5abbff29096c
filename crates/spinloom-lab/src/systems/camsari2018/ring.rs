//! The ring: sampled correlations against exact ones, with as many replicas and with infinitely many.

use super::{RingParameters, charge, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, effective_sample_size, mean, variance};
use spinloom_ising::Ising;
use spinloom_ising::path_integral::{Observables, Quantum, Slices};

/// A ring at a temperature.
#[derive(Debug, Clone, Copy)]
struct Ring {
    spins: usize,
    coupling: f64,
    transverse: f64,
    beta: f64,
}

impl Ring {
    fn model(&self) -> Result<Ising, LabError> {
        let n = self.spins;
        Ok(Ising::new(n, (0..n).map(|i| (i, (i + 1) % n, self.coupling)), vec![0.0; n], 0.0)?)
    }

    fn quantum(&self) -> Result<Quantum, LabError> {
        Ok(Quantum::new(&self.model()?, self.transverse)?)
    }

    fn exactly(&self) -> Result<Observables, LabError> {
        Ok(self.quantum()?.levels()?.thermal(self.beta))
    }

    fn distances(&self) -> usize {
        self.spins / 2
    }
}

/// <sz_0 sz_r> for r = 1, 2, ... and <sx>.
fn values(observables: &Observables, distances: usize) -> Vec<f64> {
    (1..=distances).map(|r| observables.correlation(0, r)).chain([observables.transverse()]).collect()
}

/// What chains of replicas give.
struct Sampled {
    /// The same values with their standard errors, and <sz_0>.
    values: Vec<Estimate>,
    /// Sweeps that one independent value of each costs.
    sweeps_a_value: Vec<f64>,
}

/// How to sample.
#[derive(Debug, Clone, Copy)]
struct Plan {
    slices: usize,
    clusters: bool,
    chains: usize,
    sweeps: usize,
}

fn sample(ring: &Ring, plan: &Plan, purpose: &str, run: &Run) -> Result<Sampled, LabError> {
    let model = ring.model()?;
    let chain = |index: usize| -> Result<Vec<Vec<f64>>, LabError> {
        // Kinks of random spins would take long to meet; an ordered ring has none.
        let aligned: Vec<i8> = (0..ring.spins).map(|i| if ring.coupling > 0.0 || i % 2 == 0 { 1 } else { -1 }).collect();
        let mut slices = Slices::from_state(&model, plan.slices, &aligned, &mut run.stream(purpose, index as u64))?;
        let mut series: Vec<Vec<f64>> = (0..ring.distances() + 2).map(|_| Vec::with_capacity(plan.sweeps)).collect();
        let burn_in = plan.sweeps / 10;
        for sweep in 0..burn_in + plan.sweeps {
            if sweep % 100 == 0 {
                run.check()?;
            }
            slices.sweep(ring.beta, ring.transverse, plan.clusters);
            if sweep >= burn_in {
                for r in 1..=ring.distances() {
                    let all = (0..ring.spins).map(|i| slices.correlation(i, (i + r) % ring.spins));
                    series[r - 1].push(all.sum::<f64>() / ring.spins as f64);
                }
                series[ring.distances()].push(slices.transverse(ring.beta, ring.transverse));
                series[ring.distances() + 1].push(slices.magnetization(0));
            }
        }
        Ok(series)
    };
    let chains: Vec<_> = (0..plan.chains).into_par_iter().map(chain).collect::<Result<_, _>>()?;
    let pooled = |at: usize| {
        let means: Vec<f64> = chains.iter().map(|c| mean(&c[at])).collect();
        let worth: Vec<f64> = chains.iter().map(|c| effective_sample_size(&c[at])).collect();
        let square: f64 = chains.iter().zip(&worth).map(|(c, n)| variance(&c[at]) / n).sum();
        let estimate = Estimate {
            mean: mean(&means),
            standard_error: square.sqrt() / chains.len() as f64,
            count: worth.iter().sum::<f64>() as usize,
        };
        (estimate, (plan.sweeps * chains.len()) as f64 / worth.iter().sum::<f64>())
    };
    let (values, sweeps_a_value) = (0..ring.distances() + 2).map(pooled).unzip();
    Ok(Sampled { values, sweeps_a_value })
}

/// Updates that a plan takes: clusters visit every spin once more.
fn updates(ring: &Ring, plan: &Plan) -> f64 {
    let visits = if plan.clusters { 2 } else { 1 };
    (ring.spins * plan.slices * plan.chains * plan.sweeps * visits) as f64 * 1.1
}

fn plan(parameters: &RingParameters, slices: usize, run: &Run) -> Plan {
    let shorter = if run.quick() { 8 } else { 1 };
    Plan { slices, clusters: parameters.clusters, chains: parameters.chains, sweeps: (parameters.sweeps / shorter).max(100) }
}

/// The largest distance between sampled and exact values, in standard errors.
fn largest_deviation(sampled: &[Estimate], exact: &[f64]) -> f64 {
    sampled.iter().zip(exact).map(|(s, e)| (s.mean - e).abs() / s.standard_error.max(1e-15)).fold(0.0, f64::max)
}

/// Correlations of the ring of the paper.
pub fn correlations(parameters: &RingParameters, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let RingParameters { spins, coupling, transverse, beta, slices, .. } = *parameters;
    let ring = Ring { spins, coupling, transverse, beta };
    let plan = plan(parameters, slices, run);
    let distances = ring.distances();
    let limit = values(&ring.exactly()?, distances);
    let replicas = values(&ring.quantum()?.replicas(beta, slices)?, distances);
    let sampled = sample(&ring, &plan, "ring", run)?;
    charge(run, updates(&ring, &plan));
    for (r, estimate) in sampled.values[..distances].iter().enumerate() {
        outcome.measure_estimate(&format!("ring.correlation_{}", r + 1), "", *estimate);
    }
    outcome.measure_estimate("ring.transverse", "", sampled.values[distances]);
    for (r, c) in limit[..distances].iter().enumerate() {
        outcome.measure(&format!("ring.exact_correlation_{}", r + 1), "", *c);
    }
    outcome.measure("ring.exact_transverse", "", limit[distances]);
    outcome.measure("ring.ground_energy", "", ring.quantum()?.levels()?.energies()[0]);
    outcome.measure("ring.largest_deviation", "standard errors", largest_deviation(&sampled.values, &replicas));
    outcome.tables.push(
        Table::new("correlations", "Correlations of the ring along z, and the transverse magnetisation (distance 0)")
            .numbers("distance", "", (1..=distances).chain([0]).map(|r| r as f64).collect())
            .numbers("exact", "", limit.clone())
            .numbers("exact_replicas", "", replicas.clone())
            .numbers("sampled", "", sampled.values[..=distances].iter().map(|s| s.mean).collect())
            .numbers("standard_error", "", sampled.values[..=distances].iter().map(|s| s.standard_error).collect()),
    );
    outcome.figures.push(figures::correlations(
        parameters,
        &limit[..distances],
        &replicas[..distances],
        &sampled.values[..distances],
    ));
    run.progress("rings", 1, 3)?;
    Ok(())
}

/// Numbers of replicas on a logarithmic scale.
fn numbers(low: f64, high: f64, count: usize) -> Vec<usize> {
    (0..count).map(|k| (low * (high / low).powf(k as f64 / (count - 1) as f64)).round() as usize).collect()
}

/// The error of the critical ring against the number of replicas.
pub fn replicas(parameters: &RingParameters, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let ring = critical(parameters);
    let quantum = ring.quantum()?;
    let distances = ring.distances();
    let limit = values(&ring.exactly()?, distances);
    let all = numbers(10.0, 1000.0, if run.quick() { 5 } else { 17 });
    let exact: Vec<Vec<f64>> =
        all.par_iter().map(|&n| Ok(values(&quantum.replicas(ring.beta, n)?, distances))).collect::<Result<_, LabError>>()?;
    let error = |values: &[f64], at: usize| (values[at] - limit[at]).abs();
    // Slope between the two largest numbers, where the next order is far below.
    let last = all.len() - 1;
    let slope =
        |at: usize| (error(&exact[last - 1], at) / error(&exact[last], at)).ln() / (all[last] as f64 / all[last - 1] as f64).ln();
    outcome.measure("replicas.exponent_correlation", "", slope(0));
    outcome.measure("replicas.exponent_transverse", "", slope(distances));
    let few = if run.quick() { vec![20] } else { vec![10, 20, 35, 60, 100] };
    let mut sampled = Vec::new();
    let mut deviation = 0.0f64;
    for &n in &few {
        let plan = plan(parameters, n, run);
        let found = sample(&ring, &plan, &format!("critical ring {n}"), run)?;
        charge(run, updates(&ring, &plan));
        deviation = deviation.max(largest_deviation(&found.values, &values(&quantum.replicas(ring.beta, n)?, distances)));
        sampled.push(found.values);
    }
    outcome.measure("replicas.largest_deviation", "standard errors", deviation);
    outcome.tables.push(
        Table::new("replicas", "Error of exact averages with n replicas, critical ring")
            .numbers("replicas", "", all.iter().map(|n| *n as f64).collect())
            .numbers("error_nearest", "", exact.iter().map(|e| error(e, 0)).collect())
            .numbers("error_farthest", "", exact.iter().map(|e| error(e, distances - 1)).collect())
            .numbers("error_transverse", "", exact.iter().map(|e| error(e, distances)).collect()),
    );
    outcome.figures.push(figures::replicas(&limit, (&all, &exact), (&few, &sampled)));
    run.progress("rings", 2, 3)?;
    Ok(())
}

fn critical(parameters: &RingParameters) -> Ring {
    let RingParameters { spins, critical, beta, .. } = *parameters;
    Ring { spins, coupling: critical, transverse: critical, beta }
}

/// What clusters along imaginary time are worth.
pub fn clusters(parameters: &RingParameters, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    // In twice the critical field the world lines of the sites are nearly free, and nothing but time slows them down.
    let ring = Ring { transverse: 2.0 * parameters.critical, ..critical(parameters) };
    let all = if run.quick() { vec![20, 80] } else { vec![20, 40, 80, 160, 320] };
    let (chains, sweeps) = if run.quick() { (4, 1000) } else { (parameters.chains, parameters.sweeps / 4) };
    let mut costs = [Vec::new(), Vec::new()];
    for &slices in &all {
        for (clusters, cost) in [false, true].into_iter().zip(&mut costs) {
            let plan = Plan { slices, clusters, chains, sweeps: sweeps.max(100) };
            cost.push(sample(&ring, &plan, &format!("clusters {slices}"), run)?.sweeps_a_value[ring.distances() + 1]);
            charge(run, updates(&ring, &plan));
        }
    }
    let (single, with) = (&costs[0], &costs[1]);
    let last = all.len() - 1;
    // Clusters visit every spin a second time.
    outcome.measure("clusters.gain", "", single[last] / with[last] / 2.0);
    outcome.measure("clusters.sweeps_a_value", "", with[last]);
    outcome.measure("clusters.sweeps_a_value_single", "", single[last]);
    outcome.tables.push(
        Table::new("clusters", "Sweeps that an independent value of the magnetisation of a site costs")
            .numbers("replicas", "", all.iter().map(|n| *n as f64).collect())
            .numbers("single_flips", "", single.clone())
            .numbers("with_clusters", "", with.clone()),
    );
    outcome.figures.push(figures::clusters(&all, single, with));
    run.progress("rings", 3, 3)?;
    Ok(())
}
