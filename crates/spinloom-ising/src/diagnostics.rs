//! How good a sample is: independent values, autocorrelation, and distance from the exact distribution.

use crate::IsingError;
use crate::chain::Energy;
use crate::exact::{boltzmann, index, total_variation};
use spinloom_core::statistics::{chi_square_tail, effective_sample_size, kolmogorov_tail, mean, pooled_chi_square};

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
    let as_float: Vec<f64> = counts.iter().map(|&c| c as f64).collect();
    let (chi_square, degrees) = pooled_chi_square(&as_float, exact);
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
    let met: Vec<f64> = as_float.iter().map(|c| c / n).collect();
    Ok(Agreement {
        states: total as usize,
        chi_square,
        degrees: degrees as usize,
        chi_square_p: chi_square_tail(degrees, chi_square),
        kolmogorov,
        kolmogorov_p: kolmogorov_tail(kolmogorov * n.sqrt()),
        total_variation: total_variation(exact, &met),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn autocorrelation_of_an_alternating_series() {
        let series: Vec<f64> = (0..100).map(|k| f64::from(k % 2)).collect();
        let c = autocorrelation(&series, 2);
        assert!((c[1] + 0.99).abs() < 1e-9 && (c[2] - 0.98).abs() < 1e-9);
    }
}
