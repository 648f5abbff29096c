//! The field from outside.

use super::{Grid, Real, Row, RowField, State, Term, VectorField};
use crate::MagnetError;
use crate::macrospin::Vector;
use crate::waveform::Waveform;

/// The field from outside, energy -Ms m.B: a sum of parts, each a vector for all cells or one a cell, times a function of time.
///
/// ```
/// use spinloom_magnet::film::Zeeman;
/// use spinloom_magnet::waveform::Waveform;
/// let wave = Waveform::Sine { amplitude: 1.0, frequency: 5e9, phase: 0.0 };
/// let field = Zeeman::<f64>::uniform([0.1, 0.0, 0.0])?.and([0.0, 1e-3, 0.0], wave)?;
/// let [_, y, _] = field.uniform_at(0.05e-9);
/// assert!((y - 1e-3).abs() < 1e-15);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Zeeman<T> {
    uniform: Vec<(Vector, Waveform)>,
    cells: Vec<(VectorField<T>, Waveform)>,
}

impl<T: Real> Zeeman<T> {
    /// A field (T) that is the same everywhere and always.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a component that is not finite.
    pub fn uniform(field: Vector) -> Result<Self, MagnetError> {
        Self { uniform: Vec::new(), cells: Vec::new() }.and(field, Waveform::Constant(1.0))
    }

    /// Besides, a field that is the same everywhere, times a waveform; one of the two carries the unit tesla.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a component that is not finite, and what [`Waveform::check`] tells.
    pub fn and(mut self, field: Vector, waveform: Waveform) -> Result<Self, MagnetError> {
        field.iter().try_for_each(|b| MagnetError::unless(true, "a component of the field (T)", *b, "a finite number"))?;
        waveform.check()?;
        self.uniform.push((field, waveform));
        Ok(self)
    }

    /// Besides, a field for each cell, times a waveform: a static map with [`Waveform::Constant`], an antenna with a pulse.
    ///
    /// # Errors
    /// [`MagnetError::Count`] unless there is one vector a cell, [`MagnetError::InCell`] for a component that is not finite, and what
    /// [`Waveform::check`] tells.
    pub fn and_cells(mut self, grid: &Grid, field: VectorField<T>, waveform: Waveform) -> Result<Self, MagnetError> {
        for component in field.components() {
            MagnetError::count("the field of the cells", grid, component.len())?;
            for (cell, b) in component.iter().enumerate() {
                MagnetError::in_cell(true, "the field (T)", grid, cell, b.double(), "a finite number")?;
            }
        }
        waveform.check()?;
        self.cells.push((field, waveform));
        Ok(self)
    }

    /// The parts that are the same everywhere, at a time (s), T.
    pub fn uniform_at(&self, time: f64) -> Vector {
        let mut sum = [0.0; 3];
        for (field, waveform) in &self.uniform {
            let now = waveform.at(time);
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
        for (cells, waveform) in &self.cells {
            let now = T::of(waveform.at(state.time));
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
