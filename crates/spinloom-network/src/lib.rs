//! Devices connected: reservoirs and their readouts, networks of oscillators, populations that code by counts, spiking neurons that learn, binary synapses
//! that learn by chance, weights in memory that errs, the classifiers they are compared with, and the metrics of the field.

pub mod approximate_memory;
pub mod classifier;
pub mod echo_state;
mod gaps;
pub mod locking;
pub mod metrics;
pub mod multilayer;
pub mod population;
pub mod readout;
pub mod reservoir;
pub mod spiking;
pub mod stochastic;
pub mod words;

use spinloom_core::run::Cancelled;
use spinloom_device::DeviceError;

/// Why a network or its readout cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// Arrays that belong together have different lengths.
    #[error("{what}: {expected} values are wanted, {found} were given")]
    Shape {
        /// Which array.
        what: &'static str,
        /// Length wanted.
        expected: usize,
        /// Length given.
        found: usize,
    },
    /// There is nothing to learn from, or the equations have no solution.
    #[error("{what} cannot be fitted: {why}")]
    Fit {
        /// What was fitted.
        what: &'static str,
        /// Why it failed and what helps.
        why: String,
    },
    /// A device of the network failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The run was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl NetworkError {
    /// Whether this is a cancellation.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}

/// Checks that an array has the length that its shape asks for.
pub(crate) fn shape(what: &'static str, expected: usize, found: usize) -> Result<(), NetworkError> {
    if expected == found { Ok(()) } else { Err(NetworkError::Shape { what, expected, found }) }
}
