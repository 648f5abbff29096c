//! Small symmetric positive definite systems.

/// Replaces the lower triangle of a row-major n x n matrix by its Cholesky factor, with the inverse of each diagonal element in place of
/// it. Gives false, and no factor, where the matrix is not positive definite.
#[inline(always)]
pub(super) fn factor(a: &mut [f64], n: usize) -> bool {
    for j in 0..n {
        let mut pivot = a[j * n + j];
        for k in 0..j {
            pivot -= a[j * n + k] * a[j * n + k];
        }
        if pivot.is_nan() || pivot <= 0.0 {
            return false;
        }
        let inverse = 1.0 / pivot.sqrt();
        a[j * n + j] = inverse;
        for i in j + 1..n {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = sum * inverse;
        }
    }
    true
}

/// Replaces b by L^-1 b.
#[inline(always)]
pub(super) fn forward(l: &[f64], n: usize, b: &mut [f64]) {
    for i in 0..n {
        let mut sum = b[i];
        for k in 0..i {
            sum -= l[i * n + k] * b[k];
        }
        b[i] = sum * l[i * n + i];
    }
}

/// Replaces b by L^-T b.
#[inline(always)]
pub(super) fn backward(l: &[f64], n: usize, b: &mut [f64]) {
    for i in (0..n).rev() {
        let mut sum = b[i];
        for k in i + 1..n {
            sum -= l[k * n + i] * b[k];
        }
        b[i] = sum * l[i * n + i];
    }
}
