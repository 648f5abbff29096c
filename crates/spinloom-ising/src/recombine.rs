//! A state made of the best parts of two.
//!
//! Where two states differ, the spins that differ fall into clusters that no coupling joins. Each cluster can be taken from either state
//! without touching what the others cost, so that of 2^k combinations the best is found in one pass: the cluster move of J. Houdayer,
//! Eur. Phys. J. B 22, 479 (2001), doi:10.1007/PL00011151, at zero temperature. On sparse models the clusters of two annealed states are
//! many and small; on dense ones there is only one, and nothing is gained.

use crate::Ising;

/// Makes states better by parts of others; keeps its memory between calls.
#[derive(Debug)]
pub struct Recombination<'a> {
    model: &'a Ising,
    /// Without fields a state and its mirror image are the same, and parts of both are of use.
    mirrored: bool,
    seen: Vec<bool>,
    cluster: Vec<u32>,
}

impl<'a> Recombination<'a> {
    /// For states of this model.
    ///
    /// ```
    /// use spinloom_ising::{Ising, recombine::Recombination};
    /// // Two pairs that know nothing of each other: each state has one of them right.
    /// let pairs = Ising::new(4, [(0, 1, 1.0), (2, 3, 1.0)], vec![0.0; 4], 0.0)?;
    /// let mut state = vec![1, 1, 1, -1];
    /// let gain = Recombination::new(&pairs).improve(&mut state, &[1, -1, 1, 1]);
    /// assert_eq!((gain, pairs.energy(&state)), (2.0, -2.0));
    /// # Ok::<(), spinloom_ising::IsingError>(())
    /// ```
    pub fn new(model: &'a Ising) -> Self {
        let mirrored = model.fields().iter().all(|h| *h == 0.0);
        Self { model, mirrored, seen: vec![false; model.spins()], cluster: Vec::new() }
    }

    /// Takes over from `other` every cluster that makes `state` better, or differs at no cost; returns by how much the energy fell.
    ///
    /// # Panics
    /// When a state has fewer spins than the model.
    pub fn improve(&mut self, state: &mut [i8], other: &[i8]) -> f64 {
        let gain = self.take_over(state, other, 1);
        gain + if self.mirrored { self.take_over(state, other, -1) } else { 0.0 }
    }

    /// [`improve`](Self::improve) by `other` times `sign`.
    fn take_over(&mut self, state: &mut [i8], other: &[i8], sign: i8) -> f64 {
        self.seen.iter_mut().zip(state.iter().zip(other)).for_each(|(seen, (a, b))| *seen = *a == sign * *b);
        let mut gain = 0.0;
        for first in 0..state.len() {
            if self.seen[first] {
                continue;
            }
            let cost = self.gather(first, state, other, sign);
            if cost <= 0.0 {
                gain -= cost;
                self.cluster.iter().for_each(|&i| state[i as usize] = -state[i as usize]);
            }
        }
        gain
    }

    /// Gathers the cluster of a spin; returns what turning it costs.
    fn gather(&mut self, first: usize, state: &[i8], other: &[i8], sign: i8) -> f64 {
        self.cluster.clear();
        self.cluster.push(first as u32);
        self.seen[first] = true;
        let (mut cost, mut next) = (0.0, 0);
        while next < self.cluster.len() {
            let i = self.cluster[next] as usize;
            next += 1;
            let mut outside = self.model.fields()[i];
            let (columns, values) = self.model.neighbours(i);
            for (&j, &coupling) in columns.iter().zip(values) {
                let j = j as usize;
                if state[j] == sign * other[j] {
                    outside += coupling * f64::from(state[j]);
                } else if !self.seen[j] {
                    self.seen[j] = true;
                    self.cluster.push(j as u32);
                }
            }
            cost += 2.0 * f64::from(state[i]) * outside;
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A model of few couplings and two states of it.
    fn case() -> impl Strategy<Value = (Ising, Vec<i8>, Vec<i8>)> {
        let spin = || prop::bool::ANY.prop_map(|up| if up { 1i8 } else { -1 });
        (2usize..12, any::<bool>()).prop_flat_map(move |(n, fields)| {
            let couplings = prop::collection::vec((0..n, 0..n, -3i32..=3), 0..2 * n);
            let states = (prop::collection::vec(spin(), n), prop::collection::vec(spin(), n));
            (couplings, prop::collection::vec(-2i32..=2, n), states).prop_map(move |(couplings, h, (a, b))| {
                let pairs = couplings.into_iter().filter(|c| c.0 != c.1).map(|(i, j, v)| (i, j, f64::from(v)));
                let h = h.into_iter().map(|v| if fields { f64::from(v) } else { 0.0 }).collect();
                (Ising::new(n, pairs, h, 0.0).unwrap(), a, b)
            })
        })
    }

    proptest! {
        #[test]
        fn the_gain_is_the_fall_of_the_energy_and_neither_parent_is_better((model, a, b) in case()) {
            let mut child = a.clone();
            let gain = Recombination::new(&model).improve(&mut child, &b);
            prop_assert!((model.energy(&a) - model.energy(&child) - gain).abs() < 1e-9);
            prop_assert!(model.energy(&child) <= model.energy(&a).min(model.energy(&b)) + 1e-9);
        }

        #[test]
        fn with_fields_no_choice_of_clusters_is_better((model, a, b) in case()) {
            prop_assume!(model.fields().iter().any(|h| *h != 0.0));
            let differing: Vec<usize> = (0..a.len()).filter(|&i| a[i] != b[i]).collect();
            // Every combination of parts of the two states that splits no cluster is among all mixtures that do not split one.
            let joined = |x: usize, y: usize| model.neighbours(x).0.contains(&(y as u32));
            let mut lowest = f64::INFINITY;
            for mask in 0..1u32 << differing.len() {
                let taken = |k: usize| mask >> k & 1 == 1;
                let splits = (0..differing.len())
                    .any(|k| (0..k).any(|l| joined(differing[k], differing[l]) && taken(k) != taken(l)));
                if !splits {
                    let mut mixed = a.clone();
                    differing.iter().enumerate().filter(|(k, _)| taken(*k)).for_each(|(_, &i)| mixed[i] = b[i]);
                    lowest = lowest.min(model.energy(&mixed));
                }
            }
            let mut child = a.clone();
            Recombination::new(&model).improve(&mut child, &b);
            prop_assert!((model.energy(&child) - lowest).abs() < 1e-9);
        }
    }
}
