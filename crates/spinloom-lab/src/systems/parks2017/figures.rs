//! The figures of the tunable generator.

use super::super::random_bits::Judged;
use super::CurvePoint;
use crate::figure::{Axis, Figure, Mark, Panel};

const PERCENT: f64 = 100.0;

fn points(label: &str, points: &[CurvePoint], x: f64, y: f64) -> Mark {
    Mark::Points {
        label: label.to_owned(),
        x: points.iter().map(|p| p.x * x).collect(),
        y: points.iter().map(|p| p.found.mean * y).collect(),
        error: points.iter().map(|p| p.found.standard_error * y).collect(),
    }
}

/// Probability over field.
pub fn field_figure(curve: &[CurvePoint], law: &dyn Fn(f64) -> f64, voltage: f64) -> Figure {
    let (low, high) = (curve[0].x, curve[curve.len() - 1].x);
    let x: Vec<f64> = (0..=200).map(|i| low + (high - low) * f64::from(i) / 200.0).collect();
    let y = x.iter().map(|x| law(*x)).collect();
    Figure {
        name: "probability_over_field".to_owned(),
        title: "A field of a few millitesla tunes the bits from all zeros to all ones".to_owned(),
        caption: format!(
            "Probability of the parallel state at {voltage} V, simulated event by event (points, with errors between junctions) and by the closed form (line)."
        ),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("applied field (mT)"),
            y: Axis::new("probability of the parallel state").range(0.0, 1.0),
            marks: vec![
                Mark::Line { label: "closed form".to_owned(), x: x.iter().map(|x| x * 1e3).collect(), y },
                points("simulated", curve, 1e3, 1.0),
            ],
        }],
    }
}

/// Flip rate and energy per bit over voltage.
pub fn voltage_figure(curve: &[CurvePoint], fine: &[f64], energy: &[f64]) -> Figure {
    let panel = |title: &str, y: Axis, marks| Panel { title: title.to_owned(), x: Axis::new("voltage (V)"), y, marks };
    let line = |label: &str, x: Vec<f64>, y: Vec<f64>| Mark::Line { label: label.to_owned(), x, y };
    let law = line("closed form", curve.iter().map(|p| p.x).collect(), curve.iter().map(|p| p.law / 1e3).collect());
    Figure {
        name: "rate_over_voltage".to_owned(),
        title: "Voltage lowers the barrier: faster bits, and in the end cheaper ones".to_owned(),
        caption: "Flips per second at balance (left) and the energy of a raw bit when the voltage is held for the whole sampling period (right). The energy rises as V^2 until \
                  the rate, which rises exponentially, wins."
            .to_owned(),
        panels: vec![
            panel("speed", Axis::new("flips per second (kHz)").logarithmic(), vec![law, points("simulated", curve, 1.0, 1e-3)]),
            panel(
                "energy",
                Axis::new("energy per raw bit (pJ)"),
                vec![line("V^2 / R times the period", fine.to_vec(), energy.iter().map(|e| e * 1e12).collect())],
            ),
        ],
    }
}

/// Tests passed by raw bits.
pub fn raw_figure(bars: &[(String, f64)], probability: f64) -> Figure {
    Figure {
        name: "raw_bits".to_owned(),
        title: "Raw bits, read slowly".to_owned(),
        caption: format!(
            "Percentage of the 188 p-values of SP 800-22 that pass: at the balancing field; detuned, with a probability of {probability:.2}; and the same after von Neumann's \
             extractor, which removes every bias of independent bits."
        ),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new(""),
            y: Axis::new("tests passed (%)").range(0.0, 105.0),
            marks: vec![Mark::Bars {
                names: bars.iter().map(|b| b.0.clone()).collect(),
                heights: bars.iter().map(|b| PERCENT * b.1).collect(),
                error: Vec::new(),
            }],
        }],
    }
}

/// Tests passed by the exclusive or of neighbours, over what the laws leave.
pub fn whitened_figure(combined: &[usize], judged: &[Judged], bias: &[f64], covariance: &[f64], period: f64) -> Figure {
    let x: Vec<f64> = combined.iter().map(|n| *n as f64).collect();
    let dots = |label: &str, y: Vec<f64>| Mark::Points { label: label.to_owned(), x: x.clone(), y, error: Vec::new() };
    let positive = |values: &[f64]| values.iter().map(|v| if v.abs() > 1e-15 { v.abs() } else { f64::NAN }).collect();
    let passing = judged.iter().map(|j| PERCENT * j.passing()).collect();
    let panel = |title: &str, y: Axis, marks| Panel {
        title: title.to_owned(),
        x: Axis::new("neighbouring bits combined, N").range(0.5, 8.5),
        y,
        marks,
    };
    Figure {
        name: "whitened_bits".to_owned(),
        title: "Bits read fast: odd numbers of neighbours whiten, even ones leave a bias".to_owned(),
        caption: format!(
            "Bits of a balanced junction read every {period} relaxation times. Left: bias rho^(N/2) of even and correlation rho^N of odd numbers of neighbours, exact; a million bits \
             show about 0.003 of either. Right: percentage of the 188 p-values that pass."
        ),
        panels: vec![
            panel(
                "exact laws",
                Axis::new("|mean spin| or |correlation|").logarithmic(),
                vec![
                    dots("bias (even N)", positive(bias)),
                    dots("correlation of words (odd N)", positive(covariance)),
                    Mark::Reference { label: "seen in a million bits".to_owned(), y: 2.6e-3 },
                ],
            ),
            panel("tests", Axis::new("tests passed (%)").range(0.0, 105.0), vec![dots("SP 800-22", passing)]),
        ],
    }
}
