//! The figures of the time-multiplexed oscillator.

use super::digits::Learning;
use super::waveforms::Score;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;
use spinloom_task::series::memoryless_ceiling;

const PERCENT: f64 = 100.0;
/// Word recognition published for TI-46 with the cochlear front end.
const PUBLISHED_DIGITS: f64 = 0.996;

fn reference(label: String, y: f64) -> Mark {
    Mark::Reference { label, y }
}

/// Sine or square: accuracy against the noise of the amplitude.
pub fn noise_figure(relative: &[f64], scores: &[Score]) -> Figure {
    let points = |label: &str, f: fn(&Score) -> f64| Mark::Points {
        label: label.to_owned(),
        x: relative.to_vec(),
        y: scores.iter().map(|s| PERCENT * f(s)).collect(),
        error: Vec::new(),
    };
    let ceiling = PERCENT * memoryless_ceiling();
    Figure {
        name: "waveform_noise".to_owned(),
        title: "Sine or square, against the noise of the oscillator".to_owned(),
        caption: "Fraction of points, and of waveforms by the vote of their points, that are told apart when the thermal noise is scaled."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("amplitude noise / amplitude swing").logarithmic(),
            y: Axis::new("classified right (%)").range(50.0, 100.0),
            marks: vec![
                points("single points", |s| s.point),
                points("vote of eight points", |s| s.waveform),
                reference(format!("no memory: at most {ceiling} %"), ceiling),
            ],
        }],
    }
}

/// Sine or square over current and field.
pub fn map_figure(currents: &[f64], fields: &[f64], scores: &[Score]) -> Figure {
    let panel = |title: &str, label: &str, f: &dyn Fn(&Score) -> f64| Panel {
        title: title.to_owned(),
        x: Axis::new("dc current (mA)"),
        y: Axis::new("field / nominal field"),
        marks: vec![Mark::Heatmap {
            label: label.to_owned(),
            x: currents.iter().map(|c| c * 1e3).collect(),
            y: fields.to_vec(),
            values: scores.iter().map(f).collect(),
        }],
    };
    Figure {
        name: "waveform_map".to_owned(),
        title: "Where the oscillator computes best".to_owned(),
        caption: "Accuracy of the sine-or-square task, swing of the amplitude under the input, and swing over noise, over dc current and \
                  perpendicular field. The paper finds the best operation where the swing is large and the noise small, not where \
                  either alone is best."
            .to_owned(),
        panels: vec![
            panel("accuracy", "points right (%)", &|s| PERCENT * s.point),
            panel("amplitude swing", "standard deviation of sqrt(p)", &|s| s.amplitude_swing),
            panel("signal over noise", "log10(swing / noise)", &|s| (s.amplitude_swing / s.amplitude_noise).log10()),
        ],
    }
}

/// Word recognition against the number of utterances trained on.
pub fn digits_figure(curves: &[Learning]) -> Figure {
    let mut marks: Vec<Mark> = curves
        .iter()
        .map(|c| Mark::Points {
            label: c.label.clone(),
            x: c.points.iter().map(|p| p.0 as f64).collect(),
            y: c.points.iter().map(|p| PERCENT * p.1.mean).collect(),
            error: c.points.iter().map(|p| PERCENT * p.1.standard_error).collect(),
        })
        .collect();
    marks.push(reference(format!("published, TI-46, cochlea: {} %", PERCENT * PUBLISHED_DIGITS), PERCENT * PUBLISHED_DIGITS));
    marks.push(reference("chance: 10 %".to_owned(), 10.0));
    Figure {
        name: "digits".to_owned(),
        title: "Spoken digits with and without the oscillator".to_owned(),
        caption:
            "Words recognised against the number of utterances of each digit and speaker that were trained on; mean and standard \
                  error over the rotations. The published figure is for another corpus, TI-46."
                .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("utterances trained on"),
            y: Axis::new("words recognised (%)").range(0.0, 100.0),
            marks,
        }],
    }
}

/// Word recognition against thermal power.
pub fn digit_noise_figure(powers: &[f64], scores: &[Estimate], noiseless: f64) -> Figure {
    Figure {
        name: "digits_noise".to_owned(),
        title: "Spoken digits against the noise of the oscillator".to_owned(),
        caption: "Words recognised with the cochlear front end when all other utterances are trained on.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("thermal power over power at unit amplitude").logarithmic(),
            y: Axis::new("words recognised (%)").range(0.0, 100.0),
            marks: vec![
                Mark::Points {
                    label: "cochlea + oscillator".to_owned(),
                    x: powers.to_vec(),
                    y: scores.iter().map(|s| PERCENT * s.mean).collect(),
                    error: scores.iter().map(|s| PERCENT * s.standard_error).collect(),
                },
                reference(format!("without noise: {:.1} %", PERCENT * noiseless), PERCENT * noiseless),
            ],
        }],
    }
}

/// Spoken and recognised digits.
pub fn confusion_figure(counts: &[f64]) -> Figure {
    Figure {
        name: "digits_confusion".to_owned(),
        title: "Spoken and recognised digits, cochlea and oscillator".to_owned(),
        caption: "Words tested on when all other utterances were trained on, summed over the rotations.".to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("recognised"),
            y: Axis::new("spoken"),
            marks: vec![Mark::Confusion { names: (0..10).map(|d| d.to_string()).collect(), counts: counts.to_vec() }],
        }],
    }
}

/// Memory capacity by delay.
pub fn memory_figure(oscillator: &[f64], echo: &[f64]) -> Figure {
    let line = |label: &str, y: &[f64]| Mark::Line {
        label: label.to_owned(),
        x: (1..=y.len()).map(|k| k as f64).collect(),
        y: y.to_vec(),
    };
    Figure {
        name: "memory".to_owned(),
        title: "Linear memory".to_owned(),
        caption: "Capacity to reconstruct the input of k steps before, for random bits; its sum over k is the memory capacity."
            .to_owned(),
        panels: vec![Panel {
            title: String::new(),
            x: Axis::new("delay k (input steps)"),
            y: Axis::new("squared correlation").range(0.0, 1.0),
            marks: vec![line("one oscillator", oscillator), line("echo-state network", echo)],
        }],
    }
}
