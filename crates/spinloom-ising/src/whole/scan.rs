//! A sweep that looks at thirty-two spins at once and stops only where one may flip.
//!
//! Cold chains mostly refuse: of the spins that are asked, few flip. So every spin first draws a byte, and a run of spins is compared at
//! once with the chance of a flip rounded up to 256ths. Only those that this leaves open are decided one by one, by the byte and, where
//! the byte is the first of the chance itself, 24 bits more: the chance is exact to 2^-32 all the same, and every spin sees the flips
//! before its own.

use super::{Chances, Layout, WholeChain};
use crate::Order;
use crate::rule::{RUN, shuffle};
use rand::Rng;
use std::cmp::Ordering;

/// Values of m f are told apart in so many bins: one for all below the first, one for all beyond the last.
const BINS: usize = 32;

/// Tells the spins that may flip on their draws from those that surely do not.
#[derive(Debug, Clone, Default)]
pub(super) struct Sieve {
    /// m f where the second bin begins.
    first: i16,
    /// Bins are 2^shift steps wide.
    shift: u32,
    /// The first byte of the largest chance in every bin: a draw beyond it does not flip a spin.
    bars: [u8; BINS],
}

impl Sieve {
    /// The sieve for these chances.
    pub fn new(chances: &Chances) -> Self {
        let reach = chances.largest as i32;
        let byte = |x: i32| if x > reach { 0 } else { (chances.table[(x + reach) as usize] >> 24).min(255) as u8 };
        // Chances fall with m f: bins are for those between the certain and the ones whose first byte is zero.
        let first = first_without(-reach, reach + 1, |x| byte(x) == 255);
        let beyond = first_without(first, reach + 1, |x| byte(x) > 0);
        let shift = (0..15).find(|s| (beyond - first) >> s < BINS as i32 - 2).unwrap_or(15);
        let bar = |bin: usize| if bin == 0 { 255 } else { byte(first + ((bin as i32 - 1) << shift)) };
        Self { first: first as i16, shift, bars: std::array::from_fn(bar) }
    }
}

/// The first number from `low` on, below `end`, for which a property is lost that holds up to there; `end` when none loses it.
fn first_without(low: i32, end: i32, holds: impl Fn(i32) -> bool) -> i32 {
    let (mut low, mut end) = (low, end);
    while low < end {
        let middle = low + (end - low) / 2;
        if holds(middle) { low = middle + 1 } else { end = middle }
    }
    low
}

/// Spins, their fields and their draws, eight bytes a word.
type Spins<'a> = (&'a [i8; RUN], &'a [i16; RUN], &'a [u64; RUN / 8]);

/// Which of a run of spins may flip, a bit each.
trait Look {
    fn open(&self, sieve: &Sieve, run: Spins<'_>) -> u32;
}

/// Spin after spin.
struct Plain;

impl Look for Plain {
    #[inline(always)]
    fn open(&self, sieve: &Sieve, (spins, fields, draws): Spins<'_>) -> u32 {
        (0..RUN).fold(0, |open, lane| {
            let along = if spins[lane] < 0 { -fields[lane] } else { fields[lane] };
            let bin = ((along.saturating_sub(sieve.first) >> sieve.shift) + 1).clamp(0, BINS as i16 - 1);
            open | u32::from(drawn(draws, lane) <= sieve.bars[bin as usize]) << lane
        })
    }
}

/// The byte of one spin.
#[inline(always)]
fn drawn(draws: &[u64; RUN / 8], lane: usize) -> u8 {
    (draws[lane / 8] >> (8 * (lane % 8))) as u8
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BINS, Look, RUN, Sieve, Spins, WholeChain};
    use pulp::{cast, x86::V3};
    use std::arch::x86_64::__m256i;

    impl Look for V3 {
        #[inline(always)]
        fn open(&self, sieve: &Sieve, (spins, fields, draws): Spins<'_>) -> u32 {
            let (avx, avx2) = (self.avx, self.avx2);
            let spins: [[i8; RUN / 2]; 2] = cast(*spins);
            let fields: [[i16; RUN / 2]; 2] = cast(*fields);
            let first = avx._mm256_set1_epi16(sieve.first);
            let shift = self.sse2._mm_cvtsi32_si128(sieve.shift as i32);
            let bins = |half: usize| {
                let along = avx2._mm256_sign_epi16(cast(fields[half]), avx2._mm256_cvtepi8_epi16(cast(spins[half])));
                avx2._mm256_sra_epi16(avx2._mm256_subs_epi16(along, first), shift)
            };
            // Packing takes the quarters of its operands in turn.
            let packed = avx2._mm256_permute4x64_epi64::<0b11_01_10_00>(avx2._mm256_packs_epi16(bins(0), bins(1)));
            let bins = avx2._mm256_adds_epi8(packed, avx._mm256_set1_epi8(1));
            let bins = avx2._mm256_max_epi8(bins, avx._mm256_setzero_si256());
            let bins = avx2._mm256_min_epi8(bins, avx._mm256_set1_epi8(BINS as i8 - 1));
            let [low, high]: [[u8; BINS / 2]; 2] = cast(sieve.bars);
            let pick = |half: [u8; BINS / 2]| -> __m256i { avx2._mm256_shuffle_epi8(cast([half, half]), bins) };
            let upper = avx2._mm256_cmpgt_epi8(bins, avx._mm256_set1_epi8(BINS as i8 / 2 - 1));
            let bars = avx2._mm256_blendv_epi8(pick(low), pick(high), upper);
            let draws: __m256i = cast(*draws);
            avx2._mm256_movemask_epi8(avx2._mm256_cmpeq_epi8(avx2._mm256_max_epu8(bars, draws), bars)) as u32
        }
    }

    /// A sweep for a processor with AVX2.
    pub(super) struct Sweep<'a, 'b> {
        pub v: V3,
        pub chain: &'a mut WholeChain<'b>,
    }

    impl pulp::NullaryFnOnce for Sweep<'_, '_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            super::visit(self.chain, &self.v);
        }
    }
}

/// One attempted update of every spin, in runs whose order and directions are drawn anew or, in a fixed order, by their indices.
pub(super) fn sweep(chain: &mut WholeChain<'_>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(v) = pulp::x86::V3::try_new() {
        return v.vectorize(x86::Sweep { v, chain });
    }
    visit(chain, &Plain);
}

#[inline(always)]
fn visit(chain: &mut WholeChain<'_>, by: &impl Look) {
    let WholeChain { model, spins, fields, spent, order, visits, chances, sieve, random, .. } = chain;
    let shuffled = *visits != Order::Fixed;
    let order = &mut order[..spins.len().div_ceil(RUN)];
    (0..).zip(&mut *order).for_each(|(run, slot)| *slot = run);
    if shuffled {
        shuffle(order, random);
    }
    let largest = chances.largest as i32;
    let mut directions = 0;
    for (at, &run) in order.iter().enumerate() {
        if shuffled && at % 64 == 0 {
            directions = random.next_u64();
        }
        let backwards = directions & 1 == 1;
        directions >>= 1;
        let base = run as usize * RUN;
        let draws = std::array::from_fn(|_| random.next_u64());
        let mut open = look(by, sieve, (spins, fields), base, &draws);
        while open != 0 {
            let lane = if backwards { open.ilog2() } else { open.trailing_zeros() };
            let left = if backwards { (1 << lane) - 1 } else { (u32::MAX << lane) << 1 };
            open &= left;
            let spin = base + lane as usize;
            let along = i32::from(spins[spin]) * i32::from(fields[spin]);
            let chance = chances.table[(along + largest) as usize];
            let flips = match u64::from(drawn(&draws, lane as usize)).cmp(&(chance >> 24)) {
                Ordering::Less => true,
                Ordering::Greater => false,
                Ordering::Equal => random.next_u64() >> 40 < chance & 0xFF_FFFF,
            };
            if flips {
                *spent += 2 * i64::from(along);
                model.flip(spin, spins, fields);
                let changed = match &model.layout {
                    Layout::Sparse { near, .. } => near[spin],
                    Layout::Dense(_) => look(by, sieve, (spins, fields), base, &draws),
                };
                open |= changed & left;
            }
        }
    }
}

/// Which spins of the run that begins at `base` may flip.
#[inline(always)]
fn look(by: &impl Look, sieve: &Sieve, (spins, fields): (&[i8], &[i16]), base: usize, draws: &[u64; RUN / 8]) -> u32 {
    match (spins[base..].first_chunk::<RUN>(), fields[base..].first_chunk::<RUN>()) {
        (Some(spins), Some(fields)) => by.open(sieve, (spins, fields, draws)),
        // The last run is shorter; all of its spins are decided one by one.
        _ => (1 << (spins.len() - base)) - 1,
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::Rule;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn instructions_see_what_loops_see(
            largest in 1usize..400,
            beta in 0.0f64..3.0,
            heat_bath: bool,
            state in proptest::collection::vec((any::<bool>(), any::<i16>()), RUN),
            draws: [u64; RUN / 8],
        ) {
            let Some(v) = pulp::x86::V3::try_new() else { return Ok(()) };
            let mut chances = Chances::new(largest, if heat_bath { Rule::HeatBath } else { Rule::Metropolis });
            chances.set(beta);
            let sieve = Sieve::new(&chances);
            let spins: [i8; RUN] = std::array::from_fn(|l| if state[l].0 { 1 } else { -1 });
            let fields: [i16; RUN] = std::array::from_fn(|l| state[l].1 % (largest as i16 + 1));
            let run = (&spins, &fields, &draws);
            let open = v.open(&sieve, run);
            prop_assert_eq!(open, Plain.open(&sieve, run));
            for lane in 0..RUN {
                let along = i32::from(spins[lane]) * i32::from(fields[lane]);
                let chance = chances.table[(along + largest as i32) as usize];
                // Whoever may flip is let through.
                prop_assert!(u64::from(drawn(&draws, lane)) > chance >> 24 || open >> lane & 1 == 1);
            }
        }
    }
}
