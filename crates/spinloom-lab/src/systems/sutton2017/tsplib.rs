//! Problems of TSPLIB to the optimum.

use super::watch::Anneal;
use super::{Sutton2017, figures};
use crate::error::LabError;
use crate::outcome::{MissingData, Outcome, Table};
use crate::systems::sampling;
use spinloom_core::run::Run;
use spinloom_ising::format::{self, Format, Interpretation};
use spinloom_ising::problem::Meaning;
use spinloom_ising::tour::Cities;
use spinloom_task::TaskError;
use spinloom_task::data::locate;
use std::path::Path;

const PROBLEMS: [&str; 3] = ["burma14", "ulysses16", "gr17"];
/// Anneals that run before anyone looks whether the optimum was among them.
const ROUND: usize = 8;

/// How one problem went.
pub struct Solved {
    /// Name.
    pub name: &'static str,
    /// Length of the best tour, and that of the shortest by dynamic programming.
    pub length: f64,
    pub shortest: f64,
    /// Best length of every anneal, relative to the shortest.
    pub lengths: Vec<f64>,
}

pub fn study(system: &Sutton2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let folder = match locate("tsplib", run.data()) {
        Ok(folder) => folder,
        Err(TaskError::NoData { name, command, .. }) => {
            outcome.missing.push(MissingData { name, command });
            return Ok(());
        }
        Err(other) => return Err(other.into()),
    };
    let mut solved = Vec::new();
    for name in PROBLEMS {
        let cities = read(&folder, name)?;
        outcome.data.push(format!("tsplib/{name}.tsp, {} cities", cities.count()));
        let one = solve(system, name, &cities, run)?;
        let sweeps = one.lengths.len() * system.sweeps;
        outcome.measure(&format!("{name}.length"), "", one.length);
        outcome.measure(&format!("{name}.shortest"), "", one.shortest);
        outcome.measure(&format!("{name}.anneals"), "", one.lengths.len() as f64);
        sampling::charge(outcome, run, name, (cities.count() - 1).pow(2), sweeps as f64);
        solved.push(one);
    }
    outcome.tables.push(
        Table::new("tsplib", "Problems of TSPLIB")
            .words("problem", solved.iter().map(|s| s.name.to_owned()).collect())
            .numbers("length", "", solved.iter().map(|s| s.length).collect())
            .numbers("shortest", "", solved.iter().map(|s| s.shortest).collect())
            .numbers("anneals", "", solved.iter().map(|s| s.lengths.len() as f64).collect()),
    );
    outcome.figures.push(figures::tsplib(&solved));
    Ok(())
}

fn read(folder: &Path, name: &str) -> Result<Cities, LabError> {
    let path = folder.join(format!("{name}.tsp"));
    match format::read(&path, Some(Format::Tsplib), Interpretation::Usual)?.meaning {
        Meaning::Tour(cities) => Ok(cities),
        _ => Err(LabError::Inconsistent(format!("{} holds no cities", path.display()))),
    }
}

/// Rounds of anneals until one has passed the shortest tour.
fn solve(system: &Sutton2017, name: &'static str, cities: &Cities, run: &Run) -> Result<Solved, LabError> {
    let shortest = cities.shortest().map_or(f64::NAN, |s| s.0);
    let anneal = Anneal::of(system, system.mended_penalty);
    let mut solved = Solved { name, length: f64::INFINITY, shortest, lengths: Vec::new() };
    while solved.lengths.len() < system.most_reads && solved.length > shortest * (1.0 + 1e-12) {
        let first = solved.lengths.len();
        let reads = anneal.run(cities, name, first..(first + ROUND).min(system.most_reads), run)?;
        solved.length = reads.iter().map(|r| r.mended.length).fold(solved.length, f64::min);
        solved.lengths.extend(reads.iter().map(|r| r.mended.length / shortest));
        run.progress(name, solved.lengths.len(), system.most_reads)?;
    }
    Ok(solved)
}
