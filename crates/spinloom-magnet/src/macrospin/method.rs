//! Integrators: explicit methods of Runge and Kutta, with a fixed step or a variable one, and the implicit midpoint rule.

use super::block::{Block, LANES, Lanes, Source, Vectors};
use super::coupling::Coupling;
use super::magnet::{Vector, cross};
use super::turn::{Turn, draw};
use crate::MagnetError;
use multiversion::multiversion;
use rayon::prelude::*;

/// How an [`Ensemble`](super::Ensemble) steps. All methods take one thermal field for the whole of a step, which makes them converge to the
/// Stratonovich solution, and all leave m at unit length.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Method {
    /// Heun's: two stages, second order without noise.
    #[default]
    Heun,
    /// The classical one of Runge and Kutta: four stages, fourth order without noise.
    RungeKutta4,
    /// Fifth order with a step that follows the error, for magnets without temperature; every magnet takes its own, coupled ones the same.
    /// A step of the ensemble is then only the time between results. Source: J. R. Dormand and P. J. Prince, J. Comput. Appl. Math. 6, 19
    /// (1980), doi:10.1016/0771-050X(80)90013-3.
    DormandPrince {
        /// Largest error of a component of m in a step.
        tolerance: f64,
    },
    /// The implicit midpoint rule: second order; |m| is kept by the rule itself, and so, without damping, torque and time-dependent drives,
    /// is any energy quadratic in m. Source: M. d'Aquino, C. Serpico and G. Miano, J. Comput. Phys. 209, 730 (2005),
    /// doi:10.1016/j.jcp.2005.04.001.
    ImplicitMidpoint,
}

impl Method {
    /// The turn (rad) that a step may be at most: beyond it Heun's energy drifts, and the midpoint's iteration hardly converges.
    pub(super) fn limit(self) -> f64 {
        match self {
            Self::Heun => 0.5,
            Self::RungeKutta4 | Self::ImplicitMidpoint => 1.0,
            Self::DormandPrince { .. } => f64::INFINITY,
        }
    }
}

/// Coefficients of an explicit method: times of the stages, what each takes of the slopes before it, the result, and its error.
struct Tableau {
    times: &'static [f64],
    stages: &'static [&'static [f64]],
    result: &'static [f64],
    error: &'static [f64],
}

const HEUN: Tableau = Tableau { times: &[0.0, 1.0], stages: &[&[], &[1.0]], result: &[0.5, 0.5], error: &[] };

const RUNGE_KUTTA: Tableau = Tableau {
    times: &[0.0, 0.5, 0.5, 1.0],
    stages: &[&[], &[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
    result: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    error: &[],
};

const DORMAND_PRINCE: Tableau = Tableau {
    times: &[0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0, 1.0],
    stages: &[
        &[],
        &[0.2],
        &[3.0 / 40.0, 9.0 / 40.0],
        &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
        &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
        &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
        &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
    ],
    result: &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0, 0.0],
    error: &[71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339_200.0, 22.0 / 525.0, -1.0 / 40.0],
};

/// Share of a step that counts as nothing beside an edge of a drive.
const INSIDE: f64 = 1e-9;

/// What a block needs for a step.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    pub trial: Vectors<LANES>,
    /// Field of the couplings, T.
    pub coupling: Vectors<LANES>,
    thermal: Vectors<LANES>,
    slopes: [Vectors<LANES>; 7],
    /// Steps of the lanes, s, times since the start of the run, s, and errors over the tolerance.
    step: Lanes<LANES>,
    since: Lanes<LANES>,
    error: Lanes<LANES>,
    /// Of the block, in T.
    turn: Turn<LANES>,
}

impl Scratch {
    pub fn new() -> Self {
        let zero = [[0.0; LANES]; 3];
        let lanes = [0.0; LANES];
        Self {
            trial: zero,
            coupling: zero,
            thermal: zero,
            slopes: [zero; 7],
            step: lanes,
            since: lanes,
            error: lanes,
            turn: Turn::zero(),
        }
    }
}

/// Blocks that step together: one alone, or all that are coupled.
pub(super) struct Group<'a> {
    pub blocks: &'a mut [Block],
    pub scratch: &'a mut [Scratch],
    pub sources: &'a [Source],
    pub coupling: Option<&'a mut Coupling>,
    /// Start of the run, s, and step, s.
    pub time: f64,
    pub time_step: f64,
}

impl Group<'_> {
    /// Takes steps. The index in an error counts from the first magnet of the group.
    pub fn advance(&mut self, method: Method, steps: usize) -> Result<(), MagnetError> {
        self.each(|block, scratch, _| scratch.turn = Turn::new(block, &[1.0; LANES]));
        let tableau = match method {
            Method::DormandPrince { tolerance } => return self.adapt(steps as f64 * self.time_step, tolerance),
            Method::Heun => Some(&HEUN),
            Method::RungeKutta4 => Some(&RUNGE_KUTTA),
            Method::ImplicitMidpoint => None,
        };
        for step in 0..steps {
            let (since, dt) = (step as f64 * self.time_step, self.time_step);
            self.each(|block, scratch, _| {
                draw(&mut block.random, &scratch.turn.noise, &mut scratch.thermal);
                (scratch.since, scratch.step) = ([since; LANES], [dt; LANES]);
            });
            match tableau {
                Some(tableau) => {
                    self.explicit(tableau, 0.0);
                    self.each(|block, scratch, _| block.m = scratch.trial);
                }
                None => self.midpoint(since)?,
            }
            self.each(|_, scratch, _| scratch.since = [since + dt; LANES]);
            self.check()?;
        }
        Ok(())
    }

    /// Does something to every block, on all cores where there are many.
    fn each(&mut self, work: impl Fn(&mut Block, &mut Scratch, &[Source]) + Sync) {
        let one = |((block, scratch), sources): ((&mut Block, &mut Scratch), &[Source])| work(block, scratch, sources);
        let (blocks, scratch, sources) = (&mut *self.blocks, &mut *self.scratch, self.sources);
        if blocks.len() < 64 {
            blocks.iter_mut().zip(scratch).zip(sources.chunks(LANES)).for_each(one);
        } else {
            blocks.par_iter_mut().zip(scratch).zip(sources.par_chunks(LANES)).with_min_len(16).for_each(one);
        }
    }

    fn couple(&mut self) {
        if let Some(coupling) = &mut self.coupling {
            coupling.apply(self.scratch);
        }
    }

    /// One step of every lane by its own length; the result is in `trial`, its error in `error`. Drives are taken at times that share of
    /// the step inside its ends, so that a step from jump to jump sees neither.
    fn explicit(&mut self, tableau: &Tableau, inside: f64) {
        let (start, time_step) = (self.time, self.time_step);
        for s in 0..tableau.times.len() {
            self.each(|block, scratch, _| {
                combine(&block.m, scratch, tableau.stages[s]);
            });
            self.couple();
            self.each(|block, scratch, sources| {
                let share = inside + tableau.times[s] * (1.0 - 2.0 * inside);
                let (since, length) = (scratch.since, scratch.step);
                let at = |l: usize| start + since[l] + share * length[l];
                drive(block, scratch, sources, at, time_step);
                slope(block, scratch, s);
            });
        }
        self.each(|block, scratch, _| {
            combine(&block.m, scratch, tableau.error);
            scratch.error = std::array::from_fn(|l| {
                let [x, y, z] = [0, 1, 2].map(|k| (scratch.trial[k][l] - block.m[k][l]).abs());
                // The largest, or no number where one is none.
                if (x + y + z).is_nan() { f64::NAN } else { x.max(y).max(z) }
            });
            combine(&block.m, scratch, tableau.result);
            for l in 0..LANES {
                let [x, y, z] = [scratch.trial[0][l], scratch.trial[1][l], scratch.trial[2][l]];
                let shrink = 1.0 / (x * x + y * y + z * z).sqrt();
                (0..3).for_each(|k| scratch.trial[k][l] *= shrink);
            }
        });
    }

    /// Variable steps up to `span` s from the start.
    fn adapt(&mut self, span: f64, tolerance: f64) -> Result<(), MagnetError> {
        let (start, time_step) = (self.time, self.time_step);
        self.each(|_, scratch, _| (scratch.since, scratch.thermal) = ([0.0; LANES], [[0.0; LANES]; 3]));
        loop {
            self.each(|block, scratch, sources| {
                for l in 0..LANES {
                    let edges = sources.get(l).into_iter().flat_map(|source| &source.waveforms);
                    let now = start + scratch.since[l] + INSIDE * time_step;
                    let edge = edges.map(|(_, w)| w.next_edge(now)).fold(f64::INFINITY, f64::min);
                    let left = (span - scratch.since[l]).min(edge - start - scratch.since[l]);
                    scratch.step[l] = if sources.len() > l { block.step[l].min(left) } else { 0.0 };
                }
            });
            self.share(|scratch| &mut scratch.step, f64::min);
            if self.scratch.iter().all(|s| s.step.iter().all(|&h| h <= 0.0)) {
                return Ok(());
            }
            self.explicit(&DORMAND_PRINCE, INSIDE);
            self.share(|scratch| &mut scratch.error, |a, b| if a.is_nan() || a > b { a } else { b });
            self.each(|block, scratch, _| accept(block, scratch, span, tolerance));
            self.check_progress(1e-15 * (start + span), tolerance)?;
        }
    }

    /// An error if a step shorter than `shortest` is still refused: that of a magnetization that is not finite where this is why.
    fn check_progress(&mut self, shortest: f64, tolerance: f64) -> Result<(), MagnetError> {
        for (b, (block, scratch)) in self.blocks.iter_mut().zip(self.scratch.iter()).enumerate() {
            for l in 0..LANES.min(self.sources.len() - b * LANES) {
                let (h, error) = (scratch.step[l], scratch.error[l]);
                if h > 0.0 && h < shortest && (error > tolerance || error.is_nan()) {
                    (0..3).for_each(|k| block.m[k][l] = scratch.trial[k][l]);
                    let (index, time) = (b * LANES + l, self.time + scratch.since[l]);
                    let named = block.broken(LANES).map(|(_, what)| MagnetError::NotFinite { what, index, time });
                    return Err(named.unwrap_or(MagnetError::NotConverged { index, time }));
                }
            }
        }
        Ok(())
    }

    /// Gives coupled lanes one value, by what chooses between two.
    fn share(&mut self, of: impl Fn(&mut Scratch) -> &mut Lanes<LANES>, choose: fn(f64, f64) -> f64) {
        if self.coupling.is_none() {
            return;
        }
        let count = self.sources.len();
        let mut lanes = self.scratch.iter_mut().flat_map(|s| *of(s)).take(count);
        let first = lanes.next().unwrap_or(0.0);
        let chosen = lanes.fold(first, choose);
        self.scratch.iter_mut().for_each(|s| *of(s) = [chosen; LANES]);
    }

    /// One implicit step: the turn about the field at the midpoint, iterated to rounding. A turn keeps |m| however far it has converged.
    fn midpoint(&mut self, since: f64) -> Result<(), MagnetError> {
        let (time, time_step, count) = (self.time + since + 0.5 * self.time_step, self.time_step, self.sources.len());
        self.each(|block, scratch, sources| {
            drive(block, scratch, sources, |_| time, time_step);
            scratch.trial = block.m;
            scratch.slopes[1] = block.m;
        });
        for _ in 0..100 {
            self.couple();
            self.each(|block, scratch, _| rotate(block, scratch, time_step));
            if self.scratch.iter().flat_map(|s| s.error).take(count).all(|change| change < 1e-15) {
                self.each(|block, scratch, _| block.m = scratch.slopes[1]);
                return Ok(());
            }
        }
        let open = self.scratch.iter().flat_map(|s| s.error).position(|change| change.is_nan() || change >= 1e-13);
        if let Some(index) = open {
            return Err(MagnetError::NotConverged { index, time: self.time + since });
        }
        self.each(|block, scratch, _| block.m = scratch.slopes[1]);
        Ok(())
    }

    /// An error if a magnetization is no longer finite.
    fn check(&self) -> Result<(), MagnetError> {
        for (b, block) in self.blocks.iter().enumerate() {
            if !block.is_finite() {
                let lanes = LANES.min(self.sources.len() - b * LANES);
                if let Some((l, what)) = block.broken(lanes) {
                    let time = self.time + self.scratch[b].since[l];
                    return Err(MagnetError::NotFinite { what, index: b * LANES + l, time });
                }
            }
        }
        Ok(())
    }
}

/// Brings the lanes that waveforms drive up to date.
fn drive(block: &mut Block, scratch: &mut Scratch, sources: &[Source], at: impl Fn(usize) -> f64, time_step: f64) {
    let mut changed = false;
    for (l, source) in sources.iter().enumerate().filter(|(_, source)| !source.waveforms.is_empty()) {
        block.set(l, source, at(l), time_step);
        changed = true;
    }
    if changed {
        scratch.turn = Turn::new(block, &[1.0; LANES]);
    }
}

/// Takes or refuses a variable step, and chooses the next.
fn accept(block: &mut Block, scratch: &mut Scratch, span: f64, tolerance: f64) {
    for l in (0..LANES).filter(|&l| scratch.step[l] > 0.0) {
        let (h, error) = (scratch.step[l], scratch.error[l] / tolerance);
        // An error that is no number is that of a step far too long.
        let factor = if error.is_nan() { 0.1 } else { (0.9 * error.powf(-0.2)).clamp(0.2, 5.0) };
        if error <= 1.0 {
            (0..3).for_each(|k| block.m[k][l] = scratch.trial[k][l]);
            scratch.since[l] = if h >= span - scratch.since[l] { span } else { scratch.since[l] + h };
            // A step cut short by the end or by an edge says nothing against the longer one.
            block.step[l] = if h < block.step[l] { (factor * h).max(block.step[l]) } else { factor * h };
        } else {
            block.step[l] = factor * h;
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn combine(m: &Vectors<LANES>, scratch: &mut Scratch, coefficients: &[f64]) {
    scratch.trial = *m;
    for (slope, &a) in scratch.slopes.iter().zip(coefficients) {
        if a != 0.0 {
            for k in 0..3 {
                for l in 0..LANES {
                    scratch.trial[k][l] += a * scratch.step[l] * slope[k][l];
                }
            }
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn slope(block: &Block, scratch: &mut Scratch, s: usize) {
    for l in 0..LANES {
        let m: Vector = std::array::from_fn(|k| scratch.trial[k][l]);
        let extra = std::array::from_fn(|k| scratch.thermal[k][l] + scratch.coupling[k][l]);
        let slope = cross(m, scratch.turn.about::<true>(l, m, extra));
        (0..3).for_each(|k| scratch.slopes[s][k][l] = -block.rate[l] * slope[k]);
    }
}

/// m turned about the field at the midpoint `trial`, by Cayley's form; leaves the new end in `slopes[1]` and the new midpoint in `trial`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn rotate(block: &Block, scratch: &mut Scratch, time_step: f64) {
    for l in 0..LANES {
        let m: Vector = std::array::from_fn(|k| block.m[k][l]);
        let middle: Vector = std::array::from_fn(|k| scratch.trial[k][l]);
        let extra = std::array::from_fn(|k| scratch.thermal[k][l] + scratch.coupling[k][l]);
        let half = 0.5 * time_step * block.rate[l];
        let w = scratch.turn.about::<true>(l, middle, extra).map(|v| half * v);
        let (square, along) = (w[0] * w[0] + w[1] * w[1] + w[2] * w[2], w[0] * m[0] + w[1] * m[1] + w[2] * m[2]);
        let across = cross(m, w);
        let end: Vector =
            std::array::from_fn(|k| ((1.0 - square) * m[k] - 2.0 * across[k] + 2.0 * along * w[k]) / (1.0 + square));
        let change: Vector = std::array::from_fn(|k| (end[k] - scratch.slopes[1][k][l]).abs());
        scratch.error[l] = change[0].max(change[1]).max(change[2]);
        for k in 0..3 {
            scratch.slopes[1][k][l] = end[k];
            scratch.trial[k][l] = 0.5 * (m[k] + end[k]);
        }
    }
}
