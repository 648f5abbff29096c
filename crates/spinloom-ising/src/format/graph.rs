//! Graphs: `n m`, then `i j w` with vertices from 1; the weight may be left out.

use super::lines::Lines;
use super::{Interpretation, interpret};
use crate::problem::Problem;
use crate::{Ising, IsingError};
use std::fmt::Write;

pub fn read(mut lines: Lines<'_>, meaning: Interpretation) -> Result<Problem, IsingError> {
    let (n, entries) = entries(&mut lines, "an edge weight", true)?;
    let number = lines.number;
    if meaning != Interpretation::Ising
        && let Some(e) = entries.iter().find(|e| e.0 == e.1)
        && meaning != Interpretation::Qubo
    {
        lines.number = number;
        return Err(lines.error(format!("vertex {} is joined to itself; a cut has no use for that", e.0 + 1)));
    }
    interpret(n, entries, meaning)
}

/// Vertices, and edges (i, j, w) from 0.
type Graph = (usize, Vec<(usize, usize, f64)>);

/// The header `n m` and m lines `i j w`.
pub fn entries(lines: &mut Lines<'_>, what: &str, optional: bool) -> Result<Graph, IsingError> {
    let comment = ['#', 'c', '%'];
    let header = lines.next_data(&comment).ok_or_else(|| lines.error("expected a first line `vertices edges`, found nothing"))?;
    let mut words = lines.words(header);
    let n: usize = words.number("the number of vertices")?;
    let m: usize = words.number("the number of edges")?;
    words.end()?;
    if n == 0 {
        return Err(lines.error("expected at least one vertex"));
    }
    lines.room(n, "vertices")?;
    if n > u32::MAX as usize {
        return Err(lines.error(format!("{n} vertices are more than can be addressed")));
    }
    lines.plausible(m, "edges", 40)?;
    let mut entries = Vec::with_capacity(m);
    while let Some(line) = lines.next_data(&comment) {
        if entries.len() == m {
            return Err(lines.error(format!("the first line announces {m} edges; this is one more")));
        }
        let mut words = lines.words(line);
        let i = words.index("a vertex", 1, n)?;
        let j = words.index("a vertex", 1, n)?;
        let w = if optional && words.clone().word().is_none() { 1.0 } else { words.weight(what)? };
        words.end()?;
        entries.push((i, j, w));
    }
    if entries.len() < m {
        return Err(lines.error(format!("the first line announces {m} edges, but the file ends after {}", entries.len())));
    }
    Ok((n, entries))
}

/// A model without fields as a graph whose cuts have the energies of the model: weights are -J.
///
/// # Errors
/// [`IsingError::Unsuitable`] for a model with fields, which a graph cannot hold.
pub fn write_rudy(model: &Ising) -> Result<String, IsingError> {
    if model.fields().iter().any(|h| *h != 0.0) {
        return Err(IsingError::Unsuitable("a graph for max-cut cannot hold fields".to_owned()));
    }
    let mut text = format!("{} {}\n", model.spins(), model.pairs());
    for (i, j, v) in model.couplings() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {} {}", i + 1, j + 1, -v);
    }
    Ok(text)
}
