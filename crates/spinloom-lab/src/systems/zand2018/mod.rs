//! Boltzmann machines and deep belief networks whose neurons are p-bits (Zand et al. 2018; Behin-Aein, Diep and Datta 2016; Kaiser et al. 2022).
//!
//! R. Zand et al., "Low-energy deep belief networks using intrinsic sigmoidal spintronic-based probabilistic neurons", GLSVLSI 2018,
//! doi:10.1145/3194554.3194558; B. Behin-Aein, V. Diep and S. Datta, "A building block for hardware belief networks", Sci. Rep. 6, 29893 (2016),
//! doi:10.1038/srep29893; J. Kaiser et al., Phys. Rev. Appl. 17, 014016 (2022), doi:10.1103/PhysRevApplied.17.014016.

mod digits;
mod figures;
mod gates;

use crate::error::LabError;
use crate::outcome::{MissingData, Outcome};
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_task::TaskError;
use spinloom_task::images::ImageTask;

static CARD: Card = Card {
    name: "zand2018",
    title: "Boltzmann machines and deep belief networks of p-bits",
    paper: "R. Zand et al., Low-energy deep belief networks using intrinsic sigmoidal spintronic-based probabilistic neurons, GLSVLSI 2018; B. Behin-Aein, V. Diep and S. Datta, Sci. Rep. 6, 29893 (2016); J. Kaiser et al., Phys. Rev. Appl. 17, 014016 (2022)",
    doi: "10.1145/3194554.3194558",
    device: "p-bits with a sigmoidal transfer curve, with spread gains and offsets",
    task: "logic gates learned from their truth tables; handwritten digits",
    measures: "divergence while gates are learned, exactly and from samples; spread learned away; test error of five networks against samples, reads and spread",
    claims: include_str!("../../../../../claims/zand2018.toml"),
    data: &["mnist", "optdigits"],
};

spinloom_core::choices! {
    /// Which handwritten digits.
    pub enum Digits {
        /// MNIST, 28 x 28.
        Mnist = "mnist",
        /// optdigits, 8 x 8.
        Optdigits = "optdigits",
    }
}

spinloom_core::parameters! {
    /// Gates learned from their truth tables.
    pub struct GateParameters {
        /// Rate of learning.
        pub rate: f64 = 0.1, "", Bound::between(1e-4, 1.0);
        /// Steps of learning.
        pub steps: usize = 3000, "", Bound::between(1000.0, 1e6);
        /// Pull of the couplings towards zero where samples are learned from.
        pub decay: f64 = 0.005, "", Bound::between(0.0, 1.0);
        /// Chains of samples; a quarter of them, and half the sweeps, where circuits are compared.
        pub chains: usize = 512, "", Bound::between(1.0, 100_000.0);
        /// Sweeps of each chain between steps of learning.
        pub sweeps: usize = 4, "", Bound::between(1.0, 1000.0);
        /// Circuits for each spread of the p-bits.
        pub circuits: usize = 6, "", Bound::between(2.0, 1000.0);
        /// Spreads of gain (of its logarithm) and offset (of the input) of the p-bits.
        pub spreads: Vec<f64> = vec![0.0, 0.1, 0.3, 0.5], "", Bound::between(0.0, 3.0);
    }
}

spinloom_core::parameters! {
    /// Handwritten digits.
    pub struct DigitParameters {
        /// Which digits.
        pub data: Digits = Digits::Mnist, "", Bound::ANY;
        /// Numbers of images trained on.
        pub samples: Vec<f64> = vec![100.0, 500.0, 1000.0, 5000.0], "", Bound::between(10.0, 60_000.0);
        /// Widths of hidden layers: each makes a network of one such layer and one of two, beside the one without.
        pub hidden: Vec<f64> = vec![500.0, 800.0], "", Bound::between(1.0, 10_000.0);
        /// Updates of both layers after the data in contrastive divergence.
        pub contrast_steps: usize = 1, "", Bound::between(1.0, 100.0);
        /// Times that contrastive divergence sees all images at the largest number of them; fewer images are seen more often.
        pub epochs: usize = 10, "", Bound::between(1.0, 1000.0);
        /// Rate of contrastive divergence.
        pub rate: f64 = 0.1, "", Bound::between(1e-5, 1.0);
        /// Times that the output p-bits see all labels, at the largest number of images.
        pub label_epochs: usize = 30, "", Bound::between(1.0, 10_000.0);
        /// Times that all layers see all labels in the back-propagation that follows; 0 for none.
        pub fine_tuning: usize = 10, "", Bound::between(0.0, 1000.0);
        /// Images tested on, at most.
        pub test: usize = 10_000, "", Bound::between(100.0, 10_000.0);
        /// Reads of the p-bits where their draws are counted.
        pub reads: usize = 8, "", Bound::between(1.0, 10_000.0);
        /// Spreads of gain (of its logarithm) of the p-bits.
        pub gain_spreads: Vec<f64> = vec![0.0, 0.25, 0.5, 1.0, 1.5], "", Bound::between(0.0, 5.0);
        /// Spreads of offset (of the input) of the p-bits.
        pub offset_spreads: Vec<f64> = vec![0.0, 0.5, 1.0, 2.0, 4.0], "", Bound::between(0.0, 50.0);
    }
}

spinloom_core::parameters! {
    /// Parameters of the learning p-bits.
    pub struct Zand2018 {
        /// Gates learned from their truth tables.
        pub gate: GateParameters = GateParameters::default(), "", Bound::ANY;
        /// Handwritten digits.
        pub digit: DigitParameters = DigitParameters::default(), "", Bound::ANY;
    }
}

impl System for Zand2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.timed("gates, exact gradient", |o| gates::exactly(&self.gate, run, o))?;
        outcome.timed("gates, from samples", |o| gates::sampled(&self.gate, run, o))?;
        let loaded = outcome.timed("images", |_| match self.digit.data {
            Digits::Mnist => ImageTask::mnist(run.data()),
            Digits::Optdigits => ImageTask::optdigits(run.data()),
        });
        match loaded {
            Ok(task) => {
                outcome.data.push(task.source.clone());
                digits::study(&self.digit, &task, run, &mut outcome)?;
            }
            Err(TaskError::NoData { name, command, .. }) => outcome.missing.push(MissingData { name, command }),
            Err(other) => return Err(other.into()),
        }
        outcome.ledger = run.ledger.clone();
        Ok(outcome)
    }
}
