//! The figures of the stochastic neurons.

use super::device::Curve;
use super::digits::Score;
use super::network::{CLASSES, Kind, Setting};
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_device::spin_orbit_neuron::SwitchingLaw;

/// Sigmoids over the current, and one that was measured.
pub fn switching(curves: &[Curve], measured: Option<SwitchingLaw>) -> Figure {
    let micro = |v: &[f64]| v.iter().map(|i| 1e6 * i).collect::<Vec<f64>>();
    let mut marks = Vec::new();
    for c in curves {
        let most = c.current.last().copied().unwrap_or(0.0);
        let fine: Vec<f64> = (0..=100).map(|k| most * f64::from(k) / 100.0).collect();
        let error = |p: &f64| (p * (1.0 - p) / c.trials as f64).sqrt();
        marks.push(Mark::Points {
            label: format!("{} K", c.temperature),
            x: micro(&c.current),
            y: c.share.clone(),
            error: c.share.iter().map(error).collect(),
        });
        let y = fine.iter().map(|i| c.law.probability(*i)).collect();
        marks.push(Mark::Line { label: format!("{} K", c.temperature), x: micro(&fine), y });
    }
    if let (Some(law), Some(first)) = (measured, curves.first()) {
        let most = first.current.last().copied().unwrap_or(0.0);
        let fine: Vec<f64> = (0..=100).map(|k| most * f64::from(k) / 100.0).collect();
        let y = fine.iter().map(|i| law.probability(*i)).collect();
        marks.push(Mark::Line { label: "as measured".to_owned(), x: micro(&fine), y });
    }
    Figure {
        name: "switching".to_owned(),
        title: "A junction that spikes by chance".to_owned(),
        caption: "Share of writes after which the junction is switched, over the current in the metal: macrospins by the stochastic Landau-Lifshitz-Gilbert \
                  equation from equilibrium, one standard error (points), and the sigmoids fitted to them (lines)."
            .to_owned(),
        panels: vec![Panel { title: String::new(), x: Axis::new("current (uA)"), y: Axis::new("probability of a spike").range(-0.02, 1.05), marks }],
    }
}

/// Accuracies, one standard error of the test set each, over what they differ by.
fn accuracies(label: String, of: &[&&Score], over: impl Fn(&Setting) -> usize) -> Mark {
    Mark::Points {
        label,
        x: of.iter().map(|s| over(&s.setting) as f64).collect(),
        y: of.iter().map(|s| 100.0 * s.accuracy.mean).collect(),
        error: of.iter().map(|s| 100.0 * s.accuracy.standard_error).collect(),
    }
}

/// Accuracy over the number of neurons.
pub fn accuracy(scores: &[&Score]) -> Figure {
    let points = |kind: Kind| {
        let of: Vec<&&Score> = scores.iter().filter(|s| s.setting.kind == kind).collect();
        accuracies(format!("{} neurons", kind.name()), &of, |s| s.neurons)
    };
    Figure {
        name: "accuracy".to_owned(),
        title: "Digits learned without labels".to_owned(),
        caption: "Test accuracy over the number of neurons; each neuron is labelled by the digit it answers to most. One standard error of the test set; seeds differ by more. The line is what \
                  Diehl and Cook 2015 report for 6400 neurons with analogue synapses."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("neurons").logarithmic(),
            y: Axis::new("test accuracy (%)").range(0.0, 100.0),
            marks: vec![points(Kind::Leaky), points(Kind::Switching), Mark::Reference { label: "published, 6400 analogue: 95 %".to_owned(), y: 95.0 }],
        }],
    }
}

/// Accuracy over the junctions of a synapse, one panel a kind of neurons.
pub fn compound(scores: &[&Score]) -> Figure {
    let mut panels: Vec<Panel> = Vec::new();
    for of in scores.chunk_by(|a, b| (a.setting.kind, a.setting.spread) == (b.setting.kind, b.setting.spread)) {
        let Setting { kind, spread, neurons, .. } = of[0].setting;
        let title = format!("{neurons} {} neurons", kind.name());
        if panels.last().is_none_or(|p| p.title != title) {
            let (x, y) = (Axis::new("junctions a synapse").logarithmic(), Axis::new("test accuracy (%)").range(50.0, 100.0));
            panels.push(Panel { title, x, y, marks: Vec::new() });
        }
        let label = if spread > 0.0 { format!("spread of {} %", 100.0 * spread) } else { "all alike".to_owned() };
        let points = accuracies(label, &of.iter().collect::<Vec<_>>(), |s| s.junctions);
        panels.last_mut().into_iter().for_each(|p| p.marks.push(points.clone()));
    }
    Figure {
        name: "compound".to_owned(),
        title: "Several junctions a synapse".to_owned(),
        caption: "Test accuracy over the number of junctions that make one synapse, all alike and with a spread of area and magnetoresistance. One standard error of the test set; seeds \
                  differ by more. What lies below 50 % is not shown."
            .to_owned(),
        panels,
    }
}

/// Share of the junctions of every synapse that is on, one square a neuron.
pub fn fields(name: &str, score: &Score, (width, height): (usize, usize)) -> Figure {
    let neurons = score.setting.neurons;
    let columns = 10.min(neurons);
    let rows = 5.min(neurons.div_ceil(columns));
    let (across, down) = (columns * (width + 1), rows * (height + 1));
    // A line of nothing between the squares; the first row of an image is on top.
    let mut values = vec![0.5; across * down];
    for (n, field) in score.fields.iter().enumerate().take(columns * rows) {
        for (k, on) in field.iter().enumerate() {
            let (x, y) = (n % columns * (width + 1) + k % width, n / columns * (height + 1) + k / width);
            values[(down - 1 - y) * across + x] = f64::from(*on);
        }
    }
    Figure {
        name: name.to_owned(),
        title: format!("What {} of {neurons} {} neurons have learned", (columns * rows).min(neurons), score.setting.kind.name()),
        caption: format!(
            "Share of the junctions of a synapse ({}) that are on after learning, one square a neuron.",
            score.setting.junctions
        ),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("column"),
            y: Axis::new("row, from below"),
            marks: vec![Mark::Heatmap {
                label: "on".to_owned(),
                x: (0..across).map(|k| k as f64).collect(),
                y: (0..down).map(|k| k as f64).collect(),
                values,
            }],
        }],
    }
}

/// What was taken for what.
pub fn confusion(score: &Score) -> Figure {
    Figure {
        name: "confusion".to_owned(),
        title: format!("What {} switching neurons take for what", score.setting.neurons),
        caption: "Images of the test set: rows true, columns answered.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("answered"),
            y: Axis::new("true"),
            marks: vec![Mark::Confusion {
                names: (0..CLASSES).map(|c| c.to_string()).collect(),
                counts: score.confusion.clone(),
            }],
        }],
    }
}
