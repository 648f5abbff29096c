//! What is measured: the synchronisation map, one split followed through learning, cross-validation with its controls, and sweeps.

use super::encoding::{Encoding, EncodingOptions, Regions};
use super::learning::{self, Answers, Bench, LearningOptions, Progress};
use super::{Romera2018, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, mean};
use spinloom_device::ensemble::Network;
use spinloom_network::classifier::{self, Classifier};
use spinloom_network::locking::{LockingProtocol, SynchronizationMap};
use spinloom_task::vowels::Vowels;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The synchronisation map of a network and what is read off it.
#[derive(Debug)]
pub struct Map {
    /// States over (frequency of A, frequency of B).
    pub states: SynchronizationMap,
    /// Locking interval of each oscillator relative to its free frequency, Hz.
    pub offsets: Vec<(f64, f64)>,
    /// The regions an encoding may aim at.
    pub regions: Regions,
}

impl Map {
    /// Simulates the map on a square grid that reaches two spacings beyond the band.
    pub fn simulate(system: &Romera2018, network: &Network, run: &Run) -> Result<Self, LabError> {
        let free = learning::free_frequencies(network);
        let spacing = system.frequency_spacing;
        let (low, high) = free.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), f| (l.min(*f), h.max(*f)));
        let points = if run.quick() { system.map_points.min(41) } else { system.map_points };
        let grid: Vec<f64> =
            (0..points).map(|i| low - 2.0 * spacing + (high - low + 4.0 * spacing) * i as f64 / (points - 1) as f64).collect();
        let map = SynchronizationMap::simulate(network, system.drive, &grid, &grid, &system.protocol(), run)?;
        let intervals: Vec<(f64, f64)> = (0..free.len()).map(|k| locking_interval(&map, k)).collect();
        let offsets = intervals.iter().zip(&free).map(|((l, h), f)| (l - f, h - f)).collect();
        let mut order: Vec<(f64, f64)> = intervals;
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(Self { states: map, offsets, regions: Regions::new(&order, spacing) })
    }

    /// Number of states and the map itself, as quantities, table and figure.
    pub fn record(&self, outcome: &mut Outcome) {
        outcome.measure("synchronisation_states", "", self.states.distinct_states(MINIMUM_CELLS).len() as f64);
        let widths: Vec<f64> = self.offsets.iter().map(|(l, h)| (h - l) / 2.0).collect();
        outcome.measure_estimate("locking_half_width", "Hz", estimate(&widths));
        let (a, b) = self.states.axes();
        let cells = || (0..b.len()).flat_map(|row| (0..a.len()).map(move |column| (row, column)));
        outcome.tables.push(
            Table::new("synchronisation_map", "Synchronisation state over the frequencies of the two sources")
                .numbers("frequency_a", "Hz", cells().map(|(_, c)| a[c]).collect())
                .numbers("frequency_b", "Hz", cells().map(|(r, _)| b[r]).collect())
                .words("state", cells().map(|(r, c)| self.states.state(r, c).label()).collect()),
        );
        outcome.figures.push(figures::map_figure("synchronisation_map", &self.states, None));
    }
}

/// A state counts as found when it fills at least this many cells of the map: fewer are the ragged seams between regions.
const MINIMUM_CELLS: usize = 4;

/// The frequencies of source A between which oscillator `k` follows it for most frequencies of source B.
fn locking_interval(map: &SynchronizationMap, k: usize) -> (f64, f64) {
    let (a, b) = map.axes();
    let follows = |column: &usize| 2 * (0..b.len()).filter(|row| map.state(*row, *column).is_locked(k, 0)).count() > b.len();
    let columns: Vec<usize> = (0..a.len()).filter(follows).collect();
    let half = (a[a.len() - 1] - a[0]) / (2 * (a.len() - 1)) as f64;
    match (columns.first(), columns.last()) {
        (Some(first), Some(last)) => (a[*first] - half, a[*last] + half),
        // Never locked: a point, so that nothing is ever assigned to it with success, and the accuracy shows it.
        _ => (a[0], a[0]),
    }
}

/// Iterations between two points of a learning curve.
const FOLLOW: usize = 8;

/// Everything that one vowel set is studied with.
struct Setup<'a> {
    system: &'a Romera2018,
    vowels: &'a Vowels,
    map: &'a Map,
    run: &'a Run,
}

/// One way of recognising: which network, how it learns, how it is observed.
#[derive(Clone)]
struct Variant {
    network: Network,
    in_loop: bool,
    protocol: LockingProtocol,
    drive: f64,
}

/// A token and the vowel answered to it, if any.
type TokenAnswer = (usize, Option<usize>);

/// A trained network with its encoding.
struct Trained {
    network: Network,
    encoding: Encoding,
    curve: Vec<Progress>,
}

impl Setup<'_> {
    fn bench<'b>(&'b self, variant: &'b Variant) -> Bench<'b> {
        Bench {
            drive: variant.drive,
            protocol: &variant.protocol,
            offsets: &self.map.offsets,
            current_range: (self.system.learning.lowest_current, self.system.learning.highest_current),
        }
    }

    /// Fits the encoding and learns the currents on `train`; follows the accuracy on `test` where `follow` is set.
    fn train(&self, variant: &Variant, train: &[usize], test: &[usize], index: u64, follow: bool) -> Result<Trained, LabError> {
        let parameters = &self.system.encoding;
        let options = EncodingOptions { ridge: parameters.ridge, margin: parameters.margin, restarts: parameters.restarts };
        let mut stream = self.run.stream("romera2018 encoding", index);
        let encoding = Encoding::fit(self.vowels, train, &self.map.regions, &options, &mut stream)?;
        let bench = self.bench(variant);
        let mut network = variant.network.clone();
        let learning = &self.system.learning;
        let mut stream = self.run.stream("romera2018 detuning", index);
        learning::detune(&mut network, learning.initial_detuning, bench.current_range, &mut stream);
        let options = LearningOptions { iterations: learning.iterations, step: learning.step, in_loop: variant.in_loop };
        let mut curve = Vec::new();
        let watch = |iteration: usize, network: &Network| -> Result<(), LabError> {
            if follow {
                self.run.progress("learning", iteration, options.iterations)?;
            }
            self.run.check()?;
            if follow && (iteration.is_multiple_of(FOLLOW) || iteration == options.iterations) {
                let at = (index << 20) + (1 << 19) + iteration as u64;
                let measure = |tokens: &[usize], at: u64| -> Result<f64, LabError> {
                    let answers = learning::answer(network, &bench, &encoding, self.vowels, tokens, self.run, at)?;
                    Ok(learning::accuracy(&answers, self.vowels, tokens))
                };
                let (train, test) = (measure(train, at)?, measure(test, at + (1 << 18))?);
                curve.push(Progress { iteration, train, test });
            }
            Ok(())
        };
        learning::learn(&mut network, &bench, &encoding, self.vowels, train, &options, self.run, index, watch)?;
        Ok(Trained { network, encoding, curve })
    }

    fn answers(&self, variant: &Variant, trained: &Trained, tokens: &[usize], index: u64) -> Result<Answers, LabError> {
        learning::answer(&trained.network, &self.bench(variant), &trained.encoding, self.vowels, tokens, self.run, index)
    }

    /// Accuracy on each held-out fold of speakers, and all answers.
    fn cross_validate(
        &self,
        variant: &Variant,
        folds: &[Vec<usize>],
        index: u64,
    ) -> Result<(Vec<f64>, Vec<TokenAnswer>), LabError> {
        let results: Vec<(f64, Vec<TokenAnswer>)> = (0..folds.len())
            .into_par_iter()
            .map(|held_out| {
                let (train, test) = split(folds, held_out);
                let at = index + held_out as u64;
                let trained = self.train(variant, &train, &test, at, false)?;
                let answers = self.answers(variant, &trained, &test, (at << 20) + (3 << 18))?;
                let score = learning::accuracy(&answers, self.vowels, &test);
                Ok((score, test.into_iter().zip(answers).collect()))
            })
            .collect::<Result<_, LabError>>()?;
        let (scores, answers): (Vec<f64>, Vec<Vec<_>>) = results.into_iter().unzip();
        Ok((scores, answers.concat()))
    }

    /// Accuracy of a classifier on each held-out fold.
    fn control(
        &self,
        folds: &[Vec<usize>],
        fit: impl Fn(&[f64], &[usize], u64) -> Result<Box<dyn Classifier>, LabError> + Sync,
    ) -> Result<Vec<f64>, LabError> {
        let rows = |tokens: &[usize]| tokens.iter().flat_map(|t| self.vowels.token(*t)).copied().collect::<Vec<f64>>();
        (0..folds.len())
            .into_par_iter()
            .map(|held_out| {
                self.run.check()?;
                let (train, test) = split(folds, held_out);
                let labels: Vec<usize> = train.iter().map(|t| self.vowels.labels[*t]).collect();
                let model = fit(&rows(&train), &labels, held_out as u64)?;
                let answers: Answers = model.predict(&rows(&test)).into_iter().map(Some).collect();
                Ok(learning::accuracy(&answers, self.vowels, &test))
            })
            .collect()
    }
}

/// Tokens of all folds but one, and of that one.
fn split(folds: &[Vec<usize>], held_out: usize) -> (Vec<usize>, Vec<usize>) {
    let train = folds.iter().enumerate().filter(|(i, _)| *i != held_out).flat_map(|(_, f)| f).copied().collect();
    (train, folds[held_out].clone())
}

/// Measures everything on one vowel set; `name` is the prefix of its quantities.
pub fn study(
    system: &Romera2018,
    name: &'static str,
    vowels: &Vowels,
    network: &Network,
    map: &Map,
    run: &Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let setup = Setup { system, vowels, map, run };
    let coupled = Variant { network: network.clone(), in_loop: true, protocol: system.protocol(), drive: system.drive };
    outcome.timed(&format!("{name}: one split"), |o| one_split(&setup, name, &coupled, o))?;
    outcome.timed(&format!("{name}: cross-validation and controls"), |o| validation(&setup, name, &coupled, o))?;
    if !run.quick() {
        outcome.timed(&format!("{name}: sweeps"), |o| sweeps(&setup, name, &coupled, o))?;
    }
    Ok(())
}

/// One split by speaker, followed through learning.
fn one_split(setup: &Setup<'_>, name: &str, variant: &Variant, outcome: &mut Outcome) -> Result<(), LabError> {
    let (system, run) = (setup.system, setup.run);
    let (train, test) = setup.vowels.split_by_speaker(system.train_fraction, &mut run.stream("romera2018 split", 0));
    let trained = setup.train(variant, &train, &test, 0, true)?;
    run.progress("learning", 1, 1)?;
    let offline = setup.train(&Variant { in_loop: false, ..variant.clone() }, &train, &test, 0, true)?;
    let (Some(first), Some(last), Some(last_offline)) = (trained.curve.first(), trained.curve.last(), offline.curve.last())
    else {
        return Err(LabError::Inconsistent("learning.iterations must be at least 1".to_owned()));
    };
    outcome.measure(&format!("{name}.untrained_accuracy"), "", first.test);
    outcome.measure(&format!("{name}.train_accuracy"), "", last.train);
    outcome.measure(&format!("{name}.test_accuracy"), "", last.test);
    outcome.measure(&format!("{name}.test_accuracy_off_line"), "", last_offline.test);
    let reached = trained.curve.iter().find(|p| p.train >= last.train - 0.02).map_or(f64::NAN, |p| p.iteration as f64);
    outcome.measure(&format!("{name}.iterations_to_plateau"), "", reached);
    outcome.measure(
        &format!("{name}.fitted_parameters"),
        "",
        (trained.encoding.parameters() + trained.network.currents.len()) as f64,
    );
    let column = |f: fn(&Progress) -> f64, c: &[Progress]| c.iter().map(f).collect::<Vec<_>>();
    outcome.tables.push(
        Table::new(&format!("{name}_learning"), "Accuracy against iterations of learning")
            .numbers("iteration", "", column(|p| p.iteration as f64, &trained.curve))
            .numbers("train", "", column(|p| p.train, &trained.curve))
            .numbers("test", "", column(|p| p.test, &trained.curve))
            .numbers("test_off_line", "", column(|p| p.test, &offline.curve)),
    );
    outcome.figures.push(figures::learning_figure(name, &trained.curve, &offline.curve));
    let learned = SynchronizationMap::simulate(
        &trained.network,
        variant.drive,
        setup.map.states.axes().0,
        setup.map.states.axes().1,
        &variant.protocol,
        run,
    )?;
    let all: Vec<usize> = (0..setup.vowels.labels.len()).collect();
    let points = figures::VowelPoints::new(setup.vowels, &trained.encoding, &all);
    outcome.figures.push(figures::map_figure(&format!("{name}_learned_map"), &learned, Some(&points)));
    Ok(())
}

/// Cross-validation by speaker of the network and of everything it is compared with, on the same folds.
fn validation(setup: &Setup<'_>, name: &str, variant: &Variant, outcome: &mut Outcome) -> Result<(), LabError> {
    let (vowels, run) = (setup.vowels, setup.run);
    let folds = vowels.folds_by_speaker(setup.system.folds, &mut run.stream("romera2018 folds", 0));
    let (network, answers) = setup.cross_validate(variant, &folds, 100)?;
    run.progress("cross-validation", 1, 2)?;
    let mut alone = variant.clone();
    alone.network.coupling.fill(0.0);
    let (uncoupled, _) = setup.cross_validate(&alone, &folds, 100)?;
    let (features, classes) = (vowels.features(), vowels.vowels.len());
    let budget = (features + 1) * 2 + variant.network.currents.len();
    // A perceptron of h hidden units has (features + 1) h + (h + 1) classes parameters; h is the nearest to our own number.
    let hidden = (((budget as f64 - classes as f64) / (features + 1 + classes) as f64).round() as usize).max(1);
    let perceptron = |hidden: usize| {
        setup.control(&folds, move |x, y, fold| {
            let mut stream = run.stream("perceptron", fold + 1000 * hidden as u64);
            Ok(Box::new(classifier::Perceptron::fit(x, y, classes, hidden, &mut stream)?))
        })
    };
    let mlp = perceptron(hidden)?;
    let mlp_larger = perceptron(hidden + 1)?;
    let lda = setup.control(&folds, |x, y, _| Ok(Box::new(classifier::Lda::fit(x, y, classes)?)))?;
    let qda = setup.control(&folds, |x, y, _| Ok(Box::new(classifier::Qda::fit(x, y, classes)?)))?;
    let least_squares = setup.control(&folds, |x, y, _| Ok(Box::new(classifier::LeastSquares::fit(x, y, classes)?)))?;
    run.progress("cross-validation", 2, 2)?;

    let count = |h: usize| (features + 1) * h + (h + 1) * classes;
    let rows = [
        ("four oscillators".to_owned(), "cv_accuracy", &network),
        ("not coupled".to_owned(), "cv_accuracy_uncoupled", &uncoupled),
        (format!("perceptron, {} parameters", count(hidden)), "cv_accuracy_perceptron", &mlp),
        (format!("perceptron, {} parameters", count(hidden + 1)), "cv_accuracy_larger_perceptron", &mlp_larger),
        ("least squares".to_owned(), "cv_accuracy_least_squares", &least_squares),
        ("LDA".to_owned(), "cv_accuracy_lda", &lda),
        ("QDA".to_owned(), "cv_accuracy_qda", &qda),
    ];
    for (_, quantity, scores) in &rows {
        outcome.measure_estimate(&format!("{name}.{quantity}"), "", estimate(scores));
    }
    let paired = |other: &[f64]| estimate(&network.iter().zip(other).map(|(a, b)| a - b).collect::<Vec<_>>());
    outcome.measure_estimate(&format!("{name}.gain_over_perceptron"), "", paired(&mlp));
    outcome.measure_estimate(&format!("{name}.gain_from_coupling"), "", paired(&uncoupled));
    outcome.tables.push(
        Table::new(&format!("{name}_cross_validation"), "Accuracy on held-out speakers, mean over the folds")
            .words("recogniser", rows.iter().map(|r| r.0.clone()).collect())
            .numbers("accuracy", "", rows.iter().map(|r| mean(r.2)).collect())
            .numbers("standard_error", "", rows.iter().map(|r| estimate(r.2).standard_error).collect()),
    );
    outcome.figures.push(figures::controls_figure(name, &rows.map(|(label, _, scores)| (label, estimate(scores)))));
    outcome.figures.push(figures::confusion_figure(name, vowels, &answers));
    Ok(())
}

/// Accuracy against noise, coupling and mismatch, each on the same splits.
fn sweeps(setup: &Setup<'_>, name: &str, nominal: &Variant, outcome: &mut Outcome) -> Result<(), LabError> {
    let (system, run) = (setup.system, setup.run);
    let mut panels = Vec::new();
    let thermal = system.oscillator.thermal_power;
    let noises: Vec<f64> = [0.0, 1.0, 10.0, 30.0].iter().map(|f| f * thermal).collect();
    let couplings: Vec<f64> = [0.0, 1.0, 2.0, 4.0, 8.0].iter().map(|f| f * 1e6).collect();
    let mismatches = vec![0.0, 0.005, 0.01, 0.015, 0.02];
    let variants: [(&str, &str, &str, Vec<f64>, Make<'_>); 3] = [
        ("noise", "thermal power over power at unit amplitude", "", noises, &|v, x| {
            v.network.oscillators.iter_mut().for_each(|o| o.thermal_power = x);
        }),
        ("coupling", "coupling rate", "1/s", couplings, &|v, x| v.network.coupling.fill(x)),
        ("mismatch", "relative spread of the oscillators", "", mismatches, &|v, x| {
            v.network = Romera2018 { mismatch: x, ..system.clone() }.network(run);
        }),
    ];
    for (sweep, (kind, label, unit, values, make)) in variants.iter().enumerate() {
        let folds = setup.vowels.folds_by_speaker(system.folds, &mut run.stream("romera2018 folds", 1));
        let done = AtomicUsize::new(0);
        let scores: Vec<Estimate> = values
            .par_iter()
            .enumerate()
            .map(|(i, value)| {
                let mut variant = nominal.clone();
                make(&mut variant, *value);
                let index = 1000 * (1 + sweep as u64) + 50 * i as u64;
                let score = estimate(&setup.cross_validate(&variant, &folds, index)?.0);
                run.progress(kind, done.fetch_add(1, Ordering::Relaxed) + 1, values.len())?;
                Ok(score)
            })
            .collect::<Result<_, LabError>>()?;
        outcome.tables.push(
            Table::new(&format!("{name}_{kind}"), &format!("Cross-validated accuracy against {label}"))
                .numbers(kind, unit, values.clone())
                .numbers("accuracy", "", scores.iter().map(|e| e.mean).collect())
                .numbers("standard_error", "", scores.iter().map(|e| e.standard_error).collect()),
        );
        panels.push(figures::sweep_panel(label, unit, values, &scores));
    }
    outcome.figures.push(figures::sweeps_figure(name, panels));
    Ok(())
}

/// Changes one thing of a variant.
type Make<'a> = &'a (dyn Fn(&mut Variant, f64) + Sync);
