//! Linear readouts: y = W x + b, fitted by the pseudo-inverse or by ridge regression.
//!
//! The rows are never held together: a [`Gram`] keeps only the sums that the fit needs. Sums of groups can be added and subtracted, so
//! cross-validation over groups touches every row once. The bias is never penalised. Fits work on centred sums; a singular value s of
//! the centred rows enters them as s^2, so a relative cutoff of 1e-12 on the sums is one of 1e-6 on the rows.

use crate::{NetworkError, shape};
use faer::linalg::matmul::matmul;
use faer::prelude::Solve;
use faer::{Accum, Mat, MatRef, Par, Side};

/// Sums over rows from which readouts are fitted.
///
/// ```
/// use spinloom_network::readout::Gram;
/// let mut gram = Gram::new(1, 1);
/// gram.add(&[0.0, 1.0, 2.0], &[1.0, 3.0, 5.0])?;
/// let readout = gram.pseudo_inverse(1e-12)?;
/// assert!((readout.predict(&[10.0])[0] - 21.0).abs() < 1e-9);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Gram {
    features: usize,
    outputs: usize,
    rows: f64,
    /// X^T X, X^T Y, Y^T Y (diagonal), and the column sums of X and Y.
    xx: Mat<f64>,
    xy: Mat<f64>,
    yy: Vec<f64>,
    x: Vec<f64>,
    y: Vec<f64>,
}

/// A fitted linear map.
#[derive(Debug, Clone, PartialEq)]
pub struct Readout {
    features: usize,
    outputs: usize,
    /// Row-major (features + 1) x outputs; the last row is the bias.
    weights: Vec<f64>,
}

impl Gram {
    /// Sums over no rows of `features` inputs and `outputs` targets.
    pub fn new(features: usize, outputs: usize) -> Self {
        Self {
            features,
            outputs,
            rows: 0.0,
            xx: Mat::zeros(features, features),
            xy: Mat::zeros(features, outputs),
            yy: vec![0.0; outputs],
            x: vec![0.0; features],
            y: vec![0.0; outputs],
        }
    }

    /// Number of rows summed.
    pub fn rows(&self) -> usize {
        self.rows as usize
    }

    /// Adds rows: row-major `rows x features` inputs and `rows x outputs` targets.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] when the two do not have the same number of rows.
    pub fn add(&mut self, inputs: &[f64], targets: &[f64]) -> Result<(), NetworkError> {
        let rows = inputs.len() / self.features.max(1);
        shape("inputs of a readout", rows * self.features, inputs.len())?;
        shape("targets of a readout", rows * self.outputs, targets.len())?;
        let x = MatRef::from_row_major_slice(inputs, rows, self.features);
        let y = MatRef::from_row_major_slice(targets, rows, self.outputs);
        // One thread: groups are summed side by side by the callers, and the bits must not depend on how many.
        matmul(self.xx.as_mut(), Accum::Add, x.transpose(), x, 1.0, Par::Seq);
        matmul(self.xy.as_mut(), Accum::Add, x.transpose(), y, 1.0, Par::Seq);
        for row in inputs.chunks_exact(self.features.max(1)) {
            self.x.iter_mut().zip(row).for_each(|(s, v)| *s += v);
        }
        for row in targets.chunks_exact(self.outputs.max(1)) {
            self.y.iter_mut().zip(row).for_each(|(s, v)| *s += v);
            self.yy.iter_mut().zip(row).for_each(|(s, v)| *s += v * v);
        }
        self.rows += rows as f64;
        Ok(())
    }

    /// Adds the sums of another group of rows of the same shape.
    pub fn merge(&mut self, other: &Self) {
        self.combine(other, 1.0);
    }

    /// Takes the sums of a group out again.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, -1.0);
    }

    fn combine(&mut self, other: &Self, sign: f64) {
        self.xx += faer::Scale(sign) * &other.xx;
        self.xy += faer::Scale(sign) * &other.xy;
        for (mine, theirs) in [(&mut self.yy, &other.yy), (&mut self.x, &other.x), (&mut self.y, &other.y)] {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += sign * b);
        }
        self.rows += sign * other.rows;
    }

    /// Centred sums of products of the inputs among themselves and with the targets.
    fn centred(&self) -> Result<(Mat<f64>, Mat<f64>), NetworkError> {
        if self.rows < 1.0 {
            return Err(NetworkError::Fit { what: "a readout", why: "there are no rows to learn from".to_owned() });
        }
        let n = self.rows;
        let xx = Mat::from_fn(self.features, self.features, |i, j| self.xx[(i, j)] - self.x[i] * self.x[j] / n);
        let xy = Mat::from_fn(self.features, self.outputs, |i, j| self.xy[(i, j)] - self.x[i] * self.y[j] / n);
        if (0..self.features).any(|i| !xx[(i, i)].is_finite()) {
            return Err(NetworkError::Fit { what: "a readout", why: "an input is not a finite number".to_owned() });
        }
        Ok((xx, xy))
    }

    fn finish(&self, weights: &Mat<f64>) -> Readout {
        let mut rows: Vec<f64> = Vec::with_capacity((self.features + 1) * self.outputs);
        for i in 0..self.features {
            rows.extend((0..self.outputs).map(|k| weights[(i, k)]));
        }
        for k in 0..self.outputs {
            let mean: f64 = (0..self.features).map(|i| self.x[i] * weights[(i, k)]).sum();
            rows.push((self.y[k] - mean) / self.rows);
        }
        Readout { features: self.features, outputs: self.outputs, weights: rows }
    }

    /// Ridge regression: minimises |Y - X W - b|^2 + penalty |W|^2.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] without rows, with values that are not finite, or where the penalty is too small for the rounding.
    pub fn ridge(&self, penalty: f64) -> Result<Readout, NetworkError> {
        let (mut xx, xy) = self.centred()?;
        for i in 0..self.features {
            xx[(i, i)] += penalty;
        }
        match xx.llt(Side::Lower) {
            Ok(factor) => Ok(self.finish(&factor.solve(&xy))),
            // Rounding can make nearly dependent columns indefinite; the pseudo-inverse drops exactly those directions.
            Err(_) => self.pseudo_inverse(1e-14),
        }
    }

    /// The Moore-Penrose solution of least norm; directions whose eigenvalue is below `cutoff` times the largest are dropped.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] without rows, with values that are not finite, or when the eigenvalues do not converge.
    pub fn pseudo_inverse(&self, cutoff: f64) -> Result<Readout, NetworkError> {
        let (xx, xy) = self.centred()?;
        let why = || "its eigenvalues did not converge".to_owned();
        let eigen = xx.self_adjoint_eigen(Side::Lower).map_err(|_| NetworkError::Fit { what: "a readout", why: why() })?;
        let (vectors, values) = (eigen.U(), eigen.S().column_vector());
        let largest = (0..self.features).map(|i| values[i]).fold(0.0, f64::max);
        let mut projected = vectors.transpose() * &xy;
        for i in 0..self.features {
            let inverse = if values[i] > cutoff * largest { 1.0 / values[i] } else { 0.0 };
            for k in 0..self.outputs {
                projected[(i, k)] *= inverse;
            }
        }
        Ok(self.finish(&(vectors * projected)))
    }

    /// Sum of squared errors of a readout over the summed rows, per output.
    pub fn squared_error(&self, readout: &Readout) -> Vec<f64> {
        (0..self.outputs)
            .map(|k| {
                let w: Vec<f64> = (0..=self.features).map(|i| readout.weights[i * self.outputs + k]).collect();
                let b = w[self.features];
                let mut sum = self.yy[k] + self.rows * b * b - 2.0 * b * self.y[k];
                for i in 0..self.features {
                    let row: f64 = (0..self.features).map(|j| self.xx[(i, j)] * w[j]).sum();
                    sum += w[i] * (row + 2.0 * b * self.x[i] - 2.0 * self.xy[(i, k)]);
                }
                sum.max(0.0)
            })
            .collect()
    }
}

/// Ridge regression whose penalty has the smallest error on held-out groups; the groups are those of the training data alone.
///
/// Returns the penalty and the readout fitted with it on all groups.
///
/// # Errors
/// [`NetworkError::Fit`] with fewer than two groups or no penalties, or as [`Gram::ridge`].
pub fn ridge_cross_validated(groups: &[Gram], penalties: &[f64]) -> Result<(f64, Readout), NetworkError> {
    let [first, rest @ ..] = groups else {
        return Err(NetworkError::Fit { what: "a penalty", why: "two groups of rows at least are wanted".to_owned() });
    };
    if rest.is_empty() {
        return Err(NetworkError::Fit { what: "a penalty", why: "two groups of rows at least are wanted".to_owned() });
    }
    let mut all = first.clone();
    rest.iter().for_each(|g| all.merge(g));
    let mut best: Option<(f64, f64)> = None;
    for penalty in penalties {
        let mut error = 0.0;
        for group in groups {
            let mut others = all.clone();
            others.subtract(group);
            error += group.squared_error(&others.ridge(*penalty)?).iter().sum::<f64>();
        }
        if best.is_none_or(|b| error < b.0) {
            best = Some((error, *penalty));
        }
    }
    let Some((_, penalty)) = best else {
        return Err(NetworkError::Fit { what: "a penalty", why: "no penalties were given to choose from".to_owned() });
    };
    Ok((penalty, all.ridge(penalty)?))
}

impl Readout {
    /// Outputs for row-major `rows x features` inputs: row-major `rows x outputs`. A last incomplete row is left out.
    pub fn predict(&self, inputs: &[f64]) -> Vec<f64> {
        let rows = inputs.len() / self.features.max(1);
        let x = MatRef::from_row_major_slice(&inputs[..rows * self.features], rows, self.features);
        let w = MatRef::from_row_major_slice(&self.weights[..self.features * self.outputs], self.features, self.outputs);
        let mut out = Mat::zeros(self.outputs, rows);
        matmul(out.as_mut(), Accum::Replace, w.transpose(), x.transpose(), 1.0, Par::Seq);
        let bias = &self.weights[self.features * self.outputs..];
        (0..rows).flat_map(|r| (0..self.outputs).map(move |k| (r, k))).map(|(r, k)| out[(k, r)] + bias[k]).collect()
    }

    /// Weights, row-major (features + 1) x outputs; the last row is the bias.
    pub fn coefficients(&self) -> Vec<f64> {
        self.weights.clone()
    }
}
