//! Vector registers: the same operation on `L` numbers.
//!
//! Compilers find the vectors in loops over arrays of four numbers only here and there once many of them are in flight; half the speed of
//! a transform hangs on it. So the operations have names, with one implementation by loops for any processor and one by the instructions
//! of those with AVX2 and fused multiply-add.

use crate::film::Real;

/// Operations on `L` numbers of type `T`, by a token that proves that the processor has them.
pub(super) trait Vector<T, const L: usize>: Copy {
    fn splat(self, value: T) -> [T; L];
    fn add(self, a: [T; L], b: [T; L]) -> [T; L];
    fn sub(self, a: [T; L], b: [T; L]) -> [T; L];
    fn mul(self, a: [T; L], b: [T; L]) -> [T; L];
    /// a b + c.
    fn mul_add(self, a: [T; L], b: [T; L], c: [T; L]) -> [T; L];
    /// a b - c.
    fn mul_sub(self, a: [T; L], b: [T; L], c: [T; L]) -> [T; L];
    /// Rows to columns.
    fn transpose(self, rows: [[T; L]; L]) -> [[T; L]; L];
}

/// Loops.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain;

#[inline(always)]
fn each<T: Real, const L: usize>(a: [T; L], b: [T; L], function: impl Fn(T, T) -> T) -> [T; L] {
    std::array::from_fn(|l| function(a[l], b[l]))
}

impl<T: Real, const L: usize> Vector<T, L> for Plain {
    #[inline(always)]
    fn splat(self, value: T) -> [T; L] {
        [value; L]
    }
    #[inline(always)]
    fn add(self, a: [T; L], b: [T; L]) -> [T; L] {
        each(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: [T; L], b: [T; L]) -> [T; L] {
        each(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: [T; L], b: [T; L]) -> [T; L] {
        each(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn mul_add(self, a: [T; L], b: [T; L], c: [T; L]) -> [T; L] {
        self.add(self.mul(a, b), c)
    }
    #[inline(always)]
    fn mul_sub(self, a: [T; L], b: [T; L], c: [T; L]) -> [T; L] {
        self.sub(self.mul(a, b), c)
    }
    #[inline(always)]
    fn transpose(self, rows: [[T; L]; L]) -> [[T; L]; L] {
        std::array::from_fn(|column| rows.map(|row| row[column]))
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    use pulp::{cast, x86::V3};
    use std::arch::x86_64::{__m256, __m256d};

    /// The arithmetic of one width of numbers.
    macro_rules! arithmetic {
        ($number:ty, $lanes:literal, $splat:ident, $add:ident, $sub:ident, $mul:ident, $mul_add:ident, $mul_sub:ident) => {
            #[inline(always)]
            fn splat(self, value: $number) -> [$number; $lanes] {
                cast(self.avx.$splat(value))
            }
            #[inline(always)]
            fn add(self, a: [$number; $lanes], b: [$number; $lanes]) -> [$number; $lanes] {
                cast(self.avx.$add(cast(a), cast(b)))
            }
            #[inline(always)]
            fn sub(self, a: [$number; $lanes], b: [$number; $lanes]) -> [$number; $lanes] {
                cast(self.avx.$sub(cast(a), cast(b)))
            }
            #[inline(always)]
            fn mul(self, a: [$number; $lanes], b: [$number; $lanes]) -> [$number; $lanes] {
                cast(self.avx.$mul(cast(a), cast(b)))
            }
            #[inline(always)]
            fn mul_add(self, a: [$number; $lanes], b: [$number; $lanes], c: [$number; $lanes]) -> [$number; $lanes] {
                cast(self.fma.$mul_add(cast(a), cast(b), cast(c)))
            }
            #[inline(always)]
            fn mul_sub(self, a: [$number; $lanes], b: [$number; $lanes], c: [$number; $lanes]) -> [$number; $lanes] {
                cast(self.fma.$mul_sub(cast(a), cast(b), cast(c)))
            }
        };
    }

    impl Vector<f64, 4> for V3 {
        arithmetic!(f64, 4, _mm256_set1_pd, _mm256_add_pd, _mm256_sub_pd, _mm256_mul_pd, _mm256_fmadd_pd, _mm256_fmsub_pd);
        #[inline(always)]
        fn transpose(self, rows: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
            let [a, b, c, d]: [__m256d; 4] = rows.map(cast);
            let avx = self.avx;
            let (ab, ab_odd) = (avx._mm256_unpacklo_pd(a, b), avx._mm256_unpackhi_pd(a, b));
            let (cd, cd_odd) = (avx._mm256_unpacklo_pd(c, d), avx._mm256_unpackhi_pd(c, d));
            [
                cast(avx._mm256_permute2f128_pd::<0x20>(ab, cd)),
                cast(avx._mm256_permute2f128_pd::<0x20>(ab_odd, cd_odd)),
                cast(avx._mm256_permute2f128_pd::<0x31>(ab, cd)),
                cast(avx._mm256_permute2f128_pd::<0x31>(ab_odd, cd_odd)),
            ]
        }
    }

    impl Vector<f32, 8> for V3 {
        arithmetic!(f32, 8, _mm256_set1_ps, _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps, _mm256_fmadd_ps, _mm256_fmsub_ps);
        #[inline(always)]
        fn transpose(self, rows: [[f32; 8]; 8]) -> [[f32; 8]; 8] {
            let [a, b, c, d, e, f, g, h]: [__m256; 8] = rows.map(cast);
            let avx = self.avx;
            let (upper, lower) = (columns_of_halves(self, [a, b, c, d]), columns_of_halves(self, [e, f, g, h]));
            std::array::from_fn(|column| {
                let (upper, lower) = (upper[column % 4], lower[column % 4]);
                if column < 4 {
                    cast(avx._mm256_permute2f128_ps::<0x20>(upper, lower))
                } else {
                    cast(avx._mm256_permute2f128_ps::<0x31>(upper, lower))
                }
            })
        }
    }

    /// Four rows to their columns within either half of the registers.
    #[inline(always)]
    fn columns_of_halves(v: V3, [a, b, c, d]: [__m256; 4]) -> [__m256; 4] {
        let avx = v.avx;
        let (ab, ab_high) = (avx._mm256_unpacklo_ps(a, b), avx._mm256_unpackhi_ps(a, b));
        let (cd, cd_high) = (avx._mm256_unpacklo_ps(c, d), avx._mm256_unpackhi_ps(c, d));
        [
            avx._mm256_shuffle_ps::<0x44>(ab, cd),
            avx._mm256_shuffle_ps::<0xEE>(ab, cd),
            avx._mm256_shuffle_ps::<0x44>(ab_high, cd_high),
            avx._mm256_shuffle_ps::<0xEE>(ab_high, cd_high),
        ]
    }
}
