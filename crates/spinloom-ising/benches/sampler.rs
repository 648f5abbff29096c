//! Samplers: attempted updates a second on one core, over an annealing schedule.
//!
//! The limit of a clean update on bit planes is arithmetic: about 45 operations to count six votes, and for each of log2(lanes) + 1 random
//! words about 10 to draw it and 10 to compare it; with 256 lanes a register, three operations a cycle and 3 GHz, 8 updates a nanosecond.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use spinloom_core::random::Stream;
use spinloom_ising::chain::{Chain, Walk, Walker};
use spinloom_ising::lattice::Lattice;
use spinloom_ising::multispin::{MultiSpin, Randomness, VotePlan};
use spinloom_ising::planes::{Planes, Planes256, Planes512};
use spinloom_ising::whole::Whole;
use spinloom_ising::{Ising, Order, Rule};
use std::sync::Arc;

const SWEEPS: usize = 50;

/// A +-J model on a periodic lattice.
fn lattice(sides: &[usize]) -> Ising {
    let mut random = Stream::new(1, "couplings", 0);
    let n: usize = sides.iter().product();
    let mut couplings = Vec::new();
    for i in 0..n {
        let mut stride = 1;
        for &side in sides {
            let along = i / stride % side;
            let next = i - along * stride + (along + 1) % side * stride;
            couplings.push((i, next, if random.next() & 1 == 1 { 1.0 } else { -1.0 }));
            stride *= side;
        }
    }
    Ising::new(n, couplings, vec![0.0; n], 0.0).expect("a model")
}

/// A random graph of the degree of G22, or a full one of couplings +-1.
fn graph(spins: usize, edges: Option<usize>) -> Ising {
    let mut random = Stream::new(2, "couplings", 0);
    let couplings: Vec<_> = match edges {
        Some(m) => (0..m).map(|_| (random.below(spins), random.below(spins), -1.0)).filter(|e| e.0 != e.1).collect(),
        None => (0..spins)
            .flat_map(|i| (i + 1..spins).map(move |j| (i, j)))
            .map(|(i, j)| (i, j, if random.next() & 1 == 1 { 1.0 } else { -1.0 }))
            .collect(),
    };
    Ising::new(spins, couplings, vec![0.0; spins], 0.0).expect("a model")
}

fn betas(hot: f64, cold: f64) -> impl Iterator<Item = f64> {
    (0..SWEEPS).map(move |k| hot + (cold - hot) * k as f64 / (SWEEPS - 1) as f64)
}

fn planes<P: Planes>(c: &mut Criterion, group: &str, name: &str, model: &Ising, ends: (f64, f64), randomness: Randomness) {
    let plan = Arc::new(VotePlan::new(model).expect("whole numbers"));
    let mut group = c.benchmark_group(group);
    group.throughput(Throughput::Elements((model.spins() * P::LANES * SWEEPS) as u64));
    group.sample_size(10);
    let rule = if randomness == Randomness::Shared { Rule::HeatBath } else { Rule::Metropolis };
    let mut batch = MultiSpin::<P>::new(plan, &mut Stream::new(1, "bench", 0), rule, Order::Runs, randomness);
    group.bench_function(BenchmarkId::new(name, P::LANES), |b| {
        b.iter(|| betas(ends.0, ends.1).for_each(|beta| batch.sweep(beta)));
    });
    group.finish();
}

fn single(c: &mut Criterion, name: &str, model: &Ising, ends: (f64, f64)) {
    let whole = Whole::new(model).expect("whole numbers");
    let mut group = c.benchmark_group("single chain");
    group.throughput(Throughput::Elements((model.spins() * SWEEPS) as u64));
    let walk = || Walk { state: None, stream: Stream::new(1, "bench", 0), rule: Rule::Metropolis, order: Order::Runs };
    let mut chain = whole.walker(walk());
    group.bench_function(BenchmarkId::new("whole numbers", name), |b| {
        b.iter(|| betas(ends.0, ends.1).for_each(|beta| chain.sweep(beta)));
    });
    let mut chain = Chain::begin(model, walk());
    group.bench_function(BenchmarkId::new("real numbers", name), |b| {
        b.iter(|| betas(ends.0, ends.1).for_each(|beta| Chain::sweep(&mut chain, beta)));
    });
    group.finish();
}

fn samplers(c: &mut Criterion) {
    let (cubic, square) = (lattice(&[16, 16, 16]), lattice(&[100, 100]));
    let sparse = graph(2000, Some(19_990));
    let dense = graph(1000, None);
    for (name, model, ends) in
        [("cubic 16^3", &cubic, (0.1, 2.0)), ("square 100^2", &square, (0.3, 2.3)), ("random, degree 20", &sparse, (0.15, 2.3))]
    {
        planes::<Planes256>(c, "bit planes, independent", name, model, ends, Randomness::Independent);
        planes::<Planes512>(c, "bit planes, independent", name, model, ends, Randomness::Independent);
        planes::<Planes512>(c, "bit planes, shared", name, model, ends, Randomness::Shared);
    }
    single(c, "random, degree 20", &sparse, (0.15, 2.3));
    single(c, "SK 1000", &dense, (0.02, 0.2));
    let mut group = c.benchmark_group("one lattice");
    let mut large = Lattice::<Planes256>::spin_glass([512, 128, 128], 1).expect("a lattice");
    group.throughput(Throughput::Elements(large.sites() as u64));
    group.sample_size(10);
    group.bench_function("512 x 128 x 128, all cores", |b| b.iter(|| large.sweep(0.8, Rule::HeatBath)));
    group.finish();
}

criterion_group!(benches, samplers);
criterion_main!(benches);
