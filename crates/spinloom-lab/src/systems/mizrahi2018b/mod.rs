//! Continuous learning against devices that die and weights that drift (Mizrahi et al. 2018).
//!
//! A. Mizrahi, J. Grollier, D. Querlioz and M. D. Stiles, "Overcoming device unreliability with continuous learning in a population coding based
//! computing system", J. Appl. Phys. 124, 152111 (2018), arXiv:1806.00399. A population of superparamagnetic junctions makes a function
//! through weights whose bits are junctions of a low barrier: cheap to write, and flipping by themselves. Learning that never ends keeps the function.

mod figures;
mod learner;

use super::power_law::exponent;
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use learner::{Course, Learner};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, mean};
use spinloom_device::junction::{Junction, State};
use spinloom_device::telegraph::Telegraph;

static CARD: Card = Card {
    name: "mizrahi2018b",
    title: "Learning that never ends outlives dead junctions and drifting weights",
    paper: "A. Mizrahi et al., Overcoming device unreliability with continuous learning in a population coding based computing system, J. Appl. Phys. 124, 152111 (2018)",
    doi: "10.48550/arXiv.1806.00399",
    device: "superparamagnetic tunnel junctions as neurons, junctions of a low barrier as bits of weights",
    task: "a sine, kept while neurons die and weights drift",
    measures: "error before and after neurons die, with and without learning; error over the barrier of the weights; energy at equal precision over the barrier",
    claims: include_str!("../../../../../claims/mizrahi2018b.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// Parameters of continuous learning.
    pub struct Mizrahi2018b {
        /// A neuron. Barrier, critical voltage and resistance are a choice of ours: fast, and of low power.
        pub neuron: Telegraph = Telegraph { barrier: 6.0, critical_voltage: 0.1, parallel_resistance: 1e4, ..Telegraph::default() }, "", Bound::ANY;
        /// Neurons where devices die and where the barrier of the weights is followed.
        pub neurons: usize = 128, "", Bound::between(8.0, 10_000.0);
        /// Voltage that one unit of the argument is, from -1 to 1.
        pub span: f64 = 0.1, "V", Bound::POSITIVE;
        /// Flips that a neuron at its peak makes in a window.
        pub counts: f64 = 20.0, "", Bound::between(1.0, 1e6);
        /// Bits of a weight.
        pub weight_bits: usize = 8, "", Bound::between(2.0, 24.0);
        /// Attempt time of the bits.
        pub attempt_time: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Time from operation to operation, in which weights drift.
        pub interval: f64 = 1e-3, "s", Bound::POSITIVE;
        /// Rate of learning; it stays as it is.
        pub rate: f64 = 0.05, "", Bound::between(1e-4, 1.9);
        /// Operations before neurons die and before errors are measured.
        pub trials: usize = 4000, "", Bound::between(200.0, 1e7);
        /// Operations over which errors are measured.
        pub tested: usize = 2000, "", Bound::between(100.0, 1e7);
        /// Share of the neurons that dies.
        pub dead: f64 = 0.3, "", Bound::between(0.0, 0.95);
        /// Barriers of the weights, over the thermal energy.
        pub barriers: Vec<f64> = vec![14.0, 16.0, 17.0, 18.0, 19.0, 20.0, 22.0, 24.0, 27.0, 30.0, 35.0, 40.0], "", Bound::between(1.0, 200.0);
        /// Numbers of neurons among which the one is found that keeps the wanted error.
        pub populations: Vec<f64> = vec![24.0, 48.0, 96.0, 192.0, 384.0], "", Bound::between(8.0, 10_000.0);
        /// Root mean square error, over the amplitude, at which energies are compared.
        pub precision: f64 = 0.1, "", Bound::between(1e-3, 1.0);
        /// Material of the bits, which tells the critical current of a barrier.
        pub memory: Junction = Junction::default(), "", Bound::ANY;
        /// Supply of a write pulse.
        pub write_voltage: f64 = 0.3, "V", Bound::POSITIVE;
        /// Current of a write pulse over the critical one.
        pub write_overdrive: f64 = 2.0, "", Bound::between(1.01, 100.0);
        /// Duration of a write pulse.
        pub write_time: f64 = 10e-9, "s", Bound::POSITIVE;
    }
}

/// Error and cost of one population on weights of one barrier.
pub struct Corner {
    pub neurons: usize,
    pub barrier: f64,
    pub course: Course,
}

/// What keeps the wanted precision at one barrier.
pub struct Design {
    pub barrier: f64,
    /// Neurons, as a number between those that were tried; `None` where none of them was enough.
    pub neurons: Option<f64>,
    /// Energy of an operation: neurons and writes, J.
    pub energy: (f64, f64),
}

impl System for Mizrahi2018b {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        if self.neuron.barrier < 1.0 {
            let why = "neuron.barrier must be at least 1: without a barrier a junction has no bell";
            return Err(LabError::Inconsistent(why.to_owned()));
        }
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.timed("death", |o| self.death(run, o))?;
        run.progress("continuous learning", 1, 3)?;
        outcome.timed("drift", |o| self.drift(run, o))?;
        run.progress("continuous learning", 2, 3)?;
        let designs = outcome.timed("energy", |o| self.energy(run, o))?;
        self.charge(&designs, run, &mut outcome);
        run.progress("continuous learning", 3, 3)?;
        outcome.note(
            "Of the paper the abstract could be checked: continuous learning recovers from the loss of neurons and makes weights of a low barrier usable, and there is \
             an optimal number of neurons and an optimal barrier at a given precision. All numbers here are ours, and so is the task, a sine.",
        );
        Ok(outcome)
    }
}

impl Mizrahi2018b {
    /// Operations of learning and of measuring.
    fn lengths(&self, run: &Run) -> (usize, usize) {
        if run.quick() { (self.trials.min(1500), self.tested.min(600)) } else { (self.trials, self.tested) }
    }

    /// Neurons die; learning goes on or ends.
    fn death(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let (trials, tested) = self.lengths(run);
        let stable = 1e3;
        let mut courses = Vec::new();
        for learning in [true, false] {
            // Both are the same until neurons die.
            let mut learner = Learner::new(self, self.neurons, stable, run, "death")?;
            let mut course = learner.go(trials, true, run)?;
            learner.kill(self.dead, run);
            course.join(learner.go(trials + tested, learning, run)?);
            courses.push(course);
        }
        let window = tested.min(trials / 2);
        let [kept, ended] = [&courses[0], &courses[1]];
        let before = kept.error(trials - window..trials);
        let after = |course: &Course| course.error(course.len() - window..course.len());
        outcome.measure_estimate("death.error_before", "", before);
        outcome.measure_estimate("death.error_recovered", "", after(kept));
        outcome.measure_estimate("death.error_without_learning", "", after(ended));
        outcome.measure("death.recovery_ratio", "", after(kept).mean / before.mean);
        outcome.measure("death.ratio_without_learning", "", after(ended).mean / before.mean);
        outcome.figures.push(figures::death(kept, ended, trials, self.dead));
        Ok(())
    }

    /// Error over the barrier of the weights, with learning that goes on and learning that ended.
    fn drift(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let (trials, tested) = self.lengths(run);
        let points: Vec<[Estimate; 2]> = self
            .barriers
            .par_iter()
            .map(|barrier| {
                // The same flips and arguments at every barrier: what differs comes from the drift alone.
                let mut learner = Learner::new(self, self.neurons, *barrier, run, "drift")?;
                learner.go(trials, true, run)?;
                let kept = learner.go(tested, true, run)?;
                // As long again as learning took, with nobody to mend the weights.
                let ended = learner.go(trials + tested, false, run)?;
                Ok([kept.error(0..tested), ended.error(trials..trials + tested)])
            })
            .collect::<Result<_, LabError>>()?;
        let column = |of: &dyn Fn(&[Estimate; 2]) -> f64| points.iter().map(of).collect();
        outcome.tables.push(
            Table::new("drift", "Error over the barrier of the weights")
                .numbers("barrier", "", self.barriers.clone())
                .numbers("error with learning", "", column(&|p| p[0].mean))
                .numbers("error after learning", "", column(&|p| p[1].mean)),
        );
        for (barrier, point) in self.barriers.iter().zip(&points) {
            outcome.measure_estimate(&format!("drift.error_at_{barrier}"), "", point[0]);
            outcome.measure_estimate(&format!("drift.error_without_learning_at_{barrier}"), "", point[1]);
        }
        outcome.figures.push(figures::drift(&self.barriers, &points, (self.attempt_time, self.interval)));
        Ok(())
    }

    /// Energy of writing a bit of this barrier once, J: the critical current goes with the barrier, the supply stays.
    fn write_energy(&self, barrier: f64) -> f64 {
        let each = |from: State| self.memory.critical_current(from) / self.memory.thermal_stability();
        let current = 0.5 * (each(State::Parallel) + each(State::Antiparallel)) * barrier;
        self.write_voltage * self.write_overdrive * current * self.write_time
    }

    /// Energy at equal precision over the barrier of the weights.
    fn energy(&self, run: &Run, outcome: &mut Outcome) -> Result<Vec<Design>, LabError> {
        let (trials, tested) = self.lengths(run);
        let populations: Vec<usize> = self.populations.iter().map(|n| *n as usize).collect();
        let grid: Vec<(f64, usize)> = self.barriers.iter().flat_map(|b| populations.iter().map(|n| (*b, *n))).collect();
        let corners: Vec<Corner> = grid
            .into_par_iter()
            .map(|(barrier, neurons)| {
                // As above.
                let purpose = format!("energy {neurons}");
                let mut learner = Learner::new(self, neurons, barrier, run, &purpose)?;
                learner.go(trials, true, run)?;
                Ok(Corner { neurons, barrier, course: learner.go(tested, true, run)? })
            })
            .collect::<Result<_, LabError>>()?;
        let designs: Vec<Design> = corners.chunks(populations.len().max(1)).map(|row| self.design(row)).collect();
        outcome.tables.push(grid_table(&corners));
        outcome.tables.push(design_table(&designs));
        let total = |d: &&Design| d.energy.0 + d.energy.1;
        let possible: Vec<&Design> = designs.iter().filter(|d| d.neurons.is_some()).collect();
        let best = possible.iter().copied().min_by(|a, b| total(a).total_cmp(&total(b)));
        let stable = possible.iter().copied().max_by(|a, b| a.barrier.total_cmp(&b.barrier));
        if let (Some(best), Some(stable)) = (best, stable) {
            outcome.measure("energy.optimal_barrier", "", best.barrier);
            outcome.measure("energy.optimal_neurons", "", best.neurons.unwrap_or(f64::NAN));
            outcome.measure("energy.optimum", "J", total(&best));
            outcome.measure("energy.ratio_to_stable_weights", "", total(&best) / total(&stable));
            let lower = possible.iter().filter(|d| d.barrier < best.barrier).map(total).fold(f64::INFINITY, f64::min);
            outcome.measure("energy.ratio_to_lower_barrier", "", if lower.is_finite() { total(&best) / lower } else { 0.0 });
        }
        outcome.figures.push(figures::energy(&designs, self.precision));
        outcome.figures.push(figures::errors(&corners, &populations, &self.barriers));
        Ok(designs)
    }

    /// The number of neurons that keeps the precision at one barrier, by a power law of the error through all that were tried, and what an operation
    /// then costs.
    fn design(&self, row: &[Corner]) -> Design {
        let tried: Vec<f64> = row.iter().map(|c| c.neurons as f64).collect();
        let errors: Vec<f64> = row.iter().map(|c| c.course.error(0..c.course.len()).mean).collect();
        let barrier = row.first().map_or(f64::NAN, |c| c.barrier);
        let slope = exponent(&tried, &errors);
        let logarithm = |v: &[f64]| mean(&v.iter().map(|v| v.ln()).collect::<Vec<_>>());
        let wanted = (logarithm(&tried) + (self.precision.ln() - logarithm(&errors)) / slope).exp();
        // Beyond those that were tried nothing is told.
        let inside = tried.first().is_some_and(|low| wanted >= *low) && tried.last().is_some_and(|high| wanted <= *high);
        let neurons = inside.then_some(wanted);
        let per = |of: &dyn Fn(&Course) -> f64| mean(&row.iter().map(|c| of(&c.course) / c.neurons as f64).collect::<Vec<_>>());
        let (neuron, writes) = (per(&|c| c.junction_energy), per(&|c| c.writes));
        let count = neurons.unwrap_or(f64::NAN);
        Design { barrier, neurons, energy: (count * neuron, count * writes * self.write_energy(barrier)) }
    }

    fn charge(&self, designs: &[Design], run: &mut Run, outcome: &mut Outcome) {
        let total = |d: &Design| d.energy.0 + d.energy.1;
        let best = designs.iter().filter(|d| d.neurons.is_some()).min_by(|a, b| total(a).total_cmp(&total(b)));
        if let Some(best) = best {
            let write = self.write_energy(best.barrier);
            let source = "V^2 / R of the neurons over a window, R an assumption; at the optimal design";
            run.ledger.charge("neurons, one operation", Kind::Bias, 1.0, best.energy.0, self.interval, source);
            let source = "supply times twice the critical current, which goes with the barrier, for 10 ns; every bit of the weight of a neuron that \
                          flipped is written at every operation, whether it changes or not";
            run.ledger.charge("bits written, one operation", Kind::Write, best.energy.1 / write, write, self.write_time, source);
        }
        outcome.ledger = run.ledger.clone();
    }
}

fn grid_table(corners: &[Corner]) -> Table {
    let column = |of: &dyn Fn(&Corner) -> f64| corners.iter().map(of).collect();
    Table::new("populations", "Error of populations of neurons on weights that drift, and bits written at every operation")
        .numbers("barrier", "", column(&|c| c.barrier))
        .numbers("neurons", "", column(&|c| c.neurons as f64))
        .numbers("error", "", column(&|c| c.course.error(0..c.course.len()).mean))
        .numbers("bits written", "", column(&|c| c.course.writes))
}

fn design_table(designs: &[Design]) -> Table {
    let column = |of: &dyn Fn(&Design) -> f64| designs.iter().map(of).collect();
    Table::new("designs", "Neurons that keep the precision, and energy of an operation")
        .numbers("barrier", "", column(&|d| d.barrier))
        .numbers("neurons", "", column(&|d| d.neurons.unwrap_or(f64::NAN)))
        .numbers("energy of neurons", "J", column(&|d| d.energy.0))
        .numbers("energy of writes", "J", column(&|d| d.energy.1))
}

/// Root mean square of errors and its standard error, from squares that are taken as independent.
fn root_mean(squares: &[f64]) -> Estimate {
    let square = estimate(squares);
    let root = square.mean.sqrt();
    Estimate {
        mean: root,
        standard_error: if root > 0.0 { square.standard_error / (2.0 * root) } else { 0.0 },
        count: square.count,
    }
}
