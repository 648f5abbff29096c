//! Demagnetising factors: mean demagnetising field over magnetization of a uniformly magnetized body, per axis; they sum to one.

use std::f64::consts::{FRAC_PI_2, PI};

/// Magnetometric factors (x, y, z) of a circular cylinder along z, from its thickness over its diameter; a disk is a flat one.
///
/// With t = thickness / diameter and k^2 = 1 / (1 + t^2),
///
/// ```text
/// N_z = 1 - 4 / (3 pi t) { sqrt(1 + t^2) [t^2 K(k) + (1 - t^2) E(k)] - 1 },    N_x = N_y = (1 - N_z) / 2,
/// ```
///
/// where K and E are the complete elliptic integrals. Source: R. I. Joseph, J. Appl. Phys. 37, 4639 (1966), doi:10.1063/1.1708117; table of
/// D.-X. Chen, J. A. Brug and R. B. Goldfarb, IEEE Trans. Magn. 27, 3601 (1991), doi:10.1109/20.102932. A vanishing thickness gives (0, 0, 1),
/// an infinite one (1/2, 1/2, 0).
///
/// ```
/// let [x, y, z] = spinloom_magnet::demagnetization::cylinder(1.0);
/// assert!((z - 0.3116).abs() < 1e-4 && x == y && (x + y + z - 1.0).abs() < 1e-15);
/// ```
pub fn cylinder(thickness_over_diameter: f64) -> [f64; 3] {
    let t = thickness_over_diameter.abs();
    let z = if t < 1e-6 {
        1.0 - if t > 0.0 { 2.0 * t / PI * ((4.0 / t).ln() - 0.5) } else { 0.0 }
    } else if t > 1e3 {
        // The braces lose all digits; what is left of the series is below 1e-9.
        4.0 / (3.0 * PI * t) * (1.0 - 3.0 * PI / (32.0 * t))
    } else {
        let complementary = t / t.hypot(1.0);
        let (k, e) = elliptic(complementary);
        let braces = t.hypot(1.0) * (t * t * k + (1.0 - t * t) * e) - 1.0;
        1.0 - 4.0 / (3.0 * PI * t) * braces
    };
    [(1.0 - z) / 2.0, (1.0 - z) / 2.0, z]
}

/// Magnetometric factors (x, y, z) of a rectangular prism, from its edges along x, y and z in any unit.
///
/// Source: A. Aharoni, J. Appl. Phys. 83, 3432 (1998), doi:10.1063/1.367113, with its logarithms written as inverse hyperbolic sines, which
/// keep their digits. The terms cancel as the square of the largest over the smallest edge times rounding: at 1000 x 1000 x 1 the factors
/// still sum to 1 within 1e-9.
///
/// ```
/// let [x, y, z] = spinloom_magnet::demagnetization::prism([2.0, 2.0, 2.0]);
/// assert!((x - 1.0 / 3.0).abs() < 1e-14 && (x + y + z - 1.0).abs() < 1e-14);
/// ```
pub fn prism(edges: [f64; 3]) -> [f64; 3] {
    let [a, b, c] = edges.map(f64::abs);
    [along_last_edge(b, c, a), along_last_edge(c, a, b), along_last_edge(a, b, c)]
}

fn along_last_edge(a: f64, b: f64, c: f64) -> f64 {
    let (ab, bc, ca) = (a.hypot(b), b.hypot(c), c.hypot(a));
    let (diagonal, volume) = (ab.hypot(c), a * b * c);
    let logarithms = (c * c - b * b) / (b * c) * (a / bc).asinh()
        + (c * c - a * a) / (a * c) * (b / ca).asinh()
        + b / c * (a / b).asinh()
        + a / c * (b / a).asinh()
        - c / a * (b / c).asinh()
        - c / b * (a / c).asinh();
    let roots = (a.powi(3) + b.powi(3) - 2.0 * c.powi(3)) / (3.0 * volume)
        + (a * a + b * b - 2.0 * c * c) / (3.0 * volume) * diagonal
        + c / (a * b) * (ca + bc)
        - (ab.powi(3) + bc.powi(3) + ca.powi(3)) / (3.0 * volume);
    (logarithms + 2.0 * (a * b / (c * diagonal)).atan() + roots) / PI
}

/// Factors (x, y, z) of an ellipsoid, from its axes along x, y and z in any unit: N_z = (a b c / 3) R_D(a^2, b^2, c^2) with Carlson's
/// integral, and so in turn. Inside, the field is uniform.
///
/// Source: J. A. Osborn, Phys. Rev. 67, 351 (1945), doi:10.1103/PhysRev.67.351.
///
/// ```
/// let [x, y, z] = spinloom_magnet::demagnetization::ellipsoid([1.0, 1.0, 2.0]);
/// assert!((z - 0.1735646).abs() < 1e-6 && x == y);
/// ```
pub fn ellipsoid(axes: [f64; 3]) -> [f64; 3] {
    let longest = axes.iter().fold(0.0, |most: f64, a| most.max(a.abs()));
    let [a, b, c] = axes.map(|axis| (axis / longest).abs());
    let third = a * b * c / 3.0;
    let (x, y, z) = (a * a, b * b, c * c);
    [third * carlson(y, z, x), third * carlson(x, z, y), third * carlson(x, y, z)]
}

/// Carlson's elliptic integral R_D(x, y, z) = (3/2) Int_0^inf dt / [(t + x)^(1/2) (t + y)^(1/2) (t + z)^(3/2)], by duplication.
///
/// Source: B. C. Carlson, Numer. Math. 33, 1 (1979), doi:10.1007/BF01396491.
fn carlson(mut x: f64, mut y: f64, mut z: f64) -> f64 {
    let (mut sum, mut factor) = (0.0, 1.0);
    loop {
        let mean = (x + y + 3.0 * z) / 5.0;
        let [p, q, r] = [x, y, z].map(|v| (mean - v) / mean);
        let difference = p.abs().max(q.abs()).max(r.abs());
        // Each round quarters the differences; the first term left out goes with their sixth power. A number that is none ends it too.
        if difference <= 1e-3 || mean.is_nan() {
            let (ea, eb) = (p * q, r * r);
            let (ec, ed) = (ea - eb, ea - 6.0 * eb);
            let ee = ed + 2.0 * ec;
            let inner = r * (ee / 6.0 + r * (-9.0 / 22.0 * ec + r * 3.0 / 26.0 * ea));
            let series = 1.0 + ed * (-3.0 / 14.0 + 9.0 / 88.0 * ed - 9.0 / 52.0 * r * ee) + inner;
            return 3.0 * sum + factor * series / (mean * mean.sqrt());
        }
        let [root_x, root_y, root_z] = [x, y, z].map(f64::sqrt);
        let lambda = root_x * root_y + root_x * root_z + root_y * root_z;
        sum += factor / (root_z * (z + lambda));
        factor /= 4.0;
        (x, y, z) = ((x + lambda) / 4.0, (y + lambda) / 4.0, (z + lambda) / 4.0);
    }
}

/// Complete elliptic integrals K and E from the complementary modulus k' = sqrt(1 - k^2), by the arithmetic-geometric mean.
///
/// Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, section 17.6.
fn elliptic(complementary: f64) -> (f64, f64) {
    let (mut a, mut b) = (1.0, complementary);
    let mut half = (1.0 - complementary * complementary).sqrt();
    let (mut sum, mut weight) = (0.5 * half * half, 0.5);
    // Each round squares the difference: below 1e-9 the next one is beneath rounding.
    while half > 1e-9 {
        half = 0.5 * (a - b);
        (a, b) = (0.5 * (a + b), (a * b).sqrt());
        weight *= 2.0;
        sum += weight * half * half;
    }
    let k = FRAC_PI_2 / a;
    (k, k * (1.0 - sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elliptic_integrals_of_known_modulus() {
        // k^2 = 1/2: Gamma(1/4)^2 / (4 sqrt(pi)) and the value of E that Legendre's relation gives with it.
        let (k, e) = elliptic(0.5f64.sqrt());
        assert!((k - 1.854_074_677_301_372).abs() < 1e-14, "{k}");
        assert!((2.0 * k * e - k * k - FRAC_PI_2).abs() < 1e-14, "{e}");
    }

    #[test]
    fn factors_of_a_prism_sum_to_one_and_join_their_limits() {
        for edges in [[1.0, 1.0, 1.0], [1.0, 2.0, 3.0], [10.0, 0.3, 1.7], [50.0, 50.0, 1.0]] {
            let n = prism(edges);
            assert!((n.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{edges:?}: {n:?}");
            let [a, b, c] = edges;
            let turned = prism([b, c, a]);
            assert!((turned[2] - n[0]).abs() < 1e-12 && (turned[0] - n[1]).abs() < 1e-12);
        }
        assert!((prism([1000.0, 1000.0, 1.0]).iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // A long square rod is two-dimensional, and a wide thin plate stands against its whole magnetization.
        let [x, _, z] = prism([1.0, 1.0, 1e3]);
        assert!((x - 0.5).abs() < 1e-3 && z < 1e-3);
        assert!((prism([300.0, 300.0, 1.0])[2] - 1.0).abs() < 0.02);
    }

    /// The energy of two charged faces by integration over the difference of the positions: N_z of a prism without its closed form.
    #[test]
    fn factors_of_a_prism_by_integration() {
        let [a, b, c] = [1.3f64, 0.8, 0.5];
        let n = 400;
        let mut sum = 0.0;
        for i in 0..n {
            for j in 0..n {
                // Squares of the unit parameter soften the pole of the face upon itself.
                let (u, v) = ((i as f64 + 0.5) / n as f64, (j as f64 + 0.5) / n as f64);
                let (x, y) = (a * u * u, b * v * v);
                let weight = 4.0 * u * v * a * b * (a - x) * (b - y);
                sum += weight * (1.0 / x.hypot(y) - 1.0 / x.hypot(y).hypot(c));
            }
        }
        // N_z = (2 / 4 pi V) Int Int (1 / r - 1 / sqrt(r^2 + c^2)), four quadrants of the differences.
        let z = 2.0 * 4.0 * sum / (n * n) as f64 / (4.0 * PI * a * b * c);
        assert!((prism([a, b, c])[2] - z).abs() < 1e-4, "{} {z}", prism([a, b, c])[2]);
    }

    #[test]
    fn factors_of_ellipsoids_of_revolution() {
        assert!(ellipsoid([3.0; 3]).iter().all(|n| (n - 1.0 / 3.0).abs() < 1e-15));
        for ratio in [1.5f64, 4.0, 100.0] {
            // Prolate and oblate closed forms of Osborn.
            let root = (ratio * ratio - 1.0).sqrt();
            let long = (ratio / root * (ratio + root).ln() - 1.0) / (root * root);
            let flat = ratio * ratio / (root * root) * (1.0 - (root / ratio).asin() / root);
            assert!((ellipsoid([1.0, 1.0, ratio])[2] - long).abs() < 1e-13, "{ratio}");
            assert!((ellipsoid([ratio, ratio, 1.0])[2] - flat).abs() < 1e-12, "{ratio}");
        }
        for axes in [[1.0, 2.0, 3.0], [100.0, 40.0, 1.0], [1e5, 1.0, 1e-3]] {
            assert!((ellipsoid(axes).iter().sum::<f64>() - 1.0).abs() < 1e-12, "{axes:?}");
        }
        assert!(ellipsoid([f64::NAN, 1.0, 1.0])[0].is_nan());
    }

    #[test]
    fn limits_of_a_cylinder() {
        assert_eq!(cylinder(0.0), [0.0, 0.0, 1.0]);
        // The exact form joins the limits: no step larger than the slope allows.
        for join in [1e-6, 1e3] {
            let [before, below, above, after] = [0.998, 0.9999, 1.0001, 1.002].map(|f| cylinder(join * f)[2]);
            assert!((below - above).abs() < 0.2 * (before - after).abs(), "{join}: {before} {below} {above} {after}");
        }
    }

    #[test]
    fn factors_of_a_cylinder_by_integration() {
        // Energy of the two charged faces: N_z = (1 / t) Int_0^inf J1(q)^2 / q^2 (1 - exp(-2 t q)) dq, lengths in radii.
        for t in [0.05, 0.3, 2.0] {
            let n = 400_000;
            let (top, step) = (400.0, 400.0 / 400_000.0);
            let integrand = |q: f64| {
                let j = bessel_j1(q);
                j * j / (q * q) * (1.0 - (-2.0 * t * q).exp())
            };
            let sum: f64 = (0..n).map(|i| integrand((i as f64 + 0.5) * step)).sum::<f64>() * step;
            // Beyond the end J1^2 averages 1 / (pi q).
            let tail = 1.0 / (2.0 * PI * top * top);
            let z = (sum + tail) / t;
            assert!((cylinder(t)[2] - z).abs() < 1e-4, "{t}: {} {z}", cylinder(t)[2]);
        }
    }

    /// J1 by its integral, for the test alone.
    fn bessel_j1(x: f64) -> f64 {
        if x > 30.0 {
            let phase = x - 0.75 * PI;
            return (2.0 / (PI * x)).sqrt() * (phase.cos() * (1.0 + 15.0 / (128.0 * x * x)) - 3.0 / (8.0 * x) * phase.sin());
        }
        let n = 64;
        (0..n).map(|i| f64::from(i) + 0.5).map(|i| PI * i / f64::from(n)).map(|a| (a - x * a.sin()).cos()).sum::<f64>()
            / f64::from(n)
    }
}
