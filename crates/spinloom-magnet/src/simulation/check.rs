//! What can be told before a simulation runs.

use super::description::Description;
use super::error::SimulationError;
use super::sections::{MaterialSection, Precision};
use crate::film::{Film, Real};
use spinloom_core::quantity::engineering;
use std::fs;

/// Numbers a cell that a film holds besides its demagnetising field: m, the derivatives and the trial of a solver, and fields.
const NUMBERS_A_CELL: f64 = 36.0;
/// Those of the demagnetising field of one layer, and of many, where the padding along z comes in.
const NUMBERS_OF_DEMAG: [f64; 2] = [20.0, 60.0];

/// An error for a film that this machine cannot hold.
pub(super) fn memory(description: &Description) -> Result<(), SimulationError> {
    let Some(installed) = installed_memory() else { return Ok(()) };
    let wanted = bytes(description);
    if wanted <= installed {
        return Ok(());
    }
    let giga = |bytes: f64| format!("{:.1} GB", bytes * 1e-9);
    let place = description.document.get("grid").map(|node| node.place.clone()).unwrap_or_default();
    let message = format!(
        "{} cells want about {} of memory, and this machine has {}: take fewer or larger cells, or `precision = \"f32\"`",
        description.grid.len(),
        giga(wanted),
        giga(installed)
    );
    Err(description.error(&place, message))
}

/// About how much memory a film takes, bytes.
fn bytes(description: &Description) -> f64 {
    let number = if description.general.precision == Precision::Single { 4.0 } else { 8.0 };
    let layers = usize::from(description.grid.cells()[2] > 1);
    let demag = if description.general.demagnetization { NUMBERS_OF_DEMAG[layers] } else { 0.0 };
    description.grid.len() as f64 * number * (NUMBERS_A_CELL + demag)
}

/// Memory of the machine in bytes, where that can be had.
fn installed_memory() -> Option<f64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? * 1024.0)
}

/// What a person should know about a film before it runs.
pub(super) fn warnings<T: Real>(description: &Description, film: &Film<T>) -> Vec<String> {
    let mut warnings = Vec::new();
    let (cells, size) = (description.grid.cells(), description.grid.cell_size());
    let longest = (0..3).filter(|a| cells[*a] > 1).max_by(|a, b| size[*a].total_cmp(&size[*b]));
    if let (Some(axis), Some(length)) = (longest, film.material().shortest_length())
        && size[axis] > length
    {
        warnings.push(format!(
            "cells are {} long along {}, and the magnetization turns within {} (the exchange length, or the width of a wall): take cells \
             that are shorter than that",
            engineering(size[axis], "m"),
            ["x", "y", "z"][axis],
            engineering(length, "m"),
        ));
    }
    let empty = |m: &MaterialSection| m.saturation_magnetization == 0.0 && m.exchange_stiffness != 0.0;
    for (number, region) in description.regions.iter().enumerate().filter(|(_, r)| empty(&r.section)) {
        warnings.push(format!(
            "region {} has a saturation magnetization of 0 under an exchange stiffness of {}: it is left empty, and its neighbours end \
             there as at a surface",
            number + 1,
            engineering(region.section.exchange_stiffness, "J/m"),
        ));
    }
    let still = film.material().damping.values().iter().all(|d| d.double() == 0.0);
    if still && description.general.temperature > 0.0 {
        warnings.push("the damping is 0, so that there is no thermal field at any temperature".to_owned());
    }
    warnings
}
