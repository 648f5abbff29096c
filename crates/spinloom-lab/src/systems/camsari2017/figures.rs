//! The figures of invertible logic.

use super::adders::{Direction, Length};
use super::gates::{Distribution, Valid};
use super::multipliers::Size;
use super::schedules::Kind;
use crate::figure::{Axis, Figure, Mark, Panel};

/// Bars of what was sampled with points of what is exact.
pub fn bars_and_points(names: Vec<String>, sampled: &[f64], exact: &[f64]) -> Vec<Mark> {
    vec![
        Mark::Bars { names, heights: sampled.to_vec(), error: Vec::new() },
        // Gives the bars a line of the legend, and their colour.
        Mark::Points { label: "sampled (bars)".to_owned(), x: Vec::new(), y: Vec::new(), error: Vec::new() },
        Mark::Points {
            label: "exact".to_owned(),
            x: (0..exact.len()).map(|k| k as f64).collect(),
            y: exact.to_vec(),
            error: Vec::new(),
        },
    ]
}

fn line(label: &str, points: impl Iterator<Item = (f64, f64)>) -> Mark {
    let (x, y) = points.unzip();
    Mark::Line { label: label.to_owned(), x, y }
}

/// Distributions of single gates: those of two inputs, then the adders.
pub fn gates(gates: &[Distribution], interaction: f64) -> Vec<Figure> {
    let panel = |g: &Distribution| Panel {
        title: if g.lines.len() == 8 { g.name.to_owned() } else { String::new() },
        x: Axis::new(if g.lines.len() == 8 {
            "line A B C"
        } else if g.lines.len() == 16 {
            "line A B S C"
        } else {
            "line: A, B, carry in, S, carry out"
        }),
        y: Axis::new("probability"),
        marks: bars_and_points(g.lines.clone(), &g.sampled, &g.exact),
    };
    let figure = |name: &str, title: &str, panels: Vec<Panel>| {
        Figure {
        name: name.to_owned(),
        title: format!("{title} at I0 = {interaction}: sampled and exact"),
        caption: "Probability of every line of p-bits of a gate. The lines of the truth table are equally probable and far above all others.".to_owned(),
        panels,
    }
    };
    let mut figures = vec![figure("gates", "Gates", gates.iter().filter(|g| g.lines.len() == 8).map(panel).collect())];
    figures.extend(gates.iter().filter(|g| g.lines.len() > 8).map(|g| {
        let name = if g.lines.len() == 16 { "half_adder" } else { "full_adder" };
        figure(name, &capitalised(g.name), vec![panel(g)])
    }));
    figures
}

fn capitalised(name: &str) -> String {
    name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect()
}

/// P(valid) over I0.
pub fn valid(gates: &[Valid]) -> Figure {
    let marks = gates.iter().flat_map(|g| {
        [
            line(g.name, g.curve.iter().copied()),
            Mark::Points {
                label: g.name.to_owned(),
                x: g.points.iter().map(|p| p.0).collect(),
                y: g.points.iter().map(|p| p.1.mean).collect(),
                error: g.points.iter().map(|p| p.1.standard_error).collect(),
            },
        ]
    });
    Figure {
        name: "valid".to_owned(),
        title: "Probability of a line of the truth table".to_owned(),
        caption: "Lines: exact enumeration; points: sampled.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("interaction strength I0"),
            y: Axis::new("P(valid)").range(0.2, 1.02),
            marks: marks.collect(),
        }],
    }
}

/// The four-bit adder in three directions.
pub fn four_bits(directions: &[Direction], interaction: f64) -> Figure {
    let panel = |d: &Direction| Panel {
        title: d.title.clone(),
        x: Axis::new(d.number),
        y: Axis::new("probability"),
        marks: bars_and_points(
            (0..d.sampled.len()).map(|k| if k % (d.sampled.len() / 8) == 1 { k.to_string() } else { String::new() }).collect(),
            &d.sampled,
            &d.exact,
        ),
    };
    Figure {
        name: "adder4".to_owned(),
        title: format!("A four-bit adder forwards, backwards and as a subtractor at I0 = {interaction}"),
        caption: "Bars: sampled; points: exact enumeration of the p-bits that are not held.".to_owned(),
        panels: directions.iter().map(panel).collect(),
    }
}

/// A + B - S of a long adder near zero, and its size.
pub fn peak(bits: usize, interaction: f64, (d, sampled, exact): (&[i64], &[f64], &[f64]), sizes: &[f64]) -> Figure {
    let near = Panel {
        title: "near zero".to_owned(),
        x: Axis::new("A + B − S"),
        y: Axis::new("probability"),
        marks: bars_and_points(
            d.iter().map(|d| if d % 4 == 0 { d.to_string().replace('-', "−") } else { String::new() }).collect(),
            sampled,
            exact,
        ),
    };
    let label = |k: usize| match k {
        0 => "0".to_owned(),
        k if k % 8 == 0 => k.to_string(),
        _ => String::new(),
    };
    let all = Panel {
        title: format!("all 2^{} values", bits + 2),
        x: Axis::new("bits of |A + B − S|"),
        y: Axis::new("probability"),
        marks: vec![Mark::Bars { names: (0..sizes.len()).map(label).collect(), heights: sizes.to_vec(), error: Vec::new() }],
    };
    Figure {
        name: "adder_peak".to_owned(),
        title: format!("A free adder of {bits} bits at I0 = {interaction}: A + B − S"),
        caption: "A, B and S are all free; bars: sampled; points: exact, by a walk along the carries. Right: how large the difference is, in bits."
            .to_owned(),
        panels: vec![near, all],
    }
}

/// P(A + B = S) against bits.
pub fn lengths(curves: &[Length]) -> Figure {
    let marks = curves.iter().flat_map(|c| {
        let label = format!("I0 = {}", c.interaction);
        [
            line(&label, c.points.iter().map(|p| (p.0 as f64, p.2))),
            Mark::Points {
                label,
                x: c.points.iter().map(|p| p.0 as f64).collect(),
                y: c.points.iter().map(|p| p.1.mean).collect(),
                error: c.points.iter().map(|p| p.1.standard_error).collect(),
            },
        ]
    });
    Figure {
        name: "adder_length".to_owned(),
        title: "Addition of random numbers: probability of the right sum".to_owned(),
        caption: "A and B held. Lines: exact, by a walk along the carries; points: sampled. At I0 = 3 the chains have not found their balance within the sweeps they are given.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("bits"),
            y: Axis::new("P(A + B = S)").range(1e-4, 1.5).logarithmic(),
            marks: marks.collect(),
        }],
    }
}

/// Pairs of factors seen with the product held at 143.
pub fn factors(p: &[f64], interaction: f64) -> Figure {
    let odd: Vec<f64> = (0..8).map(|k| f64::from(2 * k + 1)).collect();
    Figure {
        name: "factors".to_owned(),
        title: format!("A four-bit multiplier run backwards from 143 at I0 = {interaction}"),
        caption: "How often each pair of odd factors is seen; 11 x 13 and 13 x 11 are right.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("A"),
            y: Axis::new("B"),
            marks: vec![Mark::Heatmap { label: "probability".to_owned(), x: odd.clone(), y: odd, values: p.to_vec() }],
        }],
    }
}

/// Success against the size of a multiplier.
pub fn sizes(sizes: &[Size], sweeps: usize) -> Figure {
    let seen = || sizes.iter().filter(|s| s.success.0 > 0.0);
    Figure {
        name: "multipliers".to_owned(),
        title: format!("Factoring by multipliers run backwards, anneals of {sweeps} sweeps"),
        caption:
            "Fraction of anneals that end in the two factors; bars are intervals of 68 %. Sizes without any success are left out."
                .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("bits of a factor"),
            y: Axis::new("success of one anneal").logarithmic(),
            marks: vec![Mark::Points {
                label: "products of the two largest primes".to_owned(),
                x: seen().map(|s| s.bits as f64).collect(),
                y: seen().map(|s| s.success.0).collect(),
                error: seen().map(|s| 0.5 * (s.success.2 - s.success.1)).collect(),
            }],
        }],
    }
}

/// Success over I0 for several schedules.
pub fn schedules(cases: &[(&str, Vec<Kind>)], sweeps: usize) -> Figure {
    let panels = cases.iter().map(|(title, kinds)| Panel {
        title: (*title).to_owned(),
        x: Axis::new("I0 at the end").logarithmic(),
        y: Axis::new("success of one anneal"),
        marks: kinds
            .iter()
            .flat_map(|k| {
                let (x, y): (Vec<f64>, Vec<f64>) = k.points.iter().copied().unzip();
                [
                    Mark::Line { label: k.name.to_owned(), x: x.clone(), y: y.clone() },
                    Mark::Points { label: k.name.to_owned(), x, y, error: Vec::new() },
                ]
            })
            .collect(),
    });
    Figure {
        name: "schedules".to_owned(),
        title: format!("Success over the interaction strength, {sweeps} sweeps each"),
        caption: "At a constant strength a circuit that is cold enough to be right is too cold to move; a ramp passes through the best strength on its way."
            .to_owned(),
        panels: panels.collect(),
    }
}

/// Inputs of the netlist with its outputs held.
pub fn netlist(sampled: &[f64], exact: &[f64], interaction: f64) -> Figure {
    Figure {
        name: "netlist".to_owned(),
        title: format!("A two-bit multiplier read from BLIF, run backwards from 6 at I0 = {interaction}"),
        caption: "Inputs A x B seen with the four outputs held at 6; points: exact enumeration.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("A × B"),
            y: Axis::new("probability"),
            marks: bars_and_points((0..16).map(|k| format!("{}×{}", k % 4, k / 4)).collect(), sampled, exact),
        }],
    }
}
