//! Rates of the law: its slowest mode, the times to get somewhere, and the limit of a high barrier.

use super::step::halves;
use super::{FokkerPlanck, Well};
use crate::MagnetError;
use std::f64::consts::PI;

impl FokkerPlanck {
    /// The rate (1/s) at which the slowest deviation from equilibrium dies away: the smallest eigenvalue but 0. Over a high barrier it is the
    /// sum of the two escape rates. Sums of positive numbers alone make it, so that the smallest keeps its digits.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] if the energies lie further apart than 600 kT.
    pub fn relaxation_rate(&self) -> Result<f64, MagnetError> {
        let weights = self.checked_weights()?;
        let total: f64 = weights.iter().sum();
        let conductance = self.conductances(&weights);
        // Starts with the step from well to well.
        let mut mode: Vec<f64> = (0..weights.len()).map(|j| self.faces[j] + self.faces[j + 1]).collect();
        let mut rate = 0.0;
        for _ in 0..1000 {
            let mean = mode.iter().zip(&weights).map(|(f, w)| f * w).sum::<f64>() / total;
            mode.iter_mut().for_each(|f| *f -= mean);
            let next = smoother(&weights, &conductance, &mode);
            let mean = next.iter().zip(&weights).map(|(f, w)| f * w).sum::<f64>() / total;
            let square: f64 = next.iter().zip(&weights).map(|(f, w)| w * (f - mean).powi(2)).sum();
            let loss: f64 = next.windows(2).zip(&conductance).map(|(f, c)| c * (f[1] - f[0]).powi(2)).sum();
            let scale = 1.0 / square.sqrt();
            mode = next.into_iter().map(|f| f * scale).collect();
            let before = std::mem::replace(&mut rate, loss / square);
            if (rate - before).abs() <= 1e-13 * rate {
                break;
            }
        }
        Ok(rate)
    }

    /// Rates (1/s) of leaving a well over the barrier, from [`relaxation_rate`](Self::relaxation_rate) and the equilibrium of the wells.
    ///
    /// # Errors
    /// Those of [`relaxation_rate`](Self::relaxation_rate).
    pub fn escape_rate(&self, from: Well) -> Result<f64, MagnetError> {
        let [down, up] = halves(&self.checked_weights()?);
        let other = if from == Well::Up { down } else { up };
        Ok(self.relaxation_rate()? * other / (down + up))
    }

    /// Mean time (s) to get from one height to another for the first time; both are taken at the nearest bound of a cell.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a height that is none, or if the energies lie further apart than 600 kT.
    pub fn mean_first_passage_time(&self, from: f64, to: f64) -> Result<f64, MagnetError> {
        for z in [from, to] {
            MagnetError::unless(z.abs() <= 1.0, "a height", z, "from -1 to 1")?;
        }
        let weights = self.checked_weights()?;
        let conductance = self.conductances(&weights);
        let nearest = |z: f64| {
            let above = self.faces.partition_point(|&f| f < z).min(self.faces.len() - 1);
            if above > 0 && z - self.faces[above - 1] < self.faces[above] - z { above - 1 } else { above }
        };
        let (start, end) = (nearest(from), nearest(to));
        let below = |face: usize| weights[..face].iter().sum::<f64>();
        let above = |face: usize| weights[face..].iter().sum::<f64>();
        // The integral over the faces between; those at its ends count half.
        let share = |face: usize| if face == start || face == end { 0.5 } else { 1.0 };
        let inner = |face: &usize| *face > 0 && *face < self.faces.len() - 1;
        let term = |face: usize| share(face) * if end < start { above(face) } else { below(face) } / conductance[face - 1];
        Ok(if start == end { 0.0 } else { (start.min(end)..=start.max(end)).filter(inner).map(term).sum() })
    }

    fn checked_weights(&self) -> Result<Vec<f64>, MagnetError> {
        let least = self.potential.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.potential.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        MagnetError::unless(most - least <= 600.0, "the range of the energies over kT", most - least, "at most 600")?;
        Ok(self.weights())
    }

    /// Flow through each face in equilibrium, one way.
    fn conductances(&self, weights: &[f64]) -> Vec<f64> {
        self.up.iter().zip(weights).map(|(up, w)| up * w).collect()
    }
}

/// The inverse of the backward operator on a function of mean 0, up to a constant.
fn smoother(weights: &[f64], conductance: &[f64], mode: &[f64]) -> Vec<f64> {
    let n = weights.len();
    let size: f64 = mode.iter().zip(weights).map(|(f, w)| (f * w).abs()).sum();
    // The sum from the end with less weight: the two are opposite, but near the other end all digits have cancelled.
    let mut from_above = vec![0.0; n + 1];
    for j in (0..n).rev() {
        from_above[j] = from_above[j + 1] + weights[j] * mode[j];
    }
    let (mut sum, mut passed, mut value) = (0.0, 0.0, 0.0);
    let mut next = vec![0.0; n];
    for j in 0..n - 1 {
        sum += weights[j] * mode[j];
        passed += (weights[j] * mode[j]).abs();
        let flow = if passed < 0.5 * size { sum } else { -from_above[j + 1] };
        value -= flow / conductance[j];
        next[j + 1] = value;
    }
    next
}

/// Rates (1/s) of leaving the wells up and down in the limit of a high barrier, for a barrier Delta (kT), a rotational diffusion D (1/s) and
/// a bias xi (kT): with h = xi / (2 Delta),
///
/// ```text
/// Gamma = 2 Delta D sqrt(Delta / pi) (1 - h^2) (1 +- h) exp[-Delta (1 +- h)^2].
/// ```
///
/// Source: W. F. Brown, Phys. Rev. 130, 1677 (1963), doi:10.1103/PhysRev.130.1677. The error is of the order of 1 / Delta; for |h| of 1 or more
/// there is no barrier, and the rates are 0.
pub fn kramers_brown(stability: f64, diffusion: f64, bias: f64) -> [f64; 2] {
    let h = bias / (2.0 * stability);
    if stability <= 0.0 || h.abs() >= 1.0 {
        return [0.0; 2];
    }
    [1.0, -1.0].map(|sign| {
        let depth = 1.0 + sign * h;
        2.0 * stability * diffusion * (stability / PI).sqrt() * (1.0 - h * h) * depth * (-stability * depth * depth).exp()
    })
}
