//! The demagnetising tensor between two equal cells.

use super::quadrature::Rules;
use crate::MagnetError;
use crate::macrospin::Vector;
use std::f64::consts::PI;

/// Components of a symmetric tensor: xx, yy, zz, xy, xz, yz.
pub type SymmetricTensor = [f64; 6];

/// Relative error of the quadrature, against the size V / (4 pi r^3) of the tensor.
const PRECISION: f64 = 1e-13;

/// Gap between two cells, over the longest edge, from which on quadrature needs few enough points.
const NEAR: f64 = 0.5;

/// Displacements that are handled together, all with the number of points that the nearest of them needs.
const SEGMENT: usize = 32;

/// The demagnetising tensor N between two equal rectangular cells, averaged over both: a cell magnetized by M makes the mean field
/// H = -N(r) M in the cell displaced from it by r.
///
/// Cells that touch or nearly do follow the closed form of A. J. Newell, W. Williams and D. J. Dunlop, J. Geophys. Res. 98, 9551 (1993),
/// doi:10.1029/93JB00694: N is the second difference along x, y and z, by an edge each, of [`newell_f`] or [`newell_g`]. Its 27 terms
/// grow as r^3 while their sum falls as r^-3, so that digits are lost as r^6 over the volume squared. All other cells therefore take the
/// mean of the field of a dipole over the pairs of points of both cells,
///
/// ```text
/// N_ij(r) = V / (4 pi) <delta_ij / s^3 - 3 s_i s_j / s^5>,   s = r + (u a, v b, w c),   u, v, w of density 1 - |u| from -1 to 1,
/// ```
///
/// by Gauss's quadrature for that density. One point along each axis is the dipole, each further one adds two orders of the edge over
/// the distance; nothing cancels. The number of points follows from the distance of the nearest singularity and keeps the error below
/// 1e-13 of V / (4 pi r^3).
///
/// ```
/// use spinloom_magnet::film::DemagnetizingTensor;
/// let cube = DemagnetizingTensor::new([2e-9; 3])?;
/// let own = cube.at([0.0; 3]);
/// assert!((own[0] - 1.0 / 3.0).abs() < 1e-14);
/// let far = cube.at([0.0, 0.0, 200e-9]);
/// assert!((far[2] / (-2.0 * 8e-27 / (4.0 * std::f64::consts::PI * 200e-9f64.powi(3))) - 1.0).abs() < 1e-6);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DemagnetizingTensor {
    /// Edges of a cell over the longest of them.
    edges: Vector,
    longest: f64,
    rules: Rules,
}

impl DemagnetizingTensor {
    /// For cells of this size, m.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for an edge that is not positive, or edges whose ratio is above 10^4, where the closed form keeps too
    /// few digits.
    pub fn new(cell_size: Vector) -> Result<Self, MagnetError> {
        for size in cell_size {
            MagnetError::unless(size > 0.0, "the size of a cell (m)", size, "positive")?;
        }
        let longest = cell_size.iter().fold(0.0f64, |a, b| a.max(*b));
        let ratio = longest / cell_size.iter().fold(longest, |a, b| a.min(*b));
        MagnetError::unless(ratio <= 1e4, "the longest edge of a cell over the shortest", ratio, "at most 10000")?;
        Ok(Self { edges: cell_size.map(|e| e / longest), longest, rules: Rules::new() })
    }

    /// The tensor at a displacement, m.
    pub fn at(&self, displacement: Vector) -> SymmetricTensor {
        let mut out = [[0.0]; 6];
        let [x, y, z] = displacement.map(|d| d / self.longest);
        self.add_segment(&[x], y, z, 1.0, out.each_mut().map(|o| &mut o[..]));
        out.map(|o| o[0])
    }

    /// Adds `weight` times the tensors at the displacements (x, y, z), m, one x after the other.
    pub(super) fn add_row(&self, x: &[f64], y: f64, z: f64, weight: f64, mut out: [&mut [f64]; 6]) {
        let mut scaled = [0.0; SEGMENT];
        for (s, x) in x.chunks(SEGMENT).enumerate() {
            let scaled = &mut scaled[..x.len()];
            scaled.iter_mut().zip(x).for_each(|(scaled, x)| *scaled = x / self.longest);
            let part = out.each_mut().map(|o| &mut o[s * SEGMENT..s * SEGMENT + x.len()]);
            self.add_segment(scaled, y / self.longest, z / self.longest, weight, part);
        }
    }

    /// The same for displacements over the longest edge, few enough to share one quadrature.
    fn add_segment(&self, x: &[f64], y: f64, z: f64, weight: f64, mut out: [&mut [f64]; 6]) {
        let gap = |x: f64| {
            let free = |d: f64, edge: f64| (d.abs() - edge).max(0.0);
            let [a, b, c] = self.edges;
            (free(x, a).powi(2) + free(y, b).powi(2) + free(z, c).powi(2)).sqrt()
        };
        // The closed form is dear: a segment is cut where it ends.
        let near = x.iter().filter(|x| gap(**x) < NEAR).count();
        if near > 0 && x.len() > 1 {
            for (i, x) in x.iter().enumerate() {
                self.add_segment(std::slice::from_ref(x), y, z, weight, out.each_mut().map(|o| &mut o[i..=i]));
            }
        } else if near > 0 {
            let tensor = closed_form([x[0], y, z], self.edges);
            out.iter_mut().zip(tensor).for_each(|(o, n)| o[0] += weight * n);
        } else {
            let nearest = x.iter().fold(f64::INFINITY, |least, x| least.min(gap(*x)));
            let points: [usize; 3] = std::array::from_fn(|a| Rules::points(nearest / self.edges[a], PRECISION));
            self.add_quadrature(points, x, [y, z], weight, out);
        }
    }

    fn add_quadrature(&self, points: [usize; 3], x: &[f64], [y, z]: [f64; 2], weight: f64, out: [&mut [f64]; 6]) {
        let [a, b, c] = self.edges;
        let [along_x, along_y, along_z] = points.map(|n| self.rules.of(n));
        let volume = weight * a * b * c / (4.0 * PI);
        let mut sum = [[0.0; SEGMENT]; 6];
        for (w, weight_z) in along_z {
            for (v, weight_y) in along_y {
                for (u, weight_x) in along_x {
                    let weight = volume * weight_x * weight_y * weight_z;
                    let (shift, sy, sz) = (u * a, y + v * b, z + w * c);
                    for (i, x) in x.iter().enumerate() {
                        let sx = x + shift;
                        let square = sx * sx + sy * sy + sz * sz;
                        let fifth = weight / (square * square * square.sqrt());
                        sum[0][i] += fifth * (square - 3.0 * sx * sx);
                        sum[1][i] += fifth * (square - 3.0 * sy * sy);
                        sum[2][i] += fifth * (square - 3.0 * sz * sz);
                        sum[3][i] -= 3.0 * fifth * (sx * sy);
                        sum[4][i] -= 3.0 * fifth * (sx * sz);
                        sum[5][i] -= 3.0 * fifth * (sy * sz);
                    }
                }
            }
        }
        for (out, sum) in out.into_iter().zip(&sum) {
            out.iter_mut().zip(sum).for_each(|(o, s)| *o += s);
        }
    }
}

/// The tensor by second differences, whatever the distance.
fn closed_form(displacement: Vector, edges: Vector) -> SymmetricTensor {
    let scale = 1.0 / (4.0 * PI * edges.iter().product::<f64>());
    let [a, b, c] = [0, 1, 2];
    let diagonal = |first: usize, second: usize, third: usize| {
        let order = [first, second, third];
        scale * second_difference(newell_f, order.map(|o| displacement[o]), order.map(|o| edges[o]))
    };
    let mixed = |first: usize, second: usize, third: usize| {
        let order = [first, second, third];
        scale * second_difference(newell_g, order.map(|o| displacement[o]), order.map(|o| edges[o]))
    };
    [diagonal(a, b, c), diagonal(b, c, a), diagonal(c, a, b), mixed(a, b, c), mixed(a, c, b), mixed(b, c, a)]
}

/// Minus the second central differences along x, y and z of a function, one after the other, summed with Neumaier's compensation.
fn second_difference(function: fn(Vector) -> f64, at: Vector, steps: Vector) -> f64 {
    const WEIGHTS: [f64; 3] = [-1.0, 2.0, -1.0];
    let (mut sum, mut lost) = (0.0f64, 0.0);
    for (i, wx) in WEIGHTS.iter().enumerate() {
        for (j, wy) in WEIGHTS.iter().enumerate() {
            for (k, wz) in WEIGHTS.iter().enumerate() {
                let shift = [i, j, k].map(|n| n as f64 - 1.0);
                let term = wx * wy * wz * function(std::array::from_fn(|a| at[a] + shift[a] * steps[a]));
                let total = sum + term;
                lost += if sum.abs() >= term.abs() { (sum - total) + term } else { (term - total) + sum };
                sum = total;
            }
        }
    }
    sum + lost
}

/// `factor` asinh(`over` / `under`), zero where the factor vanishes, as it does wherever the argument is unbounded.
fn asinh_term(factor: f64, over: f64, under: f64) -> f64 {
    if factor == 0.0 || under == 0.0 { 0.0 } else { factor * (over / under).asinh() }
}

/// `factor` atan(`over` / `under`), zero where the factor vanishes.
fn atan_term(factor: f64, over: f64, under: f64) -> f64 {
    if factor == 0.0 || under == 0.0 { 0.0 } else { factor * (over / under).atan() }
}

/// Newell's function f, from which the diagonal components follow: Nxx directly, Nyy and Nzz with the axes turned.
///
/// ```text
/// f = y/2 (z^2 - x^2) asinh(y / sqrt(x^2 + z^2)) + z/2 (y^2 - x^2) asinh(z / sqrt(x^2 + y^2))
///     - x y z atan(y z / (x R)) + (2 x^2 - y^2 - z^2) R / 6,      R^2 = x^2 + y^2 + z^2.
/// ```
pub fn newell_f([x, y, z]: Vector) -> f64 {
    let (xx, yy, zz) = (x * x, y * y, z * z);
    let r = (xx + yy + zz).sqrt();
    asinh_term(0.5 * y * (zz - xx), y, (xx + zz).sqrt()) + asinh_term(0.5 * z * (yy - xx), z, (xx + yy).sqrt())
        - atan_term(x * y * z, y * z, x * r)
        + (2.0 * xx - yy - zz) * r / 6.0
}

/// Newell's function g, from which the mixed components follow: Nxy directly, Nxz and Nyz with the axes exchanged.
///
/// ```text
/// g = x y z asinh(z / sqrt(x^2 + y^2)) + y/6 (3 z^2 - y^2) asinh(x / sqrt(y^2 + z^2)) + x/6 (3 z^2 - x^2) asinh(y / sqrt(x^2 + z^2))
///     - z^3/6 atan(x y / (z R)) - z y^2/2 atan(x z / (y R)) - z x^2/2 atan(y z / (x R)) - x y R / 3.
/// ```
pub fn newell_g([x, y, z]: Vector) -> f64 {
    let (xx, yy, zz) = (x * x, y * y, z * z);
    let r = (xx + yy + zz).sqrt();
    asinh_term(x * y * z, z, (xx + yy).sqrt())
        + asinh_term(y / 6.0 * (3.0 * zz - yy), x, (yy + zz).sqrt())
        + asinh_term(x / 6.0 * (3.0 * zz - xx), y, (xx + zz).sqrt())
        - atan_term(z * zz / 6.0, x * y, z * r)
        - atan_term(0.5 * z * yy, x * z, y * r)
        - atan_term(0.5 * z * xx, y * z, x * r)
        - x * y * r / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn largest(tensor: SymmetricTensor) -> f64 {
        tensor.iter().fold(0.0, |a, b| a.max(b.abs()))
    }

    #[test]
    fn a_cell_in_itself_has_factors_that_sum_to_one_and_a_cube_a_third_each() {
        for edges in [[1.0, 1.0, 1.0], [5e-9, 5e-9, 3e-10], [1e-9, 7e-9, 3e-9], [2e-9, 2e-9, 1e-6]] {
            let own = DemagnetizingTensor::new(edges).unwrap().at([0.0; 3]);
            // The terms are as large as the longest edge squared over the two others.
            let lost = 1e-15 * edges.iter().fold(0.0f64, |a, b| a.max(*b)).powi(3) / edges.iter().product::<f64>();
            assert!((own[0] + own[1] + own[2] - 1.0).abs() < 1e-13 + lost, "{edges:?} {own:?}");
            assert!(own[3..].iter().all(|n| n.abs() < 1e-12));
        }
        assert!(DemagnetizingTensor::new([1.0; 3]).unwrap().at([0.0; 3])[..3].iter().all(|n| (n - 1.0 / 3.0).abs() < 1e-14));
    }

    /// The factor of a prism, A. Aharoni, J. Appl. Phys. 83, 3432 (1998), doi:10.1063/1.367113, in the two limits with closed values.
    #[test]
    fn square_bars_and_plates_have_the_tabulated_factors() {
        // 2 : 1 and 1 : 2 square prisms, from Aharoni's equation (1).
        let long = DemagnetizingTensor::new([1.0, 1.0, 2.0]).unwrap().at([0.0; 3])[2];
        assert!((long - aharoni(1.0, 1.0, 2.0)).abs() < 1e-13);
        let flat = DemagnetizingTensor::new([2.0, 1.0, 0.125]).unwrap().at([0.0; 3])[2];
        assert!((flat - aharoni(2.0, 1.0, 0.125)).abs() < 1e-12);
    }

    fn aharoni(a: f64, b: f64, c: f64) -> f64 {
        let (ab, bc, ac) = (a.hypot(b), b.hypot(c), a.hypot(c));
        let abc = (a * a + b * b + c * c).sqrt();
        let pi_n = (b * b - c * c) / (2.0 * b * c) * ((abc - a) / (abc + a)).ln()
            + (a * a - c * c) / (2.0 * a * c) * ((abc - b) / (abc + b)).ln()
            + b / (2.0 * c) * ((ab + a) / (ab - a)).ln()
            + a / (2.0 * c) * ((ab + b) / (ab - b)).ln()
            + c / (2.0 * a) * ((bc - b) / (bc + b)).ln()
            + c / (2.0 * b) * ((ac - a) / (ac + a)).ln()
            + 2.0 * (a * b / (c * abc)).atan()
            + (a.powi(3) + b.powi(3) - 2.0 * c.powi(3)) / (3.0 * a * b * c)
            + (a * a + b * b - 2.0 * c * c) / (3.0 * a * b * c) * abc
            + c / (a * b) * (ac + bc)
            - (ab.powi(3) + bc.powi(3) + ac.powi(3)) / (3.0 * a * b * c);
        pi_n / PI
    }

    #[test]
    fn a_published_value_is_met() {
        // OOMMF's value for Nxx at (10, 1, 1) between cells of 1 x 2 x 3, as the tests of fidimag quote it.
        let xx = DemagnetizingTensor::new([1.0, 2.0, 3.0]).unwrap().at([10.0, 1.0, 1.0])[0];
        assert!((xx + 0.000_856_757_528_962_409_4).abs() < 1e-15, "{xx}");
    }

    #[test]
    fn closed_form_and_quadrature_agree_where_they_meet() {
        for edges in [[1.0, 1.0, 1.0], [1.0, 1.0, 0.2], [0.5, 1.0, 0.1], [1.0, 0.3, 1.0], [0.2, 0.2, 1.0]] {
            let tensor = DemagnetizingTensor::new(edges).unwrap();
            let volume: f64 = edges.iter().product();
            for direction in
                [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.7, 0.7, 0.0], [0.6, -0.5, 0.4], [0.2, 0.3, -0.9]]
            {
                // Just beyond the gap from which quadrature is taken.
                let reach = (1..1000).map(|i| f64::from(i) * 0.01).find(|t| {
                    let free: f64 = (0..3).map(|a| ((t * f64::abs(direction[a])) - edges[a]).max(0.0).powi(2)).sum();
                    free.sqrt() >= NEAR
                });
                let at = direction.map(|d: f64| d * reach.unwrap());
                let r3 = at.iter().map(|c| c * c).sum::<f64>().powf(1.5);
                let (exact, quadrature) = (closed_form(at, edges), tensor.at(at));
                let scale = (volume / (4.0 * PI * r3)).min(largest(exact));
                for (e, q) in exact.iter().zip(quadrature) {
                    assert!((e - q).abs() < 1e-10 * scale, "{edges:?} {at:?}: {e} {q} {:e}", (e - q).abs() / scale);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_tensor_of_other_cells_has_no_trace_and_is_that_of_dipoles_far_away(
            edges in prop::array::uniform3(0.1..1.0f64), at in prop::array::uniform3(-300.0..300.0f64),
        ) {
            let r = at.iter().map(|c| c * c).sum::<f64>().sqrt();
            prop_assume!(r > 10.0);
            let volume: f64 = edges.iter().product();
            let tensor = DemagnetizingTensor::new(edges).unwrap().at(at);
            let scale = volume / (4.0 * PI * r.powi(3));
            prop_assert!((tensor[0] + tensor[1] + tensor[2]).abs() < 1e-12 * scale);
            prop_assert!((tensor[3] + 3.0 * scale * at[0] * at[1] / (r * r)).abs() < 5.0 * scale / (r * r));
            prop_assert!((tensor[2] - scale * (1.0 - 3.0 * at[2] * at[2] / (r * r))).abs() < 5.0 * scale / (r * r));
        }

        #[test]
        fn a_cell_is_the_sum_of_its_halves(edges in prop::array::uniform3(0.2..1.0f64), at in prop::array::uniform3(-4.0..4.0f64)) {
            // The mean over a doubled target of the field of a doubled source is half the sum over the pairs of halves.
            let whole = DemagnetizingTensor::new([2.0 * edges[0], edges[1], edges[2]]).unwrap().at(at);
            let half = DemagnetizingTensor::new(edges).unwrap();
            let at_shift = |n: f64| half.at([at[0] + n * edges[0], at[1], at[2]]);
            let (left, middle, right) = (at_shift(-1.0), at_shift(0.0), at_shift(1.0));
            for c in 0..6 {
                let sum = 0.5 * (left[c] + right[c]) + middle[c];
                prop_assert!((sum - whole[c]).abs() < 1e-12, "{c}: {} {}", sum, whole[c]);
            }
        }
    }
}
