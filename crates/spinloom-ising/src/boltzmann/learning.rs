//! Learning from exact averages, and from those that p-bits draw.

use super::{Devices, Machine, Patterns, Statistics};
use crate::{IsingError, exact};
use spinloom_core::random::{Fast, Stream};

/// `steps` steps along the exact gradient.
///
/// # Errors
/// [`IsingError::Unsuitable`] for patterns of another number of spins, [`IsingError::Model`] when the rate is so large that learning runs away.
pub fn learn_exactly(machine: &mut Machine, data: &Patterns, rate: f64, decay: f64, steps: usize) -> Result<(), IsingError> {
    for _ in 0..steps {
        let n = machine.spins();
        let positive = Statistics::of(n, &machine.clamped_distribution(data)?);
        let negative = Statistics::of(n, &machine.distribution()?);
        machine.learn(&positive, &negative, rate, decay);
    }
    Ok(())
}

/// Where the p-bits begin before the averages of the model are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chains {
    /// Where the step before has left them (T. Tieleman, ICML 2008, doi:10.1145/1390156.1390290).
    Persistent,
    /// At the data, each step anew: contrastive divergence.
    FromData,
}

/// Learning from samples, step by step.
///
/// Every step updates as many copies of the machine as there are chains, all made of the same devices: one circuit that is read often.
#[derive(Debug, Clone)]
pub struct Sampling<'a> {
    data: &'a Patterns,
    devices: Devices,
    start: Chains,
    sweeps: usize,
    free: Vec<Vec<i8>>,
    clamped: Vec<Vec<i8>>,
    /// Patterns shown so far: they are shown in turn, whatever the number of chains.
    shown: usize,
    random: Fast,
}

impl<'a> Sampling<'a> {
    /// `chains` chains that take `sweeps` sweeps a step.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for patterns or devices that do not fit the machine, or no chains or sweeps.
    pub fn new(
        machine: &Machine,
        data: &'a Patterns,
        devices: Devices,
        (start, chains, sweeps): (Chains, usize, usize),
        stream: &mut Stream,
    ) -> Result<Self, IsingError> {
        machine.suits(data)?;
        let n = machine.spins();
        if devices.count() != n || chains == 0 || sweeps == 0 {
            return Err(IsingError::Unsuitable(format!(
                "learning {n} spins from {chains} chains of {sweeps} sweeps on {} p-bits: a chain, a sweep and as many p-bits are wanted",
                devices.count()
            )));
        }
        let mut random_state = || (0..n).map(|_| if stream.next() & 1 == 1 { 1 } else { -1 }).collect::<Vec<i8>>();
        let free = (0..chains).map(|_| random_state()).collect();
        let clamped = (0..chains).map(|_| random_state()).collect();
        Ok(Self { data, devices, start, sweeps, free, clamped, shown: 0, random: stream.fast() })
    }

    /// One step of learning.
    pub fn step(&mut self, machine: &mut Machine, rate: f64, decay: f64) {
        let (n, visible) = (machine.spins(), machine.visible());
        let all: Vec<usize> = (0..n).collect();
        let weight = 1.0 / self.free.len() as f64;
        let (mut positive, mut negative) = (Statistics::zero(n), Statistics::zero(n));
        for chain in 0..self.free.len() {
            let pattern = self.data.states()[self.shown % self.data.states().len()];
            self.shown += 1;
            let held = &mut self.clamped[chain];
            held[..visible].copy_from_slice(&exact::configuration(pattern, visible));
            if n > visible {
                (0..self.sweeps).for_each(|_| self.devices.sweep(machine, &all[visible..], held, &mut self.random));
            }
            positive.add(held, weight);
            let m = &mut self.free[chain];
            if self.start == Chains::FromData {
                m.copy_from_slice(held);
            }
            (0..self.sweeps).for_each(|_| self.devices.sweep(machine, &all, m, &mut self.random));
            negative.add(m, weight);
        }
        machine.learn(&positive, &negative, rate, decay);
    }

    /// The devices.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// Updates of p-bits a step takes.
    pub fn updates(&self, machine: &Machine) -> usize {
        self.free.len() * self.sweeps * (2 * machine.spins() - machine.visible())
    }
}
