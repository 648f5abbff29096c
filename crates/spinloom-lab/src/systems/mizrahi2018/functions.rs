//! Tuning curves, and what sums of them make.

use super::super::power_law::exponent;
use super::{FunctionParameters, Mizrahi2018, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, mean};
use spinloom_network::population::{DeltaRule, Population, bell_width, evenly, window_for};
use spinloom_network::readout::{Gram, Readout};
use std::f64::consts::PI;

/// A function of an argument from -1 to 1.
pub struct Target {
    pub name: &'static str,
    pub at: fn(f64) -> f64,
}

/// The functions that the small population makes.
pub const CURVES: [Target; 2] =
    [Target { name: "sine", at: |x| (PI * x).sin() }, Target { name: "cubic", at: |x| 2.0 * x * x * x - x * x - x + 0.5 }];

/// Abscissa and ordinate of a pen.
type Stroke = [fn(f64) -> f64; 2];

/// Strokes of cursive letters, abscissa and ordinate over the course of the pen; loops of ours.
pub const LETTERS: [(&str, Stroke); 3] = [
    ("e", [|t| 0.55 * t - 0.42 * (PI * t).sin(), |t| 0.25 * (1.0 + (PI * t).cos())]),
    ("l", [|t| 0.5 * t - 0.36 * (PI * t).sin(), |t| 0.5 * (1.0 + (PI * t).cos())]),
    ("o", [|t| -0.4 * (PI * t).sin() + 0.2 * t * t * t, |t| 0.3 + 0.3 * (PI * t).cos()]),
];

/// One voltage of the tuning curve.
pub struct TuningPoint {
    pub voltage: f64,
    pub rate: Estimate,
    pub law: f64,
}

/// The error of a sum of counts at one size of the population and one window.
pub struct ScalingPoint {
    pub junctions: usize,
    pub counts: f64,
    pub error: f64,
}

/// A population of the system's junctions that covers the arguments from -1 to 1.
fn population(system: &Mizrahi2018, junctions: usize, run: &Run, purpose: &str) -> Result<Population, LabError> {
    Ok(Population::covering(&system.neuron, junctions, system.function.span, run.seed(), purpose)?)
}

pub fn study(system: &Mizrahi2018, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let tuning = tuning(system, run)?;
    record_tuning(&tuning, outcome);
    outcome.figures.push(figures::tuning(&tuning, system.function.junctions, &system.neuron, system.function.span));
    run.progress("functions", 1, 3)?;
    curves(system, run, outcome)?;
    run.progress("functions", 2, 3)?;
    let points = scaling(system, run)?;
    record_scaling(&points, outcome);
    outcome.figures.push(figures::scaling(&points));
    learning(system, run, outcome)?;
    run.progress("functions", 3, 3)?;
    Ok(())
}

/// Rates of one junction over its voltage, counted.
fn tuning(system: &Mizrahi2018, run: &Run) -> Result<Vec<TuningPoint>, LabError> {
    let neuron = &system.neuron;
    let window = window_for(neuron, 20.0);
    let windows = if run.quick() { system.function.windows.min(100) } else { system.function.windows };
    let voltages = evenly(-4.0 * bell_width(neuron), 4.0 * bell_width(neuron), 33);
    // Every voltage has a junction of its own, as if one were measured at each.
    let alike = vec![neuron.clone(); voltages.len()];
    let mut population = Population::new(alike, vec![0.0; voltages.len()], run.seed(), "tuning curve")?;
    let mut columns = vec![Vec::with_capacity(windows); voltages.len()];
    // The first window begins in states that know nothing of the voltage.
    population.count(&voltages, window)?;
    for _ in 0..windows {
        let counts = population.count(&voltages, window)?;
        columns.iter_mut().zip(counts).for_each(|(column, n)| column.push(n / window));
        run.check()?;
    }
    let law = |v: f64| neuron.rates(0.0, 0.0).flip_rate() / (v / bell_width(neuron)).cosh();
    let point =
        |(voltage, column): (&f64, &Vec<f64>)| TuningPoint { voltage: *voltage, rate: estimate(column), law: law(*voltage) };
    Ok(voltages.iter().zip(&columns).map(point).collect())
}

fn record_tuning(points: &[TuningPoint], outcome: &mut Outcome) {
    let deviation = |p: &TuningPoint| (p.rate.mean - p.law).abs() / p.rate.standard_error;
    outcome.measure("tuning.worst_deviation", "", points.iter().map(deviation).fold(0.0, f64::max));
    let peak = points.iter().map(|p| p.law).fold(0.0, f64::max);
    outcome.measure("tuning.peak_rate", "1/s", peak);
    let column = |of: &dyn Fn(&TuningPoint) -> f64| points.iter().map(of).collect();
    outcome.tables.push(
        Table::new("tuning", "Flips per second of one junction over its voltage")
            .numbers("voltage", "V", column(&|p| p.voltage))
            .numbers("rate", "1/s", column(&|p| p.rate.mean))
            .numbers("standard error", "1/s", column(&|p| p.rate.standard_error))
            .numbers("law", "1/s", column(&|p| p.law)),
    );
}

/// What a readout of the small population makes of a function: without noise, and from windows of so many counts.
pub struct Made {
    pub x: Vec<f64>,
    pub wanted: Vec<f64>,
    pub smooth: Vec<f64>,
    pub counted: Vec<f64>,
}

impl Made {
    /// Root mean square error over the range of the function.
    fn error(&self, made: &[f64]) -> f64 {
        let range = |v: &[f64]| v.iter().copied().fold(f64::MIN, f64::max) - v.iter().copied().fold(f64::MAX, f64::min);
        let square = made.iter().zip(&self.wanted).map(|(a, b)| (a - b).powi(2)).collect::<Vec<_>>();
        mean(&square).sqrt() / range(&self.wanted)
    }
}

/// Curves and letters by the small population.
fn curves(system: &Mizrahi2018, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let function = &system.function;
    let mut small = population(system, function.junctions, run, "curves")?;
    let window = window_for(&system.neuron, 1000.0);
    let made = |targets: &[fn(f64) -> f64], small: &mut Population| -> Result<Vec<Made>, LabError> {
        let x = evenly(-1.0, 1.0, 101);
        let rates = |small: &Population, x: f64| small.rates(&vec![function.span * x; small.len()]);
        let mut gram = Gram::new(small.len(), targets.len());
        for x in &x {
            gram.add(&rates(small, *x)?, &targets.iter().map(|f| f(*x)).collect::<Vec<_>>())?;
        }
        // Weights that would cancel each other's noise ten thousandfold are of no use where counts scatter by a hundredth.
        let readout = gram.pseudo_inverse(1e-6)?;
        let (mut smooth, mut counted) = (vec![Vec::new(); targets.len()], vec![Vec::new(); targets.len()]);
        for x in &x {
            let counts = small.count(&vec![function.span * x; small.len()], window)?;
            let mean: Vec<f64> = counts.iter().map(|n| n / window).collect();
            let (a, b) = (readout.predict(&rates(small, *x)?), readout.predict(&mean));
            (0..targets.len()).for_each(|k| {
                smooth[k].push(a[k]);
                counted[k].push(b[k]);
            });
        }
        let wanted = |k: usize| x.iter().map(|x| targets[k](*x)).collect();
        let parts = smooth.into_iter().zip(counted).enumerate();
        Ok(parts.map(|(k, (smooth, counted))| Made { x: x.clone(), wanted: wanted(k), smooth, counted }).collect())
    };
    let mut drawn = Vec::new();
    for target in CURVES {
        let mut one = made(&[target.at], &mut small)?;
        outcome.measure(&format!("functions.{}_error_without_noise", target.name), "", one[0].error(&one[0].smooth));
        outcome.measure(&format!("functions.{}_error", target.name), "", one[0].error(&one[0].counted));
        drawn.append(&mut one);
    }
    let mut letters = Vec::new();
    for (name, strokes) in LETTERS {
        let both = made(&strokes, &mut small)?;
        let error = both.iter().map(|m| m.error(&m.counted).powi(2)).sum::<f64>().sqrt();
        outcome.measure(&format!("functions.letter_{name}_error"), "", error);
        letters.push((name, both));
    }
    outcome.figures.push(figures::curves(&drawn, function.junctions));
    outcome.figures.push(figures::letters(&letters, function.junctions));
    Ok(())
}

/// Error of the sine over the number of junctions and the counts of a window, each with the weights that are best for it.
fn scaling(system: &Mizrahi2018, run: &Run) -> Result<Vec<ScalingPoint>, LabError> {
    let FunctionParameters { populations, counts, examples, .. } = &system.function;
    let examples = if run.quick() { (*examples).min(1000) } else { *examples };
    let grid: Vec<(usize, f64)> = populations.iter().flat_map(|n| counts.iter().map(|c| (*n as usize, *c))).collect();
    grid.into_par_iter()
        .map(|(junctions, counts)| {
            run.check()?;
            let mut gram = Gram::new(junctions, 1);
            let purpose = format!("scaling {junctions} {counts}");
            let mut many = population(system, junctions, run, &purpose)?;
            let window = window_for(&system.neuron, counts);
            let mut inputs = run.stream(&purpose, 1 << 32);
            let mut shown = |many: &mut Population| -> Result<(f64, Vec<f64>), LabError> {
                let x = 2.0 * inputs.uniform() - 1.0;
                Ok((x, many.count(&vec![system.function.span * x; junctions], window)?))
            };
            for _ in 0..examples {
                let (x, n) = shown(&mut many)?;
                gram.add(&n, &[(CURVES[0].at)(x)])?;
            }
            let readout: Readout = gram.ridge(1e-9 * examples as f64 * counts * counts)?;
            let mut squares = Vec::with_capacity(examples / 4);
            for _ in 0..examples / 4 {
                let (x, n) = shown(&mut many)?;
                squares.push((readout.predict(&n)[0] - (CURVES[0].at)(x)).powi(2));
            }
            Ok(ScalingPoint { junctions, counts, error: mean(&squares).sqrt() })
        })
        .collect()
}

fn record_scaling(points: &[ScalingPoint], outcome: &mut Outcome) {
    for p in points {
        outcome.measure(&format!("scaling.error_{}_junctions_{}_counts", p.junctions, p.counts), "", p.error);
    }
    // Slope of the logarithm of the error over that of the flips, where bells overlap well.
    let of: Vec<&ScalingPoint> = points.iter().filter(|p| p.junctions >= 16).collect();
    let flips: Vec<f64> = of.iter().map(|p| p.junctions as f64 * p.counts).collect();
    let errors: Vec<f64> = of.iter().map(|p| p.error).collect();
    outcome.measure("scaling.exponent", "", exponent(&flips, &errors));
    let column = |of: &dyn Fn(&ScalingPoint) -> f64| points.iter().map(of).collect();
    outcome.tables.push(
        Table::new("scaling", "Error of the sine by populations of junctions")
            .numbers("junctions", "", column(&|p| p.junctions as f64))
            .numbers("counts at the peak", "", column(&|p| p.counts))
            .numbers("error", "", column(&|p| p.error)),
    );
}

/// The same sine learned trial by trial.
fn learning(system: &Mizrahi2018, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let junctions = 128;
    let mut many = population(system, junctions, run, "learning a sine")?;
    let window = window_for(&system.neuron, 20.0);
    let mut inputs = run.stream("learning a sine", 1 << 32);
    let mut weights = DeltaRule::new(junctions, 1);
    let (trials, tested) = (4000, 1000);
    let mut squares = Vec::with_capacity(trials + tested);
    for trial in 0..trials + tested {
        if trial % 100 == 0 {
            run.check()?;
        }
        let x = 2.0 * inputs.uniform() - 1.0;
        let counts = many.count(&vec![system.function.span * x; junctions], window)?;
        let error = (CURVES[0].at)(x) - weights.sums(&counts)?[0];
        squares.push(error * error);
        if trial < trials {
            weights.learn(&counts, &[error], 0.3 / (1.0 + trial as f64 / 400.0))?;
        }
    }
    outcome.measure("functions.learned_sine_error", "", mean(&squares[trials..]).sqrt());
    Ok(())
}
