//! Vectors that may differ from cell to cell, and couplings that differ from pair to pair of regions.

use crate::film::VectorField;
use crate::macrospin::Vector;
use std::collections::BTreeMap;

/// A vector everywhere.
#[derive(Debug, Clone, PartialEq)]
pub enum Spread {
    /// The same.
    Uniform(Vector),
    /// One a cell.
    Cells(VectorField<f64>),
}

impl Spread {
    /// The vector of a cell.
    pub fn at(&self, cell: usize) -> Vector {
        match self {
            Self::Uniform(vector) => *vector,
            Self::Cells(field) => field.get(cell),
        }
    }

    /// Whether a component is nowhere other than zero.
    pub fn is_zero(&self, axis: usize) -> bool {
        match self {
            Self::Uniform(vector) => vector[axis] == 0.0,
            Self::Cells(field) => field.components()[axis].iter().all(|v| *v == 0.0),
        }
    }
}

/// How two regions are coupled, other than by the mean of what they are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Coupling {
    /// The mean times a factor.
    Scaled(f64),
    /// This value.
    Fixed(f64),
}

/// Couplings of pairs of regions, the smaller number first.
pub type Couplings = BTreeMap<(u16, u16), Coupling>;
