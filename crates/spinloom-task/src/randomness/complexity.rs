//! How long is the shortest shift register that makes the bits?

use super::{Bits, NotApplicable, at_least};
use spinloom_core::statistics::{chi_square, chi_square_tail};

/// Probabilities of the seven classes of T, section 3.10. The first is 1/96 = 0.010417; NIST's programme, and so all its published p-values, has this slip
/// of a digit, which moves chi-square by about 0.05 in a million bits.
const CLASSES: [f64; 7] = [0.010_47, 0.031_25, 0.125, 0.5, 0.25, 0.0625, 0.020_833];

/// Linear complexity (section 2.10) of blocks of `length` bits, by the algorithm of Berlekamp and Massey.
///
/// # Errors
/// [`NotApplicable::TooShort`] for less than one block; [`NotApplicable::Parameter`] for blocks of no bits.
pub fn linear_complexity(bits: &Bits, length: usize) -> Result<f64, NotApplicable> {
    NotApplicable::unless(length >= 1, "the block length", length, "1 or more")?;
    at_least(bits, length)?;
    let m = length as f64;
    let sign = if length.is_multiple_of(2) { 1.0 } else { -1.0 };
    let mean = m / 2.0 + (9.0 - sign) / 36.0 - (m / 3.0 + 2.0 / 9.0) * (-m).exp2();
    let mut register = Register::default();
    let mut counts = [0; CLASSES.len()];
    for block in bits.sequences(length) {
        let t = sign * (register.shortest(&block) as f64 - mean) + 2.0 / 9.0;
        // Classes end at -2.5, -1.5 ... 2.5, each including its upper end.
        counts[((t + 2.5).ceil().clamp(0.0, 6.0)) as usize] += 1;
    }
    Ok(chi_square_tail(CLASSES.len() as f64 - 1.0, chi_square(&counts, &CLASSES)))
}

/// Length of the shortest linear feedback shift register that makes `bits` (J. L. Massey, IEEE Trans. Inf. Theory 15, 122 (1969),
/// doi:10.1109/TIT.1969.1054260).
///
/// ```
/// use spinloom_task::randomness::shift_register_length;
/// // The example of SP 800-22 Rev. 1a, section 2.10.4.
/// assert_eq!(shift_register_length(&"1101011110001".parse().unwrap()), 4);
/// ```
pub fn shift_register_length(bits: &Bits) -> usize {
    Register::default().shortest(bits)
}

/// Polynomials over the field of two elements, 64 coefficients to a word.
#[derive(Default)]
struct Register {
    connection: Vec<u64>,
    /// The connection before the last change of length, times x for every step since.
    previous: Vec<u64>,
    kept: Vec<u64>,
    /// The bits so far, the latest first.
    past: Vec<u64>,
}

impl Register {
    fn shortest(&mut self, bits: &Bits) -> usize {
        let words = bits.len() / 64 + 1;
        for polynomial in [&mut self.connection, &mut self.previous, &mut self.kept, &mut self.past] {
            polynomial.clear();
            polynomial.resize(words, 0);
        }
        self.connection[0] = 1;
        self.previous[0] = 1;
        let mut length = 0;
        for (n, bit) in bits.iter().enumerate() {
            // Nothing reaches beyond the bits so far.
            let used = n / 64 + 1;
            push(&mut self.past[..used], u64::from(bit));
            push(&mut self.previous[..used], 0);
            let parity = self.connection[..used].iter().zip(&self.past).fold(0, |p, (c, s)| p ^ (c & s));
            if parity.count_ones() % 2 == 0 {
                continue;
            }
            let longer = 2 * length <= n;
            if longer {
                self.kept[..used].copy_from_slice(&self.connection[..used]);
            }
            self.connection[..used].iter_mut().zip(&self.previous).for_each(|(c, b)| *c ^= b);
            if longer {
                length = n + 1 - length;
                self.previous[..used].copy_from_slice(&self.kept[..used]);
            }
        }
        length
    }
}

/// Shifts by one place and puts `bit` into the lowest.
#[inline]
fn push(words: &mut [u64], bit: u64) {
    let mut carry = bit;
    for word in words {
        let out = *word >> 63;
        *word = *word << 1 | carry;
        carry = out;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The algorithm as it is printed, one coefficient an element.
    fn plain(bits: &[bool]) -> usize {
        let (mut c, mut b) = (vec![false; bits.len() + 1], vec![false; bits.len() + 1]);
        (c[0], b[0]) = (true, true);
        let (mut length, mut last) = (0, -1isize);
        for n in 0..bits.len() {
            if (0..=length).fold(false, |d, i| d ^ (c[i] & bits[n - i])) {
                let kept = c.clone();
                let shift = (n as isize - last) as usize;
                (0..=bits.len() - shift).for_each(|i| c[i + shift] ^= b[i]);
                if 2 * length <= n {
                    (length, last, b) = (n + 1 - length, n as isize, kept);
                }
            }
        }
        length
    }

    proptest! {
        #[test]
        fn packed_and_plain_agree(bits in prop::collection::vec(any::<bool>(), 1..400)) {
            prop_assert_eq!(shift_register_length(&bits.iter().copied().collect()), plain(&bits));
        }
    }

    #[test]
    fn registers_of_known_sequences() {
        let length = |text: &str| text.parse().map(|b| shift_register_length(&b));
        assert_eq!(length("0000"), Ok(0));
        assert_eq!(length("0001"), Ok(4));
        assert_eq!(length("1111111"), Ok(1));
        assert_eq!(length("10101010"), Ok(2));
    }
}
