//! Calibrations: compact models fitted to measured data or to macrospins, run as a system is.
//!
//! Each is a [`System`] without claims whose parameter `from` names CSV files or `macrospin`, so that `--set`, experiment files, reports and Python work as for
//! any other. Beside tables and figures a calibration leaves `device.toml`, which [`Experiment::apply_device`](crate::experiment::Experiment::apply_device)
//! gives to a system.

mod antiferromagnet;
mod counts;
mod fitted;
mod junction;
mod measurements;
mod oscillator;
mod spin_orbit_neuron;
mod telegraph;

pub use measurements::{Kind, Known, Measurements};

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::System;
use spinloom_core::parameters::{Parameter, Parameters, nearest};
use spinloom_device::antiferromagnet::Antiferromagnet;
use spinloom_device::junction::Junction;
use spinloom_device::oscillator::AutoOscillator;
use spinloom_device::spin_orbit_neuron::SwitchingLaw;
use spinloom_device::telegraph::Telegraph;

/// What `from` says for data of our own making.
const MACROSPIN: &str = "macrospin";

/// Every calibration, with its default parameters.
pub fn calibrations() -> Vec<Box<dyn System>> {
    vec![
        Box::new(junction::CalibrateJunction::default()),
        Box::new(telegraph::CalibrateTelegraph::default()),
        Box::new(oscillator::CalibrateOscillator::default()),
        Box::new(spin_orbit_neuron::CalibrateSpinOrbitNeuron::default()),
        Box::new(antiferromagnet::CalibrateAntiferromagnet::default()),
    ]
}

/// Names of the devices that can be calibrated; the calibration of one is the system `calibrate-NAME`, which has what is known of it in a group of this name
/// with underscores, as the table of a `device.toml` is called.
pub const DEVICES: [&str; 5] = ["junction", "telegraph", "oscillator", "spin-orbit-neuron", "antiferromagnet"];

/// The calibration of a device.
///
/// # Errors
/// [`LabError::Inconsistent`] with the devices there are.
///
/// ```
/// let calibration = spinloom_lab::calibration::calibration("telegraph")?;
/// assert_eq!(calibration.card().name, "calibrate-telegraph");
/// assert!(spinloom_lab::calibration::calibration("telegraf").is_err());
/// # Ok::<(), spinloom_lab::LabError>(())
/// ```
pub fn calibration(device: &str) -> Result<Box<dyn System>, LabError> {
    let name = format!("calibrate-{device}");
    calibrations().into_iter().find(|c| c.card().name == name).ok_or_else(|| {
        let close = nearest(device, DEVICES).map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
        LabError::Inconsistent(format!("there is no device `{device}` to calibrate{close}; there are {}", DEVICES.join(", ")))
    })
}

/// Parameters of the compact model that a `device.toml` calls by this name.
pub(crate) fn model(name: &str) -> Option<Vec<Parameter>> {
    match name {
        "junction" => Some(Junction::default().parameters()),
        "telegraph" => Some(Telegraph::default().parameters()),
        "oscillator" => Some(AutoOscillator::default().parameters()),
        "antiferromagnet" => Some(Antiferromagnet::default().parameters()),
        "spin_orbit_neuron" => Some(SwitchingLaw::default().parameters()),
        _ => None,
    }
}

/// The files that `from` names; none where it says `macrospin`.
fn sources(from: &[String]) -> Result<Option<Vec<std::path::PathBuf>>, LabError> {
    match from {
        [] => Err(LabError::Inconsistent(format!("`from` names nothing: give CSV files, or `{MACROSPIN}`"))),
        [one] if one == MACROSPIN => Ok(None),
        files if files.iter().any(|f| f == MACROSPIN) => {
            Err(LabError::Inconsistent(format!("`from` names `{MACROSPIN}` beside files: fit them apart")))
        }
        files => Ok(Some(files.iter().map(std::path::PathBuf::from).collect())),
    }
}

/// Names of the files that were used.
fn files(from: &[String]) -> Vec<String> {
    from.iter().filter(|f| *f != MACROSPIN).cloned().collect()
}

/// A file with columns that are known; what is to be said of it goes into the outcome.
fn read_noted(file: &std::path::Path, known: &[Known], outcome: &mut Outcome) -> Result<Measurements, LabError> {
    let m = Measurements::read(file, known)?;
    m.notes().iter().for_each(|n| outcome.note(n.as_str()));
    Ok(m)
}

/// The parameters to fit: those that are named, or those that the data can tell, less those that are held.
fn chosen<'a>(named: &'a [String], told: Vec<&'static str>, held: &[String]) -> Vec<&'a str> {
    let all: Vec<&str> = if named.is_empty() { told } else { named.iter().map(String::as_str).collect() };
    all.into_iter().filter(|name| !held.iter().any(|h| h == name)).collect()
}

/// Refuses names that are no parameters of the device.
fn check_names(device: &impl Parameters, lists: [(&str, &[String]); 2]) -> Result<(), LabError> {
    let known = device.parameters();
    for (list, names) in lists {
        for name in names {
            if !known.iter().any(|p| p.name == *name) {
                let close = nearest(name, known.iter().map(|p| p.name.as_str()));
                let close = close.map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
                return Err(LabError::Inconsistent(format!(
                    "`{list}` names `{name}`, which is no parameter of the device{close}"
                )));
            }
        }
    }
    Ok(())
}
