//! Neurons of an antiferromagnet whose spins turn in its easy plane under a spin current: picosecond spikes.
//!
//! A spin current polarised along the hard axis turns the Neel vector in the easy plane, in which a weak easy axis holds it at angles phi = 0
//! and pi. Both sublattices together are a pendulum in 2 phi,
//!
//! ```text
//! phi'' / w_ex + alpha phi' + (w_e / 2) sin 2 phi = sigma j(t) + sum_j kappa_ij phi_j'
//! ```
//!
//! with the exchange frequency w_ex and that of the easy axis w_e (rad/s). It is written out by a voltage that goes with phi' (inverse spin
//! Hall effect). Just below the threshold sigma j = w_e / 2 a pulse turns it over by exactly pi, one spike, after which a low quality factor
//! stops it: R. Khymyn et al., Sci. Rep. 8, 15727 (2018), doi:10.1038/s41598-018-33697-0; coupled by the spin current that their turning
//! pumps, such neurons make logic: O. Sulymenko et al., J. Appl. Phys. 124, 152115 (2018), doi:10.1063/1.5042348.
//!
//! Drives are given in units of the threshold, r = sigma j / (w_e / 2).
//!
//! [`Antiferromagnet::turning`] is what is measured of one neuron, its latency and its rate under a steady drive; [`Sublattices`] are the two macrospins that
//! the pendulum was reduced from.

mod sublattices;
mod turning;

pub use sublattices::Sublattices;
pub use turning::Turning;

use crate::DeviceError;
use spinloom_core::parameters::Bound;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Step of the integration in units of the shortest time of a neuron.
const FINENESS: f64 = 0.005;

spinloom_core::parameters! {
    /// One neuron. The default is nickel oxide beside platinum with frequencies and an effective damping as commonly given for it, which we could
    /// not check against the paper.
    ///
    /// ```
    /// use spinloom_device::antiferromagnet::Antiferromagnet;
    /// let neuron = Antiferromagnet::default();
    /// assert!((neuron.resonance() / std::f64::consts::TAU / 0.2194e12 - 1.0).abs() < 1e-3);
    /// assert!((neuron.quality() - 0.80).abs() < 0.01);
    /// ```
    pub struct Antiferromagnet {
        /// Exchange frequency, w_ex / 2 pi.
        pub exchange_frequency: f64 = 27.5e12, "Hz", Bound::POSITIVE;
        /// Frequency of the easy axis in the easy plane, w_e / 2 pi.
        pub easy_axis_frequency: f64 = 1.75e9, "Hz", Bound::POSITIVE;
        /// Damping with what spin pumping adds to it.
        pub damping: f64 = 0.01, "", Bound::between(1e-6, 10.0);
    }
}

impl Antiferromagnet {
    /// Torque (rad/s) at which no state of rest is left, w_e / 2.
    pub fn threshold(&self) -> f64 {
        0.5 * TAU * self.easy_axis_frequency
    }

    /// Angular frequency (rad/s) of small oscillations without drive and damping, sqrt(w_e w_ex).
    pub fn resonance(&self) -> f64 {
        TAU * (self.easy_axis_frequency * self.exchange_frequency).sqrt()
    }

    /// Quality factor sqrt(w_e / w_ex) / alpha; spikes stop by themselves below about one.
    pub fn quality(&self) -> f64 {
        (self.easy_axis_frequency / self.exchange_frequency).sqrt() / self.damping
    }

    /// Drive below which an underdamped neuron stops turning, (2 / pi) alpha sqrt(w_e w_ex) over the threshold: what damping takes in one turn
    /// along the separatrix. Holds for quality factors well above one.
    pub fn retention(&self) -> f64 {
        2.0 / PI * self.damping * self.resonance() / self.threshold()
    }

    /// Angle (rad) of rest under a drive, asin(r) / 2; none at or above the threshold.
    pub fn rest(&self, drive: f64) -> Option<f64> {
        (drive.abs() < 1.0).then(|| 0.5 * drive.asin())
    }

    /// Rate (1/s) at which a neuron leaves the top of the barrier under a drive below the threshold, the positive root of
    /// l^2 / w_ex + alpha l = w_e sqrt(1 - r^2). Its latency grows as -ln(excess) over it.
    pub fn passage_rate(&self, drive: f64) -> f64 {
        let curvature = TAU * self.easy_axis_frequency * (1.0 - drive * drive).max(0.0).sqrt();
        let exchange = TAU * self.exchange_frequency;
        0.5 * exchange * ((self.damping.powi(2) + 4.0 * curvature / exchange).sqrt() - self.damping)
    }

    /// Energy phi'^2 / (2 w_ex) - (w_e / 4) cos 2 phi - r (w_e / 2) phi (rad/s); under a constant drive it falls at the rate alpha phi'^2.
    pub fn energy(&self, phase: f64, velocity: f64, drive: f64) -> f64 {
        let threshold = self.threshold();
        velocity * velocity / (2.0 * TAU * self.exchange_frequency)
            - 0.5 * threshold * (2.0 * phase).cos()
            - drive * threshold * phase
    }

    /// Step (s) that follows the motion.
    pub fn time_step(&self) -> f64 {
        FINENESS / self.resonance().max(self.damping * TAU * self.exchange_frequency)
    }
}

/// What one neuron gives to another: a torque kappa phi' while it turns, so that a spike is an impulse of kappa pi whatever its shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Who spikes.
    pub from: usize,
    /// Who is kicked.
    pub to: usize,
    /// kappa; below zero it inhibits.
    pub strength: f64,
}

/// A square pulse of current on one neuron, on top of its bias.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrivePulse {
    /// Which neuron.
    pub neuron: usize,
    /// Start, s.
    pub start: f64,
    /// Duration, s.
    pub duration: f64,
    /// Height in units of the threshold; below zero it inhibits.
    pub height: f64,
}

/// One turn of a neuron by pi.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spike {
    /// Which neuron.
    pub neuron: usize,
    /// Time (s) at which it passes three quarters of the turn, where the easy axis drives it most.
    pub time: f64,
}

/// Neurons with biases, links and pulses, integrated by the Runge-Kutta method of fourth order.
///
/// ```
/// use spinloom_device::antiferromagnet::{Antiferromagnet, AntiferromagneticNetwork, DrivePulse};
/// let mut neuron = AntiferromagneticNetwork::new(&[Antiferromagnet::default()], &[0.5], &[])?;
/// neuron.add_pulse(DrivePulse { neuron: 0, start: 10e-12, duration: 5e-12, height: 0.8 })?;
/// neuron.advance(60e-12)?;
/// assert_eq!(neuron.spikes().len(), 1);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct AntiferromagneticNetwork {
    exchange: Vec<f64>,
    damping: Vec<f64>,
    threshold: Vec<f64>,
    bias: Vec<f64>,
    links: Vec<Link>,
    pulses: Vec<DrivePulse>,
    phase: Vec<f64>,
    velocity: Vec<f64>,
    turns: Vec<i64>,
    spikes: Vec<Spike>,
    steps: u64,
    step: f64,
    work: Work,
}

/// Intermediate states of a step.
#[derive(Debug, Clone)]
struct Work {
    drive: [Vec<f64>; 3],
    phase: Vec<f64>,
    velocity: Vec<f64>,
    slopes: [(Vec<f64>, Vec<f64>); 4],
}

impl Work {
    fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        let slope = || (zeros(), zeros());
        Self {
            drive: [zeros(), zeros(), zeros()],
            phase: zeros(),
            velocity: zeros(),
            slopes: [slope(), slope(), slope(), slope()],
        }
    }
}

fn out_of_range(what: &'static str, value: f64, bound: &str) -> DeviceError {
    DeviceError::OutOfRange { what, value, bound: bound.to_owned() }
}

impl AntiferromagneticNetwork {
    /// Neurons at rest under their biases (in units of the threshold).
    ///
    /// # Errors
    /// [`DeviceError::Shape`] unless there is one bias a neuron; [`DeviceError::OutOfRange`] for a bias at which there is no rest, a link of a
    /// neuron that there is not or a strength that is not finite, and parameters out of which no step follows.
    pub fn new(neurons: &[Antiferromagnet], bias: &[f64], links: &[Link]) -> Result<Self, DeviceError> {
        let n = neurons.len();
        if bias.len() != n {
            return Err(DeviceError::Shape { what: "biases of antiferromagnetic neurons", expected: n, found: bias.len() });
        }
        let step = neurons.iter().map(Antiferromagnet::time_step).fold(f64::INFINITY, f64::min);
        if !(step > 0.0 && step.is_finite()) {
            return Err(out_of_range("the time step of antiferromagnetic neurons (s)", step, "greater than 0 and finite"));
        }
        let mut phase = Vec::with_capacity(n);
        for (neuron, bias) in neurons.iter().zip(bias) {
            let rest = neuron.rest(*bias);
            phase
                .push(rest.ok_or_else(|| out_of_range("the bias over the threshold", *bias, "between -1 and 1, both excluded"))?);
        }
        for link in links {
            let far = link.from.max(link.to);
            if far >= n {
                return Err(out_of_range("the neuron of a link", far as f64, &format!("less than {n}")));
            }
            if !link.strength.is_finite() {
                return Err(out_of_range("the strength of a link", link.strength, "finite"));
            }
        }
        Ok(Self {
            exchange: neurons.iter().map(|a| TAU * a.exchange_frequency).collect(),
            damping: neurons.iter().map(|a| a.damping).collect(),
            threshold: neurons.iter().map(Antiferromagnet::threshold).collect(),
            bias: bias.to_vec(),
            links: links.to_vec(),
            pulses: Vec::new(),
            phase,
            velocity: vec![0.0; n],
            turns: vec![0; n],
            spikes: Vec::new(),
            steps: 0,
            step,
            work: Work::new(n),
        })
    }

    /// Adds a pulse, in the future or now.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a neuron that there is not, and for numbers that are not finite.
    pub fn add_pulse(&mut self, pulse: DrivePulse) -> Result<(), DeviceError> {
        self.known(pulse.neuron)?;
        let sum = pulse.start + pulse.duration + pulse.height;
        if !sum.is_finite() {
            return Err(out_of_range("start, duration and height of a pulse", sum, "finite"));
        }
        self.pulses.push(pulse);
        Ok(())
    }

    /// Sets the bias of a neuron (in units of the threshold) from now on; above 1 it turns by itself.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a neuron that there is not and a bias that is not finite.
    pub fn set_bias(&mut self, neuron: usize, bias: f64) -> Result<(), DeviceError> {
        self.known(neuron)?;
        if !bias.is_finite() {
            return Err(out_of_range("the bias over the threshold", bias, "finite"));
        }
        self.bias[neuron] = bias;
        Ok(())
    }

    /// Puts a neuron at an angle (rad) with an angular velocity (rad/s).
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a neuron that there is not and numbers that are not finite.
    pub fn set_state(&mut self, neuron: usize, phase: f64, velocity: f64) -> Result<(), DeviceError> {
        self.known(neuron)?;
        if !(phase + velocity).is_finite() {
            return Err(out_of_range("the state of an antiferromagnetic neuron", phase + velocity, "finite"));
        }
        (self.phase[neuron], self.velocity[neuron], self.turns[neuron]) = (phase, velocity, turns(phase));
        Ok(())
    }

    fn known(&self, neuron: usize) -> Result<(), DeviceError> {
        let n = self.phase.len();
        if neuron < n { Ok(()) } else { Err(out_of_range("the neuron", neuron as f64, &format!("less than {n}"))) }
    }

    /// Time since the start, s.
    pub fn time(&self) -> f64 {
        self.steps as f64 * self.step
    }

    /// Step of the integration, s.
    pub fn step(&self) -> f64 {
        self.step
    }

    /// Angles, rad.
    pub fn phases(&self) -> &[f64] {
        &self.phase
    }

    /// Angular velocities, rad/s.
    pub fn velocities(&self) -> &[f64] {
        &self.velocity
    }

    /// All spikes so far, in the order of their times up to a step.
    pub fn spikes(&self) -> &[Spike] {
        &self.spikes
    }

    /// Times (s) at which one neuron spiked.
    pub fn spike_times(&self, neuron: usize) -> Vec<f64> {
        self.spikes.iter().filter(|s| s.neuron == neuron).map(|s| s.time).collect()
    }

    /// Goes on for a time (s), to the nearest step.
    ///
    /// # Errors
    /// [`DeviceError::NotFinite`] when the drives are too strong for the step.
    pub fn advance(&mut self, duration: f64) -> Result<(), DeviceError> {
        self.advance_with(duration, |_| ())
    }

    /// The same, showing the network to `observe` after every step.
    ///
    /// # Errors
    /// As [`AntiferromagneticNetwork::advance`].
    pub fn advance_with(&mut self, duration: f64, mut observe: impl FnMut(&Self)) -> Result<(), DeviceError> {
        let steps = (duration / self.step).round().max(0.0) as u64;
        for k in 0..steps {
            // What is over is forgotten now and then; the list stays as short as what is to come.
            if k % 1024 == 0 {
                let now = self.time();
                self.pulses.retain(|p| p.start + p.duration > now);
            }
            self.single_step();
            observe(self);
        }
        match self.phase.iter().zip(&self.velocity).position(|(p, v)| !(p + v).is_finite()) {
            Some(oscillator) => Err(DeviceError::NotFinite { oscillator, replica: 0, time: self.time() }),
            None => Ok(()),
        }
    }

    fn single_step(&mut self) {
        let (n, h, now) = (self.phase.len(), self.step, self.time());
        for (stage, drive) in self.work.drive.iter_mut().enumerate() {
            // The end of a step is the start of the next: a pulse that begins there is not yet on.
            let t = now + h * [0.0, 0.5, 1.0 - 1e-9][stage];
            for i in 0..n {
                drive[i] = self.bias[i] * self.threshold[i];
            }
            for p in self.pulses.iter().filter(|p| t >= p.start && t < p.start + p.duration) {
                drive[p.neuron] += p.height * self.threshold[p.neuron];
            }
        }
        for stage in 0..4 {
            let reach = [0.0, 0.5 * h, 0.5 * h, h][stage];
            for i in 0..n {
                let before = &self.work.slopes[stage.saturating_sub(1)];
                self.work.phase[i] = self.phase[i] + reach * before.0[i];
                self.work.velocity[i] = self.velocity[i] + reach * before.1[i];
            }
            self.slope(stage, [0, 1, 1, 2][stage]);
        }
        for i in 0..n {
            let [a, b, c, d] = &self.work.slopes;
            self.phase[i] += h / 6.0 * (a.0[i] + 2.0 * (b.0[i] + c.0[i]) + d.0[i]);
            self.velocity[i] += h / 6.0 * (a.1[i] + 2.0 * (b.1[i] + c.1[i]) + d.1[i]);
        }
        self.steps += 1;
        self.count();
    }

    /// Slopes of phase and velocity at the intermediate state.
    fn slope(&mut self, stage: usize, drive: usize) {
        let Work { drive: drives, phase, velocity, slopes } = &mut self.work;
        let (dphase, dvelocity) = &mut slopes[stage];
        for i in 0..phase.len() {
            dphase[i] = velocity[i];
            dvelocity[i] = torque(drives[drive][i], self.damping[i], self.threshold[i], (phase[i], velocity[i]));
        }
        for link in &self.links {
            dvelocity[link.to] += link.strength * velocity[link.from];
        }
        for (slope, exchange) in dvelocity.iter_mut().zip(&self.exchange) {
            *slope *= exchange;
        }
    }

    /// Notes turns that were completed in the last step.
    fn count(&mut self) {
        for i in 0..self.phase.len() {
            let now = turns(self.phase[i]);
            if now > self.turns[i] {
                let over = self.phase[i] - (now as f64 - 0.25) * PI;
                let back = if self.velocity[i] > 0.0 { (over / self.velocity[i]).min(self.step) } else { 0.0 };
                self.spikes.push(Spike { neuron: i, time: self.time() - back });
            }
            self.turns[i] = now;
        }
    }
}

/// What turns a neuron without its links, over 1 / w_ex (rad/s): drive, damping and easy axis.
#[inline(always)]
fn torque(drive: f64, damping: f64, threshold: f64, (phase, velocity): (f64, f64)) -> f64 {
    drive - damping * velocity - threshold * (2.0 * phase).sin()
}

/// Turns by pi that are three quarters done.
fn turns(phase: f64) -> i64 {
    ((phase + 0.5 * FRAC_PI_2) / PI).floor() as i64
}
