//! What acts on the magnetization of a film.

use super::{Real, Row, VectorField};

/// What a term may look at.
#[derive(Debug, Clone, Copy)]
pub struct State<'a, T> {
    /// Magnetization, of unit length where there is material and zero elsewhere.
    pub m: &'a VectorField<T>,
    /// Time, s.
    pub time: f64,
}

/// The fields of the cells of one row, to add to, T.
#[derive(Debug)]
pub struct RowField<'a, T> {
    /// Components along x, one a cell.
    pub x: &'a mut [T],
    /// Components along y.
    pub y: &'a mut [T],
    /// Components along z.
    pub z: &'a mut [T],
}

/// Something that acts on the magnetization cell by cell, looking no further than the neighbouring cells.
pub trait Term<T: Real>: Send + Sync {
    /// Is told before a step what number it has, counted from 0, and how long it is, s: a thermal field is drawn here, and stays the
    /// same for all stages of the step.
    fn begin_step(&mut self, _step: u64, _time_step: f64) {}

    /// Whether there is noise in its field.
    fn is_stochastic(&self) -> bool {
        false
    }

    /// Its name in tables of energies, in the field's words: "exchange", "anisotropy", "Zeeman".
    fn name(&self) -> &'static str;

    /// The degree n of its energy as a polynomial of m, which then is E = -(1/n) sum over cells of Ms V m.B (Euler's theorem for
    /// homogeneous functions); none where the term is a torque without energy.
    fn degree(&self) -> Option<f64>;

    /// Adds its field on the cells of a row.
    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>);
}
