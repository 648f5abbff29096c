//! Oscillator-steps and node-updates per second.
//!
//! Roofline: an oscillator-step with two tones and four oscillators takes about 130 additions and multiplications and a share of the
//! random numbers; at eight a cycle (two 256-bit units, no fused multiply-add) and 3 GHz that is 5.4 ns divided among no memory traffic at
//! all, since a block lives in the first cache. A node-update takes two exponentials and a normal number, about 25 ns of scalar arithmetic.

#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinloom_core::random::Stream;
use spinloom_device::ensemble::{Network, OscillatorEnsemble, Tones};
use spinloom_device::envelope::Envelope;
use spinloom_device::oscillator::AutoOscillator;
use std::hint::black_box;

fn ensemble(c: &mut Criterion) {
    let oscillator = AutoOscillator::default();
    let current = 2.0 * oscillator.threshold_current;
    let network =
        Network { oscillators: vec![oscillator; 4], currents: vec![current; 4], coupling: vec![1e6; 16], coupling_phase: 0.0 };
    let (replicas, steps) = (256, 1000);
    let mut group = c.benchmark_group("ensemble");
    group.throughput(Throughput::Elements((4 * replicas * steps) as u64));
    for noisy in [false, true] {
        group.bench_function(if noisy { "with noise" } else { "without noise" }, |b| {
            let mut ensemble = OscillatorEnsemble::new(&network, replicas, 3e8, 1e-9).expect("valid network");
            let frequencies = (0..2 * replicas).map(|i| 3e8 + 1e5 * i as f64).collect();
            ensemble.set_tones(&Tones { frequencies, amplitudes: vec![7e6; 2] }).expect("valid tones");
            if noisy {
                ensemble.set_noise(|r| Stream::new(1, "bench", r as u64));
            }
            b.iter(|| ensemble.advance(black_box(steps)).expect("finite"));
        });
    }
    group.finish();
}

fn envelope(c: &mut Criterion) {
    let oscillator = AutoOscillator::default();
    let node = Envelope::new(&oscillator, 100e-9).expect("valid duration");
    let currents: Vec<f64> = (0..400).map(|i| oscillator.threshold_current * (1.5 + 0.9 * f64::from(i).sin())).collect();
    let mut generator = Stream::new(1, "bench", 0).fast();
    let mut group = c.benchmark_group("envelope");
    group.throughput(Throughput::Elements(400));
    group.bench_function("with noise", |b| {
        let mut power = 0.1;
        let mut nodes = currents.clone();
        b.iter(|| {
            nodes.copy_from_slice(black_box(&currents));
            node.drive(&mut power, &mut nodes, Some(&mut generator));
        });
    });
    group.finish();
}

criterion_group!(benches, ensemble, envelope);
criterion_main!(benches);
