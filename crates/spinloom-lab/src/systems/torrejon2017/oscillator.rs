//! The oscillator as a reservoir: masked inputs become currents, the amplitude at the end of every virtual node is the state.

use crate::error::LabError;
use crate::outcome::Outcome;
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_device::envelope::Envelope;
use spinloom_device::oscillator::AutoOscillator;
use spinloom_network::reservoir::Mask;

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
    /// Dc current over threshold.
    pub fn supercriticality(&self) -> f64 {
        self.oscillator.supercriticality(self.current)
    }

    /// Mean dissipated power for inputs uniform over the swing, W.
    pub fn mean_power(&self) -> f64 {
        self.oscillator.resistance * self.current * self.current * (1.0 + self.swing * self.swing / 3.0)
    }

    /// What the operating point is, as quantities.
    pub fn record(&self, outcome: &mut Outcome) {
        outcome.measure("supercriticality", "", self.supercriticality());
        outcome.measure("relaxation_time", "s", self.oscillator.relaxation_time(self.current));
        outcome.measure("linewidth", "Hz", self.oscillator.linewidth(self.current));
    }

    /// States (row-major steps x nodes) of one sequence of inputs (row-major steps x channels), each mask value of which lies in
    /// -1..1 after division by `scale`. The first step starts from the stationary amplitude of the dc current.
    pub fn states(&self, mask: &Mask, inputs: &[f64], scale: f64, run: &Run, index: u64) -> Result<Vec<f64>, LabError> {
        let envelope = Envelope::new(&self.oscillator, self.virtual_node)?;
        let mut noise = run.stream("amplitude noise", index).fast();
        let mut power = self.oscillator.stationary_power(self.current).max(self.oscillator.thermal_power);
        let (channels, nodes) = (mask.channels(), mask.nodes());
        let mut currents = vec![0.0; nodes];
        let mut states = vec![0.0; inputs.len() / channels * nodes];
        for (frame, state) in inputs.chunks_exact(channels).zip(states.chunks_exact_mut(nodes)) {
            mask.apply(frame, &mut currents);
            for current in &mut currents {
                *current = self.current * (1.0 + self.swing * (*current / scale).clamp(-1.0, 1.0));
            }
            envelope.drive(&mut power, &currents, state, Some(&mut noise));
        }
        Ok(states)
    }

    /// States of many independent sequences, in parallel; sequence i has the noise of index `first + i`.
    pub fn states_of(&self, mask: &Mask, sequences: &[&[f64]], scale: f64, run: &Run, first: u64) -> Result<Vec<Vec<f64>>, LabError> {
        sequences
            .par_iter()
            .enumerate()
            .map(|(i, inputs)| {
                run.check()?;
                self.states(mask, inputs, scale, run, first + i as u64)
            })
            .collect()
    }
}

/// The magnitude below which nearly all masked inputs lie: what the current range of the experiment is set by.
pub fn input_scale(mask: &Mask, sequences: &[&[f64]]) -> f64 {
    let mut masked = vec![0.0; mask.nodes()];
    let mut magnitudes: Vec<f64> = Vec::new();
    // Every seventh frame is sample enough, and prime to the periods of speech frames and waveforms.
    for frame in sequences.iter().flat_map(|s| s.chunks_exact(mask.channels())).step_by(7) {
        mask.apply(frame, &mut masked);
        magnitudes.extend(masked.iter().map(|v| v.abs()));
    }
    let scale = spinloom_core::statistics::quantile(&magnitudes, 0.995);
    if scale > 0.0 { scale } else { 1.0 }
}
