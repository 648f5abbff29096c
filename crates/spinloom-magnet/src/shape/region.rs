//! Regions: a number for each cell, and parameters by that number.

use super::{ShapeError, Solid};
use crate::film::{Grid, PerCell, Real, VectorField};
use crate::macrospin::Vector;
use std::collections::{BTreeMap, BTreeSet};

/// The number of the region that each cell belongs to, 0 to 65535.
///
/// ```
/// use spinloom_magnet::film::{Grid, PerCell};
/// use spinloom_magnet::shape::{RegionTable, Regions, Shape, Axis};
/// let grid = Grid::new([4, 1, 1], [1e-9; 3])?;
/// let mut regions = Regions::new(&grid);
/// regions.set(1, &Shape::range(Axis::X, 0.0, f64::INFINITY).on(&grid)?)?;
/// let mut anisotropy = RegionTable::new(1e5);
/// anisotropy.set(1, 2e5);
/// assert_eq!(anisotropy.per_cell(&regions), PerCell::Cells(vec![1e5, 1e5, 2e5, 2e5]));
/// # Ok::<(), spinloom_magnet::shape::ShapeError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Regions {
    grid: Grid,
    numbers: Vec<u16>,
}

impl Regions {
    /// Region 0 everywhere.
    pub fn new(grid: &Grid) -> Self {
        Self { grid: *grid, numbers: vec![0; grid.len()] }
    }

    /// These numbers, one a cell.
    ///
    /// # Errors
    /// [`ShapeError::WrongLength`].
    pub fn from_numbers(grid: &Grid, numbers: Vec<u16>) -> Result<Self, ShapeError> {
        if numbers.len() != grid.len() {
            return Err(ShapeError::WrongLength { what: "a list of regions", found: numbers.len(), expected: grid.len() });
        }
        Ok(Self { grid: *grid, numbers })
    }

    /// Gives a number to the cells whose middle is inside, whatever they had before.
    ///
    /// # Errors
    /// [`ShapeError::WrongLength`] for a shape fitted to another number of cells.
    pub fn set(&mut self, number: u16, solid: &Solid) -> Result<(), ShapeError> {
        let (found, expected) = (solid.grid().len(), self.grid.len());
        if found != expected {
            return Err(ShapeError::WrongLength { what: "the grid of a shape", found, expected });
        }
        let mask = solid.mask();
        self.numbers.iter_mut().zip(mask).filter(|(_, inside)| *inside).for_each(|(n, _)| *n = number);
        Ok(())
    }

    /// The grid they belong to.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The number of each cell.
    pub fn numbers(&self) -> &[u16] {
        &self.numbers
    }

    /// The numbers that occur.
    pub fn used(&self) -> BTreeSet<u16> {
        self.numbers.iter().copied().collect()
    }
}

/// The values of a parameter: one for all regions, and those of the regions that differ from it.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionTable<V> {
    default: V,
    values: BTreeMap<u16, V>,
}

impl<V: Copy> RegionTable<V> {
    /// The same in all regions.
    pub fn new(default: V) -> Self {
        Self { default, values: BTreeMap::new() }
    }

    /// Sets the value of a region.
    pub fn set(&mut self, region: u16, value: V) -> &mut Self {
        self.values.insert(region, value);
        self
    }

    /// The value of a region.
    pub fn get(&self, region: u16) -> V {
        self.values.get(&region).copied().unwrap_or(self.default)
    }

    /// The value of each cell, by a table of all numbers up to the largest, so that a film of many regions costs one look-up a cell.
    fn cells<R>(&self, regions: &Regions, of: impl Fn(V) -> R) -> Vec<R>
    where
        R: Copy,
    {
        let largest = regions.numbers.iter().copied().max().unwrap_or(0);
        let table: Vec<R> = (0..=largest).map(|region| of(self.get(region))).collect();
        regions.numbers.iter().map(|n| table[usize::from(*n)]).collect()
    }
}

impl RegionTable<f64> {
    /// The value of each cell.
    pub fn per_cell<T: Real>(&self, regions: &Regions) -> PerCell<T> {
        PerCell::of(self.cells(regions, T::of))
    }
}

impl RegionTable<Vector> {
    /// The vector of each cell.
    pub fn vectors<T: Real>(&self, regions: &Regions) -> VectorField<T> {
        let [x, y, z] = [0, 1, 2].map(|a| self.cells(regions, |v| T::of(v[a])));
        VectorField { x, y, z }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;

    #[test]
    fn later_regions_cover_earlier_ones_and_tables_follow() {
        let grid = Grid::new([8, 8, 1], [1e-9; 3]).unwrap();
        let mut regions = Regions::new(&grid);
        regions.set(65535, &Shape::square(6e-9).on(&grid).unwrap()).unwrap();
        regions.set(7, &Shape::square(2e-9).on(&grid).unwrap()).unwrap();
        assert_eq!(regions.used().into_iter().collect::<Vec<_>>(), [0, 7, 65535]);
        let count = |n| regions.numbers().iter().filter(|r| **r == n).count();
        assert_eq!([count(0), count(7), count(65535)], [28, 4, 32]);
        let mut axis = RegionTable::new([0.0, 0.0, 1.0]);
        axis.set(7, [1.0, 0.0, 0.0]);
        let axes: VectorField<f32> = axis.vectors(&regions);
        assert_eq!(axes.get(grid.index([4, 4, 0])), [1.0, 0.0, 0.0]);
        assert_eq!(axes.get(0), [0.0, 0.0, 1.0]);
        assert_eq!(RegionTable::new(3.0).per_cell::<f64>(&regions), PerCell::Uniform(3.0));
    }

    #[test]
    fn what_belongs_to_another_grid_is_refused() {
        let (grid, other) = (Grid::new([8, 8, 1], [1e-9; 3]).unwrap(), Grid::new([4, 8, 1], [1e-9; 3]).unwrap());
        let error = Regions::new(&grid).set(1, &Shape::universe().on(&other).unwrap()).unwrap_err();
        assert!(error.to_string().contains("32 cells"), "{error}");
        assert!(Regions::from_numbers(&grid, vec![0; 3]).is_err());
    }
}
