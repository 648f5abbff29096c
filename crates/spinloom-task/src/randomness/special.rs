//! The functions that turn a statistic into a p-value.

use statrs::function::erf::erfc;
use statrs::function::gamma::checked_gamma_ur;
use std::f64::consts::SQRT_2;

/// Probability that a chi-square variable of `degrees` degrees of freedom is larger than `chi_square`.
pub fn chi_square_tail(degrees: f64, chi_square: f64) -> f64 {
    if chi_square <= 0.0 {
        return 1.0;
    }
    // Only an infinite statistic is refused, and that one is never by chance.
    checked_gamma_ur(degrees / 2.0, chi_square / 2.0).unwrap_or(0.0)
}

/// Probability that a normal variable lies further from its mean than `deviations` standard deviations.
pub fn two_sided(deviations: f64) -> f64 {
    erfc(deviations.abs() / SQRT_2)
}

/// Distribution function of the standard normal law.
pub fn normal(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// Chi-square of counts against probabilities.
pub fn chi_square(counts: &[u64], probabilities: &[f64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    counts.iter().zip(probabilities).map(|(c, p)| (*c as f64 - total * p).powi(2) / (total * p)).sum()
}
