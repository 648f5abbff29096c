//! Scripts of mumax3.

use crate::args;
use crate::failure::Failure;

/// Runs a script of mumax3 on a film.
pub fn run_script(args: &args::Magnet) -> Result<(), Failure> {
    Err(Failure::Usage(format!(
        "mumax3 scripts: {} cannot be run by this build yet; describe the film in TOML, as in the page \"Films\" of the book",
        args.file.display()
    )))
}
