//! Integer factorization by a handful of p-bits (Borders et al. 2019), their spread, and where larger numbers end.
//!
//! W. A. Borders, A. Z. Pervaiz, S. Fukami, K. Y. Camsari, H. Ohno and S. Datta, "Integer factorization using stochastic magnetic tunnel
//! junctions", Nature 573, 390 (2019), doi:10.1038/s41586-019-1557-9. E = (X Y - F)^2 over the bits of two odd factors: every p-bit gets
//! the difference that its flip makes, with products of up to three other p-bits. The experiment came after the review this program
//! follows; how its p-bits are divided between the factors is a choice of ours.

mod figures;
mod histograms;
mod variability;
mod wall;

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;

static CARD: Card = Card {
    name: "borders2019",
    title: "35, 161 and 945 factored by 4, 6 and 8 p-bits, and the wall that larger numbers meet",
    paper: "W. A. Borders et al., Integer factorization using stochastic magnetic tunnel junctions, Nature 573, 390 (2019)",
    doi: "10.1038/s41586-019-1557-9",
    device: "p-bits of superparamagnetic junctions, with spread of gain and offset",
    task: "integer factorization",
    measures: "distribution over both factors against Boltzmann, probability of the factors over temperature and over spread, updates to a solution over bits",
    claims: include_str!("../../../../../claims/borders2019.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// Parameters of factoring.
    pub struct Borders2019 {
        /// Probability of the right factors at which the histograms are taken: it sets the interaction strength.
        pub probability: f64 = 0.5, "", Bound::between(0.01, 0.9);
        /// Probability of the right factors of ideal p-bits at which their spread is studied.
        pub spread_probability: f64 = 0.9, "", Bound::between(0.01, 0.999);
        /// Samples behind each histogram.
        pub samples: usize = 32_768, "", Bound::between(128.0, 1e7);
        /// Standard deviation of the gain of a p-bit, relative to its mean, in the histograms of imperfect p-bits.
        pub gain_spread: f64 = 0.2, "", Bound::between(0.0, 0.5);
        /// Standard deviation of the offset of a p-bit, in units of the input at which the tanh bends.
        pub offset_spread: f64 = 0.2, "", Bound::between(0.0, 2.0);
        /// Sets of imperfect p-bits.
        pub sets: usize = 48, "", Bound::between(2.0, 10_000.0);
        /// Bits of the largest number factored by (X Y - N)^2.
        pub direct_bits: usize = 18, "", Bound::between(6.0, 24.0);
        /// Bits of the largest number factored by a multiplier run backwards.
        pub multiplier_bits: usize = 16, "", Bound::between(6.0, 20.0);
        /// Numbers of each size.
        pub instances: usize = 3, "", Bound::between(1.0, 100.0);
        /// Anneals of each number and length.
        pub reads: usize = 128, "", Bound::between(16.0, 65536.0);
    }
}

/// The numbers of the experiment with the free bits of their factors; the lowest bit of both is one.
const NUMBERS: [(u64, usize, usize); 3] = [(35, 2, 2), (161, 2, 4), (945, 3, 5)];

impl System for Borders2019 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        let mut outcome = Outcome::new(CARD.name, run.seed());
        run.progress("histograms", 0, 3)?;
        outcome.timed("histograms", |o| histograms::study(self, run, o))?;
        run.progress("spread", 1, 3)?;
        outcome.timed("spread", |o| variability::study(self, run, o))?;
        if !run.quick() {
            run.progress("larger numbers", 2, 3)?;
            wall::study(self, run, &mut outcome)?;
        }
        run.progress("larger numbers", 3, 3)?;
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "The division of the p-bits between the factors (2 + 2, 2 + 4, 3 + 5) is ours; the sum is published. A split that is not even lets only one \
             order of the factors fit, where 35 has two.",
        );
        outcome.note(
            "The experiment came after the review (Grollier et al. 2020 was written in 2019) and is an extension here. Its interaction strength is not \
             printed in what could be checked; it is set by the probability of the right factors.",
        );
        Ok(outcome)
    }
}
