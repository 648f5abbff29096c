//! MatrixMarket coordinate files (R. F. Boisvert, R. Pozo and K. A. Remington, NISTIR 5935, 1996).

use super::lines::Lines;
use super::{Interpretation, interpret};
use crate::IsingError;
use crate::problem::Problem;

pub fn read(mut lines: Lines<'_>, meaning: Interpretation) -> Result<Problem, IsingError> {
    let banner = lines.next_line().unwrap_or("").to_ascii_lowercase();
    let words: Vec<&str> = banner.split_whitespace().collect();
    let (pattern, symmetric) = match words[..] {
        ["%%matrixmarket", "matrix", "coordinate", field @ ("real" | "integer" | "pattern" | "double"), shape] => match shape {
            "symmetric" => (field == "pattern", true),
            "general" => (field == "pattern", false),
            other => return Err(lines.error(format!("expected a matrix that is symmetric or general, found `{other}`"))),
        },
        _ => return Err(lines.error("expected `%%MatrixMarket matrix coordinate real|integer|pattern symmetric|general`")),
    };
    let header = lines.next_data(&['%']).ok_or_else(|| lines.error("expected `rows columns entries`, but the file ends"))?;
    let mut words = lines.words(header);
    let n: usize = words.number("the number of rows")?;
    let columns: usize = words.number("the number of columns")?;
    let m: usize = words.number("the number of entries")?;
    if n != columns || n == 0 {
        return Err(lines.error(format!("expected a square matrix, found {n} rows and {columns} columns")));
    }
    lines.room(n, "rows")?;
    lines.plausible(m, "entries", 40)?;
    let mut entries = Vec::with_capacity(m);
    while let Some(line) = lines.next_data(&['%']) {
        let mut words = lines.words(line);
        let i = words.index("a row", 1, n)?;
        let j = words.index("a column", 1, n)?;
        let w = if pattern { 1.0 } else { words.weight("an entry")? };
        words.end()?;
        // A general matrix that gives both triangles states every coupling twice.
        entries.push((i, j, if symmetric || i == j { w } else { 0.5 * w }));
    }
    if entries.len() != m {
        return Err(lines.error(format!("{m} entries are announced, but there are {}", entries.len())));
    }
    if !symmetric {
        check_symmetric(&entries, &lines)?;
    }
    let meaning = if meaning == Interpretation::Usual { Interpretation::Ising } else { meaning };
    interpret(n, entries, meaning)
}

/// A general matrix has to hold both triangles, or only one of them.
fn check_symmetric(entries: &[(usize, usize, f64)], lines: &Lines<'_>) -> Result<(), IsingError> {
    let map: std::collections::HashMap<(usize, usize), f64> = entries.iter().map(|e| ((e.0, e.1), e.2)).collect();
    match entries.iter().find(|e| e.0 != e.1 && map.get(&(e.1, e.0)) != Some(&e.2)) {
        None => Ok(()),
        Some(e) => Err(lines.error(format!(
            "the matrix is not symmetric at ({}, {}); declare it symmetric and give one triangle, or give both",
            e.0 + 1,
            e.1 + 1
        ))),
    }
}
