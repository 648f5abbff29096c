//! Minimisation of the energy by steepest descent.

use super::DynamicsError;
use super::kernels::{first_not_finite, largest, over_blocks};
use crate::MagnetError;
use crate::film::{Real, VectorField};
use multiversion::multiversion;
use spinloom_core::run::CancelToken;
use std::ops::Range;

/// Turn of the first step, rad, and the largest turn of any.
const TURNS: (f64, f64) = (0.01, 1.0);

/// Steepest descent on the sphere of every cell with the step lengths of Barzilai and Borwein: L. Exl, S. Bance, F. Reichel, T. Schrefl,
/// H. P. Stimming and N. J. Mauser, J. Appl. Phys. 115, 17D118 (2014), doi:10.1063/1.4862839.
///
/// With g = m x (m x B), the gradient of the energy over the moment, a step is the semi-implicit one that keeps |m| exactly,
///
/// ```text
/// m_new = [(4 - tau^2 g^2) m - 4 tau g] / (4 + tau^2 g^2),
/// ```
///
/// and with s and y the changes of m and g in it, the next tau is s.s / s.y or s.y / y.y, by turns.
#[derive(Debug, Clone)]
pub struct Minimizer {
    /// Done where the largest |m x B| is below this, T.
    pub torque: f64,
    /// Done where m moved by less than this in each of the last ten steps.
    pub moved: f64,
    /// More steps are an error.
    pub most_steps: u64,
    /// Asks to stop.
    pub cancel: CancelToken,
}

impl Default for Minimizer {
    /// To 1e-9 T, or ten steps below 1e-6, as mumax3.
    fn default() -> Self {
        Self { torque: 1e-9, moved: 1e-6, most_steps: 1_000_000, cancel: CancelToken::default() }
    }
}

/// What a minimisation took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimization {
    /// Steps.
    pub steps: u64,
    /// Evaluations of the field.
    pub evaluations: u64,
    /// Largest |m x B| at the end, T.
    pub torque: f64,
    /// Largest change of m in the last ten steps.
    pub moved: f64,
}

/// Sums and maxima of one pass.
#[derive(Debug, Clone, Copy)]
struct Products {
    s_s: f64,
    s_y: f64,
    y_y: f64,
    /// Largest g^2, T^2.
    gradient: f64,
    /// Largest s^2.
    moved: f64,
}

impl Products {
    fn merge(a: Self, b: Self) -> Self {
        Self {
            s_s: a.s_s + b.s_s,
            s_y: a.s_y + b.s_y,
            y_y: a.y_y + b.y_y,
            gradient: a.gradient.max(b.gradient),
            moved: a.moved.max(b.moved),
        }
    }
}

impl Minimizer {
    /// Moves m to a minimum of the energy whose field (T), of all terms together, `field` writes for a magnetization.
    ///
    /// # Errors
    /// [`DynamicsError::NotConverged`], [`DynamicsError::NotFinite`] or [`DynamicsError::Cancelled`]; m is then where the search had come to.
    pub fn run<T: Real>(
        &self,
        mut field: impl FnMut(&VectorField<T>, &mut VectorField<T>),
        m: &mut VectorField<T>,
    ) -> Result<Minimization, DynamicsError> {
        MagnetError::unless(self.torque >= 0.0, "the torque of a minimum (T)", self.torque, "0 or greater")?;
        MagnetError::unless(self.moved >= 0.0, "the change of m at a minimum", self.moved, "0 or greater")?;
        let mut gradient = VectorField::zeros(m.len());
        let mut new = m.clone();
        let mut new_field = VectorField::zeros(m.len());
        field(m, &mut new_field);
        let first = differences(m, &new, &mut new_field, &gradient);
        std::mem::swap(&mut gradient, &mut new_field);
        let mut torque = first.gradient.sqrt();
        let mut tau = TURNS.0 / torque.max(f64::MIN_POSITIVE);
        let mut recent = [f64::INFINITY; 10];
        let mut step = 0;
        loop {
            self.cancel.check()?;
            if !torque.is_finite() {
                return Err(DynamicsError::NotFinite { cell: first_not_finite(&gradient).unwrap_or(0), time: 0.0, step });
            }
            let moved = recent.iter().copied().fold(0.0, f64::max);
            if torque <= self.torque || moved < self.moved {
                return Ok(Minimization { steps: step, evaluations: step + 1, torque, moved });
            }
            if step >= self.most_steps {
                return Err(DynamicsError::NotConverged { steps: step, torque, moved });
            }
            descend(m, &gradient, T::of(tau), &mut new);
            field(&new, &mut new_field);
            let products = differences(m, &new, &mut new_field, &gradient);
            std::mem::swap(m, &mut new);
            std::mem::swap(&mut gradient, &mut new_field);
            torque = products.gradient.sqrt();
            recent[(step % 10) as usize] = products.moved.sqrt();
            tau = next_step(&products, step, torque);
            step += 1;
        }
    }
}

/// The step of Barzilai and Borwein, where the curvature along the last one was positive, and no turn beyond the largest.
fn next_step(products: &Products, step: u64, torque: f64) -> f64 {
    let longest = TURNS.1 / torque.max(f64::MIN_POSITIVE);
    let Products { s_s, s_y, y_y, .. } = *products;
    let tau = if step.is_multiple_of(2) { s_s / s_y } else { s_y / y_y };
    if s_y > 0.0 && tau.is_finite() { tau.min(longest) } else { TURNS.0 / torque.max(f64::MIN_POSITIVE) }
}

fn descend<T: Real>(m: &VectorField<T>, g: &VectorField<T>, tau: T, out: &mut VectorField<T>) {
    let work = |cells: Range<usize>, out: [&mut [T]; 3]| {
        descend_block(m.components().map(|c| &c[cells.clone()]), g.components().map(|c| &c[cells.clone()]), tau, out);
    };
    over_blocks(0, out.components_mut(), &work, |(), ()| ());
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn descend_block<T: Real>(m: [&[T]; 3], g: [&[T]; 3], tau: T, [x, y, z]: [&mut [T]; 3]) {
    let n = x.len();
    let (m, g, y, z) = (m.map(|m| &m[..n]), g.map(|g| &g[..n]), &mut y[..n], &mut z[..n]);
    let four = T::of(4.0);
    for i in 0..n {
        let square = tau * tau * (g[0][i] * g[0][i] + g[1][i] * g[1][i] + g[2][i] * g[2][i]);
        let scale = T::one() / (four + square);
        let (along, down) = ((four - square) * scale, four * tau * scale);
        let v = [0, 1, 2].map(|a| along * m[a][i] - down * g[a][i]);
        // The step keeps the length but for rounding, which this takes out to first order; a cell without material stays at zero.
        let length = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        let right = if length > T::zero() { T::of(1.5) - T::of(0.5) * length } else { T::zero() };
        (x[i], y[i], z[i]) = (v[0] * right, v[1] * right, v[2] * right);
    }
}

/// Turns the field at `new` into its gradient g, and makes the products of the changes since (m, gradient).
fn differences<T: Real>(
    m: &VectorField<T>,
    new: &VectorField<T>,
    field: &mut VectorField<T>,
    gradient: &VectorField<T>,
) -> Products {
    let work = |cells: Range<usize>, field: [&mut [T]; 3]| {
        let slices = [m, new, gradient].map(|v| v.components().map(|a| &a[cells.clone()]));
        differences_block(slices, field)
    };
    over_blocks(0, field.components_mut(), &work, Products::merge)
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn differences_block<T: Real>([m, new, old]: [[&[T]; 3]; 3], [x, y, z]: [&mut [T]; 3]) -> Products {
    const PIECE: usize = 128;
    let n = x.len();
    let mut total = Products { s_s: 0.0, s_y: 0.0, y_y: 0.0, gradient: 0.0, moved: 0.0 };
    let mut sums = [[T::zero(); PIECE]; 4];
    for start in (0..n).step_by(PIECE) {
        let piece = start..(start + PIECE).min(n);
        let len = piece.len();
        let [m, new, old] = [m, new, old].map(|v| v.map(|c| &c[piece.clone()]));
        let (x, y, z) = (&mut x[piece.clone()], &mut y[piece.clone()], &mut z[piece]);
        for i in 0..len {
            let (v, b) = ([new[0][i], new[1][i], new[2][i]], [x[i], y[i], z[i]]);
            // m x (m x B) as the double product: m (m.B) - B would cancel near a minimum.
            let t = [v[1] * b[2] - v[2] * b[1], v[2] * b[0] - v[0] * b[2], v[0] * b[1] - v[1] * b[0]];
            let g = [v[1] * t[2] - v[2] * t[1], v[2] * t[0] - v[0] * t[2], v[0] * t[1] - v[1] * t[0]];
            (x[i], y[i], z[i]) = (g[0], g[1], g[2]);
            let s = [0, 1, 2].map(|a| v[a] - m[a][i]);
            let d = [0, 1, 2].map(|a| g[a] - old[a][i]);
            sums[0][i] = s[0] * s[0] + s[1] * s[1] + s[2] * s[2];
            sums[1][i] = s[0] * d[0] + s[1] * d[1] + s[2] * d[2];
            sums[2][i] = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            sums[3][i] = g[0] * g[0] + g[1] * g[1] + g[2] * g[2];
        }
        let [s_s, s_y, y_y] = [0, 1, 2].map(|k| in_lanes(&sums[k][..len]));
        // Infinities and numbers that are none hide from a maximum, not from a sum.
        let [gradient, moved] = [3, 0].map(|k| largest(&sums[k][..len]).double());
        let gradient = if in_lanes(&sums[3][..len]).is_finite() { gradient } else { f64::INFINITY };
        total = Products::merge(total, Products { s_s, s_y, y_y, gradient, moved });
    }
    total
}

/// A sum in double precision, lane by lane.
#[inline(always)]
fn in_lanes<T: Real>(values: &[T]) -> f64 {
    let mut lanes = [0.0; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for chunk in whole {
        for l in 0..16 {
            lanes[l] += chunk[l].double();
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|v| v.double()).sum::<f64>()
}
