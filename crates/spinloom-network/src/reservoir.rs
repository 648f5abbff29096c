//! Time-multiplexed reservoirs: one nonlinear node plays many, one after another (L. Appeltant et al., Nat. Commun. 2, 468 (2011),
//! doi:10.1038/ncomms1476).
//!
//! A mask spreads every input over virtual nodes; a scalar node is driven by the masked values in a row, and what it shows at the end of
//! each virtual node is the state. Virtual nodes are coupled only because the node has not yet forgotten the one before.

use crate::{NetworkError, shape};
use rayon::prelude::*;
use spinloom_core::random::{Fast, Stream};
use spinloom_core::run::CancelToken;
use spinloom_device::envelope::Envelope;

/// The fixed random weights from input channels to virtual nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    channels: usize,
    nodes: usize,
    /// Row-major nodes x channels.
    weights: Vec<f64>,
}

impl Mask {
    /// Weights of plus or minus one with equal probability.
    pub fn binary(channels: usize, nodes: usize, stream: &mut Stream) -> Self {
        let weights = (0..channels * nodes).map(|_| if stream.next() & 1 == 0 { 1.0 } else { -1.0 }).collect();
        Self { channels, nodes, weights }
    }

    /// Given weights, row-major nodes x channels.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] when there are not nodes x channels of them.
    pub fn from_weights(channels: usize, nodes: usize, weights: Vec<f64>) -> Result<Self, NetworkError> {
        shape("weights of a mask", channels * nodes, weights.len())?;
        Ok(Self { channels, nodes, weights })
    }

    /// Number of input channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of virtual nodes.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The weights, row-major nodes x channels.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Writes the masked input of every virtual node to `out`, for one frame of `channels` values.
    ///
    /// # Panics
    /// When `out` is shorter than the number of nodes.
    pub fn apply(&self, frame: &[f64], out: &mut [f64]) {
        for (node, value) in out[..self.nodes].iter_mut().enumerate() {
            let row = &self.weights[node * self.channels..(node + 1) * self.channels];
            *value = row.iter().zip(frame).map(|(w, u)| w * u).sum();
        }
    }
}

/// A node that is driven by one number after another and shows one number after each.
pub trait ScalarNode: Sync {
    /// Runs the node over one frame of masked inputs (each in -1..1) from `state`; writes what it shows to `outputs`.
    fn drive(&self, state: &mut f64, inputs: &[f64], outputs: &mut [f64], noise: &mut Fast);

    /// The state before the first input.
    fn rest(&self) -> f64;
}

/// The amplitude of a spin-torque oscillator under a dc current modulated by the input.
#[derive(Debug, Clone)]
pub struct OscillatorNode {
    /// The map of one virtual node.
    pub envelope: Envelope,
    /// Dc current, A.
    pub current: f64,
    /// Largest excursion about the dc current, relative to it.
    pub swing: f64,
    /// Power before the first input.
    pub rest_power: f64,
    /// Whether thermal noise is added.
    pub noisy: bool,
}

impl ScalarNode for OscillatorNode {
    fn drive(&self, state: &mut f64, inputs: &[f64], outputs: &mut [f64], noise: &mut Fast) {
        // The currents take the place of the outputs until these overwrite them, node by node.
        for (out, input) in outputs.iter_mut().zip(inputs) {
            *out = self.current * (1.0 + self.swing * input.clamp(-1.0, 1.0));
        }
        self.envelope.drive(state, outputs, if self.noisy { Some(noise) } else { None });
    }

    fn rest(&self) -> f64 {
        self.rest_power
    }
}

/// A node without memory: y = tanh(gain x + bias). What a reservoir has to beat.
#[derive(Debug, Clone, Copy)]
pub struct StaticTanh {
    /// Gain.
    pub gain: f64,
    /// Bias.
    pub bias: f64,
}

impl ScalarNode for StaticTanh {
    fn drive(&self, _state: &mut f64, inputs: &[f64], outputs: &mut [f64], _noise: &mut Fast) {
        for (out, input) in outputs.iter_mut().zip(inputs) {
            *out = (self.gain * input + self.bias).tanh();
        }
    }

    fn rest(&self) -> f64 {
        0.0
    }
}

/// A mask and a node.
#[derive(Debug, Clone)]
pub struct TimeMultiplexed<N> {
    /// The mask.
    pub mask: Mask,
    /// The node.
    pub node: N,
    /// Masked inputs are divided by this, so that nearly all lie in -1..1.
    pub input_scale: f64,
}

impl<N: ScalarNode> TimeMultiplexed<N> {
    /// States (row-major steps x nodes) of one sequence (row-major steps x channels), from rest.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] when the sequence does not hold whole steps.
    pub fn states(&self, inputs: &[f64], noise: &mut Fast) -> Result<Vec<f64>, NetworkError> {
        let (channels, nodes) = (self.mask.channels, self.mask.nodes);
        let steps = inputs.len() / channels.max(1);
        shape("inputs of a reservoir", steps * channels, inputs.len())?;
        let mut masked = vec![0.0; nodes];
        let mut states = vec![0.0; steps * nodes];
        let mut state = self.node.rest();
        for (frame, out) in inputs.chunks_exact(channels).zip(states.chunks_exact_mut(nodes)) {
            self.mask.apply(frame, &mut masked);
            masked.iter_mut().for_each(|v| *v /= self.input_scale);
            self.node.drive(&mut state, &masked, out, noise);
        }
        Ok(states)
    }

    /// States of many independent sequences, in parallel; sequence i draws its noise from `stream(i)`.
    ///
    /// # Errors
    /// As [`Self::states`], or [`NetworkError::Cancelled`].
    pub fn states_of(
        &self,
        sequences: &[&[f64]],
        stream: impl Fn(usize) -> Stream + Sync,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<f64>>, NetworkError> {
        sequences
            .par_iter()
            .enumerate()
            .map(|(i, inputs)| {
                cancel.check()?;
                self.states(inputs, &mut stream(i).fast())
            })
            .collect()
    }
}

/// The magnitude beyond which a fraction `clipped` of the masked inputs lies: what the current range of an experiment is set by.
pub fn input_scale(mask: &Mask, sequences: &[&[f64]], clipped: f64) -> f64 {
    let mut masked = vec![0.0; mask.nodes()];
    let mut magnitudes: Vec<f64> = Vec::new();
    // Every seventh frame is sample enough, and prime to the periods of speech frames and waveforms.
    for frame in sequences.iter().flat_map(|s| s.chunks_exact(mask.channels())).step_by(7) {
        mask.apply(frame, &mut masked);
        magnitudes.extend(masked.iter().map(|v| v.abs()));
    }
    let scale = spinloom_core::statistics::quantile(&magnitudes, 1.0 - clipped);
    if scale > 0.0 { scale } else { 1.0 }
}
