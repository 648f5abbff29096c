//! Sums for a readout: multiply-adds per second against the two 256-bit units of a core, 8 a cycle.

#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinloom_network::readout::Gram;
use std::hint::black_box;

fn gram(c: &mut Criterion) {
    let (rows, features, outputs) = (1000, 400, 10);
    let inputs: Vec<f64> = (0..rows * features).map(|i| (i as f64 * 0.37).sin()).collect();
    let targets: Vec<f64> = (0..rows * outputs).map(|i| (i as f64 * 0.11).cos()).collect();
    let mut group = c.benchmark_group("gram");
    group.throughput(Throughput::Elements((rows * features * (features + outputs)) as u64));
    group.bench_function("add 1000 x 400", |b| {
        let mut gram = Gram::new(features, outputs);
        b.iter(|| gram.add(black_box(&inputs), black_box(&targets)).expect("shapes fit"));
    });
    group.finish();
}

criterion_group!(benches, gram);
criterion_main!(benches);
