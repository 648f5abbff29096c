//! Discrete Fourier transforms of many columns at once, in place.
//!
//! A convolution does not care in which order the frequencies come, so that the forward transform leaves them where its decimation in
//! frequency puts them and the inverse one, by decimation in time, takes them from there: no permutation, no second array. The lanes of
//! a [`Lanes`] are columns of their own, and so nothing is ever moved across a vector register either.
//!
//! Source: C. Van Loan, Computational Frameworks for the Fast Fourier Transform, SIAM 1992, chapters 1 and 2.

use super::lanes::{Complex, Lanes};
use super::vector::Vector;
use crate::film::Real;
use std::f64::consts::PI;

/// Blocks of this many lines of the cache are finished before the next is begun.
const RESIDENT: usize = 256;

/// A transform of one length, of factors 2, 3 and 5.
#[derive(Debug, Clone)]
pub(super) struct Plan<T> {
    length: usize,
    passes: Vec<Pass<T>>,
}

/// One pass over blocks of `radix` parts of `part` numbers.
#[derive(Debug, Clone)]
struct Pass<T> {
    part: usize,
    factors: Factors<T>,
}

/// exp(-2 pi i j b / block) for j below the part and b from 1 to the radix less one.
#[derive(Debug, Clone)]
enum Factors<T> {
    Two(Vec<[Complex<T>; 1]>),
    Three(Vec<[Complex<T>; 2]>),
    Four(Vec<[Complex<T>; 3]>),
    Five(Vec<[Complex<T>; 4]>),
}

/// exp(-i angle).
pub(super) fn unit<T: Real>(angle: f64) -> Complex<T> {
    [T::of(angle.cos()), T::of(-angle.sin())]
}

/// The radices of a length, largest blocks first; none if it has other factors than 2, 3 and 5.
fn radices(mut length: usize) -> Option<Vec<usize>> {
    let mut radices = Vec::new();
    for radix in [5, 3, 4, 2] {
        while length.is_multiple_of(radix) {
            length /= radix;
            radices.push(radix);
        }
    }
    (length == 1).then(|| {
        // Radix four last of all: its pass over single numbers needs no factors.
        radices.sort_by_key(|r| *r == 4);
        radices
    })
}

/// Whether a length has no other factors than 2, 3 and 5.
pub(super) fn is_smooth(length: usize) -> bool {
    radices(length).is_some()
}

/// The length from `least` on that takes the least time.
pub(super) fn good_length(least: usize) -> usize {
    // Of a number: about 10 for a pass of radix four, and what the other axes and the product with the kernel take of each.
    const OTHERS: usize = 60;
    let cost =
        |length: usize| radices(length).map(|r| length * (OTHERS + r.iter().map(|r| [0, 0, 7, 11, 10, 17][*r]).sum::<usize>()));
    // There is a power of two below twice the least.
    (least..2 * least).filter_map(|n| cost(n).map(|cost| (cost, n))).min().map_or(least, |(_, n)| n)
}

impl<T: Real> Plan<T> {
    /// For a length that [`is_smooth`].
    pub(super) fn new(length: usize) -> Self {
        let mut block = length;
        let passes = radices(length).unwrap_or_default().into_iter().map(|radix| {
            let part = block / radix;
            let factor = |j: usize, b: usize| unit(2.0 * PI * (j * (b + 1)) as f64 / block as f64);
            let all = 0..part;
            let factors = match radix {
                2 => Factors::Two(all.map(|j| std::array::from_fn(|b| factor(j, b))).collect()),
                3 => Factors::Three(all.map(|j| std::array::from_fn(|b| factor(j, b))).collect()),
                4 => Factors::Four(all.map(|j| std::array::from_fn(|b| factor(j, b))).collect()),
                _ => Factors::Five(all.map(|j| std::array::from_fn(|b| factor(j, b))).collect()),
            };
            block = part;
            Pass { part, factors }
        });
        Self { length, passes: passes.collect() }
    }

    /// Numbers it transforms.
    #[inline(always)]
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The frequencies, in units of 1 / length, in the order in which the forward transform leaves them.
    pub(super) fn frequencies(&self) -> Vec<usize> {
        let mut frequencies = vec![0];
        // Block b of a pass holds the frequencies that are b modulo the radix.
        for pass in self.passes.iter().rev() {
            let radix = pass.radix();
            frequencies = (0..radix).flat_map(|b| frequencies.iter().map(move |k| b + radix * k)).collect();
        }
        frequencies
    }

    /// X(k) = sum over n of x(n) exp(-2 pi i k n / length), frequencies in their own order.
    #[inline(always)]
    pub(super) fn forward<const L: usize>(&self, v: impl Vector<T, L>, data: &mut [Lanes<T, L>]) {
        let large = self.large();
        for pass in &self.passes[..large] {
            pass.apply::<L, false>(v, data);
        }
        for block in data.chunks_exact_mut(self.block(large)) {
            for pass in &self.passes[large..] {
                pass.apply::<L, false>(v, block);
            }
        }
    }

    /// length x(n) = sum over k of X(k) exp(2 pi i k n / length), frequencies in their own order.
    #[inline(always)]
    pub(super) fn inverse<const L: usize>(&self, v: impl Vector<T, L>, data: &mut [Lanes<T, L>]) {
        let large = self.large();
        for block in data.chunks_exact_mut(self.block(large)) {
            for pass in self.passes[large..].iter().rev() {
                pass.apply::<L, true>(v, block);
            }
        }
        for pass in self.passes[..large].iter().rev() {
            pass.apply::<L, true>(v, data);
        }
    }

    /// How many passes have blocks that the first cache does not hold.
    #[inline(always)]
    fn large(&self) -> usize {
        self.passes.iter().take_while(|pass| pass.part * pass.radix() > RESIDENT).count()
    }

    /// Length of the blocks of a pass.
    #[inline(always)]
    fn block(&self, pass: usize) -> usize {
        self.passes.get(pass).map_or(1, |pass| pass.part * pass.radix())
    }
}

impl<T: Real> Pass<T> {
    #[inline(always)]
    fn radix(&self) -> usize {
        match self.factors {
            Factors::Two(_) => 2,
            Factors::Three(_) => 3,
            Factors::Four(_) => 4,
            Factors::Five(_) => 5,
        }
    }

    #[inline(always)]
    fn apply<const L: usize, const INVERSE: bool>(&self, v: impl Vector<T, L>, data: &mut [Lanes<T, L>]) {
        match &self.factors {
            Factors::Two(factors) => run::<T, L, 2, 1, Two, INVERSE>(v, data, factors),
            Factors::Three(factors) => run::<T, L, 3, 2, Three, INVERSE>(v, data, factors),
            Factors::Four(factors) if self.part > 1 => run::<T, L, 4, 3, Four, INVERSE>(v, data, factors),
            Factors::Four(_) => {
                for block in data.as_chunks_mut::<4>().0 {
                    *block = Four::transform::<T, L, INVERSE>(v, *block);
                }
            }
            Factors::Five(factors) => run::<T, L, 5, 4, Five, INVERSE>(v, data, factors),
        }
    }
}

/// The butterflies of one pass: the factors come after them going forward, before them, conjugate, going back.
#[inline(always)]
fn run<T: Real, const L: usize, const R: usize, const F: usize, B: Butterfly<R>, const INVERSE: bool>(
    v: impl Vector<T, L>,
    data: &mut [Lanes<T, L>],
    factors: &[[Complex<T>; F]],
) {
    let part = factors.len();
    for block in data.chunks_exact_mut(part * R) {
        let mut rest = block;
        let parts: [&mut [Lanes<T, L>]; R] = std::array::from_fn(|_| {
            let (part, others) = std::mem::take(&mut rest).split_at_mut(part);
            rest = others;
            part
        });
        for (j, factors) in factors.iter().enumerate() {
            let mut x: [Lanes<T, L>; R] = std::array::from_fn(|b| parts[b][j]);
            if INVERSE {
                for b in 1..R {
                    x[b] = x[b].times_conjugate(v, factors[b - 1]);
                }
            }
            x = B::transform::<T, L, INVERSE>(v, x);
            if !INVERSE {
                for b in 1..R {
                    x[b] = x[b].times(v, factors[b - 1]);
                }
            }
            for b in 0..R {
                parts[b][j] = x[b];
            }
        }
    }
}

/// The transform of `R` numbers. A trait and no closure, for only functions can be told to be compiled into their caller, and only there
/// are its instructions at hand.
trait Butterfly<const R: usize> {
    fn transform<T: Real, const L: usize, const INVERSE: bool>(v: impl Vector<T, L>, x: [Lanes<T, L>; R]) -> [Lanes<T, L>; R];
}

struct Two;
struct Three;
struct Four;
struct Five;

/// a - i b and a + i b going forward, the other way round going back.
#[inline(always)]
fn across<T: Real, const L: usize, const INVERSE: bool>(
    v: impl Vector<T, L>,
    a: Lanes<T, L>,
    b: Lanes<T, L>,
) -> [Lanes<T, L>; 2] {
    if INVERSE { [a.plus_turned(v, b), a.minus_turned(v, b)] } else { [a.minus_turned(v, b), a.plus_turned(v, b)] }
}

impl Butterfly<2> for Two {
    #[inline(always)]
    fn transform<T: Real, const L: usize, const INVERSE: bool>(
        v: impl Vector<T, L>,
        [a, b]: [Lanes<T, L>; 2],
    ) -> [Lanes<T, L>; 2] {
        [a.plus(v, b), a.minus(v, b)]
    }
}

impl Butterfly<3> for Three {
    #[inline(always)]
    fn transform<T: Real, const L: usize, const INVERSE: bool>(
        v: impl Vector<T, L>,
        [a, b, c]: [Lanes<T, L>; 3],
    ) -> [Lanes<T, L>; 3] {
        let sum = b.plus(v, c);
        let middle = a.plus_scaled(v, sum, T::of(-0.5));
        let [first, second] = across::<T, L, INVERSE>(v, middle, b.minus(v, c).scaled(v, T::of(3f64.sqrt() / 2.0)));
        [a.plus(v, sum), first, second]
    }
}

impl Butterfly<4> for Four {
    #[inline(always)]
    fn transform<T: Real, const L: usize, const INVERSE: bool>(
        v: impl Vector<T, L>,
        [a, b, c, d]: [Lanes<T, L>; 4],
    ) -> [Lanes<T, L>; 4] {
        let (even, odd) = (a.plus(v, c), b.plus(v, d));
        let [first, third] = across::<T, L, INVERSE>(v, a.minus(v, c), b.minus(v, d));
        [even.plus(v, odd), first, even.minus(v, odd), third]
    }
}

impl Butterfly<5> for Five {
    #[inline(always)]
    fn transform<T: Real, const L: usize, const INVERSE: bool>(
        v: impl Vector<T, L>,
        [a, b, c, d, e]: [Lanes<T, L>; 5],
    ) -> [Lanes<T, L>; 5] {
        // Cosine and sine of one and of two fifths of a turn.
        let quarter = 5f64.sqrt() / 4.0;
        let [cos1, cos2] = [T::of(quarter - 0.25), T::of(-quarter - 0.25)];
        let [sin1, sin2] = [T::of((0.625 + 0.5 * quarter).sqrt()), T::of((0.625 - 0.5 * quarter).sqrt())];
        let (outer, inner) = (b.plus(v, e), c.plus(v, d));
        let (outer_difference, inner_difference) = (b.minus(v, e), c.minus(v, d));
        let near = a.plus_scaled(v, outer, cos1).plus_scaled(v, inner, cos2);
        let far = a.plus_scaled(v, outer, cos2).plus_scaled(v, inner, cos1);
        let near_across = outer_difference.scaled(v, sin1).plus_scaled(v, inner_difference, sin2);
        let far_across = outer_difference.scaled(v, sin2).plus_scaled(v, inner_difference, -sin1);
        let [first, fourth] = across::<T, L, INVERSE>(v, near, near_across);
        let [second, third] = across::<T, L, INVERSE>(v, far, far_across);
        [a.plus(v, outer).plus(v, inner), first, second, third, fourth]
    }
}

#[cfg(test)]
mod tests {
    use super::super::vector::Plain;
    use super::*;

    #[test]
    fn transforms_are_the_sums_that_define_them_and_go_back() {
        for length in [1, 2, 3, 4, 5, 6, 8, 12, 15, 16, 30, 45, 60, 64, 100, 125, 360, 1024, 2000] {
            let plan = Plan::<f64>::new(length);
            let value = |n: usize, l: usize| [((n * 7 + l * 3) % 11) as f64 - 5.0, ((n * 5 + l) % 13) as f64 - 6.0];
            let data: Vec<Lanes<f64, 4>> = (0..length)
                .map(|n| Lanes { re: std::array::from_fn(|l| value(n, l)[0]), im: std::array::from_fn(|l| value(n, l)[1]) })
                .collect();
            let mut spectrum = data.clone();
            plan.forward(Plain, &mut spectrum);
            for (x, k) in spectrum.iter().zip(plan.frequencies()).step_by(1 + length / 40) {
                let mut sum = [0.0; 2];
                for n in 0..length {
                    let [re, im] = value(n, 2);
                    let [cos, sin] = unit::<f64>(2.0 * PI * (k * n % length) as f64 / length as f64);
                    sum = [sum[0] + re * cos - im * sin, sum[1] + re * sin + im * cos];
                }
                assert!((x.re[2] - sum[0]).abs() + (x.im[2] - sum[1]).abs() < 1e-11 * length as f64, "{length} {k}");
            }
            plan.inverse(Plain, &mut spectrum);
            for (x, y) in data.iter().zip(&spectrum) {
                for l in 0..4 {
                    assert!(
                        (x.re[l] - y.re[l] / length as f64).abs() < 1e-13 && (x.im[l] - y.im[l] / length as f64).abs() < 1e-13
                    );
                }
            }
        }
    }

    #[test]
    fn good_lengths_are_smooth_and_not_much_longer() {
        for least in 1..600 {
            let length = good_length(least);
            assert!(length >= least && is_smooth(length) && (least < 20 || length * 10 <= least * 12), "{least} {length}");
        }
        assert_eq!((good_length(1024), good_length(1), is_smooth(7)), (1024, 1, false));
    }
}
