//! Spin-torque memory as stochastic synapses that learn to count cars (Vincent et al. 2015).
//!
//! A. F. Vincent et al., "Spin-transfer torque magnetic memory as a stochastic memristive synapse for neuromorphic systems", IEEE Trans. Biomed. Circuits
//! Syst. 9, 166 (2015), doi:10.1109/TBCAS.2015.2414423. A programming pulse too short to switch a junction for sure switches it with a
//! probability, and that is all the randomness that binary synapses need to learn from the times of spikes.

mod counting;
mod energy;
mod figures;

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::junction::Junction;
use spinloom_network::spiking::SpikingRule;
use spinloom_task::events::Freeway;

static CARD: Card = Card {
    name: "vincent2015",
    title: "Spin-torque memory as stochastic synapses that learn to count cars",
    paper: "A. F. Vincent et al., Spin-transfer torque magnetic memory as a stochastic memristive synapse for neuromorphic systems, IEEE Trans. Biomed. Circuits Syst. 9, 166 (2015)",
    doi: "10.1109/TBCAS.2015.2414423",
    device: "perpendicular tunnel junctions programmed by pulses that switch with a probability",
    task: "unsupervised counting of cars on a freeway seen by an event camera",
    measures: "cars detected on every lane against switching probability, device spread and regime of the pulse; energy of a pulse over its current",
    claims: include_str!("../../../../../claims/vincent2015.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// How the junctions are programmed and read.
    pub struct Programming {
        /// Currents of the pulses in the three regimes, over the critical one: low, intermediate, high.
        pub overdrives: [f64; 3] = [0.5, 1.1, 2.0], "", Bound::between(0.01, 20.0);
        /// Probability that a pulse switches a nominal junction on.
        pub switch_on: f64 = 0.14, "", Bound::between(1e-6, 0.999);
        /// Probability that a pulse switches a nominal junction off.
        pub switch_off: f64 = 0.2, "", Bound::between(1e-6, 0.999);
        /// Share of the junctions that are on at first, by chance. Those that hardly switch stay as they are, so that many would leave neurons that answer to all cars.
        pub initially_on: f64 = 0.1, "", Bound::FRACTION;
        /// Share of the nominal conductance of a junction that is off which a reference column takes off every one.
        pub reference: f64 = 1.0, "", Bound::FRACTION;
        /// Voltage of a read, for the ledger.
        pub read_voltage: f64 = 50e-3, "V", Bound::NON_NEGATIVE;
        /// Duration of a read, for the ledger.
        pub read_time: f64 = 10e-9, "s", Bound::NON_NEGATIVE;
    }
}

/// Found by a search over traffic of other seeds than those that are reported.
const RULE: SpikingRule =
    SpikingRule { threshold: 40.0, leak: 60e-3, refractory: 340e-3, inhibition: 20e-3, window: 66e-3, homeostasis: 0.05 };

spinloom_core::parameters! {
    /// Parameters of the network that counts cars.
    pub struct Vincent2015 {
        /// The junctions; a barrier of 40 kT.
        pub junction: Junction = Junction { diameter: 32.89e-9, ..Junction::default() }, "", Bound::ANY;
        /// How they are programmed and read.
        pub programming: Programming = Programming::default(), "", Bound::ANY;
        /// The traffic.
        pub freeway: Freeway = Freeway { gap: 3.0, ..Freeway::default() }, "", Bound::ANY;
        /// A recording to learn from in place of the traffic: a file of AEDAT, DAT of Prophesee, N-MNIST or text, or `freeway` for the data set. Cars are then not known and not counted.
        pub recording: String = String::new(), "", Bound::ANY;
        /// Time for which a pixel is silent after an event, so that slow cars do not outweigh fast ones; 0 to pass all events on.
        pub pixel_refractory: f64 = 50e-3, "s", Bound::between(0.0, 10.0);
        /// Neurons and their rule.
        pub rule: SpikingRule = RULE, "", Bound::ANY;
        /// Number of neurons.
        pub neurons: usize = 80, "", Bound::between(1.0, 1000.0);
        /// Traffic that is learned from.
        pub duration: f64 = 600.0, "s", Bound::between(5.0, 1e4);
        /// Times that it is learned from.
        pub passes: usize = 1, "", Bound::between(1.0, 1000.0);
        /// Traffic by which the neurons are given their lanes, and as much again in which cars are counted.
        pub watched: f64 = 240.0, "s", Bound::between(5.0, 1e4);
        /// Spreads of the junctions: of the logarithm of barrier, critical current and conductance, which go together, and of the magnetoresistance.
        pub spreads: Vec<f64> = vec![0.0, 0.1, 0.2, 0.3], "", Bound::between(0.0, 0.5);
        /// Probabilities of switching on that are compared; that of switching off keeps its ratio to it.
        pub probabilities: Vec<f64> = vec![0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9], "", Bound::between(1e-6, 0.999);
    }
}

impl System for Vincent2015 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.timed("energy of a pulse", |o| energy::study(self, run, o))?;
        if self.recording.is_empty() {
            counting::study(self, run, &mut outcome)?;
        } else {
            counting::watch(self, run, &mut outcome)?;
        }
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "The recording of a freeway that the paper learns from may not be passed on; `spinloom data fetch freeway` says where to get it. The traffic here is \
             synthetic, with the truth beside it; --set recording=freeway or a file learns from a recording. Of the paper, the abstract is public: numbers of neurons, \
             probabilities, currents and the detection on each lane could not be checked.",
        );
        Ok(outcome)
    }
}
