//! What acts in films against closed forms: spin waves, helices, walls and edges.
#![allow(clippy::unwrap_used)]

use spinloom_magnet::film::dynamics::Minimizer;
use spinloom_magnet::film::{DmiEdge, Exchange, Film, Grid, Material, PerCell, Row, RowField, State, Term, VectorField};
use std::f64::consts::{PI, TAU};

const MS: f64 = 8.6e5;
const A: f64 = 1.6e-11;
const K: f64 = 5.1e5;

fn minimum(film: &mut Film<f64>) {
    let mut m = film.magnetization().clone();
    let search = Minimizer { torque: 1e-10, moved: 0.0, ..Minimizer::default() };
    search.run(|m, out| film.field_of(m, 0.0, out), &mut m).unwrap();
    film.set_magnetization(&m).unwrap();
}

#[test]
fn exchange_of_a_cosine_that_fits_the_ends_is_that_of_the_lattice() {
    let (cells, size) = ([12, 9, 7], [1e-9, 2e-9, 1.5e-9]);
    let grid = Grid::new(cells, size).unwrap();
    let term = Exchange::new(&grid, &PerCell::Uniform(MS), &PerCell::Uniform(A));
    for (axis, waves) in [(0, 1), (0, 5), (1, 2), (2, 3)] {
        // Half waves along an axis with free ends: m = cos(k s) has k = pi n / length, and the second difference -(2 - 2 cos k d) / d^2.
        let k = PI * f64::from(waves) / (cells[axis] as f64 * size[axis]);
        let mut m = VectorField::zeros(grid.len());
        (0..grid.len()).for_each(|i| m.x[i] = (k * (grid.place(i)[axis] as f64 + 0.5) * size[axis]).cos());
        let factor = -2.0 * A / MS * (2.0 - 2.0 * (k * size[axis]).cos()) / (size[axis] * size[axis]);
        for number in 0..grid.rows() {
            let row: Row = grid.row(number);
            let mut field = VectorField::zeros(row.len);
            let [x, y, z] = field.components_mut();
            term.add_row(State { m: &m, time: 0.0 }, row, &mut RowField { x, y, z });
            for (i, cell) in row.range().enumerate() {
                assert!((field.x[i] - factor * m.x[cell]).abs() < 1e-12 * factor.abs());
            }
        }
    }
}

#[test]
fn helices_and_cycloids_have_the_energy_of_their_pitch_and_hand() {
    let (n, d, dmi) = (40, 1e-9, 2e-3);
    let grid = Grid::new([n, 3, 1], [d, d, d]).unwrap().with_images([1, 1, 0]);
    let q = TAU / (n as f64 * d);
    let energy = |bulk: bool, turn: &dyn Fn(f64) -> [f64; 3]| {
        let mut material = Material::<f64>::new(MS, 0.1, A);
        *(if bulk { &mut material.bulk_dmi } else { &mut material.interfacial_dmi }) = PerCell::Uniform(dmi);
        let mut film = Film::new(grid, material).unwrap();
        film.magnetize(|[x, _, _]| turn(q * x)).unwrap();
        film.total_energy() / (grid.len() as f64 * d * d * d)
    };
    // Of the lattice: A (2 - 2 cos q d) / d^2 and D sin(q d) / d for A q^2 and D q.
    let (exchange, twist) = (A * (2.0 - 2.0 * (q * d).cos()) / (d * d), dmi * (q * d).sin() / d);
    let right: (f64, f64) = (exchange - twist, exchange + twist);
    let bulk = [energy(true, &|p| [0.0, p.cos(), p.sin()]), energy(true, &|p| [0.0, p.cos(), -p.sin()])];
    let interface = [energy(false, &|p| [-p.sin(), 0.0, p.cos()]), energy(false, &|p| [p.sin(), 0.0, p.cos()])];
    for [low, high] in [bulk, interface] {
        assert!((low - right.0).abs() < 1e-12 * exchange && (high - right.1).abs() < 1e-12 * exchange);
    }
    // Bloch and Néel textures do not feel the interaction of the other kind.
    assert!((energy(false, &|p| [0.0, p.cos(), p.sin()]) - exchange).abs() < 1e-12 * exchange);
    assert!((energy(true, &|p| [p.sin(), 0.0, p.cos()]) - exchange).abs() < 1e-12 * exchange);
}

/// A chain along x that is uniform along y and z, of an easy axis along z.
fn chain(cells: usize, d: f64, dmi: f64, edge: DmiEdge) -> Film<f64> {
    let grid = Grid::new([cells, 1, 1], [d, 1e-9, 1e-9]).unwrap().with_images([0, 1, 0]);
    let mut material = Material::new(MS, 0.1, A);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(K);
    (material.interfacial_dmi, material.dmi_edge) = (PerCell::Uniform(dmi), edge);
    let mut film = Film::new(grid, material).unwrap();
    film.magnetize(|_| [0.01, 0.0, 1.0]).unwrap();
    film
}

#[test]
fn walls_have_the_profile_width_and_energy_of_landau_and_lifshitz() {
    let width = (A / K).sqrt();
    let (cells, d) = (400, width / 10.0);
    for dmi in [0.0, 1e-3, -1e-3] {
        let mut film = chain(cells, d, dmi, DmiEdge::Ghost);
        minimum(&mut film);
        let uniform = film.total_energy();
        let side = if dmi > 0.0 { -1.0 } else { 1.0 };
        film.magnetize(|[x, _, _]| [side / (x / width).cosh(), 0.0, -(x / width).tanh()]).unwrap();
        minimum(&mut film);
        let wall = (film.total_energy() - uniform) / 1e-18;
        // 4 sqrt(A K) - pi |D| of the continuum; the lattice is off by second order, (d / width)^2 / 12 and the like.
        let expected = 4.0 * (A * K).sqrt() - PI * dmi.abs();
        assert!((wall / expected - 1.0).abs() < 3e-3, "{dmi}: {wall} {expected}");
        let m = film.magnetization();
        for i in cells / 4..3 * cells / 4 {
            let x = film.grid().position([i, 0, 0])[0];
            assert!((m.z[i] + (x / width).tanh()).abs() < 3e-3 && (m.x[i] - side / (x / width).cosh()).abs() < 3e-3);
        }
    }
}

#[test]
fn magnetization_at_edges_tilts_by_the_angle_of_dmi_over_exchange() {
    // S. Rohart and A. Thiaville, Phys. Rev. B 88, 184422 (2013), equation 8: sin theta = D width / 2 A at an edge, from where
    // tan(theta/2) falls exponentially over the width.
    let (width, dmi) = ((A / K).sqrt(), 3.6e-3);
    let edge_angle = (dmi * width / (2.0 * A)).asin();
    let off = |edge: DmiEdge, d: f64| {
        let mut film = chain((20.0 * width / d).round() as usize, d, dmi, edge);
        minimum(&mut film);
        let m = film.magnetization();
        let last = m.len() - 1;
        assert!((m.x[0] + m.x[last]).abs() < 1e-6 && m.x[0] > 0.0 && m.y[0].abs() < 1e-6);
        let centre = 2.0 * ((0.5 * edge_angle).tan() * (-0.5 * d / width).exp()).atan();
        m.x[0].asin() - centre
    };
    for edge in [DmiEdge::Ghost, DmiEdge::Open] {
        let [coarse, fine, finer] = [width / 4.0, width / 8.0, width / 16.0].map(|d| off(edge, d));
        // Of second order: a quarter with every halving of the cells.
        assert!(finer.abs() < 1e-3 && (3.0..5.0).contains(&(coarse / fine)) && (3.0..5.0).contains(&(fine / finer)));
    }
}
