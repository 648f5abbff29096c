//! What is asked of a network: data sets, an arm to be moved, images, events of cameras, acoustic front ends, time series, random bits.

pub mod arm;
pub mod data;
pub mod digits;
pub mod events;
pub mod frontend;
pub mod images;
pub mod randomness;
pub mod series;
pub mod vowels;

use spinloom_core::run::Cancelled;
use std::path::PathBuf;

/// What can be wrong with data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// A data set was not found.
    #[error("the data set `{name}` was not found in {}; bring it with `{command}` or name its folder with --data", looked_in.join(", "))]
    NoData {
        /// Name of the data set.
        name: String,
        /// Where it was looked for.
        looked_in: Vec<String>,
        /// What brings it.
        command: String,
    },
    /// There is no data set of this name.
    #[error("there is no data set `{name}`{}; `spinloom data list` shows them all", nearest.as_ref().map(|n| format!(": did you mean `{n}`?")).unwrap_or_default())]
    UnknownData {
        /// The name as given.
        name: String,
        /// The known name spelled most like it.
        nearest: Option<String>,
    },
    /// A file holds something else than was expected.
    #[error("{path}{}: {message}", line.map(|l| format!(":{l}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1, where there are lines.
        line: Option<usize>,
        /// What was found, what was expected, and the way out.
        message: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A download failed from every address.
    #[error("cannot download {name}: {why}; what has arrived is kept, and the same command goes on from there")]
    Download {
        /// Name of the data set or file.
        name: String,
        /// What each address answered.
        why: String,
    },
    /// A data set that its makers alone give out.
    #[error("`{name}` may not be passed on by a program: get {files} from {page} and put it into {folder}")]
    ByHand {
        /// Name of the data set.
        name: &'static str,
        /// Its files.
        files: String,
        /// Page of its makers.
        page: &'static str,
        /// Where the files belong.
        folder: PathBuf,
    },
    /// What was downloaded is not what is published.
    #[error("{name}: {why}; nothing was installed")]
    WrongContent {
        /// Name of the file.
        name: String,
        /// How it differs.
        why: String,
    },
    /// A parameter does not fit the data.
    #[error("{0}")]
    Parameter(String),
    /// Cancelled by the user.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl TaskError {
    /// Whether this is a cancellation.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    /// A closure that turns an I/O error into [`TaskError::Io`].
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
