//! How one neuron turns under a steady drive: its first spike after the drive is stepped on, and its rate thereafter.

use super::{Antiferromagnet, out_of_range, torque};
use crate::DeviceError;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Step in units of the shortest time of the motion: the fourth order of the method and of the crossings leaves some 1e-6.
const FINENESS: f64 = 0.1;
/// Relative change of the time of a turn below which the rate is that of all further turns.
const STEADY: f64 = 1e-7;
/// Steps before a turn is given up.
const STEPS: usize = 200_000;

/// How a neuron turns under a drive that is stepped on from nothing and stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turning {
    /// Time (s) from the step to the first [`Spike`](super::Spike), at three quarters of the first turn: three quarters of the area of a spike of the voltage.
    pub latency: f64,
    /// Spikes a second once all turns last equally long.
    pub rate: f64,
}

impl Antiferromagnet {
    /// How it turns from rest on the easy axis when a drive above the threshold is stepped on.
    ///
    /// ```
    /// use spinloom_device::antiferromagnet::Antiferromagnet;
    /// // The rate tends to sigma j / (pi alpha) far above the threshold.
    /// let neuron = Antiferromagnet::default();
    /// let law = 20.0 * neuron.easy_axis_frequency / neuron.damping;
    /// assert!((neuron.turning(20.0)?.rate / law - 1.0).abs() < 5e-3);
    /// assert!(neuron.turning(0.9).is_err());
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a drive at or below the threshold, and one so close to it, or a neuron so much damped, that its turns take 200,000 steps.
    pub fn turning(&self, drive: f64) -> Result<Turning, DeviceError> {
        if !(drive > 1.0 && drive.is_finite()) {
            return Err(out_of_range("the drive over the threshold", drive, "greater than 1"));
        }
        let exchange = TAU * self.exchange_frequency;
        let fastest = self.resonance().max(self.damping * exchange).max(drive * self.threshold() / self.damping);
        let mut motion = Motion {
            step: FINENESS / fastest,
            slope: |phase, velocity| {
                exchange * torque(drive * self.threshold(), self.damping, self.threshold(), (phase, velocity))
            },
            state: (0.0, 0.0),
            steps: 0,
        };
        let latency = motion.until(1.5 * FRAC_PI_2).ok_or_else(|| self.endless(drive))?;
        let (mut last, mut period) = (latency, f64::INFINITY);
        let mut turn = 1.0;
        loop {
            let time = motion.until(1.5 * FRAC_PI_2 + turn * PI).ok_or_else(|| self.endless(drive))?;
            let before = std::mem::replace(&mut period, time - last);
            if (period / before - 1.0).abs() < STEADY {
                return Ok(Turning { latency, rate: 1.0 / period });
            }
            (last, turn) = (time, turn + 1.0);
        }
    }

    fn endless(&self, drive: f64) -> DeviceError {
        let bound =
            format!("further above 1 at a quality factor of {:.3e}: its turns take more than {STEPS} steps", self.quality());
        DeviceError::OutOfRange { what: "the drive over the threshold", value: drive, bound }
    }
}

/// The motion in steps of the Runge-Kutta method of fourth order.
struct Motion<F> {
    step: f64,
    slope: F,
    state: (f64, f64),
    steps: usize,
}

impl<F: Fn(f64, f64) -> f64> Motion<F> {
    fn advance(&mut self) {
        let (h, (p, v)) = (self.step, self.state);
        let a = (v, (self.slope)(p, v));
        let b = (v + 0.5 * h * a.1, (self.slope)(p + 0.5 * h * a.0, v + 0.5 * h * a.1));
        let c = (v + 0.5 * h * b.1, (self.slope)(p + 0.5 * h * b.0, v + 0.5 * h * b.1));
        let d = (v + h * c.1, (self.slope)(p + h * c.0, v + h * c.1));
        self.state = (p + h / 6.0 * (a.0 + 2.0 * (b.0 + c.0) + d.0), v + h / 6.0 * (a.1 + 2.0 * (b.1 + c.1) + d.1));
        self.steps += 1;
    }

    /// Time at which a phase is passed, by the cubic through phases and velocities on both sides; none where that takes too long.
    fn until(&mut self, phase: f64) -> Option<f64> {
        let mut before = self.state;
        while self.state.0 < phase {
            if self.steps >= STEPS || !(self.state.0 + self.state.1).is_finite() {
                return None;
            }
            before = self.state;
            self.advance();
        }
        let (h, (p, v), (q, w)) = (self.step, before, self.state);
        let cubic = |s: f64| {
            let r = 1.0 - s;
            r * r * (1.0 + 2.0 * s) * p + s * s * (3.0 - 2.0 * s) * q + h * s * r * (r * v - s * w)
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if cubic(middle) < phase { low = middle } else { high = middle }
        }
        Some((self.steps as f64 - 1.0 + low) * h)
    }
}
