//! Antiferromagnetic neurons from their rate above the threshold and their latency over current.
//!
//! Over the threshold current both follow from the quality factor Q alone, but for the scale of time 1 / sqrt(w_e w_ex): f = sqrt(w_e w_ex) g(I / I_th, Q),
//! and the latency likewise. So data tell I_th, Q and this scale, that is two of exchange frequency, frequency of the easy axis and damping; the exchange
//! frequency, which neutrons and the spin flop tell, is held. Where Q is far below one, inertia does not show: the shape of the curve is sqrt(I^2 - I_th^2)
//! whatever Q, and w_e / alpha alone is told. Above one it runs on below the threshold, which rates alone then hardly tell; latencies do.

use super::oscillator::Measured;
use super::scatter::{deviations, settled};
use super::{Fit, FitOptions, FittedParameter, Observation, fit};
use crate::DeviceError;
use crate::antiferromagnet::{Antiferromagnet, Turning};
use rayon::prelude::*;
use spinloom_core::parameters::{Bound, Parameters, Value};

/// What was measured at one current.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Current above the threshold, A.
    pub current: f64,
    /// Spikes a second under this current, Hz: the frequency of the voltage.
    pub frequency: Option<Measured>,
    /// Time from the step of the current from nothing to the first spike, s: until three quarters of the area of a spike of the voltage.
    pub latency: Option<Measured>,
}

/// What is measured, one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Frequency.
    Frequency,
    /// Latency.
    Latency,
}

impl Kind {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Frequency, Self::Latency];

    /// This of what was measured at one current.
    pub fn of(self, point: &Point) -> Option<Measured> {
        match self {
            Self::Frequency => point.frequency,
            Self::Latency => point.latency,
        }
    }

    /// This of how a neuron turns, Hz or s.
    pub fn seen(self, turning: Turning) -> f64 {
        match self {
            Self::Frequency => turning.rate,
            Self::Latency => turning.latency,
        }
    }
}

spinloom_core::parameters! {
    /// A neuron under a current.
    pub struct DrivenAntiferromagnet {
        /// The neuron.
        pub antiferromagnet: Antiferromagnet = Antiferromagnet::default(), "", Bound::ANY;
        /// Current at which no state of rest is left.
        pub threshold_current: f64 = 1e-3, "A", Bound::POSITIVE;
    }
}

/// A neuron fitted to what was measured.
#[derive(Debug, Clone)]
pub struct AntiferromagnetFit {
    /// The fit; its parameters carry the names of [`Antiferromagnet`], and `threshold_current`.
    pub fit: Fit<DrivenAntiferromagnet>,
    /// Kind and current (A) of each observation, in the order of its predictions and residuals, which are of logarithms.
    pub observations: Vec<(Kind, f64)>,
}

/// Parameters that such points can tell.
pub const FREE: [&str; 3] = ["threshold_current", "easy_axis_frequency", "damping"];

/// The one that has a name of its own.
const THRESHOLD: &str = FREE[0];

/// Before the names of parameters of the neuron among those of the driven one.
const GROUP: &str = "antiferromagnet.";

/// What the scale of time follows from.
const EASY: &str = "antiferromagnet.easy_axis_frequency";

/// Starts that are tried as long as the model ends before the best fit.
const STARTS: usize = 5;

/// Every measurement: its kind, the point, value and deviation.
type Seen = (Kind, usize, f64, f64);

/// The neuron and the threshold current under which all points are most likely. Frequencies and latencies enter by their logarithms; deviations that are not
/// known are taken from the scatter, one for either kind. What is not named in `free` is held at its value in `start`.
///
/// ```
/// use spinloom_device::antiferromagnet::Antiferromagnet;
/// use spinloom_device::calibrate::FitOptions;
/// use spinloom_device::calibrate::antiferromagnet::{DrivenAntiferromagnet, FREE, Point, fit_antiferromagnet};
/// let truth = Antiferromagnet { easy_axis_frequency: 2e9, damping: 0.008, ..Antiferromagnet::default() };
/// let mut points = Vec::new();
/// for over in [1.05, 1.1, 1.2, 1.4, 1.8] {
///     points.push(Point { current: 3e-3 * over, frequency: Some((truth.turning(over)?.rate, 1e8)), latency: None });
/// }
/// let found = fit_antiferromagnet(&DrivenAntiferromagnet::default(), &FREE, &points, FitOptions::default())?.fit;
/// assert!((found.device.threshold_current - 3e-3).abs() < 1e-7 && (found.device.antiferromagnet.damping - 0.008).abs() < 1e-5);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
///
/// # Errors
/// [`DeviceError::Fit`] without measurements, and as [`fit`].
pub fn fit_antiferromagnet(
    start: &DrivenAntiferromagnet,
    free: &[&str],
    points: &[Point],
    options: FitOptions,
) -> Result<AntiferromagnetFit, DeviceError> {
    let group = |name: &&str| if *name == THRESHOLD { THRESHOLD.to_owned() } else { format!("{GROUP}{name}") };
    let names: Vec<String> = free.iter().map(group).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of = |kind: Kind| {
        let value = move |(k, p): (usize, &Point)| kind.of(p).map(|(value, error)| (kind, k, value, error));
        points.iter().enumerate().filter_map(value)
    };
    let seen: Vec<Seen> = Kind::ALL.into_iter().flat_map(of).collect();
    if seen.is_empty() {
        return Err(DeviceError::Fit("no frequencies or latencies were given".to_owned()));
    }
    let known_deviations = seen.iter().all(|s| s.3 > 0.0);
    let options = FitOptions { known_deviations, ..options };
    // At first all that has no error counts the same.
    let mut assumed = [0.1; 2];
    // At a quality factor of one the rate at the threshold jumps: a fit from one side of it may run against the threshold where one from the other goes on.
    let guesses = first_guesses(start, &names, points, &seen)?;
    let mut fitted = Err(DeviceError::Fit("there is nothing to begin with".to_owned()));
    for guess in guesses.iter().take(STARTS) {
        fitted = solve(guess, &names, points, &seen, assumed, options);
        if !matches!(fitted, Err(DeviceError::FitAtEdge(_))) {
            break;
        }
    }
    let mut fitted = fitted?;
    for _ in 0..30 {
        if known_deviations {
            break;
        }
        let off: Vec<(usize, f64)> =
            seen.iter().zip(&fitted.predictions).map(|(s, eta)| (s.0 as usize, s.2.ln() - eta)).collect();
        let next = deviations(&off, names.len(), assumed, [1e-9; 2]);
        let last = settled(&next, &assumed);
        assumed = next;
        fitted = solve(&fitted.device, &names, points, &seen, assumed, options)?;
        if last {
            break;
        }
    }
    let rename = |p: FittedParameter| match p.name.strip_prefix(GROUP) {
        Some(name) => FittedParameter { name: name.to_owned(), ..p },
        None => p,
    };
    fitted.parameters = fitted.parameters.into_iter().map(rename).collect();
    Ok(AntiferromagnetFit { observations: seen.iter().map(|s| (s.0, points[s.1].current)).collect(), fit: fitted })
}

fn solve(
    device: &DrivenAntiferromagnet,
    names: &[&str],
    points: &[Point],
    seen: &[Seen],
    assumed: [f64; 2],
    options: FitOptions,
) -> Result<Fit<DrivenAntiferromagnet>, DeviceError> {
    let observe = |(kind, _, value, error): &Seen| Observation::Normal {
        value: value.ln(),
        deviation: if *error > 0.0 { error / value } else { assumed[*kind as usize] },
    };
    let observations: Vec<_> = seen.iter().map(observe).collect();
    // Parameters are told by the names that they have for the user.
    fit(device, names, &observations, |d| predictions(d, points, seen), options).map_err(|error| match error {
        DeviceError::Fit(why) => DeviceError::Fit(why.replace(GROUP, "")),
        DeviceError::FitAtEdge(names) => DeviceError::FitAtEdge(names.replace(GROUP, "")),
        other => other,
    })
}

/// Logarithms of what a neuron would show.
fn predictions(device: &DrivenAntiferromagnet, points: &[Point], seen: &[Seen]) -> Result<Vec<f64>, DeviceError> {
    // Points of one current, as repeated measurements are, turn alike.
    let mut known: Vec<(f64, Turning)> = Vec::with_capacity(points.len());
    let one = |s: &Seen| {
        let current = points[s.1].current;
        if let Some((_, turning)) = known.iter().find(|k| k.0 == current) {
            return Ok(s.0.seen(*turning).ln());
        }
        let turning = device.antiferromagnet.turning(current / device.threshold_current)?;
        known.push((current, turning));
        Ok(s.0.seen(turning).ln())
    };
    seen.iter().map(one).collect()
}

/// A grid of thresholds below the least current and of quality factors, each with the scale of time that fits it, the best first; what is held stays.
fn first_guesses(
    start: &DrivenAntiferromagnet,
    names: &[&str],
    points: &[Point],
    seen: &[Seen],
) -> Result<Vec<DrivenAntiferromagnet>, DeviceError> {
    const THRESHOLDS: [f64; 5] = [0.5, 0.8, 0.92, 0.97, 0.99];
    const QUALITIES: [f64; 4] = [0.25, 0.6, 1.2, 3.0];
    let least = points.iter().map(|p| p.current).fold(f64::INFINITY, f64::min);
    let grid: Vec<(f64, f64)> = THRESHOLDS.iter().flat_map(|t| QUALITIES.iter().map(move |q| (least * t, *q))).collect();
    let one = |(threshold, quality): &(f64, f64)| guess(start, names, (*threshold, *quality), points, seen);
    let mut found: Vec<_> = grid.par_iter().filter_map(one).collect();
    if found.is_empty() {
        let why = "no neuron turns at all of these currents: the threshold that is held lies above some of them";
        return Err(DeviceError::Fit(why.to_owned()));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(found.into_iter().map(|f| f.1).collect())
}

/// A neuron of a threshold and a quality factor, and its squared distance; none where it does not turn at all currents.
fn guess(
    start: &DrivenAntiferromagnet,
    names: &[&str],
    (threshold, quality): (f64, f64),
    points: &[Point],
    seen: &[Seen],
) -> Option<(f64, DrivenAntiferromagnet)> {
    let exchange = start.antiferromagnet.exchange_frequency;
    let free = |name: &str| names.contains(&name);
    let with = |easy: f64| -> Option<DrivenAntiferromagnet> {
        let values = [(THRESHOLD, threshold), (EASY, easy), ("antiferromagnet.damping", (easy / exchange).sqrt() / quality)];
        let mut device = start.clone();
        values.iter().filter(|(name, _)| free(name)).try_for_each(|(name, v)| device.set(name, &Value::Number(*v))).ok()?;
        Some(device)
    };
    let device = with(start.antiferromagnet.easy_axis_frequency)?;
    let found = predictions(&device, points, seen).ok()?;
    // Rates go with the scale of time, latencies against it: their mean distance tells it.
    let sign = |s: &Seen| if s.0 == Kind::Frequency { 1.0 } else { -1.0 };
    let off: Vec<f64> = seen.iter().zip(found).map(|(s, eta)| sign(s) * (s.2.ln() - eta)).collect();
    let mean = if free(EASY) { off.iter().sum::<f64>() / off.len() as f64 } else { 0.0 };
    // At a damping that is held another scale is another quality factor: the distance is then that of a neuron nearby.
    let device = with(start.antiferromagnet.easy_axis_frequency * (2.0 * mean).exp())?;
    Some((off.iter().map(|d| (d - mean).powi(2)).sum(), device))
}
