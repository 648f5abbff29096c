//! Can the bits be compressed?

use super::{Bits, NotApplicable};
use spinloom_core::statistics::two_sided;

/// Smallest length of the sequence, length L of a word, expected value and variance of the statistic, section 2.9.4.
const WORDS: [(usize, usize, f64, f64); 11] = [
    (1_059_061_760, 16, 15.167_379, 3.421),
    (496_435_200, 15, 14.167_488, 3.419),
    (231_669_760, 14, 13.167_693, 3.416),
    (107_560_960, 13, 12.168_070, 3.410),
    (49_643_520, 12, 11.168_765, 3.401),
    (22_753_280, 11, 10.170_032, 3.384),
    (10_342_400, 10, 9.172_324_3, 3.356),
    (4_654_080, 9, 8.176_424_8, 3.311),
    (2_068_480, 8, 7.183_665_6, 3.238),
    (904_960, 7, 6.196_250_7, 3.125),
    (UNIVERSAL_LENGTH, 6, 5.217_705_2, 2.954),
];

/// The shortest sequence for the universal test.
pub const UNIVERSAL_LENGTH: usize = 387_840;

/// Maurer's universal test (section 2.9): the mean of log2 of the distance to the last occurrence of the same word of L bits, after 10 2^L
/// words that only fill the table.
///
/// # Errors
/// [`NotApplicable::TooShort`] below 387,840 bits.
pub fn universal(bits: &Bits) -> Result<f64, NotApplicable> {
    let Some((_, l, expected, variance)) = WORDS.iter().find(|row| bits.len() >= row.0) else {
        return Err(NotApplicable::TooShort { needed: UNIVERSAL_LENGTH, given: bits.len() });
    };
    let fill = 10 << l;
    let count = bits.len() / l;
    let mut last = vec![0usize; 1 << l];
    let word = |i: usize| (bits.window(i * l) & ((1 << l) - 1)) as usize;
    (0..fill).for_each(|i| last[word(i)] = i + 1);
    let mut sum = 0.0;
    for i in fill..count {
        let value = word(i);
        sum += ((i + 1 - last[value]) as f64).log2();
        last[value] = i + 1;
    }
    let (k, l) = ((count - fill) as f64, *l as f64);
    let c = 0.7 - 0.8 / l + (4.0 + 32.0 / l) * k.powf(-3.0 / l) / 15.0;
    Ok(two_sided((sum / k - expected) / (c * (variance / k).sqrt())))
}
