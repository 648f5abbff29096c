//! The neuron alone: its sigmoid from macrospins, what temperature does to it, and whether trials are independent.

use super::{Sengupta2016, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use spinloom_core::run::Run;
use spinloom_device::spin_orbit_neuron::{SpinOrbitNeuron, SwitchingLaw};

/// What the network has to know of its neurons.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub law: SwitchingLaw,
    /// Share of resets that fail.
    pub reset_failure: f64,
}

/// Shares of macrospins that switch, and the sigmoid fitted to them.
pub struct Curve {
    pub temperature: f64,
    pub current: Vec<f64>,
    pub share: Vec<f64>,
    pub law: SwitchingLaw,
    pub trials: usize,
}

impl Curve {
    /// 1 less the squared residues of the sigmoid over the variance of the shares.
    fn determination(&self) -> f64 {
        let mean = self.share.iter().sum::<f64>() / self.share.len() as f64;
        let square =
            |of: &dyn Fn(f64, f64) -> f64| self.current.iter().zip(&self.share).map(|(i, p)| of(*i, *p).powi(2)).sum::<f64>();
        1.0 - square(&|i, p| p - self.law.probability(i)) / square(&|_, p| p - mean)
    }

    /// Steps to a larger current at which the share falls by more than three standard errors.
    fn falls(&self) -> usize {
        let error = |p: f64| (p * (1.0 - p) / self.trials as f64).sqrt();
        self.share.windows(2).filter(|w| w[0] - w[1] > 3.0 * error(w[0]).hypot(error(w[1])).max(1.0 / self.trials as f64)).count()
    }
}

fn curve(neuron: &SpinOrbitNeuron, system: &Sengupta2016, trials: usize, seed: u64) -> Result<Curve, LabError> {
    let points = system.device.points;
    let current: Vec<f64> = (0..points).map(|k| system.device.most_current * k as f64 / (points - 1) as f64).collect();
    let (law, switched) = neuron.law(&current, trials, seed)?;
    let share = switched.iter().map(|s| *s as f64 / trials as f64).collect();
    Ok(Curve { temperature: neuron.temperature, current, share, law, trials })
}

pub fn study(system: &Sengupta2016, run: &Run, outcome: &mut Outcome) -> Result<Measured, LabError> {
    let (neuron, study) = (&system.neuron, &system.device);
    let shrink = if run.quick() { 5 } else { 1 };
    let trials = (study.trials / shrink).max(100);
    let mut curves = Vec::new();
    let temperatures = [study.temperatures[0], neuron.temperature, study.temperatures[1]];
    for (k, temperature) in temperatures.into_iter().enumerate() {
        run.progress("neuron", k, temperatures.len() + 1)?;
        let neuron = SpinOrbitNeuron { temperature, ..neuron.clone() };
        curves.push(curve(&neuron, system, trials, run.stream("switching curve", k as u64).next())?);
    }
    let nominal = &curves[1];
    let token = run.cancel_token().clone();
    // Cycles at the middle of the sigmoid, where a memory would show most.
    let seed = run.stream("cycles", 0).next();
    let cycles =
        neuron.cycles(nominal.law.midpoint, (study.neurons / shrink).max(8), study.cycles, seed, || !token.is_cancelled())?;
    run.progress("neuron", temperatures.len() + 1, temperatures.len() + 1)?;
    let reset_failure = cycles.failures as f64 / cycles.resets.max(1) as f64;
    outcome.measure("device.critical_current", "A", neuron.critical_current());
    outcome.measure("device.midpoint", "A", nominal.law.midpoint);
    outcome.measure("device.width", "A", nominal.law.width);
    outcome.measure("device.determination", "", nominal.determination());
    outcome.measure("device.falls", "", curves.iter().map(Curve::falls).sum::<usize>() as f64);
    outcome.measure("device.width_ratio", "", curves[2].law.width / curves[0].law.width);
    outcome.measure("device.midpoint_ratio", "", curves[2].law.midpoint / curves[0].law.midpoint);
    outcome.measure("device.switched_without_current", "", nominal.share[0]);
    outcome.measure("device.thermal_probability", "", neuron.thermal_probability());
    outcome.measure("device.runs_deviation", "", cycles.runs_deviation());
    outcome.measure("device.cycle_rate", "", cycles.rate());
    outcome.measure("device.reset_failures", "", reset_failure);
    outcome.measure("device.write_energy_at_midpoint", "J", neuron.write_energy(nominal.law.midpoint));
    outcome.measure("device.read_energy", "J", neuron.read_energy());
    outcome.measure("device.reset_energy", "J", neuron.reset_energy());
    let mut table = Table::new("switching", "Share of macrospins that switch over the current of the write").numbers(
        "current",
        "A",
        nominal.current.clone(),
    );
    for c in &curves {
        table = table.numbers(&format!("at {} K", c.temperature), "", c.share.clone());
    }
    outcome.tables.push(table);
    outcome.figures.push(figures::switching(&curves, system.measured()));
    if let Some(law) = system.measured() {
        outcome.note(format!(
            "The network has the switching that was given: a middle at {:.4e} A and a width of {:.4e} A. Its macrospins have {:.4e} A and {:.4e} A.",
            law.midpoint, law.width, nominal.law.midpoint, nominal.law.width
        ));
    }
    Ok(Measured { law: system.measured().unwrap_or(nominal.law), reset_failure })
}
