//! `spinloom run`

use super::command_line;
use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use crate::progress::{cancel_on_interrupt, progress, use_threads};
use spinloom_core::quantity::engineering;
use spinloom_core::run::Run;
use spinloom_lab::experiment::Experiment;
use spinloom_lab::json::run_json;
use spinloom_lab::report::{ReportInput, with_error};
use spinloom_lab::reproduce::judge;
use spinloom_lab::run_directory::RunDirectory;
use spinloom_lab::{Outcome, system};
use std::path::Path;
use std::time::Instant;

/// Runs a system or an experiment file once.
pub fn run(args: args::Run) -> Result<(), Failure> {
    let is_file = Path::new(&args.what).extension().is_some_and(|e| e == "toml");
    let mut experiment = if is_file {
        Experiment::from_file(Path::new(&args.what))?
    } else {
        Experiment { system: system(&args.what)?, seed: None }
    };
    for device in &args.device {
        let (group, file) = device.split_once('=').map_or((None, device.as_str()), |(group, file)| (Some(group), file));
        experiment.apply_device(Path::new(file), group)?;
    }
    for assignment in &args.set {
        experiment.apply_set(assignment)?;
    }
    let out = args.common.out.clone();
    let json = args.common.json;
    let (outcome, wall_s) = run_experiment(&experiment, args.seed.or(experiment.seed).unwrap_or(1), args.common)?;
    if json {
        return print_json(&run_json(&outcome, out.as_deref()));
    }
    print(&summary(&outcome, out.as_deref(), wall_s))
}

/// Runs an experiment and writes its folder where one is wanted; answers with the outcome and the wall time (s).
pub fn run_experiment(experiment: &Experiment, seed: u64, common: args::Common) -> Result<(Outcome, f64), Failure> {
    use_threads(common.threads)?;
    // The folder is claimed before the work begins, so that what is wrong with it costs nothing.
    let directory = common.out.as_deref().map(|out| RunDirectory::begin(out, common.force)).transpose()?;
    let bar = progress();
    let mut run = Run::new(seed)
        .with_cancel(cancel_on_interrupt())
        .with_progress(bar.clone())
        .with_data(common.data)
        .with_quick(common.quick);
    let start = Instant::now();
    let outcome = experiment.system.run(&mut run)?;
    let wall_s = start.elapsed().as_secs_f64();
    drop((run, bar));
    if let Some(directory) = directory {
        let claims = judge(&experiment.system.card().claims()?, std::slice::from_ref(&outcome));
        directory.finish(&ReportInput {
            system: &*experiment.system,
            outcome: &outcome,
            claims: &claims,
            seeds: &[outcome.seed],
            wall_s,
            command: &command_line(),
        })?;
    }
    Ok((outcome, wall_s))
}

/// What a person wants to know of a run.
fn summary(outcome: &Outcome, out: Option<&Path>, wall_s: f64) -> String {
    let mut quantities = table(["quantity", "value"]);
    for q in &outcome.quantities {
        quantities.add_row([q.name.clone(), with_error(q.value, q.standard_error, &q.unit)]);
    }
    let mut text = format!("{} seed {} ({wall_s:.1} s)\n{quantities}\n", outcome.system, outcome.seed);
    text += &outcome.data.iter().map(|d| format!("data: {d}\n")).collect::<String>();
    text +=
        &outcome.missing.iter().map(|m| format!("missing data: {}; bring it with `{}`\n", m.name, m.command)).collect::<String>();
    text += &format!("energy: {} in all, by what the ledger lists\n", engineering(outcome.ledger.total_joule(), "J"));
    text += &outcome.notes.iter().map(|n| format!("note: {n}\n")).collect::<String>();
    text += &out.map_or_else(
        || "nothing was written; --out DIR keeps report, tables and figures".to_owned(),
        |o| format!("report: {}", o.join("report.html").display()),
    );
    text
}
