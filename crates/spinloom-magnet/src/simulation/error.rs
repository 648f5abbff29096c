//! What can go wrong in a simulation.

use crate::MagnetError;
use crate::file::FileError;
use crate::film::dynamics::{CheckpointError, DynamicsError};
use crate::transport::TransportError;
use spinloom_core::document::DocumentError;
use spinloom_core::run::Cancelled;
use std::path::PathBuf;

/// Why a simulation cannot be made, or ended before its time.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The description is wrong at a known place.
    #[error(transparent)]
    Description(Box<DocumentError>),
    /// The folder of a run cannot be taken.
    #[error("{}: {why}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not, and the way out.
        why: String,
    },
    /// The checkpoint cannot be gone on from.
    #[error("{}: {source}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A stage cannot go on.
    #[error("stage {stage}: {source}")]
    Stage {
        /// Its number, from 1.
        stage: usize,
        /// Why.
        source: DynamicsError,
    },
    /// The current between contacts cannot be found.
    #[error("stage {stage}: {source}")]
    Transport {
        /// Number of the stage, from 1.
        stage: usize,
        /// Why not.
        source: TransportError,
    },
    /// A quantity cannot be had.
    #[error(transparent)]
    Magnet(#[from] MagnetError),
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl SimulationError {
    /// Whether the input is at fault and not the run.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Description(_) | Self::Folder { .. } | Self::Checkpoint { .. })
    }

    /// Whether the caller asked to stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    /// The error of a stage, counted from 0.
    pub(super) fn of_stage(stage: usize) -> impl Fn(DynamicsError) -> Self {
        move |source| match source {
            DynamicsError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            source => Self::Stage { stage: stage + 1, source },
        }
    }
}

impl From<DocumentError> for SimulationError {
    fn from(error: DocumentError) -> Self {
        Self::Description(Box::new(error))
    }
}
