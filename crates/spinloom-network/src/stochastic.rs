//! Binary synapses that learn by large steps of small probability: how long they remember, and perceptrons made of them.
//!
//! W. Senn and S. Fusi, Phys. Rev. E 71, 061907 (2005), doi:10.1103/PhysRevE.71.061907: where the output of a unit is wrong or not clear, every active
//! synapse attempts to go where it should, with a probability q. Several binary devices side by side make one compound synapse: J. Bill and
//! R. Legenstein, Front. Neurosci. 8, 412 (2014), doi:10.3389/fnins.2014.00412.
//!
//! Of a random pattern xi that all N synapses of M devices attempted to store, t random patterns later, there is left
//!
//! ```text
//! signal  <w xi>    = q (1 - q)^t
//! noise   Var <w xi> = [v + (1 - v) / M] / N,   v = q / (2 - q)
//! ```
//!
//! with devices of -1 and 1 and w their mean. The expected weight moves by q towards every pattern, so that its variance v obeys
//! v = (1 - q)^2 v + q^2; all devices of a synapse share it, and the chance of each adds the rest. M = 1 is the binary synapse, whose weight has the variance 1
//! whatever q is (D. J. Amit and S. Fusi, Neural Comput. 6, 957 (1994), doi:10.1162/neco.1994.6.5.957); M without end is a real number that forgets.

mod perceptrons;

pub use perceptrons::{Perceptrons, Rule};

use crate::NetworkError;
use crate::gaps::Gaps;
use rand::Rng;
use spinloom_core::random::Stream;

/// The law of forgetting of a compound synapse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgetting {
    /// Probability q that a pulse switches a device.
    pub probability: f64,
    /// Devices M of a synapse; infinite for a real number.
    pub devices: f64,
    /// Synapses N.
    pub synapses: f64,
}

impl Forgetting {
    /// Signal of a pattern after so many others.
    pub fn signal(&self, age: f64) -> f64 {
        self.probability * (1.0 - self.probability).powf(age)
    }

    /// Standard deviation of the signal of a pattern that was not stored.
    pub fn noise(&self) -> f64 {
        let shared = self.probability / (2.0 - self.probability);
        ((shared + (1.0 - shared) / self.devices) / self.synapses).sqrt()
    }

    /// Patterns after which signal and noise are even; 0 where the first signal is below the noise.
    ///
    /// ```
    /// use spinloom_network::stochastic::Forgetting;
    /// let sure = Forgetting { probability: 1.0, devices: 1.0, synapses: 1e4 };
    /// assert_eq!(sure.lifetime(), 0.0);
    /// // At the best probability e / sqrt(N), sqrt(N) / e patterns are remembered, but for a part of order 1.
    /// let slow = Forgetting { probability: 0.01 * std::f64::consts::E, ..sure };
    /// assert!((slow.lifetime() / (100.0 / std::f64::consts::E) - 1.0).abs() < 0.02);
    /// ```
    pub fn lifetime(&self) -> f64 {
        if self.probability >= 1.0 { 0.0 } else { self.crossing().max(0.0) }
    }

    /// Where the line through the logarithm of the signal meets that of the noise.
    fn crossing(&self) -> f64 {
        (self.probability / self.noise()).ln() / -(-self.probability).ln_1p()
    }

    /// The law at the probability of the longest lifetime, for so many devices a synapse and so many synapses, by golden sections.
    ///
    /// ```
    /// use spinloom_network::stochastic::Forgetting;
    /// // M devices a synapse do what M times as many binary synapses do, as long as M is far below N.
    /// let [one, four] = [1.0, 4.0].map(|m| Forgetting::best(m, 1e6));
    /// assert!((one.probability / (std::f64::consts::E * 1e-3) - 1.0).abs() < 0.01);
    /// assert!((four.lifetime() / one.lifetime() - 2.0).abs() < 0.01);
    /// ```
    pub fn best(devices: f64, synapses: f64) -> Self {
        let at = |log: f64| Self { probability: log.exp(), devices, synapses };
        let golden = 0.5 * (5f64.sqrt() - 1.0);
        let (mut low, mut high) = (-(synapses.ln()) - 3.0, -1e-6);
        // Sixty sections narrow the bracket by 3e-13.
        for _ in 0..60 {
            let (left, right) = (high - golden * (high - low), low + golden * (high - low));
            if at(left).crossing() < at(right).crossing() { low = left } else { high = right }
        }
        at(0.5 * (low + high))
    }
}

/// Synapses of several binary devices each that store one random pattern after another, the later over the earlier.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_network::stochastic::Palimpsest;
/// let mut memory = Palimpsest::new(100, 3, 1.0, &mut Stream::new(1, "doc", 0))?;
/// let pattern: Vec<i8> = (0..100).map(|k| if k % 3 == 0 { 1 } else { -1 }).collect();
/// memory.store(&pattern)?;
/// assert_eq!(memory.overlap(&pattern), 1.0);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Palimpsest {
    devices: usize,
    state: Vec<i8>,
    /// Sum over the devices of each synapse.
    sum: Vec<i16>,
    gaps: Gaps,
    attempts: u64,
}

impl Palimpsest {
    /// Devices in random states, a probability q that an attempt switches one.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for a probability that is not between 0 and 1, without synapses, and without devices or with more than 10,000 a synapse.
    pub fn new(synapses: usize, devices: usize, probability: f64, stream: &mut Stream) -> Result<Self, NetworkError> {
        if synapses == 0 || !(1..=MOST_DEVICES).contains(&devices) || !(0.0..=1.0).contains(&probability) {
            let why = format!(
                "{synapses} synapses of {devices} devices and a probability of {probability} were given: at least one synapse, 1 to {MOST_DEVICES} devices and a probability from 0 to 1 are wanted"
            );
            return Err(NetworkError::Fit { what: "a memory of patterns", why });
        }
        let mut generator = stream.fast();
        let state: Vec<i8> = (0..synapses * devices).map(|_| if generator.next_u32() >> 31 == 1 { 1 } else { -1 }).collect();
        let sum = state.chunks_exact(devices).map(|d| d.iter().map(|s| i16::from(*s)).sum()).collect();
        Ok(Self { devices, state, sum, gaps: Gaps::new(probability, generator), attempts: 0 })
    }

    /// Attempts to put every device where the pattern (-1 or 1, one a synapse) wants it.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for a pattern of another length than there are synapses.
    pub fn store(&mut self, pattern: &[i8]) -> Result<(), NetworkError> {
        crate::shape("a pattern to store", self.sum.len(), pattern.len())?;
        self.attempts += self.state.len() as u64;
        let mut device = self.gaps.next();
        while device < self.state.len() {
            let synapse = device / self.devices;
            self.sum[synapse] += i16::from(pattern[synapse]) - i16::from(self.state[device]);
            self.state[device] = pattern[synapse];
            device = device.saturating_add(1).saturating_add(self.gaps.next());
        }
        Ok(())
    }

    /// What is left of a pattern: the mean of w xi over the synapses.
    pub fn overlap(&self, pattern: &[i8]) -> f64 {
        let sum: i64 = self.sum.iter().zip(pattern).map(|(s, p)| i64::from(i32::from(*s) * i32::from(*p))).sum();
        sum as f64 / self.state.len() as f64
    }

    /// Attempts to switch a device so far, on those that were there already too.
    pub fn attempts(&self) -> u64 {
        self.attempts
    }
}

/// Most devices of a synapse: their sums are counted in sixteen bits.
const MOST_DEVICES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::statistics::{mean, variance};
    use std::f64::consts::E;

    fn pattern(synapses: usize, stream: &mut Stream) -> Vec<i8> {
        let mut generator = stream.fast();
        (0..synapses).map(|_| if generator.next_u32() >> 31 == 1 { 1 } else { -1 }).collect()
    }

    #[test]
    fn memories_fade_as_the_law_says() {
        // Means of 400 overlaps within five standard errors (six of them: a false alarm in 290,000); the variance of 1600 within five of its own, 0.035 of it
        // (two of them: a false alarm in 870,000).
        let (synapses, q, oldest, count) = (1000, 0.1, 10, 400);
        for (index, devices) in [1, 4].into_iter().enumerate() {
            let law = Forgetting { probability: q, devices: devices as f64, synapses: synapses as f64 };
            let mut stream = Stream::new(5, "palimpsest", index as u64);
            let mut memory = Palimpsest::new(synapses, devices, q, &mut stream).unwrap();
            let mut kept: Vec<Vec<i8>> = Vec::new();
            let (mut signals, mut noises) = (vec![Vec::new(); 3], Vec::new());
            for k in 0..count + 60 {
                let next = pattern(synapses, &mut stream);
                memory.store(&next).unwrap();
                kept.insert(0, next);
                kept.truncate(oldest + 1);
                if k >= 60 {
                    [0, 3, 10].iter().zip(&mut signals).for_each(|(age, s)| s.push(memory.overlap(&kept[*age])));
                    (0..4).for_each(|_| noises.push(memory.overlap(&pattern(synapses, &mut stream))));
                }
            }
            let error = law.noise() / f64::from(count).sqrt();
            for (age, s) in [0.0, 3.0, 10.0].iter().zip(&signals) {
                assert!((mean(s) - law.signal(*age)).abs() < 5.0 * error, "{devices} {age}: {} {}", mean(s), law.signal(*age));
            }
            let ratio = variance(&noises) / law.noise().powi(2);
            assert!((ratio - 1.0).abs() < 5.0 * (2.0 / noises.len() as f64).sqrt(), "{devices}: {ratio}");
            assert_eq!(memory.attempts(), (synapses * devices) as u64 * u64::try_from(count + 60).unwrap());
        }
    }

    #[test]
    fn limits_of_the_lifetime() {
        let n = 1e6;
        let binary = Forgetting::best(1.0, n);
        assert!((binary.probability * n.sqrt() / E - 1.0).abs() < 0.01 && (binary.lifetime() * E / n.sqrt() - 1.0).abs() < 0.01);
        // A real number: signal over noise sqrt(2 N q), best at q = e / (2 N), which keeps N / e patterns.
        let real = Forgetting::best(f64::INFINITY, n);
        assert!((real.probability * 2.0 * n / E - 1.0).abs() < 0.01 && (real.lifetime() * E / n - 1.0).abs() < 0.01);
        let lives: Vec<f64> = [1.0, 4.0, 16.0, 64.0].iter().map(|m| Forgetting::best(*m, n).lifetime()).collect();
        assert!(lives.windows(2).all(|w| w[1] > 1.9 * w[0] && w[1] < 2.0 * w[0]));
        assert_eq!(Forgetting { probability: 1e-4, devices: 1.0, synapses: 100.0 }.lifetime(), 0.0);
    }

    #[test]
    fn what_cannot_remember_is_refused() {
        let stream = &mut Stream::new(1, "palimpsest", 9);
        assert!(Palimpsest::new(0, 1, 0.1, stream).is_err() && Palimpsest::new(1, 0, 0.1, stream).is_err());
        assert!(Palimpsest::new(1, 1, f64::NAN, stream).unwrap_err().to_string().contains("from 0 to 1"));
        assert!(Palimpsest::new(4, 1, 0.5, stream).unwrap().store(&[1, 1]).is_err());
    }
}
