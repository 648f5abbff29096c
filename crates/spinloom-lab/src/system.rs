//! Systems: published devices-and-networks that run here whole.

use crate::claim::{Claim, parse_claims};
use crate::error::LabError;
use crate::outcome::Outcome;
use spinloom_core::parameters::{Parameters, nearest};
use spinloom_core::run::Run;

/// What a system is.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Card {
    /// Name on the command line.
    pub name: &'static str,
    /// One line.
    pub title: &'static str,
    /// The paper or papers.
    pub paper: &'static str,
    /// DOI of the paper.
    pub doi: &'static str,
    /// Device.
    pub device: &'static str,
    /// Task.
    pub task: &'static str,
    /// What is measured.
    pub measures: &'static str,
    /// The claims, TOML; empty where nothing is claimed.
    #[serde(skip)]
    pub claims: &'static str,
    /// Data sets that widen what can be measured.
    pub data: &'static [&'static str],
}

impl Card {
    /// The claims of this system.
    ///
    /// # Errors
    /// [`LabError::Render`] names the file and the place when the built-in TOML is wrong; a test keeps that from happening.
    pub fn claims(&self) -> Result<Vec<Claim>, LabError> {
        if self.claims.is_empty() {
            return Ok(Vec::new());
        }
        parse_claims(self.claims)
            .map_err(|e| LabError::Render { what: format!("the claims of {}", self.name), why: e.to_string() })
    }
}

/// A published system: parameters whose default is the paper, a card, and what it does.
pub trait System: Parameters + Send + Sync {
    /// What it is.
    fn card(&self) -> &'static Card;

    /// Runs the whole system once under the seed of `run`.
    ///
    /// # Errors
    /// [`LabError`] names what went wrong and the way out; a missing data set is not an error but noted in the outcome.
    fn run(&self, run: &mut Run) -> Result<Outcome, LabError>;
}

/// All systems with their default parameters, in the order of their papers.
pub fn systems() -> Vec<Box<dyn System>> {
    crate::systems::all()
}

/// The system or [calibration](crate::calibration) of this name, with its default parameters.
///
/// # Errors
/// [`LabError::UnknownSystem`] with the nearest name.
pub fn system(name: &str) -> Result<Box<dyn System>, LabError> {
    find(name, systems().into_iter().chain(crate::calibration::calibrations()).collect())
}

/// The system of this name among `all`.
///
/// # Errors
/// [`LabError::UnknownSystem`] with the nearest name.
pub fn find(name: &str, all: Vec<Box<dyn System>>) -> Result<Box<dyn System>, LabError> {
    let names: Vec<&str> = all.iter().map(|s| s.card().name).collect();
    let close = nearest(name, names.iter().copied()).map(str::to_owned);
    all.into_iter()
        .find(|s| s.card().name == name)
        .ok_or_else(|| LabError::UnknownSystem { name: name.to_owned(), nearest: close })
}
