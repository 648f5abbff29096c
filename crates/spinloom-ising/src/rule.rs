//! How a spin decides, and in which order spins are visited.

use rand::Rng;
use rand::RngExt;
use spinloom_core::random::Fast;

/// How a spin decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rule {
    /// Heat bath (Gibbs), the p-bit: up with probability 1 / (1 + exp(-2 beta f)) in a local field f, whatever it was before.
    #[default]
    HeatBath,
    /// Metropolis: always along the field, against it with probability exp(-2 beta |f|).
    Metropolis,
}

impl Rule {
    /// All rules with their names.
    pub const ALL: [(&'static str, Self); 2] = [("heat-bath", Self::HeatBath), ("metropolis", Self::Metropolis)];

    /// Probability of a flip that costs an energy of x / beta; x may be negative.
    pub fn flip(self, x: f64) -> f64 {
        match self {
            Self::HeatBath => 1.0 / (1.0 + x.exp()),
            Self::Metropolis => (-x).exp().min(1.0),
        }
    }

    /// Probability of going against a local field of size `field` >= 0.
    pub fn against(self, beta: f64, field: f64) -> f64 {
        // An infinite beta in no field is 0 times infinity.
        let x = if field == 0.0 { 0.0 } else { 2.0 * beta * field };
        match self {
            Self::HeatBath => 1.0 / (1.0 + x.exp()),
            Self::Metropolis => (-x).exp(),
        }
    }
}

/// In which order a sweep visits the spins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Every spin once, in an order drawn anew for every sweep.
    Permuted,
    /// Every spin once, in runs of neighbouring indices whose order and directions are drawn anew for every sweep: what is used together
    /// lies together in memory, which is worth a factor of two on large models. As [`Order::Permuted`] below 256 spins.
    #[default]
    Runs,
    /// As many visits as spins, each of a spin drawn at random.
    Random,
    /// Every spin once, always in the order of their indices. Metropolis in this order hangs on lattices with even sides.
    Fixed,
}

/// Length of the runs of [`Order::Runs`].
pub(crate) const RUN: usize = 32;

/// Shuffles in place (Fisher-Yates), two draws from each random word.
pub(crate) fn shuffle(order: &mut [u32], random: &mut Fast) {
    let pick = |below: u64, word: u64| (((word & 0xFFFF_FFFF) * below) >> 32) as usize;
    let mut last = order.len();
    while last > 1 {
        let word = random.next_u64();
        order.swap(last - 1, pick(last as u64, word));
        last -= 1;
        if last > 1 {
            order.swap(last - 1, pick(last as u64, word >> 32));
            last -= 1;
        }
    }
}

impl Order {
    /// All orders with their names.
    pub const ALL: [(&'static str, Self); 4] =
        [("runs", Self::Runs), ("permuted", Self::Permuted), ("random", Self::Random), ("fixed", Self::Fixed)];

    /// Whether so many spins are visited in runs of [`RUN`] neighbouring indices.
    pub(crate) fn in_runs(self, spins: usize) -> bool {
        match self {
            Self::Runs => spins >= 8 * RUN,
            Self::Fixed => spins >= RUN,
            Self::Permuted | Self::Random => false,
        }
    }

    /// Prepares the order of the next sweep.
    pub(crate) fn arrange(self, order: &mut [u32], random: &mut Fast) {
        match self {
            Self::Permuted => shuffle(order, random),
            Self::Runs if !self.in_runs(order.len()) => shuffle(order, random),
            Self::Runs => {
                let spins = order.len() as u32;
                let runs = order.len().div_ceil(RUN);
                // The first places serve as a scratch for the order of the runs, read from behind while the sweep is filled from behind.
                (0..runs as u32).zip(&mut *order).for_each(|(run, slot)| *slot = run);
                shuffle(&mut order[..runs], random);
                let mut end = order.len();
                for place in (0..runs).rev() {
                    let first = order[place] * RUN as u32;
                    let last = spins.min(first + RUN as u32);
                    let begin = end - (last - first) as usize;
                    let backwards = random.next_u32() & 1 == 1;
                    for (k, slot) in order[begin..end].iter_mut().enumerate() {
                        *slot = if backwards { last - 1 - k as u32 } else { first + k as u32 };
                    }
                    end = begin;
                }
            }
            Self::Random => {
                let spins = order.len() as u32;
                order.iter_mut().for_each(|visit| *visit = random.random_range(0..spins));
            }
            Self::Fixed => {}
        }
    }
}
