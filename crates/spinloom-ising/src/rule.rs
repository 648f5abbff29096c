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
    #[default]
    Permuted,
    /// As many visits as spins, each of a spin drawn at random.
    Random,
    /// Every spin once, always in the order of their indices. Metropolis in this order hangs on lattices with even sides.
    Fixed,
}

impl Order {
    /// Prepares the order of the next sweep.
    pub(crate) fn arrange(self, order: &mut [u32], random: &mut Fast) {
        match self {
            Self::Permuted => {
                for i in (1..order.len()).rev() {
                    let j = (u64::from(random.next_u32()) * (i as u64 + 1)) >> 32;
                    order.swap(i, j as usize);
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
