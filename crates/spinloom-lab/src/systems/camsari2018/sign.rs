//! Where p-bits end: triangles of sx sx couplings have world lines of negative weight, and their average sign falls exponentially.

use super::{SignParameters, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, effective_sample_size, mean, variance};
use spinloom_ising::Ising;
use spinloom_ising::path_integral::{Quantum, SignedSlices};

/// Chains that make a point.
const CHAINS: usize = 16;

/// The average sign at one point.
pub struct Point {
    /// Inverse temperature or number of spins.
    pub x: f64,
    /// Z / Z' with as many replicas as are sampled.
    pub exact: f64,
    /// Z / Z' with infinitely many.
    pub limit: f64,
    /// Sampled.
    pub sampled: Estimate,
}

/// A strip of triangles, every spin coupled to the next two.
fn strip(parameters: &SignParameters, spins: usize, exchange: f64) -> Result<Quantum, LabError> {
    let free = Ising::new(spins, [], vec![0.0; spins], 0.0)?;
    let pairs = (0..spins).flat_map(|i| [(i, i + 1, exchange), (i, i + 2, exchange)]).filter(|p| p.1 < spins);
    Ok(Quantum::new(&free, parameters.transverse)?.with_exchange(&pairs.collect::<Vec<_>>())?)
}

fn sample(model: &Quantum, beta: f64, parameters: &SignParameters, index: u64, run: &Run) -> Result<Estimate, LabError> {
    let sweeps = if run.quick() { parameters.sweeps / 8 } else { parameters.sweeps }.max(100);
    let chain = |chain: usize| -> Result<Vec<f64>, LabError> {
        let mut stream = run.stream("sign", index * CHAINS as u64 + chain as u64);
        let mut slices = SignedSlices::new(model, beta, parameters.slices, &mut stream)?;
        let mut signs = Vec::with_capacity(sweeps);
        for sweep in 0..sweeps + sweeps / 10 {
            if sweep % 100 == 0 {
                run.check()?;
            }
            slices.sweep();
            if sweep >= sweeps / 10 {
                signs.push(slices.sign());
            }
        }
        Ok(signs)
    };
    let chains: Vec<Vec<f64>> = (0..CHAINS).into_par_iter().map(chain).collect::<Result<_, _>>()?;
    let square: f64 = chains.iter().map(|c| variance(c) / effective_sample_size(c)).sum();
    let means: Vec<f64> = chains.iter().map(|c| mean(c)).collect();
    Ok(Estimate { mean: mean(&means), standard_error: square.sqrt() / CHAINS as f64, count: CHAINS * sweeps })
}

fn point(model: &Quantum, x: f64, beta: f64, parameters: &SignParameters, index: u64, run: &Run) -> Result<Point, LabError> {
    let difference = model.levels()?.free_energy(beta) - model.stoquastic_levels()?.free_energy(beta);
    Ok(Point {
        x,
        exact: model.sign(beta, parameters.slices)?,
        limit: (-beta * difference).exp(),
        sampled: sample(model, beta, parameters, index, run)?,
    })
}

/// Slope of ln <sign> by least squares, weighted by the errors, and the slope of the exact values with the same weights.
fn slopes(points: &[Point]) -> (f64, f64) {
    let weight = |p: &Point| (p.exact / p.sampled.standard_error.max(1e-12)).powi(2);
    let used: Vec<&Point> = points.iter().filter(|p| p.sampled.mean > 0.0 && p.exact > 0.0).collect();
    let total: f64 = used.iter().map(|p| weight(p)).sum();
    let average = |f: &dyn Fn(&Point) -> f64| used.iter().map(|p| weight(p) * f(p)).sum::<f64>() / total;
    let centre = average(&|p| p.x);
    let spread = average(&|p| (p.x - centre).powi(2));
    let slope = |f: &dyn Fn(&Point) -> f64| average(&|p| (p.x - centre) * f(p).ln()) / spread;
    (slope(&|p| p.sampled.mean), slope(&|p| p.exact))
}

/// Average signs against temperature and size, and without frustration.
pub fn study(parameters: &SignParameters, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let count = if run.quick() { 4 } else { 8 };
    let triangle = strip(parameters, 3, parameters.exchange)?;
    let mut against_beta = Vec::new();
    for k in 1..=count {
        let beta = parameters.beta * k as f64 / count as f64;
        against_beta.push(point(&triangle, beta, beta, parameters, k as u64, run)?);
        run.progress("sign", k, count + parameters.spins - 2)?;
    }
    let mut against_size = Vec::new();
    for spins in 3..=if run.quick() { parameters.spins.min(5) } else { parameters.spins } {
        let model = strip(parameters, spins, parameters.exchange)?;
        against_size.push(point(&model, spins as f64, parameters.beta_of_strips, parameters, 100 + spins as u64, run)?);
        run.progress("sign", count + spins - 2, count + parameters.spins - 2)?;
    }
    // The same triangle with the opposite sign of the coupling is stoquastic.
    let stoquastic = sample(&strip(parameters, 3, -parameters.exchange)?, parameters.beta, parameters, 200, run)?;
    record(&against_beta, &against_size, outcome);
    outcome.measure("sign.stoquastic", "", stoquastic.mean);
    let gap = triangle.levels()?.energies()[0] - triangle.stoquastic_levels()?.energies()[0];
    outcome.measure("sign.ground_energy_difference", "", gap);
    outcome.figures.push(figures::sign(parameters, &against_beta, &against_size));
    Ok(())
}

fn record(against_beta: &[Point], against_size: &[Point], outcome: &mut Outcome) {
    let all = || against_beta.iter().chain(against_size);
    let deviation = all().map(|p| (p.sampled.mean - p.exact).abs() / p.sampled.standard_error.max(1e-12)).fold(0.0, f64::max);
    outcome.measure("sign.largest_deviation", "standard errors", deviation);
    let ((beta, beta_exact), (size, size_exact)) = (slopes(against_beta), slopes(against_size));
    outcome.measure("sign.slope_beta", "", beta);
    outcome.measure("sign.slope_beta_over_exact", "", beta / beta_exact);
    outcome.measure("sign.slope_spins", "", size);
    outcome.measure("sign.slope_spins_over_exact", "", size / size_exact);
    for (name, title, points) in [
        ("sign_temperature", "Average sign of a triangle against inverse temperature", against_beta),
        ("sign_size", "Average sign of strips of triangles against the number of spins", against_size),
    ] {
        outcome.tables.push(
            Table::new(name, title)
                .numbers(if name == "sign_size" { "spins" } else { "beta" }, "", points.iter().map(|p| p.x).collect())
                .numbers("sampled", "", points.iter().map(|p| p.sampled.mean).collect())
                .numbers("standard_error", "", points.iter().map(|p| p.sampled.standard_error).collect())
                .numbers("exact_replicas", "", points.iter().map(|p| p.exact).collect())
                .numbers("exact", "", points.iter().map(|p| p.limit).collect()),
        );
    }
}
