//! Binary synapses whose switching is left to chance, as that of the devices is.

use crate::{NetworkError, shape};
use rand::Rng;
use spinloom_core::random::Stream;

/// Attempts to switch synapses, and how many did.
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

/// A matrix of binary synapses. Weights lie input by input, where an input spike reads them; states and what belongs to a device lie neuron by neuron,
/// where a spike of a neuron writes them.
#[derive(Debug, Clone)]
pub struct BinarySynapses {
    inputs: usize,
    neurons: usize,
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
    /// One of each a synapse, neuron by neuron.
    Each { chances: Vec<[u32; 2]>, weights: Vec<[f32; 2]> },
}

/// A probability as a share of 2^32; 1 becomes all of it but one.
fn chance(probability: f64) -> u32 {
    (probability.clamp(0.0, 1.0) * 4_294_967_296.0).min(4_294_967_295.0) as u32
}

impl BinarySynapses {
    /// Synapses that are all alike, with weights 0 and 1 and these probabilities to switch on and off; half of them on by chance.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for no inputs or neurons, and for probabilities that are not between 0 and 1.
    pub fn uniform(inputs: usize, neurons: usize, switch_on: f64, switch_off: f64, seed: u64) -> Result<Self, NetworkError> {
        let probabilities = [switch_on, switch_off];
        if inputs == 0 || neurons == 0 || !probabilities.iter().all(|p| (0.0..=1.0).contains(p)) {
            let why = format!("{inputs} inputs, {neurons} neurons and probabilities {probabilities:?} were given");
            return Err(NetworkError::Fit { what: "a matrix of synapses", why });
        }
        let mut all = Self {
            inputs,
            neurons,
            seed,
            weight: vec![0.0; inputs * neurons],
            on: vec![false; inputs * neurons],
            devices: Devices::Alike { chances: probabilities.map(chance), weights: [0.0, 1.0] },
        };
        all.randomize(0.5);
        Ok(all)
    }

    /// Gives every synapse its own probabilities to switch on and off and its own weights off and on; neuron by neuron.
    ///
    /// # Errors
    /// [`NetworkError::Shape`].
    pub fn with_devices(mut self, probabilities: &[[f64; 2]], weights: Vec<[f32; 2]>) -> Result<Self, NetworkError> {
        shape("probabilities of synapses", self.on.len(), probabilities.len())?;
        shape("weights of synapses", self.on.len(), weights.len())?;
        let chances = probabilities.iter().map(|p| p.map(chance)).collect();
        self.devices = Devices::Each { chances, weights };
        self.refresh();
        Ok(self)
    }

    /// Synapses with these weights off and on.
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

    /// States of the synapses of a neuron, on or off.
    pub fn states(&self, neuron: usize) -> &[bool] {
        &self.on[neuron * self.inputs..(neuron + 1) * self.inputs]
    }

    /// Puts all synapses on or off.
    pub fn set_all(&mut self, on: bool) {
        self.on.fill(on);
        self.refresh();
    }

    /// Puts every synapse on with a probability, by the seed.
    pub fn randomize(&mut self, probability: f64) {
        let threshold = chance(probability);
        let mut generator = Stream::new(self.seed, "first states of synapses", 0).fast();
        self.on.iter_mut().for_each(|on| *on = generator.next_u32() < threshold);
        self.refresh();
    }

    fn refresh(&mut self) {
        for neuron in 0..self.neurons {
            for input in 0..self.inputs {
                let k = neuron * self.inputs + input;
                self.weight[input * self.neurons + neuron] = self.devices.weight(k, self.on[k]);
            }
        }
    }

    /// Weights from an input to all neurons.
    pub(super) fn row(&self, input: usize) -> &[f32] {
        &self.weight[input * self.neurons..(input + 1) * self.neurons]
    }

    /// One attempt on every synapse of a neuron: on where its input spiked since, off elsewhere. `event` numbers the draws.
    pub(super) fn learn(&mut self, neuron: usize, last_input: &[f64], since: f64, event: u64) -> Attempts {
        let mut generator = Stream::new(self.seed, "attempts on synapses", event).fast();
        let first = neuron * self.inputs;
        let mut attempts = Attempts::default();
        for (input, last) in last_input.iter().enumerate() {
            let recent = *last >= since;
            let k = first + input;
            attempts.on += u64::from(recent);
            // Every attempt draws, whether the synapse is there already or not, as every pulse is sent.
            let succeeds = generator.next_u32() <= self.devices.chance(k, recent) && self.devices.chance(k, recent) > 0;
            if succeeds && self.on[k] != recent {
                self.on[k] = recent;
                self.weight[input * self.neurons + neuron] = self.devices.weight(k, recent);
                attempts.switched += 1;
            }
        }
        attempts.off = last_input.len() as u64 - attempts.on;
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
