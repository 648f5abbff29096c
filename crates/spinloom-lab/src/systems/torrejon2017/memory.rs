//! How much the oscillator remembers: linear memory capacity and NARMA10, beside an echo-state network of as many nodes.

use super::Torrejon2017;
use super::figures;
use super::oscillator::OperatingPoint;
use crate::error::LabError;
use crate::outcome::Outcome;
use spinloom_core::run::Run;
use spinloom_network::echo_state::{EchoState, EchoStateOptions};
use spinloom_network::metrics::{Record, memory_capacity, nrmse};
use spinloom_network::readout::Gram;
use spinloom_network::reservoir::Mask;
use spinloom_task::series::narma;

/// Ridge penalty of all readouts: that of the tuned echo-state network the oscillator is compared with.
const PENALTY: f64 = 1e-10;

/// Memory capacity for random bits and NARMA10, of the oscillator and of an echo-state network.
pub fn study(system: &Torrejon2017, point: &OperatingPoint, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    capacity(system, point, run, outcome)?;
    run.progress("memory", 1, 2)?;
    narma10(system, point, run, outcome)?;
    run.progress("memory", 2, 2)?;
    let steps = (2 * system.memory.length + system.memory.washout) as f64;
    system.charge(point, "virtual node, NARMA10", steps, system.memory.nodes, run);
    Ok(())
}

fn capacity(system: &Torrejon2017, point: &OperatingPoint, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let parameters = &system.memory;
    let steps = 2 * parameters.length + parameters.washout;
    let mut stream = run.stream("memory input", 0);
    let bits: Vec<f64> = (0..steps).map(|_| if stream.uniform() < 0.5 { -1.0 } else { 1.0 }).collect();
    let mask = Mask::binary(1, parameters.capacity_nodes, &mut run.stream("memory mask", 0));
    let states = point.states(&mask, &bits, run, 1 << 40)?;
    let record = |states, features| Record { inputs: &bits, states, features, washout: parameters.washout };
    let oscillator = memory_capacity(&record(&states, parameters.capacity_nodes), parameters.largest_delay)?;
    let network = EchoState::new(1, parameters.nodes, EchoStateOptions::default(), &mut run.stream("echo state", 0))?;
    let states = network.states(&bits);
    let echo = memory_capacity(&record(&states, network.features()), 4 * parameters.largest_delay)?;
    outcome.measure("memory.capacity", "", oscillator.total);
    outcome.measure("memory.capacity_echo_state", "", echo.total);
    outcome.figures.push(figures::memory_figure(&oscillator.by_delay, &echo.by_delay));
    Ok(())
}

fn narma10(system: &Torrejon2017, point: &OperatingPoint, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let parameters = &system.memory;
    let steps = 2 * parameters.length + parameters.washout;
    let series = narma(10, steps, &mut run.stream("NARMA10", 0))?;
    // The input of NARMA10 is uniform in 0..0.5; the oscillator takes -1..1.
    let centred: Vec<f64> = series.inputs.iter().map(|u| 4.0 * u - 1.0).collect();
    let mask = Mask::binary(1, parameters.nodes, &mut run.stream("NARMA10 mask", 0));
    let states = point.states(&mask, &centred, run, 2 << 40)?;
    let score = |states: &[f64], features: usize| -> Result<f64, LabError> {
        let (train, test) =
            (parameters.washout..parameters.washout + parameters.length, parameters.washout + parameters.length..steps);
        let rows = |r: &std::ops::Range<usize>| &states[r.start * features..r.end * features];
        let mut gram = Gram::new(features, 1);
        gram.add(rows(&train), &series.targets[train.clone()])?;
        let predicted = gram.ridge(PENALTY)?.predict(rows(&test));
        Ok(nrmse(&series.targets[test], &predicted))
    };
    outcome.measure("memory.narma10_nrmse", "", score(&states, parameters.nodes)?);
    let network = EchoState::new(1, parameters.nodes, EchoStateOptions::default(), &mut run.stream("echo state", 0))?;
    outcome.measure("memory.narma10_nrmse_echo_state", "", score(&network.states(&series.inputs), network.features())?);
    // Ten past inputs and no reservoir: the line that a reservoir without longer or nonlinear memory cannot cross.
    let taps: Vec<f64> = (0..steps)
        .flat_map(|t| (0..10).map(move |k| (t, k)))
        .map(|(t, k)| if t >= k { series.inputs[t - k] } else { 0.0 })
        .collect();
    outcome.measure("memory.narma10_nrmse_ten_inputs", "", score(&taps, 10)?);
    Ok(())
}
