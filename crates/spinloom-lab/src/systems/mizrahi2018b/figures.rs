//! The figures of continuous learning.

use super::learner::Course;
use super::{Corner, Design};
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;

const PERCENT: f64 = 100.0;
const PICO: f64 = 1e12;

fn figure(name: &str, title: &str, caption: String, panels: Vec<Panel>) -> Figure {
    Figure { name: name.to_owned(), title: title.to_owned(), caption, panels }
}

fn panel(x: Axis, y: Axis, marks: Vec<Mark>) -> Panel {
    Panel { title: String::new(), x, y, marks }
}

/// Errors in blocks of a hundred operations.
fn blocks(course: &Course) -> (Vec<f64>, Vec<f64>) {
    const BLOCK: usize = 100;
    let ends = (1..=course.len() / BLOCK).map(|k| k * BLOCK);
    ends.map(|end| (end as f64, PERCENT * course.error(end - BLOCK..end).mean)).unzip()
}

/// Neurons die.
pub fn death(kept: &Course, ended: &Course, when: usize, share: f64) -> Figure {
    let line = |label: &str, course: &Course| {
        let (x, y) = blocks(course);
        Mark::Line { label: label.to_owned(), x, y }
    };
    let all = blocks(ended).1.into_iter().chain(blocks(kept).1);
    let (low, top) = all.fold((100.0f64, 1.0f64), |(l, h), e| (l.min(e), h.max(e)));
    let moment = Mark::Line {
        label: format!("{:.0} % of the neurons die", PERCENT * share),
        x: vec![when as f64; 2],
        y: vec![0.8 * low, 1.3 * top],
    };
    figure(
        "death",
        "Learning that goes on makes up for dead neurons",
        format!(
            "Root mean square error of the sine, in percent of its amplitude and in blocks of a hundred operations, while {:.0} % of the neurons die: with learning that goes on and with learning that ended then.",
            PERCENT * share
        ),
        vec![panel(
            Axis::new("operations"),
            Axis::new("rms error (% of amplitude)").logarithmic(),
            vec![line("learning goes on", kept), line("learning has ended", ended), moment],
        )],
    )
}

/// Error over the barrier of the weights.
pub fn drift(barriers: &[f64], points: &[[Estimate; 2]], (attempt_time, interval): (f64, f64)) -> Figure {
    let mark = |label: &str, k: usize| Mark::Points {
        label: label.to_owned(),
        x: barriers.to_vec(),
        y: points.iter().map(|p| PERCENT * p[k].mean).collect(),
        error: points.iter().map(|p| PERCENT * p[k].standard_error).collect(),
    };
    figure(
        "drift",
        "Weights that drift are usable as long as learning goes on",
        format!(
            "Root mean square error of the sine over the barrier of the bits of the weights, which flip by themselves at the rate exp(-barrier) / {:.0} ns; operations are {:.1} ms apart.",
            attempt_time * 1e9,
            interval * 1e3
        ),
        vec![panel(
            Axis::new("barrier of the weights over the thermal energy"),
            Axis::new("rms error (% of amplitude)").logarithmic(),
            vec![mark("learning goes on", 0), mark("learning has ended", 1)],
        )],
    )
}

/// Energy at equal precision.
pub fn energy(designs: &[Design], precision: f64) -> Figure {
    let of: Vec<&Design> = designs.iter().filter(|d| d.neurons.is_some()).collect();
    let x: Vec<f64> = of.iter().map(|d| d.barrier).collect();
    let line = |label: &str, y: Vec<f64>| Mark::Line { label: label.to_owned(), x: x.clone(), y };
    let energies = vec![
        line("neurons", of.iter().map(|d| PICO * d.energy.0).collect()),
        line("writes", of.iter().map(|d| PICO * d.energy.1).collect()),
        line("both", of.iter().map(|d| PICO * (d.energy.0 + d.energy.1)).collect()),
    ];
    let top = of.iter().map(|d| PICO * (d.energy.0 + d.energy.1)).fold(1.0, f64::max);
    let neurons = vec![Mark::Points {
        label: "neurons".to_owned(),
        x: x.clone(),
        y: of.iter().filter_map(|d| d.neurons).collect(),
        error: vec![],
    }];
    let barrier = || Axis::new("barrier of the weights over the thermal energy");
    figure(
        "energy",
        "At a given precision there is a best barrier",
        format!(
            "Energy of an operation whose root mean square error is {:.0} % of the amplitude, and the neurons that this takes. Bits of a low barrier are cheap to write, but drift, and more neurons have to make up for it; stable bits only cost more.",
            PERCENT * precision
        ),
        vec![
            panel(barrier(), Axis::new("energy of an operation (pJ)").range(0.0, 1.1 * top), energies),
            panel(barrier(), Axis::new("neurons").logarithmic(), neurons),
        ],
    )
}

/// Error over barrier and neurons.
pub fn errors(corners: &[Corner], populations: &[usize], barriers: &[f64]) -> Figure {
    let y: Vec<f64> = populations.iter().map(|n| *n as f64).collect();
    let of = |n: usize, b: f64| corners.iter().find(|c| c.neurons == n && c.barrier == b);
    let value = |n: usize, b: f64| of(n, b).map_or(f64::NAN, |c| PERCENT * c.course.error(0..c.course.len()).mean.min(1.0));
    let values = populations.iter().flat_map(|n| barriers.iter().map(|b| value(*n, *b))).collect();
    let mark = Mark::Heatmap { label: "rms error (% of amplitude, at most 100)".to_owned(), x: barriers.to_vec(), y, values };
    figure(
        "errors",
        "Error over barrier and neurons, with learning that goes on",
        "Root mean square error of the sine. Below some 18 kT bits flip between operations faster than learning mends them."
            .to_owned(),
        vec![panel(Axis::new("barrier of the weights over the thermal energy"), Axis::new("neurons").logarithmic(), vec![mark])],
    )
}
