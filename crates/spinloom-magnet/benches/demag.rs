//! The demagnetising field of films and a body, in double and single precision. RAYON_NUM_THREADS sets the number of threads.
//!
//! Limits, for a film of N x N cells in one layer. Arithmetic: 6 transforms of length N for each row and 12 for each of the N columns, each
//! of 5 N log2 N operations, so 90 log2 N a cell, and about 60 for the kernel and the weights: 960 operations a cell at 1024^2. With four
//! lanes of double precision, two multiply-adds and two additions a cycle at best, and half of that in a radix-4 butterfly, whose loads
//! and stores take as many cycles as its arithmetic: about 80 cycles a cell. Memory: a cell's frequencies are 48 bytes, written by rows,
//! read twice by columns, written twice, read once by rows, and 32 bytes of kernel and 72 of magnetization and field: about 430 bytes a
//! cell where neither fits a cache. Single precision halves both.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use spinloom_magnet::film::{Demag, Grid, PerCell, Real, VectorField};

fn fields<T: Real>(c: &mut Criterion, name: &str) {
    let mut group = c.benchmark_group(format!("demagnetising field, {name}"));
    group.sample_size(20);
    for cells in [[64, 64, 1], [256, 256, 1], [1024, 1024, 1], [64, 64, 16]] {
        let grid = Grid::new(cells, [4e-9, 4e-9, 3e-9]).unwrap();
        let mut demag = Demag::<T>::new(&grid).unwrap();
        let mut m = VectorField::zeros(grid.len());
        (0..grid.len()).for_each(|i| m.set(i, [(i as f64).sin(), (i as f64).cos(), 0.0]));
        let mut field = VectorField::zeros(grid.len());
        group.throughput(Throughput::Elements(grid.len() as u64));
        let name = cells.map(|n| n.to_string()).join("x");
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| demag.add_field(&PerCell::Uniform(T::of(8e5)), &m, &mut field));
        });
    }
    group.finish();
}

fn all(c: &mut Criterion) {
    fields::<f64>(c, "f64");
    fields::<f32>(c, "f32");
}

fn setup(c: &mut Criterion) {
    let mut group = c.benchmark_group("setup of the demagnetising field");
    group.sample_size(10);
    let grid = Grid::new([1024, 1024, 1], [4e-9, 4e-9, 3e-9]).unwrap();
    group.bench_function("1024x1024x1", |b| b.iter(|| Demag::<f64>::new(&grid).unwrap()));
    group.finish();
}

criterion_group!(benches, all, setup);
criterion_main!(benches);
