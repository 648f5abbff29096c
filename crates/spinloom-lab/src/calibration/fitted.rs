//! What every calibration leaves: parameters with intervals, residuals, and the device as TOML.

use crate::figure::{Axis, Figure, Mark, Panel};
use crate::outcome::{Attachment, Outcome, Quantity, Table};
use spinloom_core::parameters::{Parameters, Value};
use spinloom_core::statistics::confidence_factor;
use spinloom_device::calibrate::{Fit, FittedParameter};
use std::fmt::Write as _;

/// Probability of a larger deviance below which a model is said not to hold.
const UNLIKELY: f64 = 1e-3;
/// Correlation beyond which two parameters are said to go together.
const TOGETHER: f64 = 0.98;

/// A device with what was fitted of it.
pub struct Fitted<'a> {
    /// Name of the model in a `device.toml`.
    pub model: &'static str,
    /// What it was fitted to, in words.
    pub source: String,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// What was fitted, of however many fits.
    pub parameters: Vec<&'a FittedParameter>,
}

impl Fitted<'_> {
    /// Adds quantities, the table of parameters and `device.toml` to an outcome.
    pub fn report(&self, outcome: &mut Outcome, device: &impl Parameters) {
        for p in &self.parameters {
            outcome.quantities.push(Quantity {
                name: p.name.clone(),
                value: p.value,
                unit: p.unit.to_owned(),
                standard_error: Some(p.standard_error),
            });
        }
        let of = |f: &dyn Fn(&FittedParameter) -> f64| self.parameters.iter().map(|p| f(p)).collect::<Vec<f64>>();
        let title = format!("Fitted parameters (SI) with {} % intervals", 100.0 * self.confidence);
        let table = Table::new("parameters", &title)
            .words("parameter", self.parameters.iter().map(|p| p.name.clone()).collect())
            .words("unit", self.parameters.iter().map(|p| p.unit.to_owned()).collect())
            .numbers("value", "", of(&|p| p.value))
            .numbers("low", "", of(&|p| p.interval[0]))
            .numbers("high", "", of(&|p| p.interval[1]));
        outcome.tables.push(table);
        outcome.attachments.push(Attachment { name: "device.toml".to_owned(), text: self.toml(device) });
    }

    /// The device as a table of TOML that a system takes.
    fn toml(&self, device: &impl Parameters) -> String {
        let mut out = format!(
            "# A device fitted by spinloom {} to {}.\n# Give it to a system by `spinloom run SYSTEM --device FILE`. SI units; {} % intervals.\n\n[{}]\n",
            crate::VERSION,
            self.source,
            100.0 * self.confidence,
            self.model
        );
        for p in device.parameters() {
            let Value::Number(value) = p.value else { continue };
            let fitted = self.parameters.iter().find(|f| f.name == p.name);
            let unit = if p.unit.is_empty() { String::new() } else { format!("{}, ", p.unit) };
            let how = fitted.map_or_else(|| "held".to_owned(), |f| format!("{:.5e} to {:.5e}", f.interval[0], f.interval[1]));
            // A text that reads back to the same bits.
            let _ = writeln!(out, "{} = {value:?} # {unit}{how}", p.name);
        }
        out
    }
}

/// Says how well a model fits, and which parameters go together.
pub fn quality<P>(outcome: &mut Outcome, fit: &Fit<P>) {
    outcome.measure("fit.degrees_of_freedom", "", fit.degrees);
    if fit.p_value.is_finite() {
        outcome.measure("fit.chi_square", "", fit.deviance);
        outcome.measure("fit.p_value", "", fit.p_value);
        if fit.p_value < UNLIKELY {
            outcome.note(format!(
                "The model does not describe the data within their errors: chi-square {:.1} over {} degrees of freedom (probability {:.1e}). The intervals hold for \
                 errors of chance alone; the residuals show where it fails.",
                fit.deviance, fit.degrees, fit.p_value
            ));
        }
    }
    let n = fit.parameters.len();
    for a in 0..n {
        for b in 0..a {
            let correlation = fit.correlations[a * n + b];
            if correlation.abs() > TOGETHER {
                outcome.note(format!(
                    "{} and {} go together (correlation {correlation:.4}): the data tell a combination of both better than either.",
                    fit.parameters[b].name, fit.parameters[a].name
                ));
            }
        }
    }
}

/// A panel of residuals in standard deviations.
pub fn residual_panel(x: Axis, series: Vec<(String, Vec<f64>, Vec<f64>)>) -> Panel {
    let mut marks: Vec<Mark> = series.into_iter().map(|(label, x, y)| Mark::Points { label, x, y, error: Vec::new() }).collect();
    marks.push(Mark::Reference { label: "the model".to_owned(), y: 0.0 });
    let size = |m: &Mark| if let Mark::Points { y, .. } = m { y.iter().fold(0.0f64, |a, b| a.max(b.abs())) } else { 0.0 };
    let most = marks.iter().map(size).fold(3.0, f64::max) * 1.1;
    Panel {
        title: "residuals".to_owned(),
        x,
        y: Axis::new("observed less fitted (standard deviations)").range(-most, most),
        marks,
    }
}

/// One half of the interval in standard errors, for error bars.
pub fn factor(confidence: f64) -> f64 {
    confidence_factor(confidence, f64::INFINITY)
}

/// A figure of the data with the fit and of the residuals.
pub fn figure(name: &str, title: &str, caption: String, data: Panel, residuals: Panel) -> Figure {
    Figure { name: name.to_owned(), title: title.to_owned(), caption, panels: vec![data, residuals] }
}

/// Names of files for people.
pub fn source(from: &[String]) -> String {
    from.join(", ")
}
