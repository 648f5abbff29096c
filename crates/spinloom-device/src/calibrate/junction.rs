//! Stable junctions from switching probabilities and from loops of resistance over voltage.

use super::{Fit, FitOptions, Observation, fit};
use crate::DeviceError;
use crate::junction::{Junction, Pulse, State, Switching};
use rayon::prelude::*;
use spinloom_core::parameters::Bound;

/// Pulses of one kind on a junction, and how many switched it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trials {
    /// The pulse.
    pub pulse: Pulse,
    /// The state it begins in.
    pub from: State,
    /// How many switched.
    pub switched: f64,
    /// How many there were.
    pub trials: f64,
}

impl Trials {
    fn observation(&self) -> Observation {
        Observation::Binomial { successes: self.switched, trials: self.trials }
    }

    /// Amplitude in the direction that switches, V or A.
    fn amplitude(&self) -> f64 {
        let (Pulse::Current { current: value, .. } | Pulse::Voltage { voltage: value, .. }) = self.pulse;
        -self.from.cosine() * value
    }

    fn is_current(&self) -> bool {
        matches!(self.pulse, Pulse::Current { .. })
    }
}

spinloom_core::parameters! {
    /// Switching over a barrier that falls as a power of the pulse, at an attempt time that does not depend on it:
    /// P = 1 - exp(-(t / tau_0) exp(-Delta (1 - V / V_c)^n)).
    ///
    /// What most switching experiments are fitted with. A perpendicular junction has n = 2 (T. Taniguchi and H. Imamura, Phys. Rev. B 83, 054432 (2011),
    /// doi:10.1103/PhysRevB.83.054432); with n = 1 the same data give a smaller barrier.
    pub struct ThermalSwitching {
        /// Barrier without a pulse over the thermal energy, Delta.
        pub thermal_stability: f64 = 40.0, "", Bound::POSITIVE;
        /// Voltage at which the barrier is gone, V_c.
        pub critical_voltage: f64 = 0.5, "V", Bound::POSITIVE;
        /// Current out of the parallel state at which the barrier is gone, I_c.
        pub critical_current: f64 = 30e-6, "A", Bound::POSITIVE;
        /// Attempt time tau_0.
        pub attempt_time: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Exponent n.
        pub exponent: f64 = 2.0, "", Bound::between(0.5, 4.0);
        /// Critical current of the antiparallel over that of the parallel state.
        pub antiparallel_current: f64 = 0.5, "", Bound::POSITIVE;
    }
}

impl ThermalSwitching {
    /// Logit of the probability to switch.
    fn predict(&self, trial: &Trials) -> f64 {
        let critical = match (trial.is_current(), trial.from) {
            (false, _) => self.critical_voltage,
            (true, State::Parallel) => self.critical_current,
            (true, State::Antiparallel) => self.critical_current * self.antiparallel_current,
        };
        let barrier = self.thermal_stability * (1.0 - trial.amplitude() / critical).max(0.0).powf(self.exponent);
        let x = trial.pulse.duration() / self.attempt_time * (-barrier).exp();
        // ln(exp(x) - 1).
        x + (-(-x).exp_m1()).max(1e-300).ln()
    }
}

/// What trials are fitted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All by voltage.
    Voltage,
    /// All by current.
    Current,
}

/// Whether the trials are by voltage or by current.
///
/// # Errors
/// [`DeviceError::Fit`] for none, and for both: what a current does depends on the resistance.
pub fn kind_of(trials: &[Trials]) -> Result<Kind, DeviceError> {
    let currents = trials.iter().filter(|t| t.is_current()).count();
    match (trials.len(), currents) {
        (0, _) => Err(DeviceError::Fit("no pulses were given".to_owned())),
        (_, 0) => Ok(Kind::Voltage),
        (n, c) if n == c => Ok(Kind::Current),
        _ => Err(DeviceError::Fit("pulses of voltage and of current were given: fit them apart".to_owned())),
    }
}

/// Fits [`ThermalSwitching`] from many starts and answers with the best.
///
/// # Errors
/// As [`fit`] and [`kind_of`].
pub fn fit_thermal(
    start: &ThermalSwitching,
    free: &[&str],
    trials: &[Trials],
    options: FitOptions,
) -> Result<Fit<ThermalSwitching>, DeviceError> {
    let kind = kind_of(trials)?;
    let observations: Vec<_> = trials.iter().map(Trials::observation).collect();
    let predict = |d: &ThermalSwitching| Ok(trials.iter().map(|t| d.predict(t)).collect());
    let largest = trials.iter().map(|t| t.amplitude().abs()).fold(0.0, f64::max);
    if largest <= 0.0 {
        return Err(DeviceError::Fit("all pulses are of amplitude 0".to_owned()));
    }
    let given = |name: &str| free.contains(&name);
    let mut starts = Vec::new();
    for stability in if given("thermal_stability") { vec![8.0, 15.0, 30.0, 60.0, 120.0] } else { vec![start.thermal_stability] } {
        for over in [0.7, 1.0, 1.5, 2.5] {
            let mut guess = ThermalSwitching { thermal_stability: stability, ..start.clone() };
            match kind {
                Kind::Voltage if given("critical_voltage") => guess.critical_voltage = over * largest,
                Kind::Current if given("critical_current") => guess.critical_current = over * largest,
                _ => {}
            }
            starts.push(guess);
        }
    }
    let found: Vec<_> = starts.into_par_iter().map(|s| fit(&s, free, &observations, predict, options)).collect();
    let best = |a: Result<Fit<_>, DeviceError>, b: Result<Fit<_>, DeviceError>| match (&a, &b) {
        (Ok(x), Ok(y)) if y.deviance < x.deviance => b,
        (Err(_), Ok(_)) => b,
        _ => a,
    };
    found.into_iter().reduce(best).unwrap_or_else(|| Err(DeviceError::Fit("no pulses were given".to_owned())))
}

/// Parameters of [`ThermalSwitching`] that these trials can tell: all where pulses of several lengths and amplitudes were used; the attempt time is held where
/// all lasted equally long.
pub fn free_parameters(trials: &[Trials]) -> Vec<&'static str> {
    let critical = if trials.iter().all(Trials::is_current) { "critical_current" } else { "critical_voltage" };
    let first = trials.first().map_or(0.0, |t| t.pulse.duration());
    let lengths = trials.iter().any(|t| (t.pulse.duration() / first - 1.0).abs() > 1e-3);
    let mut free = vec!["thermal_stability", critical];
    if lengths {
        free.push("attempt_time");
    }
    free
}

impl Junction {
    /// The junction with another anisotropy field and damping, so that it has this thermal stability and critical voltage (V).
    ///
    /// ```
    /// use spinloom_device::junction::Junction;
    /// let junction = Junction::default().matching(45.0, 0.25)?;
    /// assert!((junction.thermal_stability() - 45.0).abs() < 1e-9 && (junction.critical_voltage() - 0.25).abs() < 1e-12);
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] where no damping between 1e-6 and 10 does it.
    pub fn matching(&self, stability: f64, critical_voltage: f64) -> Result<Self, DeviceError> {
        let mut junction = self.clone();
        junction.anisotropy_field *= stability / self.thermal_stability();
        junction.damping *= critical_voltage / junction.critical_voltage();
        if junction.anisotropy_field.is_finite() && (1e-6..=10.0).contains(&junction.damping) {
            return Ok(junction);
        }
        let bound = "between 1e-6 and 10: geometry, polarisation and resistance-area product do not go with the data".to_owned();
        Err(DeviceError::OutOfRange { what: "the damping that a critical voltage asks for", value: junction.damping, bound })
    }
}

/// Fits a [`Junction`] itself by the Fokker-Planck equation, which holds below, at and above the critical voltage. Anisotropy field and damping are usually
/// free: stability, critical voltage and the time scale follow from both.
///
/// # Errors
/// As [`fit`] and [`kind_of`]; [`DeviceError::Magnet`] for barriers outside the equation.
pub fn fit_junction(
    start: &Junction,
    free: &[&str],
    trials: &[Trials],
    options: FitOptions,
) -> Result<Fit<Junction>, DeviceError> {
    kind_of(trials)?;
    let observations: Vec<_> = trials.iter().map(Trials::observation).collect();
    let groups = same_pulse(trials);
    let predict = |device: &Junction| {
        let solved: Vec<Vec<f64>> = groups
            .par_iter()
            .map(|group| {
                let durations: Vec<f64> = group.iter().map(|k| trials[*k].pulse.duration()).collect();
                device.switching_logits(trials[group[0]].pulse, trials[group[0]].from, &durations)
            })
            .collect::<Result<_, _>>()?;
        let mut all = vec![0.0; trials.len()];
        for (group, values) in groups.iter().zip(solved) {
            group.iter().zip(values).for_each(|(k, v)| all[*k] = v);
        }
        Ok(all)
    };
    fit(start, free, &observations, predict, options)
}

/// Indices of trials that differ in duration only, shorter ones first: one solution of the equation serves them all.
fn same_pulse(trials: &[Trials]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..trials.len()).collect();
    let key = |t: &Trials| (t.from == State::Parallel, t.amplitude());
    order.sort_by(|a, b| {
        let (a, b) = (&trials[*a], &trials[*b]);
        let (x, y) = (key(a), key(b));
        x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)).then(a.pulse.duration().total_cmp(&b.pulse.duration()))
    });
    order.chunk_by(|a, b| key(&trials[*a]) == key(&trials[*b])).map(<[usize]>::to_vec).collect()
}

/// Trials by macrospins: every pulse on so many, by the stochastic Landau-Lifshitz-Gilbert equation.
///
/// # Errors
/// As [`Junction::switching_probability`].
pub fn macrospin_trials(junction: &Junction, pulse: Pulse, from: State, trials: usize, seed: u64) -> Result<Trials, DeviceError> {
    let switched = junction.switching_probability(pulse, from, Switching::Macrospin { trials, seed })?;
    Ok(Trials { pulse, from, switched: (switched.probability * trials as f64).round(), trials: trials as f64 })
}

/// A point of a loop: voltage (V) and resistance (Ohm).
pub type LoopPoint = (f64, f64);

/// A loop of resistance over voltage, fitted.
#[derive(Debug, Clone)]
pub struct Loop {
    /// The junction with resistance-area product, magnetoresistance and half voltage of the loop.
    pub fit: Fit<Junction>,
    /// The state of each point; none where it lies on neither branch, as in the middle of a jump.
    pub states: Vec<Option<State>>,
}

/// Robust deviations from a branch beyond which a point belongs to none.
const OFF_BRANCH: f64 = 6.0;

/// Fits the resistances of both states over voltage, R_P and R_P (1 + TMR(V)), to a loop whose points are given to the branch they are nearest to.
///
/// ```
/// use spinloom_device::calibrate::junction::fit_loop;
/// use spinloom_device::calibrate::FitOptions;
/// use spinloom_device::junction::{Junction, State};
/// let truth = Junction { tunnel_magnetoresistance: 0.9, half_voltage: 0.4, ..Junction::default() };
/// let branch = |state: State| (-8..=8).map(|k| 0.05 * f64::from(k)).map(|v| (v, truth.resistance(state, v))).collect::<Vec<_>>();
/// let points = [branch(State::Parallel), branch(State::Antiparallel)].concat();
/// let found = fit_loop(&Junction::default(), &points, FitOptions::default())?;
/// assert!((found.fit.device.half_voltage - 0.4).abs() < 1e-4);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
///
/// # Errors
/// [`DeviceError::Fit`] for a loop without two branches, and as [`fit`].
pub fn fit_loop(start: &Junction, points: &[LoopPoint], options: FitOptions) -> Result<Loop, DeviceError> {
    let no_branches = || DeviceError::Fit("the loop has one branch only: both states have to be in it".to_owned());
    if points.len() < 4 || points.iter().any(|(_, r)| r.is_nan() || *r <= 0.0) {
        return Err(DeviceError::Fit("a loop wants at least four points of positive resistance".to_owned()));
    }
    // Where the voltage is small the branches are furthest apart.
    let mut by_voltage: Vec<&LoopPoint> = points.iter().collect();
    by_voltage.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
    let near: Vec<f64> = by_voltage.iter().take((points.len() / 4).max(4)).map(|p| p.1.ln()).collect();
    let levels = super::trace::Levels::of(&near).ok_or_else(no_branches)?;
    let mut device = Junction {
        resistance_area_product: levels.low.exp() * start.area(),
        tunnel_magnetoresistance: (levels.high - levels.low).exp_m1(),
        ..start.clone()
    };
    let free = ["resistance_area_product", "tunnel_magnetoresistance", "half_voltage"];
    let mut states: Vec<Option<State>> = Vec::new();
    let mut settled = false;
    for _ in 0..30 {
        // All points until the branches stand, then without those that lie on neither.
        let assigned = branches(&device, points, settled);
        let on: Vec<(f64, f64, State)> = assigned.iter().zip(points).filter_map(|(s, p)| s.map(|s| (p.0, p.1.ln(), s))).collect();
        let count = |state: State| on.iter().filter(|p| p.2 == state).count();
        if count(State::Parallel) < 2 || count(State::Antiparallel) < 2 {
            return Err(no_branches());
        }
        let observations: Vec<_> = on.iter().map(|p| Observation::Normal { value: p.1, deviation: 1.0 }).collect();
        let predict = |d: &Junction| Ok(on.iter().map(|(v, _, s)| d.resistance(*s, *v).ln()).collect());
        let fitted = fit(&device, &free, &observations, predict, FitOptions { known_deviations: false, ..options })?;
        device = fitted.device.clone();
        match (states == assigned, settled) {
            (true, true) => return Ok(Loop { fit: fitted, states }),
            (true, false) => settled = true,
            (false, _) => {}
        }
        states = assigned;
    }
    Err(DeviceError::Fit("points of the loop go from branch to branch: it has no two branches of a junction".to_owned()))
}

/// The branch each point is nearest to; where `cut`, none for those far off both.
fn branches(device: &Junction, points: &[LoopPoint], cut: bool) -> Vec<Option<State>> {
    let off = |p: &LoopPoint, s: State| (p.1.ln() - device.resistance(s, p.0).ln()).abs();
    let nearest = |p: &LoopPoint| {
        let (parallel, antiparallel) = (off(p, State::Parallel), off(p, State::Antiparallel));
        if parallel <= antiparallel { (State::Parallel, parallel) } else { (State::Antiparallel, antiparallel) }
    };
    let all: Vec<(State, f64)> = points.iter().map(nearest).collect();
    // The median of the size of a normal error is 0.6745 of its deviation.
    let typical = spinloom_core::statistics::quantile(&all.iter().map(|p| p.1).collect::<Vec<_>>(), 0.5) / 0.6745;
    all.into_iter().map(|(s, off)| (!cut || off <= (OFF_BRANCH * typical).max(1e-6)).then_some(s)).collect()
}
