//! The antiferromagnetic neuron against closed forms and against numbers that were integrated independently.
#![allow(clippy::unwrap_used)]

use spinloom_device::antiferromagnet::{Antiferromagnet, AntiferromagneticNetwork, DrivePulse, Link};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

fn single(damping: f64, bias: f64) -> (Antiferromagnet, AntiferromagneticNetwork) {
    let neuron = Antiferromagnet { damping, ..Antiferromagnet::default() };
    (neuron.clone(), AntiferromagneticNetwork::new(&[neuron], &[bias], &[]).unwrap())
}

#[test]
fn small_oscillations_ring_down_as_the_linear_equation_says() {
    let (neuron, mut network) = single(0.001, 0.0);
    let amplitude = 1e-3;
    network.set_state(0, amplitude, 0.0).unwrap();
    let decay = 0.5 * neuron.damping * TAU * neuron.exchange_frequency;
    let frequency = (neuron.resonance().powi(2) - decay * decay).sqrt();
    network
        .advance_with(20e-12, |n| {
            let t = n.time();
            let law = amplitude * (-decay * t).exp() * ((frequency * t).cos() + decay / frequency * (frequency * t).sin());
            // sin 2 phi is linear to amplitude^2, which adds up over the phase of three periods.
            assert!((n.phases()[0] - law).abs() < 3e-5 * amplitude, "{t:e}");
        })
        .unwrap();
}

#[test]
fn energy_falls_by_what_damping_takes() {
    let (neuron, mut network) = single(0.0035, 0.9);
    network.set_state(0, 1.3, 1e12).unwrap();
    let energy = |n: &AntiferromagneticNetwork| neuron.energy(n.phases()[0], n.velocities()[0], 0.9);
    let (start, mut last) = (energy(&network), energy(&network));
    let (mut taken, mut before) = (0.0, network.velocities()[0]);
    network
        .advance_with(30e-12, |n| {
            let v = n.velocities()[0];
            // The trapezium rule on alpha phi'^2: its error is of second order in the step, 1e-5 here.
            taken += 0.5 * neuron.damping * (v * v + before * before) * n.step();
            before = v;
            assert!(energy(n) <= last);
            last = energy(n);
        })
        .unwrap();
    assert!(((start - last) / taken - 1.0).abs() < 1e-5, "{}", (start - last) / taken);
}

#[test]
fn it_rests_below_the_threshold_and_turns_above() {
    for (bias, turns) in [(0.99, false), (1.0 + 1e-2, true)] {
        let (neuron, mut network) = single(0.01, 0.9);
        network.set_bias(0, bias).unwrap();
        network.advance(0.4e-9).unwrap();
        assert_eq!(!network.spikes().is_empty(), turns, "{bias}");
        if let Some(rest) = neuron.rest(bias) {
            assert!((network.phases()[0] - rest).abs() < 1e-6);
        }
    }
}

#[test]
fn far_above_the_threshold_it_turns_as_the_damping_lets_it() {
    let (neuron, mut network) = single(0.01, 0.0);
    network.set_bias(0, 30.0).unwrap();
    network.advance(10e-12).unwrap();
    let (phase, time) = (network.phases()[0], network.time());
    network.advance(50e-12).unwrap();
    let mean = (network.phases()[0] - phase) / (network.time() - time);
    // <phi'> = sigma j / alpha less a part of order r^-2; one more or less than a whole turn of 260 is below that.
    assert!((mean * neuron.damping / (30.0 * neuron.threshold()) - 1.0).abs() < 2e-3);
}

/// Spikes a second from the first to the last in a time.
fn frequency(damping: f64, drive: f64, time: f64) -> f64 {
    let (_, mut network) = single(damping, 0.5);
    network.set_bias(0, drive).unwrap();
    network.advance(time).unwrap();
    let t = network.spike_times(0);
    if t.len() < 4 { 0.0 } else { (t.len() - 3) as f64 / (t[t.len() - 1] - t[2]) }
}

/// Numbers of an independent integration (Runge-Kutta, 0.2 fs) at a quality factor of 0.8 and 2.28.
#[test]
fn frequencies_of_the_table() {
    for (drive, ghz) in [(1.05, 74.2), (1.10, 103.4), (1.15, 125.3), (1.20, 143.6), (1.25, 159.8)] {
        let found = frequency(0.01, drive, 0.4e-9) / 1e9;
        assert!((found - ghz).abs() < 0.15, "{drive}: {found}");
    }
    // With little damping it runs at nearly constant velocity, sigma j / (pi alpha) = 525 GHz: it is no neuron.
    let found = frequency(0.0035, 1.05, 0.2e-9) / 1e9;
    assert!((found - 517.0).abs() < 1.0, "{found}");
}

#[test]
fn without_much_damping_it_goes_on_turning_below_the_threshold() {
    let (neuron, mut network) = single(0.0035, 0.5);
    assert!((neuron.retention() - 0.559).abs() < 1e-3 && (neuron.quality() - 2.28).abs() < 0.01);
    network.set_bias(0, 1.1).unwrap();
    network.advance(60e-12).unwrap();
    // It stops between 0.51 and 0.53; the law is that of no damping.
    let mut last = 1.1;
    while last > 0.4 {
        network.set_bias(0, last).unwrap();
        let before = network.spikes().len();
        network.advance(60e-12).unwrap();
        if network.spikes().len() == before {
            break;
        }
        last -= 0.01;
    }
    assert!((last - 0.52).abs() < 0.015, "{last}");
}

/// Turns that a pulse of 5 ps makes, by an independent integration.
#[test]
fn spikes_of_the_table() {
    let cases = [(0.5, &[(0.6, 0), (0.8, 1), (1.0, 1), (1.2, 1)][..]), (0.9, &[(0.2, 0), (0.4, 1), (0.6, 1), (0.8, 2)][..])];
    for (bias, pulses) in cases {
        for (height, count) in pulses {
            let (neuron, mut network) = single(0.01, bias);
            network.add_pulse(DrivePulse { neuron: 0, start: 1e-12, duration: 5e-12, height: *height }).unwrap();
            network.advance(120e-12).unwrap();
            assert_eq!(network.spikes().len(), *count, "{bias} {height}");
            // Each spike is a turn of exactly pi.
            let rest = neuron.rest(bias).unwrap() + PI * *count as f64;
            assert!((network.phases()[0] - rest).abs() < 1e-6);
        }
    }
}

#[test]
fn a_spike_kicks_by_kappa_pi() {
    // A spike of the first is an impulse kappa pi w_ex on the velocity of the second, whatever its shape: through a free second neuron (a hair of
    // easy axis, damping a) it moves its angle by kappa pi / a in the end.
    let source = Antiferromagnet::default();
    let target = Antiferromagnet { easy_axis_frequency: 1.0, damping: 0.5, ..Antiferromagnet::default() };
    let links = [Link { from: 0, to: 1, strength: 0.01 }];
    let mut network = AntiferromagneticNetwork::new(&[source, target], &[0.5, 0.0], &links).unwrap();
    network.add_pulse(DrivePulse { neuron: 0, start: 1e-12, duration: 5e-12, height: 1.0 }).unwrap();
    network.advance(100e-12).unwrap();
    assert_eq!(network.spike_times(0).len(), 1);
    assert!((network.phases()[1] / (0.01 * PI / 0.5) - 1.0).abs() < 1e-5, "{}", network.phases()[1]);
}

#[test]
fn latency_grows_by_the_rate_of_the_barrier() {
    // Put on the barrier with an excess e the neuron leaves it as e exp(l t).
    let (neuron, _) = single(0.01, 0.6);
    let top = FRAC_PI_2 - neuron.rest(0.6).unwrap();
    let latency = |excess: f64| {
        let (_, mut network) = single(0.01, 0.6);
        network.set_state(0, top + excess, neuron.passage_rate(0.6) * excess).unwrap();
        network.advance(60e-12).unwrap();
        network.spike_times(0)[0]
    };
    let found = (latency(1e-6) - latency(1e-4)) / 100f64.ln();
    assert!((found * neuron.passage_rate(0.6) - 1.0).abs() < 1e-3, "{found:e}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let neuron = Antiferromagnet::default();
    let make = |bias: &[f64], links: &[Link]| AntiferromagneticNetwork::new(std::slice::from_ref(&neuron), bias, links);
    assert!(make(&[], &[]).is_err() && make(&[1.0], &[]).is_err() && make(&[f64::NAN], &[]).is_err());
    assert!(make(&[0.5], &[Link { from: 0, to: 1, strength: 0.1 }]).is_err());
    assert!(make(&[0.5], &[Link { from: 0, to: 0, strength: f64::NAN }]).is_err());
    let mut network = make(&[0.5], &[]).unwrap();
    let pulse = DrivePulse { neuron: 0, start: 0.0, duration: 1e-12, height: f64::INFINITY };
    assert!(network.add_pulse(pulse).is_err() && network.add_pulse(DrivePulse { neuron: 3, height: 1.0, ..pulse }).is_err());
    assert!(network.set_bias(1, 0.5).is_err() && network.set_bias(0, f64::NAN).is_err());
    assert!(network.set_state(0, f64::NAN, 0.0).is_err() && network.set_state(7, 0.0, 0.0).is_err());
}

/// The rate and the latency of one neuron by large steps are those of the network by small ones, which loses up to its step in a straight line through a spike.
#[test]
fn turning_is_that_of_the_network() {
    for (damping, drive) in [(0.01, 1.05), (0.01, 1.25), (0.0035, 1.05), (0.03, 1.5)] {
        let (neuron, mut network) = single(damping, 0.0);
        network.set_bias(0, drive).unwrap();
        network.advance(0.4e-9).unwrap();
        let t = network.spike_times(0);
        let n = t.len();
        let rate = 8.0 / (t[n - 1] - t[n - 9]);
        let turning = neuron.turning(drive).unwrap();
        assert!((turning.latency - t[0]).abs() < 0.01 * network.step(), "{damping} {drive}: {:e} {:e}", turning.latency, t[0]);
        assert!((turning.rate / rate - 1.0).abs() < 2e-5, "{damping} {drive}: {:e} {rate:e}", turning.rate);
    }
    // The numbers of an independent integration.
    for (drive, ghz) in [(1.05, 74.2), (1.10, 103.4), (1.15, 125.3), (1.20, 143.6), (1.25, 159.8)] {
        let found = Antiferromagnet::default().turning(drive).unwrap().rate / 1e9;
        assert!((found - ghz).abs() < 0.1, "{drive}: {found}");
    }
    // Without inertia the rate is (w_e / (2 pi alpha)) sqrt(r^2 - 1).
    let slow = Antiferromagnet { damping: 0.1, ..Antiferromagnet::default() };
    let law = slow.threshold() / (slow.damping * PI) * (1.2f64 * 1.2 - 1.0).sqrt();
    assert!((slow.turning(1.2).unwrap().rate / law - 1.0).abs() < slow.quality().powi(2));
    assert!(slow.turning(1.0).is_err() && slow.turning(f64::NAN).is_err() && slow.turning(1.0 + 1e-13).is_err());
}
