//! Random patterns stored one over another: the lifetime of each against the switching probability, simulated beside the law.

use super::{MemoryParameters, Senn2005, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_core::statistics::mean;
use spinloom_network::stochastic::{Forgetting, Palimpsest};
use std::collections::VecDeque;
use std::f64::consts::E;

/// Ages at which a memory is looked at.
const AGES: usize = 24;
/// Patterns that were never stored, at each step, for the noise.
const STRANGERS: usize = 4;

/// What became of the memories at one setting.
pub struct Course {
    pub law: Forgetting,
    /// Whether the probability is the best one by the law.
    pub best: bool,
    pub ages: Vec<usize>,
    /// Mean signal at each of the ages.
    pub signal: Vec<f64>,
    /// Root mean square of the signal of patterns that were never stored.
    pub noise: f64,
    /// Age at which the signal is even with the noise.
    pub lifetime: f64,
    attempts: u64,
}

fn pattern(synapses: usize, stream: &mut Stream) -> Vec<i8> {
    let mut signs = Vec::with_capacity(synapses);
    while signs.len() < synapses {
        let word = stream.next();
        signs.extend((0..64.min(synapses - signs.len())).map(|k| if word >> k & 1 == 1 { 1 } else { -1 }));
    }
    signs
}

/// The age at which the logarithm of the signal, a straight line through those points that stand out of the noise, meets that of the noise.
fn lifetime(ages: &[usize], signal: &[f64], noise: f64) -> f64 {
    // The error of ln s goes with 1 / s.
    let points: Vec<[f64; 3]> =
        ages.iter().zip(signal).filter(|(_, s)| **s > 0.0).map(|(a, s)| [*a as f64, s.ln(), s * s]).collect();
    let total: f64 = points.iter().map(|p| p[2]).sum();
    let middle = |k: usize| points.iter().map(|p| p[2] * p[k]).sum::<f64>() / total;
    let (age, height) = (middle(0), middle(1));
    let moment = |k: usize| points.iter().map(|p| p[2] * (p[0] - age) * (p[k] - [age, height][k])).sum::<f64>();
    let slope = moment(1) / moment(0);
    let meeting = age + (noise.ln() - height) / slope;
    if slope < 0.0 && meeting.is_finite() { meeting.max(0.0) } else { 0.0 }
}

fn remember(memory: &MemoryParameters, law: Forgetting, best: bool, stream: &mut Stream, run: &Run) -> Result<Course, LabError> {
    let synapses = memory.synapses;
    let mut device = Palimpsest::new(synapses, law.devices as usize, law.probability, stream)?;
    let oldest = ((1.5 * law.lifetime()).ceil() as usize).max(AGES - 1);
    let ages: Vec<usize> = (0..AGES).map(|k| k * oldest / (AGES - 1)).collect();
    // After so many patterns the first states are forgotten to exp(-10) of the variance.
    let before = (5.0 / law.probability).ceil() as usize + oldest;
    // The best probability of each is what is claimed.
    let patterns = if best { 4 * memory.patterns } else { memory.patterns };
    let mut kept = VecDeque::new();
    let (mut signal, mut square) = (vec![0.0; AGES], 0.0);
    for step in 0..before + patterns {
        if step % 64 == 0 {
            run.check()?;
        }
        let next = pattern(synapses, stream);
        device.store(&next)?;
        kept.push_front(next);
        kept.truncate(oldest + 1);
        if step >= before {
            ages.iter().zip(&mut signal).for_each(|(a, s)| *s += device.overlap(&kept[*a]) / patterns as f64);
            for _ in 0..STRANGERS {
                square += device.overlap(&pattern(synapses, stream)).powi(2);
            }
        }
    }
    let noise = (square / (STRANGERS * patterns) as f64).sqrt();
    let lifetime = lifetime(&ages, &signal, noise);
    Ok(Course { law, best, ages, signal, noise, lifetime, attempts: device.attempts() })
}

pub fn study(system: &Senn2005, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let memory = &system.memory;
    let synapses = memory.synapses as f64;
    let devices: Vec<f64> = memory.devices.iter().map(|d| d.round()).collect();
    let mut settings: Vec<(Forgetting, bool)> = devices.iter().map(|d| (Forgetting::best(*d, synapses), true)).collect();
    if !run.quick() {
        let others = devices
            .iter()
            .flat_map(|d| memory.probabilities.iter().map(|q| (Forgetting { probability: *q, devices: *d, synapses }, false)));
        settings.extend(others);
    }
    let done = std::sync::atomic::AtomicUsize::new(0);
    let courses: Vec<Course> = outcome.timed("random patterns", |_| {
        let one = |(index, (law, best)): (usize, &(Forgetting, bool))| {
            let course = remember(memory, *law, *best, &mut run.stream("memory", index as u64), run)?;
            let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            run.progress("random patterns", count, settings.len())?;
            Ok(course)
        };
        settings.par_iter().enumerate().map(one).collect::<Result<_, LabError>>()
    })?;
    record(&courses, synapses, outcome);
    if !run.quick() {
        outcome.figures.push(figures::lifetimes(&courses, &devices, synapses));
    }
    outcome.figures.push(figures::forgetting(&courses));
    let attempts: Vec<(f64, u64)> = courses.iter().map(|c| (c.law.probability, c.attempts)).collect();
    outcome.timed("pulses", |_| system.charge("attempt, random patterns", &attempts, run))?;
    Ok(())
}

fn record(courses: &[Course], synapses: f64, outcome: &mut Outcome) {
    let column = |of: &dyn Fn(&Course) -> f64| courses.iter().map(of).collect::<Vec<f64>>();
    outcome.tables.push(
        Table::new("lifetimes", "Lifetime of random patterns")
            .numbers("devices", "", column(&|c| c.law.devices))
            .numbers("probability", "", column(&|c| c.law.probability))
            .numbers("lifetime", "", column(&|c| c.lifetime))
            .numbers("lifetime by the law", "", column(&|c| c.law.lifetime()))
            .numbers("noise", "", column(&|c| c.noise))
            .numbers("noise by the law", "", column(&|c| c.law.noise()))
            .numbers("first signal", "", column(&|c| c.signal[0])),
    );
    let best: Vec<&Course> = courses.iter().filter(|c| c.best).collect();
    for course in &best {
        let name = format!("memory.lifetime_of_{}_devices", course.law.devices);
        outcome.measure(&name, "", course.lifetime);
        outcome.measure(&format!("{name}_over_law"), "", course.lifetime / course.law.lifetime());
    }
    let ratios: Vec<f64> = best.iter().map(|c| c.noise / c.law.noise()).collect();
    outcome.measure("memory.noise_over_law", "", mean(&ratios));
    let Some(first) = best.first() else { return };
    outcome.measure("memory.best_probability", "", first.law.probability);
    outcome.measure("memory.best_probability_over_rule", "", first.law.probability * (first.law.devices * synapses).sqrt() / E);
    outcome.measure("memory.lifetime_over_rule", "", first.lifetime * E / (first.law.devices * synapses).sqrt());
    if let Some(last) = best.last() {
        outcome.measure("memory.gain_of_most_devices", "", last.lifetime / first.lifetime);
        outcome.measure("memory.gain_of_most_devices_by_law", "", last.law.lifetime() / first.law.lifetime());
    }
}
