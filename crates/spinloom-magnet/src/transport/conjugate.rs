//! Conjugate gradients, from a guess.

use super::TransportError;
use super::multigrid::Multigrid;
use super::stencil::{BLOCK, Stencil, blocks, dot};
use rayon::prelude::*;

/// The vectors that conjugate gradients work on.
#[derive(Debug)]
pub(super) struct Conjugate {
    r: Vec<f64>,
    z: Vec<f64>,
    p: Vec<f64>,
    q: Vec<f64>,
    sums: Vec<f64>,
}

/// Iterations after which a solution is given up.
const MOST_ITERATIONS: usize = 2000;

impl Conjugate {
    /// Room for so many cells.
    pub fn new(cells: usize) -> Self {
        let zeros = || vec![0.0; cells];
        Self { r: zeros(), z: zeros(), p: zeros(), q: zeros(), sums: vec![0.0; blocks(cells)] }
    }

    /// Improves the potential of the film until the energy of its error is less than `tolerance` squared of its own; the potentials at
    /// `held` places, and those of cells outside the film, stay. Returns the number of iterations.
    ///
    /// # Errors
    /// [`TransportError::NotConverged`].
    pub fn solve(
        &mut self,
        matrix: &Stencil<f64>,
        inverse: &mut Multigrid,
        held: &[Vec<usize>],
        potential: &mut [f64],
        tolerance: f64,
    ) -> Result<usize, TransportError> {
        let release = |v: &mut [f64]| held.iter().flatten().for_each(|i| v[*i] = 0.0);
        let mut iterations = 0;
        loop {
            // The residual, and the energy, from the start: what has added up on the way is left behind.
            matrix.apply(potential, &mut self.q, |_, _| {});
            let energy = dot(&self.q, potential, &mut self.sums);
            release(&mut self.q);
            self.r.par_iter_mut().with_min_len(BLOCK).zip(&self.q).for_each(|(r, q)| *r = -q);
            inverse.apply(&self.r, &mut self.z);
            let mut rho = dot(&self.r, &self.z, &mut self.sums);
            let target = tolerance * tolerance * energy;
            if rho <= target {
                return Ok(iterations);
            }
            self.p.copy_from_slice(&self.z);
            while rho > 0.1 * target {
                matrix.apply(&self.p, &mut self.q, |_, _| {});
                release(&mut self.q);
                let alpha = rho / dot(&self.p, &self.q, &mut self.sums);
                iterations += 1;
                if !alpha.is_finite() || iterations > MOST_ITERATIONS {
                    return Err(TransportError::NotConverged { iterations, error: (rho / energy).abs().sqrt() });
                }
                self.advance(alpha, potential);
                inverse.apply(&self.r, &mut self.z);
                let next = dot(&self.r, &self.z, &mut self.sums);
                let beta = next / rho;
                rho = next;
                self.p.par_iter_mut().with_min_len(BLOCK).zip(&self.z).for_each(|(p, z)| *p = z + beta * *p);
            }
        }
    }

    fn advance(&mut self, alpha: f64, potential: &mut [f64]) {
        potential.par_iter_mut().with_min_len(BLOCK).zip(&self.p).for_each(|(x, p)| *x += alpha * p);
        self.r.par_iter_mut().with_min_len(BLOCK).zip(&self.q).for_each(|(r, q)| *r -= alpha * q);
    }

    /// Products of potentials with the currents that one of them drives, A u: `others` gets them in turn.
    pub fn products<'a>(
        &mut self,
        matrix: &Stencil<f64>,
        potential: &[f64],
        others: impl Iterator<Item = &'a Vec<f64>>,
        mut take: impl FnMut(usize, f64),
    ) {
        matrix.apply(potential, &mut self.q, |_, _| {});
        for (k, other) in others.enumerate() {
            take(k, dot(&self.q, other, &mut self.sums));
        }
    }
}

/// Adds `weight` times a vector.
pub(super) fn combine(out: &mut [f64], weight: f64, vector: &[f64]) {
    out.par_iter_mut().with_min_len(BLOCK).zip(vector).for_each(|(out, v)| *out += weight * v);
}

#[cfg(test)]
mod tests {
    use super::super::stencil::block_dot;
    use super::*;

    #[test]
    fn sums_of_products_do_not_depend_on_the_number_of_threads() {
        let n = 5 * BLOCK + 3;
        let a: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let mut sums = vec![0.0; blocks(n)];
        let alone = one.install(|| dot(&a, &a, &mut sums));
        assert_eq!(alone, dot(&a, &a, &mut sums));
        assert!((alone - n as f64 / 2.0).abs() < 1.0);
        assert_eq!(block_dot(&a[..3], &a[..3]), a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
    }
}
