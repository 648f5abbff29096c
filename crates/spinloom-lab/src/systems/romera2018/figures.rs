//! The figures of the vowel recogniser.

use super::encoding::Encoding;
use super::learning::Progress;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;
use spinloom_network::locking::SynchronizationMap;
use spinloom_task::vowels::Vowels;

const MEGA: f64 = 1e-6;
/// Accuracies printed in the review and the abstract of the paper's journal version.
const PUBLISHED_TEST: f64 = 0.89;
const PUBLISHED_CROSS_VALIDATED: f64 = 0.84;

/// Tokens in the plane of the two source frequencies, one set of points a vowel.
pub struct VowelPoints {
    sets: Vec<(String, Vec<f64>, Vec<f64>)>,
}

impl VowelPoints {
    /// The given tokens under an encoding.
    pub fn new(vowels: &Vowels, encoding: &Encoding, tokens: &[usize]) -> Self {
        let sets = vowels.vowels.iter().enumerate().map(|(v, name)| {
            let mine = tokens.iter().filter(|t| vowels.labels[**t] == v);
            let (a, b) = mine.map(|t| encoding.frequencies(vowels.token(*t))).map(|(a, b)| (a * MEGA, b * MEGA)).unzip();
            (name.clone(), a, b)
        });
        Self { sets: sets.collect() }
    }
}

/// The map of synchronisation states, with vowels drawn over it where given.
pub fn map_figure(name: &str, map: &SynchronizationMap, points: Option<&VowelPoints>) -> Figure {
    let (a, b) = map.axes();
    let (names, cells) = map.regions();
    let mega = |v: &[f64]| v.iter().map(|f| f * MEGA).collect::<Vec<_>>();
    let mut marks = vec![Mark::Regions { names, x: mega(a), y: mega(b), cells }];
    for (label, x, y) in points.iter().flat_map(|p| &p.sets) {
        marks.push(Mark::Points { label: label.clone(), x: x.clone(), y: y.clone(), error: Vec::new() });
    }
    let axis = |label: &str, v: &[f64]| Axis::new(label).range(v[0] * MEGA, v[v.len() - 1] * MEGA);
    let (title, caption) = if points.is_some() {
        (
            "Vowels on the learned synchronisation map",
            "Every point is one spoken vowel at the frequencies its formants are mapped to; the colours are the states of the \
             network after learning. A vowel is recognised when it lies in the region of its pattern.",
        )
    } else {
        (
            "Synchronisation states of the network",
            "State of the oscillators over the frequencies of sources A and B; 1A,3B means that oscillator 1 is locked to A and \
             oscillator 3 to B, an asterisk that an oscillator follows both where their frequencies coincide.",
        )
    };
    Figure {
        name: name.to_owned(),
        title: title.to_owned(),
        caption: caption.to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: axis("frequency of source A (MHz)", a),
            y: axis("frequency of source B (MHz)", b),
            marks,
        }],
    }
}

/// Accuracy against iterations.
pub fn learning_figure(name: &str, curve: &[Progress], offline: &[Progress]) -> Figure {
    let line = |label: &str, c: &[Progress], f: fn(&Progress) -> f64| Mark::Line {
        label: label.to_owned(),
        x: c.iter().map(|p| p.iteration as f64).collect(),
        y: c.iter().map(|p| 100.0 * f(p)).collect(),
    };
    Figure {
        name: format!("{name}_learning"),
        title: format!("Learning to recognise vowels ({name})"),
        caption: "Fraction of vowels recognised on training and held-out speakers while the four currents are learned, with the \
                  noisy network in the loop and off-line on the regions measured beforehand."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("iteration (each presents all vowels once)"),
            y: Axis::new("vowels recognised (%)").range(0.0, 100.0),
            marks: vec![
                line("training speakers", curve, |p| p.train),
                line("test speakers", curve, |p| p.test),
                line("test speakers, learned off-line", offline, |p| p.test),
                Mark::Reference { label: format!("published, test: {:.0} %", 100.0 * PUBLISHED_TEST), y: 100.0 * PUBLISHED_TEST },
            ],
        }],
    }
}

/// Cross-validated accuracy of the network and its controls.
pub fn controls_figure(name: &str, rows: &[(String, Estimate)]) -> Figure {
    Figure {
        name: format!("{name}_controls"),
        title: format!("The network and what it is compared with ({name})"),
        caption: "Accuracy on held-out speakers, mean and standard error over the folds, all on the same folds and formants."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new(""),
            y: Axis::new("vowels recognised (%)").range(0.0, 100.0),
            marks: vec![
                Mark::Bars {
                    names: rows.iter().map(|r| r.0.clone()).collect(),
                    heights: rows.iter().map(|r| 100.0 * r.1.mean).collect(),
                    error: rows.iter().map(|r| 100.0 * r.1.standard_error).collect(),
                },
                Mark::Reference {
                    label: format!("published, cross-validated: {:.0} %", 100.0 * PUBLISHED_CROSS_VALIDATED),
                    y: 100.0 * PUBLISHED_CROSS_VALIDATED,
                },
            ],
        }],
    }
}

/// Which vowel was answered for which; a state of no vowel counts in the last column.
pub fn confusion_figure(name: &str, vowels: &Vowels, answers: &[(usize, Option<usize>)]) -> Figure {
    let classes = vowels.vowels.len();
    let side = classes + 1;
    let mut counts = vec![0.0; side * side];
    for (token, answer) in answers {
        counts[vowels.labels[*token] * side + answer.unwrap_or(classes)] += 1.0;
    }
    let names = vowels.vowels.iter().cloned().chain(std::iter::once("none".to_owned())).collect();
    Figure {
        name: format!("{name}_confusion"),
        title: format!("Spoken and recognised vowels ({name})"),
        caption: "Held-out tokens of all folds; the column `none` counts states that are assigned to no vowel.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("recognised"),
            y: Axis::new("spoken"),
            marks: vec![Mark::Confusion { names, counts }],
        }],
    }
}

/// One panel of the sweeps.
pub fn sweep_panel(label: &str, unit: &str, values: &[f64], scores: &[Estimate]) -> Panel {
    let label = if unit.is_empty() { label.to_owned() } else { format!("{label} ({unit})") };
    Panel {
        title: String::new(),
        x: Axis::new(&label),
        y: Axis::new("vowels recognised (%)").range(0.0, 100.0),
        marks: vec![
            Mark::Points {
                label: "cross-validated".to_owned(),
                x: values.to_vec(),
                y: scores.iter().map(|e| 100.0 * e.mean).collect(),
                error: scores.iter().map(|e| 100.0 * e.standard_error).collect(),
            },
            Mark::Reference {
                label: format!("published: {:.0} %", 100.0 * PUBLISHED_CROSS_VALIDATED),
                y: 100.0 * PUBLISHED_CROSS_VALIDATED,
            },
        ],
    }
}

/// The sweeps side by side.
pub fn sweeps_figure(name: &str, panels: Vec<Panel>) -> Figure {
    Figure {
        name: format!("{name}_sweeps"),
        title: format!("Robustness of the recognition ({name})"),
        caption: "Cross-validated accuracy when one thing is changed: thermal noise, mutual coupling, and the mismatch of the \
                  oscillators, which learning has to make good through the currents."
            .to_owned(),
        panels,
    }
}
