//! The command `spinloom`.

mod args;
mod commands;
mod failure;
mod output;
mod progress;

use args::{Args, Verb};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.verb {
        Verb::List(list) => commands::list::list(&list),
        Verb::Show(show) => commands::show::show(&show),
        Verb::Run(run) => commands::run::run(run),
        Verb::Reproduce(reproduce) => commands::reproduce::reproduce(reproduce),
        Verb::Solve(solve) => commands::solve::solve(&solve),
        Verb::Magnet(magnet) => commands::magnet::magnet(&magnet),
        Verb::Calibrate(calibrate) => commands::calibrate::calibrate(calibrate),
        Verb::Bits(bits) => commands::bits::bits(&bits),
        Verb::Data(data) => commands::data::data(data),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
