//! Invertible logic of p-bits: gates, adders and multipliers that run in any direction (Camsari et al. 2017).
//!
//! K. Y. Camsari, R. Faria, B. M. Sutton and S. Datta, "Stochastic p-bits for invertible logic", Phys. Rev. X 7, 031014 (2017),
//! doi:10.1103/PhysRevX.7.031014; R. Faria, K. Y. Camsari and S. Datta, IEEE Magn. Lett. 8, 4105305 (2017),
//! doi:10.1109/LMAG.2017.2685358; A. Z. Pervaiz, L. A. Ghantasala, K. Y. Camsari and S. Datta, Sci. Rep. 7, 10994 (2017),
//! doi:10.1038/s41598-017-11011-8. p-bits update one after another with m = sgn(tanh(I0 (h + sum J m)) - r), so that a circuit visits
//! its states with probability exp(-I0 E) / Z; the lines of its truth table are the ground states.

mod adders;
mod figures;
mod gates;
mod multipliers;
mod netlists;
mod schedules;
mod transfer;

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_ising::{Ising, IsingError};

static CARD: Card = Card {
    name: "camsari2017",
    title: "Gates, 32-bit adders and multipliers of p-bits that run forwards and backwards",
    paper: "K. Y. Camsari et al., Stochastic p-bits for invertible logic, Phys. Rev. X 7, 031014 (2017); R. Faria et al., IEEE Magn. Lett. 8 (2017); \
            A. Z. Pervaiz et al., Sci. Rep. 7, 10994 (2017)",
    doi: "10.1103/PhysRevX.7.031014",
    device: "ideal p-bits, updated one after another",
    task: "truth tables, addition, subtraction, factoring, netlists run backwards",
    measures: "distributions against exact ones, probability of valid states over I0, A + B - S of 32 bits, success of factoring over schedules",
    claims: include_str!("../../../../../claims/camsari2017.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// Parameters of invertible logic.
    pub struct Camsari2017 {
        /// Interaction strength I0 of the histograms of gates and four-bit adders.
        pub interaction: f64 = 1.0, "", Bound::between(0.05, 2.0);
        /// States counted of each of the 512 chains behind a histogram.
        pub snapshots: usize = 40, "", Bound::between(1.0, 10_000.0);
        /// Bits of the longest adder.
        pub adder_bits: usize = 32, "", Bound::between(4.0, 40.0);
        /// Interaction strength of the histogram of the longest adder.
        pub adder_interaction: f64 = 2.0, "", Bound::between(0.05, 4.0);
        /// Bits of each factor of the largest multiplier.
        pub multiplier_bits: usize = 8, "", Bound::between(2.0, 10.0);
        /// Sweeps of an anneal.
        pub sweeps: usize = 1000, "", Bound::between(10.0, 1e6);
        /// Independent anneals behind a success probability.
        pub reads: usize = 1024, "", Bound::between(64.0, 65536.0);
    }
}

impl System for Camsari2017 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        let mut outcome = Outcome::new(CARD.name, run.seed());
        run.progress("gates", 0, 5)?;
        outcome.timed("gates", |o| gates::study(self, run, o))?;
        run.progress("adders of four bits", 1, 5)?;
        outcome.timed("adders of four bits", |o| adders::four_bits(self, run, o))?;
        run.progress("long adders", 2, 5)?;
        outcome.timed("long adders", |o| adders::long(self, run, o))?;
        run.progress("multipliers", 3, 5)?;
        outcome.timed("multipliers", |o| multipliers::study(self, run, o))?;
        run.progress("netlist", 4, 5)?;
        outcome.timed("netlist", |o| netlists::study(self, run, o))?;
        if !run.quick() {
            outcome.timed("schedules", |o| schedules::study(self, run, o))?;
        }
        run.progress("schedules", 5, 5)?;
        outcome.ledger = run.ledger.clone();
        remarks(&mut outcome);
        Ok(outcome)
    }
}

/// A circuit of which some p-bits are held.
struct Conditioned {
    model: Ising,
    free: Vec<usize>,
    all: Vec<i8>,
}

impl Conditioned {
    fn new(circuit: &Ising, held: &[(usize, i8)]) -> Result<Self, IsingError> {
        let (model, free) = circuit.clamped(held)?;
        let mut all = vec![0; circuit.spins()];
        held.iter().for_each(|&(spin, value)| all[spin] = value);
        Ok(Self { model, free, all })
    }

    /// The state of the whole circuit.
    fn whole(&self, m: &[i8]) -> Vec<i8> {
        let mut all = self.all.clone();
        self.free.iter().zip(m).for_each(|(&spin, &value)| all[spin] = value);
        all
    }
}

fn remarks(outcome: &mut Outcome) {
    outcome.note(
        "The full adder is the five-spin matrix of (a + b + c - s - 2c')^2, and p-bits of a circuit are shared between its gates. The papers append \
         auxiliary p-bits to the lines of a truth table and so need more: their matrices are not printed in a form that could be checked.",
    );
    outcome.note(
        "p-bits update one after another in random order, which is what makes the distribution that of Boltzmann; nothing here is directed, all \
         couplings are symmetric.",
    );
    outcome.note("Held p-bits are taken out of the model, which is exact; a large field would leave them free with probability exp(-2 I0 h).");
}
