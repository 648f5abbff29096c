//! Are there as many ones as zeros, everywhere, and do they alternate as often as they should?

use super::{Bits, NotApplicable, at_least};
use spinloom_core::statistics::{chi_square, chi_square_tail, normal, two_sided};
use std::ops::RangeInclusive;

/// Frequency test (section 2.1): p = erfc(|S_n| / sqrt(2 n)) with S_n the number of ones less that of zeros.
///
/// # Errors
/// [`NotApplicable::TooShort`] for no bits.
pub fn frequency(bits: &Bits) -> Result<f64, NotApplicable> {
    at_least(bits, 1)?;
    let n = bits.len() as f64;
    Ok(two_sided((2.0 * bits.ones() as f64 - n) / n.sqrt()))
}

/// Frequency within blocks of `length` bits (section 2.2): chi-square = 4 M sum (pi_i - 1/2)^2 with a degree of freedom a block.
///
/// # Errors
/// [`NotApplicable::TooShort`] for less than one block; [`NotApplicable::Parameter`] for blocks of no bits.
pub fn block_frequency(bits: &Bits, length: usize) -> Result<f64, NotApplicable> {
    NotApplicable::unless(length >= 1, "the block length", length, "1 or more")?;
    at_least(bits, length)?;
    let (blocks, m) = (bits.len() / length, length as f64);
    let sum: f64 = (0..blocks).map(|i| (bits.ones_within(i * length, length) as f64 / m - 0.5).powi(2)).sum();
    Ok(chi_square_tail(blocks as f64, 4.0 * m * sum))
}

/// Cumulative sums (section 2.13), forward and backward: the largest excursion of the walk of +1 and -1 against that of a random walk.
///
/// # Errors
/// [`NotApplicable::TooShort`] for no bits.
pub fn cumulative_sums(bits: &Bits) -> Result<[f64; 2], NotApplicable> {
    at_least(bits, 1)?;
    let (mut sum, mut low, mut high) = (0i64, 0i64, 0i64);
    bits.iter().for_each(|b| {
        sum += 2 * i64::from(b) - 1;
        low = low.min(sum);
        high = high.max(sum);
    });
    // From behind, the walk starts at its end: its excursions are those from the last value.
    let forward = high.max(-low);
    let backward = (high - sum).max(sum - low);
    Ok([forward, backward].map(|z| excursion_tail(z as f64, bits.len() as f64)))
}

/// Probability that a random walk of `n` steps goes as far as `z`, section 3.13.
fn excursion_tail(z: f64, n: f64) -> f64 {
    let scale = z / n.sqrt();
    let band = |k: i64, from: f64, to: f64| normal((4.0 * k as f64 + to) * scale) - normal((4.0 * k as f64 + from) * scale);
    let range = |low: f64, high: f64| -> RangeInclusive<i64> { (low / 4.0).floor() as i64..=(high / 4.0).ceil() as i64 };
    let inside: f64 = range(-n / z + 1.0, n / z - 1.0).map(|k| band(k, -1.0, 1.0)).sum();
    let beyond: f64 = range(-n / z - 3.0, n / z - 1.0).map(|k| band(k, 1.0, 3.0)).sum();
    (1.0 - inside + beyond).clamp(0.0, 1.0)
}

/// Runs (section 2.3): the number V of runs against 2 n pi (1 - pi). Where the frequency test fails by far (|pi - 1/2| >= 2 / sqrt(n)) the
/// p-value is zero, as the document prescribes.
///
/// # Errors
/// [`NotApplicable::TooShort`] for no bits.
pub fn runs(bits: &Bits) -> Result<f64, NotApplicable> {
    at_least(bits, 1)?;
    let n = bits.len() as f64;
    let pi = bits.ones() as f64 / n;
    if (pi - 0.5).abs() >= 2.0 / n.sqrt() {
        return Ok(0.0);
    }
    let changes: usize = (0..bits.words().len())
        .map(|i| {
            let pairs = (bits.len() - 1 - 64 * i).min(64);
            let mask = if pairs == 64 { u64::MAX } else { (1 << pairs) - 1 };
            ((bits.window(64 * i) ^ bits.window(64 * i + 1)) & mask).count_ones() as usize
        })
        .sum();
    let expected = 2.0 * n * pi * (1.0 - pi);
    Ok(two_sided((1.0 + changes as f64 - expected) / (2.0 * n.sqrt() * pi * (1.0 - pi))))
}

/// Block length, shortest class and probabilities of the longest run of ones, section 3.4.
const LONGEST_RUN: [(usize, usize, usize, &[f64]); 3] = [
    (750_000, 10_000, 10, &[0.0882, 0.2092, 0.2483, 0.1933, 0.1208, 0.0675, 0.0727]),
    (6272, 128, 4, &[0.117_403_578_8, 0.242_955_959, 0.249_363_483, 0.175_177_06, 0.102_701_071, 0.112_398_847]),
    (128, 8, 1, &[0.214_843_75, 0.367_187_5, 0.230_468_75, 0.187_5]),
];

/// Longest run of ones in a block (section 2.4), in blocks of 8, 128 or 10,000 bits after the length of the sequence.
///
/// # Errors
/// [`NotApplicable::TooShort`] below 128 bits.
pub fn longest_run(bits: &Bits) -> Result<f64, NotApplicable> {
    let Some((_, length, shortest, probabilities)) = LONGEST_RUN.iter().find(|row| bits.len() >= row.0) else {
        return Err(NotApplicable::TooShort { needed: 128, given: bits.len() });
    };
    let mut counts = vec![0; probabilities.len()];
    for block in bits.sequences(*length) {
        let (mut run, mut longest) = (0, 0);
        block.iter().for_each(|b| {
            run = (run + 1) * usize::from(b);
            longest = longest.max(run);
        });
        counts[longest.clamp(*shortest, shortest + probabilities.len() - 1) - shortest] += 1;
    }
    Ok(chi_square_tail(probabilities.len() as f64 - 1.0, chi_square(&counts, probabilities)))
}
