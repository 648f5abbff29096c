//! Synapses of tunnel junctions that differ from one another.

use crate::error::LabError;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_device::junction::{Junction, SwitchingTable};

/// What the pulses of an overdrive that switch a nominal junction on and off with these probabilities do on junctions that differ.
pub fn pulses(nominal: &Junction, overdrive: f64, switch: [f64; 2], run: &Run) -> Result<[SwitchingTable; 2], LabError> {
    let table = |probability: f64| -> Result<SwitchingTable, LabError> {
        run.check()?;
        Ok(SwitchingTable::new(nominal, overdrive, nominal.duration_for(overdrive, probability)?)?)
    };
    let (on, off) = rayon::join(|| table(switch[0]), || table(switch[1]));
    Ok([on?, off?])
}

/// Junctions of a spread, and the pulses they get.
pub struct Junctions<'a> {
    pub nominal: &'a Junction,
    /// What the pulses that switch on and off do.
    pub pulses: &'a [SwitchingTable; 2],
    /// Standard deviation of the logarithm of the area, with which barrier, critical current and conductance go, and of that of the magnetoresistance.
    pub spread: f64,
    /// Share of the nominal conductance of a junction that is off which a reference column takes off every one.
    pub reference: f64,
}

impl Junctions<'_> {
    /// So many devices: probabilities to switch on and off, and weights off and on in units of what the states of the nominal junction differ by.
    pub fn draw(&self, count: usize, stream: &mut Stream) -> (Vec<[f64; 2]>, Vec<[f32; 2]>) {
        let nominal = self.nominal.tunnel_magnetoresistance;
        let conductance = |tmr: f64, on: bool| if on { 1.0 } else { 1.0 / (1.0 + tmr) };
        let (reference, scale) = (self.reference * conductance(nominal, false), 1.0 - conductance(nominal, false));
        let one = |_| {
            // One draw for what goes with the area, one for the magnetoresistance.
            let area = (self.spread * stream.normal()).exp();
            let tmr = nominal * (self.spread * stream.normal()).exp();
            let weight = |on: bool| ((area * conductance(tmr, on) - reference) / scale) as f32;
            (self.pulses.each_ref().map(|pulse| pulse.probability(area)), [weight(false), weight(true)])
        };
        (0..count).map(one).unzip()
    }
}
