//! Linearly separable patterns: the share of units that learn all of them, and how soon.

use super::{Senn2005, SeparableParameters, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_core::statistics::quantile;
use spinloom_network::stochastic::{Perceptrons, Rule};

/// How the units of one size fare at one probability.
pub struct Convergence {
    pub inputs: usize,
    pub probability: f64,
    /// Share of the units that learn all patterns.
    pub share: f64,
    /// Median number of passes of those that do; NaN where none does.
    pub passes: f64,
    attempts: u64,
}

/// Passes up to the one in which all patterns are answered right, if there is one, and attempts.
fn learn(
    parameters: &SeparableParameters,
    inputs: usize,
    probability: f64,
    stream: &mut Stream,
) -> Result<(Option<usize>, u64), LabError> {
    let patterns: Vec<Vec<u32>> = (0..parameters.patterns)
        .map(|_| {
            let mut all: Vec<u32> = (0..inputs as u32).collect();
            stream.shuffle(&mut all);
            all.truncate(inputs / 2);
            all
        })
        .collect();
    let rule = Rule::Binary { devices: 1, probability };
    let mut unit = Perceptrons::new([inputs, 1, 1], rule, 0.0, stream)?;
    let pass = |_| patterns.iter().enumerate().map(|(k, active)| unit.learn(active, k % 2)).sum::<usize>() == 0;
    let done = (0..parameters.passes).position(pass);
    Ok((done, unit.attempts()))
}

fn converge(
    parameters: &SeparableParameters,
    (inputs, probability): (usize, f64),
    index: u64,
    run: &Run,
) -> Result<Convergence, LabError> {
    let mut passes = Vec::new();
    let mut attempts = 0;
    for unit in 0..parameters.units as u64 {
        run.check()?;
        let (done, tried) = learn(parameters, inputs, probability, &mut run.stream("separable", index << 32 | unit))?;
        passes.extend(done.map(|d| d as f64 + 1.0));
        attempts += tried;
    }
    let share = passes.len() as f64 / parameters.units as f64;
    Ok(Convergence { inputs, probability, share, passes: quantile(&passes, 0.5), attempts })
}

pub fn study(system: &Senn2005, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let parameters = &system.separable;
    let mut inputs: Vec<usize> = parameters.inputs.iter().map(|n| *n as usize).collect();
    inputs.sort_unstable();
    let mut probabilities = parameters.probabilities.clone();
    probabilities.sort_by(f64::total_cmp);
    if run.quick() {
        // The ends are what is claimed.
        let ends = |n: usize, k: usize| k == 0 || k + 1 == n;
        let (most, many) = (inputs.len(), probabilities.len());
        inputs = inputs.into_iter().enumerate().filter(|(k, _)| ends(most, *k)).map(|p| p.1).collect();
        probabilities = probabilities.into_iter().enumerate().filter(|(k, _)| ends(many, *k)).map(|p| p.1).collect();
    }
    let settings: Vec<(usize, f64)> = inputs.iter().flat_map(|n| probabilities.iter().map(|q| (*n, *q))).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let found: Vec<Convergence> = outcome.timed("separable patterns", |_| {
        let one = |(index, setting): (usize, &(usize, f64))| {
            let convergence = converge(parameters, *setting, index as u64, run)?;
            let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            run.progress("separable patterns", count, settings.len())?;
            Ok(convergence)
        };
        settings.par_iter().enumerate().map(one).collect::<Result<_, LabError>>()
    })?;
    let column = |of: &dyn Fn(&Convergence) -> f64| found.iter().map(of).collect::<Vec<f64>>();
    outcome.tables.push(
        Table::new("separable", "Units that learn all of their linearly separable patterns")
            .numbers("inputs", "", column(&|c| c.inputs as f64))
            .numbers("probability", "", column(&|c| c.probability))
            .numbers("share that learns", "", column(&|c| c.share))
            .numbers("passes, median", "", column(&|c| c.passes)),
    );
    let largest: Vec<&Convergence> = found.iter().filter(|c| Some(&c.inputs) == inputs.last()).collect();
    if let (Some(slow), Some(sure)) = (largest.first(), largest.last()) {
        outcome.measure("separable.share_slow", "", slow.share);
        outcome.measure("separable.passes_slow", "", slow.passes);
        outcome.measure("separable.share_sure", "", sure.share);
    }
    if !run.quick() {
        outcome.figures.push(figures::separable(&found, &inputs));
    }
    let attempts: Vec<(f64, u64)> = found.iter().map(|c| (c.probability, c.attempts)).collect();
    system.charge("attempt, separable patterns", &attempts, run)?;
    Ok(())
}
