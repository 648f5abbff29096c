//! DIMACS clauses: `p cnf`, `p wcnf` with or without a top weight, and the newer weighted form without a header line.

use super::lines::Lines;
use crate::IsingError;
use crate::problem::Problem;
use crate::satisfiability::{Clause, Formula};

pub fn read(mut lines: Lines<'_>) -> Result<Problem, IsingError> {
    let mut header: Option<Header> = None;
    let mut literals = Vec::new();
    let mut weight = None;
    let mut clauses = Vec::new();
    while let Some(line) = lines.next_line() {
        if line.starts_with('c') {
            continue;
        }
        // SATLIB ends its files with a line `%`.
        if line.starts_with('%') {
            break;
        }
        if line.starts_with('p') {
            if header.is_some() {
                return Err(lines.error("a second line `p ...`"));
            }
            header = Some(Header::read(line, &lines)?);
            continue;
        }
        let weighted = header.as_ref().is_none_or(|h| h.weighted);
        let top = header.as_ref().and_then(|h| h.top);
        let mut words = lines.words(line);
        while let Some(word) = words.word() {
            if weighted && weight.is_none() {
                weight = Some(clause_weight(word, top, &lines)?);
                continue;
            }
            let literal: i64 = word.parse().map_err(|_| lines.error(format!("expected a literal, found `{word}`")))?;
            if literal != 0 {
                literals.push(checked(literal, header.as_ref(), &lines)?);
                continue;
            }
            clauses.push(Clause { literals: std::mem::take(&mut literals), weight: weight.take().unwrap_or(Some(1.0)) });
        }
    }
    if !literals.is_empty() {
        return Err(lines.error("the last clause is not ended by 0"));
    }
    let weighted = header.as_ref().is_none_or(|h| h.weighted);
    if let Some(h) = &header
        && clauses.len() != h.clauses
    {
        return Err(lines.error(format!("{} clauses are announced, but there are {}", h.clauses, clauses.len())));
    }
    let variables = header.map_or_else(
        || clauses.iter().flat_map(|c| &c.literals).map(|l| l.unsigned_abs() as usize).max().unwrap_or(0),
        |h| h.variables,
    );
    if variables == 0 {
        return Err(lines.error("expected clauses over at least one variable"));
    }
    lines.room(variables, "variables")?;
    Problem::satisfiability(Formula { variables, clauses, weighted })
}

struct Header {
    weighted: bool,
    variables: usize,
    clauses: usize,
    top: Option<f64>,
}

impl Header {
    fn read(line: &str, lines: &Lines<'_>) -> Result<Self, IsingError> {
        let mut words = lines.words_of(line);
        let _p = words.word();
        let weighted = match words.word() {
            Some("cnf") => false,
            Some("wcnf") => true,
            other => return Err(lines.error(format!("expected `p cnf` or `p wcnf`, found `p {}`", other.unwrap_or("")))),
        };
        let variables = words.number("the number of variables")?;
        let clauses = words.number("the number of clauses")?;
        lines.plausible(clauses, "clauses", 64)?;
        lines.room(variables, "variables")?;
        let top = if weighted && words.clone().word().is_some() { Some(words.weight("the top weight")?) } else { None };
        Ok(Self { weighted, variables, clauses, top })
    }
}

/// The weight of a clause; none for one that has to hold.
fn clause_weight(word: &str, top: Option<f64>, lines: &Lines<'_>) -> Result<Option<f64>, IsingError> {
    if word == "h" {
        return Ok(None);
    }
    let value: f64 = word.parse().map_err(|_| lines.error(format!("expected the weight of a clause, found `{word}`")))?;
    if !(value.is_finite() && value >= 0.0) {
        return Err(lines.error(format!("expected a weight of zero or more, found {word}")));
    }
    Ok(if top.is_some_and(|t| value >= t) { None } else { Some(value) })
}

fn checked(literal: i64, header: Option<&Header>, lines: &Lines<'_>) -> Result<i32, IsingError> {
    let limit = header.map_or(i32::MAX as u64 - 1, |h| h.variables as u64);
    if literal.unsigned_abs() > limit {
        return Err(lines.error(format!("literal {literal}, but there are only {limit} variables")));
    }
    i32::try_from(literal).map_err(|_| lines.error(format!("literal {literal} is too large")))
}
