//! `calibrate-junction`: stable junctions from switching probabilities, loops of resistance, or macrospins.

use super::counts::{self, counts, probability};
use super::fitted::{self, Fitted};
use super::measurements::{Kind, Known, Measurements};
use super::{check_names, chosen, read_noted, sources};
use crate::error::LabError;
use crate::figure::{Axis, Figure, Mark, Panel};
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::DeviceError;
use spinloom_device::calibrate::junction::{
    Loop, LoopPoint, ThermalSwitching, Trials, fit_junction, fit_loop, fit_thermal, free_parameters, macrospin_trials,
};
use spinloom_device::calibrate::{Fit, FitOptions, FittedParameter};
use spinloom_device::junction::{Junction, Pulse, State};

static CARD: Card = Card {
    name: "calibrate-junction",
    title: "A stable junction fitted to switching probabilities and loops",
    paper: "W. H. Butler et al., Switching distributions for perpendicular spin-torque devices within the macrospin approximation, IEEE Trans. Magn. 48, 4684 (2012)",
    doi: "10.1109/TMAG.2012.2209122",
    device: "magnetic tunnel junction",
    task: "calibration",
    measures: "thermal stability, critical voltage, attempt time or damping, resistances and magnetoresistance, with confidence intervals",
    claims: "",
    data: &[],
};

spinloom_core::choices! {
    /// What switching is fitted with.
    pub enum Law {
        /// The junction itself by the Fokker-Planck equation, in all regimes.
        FokkerPlanck = "fokker-planck",
        /// Thermal escape over a barrier that falls as a power of the pulse, below the critical one.
        Thermal = "thermal",
    }
}

spinloom_core::parameters! {
    /// Macrospins in the place of an experiment.
    pub struct PulsedMacrospins {
        /// How many see each pulse.
        pub trials: usize = 1000, "", Bound::between(10.0, 1e7);
        /// Voltages over the critical one of the junction.
        pub overdrives: Vec<f64> = vec![0.8, 0.9, 1.0, 1.2, 1.5, 2.0], "", Bound::POSITIVE;
        /// Durations over the time in which a small angle relaxes.
        pub durations: Vec<f64> = vec![1.5, 3.0, 6.0, 12.0], "", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of the calibration.
    pub struct CalibrateJunction {
        /// CSV files with pulses and how many switched, or with loops of resistance over voltage; or `macrospin`.
        pub from: Vec<String> = vec![super::MACROSPIN.to_owned()], "", Bound::ANY;
        /// What is known of the device: what is held, and where the fit begins; of macrospins what they are.
        pub junction: Junction = Junction::default(), "", Bound::ANY;
        /// What switching is fitted with.
        pub law: Law = Law::FokkerPlanck, "", Bound::ANY;
        /// What is known of the thermal law.
        pub thermal: ThermalSwitching = ThermalSwitching::default(), "", Bound::ANY;
        /// Names of the parameters of the law to fit; without any those that the data can tell.
        pub free: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Names of parameters not to fit.
        pub hold: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Confidence of the intervals.
        pub confidence: f64 = 0.95, "", Bound::between(0.5, 0.9999);
        /// What is simulated where `from` is `macrospin`.
        pub macrospin: PulsedMacrospins = PulsedMacrospins::default(), "", Bound::ANY;
    }
}

/// The columns that are known.
const KNOWN: [Known; 8] = [
    Known::number("voltage", "V", &["v", "amplitude"]),
    Known::number("current", "A", &["i"]),
    Known::number("duration", "s", &["pulse", "pulse_duration", "pulse_width", "width", "t"]),
    counts::SWITCHED,
    counts::PROBABILITY,
    counts::TRIALS,
    Known { name: "from", aliases: &["state", "initial_state"], kind: Kind::Word, optional: false },
    Known::number("resistance", "Ohm", &["r"]),
];

/// What files hold.
#[derive(Default)]
struct Data {
    trials: Vec<Trials>,
    points: Vec<LoopPoint>,
}

/// What was fitted to pulses: the device and the parameters in the words of the law.
struct Switching {
    device: Junction,
    parameters: Vec<FittedParameter>,
    predictions: Vec<f64>,
    residuals: Vec<f64>,
}

impl System for CalibrateJunction {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let lists = [("free", self.free.as_slice()), ("hold", self.hold.as_slice())];
        match self.law {
            Law::FokkerPlanck => check_names(&self.junction, lists)?,
            Law::Thermal => check_names(&self.thermal, lists)?,
        }
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let data = outcome.timed("data", |o| self.data(run, o))?;
        let source = fitted::source(&self.from);
        let options = FitOptions { confidence: self.confidence, known_deviations: true };
        let mut device = self.junction.clone();
        let mut parameters = Vec::new();
        if !data.points.is_empty() {
            let found = outcome.timed("loop", |_| fit_loop(&device, &data.points, options))?;
            device = found.fit.device.clone();
            parameters.extend(found.fit.parameters.iter().cloned());
            report_loop(&mut outcome, &found, &data.points, &source);
        }
        if !data.trials.is_empty() {
            run.check()?;
            let found = outcome.timed("fit", |o| self.switching(&device, &data.trials, options, o))?;
            device = found.device;
            parameters.extend(found.parameters);
            outcome.tables.push(switching_table(&data.trials, &found.predictions, &found.residuals));
            outcome.figures.push(switching_figure(&data.trials, &found.predictions, &found.residuals, &source));
        }
        Fitted { model: "junction", source, confidence: self.confidence, parameters: parameters.iter().collect() }
            .report(&mut outcome, &device);
        outcome.data = super::files(&self.from);
        Ok(outcome)
    }
}

impl CalibrateJunction {
    fn data(&self, run: &Run, outcome: &mut Outcome) -> Result<Data, LabError> {
        let Some(files) = sources(&self.from)? else { return self.simulated(run, outcome) };
        let mut data = Data::default();
        for file in files {
            let m = read_noted(&file, &KNOWN, outcome)?;
            if m.has("switched") || m.has("probability") {
                read_pulses(&m, &mut data.trials)?;
            } else {
                read_loop(&m, &mut data.points)?;
            }
        }
        Ok(data)
    }

    fn simulated(&self, run: &Run, outcome: &mut Outcome) -> Result<Data, LabError> {
        let (m, junction) = (&self.macrospin, &self.junction);
        let trials = if run.quick() { (m.trials / 5).max(10) } else { m.trials };
        outcome.note(format!(
            "Simulated: {trials} macrospins a pulse of the junction that is given, at a thermal stability of {:.2} and a critical voltage of {:.4} V.",
            junction.thermal_stability(),
            junction.critical_voltage()
        ));
        let pairs: Vec<(f64, f64)> = m.overdrives.iter().flat_map(|i| m.durations.iter().map(|t| (*i, *t))).collect();
        let one = |(k, (overdrive, duration)): (usize, &(f64, f64))| {
            run.check()?;
            let (voltage, duration) = (-overdrive * junction.critical_voltage(), duration * junction.relaxation_time());
            let seed = run.stream("macrospins", k as u64).next();
            Ok(macrospin_trials(junction, Pulse::Voltage { voltage, duration }, State::Parallel, trials, seed)?)
        };
        let trials = pairs.par_iter().enumerate().map(one).collect::<Result<_, LabError>>()?;
        Ok(Data { trials, points: Vec::new() })
    }

    fn switching(
        &self,
        device: &Junction,
        trials: &[Trials],
        options: FitOptions,
        outcome: &mut Outcome,
    ) -> Result<Switching, LabError> {
        // The thermal law is quick and finds its way from anywhere: it begins the other one too.
        let rough = |thermal: &ThermalSwitching, free: &[&str]| fit_thermal(thermal, free, trials, options);
        if self.law == Law::Thermal {
            let free = chosen(&self.free, free_parameters(trials), &self.hold);
            let fit = rough(&self.thermal, &free)?;
            fitted::quality(outcome, &fit);
            let matched = matching(device, &fit.device, trials)?;
            outcome.note(
                "The junction is given the thermal stability and the critical voltage of the fit by its anisotropy field and its damping; its attempt time follows \
                 from these, not from the fit.",
            );
            return Ok(Switching {
                device: matched,
                parameters: fit.parameters,
                predictions: fit.predictions,
                residuals: fit.residuals,
            });
        }
        let free = chosen(&self.free, vec!["anisotropy_field", "damping"], &self.hold);
        let start =
            rough(&self.thermal, &free_parameters(trials)).ok().and_then(|fit| matching(device, &fit.device, trials).ok());
        let both = free.contains(&"anisotropy_field") && free.contains(&"damping");
        let start = start.filter(|s| both && s.thermal_stability() < 250.0).unwrap_or_else(|| device.clone());
        let fit = fit_junction(&start, &free, trials, options)?;
        fitted::quality(outcome, &fit);
        let mut parameters = fit.parameters.clone();
        parameters.extend(derived(&fit, self.confidence));
        Ok(Switching { device: fit.device, parameters, predictions: fit.predictions, residuals: fit.residuals })
    }
}

/// The junction of a thermal law.
fn matching(device: &Junction, law: &ThermalSwitching, trials: &[Trials]) -> Result<Junction, DeviceError> {
    let by_current = trials.iter().all(|t| matches!(t.pulse, Pulse::Current { .. }));
    let voltage = if by_current { law.critical_current * device.resistance(State::Parallel, 0.0) } else { law.critical_voltage };
    device.matching(law.thermal_stability, voltage)
}

/// Thermal stability and critical voltage, as they follow from anisotropy field and damping: the one goes with the field, the other with the product of both.
fn derived(fit: &Fit<Junction>, confidence: f64) -> Vec<FittedParameter> {
    let find = |name: &str| fit.parameters.iter().position(|p| p.name == name);
    let relative = |k: usize| fit.parameters[k].standard_error / fit.parameters[k].value;
    let factor = fitted::factor(confidence);
    let parameter =
        |name: &str, unit, value: f64, relative: f64| FittedParameter::positive(name, unit, value, value * relative, factor);
    let mut all = Vec::new();
    let (field, damping) = (find("anisotropy_field"), find("damping"));
    if let Some(field) = field {
        all.push(parameter("thermal_stability", "", fit.device.thermal_stability(), relative(field)));
    }
    if let (Some(a), Some(b)) = (field, damping) {
        let n = fit.parameters.len();
        let together = relative(a).powi(2) + relative(b).powi(2) + 2.0 * fit.correlations[a * n + b] * relative(a) * relative(b);
        all.push(parameter("critical_voltage", "V", fit.device.critical_voltage(), together.max(0.0).sqrt()));
    }
    all
}

/// A state in words, as the column `from` has it.
fn state(m: &Measurements, row: usize, word: &str) -> Result<State, LabError> {
    match word {
        "p" | "parallel" | "low" => Ok(State::Parallel),
        "ap" | "antiparallel" | "high" => Ok(State::Antiparallel),
        _ => Err(m.wrong_row(row, format!("`{word}` is no state: write `P` or `AP`"))),
    }
}

fn read_pulses(m: &Measurements, trials: &mut Vec<Trials>) -> Result<(), LabError> {
    let (voltage, current) = (m.numbers("voltage"), m.numbers("current"));
    let amplitude = match (voltage, current) {
        (Some(v), None) => v,
        (None, Some(i)) => i,
        (None, None) => return Err(m.wrong_header("there is no column `voltage` or `current` of the pulses".to_owned())),
        _ => return Err(m.wrong_header("pulses are of a `voltage` or of a `current`, not of both".to_owned())),
    };
    let duration = m.column_or_constant("duration").ok_or_else(|| {
        m.wrong_header("there is no column `duration` of the pulses, nor a comment `# duration = ...`".to_owned())
    })?;
    for (row, (switched, count)) in counts(m)?.into_iter().enumerate() {
        if duration[row] <= 0.0 {
            let message = format!("a pulse must last longer than 0 s, but `duration` is {:e} s", duration[row]);
            return Err(m.wrong_row(row, message));
        }
        let size = amplitude[row].abs();
        // Negative pulses drive the parallel state out; without a state the sign tells, and pulses without a sign are on the parallel one.
        let from = match m.words("from") {
            Some(words) => state(m, row, &words[row])?,
            None if amplitude.iter().any(|a| *a < 0.0) && amplitude[row] > 0.0 => State::Antiparallel,
            None => State::Parallel,
        };
        let signed = -from.cosine() * size;
        let pulse = if voltage.is_some() {
            Pulse::Voltage { voltage: signed, duration: duration[row] }
        } else {
            Pulse::Current { current: signed, duration: duration[row] }
        };
        trials.push(Trials { pulse, from, switched, trials: count });
    }
    Ok(())
}

fn read_loop(m: &Measurements, points: &mut Vec<LoopPoint>) -> Result<(), LabError> {
    let voltage = m.need("voltage")?;
    match (m.numbers("resistance"), m.numbers("current")) {
        (Some(resistance), _) => {
            if let Some(row) = resistance.iter().position(|r| *r <= 0.0) {
                return Err(m.wrong_row(row, format!("a resistance must be greater than 0, but it is {:e} Ohm", resistance[row])));
            }
            points.extend(voltage.iter().copied().zip(resistance.iter().copied()));
        }
        (None, Some(current)) => {
            for row in 0..m.rows() {
                // At no voltage there is no resistance to be read.
                if voltage[row] == 0.0 || current[row] == 0.0 {
                    continue;
                }
                if voltage[row] / current[row] <= 0.0 {
                    return Err(m.wrong_row(row, "voltage and current are of different sign".to_owned()));
                }
                points.push((voltage[row], voltage[row] / current[row]));
            }
        }
        (None, None) => {
            let message =
                "there is no column `switched` or `probability` (pulses), nor `resistance` or `current` (a loop over voltage)";
            return Err(m.wrong_header(message.to_owned()));
        }
    }
    Ok(())
}

/// Signed amplitude of a pulse, V or A.
fn amplitude(pulse: Pulse) -> f64 {
    match pulse {
        Pulse::Voltage { voltage, .. } => voltage,
        Pulse::Current { current, .. } => current,
    }
}

fn switching_table(trials: &[Trials], predictions: &[f64], residuals: &[f64]) -> Table {
    let by_current = trials.iter().any(|t| matches!(t.pulse, Pulse::Current { .. }));
    let (name, unit) = if by_current { ("current", "A") } else { ("voltage", "V") };
    let word = |t: &Trials| if t.from == State::Parallel { "P" } else { "AP" }.to_owned();
    Table::new("switching", "Pulses, how many switched, and what is fitted; residuals in standard deviations")
        .words("from", trials.iter().map(word).collect())
        .numbers(name, unit, trials.iter().map(|t| amplitude(t.pulse)).collect())
        .numbers("duration", "s", trials.iter().map(|t| t.pulse.duration()).collect())
        .numbers("trials", "", trials.iter().map(|t| t.trials).collect())
        .numbers("switched", "", trials.iter().map(|t| t.switched).collect())
        .numbers("fitted_probability", "", predictions.iter().map(|p| probability(*p)).collect())
        .numbers("residual", "", residuals.to_vec())
}

fn switching_figure(trials: &[Trials], predictions: &[f64], residuals: &[f64], source: &str) -> Figure {
    let by_current = trials.iter().any(|t| matches!(t.pulse, Pulse::Current { .. }));
    let label = if by_current { "current (uA)" } else { "voltage (V)" };
    let scale = if by_current { 1e6 } else { 1.0 };
    let x: Vec<f64> = trials.iter().map(|t| scale * amplitude(t.pulse).abs()).collect();
    let mut order: Vec<usize> = (0..trials.len()).collect();
    let key = |k: usize| (trials[k].from == State::Antiparallel, trials[k].pulse.duration());
    order.sort_by(|a, b| {
        let (p, q) = (key(*a), key(*b));
        p.0.cmp(&q.0).then(p.1.total_cmp(&q.1)).then(x[*a].total_cmp(&x[*b]))
    });
    let (mut marks, mut series) = (Vec::new(), Vec::new());
    for group in order.chunk_by(|a, b| key(*a) == key(*b)) {
        let first = &trials[group[0]];
        let state = if first.from == State::Parallel { "P" } else { "AP" };
        let name = format!("{state}, {}", spinloom_core::quantity::engineering(first.pulse.duration(), "s"));
        let of = |f: &dyn Fn(usize) -> f64| group.iter().map(|k| f(*k)).collect::<Vec<f64>>();
        let error = |k: usize| counts::error_bar(trials[k].switched, trials[k].trials);
        marks.push(Mark::Line { label: name.clone(), x: of(&|k| x[k]), y: of(&|k| probability(predictions[k])) });
        marks.push(Mark::Points {
            label: name.clone(),
            x: of(&|k| x[k]),
            y: of(&|k| trials[k].switched / trials[k].trials),
            error: of(&error),
        });
        series.push((name, of(&|k| x[k]), of(&|k| residuals[k])));
    }
    let data = Panel { title: "switching".to_owned(), x: Axis::new(label), y: Axis::new("probability").range(0.0, 1.0), marks };
    let caption = format!(
        "Share of pulses that switched, from {source} (points), with the fit joined by lines, and what is left in standard deviations."
    );
    fitted::figure(
        "switching",
        "A junction fitted to its switching",
        caption,
        data,
        fitted::residual_panel(Axis::new(label), series),
    )
}

fn report_loop(outcome: &mut Outcome, found: &Loop, points: &[LoopPoint], source: &str) {
    let off = found.states.iter().filter(|s| s.is_none()).count();
    if off > 0 {
        outcome.note(format!("{off} of {} points of the loop lie on neither branch and are not used.", points.len()));
    }
    let scatter = (found.fit.deviance / found.fit.degrees.max(1.0)).sqrt();
    outcome.measure("loop.relative_scatter", "", scatter);
    let device = &found.fit.device;
    let mut marks = Vec::new();
    let mut series = Vec::new();
    let mut residuals = found.fit.residuals.iter();
    let with: Vec<(LoopPoint, State, f64)> =
        points.iter().zip(&found.states).filter_map(|(p, s)| s.and_then(|s| residuals.next().map(|r| (*p, s, *r)))).collect();
    let largest = points.iter().map(|p| p.0.abs()).fold(0.0, f64::max);
    let voltages: Vec<f64> = (-100..=100).map(|k| largest * f64::from(k) / 100.0).collect();
    for (state, name) in [(State::Parallel, "parallel"), (State::Antiparallel, "antiparallel")] {
        let of: Vec<_> = with.iter().filter(|w| w.1 == state).collect();
        let y = voltages.iter().map(|v| device.resistance(state, *v)).collect();
        marks.push(Mark::Line { label: name.to_owned(), x: voltages.clone(), y });
        let x: Vec<f64> = of.iter().map(|w| w.0.0).collect();
        marks.push(Mark::Points {
            label: name.to_owned(),
            x: x.clone(),
            y: of.iter().map(|w| w.0.1).collect(),
            error: Vec::new(),
        });
        series.push((name.to_owned(), x, of.iter().map(|w| w.2).collect()));
    }
    let data = Panel { title: "resistance".to_owned(), x: Axis::new("voltage (V)"), y: Axis::new("resistance (Ohm)"), marks };
    let caption = format!(
        "Resistance over voltage, from {source} (points), with both branches fitted (lines), and what is left in standard deviations."
    );
    let residuals = fitted::residual_panel(Axis::new("voltage (V)"), series);
    outcome.figures.push(fitted::figure("loop", "A loop fitted by both states", caption, data, residuals));
}
