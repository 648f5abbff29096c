//! Networks of coupled oscillators with inputs: which oscillator follows which microwave source.

use crate::NetworkError;
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_device::ensemble::{Network, OscillatorEnsemble, Tones};

/// How synchronisation is observed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LockingProtocol {
    /// Time left for transients, s.
    pub settle: f64,
    /// Window over which frequencies are averaged, s.
    pub window: f64,
    /// Integration step, s.
    pub time_step: f64,
    /// Largest distance of an averaged frequency from a source that counts as locked, Hz.
    pub tolerance: f64,
}

/// Which oscillators follow which of two sources.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State(Vec<[bool; 2]>);

impl State {
    /// From (follows A, follows B) of every oscillator.
    pub fn from_locks(locks: impl IntoIterator<Item = [bool; 2]>) -> Self {
        Self(locks.into_iter().collect())
    }

    /// Number of oscillators.
    pub fn oscillators(&self) -> usize {
        self.0.len()
    }

    /// Whether oscillator `k` follows source `tone` (0 is A, 1 is B).
    pub fn is_locked(&self, k: usize, tone: usize) -> bool {
        self.0[k][tone]
    }

    /// The state in words: `1A,3B`, an asterisk for an oscillator that follows both, `-` when none follows any.
    pub fn label(&self) -> String {
        let mark = |l: &[bool; 2]| match l {
            [true, true] => Some("*"),
            [true, false] => Some("A"),
            [false, true] => Some("B"),
            [false, false] => None,
        };
        let parts: Vec<String> =
            self.0.iter().enumerate().filter_map(|(k, l)| mark(l).map(|m| format!("{}{m}", k + 1))).collect();
        if parts.is_empty() { "-".to_owned() } else { parts.join(",") }
    }
}

/// Replicas integrated together: enough to fill the vector units, few enough to share the cores evenly.
const CHUNK: usize = 32;

/// States of the network under pairs of source frequencies (Hz), both driving every oscillator at the rate `drive` (1/s).
///
/// Pair i starts from random phases and has noise of its own, both keyed by (seed, `index`, i), so neither chunks nor threads matter.
///
/// # Errors
/// [`NetworkError::Device`] when the step is too large, [`NetworkError::Cancelled`].
pub fn classify_tokens(
    network: &Network,
    drive: f64,
    pairs: &[(f64, f64)],
    protocol: &LockingProtocol,
    run: &Run,
    index: u64,
) -> Result<Vec<State>, NetworkError> {
    let free: Vec<f64> = network.oscillators.iter().zip(&network.currents).map(|(o, i)| o.frequency_at(*i)).collect();
    let reference = free.iter().sum::<f64>() / free.len().max(1) as f64;
    let steps = |time: f64| (time / protocol.time_step).round() as usize;
    let chunks: Vec<Vec<State>> = pairs
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, pairs)| {
            run.check()?;
            let at = |replica: usize| (index << 24) + (chunk * CHUNK + replica) as u64;
            let mut ensemble = OscillatorEnsemble::new(network, pairs.len(), reference, protocol.time_step)?;
            ensemble.set_random_phases(|r| run.stream("oscillator phases", at(r)));
            let frequencies = pairs.iter().map(|p| p.0).chain(pairs.iter().map(|p| p.1)).collect();
            ensemble.set_tones(&Tones { frequencies, amplitudes: vec![drive; 2] })?;
            if network.oscillators.iter().any(|o| o.thermal_power > 0.0) {
                ensemble.set_noise(|r| run.stream("oscillator noise", at(r)));
            }
            ensemble.advance(steps(protocol.settle))?;
            ensemble.begin_window();
            ensemble.advance(steps(protocol.window).max(1))?;
            let measured = ensemble.mean_frequencies();
            let state = |(r, (a, b)): (usize, &(f64, f64))| {
                let follows = |k: usize, source: f64| (measured[k * pairs.len() + r] - source).abs() < protocol.tolerance;
                State::from_locks((0..free.len()).map(|k| [follows(k, *a), follows(k, *b)]))
            };
            Ok(pairs.iter().enumerate().map(state).collect())
        })
        .collect::<Result<_, NetworkError>>()?;
    Ok(chunks.concat())
}

/// States over a grid of the two source frequencies.
#[derive(Debug, Clone)]
pub struct SynchronizationMap {
    frequencies_a: Vec<f64>,
    frequencies_b: Vec<f64>,
    /// Row-major: row = frequency of B, column = frequency of A.
    states: Vec<State>,
}

impl SynchronizationMap {
    /// Simulates the network at every point of the grid (Hz).
    ///
    /// # Errors
    /// As [`classify_tokens`].
    pub fn simulate(
        network: &Network,
        drive: f64,
        frequencies_a: &[f64],
        frequencies_b: &[f64],
        protocol: &LockingProtocol,
        run: &Run,
    ) -> Result<Self, NetworkError> {
        let pairs: Vec<(f64, f64)> = frequencies_b.iter().flat_map(|b| frequencies_a.iter().map(move |a| (*a, *b))).collect();
        let states = classify_tokens(network, drive, &pairs, protocol, run, MAP_INDEX)?;
        Ok(Self { frequencies_a: frequencies_a.to_vec(), frequencies_b: frequencies_b.to_vec(), states })
    }

    /// The frequencies of A and of B, Hz.
    pub fn axes(&self) -> (&[f64], &[f64]) {
        (&self.frequencies_a, &self.frequencies_b)
    }

    /// State at a row (frequency of B) and a column (frequency of A).
    pub fn state(&self, row: usize, column: usize) -> &State {
        &self.states[row * self.frequencies_a.len() + column]
    }

    /// The states that fill at least `cells` cells, the largest first.
    pub fn distinct_states(&self, cells: usize) -> Vec<(&State, usize)> {
        let mut counts: std::collections::BTreeMap<&State, usize> = std::collections::BTreeMap::new();
        for state in &self.states {
            *counts.entry(state).or_default() += 1;
        }
        let mut found: Vec<_> = counts.into_iter().filter(|(_, n)| *n >= cells).collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        found
    }

    /// Labels of all states, the largest first, and the index of its label for every cell, row-major.
    pub fn regions(&self) -> (Vec<String>, Vec<usize>) {
        let found = self.distinct_states(1);
        let place: std::collections::BTreeMap<&State, usize> = found.iter().enumerate().map(|(i, (s, _))| (*s, i)).collect();
        (found.iter().map(|(s, _)| s.label()).collect(), self.states.iter().map(|s| place[s]).collect())
    }
}

/// Maps are drawn with random numbers of their own, apart from those of any token.
const MAP_INDEX: u64 = 1 << 39;
