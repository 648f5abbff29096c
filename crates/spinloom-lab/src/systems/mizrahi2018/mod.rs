//! Population coding with superparamagnetic junctions (Mizrahi et al. 2018).
//!
//! A. Mizrahi, T. Hirtzlin, A. Fukushima, H. Kubota, S. Yuasa, J. Grollier and D. Querlioz, "Neural-like computing with populations of superparamagnetic
//! basis functions", Nat. Commun. 9, 1533 (2018), doi:10.1038/s41467-018-03963-w. Junctions that flip at bell-shaped rates are basis functions: weighted
//! sums of their flips make curves and letters, and two populations one after the other learn to lead a gripper to a ball.

mod chain;
mod energy;
mod figures;
mod functions;
mod gripper;

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::junction::Junction;
use spinloom_device::telegraph::Telegraph;
use spinloom_task::arm::Arm;

static CARD: Card = Card {
    name: "mizrahi2018",
    title: "Populations of superparamagnetic junctions draw letters and lead an arm to a ball",
    paper: "A. Mizrahi et al., Neural-like computing with populations of superparamagnetic basis functions, Nat. Commun. 9, 1533 (2018)",
    doi: "10.1038/s41467-018-03963-w",
    device: "superparamagnetic tunnel junctions, each biased at a voltage of its own",
    task: "functions and cursive letters; a two-link arm that learns to reach a ball",
    measures: "tuning curves against 1 / cosh, error against number of junctions and counts, learning curve, error against spread and dead devices, energy",
    claims: include_str!("../../../../../claims/mizrahi2018.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// Functions made of bells.
    pub struct FunctionParameters {
        /// Junctions of the small population that draws curves and letters.
        pub junctions: usize = 9, "", Bound::between(4.0, 1000.0);
        /// Voltage that one unit of the function's argument is, from -1 to 1.
        pub span: f64 = 0.1, "V", Bound::POSITIVE;
        /// Windows for each point of the tuning curve.
        pub windows: usize = 400, "", Bound::between(10.0, 1e6);
        /// Numbers of junctions over which the error is followed.
        pub populations: Vec<f64> = vec![8.0, 16.0, 32.0, 64.0, 128.0], "", Bound::between(4.0, 10_000.0);
        /// Flips that a junction at its peak makes in a window, over which the error is followed.
        pub counts: Vec<f64> = vec![5.0, 20.0, 100.0], "", Bound::between(1.0, 1e6);
        /// Windows from which weights are found by least squares; a quarter as many test them.
        pub examples: usize = 4000, "", Bound::between(200.0, 1e6);
    }
}

spinloom_core::parameters! {
    /// Two chained populations and the arm they move.
    pub struct GripperParameters {
        /// The arm.
        pub arm: Arm = Arm::default(), "", Bound::ANY;
        /// Input junctions. Each sees the place of the ball along one of the directions.
        pub inputs: usize = 128, "", Bound::between(8.0, 10_000.0);
        /// Directions along which the place of the ball is seen.
        pub directions: usize = 8, "", Bound::between(2.0, 100.0);
        /// Output junctions, one half for each joint.
        pub outputs: usize = 128, "", Bound::between(4.0, 10_000.0);
        /// Voltage that half the width of the field, or half the range of a joint, is.
        pub span: f64 = 0.05, "V", Bound::POSITIVE;
        /// Flips that a junction at its peak makes in a window.
        pub counts: f64 = 100.0, "", Bound::between(1.0, 1e6);
        /// Trials of learning.
        pub trials: usize = 6000, "", Bound::between(100.0, 1e7);
        /// Rate of learning at the beginning.
        pub rate: f64 = 0.5, "", Bound::between(1e-4, 1.9);
        /// Trials after which the rate of learning has halved.
        pub settling: f64 = 1000.0, "", Bound::POSITIVE;
        /// Deviation of the weights before learning, as the voltage it makes at the outputs over the span.
        pub unlearned: f64 = 0.3, "", Bound::NON_NEGATIVE;
        /// Trials without learning that measure what has been learned.
        pub tested: usize = 1000, "", Bound::between(20.0, 1e6);
        /// Deviations of barrier and critical voltage (of their logarithms), and of biases over the width of a bell.
        pub spreads: Vec<f64> = vec![0.0, 0.05, 0.1, 0.2, 0.3], "", Bound::between(0.0, 2.0);
        /// Shares of dead devices.
        pub dead: Vec<f64> = vec![0.0, 0.1, 0.2, 0.3, 0.5], "", Bound::between(0.0, 0.95);
    }
}

spinloom_core::parameters! {
    /// What the circuit around the junctions costs; assumptions of ours.
    pub struct CircuitParameters {
        /// Bits of a weight.
        pub weight_bits: usize = 8, "", Bound::between(1.0, 64.0);
        /// Energy of a multiplication and addition of 8 bits.
        pub multiply: f64 = 0.23e-12, "J", Bound::NON_NEGATIVE;
        /// Energy of a step of a counter.
        pub count: f64 = 0.03e-12, "J", Bound::NON_NEGATIVE;
        /// The stable junctions that hold the weights.
        pub memory: Junction = Junction::default(), "", Bound::ANY;
        /// Current of a write pulse over the critical one.
        pub write_overdrive: f64 = 2.0, "", Bound::between(1.01, 100.0);
        /// Duration of a write pulse.
        pub write_time: f64 = 10e-9, "s", Bound::POSITIVE;
        /// Voltage of a read.
        pub read_voltage: f64 = 0.1, "V", Bound::POSITIVE;
        /// Duration of a read.
        pub read_time: f64 = 2e-9, "s", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of population coding.
    pub struct Mizrahi2018 {
        /// A junction of the populations. Barrier, critical voltage and resistance are a choice of ours: fast, and of low power.
        pub neuron: Telegraph = Telegraph { barrier: 6.0, critical_voltage: 0.1, parallel_resistance: 1e4, ..Telegraph::default() }, "", Bound::ANY;
        /// Functions made of bells.
        pub function: FunctionParameters = FunctionParameters::default(), "", Bound::ANY;
        /// Two chained populations and the arm they move.
        pub gripper: GripperParameters = GripperParameters::default(), "", Bound::ANY;
        /// What the circuit around the junctions costs.
        pub circuit: CircuitParameters = CircuitParameters::default(), "", Bound::ANY;
    }
}

impl System for Mizrahi2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        if self.neuron.barrier < 1.0 {
            let why =
                "neuron.barrier must be at least 1: without a barrier a junction has no bell, and no two states to flip between";
            return Err(LabError::Inconsistent(why.to_owned()));
        }
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.timed("functions", |o| functions::study(self, run, o))?;
        let learned = outcome.timed("gripper", |o| gripper::study(self, run, o))?;
        energy::charge(self, &learned, run, &mut outcome)?;
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "Of the paper, abstract, introduction and first figure could be checked, and the energies as the review \"Neuromorphic spintronics\" (2020) gives \
             them. Barrier, critical voltage and resistance of the junctions, the coding of the place of the ball, the rule of learning, and every constant \
             of the circuit are ours.",
        );
        Ok(outcome)
    }
}
