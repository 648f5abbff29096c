//! The figures of the travelling salesman.

use super::five::{Ground, Probabilities};
use super::sixteen::{Map, Score};
use super::tsplib::Solved;
use super::watch::Watched;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;

/// I0 times the largest distance at which the mobility of tours is measured.
pub const HELD: f64 = 12.0;

fn line(label: &str, points: impl Iterator<Item = (f64, f64)>) -> Mark {
    let (x, y) = points.unzip();
    Mark::Line { label: label.to_owned(), x, y }
}

/// A line through points with errors; what has no value is left out.
fn series(label: &str, points: impl Iterator<Item = (f64, Estimate)>) -> [Mark; 2] {
    let all: Vec<(f64, Estimate)> = points.filter(|p| p.1.mean.is_finite()).collect();
    let (x, y): (Vec<f64>, Vec<f64>) = all.iter().map(|p| (p.0, p.1.mean)).unzip();
    [
        Mark::Line { label: label.to_owned(), x: x.clone(), y: y.clone() },
        Mark::Points { label: label.to_owned(), x, y, error: all.iter().map(|p| p.1.standard_error).collect() },
    ]
}

fn exactly(mean: f64) -> Estimate {
    Estimate { mean, standard_error: 0.0, count: 1 }
}

/// Five cities against enumeration.
pub fn five(grounds: &[Ground], probabilities: &Probabilities, optimum: f64) -> Figure {
    let part = |valid: bool| grounds.iter().filter(move |g| g.valid == valid);
    let ground = |label: &str, valid: bool| Mark::Points {
        label: label.to_owned(),
        x: part(valid).map(|g| g.penalty).collect(),
        y: part(valid).map(|g| g.energy).collect(),
        error: Vec::new(),
    };
    let sampled = |label: &str, pick: fn(&(f64, Estimate, Estimate)) -> Estimate| Mark::Points {
        label: label.to_owned(),
        x: probabilities.points.iter().map(|p| p.0).collect(),
        y: probabilities.points.iter().map(|p| pick(p).mean).collect(),
        error: probabilities.points.iter().map(|p| pick(p).standard_error).collect(),
    };
    Figure {
        name: "five".to_owned(),
        title: "Five cities against enumeration of all 2^16 states".to_owned(),
        caption: "Left: the least energy over the penalty; a small penalty makes it cheaper to leave cities out. Right, A = 1.5: probability of a tour and of the \
                  shortest; lines exact, points sampled."
            .to_owned(),
        panels: vec![
            Panel {
                title: "ground state".to_owned(),
                x: Axis::new("penalty A / largest distance"),
                y: Axis::new("energy / largest distance"),
                marks: vec![
                    ground("no tour", false),
                    ground("the shortest tour", true),
                    Mark::Reference { label: format!("length of the shortest tour: {optimum:.4}"), y: optimum },
                ],
            },
            Panel {
                title: "probability".to_owned(),
                x: Axis::new("I0 × largest distance").logarithmic(),
                y: Axis::new("probability").range(0.0, 1.05),
                marks: vec![
                    line("a tour", probabilities.curve.iter().map(|c| (c.0, c.1))),
                    sampled("a tour", |p| p.1),
                    line("the shortest", probabilities.curve.iter().map(|c| (c.0, c.2))),
                    sampled("the shortest", |p| p.2),
                ],
            },
        ],
    }
}

/// Cities with tours.
pub fn tours(map: &Map, safe: &[Watched], plain: &[Watched], mended: &[Watched]) -> Figure {
    let panel = |title: String, tour: &[usize]| {
        let closed = tour.iter().chain(tour.first()).map(|&c| map.places[c]);
        Panel {
            title,
            x: Axis::new("x").range(-0.05, 1.05),
            y: Axis::new("y").range(-0.05, 1.05),
            marks: vec![
                line("", closed),
                Mark::Points {
                    label: String::new(),
                    x: map.places.iter().map(|p| p.0).collect(),
                    y: map.places.iter().map(|p| p.1).collect(),
                    error: Vec::new(),
                },
            ],
        }
    };
    let before: Vec<usize> = (0..map.places.len()).collect();
    let over = |length: f64| format!("{:.3} × shortest", length / map.optimum);
    let mut panels = vec![panel(format!("before: as numbered, {}", over(map.cities.length(&before))), &before)];
    let shortest_of =
        |reads: &[Watched]| reads.iter().filter_map(|r| r.best.clone()).min_by(|a, b| a.length.total_cmp(&b.length));
    if let Some(best) = shortest_of(safe) {
        panels.push(panel(format!("A = largest distance: {}", over(best.length)), &best.tour));
    }
    if let Some(best) = shortest_of(plain) {
        panels.push(panel(format!("smaller penalty: {}", over(best.length)), &best.tour));
    }
    if let Some(best) = mended.iter().map(|r| &r.mended).min_by(|a, b| a.length.total_cmp(&b.length)) {
        panels.push(panel(format!("mended reading: {}", over(best.length)), &best.tour));
    }
    Figure {
        name: "tours".to_owned(),
        title: format!("{} random cities before and after annealing", map.places.len()),
        caption: "The best tour of all anneals at each penalty.".to_owned(),
        panels,
    }
}

/// Validity, length and mobility over the penalty.
pub fn penalty(scores: &[Score], still: &[Score], needed: f64) -> Figure {
    let x = || Axis::new("penalty A / largest distance");
    let mut lengths = Vec::new();
    lengths.extend(series("at the end", scores.iter().map(|s| (s.x, s.last))));
    lengths.extend(series("best passed", scores.iter().map(|s| (s.x, s.best))));
    lengths.extend(series("best, mended", scores.iter().map(|s| (s.x, s.mended))));
    let moving = || still.iter().filter(|s| s.mobility > 0.0).map(|s| (s.x, exactly(s.mobility)));
    let mobility: Vec<Mark> = series("", moving()).into();
    Figure {
        name: "penalty".to_owned(),
        title: "What the penalty does: validity, length, and how often tours change".to_owned(),
        caption: format!(
            "Anneals of equal length. Below A = {needed:.2} largest distances it pays to leave a city of the shortest tour out; above, tours change ever more \
             rarely at one temperature (right), and anneals freeze in long ones."
        ),
        panels: vec![
            Panel {
                title: "ends in a tour".to_owned(),
                x: x(),
                y: Axis::new("fraction of anneals").range(0.0, 1.05),
                marks: series("", scores.iter().map(|s| (s.x, exactly(s.valid)))).into(),
            },
            Panel { title: "length of tours".to_owned(), x: x(), y: Axis::new("length / shortest"), marks: lengths },
            Panel {
                title: format!("nearest tour at I0 = {HELD}"),
                x: x(),
                y: Axis::new("changes a sweep").logarithmic(),
                marks: mobility,
            },
        ],
    }
}

/// Validity and length over sweeps.
pub fn sweeps(curves: &[(f64, Vec<Score>)]) -> Figure {
    let x = || Axis::new("sweeps").logarithmic();
    let label = |penalty: f64| format!("A = {penalty}");
    let panel = |title: &str, y: &str, pick: fn(&Score) -> Estimate| Panel {
        title: title.to_owned(),
        x: x(),
        y: Axis::new(y),
        marks: curves.iter().flat_map(|(penalty, c)| series(&label(*penalty), c.iter().map(|s| (s.x, pick(s))))).collect(),
    };
    Figure {
        name: "sweeps".to_owned(),
        title: "Longer anneals: validity and length for three penalties".to_owned(),
        caption: "Penalties relative to the largest distance; lengths relative to the shortest tour, means over anneals."
            .to_owned(),
        panels: vec![
            panel("ends in a tour", "fraction of anneals", |s| exactly(s.valid)),
            panel("best tour passed", "length / shortest", |s| s.best),
            panel("best, mended reading", "length / shortest", |s| s.mended),
        ],
    }
}

/// Best lengths of the anneals of problems of TSPLIB.
pub fn tsplib(solved: &[Solved]) -> Figure {
    let panel = |s: &Solved| {
        let mut sorted = s.lengths.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        Panel {
            title: format!("{}: {} found, shortest {}", s.name, s.length, s.shortest),
            x: Axis::new("best length of an anneal / shortest"),
            y: Axis::new("fraction of anneals at most").range(0.0, 1.05),
            marks: vec![Mark::Points {
                label: String::new(),
                y: (0..sorted.len()).map(|k| (k + 1) as f64 / n).collect(),
                x: sorted,
                error: Vec::new(),
            }],
        }
    };
    Figure {
        name: "tsplib".to_owned(),
        title: "Problems of TSPLIB, anneals until the shortest tour is passed".to_owned(),
        caption: "Mended reading. The shortest length is that of dynamic programming (Held and Karp).".to_owned(),
        panels: solved.iter().map(panel).collect(),
    }
}
