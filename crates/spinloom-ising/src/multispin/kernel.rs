//! The inner loops of multi-spin coding.

use super::acceptance::{Acceptance, Levels, PADDED, SIZES};
use super::{COUNTER, FEW, MultiSpin, Randomness, Vote, VotePlan};
use crate::Rule;
use crate::planes::{PlaneGenerator, Planes, full_add};
use multiversion::multiversion;
use rand::Rng;

/// One attempted update of every spin of every replica.
///
/// Compiled once for each instruction set; everything below is inlined into it.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
pub(super) fn sweep<P: Planes>(batch: &mut MultiSpin<P>) {
    match batch.randomness {
        Randomness::Independent => sweep_independent(batch),
        Randomness::Shared => sweep_shared(batch),
    }
}

#[inline(always)]
fn sweep_independent<P: Planes>(batch: &mut MultiSpin<P>) {
    let MultiSpin { plan, spins, order, generator, masks, acceptance, rule, .. } = batch;
    let metropolis = *rule == Rule::Metropolis;
    // A copy of its own stays in registers.
    let mut random = generator.clone();
    for &spin in order.iter() {
        let spin = spin as usize;
        let site = plan.site[spin];
        let votes = plan.votes(spin);
        let levels = &acceptance.levels[(site.sum & 1) as usize];
        let old = spins[spin];
        let new = match site.few {
            1 => decide_few::<P, 1, 1, 1>(spins, votes, levels, old, metropolis, &mut random),
            2 => decide_few::<P, 2, 2, 2>(spins, votes, levels, old, metropolis, &mut random),
            3 => decide_few::<P, 3, 2, 2>(spins, votes, levels, old, metropolis, &mut random),
            4 => decide_few::<P, 4, 3, 3>(spins, votes, levels, old, metropolis, &mut random),
            5 => decide_few::<P, 5, 3, 3>(spins, votes, levels, old, metropolis, &mut random),
            6 => decide_few::<P, 6, 3, 4>(spins, votes, levels, old, metropolis, &mut random),
            7 => decide_few::<P, 7, 3, 4>(spins, votes, levels, old, metropolis, &mut random),
            8 => decide_few::<P, 8, 4, 5>(spins, votes, levels, old, metropolis, &mut random),
            _ => decide_many(plan, spins, spin, levels, masks, old, metropolis, &mut random),
        };
        spins[spin] = new;
    }
    *generator = random;
}

/// The new plane of a spin of `VOTES` votes of weight one, whose field has `SIZE` sizes and is counted by `DIGITS` digits.
#[inline(always)]
fn decide_few<P: Planes, const VOTES: usize, const DIGITS: usize, const SIZE: usize>(
    spins: &[P],
    votes: &[Vote],
    levels: &Levels<P>,
    old: P,
    metropolis: bool,
    random: &mut PlaneGenerator<P>,
) -> P {
    let Some((votes, _)) = votes.split_first_chunk::<VOTES>() else { return old };
    let (down, size) = count_votes::<P, DIGITS>(spins, votes, VOTES, &[], VOTES as u32);
    // Products of digits; that of no digits is one.
    let mut product = [P::splat(u64::MAX); SIZE];
    for k in 1..SIZE {
        let digit = k.trailing_zeros() as usize;
        product[k] = if k.is_power_of_two() { size[digit] } else { product[k & (k - 1)] & size[digit] };
    }
    let evaluate = |row: &[P; SIZES]| {
        let mut sum = row[0];
        for k in 1..SIZE {
            sum = sum ^ (row[k] & product[k]);
        }
        sum
    };
    let eligible = if metropolis { old ^ down } else { P::splat(u64::MAX) };
    let mut undecided = match &levels.possible {
        Some(row) => evaluate(row) & eligible,
        None => eligible,
    };
    let mut below = P::splat(0);
    if undecided.any() {
        for (level, row) in levels.few.iter().enumerate() {
            let threshold = evaluate(row);
            let word = random.draw();
            below = below | (undecided & threshold & !word);
            undecided = undecided & !(threshold ^ word);
            // Nothing is gained by looking before the expected number of rounds.
            if level >= 5 && !undecided.any() {
                break;
            }
        }
    }
    !down ^ below
}

/// The new plane of a spin of any votes.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "inlined: the state of a sweep in its registers")]
fn decide_many<P: Planes>(
    plan: &VotePlan,
    spins: &[P],
    spin: usize,
    levels: &Levels<P>,
    masks: &mut [P],
    old: P,
    metropolis: bool,
    random: &mut PlaneGenerator<P>,
) -> P {
    let site = plan.site[spin];
    let (votes, shifts) = (plan.votes(spin), plan.shifts(spin));
    let used = levels.count.min(site.sum as usize / 2 + 1);
    let masks = &mut masks[..used];
    let ones = site.ones as usize;
    // Counters of a known number of digits stay in registers.
    let down = match site.sum {
        0..=7 => direction::<P, 3>(spins, votes, ones, shifts, site.sum, masks),
        8..=31 => direction::<P, 5>(spins, votes, ones, shifts, site.sum, masks),
        _ => direction::<P, COUNTER>(spins, votes, ones, shifts, site.sum, masks),
    };
    let eligible = if metropolis { old ^ down } else { P::splat(u64::MAX) };
    !down ^ bernoulli(masks, &levels.bits, levels.count, eligible, random)
}

/// Where the local field of a spin points down; and one mask for each size of the field.
#[inline(always)]
fn direction<P: Planes, const DIGITS: usize>(
    spins: &[P],
    votes: &[Vote],
    ones: usize,
    shifts: &[u8],
    sum: u32,
    masks: &mut [P],
) -> P {
    let (down, size) = count_votes::<P, DIGITS>(spins, votes, ones, shifts, sum);
    one_hot(&size, masks);
    down
}

/// Where the local field points down, and half its size, rounded down.
#[inline(always)]
fn count_votes<P: Planes, const DIGITS: usize>(
    spins: &[P],
    votes: &[Vote],
    ones: usize,
    shifts: &[u8],
    sum: u32,
) -> (P, [P; DIGITS]) {
    // Counting starts at -ceil(sum / 2) in two's complement: what is left is half the local field, rounded down for odd sums.
    let start = sum.div_ceil(2).wrapping_neg();
    let mut count = from_number(start);
    add_votes::<P, DIGITS>(spins, votes, ones, shifts, &mut count);
    let down = count[DIGITS - 1];
    // |field|: ones' complement for odd sums, two's complement for even ones.
    let mut carry = if sum & 1 == 0 { down } else { P::splat(0) };
    for digit in &mut count {
        let flipped = *digit ^ down;
        *digit = flipped ^ carry;
        carry = flipped & carry;
    }
    (down, count)
}

/// Which lanes go against their field: lane by lane with the probability of its field.
#[inline(always)]
fn bernoulli<P: Planes>(masks: &[P], bits: &[u64], stride: usize, eligible: P, random: &mut PlaneGenerator<P>) -> P {
    let mut undecided = P::splat(0);
    for &mask in masks {
        undecided = undecided | mask;
    }
    undecided = undecided & eligible;
    let mut below = P::splat(0);
    if !undecided.any() {
        return below;
    }
    for (level, row) in bits.chunks_exact(stride.max(1)).enumerate() {
        let mut threshold = P::splat(0);
        for (&mask, &bit) in masks.iter().zip(row) {
            threshold = threshold | (mask & P::splat(bit));
        }
        let word = random.draw();
        below = below | (undecided & threshold & !word);
        undecided = undecided & !(threshold ^ word);
        if level >= 3 && !undecided.any() {
            break;
        }
    }
    below
}

/// One mask a value 0, 1, ... of a number given by its digits.
#[inline(always)]
fn one_hot<P: Planes, const DIGITS: usize>(digits: &[P; DIGITS], masks: &mut [P]) {
    if masks.is_empty() {
        return;
    }
    masks[0] = P::splat(u64::MAX);
    let mut filled = 1;
    for (k, &digit) in digits.iter().enumerate() {
        let more = (masks.len() - filled).min(1 << k);
        for e in 0..more {
            masks[filled + e] = masks[e] & digit;
        }
        for mask in &mut masks[..filled] {
            *mask = *mask & !digit;
        }
        filled += more;
    }
}

/// Adds all votes of a spin to its counter: `ones` of weight one, and the others by their weights.
#[inline(always)]
fn add_votes<P: Planes, const DIGITS: usize>(spins: &[P], votes: &[Vote], ones: usize, shifts: &[u8], count: &mut [P; DIGITS]) {
    let plane = |vote: Vote| spins[vote.neighbour()] ^ P::splat(vote.sign());
    let (single, weighted) = votes.split_at(ones);
    let mut rest = single;
    if DIGITS > 3 {
        let mut eights = single.chunks_exact(8);
        for v in &mut eights {
            let (one, twos_a) = full_add(count[0], plane(v[0]), plane(v[1]));
            let (one, twos_b) = full_add(one, plane(v[2]), plane(v[3]));
            let (two, fours_a) = full_add(count[1], twos_a, twos_b);
            let (one, twos_a) = full_add(one, plane(v[4]), plane(v[5]));
            let (one, twos_b) = full_add(one, plane(v[6]), plane(v[7]));
            let (two, fours_b) = full_add(two, twos_a, twos_b);
            let (four, eight) = full_add(count[2], fours_a, fours_b);
            count[0] = one;
            count[1] = two;
            count[2] = four;
            ripple(count, eight, 3);
        }
        rest = eights.remainder();
    }
    if DIGITS > 1
        && let [a, b, c, d, tail @ ..] = rest
    {
        let (one, twos_a) = full_add(count[0], plane(*a), plane(*b));
        let (one, twos_b) = full_add(one, plane(*c), plane(*d));
        let (two, four) = full_add(count[1], twos_a, twos_b);
        count[0] = one;
        count[1] = two;
        ripple(count, four, 2);
        rest = tail;
    }
    if let [a, b, tail @ ..] = rest {
        let (one, two) = full_add(count[0], plane(*a), plane(*b));
        count[0] = one;
        ripple(count, two, 1);
        rest = tail;
    }
    if let [a] = rest {
        ripple(count, plane(*a), 0);
    }
    for (vote, &shift) in weighted.iter().zip(shifts.get(ones..).unwrap_or(&[])) {
        ripple(count, plane(*vote), shift as usize);
    }
}

/// Adds a plane at digit `from`.
#[inline(always)]
fn ripple<P: Planes, const DIGITS: usize>(count: &mut [P; DIGITS], plane: P, from: usize) {
    let mut carry = plane;
    for (k, digit) in count.iter_mut().enumerate() {
        if k >= from {
            let sum = *digit ^ carry;
            carry = *digit & carry;
            *digit = sum;
        }
    }
}

#[inline(always)]
fn sweep_shared<P: Planes>(batch: &mut MultiSpin<P>) {
    let MultiSpin { plan, spins, order, shared, acceptance, .. } = batch;
    // A count that begins at minus 0, 1, ...: what a threshold takes away.
    let starts: [[P; 4]; FEW + 2] = std::array::from_fn(|least| from_number((least as u32).wrapping_neg()));
    let mut words = 0u64;
    for (visit, &spin) in order.iter().enumerate() {
        let spin = spin as usize;
        let site = plan.site[spin];
        let votes = plan.votes(spin);
        if visit % 2 == 0 {
            words = shared.next_u64();
        }
        let random = words as u32;
        words >>= 32;
        let new = match site.few {
            3 => reached_few::<P, 3, 3>(spins, votes, acceptance, &starts, random),
            4 => reached_few::<P, 4, 4>(spins, votes, acceptance, &starts, random),
            5 => reached_few::<P, 5, 4>(spins, votes, acceptance, &starts, random),
            6 => reached_few::<P, 6, 4>(spins, votes, acceptance, &starts, random),
            _ => reached_many(plan, spins, spin, acceptance, random),
        };
        spins[spin] = new;
    }
}

/// Where a spin of `VOTES` votes of weight one turns up.
#[inline(always)]
fn reached_few<P: Planes, const VOTES: usize, const DIGITS: usize>(
    spins: &[P],
    votes: &[Vote],
    acceptance: &Acceptance<P>,
    starts: &[[P; 4]; FEW + 2],
    random: u32,
) -> P {
    let Some((votes, _)) = votes.split_first_chunk::<VOTES>() else { return P::splat(0) };
    let row: &[u32; PADDED] = &acceptance.few[VOTES];
    let mut least = 0;
    for k in 0..=VOTES {
        least += usize::from(random >= row[k]);
    }
    let mut count = std::array::from_fn(|k| starts[least][k]);
    add_votes::<P, DIGITS>(spins, votes, VOTES, &[], &mut count);
    !count[DIGITS - 1]
}

/// Where a spin of any votes turns up.
#[inline(always)]
fn reached_many<P: Planes>(plan: &VotePlan, spins: &[P], spin: usize, acceptance: &Acceptance<P>, random: u32) -> P {
    let site = plan.site[spin];
    let (votes, shifts, ones) = (plan.votes(spin), plan.shifts(spin), site.ones as usize);
    // The number of up votes from which on this random number turns the spin up.
    let up = &acceptance.shared[acceptance.row[site.sum as usize] as usize..][..=site.sum as usize];
    let least: u32 = up.iter().map(|&p| u32::from(random >= p)).sum();
    match site.sum {
        0..=3 => reached::<P, 3>(spins, votes, ones, shifts, least),
        4..=7 => reached::<P, 4>(spins, votes, ones, shifts, least),
        8..=31 => reached::<P, 6>(spins, votes, ones, shifts, least),
        _ => reached::<P, { COUNTER + 1 }>(spins, votes, ones, shifts, least),
    }
}

/// Where at least this many votes are up: the count starts at minus that many, and is not negative in the end.
#[inline(always)]
fn reached<P: Planes, const DIGITS: usize>(spins: &[P], votes: &[Vote], ones: usize, shifts: &[u8], least: u32) -> P {
    let mut count = from_number(least.wrapping_neg());
    add_votes::<P, DIGITS>(spins, votes, ones, shifts, &mut count);
    !count[DIGITS - 1]
}

/// The digits of a number, the same in every lane.
#[inline(always)]
fn from_number<P: Planes, const DIGITS: usize>(number: u32) -> [P; DIGITS] {
    std::array::from_fn(|k| P::splat(0u64.wrapping_sub(u64::from(number >> k & 1))))
}
