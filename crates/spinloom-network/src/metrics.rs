//! The standard metrics of reservoirs: errors, memory, information processing capacity, ranks.

use crate::readout::Gram;
use crate::{NetworkError, shape};
use faer::Mat;
use std::ops::Range;

/// Normalised root-mean-square error, sqrt(mean (y - yhat)^2 / var y); its square is the NMSE that some papers print.
///
/// ```
/// use spinloom_network::metrics::nrmse;
/// let y = [1.0, 2.0, 3.0];
/// assert_eq!(nrmse(&y, &[2.0; 3]), 1.0); // the mean predicts nothing
/// ```
pub fn nrmse(targets: &[f64], predictions: &[f64]) -> f64 {
    let mean = targets.iter().sum::<f64>() / targets.len() as f64;
    let variance: f64 = targets.iter().map(|y| (y - mean).powi(2)).sum();
    let error: f64 = targets.iter().zip(predictions).map(|(y, p)| (y - p).powi(2)).sum();
    (error / variance).sqrt()
}

/// Squared correlation of two series: the capacity to reconstruct one from the other; 0 where one is constant.
pub fn squared_correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        aa += (x - ma).powi(2);
        bb += (y - mb).powi(2);
        ab += (x - ma) * (y - mb);
    }
    if aa <= 0.0 || bb <= 0.0 { 0.0 } else { ab * ab / (aa * bb) }
}

/// A capacity, delay by delay.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Sum over all delays.
    pub total: f64,
    /// Capacity at delay 1, 2, ...
    pub by_delay: Vec<f64>,
}

/// States of a reservoir (row-major steps x features) under an input series, cut into washout, training and test halves.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Input, one value a step.
    pub inputs: &'a [f64],
    /// States, row-major steps x features.
    pub states: &'a [f64],
    /// Number of features.
    pub features: usize,
    /// Steps left out at the beginning; at least the largest delay.
    pub washout: usize,
}

impl Record<'_> {
    fn halves(&self, largest_delay: usize) -> Result<(Range<usize>, Range<usize>), NetworkError> {
        shape("states of a reservoir", self.inputs.len() * self.features, self.states.len())?;
        let start = self.washout.max(largest_delay);
        let half = self.inputs.len().saturating_sub(start) / 2;
        if half <= self.features {
            return Err(NetworkError::Fit {
                what: "a capacity",
                why: format!("{half} training steps are too few for {} features: use a longer input", self.features),
            });
        }
        Ok((start..start + half, start + half..start + 2 * half))
    }

    /// Capacities for all targets at once, each trained on the first half and scored on the second, so that chance adds no more
    /// than about 1 / steps to each; what lies below that is set to zero.
    fn capacities(&self, targets: &[Vec<f64>], largest_delay: usize) -> Result<Vec<f64>, NetworkError> {
        let (train, test) = self.halves(largest_delay)?;
        let interleave =
            |range: &Range<usize>| -> Vec<f64> { range.clone().flat_map(|t| targets.iter().map(move |y| y[t])).collect() };
        let rows = |range: &Range<usize>| &self.states[range.start * self.features..range.end * self.features];
        let mut gram = Gram::new(self.features, targets.len());
        gram.add(rows(&train), &interleave(&train))?;
        let predicted = gram.pseudo_inverse(1e-13)?.predict(rows(&test));
        let threshold = 10.0 / test.len() as f64;
        Ok((0..targets.len())
            .map(|k| {
                let series: Vec<f64> = predicted.iter().skip(k).step_by(targets.len()).copied().collect();
                let capacity = squared_correlation(&targets[k][test.clone()], &series);
                if capacity < threshold { 0.0 } else { capacity }
            })
            .collect())
    }
}

/// Linear memory capacity (H. Jaeger, GMD report 152 (2001)): how well u(t - k) is reconstructed, for k = 1, 2, ... `largest_delay`.
///
/// # Errors
/// [`NetworkError`] when the record is too short for its features.
pub fn memory_capacity(record: &Record<'_>, largest_delay: usize) -> Result<Capacity, NetworkError> {
    let targets: Vec<Vec<f64>> = (1..=largest_delay).map(|k| delayed(record.inputs, k)).collect();
    let by_delay = record.capacities(&targets, largest_delay)?;
    Ok(Capacity { total: by_delay.iter().sum(), by_delay })
}

/// Parity capacity for inputs of either sign: how well the parity of the last k + 1 signs is reconstructed, for k = 1, 2, ... `largest_delay`.
///
/// # Errors
/// As [`memory_capacity`].
pub fn parity_capacity(record: &Record<'_>, largest_delay: usize) -> Result<Capacity, NetworkError> {
    let sign = |v: f64| if v < 0.0 { -1.0 } else { 1.0 };
    let parity = |k: usize| -> Vec<f64> {
        let at = |t: usize| (0..=k.min(t)).map(|i| sign(record.inputs[t - i])).product();
        (0..record.inputs.len()).map(at).collect()
    };
    let targets: Vec<Vec<f64>> = (1..=largest_delay).map(parity).collect();
    let by_delay = record.capacities(&targets, largest_delay)?;
    Ok(Capacity { total: by_delay.iter().sum(), by_delay })
}

fn delayed(inputs: &[f64], delay: usize) -> Vec<f64> {
    (0..inputs.len()).map(|t| if t >= delay { inputs[t - delay] } else { 0.0 }).collect()
}

/// Information processing capacity by total degree 1, 2, ... (J. Dambre, D. Verstraeten, B. Schrauwen and S. Massar, Sci. Rep. 2, 514
/// (2012), doi:10.1038/srep00514): targets are products of normalised Legendre polynomials of u(t - i), i = 0 .. `largest_delay`, for inputs uniform
/// in -1..1. The sum over degrees cannot exceed the number of features.
///
/// # Errors
/// As [`memory_capacity`].
pub fn information_processing_capacity(
    record: &Record<'_>,
    degrees: usize,
    largest_delay: usize,
) -> Result<Vec<f64>, NetworkError> {
    let mut by_degree = vec![0.0; degrees];
    let mut products: Vec<Vec<(usize, usize)>> = Vec::new();
    compositions(degrees, largest_delay, 0, &mut Vec::new(), &mut products);
    // In portions, so that the targets of a large set never have to be held together.
    for portion in products.chunks(64) {
        let target = |factors: &Vec<(usize, usize)>| -> Vec<f64> {
            let at = |t: usize| {
                factors
                    .iter()
                    .map(|(delay, degree)| if t >= *delay { legendre(*degree, record.inputs[t - delay]) } else { 0.0 })
                    .product()
            };
            (0..record.inputs.len()).map(at).collect()
        };
        let targets: Vec<Vec<f64>> = portion.iter().map(target).collect();
        for (factors, capacity) in portion.iter().zip(record.capacities(&targets, largest_delay)?) {
            by_degree[factors.iter().map(|f| f.1).sum::<usize>() - 1] += capacity;
        }
    }
    Ok(by_degree)
}

/// All sets of (delay, degree) with delays from `from` up and a total degree of at most `left`.
fn compositions(left: usize, largest: usize, from: usize, prefix: &mut Vec<(usize, usize)>, out: &mut Vec<Vec<(usize, usize)>>) {
    for delay in from..=largest {
        for degree in 1..=left {
            prefix.push((delay, degree));
            out.push(prefix.clone());
            compositions(left - degree, largest, delay + 1, prefix, out);
            prefix.pop();
        }
    }
}

/// Legendre polynomial of this degree, of unit variance under a uniform x in -1..1.
fn legendre(degree: usize, x: f64) -> f64 {
    let (mut last, mut now) = (1.0, x);
    if degree == 0 {
        return 1.0;
    }
    for n in 1..degree {
        (last, now) = (now, ((2 * n + 1) as f64 * x * now - n as f64 * last) / (n + 1) as f64);
    }
    now * (2.0 * degree as f64 + 1.0).sqrt()
}

/// Number of singular values of a row-major matrix above `tolerance` times the largest: the kernel rank when the rows are the states after
/// different inputs, the generalisation rank when they are those after inputs that differ only long ago.
///
/// # Errors
/// [`NetworkError`] for a matrix that does not hold whole rows, or singular values that do not converge.
pub fn rank(states: &[f64], features: usize, tolerance: f64) -> Result<usize, NetworkError> {
    let rows = states.len() / features.max(1);
    shape("states of a rank", rows * features, states.len())?;
    let matrix = Mat::from_fn(rows, features, |i, j| states[i * features + j]);
    let values = matrix
        .singular_values()
        .map_err(|_| NetworkError::Fit { what: "a rank", why: "the singular values did not converge".to_owned() })?;
    let largest = values.iter().copied().fold(0.0, f64::max);
    Ok(values.iter().filter(|v| **v > tolerance * largest).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::random::Stream;

    fn uniform(n: usize, index: u64) -> Vec<f64> {
        let mut stream = Stream::new(1, "metrics test", index);
        (0..n).map(|_| 2.0 * stream.uniform() - 1.0).collect()
    }

    /// States of a shift register that holds the last `length` inputs before now.
    fn register(inputs: &[f64], length: usize) -> Vec<f64> {
        (0..inputs.len())
            .flat_map(|t| (1..=length).map(move |k| (t, k)))
            .map(|(t, k)| if t >= k { inputs[t - k] } else { 0.0 })
            .collect()
    }

    #[test]
    fn a_shift_register_remembers_exactly_its_length() {
        let u = uniform(4000, 0);
        let states = register(&u, 7);
        let record = Record { inputs: &u, states: &states, features: 7, washout: 20 };
        let capacity = memory_capacity(&record, 15).unwrap();
        assert!((capacity.total - 7.0).abs() < 1e-6, "{capacity:?}");
        assert!(capacity.by_delay[7..].iter().all(|c| *c == 0.0));
    }

    #[test]
    fn the_capacity_of_a_shift_register_is_linear() {
        let u = uniform(6000, 1);
        let states = register(&u, 4);
        let record = Record { inputs: &u, states: &states, features: 4, washout: 20 };
        let by_degree = information_processing_capacity(&record, 3, 5).unwrap();
        assert!((by_degree[0] - 4.0).abs() < 1e-6 && by_degree[1..].iter().sum::<f64>() < 0.05, "{by_degree:?}");
    }

    #[test]
    fn the_capacity_of_a_product_has_its_degree() {
        let u = uniform(6000, 2);
        let states: Vec<f64> = (0..u.len()).map(|t| if t >= 2 { u[t - 1] * u[t - 2] } else { 0.0 }).collect();
        let record = Record { inputs: &u, states: &states, features: 1, washout: 20 };
        let by_degree = information_processing_capacity(&record, 3, 4).unwrap();
        assert!((by_degree[1] - 1.0).abs() < 1e-6 && by_degree[0] + by_degree[2] < 0.05, "{by_degree:?}");
    }

    #[test]
    fn linear_states_know_no_parity() {
        let mut stream = Stream::new(1, "metrics test", 3);
        let bits: Vec<f64> = (0..4000).map(|_| if stream.uniform() < 0.5 { -1.0 } else { 1.0 }).collect();
        let states = register(&bits, 5);
        let record = Record { inputs: &bits, states: &states, features: 5, washout: 20 };
        assert!(parity_capacity(&record, 3).unwrap().total < 0.02);
    }

    #[test]
    fn ranks_count_directions() {
        let states = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0];
        assert_eq!(rank(&states, 3, 1e-9).unwrap(), 2);
    }

    #[test]
    fn too_short_a_record_is_refused() {
        let u = uniform(30, 4);
        let states = register(&u, 20);
        assert!(memory_capacity(&Record { inputs: &u, states: &states, features: 20, washout: 5 }, 5).is_err());
    }
}
