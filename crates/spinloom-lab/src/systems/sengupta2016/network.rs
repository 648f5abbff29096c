//! Layers that learn without labels, whatever their neurons, and what is made of their answers.

use super::Sengupta2016;
use super::device::Measured;
use crate::error::LabError;
use crate::systems::spread::Junctions;
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_device::junction::SwitchingTable;
use spinloom_network::spiking::{Attempts, BinarySynapses, SpikingLayer, SwitchingLayer, SwitchingRule, Work, rate_coded};
use spinloom_task::images::Images;

/// Digits.
pub const CLASSES: usize = 10;

/// Which neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Leaky,
    Switching,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Leaky => "leaky",
            Self::Switching => "switching",
        }
    }
}

/// One network of the study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    pub kind: Kind,
    pub neurons: usize,
    /// Junctions of a synapse.
    pub junctions: usize,
    /// Spread of the junctions.
    pub spread: f64,
}

/// What the pulses that switch a synapse on and off do; none where all junctions are alike.
pub type Pulses = Option<[SwitchingTable; 2]>;

/// Synapses before learning.
fn synapses(
    system: &Sengupta2016,
    setting: Setting,
    pulses: &Pulses,
    inputs: usize,
    seed: u64,
) -> Result<BinarySynapses, LabError> {
    let digit = &system.digit;
    let switch = [digit.switch_on, digit.switch_off];
    let mut synapses = BinarySynapses::compound(inputs, setting.neurons, setting.junctions, switch, seed)?;
    if let Some(pulses) = pulses.as_ref().filter(|_| setting.spread > 0.0) {
        let junctions = Junctions { nominal: &system.synapse, pulses, spread: setting.spread, reference: 1.0 };
        let count = inputs * setting.neurons * setting.junctions;
        let (probabilities, weights) = junctions.draw(count, &mut Stream::new(seed, "junctions", 0));
        synapses = synapses.with_devices(&probabilities, weights)?;
    }
    synapses.randomize(digit.first_on);
    Ok(synapses)
}

#[derive(Clone)]
enum Layer {
    Leaky(SpikingLayer),
    Switching(SwitchingLayer),
}

/// A layer with the way images are shown to it.
#[derive(Clone)]
pub struct Network {
    layer: Layer,
    neurons: usize,
    rate: f64,
    duration: f64,
    /// Mean sum of the pixels of an image, to which every image is brought; none to leave them as they are.
    brightness: Option<f64>,
    /// Input spikes so far.
    pub inputs: u64,
}

impl Network {
    pub fn new(
        system: &Sengupta2016,
        setting: Setting,
        pulses: &Pulses,
        measured: Measured,
        train: &Images,
        seed: u64,
    ) -> Result<Self, LabError> {
        let digit = &system.digit;
        let synapses = synapses(system, setting, pulses, train.size(), seed)?;
        let (layer, rate, brightness) = match setting.kind {
            Kind::Leaky => (Layer::Leaky(SpikingLayer::new(system.leaky.clone(), synapses)?), digit.leaky_rate, None),
            Kind::Switching => {
                let rule = SwitchingRule {
                    reset_failure: system.switching.reset_failure.max(measured.reset_failure),
                    ..system.switching.clone()
                };
                let mean = train.pixels.iter().map(|p| f64::from(*p)).sum::<f64>() / train.count().max(1) as f64;
                (Layer::Switching(SwitchingLayer::new(rule, measured.law, synapses)?), digit.switching_rate, Some(mean))
            }
        };
        Ok(Self { layer, neurons: setting.neurons, rate, duration: digit.duration, brightness, inputs: 0 })
    }

    /// Shows one image and answers with the spikes of every neuron; the same purpose and index give the same spikes.
    fn show(&mut self, image: &[f32], learning: bool, run: &Run, purpose: &str, index: u64) -> Vec<u32> {
        let scale = self.brightness.map_or(1.0, |mean| mean / image.iter().map(|p| f64::from(*p)).sum::<f64>().max(1.0));
        let mut stream = run.stream(purpose, index);
        let inputs = rate_coded(image, self.rate * scale, self.duration, &mut stream);
        self.inputs += inputs.len() as u64;
        let spikes = match &mut self.layer {
            Layer::Leaky(layer) => {
                layer.rest();
                layer.run(&inputs, learning)
            }
            Layer::Switching(layer) => {
                layer.rest();
                layer.run(&inputs, self.duration, learning, &mut stream)
            }
        };
        let mut counts = vec![0; self.neurons];
        spikes.iter().for_each(|s| counts[s.neuron as usize] += 1);
        counts
    }

    /// Learns from images in this order.
    pub fn learn(
        &mut self,
        images: &Images,
        order: &[usize],
        run: &Run,
        mut each: impl FnMut(usize) -> Result<(), LabError>,
    ) -> Result<(), LabError> {
        for (k, i) in order.iter().enumerate() {
            if k.is_multiple_of(256) {
                each(k)?;
            }
            self.show(images.image(*i), true, run, "image to learn from", k as u64);
        }
        Ok(())
    }

    /// Spikes of every neuron for every image, on all cores, without learning; and what all of it took.
    pub fn respond(&self, images: &Images, run: &Run, purpose: &str) -> Result<(Vec<Vec<u32>>, Work), LabError> {
        let one = |network: &mut Self, i: usize| {
            if i.is_multiple_of(64) {
                run.check()?;
            }
            let before = network.work();
            let counts = network.show(images.image(i), false, run, purpose, i as u64);
            let after = network.work();
            let work = Work {
                writes: after.writes - before.writes,
                square: after.square - before.square,
                resets: after.resets - before.resets,
                stuck: after.stuck - before.stuck,
            };
            Ok((counts, work))
        };
        let found: Vec<(Vec<u32>, Work)> =
            (0..images.count()).into_par_iter().map_init(|| self.clone(), one).collect::<Result<_, LabError>>()?;
        let mut work = Work::default();
        found.iter().for_each(|f| work.add(f.1));
        Ok((found.into_iter().map(|f| f.0).collect(), work))
    }

    fn work(&self) -> Work {
        if let Layer::Switching(layer) = &self.layer { layer.work() } else { Work::default() }
    }

    pub fn synapses(&self) -> &BinarySynapses {
        match &self.layer {
            Layer::Leaky(layer) => layer.synapses(),
            Layer::Switching(layer) => layer.synapses(),
        }
    }

    pub fn attempts(&self) -> Attempts {
        match &self.layer {
            Layer::Leaky(layer) => layer.attempts(),
            Layer::Switching(layer) => layer.attempts(),
        }
    }
}

/// For every neuron the digit to which it answers most on average; none for one that never spikes.
pub fn labels(responses: &[Vec<u32>], images: &Images, neurons: usize) -> Vec<Option<usize>> {
    let mut sums = vec![[0.0; CLASSES]; neurons];
    let mut shown = [0.0; CLASSES];
    for (counts, label) in responses.iter().zip(&images.labels).filter(|(_, l)| **l < CLASSES) {
        shown[*label] += 1.0;
        sums.iter_mut().zip(counts).for_each(|(sum, c)| sum[*label] += f64::from(*c));
    }
    let mean = |sum: &[f64; CLASSES], class: usize| if shown[class] > 0.0 { sum[class] / shown[class] } else { 0.0 };
    let best = |sum: &[f64; CLASSES]| (0..CLASSES).reduce(|a, b| if mean(sum, b) > mean(sum, a) { b } else { a });
    sums.iter().map(|sum| best(sum).filter(|class| mean(sum, *class) > 0.0)).collect()
}

/// The digit whose neurons spike most; none where none does.
pub fn answer(counts: &[u32], labels: &[Option<usize>]) -> Option<usize> {
    let mut votes = [0; CLASSES];
    counts.iter().zip(labels).for_each(|(c, l)| {
        if let Some(class) = l {
            votes[*class] += *c;
        }
    });
    (0..CLASSES).reduce(|a, b| if votes[b] > votes[a] { b } else { a }).filter(|class| votes[*class] > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majority_labels_and_votes() {
        let images = Images { width: 1, height: 1, pixels: vec![0.0; 4], labels: vec![3, 3, 7, 7] };
        let responses = vec![vec![2, 0, 0], vec![2, 1, 0], vec![1, 4, 0], vec![0, 4, 0]];
        let labels = labels(&responses, &images, 3);
        assert_eq!(labels, [Some(3), Some(7), None]);
        assert_eq!(answer(&[2, 1, 9], &labels), Some(3));
        assert_eq!(answer(&[0, 0, 9], &labels), None);
    }
}
