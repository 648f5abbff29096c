//! Figures of the p-bit system.

use super::network::Score;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;
use spinloom_device::pbit::{Pbit, SpinOrbitPbit};

/// A transfer curve with everything that is drawn about it; inputs in the units of the axis.
#[derive(Debug, Clone)]
pub struct Curve {
    pub title: String,
    pub axis: String,
    pub reduced: (Vec<f64>, Vec<f64>),
    pub reduced_label: String,
    pub tanh: (Vec<f64>, Vec<f64>),
    pub tanh_label: String,
    pub points: Vec<(String, Vec<f64>, Vec<f64>)>,
}

/// A function over the range of some inputs on a fine grid, the abscissae multiplied by `unit`.
pub fn dense(inputs: &[f64], unit: f64, f: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
    let (low, high) = inputs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    (0..=200).map(|k| low + (high - low) * f64::from(k) / 200.0).map(|v| (v * unit, f(v))).unzip()
}

fn line(label: &str, x: &[f64], y: &[f64]) -> Mark {
    Mark::Line { label: label.to_owned(), x: x.to_vec(), y: y.to_vec() }
}

fn points(label: &str, x: &[f64], y: &[f64], error: Vec<f64>) -> Mark {
    Mark::Points { label: label.to_owned(), x: x.to_vec(), y: y.to_vec(), error }
}

fn panel(title: &str, x: Axis, y: Axis, marks: Vec<Mark>) -> Panel {
    Panel { title: title.to_owned(), x, y, marks }
}

/// Transfer curves of both devices.
pub fn transfer(embedded: &Curve, spin_orbit: &Curve) -> Figure {
    let one = |c: &Curve| {
        let mut marks = vec![line(&c.reduced_label, &c.reduced.0, &c.reduced.1), line(&c.tanh_label, &c.tanh.0, &c.tanh.1)];
        marks.extend(c.points.iter().map(|(label, x, y)| points(label, x, y, Vec::new())));
        panel(&c.title, Axis::new(&c.axis), Axis::new("mean output").range(-1.1, 1.1), marks)
    };
    Figure {
        name: "transfer".to_owned(),
        title: "Transfer curves of two p-bits".to_owned(),
        caption: "Mean of the binary output against the input: macrospins, the reduced law of each device, and a tanh (the least-squares fit \
                  for the embedded junction, the one of equal slope at the origin for the spin-orbit p-bit)."
            .to_owned(),
        panels: vec![one(embedded), one(spin_orbit)],
    }
}

/// Autocorrelation and times of the embedded junction.
pub fn embedded_times(
    curve: &[(f64, f64)],
    theory: &[f64],
    dampings: &[f64],
    memory: &[f64],
    predicted: &[f64],
    reversal: &[f64],
) -> Figure {
    let nanoseconds = |v: &[f64]| v.iter().map(|t| t * 1e9).collect::<Vec<_>>();
    let t: Vec<f64> = curve.iter().map(|p| p.0 * 1e9).collect();
    let c: Vec<f64> = curve.iter().map(|p| p.1).collect();
    let every = |v: &[f64]| v.iter().step_by(4).copied().collect::<Vec<_>>();
    Figure {
        name: "embedded_times".to_owned(),
        title: "How fast a circular in-plane magnet forgets".to_owned(),
        caption: "Left: autocorrelation of the in-plane magnetization, macrospins beside the linear theory. Right: mean time between reversals, \
                  which the damping does not change, and the time in which magnets that begin in one known state lose their common phase, which \
                  goes as the damping to the power -1/3 (Kaiser et al. 2019)."
            .to_owned(),
        panels: vec![
            panel(
                "equilibrium",
                Axis::new("time (ns)"),
                Axis::new("autocorrelation"),
                vec![line("theory", &t, theory), points("macrospins", &every(&t), &every(&c), Vec::new())],
            ),
            panel(
                "against damping",
                Axis::new("damping").logarithmic(),
                Axis::new("time (ns)").logarithmic(),
                vec![
                    line("memory, theory", dampings, &nanoseconds(predicted)),
                    points("memory", dampings, &nanoseconds(memory), Vec::new()),
                    points("between reversals", dampings, &nanoseconds(reversal), Vec::new()),
                ],
            ),
        ],
    }
}

/// Autocorrelation of the spin-orbit p-bit.
pub fn spin_orbit_correlation(curve: &[(f64, f64)], theory: &[f64]) -> Figure {
    let t: Vec<f64> = curve.iter().map(|p| p.0 * 1e9).collect();
    let c: Vec<f64> = curve.iter().map(|p| p.1).collect();
    Figure {
        name: "spin_orbit_correlation".to_owned(),
        title: "How fast the magnet of the spin-orbit p-bit forgets".to_owned(),
        caption: "Autocorrelation of the magnetization along the polarisation without input: macrospins beside an exponential with the integral \
                  time of the Fokker-Planck equation."
            .to_owned(),
        panels: vec![panel(
            "",
            Axis::new("time (ns)"),
            Axis::new("autocorrelation"),
            vec![line("Fokker-Planck", &t, theory), points("macrospins", &t, &c, Vec::new())],
        )],
    }
}

/// Where the reduction of the spin-orbit p-bit ends.
pub fn plane_fields(pbit: &SpinOrbitPbit, inputs: &[f64], curves: &[(f64, Vec<f64>)]) -> Figure {
    let (x, y) = dense(inputs, 1.0, |x| pbit.mean_output(x));
    let mut marks = vec![line("Boltzmann law", &x, &y)];
    marks.extend(curves.iter().map(|(field, curve)| points(&format!("{:.0} mT", field * 1e3), inputs, curve, Vec::new())));
    Figure {
        name: "spin_orbit_plane_field".to_owned(),
        title: "A magnet held in its plane takes more current".to_owned(),
        caption: "Mean output of macrospins against the input when the perpendicular anisotropy leaves a demagnetising field. The law holds \
                  without that field alone."
            .to_owned(),
        panels: vec![panel("", Axis::new("input / current scale"), Axis::new("mean output").range(-0.1, 1.05), marks)],
    }
}

/// Gain and offset of drawn devices.
pub fn spread(embedded: &[Pbit], spin_orbit: &[Pbit]) -> Figure {
    let one = |title: &str, devices: &[Pbit]| {
        let shown: Vec<&Pbit> = devices.iter().take(200).collect();
        let x: Vec<f64> = shown.iter().map(|d| d.gain).collect();
        let y: Vec<f64> = shown.iter().map(|d| d.offset).collect();
        let axis = |label: &str| Axis::new(label);
        panel(title, axis("gain / nominal"), axis("offset / input scale"), vec![points("devices", &x, &y, Vec::new())])
    };
    Figure {
        name: "spread".to_owned(),
        title: "Drawn devices in the terms of their sigmoid".to_owned(),
        caption: "Gain and offset of drawn devices (the first 200), from spreads of resistance, magnetoresistance, threshold voltage and diameter \
                  on the left, of diameter, damping, spin Hall angle, barrier and stray field on the right."
            .to_owned(),
        panels: vec![one("embedded junction", embedded), one("spin-orbit", spin_orbit)],
    }
}

/// Against the lag of the synapses.
pub fn lag(name: &str, title: &str, ratios: &[f64], curves: &[(String, Vec<Score>)], exact: f64) -> Figure {
    let of = |f: fn(&Score) -> f64| -> Vec<Mark> {
        curves.iter().map(|(label, s)| points(label, ratios, &s.iter().map(f).collect::<Vec<_>>(), Vec::new())).collect()
    };
    let mut valid = of(|s| s.valid);
    valid.push(Mark::Reference { label: format!("exact: {exact:.3}"), y: exact });
    let axis = || Axis::new("synapse time / neuron time").logarithmic();
    Figure {
        name: format!("{name}_lag"),
        title: format!("{title}: synapses have to be faster than p-bits"),
        caption: "Total variation distance to Boltzmann, and probability of a line of the truth table, against the lag of the synapses.".to_owned(),
        panels: vec![
            panel("distance", axis(), Axis::new("total variation distance").range(-0.02, 1.0), of(|s| s.distance)),
            panel("valid lines", axis(), Axis::new("probability").range(0.0, 1.15), valid),
        ],
    }
}

/// Against spread and resolution.
pub fn faults(
    name: &str,
    title: &str,
    spreads: &[f64],
    curves: &[(&str, &Vec<(Estimate, Estimate)>)],
    bits: &[usize],
    coarse: &[Score],
) -> Figure {
    let percent: Vec<f64> = spreads.iter().map(|s| 100.0 * s).collect();
    let marks = curves
        .iter()
        .map(|(label, curve)| {
            let error = curve.iter().map(|e| e.0.standard_error).collect();
            points(label, &percent, &curve.iter().map(|e| e.0.mean).collect::<Vec<_>>(), error)
        })
        .collect();
    let b: Vec<f64> = bits.iter().map(|b| *b as f64).collect();
    Figure {
        name: format!("{name}_faults"),
        title: format!("{title}: unequal devices and coarse weights"),
        caption: "Total variation distance of the exact law of a circuit to Boltzmann: against the spread of gain (relative) and offset (in units of \
                  the input scale), mean and standard error over drawn circuits; and against the resolution of the weights."
            .to_owned(),
        panels: vec![
            panel("spread", Axis::new("spread (%)"), Axis::new("total variation distance"), marks),
            panel(
                "resolution",
                Axis::new("bits of a weight"),
                Axis::new("total variation distance"),
                vec![points("equal devices", &b, &coarse.iter().map(|s| s.distance).collect::<Vec<_>>(), Vec::new())],
            ),
        ],
    }
}

/// The adder on both devices against I0.
pub fn devices(betas: &[f64], exact: &[f64], curves: &[(&str, Vec<Score>)]) -> Figure {
    let of = |f: fn(&Score) -> f64| -> Vec<Mark> {
        curves.iter().map(|(label, s)| points(label, betas, &s.iter().map(f).collect::<Vec<_>>(), Vec::new())).collect()
    };
    let mut valid = vec![line("exact Boltzmann", betas, exact)];
    valid.extend(of(|s| s.valid));
    let mut distance = of(|s| s.distance);
    distance.insert(0, line("exact Boltzmann", betas, &vec![0.0; betas.len()]));
    Figure {
        name: "adder_devices".to_owned(),
        title: "Full adder on modelled devices".to_owned(),
        caption: "Full adder with the transfer curves and spreads of both devices, lagging synapses and coarse weights, against I0. The noise of \
                  an embedded junction is bounded: at large I0 it stops in the first state that satisfies all inputs."
            .to_owned(),
        panels: vec![
            panel("valid lines", Axis::new("I0"), Axis::new("probability").range(0.0, 1.05), valid),
            panel("distance", Axis::new("I0"), Axis::new("total variation distance").range(-0.02, 1.0), distance),
        ],
    }
}
