//! Circuits of antiferromagnetic neurons: what they answer to words of input spikes.

use crate::error::LabError;
use spinloom_device::antiferromagnet::{Antiferromagnet, AntiferromagneticNetwork, DrivePulse, Link};

/// When the first word comes, s.
const START: f64 = 1e-12;

/// Neurons, of which the first are the inputs: each spikes when it is pulsed.
#[derive(Debug, Clone)]
pub struct Circuit {
    pub neuron: Antiferromagnet,
    pub inputs: usize,
    /// Biases in units of the threshold.
    pub bias: Vec<f64>,
    pub links: Vec<Link>,
    /// Pulse that makes an input neuron spike: height in units of the threshold, and width, s.
    pub pulse: (f64, f64),
}

/// Spikes of the neurons of a circuit after one word.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Number of spikes, one a neuron.
    pub counts: Vec<usize>,
    /// Time from the start of the pulses to the first spike, s; NaN without one.
    pub latency: Vec<f64>,
}

impl Circuit {
    /// A neuron at `bias` with `inputs` inputs that kick it alike.
    pub fn gate(neuron: &Antiferromagnet, inputs: usize, strength: f64, bias: f64, input: (f64, (f64, f64))) -> Self {
        let mut all = vec![input.0; inputs];
        all.push(bias);
        let links = (0..inputs).map(|from| Link { from, to: inputs, strength }).collect();
        Self { neuron: neuron.clone(), inputs, bias: all, links, pulse: input.1 }
    }

    fn network(&self) -> Result<AntiferromagneticNetwork, LabError> {
        let neurons = vec![self.neuron.clone(); self.bias.len()];
        Ok(AntiferromagneticNetwork::new(&neurons, &self.bias, &self.links)?)
    }

    fn pulse(&self, neuron: usize, start: f64) -> DrivePulse {
        DrivePulse { neuron, start, duration: self.pulse.1, height: self.pulse.0 }
    }

    /// What a word does, bit k being input k, with delays (s) of the inputs.
    pub fn answer(&self, word: usize, delays: &[f64], duration: f64) -> Result<Answer, LabError> {
        let mut network = self.network()?;
        for i in (0..self.inputs).filter(|i| word >> i & 1 == 1) {
            network.add_pulse(self.pulse(i, START + delays.get(i).copied().unwrap_or(0.0)))?;
        }
        network.advance(START + duration)?;
        let times: Vec<Vec<f64>> = (0..self.bias.len()).map(|i| network.spike_times(i)).collect();
        let latency = times.iter().map(|t| t.first().map_or(f64::NAN, |t| t - START)).collect();
        Ok(Answer { counts: times.iter().map(Vec::len).collect(), latency })
    }

    /// Angular velocities of all neurons after a word: times (s), and one row a neuron (rad/s).
    pub fn traces(&self, word: usize, duration: f64) -> Result<(Vec<f64>, Vec<Vec<f64>>), LabError> {
        let mut network = self.network()?;
        for i in (0..self.inputs).filter(|i| word >> i & 1 == 1) {
            network.add_pulse(self.pulse(i, START))?;
        }
        let (mut time, mut rows) = (Vec::new(), vec![Vec::new(); self.bias.len()]);
        let mut count = 0usize;
        network.advance_with(START + duration, |n| {
            if count.is_multiple_of(20) {
                time.push(n.time());
                rows.iter_mut().zip(n.velocities()).for_each(|(row, v)| row.push(*v));
            }
            count += 1;
        })?;
        Ok((time, rows))
    }

    /// Spike times of one neuron, from the start of the first word, while words come at a period (s).
    pub fn stream(&self, words: &[usize], period: f64, outputs: &[usize]) -> Result<Vec<Vec<f64>>, LabError> {
        let mut network = self.network()?;
        for (k, word) in words.iter().enumerate() {
            for i in (0..self.inputs).filter(|i| word >> i & 1 == 1) {
                network.add_pulse(self.pulse(i, START + k as f64 * period))?;
            }
        }
        network.advance(START + words.len() as f64 * period + 60e-12)?;
        let shifted = |i: &usize| network.spike_times(*i).into_iter().map(|t| t - START).collect();
        Ok(outputs.iter().map(shifted).collect())
    }
}

/// A ring in which one spike goes round.
#[derive(Debug, Clone, Copy)]
pub struct Ring {
    pub neurons: usize,
    pub strength: f64,
    pub bias: f64,
    /// Pulse that starts it, and in negative that stops it: height and width (s).
    pub pulse: (f64, f64),
}

/// What a ring did.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// Rounds until the stop.
    pub count: usize,
    /// Rounds a second.
    pub frequency: f64,
    /// Spikes after the stop had its time, of all neurons.
    pub after_stop: usize,
}

impl Ring {
    /// Runs for a time (s) and is then stopped by a long inhibiting pulse on one neuron.
    pub fn run(&self, neuron: &Antiferromagnet, duration: f64) -> Result<Rounds, LabError> {
        let n = self.neurons;
        let links: Vec<Link> = (0..n).map(|from| Link { from, to: (from + 1) % n, strength: self.strength }).collect();
        let mut network = AntiferromagneticNetwork::new(&vec![neuron.clone(); n], &vec![self.bias; n], &links)?;
        network.add_pulse(DrivePulse { neuron: 0, start: START, duration: self.pulse.1, height: self.pulse.0 })?;
        network.advance(duration)?;
        let times = network.spike_times(0);
        let frequency = if times.len() < 3 { 0.0 } else { (times.len() - 2) as f64 / (times[times.len() - 1] - times[1]) };
        // Longer than a round.
        let hold = if frequency > 0.0 { 1.5 / frequency } else { 40e-12 };
        network.add_pulse(DrivePulse { neuron: 0, start: network.time(), duration: hold, height: -1.5 - self.bias })?;
        network.advance(hold)?;
        let before = network.spikes().len();
        network.advance(0.2e-9)?;
        Ok(Rounds { count: times.len(), frequency, after_stop: network.spikes().len() - before })
    }
}
