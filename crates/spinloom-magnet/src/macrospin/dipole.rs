//! Dipolar coupling of point moments.
//!
//! The field of moments mu_j on moment i is, with r from j to i,
//!
//! ```text
//! B_i = (mu0 / 4 pi) sum_j [3 (mu_j.r) r / r^5 - mu_j / r^3].
//! ```

use super::magnet::Vector;
use crate::MagnetError;
use multiversion::multiversion;
use rayon::prelude::*;
use rustfft::{Fft, FftPlanner, num_complex::Complex};
use spinloom_core::constants::VACUUM_PERMEABILITY;
use std::f64::consts::PI;
use std::fmt;
use std::sync::Arc;

const STRENGTH: f64 = VACUUM_PERMEABILITY / (4.0 * PI);

/// Where dipoles are, and how their fields are summed.
#[derive(Debug, Clone)]
pub struct Dipolar(Places);

#[derive(Debug, Clone)]
enum Places {
    Anywhere([Vec<f64>; 3]),
    Lattice(Box<Lattice>),
}

impl Dipolar {
    /// Dipoles anywhere, one position (m) a magnet; every pair is summed, so that the work goes with the square of their number.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a coordinate that is not finite and for two dipoles in one place.
    pub fn anywhere(positions: &[Vector]) -> Result<Self, MagnetError> {
        positions
            .iter()
            .flatten()
            .try_for_each(|&x| MagnetError::unless(true, "a coordinate of a dipole", x, "a finite number"))?;
        let mut sorted = positions.to_vec();
        sorted.sort_by(|a, b| {
            a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        let apart = sorted.windows(2).all(|pair| pair[0] != pair[1]);
        MagnetError::unless(apart, "the distance of two dipoles", 0.0, "greater than 0")?;
        Ok(Self(Places::Anywhere(std::array::from_fn(|k| positions.iter().map(|p| p[k]).collect()))))
    }

    /// Dipoles on every site of a lattice of this many sites along x, y and z, this far apart (m); magnet i sits on site
    /// i = x + shape\[0\] (y + shape\[1\] z). The sum is a convolution by the fast Fourier transform, without periodic images.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a side without sites or a spacing that is not greater than 0.
    pub fn lattice(shape: [usize; 3], spacing: Vector) -> Result<Self, MagnetError> {
        for k in 0..3 {
            MagnetError::unless(shape[k] > 0, "the number of sites of a lattice", shape[k] as f64, "greater than 0")?;
            MagnetError::unless(spacing[k] > 0.0, "the spacing of a lattice", spacing[k], "greater than 0")?;
        }
        let sites = shape.iter().map(|&n| n as f64).product::<f64>();
        MagnetError::unless(sites <= 1e8, "the number of sites of a lattice", sites, "at most 1e8")?;
        Ok(Self(Places::Lattice(Box::new(Lattice::new(shape, spacing)))))
    }

    pub(super) fn places(&self) -> usize {
        match &self.0 {
            Places::Anywhere(positions) => positions[0].len(),
            Places::Lattice(lattice) => lattice.shape.iter().product(),
        }
    }

    /// Adds the field of moments (A m^2) along directions m, T.
    pub(super) fn add_field(&mut self, moments: &[f64], m: &[Vec<f64>; 3], field: &mut [Vec<f64>; 3]) {
        match &mut self.0 {
            Places::Anywhere(positions) => add_pairs(positions, moments, m, field),
            Places::Lattice(lattice) => lattice.add_field(moments, m, field),
        }
    }

    /// Adds what the field (T) on each magnet can be at most.
    pub(super) fn add_largest(&self, moments: &[f64], largest: &mut [f64]) {
        match &self.0 {
            Places::Anywhere([x, y, z]) => largest.par_iter_mut().enumerate().for_each(|(i, largest)| {
                let of = |j: usize| 2.0 * STRENGTH * moments[j] / (x[i] - x[j]).hypot(y[i] - y[j]).hypot(z[i] - z[j]).powi(3);
                *largest += (0..x.len()).filter(|&j| j != i).map(of).sum::<f64>();
            }),
            Places::Lattice(lattice) => {
                let most = moments.iter().copied().fold(0.0, f64::max);
                largest.iter_mut().for_each(|largest| *largest += lattice.most * most);
            }
        }
    }
}

/// Dipoles whose field is taken at once: what they add up is found in the first cache.
const CHUNK: usize = 128;

fn add_pairs(positions: &[Vec<f64>; 3], moments: &[f64], m: &[Vec<f64>; 3], field: &mut [Vec<f64>; 3]) {
    let [x, y, z] = field;
    let chunks = x.par_chunks_mut(CHUNK).zip(y.par_chunks_mut(CHUNK)).zip(z.par_chunks_mut(CHUNK)).enumerate();
    chunks.for_each(|(c, ((x, y), z))| add_chunk(positions, moments, m, c * CHUNK, [x, y, z]));
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn add_chunk(positions: &[Vec<f64>; 3], moments: &[f64], m: &[Vec<f64>; 3], first: usize, field: [&mut [f64]; 3]) {
    let [bx, by, bz] = field;
    let n = bx.len();
    let (by, bz) = (&mut by[..n], &mut bz[..n]);
    let [x, y, z] = [0, 1, 2].map(|k| &positions[k][first..first + n]);
    for j in 0..moments.len() {
        let [px, py, pz] = [0, 1, 2].map(|k| positions[k][j]);
        let [mx, my, mz] = [0, 1, 2].map(|k| STRENGTH * moments[j] * m[k][j]);
        for i in 0..n {
            let (dx, dy, dz) = (x[i] - px, y[i] - py, z[i] - pz);
            let square = dx * dx + dy * dy + dz * dz;
            // A dipole takes no field from itself.
            let inverse = if square > 0.0 { 1.0 / square } else { 0.0 };
            let cube = inverse * inverse.sqrt();
            let along = 3.0 * (mx * dx + my * dy + mz * dz) * inverse;
            bx[i] += cube * (along * dx - mx);
            by[i] += cube * (along * dy - my);
            bz[i] += cube * (along * dz - mz);
        }
    }
}

/// A regular lattice, doubled with empty sites so that the cyclic convolution of the transforms meets no image.
#[derive(Clone)]
struct Lattice {
    shape: [usize; 3],
    padded: [usize; 3],
    forward: [Arc<dyn Fft<f64>>; 3],
    inverse: [Arc<dyn Fft<f64>>; 3],
    /// Transforms of the tensor's components xx, yy, zz, xy, xz, yz: real, as the tensor is even.
    kernel: [Vec<f64>; 6],
    /// mx + i my, and mz, and then the fields likewise.
    work: [Vec<Complex<f64>>; 2],
    spare: [Vec<Complex<f64>>; 2],
    line: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
    /// Sum of the tensor's largest eigenvalues over all offsets, T/(A m^2).
    most: f64,
}

impl fmt::Debug for Lattice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lattice").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl Lattice {
    fn new(shape: [usize; 3], spacing: Vector) -> Self {
        let padded = shape.map(|n| if n == 1 { 1 } else { (2 * n - 1..4 * n).find(|&p| smooth(p)).unwrap_or(4 * n) });
        let mut planner = FftPlanner::new();
        let forward = padded.map(|n| planner.plan_fft_forward(n));
        let inverse = padded.map(|n| planner.plan_fft_inverse(n));
        let total = padded.iter().product();
        let longest = forward.iter().chain(&inverse).map(|f| f.get_inplace_scratch_len()).max().unwrap_or(0);
        let zero = Complex::new(0.0, 0.0);
        let buffers = || [vec![zero; total], vec![zero; total]];
        let mut lattice = Self {
            shape,
            padded,
            forward,
            inverse,
            kernel: std::array::from_fn(|_| Vec::new()),
            work: buffers(),
            spare: buffers(),
            line: vec![zero; padded.iter().copied().max().unwrap_or(1)],
            scratch: vec![zero; longest],
            most: 0.0,
        };
        for component in 0..6 {
            lattice.kernel[component] = lattice.transformed_kernel(spacing, component);
        }
        lattice
    }

    /// The transform of one component of the tensor, over the number of sites so that the inverse needs no factor.
    fn transformed_kernel(&mut self, spacing: Vector, component: usize) -> Vec<f64> {
        let (row, column) = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)][component];
        let mut kernel = std::mem::take(&mut self.work[0]);
        let total = kernel.len();
        let [nx, ny, nz] = self.padded;
        let mut most = 0.0;
        for z in 0..nz {
            for y in 0..ny {
                for x in 0..nx {
                    let at = [x, y, z];
                    // Offsets past the middle are negative; those that no pair of sites has do not matter.
                    let offset =
                        |k: usize| if at[k] < self.shape[k] { at[k] as f64 } else { at[k] as f64 - self.padded[k] as f64 };
                    let r: Vector = std::array::from_fn(|k| offset(k) * spacing[k]);
                    let square: f64 = r.iter().map(|v| v * v).sum();
                    let cube = square * square.sqrt();
                    let same = f64::from(u8::from(row == column));
                    let value = if cube > 0.0 { STRENGTH * (3.0 * r[row] * r[column] / square - same) / cube } else { 0.0 };
                    most += if cube > 0.0 { 2.0 * STRENGTH / cube } else { 0.0 };
                    kernel[x + nx * (y + ny * z)] = Complex::new(value / total as f64, 0.0);
                }
            }
        }
        self.most = most;
        self.transform(&mut kernel, false);
        let real = kernel.iter().map(|v| v.re).collect();
        self.work[0] = kernel;
        real
    }

    /// The three-dimensional transform, axis by axis.
    fn transform(&mut self, data: &mut [Complex<f64>], back: bool) {
        let plans = if back { self.inverse.clone() } else { self.forward.clone() };
        let [nx, ny, nz] = self.padded;
        for (axis, n, stride) in [(0, nx, 1), (1, ny, nx), (2, nz, nx * ny)] {
            if n == 1 {
                continue;
            }
            if axis == 0 {
                plans[0].process_with_scratch(data, &mut self.scratch);
                continue;
            }
            // Lines of this axis begin where its index is 0.
            for outer in (0..data.len()).step_by(stride * n) {
                for start in outer..outer + stride {
                    let line = &mut self.line[..n];
                    (0..n).for_each(|i| line[i] = data[start + i * stride]);
                    plans[axis].process_with_scratch(line, &mut self.scratch);
                    (0..n).for_each(|i| data[start + i * stride] = line[i]);
                }
            }
        }
    }

    /// Index in the padded lattice of a site.
    fn padded_index(&self, site: usize) -> usize {
        let [nx, ny, _] = self.shape;
        let (x, y, z) = (site % nx, site / nx % ny, site / (nx * ny));
        x + self.padded[0] * (y + self.padded[1] * z)
    }

    fn add_field(&mut self, moments: &[f64], m: &[Vec<f64>; 3], field: &mut [Vec<f64>; 3]) {
        let [mut plane, mut height] = std::mem::take(&mut self.work);
        plane.fill(Complex::new(0.0, 0.0));
        height.fill(Complex::new(0.0, 0.0));
        for i in 0..moments.len() {
            let to = self.padded_index(i);
            plane[to] = Complex::new(moments[i] * m[0][i], moments[i] * m[1][i]);
            height[to] = Complex::new(moments[i] * m[2][i], 0.0);
        }
        self.transform(&mut plane, false);
        self.transform(&mut height, false);
        let [mut fields, mut heights] = std::mem::take(&mut self.spare);
        let [nx, ny, nz] = self.padded;
        let minus = |i: usize, n: usize| if i == 0 { 0 } else { n - i };
        for z in 0..nz {
            for y in 0..ny {
                let (row, mirrored) = (nx * (y + ny * z), nx * (minus(y, ny) + ny * minus(z, nz)));
                for x in 0..nx {
                    let at = row + x;
                    // Two real signals share one transform: its even part is that of the first, its odd part that of the second.
                    let (u, v) = (plane[at], plane[mirrored + minus(x, nx)].conj());
                    let (mx, my, mz) = ((u + v) * 0.5, (u - v) * Complex::new(0.0, -0.5), height[at]);
                    let [xx, yy, zz, xy, xz, yz] = [0, 1, 2, 3, 4, 5].map(|c| self.kernel[c][at]);
                    let (bx, by) = (mx * xx + my * xy + mz * xz, mx * xy + my * yy + mz * yz);
                    fields[at] = bx + by * Complex::new(0.0, 1.0);
                    heights[at] = mx * xz + my * yz + mz * zz;
                }
            }
        }
        self.transform(&mut fields, true);
        self.transform(&mut heights, true);
        for i in 0..moments.len() {
            let from = self.padded_index(i);
            field[0][i] += fields[from].re;
            field[1][i] += fields[from].im;
            field[2][i] += heights[from].re;
        }
        self.work = [plane, height];
        self.spare = [fields, heights];
    }
}

/// Whether a length has no prime factor beyond 5, and so a fast transform.
fn smooth(mut n: usize) -> bool {
    for prime in [2, 3, 5] {
        while n.is_multiple_of(prime) {
            n /= prime;
        }
    }
    n == 1
}
