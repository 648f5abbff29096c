//! Spin-torque memory as approximate memory for the weights of a network that learns (Locatelli, Vincent and Querlioz 2018).
//!
//! N. Locatelli, A. F. Vincent and D. Querlioz, "Use of magnetoresistive random-access memory as approximate memory for training neural networks", ICECS 2018,
//! doi:10.48550/arXiv.1810.10836. Shorter programming pulses leave more bits unwritten and cost less; learning bears them.

mod cells;
mod figures;
mod learning;
mod pulses;

use crate::error::LabError;
use crate::outcome::{MissingData, Outcome};
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::junction::Cell;
use spinloom_task::TaskError;
use spinloom_task::images::ImageTask;

static CARD: Card = Card {
    name: "locatelli2018",
    title: "Spin-torque memory as approximate memory for a network that learns",
    paper: "N. Locatelli, A. F. Vincent and D. Querlioz, Use of magnetoresistive random-access memory as approximate memory for training neural networks, ICECS 2018, arXiv:1810.10836",
    doi: "10.48550/arXiv.1810.10836",
    device: "tunnel junctions as bits of fixed-point weights, written by pulses that sometimes fail",
    task: "handwritten digits, a multilayer perceptron trained by gradient descent",
    measures: "test accuracy and programming energy against the duration of the pulse; energy saved where one point of accuracy is lost",
    claims: include_str!("../../../../../claims/locatelli2018.toml"),
    data: &["mnist"],
};

spinloom_core::choices! {
    /// What a bit is after a write that failed.
    pub enum FailedBit {
        /// What it was before: the pulse did not switch it.
        Stays = "stays",
        /// Wrong, also where it was right before: the abstraction of an unreliable memory.
        Flips = "flips",
    }
}

spinloom_core::choices! {
    /// How weights are written as bits.
    pub enum WordCode {
        /// Two's complement: all bits change where a weight changes its sign.
        TwosComplement = "twos-complement",
        /// A sign and a magnitude: one or two bits change there.
        SignMagnitude = "sign-magnitude",
    }
}

spinloom_core::parameters! {
    /// The memory that holds the weights.
    pub struct MemoryParameters {
        /// Bits of a weight.
        pub bits: usize = 8, "", Bound::between(2.0, 16.0);
        /// Largest weight that can be stored.
        pub range: f64 = 1.0, "", Bound::between(1e-3, 1e3);
        /// Pulse every bit of a weight that changes, and not only the bits that do.
        pub rewrite_all: bool = false, "", Bound::ANY;
        /// How weights are written as bits, but for the sweep that compares the other way.
        pub code: WordCode = WordCode::TwosComplement, "", Bound::ANY;
        /// What a bit is after a write that failed.
        pub failed_bit: FailedBit = FailedBit::Stays, "", Bound::ANY;
        /// First bits of a weight, those that matter most, that the second sweep writes by the pulse of the reference.
        pub strong_bits: usize = 2, "", Bound::between(0.0, 16.0);
    }
}

spinloom_core::parameters! {
    /// The network that learns.
    pub struct LearningParameters {
        /// Units of the hidden layer.
        pub hidden: usize = 100, "", Bound::between(1.0, 10_000.0);
        /// Images learned from.
        pub train: usize = 10_000, "", Bound::between(100.0, 60_000.0);
        /// Images tested on.
        pub test: usize = 10_000, "", Bound::between(100.0, 10_000.0);
        /// Times that all images are learned from.
        pub epochs: usize = 5, "", Bound::between(1.0, 1000.0);
        /// Images between two writes of the weights.
        pub batch: usize = 10, "", Bound::between(1.0, 10_000.0);
        /// Rate of learning.
        pub rate: f64 = 0.1, "", Bound::between(1e-6, 100.0);
    }
}

spinloom_core::parameters! {
    /// Parameters of approximate memory.
    pub struct Locatelli2018 {
        /// The cells of the memory, a bit each, with their junctions.
        pub cell: Cell = Cell::default(), "", Bound::ANY;
        /// Voltage of the programming pulses over the critical one.
        pub overdrive: f64 = 2.0, "", Bound::between(0.5, 20.0);
        /// Spread of the junctions: of the logarithm of the area, with which barrier, critical current and conductance go.
        pub spread: f64 = 0.05, "", Bound::between(0.0, 0.3);
        /// Probability that a write of a nominal junction fails in the reference design.
        pub reference_error: f64 = 1e-9, "", Bound::between(1e-12, 0.01);
        /// Probabilities that a write of a nominal junction fails, for the pulses that are compared.
        pub errors: Vec<f64> = vec![3e-4, 1e-3, 3e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5], "", Bound::between(1e-9, 0.99);
        /// Loss of test accuracy at which the energy saved is told.
        pub loss: f64 = 0.01, "", Bound::between(1e-4, 0.5);
        /// The memory that holds the weights.
        pub memory: MemoryParameters = MemoryParameters::default(), "", Bound::ANY;
        /// The network that learns.
        pub learning: LearningParameters = LearningParameters::default(), "", Bound::ANY;
    }
}

impl System for Locatelli2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        if self.memory.strong_bits > self.memory.bits {
            let (strong, bits) = (self.memory.strong_bits, self.memory.bits);
            return Err(LabError::Inconsistent(format!(
                "memory.strong_bits is {strong}, but a weight has {bits} bits: lower it, or raise memory.bits"
            )));
        }
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let pulses = outcome.timed("pulses", |o| pulses::study(self, run, o))?;
        outcome.timed("cells", |o| cells::study(self, &pulses.reference, run, o))?;
        let loaded = outcome.timed("images", |_| ImageTask::mnist(run.data()));
        match loaded {
            Ok(task) => {
                outcome.data.push(task.source.clone());
                learning::study(self, &pulses, &task, run, &mut outcome)?;
            }
            Err(TaskError::NoData { name, command, .. }) => outcome.missing.push(MissingData { name, command }),
            Err(other) => return Err(other.into()),
        }
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "Of the paper the abstract could be checked: 74 % of the programming energy saved for 1 % of recognition, with device variability. The network, the bits of a weight, the \
             junction, its spread and the reference, a pulse that fails once in 1e9 writes of a nominal junction at the same voltage, are choices of ours.",
        );
        outcome.note(
            "The weights are read without error here; `cell.sense_error` tells how often cells would be read wrong. Energies are those of a nominal junction in the parallel state, with every \
             pulse at its full length; what the supply gives through the transistors is told beside them.",
        );
        Ok(outcome)
    }
}
