//! What the command prints with `--json`, and numbers that survive JSON.

use crate::VERSION;
use crate::outcome::Outcome;
use serde_json::{Map, Value, json};
use std::path::Path;

/// The document of `run --json`; keys are added to it, never changed.
///
/// `{"system", "version", "seed", "data", "missing", "quantities": {NAME: {"value", "unit", "standard_error"}}, "ledger": [{"what",
/// "kind", "count", "joule", "second", "source"}], "timing": {PHASE: s}, "notes", "out"}`. A number that is not finite is `null`.
///
/// ```
/// let mut outcome = spinloom_lab::Outcome::new("romera2018", 1);
/// outcome.measure("energy", "J", 1e-9);
/// let document = spinloom_lab::json::run_json(&outcome, None);
/// assert_eq!(document["quantities"]["energy"]["value"], 1e-9);
/// ```
pub fn run_json(outcome: &Outcome, out: Option<&Path>) -> Value {
    let quantities: Map<String, Value> = outcome
        .quantities
        .iter()
        .map(|q| (q.name.clone(), json!({ "value": q.value, "unit": q.unit, "standard_error": q.standard_error })))
        .collect();
    // A phase that ran more than once is one line with its whole time.
    let mut timing: Vec<(&str, f64)> = Vec::new();
    for t in &outcome.timing {
        match timing.iter_mut().find(|(phase, _)| *phase == t.phase) {
            Some((_, second)) => *second += t.second,
            None => timing.push((&t.phase, t.second)),
        }
    }
    let timing: Map<String, Value> = timing.into_iter().map(|(phase, second)| (phase.to_owned(), json!(second))).collect();
    json!({
        "system": outcome.system,
        "version": VERSION,
        "seed": outcome.seed,
        "data": outcome.data,
        "missing": outcome.missing,
        "quantities": quantities,
        "ledger": outcome.ledger,
        "timing": timing,
        "notes": outcome.notes,
        "out": out.map(|p| p.display().to_string()),
    })
}

/// A number as JSON, `null` where it is not finite; read back as NaN.
pub mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        value.is_finite().then_some(*value).serialize(serializer)
    }

    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}

/// A list of numbers as JSON, `null` where one is not finite; read back as NaN.
pub mod numbers {
    use serde::{Deserialize, Deserializer, Serializer};

    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|v| v.is_finite().then_some(*v)))
    }

    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        Ok(Vec::<Option<f64>>::deserialize(deserializer)?.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect())
    }
}
