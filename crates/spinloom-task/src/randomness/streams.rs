//! The verdict over many sequences: the proportion that passes, and whether the p-values are uniform (section 4.2).

use super::suite::{Test, TestResult};
use spinloom_core::statistics::{chi_square, chi_square_tail};

/// Fewest sequences for a judgement of uniformity, section 4.2.2.
pub const FEWEST_SEQUENCES: usize = 55;
/// Smallest p-value of the uniformity of p-values that still counts as uniform, section 4.2.2.
pub const LEAST_UNIFORMITY: f64 = 1e-4;

/// What many sequences say about a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As many pass as should, and their p-values are uniform where there are enough to tell.
    Pass,
    /// Too few (or, of many sequences, too many) pass, or their p-values are not uniform.
    Fail,
    /// The test applies to none of the sequences.
    NotApplicable,
}

/// One test over many sequences.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Which test.
    pub test: Test,
    /// Sequences to which it applies.
    pub sequences: usize,
    /// Those whose p-value reaches the level of significance.
    pub passed: usize,
    /// Interval in which the proportion of passing sequences should lie.
    pub band: (f64, f64),
    /// p-value of the uniformity of the p-values in ten bins; none for fewer than [`FEWEST_SEQUENCES`].
    pub uniformity: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Assessment {
    /// Fraction of the sequences that passes; none without sequences.
    pub fn proportion(&self) -> Option<f64> {
        (self.sequences > 0).then(|| self.passed as f64 / self.sequences as f64)
    }
}

/// Results of different suites cannot be assessed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sequence {sequence} was tested with another suite than the first: use the same parameters for all")]
pub struct Mismatch {
    /// Index of the sequence.
    pub sequence: usize,
}

/// The acceptance band of the proportion: 1 - alpha, three standard deviations of a proportion of `sequences` either side.
///
/// ```
/// // Section 4.2.1: 1000 sequences at 1 %.
/// let (low, _) = spinloom_task::randomness::proportion_band(1000, 0.01);
/// assert!((low - 0.9805608).abs() < 1e-6);
/// ```
pub fn proportion_band(sequences: usize, significance: f64) -> (f64, f64) {
    let expected = 1.0 - significance;
    let half = 3.0 * (expected * significance / sequences.max(1) as f64).sqrt();
    ((expected - half).max(0.0), (expected + half).min(1.0))
}

/// Assesses the results of the same suite on many sequences, one list each.
///
/// # Errors
/// [`Mismatch`] where a list is of other tests than the first.
pub fn assess(results: &[Vec<TestResult>], significance: f64) -> Result<Vec<Assessment>, Mismatch> {
    let Some(first) = results.first() else { return Ok(Vec::new()) };
    let same = |list: &Vec<TestResult>| list.iter().map(|r| r.test).eq(first.iter().map(|r| r.test));
    if let Some(sequence) = results.iter().position(|list| !same(list)) {
        return Err(Mismatch { sequence });
    }
    let assessment = |(index, result): (usize, &TestResult)| {
        let p_values: Vec<f64> = results.iter().filter_map(|list| list[index].p_value.ok()).collect();
        one(result.test, &p_values, significance)
    };
    Ok(first.iter().enumerate().map(assessment).collect())
}

fn one(test: Test, p_values: &[f64], significance: f64) -> Assessment {
    let sequences = p_values.len();
    let passed = p_values.iter().filter(|p| **p >= significance).count();
    let band = proportion_band(sequences, significance);
    let uniformity = (sequences >= FEWEST_SEQUENCES).then(|| uniformity(p_values));
    let proportion = passed as f64 / sequences.max(1) as f64;
    let verdict = if sequences == 0 {
        Verdict::NotApplicable
    } else if (band.0..=band.1).contains(&proportion) && uniformity.is_none_or(|u| u >= LEAST_UNIFORMITY) {
        Verdict::Pass
    } else {
        Verdict::Fail
    };
    Assessment { test, sequences, passed, band, uniformity, verdict }
}

fn uniformity(p_values: &[f64]) -> f64 {
    let mut counts = [0; 10];
    p_values.iter().for_each(|p| counts[((10.0 * p) as usize).min(9)] += 1);
    chi_square_tail(9.0, chi_square(&counts, &[0.1; 10]))
}
