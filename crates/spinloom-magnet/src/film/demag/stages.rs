//! The three stages of the convolution, compiled for the instructions that processors have.

use super::convolution::{Convolution, Convolve, Laned, ROWS, Source, Stages, Tables};
use super::lanes::Lanes;
use crate::MagnetError;
use crate::film::{Grid, PerCell, Real, VectorField};
use multiversion::{multiversion, target::target_cfg_f};

/// Rows of cells to blocks of frequencies along x: one group of [`ROWS`] rows.
#[inline(always)]
fn forward<T: Real, const L: usize, const FUSED: bool>(
    tables: &Tables<T, L>,
    source: Source<'_, T>,
    group: usize,
    out: &mut [Lanes<T, L>],
    line: &mut [Lanes<T, L>],
) {
    let [nx, ny, _] = tables.cells;
    let (layer, first) = (group / tables.groups(), group % tables.groups() * ROWS);
    let blocks = tables.blocks();
    let line = &mut line[..blocks * L];
    for (component, m) in source.m.components().into_iter().enumerate() {
        for batch in 0..ROWS / L {
            let rows = first + batch * L;
            // The rows beyond the film are never read.
            if rows >= ny {
                break;
            }
            // Rows of a batch that are beyond the film repeat its last one.
            let starts: [usize; L] = std::array::from_fn(|l| (layer * ny + (rows + l).min(ny - 1)) * nx);
            match source.saturation {
                PerCell::Uniform(saturation) => {
                    load::<T, L>(line, &tables.weights, starts.map(|s| &m[s..s + nx]), |_, _| *saturation);
                }
                PerCell::Cells(saturation) => {
                    let saturation = starts.map(|s| &saturation[s..s + nx]);
                    load::<T, L>(line, &tables.weights, starts.map(|s| &m[s..s + nx]), |l, x| saturation[l][x]);
                }
            }
            line[nx..].fill(Lanes::zero());
            tables.x.forward::<L, FUSED>(&mut line[..tables.x.length()]);
            let out = &mut out[component * blocks * ROWS..][..blocks * ROWS];
            for (numbers, out) in line.chunks_exact(L).zip(out.chunks_exact_mut(ROWS)) {
                let out = &mut out[batch * L..][..L];
                for l in 0..L {
                    for k in 0..L {
                        out[l].re[k] = numbers[k].re[l];
                    }
                    for k in 0..L {
                        out[l].im[k] = numbers[k].im[l];
                    }
                }
            }
        }
    }
}

/// A number a row, in the lanes, times its saturation magnetization and its weight.
#[inline(always)]
fn load<T: Real, const L: usize>(
    line: &mut [Lanes<T, L>],
    weights: &[[T; 2]],
    rows: [&[T]; L],
    saturation: impl Fn(usize, usize) -> T,
) {
    for (x, (number, [re, im])) in line.iter_mut().zip(weights).enumerate() {
        let value: [T; L] = std::array::from_fn(|l| saturation(l, x) * rows[l][x]);
        *number = Lanes { re: value.map(|v| *re * v), im: value.map(|v| *im * v) };
    }
}

/// Blocks of frequencies back to rows of cells, added to what is there.
#[inline(always)]
fn inverse<T: Real, const L: usize, const FUSED: bool>(
    tables: &Tables<T, L>,
    group: usize,
    columns: &[Lanes<T, L>],
    out: [&mut [T]; 3],
    line: &mut [Lanes<T, L>],
) {
    let [nx, _, nz] = tables.cells;
    let (layer, first) = (group / tables.groups(), group % tables.groups() * ROWS);
    let (blocks, height) = (tables.blocks(), tables.groups() * ROWS);
    let line = &mut line[..blocks * L];
    for (component, out) in out.into_iter().enumerate() {
        for (batch, out) in out.chunks_mut(nx * L).enumerate() {
            for (block, numbers) in line.chunks_exact_mut(L).enumerate() {
                let from = &columns[((block * 3 + component) * nz + layer) * height + first + batch * L..][..L];
                for k in 0..L {
                    for l in 0..L {
                        numbers[k].re[l] = from[l].re[k];
                    }
                    for l in 0..L {
                        numbers[k].im[l] = from[l].im[k];
                    }
                }
            }
            tables.x.inverse::<L, FUSED>(&mut line[..tables.x.length()]);
            for (l, row) in out.chunks_exact_mut(nx).enumerate() {
                for ((out, number), [re, im]) in row.iter_mut().zip(&*line).zip(&tables.weights) {
                    *out += *re * number.re[l] + *im * number.im[l];
                }
            }
        }
    }
}

/// One block of frequencies along x: transforms along y and z, product with the kernel, and back.
#[inline(always)]
fn multiply<T: Real, const L: usize, const FUSED: bool>(
    tables: &Tables<T, L>,
    block: usize,
    rows: &[Lanes<T, L>],
    out: &mut [Lanes<T, L>],
    scratch: &mut [Lanes<T, L>],
) {
    let Tables { cells: [_, ny, nz], y, pitch, .. } = tables;
    let (ny, nz, pitch, length) = (*ny, *nz, *pitch, y.plan.length());
    let (groups, blocks) = (tables.groups(), tables.blocks());
    let (work, depth) = scratch.split_at_mut(3 * nz * pitch);
    let size = y.rows * tables.z.rows * tables.pairs;
    let kernel = &tables.kernel[block * size..][..size];
    for (half, places) in y.halves.iter().enumerate() {
        for (column, work) in work.chunks_exact_mut(pitch).enumerate() {
            let (component, layer) = (column / nz, column % nz);
            for (group, work) in work[..ny].chunks_mut(ROWS).enumerate() {
                let from = &rows[(((layer * groups + group) * 3 + component) * blocks + block) * ROWS..][..work.len()];
                if half == 0 {
                    work.copy_from_slice(from);
                } else {
                    for ((work, from), twist) in work.iter_mut().zip(from).zip(&y.twist[group * ROWS..]) {
                        *work = from.times::<FUSED, false>(*twist);
                    }
                }
            }
            work[ny..].fill(Lanes::zero());
            y.plan.forward::<L, FUSED>(&mut work[..length]);
        }
        if nz == 1 {
            flat::<T, L, FUSED>(kernel, places, work, pitch);
        } else {
            deep::<T, L, FUSED>(tables, kernel, places, work, depth);
        }
        for (work, out) in work.chunks_exact_mut(pitch).zip(out.chunks_exact_mut(groups * ROWS)) {
            y.plan.inverse::<L, FUSED>(&mut work[..length]);
            if half == 0 {
                out[..ny].copy_from_slice(&work[..ny]);
            } else {
                for ((out, work), twist) in out.iter_mut().zip(&*work).zip(&y.twist) {
                    *out = out.plus(work.times::<FUSED, true>(*twist));
                }
            }
        }
    }
}

/// The product in a film of one layer: xx, yy, zz, xy.
#[inline(always)]
fn flat<T: Real, const L: usize, const FUSED: bool>(
    kernel: &[Lanes<T, L>],
    places: &[(usize, T)],
    work: &mut [Lanes<T, L>],
    pitch: usize,
) {
    let (x, others) = work.split_at_mut(pitch);
    let (y, z) = others.split_at_mut(pitch);
    let kernel = kernel.as_chunks::<2>().0;
    for (((x, y), z), (row, sign)) in x.iter_mut().zip(y).zip(z).zip(places) {
        let [Lanes { re: xx, im: yy }, Lanes { re: zz, im: xy }] = &kernel[*row];
        let xy = xy.map(|v| *sign * v);
        let (mx, my) = (*x, *y);
        *x = mx.products(xx).plus_products::<FUSED>(&my, &xy);
        *y = my.products(yy).plus_products::<FUSED>(&mx, &xy);
        *z = z.products(zz);
    }
}

/// The product in a body of several layers, with the transforms along z of the columns at each frequency along y.
#[inline(always)]
fn deep<T: Real, const L: usize, const FUSED: bool>(
    tables: &Tables<T, L>,
    kernel: &[Lanes<T, L>],
    places: &[(usize, T)],
    work: &mut [Lanes<T, L>],
    depth: &mut [Lanes<T, L>],
) {
    let (nz, pitch, axis) = (tables.cells[2], tables.pitch, &tables.z);
    let length = axis.plan.length();
    let (sums, depth) = depth.split_at_mut(3 * nz);
    let depth = &mut depth[..3 * length];
    let kernel = kernel.as_chunks::<3>().0;
    for (frequency, (row, sign_y)) in places.iter().enumerate() {
        let kernel = &kernel[row * axis.rows..][..axis.rows];
        for (half, places) in axis.halves.iter().enumerate() {
            for (component, depth) in depth.chunks_exact_mut(length).enumerate() {
                for (layer, (depth, twist)) in depth.iter_mut().zip(&axis.twist).enumerate() {
                    let from = work[(component * nz + layer) * pitch + frequency];
                    *depth = if half == 0 { from } else { from.times::<FUSED, false>(*twist) };
                }
                depth[nz..].fill(Lanes::zero());
                axis.plan.forward::<L, FUSED>(depth);
            }
            let (x, others) = depth.split_at_mut(length);
            let (y, z) = others.split_at_mut(length);
            for (((x, y), z), (row, sign_z)) in x.iter_mut().zip(y).zip(z).zip(places) {
                let [Lanes { re: xx, im: yy }, Lanes { re: zz, im: xy }, Lanes { re: xz, im: yz }] = &kernel[*row];
                let xy = xy.map(|v| *sign_y * v);
                let xz = xz.map(|v| *sign_z * v);
                let yz = yz.map(|v| *sign_y * *sign_z * v);
                let (mx, my, mz) = (*x, *y, *z);
                *x = mx.products(xx).plus_products::<FUSED>(&my, &xy).plus_products::<FUSED>(&mz, &xz);
                *y = mx.products(&xy).plus_products::<FUSED>(&my, yy).plus_products::<FUSED>(&mz, &yz);
                *z = mx.products(&xz).plus_products::<FUSED>(&my, &yz).plus_products::<FUSED>(&mz, zz);
            }
            for (sums, depth) in sums.chunks_exact_mut(nz).zip(depth.chunks_exact_mut(length)) {
                axis.plan.inverse::<L, FUSED>(depth);
                for ((sum, depth), twist) in sums.iter_mut().zip(&*depth).zip(&axis.twist) {
                    *sum = if half == 0 { *depth } else { sum.plus(depth.times::<FUSED, true>(*twist)) };
                }
            }
        }
        for (column, sum) in sums.iter().enumerate() {
            work[column * pitch + frequency] = *sum;
        }
    }
}

/// The stages for one kind of numbers.
macro_rules! stages {
    ($number:ty, $lanes:literal, $stages:ident) => {
        mod $stages {
            use super::*;
            type Line = [Lanes<$number, $lanes>];

            #[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
            pub(super) fn forward(
                tables: &Tables<$number, $lanes>,
                source: Source<'_, $number>,
                group: usize,
                out: &mut Line,
                scratch: &mut Line,
            ) {
                if target_cfg_f!(target_feature = "fma") {
                    super::forward::<$number, $lanes, true>(tables, source, group, out, scratch);
                } else {
                    super::forward::<$number, $lanes, false>(tables, source, group, out, scratch);
                }
            }

            #[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
            pub(super) fn multiply(
                tables: &Tables<$number, $lanes>,
                block: usize,
                rows: &Line,
                out: &mut Line,
                scratch: &mut Line,
            ) {
                if target_cfg_f!(target_feature = "fma") {
                    super::multiply::<$number, $lanes, true>(tables, block, rows, out, scratch);
                } else {
                    super::multiply::<$number, $lanes, false>(tables, block, rows, out, scratch);
                }
            }

            #[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
            pub(super) fn inverse(
                tables: &Tables<$number, $lanes>,
                group: usize,
                columns: &Line,
                out: [&mut [$number]; 3],
                scratch: &mut Line,
            ) {
                if target_cfg_f!(target_feature = "fma") {
                    super::inverse::<$number, $lanes, true>(tables, group, columns, out, scratch);
                } else {
                    super::inverse::<$number, $lanes, false>(tables, group, columns, out, scratch);
                }
            }
        }

        impl Stages<$number, $lanes> for Convolution<$number, $lanes> {
            fn forward(
                tables: &Tables<$number, $lanes>,
                source: Source<'_, $number>,
                group: usize,
                out: &mut [Lanes<$number, $lanes>],
                scratch: &mut [Lanes<$number, $lanes>],
            ) {
                $stages::forward(tables, source, group, out, scratch);
            }
            fn multiply(
                tables: &Tables<$number, $lanes>,
                block: usize,
                rows: &[Lanes<$number, $lanes>],
                out: &mut [Lanes<$number, $lanes>],
                scratch: &mut [Lanes<$number, $lanes>],
            ) {
                $stages::multiply(tables, block, rows, out, scratch);
            }
            fn inverse(
                tables: &Tables<$number, $lanes>,
                group: usize,
                columns: &[Lanes<$number, $lanes>],
                out: [&mut [$number]; 3],
                scratch: &mut [Lanes<$number, $lanes>],
            ) {
                $stages::inverse(tables, group, columns, out, scratch);
            }
        }

        impl Convolve<$number> for Convolution<$number, $lanes> {
            fn new(grid: &Grid) -> Result<Self, MagnetError> {
                Self::make(grid)
            }
            fn add(&mut self, saturation: &PerCell<$number>, m: &VectorField<$number>, out: &mut VectorField<$number>) {
                self.apply(Source { saturation, m }, out);
            }
            fn bytes(&self) -> usize {
                self.held()
            }
        }

        impl Laned for $number {
            type Convolution = Convolution<$number, $lanes>;
        }
    };
}

stages!(f64, 4, double);
stages!(f32, 8, single);
