//! Standard problem 3: the edge of a cube at which its flower state and its vortex have the same energy.
//!
//! <https://www.ctcms.nist.gov/~rdm/spec3.html>

use super::{MU0, film, minimize};
use spinloom_magnet::film::{Film, Material, PerCell};
use spinloom_magnet::quantity::average;

/// Saturation magnetization, A/m; nothing depends on it in the units of the problem.
const MS: f64 = 1e6;
/// Unit of the energy density, mu0 Ms^2 / 2, J/m^3.
const UNIT: f64 = 0.5 * MU0 * MS * MS;
/// Unit of length, m.
const LENGTH: f64 = 10e-9;

/// A state of the cube.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All but uniform along the easy axis z.
    Flower,
    /// Turning about y.
    Vortex,
}

/// Energy density over that of the demagnetising field, mu0 Ms^2/2, and mean m.
#[derive(Debug, Clone, Copy)]
pub struct Energies {
    pub total: f64,
    pub demagnetization: f64,
    pub exchange: f64,
    pub anisotropy: f64,
    pub mean: [f64; 3],
}

/// A cube of n^3 cells in a state, not at rest yet.
pub fn cube(n: usize, state: State) -> Film<f64> {
    let mut material = Material::new(MS, 0.1, UNIT * LENGTH * LENGTH);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(0.1 * UNIT);
    let mut film = film([n; 3], [LENGTH; 3], material);
    let direction = |[x, _, z]: [f64; 3]| match state {
        State::Flower => [0.01 * x / LENGTH, 0.0, 1.0],
        State::Vortex => [z / LENGTH, 0.1, -x / LENGTH],
    };
    film.magnetize(direction).unwrap();
    film
}

/// Relaxes the film as a cube of this edge (in lengths of exchange), from where it is, and tells its energies. The cells stay; exchange
/// is as much weaker as the edge is longer.
pub fn energies(film: &mut Film<f64>, edge: f64) -> Energies {
    let mut material = film.material().clone();
    material.exchange_stiffness = PerCell::Uniform(UNIT * (LENGTH / edge).powi(2));
    film.set_material(material).unwrap();
    minimize(film, 1e-7);
    let unit = UNIT * LENGTH.powi(3);
    let all = film.energies();
    let of = |name: &str| all.iter().find(|(n, _)| *n == name).unwrap().1 / unit;
    let (demagnetization, exchange) = (of("demagnetization"), of("exchange"));
    // The library's is -Ku m_z^2, the problem's Ku (1 - m_z^2).
    let anisotropy = of("uniaxial anisotropy") + 0.1;
    let mean = average(film.magnetization()).unwrap();
    Energies { total: demagnetization + exchange + anisotropy, demagnetization, exchange, anisotropy, mean }
}

/// The edge at which both states have the same energy, and what they have there, flower first: by secants from two edges.
pub fn transition(n: usize) -> (f64, [Energies; 2]) {
    let mut films = [State::Flower, State::Vortex].map(|state| cube(n, state));
    let mut at = |edge: f64| films.each_mut().map(|film| energies(film, edge));
    let difference = |[flower, vortex]: [Energies; 2]| flower.total - vortex.total;
    let (mut a, mut b) = (8.3, 8.6);
    let (mut fa, mut fb) = (difference(at(a)), difference(at(b)));
    while (b - a).abs() > 1e-5 {
        let next = b - fb * (b - a) / (fb - fa);
        (a, fa, b) = (b, fb, next);
        fb = difference(at(b));
    }
    (b, at(b))
}

/// Edges of equal energy without the error of cells: W. Rave, K. Fabian and A. Hubert, J. Magn. Magn. Mater. 190, 332 (1998);
/// J. L. Martins, J. P. Ribeiro and P. P. Freitas, as submitted to muMAG; R. Bjork et al., J. Magn. Magn. Mater. 535, 168057 (2021),
/// doi:10.1016/j.jmmm.2021.168057, whose error is 0.007.
pub const EDGES: [(&str, f64); 3] = [("Rave et al.", 8.47), ("Martins et al.", 8.4687), ("Bjork et al.", 8.477)];
/// The energy there, by Rave et al. and by Martins et al. without the error of cells.
pub const ENERGIES: [(&str, f64); 2] = [("Rave et al.", 0.3027), ("Martins et al.", 0.3026)];
/// Energies of demagnetising field, exchange and anisotropy of flower and vortex there, by Martins et al. with 70^3 cells.
pub const LIMIT: [f64; 6] = [0.2792, 0.0177, 0.0056, 0.0780, 0.1724, 0.0521];
