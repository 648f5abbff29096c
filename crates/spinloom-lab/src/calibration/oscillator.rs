//! `calibrate-oscillator`: spin-torque oscillators from spectra over current, or from macrospins.

use super::fitted::{self, Fitted};
use super::measurements::{Known, Measurements};
use super::{check_names, chosen, read_noted, sources};
use crate::error::LabError;
use crate::figure::{Axis, Figure, Mark, Panel};
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::calibrate::FitOptions;
use spinloom_device::calibrate::oscillator::{
    AxialOscillator, Kind, Measured, OscillatorFit, Point, fit_oscillator, free_parameters,
};
use spinloom_device::oscillator::AutoOscillator;

static CARD: Card = Card {
    name: "calibrate-oscillator",
    title: "A spin-torque oscillator fitted to its spectra",
    paper: "A. Slavin and V. Tiberkevich, Nonlinear auto-oscillator theory of microwave generation by spin-polarized current, IEEE Trans. Magn. 45, 1875 (2009)",
    doi: "10.1109/TMAG.2008.2009935",
    device: "spin-torque oscillator",
    task: "calibration",
    measures: "threshold, frequency and its shift, damping, nonlinear damping and thermal noise, with confidence intervals",
    claims: "",
    data: &[],
};

spinloom_core::parameters! {
    /// Macrospins in the place of an experiment.
    pub struct SpectraOfMacrospins {
        /// The free layer.
        pub device: AxialOscillator = AxialOscillator::default(), "", Bound::ANY;
        /// How many at each current.
        pub macrospins: usize = 64, "", Bound::between(8.0, 1e6);
        /// For how long each is watched.
        pub duration: f64 = 200e-9, "s", Bound::POSITIVE;
        /// Currents over the threshold.
        pub currents: Vec<f64> = vec![1.12, 1.16, 1.2, 1.24, 1.28, 1.32], "", Bound::between(1.05, 4.0);
    }
}

spinloom_core::parameters! {
    /// Parameters of the calibration.
    pub struct CalibrateOscillator {
        /// CSV files with frequency, linewidth, power or relaxation time over current; or `macrospin`.
        pub from: Vec<String> = vec![super::MACROSPIN.to_owned()], "", Bound::ANY;
        /// What is known of the device: what is held, and where the fit begins.
        pub oscillator: AutoOscillator = AutoOscillator::default(), "", Bound::ANY;
        /// Names of the parameters to fit; without any those that the data can tell.
        pub free: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Names of parameters not to fit.
        pub hold: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Confidence of the intervals.
        pub confidence: f64 = 0.95, "", Bound::between(0.5, 0.9999);
        /// What is simulated where `from` is `macrospin`.
        pub macrospin: SpectraOfMacrospins = SpectraOfMacrospins::default(), "", Bound::ANY;
    }
}

/// The columns that are known.
const KNOWN: [Known; 9] = [
    Known::number("current", "A", &["i", "bias_current"]),
    Known::number("frequency", "Hz", &["f"]).optional(),
    Known::number("frequency_error", "Hz", &["frequency_deviation"]).optional(),
    Known::number("linewidth", "Hz", &["fwhm"]).optional(),
    Known::number("linewidth_error", "Hz", &["fwhm_error"]).optional(),
    Known { name: "power", aliases: &["p"], kind: super::Kind::Any, optional: true },
    Known { name: "power_error", aliases: &[], kind: super::Kind::Any, optional: true },
    Known::number("relaxation_time", "s", &[]).optional(),
    Known::number("relaxation_time_error", "s", &[]).optional(),
];

impl System for CalibrateOscillator {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        check_names(&self.oscillator, [("free", &self.free), ("hold", &self.hold)])?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let points = outcome.timed("data", |o| self.points(run, o))?;
        let mut told = free_parameters(&points);
        if sources(&self.from)?.is_none() {
            // The power of the macrospins is linear in the current, as of a nonlinear damping without end: it is held at that of the theory.
            told.retain(|name| *name != "nonlinear_damping");
        }
        let free = chosen(&self.free, told, &self.hold);
        let start = self.start()?;
        let options = FitOptions { confidence: self.confidence, known_deviations: true };
        let found = outcome.timed("fit", |_| fit_oscillator(&start, &free, &points, options))?;
        if found.near_threshold > 0 {
            outcome.note(format!(
                "{} linewidths within a tenth of the threshold current are not used: the line has no closed form there.",
                found.near_threshold
            ));
        }
        fitted::quality(&mut outcome, &found.fit);
        let source = fitted::source(&self.from);
        let parameters = found.fit.parameters.iter().collect();
        Fitted { model: "oscillator", source: source.clone(), confidence: self.confidence, parameters }
            .report(&mut outcome, &found.fit.device);
        outcome.tables.push(table(&found));
        outcome.figures.extend(figures(&points, &found, &source));
        outcome.data = super::files(&self.from);
        Ok(outcome)
    }
}

impl CalibrateOscillator {
    /// For macrospins what is known of them beside what is fitted.
    fn start(&self) -> Result<AutoOscillator, LabError> {
        if sources(&self.from)?.is_some() {
            return Ok(self.oscillator.clone());
        }
        Ok(AutoOscillator { resistance: self.oscillator.resistance, ..self.macrospin.device.compact()? })
    }

    fn points(&self, run: &Run, outcome: &mut Outcome) -> Result<Vec<Point>, LabError> {
        let Some(files) = sources(&self.from)? else {
            let m = &self.macrospin;
            let compact = m.device.compact()?;
            let macrospins = if run.quick() { (m.macrospins / 4).max(8) } else { m.macrospins };
            outcome.note(format!(
                "Simulated: {macrospins} macrospins for {:e} s at each current. Theory to first order in the power: threshold {:.4e} A, frequency {:.4e} Hz, shift \
                 {:.4e} Hz, damping {:.4e} 1/s, nonlinear damping {:.3}, thermal power {:.3e}.",
                m.duration,
                compact.threshold_current,
                compact.frequency,
                compact.frequency_shift,
                compact.damping_rate,
                compact.nonlinear_damping,
                compact.thermal_power
            ));
            let one = |(k, zeta): (usize, &f64)| {
                run.check()?;
                let seed = run.stream("macrospins", k as u64).next();
                let point = m.device.measure(zeta * compact.threshold_current, macrospins, m.duration, seed)?;
                // The compact oscillator is a first order in the power: what it is off by counts as scatter.
                let unknown = |m: Option<Measured>| m.map(|m| (m.0, f64::NAN));
                let (frequency, linewidth) = (unknown(point.frequency), unknown(point.linewidth));
                let (power, relaxation_time) = (unknown(point.power), unknown(point.relaxation_time));
                Ok(Point { frequency, linewidth, power, relaxation_time, ..point })
            };
            return m.currents.par_iter().enumerate().map(one).collect();
        };
        let mut points = Vec::new();
        for file in files {
            read(&read_noted(&file, &KNOWN, outcome)?, &mut points)?;
        }
        Ok(points)
    }
}

fn read(m: &Measurements, points: &mut Vec<Point>) -> Result<(), LabError> {
    let current = m.need("current")?;
    let names = ["frequency", "linewidth", "power", "relaxation_time"];
    if !names.iter().any(|n| m.has(n)) {
        return Err(m.wrong_header(format!("there is none of the columns {}", names.map(|n| format!("`{n}`")).join(", "))));
    }
    for row in 0..m.rows() {
        if current[row] <= 0.0 {
            return Err(m.wrong_row(row, format!("`current` must be greater than 0, but it is {:e} A", current[row])));
        }
        points.push(Point {
            current: current[row],
            frequency: m.measured(row, "frequency")?,
            linewidth: m.measured(row, "linewidth")?,
            power: m.measured(row, "power")?,
            relaxation_time: m.measured(row, "relaxation_time")?,
        });
    }
    Ok(())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Frequency => "frequency",
        Kind::Linewidth => "linewidth",
        Kind::Power => "power",
        Kind::RelaxationTime => "relaxation time",
    }
}

fn table(found: &OscillatorFit) -> Table {
    Table::new("residuals", "Residuals in standard deviations")
        .words("of", found.observations.iter().map(|(kind, _)| word(*kind).to_owned()).collect())
        .numbers("current", "A", found.observations.iter().map(|(_, current)| *current).collect())
        .numbers("residual", "", found.fit.residuals.clone())
}

fn figures(points: &[Point], found: &OscillatorFit, source: &str) -> Vec<Figure> {
    let device = &found.fit.device;
    let scale = found.fit.parameter("power_scale").map_or(1.0, |p| p.value);
    let largest = points.iter().map(|p| p.current).fold(0.0, f64::max);
    let currents: Vec<f64> = (1..=200).map(|k| 1e3 * largest * f64::from(k) / 200.0).collect();
    let axis = || Axis::new("current (mA)");
    let panel = |kind: Kind| {
        let (label, unit) = match kind {
            Kind::Frequency => ("frequency (MHz)", 1e-6),
            Kind::Linewidth => ("linewidth (MHz)", 1e-6),
            Kind::Power => ("power", 1.0),
            Kind::RelaxationTime => ("relaxation time (ns)", 1e9),
        };
        let law = |current: f64| {
            let above = device.supercriticality(current) > 1.0;
            let near = (device.supercriticality(current) - 1.0).abs() < 0.1;
            match kind {
                Kind::Frequency if above => device.frequency_at(current),
                Kind::Linewidth if !near => device.linewidth(current),
                Kind::Power => scale * device.stationary_power(current),
                Kind::RelaxationTime if !near => device.relaxation_time(current),
                _ => f64::NAN,
            }
        };
        let seen: Vec<(f64, Measured)> = points.iter().filter_map(|p| kind.of(p).map(|m| (1e3 * p.current, m))).collect();
        (!seen.is_empty()).then(|| Panel {
            title: word(kind).to_owned(),
            x: axis(),
            y: if kind == Kind::Linewidth { Axis::new(label).logarithmic() } else { Axis::new(label) },
            marks: vec![
                Mark::Line {
                    label: "fitted".to_owned(),
                    x: currents.clone(),
                    y: currents.iter().map(|i| unit * law(1e-3 * i)).collect(),
                },
                Mark::Points {
                    label: "measured".to_owned(),
                    x: seen.iter().map(|s| s.0).collect(),
                    y: seen.iter().map(|s| unit * s.1.0).collect(),
                    error: seen.iter().map(|s| if s.1.1 > 0.0 { unit * s.1.1 } else { 0.0 }).collect(),
                },
            ],
        })
    };
    let panels: Vec<Panel> = Kind::ALL.into_iter().filter_map(panel).collect();
    let series = Kind::ALL.into_iter().filter_map(|kind| {
        let of: Vec<(f64, f64)> = found
            .observations
            .iter()
            .zip(&found.fit.residuals)
            .filter(|((k, _), _)| *k == kind)
            .map(|((_, current), r)| (1e3 * current, *r))
            .collect();
        (!of.is_empty()).then(|| (word(kind).to_owned(), of.iter().map(|p| p.0).collect(), of.iter().map(|p| p.1).collect()))
    });
    let residuals = fitted::residual_panel(axis(), series.collect());
    let figure = |name: &str, title: &str, caption: String, panels: Vec<Panel>| Figure {
        name: name.to_owned(),
        title: title.to_owned(),
        caption,
        panels,
    };
    vec![
        figure(
            "fit",
            "An oscillator fitted to its spectra",
            format!("From {source}: measured points and the fitted oscillator."),
            panels,
        ),
        figure("residuals", "What the fit leaves", "Residuals in standard deviations over current.".to_owned(), vec![residuals]),
    ]
}
