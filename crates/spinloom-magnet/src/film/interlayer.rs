//! Exchange of two layers across a spacer.

use super::anisotropy::Order;
use super::links::inverse;
use super::{Grid, PerCell, Real, Row, RowField, State, Term};
use crate::MagnetError;

/// Exchange of two layers of cells across a spacer (Ruderman-Kittel-Kasuya-Yosida and the like), of energy per area -J1 m.m', or in
/// second order -J2 (m.m')^2:
///
/// ```text
/// B = (J1 / Ms t) m',   B = (2 J2 / Ms t) (m.m') m',   t: thickness of a cell.
/// ```
///
/// A positive J1 (J/m^2) makes the layers parallel, a negative one antiparallel; a negative J2 sets them at right angles. Cells between
/// the layers should be without material, lest ordinary exchange couple them too. The coupling sits in the two layers of cells that
/// face each other.
///
/// Source: M. D. Stiles, J. Magn. Magn. Mater. 200, 322 (1999), doi:10.1016/S0304-8853(99)00334-0.
#[derive(Debug, Clone)]
pub struct InterlayerExchange<T> {
    order: Order,
    /// The two layers, counted along z.
    layers: [usize; 2],
    cells_of_layer: usize,
    /// J / (Ms t) of each cell of either layer, with the 2 of the second order; nothing where one of the two is without material.
    strength: [Vec<T>; 2],
}

impl<T: Real> InterlayerExchange<T> {
    /// A coupling J (J/m^2), for all columns of cells or one a column (index y nx + x), between two layers counted along z from 0, in a
    /// film of this saturation magnetization (A/m).
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for layers that are not there or the same, and a coupling that is not finite or has not one value a
    /// column.
    pub fn new(
        order: Order,
        grid: &Grid,
        ms: &PerCell<T>,
        layers: [usize; 2],
        coupling: &PerCell<T>,
    ) -> Result<Self, MagnetError> {
        let [nx, ny, nz] = grid.cells();
        for layer in layers {
            let bound = "the number of a layer of cells, and not that of the other";
            MagnetError::unless(layer < nz && layers[0] != layers[1], "a layer of interlayer exchange", layer as f64, bound)?;
        }
        let columns = nx * ny;
        if let PerCell::Cells(values) = coupling
            && values.len() != columns
        {
            let (what, bound) = ("the number of couplings of layers", "that of the columns of cells");
            return Err(MagnetError::OutOfRange { what, value: values.len() as f64, bound });
        }
        let finite = |j: &T| MagnetError::unless(true, "the coupling of layers (J/m^2)", j.double(), "a finite number");
        coupling.values().iter().try_for_each(finite)?;
        let factor = if order == Order::First { 1.0 } else { 2.0 } / grid.cell_size()[2];
        let strength = [[0, 1], [1, 0]].map(|[own, other]| {
            let of = |column: usize| {
                let ms = |layer: usize| ms.at(layers[layer] * columns + column).double();
                let facing = if ms(other) > 0.0 { inverse(ms(own)) } else { 0.0 };
                T::of(factor * coupling.at(column).double() * facing)
            };
            (0..columns).map(of).collect()
        });
        Ok(Self { order, layers, cells_of_layer: columns, strength })
    }
}

impl<T: Real> Term<T> for InterlayerExchange<T> {
    fn name(&self) -> &'static str {
        "interlayer exchange"
    }

    fn degree(&self) -> Option<f64> {
        Some(if self.order == Order::First { 2.0 } else { 4.0 })
    }

    fn add_row(&self, state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let Some(own) = self.layers.iter().position(|layer| *layer == row.z) else { return };
        let column = row.start - row.z * self.cells_of_layer;
        let strength = &self.strength[own][column..column + row.len];
        let facing = self.layers[1 - own] * self.cells_of_layer + column;
        let [x, y, z] = state.m.components();
        for (i, strength) in strength.iter().enumerate() {
            let (here, there) = (row.start + i, facing + i);
            let along = match self.order {
                Order::First => T::one(),
                Order::Second => x[here] * x[there] + y[here] * y[there] + z[here] * z[there],
            };
            let size = *strength * along;
            field.x[i] += size * x[there];
            field.y[i] += size * y[there];
            field.z[i] += size * z[there];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::VectorField;

    #[test]
    fn layers_across_an_empty_one_feel_each_other_and_nothing_else_does() {
        let grid = Grid::new([1, 1, 3], [1e-9, 1e-9, 2e-9]).unwrap();
        let ms = PerCell::Cells(vec![1e6, 0.0, 5e5]);
        let coupling = InterlayerExchange::<f64>::new(Order::First, &grid, &ms, [0, 2], &PerCell::Uniform(1e-3)).unwrap();
        let mut m = VectorField::zeros(3);
        m.set(0, [1.0, 0.0, 0.0]);
        m.set(2, [0.0, 0.6, 0.8]);
        let field = |term: &InterlayerExchange<f64>, z: usize| {
            let mut b = VectorField::zeros(1);
            let [bx, by, bz] = b.components_mut();
            term.add_row(State { m: &m, time: 0.0 }, grid.row(z), &mut RowField { x: bx, y: by, z: bz });
            b.get(0)
        };
        // J / (Ms t): 1e-3 / (1e6 2e-9) = 0.5 T and twice that in the other layer.
        assert!((field(&coupling, 0)[1] - 0.3).abs() < 1e-15 && (field(&coupling, 2)[0] - 1.0).abs() < 1e-15);
        assert_eq!(field(&coupling, 1), [0.0; 3]);
        let second = InterlayerExchange::new(Order::Second, &grid, &ms, [0, 2], &PerCell::Uniform(1e-3)).unwrap();
        assert_eq!(field(&second, 0), [0.0; 3]);
    }

    #[test]
    fn layers_that_are_not_there_are_refused() {
        let grid = Grid::new([2, 1, 2], [1e-9; 3]).unwrap();
        let new = |layers, j: PerCell<f64>| InterlayerExchange::new(Order::First, &grid, &PerCell::Uniform(1e6), layers, &j);
        assert!(new([0, 2], PerCell::Uniform(1.0)).is_err() && new([1, 1], PerCell::Uniform(1.0)).is_err());
        assert!(new([0, 1], PerCell::Cells(vec![1.0])).is_err() && new([0, 1], PerCell::Uniform(f64::NAN)).is_err());
        assert!(new([0, 1], PerCell::Cells(vec![1.0, 2.0])).is_ok());
    }
}
