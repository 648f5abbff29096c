//! The figures of the generator of random bits.

use super::super::random_bits::Judged;
use super::{DEPTHS, FREQUENCIES, LawPoint};
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_task::randomness::{MarkovBits, proportion_band};
use std::f64::consts::LN_2;

/// Percentage of tests passed with eight junctions in the table of the paper, at the first two frequencies.
const PUBLISHED_EIGHT: [f64; 2] = [10.1, 12.2];
const PERCENT: f64 = 100.0;

fn name(depth: usize) -> String {
    if depth == 1 { "raw".to_owned() } else { format!("XOR of {depth} junctions") }
}

/// Correlation of neighbours against the sampling period.
pub fn streams_figure(points: &[LawPoint]) -> Figure {
    let mut marks = Vec::new();
    for depth in DEPTHS {
        let of: Vec<&LawPoint> = points.iter().filter(|p| p.count == depth).collect();
        let chain =
            |period: f64| MarkovBits { mean: of[0].mean_law.abs().powf(1.0 / depth as f64), correlation: (-period).exp() };
        let x: Vec<f64> = (0..=80).map(|i| 0.05 * 80f64.powf(f64::from(i) / 80.0)).collect();
        let y = x.iter().map(|x| chain(*x).correlation_of_streams(depth, 1)).collect();
        marks.push(Mark::Line { label: name(depth), x, y });
        // What is lost in its own error has no place on a logarithmic axis.
        let seen: Vec<&&LawPoint> = of.iter().filter(|p| p.correlation().0 > 2.0 * p.product.standard_error).collect();
        marks.push(Mark::Points {
            label: name(depth),
            x: seen.iter().map(|p| p.period).collect(),
            y: seen.iter().map(|p| p.correlation().0).collect(),
            error: seen.iter().map(|p| p.product.standard_error).collect(),
        });
    }
    Figure {
        name: "whitening_streams".to_owned(),
        title: "Correlation left by the exclusive or of independent junctions".to_owned(),
        caption: "Correlation of neighbouring bits against the sampling period, simulated event by event (points) and by the exact law (e^2 + (1 - e^2) rho)^N - \
                  e^(2N) over 1 - e^(2N) with rho = exp(-K T) (lines). A million bits show a correlation above 0.003 to the runs test."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("sampling period / relaxation time").logarithmic(),
            y: Axis::new("correlation of neighbouring bits").range(1e-4, 1.0).logarithmic(),
            marks,
        }],
    }
}

/// Bias and correlation of words of neighbours of one junction.
pub fn neighbours_figure(points: &[LawPoint], mean: f64) -> Figure {
    let counts: Vec<f64> = points.iter().map(|p| p.count as f64).collect();
    let line = |label: &str, y: Vec<f64>| Mark::Line { label: label.to_owned(), x: counts.clone(), y };
    let dots = |label: &str, y: Vec<f64>, error: Vec<f64>| Mark::Points { label: label.to_owned(), x: counts.clone(), y, error };
    let fair = MarkovBits { mean: 0.0, correlation: (-LN_2).exp() };
    let independent = counts.iter().map(|c| mean.abs().powf(*c)).collect();
    let unbiased = |of: &dyn Fn(usize) -> f64| points.iter().map(|p| of(p.count).abs()).collect::<Vec<f64>>();
    let bias = vec![
        line("exact law", points.iter().map(|p| p.mean_law.abs()).collect()),
        dots(
            "simulated",
            points.iter().map(|p| p.mean.mean.abs()).collect(),
            points.iter().map(|p| p.mean.standard_error).collect(),
        ),
        line("unbiased junction", unbiased(&|n| fair.product_of_neighbours(n))),
        line("independent junctions", independent),
    ];
    let correlation = vec![
        line("exact law", points.iter().map(|p| p.correlation().1.abs()).collect()),
        dots(
            "simulated",
            points.iter().map(|p| p.correlation().0.abs()).collect(),
            points.iter().map(|p| p.product.standard_error).collect(),
        ),
        line("unbiased junction", unbiased(&|n| fair.covariance_of_neighbours(n, 1))),
    ];
    let panel = |title: &str, label: &str, marks| Panel {
        title: title.to_owned(),
        x: Axis::new("neighbouring bits combined, N").range(0.5, 9.5),
        y: Axis::new(label),
        marks,
    };
    Figure {
        name: "whitening_neighbours".to_owned(),
        title: "Neighbouring bits of one junction are a poor source for the exclusive or".to_owned(),
        caption: "Bias and correlation of the exclusive or of N bits that follow each other, read where half of the correlation is left (rho = 0.5). An even \
                  number leaves the bias rho^(N/2) that independent junctions would not have; an odd number leaves none in an unbiased junction, but a correlation rho^N."
            .to_owned(),
        panels: vec![panel("bias", "|mean spin|", bias), panel("correlation", "|correlation of words|", correlation)],
    }
}

/// Tests passed over sampling frequency and number of junctions.
pub fn table_figure(rows: &[(f64, [f64; 4])]) -> Figure {
    let x: Vec<f64> = rows.iter().map(|r| r.0 / 1e3).collect();
    let mut marks: Vec<Mark> = Vec::new();
    for (i, depth) in DEPTHS.iter().enumerate() {
        let y: Vec<f64> = rows.iter().map(|r| PERCENT * r.1[i]).collect();
        marks.push(Mark::Line { label: name(*depth), x: x.clone(), y: y.clone() });
        marks.push(Mark::Points { label: name(*depth), x: x.clone(), y, error: Vec::new() });
    }
    marks.push(Mark::Points {
        label: "published, XOR8".to_owned(),
        x: FREQUENCIES[..2].iter().map(|f| f / 1e3).collect(),
        y: PUBLISHED_EIGHT.to_vec(),
        error: Vec::new(),
    });
    Figure {
        name: "nist_table".to_owned(),
        title: "Tests of SP 800-22 passed, over sampling frequency".to_owned(),
        caption: "Percentage of the 188 p-values of the suite whose verdict over all sequences is random, against the sampling frequency of a junction that makes 1660 full \
                  cycles a second."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("sampling frequency (kHz)").logarithmic(),
            y: Axis::new("tests passed (%)").range(0.0, 105.0),
            marks,
        }],
    }
}

/// Proportion of sequences that pass, test by test, with the acceptance band.
pub fn proportion_figure(judged: &Judged, sequences: usize, significance: f64) -> Figure {
    let found: Vec<(f64, f64)> =
        judged.tests.iter().enumerate().filter_map(|(i, t)| Some((i as f64 + 1.0, PERCENT * t.proportion()?))).collect();
    let lowest = PERCENT * proportion_band(sequences, significance).0;
    Figure {
        name: "generator_tests".to_owned(),
        title: "The generator, test by test".to_owned(),
        caption: format!(
            "Percentage of {sequences} sequences that pass each of the 188 tests, in the order of NIST's report (8 to 155: non-overlapping templates), above the \
             line where the proportion is by chance. Random excursions apply to fewer sequences and have a wider band."
        ),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("test").range(0.0, 189.0),
            y: Axis::new("sequences passing (%)").range(85.0, 101.0),
            marks: vec![
                Mark::Points {
                    label: "measured".to_owned(),
                    x: found.iter().map(|p| p.0).collect(),
                    y: found.iter().map(|p| p.1).collect(),
                    error: Vec::new(),
                },
                Mark::Reference { label: format!("lowest allowed for {sequences} sequences"), y: lowest },
                Mark::Reference { label: "expected".to_owned(), y: PERCENT * (1.0 - significance) },
            ],
        }],
    }
}
