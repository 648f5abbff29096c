//! Domain walls and helices against closed forms: the wall of Bloch, Walker's motion of it, and the pitch of a helix.
//!
//! Chains of cells along x stand for what does not change along y and z. Finite differences of second order replace a wave number k by
//! one of which the error is (k d)^2 / 24 for exchange; the tolerances are of that size, or compare with the closed form of the lattice.
#![allow(clippy::unwrap_used)]

use spinloom_core::constants::GYROMAGNETIC_RATIO;
use spinloom_magnet::film::dynamics::{Method, Minimizer, Solver, Steps};
use spinloom_magnet::film::{Configuration, Film, Grid, Material, Order, PerCell, UniaxialAnisotropy, Zeeman, uniform_vector};
use spinloom_magnet::quantity::walls;
use spinloom_magnet::shape::Axis;
use std::f64::consts::PI;

const MS: f64 = 8e5;
const A: f64 = 1.3e-11;
/// sqrt(A / K), m.
const WIDTH: f64 = 5e-9;
const K: f64 = A / (WIDTH * WIDTH);

/// A chain of cells of this length (m), magnetized up to the left of a wall in the middle and down to the right.
fn chain(cells: usize, d: f64, damping: f64) -> Film<f64> {
    let grid = Grid::new([cells, 1, 1], [d, d, d]).unwrap();
    let mut material = Material::new(MS, damping, A);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(K);
    let mut film = Film::new(grid, material).unwrap();
    let wall = Configuration::two_domain(&grid, [0.0, 0.0, 1.0], [1.0, 0.1, 0.0], [0.0, 0.0, -1.0]).unwrap();
    film.set_magnetization(&wall.on(&grid)).unwrap();
    film
}

fn minimize(film: &mut Film<f64>) {
    let mut m = film.magnetization().clone();
    let minimizer = Minimizer { torque: 1e-9, moved: 0.0, ..Minimizer::default() };
    minimizer.run(|m, out| film.field_of(m, 0.0, out), &mut m).unwrap();
    film.set_magnetization(&m).unwrap();
}

/// Position (m) and angle (rad) of the wall.
fn wall(film: &Film<f64>) -> (f64, f64) {
    let found = walls(film.grid(), film.magnetization(), Axis::X, Axis::Z, [0, 0, 0]).unwrap();
    assert_eq!(found.len(), 1);
    (found[0].position, found[0].angle)
}

#[test]
fn the_wall_of_bloch_is_pi_times_the_root_of_a_over_k_wide() {
    for fraction in [4.0, 8.0] {
        let d = WIDTH / fraction;
        let mut film = chain((20.0 * fraction) as usize, d, 0.1);
        minimize(&mut film);
        let found = walls(film.grid(), film.magnetization(), Axis::X, Axis::Z, [0, 0, 0]).unwrap()[0];
        // Lilley's width, pi Delta. The tails of the lattice fall by acosh(1 + d^2 / 2 Delta^2) a cell, which is d / Delta to d^2 / 24 Delta^2.
        let error = PI * found.width / (PI * WIDTH) - 1.0;
        let lattice = 1.0 / (24.0 * fraction * fraction);
        assert!(error.abs() < 1.5 * lattice, "{fraction} cells to Delta: {error:e}, {lattice:e} is the lattice's");
        // Energy of a wall: 4 sqrt(A K) an area.
        let energy = film.total_energy() + K * film.grid().cell_volume() * film.grid().len() as f64;
        let error = energy / (4.0 * (A * K).sqrt() * d * d) - 1.0;
        assert!(error.abs() < 1.5 * lattice, "{fraction} cells to Delta: energy {error:e}");
    }
}

/// Anisotropy against m_y, J/m^3: the wall's moment lies along x.
const HARD: f64 = 0.05 * K;
const DAMPING: f64 = 0.3;

/// A wall in the field B z (T), with a hard axis across the chain.
fn driven(field: f64) -> (Film<f64>, Solver<f64>) {
    let mut film = chain(320, WIDTH / 4.0, DAMPING);
    let ms = film.material().saturation_magnetization.clone();
    let axis = uniform_vector([0.0, 1.0, 0.0]);
    let hard = UniaxialAnisotropy::new(Order::First, film.grid(), &ms, &PerCell::Uniform(-HARD), &axis).unwrap();
    film.add_term(Box::new(hard));
    minimize(&mut film);
    film.add_term(Box::new(Zeeman::uniform([0.0, 0.0, field]).unwrap()));
    let solver = Solver::new(film.grid().len(), Method::DormandPrince, Steps::adaptive(1e-6)).unwrap();
    (film, solver)
}

/// Field of Walker's breakdown, alpha Kp / Ms, T.
const BREAKDOWN: f64 = DAMPING * HARD / MS;

#[test]
fn a_field_below_walkers_moves_the_wall_as_his_solution_does() {
    for part in [0.5, 0.95] {
        let field = part * BREAKDOWN;
        let (mut film, mut solver) = driven(field);
        // The angle settles with the rate of 2 alpha gamma Kp cos(2 phi) / Ms, at 0.95 within 2.3 ns to e^-6.
        film.advance_to(&mut solver, 2.5e-9).unwrap();
        let (before, _) = wall(&film);
        film.advance_to(&mut solver, 4e-9).unwrap();
        let (after, angle) = wall(&film);
        let velocity = (after - before) / 1.5e-9;
        // N. L. Schryer and L. R. Walker, J. Appl. Phys. 45, 5406 (1974), doi:10.1063/1.1663252.
        let phi = 0.5 * part.asin();
        let width = (A / (K + HARD * phi.sin().powi(2))).sqrt();
        let expected = GYROMAGNETIC_RATIO * width * field / DAMPING;
        println!("{part}: {velocity} m/s, Walker's is {expected}, angle {angle} {phi}");
        assert!((velocity / expected - 1.0).abs() < 4e-3, "{part}: {velocity} m/s, Walker's is {expected}");
        assert!((angle - phi).abs() < 4e-3, "{part}: {angle} rad, Walker's is {phi}");
    }
}

#[test]
fn a_field_above_walkers_turns_the_wall_and_slows_it_down() {
    let mut last = f64::INFINITY;
    for part in [1.3, 3.0] {
        let field = part * BREAKDOWN;
        let (mut film, mut solver) = driven(field);
        // From one passing of the hard axis to the one after the next: the velocity repeats with every half turn.
        let (mut passed, mut before) = (Vec::new(), wall(&film));
        while passed.len() < 2 {
            let until = solver.time() + 2e-11;
            film.advance_to(&mut solver, until).unwrap();
            let now = wall(&film);
            let phase = |angle: f64| (angle - PI / 4.0).sin();
            if phase(before.1) * phase(now.1) < 0.0 {
                let part = phase(before.1) / (phase(before.1) - phase(now.1));
                passed.push((solver.time() - 2e-11 * (1.0 - part), before.0 + part * (now.0 - before.0)));
            }
            before = now;
        }
        let velocity = (passed[1].1 - passed[0].1) / (passed[1].0 - passed[0].0);
        let half_turn = passed[1].0 - passed[0].0;
        let root = (field * field - BREAKDOWN * BREAKDOWN).sqrt();
        // The width, which is constant in the 1-D model, breathes by Kp / 2 K between the easy and the hard axis: the mean is half way.
        let width = WIDTH * (1.0 - HARD / (4.0 * K));
        let expected = GYROMAGNETIC_RATIO * width / DAMPING * (field - root / (1.0 + DAMPING * DAMPING));
        let turning = PI * (1.0 + DAMPING * DAMPING) / (GYROMAGNETIC_RATIO * root);
        println!("{part}: {velocity} m/s against {expected}, half a turn in {half_turn} s against {turning}");
        assert!((half_turn / turning - 1.0).abs() < 0.01, "{part}: half a turn in {half_turn} s, {turning} expected");
        assert!((velocity / expected - 1.0).abs() < HARD / (4.0 * K), "{part}: {velocity} m/s, {expected} expected");
        assert!(velocity < last);
        last = velocity;
    }
}

#[test]
fn the_breakdown_is_at_walkers_field() {
    // Three percent below it the angle comes to rest below 45 degrees; three above it passes.
    for (part, passes) in [(0.97, false), (1.03, true)] {
        let (mut film, mut solver) = driven(part * BREAKDOWN);
        let mut largest = 0.0f64;
        // Near the breakdown a half turn takes pi (1 + alpha^2) / (gamma sqrt(B^2 - B_W^2)), 8 ns at 1.03, and most of it before 1 rad.
        while solver.time() < 6.5e-9 && largest < 1.0 {
            let until = solver.time() + 1e-10;
            film.advance_to(&mut solver, until).unwrap();
            largest = largest.max(wall(&film).1.abs());
        }
        println!("{part}: {largest}");
        assert_eq!(largest >= 1.0, passes, "{part}: the angle reaches {largest} rad");
    }
}

#[test]
fn helices_have_the_pitch_of_four_pi_a_over_d() {
    let strength = 3e-3;
    let pitch = 4.0 * PI * A / strength;
    for bulk in [true, false] {
        for d in [1e-9, 2e-9] {
            let grid = Grid::new([(200e-9 / d) as usize, 1, 1], [d, d, d]).unwrap();
            let mut material = Material::new(MS, 0.1, A);
            *(if bulk { &mut material.bulk_dmi } else { &mut material.interfacial_dmi }) = PerCell::Uniform(strength);
            let mut film = Film::new(grid, material).unwrap();
            // m turns about w = e for the bulk and e x z = -y for an interface, wherever it starts in that plane.
            film.magnetize(|[x, _, _]| if bulk { [0.0, 1.0, 1e8 * x] } else { [-1e8 * x, 0.0, 1.0] }).unwrap();
            minimize(&mut film);
            let plane = |cell: usize| {
                if bulk {
                    [film.magnetization().y[cell], film.magnetization().z[cell]]
                } else {
                    [film.magnetization().z[cell], -film.magnetization().x[cell]]
                }
            };
            let turn = |cell: usize| {
                let (a, b) = (plane(cell), plane(cell + 1));
                (a[0] * b[1] - a[1] * b[0]).atan2(a[0] * b[0] + a[1] * b[1])
            };
            // The ends are free, so every pair of cells has the turn of least energy, atan(D d / 2 A).
            let lattice = (strength * d / (2.0 * A)).atan();
            for cell in grid.len() / 4..3 * grid.len() / 4 {
                assert!((turn(cell) - lattice).abs() < 1e-6, "{bulk} {cell}: {} rad a cell, {lattice} expected", turn(cell));
            }
            let found = 2.0 * PI * d / turn(grid.len() / 2);
            let order = (2.0 * PI * d / pitch).powi(2);
            println!("{bulk} {d}: {found} {pitch} {order}");
            assert!((found / pitch - 1.0).abs() < 0.4 * order, "a pitch of {found} m, {pitch} expected");
        }
    }
}
