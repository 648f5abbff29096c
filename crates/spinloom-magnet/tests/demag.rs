//! The demagnetising field against the field dumps of OOMMF that come with fidimag's tests.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use spinloom_core::constants::VACUUM_PERMEABILITY;
use spinloom_magnet::film::{Demag, Grid, PerCell, VectorField};

/// The field of a dump, A/m, from its doubles; none where `SPINLOOM_DATA` names no folder.
fn dump(name: &str) -> Option<Vec<[f64; 3]>> {
    let Some(folder) = std::env::var_os("SPINLOOM_DATA") else {
        println!("not run: {name} is not here; SPINLOOM_DATA names no folder");
        return None;
    };
    let bytes = std::fs::read(std::path::Path::new(&folder).join("mumag/fields").join(name)).unwrap();
    let place = |text: &[u8]| bytes.windows(text.len()).position(|w| w == text).unwrap();
    let begin = b"# Begin: Data Binary 8\n";
    let data = &bytes[place(begin) + begin.len()..place(b"# End: Data Binary 8")];
    let numbers: Vec<f64> = data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    assert_eq!(numbers[0], 123_456_789_012_345.0);
    Some(numbers[1..].chunks_exact(3).map(|v| v.try_into().unwrap()).collect())
}

/// The magnetization of those tests, (sin x + y + 2.3 z, cos x + y + 1.3 z, 0) made of unit length, with the lengths in nm from a corner.
fn magnetization(grid: &Grid) -> VectorField<f64> {
    let mut m = VectorField::zeros(grid.len());
    for i in 0..grid.len() {
        let [x, y, z] = corner(grid, i);
        let v = [x.sin() + y + 2.3 * z, x.cos() + y + 1.3 * z];
        let length = v[0].hypot(v[1]);
        m.set(i, [v[0] / length, v[1] / length, 0.0]);
    }
    m
}

/// Middle of a cell from the corner of the grid, nm.
fn corner(grid: &Grid, cell: usize) -> [f64; 3] {
    let (place, size) = (grid.place(cell), grid.cell_size());
    std::array::from_fn(|a| (place[a] as f64 + 0.5) * size[a] * 1e9)
}

/// The largest deviation from a dump, over its largest field.
fn deviation(name: &str, grid: &Grid, saturation: &PerCell<f64>) -> Option<f64> {
    let expected = dump(name)?;
    assert_eq!(expected.len(), grid.len());
    let mut field = VectorField::zeros(grid.len());
    Demag::new(grid).unwrap().add_field(saturation, &magnetization(grid), &mut field);
    let largest = expected.iter().flatten().fold(0.0f64, |a, b| a.max(b.abs()));
    let all = (0..grid.len()).flat_map(|i| (0..3).map(move |c| (i, c)));
    Some(all.map(|(i, c)| (field.get(i)[c] / VACUUM_PERMEABILITY - expected[i][c]).abs()).fold(0.0, f64::max) / largest)
}

#[test]
fn the_field_of_a_film_is_that_of_oommf() {
    let grid = Grid::new([150, 50, 1], [2.5e-9, 2.5e-9, 3e-9]).unwrap();
    let Some(deviation) = deviation("test_demag_field_oommf_large_Demag.ohf", &grid, &PerCell::Uniform(8e5)) else { return };
    assert!(deviation < 1e-11, "{deviation:e}");
}

#[test]
fn the_field_of_a_body_that_is_not_all_magnetic_is_that_of_oommf() {
    let grid = Grid::new([12, 10, 2], [0.5e-9, 1e-9, 1e-9]).unwrap();
    let saturation = (0..grid.len()).map(|i| {
        let [x, y, _] = corner(&grid, i);
        if x * x + y * y < 25.0 { 2e4 } else { 0.0 }
    });
    let saturation = PerCell::of(saturation.collect());
    let Some(deviation) = deviation("test_with_oommf_spatial_Ms_Demag.ohf", &grid, &saturation) else { return };
    assert!(deviation < 1e-11, "{deviation:e}");
}
