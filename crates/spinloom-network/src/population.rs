//! Populations of superparamagnetic junctions that code a value by how often each of them flips.
//!
//! A junction flips at a rate that is a bell over its voltage (A. Mizrahi et al., Nat. Commun. 9, 1533 (2018), doi:10.1038/s41467-018-03963-w):
//!
//! ```text
//! r_i(u) = exp(-Delta_i) / tau_0 / cosh((u - c_i) / w_i),   w_i = V_c,i / Delta_i
//! ```
//!
//! with the bias c_i at the middle. Bells at many biases are a set of basis functions: sums sum_i W_i n_i of the flips counted in a window make any
//! smooth function of u, and a population whose junctions are driven by such sums hands a value on to the next. [`DeltaRule`] learns the weights from
//! errors.

use crate::{NetworkError, shape};
use spinloom_core::random::Stream;
use spinloom_core::variability::{Distribution, Spread};
use spinloom_device::telegraph::{Telegraph, TelegraphEnsemble};

/// Junctions with biases, and the flips that they make.
///
/// ```
/// use spinloom_device::telegraph::Telegraph;
/// use spinloom_network::population::{Population, evenly};
/// let junction = Telegraph { barrier: 6.0, ..Telegraph::default() };
/// let mut population = Population::new(vec![junction; 9], evenly(-0.2, 0.2, 9), 1, "doc")?;
/// // All junctions see the same voltage; the one biased at it flips most.
/// let counts = population.count(&[0.1; 9], 1e-3)?;
/// let most = (0..9).max_by(|a, b| counts[*a].total_cmp(&counts[*b])).unwrap();
/// assert_eq!(most, 6);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Population {
    junctions: Vec<Telegraph>,
    biases: Vec<f64>,
    alive: Vec<bool>,
    ensemble: TelegraphEnsemble,
    seen: Vec<u64>,
}

impl Population {
    /// Junctions, and the voltage (V) at the middle of the bell of each; they draw from the streams (seed, purpose).
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless there is one bias a junction, [`NetworkError::Device`] for junctions without finite rates.
    pub fn new(junctions: Vec<Telegraph>, biases: Vec<f64>, seed: u64, purpose: &str) -> Result<Self, NetworkError> {
        shape("biases of a population", junctions.len(), biases.len())?;
        let rates: Vec<_> = junctions.iter().map(|j| j.rates(0.0, 0.0)).collect();
        let ensemble = TelegraphEnsemble::new(&rates, seed, purpose, 0)?;
        Ok(Self { alive: vec![true; junctions.len()], seen: vec![0; junctions.len()], junctions, biases, ensemble })
    }

    /// Equal junctions whose bells cover the voltages from -`span` to `span` (V) and two widths on either side, so that sums have no edges inside.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn covering(junction: &Telegraph, count: usize, span: f64, seed: u64, purpose: &str) -> Result<Self, NetworkError> {
        let reach = span + 2.0 * bell_width(junction);
        Self::new(vec![junction.clone(); count], evenly(-reach, reach, count), seed, purpose)
    }

    /// Number of junctions, dead ones included.
    pub fn len(&self) -> usize {
        self.junctions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.junctions.is_empty()
    }

    /// The biases, V.
    pub fn biases(&self) -> &[f64] {
        &self.biases
    }

    /// Flips per second of each junction at the middle of its bell, dead or not: what its counter is calibrated by.
    pub fn peak_rates(&self) -> Vec<f64> {
        self.junctions.iter().map(|j| j.rates(0.0, 0.0).flip_rate()).collect()
    }

    /// Lets a junction die: it is never counted again. One that is not there is dead already.
    pub fn kill(&mut self, junction: usize) {
        if let Some(alive) = self.alive.get_mut(junction) {
            *alive = false;
        }
    }

    /// Number of junctions that live.
    pub fn living(&self) -> usize {
        self.alive.iter().filter(|a| **a).count()
    }

    /// Mean flips per second of each junction at these voltages (V) in the long run: the tuning curves.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless there is one voltage a junction.
    pub fn rates(&self, voltages: &[f64]) -> Result<Vec<f64>, NetworkError> {
        shape("voltages of a population", self.len(), voltages.len())?;
        let rate = |i: usize| self.junctions[i].rates(voltages[i] - self.biases[i], 0.0).flip_rate();
        Ok((0..self.len()).map(|i| if self.alive[i] { rate(i) } else { 0.0 }).collect())
    }

    /// Flips of each junction within a window (s) at these voltages (V), simulated exactly. States are carried on from window to window.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless there is one voltage a junction, [`NetworkError::Device`] for voltages or windows that are not finite.
    pub fn count(&mut self, voltages: &[f64], window: f64) -> Result<Vec<f64>, NetworkError> {
        shape("voltages of a population", self.len(), voltages.len())?;
        for i in 0..self.len() {
            if self.alive[i] {
                self.ensemble.set_rates(i, self.junctions[i].rates(voltages[i] - self.biases[i], 0.0))?;
            }
        }
        self.ensemble.advance(window)?;
        let flips = self.ensemble.flips();
        let counts = (0..self.len()).map(|i| if self.alive[i] { (flips[i] - self.seen[i]) as f64 } else { 0.0 }).collect();
        self.seen.copy_from_slice(flips);
        Ok(counts)
    }

    /// Power (W) that the living junctions dissipate at these voltages (V), averaged over their states.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless there is one voltage a junction.
    pub fn power(&self, voltages: &[f64]) -> Result<f64, NetworkError> {
        shape("voltages of a population", self.len(), voltages.len())?;
        let power = |i: usize| self.junctions[i].mean_power(voltages[i] - self.biases[i], 0.0);
        Ok((0..self.len()).filter(|i| self.alive[*i]).map(power).sum())
    }
}

/// Width V_c / Delta of the bell of a junction, V.
pub fn bell_width(junction: &Telegraph) -> f64 {
    junction.critical_voltage / junction.barrier
}

/// Window (s) in which a junction at the middle of its bell flips `counts` times on average.
pub fn window_for(junction: &Telegraph, counts: f64) -> f64 {
    counts / junction.rates(0.0, 0.0).flip_rate()
}

/// The value that counts stand for by a vote of the junctions, sum_i c_i n_i / sum_i n_i; `None` where nothing flipped.
///
/// A. P. Georgopoulos, A. B. Schwartz and R. E. Kettner, Science 233, 1416 (1986), doi:10.1126/science.3749885.
pub fn population_vector(centres: &[f64], counts: &[f64]) -> Option<f64> {
    let total: f64 = counts.iter().sum();
    (total > 0.0).then(|| centres.iter().zip(counts).map(|(c, n)| c * n).sum::<f64>() / total)
}

/// `count` values from `low` to `high`, evenly spaced; the middle for one.
pub fn evenly(low: f64, high: f64, count: usize) -> Vec<f64> {
    if count == 1 {
        return vec![0.5 * (low + high)];
    }
    (0..count).map(|i| low + (high - low) * i as f64 / (count - 1) as f64).collect()
}

/// Junctions as they come off the wafer: barrier and critical voltage log-normal with this standard deviation of their logarithms, each by itself.
pub fn vary(nominal: &Telegraph, deviation: f64, count: usize, stream: &mut Stream) -> Vec<Telegraph> {
    let spread = Spread { relative: deviation, distribution: Distribution::LogNormal };
    let mut one = || Telegraph {
        barrier: spread.draw(nominal.barrier, stream),
        critical_voltage: spread.draw(nominal.critical_voltage, stream),
        ..nominal.clone()
    };
    (0..count).map(|_| one()).collect()
}

/// Weights between a population and what it drives, learned from errors: W_ji grows by rate x error_j n_i / sum_i n_i^2.
///
/// B. Widrow and M. E. Hoff, IRE WESCON Conv. Rec. 4, 96 (1960); normalised by the counts: J. Nagumo and A. Noda, IEEE Trans. Autom. Control 12,
/// 282 (1967), doi:10.1109/TAC.1967.1098599. With a rate of one a pattern shown again is answered without error.
///
/// ```
/// use spinloom_network::population::DeltaRule;
/// let mut weights = DeltaRule::new(3, 1);
/// weights.learn(&[1.0, 2.0, 0.0], &[5.0], 1.0)?;
/// assert!((weights.sums(&[1.0, 2.0, 0.0])?[0] - 5.0).abs() < 1e-12);
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeltaRule {
    inputs: usize,
    outputs: usize,
    /// Row-major outputs x inputs.
    weights: Vec<f64>,
}

impl DeltaRule {
    /// Weights of zero.
    pub fn new(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, weights: vec![0.0; inputs * outputs] }
    }

    /// Normal weights of mean zero and this standard deviation.
    pub fn random(inputs: usize, outputs: usize, deviation: f64, stream: &mut Stream) -> Self {
        Self { inputs, outputs, weights: (0..inputs * outputs).map(|_| deviation * stream.normal()).collect() }
    }

    /// The weights, row-major outputs x inputs.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The sum of each output, sum_i W_ji n_i.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless there is one count an input.
    pub fn sums(&self, counts: &[f64]) -> Result<Vec<f64>, NetworkError> {
        shape("counts of a population", self.inputs, counts.len())?;
        let dot = |row: &[f64]| row.iter().zip(counts).map(|(w, n)| w * n).sum();
        Ok(self.weights.chunks_exact(self.inputs.max(1)).map(dot).collect())
    }

    /// One step against the errors (wanted less answered) of the outputs. Nothing is learned where nothing was counted.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] unless there is one count an input and one error an output.
    pub fn learn(&mut self, counts: &[f64], errors: &[f64], rate: f64) -> Result<(), NetworkError> {
        shape("counts of a population", self.inputs, counts.len())?;
        shape("errors of a population", self.outputs, errors.len())?;
        let square: f64 = counts.iter().map(|n| n * n).sum();
        if square > 0.0 {
            for (row, error) in self.weights.chunks_exact_mut(self.inputs.max(1)).zip(errors) {
                let step = rate * error / square;
                row.iter_mut().zip(counts).for_each(|(w, n)| *w += step * n);
            }
        }
        Ok(())
    }
}
