//! Scripts of mumax3.

use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json};
use crate::progress::cancel_on_interrupt;
use spinloom_core::quantity::engineering;
use spinloom_magnet::mx3::{RunError, RunOptions, RunSummary, run_file};
use std::time::Instant;

/// Runs a script of mumax3 on a film. What it prints goes to standard output, or to standard error where that is for the document.
#[allow(clippy::print_stderr, reason = "this is where messages leave the command")]
pub fn run_script(args: &args::Magnet) -> Result<(), Failure> {
    for (used, option) in [(!args.set.is_empty(), "--set"), (args.resume, "--resume"), (args.force, "--force")] {
        if used {
            return Err(Failure::Usage(format!(
                "mumax3 scripts: {option} is for descriptions in TOML, not for {}",
                args.file.display()
            )));
        }
    }
    let json = args.json;
    let options = RunOptions {
        out: args.out.clone(),
        threads: args.threads.map(|n| n as usize),
        cancel: cancel_on_interrupt(),
        print: Some(Box::new(move |line| {
            // Where nobody reads what is printed, the files of the script still count.
            if json { eprintln!("{line}") } else { drop(print(line)) }
        })),
    };
    let start = Instant::now();
    let summary = run_file(&args.file, options)?;
    let wall_s = start.elapsed().as_secs_f64();
    if json { print_json(&document(&summary, wall_s)) } else { print(&text(&summary, wall_s)) }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Cancelled(_) => Self::Cancelled(None),
            other => Self::Script(Box::new(other)),
        }
    }
}

fn document(summary: &RunSummary, wall_s: f64) -> serde_json::Value {
    serde_json::json!({
        "time": summary.time,
        "steps": summary.steps,
        "field_evaluations": summary.evaluations,
        "out": summary.out,
        "files": summary.files,
        "wall_s": wall_s,
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn text(summary: &RunSummary, wall_s: f64) -> String {
    format!(
        "{} steps, {} evaluations of the torque, to {}, in {wall_s:.1} s\n{}: {} files",
        summary.steps,
        summary.evaluations,
        engineering(summary.time, "s"),
        summary.out.display(),
        summary.files.len()
    )
}
