//! The figures of factoring.

use super::histograms::Histogram;
use super::variability::Robustness;
use super::wall::{Wall, Way};
use crate::figure::{Axis, Figure, Mark, Panel};

/// What a way is called.
pub fn name(way: Way) -> &'static str {
    match way {
        Way::Direct => "(XY − N)²",
        Way::Multiplier => "multiplier run backwards",
    }
}

/// The same in a word, for legends.
fn short(way: Way) -> &'static str {
    match way {
        Way::Direct => "(XY − N)²",
        Way::Multiplier => "multiplier",
    }
}

/// Sampled and exact distribution over both factors.
pub fn histogram(s: &Histogram) -> Figure {
    let number = s.problem.factoring.number;
    let (columns, rows) = (1 << s.problem.factoring.first_bits, 1 << s.problem.factoring.second_bits);
    let odd = |n: usize| (0..n).map(|k| (2 * k + 1) as f64).collect::<Vec<_>>();
    let panel = |title: &str, p: &[f64]| {
        let mut values = vec![0.0; columns * rows];
        for (state, v) in p.iter().enumerate() {
            let (x, y) = s.problem.place(state);
            values[y * columns + x] = *v;
        }
        Panel {
            title: title.to_owned(),
            x: Axis::new("X"),
            y: Axis::new("Y"),
            marks: vec![Mark::Heatmap { label: "probability".to_owned(), x: odd(columns), y: odd(rows), values }],
        }
    };
    Figure {
        name: format!("factors_{number}"),
        title: format!("{number} factored by {} p-bits", s.problem.factoring.spins()),
        caption: format!("Probability of X and Y at I0 = {:.3e}; the product of the bright cells is {number}.", s.interaction),
        panels: vec![panel("sampled", &s.sampled), panel("exact (Boltzmann)", &s.exact)],
    }
}

/// P(solution) over the interaction strength.
pub fn over_strength(all: &[Histogram]) -> Figure {
    let marks = all.iter().flat_map(|s| {
        let label = format!("{}, {} p-bits", s.problem.factoring.number, s.problem.factoring.spins());
        let (x, y) = s.curve.iter().copied().unzip();
        [
            Mark::Line { label: label.clone(), x, y },
            Mark::Points {
                label,
                x: s.points.iter().map(|p| p.0).collect(),
                y: s.points.iter().map(|p| p.1.mean).collect(),
                error: s.points.iter().map(|p| p.1.standard_error).collect(),
            },
        ]
    });
    Figure {
        name: "strength".to_owned(),
        title: "Probability of the right factors over the interaction strength".to_owned(),
        caption: "Lines: exact; points: sampled after a ramp of 1000 sweeps. Where points leave their line, chains have frozen in a product close to the number."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("I0").logarithmic(),
            y: Axis::new("P(right factors)").range(0.0, 1.05),
            marks: marks.collect(),
        }],
    }
}

/// P(solution) over the spread of p-bits.
pub fn spread(all: &[Robustness], offsets: f64, ideal: f64) -> Figure {
    let panel = |title: &str, y: &str, marks: Vec<Mark>| Panel {
        title: title.to_owned(),
        x: Axis::new(&format!("spread of gain; of offset {offsets:.1} times that")),
        y: Axis::new(y).range(0.0, 1.05),
        marks,
    };
    let series = |r: &Robustness, pick: fn(&(f64, spinloom_core::statistics::Estimate, f64)) -> (f64, f64)| {
        let x: Vec<f64> = r.points.iter().map(|p| p.0).collect();
        let y: Vec<f64> = r.points.iter().map(|p| pick(p).0).collect();
        let error = r.points.iter().map(|p| pick(p).1).collect();
        [
            Mark::Line { label: r.number.to_string(), x: x.clone(), y: y.clone() },
            Mark::Points { label: r.number.to_string(), x, y, error },
        ]
    };
    Figure {
        name: "spread".to_owned(),
        title: "p-bits that differ in gain and offset".to_owned(),
        caption: format!(
            "Exact stationary distributions of sets of imperfect p-bits, at the strength at which ideal ones have the right factors with probability {ideal}."
        ),
        panels: vec![
            panel(
                "right factors",
                "mean probability",
                all.iter().flat_map(|r| series(r, |p| (p.1.mean, p.1.standard_error))).collect(),
            ),
            panel(
                "likeliest state",
                "fraction of sets in which it is right",
                all.iter().flat_map(|r| series(r, |p| (p.2, 0.0))).collect(),
            ),
        ],
    }
}

/// Updates to a solution over bits.
pub fn wall(walls: &[Wall]) -> Figure {
    let mut marks = Vec::new();
    for w in walls {
        let seen: Vec<_> = w.points.iter().filter(|p| p.median.is_finite()).collect();
        let label = format!("{}: 2^({:.2} b)", short(w.way), w.fit.1);
        let x: Vec<f64> = seen.iter().map(|p| p.bits as f64).collect();
        marks.push(Mark::Line {
            label: label.clone(),
            y: x.iter().map(|b| (w.fit.0 + w.fit.1 * b).exp2()).collect(),
            x: x.clone(),
        });
        // Every number, and the line through the medians.
        let every =
            || seen.iter().flat_map(|p| p.all.iter().filter(|t| t.is_finite()).map(|t| (p.bits as f64, t * p.pbits as f64)));
        let (x, y) = every().unzip();
        marks.push(Mark::Points { label, x, y, error: Vec::new() });
    }
    let bits: Vec<f64> = walls.iter().flat_map(|w| w.points.iter().map(|p| p.bits as f64)).collect();
    let (low, high) = bits.iter().fold((f64::INFINITY, 0.0f64), |(l, h), b| (l.min(*b), h.max(*b)));
    marks.push(Mark::Line {
        label: "odd trial divisors: 2^(0.5 b)".to_owned(),
        x: vec![low, high],
        y: vec![(0.5 * low - 1.0).exp2(), (0.5 * high - 1.0).exp2()],
    });
    marks.push(Mark::Line {
        label: "guesses: 2^(1.0 b)".to_owned(),
        x: vec![low, high],
        y: [low, high].iter().map(|b| 100f64.ln() * (b - 3.0).exp2()).collect(),
    });
    Figure {
        name: "wall".to_owned(),
        title: "Larger numbers: p-bit updates to the factors with 99 %".to_owned(),
        caption: "Every number of a size with the best of four lengths of anneals, and exponential fits to the medians; beside them what division and guessing take."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("bits b of the number"),
            y: Axis::new("updates (divisions, guesses)").logarithmic(),
            marks,
        }],
    }
}
