//! How many of so many trials switched, as columns have it.

use super::measurements::{Known, Measurements};
use crate::error::LabError;
use spinloom_core::statistics::wilson_interval;

/// The columns of counts.
pub const SWITCHED: Known = Known::number("switched", "", &["switches", "successes"]);
/// The share that switched, in the place of their number.
pub const PROBABILITY: Known = Known::number("probability", "", &["switching_probability", "p_sw", "psw"]);
/// How many trials there were.
pub const TRIALS: Known = Known::number("trials", "", &["pulses", "writes", "n"]);

/// How many switched, and of how many, row by row.
///
/// # Errors
/// [`LabError::Experiment`] at the header where a column is missing, or at the row that has more switched than trials.
pub fn counts(m: &Measurements) -> Result<Vec<(f64, f64)>, LabError> {
    let trials = m.column_or_constant("trials").ok_or_else(|| {
        let why = "how many there were, which errors follow from";
        m.wrong_header(format!("there is no column `trials`: {why}, nor a comment `# trials = ...`"))
    })?;
    let (switched, share) = (m.numbers("switched"), m.numbers("probability"));
    let one = |(row, count): (usize, f64)| {
        let wrong = |message: String| Err(m.wrong_row(row, message));
        if count < 1.0 {
            return wrong(format!("`trials` must be 1 or greater, but it is {count}"));
        }
        let switched = match (switched, share) {
            (Some(s), _) => s[row],
            (None, Some(p)) if (0.0..=1.0).contains(&p[row]) => p[row] * count,
            (None, Some(p)) => return wrong(format!("`probability` must lie between 0 and 1, but it is {}", p[row])),
            (None, None) => return Err(m.wrong_header("there is no column `switched` or `probability`".to_owned())),
        };
        if !(0.0..=count).contains(&switched) {
            return wrong(format!("`switched` is {switched}, but there were {count} trials"));
        }
        Ok((switched, count))
    };
    trials.into_iter().enumerate().map(one).collect()
}

/// Half of Wilson's interval of one standard error, for error bars.
pub fn error_bar(switched: f64, trials: f64) -> f64 {
    let (low, high) = wilson_interval(switched.round() as usize, trials as usize, 1.0);
    0.5 * (high - low)
}

/// The probability of a logit.
pub fn probability(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
