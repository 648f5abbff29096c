//! Every term with an energy: its field is minus the gradient of that energy, whatever differs from cell to cell.

use super::anisotropy::PerCellVector;
use super::*;
use crate::macrospin::Waveform;
use spinloom_core::random::Stream;

/// A number from `low` to `high` for every cell.
fn random(stream: &mut Stream, cells: usize, low: f64, high: f64) -> PerCell<f64> {
    PerCell::Cells((0..cells).map(|_| low + (high - low) * stream.uniform()).collect())
}

fn random_vector(stream: &mut Stream, cells: usize) -> PerCellVector<f64> {
    std::array::from_fn(|_| random(stream, cells, -1.0, 1.0))
}

fn field_of(grid: &Grid, term: &dyn Term<f64>, m: &VectorField<f64>) -> VectorField<f64> {
    let mut out = VectorField::zeros(grid.len());
    for number in 0..grid.rows() {
        let row = grid.row(number);
        let [x, y, z] = out.components_mut().map(|c| &mut c[row.range()]);
        term.add_row(State { m, time: 0.3 }, row, &mut RowField { x, y, z });
    }
    out
}

/// Energy over the volume of a cell.
fn energy_of(grid: &Grid, ms: &PerCell<f64>, term: &dyn Term<f64>, m: &VectorField<f64>) -> f64 {
    let field = field_of(grid, term, m);
    let dot = |i: usize| m.x[i] * field.x[i] + m.y[i] * field.y[i] + m.z[i] * field.z[i];
    -(0..grid.len()).map(|i| ms.at(i) * dot(i)).sum::<f64>() / term.degree().unwrap()
}

/// Asserts that the field of a term is -(1 / Ms V) dE/dm in every cell with material, and tells its largest component, T.
fn assert_conservative(grid: &Grid, ms: &PerCell<f64>, term: &dyn Term<f64>, m: &VectorField<f64>) -> f64 {
    let field = field_of(grid, term, m);
    let largest = field.components().into_iter().flatten().fold(0.0f64, |most, b| most.max(b.abs()));
    // Where neighbours are missing or cancel, rounding is left, of fields of some tesla.
    let tolerance = 1e-6 * largest.max(1e-3);
    let (step, mut moved) = (1e-4, m.clone());
    for cell in (0..grid.len()).filter(|cell| ms.at(*cell) > 0.0) {
        for k in 0..3 {
            let energy = |moved: &mut VectorField<f64>, by: f64| {
                let before = moved.components()[k][cell];
                moved.components_mut()[k][cell] = before + by;
                let energy = energy_of(grid, ms, term, moved);
                moved.components_mut()[k][cell] = before;
                energy
            };
            let slope = (energy(&mut moved, step) - energy(&mut moved, -step)) / (2.0 * step);
            let (expected, found) = (-slope / ms.at(cell), field.components()[k][cell]);
            let place = grid.place(cell);
            assert!((found - expected).abs() < tolerance, "{} {place:?} {k}: {found} against {expected}", term.name());
        }
    }
    largest
}

/// Grids of every kind of end, with holes or without, and a random magnetization for each.
fn bodies() -> Vec<(Grid, PerCell<f64>, VectorField<f64>, Stream)> {
    let shapes = [[4, 3, 3], [5, 4, 1], [1, 3, 2], [3, 1, 1], [2, 2, 2]];
    let images = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]];
    let mut bodies = Vec::new();
    for (s, cells) in shapes.into_iter().enumerate() {
        for (p, images) in images.into_iter().enumerate() {
            for kind in 0..3 {
                let mut stream = Stream::new(11, "bodies", (s * 100 + p * 10 + kind) as u64);
                let grid = Grid::new(cells, [1e-9, 1.5e-9, 0.7e-9]).unwrap().with_images(images);
                let ms = match kind {
                    0 => PerCell::Uniform(8e5),
                    1 => random(&mut stream, grid.len(), 2e5, 1.5e6),
                    _ => {
                        let hole = |i: usize, ms: f64| if i % 5 == 3 { 0.0 } else { ms };
                        let PerCell::Cells(ms) = random(&mut stream, grid.len(), 2e5, 1.5e6) else { unreachable!() };
                        PerCell::Cells(ms.into_iter().enumerate().map(|(i, ms)| hole(i, ms)).collect())
                    }
                };
                let mut m = VectorField::zeros(grid.len());
                for i in (0..grid.len()).filter(|i| ms.at(*i) > 0.0) {
                    let v: [f64; 3] = std::array::from_fn(|_| stream.normal());
                    let length = v.iter().map(|v| v * v).sum::<f64>().sqrt();
                    m.set(i, v.map(|v| v / length));
                }
                bodies.push((grid, ms, m, stream));
            }
        }
    }
    bodies
}

/// Parameters that differ from cell to cell, and the same for all cells.
fn parameters(stream: &mut Stream, cells: usize, low: f64, high: f64) -> [PerCell<f64>; 2] {
    [random(stream, cells, low, high), PerCell::Uniform(high)]
}

#[test]
fn exchange_and_dmi_are_gradients_of_their_energies() {
    for (grid, ms, m, mut stream) in bodies() {
        let stiffness = parameters(&mut stream, grid.len(), 0.5e-11, 2e-11);
        let strength = parameters(&mut stream, grid.len(), -1e-3, 4e-3);
        for (a, d) in stiffness.iter().zip(&strength) {
            let largest = assert_conservative(&grid, &ms, &Exchange::new(&grid, &ms, a), &m);
            assert!(largest > 0.1);
            for edge in [DmiEdge::Ghost, DmiEdge::Open] {
                for kind in [DmiKind::Interfacial, DmiKind::Bulk] {
                    assert_conservative(&grid, &ms, &DzyaloshinskiiMoriya::new(kind, edge, &grid, &ms, a, d), &m);
                }
            }
        }
    }
}

#[test]
fn anisotropies_are_gradients_of_their_energies() {
    for (grid, ms, m, mut stream) in bodies() {
        let constants = parameters(&mut stream, grid.len(), -1e6, 1e6);
        let varied = random_vector(&mut stream, grid.len());
        // A second axis across the first.
        let across: PerCellVector<f64> = {
            let helper = [0.3, -0.5, 0.8];
            let of = |k: usize| {
                let component = |i: usize| {
                    let v: [f64; 3] = std::array::from_fn(|k| varied[k].at(i));
                    v[(k + 1) % 3] * helper[(k + 2) % 3] - v[(k + 2) % 3] * helper[(k + 1) % 3]
                };
                PerCell::Cells((0..grid.len()).map(component).collect())
            };
            std::array::from_fn(of)
        };
        let fixed = [uniform_vector([0.0, 3.0, 4.0]), uniform_vector([1.0, 0.0, 0.0])];
        for k in &constants {
            for axes in [&[varied.clone(), across.clone()], &fixed] {
                for order in [Order::First, Order::Second] {
                    assert_conservative(&grid, &ms, &UniaxialAnisotropy::new(order, &grid, &ms, k, &axes[0]).unwrap(), &m);
                    assert_conservative(&grid, &ms, &CubicAnisotropy::new(order, &grid, &ms, k, axes).unwrap(), &m);
                }
            }
        }
    }
}

#[test]
fn zeeman_and_interlayer_exchange_are_gradients_of_their_energies() {
    for (grid, ms, m, mut stream) in bodies() {
        let mut map = VectorField::zeros(grid.len());
        (0..grid.len()).for_each(|i| map.set(i, std::array::from_fn(|_| stream.normal())));
        let wave = Waveform::Sine { amplitude: 1.0, frequency: 0.2, phase: 0.1, offset: 0.0 };
        let zeeman = Zeeman::uniform([0.1, 0.2, -0.3]).unwrap().and([0.5, 0.0, 0.0], wave.clone()).unwrap();
        assert_conservative(&grid, &ms, &zeeman.and_cells(&grid, map, wave).unwrap(), &m);
        let [nx, ny, nz] = grid.cells();
        if nz > 1 && nx * ny > 4 {
            for coupling in parameters(&mut stream, nx * ny, -1e-3, 1e-3) {
                for order in [Order::First, Order::Second] {
                    let term = InterlayerExchange::new(order, &grid, &ms, [0, nz - 1], &coupling).unwrap();
                    assert_conservative(&grid, &ms, &term, &m);
                }
            }
        }
    }
}

#[test]
fn a_film_adds_up_what_its_terms_do_and_single_precision_agrees() {
    let grid = Grid::new([7, 5, 2], [2e-9; 3]).unwrap();
    let material = |scale: f64| {
        let mut material = Material::<f64>::new(8e5, 0.1 * scale, 1.3e-11);
        material.uniaxial_anisotropy = [PerCell::Uniform(3e5), PerCell::Uniform(1e5)];
        material.cubic_anisotropy = [PerCell::Uniform(-2e5), PerCell::Uniform(4e5)];
        (material.interfacial_dmi, material.bulk_dmi) = (PerCell::Uniform(2e-3), PerCell::Uniform(1e-3));
        material
    };
    let mut film = Film::new(grid, material(1.0)).unwrap();
    film.add_term(Box::new(Zeeman::uniform([0.0, 0.1, 0.3]).unwrap()));
    film.magnetize(|[x, y, z]| [(3e8 * x).cos(), (2e8 * y).sin(), (1e9 * z).sin() + 0.2]).unwrap();
    let m = film.magnetization().clone();
    let (mut total, mut velocity) = (VectorField::zeros(grid.len()), VectorField::zeros(grid.len()));
    film.field_of(&m, 0.0, &mut total);
    let names = ["exchange", "interfacial DMI", "bulk DMI", "uniaxial anisotropy", "cubic anisotropy", "Zeeman"];
    assert_eq!(film.energies().iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    let parts: Vec<_> = names.iter().map(|name| film.field_by_name(name).unwrap()).collect();
    for i in 0..grid.len() {
        let sum: f64 = parts.iter().map(|part| part.y[i]).sum();
        assert!((sum - total.y[i]).abs() < 1e-12);
    }
    assert!(film.field_by_name("stray field").unwrap_err().to_string().contains("Zeeman"));

    let largest = film.velocity(&m, 0.0, &mut velocity);
    let mut seen = 0.0f64;
    for i in 0..grid.len() {
        let cross = |a: [f64; 3], b: [f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        // Gilbert's implicit form, to which the explicit one has to be the solution.
        let (m, b, v) = (m.get(i), total.get(i), velocity.get(i));
        let (turn, drag) = (cross(m, b), cross(m, v));
        seen = seen.max(turn.iter().map(|c| c * c).sum::<f64>().sqrt());
        for k in 0..3 {
            let gamma = spinloom_core::constants::GYROMAGNETIC_RATIO;
            assert!((v[k] - (-gamma * turn[k] + 0.1 * drag[k])).abs() < 1e-12 * gamma * largest);
        }
    }
    assert!((largest - seen).abs() < 1e-12 * seen);

    let single = |values: &VectorField<f64>| {
        let [x, y, z] = values.components().map(|c| c.iter().map(|v| *v as f32).collect());
        VectorField::<f32> { x, y, z }
    };
    let uniform = |p: &PerCell<f64>| PerCell::Uniform(p.at(0) as f32);
    let wide = material(1.0);
    let mut narrow = Material::<f32>::new(8e5, 0.1, 1.3e-11);
    narrow.uniaxial_anisotropy = wide.uniaxial_anisotropy.each_ref().map(uniform);
    narrow.cubic_anisotropy = wide.cubic_anisotropy.each_ref().map(uniform);
    (narrow.interfacial_dmi, narrow.bulk_dmi) = (uniform(&wide.interfacial_dmi), uniform(&wide.bulk_dmi));
    let mut film = Film::new(grid, narrow).unwrap();
    film.add_term(Box::new(Zeeman::uniform([0.0, 0.1, 0.3]).unwrap()));
    let mut out = VectorField::zeros(grid.len());
    film.velocity(&single(&m), 0.0, &mut out);
    let most = velocity.x.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    for i in 0..grid.len() {
        assert!((out.x[i] as f64 - velocity.x[i]).abs() < 1e-5 * most);
    }
}

#[test]
fn magnetization_without_a_direction_is_refused_where_there_is_material_and_only_there() {
    let grid = Grid::new([2, 1, 1], [1e-9; 3]).unwrap();
    let mut material = Material::<f64>::new(1e6, 0.1, 1e-11);
    material.saturation_magnetization = PerCell::Cells(vec![1e6, 0.0]);
    let mut film = Film::new(grid, material).unwrap();
    let mut m = VectorField::uniform(2, [0.0, 3.0, 4.0]);
    m.set(1, [f64::NAN; 3]);
    film.set_magnetization(&m).unwrap();
    assert_eq!((film.magnetization().get(0), film.magnetization().get(1)), ([0.0, 0.6, 0.8], [0.0; 3]));
    m.set(0, [0.0, f64::NAN, 1.0]);
    assert!(film.set_magnetization(&m).unwrap_err().to_string().contains("(0, 0, 0)"));
    m.set(0, [0.0; 3]);
    assert!(film.set_magnetization(&m).is_err() && film.set_magnetization(&VectorField::zeros(3)).is_err());
    assert_eq!(film.magnetization().get(0), [0.0, 0.6, 0.8]);
}
