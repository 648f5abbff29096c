//! The transform of the demagnetising tensor.

use super::axis::{Axis, Extent};
use super::fourier::{Plan, unit};
use super::lanes::Lanes;
use super::newell::DemagnetizingTensor;
use super::vector::Plain;
use crate::MagnetError;
use crate::film::{Grid, Real};
use rayon::prelude::*;
use std::f64::consts::PI;

/// Parity of the six components along x, y and z: whether they are odd.
const ODD: [[bool; 3]; 6] = [[false; 3], [false; 3], [false; 3], [true, true, false], [true, false, true], [false, true, true]];

/// Tensors that a kernel may sum, at most: a few minutes' work.
const MOST_TENSORS: f64 = 2e10;

/// The cells along each axis of a grid.
pub(super) fn extents(grid: &Grid) -> [Extent; 3] {
    std::array::from_fn(|a| Extent { cells: grid.cells()[a], periodic: grid.is_periodic(a) })
}

/// Components of the tensor that a grid needs: without neighbours along z, xz and yz vanish.
pub(super) fn components(grid: &Grid) -> usize {
    if grid.cells()[2] == 1 { 4 } else { 6 }
}

/// The tensor's components by row (y, z) of displacements, component and x.
struct Tensors {
    values: Vec<f64>,
    displacements: [usize; 3],
    components: usize,
}

/// For each displacement along an axis, the distances (m) that share it, images included, and their weights.
///
/// A cell sees the nearest image of each other one, and so many repetitions to either side of that; of a pair of images half a film away
/// on either side each counts half. So the field of a magnetization that repeats repeats exactly.
fn distances(extent: Extent, images: usize, cell_size: f64) -> Vec<Vec<(f64, f64)>> {
    let (n, images) = (extent.cells as f64, images as i64);
    (0..extent.displacements())
        .map(|d| {
            let halfway = extent.periodic && 2 * d == extent.cells;
            let first = if halfway { -images - 1 } else { -images };
            let weight = |i: i64| if halfway && (i == first || i == images) { 0.5 } else { 1.0 };
            (first..=images).map(|i| ((d as f64 + i as f64 * n) * cell_size, weight(i))).collect()
        })
        .collect()
}

fn tensors(grid: &Grid) -> Result<Tensors, MagnetError> {
    let tensor = DemagnetizingTensor::new(grid.cell_size())?;
    let extents = extents(grid);
    let displacements = extents.map(Extent::displacements);
    let count: f64 = (0..3).map(|a| displacements[a] as f64 * (2.0 * grid.images()[a] as f64 + 1.0)).product();
    MagnetError::unless(count <= MOST_TENSORS, "the number of cells times images", count, "at most 2e10 in all")?;
    let [along_x, along_y, along_z]: [Vec<Vec<(f64, f64)>>; 3] =
        std::array::from_fn(|a| distances(extents[a], grid.images()[a], grid.cell_size()[a]));
    let x: Vec<f64> = along_x.iter().flatten().map(|(x, _)| *x).collect();
    let components = components(grid);
    let [nx, ny, nz] = displacements;
    let mut values = vec![0.0; components * nx * ny * nz];
    values.par_chunks_mut(components * nx).enumerate().for_each(|(row, out)| {
        let mut sums: [Vec<f64>; 6] = std::array::from_fn(|_| vec![0.0; x.len()]);
        for (z, weight_z) in &along_z[row / ny] {
            for (y, weight_y) in &along_y[row % ny] {
                tensor.add_row(&x, *y, *z, weight_y * weight_z, sums.each_mut().map(|s| &mut s[..]));
            }
        }
        for (out, mut sums) in out.chunks_exact_mut(nx).zip(sums.iter().map(|s| s.iter())) {
            for (out, images) in out.iter_mut().zip(&along_x) {
                *out = images.iter().zip(&mut sums).map(|((_, weight), n)| weight * n).sum();
            }
        }
    });
    Ok(Tensors { values, displacements, components })
}

/// The tensor's transform times a factor, in the order in which the convolution takes it: by block of `L` frequencies along x, row along
/// y and row along z, two components in each [`Lanes`].
pub(super) fn transform<T: Real, const L: usize>(grid: &Grid, factor: f64) -> Result<Vec<Lanes<T, L>>, MagnetError> {
    let tensors = tensors(grid)?;
    let extents = extents(grid);
    let length = Axis::<f64>::along_x(extents[0]);
    let width = length.div_ceil(L) * L;
    let along_x = transform_x(&tensors, extents[0], length, width);
    let ([_, ny, nz], components) = (tensors.displacements, tensors.components);
    drop(tensors);
    let [_, y, z] = extents.map(Axis::<f64>::new);
    let block = y.rows * z.rows * components / 2;
    let mut out = vec![Lanes::zero(); block * width / L];
    out.par_chunks_mut(block).enumerate().for_each(|(column, out)| {
        let mut line = Vec::new();
        let mut after_y = vec![[0.0; L]; nz * y.rows];
        for component in 0..components {
            let odd = ODD[component];
            // Two factors i.
            let factor = if component < 3 { factor } else { -factor };
            for layer in 0..nz {
                let kernel = |d: usize| {
                    let start = ((layer * ny + d) * components + component) * width + column * L;
                    std::array::from_fn(|l| factor * along_x[start + l])
                };
                y.spectrum(extents[1], odd[1], kernel, &mut line, |row, value| after_y[row * nz + layer] = value);
            }
            for (row, layers) in after_y.chunks_exact(nz).enumerate() {
                z.spectrum(
                    extents[2],
                    odd[2],
                    |d| layers[d],
                    &mut line,
                    |depth, value| {
                        let place = &mut out[(row * z.rows + depth) * components / 2 + component / 2];
                        *(if component % 2 == 0 { &mut place.re } else { &mut place.im }) = value.map(T::of);
                    },
                );
            }
        }
    });
    Ok(out)
}

/// The transform along x at the frequencies (k + 1/4) / length, by row and component; see [`super::convolution`].
fn transform_x(tensors: &Tensors, extent: Extent, length: usize, width: usize) -> Vec<f64> {
    const TOGETHER: usize = 8;
    let ([nx, ny, nz], components) = (tensors.displacements, tensors.components);
    let plan = Plan::<f64>::new(length);
    let weights: Vec<_> = (0..extent.cells).map(|d| unit::<f64>(PI * d as f64 / (2.0 * length as f64))).collect();
    let mut out = vec![0.0; components * width * ny * nz];
    let rows = out.par_chunks_mut(components * width).zip(tensors.values.par_chunks(components * nx));
    rows.for_each_init(Vec::new, |line: &mut Vec<Lanes<f64, TOGETHER>>, (out, row)| {
        line.clear();
        line.extend((0..extent.cells).map(|d| {
            let (folded, sign) = extent.folded(d);
            let twice = if d > 0 { 2.0 } else { 1.0 };
            let mut number = Lanes::zero();
            for c in 0..components {
                number.re[c] = twice * row[c * nx + folded] * if ODD[c][0] { sign } else { 1.0 };
            }
            number.times(Plain, weights[d])
        }));
        line.resize(length, Lanes::zero());
        plan.forward(Plain, line);
        for (c, out) in out.chunks_exact_mut(width).enumerate() {
            out.iter_mut().zip(line.iter()).for_each(|(out, n)| *out = if ODD[c][0] { n.im[c] } else { n.re[c] });
        }
    });
    out
}
