//! Biq Mac's sparse matrices: minimise sum q_ii x_i + 2 sum_{i<j} q_ij x_i x_j.

use super::graph::entries;
use super::lines::Lines;
use super::{Interpretation, interpret};
use crate::IsingError;
use crate::problem::Problem;
use crate::qubo::Qubo;

pub fn read(mut lines: Lines<'_>, meaning: Interpretation) -> Result<Problem, IsingError> {
    let (n, entries) = entries(&mut lines, "a matrix entry", false)?;
    match meaning {
        Interpretation::Usual | Interpretation::Qubo => {
            let doubled = entries.into_iter().map(|(i, j, q)| (i, j, if i == j { q } else { 2.0 * q }));
            Problem::qubo(Qubo::new(n, doubled, 0.0)?)
        }
        other => interpret(n, entries, other),
    }
}
