//! Exact transitions a second of telegraph junctions: free, under a sine by thinning, and under held electrical noise.
//!
//! What limits them, on one Zen 3 core: a free transition is one exponential number and one division, some 5 ns or 200 million a second, nearly all of it the
//! chain of the generator; the state of a junction stays in registers between its flips. Where each of a million junctions flips about once, the 66
//! bytes of its state are moved for each flip and its flips cannot be foretold by the processor: 85 million a second on two cores. Under a sine the
//! bound on the rates is found anew some 75 times a period, two exponentials each, and every candidate takes a sine and two more: 0.4 us a flip at eight flips a
//! period. A hold of noise takes a share of 64 normal numbers and two exponentials, 45 ns.

#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinloom_device::telegraph::{ElectricalNoise, Rates, Telegraph, TelegraphEnsemble};
use spinloom_magnet::macrospin::Waveform;
use std::hint::black_box;

/// A thousand transitions of each of 256 junctions, which one thread works on.
fn free(c: &mut Criterion) {
    let (junctions, flips) = (256, 1000.0);
    let mut group = c.benchmark_group("telegraph");
    group.throughput(Throughput::Elements((junctions as f64 * flips) as u64));
    let mut ensemble = TelegraphEnsemble::new(&vec![Rates::from_dwell_times(1.0, 1.0); junctions], 1, "bench", 0).expect("valid");
    group.bench_function("free, one core", |b| b.iter(|| ensemble.advance(black_box(flips)).expect("valid")));
    group.finish();
}

/// One flip each of a million junctions on all cores.
fn many(c: &mut Criterion) {
    let junctions = 1_000_000;
    let mut group = c.benchmark_group("telegraph");
    group.throughput(Throughput::Elements(junctions as u64)).sample_size(20);
    let mut ensemble = TelegraphEnsemble::new(&vec![Rates::from_dwell_times(1.0, 1.0); junctions], 1, "bench", 0).expect("valid");
    group.bench_function("a million junctions, all cores", |b| b.iter(|| ensemble.advance(black_box(1.0)).expect("valid")));
    group.finish();
}

/// Fifty periods of a sine, in each of which a junction flips some twenty times; a period with 5000 holds of noise.
fn driven(c: &mut Criterion) {
    let junctions = vec![Telegraph { barrier: 10.0, critical_voltage: 1.0, ..Telegraph::default() }; 64];
    let start = vec![junctions[0].rates(0.0, 0.0); 64];
    let mut group = c.benchmark_group("telegraph");
    let sine = Waveform::Sine { amplitude: 0.3, frequency: 1e3, phase: 0.0, offset: 0.0 };
    let mut counted = TelegraphEnsemble::new(&start, 1, "bench", 0).expect("valid");
    counted.advance_under(&junctions, &sine, 0.0, 0.5).expect("valid");
    let flips: u64 = counted.flips().iter().sum();
    group.throughput(Throughput::Elements(flips / 10));
    let mut ensemble = TelegraphEnsemble::new(&start, 1, "bench", 0).expect("valid");
    group.bench_function("under a sine, one core", |b| {
        b.iter(|| ensemble.advance_under(&junctions, black_box(&sine), 0.0, 0.05).expect("valid"));
    });
    let noise = ElectricalNoise { deviation: 0.1, hold: 1e-7 };
    group.throughput(Throughput::Elements(64 * 5000));
    group.bench_function("holds of noise, one core", |b| {
        b.iter(|| ensemble.advance_noisy(&junctions, black_box(0.2), &noise, 5e-4).expect("valid"));
    });
    group.finish();
}

criterion_group!(benches, free, many, driven);
criterion_main!(benches);
