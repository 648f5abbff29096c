//! Sixteen random cities: validity and length of tours over the penalty and over the number of sweeps.

use super::watch::{Anneal, Watched};
use super::{Sutton2017, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, quantile};
use spinloom_ising::tour::Cities;

/// What anneals of one kind have shown; lengths relative to the shortest tour.
pub struct Score {
    /// What was varied: the penalty relative to the largest distance, or the sweeps.
    pub x: f64,
    /// Fraction of anneals that end in a tour.
    pub valid: f64,
    /// Length of the tours at the end.
    pub last: Estimate,
    /// Length of the shortest tour an anneal has passed; without a value where there was none.
    pub best: Estimate,
    /// The same when states are read as the nearest tour.
    pub mended: Estimate,
    /// Changes of the nearest tour a sweep.
    pub mobility: f64,
}

impl Score {
    fn of(x: f64, reads: &[Watched], optimum: f64) -> Self {
        let over = |lengths: Vec<f64>| estimate(&lengths.into_iter().map(|l| l / optimum).collect::<Vec<_>>());
        Self {
            x,
            valid: reads.iter().filter(|r| r.last.is_some()).count() as f64 / reads.len().max(1) as f64,
            last: over(reads.iter().filter_map(|r| r.last).collect()),
            best: over(reads.iter().filter_map(|r| r.best.as_ref().map(|b| b.length)).collect()),
            mended: over(reads.iter().map(|r| r.mended.length).collect()),
            mobility: reads.iter().map(|r| r.mobility).sum::<f64>() / reads.len().max(1) as f64,
        }
    }
}

/// Places in the unit square and the distances between them.
pub struct Map {
    /// Places.
    pub places: Vec<(f64, f64)>,
    /// Distances.
    pub cities: Cities,
    /// Length of the shortest tour.
    pub optimum: f64,
    /// The shortest tour.
    pub shortest: Vec<usize>,
}

impl Map {
    fn random(n: usize, run: &Run) -> Result<Self, LabError> {
        let mut stream = run.stream("cities", 0);
        let places: Vec<(f64, f64)> = (0..n).map(|_| (stream.uniform(), stream.uniform())).collect();
        let distance = |k: usize| {
            let (a, b) = (places[k / n], places[k % n]);
            (a.0 - b.0).hypot(a.1 - b.1)
        };
        let cities = Cities::new(n, (0..n * n).map(distance).collect())?;
        let (optimum, shortest) = cities.shortest().unwrap_or((f64::NAN, Vec::new()));
        Ok(Self { places, cities, optimum, shortest })
    }

    /// The smallest penalty, relative to the largest distance, at which leaving out a city of the shortest tour no longer pays:
    /// half the sum of the two distances it saves.
    pub fn needed(&self) -> f64 {
        let n = self.shortest.len();
        let saved = |k: usize| {
            let d = |a: usize, b: usize| self.cities.distance(self.shortest[a % n], self.shortest[b % n]);
            d(k + n - 1, k) + d(k, k + 1)
        };
        (0..n).map(saved).fold(0.0, f64::max) / (2.0 * self.cities.largest())
    }
}

pub fn study(system: &Sutton2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let map = Map::random(system.cities, run)?;
    outcome.measure("random.penalty_needed", "largest distance", map.needed());
    let plain = Anneal::of(system, system.penalty).run(&map.cities, "anneal", 0..system.reads, run)?;
    let mended = Anneal::of(system, system.mended_penalty).run(&map.cities, "mended anneal", 0..system.reads, run)?;
    let safe = Anneal::of(system, 1.0).run(&map.cities, "safe anneal", 0..system.reads, run)?;
    record(&map, system, &plain, &mended, &safe, outcome);
    let pbits = (system.cities - 1).pow(2);
    sampling::charge(outcome, run, "random cities", pbits, (3 * system.reads * system.sweeps) as f64);
    outcome.figures.push(figures::tours(&map, &safe, &plain, &mended));
    if run.quick() {
        return Ok(());
    }
    over_penalty(system, &map, run, outcome)?;
    over_sweeps(system, &map, run, outcome)
}

fn record(map: &Map, system: &Sutton2017, plain: &[Watched], mended: &[Watched], safe: &[Watched], outcome: &mut Outcome) {
    let best = |reads: &[Watched]| reads.iter().filter_map(|r| r.best.as_ref()).map(|b| b.length).fold(f64::INFINITY, f64::min);
    let near = |reads: &[Watched], within: f64| {
        let good = reads.iter().filter(|r| r.best.as_ref().is_some_and(|b| b.length <= within * map.optimum));
        good.count() as f64 / reads.len().max(1) as f64
    };
    outcome.measure("random.best_over_optimum", "", best(plain) / map.optimum);
    outcome.measure("random.within_two_percent", "", near(plain, 1.02));
    outcome.measure("random.best_over_optimum_penalty_one", "", best(safe) / map.optimum);
    let score = Score::of(1.0, safe, map.optimum);
    outcome.measure("random.validity_penalty_one", "", score.valid);
    outcome.measure_estimate("random.length_penalty_one", "", score.last);
    let hits = mended.iter().filter(|r| r.mended.length <= map.optimum * (1.0 + 1e-9)).count();
    outcome.measure("random.mended_success", "", hits as f64 / system.reads as f64);
    let sweeps: Vec<f64> = mended.iter().map(|r| r.mended.sweep as f64).collect();
    outcome.measure("random.mended_sweeps_to_best", "", quantile(&sweeps, 0.5));
}

fn table(name: &str, title: &str, first: (&str, &str), scores: &[(String, Score)]) -> Table {
    let column = |f: fn(&Score) -> f64| scores.iter().map(|s| f(&s.1)).collect::<Vec<_>>();
    Table::new(name, title)
        .words("anneal", scores.iter().map(|s| s.0.clone()).collect())
        .numbers(first.0, first.1, column(|s| s.x))
        .numbers("valid", "", column(|s| s.valid))
        .numbers("length_at_the_end", "shortest tour", column(|s| s.last.mean))
        .numbers("best_length", "shortest tour", column(|s| s.best.mean))
        .numbers("mended_length", "shortest tour", column(|s| s.mended.mean))
        .numbers("tour_changes", "1/sweep", column(|s| s.mobility))
}

fn over_penalty(system: &Sutton2017, map: &Map, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let penalties = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.85, 1.0, 1.2];
    let mut scores = Vec::new();
    let mut still = Vec::new();
    for (k, penalty) in penalties.into_iter().enumerate() {
        let anneal = Anneal { sweeps: system.sweeps / 4, ..Anneal::of(system, penalty) };
        let reads = anneal.run(&map.cities, "penalty", k * system.reads..(k + 1) * system.reads, run)?;
        scores.push((format!("{} sweeps", anneal.sweeps), Score::of(penalty, &reads, map.optimum)));
        // How often tours change at one temperature.
        let held = Anneal { hot: figures::HELD, cold: figures::HELD, sweeps: 2000, ..anneal };
        let reads = held.run(&map.cities, "mobility", k * system.reads..(k + 1) * system.reads, run)?;
        still.push(Score::of(penalty, &reads, map.optimum));
        run.progress("penalties", k + 1, penalties.len())?;
    }
    outcome.tables.push(table("penalty", "Tours over the penalty", ("penalty", "largest distance"), &scores));
    let scores: Vec<Score> = scores.into_iter().map(|s| s.1).collect();
    outcome.figures.push(figures::penalty(&scores, &still, map.needed()));
    Ok(())
}

fn over_sweeps(system: &Sutton2017, map: &Map, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let kinds = [1.0, system.penalty, system.mended_penalty];
    let lengths: Vec<usize> = [200, 20, 7, 2, 1].into_iter().map(|d| (system.sweeps / d).max(10)).collect();
    let mut curves = Vec::new();
    let mut all = Vec::new();
    for (k, penalty) in kinds.into_iter().enumerate() {
        let mut curve = Vec::new();
        for (s, &sweeps) in lengths.iter().enumerate() {
            let first = (k * lengths.len() + s) * system.reads;
            let anneal = Anneal { sweeps, ..Anneal::of(system, penalty) };
            let reads = anneal.run(&map.cities, "sweeps", first..first + system.reads, run)?;
            curve.push(Score::of(sweeps as f64, &reads, map.optimum));
            all.push((format!("A = {penalty}"), Score::of(sweeps as f64, &reads, map.optimum)));
        }
        run.progress("sweeps", k + 1, kinds.len())?;
        curves.push((penalty, curve));
    }
    outcome.tables.push(table("sweeps", "Tours over the length of an anneal", ("sweeps", ""), &all));
    outcome.figures.push(figures::sweeps(&curves));
    Ok(())
}
