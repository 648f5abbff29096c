//! `calibrate-telegraph`: superparamagnetic junctions from traces, dwell times or macrospins.

use super::fitted::{self, Fitted};
use super::measurements::{Kind, Known, Measurements};
use super::{check_names, chosen, sources};
use crate::error::LabError;
use crate::figure::{Axis, Mark, Panel};
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::quantile;
use spinloom_device::calibrate::telegraph::{Condition, Watch, fit_telegraph, free_parameters, macrospin_dwells};
use spinloom_device::calibrate::trace::{Levels, Seen};
use spinloom_device::calibrate::{Fit, FitOptions, FittedParameter};
use spinloom_device::junction::Junction;
use spinloom_device::telegraph::Telegraph;

static CARD: Card = Card {
    name: "calibrate-telegraph",
    title: "A superparamagnetic junction fitted to dwell times",
    paper: "W. F. Brown, Thermal fluctuations of a single-domain particle, Phys. Rev. 130, 1677 (1963)",
    doi: "10.1103/PhysRev.130.1677",
    device: "superparamagnetic tunnel junction",
    task: "calibration",
    measures: "barrier, critical voltage, stray and anisotropy field, attempt time, resistances, with confidence intervals",
    claims: "",
    data: &[],
};

spinloom_core::choices! {
    /// The state of the upper level of a signal.
    pub enum UpperLevel {
        /// The antiparallel one, as of a resistance.
        Antiparallel = "antiparallel",
        /// The parallel one, as of a current at constant voltage.
        Parallel = "parallel",
    }
}

spinloom_core::parameters! {
    /// Macrospins in the place of an experiment.
    pub struct WatchedMacrospins {
        /// The junction they are the free layers of; its barrier has to be low enough for flips.
        pub junction: Junction = Junction { diameter: 12e-9, damping: 0.1, ..Junction::default() }, "", Bound::ANY;
        /// How many are watched at each condition.
        pub macrospins: usize = 128, "", Bound::between(1.0, 1e6);
        /// For how long each is watched.
        pub duration: f64 = 4e-6, "s", Bound::POSITIVE;
        /// Voltages over the critical one of the junction.
        pub voltages: Vec<f64> = vec![-0.1, -0.05, 0.0, 0.05, 0.1], "", Bound::between(-0.9, 0.9);
        /// Temperatures of the free layer.
        pub temperatures: Vec<f64> = vec![270.0, 300.0, 350.0], "K", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of the calibration.
    pub struct CalibrateTelegraph {
        /// CSV files with traces or dwell times; or `macrospin`.
        pub from: Vec<String> = vec![super::MACROSPIN.to_owned()], "", Bound::ANY;
        /// What is known of the device: what is held, and where the fit begins.
        pub telegraph: Telegraph = Telegraph::default(), "", Bound::ANY;
        /// Names of the parameters to fit; without any those that the data can tell.
        pub free: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Names of parameters not to fit.
        pub hold: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Confidence of the intervals.
        pub confidence: f64 = 0.95, "", Bound::between(0.5, 0.9999);
        /// Distance of the two thresholds of a trace over that of its levels.
        pub hysteresis: f64 = 0.4, "", Bound::between(0.0, 0.9);
        /// The state of the upper level of a `signal`; of a resistance it is the antiparallel one.
        pub upper_level: UpperLevel = UpperLevel::Antiparallel, "", Bound::ANY;
        /// What is simulated where `from` is `macrospin`.
        pub macrospin: WatchedMacrospins = WatchedMacrospins::default(), "", Bound::ANY;
    }
}

/// The columns that are known.
const KNOWN: [Known; 9] = [
    Known::number("time", "s", &["t"]),
    Known::number("resistance", "Ohm", &["r"]),
    Known { name: "signal", aliases: &["reading", "output"], kind: Kind::Any, optional: false },
    Known::number("voltage", "V", &["v", "bias", "bias_voltage"]),
    Known::number("field", "T", &["b", "h", "magnetic_field"]),
    Known::number("temperature", "K", &[]),
    Known::number("dwell_parallel", "s", &["dwell_p", "tau_p"]),
    Known::number("dwell_antiparallel", "s", &["dwell_ap", "tau_ap"]),
    Known::number("flips", "", &["dwells", "events"]),
];

/// What the data say before any fit.
#[derive(Default)]
struct Data {
    conditions: Vec<Condition>,
    /// Levels and samples in the lower and the upper one, of traces of resistance.
    resistances: Option<(Levels, [f64; 2])>,
    notes: Vec<String>,
}

impl System for CalibrateTelegraph {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        check_names(&self.telegraph, [("free", &self.free), ("hold", &self.hold)])?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let data = outcome.timed("data", |_| self.data(run))?;
        data.notes.iter().for_each(|n| outcome.note(n.as_str()));
        let free = chosen(&self.free, free_parameters(&data.conditions), &self.hold);
        let options = FitOptions { confidence: self.confidence, known_deviations: true };
        let fit = outcome.timed("fit", |_| fit_telegraph(&self.telegraph, &free, &data.conditions, options))?;
        if free.contains(&"barrier") && !free.contains(&"attempt_time") {
            outcome.note(format!(
                "Barrier and critical voltage stand with the attempt time, which is held at {:e} s: at one temperature and field dwell times tell exp(-Delta) / \
                 tau_0 and Delta / V_c only.",
                self.telegraph.attempt_time
            ));
        }
        let mut device = fit.device.clone();
        let levels = self.resistances(&data, &mut device);
        fitted::quality(&mut outcome, &fit);
        let source = fitted::source(&self.from);
        let all = fit.parameters.iter().chain(&levels).collect();
        Fitted { model: "telegraph", source: source.clone(), confidence: self.confidence, parameters: all }
            .report(&mut outcome, &device);
        outcome.tables.push(rates_table(&data.conditions, &fit));
        outcome.figures.push(figure(&data.conditions, &fit, &source));
        outcome.data = super::files(&self.from);
        Ok(outcome)
    }
}

impl CalibrateTelegraph {
    fn data(&self, run: &Run) -> Result<Data, LabError> {
        let Some(files) = sources(&self.from)? else { return self.simulated(run) };
        let mut data = Data::default();
        for file in files {
            let m = Measurements::read(&file, &KNOWN)?;
            data.notes.extend(m.notes().iter().cloned());
            if m.has("dwell_parallel") || m.has("dwell_antiparallel") {
                dwell_times(&m, &mut data)?;
            } else {
                self.trace(&m, &mut data)?;
            }
        }
        Ok(data)
    }

    fn simulated(&self, run: &Run) -> Result<Data, LabError> {
        let m = &self.macrospin;
        let duration = if run.quick() { 0.1 * m.duration } else { m.duration };
        let pairs: Vec<(f64, f64)> = m.temperatures.iter().flat_map(|t| m.voltages.iter().map(|v| (*v, *t))).collect();
        let one = |(k, (voltage, temperature)): (usize, &(f64, f64))| {
            run.check()?;
            let seed = run.stream("macrospins", k as u64).next();
            let watch = Watch { macrospins: m.macrospins, duration, seed };
            Ok(macrospin_dwells(&m.junction, voltage * m.junction.critical_voltage(), *temperature, watch)?)
        };
        let conditions = pairs.par_iter().enumerate().map(one).collect::<Result<_, LabError>>()?;
        let note = format!(
            "Simulated: {} macrospins of {:.2} kT at 300 K, watched for {:e} s at each of {} conditions. Their barrier is quadratic in the voltage; the \
             critical voltage of a telegraph junction, whose barrier is linear, is about half of theirs.",
            m.macrospins,
            Junction { temperature: 300.0, ..m.junction.clone() }.thermal_stability(),
            duration,
            pairs.len()
        );
        Ok(Data { conditions, resistances: None, notes: vec![note] })
    }

    /// A trace of two levels, cut where samples are missing or the bias changes.
    fn trace(&self, m: &Measurements, data: &mut Data) -> Result<(), LabError> {
        let time = m.need("time")?;
        let resistance = m.numbers("resistance");
        let Some(signal) = resistance.or(m.numbers("signal")) else {
            let message =
                "there is no column `resistance` or `signal`; a voltage that is read at a constant current is a `signal`";
            return Err(m.wrong_header(message.to_owned()));
        };
        if let Some(row) = resistance.and_then(|r| r.iter().position(|r| *r <= 0.0)) {
            return Err(m.wrong_row(row, "a resistance must be greater than 0".to_owned()));
        }
        let interval = interval(m, time)?;
        let bias: Vec<Vec<f64>> = ["voltage", "field", "temperature"]
            .map(|name| m.column_or_constant(name).unwrap_or_else(|| vec![f64::NAN; m.rows()]))
            .to_vec();
        let at = |row: usize| [0, 1, 2].map(|k| bias[k][row].to_bits());
        let pooled = Levels::of(signal);
        let mut pieces: Vec<std::ops::Range<usize>> = Vec::new();
        let mut gaps = Vec::new();
        for row in 0..m.rows() {
            let gap = row > 0 && time[row] - time[row - 1] > 1.5 * interval;
            if gap {
                gaps.push(m.line(row));
            }
            match pieces.last_mut() {
                Some(piece) if !gap && at(piece.start) == at(row) => piece.end = row + 1,
                _ => pieces.push(row..row + 1),
            }
        }
        if !gaps.is_empty() {
            let lines: Vec<String> = gaps.iter().take(5).map(ToString::to_string).collect();
            let more = if gaps.len() > 5 { ", ..." } else { "" };
            data.notes.push(format!(
                "{}: samples are missing before line {}{more}; the trace is cut there and no dwell time is counted across.",
                m.file(),
                lines.join(", ")
            ));
        }
        pieces.sort_by_key(|p| at(p.start));
        for same in pieces.chunk_by(|a, b| at(a.start) == at(b.start)) {
            let values: Vec<f64> = same.iter().flat_map(|p| signal[p.clone()].iter().copied()).collect();
            let Some(levels) = Levels::of(&values).or(pooled) else {
                let message = "the trace has one level only: two levels have to stand at least four times the noise apart";
                return Err(m.wrong_row(same[0].start, message.to_owned()));
            };
            let upside_down = resistance.is_none() && self.upper_level == UpperLevel::Parallel;
            let states: Vec<Vec<bool>> = same
                .iter()
                .map(|p| levels.states(&signal[p.clone()], self.hysteresis).into_iter().map(|high| high != upside_down).collect())
                .collect();
            let seen = Seen::count(interval, states.iter().map(Vec::as_slice));
            let or_nothing = |v: f64| if v.is_nan() { 0.0 } else { v };
            let [voltage, field, temperature] = [0, 1, 2].map(|k| bias[k][same[0].start]);
            let temperature = (!temperature.is_nan()).then_some(temperature);
            if let Some(wrong) = temperature.filter(|t| *t <= 0.0) {
                return Err(m.wrong_row(same[0].start, format!("a temperature must be greater than 0 K, but it is {wrong}")));
            }
            data.conditions.push(Condition { voltage: or_nothing(voltage), field: or_nothing(field), temperature, seen });
            if resistance.is_some() && Levels::of(&values).is_some() {
                let upper = states.iter().flatten().filter(|s| **s).count() as f64;
                let counts = [values.len() as f64 - upper, upper];
                // Of several the one with most samples in its rarer state.
                let rarer = |c: &[f64; 2]| c[0].min(c[1]);
                if data.resistances.as_ref().is_none_or(|(_, known)| rarer(known) < rarer(&counts)) {
                    data.resistances = Some((levels, counts));
                }
            }
        }
        Ok(())
    }

    /// Resistances of a trace, put into the device.
    fn resistances(&self, data: &Data, device: &mut Telegraph) -> Vec<FittedParameter> {
        let Some((levels, counts)) = &data.resistances else { return Vec::new() };
        let error = |n: f64| levels.noise / n.max(1.0).sqrt();
        let (low, high) = (error(counts[0]), error(counts[1]));
        let ratio = levels.high / levels.low;
        device.parallel_resistance = levels.low;
        device.magnetoresistance = ratio - 1.0;
        let factor = fitted::factor(self.confidence);
        let of_ratio = ratio * (low / levels.low).hypot(high / levels.high);
        vec![
            FittedParameter::even("parallel_resistance", "Ohm", levels.low, low, factor),
            FittedParameter::even("magnetoresistance", "", ratio - 1.0, of_ratio, factor),
        ]
    }
}

/// The interval of samples, which rise evenly but for gaps.
fn interval(m: &Measurements, time: &[f64]) -> Result<f64, LabError> {
    if time.len() < 3 {
        return Err(m.wrong_header("a trace wants at least three samples".to_owned()));
    }
    let steps: Vec<f64> = time.windows(2).map(|w| w[1] - w[0]).collect();
    if let Some(row) = steps.iter().position(|s| *s <= 0.0) {
        let message =
            format!("time goes from {:e} s to {:e} s: samples have to be in the order of time", time[row], time[row + 1]);
        return Err(m.wrong_row(row + 1, message));
    }
    let interval = quantile(&steps, 0.5);
    if let Some(row) = steps.iter().position(|s| *s < 0.5 * interval) {
        let message =
            format!("a sample {:e} s after the last, but {interval:e} s is usual: samples have to be evenly spaced", steps[row]);
        return Err(m.wrong_row(row + 1, message));
    }
    Ok(interval)
}

/// A table of mean dwell times.
fn dwell_times(m: &Measurements, data: &mut Data) -> Result<(), LabError> {
    let dwell = [m.need("dwell_parallel")?, m.need("dwell_antiparallel")?];
    let flips = m.column_or_constant("flips").ok_or_else(|| {
        m.wrong_header(
            "there is no column `flips`: how many dwells of each state were averaged, which their errors follow from".to_owned(),
        )
    })?;
    let [voltage, field, temperature] = ["voltage", "field", "temperature"].map(|name| m.column_or_constant(name));
    for row in 0..m.rows() {
        let wrong = |what: &str, value: f64| m.wrong_row(row, format!("{what} must be greater than 0, but it is {value:e}"));
        for (name, values) in [("a dwell time", dwell[0]), ("a dwell time", dwell[1]), ("the number of flips", flips.as_slice())]
        {
            if values[row] <= 0.0 {
                return Err(wrong(name, values[row]));
            }
        }
        if let Some(t) = temperature.as_ref().map(|t| t[row]).filter(|t| *t <= 0.0) {
            return Err(wrong("a temperature (K)", t));
        }
        let time = [dwell[0][row] * flips[row], dwell[1][row] * flips[row]];
        data.conditions.push(Condition {
            voltage: voltage.as_ref().map_or(0.0, |v| v[row]),
            field: field.as_ref().map_or(0.0, |v| v[row]),
            temperature: temperature.as_ref().map(|v| v[row]),
            seen: Seen::Dwells { time, flips: [flips[row]; 2] },
        });
    }
    Ok(())
}

/// Rates that were seen, NaN where there were no flips.
fn seen_rates(condition: &Condition) -> [f64; 2] {
    condition.seen.rates().map_or([f64::NAN; 2], |r| [r.leave_parallel, r.leave_antiparallel])
}

fn fitted_rates(condition: &Condition, device: &Telegraph) -> [f64; 2] {
    let device = Telegraph { temperature: condition.temperature.unwrap_or(device.temperature), ..device.clone() };
    let rates = device.rates(condition.voltage, condition.field);
    [rates.leave_parallel, rates.leave_antiparallel]
}

fn rates_table(conditions: &[Condition], fit: &Fit<Telegraph>) -> Table {
    let of = |f: &dyn Fn(&Condition) -> f64| conditions.iter().map(f).collect::<Vec<f64>>();
    let device = &fit.device;
    Table::new("rates", "Rates of leaving each state, seen and fitted, with residuals in standard deviations")
        .numbers("voltage", "V", of(&|c| c.voltage))
        .numbers("field", "T", of(&|c| c.field))
        .numbers("temperature", "K", of(&|c| c.temperature.unwrap_or(device.temperature)))
        .numbers("flips", "", of(&|c| c.seen.flips()))
        .numbers("leave_parallel", "1/s", of(&|c| seen_rates(c)[0]))
        .numbers("leave_parallel_fitted", "1/s", of(&|c| fitted_rates(c, device)[0]))
        .numbers("residual_parallel", "", fit.residuals.iter().step_by(2).copied().collect())
        .numbers("leave_antiparallel", "1/s", of(&|c| seen_rates(c)[1]))
        .numbers("leave_antiparallel_fitted", "1/s", of(&|c| fitted_rates(c, device)[1]))
        .numbers("residual_antiparallel", "", fit.residuals.iter().skip(1).step_by(2).copied().collect())
}

/// What was varied: its values and the axis.
fn varied(conditions: &[Condition], device: &Telegraph) -> (Vec<f64>, &'static str) {
    let temperature = |c: &Condition| c.temperature.unwrap_or(device.temperature);
    let varies = |f: &dyn Fn(&Condition) -> f64| conditions.iter().any(|c| f(c) != f(&conditions[0]));
    if varies(&|c| c.voltage) {
        (conditions.iter().map(|c| c.voltage).collect(), "voltage (V)")
    } else if varies(&|c| c.field) {
        (conditions.iter().map(|c| c.field).collect(), "field (T)")
    } else {
        (conditions.iter().map(temperature).collect(), "temperature (K)")
    }
}

fn figure(conditions: &[Condition], fit: &Fit<Telegraph>, source: &str) -> crate::figure::Figure {
    let (x, label) = varied(conditions, &fit.device);
    let mut order: Vec<usize> = (0..conditions.len()).collect();
    let rest = |k: usize| {
        let c = &conditions[k];
        let others = [c.temperature.unwrap_or(0.0), if label.starts_with("voltage") { c.field } else { c.voltage }];
        others.map(f64::to_bits)
    };
    order.sort_by(|a, b| rest(*a).cmp(&rest(*b)).then(x[*a].total_cmp(&x[*b])));
    let mut marks = Vec::new();
    let names = ["out of the parallel state", "out of the antiparallel state"];
    for group in order.chunk_by(|a, b| rest(*a) == rest(*b)) {
        let c = &conditions[group[0]];
        let at = c.temperature.map(|t| format!(", {t} K")).unwrap_or_default();
        for (state, name) in names.iter().enumerate() {
            let xs: Vec<f64> = group.iter().map(|k| x[*k]).collect();
            let fitted = group.iter().map(|k| fitted_rates(&conditions[*k], &fit.device)[state]).collect();
            let y: Vec<f64> = group.iter().map(|k| seen_rates(&conditions[*k])[state]).collect();
            let error = |(k, y): (&usize, &f64)| y / (0.5 * conditions[*k].seen.flips()).max(1.0).sqrt();
            let error = group.iter().zip(&y).map(error).collect();
            let label = format!("{name}{at}");
            marks.push(Mark::Line { label: label.clone(), x: xs.clone(), y: fitted });
            marks.push(Mark::Points { label, x: xs, y, error });
        }
    }
    let data = Panel { title: "rates".to_owned(), x: Axis::new(label), y: Axis::new("rate (1/s)").logarithmic(), marks };
    let residual = |state: usize| fit.residuals.iter().skip(state).step_by(2).copied().collect::<Vec<f64>>();
    let series = names.iter().enumerate().map(|(k, name)| ((*name).to_owned(), x.clone(), residual(k))).collect();
    let caption = format!(
        "Rates of leaving either state, from {source} (points), with the fitted junction (lines), and what is left in standard deviations."
    );
    fitted::figure(
        "fit",
        "A telegraph junction fitted to its dwell times",
        caption,
        data,
        fitted::residual_panel(Axis::new(label), series),
    )
}
