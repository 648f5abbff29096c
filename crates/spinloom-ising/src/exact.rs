//! Exact enumeration, the yardstick of every sampler.

use crate::IsingError;
use crate::chain::Energy;

/// The largest number of spins that is enumerated.
pub const LARGEST: usize = 24;

/// The energy of every configuration; bit i of its index is spin i, set when up.
///
/// # Errors
/// [`IsingError::Unsuitable`] for more than [`LARGEST`] spins.
pub fn energies(model: &impl Energy) -> Result<Vec<f64>, IsingError> {
    let n = model.spins();
    if n > LARGEST {
        return Err(IsingError::Unsuitable(format!("{n} spins have too many configurations; up to {LARGEST} are enumerated")));
    }
    let mut m = vec![-1i8; n];
    let mut fields = model.local_fields(&m);
    let mut energy = model.energy(&m);
    let mut all = vec![0.0; 1 << n];
    all[0] = energy;
    // In Gray code one spin flips at a time.
    let mut index = 0usize;
    for step in 1..1usize << n {
        let spin = step.trailing_zeros() as usize;
        energy += 2.0 * f64::from(m[spin]) * fields[spin];
        model.flip(spin, &mut m, &mut fields);
        index ^= 1 << spin;
        all[index] = energy;
    }
    Ok(all)
}

/// The Boltzmann distribution exp(-beta E) / Z over all configurations.
///
/// ```
/// use spinloom_ising::{Ising, exact};
/// let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
/// let p = exact::boltzmann(&pair, 1.0)?;
/// assert!((p[0b11] + p[0b00] - 0.880797).abs() < 1e-6);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
///
/// # Errors
/// As [`energies`].
pub fn boltzmann(model: &impl Energy, beta: f64) -> Result<Vec<f64>, IsingError> {
    let all = energies(model)?;
    let least = all.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = all.iter().map(|e| (-beta * (e - least)).exp()).collect();
    let z: f64 = weights.iter().sum();
    Ok(weights.into_iter().map(|w| w / z).collect())
}

/// The index of a configuration in [`energies`] and [`boltzmann`].
pub fn index(m: &[i8]) -> usize {
    m.iter().enumerate().map(|(i, &s)| usize::from(s > 0) << i).sum()
}

/// The configuration of an index.
pub fn configuration(index: usize, spins: usize) -> Vec<i8> {
    (0..spins).map(|i| if index >> i & 1 == 1 { 1 } else { -1 }).collect()
}

/// Half the sum of |p - q|: the total variation distance.
pub fn total_variation(p: &[f64], q: &[f64]) -> f64 {
    0.5 * p.iter().zip(q).map(|(a, b)| (a - b).abs()).sum::<f64>()
}
