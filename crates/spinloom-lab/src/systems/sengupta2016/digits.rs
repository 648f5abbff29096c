//! Handwritten digits without labels: leaky and switching neurons, more and more of them.

use super::device::Measured;
use super::network::{CLASSES, Kind, Network, answer, labels};
use super::{Sengupta2016, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::ledger::Kind as Cost;
use spinloom_core::run::Run;
use spinloom_core::statistics::Estimate;
use spinloom_device::junction::State;
use spinloom_network::spiking::Work;
use spinloom_task::images::{ImageTask, Images};
use std::sync::atomic::{AtomicUsize, Ordering};

/// One network after learning and test.
pub struct Score {
    pub kind: Kind,
    pub neurons: usize,
    pub accuracy: Estimate,
    /// Share of the images that no labelled neuron answers.
    pub silent: f64,
    /// Rows true, columns answered; images without an answer are left out.
    pub confusion: Vec<f64>,
    pub labels: Vec<Option<usize>>,
    /// Synapses that are on, neuron by neuron.
    pub fields: Vec<Vec<bool>>,
    /// Work of the neurons on the test.
    work: Work,
    network: Network,
}

/// Images in the order in which all networks see them.
struct Lesson<'a> {
    train: &'a Images,
    order: Vec<usize>,
    labelled: Images,
    test: Images,
}

fn lesson<'a>(system: &Sengupta2016, task: &'a ImageTask, run: &Run) -> Lesson<'a> {
    let digit = &system.digit;
    // The quick form shows that it runs; the accuracies need all images.
    let (images, labelled, test) = if run.quick() { (1500, 500, 500) } else { (digit.images, digit.labelled, digit.test) };
    let mut once: Vec<usize> = (0..task.train.count()).collect();
    run.stream("order of images", 0).shuffle(&mut once);
    Lesson {
        train: &task.train,
        order: once.iter().copied().cycle().take(images.min(digit.images)).collect(),
        labelled: task.train.balanced(labelled.min(digit.labelled), &mut run.stream("images with labels", 0)),
        test: task.test.balanced(test.min(digit.test), &mut run.stream("test images", 0)),
    }
}

/// How far all networks together have come.
struct Tally {
    done: AtomicUsize,
    total: usize,
}

fn score(
    system: &Sengupta2016,
    (kind, neurons): (Kind, usize),
    measured: Measured,
    lesson: &Lesson<'_>,
    tally: &Tally,
    run: &Run,
) -> Result<Score, LabError> {
    let seed = run.stream(kind.name(), neurons as u64).next();
    let mut network = Network::new(system, kind, neurons, measured, lesson.train, seed)?;
    let mut before = 0;
    network.learn(lesson.train, &lesson.order, run, |k| {
        let all = tally.done.fetch_add(k - before, Ordering::Relaxed) + k - before;
        before = k;
        Ok(run.progress("learning", all, tally.total)?)
    })?;
    let shown = network.respond(&lesson.labelled, run, "image with a label")?.0;
    let labels = labels(&shown, &lesson.labelled, neurons);
    let (answers, work) = network.respond(&lesson.test, run, "test image")?;
    let mut confusion = vec![0.0; CLASSES * CLASSES];
    let mut silent = 0.0;
    for (counts, truth) in answers.iter().zip(&lesson.test.labels).filter(|(_, l)| **l < CLASSES) {
        match answer(counts, &labels) {
            Some(class) => confusion[truth * CLASSES + class] += 1.0,
            None => silent += 1.0,
        }
    }
    let tested = lesson.test.count();
    let right = (0..CLASSES).map(|c| confusion[c * CLASSES + c]).sum::<f64>() / tested.max(1) as f64;
    let error = (right * (1.0 - right) / tested.max(1) as f64).sqrt();
    let fields = (0..neurons).map(|n| network.synapses().states(n).to_vec()).collect();
    let accuracy = Estimate { mean: right, standard_error: error, count: tested };
    Ok(Score { kind, neurons, accuracy, silent: silent / tested.max(1) as f64, confusion, labels, fields, work, network })
}

pub fn study(
    system: &Sengupta2016,
    task: &ImageTask,
    measured: Measured,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let mut sizes: Vec<usize> = system.digit.neurons.iter().map(|n| *n as usize).collect();
    sizes.sort_unstable();
    sizes.dedup();
    if sizes.is_empty() {
        return Err(LabError::Inconsistent("digit.neurons wants at least one number of neurons".to_owned()));
    }
    if run.quick() {
        sizes.truncate(1);
    }
    let lesson = lesson(system, task, run);
    // The largest first, so that cores end together.
    let jobs: Vec<(Kind, usize)> = sizes.iter().rev().flat_map(|n| [Kind::Leaky, Kind::Switching].map(|k| (k, *n))).collect();
    let tally = Tally { done: AtomicUsize::new(0), total: jobs.len() * lesson.order.len() };
    let scores: Vec<Score> = outcome.timed("learning and test", |_| {
        jobs.par_iter().map(|job| score(system, *job, measured, &lesson, &tally, run)).collect::<Result<_, LabError>>()
    })?;
    record(&scores, run.quick(), outcome);
    if let Some(score) = scores.iter().filter(|s| s.kind == Kind::Switching).min_by_key(|s| s.neurons.abs_diff(100)) {
        charge(system, score, &lesson, run, outcome)?;
        outcome.figures.push(figures::fields(score, (task.train.width, task.train.height)));
        outcome.figures.push(figures::confusion(score));
    }
    Ok(())
}

fn record(scores: &[Score], quick: bool, outcome: &mut Outcome) {
    let mut ordered: Vec<&Score> = scores.iter().collect();
    ordered.sort_by_key(|s| (s.kind.name(), s.neurons));
    for s in &ordered {
        let (kind, n) = (s.kind.name(), s.neurons);
        // Few images give another accuracy, and another name.
        let name = if quick { "accuracy_from_few_images" } else { "accuracy" };
        outcome.measure_estimate(&format!("{kind}.{name}_{n}"), "", s.accuracy);
        outcome.measure(&format!("{kind}.silent_{n}"), "", s.silent);
        outcome.measure(&format!("{kind}.neurons_with_a_label_{n}"), "", s.labels.iter().flatten().count() as f64);
    }
    outcome.tables.push(
        Table::new("digits", "Accuracy on the test set against the number of neurons")
            .words("neurons", ordered.iter().map(|s| s.kind.name().to_owned()).collect())
            .numbers("number", "", ordered.iter().map(|s| s.neurons as f64).collect())
            .numbers("accuracy", "", ordered.iter().map(|s| s.accuracy.mean).collect())
            .numbers("standard error", "", ordered.iter().map(|s| s.accuracy.standard_error).collect())
            .numbers("without an answer", "", ordered.iter().map(|s| s.silent).collect()),
    );
    outcome.figures.push(figures::accuracy(&ordered));
}

/// Energy of the test on switching neurons, and of the pulses of learning on their synapses.
fn charge(
    system: &Sengupta2016,
    score: &Score,
    lesson: &Lesson<'_>,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let (neuron, work) = (&system.neuron, score.work);
    let writes = work.writes as f64;
    let write = work.square / writes.max(1.0) * neuron.metal_resistance() * neuron.write_time;
    let images = lesson.test.count().max(1) as f64;
    let source = "I^2 R t in the metal below the junction, currents as the network drives them less what homeostasis takes off; every neuron that is not blocked, every step";
    run.ledger.charge("write of a neuron, test", Cost::Write, writes, write, neuron.write_time, source);
    let source = "V^2 t over junction and reference in the low state, the most it can be; inverter and drivers are left out";
    run.ledger.charge("read of a neuron, test", Cost::Read, writes, neuron.read_energy(), neuron.read_time, source);
    let source = "I^2 R t in the metal, only where the neuron has switched";
    run.ledger.charge(
        "reset of a neuron, test",
        Cost::Write,
        work.resets as f64,
        neuron.reset_energy(),
        neuron.reset_time,
        source,
    );
    let total = writes * (write + neuron.read_energy()) + work.resets as f64 * neuron.reset_energy();
    outcome.measure("energy.write", "J", write);
    outcome.measure("energy.neurons_an_image", "J", total / images);
    outcome.measure("energy.updates_an_image", "", writes / images);
    let (digit, junction, attempts) = (&system.digit, &system.synapse, score.network.attempts());
    let voltage = digit.overdrive * junction.critical_voltage();
    let mut programming = 0.0;
    for (what, count, probability) in [
        ("attempt to switch a synapse on", attempts.on, digit.switch_on),
        ("attempt to switch a synapse off", attempts.off, digit.switch_off),
    ] {
        let duration = junction.duration_for(digit.overdrive, probability)?;
        let energy = voltage * voltage * duration / junction.resistance(State::Parallel, 0.0);
        let source = "V^2 t / R at the resistance of the parallel state, the most it can be; every attempt counts, on junctions that are there already too";
        run.ledger.charge(what, Cost::Write, count as f64, energy, duration, source);
        programming += count as f64 * energy;
    }
    outcome.measure("energy.learning_an_image", "J", programming / lesson.order.len().max(1) as f64);
    outcome.note(format!(
        "The ledger is that of {} switching neurons; currents through the synapses themselves are left out.",
        score.neurons
    ));
    Ok(())
}
