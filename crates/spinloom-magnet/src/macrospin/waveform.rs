//! Drives that change with time.

use super::magnet::{Vector, finite};
use crate::MagnetError;
use spinloom_core::random::Stream;
use std::f64::consts::TAU;

/// What a [`Waveform`] drives; it adds to the constant [`Drive`](super::Drive), to the temperature of the magnet, and to other waveforms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// The field along this vector, which need not be of unit length: waveform in T.
    Field(Vector),
    /// The damping-like field along this vector: waveform in T.
    DampingLike(Vector),
    /// The current through the magnet: waveform in A.
    Current,
    /// The current density in the metal beside it: waveform in A/m^2.
    HeavyMetalCurrent,
    /// The voltage over the barrier: waveform in V.
    Voltage,
    /// The temperature: waveform in K. What would be below 0 K is 0 K.
    Temperature,
}

/// A course in time.
///
/// ```
/// use spinloom_magnet::macrospin::Waveform;
/// let pulse = Waveform::Pulse { amplitude: 2.0, start: 1e-9, duration: 3e-9, edge: 1e-9 };
/// let heights = [0.0, 1.5e-9, 2.5e-9, 9e-9].map(|t| pulse.at(t));
/// assert!(heights.iter().zip([0.0, 1.0, 2.0, 0.0]).all(|(a, b)| (a - b).abs() < 1e-12));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Waveform {
    /// Always the same value.
    Constant(f64),
    /// A trapezoid: it rises from `start`, and falls so that it ends a `duration` later, each over a time `edge`.
    Pulse {
        /// Height of the top.
        amplitude: f64,
        /// Begin, s.
        start: f64,
        /// Time from begin to end, s.
        duration: f64,
        /// Time of the rise and of the fall, s; 0 for a rectangle.
        edge: f64,
    },
    /// offset + amplitude sin(2 pi frequency t + phase).
    Sine {
        /// Amplitude.
        amplitude: f64,
        /// Frequency, Hz.
        frequency: f64,
        /// Phase, rad.
        phase: f64,
        /// Mean.
        offset: f64,
    },
    /// `high` over the first part of every period, `low` over the rest.
    Square {
        /// Value of the first part.
        high: f64,
        /// Value of the rest.
        low: f64,
        /// Frequency, Hz.
        frequency: f64,
        /// Share of the first part, from 0 to 1.
        duty: f64,
    },
    /// Normal numbers, each held for a while: white up to the frequency 1 / (2 `hold`), with two-sided density `deviation`^2 `hold`.
    /// [`Waveform::noise`] makes it.
    Noise {
        /// Standard deviation.
        deviation: f64,
        /// Time that each number is held, s.
        hold: f64,
        /// What the numbers are keyed by.
        key: u64,
    },
    /// Straight lines between points, level before the first and after the last.
    Table {
        /// Times, s, rising.
        times: Vec<f64>,
        /// Values.
        values: Vec<f64>,
    },
}

/// A stretch of time with limits of a [`Waveform`] in it; see [`Waveform::stretch`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Its end, s; infinite where the value never changes any more.
    pub end: f64,
    /// The value is never below.
    pub low: f64,
    /// The value is never above.
    pub high: f64,
}

impl Waveform {
    /// Held normal numbers of a stream.
    pub fn noise(deviation: f64, hold: f64, mut stream: Stream) -> Self {
        Self::Noise { deviation, hold, key: stream.next() }
    }

    /// Value at a time (s).
    pub fn at(&self, time: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Pulse { amplitude, start, duration, edge } => {
                let (since, left) = (time - start, start + duration - time);
                if since < 0.0 || left <= 0.0 {
                    0.0
                } else if *edge > 0.0 {
                    amplitude * (since.min(left) / edge).min(1.0)
                } else {
                    *amplitude
                }
            }
            Self::Sine { amplitude, frequency, phase, offset } => offset + amplitude * (TAU * frequency * time + phase).sin(),
            Self::Square { high, low, frequency, duty } => {
                if (time * frequency).rem_euclid(1.0) < *duty {
                    *high
                } else {
                    *low
                }
            }
            Self::Noise { deviation, hold, key } => {
                deviation * Stream::new(*key, "held noise", (time / hold).floor() as i64 as u64).normal()
            }
            Self::Table { times, values } => {
                let after = times.partition_point(|&t| t <= time);
                if after == 0 || after == times.len() {
                    return values[after.saturating_sub(1)];
                }
                let share = (time - times[after - 1]) / (times[after] - times[after - 1]);
                values[after - 1] + share * (values[after] - values[after - 1])
            }
        }
    }

    /// What no value exceeds in size; for noise what one in 5e8 does.
    pub fn bound(&self) -> f64 {
        match self {
            Self::Constant(value) => value.abs(),
            Self::Pulse { amplitude, .. } => amplitude.abs(),
            Self::Sine { amplitude, offset, .. } => amplitude.abs() + offset.abs(),
            Self::Square { high, low, .. } => high.abs().max(low.abs()),
            Self::Noise { deviation, .. } => 6.0 * deviation.abs(),
            Self::Table { values, .. } => values.iter().fold(0.0, |most, v| v.abs().max(most)),
        }
    }

    /// A stretch of time from `time` (s) on, and limits between which the value stays in it, no further apart than `tolerance` unless the value
    /// jumps: what the simulation of random events at changing rates needs. Constant values have one stretch without end.
    ///
    /// ```
    /// use spinloom_magnet::macrospin::Waveform;
    /// let sine = Waveform::Sine { amplitude: 1.0, frequency: 50.0, phase: 0.0, offset: 0.0 };
    /// let stretch = sine.stretch(0.0, 0.1);
    /// assert!(stretch.low <= 0.0 && stretch.high >= sine.at(stretch.end) && stretch.high - stretch.low <= 0.1 + 1e-9);
    /// ```
    pub fn stretch(&self, time: f64, tolerance: f64) -> Stretch {
        // Past an edge that rounding has put on the wrong side of itself.
        let past = time + 4.0 * f64::EPSILON * time.abs();
        let edge = self.next_edge(past);
        let level = |value: f64| Stretch { end: edge, low: value, high: value };
        let slope = match self {
            Self::Constant(value) => return level(*value),
            Self::Square { .. } | Self::Noise { .. } => return level(self.at(0.5 * (past + edge))),
            Self::Sine { amplitude, frequency, .. } => TAU * (amplitude * frequency).abs(),
            Self::Pulse { .. } | Self::Table { .. } if edge.is_infinite() => return level(self.at(past)),
            Self::Pulse { .. } | Self::Table { .. } => {
                // Straight up to the edge, where it may jump: the slope is taken inside.
                let (a, b) = (time + 0.25 * (edge - time), time + 0.75 * (edge - time));
                (self.at(b) - self.at(a)).abs() / (b - a)
            }
        };
        let end = if slope > 0.0 { edge.min((time + tolerance / slope).max(time.next_up())) } else { edge };
        // No value is further from that in the middle than the slope allows.
        let (middle, reach) = (self.at(0.5 * (time + end)), 0.5 * slope * (end - time));
        let reach = reach * (1.0 + 1e-9) + f64::EPSILON * middle.abs();
        Stretch { end, low: middle - reach, high: middle + reach }
    }

    /// The next time after `time` at which the value jumps or bends, s, that a variable step must not pass; infinite if there is none.
    pub(super) fn next_edge(&self, time: f64) -> f64 {
        let first = |edges: &[f64]| edges.iter().copied().filter(|&e| e > time).fold(f64::INFINITY, f64::min);
        let grid = |period: f64, shift: f64| ((time / period - shift).floor() + 1.0 + shift) * period;
        match self {
            Self::Constant(_) | Self::Sine { .. } => f64::INFINITY,
            Self::Pulse { start, duration, edge, .. } => {
                let end = start + duration;
                first(&[*start, start + edge, end - edge, end])
            }
            Self::Square { frequency, duty, .. } => grid(1.0 / frequency, 0.0).min(grid(1.0 / frequency, *duty)),
            Self::Noise { hold, .. } => grid(*hold, 0.0),
            Self::Table { times, .. } => times.get(times.partition_point(|&t| t <= time)).copied().unwrap_or(f64::INFINITY),
        }
    }

    /// # Errors
    /// [`MagnetError::OutOfRange`] for values that are no waveform.
    pub fn check(&self) -> Result<(), MagnetError> {
        let positive = |what, value: f64| MagnetError::unless(value > 0.0, what, value, "greater than 0");
        match self {
            Self::Constant(value) => finite("a driving value", *value),
            Self::Pulse { amplitude, start, duration, edge } => {
                finite("the amplitude of a pulse", *amplitude)?;
                finite("the start of a pulse", *start)?;
                positive("the duration of a pulse", *duration)?;
                let allowed = (0.0..=0.5 * duration).contains(edge);
                MagnetError::unless(allowed, "the edge of a pulse", *edge, "from 0 to half its duration")
            }
            Self::Sine { amplitude, frequency, phase, offset } => [
                ("the amplitude of a sine", amplitude),
                ("the frequency of a sine", frequency),
                ("the phase of a sine", phase),
                ("the offset of a sine", offset),
            ]
            .into_iter()
            .try_for_each(|(what, value)| finite(what, *value)),
            Self::Square { high, low, frequency, duty } => {
                finite("a level of a square wave", *high)?;
                finite("a level of a square wave", *low)?;
                positive("the frequency of a square wave", *frequency)?;
                MagnetError::unless((0.0..=1.0).contains(duty), "the duty of a square wave", *duty, "from 0 to 1")
            }
            Self::Noise { deviation, hold, .. } => {
                finite("the deviation of a noise", *deviation)?;
                positive("the time that a noise is held", *hold)
            }
            Self::Table { times, values } => {
                let (points, of) = (times.len() as f64, values.len() as f64);
                MagnetError::unless(points >= 1.0, "the number of points of a driving table", points, "1 or more")?;
                MagnetError::unless(points == of, "the number of values of a driving table", of, "that of its times")?;
                values.iter().try_for_each(|&v| finite("a value of a driving table", v))?;
                times.iter().try_for_each(|&t| finite("a time of a driving table", t))?;
                let back = times.windows(2).find(|w| w[1] <= w[0]);
                back.map_or(Ok(()), |w| {
                    MagnetError::unless(false, "a time of a driving table", w[1], "later than the one before")
                })
            }
        }
    }
}
