//! Are rows of bits linearly independent as often as those of random matrices?

use super::{Bits, NotApplicable, at_least};
use spinloom_core::statistics::chi_square;

/// Rows and columns of a matrix.
const SIDE: usize = 32;

/// Rank of 32 x 32 binary matrices (section 2.5): how many have full rank, one less, and two or more less.
///
/// # Errors
/// [`NotApplicable::TooShort`] for less than one matrix.
pub fn rank(bits: &Bits) -> Result<f64, NotApplicable> {
    at_least(bits, SIDE * SIDE)?;
    let mut counts = [0; 3];
    for matrix in 0..bits.len() / (SIDE * SIDE) {
        let mut rows: [u32; SIDE] = std::array::from_fn(|row| bits.window(SIDE * (SIDE * matrix + row)) as u32);
        counts[(SIDE - binary_rank(&mut rows)).min(2)] += 1;
    }
    let (full, less) = (rank_probability(SIDE), rank_probability(SIDE - 1));
    // Two degrees of freedom: the tail is an exponential.
    Ok((-chi_square(&counts, &[full, less, 1.0 - full - less]) / 2.0).exp())
}

/// Probability of rank `r` of a random binary square matrix, section 3.5.
fn rank_probability(r: usize) -> f64 {
    let side = SIDE as i32;
    let half = |k: i32| 1.0 - f64::powi(2.0, k);
    let product: f64 = (0..r as i32).map(|i| half(i - side).powi(2) / half(i - r as i32)).product();
    let exponent = r as i32 * (2 * side - r as i32) - side * side;
    f64::powi(2.0, exponent) * product
}

/// Rank over the field of two elements, by elimination.
fn binary_rank(rows: &mut [u32; SIDE]) -> usize {
    let mut rank = 0;
    for column in 0..SIDE {
        let Some(pivot) = (rank..SIDE).find(|r| rows[*r] >> column & 1 == 1) else { continue };
        rows.swap(rank, pivot);
        let head = rows[rank];
        rows[rank + 1..].iter_mut().filter(|r| **r >> column & 1 == 1).for_each(|r| *r ^= head);
        rank += 1;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_known_matrices() {
        assert_eq!(binary_rank(&mut std::array::from_fn(|i| 1 << i)), 32);
        assert_eq!(binary_rank(&mut [u32::MAX; SIDE]), 1);
        assert_eq!(binary_rank(&mut [0; SIDE]), 0);
        assert_eq!(binary_rank(&mut std::array::from_fn(|i| if i == 31 { 3 } else { 1 << i })), 31);
    }

    #[test]
    fn rank_probabilities_are_those_of_the_document() {
        // Section 3.5: 0.2888, 0.5776, and 0.1336 for the rest.
        assert!((rank_probability(32) - 0.2888).abs() < 5e-5 && (rank_probability(31) - 0.5776).abs() < 5e-5);
        let all: f64 = (0..=32).map(rank_probability).sum();
        assert!((all - 1.0).abs() < 1e-12);
    }
}
