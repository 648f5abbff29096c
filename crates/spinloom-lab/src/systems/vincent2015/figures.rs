//! The figures of the network that counts cars.

use super::Vincent2015;
use super::counting::{REGIMES, Score, Setting};
use super::energy::Curve;
use crate::figure::{Axis, Figure, Mark, Panel};

const PERCENT: f64 = 100.0;

fn percent(values: impl Iterator<Item = f64>) -> Vec<f64> {
    values.map(|v| PERCENT * v).collect()
}

/// Energy and fragility over the current.
pub fn energy(curves: &[Curve]) -> Figure {
    let panel = |title: &str, y: Axis, of: &dyn Fn(&Curve) -> Vec<f64>| Panel {
        title: title.to_owned(),
        x: Axis::new("current over the critical one"),
        y,
        marks: curves
            .iter()
            .map(|c| Mark::Line { label: format!("P = {}", c.probability), x: c.overdrive.clone(), y: of(c) })
            .collect(),
    };
    let fragile = Mark::Line {
        label: format!("P = {}", curves[1].probability),
        x: curves[1].overdrive.clone(),
        y: curves[1].fragility.clone(),
    };
    Figure {
        name: "energy_over_current".to_owned(),
        title: "The intermediate regime costs least and is robust already".to_owned(),
        caption: "Pulses that switch with a given probability, by the Fokker-Planck equation. Left: their energy in units of I_c^2 R tau_D. Right: how much more often a junction switches that \
                  is driven 5 % harder than one that is driven 5 % less."
            .to_owned(),
        panels: vec![
            panel("energy of an attempt", Axis::new("energy (I_c^2 R tau_D)").logarithmic(), &|c| c.energy.clone()),
            Panel { marks: vec![fragile], ..panel("fragility", Axis::new("P(+5 %) / P(-5 %)").logarithmic(), &|_| Vec::new()) },
        ],
    }
}

/// Detection over spread, a line a regime.
pub fn spreads(settings: &[Setting], scores: &[Score]) -> Figure {
    let line = |regime: usize| {
        let of: Vec<(&Setting, &Score)> = settings.iter().zip(scores).filter(|(s, _)| s.regime == regime).collect();
        Mark::Points {
            label: format!("{} current", REGIMES[regime]),
            x: percent(of.iter().map(|(s, _)| s.spread)),
            y: percent(of.iter().map(|(_, s)| s.detection())),
            error: Vec::new(),
        }
    };
    Figure {
        name: "detection_over_spread".to_owned(),
        title: "Junctions that differ".to_owned(),
        caption: "Cars detected, mean over the lanes, over the spread of barrier, critical current, conductance and magnetoresistance of the junctions. Pulses are those that switch a nominal \
                  junction with the nominal probability."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("spread of the junctions (%)").range(-2.0, 32.0),
            y: Axis::new("cars detected (%)").range(0.0, 105.0),
            marks: (0..REGIMES.len()).map(line).collect(),
        }],
    }
}

/// Detection over probability.
pub fn probabilities(settings: &[Setting], scores: &[Score]) -> Figure {
    let x: Vec<f64> = settings.iter().map(|s| s.switch_on).collect();
    let worst = |s: &Score| s.lanes.iter().copied().fold(1.0, f64::min);
    Figure {
        name: "detection_over_probability".to_owned(),
        title: "Too rare is slow, too often forgets".to_owned(),
        caption:
            "Cars detected over the probability that a pulse switches a junction on; that of switching off keeps its ratio to it."
                .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("probability of switching on").logarithmic(),
            y: Axis::new("cars detected (%)").range(0.0, 105.0),
            marks: vec![
                Mark::Points {
                    label: "mean over the lanes".to_owned(),
                    x: x.clone(),
                    y: percent(scores.iter().map(Score::detection)),
                    error: Vec::new(),
                },
                Mark::Points { label: "worst lane".to_owned(), x, y: percent(scores.iter().map(worst)), error: Vec::new() },
            ],
        }],
    }
}

/// Detection lane by lane.
pub fn lanes(score: &Score) -> Figure {
    Figure {
        name: "lanes".to_owned(),
        title: "Cars detected on every lane".to_owned(),
        caption: "Share of the cars of each lane for which a neuron spikes that tells most about it, on traffic that was not learned from. Intermediate current, junctions all alike.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("lane"),
            y: Axis::new("cars detected (%)").range(0.0, 105.0),
            marks: vec![Mark::Bars {
                names: (1..=score.lanes.len()).map(|l| l.to_string()).collect(),
                heights: percent(score.lanes.iter().copied()),
                error: Vec::new(),
            }],
        }],
    }
}

/// What the neurons have learned to see.
pub fn fields(system: &Vincent2015, fields: &[(Option<usize>, Vec<bool>)]) -> Figure {
    // One neuron of each lane, the first.
    let of_lanes: Vec<(Option<usize>, Vec<bool>)> =
        (0..system.freeway.lanes).filter_map(|lane| fields.iter().find(|(l, _)| *l == Some(lane)).cloned()).collect();
    fields_of((system.freeway.width, system.freeway.height), &of_lanes)
}

/// Synapses that are on: brighter pixels up, darker ones down.
pub fn fields_of((width, height): (usize, usize), fields: &[(Option<usize>, Vec<bool>)]) -> Figure {
    let side = 64.min(width).min(height);
    let panel = |(k, (lane, states)): (usize, &(Option<usize>, Vec<bool>))| {
        // Two by two pixels a cell keeps the picture small.
        let mut values = vec![0.0; side * side];
        for y in 0..height {
            for x in 0..width {
                let pixel = y * width + x;
                let value = f64::from(u8::from(states[width * height + pixel])) - f64::from(u8::from(states[pixel]));
                values[(y * side / height) * side + x * side / width] += value;
            }
        }
        let centre = |k: usize, size: usize| (k as f64 + 0.5) * size as f64 / side as f64;
        Panel {
            title: lane.map_or_else(|| format!("neuron {}", k + 1), |l| format!("lane {}", l + 1)),
            x: Axis::new("column"),
            y: Axis::new("row"),
            marks: vec![Mark::Heatmap {
                label: "on: brighter less darker".to_owned(),
                x: (0..side).map(|k| centre(k, width)).collect(),
                y: (0..side).map(|k| centre(k, height)).collect(),
                values,
            }],
        }
    };
    Figure {
        name: "receptive_fields".to_owned(),
        title: "What the neurons have learned to see".to_owned(),
        caption: "Synapses that are on after learning, brighter less darker pixels, summed over squares: the first neuron of each lane, three at most.".to_owned(),
        panels: fields.iter().enumerate().take(3).map(panel).collect(),
    }
}
