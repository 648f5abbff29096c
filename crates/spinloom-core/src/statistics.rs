//! Statistics with errors: a number without one is not a result.

use crate::random::Stream;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::checked_gamma_ur;
use std::f64::consts::SQRT_2;

/// Mean of a sample and its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean; 0 for a single value.
    pub standard_error: f64,
    /// Number of values.
    pub count: usize,
}

/// Arithmetic mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Unbiased variance (n - 1); 0 for fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let m = mean(values);
    values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// Mean and standard error of independent values.
///
/// ```
/// let e = spinloom_core::statistics::estimate(&[1.0, 2.0, 3.0]);
/// assert_eq!((e.mean, e.count), (2.0, 3));
/// assert!((e.standard_error - (1.0f64 / 3.0).sqrt()).abs() < 1e-15);
/// ```
pub fn estimate(values: &[f64]) -> Estimate {
    let standard_error = if values.len() < 2 { 0.0 } else { (variance(values) / values.len() as f64).sqrt() };
    Estimate { mean: mean(values), standard_error, count: values.len() }
}

/// The `quantile` (0..1) of values, by linear interpolation between order statistics; NaN of nothing.
pub fn quantile(values: &[f64], quantile: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = quantile.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let low = position.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (position - low as f64) * (sorted[high] - sorted[low])
}

/// Percentile bootstrap interval of `statistic` at `confidence` (such as 0.95) from `resamples` resamples.
///
/// Source: B. Efron, Ann. Statist. 7, 1 (1979), doi:10.1214/aos/1176344552.
pub fn bootstrap_interval(
    values: &[f64],
    statistic: impl Fn(&[f64]) -> f64,
    confidence: f64,
    resamples: usize,
    stream: &mut Stream,
) -> (f64, f64) {
    let mut resample = vec![0.0; values.len()];
    let statistics: Vec<f64> = (0..resamples)
        .map(|_| {
            resample.fill_with(|| values[stream.below(values.len())]);
            statistic(&resample)
        })
        .collect();
    let tail = (1.0 - confidence) / 2.0;
    (quantile(&statistics, tail), quantile(&statistics, 1.0 - tail))
}

/// Wilson score interval of a proportion, for `z` standard deviations (1.96 for 95 %).
///
/// Source: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), doi:10.1080/01621459.1927.10502953.
pub fn wilson_interval(successes: usize, trials: usize, z: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z2) = (trials as f64, successes as f64 / trials as f64, z * z);
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// Number of independent values that a correlated series is worth: n / (1 + 2 sum of autocorrelations), the sum cut by Geyer's
/// initial positive sequence of pairs.
///
/// Source: C. J. Geyer, Statist. Sci. 7, 473 (1992), doi:10.1214/ss/1177011137.
pub fn effective_sample_size(series: &[f64]) -> f64 {
    let n = series.len();
    let m = mean(series);
    let c0 = series.iter().map(|v| (v - m).powi(2)).sum::<f64>();
    if n < 4 || c0 == 0.0 {
        return n as f64;
    }
    let correlation = |lag: usize| series[lag..].iter().zip(series).map(|(a, b)| (a - m) * (b - m)).sum::<f64>() / c0;
    let mut sum = -1.0;
    for pair in 0..n / 2 {
        let both = correlation(2 * pair) + correlation(2 * pair + 1);
        if both <= 0.0 {
            break;
        }
        sum += 2.0 * both;
    }
    n as f64 / sum.max(1.0 / n as f64)
}

/// How far, in standard errors, an interval of this confidence (0..1, such as 0.95) reaches either way where the error itself is an estimate from so many
/// degrees of freedom: the quantile of Student's law, of the normal law for an infinite number; NaN for less than one degree.
///
/// ```
/// use spinloom_core::statistics::confidence_factor;
/// assert!((confidence_factor(0.95, f64::INFINITY) - 1.959_964).abs() < 1e-6);
/// assert!((confidence_factor(0.95, 4.0) - 2.776_445).abs() < 1e-5);
/// ```
pub fn confidence_factor(confidence: f64, degrees: f64) -> f64 {
    if degrees == f64::INFINITY {
        return SQRT_2 * erfc_inv(1.0 - confidence);
    }
    if degrees < 1.0 {
        return f64::NAN;
    }
    StudentsT::new(0.0, 1.0, degrees).map_or(f64::NAN, |law| law.inverse_cdf(0.5 + 0.5 * confidence))
}

/// Distribution function of the standard normal law.
pub fn normal(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// Probability that a normal variable lies further from its mean than `deviations` standard deviations.
pub fn two_sided(deviations: f64) -> f64 {
    erfc(deviations.abs() / SQRT_2)
}

/// Probability that a chi-square variable of `degrees` degrees of freedom is larger than `chi_square`.
pub fn chi_square_tail(degrees: f64, chi_square: f64) -> f64 {
    if chi_square <= 0.0 {
        return 1.0;
    }
    // Only an infinite statistic is refused, and that one is never by chance.
    checked_gamma_ur(degrees / 2.0, chi_square / 2.0).unwrap_or(0.0)
}

/// Probability that the largest distance between the distribution of n values and the law they are drawn from is above x / sqrt(n), for
/// large n (A. Kolmogorov, G. Ist. Ital. Attuari 4, 83 (1933)).
pub fn kolmogorov_tail(x: f64) -> f64 {
    if x < 0.3 {
        return 1.0;
    }
    let term = |k: i32| (if k % 2 == 1 { 1.0 } else { -1.0 }) * (-2.0 * f64::from(k * k) * x * x).exp();
    (2.0 * (1..=20).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// Pearson's chi-square of counts against probabilities, every cell by itself.
pub fn chi_square(counts: &[u64], probabilities: &[f64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    counts.iter().zip(probabilities).map(|(c, p)| (*c as f64 - total * p).powi(2) / (total * p)).sum()
}

/// Pearson's chi-square and its degrees of freedom, cells that expect fewer than five taken together.
///
/// ```
/// let (chi_square, degrees) = spinloom_core::statistics::pooled_chi_square(&[52.0, 47.0, 1.0], &[0.5, 0.49, 0.01]);
/// assert_eq!((chi_square, degrees), (0.08 + 4.0 / 49.0, 2.0));
/// ```
pub fn pooled_chi_square(counts: &[f64], probabilities: &[f64]) -> (f64, f64) {
    let total: f64 = counts.iter().sum();
    let (mut chi_square, mut cells) = (0.0, 0.0f64);
    let (mut rare, mut rare_met) = (0.0, 0.0);
    for (count, probability) in counts.iter().zip(probabilities) {
        let expected = total * probability;
        if expected >= 5.0 {
            chi_square += (count - expected).powi(2) / expected;
            cells += 1.0;
        } else {
            rare += expected;
            rare_met += count;
        }
    }
    if rare > 0.0 {
        // A class that is hardly expected at all tells by its size in standard deviations, not by its square over nothing.
        chi_square += (rare_met - rare).powi(2) / rare.max(1.0);
        cells += 1.0;
    }
    (chi_square, (cells - 1.0).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bootstrap_agrees_with_the_normal_interval_of_a_mean() {
        let mut stream = Stream::new(1, "statistics test", 0);
        let values: Vec<f64> = (0..400).map(|_| stream.normal()).collect();
        let (low, high) = bootstrap_interval(&values, mean, 0.95, 2000, &mut stream);
        let e = estimate(&values);
        // The bootstrap's own scatter at 2000 resamples is about 3 % of the width.
        assert!(((high - low) / (2.0 * 1.96 * e.standard_error) - 1.0).abs() < 0.12);
    }

    #[test]
    fn effective_sample_size_of_an_autoregressive_series() {
        // AR(1) with coefficient a is worth n (1 - a) / (1 + a); the estimate scatters by a few per cent at n = 1e5.
        let (a, n) = (0.8, 100_000);
        let mut stream = Stream::new(2, "statistics test", 0);
        let mut x = 0.0;
        let series: Vec<f64> = (0..n)
            .map(|_| {
                x = a * x + stream.normal();
                x
            })
            .collect();
        let ratio = effective_sample_size(&series) / (n as f64 * (1.0 - a) / (1.0 + a));
        assert!((ratio - 1.0).abs() < 0.15, "{ratio}");
    }

    #[test]
    fn wilson_interval_of_known_cases() {
        let (low, high) = wilson_interval(8, 10, 1.96);
        assert!((low - 0.4902).abs() < 5e-4 && (high - 0.9433).abs() < 5e-4);
        assert_eq!(wilson_interval(0, 0, 1.96), (0.0, 1.0));
    }

    #[test]
    fn tails_of_known_quantiles() {
        // Quantiles of tables: normal at 2.5 %, chi-square of 10 degrees at 5 % and 1 %, Kolmogorov at 5 %.
        assert!((1.0 - normal(1.959_964) - 0.025).abs() < 1e-8 && (two_sided(-1.959_964) - 0.05).abs() < 1e-7);
        assert!((chi_square_tail(10.0, 18.307) - 0.05).abs() < 1e-5);
        assert!((chi_square_tail(10.0, 23.209) - 0.01).abs() < 1e-5);
        assert_eq!((chi_square_tail(3.0, 0.0), chi_square_tail(3.0, f64::INFINITY)), (1.0, 0.0));
        assert!((kolmogorov_tail(1.358) - 0.05).abs() < 1e-4);
    }

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&[3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(quantile(&[0.0, 1.0], 0.25), 0.25);
    }
}
