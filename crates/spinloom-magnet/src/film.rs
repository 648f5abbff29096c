//! Thin films and bodies by finite differences: a regular grid of cells, each with a magnetization of fixed length.
//!
//! Everything that acts on the magnetization is a [`Term`] that adds a flux density (T) cell by cell, spin torques included: with
//! Gilbert's equation
//!
//! ```text
//! dm/dt = -gamma m x B + alpha m x dm/dt
//! ```
//!
//! a damping-like torque is the field B_DL m x p, a field-like one B_FL p, and a current that flows through a texture,
//! u = muB P J / (e Ms), the field -(1/gamma) [m x (u.grad) m + xi (u.grad) m]. So the right-hand side has one form,
//!
//! ```text
//! dm/dt = -gamma' { m x B + alpha m x (m x B) },   gamma' = gamma / (1 + alpha^2).
//! ```
//!
//! Terms that look no further than the next cells work on one row of cells at a time, so that all of them find it in the cache; the
//! demagnetising field, which looks everywhere, is made before them.

mod anisotropy;
mod body;
mod cells;
mod configuration;
#[cfg(test)]
mod conservative;
mod demag;
mod dmi;
pub mod dynamics;
mod exchange;
mod grid;
mod interlayer;
mod links;
mod material;
pub mod oersted;
mod term;
mod thermal;
pub mod torque;
mod zeeman;

pub use anisotropy::{CubicAnisotropy, Order, PerCellVector, UniaxialAnisotropy, uniform_vector};
pub use body::Film;
pub use cells::{PerCell, Real, VectorField};
pub use configuration::Configuration;
pub use demag::{Demag, DemagnetizingTensor, SymmetricTensor, newell_f, newell_g};
pub use dmi::{DmiEdge, DmiKind, DzyaloshinskiiMoriya};
pub use exchange::Exchange;
pub use grid::{Grid, Row};
pub use interlayer::InterlayerExchange;
pub(crate) use links::harmonic_mean;
pub use material::Material;
pub use term::{RowField, State, Term};
pub use thermal::ThermalField;
pub use zeeman::{Course, Zeeman};

/// Cells from which on more than one core is worth waking.
const PARALLEL: usize = 8192;
