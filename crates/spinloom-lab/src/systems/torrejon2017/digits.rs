//! Spoken digits: the protocol of the paper with and without the oscillator, and all recordings.

use super::oscillator::OperatingPoint;
use super::{Torrejon2017, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_network::readout::{Gram, Readout};
use spinloom_network::reservoir::{Mask, input_scale};
use spinloom_task::digits::Digits;
use spinloom_task::frontend::{Frames, FrontEnd, FrontEndParameters};

const CLASSES: usize = 10;
/// Singular values of the Gram matrix below this fraction of the largest are left out of the pseudo-inverse.
const CUTOFF: f64 = 1e-12;

/// Features of one word: frames x features, with its digit and its take.
struct Word {
    features: Vec<f64>,
    frames: usize,
    digit: usize,
    take: usize,
}

/// Features of one frame of the words.
fn feature_count(words: &[Word]) -> usize {
    words.first().map_or(1, |w| w.features.len() / w.frames.max(1))
}

/// Accuracy against the number of utterances trained on.
pub struct Learning {
    /// Front end, with or without oscillator.
    pub label: String,
    /// Utterances trained on, and the accuracy over the rotations.
    pub points: Vec<(usize, Estimate)>,
    /// Spoken and recognised digits, for the largest training set.
    pub confusion: Vec<f64>,
}

/// Runs the protocol of the paper and, if asked, all recordings.
pub fn study(
    system: &Torrejon2017,
    point: &OperatingPoint,
    digits: &Digits,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let parameters = &system.digit;
    let chosen = digits.subset(parameters.speakers, parameters.utterances);
    let mut curves = Vec::new();
    for (name, front_end) in [("cochlea", &parameters.cochlea), ("spectrogram", &parameters.spectrogram)] {
        let label = |with: bool| if with { format!("{name} + oscillator") } else { format!("{name} alone") };
        let frames = outcome.timed(&format!("{name}: acoustic frames"), |_| hear(front_end, digits, &chosen, run))?;
        let count: usize = frames.iter().map(|f| f.frames).sum();
        let alone = outcome.timed(&format!("{name}: without oscillator"), |_| {
            rotations(&plain(digits, &chosen, &frames), parameters.utterances, 1, &label(false), run)
        })?;
        let words = outcome.timed(&format!("{name}: oscillator"), |_| reservoir(system, point, digits, &chosen, &frames, run))?;
        let with =
            outcome.timed(&format!("{name}: readout"), |_| rotations(&words, parameters.utterances, 1, &label(true), run))?;
        record(name, &alone, &with, outcome);
        system.charge(point, "virtual node, spoken digits", count as f64, parameters.nodes, run);
        outcome.measure(&format!("digits.{name}_node_updates"), "", (count * parameters.nodes) as f64);
        outcome.measure(
            &format!("digits.{name}_energy_per_word"),
            "J",
            count as f64 / chosen.len() as f64 * parameters.nodes as f64 * point.mean_power() * system.virtual_node,
        );
        if name == "cochlea" && !run.quick() {
            outcome.timed("cochlea: noise", |o| noise(system, point, digits, &chosen, &frames, run, o))?;
        }
        curves.extend([alone, with]);
    }
    outcome.figures.push(figures::digits_figure(&curves));
    outcome.figures.push(figures::confusion_figure(&curves[1].confusion));
    if parameters.full && !run.quick() {
        outcome.timed("all recordings", |o| everything(system, point, digits, run, o))?;
    }
    Ok(())
}

/// Accuracy with all other utterances trained on, against the thermal power of the oscillator.
fn noise(
    system: &Torrejon2017,
    point: &OperatingPoint,
    digits: &Digits,
    chosen: &[usize],
    frames: &[Frames],
    run: &Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let powers: Vec<f64> = [0.0, 0.1, 1.0, 10.0, 100.0].iter().map(|f| f * point.oscillator.thermal_power).collect();
    let mut scores = Vec::new();
    for power in &powers {
        let mut noisy = point.clone();
        noisy.oscillator.thermal_power = *power;
        let words = reservoir(system, &noisy, digits, chosen, frames, run)?;
        let takes = system.digit.utterances;
        scores.push(rotations(&words, takes, takes - 1, "noise", run)?.points[0].1);
    }
    outcome.tables.push(
        Table::new("digits_noise", "Word recognition against the thermal power of the oscillator, cochlear front end")
            .numbers("thermal_power", "", powers.clone())
            .numbers("accuracy", "", scores.iter().map(|s| s.mean).collect())
            .numbers("standard_error", "", scores.iter().map(|s| s.standard_error).collect()),
    );
    outcome.figures.push(figures::digit_noise_figure(&powers[1..], &scores[1..], scores[0].mean));
    Ok(())
}

fn record(name: &str, alone: &Learning, with: &Learning, outcome: &mut Outcome) {
    let best = |l: &Learning| l.points.last().map_or(Estimate { mean: f64::NAN, standard_error: 0.0, count: 0 }, |p| p.1);
    let (a, w) = (best(alone), best(with));
    outcome.measure_estimate(&format!("digits.{name}_accuracy"), "", w);
    outcome.measure_estimate(&format!("digits.{name}_accuracy_without_oscillator"), "", a);
    let gain = Estimate { mean: w.mean - a.mean, standard_error: w.standard_error.hypot(a.standard_error), count: w.count };
    outcome.measure_estimate(&format!("digits.{name}_gain"), "", gain);
    outcome.tables.push(
        Table::new(&format!("digits_{name}"), "Word recognition against the number of utterances trained on")
            .numbers("utterances", "", with.points.iter().map(|p| p.0 as f64).collect())
            .numbers("with_oscillator", "", with.points.iter().map(|p| p.1.mean).collect())
            .numbers("with_oscillator_standard_error", "", with.points.iter().map(|p| p.1.standard_error).collect())
            .numbers("without_oscillator", "", alone.points.iter().map(|p| p.1.mean).collect())
            .numbers("without_oscillator_standard_error", "", alone.points.iter().map(|p| p.1.standard_error).collect()),
    );
}

/// Acoustic frames of the chosen recordings.
fn hear(parameters: &FrontEndParameters, digits: &Digits, chosen: &[usize], run: &Run) -> Result<Vec<Frames>, LabError> {
    let front_end = FrontEnd::new(parameters, digits.rate)?;
    chosen
        .par_iter()
        .map(|i| {
            run.check()?;
            Ok(front_end.frames(&digits.recordings[*i].samples))
        })
        .collect()
}

/// The words as the front end alone hears them.
fn plain(digits: &Digits, chosen: &[usize], frames: &[Frames]) -> Vec<Word> {
    chosen
        .iter()
        .zip(frames)
        .map(|(i, f)| {
            let r = &digits.recordings[*i];
            Word { features: f.values.clone(), frames: f.frames, digit: r.digit, take: r.index }
        })
        .collect()
}

/// The words as the oscillator plays them.
fn reservoir(
    system: &Torrejon2017,
    point: &OperatingPoint,
    digits: &Digits,
    chosen: &[usize],
    frames: &[Frames],
    run: &Run,
) -> Result<Vec<Word>, LabError> {
    let channels = frames.first().map_or(1, |f| f.channels);
    let mask = Mask::binary(channels, system.digit.nodes, &mut run.stream("digit mask", 0));
    let sequences: Vec<&[f64]> = frames.iter().map(|f| f.values.as_slice()).collect();
    let scale = input_scale(&mask, &sequences, system.digit.clipped);
    let stream = |i: usize| run.stream("digit noise", i as u64);
    let states = point.reservoir(mask, scale)?.states_of(&sequences, stream, run.cancel_token())?;
    Ok(chosen
        .iter()
        .zip(frames)
        .zip(states)
        .map(|((i, f), features)| {
            let r = &digits.recordings[*i];
            Word { features, frames: f.frames, digit: r.digit, take: r.index }
        })
        .collect())
}

/// Sums of a group of words for the readout.
fn accumulate<'a>(words: impl Iterator<Item = &'a Word>, features: usize) -> Result<Gram, LabError> {
    let mut gram = Gram::new(features, CLASSES);
    for word in words {
        let mut targets = vec![0.0; word.frames * CLASSES];
        targets.chunks_exact_mut(CLASSES).for_each(|t| t[word.digit] = 1.0);
        gram.add(&word.features, &targets)?;
    }
    Ok(gram)
}

/// The digit whose output, summed over the frames of the word, is largest.
fn recognise(readout: &Readout, word: &Word) -> usize {
    let mut sums = [0.0; CLASSES];
    for output in readout.predict(&word.features).chunks_exact(CLASSES) {
        sums.iter_mut().zip(output).for_each(|(s, o)| *s += o);
    }
    (0..CLASSES).max_by(|a, b| sums[*a].total_cmp(&sums[*b])).unwrap_or(0)
}

/// Trains on n takes in a row and tests on the others, for every rotation, as the paper's cross-validation over utterances; n goes from
/// `fewest` to all but one.
fn rotations(words: &[Word], takes: usize, fewest: usize, label: &str, run: &Run) -> Result<Learning, LabError> {
    let features = feature_count(words);
    let groups: Vec<Gram> = (0..takes)
        .into_par_iter()
        .map(|take| accumulate(words.iter().filter(|w| w.take == take), features))
        .collect::<Result<_, _>>()?;
    let mut points = Vec::new();
    let mut confusion = vec![0.0; CLASSES * CLASSES];
    for trained in fewest..takes {
        let scores: Vec<(f64, Vec<f64>)> = (0..takes)
            .into_par_iter()
            .map(|first| {
                run.check()?;
                let chosen: Vec<usize> = (0..trained).map(|k| (first + k) % takes).collect();
                let mut gram = groups[chosen[0]].clone();
                chosen[1..].iter().for_each(|take| gram.merge(&groups[*take]));
                let readout = gram.pseudo_inverse(CUTOFF)?;
                let (mut right, mut total, mut counts) = (0, 0, vec![0.0; CLASSES * CLASSES]);
                for word in words.iter().filter(|w| !chosen.contains(&w.take)) {
                    let answer = recognise(&readout, word);
                    counts[word.digit * CLASSES + answer] += 1.0;
                    right += usize::from(answer == word.digit);
                    total += 1;
                }
                Ok((right as f64 / f64::from(total.max(1)), counts))
            })
            .collect::<Result<_, LabError>>()?;
        run.progress(label, trained, takes - 1)?;
        points.push((trained, estimate(&scores.iter().map(|s| s.0).collect::<Vec<_>>())));
        if trained + 1 == takes {
            for (_, counts) in &scores {
                confusion.iter_mut().zip(counts).for_each(|(c, v)| *c += v);
            }
        }
    }
    Ok(Learning { label: label.to_owned(), points, confusion })
}

/// All recordings with the official split: takes 0 to 4 of every speaker and digit are tested on.
fn everything(
    system: &Torrejon2017,
    point: &OperatingPoint,
    digits: &Digits,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let all: Vec<usize> = (0..digits.recordings.len()).collect();
    let frames = hear(&system.digit.cochlea, digits, &all, run)?;
    run.progress("all recordings", 1, 3)?;
    let alone = official(&plain(digits, &all, &frames), run)?;
    run.progress("all recordings", 2, 3)?;
    let with = official(&reservoir(system, point, digits, &all, &frames, run)?, run)?;
    run.progress("all recordings", 3, 3)?;
    outcome.measure("digits.all_accuracy", "", with);
    outcome.measure("digits.all_accuracy_without_oscillator", "", alone);
    outcome.measure("digits.all_gain", "", with - alone);
    Ok(())
}

/// Accuracy on the official test split.
fn official(words: &[Word], run: &Run) -> Result<f64, LabError> {
    let features = feature_count(words);
    let tested = |w: &&Word| w.take < Digits::OFFICIAL_TEST_TAKES;
    let train: Vec<&Word> = words.iter().filter(|w| !tested(w)).collect();
    // Groups of fixed size, summed in order: the same bits for any number of threads.
    let groups: Vec<Gram> =
        train.par_chunks(100).map(|group| accumulate(group.iter().copied(), features)).collect::<Result<_, _>>()?;
    run.check()?;
    let mut gram = Gram::new(features, CLASSES);
    groups.iter().for_each(|g| gram.merge(g));
    let readout = gram.pseudo_inverse(CUTOFF)?;
    let test: Vec<&Word> = words.iter().filter(tested).collect();
    let right = test.par_iter().filter(|w| recognise(&readout, w) == w.digit).count();
    Ok(right as f64 / test.len().max(1) as f64)
}
