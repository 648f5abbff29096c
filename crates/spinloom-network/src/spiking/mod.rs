//! Spiking neurons with binary stochastic synapses that learn by the times of spikes, event by event.
//!
//! Leaky integrate-and-fire neurons with lateral inhibition, and the simplified rule of O. Bichler et al., Neural Netw. 32, 339 (2012),
//! doi:10.1016/j.neunet.2012.02.022, on binary devices as in A. F. Vincent et al., IEEE Trans. Biomed. Circuits Syst. 9, 166 (2015),
//! doi:10.1109/TBCAS.2015.2414423:
//!
//! ```text
//! input spike j at t      u_i <- u_i exp(-(t - t_last) / tau) + w_ij,  where neuron i is not blocked
//! u_i >= theta_i          i spikes: u_i <- 0, i is blocked for the refractory time, all others for the time of inhibition
//! its synapse j           spiked within the window before t: an attempt to switch it on, with probability p_on
//!                         else, or never:                    an attempt to switch it off, with probability p_off
//! ```
//!
//! Nothing is done between events: an input spike costs one row of weights, a spike of a neuron one column of synapses.

mod rate;
mod switching;
mod synapses;

pub use rate::rate_coded;
pub use switching::{SwitchingLayer, SwitchingRule, Work};
pub use synapses::{Attempts, BinarySynapses};

use crate::{NetworkError, shape};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;

spinloom_core::parameters! {
    /// Neurons and the rule. Times are those of the demonstration of N2D2 by the authors of the rule.
    pub struct SpikingRule {
        /// Threshold of the potential, in weights of a synapse that is on.
        pub threshold: f64 = 1000.0, "", Bound::POSITIVE;
        /// Time in which the potential leaks, tau.
        pub leak: f64 = 450e-3, "s", Bound::POSITIVE;
        /// Time for which a neuron is blocked after its spike.
        pub refractory: f64 = 300e-3, "s", Bound::NON_NEGATIVE;
        /// Time for which it blocks all others.
        pub inhibition: f64 = 50e-3, "s", Bound::NON_NEGATIVE;
        /// Inputs that spiked this shortly before are switched on.
        pub window: f64 = 12e-3, "s", Bound::NON_NEGATIVE;
        /// Homeostasis: relative change of the threshold of a neuron by each of its spikes, taken back evenly by those of all; 0 for none.
        pub homeostasis: f64 = 0.0, "", Bound::between(0.0, 1.0);
    }
}

/// A spike of an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputSpike {
    /// Time, s.
    pub time: f64,
    /// Which input.
    pub input: u32,
}

/// A spike of a neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutputSpike {
    /// Time, s.
    pub time: f64,
    /// Which neuron.
    pub neuron: u32,
}

/// A layer of neurons that all see all inputs.
///
/// ```
/// use spinloom_network::spiking::{BinarySynapses, InputSpike, SpikingLayer, SpikingRule};
/// let rule = SpikingRule { threshold: 2.0, ..SpikingRule::default() };
/// let mut layer = SpikingLayer::new(rule, BinarySynapses::uniform(3, 1, 0.5, 0.5, 1)?)?;
/// layer.synapses_mut().set_all(true);
/// let spikes = layer.run(&[InputSpike { time: 0.0, input: 0 }, InputSpike { time: 1e-6, input: 2 }, InputSpike { time: 2e-6, input: 2 }], true);
/// // Two spikes leak a little below 2; the third fires.
/// assert_eq!((spikes.len(), spikes[0].time), (1, 2e-6));
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SpikingLayer {
    rule: SpikingRule,
    synapses: BinarySynapses,
    potential: Vec<f32>,
    threshold: Vec<f32>,
    blocked_until: Vec<f64>,
    /// Weights count where a neuron is not blocked: 1, else 0.
    open: Vec<f32>,
    /// Earliest end of a block that is not over yet.
    next_opening: f64,
    last_input: Vec<f64>,
    now: f64,
    attempts: Attempts,
    fired: u64,
}

impl SpikingLayer {
    /// Neurons at rest.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for times or a threshold that are not numbers one can compute with.
    pub fn new(rule: SpikingRule, synapses: BinarySynapses) -> Result<Self, NetworkError> {
        let positive = [rule.threshold, rule.leak].iter().all(|v| v.is_finite() && *v > 0.0);
        let rest = [rule.refractory, rule.inhibition, rule.window, rule.homeostasis];
        if !positive || !rest.iter().all(|v| v.is_finite() && *v >= 0.0) {
            let why =
                format!("threshold and leak must be positive, times and homeostasis 0 or greater, and all finite: {rule:?}");
            return Err(NetworkError::Fit { what: "a spiking layer", why });
        }
        let (inputs, neurons) = (synapses.inputs(), synapses.neurons());
        Ok(Self {
            potential: vec![0.0; neurons],
            threshold: vec![rule.threshold as f32; neurons],
            blocked_until: vec![f64::NEG_INFINITY; neurons],
            open: vec![1.0; neurons],
            next_opening: f64::INFINITY,
            last_input: vec![f64::NEG_INFINITY; inputs],
            now: f64::NEG_INFINITY,
            attempts: Attempts::default(),
            fired: 0,
            rule,
            synapses,
        })
    }

    /// The synapses.
    pub fn synapses(&self) -> &BinarySynapses {
        &self.synapses
    }

    /// The synapses, to be written.
    pub fn synapses_mut(&mut self) -> &mut BinarySynapses {
        &mut self.synapses
    }

    /// Thresholds of the neurons, which homeostasis moves.
    pub fn thresholds(&self) -> &[f32] {
        &self.threshold
    }

    /// All attempts to switch a synapse so far.
    pub fn attempts(&self) -> Attempts {
        self.attempts
    }

    /// Forgets potentials, blocks and past input spikes, not what was learned: the next recording begins at any time.
    pub fn rest(&mut self) {
        self.potential.fill(0.0);
        self.blocked_until.fill(f64::NEG_INFINITY);
        self.open.fill(1.0);
        self.last_input.fill(f64::NEG_INFINITY);
        (self.next_opening, self.now) = (f64::INFINITY, f64::NEG_INFINITY);
    }

    /// Shows input spikes in the order of their times and answers with the spikes of the neurons, learning or not. Inputs that there are not are passed
    /// over; a time before the last counts as the last.
    pub fn run(&mut self, inputs: &[InputSpike], learning: bool) -> Vec<OutputSpike> {
        let mut spikes = Vec::new();
        for spike in inputs {
            if let Some(neuron) = self.present(*spike) {
                spikes.push(OutputSpike { time: self.now, neuron: neuron as u32 });
                self.fire(neuron, learning);
            }
        }
        spikes
    }

    /// One input spike; the neuron furthest above its threshold, if any is.
    fn present(&mut self, spike: InputSpike) -> Option<usize> {
        let input = spike.input as usize;
        if input >= self.last_input.len() {
            return None;
        }
        let time = spike.time.max(self.now);
        let decay = if self.now.is_finite() { (-(time - self.now) / self.rule.leak).exp() as f32 } else { 0.0 };
        self.now = time;
        self.last_input[input] = time;
        if time >= self.next_opening {
            self.reopen();
        }
        let row = self.synapses.row(input);
        let mut most = f32::NEG_INFINITY;
        // Three arrays in step, without branches: the compiler makes vectors of it.
        for (((u, w), open), threshold) in self.potential.iter_mut().zip(row).zip(&self.open).zip(&self.threshold) {
            *u = *u * decay + *w * *open;
            most = most.max((*u - *threshold) * *open - (1.0 - *open));
        }
        if most < 0.0 {
            return None;
        }
        let excess = |i: usize| if self.open[i] > 0.0 { self.potential[i] - self.threshold[i] } else { f32::NEG_INFINITY };
        // The first of equals.
        (0..self.potential.len()).filter(|i| excess(*i) >= 0.0).reduce(|a, b| if excess(b) > excess(a) { b } else { a })
    }

    /// Opens the neurons whose block is over.
    fn reopen(&mut self) {
        self.next_opening = f64::INFINITY;
        for (open, until) in self.open.iter_mut().zip(&self.blocked_until) {
            let over = *until <= self.now;
            *open = f32::from(u8::from(over));
            if !over {
                self.next_opening = self.next_opening.min(*until);
            }
        }
    }

    fn fire(&mut self, neuron: usize, learning: bool) {
        self.potential[neuron] = 0.0;
        for (i, until) in self.blocked_until.iter_mut().enumerate() {
            let block = if i == neuron { self.rule.refractory } else { self.rule.inhibition };
            // A block that is on is never made shorter.
            *until = until.max(self.now + block);
        }
        self.reopen();
        if !learning {
            return;
        }
        if self.rule.homeostasis > 0.0 {
            let share = (self.rule.homeostasis / self.threshold.len() as f64) as f32;
            self.threshold.iter_mut().for_each(|t| *t *= 1.0 - share);
            self.threshold[neuron] *= 1.0 + self.rule.homeostasis as f32;
        }
        let attempts = self.synapses.learn(neuron, &self.last_input, self.now - self.rule.window, self.fired);
        self.attempts.add(attempts);
        self.fired += 1;
    }
}

/// Information (bit) that the spikes of a neuron give on a yes-or-no question: counts of spike and yes, spike and no, silence and yes, silence and no.
///
/// ```
/// let bits = spinloom_network::spiking::mutual_information([50.0, 0.0, 0.0, 50.0]);
/// assert!((bits - 1.0).abs() < 1e-12);
/// assert!(spinloom_network::spiking::mutual_information([25.0; 4]).abs() < 1e-12);
/// ```
pub fn mutual_information(counts: [f64; 4]) -> f64 {
    let total: f64 = counts.iter().sum();
    let part = |k: usize| {
        let joint = counts[k] / total;
        let row = (counts[k & 2] + counts[(k & 2) + 1]) / total;
        let column = (counts[k & 1] + counts[(k & 1) + 2]) / total;
        if joint > 0.0 { joint * (joint / (row * column)).log2() } else { 0.0 }
    };
    if total > 0.0 { (0..4).map(part).sum() } else { 0.0 }
}

/// The layer written out neuron by neuron, as the rule reads: what the fast one is tested against.
#[derive(Debug, Clone)]
pub struct ReferenceLayer {
    rule: SpikingRule,
    weights: Vec<Vec<f32>>,
    potential: Vec<f32>,
    updated: Vec<f64>,
    blocked_until: Vec<f64>,
}

impl ReferenceLayer {
    /// Neurons at rest with weights that do not change, one row a neuron.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] when rows differ in length.
    pub fn new(rule: SpikingRule, weights: Vec<Vec<f32>>) -> Result<Self, NetworkError> {
        let inputs = weights.first().map_or(0, Vec::len);
        weights.iter().try_for_each(|row| shape("weights of a neuron", inputs, row.len()))?;
        let n = weights.len();
        Ok(Self {
            rule,
            weights,
            potential: vec![0.0; n],
            updated: vec![f64::NEG_INFINITY; n],
            blocked_until: vec![f64::NEG_INFINITY; n],
        })
    }

    /// As [`SpikingLayer::run`] without learning.
    pub fn run(&mut self, inputs: &[InputSpike]) -> Vec<OutputSpike> {
        let mut spikes = Vec::new();
        for spike in inputs {
            let mut winner: Option<(usize, f32)> = None;
            for i in 0..self.weights.len() {
                let Some(weight) = self.weights[i].get(spike.input as usize) else { continue };
                let passed = spike.time - self.updated[i];
                let decay = if passed.is_finite() { (-passed / self.rule.leak).exp() as f32 } else { 0.0 };
                self.updated[i] = spike.time;
                self.potential[i] *= decay;
                if spike.time < self.blocked_until[i] {
                    continue;
                }
                self.potential[i] += weight;
                let excess = self.potential[i] - self.rule.threshold as f32;
                if excess >= 0.0 && winner.is_none_or(|(_, most)| excess > most) {
                    winner = Some((i, excess));
                }
            }
            if let Some((neuron, _)) = winner {
                spikes.push(OutputSpike { time: spike.time, neuron: neuron as u32 });
                self.potential[neuron] = 0.0;
                for i in 0..self.weights.len() {
                    let block = if i == neuron { self.rule.refractory } else { self.rule.inhibition };
                    self.blocked_until[i] = self.blocked_until[i].max(spike.time + block);
                }
            }
        }
        spikes
    }
}

/// A stream of input spikes at random, for tests and benches: a Poisson process of so many events a second over all inputs.
pub fn poisson_inputs(inputs: usize, rate: f64, duration: f64, stream: &mut Stream) -> Vec<InputSpike> {
    let mut spikes = Vec::with_capacity((rate * duration) as usize + 16);
    let mut time = 0.0;
    loop {
        time -= (-stream.uniform()).ln_1p() / rate;
        if time >= duration {
            return spikes;
        }
        spikes.push(InputSpike { time, input: stream.below(inputs) as u32 });
    }
}
