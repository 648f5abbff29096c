//! The context of a run: its seed, its random streams, progress, cancellation, where data sets lie, and the ledger.

use crate::ledger::Ledger;
use crate::random::Stream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The run was cancelled, by Ctrl-C or by its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// A switch shared between who may cancel a run and who has to notice.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks every run with this token to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to stop; cheap enough for an inner loop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// # Errors
    /// [`Cancelled`] when the run was asked to stop.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

/// Who is told how far a run has come; the command draws a bar, Python may call back, tests listen.
pub trait Progress: Send + Sync {
    /// `done` of `total` units of `phase` are finished.
    fn update(&self, phase: &str, done: usize, total: usize);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn update(&self, _phase: &str, _done: usize, _total: usize) {}
}

/// Everything a system needs beside its parameters.
///
/// ```
/// use spinloom_core::run::Run;
/// let run = Run::new(7);
/// assert_eq!(run.stream("noise", 3).next(), Run::new(7).stream("noise", 3).next());
/// assert_ne!(run.stream("noise", 3).next(), run.stream("noise", 4).next());
/// ```
#[derive(Clone)]
pub struct Run {
    seed: u64,
    cancel: CancelToken,
    progress: Arc<dyn Progress>,
    data: Option<PathBuf>,
    quick: bool,
    /// What this run has cost so far.
    pub ledger: Ledger,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("seed", &self.seed).field("data", &self.data).finish_non_exhaustive()
    }
}

impl Run {
    /// A run with this seed, silent, not cancellable from outside, with the usual places for data.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            cancel: CancelToken::default(),
            progress: Arc::new(Silent),
            data: None,
            quick: false,
            ledger: Ledger::default(),
        }
    }

    /// The same run, cancelled by `token`.
    #[must_use]
    pub fn with_cancel(mut self, token: CancelToken) -> Self {
        self.cancel = token;
        self
    }

    /// The same run, telling `progress` how far it is.
    #[must_use]
    pub fn with_progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// The same run, looking for data sets in `folder` before any other place.
    #[must_use]
    pub fn with_data(mut self, folder: Option<PathBuf>) -> Self {
        self.data = folder;
        self
    }

    /// The same run, asked to leave out what only illustrates (finer maps, wider sweeps); claims are measured as ever.
    #[must_use]
    pub fn with_quick(mut self, quick: bool) -> Self {
        self.quick = quick;
        self
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether illustrations are to be left out.
    pub fn quick(&self) -> bool {
        self.quick
    }

    /// The folder named by the user for data sets, if any.
    pub fn data(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// The random stream for `purpose` and `index` of this run's seed.
    pub fn stream(&self, purpose: &str, index: u64) -> Stream {
        Stream::new(self.seed, purpose, index)
    }

    /// The switch that cancels this run.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }

    /// # Errors
    /// [`Cancelled`] when the run was asked to stop. Long loops call this at least every 100 ms.
    pub fn check(&self) -> Result<(), Cancelled> {
        self.cancel.check()
    }

    /// Reports progress, and stops where the run was cancelled.
    ///
    /// # Errors
    /// [`Cancelled`] when the run was asked to stop.
    pub fn progress(&self, phase: &str, done: usize, total: usize) -> Result<(), Cancelled> {
        self.progress.update(phase, done, total);
        self.check()
    }
}
