//! Annealing by taking the transverse field away.

use super::Slices;
use crate::anneal::{Control, Reads};
use crate::chain::Chain;
use crate::{Ising, IsingError, Order, Rule};
use rayon::prelude::*;
use spinloom_core::random::Stream;

/// Path-integral annealing.
#[derive(Debug, Clone)]
pub struct PathIntegral {
    /// Sweeps over all slices.
    pub sweeps: usize,
    /// Independent reads.
    pub reads: usize,
    /// Slices.
    pub slices: usize,
    /// Inverse temperature of one slice: that of the quantum model over the number of slices.
    pub beta: f64,
    /// Transverse field at the beginning, in units of the largest local field; it falls to a thousandth.
    pub field: f64,
    /// Whether clusters along imaginary time are flipped.
    pub clusters: bool,
    /// Seed.
    pub seed: u64,
}

impl Default for PathIntegral {
    fn default() -> Self {
        Self { sweeps: 1000, reads: 8, slices: 16, beta: 3.0, field: 1.0, clusters: true, seed: 1 }
    }
}

/// Anneals by taking the transverse field away; each read answers with its best slice, taken downhill.
///
/// # Errors
/// [`IsingError::Unsuitable`] for fewer than two slices or no reads.
pub fn anneal_path_integral(model: &Ising, parameters: &PathIntegral, control: &Control) -> Result<Reads, IsingError> {
    if parameters.reads == 0 || parameters.slices < 2 {
        return Err(IsingError::Unsuitable("path-integral annealing wants two slices and one read or more".to_owned()));
    }
    let largest = model.largest_fields().into_iter().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let read = |index: usize| -> Option<Reads> {
        if index > 0 && control.stop() {
            return None;
        }
        let mut stream = Stream::new(parameters.seed, "path integral", index as u64);
        let mut slices = Slices::new(model, parameters.slices, &mut stream).ok()?;
        // The temperature of a single slice is that of the problem, so beta grows with their number.
        let beta = parameters.beta * parameters.slices as f64;
        for sweep in 0..parameters.sweeps {
            if control.stop() {
                break;
            }
            let left = 1.0 - sweep as f64 / parameters.sweeps.max(1) as f64;
            slices.sweep(beta, parameters.field * largest * (left * 0.999 + 0.001), parameters.clusters);
            control.count(model.spins() * parameters.slices);
        }
        let best = (0..parameters.slices).map(|k| slices.slice(k)).min_by(|a, b| model.energy(a).total_cmp(&model.energy(b)))?;
        let mut last = Chain::from_state(model, best, stream, Rule::HeatBath, Order::Fixed);
        last.descend();
        let (energy, best) = (model.energy(last.spins()), last.spins().to_vec());
        Some(Reads { best: best.clone(), best_energy: energy, energies: vec![energy], states: vec![best] })
    };
    let parts: Vec<Reads> = (0..parameters.reads).into_par_iter().filter_map(read).collect();
    let mut all = Reads { best: Vec::new(), best_energy: f64::INFINITY, energies: Vec::new(), states: Vec::new() };
    parts.into_iter().for_each(|p| all.absorb(p));
    Ok(all)
}
