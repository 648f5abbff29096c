//! A multilayer perceptron in single precision whose weights lie elsewhere, in a memory of any kind: what it answers, and the gradient of its error.
//!
//! Rectified linear units, a softmax at the end and the cross-entropy, by back-propagation (D. E. Rumelhart, G. E. Hinton and R. J. Williams, Nature 323, 533
//! (1986), doi:10.1038/323533a0).

use crate::{NetworkError, shape};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use spinloom_core::random::Stream;

/// The shape of a network. Its parameters are one array: layer after layer a matrix of a row of weights for each input and, last, the row of biases.
///
/// ```
/// use spinloom_network::multilayer::Multilayer;
/// let network = Multilayer::new(&[2, 2])?;
/// // Two inputs, two outputs: the second is larger where the first input is.
/// let weights = [0.0, 1.0, 0.0, 0.0, 0.1, 0.0];
/// assert_eq!(network.classify(&weights, &[0.0, 0.0, 1.0, 0.0])?, [0, 1]);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multilayer {
    sizes: Vec<usize>,
}

impl Multilayer {
    /// Inputs, units of hidden layers, and classes.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for less than two sizes or one that is 0.
    pub fn new(sizes: &[usize]) -> Result<Self, NetworkError> {
        if sizes.len() < 2 || sizes.contains(&0) {
            let why = format!("layers of {sizes:?} units were given: at least inputs and outputs are wanted, and no empty layer");
            return Err(NetworkError::Fit { what: "a multilayer perceptron", why });
        }
        Ok(Self { sizes: sizes.to_vec() })
    }

    /// Number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.sizes.windows(2).map(|w| (w[0] + 1) * w[1]).sum()
    }

    /// Random weights of variance 2 / inputs (K. He, X. Zhang, S. Ren and J. Sun, ICCV 2015, doi:10.1109/ICCV.2015.123) and biases of zero.
    pub fn initial(&self, stream: &mut Stream) -> Vec<f32> {
        let mut all = Vec::with_capacity(self.parameters());
        for size in self.sizes.windows(2) {
            let deviation = (2.0 / size[0] as f64).sqrt();
            all.extend((0..size[0] * size[1]).map(|_| (deviation * stream.normal()) as f32));
            all.extend(std::iter::repeat_n(0.0, size[1]));
        }
        all
    }

    /// Where the parameters of every layer lie, with its inputs and outputs.
    fn layers(&self) -> impl DoubleEndedIterator<Item = (usize, usize, usize)> + ExactSizeIterator {
        let mut at = 0;
        let placed = self.sizes.windows(2).map(|w| {
            at += (w[0] + 1) * w[1];
            (at - (w[0] + 1) * w[1], w[0], w[1])
        });
        placed.collect::<Vec<_>>().into_iter()
    }

    /// What goes into each layer, and the sums of the last, for rows of inputs.
    fn activities(&self, weights: &[f32], inputs: &[f32]) -> Result<Vec<Vec<f32>>, NetworkError> {
        shape("weights of a multilayer perceptron", self.parameters(), weights.len())?;
        let rows = inputs.len() / self.sizes[0];
        shape("inputs of a multilayer perceptron", rows * self.sizes[0], inputs.len())?;
        let mut all = vec![inputs.to_vec()];
        for (depth, (at, from, to)) in self.layers().enumerate() {
            let (matrix, bias) = weights[at..at + (from + 1) * to].split_at(from * to);
            let mut sums: Vec<f32> = bias.iter().copied().cycle().take(rows * to).collect();
            let x = MatRef::from_row_major_slice(&all[depth], rows, from);
            let w = MatRef::from_row_major_slice(matrix, from, to);
            matmul(MatMut::from_row_major_slice_mut(&mut sums, rows, to), Accum::Add, x, w, 1.0, Par::Seq);
            if depth + 2 < self.sizes.len() {
                sums.iter_mut().for_each(|s| *s = s.max(0.0));
            }
            all.push(sums);
        }
        Ok(all)
    }

    /// The class of every row of inputs.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for weights or inputs that do not fit.
    pub fn classify(&self, weights: &[f32], inputs: &[f32]) -> Result<Vec<usize>, NetworkError> {
        let classes = self.sizes[self.sizes.len() - 1];
        let sums = self.activities(weights, inputs)?.pop().unwrap_or_default();
        let largest = |row: &[f32]| (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best });
        Ok(sums.chunks_exact(classes).map(largest).collect())
    }

    /// Puts the gradient of the mean cross-entropy over rows of inputs with their labels into `gradient`; answers with the cross-entropy.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for arrays that do not fit, [`NetworkError::Fit`] for a label beyond the classes.
    pub fn gradient(&self, weights: &[f32], inputs: &[f32], labels: &[usize], gradient: &mut [f32]) -> Result<f32, NetworkError> {
        let (rows, classes) = (labels.len(), self.sizes[self.sizes.len() - 1]);
        shape("inputs of a multilayer perceptron", rows * self.sizes[0], inputs.len())?;
        shape("gradient of a multilayer perceptron", self.parameters(), gradient.len())?;
        if let Some(label) = labels.iter().find(|l| **l >= classes) {
            let why = format!("there is a label {label} among {classes} classes");
            return Err(NetworkError::Fit { what: "a multilayer perceptron", why });
        }
        let mut activities = self.activities(weights, inputs)?;
        let mut delta = activities.pop().unwrap_or_default();
        let loss = softmax_error(&mut delta, labels, classes);
        for (depth, (at, from, to)) in self.layers().enumerate().rev() {
            let (matrix, bias) = gradient[at..at + (from + 1) * to].split_at_mut(from * to);
            let x = MatRef::from_row_major_slice(&activities[depth], rows, from);
            let y = MatRef::from_row_major_slice(&delta, rows, to);
            matmul(MatMut::from_row_major_slice_mut(matrix, from, to), Accum::Replace, x.transpose(), y, 1.0, Par::Seq);
            bias.fill(0.0);
            delta.chunks_exact(to).for_each(|row| bias.iter_mut().zip(row).for_each(|(b, d)| *b += d));
            if depth > 0 {
                let w = MatRef::from_row_major_slice(&weights[at..at + from * to], from, to);
                let mut below = vec![0.0f32; rows * from];
                matmul(MatMut::from_row_major_slice_mut(&mut below, rows, from), Accum::Replace, y, w.transpose(), 1.0, Par::Seq);
                // Units that are off pass nothing down.
                below.iter_mut().zip(&activities[depth]).filter(|(_, x)| **x <= 0.0).for_each(|(b, _)| *b = 0.0);
                delta = below;
            }
        }
        Ok(loss)
    }
}

/// Turns sums into the slope of the mean cross-entropy; answers with that.
fn softmax_error(sums: &mut [f32], labels: &[usize], classes: usize) -> f32 {
    let part = 1.0 / labels.len().max(1) as f32;
    let mut loss = 0.0;
    for (row, label) in sums.chunks_exact_mut(classes).zip(labels) {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.iter_mut().for_each(|s| *s = (*s - most).exp());
        let total: f32 = row.iter().sum();
        row.iter_mut().for_each(|s| *s /= total);
        loss -= row[*label].max(f32::MIN_POSITIVE).ln() * part;
        row[*label] -= 1.0;
        row.iter_mut().for_each(|s| *s *= part);
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradient_is_the_difference_quotient() {
        let network = Multilayer::new(&[3, 4, 4, 3]).unwrap();
        let mut stream = Stream::new(1, "multilayer test", 0);
        let weights: Vec<f32> = network.initial(&mut stream).iter().map(|w| w + 0.05).collect();
        let inputs: Vec<f32> = (0..15).map(|_| stream.normal() as f32).collect();
        let labels = [0, 1, 2, 1, 0];
        let (mut gradient, mut scratch) = (vec![0.0; weights.len()], vec![0.0; weights.len()]);
        network.gradient(&weights, &inputs, &labels, &mut gradient).unwrap();
        for i in 0..weights.len() {
            let mut at = |shift: f32| {
                let mut shifted = weights.clone();
                shifted[i] += shift;
                network.gradient(&shifted, &inputs, &labels, &mut scratch).unwrap()
            };
            let quotient = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((quotient - gradient[i]).abs() < 2e-3, "{i}: {quotient} {}", gradient[i]);
        }
        assert!(gradient.iter().any(|g| g.abs() > 0.05));
    }

    #[test]
    fn exclusive_or_is_learned() {
        let network = Multilayer::new(&[2, 8, 2]).unwrap();
        let mut weights = network.initial(&mut Stream::new(3, "multilayer test", 0));
        let (x, y) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0, 1, 1, 0]);
        let mut gradient = vec![0.0; network.parameters()];
        for _ in 0..2000 {
            network.gradient(&weights, &x, &y, &mut gradient).unwrap();
            weights.iter_mut().zip(&gradient).for_each(|(w, g)| *w -= 0.3 * g);
        }
        assert_eq!(network.classify(&weights, &x).unwrap(), y);
        assert_eq!(network.parameters(), 3 * 8 + 9 * 2);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Multilayer::new(&[3]).is_err() && Multilayer::new(&[3, 0, 2]).is_err());
        let network = Multilayer::new(&[2, 2]).unwrap();
        assert!(network.classify(&[0.0; 5], &[0.0; 2]).is_err() && network.classify(&[0.0; 6], &[0.0; 3]).is_err());
        assert!(network.gradient(&[0.0; 6], &[0.0; 2], &[2], &mut [0.0; 6]).unwrap_err().to_string().contains("label 2"));
    }
}
