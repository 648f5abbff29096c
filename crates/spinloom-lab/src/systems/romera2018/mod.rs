//! Spoken vowels recognised by the synchronisation of four coupled spin-torque oscillators (Romera et al. 2018).
//!
//! M. Romera et al., "Vowel recognition with four coupled spin-torque nano-oscillators", Nature 563, 230 (2018),
//! doi:10.1038/s41586-018-0632-y. Formants become the frequencies of two microwave sources; which oscillator locks to which source is
//! the answer; learning moves the four dc currents.

mod encoding;
mod figures;
mod learning;
mod study;

use crate::error::LabError;
use crate::outcome::{MissingData, Outcome};
use crate::system::{Card, System};
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::variability::{Distribution, Spread};
use spinloom_device::ensemble::Network;
use spinloom_device::oscillator::AutoOscillator;
use spinloom_network::locking::LockingProtocol;
use spinloom_task::TaskError;
use spinloom_task::vowels::{ColumnNames, Vowels};
use std::path::Path;

static CARD: Card = Card {
    name: "romera2018",
    title: "Spoken vowels recognised by four coupled spin-torque oscillators",
    paper: "M. Romera et al., Vowel recognition with four coupled spin-torque nano-oscillators, Nature 563, 230 (2018)",
    doi: "10.1038/s41586-018-0632-y",
    device: "four vortex spin-torque oscillators, electrically coupled, each with its dc current",
    task: "seven vowels of 37 female speakers, from their formants",
    measures: "map of synchronisation states, accuracy on held-out speakers, controls on the same splits, energy per vowel",
    claims: include_str!("../../../../../claims/romera2018.toml"),
    data: &["hillenbrand"],
};

spinloom_core::choices! {
    /// Which vowels are recognised.
    pub enum VowelData {
        /// Drawn from the embedded statistics, and the measured file too where it is found.
        Auto = "auto",
        /// Only drawn from the embedded statistics of the measured file.
        Embedded = "embedded",
        /// Only the measured file of Hillenbrand et al. 1995.
        Hillenbrand = "hillenbrand",
        /// The file named by `file`.
        File = "file",
    }
}

spinloom_core::parameters! {
    /// How the two source frequencies are made from the formants.
    pub struct EncodingParameters {
        /// Ridge penalty of the linear map per training token, in squared oscillator spacings.
        pub ridge: f64 = 1e-3, "", Bound::POSITIVE;
        /// How far inside its synchronisation region every vowel is aimed, in oscillator spacings.
        pub margin: f64 = 0.3, "", Bound::between(0.0, 1.0);
        /// Restarts of the search for the assignment of patterns to vowels.
        pub restarts: usize = 8, "", Bound::between(1.0, 1000.0);
    }
}

spinloom_core::parameters! {
    /// How the currents are learned.
    pub struct LearningParameters {
        /// Presentations of all seven vowels; the paper needed fewer than 100.
        pub iterations: usize = 96, "", Bound::between(1.0, 10_000.0);
        /// Size of one move of a free frequency.
        pub step: f64 = 0.2e6, "Hz", Bound::POSITIVE;
        /// Largest relative error of the currents before learning.
        pub initial_detuning: f64 = 0.3, "", Bound::between(0.0, 0.9);
        /// Smallest current allowed, relative to the threshold.
        pub lowest_current: f64 = 1.15, "", Bound::between(1.01, 100.0);
        /// Largest current allowed, relative to the threshold.
        pub highest_current: f64 = 4.0, "", Bound::between(1.01, 100.0);
    }
}

spinloom_core::parameters! {
    /// How synchronisation is observed.
    pub struct ObservationParameters {
        /// Time left for transients before the window.
        pub settle: f64 = 1e-6, "s", Bound::NON_NEGATIVE;
        /// Window over which frequencies are averaged.
        pub window: f64 = 3e-6, "s", Bound::POSITIVE;
        /// Integration step.
        pub time_step: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Largest distance of an averaged frequency from a source that counts as locked.
        pub tolerance: f64 = 0.4e6, "Hz", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of the vowel recogniser; the default is the experiment of the paper as far as it is published.
    pub struct Romera2018 {
        /// The oscillator all four are made from.
        pub oscillator: AutoOscillator = nominal_oscillator(), "", Bound::ANY;
        /// Number of oscillators.
        pub oscillators: usize = 4, "", Bound::between(2.0, 16.0);
        /// Distance between neighbouring free frequencies at the nominal current.
        pub frequency_spacing: f64 = 10e6, "Hz", Bound::POSITIVE;
        /// Nominal dc current, relative to the threshold.
        pub supercriticality: f64 = 2.0, "", Bound::between(1.05, 50.0);
        /// Rate at which each microwave source drives every oscillator.
        pub drive: f64 = 6e6, "1/s", Bound::POSITIVE;
        /// Rate of the mutual coupling between any two oscillators.
        pub coupling: f64 = 1e6, "1/s", Bound::NON_NEGATIVE;
        /// Phase of the mutual coupling.
        pub coupling_phase: f64 = 0.0, "rad", Bound::ANY;
        /// Relative spread of frequency, damping and threshold from one oscillator to the next.
        pub mismatch: f64 = 0.0, "", Bound::between(0.0, 0.5);
        /// How synchronisation is observed.
        pub observation: ObservationParameters = ObservationParameters::default(), "", Bound::ANY;
        /// How the source frequencies are made.
        pub encoding: EncodingParameters = EncodingParameters::default(), "", Bound::ANY;
        /// How the currents are learned.
        pub learning: LearningParameters = LearningParameters::default(), "", Bound::ANY;
        /// Fraction of the speakers trained on.
        pub train_fraction: f64 = 0.8, "", Bound::between(0.05, 0.95);
        /// Folds of the cross-validation, by speaker.
        pub folds: usize = 5, "", Bound::between(2.0, 50.0);
        /// Points along each side of the synchronisation map.
        pub map_points: usize = 61, "", Bound::between(5.0, 400.0);
        /// Which vowels.
        pub vowels: VowelData = VowelData::Auto, "", Bound::ANY;
        /// Speakers drawn for the embedded data; the paper has 37.
        pub speakers: usize = 37, "", Bound::between(5.0, 10_000.0);
        /// A CSV file of the user's own, for `vowels = "file"`.
        pub file: String = String::new(), "", Bound::ANY;
        /// Names of its columns where they differ, as in `speaker=talker,vowel=label,f1=F1`.
        pub columns: String = String::new(), "", Bound::ANY;
    }
}

/// The oscillators of the vowel experiment, at about 350 MHz.
fn nominal_oscillator() -> AutoOscillator {
    AutoOscillator { frequency: 350e6, ..AutoOscillator::default() }
}

impl System for Romera2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        self.validate()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let sets = self.load(run, &mut outcome)?;
        let network = self.network(run);
        let map = outcome.timed("synchronisation map", |_| study::Map::simulate(self, &network, run))?;
        map.record(&mut outcome);
        for (name, vowels) in &sets {
            outcome.data.push(vowels.source.clone());
            study::study(self, name, vowels, &network, &map, run, &mut outcome)?;
        }
        self.charge(&network, run);
        outcome.measure("energy_per_vowel", "J", run.ledger.total_joule());
        outcome.ledger = run.ledger.clone();
        self.remarks(&mut outcome);
        Ok(outcome)
    }
}

impl Romera2018 {
    fn validate(&self) -> Result<(), LabError> {
        let range = &self.learning;
        if range.lowest_current >= range.highest_current {
            return Err(LabError::Inconsistent(format!(
                "learning.lowest_current ({}) must be below learning.highest_current ({})",
                range.lowest_current, range.highest_current
            )));
        }
        if self.observation.window < 2.0 * self.observation.time_step {
            return Err(LabError::Inconsistent("observation.window must hold many observation.time_step".to_owned()));
        }
        if self.vowels == VowelData::File && self.file.is_empty() {
            return Err(LabError::Inconsistent("vowels = \"file\" wants the file's name in `file`".to_owned()));
        }
        Ok(())
    }

    /// The vowel sets asked for, each with the prefix of its quantities.
    fn load(&self, run: &Run, outcome: &mut Outcome) -> Result<Vec<(&'static str, Vowels)>, LabError> {
        let mut sets = Vec::new();
        let measured = |outcome: &mut Outcome| match Vowels::hillenbrand(run.data()) {
            Err(TaskError::NoData { name, command, .. }) => {
                outcome.missing.push(MissingData { name, command });
                Ok(None)
            }
            found => found.map(Some),
        };
        match self.vowels {
            VowelData::File => sets.push(("file", Vowels::from_csv(Path::new(&self.file), &ColumnNames::parse(&self.columns)?)?)),
            VowelData::Hillenbrand => sets.push(("hillenbrand", Vowels::hillenbrand(run.data())?)),
            VowelData::Auto => sets.extend(measured(outcome)?.map(|v| ("hillenbrand", v))),
            VowelData::Embedded => {}
        }
        if matches!(self.vowels, VowelData::Auto | VowelData::Embedded) {
            sets.push(("embedded", Vowels::embedded(&mut run.stream("embedded vowels", 0), self.speakers)?));
        }
        Ok(sets)
    }

    /// The network at its nominal currents: free frequencies evenly spaced about that of the oscillator, then the mismatch.
    fn network(&self, run: &Run) -> Network {
        let n = self.oscillators;
        let spread = Spread { relative: self.mismatch, distribution: Distribution::Truncated };
        let mut network = Network {
            oscillators: Vec::new(),
            currents: Vec::new(),
            coupling: vec![self.coupling; n * n],
            coupling_phase: self.coupling_phase,
        };
        for k in 0..n {
            let mut stream = run.stream("oscillator mismatch", k as u64);
            let mut oscillator = self.oscillator.clone();
            let current = self.supercriticality * oscillator.threshold_current;
            let place = (k as f64 - (n - 1) as f64 / 2.0) * self.frequency_spacing;
            oscillator.frequency += place + self.oscillator.frequency - self.oscillator.frequency_at(current);
            oscillator.frequency = spread.draw(oscillator.frequency, &mut stream);
            oscillator.damping_rate = spread.draw(oscillator.damping_rate, &mut stream);
            oscillator.threshold_current = spread.draw(oscillator.threshold_current, &mut stream);
            network.oscillators.push(oscillator);
            network.currents.push(current);
        }
        network
    }

    fn protocol(&self) -> LockingProtocol {
        LockingProtocol {
            settle: self.observation.settle,
            window: self.observation.window,
            time_step: self.observation.time_step,
            tolerance: self.observation.tolerance,
        }
    }

    /// Energy of one presentation of a vowel.
    fn charge(&self, network: &Network, run: &mut Run) {
        let duration = self.observation.settle + self.observation.window;
        for (oscillator, current) in network.oscillators.iter().zip(&network.currents) {
            let joule = current * current * oscillator.resistance * duration;
            run.ledger.charge(
                "oscillator biased during one vowel",
                Kind::Bias,
                1.0,
                joule,
                duration,
                "I^2 R with the dc current and the resistance of the model, for settling plus observation",
            );
        }
        for _ in 0..2 {
            let joule = SOURCE_POWER * duration;
            run.ledger.charge("microwave source during one vowel", Kind::Source, 1.0, joule, duration, SOURCE_ASSUMPTION);
        }
    }

    fn remarks(&self, outcome: &mut Outcome) {
        outcome.note(
            "The linear map from formants to frequencies is fitted on training speakers only; the paper publishes neither its \
             coefficients nor how they were found, so map and accuracies are a reproduction of the principle, not of its numbers.",
        );
        outcome.note(format!(
            "Synchronisation is read after {:.1} us; the experiment averaged spectra for much longer, so its energy per vowel was higher.",
            1e6 * (self.observation.settle + self.observation.window)
        ));
        outcome
            .note("The energy excludes the computer that makes the source frequencies and the detector that reads the states.");
        outcome.note(
            "A vowel counts as recognised only when the whole pattern of locked oscillators is the assigned one; no pattern is \
             shared by two vowels.",
        );
    }
}

/// Power of one microwave source delivered to the strip line, W.
const SOURCE_POWER: f64 = 1e-3;
const SOURCE_ASSUMPTION: &str = "assumption: 1 mW (0 dBm) into the strip line, the efficiency of the generator left out";
