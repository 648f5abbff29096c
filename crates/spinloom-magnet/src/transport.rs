//! The stationary current through a magnetic texture.
//!
//! The potential phi obeys
//!
//! ```text
//! div(sigma(m) grad phi) = 0,   J = -sigma(m) grad phi,
//! sigma(m) = (1/rho_perp) 1 + (1/rho_par - 1/rho_perp) m m^T:
//! ```
//!
//! the resistivity is rho_par along the magnetization and rho_perp across (anisotropic magnetoresistance, T. R. McGuire and R. I. Potter,
//! IEEE Trans. Magn. 11, 1018 (1975), doi:10.1109/TMAG.1975.1058782), with the ratio a = 2 (rho_par - rho_perp) / (rho_par + rho_perp).
//! Contacts are metal at one potential each; nothing flows out elsewhere. The current follows the texture at once, as in D. Prychynenko et
//! al., Phys. Rev. Applied 9, 014034 (2018), doi:10.1103/PhysRevApplied.9.014034. Non-collinear magnetoresistance raises rho_perp, and
//! rho_par with it, by lambda |grad m|^2: C. Hanneken et al., Nat. Nanotechnol. 10, 1039 (2015), doi:10.1038/nnano.2015.218.
//!
//! Finite volumes that make the Joule power least give a symmetric matrix, which conjugate gradients solve with a multigrid cycle, from
//! the potential of the texture before. One solution for every contact but one yields the conductances among all of them, so that what
//! drives the contacts may change at no cost.

mod circuit;
mod conjugate;
mod dense;
mod driven;
mod layout;
mod multigrid;
mod solve;
mod stencil;
mod vertex;

pub(crate) use driven::follow;
pub use driven::{Driven, DrivenError};

use crate::MagnetError;
use crate::film::{Grid, PerCell, VectorField};
use circuit::Circuit;
use conjugate::{Conjugate, combine};
use layout::{Layout, Site};
use multigrid::Multigrid;
use stencil::Stencil;
use vertex::{Corners, Flat, Solid};

/// Why no current can be found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// A parameter is outside the model.
    #[error(transparent)]
    Magnet(#[from] MagnetError),
    /// Fewer than two contacts.
    #[error("a current needs two contacts or more, but there are {count}")]
    TooFewContacts {
        /// How many there are.
        count: usize,
    },
    /// A contact's cell is not on the grid.
    #[error("contact {contact} has the cell {cell}, but the grid has {cells} cells, counted from 0")]
    NoCell {
        /// The contact, counted from 0.
        contact: usize,
        /// Index of the cell.
        cell: usize,
        /// Cells of the grid.
        cells: usize,
    },
    /// A contact at the end of an axis that has none.
    #[error(
        "contact {contact} is at an end of axis {axis}, but axes are 0 to 2, and one along which the film repeats has no end"
    )]
    NoSuchEnd {
        /// The contact, counted from 0.
        contact: usize,
        /// The axis.
        axis: usize,
    },
    /// A contact on a face that is not at the end of the grid.
    #[error("contact {contact} is on the outer face of cell {cell:?}, which is not at that end of axis {axis}")]
    NotAtEnd {
        /// The contact, counted from 0.
        contact: usize,
        /// The cell.
        cell: [usize; 3],
        /// The axis.
        axis: usize,
    },
    /// A contact that touches no film.
    #[error("contact {contact} touches no material that conducts, apart from its own cells")]
    NoMaterial {
        /// The contact, counted from 0.
        contact: usize,
    },
    /// Two contacts in one place or side by side.
    #[error("contacts {first} and {second} touch at cell {cell:?}: that is a short circuit")]
    Touching {
        /// One contact, counted from 0.
        first: usize,
        /// The other.
        second: usize,
        /// Where.
        cell: [usize; 3],
    },
    /// No current can flow between two contacts.
    #[error("contacts {first} and {second} are in parts of the film that are not connected")]
    NotConnected {
        /// One contact, counted from 0.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A part of the film that no contact reaches, which has no potential.
    #[error(
        "the part of {cells} conducting cells around cell {cell:?} is connected with no contact: give it an infinite resistivity"
    )]
    Island {
        /// A cell of it.
        cell: [usize; 3],
        /// How many cells it has.
        cells: usize,
    },
    /// Nothing fixes the potential.
    #[error("none of the {count} contacts has a given potential: one of them needs it, 0 V for instance")]
    AllFloating {
        /// How many there are.
        count: usize,
    },
    /// There is no such contact.
    #[error("there is no contact {contact}, only {count} of them, counted from 0")]
    NoContact {
        /// The index given.
        contact: usize,
        /// How many there are.
        count: usize,
    },
    /// The magnetization has another number of cells, or drives another number of contacts.
    #[error("there are {given} {what}, but {expected} are needed")]
    Count {
        /// What there are.
        what: &'static str,
        /// How many.
        given: usize,
        /// How many there should be.
        expected: usize,
    },
    /// The magnetization is not a number in a cell.
    #[error("the magnetization of cell {cell:?} is not finite")]
    NotFinite {
        /// The cell.
        cell: [usize; 3],
    },
    /// The potential was not found.
    #[error("the potential is not found after {iterations} iterations: its relative error is still {error:.1e}")]
    NotConverged {
        /// Iterations made.
        iterations: usize,
        /// Relative error left, of the electric field.
        error: f64,
    },
    /// The conductances among contacts differ by too much.
    #[error("the conductances among the contacts differ by more than double precision resolves")]
    Singular,
}

/// What a film conducts.
#[derive(Debug, Clone, PartialEq)]
pub struct Conductor {
    /// Resistivity across the magnetization, rho_perp, ohm m; infinite where there is no material. Where there is no magnetization it is
    /// the resistivity in every direction.
    pub resistivity: PerCell<f64>,
    /// Ratio a = 2 (rho_par - rho_perp) / (rho_par + rho_perp), between -2 and 2.
    pub anisotropic_ratio: f64,
    /// Non-collinear magnetoresistance lambda, ohm m^3: resistivities are raised by lambda |grad m|^2.
    pub noncollinear: f64,
}

impl Conductor {
    /// The same resistivity (ohm m) everywhere, whatever the magnetization.
    pub fn new(resistivity: f64) -> Self {
        Self { resistivity: PerCell::Uniform(resistivity), anisotropic_ratio: 0.0, noncollinear: 0.0 }
    }

    /// With an anisotropic magnetoresistance of this ratio a.
    #[must_use]
    pub fn with_anisotropic_ratio(mut self, ratio: f64) -> Self {
        self.anisotropic_ratio = ratio;
        self
    }

    /// With a non-collinear magnetoresistance lambda, ohm m^3.
    #[must_use]
    pub fn with_noncollinear(mut self, lambda: f64) -> Self {
        self.noncollinear = lambda;
        self
    }

    /// Only in cells of the grid that are material.
    #[must_use]
    pub fn within(mut self, grid: &Grid, material: impl Fn(usize) -> bool) -> Self {
        let rho = |cell| if material(cell) { self.resistivity.at(cell) } else { f64::INFINITY };
        self.resistivity = PerCell::of((0..grid.len()).map(rho).collect());
        self
    }

    fn check(&self, cells: usize) -> Result<(), TransportError> {
        if let PerCell::Cells(values) = &self.resistivity {
            count("resistivities", values.len(), cells)?;
        }
        for rho in self.resistivity.values() {
            if *rho != f64::INFINITY {
                MagnetError::unless(*rho > 0.0, "the resistivity (ohm m)", *rho, "positive, or infinite without material")?;
            }
        }
        let a = self.anisotropic_ratio;
        MagnetError::unless(a.abs() < 2.0, "the anisotropic magnetoresistance ratio", a, "between -2 and 2")?;
        let lambda = self.noncollinear;
        MagnetError::unless(lambda >= 0.0, "the non-collinear magnetoresistance (ohm m^3)", lambda, "0 or greater")?;
        Ok(())
    }
}

/// Where a contact is: metal at one potential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// Metal in place of cells of the film, or on them: their own material is short-circuited and has no current density. Cells
    /// without material are passed over.
    Cells(Vec<usize>),
    /// Metal on the outer faces of cells at an end of the grid.
    Faces {
        /// The axis, 0 to 2.
        axis: usize,
        /// At its upper end, or at the lower.
        ahead: bool,
        /// Cells there.
        cells: Vec<usize>,
    },
}

impl Contact {
    /// On the whole of one end of the grid.
    pub fn end(grid: &Grid, axis: usize, ahead: bool) -> Self {
        let at = grid.cells().get(axis).map_or(0, |n| if ahead { n - 1 } else { 0 });
        let cells = (0..grid.len()).filter(|c| grid.place(*c).get(axis) == Some(&at)).collect();
        Self::Faces { axis, ahead, cells }
    }
}

/// What a contact is connected to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drive {
    /// A source of this potential, V.
    Potential(f64),
    /// A source of this current into the film, A.
    Current(f64),
    /// Nothing: a voltage probe.
    Floating,
}

/// The current through a film.
///
/// ```
/// use spinloom_magnet::film::{Grid, VectorField};
/// use spinloom_magnet::transport::{Conductor, Contact, Drive, Transport};
///
/// let grid = Grid::new([40, 10, 1], [1e-9; 3])?;
/// let permalloy = Conductor::new(2e-7).with_anisotropic_ratio(0.02);
/// let contacts = [
///     (Contact::end(&grid, 0, false), Drive::Potential(1e-3)),
///     (Contact::end(&grid, 0, true), Drive::Potential(0.0)),
/// ];
/// let mut transport = Transport::<f64>::new(&grid, permalloy, &contacts)?;
/// transport.solve(&VectorField::uniform(grid.len(), [1.0, 0.0, 0.0]))?;
/// let rho_par = 2e-7 * (2.0 + 0.02) / (2.0 - 0.02);
/// let expected = rho_par * 40e-9 / (10e-9 * 1e-9);
/// assert!((transport.resistance(0, 1, 0, 1)? / expected - 1.0).abs() < 1e-10);
/// # Ok::<(), spinloom_magnet::transport::TransportError>(())
/// ```
#[derive(Debug)]
pub struct Transport<T> {
    film: Grid,
    conductor: Conductor,
    layout: Layout,
    drives: Vec<Drive>,
    tolerance: f64,
    corners: Box<dyn Corners>,
    matrix: Stencil<f64>,
    inverse: Multigrid,
    conjugate: Conjugate,
    /// Potentials with one contact other than the first at 1 V and the others at 0.
    basis: Vec<Vec<f64>>,
    potential: Vec<f64>,
    circuit: Circuit,
    iterations: usize,
    current: VectorField<T>,
    power: Vec<f64>,
}

fn count(what: &'static str, given: usize, expected: usize) -> Result<(), TransportError> {
    if given == expected { Ok(()) } else { Err(TransportError::Count { what, given, expected }) }
}
