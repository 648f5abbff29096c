//! The oscillator as a reservoir, at a current and a field.

use crate::error::LabError;
use crate::outcome::Outcome;
use spinloom_core::run::Run;
use spinloom_device::envelope::Envelope;
use spinloom_device::oscillator::AutoOscillator;
use spinloom_network::reservoir::{Mask, OscillatorNode, TimeMultiplexed};

/// Where the oscillator is operated.
#[derive(Debug, Clone)]
pub struct OperatingPoint {
    /// The oscillator at the present field.
    pub oscillator: AutoOscillator,
    /// Dc current, A.
    pub current: f64,
    /// Largest excursion about the dc current, relative to it.
    pub swing: f64,
    /// Duration of a virtual node, s.
    pub virtual_node: f64,
}

impl OperatingPoint {
    /// Mean dissipated power for inputs uniform over the swing, W.
    pub fn mean_power(&self) -> f64 {
        self.oscillator.resistance * self.current * self.current * (1.0 + self.swing * self.swing / 3.0)
    }

    /// What the operating point is, as quantities.
    pub fn record(&self, outcome: &mut Outcome) {
        outcome.measure("supercriticality", "", self.oscillator.supercriticality(self.current));
        outcome.measure("relaxation_time", "s", self.oscillator.relaxation_time(self.current));
        outcome.measure("linewidth", "Hz", self.oscillator.linewidth(self.current));
    }

    /// The reservoir behind a mask whose values are divided by `input_scale`.
    pub fn reservoir(&self, mask: Mask, input_scale: f64) -> Result<TimeMultiplexed<OscillatorNode>, LabError> {
        let node = OscillatorNode {
            envelope: Envelope::new(&self.oscillator, self.virtual_node)?,
            current: self.current,
            swing: self.swing,
            rest_power: self.oscillator.stationary_power(self.current).max(self.oscillator.thermal_power),
            noisy: self.oscillator.thermal_power > 0.0,
        };
        Ok(TimeMultiplexed { mask, node, input_scale })
    }

    /// States of one sequence whose inputs lie in -1..1, with the noise of stream `index`.
    pub fn states(&self, mask: &Mask, inputs: &[f64], run: &Run, index: u64) -> Result<Vec<f64>, LabError> {
        let mut noise = run.stream("amplitude noise", index).fast();
        Ok(self.reservoir(mask.clone(), 1.0)?.states(inputs, &mut noise)?)
    }
}
