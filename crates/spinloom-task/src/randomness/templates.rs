//! Do given words occur as often as they should?

use super::{Bits, NotApplicable, at_least};
use spinloom_core::statistics::{chi_square, chi_square_tail};

/// Blocks of the non-overlapping test.
pub const TEMPLATE_BLOCKS: usize = 8;
/// Longest template.
pub const LONGEST_TEMPLATE: usize = 16;
/// Classes of the overlapping test: 0 to 4 occurrences, and more.
const CLASSES: usize = 6;
/// Words of `length` bits that cannot overlap themselves, in numerical order with the first bit most significant: 148 of nine bits.
///
/// ```
/// assert_eq!(spinloom_task::randomness::aperiodic_templates(3), [0b001, 0b011, 0b100, 0b110]);
/// assert_eq!(spinloom_task::randomness::aperiodic_templates(9).len(), 148);
/// ```
pub fn aperiodic_templates(length: usize) -> Vec<u32> {
    let length = length.min(LONGEST_TEMPLATE);
    let overlaps = |word: u32| (1..length).any(|shift| word >> shift == word & ((1 << (length - shift)) - 1));
    (0..1 << length).filter(|word| !overlaps(*word)).collect()
}

/// Non-overlapping templates (section 2.7): occurrences in eight blocks, one p-value a template of [`aperiodic_templates`] of `length` bits.
///
/// What cannot overlap itself is found equally often with and without skipping what was found, so one pass over the bits counts all
/// templates at once.
///
/// # Errors
/// [`NotApplicable::TooShort`] where a block is shorter than a template; [`NotApplicable::Parameter`] for templates of less than 2 or more
/// than 16 bits.
pub fn non_overlapping(bits: &Bits, length: usize, blocks: usize) -> Result<Vec<f64>, NotApplicable> {
    let allowed = (2..=LONGEST_TEMPLATE).contains(&length);
    NotApplicable::unless(allowed, "the length of the templates", length, "between 2 and 16")?;
    NotApplicable::unless(blocks >= 1, "the number of blocks", blocks, "1 or more")?;
    at_least(bits, blocks * length)?;
    let size = bits.len() / blocks;
    let words = f64::powi(2.0, length as i32);
    let mean = (size - length + 1) as f64 / words;
    let variance = size as f64 * (1.0 / words - (2 * length - 1) as f64 / (words * words));
    let templates = aperiodic_templates(length);
    let mut sums = vec![0.0; templates.len()];
    for block in bits.sequences(size) {
        let counts = word_counts(&block, length);
        for (sum, template) in sums.iter_mut().zip(&templates) {
            *sum += (f64::from(counts[*template as usize]) - mean).powi(2) / variance;
        }
    }
    Ok(sums.into_iter().map(|s| chi_square_tail(blocks as f64, s)).collect())
}

/// How often every word of `length` bits occurs, the first bit most significant.
fn word_counts(bits: &Bits, length: usize) -> Vec<u32> {
    let (mut counts, mask) = (vec![0u32; 1 << length], (1 << length) - 1);
    let mut word = bits.iter().take(length - 1).fold(0, |w, b| w << 1 | usize::from(b));
    bits.iter().skip(length - 1).for_each(|b| {
        word = (word << 1 | usize::from(b)) & mask;
        counts[word] += 1;
    });
    counts
}

/// Overlapping templates (section 2.8): occurrences of `length` ones in a row in blocks of 2^(length+1) + length - 1 bits, two of which are
/// expected in a block (1032 bits for nine ones).
///
/// The probabilities are those of NIST's programme, of the compound Poisson law that holds for long templates. The exact ones (K. Hamano and T. Kaneko,
/// IEICE Trans. Fundamentals E90-A, 1788 (2007), doi:10.1093/ietfec/e90-a.9.1788) differ by less than 0.004, a twentieth of the spread of the statistic
/// in a million bits.
///
/// # Errors
/// [`NotApplicable::TooShort`] for less than one block; [`NotApplicable::Parameter`] for templates of less than 2 or more than 16 bits.
pub fn overlapping(bits: &Bits, length: usize) -> Result<f64, NotApplicable> {
    let allowed = (2..=LONGEST_TEMPLATE).contains(&length);
    NotApplicable::unless(allowed, "the length of the template", length, "between 2 and 16")?;
    let size = (2 << length) + length - 1;
    at_least(bits, size)?;
    let mut counts = [0; CLASSES];
    for block in bits.sequences(size) {
        let (mut run, mut found) = (0, 0);
        block.iter().for_each(|b| {
            run = (run + 1) * usize::from(b);
            found += usize::from(run >= length);
        });
        counts[found.min(CLASSES - 1)] += 1;
    }
    let expected = (size - length + 1) as f64 / f64::powi(2.0, length as i32);
    Ok(chi_square_tail(CLASSES as f64 - 1.0, chi_square(&counts, &occurrence_probabilities(expected))))
}

/// Probability of 0 to 4 and more occurrences where `expected` are expected, section 3.8: clumps come as a Poisson process, and each goes on with
/// probability 1/2.
fn occurrence_probabilities(expected: f64) -> [f64; CLASSES] {
    let eta = expected / 2.0;
    let mut out = [0.0; CLASSES];
    out[0] = (-eta).exp();
    for (u, p) in out.iter_mut().enumerate().take(CLASSES - 1).skip(1) {
        // e^-eta 2^-u sum over l of binomial(u - 1, l - 1) eta^l / l!.
        let mut term = eta;
        let mut sum = term;
        for l in 1..u {
            term *= eta * (u - l) as f64 / (l * (l + 1)) as f64;
            sum += term;
        }
        *p = (-eta).exp() * sum / f64::powi(2.0, u as i32);
    }
    out[CLASSES - 1] = 1.0 - out.iter().sum::<f64>();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exact law, by recursion over the length of the present run of ones.
    fn exact(length: usize, size: usize) -> [f64; CLASSES] {
        let mut now = vec![[0.0; CLASSES]; length + 1];
        now[0][0] = 1.0;
        for _ in 0..size {
            let mut next = vec![[0.0; CLASSES]; length + 1];
            for (run, by_count) in now.iter().enumerate() {
                for (count, p) in by_count.iter().enumerate() {
                    next[0][count] += 0.5 * p;
                    let longer = (run + 1).min(length);
                    next[longer][(count + usize::from(longer == length)).min(CLASSES - 1)] += 0.5 * p;
                }
            }
            now = next;
        }
        std::array::from_fn(|count| now.iter().map(|by_count| by_count[count]).sum())
    }

    #[test]
    fn occurrences_have_nearly_their_exact_probabilities() {
        // Two ones in four bits: 8 of 16 words have none, 5 one, 2 two, 1 three.
        assert_eq!(exact(2, 4).map(|p| 16.0 * p), [8.0, 5.0, 2.0, 1.0, 0.0, 0.0]);
        // Section 2.8 prints the exact ones of nine ones in 1032 bits.
        let printed = [0.364_091, 0.185_659, 0.139_381, 0.100_571, 0.070_432, 0.139_865];
        let (law, exact) = (occurrence_probabilities(2.0), exact(9, 1032));
        for class in 0..CLASSES {
            assert!((exact[class] - printed[class]).abs() < 6e-7 && (exact[class] - law[class]).abs() < 0.004);
        }
        assert!((law[0] - 0.367_879).abs() < 5e-7 && (law[1] - 0.183_940).abs() < 5e-7);
    }

    #[test]
    fn templates_are_those_that_cannot_overlap_themselves() {
        assert_eq!(aperiodic_templates(2), [0b01, 0b10]);
        // Numbers of section 2.7.6 and of its table of templates.
        let numbers: Vec<usize> = (2..=12).map(|m| aperiodic_templates(m).len()).collect();
        assert_eq!(numbers, [2, 4, 6, 12, 20, 40, 74, 148, 284, 568, 1116]);
    }
}
