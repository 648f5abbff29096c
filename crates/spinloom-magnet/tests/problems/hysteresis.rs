//! Standard problems 1 and 2: hysteresis of a large film, and remanence and coercivity of a small one over its size.
//!
//! <https://www.ctcms.nist.gov/~rdm/stdprob_1.html>, <https://www.ctcms.nist.gov/~rdm/spec2.html>

use super::{MU0, Row, film, minimize, permalloy};
use spinloom_magnet::film::{Film, Material, PerCell, Zeeman, uniform_vector};
use spinloom_magnet::quantity::average;

/// Sets the field from outside to b along a direction, T, and lets the film come to rest; returns b and the mean m.
fn rest_in(film: &mut Film<f64>, b: f64, direction: [f64; 3], torque: f64) -> Row {
    film.remove_terms("Zeeman");
    film.add_term(Box::new(Zeeman::uniform(direction.map(|n| n * b)).unwrap()));
    minimize(film, torque);
    let [x, y, z] = average(film.magnetization()).unwrap();
    [b, x, y, z]
}

/// Problem 1, a film of 2 um x 1 um x 20 nm with an easy axis along x: field (T) and mean m from +50 mT down to -50 mT, with the field one
/// degree off x or y. The way back is its mirror image.
pub fn large_film(cells: [usize; 2], along_y: bool, fields: impl IntoIterator<Item = f64>) -> Vec<Row> {
    let mut material = permalloy(0.1);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(5e2);
    material.uniaxial_axis = uniform_vector([1.0, 0.0, 0.0]);
    let mut film = film([cells[0], cells[1], 1], [2e-6, 1e-6, 20e-9], material);
    let (s, c) = 1f64.to_radians().sin_cos();
    let direction = if along_y { [-s, c, 0.0] } else { [c, s, 0.0] };
    film.magnetize(|_| direction).unwrap();
    fields.into_iter().map(|b| rest_in(&mut film, b, direction, 1e-5)).collect()
}

/// What problem 2 asks for.
#[derive(Debug, Clone, Copy)]
pub struct Switching {
    /// Mean m without a field, after one along (1, 1, 1).
    pub remanence: [f64; 3],
    /// Field against (1, 1, 1) at which the sum of the components of the mean m passes zero, over Ms.
    pub coercivity: f64,
}

/// Problem 2: a film of 5 d x d x 0.1 d, d in lengths of exchange, sqrt(2 A / mu0 Ms^2); the coercivity to the last step (over Ms).
pub fn small_film(d: f64, cells: [usize; 3], last_step: f64) -> Switching {
    const LENGTH: f64 = 5e-9;
    let (ms, root) = (1e6, 3f64.sqrt().recip());
    let material = Material::new(ms, 0.1, 0.5 * MU0 * ms * ms * LENGTH * LENGTH);
    let mut film = film(cells, [5.0 * d * LENGTH, d * LENGTH, 0.1 * d * LENGTH], material);
    film.magnetize(|_| [1.0, 1.0, 1.0]).unwrap();
    let at = |film: &mut Film<f64>, h: f64| rest_in(film, h * MU0 * ms, [root; 3], 1e-7);
    let mut row = [0.0; 4];
    for h in [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.0] {
        row = at(&mut film, h);
    }
    let remanence = [row[1], row[2], row[3]];
    let (mut h, mut step) = (0.0, 0.008);
    while step >= last_step {
        let before = film.magnetization().clone();
        let row = at(&mut film, -(h + step));
        if row[1] + row[2] + row[3] > 0.0 {
            h += step;
        } else {
            film.set_magnetization(&before).unwrap();
            step /= 2.0;
        }
    }
    Switching { remanence, coercivity: h + step }
}

/// Coercivity of problem 2 over Ms where d goes to zero: M. J. Donahue, D. G. Porter, R. D. McMichael and J. Eicke, J. Appl. Phys. 87,
/// 5520 (2000).
pub const LIMIT: f64 = 0.05707;
