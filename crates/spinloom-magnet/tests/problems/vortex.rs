//! Standard problem 5: a current drives the vortex of a film of 100 nm x 100 nm x 10 nm to a new place.
//!
//! M. Najafi et al., J. Appl. Phys. 105, 113914 (2009), doi:10.1063/1.3126702.

use super::{Row, course, film, minimize, permalloy};
use spinloom_core::constants::{BOHR_MAGNETON, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO};
use spinloom_magnet::film::torque::{CurrentDensity, ZhangLi};
use spinloom_magnet::film::{Configuration, Film, PerCell, VectorField};

/// What peers do differently in this problem.
#[derive(Debug, Clone, Copy)]
pub struct Flavour {
    /// Gyromagnetic ratio, rad/(s T).
    pub ratio: f64,
    /// Speed of the current, m/s, along -x: that of 1e12 A/m^2 along x.
    pub speed: f64,
    /// Whether it is divided by 1 + xi^2.
    pub reduced: bool,
    /// Whether the derivative at an edge is one-sided, twice the half difference to a neighbour that is as the cell itself.
    pub one_sided: bool,
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
    let mut field = VectorField::uniform(film.grid().len(), [density, 0.0, 0.0]);
    let [nx, _, _] = film.grid().cells();
    if flavour.one_sided {
        // Twice the current is twice the derivative.
        let edges = (0..field.len()).filter(|cell| [0, nx - 1].contains(&(cell % nx)));
        edges.for_each(|cell| field.x[cell] *= 2.0);
    }
    let current = CurrentDensity::per_cell(field).unwrap();
    let torque = ZhangLi::new(*film.grid(), current, &PerCell::Uniform(1.0), PerCell::Uniform(0.05), &ms).unwrap();
    film.add_term(Box::new(if flavour.reduced { torque.with_reduced_velocity() } else { torque }));
    course(&mut film, flavour.ratio, error, times)
}

/// Fidimag, whose gyromagnetic ratio is that of muMAG and whose current has the electron's g-factor.
pub const FIDIMAG: Flavour = Flavour { ratio: super::MUMAG_RATIO, speed: 72.438_679, reduced: false, one_sided: true };
/// mumax3, with its own constants of nature.
pub const MUMAX: Flavour = Flavour { ratio: 1.7595e11, speed: 72.354_773, reduced: true, one_sided: false };
/// Mean m after 1 ns that mumax3's test of the problem expects, with 32 x 32 x 4 cells.
pub const MUMAX_AT_1NS: [f64; 3] = [-0.234_637_409, -0.094_508_96, 0.022_943_45];
