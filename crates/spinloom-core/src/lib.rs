//! What all floors of spinloom stand on: physical constants, quantities with units, parameters that describe themselves, random
//! streams, statistics, variability, the context of a run, and the energy ledger.
//!
//! Every number inside spinloom is SI. Nothing here knows about magnetism or networks.

pub mod constants;
pub mod document;
pub mod ledger;
pub mod parameters;
pub mod quantity;
pub mod random;
pub mod run;
pub mod statistics;
pub mod variability;
