//! Noise-enhanced synchronisation of a superparamagnetic junction to a weak square drive (Locatelli et al. 2014).
//!
//! N. Locatelli et al., "Noise-enhanced synchronization of stochastic magnetic oscillators", arXiv:1405.4360 (2014). A junction that flips by
//! thermal noise follows a square voltage far below its critical one, where its escape is sure within a half period while the drive helps and does not
//! happen while it hinders: too little noise misses cycles, too much adds some, and between lies a plateau of one cycle a period.

use super::locking::{REPLICAS, Square, plateau};
use crate::error::LabError;
use crate::figure::{Axis, Figure, Mark, Panel};
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::Estimate;
use spinloom_device::telegraph::Telegraph;

static CARD: Card = Card {
    name: "locatelli2014",
    title: "A superparamagnetic junction locks to a weak drive with the help of noise",
    paper: "N. Locatelli et al., Noise-enhanced synchronization of stochastic magnetic oscillators (2014)",
    doi: "10.48550/arXiv.1405.4360",
    device: "one superparamagnetic tunnel junction under a square voltage",
    task: "phase locking",
    measures: "cycles per period of the drive over barrier, amplitude and frequency, simulated and in closed form; width of the plateau",
    claims: include_str!("../../../../claims/locatelli2014.toml"),
    data: &[],
};

/// Amplitudes, in critical voltages.
const AMPLITUDES: [f64; 4] = [0.15, 0.25, 0.4, 0.5];
/// Barriers at which the curves are simulated.
const BARRIERS: [f64; 9] = [8.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 18.0];

spinloom_core::parameters! {
    /// Parameters of the locking to thermal noise.
    pub struct Locatelli2014 {
        /// The junction; its barrier is what is varied.
        pub junction: Telegraph = Telegraph { barrier: 15.0, ..Telegraph::default() }, "", Bound::ANY;
        /// Frequency of the drive.
        pub frequency: f64 = 1e3, "Hz", Bound::POSITIVE;
        /// Amplitude of the drive at the working point, in critical voltages.
        pub amplitude: f64 = 0.25, "", Bound::between(0.01, 0.95);
        /// Periods simulated for each point.
        pub periods: usize = 300, "", Bound::between(2.0, 1e7);
    }
}

/// Simulated and exact at one amplitude and barrier.
struct Point {
    amplitude: f64,
    barrier: f64,
    found: Estimate,
    law: f64,
    periods: usize,
}

impl Point {
    /// How far the simulation is off, in standard errors. Where hardly a period goes wrong there is no scatter to take them from: periods with a cycle
    /// more or less are then as many as Poisson's law has them.
    fn deviation(&self) -> f64 {
        let all = (self.periods * REPLICAS) as f64;
        let rare = ((self.law - 1.0).abs().max(1.0 / all) / all).sqrt();
        (self.found.mean - self.law).abs() / self.found.standard_error.max(rare)
    }
}

impl System for Locatelli2014 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let points = outcome.timed("cycles over the barrier", |_| self.points(run))?;
        let worst = points.iter().map(Point::deviation).fold(0.0, f64::max);
        outcome.measure("curves.worst_deviation", "", worst);
        let working = self.drive(self.amplitude).simulate(&self.junction, self.periods, run, ("working point", 0))?;
        outcome.measure_estimate("working_point.cycles_per_period", "", working);
        for amplitude in AMPLITUDES {
            for (name, tolerance) in [("5_percent", 0.05), ("half_percent", 0.005)] {
                let law = |barrier: f64| self.drive(amplitude).law(&self.with_barrier(barrier));
                let name = format!("plateau.width_{name}_at_{amplitude:.2}");
                outcome.measure(&name, "", plateau((4.0, 40.0), tolerance, 36_000, law));
            }
        }
        outcome.figures.push(self.curves(&points));
        outcome.figures.push(self.maps());
        outcome.tables.push(table(&points));
        self.charge(run, &mut outcome);
        outcome.note(
            "Barrier, critical voltage and resistances are a choice of ours: of the paper the abstract could be checked, which gives a current density of \
             less than 3e6 A/cm^2 and no figure that a two-state model alone could be held against.",
        );
        Ok(outcome)
    }
}

impl Locatelli2014 {
    fn with_barrier(&self, barrier: f64) -> Telegraph {
        Telegraph { barrier, ..self.junction.clone() }
    }

    fn drive(&self, amplitude: f64) -> Square {
        Square { amplitude: amplitude * self.junction.critical_voltage, frequency: self.frequency }
    }

    fn points(&self, run: &Run) -> Result<Vec<Point>, LabError> {
        let all: Vec<(f64, f64)> = AMPLITUDES.iter().flat_map(|a| BARRIERS.map(|b| (*a, b))).collect();
        let periods = if run.quick() { self.periods.min(100) } else { self.periods };
        all.into_par_iter()
            .enumerate()
            .map(|(index, (amplitude, barrier))| {
                let (drive, junction) = (self.drive(amplitude), self.with_barrier(barrier));
                let found = drive.simulate(&junction, periods, run, ("cycles over the barrier", index))?;
                Ok(Point { amplitude, barrier, found, law: drive.law(&junction), periods })
            })
            .collect()
    }

    fn curves(&self, points: &[Point]) -> Figure {
        let x: Vec<f64> = (0..=320).map(|k| 6.0 + 0.05 * f64::from(k)).collect();
        let mut marks = Vec::new();
        for amplitude in AMPLITUDES {
            let y = x.iter().map(|b| self.drive(amplitude).law(&self.with_barrier(*b))).collect();
            marks.push(Mark::Line { label: format!("V = {amplitude} V_c"), x: x.clone(), y });
        }
        for amplitude in AMPLITUDES {
            let of: Vec<&Point> = points.iter().filter(|p| p.amplitude == amplitude).collect();
            marks.push(Mark::Points {
                label: format!("V = {amplitude} V_c"),
                x: of.iter().map(|p| p.barrier).collect(),
                y: of.iter().map(|p| p.found.mean).collect(),
                error: of.iter().map(|p| p.found.standard_error).collect(),
            });
        }
        marks.push(Mark::Reference { label: "locked".to_owned(), y: 1.0 });
        Figure {
            name: "cycles_over_barrier".to_owned(),
            title: "Noise locks the junction: not too little, not too much".to_owned(),
            caption: format!(
                "Cycles of the junction in a period of a square voltage at {} Hz, over its barrier in units of kT (noise grows to the left): simulated event by \
                 event (points) and in closed form (lines).",
                self.frequency
            ),
            panels: vec![Panel {
                title: String::new(),
                x: Axis::new("barrier over the thermal energy").range(6.0, 22.0),
                y: Axis::new("cycles per period").range(0.0, 4.0),
                marks,
            }],
        }
    }

    /// Closed form over amplitude and barrier, and over frequency and barrier.
    fn maps(&self) -> Figure {
        let barriers: Vec<f64> = (0..60).map(|k| 6.0 + 0.3 * f64::from(k)).collect();
        let amplitudes: Vec<f64> = (1..=50).map(|k| 0.015 * f64::from(k)).collect();
        let frequencies: Vec<f64> = (0..60).map(|k| 10f64.powf(1.0 + 0.1 * f64::from(k))).collect();
        let shown = |cycles: f64| cycles.min(2.0);
        let cell = |barrier: f64, drive: Square| shown(drive.law(&self.with_barrier(barrier)));
        let by_amplitude = barriers.iter().flat_map(|b| amplitudes.iter().map(|a| cell(*b, self.drive(*a)))).collect();
        let at = |frequency: f64| Square { frequency, ..self.drive(self.amplitude) };
        let by_frequency = barriers.iter().flat_map(|b| frequencies.iter().map(|f| cell(*b, at(*f)))).collect();
        let panel = |title: String, x: Axis, xs: Vec<f64>, values| Panel {
            title,
            x,
            y: Axis::new("barrier over the thermal energy"),
            marks: vec![Mark::Heatmap { label: "cycles per period, at most 2".to_owned(), x: xs, y: barriers.clone(), values }],
        };
        Figure {
            name: "locking_maps".to_owned(),
            title: "Where the junction follows the drive".to_owned(),
            caption: "Cycles per period in closed form; those above two are drawn as two. The plateau of one is a wedge that opens with the amplitude, and a band whose barrier falls \
                      with the logarithm of the frequency."
                .to_owned(),
            panels: vec![
                panel(format!("{} Hz", self.frequency), Axis::new("amplitude over critical voltage"), amplitudes, by_amplitude),
                panel(format!("{} V_c", self.amplitude), Axis::new("frequency (Hz)").logarithmic(), frequencies, by_frequency),
            ],
        }
    }

    fn charge(&self, run: &mut Run, outcome: &mut Outcome) {
        let drive = self.drive(self.amplitude);
        let power = 0.5 * (self.junction.mean_power(drive.amplitude, 0.0) + self.junction.mean_power(-drive.amplitude, 0.0));
        let period = 1.0 / self.frequency;
        outcome.measure("energy.per_period", "J", power * period);
        let source = "V^2 / R of the junction at the working point, averaged over its states; the source itself is left out";
        run.ledger.charge("drive, one period", Kind::Bias, self.periods as f64, power * period, period, source);
        outcome.ledger = run.ledger.clone();
    }
}

fn table(points: &[Point]) -> Table {
    let column = |of: &dyn Fn(&Point) -> f64| points.iter().map(of).collect();
    Table::new("cycles", "Cycles of the junction in a period of the drive")
        .numbers("amplitude", "", column(&|p| p.amplitude))
        .numbers("barrier", "", column(&|p| p.barrier))
        .numbers("cycles per period", "", column(&|p| p.found.mean))
        .numbers("standard error", "", column(&|p| p.found.standard_error))
        .numbers("law", "", column(&|p| p.law))
}
