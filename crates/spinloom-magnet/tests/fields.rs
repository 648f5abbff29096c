//! Fields of single terms, cell by cell, against those that OOMMF wrote (the dumps of the test suites of fidimag and finmag).
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use spinloom_magnet::film::dynamics::Minimizer;
use spinloom_magnet::film::{Demag, DmiEdge, Film, Grid, Material, PerCell, VectorField, uniform_vector};
use spinloom_magnet::ovf::{Ovf, read_file};
use std::f64::consts::PI;
use std::path::PathBuf;

/// OOMMF's vacuum permeability, T m/A: the value that was exact before 2019.
const OOMMF_PERMEABILITY: f64 = 4e-7 * PI;
/// Finmag's saturation magnetization, A/m.
const MS: f64 = 8.6e5;

/// The dump whose name begins and ends so, where the data set is present.
fn dump(begin: &str, end: &str) -> Option<Ovf> {
    let folder = std::env::var_os("SPINLOOM_DATA").map(|f| PathBuf::from(f).join("mumag/fields"));
    let Some(entries) = folder.and_then(|f| std::fs::read_dir(f).ok()) else {
        println!("not run: the data set mumag is not here; SPINLOOM_DATA names no folder with it");
        return None;
    };
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(begin) && name.ends_with(end)
    };
    let path = entries.map(|entry| entry.unwrap().path()).find(fits).unwrap();
    Some(read_file(&path).unwrap())
}

/// Largest difference of a field (T) from one of OOMMF (A/m), over the largest vector of the latter.
fn deviation(field: &VectorField<f64>, oommf: &Ovf) -> f64 {
    let other: VectorField<f64> = oommf.vectors().unwrap();
    let (mut most, mut largest) = (0.0f64, 0.0f64);
    for cell in 0..field.len() {
        let (a, b) = (field.get(cell), other.get(cell).map(|h| OOMMF_PERMEABILITY * h));
        largest = largest.max(b.iter().map(|b| b * b).sum::<f64>().sqrt());
        (0..3).for_each(|k| most = most.max((a[k] - b[k]).abs()));
    }
    assert!(largest > 0.0);
    most / largest
}

/// Fidimag's magnetization, with places in nm from the first corner.
fn fidimag(film: &mut Film<f64>) {
    let size = film.grid().size();
    let m = |place: [f64; 3]| {
        let [x, y, z]: [f64; 3] = std::array::from_fn(|k| 1e9 * (place[k] + 0.5 * size[k]));
        [x.sin() + y + 2.3 * z, x.cos() + y + 1.3 * z, 0.0]
    };
    film.magnetize(m).unwrap();
}

/// A film of finmag's material with the magnetization of a dump.
fn finmag(begin: &str, change: impl FnOnce(&mut Material<f64>)) -> Option<Film<f64>> {
    let spins = dump(begin, "Spin-00-0000000.omf")?;
    let mut material = Material::new(MS, 0.1, 0.0);
    change(&mut material);
    let mut film = Film::new(spins.grid, material).unwrap();
    film.set_magnetization(&spins.vectors().unwrap()).unwrap();
    Some(film)
}

#[test]
fn exchange_of_films_with_and_without_holes_is_that_of_oommf() {
    let small = "test_exch_field_oommf";
    for (name, ms, a) in [(small, 2.6e5, 1e-11), ("test_demag_field_oommf_large_Exchange", 8e5, 1.3e-11)] {
        let Some(oommf) = dump(name, ".ohf") else { return };
        let mut film = Film::new(oommf.grid, Material::new(ms, 0.1, a)).unwrap();
        fidimag(&mut film);
        let found = deviation(&film.field_by_name("exchange").unwrap(), &oommf);
        assert!(found < 1e-11, "{name}: {found:e}");
    }
    let Some(oommf) = dump("test_with_oommf_spatial_Ms_Exchange", ".ohf") else { return };
    let mut film = Film::new(oommf.grid, corner(&oommf.grid)).unwrap();
    fidimag(&mut film);
    let found = deviation(&film.field_by_name("exchange").unwrap(), &oommf);
    assert!(found < 1e-11, "{found:e}");
}

/// A quarter of a disk of 5 nm around the first corner.
fn corner(grid: &Grid) -> Material<f64> {
    let mut material = Material::new(2e4, 0.1, 1e-11);
    let inside = |cell: usize| {
        let (place, size) = (grid.position(grid.place(cell)), grid.size());
        let [x, y] = [0, 1].map(|k| place[k] + 0.5 * size[k]);
        if x * x + y * y < 5e-9 * 5e-9 { 2e4 } else { 0.0 }
    };
    material.saturation_magnetization = PerCell::Cells((0..grid.len()).map(inside).collect());
    material
}

#[test]
fn demagnetising_fields_of_films_with_and_without_holes_are_those_of_oommf() {
    for (name, holes) in [("test_demag_field_oommf_large_Demag", false), ("test_with_oommf_spatial_Ms_Demag", true)] {
        let Some(oommf) = dump(name, ".ohf") else { return };
        let material = if holes { corner(&oommf.grid) } else { Material::new(8e5, 0.1, 0.0) };
        let mut film = Film::new(oommf.grid, material).unwrap();
        film.set_demag(Some(Demag::new(&oommf.grid).unwrap()));
        fidimag(&mut film);
        let field = film.field_by_name("demagnetization").unwrap();
        // A field outside of the material, which OOMMF writes too, is compared as well.
        let found = deviation(&field, &oommf);
        assert!(found < 1e-9, "{name}: {found:e}");
    }
}

#[test]
fn exchange_of_rods_is_that_of_oommf() {
    for (name, a) in [("uniform_exchange_d39", 1.3e-11), ("uniform_exchange_7e3", 1.3e-12)] {
        let Some(mut film) = finmag(name, |material| material.exchange_stiffness = PerCell::Uniform(a)) else { return };
        let oommf = dump(name, "Field-00-0000000.ohf").unwrap();
        let found = deviation(&film.field_by_name("exchange").unwrap(), &oommf);
        assert!(found < 1e-10, "{name}: {found:e}");
    }
}

#[test]
fn interfacial_dmi_without_neighbours_at_the_edge_is_that_of_oommf() {
    let Some(oommf) = dump("test_dmi_field_oommf", ".ohf") else { return };
    let mut material = Material::new(2.6e5, 0.1, 0.0);
    // The extension DMExchange6Ngbr has the sign of Rohart and Thiaville.
    (material.interfacial_dmi, material.dmi_edge) = (PerCell::Uniform(-4.1e-3), DmiEdge::Open);
    let mut film = Film::new(oommf.grid, material).unwrap();
    fidimag(&mut film);
    let found = deviation(&film.field_by_name("interfacial DMI").unwrap(), &oommf);
    assert!(found < 1e-11, "{found:e}");
}

#[test]
fn uniaxial_and_cubic_anisotropy_are_those_of_oommf() {
    let diagonal = [1.0, 1.0, 1.0];
    let cases = [
        ("uniaxial_anisotropy_14e4", 4.5e5, diagonal),
        ("uniaxial_anisotropy_a030", 4.5e5, [0.0, 0.0, 1.0]),
        ("uniaxial_anisotropy_b487", 4.5e5, diagonal),
        ("uniaxial_anisotropy_fa1e", 5.2e5, [1.0, 0.0, 0.0]),
    ];
    for (name, constant, axis) in cases {
        let set = |material: &mut Material<f64>| {
            material.uniaxial_anisotropy[0] = PerCell::Uniform(constant);
            material.uniaxial_axis = uniform_vector(axis);
        };
        let Some(mut film) = finmag(name, set) else { return };
        let oommf = dump(name, "Field-00-0000000.ohf").unwrap();
        let found = deviation(&film.field_by_name("uniaxial anisotropy").unwrap(), &oommf);
        assert!(found < 1e-12, "{name}: {found:e}");
    }
    let name = "cubic_anisotropy_95";
    let set = |material: &mut Material<f64>| {
        material.cubic_anisotropy = [PerCell::Uniform(5.2e5), PerCell::Uniform(2.3e5)];
    };
    let Some(mut film) = finmag(name, set) else { return };
    let oommf = dump(name, "Field-00-0000000.ohf").unwrap();
    let found = deviation(&film.field_by_name("cubic anisotropy").unwrap(), &oommf);
    assert!(found < 1e-12, "{found:e}");
}

#[test]
fn the_rod_that_oommf_relaxed_with_dmi_is_at_rest() {
    let Some(oommf) = dump("dmi-Oxs_TimeDriver", ".omf") else { return };
    let mut material = Material::new(MS, 0.5, 1.6e-11);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(5.1e5);
    (material.interfacial_dmi, material.dmi_edge) = (PerCell::Uniform(3.6e-3), DmiEdge::Open);
    let mut film = Film::new(oommf.grid, material).unwrap();
    film.set_magnetization(&oommf.vectors().unwrap()).unwrap();
    let relaxed = film.magnetization().clone();
    let mut m = relaxed.clone();
    Minimizer { torque: 1e-9, moved: 0.0, ..Minimizer::default() }.run(|m, out| film.field_of(m, 0.0, out), &mut m).unwrap();
    let apart = |i: usize| (0..3).map(|k| (m.get(i)[k] - relaxed.get(i)[k]).abs()).fold(0.0, f64::max);
    let found = (0..m.len()).map(apart).fold(0.0, f64::max);
    // Fidimag asks for 5e-7 of itself; OOMMF stopped at a residual motion.
    assert!(found < 1e-6, "{found:e}");
}
