//! Scripts of mumax3 (`.mx3`).
//!
//! The language is the part of Go that mumax3 takes: definitions `:=`, assignments, `++`, `--`, `+=`, `-=`, `*=`, `/=`, `for`, `if`,
//! blocks, expressions, calls and methods, with names in capital or small letters alike. As there, arithmetic is in floating point
//! throughout (1/2 is 0.5), a variable keeps the type of its definition, a number without fraction passes for an integer and an integer
//! for a number, and an expression assigned to a parameter becomes a function of the time `t` if it mentions it, with every other variable in it fixed
//! at its value of that moment.
//!
//! A script is checked as a whole before any of it runs ([`Script::check`]): names, types, numbers of arguments, and whether all it
//! uses is supported. What it drives is a [`Host`]; what there is to drive is listed in the [`catalogue`].
//!
//! Source for the language and the names: the public documentation of mumax3, <https://mumax.github.io/api.html>, and
//! A. Vansteenkiste et al., AIP Advances 4, 107133 (2014), doi:10.1063/1.4899186.

pub mod catalogue;
mod compile;
mod convert;
mod error;
mod evaluate;
mod film;
mod format;
mod function;
mod host;
pub mod library;
mod parse;
mod run;
pub mod syntax;
mod token;
mod value;

pub use error::{Position, Problem, ScriptError, ScriptErrors};
pub use film::{Printer, RunError, RunOptions, RunSummary, run_file};
pub use function::Function;
pub use host::{Host, Stop};
pub use parse::parse;
pub use run::{Outcome, Script};
pub use value::{RealFunction, Value};
