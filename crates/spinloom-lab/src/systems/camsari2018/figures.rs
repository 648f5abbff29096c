//! The figures of the emulated quantum magnets.

use super::sign::Point;
use super::{RingParameters, SignParameters};
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;

fn line(label: &str, x: Vec<f64>, y: Vec<f64>) -> Mark {
    Mark::Line { label: label.to_owned(), x, y }
}

fn points(label: &str, x: Vec<f64>, values: &[Estimate]) -> Mark {
    Mark::Points {
        label: label.to_owned(),
        x,
        y: values.iter().map(|e| e.mean).collect(),
        error: values.iter().map(|e| e.standard_error).collect(),
    }
}

fn numbers(values: &[usize]) -> Vec<f64> {
    values.iter().map(|v| *v as f64).collect()
}

/// Correlations against distance.
pub fn correlations(parameters: &RingParameters, limit: &[f64], replicas: &[f64], sampled: &[Estimate]) -> Figure {
    let RingParameters { spins, coupling, transverse, beta, slices, .. } = parameters;
    let r: Vec<f64> = (1..=limit.len()).map(|r| r as f64).collect();
    Figure {
        name: "correlations".to_owned(),
        title: format!("Correlations of a ring of {spins} spins in a transverse field"),
        caption: format!(
            "Coupling {coupling}, transverse field {transverse}, inverse temperature {beta}: averages over world lines of {spins} x {slices} p-bits \
             with one standard error, beside exact diagonalisation and the exact average of as many replicas."
        ),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("distance r (sites)").range(0.8, limit.len() as f64 + 0.2),
            y: Axis::new("correlation ⟨σz(0) σz(r)⟩"),
            marks: vec![
                line("exact diagonalisation", r.clone(), limit.to_vec()),
                line(&format!("exact, {slices} replicas"), r.clone(), replicas.to_vec()),
                points("p-bits", r, sampled),
            ],
        }],
    }
}

/// Errors against the number of replicas.
pub fn replicas(limit: &[f64], exact: (&[usize], &[Vec<f64>]), sampled: (&[usize], &[Vec<Estimate>])) -> Figure {
    let last = limit.len() - 2;
    let names = [(0, "nearest neighbours".to_owned()), (last, format!("distance {}", last + 1))];
    let mut marks = Vec::new();
    for (at, name) in &names {
        marks.push(line(
            &format!("{name}, exact"),
            numbers(exact.0),
            exact.1.iter().map(|e| (e[*at] - limit[*at]).abs()).collect(),
        ));
    }
    for (at, name) in &names {
        // What lies within two standard errors of zero has no place on a logarithmic axis.
        let errors = sampled.1.iter().map(|s| Estimate { mean: (s[*at].mean - limit[*at]).abs(), ..s[*at] });
        let (x, shown): (Vec<f64>, Vec<Estimate>) =
            numbers(sampled.0).into_iter().zip(errors).filter(|(_, e)| e.mean > 2.0 * e.standard_error).unzip();
        marks.push(points(&format!("{name}, p-bits"), x, &shown));
    }
    let (n, e) = (exact.0[exact.0.len() - 1] as f64, (exact.1[exact.1.len() - 1][0] - limit[0]).abs());
    let guide = |x: f64| 0.4 * e * (n / x).powi(2);
    marks.push(line("1/n²", vec![30.0, n], vec![guide(30.0), guide(n)]));
    Figure {
        name: "replicas".to_owned(),
        title: "The error falls with the square of the number of replicas".to_owned(),
        caption: "Distance of correlations of the critical ring from exact diagonalisation, against the number n of replicas: exact averages of the \
                  replicas as lines, sampled ones as points with one standard error where they differ from zero by two."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("replicas n").logarithmic(),
            y: Axis::new("error of the correlation").range(1e-5, 0.5).logarithmic(),
            marks,
        }],
    }
}

/// Sweeps an independent value costs.
pub fn clusters(slices: &[usize], single: &[f64], with: &[f64]) -> Figure {
    let curve =
        |label: &str, y: &[f64]| Mark::Points { label: label.to_owned(), x: numbers(slices), y: y.to_vec(), error: Vec::new() };
    Figure {
        name: "clusters".to_owned(),
        title: "Clusters along imaginary time keep replicas moving".to_owned(),
        caption: "Sweeps that one independent value of the magnetisation of a site costs (one plus twice the summed autocorrelations), against the \
                  number of replicas, ring in twice the critical field. A sweep with clusters visits every p-bit twice."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("replicas n").logarithmic(),
            y: Axis::new("sweeps an independent value").logarithmic(),
            marks: vec![curve("single flips", single), curve("with clusters", with)],
        }],
    }
}

/// Success of annealing.
pub fn annealing(spins: usize, budgets: &[usize], curves: &[Vec<Estimate>]) -> Figure {
    let names = ["temperature", "transverse field, single flips", "transverse field, with clusters"];
    Figure {
        name: "annealing".to_owned(),
        title: format!("Annealing random magnets of {spins} spins"),
        caption: "Probability that a read ends in the ground state known from enumeration, against the updates a spin, counted over all replicas; mean \
                  and standard error over magnets."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("updates a spin, over all replicas").logarithmic(),
            y: Axis::new("probability of a ground state").range(0.0, 1.0),
            marks: names.iter().zip(curves).map(|(name, c)| points(name, numbers(budgets), c)).collect(),
        }],
    }
}

/// Average signs.
pub fn sign(parameters: &SignParameters, against_beta: &[Point], against_size: &[Point]) -> Figure {
    let panel = |title: String, label: &str, all: &[Point]| {
        let x: Vec<f64> = all.iter().map(|p| p.x).collect();
        let sampled: Vec<Estimate> = all.iter().map(|p| p.sampled).collect();
        Panel {
            title,
            x: Axis::new(label),
            y: Axis::new("average sign").logarithmic(),
            marks: vec![
                line(&format!("exact, {} replicas", parameters.slices), x.clone(), all.iter().map(|p| p.exact).collect()),
                line("exact, n → ∞", x.clone(), all.iter().map(|p| p.limit).collect()),
                points("sampled", x, &sampled),
            ],
        }
    };
    Figure {
        name: "sign".to_owned(),
        title: "The sign of frustrated transverse couplings falls exponentially".to_owned(),
        caption: format!(
            "Average sign of world lines sampled by their absolute weights: a triangle against inverse temperature, and strips of triangles against \
             their number of spins at an inverse temperature of {}. Coupling of σx σx {}, transverse field {}. An average costs 1/sign² times as many \
             samples.",
            parameters.beta_of_strips, parameters.exchange, parameters.transverse
        ),
        panels: vec![
            panel("triangle".to_owned(), "inverse temperature β", against_beta),
            panel(format!("strips, β = {}", parameters.beta_of_strips), "spins", against_size),
        ],
    }
}
