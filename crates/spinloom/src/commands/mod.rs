//! The verbs, one file each.

pub mod bits;
pub mod calibrate;
pub mod data;
pub mod list;
pub mod magnet;
pub mod reproduce;
pub mod run;
pub mod show;
pub mod solve;

/// The command line as it was typed, for reports.
pub fn command_line() -> String {
    let quote = |a: String| if a.contains([' ', '"', '\'']) { format!("'{a}'") } else { a };
    std::iter::once("spinloom".to_owned()).chain(std::env::args().skip(1).map(quote)).collect::<Vec<_>>().join(" ")
}
