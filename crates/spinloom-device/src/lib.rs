//! Compact models of spintronic devices, one file a device: plain parameters in SI, state in structure-of-arrays where there are many.

pub mod antiferromagnet;
pub mod calibrate;
pub mod ensemble;
pub mod envelope;
pub mod junction;
pub mod oscillator;
pub mod pbit;
pub mod spin_orbit_neuron;
pub mod telegraph;
pub mod vortex;

/// Why a device cannot be what was asked of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
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
    /// A parameter is outside the model.
    #[error("{what} must be {bound}, but it is {value}")]
    OutOfRange {
        /// Which parameter.
        what: &'static str,
        /// Value given, SI.
        value: f64,
        /// What is allowed.
        bound: String,
    },
    /// The integration left the numbers: the step is too large for the rates.
    #[error("oscillator {oscillator} of replica {replica} is no longer finite at {time:e} s: use a smaller time step")]
    NotFinite {
        /// Index of the oscillator.
        oscillator: usize,
        /// Index of the replica.
        replica: usize,
        /// Time since the start, s.
        time: f64,
    },
    /// A vortex core came too close to the edge of its disk.
    #[error(
        "vortex {index} left the model at {time:e} s: its core reached {radius:.2} of the disk radius; use a smaller current"
    )]
    OutOfModel {
        /// Index of the vortex.
        index: usize,
        /// Core radius over disk radius.
        radius: f64,
        /// Time since the start, s.
        time: f64,
    },
    /// A parameter cannot be set.
    #[error(transparent)]
    Parameter(#[from] spinloom_core::parameters::ParameterError),
    /// A device cannot be fitted to data.
    #[error("cannot fit: {0}")]
    Fit(String),
    /// The best fit lies where the model of a device ends; the parameters that stopped there.
    #[error(
        "cannot fit: the most likely {0} would lie beyond what the model allows: the data do not tell it; hold it at a value known otherwise, or measure where it acts"
    )]
    FitAtEdge(String),
    /// The magnet of a device is outside its model.
    #[error(transparent)]
    Magnet(#[from] spinloom_magnet::MagnetError),
}

/// Arrays that belong together.
fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), DeviceError> {
    if expected == found { Ok(()) } else { Err(DeviceError::Shape { what, expected, found }) }
}

/// ln(p / (1 - p)), finite for probabilities of 0 and 1 too.
fn logit(probability: f64) -> f64 {
    let p = probability.clamp(1e-300, 1.0 - 1e-16);
    p.ln() - (-p).ln_1p()
}

/// ln(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}
