use super::*;
use crate::macrospin::Vector;
use proptest::prelude::*;
use spinloom_core::constants::VACUUM_PERMEABILITY;

/// Numbers without a pattern, from -1 to 1.
fn noise(index: usize) -> f64 {
    let mut bits = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((bits >> 11) as f64) / (1u64 << 52) as f64 - 1.0
}

fn texture(cells: usize) -> Vec<Vector> {
    (0..cells)
        .map(|i| {
            let v: Vector = std::array::from_fn(|c| noise(3 * i + c));
            let length = v.iter().map(|c| c * c).sum::<f64>().sqrt();
            v.map(|c| c / length)
        })
        .collect()
}

/// Distances along an axis, in cells, and their weights: all images of the displacement within so many repetitions of the nearest.
fn images(displacement: i64, cells: i64, images: i64) -> Vec<(i64, f64)> {
    if images == 0 {
        return vec![(displacement, 1.0)];
    }
    // Twice the distance from the middle of what is seen, against twice half its width.
    let width = (2 * images + 1) * cells;
    (-2 * images - 3..=2 * images + 3)
        .map(|i| displacement + i * cells)
        .filter_map(|d| match (2 * d.abs()).cmp(&width) {
            std::cmp::Ordering::Less => Some((d, 1.0)),
            std::cmp::Ordering::Equal => Some((d, 0.5)),
            std::cmp::Ordering::Greater => None,
        })
        .collect()
}

/// The field by the sum over all pairs of cells.
fn direct(grid: &Grid, ms: &[f64], m: &[Vector]) -> Vec<Vector> {
    let tensor = DemagnetizingTensor::new(grid.cell_size()).unwrap();
    let [nx, ny, nz] = grid.cells().map(|n| n as i64);
    let range = |n: i64| 1 - n..n;
    let mut table = std::collections::HashMap::new();
    for z in range(nz) {
        for y in range(ny) {
            for x in range(nx) {
                let along: [Vec<(i64, f64)>; 3] =
                    std::array::from_fn(|a| images([x, y, z][a], [nx, ny, nz][a], grid.images()[a] as i64));
                let mut sum = [0.0; 6];
                for (dz, wz) in &along[2] {
                    for (dy, wy) in &along[1] {
                        for (dx, wx) in &along[0] {
                            let at = std::array::from_fn(|a| [*dx, *dy, *dz][a] as f64 * grid.cell_size()[a]);
                            let n = tensor.at(at);
                            (0..6).for_each(|c| sum[c] += wx * wy * wz * n[c]);
                        }
                    }
                }
                table.insert([x, y, z], sum);
            }
        }
    }
    (0..grid.len())
        .map(|i| {
            let mut field = [0.0; 3];
            for j in (0..grid.len()).filter(|j| ms[*j] != 0.0) {
                let [to, from] = [i, j].map(|c| grid.place(c).map(|p| p as i64));
                let [xx, yy, zz, xy, xz, yz] = table[&std::array::from_fn(|a| to[a] - from[a])];
                let source = m[j].map(|c| -VACUUM_PERMEABILITY * ms[j] * c);
                field[0] += xx * source[0] + xy * source[1] + xz * source[2];
                field[1] += xy * source[0] + yy * source[1] + yz * source[2];
                field[2] += xz * source[0] + yz * source[1] + zz * source[2];
            }
            field
        })
        .collect()
}

/// The field by the convolution: half of what two calls add up to, so that what the first one left behind would show.
fn convolved<T: Real>(grid: &Grid, ms: &PerCell<T>, m: &[Vector]) -> Vec<Vector> {
    let mut field = VectorField::zeros(grid.len());
    let mut magnetization = VectorField::zeros(grid.len());
    m.iter().enumerate().for_each(|(i, v)| magnetization.set(i, *v));
    let mut demag = Demag::<T>::new(grid).unwrap();
    demag.add_field(ms, &magnetization, &mut field);
    demag.add_field(ms, &magnetization, &mut field);
    (0..grid.len()).map(|i| field.get(i).map(|b| 0.5 * b)).collect()
}

fn deviation(a: &[Vector], b: &[Vector]) -> f64 {
    let largest = a.iter().flatten().fold(0.0f64, |max, v| max.max(v.abs()));
    a.iter().flatten().zip(b.iter().flatten()).fold(0.0f64, |max, (a, b)| max.max((a - b).abs())) / largest
}

/// Saturation with a hole in every third cell or so.
fn holes(cells: usize) -> Vec<f64> {
    (0..cells).map(|i| if noise(7 * i) > 0.3 { 0.0 } else { 8e5 * (1.5 + noise(5 * i)) }).collect()
}

fn both_agree(cells: [usize; 3], size: Vector, images: [usize; 3]) {
    let grid = Grid::new(cells, size).unwrap().with_images(images);
    let (m, ms) = (texture(grid.len()), holes(grid.len()));
    let ms = if grid.len() < 3 { vec![8e5; grid.len()] } else { ms };
    let expected = direct(&grid, &ms, &m);
    let double = deviation(&expected, &convolved(&grid, &PerCell::Cells(ms.clone()), &m));
    assert!(double < 1e-12, "{cells:?} {images:?}: {double:e}");
    let single = convolved(&grid, &PerCell::Cells(ms.iter().map(|v| *v as f32).collect()), &m);
    let single = deviation(&expected, &single);
    assert!(single < 2e-6, "{cells:?} {images:?}: {single:e}");
}

#[test]
fn the_convolution_is_the_direct_sum_on_films_and_bodies_of_any_size() {
    let size = [4e-9, 3e-9, 5e-9];
    for cells in
        [[1, 1, 1], [2, 1, 1], [1, 2, 1], [1, 1, 2], [16, 16, 1], [17, 13, 1], [31, 1, 1], [1, 29, 1], [9, 20, 1], [37, 23, 1]]
    {
        both_agree(cells, size, [0; 3]);
    }
    for cells in [[1, 1, 7], [4, 4, 4], [7, 5, 3], [5, 9, 2], [6, 1, 11], [12, 10, 5], [3, 17, 16]] {
        both_agree(cells, size, [0; 3]);
    }
}

#[test]
fn the_convolution_is_the_direct_sum_where_the_film_repeats() {
    let size = [2e-9, 3e-9, 1e-9];
    both_agree([8, 6, 1], size, [1, 0, 0]);
    both_agree([8, 6, 1], size, [0, 2, 0]);
    both_agree([7, 7, 1], size, [2, 1, 0]);
    both_agree([1, 5, 1], size, [3, 1, 0]);
    both_agree([5, 11, 3], size, [1, 1, 1]);
    both_agree([4, 4, 6], size, [0, 1, 2]);
    both_agree([4, 3, 1], size, [0, 0, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_film_agrees_with_the_direct_sum(
        cells in (1usize..14, 1usize..14, 1usize..5), size in prop::array::uniform3(1e-9..6e-9f64), images in prop::array::uniform3(0usize..3),
    ) {
        // Images in the plane, or of few layers, to keep the sum short.
        let images = if cells.2 > 2 { [0, images[1] / 2, 0] } else { [images[0], images[1], 0] };
        both_agree(cells.into(), size, images);
    }
}

#[test]
fn a_film_that_repeats_has_a_uniform_field_and_the_limit_of_a_film_without_end() {
    let grid = Grid::new([12, 10, 1], [5e-9, 5e-9, 5e-9]).unwrap().with_images([60, 60, 0]);
    let field = convolved(&grid, &PerCell::Uniform(8e5), &vec![[0.6, 0.0, 0.8]; grid.len()]);
    let unit = VACUUM_PERMEABILITY * 8e5;
    for b in &field {
        assert!((b[0] - field[0][0]).abs() < 1e-12 * unit && (b[2] - field[0][2]).abs() < 1e-12 * unit);
    }
    // Cut off after 60 films, the thickness over the width is 5 nm / 7.3 um, and the factors of the plane about twice that over pi.
    assert!((field[0][2] + 0.8 * unit).abs() < 1e-3 * unit && field[0][0].abs() < 1e-3 * unit);
}

#[test]
fn factors_of_a_whole_body_are_those_of_a_prism_and_sum_to_one() {
    let (cells, size) = ([12, 6, 4], [1e-9, 2e-9, 1.5e-9]);
    let grid = Grid::new(cells, size).unwrap();
    let whole = DemagnetizingTensor::new(grid.size()).unwrap().at([0.0; 3]);
    let mut sum = 0.0;
    for axis in 0..3 {
        let m: Vector = std::array::from_fn(|c| f64::from(u8::from(c == axis)));
        let field = convolved(&grid, &PerCell::Uniform(8e5), &vec![m; grid.len()]);
        let factor = -field.iter().map(|b| b[axis]).sum::<f64>() / (grid.len() as f64 * VACUUM_PERMEABILITY * 8e5);
        assert!((factor - whole[axis]).abs() < 1e-12, "{factor} {}", whole[axis]);
        sum += factor;
    }
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn threads_do_not_change_the_field() {
    let grid = Grid::new([96, 80, 2], [3e-9; 3]).unwrap();
    let (m, ms) = (texture(grid.len()), PerCell::Cells(holes(grid.len())));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| convolved(&grid, &ms, &m))
    };
    assert!(on(1) == on(2) && on(1) == on(5));
}

#[test]
fn a_large_film_keeps_to_its_memory() {
    let grid = Grid::new([512, 512, 1], [4e-9; 3]).unwrap();
    let demag = Demag::<f64>::new(&grid).unwrap();
    assert!(demag.bytes() < 140 * grid.len(), "{}", demag.bytes() / grid.len());
}

#[test]
fn what_cannot_be_summed_is_refused() {
    let grid = Grid::new([64, 64, 1], [1e-9; 3]).unwrap();
    assert!(Demag::<f64>::new(&grid.with_images([1_000_000, 1_000_000, 0])).is_err());
    assert!(Demag::<f64>::new(&grid.with_images([usize::MAX, 0, 0])).is_err());
    assert!(Demag::<f64>::new(&Grid::new([4, 4, 1], [1e-9, 1e-9, 1e-14]).unwrap()).is_err());
}
