//! The current through a skyrmion lattice: from nothing, and after the texture has moved a little.
//!
//! Roofline: an iteration reads the nine-point matrix (40 bytes a cell), about ten vectors of doubles and, in the multigrid cycle, some
//! 200 bytes a cell of single precision, so memory bounds it: about 400 bytes a cell and iteration. Making the matrix is arithmetic, two
//! hundred operations at each vertex.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinloom_magnet::film::{Grid, VectorField};
use spinloom_magnet::transport::{Conductor, Contact, Drive, Transport};

fn texture(grid: &Grid, shift: f64) -> VectorField<f64> {
    let mut m = VectorField::zeros(grid.len());
    for cell in 0..grid.len() {
        let [x, y, _] = grid.position(grid.place(cell)).map(|c| c / 1e-8);
        let (u, v) = ((x + shift).sin(), y.sin());
        let length = (u * u + v * v + 0.25f64).sqrt();
        m.set(cell, [u / length, v / length, 0.5 / length]);
    }
    m
}

fn currents(c: &mut Criterion) {
    let mut group = c.benchmark_group("current through a texture");
    group.sample_size(10);
    for n in [256, 1024] {
        let grid = Grid::new([n, n, 1], [2e-9, 2e-9, 1e-9]).unwrap();
        let contacts =
            vec![(Contact::end(&grid, 0, false), Drive::Potential(1e-3)), (Contact::end(&grid, 0, true), Drive::Potential(0.0))];
        let conductor = Conductor::new(2e-7).with_anisotropic_ratio(0.05);
        let mut transport = Transport::<f64>::new(&grid, conductor, &contacts).unwrap();
        let (first, second) = (texture(&grid, 0.0), texture(&grid, 1e-3));
        group.throughput(Throughput::Elements(grid.len() as u64));
        for tolerance in [1e-6, 1e-10] {
            transport.set_tolerance(tolerance).unwrap();
            let mut cold = 0;
            group.bench_function(format!("{n} x {n}, cold, {tolerance:.0e}"), |b| {
                b.iter(|| {
                    transport.reset();
                    transport.current_density(&first).unwrap();
                    cold = transport.iterations();
                });
            });
            let (mut turn, mut warm) = (false, 0);
            group.bench_function(format!("{n} x {n}, warm, {tolerance:.0e}"), |b| {
                b.iter(|| {
                    turn = !turn;
                    transport.current_density(if turn { &second } else { &first }).unwrap();
                    warm = transport.iterations();
                });
            });
            // Criterion has no column for it.
            #[allow(clippy::print_stderr)]
            {
                eprintln!("{n} x {n}, tolerance {tolerance:.0e}: {cold} iterations cold, {warm} warm");
            }
        }
    }
    group.finish();
}

criterion_group!(benches, currents);
criterion_main!(benches);
