//! Whitening: better bits from more bits, and the exact laws of what is left of their bias and correlation.

use super::Bits;

/// Exclusive or of several streams, bit by bit, as long as the shortest; nothing of no streams.
///
/// ```
/// use spinloom_task::randomness::{Bits, xor_streams};
/// let [a, b]: [Bits; 2] = ["1100".parse().unwrap(), "10101".parse().unwrap()];
/// assert_eq!(xor_streams(&[a, b]).to_string(), "0110");
/// ```
pub fn xor_streams(streams: &[Bits]) -> Bits {
    streams.iter().skip(1).fold(streams.first().cloned().unwrap_or_default(), |all, next| all.xor(next))
}

/// Exclusive or of every `count` bits that follow each other; a shorter rest is left out.
///
/// ```
/// use spinloom_task::randomness::{Bits, xor_neighbours};
/// let bits: Bits = "110 100 111 01".parse().unwrap();
/// assert_eq!(xor_neighbours(&bits, 3).to_string(), "011");
/// ```
pub fn xor_neighbours(bits: &Bits, count: usize) -> Bits {
    let words = bits.len().checked_div(count).unwrap_or(0);
    (0..words).map(|i| bits.ones_within(i * count, count) % 2 == 1).collect()
}

/// Von Neumann's extractor: of every pair of bits the first where they differ, nothing where they are equal. Removes all bias of independent
/// bits and keeps p (1 - p) bits of each.
///
/// Source: J. von Neumann, Natl. Bur. Stand. Appl. Math. Ser. 12, 36 (1951).
///
/// ```
/// use spinloom_task::randomness::{Bits, von_neumann};
/// let bits: Bits = "00 01 10 11 10 1".parse().unwrap();
/// assert_eq!(von_neumann(&bits).to_string(), "011");
/// ```
pub fn von_neumann(bits: &Bits) -> Bits {
    let pairs = (0..bits.len() / 2).map(|i| bits.window(2 * i) & 3);
    pairs.filter_map(|pair| (pair == 1 || pair == 2).then_some(pair == 1)).collect()
}

/// Bits that form a two-state Markov chain, as those of a telegraph junction read at a clock: a bit is that before with probability rho, and
/// drawn anew otherwise. Bits are spins here, one as +1 and zero as -1: their exclusive or is the product of the spins, up to a sign.
///
/// ```
/// use spinloom_task::randomness::MarkovBits;
/// // Eight neighbours of an unbiased chain leave a bias of rho^4, seven none.
/// let chain = MarkovBits { mean: 0.0, correlation: 0.5 };
/// assert!((chain.product_of_neighbours(8) - 0.0625).abs() < 1e-15);
/// assert!(chain.product_of_neighbours(7).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkovBits {
    /// Mean spin e: the probability of a one is (1 + e) / 2.
    pub mean: f64,
    /// Correlation rho of neighbours.
    pub correlation: f64,
}

impl MarkovBits {
    /// Autocovariance of the spins over `lag` bits, (1 - e^2) rho^lag.
    pub fn covariance(&self, lag: usize) -> f64 {
        (1.0 - self.mean * self.mean) * self.correlation.powi(lag as i32)
    }

    /// Mean of the product of `count` such streams that are independent of each other, e^N (the piling-up lemma; M. Matsui, EUROCRYPT '93,
    /// doi:10.1007/3-540-48285-7_33).
    pub fn product_of_streams(&self, count: usize) -> f64 {
        self.mean.powi(count as i32)
    }

    /// Autocovariance over `lag` bits of the product of `count` independent streams, (e^2 + (1 - e^2) rho^lag)^N - e^(2N).
    pub fn covariance_of_streams(&self, count: usize, lag: usize) -> f64 {
        let square = self.mean * self.mean;
        (square + self.covariance(lag)).powi(count as i32) - square.powi(count as i32)
    }

    /// Correlation over `lag` bits of the product of `count` independent streams; 0 where the product never changes.
    pub fn correlation_of_streams(&self, count: usize, lag: usize) -> f64 {
        let variance = self.covariance_of_streams(count, 0);
        if variance > 0.0 { self.covariance_of_streams(count, lag) / variance } else { 0.0 }
    }

    /// Mean of the product of `count` neighbours, by transfer matrices; for an unbiased chain rho^(N/2) where N is even and 0 where it is odd.
    pub fn product_of_neighbours(&self, count: usize) -> f64 {
        let end = self.signed(self.stationary(), count);
        end[0] + end[1]
    }

    /// Autocovariance, over `lag` words, of the products of `count` neighbours each; for an unbiased chain and one word 0 where N is even and
    /// rho^N where it is odd.
    pub fn covariance_of_neighbours(&self, count: usize, lag: usize) -> f64 {
        let mean = self.product_of_neighbours(count);
        if lag == 0 || count == 0 {
            return 1.0 - mean * mean;
        }
        let first = self.signed(self.stationary(), count);
        let between = self.moved(first, (lag - 1) * count + 1);
        let second = self.signed(between, count);
        second[0] + second[1] - mean * mean
    }

    /// Probabilities of +1 and -1.
    fn stationary(&self) -> [f64; 2] {
        [0.5 + 0.5 * self.mean, 0.5 - 0.5 * self.mean]
    }

    /// Weights after `steps` bits: what is drawn anew comes from the stationary law.
    fn moved(&self, weights: [f64; 2], steps: usize) -> [f64; 2] {
        let (kept, total, law) = (self.correlation.powi(steps as i32), weights[0] + weights[1], self.stationary());
        [kept * weights[0] + (1.0 - kept) * total * law[0], kept * weights[1] + (1.0 - kept) * total * law[1]]
    }

    /// Weights at the last of `count` bits, each multiplied by its spin.
    fn signed(&self, mut weights: [f64; 2], count: usize) -> [f64; 2] {
        for bit in 0..count {
            if bit > 0 {
                weights = self.moved(weights, 1);
            }
            weights[1] = -weights[1];
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_of_the_symmetric_chain() {
        for correlation in [0.2f64, 0.5, 0.9] {
            let chain = MarkovBits { mean: 0.0, correlation };
            for count in 1..=9usize {
                let (even, power) = (count % 2 == 0, correlation.powi(count as i32));
                let mean = if even { correlation.powi(count as i32 / 2) } else { 0.0 };
                assert!((chain.product_of_neighbours(count) - mean).abs() < 1e-14);
                let covariance = if even { 0.0 } else { power };
                assert!((chain.covariance_of_neighbours(count, 1) - covariance).abs() < 1e-14);
                assert!((chain.covariance_of_streams(count, 1) - power).abs() < 1e-14);
            }
        }
        // Figures of a hand calculation: rho = 0.5 and 0.2 with eight neighbours, and p = 0.6 with eight streams.
        let eight = |correlation| MarkovBits { mean: 0.0, correlation }.product_of_neighbours(8);
        assert!((eight(0.5) - 0.0625).abs() < 1e-15 && (eight(0.2) - 0.0016).abs() < 1e-15);
        let biased = MarkovBits { mean: 0.2, correlation: 0.0 }.product_of_streams(8) / 2.0;
        assert!((biased - 1.28e-6).abs() < 1e-12);
    }

    /// The laws by enumeration of all chains of 2 x 3 and of 3 x 3 bits.
    #[test]
    fn laws_of_the_biased_chain_by_enumeration() {
        let chain = MarkovBits { mean: 0.3, correlation: 0.6 };
        let law = chain.stationary();
        let expectation = |bits: u32, of: &dyn Fn(u32) -> f64| -> f64 {
            (0..1u32 << bits)
                .map(|word| {
                    let state = |i: u32| (word >> i & 1) as usize;
                    let step = |i: u32| {
                        let kept = if state(i) == state(i - 1) { chain.correlation } else { 0.0 };
                        kept + (1.0 - chain.correlation) * law[state(i)]
                    };
                    law[state(0)] * (1..bits).map(step).product::<f64>() * of(word)
                })
                .sum()
        };
        let spin = |word: u32, mask: u32| if (word & mask).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
        let mean = expectation(3, &|w| spin(w, 7));
        assert!((chain.product_of_neighbours(3) - mean).abs() < 1e-14);
        let one = expectation(6, &|w| spin(w, 63)) - mean * mean;
        assert!((chain.covariance_of_neighbours(3, 1) - one).abs() < 1e-14);
        let two = expectation(9, &|w| spin(w, 0b111_000_111)) - mean * mean;
        assert!((chain.covariance_of_neighbours(3, 2) - two).abs() < 1e-14);
    }
}
