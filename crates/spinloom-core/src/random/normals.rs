//! Standard normal numbers by the million: counter-based like a [`Stream`], but made side by side.

use super::{Stream, philox4x32_10};
use multiversion::multiversion;

/// Counters that are worked on side by side.
const LANES: usize = 16;

/// Standard normal numbers of one seed and purpose, each addressed by an index and its place under it: place n is the same number
/// whoever asks for it, in whatever portion.
///
/// Words of Philox4x32-10 become pairs of normals by the transform of G. E. P. Box and M. E. Muller, Ann. Math. Statist. 29, 610
/// (1958), doi:10.1214/aoms/1177706645, with the logarithm, sine and cosine as polynomials that agree with the exact functions to
/// 1e-12, so that a compiler turns all of it into vector instructions. The numbers are Gaussian out to 6.7 standard deviations,
/// where the 32 bits of the radius end.
///
/// ```
/// use spinloom_core::random::Normals;
/// let noise = Normals::new(1, "thermal field");
/// let (mut all, mut some) = ([0.0; 256], [0.0; 64]);
/// noise.fill(7, 0, &mut all);
/// noise.fill(7, 2, &mut some);
/// assert_eq!(some, all[128..192]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normals {
    key: [u32; 2],
}

impl Normals {
    /// Numbers that are made together: [`fill`](Self::fill) starts at a multiple of this.
    pub const GROUP: usize = 4 * LANES;

    /// The numbers keyed by (seed, purpose).
    pub fn new(seed: u64, purpose: &str) -> Self {
        Self { key: Stream::new(seed, purpose, 0).key }
    }

    /// Fills `out` with the numbers under `index` from place `group` x [`GROUP`](Self::GROUP) on.
    pub fn fill(&self, index: u64, group: u64, out: &mut [f64]) {
        fill(self.key, index, group, out);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn fill(key: [u32; 2], index: u64, first: u64, out: &mut [f64]) {
    let (whole, rest) = out.as_chunks_mut::<{ 4 * LANES }>();
    let mut group = first;
    for numbers in whole {
        make(key, index, group, numbers);
        group = group.wrapping_add(1);
    }
    if !rest.is_empty() {
        let mut numbers = [0.0; 4 * LANES];
        make(key, index, group, &mut numbers);
        rest.copy_from_slice(&numbers[..rest.len()]);
    }
}

/// One group: of lane l, words 0 and 1 make the numbers l and l + 16, words 2 and 3 the numbers l + 32 and l + 48.
#[inline(always)]
fn make(key: [u32; 2], index: u64, group: u64, out: &mut [f64; 4 * LANES]) {
    let words = philox(key, index, group.wrapping_mul(LANES as u64));
    for pair in 0..2 {
        for l in 0..LANES {
            let (first, second) = box_muller(words[2 * pair][l], words[2 * pair + 1][l]);
            out[2 * pair * LANES + l] = first;
            out[(2 * pair + 1) * LANES + l] = second;
        }
    }
}

/// [`philox4x32_10`] of sixteen positions in a row.
#[inline(always)]
fn philox(key: [u32; 2], index: u64, position: u64) -> [[u32; LANES]; 4] {
    let mut words = [[0; LANES]; 4];
    for l in 0..LANES {
        let position = position.wrapping_add(l as u64);
        let lane = philox4x32_10([position as u32, (position >> 32) as u32, index as u32, (index >> 32) as u32], key);
        (words[0][l], words[1][l], words[2][l], words[3][l]) = (lane[0], lane[1], lane[2], lane[3]);
    }
    words
}

/// sqrt(-2 ln u) (cos, sin)(2 pi v) with u and v in the middle of the 2^32 parts of (0, 1).
#[inline(always)]
fn box_muller(radius: u32, angle: u32) -> (f64, f64) {
    const PART: f64 = 1.0 / 4_294_967_296.0;
    let r = (-2.0 * logarithm((f64::from(radius) + 0.5) * PART)).sqrt();
    // Half the angle, from -pi/2 to pi/2, where short polynomials do; the minus sign of v - 1/2 is in the radius.
    let (s, c) = sine_and_cosine(std::f64::consts::PI * ((f64::from(angle) + 0.5) * PART - 0.5));
    (r * (2.0 * s * s - 1.0), -2.0 * r * s * c)
}

/// ln x of a positive normal number.
#[inline(always)]
fn logarithm(x: f64) -> f64 {
    let bits = x.to_bits();
    // The exponent as a number: its bits below those of 2^52.
    let exponent = f64::from_bits(0x4330_0000_0000_0000 | bits >> 52) - (4_503_599_627_370_496.0 + 1023.0);
    let mantissa = f64::from_bits(0x3FF0_0000_0000_0000 | bits & 0x000F_FFFF_FFFF_FFFF);
    let high = mantissa > std::f64::consts::SQRT_2;
    let (mantissa, exponent) = if high { (0.5 * mantissa, exponent + 1.0) } else { (mantissa, exponent) };
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let series = 1.0 / 15.0;
    let series = 1.0 / 13.0 + z * series;
    let series = 1.0 / 11.0 + z * series;
    let series = 1.0 / 9.0 + z * series;
    let series = 1.0 / 7.0 + z * series;
    let series = 1.0 / 5.0 + z * series;
    let series = 1.0 / 3.0 + z * series;
    exponent * std::f64::consts::LN_2 + 2.0 * s * (1.0 + z * series)
}

/// sin x and cos x for |x| <= pi/2, by their series.
#[inline(always)]
fn sine_and_cosine(x: f64) -> (f64, f64) {
    let z = x * x;
    let (mut sine, mut cosine) = (1.0, 1.0);
    // 1 - z/(n (n+1)) (1 - ...), from the last term inwards; the counts are known, so the divisions are done by the compiler.
    for n in (1..=9).rev() {
        let n = f64::from(2 * n);
        sine = 1.0 - z * (1.0 / (n * (n + 1.0))) * sine;
        cosine = 1.0 - z * (1.0 / (n * (n - 1.0))) * cosine;
    }
    (x * sine, cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_numbers_are_those_of_the_plain_formula() {
        let mut numbers = [0.0; 4 * Normals::GROUP + 10];
        Normals::new(9, "plain").fill(1 << 40, 3, &mut numbers);
        let key = Stream::new(9, "plain", 0).key;
        for (n, number) in numbers.iter().enumerate() {
            let (group, part, lane) = (3 + n / 64, n % 64 / 16, n % 16);
            let words = philox4x32_10([(group * 16 + lane) as u32, 0, 0, 1 << 8], key);
            let unit = |w: u32| (f64::from(w) + 0.5) / 4_294_967_296.0;
            let r = (-2.0 * unit(words[part / 2 * 2]).ln()).sqrt();
            let angle = std::f64::consts::TAU * unit(words[part / 2 * 2 + 1]);
            let expected = r * if part % 2 == 0 { angle.cos() } else { angle.sin() };
            assert!((number - expected).abs() < 1e-11, "{n}: {number} {expected}");
        }
    }

    #[test]
    fn the_extremes_of_both_words_give_finite_numbers() {
        for radius in [0, 1, u32::MAX / 2, u32::MAX - 1, u32::MAX] {
            for angle in [0, 1, 1 << 30, 1 << 31, 3 << 30, u32::MAX] {
                let (a, b) = box_muller(radius, angle);
                let exact = (-2.0 * ((f64::from(radius) + 0.5) / 4_294_967_296.0).ln()).sqrt();
                assert!((a.hypot(b) - exact).abs() < 1e-10 && a.abs() < 6.8 && b.abs() < 6.8);
            }
        }
    }

    #[test]
    fn the_numbers_are_normal_and_independent() {
        // 2^21 numbers. Moments to the sixth and correlations at lags 1 to 64, each within 5 standard errors: some 70 checks of 6e-7
        // each, a false alarm below 5e-5 altogether, and the seed is fixed.
        let n = 1 << 21;
        let mut x = vec![0.0; n];
        Normals::new(4, "moments").fill(0, 0, &mut x);
        let mean = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>() / n as f64;
        let error = |variance: f64| 5.0 * (variance / n as f64).sqrt();
        for (power, moment, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0), (6, 15.0, 10_170.0)] {
            let measured = mean(&|i| x[i].powi(power));
            assert!((measured - moment).abs() < error(variance), "moment {power}: {measured}");
        }
        for lag in 1..=64 {
            let correlation = mean(&|i| x[i] * x[(i + lag) % n]);
            assert!(correlation.abs() < error(1.0), "lag {lag}: {correlation}");
        }
        // Pairs are independent beyond their correlation: <x^2 y^2> = 1 for the two numbers of one transform.
        let squares = mean(&|i| (x[i] * x[(i + 16) % n]).powi(2));
        assert!((squares - 1.0).abs() < error(8.0), "{squares}");
    }

    #[test]
    fn the_numbers_are_distributed_as_the_error_function_says() {
        // Beyond 0, 1, 2, 3 and 4 standard deviations; 5 standard errors of a binomial each, false alarm below 3e-6.
        let n = 1 << 21;
        let mut x = vec![0.0; n];
        Normals::new(5, "tails").fill(3, 0, &mut x);
        let tails = [(0.0, 0.5), (1.0, 0.158_655_254), (2.0, 0.022_750_132), (3.0, 1.349_898e-3), (4.0, 3.167_124e-5)];
        for (bound, p) in tails {
            let beyond = x.iter().filter(|v| **v > bound).count() as f64 / n as f64;
            assert!((beyond - p).abs() < 5.0 * (p * (1.0 - p) / n as f64).sqrt(), "{bound}: {beyond}");
        }
    }
}
