//! Tells a person at a terminal how far the solver is: best so far, updates per second.

use indicatif::{ProgressBar, ProgressStyle};
use spinloom_ising::anneal::Control;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A line on the terminal that is kept up to date from a thread of its own.
pub struct Watch {
    best: Arc<Mutex<Option<f64>>>,
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub fn begin(control: &Control) -> Self {
        let best = Arc::new(Mutex::new(None));
        let done = Arc::new(AtomicBool::new(false));
        let thread = std::io::stderr().is_terminal().then(|| {
            let (best, done, updates) = (best.clone(), done.clone(), control.updates.clone());
            std::thread::spawn(move || {
                let bar = ProgressBar::new_spinner();
                if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                    bar.set_style(style);
                }
                let start = Instant::now();
                while !done.load(Ordering::Relaxed) {
                    let tried = updates.load(Ordering::Relaxed) as f64;
                    let rate = tried / start.elapsed().as_secs_f64().max(1e-9) * 1e-9;
                    let best: Option<f64> = *best.lock().unwrap_or_else(PoisonError::into_inner);
                    let best = best.map_or_else(|| "first round".to_owned(), |b| format!("best so far {b}"));
                    bar.set_message(format!("{best}, {tried:.2e} updates, {rate:.3} a nanosecond"));
                    bar.tick();
                    std::thread::sleep(Duration::from_millis(200));
                }
                bar.finish_and_clear();
            })
        });
        Self { best, done, thread }
    }

    /// The best objective so far.
    pub fn best(&self, objective: f64) {
        *self.best.lock().unwrap_or_else(PoisonError::into_inner) = Some(objective);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that draws a line has nothing to report.
            let _ = thread.join();
        }
    }
}
