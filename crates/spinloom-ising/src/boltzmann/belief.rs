//! Deep belief networks: restricted machines learned one upon the other (G. E. Hinton, S. Osindero and Y.-W. Teh, Neural Comput. 18, 1527
//! (2006), doi:10.1162/neco.2006.18.7.1527), with a layer of output p-bits, one a class.

use super::rbm::{ROWS, draw};
use super::{Contrast, Devices, Rbm, matrix};
use crate::IsingError;
use rand::Rng;
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Cancelled;

/// How labels are learned: by the delta rule of p-bits, the gradient of the likelihood of the right answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schooling {
    /// Rate of learning.
    pub rate: f32,
    /// Fraction of a step that is repeated in the next.
    pub momentum: f32,
    /// Pull of the weights towards zero, relative to the rate.
    pub decay: f32,
    /// Rows of a batch.
    pub batch: usize,
    /// Times that all rows are shown.
    pub epochs: usize,
}

impl Default for Schooling {
    fn default() -> Self {
        Self { rate: 0.1, momentum: 0.9, decay: 1e-4, batch: 50, epochs: 50 }
    }
}

/// How a network is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Every layer hands on probabilities: what p-bits give that are averaged for very long.
    Mean,
    /// Every layer hands on the draws of its p-bits; the outputs are counted over so many reads.
    Draws(usize),
}

/// Layers of restricted machines below an output layer, used upwards only, and the p-bits they are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    layers: Vec<Rbm>,
    /// Gain of every p-bit, and what its offset adds to its bias.
    devices: Vec<(Vec<f32>, Vec<f32>)>,
}

impl Belief {
    /// A network of these machines on ideal p-bits; the last ends in one unit a class.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for none, or layers that do not fit upon each other.
    pub fn new(layers: Vec<Rbm>) -> Result<Self, IsingError> {
        if layers.is_empty() || layers.windows(2).any(|w| w[0].hidden_units() != w[1].visible()) {
            return Err(IsingError::Unsuitable("a belief network wants layers, each as wide as the one below is".to_owned()));
        }
        let devices = layers.iter().map(|l| (vec![1.0; l.hidden_units()], vec![0.0; l.hidden_units()])).collect();
        Ok(Self { layers, devices })
    }

    /// The same weights on other p-bits, given layer by layer: what a chip gives that is programmed with them, or learns on.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for devices that do not fit the layers.
    pub fn on(mut self, devices: &[Devices]) -> Result<Self, IsingError> {
        if devices.len() != self.layers.len() || devices.iter().zip(&self.layers).any(|(d, l)| d.count() != l.hidden_units()) {
            return Err(IsingError::Unsuitable(format!("p-bits for {} layers do not fit the network", devices.len())));
        }
        let single = |values: &[f64], scale: f64| values.iter().map(|v| (v * scale) as f32).collect::<Vec<f32>>();
        // An offset o of the input I is one of 2 o of a.
        self.devices = devices.iter().map(|d| (single(&d.gain, 1.0), single(&d.offset, 2.0))).collect();
        Ok(self)
    }

    /// Probabilities of the p-bits of a layer.
    fn up(&self, depth: usize, below: &[f32]) -> Vec<f32> {
        let layer = &self.layers[depth];
        let (gain, offset) = &self.devices[depth];
        let bias: Vec<f32> = layer.hidden_bias.iter().zip(offset).map(|(b, o)| b + o).collect();
        let rows = below.len() / layer.visible();
        let mut out = vec![0.0; rows * layer.hidden_units()];
        let parts = out.par_chunks_mut(ROWS * layer.hidden_units()).zip(below.par_chunks(ROWS * layer.visible()));
        parts.for_each(|(out, x)| {
            matrix::forward(x, &layer.weights, out, x.len() / layer.visible(), layer.hidden_units());
            matrix::sigmoid(out, &bias, gain);
        });
        out
    }

    /// Learns hidden layers of these sizes by contrastive divergence, each from the probabilities of the one below, without labels.
    ///
    /// # Errors
    /// As [`Rbm::new`] and [`Rbm::train`].
    pub fn pretrain(
        data: &[f32],
        inputs: usize,
        sizes: &[usize],
        contrast: &Contrast,
        seed: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Rbm>, IsingError> {
        let mut layers: Vec<Rbm> = Vec::new();
        let mut features = data.to_vec();
        let mut width = inputs;
        for (depth, &size) in sizes.iter().enumerate() {
            let seed = seed.wrapping_add((depth as u64) << 32);
            let mut rbm = Rbm::new(width, size, 0.01, &mut Stream::new(seed, "rbm weights", 0))?;
            rbm.train(&features, contrast, seed, stop)?;
            features = rbm.hidden(&features);
            width = size;
            layers.push(rbm);
        }
        Ok(layers)
    }

    /// The layers.
    pub fn layers(&self) -> &[Rbm] {
        &self.layers
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, Rbm::hidden_units)
    }

    /// Number of p-bits that answer: all but the inputs.
    pub fn neurons(&self) -> usize {
        self.layers.iter().map(Rbm::hidden_units).sum()
    }

    /// Learns labels: the output layer alone, or all layers by back-propagation (D. E. Rumelhart, G. E. Hinton and R. J. Williams, Nature
    /// 323, 533 (1986), doi:10.1038/323533a0).
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for numbers that are not finite, rows that do not fit the labels or the first layer, a label beyond the classes, or weights that have run
    /// away; [`IsingError::Cancelled`] when stopped.
    pub fn school(
        &mut self,
        data: &[f32],
        labels: &[usize],
        schooling: &Schooling,
        deep: bool,
        seed: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), IsingError> {
        let inputs = self.layers[0].visible();
        let classes = self.classes();
        if labels.is_empty()
            || data.len() != labels.len() * inputs
            || labels.iter().any(|l| *l >= classes)
            || schooling.batch == 0
            || data.iter().any(|x| !x.is_finite())
        {
            return Err(IsingError::Unsuitable(format!(
                "{} labels for {} numbers, {inputs} a row, and {classes} classes, in batches of {}",
                labels.len(),
                data.len(),
                schooling.batch
            )));
        }
        // Below the layers that learn, features are the same in every epoch.
        let first = if deep { 0 } else { self.layers.len() - 1 };
        let mut features = data.to_vec();
        for depth in 0..first {
            features = self.up(depth, &features);
        }
        let width = self.layers[first].visible();
        let mut velocity: Vec<Step> = self.layers[first..].iter().map(Step::zero).collect();
        let mut order: Vec<usize> = (0..labels.len()).collect();
        for epoch in 0..schooling.epochs {
            Stream::new(seed, "belief order", epoch as u64).shuffle(&mut order);
            for batch in order.chunks(schooling.batch) {
                if stop() {
                    return Err(Cancelled.into());
                }
                let parts: Vec<Vec<Step>> = batch
                    .par_chunks(ROWS)
                    .map(|rows| {
                        let shown = rows.iter().flat_map(|r| &features[r * width..(r + 1) * width]).copied().collect();
                        let answers: Vec<usize> = rows.iter().map(|r| labels[*r]).collect();
                        self.gradient(first, shown, &answers)
                    })
                    .collect();
                for (depth, (layer, velocity)) in self.layers[first..].iter_mut().zip(&mut velocity).enumerate() {
                    velocity.apply(layer, &parts, depth, schooling, batch.len());
                }
            }
        }
        if self.layers.iter().flat_map(|l| l.weights.iter().chain(&l.hidden_bias)).any(|w| !w.is_finite()) {
            return Err(IsingError::Unsuitable("the weights have run away while learning: lower the rate".to_owned()));
        }
        Ok(())
    }

    /// Gradient of the likelihood of the labels, layer by layer from `first` on, summed over rows.
    fn gradient(&self, first: usize, shown: Vec<f32>, labels: &[usize]) -> Vec<Step> {
        let rows = labels.len();
        let layers = &self.layers[first..];
        let mut activities = vec![shown];
        for depth in 0..layers.len() {
            activities.push(self.up(first + depth, &activities[depth]));
        }
        // What an output should have been less what it is, times its gain; handed down times the slope g p (1 - p).
        let classes = self.classes();
        let mut delta: Vec<f32> = activities[layers.len()].iter().map(|p| -p).collect();
        labels.iter().enumerate().for_each(|(r, l)| delta[r * classes + l] += 1.0);
        scale_columns(&mut delta, &self.devices[self.layers.len() - 1].0);
        let mut steps = Vec::with_capacity(layers.len());
        for depth in (0..layers.len()).rev() {
            let mut step = Step::zero(&layers[depth]);
            matrix::outer(&activities[depth], &delta, &mut step.weights, rows);
            matrix::add_columns(&delta, &mut step.bias);
            steps.push(step);
            if depth > 0 {
                let mut below = vec![0.0; rows * layers[depth].visible()];
                matrix::backward(&delta, &layers[depth].weights, &mut below, rows, layers[depth].visible());
                below.iter_mut().zip(&activities[depth]).for_each(|(d, p)| *d *= p * (1.0 - p));
                scale_columns(&mut below, &self.devices[first + depth - 1].0);
                delta = below;
            }
        }
        steps.reverse();
        steps
    }

    /// The class of every row: that of the output p-bit that answers most.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for numbers that are not finite, rows of another length than the first layer, or no reads.
    pub fn classify(&self, data: &[f32], reading: Reading, seed: u64) -> Result<Vec<usize>, IsingError> {
        let inputs = self.layers[0].visible();
        if !data.len().is_multiple_of(inputs) || data.iter().any(|x| !x.is_finite()) || reading == Reading::Draws(0) {
            return Err(IsingError::Unsuitable(format!(
                "{} numbers for {inputs} inputs, read by {reading:?}: finite numbers, whole rows and a read are wanted",
                data.len()
            )));
        }
        let reads = if let Reading::Draws(reads) = reading { reads } else { 1 };
        let classes = self.classes();
        let answer = |(chunk, rows): (usize, &[f32])| {
            let mut random = Stream::new(seed, "belief reading", chunk as u64).fast();
            let count = rows.len() / inputs;
            let mut sums = vec![0.0; count * classes];
            // The first layer sees the same image in every read.
            let first = self.up(0, rows);
            for _ in 0..reads {
                let mut features = first.clone();
                for depth in 0..self.layers.len() {
                    if depth > 0 {
                        features = self.up(depth, &features);
                    }
                    if reading != Reading::Mean {
                        draw(&mut features, &mut random);
                    }
                }
                matrix::add(&mut sums, &features);
            }
            let best = |row: &[f32]| {
                // Equal counts are decided by a draw, not by the order of the classes.
                let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let tied: Vec<usize> = (0..classes).filter(|&c| row[c] == most).collect();
                tied[(random.next_u64() % tied.len().max(1) as u64) as usize]
            };
            sums.chunks_exact(classes).map(best).collect::<Vec<usize>>()
        };
        Ok(data.par_chunks(ROWS * inputs).enumerate().map(answer).collect::<Vec<_>>().concat())
    }
}

/// Multiplies every column by its factor.
fn scale_columns(x: &mut [f32], factors: &[f32]) {
    for row in x.chunks_exact_mut(factors.len().max(1)) {
        row.iter_mut().zip(factors).for_each(|(x, f)| *x *= f);
    }
}

/// What the weights and biases of a layer are to change by.
struct Step {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Step {
    fn zero(layer: &Rbm) -> Self {
        Self { weights: vec![0.0; layer.weights.len()], bias: vec![0.0; layer.hidden_units()] }
    }

    /// Moves a layer along the gradients of all parts of a batch, this being the velocity.
    fn apply(&mut self, layer: &mut Rbm, parts: &[Vec<Self>], depth: usize, schooling: &Schooling, rows: usize) {
        let scale = schooling.rate / rows as f32;
        let pull = schooling.rate * schooling.decay;
        let columns = ROWS * layer.hidden_units();
        layer.weights.par_chunks_mut(columns).zip(self.weights.par_chunks_mut(columns)).enumerate().for_each(
            |(chunk, (weights, velocity))| {
                for (k, (w, v)) in weights.iter_mut().zip(velocity).enumerate() {
                    let gradient: f32 = parts.iter().map(|p| p[depth].weights[chunk * columns + k]).sum();
                    *v = schooling.momentum * *v + scale * gradient - pull * *w;
                    *w += *v;
                }
            },
        );
        for (k, (b, v)) in layer.hidden_bias.iter_mut().zip(&mut self.bias).enumerate() {
            let gradient: f32 = parts.iter().map(|p| p[depth].bias[k]).sum();
            *v = schooling.momentum * *v + scale * gradient;
            *b += *v;
        }
    }
}
