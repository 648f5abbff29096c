//! The spin-orbit p-bit: transfer curve and correlation against the law of its effective field, and where that law ends.

use super::figures::{self, Curve};
use super::{Camsari2017Pbit, LEVEL, rms};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use spinloom_core::run::Run;
use spinloom_core::statistics::mean;
use spinloom_device::DeviceError;
use spinloom_device::pbit::{SpinOrbitPbit, autocorrelation, fall_time};

/// Mean thresholded output and mean magnetization at each input, from macrospins over `times` correlation times.
fn outputs(
    pbit: &SpinOrbitPbit,
    inputs: &[f64],
    replicas: usize,
    times: usize,
    run: &Run,
) -> Result<(Vec<f64>, Vec<f64>), DeviceError> {
    let mut spins = pbit.macrospins(inputs, replicas, |i| run.stream("thermal field, spin-orbit", i))?;
    let stride = (pbit.correlation_time() / spins.time_step()) as usize;
    let record = spins.record(times, stride.max(1), [0.0, 1.0, 0.0])?;
    let of = |f: &dyn Fn(&f64) -> f64| -> Vec<f64> {
        record.chunks_exact(replicas * times).map(|own| mean(&own.iter().map(f).collect::<Vec<_>>())).collect()
    };
    Ok((of(&|m| m.signum()), of(&|m| *m)))
}

/// Measures everything about the device; returns its transfer curve for the figure of both devices.
pub fn study(system: &Camsari2017Pbit, run: &mut Run, outcome: &mut Outcome) -> Result<Curve, LabError> {
    let pbit = SpinOrbitPbit { plane_field: 0.0, ..system.spin_orbit.clone() };
    let inputs: Vec<f64> = (-6..=6).map(|k| 0.4 * f64::from(k)).collect();
    let replicas = (system.macrospins / 4).max(16);
    let (macrospin, magnetization) = outputs(&pbit, &inputs, replicas, 24, run)?;
    run.check()?;
    let law: Vec<f64> = inputs.iter().map(|x| pbit.mean_output(*x)).collect();
    let langevin: Vec<f64> = inputs.iter().map(|x| pbit.mean_magnetization(*x)).collect();
    outcome.measure("spin_orbit.curve_difference", "", rms(&macrospin, &law));
    outcome.measure("spin_orbit.magnetization_difference", "", rms(&magnetization, &langevin));
    outcome.measure("spin_orbit.current_scale", "A", pbit.current_scale());
    outcome.tables.push(
        Table::new("spin_orbit_transfer", "Mean output of the spin-orbit p-bit")
            .numbers("input", "current scale", inputs.clone())
            .numbers("macrospin", "", macrospin.clone())
            .numbers("law", "", law)
            .numbers("mean_magnetization_macrospin", "", magnetization)
            .numbers("mean_magnetization_law", "", langevin),
    );
    correlation(system, &pbit, run, outcome)?;
    if !run.quick() {
        limits(system, run, outcome)?;
    }
    Ok(Curve {
        title: "spin-orbit".to_owned(),
        axis: format!("input current / {:.2} µA", pbit.current_scale() * 1e6),
        reduced: figures::dense(&inputs, 1.0, |x| pbit.mean_output(x)),
        reduced_label: "Boltzmann law".to_owned(),
        tanh: figures::dense(&inputs, 1.0, |x| (x * pbit.mean_output(1e-3) / 1e-3).tanh()),
        tanh_label: "tanh".to_owned(),
        points: vec![("macrospins".to_owned(), inputs, macrospin)],
    })
}

/// Autocorrelation without input.
fn correlation(system: &Camsari2017Pbit, pbit: &SpinOrbitPbit, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut spins = pbit
        .macrospins(&[0.0], system.macrospins, |i| run.stream("thermal field, spin-orbit correlation", i))
        .map_err(DeviceError::from)?;
    run.check()?;
    let stride = ((0.1 * pbit.correlation_time() / spins.time_step()) as usize).max(1);
    let lag = stride as f64 * spins.time_step();
    let (samples, lags) = (100, 30);
    let record = spins.record(samples, stride, [0.0, 1.0, 0.0]).map_err(DeviceError::from)?;
    let c = autocorrelation(&record, samples, lags);
    let measured = fall_time(&c, LEVEL).map_or(f64::NAN, |t| t * lag);
    outcome.measure("spin_orbit.correlation_time", "s", measured);
    outcome.measure("spin_orbit.correlation_time_over_theory", "", measured / pbit.correlation_time());
    outcome.measure("spin_orbit.write_power", "W", pbit.write_power());
    outcome.measure("spin_orbit.write_energy_per_update", "J", pbit.write_power() * measured);
    let curve: Vec<(f64, f64)> = c.iter().enumerate().map(|(k, c)| (k as f64 * lag, *c)).collect();
    let theory: Vec<f64> = curve.iter().map(|(t, _)| (-t / pbit.correlation_time()).exp()).collect();
    outcome.figures.push(figures::spin_orbit_correlation(&curve, &theory));
    Ok(())
}

/// Transfer curves when the perpendicular anisotropy leaves some of the demagnetising field.
fn limits(system: &Camsari2017Pbit, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let inputs = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0];
    let fields = [0.0, 0.01, 0.03, 0.1];
    let replicas = (system.macrospins / 16).max(16);
    let mut curves = Vec::new();
    for plane_field in fields {
        run.check()?;
        let pbit = SpinOrbitPbit { plane_field, ..system.spin_orbit.clone() };
        curves.push((plane_field, outputs(&pbit, &inputs, replicas, 12, run)?.0));
    }
    let mut table =
        Table::new("spin_orbit_plane_field", "Mean output against input under a field that holds the magnet in its plane")
            .numbers("input", "current scale", inputs.to_vec());
    for (field, curve) in &curves {
        table = table.numbers(&format!("plane_field_{:.0}_mT", field * 1e3), "", curve.clone());
    }
    outcome.tables.push(table);
    outcome.figures.push(figures::plane_fields(&system.spin_orbit, &inputs, &curves));
    Ok(())
}
