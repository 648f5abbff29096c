//! Tells a person at a terminal how far a simulation is, and everybody what they should know.

use indicatif::{ProgressBar, ProgressStyle};
use spinloom_core::quantity::engineering;
use spinloom_magnet::simulation::{Observer, Progress};
use std::io::IsTerminal;

/// A bar and a line on a terminal; elsewhere warnings only.
pub struct Live {
    bar: Option<ProgressBar>,
}

/// Parts that the bar is divided in.
const PARTS: f64 = 1000.0;

impl Live {
    pub fn begin() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(PARTS as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:20} {percent}% {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar }
    }
}

impl Observer for Live {
    fn progress(&mut self, progress: &Progress) {
        let Some(bar) = &self.bar else { return };
        let [x, y, z] = progress.average;
        bar.set_position((progress.fraction * PARTS) as u64);
        bar.set_message(format!(
            "stage {}/{}  t {}  m {x:+.4} {y:+.4} {z:+.4}  {} steps",
            progress.stage,
            progress.stages,
            engineering(progress.time, "s"),
            progress.steps
        ));
    }

    #[allow(clippy::print_stderr, reason = "this is where messages leave the command")]
    fn warning(&mut self, warning: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("warning: {warning}")),
            None => eprintln!("warning: {warning}"),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
