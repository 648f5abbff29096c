//! Currents through textures against exact cases, and what is wrong with contacts.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use spinloom_core::random::Stream;
use spinloom_magnet::film::{Grid, PerCell, Real, VectorField};
use spinloom_magnet::transport::{Conductor, Contact, Drive, Transport, TransportError};

const RHO: f64 = 2e-7;

fn between_ends(grid: &Grid, axis: usize) -> Vec<(Contact, Drive)> {
    vec![(Contact::end(grid, axis, false), Drive::Potential(1.0)), (Contact::end(grid, axis, true), Drive::Potential(0.0))]
}

/// rho_par - rho_perp.
fn excess(a: f64) -> f64 {
    RHO * ((2.0 + a) / (2.0 - a) - 1.0)
}

/// 2 x 2 resistivity along x and y.
fn planar(m: [f64; 3], a: f64) -> [[f64; 2]; 2] {
    let d = excess(a);
    [[RHO + d * m[0] * m[0], d * m[0] * m[1]], [d * m[0] * m[1], RHO + d * m[1] * m[1]]]
}

/// Conductivity along x where no field is across.
fn along_x(m: [f64; 3], a: f64) -> f64 {
    let [[xx, xy], [_, yy]] = planar(m, a);
    yy / (xx * yy - xy * xy)
}

fn tilted(theta: f64, phi: f64) -> [f64; 3] {
    [theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos()]
}

fn from_fn(grid: &Grid, f: impl Fn([f64; 3]) -> [f64; 3]) -> VectorField<f64> {
    let mut m = VectorField::<f64>::zeros(grid.len());
    for cell in 0..grid.len() {
        m.set(cell, f(grid.position(grid.place(cell))));
    }
    m
}

fn random_texture(grid: &Grid, seed: u64) -> VectorField<f64> {
    let mut stream = Stream::new(seed, "texture", 0);
    let mut m = VectorField::<f64>::zeros(grid.len());
    for cell in 0..grid.len() {
        let [u, v]: [f64; 2] = stream.random();
        m.set(cell, tilted((2.0 * u - 1.0).acos(), 6.3 * v));
    }
    m
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs()
}

#[test]
fn uniform_magnetization_at_any_angle_in_a_repeating_strip() {
    for size in [[17, 6, 1], [9, 1, 1], [8, 2, 1]] {
        let grid = Grid::new(size, [2e-9, 3e-9, 1e-9]).unwrap().with_images([0, 1, 0]);
        let length = grid.size();
        for a in [0.05, -0.3, 1.0] {
            let conductor = Conductor::new(RHO).with_anisotropic_ratio(a);
            let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, 0)).unwrap();
            for (theta, phi) in [(1.57, 0.0), (0.4, 0.3), (1.2, 0.8), (1.5, 2.5)] {
                let m = tilted(theta, phi);
                let j = transport.current_density(&VectorField::<f64>::uniform(grid.len(), m)).unwrap().clone();
                let expected = along_x(m, a) / length[0];
                assert!(close(transport.power(), expected * length[1] * length[2], 1e-12), "{size:?} {a} {theta} {phi}");
                let [[_, xy], [_, yy]] = planar(m, a);
                for cell in 0..grid.len() {
                    assert!(close(j.x[cell], expected, 1e-9) && j.z[cell] == 0.0);
                    assert!((j.y[cell] + xy / yy * expected).abs() < 1e-9 * expected);
                }
            }
        }
    }
}

#[test]
fn uniform_magnetization_at_any_angle_in_bulk() {
    for size in [[12, 5, 3], [6, 2, 2], [7, 1, 3], [5, 1, 1]] {
        let grid = Grid::new(size, [2e-9, 3e-9, 1e-9]).unwrap().with_images([0, 1, 1]);
        let a = 0.9;
        let conductor = Conductor::new(RHO).with_anisotropic_ratio(a);
        let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, 0)).unwrap();
        for (theta, phi) in [(1.57, 0.0), (0.4, 0.3), (1.2, 0.8), (1.5, 2.5)] {
            let m = tilted(theta, phi);
            let j = transport.current_density(&VectorField::<f64>::uniform(grid.len(), m)).unwrap().clone();
            let excess = 1.0 / (RHO + excess(a)) - 1.0 / RHO;
            let field = 1.0 / grid.size()[0];
            let expected = [1.0 / RHO + excess * m[0] * m[0], excess * m[0] * m[1], excess * m[0] * m[2]].map(|s| s * field);
            for cell in 0..grid.len() {
                let found = j.get(cell);
                assert!((0..3).all(|k| (found[k] - expected[k]).abs() < 1e-9 * expected[0]), "{size:?} {found:?} {expected:?}");
            }
        }
    }
}

#[test]
fn resistance_and_planar_hall_voltage_of_a_long_strip() {
    let grid = Grid::new([400, 20, 1], [2e-9, 2e-9, 1e-9]).unwrap();
    let a = 0.2;
    for (theta, phi) in [(1.5, std::f64::consts::FRAC_PI_4), (0.8, 1.1), (1.57, 2.0)] {
        let m = tilted(theta, phi);
        let mut transport =
            Transport::<f64>::new(&grid, Conductor::new(RHO).with_anisotropic_ratio(a), &between_ends(&grid, 0)).unwrap();
        let j = transport.current_density(&VectorField::<f64>::uniform(grid.len(), m)).unwrap().clone();
        let current_density = transport.currents()[0] / (grid.size()[1] * grid.size()[2]);
        let potential = transport.potential();
        let at = |x, y| potential[grid.index([x, y, 0])];
        let [[xx, xy], _] = planar(m, a);
        assert!(close((at(180, 7) - at(220, 7)) / (40.0 * 2e-9), xx * current_density, 1e-8));
        assert!(close((at(200, 0) - at(200, 19)) / (19.0 * 2e-9), xy * current_density, 1e-8), "planar Hall voltage");
        let middle = grid.index([200, 3, 0]);
        assert!(close(j.x[middle], current_density, 1e-8) && j.y[middle].abs() < 1e-8 * current_density);
    }
}

#[test]
fn slabs_are_a_network_of_resistors() {
    for (axis, size) in [(0, [30, 8, 1]), (1, [8, 30, 1]), (0, [12, 6, 4]), (2, [3, 4, 12]), (2, [5, 1, 7])] {
        let h = [2e-9, 1e-9, 1.5e-9];
        let grid = Grid::new(size, h).unwrap();
        let a = 0.4;
        let mut stream = Stream::new(3, "slabs", axis as u64);
        for slabs_along in 0..3 {
            let slabs: Vec<(f64, bool)> = (0..size[slabs_along])
                .map(|_| {
                    let [u, v]: [f64; 2] = stream.random();
                    (RHO * 100f64.powf(u), v < 0.5)
                })
                .collect();
            let slab = |cell| slabs[grid.place(cell)[slabs_along]];
            let mut conductor = Conductor::new(RHO).with_anisotropic_ratio(a);
            conductor.resistivity = PerCell::of((0..grid.len()).map(|c| slab(c).0).collect());
            let mut m = VectorField::<f64>::zeros(grid.len());
            for cell in 0..grid.len() {
                m.set(
                    cell,
                    std::array::from_fn(|k| f64::from(u8::from((k == axis) == slab(cell).1) * u8::from(k != (axis + 2) % 3))),
                );
            }
            let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, axis)).unwrap();
            transport.current_density(&m).unwrap();
            let rho = |(rho, along): (f64, bool)| if along { rho * (2.0 + a) / (2.0 - a) } else { rho };
            let area: f64 = (0..3).filter(|k| *k != axis).map(|k| grid.size()[k]).product();
            let expected = if slabs_along == axis {
                slabs.iter().map(|s| rho(*s) * h[axis] / area).sum::<f64>()
            } else {
                let conductance = |s: &(f64, bool)| area / size[slabs_along] as f64 / (rho(*s) * grid.size()[axis]);
                1.0 / slabs.iter().map(conductance).sum::<f64>()
            };
            let found = transport.resistance(0, 1, 0, 1).unwrap();
            assert!(close(found, expected, 1e-10), "{axis} {size:?} {slabs_along}: {found} for {expected}");
        }
    }
}

#[test]
fn slabs_of_oblique_magnetization_in_series() {
    let grid = Grid::new([24, 6, 1], [1e-9, 2e-9, 1e-9]).unwrap().with_images([0, 2, 0]);
    let a = 0.7;
    let slab = |x: usize| tilted(0.3 + 0.4 * (x / 5) as f64, 1.1 * (x / 5) as f64);
    let m = from_fn(&grid, |p| slab((p[0] / 1e-9 + 12.0) as usize));
    let mut transport =
        Transport::<f64>::new(&grid, Conductor::new(RHO).with_anisotropic_ratio(a), &between_ends(&grid, 0)).unwrap();
    transport.solve(&m).unwrap();
    let expected: f64 = (0..24).map(|x| 1e-9 / (along_x(slab(x), a) * 12e-9 * 1e-9)).sum();
    assert!(close(transport.resistance(0, 1, 0, 1).unwrap(), expected, 1e-11));
}

#[test]
fn a_film_that_is_thin_along_another_axis_conducts_alike() {
    let m = [0.3, 0.5, 0.81];
    let mut found = Vec::new();
    for turn in 0..3 {
        let turned = |v: [usize; 3]| std::array::from_fn(|k| v[(k + turn) % 3]);
        let grid = Grid::new(turned([9, 7, 1]), [1e-9; 3]).unwrap();
        let axis = (3 - turn) % 3;
        let conductor = Conductor::new(RHO).with_anisotropic_ratio(0.5);
        let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, axis)).unwrap();
        let m = std::array::from_fn(|k| m[(k + turn) % 3]);
        transport.solve(&VectorField::<f64>::uniform(grid.len(), m)).unwrap();
        found.push(transport.power());
    }
    assert!(close(found[1], found[0], 1e-12) && close(found[2], found[0], 1e-12), "{found:?}");
}

#[test]
fn without_anisotropy_the_current_is_uniform_and_follows_what_drives_it() {
    let grid = Grid::new([16, 9, 1], [1e-9; 3]).unwrap();
    let m = random_texture(&grid, 5);
    let mut transport = Transport::<f64>::new(&grid, Conductor::new(RHO), &between_ends(&grid, 0)).unwrap();
    let j = transport.current_density(&m).unwrap();
    let expected = 1.0 / (RHO * 16e-9);
    assert!((0..grid.len()).all(|c| close(j.x[c], expected, 1e-9) && j.y[c].abs() < 1e-9 * expected && j.z[c] == 0.0));
    transport.set_drives(&[Drive::Current(1e-6), Drive::Potential(-0.5)]).unwrap();
    let j = transport.current_density(&m).unwrap().clone();
    assert!(close(j.x[40], 1e-6 / 9e-18, 1e-9));
    assert!(close(transport.potentials()[0] + 0.5, RHO * 16e-9 / 9e-18 * 1e-6, 1e-11));
    assert_eq!(transport.iterations(), 0, "only the drive has changed");
}

/// A film with holes, a texture, contacts at ends and inside.
fn device(size: [usize; 3], seed: u64, order: [usize; 4]) -> (Grid, Transport<f64>, VectorField<f64>) {
    let grid = Grid::new(size, [1e-9, 1.3e-9, 0.8e-9]).unwrap();
    let mut stream = Stream::new(seed, "grains", 0);
    let rho = (0..grid.len()).map(|_| RHO * 10f64.powf(stream.random())).collect();
    let hole = |c: usize| (3..5).contains(&grid.place(c)[0]) && grid.place(c)[1] == 4;
    let mut conductor = Conductor::new(RHO).with_anisotropic_ratio(0.3).with_noncollinear(1e-26);
    conductor.resistivity = PerCell::of(rho);
    let conductor = conductor.within(&grid, |c| !hole(c));
    let inside = |x: usize, y: usize| (0..grid.len()).filter(move |c| grid.place(*c)[..2] == [x, y]).collect();
    let probe = |y: usize| Contact::Faces { axis: 1, ahead: y > 0, cells: (3..5).map(|x| grid.index([x, y, 0])).collect() };
    let all = [
        (Contact::end(&grid, 0, false), Drive::Potential(1.0)),
        (probe(0), Drive::Floating),
        (Contact::Cells(inside(size[0] - 2, 5)), Drive::Current(2e-3)),
        (probe(size[1] - 1), Drive::Potential(0.0)),
    ];
    let contacts = order.map(|k| all[k].clone());
    let m = random_texture(&grid, seed);
    let transport = Transport::<f64>::new(&grid, conductor, &contacts).unwrap();
    (grid, transport, m)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn contacts_of_any_film_obey_the_laws_of_circuits(nx in 8usize..24, ny in 8usize..20, nz in 1usize..4, seed: u64) {
        let (grid, mut transport, m) = device([nx, ny, nz], seed, [0, 1, 2, 3]);
        let j = transport.current_density(&m).unwrap().clone();
        let (u, i) = (transport.potentials().to_vec(), transport.currents().to_vec());
        let largest = i.iter().fold(0.0f64, |a, b| a.max(b.abs()));
        prop_assert!(i.iter().sum::<f64>().abs() < 1e-12 * largest);
        prop_assert!(i[1].abs() < 1e-10 * largest && close(i[2], 2e-3, 1e-10) && u[0] == 1.0 && u[3] == 0.0);
        // Joule power from the currents inside.
        let inside = transport.power_density().iter().sum::<f64>() * grid.cell_volume();
        prop_assert!(close(inside, transport.power(), 1e-10), "{} {}", inside, transport.power());
        // Currents through cross-sections, which do not know of the contacts' currents.
        let through = |x: usize| -> f64 {
            let cells = (0..grid.len()).filter(|c| grid.place(*c)[0] == x);
            cells.map(|c| j.x[c]).sum::<f64>() * 1.3e-9 * 0.8e-9
        };
        prop_assert!((through(0) - i[0]).abs() < 1e-8 * largest);
        prop_assert!((through(1) - i[0]).abs() < 1e-8 * largest);
        // Symmetric and positive, and no probe is above the source.
        let r = transport.resistance_matrix(3).unwrap();
        for k in 0..3 {
            for l in 0..3 {
                let (there, back) = (r[4 * k + l], r[4 * l + k]);
                prop_assert!(close(there, back, 1e-12) && there > 0.0 && (k == l || there < r[4 * k + k]));
            }
        }
        // Reciprocity, with potentials that were solved from other contacts.
        let (_, mut other, _) = device([nx, ny, nz], seed, [3, 2, 1, 0]);
        other.solve(&m).unwrap();
        let four = transport.resistance(0, 2, 1, 3).unwrap();
        let back = other.resistance(2, 0, 3, 1).unwrap();
        prop_assert!((four - back).abs() < 1e-10 * transport.resistance(0, 2, 0, 2).unwrap());
    }
}

#[test]
fn a_smooth_texture_converges_with_the_square_of_the_cell() {
    let size = 64e-9;
    let power = |n: usize| {
        let grid = Grid::new([n, n, 1], [size / n as f64, size / n as f64, 1e-9]).unwrap();
        // A skyrmion.
        let m = from_fn(&grid, |p| {
            let r = p[0].hypot(p[1]);
            tilted(std::f64::consts::PI * (-(r / 16e-9).powi(2)).exp(), p[1].atan2(p[0]))
        });
        let conductor = Conductor::new(RHO).with_anisotropic_ratio(0.8).with_noncollinear(1e-24);
        let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, 0)).unwrap();
        transport.solve(&m).unwrap();
        transport.power()
    };
    let [coarse, middle, fine] = [16, 32, 64].map(power);
    let ratio = (coarse - middle) / (middle - fine);
    assert!((3.2..5.5).contains(&ratio), "{coarse} {middle} {fine}: {ratio}");
    assert!(close(middle, fine, 2e-3));
}

#[test]
fn a_wall_in_a_wire_raises_the_resistance_by_its_anisotropic_and_noncollinear_parts() {
    // Across a Bloch wall m_x = 0, and along a strip m_x = 1/cosh(x/w) for a head-on one: integral of m_x^2 is 2 w, of |grad m|^2 2/w.
    let (w, n) = (8e-9, 400);
    let grid = Grid::new([n, 4, 1], [1e-9, 1e-9, 1e-9]).unwrap();
    let wall = |bloch: bool| {
        from_fn(&grid, move |[x, _, _]| {
            let across = 1.0 / (x / w).cosh();
            if bloch { [0.0, across, (x / w).tanh()] } else { [across, 0.0, (x / w).tanh()] }
        })
    };
    let lambda = 1e-25;
    let conductor = Conductor::new(RHO).with_anisotropic_ratio(0.1).with_noncollinear(lambda);
    let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, 0)).unwrap();
    let area = 4e-18;
    let mut resistance = |bloch| {
        transport.solve(&wall(bloch)).unwrap();
        (transport.resistance(0, 1, 0, 1).unwrap() - RHO * n as f64 * 1e-9 / area) * area
    };
    // Differences on the mesh are of second order, (1 nm / w)^2 / 12 and less.
    assert!(close(resistance(true), lambda * 2.0 / w, 2e-3));
    // Against the integral over cells of rho_perp (1 + ...) with both effects.
    let both: f64 = (0..n)
        .map(|i| {
            let x = (i as f64 + 0.5 - 200.0) * 1e-9 / w;
            let local = RHO + lambda / (w * x.cosh()).powi(2);
            (local * (1.0 + (2.1 / 1.9 - 1.0) / x.cosh().powi(2)) - RHO) * 1e-9
        })
        .sum();
    assert!(close(resistance(false), both, 2e-3));
}

#[test]
fn solutions_start_from_the_last_and_do_not_depend_on_threads() {
    let grid = Grid::new([256, 200, 1], [1e-9; 3]).unwrap();
    let texture = |turn: f64| from_fn(&grid, move |p| tilted(1.5, (p[0] + 0.5 * p[1]) / 2e-8 + turn));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let conductor = Conductor::new(RHO).with_anisotropic_ratio(0.05);
            let mut transport = Transport::<f64>::new(&grid, conductor, &between_ends(&grid, 0)).unwrap();
            transport.set_tolerance(1e-8).unwrap();
            transport.solve(&texture(0.0)).unwrap();
            let cold = transport.iterations();
            let j = transport.current_density(&texture(1e-4)).unwrap().clone();
            (j, cold, transport.iterations())
        })
    };
    let (one, cold, warm) = run(1);
    assert_eq!(one, run(2).0);
    assert!(cold <= 20 && warm <= cold / 2 + 1, "{cold} {warm}");
}

#[test]
fn what_cannot_conduct_is_named() {
    let grid = Grid::new([10, 6, 1], [1e-9; 3]).unwrap();
    let ends = || between_ends(&grid, 0);
    let make = |conductor: Conductor, contacts: Vec<(Contact, Drive)>| Transport::<f64>::new(&grid, conductor, &contacts).err();
    let with = |f: &dyn Fn(usize, usize) -> bool| Conductor::new(RHO).within(&grid, |c| f(c % 10, c / 10));
    let cells = |x: usize| (Contact::Cells((0..6).map(|y| y * 10 + x).collect()), Drive::Potential(0.0));
    assert_eq!(make(Conductor::new(RHO), vec![]), Some(TransportError::TooFewContacts { count: 0 }));
    assert_eq!(make(Conductor::new(RHO), ends()[..1].to_vec()), Some(TransportError::TooFewContacts { count: 1 }));
    let floating = ends().into_iter().map(|(c, _)| (c, Drive::Floating)).collect();
    assert_eq!(make(Conductor::new(RHO), floating), Some(TransportError::AllFloating { count: 2 }));
    assert_eq!(make(with(&|x, _| x > 0), ends()), Some(TransportError::NoMaterial { contact: 0 }));
    assert_eq!(make(with(&|x, _| x > 3), vec![cells(8), cells(2)]), Some(TransportError::NoMaterial { contact: 1 }));
    assert_eq!(make(with(&|x, _| x != 5), ends()), Some(TransportError::NotConnected { first: 0, second: 1 }));
    let island = make(
        with(&|x, y| y < 3 || (y > 3 && x > 7)),
        vec![(Contact::Cells(vec![0]), Drive::Floating), (Contact::Cells(vec![9]), Drive::Potential(0.0))],
    );
    assert_eq!(island, Some(TransportError::Island { cell: [8, 4, 0], cells: 4 }));
    assert!(matches!(
        make(Conductor::new(RHO), vec![cells(3), cells(4)]),
        Some(TransportError::Touching { first: 0, second: 1, .. })
    ));
    assert!(matches!(
        make(Conductor::new(RHO), vec![cells(3), cells(3)]),
        Some(TransportError::Touching { first: 0, second: 1, .. })
    ));
    let beyond = vec![cells(3), (Contact::Cells(vec![60]), Drive::Floating)];
    assert_eq!(make(Conductor::new(RHO), beyond), Some(TransportError::NoCell { contact: 1, cell: 60, cells: 60 }));
    let within = vec![cells(3), (Contact::Faces { axis: 0, ahead: true, cells: vec![8] }, Drive::Floating)];
    assert!(matches!(make(Conductor::new(RHO), within), Some(TransportError::NotAtEnd { contact: 1, .. })));
    let round = grid.with_images([1, 0, 0]);
    let error = Transport::<f64>::new(&round, Conductor::new(RHO), &between_ends(&round, 0)).err();
    assert_eq!(error, Some(TransportError::NoSuchEnd { contact: 0, axis: 0 }));
    for wrong in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        assert!(make(Conductor::new(wrong), ends()).is_some());
    }
    assert!(make(Conductor::new(RHO).with_anisotropic_ratio(2.0), ends()).is_some());
    assert!(make(Conductor::new(RHO).with_noncollinear(-1.0), ends()).is_some());
    let nan = ends().into_iter().map(|(c, _)| (c, Drive::Potential(f64::NAN))).collect();
    assert!(make(Conductor::new(RHO), nan).is_some());
    let mut transport = Transport::<f64>::new(&grid, Conductor::new(RHO), &ends()).unwrap();
    assert_eq!(transport.resistance(0, 1, 0, 1), Err(TransportError::Singular));
    assert!(matches!(transport.resistance(0, 2, 0, 1), Err(TransportError::NoContact { contact: 2, count: 2 })));
    assert!(matches!(transport.solve(&VectorField::<f64>::zeros(59)), Err(TransportError::Count { .. })));
    let mut m = VectorField::<f64>::uniform(60, [0.0, 0.0, 1.0]);
    m.y[13] = f64::NAN;
    assert_eq!(transport.solve(&m), Err(TransportError::NotFinite { cell: [3, 1, 0] }));
    assert!(transport.set_tolerance(0.0).is_err() && transport.set_drives(&[Drive::Floating]).is_err());
}

/// A strip with a wall under a voltage: with the current of every texture, or with a given one.
fn driven_wall<T: Real>(ratio: f64, given: Option<f64>) -> (VectorField<T>, f64) {
    use spinloom_magnet::film::dynamics::{Method, Solver, Steps};
    use spinloom_magnet::film::torque::{CurrentDensity, ZhangLi};
    use spinloom_magnet::film::{Film, Material};
    use spinloom_magnet::transport::Driven;
    let grid = Grid::new([64, 8, 1], [4e-9, 4e-9, 2e-9]).unwrap();
    let mut film = Film::<T>::new(grid, Material::new(8e5, 0.1, 1.3e-11)).unwrap();
    film.magnetize(|[x, _, _]| [-(x / 20e-9).tanh(), 1.0 / (x / 20e-9).cosh(), 0.1]).unwrap();
    // The same steps either way: adaptive ones at the edge of stability amplify rounding to their error.
    let mut solver = Solver::new(grid.len(), Method::RungeKutta4, Steps::fixed(2e-13)).unwrap();
    let (resistivity, voltage) = (2e-7, 0.05);
    let wire = Conductor::new(resistivity).with_anisotropic_ratio(ratio);
    let ends =
        [(Contact::end(&grid, 0, false), Drive::Potential(voltage)), (Contact::end(&grid, 0, true), Drive::Potential(0.0))];
    let mut transport = Transport::new(&grid, wire, &ends).unwrap();
    let ms = PerCell::Uniform(T::of(8e5));
    let flow = match given {
        Some(density) => CurrentDensity::uniform([density, 0.0, 0.0]).unwrap(),
        None => CurrentDensity::per_cell(VectorField::zeros(grid.len())).unwrap(),
    };
    film.add_term(Box::new(
        ZhangLi::new(grid, flow.clone(), &PerCell::Uniform(T::of(0.5)), PerCell::Uniform(T::of(0.2)), &ms).unwrap(),
    ));
    if given.is_some() {
        film.advance_to(&mut solver, 0.1e-9).unwrap();
    } else {
        Driven::new(&mut film, &mut transport, flow).advance_to(&mut solver, 0.1e-9).unwrap();
    }
    transport.solve(film.magnetization()).unwrap();
    (film.magnetization().clone(), transport.currents()[0])
}

#[test]
fn a_current_that_follows_the_texture_moves_it_as_the_same_current_given_does() {
    let density = 0.05 / (2e-7 * 64.0 * 4e-9);
    let ((follows, _), (given, _)) = (driven_wall::<f64>(0.0, None), driven_wall(0.0, Some(density)));
    let apart = |a: &VectorField<f64>, b: &VectorField<f64>| {
        (0..a.len()).map(|i| (0..3).map(|k| (a.get(i)[k] - b.get(i)[k]).abs()).fold(0.0, f64::max)).fold(0.0, f64::max)
    };
    assert!(apart(&follows, &given) < 1e-8, "without magnetoresistance: {:.1e}", apart(&follows, &given));
    // With it the current is smaller where the magnetization lies along, and the wall moves otherwise.
    let (turned, current) = driven_wall(0.2, None);
    assert!(apart(&turned, &given) > 1e-4, "with magnetoresistance: {:.1e}", apart(&turned, &given));
    assert!(current.abs() < density * 8.0 * 4e-9 * 2e-9);
}

#[test]
fn numbers_of_four_bytes_follow_those_of_eight() {
    let ((double, its), (single, theirs)) = (driven_wall::<f64>(0.2, None), driven_wall::<f32>(0.2, None));
    let apart = |i: usize| (0..3).map(|k| (double.get(i)[k] - single.get(i)[k]).abs()).fold(0.0, f64::max);
    let most = (0..double.len()).map(apart).fold(0.0, f64::max);
    // Five hundred steps, each rounded to 6e-8.
    assert!(most < 1e-4 && close(theirs, its, 1e-5), "{most:.1e}, {theirs} against {its}");
}
