//! The field from outside.

use super::{Grid, Real, Row, RowField, State, Term, VectorField};
use crate::MagnetError;
use crate::macrospin::{Vector, Waveform};
use std::fmt;
use std::sync::Arc;

/// A factor that changes with time.
#[derive(Clone)]
pub enum Course {
    /// One of the usual forms.
    Waveform(Waveform),
    /// Any function of the time (s), which has to give finite numbers.
    Function(Arc<dyn Fn(f64) -> f64 + Send + Sync>),
}

impl Course {
    /// A function of the time, s.
    pub fn function(function: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        Self::Function(Arc::new(function))
    }

    /// Its value at a time, s.
    pub fn at(&self, time: f64) -> f64 {
        match self {
            Self::Waveform(waveform) => waveform.at(time),
            Self::Function(function) => function(time),
        }
    }

    fn check(&self) -> Result<(), MagnetError> {
        match self {
            Self::Waveform(waveform) => waveform.check(),
            Self::Function(_) => Ok(()),
        }
    }
}

impl From<Waveform> for Course {
    fn from(waveform: Waveform) -> Self {
        Self::Waveform(waveform)
    }
}

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waveform(waveform) => waveform.fmt(f),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}

/// The field from outside, energy -Ms m.B: a sum of parts, each a vector for all cells or one a cell, times a function of time.
///
/// ```
/// use spinloom_magnet::film::Zeeman;
/// use spinloom_magnet::macrospin::Waveform;
/// let wave = Waveform::Sine { amplitude: 1.0, frequency: 5e9, phase: 0.0, offset: 0.0 };
/// let field = Zeeman::<f64>::uniform([0.1, 0.0, 0.0])?.and([0.0, 1e-3, 0.0], wave)?;
/// let [_, y, _] = field.uniform_at(0.05e-9);
/// assert!((y - 1e-3).abs() < 1e-15);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Zeeman<T> {
    uniform: Vec<(Vector, Course)>,
    cells: Vec<(VectorField<T>, Course)>,
}

impl<T: Real> Zeeman<T> {
    /// A field (T) that is the same everywhere and always.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a component that is not finite.
    pub fn uniform(field: Vector) -> Result<Self, MagnetError> {
        Self { uniform: Vec::new(), cells: Vec::new() }.and(field, Waveform::Constant(1.0))
    }

    /// Besides, a field that is the same everywhere, times a function of time such as a
    /// [`Waveform`]; one of the two carries the unit tesla.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a component that is not finite, and for a
    /// waveform with parameters out of range.
    pub fn and(mut self, field: Vector, course: impl Into<Course>) -> Result<Self, MagnetError> {
        field.iter().try_for_each(|b| MagnetError::unless(true, "a component of the field (T)", *b, "a finite number"))?;
        let course = course.into();
        course.check()?;
        self.uniform.push((field, course));
        Ok(self)
    }

    /// Besides, a field for each cell, times a function of time: a static map with [`Waveform::Constant`], an antenna with a pulse.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one vector a cell, [`MagnetError::InCell`] for a component that is not finite, and
    /// [`MagnetError::OutOfRange`] for a waveform with parameters out of range.
    pub fn and_cells(mut self, grid: &Grid, field: VectorField<T>, course: impl Into<Course>) -> Result<Self, MagnetError> {
        for component in field.components() {
            MagnetError::length("the field of the cells", grid, component.len())?;
            for (cell, b) in component.iter().enumerate() {
                MagnetError::in_cell(true, "the field (T)", grid, cell, b.double(), "a finite number")?;
            }
        }
        let course = course.into();
        course.check()?;
        self.cells.push((field, course));
        Ok(self)
    }

    /// The parts that are the same everywhere, at a time (s), T.
    pub fn uniform_at(&self, time: f64) -> Vector {
        let mut sum = [0.0; 3];
        for (field, course) in &self.uniform {
            let now = course.at(time);
            (0..3).for_each(|k| sum[k] += field[k] * now);
        }
        sum
    }
}

impl<T: Real> Term<T> for Zeeman<T> {
    fn name(&self) -> &'static str {
        "Zeeman"
    }

    fn degree(&self) -> Option<f64> {
        Some(1.0)
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let uniform = self.uniform_at(state.time);
        let mut out = [&mut *field.x, &mut *field.y, &mut *field.z];
        for (out, b) in out.iter_mut().zip(uniform) {
            let b = T::of(b);
            out.iter_mut().for_each(|sum| *sum += b);
        }
        for (cells, course) in &self.cells {
            let now = T::of(course.at(state.time));
            for (out, b) in out.iter_mut().zip(cells.components()) {
                out.iter_mut().zip(&b[row.range()]).for_each(|(sum, b)| *sum += *b * now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_each_with_its_own_time() {
        let grid = Grid::new([2, 1, 1], [1e-9; 3]).unwrap();
        let mut map = VectorField::<f64>::zeros(2);
        map.set(1, [0.0, 0.0, 2.0]);
        let ramp = Waveform::Table { times: vec![0.0, 1.0], values: vec![0.0, 1.0] };
        let zeeman = Zeeman::uniform([1.0, 0.0, 0.0]).unwrap().and([0.0, 1.0, 0.0], ramp.clone()).unwrap();
        let zeeman = zeeman.and_cells(&grid, map, ramp).unwrap();
        let (m, mut b) = (VectorField::zeros(2), VectorField::zeros(2));
        let [x, y, z] = b.components_mut();
        zeeman.add_row(State { m: &m, time: 0.5 }, grid.row(0), &mut RowField { x, y, z });
        assert_eq!((b.get(0), b.get(1)), ([1.0, 0.5, 0.0], [1.0, 0.5, 1.0]));
        let squared = zeeman.and([0.0, 1.0, 0.0], Course::function(|t| t * t)).unwrap();
        assert_eq!(squared.uniform_at(0.5), [1.0, 0.75, 0.0]);
    }

    #[test]
    fn fields_that_are_no_numbers_or_too_few_are_refused() {
        let grid = Grid::new([2, 1, 1], [1e-9; 3]).unwrap();
        assert!(Zeeman::<f64>::uniform([f64::NAN, 0.0, 0.0]).is_err());
        let zeeman = || Zeeman::<f64>::uniform([0.0; 3]).unwrap();
        assert!(zeeman().and_cells(&grid, VectorField::zeros(3), Waveform::Constant(1.0)).is_err());
        let mut map = VectorField::zeros(2);
        map.set(1, [0.0, f64::INFINITY, 0.0]);
        let text = zeeman().and_cells(&grid, map, Waveform::Constant(1.0)).unwrap_err().to_string();
        assert_eq!(text, "the field (T) in the cell (1, 0, 0) must be a finite number, but it is inf");
    }
}
