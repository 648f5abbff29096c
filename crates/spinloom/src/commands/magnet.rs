//! `spinloom magnet`

mod live;
mod script;

use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use crate::progress::{cancel_on_interrupt, use_threads};
use live::Live;
use spinloom_core::quantity::engineering;
use spinloom_magnet::simulation::{Options, Outcome, Simulation};
use std::path::Path;

/// Runs the description of a film, or a script of mumax3.
pub fn magnet(args: &args::Magnet) -> Result<(), Failure> {
    use_threads(args.threads)?;
    if args.file.extension().is_some_and(|e| e.eq_ignore_ascii_case("mx3")) {
        return script::run_script(args);
    }
    let simulation = Simulation::from_file(&args.file, &args.set)?;
    let options = Options { out: args.out.clone(), resume: args.resume, force: args.force, cancel: cancel_on_interrupt() };
    let mut live = Live::begin();
    let outcome = simulation.run(&options, &mut live);
    drop(live);
    let outcome = outcome.map_err(|e| Failure::from(e).resumable(args.out.as_deref()))?;
    if args.json {
        return print_json(&outcome.document());
    }
    print(&summary(&outcome, &args.file, simulation.grid().len()))
}

/// What a person wants to know of a simulation.
fn summary(outcome: &Outcome, file: &Path, cells: usize) -> String {
    let mut energies = table(["energy", "value"]);
    for (name, energy) in &outcome.energy {
        energies.add_row([(*name).to_owned(), format!("{energy:.6e} J")]);
    }
    let total: f64 = outcome.energy.iter().map(|(_, energy)| energy).sum();
    energies.add_row(["total".to_owned(), format!("{total:.6e} J")]);
    let [x, y, z] = outcome.average;
    let mut text = format!(
        "{}: {cells} cells at {}\naverage of m: {x:.6} {y:.6} {z:.6}\n{energies}\n{} steps, {} evaluations of the field, {:.3e} cells a second, {:.1} s\n",
        file.display(),
        engineering(outcome.time, "s"),
        outcome.steps,
        outcome.field_evaluations,
        outcome.cell_evaluations_per_s,
        outcome.wall_s,
    );
    text += &match &outcome.out {
        Some(out) => format!("table: {}, {} rows", out.join("table.csv").display(), outcome.rows),
        None => "nothing was written; --out DIR keeps table, magnetization and the state to resume from".to_owned(),
    };
    text
}
