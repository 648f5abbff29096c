//! Progress bars on a terminal, Ctrl-C, threads.

use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressStyle};
use spinloom_core::run::{CancelToken, Progress, Silent};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};

/// One bar for the phase at work.
#[derive(Debug)]
struct Bar {
    bar: ProgressBar,
    phase: Mutex<String>,
}

impl Progress for Bar {
    fn update(&self, phase: &str, done: usize, total: usize) {
        let mut shown = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown != phase {
            phase.clone_into(&mut shown);
            self.bar.set_message(phase.to_owned());
        }
        self.bar.set_length(total.max(done) as u64);
        self.bar.set_position(done as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar on standard error where that is a terminal, silence elsewhere.
pub fn progress() -> Arc<dyn Progress> {
    if !std::io::stderr().is_terminal() {
        return Arc::new(Silent);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg:40!} {bar:30} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    Arc::new(Bar { bar, phase: Mutex::new(String::new()) })
}

/// A token that the first Ctrl-C cancels; the second ends the program at once.
pub fn cancel_on_interrupt() -> CancelToken {
    let token = CancelToken::default();
    let shared = token.clone();
    // Where no handler can be set, Ctrl-C ends the program as usual.
    let _ = ctrlc::set_handler(move || {
        if shared.is_cancelled() {
            std::process::exit(130);
        }
        shared.cancel();
    });
    token
}

/// Uses this many threads from now on.
pub fn use_threads(threads: Option<u32>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads as usize)
        .build_global()
        .map_err(|e| Failure::Usage(format!("cannot start {threads} threads: {e}")))
}
