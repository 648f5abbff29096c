//! What a user does with geometry and quantities: a film described in a file, filled with grains, and read for its textures.

use serde::Deserialize;
use spinloom_core::variability::{Distribution, Spread};
use spinloom_magnet::film::{Grid, PerCell, VectorField};
use spinloom_magnet::quantity::{
    average, charge_density, line, mean_wall, region_average, reversed_areas, skyrmions, topological_charge, vortex_core,
};
use spinloom_magnet::shape::{Axis, Grains, RegionTable, Regions, Shape};

#[derive(Deserialize)]
struct File {
    geometry: Shape,
    region: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    number: u16,
    anisotropy: f64,
    of: Shape,
}

const TEXT: &str = r#"
[geometry]
shape = "minus"
of = [
    { shape = "ellipse", diameter = ["120 nm", "80 nm"] },
    { shape = "translate", by = ["40 nm", 0, 0], of = { shape = "circle", diameter = "20 nm" } },
]

[[region]]
number = 1
anisotropy = 8e5
of = { shape = "range", axis = "x", to = "0 nm" }

[[region]]
number = 2
anisotropy = 9e5
of = { shape = "and", of = [{ shape = "range", axis = "x", from = 0 }, { shape = "repeat", period = [0, "20 nm", 0], of = { shape = "range", axis = "y", from = 0 } }] }
"#;

#[test]
fn a_film_is_described_in_a_file() {
    let file: File = toml::from_str(TEXT).unwrap();
    let grid = Grid::new([64, 48, 2], [2e-9, 2e-9, 1e-9]).unwrap();
    let fill = file.geometry.on(&grid).unwrap().fill(8);
    let area = fill[..64 * 48].iter().map(|f| f64::from(*f)).sum::<f64>() * 4e-18;
    let expected = std::f64::consts::PI * (60.0 * 40.0 - 100.0) * 1e-18;
    assert!((area / expected - 1.0).abs() < 2e-3, "{area} for {expected}");
    let mut regions = Regions::new(&grid);
    let mut anisotropy = RegionTable::new(7e5);
    for region in &file.region {
        regions.set(region.number, &region.of.on(&grid).unwrap()).unwrap();
        anisotropy.set(region.number, region.anisotropy);
    }
    let values: PerCell<f32> = anisotropy.per_cell(&regions);
    let at = |x: usize, y: usize| values.at(grid.index([x, y, 1]));
    assert_eq!([at(0, 0), at(40, 24), at(40, 29)], [8e5, 9e5, 7e5]);
    let mut m = VectorField::<f32>::uniform(grid.len(), [0.0, 0.0, 1.0]);
    (0..grid.len()).filter(|c| fill[*c] == 0.0).for_each(|c| m.set(c, [0.0; 3]));
    assert_eq!(average(&m), Some([0.0, 0.0, 1.0]));
    assert_eq!(region_average(&m, &regions, 2).unwrap(), Some([0.0, 0.0, 1.0]));
}

#[test]
fn grains_fill_a_film_with_a_spread_of_parameters() {
    let grid = Grid::new([256, 256, 1], [2e-9, 2e-9, 1e-9]).unwrap().with_images([1, 1, 0]);
    let grains = Grains::new(15e-9, 7).unwrap().periodic(&grid).unwrap();
    let regions = grains.regions(&grid, 0).unwrap();
    let count = regions.used().len() as f64;
    // Poisson about (512 / 15)^2 = 1165, minus grains that hold no middle of a cell: five standard deviations.
    assert!((count - 1165.0).abs() < 5.0 * 1165f64.sqrt(), "{count}");
    let spread = Spread { relative: 0.05, distribution: Distribution::LogNormal };
    let anisotropy: PerCell<f64> = grains.values(&grid, 8e5, &spread, "anisotropy");
    let exchange: PerCell<f64> = grains.values(&grid, 8e5, &spread, "exchange stiffness");
    assert_ne!(anisotropy, exchange);
    let axes: VectorField<f64> = grains.axes(&grid, [0.0, 0.0, 1.0], 0.05).unwrap();
    let mean = average(&axes).unwrap();
    assert!(mean[2] > 0.99 && mean[0].abs() < 0.01);
}

/// Two skyrmions, and a straight wall in another film; every quantity by its name.
#[test]
fn textures_are_read_from_a_magnetization() {
    let grid = Grid::new([160, 80, 1], [1e-9; 3]).unwrap();
    let centres = [[-40.4e-9, 0.3e-9], [38.7e-9, 2.2e-9]];
    let mut m = VectorField::<f32>::zeros(grid.len());
    for cell in 0..grid.len() {
        let [x, y, _] = grid.position(grid.place(cell));
        let [dx, dy] =
            centres.map(|c| [x - c[0], y - c[1]]).into_iter().min_by(|a, b| a[0].abs().total_cmp(&b[0].abs())).unwrap();
        let theta = 2.0 * (4f64.sinh() / (dx.hypot(dy) / 2.5e-9).sinh()).atan();
        let phi = dy.atan2(dx);
        m.set(cell, [theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos()]);
    }
    let found = skyrmions(&grid, &m, 0).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found, reversed_areas(&grid, &m, 0, 1.0).unwrap());
    for s in &found {
        let distance = centres.iter().map(|c| (c[0] - s.centre[0]).hypot(c[1] - s.centre[1])).fold(f64::INFINITY, f64::min);
        assert!(distance < 0.05e-9 && (s.radius - 10e-9).abs() < 0.05e-9 && s.helicity.abs() < 0.01, "{s:?}");
    }
    // The tails at the edges leave the charge a little short of two.
    let charge = topological_charge(&grid, &m, 0).unwrap();
    assert!((charge + 2.0).abs() < 1e-3, "{charge}");
    let density = charge_density(&grid, &m).unwrap().iter().sum::<f64>() * 1e-18;
    assert!((density / charge - 1.0).abs() < 0.05, "{density}");
    let core = vortex_core(&grid, &m, 0).unwrap().unwrap();
    assert!(core.polarity.abs() == 1.0);
    for cell in line(&grid, Axis::X, [0, 3, 0]).unwrap() {
        let x = grid.position(grid.place(cell))[0];
        assert_eq!(grid.place(cell)[1], 3);
        m.set(cell, [0.0, 1.0 / (x / 6e-9).cosh(), (x / 6e-9).tanh()]);
    }
    let one_row = Grid::new([160, 1, 1], [1e-9; 3]).unwrap();
    let row = line(&grid, Axis::X, [0, 3, 0]).unwrap();
    let part = |c: &[f32]| row.iter().map(|i| c[*i]).collect::<Vec<f32>>();
    let wall = VectorField { x: part(&m.x), y: part(&m.y), z: part(&m.z) };
    let mean = mean_wall(&one_row, &wall, Axis::X, Axis::Z, 0).unwrap().unwrap();
    assert!((mean.width - 6e-9).abs() < 1e-14 && mean.position.abs() < 1e-14, "{mean:?}");
    assert!((mean.angle - std::f64::consts::FRAC_PI_2).abs() < 1e-6);
}
