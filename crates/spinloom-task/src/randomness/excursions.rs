//! How often does the walk of +1 and -1 visit each level between its returns to zero?

use super::{Bits, NotApplicable, at_least};
use spinloom_core::statistics::{chi_square, chi_square_tail, two_sided};

/// Levels of the random excursions test, in the order of its p-values.
pub const EXCURSION_LEVELS: [i8; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];
/// Levels of the random excursions variant test, in the order of its p-values.
pub const VARIANT_LEVELS: [i8; 18] = [-9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/// Fewest cycles for which the laws of the tests hold, section 2.14.5.
pub const FEWEST_CYCLES: usize = 500;
const HIGHEST: usize = 9;
const CLASSES: usize = 6;

/// Random excursions of one sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Excursions {
    /// Number of returns to zero, the end of the sequence included.
    pub cycles: usize,
    /// p-values of the random excursions test (section 2.14) at [`EXCURSION_LEVELS`].
    pub excursions: [f64; 8],
    /// p-values of the random excursions variant test (section 2.15) at [`VARIANT_LEVELS`].
    pub variant: [f64; 18],
}

/// Random excursions and their variant (sections 2.14 and 2.15). The p-values mean little below [`FEWEST_CYCLES`] cycles.
///
/// # Errors
/// [`NotApplicable::TooShort`] for no bits.
pub fn random_excursions(bits: &Bits) -> Result<Excursions, NotApplicable> {
    at_least(bits, 1)?;
    let mut walk = Walk::default();
    bits.iter().for_each(|b| walk.step(b));
    walk.close();
    let cycles = walk.cycles as usize;
    let excursions = EXCURSION_LEVELS.map(|level| {
        let visits = &walk.classes[(level + 4) as usize];
        chi_square_tail(CLASSES as f64 - 1.0, chi_square(visits, &visit_probabilities(level)))
    });
    let variant = VARIANT_LEVELS.map(|level| {
        let visits = walk.total[(level + HIGHEST as i8) as usize] as f64;
        let j = walk.cycles as f64;
        two_sided((visits - j) / (j * (4.0 * f64::from(level).abs() - 2.0)).sqrt())
    });
    Ok(Excursions { cycles, excursions, variant })
}

/// Probability that a cycle visits a level 0, 1, 2, 3, 4 and more times, section 3.14.
fn visit_probabilities(level: i8) -> [f64; CLASSES] {
    let reach = 1.0 / (2.0 * f64::from(level).abs());
    let again = 1.0 - reach;
    std::array::from_fn(|k| match k {
        0 => again,
        5 => reach * again.powi(4),
        _ => reach * reach * again.powi(k as i32 - 1),
    })
}

#[derive(Default)]
struct Walk {
    height: i64,
    cycles: u64,
    /// Visits of this cycle by level -4..=4.
    visits: [u8; 9],
    /// Cycles by level -4..=4 and number of visits.
    classes: [[u64; CLASSES]; 9],
    /// Visits in all by level -9..=9.
    total: [u64; 2 * HIGHEST + 1],
}

impl Walk {
    #[inline]
    fn step(&mut self, bit: u8) {
        self.height += 2 * i64::from(bit) - 1;
        if self.height == 0 {
            self.end_cycle();
        } else if self.height.unsigned_abs() <= HIGHEST as u64 {
            self.total[(self.height + HIGHEST as i64) as usize] += 1;
            if self.height.unsigned_abs() <= 4 {
                let visits = &mut self.visits[(self.height + 4) as usize];
                *visits = (*visits + 1).min(CLASSES as u8 - 1);
            }
        }
    }

    fn end_cycle(&mut self) {
        self.cycles += 1;
        for (classes, visits) in self.classes.iter_mut().zip(&mut self.visits) {
            classes[usize::from(*visits)] += 1;
            *visits = 0;
        }
    }

    /// A walk that does not end at zero is led back there.
    fn close(&mut self) {
        if self.height != 0 {
            self.end_cycle();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_document() {
        // Section 3.14, levels 1 and 3.
        assert_eq!(visit_probabilities(1), [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125]);
        let three = [0.833_333_333_3, 0.027_777_777_8, 0.023_148_148_1, 0.019_290_123_5, 0.016_075_102_9, 0.080_375_514_4];
        for (exact, printed) in visit_probabilities(-3).iter().zip(three) {
            assert!((exact - printed).abs() < 1e-10);
        }
    }
}
