//! The standard problems of muMAG and the one of ferromagnetic resonance, as functions of their grid: what the tests run short and the
//! pages of the book in full.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "for tests and for the program that writes the book, each of which uses a part"
)]

pub mod cube;
pub mod hysteresis;
pub mod resonance;
pub mod reversal;
pub mod vortex;

use spinloom_core::constants::GYROMAGNETIC_RATIO;
use spinloom_magnet::film::dynamics::{Method, Minimizer, Solver, Steps};
use spinloom_magnet::film::{Demag, Film, Grid, Material};
use spinloom_magnet::quantity::average;
use std::f64::consts::PI;
use std::path::PathBuf;

/// The vacuum permeability of the specifications, T m/A: the value that was exact before 2019.
pub const MU0: f64 = 4e-7 * PI;
/// The gyromagnetic ratio of the problems of muMAG, 2.211e5 m/(A s) over mu0, in rad/(s T).
pub const MUMAG_RATIO: f64 = 2.211e5 / MU0;

/// Time (s) and mean m of a row.
pub type Row = [f64; 4];

/// A film of these cells and this size (m) with its demagnetising field.
pub fn film(cells: [usize; 3], size: [f64; 3], material: Material<f64>) -> Film<f64> {
    let grid = Grid::new(cells, std::array::from_fn(|k| size[k] / cells[k] as f64)).unwrap();
    let mut film = Film::new(grid, material).unwrap();
    film.set_demag(Some(Demag::new(&grid).unwrap()));
    film
}

/// Permalloy with a damping.
pub fn permalloy(damping: f64) -> Material<f64> {
    Material::new(8e5, damping, 1.3e-11)
}

/// Moves the film to a minimum of its energy, where no cell has a torque |m x B| above `torque` (T); returns the steps it took.
pub fn minimize(film: &mut Film<f64>, torque: f64) -> u64 {
    let mut m = film.magnetization().clone();
    let minimizer = Minimizer { torque, moved: 0.0, ..Minimizer::default() };
    let time = film.time();
    let taken = minimizer.run(|m, out| film.field_of(m, time, out), &mut m).unwrap();
    film.set_magnetization(&m).unwrap();
    taken.steps
}

/// The mean m of a film at times (s) that rise, for another gyromagnetic ratio (rad/(s T)) than that of the library: what does not depend
/// on time but through it runs faster or slower in proportion.
pub fn course(film: &mut Film<f64>, ratio: f64, error: f64, times: impl IntoIterator<Item = f64>) -> Vec<Row> {
    let mut solver = Solver::new(film.grid().len(), Method::DormandPrince, Steps::adaptive(error)).unwrap();
    let row = |time: f64| {
        film.advance_to(&mut solver, time * ratio / GYROMAGNETIC_RATIO).unwrap();
        let [x, y, z] = average(film.magnetization()).unwrap();
        [time, x, y, z]
    };
    times.into_iter().map(row).collect()
}

/// Columns of numbers of a file of the data set mumag; none where it is not here, which is told.
pub fn reference(file: &str, columns: [usize; 4]) -> Option<Vec<Row>> {
    let folder = std::env::var_os("SPINLOOM_DATA").map(PathBuf::from);
    let Some(text) = folder.and_then(|f| std::fs::read_to_string(f.join("mumag").join(file)).ok()) else {
        println!("not run: the data set mumag is not here; SPINLOOM_DATA names no folder with it");
        return None;
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let numbers: Vec<f64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
        columns.map(|c| numbers[c])
    };
    Some(lines.map(row).collect())
}

/// Largest distance between the mean m of two courses at the same times.
pub fn distance(one: &[Row], other: &[Row]) -> f64 {
    assert_eq!(one.len(), other.len());
    let apart = |(a, b): (&Row, &Row)| {
        assert!((a[0] - b[0]).abs() < 1e-15, "{} s is not {} s", a[0], b[0]);
        (1..4).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt()
    };
    one.iter().zip(other).map(apart).fold(0.0, f64::max)
}

/// The time at which a component (1 for x) falls through zero first, linear between rows, s.
pub fn zero_crossing(course: &[Row], component: usize) -> Option<f64> {
    course.windows(2).find(|w| w[0][component] > 0.0 && w[1][component] <= 0.0).map(|w| {
        let (a, b) = (w[0][component], w[1][component]);
        w[0][0] + a / (a - b) * (w[1][0] - w[0][0])
    })
}
