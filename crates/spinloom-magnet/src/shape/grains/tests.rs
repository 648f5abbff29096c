use super::*;
use spinloom_core::statistics::{mean, variance};
use spinloom_core::variability::Distribution;

#[test]
fn a_position_belongs_to_the_nearest_centre() {
    let grains = Grains::new(10e-9, 3).unwrap();
    let mut centres = Vec::new();
    for (y, x) in (-12..12).flat_map(|y| (-12..12).map(move |x| (y, x))) {
        let named = grains.wrapped([x, y, 0]);
        for (k, centre) in grains.centres(named).iter().enumerate() {
            let id = (((named[1]) * TILES + named[0]) as u64) << 10 | k as u64;
            centres.push((id, [(x as f64 + centre[0]) * 20e-9, (y as f64 + centre[1]) * 20e-9]));
        }
    }
    let mut stream = Stream::new(1, "grain test", 0);
    for _ in 0..500 {
        let [x, y] = [0, 1].map(|_| 200e-9 * (stream.uniform() - 0.5));
        let distance = |c: &[f64; 2]| (c[0] - x).hypot(c[1] - y);
        let nearest = centres.iter().min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1))).unwrap();
        assert_eq!(grains.grain([x, y, 5e-9]), Grain(nearest.0));
    }
}

#[test]
fn areas_have_the_mean_and_the_variance_of_poisson_voronoi_cells() {
    // About 2500 grains of 64 cells. The number of centres is a Poisson variable, so the mean area scatters by 2 %; the variance of the area
    // is known to 0.280 and scatters by about 4 % for so many. Five standard deviations of each.
    let grid = Grid::new([400, 400, 1], [1e-9; 3]).unwrap().with_images([1, 1, 0]);
    let grains = Grains::new(8e-9, 5).unwrap().periodic(&grid).unwrap();
    let (list, of) = grains.numbered(&grid);
    let mut areas = vec![0.0; list.len()];
    of.into_iter().for_each(|n| areas[n] += 1.0 / 64.0);
    assert!((mean(&areas) - 1.0).abs() < 0.1, "{}", mean(&areas));
    let relative = variance(&areas) / mean(&areas).powi(2);
    assert!((relative / 0.280 - 1.0).abs() < 0.2, "{relative}");
}

#[test]
fn grains_repeat_with_the_film() {
    let grid = Grid::new([50, 30, 1], [1e-9; 3]).unwrap().with_images([2, 2, 0]);
    let grains = Grains::new(7e-9, 9).unwrap().periodic(&grid).unwrap();
    for (x, y) in (0..50).flat_map(|x| (0..30).map(move |y| (x, y))) {
        let [px, py, pz] = grid.position([x, y, 0]);
        assert_eq!(grains.grain([px, py, pz]), grains.grain([px + 50e-9, py - 30e-9, pz]));
    }
    // Grains much larger than a film that repeats leave one at most, and end the search.
    let large = Grains::new(1e-3, 9).unwrap().periodic(&grid).unwrap();
    assert_eq!(large.regions(&grid, 0).unwrap().used().len(), 1);
}

#[test]
fn the_same_seed_gives_the_same_grains_for_any_number_of_threads() {
    let grid = Grid::new([60, 60, 3], [1e-9; 3]).unwrap();
    let grains = Grains::new(6e-9, 2).unwrap().in_space();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| grains.of_cells(&grid));
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(|| grains.of_cells(&grid));
    assert_eq!(one, three);
    assert_ne!(one, Grains::new(6e-9, 3).unwrap().in_space().of_cells(&grid));
    // Columns do not change along z, grains in space do.
    let columns = Grains::new(6e-9, 2).unwrap().of_cells(&grid);
    assert_eq!(columns[..3600], columns[7200..]);
    assert_ne!(one[..3600], one[7200..]);
}

#[test]
fn parameters_are_spread_from_grain_to_grain() {
    let grid = Grid::new([300, 300, 1], [1e-9; 3]).unwrap();
    let grains = Grains::new(6e-9, 4).unwrap();
    let regions = grains.regions(&grid, 100).unwrap();
    let spread = Spread { relative: 0.1, distribution: Distribution::Normal };
    let values: PerCell<f64> = grains.values(&grid, 8e5, &spread, "anisotropy");
    let mut by_grain = std::collections::BTreeMap::new();
    for (cell, region) in regions.numbers().iter().enumerate() {
        assert_eq!(*by_grain.entry(region).or_insert(values.at(cell)), values.at(cell));
    }
    let drawn: Vec<f64> = by_grain.values().map(|v| v / 8e5).collect();
    let n = drawn.len() as f64;
    assert!(n > 2000.0);
    // Five standard errors: false alarm below 1e-6 each.
    assert!((mean(&drawn) - 1.0).abs() < 5.0 * 0.1 / n.sqrt());
    assert!((variance(&drawn) / 0.01 - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
    let axes: VectorField<f64> = grains.axes(&grid, [1.0, 1.0, 1.0], 0.1).unwrap();
    let mut tilts = std::collections::BTreeMap::new();
    for (cell, region) in regions.numbers().iter().enumerate() {
        let axis = axes.get(cell);
        assert!((axis.iter().map(|a| a * a).sum::<f64>() - 1.0).abs() < 1e-12);
        tilts.insert(region, (axis.iter().sum::<f64>() / 3f64.sqrt()).acos().powi(2));
    }
    let squares: Vec<f64> = tilts.values().copied().collect();
    // The square of the angle is exponential with the mean 2 x 0.01.
    assert!((mean(&squares) / 0.02 - 1.0).abs() < 5.0 / n.sqrt());
}

#[test]
fn numbers_of_regions_end_at_65535() {
    let grid = Grid::new([64, 64, 1], [1e-9; 3]).unwrap();
    let grains = Grains::new(2e-9, 4).unwrap();
    let error = grains.regions(&grid, 65_000).unwrap_err();
    assert!(error.to_string().contains("65535"), "{error}");
    let shared = grains.shared_regions(&grid, 65_000, 10).unwrap();
    assert!(shared.used().into_iter().eq(65_000..65_010));
    assert!(grains.shared_regions(&grid, 65_535, 2).is_err());
    assert!(Grains::new(f64::NAN, 1).is_err() && Grains::new(0.0, 1).is_err());
}
