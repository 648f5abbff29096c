//! The `.qubo` files of qbsolv: `p qubo topology nodes diagonals couplers`, then `i j q` with bits from 0.

use super::lines::Lines;
use crate::IsingError;
use crate::problem::Problem;
use crate::qubo::Qubo;
use std::fmt::Write;

pub fn read(mut lines: Lines<'_>) -> Result<Problem, IsingError> {
    let header =
        lines.next_data(&['c']).ok_or_else(|| lines.error("expected `p qubo 0 nodes diagonals couplers`, found nothing"))?;
    let mut words = lines.words(header);
    if (words.word(), words.word()) != (Some("p"), Some("qubo")) {
        return Err(lines.error(format!("expected `p qubo 0 nodes diagonals couplers`, found `{header}`")));
    }
    let _topology = words.word();
    let n: usize = words.number("the number of nodes")?;
    let diagonal: usize = words.number("the number of diagonals")?;
    let couplers: usize = words.number("the number of couplers")?;
    lines.room(n, "nodes")?;
    if n == 0 {
        return Err(lines.error("expected at least one node"));
    }
    let announced = diagonal.saturating_add(couplers);
    lines.plausible(announced, "entries", 40)?;
    let mut entries = Vec::with_capacity(announced);
    while let Some(line) = lines.next_data(&['c']) {
        let mut words = lines.words(line);
        entries.push((words.index("a node", 0, n)?, words.index("a node", 0, n)?, words.weight("a coefficient")?));
        words.end()?;
    }
    if entries.len() != announced {
        return Err(lines.error(format!("{announced} entries are announced, but there are {}", entries.len())));
    }
    Problem::qubo(Qubo::new(n, entries, 0.0)?)
}

/// A problem as a `.qubo` file. The constant, which the format has no place for, goes into a comment.
pub fn write_qubo(qubo: &Qubo) -> String {
    let diagonal = qubo.linear().iter().filter(|q| **q != 0.0).count();
    let mut text = format!("c offset {}\np qubo 0 {} {diagonal} {}\n", qubo.offset(), qubo.bits(), qubo.quadratic().len());
    // Writing to a string cannot fail.
    for (i, q) in qubo.linear().iter().enumerate().filter(|(_, q)| **q != 0.0) {
        let _ = writeln!(text, "{i} {i} {q}");
    }
    for (i, j, q) in qubo.quadratic() {
        let _ = writeln!(text, "{i} {j} {q}");
    }
    text
}
