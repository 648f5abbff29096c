//! Sine or square: the task that needs memory, and the line that a device without memory cannot cross.

use super::oscillator::OperatingPoint;
use super::{Torrejon2017, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{mean, variance};
use spinloom_network::metrics::nrmse;
use spinloom_network::readout::Gram;
use spinloom_network::reservoir::Mask;
use spinloom_task::series::{SineSquare, memoryless_ceiling};

/// What the readout achieves at one operating point.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    /// Fraction of points classified right.
    pub point: f64,
    /// Fraction of waveforms classified right by the vote of their points.
    pub waveform: f64,
    /// Normalised root-mean-square error of the readout.
    pub nrmse: f64,
    /// Standard deviation of the amplitude under the input.
    pub amplitude_swing: f64,
    /// Standard deviation of the amplitude from one record of the same input to the next.
    pub amplitude_noise: f64,
}

/// One task with its training and test halves.
struct Task {
    train: SineSquare,
    test: SineSquare,
    mask: Mask,
}

impl Task {
    fn new(waveforms: usize, nodes: usize, run: &Run) -> Self {
        Self {
            train: SineSquare::new(waveforms, &mut run.stream("waveforms", 0)),
            test: SineSquare::new(waveforms, &mut run.stream("waveforms", 1)),
            mask: Mask::binary(1, nodes, &mut run.stream("waveform mask", 0)),
        }
    }

    /// Trains on one half and scores on the other; `averaging` records of each are averaged.
    fn score(&self, point: &OperatingPoint, averaging: usize, run: &Run, index: u64) -> Result<Score, LabError> {
        let record = |inputs: &[f64], half: u64| -> Result<(Vec<f64>, f64), LabError> {
            let records: Vec<Vec<f64>> = (0..averaging.max(2) as u64)
                .map(|r| {
                    run.check()?;
                    point.states(&self.mask, inputs, run, (index << 24) + (half << 20) + r)
                })
                .collect::<Result<_, _>>()?;
            let difference: Vec<f64> = records[0].iter().zip(&records[1]).map(|(a, b)| a - b).collect();
            let mut states = vec![0.0; records[0].len()];
            for one in records.iter().take(averaging) {
                states.iter_mut().zip(one).for_each(|(s, v)| *s += v / averaging as f64);
            }
            Ok((states, (variance(&difference) / 2.0).sqrt()))
        };
        let (train, _) = record(&self.train.inputs, 0)?;
        let (test, amplitude_noise) = record(&self.test.inputs, 1)?;
        let mut gram = Gram::new(self.mask.nodes(), 1);
        gram.add(&train, &self.train.targets)?;
        let answers = gram.pseudo_inverse(1e-12)?.predict(&test);
        let targets = &self.test.targets;
        let right = |(a, t): (&f64, &f64)| (*a > 0.5) == (*t > 0.5);
        let votes = answers.chunks_exact(SineSquare::POINTS).zip(targets.chunks_exact(SineSquare::POINTS));
        let voted = votes.filter(|(a, t)| right((&mean(a), &t[0]))).count();
        Ok(Score {
            point: answers.iter().zip(targets).filter(|p| right(*p)).count() as f64 / targets.len() as f64,
            waveform: (voted * SineSquare::POINTS) as f64 / targets.len() as f64,
            nrmse: nrmse(targets, &answers),
            amplitude_swing: variance(&test).sqrt(),
            amplitude_noise,
        })
    }
}

/// The task at the nominal point with its controls, against noise, and over current and field.
pub fn study(system: &Torrejon2017, point: &OperatingPoint, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let parameters = &system.waveform;
    let task = Task::new(parameters.waveforms, parameters.nodes, run);
    let single = task.score(point, parameters.averaging, run, 1)?;
    run.progress("sine or square", 1, 4)?;
    let averaged = task.score(point, 64, run, 2)?;
    run.progress("sine or square", 2, 4)?;
    let quiet = |thermal_power: f64| {
        let mut quiet = point.clone();
        quiet.oscillator.thermal_power = thermal_power;
        quiet
    };
    let noiseless = task.score(&quiet(0.0), 1, run, 3)?;
    let slow = OperatingPoint { virtual_node: 100.0 * point.oscillator.relaxation_time(point.current), ..point.clone() };
    let memoryless = task.score(&slow, parameters.averaging, run, 4)?;
    run.progress("sine or square", 4, 4)?;
    outcome.measure("waveform.point_accuracy", "", single.point);
    outcome.measure("waveform.vote_accuracy", "", single.waveform);
    outcome.measure("waveform.nrmse", "", single.nrmse);
    outcome.measure("waveform.point_accuracy_averaged", "", averaged.point);
    outcome.measure("waveform.point_accuracy_noiseless", "", noiseless.point);
    outcome.measure("waveform.point_accuracy_without_memory", "", memoryless.point);
    outcome.measure("waveform.memoryless_ceiling", "", memoryless_ceiling());
    outcome.note(
        "Sine or square: any map of the present input alone reaches at most 14/16 = 87.5 % of the points, because two points of a \
         sine coincide with those of a square; only what lies above that line is evidence of memory.",
    );
    let frames = (2 * parameters.waveforms * SineSquare::POINTS) as f64;
    system.charge(point, "virtual node, sine and square waves", frames, parameters.nodes, run);
    noise(&task, point, run, outcome)?;
    map(system, &task, run, outcome)
}

/// Accuracy against thermal noise.
fn noise(task: &Task, point: &OperatingPoint, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let factors = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
    let scores: Vec<Score> = factors
        .par_iter()
        .enumerate()
        .map(|(i, factor)| {
            let mut noisy = point.clone();
            noisy.oscillator.thermal_power *= factor;
            task.score(&noisy, 1, run, 100 + i as u64)
        })
        .collect::<Result<_, _>>()?;
    let relative: Vec<f64> = scores.iter().map(|s| s.amplitude_noise / s.amplitude_swing).collect();
    outcome.tables.push(
        Table::new("waveform_noise", "Sine or square: accuracy against amplitude noise")
            .numbers("thermal_power", "", factors.iter().map(|f| f * point.oscillator.thermal_power).collect())
            .numbers("noise_over_swing", "", relative.clone())
            .numbers("point_accuracy", "", scores.iter().map(|s| s.point).collect())
            .numbers("vote_accuracy", "", scores.iter().map(|s| s.waveform).collect()),
    );
    outcome.figures.push(figures::noise_figure(&relative, &scores));
    Ok(())
}

/// Accuracy, amplitude swing and noise over current and field.
fn map(system: &Torrejon2017, task: &Task, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let parameters = &system.waveform;
    let points = if run.quick() { parameters.map_points.min(4) } else { parameters.map_points };
    let ramp = |low: f64, high: f64| (0..points).map(|i| low + (high - low) * i as f64 / (points - 1) as f64).collect::<Vec<_>>();
    let currents = ramp(parameters.lowest_current, parameters.highest_current);
    let fields = ramp(parameters.lowest_field, parameters.highest_field);
    let scores: Vec<Score> = (0..points * points)
        .into_par_iter()
        .map(|i| {
            run.check()?;
            let point = system.operating_point(currents[i % points], fields[i / points]);
            task.score(&point, parameters.averaging, run, 1000 + i as u64)
        })
        .collect::<Result<_, LabError>>()?;
    let best = scores.iter().map(|s| s.point).fold(0.0, f64::max);
    outcome.measure("waveform.best_point_accuracy", "", best);
    let threshold = system.oscillator.threshold_current;
    let milliampere: Vec<f64> = currents.iter().map(|c| c * threshold).collect();
    outcome.tables.push(
        Table::new("waveform_map", "Sine or square over dc current and field")
            .numbers("current", "A", (0..scores.len()).map(|i| milliampere[i % points]).collect())
            .numbers("field", "nominal field", (0..scores.len()).map(|i| fields[i / points]).collect())
            .numbers("point_accuracy", "", scores.iter().map(|s| s.point).collect())
            .numbers("nrmse", "", scores.iter().map(|s| s.nrmse).collect())
            .numbers("amplitude_swing", "", scores.iter().map(|s| s.amplitude_swing).collect())
            .numbers("amplitude_noise", "", scores.iter().map(|s| s.amplitude_noise).collect()),
    );
    outcome.figures.push(figures::map_figure(&milliampere, &fields, &scores));
    Ok(())
}
