//! Magnetization itself: macrospins by the stochastic Landau-Lifshitz-Gilbert equation, and the demagnetising factors of simple bodies.
//!
//! Fields are flux densities in tesla (B = mu0 H), energies joule, times second; the magnetization is a unit vector m. The gyromagnetic
//! ratio is positive: in a field along +z the magnetization turns from x to y.

pub mod demagnetization;
pub mod file;
pub mod film;
pub mod fokker_planck;
pub mod macrospin;
pub mod mx3;
pub mod ovf;
pub mod picture;
pub mod quantity;
pub mod shape;
pub mod simulation;
pub mod table;
pub mod transport;
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
        what: String,
        /// The cell, along x, y and z from 0.
        cell: [usize; 3],
        /// Value given, SI.
        value: f64,
        /// What is allowed.
        bound: &'static str,
    },
    /// No term has this name.
    #[error("there is no term called \"{name}\" in the film, which has: {known}")]
    NoTerm {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A magnet turns too far in one step.
    #[error(
        "a step of {time_step} s turns magnet {index} by up to {turn} rad; {limit} rad are allowed, which {longest} s would be"
    )]
    StepTooLong {
        /// Which magnet, counted from 0.
        index: usize,
        /// The step, s.
        time_step: f64,
        /// gamma B dt and the thermal turn, rad.
        turn: f64,
        /// What the method allows, rad.
        limit: f64,
        /// The longest step that is allowed, s.
        longest: f64,
    },
    /// A number has become infinite or none at all.
    #[error("{what} of magnet {index} is not finite at {time} s")]
    NotFinite {
        /// Which quantity.
        what: &'static str,
        /// Which magnet, counted from 0.
        index: usize,
        /// Time, s.
        time: f64,
    },
    /// A step has no solution within its tolerance.
    #[error("the step of magnet {index} at {time} s does not converge; take a shorter one")]
    NotConverged {
        /// Which magnet, counted from 0.
        index: usize,
        /// Time, s.
        time: f64,
    },
    /// There is no magnet of this index.
    #[error("there is no magnet {index}, only {count} of them, counted from 0")]
    NoMagnet {
        /// The index given.
        index: usize,
        /// How many there are.
        count: usize,
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

    /// The error of a `value` of a cell, which has to be in a `bound`.
    pub(crate) fn of_cell(what: &str, grid: &film::Grid, cell: usize, value: f64, bound: &'static str) -> Self {
        Self::InCell { what: what.to_owned(), cell: grid.place(cell), value, bound }
    }

    /// An error unless the `value` of a cell is a finite number and what has to hold `holds`.
    pub(crate) fn in_cell(
        holds: bool,
        what: &str,
        grid: &film::Grid,
        cell: usize,
        value: f64,
        bound: &'static str,
    ) -> Result<(), Self> {
        if value.is_finite() && holds { Ok(()) } else { Err(Self::of_cell(what, grid, cell, value, bound)) }
    }

    /// An error unless a list has one entry a cell.
    pub(crate) fn length(what: &str, grid: &film::Grid, found: usize) -> Result<(), Self> {
        let expected = grid.len();
        if found == expected { Ok(()) } else { Err(Self::Length { what: what.to_owned(), found, expected }) }
    }
}
