//! Superparamagnetic junctions from their dwell times.

use super::trace::Seen;
use super::{Fit, FitOptions, fit};
use crate::DeviceError;
use crate::junction::Junction;
use crate::telegraph::{Rates, Telegraph};
use spinloom_core::random::Stream;
use spinloom_magnet::macrospin::{Drive, Ensemble};

/// What was seen while nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// Voltage on the junction, V.
    pub voltage: f64,
    /// Applied field mu_0 H, T.
    pub field: f64,
    /// Temperature, K; where none is known that of the device that is fitted.
    pub temperature: Option<f64>,
    /// What was seen.
    pub seen: Seen,
}

impl Condition {
    fn rates(&self, device: &Telegraph) -> Rates {
        match self.temperature {
            Some(temperature) => Telegraph { temperature, ..device.clone() }.rates(self.voltage, self.field),
            None => device.rates(self.voltage, self.field),
        }
    }
}

/// How many values differ, to a part in a thousand of their range.
fn distinct(values: impl Iterator<Item = f64>) -> usize {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    let range = all.last().zip(all.first()).map_or(0.0, |(b, a)| b - a);
    all.dedup_by(|a, b| (*a - *b).abs() <= 1e-3 * range);
    all.len()
}

/// Parameters that these conditions can tell: the barrier, for an attempt time that is known; with it the attempt time, where temperature or, as a barrier is
/// quadratic in it, field take three values (two for temperature); the critical voltage and the stray field where the voltage does; the anisotropy field
/// where the field does.
pub fn free_parameters(conditions: &[Condition]) -> Vec<&'static str> {
    let voltages = distinct(conditions.iter().map(|c| c.voltage));
    let fields = distinct(conditions.iter().map(|c| c.field));
    let temperatures = distinct(conditions.iter().filter_map(|c| c.temperature));
    let all = [
        ("barrier", true),
        ("critical_voltage", voltages > 1),
        ("anisotropy_field", fields > 1),
        ("stray_field", voltages > 2 || fields > 1),
        ("attempt_time", temperatures > 1 || fields > 2),
    ];
    all.into_iter().filter_map(|(name, free)| free.then_some(name)).collect()
}

/// The slope of y over x by least squares; 0 where x does not vary.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let (xx, xy) = points.iter().fold((0.0, 0.0), |(xx, xy), p| (xx + (p.0 - x).powi(2), xy + (p.0 - x) * (p.1 - y)));
    if xx > 0.0 { xy / xx } else { 0.0 }
}

/// A device to begin with: barrier from the mean logarithm of the rates, critical voltage and anisotropy field from how the odds go with voltage and field.
fn first_guess(start: &Telegraph, free: &[&str], conditions: &[Condition]) -> Telegraph {
    let mut device = start.clone();
    let known: Vec<(&Condition, Rates)> = conditions.iter().filter_map(|c| c.seen.rates().map(|r| (c, r))).collect();
    if known.is_empty() {
        return device;
    }
    let scale = |c: &Condition| 300.0 / c.temperature.unwrap_or(start.temperature);
    let balance = known.iter().map(|(_, r)| (r.leave_parallel / r.leave_antiparallel).ln().abs()).fold(f64::INFINITY, f64::min);
    let near: Vec<f64> = known
        .iter()
        .filter(|(_, r)| (r.leave_parallel / r.leave_antiparallel).ln().abs() <= balance + 1.0)
        .map(|(c, r)| -(0.5 * (r.leave_parallel.ln() + r.leave_antiparallel.ln()) + device.attempt_time.ln()) / scale(c))
        .collect();
    if free.contains(&"barrier") {
        device.barrier = (near.iter().sum::<f64>() / near.len() as f64).clamp(0.5, 199.0);
    }
    let odds = |r: &Rates| 0.5 * (r.leave_antiparallel / r.leave_parallel).ln();
    // One thing varied at a time: at the field, or the voltage, of most conditions.
    let most = |of: &dyn Fn(&Condition) -> f64| {
        let count = |v: f64| known.iter().filter(|(c, _)| of(c) == v).count();
        known.iter().map(|(c, _)| of(c)).max_by_key(|v| count(*v)).unwrap_or(0.0)
    };
    let along = |x: &dyn Fn(&Condition) -> f64, held: &dyn Fn(&Condition) -> f64| {
        let at = most(held);
        let points: Vec<_> = known.iter().filter(|(c, _)| held(c) == at).map(|(c, r)| (x(c), odds(r) / scale(c))).collect();
        slope(&points).abs()
    };
    let (by_voltage, by_field) = (along(&|c| c.voltage, &|c| c.field), along(&|c| c.field, &|c| c.voltage));
    if free.contains(&"critical_voltage") && by_voltage > 0.0 {
        device.critical_voltage = device.barrier / by_voltage;
    }
    if free.contains(&"anisotropy_field") && by_field > 0.0 {
        device.anisotropy_field = 2.0 * device.barrier / by_field;
    }
    device
}

/// The junction under which the dwell times at all conditions are most likely. What is not named in `free` is held at its value in `start`.
///
/// At one temperature and field only exp(-Delta) / tau_0 and Delta / V_c follow from dwell times; the attempt time is then an assumption, and barrier and
/// critical voltage stand with it.
///
/// ```
/// use spinloom_device::calibrate::FitOptions;
/// use spinloom_device::calibrate::telegraph::{Condition, fit_telegraph};
/// use spinloom_device::calibrate::trace::Seen;
/// use spinloom_device::telegraph::Telegraph;
/// let truth = Telegraph { barrier: 12.0, critical_voltage: 0.3, ..Telegraph::default() };
/// let seen = |voltage: f64| {
///     let rates = truth.rates(voltage, 0.0);
///     let flips = [rates.leave_parallel, rates.leave_antiparallel];
///     Condition { voltage, field: 0.0, temperature: None, seen: Seen::Dwells { time: [1.0; 2], flips } }
/// };
/// let conditions = [-0.03, 0.0, 0.03].map(seen);
/// let fitted = fit_telegraph(&Telegraph::default(), &["barrier", "critical_voltage"], &conditions, FitOptions::default())?;
/// assert!((fitted.device.barrier - 12.0).abs() < 1e-4 && (fitted.device.critical_voltage - 0.3).abs() < 1e-4);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
///
/// # Errors
/// As [`fit`].
pub fn fit_telegraph(
    start: &Telegraph,
    free: &[&str],
    conditions: &[Condition],
    options: FitOptions,
) -> Result<Fit<Telegraph>, DeviceError> {
    let observations: Vec<_> = conditions.iter().flat_map(|c| c.seen.observations()).collect();
    let predict = |d: &Telegraph| Ok(conditions.iter().flat_map(|c| c.seen.predict(&c.rates(d))).collect());
    fit(&first_guess(start, free, conditions), free, &observations, predict, options)
}

/// Macrospins of a junction of low barrier, watched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    /// How many.
    pub macrospins: usize,
    /// For how long, s.
    pub duration: f64,
    /// Seed of their noise.
    pub seed: u64,
}

/// Cosine of the angle that has to be passed for a flip: well inside the other state, so that turning back at the top of the barrier counts as none.
const INSIDE: f64 = 0.5;

/// Looks that are kept before they are counted.
const AT_ONCE: usize = 4096;

/// Dwell times of macrospins at a voltage (V) and a temperature (K), by the stochastic Landau-Lifshitz-Gilbert equation.
///
/// # Errors
/// [`DeviceError::Magnet`] for a junction outside the macrospin model, and [`DeviceError::OutOfRange`] for none, or for no time.
pub fn macrospin_dwells(junction: &Junction, voltage: f64, temperature: f64, watch: Watch) -> Result<Condition, DeviceError> {
    if watch.macrospins == 0 || !(watch.duration > 0.0 && watch.duration.is_finite()) {
        let bound = "greater than 0, of at least one macrospin".to_owned();
        return Err(DeviceError::OutOfRange { what: "the time of watching (s)", value: watch.duration, bound });
    }
    let magnet = Junction { temperature, ..junction.clone() }.magnet();
    let torque = junction.damping * junction.anisotropy_field * voltage / junction.critical_voltage();
    // Ten looks in the time in which an angle relaxes see every dwell that is one.
    let step = magnet.time_step(torque.abs());
    let stride = ((0.1 * junction.relaxation_time() / step).floor() as usize).max(1);
    let mut spins =
        Ensemble::new(&vec![magnet; watch.macrospins], step, |i| Stream::new(watch.seed, "telegraph of macrospins", i))?;
    let mut state = vec![false; watch.macrospins];
    for (i, antiparallel) in state.iter_mut().enumerate() {
        *antiparallel = i % 2 == 1;
        spins.set_magnetization(i, [0.0, 0.0, if *antiparallel { -1.0 } else { 1.0 }])?;
        spins.set_drive(i, &Drive { damping_like: [0.0, 0.0, torque], ..Drive::default() })?;
    }
    let looks = (watch.duration / (step * stride as f64)).ceil() as usize;
    // First some relaxation times in which the wells fill.
    spins.advance(100 * stride)?;
    let (mut stays, mut flips) = ([0.0; 2], [0.0; 2]);
    let mut left = looks;
    while left > 0 {
        let samples = left.min(AT_ONCE);
        let heights = spins.record(samples, stride, [0.0, 0.0, 1.0])?;
        for (heights, antiparallel) in heights.chunks_exact(samples).zip(&mut state) {
            for z in heights {
                let from = usize::from(*antiparallel);
                stays[from] += 1.0;
                if (*antiparallel && *z > INSIDE) || (!*antiparallel && *z < -INSIDE) {
                    flips[from] += 1.0;
                    *antiparallel = !*antiparallel;
                }
            }
        }
        left -= samples;
    }
    let time = stays.map(|n| n * step * stride as f64);
    Ok(Condition { voltage, field: 0.0, temperature: Some(temperature), seen: Seen::Dwells { time, flips } })
}
