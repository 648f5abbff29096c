//! Magnetization itself: macrospins by the stochastic Landau-Lifshitz-Gilbert equation, and the demagnetising factors of simple bodies.
//!
//! Fields are flux densities in tesla (B = mu0 H), energies joule, times second; the magnetization is a unit vector m. The gyromagnetic
//! ratio is positive: in a field along +z the magnetization turns from x to y.

pub mod demagnetization;
pub mod file;
pub mod film;
pub mod macrospin;
pub mod waveform;
pub mod ovf;
pub mod picture;
pub mod table;
pub mod vtk;

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
    /// A parameter of one cell is outside the model.
    #[error("{what} in the cell ({}, {}, {}) must be {bound}, but it is {value}", cell[0], cell[1], cell[2])]
    InCell {
        /// Which parameter.
        what: &'static str,
        /// The cell, along x, y and z from 0.
        cell: [usize; 3],
        /// Value given, SI.
        value: f64,
        /// What is allowed.
        bound: &'static str,
    },
    /// A list has not one entry a cell.
    #[error("{what} must have {expected} values, one a cell, but has {found}")]
    Count {
        /// Which list.
        what: &'static str,
        /// How many there have to be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// No term has this name.
    #[error("there is no term called \"{name}\" in the film, which has: {known}")]
    NoTerm {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// There is no magnet of this index.
    #[error("there is no magnet {index}, only {count} of them, counted from 0")]
    NoMagnet {
        /// The index given.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A cell holds what is not a number.
    #[error("{what} is {value} in the cell {cell:?} (x, y and z counted from 0), where a finite number is needed")]
    NotFinite {
        /// Of which quantity.
        what: String,
        /// The cell along x, y and z.
        cell: [usize; 3],
        /// The value there.
        value: f64,
    },
    /// There are not as many values as cells.
    #[error("{what} has {found} values, but the grid has {expected} cells")]
    Length {
        /// Which quantity.
        what: String,
        /// Values given.
        found: usize,
        /// Cells of the grid.
        expected: usize,
    },
}

impl MagnetError {
    /// An error unless `value` is a finite number and what has to hold `holds`.
    pub(crate) fn unless(holds: bool, what: &'static str, value: f64, bound: &'static str) -> Result<(), Self> {
        if value.is_finite() && holds { Ok(()) } else { Err(Self::OutOfRange { what, value, bound }) }
    }

    /// An error unless the `value` of a cell is a finite number and what has to hold `holds`.
    pub(crate) fn in_cell(
        holds: bool,
        what: &'static str,
        grid: &film::Grid,
        cell: usize,
        value: f64,
        bound: &'static str,
    ) -> Result<(), Self> {
        if value.is_finite() && holds { Ok(()) } else { Err(Self::InCell { what, cell: grid.place(cell), value, bound }) }
    }

    /// An error unless a list has one entry a cell.
    pub(crate) fn count(what: &'static str, grid: &film::Grid, found: usize) -> Result<(), Self> {
        if found == grid.len() { Ok(()) } else { Err(Self::Count { what, expected: grid.len(), found }) }
    }
}
