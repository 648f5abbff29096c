//! The figures of the learning p-bits.

use super::digits::Topology;
use super::gates::Curve;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;

const PERCENT: f64 = 100.0;
/// Test errors printed in the abstract: images trained on, and error, for the smallest and the largest network.
const PUBLISHED: [(&str, f64, f64); 2] = [("published, 784x10", 100.0, 0.368), ("published, 784x800x800x10", 5000.0, 0.037)];

fn points(label: &str, x: &[f64], values: &[Estimate]) -> Mark {
    Mark::Points {
        label: label.to_owned(),
        x: x.to_vec(),
        y: values.iter().map(|e| e.mean).collect(),
        error: values.iter().map(|e| e.standard_error).collect(),
    }
}

fn curve_marks(steps: &[usize], curves: &[Curve]) -> Vec<Mark> {
    // A logarithmic axis has no place for the beginning.
    let x: Vec<f64> = steps[1..].iter().map(|s| *s as f64).collect();
    curves.iter().map(|c| Mark::Line { label: c.label.clone(), x: x.clone(), y: c.divergence[1..].to_vec() }).collect()
}

/// Divergences along the exact gradient.
pub fn gates(steps: &[usize], curves: &[Curve]) -> Figure {
    Figure {
        name: "gates".to_owned(),
        title: "Gates learned along the exact gradient".to_owned(),
        caption: "Kullback-Leibler divergence of the machine from the truth table against the steps of learning. Three visible p-bits cannot hold an \
                  exclusive or: every pair of its columns is uncorrelated, the gradient vanishes and the divergence stays at ln 2. One hidden p-bit \
                  learns it."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("steps of learning").logarithmic(),
            y: Axis::new("divergence (nat)").logarithmic(),
            marks: curve_marks(steps, curves),
        }],
    }
}

/// Divergences from samples.
pub fn sampled_gates(steps: &[usize], curves: &[Curve]) -> Figure {
    Figure {
        name: "gates_sampled".to_owned(),
        title: "A full adder learned from samples of p-bits".to_owned(),
        caption: "Divergence of Boltzmann's law of the learned couplings from the truth table, with the decay of the couplings, against the steps of \
                  learning: averages taken exactly, from chains of p-bits that go on from step to step, and from chains that begin at the data."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("steps of learning").logarithmic(),
            y: Axis::new("divergence (nat)").logarithmic(),
            marks: curve_marks(steps, curves),
        }],
    }
}

/// Spread of p-bits, programmed and learned on.
pub fn gate_devices(spreads: &[f64], programmed: &[Estimate], aware: &[Estimate]) -> Figure {
    Figure {
        name: "gates_devices".to_owned(),
        title: "Spread of the p-bits is learned away".to_owned(),
        caption: "Divergence of a full adder from its truth table on p-bits whose gains and offsets differ, from the exact stationary law of the devices: \
                  couplings learned on ideal p-bits and programmed, and couplings learned on the devices themselves. Mean and standard error over \
                  circuits."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("spread of gain (logarithm) and offset (input)"),
            y: Axis::new("divergence (nat)"),
            marks: vec![points("learned on ideal p-bits", spreads, programmed), points("learned on the devices", spreads, aware)],
        }],
    }
}

fn error_line(label: &str, counts: &[usize], errors: &[f64]) -> Mark {
    Mark::Line {
        label: label.to_owned(),
        x: counts.iter().map(|c| *c as f64).collect(),
        y: errors.iter().map(|e| PERCENT * e).collect(),
    }
}

fn error_panel(mut marks: Vec<Mark>) -> Panel {
    for (label, at, error) in PUBLISHED {
        marks.push(Mark::Points { label: label.to_owned(), x: vec![at], y: vec![PERCENT * error], error: Vec::new() });
    }
    Panel {
        title: String::new(),
        x: Axis::new("images trained on").logarithmic(),
        y: Axis::new("test error (%)").range(2.5, 60.0).logarithmic(),
        marks,
    }
}

/// Test errors against images.
pub fn digits(counts: &[usize], topologies: &[Topology]) -> Figure {
    Figure {
        name: "digits".to_owned(),
        title: "Handwritten digits read by deep belief networks of p-bits".to_owned(),
        caption: "Test error against the number of images trained on: hidden layers learned by contrastive divergence without labels, then all layers \
                  from labels. Points: the two errors printed in the paper."
            .to_owned(),
        panels: vec![error_panel(topologies.iter().map(|t| error_line(&t.name, counts, &t.tuned)).collect())],
    }
}

/// Test errors of the smallest and the largest network by how labels were learned.
pub fn labels(counts: &[usize], topologies: &[Topology]) -> Figure {
    let ends = [topologies.first(), topologies.last()];
    let mut marks = Vec::new();
    for topology in ends.into_iter().flatten() {
        marks.push(error_line(&format!("{}, contrastive", topology.name), counts, &topology.contrastive));
        marks.push(error_line(&format!("{}, greedy", topology.name), counts, &topology.greedy));
    }
    if let Some(last) = topologies.last() {
        marks.push(error_line(&format!("{}, tuned", last.name), counts, &last.tuned));
    }
    Figure {
        name: "digits_labels".to_owned(),
        title: "What learning of the labels decides".to_owned(),
        caption: "Test error of the smallest and the largest network: output p-bits taught by contrastive divergence while they are held at the labels \
                  (contrastive), by the delta rule (greedy), and all layers by back-propagation afterwards (tuned). Points: the two errors printed in the \
                  paper."
            .to_owned(),
        panels: vec![error_panel(marks)],
    }
}

/// Test error against reads.
pub fn digit_reads(reads: &[(usize, f64)], mean: f64) -> Figure {
    Figure {
        name: "digits_reads".to_owned(),
        title: "Counting draws of the p-bits".to_owned(),
        caption: "Test error of the largest network when every layer hands on draws of its p-bits and the outputs are counted over some reads, beside the \
                  error of their means."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("reads").logarithmic(),
            y: Axis::new("test error (%)"),
            marks: vec![
                Mark::Points {
                    label: "draws".to_owned(),
                    x: reads.iter().map(|r| r.0 as f64).collect(),
                    y: reads.iter().map(|r| PERCENT * r.1).collect(),
                    error: Vec::new(),
                },
                Mark::Reference { label: format!("means: {:.1} %", PERCENT * mean), y: PERCENT * mean },
            ],
        }],
    }
}

/// Test errors against the spread of gain or offset.
pub struct SpreadCurves {
    /// What is spread.
    pub name: &'static str,
    /// Its spreads.
    pub spreads: Vec<f64>,
    /// Errors of the weights learned on ideal p-bits.
    pub programmed: Vec<f64>,
    /// Errors with the outputs taught again.
    pub relearned: Vec<f64>,
}

/// Test error against spread.
pub fn digit_spread(panels: &[SpreadCurves], reads: usize) -> Figure {
    let curve = |label: &str, x: &[f64], y: &[f64]| Mark::Points {
        label: label.to_owned(),
        x: x.to_vec(),
        y: y.iter().map(|e| PERCENT * e).collect(),
        error: Vec::new(),
    };
    Figure {
        name: "digits_spread".to_owned(),
        title: "Digits on p-bits that differ".to_owned(),
        caption: format!(
            "Test error of the largest network, {reads} reads, when gains (standard deviation of the logarithm) or offsets (in units of the input) of all \
             p-bits are spread: the weights learned on ideal p-bits, and with the output p-bits taught again on the chip."
        ),
        panels: panels
            .iter()
            .map(|SpreadCurves { name, spreads, programmed, relearned }| Panel {
                title: format!("spread of {name}"),
                x: Axis::new(if *name == "gain" {
                    "spread of the gain's logarithm"
                } else {
                    "spread of the offset (units of the input)"
                }),
                y: Axis::new("test error (%)"),
                marks: vec![curve("programmed", spreads, programmed), curve("outputs taught again", spreads, relearned)],
            })
            .collect(),
    }
}
