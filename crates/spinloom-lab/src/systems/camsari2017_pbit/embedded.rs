//! The embedded-junction p-bit: transfer curve with and without the torque of its read current, correlation, and both against the damping.

use super::super::power_law::exponent;
use super::figures::{self, Curve};
use super::{Camsari2017Pbit, LEVEL, rms};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use spinloom_core::constants::BOLTZMANN;
use spinloom_core::run::Run;
use spinloom_core::statistics::mean;
use spinloom_device::DeviceError;
use spinloom_device::pbit::{EmbeddedPbit, autocorrelation, fall_time};
use spinloom_magnet::macrospin::{Drive, Ensemble};
use std::f64::consts::PI;

/// Samples a correlation time.
const RESOLUTION: f64 = 25.0;

/// Magnets of this p-bit in thermal equilibrium: a uniform angle and a Gaussian tilt.
fn equilibrium(pbit: &EmbeddedPbit, count: usize, run: &Run, purpose: &str) -> Result<Ensemble, DeviceError> {
    let magnet = pbit.magnet();
    let mut spins = Ensemble::new(&vec![magnet.clone(); count], magnet.time_step(0.0), |i| run.stream(purpose, i))?;
    let tilt = (BOLTZMANN * pbit.temperature / (magnet.moment() * pbit.plane_field())).sqrt();
    for i in 0..count {
        let mut stream = run.stream("equilibrium of magnets", i as u64);
        let (sin, cos) = (2.0 * PI * stream.uniform()).sin_cos();
        spins.set_magnetization(i, [cos, sin, (tilt * stream.normal()).clamp(-0.9, 0.9)])?;
    }
    Ok(spins)
}

/// In-plane components of many magnets a few correlation times apart, with or without the torque of the read current.
fn cosines(pbit: &EmbeddedPbit, count: usize, drive: &Drive, run: &Run) -> Result<Vec<f64>, DeviceError> {
    let mut spins = equilibrium(pbit, count, run, "thermal field, transfer")?;
    (0..count).try_for_each(|i| spins.set_drive(i, drive))?;
    // A torque changes the tilt, which then relaxes at alpha gamma' B_d.
    let relaxation = 1.0 / (pbit.damping * plane_rate(pbit));
    spins.advance((6.0 * relaxation / spins.time_step()) as usize)?;
    let stride = (3.0 * pbit.correlation_time() / spins.time_step()) as usize;
    Ok(spins.record(8, stride, [1.0, 0.0, 0.0])?)
}

/// gamma' B_d, rad/s.
fn plane_rate(pbit: &EmbeddedPbit) -> f64 {
    pbit.magnet().precession_rate() * pbit.plane_field()
}

/// Times of one damping, s.
struct Times {
    correlation: f64,
    reversal: f64,
    memory: f64,
    /// Autocorrelation at multiples of a fraction of the correlation time.
    curve: Vec<(f64, f64)>,
}

/// Correlation and mean time between reversals of m_x in equilibrium, and the time in which a known state is forgotten.
fn times(pbit: &EmbeddedPbit, count: usize, run: &Run) -> Result<Times, DeviceError> {
    let mut spins = equilibrium(pbit, count, run, "thermal field, correlation")?;
    let stride = ((pbit.correlation_time() / RESOLUTION / spins.time_step()) as usize).max(1);
    let lag = stride as f64 * spins.time_step();
    let samples = (8.0 * RESOLUTION) as usize;
    let record = spins.record(samples, stride, [1.0, 0.0, 0.0])?;
    let c = autocorrelation(&record, samples, (4.0 * RESOLUTION) as usize);
    let reversals: usize =
        record.chunks_exact(samples).map(|m| m.windows(2).filter(|w| (w[0] > 0.0) != (w[1] > 0.0)).count()).sum();
    let known = pbit.memory_time();
    let stride = ((known / RESOLUTION / spins.time_step()) as usize).max(1);
    let mut order = vec![1.0];
    let mut spins = Ensemble::new(&vec![pbit.magnet(); count], spins.time_step(), |i| run.stream("thermal field, memory", i))?;
    for _ in 0..(3.0 * RESOLUTION) as usize {
        spins.advance(stride)?;
        let (x, y) = spins.magnetizations().fold((0.0, 0.0), |(x, y), m| (x + m[0], y + m[1]));
        order.push(x.hypot(y) / count as f64);
    }
    let fall = |c: &[f64], lag: f64| fall_time(c, LEVEL).map_or(f64::NAN, |t| t * lag);
    Ok(Times {
        correlation: fall(&c, lag),
        reversal: (count * (samples - 1)) as f64 * lag / reversals.max(1) as f64,
        memory: fall(&order, stride as f64 * spins.time_step()),
        curve: c.iter().enumerate().map(|(k, c)| (k as f64 * lag, *c)).collect(),
    })
}

/// Measures everything about the device; returns its transfer curve for the figure of both devices.
pub fn study(system: &Camsari2017Pbit, run: &mut Run, outcome: &mut Outcome) -> Result<Curve, LabError> {
    let pbit = &system.embedded;
    let curve = transfer(system, run, outcome)?;
    run.check()?;
    let dampings = [0.0005, 0.001, 0.002, 0.004];
    let all: Vec<Times> = dampings
        .iter()
        .map(|&damping| {
            run.check()?;
            Ok(times(&EmbeddedPbit { damping, ..pbit.clone() }, system.macrospins, run)?)
        })
        .collect::<Result<_, LabError>>()?;
    let own = times(pbit, system.macrospins, run)?;
    let column = |f: &dyn Fn(&Times) -> f64| all.iter().map(f).collect::<Vec<f64>>();
    let (memory, reversal) = (column(&|t| t.memory), column(&|t| t.reversal));
    outcome.measure("embedded.correlation_time", "s", own.correlation);
    outcome.measure("embedded.correlation_time_over_theory", "", own.correlation / pbit.correlation_time());
    outcome.measure("embedded.reversal_time", "s", own.reversal);
    outcome.measure("embedded.reversal_exponent", "", exponent(&dampings, &reversal));
    outcome.measure("embedded.memory_exponent", "", exponent(&dampings, &memory));
    outcome.measure("embedded.power", "W", pbit.power());
    outcome.measure("embedded.energy_per_update", "J", pbit.power() * own.correlation);
    let magnet = pbit.magnet();
    let isotropic = 0.5 / magnet.rotational_diffusion();
    outcome.measure("embedded.isotropic_over_circular", "", isotropic / own.correlation);
    outcome.tables.push(
        Table::new("embedded_times", "Times of a circular in-plane magnet against its damping")
            .numbers("damping", "", dampings.to_vec())
            .numbers("correlation_time", "s", column(&|t| t.correlation))
            .numbers("time_between_reversals", "s", reversal.clone())
            .numbers("memory_time", "s", memory.clone()),
    );
    let theory: Vec<f64> = own.curve.iter().map(|(t, _)| pbit.autocorrelation(*t)).collect();
    let predicted: Vec<f64> = dampings.iter().map(|&damping| EmbeddedPbit { damping, ..pbit.clone() }.memory_time()).collect();
    outcome.figures.push(figures::embedded_times(&own.curve, &theory, &dampings, &memory, &predicted, &reversal));
    Ok(curve)
}

/// The transfer curve: arcsine law, its tanh, and macrospins read with and without torque.
fn transfer(system: &Camsari2017Pbit, run: &Run, outcome: &mut Outcome) -> Result<Curve, LabError> {
    let pbit = &system.embedded;
    let nominal = pbit.nominal();
    let fit = pbit.sigmoid(&nominal);
    let inputs: Vec<f64> = (-12..=12).map(|k| fit.offset + 0.2 * f64::from(k) * fit.scale).collect();
    let free = cosines(pbit, system.macrospins, &Drive::default(), run)?;
    let read = cosines(pbit, system.macrospins, &pbit.read_drive(), run)?;
    let outputs = |cosines: &[f64]| -> Vec<f64> {
        let mean_at = |input: &f64| {
            let threshold = pbit.transistor_conductance(*input, 0.0);
            let output = |c: &f64| if pbit.junction_conductance(*c, &nominal) < threshold { 1.0 } else { -1.0 };
            mean(&cosines.iter().map(output).collect::<Vec<_>>())
        };
        inputs.iter().map(mean_at).collect()
    };
    let (macrospin, disturbed) = (outputs(&free), outputs(&read));
    let reduced: Vec<f64> = inputs.iter().map(|v| pbit.mean_output(*v)).collect();
    outcome.measure("embedded.input_scale", "V", fit.scale);
    outcome.measure("embedded.tanh_difference", "", fit.residual);
    outcome.measure("embedded.curve_difference", "", rms(&macrospin, &reduced));
    outcome.measure("embedded.mean_magnetization_while_read", "", mean(&read));
    outcome.tables.push(
        Table::new("embedded_transfer", "Mean output of the embedded-junction p-bit")
            .numbers("input", "V", inputs.clone())
            .numbers("macrospin", "", macrospin.clone())
            .numbers("macrospin_with_read_torque", "", disturbed.clone())
            .numbers("arcsine_law", "", reduced),
    );
    Ok(Curve {
        title: "embedded junction".to_owned(),
        axis: "input from mid-supply (mV)".to_owned(),
        reduced: figures::dense(&inputs, 1e3, |v| pbit.mean_output(v)),
        reduced_label: "arcsine law".to_owned(),
        tanh: figures::dense(&inputs, 1e3, |v| ((v - fit.offset) / fit.scale).tanh()),
        tanh_label: "tanh, fitted".to_owned(),
        points: vec![
            ("macrospins".to_owned(), inputs.iter().map(|v| v * 1e3).collect(), macrospin),
            ("macrospins, read current on".to_owned(), inputs.iter().map(|v| v * 1e3).collect(), disturbed),
        ],
    })
}
