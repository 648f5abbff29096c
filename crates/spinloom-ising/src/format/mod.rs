//! Problem files: readers, and writers where a model goes back.

mod biqmac;
mod blif;
mod dimacs;
mod dimod;
mod graph;
mod lines;
mod matrix_market;
mod qubo_file;
mod tsplib;

pub use dimod::{write_coo, write_json};
pub use graph::write_rudy;
pub use qubo_file::write_qubo;

use crate::problem::Problem;
use crate::{Ising, IsingError};
use std::path::Path;

/// What a file of weights means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interpretation {
    /// What the format is used for as a rule.
    #[default]
    Usual,
    /// Edges of a graph whose cut is to be made large.
    MaxCut,
    /// Couplings J and, on the diagonal, fields h.
    Ising,
    /// Coefficients of bits, to be made small.
    Qubo,
}

impl Interpretation {
    /// All meanings with their names on the command line.
    pub const ALL: [(&'static str, Self); 4] =
        [("usual", Self::Usual), ("max-cut", Self::MaxCut), ("ising", Self::Ising), ("qubo", Self::Qubo)];
}

/// The formats, told apart by the ends of file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `n m`, then `i j w` (G-set, rudy): a graph for max-cut.
    Rudy,
    /// Biq Mac: `n m`, then `i j q`: minimise sum q_ii x_i + 2 sum q_ij x_i x_j.
    BiqMac,
    /// MatrixMarket coordinates: couplings J, the diagonal fields.
    MatrixMarket,
    /// `.qubo` of qbsolv.
    Qubo,
    /// JSON of a dimod binary quadratic model.
    DimodJson,
    /// COOrdinates of a dimod binary quadratic model.
    DimodCoo,
    /// DIMACS clauses, weighted or not.
    Dimacs,
    /// A travelling salesman's cities.
    Tsplib,
    /// A combinational netlist.
    Blif,
}

impl Format {
    /// All formats with their names on the command line.
    pub const ALL: [(&'static str, Self); 9] = [
        ("rudy", Self::Rudy),
        ("biqmac", Self::BiqMac),
        ("mtx", Self::MatrixMarket),
        ("qubo", Self::Qubo),
        ("json", Self::DimodJson),
        ("coo", Self::DimodCoo),
        ("cnf", Self::Dimacs),
        ("tsp", Self::Tsplib),
        ("blif", Self::Blif),
    ];

    /// The format of a file by the end of its name; graphs as a rule.
    pub fn of(path: &Path) -> Self {
        let end = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        match end.as_str() {
            "sparse" => Self::BiqMac,
            "mtx" => Self::MatrixMarket,
            "qubo" => Self::Qubo,
            "json" => Self::DimodJson,
            "coo" => Self::DimodCoo,
            "cnf" | "wcnf" => Self::Dimacs,
            "tsp" => Self::Tsplib,
            "blif" => Self::Blif,
            _ => Self::Rudy,
        }
    }
}

/// Reads a problem from a file.
///
/// # Errors
/// [`IsingError::File`] when it cannot be read, [`IsingError::Malformed`] with file, line and what was expected.
pub fn read(path: &Path, format: Option<Format>, meaning: Interpretation) -> Result<Problem, IsingError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| IsingError::File { path: name.clone(), source })?;
    let short = path.file_stem().map_or_else(|| name.clone(), |s| s.to_string_lossy().into_owned());
    let mut problem = parse_bytes(bytes, format.unwrap_or_else(|| Format::of(path)), meaning, &name)?;
    problem.name = short;
    Ok(problem)
}

/// Reads a problem from the bytes of a file, which have to be text.
///
/// # Errors
/// As [`parse`], and for bytes that are no UTF-8.
pub fn parse_bytes(bytes: Vec<u8>, format: Format, meaning: Interpretation, file: &str) -> Result<Problem, IsingError> {
    let text = String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].split(|b| *b == b'\n').count();
        IsingError::Malformed { file: file.to_owned(), line, message: "the file is not text (UTF-8)".to_owned() }
    })?;
    parse(&text, format, meaning, file)
}

/// Reads a problem from a text; `file` is what error messages call it.
///
/// # Errors
/// [`IsingError::Malformed`] with the line and what was expected.
pub fn parse(text: &str, format: Format, meaning: Interpretation, file: &str) -> Result<Problem, IsingError> {
    let lines = lines::Lines::new(text, file);
    match format {
        Format::Rudy => graph::read(lines, meaning),
        Format::BiqMac => biqmac::read(lines, meaning),
        Format::MatrixMarket => matrix_market::read(lines, meaning),
        Format::Qubo => qubo_file::read(lines),
        Format::DimodJson => dimod::read_json(text, file),
        Format::DimodCoo => dimod::read_coo(lines),
        Format::Dimacs => dimacs::read(lines),
        Format::Tsplib => tsplib::read(lines),
        Format::Blif => blif::read(lines),
    }
}

/// The problem that entries (i, j, w) from 0 make under an interpretation.
fn interpret(n: usize, entries: Vec<(usize, usize, f64)>, meaning: Interpretation) -> Result<Problem, IsingError> {
    match meaning {
        Interpretation::Usual | Interpretation::MaxCut => Problem::max_cut(n, entries.into_iter().filter(|e| e.0 != e.1)),
        Interpretation::Ising => {
            let mut field = vec![0.0; n];
            entries.iter().filter(|e| e.0 == e.1).for_each(|e| field[e.0] += e.2);
            Ok(Problem::ising(Ising::new(n, entries.into_iter().filter(|e| e.0 != e.1), field, 0.0)?))
        }
        Interpretation::Qubo => Problem::qubo(crate::qubo::Qubo::new(n, entries, 0.0)?),
    }
}
