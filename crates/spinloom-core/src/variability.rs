//! Device-to-device variability: a parameter and its spread, and draws that are correlated.

use crate::random::Stream;

crate::choices! {
    /// How a parameter is spread about its nominal value.
    pub enum Distribution {
        /// Normal.
        Normal = "normal",
        /// Log-normal with the nominal value as its median: never changes sign.
        LogNormal = "log-normal",
        /// Normal, redrawn beyond three standard deviations.
        Truncated = "truncated",
    }
}

/// A relative spread about a nominal value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Standard deviation relative to the nominal value (of the logarithm for log-normal).
    pub relative: f64,
    /// Shape.
    pub distribution: Distribution,
}

impl Spread {
    /// One device's value of a parameter whose nominal value is `nominal`.
    ///
    /// ```
    /// use spinloom_core::{random::Stream, variability::{Distribution, Spread}};
    /// let spread = Spread { relative: 0.05, distribution: Distribution::LogNormal };
    /// assert!(spread.draw(3e8, &mut Stream::new(1, "frequency", 0)) > 0.0);
    /// ```
    pub fn draw(&self, nominal: f64, stream: &mut Stream) -> f64 {
        match self.distribution {
            Distribution::Normal => nominal * (1.0 + self.relative * stream.normal()),
            Distribution::LogNormal => nominal * (self.relative * stream.normal()).exp(),
            Distribution::Truncated => {
                let mut z = stream.normal();
                while z.abs() > 3.0 {
                    z = stream.normal();
                }
                nominal * (1.0 + self.relative * z)
            }
        }
    }
}

/// The covariance is not symmetric positive semi-definite, or its size is not that of the mean.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("a covariance of {size} x {size} numbers that is symmetric and positive semi-definite is wanted: {why}")]
pub struct CovarianceError {
    /// Length of the mean.
    pub size: usize,
    /// What is wrong.
    pub why: String,
}

/// Normal draws with a mean and a covariance.
#[derive(Debug, Clone)]
pub struct CorrelatedNormal {
    mean: Vec<f64>,
    /// Row-major lower factor L with covariance = L L^T.
    factor: Vec<f64>,
}

impl CorrelatedNormal {
    /// From a mean and a row-major covariance; directions without variance are allowed.
    ///
    /// # Errors
    /// [`CovarianceError`].
    pub fn new(mean: &[f64], covariance: &[f64]) -> Result<Self, CovarianceError> {
        let n = mean.len();
        let error = |why: String| CovarianceError { size: n, why };
        if covariance.len() != n * n {
            return Err(error(format!("{} numbers were given", covariance.len())));
        }
        let scale = (0..n).map(|i| covariance[i * n + i].abs()).fold(0.0, f64::max);
        let tolerance = 1e-10 * scale;
        let mut factor = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let asymmetry = (covariance[i * n + j] - covariance[j * n + i]).abs();
                if asymmetry.is_nan() || asymmetry > tolerance.max(f64::MIN_POSITIVE) {
                    return Err(error(format!("entries ({i}, {j}) and ({j}, {i}) differ")));
                }
                let dot: f64 = (0..j).map(|k| factor[i * n + k] * factor[j * n + k]).sum();
                let rest = covariance[i * n + j] - dot;
                factor[i * n + j] = if i == j {
                    if rest < -tolerance.max(1e-300) {
                        return Err(error(format!("the leading block of size {} is not", i + 1)));
                    }
                    rest.max(0.0).sqrt()
                } else if factor[j * n + j] * factor[j * n + j] > tolerance {
                    rest / factor[j * n + j]
                } else {
                    0.0
                };
            }
        }
        Ok(Self { mean: mean.to_vec(), factor })
    }

    /// One draw.
    pub fn draw(&self, stream: &mut Stream) -> Vec<f64> {
        let n = self.mean.len();
        let z: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        (0..n).map(|i| self.mean[i] + (0..=i).map(|j| self.factor[i * n + j] * z[j]).sum::<f64>()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{mean, variance};

    #[test]
    fn draws_have_the_covariance_asked_for() {
        let covariance = [4.0, 1.0, 1.0, 2.0];
        let normal = CorrelatedNormal::new(&[1.0, -1.0], &covariance).unwrap();
        let mut stream = Stream::new(4, "variability test", 0);
        let n = 100_000;
        let draws: Vec<Vec<f64>> = (0..n).map(|_| normal.draw(&mut stream)).collect();
        let column = |i: usize| draws.iter().map(|d| d[i]).collect::<Vec<_>>();
        let (x, y) = (column(0), column(1));
        let cross = x.iter().zip(&y).map(|(a, b)| (a - 1.0) * (b + 1.0)).sum::<f64>() / n as f64;
        // Five standard errors of each moment: false alarm below 1e-5.
        assert!((mean(&x) - 1.0).abs() < 5.0 * 2.0 / (n as f64).sqrt());
        assert!((variance(&x) - 4.0).abs() < 5.0 * 4.0 * (2.0 / n as f64).sqrt());
        assert!((cross - 1.0).abs() < 5.0 * (9.0 / n as f64).sqrt());
        assert!((variance(&y) - 2.0).abs() < 5.0 * 2.0 * (2.0 / n as f64).sqrt());
    }

    #[test]
    fn what_is_no_covariance_is_refused() {
        assert!(CorrelatedNormal::new(&[0.0; 2], &[1.0, 2.0, 2.0, 1.0]).is_err());
        assert!(CorrelatedNormal::new(&[0.0; 2], &[1.0, 0.5, 0.4, 1.0]).is_err());
        assert!(CorrelatedNormal::new(&[0.0; 2], &[1.0]).is_err());
        assert!(CorrelatedNormal::new(&[0.0; 2], &[1.0, 1.0, 1.0, 1.0]).is_ok());
    }

    #[test]
    fn spreads_keep_their_promises() {
        let mut stream = Stream::new(6, "variability test", 0);
        let draw = |distribution, stream: &mut Stream| Spread { relative: 0.5, distribution }.draw(2.0, stream);
        assert!((0..1000).all(|_| draw(Distribution::LogNormal, &mut stream) > 0.0));
        assert!((0..1000).all(|_| (draw(Distribution::Truncated, &mut stream) - 2.0).abs() <= 3.0));
        assert_eq!(Spread { relative: 0.0, distribution: Distribution::Normal }.draw(2.0, &mut stream), 2.0);
    }
}
