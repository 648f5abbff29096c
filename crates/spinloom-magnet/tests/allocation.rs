//! Nothing is allocated in a step: of films with all their terms, with and without a temperature, and of macrospins.

#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use spinloom_core::random::Stream;
use spinloom_magnet::film::dynamics::{Method, Solver, Steps};
use spinloom_magnet::film::{Demag, Film, Grid, Material, PerCell, Real, Zeeman};
use spinloom_magnet::macrospin::{Drive, Efficiency, Ensemble, Magnet, SpinTransfer};

/// Runs something on the only worker of a pool: what it hands out is counted too.
fn on_one_core<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

/// A film large enough to be shared among cores.
fn film<T: Real>() -> Film<T> {
    let grid = Grid::new([128, 96, 1], [2e-9, 2e-9, 1e-9]).unwrap();
    let mut material = Material::<T>::new(5.8e5, 0.1, 1.5e-11);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(T::of(8e5));
    material.interfacial_dmi = PerCell::Uniform(T::of(3e-3));
    let mut film = Film::new(grid, material).unwrap();
    film.magnetize(|[x, y, _]| [(3e8 * x).cos(), (2e8 * y).sin(), 0.2]).unwrap();
    film.set_demag(Some(Demag::new(&grid).unwrap()));
    film.add_term(Box::new(Zeeman::uniform([0.0, 0.01, 0.02]).unwrap()));
    film
}

/// Allocations of what comes after the first steps.
fn allocations<T: Real>(method: Method, steps: Steps) -> u64 {
    on_one_core(|| {
        let mut film = film::<T>();
        let mut solver = Solver::new(film.grid().len(), method, steps).unwrap();
        film.advance_to(&mut solver, 2e-13).unwrap();
        let before = solver.counts().steps;
        let info = measure(|| film.advance_to(&mut solver, 2e-12).unwrap());
        assert!(solver.counts().steps > before + 1);
        info.count_total
    })
}

#[test]
fn steps_of_films_allocate_nothing() {
    for method in [Method::DormandPrince, Method::BogackiShampine] {
        assert_eq!(allocations::<f64>(method, Steps::adaptive(1e-5)), 0, "{}", method.name());
    }
    for method in [Method::Heun, Method::RungeKutta4] {
        assert_eq!(allocations::<f64>(method, Steps::fixed(1e-13)), 0, "{}", method.name());
    }
    assert_eq!(allocations::<f32>(Method::DormandPrince, Steps::adaptive(1e-5)), 0);
}

#[test]
fn steps_of_macrospins_allocate_nothing() {
    let count = on_one_core(|| {
        let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, 300.0);
        let mut spins = Ensemble::new(&vec![disk; 1000], 1e-12, |i| Stream::new(1, "allocation", i)).unwrap();
        for i in 0..1000 {
            let torque = SpinTransfer {
                polarization: [0.6, 0.0, 0.8],
                efficiency: Efficiency::Junction { polarization: 0.6 },
                field_like: 0.1,
            };
            spins.set_spin_transfer(i, Some(torque)).unwrap();
            spins.set_drive(i, &Drive { current: 1e-5, ..Drive::default() }).unwrap();
        }
        spins.advance(10).unwrap();
        let (few, many) =
            (measure(|| spins.advance(10).unwrap()).count_total, measure(|| spins.advance(100).unwrap()).count_total);
        assert_eq!(few, many, "allocations grow with the number of steps");
        few
    });
    // A call may set up its work; its steps do not.
    assert!(count <= 4, "{count} allocations in a call");
}
