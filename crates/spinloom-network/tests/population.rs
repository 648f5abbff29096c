//! Populations of junctions against Poisson's sum formula, laws of counts, and functions that they have to make.

#![allow(clippy::unwrap_used)]

use spinloom_core::random::Stream;
use spinloom_core::statistics::{mean, variance};
use spinloom_device::telegraph::Telegraph;
use spinloom_network::population::{DeltaRule, Population, evenly, population_vector, vary};
use spinloom_network::readout::Gram;
use std::f64::consts::PI;

/// Bells of width w = V_c / Delta = 0.1 V.
fn junction() -> Telegraph {
    Telegraph { barrier: 8.0, critical_voltage: 0.8, ..Telegraph::default() }
}

/// The sum of bells a distance h apart is constant but for a ripple 2 / cosh(pi^2 w / h) of its mean, either way (Poisson summation).
#[test]
fn evenly_spaced_bells_make_a_constant() {
    let w = 0.1;
    for (h, known) in [(0.1, 2.1e-4), (0.2, 2.9e-2)] {
        let biases = evenly(-100.0 * h, 100.0 * h, 201);
        let population = Population::new(vec![junction(); 201], biases, 1, "ripple").unwrap();
        let sum = |u: f64| population.rates(&[u; 201]).unwrap().iter().sum::<f64>();
        let (top, bottom) = (sum(0.0), sum(0.5 * h));
        let ripple = (top - bottom) / (top + bottom);
        let law = 2.0 / (PI * PI * w / h).cosh();
        // Higher harmonics are below the square of the first.
        assert!((ripple / law - 1.0).abs() < 1e-3 + law * law, "{ripple} {law}");
        assert!((law / known - 1.0).abs() < 0.05);
    }
}

/// Weights by least squares make polynomials up to the third degree to a thousandth.
#[test]
fn sums_of_bells_make_polynomials() {
    let biases = evenly(-1.4, 1.4, 29);
    let population = Population::new(vec![junction(); 29], biases, 1, "polynomials").unwrap();
    let inputs: Vec<f64> = (0..=400).map(|k| -1.0 + 0.005 * f64::from(k)).collect();
    let mut gram = Gram::new(29, 4);
    let rates = |x: f64| population.rates(&[x; 29]).unwrap();
    for x in &inputs {
        gram.add(&rates(*x), &[1.0, *x, x * x, x * x * x]).unwrap();
    }
    let readout = gram.pseudo_inverse(1e-13).unwrap();
    for x in &inputs {
        let made = readout.predict(&rates(*x));
        assert!((0..4).all(|d| (made[d] - x.powi(d as i32)).abs() < 1e-3), "{x} {made:?}");
    }
}

/// The squared error of a sum of counts is that of its mean plus sum_i W_i^2 Var(n_i): junctions flip independently. Over 4000 windows its estimate
/// scatters by 2 to 3 %.
#[test]
fn errors_are_bias_and_variance() {
    let (n, window, u) = (12, 0.02, 0.13);
    let mut population = Population::new(vec![junction(); n], evenly(-0.5, 0.5, n), 2, "errors").unwrap();
    let weights: Vec<f64> = (0..n).map(|i| 1.0 + 0.3 * (i as f64).sin()).collect();
    let rates = population.rates(&vec![u; n]).unwrap();
    let mut columns = vec![Vec::new(); n];
    let mut sums = Vec::new();
    for _ in 0..4000 {
        let counts = population.count(&vec![u; n], window).unwrap();
        sums.push(counts.iter().zip(&weights).map(|(c, w)| c * w).sum::<f64>());
        columns.iter_mut().zip(&counts).for_each(|(column, c)| column.push(*c));
    }
    let expected: f64 = rates.iter().zip(&weights).map(|(r, w)| r * window * w).sum();
    let target = 0.9 * expected;
    let measured = mean(&sums.iter().map(|s| (s - target).powi(2)).collect::<Vec<_>>());
    // Variances by the Fano factor of long windows; where a junction hardly flips in one they are smaller, and matter little.
    let fano = |i: usize| junction().rates(u - population.biases()[i], 0.0).fano_factor();
    let law = (expected - target).powi(2) + (0..n).map(|i| weights[i].powi(2) * rates[i] * window * fano(i)).sum::<f64>();
    assert!((measured / law - 1.0).abs() < 0.1, "{measured} {law}");
    let parts: f64 = (0..n).map(|i| weights[i].powi(2) * variance(&columns[i])).sum();
    assert!((variance(&sums) / parts - 1.0).abs() < 0.15);
}

#[test]
fn a_vote_finds_the_value_and_survives_the_dead() {
    let n = 64;
    let junctions = vary(&junction(), 0.1, n, &mut Stream::new(3, "vote", 0));
    let mut population = Population::new(junctions, evenly(-1.3, 1.3, n), 3, "vote").unwrap();
    (0..n).filter(|i| i % 4 == 0).for_each(|i| population.kill(i));
    population.kill(1000);
    assert_eq!(population.living(), 48);
    for value in [-0.9, -0.2, 0.4, 0.8] {
        let counts = population.count(&[value; 64], 0.05).unwrap();
        assert!((0..n).filter(|i| i % 4 == 0).all(|i| counts[i] == 0.0));
        assert!((population_vector(population.biases(), &counts).unwrap() - value).abs() < 0.15);
    }
    assert_eq!(population_vector(&[1.0, 2.0], &[0.0, 0.0]), None);
    // The dead do not dissipate.
    let power = population.power(&[0.5; 64]).unwrap();
    (0..n).for_each(|i| population.kill(i));
    assert!(power > 0.0 && population.power(&[0.5; 64]).unwrap() == 0.0);
}

#[test]
fn the_delta_rule_learns_a_function_and_refuses_other_shapes() {
    let n = 32;
    let mut population = Population::new(vec![junction(); n], evenly(-1.3, 1.3, n), 4, "learning").unwrap();
    let mut weights = DeltaRule::new(n, 1);
    let mut stream = Stream::new(4, "learning inputs", 0);
    let mut errors = Vec::new();
    for trial in 0..3000 {
        let x = 2.0 * stream.uniform() - 1.0;
        let counts = population.count(&vec![x; n], 0.06).unwrap();
        let error = (PI * x).sin() - weights.sums(&counts).unwrap()[0];
        weights.learn(&counts, &[error], 0.3 / (1.0 + f64::from(trial) / 300.0)).unwrap();
        errors.push(error * error);
    }
    // From one half, the mean square of the sine, to a few thousandths.
    assert!(mean(&errors[..20]) > 0.2 && mean(&errors[2000..]) < 0.02, "{}", mean(&errors[2000..]));
    assert!(weights.sums(&[1.0]).is_err() && weights.learn(&[1.0], &[1.0], 0.1).is_err());
    assert!(weights.learn(&vec![1.0; n], &[1.0, 2.0], 0.1).is_err());
    assert!(Population::new(vec![junction()], vec![], 1, "x").is_err());
    assert!(population.count(&[0.0], 1.0).is_err() && population.rates(&[0.0]).is_err() && population.power(&[]).is_err());
    assert!(population.count(&vec![0.0; n], -1.0).is_err());
}
