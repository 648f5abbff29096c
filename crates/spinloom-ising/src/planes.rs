//! Bit planes: one bit of many replicas side by side, and the random words for them.

use rand::Rng;
use spinloom_core::random::Stream;
use std::ops::{BitAnd, BitOr, BitXor, Not};

/// One bit of each of [`Planes::LANES`] replicas.
///
/// Every operation is written as a plain loop over words, inlined into kernels that are compiled for each instruction set: the same
/// source becomes one 512-bit instruction, two 256-bit ones or eight 64-bit ones, with the same result.
pub trait Planes:
    Copy + Send + Sync + std::fmt::Debug + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> + Not<Output = Self>
{
    /// Number of replicas.
    const LANES: usize;
    /// Number of 64-bit words.
    const WORDS: usize = Self::LANES / 64;

    /// The same bit, spread over a word (0 or all ones), in every replica.
    fn splat(word: u64) -> Self;
    /// Whether any replica has the bit set.
    fn any(self) -> bool;
    /// The word of 64 replicas.
    fn word(&self, index: usize) -> u64;
    /// Sets the word of 64 replicas.
    fn set_word(&mut self, index: usize, value: u64);
    /// The next words of as many generators as there are words: xorshift128+ (S. Vigna, J. Comput. Appl. Math. 315, 175 (2017),
    /// doi:10.1016/j.cam.2016.11.006) with the upper half of its sum folded onto the lower, whose lowest bit alone would be a linear
    /// recurrence. It has no rotations, which 256-bit registers lack.
    fn draw(state: &mut [Self; 2]) -> Self;

    /// The bit of one replica.
    fn lane(&self, lane: usize) -> bool {
        self.word(lane / 64) >> (lane % 64) & 1 == 1
    }
}

macro_rules! planes {
    ($(#[$meta:meta])* $name:ident, $words:literal, $align:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(align($align))]
        pub struct $name([u64; $words]);

        impl BitAnd for $name {
            type Output = Self;
            #[inline(always)]
            fn bitand(self, other: Self) -> Self {
                Self(std::array::from_fn(|k| self.0[k] & other.0[k]))
            }
        }

        impl BitOr for $name {
            type Output = Self;
            #[inline(always)]
            fn bitor(self, other: Self) -> Self {
                Self(std::array::from_fn(|k| self.0[k] | other.0[k]))
            }
        }

        impl BitXor for $name {
            type Output = Self;
            #[inline(always)]
            fn bitxor(self, other: Self) -> Self {
                Self(std::array::from_fn(|k| self.0[k] ^ other.0[k]))
            }
        }

        impl Not for $name {
            type Output = Self;
            #[inline(always)]
            fn not(self) -> Self {
                Self(std::array::from_fn(|k| !self.0[k]))
            }
        }

        impl Planes for $name {
            const LANES: usize = 64 * $words;

            #[inline(always)]
            fn splat(word: u64) -> Self {
                Self([word; $words])
            }

            #[inline(always)]
            fn any(self) -> bool {
                self.0.iter().fold(0, |a, b| a | b) != 0
            }

            #[inline(always)]
            fn word(&self, index: usize) -> u64 {
                self.0[index]
            }

            #[inline(always)]
            fn set_word(&mut self, index: usize, value: u64) {
                self.0[index] = value;
            }

            #[inline(always)]
            fn draw(state: &mut [Self; 2]) -> Self {
                let (old, kept) = (state[0].0, state[1].0);
                let sum: [u64; $words] = std::array::from_fn(|k| old[k].wrapping_add(kept[k]));
                let mixed: [u64; $words] = std::array::from_fn(|k| old[k] ^ old[k] << 23);
                state[0] = state[1];
                state[1] = Self(std::array::from_fn(|k| mixed[k] ^ kept[k] ^ mixed[k] >> 18 ^ kept[k] >> 5));
                Self(std::array::from_fn(|k| sum[k] ^ sum[k] >> 32))
            }
        }
    };
}

planes!(
    /// 64 replicas.
    Planes64, 1, 8
);
planes!(
    /// 256 replicas.
    Planes256, 4, 32
);
planes!(
    /// 512 replicas.
    Planes512, 8, 64
);

/// A random word for every 64 replicas at a time, each from a generator of its own.
#[derive(Debug, Clone)]
pub struct PlaneGenerator<P>([P; 2]);

impl<P: Planes> PlaneGenerator<P> {
    /// Generators seeded from a stream.
    pub fn new(stream: &mut Stream) -> Self {
        let mut state = [P::splat(0); 2];
        for word in 0..P::WORDS {
            let mut source = stream.fast();
            for plane in &mut state {
                plane.set_word(word, source.next_u64());
            }
        }
        Self(state)
    }

    /// Fresh random bits for all replicas.
    #[inline(always)]
    pub fn draw(&mut self) -> P {
        P::draw(&mut self.0)
    }
}

/// Sum and carry of three bits.
#[inline(always)]
pub(crate) fn full_add<P: Planes>(a: P, b: P, c: P) -> (P, P) {
    let half = a ^ b;
    (half ^ c, (a & b) | (half & c))
}
