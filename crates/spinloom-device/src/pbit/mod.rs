//! p-bits: stochastic units whose mean output is a sigmoid of their input, m = sgn(tanh x - r) with r uniform in -1..1.
//!
//! [`embedded`] is one transistor with a low-barrier junction in series, [`spin_orbit`] a low-barrier magnet on a heavy metal. Both come
//! down to what a network needs: the shape of the sigmoid ([`Transfer`]) and, for each device, its gain, its offset and its correlation
//! time ([`Pbit`]). K. Y. Camsari, R. Faria, B. M. Sutton and S. Datta, Phys. Rev. X 7, 031014 (2017), doi:10.1103/PhysRevX.7.031014.

pub mod embedded;
pub mod spin_orbit;

pub use embedded::EmbeddedPbit;
pub use spin_orbit::SpinOrbitPbit;

use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_core::variability::{Distribution, Spread};

/// One p-bit as its network sees it: its mean output is the transfer curve at `gain` x + `offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pbit {
    /// Gain, 1 for the nominal device.
    pub gain: f64,
    /// Offset of the input, in units of the nominal input scale.
    pub offset: f64,
    /// Correlation time of the output at constant input, s.
    pub correlation_time: f64,
}

spinloom_core::parameters! {
    /// How p-bits differ from device to device, in the terms of their sigmoid.
    pub struct PbitSpread {
        /// Standard deviation of the logarithm of the gain.
        pub gain: f64 = 0.0, "", Bound::between(0.0, 2.0);
        /// Standard deviation of the offset, in units of the input scale of the sigmoid.
        pub offset: f64 = 0.0, "", Bound::between(0.0, 10.0);
        /// Standard deviation of the logarithm of the correlation time.
        pub correlation_time: f64 = 0.0, "", Bound::between(0.0, 5.0);
    }
}

impl PbitSpread {
    /// Devices 0 to `count`, device i drawn from `stream(i)`.
    ///
    /// ```
    /// use spinloom_core::random::Stream;
    /// use spinloom_device::pbit::PbitSpread;
    /// let spread = PbitSpread { gain: 0.1, ..PbitSpread::default() };
    /// let devices = spread.draw(100, 1e-9, |i| Stream::new(1, "p-bits", i));
    /// assert!(devices.iter().all(|d| d.gain > 0.0 && d.offset == 0.0 && d.correlation_time == 1e-9));
    /// ```
    pub fn draw(&self, count: usize, correlation_time: f64, stream: impl Fn(u64) -> Stream) -> Vec<Pbit> {
        let positive = |relative| Spread { relative, distribution: Distribution::LogNormal };
        (0..count as u64)
            .map(|i| {
                let mut stream = stream(i);
                Pbit {
                    gain: positive(self.gain).draw(1.0, &mut stream),
                    offset: self.offset * stream.normal(),
                    correlation_time: positive(self.correlation_time).draw(correlation_time, &mut stream),
                }
            })
            .collect()
    }
}

/// The sigmoid of a kind of p-bit: mean output against dimensionless input.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Transfer {
    /// tanh x, the ideal p-bit.
    #[default]
    Tanh,
    /// A curve known at equidistant points between -`range` and +`range`, linear between them and level beyond.
    Table {
        /// Largest input.
        range: f64,
        /// Mean outputs in -1..1.
        outputs: Vec<f64>,
    },
}

impl Transfer {
    /// The curve `mean` tabled at `points` (at least two) inputs from -`range` to +`range`.
    pub fn table(range: f64, points: usize, mean: impl Fn(f64) -> f64) -> Self {
        let points = points.max(2);
        let input = |k: usize| range * (2.0 * k as f64 / (points - 1) as f64 - 1.0);
        Self::Table { range, outputs: (0..points).map(|k| mean(input(k)).clamp(-1.0, 1.0)).collect() }
    }

    /// Mean output at an input.
    ///
    /// ```
    /// use spinloom_device::pbit::Transfer;
    /// let table = Transfer::table(6.0, 2001, f64::tanh);
    /// assert!((table.mean(0.3) - Transfer::Tanh.mean(0.3)).abs() < 1e-5);
    /// ```
    pub fn mean(&self, input: f64) -> f64 {
        match self {
            Self::Tanh => input.tanh(),
            Self::Table { range, outputs } => {
                let last = outputs.len() - 1;
                let place = ((input / range + 1.0) * 0.5 * last as f64).clamp(0.0, last as f64);
                let low = (place as usize).min(last - 1);
                outputs[low] + (place - low as f64) * (outputs[low + 1] - outputs[low])
            }
        }
    }
}

/// A sigmoid tanh((v - offset) / scale) that stands for a transfer curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// Input scale, in the units of the input.
    pub scale: f64,
    /// Input at which the mean output vanishes.
    pub offset: f64,
    /// Root-mean-square difference from the curve over the fitted inputs.
    pub residual: f64,
}

impl Sigmoid {
    /// The least-squares fit to points (input, mean output), by Gauss and Newton with halved steps, from a first guess of the scale.
    ///
    /// ```
    /// use spinloom_device::pbit::Sigmoid;
    /// let points: Vec<(f64, f64)> = (-20..=20).map(|k| (k as f64, ((k as f64 - 2.0) / 5.0).tanh())).collect();
    /// let fit = Sigmoid::fit(&points, 3.0);
    /// assert!((fit.scale - 5.0).abs() < 1e-9 && (fit.offset - 2.0).abs() < 1e-9 && fit.residual < 1e-9);
    /// ```
    pub fn fit(points: &[(f64, f64)], scale: f64) -> Self {
        let squares = |s: f64, o: f64| points.iter().map(|(x, y)| (((x - o) / s).tanh() - y).powi(2)).sum::<f64>();
        let (mut s, mut o) = (scale, 0.0);
        let mut best = squares(s, o);
        for _ in 0..100 {
            // Normal equations of the two parameters.
            let (mut a, mut b, mut d, mut g, mut h) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (x, y) in points {
                let u = (x - o) / s;
                let t = u.tanh();
                let slope = (1.0 - t * t) / s;
                let (to_scale, to_offset, miss) = (-slope * u, -slope, y - t);
                a += to_scale * to_scale;
                b += to_scale * to_offset;
                d += to_offset * to_offset;
                g += to_scale * miss;
                h += to_offset * miss;
            }
            let determinant = a * d - b * b;
            if determinant <= 0.0 || !determinant.is_finite() {
                break;
            }
            let (mut ds, mut step_o) = ((d * g - b * h) / determinant, (a * h - b * g) / determinant);
            let before = best;
            for _ in 0..30 {
                let next = squares(s + ds, o + step_o);
                if s + ds > 0.0 && next <= best {
                    (s, o, best) = (s + ds, o + step_o, next);
                    break;
                }
                (ds, step_o) = (0.5 * ds, 0.5 * step_o);
            }
            if before - best <= 1e-15 * before {
                break;
            }
        }
        Self { scale: s, offset: o, residual: (best / points.len().max(1) as f64).sqrt() }
    }
}

/// Normalised autocorrelation of signals of known zero mean, lag after lag: `record` holds `samples` values a signal, one after another.
pub fn autocorrelation(record: &[f64], samples: usize, lags: usize) -> Vec<f64> {
    let signals = record.chunks_exact(samples.max(1));
    let mean_product = |lag: usize| {
        let sum: f64 = signals.clone().map(|s| s[lag..].iter().zip(s).map(|(a, b)| a * b).sum::<f64>()).sum();
        sum / ((samples - lag) * signals.len().max(1)) as f64
    };
    let variance = mean_product(0);
    (0..lags.min(samples)).map(|lag| mean_product(lag) / variance).collect()
}

/// Time (in lags) at which a correlation that begins at 1 first falls to `level`, by linear interpolation; `None` if it never does.
pub fn fall_time(correlation: &[f64], level: f64) -> Option<f64> {
    let after = correlation.iter().position(|c| *c <= level)?;
    let Some(before) = after.checked_sub(1) else { return Some(0.0) };
    let (high, low) = (correlation[before], correlation[after]);
    Some(before as f64 + (high - level) / (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_have_the_width_asked_for() {
        // 20000 draws: five standard errors of a standard deviation are 2.5 %.
        let spread = PbitSpread { gain: 0.2, offset: 0.5, correlation_time: 0.3 };
        let devices = spread.draw(20_000, 2e-9, |i| Stream::new(1, "spread test", i));
        let deviation =
            |f: &dyn Fn(&Pbit) -> f64| spinloom_core::statistics::variance(&devices.iter().map(f).collect::<Vec<_>>()).sqrt();
        assert!((deviation(&|d| d.gain.ln()) / 0.2 - 1.0).abs() < 0.025);
        assert!((deviation(&|d| d.offset) / 0.5 - 1.0).abs() < 0.025);
        assert!((deviation(&|d| (d.correlation_time / 2e-9).ln()) / 0.3 - 1.0).abs() < 0.025);
    }

    #[test]
    fn a_table_is_level_beyond_its_ends() {
        let table = Transfer::table(2.0, 3, |x| x / 2.0);
        assert_eq!([-9.0, -1.0, 0.5, 9.0].map(|x| table.mean(x)), [-1.0, -0.5, 0.25, 1.0]);
    }

    #[test]
    fn an_exponential_falls_in_its_time() {
        let decay: Vec<f64> = (0..50).map(|k| (-f64::from(k) / 10.0).exp()).collect();
        assert!((fall_time(&decay, (-1.0f64).exp()).unwrap() - 10.0).abs() < 1e-3);
        assert_eq!(fall_time(&decay, 0.0), None);
    }

    #[test]
    fn autocorrelation_of_an_autoregressive_series() {
        let mut stream = Stream::new(2, "autocorrelation test", 0);
        let mut x = 0.0;
        let series: Vec<f64> = (0..200_000)
            .map(|_| {
                x = 0.9 * x + stream.normal();
                x
            })
            .collect();
        // Two signals of half the length; the standard error at lag 5 is about 0.006.
        let c = autocorrelation(&series, 100_000, 6);
        assert!((c[5] - 0.9f64.powi(5)).abs() < 0.03, "{}", c[5]);
    }
}
