//! Learning: the four dc currents move the synchronisation regions until every vowel falls into its own.
//!
//! An iteration presents one token of every vowel. An oscillator that should have locked to a source and did not is moved
//! towards its frequency by one step; one that locked and should not have is moved away; all moves are made through the current,
//! by the slope df/dI of its auto-oscillation. This is the rule by which Romera et al., Nature 563, 230 (2018),
//! doi:10.1038/s41586-018-0632-y, trained their network, with steps of constant size.

use super::encoding::{Encoding, Pattern, Place};
use crate::error::LabError;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_device::ensemble::Network;
use spinloom_network::locking::{LockingProtocol, State, classify_tokens};
use spinloom_task::vowels::Vowels;

/// How the currents are learned.
#[derive(Debug, Clone, Copy)]
pub struct LearningOptions {
    /// Presentations of all vowels.
    pub iterations: usize,
    /// Size of one move, Hz.
    pub step: f64,
    /// Whether the noisy network itself is asked at every presentation (in-loop) or the regions measured beforehand (off-line).
    pub in_loop: bool,
}

/// What the oscillators and their surroundings are, apart from the currents.
#[derive(Debug, Clone)]
pub struct Bench<'a> {
    /// Drive rate of the two sources, 1/s.
    pub drive: f64,
    /// How synchronisation is observed.
    pub protocol: &'a LockingProtocol,
    /// Locking interval of each oscillator relative to its free frequency, Hz; what off-line learning knows.
    pub offsets: &'a [(f64, f64)],
    /// Smallest and largest allowed current relative to the threshold.
    pub current_range: (f64, f64),
}

/// Accuracy after an iteration.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Iterations done.
    pub iteration: usize,
    /// Fraction of training tokens recognised.
    pub train: f64,
    /// Fraction of test tokens recognised.
    pub test: f64,
}

/// The answer of the network to tokens: the vowel recognised, if any, one a token.
pub type Answers = Vec<Option<usize>>;

/// The vowel whose pattern is exactly this state.
pub fn decode(state: &State, patterns: &[Pattern]) -> Option<usize> {
    patterns.iter().position(|p| shows(state, p))
}

fn shows(state: &State, pattern: &Pattern) -> bool {
    (0..state.oscillators()).all(|k| (0..2).all(|tone| state.is_locked(k, tone) == (pattern[tone].oscillator() == Some(k))))
}

/// Free-running frequency of every oscillator at its present current, Hz.
pub fn free_frequencies(network: &Network) -> Vec<f64> {
    network.oscillators.iter().zip(&network.currents).map(|(o, i)| o.frequency_at(*i)).collect()
}

/// Presents tokens to the noisy network; `index` names the presentation, so that each has its own noise.
pub fn present(
    network: &Network,
    bench: &Bench<'_>,
    encoding: &Encoding,
    vowels: &Vowels,
    tokens: &[usize],
    run: &Run,
    index: u64,
) -> Result<Vec<State>, LabError> {
    let pairs: Vec<(f64, f64)> = tokens.iter().map(|t| encoding.frequencies(vowels.token(*t))).collect();
    Ok(classify_tokens(network, bench.drive, &pairs, bench.protocol, run, index)?)
}

/// Presents tokens and decodes the answers.
pub fn answer(
    network: &Network,
    bench: &Bench<'_>,
    encoding: &Encoding,
    vowels: &Vowels,
    tokens: &[usize],
    run: &Run,
    index: u64,
) -> Result<Answers, LabError> {
    let states = present(network, bench, encoding, vowels, tokens, run, index)?;
    Ok(states.iter().map(|s| decode(s, &encoding.patterns)).collect())
}

/// Fraction of tokens whose answer is their vowel.
pub fn accuracy(answers: &Answers, vowels: &Vowels, tokens: &[usize]) -> f64 {
    let right = answers.iter().zip(tokens).filter(|(a, t)| **a == Some(vowels.labels[**t])).count();
    right as f64 / tokens.len().max(1) as f64
}

/// Learns the currents of `network` in place; `watch` is called before the first and after every iteration.
#[allow(clippy::too_many_arguments, reason = "the parts of one experiment, each used once")]
pub fn learn(
    network: &mut Network,
    bench: &Bench<'_>,
    encoding: &Encoding,
    vowels: &Vowels,
    train: &[usize],
    options: &LearningOptions,
    run: &Run,
    index: u64,
    mut watch: impl FnMut(usize, &Network) -> Result<(), LabError>,
) -> Result<(), LabError> {
    let mut stream = run.stream("romera2018 learning", index);
    let by_vowel: Vec<Vec<usize>> =
        (0..vowels.vowels.len()).map(|v| train.iter().copied().filter(|t| vowels.labels[*t] == v).collect()).collect();
    watch(0, network)?;
    // The last quarter of the iterations is averaged: a constant step keeps wandering about the optimum.
    let averaged = (options.iterations / 4).max(1);
    let mut mean = vec![0.0; network.currents.len()];
    for iteration in 1..=options.iterations {
        let batch: Vec<usize> = by_vowel.iter().filter(|t| !t.is_empty()).map(|t| t[stream.below(t.len())]).collect();
        let presentation = (index << 20) + iteration as u64;
        let states = if options.in_loop {
            present(network, bench, encoding, vowels, &batch, run, presentation)?
        } else {
            foresee(network, bench, encoding, vowels, &batch)
        };
        let moves = moves(network, encoding, vowels, &batch, &states, options.step);
        for (k, delta) in moves.into_iter().enumerate() {
            shift(network, k, delta, bench.current_range);
        }
        if iteration > options.iterations - averaged {
            mean.iter_mut().zip(&network.currents).for_each(|(m, c)| *m += c / averaged as f64);
        }
        if iteration == options.iterations {
            network.currents.clone_from(&mean);
        }
        watch(iteration, network)?;
    }
    Ok(())
}

/// Sum of the wanted moves of every oscillator, Hz.
fn moves(network: &Network, encoding: &Encoding, vowels: &Vowels, batch: &[usize], states: &[State], step: f64) -> Vec<f64> {
    let free = free_frequencies(network);
    let mut moves = vec![0.0; free.len()];
    for (token, state) in batch.iter().zip(states) {
        let (a, b) = encoding.frequencies(vowels.token(*token));
        let pattern = encoding.patterns[vowels.labels[*token]];
        for (tone, frequency) in [a, b].into_iter().enumerate() {
            for k in 0..free.len() {
                let wanted = pattern[tone] == Place::At(k);
                let locked = state.is_locked(k, tone);
                let towards = step * (frequency - free[k]).signum();
                moves[k] += match (wanted, locked) {
                    (true, false) => towards,
                    (false, true) => -towards,
                    _ => 0.0,
                };
            }
        }
    }
    moves
}

/// What the regions measured beforehand, moved rigidly with the free frequencies, say the states will be.
fn foresee(network: &Network, bench: &Bench<'_>, encoding: &Encoding, vowels: &Vowels, batch: &[usize]) -> Vec<State> {
    let free = free_frequencies(network);
    batch
        .iter()
        .map(|t| {
            let (a, b) = encoding.frequencies(vowels.token(*t));
            let locked = |k: usize, f: f64| f > free[k] + bench.offsets[k].0 && f < free[k] + bench.offsets[k].1;
            State::from_locks((0..free.len()).map(|k| [locked(k, a), locked(k, b)]))
        })
        .collect()
}

/// Moves the free frequency of oscillator `k` by `delta` (Hz) through its current, as far as the allowed range goes.
fn shift(network: &mut Network, k: usize, delta: f64, range: (f64, f64)) {
    let (oscillator, current) = (&network.oscillators[k], network.currents[k]);
    let h = 1e-4 * current;
    let slope = (oscillator.frequency_at(current + h) - oscillator.frequency_at(current - h)) / (2.0 * h);
    if slope != 0.0 {
        let threshold = oscillator.threshold_current;
        network.currents[k] = (current + delta / slope).clamp(range.0 * threshold, range.1 * threshold);
    }
}

/// The currents before learning: the nominal ones, each off by a random relative amount.
pub fn detune(network: &mut Network, relative: f64, range: (f64, f64), stream: &mut Stream) {
    for (oscillator, current) in network.oscillators.iter().zip(&mut network.currents) {
        let threshold = oscillator.threshold_current;
        *current = (*current * (1.0 + relative * (2.0 * stream.uniform() - 1.0))).clamp(range.0 * threshold, range.1 * threshold);
    }
}
