//! Larger numbers: updates to a solution over the bits of the number, by (X Y - N)^2 and by a multiplier run backwards.

use super::{Borders2019, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling;
use spinloom_core::run::Run;
use spinloom_core::statistics::quantile;
use spinloom_ising::anneal::{Annealing, Control, Model, Schedule, anneal};
use spinloom_ising::factoring::Factoring;
use spinloom_ising::logic::{Multiplier, hold, value};
use spinloom_ising::solve::DWELL_TIME;
use spinloom_ising::{IsingError, Rule};

/// Sweeps of an anneal that are tried; the best is taken for every number.
const LENGTHS: [usize; 4] = [30, 100, 300, 1000];

/// How a number is put to p-bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// E = (X Y - N)^2.
    Direct,
    /// A multiplier with its product held.
    Multiplier,
}

/// One number made ready.
struct Search {
    model: Model,
    /// For every p-bit of X and then Y its place among the free ones.
    factors: [Vec<usize>; 2],
    range: (f64, f64),
    number: u64,
}

impl Search {
    fn new(way: Way, bits: usize, number: u64) -> Result<Self, IsingError> {
        let free = bits / 2 - 1;
        match way {
            Way::Direct => {
                let energy = Factoring::with_bits(number, free, free)?.energy()?;
                let n = number as f64;
                Ok(Self {
                    model: Model::Polynomial(energy),
                    factors: [(0..free).collect(), (free..2 * free).collect()],
                    // From the whole range of energies to below the flip of a lowest bit, which costs 4 N.
                    range: (1.0 / (n * n), 2.0 / n),
                    number,
                })
            }
            Way::Multiplier => {
                let multiplier = Multiplier::new(bits / 2);
                let mut held = hold(&multiplier.product, number);
                held.extend([(multiplier.a[0], 1), (multiplier.b[0], 1)]);
                let (model, kept) = multiplier.circuit.model()?.clamped(&held)?;
                let place = |spins: &[usize]| spins[1..].iter().filter_map(|s| kept.iter().position(|k| k == s)).collect();
                Ok(Self {
                    factors: [place(&multiplier.a), place(&multiplier.b)],
                    model: Model::Pairs(model),
                    range: (0.05, 2.0),
                    number,
                })
            }
        }
    }

    fn solved(&self, m: &[i8]) -> bool {
        let [x, y] = &self.factors;
        (1 + 2 * value(m, x)) * (1 + 2 * value(m, y)) == self.number
    }

    /// Sweeps to a solution with 99 %, for the best of the lengths; none where no anneal was right.
    fn time(&self, reads: usize, run: &Run, index: u64) -> Result<Option<f64>, LabError> {
        let mut best: Option<f64> = None;
        for (k, sweeps) in LENGTHS.into_iter().enumerate() {
            let schedule = match &self.model {
                Model::Polynomial(_) => Schedule::geometric(self.range.0, self.range.1, sweeps)?,
                Model::Pairs(_) => Schedule::linear(self.range.0, self.range.1, sweeps)?,
            };
            let seed = run.stream("larger numbers", index * LENGTHS.len() as u64 + k as u64).next();
            let mut annealing = Annealing::new(schedule, reads, seed);
            annealing.rule = Rule::HeatBath;
            annealing.keep_states = true;
            let found = anneal(&self.model, &annealing, &Control::new(run.cancel_token().clone()))?;
            run.check()?;
            let right = found.states.iter().filter(|m| self.solved(m)).count();
            if right > 0 {
                let p = (right as f64 / found.states.len() as f64).min(0.99);
                let time = sweeps as f64 * (0.01f64.ln() / (1.0 - p).ln()).max(1.0);
                best = Some(best.map_or(time, |b| b.min(time)));
            }
        }
        Ok(best)
    }
}

/// Numbers of one size by one way.
pub struct Point {
    /// Bits of the number.
    pub bits: usize,
    /// p-bits that are free.
    pub pbits: usize,
    /// Sweeps to a solution with 99 %: median over the numbers, and all of them; infinite where no anneal was right.
    pub median: f64,
    /// All numbers.
    pub all: Vec<f64>,
}

/// One way over sizes.
pub struct Wall {
    /// The way.
    pub way: Way,
    /// Sizes.
    pub points: Vec<Point>,
    /// log2 of the updates at no bits, and doublings of the updates a bit.
    pub fit: (f64, f64),
}

pub fn study(system: &Borders2019, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut walls = Vec::new();
    for (way, key, largest) in
        [(Way::Direct, "direct", system.direct_bits), (Way::Multiplier, "multiplier", system.multiplier_bits)]
    {
        let points = outcome.timed(&format!("larger numbers, {key}"), |o| over_bits(system, way, largest, run, o))?;
        let fit = exponential(&points);
        outcome.measure(&format!("wall.{key}_doublings_per_bit"), "1/bit", fit.1);
        if let Some(last) = points.iter().rev().find(|p| p.median.is_finite()) {
            outcome.measure(&format!("wall.{key}_bits"), "", last.bits as f64);
            outcome.measure(&format!("wall.{key}_updates"), "", last.median * last.pbits as f64);
            outcome.measure(&format!("wall.{key}_circuit_time"), "s", last.median * DWELL_TIME);
        }
        walls.push(Wall { way, points, fit });
    }
    let rows =
        |f: fn(&Wall, &Point) -> f64| -> Vec<f64> { walls.iter().flat_map(|w| w.points.iter().map(move |p| f(w, p))).collect() };
    outcome.tables.push(
        Table::new("wall", "Work to a solution with 99 %, median over numbers of one size")
            .words("way", walls.iter().flat_map(|w| w.points.iter().map(|_| figures::name(w.way).to_owned())).collect())
            .numbers("bits", "", rows(|_, p| p.bits as f64))
            .numbers("pbits", "", rows(|_, p| p.pbits as f64))
            .numbers("sweeps", "", rows(|_, p| p.median))
            .numbers("updates", "", rows(|_, p| p.median * p.pbits as f64))
            .numbers("circuit_time", "s", rows(|_, p| p.median * DWELL_TIME)),
    );
    outcome.figures.push(figures::wall(&walls));
    outcome.note(
        "Larger numbers: both factors have half of the bits, the lowest and (to whoever chose the number) the highest bit is one; the time of the best of \
         four lengths of anneals is taken, one sweep of a circuit being 1 ns. Trial division by odd numbers needs 2^(bits/2 - 1) divisions: neither way is \
         a threat to it.",
    );
    Ok(())
}

fn over_bits(
    system: &Borders2019,
    way: Way,
    largest: usize,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<Vec<Point>, LabError> {
    let mut points = Vec::new();
    for bits in (6..=largest).step_by(2) {
        let (mut all, mut pbits) = (Vec::new(), 0);
        for (k, number) in numbers(bits, system.instances, run).into_iter().enumerate() {
            let search = Search::new(way, bits, number)?;
            pbits = search.model.spins();
            // The multiplier's anneals run side by side in bit planes: many more of them in the same time.
            let reads = if way == Way::Direct { system.reads } else { 8 * system.reads };
            let index = ((bits * 2 + usize::from(way == Way::Direct)) * 1000 + k) as u64;
            all.push(search.time(reads, run, index)?.unwrap_or(f64::INFINITY));
            sampling::charge(outcome, run, "larger numbers", pbits, (reads * LENGTHS.iter().sum::<usize>()) as f64);
        }
        points.push(Point { bits, pbits, median: quantile(&all, 0.5), all });
        run.progress("larger numbers", bits, largest)?;
    }
    Ok(points)
}

/// Products of two different primes of half the bits each, drawn at random.
fn numbers(bits: usize, count: usize, run: &Run) -> Vec<u64> {
    let (low, high) = (1u64 << (bits / 2 - 1), 1u64 << (bits / 2));
    let prime = |n: &u64| (2..=n.isqrt()).all(|d| !n.is_multiple_of(d));
    let primes: Vec<u64> = (low..high).filter(|n| n % 2 == 1).filter(prime).collect();
    let mut products: Vec<u64> =
        primes.iter().enumerate().flat_map(|(k, p)| primes[k + 1..].iter().map(move |q| p * q)).collect();
    run.stream("products", bits as u64).shuffle(&mut products);
    products.truncate(count);
    products
}

/// Least squares of log2(updates) over bits.
fn exponential(points: &[Point]) -> (f64, f64) {
    let finite: Vec<(f64, f64)> =
        points.iter().filter(|p| p.median.is_finite()).map(|p| (p.bits as f64, (p.median * p.pbits as f64).log2())).collect();
    let n = finite.len() as f64;
    let (mx, my) = (finite.iter().map(|p| p.0).sum::<f64>() / n, finite.iter().map(|p| p.1).sum::<f64>() / n);
    let slope =
        finite.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum::<f64>() / finite.iter().map(|p| (p.0 - mx).powi(2)).sum::<f64>();
    (my - slope * mx, slope)
}
