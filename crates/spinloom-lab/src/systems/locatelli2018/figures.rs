//! The figures of approximate memory.

use super::learning::Point;
use super::pulses::Pulse;
use crate::figure::{Axis, Figure, Mark, Panel};

const PERCENT: f64 = 100.0;
/// What the abstract prints: share of the programming energy saved, and recognition lost.
const PUBLISHED: (f64, f64) = (0.74, 0.01);

fn figure(name: &str, title: &str, caption: String, panels: Vec<Panel>) -> Figure {
    Figure { name: name.to_owned(), title: title.to_owned(), caption, panels }
}

fn panel(x: Axis, y: Axis, marks: Vec<Mark>) -> Panel {
    Panel { title: String::new(), x, y, marks }
}

/// Failures and energy over the duration.
pub fn pulses(all: &[Pulse], spread: f64) -> Figure {
    let x: Vec<f64> = all.iter().map(|p| 1e9 * p.duration).collect();
    let mut errors =
        vec![Mark::Line { label: "nominal junction".to_owned(), x: x.clone(), y: all.iter().map(|p| p.error).collect() }];
    if spread > 0.0 {
        errors.push(Mark::Points {
            label: format!("mean, areas that differ by {:.0} %", PERCENT * spread),
            x: x.clone(),
            y: all.iter().map(|p| p.mean_error).collect(),
            error: Vec::new(),
        });
    }
    let energy = vec![Mark::Line { label: "a pulse".to_owned(), x, y: all.iter().map(|p| 1e15 * p.energy).collect() }];
    figure(
        "pulses",
        "Shorter pulses fail more often and cost less",
        "Left: probability that a write fails against the duration of the pulse, by the Fokker-Planck equation, for a nominal junction and on average over junctions that differ. Right: energy of a \
         pulse."
            .to_owned(),
        vec![
            panel(Axis::new("duration (ns)"), Axis::new("probability of a failure").logarithmic(), errors),
            panel(Axis::new("duration (ns)"), Axis::new("energy (fJ)"), energy),
        ],
    )
}

/// What a sweep is called, and its points.
type Curve = (String, Vec<Point>);

fn marks(curves: &[Curve], x: impl Fn(&Point) -> f64) -> Vec<Mark> {
    let mark = |(label, points): &Curve| Mark::Points {
        label: label.clone(),
        x: points.iter().map(&x).collect(),
        y: points.iter().map(|p| PERCENT * p.accuracy).collect(),
        error: Vec::new(),
    };
    curves.iter().map(mark).collect()
}

/// Accuracy over failures.
pub fn accuracy(curves: &[Curve], real: f64, reference: f64) -> Figure {
    let mut all = marks(curves, |p| p.mean_error);
    all.push(Mark::Reference { label: format!("real weights: {:.1}", PERCENT * real), y: PERCENT * real });
    all.push(Mark::Reference { label: format!("reference: {:.1}", PERCENT * reference), y: PERCENT * reference });
    figure(
        "accuracy_over_error",
        "Learning bears writes that fail",
        "Test accuracy after training with weights in memory whose writes fail, against the probability that a bit which has to change is left as it was; mean over junctions that differ."
            .to_owned(),
        vec![panel(Axis::new("probability that a write fails").logarithmic(), Axis::new("test accuracy (%)"), all)],
    )
}

/// Accuracy over energy.
pub fn energy(curves: &[Curve], reference: f64) -> Figure {
    let mut all = marks(curves, |p| PERCENT * p.energy);
    let (saved, lost) = PUBLISHED;
    all.push(Mark::Points {
        label: "published: 74 % saved for 1 % lost".to_owned(),
        x: vec![PERCENT * (1.0 - saved)],
        y: vec![PERCENT * (reference - lost)],
        error: Vec::new(),
    });
    all.push(Mark::Reference { label: format!("reference: {:.1}", PERCENT * reference), y: PERCENT * reference });
    figure(
        "accuracy_over_energy",
        "Most of the programming energy can be saved",
        "Test accuracy against the energy of all programming pulses of a training, over that with the reference pulse."
            .to_owned(),
        vec![panel(Axis::new("programming energy (% of the reference)").range(0.0, 105.0), Axis::new("test accuracy (%)"), all)],
    )
}
