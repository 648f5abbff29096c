//! The energy ledger: what every device event costs, with the source of each constant.
//!
//! The code that causes a cost charges it. Attempts count, not successes. A report shows the entries one by one, so
//! the assumptions can be read and changed.

use serde::{Deserialize, Serialize};

/// What a cost is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Writing a device state.
    Write,
    /// Reading a device state.
    Read,
    /// Keeping a device at its working point.
    Bias,
    /// Digital-to-analogue and analogue-to-digital conversion.
    Converter,
    /// Charging wires.
    Wire,
    /// CMOS logic.
    Cmos,
    /// Microwave or other signal sources.
    Source,
}

/// One line of the ledger: `count` events of `joule` and `second` in total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What was done, in words.
    pub what: String,
    /// What it is for.
    pub kind: Kind,
    /// How many times.
    pub count: f64,
    /// Energy of all of them, J.
    pub joule: f64,
    /// Time of all of them, s, were they done one after another.
    pub second: f64,
    /// Where the cost of one event comes from, with its assumptions.
    pub source: String,
}

/// The energy and time of a run, by what caused it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// Adds `count` events that cost `joule` and `second` each; equal events (same words and kind) share a line.
    ///
    /// ```
    /// use spinloom_core::ledger::{Kind, Ledger};
    /// let mut ledger = Ledger::default();
    /// ledger.charge("virtual node", Kind::Bias, 400.0, 2e-10, 1e-7, "2 mW for 100 ns");
    /// ledger.charge("virtual node", Kind::Bias, 100.0, 2e-10, 1e-7, "2 mW for 100 ns");
    /// assert_eq!(ledger.entries().len(), 1);
    /// assert!((ledger.total_joule() - 500.0 * 2e-10).abs() < 1e-20);
    /// ```
    pub fn charge(&mut self, what: &str, kind: Kind, count: f64, joule: f64, second: f64, source: &str) {
        let (joule, second) = (count * joule, count * second);
        match self.entries.iter_mut().find(|e| e.what == what && e.kind == kind) {
            Some(entry) => {
                entry.count += count;
                entry.joule += joule;
                entry.second += second;
            }
            None => self.entries.push(Entry { what: what.to_owned(), kind, count, joule, second, source: source.to_owned() }),
        }
    }

    /// The lines, in the order in which they were first charged.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Sum of all energies, J.
    pub fn total_joule(&self) -> f64 {
        self.entries.iter().map(|e| e.joule).sum()
    }

    /// Adds all lines of another ledger.
    pub fn merge(&mut self, other: &Self) {
        for e in &other.entries {
            let each = |total: f64| if e.count == 0.0 { 0.0 } else { total / e.count };
            self.charge(&e.what, e.kind, e.count, each(e.joule), each(e.second), &e.source);
        }
    }
}
