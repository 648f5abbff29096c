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
