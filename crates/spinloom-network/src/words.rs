//! Weights as words of bits that do not last: junctions of a low barrier, cheap to write and prone to flip by themselves.

use crate::NetworkError;
use rand::Rng;
use spinloom_core::random::{Fast, Stream};

/// Words of bits, each a junction that leaves either of its states at the rate k = exp(-Delta) / tau_0.
///
/// A word w of b bits stands for the weight range (2 w / (2^b - 1) - 1). Within a time t every bit flips with the probability (1 - exp(-2 k t)) / 2,
/// that of an odd number of jumps.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_network::words::DriftingWords;
/// let mut words = DriftingWords::new(4, 8, 1.0, Stream::new(1, "words", 0))?;
/// words.add(0, 0.5);
/// assert!((words.values()[0] - 0.5).abs() < 0.01);
/// words.pass(0.1, 1e9);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DriftingWords {
    bits: u32,
    range: f64,
    words: Vec<u32>,
    values: Vec<f64>,
    random: Fast,
}

impl DriftingWords {
    /// Words near the middle of their range.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless a word has 1 to 30 bits.
    pub fn new(count: usize, bits: usize, range: f64, mut stream: Stream) -> Result<Self, NetworkError> {
        if !(1..=30).contains(&bits) {
            return Err(NetworkError::Shape { what: "bits of a word (1 to 30)", expected: bits.clamp(1, 30), found: bits });
        }
        let middle = 1u32 << (bits - 1);
        let mut words =
            Self { bits: bits as u32, range, words: vec![middle; count], values: vec![0.0; count], random: stream.fast() };
        (0..count).for_each(|i| words.values[i] = words.value(middle));
        Ok(words)
    }

    fn top(&self) -> u32 {
        (1u32 << self.bits) - 1
    }

    fn value(&self, word: u32) -> f64 {
        self.range * (2.0 * f64::from(word) / f64::from(self.top()) - 1.0)
    }

    fn uniform(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The weights.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Writes a weight anew, changed by so much. What is less than the least bit is rounded up as often as its share says, so that small changes add up
    /// on average; the ends of the range are kept. Returns whether the word is another one.
    pub fn add(&mut self, word: usize, change: f64) -> bool {
        let steps = change / self.range * 0.5 * f64::from(self.top());
        let whole = steps.floor();
        let whole = if self.uniform() < steps - whole { whole + 1.0 } else { whole };
        let new = (f64::from(self.words[word]) + whole).clamp(0.0, f64::from(self.top())) as u32;
        let changed = new != self.words[word];
        (self.words[word], self.values[word]) = (new, self.value(new));
        changed
    }

    /// Lets `time` (s) pass for bits that leave a state at `rate` (1/s). Returns how many flipped.
    pub fn pass(&mut self, time: f64, rate: f64) -> usize {
        let p = -0.5 * (-2.0 * rate * time).exp_m1();
        if p <= 0.0 {
            return 0;
        }
        // Bits between flips are geometrically many: only what flips is visited.
        let (all, keep) = (self.words.len() * self.bits as usize, (-p).ln_1p());
        let (mut bit, mut flips) = (0usize, 0);
        loop {
            let gap = (1.0 - self.uniform()).ln() / keep;
            if gap >= (all - bit) as f64 {
                return flips;
            }
            bit += gap as usize;
            let (word, place) = (bit / self.bits as usize, bit % self.bits as usize);
            self.words[word] ^= 1 << place;
            self.values[word] = self.value(self.words[word]);
            flips += 1;
            bit += 1;
            if bit >= all {
                return flips;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(count: usize) -> DriftingWords {
        DriftingWords::new(count, 8, 2.0, Stream::new(5, "words test", count as u64)).unwrap()
    }

    #[test]
    fn bits_flip_as_their_law_says() {
        for time in [1e-3, 0.05, 0.3, 10.0] {
            let (count, rate) = (20_000, 3.0);
            let mut memory = words(count);
            let before = memory.words.clone();
            let flips = memory.pass(time, rate);
            let different: u32 = before.iter().zip(&memory.words).map(|(a, b)| (a ^ b).count_ones()).sum();
            let (n, p) = (8.0 * count as f64, 0.5 * (1.0 - (-2.0 * rate * time).exp()));
            // Five standard errors of a binomial; every place of a word alike.
            assert_eq!(flips, different as usize);
            assert!((f64::from(different) - n * p).abs() < 5.0 * (n * p * (1.0 - p)).sqrt(), "{time}");
            for place in 0..8 {
                let here = before.iter().zip(&memory.words).filter(|(a, b)| (*a ^ *b) >> place & 1 == 1).count();
                assert!((here as f64 - n / 8.0 * p).abs() < 5.0 * (n / 8.0 * p * (1.0 - p)).sqrt(), "{time} {place}");
            }
        }
        assert_eq!(words(10).pass(1.0, 0.0), 0);
    }

    #[test]
    fn small_changes_add_up_and_ends_are_kept() {
        let mut memory = words(2000);
        // A tenth of the least bit each time: two bits after twenty times, on average. The scatter of 2000 sums of 20 is 0.03 bits.
        let bit = 4.0 / 255.0;
        let before = memory.values()[0];
        for _ in 0..20 {
            (0..2000).for_each(|i| {
                memory.add(i, 0.1 * bit);
            });
        }
        let mean = memory.values().iter().map(|v| (v - before) / bit).sum::<f64>() / 2000.0;
        assert!((mean - 2.0).abs() < 0.15, "{mean}");
        assert!(memory.add(0, 100.0) && memory.values()[0] == 2.0 && !memory.add(0, 1.0));
        assert!(memory.add(0, -100.0) && memory.values()[0] == -2.0);
        assert!(
            DriftingWords::new(1, 0, 1.0, Stream::new(1, "x", 0)).is_err()
                && DriftingWords::new(1, 31, 1.0, Stream::new(1, "x", 0)).is_err()
        );
    }
}
