//! A layer of neurons that switch by chance in every time step, as junctions on a heavy metal do.
//!
//! A. Sengupta et al., Sci. Rep. 6, 30039 (2016), doi:10.1038/srep30039. Time goes in steps of one write, read and reset:
//!
//! ```text
//! I_i = I_s sum_j w_ij n_j - b_i + c  n_j spikes of input j within the step, b_i the current that homeostasis takes off,
//!                                     c one that rises for all alike until the first spike
//! neuron i switches with P(I_i)       where it is not blocked
//! of those that do one spikes         the first, were switching within the step a rate process
//! b_i <- b_i + h s_i - h a / N        with each spike s_i, and with each step, a spikes of all N neurons wanted in a step
//! ```
//!
//! The spike blocks all others for the time of inhibition, and attempts to switch the synapses of its neuron as in [`SpikingLayer`](super::SpikingLayer).
//! There is no membrane that would remember; a junction that a reset has left switched is read again in the next step.

use super::{Attempts, BinarySynapses, InputSpike, OutputSpike};
use crate::NetworkError;
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_device::spin_orbit_neuron::SwitchingLaw;

spinloom_core::parameters! {
    /// How neurons that switch by chance are driven and coupled. Currents are in widths of their sigmoid.
    pub struct SwitchingRule {
        /// Time step of write, read and reset, in which input spikes are gathered.
        pub step: f64 = 10e-3, "s", Bound::POSITIVE;
        /// Current of a synapse that is on, over the width of the sigmoid.
        pub gain: f64 = 1.0, "", Bound::POSITIVE;
        /// Time for which a neuron that spikes blocks all others.
        pub inhibition: f64 = 200e-3, "s", Bound::NON_NEGATIVE;
        /// Inputs that spiked this shortly before the end of the step are switched on.
        pub window: f64 = 30e-3, "s", Bound::NON_NEGATIVE;
        /// Current that every spike takes off its neuron from then on, over the width of the sigmoid.
        pub homeostasis: f64 = 0.1, "", Bound::NON_NEGATIVE;
        /// Spikes of all neurons per second that homeostasis aims at.
        pub activity: f64 = 40.0, "Hz", Bound::POSITIVE;
        /// Input spikes on synapses that are on at which a neuron switches with a probability of a half, before any homeostasis.
        pub midpoint: f64 = 80.0, "", Bound::POSITIVE;
        /// Current added to all neurons in every step until one of them spikes, over the width of the sigmoid.
        pub ramp: f64 = 2.0, "", Bound::NON_NEGATIVE;
        /// Share of resets that fail.
        pub reset_failure: f64 = 0.0, "", Bound::FRACTION;
    }
}

/// What the neurons have done, for a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Work {
    /// Writes, one a neuron that is not blocked and step; as many reads.
    pub writes: u64,
    /// Sum of the squares of their currents, A^2.
    pub square: f64,
    /// Resets.
    pub resets: u64,
    /// Spikes of neurons that a reset had left switched.
    pub stuck: u64,
}

impl Work {
    /// Adds the work of another layer.
    pub fn add(&mut self, more: Self) {
        self.writes += more.writes;
        self.square += more.square;
        self.resets += more.resets;
        self.stuck += more.stuck;
    }
}

/// Neurons that all see all inputs and switch by chance.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_device::spin_orbit_neuron::SwitchingLaw;
/// use spinloom_network::spiking::{BinarySynapses, InputSpike, SwitchingLayer, SwitchingRule};
/// let law = SwitchingLaw { midpoint: 60e-6, width: 6e-6, thermal: 1e-8 };
/// let rule = SwitchingRule { midpoint: 1.0, gain: 10.0, ..SwitchingRule::default() };
/// let mut layer = SwitchingLayer::new(rule, law, BinarySynapses::uniform(2, 1, 0.5, 0.5, 1)?)?;
/// layer.synapses_mut().set_all(true);
/// let both = [0, 1].map(|input| InputSpike { time: 1e-3, input });
/// // Twice the current of the middle, ten widths above it.
/// assert_eq!(layer.run(&both, 10e-3, false, &mut Stream::new(1, "switching", 0)).len(), 1);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SwitchingLayer {
    rule: SwitchingRule,
    law: SwitchingLaw,
    synapses: BinarySynapses,
    bias: Vec<f64>,
    blocked_until: Vec<f64>,
    stuck: Vec<bool>,
    last_input: Vec<f64>,
    sum: Vec<f32>,
    attempts: Attempts,
    work: Work,
    fired: u64,
    common: f64,
}

impl SwitchingLayer {
    /// Neurons at rest.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for times, currents or a law that are not numbers one can compute with.
    pub fn new(rule: SwitchingRule, law: SwitchingLaw, synapses: BinarySynapses) -> Result<Self, NetworkError> {
        let positive = [rule.step, rule.gain, rule.activity, rule.midpoint, law.width].iter().all(|v| v.is_finite() && *v > 0.0);
        let rest = [rule.inhibition, rule.window, rule.homeostasis, rule.reset_failure];
        if !positive || !rest.iter().all(|v| v.is_finite() && *v >= 0.0) || !law.midpoint.is_finite() {
            let why =
                format!("step, gain, activity, midpoint and width must be positive, the rest 0 or greater: {rule:?}, {law:?}");
            return Err(NetworkError::Fit { what: "a layer of switching neurons", why });
        }
        let (inputs, neurons) = (synapses.inputs(), synapses.neurons());
        // Taken off so that the given number of spikes is the middle of the sigmoid.
        let bias = rule.gain * law.width * rule.midpoint - law.midpoint;
        Ok(Self {
            bias: vec![bias; neurons],
            blocked_until: vec![f64::NEG_INFINITY; neurons],
            stuck: vec![false; neurons],
            last_input: vec![f64::NEG_INFINITY; inputs],
            sum: vec![0.0; neurons],
            attempts: Attempts::default(),
            work: Work::default(),
            fired: 0,
            common: 0.0,
            rule,
            law,
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

    /// Currents (A) that are taken off, which homeostasis moves.
    pub fn biases(&self) -> &[f64] {
        &self.bias
    }

    /// All attempts to switch a synapse so far.
    pub fn attempts(&self) -> Attempts {
        self.attempts
    }

    /// What the neurons have done so far.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Forgets blocks, failed resets and past input spikes, not what was learned.
    pub fn rest(&mut self) {
        self.blocked_until.fill(f64::NEG_INFINITY);
        self.stuck.fill(false);
        self.common = 0.0;
        self.last_input.fill(f64::NEG_INFINITY);
    }

    /// Shows input spikes in the order of their times, from 0 to `duration`, and answers with the spikes of the neurons, learning or not; `stream`
    /// decides what switches. Inputs that there are not are passed over.
    pub fn run(&mut self, inputs: &[InputSpike], duration: f64, learning: bool, stream: &mut Stream) -> Vec<OutputSpike> {
        let steps = (duration / self.rule.step).round().max(1.0) as usize;
        let mut spikes = Vec::new();
        let mut next = 0;
        for k in 1..=steps {
            let end = k as f64 * self.rule.step;
            self.sum.fill(0.0);
            while let Some(spike) = inputs.get(next).filter(|s| s.time < end || k == steps) {
                next += 1;
                let Some(last) = self.last_input.get_mut(spike.input as usize) else { continue };
                *last = spike.time;
                self.sum.iter_mut().zip(self.synapses.row(spike.input as usize)).for_each(|(s, w)| *s += w);
            }
            if let Some(neuron) = self.switch(end, stream) {
                spikes.push(OutputSpike { time: end, neuron: neuron as u32 });
                self.fire(neuron, end, learning);
            } else if spikes.is_empty() {
                self.common += self.rule.ramp * self.law.width;
            }
            if learning {
                let wanted =
                    self.rule.homeostasis * self.law.width * self.rule.activity * self.rule.step / self.bias.len() as f64;
                self.bias.iter_mut().for_each(|b| *b -= wanted);
            }
        }
        spikes
    }

    /// One write of all neurons that are not blocked; the one that spikes, if any does.
    fn switch(&mut self, now: f64, stream: &mut Stream) -> Option<usize> {
        let unit = self.rule.gain * self.law.width;
        let mut first: Option<(f64, usize)> = None;
        for i in 0..self.sum.len() {
            // Every neuron draws, blocked or not, so that what one does leaves the chances of the others alone.
            let draw = stream.uniform();
            if self.blocked_until[i] > now {
                continue;
            }
            let current = f64::from(self.sum[i]) * unit - self.bias[i] + self.common;
            self.work.writes += 1;
            self.work.square += current * current;
            if self.stuck[i] {
                self.work.stuck += 1;
            }
            let probability = if self.stuck[i] { 1.0 } else { self.law.probability(current) };
            if draw < probability {
                // A process of rate r has switched with 1 - exp(-r): when is ln(1 - draw) over ln(1 - P) of the step.
                let when = (-draw).ln_1p() / (-probability.min(1.0 - 1e-12)).ln_1p();
                self.work.resets += 1;
                self.stuck[i] = self.rule.reset_failure > 0.0 && stream.uniform() < self.rule.reset_failure;
                if first.is_none_or(|(earliest, _)| when < earliest) {
                    first = Some((when, i));
                }
            }
        }
        first.map(|f| f.1)
    }

    fn fire(&mut self, neuron: usize, now: f64, learning: bool) {
        // The block ends before the step that begins with its end.
        let until = now + self.rule.inhibition + 0.5 * self.rule.step;
        for (i, blocked) in self.blocked_until.iter_mut().enumerate() {
            if i != neuron {
                *blocked = blocked.max(until);
            }
        }
        if !learning {
            return;
        }
        self.bias[neuron] += self.rule.homeostasis * self.law.width;
        let attempts = self.synapses.learn(neuron, &self.last_input, now - self.rule.window, self.fired);
        self.attempts.add(attempts);
        self.fired += 1;
    }
}
