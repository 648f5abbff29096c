//! The lab: published systems as parameters, claims and a run; experiments as files; figures, reports and run directories.

pub mod calibration;
pub mod claim;
pub mod error;
pub mod experiment;
pub mod figure;
pub mod json;
pub mod outcome;
pub mod plot;
pub mod report;
pub mod reproduce;
pub mod run_directory;
pub mod system;
pub mod systems;

pub use error::LabError;
pub use experiment::Experiment;
pub use outcome::Outcome;
pub use system::{Card, System, system, systems};

/// Version of spinloom, as written into every report.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
