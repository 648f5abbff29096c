//! A skyrmion against the equation of its profile, and its motion against Thiele's equation.
#![allow(clippy::unwrap_used)]

use spinloom_core::constants::{BOHR_MAGNETON, ELEMENTARY_CHARGE};
use spinloom_magnet::film::dynamics::{Method, Minimizer, Solver, Steps};
use spinloom_magnet::film::torque::{CurrentDensity, ZhangLi};
use spinloom_magnet::film::{Film, Grid, Material, PerCell};
use spinloom_magnet::quantity::{skyrmions, topological_charge};
use std::f64::consts::PI;

const MS: f64 = 5.8e5;
const A: f64 = 1.5e-11;
const D: f64 = 3e-3;
const K: f64 = 6e5;
const DAMPING: f64 = 0.3;

/// The angle of m from z over the distance from the middle, m, of an isolated skyrmion: the minimum of
///
/// 2 pi integral of { A (theta'^2 + sin^2 theta / r^2) + D (theta' + sin theta cos theta / r) + K sin^2 theta } r dr
///
/// with theta(0) = pi and theta = 0 far away, m = (sin theta x/r, sin theta y/r, cos theta), by Newton's method on a fine grid.
/// A. Bogdanov and A. Hubert, J. Magn. Magn. Mater. 138, 255 (1994).
struct Profile {
    step: f64,
    theta: Vec<f64>,
}

impl Profile {
    fn new(step: f64, end: f64) -> Self {
        let n = (end / step) as usize;
        let width = (A / K).sqrt();
        let mut theta: Vec<f64> = (0..=n).map(|i| 2.0 * (-(i as f64 * step - 1.5 * width) / width).exp().atan()).collect();
        (theta[0], theta[n]) = (PI, 0.0);
        for _ in 0..100 {
            let (mut lower, mut diagonal, mut upper, mut rest) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
            for i in 1..n {
                let (r, t) = (i as f64 * step, theta[i]);
                let (s, c) = ((2.0 * t).sin(), (2.0 * t).cos());
                let square = 1.0 / (r * r) + K / A;
                rest[i] = (theta[i + 1] - 2.0 * t + theta[i - 1]) / (step * step)
                    + (theta[i + 1] - theta[i - 1]) / (2.0 * step * r)
                    - 0.5 * square * s
                    + D / A * t.sin().powi(2) / r;
                diagonal[i] = -2.0 / (step * step) - square * c + D / A * s / r;
                (lower[i], upper[i]) = (1.0 / (step * step) - 0.5 / (step * r), 1.0 / (step * step) + 0.5 / (step * r));
            }
            // Thomas.
            for i in 2..n {
                let w = lower[i] / diagonal[i - 1];
                diagonal[i] -= w * upper[i - 1];
                rest[i] -= w * rest[i - 1];
            }
            let mut change = 0.0;
            let mut largest = 0.0f64;
            for i in (1..n).rev() {
                change = (-rest[i] - upper[i] * change) / diagonal[i];
                theta[i] += change.clamp(-0.3, 0.3);
                largest = largest.max(change.abs());
            }
            if largest < 1e-10 {
                return Self { step, theta };
            }
        }
        panic!("no profile");
    }

    /// Radius of theta = pi / 2, m.
    fn radius(&self) -> f64 {
        let i = self.theta.windows(2).position(|w| w[0] >= PI / 2.0 && w[1] < PI / 2.0).unwrap();
        (i as f64 + (self.theta[i] - PI / 2.0) / (self.theta[i] - self.theta[i + 1])) * self.step
    }

    /// The angle at a distance, m.
    fn at(&self, r: f64) -> f64 {
        let i = (r / self.step) as usize;
        let part = r / self.step - i as f64;
        if i + 1 < self.theta.len() { self.theta[i] * (1.0 - part) + self.theta[i + 1] * part } else { 0.0 }
    }

    /// Integral of (dm/dx)^2 over the plane, pi integral of (theta'^2 + sin^2 theta / r^2) r dr.
    fn dissipation(&self) -> f64 {
        let at = |i: usize| {
            let r = i as f64 * self.step;
            let slope = (self.theta[i + 1] - self.theta[i - 1]) / (2.0 * self.step);
            PI * (slope * slope + (self.theta[i].sin() / r).powi(2)) * r * self.step
        };
        (1..self.theta.len() - 1).map(at).sum()
    }
}

/// A film that repeats, with a skyrmion at rest in its middle.
fn skyrmion(cells: usize, d: f64, profile: &Profile) -> Film<f64> {
    let grid = Grid::new([cells, cells, 1], [d, d, 1e-9]).unwrap().with_images([1, 1, 0]);
    let mut material = Material::new(MS, DAMPING, A);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(K);
    material.interfacial_dmi = PerCell::Uniform(D);
    let mut film = Film::new(grid, material).unwrap();
    // Where D > 0, m turns from z towards -x as x grows: from down in the middle over +x to up.
    let m = |[x, y, _]: [f64; 3]| {
        let r = x.hypot(y).max(1e-15);
        let theta = profile.at(r);
        [theta.sin() * x / r, theta.sin() * y / r, theta.cos()]
    };
    film.magnetize(m).unwrap();
    let mut m = film.magnetization().clone();
    let minimizer = Minimizer { torque: 1e-7, moved: 0.0, ..Minimizer::default() };
    minimizer.run(|m, out| film.field_of(m, 0.0, out), &mut m).unwrap();
    film.set_magnetization(&m).unwrap();
    film
}

#[test]
fn radius_and_profile_are_those_of_the_radial_equation() {
    let profile = Profile::new(2e-12, 70e-9);
    let expected = profile.radius();
    let mut errors = Vec::new();
    for d in [1e-9, 0.5e-9] {
        let film = skyrmion((80e-9 / d) as usize, d, &profile);
        let found = skyrmions(film.grid(), film.magnetization(), 0).unwrap();
        assert_eq!((found.len(), found[0].charge.round(), found[0].helicity.abs() < 1e-6), (1, -1.0, true));
        errors.push(found[0].radius / expected - 1.0);
        // m_z cell by cell.
        let off = |cell: usize| {
            let [x, y, _] = film.grid().position(film.grid().place(cell));
            (film.magnetization().z[cell] - profile.at(x.hypot(y)).cos()).abs()
        };
        let most = (0..film.grid().len()).map(off).fold(0.0, f64::max);
        println!("{d}: radius {} of {expected}, m_z off by {most}", found[0].radius);
        assert!(most < 0.06 * (d / 1e-9).powi(2), "with cells of {d} m m_z is off by {most}");
    }
    // The lattice's error is of second order, and without it little is left.
    let [coarse, fine] = errors[..] else { unreachable!() };
    println!("errors {coarse:e} {fine:e}");
    assert!((coarse / fine - 4.0).abs() < 0.6, "errors {coarse:e} and {fine:e}");
    assert!((fine - (coarse - fine) / 3.0).abs() < 1e-3, "errors {coarse:e} and {fine:e}");
}

#[test]
fn a_current_moves_it_as_thiele_tells() {
    let (speed, xi) = (20.0, 0.1);
    let profile = Profile::new(2e-12, 70e-9);
    let mut film = skyrmion(80, 1e-9, &profile);
    let ms = film.material().saturation_magnetization.clone();
    let density = -speed * ELEMENTARY_CHARGE * MS / BOHR_MAGNETON;
    let current = CurrentDensity::uniform([density, 0.0, 0.0]).unwrap();
    let torque = ZhangLi::new(*film.grid(), current, &PerCell::Uniform(1.0), PerCell::Uniform(xi), &ms).unwrap();
    film.add_term(Box::new(torque));
    let mut solver = Solver::new(film.grid().len(), Method::DormandPrince, Steps::adaptive(1e-5)).unwrap();
    let centre = |film: &Film<f64>| skyrmions(film.grid(), film.magnetization(), 0).unwrap()[0].centre;
    film.advance_to(&mut solver, 0.1e-9).unwrap();
    let before = centre(&film);
    film.advance_to(&mut solver, 0.6e-9).unwrap();
    let after = centre(&film);
    let velocity = [0, 1].map(|k| (after[k] - before[k]) / 0.5e-9);
    // A. A. Thiele, Phys. Rev. Lett. 30, 230 (1973), doi:10.1103/PhysRevLett.30.230. With g = 4 pi Q and the dissipation d:
    // g v_y = d (alpha v_x - xi u), -g (v_x - u) = d alpha v_y.
    let g = 4.0 * PI * topological_charge(film.grid(), film.magnetization(), 0).unwrap();
    let d = profile.dissipation();
    let along = speed * (g * g + d * d * DAMPING * xi) / (g * g + d * d * DAMPING * DAMPING);
    let expected = [along, d * (DAMPING * along - xi * speed) / g];
    println!("{velocity:?} m/s, {expected:?} expected, dissipation {d} g {g}");
    for k in 0..2 {
        assert!((velocity[k] - expected[k]).abs() < 0.01 * speed, "{velocity:?} m/s, {expected:?} expected");
    }
}
