//! Standard problem 5: a current drives the vortex of a film of 100 nm x 100 nm x 10 nm to a new place.
//!
//! M. Najafi et al., J. Appl. Phys. 105, 113914 (2009), doi:10.1063/1.3126702.

use super::{Row, course, film, minimize, permalloy};
use spinloom_core::constants::{BOHR_MAGNETON, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO};
use spinloom_magnet::film::torque::{CurrentDensity, ZhangLi};
use spinloom_magnet::film::{Configuration, Film, PerCell};

/// What peers do differently in this problem.
#[derive(Debug, Clone, Copy)]
pub struct Flavour {
    /// Gyromagnetic ratio, rad/(s T).
    pub ratio: f64,
    /// Speed of the current, m/s, along -x: that of 1e12 A/m^2 along x.
    pub speed: f64,
    /// Whether it is divided by 1 + xi^2.
    pub reduced: bool,
}

/// The film at rest.
pub fn at_rest(cells: [usize; 3], torque: f64) -> Film<f64> {
    let mut film = film(cells, [100e-9, 100e-9, 10e-9], permalloy(0.1));
    let vortex = Configuration::vortex(film.grid(), 1, 1).unwrap().on(film.grid());
    film.set_magnetization(&vortex).unwrap();
    minimize(&mut film, torque);
    film
}

/// The course of the mean m with the current on.
pub fn driven(mut film: Film<f64>, flavour: Flavour, error: f64, times: impl IntoIterator<Item = f64>) -> Vec<Row> {
    let ms = film.material().saturation_magnetization.clone();
    // The speed per current density is the library's, and a ratio other than its own is in the time.
    let per_density = BOHR_MAGNETON / (ELEMENTARY_CHARGE * ms.at(0));
    let density = flavour.speed * GYROMAGNETIC_RATIO / flavour.ratio / per_density;
    let current = CurrentDensity::uniform([density, 0.0, 0.0]).unwrap();
    let torque = ZhangLi::new(*film.grid(), current, &PerCell::Uniform(1.0), PerCell::Uniform(0.05), &ms).unwrap();
    film.add_term(Box::new(if flavour.reduced { torque.with_reduced_velocity() } else { torque }));
    course(&mut film, flavour.ratio, error, times)
}
