//! The classifiers that networks of devices are compared with: discriminant analysis, least squares, a multilayer perceptron.
//!
//! All take row-major inputs `rows x features` and labels below `classes`.

use crate::readout::{Gram, Readout};
use crate::{NetworkError, shape};
use faer::prelude::Solve;
use faer::{Mat, Side};
use spinloom_core::random::Stream;

/// Something that answers with a class.
pub trait Classifier: Send + Sync {
    /// The class of every row.
    fn predict(&self, inputs: &[f64]) -> Vec<usize>;
}

/// Row-major inputs with their labels, checked.
struct Samples<'a> {
    inputs: &'a [f64],
    labels: &'a [usize],
    features: usize,
}

impl<'a> Samples<'a> {
    fn new(inputs: &'a [f64], labels: &'a [usize], classes: usize) -> Result<Self, NetworkError> {
        let fit = |why: &str| NetworkError::Fit { what: "a classifier", why: why.to_owned() };
        if labels.is_empty() || inputs.is_empty() {
            return Err(fit("there are no rows to learn from"));
        }
        let features = inputs.len() / labels.len();
        shape("inputs of a classifier", features * labels.len(), inputs.len())?;
        if labels.iter().any(|l| *l >= classes) {
            return Err(fit("a label is not below the number of classes"));
        }
        if inputs.iter().any(|v| !v.is_finite()) {
            return Err(fit("an input is not a finite number"));
        }
        Ok(Self { inputs, labels, features })
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.inputs[i * self.features..(i + 1) * self.features]
    }

    /// Number, mean, and sum of squared deviations of one class.
    fn class(&self, class: usize) -> (usize, Vec<f64>, Mat<f64>) {
        let rows: Vec<&[f64]> = (0..self.labels.len()).filter(|i| self.labels[*i] == class).map(|i| self.row(i)).collect();
        let n = rows.len().max(1) as f64;
        let mean: Vec<f64> = (0..self.features).map(|f| rows.iter().map(|r| r[f]).sum::<f64>() / n).collect();
        let scatter = Mat::from_fn(self.features, self.features, |i, j| {
            rows.iter().map(|r| (r[i] - mean[i]) * (r[j] - mean[j])).sum::<f64>()
        });
        (rows.len(), mean, scatter)
    }
}

/// A normal density of one class, up to a constant.
#[derive(Debug, Clone)]
struct Gaussian {
    mean: Vec<f64>,
    precision: Mat<f64>,
    offset: f64,
}

impl Gaussian {
    fn new(mean: Vec<f64>, covariance: &Mat<f64>, prior: f64) -> Result<Self, NetworkError> {
        let n = mean.len();
        let mut regular = covariance.clone();
        // A direction without variance would be infinitely telling; a billionth of the mean variance keeps it finite.
        let floor = 1e-9 * (0..n).map(|i| covariance[(i, i)]).sum::<f64>() / n as f64;
        for i in 0..n {
            regular[(i, i)] += floor.max(f64::MIN_POSITIVE);
        }
        let factor = regular.llt(Side::Lower).map_err(|_| NetworkError::Fit {
            what: "discriminant analysis",
            why: "a covariance is singular: there are too few rows for so many features".to_owned(),
        })?;
        let log_determinant = 2.0 * (0..n).map(|i| factor.L()[(i, i)].ln()).sum::<f64>();
        let precision = factor.solve(Mat::<f64>::identity(n, n));
        Ok(Self { mean, precision, offset: prior.ln() - 0.5 * log_determinant })
    }

    fn score(&self, row: &[f64]) -> f64 {
        let d: Vec<f64> = row.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        let n = d.len();
        let quadratic: f64 = (0..n).map(|i| d[i] * (0..n).map(|j| self.precision[(i, j)] * d[j]).sum::<f64>()).sum();
        self.offset - 0.5 * quadratic
    }
}

fn largest(scores: impl Iterator<Item = f64>) -> usize {
    scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(i, _)| i)
}

fn gaussian_predict(classes: &[Option<Gaussian>], inputs: &[f64]) -> Vec<usize> {
    let features = classes.iter().flatten().next().map_or(1, |g| g.mean.len());
    let score = |g: &Option<Gaussian>, row: &[f64]| g.as_ref().map_or(f64::NEG_INFINITY, |g| g.score(row));
    inputs.chunks_exact(features).map(|row| largest(classes.iter().map(|g| score(g, row)))).collect()
}

/// Linear discriminant analysis: normal classes that share one covariance (R. A. Fisher, Ann. Eugen. 7, 179 (1936)).
#[derive(Debug, Clone)]
pub struct Lda(Vec<Option<Gaussian>>);

impl Lda {
    /// Fits means, the pooled covariance and the priors.
    ///
    /// # Errors
    /// [`NetworkError`] for rows that do not fit the labels, values that are not finite, or a singular covariance.
    pub fn fit(inputs: &[f64], labels: &[usize], classes: usize) -> Result<Self, NetworkError> {
        let samples = Samples::new(inputs, labels, classes)?;
        let parts: Vec<_> = (0..classes).map(|c| samples.class(c)).collect();
        let present = parts.iter().filter(|p| p.0 > 0).count();
        let mut pooled = Mat::zeros(samples.features, samples.features);
        for (_, _, scatter) in &parts {
            pooled += scatter;
        }
        let pooled = faer::Scale(1.0 / (labels.len().saturating_sub(present).max(1)) as f64) * &pooled;
        let gaussian = |(n, mean, _): (usize, Vec<f64>, Mat<f64>)| {
            (n > 0).then(|| Gaussian::new(mean, &pooled, n as f64 / labels.len() as f64)).transpose()
        };
        parts.into_iter().map(gaussian).collect::<Result<_, _>>().map(Self)
    }
}

impl Classifier for Lda {
    fn predict(&self, inputs: &[f64]) -> Vec<usize> {
        gaussian_predict(&self.0, inputs)
    }
}

/// Quadratic discriminant analysis: normal classes with a covariance each.
#[derive(Debug, Clone)]
pub struct Qda(Vec<Option<Gaussian>>);

impl Qda {
    /// Fits means, covariances and priors.
    ///
    /// # Errors
    /// As [`Lda::fit`].
    pub fn fit(inputs: &[f64], labels: &[usize], classes: usize) -> Result<Self, NetworkError> {
        let samples = Samples::new(inputs, labels, classes)?;
        let gaussian = |class| {
            let (n, mean, scatter) = samples.class(class);
            let covariance = faer::Scale(1.0 / n.saturating_sub(1).max(1) as f64) * &scatter;
            (n > 0).then(|| Gaussian::new(mean, &covariance, n as f64 / labels.len() as f64)).transpose()
        };
        (0..classes).map(gaussian).collect::<Result<_, _>>().map(Self)
    }
}

impl Classifier for Qda {
    fn predict(&self, inputs: &[f64]) -> Vec<usize> {
        gaussian_predict(&self.0, inputs)
    }
}

/// Least squares on one target a class, 1 for its own and 0 for the others; the largest output answers.
#[derive(Debug, Clone)]
pub struct LeastSquares {
    readout: Readout,
    classes: usize,
}

impl LeastSquares {
    /// Fits the pseudo-inverse.
    ///
    /// # Errors
    /// As [`Gram::pseudo_inverse`].
    pub fn fit(inputs: &[f64], labels: &[usize], classes: usize) -> Result<Self, NetworkError> {
        let samples = Samples::new(inputs, labels, classes)?;
        let mut targets = vec![0.0; labels.len() * classes];
        labels.iter().enumerate().for_each(|(row, label)| targets[row * classes + label] = 1.0);
        let mut gram = Gram::new(samples.features, classes);
        gram.add(inputs, &targets)?;
        Ok(Self { readout: gram.pseudo_inverse(1e-12)?, classes })
    }
}

impl Classifier for LeastSquares {
    fn predict(&self, inputs: &[f64]) -> Vec<usize> {
        self.readout.predict(inputs).chunks_exact(self.classes).map(|o| largest(o.iter().copied())).collect()
    }
}

/// A multilayer perceptron with one hidden layer of tanh units and softmax outputs, trained on the cross-entropy of all rows at once by
/// Adam (D. P. Kingma and J. Ba, arXiv:1412.6980) on standardised inputs.
#[derive(Debug, Clone)]
pub struct Perceptron {
    mean: Vec<f64>,
    scale: Vec<f64>,
    layout: Layout,
    weights: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Layout {
    features: usize,
    hidden: usize,
    classes: usize,
}

impl Layout {
    fn count(self) -> usize {
        (self.features + 1) * self.hidden + (self.hidden + 1) * self.classes
    }

    /// Activations of the hidden units and class probabilities.
    fn forward(self, weights: &[f64], row: &[f64], hidden: &mut [f64], output: &mut [f64]) {
        let (first, second) = weights.split_at((self.features + 1) * self.hidden);
        for (h, unit) in hidden.iter_mut().enumerate() {
            let w = &first[h * (self.features + 1)..(h + 1) * (self.features + 1)];
            *unit = (row.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() + w[self.features]).tanh();
        }
        for (k, out) in output.iter_mut().enumerate() {
            let w = &second[k * (self.hidden + 1)..(k + 1) * (self.hidden + 1)];
            *out = hidden.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() + w[self.hidden];
        }
        let top = output.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        output.iter_mut().for_each(|o| *o = (*o - top).exp());
        let sum: f64 = output.iter().sum();
        output.iter_mut().for_each(|o| *o /= sum);
    }

    /// Mean cross-entropy and its gradient.
    fn loss(self, weights: &[f64], rows: &[f64], labels: &[usize], gradient: &mut [f64]) -> f64 {
        let (mut hidden, mut output) = (vec![0.0; self.hidden], vec![0.0; self.classes]);
        gradient.fill(0.0);
        let split = (self.features + 1) * self.hidden;
        let mut loss = 0.0;
        for (row, label) in rows.chunks_exact(self.features).zip(labels) {
            self.forward(weights, row, &mut hidden, &mut output);
            loss -= output[*label].max(f64::MIN_POSITIVE).ln();
            output[*label] -= 1.0;
            for h in 0..self.hidden {
                let mut back = 0.0;
                for k in 0..self.classes {
                    let at = split + k * (self.hidden + 1);
                    gradient[at + h] += output[k] * hidden[h];
                    back += output[k] * weights[at + h];
                }
                back *= 1.0 - hidden[h] * hidden[h];
                let at = h * (self.features + 1);
                for (i, x) in row.iter().enumerate() {
                    gradient[at + i] += back * x;
                }
                gradient[at + self.features] += back;
            }
            for k in 0..self.classes {
                gradient[split + k * (self.hidden + 1) + self.hidden] += output[k];
            }
        }
        let n = labels.len() as f64;
        gradient.iter_mut().for_each(|g| *g /= n);
        loss / n
    }
}

const EPOCHS: i32 = 1500;
const LEARNING_RATE: f64 = 0.03;

impl Perceptron {
    /// Trains `hidden` units from random weights of `stream`.
    ///
    /// # Errors
    /// [`NetworkError`] for rows that do not fit the labels or values that are not finite.
    pub fn fit(
        inputs: &[f64],
        labels: &[usize],
        classes: usize,
        hidden: usize,
        stream: &mut Stream,
    ) -> Result<Self, NetworkError> {
        let samples = Samples::new(inputs, labels, classes)?;
        let layout = Layout { features: samples.features, hidden, classes };
        let column = |f: usize| (0..labels.len()).map(|i| samples.row(i)[f]).collect::<Vec<_>>();
        let (mean, scale): (Vec<f64>, Vec<f64>) = (0..layout.features)
            .map(|f| {
                let c = column(f);
                let s = spinloom_core::statistics::variance(&c).sqrt();
                (spinloom_core::statistics::mean(&c), if s > 0.0 { s } else { 1.0 })
            })
            .unzip();
        let rows = standardise(inputs, &mean, &scale);
        let mut weights: Vec<f64> = (0..layout.count()).map(|_| stream.normal() / (layout.features as f64).sqrt()).collect();
        let (mut gradient, mut first, mut second) =
            (vec![0.0; weights.len()], vec![0.0; weights.len()], vec![0.0; weights.len()]);
        for epoch in 1..=EPOCHS {
            layout.loss(&weights, &rows, labels, &mut gradient);
            let (b1, b2) = (1.0 - 0.9f64.powi(epoch), 1.0 - 0.999f64.powi(epoch));
            for i in 0..weights.len() {
                first[i] = 0.9 * first[i] + 0.1 * gradient[i];
                second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
                weights[i] -= LEARNING_RATE * (first[i] / b1) / ((second[i] / b2).sqrt() + 1e-8);
            }
        }
        Ok(Self { mean, scale, layout, weights })
    }

    /// Number of trained weights and biases.
    pub fn parameters(&self) -> usize {
        self.layout.count()
    }
}

fn standardise(inputs: &[f64], mean: &[f64], scale: &[f64]) -> Vec<f64> {
    inputs.chunks_exact(mean.len()).flat_map(|r| r.iter().zip(mean).zip(scale).map(|((x, m), s)| (x - m) / s)).collect()
}

impl Classifier for Perceptron {
    fn predict(&self, inputs: &[f64]) -> Vec<usize> {
        let (mut hidden, mut output) = (vec![0.0; self.layout.hidden], vec![0.0; self.layout.classes]);
        standardise(inputs, &self.mean, &self.scale)
            .chunks_exact(self.layout.features)
            .map(|row| {
                self.layout.forward(&self.weights, row, &mut hidden, &mut output);
                largest(output.iter().copied())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two normal classes at distance `d` along the first of three features, the second class `ratio` times as wide.
    fn two_classes(n: usize, d: f64, ratio: f64, index: u64) -> (Vec<f64>, Vec<usize>) {
        let mut stream = Stream::new(1, "classifier test", index);
        let labels: Vec<usize> = (0..n).map(|i| i % 2).collect();
        let mut draw =
            |l: usize, f: usize| stream.normal() * if l == 1 { ratio } else { 1.0 } + if f == 0 { d * l as f64 } else { 0.0 };
        let inputs = labels.iter().flat_map(|l| (0..3).map(|f| (*l, f)).collect::<Vec<_>>()).map(|(l, f)| draw(l, f)).collect();
        (inputs, labels)
    }

    fn error(model: &dyn Classifier, inputs: &[f64], labels: &[usize]) -> f64 {
        model.predict(inputs).iter().zip(labels).filter(|(a, b)| a != b).count() as f64 / labels.len() as f64
    }

    #[test]
    fn linear_discriminant_reaches_the_bayes_error() {
        // Equal covariances at distance 2: error Phi(-1) = 0.15866; 40,000 tests scatter by 0.0018, the bound is five of that.
        let (x, y) = two_classes(4000, 2.0, 1.0, 0);
        let (u, v) = two_classes(40_000, 2.0, 1.0, 1);
        let e = error(&Lda::fit(&x, &y, 2).unwrap(), &u, &v);
        assert!((e - 0.158_66).abs() < 0.009, "{e}");
    }

    #[test]
    fn quadratic_discriminant_uses_the_widths() {
        // Same means, widths 1 and 3 in three dimensions: error = (P(chi2_3 > c) + P(chi2_3 < c / 9)) / 2 with c = 6 ln 3 * 9 / 8.
        let (x, y) = two_classes(4000, 0.0, 3.0, 2);
        let (u, v) = two_classes(40_000, 0.0, 3.0, 3);
        let e = error(&Qda::fit(&x, &y, 2).unwrap(), &u, &v);
        // c = 7.415; P(chi2_3 > 7.415) = 0.0598, P(chi2_3 < 0.8239) = 0.1562, by the closed form of chi2_3.
        assert!((e - 0.108).abs() < 0.009, "{e}");
        assert!(error(&Lda::fit(&x, &y, 2).unwrap(), &u, &v) > 0.4);
    }

    #[test]
    fn perceptron_learns_exclusive_or() {
        let x = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
        let y = [0, 1, 1, 0];
        let model = Perceptron::fit(&x, &y, 2, 4, &mut Stream::new(2, "classifier test", 0)).unwrap();
        assert_eq!(model.predict(&x), y);
        assert_eq!(model.parameters(), 3 * 4 + 5 * 2);
        assert!(LeastSquares::fit(&x, &y, 2).is_ok());
    }

    #[test]
    fn gradient_is_the_difference_quotient() {
        let layout = Layout { features: 3, hidden: 2, classes: 3 };
        let mut stream = Stream::new(3, "classifier test", 0);
        let weights: Vec<f64> = (0..layout.count()).map(|_| stream.normal()).collect();
        let rows: Vec<f64> = (0..15).map(|_| stream.normal()).collect();
        let labels = [0, 1, 2, 1, 0];
        let (mut gradient, mut scratch) = (vec![0.0; weights.len()], vec![0.0; weights.len()]);
        layout.loss(&weights, &rows, &labels, &mut gradient);
        for i in 0..weights.len() {
            let mut shifted = weights.clone();
            shifted[i] += 1e-5;
            let up = layout.loss(&shifted, &rows, &labels, &mut scratch);
            shifted[i] -= 2e-5;
            let down = layout.loss(&shifted, &rows, &labels, &mut scratch);
            assert!(((up - down) / 2e-5 - gradient[i]).abs() < 1e-8);
        }
    }

    #[test]
    fn what_cannot_be_learned_is_refused() {
        assert!(Lda::fit(&[], &[], 2).is_err());
        assert!(Lda::fit(&[f64::NAN, 1.0], &[0, 1], 2).is_err());
        assert!(Qda::fit(&[0.0, 1.0], &[0, 5], 2).is_err());
        assert!(LeastSquares::fit(&[0.0, 1.0, 2.0], &[0, 1], 2).is_err());
    }
}
