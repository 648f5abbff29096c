//! An echo-state network: the digital reservoir that device reservoirs are measured against.
//!
//! x(t) = tanh(W x(t - 1) + W_in u(t) + b), with W random and scaled to a spectral radius, and only a linear readout trained.
//! Source: H. Jaeger and H. Haas, Science 304, 78 (2004), doi:10.1126/science.1091277.

use crate::NetworkError;
use faer::Mat;
use spinloom_core::random::Stream;

/// Fraction of connections kept; a sparse reservoir does as well as a dense one at a tenth of the cost.
const CONNECTIVITY: f64 = 0.1;

/// A reservoir of tanh units.
#[derive(Debug, Clone)]
pub struct EchoState {
    channels: usize,
    nodes: usize,
    /// Compressed rows of the recurrent weights: (column, weight).
    recurrent: Vec<Vec<(usize, f64)>>,
    /// Row-major nodes x channels.
    input: Vec<f64>,
    bias: Vec<f64>,
}

/// How a reservoir is drawn; the default is a network tuned on NARMA10 with 400 nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EchoStateOptions {
    /// Spectral radius of the recurrent weights.
    pub spectral_radius: f64,
    /// Largest input weight.
    pub input_scale: f64,
    /// Largest bias.
    pub bias_scale: f64,
}

impl Default for EchoStateOptions {
    fn default() -> Self {
        Self { spectral_radius: 0.95, input_scale: 0.05, bias_scale: 0.5 }
    }
}

impl EchoState {
    /// A random reservoir.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] when the eigenvalues of the recurrent weights do not converge or all vanish.
    pub fn new(channels: usize, nodes: usize, options: EchoStateOptions, stream: &mut Stream) -> Result<Self, NetworkError> {
        let mut weights = Mat::zeros(nodes, nodes);
        for i in 0..nodes {
            for j in 0..nodes {
                if stream.uniform() < CONNECTIVITY.max(1.0 / nodes as f64) {
                    weights[(i, j)] = stream.normal();
                }
            }
        }
        let fit = |why: &str| NetworkError::Fit { what: "an echo-state network", why: why.to_owned() };
        let eigenvalues = weights.eigenvalues().map_err(|_| fit("the eigenvalues of its weights did not converge"))?;
        let radius = eigenvalues.iter().map(|e| e.re.hypot(e.im)).fold(0.0, f64::max);
        if radius <= 0.0 {
            return Err(fit("its weights have no eigenvalue but zero: use more nodes"));
        }
        let scale = options.spectral_radius / radius;
        let row = |i: usize| (0..nodes).filter(|j| weights[(i, *j)] != 0.0).map(|j| (j, scale * weights[(i, j)])).collect();
        let recurrent = (0..nodes).map(row).collect();
        let mut symmetric = |n: usize, scale: f64| (0..n).map(|_| scale * (2.0 * stream.uniform() - 1.0)).collect::<Vec<_>>();
        let input = symmetric(nodes * channels, options.input_scale);
        let bias = symmetric(nodes, options.bias_scale);
        Ok(Self { channels, nodes, recurrent, input, bias })
    }

    /// Features a step offers to a readout: the states and the inputs.
    pub fn features(&self) -> usize {
        self.nodes + self.channels
    }

    /// Features (row-major steps x features) of a sequence (row-major steps x channels), from the zero state.
    pub fn states(&self, inputs: &[f64]) -> Vec<f64> {
        let mut x = vec![0.0; self.nodes];
        let mut next = x.clone();
        let mut out = Vec::with_capacity(inputs.len() / self.channels * self.features());
        for u in inputs.chunks_exact(self.channels) {
            for (i, value) in next.iter_mut().enumerate() {
                let recurrent: f64 = self.recurrent[i].iter().map(|(j, w)| w * x[*j]).sum();
                let driven: f64 = self.input[i * self.channels..(i + 1) * self.channels].iter().zip(u).map(|(w, u)| w * u).sum();
                *value = (recurrent + driven + self.bias[i]).tanh();
            }
            std::mem::swap(&mut x, &mut next);
            out.extend_from_slice(&x);
            out.extend_from_slice(u);
        }
        out
    }
}
