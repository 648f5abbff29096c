//! Passes over all cells, each reading every array once.

use crate::film::{Real, VectorField};
use multiversion::multiversion;
use std::ops::Range;

/// Cells that one thread works on at a time; their arrays lie in its second-level cache.
const BLOCK: usize = 8192;

/// Derivatives that a pass adds up at most: those of a step of Dormand and Prince.
pub(super) const MOST: usize = 6;

/// Works on blocks of arrays of the same length, on all cores, and merges the results in the order of a tree that only the length
/// decides, so that sums do not depend on the number of threads.
pub(super) fn over_blocks<T: Send, R: Send, const M: usize>(
    start: usize,
    arrays: [&mut [T]; M],
    work: &(impl Fn(Range<usize>, [&mut [T]; M]) -> R + Sync),
    merge: fn(R, R) -> R,
) -> R {
    let len = arrays[0].len();
    if len <= BLOCK {
        return work(start..start + len, arrays);
    }
    let middle = len.div_ceil(BLOCK) / 2 * BLOCK;
    let mut after: [&mut [T]; M] = std::array::from_fn(|_| Default::default());
    let mut filled = 0;
    let before = arrays.map(|array| {
        let (low, high) = array.split_at_mut(middle);
        after[filled] = high;
        filled += 1;
        low
    });
    let (low, high) = rayon::join(|| over_blocks(start, before, work, merge), || over_blocks(start + middle, after, work, merge));
    merge(low, high)
}

/// The nonzero ones of some coefficients times a step, and which they are.
#[derive(Debug)]
pub(super) struct Weights<T> {
    of: [usize; MOST],
    value: [T; MOST],
    len: usize,
}

impl<T: Real> Weights<T> {
    pub(super) fn new(coefficients: &[f64], time_step: f64) -> Self {
        let mut weights = Self { of: [0; MOST], value: [T::zero(); MOST], len: 0 };
        for (j, c) in coefficients.iter().enumerate().filter(|(_, c)| **c != 0.0) {
            (weights.of[weights.len], weights.value[weights.len]) = (j, T::of(c * time_step));
            weights.len += 1;
        }
        weights
    }
}

/// The slices of one component of the fields that have a weight.
fn weighted<'a, T: Real, const N: usize>(
    weights: &Weights<T>,
    k: &'a [VectorField<T>],
    axis: usize,
    cells: &Range<usize>,
) -> [&'a [T]; N] {
    std::array::from_fn(|j| &k[weights.of[j]].components()[axis][cells.clone()])
}

/// Calls a function of a const number of weights.
macro_rules! by_count {
    ($weights:expr, $function:ident, $($argument:expr),+) => {
        match $weights.len {
            0 | 1 => $function::<T, 1>($($argument),+),
            2 => $function::<T, 2>($($argument),+),
            3 => $function::<T, 3>($($argument),+),
            4 => $function::<T, 4>($($argument),+),
            5 => $function::<T, 5>($($argument),+),
            _ => $function::<T, MOST>($($argument),+),
        }
    };
}

/// out = m + sum of weighted derivatives.
pub(super) fn stage<T: Real>(m: &VectorField<T>, weights: &Weights<T>, k: &[VectorField<T>], out: &mut VectorField<T>) {
    by_count!(weights, stage_of, m, weights, k, out);
}

fn stage_of<T: Real, const N: usize>(m: &VectorField<T>, weights: &Weights<T>, k: &[VectorField<T>], out: &mut VectorField<T>) {
    let value: [T; N] = std::array::from_fn(|j| weights.value[j]);
    let work = |cells: Range<usize>, out: [&mut [T]; 3]| {
        for (axis, out) in out.into_iter().enumerate() {
            combine(&m.components()[axis][cells.clone()], weighted::<T, N>(weights, k, axis, &cells), value, out);
        }
    };
    over_blocks(0, out.components_mut(), &work, |(), ()| ());
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn combine<T: Real, const N: usize>(m: &[T], k: [&[T]; N], weight: [T; N], out: &mut [T]) {
    let n = out.len();
    let (m, k) = (&m[..n], k.map(|k| &k[..n]));
    for i in 0..n {
        let mut sum = m[i];
        for j in 0..N {
            sum += weight[j] * k[j][i];
        }
        out[i] = sum;
    }
}

/// out = m + sum of weighted derivatives, made a unit vector; whether all of it is finite. Where there is an embedded method,
/// `partial` becomes the part of its error from these derivatives.
pub(super) fn finish<T: Real>(
    m: &VectorField<T>,
    weights: &Weights<T>,
    k: &[VectorField<T>],
    error: Option<(&[f64], f64)>,
    out: &mut VectorField<T>,
    partial: &mut VectorField<T>,
) -> bool {
    by_count!(weights, finish_of, m, weights, k, error, out, partial)
}

fn finish_of<T: Real, const N: usize>(
    m: &VectorField<T>,
    weights: &Weights<T>,
    k: &[VectorField<T>],
    error: Option<(&[f64], f64)>,
    out: &mut VectorField<T>,
    partial: &mut VectorField<T>,
) -> bool {
    let value: [T; N] = std::array::from_fn(|j| weights.value[j]);
    let slices = |cells: &Range<usize>| -> [[&[T]; N]; 3] { std::array::from_fn(|a| weighted::<T, N>(weights, k, a, cells)) };
    let start = |cells: &Range<usize>| m.components().map(|c| &c[cells.clone()]);
    let both = |a, b| a && b;
    if let Some((coefficients, time_step)) = error {
        let share: [T; N] = std::array::from_fn(|j| T::of(coefficients[weights.of[j]] * time_step));
        let ([x, y, z], [px, py, pz]) = (out.components_mut(), partial.components_mut());
        let work = |cells: Range<usize>, [x, y, z, px, py, pz]: [&mut [T]; 6]| {
            normalized::<T, N, true>(start(&cells), slices(&cells), [value, share], [x, y, z], [px, py, pz])
        };
        over_blocks(0, [x, y, z, px, py, pz], &work, both)
    } else {
        let work = |cells: Range<usize>, out: [&mut [T]; 3]| {
            let none = std::array::from_fn(|_| Default::default());
            normalized::<T, N, false>(start(&cells), slices(&cells), [value; 2], out, none)
        };
        over_blocks(0, out.components_mut(), &work, both)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn normalized<T: Real, const N: usize, const ERROR: bool>(
    m: [&[T]; 3],
    k: [[&[T]; N]; 3],
    [weight, share]: [[T; N]; 2],
    [x, y, z]: [&mut [T]; 3],
    partial: [&mut [T]; 3],
) -> bool {
    let n = x.len();
    let (y, z) = (&mut y[..n], &mut z[..n]);
    let (m, k) = (m.map(|m| &m[..n]), k.map(|k| k.map(|k| &k[..n])));
    let [px, py, pz] = partial.map(|p| if ERROR { &mut p[..n] } else { p });
    let mut finite = true;
    for i in 0..n {
        let (mut v, mut e) = ([m[0][i], m[1][i], m[2][i]], [T::zero(); 3]);
        for a in 0..3 {
            for j in 0..N {
                v[a] += weight[j] * k[a][j][i];
                if ERROR {
                    e[a] += share[j] * k[a][j][i];
                }
            }
        }
        let square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        finite &= square <= T::max_value();
        // A cell without material stays at zero.
        let scale = if square > T::zero() { T::one() / square.sqrt() } else { T::zero() };
        (x[i], y[i], z[i]) = (v[0] * scale, v[1] * scale, v[2] * scale);
        if ERROR {
            (px[i], py[i], pz[i]) = (e[0], e[1], e[2]);
        }
    }
    finite
}

/// Completes the error by the last derivative: its largest square over the cells, and whether all are finite. The square of each cell
/// is left in the x component of `partial`.
pub(super) fn error<T: Real>(last: &VectorField<T>, weight: T, partial: &mut VectorField<T>) -> (T, bool) {
    let VectorField { x, y, z } = partial;
    let work = |cells: Range<usize>, [x]: [&mut [T]; 1]| {
        error_of(
            [&last.x[cells.clone()], &last.y[cells.clone()], &last.z[cells.clone()]],
            weight,
            x,
            &y[cells.clone()],
            &z[cells],
        )
    };
    over_blocks(0, [x], &work, |a: (T, bool), b: (T, bool)| (if a.0 > b.0 { a.0 } else { b.0 }, a.1 && b.1))
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn error_of<T: Real>(k: [&[T]; 3], weight: T, x: &mut [T], y: &[T], z: &[T]) -> (T, bool) {
    let n = x.len();
    let (k, y, z) = (k.map(|k| &k[..n]), &y[..n], &z[..n]);
    let mut finite = true;
    for i in 0..n {
        let e = [x[i] + weight * k[0][i], y[i] + weight * k[1][i], z[i] + weight * k[2][i]];
        let square = e[0] * e[0] + e[1] * e[1] + e[2] * e[2];
        finite &= square <= T::max_value();
        x[i] = square;
    }
    (largest(x), finite)
}

/// The largest of some numbers that are not negative, lane by lane.
#[inline(always)]
pub(super) fn largest<T: Real>(values: &[T]) -> T {
    let mut lanes = [T::zero(); 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for l in 0..16 {
            lanes[l] = if chunk[l] > lanes[l] { chunk[l] } else { lanes[l] };
        }
    }
    lanes.iter().chain(rest).fold(T::zero(), |a, b| if *b > a { *b } else { a })
}

/// Sum over cells of |v|^2.
pub(super) fn square_sum<T: Real>(v: &mut VectorField<T>) -> f64 {
    let work = |_: Range<usize>, arrays: [&mut [T]; 3]| arrays.into_iter().map(|a| squares(a)).sum::<f64>();
    over_blocks(0, v.components_mut(), &work, |a, b| a + b)
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn squares<T: Real>(values: &[T]) -> f64 {
    let mut lanes = [0.0; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for l in 0..16 {
            let v = chunk[l].double();
            lanes[l] += v * v;
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|v| v.double() * v.double()).sum::<f64>()
}

/// The first cell that is not finite.
pub(super) fn first_not_finite<T: Real>(v: &VectorField<T>) -> Option<usize> {
    (0..v.len()).find(|&i| v.get(i).iter().any(|c| !c.is_finite()))
}
