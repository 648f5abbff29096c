//! Cortical neurons from junctions that switch by chance, and handwritten digits that such neurons learn without being told what they are
//! (Sengupta et al. 2016).
//!
//! A. Sengupta, P. Panda, P. Wijesinghe, Y. Kim and K. Roy, "Magnetic tunnel junction mimics stochastic cortical spiking neurons", Sci. Rep. 6, 30039
//! (2016), doi:10.1038/srep30039. Beside them learn leaky neurons, as in D. Querlioz et al., IEEE Trans. Nanotechnol. 12, 288 (2013),
//! doi:10.1109/TNANO.2013.2250995, and P. U. Diehl and M. Cook, Front. Comput. Neurosci. 9, 99 (2015), doi:10.3389/fncom.2015.00099; the synapses of
//! both are junctions that pulses switch with a probability, as in `vincent2015`.

mod device;
mod digits;
mod figures;
mod network;

use crate::error::LabError;
use crate::outcome::{MissingData, Outcome};
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::junction::Junction;
use spinloom_device::spin_orbit_neuron::{SpinOrbitNeuron, SwitchingLaw};
use spinloom_network::spiking::{SpikingRule, SwitchingRule};
use spinloom_task::TaskError;
use spinloom_task::images::ImageTask;

static CARD: Card = Card {
    name: "sengupta2016",
    title: "Junctions as stochastic cortical neurons that learn digits without labels",
    paper: "A. Sengupta, P. Panda, P. Wijesinghe, Y. Kim and K. Roy, Magnetic tunnel junction mimics stochastic cortical spiking neurons, Sci. Rep. 6, 30039 (2016)",
    doi: "10.1038/srep30039",
    device: "a tunnel junction on a heavy metal that switches by chance; tunnel junctions as binary stochastic synapses",
    task: "unsupervised learning of handwritten digits with lateral inhibition and homeostasis",
    measures: "switching probability over current and temperature; independence of trials; accuracy on MNIST against the number of neurons, leaky and switching; energy an image",
    claims: include_str!("../../../../../claims/sengupta2016.toml"),
    data: &["mnist"],
};

spinloom_core::parameters! {
    /// How the neuron is measured alone.
    pub struct DeviceStudy {
        /// Macrospins at each current.
        pub trials: usize = 2000, "", Bound::between(100.0, 1e6);
        /// Largest current of the curve.
        pub most_current: f64 = 160e-6, "A", Bound::POSITIVE;
        /// Currents of the curve, from none to the largest.
        pub points: usize = 17, "", Bound::between(4.0, 1000.0);
        /// Temperatures of the curves beside that of the neuron.
        pub temperatures: [f64; 2] = [150.0, 600.0], "K", Bound::POSITIVE;
        /// Neurons whose cycles of write, read and reset are followed.
        pub neurons: usize = 256, "", Bound::between(1.0, 1e5);
        /// Cycles of each of them.
        pub cycles: usize = 40, "", Bound::between(4.0, 1e5);
    }
}

spinloom_core::parameters! {
    /// Digits, synapses and what is shown of them.
    pub struct DigitStudy {
        /// Numbers of neurons.
        pub neurons: Vec<f64> = vec![25.0, 100.0, 400.0], "", Bound::between(1.0, 10_000.0);
        /// Images learned from, one after another in an order by chance; more than there are begin again.
        pub images: usize = 60_000, "", Bound::between(10.0, 1e7);
        /// Images of the training set by which neurons get their labels.
        pub labelled: usize = 10_000, "", Bound::between(10.0, 60_000.0);
        /// Images tested on, at most.
        pub test: usize = 10_000, "", Bound::between(10.0, 10_000.0);
        /// Time for which an image is shown.
        pub duration: f64 = 200e-3, "s", Bound::POSITIVE;
        /// Rate of the spikes of a bright pixel before leaky neurons.
        pub leaky_rate: f64 = 60.0, "Hz", Bound::POSITIVE;
        /// The same before switching neurons: one in each of their steps. As they do not wait, every image is brought to the mean brightness of all.
        pub switching_rate: f64 = 100.0, "Hz", Bound::POSITIVE;
        /// Share of the synapses that are on before learning.
        pub first_on: f64 = 0.3, "", Bound::FRACTION;
        /// Probability that a pulse switches a synapse on.
        pub switch_on: f64 = 0.02, "", Bound::between(1e-6, 0.999);
        /// Probability that a pulse switches a synapse off.
        pub switch_off: f64 = 0.01, "", Bound::between(1e-6, 0.999);
        /// Current of these pulses over the critical one.
        pub overdrive: f64 = 1.1, "", Bound::between(0.01, 20.0);
    }
}

spinloom_core::parameters! {
    /// Several junctions side by side as one synapse, which all get its pulses.
    pub struct CompoundStudy {
        /// Number of neurons.
        pub neurons: usize = 100, "", Bound::between(1.0, 10_000.0);
        /// Numbers of junctions of a synapse.
        pub junctions: Vec<f64> = vec![1.0, 4.0, 16.0], "", Bound::between(1.0, 1000.0);
        /// Spreads of the junctions beside none: of the logarithm of barrier, critical current and conductance, which go together, and of the magnetoresistance.
        pub spreads: Vec<f64> = vec![0.2, 0.3], "", Bound::between(0.0, 0.5);
    }
}

spinloom_core::parameters! {
    /// Parameters of the network of stochastic neurons.
    pub struct Sengupta2016 {
        /// The junction that is a neuron.
        pub neuron: SpinOrbitNeuron = SpinOrbitNeuron::default(), "", Bound::ANY;
        /// Its switching as it was measured, which the network then has in the place of that of its macrospins; a midpoint of 0 for none.
        pub law: SwitchingLaw = SwitchingLaw { midpoint: 0.0, ..SwitchingLaw::default() }, "", Bound::ANY;
        /// How it is measured alone.
        pub device: DeviceStudy = DeviceStudy::default(), "", Bound::ANY;
        /// The junctions that are synapses; a barrier of 40 kT.
        pub synapse: Junction = Junction { diameter: 32.89e-9, ..Junction::default() }, "", Bound::ANY;
        /// The digits and what is learned from them.
        pub digit: DigitStudy = DigitStudy::default(), "", Bound::ANY;
        /// Synapses of several junctions.
        pub compound: CompoundStudy = CompoundStudy::default(), "", Bound::ANY;
        /// Rule of the switching neurons.
        pub switching: SwitchingRule = SwitchingRule::default(), "", Bound::ANY;
        /// Rule of the leaky neurons that learn beside them.
        pub leaky: SpikingRule = SpikingRule { threshold: 100.0, leak: 100e-3, refractory: 0.0, inhibition: 200e-3, window: 30e-3, homeostasis: 0.002 }, "", Bound::ANY;
    }
}

impl Sengupta2016 {
    /// The law that was measured, if one was given.
    fn measured(&self) -> Option<SwitchingLaw> {
        (self.law.midpoint > 0.0).then_some(self.law)
    }
}

impl System for Sengupta2016 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let measured = outcome.timed("neuron", |o| device::study(self, run, o))?;
        match outcome.timed("images", |_| ImageTask::mnist(run.data())) {
            Ok(task) => {
                outcome.data.push(task.source.clone());
                digits::study(self, &task, measured, run, &mut outcome)?;
            }
            Err(TaskError::NoData { name, command, .. }) => outcome.missing.push(MissingData { name, command }),
            Err(other) => return Err(other.into()),
        }
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "Of the paper, abstract and introduction could be checked: which device, that lateral inhibition and homeostasis learn patterns. Geometry, currents, times and the rules of \
             the network are ours.",
        );
        Ok(outcome)
    }
}
