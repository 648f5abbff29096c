//! Exponents of power laws.

use spinloom_core::statistics::mean;

/// Slope of log y against log x, by least squares.
pub fn exponent(x: &[f64], y: &[f64]) -> f64 {
    let (u, v): (Vec<f64>, Vec<f64>) = x.iter().zip(y).map(|(a, b)| (a.ln(), b.ln())).unzip();
    let (mu, mv) = (mean(&u), mean(&v));
    let covariance: f64 = u.iter().zip(&v).map(|(a, b)| (a - mu) * (b - mv)).sum();
    covariance / u.iter().map(|a| (a - mu).powi(2)).sum::<f64>()
}
