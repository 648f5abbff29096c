//! The figures of the locking by electrical noise.

use super::energy::Locked;
use super::pair::Scan;
use super::{CheapParameters, Mizrahi2016, Point};
use crate::figure::{Axis, Figure, Mark, Panel};
use rayon::prelude::*;
use spinloom_core::statistics::Estimate;
use spinloom_device::telegraph::{SeriesDrive, Telegraph};

const MILLI: f64 = 1e3;
const FEMTO: f64 = 1e15;
/// Total energy to synchronise that the abstract gives as an upper bound, J.
const PUBLISHED_ENERGY: f64 = 1e-13;

fn figure(name: &str, title: &str, caption: String, panels: Vec<Panel>) -> Figure {
    Figure { name: name.to_owned(), title: title.to_owned(), caption, panels }
}

/// Cycles per period over the noise.
pub fn curve(system: &Mizrahi2016, points: &[Point]) -> Figure {
    let top = system.noises.iter().copied().fold(1e-3, f64::max);
    let noise: Vec<f64> = (0..=150).map(|k| top * f64::from(k) / 150.0).collect();
    let x: Vec<f64> = noise.iter().map(|n| n * MILLI).collect();
    let line = |label: &str, law: &dyn Fn(f64) -> f64| Mark::Line {
        label: label.to_owned(),
        x: x.clone(),
        y: noise.iter().map(|n| law(*n)).collect(),
    };
    let marks = vec![
        line("law, values held", &|n| system.law(n)),
        line("law of mean rates", &|n| system.mean_law(n)),
        Mark::Points {
            label: "simulated".to_owned(),
            x: points.iter().map(|p| p.noise * MILLI).collect(),
            y: points.iter().map(|p| p.found.mean).collect(),
            error: points.iter().map(|p| p.found.standard_error).collect(),
        },
        Mark::Reference { label: "locked".to_owned(), y: 1.0 },
    ];
    figure(
        "cycles_over_noise",
        "Electrical noise induces locking, and suppresses it",
        format!(
            "Cycles of the junction in a period of a square voltage of {:.0} mV at {} Hz, over the standard deviation of the noise on it: simulated event by event (points) and \
             by law for values held {:.2} us and for ones held no time (lines).",
            system.amplitude * MILLI,
            system.frequency,
            system.hold * 1e6
        ),
        vec![Panel {
            title: String::new(),
            x: Axis::new("standard deviation of the noise (mV)"),
            y: Axis::new("cycles per period").range(0.0, 3.0),
            marks,
        }],
    )
}

/// Laws over noise and amplitude, and over noise and barrier.
pub fn maps(system: &Mizrahi2016, quick: bool) -> Figure {
    let count = if quick { 12 } else { 48 };
    let top = system.noises.iter().copied().fold(1e-3, f64::max);
    let grid = |low: f64, high: f64| -> Vec<f64> {
        (0..count).map(|k| low + (high - low) * (f64::from(k) + 0.5) / f64::from(count)).collect()
    };
    let noises = grid(0.0, 1.2 * top);
    let amplitudes = grid(0.0, 2.0 * system.amplitude);
    let barriers = grid(system.junction.barrier - 10.0, system.junction.barrier + 8.0);
    let cycles = |junction: &Telegraph, amplitude: f64, noise: f64| {
        junction.noisy_square_drive(amplitude, system.frequency, &system.noise(noise)).cycles_per_period.min(2.0)
    };
    let rows = |of: &(dyn Fn(f64, f64) -> f64 + Sync), ys: &[f64]| -> Vec<f64> {
        ys.par_iter().flat_map_iter(|y| noises.iter().map(move |n| of(*y, *n))).collect()
    };
    let by_amplitude = rows(&|a, n| cycles(&system.junction, a, n), &amplitudes);
    let by_barrier = rows(&|b, n| cycles(&Telegraph { barrier: b, ..system.junction.clone() }, system.amplitude, n), &barriers);
    let panel = |title: String, y: &str, ys: Vec<f64>, values: Vec<f64>| Panel {
        title,
        x: Axis::new("standard deviation of the noise (mV)"),
        y: Axis::new(y),
        marks: vec![Mark::Heatmap {
            label: "cycles per period, at most 2".to_owned(),
            x: noises.iter().map(|n| n * MILLI).collect(),
            y: ys,
            values,
        }],
    };
    figure(
        "noise_maps",
        "Where the junction follows the drive",
        "Cycles per period by law; those above two are drawn as two. Without noise only strong drives or low barriers lock; with it, the plateau of one leans towards weaker drives and higher \
         barriers, until noise makes cycles of its own."
            .to_owned(),
        vec![
            panel(format!("barrier {} kT", system.junction.barrier), "amplitude (mV)", amplitudes.iter().map(|a| a * MILLI).collect(), by_amplitude),
            panel(format!("amplitude {:.0} mV", system.amplitude * MILLI), "barrier over the thermal energy", barriers.clone(), by_barrier),
        ],
    )
}

/// Two junctions in series.
pub fn pair(system: &Mizrahi2016, thermal: &Scan, electrical: &Scan, coldest: f64) -> Figure {
    let panel = |title: String, x: &str, scan: &Scan, scale: f64| {
        let noise: Vec<f64> = scan.noise.iter().map(|n| n * scale).collect();
        let line = |label: &str, of: &dyn Fn(&SeriesDrive) -> f64| Mark::Line {
            label: label.to_owned(),
            x: noise.clone(),
            y: scan.law.iter().map(of).collect(),
        };
        let points = |label: &str, k: usize| {
            let of = |f: &dyn Fn(&Estimate) -> f64| scan.simulated.iter().map(|s| f(&s.1[k])).collect();
            Mark::Points {
                label: label.to_owned(),
                x: scan.simulated.iter().map(|s| s.0 * scale).collect(),
                y: of(&|e| e.mean),
                error: of(&|e| e.standard_error),
            }
        };
        let (first, second) = (format!("barrier {} kT", system.pair.first), format!("barrier {} kT", system.pair.second));
        let marks = vec![
            line(&first, &|d| d.cycles_per_period[0]),
            line(&second, &|d| d.cycles_per_period[1]),
            line("alignment", &|d| d.alignment),
            points(&first, 0),
            points(&second, 1),
        ];
        Panel { title, x: Axis::new(x), y: Axis::new("cycles per period; alignment").range(-0.2, 2.0), marks }
    };
    figure(
        "pair",
        "Two junctions in series: heat may lock one alone, electrical noise moves both",
        format!(
            "Cycles of two junctions in series in a period of {:.0} mV at {} Hz, by their master equation (lines) and event by event (points), and the mean product of their spins: over the temperature, and at {coldest} K \
             over the noise of the source. Barriers are given at 300 K.",
            system.pair.amplitude * MILLI,
            system.frequency
        ),
        vec![
            panel("thermal noise".to_owned(), "temperature (K)", thermal, 1.0),
            panel("electrical noise".to_owned(), "standard deviation of the noise (mV)", electrical, MILLI),
        ],
    )
}

/// The energy of a period over the frequency.
pub fn energy(locked: &[Locked], cheap: &CheapParameters) -> Figure {
    let x: Vec<f64> = locked.iter().map(|l| l.frequency).collect();
    let energy = Mark::Line {
        label: format!("{} periods of drive", cheap.periods),
        x: x.clone(),
        y: locked.iter().map(|l| FEMTO * cheap.periods * l.energy).collect(),
    };
    let published = Mark::Reference { label: "published: below 100 fJ".to_owned(), y: FEMTO * PUBLISHED_ENERGY };
    let amplitude = Mark::Line { label: "smallest amplitude".to_owned(), x, y: locked.iter().map(|l| l.amplitude).collect() };
    let frequency = || Axis::new("frequency (Hz)").logarithmic();
    figure(
        "energy",
        "A fast junction locks for little energy",
        format!(
            "Energy that {} periods of drive dissipate in a disk of {:.0} nm of a low barrier, at the smallest amplitude that locks it to {:.0} %, and that amplitude, over the frequency: only frequencies near the junction's own have one. No \
             electrical noise is needed.",
            cheap.periods,
            cheap.junction.diameter * 1e9,
            100.0 * cheap.tolerance
        ),
        vec![
            Panel {
                title: String::new(),
                x: frequency(),
                y: Axis::new("energy (fJ)").logarithmic(),
                marks: vec![energy, published],
            },
            Panel {
                title: String::new(),
                x: frequency(),
                y: Axis::new("amplitude over critical voltage").range(0.0, 1.0),
                marks: vec![amplitude],
            },
        ],
    )
}
