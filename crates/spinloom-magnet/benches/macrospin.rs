//! Steps of thermal macrospins, on one core and on all.
//!
//! Roofline: a step is two evaluations of the torque (about 60 operations each), three uniform numbers from one random word, a
//! renormalisation with one square root and one division; everything stays in the first cache, so arithmetic bounds it: about 150
//! operations, 5 ns on one core with four lanes of double precision.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinloom_core::random::Stream;
use spinloom_magnet::macrospin::{Ensemble, Magnet};

fn steps(c: &mut Criterion) {
    let mut group = c.benchmark_group("macrospin steps");
    for count in [8, 1024] {
        let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, 300.0);
        let mut spins = Ensemble::new(&vec![disk; count], 1e-12, |i| Stream::new(1, "bench", i)).unwrap();
        group.throughput(Throughput::Elements(count as u64 * 1000));
        group.bench_function(format!("{count} magnets, 1000 steps"), |b| b.iter(|| spins.advance(1000)));
    }
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
