//! Many telegraph junctions, simulated exactly: every dwell time is drawn, no time step.

use super::part::{JUNCTIONS, Part, dwell, uniform};
use super::{ElectricalNoise, Rates, Telegraph};
use crate::DeviceError;
use rand::Rng;
use rayon::prelude::*;
use spinloom_core::random::{Fast, Normals, Stream};
use spinloom_magnet::macrospin::Waveform;

/// Junctions side by side, each with its own random stream: the bits are the same for any number of threads.
///
/// The state is kept in structure-of-arrays. A dwell time that a change of rates cuts short is drawn anew, which is exact because
/// exponential times have no memory; so any drive that is constant in pieces, and any coupling that changes with the states, is simulated without error:
/// advance to the change, set the rates, go on. D. T. Gillespie, J. Phys. Chem. 81, 2340 (1977), doi:10.1021/j100540a008.
///
/// ```
/// use spinloom_device::telegraph::{Telegraph, TelegraphEnsemble};
/// let rates = Telegraph::default().rates(0.0, 0.0);
/// let mut junctions = TelegraphEnsemble::new(&[rates; 8], 1, "doc", 0)?;
/// junctions.advance(10.0)?;
/// let expected = 8.0 * 10.0 * rates.flip_rate();
/// let flips: u64 = junctions.flips().iter().sum();
/// assert!((flips as f64 - expected).abs() < 5.0 * expected.sqrt());
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct TelegraphEnsemble {
    leave_parallel: Vec<f64>,
    leave_antiparallel: Vec<f64>,
    parallel: Vec<bool>,
    /// Time until the next flip, s: relative, so that it keeps its digits however long the simulation runs.
    remaining: Vec<f64>,
    flips: Vec<u64>,
    random: Vec<Fast>,
    time: f64,
    /// Electrical noise: its values, the index of that of the first junction, and how many groups of values are used up.
    normals: Normals,
    first: u64,
    groups: u64,
}

impl TelegraphEnsemble {
    /// Junctions with these rates, in states drawn from their stationary laws. Junction `i` draws from the stream (seed, purpose, first + i), so an
    /// ensemble gives the same bits whole or in parts.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for rates that are negative or not finite, or both zero.
    pub fn new(rates: &[Rates], seed: u64, purpose: &str, first: u64) -> Result<Self, DeviceError> {
        rates.iter().try_for_each(check)?;
        let mut random: Vec<Fast> = (0..rates.len() as u64).map(|i| Stream::new(seed, purpose, first + i).fast()).collect();
        let parallel: Vec<bool> = rates.iter().zip(&mut random).map(|(k, r)| uniform(r) < k.parallel_probability()).collect();
        let mut ensemble = Self {
            leave_parallel: rates.iter().map(|k| k.leave_parallel).collect(),
            leave_antiparallel: rates.iter().map(|k| k.leave_antiparallel).collect(),
            remaining: vec![0.0; rates.len()],
            flips: vec![0; rates.len()],
            parallel,
            random,
            time: 0.0,
            normals: Normals::new(seed, &format!("{purpose}, electrical noise")),
            first,
            groups: 0,
        };
        (0..rates.len()).for_each(|i| ensemble.remaining[i] = ensemble.dwell(i));
        Ok(ensemble)
    }

    /// Number of junctions.
    pub fn len(&self) -> usize {
        self.parallel.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parallel.is_empty()
    }

    /// Whether each junction is in the parallel state.
    pub fn parallel(&self) -> &[bool] {
        &self.parallel
    }

    /// Flips of each junction since the start.
    pub fn flips(&self) -> &[u64] {
        &self.flips
    }

    /// Time since the start, s.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Gives a junction other rates from now on.
    ///
    /// # Errors
    /// [`DeviceError::Shape`] for a junction that is not there, [`DeviceError::OutOfRange`] as in [`Self::new`].
    pub fn set_rates(&mut self, junction: usize, rates: Rates) -> Result<(), DeviceError> {
        if junction >= self.len() {
            return Err(DeviceError::Shape { what: "junctions", expected: junction + 1, found: self.len() });
        }
        check(&rates)?;
        (self.leave_parallel[junction], self.leave_antiparallel[junction]) = (rates.leave_parallel, rates.leave_antiparallel);
        self.remaining[junction] = self.dwell(junction);
        Ok(())
    }

    /// Lets `duration` (s) pass.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a duration that is negative or not finite.
    pub fn advance(&mut self, duration: f64) -> Result<(), DeviceError> {
        passes(duration, "duration")?;
        self.parts(|mut part| (0..part.len()).for_each(|i| part.pass(i, duration)));
        self.time += duration;
        Ok(())
    }

    /// Lets `duration` (s) pass under a voltage (V) of any course over the time since the start, and a field mu_0 H (T): exactly, by thinning. One
    /// set of parameters a junction is wanted; the rates that the junctions were given hold again afterwards.
    ///
    /// ```
    /// use spinloom_device::telegraph::{Telegraph, TelegraphEnsemble};
    /// use spinloom_magnet::macrospin::Waveform;
    /// let junctions = vec![Telegraph { barrier: 10.0, ..Telegraph::default() }; 4];
    /// let mut ensemble = TelegraphEnsemble::new(&[junctions[0].rates(0.0, 0.0); 4], 1, "doc", 0)?;
    /// let sine = Waveform::Sine { amplitude: 0.1, frequency: 1e3, phase: 0.0, offset: 0.0 };
    /// ensemble.advance_under(&junctions, &sine, 0.0, 0.1)?;
    /// assert!(ensemble.flips().iter().all(|flips| *flips > 100));
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] as in [`Self::advance`], [`DeviceError::Shape`] for another number of parameter sets, [`DeviceError::Magnet`] for
    /// what is no waveform.
    pub fn advance_under(
        &mut self,
        junctions: &[Telegraph],
        voltage: &Waveform,
        field: f64,
        duration: f64,
    ) -> Result<(), DeviceError> {
        passes(duration, "duration")?;
        voltage.check()?;
        self.one_each(junctions)?;
        let span = (self.time, self.time + duration);
        self.parts(|mut part| {
            (0..part.len()).for_each(|i| part.follow(i, &junctions[part.first + i], voltage, field, span));
        });
        self.time += duration;
        Ok(())
    }

    /// Lets `duration` (s) pass under a steady voltage (V) with electrical noise, values of which each junction has its own: exactly, whatever the hold.
    /// Every call begins a new hold. One set of parameters a junction is wanted; the rates that the junctions were given hold again afterwards.
    ///
    /// Only where each value is held much shorter than the fastest dwell time that it makes are rates those of [`Telegraph::averaged_rates`].
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] as in [`Self::advance`] and for a hold that is not positive, [`DeviceError::Shape`] for another number of parameter sets.
    pub fn advance_noisy(
        &mut self,
        junctions: &[Telegraph],
        voltage: f64,
        noise: &ElectricalNoise,
        duration: f64,
    ) -> Result<(), DeviceError> {
        passes(duration, "duration")?;
        held(noise)?;
        self.one_each(junctions)?;
        let (normals, first, group) = (self.normals.clone(), self.first, self.groups);
        self.parts(|mut part| {
            for i in 0..part.len() {
                let number = part.first + i;
                part.endure(i, (&junctions[number], voltage), noise, (&normals, first + number as u64, group), duration);
            }
        });
        self.groups += (duration / noise.hold / Normals::GROUP as f64).ceil() as u64 + 1;
        self.time += duration;
        Ok(())
    }

    fn one_each(&self, junctions: &[Telegraph]) -> Result<(), DeviceError> {
        if junctions.len() == self.len() {
            return Ok(());
        }
        Err(DeviceError::Shape { what: "parameters of junctions", expected: self.len(), found: junctions.len() })
    }

    /// Does something to all junctions, in parts side by side, and gives back what comes of the parts in their order.
    fn parts<T: Send>(&mut self, work: impl Fn(Part<'_>) -> T + Sync) -> Vec<T> {
        let whole = Part {
            first: 0,
            leave_parallel: &self.leave_parallel,
            leave_antiparallel: &self.leave_antiparallel,
            parallel: &mut self.parallel,
            remaining: &mut self.remaining,
            flips: &mut self.flips,
            random: &mut self.random,
        };
        // Waking threads takes longer than a small ensemble.
        if whole.len() <= JUNCTIONS {
            return vec![work(whole)];
        }
        (
            whole.leave_parallel.par_chunks(JUNCTIONS),
            whole.leave_antiparallel.par_chunks(JUNCTIONS),
            whole.parallel.par_chunks_mut(JUNCTIONS),
            whole.remaining.par_chunks_mut(JUNCTIONS),
            whole.flips.par_chunks_mut(JUNCTIONS),
            whole.random.par_chunks_mut(JUNCTIONS),
        )
            .into_par_iter()
            .enumerate()
            .map(|(k, (leave_parallel, leave_antiparallel, parallel, remaining, flips, random))| {
                let first = k * JUNCTIONS;
                work(Part { first, leave_parallel, leave_antiparallel, parallel, remaining, flips, random })
            })
            .collect()
    }

    /// Lets time pass until one junction flips, at most `limit` (s), and tells which: the step of a simulation in which junctions feel each other.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a limit that is negative or not finite.
    pub fn next_flip(&mut self, limit: f64) -> Result<Option<usize>, DeviceError> {
        passes(limit, "time limit")?;
        let first = (0..self.len()).min_by(|a, b| self.remaining[*a].total_cmp(&self.remaining[*b]));
        let flipping = first.filter(|i| self.remaining[*i] <= limit);
        let step = flipping.map_or(limit, |i| self.remaining[i]);
        self.remaining.iter_mut().for_each(|r| *r -= step);
        self.time += step;
        if let Some(i) = flipping {
            self.flip(i);
            self.remaining[i] = self.dwell(i);
        }
        Ok(flipping)
    }

    /// Reads all junctions `samples` times, once every `period` (s), the first time after one period: one row of words a junction, bit `i` of
    /// the row in bit `i % 64` of word `i / 64`, one for the parallel state.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a period that is negative or not finite.
    pub fn record(&mut self, period: f64, samples: usize) -> Result<Vec<Vec<u64>>, DeviceError> {
        passes(period, "sampling period")?;
        let rows = self.parts(|mut part| {
            let junctions = part.len();
            let row = |i: usize| {
                let mut words = vec![0u64; samples.div_ceil(64)];
                for sample in 0..samples {
                    part.pass(i, period);
                    words[sample / 64] |= u64::from(part.parallel[i]) << (sample % 64);
                }
                words
            };
            (0..junctions).map(row).collect::<Vec<_>>()
        });
        self.time += period * samples as f64;
        Ok(rows.into_iter().flatten().collect())
    }

    fn flip(&mut self, i: usize) {
        self.parallel[i] = !self.parallel[i];
        self.flips[i] += 1;
    }

    /// A dwell time in the present state; infinite where it is never left.
    fn dwell(&mut self, i: usize) -> f64 {
        let rate = if self.parallel[i] { self.leave_parallel[i] } else { self.leave_antiparallel[i] };
        dwell(rate, &mut self.random[i])
    }
}

/// Bits of one junction at constant rates, read `samples` times, once every `period` (s), in words as those of [`TelegraphEnsemble::record`].
///
/// The state after a period is the one before with probability exp(-K T) and drawn from the stationary law otherwise: the exact transition
/// probabilities, one random number a bit however many flips a period holds.
pub fn sampled(rates: Rates, period: f64, samples: usize, stream: &mut Stream) -> Vec<u64> {
    let threshold = |p: f64| (p * (1u64 << 53) as f64) as u64;
    let (anew, p) = (-(-rates.relaxation() * period.abs()).exp_m1(), rates.parallel_probability());
    let (parallel_below, anew_below) = (threshold(anew * p), threshold(anew));
    let mut random = stream.fast();
    let mut state = u64::from(uniform(&mut random) < p);
    let mut words = vec![0u64; samples.div_ceil(64)];
    for (i, word) in words.iter_mut().enumerate() {
        for bit in 0..(samples - 64 * i).min(64) {
            let draw = random.next_u64() >> 11;
            let (parallel, kept) = (u64::from(draw < parallel_below), u64::from(draw >= anew_below));
            state = parallel | kept & state;
            *word |= state << bit;
        }
    }
    words
}

fn check(rates: &Rates) -> Result<(), DeviceError> {
    let allowed = |k: f64| k.is_finite() && k >= 0.0;
    for (what, value) in
        [("rate of the parallel state", rates.leave_parallel), ("rate of the antiparallel state", rates.leave_antiparallel)]
    {
        if !allowed(value) {
            return Err(DeviceError::OutOfRange { what, value, bound: "zero or greater, and finite".to_owned() });
        }
    }
    if rates.relaxation() > 0.0 {
        return Ok(());
    }
    Err(DeviceError::OutOfRange { what: "sum of both rates", value: 0.0, bound: "greater than zero".to_owned() })
}

pub fn held(noise: &ElectricalNoise) -> Result<(), DeviceError> {
    passes(noise.deviation, "deviation of the noise")?;
    if noise.hold > 0.0 && noise.hold.is_finite() {
        return Ok(());
    }
    let bound = "greater than zero, and finite".to_owned();
    Err(DeviceError::OutOfRange { what: "time that noise is held", value: noise.hold, bound })
}

pub fn passes(duration: f64, what: &'static str) -> Result<(), DeviceError> {
    if duration.is_finite() && duration >= 0.0 {
        return Ok(());
    }
    Err(DeviceError::OutOfRange { what, value: duration, bound: "zero or greater, and finite".to_owned() })
}
