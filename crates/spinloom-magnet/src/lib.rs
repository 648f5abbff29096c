//! Magnetization itself: macrospins by the stochastic Landau-Lifshitz-Gilbert equation, and the demagnetising factors of simple bodies.
//!
//! Fields are flux densities in tesla (B = mu0 H), energies joule, times second; the magnetization is a unit vector m. The gyromagnetic
//! ratio is positive: in a field along +z the magnetization turns from x to y.

pub mod demagnetization;
pub mod film;
pub mod macrospin;
pub mod transport;

/// Why a magnet cannot be what was asked of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MagnetError {
    /// A parameter is outside the model.
    #[error("{what} must be {bound}, but it is {value}")]
    OutOfRange {
        /// Which parameter.
        what: &'static str,
        /// Value given, SI.
        value: f64,
        /// What is allowed.
        bound: &'static str,
    },
    /// There is no magnet of this index.
    #[error("there is no magnet {index}, only {count} of them, counted from 0")]
    NoMagnet {
        /// The index given.
        index: usize,
        /// How many there are.
        count: usize,
    },
}

impl MagnetError {
    /// An error unless `value` is a finite number and what has to hold `holds`.
    pub(crate) fn unless(holds: bool, what: &'static str, value: f64, bound: &'static str) -> Result<(), Self> {
        if value.is_finite() && holds { Ok(()) } else { Err(Self::OutOfRange { what, value, bound }) }
    }
}
