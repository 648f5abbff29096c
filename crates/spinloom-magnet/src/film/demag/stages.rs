//! The three stages of the convolution, in the instructions that the processor has.

use super::convolution::{Convolution, Convolve, Laned, ROWS, Source, Stage, Tables};
use super::lanes::Lanes;
use super::vector::{Plain, Vector};
use crate::MagnetError;
use crate::film::{Grid, PerCell, Real, VectorField};

impl<T: Real, const L: usize> Stage<'_, T, L> {
    #[inline(always)]
    fn run(self, v: impl Vector<T, L>, tables: &Tables<T, L>, scratch: &mut [Lanes<T, L>]) {
        match self {
            Stage::Forward { source, group, out } => forward(v, tables, source, group, out, scratch),
            Stage::Multiply { block, rows, out } => multiply(v, tables, block, rows, out, scratch),
            Stage::Inverse { group, columns, out } => inverse(v, tables, group, columns, out, scratch),
        }
    }
}

/// Rows of cells to blocks of frequencies along x: one group of [`ROWS`] rows.
#[inline(always)]
fn forward<T: Real, const L: usize>(
    v: impl Vector<T, L>,
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
        // Batches beyond the film are never read.
        for batch in (0..ROWS / L).take_while(|batch| first + batch * L < ny) {
            // Rows of a batch that are beyond the film repeat its last one.
            let starts: [usize; L] = std::array::from_fn(|l| (layer * ny + (first + batch * L + l).min(ny - 1)) * nx);
            let m = starts.map(|s| &m[s..s + nx]);
            match source.saturation {
                PerCell::Uniform(saturation) => {
                    load(v, line, &tables.weights, m, |_, _| v.splat(*saturation), |_, _| *saturation);
                }
                PerCell::Cells(saturation) => {
                    let saturation = starts.map(|s| &saturation[s..s + nx]);
                    let pieces = saturation.map(|row| row.as_chunks::<L>().0);
                    load(v, line, &tables.weights, m, |l, piece| pieces[l][piece], |l, x| saturation[l][x]);
                }
            }
            line[nx..].fill(Lanes::zero());
            tables.x.forward(v, &mut line[..tables.x.length()]);
            let out = &mut out[component * blocks * ROWS..][..blocks * ROWS];
            for (numbers, out) in line.as_chunks::<L>().0.iter().zip(out.chunks_exact_mut(ROWS)) {
                transpose(v, numbers, &mut out[batch * L..][..L]);
            }
        }
    }
}

/// `L` numbers of `L` lanes to as many of the lanes' own.
#[inline(always)]
fn transpose<T: Real, const L: usize>(v: impl Vector<T, L>, from: &[Lanes<T, L>; L], to: &mut [Lanes<T, L>]) {
    let (re, im) = (v.transpose(from.map(|n| n.re)), v.transpose(from.map(|n| n.im)));
    for (to, (re, im)) in to.iter_mut().zip(re.into_iter().zip(im)) {
        *to = Lanes { re, im };
    }
}

/// A row in each lane, times its saturation magnetization, by `L` cells or by one, and the weights.
#[inline(always)]
fn load<T: Real, const L: usize>(
    v: impl Vector<T, L>,
    line: &mut [Lanes<T, L>],
    weights: &[[T; 2]],
    rows: [&[T]; L],
    by_piece: impl Fn(usize, usize) -> [T; L],
    by_cell: impl Fn(usize, usize) -> T,
) {
    let weighted = |value: [T; L], [re, im]: [T; 2]| Lanes { re: v.mul(v.splat(re), value), im: v.mul(v.splat(im), value) };
    let pieces = rows.map(|row| row.as_chunks::<L>().0);
    let numbers = line.as_chunks_mut::<L>().0.iter_mut().zip(weights.as_chunks::<L>().0);
    for (piece, (numbers, weights)) in numbers.enumerate() {
        let values = v.transpose(std::array::from_fn(|l| v.mul(by_piece(l, piece), pieces[l][piece])));
        for k in 0..L {
            numbers[k] = weighted(values[k], weights[k]);
        }
    }
    for x in weights.len() / L * L..weights.len() {
        line[x] = weighted(std::array::from_fn(|l| by_cell(l, x) * rows[l][x]), weights[x]);
    }
}

/// Blocks of frequencies back to rows of cells, added to what is there.
#[inline(always)]
fn inverse<T: Real, const L: usize>(
    v: impl Vector<T, L>,
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
                let from = &columns[((block * 3 + component) * nz + layer) * height + first + batch * L..];
                // There are always as many: columns hold whole groups.
                if let Some(from) = from.first_chunk::<L>() {
                    transpose(v, from, numbers);
                }
            }
            tables.x.inverse(v, &mut line[..tables.x.length()]);
            store(v, line, &tables.weights, out);
        }
    }
}

/// Adds the real part of each lane over its weight to a row.
#[inline(always)]
fn store<T: Real, const L: usize>(v: impl Vector<T, L>, line: &[Lanes<T, L>], weights: &[[T; 2]], rows: &mut [T]) {
    let nx = weights.len();
    let real = |n: &Lanes<T, L>, [re, im]: [T; 2]| v.mul_add(v.splat(re), n.re, v.mul(v.splat(im), n.im));
    for (piece, (numbers, weights)) in line.as_chunks::<L>().0.iter().zip(weights.as_chunks::<L>().0).enumerate() {
        let values = v.transpose(std::array::from_fn(|k| real(&numbers[k], weights[k])));
        for (row, value) in rows.chunks_exact_mut(nx).zip(values) {
            let row = &mut row.as_chunks_mut::<L>().0[piece];
            *row = v.add(*row, value);
        }
    }
    for x in nx / L * L..nx {
        let value = real(&line[x], weights[x]);
        rows.chunks_exact_mut(nx).zip(value).for_each(|(row, value)| row[x] += value);
    }
}

/// One block of frequencies along x: transforms along y and z, product with the kernel, and back.
#[inline(always)]
fn multiply<T: Real, const L: usize>(
    v: impl Vector<T, L>,
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
                        *work = from.times(v, *twist);
                    }
                }
            }
            work[ny..].fill(Lanes::zero());
            y.plan.forward(v, &mut work[..length]);
        }
        if nz == 1 {
            flat(v, kernel, places, work, pitch);
        } else {
            deep(v, tables, kernel, places, work, depth);
        }
        for (work, out) in work.chunks_exact_mut(pitch).zip(out.chunks_exact_mut(groups * ROWS)) {
            y.plan.inverse(v, &mut work[..length]);
            if half == 0 {
                out[..ny].copy_from_slice(&work[..ny]);
            } else {
                for ((out, work), twist) in out.iter_mut().zip(&*work).zip(&y.twist) {
                    *out = out.plus(v, work.times_conjugate(v, *twist));
                }
            }
        }
    }
}

/// The product in a film of one layer: xx, yy, zz, xy.
#[inline(always)]
fn flat<T: Real, const L: usize>(
    v: impl Vector<T, L>,
    kernel: &[Lanes<T, L>],
    places: &[(usize, T)],
    work: &mut [Lanes<T, L>],
    pitch: usize,
) {
    let (x, others) = work.split_at_mut(pitch);
    let (y, z) = others.split_at_mut(pitch);
    let kernel = kernel.as_chunks::<2>().0;
    for (((x, y), z), (row, sign)) in x.iter_mut().zip(y).zip(z).zip(places) {
        let [Lanes { re: xx, im: yy }, Lanes { re: zz, im: xy }] = kernel[*row];
        let xy = v.mul(v.splat(*sign), xy);
        let (mx, my) = (*x, *y);
        *x = mx.products(v, xx).plus_products(v, my, xy);
        *y = my.products(v, yy).plus_products(v, mx, xy);
        *z = z.products(v, zz);
    }
}

/// The product in a body of several layers, with the transforms along z of the columns at each frequency along y.
#[inline(always)]
fn deep<T: Real, const L: usize>(
    v: impl Vector<T, L>,
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
    for (frequency, (row, sign)) in places.iter().enumerate() {
        let kernel = &kernel[row * axis.rows..][..axis.rows];
        for (half, places) in axis.halves.iter().enumerate() {
            for (component, depth) in depth.chunks_exact_mut(length).enumerate() {
                for (layer, (depth, twist)) in depth.iter_mut().zip(&axis.twist).enumerate() {
                    let from = work[(component * nz + layer) * pitch + frequency];
                    *depth = if half == 0 { from } else { from.times(v, *twist) };
                }
                depth[nz..].fill(Lanes::zero());
                axis.plan.forward(v, depth);
            }
            product(v, kernel, *sign, places, depth);
            for (sums, depth) in sums.chunks_exact_mut(nz).zip(depth.chunks_exact_mut(length)) {
                axis.plan.inverse(v, depth);
                for ((sum, depth), twist) in sums.iter_mut().zip(&*depth).zip(&axis.twist) {
                    *sum = if half == 0 { *depth } else { sum.plus(v, depth.times_conjugate(v, *twist)) };
                }
            }
        }
        for (column, sum) in sums.iter().enumerate() {
            work[column * pitch + frequency] = *sum;
        }
    }
}

/// All six components, at the frequencies along z.
#[inline(always)]
fn product<T: Real, const L: usize>(
    v: impl Vector<T, L>,
    kernel: &[[Lanes<T, L>; 3]],
    sign_y: T,
    places: &[(usize, T)],
    depth: &mut [Lanes<T, L>],
) {
    let (x, others) = depth.split_at_mut(places.len());
    let (y, z) = others.split_at_mut(places.len());
    for (((x, y), z), (row, sign_z)) in x.iter_mut().zip(y).zip(z).zip(places) {
        let [Lanes { re: xx, im: yy }, Lanes { re: zz, im: xy }, Lanes { re: xz, im: yz }] = kernel[*row];
        let xy = v.mul(v.splat(sign_y), xy);
        let xz = v.mul(v.splat(*sign_z), xz);
        let yz = v.mul(v.splat(sign_y * *sign_z), yz);
        let (mx, my, mz) = (*x, *y, *z);
        *x = mx.products(v, xx).plus_products(v, my, xy).plus_products(v, mz, xz);
        *y = mx.products(v, xy).plus_products(v, my, yy).plus_products(v, mz, yz);
        *z = mx.products(v, xz).plus_products(v, my, yz).plus_products(v, mz, zz);
    }
}

/// A piece with all it takes, so that the whole is compiled for one kind of processor.
#[cfg(target_arch = "x86_64")]
struct Job<'a, T, const L: usize> {
    v: pulp::x86::V3,
    stage: Stage<'a, T, L>,
    tables: &'a Tables<T, L>,
    scratch: &'a mut [Lanes<T, L>],
}

#[cfg(target_arch = "x86_64")]
impl<T: Real, const L: usize> pulp::NullaryFnOnce for Job<'_, T, L>
where
    pulp::x86::V3: Vector<T, L>,
{
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.stage.run(self.v, self.tables, self.scratch);
    }
}

/// The convolution for one kind of numbers.
macro_rules! convolution {
    ($number:ty, $lanes:literal) => {
        impl Convolve<$number> for Convolution<$number, $lanes> {
            fn new(grid: &Grid) -> Result<Self, MagnetError> {
                Self::make(grid)
            }

            fn add(&mut self, saturation: &PerCell<$number>, m: &VectorField<$number>, out: &mut VectorField<$number>) {
                self.apply(Source { saturation, m }, out, |tables, stage, scratch| {
                    #[cfg(target_arch = "x86_64")]
                    if let Some(v) = pulp::x86::V3::try_new() {
                        return v.vectorize(Job { v, stage, tables, scratch });
                    }
                    stage.run(Plain, tables, scratch);
                });
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

convolution!(f64, 4);
convolution!(f32, 8);
