//! Neurons that spike by chance, from how many writes switched at which current.

use super::{Fit, FitOptions, Observation, fit};
use crate::DeviceError;
use crate::spin_orbit_neuron::SwitchingLaw;

/// Writes of one current, and how many of them switched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Writes {
    /// Current, A; at and below 0 thermal escape alone acts.
    pub current: f64,
    /// How many switched.
    pub switched: f64,
    /// How many there were.
    pub trials: f64,
}

impl Writes {
    /// Weight of the current in the width of a sigmoid: the variance of the count.
    fn weight(&self) -> f64 {
        if self.trials > 0.0 { self.switched * (self.trials - self.switched) / self.trials } else { 0.0 }
    }
}

/// Writes without a current, and how many of them switched.
fn without_current(writes: &[Writes]) -> (f64, f64) {
    writes.iter().filter(|w| w.current <= 0.0).fold((0.0, 0.0), |(n, k), w| (n + w.trials, k + w.switched))
}

/// Parameters that these writes can tell: middle and width of the sigmoid, and the thermal probability where some switched without a current.
pub fn free_parameters(writes: &[Writes]) -> Vec<&'static str> {
    if without_current(writes).1 > 0.0 { vec!["midpoint", "width", "thermal"] } else { vec!["midpoint", "width"] }
}

/// The law under which all counts are most likely. What is not named in `free` is held at its value in `start`.
///
/// ```
/// use spinloom_device::calibrate::FitOptions;
/// use spinloom_device::calibrate::spin_orbit_neuron::{Writes, fit_switching, free_parameters};
/// use spinloom_device::spin_orbit_neuron::SwitchingLaw;
/// let truth = SwitchingLaw { midpoint: 50e-6, width: 8e-6, thermal: 0.02 };
/// let at = |current: f64| Writes { current, switched: 1e5 * truth.probability(current), trials: 1e5 };
/// let writes: Vec<Writes> = (0..10).map(|k| at(10e-6 * f64::from(k))).collect();
/// let found = fit_switching(&SwitchingLaw::default(), &free_parameters(&writes), &writes, FitOptions::default())?;
/// assert!((found.device.midpoint - 50e-6).abs() < 1e-10 && (found.device.thermal - 0.02).abs() < 1e-6);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
///
/// # Errors
/// [`DeviceError::OutOfRange`] where fewer than two currents above 0 switch some trials and not others, of which no width follows, and as [`fit`].
pub fn fit_switching(
    start: &SwitchingLaw,
    free: &[&str],
    writes: &[Writes],
    options: FitOptions,
) -> Result<Fit<SwitchingLaw>, DeviceError> {
    let driven: Vec<Writes> = writes.iter().filter(|w| w.current > 0.0).copied().collect();
    let mut guess = first_guess(start, free, &driven)?;
    if free.contains(&"thermal") {
        let (trials, switched) = without_current(writes);
        // A half of a trial on either side, so that it is neither 0 nor 1.
        guess.thermal = (switched + 0.5) / (trials + 1.0);
    }
    let observations: Vec<_> = writes.iter().map(|w| Observation::Binomial { successes: w.switched, trials: w.trials }).collect();
    let predict = |law: &SwitchingLaw| Ok(writes.iter().map(|w| law.logit(w.current)).collect());
    fit(&guess, free, &observations, predict, options)
}

/// Middle and width from mean and spread of the currents weighted by the variance of their counts, which is the density of the sigmoid: its standard deviation
/// is pi / sqrt(3) widths.
fn first_guess(start: &SwitchingLaw, free: &[&str], writes: &[Writes]) -> Result<SwitchingLaw, DeviceError> {
    let mut between: Vec<f64> = writes.iter().filter(|w| w.weight() > 0.0).map(|w| w.current).collect();
    between.sort_by(f64::total_cmp);
    between.dedup();
    if between.len() < 2 {
        return Err(DeviceError::OutOfRange {
            what: "the number of currents at which some trials switch and some do not",
            value: between.len() as f64,
            bound: "2 or greater: give currents closer to the middle, or more trials".to_owned(),
        });
    }
    let mut law = *start;
    let sum = |of: &dyn Fn(&Writes) -> f64| writes.iter().map(|w| w.weight() * of(w)).sum::<f64>();
    let all = sum(&|_| 1.0);
    let mean = sum(&|w| w.current) / all;
    let spread = (sum(&|w| (w.current - mean).powi(2)) / all).sqrt();
    if free.contains(&"midpoint") {
        law.midpoint = mean;
    }
    if free.contains(&"width") {
        law.width = spread * 3f64.sqrt() / std::f64::consts::PI;
    }
    Ok(law)
}
