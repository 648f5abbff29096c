//! Spin-torque oscillators from frequency, linewidth, power and relaxation over current.

use super::scatter::{deviations, settled};
use super::{Fit, FitOptions, FittedParameter, Observation, fit};
use crate::DeviceError;
use crate::oscillator::AutoOscillator;
use spinloom_core::constants::{BOLTZMANN, VACUUM_PERMEABILITY};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_core::statistics::{estimate, mean, variance};
use spinloom_magnet::macrospin::{Drive, Ensemble, Magnet};
use std::f64::consts::PI;

/// A measured value and its standard deviation, NaN where none is known.
pub type Measured = (f64, f64);

/// What was measured at one current.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Current, A.
    pub current: f64,
    /// Frequency of the line, Hz.
    pub frequency: Option<Measured>,
    /// Full width at half maximum of the line, Hz.
    pub linewidth: Option<Measured>,
    /// Power in the line, in any unit.
    pub power: Option<Measured>,
    /// Time in which a deviation of the power relaxes, s.
    pub relaxation_time: Option<Measured>,
}

/// What is measured, one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Frequency.
    Frequency,
    /// Linewidth.
    Linewidth,
    /// Power.
    Power,
    /// Relaxation time.
    RelaxationTime,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Frequency, Self::Linewidth, Self::Power, Self::RelaxationTime];

    /// This of what was measured at one current.
    pub fn of(self, point: &Point) -> Option<Measured> {
        match self {
            Self::Frequency => point.frequency,
            Self::Linewidth => point.linewidth,
            Self::Power => point.power,
            Self::RelaxationTime => point.relaxation_time,
        }
    }
}

spinloom_core::parameters! {
    /// An oscillator and how its power is measured.
    pub struct MeasuredOscillator {
        /// The oscillator.
        pub oscillator: AutoOscillator = AutoOscillator::default(), "", Bound::ANY;
        /// Measured power over the dimensionless power p.
        pub power_scale: f64 = 1.0, "", Bound::POSITIVE;
    }
}

impl MeasuredOscillator {
    /// Frequency as it is, the other quantities by their logarithms: their errors go with their size.
    fn predict(&self, kind: Kind, current: f64) -> f64 {
        let o = &self.oscillator;
        match kind {
            Kind::Frequency => o.frequency_at(current),
            Kind::Linewidth => o.linewidth(current).ln(),
            // Below the threshold there is no power, and its logarithm is as far off as one may go.
            Kind::Power => (self.power_scale * o.stationary_power(current)).max(1e-12 * self.power_scale).ln(),
            Kind::RelaxationTime => o.relaxation_time(current).min(1.0).ln(),
        }
    }
}

/// An oscillator fitted to what was measured.
#[derive(Debug, Clone)]
pub struct OscillatorFit {
    /// The fit; its parameters carry the names of [`AutoOscillator`].
    pub fit: Fit<AutoOscillator>,
    /// Kind and current (A) of each observation, in the order of its predictions and residuals.
    pub observations: Vec<(Kind, f64)>,
    /// Points whose linewidth was not used since they lie within a tenth of the threshold, where the line has no closed form.
    pub near_threshold: usize,
}

/// Share of the threshold current about it in which linewidths are not used.
const NEAR: f64 = 0.1;

/// Parameters that these points can tell: frequency, its shift and the threshold from frequencies; the noise from linewidths; the damping where relaxation
/// times, or linewidths below the first current at which there is a frequency, are among them; the nonlinear damping where the power is.
pub fn free_parameters(points: &[Point]) -> Vec<&'static str> {
    let has = |kind: Kind| points.iter().filter(|p| kind.of(p).is_some()).count();
    let first = points.iter().filter(|p| p.frequency.is_some()).map(|p| p.current).fold(f64::INFINITY, f64::min);
    let below = points.iter().filter(|p| p.linewidth.is_some() && p.frequency.is_none() && p.current < first).count();
    let all = [
        ("frequency", has(Kind::Frequency) > 0),
        ("frequency_shift", has(Kind::Frequency) > 2),
        ("threshold_current", has(Kind::Frequency) > 2 || has(Kind::Power) > 2),
        ("damping_rate", has(Kind::RelaxationTime) > 0 || below > 0),
        ("thermal_power", has(Kind::Linewidth) > below),
        ("nonlinear_damping", has(Kind::Power) > 2),
    ];
    all.into_iter().filter_map(|(name, free)| free.then_some(name)).collect()
}

/// The oscillator under which all points are most likely. Deviations that are not known are taken from the scatter, one for each kind of measurement.
///
/// ```
/// use spinloom_device::calibrate::FitOptions;
/// use spinloom_device::calibrate::oscillator::{Point, fit_oscillator};
/// use spinloom_device::oscillator::AutoOscillator;
/// let truth = AutoOscillator { threshold_current: 2e-3, frequency: 310e6, ..AutoOscillator::default() };
/// let at = |current: f64| Point { current, frequency: Some((truth.frequency_at(current), 1e4)), ..Point::default() };
/// let points: Vec<Point> = (0..12).map(|k| at(2.2e-3 + 0.4e-3 * f64::from(k))).collect();
/// let free = ["frequency", "frequency_shift", "threshold_current"];
/// let found = fit_oscillator(&AutoOscillator::default(), &free, &points, FitOptions::default())?;
/// assert!((found.fit.device.threshold_current - 2e-3).abs() < 1e-7);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
///
/// # Errors
/// As [`fit`].
pub fn fit_oscillator(
    start: &AutoOscillator,
    free: &[&str],
    points: &[Point],
    options: FitOptions,
) -> Result<OscillatorFit, DeviceError> {
    let device = first_guess(start, free, points);
    let mut names: Vec<String> = free.iter().map(|name| format!("oscillator.{name}")).collect();
    if points.iter().any(|p| p.power.is_some()) {
        names.push("power_scale".to_owned());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut chosen = chosen(points, &device.oscillator);
    // At first everything counts by its size.
    let mut deviations = [0.01 * device.oscillator.frequency.abs(), 0.1, 0.1, 0.1];
    let mut fitted = solve(&device, &names, points, &chosen, &deviations, options)?;
    for _ in 0..30 {
        let next = scatter(&chosen, points, &fitted, &deviations, names.len());
        let again = self::chosen(points, &fitted.device.oscillator);
        let settled = settled(&next, &deviations) && again == chosen;
        (deviations, chosen) = (next, again);
        fitted = solve(&fitted.device, &names, points, &chosen, &deviations, options)?;
        if settled {
            break;
        }
    }
    let linewidths = points.iter().filter(|p| p.linewidth.is_some()).count();
    let used = chosen.iter().filter(|(kind, _)| *kind == Kind::Linewidth).count();
    Ok(OscillatorFit {
        observations: chosen.iter().map(|(kind, k)| (*kind, points[*k].current)).collect(),
        near_threshold: linewidths - used,
        fit: plain(fitted),
    })
}

/// Kind and point of every measurement that can be used with this threshold.
fn chosen(points: &[Point], device: &AutoOscillator) -> Vec<(Kind, usize)> {
    let usable = |kind: Kind, point: &Point| {
        kind.of(point).is_some() && (kind != Kind::Linewidth || (device.supercriticality(point.current) - 1.0).abs() > NEAR)
    };
    let of = |kind: Kind| points.iter().enumerate().filter(move |(_, p)| usable(kind, p)).map(move |(k, _)| (kind, k));
    Kind::ALL.into_iter().flat_map(of).collect()
}

fn solve(
    device: &MeasuredOscillator,
    names: &[&str],
    points: &[Point],
    chosen: &[(Kind, usize)],
    deviations: &[f64; 4],
    options: FitOptions,
) -> Result<Fit<MeasuredOscillator>, DeviceError> {
    let observe = |(kind, k): &(Kind, usize)| {
        let (value, error) = kind.of(&points[*k]).unwrap_or((f64::NAN, f64::NAN));
        let unknown = deviations[*kind as usize];
        match kind {
            Kind::Frequency => Observation::Normal { value, deviation: if error > 0.0 { error } else { unknown } },
            _ => Observation::Normal { value: value.ln(), deviation: if error > 0.0 { error / value } else { unknown } },
        }
    };
    let observations: Vec<_> = chosen.iter().map(observe).collect();
    let known_deviations = chosen.iter().all(|(kind, k)| kind.of(&points[*k]).is_some_and(|m| m.1 > 0.0));
    let predict = |d: &MeasuredOscillator| Ok(chosen.iter().map(|(kind, k)| d.predict(*kind, points[*k].current)).collect());
    fit(device, names, &observations, predict, FitOptions { known_deviations, ..options })
}

/// Deviation of each kind of measurement from the scatter about the fit.
fn scatter(
    chosen: &[(Kind, usize)],
    points: &[Point],
    fitted: &Fit<MeasuredOscillator>,
    before: &[f64; 4],
    free: usize,
) -> [f64; 4] {
    let off = |((kind, k), eta): (&(Kind, usize), &f64)| {
        let value = kind.of(&points[*k]).map_or(f64::NAN, |m| m.0);
        (*kind as usize, if *kind == Kind::Frequency { value - eta } else { value.ln() - eta })
    };
    let off: Vec<(usize, f64)> = chosen.iter().zip(&fitted.predictions).map(off).collect();
    deviations(&off, free, *before, [1e-9 * fitted.device.oscillator.frequency, 1e-9, 1e-9, 1e-9])
}

/// The fit of the oscillator alone, under its own names.
fn plain(fitted: Fit<MeasuredOscillator>) -> Fit<AutoOscillator> {
    let rename = |p: FittedParameter| match p.name.strip_prefix("oscillator.") {
        Some(name) => FittedParameter { name: name.to_owned(), ..p },
        None => p,
    };
    Fit {
        device: fitted.device.oscillator,
        parameters: fitted.parameters.into_iter().map(rename).collect(),
        correlations: fitted.correlations,
        deviance: fitted.deviance,
        degrees: fitted.degrees,
        p_value: fitted.p_value,
        predictions: fitted.predictions,
        residuals: fitted.residuals,
    }
}

/// Frequency, shift and threshold from the two ends of the frequencies, the power scale from the largest power.
fn first_guess(start: &AutoOscillator, free: &[&str], points: &[Point]) -> MeasuredOscillator {
    let mut o = start.clone();
    let mut seen: Vec<(f64, f64)> = points.iter().filter_map(|p| p.frequency.map(|f| (p.current, f.0))).collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let (Some(first), Some(last)) = (seen.first(), seen.last()) {
        if free.contains(&"threshold_current") && first.0 > 0.0 {
            // The closest below the first current at which it oscillates; a silent point below tells more.
            let silent =
                points.iter().filter(|p| p.frequency.is_none() && p.current < first.0).map(|p| p.current).fold(0.0, f64::max);
            o.threshold_current = if silent > 0.0 { 0.5 * (silent + first.0) } else { 0.95 * first.0 };
        }
        let (low, high) = (o.stationary_power(first.0), o.stationary_power(last.0));
        if free.contains(&"frequency_shift") && high > low {
            o.frequency_shift = (last.1 - first.1) / (high - low);
        }
        if free.contains(&"frequency") {
            o.frequency = first.1 - o.frequency_shift * low;
        }
    }
    let ratio = |p: &Point| p.power.map(|m| m.0 / o.stationary_power(p.current)).filter(|r| r.is_finite() && *r > 0.0);
    let scales: Vec<f64> = points.iter().filter_map(ratio).collect();
    let power_scale = if scales.is_empty() { 1.0 } else { spinloom_core::statistics::quantile(&scales, 0.5) };
    MeasuredOscillator { oscillator: o, power_scale }
}

spinloom_core::parameters! {
    /// A free layer that oscillates in a field along its axis: an easy plane, a field across it beyond the demagnetising one, and a spin current polarised
    /// along the field, against it. The one case in which frequency, power and threshold of a macrospin are known exactly:
    ///
    /// ```text
    /// omega = gamma (B - B_d cos theta),  p = (1 - cos theta) / 2:   omega_0 = gamma (B - B_d),  N = 2 gamma B_d
    /// dp/dt = -2 p (1 - p) (alpha omega(p) - gamma B_DL):            Gamma = alpha omega_0,  B_DL = alpha (B - B_d) at the threshold
    /// ```
    ///
    /// with Q = 2 B_d / (B - B_d) - 1 to first order in p, and a noise of kT / (2 Ms V (B - B_d)). A. Slavin and V. Tiberkevich, IEEE Trans. Magn. 45, 1875
    /// (2009), doi:10.1109/TMAG.2008.2009935, sections II and III.
    pub struct AxialOscillator {
        /// Diameter of the free layer.
        pub diameter: f64 = 100e-9, "m", Bound::POSITIVE;
        /// Thickness of the free layer.
        pub thickness: f64 = 3e-9, "m", Bound::POSITIVE;
        /// Saturation magnetization; the layer is taken as infinitely wide, B_d = mu_0 Ms.
        pub saturation_magnetization: f64 = 8e5, "A/m", Bound::POSITIVE;
        /// Gilbert damping.
        pub damping: f64 = 0.01, "", Bound::between(1e-6, 1.0);
        /// Field along the axis, which has to be greater than B_d.
        pub field: f64 = 1.5, "T", Bound::POSITIVE;
        /// Share of the current that is absorbed as a spin current.
        pub spin_polarization: f64 = 0.4, "", Bound::between(1e-3, 1.0);
        /// Temperature of the free layer.
        pub temperature: f64 = 300.0, "K", Bound::POSITIVE;
    }
}

impl AxialOscillator {
    fn magnet(&self) -> Magnet {
        Magnet {
            saturation_magnetization: self.saturation_magnetization,
            volume: PI / 4.0 * self.diameter * self.diameter * self.thickness,
            damping: self.damping,
            anisotropy: 0.0,
            axis: [0.0, 0.0, 1.0],
            demagnetization: [0.0, 0.0, 1.0],
            temperature: self.temperature,
        }
    }

    /// The compact oscillator that it is near its threshold.
    ///
    /// ```
    /// use spinloom_device::calibrate::oscillator::AxialOscillator;
    /// let oscillator = AxialOscillator::default().compact()?;
    /// assert!((oscillator.frequency / 13.85e9 - 1.0).abs() < 1e-3 && (oscillator.nonlinear_damping - 3.06).abs() < 0.01);
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a field that is not greater than the demagnetising one.
    pub fn compact(&self) -> Result<AutoOscillator, DeviceError> {
        let demagnetizing = VACUUM_PERMEABILITY * self.saturation_magnetization;
        let left = self.field - demagnetizing;
        if left.is_nan() || left <= 0.0 {
            let bound = format!("greater than the demagnetising field of {demagnetizing:.4} T");
            return Err(DeviceError::OutOfRange { what: "the field of an axial oscillator (T)", value: self.field, bound });
        }
        let magnet = self.magnet();
        let per_ampere = magnet.damping_like_field(self.spin_polarization);
        // gamma' = gamma / (1 + alpha^2) in precession and damping alike.
        let rate = magnet.precession_rate();
        Ok(AutoOscillator {
            frequency: rate * left / (2.0 * PI),
            frequency_shift: 2.0 * rate * demagnetizing / (2.0 * PI),
            damping_rate: self.damping * rate * left,
            nonlinear_damping: 2.0 * demagnetizing / left - 1.0,
            threshold_current: self.damping * left / per_ampere,
            thermal_power: BOLTZMANN * self.temperature / (2.0 * magnet.moment() * left),
            ..AutoOscillator::default()
        })
    }

    /// What a spectrum analyser would show at a current (A), from so many macrospins over a time (s) by the stochastic Landau-Lifshitz-Gilbert equation:
    /// frequency from the mean turn, linewidth from the spread of the phases, power, and the relaxation time from the correlation of the power with itself.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for fewer than eight macrospins, a time of less than twenty relaxation times, and as [`AxialOscillator::compact`];
    /// [`DeviceError::Magnet`].
    pub fn measure(&self, current: f64, macrospins: usize, duration: f64, seed: u64) -> Result<Point, DeviceError> {
        let compact = self.compact()?;
        let relaxation = compact.relaxation_time(current);
        if macrospins < 8 || !(duration >= 20.0 * relaxation && duration.is_finite()) {
            let bound = format!("at least twenty relaxation times ({:e} s) of at least eight macrospins", 20.0 * relaxation);
            return Err(DeviceError::OutOfRange { what: "the time of watching (s)", value: duration, bound });
        }
        let magnet = self.magnet();
        let torque = magnet.damping_like_field(self.spin_polarization * current);
        let step = magnet.time_step(self.field);
        let mut spins = Ensemble::new(&vec![magnet; macrospins], step, |i| Stream::new(seed, "macrospins of an oscillator", i))?;
        let power = compact.stationary_power(current).clamp(1e-3, 0.9);
        let (z, r) = (1.0 - 2.0 * power, 2.0 * (power * (1.0 - power)).sqrt());
        for i in 0..macrospins {
            spins.set_magnetization(i, [r, 0.0, z])?;
            let drive = Drive { field: [0.0, 0.0, self.field], damping_like: [0.0, 0.0, -torque], ..Drive::default() };
            spins.set_drive(i, &drive)?;
        }
        spins.advance((10.0 * relaxation / step).ceil() as usize)?;
        // A tenth of a turn, and a tenth of a relaxation time.
        let turn = 0.1 / compact.frequency_at(current.max(compact.threshold_current)).abs();
        let stride = ((turn / step).floor() as usize).max(1);
        let interval = stride as f64 * step;
        let lag = ((0.5 * relaxation / interval).round() as usize).max(1);
        Ok(Watched::new(&mut spins, (duration / interval).ceil() as usize, stride)?.point(current, interval, lag))
    }
}

/// Phases and powers of macrospins over time.
struct Watched {
    /// Turns since the start at half time and at the end, one a macrospin.
    phases: Vec<[f64; 2]>,
    /// Powers, one row a macrospin.
    powers: Vec<Vec<f64>>,
    samples: usize,
}

impl Watched {
    fn new(spins: &mut Ensemble, samples: usize, stride: usize) -> Result<Self, DeviceError> {
        let count = spins.len();
        let mut phases = vec![[0.0; 2]; count];
        let mut powers = vec![Vec::with_capacity(samples); count];
        let mut last: Vec<f64> = spins.magnetizations().map(|m| m[1].atan2(m[0])).collect();
        let mut total = vec![0.0; count];
        for sample in 0..samples {
            spins.advance(stride)?;
            for (i, m) in spins.magnetizations().enumerate() {
                let phase = m[1].atan2(m[0]);
                let turned = phase - last[i];
                total[i] += turned - 2.0 * PI * (turned / (2.0 * PI)).round();
                last[i] = phase;
                powers[i].push(0.5 * (1.0 - m[2]));
            }
            if sample + 1 == samples / 2 {
                phases.iter_mut().zip(&total).for_each(|(p, t)| p[0] = *t);
            }
        }
        phases.iter_mut().zip(&total).for_each(|(p, t)| p[1] = *t);
        Ok(Self { phases, powers, samples })
    }

    fn point(&self, current: f64, interval: f64, lag: usize) -> Point {
        let (n, half) = (self.phases.len() as f64, (self.samples / 2) as f64 * interval);
        let all = self.samples as f64 * interval;
        let rates: Vec<f64> = self.phases.iter().map(|p| p[1] / (2.0 * PI * all)).collect();
        let frequency = estimate(&rates);
        // The variance of the phase grows by 2 pi FWHM in time once the power has forgotten itself; an error of a variance is sqrt(2 / (n - 1)) of it.
        let spread = |phases: Vec<f64>| variance(&phases);
        let (first, second) =
            (spread(self.phases.iter().map(|p| p[0]).collect()), spread(self.phases.iter().map(|p| p[1] - p[0]).collect()));
        let linewidth = 0.5 * (first / half + second / (all - half)) / (2.0 * PI);
        let means: Vec<f64> = self.powers.iter().map(|row| mean(row)).collect();
        let power = estimate(&means);
        let correlations: Vec<f64> = self.powers.iter().map(|row| correlation(row, power.mean, lag)).collect();
        let time = |c: f64| -(interval * lag as f64) / c.ln();
        let c = estimate(&correlations);
        let relaxation_time =
            (c.mean > 0.0 && c.mean < 1.0).then(|| (time(c.mean), time(c.mean) * c.standard_error / (c.mean * -c.mean.ln())));
        Point {
            current,
            frequency: Some((frequency.mean.abs(), frequency.standard_error)),
            linewidth: Some((linewidth, linewidth / (n - 1.0).sqrt())),
            power: Some((power.mean, power.standard_error)),
            relaxation_time,
        }
    }
}

/// Correlation of a series with itself some samples later, about a mean that is known.
fn correlation(series: &[f64], mean: f64, lag: usize) -> f64 {
    let about = |v: &f64| v - mean;
    let later: f64 = series.iter().zip(&series[lag.min(series.len())..]).map(|(a, b)| about(a) * about(b)).sum();
    let now: f64 = series.iter().map(|a| about(a).powi(2)).sum();
    later / now * series.len() as f64 / series.len().saturating_sub(lag).max(1) as f64
}
