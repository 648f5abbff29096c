//! Pulses that switch a junction with a wanted probability, and what they do on junctions that differ.
//!
//! The torque here is the same at every angle, as under a voltage; in units of the critical one, i, it then switches both states with one
//! probability.

use super::{Junction, Pulse, State, positive};
use crate::{DeviceError, logit};
use rayon::prelude::*;
use spinloom_magnet::fokker_planck::Well;

/// Longest pulse that is looked for, in relaxation times.
const LONGEST: f64 = 1e5;
/// Within which most are found.
const USUAL: f64 = 30.0;
/// Shortest.
const SHORTEST: f64 = 1e-2;

impl Junction {
    /// The probability that a voltage of i times the critical one has switched the junction after each of the durations (s, rising), from one
    /// solution of the Fokker-Planck equation.
    ///
    /// # Errors
    /// [`DeviceError::Magnet`] for a junction, an overdrive or durations outside the equation.
    pub fn switching_curve(&self, overdrive: f64, durations: &[f64]) -> Result<Vec<f64>, DeviceError> {
        let pulse = Pulse::Voltage { voltage: -overdrive * self.critical_voltage(), duration: 0.0 };
        let mut law = self.law_under(pulse, State::Parallel)?;
        let after = |duration: &f64| {
            law.evolve(duration - law.time())?;
            Ok(law.probability_in(Well::Down))
        };
        durations.iter().map(after).collect()
    }

    /// The duration (s) for which a voltage of i times the critical one has to be applied to switch with this probability.
    ///
    /// ```
    /// use spinloom_device::junction::{Junction, Pulse, State, Switching};
    /// let junction = Junction::default();
    /// let duration = junction.duration_for(1.2, 0.1)?;
    /// let pulse = Pulse::Voltage { voltage: -1.2 * junction.critical_voltage(), duration };
    /// let switched = junction.switching_probability(pulse, State::Parallel, Switching::FokkerPlanck)?;
    /// assert!((switched.probability / 0.1 - 1.0).abs() < 1e-3);
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a probability that is not between 0 and 1 or is not reached within 1e5 relaxation times, and for an overdrive
    /// that is not positive; as [`Junction::switching_curve`].
    pub fn duration_for(&self, overdrive: f64, probability: f64) -> Result<f64, DeviceError> {
        positive("the overdrive", overdrive)?;
        if !(probability > 0.0 && probability < 1.0) {
            let bound = "between 0 and 1, both excluded".to_owned();
            return Err(DeviceError::OutOfRange { what: "the switching probability", value: probability, bound });
        }
        for longest in [USUAL, LONGEST] {
            let points = 100;
            let ratio = (longest / SHORTEST).powf(1.0 / f64::from(points));
            let times: Vec<f64> = (0..=points).map(|k| SHORTEST * self.relaxation_time() * ratio.powi(k)).collect();
            let curve = self.switching_curve(overdrive, &times)?;
            if let Some(duration) = crossing(&times, &curve, probability) {
                // Once more between the neighbours, where the logit is straight in the logarithm of the time.
                let finer: Vec<f64> = (0..=8).map(|k| duration * ratio.powf(0.25 * f64::from(k) - 1.0)).collect();
                let curve = self.switching_curve(overdrive, &finer)?;
                return Ok(crossing(&finer, &curve, probability).unwrap_or(duration));
            }
        }
        let bound =
            format!("one that is reached within {SHORTEST:e} to {LONGEST:e} relaxation times at an overdrive of {overdrive}");
        Err(DeviceError::OutOfRange { what: "the switching probability", value: probability, bound })
    }
}

/// The time at which a rising curve of probabilities passes one, straight between its points in the logit over the logarithm of the time; none where it does
/// not.
///
/// ```
/// use spinloom_device::junction::crossing;
/// assert!((crossing(&[1.0, 4.0], &[0.2, 0.8], 0.5).unwrap() - 2.0).abs() < 1e-12);
/// assert!(crossing(&[1.0, 4.0], &[0.2, 0.8], 0.9).is_none());
/// ```
pub fn crossing(times: &[f64], curve: &[f64], probability: f64) -> Option<f64> {
    let above = curve.iter().position(|p| *p >= probability).filter(|k| *k > 0)?;
    let (before, after) = (logit(curve[above - 1]), logit(curve[above]));
    let part = (logit(probability) - before) / (after - before);
    Some(times[above - 1] * (times[above] / times[above - 1]).powf(part))
}

/// What one pulse of current does on junctions that differ in area: barrier and critical current go with it, so that a small one is driven harder over
/// less. The torque is taken not to depend on the angle, as in the closed forms.
///
/// ```
/// use spinloom_device::junction::{Junction, SwitchingTable};
/// let junction = Junction::default();
/// let table = SwitchingTable::new(&junction, 1.2, junction.duration_for(1.2, 0.1)?)?;
/// assert!((table.probability(1.0) - 0.1).abs() < 1e-3);
/// assert!(table.probability(0.95) > 0.1 && table.probability(1.05) < 0.1);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SwitchingTable {
    /// Logarithm of the largest area over the nominal one.
    reach: f64,
    /// Logits at areas from the smallest to the largest, evenly in their logarithm.
    logits: Vec<f64>,
}

/// Logarithm of the largest area over the nominal one where nothing else is said.
const WIDEST: f64 = 1.2;
/// Nodes of the table.
const NODES: usize = 49;

impl SwitchingTable {
    /// A pulse of `overdrive` times the nominal critical current for a duration (s), on areas of 0.3 to 3.3 of the nominal one.
    ///
    /// # Errors
    /// As [`Junction::switching_curve`].
    pub fn new(nominal: &Junction, overdrive: f64, duration: f64) -> Result<Self, DeviceError> {
        let mut tables = Self::of_durations(nominal, overdrive, &[duration], WIDEST)?;
        Ok(tables.swap_remove(0))
    }

    /// Pulses of `overdrive` times the nominal critical current, one table for each of the durations (s, rising), on areas of e^-reach to e^reach of the
    /// nominal one. The equation is solved once an area, on all cores.
    ///
    /// # Errors
    /// As [`Junction::switching_curve`].
    pub fn of_durations(nominal: &Junction, overdrive: f64, durations: &[f64], reach: f64) -> Result<Vec<Self>, DeviceError> {
        let at_area = |k: usize| {
            let area = (reach * (2.0 * k as f64 / (NODES - 1) as f64 - 1.0)).exp();
            let junction = Junction { diameter: nominal.diameter * area.sqrt(), ..nominal.clone() };
            junction.switching_curve(overdrive / area, durations)
        };
        let curves: Vec<Vec<f64>> = (0..NODES).into_par_iter().map(at_area).collect::<Result<_, DeviceError>>()?;
        // Beyond 1e-15 the equation's digits end.
        let clear = |p: f64| logit(p.clamp(1e-15, 1.0 - 1e-15));
        let table = |d: usize| Self { reach, logits: curves.iter().map(|c| clear(c[d])).collect() };
        Ok((0..durations.len()).map(table).collect())
    }

    /// Probability of switching a junction of this area over the nominal one; areas outside of the table are taken as at its end.
    pub fn probability(&self, area: f64) -> f64 {
        1.0 / (1.0 + (-self.logit(area)).exp())
    }

    /// Probability of not switching it, with all its digits where that is rare.
    pub fn failure(&self, area: f64) -> f64 {
        1.0 / (1.0 + self.logit(area).exp())
    }

    /// Straight between areas in their logarithm.
    fn logit(&self, area: f64) -> f64 {
        let place = (0.5 + 0.5 * area.ln() / self.reach).clamp(0.0, 1.0) * (NODES - 1) as f64;
        let low = (place as usize).min(NODES - 2);
        self.logits[low] + (place - low as f64) * (self.logits[low + 1] - self.logits[low])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::junction::Switching;

    fn of_stability(stability: f64) -> Junction {
        let nominal = Junction::default();
        Junction { temperature: nominal.temperature * nominal.thermal_stability() / stability, ..nominal }
    }

    /// Durations in relaxation times at 40 kT for a probability of 0.1, by another solver.
    #[test]
    fn durations_of_the_table() {
        let junction = of_stability(40.0);
        for (i, tau) in
            [(0.5, 1932.0), (0.7, 16.2), (0.8, 8.03), (1.0, 4.25), (1.1, 3.48), (1.5, 2.05), (2.0, 1.37), (3.0, 0.823)]
        {
            let found = junction.duration_for(i, 0.1).unwrap() / junction.relaxation_time();
            assert!((found / tau - 1.0).abs() < 0.01, "{i}: {found} {tau}");
        }
    }

    /// Probability where the critical voltage is off by 5 % either way, about 0.1, by another solver.
    #[test]
    fn low_currents_are_fragile() {
        let junction = of_stability(40.0);
        for (i, low, high) in [(0.5, 0.041, 0.223), (0.8, 0.056, 0.163), (1.0, 0.059, 0.156), (1.5, 0.061, 0.152)] {
            let duration = junction.duration_for(i, 0.1).unwrap();
            let at = |factor: f64| junction.switching_curve(i * factor, &[duration]).unwrap()[0];
            assert!((at(0.95) - low).abs() < 1.5e-3 && (at(1.05) - high).abs() < 1.5e-3, "{i}: {} {}", at(0.95), at(1.05));
        }
    }

    #[test]
    fn a_table_says_what_the_junctions_do() {
        let junction = of_stability(40.0);
        let duration = junction.duration_for(0.9, 0.1).unwrap();
        let table = SwitchingTable::new(&junction, 0.9, duration).unwrap();
        for area in [0.78, 0.93, 1.05, 1.21] {
            let other = Junction { diameter: junction.diameter * f64::sqrt(area), ..junction.clone() };
            let pulse = Pulse::Voltage { voltage: -0.9 / area * other.critical_voltage(), duration };
            let exact = other.switching_probability(pulse, State::Parallel, Switching::FokkerPlanck).unwrap().probability;
            let found = table.probability(area);
            assert!((logit(found) - logit(exact)).abs() < 0.03, "{area}: {found} {exact}");
        }
    }

    #[test]
    fn what_is_no_pulse_is_refused() {
        let junction = Junction::default();
        assert!(junction.duration_for(0.0, 0.1).is_err() && junction.duration_for(1.0, 0.0).is_err());
        assert!(junction.duration_for(1.0, f64::NAN).is_err() && junction.duration_for(1.0, 1.0).is_err());
        // A barrier of 59 kT at rest is not overcome in any time that is looked at.
        assert!(junction.duration_for(1e-3, 0.5).unwrap_err().to_string().contains("relaxation times"));
    }
}
