//! Binary synapses that learn by large steps of small probability (Senn and Fusi 2005), several devices a synapse (Bill and Legenstein 2014).
//!
//! W. Senn and S. Fusi, "Convergence of stochastic learning in perceptrons with binary synapses", Phys. Rev. E 71, 061907 (2005),
//! doi:10.1103/PhysRevE.71.061907; J. Bill and R. Legenstein, "A compound memristive synapse model for statistical learning through STDP in spiking neural
//! networks", Front. Neurosci. 8, 412 (2014), doi:10.3389/fnins.2014.00412. The probability is that of a programming pulse on a tunnel junction.

mod digits;
mod figures;
mod memory;
mod separable;

use crate::error::LabError;
use crate::outcome::{MissingData, Outcome};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::junction::{Junction, State};
use spinloom_task::TaskError;
use spinloom_task::images::ImageTask;

static CARD: Card = Card {
    name: "senn2005",
    title: "Binary synapses that learn by large steps of small probability",
    paper: "W. Senn and S. Fusi, Convergence of stochastic learning in perceptrons with binary synapses, Phys. Rev. E 71, 061907 (2005); J. Bill and R. Legenstein, Front. Neurosci. 8, 412 (2014)",
    doi: "10.1103/PhysRevE.71.061907",
    device: "tunnel junctions programmed by pulses that switch with a probability, one or several a synapse",
    task: "random patterns remembered; separable patterns and handwritten digits told apart",
    measures: "lifetime of memories, convergence and test accuracy against the switching probability and the devices of a synapse, beside real weights",
    claims: include_str!("../../../../../claims/senn2005.toml"),
    data: &["mnist"],
};

spinloom_core::parameters! {
    /// Random patterns that are stored one over another.
    pub struct MemoryParameters {
        /// Number of synapses N.
        pub synapses: usize = 10_000, "", Bound::between(100.0, 1e6);
        /// Numbers of devices of a synapse that are compared; the first is the simplest synapse.
        pub devices: Vec<f64> = vec![1.0, 4.0, 16.0], "", Bound::between(1.0, 1000.0);
        /// Switching probabilities that are compared, beside the best one by the law.
        pub probabilities: Vec<f64> = vec![0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5], "", Bound::between(1e-5, 0.999);
        /// Patterns over which the average is taken; four times as many at the best probabilities.
        pub patterns: usize = 1000, "", Bound::between(100.0, 1e6);
    }
}

spinloom_core::parameters! {
    /// Random patterns that are linearly separable.
    pub struct SeparableParameters {
        /// Numbers of inputs that are compared.
        pub inputs: Vec<f64> = vec![100.0, 300.0, 1000.0, 3000.0], "", Bound::between(30.0, 1e5);
        /// Patterns of half the inputs each, of which every other should be answered; fewer than inputs, so that they are separable.
        pub patterns: usize = 20, "", Bound::between(2.0, 30.0);
        /// Switching probabilities that are compared.
        pub probabilities: Vec<f64> = vec![0.003, 0.01, 0.03, 0.1, 0.3, 0.999], "", Bound::between(1e-5, 0.999);
        /// Units, each with patterns of its own, over which the share is taken.
        pub units: usize = 20, "", Bound::between(2.0, 10_000.0);
        /// Times that all patterns are shown, at most.
        pub passes: usize = 300, "", Bound::between(1.0, 1e6);
    }
}

spinloom_core::parameters! {
    /// Handwritten digits, black and white.
    pub struct DigitParameters {
        /// Images learned from.
        pub train: usize = 10_000, "", Bound::between(100.0, 60_000.0);
        /// Images tested on.
        pub test: usize = 10_000, "", Bound::between(100.0, 10_000.0);
        /// Times that all images are learned from.
        pub passes: usize = 3, "", Bound::between(1.0, 1000.0);
        /// Brightness from which on a pixel is white.
        pub threshold: f64 = 0.5, "", Bound::FRACTION;
        /// Units of each class.
        pub copies: usize = 10, "", Bound::between(1.0, 1000.0);
        /// Numbers of units of each class that are compared at the nominal probability.
        pub copies_compared: Vec<f64> = vec![1.0, 3.0, 10.0, 30.0], "", Bound::between(1.0, 1000.0);
        /// Sum beyond which a unit of binary synapses is clear, over the number of active inputs; at 0 only wrong answers are learned from.
        pub margin: f64 = 0.0, "", Bound::between(0.0, 1.0);
        /// Nominal switching probability.
        pub probability: f64 = 0.01, "", Bound::between(1e-5, 0.999);
        /// Switching probabilities that are compared.
        pub probabilities: Vec<f64> = vec![0.001, 0.003, 0.01, 0.03, 0.1], "", Bound::between(1e-5, 0.999);
        /// Numbers of devices of a synapse that are compared.
        pub devices: Vec<f64> = vec![1.0, 4.0, 16.0], "", Bound::between(1.0, 1000.0);
        /// The same for the real weights that they are held against, which need one.
        pub real_margin: f64 = 0.03, "", Bound::between(0.0, 1.0);
        /// Step of the real weights that they are held against.
        pub step: f64 = 0.01, "", Bound::between(1e-6, 10.0);
    }
}

spinloom_core::parameters! {
    /// Parameters of learning by chance.
    pub struct Senn2005 {
        /// The junctions; a barrier of 40 kT.
        pub junction: Junction = Junction { diameter: 32.89e-9, ..Junction::default() }, "", Bound::ANY;
        /// Current of the programming pulses over the critical one.
        pub overdrive: f64 = 1.1, "", Bound::between(0.3, 20.0);
        /// Random patterns that are stored one over another.
        pub memory: MemoryParameters = MemoryParameters::default(), "", Bound::ANY;
        /// Random patterns that are linearly separable.
        pub separable: SeparableParameters = SeparableParameters::default(), "", Bound::ANY;
        /// Handwritten digits, black and white.
        pub digit: DigitParameters = DigitParameters::default(), "", Bound::ANY;
    }
}

/// What an attempt at a switching probability costs.
struct Pulse {
    /// Duration, s.
    duration: f64,
    /// Energy, J.
    energy: f64,
}

impl Senn2005 {
    /// The pulse that switches with each of these probabilities.
    fn pulses(&self, probabilities: &[f64], run: &Run) -> Result<Vec<Pulse>, LabError> {
        let voltage = self.overdrive * self.junction.critical_voltage();
        let resistance = self.junction.resistance(State::Parallel, 0.0);
        let pulse = |q: &f64| {
            run.check()?;
            let duration = self.junction.duration_for(self.overdrive, *q)?;
            Ok(Pulse { duration, energy: voltage * voltage * duration / resistance })
        };
        probabilities.par_iter().map(pulse).collect()
    }

    /// Charges so many attempts at each of these probabilities; answers with their energies, J.
    fn charge(&self, what: &str, attempts: &[(f64, u64)], run: &mut Run) -> Result<Vec<f64>, LabError> {
        let mut all: Vec<f64> = attempts.iter().map(|a| a.0).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        let pulses = self.pulses(&all, run)?;
        let source = "V^2 t / R at the resistance of the parallel state, the most it can be, with the t that switches with the probability; every attempt counts, on junctions that are there already too";
        let mut energies = Vec::new();
        for (probability, count) in attempts {
            let pulse = &pulses[all.partition_point(|q| q < probability)];
            run.ledger.charge(what, Kind::Write, *count as f64, pulse.energy, pulse.duration, source);
            energies.push(*count as f64 * pulse.energy);
        }
        Ok(energies)
    }
}

impl System for Senn2005 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        memory::study(self, run, &mut outcome)?;
        separable::study(self, run, &mut outcome)?;
        let loaded = outcome.timed("images", |_| ImageTask::mnist(run.data()));
        match loaded {
            Ok(task) => {
                outcome.data.push(format!("{}; black and white here", task.source));
                digits::study(self, &task, run, &mut outcome)?;
            }
            Err(TaskError::NoData { name, command, .. }) => outcome.missing.push(MissingData { name, command }),
            Err(other) => return Err(other.into()),
        }
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "Of both papers the abstracts could be checked. The law of forgetting is derived in the documentation of the model; the digits, the numbers of units, margin and probabilities are \
             choices of ours. All junctions are alike: their spread is left out.",
        );
        Ok(outcome)
    }
}
