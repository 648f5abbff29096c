//! A perceptron of two layers that learns digits with its weights in memory that errs: accuracy and programming energy, pulse by pulse.

use super::pulses::{Pulse, Pulses, areas};
use super::{FailedBit, Locatelli2018, WordCode, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::run::Run;
use spinloom_network::approximate_memory::{ApproximateMemory, Code, Failure};
use spinloom_network::multilayer::Multilayer;
use spinloom_task::images::{ImageTask, Images};

const CLASSES: usize = 10;

/// How the weights are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Store {
    /// As numbers of single precision.
    Real,
    /// In words written by the reference pulse.
    Reference,
    /// In words written by a weaker pulse, but for so many first bits.
    Weaker { pulse: usize, strong_bits: usize, code: Code },
}

/// What came of a training.
pub struct Trained {
    pub accuracy: f64,
    /// Energy of all programming pulses, J.
    pub energy: f64,
    /// Pulses by the reference and by the weaker pulse.
    pulses: [u64; 2],
    failures: u64,
}

/// A weaker pulse and what came of it.
pub struct Point {
    pub error: f64,
    pub mean_error: f64,
    pub accuracy: f64,
    /// Energy over that of the reference.
    pub energy: f64,
    /// Failures over pulses.
    pub failed: f64,
}

fn code_of(code: WordCode) -> Code {
    match code {
        WordCode::TwosComplement => Code::TwosComplement,
        WordCode::SignMagnitude => Code::SignMagnitude,
    }
}

struct Stage<'a> {
    system: &'a Locatelli2018,
    pulses: &'a Pulses,
    network: Multilayer,
    start: Vec<f32>,
    /// Areas of all bits of all weights over the nominal one; none where all are alike.
    areas: Vec<f32>,
    train: Images,
    test: Images,
}

impl<'a> Stage<'a> {
    fn new(system: &'a Locatelli2018, pulses: &'a Pulses, task: &ImageTask, run: &Run) -> Result<Self, LabError> {
        let learning = &system.learning;
        let train = task.train.balanced(learning.train, &mut run.stream("training images", 0));
        let test = task.test.balanced(learning.test, &mut run.stream("test images", 0));
        let network = Multilayer::new(&[train.size(), learning.hidden, CLASSES])?;
        let start = network.initial(&mut run.stream("first weights", 0));
        let cells = if system.spread > 0.0 { start.len() * system.memory.bits } else { 0 };
        let areas = areas(system, cells, &mut run.stream("junctions", 0));
        Ok(Self { system, pulses, network, start, areas, train, test })
    }

    /// The first weights in cells, whose writes from now on fail as those by this pulse do.
    fn memory(&self, pulse: &Pulse, strong_bits: usize, code: Code, run: &Run) -> Result<ApproximateMemory, LabError> {
        let m = &self.system.memory;
        let memory = ApproximateMemory::new(m.bits, m.range, &self.start, &mut run.stream("memory", 0))?;
        let strong = |bit: usize| bit + strong_bits >= m.bits;
        let of = |bit: usize| if strong(bit) { &self.pulses.reference } else { pulse };
        let rates: Vec<f32> = if self.areas.is_empty() {
            (0..m.bits).map(|bit| of(bit).error as f32).collect()
        } else {
            self.areas.iter().enumerate().map(|(k, area)| of(k % m.bits).error_of(*area) as f32).collect()
        };
        let failure = match m.failed_bit {
            FailedBit::Stays => Failure::Stays,
            FailedBit::Flips => Failure::Flips,
        };
        Ok(memory.with_code(code).with_errors(&rates, failure)?.with_rewrite(m.rewrite_all))
    }

    /// All images some times, in batches; `step` is given the gradient of each and answers with the weights.
    fn descend(
        &self,
        mut weights: Vec<f32>,
        run: &Run,
        mut step: impl FnMut(&mut Vec<f32>, &[f32]) -> Result<(), LabError>,
    ) -> Result<Vec<f32>, LabError> {
        let learning = &self.system.learning;
        let size = self.train.size();
        let mut order: Vec<usize> = (0..self.train.count()).collect();
        let mut gradient = vec![0.0; self.network.parameters()];
        let (mut inputs, mut labels) = (Vec::with_capacity(learning.batch * size), Vec::with_capacity(learning.batch));
        for epoch in 0..learning.epochs {
            run.stream("order", epoch as u64).shuffle(&mut order);
            for (batch, rows) in order.chunks(learning.batch).enumerate() {
                if batch % 16 == 0 {
                    run.check()?;
                }
                inputs.clear();
                labels.clear();
                for row in rows {
                    inputs.extend_from_slice(self.train.image(*row));
                    labels.push(self.train.labels[*row]);
                }
                self.network.gradient(&weights, &inputs, &labels, &mut gradient)?;
                step(&mut weights, &gradient)?;
            }
        }
        Ok(weights)
    }

    fn accuracy(&self, weights: &[f32]) -> Result<f64, LabError> {
        let mut right = 0;
        for (pixels, labels) in self.test.pixels.chunks(500 * self.test.size()).zip(self.test.labels.chunks(500)) {
            let answers = self.network.classify(weights, pixels)?;
            right += answers.iter().zip(labels).filter(|(a, l)| a == l).count();
        }
        Ok(right as f64 / self.test.count().max(1) as f64)
    }

    fn train(&self, store: Store, run: &Run) -> Result<Trained, LabError> {
        let rate = self.system.learning.rate as f32;
        let reference = &self.pulses.reference;
        let (pulse, strong_bits, code) = match store {
            Store::Real => {
                let weights = self.descend(self.start.clone(), run, |weights, gradient| {
                    weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= rate * g);
                    Ok(())
                })?;
                return Ok(Trained { accuracy: self.accuracy(&weights)?, energy: 0.0, pulses: [0; 2], failures: 0 });
            }
            Store::Reference => (reference, self.system.memory.bits, code_of(self.system.memory.code)),
            Store::Weaker { pulse, strong_bits, code } => (&self.pulses.weaker[pulse], strong_bits, code),
        };
        let mut memory = self.memory(pulse, strong_bits, code, run)?;
        let weights = self.descend(memory.values().to_vec(), run, |weights, gradient| {
            memory.descend(gradient, rate)?;
            weights.copy_from_slice(memory.values());
            Ok(())
        })?;
        let weak: u64 = memory.pulses()[..self.system.memory.bits - strong_bits].iter().sum();
        let strong = memory.pulses().iter().sum::<u64>() - weak;
        let energy = strong as f64 * reference.energy + weak as f64 * pulse.energy;
        Ok(Trained { accuracy: self.accuracy(&weights)?, energy, pulses: [strong, weak], failures: memory.failures() })
    }
}

pub fn study(
    system: &Locatelli2018,
    pulses: &Pulses,
    task: &ImageTask,
    run: &mut Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let stage = Stage::new(system, pulses, task, run)?;
    let mut stores = vec![Store::Real, Store::Reference];
    let sweeps = sweeps(system, run.quick());
    for sweep in &sweeps {
        let (strong_bits, code) = (sweep.strong_bits, sweep.code);
        stores.extend((0..pulses.weaker.len()).map(|pulse| Store::Weaker { pulse, strong_bits, code }));
    }
    let done = std::sync::atomic::AtomicUsize::new(0);
    let trained: Vec<Trained> = outcome.timed("training", |_| {
        let one = |store: &Store| {
            let trained = stage.train(*store, run)?;
            let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            run.progress("training", count, stores.len())?;
            Ok(trained)
        };
        stores.par_iter().map(one).collect::<Result<_, LabError>>()
    })?;
    charge(pulses, &stores, &trained, run);
    let (real, reference) = (&trained[0], &trained[1]);
    outcome.measure("accuracy.real", "", real.accuracy);
    outcome.measure("accuracy.reference", "", reference.accuracy);
    outcome.measure("accuracy.real_less_reference", "", real.accuracy - reference.accuracy);
    outcome.measure("energy.reference", "J", reference.energy);
    outcome.measure("energy.pulses_of_reference", "", reference.pulses[0] as f64);
    let mut curves = Vec::new();
    for (k, sweep) in sweeps.into_iter().enumerate() {
        let first = 2 + k * pulses.weaker.len();
        let points: Vec<Point> = pulses.weaker.iter().zip(&trained[first..]).map(|(p, t)| point(p, t, reference)).collect();
        let name = if k == 0 { "energy.saved".to_owned() } else { format!("energy.saved_with_{}", sweep.name) };
        tell(&name, &points, reference.accuracy, system, outcome);
        outcome.tables.push(table(&format!("accuracy_{}", sweep.name), &sweep.label, &points));
        curves.push((sweep.label, points));
    }
    outcome.figures.push(figures::accuracy(&curves, real.accuracy, reference.accuracy));
    outcome.figures.push(figures::energy(&curves, reference.accuracy));
    Ok(())
}

/// Trainings with every weaker pulse.
struct Sweep {
    name: &'static str,
    label: String,
    strong_bits: usize,
    code: Code,
}

/// All bits by weaker pulses; the same but for the first bits; and the other way of writing weights as bits.
fn sweeps(system: &Locatelli2018, quick: bool) -> Vec<Sweep> {
    let (bits, code) = (system.memory.strong_bits, code_of(system.memory.code));
    let (name, other, words) = match code {
        Code::TwosComplement => ("sign_magnitude", Code::SignMagnitude, "sign and magnitude"),
        Code::SignMagnitude => ("twos_complement", Code::TwosComplement, "two's complement"),
    };
    let mut all = vec![Sweep { name: "weaker_pulses", label: "all bits by weaker pulses".to_owned(), strong_bits: 0, code }];
    if !quick {
        all.push(Sweep {
            name: "strong_bits",
            label: format!("first {bits} bits by the reference pulse"),
            strong_bits: bits,
            code,
        });
        all.push(Sweep { name, label: format!("{words}, all bits by weaker pulses"), strong_bits: 0, code: other });
    }
    all
}

fn point(pulse: &Pulse, trained: &Trained, reference: &Trained) -> Point {
    let all = (trained.pulses[0] + trained.pulses[1]).max(1) as f64;
    Point {
        error: pulse.error,
        mean_error: pulse.mean_error,
        accuracy: trained.accuracy,
        energy: trained.energy / reference.energy,
        failed: trained.failures as f64 / all,
    }
}

fn table(name: &str, title: &str, points: &[Point]) -> Table {
    let column = |of: &dyn Fn(&Point) -> f64| points.iter().map(of).collect::<Vec<f64>>();
    Table::new(name, title)
        .numbers("error of a nominal junction", "", column(&|p| p.error))
        .numbers("mean error", "", column(&|p| p.mean_error))
        .numbers("failures over pulses", "", column(&|p| p.failed))
        .numbers("accuracy", "", column(&|p| p.accuracy))
        .numbers("energy over reference", "", column(&|p| p.energy))
}

/// The energy saved, and the failures borne, where the loss of accuracy first passes what is allowed: straight between neighbours. NaN where it never does, or does
/// from the first pulse on.
fn tell(name: &str, points: &[Point], reference: f64, system: &Locatelli2018, outcome: &mut Outcome) {
    let over = |p: &Point| reference - p.accuracy - system.loss;
    let crossing = (1..points.len()).find(|k| over(&points[*k]) > 0.0 && over(&points[k - 1]) <= 0.0);
    let (saved, error) = crossing.map_or((f64::NAN, f64::NAN), |k| {
        let (before, after) = (&points[k - 1], &points[k]);
        let part = -over(before) / (over(after) - over(before));
        let between = |a: f64, b: f64| a + part * (b - a);
        (1.0 - between(before.energy, after.energy), between(before.mean_error.ln(), after.mean_error.ln()).exp())
    });
    outcome.measure(name, "", saved);
    outcome.measure(&format!("{name}_at_error"), "", error);
    if crossing.is_none() {
        outcome.note(format!("{name}: no pair of pulses encloses a loss of {}; widen errors.", system.loss));
    }
}

fn charge(pulses: &Pulses, stores: &[Store], trained: &[Trained], run: &mut Run) {
    let source = "V^2 t / R at the resistance of the parallel state, the most it can be; all trainings of the run, attempts and not successes";
    let reference = &pulses.reference;
    for (store, trained) in stores.iter().zip(trained) {
        let [strong, weak] = trained.pulses.map(|count| count as f64);
        run.ledger.charge("pulse of the reference", Kind::Write, strong, reference.energy, reference.duration, source);
        if let Store::Weaker { pulse, .. } = store {
            let pulse = &pulses.weaker[*pulse];
            run.ledger.charge("weaker pulse", Kind::Write, weak, pulse.energy, pulse.duration, source);
        }
    }
}
