//! The standard problem of ferromagnetic resonance: a film of 120 nm x 120 nm x 10 nm rings after its field has turned by half a degree.
//!
//! A. Baker et al., J. Magn. Magn. Mater. 421, 428 (2017), doi:10.1016/j.jmmm.2016.08.009.

use super::{MU0, Row, course, film, minimize, permalloy};
use spinloom_magnet::film::Zeeman;

/// The gyromagnetic ratio of the reference, 2.210_173e5 m/(A s) over mu0, in rad/(s T).
pub const RATIO: f64 = 2.210_173e5 / MU0;

/// 80 kA/m along (1, y, 0), T.
fn field(y: f64) -> Zeeman<f64> {
    let b = MU0 * 8e4 / 1f64.hypot(y);
    Zeeman::uniform([b, b * y, 0.0]).unwrap()
}

/// The course of the mean m.
pub fn ringing(cells: [usize; 3], error: f64, times: impl IntoIterator<Item = f64>) -> Vec<Row> {
    let mut film = film(cells, [120e-9, 120e-9, 10e-9], permalloy(0.008));
    film.magnetize(|_| [0.0, 0.0, 1.0]).unwrap();
    film.add_term(Box::new(field(0.715)));
    minimize(&mut film, 1e-9);
    film.remove_terms("Zeeman");
    film.add_term(Box::new(field(0.7)));
    course(&mut film, RATIO, error, times)
}
