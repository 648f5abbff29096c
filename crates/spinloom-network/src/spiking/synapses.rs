//! Synapses of binary devices whose switching is left to chance.
//!
//! Several devices side by side that all get the pulses of their synapse are one compound synapse: J. Bill and R. Legenstein, Front. Neurosci. 8, 412 (2014),
//! doi:10.3389/fnins.2014.00412. Its weight w, the mean of M devices, moves by the state it is in, whatever M,
//!
//! ```text
//! on   <dw> = p_on (1 - w)        off  <dw> = -p_off w
//! ```
//!
//! and comes to rest where the input is recent in a share a of the spikes of its neuron at `<w> = p_on a / [p_on a + p_off (1 - a)]`: where both probabilities
//! are equal, at a itself, the chance of the input given the spike. The chance x of a device to be on is a random walk of its own that the M devices of a synapse share,
//! so that `Var w = Var x + (<x> - <x^2>) / M`.

use crate::{NetworkError, shape};
use rand::Rng;
use spinloom_core::random::Stream;

/// Attempts to switch devices, and how many did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// To switch on.
    pub on: u64,
    /// To switch off.
    pub off: u64,
    /// That were on and are off now, or the other way round.
    pub switched: u64,
}

impl Attempts {
    pub(super) fn add(&mut self, more: Self) {
        self.on += more.on;
        self.off += more.off;
        self.switched += more.switched;
    }
}

/// A matrix of synapses of one or more binary devices. Weights lie input by input, where an input spike reads them; states and what belongs to a device lie neuron
/// by neuron, where a spike of a neuron writes them.
#[derive(Debug, Clone)]
pub struct BinarySynapses {
    inputs: usize,
    neurons: usize,
    /// Devices of a synapse.
    devices_each: usize,
    seed: u64,
    weight: Vec<f32>,
    on: Vec<bool>,
    devices: Devices,
}

/// Chances of 2^32, weights off and on.
#[derive(Debug, Clone)]
enum Devices {
    /// All alike.
    Alike { chances: [u32; 2], weights: [f32; 2] },
    /// One of each a device, neuron by neuron, synapse by synapse.
    Each { chances: Vec<[u32; 2]>, weights: Vec<[f32; 2]> },
}

/// A probability as a share of 2^32; 1 becomes all of it but one.
fn chance(probability: f64) -> u32 {
    (probability.clamp(0.0, 1.0) * 4_294_967_296.0).min(4_294_967_295.0) as u32
}

impl BinarySynapses {
    /// Synapses of one device that are all alike, with weights 0 and 1 and these probabilities to switch on and off; half of them on by chance.
    ///
    /// # Errors
    /// As [`compound`](Self::compound).
    pub fn uniform(inputs: usize, neurons: usize, switch_on: f64, switch_off: f64, seed: u64) -> Result<Self, NetworkError> {
        Self::compound(inputs, neurons, 1, [switch_on, switch_off], seed)
    }

    /// Synapses of so many devices each, all alike, with these probabilities to switch on and off; half of the devices on by chance. The weight is the mean of those
    /// of the devices, 0 or 1.
    ///
    /// ```
    /// use spinloom_network::spiking::BinarySynapses;
    /// let synapses = BinarySynapses::compound(1000, 1, 4, [0.1, 0.1], 1)?;
    /// let on = synapses.share_on(0);
    /// assert!(on.iter().all(|w| [0.0, 0.25, 0.5, 0.75, 1.0].contains(w)) && on.contains(&0.25));
    /// # Ok::<(), spinloom_network::NetworkError>(())
    /// ```
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for no inputs, neurons or devices, for more than 1000 devices a synapse, and for probabilities that are not between 0 and 1.
    pub fn compound(
        inputs: usize,
        neurons: usize,
        devices_each: usize,
        switch: [f64; 2],
        seed: u64,
    ) -> Result<Self, NetworkError> {
        let possible = inputs > 0 && neurons > 0 && (1..=1000).contains(&devices_each);
        if !possible || !switch.iter().all(|p| (0.0..=1.0).contains(p)) {
            let why = format!(
                "{inputs} inputs, {neurons} neurons, {devices_each} devices a synapse and probabilities {switch:?} were given: at least one input and neuron, 1 to 1000 \
                 devices and probabilities from 0 to 1 are wanted"
            );
            return Err(NetworkError::Fit { what: "a matrix of synapses", why });
        }
        let mut all = Self {
            inputs,
            neurons,
            devices_each,
            seed,
            weight: vec![0.0; inputs * neurons],
            on: vec![false; inputs * neurons * devices_each],
            devices: Devices::Alike { chances: switch.map(chance), weights: [0.0, 1.0] },
        };
        all.randomize(0.5);
        Ok(all)
    }

    /// Gives every device its own probabilities to switch on and off and its own weights off and on; neuron by neuron, synapse by synapse.
    ///
    /// # Errors
    /// [`NetworkError::Shape`].
    pub fn with_devices(mut self, probabilities: &[[f64; 2]], weights: Vec<[f32; 2]>) -> Result<Self, NetworkError> {
        shape("probabilities of devices", self.on.len(), probabilities.len())?;
        shape("weights of devices", self.on.len(), weights.len())?;
        let chances = probabilities.iter().map(|p| p.map(chance)).collect();
        self.devices = Devices::Each { chances, weights };
        self.refresh();
        Ok(self)
    }

    /// Devices with these weights off and on.
    #[must_use]
    pub fn with_weights(mut self, weights: [f32; 2]) -> Self {
        match &mut self.devices {
            Devices::Alike { weights: known, .. } => *known = weights,
            Devices::Each { weights: known, .. } => known.fill(weights),
        }
        self.refresh();
        self
    }

    /// Number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of neurons.
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// States of the devices of a neuron, on or off, synapse by synapse.
    pub fn states(&self, neuron: usize) -> &[bool] {
        let each = self.inputs * self.devices_each;
        &self.on[neuron * each..(neuron + 1) * each]
    }

    /// Share of the devices of every synapse of a neuron that is on.
    pub fn share_on(&self, neuron: usize) -> Vec<f32> {
        let share = |all: &[bool]| all.iter().filter(|on| **on).count() as f32 / all.len() as f32;
        self.states(neuron).chunks_exact(self.devices_each).map(share).collect()
    }

    /// Puts all devices on or off.
    pub fn set_all(&mut self, on: bool) {
        self.on.fill(on);
        self.refresh();
    }

    /// Puts every device on with a probability, by the seed.
    pub fn randomize(&mut self, probability: f64) {
        let threshold = chance(probability);
        let mut generator = Stream::new(self.seed, "first states of synapses", 0).fast();
        self.on.iter_mut().for_each(|on| *on = generator.next_u32() < threshold);
        self.refresh();
    }

    fn refresh(&mut self) {
        for neuron in 0..self.neurons {
            for input in 0..self.inputs {
                self.refresh_one(neuron, input);
            }
        }
    }

    /// Writes the weight of a synapse by what its devices are.
    fn refresh_one(&mut self, neuron: usize, input: usize) {
        let first = (neuron * self.inputs + input) * self.devices_each;
        let sum: f32 = (first..first + self.devices_each).map(|k| self.devices.weight(k, self.on[k])).sum();
        self.weight[input * self.neurons + neuron] = sum / self.devices_each as f32;
    }

    /// Weights from an input to all neurons.
    pub(super) fn row(&self, input: usize) -> &[f32] {
        &self.weight[input * self.neurons..(input + 1) * self.neurons]
    }

    /// One attempt on every device of a neuron: on where its input spiked since, off elsewhere. `event` numbers the draws.
    pub(super) fn learn(&mut self, neuron: usize, last_input: &[f64], since: f64, event: u64) -> Attempts {
        let mut generator = Stream::new(self.seed, "attempts on synapses", event).fast();
        let each = self.devices_each;
        let mut attempts = Attempts::default();
        for (input, last) in last_input.iter().enumerate() {
            let recent = *last >= since;
            attempts.on += u64::from(recent);
            let first = (neuron * self.inputs + input) * each;
            let mut switched = 0;
            for k in first..first + each {
                // Every attempt draws, whether the device is there already or not, as every pulse is sent.
                let succeeds = generator.next_u32() <= self.devices.chance(k, recent) && self.devices.chance(k, recent) > 0;
                if succeeds && self.on[k] != recent {
                    self.on[k] = recent;
                    switched += 1;
                }
            }
            if switched > 0 {
                self.refresh_one(neuron, input);
                attempts.switched += switched;
            }
        }
        attempts.off = (last_input.len() as u64 - attempts.on) * each as u64;
        attempts.on *= each as u64;
        attempts
    }
}

impl Devices {
    #[inline(always)]
    fn chance(&self, k: usize, on: bool) -> u32 {
        match self {
            Self::Alike { chances, .. } => chances[usize::from(!on)],
            Self::Each { chances, .. } => chances[k][usize::from(!on)],
        }
    }

    #[inline(always)]
    fn weight(&self, k: usize, on: bool) -> f32 {
        match self {
            Self::Alike { weights, .. } => weights[usize::from(on)],
            Self::Each { weights, .. } => weights[k][usize::from(on)],
        }
    }
}
