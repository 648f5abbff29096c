//! Products of row-major matrices on one thread: the callers share rows among threads, so that sums have the same order for any number of them.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use multiversion::multiversion;

/// out = x w, with x of `rows` rows and w of `outputs` columns.
pub fn forward(x: &[f32], w: &[f32], out: &mut [f32], rows: usize, outputs: usize) {
    let inputs = x.len() / rows.max(1);
    let (x, w) = (MatRef::from_row_major_slice(x, rows, inputs), MatRef::from_row_major_slice(w, inputs, outputs));
    matmul(MatMut::from_row_major_slice_mut(out, rows, outputs), Accum::Replace, x, w, 1.0, Par::Seq);
}

/// out = y w^T, with y of `rows` rows and w of `inputs` rows.
pub fn backward(y: &[f32], w: &[f32], out: &mut [f32], rows: usize, inputs: usize) {
    let outputs = y.len() / rows.max(1);
    let (y, w) = (MatRef::from_row_major_slice(y, rows, outputs), MatRef::from_row_major_slice(w, inputs, outputs));
    matmul(MatMut::from_row_major_slice_mut(out, rows, inputs), Accum::Replace, y, w.transpose(), 1.0, Par::Seq);
}

/// w = x^T y, with x and y of `rows` rows.
pub fn outer(x: &[f32], y: &[f32], w: &mut [f32], rows: usize) {
    let (inputs, outputs) = (x.len() / rows.max(1), y.len() / rows.max(1));
    let (x, y) = (MatRef::from_row_major_slice(x, rows, inputs), MatRef::from_row_major_slice(y, rows, outputs));
    matmul(MatMut::from_row_major_slice_mut(w, inputs, outputs), Accum::Replace, x.transpose(), y, 1.0, Par::Seq);
}

/// Row after row, x_j = 1 / (1 + exp(-g_j (x_j + b_j))).
pub fn sigmoid(x: &mut [f32], bias: &[f32], gain: &[f32]) {
    for row in x.chunks_exact_mut(bias.len().max(1)) {
        sigmoid_row(row, bias, gain);
    }
}

/// exp(-a) as 2^k times a polynomial on [-1/2, 1/2] (Cephes, S. L. Moshier), to 2e-7 of its value, in a form that vector units take.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn sigmoid_row(row: &mut [f32], bias: &[f32], gain: &[f32]) {
    for ((x, b), g) in row.iter_mut().zip(bias).zip(gain) {
        // Beyond +-80 the sigmoid is 0 or 1 in single precision.
        let t = (-g * (*x + b)).clamp(-80.0, 80.0) * std::f32::consts::LOG2_E;
        // Rounds by pushing the fraction out of the mantissa.
        let shifted = t + 12_582_912.0;
        let whole = shifted - 12_582_912.0;
        let f = (t - whole) * std::f32::consts::LN_2;
        let polynomial =
            1.0 + f * (1.0 + f * (0.5 + f * (0.166_666_55 + f * (4.166_579_5e-2 + f * (8.333_452e-3 + f * 1.398_199_9e-3)))));
        let power = f32::from_bits(((whole as i32 + 127) << 23) as u32);
        *x = 1.0 / (1.0 + polynomial * power);
    }
}

/// out += x.
pub fn add(out: &mut [f32], x: &[f32]) {
    out.iter_mut().zip(x).for_each(|(o, x)| *o += x);
}

/// Sums of the columns of x, added to `out`.
pub fn add_columns(x: &[f32], out: &mut [f32]) {
    for row in x.chunks_exact(out.len().max(1)) {
        out.iter_mut().zip(row).for_each(|(o, x)| *o += x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoids_are_those_of_the_library() {
        for k in -4000..4000 {
            let a = k as f32 * 0.025;
            let mut x = [a];
            sigmoid(&mut x, &[0.5], &[1.3]);
            let exact = 1.0 / (1.0 + (-1.3 * (f64::from(a) + 0.5)).exp());
            assert!((f64::from(x[0]) - exact).abs() < 3e-7 + 1e-35, "{a}: {} {exact}", x[0]);
        }
        let mut x = [f32::INFINITY, f32::NEG_INFINITY];
        sigmoid(&mut x, &[0.0; 2], &[1.0; 2]);
        assert_eq!((x[0], x[1] < 1e-30), (1.0, true));
    }

    #[test]
    fn products_are_those_of_the_definition() {
        let x: Vec<f32> = (0..6).map(|k| k as f32).collect(); // 2 x 3
        let w: Vec<f32> = (0..12).map(|k| 0.5 * k as f32 - 1.0).collect(); // 3 x 4
        let mut y = vec![0.0; 8];
        forward(&x, &w, &mut y, 2, 4);
        assert!((0..8).all(|k| y[k] == (0..3).map(|i| x[k / 4 * 3 + i] * w[i * 4 + k % 4]).sum::<f32>()));
        let mut back = vec![0.0; 6];
        backward(&y, &w, &mut back, 2, 3);
        assert!((0..6).all(|k| back[k] == (0..4).map(|j| y[k / 3 * 4 + j] * w[k % 3 * 4 + j]).sum::<f32>()));
        let mut sum = w.clone();
        outer(&x, &y, &mut sum, 2);
        assert!((0..12).all(|k| sum[k] == (0..2).map(|r| x[r * 3 + k / 4] * y[r * 4 + k % 4]).sum::<f32>()));
    }
}
