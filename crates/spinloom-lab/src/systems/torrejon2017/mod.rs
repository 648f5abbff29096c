//! Spoken digits recognised by one spin-torque oscillator that plays 400 neurons one after another (Torrejon et al. 2017).
//!
//! J. Torrejon et al., "Neuromorphic computing with nanoscale spintronic oscillators", Nature 547, 428 (2017), doi:10.1038/nature23011;
//! M. Riou et al., IEDM 2017, 36.3, doi:10.1109/IEDM.2017.8268505. Sound becomes acoustic frames, a binary mask spreads each frame over
//! virtual nodes of 100 ns, the amplitude of the oscillator under that current is recorded, and a linear readout answers.

mod digits;
mod figures;
mod memory;
mod oscillator;
mod waveforms;

use crate::error::LabError;
use crate::outcome::{MissingData, Outcome};
use crate::system::{Card, System};
use oscillator::OperatingPoint;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::oscillator::AutoOscillator;
use spinloom_device::vortex::VortexOscillator;
use spinloom_task::TaskError;
use spinloom_task::digits::Digits;
use spinloom_task::frontend::FrontEndParameters;

static CARD: Card = Card {
    name: "torrejon2017",
    title: "Spoken digits recognised by one spin-torque oscillator as 400 neurons",
    paper: "J. Torrejon et al., Neuromorphic computing with nanoscale spintronic oscillators, Nature 547, 428 (2017); M. Riou et al., IEDM 2017",
    doi: "10.1038/nature23011",
    device: "one vortex spin-torque oscillator, its amplitude read every 100 ns",
    task: "sine or square waves; spoken digits; memory and NARMA10",
    measures: "word recognition with and without the oscillator, accuracy over current and field, noise, memory capacity, energy per word",
    claims: include_str!("../../../../../claims/torrejon2017.toml"),
    data: &["fsdd"],
};

spinloom_core::parameters! {
    /// The sine and square wave task.
    pub struct WaveformParameters {
        /// Virtual nodes.
        pub nodes: usize = 24, "", Bound::between(1.0, 2000.0);
        /// Waveforms trained on, and as many tested on.
        pub waveforms: usize = 80, "", Bound::between(4.0, 100_000.0);
        /// Records of the same input that are averaged before the readout.
        pub averaging: usize = 1, "", Bound::between(1.0, 10_000.0);
        /// Points along each side of the map over current and field.
        pub map_points: usize = 9, "", Bound::between(2.0, 101.0);
        /// Smallest current of the map, relative to the threshold at the nominal field.
        pub lowest_current: f64 = 0.7, "", Bound::POSITIVE;
        /// Largest current of the map, relative to the threshold at the nominal field.
        pub highest_current: f64 = 3.5, "", Bound::POSITIVE;
        /// Smallest field of the map, relative to the nominal field.
        pub lowest_field: f64 = 0.5, "", Bound::POSITIVE;
        /// Largest field of the map, relative to the nominal field.
        pub highest_field: f64 = 1.5, "", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// The spoken digits.
    pub struct DigitParameters {
        /// Virtual nodes.
        pub nodes: usize = 400, "", Bound::between(1.0, 5000.0);
        /// Speakers of the protocol of the paper.
        pub speakers: usize = 5, "", Bound::between(1.0, 6.0);
        /// Utterances of each digit by each speaker in the protocol of the paper.
        pub utterances: usize = 10, "", Bound::between(2.0, 50.0);
        /// Fraction of the masked inputs that are cut off at the largest excursion of the current.
        pub clipped: f64 = 0.2, "", Bound::between(0.0, 0.99);
        /// Whether all recordings are also run, with the official split.
        pub full: bool = true, "", Bound::ANY;
        /// The acoustic front end that hears as an ear does.
        pub cochlea: FrontEndParameters = FrontEndParameters::cochlea(), "", Bound::ANY;
        /// The acoustic front end that is a plain spectrogram.
        pub spectrogram: FrontEndParameters = FrontEndParameters::spectrogram(), "", Bound::ANY;
    }
}

spinloom_core::parameters! {
    /// Memory capacity and NARMA10.
    pub struct MemoryParameters {
        /// Virtual nodes for NARMA10, and nodes of the echo-state network.
        pub nodes: usize = 400, "", Bound::between(1.0, 5000.0);
        /// Virtual nodes for the memory capacity.
        pub capacity_nodes: usize = 50, "", Bound::between(1.0, 1000.0);
        /// Inputs trained on, and as many tested on.
        pub length: usize = 2000, "", Bound::between(200.0, 1e6);
        /// Inputs left out at the beginning.
        pub washout: usize = 200, "", Bound::between(10.0, 1e5);
        /// Largest delay of the memory capacity.
        pub largest_delay: usize = 20, "", Bound::between(1.0, 1000.0);
    }
}

spinloom_core::parameters! {
    /// Parameters of the time-multiplexed oscillator; the default is the experiment as far as it is published.
    pub struct Torrejon2017 {
        /// The oscillator, as calibrated at the nominal field.
        pub oscillator: AutoOscillator = nominal_oscillator(), "", Bound::ANY;
        /// Dc current, relative to the threshold.
        pub supercriticality: f64 = 1.5, "", Bound::between(1.01, 50.0);
        /// Largest excursion of the current about the dc current, relative to the dc current.
        pub swing: f64 = 0.9, "", Bound::between(0.001, 0.999);
        /// Perpendicular field relative to the nominal one: it tilts the polariser, so the threshold goes as its inverse.
        pub field: f64 = 1.0, "", Bound::POSITIVE;
        /// Duration of one virtual node.
        pub virtual_node: f64 = 100e-9, "s", Bound::POSITIVE;
        /// The sine and square wave task.
        pub waveform: WaveformParameters = WaveformParameters::default(), "", Bound::ANY;
        /// The spoken digits.
        pub digit: DigitParameters = DigitParameters::default(), "", Bound::ANY;
        /// Memory capacity and NARMA10.
        pub memory: MemoryParameters = MemoryParameters::default(), "", Bound::ANY;
    }
}

/// The oscillator of the digit experiment: its power relaxes in 410 ns at one and a half times the threshold. The noise is a choice of
/// ours, below the equipartition of [`spinloom_device::vortex`]; every report shows the accuracy against it.
fn nominal_oscillator() -> AutoOscillator {
    AutoOscillator { damping_rate: 2.44e6, frequency_shift: 10e6, thermal_power: 1e-5, ..AutoOscillator::default() }
}

impl System for Torrejon2017 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        self.validate()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let point = self.operating_point(self.supercriticality, self.field);
        point.record(&mut outcome);
        outcome.timed("sine and square waves", |o| waveforms::study(self, &point, run, o))?;
        outcome.timed("memory", |o| memory::study(self, &point, run, o))?;
        match Digits::load(run.data()) {
            Ok(digits) => {
                outcome.data.push(digits.source.clone());
                digits::study(self, &point, &digits, run, &mut outcome)?;
            }
            Err(TaskError::NoData { name, command, .. }) => outcome.missing.push(MissingData { name, command }),
            Err(other) => return Err(other.into()),
        }
        outcome.ledger = run.ledger.clone();
        self.remarks(&mut outcome);
        Ok(outcome)
    }
}

impl Torrejon2017 {
    fn validate(&self) -> Result<(), LabError> {
        let w = &self.waveform;
        if w.lowest_current >= w.highest_current || w.lowest_field >= w.highest_field {
            return Err(LabError::Inconsistent(
                "the map of the waveform task wants lowest below highest, for current and field".to_owned(),
            ));
        }
        Ok(())
    }

    /// The oscillator at a current (relative to the threshold at the nominal field) and a field (relative to the nominal one).
    fn operating_point(&self, current: f64, field: f64) -> OperatingPoint {
        let threshold = self.oscillator.threshold_current;
        let oscillator = AutoOscillator { threshold_current: threshold / field, ..self.oscillator.clone() };
        OperatingPoint { oscillator, current: current * threshold, swing: self.swing, virtual_node: self.virtual_node }
    }

    /// Charges the oscillator for `frames` input frames of `nodes` virtual nodes each.
    fn charge(&self, point: &OperatingPoint, what: &str, frames: f64, nodes: usize, run: &mut Run) {
        let joule = point.mean_power() * self.virtual_node;
        run.ledger.charge(
            what,
            Kind::Bias,
            frames * nodes as f64,
            joule,
            self.virtual_node,
            "I^2 R of the oscillator over one virtual node, averaged over the masked input",
        );
    }

    fn remarks(&self, outcome: &mut Outcome) {
        outcome.note(
            "The paper's spoken digits, TI-46, are not freely available; the Free Spoken Digit Dataset stands in for them: six male \
             speakers, 8 kHz, recorded at home. Its accuracies are not comparable digit for digit with those published on TI-46.",
        );
        outcome.note(format!(
            "The thermal power of the oscillator, {:e}, is a choice of ours: the papers do not print it, and equipartition in the vortex model \
             of the same geometry gives {:.1e}. It decides the accuracy, as the noise figures show.",
            self.oscillator.thermal_power,
            VortexOscillator::default().to_auto_oscillator(self.oscillator.resistance).thermal_power
        ));
        outcome.note(format!(
            "The masked sound drives the current to its limits for {:.0} % of the virtual nodes; accuracy rises with that fraction, which was \
             chosen among 0.5, 5, 20 and 50 % on these recordings.",
            100.0 * self.digit.clipped
        ));
        outcome.note(
            "The readout is trained by the Moore-Penrose pseudo-inverse on single frames; a word is the sum over its frames.",
        );
        outcome.note("The energy is that of the oscillator alone: mask, front end, readout and converters are left out.");
    }
}
