//! Films at a temperature against the law of Boltzmann: spins of their own, a chain of coupled ones, and spin waves.
#![allow(clippy::unwrap_used)]

use spinloom_core::constants::BOLTZMANN;
use spinloom_magnet::film::dynamics::{Method, Solver, Steps};
use spinloom_magnet::film::{Film, Grid, Material, PerCell, ThermalField, VectorField, Zeeman};
use std::f64::consts::PI;

/// A film in the field B z (T) at a temperature (K), and a solver with this step (s).
fn film(grid: Grid, material: Material<f64>, field: f64, temperature: f64, step: f64, seed: u64) -> (Film<f64>, Solver<f64>) {
    let (alpha, ms) = (material.damping.clone(), material.saturation_magnetization.clone());
    let mut film = Film::new(grid, material).unwrap();
    let uniform = PerCell::Uniform(temperature);
    let noise = ThermalField::new(grid.len(), grid.cell_volume(), &uniform, &alpha, &ms, seed).unwrap();
    film.add_term(Box::new(noise));
    film.add_term(Box::new(Zeeman::uniform([0.0, 0.0, field]).unwrap()));
    film.magnetize(|_| [0.0, 0.0, 1.0]).unwrap();
    (film, Solver::new(grid.len(), Method::Heun, Steps::fixed(step)).unwrap())
}

/// Langevin's function.
fn langevin(x: f64) -> f64 {
    1.0 / x.tanh() - 1.0 / x
}

#[test]
fn spins_of_their_own_have_the_law_of_boltzmann_in_a_field_for_any_damping() {
    // 4 nm cubes at 300 K: Ms V B / kT = 2.47 in 0.2 T.
    let grid = Grid::new([64, 64, 1], [4e-9; 3]).unwrap();
    let xi = 8e5 * grid.cell_volume() * 0.2 / (BOLTZMANN * 300.0);
    for (alpha, time, seed) in [(0.1, 1.2e-9, 1), (1.0, 0.4e-9, 2)] {
        let (mut film, mut solver) = film(grid, Material::new(8e5, alpha, 0.0), 0.2, 300.0, 2.5e-13, seed);
        // Relaxation is by alpha gamma B / (1 + alpha^2) at least, in 0.3 ns and less; the cells are independent samples.
        let mut counts = [0.0; 20];
        film.advance_to(&mut solver, time).unwrap();
        for z in &film.magnetization().z {
            // The law is uniform in its own distribution function, F = (e^(xi z) - e^-xi) / (e^xi - e^-xi).
            let f = ((xi * z).exp() - (-xi).exp()) / (2.0 * xi.sinh());
            counts[((f * 20.0) as usize).min(19)] += 1.0;
        }
        let expected = grid.len() as f64 / 20.0;
        let chi: f64 = counts.iter().map(|c| (c - expected).powi(2) / expected).sum();
        let mean = film.magnetization().z.iter().sum::<f64>() / grid.len() as f64;
        let variance = 1.0 + 1.0 / (xi * xi) - 1.0 / xi.tanh().powi(2);
        let off = (mean - langevin(xi)) / (variance / grid.len() as f64).sqrt();
        println!("alpha {alpha}: chi^2 {chi}, mean off by {off} standard errors");
        // Chi-square with 19 degrees of freedom is above 52 once in 10^4, a mean off by 4 standard errors once in 16,000.
        assert!(chi < 52.0 && off.abs() < 4.0, "alpha {alpha}: chi^2 {chi}, mean off by {off} standard errors");
    }
}

#[test]
fn neighbours_in_a_chain_are_correlated_as_the_exact_solution_tells() {
    // The energy of a pair is -J m.m', J = 2 A V / d^2 = 2 A d; in an open chain all bonds are independent and <m.m'> = L(J / kT).
    // M. E. Fisher, Am. J. Phys. 32, 343 (1964).
    let (d, a) = (2e-9, 2e-12);
    let kappa = 2.0 * a * d / (BOLTZMANN * 300.0);
    let grid = Grid::new([4096, 1, 1], [d; 3]).unwrap();
    let (mut film, mut solver) = film(grid, Material::new(8e5, 0.5, a), 0.0, 300.0, 5e-14, 3);
    film.advance_to(&mut solver, 0.3e-9).unwrap();
    let correlation = |m: &VectorField<f64>, apart: usize| {
        let dot = |i: usize| (0..3).map(|k| m.get(i)[k] * m.get(i + apart)[k]).sum::<f64>();
        (0..m.len() - apart).map(dot).sum::<f64>() / (m.len() - apart) as f64
    };
    let mut sums = [0.0; 3];
    let snapshots = 10;
    for _ in 0..snapshots {
        let until = solver.time() + 0.02e-9;
        film.advance_to(&mut solver, until).unwrap();
        (1..=3).for_each(|n| sums[n - 1] += correlation(film.magnetization(), n) / f64::from(snapshots));
    }
    let l = langevin(kappa);
    // Bonds are independent, with the variance of m.m' about L; snapshots count as one sample, for they may be correlated.
    let error = ((1.0 - 2.0 * l / kappa - l * l) / 4096.0).sqrt();
    println!("kappa {kappa}: {sums:?}, exact {l} {} {}, standard error {error}", l * l, l.powi(3));
    for (n, sum) in sums.into_iter().enumerate() {
        let (exact, slack) = (l.powi(n as i32 + 1), error * (n + 1) as f64);
        assert!((sum - exact).abs() < 4.0 * slack, "{} apart: {sum}, exact {exact}", n + 1);
    }
}

#[test]
fn spin_waves_have_the_energy_of_equipartition() {
    let (n, d, ms, a, field, temperature) = (32, 4e-9, 8e5, 1e-11, 1.0, 30.0);
    let grid = Grid::new([n, n, 1], [d; 3]).unwrap().with_images([1, 1, 0]);
    let (mut film, mut solver) = film(grid, Material::new(ms, 0.5, a), field, temperature, 4e-14, 4);
    film.advance_to(&mut solver, 0.1e-9).unwrap();
    let waves: Vec<Vec<(f64, f64)>> =
        (0..n).map(|k| (0..n).map(|x| (2.0 * PI * (k * x) as f64 / n as f64).sin_cos()).collect()).collect();
    // |m_k|^2 of both components, over kT / (V Ms (B + 2 A k^2 / Ms)) with the lattice's k^2 = (4 / d^2) (sin^2 + sin^2).
    let volume = grid.cell_volume() * grid.len() as f64;
    let (mut sums, mut counts) = ([0.0; 5], [0.0; 5]);
    let snapshots = 40;
    for _ in 0..snapshots {
        let until = solver.time() + 0.01e-9;
        film.advance_to(&mut solver, until).unwrap();
        for component in [&film.magnetization().x, &film.magnetization().y] {
            // Along x first, then along y; half of the wave vectors, for the others are their conjugates.
            for kx in 0..n {
                let row = |y: usize| {
                    let terms = component[y * n..(y + 1) * n].iter().zip(&waves[kx]);
                    terms.fold((0.0, 0.0), |(re, im), (m, (s, c))| (re + m * c, im - m * s))
                };
                let rows: Vec<(f64, f64)> = (0..n).map(row).collect();
                for ky in 0..n {
                    let (mut re, mut im) = (0.0, 0.0);
                    for ((a, b), (s, c)) in rows.iter().zip(&waves[ky]) {
                        (re, im) = (re + a * c + b * s, im + b * c - a * s);
                    }
                    let square = (re * re + im * im) / (grid.len() as f64).powi(2);
                    let half = |k: usize| (PI * k as f64 / n as f64).sin().powi(2);
                    let k2 = 4.0 / (d * d) * (half(kx) + half(ky));
                    let expected = BOLTZMANN * temperature / (volume * ms * (field + 2.0 * a * k2 / ms));
                    let shell = ((k2 * d * d / 8.0 * 5.0) as usize).min(4);
                    sums[shell] += square / expected;
                    counts[shell] += 1.0;
                }
            }
        }
    }
    for shell in 0..5 {
        let ratio = sums[shell] / counts[shell];
        // Each |m_k|^2 is exponential, and k and -k are one sample.
        let error = (2.0 / counts[shell]).sqrt();
        println!("shell {shell}: {ratio} +- {error}, {} of them", counts[shell]);
        assert!((ratio - 1.0).abs() < 4.0 * error + 0.01, "shell {shell}: {ratio} of equipartition, standard error {error}");
    }
}
