//! The general machine: every pair may be coupled, and everything can be enumerated.

use crate::logic::Gate;
use crate::{Ising, IsingError, exact};
use spinloom_core::random::Stream;

/// Configurations of the visible spins, all equally probable: what is learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns {
    spins: usize,
    states: Vec<usize>,
}

impl Patterns {
    /// These configurations of +-1.
    ///
    /// # Errors
    /// [`IsingError::Model`] for none, for configurations of different lengths or other values than +-1, or for more spins than are enumerated.
    pub fn new(states: &[Vec<i8>]) -> Result<Self, IsingError> {
        let spins = states.first().map_or(0, Vec::len);
        if spins == 0 || spins > exact::LARGEST || states.iter().any(|s| s.len() != spins || s.iter().any(|m| m.abs() != 1)) {
            return Err(IsingError::Model(format!(
                "patterns are configurations of +1 and -1, at least one, all of one length between 1 and {}",
                exact::LARGEST
            )));
        }
        Ok(Self { spins, states: states.iter().map(|s| exact::index(s)).collect() })
    }

    /// The lines of the truth table of a gate.
    pub fn of_gate(gate: Gate) -> Self {
        let spins = gate.spins();
        let states = (0..1 << spins).filter(|&s| gate.valid(&exact::configuration(s, spins))).collect();
        Self { spins, states }
    }

    /// The lines (A, B, C) with C = A xor B, which no machine of three visible spins alone can represent.
    pub fn exclusive_or() -> Self {
        Self { spins: 3, states: (0..8).filter(|s: &usize| s.count_ones().is_multiple_of(2)).collect() }
    }

    /// Number of visible spins.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// The patterns, by their index in [`crate::exact`].
    pub fn states(&self) -> &[usize] {
        &self.states
    }
}

/// Averages of single spins and of pairs (i < j, row after row).
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// <m_i>.
    pub single: Vec<f64>,
    /// <m_i m_j>, in the order (0, 1), (0, 2), ..., (1, 2), ...
    pub pair: Vec<f64>,
}

impl Statistics {
    /// Nothing counted yet, for so many spins.
    pub fn zero(spins: usize) -> Self {
        Self { single: vec![0.0; spins], pair: vec![0.0; spins * spins.saturating_sub(1) / 2] }
    }

    /// Of a distribution over all configurations.
    pub fn of(spins: usize, distribution: &[f64]) -> Self {
        let mut all = Self::zero(spins);
        for (s, &p) in distribution.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            all.add(&exact::configuration(s, spins), p);
        }
        all
    }

    /// Counts a configuration with a weight.
    pub fn add(&mut self, m: &[i8], weight: f64) {
        let mut at = 0;
        for i in 0..m.len() {
            self.single[i] += weight * f64::from(m[i]);
            for j in i + 1..m.len() {
                self.pair[at] += weight * f64::from(m[i] * m[j]);
                at += 1;
            }
        }
    }
}

/// A Boltzmann machine at beta = 1; its first spins are visible, the rest hidden.
///
/// ```
/// use spinloom_ising::boltzmann::{Machine, Patterns, learn_exactly};
/// use spinloom_ising::logic::Gate;
/// let data = Patterns::of_gate(Gate::And);
/// let mut machine = Machine::new(3, 0)?;
/// learn_exactly(&mut machine, &data, 0.1, 0.0, 100)?;
/// assert!((machine.divergence(&data)? - 0.09193).abs() < 1e-5);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    visible: usize,
    spins: usize,
    /// Full symmetric matrix with an empty diagonal.
    coupling: Vec<f64>,
    field: Vec<f64>,
}

impl Machine {
    /// A machine without couplings and fields.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for no visible spin, or more spins than are enumerated.
    pub fn new(visible: usize, hidden: usize) -> Result<Self, IsingError> {
        let spins = visible.saturating_add(hidden);
        if visible == 0 || spins > exact::LARGEST {
            return Err(IsingError::Unsuitable(format!(
                "a machine of {visible} visible and {hidden} hidden spins: one visible and at most {} in all are wanted",
                exact::LARGEST
            )));
        }
        Ok(Self { visible, spins, coupling: vec![0.0; spins * spins], field: vec![0.0; spins] })
    }

    /// The same with normal couplings of a standard deviation: hidden spins that begin equal stay equal.
    #[must_use]
    pub fn randomised(mut self, deviation: f64, stream: &mut Stream) -> Self {
        for i in 0..self.spins {
            for j in i + 1..self.spins {
                let value = deviation * stream.normal();
                self.coupling[i * self.spins + j] = value;
                self.coupling[j * self.spins + i] = value;
            }
        }
        self
    }

    /// Number of spins.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// Number of visible spins.
    pub fn visible(&self) -> usize {
        self.visible
    }

    /// J_ij.
    pub fn coupling(&self, i: usize, j: usize) -> f64 {
        self.coupling[i * self.spins + j]
    }

    /// The fields.
    pub fn fields(&self) -> &[f64] {
        &self.field
    }

    /// The input of a p-bit: h_i + sum_j J_ij m_j.
    pub fn input(&self, m: &[i8], i: usize) -> f64 {
        let row = &self.coupling[i * self.spins..(i + 1) * self.spins];
        self.field[i] + row.iter().zip(m).map(|(j, &m)| j * f64::from(m)).sum::<f64>()
    }

    /// The machine as a model.
    ///
    /// # Errors
    /// [`IsingError::Model`] when learning has run away to numbers that are not finite.
    pub fn model(&self) -> Result<Ising, IsingError> {
        let n = self.spins;
        let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        Ising::new(n, pairs.map(|(i, j)| (i, j, self.coupling[i * n + j])), self.field.clone(), 0.0)
    }

    /// Boltzmann's law over all configurations.
    ///
    /// # Errors
    /// As [`Machine::model`].
    pub fn distribution(&self) -> Result<Vec<f64>, IsingError> {
        exact::boltzmann(&self.model()?, 1.0)
    }

    /// The law with the visible spins drawn from the patterns and the hidden ones from their exact conditional law.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for patterns of another number of spins; as [`Machine::model`].
    pub fn clamped_distribution(&self, data: &Patterns) -> Result<Vec<f64>, IsingError> {
        self.suits(data)?;
        let free = self.distribution()?;
        let marginal = self.marginal(&free);
        let mut clamped = vec![0.0; free.len()];
        let each = 1.0 / data.states.len() as f64;
        for &v in &data.states {
            for h in 0..1usize << (self.spins - self.visible) {
                let s = v | h << self.visible;
                clamped[s] += each * free[s] / marginal[v].max(f64::MIN_POSITIVE);
            }
        }
        Ok(clamped)
    }

    /// Kullback-Leibler divergence of Boltzmann's law of the visible spins from the data, in nats.
    ///
    /// # Errors
    /// As [`Machine::clamped_distribution`].
    pub fn divergence(&self, data: &Patterns) -> Result<f64, IsingError> {
        self.divergence_of(&self.distribution()?, data)
    }

    /// The same of any law over all configurations, such as that of real devices.
    ///
    /// # Errors
    /// As [`Machine::clamped_distribution`].
    pub fn divergence_of(&self, law: &[f64], data: &Patterns) -> Result<f64, IsingError> {
        self.suits(data)?;
        let marginal = self.marginal(law);
        let each = 1.0 / data.states.len() as f64;
        // A pattern given twice counts twice.
        let mut probability = vec![0.0; marginal.len()];
        data.states.iter().for_each(|&v| probability[v] += each);
        let terms = probability.iter().zip(&marginal).filter(|(p, _)| **p > 0.0);
        Ok(terms.map(|(p, q)| p * (p / q.max(f64::MIN_POSITIVE)).ln()).sum())
    }

    /// Probability of the visible spins to be in one of the patterns.
    pub fn validity(&self, law: &[f64], data: &Patterns) -> f64 {
        let marginal = self.marginal(law);
        let mut states = data.states.clone();
        states.sort_unstable();
        states.dedup();
        states.iter().filter_map(|&v| marginal.get(v)).sum()
    }

    /// A law over the visible spins alone.
    fn marginal(&self, law: &[f64]) -> Vec<f64> {
        let mut marginal = vec![0.0; 1 << self.visible];
        let mask = marginal.len() - 1;
        law.iter().enumerate().for_each(|(s, p)| marginal[s & mask] += p);
        marginal
    }

    /// One step of learning: `J += rate (<mm>_data - <mm>_model - decay J)`, and likewise for the fields.
    ///
    /// # Panics
    /// When the statistics are of another number of spins.
    pub fn learn(&mut self, data: &Statistics, model: &Statistics, rate: f64, decay: f64) {
        let n = self.spins;
        let mut at = 0;
        for i in 0..n {
            self.field[i] += rate * (data.single[i] - model.single[i] - decay * self.field[i]);
            for j in i + 1..n {
                let old = self.coupling[i * n + j];
                let new = old + rate * (data.pair[at] - model.pair[at] - decay * old);
                self.coupling[i * n + j] = new;
                self.coupling[j * n + i] = new;
                at += 1;
            }
        }
    }

    pub(super) fn suits(&self, data: &Patterns) -> Result<(), IsingError> {
        if data.spins != self.visible {
            return Err(IsingError::Unsuitable(format!("patterns of {} spins for {} visible ones", data.spins, self.visible)));
        }
        Ok(())
    }
}
