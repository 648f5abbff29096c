//! What cells hold: numbers and vectors, a component after the other.

use super::demag::Laned;
use crate::macrospin::Vector;
use realfft::FftNum;
use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, SubAssign};

/// The numbers a film computes with: `f64`, or `f32` for half the memory and about one and a half times the speed.
pub trait Real: num_traits::Float + FftNum + AddAssign + SubAssign + MulAssign + Sum + Default + Laned {
    /// From a double.
    fn of(value: f64) -> Self;
    /// To a double.
    fn double(self) -> f64;
}

impl Real for f64 {
    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn double(self) -> f64 {
        self
    }
}

impl Real for f32 {
    #[inline(always)]
    fn of(value: f64) -> Self {
        value as Self
    }
    #[inline(always)]
    fn double(self) -> f64 {
        f64::from(self)
    }
}

/// One vector a cell, kept as three arrays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VectorField<T> {
    /// Components along x.
    pub x: Vec<T>,
    /// Components along y.
    pub y: Vec<T>,
    /// Components along z.
    pub z: Vec<T>,
}

impl<T: Real> VectorField<T> {
    /// The same vector everywhere.
    pub fn uniform(cells: usize, [x, y, z]: Vector) -> Self {
        Self { x: vec![T::of(x); cells], y: vec![T::of(y); cells], z: vec![T::of(z); cells] }
    }

    /// Zero everywhere.
    pub fn zeros(cells: usize) -> Self {
        Self::uniform(cells, [0.0; 3])
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// The three arrays.
    pub fn components(&self) -> [&[T]; 3] {
        [&self.x, &self.y, &self.z]
    }

    /// The three arrays, to write.
    pub fn components_mut(&mut self) -> [&mut [T]; 3] {
        [&mut self.x, &mut self.y, &mut self.z]
    }

    /// The vector of one cell.
    pub fn get(&self, cell: usize) -> Vector {
        [self.x[cell].double(), self.y[cell].double(), self.z[cell].double()]
    }

    /// Sets the vector of one cell.
    pub fn set(&mut self, cell: usize, [x, y, z]: Vector) {
        (self.x[cell], self.y[cell], self.z[cell]) = (T::of(x), T::of(y), T::of(z));
    }
}

/// A parameter that is the same everywhere or differs from cell to cell.
#[derive(Debug, Clone, PartialEq)]
pub enum PerCell<T> {
    /// One value for all.
    Uniform(T),
    /// One value a cell.
    Cells(Vec<T>),
}

impl<T: Copy + PartialEq> PerCell<T> {
    /// The value of a cell.
    #[inline(always)]
    pub fn at(&self, cell: usize) -> T {
        match self {
            Self::Uniform(value) => *value,
            Self::Cells(values) => values[cell],
        }
    }

    /// From one value a cell, as one for all where they are equal.
    pub fn of(values: Vec<T>) -> Self {
        match values.first() {
            Some(&first) if values.iter().all(|v| *v == first) => Self::Uniform(first),
            _ => Self::Cells(values),
        }
    }

    /// Every value there is: one, or one a cell.
    pub fn values(&self) -> &[T] {
        match self {
            Self::Uniform(value) => std::slice::from_ref(value),
            Self::Cells(values) => values,
        }
    }
}
