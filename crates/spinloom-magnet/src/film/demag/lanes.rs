//! Complex numbers side by side, to do the same with all of them at once.

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

/// a b + c, fused where the processor was found to do it.
#[inline(always)]
fn multiply_add<T: Real, const FUSED: bool>(a: T, b: T, c: T) -> T {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

impl<T: Real, const L: usize> Lanes<T, L> {
    /// All zero.
    pub(super) fn zero() -> Self {
        Self { re: [T::zero(); L], im: [T::zero(); L] }
    }

    #[inline(always)]
    fn each(self, other: Self, function: impl Fn(T, T) -> T) -> Self {
        let mut out = self;
        for l in 0..L {
            out.re[l] = function(self.re[l], other.re[l]);
        }
        for l in 0..L {
            out.im[l] = function(self.im[l], other.im[l]);
        }
        out
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        self.each(other, |a, b| a + b)
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        self.each(other, |a, b| a - b)
    }

    /// `self` + `factor` `other`, with a real factor.
    #[inline(always)]
    pub(super) fn plus_scaled<const FUSED: bool>(self, other: Self, factor: T) -> Self {
        self.each(other, |a, b| multiply_add::<T, FUSED>(factor, b, a))
    }

    /// Times a real number.
    #[inline(always)]
    pub(super) fn scaled(self, factor: T) -> Self {
        self.each(self, |a, _| factor * a)
    }

    /// Times i, or times -i.
    #[inline(always)]
    pub(super) fn turned(self, forth: bool) -> Self {
        let mut out = self;
        for l in 0..L {
            out.re[l] = if forth { -self.im[l] } else { self.im[l] };
        }
        for l in 0..L {
            out.im[l] = if forth { self.re[l] } else { -self.re[l] };
        }
        out
    }

    /// Times a complex number, or times its conjugate.
    #[inline(always)]
    pub(super) fn times<const FUSED: bool, const CONJUGATE: bool>(self, [re, im]: Complex<T>) -> Self {
        let mut out = self;
        for l in 0..L {
            let other = im * self.im[l];
            out.re[l] = multiply_add::<T, FUSED>(re, self.re[l], if CONJUGATE { other } else { -other });
        }
        for l in 0..L {
            let other = im * self.re[l];
            out.im[l] = multiply_add::<T, FUSED>(re, self.im[l], if CONJUGATE { -other } else { other });
        }
        out
    }

    /// Times a real factor a lane.
    #[inline(always)]
    pub(super) fn products(&self, factors: &[T; L]) -> Self {
        let mut out = *self;
        for l in 0..L {
            out.re[l] *= factors[l];
        }
        for l in 0..L {
            out.im[l] *= factors[l];
        }
        out
    }

    /// Adds the products with a real factor a lane.
    #[inline(always)]
    pub(super) fn plus_products<const FUSED: bool>(self, other: &Self, factors: &[T; L]) -> Self {
        let mut out = self;
        for l in 0..L {
            out.re[l] = multiply_add::<T, FUSED>(factors[l], other.re[l], self.re[l]);
        }
        for l in 0..L {
            out.im[l] = multiply_add::<T, FUSED>(factors[l], other.im[l], self.im[l]);
        }
        out
    }
}
