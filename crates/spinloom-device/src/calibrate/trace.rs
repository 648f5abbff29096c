//! Two-level traces: levels, states with hysteresis, and the rates of the telegraph process behind them.
//!
//! A trace sampled every dt is a Markov chain of two states. With K = k1 + k2 it leaves a state within a sample with the probability
//!
//! ```text
//! p1 = (k1 / K) (1 - exp(-K dt))
//! ```
//!
//! so that flips there and back between two samples, which nobody saw, are counted in. D. Colquhoun and A. G. Hawkes, in Single-Channel Recording (1995),
//! chapter 18, has the law of such chains.

use super::Observation;
use crate::logit;
use crate::telegraph::Rates;
use spinloom_core::statistics::quantile;

/// The two levels of a trace and the noise about them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Lower level.
    pub low: f64,
    /// Upper level.
    pub high: f64,
    /// Standard deviation about either.
    pub noise: f64,
}

/// Distance of levels over noise below which they are taken for one: the halves of a normal law are 2.65 apart.
const APART: f64 = 4.0;

impl Levels {
    /// Levels by two means (S. P. Lloyd, IEEE Trans. Inf. Theory 28, 129 (1982)), the noise from the scatter about them; none where the trace has one level
    /// only.
    ///
    /// ```
    /// use spinloom_device::calibrate::trace::Levels;
    /// let levels = Levels::of(&[1.0, 1.1, 0.9, 2.0, 2.1, 1.9]).unwrap();
    /// assert!((levels.low - 1.0).abs() < 1e-12 && (levels.high - 2.0).abs() < 1e-12);
    /// assert!(Levels::of(&[1.0, 1.0]).is_none());
    /// ```
    pub fn of(signal: &[f64]) -> Option<Self> {
        let (mut low, mut high) = (quantile(signal, 0.0), quantile(signal, 1.0));
        if low.is_nan() || low >= high {
            return None;
        }
        let mut noise = 0.0;
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            // Count, sum and sum of squares about the present level, below and above.
            let mut parts = [[0.0; 3]; 2];
            for value in signal {
                let above = usize::from(*value > middle);
                let off = value - if above == 1 { high } else { low };
                let part = &mut parts[above];
                *part = [part[0] + 1.0, part[1] + off, part[2] + off * off];
            }
            let shift = parts.map(|p| if p[0] > 0.0 { p[1] / p[0] } else { 0.0 });
            noise = (parts.iter().map(|p| p[2] - p[1] * p[1] / p[0].max(1.0)).sum::<f64>().max(0.0) / signal.len() as f64).sqrt();
            (low, high) = (low + shift[0], high + shift[1]);
            if shift.iter().all(|s| s.abs() <= 1e-12 * (high - low)) {
                break;
            }
        }
        let levels = Self { low, high, noise };
        (levels.separation() >= APART).then_some(levels)
    }

    /// Distance of the levels over the noise.
    pub fn separation(&self) -> f64 {
        (self.high - self.low) / self.noise
    }

    /// Whether each sample is in the upper state. The state changes where the signal passes the middle by `hysteresis` / 2 of the distance of the levels:
    /// noise about one threshold would be taken for flips.
    ///
    /// ```
    /// use spinloom_device::calibrate::trace::Levels;
    /// let levels = Levels { low: 0.0, high: 1.0, noise: 0.1 };
    /// assert_eq!(levels.states(&[0.0, 0.6, 0.4, 1.0, 0.4, 0.0], 0.4), [false, false, false, true, true, false]);
    /// ```
    pub fn states(&self, signal: &[f64], hysteresis: f64) -> Vec<bool> {
        let (middle, half) = (0.5 * (self.low + self.high), 0.5 * hysteresis * (self.high - self.low));
        let mut state = signal.first().is_some_and(|s| *s > middle);
        let next = |value: &f64| {
            if *value > middle + half {
                state = true;
            } else if *value < middle - half {
                state = false;
            }
            state
        };
        signal.iter().map(next).collect()
    }
}

/// What was seen of a telegraph process at one condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen {
    /// All of it: times of stay (s) in the parallel and the antiparallel state, and flips out of each.
    Dwells {
        /// Time in the parallel and the antiparallel state, s.
        time: [f64; 2],
        /// Flips out of the parallel and the antiparallel state.
        flips: [f64; 2],
    },
    /// Samples at even intervals: how many in each state have a successor, and of how many that is the other state.
    Samples {
        /// Interval, s.
        interval: f64,
        /// Samples in the parallel and the antiparallel state that have a successor.
        samples: [f64; 2],
        /// Those whose successor is the other state.
        flips: [f64; 2],
    },
}

impl Seen {
    /// Counts pairs of neighbours in pieces of trace that are each without a gap; `true` is the antiparallel state.
    pub fn count<'a>(interval: f64, pieces: impl IntoIterator<Item = &'a [bool]>) -> Self {
        let (mut samples, mut flips) = ([0.0; 2], [0.0; 2]);
        for pair in pieces.into_iter().flat_map(|p| p.windows(2)) {
            let from = usize::from(pair[0]);
            samples[from] += 1.0;
            flips[from] += f64::from(u8::from(pair[0] != pair[1]));
        }
        Self::Samples { interval, samples, flips }
    }

    /// As observations: of leaving the parallel, then the antiparallel state.
    pub fn observations(&self) -> [Observation; 2] {
        match *self {
            Self::Dwells { time, flips } => [0, 1].map(|k| Observation::Events { count: flips[k], time: time[k] }),
            Self::Samples { samples, flips, .. } => {
                [0, 1].map(|k| Observation::Binomial { successes: flips[k], trials: samples[k] })
            }
        }
    }

    /// What rates predict for both observations.
    pub fn predict(&self, rates: &Rates) -> [f64; 2] {
        let each = [rates.leave_parallel, rates.leave_antiparallel];
        match self {
            Self::Dwells { .. } => each.map(f64::ln),
            Self::Samples { interval, .. } => {
                let all = rates.relaxation();
                each.map(|k| logit(k / all * -(-all * interval).exp_m1()))
            }
        }
    }

    /// Most likely rates; none where a state was never left, or samples are no more alike than chance has it.
    ///
    /// ```
    /// use spinloom_device::calibrate::trace::Seen;
    /// let seen = Seen::Samples { interval: 1e-3, samples: [1000.0, 1000.0], flips: [100.0, 100.0] };
    /// // 1 - 2 p = exp(-2 k dt).
    /// assert!((seen.rates().unwrap().leave_parallel - -(0.8f64).ln() / 2e-3).abs() < 1e-9);
    /// ```
    pub fn rates(&self) -> Option<Rates> {
        let rates = match *self {
            Self::Dwells { time, flips } => Rates { leave_parallel: flips[0] / time[0], leave_antiparallel: flips[1] / time[1] },
            Self::Samples { interval, samples, flips } => {
                let [p1, p2] = [flips[0] / samples[0], flips[1] / samples[1]];
                let all = -(-(p1 + p2)).ln_1p() / interval;
                Rates { leave_parallel: all * p1 / (p1 + p2), leave_antiparallel: all * p2 / (p1 + p2) }
            }
        };
        let valid = |k: f64| k > 0.0 && k.is_finite();
        (valid(rates.leave_parallel) && valid(rates.leave_antiparallel)).then_some(rates)
    }

    /// Flips in both directions that were seen.
    pub fn flips(&self) -> f64 {
        let (Self::Dwells { flips, .. } | Self::Samples { flips, .. }) = self;
        flips[0] + flips[1]
    }
}
