//! `spinloom calibrate`

use super::run::run_experiment;
use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use serde_json::{Value as Json, json};
use spinloom_core::parameters::Value;
use spinloom_core::quantity::engineering;
use spinloom_lab::calibration::calibration;
use spinloom_lab::experiment::Experiment;
use spinloom_lab::json::run_json;
use spinloom_lab::outcome::{Outcome, Table, Values};
use std::path::Path;

/// Fits a compact device to data.
pub fn calibrate(args: args::Calibrate) -> Result<(), Failure> {
    let mut experiment = Experiment { system: calibration(&args.device)?, seed: None };
    let group = args.device.replace('-', "_");
    let texts = |names: &[String]| Value::List(names.iter().cloned().map(Value::Text).collect());
    let mut held = Vec::new();
    for hold in &args.hold {
        let (name, value) = hold.split_once('=').map_or((hold.as_str(), None), |(name, value)| (name.trim(), Some(value)));
        if let Some(value) = value {
            // A law that is no device has its parameters in a group of its own, and what measures a device beside it in none.
            let places = [format!("{group}.{name}"), format!("thermal.{name}"), name.to_owned()];
            let has = |place: &&String| experiment.system.parameters().iter().any(|p| p.name == **place);
            let place = places.iter().find(has).unwrap_or(&places[0]);
            experiment.apply_set(&format!("{place}={value}"))?;
        }
        held.push(name.to_owned());
    }
    for (name, value) in [("from", texts(&args.from)), ("free", texts(&args.free)), ("hold", texts(&held))] {
        experiment.system.set(name, &value).map_err(|e| Failure::Usage(e.to_string()))?;
    }
    for assignment in &args.set {
        experiment.apply_set(assignment)?;
    }
    let (out, as_json) = (args.common.out.clone(), args.common.json);
    let (outcome, wall_s) = run_experiment(&experiment, args.seed, args.common)?;
    if as_json {
        return print_json(&document(&outcome, out.as_deref()));
    }
    print(&summary(&outcome, out.as_deref(), wall_s))
}

/// The rows of the table of parameters: name, unit, value and both ends of the interval.
fn parameters(outcome: &Outcome) -> Vec<(String, String, [f64; 3])> {
    let Some(table) = outcome.tables.iter().find(|t| t.name == "parameters") else { return Vec::new() };
    let word = |k: usize, row: usize| match &table.columns[k].values {
        Values::Words(words) => words[row].clone(),
        Values::Numbers(_) => String::new(),
    };
    let number = |table: &Table, k: usize, row: usize| match &table.columns[k].values {
        Values::Numbers(numbers) => numbers[row],
        Values::Words(_) => f64::NAN,
    };
    (0..table.rows()).map(|row| (word(0, row), word(1, row), [2, 3, 4].map(|k| number(table, k, row)))).collect()
}

fn device_toml(outcome: &Outcome) -> &str {
    outcome.attachments.iter().find(|a| a.name == "device.toml").map_or("", |a| &a.text)
}

fn document(outcome: &Outcome, out: Option<&Path>) -> Json {
    let mut document = run_json(outcome, out);
    let rows: Vec<Json> = parameters(outcome)
        .into_iter()
        .map(|(name, unit, [value, low, high])| json!({ "name": name, "unit": unit, "value": value, "interval": [low, high] }))
        .collect();
    document["parameters"] = Json::Array(rows);
    document["device"] = Json::String(device_toml(outcome).to_owned());
    document
}

/// Value and interval with as many digits as the interval is worth.
fn with_interval(value: f64, [low, high]: [f64; 2], unit: &str) -> [String; 2] {
    let width = (high - low).abs();
    let digits = if width > 0.0 && value != 0.0 { (value.abs() / width).log10().ceil().max(0.0) as usize + 2 } else { 4 };
    let engineered = engineering(value, unit);
    // The same prefix for all three.
    let (scale, unit) = match engineered.split_once(' ') {
        Some((number, unit)) => (number.parse::<f64>().map_or(1.0, |n| if n == 0.0 { 1.0 } else { value / n }), unit),
        None => (1.0, ""),
    };
    let scale = if scale == 0.0 { 1.0 } else { 10f64.powi(scale.abs().log10().round() as i32) };
    let number = |v: f64| {
        let v = v / scale;
        let whole = if v == 0.0 { 1 } else { v.abs().log10().floor() as i32 + 1 };
        let decimals = (digits as i32 - whole).clamp(0, 12) as usize;
        if (-4..9).contains(&whole) { format!("{v:.decimals$}") } else { format!("{v:.digits$e}") }
    };
    [format!("{} {unit}", number(value)).trim_end().to_owned(), format!("{} .. {}", number(low), number(high))]
}

fn summary(outcome: &Outcome, out: Option<&Path>, wall_s: f64) -> String {
    let mut rows = table(["parameter", "value", "confidence interval"]);
    for (name, unit, [value, low, high]) in parameters(outcome) {
        let [value, interval] = with_interval(value, [low, high], &unit);
        rows.add_row([name, value, interval]);
    }
    let mut text = format!("{} ({wall_s:.1} s)\n{rows}\n", outcome.system);
    let of = |name: &str| outcome.quantity(name).map(|q| q.value);
    if let (Some(chi), Some(degrees), Some(p)) = (of("fit.chi_square"), of("fit.degrees_of_freedom"), of("fit.p_value")) {
        let p = if p < 0.01 { format!("{p:.1e}") } else { format!("{p:.2}") };
        text += &format!("chi-square {chi:.1} over {degrees} degrees of freedom (probability {p})\n");
    }
    text += &outcome.notes.iter().map(|n| format!("note: {n}\n")).collect::<String>();
    text += &match out {
        Some(out) => format!("device: {}\nreport: {}", out.join("device.toml").display(), out.join("report.html").display()),
        None => {
            format!("\n{}\nnothing was written; --out DIR keeps device.toml, report, tables and figures", device_toml(outcome))
        }
    };
    text
}
