//! The figures of the logic.

use super::circuit::Rounds;
use crate::figure::{Axis, Figure, Mark, Panel};

fn scaled(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|v| v * factor).collect()
}

/// Latency of AND over the delay between its inputs.
pub fn tolerance(delays: &[f64], latency: &[f64]) -> Figure {
    Figure {
        name: "timing_tolerance".to_owned(),
        title: "Two kicks count as two while they come close together".to_owned(),
        caption: "Time from the first input pulse to the spike of AND, over the delay of the second input. Where no point is, it does not fire.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("delay between the inputs (ps)").range(0.0, 10.0),
            y: Axis::new("latency (ps)"),
            marks: vec![Mark::Points {
                label: "AND".to_owned(),
                x: scaled(delays, 1e12),
                y: scaled(latency, 1e12),
                error: Vec::new(),
            }],
        }],
    }
}

/// Velocities of the neurons of the adder after one, two and three inputs.
pub fn adder(traces: &[(Vec<f64>, Vec<Vec<f64>>)]) -> Figure {
    let names = [(0, "input"), (3, "one or more"), (4, "two or more: carry"), (5, "three"), (6, "sum")];
    let panel = |inputs: usize, (time, rows): &(Vec<f64>, Vec<Vec<f64>>)| Panel {
        title: format!("{inputs} of 3 inputs"),
        x: Axis::new("time (ps)").range(0.0, 25.0),
        y: Axis::new("angular velocity (rad/ps)").range(-1.0, 3.5),
        marks: names
            .iter()
            .map(|(i, label)| Mark::Line { label: (*label).to_owned(), x: scaled(time, 1e12), y: scaled(&rows[*i], 1e-12) })
            .collect(),
    };
    Figure {
        name: "adder".to_owned(),
        title: "A full adder of four neurons beside its inputs".to_owned(),
        caption: "Angular velocities after one, two and three inputs. The neurons that fire at one, two and three inputs kick the sum forwards, backwards and forwards: \
                  with two inputs the carry takes back what the first has given, in time."
            .to_owned(),
        panels: traces.iter().enumerate().map(|(k, t)| panel(k + 1, t)).collect(),
    }
}

/// Wrong words over the clock.
pub fn clock(clocks: &[f64], errors: &[f64], words: usize) -> Figure {
    Figure {
        name: "clock".to_owned(),
        title: "Additions one after another".to_owned(),
        caption: format!("Fraction of {words} random words that the adder gets wrong, over the clock at which they come."),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("clock (GHz)"),
            y: Axis::new("wrong words").range(-0.02, 1.02),
            marks: vec![Mark::Points {
                label: "adder".to_owned(),
                x: scaled(clocks, 1e-9),
                y: errors.to_vec(),
                error: Vec::new(),
            }],
        }],
    }
}

/// Frequency of the loop over the bias.
pub fn ring(biases: &[f64], found: &[Rounds], neurons: usize) -> Figure {
    Figure {
        name: "loop".to_owned(),
        title: "A spike that goes round is remembered, at a clock that the bias sets".to_owned(),
        caption: format!(
            "Rounds a second of a spike in a ring of {neurons} neurons, over their bias; zero where it dies. Beyond the jump all neurons turn without rest, and nothing goes round any more."
        ),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("bias over threshold"),
            y: Axis::new("rounds (GHz)"),
            marks: vec![Mark::Points {
                label: format!("{neurons} neurons"),
                x: biases.to_vec(),
                y: found.iter().map(|r| r.frequency * 1e-9).collect(),
                error: Vec::new(),
            }],
        }],
    }
}
