//! Standard problem 4: a film of 500 nm x 125 nm x 3 nm is reversed from its S-state by either of two fields.
//!
//! <https://www.ctcms.nist.gov/~rdm/std4/spec4.html>

use super::{MUMAG_RATIO, Row, course, film, minimize, permalloy};
use spinloom_magnet::film::{Film, Zeeman};

/// The fields of the problem, T.
pub const FIELDS: [[f64; 3]; 2] = [[-24.6e-3, 4.3e-3, 0.0], [-35.5e-3, -6.3e-3, 0.0]];

/// The film at rest in the S-state that a field along (1, 1, 1), slowly taken away, leaves: its minimum from (1, 1/4, 1/10), as OOMMF has it.
pub fn s_state(cells: [usize; 2], torque: f64) -> Film<f64> {
    let mut film = film([cells[0], cells[1], 1], [500e-9, 125e-9, 3e-9], permalloy(0.02));
    film.magnetize(|_| [1.0, 0.25, 0.1]).unwrap();
    minimize(&mut film, torque);
    film
}

/// The course of the mean m in a field (T), with the largest error of a step.
pub fn reversal(mut film: Film<f64>, field: [f64; 3], error: f64, times: impl IntoIterator<Item = f64>) -> Vec<Row> {
    film.add_term(Box::new(Zeeman::uniform(field).unwrap()));
    course(&mut film, MUMAG_RATIO, error, times)
}
