//! How good a sample is: independent values, autocorrelation, and distance from the exact distribution.

use crate::IsingError;
use crate::chain::Energy;
use crate::exact::{boltzmann, index, total_variation};
use spinloom_core::statistics::{effective_sample_size, mean};

/// Normalised autocorrelation of a series at lags 0, 1, ..., `lags`.
pub fn autocorrelation(series: &[f64], lags: usize) -> Vec<f64> {
    let m = mean(series);
    let product = |lag: usize| series[lag..].iter().zip(series).map(|(a, b)| (a - m) * (b - m)).sum::<f64>();
    let whole = product(0);
    (0..=lags.min(series.len().saturating_sub(1))).map(|lag| if whole > 0.0 { product(lag) / whole } else { 0.0 }).collect()
}

/// Integrated autocorrelation time in steps of the series: how many steps make one independent value (one where all are independent).
///
/// The sum is cut by Geyer's initial positive sequence (C. J. Geyer, Statist. Sci. 7, 473 (1992), doi:10.1214/ss/1177011137).
pub fn autocorrelation_time(series: &[f64]) -> f64 {
    series.len() as f64 / effective_sample_size(series)
}

/// A sample held against the exact Boltzmann distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// States in the sample.
    pub states: usize,
    /// Pearson's chi-square over all configurations, those of an expected count below five taken together.
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub degrees: usize,
    /// The chance of a chi-square as large for independent states.
    pub chi_square_p: f64,
    /// Kolmogorov's largest distance between the distributions of the energy.
    pub kolmogorov: f64,
    /// The chance of a distance as large; for an energy of few values it is too cautious (too large).
    pub kolmogorov_p: f64,
    /// Total variation between the sampled and the exact distribution over configurations.
    pub total_variation: f64,
}

/// Holds independent states against the exact distribution of up to 24 spins.
///
/// Correlated states look worse than they are: thin a chain by its [`autocorrelation_time`] first.
///
/// # Errors
/// [`IsingError::Unsuitable`] for too many spins or no states.
pub fn agreement<'m>(
    model: &impl Energy,
    beta: f64,
    states: impl IntoIterator<Item = &'m [i8]>,
) -> Result<Agreement, IsingError> {
    let exact = boltzmann(model, beta)?;
    let mut counts = vec![0u64; exact.len()];
    states.into_iter().for_each(|m| counts[index(m)] += 1);
    agreement_of_counts(model, &exact, &counts)
}

/// As [`agreement`], of how often each configuration was met (indexed as in [`crate::exact`]).
///
/// # Errors
/// As [`agreement`].
pub fn agreement_of_counts(model: &impl Energy, exact: &[f64], counts: &[u64]) -> Result<Agreement, IsingError> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Err(IsingError::Unsuitable("there are no states to hold against the exact distribution".to_owned()));
    }
    let n = total as f64;
    let (mut chi_square, mut cells) = (0.0, 0usize);
    let (mut rare, mut rare_met) = (0.0, 0.0);
    for (p, &c) in exact.iter().zip(counts) {
        let expected = p * n;
        if expected >= 5.0 {
            chi_square += (c as f64 - expected).powi(2) / expected;
            cells += 1;
        } else {
            rare += expected;
            rare_met += c as f64;
        }
    }
    if rare > 0.0 {
        // A class that is hardly expected at all tells by its size in standard deviations, not by its square over nothing.
        chi_square += (rare_met - rare).powi(2) / rare.max(1.0);
        cells += 1;
    }
    let degrees = cells.saturating_sub(1).max(1);
    let energies = crate::exact::energies(model)?;
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|&a, &b| energies[a].total_cmp(&energies[b]));
    let (mut kolmogorov, mut sum_exact, mut sum_met) = (0.0f64, 0.0, 0.0);
    for (k, &state) in order.iter().enumerate() {
        sum_exact += exact[state];
        sum_met += counts[state] as f64 / n;
        // Distances count between values of the energy, not within one.
        let last = order.get(k + 1).is_none_or(|&next| energies[next] - energies[state] > 1e-9 * energies[state].abs().max(1.0));
        if last {
            kolmogorov = kolmogorov.max((sum_exact - sum_met).abs());
        }
    }
    let met: Vec<f64> = counts.iter().map(|&c| c as f64 / n).collect();
    Ok(Agreement {
        states: total as usize,
        chi_square,
        degrees,
        chi_square_p: upper_chi_square(chi_square, degrees as f64),
        kolmogorov,
        kolmogorov_p: upper_kolmogorov(kolmogorov * n.sqrt()),
        total_variation: total_variation(exact, &met),
    })
}

/// The chance of a chi-square above `x`, by the cube-root normal approximation (E. B. Wilson and M. M. Hilferty, Proc. Natl. Acad. Sci. 17,
/// 684 (1931), doi:10.1073/pnas.17.12.684), good to a few 1e-3 from three degrees of freedom on.
fn upper_chi_square(x: f64, degrees: f64) -> f64 {
    let v = 2.0 / (9.0 * degrees);
    upper_normal(((x / degrees).cbrt() - (1.0 - v)) / v.sqrt())
}

/// The chance of a standard normal number above `z`: the continued expansion of W. J. Cody's rational fit is not needed here, 1e-7 is enough
/// (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.2.17).
fn upper_normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let series = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt() * series;
    if z >= 0.0 { tail } else { 1.0 - tail }
}

/// The chance of a Kolmogorov distance above x / sqrt(n).
fn upper_kolmogorov(x: f64) -> f64 {
    if x < 0.3 {
        return 1.0;
    }
    let term = |k: i32| (if k % 2 == 1 { 1.0 } else { -1.0 }) * (-2.0 * f64::from(k * k) * x * x).exp();
    (2.0 * (1..=20).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_known_quantiles() {
        // Quantiles of tables: chi-square of 10 degrees at 5 % and 1 %, Kolmogorov at 5 %.
        assert!((upper_chi_square(18.307, 10.0) - 0.05).abs() < 2e-3);
        assert!((upper_chi_square(23.209, 10.0) - 0.01).abs() < 1e-3);
        assert!((upper_kolmogorov(1.358) - 0.05).abs() < 1e-3);
        assert!((upper_normal(1.959_964) - 0.025).abs() < 1e-6);
    }

    #[test]
    fn autocorrelation_of_an_alternating_series() {
        let series: Vec<f64> = (0..100).map(|k| f64::from(k % 2)).collect();
        let c = autocorrelation(&series, 2);
        assert!((c[1] + 0.99).abs() < 1e-9 && (c[2] - 0.98).abs() < 1e-9);
    }
}
