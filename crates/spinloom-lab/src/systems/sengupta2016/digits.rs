//! Handwritten digits without labels: leaky and switching neurons, more and more of them.

use super::device::Measured;
use super::network::{CLASSES, Kind, Network, Pulses, Setting, answer, labels};
use super::{Sengupta2016, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::spread::pulses;
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
    pub setting: Setting,
    pub accuracy: Estimate,
    /// Share of the images that no labelled neuron answers.
    pub silent: f64,
    /// Rows true, columns answered; images without an answer are left out.
    pub confusion: Vec<f64>,
    pub labels: Vec<Option<usize>>,
    /// Share of the junctions of every synapse that is on, neuron by neuron.
    pub fields: Vec<Vec<f32>>,
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
    setting: Setting,
    pulses: &Pulses,
    measured: Measured,
    lesson: &Lesson<'_>,
    tally: &Tally,
    run: &Run,
) -> Result<Score, LabError> {
    let neurons = setting.neurons;
    // The same first states and chances whatever the spread.
    let seed = run.stream(setting.kind.name(), neurons as u64).next();
    let mut network = Network::new(system, setting, pulses, measured, lesson.train, seed)?;
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
    let fields = (0..neurons).map(|n| network.synapses().share_on(n)).collect();
    let accuracy = Estimate { mean: right, standard_error: error, count: tested };
    Ok(Score { setting, accuracy, silent: silent / tested.max(1) as f64, confusion, labels, fields, work, network })
}

/// The networks: both kinds over the numbers of neurons with one junction a synapse, then over the junctions of a synapse, alike and not.
fn settings(system: &Sengupta2016, quick: bool) -> Result<(Vec<Setting>, Vec<Setting>), LabError> {
    let ascending = |name: &str, values: &[f64]| {
        let mut all = values.to_vec();
        all.sort_by(f64::total_cmp);
        all.dedup();
        if all.is_empty() { Err(LabError::Inconsistent(format!("{name} wants at least one number"))) } else { Ok(all) }
    };
    let whole = |name: &str, values: &[f64]| -> Result<Vec<usize>, LabError> {
        ascending(name, &values.iter().map(|v| v.floor()).collect::<Vec<_>>())
            .map(|all| all.iter().map(|v| *v as usize).collect())
    };
    let compound = &system.compound;
    let mut sizes = whole("digit.neurons", &system.digit.neurons)?;
    let mut junctions = whole("compound.junctions", &compound.junctions)?;
    let mut spreads = ascending("compound.spreads", &[&compound.spreads[..], &[0.0]].concat())?;
    let mut neurons = compound.neurons;
    if quick {
        sizes.truncate(1);
        junctions.drain(..junctions.len() - 1);
        spreads.truncate(2);
        neurons = sizes[0];
    }
    let kinds = [Kind::Leaky, Kind::Switching];
    let of_sizes = sizes.iter().flat_map(|n| kinds.map(|kind| Setting { kind, neurons: *n, junctions: 1, spread: 0.0 }));
    let of_junctions = junctions.iter().flat_map(|m| {
        let spreads = &spreads;
        let of_kind = move |kind| spreads.iter().map(move |s| Setting { kind, neurons, junctions: *m, spread: *s });
        kinds.into_iter().flat_map(of_kind)
    });
    Ok((of_sizes.collect(), of_junctions.collect()))
}

pub fn study(
    system: &Sengupta2016,
    task: &ImageTask,
    measured: Measured,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let (of_sizes, of_junctions) = settings(system, run.quick())?;
    let lesson = lesson(system, task, run);
    let pulses: Pulses = outcome.timed("pulses", |_| {
        let (differ, digit) = (of_junctions.iter().any(|s| s.spread > 0.0), &system.digit);
        let switch = [digit.switch_on, digit.switch_off];
        differ.then(|| pulses(&system.synapse, digit.overdrive, switch, run)).transpose()
    })?;
    // The largest first, so that cores end together, and none twice.
    let mut jobs: Vec<Setting> = of_sizes.iter().rev().copied().collect();
    jobs.extend(of_junctions.iter().rev().filter(|s| !of_sizes.contains(s)));
    let tally = Tally { done: AtomicUsize::new(0), total: jobs.len() * lesson.order.len() };
    let scores: Vec<Score> = outcome.timed("learning and test", |_| {
        jobs.par_iter().map(|job| score(system, *job, &pulses, measured, &lesson, &tally, run)).collect::<Result<_, LabError>>()
    })?;
    let find = |settings: &[Setting]| -> Vec<&Score> {
        settings.iter().filter_map(|wanted| scores.iter().find(|s| s.setting == *wanted)).collect()
    };
    record(&find(&of_sizes), run.quick(), outcome);
    let compound = find(&of_junctions);
    record_compound(&compound, run.quick(), outcome);
    let shape = (task.train.width, task.train.height);
    let switching = find(&of_sizes).into_iter().filter(|s| s.setting.kind == Kind::Switching);
    if let Some(score) = switching.min_by_key(|s| s.setting.neurons.abs_diff(100)) {
        charge(system, score, &lesson, run, outcome)?;
        outcome.figures.push(figures::fields("receptive_fields", score, shape));
        outcome.figures.push(figures::confusion(score));
    }
    if let Some(score) = compound.iter().rfind(|s| s.setting.spread == 0.0 && s.setting.junctions > 1) {
        outcome.figures.push(figures::fields("compound_fields", score, shape));
    }
    Ok(())
}

/// Name of an accuracy: few images give another one.
fn accuracy_of(quick: bool) -> &'static str {
    if quick { "accuracy_from_few_images" } else { "accuracy" }
}

fn record(scores: &[&Score], quick: bool, outcome: &mut Outcome) {
    for s in scores {
        let (kind, n) = (s.setting.kind.name(), s.setting.neurons);
        outcome.measure_estimate(&format!("{kind}.{}_{n}", accuracy_of(quick)), "", s.accuracy);
        outcome.measure(&format!("{kind}.silent_{n}"), "", s.silent);
        outcome.measure(&format!("{kind}.neurons_with_a_label_{n}"), "", s.labels.iter().flatten().count() as f64);
    }
    let mut ordered = scores.to_vec();
    ordered.sort_by_key(|s| s.setting.kind.name());
    outcome.tables.push(
        Table::new("digits", "Accuracy on the test set against the number of neurons")
            .words("neurons", ordered.iter().map(|s| s.setting.kind.name().to_owned()).collect())
            .numbers("number", "", ordered.iter().map(|s| s.setting.neurons as f64).collect())
            .numbers("accuracy", "", ordered.iter().map(|s| s.accuracy.mean).collect())
            .numbers("standard error", "", ordered.iter().map(|s| s.accuracy.standard_error).collect())
            .numbers("without an answer", "", ordered.iter().map(|s| s.silent).collect()),
    );
    outcome.figures.push(figures::accuracy(&ordered));
}

fn record_compound(scores: &[&Score], quick: bool, outcome: &mut Outcome) {
    let accuracy = |wanted: Setting| scores.iter().find(|s| s.setting == wanted).map(|s| s.accuracy.mean);
    for s in scores {
        let Setting { kind, junctions, spread, .. } = s.setting;
        let of_spread = if spread > 0.0 { format!("_at_spread_{spread}") } else { String::new() };
        let name = format!("compound.{}.{}_{junctions}{of_spread}", kind.name(), accuracy_of(quick));
        outcome.measure_estimate(&name, "", s.accuracy);
        if quick {
            continue;
        }
        if let Some(alike) = accuracy(Setting { spread: 0.0, ..s.setting }).filter(|_| spread > 0.0) {
            outcome.measure(&format!("compound.{}.loss{of_spread}_{junctions}", kind.name()), "", alike - s.accuracy.mean);
        }
        if let Some(one) = accuracy(Setting { junctions: 1, ..s.setting }).filter(|_| junctions > 1 && spread == 0.0) {
            outcome.measure(&format!("compound.{}.gain_{junctions}", kind.name()), "", s.accuracy.mean - one);
        }
    }
    let mut ordered = scores.to_vec();
    ordered
        .sort_by(|a, b| (a.setting.kind.name()).cmp(b.setting.kind.name()).then(a.setting.spread.total_cmp(&b.setting.spread)));
    outcome.tables.push(
        Table::new("compound", "Accuracy on the test set against the junctions of a synapse")
            .words("neurons", ordered.iter().map(|s| s.setting.kind.name().to_owned()).collect())
            .numbers("number", "", ordered.iter().map(|s| s.setting.neurons as f64).collect())
            .numbers("junctions", "", ordered.iter().map(|s| s.setting.junctions as f64).collect())
            .numbers("spread", "", ordered.iter().map(|s| s.setting.spread).collect())
            .numbers("accuracy", "", ordered.iter().map(|s| s.accuracy.mean).collect())
            .numbers("standard error", "", ordered.iter().map(|s| s.accuracy.standard_error).collect()),
    );
    outcome.figures.push(figures::compound(&ordered));
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
        score.setting.neurons
    ));
    Ok(())
}
