//! The arm: learned, measured, spread and killed.

use super::chain::{Chain, Faults};
use super::{Mizrahi2018, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, mean};

/// Trials whose errors are averaged into one point of the learning curve.
const BLOCK: usize = 100;

/// What a chain has learned.
pub struct Learned {
    /// Root mean square miss of each block of trials, over the width of the field.
    pub curve: Vec<f64>,
    /// The same without learning, after it.
    pub error: Estimate,
    /// Poses at the balls that were tested last, and the balls.
    pub poses: Vec<([f64; 2], [f64; 2])>,
    /// Means of a tested trial: energy of the junctions, J, and flips counted.
    pub junctions: f64,
    pub flips: f64,
    /// Window in which flips are counted, s.
    pub window: f64,
}

fn place(stream: &mut Stream) -> [f64; 2] {
    [2.0 * stream.uniform() - 1.0, 2.0 * stream.uniform() - 1.0]
}

/// Learns for so many trials, then tests.
fn learn(system: &Mizrahi2018, faults: Faults, trials: usize, run: &Run, purpose: &str) -> Result<Learned, LabError> {
    let gripper = &system.gripper;
    let mut chain = Chain::new(system, faults, run, purpose)?;
    let mut places = run.stream(purpose, 1 << 34);
    let mut curve = Vec::new();
    let mut block = Vec::with_capacity(BLOCK);
    for trial in 0..trials {
        let here = place(&mut places);
        let ball = chain.ball(here);
        let act = chain.act(here)?;
        block.push(chain.miss(&act, ball).powi(2));
        chain.learn(&act, ball, gripper.rate / (1.0 + trial as f64 / gripper.settling))?;
        if block.len() == BLOCK {
            curve.push(mean(&block).sqrt());
            block.clear();
            run.check()?;
        }
    }
    let (mut squares, mut poses) = (Vec::with_capacity(gripper.tested), Vec::new());
    let (mut power, mut flips) = (0.0, 0.0);
    for trial in 0..gripper.tested {
        let here = place(&mut places);
        let ball = chain.ball(here);
        let act = chain.act(here)?;
        squares.push(chain.miss(&act, ball).powi(2));
        power += chain.power(&act)?;
        flips += act.flips;
        if trial < 10 {
            poses.push((act.angles, ball));
        }
    }
    let square = estimate(&squares);
    let root = square.mean.sqrt();
    // The error of a root is that of its square over twice the root.
    let error = Estimate { mean: root, standard_error: square.standard_error / (2.0 * root), count: square.count };
    let tests = gripper.tested as f64;
    Ok(Learned { curve, error, poses, junctions: power / tests * chain.window(), flips: flips / tests, window: chain.window() })
}

pub fn study(system: &Mizrahi2018, run: &Run, outcome: &mut Outcome) -> Result<Learned, LabError> {
    let gripper = &system.gripper;
    let trials = if run.quick() { gripper.trials.min(3000) } else { gripper.trials };
    let learned = learn(system, Faults::default(), trials, run, "gripper")?;
    outcome.measure_estimate("gripper.error", "", learned.error);
    if let Some(first) = learned.curve.first() {
        outcome.measure("gripper.first_error", "", *first);
    }
    let shown: Vec<f64> = (0..learned.curve.len()).map(|k| ((k + 1) * BLOCK) as f64).collect();
    outcome.tables.push(
        Table::new("gripper_learning", "Root mean square miss over the width of the field, in blocks of trials")
            .numbers("trials", "", shown.clone())
            .numbers("error", "", learned.curve.clone()),
    );
    outcome.figures.push(figures::learning(&shown, &learned));
    outcome.figures.push(figures::motion(&gripper.arm, &learned.poses));
    run.progress("gripper", 1, 2)?;
    // The quick form looks at what is judged.
    let judged = |values: &[f64], wanted: f64| -> Vec<f64> {
        values.iter().copied().filter(|v| !run.quick() || (v - wanted).abs() < 1e-9).collect()
    };
    let (spreads, dead) = (judged(&gripper.spreads, 0.2), judged(&gripper.dead, 0.3));
    let of_spread = |raw: bool| spreads.iter().map(|s| Faults { spread: *s, raw, ..Faults::default() }).collect::<Vec<_>>();
    let of_dead: Vec<Faults> = dead.iter().map(|d| Faults { dead: *d, ..Faults::default() }).collect();
    let spread_errors = faulty(system, &of_spread(false), trials, run, "spread")?;
    let raw_errors = faulty(system, &of_spread(true), trials, run, "spread, raw")?;
    let dead_errors = faulty(system, &of_dead, trials, run, "dead")?;
    let ratio = |errors: &[Estimate], index: usize| errors.get(index).map(|e| e.mean / learned.error.mean);
    let near = |values: &[f64], wanted: f64| values.iter().position(|v| (v - wanted).abs() < 1e-9);
    for (name, values, errors) in [
        ("gripper.error_ratio_spread_", &spreads, &spread_errors),
        ("gripper.error_ratio_raw_spread_", &spreads, &raw_errors),
        ("gripper.error_ratio_dead_", &dead, &dead_errors),
    ] {
        for percent in [20, 30] {
            if let Some(r) = near(values, f64::from(percent) / 100.0).and_then(|i| ratio(errors, i)) {
                outcome.measure(&format!("{name}{percent}_percent"), "", r);
            }
        }
    }
    let table = |name: &str, title: &str, column: &str, x: &[f64], errors: &[Estimate]| {
        Table::new(name, title)
            .numbers(column, "", x.to_vec())
            .numbers("error", "", errors.iter().map(|e| e.mean).collect())
            .numbers("standard error", "", errors.iter().map(|e| e.standard_error).collect())
    };
    outcome.tables.push(
        table("gripper_spread", "Error after learning on devices that differ", "spread", &spreads, &spread_errors).numbers(
            "error of raw counts",
            "",
            raw_errors.iter().map(|e| e.mean).collect(),
        ),
    );
    outcome.tables.push(table("gripper_dead", "Error after learning with dead devices", "dead", &dead, &dead_errors));
    outcome.figures.push(figures::faults(&spreads, [&spread_errors, &raw_errors], (&dead, &dead_errors)));
    run.progress("gripper", 2, 2)?;
    Ok(learned)
}

/// Errors after learning with faulty devices, each a mean over two sets of them.
fn faulty(system: &Mizrahi2018, faults: &[Faults], trials: usize, run: &Run, what: &str) -> Result<Vec<Estimate>, LabError> {
    let sets = if run.quick() { 1 } else { 2 };
    let grid: Vec<(usize, usize)> = (0..faults.len()).flat_map(|f| (0..sets).map(move |s| (f, s))).collect();
    let errors: Vec<Estimate> = grid
        .par_iter()
        .map(|(f, s)| Ok(learn(system, faults[*f], trials, run, &format!("gripper, {what} {f}, set {s}"))?.error))
        .collect::<Result<_, LabError>>()?;
    Ok(errors
        .chunks_exact(sets)
        .map(|of| if sets > 1 { estimate(&of.iter().map(|e| e.mean).collect::<Vec<_>>()) } else { of[0] })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::mizrahi2018::GripperParameters;

    #[test]
    fn an_arm_learns_and_spread_counters_want_their_scale() {
        // A quarter of the populations, a tenth of the trials: from a miss of a sixth of the field to one below a tenth. Seeds are fixed.
        let gripper = GripperParameters { inputs: 48, directions: 6, outputs: 32, tested: 200, ..GripperParameters::default() };
        let system = Mizrahi2018 { gripper, ..Mizrahi2018::default() };
        let run = Run::new(3);
        let plain = learn(&system, Faults::default(), 800, &run, "gripper test").unwrap();
        assert_eq!((plain.curve.len(), plain.poses.len()), (8, 10));
        assert!(plain.curve[0] > 1.5 * plain.error.mean && plain.error.mean < 0.1, "{:?}", plain.error);
        // A circuit that was built twice is the same one.
        assert_eq!(learn(&system, Faults::default(), 800, &run, "gripper test").unwrap().curve, plain.curve);
        let spread = |raw: bool| Faults { spread: 0.3, dead: 0.0, raw };
        let error = |raw: bool| learn(&system, spread(raw), 800, &run, "spread gripper test").unwrap().error.mean;
        assert!(error(false) < error(true));
    }
}
