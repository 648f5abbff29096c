//! `calibrate-antiferromagnet`: antiferromagnetic neurons from rate and latency over current, or from two sublattices of macrospins.

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
use spinloom_device::antiferromagnet::{Antiferromagnet, Sublattices};
use spinloom_device::calibrate::FitOptions;
use spinloom_device::calibrate::antiferromagnet::{
    AntiferromagnetFit, DrivenAntiferromagnet, FREE, Kind, Point, fit_antiferromagnet,
};
use spinloom_device::calibrate::oscillator::Measured;

static CARD: Card = Card {
    name: "calibrate-antiferromagnet",
    title: "An antiferromagnetic neuron fitted to its rate and latency",
    paper: "R. Khymyn et al., Ultra-fast artificial neuron: generation of picosecond-duration spikes in a current-driven antiferromagnetic auto-oscillator, Sci. Rep. 8, 15727 (2018)",
    doi: "10.1038/s41598-018-33697-0",
    device: "an antiferromagnet with an easy plane under a spin current",
    task: "calibration",
    measures: "threshold current, frequency of the easy axis and damping, with confidence intervals",
    claims: "",
    data: &[],
};

spinloom_core::parameters! {
    /// Two sublattices in the place of an experiment.
    pub struct SteppedSublattices {
        /// What they are.
        pub device: Sublattices = Sublattices::default(), "", Bound::ANY;
        /// Currents over the threshold.
        pub currents: Vec<f64> = vec![1.03, 1.06, 1.1, 1.15, 1.2, 1.3, 1.5, 1.8], "", Bound::between(1.005, 100.0);
    }
}

spinloom_core::parameters! {
    /// Parameters of the calibration.
    pub struct CalibrateAntiferromagnet {
        /// CSV files with frequency or latency over current; or `macrospin`.
        pub from: Vec<String> = vec![super::MACROSPIN.to_owned()], "", Bound::ANY;
        /// What is known of the device: what is held, and where the fit begins; of sublattices `macrospin.device` has it.
        pub antiferromagnet: Antiferromagnet = Antiferromagnet::default(), "", Bound::ANY;
        /// Threshold current, where it is held.
        pub threshold_current: f64 = 1e-3, "A", Bound::POSITIVE;
        /// Names of the parameters to fit; without any those that the data can tell.
        pub free: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Names of parameters not to fit.
        pub hold: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Confidence of the intervals.
        pub confidence: f64 = 0.95, "", Bound::between(0.5, 0.9999);
        /// What is simulated where `from` is `macrospin`.
        pub macrospin: SteppedSublattices = SteppedSublattices::default(), "", Bound::ANY;
    }
}

/// The columns that are known.
const KNOWN: [Known; 5] = [
    Known::number("current", "A", &["i"]),
    Known::number("frequency", "Hz", &["f", "rate", "firing_rate"]).optional(),
    Known::number("frequency_error", "Hz", &["frequency_deviation"]).optional(),
    Known::number("latency", "s", &["delay"]).optional(),
    Known::number("latency_error", "s", &["latency_deviation"]).optional(),
];

impl System for CalibrateAntiferromagnet {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let other = |names: &[String]| names.iter().filter(|n| *n != "threshold_current").cloned().collect::<Vec<_>>();
        check_names(&self.antiferromagnet, [("free", &other(&self.free)), ("hold", &other(&self.hold))])?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let mut start =
            DrivenAntiferromagnet { antiferromagnet: self.antiferromagnet.clone(), threshold_current: self.threshold_current };
        let points = outcome.timed("data", |o| self.points(run, &mut start, o))?;
        let free = chosen(&self.free, FREE.to_vec(), &self.hold);
        let options = FitOptions { confidence: self.confidence, known_deviations: true };
        let found = outcome.timed("fit", |_| fit_antiferromagnet(&start, &free, &points, options))?;
        fitted::quality(&mut outcome, &found.fit);
        if !free.contains(&"exchange_frequency") {
            outcome.note(format!(
                "The exchange frequency is held at {:e} Hz: rates and latencies tell two of the three frequencies and damping only. The frequency of the easy axis \
                 goes inversely with it, the damping too.",
                start.antiferromagnet.exchange_frequency
            ));
        }
        let source = fitted::source(&self.from);
        let parameters = found.fit.parameters.iter().collect();
        Fitted { model: "antiferromagnet", source: source.clone(), confidence: self.confidence, parameters }
            .report(&mut outcome, &found.fit.device.antiferromagnet);
        outcome.measure("quality", "", found.fit.device.antiferromagnet.quality());
        outcome.tables.push(table(&points, &found));
        outcome.figures.push(figure(&points, &found, &source));
        outcome.data = super::files(&self.from);
        Ok(outcome)
    }
}

impl CalibrateAntiferromagnet {
    /// What was measured; of sublattices the exchange is known and goes into `start`.
    fn points(&self, run: &Run, start: &mut DrivenAntiferromagnet, outcome: &mut Outcome) -> Result<Vec<Point>, LabError> {
        let Some(files) = sources(&self.from)? else {
            let device = &self.macrospin.device;
            outcome.note(format!(
                "Simulated: two sublattices without temperature under steps of current. Theory to first order in their canting: threshold {:.4e} A, easy axis \
                 {:.4e} Hz, damping {}.",
                device.threshold_current(),
                device.neuron.easy_axis_frequency,
                device.neuron.damping
            ));
            start.antiferromagnet = device.neuron.clone();
            let one = |over: &f64| {
                run.check()?;
                let current = over * device.threshold_current();
                let turning = device.turning(current)?;
                // The pendulum is a first order in the canting: what it is off by counts as scatter.
                let unknown = |value: f64| Some((value, f64::NAN));
                Ok(Point { current, frequency: unknown(turning.rate), latency: unknown(turning.latency) })
            };
            return self.macrospin.currents.par_iter().map(one).collect();
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
    if !m.has("frequency") && !m.has("latency") {
        return Err(m.wrong_header("there is no column `frequency` or `latency`".to_owned()));
    }
    for row in 0..m.rows() {
        if current[row] <= 0.0 {
            return Err(m.wrong_row(row, format!("`current` must be greater than 0, but it is {:e} A", current[row])));
        }
        let point =
            Point { current: current[row], frequency: m.measured(row, "frequency")?, latency: m.measured(row, "latency")? };
        // A current at which nothing was seen may lie below the threshold.
        if point.frequency.is_some() || point.latency.is_some() {
            points.push(point);
        }
    }
    Ok(())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Frequency => "frequency",
        Kind::Latency => "latency",
    }
}

fn table(points: &[Point], found: &AntiferromagnetFit) -> Table {
    let value = |kind: Kind| points.iter().filter_map(move |p| kind.of(p).map(|m| m.0));
    Table::new("residuals", "What was measured and what is fitted (SI), with residuals in standard deviations")
        .words("of", found.observations.iter().map(|(kind, _)| word(*kind).to_owned()).collect())
        .numbers("current", "A", found.observations.iter().map(|(_, current)| *current).collect())
        .numbers("measured", "", Kind::ALL.into_iter().flat_map(value).collect())
        .numbers("fitted", "", found.fit.predictions.iter().map(|p| p.exp()).collect())
        .numbers("residual", "", found.fit.residuals.clone())
}

fn figure(points: &[Point], found: &AntiferromagnetFit, source: &str) -> Figure {
    let device = &found.fit.device;
    let axis = || Axis::new("current (mA)");
    let (least, most) = points.iter().fold((f64::INFINITY, 0.0f64), |(a, b), p| (a.min(p.current), b.max(p.current)));
    // From halfway to the threshold, where the latency has no end, and denser there, where both curves are steep.
    let first = 0.5 * (device.threshold_current + least);
    let fine = |k: i32| first + (most - first) * (f64::from(k) / 100.0).powi(2);
    let curve: Vec<_> = (0..=100)
        .filter_map(|k| device.antiferromagnet.turning(fine(k) / device.threshold_current).ok().map(|t| (1e3 * fine(k), t)))
        .collect();
    let panel = |kind: Kind| {
        let (label, unit) = match kind {
            Kind::Frequency => ("frequency (GHz)", 1e-9),
            Kind::Latency => ("latency (ps)", 1e12),
        };
        let seen: Vec<(f64, Measured)> = points.iter().filter_map(|p| kind.of(p).map(|m| (1e3 * p.current, m))).collect();
        (!seen.is_empty()).then(|| Panel {
            title: word(kind).to_owned(),
            x: axis(),
            y: Axis::new(label),
            marks: vec![
                Mark::Line {
                    label: "fitted".to_owned(),
                    x: curve.iter().map(|c| c.0).collect(),
                    y: curve.iter().map(|c| unit * kind.seen(c.1)).collect(),
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
    let mut panels: Vec<Panel> = Kind::ALL.into_iter().filter_map(panel).collect();
    let series = Kind::ALL.into_iter().filter_map(|kind| {
        let all = found.observations.iter().zip(&found.fit.residuals).filter(|((k, _), _)| *k == kind);
        let (x, y): (Vec<f64>, Vec<f64>) = all.map(|((_, current), r)| (1e3 * current, *r)).unzip();
        (!x.is_empty()).then(|| (word(kind).to_owned(), x, y))
    });
    panels.push(fitted::residual_panel(axis(), series.collect()));
    Figure {
        name: "fit".to_owned(),
        title: "An antiferromagnetic neuron fitted to its turning".to_owned(),
        caption: format!(
            "Spikes a second and time to the first one under a current stepped on from nothing, from {source}, with the fitted neuron, and what is left in standard \
             deviations."
        ),
        panels,
    }
}
