//! p-bits and Ising machines: problems, energies over spins, samplers.

pub mod anneal;
pub mod autonomous;
pub mod boltzmann;
pub mod chain;
pub mod coloured;
pub mod diagnostics;
pub mod exact;
pub mod factoring;
pub mod format;
pub mod hardware;
pub mod lattice;
pub mod logic;
pub mod memory;
pub mod model;
pub mod multispin;
pub mod netlist;
pub mod path_integral;
pub mod planes;
pub mod polynomial;
pub mod problem;
pub mod qubo;
pub mod recombine;
pub mod satisfiability;
pub mod solution;
pub mod solve;
pub mod tempering;
pub mod tour;
pub mod whole;

pub use model::Ising;

use spinloom_core::run::Cancelled;

/// What can be wrong with a problem or a sampler.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IsingError {
    /// The model itself is wrong.
    #[error("{0}")]
    Model(String),
    /// A sampler cannot take this model.
    #[error("{0}")]
    Unsuitable(String),
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file holds something else than was expected.
    #[error("{file}:{line}: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What was expected and what was found.
        message: String,
    },
    /// More than the machine can hold.
    #[error("{what} would take {:.1} GiB, but {:.1} GiB are free", *needed as f64 / 1_073_741_824.0, *available as f64 / 1_073_741_824.0)]
    TooLarge {
        /// What was asked for.
        what: String,
        /// Bytes it would take.
        needed: u128,
        /// Bytes there are.
        available: u128,
    },
    /// Cancelled by the user.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

mod rule;
pub use rule::{Order, Rule};
