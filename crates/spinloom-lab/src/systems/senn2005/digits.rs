//! Handwritten digits in black and white: test accuracy against the switching probability, the devices of a synapse and the units of a class.

use super::{DigitParameters, Senn2005, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_network::stochastic::{Perceptrons, Rule};
use spinloom_task::images::{ImageTask, Images};

const CLASSES: usize = 10;

/// What is learned with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    pub rule: Rule,
    pub copies: usize,
}

impl Setting {
    /// Devices of a synapse and probability; none for real weights.
    pub fn binary(&self) -> Option<(usize, f64)> {
        match self.rule {
            Rule::Binary { devices, probability } => Some((devices, probability)),
            Rule::Real { .. } => None,
        }
    }
}

/// What came of it.
pub struct Score {
    pub setting: Setting,
    pub accuracy: f64,
    /// Energy of all attempts, J.
    pub energy: f64,
    attempts: u64,
    switched: u64,
}

/// White pixels of every image, and the labels.
struct Shown {
    active: Vec<Vec<u32>>,
    labels: Vec<usize>,
}

impl Shown {
    fn new(images: &Images, threshold: f64) -> Self {
        let white = |k: usize| {
            let lit = images.image(k).iter().enumerate().filter(|(_, p)| f64::from(**p) >= threshold);
            lit.map(|(i, _)| i as u32).collect()
        };
        Self { active: (0..images.count()).map(white).collect(), labels: images.labels.clone() }
    }
}

fn settings(digit: &DigitParameters, quick: bool) -> Vec<Setting> {
    let devices: Vec<usize> = digit.devices.iter().map(|d| *d as usize).collect();
    let binary =
        |devices: usize, probability: f64, copies: usize| Setting { rule: Rule::Binary { devices, probability }, copies };
    let mut all = vec![Setting { rule: Rule::Real { step: digit.step }, copies: 1 }];
    let wanted = |k: usize| !quick || k == 0 || k + 1 == devices.len();
    for (_, &d) in devices.iter().enumerate().filter(|(k, _)| wanted(*k)) {
        all.push(binary(d, digit.probability, digit.copies));
        if quick {
            continue;
        }
        all.extend(digit.probabilities.iter().map(|q| binary(d, *q, digit.copies)));
        all.extend(digit.copies_compared.iter().map(|c| binary(d, digit.probability, *c as usize)));
    }
    if let Some(&d) = devices.first() {
        all.push(binary(d, digit.probability, 1));
    }
    let mut unique: Vec<Setting> = Vec::new();
    all.into_iter().for_each(|s| {
        if !unique.contains(&s) {
            unique.push(s);
        }
    });
    unique
}

fn learn(
    digit: &DigitParameters,
    setting: Setting,
    index: u64,
    train: &Shown,
    test: &Shown,
    run: &Run,
) -> Result<Score, LabError> {
    let inputs = train.active.iter().chain(&test.active).flatten().max().map_or(1, |m| *m as usize + 1);
    let margin = if setting.binary().is_some() { digit.margin } else { digit.real_margin };
    let mut units = Perceptrons::new([inputs, CLASSES, setting.copies], setting.rule, margin, &mut run.stream("units", index))?;
    let mut order: Vec<usize> = (0..train.labels.len()).collect();
    for pass in 0..digit.passes {
        run.stream("order", pass as u64).shuffle(&mut order);
        for block in order.chunks(500) {
            run.check()?;
            block.iter().for_each(|k| {
                units.learn(&train.active[*k], train.labels[*k]);
            });
        }
    }
    let right = test.active.iter().zip(&test.labels).filter(|(active, label)| units.classify(active) == **label).count();
    let accuracy = right as f64 / test.labels.len().max(1) as f64;
    Ok(Score { setting, accuracy, energy: 0.0, attempts: units.attempts(), switched: units.switched() })
}

pub fn study(system: &Senn2005, task: &ImageTask, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let digit = &system.digit;
    let (train, test) = outcome.timed("black and white", |_| {
        let train = task.train.balanced(digit.train, &mut run.stream("training images", 0));
        let test = task.test.balanced(digit.test, &mut run.stream("test images", 0));
        (Shown::new(&train, digit.threshold), Shown::new(&test, digit.threshold))
    });
    let settings = settings(digit, run.quick());
    let done = std::sync::atomic::AtomicUsize::new(0);
    let mut scores: Vec<Score> = outcome.timed("digits", |_| {
        let one = |(index, setting): (usize, &Setting)| {
            let score = learn(digit, *setting, index as u64, &train, &test, run)?;
            let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            run.progress("digits", count, settings.len())?;
            Ok(score)
        };
        settings.par_iter().enumerate().map(one).collect::<Result<_, LabError>>()
    })?;
    let attempts: Vec<(f64, u64)> = scores.iter().filter_map(|s| s.setting.binary().map(|(_, q)| (q, s.attempts))).collect();
    let energies = system.charge("attempt, digits", &attempts, run)?;
    scores.iter_mut().filter(|s| s.setting.binary().is_some()).zip(energies).for_each(|(s, e)| s.energy = e);
    record(digit, &scores, outcome);
    if !run.quick() {
        outcome.figures.push(figures::digits(digit, &scores));
        outcome.figures.push(figures::units(digit, &scores));
    }
    Ok(())
}

fn record(digit: &DigitParameters, scores: &[Score], outcome: &mut Outcome) {
    let column = |of: &dyn Fn(&Score) -> f64| scores.iter().map(of).collect::<Vec<f64>>();
    let binary = |s: &Score| s.setting.binary().map_or((f64::NAN, f64::NAN), |(d, q)| (d as f64, q));
    outcome.tables.push(
        Table::new("digits", "Test accuracy on handwritten digits; without devices: real weights")
            .numbers("devices", "", column(&|s| binary(s).0))
            .numbers("probability", "", column(&|s| binary(s).1))
            .numbers("units of a class", "", column(&|s| s.setting.copies as f64))
            .numbers("accuracy", "", column(&|s| s.accuracy))
            .numbers("attempts", "", column(&|s| s.attempts as f64))
            .numbers("switched", "", column(&|s| s.switched as f64))
            .numbers("energy", "J", column(&|s| s.energy)),
    );
    let real = scores.iter().find(|s| s.setting.binary().is_none()).map_or(f64::NAN, |s| s.accuracy);
    let of = |devices: Option<&f64>, copies: usize| {
        let wanted = devices.map(|d| (*d as usize, digit.probability));
        let found = scores.iter().find(|s| s.setting.copies == copies && wanted.is_some() && s.setting.binary() == wanted);
        found.map_or(f64::NAN, |s| s.accuracy)
    };
    let (one, most) = (digit.devices.first(), digit.devices.last());
    outcome.measure("digits.real_accuracy", "", real);
    outcome.measure("digits.binary_accuracy", "", of(one, digit.copies));
    outcome.measure("digits.compound_accuracy", "", of(most, digit.copies));
    outcome.measure("digits.loss_of_binary", "", real - of(one, digit.copies));
    outcome.measure("digits.loss_of_compound", "", real - of(most, digit.copies));
    outcome.measure("digits.gain_of_units", "", of(one, digit.copies) - of(one, 1));
    let nominal = scores
        .iter()
        .find(|s| s.setting.copies == digit.copies && s.setting.binary() == one.map(|d| (*d as usize, digit.probability)));
    if let Some(score) = nominal {
        outcome.measure("digits.energy", "J", score.energy);
        outcome.measure("digits.switched_share", "", score.switched as f64 / score.attempts.max(1) as f64);
    }
}
