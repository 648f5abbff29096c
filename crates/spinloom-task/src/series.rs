//! Time series that reservoirs are tested on.

use crate::TaskError;
use crate::data::locate;
use ndarray::Ix2;
use ndarray_npy::ReadNpyExt;
use spinloom_core::random::Stream;
use std::f64::consts::PI;
use std::fs::File;
use std::path::Path;

/// An input and what is to be answered to it, one value a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Input.
    pub inputs: Vec<f64>,
    /// Target.
    pub targets: Vec<f64>,
}

/// Random periods of a sine or a square wave, eight points each, to be told apart at every point.
#[derive(Debug, Clone, PartialEq)]
pub struct SineSquare {
    /// Input, one value a point.
    pub inputs: Vec<f64>,
    /// 0 for a point of a sine, 1 for one of a square.
    pub targets: Vec<f64>,
}

impl SineSquare {
    /// Points of a period.
    pub const POINTS: usize = 8;

    /// `periods` periods, each a sine or a square with equal probability, sampled at q = 0 .. 7 eighths.
    pub fn new(periods: usize, stream: &mut Stream) -> Self {
        let mut wave = Self { inputs: Vec::new(), targets: Vec::new() };
        for _ in 0..periods {
            let square = stream.next() & 1 == 1;
            for q in 0..Self::POINTS {
                wave.inputs.push(if square { square_point(q) } else { sine_point(q) });
                wave.targets.push(f64::from(u8::from(square)));
            }
        }
        wave
    }
}

fn sine_point(q: usize) -> f64 {
    // Exactly +-1 and 0 where they are, so that points coincide with those of the square as they do on paper.
    let s = (2.0 * PI * q as f64 / SineSquare::POINTS as f64).sin();
    if (s.abs() - 1.0).abs() < 1e-12 || s.abs() < 1e-12 { s.round() } else { s }
}

fn square_point(q: usize) -> f64 {
    if q < SineSquare::POINTS / 2 { 1.0 } else { -1.0 }
}

/// The largest fraction of points that any map of the present input alone can get right, by enumeration of all sixteen points: of every value
/// that occurs, the more frequent wave is answered.
///
/// ```
/// assert_eq!(spinloom_task::series::memoryless_ceiling(), 0.875);
/// ```
pub fn memoryless_ceiling() -> f64 {
    let sines: Vec<f64> = (0..SineSquare::POINTS).map(sine_point).collect();
    let squares: Vec<f64> = (0..SineSquare::POINTS).map(square_point).collect();
    let mut values: Vec<f64> = sines.iter().chain(&squares).copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let count = |of: &[f64], v: f64| of.iter().filter(|x| (**x - v).abs() < 1e-9).count();
    let right: usize = values.iter().map(|v| count(&sines, *v).max(count(&squares, *v))).sum();
    right as f64 / (2 * SineSquare::POINTS) as f64
}

/// NARMA of an order (10 or 30): y(t+1) = a y(t) + b y(t) sum_{i<n} y(t-i) + 1.5 u(t-n+1) u(t) + c with u uniform in 0..0.5, (a, b, c) = (0.3,
/// 0.05, 0.1) for order 10 and (0.2, 0.04, 0.001) for order 30; `targets[t]` is y(t+1). The input is drawn again where the
/// series diverges.
///
/// Source: A. F. Atiya and A. G. Parlos, IEEE Trans. Neural Netw. 11, 697 (2000), doi:10.1109/72.846741.
///
/// # Errors
/// [`TaskError::Parameter`] for another order, or for a series so long that every draw diverges.
pub fn narma(order: usize, steps: usize, stream: &mut Stream) -> Result<Series, TaskError> {
    let (a, b, c) = match order {
        10 => (0.3, 0.05, 0.1),
        30 => (0.2, 0.04, 0.001),
        other => return Err(TaskError::Parameter(format!("NARMA is defined for the orders 10 and 30, not {other}"))),
    };
    for _ in 0..DRAWS {
        let inputs: Vec<f64> = (0..steps).map(|_| 0.5 * stream.uniform()).collect();
        let mut y = vec![0.0; steps + 1];
        for t in 0..steps {
            let past: f64 = (0..order.min(t + 1)).map(|i| y[t - i]).sum();
            let delayed = if t + 1 >= order { inputs[t + 1 - order] } else { 0.0 };
            y[t + 1] = a * y[t] + b * y[t] * past + 1.5 * delayed * inputs[t] + c;
        }
        if y.iter().all(|v| v.abs() < 1.0) {
            return Ok(Series { inputs, targets: y[1..].to_vec() });
        }
    }
    Err(TaskError::Parameter(format!(
        "NARMA{order} diverged within {steps} steps in each of {DRAWS} draws: use a shorter series"
    )))
}

/// Inputs drawn before a NARMA series is given up: short ones diverge once in a thousand draws, very long ones nearly always.
const DRAWS: usize = 100;

/// The Mackey-Glass series dx/dt = 0.2 x(t - tau) / (1 + x(t - tau)^10) - 0.1 x, one value a unit of time, from a constant past of 1.2, by the
/// Runge-Kutta method with a step of 0.1; the first 1000 values are left out.
///
/// Source: M. C. Mackey and L. Glass, Science 197, 287 (1977), doi:10.1126/science.267326.
pub fn mackey_glass(steps: usize, tau: f64) -> Vec<f64> {
    const STEP: f64 = 0.1;
    let delay = (tau / STEP).round() as usize;
    let per_value = (1.0 / STEP).round() as usize;
    let transient = 1000;
    let mut x = vec![1.2; delay + 1];
    let slope = |now: f64, past: f64| 0.2 * past / (1.0 + past.powi(10)) - 0.1 * now;
    for _ in 0..(steps + transient) * per_value {
        let n = x.len() - 1;
        let (now, past, next_past) = (x[n], x[n - delay], x[n - delay.saturating_sub(1)]);
        let middle = 0.5 * (past + next_past);
        let k1 = slope(now, past);
        let k2 = slope(now + 0.5 * STEP * k1, middle);
        let k3 = slope(now + 0.5 * STEP * k2, middle);
        let k4 = slope(now + STEP * k3, next_past);
        x.push(now + STEP / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4));
    }
    x.into_iter().skip(delay + 1 + transient * per_value).step_by(per_value).take(steps).collect()
}

/// The Lorenz system with sigma = 10, rho = 28, beta = 8/3, sampled every `interval`, after a transient: (x, y, z) a step.
///
/// Source: E. N. Lorenz, J. Atmos. Sci. 20, 130 (1963), doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2.
pub fn lorenz(steps: usize, interval: f64) -> Vec<[f64; 3]> {
    let slope = |[x, y, z]: [f64; 3]| [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
    let along = |s: [f64; 3], h: f64, k: [f64; 3]| std::array::from_fn(|i| s[i] + h * k[i]);
    let substeps = (interval / 0.002).ceil().max(1.0) as usize;
    let h = interval / substeps as f64;
    let mut state = [1.0, 1.0, 1.0];
    let transient = (20.0 / interval).ceil() as usize;
    let mut out = Vec::with_capacity(steps);
    for step in 0..steps + transient {
        for _ in 0..substeps {
            let k1 = slope(state);
            let k2 = slope(along(state, 0.5 * h, k1));
            let k3 = slope(along(state, 0.5 * h, k2));
            let k4 = slope(along(state, h, k3));
            state = std::array::from_fn(|i| state[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]));
        }
        if step >= transient {
            out.push(state);
        }
    }
    out
}

/// The Santa Fe laser series: intensity of a chaotic far-infrared laser, 10,093 samples of 0 to 255.
///
/// Source: U. Hübner, N. B. Abraham and C. O. Weiss, Phys. Rev. A 40, 6354 (1989), doi:10.1103/PhysRevA.40.6354.
///
/// # Errors
/// [`TaskError::NoData`] when the data set is not found, [`TaskError::Malformed`] when it cannot be read.
pub fn santa_fe(explicit: Option<&Path>) -> Result<Vec<f64>, TaskError> {
    let path = locate("santafe", explicit)?.join("santafe_laser.npy");
    let file = File::open(&path).map_err(TaskError::io("open", &path))?;
    let array = ndarray::Array::<i64, Ix2>::read_npy(&file).map(|a| a.mapv(|v| v as f64)).or_else(|_| {
        let file = File::open(&path).map_err(ndarray_npy::ReadNpyError::from)?;
        ndarray::Array::<f64, Ix2>::read_npy(file)
    });
    array.map(|a| a.into_iter().collect()).map_err(|e| TaskError::Malformed {
        path,
        line: None,
        message: format!("it cannot be read ({e}): fetch it again with `spinloom data fetch santafe`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::statistics::{mean, variance};

    #[test]
    fn narma_follows_its_recursion() {
        let s = narma(10, 500, &mut Stream::new(1, "series test", 0)).unwrap();
        for t in 20..499 {
            let past: f64 = (0..10).map(|i| s.targets[t - 1 - i]).sum();
            let y = s.targets[t - 1];
            let expected = 0.3 * y + 0.05 * y * past + 1.5 * s.inputs[t - 9] * s.inputs[t] + 0.1;
            assert!((s.targets[t] - expected).abs() < 1e-12);
        }
        assert!(narma(7, 10, &mut Stream::new(1, "series test", 0)).is_err());
    }

    #[test]
    fn mackey_glass_is_the_known_attractor() {
        // Mean 0.93 and standard deviation 0.22 to 0.23 are those of the mildly chaotic series at tau = 17.
        let x = mackey_glass(5000, 17.0);
        assert_eq!(x.len(), 5000);
        assert!(x.iter().all(|v| (0.2..1.4).contains(v)));
        assert!((mean(&x) - 0.93).abs() < 0.03 && (variance(&x).sqrt() - 0.225).abs() < 0.02, "{} {}", mean(&x), variance(&x));
        // Without delay it settles where 0.2 / (1 + x^10) = 0.1.
        let fixed = mackey_glass(10, 0.0);
        assert!(fixed.iter().all(|v| (v - 1.0).abs() < 1e-9));
    }

    #[test]
    fn lorenz_keeps_its_means() {
        // <z> = 23.55 on the attractor and <x> = 0 by symmetry; 2000 units of time scatter by about 0.05 and 0.3.
        let s = lorenz(100_000, 0.02);
        let z: Vec<f64> = s.iter().map(|v| v[2]).collect();
        assert!((mean(&z) - 23.55).abs() < 0.25, "{}", mean(&z));
    }

    #[test]
    fn two_of_sixteen_points_coincide() {
        assert_eq!(memoryless_ceiling(), 0.875);
        let w = SineSquare::new(1000, &mut Stream::new(2, "series test", 0));
        assert_eq!(w.inputs.len(), 8000);
        assert!((mean(&w.targets) - 0.5).abs() < 0.08);
    }
}
