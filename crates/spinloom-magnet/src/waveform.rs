//! How a drive changes in time.

use crate::MagnetError;
use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

/// A number that changes in time, in the unit of what it drives.
///
/// ```
/// use spinloom_magnet::waveform::Waveform;
/// let tone = Waveform::Sum(vec![
///     Waveform::Constant(0.1),
///     Waveform::Sine { amplitude: 0.01, frequency: 1e9, phase: 0.0 },
/// ]);
/// assert!((tone.at(0.25e-9) - 0.11).abs() < 1e-15);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Waveform {
    /// The same at all times.
    Constant(f64),
    /// amplitude sin(2 pi frequency t + phase).
    Sine {
        /// Amplitude.
        amplitude: f64,
        /// Frequency, Hz.
        frequency: f64,
        /// Phase, rad.
        phase: f64,
    },
    /// Zero, then a ramp up from `start` over `rise`, a plateau that lasts until `start` + `duration`, and a ramp down over `rise`.
    Pulse {
        /// Height of the plateau.
        amplitude: f64,
        /// When the ramp up begins, s.
        start: f64,
        /// How long each ramp takes, s; 0 for a rectangle.
        rise: f64,
        /// From the beginning of the one ramp to that of the other, s.
        duration: f64,
    },
    /// amplitude sin(x)/x with x = 2 pi cutoff (t - centre): all frequencies up to the cutoff alike.
    Sinc {
        /// Height at the centre.
        amplitude: f64,
        /// The highest frequency, Hz.
        cutoff: f64,
        /// Time of the maximum, s.
        centre: f64,
    },
    /// Straight lines between points in time, the first and the last value before and after them.
    Table {
        /// Times, s, each later than the one before.
        times: Vec<f64>,
        /// Values at these times.
        values: Vec<f64>,
    },
    /// All of these added.
    Sum(Vec<Self>),
    /// All of these multiplied.
    Product(Vec<Self>),
    /// Any function of the time (s). It has to give finite numbers.
    Function(Arc<dyn Fn(f64) -> f64 + Send + Sync>),
}

impl fmt::Debug for Waveform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(value) => f.debug_tuple("Constant").field(value).finish(),
            Self::Sine { amplitude, frequency, phase } => {
                f.debug_struct("Sine").field("amplitude", amplitude).field("frequency", frequency).field("phase", phase).finish()
            }
            Self::Pulse { amplitude, start, rise, duration } => f
                .debug_struct("Pulse")
                .field("amplitude", amplitude)
                .field("start", start)
                .field("rise", rise)
                .field("duration", duration)
                .finish(),
            Self::Sinc { amplitude, cutoff, centre } => {
                f.debug_struct("Sinc").field("amplitude", amplitude).field("cutoff", cutoff).field("centre", centre).finish()
            }
            Self::Table { times, values } => f.debug_struct("Table").field("times", times).field("values", values).finish(),
            Self::Sum(parts) => f.debug_tuple("Sum").field(parts).finish(),
            Self::Product(parts) => f.debug_tuple("Product").field(parts).finish(),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}

impl Waveform {
    /// Its value at a time, s.
    pub fn at(&self, time: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Sine { amplitude, frequency, phase } => amplitude * (TAU * frequency * time + phase).sin(),
            Self::Pulse { amplitude, start, rise, duration } => {
                let ramp = |since: f64| if since < 0.0 { 0.0 } else { (since / rise).min(1.0) };
                // A rectangle divides nothing by nothing at its edges, where the ramp is over.
                let ramp = |since: f64| if *rise > 0.0 { ramp(since) } else { f64::from(u8::from(since >= 0.0)) };
                amplitude * (ramp(time - start) - ramp(time - start - duration))
            }
            Self::Sinc { amplitude, cutoff, centre } => {
                let x = TAU * cutoff * (time - centre);
                amplitude * if x == 0.0 { 1.0 } else { x.sin() / x }
            }
            Self::Table { times, values } => interpolated(times, values, time),
            Self::Sum(parts) => parts.iter().map(|part| part.at(time)).sum(),
            Self::Product(parts) => parts.iter().map(|part| part.at(time)).product(),
            Self::Function(function) => function(time),
        }
    }

    /// Whether its numbers make sense.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a number that is not finite, a negative duration, or times of a table that do not increase, and
    /// [`MagnetError::Count`] for a table without a value for every time.
    pub fn check(&self) -> Result<(), MagnetError> {
        let finite = |what, values: &[f64]| values.iter().try_for_each(|v| MagnetError::unless(true, what, *v, "a finite number"));
        match self {
            Self::Constant(value) => finite("a constant drive", &[*value]),
            Self::Sine { amplitude, frequency, phase } => finite("a parameter of a sine", &[*amplitude, *frequency, *phase]),
            Self::Pulse { amplitude, start, rise, duration } => {
                finite("a parameter of a pulse", &[*amplitude, *start])?;
                MagnetError::unless(*rise >= 0.0, "the rise time of a pulse (s)", *rise, "0 or greater")?;
                MagnetError::unless(*duration >= 0.0, "the duration of a pulse (s)", *duration, "0 or greater")
            }
            Self::Sinc { amplitude, cutoff, centre } => finite("a parameter of a sinc pulse", &[*amplitude, *cutoff, *centre]),
            Self::Table { times, values } => {
                MagnetError::unless(!times.is_empty(), "the number of times in a table", times.len() as f64, "1 or more")?;
                if times.len() != values.len() {
                    let what = "the values of a table, one a time,";
                    return Err(MagnetError::Count { what, expected: times.len(), found: values.len() });
                }
                finite("a time of a table (s)", times)?;
                finite("a value of a table", values)?;
                times.windows(2).try_for_each(|t| {
                    MagnetError::unless(t[1] > t[0], "a time of a table (s)", t[1], "later than the one before")
                })
            }
            Self::Sum(parts) | Self::Product(parts) => parts.iter().try_for_each(Self::check),
            Self::Function(_) => Ok(()),
        }
    }
}

fn interpolated(times: &[f64], values: &[f64], time: f64) -> f64 {
    let after = times.partition_point(|t| *t <= time);
    match (after.checked_sub(1), values.get(after)) {
        (Some(before), Some(next)) => {
            let part = (time - times[before]) / (times[after] - times[before]);
            values[before] + part * (next - values[before])
        }
        (Some(before), None) => values.get(before).copied().unwrap_or(0.0),
        (None, first) => first.copied().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pulses_and_tables_have_the_values_at_their_corners() {
        let pulse = Waveform::Pulse { amplitude: 2.0, start: 1.0, rise: 0.5, duration: 2.0 };
        let corners = [(0.9, 0.0), (1.25, 1.0), (1.5, 2.0), (3.0, 2.0), (3.25, 1.0), (3.6, 0.0)];
        corners.iter().for_each(|(t, v)| assert!((pulse.at(*t) - v).abs() < 1e-12, "{t}"));
        let rectangle = Waveform::Pulse { amplitude: 2.0, start: 1.0, rise: 0.0, duration: 2.0 };
        assert_eq!([0.99, 1.0, 2.99, 3.0].map(|t| rectangle.at(t)), [0.0, 2.0, 2.0, 0.0]);
        let table = Waveform::Table { times: vec![0.0, 1.0, 3.0], values: vec![1.0, 3.0, -1.0] };
        assert_eq!([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 9.0].map(|t| table.at(t)), [1.0, 1.0, 2.0, 3.0, 1.0, -1.0, -1.0]);
        let sinc = Waveform::Sinc { amplitude: 3.0, cutoff: 0.5, centre: 1.0 };
        assert!((sinc.at(1.0) - 3.0).abs() < 1e-15 && sinc.at(2.0).abs() < 1e-15);
    }

    #[test]
    fn drives_that_make_no_sense_are_refused() {
        assert!(Waveform::Constant(f64::NAN).check().is_err());
        assert!(Waveform::Table { times: vec![0.0, 0.0], values: vec![1.0, 2.0] }.check().is_err());
        assert!(Waveform::Table { times: vec![0.0, 1.0], values: vec![1.0] }.check().is_err());
        assert!(Waveform::Table { times: vec![], values: vec![] }.check().is_err());
        assert!(Waveform::Pulse { amplitude: 1.0, start: 0.0, rise: -1.0, duration: 1.0 }.check().is_err());
        assert!(Waveform::Sum(vec![Waveform::Sine { amplitude: 1.0, frequency: f64::INFINITY, phase: 0.0 }]).check().is_err());
    }
}
