//! Random streams addressed by (seed, purpose, index), so that the same seed gives the same bits for any number of threads.
//!
//! [`Stream`] is the counter-based generator Philox4x32-10 of J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw,
//! "Parallel random numbers: as easy as 1, 2, 3", SC'11, doi:10.1145/2063384.2063405. A stream costs nothing to make, so every
//! device, replica or sample gets its own. Where millions of numbers are drawn in a row, [`Stream::fast`] starts the
//! quicker sequential generator xoshiro256++ from it, and [`Normals`] makes standard normal numbers by the million.

mod normals;

pub use normals::Normals;

use rand::{SeedableRng, TryRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::convert::Infallible;

/// The sequential generator that [`Stream::fast`] starts.
pub type Fast = Xoshiro256PlusPlus;

const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// One block of Philox4x32-10: four words from a 128-bit counter and a 64-bit key.
#[inline(always)]
pub fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let first = u64::from(MULTIPLIER[0]) * u64::from(counter[0]);
        let second = u64::from(MULTIPLIER[1]) * u64::from(counter[2]);
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// The random numbers of one purpose and index under one seed.
///
/// The key is a hash of seed and purpose; the index and the position in the stream make up the counter, so two streams
/// of one purpose never overlap. A stream is a [`rand::Rng`] and works with every distribution of `rand_distr`.
///
/// ```
/// use spinloom_core::random::Stream;
/// let mut noise = Stream::new(1, "thermal noise", 42);
/// let x: f64 = noise.normal();
/// assert_eq!(x, Stream::new(1, "thermal noise", 42).normal());
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    index: u64,
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    /// The stream keyed by (seed, purpose, index).
    pub fn new(seed: u64, purpose: &str, index: u64) -> Self {
        let mut hash = splitmix(seed ^ 0x5350_494e_4c4f_4f4d);
        for chunk in purpose.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = splitmix(hash ^ u64::from_le_bytes(word)).rotate_left(17);
        }
        let hash = splitmix(hash ^ purpose.len() as u64);
        Self { key: [hash as u32, (hash >> 32) as u32], index, block: 0, words: [0; 4], used: 4 }
    }

    /// The next 64 random bits.
    #[allow(clippy::should_implement_trait, reason = "a stream never ends, so an Option would only be in the way")]
    pub fn next(&mut self) -> u64 {
        u64::from(self.word()) | u64::from(self.word()) << 32
    }

    /// A number uniform in [0, 1), of 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(self)
    }

    /// A whole number uniform in 0..`below`; 0 when `below` is 0.
    pub fn below(&mut self, below: usize) -> usize {
        // The high half of a 64 x 64 bit product: the bias is below 2^-40 for every count this project can hold.
        ((u128::from(self.next()) * below as u128) >> 64) as usize
    }

    /// Shuffles in place (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// A sequential generator seeded from this stream, for millions of draws in a row.
    pub fn fast(&mut self) -> Fast {
        let mut seed = [0; 32];
        for chunk in seed.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes());
        }
        Xoshiro256PlusPlus::from_seed(seed)
    }

    fn word(&mut self) -> u32 {
        if self.used == 4 {
            let (block, index) = (self.block, self.index);
            self.words = philox4x32_10([block as u32, (block >> 32) as u32, index as u32, (index >> 32) as u32], self.key);
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

/// The mixing function of SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014, doi:10.1145/2660193.2660195).
fn splitmix(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three known-answer vectors published with Random123 (file `kat_vectors`, philox4x32, 10 rounds).
    #[test]
    fn philox_gives_the_published_answers() {
        let ones = u32::MAX;
        assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox4x32_10([ones; 4], [ones; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32_10([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_index() {
        let first = |seed, purpose, index| Stream::new(seed, purpose, index).next();
        let all = [first(1, "a", 0), first(2, "a", 0), first(1, "b", 0), first(1, "a", 1), first(1, "a\0", 0), first(1, "", 0)];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }

    #[test]
    fn normals_have_the_right_moments() {
        // Mean, variance and fourth moment of 2e5 draws; each bound is 5 standard errors (false alarm below 2e-6).
        let mut stream = Stream::new(3, "moments", 0);
        let n = 200_000;
        let draws: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        let moment = |k: i32| draws.iter().map(|x| x.powi(k)).sum::<f64>() / n as f64;
        let error = |variance: f64| 5.0 * (variance / n as f64).sqrt();
        assert!(moment(1).abs() < error(1.0));
        assert!((moment(2) - 1.0).abs() < error(2.0));
        assert!((moment(4) - 3.0).abs() < error(96.0));
    }

    #[test]
    fn below_is_uniform() {
        // Chi-square with 9 degrees of freedom; 33.7 has a false-alarm rate of 1e-4, and the seed is fixed.
        let mut counts = [0.0; 10];
        let mut stream = Stream::new(5, "below", 0);
        for _ in 0..100_000 {
            counts[stream.below(10)] += 1.0;
        }
        let chi2: f64 = counts.iter().map(|c: &f64| (c - 1e4).powi(2) / 1e4).sum();
        assert!(chi2 < 33.7, "{chi2}");
    }
}
