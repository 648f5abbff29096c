//! Steps of macrospins: thermal ones with torque on one core, one magnet alone, the other methods, coupled ones; and the write-error rate
//! by the Fokker-Planck equation.
//!
//! Roofline: a Heun step is two evaluations of the torque (about 60 operations each, 75 where its efficiency depends on the angle), three
//! uniform numbers from one random word, a renormalisation with one square root and one division; everything stays in the first cache, so
//! arithmetic bounds it: about 150 operations, 5 ns on one core with four lanes of double precision.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use spinloom_core::random::Stream;
use spinloom_magnet::fokker_planck::{FokkerPlanck, Well};
use spinloom_magnet::macrospin::{Dipolar, Drive, Efficiency, Ensemble, Input, Magnet, Method, SpinTransfer, Waveform};
use std::hint::black_box;

/// Disks in the torque of a current.
fn spins(count: usize, efficiency: Efficiency, temperature: f64) -> Ensemble {
    let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, temperature);
    let mut spins = Ensemble::new(&vec![disk; count], 1e-12, |i| Stream::new(1, "bench", i)).unwrap();
    for i in 0..count {
        let torque = SpinTransfer { polarization: [0.6, 0.0, 0.8], efficiency, field_like: 0.1 };
        spins.set_spin_transfer(i, Some(torque)).unwrap();
        spins.set_drive(i, &Drive { current: 1e-5, ..Drive::default() }).unwrap();
    }
    spins
}

fn steps(c: &mut Criterion) {
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (constant, junction) = (Efficiency::Constant { polarization: 0.6 }, Efficiency::Junction { polarization: 0.6 });
    let mut group = c.benchmark_group("thermal Heun on one core");
    for (name, count, efficiency) in [
        ("constant torque", 10_000, constant),
        ("junction torque", 10_000, junction),
        ("constant torque", 1, constant),
        ("junction torque", 1, junction),
    ] {
        let mut spins = spins(count, efficiency, 300.0);
        group.throughput(Throughput::Elements(count as u64 * 1000));
        let id = BenchmarkId::new(name, count);
        if count == 1 {
            // A single magnet never asks for another core, and to hand it to one would take as long as its steps.
            group.bench_function(id, |b| b.iter(|| spins.advance(black_box(1000)).unwrap()));
        } else {
            group.bench_function(id, |b| b.iter(|| one_core.install(|| spins.advance(black_box(1000)).unwrap())));
        }
    }
    group.finish();

    let mut group = c.benchmark_group("other steps on one core");
    let methods = [
        ("Runge-Kutta 4", Method::RungeKutta4),
        ("implicit midpoint", Method::ImplicitMidpoint),
        ("Dormand-Prince, per ps", Method::DormandPrince { tolerance: 1e-6 }),
    ];
    for (name, method) in methods {
        let mut spins = spins(64, junction, 0.0);
        spins.set_method(method).unwrap();
        group.throughput(Throughput::Elements(64 * 1000));
        group.bench_function(name, |b| b.iter(|| one_core.install(|| spins.advance(black_box(1000)).unwrap())));
    }
    let mut driven = spins(64, constant, 300.0);
    for i in 0..64 {
        let sine = Waveform::Sine { amplitude: 1e-6, frequency: 1e9, phase: 0.0, offset: 0.0 };
        driven.add_waveform(i, Input::Current, sine).unwrap();
    }
    group.bench_function("Heun with a sine", |b| b.iter(|| one_core.install(|| driven.advance(black_box(1000)).unwrap())));
    group.sample_size(10);
    for (name, side) in [("dipoles by pairs", 16), ("dipoles by transform", 16), ("dipoles by transform", 64)] {
        let mut spins = spins(side * side, constant, 300.0);
        let place = |i: usize| [40e-9 * (i % side) as f64, 40e-9 * (i / side) as f64, 0.0];
        let dipolar = if name == "dipoles by pairs" {
            Dipolar::anywhere(&(0..side * side).map(place).collect::<Vec<_>>())
        } else {
            Dipolar::lattice([side, side, 1], [40e-9; 3])
        };
        spins.set_dipolar(Some(dipolar.unwrap())).unwrap();
        group.throughput(Throughput::Elements((side * side * 10) as u64));
        let id = BenchmarkId::new(name, side * side);
        group.bench_function(id, |b| b.iter(|| one_core.install(|| spins.advance(black_box(10)).unwrap())));
    }
    group.finish();
}

fn law(c: &mut Criterion) {
    let mut group = c.benchmark_group("Fokker-Planck, 800 cells");
    group.sample_size(10);
    group.bench_function("write error, 40 kT, twice the critical current, 8 times", |b| {
        b.iter(|| {
            let mut spin = FokkerPlanck::new(40.0, 1.0 / 80.0).unwrap();
            spin.start_in(Well::Up);
            spin.set_bias(black_box(-160.0)).unwrap();
            spin.evolve(8.0).unwrap();
            spin.probability_in(Well::Up)
        });
    });
    group.bench_function("smallest eigenvalue, 40 kT", |b| {
        b.iter(|| FokkerPlanck::new(black_box(40.0), 1.0 / 80.0).unwrap().relaxation_rate().unwrap());
    });
    group.finish();
}

criterion_group!(benches, steps, law);
criterion_main!(benches);
