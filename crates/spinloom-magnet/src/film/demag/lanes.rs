//! Complex numbers side by side, to do the same with all of them at once.

use super::vector::Vector;
use crate::film::Real;

/// `L` complex numbers, one a lane, in one cache line: four of double or eight of single precision.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Lanes<T, const L: usize> {
    pub(super) re: [T; L],
    pub(super) im: [T; L],
}

/// A complex number, real and imaginary part.
pub(super) type Complex<T> = [T; 2];

impl<T: Real, const L: usize> Lanes<T, L> {
    /// All zero.
    #[inline(always)]
    pub(super) fn zero() -> Self {
        Self { re: [T::zero(); L], im: [T::zero(); L] }
    }

    #[inline(always)]
    pub(super) fn plus(self, v: impl Vector<T, L>, other: Self) -> Self {
        Self { re: v.add(self.re, other.re), im: v.add(self.im, other.im) }
    }

    #[inline(always)]
    pub(super) fn minus(self, v: impl Vector<T, L>, other: Self) -> Self {
        Self { re: v.sub(self.re, other.re), im: v.sub(self.im, other.im) }
    }

    /// `self` + i `other`.
    #[inline(always)]
    pub(super) fn plus_turned(self, v: impl Vector<T, L>, other: Self) -> Self {
        Self { re: v.sub(self.re, other.im), im: v.add(self.im, other.re) }
    }

    /// `self` - i `other`.
    #[inline(always)]
    pub(super) fn minus_turned(self, v: impl Vector<T, L>, other: Self) -> Self {
        Self { re: v.add(self.re, other.im), im: v.sub(self.im, other.re) }
    }

    /// Times a real number.
    #[inline(always)]
    pub(super) fn scaled(self, v: impl Vector<T, L>, factor: T) -> Self {
        self.products(v, v.splat(factor))
    }

    /// `self` + `factor` `other`, with a real factor.
    #[inline(always)]
    pub(super) fn plus_scaled(self, v: impl Vector<T, L>, other: Self, factor: T) -> Self {
        self.plus_products(v, other, v.splat(factor))
    }

    /// Times a real factor a lane.
    #[inline(always)]
    pub(super) fn products(self, v: impl Vector<T, L>, factors: [T; L]) -> Self {
        Self { re: v.mul(factors, self.re), im: v.mul(factors, self.im) }
    }

    /// Plus the products with a real factor a lane.
    #[inline(always)]
    pub(super) fn plus_products(self, v: impl Vector<T, L>, other: Self, factors: [T; L]) -> Self {
        Self { re: v.mul_add(factors, other.re, self.re), im: v.mul_add(factors, other.im, self.im) }
    }

    /// Times a complex number.
    #[inline(always)]
    pub(super) fn times(self, v: impl Vector<T, L>, factor: Complex<T>) -> Self {
        let [re, im] = factor.map(|f| v.splat(f));
        Self { re: v.mul_sub(re, self.re, v.mul(im, self.im)), im: v.mul_add(re, self.im, v.mul(im, self.re)) }
    }

    /// Times the conjugate of a complex number.
    #[inline(always)]
    pub(super) fn times_conjugate(self, v: impl Vector<T, L>, factor: Complex<T>) -> Self {
        let [re, im] = factor.map(|f| v.splat(f));
        Self { re: v.mul_add(re, self.re, v.mul(im, self.im)), im: v.mul_sub(re, self.im, v.mul(im, self.re)) }
    }
}
