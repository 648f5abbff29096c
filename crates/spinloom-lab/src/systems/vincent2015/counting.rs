//! Learning to count cars: one layer, unsupervised, then frozen and scored lane by lane.

use super::{Vincent2015, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::spread::{Junctions, pulses};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_device::junction::{State, SwitchingTable};
use spinloom_network::spiking::{Attempts, BinarySynapses, InputSpike, OutputSpike, SpikingLayer, mutual_information};
use spinloom_task::data::{data_set, locate};
use spinloom_task::events::{Event, EventFormat, Passage, Recording, Traffic};
use std::path::PathBuf;

/// Names of the regimes.
pub const REGIMES: [&str; 3] = ["low", "intermediate", "high"];
/// Time around a passage within which a spike counts for it, s.
const AROUND: f64 = 0.5;
/// Bins of the labelling, s.
const BIN: f64 = 0.25;
/// Parts of the traffic: to learn from, to label the neurons with, to be tested on.
const PARTS: [u64; 3] = [0, 1, 2];

/// Which device and pulse.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub regime: usize,
    pub spread: f64,
    pub switch_on: f64,
    pub switch_off: f64,
}

/// How well cars are counted.
#[derive(Debug, Clone)]
pub struct Score {
    /// Share of the cars of each lane for which a neuron of the lane spikes.
    pub lanes: Vec<f64>,
    /// Spikes of neurons of a lane where no car is, over all their spikes.
    pub false_share: f64,
    /// Spikes of the best neuron of a lane over its cars, one a lane; NaN for a lane without a neuron.
    pub counts: Vec<f64>,
    /// Neurons that answer to a lane.
    pub labelled: usize,
    pub attempts: Attempts,
    /// Input spikes of learning.
    pub reads: usize,
    /// Weights of brighter and darker pixels of every neuron that is on, and its lane.
    pub fields: Vec<(Option<usize>, Vec<bool>)>,
}

impl Score {
    /// Mean over the lanes.
    pub fn detection(&self) -> f64 {
        self.lanes.iter().sum::<f64>() / self.lanes.len().max(1) as f64
    }
}

/// Traffic as the network sees it.
struct Stage {
    inputs: Vec<InputSpike>,
    passages: Vec<Passage>,
}

impl Stage {
    fn new(system: &Vincent2015, traffic: Traffic) -> Self {
        Self { inputs: inputs_of(system, &traffic.recording), passages: traffic.passages }
    }
}

fn inputs_of(system: &Vincent2015, recording: &Recording) -> Vec<InputSpike> {
    let spike = |e: &Event| InputSpike { time: e.time(), input: recording.input_of(e) };
    recording.refractory(system.pixel_refractory).map(spike).collect()
}

/// What the pulses that switch on and off do on junctions that differ, one pair a regime.
struct Pulses(Vec<Option<[SwitchingTable; 2]>>);

impl Pulses {
    /// For the regimes in which some setting has junctions that differ.
    fn new(system: &Vincent2015, settings: &[Setting], run: &Run) -> Result<Self, LabError> {
        let (junction, p) = (&system.junction, &system.programming);
        let pair = |regime: usize| {
            let differ = settings.iter().any(|s| s.regime == regime && s.spread > 0.0);
            differ.then(|| pulses(junction, p.overdrives[regime], [p.switch_on, p.switch_off], run)).transpose()
        };
        Ok(Self((0..REGIMES.len()).into_par_iter().map(pair).collect::<Result<_, LabError>>()?))
    }
}

/// A layer of junctions that differ, programmed in one regime.
fn layer(system: &Vincent2015, setting: Setting, pulses: &Pulses, inputs: usize, seed: u64) -> Result<SpikingLayer, LabError> {
    let (junction, programming) = (&system.junction, &system.programming);
    let mut synapses = BinarySynapses::uniform(inputs, system.neurons, setting.switch_on, setting.switch_off, seed)?;
    synapses.randomize(programming.initially_on);
    let Some(pulses) = pulses.0[setting.regime].as_ref().filter(|_| setting.spread > 0.0) else {
        // Junctions that are all alike have the nominal probabilities in every regime.
        let scale = 1.0 - 1.0 / (1.0 + junction.tunnel_magnetoresistance);
        let taken = programming.reference * (1.0 - scale);
        let weights = [1.0 - scale, 1.0].map(|g| ((g - taken) / scale) as f32);
        return Ok(SpikingLayer::new(system.rule.clone(), synapses.with_weights(weights))?);
    };
    let junctions = Junctions { nominal: junction, pulses, spread: setting.spread, reference: programming.reference };
    let of_neuron = |neuron| junctions.draw(inputs, &mut Stream::new(seed, "junctions of a neuron", neuron));
    let (devices, weights): (Vec<_>, Vec<_>) = (0..system.neurons as u64).map(of_neuron).unzip();
    let (devices, weights) = (devices.concat(), weights.concat());
    Ok(SpikingLayer::new(system.rule.clone(), synapses.with_devices(&devices, weights)?)?)
}

/// The lane that a neuron tells most about, where it tells of its cars and not of their absence.
fn labels(spikes: &[OutputSpike], passages: &[Passage], neurons: usize, lanes: usize, duration: f64) -> Vec<Option<usize>> {
    let bins = (duration / BIN).ceil().max(1.0) as usize;
    let bin = |t: f64| ((t / BIN) as usize).min(bins - 1);
    let mut occupied = vec![vec![false; bins]; lanes];
    for p in passages {
        if p.until > 0.0 && p.from < duration {
            occupied[p.lane][bin(p.from.max(0.0))..=bin(p.until)].fill(true);
        }
    }
    let label = |neuron: usize| {
        let mut spiked = vec![false; bins];
        spikes.iter().filter(|s| s.neuron as usize == neuron).for_each(|s| spiked[bin(s.time)] = true);
        let information = |lane: usize| {
            let mut counts = [0.0; 4];
            spiked.iter().zip(&occupied[lane]).for_each(|(s, o)| counts[2 * usize::from(!*s) + usize::from(!*o)] += 1.0);
            let positive = counts[0] * counts[3] > counts[1] * counts[2];
            if positive { mutual_information(counts) } else { 0.0 }
        };
        let best = (0..lanes).map(|l| (l, information(l))).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        best.filter(|(_, bits)| *bits > 0.01).map(|(lane, _)| lane)
    };
    (0..neurons).map(label).collect()
}

fn score(
    layer: &SpikingLayer,
    spikes: &[OutputSpike],
    labels: &[Option<usize>],
    stage: &Stage,
    lanes: usize,
    reads: usize,
) -> Score {
    let of_lane = |s: &OutputSpike, lane: usize| labels[s.neuron as usize] == Some(lane);
    let near = |t: f64, p: &Passage| t > p.from - AROUND && t < p.until + AROUND;
    let mut found = Vec::new();
    let mut counts = Vec::new();
    for lane in 0..lanes {
        let cars: Vec<&Passage> = stage.passages.iter().filter(|p| p.lane == lane && p.whole).collect();
        let own: Vec<&OutputSpike> = spikes.iter().filter(|s| of_lane(s, lane)).collect();
        let seen = cars.iter().filter(|p| own.iter().any(|s| near(s.time, p))).count();
        found.push(if cars.is_empty() { 1.0 } else { seen as f64 / cars.len() as f64 });
        // A neuron that sees one place counts every car once: the one whose count is nearest is the counter of the lane.
        let count = |n: usize| own.iter().filter(|s| s.neuron as usize == n).count() as f64 / cars.len().max(1) as f64;
        let neurons = (0..labels.len()).filter(|n| labels[*n] == Some(lane)).map(count);
        counts.push(neurons.min_by(|a, b| (a - 1.0).abs().total_cmp(&(b - 1.0).abs())).unwrap_or(f64::NAN));
    }
    let labelled: Vec<&OutputSpike> = spikes.iter().filter(|s| labels[s.neuron as usize].is_some()).collect();
    let nowhere =
        |s: &&&OutputSpike| !stage.passages.iter().any(|p| labels[s.neuron as usize] == Some(p.lane) && near(s.time, p));
    let false_share = labelled.iter().filter(nowhere).count() as f64 / labelled.len().max(1) as f64;
    let fields = labels.iter().enumerate().map(|(n, l)| (*l, layer.synapses().states(n).to_vec())).collect();
    Score {
        lanes: found,
        false_share,
        counts,
        labelled: labels.iter().filter(|l| l.is_some()).count(),
        attempts: layer.attempts(),
        reads,
        fields,
    }
}

/// Learns, labels and tests one layer.
fn learn(system: &Vincent2015, setting: Setting, pulses: &Pulses, stages: &[Stage], run: &Run) -> Result<Score, LabError> {
    let seed = run.stream("layer", 0).next();
    let inputs = 2 * system.freeway.width * system.freeway.height;
    let mut layer = layer(system, setting, pulses, inputs, seed)?;
    for _ in 0..system.passes {
        // A block of about 10 ms of work between looks at the switch that cancels.
        for block in stages[0].inputs.chunks(200_000) {
            run.check()?;
            layer.run(block, true);
        }
        layer.rest();
    }
    let shown = layer.run(&stages[1].inputs, false);
    let labels = labels(&shown, &stages[1].passages, system.neurons, system.freeway.lanes, system.watched);
    layer.rest();
    let spikes = layer.run(&stages[2].inputs, false);
    run.check()?;
    Ok(score(&layer, &spikes, &labels, &stages[2], system.freeway.lanes, system.passes * stages[0].inputs.len()))
}

/// The settings: regimes over spreads, then probabilities.
fn settings(system: &Vincent2015, quick: bool) -> (Vec<Setting>, Vec<Setting>) {
    let p = &system.programming;
    let nominal = Setting { regime: 1, spread: 0.0, switch_on: p.switch_on, switch_off: p.switch_off };
    if quick {
        return (vec![nominal, Setting { spread: 0.2, ..nominal }], Vec::new());
    }
    let spreads =
        (0..3).flat_map(|regime| system.spreads.iter().map(move |spread| Setting { regime, spread: *spread, ..nominal }));
    let ratio = p.switch_off / p.switch_on;
    let probabilities =
        system.probabilities.iter().map(|on| Setting { switch_on: *on, switch_off: (ratio * on).min(0.999), ..nominal });
    (spreads.collect(), probabilities.collect())
}

/// The whole study on synthetic traffic.
pub fn study(system: &Vincent2015, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let durations = [system.duration, system.watched, system.watched];
    let stages = outcome.timed("traffic", |outcome| -> Result<Vec<Stage>, LabError> {
        let mut stages = Vec::new();
        for (part, duration) in PARTS.iter().zip(durations) {
            run.check()?;
            let traffic = system.freeway.record(duration, run.seed(), *part)?;
            if stages.is_empty() {
                outcome.measure("traffic.events_per_second", "Hz", traffic.recording.events.len() as f64 / duration);
            }
            stages.push(Stage::new(system, traffic));
        }
        Ok(stages)
    })?;
    outcome.measure("traffic.cars", "", stages[2].passages.iter().filter(|p| p.whole).count() as f64);
    outcome.measure("traffic.inputs_per_second", "Hz", stages[0].inputs.len() as f64 / system.duration);
    let (spreads, probabilities) = settings(system, run.quick());
    let all: Vec<Setting> = spreads.iter().chain(&probabilities).copied().collect();
    let pulses = outcome.timed("pulses", |_| Pulses::new(system, &all, run))?;
    let scores: Vec<Score> = outcome.timed("learning", |_| {
        let done = std::sync::atomic::AtomicUsize::new(0);
        all.par_iter()
            .map(|setting| {
                let score = learn(system, *setting, &pulses, &stages, run)?;
                let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                run.progress("learning", count, all.len())?;
                Ok(score)
            })
            .collect::<Result<_, LabError>>()
    })?;
    let (of_spreads, of_probabilities) = scores.split_at(spreads.len());
    record(system, (&spreads, of_spreads), (&probabilities, of_probabilities), outcome);
    let nominal = spreads.iter().position(|s| s.regime == 1 && s.spread == 0.0).unwrap_or(0);
    charge(system, spreads[nominal], &of_spreads[nominal], run, outcome)
}

fn record(
    system: &Vincent2015,
    (spreads, of_spreads): (&[Setting], &[Score]),
    (probabilities, of_probabilities): (&[Setting], &[Score]),
    outcome: &mut Outcome,
) {
    for (setting, score) in spreads.iter().zip(of_spreads) {
        let name = format!("{}.detection_at_spread_{}", REGIMES[setting.regime], setting.spread);
        outcome.measure(&name, "", score.detection());
    }
    let find = |regime: usize, spread: f64| {
        spreads.iter().position(|s| s.regime == regime && s.spread == spread).map(|k| &of_spreads[k])
    };
    if let Some(nominal) = find(1, 0.0) {
        for (lane, share) in nominal.lanes.iter().enumerate() {
            outcome.measure(&format!("detection.lane_{}", lane + 1), "", *share);
        }
        outcome.measure("detection.mean", "", nominal.detection());
        outcome.measure("detection.worst_lane", "", nominal.lanes.iter().copied().fold(1.0, f64::min));
        outcome.measure("detection.false_share", "", nominal.false_share);
        outcome.measure("detection.neurons_of_a_lane", "", nominal.labelled as f64);
        let counted: Vec<f64> = nominal.counts.iter().copied().filter(|c| c.is_finite()).collect();
        let off = counted.iter().map(|c| (c - 1.0).abs()).sum::<f64>() / counted.len().max(1) as f64;
        outcome.measure("detection.count_off_by", "", off);
        outcome.figures.push(figures::fields(system, &nominal.fields));
        outcome.figures.push(figures::lanes(nominal));
        if let Some(spread) = find(1, 0.2) {
            outcome.measure("detection.loss_at_spread_0.2", "", nominal.detection() - spread.detection());
        }
    }
    let column = |of: &dyn Fn(&Setting, &Score) -> f64| {
        let all = spreads.iter().zip(of_spreads).chain(probabilities.iter().zip(of_probabilities));
        all.map(|(setting, score)| of(setting, score)).collect::<Vec<f64>>()
    };
    outcome.tables.push(
        Table::new("detection", "Cars detected")
            .numbers("current over critical", "", column(&|s, _| system.programming.overdrives[s.regime]))
            .numbers("spread", "", column(&|s, _| s.spread))
            .numbers("probability on", "", column(&|s, _| s.switch_on))
            .numbers("probability off", "", column(&|s, _| s.switch_off))
            .numbers("detected", "", column(&|_, s| s.detection()))
            .numbers("worst lane", "", column(&|_, s| s.lanes.iter().copied().fold(1.0, f64::min)))
            .numbers("false spikes", "", column(&|_, s| s.false_share))
            .numbers("attempts", "", column(&|_, s| (s.attempts.on + s.attempts.off) as f64)),
    );
    if !probabilities.is_empty() {
        outcome.figures.push(figures::spreads(spreads, of_spreads));
        outcome.figures.push(figures::probabilities(probabilities, of_probabilities));
        let of = |k: usize| of_probabilities[k].detection();
        let best = (0..probabilities.len()).map(of).fold(0.0, f64::max);
        outcome.measure("probability.best_detection", "", best);
        outcome.measure("probability.loss_at_smallest", "", best - of(0));
        outcome.measure("probability.loss_at_largest", "", best - of(probabilities.len() - 1));
    }
}

/// Energy of the attempts of learning: V^2 t / R of a pulse at the resistance of the parallel state.
fn charge(system: &Vincent2015, setting: Setting, score: &Score, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let junction = &system.junction;
    let overdrive = system.programming.overdrives[setting.regime];
    let voltage = overdrive * junction.critical_voltage();
    let mut total = 0.0;
    for (what, count, probability) in [
        ("attempt to switch on", score.attempts.on, setting.switch_on),
        ("attempt to switch off", score.attempts.off, setting.switch_off),
    ] {
        let duration = junction.duration_for(overdrive, probability)?;
        let energy = voltage * voltage * duration / junction.resistance(State::Parallel, 0.0);
        let source = "V^2 t / R at the resistance of the parallel state, the most it can be; every attempt counts, on junctions that are there already too";
        run.ledger.charge(what, Kind::Write, count as f64, energy, duration, source);
        total += count as f64 * energy;
    }
    let p = &system.programming;
    let read = p.read_voltage.powi(2) * p.read_time / junction.resistance(State::Parallel, 0.0);
    let source = "V^2 t / R at the resistance of the parallel state for an assumed read; neurons and wires are left out";
    run.ledger.charge("read of a synapse", Kind::Read, (score.reads * system.neurons) as f64, read, p.read_time, source);
    outcome.measure("energy.programming", "J", total);
    outcome.measure("energy.reading", "J", read * (score.reads * system.neurons) as f64);
    outcome.measure(
        "learning.switched_share",
        "",
        score.attempts.switched as f64 / (score.attempts.on + score.attempts.off).max(1) as f64,
    );
    Ok(())
}

/// Learns from a recording of the user, whose cars nobody has counted.
pub fn watch(system: &Vincent2015, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let path = match system.recording.as_str() {
        "freeway" => {
            let folder = locate("freeway", None)?;
            data_set("freeway")?.files().next().map_or(folder.clone(), |(_, file)| folder.join(file))
        }
        file => PathBuf::from(file),
    };
    let recording = Recording::read(&path, EventFormat::Auto)?;
    outcome.data.push(recording.source.clone());
    let p = &system.programming;
    let setting = Setting { regime: 1, spread: 0.0, switch_on: p.switch_on, switch_off: p.switch_off };
    let pulses = Pulses::new(system, &[setting], run)?;
    let mut layer = layer(system, setting, &pulses, recording.inputs(), run.stream("layer", 0).next())?;
    let inputs = inputs_of(system, &recording);
    for pass in 0..system.passes {
        run.progress("learning", pass, system.passes)?;
        layer.run(&inputs, true);
        layer.rest();
    }
    let spikes = layer.run(&inputs, false);
    let counts = (0..system.neurons).map(|n| spikes.iter().filter(|s| s.neuron as usize == n).count() as f64).collect();
    outcome.measure("recording.spikes", "", spikes.len() as f64);
    outcome.measure("recording.events", "", inputs.len() as f64);
    outcome.measure("recording.reordered", "", recording.reordered as f64);
    outcome.tables.push(
        Table::new("spikes", "Spikes of the neurons after learning")
            .numbers("neuron", "", (1..=system.neurons).map(|n| n as f64).collect())
            .numbers("spikes", "", counts),
    );
    let fields: Vec<(Option<usize>, Vec<bool>)> =
        (0..system.neurons).map(|n| (None, layer.synapses().states(n).to_vec())).collect();
    outcome.figures.push(figures::fields_of((recording.width, recording.height), &fields));
    Ok(())
}
