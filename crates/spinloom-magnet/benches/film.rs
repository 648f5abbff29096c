//! The right-hand side of a film with exchange, anisotropy, interfacial DMI and demagnetising field, in double and single precision, and
//! standard problem 4. RAYON_NUM_THREADS sets the number of threads.
//!
//! Limits: see the bench of the demagnetising field, which is most of it. The other terms and the torque take about 150 operations a cell
//! and read and write 120 bytes, row by row from the cache: 10 ns on one core.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use spinloom_magnet::film::dynamics::{Method, Solver, Steps};
use spinloom_magnet::film::{Demag, Film, Grid, Material, PerCell, Real, VectorField, Zeeman};

/// A film with perpendicular anisotropy and a smooth texture.
fn film<T: Real>(side: usize, demag: bool) -> Film<T> {
    let grid = Grid::new([side, side, 1], [2e-9, 2e-9, 1e-9]).unwrap();
    let mut material = Material::<T>::new(5.8e5, 0.1, 1.5e-11);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(T::of(8e5));
    material.interfacial_dmi = PerCell::Uniform(T::of(3e-3));
    let mut film = Film::new(grid, material).unwrap();
    film.magnetize(|[x, y, _]| [(3e8 * x).cos(), (2e8 * y).sin(), 0.2]).unwrap();
    film.set_demag(demag.then(|| Demag::new(&grid).unwrap()));
    film
}

fn right_hand_sides<T: Real>(c: &mut Criterion, name: &str) {
    let mut group = c.benchmark_group(format!("right-hand side, {name}"));
    group.sample_size(20);
    for (side, demag) in [(256, true), (1024, true), (256, false), (1024, false)] {
        let mut film = film::<T>(side, demag);
        let m = film.magnetization().clone();
        let mut velocity = VectorField::zeros(m.len());
        group.throughput(Throughput::Elements(m.len() as u64));
        let what = if demag { "all terms" } else { "without demagnetising field" };
        group.bench_function(BenchmarkId::new(what, side), |b| b.iter(|| film.velocity(&m, 0.0, &mut velocity)));
    }
    group.finish();
}

fn all(c: &mut Criterion) {
    right_hand_sides::<f64>(c, "f64");
    right_hand_sides::<f32>(c, "f32");
}

/// One nanosecond of standard problem 4 in its first field, from the s-state, with the error per step that OOMMF's default gives.
fn standard_problem_4(c: &mut Criterion) {
    let grid = Grid::new([128, 32, 1], [500e-9 / 128.0, 125e-9 / 32.0, 3e-9]).unwrap();
    let mut film = Film::<f64>::new(grid, Material::new(8e5, 0.02, 1.3e-11)).unwrap();
    film.set_demag(Some(Demag::new(&grid).unwrap()));
    film.magnetize(|_| [1.0, 0.1, 0.0]).unwrap();
    film.set_precession(false);
    let mut relax = Solver::new(grid.len(), Method::DormandPrince, Steps::adaptive(1e-5)).unwrap();
    film.advance_to(&mut relax, 3e-9).unwrap();
    film.set_precession(true);
    film.add_term(Box::new(Zeeman::uniform([-24.6e-3, 4.3e-3, 0.0]).unwrap()));
    let start = film.magnetization().clone();
    let mut group = c.benchmark_group("standard problem 4, 128 x 32 cells, 1 ns");
    group.sample_size(10);
    for (method, error) in
        [(Method::RungeKutta4, 1e-5), (Method::RungeKutta4, 1e-4), (Method::DormandPrince, 1e-5), (Method::BogackiShampine, 1e-4)]
    {
        let mut run = || {
            film.set_magnetization(&start).unwrap();
            let mut solver = Solver::new(grid.len(), method, Steps::adaptive(error)).unwrap();
            film.advance_to(&mut solver, 1e-9).unwrap();
            solver.counts()
        };
        println!("{}, {error:.0e} a step: {:?}", method.name(), run());
        group.bench_function(BenchmarkId::new(method.name(), format!("{error:.0e}")), |b| b.iter(&mut run));
    }
    group.finish();
}

criterion_group!(benches, all, standard_problem_4);
criterion_main!(benches);
