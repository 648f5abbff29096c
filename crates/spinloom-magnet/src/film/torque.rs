//! Torques of currents, as the fields that make them.
//!
//! With Gilbert's equation dm/dt = -gamma m x B + alpha m x dm/dt, the field B_DL m x p pulls m towards p where B_DL > 0, and the
//! field B_FL p acts like any other. Current densities J are those of positive charge; electrons go the other way. In every torque
//! the current may differ from cell to cell, be changed between steps, and be scaled in time.

mod current;
mod slonczewski;
mod spin_orbit;
mod zhang_li;

#[cfg(test)]
mod tests;

use super::{PerCell, Real};
use crate::MagnetError;
use spinloom_core::constants::{ELEMENTARY_CHARGE, REDUCED_PLANCK};

pub use current::CurrentDensity;
pub use slonczewski::{Direction, Efficiency, Slonczewski};
pub use spin_orbit::SpinOrbit;
pub use zhang_li::ZhangLi;

/// An error unless there is one value for all or for each of the cells, and every one is finite and `holds`.
pub(super) fn checked<T: Real>(
    what: &'static str,
    values: &PerCell<T>,
    cells: usize,
    holds: impl Fn(f64) -> bool,
    bound: &'static str,
) -> Result<(), MagnetError> {
    if let PerCell::Cells(all) = values {
        MagnetError::unless(all.len() == cells, "the number of values of a parameter", all.len() as f64, "one for every cell")?;
    }
    values.values().iter().map(|v| v.double()).try_for_each(|v| MagnetError::unless(holds(v), what, v, bound))
}

/// A parameter made of others, cell by cell.
fn per_cell<T: Real>(cells: usize, uniform: bool, value: impl Fn(usize) -> f64) -> PerCell<T> {
    if uniform { PerCell::Uniform(T::of(value(0))) } else { PerCell::of((0..cells).map(|i| T::of(value(i))).collect()) }
}

/// Whether a parameter is the same everywhere.
fn is_uniform<T>(values: &PerCell<T>) -> bool {
    matches!(values, PerCell::Uniform(_))
}

/// Damping-like field a current density of 1 A/m^2 makes in a layer of thickness `t` (m) if every electron leaves hbar/2 there: (hbar / 2e) / (Ms t), T;
/// zero without material.
fn field_per_density(saturation_magnetization: f64, t: f64) -> f64 {
    if saturation_magnetization > 0.0 { REDUCED_PLANCK / (2.0 * ELEMENTARY_CHARGE) / (saturation_magnetization * t) } else { 0.0 }
}
