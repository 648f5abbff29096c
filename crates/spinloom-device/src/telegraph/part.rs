//! Neighbouring junctions of an ensemble and what happens to them: the loops that threads share.

use super::{ElectricalNoise, Rates, Telegraph};
use rand::Rng;
use rand_distr::{Distribution, Exp1};
use spinloom_core::random::{Fast, Normals};
use spinloom_magnet::macrospin::Waveform;

/// Junctions that one thread works on at a time. What happens to them does not depend on it.
pub const JUNCTIONS: usize = 256;

/// Slices of the arrays of an ensemble.
pub struct Part<'a> {
    /// Number of the first of these junctions in the ensemble.
    pub first: usize,
    pub leave_parallel: &'a [f64],
    pub leave_antiparallel: &'a [f64],
    pub parallel: &'a mut [bool],
    pub remaining: &'a mut [f64],
    pub flips: &'a mut [u64],
    pub random: &'a mut [Fast],
}

/// A step so many times, one after the other, by as many squarings as the number has binary digits.
pub fn repeated<T>(nothing: T, mut step: T, mut times: u64, then: impl Fn(&T, &T) -> T) -> T {
    let mut all = nothing;
    while times > 0 {
        if times & 1 == 1 {
            all = then(&all, &step);
        }
        step = then(&step, &step);
        times >>= 1;
    }
    all
}

pub fn uniform(random: &mut Fast) -> f64 {
    (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// A dwell time in a state that is left at this rate; infinite where it is never left.
#[inline]
pub fn dwell(rate: f64, random: &mut Fast) -> f64 {
    let draw: f64 = Exp1.sample(random);
    draw / rate
}

impl Rates {
    /// Rate at which the present state is left, 1/s.
    #[inline]
    pub(super) fn leave(&self, parallel: bool) -> f64 {
        if parallel { self.leave_parallel } else { self.leave_antiparallel }
    }
}

impl Part<'_> {
    pub fn len(&self) -> usize {
        self.parallel.len()
    }

    fn rates(&self, i: usize) -> Rates {
        Rates { leave_parallel: self.leave_parallel[i], leave_antiparallel: self.leave_antiparallel[i] }
    }

    /// Lets time (s) pass for one junction at its rates.
    #[inline]
    pub fn pass(&mut self, i: usize, duration: f64) {
        let mut left = self.remaining[i] - duration;
        if left <= 0.0 {
            let (rates, random) = (self.rates(i), &mut self.random[i]);
            let (mut parallel, mut flips) = (self.parallel[i], 0);
            while left <= 0.0 {
                parallel = !parallel;
                flips += 1;
                left += dwell(rates.leave(parallel), random);
            }
            self.parallel[i] = parallel;
            self.flips[i] += flips;
        }
        self.remaining[i] = left;
    }

    /// Lets time pass for one junction under a voltage, from one time (s) to another.
    ///
    /// Thinning (P. A. W. Lewis and G. S. Shedler, Nav. Res. Logist. Q. 26, 403 (1979), doi:10.1002/nav.3800260304): in each stretch events are drawn
    /// at a rate that is never exceeded in it, and each is kept with the probability by which the rate at its time is smaller.
    pub fn follow(&mut self, i: usize, junction: &Telegraph, voltage: &Waveform, field: f64, (from, to): (f64, f64)) {
        let tolerance = junction.gentle_step(field);
        let mut start = from;
        while start < to {
            let stretch = voltage.stretch(start, tolerance);
            let end = stretch.end.min(to);
            let fastest = junction.fastest_rates(stretch.low, stretch.high, field);
            let level = stretch.low == stretch.high;
            let mut time = start;
            loop {
                let bound = fastest.leave(self.parallel[i]);
                time += dwell(bound, &mut self.random[i]);
                if time >= end {
                    break;
                }
                let kept = level || {
                    let rate = junction.rates(voltage.at(time), field).leave(self.parallel[i]);
                    uniform(&mut self.random[i]) * bound < rate
                };
                if kept {
                    self.parallel[i] = !self.parallel[i];
                    self.flips[i] += 1;
                }
            }
            start = end;
        }
        self.renew(i);
    }

    /// Lets time (s) pass for one junction under a steady voltage with noise of its own. Of the values under `index`, those from `group` on are taken.
    ///
    /// The integral of the rate up to the next flip is drawn, and used up hold by hold: exact, as the rate is constant in each.
    pub fn endure(
        &mut self,
        i: usize,
        (junction, voltage): (&Telegraph, f64),
        noise: &ElectricalNoise,
        values: (&Normals, u64, u64),
        duration: f64,
    ) {
        let (normals, index, mut group) = values;
        let mut block = [0.0; Normals::GROUP];
        let mut parallel = self.parallel[i];
        let mut budget = dwell(1.0, &mut self.random[i]);
        let mut rest = duration;
        while rest > 0.0 {
            normals.fill(index, group, &mut block);
            group += 1;
            for z in block {
                let mut left = noise.hold.min(rest);
                rest -= left;
                let rates = junction.rates(voltage + noise.deviation * z, 0.0);
                loop {
                    let rate = rates.leave(parallel);
                    if budget >= rate * left {
                        budget -= rate * left;
                        break;
                    }
                    left -= budget / rate;
                    parallel = !parallel;
                    self.flips[i] += 1;
                    budget = dwell(1.0, &mut self.random[i]);
                }
                // What is left of a sum of holds by rounding is no hold.
                if rest <= 1e-9 * noise.hold {
                    rest = 0.0;
                    break;
                }
            }
        }
        self.parallel[i] = parallel;
        self.renew(i);
    }

    /// Draws the time to the next flip at the junction's own rates: exact at any time, as exponential times have no memory.
    fn renew(&mut self, i: usize) {
        self.remaining[i] = dwell(self.rates(i).leave(self.parallel[i]), &mut self.random[i]);
    }
}

impl Telegraph {
    /// A change of voltage (V) that changes the rates by a quarter at most, without heating and loss of anisotropy.
    fn gentle_step(&self, field: f64) -> f64 {
        let h = (field + self.stray_field) / self.anisotropy_field;
        0.25 * self.critical_voltage / (self.barrier * (1.0 + h.abs()).powi(2)).max(1.0)
    }
}
