//! The current that makes a torque.

use crate::MagnetError;
use crate::film::{Real, VectorField};
use crate::macrospin::Vector;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// A current density J(x, t) = s(t) J(x), A/m^2, of positive charge.
///
/// Clones share what was given cell by cell: keep one to [`set`](Self::set) the current that a film has, between two steps.
///
/// ```
/// use spinloom_magnet::film::VectorField;
/// use spinloom_magnet::film::torque::CurrentDensity;
/// let pulse = CurrentDensity::<f64>::uniform([1e12, 0.0, 0.0])?.scaled_by(|t| if t < 1e-9 { 1.0 } else { 0.0 });
/// assert_eq!(pulse.at(5, 2e-9), [0.0; 3]);
/// let flow = CurrentDensity::per_cell(VectorField::<f64>::zeros(2))?;
/// flow.set(&VectorField::uniform(2, [0.0, 1e11, 0.0]))?;
/// assert_eq!(flow.at(1, 0.0)[1], 1e11);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Clone)]
pub struct CurrentDensity<T> {
    density: Density<T>,
    scale: Option<Arc<dyn Fn(f64) -> f64 + Send + Sync>>,
}

#[derive(Clone)]
enum Density<T> {
    Uniform([T; 3]),
    Cells(Arc<RwLock<VectorField<T>>>),
}

impl<T> fmt::Debug for CurrentDensity<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uniform = matches!(self.density, Density::Uniform(_));
        f.debug_struct("CurrentDensity").field("uniform", &uniform).field("scaled", &self.scale.is_some()).finish()
    }
}

/// The current density while a row is worked on.
pub(super) enum Held<'a, T> {
    Uniform([T; 3]),
    Cells(RwLockReadGuard<'a, VectorField<T>>),
}

impl<T: Real> Held<'_, T> {
    /// One component of a cell.
    #[inline(always)]
    pub(super) fn component(&self, axis: usize, cell: usize) -> T {
        match self {
            Self::Uniform(j) => j[axis],
            Self::Cells(field) => field.components()[axis][cell],
        }
    }

    /// Whether there is no current along an axis anywhere, as far as is known without looking.
    pub(super) fn is_zero(&self, axis: usize) -> bool {
        matches!(self, Self::Uniform(j) if j[axis] == T::zero())
    }
}

fn finite<T: Real>(values: impl IntoIterator<Item = T>) -> Result<(), MagnetError> {
    values.into_iter().try_for_each(|v| MagnetError::unless(true, "a current density (A/m^2)", v.double(), "a finite number"))
}

impl<T: Real> CurrentDensity<T> {
    /// The same everywhere.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a density that is not finite.
    pub fn uniform(density: Vector) -> Result<Self, MagnetError> {
        let density = density.map(T::of);
        finite(density)?;
        Ok(Self { density: Density::Uniform(density), scale: None })
    }

    /// One for each cell.
    ///
    /// # Errors
    /// As [`uniform`](Self::uniform).
    pub fn per_cell(density: VectorField<T>) -> Result<Self, MagnetError> {
        finite(density.components().into_iter().flatten().copied())?;
        Ok(Self { density: Density::Cells(Arc::new(RwLock::new(density))), scale: None })
    }

    /// Times a function of the time (s).
    #[must_use]
    pub fn scaled_by(mut self, scale: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        self.scale = Some(Arc::new(scale));
        self
    }

    /// Changes a density that was given cell by cell, for all clones of it.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a density that is not finite, of another number of cells, or that was given as uniform.
    pub fn set(&self, density: &VectorField<T>) -> Result<(), MagnetError> {
        finite(density.components().into_iter().flatten().copied())?;
        let cells = match &self.density {
            Density::Uniform(_) => 1,
            Density::Cells(held) => {
                let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
                if held.len() == density.len() {
                    held.clone_from(density);
                    return Ok(());
                }
                held.len()
            }
        };
        let given = density.len() as f64;
        MagnetError::unless(false, "the number of cells of a current density", given, if cells == 1 { "1" } else { "as before" })
    }

    /// The density of a cell at a time (s), A/m^2.
    pub fn at(&self, cell: usize, time: f64) -> Vector {
        let (held, scale) = (self.hold(), self.scale(time));
        [0, 1, 2].map(|axis| scale * held.component(axis, cell).double())
    }

    /// The scale at a time.
    pub(super) fn scale(&self, time: f64) -> f64 {
        self.scale.as_ref().map_or(1.0, |scale| scale(time))
    }

    pub(super) fn hold(&self) -> Held<'_, T> {
        match &self.density {
            Density::Uniform(j) => Held::Uniform(*j),
            Density::Cells(field) => Held::Cells(field.read().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// An error unless it has values for so many cells.
    pub(super) fn check(&self, cells: usize) -> Result<(), MagnetError> {
        match self.hold() {
            Held::Uniform(_) => Ok(()),
            Held::Cells(field) => {
                let given = field.len();
                MagnetError::unless(given == cells, "the number of cells of a current density", given as f64, "that of the film")
            }
        }
    }
}
