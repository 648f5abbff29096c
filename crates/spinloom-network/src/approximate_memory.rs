//! Weights as fixed-point words in a memory whose writes fail: approximate storage.
//!
//! N. Locatelli, A. F. Vincent and D. Querlioz, "Use of magnetoresistive random-access memory as approximate memory for training neural networks", ICECS 2018,
//! arXiv:1810.10836: a shorter or weaker pulse leaves more bits unwritten and costs less. A weight w is a word of B bits,
//!
//! ```text
//! w = (c - 2^(B-1)) LSB,   LSB = 2 range / 2^B,   c = sum_k b_k 2^k = 0 ... 2^B - 1,
//! ```
//!
//! two's complement but for its first bit, which is turned over; or a sign and a magnitude ([`Code`]). Where every bit of a word fails with a probability e and comes out wrong, the first is off by
//!
//! ```text
//! mean      e sum_k (1 - 2 b_k) 2^k LSB
//! variance  e (1 - e) (4^B - 1) / 3 LSB^2.
//! ```
//!
//! A value between two words is rounded to either, as often as its distance says, so that small steps are not lost.

use crate::gaps::Gaps;
use crate::{NetworkError, shape};
use rand::Rng;
use spinloom_core::random::{Fast, Stream};

/// What a bit is after a write that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Failure {
    /// What it was: the pulse did not switch it. A bit that was right already stays so.
    #[default]
    Stays,
    /// Wrong, whatever it was: the usual abstraction of an unreliable memory.
    Flips,
}

/// How a number is written as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Code {
    /// Two's complement with its first bit turned over: from -1 to 0 all bits change.
    #[default]
    TwosComplement,
    /// The first bit is the sign of a magnitude; zero keeps the sign that it finds.
    SignMagnitude,
}

/// Words of fixed point in cells that may fail when written.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_network::approximate_memory::{ApproximateMemory, Failure};
/// let mut memory = ApproximateMemory::new(8, 1.0, &[0.5, -0.25], &mut Stream::new(1, "doc", 0))?;
/// assert_eq!(memory.values(), [0.5, -0.25]);
/// // From 64 to 63 in units of 1/128 seven bits change; none of them is written where all fail.
/// memory.write(0, 63.0 / 128.0);
/// assert_eq!((memory.values()[0], memory.pulses().iter().sum::<u64>()), (63.0 / 128.0, 7));
/// let mut memory = memory.with_errors(&[1.0; 8], Failure::Stays)?;
/// memory.write(0, 0.5);
/// assert_eq!((memory.values()[0], memory.failures()), (63.0 / 128.0, 7));
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ApproximateMemory {
    bits: usize,
    step: f32,
    words: Vec<u16>,
    values: Vec<f32>,
    code: Code,
    rewrite: bool,
    failure: Failure,
    /// Probability of a failure over the largest one, for each bit of a word or of every word.
    share: Vec<f32>,
    /// Pulses until the next one that would fail in a cell of the largest probability.
    wait: usize,
    gaps: Gaps,
    rounding: Fast,
    pulses: Vec<u64>,
    failures: u64,
}

impl ApproximateMemory {
    /// Values rounded to the nearest of 2^`bits` words from -`range` up, in cells that do not fail.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for words of less than 2 or more than 16 bits, for a range that is not positive and for values that are not finite.
    pub fn new(bits: usize, range: f64, values: &[f32], stream: &mut Stream) -> Result<Self, NetworkError> {
        let valid = (2..=16).contains(&bits) && range > 0.0 && range.is_finite();
        if !valid || values.iter().any(|v| !v.is_finite()) {
            let why = format!(
                "words of {bits} bits from -{range} up were asked for: 2 to 16 bits, a positive range and finite values are wanted"
            );
            return Err(NetworkError::Fit { what: "a memory of words", why });
        }
        let step = (2.0 * range / f64::from(1u32 << bits)) as f32;
        let half = (1u32 << (bits - 1)) as f32;
        let words: Vec<u16> = values.iter().map(|v| (v / step + half).round().clamp(0.0, 2.0 * half - 1.0) as u16).collect();
        let values = words.iter().map(|w| (f32::from(*w) - half) * step).collect();
        let (gaps, rounding) = (Gaps::new(0.0, stream.fast()), stream.fast());
        Ok(Self {
            bits,
            step,
            words,
            values,
            code: Code::TwosComplement,
            rewrite: false,
            failure: Failure::Stays,
            share: vec![0.0; bits],
            wait: usize::MAX,
            gaps,
            rounding,
            pulses: vec![0; bits],
            failures: 0,
        })
    }

    /// The same memory with probabilities that a pulse fails, for each bit of a word from the least on, the same in all words, or for each bit of the first word,
    /// of the second, and so on. What was written so far stays.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for another number of probabilities, [`NetworkError::Fit`] for one that is not between 0 and 1.
    pub fn with_errors(mut self, rates: &[f32], failure: Failure) -> Result<Self, NetworkError> {
        if rates.len() != self.bits {
            shape("probabilities that a write fails", self.bits * self.words.len(), rates.len())?;
        }
        if let Some(wrong) = rates.iter().find(|r| !(0.0..=1.0).contains(*r)) {
            let why = format!("a write that fails with a probability of {wrong} was asked for: 0 to 1 is wanted");
            return Err(NetworkError::Fit { what: "a memory of words", why });
        }
        let largest = rates.iter().copied().fold(0.0, f32::max);
        self.share = rates.iter().map(|r| if largest > 0.0 { r / largest } else { 0.0 }).collect();
        self.failure = failure;
        self.gaps = self.gaps.with_probability(f64::from(largest));
        self.wait = self.gaps.next();
        Ok(self)
    }

    /// The same values written in another code, without pulses that count.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        let half = 1i32 << (self.bits - 1);
        for (word, value) in self.words.iter_mut().zip(&mut self.values) {
            let number = decode(self.code, half, *word);
            *word = encode(code, half, number, 0);
            *value = decode(code, half, *word) as f32 * self.step;
        }
        self.code = code;
        self
    }

    /// The same memory that pulses every bit of a word it writes, or only those that change, as without this.
    #[must_use]
    pub fn with_rewrite(mut self, every_bit: bool) -> Self {
        self.rewrite = every_bit;
        self
    }

    /// What is stored.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The words as they are in the cells.
    pub fn words(&self) -> &[u16] {
        &self.words
    }

    /// Pulses so far, bit by bit from the least on.
    pub fn pulses(&self) -> &[u64] {
        &self.pulses
    }

    /// Pulses that failed: that did not switch a bit which had to, or turned it wrong.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Writes a value, which is rounded up as often as its distance from the word below says, and held at the ends of the range.
    ///
    /// # Panics
    /// When there is no such word.
    pub fn write(&mut self, index: usize, value: f32) {
        let half = (1u32 << (self.bits - 1)) as f32;
        // What is not a number is held at the lower end.
        let place = (value / self.step + half).max(0.0).min(2.0 * half - 1.0);
        let below = place as u16;
        let rest = place - f32::from(below);
        let up = rest > 0.0 && ((self.rounding.next_u32() >> 8) as f32) < rest * 16_777_216.0;
        let number = i32::from(below) + i32::from(up) - half as i32;
        let word = encode(self.code, half as i32, number, self.words[index]);
        self.write_word(index, word);
    }

    /// Writes a word; bits beyond the length of words are left out.
    ///
    /// # Panics
    /// When there is no such word.
    pub fn write_word(&mut self, index: usize, word: u16) {
        let all = ((1u32 << self.bits) - 1) as u16;
        let (word, old) = (word & all, self.words[index]);
        let written = if self.rewrite { all } else { word ^ old };
        if written == 0 {
            return;
        }
        let failed = self.pulse(index, written);
        let new = match self.failure {
            Failure::Stays => (word & !failed) | (old & failed),
            Failure::Flips => word ^ failed,
        };
        self.failures += u64::from((new ^ word).count_ones());
        self.words[index] = new;
        self.values[index] = decode(self.code, 1 << (self.bits - 1), new) as f32 * self.step;
    }

    /// Counts a pulse for each of these bits; answers with those that fail.
    fn pulse(&mut self, index: usize, written: u16) -> u16 {
        let first = if self.share.len() == self.bits { 0 } else { index * self.bits };
        let (mut left, mut failed) = (written, 0);
        while left != 0 {
            let bit = left.trailing_zeros() as usize;
            left &= left - 1;
            self.pulses[bit] += 1;
            if self.wait > 0 {
                self.wait -= 1;
                continue;
            }
            // Drawn at the largest probability, thinned to that of the cell.
            if self.gaps.uniform() < f64::from(self.share[first + bit]) {
                failed |= 1 << bit;
            }
            self.wait = self.gaps.next();
        }
        failed
    }

    /// A step of gradient descent: every weight whose gradient is not zero is written anew, moved against it by `rate` times its gradient.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for a gradient of another length.
    pub fn descend(&mut self, gradient: &[f32], rate: f32) -> Result<(), NetworkError> {
        shape("a gradient", self.words.len(), gradient.len())?;
        for (index, slope) in gradient.iter().enumerate().filter(|(_, g)| **g != 0.0) {
            self.write(index, self.values[index] - rate * slope);
        }
        Ok(())
    }
}

/// The number that a word stands for, with `half` of all words.
fn decode(code: Code, half: i32, word: u16) -> i32 {
    let word = i32::from(word);
    match code {
        Code::TwosComplement => word - half,
        Code::SignMagnitude if word >= half => half - word,
        Code::SignMagnitude => word,
    }
}

/// The word for a number, over the one that is there.
fn encode(code: Code, half: i32, number: i32, old: u16) -> u16 {
    let word = match code {
        Code::TwosComplement => number + half,
        Code::SignMagnitude if number == 0 => i32::from(old) & half,
        Code::SignMagnitude if number < 0 => half - number.max(1 - half),
        Code::SignMagnitude => number,
    };
    word as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multilayer::Multilayer;

    fn memory(bits: usize, count: usize, index: u64) -> ApproximateMemory {
        ApproximateMemory::new(bits, 1.0, &vec![0.0; count], &mut Stream::new(1, "memory test", index)).unwrap()
    }

    /// Mean and variance of the words less the one that should be there.
    fn off(memory: &ApproximateMemory, word: u16) -> (f64, f64) {
        let off: Vec<f64> = memory.words().iter().map(|w| f64::from(*w) - f64::from(word)).collect();
        (spinloom_core::statistics::mean(&off), spinloom_core::statistics::variance(&off))
    }

    #[test]
    fn failures_have_the_mean_and_the_variance_of_the_law() {
        // 8000 words of 8 bits, by both kinds of failure. Mean within five standard errors; the variance of a sum of eight independent bits, of which the first
        // carries three quarters, is known to (kurtosis - 1)^(1/2) / n^(1/2), below 2.9 / 89 for these probabilities: eight false alarms in 1.7 million.
        let (bits, word, count) = (8, 0b1011_0010u16, 8000);
        for (index, e) in [0.1f64, 0.3].into_iter().enumerate() {
            for failure in [Failure::Stays, Failure::Flips] {
                let mut memory = memory(bits, count, index as u64);
                // Over the complement all bits have to change.
                (0..count).for_each(|k| memory.write_word(k, !word));
                let mut memory = memory.with_errors(&[e as f32; 8], failure).unwrap().with_rewrite(failure == Failure::Flips);
                (0..count).for_each(|k| memory.write_word(k, word));
                let shift = e * (0..bits).map(|k| (1.0 - 2.0 * f64::from(word >> k & 1)) * f64::from(1 << k)).sum::<f64>();
                let law = e * (1.0 - e) * (f64::from(1 << (2 * bits)) - 1.0) / 3.0;
                let (mean, variance) = off(&memory, word);
                assert!((mean - shift).abs() < 5.0 * (law / count as f64).sqrt(), "{e} {failure:?}: {mean} {shift}");
                assert!((variance / law - 1.0).abs() < 5.0 * 2.9 / (count as f64).sqrt(), "{e} {failure:?}: {variance} {law}");
            }
        }
    }

    #[test]
    fn cells_fail_with_their_own_probabilities() {
        let (bits, count) = (4, 4000);
        let rates: Vec<f32> = (0..count * bits).map(|k| if k % bits == 2 { 0.4 } else { 0.05 }).collect();
        let mut memory = memory(bits, count, 5).with_errors(&rates, Failure::Stays).unwrap();
        // From 1000 to 0111 all four bits change. Five standard errors of 4000 trials.
        (0..count).for_each(|k| memory.write_word(k, 0b0111));
        assert_eq!(memory.pulses(), [count as u64; 4]);
        for bit in 0..bits {
            let failed = memory.words().iter().filter(|w| (*w ^ 0b0111) >> bit & 1 == 1).count() as f64 / count as f64;
            let e = f64::from(rates[bit]);
            assert!((failed - e).abs() < 5.0 * (e * (1.0 - e) / count as f64).sqrt(), "{bit}: {failed}");
        }
    }

    #[test]
    fn rounding_loses_no_small_steps() {
        // A step of 0.3 LSB: 4000 words go up with that probability; five standard errors.
        let mut memory = memory(8, 4000, 6);
        memory.descend(&vec![-0.3 / 128.0; 4000], 1.0).unwrap();
        let up = memory.words().iter().filter(|w| **w == 129).count() as f64 / 4000.0;
        assert!((up - 0.3).abs() < 5.0 * (0.21f64 / 4000.0).sqrt());
        assert!(memory.words().iter().all(|w| *w == 128 || *w == 129));
        memory.descend(&vec![f32::INFINITY; 4000], 1.0).unwrap();
        assert!(memory.words().iter().all(|w| *w == 0));
        memory.write(0, 5.0);
        assert_eq!((memory.words()[0], memory.values()[0]), (255, 127.0 / 128.0));
    }

    #[test]
    fn only_what_changes_is_pulsed_unless_all_is() {
        let mut few = memory(8, 1, 7);
        few.write_word(0, 129);
        few.write_word(0, 129);
        assert_eq!(few.pulses(), [1, 0, 0, 0, 0, 0, 0, 0]);
        let mut all = memory(8, 1, 7).with_rewrite(true);
        all.write_word(0, 129);
        all.write_word(0, 129);
        assert_eq!((all.pulses(), all.words()), (&[2u64; 8][..], &[129u16][..]));
    }

    const CLASSES: usize = 4;

    /// Rows of four classes, each with inputs of its own that are lit, and noise.
    fn rows(count: usize) -> (Vec<f32>, Vec<usize>) {
        let mut stream = Stream::new(2, "memory test", 0);
        let labels: Vec<usize> = (0..count).map(|k| k % CLASSES).collect();
        let mut pixel = |label: usize, k: usize| f32::from(u8::from(k / 4 == label)) + 0.3 * stream.normal() as f32;
        (labels.iter().flat_map(|l| (0..16).map(|k| pixel(*l, k)).collect::<Vec<_>>()).collect(), labels)
    }

    /// The share of rows that a network gets right after steps of descent on all of them.
    fn learn(memory: &mut ApproximateMemory, steps: usize) -> f64 {
        let network = Multilayer::new(&[16, 6, CLASSES]).unwrap();
        let (inputs, labels) = rows(40);
        let mut gradient = vec![0.0; network.parameters()];
        for _ in 0..steps {
            network.gradient(memory.values(), &inputs, &labels, &mut gradient).unwrap();
            memory.descend(&gradient, 0.3).unwrap();
        }
        let answers = network.classify(memory.values(), &inputs).unwrap();
        answers.iter().zip(&labels).filter(|(a, l)| a == l).count() as f64 / labels.len() as f64
    }

    fn weights_of(stream: &mut Stream) -> Vec<f32> {
        Multilayer::new(&[16, 6, CLASSES]).unwrap().initial(stream)
    }

    #[test]
    fn without_failures_it_is_training_in_fixed_point() {
        let start = weights_of(&mut Stream::new(1, "memory test", 20));
        let made = |stream: &mut Stream| ApproximateMemory::new(8, 2.0, &start, stream).unwrap();
        let mut memory = made(&mut Stream::new(1, "memory test", 21)).with_errors(&[0.0; 8], Failure::Stays).unwrap();
        assert!(learn(&mut memory, 60) > 0.9 && memory.failures() == 0);
        // The same in plain words: weights in steps of 1/64, rounded by the same numbers.
        let mut stream = Stream::new(1, "memory test", 21);
        let (_, mut rounding) = (stream.fast(), stream.fast());
        let network = Multilayer::new(&[16, 6, CLASSES]).unwrap();
        let ((inputs, labels), mut gradient) = (rows(40), vec![0.0; start.len()]);
        let mut weights: Vec<f32> = start.iter().map(|w| (w * 64.0).round().clamp(-128.0, 127.0) / 64.0).collect();
        for _ in 0..60 {
            network.gradient(&weights, &inputs, &labels, &mut gradient).unwrap();
            for (w, g) in weights.iter_mut().zip(&gradient).filter(|(_, g)| **g != 0.0) {
                let wanted = ((*w - 0.3 * g) * 64.0 + 128.0).clamp(0.0, 255.0);
                let rest = wanted - wanted.floor();
                let up = rest > 0.0 && ((rounding.next_u32() >> 8) as f32) < rest * 16_777_216.0;
                *w = (wanted.floor() + if up { 1.0 } else { 0.0 } - 128.0) / 64.0;
            }
        }
        assert_eq!(memory.values(), weights);
    }

    #[test]
    fn where_every_other_bit_comes_out_wrong_nothing_is_learned() {
        // Words are random after every write, and so are the answers: over twenty networks their mean is a quarter, to 0.22 / 20^(1/2) or better; five times
        // that is allowed.
        let mean = (0..20).map(|k| {
            let mut stream = Stream::new(1, "memory test", 30 + k);
            let start = weights_of(&mut stream);
            let memory = ApproximateMemory::new(8, 2.0, &start, &mut stream).unwrap();
            learn(&mut memory.with_errors(&[0.5; 8], Failure::Flips).unwrap().with_rewrite(true), 10)
        });
        let mean = mean.sum::<f64>() / 20.0;
        assert!((mean - 0.25).abs() < 0.25, "{mean}");
    }

    #[test]
    fn codes_stand_for_the_same_numbers() {
        let values: Vec<f32> = (-127..128).map(|k| k as f32 / 128.0).collect();
        let made = ApproximateMemory::new(8, 1.0, &values, &mut Stream::new(1, "memory test", 8)).unwrap();
        let mut other = made.clone().with_code(Code::SignMagnitude);
        assert!(
            made.values() == values
                && other.values() == values
                && other.clone().with_code(Code::TwosComplement).words() == made.words()
        );
        // From -1 to 1 the sign alone changes; zero keeps the sign.
        other.write(126, 1.0 / 128.0);
        assert_eq!((other.pulses(), other.values()[126]), (&[0, 0, 0, 0, 0, 0, 0, 1][..], 1.0 / 128.0));
        other.write(125, 0.0);
        assert_eq!((other.words()[125], other.values()[125]), (128, 0.0));
        other.write(0, -1.0);
        assert_eq!(other.values()[0], -127.0 / 128.0);
    }

    #[test]
    fn what_is_no_memory_is_refused() {
        let stream = &mut Stream::new(1, "memory test", 9);
        assert!(ApproximateMemory::new(1, 1.0, &[], stream).is_err() && ApproximateMemory::new(17, 1.0, &[], stream).is_err());
        assert!(
            ApproximateMemory::new(8, 0.0, &[], stream).is_err() && ApproximateMemory::new(8, 1.0, &[f32::NAN], stream).is_err()
        );
        assert!(memory(8, 2, 0).with_errors(&[0.1; 3], Failure::Stays).is_err());
        assert!(memory(8, 2, 0).with_errors(&[1.1; 8], Failure::Stays).unwrap_err().to_string().contains("1.1"));
        assert!(memory(8, 2, 0).descend(&[0.0], 1.0).is_err());
    }
}
