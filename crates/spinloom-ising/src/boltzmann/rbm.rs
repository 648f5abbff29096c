//! The restricted machine: visible and hidden p-bits, couplings only between the two, so that each layer is drawn at once.
//!
//! P. Smolensky, in Parallel Distributed Processing 1, 194 (1986); G. E. Hinton, "A practical guide to training restricted Boltzmann machines",
//! in Neural Networks: Tricks of the Trade, LNCS 7700, 599 (2012), doi:10.1007/978-3-642-35289-8_32.

use super::matrix;
use crate::{Ising, IsingError};
use rand::Rng;
use rayon::prelude::*;
use spinloom_core::random::{Fast, Stream};

/// Rows one thread works on at a time; part of the result's bits, never of the machine it runs on.
pub(super) const ROWS: usize = 50;

/// E(v, h) = -(sum_ij v_i W_ij h_j + sum_i b_i v_i + sum_j c_j h_j) with v, h = 0 or 1, at beta = 1.
///
/// A unit is a p-bit: 1 with probability 1 / (1 + exp(-a)) = (1 + tanh(a / 2)) / 2, its input I being half of a.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::boltzmann::Rbm;
/// let rbm = Rbm::new(4, 3, 0.1, &mut Stream::new(1, "weights", 0))?;
/// let hidden = rbm.hidden(&[1.0, 0.0, 1.0, 0.0]);
/// assert!(hidden.len() == 3 && hidden.iter().all(|p| (0.0..1.0).contains(p)));
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rbm {
    visible: usize,
    hidden: usize,
    /// W, row-major: visible x hidden.
    pub weights: Vec<f32>,
    /// b.
    pub visible_bias: Vec<f32>,
    /// c.
    pub hidden_bias: Vec<f32>,
}

/// How a restricted machine learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Updates of both layers after the data: the k of CD-k.
    pub steps: usize,
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

impl Default for Contrast {
    fn default() -> Self {
        Self { steps: 1, rate: 0.1, momentum: 0.5, decay: 2e-4, batch: 100, epochs: 10 }
    }
}

impl Rbm {
    /// A machine with normal weights of a standard deviation.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for an empty layer, [`IsingError::TooLarge`] for weights that do not fit into memory.
    pub fn new(visible: usize, hidden: usize, deviation: f32, stream: &mut Stream) -> Result<Self, IsingError> {
        if visible == 0 || hidden == 0 {
            return Err(IsingError::Unsuitable("a restricted machine wants a visible and a hidden unit".to_owned()));
        }
        crate::memory::fits(visible as u128 * hidden as u128 * 16, "a restricted Boltzmann machine")?;
        let weights = (0..visible * hidden).map(|_| deviation * stream.normal() as f32).collect();
        Ok(Self { visible, hidden, weights, visible_bias: vec![0.0; visible], hidden_bias: vec![0.0; hidden] })
    }

    /// Number of visible units.
    pub fn visible(&self) -> usize {
        self.visible
    }

    /// Number of hidden units.
    pub fn hidden_units(&self) -> usize {
        self.hidden
    }

    /// Probability of every hidden unit given visible rows.
    ///
    /// # Panics
    /// When the rows do not have the length of the visible layer.
    pub fn hidden(&self, visible: &[f32]) -> Vec<f32> {
        let rows = visible.len() / self.visible;
        let ones = vec![1.0; self.hidden];
        let mut out = vec![0.0; rows * self.hidden];
        out.par_chunks_mut(ROWS * self.hidden).zip(visible.par_chunks(ROWS * self.visible)).for_each(|(out, x)| {
            matrix::forward(x, &self.weights, out, x.len() / self.visible, self.hidden);
            matrix::sigmoid(out, &self.hidden_bias, &ones);
        });
        out
    }

    /// One update of all hidden and then all visible units, in place; both layers 0 or 1.
    ///
    /// # Panics
    /// When the layers do not have the lengths of the machine.
    pub fn gibbs(&self, visible: &mut [f32], hidden: &mut [f32], random: &mut Fast) {
        let rows = visible.len() / self.visible;
        matrix::forward(visible, &self.weights, hidden, rows, self.hidden);
        matrix::sigmoid(hidden, &self.hidden_bias, &vec![1.0; self.hidden]);
        draw(hidden, random);
        matrix::backward(hidden, &self.weights, visible, rows, self.visible);
        matrix::sigmoid(visible, &self.visible_bias, &vec![1.0; self.visible]);
        draw(visible, random);
    }

    /// The same machine over spins of +-1: visible spins first, then hidden ones.
    ///
    /// # Errors
    /// [`IsingError::Model`] when a weight is not finite.
    pub fn to_ising(&self) -> Result<Ising, IsingError> {
        let (v, h) = (self.visible, self.hidden);
        let weight = |i: usize, j: usize| f64::from(self.weights[i * h + j]) / 4.0;
        let mut field: Vec<f64> = self.visible_bias.iter().chain(&self.hidden_bias).map(|b| f64::from(*b) / 2.0).collect();
        let mut offset = -field.iter().sum::<f64>();
        for (i, j) in (0..v).flat_map(|i| (0..h).map(move |j| (i, j))) {
            field[i] += weight(i, j);
            field[v + j] += weight(i, j);
            offset -= weight(i, j);
        }
        let pairs = (0..v).flat_map(|i| (0..h).map(move |j| (i, j)));
        Ising::new(v + h, pairs.map(|(i, j)| (i, v + j, weight(i, j))), field, offset)
    }

    /// Contrastive divergence on rows of numbers between 0 and 1; `stop` is asked between batches.
    ///
    /// The same seed gives the same bits for any number of threads.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for rows of another length than the visible layer, an empty batch, or weights that have run away;
    /// [`IsingError::Cancelled`] when stopped.
    pub fn train(
        &mut self,
        data: &[f32],
        contrast: &Contrast,
        seed: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), IsingError> {
        self.train_with(data, None, contrast, seed, stop)
    }

    /// The same with the hidden units held at rows of 0 and 1 while the data are shown: hidden units that stand for labels.
    ///
    /// # Errors
    /// As [`Rbm::train`], and for rows of another length than the hidden layer or another number of them.
    pub fn train_clamped(
        &mut self,
        data: &[f32],
        hidden: &[f32],
        contrast: &Contrast,
        seed: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), IsingError> {
        if hidden.len() != data.len() / self.visible * self.hidden || hidden.iter().any(|h| *h != 0.0 && *h != 1.0) {
            return Err(IsingError::Unsuitable(format!(
                "{} numbers for {} hidden units: a row of 0 and 1 for every visible row is wanted",
                hidden.len(),
                self.hidden
            )));
        }
        self.train_with(data, Some(hidden), contrast, seed, stop)
    }

    fn train_with(
        &mut self,
        data: &[f32],
        held: Option<&[f32]>,
        contrast: &Contrast,
        seed: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), IsingError> {
        let rows = data.len() / self.visible;
        let empty = rows == 0 || rows * self.visible != data.len() || contrast.batch == 0 || contrast.steps == 0;
        if empty || data.iter().any(|x| !x.is_finite()) {
            return Err(IsingError::Unsuitable(format!(
                "{} numbers for {} visible units, in batches of {} and CD-{}: whole rows of finite numbers, a batch and a step are wanted",
                data.len(),
                self.visible,
                contrast.batch,
                contrast.steps
            )));
        }
        let mut order: Vec<usize> = (0..rows).collect();
        let mut velocity = Gradient::zero(self);
        let mut batches = 0;
        for epoch in 0..contrast.epochs {
            Stream::new(seed, "rbm order", epoch as u64).shuffle(&mut order);
            for batch in order.chunks(contrast.batch) {
                if stop() {
                    return Err(spinloom_core::run::Cancelled.into());
                }
                let parts: Vec<Gradient> = batch
                    .par_chunks(ROWS)
                    .enumerate()
                    .map(|(part, rows)| {
                        let mut random = Stream::new(seed, "rbm chain", (batches << 16) + part as u64).fast();
                        let gather = |from: &[f32], width: usize| -> Vec<f32> {
                            rows.iter().flat_map(|r| &from[r * width..(r + 1) * width]).copied().collect()
                        };
                        let held = held.map(|h| gather(h, self.hidden));
                        self.contrast(gather(data, self.visible), held, contrast.steps, &mut random)
                    })
                    .collect();
                batches += 1;
                self.apply(&parts, &mut velocity, contrast, batch.len());
            }
        }
        if self.weights.iter().chain(&self.hidden_bias).chain(&self.visible_bias).any(|w| !w.is_finite()) {
            return Err(IsingError::Unsuitable("the weights have run away while learning: lower the rate".to_owned()));
        }
        Ok(())
    }

    /// Sums over rows of v h of the data less those after `steps` updates, one sample of the hidden layer each; probabilities are taken for
    /// the hidden units in both, which lowers the noise and not the mean.
    fn contrast(&self, data: Vec<f32>, held: Option<Vec<f32>>, steps: usize, random: &mut Fast) -> Gradient {
        let rows = data.len() / self.visible;
        let ones = vec![1.0; self.visible.max(self.hidden)];
        let up = |visible: &[f32], hidden: &mut [f32]| {
            matrix::forward(visible, &self.weights, hidden, rows, self.hidden);
            matrix::sigmoid(hidden, &self.hidden_bias, &ones);
        };
        // The data above, what the machine makes of them below: one product gives the difference.
        let mut visible = data;
        let mut hidden = held.unwrap_or_else(|| {
            let mut hidden = vec![0.0; rows * self.hidden];
            up(&visible, &mut hidden);
            hidden
        });
        let (mut later, mut answer) = (vec![0.0; visible.len()], hidden.clone());
        for _ in 0..steps {
            draw(&mut answer, random);
            matrix::backward(&answer, &self.weights, &mut later, rows, self.visible);
            matrix::sigmoid(&mut later, &self.visible_bias, &ones);
            draw(&mut later, random);
            up(&later, &mut answer);
        }
        let mut gradient = Gradient::zero(self);
        let difference = |sums: &mut [f32], early: &[f32], late: &[f32]| {
            matrix::add_columns(late, sums);
            sums.iter_mut().for_each(|s| *s = -*s);
            matrix::add_columns(early, sums);
        };
        difference(&mut gradient.visible, &visible, &later);
        difference(&mut gradient.hidden, &hidden, &answer);
        visible.extend(later);
        hidden.extend(answer.iter().map(|h| -h));
        matrix::outer(&visible, &hidden, &mut gradient.weights, 2 * rows);
        gradient
    }

    fn apply(&mut self, parts: &[Gradient], velocity: &mut Gradient, contrast: &Contrast, rows: usize) {
        let scale = contrast.rate / rows as f32;
        let pull = contrast.rate * contrast.decay;
        let hidden = self.hidden;
        self.weights.par_chunks_mut(ROWS * hidden).zip(velocity.weights.par_chunks_mut(ROWS * hidden)).enumerate().for_each(
            |(chunk, (weights, velocity))| {
                let from = chunk * ROWS * hidden;
                for (k, (w, v)) in weights.iter_mut().zip(velocity).enumerate() {
                    let gradient: f32 = parts.iter().map(|p| p.weights[from + k]).sum();
                    *v = contrast.momentum * *v + scale * gradient - pull * *w;
                    *w += *v;
                }
            },
        );
        let biases = |own: &mut [f32], velocity: &mut [f32], part: &dyn Fn(usize) -> f32| {
            for (k, (b, v)) in own.iter_mut().zip(velocity).enumerate() {
                *v = contrast.momentum * *v + scale * part(k);
                *b += *v;
            }
        };
        biases(&mut self.visible_bias, &mut velocity.visible, &|k| parts.iter().map(|p| p.visible[k]).sum());
        biases(&mut self.hidden_bias, &mut velocity.hidden, &|k| parts.iter().map(|p| p.hidden[k]).sum());
    }
}

/// What weights and biases are to change by.
struct Gradient {
    weights: Vec<f32>,
    visible: Vec<f32>,
    hidden: Vec<f32>,
}

impl Gradient {
    fn zero(rbm: &Rbm) -> Self {
        Self { weights: vec![0.0; rbm.weights.len()], visible: vec![0.0; rbm.visible], hidden: vec![0.0; rbm.hidden] }
    }
}

/// Replaces probabilities by draws of 0 or 1: what p-bits answer.
pub(super) fn draw(probabilities: &mut [f32], random: &mut Fast) {
    const SCALE: f32 = 1.0 / (1u32 << 24) as f32;
    for pair in probabilities.chunks_mut(2) {
        let word = random.next_u64();
        pair[0] = f32::from((word >> 40) as f32 * SCALE < pair[0]);
        if let Some(p) = pair.get_mut(1) {
            *p = f32::from((word as u32 >> 8) as f32 * SCALE < *p);
        }
    }
}
