//! The figures of learning by chance.

use super::DigitParameters;
use super::digits::Score;
use super::memory::Course;
use super::separable::Convergence;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_network::stochastic::Forgetting;

const PERCENT: f64 = 100.0;

fn devices_of(count: f64) -> String {
    if count == 1.0 { "1 device".to_owned() } else { format!("{count} devices") }
}

fn panel(title: &str, x: Axis, y: Axis, marks: Vec<Mark>) -> Panel {
    Panel { title: title.to_owned(), x, y, marks }
}

/// Lifetime over probability, simulated on the law.
pub fn lifetimes(courses: &[Course], devices: &[f64], synapses: f64) -> Figure {
    let (low, high) = courses.iter().fold((1.0f64, 0.0f64), |(l, h), c| (l.min(c.law.probability), h.max(c.law.probability)));
    let grid: Vec<f64> = (0..=120).map(|k| low * (high / low).powf(f64::from(k) / 120.0)).collect();
    let mut marks = Vec::new();
    for &count in devices {
        let law = |q: &f64| Forgetting { probability: *q, devices: count, synapses }.lifetime();
        marks.push(Mark::Line { label: devices_of(count), x: grid.clone(), y: grid.iter().map(law).collect() });
    }
    for &count in devices {
        let of: Vec<&Course> = courses.iter().filter(|c| c.law.devices == count).collect();
        let (x, y) = of.iter().map(|c| (c.law.probability, c.lifetime)).unzip();
        marks.push(Mark::Points { label: devices_of(count), x, y, error: Vec::new() });
    }
    let y = Axis::new("patterns until signal and noise are even");
    Figure {
        name: "lifetime_over_probability".to_owned(),
        title: "Slow learning remembers longest, up to a point".to_owned(),
        caption: format!(
            "Random patterns stored one over another in {synapses} synapses of several binary devices: number of later patterns after which the signal of one is even with the noise, against the \
             probability that an attempt switches a device. Lines: the law q (1 - q)^t = noise. Points: simulated."
        ),
        panels: vec![panel("", Axis::new("switching probability").logarithmic(), y, marks)],
    }
}

/// Signal over age at the best probabilities.
pub fn forgetting(courses: &[Course]) -> Figure {
    let mut marks = Vec::new();
    for course in courses.iter().filter(|c| c.best) {
        let x: Vec<f64> = course.ages.iter().map(|a| *a as f64).collect();
        let y = x.iter().map(|a| course.law.signal(*a) / course.law.noise()).collect();
        let label = format!("{}, q = {:.4}", devices_of(course.law.devices), course.law.probability);
        marks.push(Mark::Line { label: label.clone(), x: x.clone(), y });
        let y = course.signal.iter().map(|s| (s / course.noise).max(0.0)).collect();
        marks.push(Mark::Points { label, x, y, error: Vec::new() });
    }
    marks.push(Mark::Reference { label: "even with the noise".to_owned(), y: 1.0 });
    Figure {
        name: "forgetting".to_owned(),
        title: "Memories fade under later ones".to_owned(),
        caption: "Signal of a stored pattern over the noise against the number of patterns stored since, at the best switching probability of each number of devices a synapse. \
                  Lines: the law. Points: simulated."
            .to_owned(),
        panels: vec![panel("", Axis::new("patterns stored since"), Axis::new("signal over noise"), marks)],
    }
}

/// Convergence over probability.
pub fn separable(found: &[Convergence], inputs: &[usize]) -> Figure {
    let line = |n: &usize, of: &dyn Fn(&Convergence) -> f64| Mark::Points {
        label: format!("{n} inputs"),
        x: found.iter().filter(|c| c.inputs == *n).map(|c| c.probability).collect(),
        y: found.iter().filter(|c| c.inputs == *n).map(of).collect(),
        error: Vec::new(),
    };
    let q = || Axis::new("switching probability").logarithmic();
    let share = inputs.iter().map(|n| line(n, &|c| PERCENT * c.share)).collect();
    let passes = inputs.iter().map(|n| line(n, &|c| c.passes)).collect();
    Figure {
        name: "separable".to_owned(),
        title: "Separable patterns are learned where few synapses change at a time".to_owned(),
        caption: "Units with one binary device a synapse that have to tell random patterns apart. Left: share of units that come to answer all of them. Right: median number of times that \
                  those have seen all patterns."
            .to_owned(),
        panels: vec![
            panel("", q(), Axis::new("units that learn all (%)").range(-5.0, 105.0), share),
            panel("", q(), Axis::new("times shown, median").logarithmic(), passes),
        ],
    }
}

/// Accuracy and energy over probability.
pub fn digits(digit: &DigitParameters, scores: &[Score]) -> Figure {
    let of = |count: &f64| -> Vec<&Score> {
        let mut some: Vec<&Score> = scores
            .iter()
            .filter(|s| s.setting.copies == digit.copies && s.setting.binary().is_some_and(|(d, _)| d == *count as usize))
            .collect();
        let probability = |s: &Score| s.setting.binary().map_or(0.0, |p| p.1);
        some.sort_by(|a, b| probability(a).total_cmp(&probability(b)));
        some
    };
    let mark = |count: &f64, value: &dyn Fn(&Score) -> f64| Mark::Points {
        label: devices_of(count.floor()),
        x: of(count).iter().filter_map(|s| s.setting.binary()).map(|p| p.1).collect(),
        y: of(count).iter().map(|s| value(s)).collect(),
        error: Vec::new(),
    };
    let q = || Axis::new("switching probability").logarithmic();
    let mut accuracy: Vec<Mark> = digit.devices.iter().map(|d| mark(d, &|s| PERCENT * s.accuracy)).collect();
    accuracy.extend(real(scores));
    let energy = digit.devices.iter().map(|d| mark(d, &|s| s.energy)).collect();
    Figure {
        name: "accuracy_over_probability".to_owned(),
        title: "Digits: steps as rare as the data allow".to_owned(),
        caption: format!(
            "Left: test accuracy on handwritten digits in black and white, {} units a class, against the probability that an attempt switches a device. Right: energy of all attempts of learning.",
            digit.copies
        ),
        panels: vec![
            panel("", q(), Axis::new("test accuracy (%)"), accuracy),
            panel("", q(), Axis::new("energy of learning (J)").logarithmic(), energy),
        ],
    }
}

fn real(scores: &[Score]) -> Option<Mark> {
    let score = scores.iter().find(|s| s.setting.binary().is_none())?;
    Some(Mark::Reference { label: format!("real weights: {:.1}", PERCENT * score.accuracy), y: PERCENT * score.accuracy })
}

/// Accuracy over devices in all of a class, by units and by devices of a synapse.
pub fn units(digit: &DigitParameters, scores: &[Score]) -> Figure {
    let mark = |count: &f64| {
        let at = Some((*count as usize, digit.probability));
        let mut of: Vec<&Score> = scores.iter().filter(|s| s.setting.binary() == at).collect();
        of.sort_by_key(|s| s.setting.copies);
        Mark::Points {
            label: format!("{} a synapse", devices_of(count.floor())),
            x: of.iter().map(|s| (s.setting.copies * *count as usize) as f64).collect(),
            y: of.iter().map(|s| PERCENT * s.accuracy).collect(),
            error: Vec::new(),
        }
    };
    let mut marks: Vec<Mark> = digit.devices.iter().map(mark).collect();
    marks.extend(real(scores));
    Figure {
        name: "accuracy_over_devices".to_owned(),
        title: "Devices side by side, in more units or in each synapse".to_owned(),
        caption: format!(
            "Test accuracy against the devices that a class has for each pixel, units times devices of a synapse, at a switching probability of {}.",
            digit.probability
        ),
        panels: vec![panel(
            "",
            Axis::new("devices of a class for each pixel").logarithmic(),
            Axis::new("test accuracy (%)"),
            marks,
        )],
    }
}
