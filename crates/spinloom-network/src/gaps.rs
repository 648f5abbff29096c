//! Which of very many independent trials succeed, drawn at the cost of those that do: the failures between two successes follow the geometric law.

use rand::Rng;
use spinloom_core::random::Fast;

/// Numbers of failures before the next success.
#[derive(Debug, Clone)]
pub(crate) struct Gaps {
    /// ln(1 - p).
    survival: f64,
    generator: Fast,
}

impl Gaps {
    /// Of trials that succeed with a probability from 0 to 1.
    pub fn new(probability: f64, generator: Fast) -> Self {
        Self { survival: (-probability).ln_1p(), generator }
    }

    /// The same generator for trials of another probability.
    pub fn with_probability(self, probability: f64) -> Self {
        Self::new(probability, self.generator)
    }

    /// Failures before the next success; `usize::MAX` where there never is one.
    #[inline]
    pub fn next(&mut self) -> usize {
        // In (0, 1], so that the logarithm is finite; a quotient beyond the integers is cut off by the cast.
        let uniform = ((self.generator.next_u64() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64);
        if self.survival == 0.0 { usize::MAX } else { (uniform.ln() / self.survival) as usize }
    }

    /// A number uniform in [0, 1), for what goes with a success.
    pub fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::random::Stream;

    #[test]
    fn successes_come_with_their_probability() {
        // 20,000 gaps of mean (1 - p) / p and variance (1 - p) / p^2; five standard errors, a false alarm in 1.7 million.
        for (index, p) in [0.5, 0.1, 0.003].into_iter().enumerate() {
            let mut gaps = Gaps::new(p, Stream::new(1, "gaps", index as u64).fast());
            let n = 20_000;
            let mean = (0..n).map(|_| gaps.next() as f64).sum::<f64>() / f64::from(n);
            let error = ((1.0 - p) / (p * p) / f64::from(n)).sqrt();
            assert!((mean - (1.0 - p) / p).abs() < 5.0 * error, "{p}: {mean}");
        }
        let mut always = Gaps::new(1.0, Stream::new(1, "gaps", 9).fast());
        let mut never = Gaps::new(0.0, Stream::new(1, "gaps", 9).fast());
        assert!((0..100).all(|_| always.next() == 0 && never.next() == usize::MAX));
    }
}
