//! A small system for tests: one pulse of a leaky node, with a little of everything an outcome can hold.
#![allow(dead_code, reason = "every test file uses a part of it")]

use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_lab::figure::{Axis, Figure, Mark, Panel};
use spinloom_lab::outcome::{MissingData, Table};
use spinloom_lab::system::{Card, System};
use spinloom_lab::{LabError, Outcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub static CARD: Card = Card {
    name: "pulse2020",
    title: "One pulse of a leaky node",
    paper: "A. Nobody, J. Tests 1, 2 (2020)",
    doi: "10.0000/none",
    device: "leaky node",
    task: "decay",
    measures: "decay over ten relaxation times",
    claims: r#"
[[claim]]
name = "decay after one relaxation time"
quantity = "decay"
published = 0.368
band = [0.35, 0.39]
kind = "derived"
source = "exp(-1)"

[[claim]]
name = "energy of a pulse"
quantity = "energy"
published = 1e-15
unit = "J"
kind = "chip"
source = "a table"
note = "depends on the driver"

[[claim]]
name = "word accuracy"
quantity = "words"
published = 0.99
band = [0.9, 1.0]
kind = "published"
source = "the abstract"
needs = "words"
"#,
    data: &["words"],
};

spinloom_core::choices! {
    /// Shape of the pulse.
    pub enum Shape {
        /// Square.
        Square = "square",
        /// Sine.
        Sine = "sine",
    }
}

spinloom_core::parameters! {
    /// The node.
    pub struct Node {
        /// Relaxation time.
        pub relaxation_time: f64 = 410e-9, "s", Bound::POSITIVE;
        /// Damping.
        pub damping: f64 = 0.01, "", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// The system.
    pub struct Pulse {
        /// The node.
        pub node: Node = Node::default(), "", Bound::ANY;
        /// Number of samples.
        pub samples: usize = 11, "", Bound::between(2.0, 1000.0);
        /// Shape of the pulse.
        pub shape: Shape = Shape::Square, "", Bound::ANY;
        /// Whether noise is added.
        pub noise: bool = true, "", Bound::ANY;
        /// Remark, with "quotes" and # signs.
        pub remark: String = "a \"quoted\" word # and more".to_owned(), "", Bound::ANY;
        /// Currents.
        pub currents: Vec<f64> = vec![1e-3, 0.1 + 0.2], "A", Bound::ANY;
    }
}

impl Pulse {
    fn decay(&self, time: f64) -> f64 {
        (-time / self.node.relaxation_time).exp()
    }
}

impl System for Pulse {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.progress("pulses", 0, 1)?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let noise = if self.noise { 1e-3 * run.stream("noise", 0).normal() } else { 0.0 };
        outcome.measure("decay", "", self.decay(self.node.relaxation_time) + noise);
        outcome.measure("energy", "J", 2e-15);
        outcome.measure("undefined", "", f64::NAN);
        outcome.missing.push(MissingData { name: "words".to_owned(), command: "spinloom data fetch words".to_owned() });
        outcome.data.push("built-in pulse".to_owned());
        let time: Vec<f64> = (0..self.samples).map(|i| i as f64 * self.node.relaxation_time).collect();
        let power: Vec<f64> = time.iter().map(|t| self.decay(*t)).collect();
        let names = (0..self.samples).map(|i| format!("sample, {i}")).collect();
        outcome.tables.push(
            Table::new("decay", "Decay of the power")
                .numbers("time", "s", time.clone())
                .numbers("power", "", power.clone())
                .words("name", names),
        );
        outcome.figures.push(Figure {
            name: "decay".to_owned(),
            title: "Decay".to_owned(),
            caption: "The power <decays>.".to_owned(),
            panels: vec![Panel {
                title: String::new(),
                x: Axis::new("time (s)"),
                y: Axis::new("power"),
                marks: vec![Mark::Line {
                    label: "power".to_owned(),
                    x: time,
                    y: power.iter().map(|p| if *p < 1e-3 { f64::NAN } else { *p }).collect(),
                }],
            }],
        });
        run.ledger.charge("pulse", Kind::Write, 3.0, 2e-15, 1e-9, "assumed");
        outcome.ledger = run.ledger.clone();
        outcome.note("Nothing is real here.");
        Ok(outcome)
    }
}

pub fn systems() -> Vec<Box<dyn System>> {
    vec![Box::new(Pulse::default())]
}

/// Counts its runs, and cancels itself after `limit` of them.
pub struct Counting {
    pub inner: Pulse,
    pub runs: Arc<AtomicUsize>,
    pub limit: usize,
}

impl spinloom_core::parameters::Field for Counting {
    fn describe(&self, info: &spinloom_core::parameters::FieldInfo<'_>, out: &mut Vec<spinloom_core::parameters::Parameter>) {
        self.inner.describe(info, out);
    }
    fn assign(
        &mut self,
        path: &[&str],
        info: &spinloom_core::parameters::FieldInfo<'_>,
        value: &spinloom_core::parameters::Value,
    ) -> Result<(), spinloom_core::parameters::ParameterError> {
        self.inner.assign(path, info, value)
    }
}

impl spinloom_core::parameters::Parameters for Counting {}

impl System for Counting {
    fn card(&self) -> &'static Card {
        &CARD
    }
    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        if self.runs.fetch_add(1, Ordering::SeqCst) >= self.limit {
            run.cancel_token().cancel();
        }
        run.check()?;
        self.inner.run(run)
    }
}
