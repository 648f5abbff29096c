//! Do all words of m bits occur equally often?

use super::{Bits, NotApplicable, at_least};
use spinloom_core::statistics::chi_square_tail;
use std::f64::consts::LN_2;
use std::ops::RangeInclusive;

/// Longest word whose occurrences are counted: the table of counts has two to that power entries.
pub const LONGEST_WORD: usize = 24;
const WORD_LENGTHS: RangeInclusive<usize> = 1..=LONGEST_WORD;

/// Serial test (section 2.11) with words of `length` bits: p-values of the first and the second difference of psi^2.
///
/// # Errors
/// [`NotApplicable::TooShort`] for fewer bits than a word; [`NotApplicable::Parameter`] for words of less than 2 or more than 24 bits.
pub fn serial(bits: &Bits, length: usize) -> Result<[f64; 2], NotApplicable> {
    NotApplicable::unless((2..=LONGEST_WORD).contains(&length), "the length of the words", length, "between 2 and 24")?;
    at_least(bits, length)?;
    let longest = cyclic_counts(bits, length);
    let middle = shortened(&longest);
    let psi = [psi_square(&longest), psi_square(&middle), if length == 2 { 0.0 } else { psi_square(&shortened(&middle)) }];
    let degrees = f64::powi(2.0, length as i32 - 1);
    let first = chi_square_tail(degrees, psi[0] - psi[1]);
    let second = chi_square_tail(degrees / 2.0, psi[0] - 2.0 * psi[1] + psi[2]);
    Ok([first, second])
}

/// Approximate entropy (section 2.12) of words of `length` and of one more bits: chi-square = 2 n (ln 2 - ApEn).
///
/// # Errors
/// [`NotApplicable::TooShort`] for fewer bits than a word; [`NotApplicable::Parameter`] for words of no or more than 23 bits.
pub fn approximate_entropy(bits: &Bits, length: usize) -> Result<f64, NotApplicable> {
    NotApplicable::unless((1..LONGEST_WORD).contains(&length), "the length of the words", length, "between 1 and 23")?;
    at_least(bits, length + 1)?;
    let longer = cyclic_counts(bits, length + 1);
    let entropy = phi(&shortened(&longer)) - phi(&longer);
    Ok(chi_square_tail(f64::powi(2.0, length as i32), 2.0 * bits.len() as f64 * (LN_2 - entropy)))
}

/// How often every word of `length` bits occurs when the sequence closes on itself; the first bit of a word is the least significant of
/// its index.
fn cyclic_counts(bits: &Bits, length: usize) -> Vec<u32> {
    debug_assert!(WORD_LENGTHS.contains(&length) && length <= bits.len());
    let mut counts = vec![0u32; 1 << length];
    let top = length - 1;
    // The word before the first: its place is taken bit by bit.
    let mut word = bits.iter().take(top).enumerate().fold(0, |w, (i, b)| w | usize::from(b) << (i + 1));
    let mut count = |b: u8| {
        word = word >> 1 | usize::from(b) << top;
        counts[word] += 1;
    };
    bits.iter().skip(top).for_each(&mut count);
    bits.iter().take(top).for_each(&mut count);
    counts
}

/// Counts of the words one bit shorter: on a closed sequence every word is followed by a one or a zero.
fn shortened(counts: &[u32]) -> Vec<u32> {
    let (zero, one) = counts.split_at(counts.len() / 2);
    zero.iter().zip(one).map(|(a, b)| a + b).collect()
}

fn psi_square(counts: &[u32]) -> f64 {
    let n: u64 = counts.iter().map(|c| u64::from(*c)).sum();
    let squares: u64 = counts.iter().map(|c| u64::from(*c).pow(2)).sum();
    squares as f64 * counts.len() as f64 / n as f64 - n as f64
}

fn phi(counts: &[u32]) -> f64 {
    let n = counts.iter().map(|c| u64::from(*c)).sum::<u64>() as f64;
    counts.iter().filter(|c| **c > 0).map(|c| f64::from(*c) / n * (f64::from(*c) / n).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_around_the_end() {
        // 0011011101, words of two bits with the first bit least significant: 00 once, 10 three times, 01 three times, 11 three times.
        let bits: Bits = "0011011101".parse().unwrap_or_default();
        assert_eq!(cyclic_counts(&bits, 2), [1, 3, 3, 3]);
        assert_eq!(shortened(&cyclic_counts(&bits, 3)), cyclic_counts(&bits, 2));
        assert_eq!(cyclic_counts(&bits, 1), [4, 6]);
    }
}
