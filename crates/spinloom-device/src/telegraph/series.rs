//! Two junctions in series: one current, and a voltage that divides as their states have it.
//!
//! A. Mizrahi, N. Locatelli, J. Grollier and D. Querlioz, "Synchronization of electrically coupled stochastic magnetic oscillators induced by thermal and
//! electrical noise", arXiv:1606.09211 (2016).

use super::drive::normal_law;
use super::part::{dwell, repeated, uniform};
use super::{ElectricalNoise, Rates, Telegraph};
use crate::DeviceError;
use spinloom_core::random::{Fast, Normals, Stream};

/// States of a pair: two bits, the lower that of the first junction, one for parallel.
const STATES: usize = 4;

type Matrix = [[f64; STATES]; STATES];

/// Two junctions in series with a source of voltage.
///
/// ```
/// use spinloom_device::telegraph::{SeriesPair, Telegraph};
/// let pair = SeriesPair { junctions: [Telegraph::default(), Telegraph::default()], reversed: false };
/// // With (R_AP - R_P) / R_P = 1, the antiparallel junction takes two thirds.
/// let [first, second] = pair.voltages(0.3, [false, true]);
/// assert!((first - 0.2).abs() < 1e-15 && (second - 0.1).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesPair {
    /// The junctions.
    pub junctions: [Telegraph; 2],
    /// Whether the second is mounted the other way round, so that the current that favours the parallel state of one favours the antiparallel state
    /// of the other.
    pub reversed: bool,
}

/// What a periodic square voltage makes of a pair in the long run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesDrive {
    /// Full cycles of each junction in a period of the drive: one when it is locked.
    pub cycles_per_period: [f64; 2],
    /// Mean product of both spins over the period: 1 in phase, -1 in antiphase.
    pub alignment: f64,
}

impl SeriesPair {
    /// Voltage (V) across each junction, counted so that a positive one favours its parallel state, when the source gives `voltage`.
    pub fn voltages(&self, voltage: f64, parallel: [bool; 2]) -> [f64; 2] {
        let [a, b] = [0, 1].map(|k: usize| self.junctions[k].resistance(parallel[k]));
        let first = voltage * a / (a + b);
        [first, if self.reversed { first - voltage } else { voltage - first }]
    }

    /// Rate (1/s) at which each junction leaves its state.
    pub fn rates(&self, voltage: f64, parallel: [bool; 2]) -> [f64; 2] {
        let across = self.voltages(voltage, parallel);
        [0, 1].map(|k: usize| self.junctions[k].rates(across[k], 0.0).leave(parallel[k]))
    }

    /// The same averaged over normal noise of the source of this standard deviation (V): of noise that changes much faster than the junctions flip.
    pub fn averaged_rates(&self, voltage: f64, parallel: [bool; 2], deviation: f64) -> [f64; 2] {
        let (across, noise) = (self.voltages(voltage, parallel), self.voltages(deviation, parallel));
        [0, 1].map(|k: usize| {
            let rates: Rates = self.junctions[k].averaged_rates(across[k], 0.0, noise[k].abs());
            rates.leave(parallel[k])
        })
    }

    /// Stationary response to a square voltage of this amplitude (V) and frequency (Hz), by the master equation of the four states, with electrical noise
    /// of the source whatever its hold: values are independent from hold to hold, so that the probabilities, averaged over the value, follow a law from
    /// one hold to the next.
    pub fn square_drive(&self, amplitude: f64, frequency: f64, noise: Option<&ElectricalNoise>) -> SeriesDrive {
        let half_period = 0.5 / frequency;
        let [up, down] = [amplitude, -amplitude].map(|voltage| match noise.filter(|n| n.deviation > 0.0) {
            None => Passage::new(&leaving(|s| self.rates(voltage, s)), half_period),
            Some(noise) => {
                let at = |z: f64| leaving(|s| self.rates(voltage + noise.deviation * z, s));
                let hold = |time: f64| Passage::mean(normal_law().map(|(z, weight)| (weight, Passage::new(&at(z), time))));
                // What is left of a half period after whole holds is a shorter one.
                let holds = (half_period / noise.hold * (1.0 + 1e-12)).floor();
                let rest = (half_period - holds * noise.hold).max(0.0);
                let whole = hold(noise.hold).repeated(holds as u64);
                if rest > 1e-9 * noise.hold { whole.then(&hold(rest)) } else { whole }
            }
        });
        SeriesDrive::of(&up, &down, frequency)
    }

    /// The same with noise that is held for no time: both junctions have their mean rates.
    pub fn fast_noise_drive(&self, amplitude: f64, frequency: f64, deviation: f64) -> SeriesDrive {
        let half = |voltage: f64| Passage::new(&leaving(|s| self.averaged_rates(voltage, s, deviation)), 0.5 / frequency);
        SeriesDrive::of(&half(amplitude), &half(-amplitude), frequency)
    }

    /// Power (W) that a voltage dissipates in a state of the pair.
    pub fn power(&self, voltage: f64, parallel: [bool; 2]) -> f64 {
        voltage * voltage / (self.junctions[0].resistance(parallel[0]) + self.junctions[1].resistance(parallel[1]))
    }
}

impl SeriesDrive {
    fn of(up: &Passage, down: &Passage, frequency: f64) -> Self {
        let whole = up.then(down);
        // The state in which a period begins repeats itself: that of very many periods.
        let mut period = whole.kept;
        for _ in 0..64 {
            period = product(&period, &period);
            normalise(&mut period);
        }
        let start: [f64; STATES] = std::array::from_fn(|s| period[s].iter().sum::<f64>() / STATES as f64);
        let expected = |row: &[f64; STATES]| row.iter().zip(&start).map(|(f, p)| f * p).sum::<f64>();
        Self {
            cycles_per_period: [0, 1].map(|k: usize| expected(&whole.flips[k]) / 2.0),
            alignment: expected(&whole.aligned) * frequency,
        }
    }
}

/// What a stretch of time does to the probabilities of the states, and what is expected in it from each state it may begin in: flips of both junctions, and
/// the integral of the product of both spins.
#[derive(Debug, Clone, Copy)]
struct Passage {
    kept: Matrix,
    flips: [[f64; STATES]; 2],
    aligned: [f64; STATES],
}

impl Passage {
    fn nothing(kept: Matrix) -> Self {
        Self { kept, flips: [[0.0; STATES]; 2], aligned: [0.0; STATES] }
    }

    fn new(leave: &[[f64; 2]; STATES], time: f64) -> Self {
        let (kept, spent) = transition(&generator(leave), time);
        let mut passage = Self::nothing(kept);
        for from in 0..STATES {
            for s in 0..STATES {
                (0..2).for_each(|k| passage.flips[k][from] += leave[s][k] * spent[s][from]);
                let [a, b] = states(s);
                passage.aligned[from] += if a == b { spent[s][from] } else { -spent[s][from] };
            }
        }
        passage
    }

    /// Averaged over passages with their weights.
    fn mean(passages: impl Iterator<Item = (f64, Self)>) -> Self {
        let mut mean = passages.fold(Self::nothing([[0.0; STATES]; STATES]), |mut sum, (weight, p)| {
            for i in 0..STATES {
                (0..STATES).for_each(|j| sum.kept[i][j] += weight * p.kept[i][j]);
                (0..2).for_each(|k| sum.flips[k][i] += weight * p.flips[k][i]);
                sum.aligned[i] += weight * p.aligned[i];
            }
            sum
        });
        normalise(&mut mean.kept);
        mean
    }

    /// This and then another.
    fn then(&self, next: &Self) -> Self {
        let after = |row: &[f64; STATES], now: &[f64; STATES]| -> [f64; STATES] {
            std::array::from_fn(|j| now[j] + (0..STATES).map(|i| row[i] * self.kept[i][j]).sum::<f64>())
        };
        let mut kept = product(&next.kept, &self.kept);
        normalise(&mut kept);
        Self {
            kept,
            flips: [0, 1].map(|k: usize| after(&next.flips[k], &self.flips[k])),
            aligned: after(&next.aligned, &self.aligned),
        }
    }

    /// So many times, one after the other.
    fn repeated(self, times: u64) -> Self {
        repeated(Self::nothing(identity()), self, times, Self::then)
    }
}

fn identity() -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))))
}

/// Rates of both junctions in each state.
fn leaving(rates: impl Fn([bool; 2]) -> [f64; 2]) -> [[f64; 2]; STATES] {
    std::array::from_fn(|s| rates(states(s)))
}

fn states(s: usize) -> [bool; 2] {
    [s & 1 == 1, s & 2 == 2]
}

/// dp/dt = Q p.
fn generator(leave: &[[f64; 2]; STATES]) -> Matrix {
    let mut q = [[0.0; STATES]; STATES];
    for (s, rates) in leave.iter().enumerate() {
        for (k, rate) in rates.iter().enumerate() {
            q[s ^ (1 << k)][s] += rate;
            q[s][s] -= rate;
        }
    }
    q
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..STATES).map(|k| a[i][k] * b[k][j]).sum()))
}

/// Rounding must not add up: probabilities are one together.
fn normalise(a: &mut Matrix) {
    for j in 0..STATES {
        let total: f64 = (0..STATES).map(|i| a[i][j]).sum();
        (0..STATES).for_each(|i| a[i][j] /= total);
    }
}

/// exp(Q t) and its integral from 0 to t, by the series of a short time and doublings of it.
fn transition(q: &Matrix, time: f64) -> (Matrix, Matrix) {
    let fastest = (0..STATES).map(|s| -q[s][s]).fold(0.0, f64::max);
    let doublings = (fastest * time / 0.1).max(1.0).log2().ceil() as i32;
    let step = time / 2f64.powi(doublings);
    let (mut power, mut kept, mut spent) = (identity(), [[0.0; STATES]; STATES], [[0.0; STATES]; STATES]);
    for order in 0..12 {
        for i in 0..STATES {
            for j in 0..STATES {
                kept[i][j] += power[i][j];
                spent[i][j] += power[i][j] * step / f64::from(order + 1);
            }
        }
        power = product(&power, q).map(|row| row.map(|v| v * step / f64::from(order + 1)));
    }
    for _ in 0..doublings {
        let later = product(&kept, &spent);
        (0..STATES).for_each(|i| (0..STATES).for_each(|j| spent[i][j] += later[i][j]));
        kept = product(&kept, &kept);
        normalise(&mut kept);
    }
    (kept, spent)
}

/// A pair on its way, event by event, with the noise of its source.
///
/// ```
/// use spinloom_device::telegraph::{SeriesPair, SeriesRun, Telegraph};
/// let junction = Telegraph { barrier: 10.0, ..Telegraph::default() };
/// let mut run = SeriesRun::new(SeriesPair { junctions: [junction.clone(), junction], reversed: true }, 1, "doc", 0);
/// run.advance(0.1, None, 0.1)?;
/// assert!(run.flips().iter().all(|flips| *flips > 10));
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SeriesRun {
    pair: SeriesPair,
    parallel: [bool; 2],
    flips: [u64; 2],
    random: Fast,
    normals: Normals,
    index: u64,
    groups: u64,
}

impl SeriesRun {
    /// A pair in a state drawn at random; it draws from the streams (seed, purpose, index).
    pub fn new(pair: SeriesPair, seed: u64, purpose: &str, index: u64) -> Self {
        let mut random = Stream::new(seed, purpose, index).fast();
        let parallel = [0, 1].map(|_| uniform(&mut random) < 0.5);
        let normals = Normals::new(seed, &format!("{purpose}, electrical noise"));
        Self { pair, parallel, flips: [0; 2], random, normals, index, groups: 0 }
    }

    /// Flips of each junction since the start.
    pub fn flips(&self) -> [u64; 2] {
        self.flips
    }

    /// Whether each junction is in its parallel state.
    pub fn parallel(&self) -> [bool; 2] {
        self.parallel
    }

    /// Lets `duration` (s) pass at a steady voltage (V) of the source, with or without noise on it: exactly, whatever the hold. Every call begins a new
    /// hold.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a duration that is negative or not finite, and for a hold that is not positive.
    pub fn advance(&mut self, voltage: f64, noise: Option<&ElectricalNoise>, duration: f64) -> Result<(), DeviceError> {
        super::ensemble::passes(duration, "duration")?;
        let Some(noise) = noise else {
            let mut budget = dwell(1.0, &mut self.random);
            self.spend(&mut budget, voltage, duration);
            return Ok(());
        };
        super::ensemble::held(noise)?;
        let mut budget = dwell(1.0, &mut self.random);
        let (mut block, mut rest) = ([0.0; Normals::GROUP], duration);
        while rest > 0.0 {
            self.normals.fill(self.index, self.groups, &mut block);
            self.groups += 1;
            for z in block {
                let left = noise.hold.min(rest);
                rest -= left;
                self.spend(&mut budget, voltage + noise.deviation * z, left);
                if rest <= 1e-9 * noise.hold {
                    rest = 0.0;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Uses the integral of both rates up to the next flip up.
    fn spend(&mut self, budget: &mut f64, voltage: f64, mut left: f64) {
        loop {
            let [a, b] = self.pair.rates(voltage, self.parallel);
            let total = a + b;
            if *budget >= total * left {
                *budget -= total * left;
                return;
            }
            left -= *budget / total;
            let k = usize::from(uniform(&mut self.random) * total >= a);
            self.parallel[k] = !self.parallel[k];
            self.flips[k] += 1;
            *budget = dwell(1.0, &mut self.random);
        }
    }
}
