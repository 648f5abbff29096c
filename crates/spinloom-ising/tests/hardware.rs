//! Circuits of device-level p-bits against exact enumeration and against their own exact law.

#![allow(clippy::unwrap_used)]

use spinloom_core::random::Stream;
use spinloom_core::run::CancelToken;
use spinloom_device::pbit::{EmbeddedPbit, Pbit, PbitSpread, Transfer};
use spinloom_ising::exact::{boltzmann, index, total_variation};
use spinloom_ising::hardware::{Circuit, Lag, Reading, Synapses, occupation, rounded};
use spinloom_ising::logic::Gate;
use spinloom_ising::{Ising, IsingError};

const NEURON: f64 = 1e-9;

fn devices(count: usize, spread: &PbitSpread, seed: u64) -> Vec<Pbit> {
    spread.draw(count, NEURON, |i| Stream::new(seed, "hardware test devices", i))
}

fn circuit(model: &Ising, beta: f64, synapses: &Synapses, spread: &PbitSpread) -> Circuit {
    Circuit::new(model, beta, synapses, devices(model.spins(), spread, 1), Transfer::Tanh).unwrap()
}

fn reads(circuit: &Circuit, count: usize, settle: f64, duration: f64) -> Vec<Reading> {
    circuit.reads(7, count, settle * NEURON, duration * NEURON, &CancelToken::default()).unwrap()
}

/// Chi-square of the final states of independent reads against a law.
fn chi2(readings: &[Reading], law: &[f64]) -> f64 {
    let mut counts = vec![0.0; law.len()];
    readings.iter().for_each(|r| counts[index(&r.spins)] += 1.0);
    let expected = |p: f64| p * readings.len() as f64;
    assert!(law.iter().all(|p| expected(*p) > 5.0), "cells too small for chi-square");
    counts.iter().zip(law).map(|(c, p)| (c - expected(*p)).powi(2) / expected(*p)).sum()
}

#[test]
fn ideal_devices_sample_boltzmann() {
    let model = Gate::And.model().unwrap();
    let law = boltzmann(&model, 0.4).unwrap();
    let circuit = circuit(&model, 0.4, &Synapses::default(), &PbitSpread::default());
    assert!(total_variation(&circuit.stationary().unwrap(), &law) < 1e-13);
    // Seven degrees of freedom: 29.88 has a false-alarm rate of 1e-4.
    let found = chi2(&reads(&circuit, 20_000, 30.0, 1.0), &law);
    assert!(found < 29.88, "{found}");
    // A low-pass and a delay of a thousandth of the neuron time make no difference that 20000 reads could see.
    for lag in [Lag::Delay, Lag::LowPass] {
        let synapses = Synapses { time: 1e-3 * NEURON, lag, ..Synapses::default() };
        let found = chi2(&reads(&self::circuit(&model, 0.4, &synapses, &PbitSpread::default()), 20_000, 30.0, 1.0), &law);
        assert!(found < 29.88, "{lag:?}: {found}");
    }
}

#[test]
fn unequal_devices_sample_their_own_exact_law() {
    let model = Gate::And.model().unwrap();
    let spread = PbitSpread { gain: 0.3, offset: 0.3, correlation_time: 0.5 };
    let embedded = EmbeddedPbit::default().transfer();
    for (transfer, beta) in [(Transfer::Tanh, 0.4), (embedded, 0.25)] {
        let synapses = Synapses { weight_bits: 3, saturation: 0.9, ..Synapses::default() };
        let circuit = Circuit::new(&model, beta, &synapses, devices(3, &spread, 2), transfer).unwrap();
        let law = circuit.stationary().unwrap();
        assert!(total_variation(&law, &boltzmann(&model, beta).unwrap()) > 0.03);
        let found = chi2(&reads(&circuit, 20_000, 60.0, 1.0), &law);
        assert!(found < 29.88, "{found}");
    }
}

#[test]
fn one_pbit_is_a_telegraph() {
    // Mean tanh h, flips at (1 - mean^2) / (2 tau), updates at 1 / tau; a thousand reads of 200 neuron times each, four standard errors.
    let h = 0.6f64;
    let model = Ising::new(1, [], vec![h], 0.0).unwrap();
    let readings = reads(&circuit(&model, 1.0, &Synapses::default(), &PbitSpread::default()), 1000, 5.0, 200.0);
    let total = 200_000.0;
    let mean = h.tanh();
    let up: f64 = readings.iter().map(|r| r.occupation[1]).sum::<f64>() / 1000.0;
    // A telegraph of correlation time tau has the variance (1 - mean^2) 2 tau / T.
    assert!((2.0 * up - 1.0 - mean).abs() < 4.0 * ((1.0 - mean * mean) * 2.0 / total).sqrt(), "{up}");
    let updates: f64 = readings.iter().map(|r| r.updates as f64).sum();
    assert!((updates - total).abs() < 4.0 * total.sqrt());
    let flips: f64 = readings.iter().map(|r| r.flips as f64).sum();
    let expected = total * (1.0 - mean * mean) / 2.0;
    assert!((flips - expected).abs() < 5.0 * (2.0 * expected).sqrt(), "{flips} {expected}");
    for r in &readings {
        assert!((r.energy + h * (2.0 * r.occupation[1] - 1.0)).abs() < 1e-9);
        assert!((r.occupation.iter().sum::<f64>() - 1.0).abs() < 1e-9 && r.seconds == 200.0 * NEURON);
    }
}

#[test]
fn slow_synapses_make_two_pbits_independent() {
    let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0).unwrap();
    let correlation = |ratio: f64| {
        let synapses = Synapses { time: ratio * NEURON, ..Synapses::default() };
        let readings = reads(&circuit(&pair, 1.0, &synapses, &PbitSpread::default()), 8000, 20.0 * ratio + 20.0, 1.0);
        readings.iter().map(|r| f64::from(r.spins[0] * r.spins[1])).sum::<f64>() / 8000.0
    };
    // Four standard errors of 8000 reads: 0.045, or 0.029 where the correlation is tanh 1. What is left of a start that is not balanced
    // is tanh(1)^40.
    assert!((correlation(0.0) - 1f64.tanh()).abs() < 0.029);
    assert!(correlation(50.0).abs() < 0.045, "{}", correlation(50.0));
    let half = correlation(1.0);
    assert!(half > 0.1 && half < 0.7, "{half}");
}

#[test]
fn bias_grows_with_the_lag_of_the_synapses() {
    let model = Gate::FullAdder.model().unwrap();
    let law = boltzmann(&model, 0.5).unwrap();
    for lag in [Lag::Delay, Lag::LowPass] {
        let distances: Vec<f64> = [0.0, 0.1, 0.3, 1.0]
            .iter()
            .map(|ratio| {
                let synapses = Synapses { time: ratio * NEURON, lag, ..Synapses::default() };
                let readings = reads(&circuit(&model, 0.5, &synapses, &PbitSpread::default()), 16, 50.0, 10_000.0);
                total_variation(&occupation(&readings), &law)
            })
            .collect();
        // 160000 neuron times tell the law to about 0.01.
        assert!(distances[0] < 0.02, "{lag:?} {distances:?}");
        assert!(distances.windows(2).all(|w| w[1] > w[0] + 0.01), "{lag:?} {distances:?}");
    }
}

#[test]
fn bias_grows_with_the_spread_of_the_devices() {
    let model = Gate::FullAdder.model().unwrap();
    let law = boltzmann(&model, 0.5).unwrap();
    let distance = |spread: &PbitSpread| {
        let one = |seed| {
            let circuit = Circuit::new(&model, 0.5, &Synapses::default(), devices(5, spread, seed), Transfer::Tanh).unwrap();
            total_variation(&circuit.stationary().unwrap(), &law)
        };
        (0..40).map(one).sum::<f64>() / 40.0
    };
    for kind in [|s| PbitSpread { gain: s, ..PbitSpread::default() }, |s| PbitSpread { offset: s, ..PbitSpread::default() }] {
        let distances: Vec<f64> = [0.0, 0.05, 0.1, 0.2, 0.3].iter().map(|s| distance(&kind(*s))).collect();
        assert!(distances[0] < 1e-12 && distances.windows(2).all(|w| w[1] > w[0]), "{distances:?}");
    }
    // How fast the devices are does not matter to the law.
    assert!(distance(&PbitSpread { correlation_time: 1.0, ..PbitSpread::default() }) < 1e-12);
}

#[test]
fn bias_grows_as_weights_get_coarser() {
    let distance = |bits: usize| {
        let one = |seed| {
            let mut stream = Stream::new(seed, "coarse weights", 0);
            let pairs: Vec<_> =
                (0..6).flat_map(|i| (i + 1..6).map(move |j| (i, j))).map(|(i, j)| (i, j, stream.normal())).collect();
            let fields = (0..6).map(|_| stream.normal()).collect();
            let model = Ising::new(6, pairs, fields, 0.0).unwrap();
            let circuit = circuit(&model, 0.7, &Synapses { weight_bits: bits, ..Synapses::default() }, &PbitSpread::default());
            let law = circuit.stationary().unwrap();
            assert!(total_variation(&law, &boltzmann(circuit.model(), 0.7).unwrap()) < 1e-12);
            total_variation(&law, &boltzmann(&model, 0.7).unwrap())
        };
        (0..30).map(one).sum::<f64>() / 30.0
    };
    let distances: Vec<f64> = [32, 10, 8, 6, 5, 4, 3].iter().map(|b| distance(*b)).collect();
    assert!(distances[0] < 1e-12 && distances.windows(2).all(|w| w[1] > w[0]), "{distances:?}");
}

#[test]
fn rounding_keeps_the_largest_weight_and_small_whole_numbers() {
    let model = Gate::And.model().unwrap();
    // Two bits: -2, 0 and 2, halves away from zero.
    let coarse = rounded(&model, 2).unwrap();
    assert_eq!(coarse.couplings().map(|c| c.2).collect::<Vec<_>>(), [-2.0, 2.0, 2.0]);
    assert_eq!(rounded(&model, 32).unwrap(), model);
    let fine = rounded(&model, 12).unwrap();
    assert!(fine.couplings().zip(model.couplings()).all(|(a, b)| (a.2 - b.2).abs() <= 0.5 * 2.0 / 2047.0));
    assert!(rounded(&model, 1).is_err());
}

#[test]
fn reads_depend_on_the_seed_alone_and_can_be_cancelled() {
    let model = Gate::FullAdder.model().unwrap();
    let synapses = Synapses { time: 0.2 * NEURON, ..Synapses::default() };
    let circuit = circuit(&model, 0.5, &synapses, &PbitSpread { gain: 0.1, ..PbitSpread::default() });
    let all = reads(&circuit, 8, 1.0, 100.0);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| reads(&circuit, 8, 1.0, 100.0));
    assert_eq!(all, one);
    assert_ne!(all, circuit.reads(8, 8, NEURON, 100.0 * NEURON, &CancelToken::default()).unwrap());
    let cancel = CancelToken::default();
    cancel.cancel();
    assert!(matches!(circuit.reads(7, 2, 0.0, NEURON, &cancel), Err(IsingError::Cancelled(_))));
}

#[test]
fn what_cannot_be_built_is_refused_in_words() {
    let model = Gate::And.model().unwrap();
    let words = |result: Result<Circuit, IsingError>, text: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    };
    let ideal = devices(3, &PbitSpread::default(), 1);
    let synapses = Synapses::default();
    words(Circuit::new(&model, 1.0, &synapses, ideal[..2].to_vec(), Transfer::Tanh), "2 p-bits for 3 spins");
    words(Circuit::new(&model, f64::NAN, &synapses, ideal.clone(), Transfer::Tanh), "beta NaN");
    let mut broken = ideal.clone();
    broken[1].correlation_time = 0.0;
    words(Circuit::new(&model, 1.0, &synapses, broken, Transfer::Tanh), "p-bit 1");
    let empty = Transfer::Table { range: 1.0, outputs: vec![0.0] };
    words(Circuit::new(&model, 1.0, &synapses, ideal.clone(), empty), "two points");
    let circuit = Circuit::new(&model, 1.0, &synapses, ideal.clone(), Transfer::Tanh).unwrap();
    assert!(circuit.reads(1, 1, -1.0, 1.0, &CancelToken::default()).is_err());
    assert!(circuit.reads(1, 1, 0.0, f64::NAN, &CancelToken::default()).is_err());
    // A curve that saturates freezes the gate in its ground states: no law without a start.
    let hard = Transfer::Table { range: 0.5, outputs: vec![-1.0, 1.0] };
    let frozen = Circuit::new(&model, 1.0, &synapses, ideal, hard).unwrap().stationary().unwrap_err();
    assert!(frozen.to_string().contains("saturated"), "{frozen}");
}
