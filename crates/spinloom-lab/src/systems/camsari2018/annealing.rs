//! Random magnets: annealing by the transverse field beside annealing by the temperature, with equal numbers of updates.

use super::{MagnetParameters, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_ising::anneal::{Annealing, Control, Engine, Model, Schedule, anneal};
use spinloom_ising::path_integral::{PathIntegral, anneal_path_integral};
use spinloom_ising::{Ising, exact};

/// A magnet with its ground-state energy.
struct Magnet {
    model: Ising,
    ground: f64,
}

impl Magnet {
    /// Every pair coupled by a normal number of variance 1/N (D. Sherrington and S. Kirkpatrick, Phys. Rev. Lett. 35, 1792 (1975),
    /// doi:10.1103/PhysRevLett.35.1792).
    fn new(spins: usize, index: usize, run: &Run) -> Result<Self, LabError> {
        run.check()?;
        let mut stream = run.stream("magnet", index as u64);
        let pairs = (0..spins).flat_map(|i| (i + 1..spins).map(move |j| (i, j)));
        let couplings: Vec<_> = pairs.map(|(i, j)| (i, j, stream.normal() / (spins as f64).sqrt())).collect();
        let model = Ising::new(spins, couplings, vec![0.0; spins], 0.0)?;
        let ground = exact::energies(&model)?.into_iter().fold(f64::INFINITY, f64::min);
        Ok(Self { model, ground })
    }

    /// Fraction of energies that are the ground state's.
    fn success(&self, energies: &[f64]) -> f64 {
        let tolerance = 1e-9 * self.ground.abs();
        energies.iter().filter(|e| **e <= self.ground + tolerance).count() as f64 / energies.len().max(1) as f64
    }
}

/// Who anneals.
#[derive(Debug, Clone, Copy)]
enum Method {
    /// By the temperature, one copy.
    Thermal,
    /// By the transverse field, single flips.
    Single,
    /// By the transverse field, with clusters along imaginary time: two visits a sweep.
    Clusters,
}

const METHODS: [Method; 3] = [Method::Thermal, Method::Single, Method::Clusters];

impl Method {
    fn energies(self, magnet: &Magnet, p: &MagnetParameters, updates: usize, seed: u64, run: &Run) -> Result<Vec<f64>, LabError> {
        let model = Model::Pairs(magnet.model.clone());
        let (hot, cold) = Schedule::range(&model);
        let control = Control::new(run.cancel_token().clone());
        let reads = match self {
            Self::Thermal => {
                let mut annealing = Annealing::new(Schedule::linear(hot, cold, updates)?, p.reads, seed);
                annealing.engine = Engine::Single;
                anneal(&model, &annealing, &control)?
            }
            Self::Single | Self::Clusters => {
                let clusters = matches!(self, Self::Clusters);
                let visits = p.slices * if clusters { 2 } else { 1 };
                let path = PathIntegral {
                    sweeps: (updates / visits).max(1),
                    reads: p.reads,
                    slices: p.slices,
                    beta: cold,
                    field: p.field,
                    clusters,
                    seed,
                };
                anneal_path_integral(&magnet.model, &path, &control)?
            }
        };
        run.check()?;
        Ok(reads.energies)
    }
}

/// Success against updates for the three ways.
pub fn study(parameters: &MagnetParameters, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let magnets = if run.quick() { parameters.magnets.min(3) } else { parameters.magnets };
    let (spins, reads) =
        if run.quick() { (parameters.spins.min(14), parameters.reads.min(40)) } else { (parameters.spins, parameters.reads) };
    let parameters = &MagnetParameters { reads, ..parameters.clone() };
    let all: Vec<Magnet> = (0..magnets).into_par_iter().map(|k| Magnet::new(spins, k, run)).collect::<Result<_, _>>()?;
    // A sweep of all replicas with clusters takes two visits each: that is the smallest budget all three can spend.
    let least = 2 * parameters.slices;
    let budgets: Vec<usize> = (0..20).map(|k| least << k).take_while(|b| *b <= parameters.updates.max(least)).collect();
    let mut below = 0usize;
    let mut curves: Vec<Vec<Estimate>> = Vec::new();
    for (m, method) in METHODS.into_iter().enumerate() {
        let mut curve = Vec::new();
        for (b, &updates) in budgets.iter().enumerate() {
            let results: Vec<Vec<f64>> = all
                .par_iter()
                .enumerate()
                .map(|(k, magnet)| {
                    let seed = run.stream("annealing", ((m * budgets.len() + b) * magnets + k) as u64).next();
                    method.energies(magnet, parameters, updates, seed, run)
                })
                .collect::<Result<_, LabError>>()?;
            below += all.iter().zip(&results).map(|(g, e)| e.iter().filter(|e| **e < g.ground - 1e-9).count()).sum::<usize>();
            curve.push(estimate(&all.iter().zip(&results).map(|(g, e)| g.success(e)).collect::<Vec<_>>()));
            run.progress("annealing", m * budgets.len() + b + 1, METHODS.len() * budgets.len())?;
        }
        curves.push(curve);
    }
    record(&budgets, &curves, below, outcome);
    outcome.figures.push(figures::annealing(spins, &budgets, &curves));
    outcome.note(format!(
        "Annealing: {magnets} magnets of {spins} spins. The temperature falls from {:.2} to 15 kT a typical field as `spinloom solve` does it; the \
         transverse field falls linearly from {} of the largest local field to a thousandth of that, with {} replicas each as cold as the coldest \
         thermal anneal. Updates are counted over all replicas, and every read ends downhill.",
        1.0 / 0.7,
        parameters.field,
        parameters.slices
    ));
    Ok(())
}

fn record(budgets: &[usize], curves: &[Vec<Estimate>], below: usize, outcome: &mut Outcome) {
    let last = budgets.len() - 1;
    for (name, curve) in ["thermal", "transverse", "transverse_clusters"].into_iter().zip(curves) {
        outcome.measure_estimate(&format!("annealing.{name}_success"), "", curve[last]);
    }
    outcome.measure("annealing.below_ground", "", below as f64);
    let mut table = Table::new("annealing", "Probability of a ground state against updates a spin, over all replicas").numbers(
        "updates",
        "",
        budgets.iter().map(|b| *b as f64).collect(),
    );
    for (name, curve) in ["thermal", "transverse", "transverse_clusters"].into_iter().zip(curves) {
        table = table.numbers(name, "", curve.iter().map(|e| e.mean).collect()).numbers(
            &format!("{name}_error"),
            "",
            curve.iter().map(|e| e.standard_error).collect(),
        );
    }
    outcome.tables.push(table);
}
