//! How a command ends badly: one clear message and the right exit code.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use spinloom_core::document::DocumentError;
use spinloom_ising::IsingError;
use spinloom_lab::LabError;
use spinloom_magnet::mx3::RunError;
use spinloom_magnet::simulation::SimulationError;
use spinloom_task::TaskError;
use std::fmt;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The lab failed.
    Lab(Box<LabError>),
    /// A data set failed.
    Task(Box<TaskError>),
    /// A problem or a sampler failed.
    Ising(Box<IsingError>),
    /// A film failed.
    Magnet(Box<SimulationError>),
    /// A script of mumax3 failed.
    Script(Box<RunError>),
    /// The command line asks for what cannot be.
    Usage(String),
    /// The run failed for a reason already told.
    Told,
    /// Nobody reads what is printed any more.
    BrokenPipe,
    /// Cancelled; where there is one, the folder that can be resumed.
    Cancelled(Option<String>),
}

impl From<LabError> for Failure {
    fn from(error: LabError) -> Self {
        if error.is_cancelled() { Self::Cancelled(None) } else { Self::Lab(Box::new(error)) }
    }
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        if error.is_cancelled() { Self::Cancelled(None) } else { Self::Task(Box::new(error)) }
    }
}

impl From<IsingError> for Failure {
    fn from(error: IsingError) -> Self {
        if matches!(error, IsingError::Cancelled(_)) { Self::Cancelled(None) } else { Self::Ising(Box::new(error)) }
    }
}

impl From<SimulationError> for Failure {
    fn from(error: SimulationError) -> Self {
        if error.is_cancelled() { Self::Cancelled(None) } else { Self::Magnet(Box::new(error)) }
    }
}

impl Failure {
    /// A cancelled run whose finished part lies beside `out`.
    pub fn resumable(self, out: Option<&Path>) -> Self {
        match (self, out) {
            (Self::Cancelled(_), Some(out)) => Self::Cancelled(Some(format!(
                "what was finished is kept: the same command with --resume goes on to {}",
                out.display()
            ))),
            (other, _) => other,
        }
    }

    /// Prints the message and gives the exit code.
    #[allow(clippy::print_stderr, reason = "this is where messages leave the command")]
    pub fn report(self) -> ExitCode {
        match self {
            Self::BrokenPipe => ExitCode::SUCCESS,
            Self::Told => ExitCode::from(1),
            Self::Usage(message) => {
                eprintln!("error: {message}");
                ExitCode::from(2)
            }
            Self::Cancelled(kept) => {
                eprintln!("cancelled{}", kept.map(|k| format!("; {k}")).unwrap_or_default());
                ExitCode::from(130)
            }
            Self::Ising(error) => {
                eprintln!("error: {error}");
                ExitCode::from(2)
            }
            Self::Magnet(error) => {
                match &*error {
                    SimulationError::Description(place) => eprint!("{}", Place::of(place).render()),
                    other => eprintln!("error: {other}"),
                }
                ExitCode::from(if error.is_usage() { 2 } else { 1 })
            }
            Self::Script(error) => {
                eprintln!("error: {error}");
                ExitCode::from(if matches!(*error, RunError::Check { .. } | RunError::Threads { .. }) { 2 } else { 1 })
            }
            Self::Task(error) => {
                eprintln!("error: {error}");
                ExitCode::from(if matches!(*error, TaskError::UnknownData { .. }) { 2 } else { 1 })
            }
            Self::Lab(error) => {
                let code = if error.is_usage() { 2 } else { 1 };
                match &*error {
                    LabError::Experiment(place) => eprint!("{}", Place::of(place).render()),
                    other => eprintln!("error: {other}"),
                }
                ExitCode::from(code)
            }
        }
    }
}

/// An error with its place in a file.
#[derive(Debug)]
struct Place<'a> {
    error: &'a DocumentError,
    source: NamedSource<String>,
}

impl<'a> Place<'a> {
    fn of(error: &'a DocumentError) -> Self {
        Self { error, source: NamedSource::new(&error.file, error.text.clone()) }
    }

    fn render(&self) -> String {
        let theme = if std::io::stderr().is_terminal() { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = GraphicalReportHandler::new_themed(theme).with_width(100).render_report(&mut text, self);
        text
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error.message)
    }
}

impl std::error::Error for Place<'_> {}

impl Diagnostic for Place<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), self.error.span.clone()))))
    }
}
