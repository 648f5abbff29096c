//! Functions that are read from files of numbers.

use super::failed;
use crate::mx3::{RealFunction, Stop};
use std::path::Path;
use std::sync::Arc;

/// A function from two columns of a file.
///
/// # Errors
/// For a file that cannot be read, a column that is not there or no numbers, and a first column that does not rise.
pub fn datafile(path: &Path, [x, y]: [usize; 2], between: &str) -> Result<RealFunction, Stop> {
    let wrong = |line: usize, what: &str| failed(format!("{}, line {line}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| failed(format!("cannot read {}: {e}", path.display())))?;
    let mut points: Vec<[f64; 2]> = Vec::new();
    for (line, words) in (1..).zip(text.lines()) {
        let words = words.split('#').next().unwrap_or_default();
        let columns: Vec<&str> = words.split([',', ';', '\t', ' ']).filter(|word| !word.is_empty()).collect();
        if columns.is_empty() {
            continue;
        }
        let value = |column: usize| {
            let word = columns.get(column).ok_or_else(|| wrong(line, &format!("there is no column {column}")))?;
            word.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| wrong(line, &format!("`{word}` is not a number")))
        };
        let point = [value(x)?, value(y)?];
        if points.last().is_some_and(|last| last[0] >= point[0]) {
            return Err(wrong(line, "the first of the two columns does not rise"));
        }
        points.push(point);
    }
    if points.is_empty() {
        return Err(wrong(1, "there are no numbers"));
    }
    let share: fn(f64) -> f64 = match between {
        "linear" => |share| share,
        "nearest" => |share| if share < 0.5 { 0.0 } else { 1.0 },
        "step" => |_| 0.0,
        _ => return Err(failed(format!("values are interpolated \"linear\", \"nearest\" or \"step\", not \"{between}\""))),
    };
    Ok(Arc::new(move |at: f64| {
        let after = points.partition_point(|point| point[0] <= at);
        match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
            (Some([x0, y0]), Some([x1, y1])) => y0 + share((at - x0) / (x1 - x0)) * (y1 - y0),
            (Some(last), None) => last[1],
            (None, first) => first.map_or(f64::NAN, |first| first[1]),
        }
    }))
}
