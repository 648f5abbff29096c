//! Arrays of a script: files that were read and masks that are made.

use crate::film::VectorField;

/// Numbers or vectors, one a cell of a size of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Cells along x, y and z.
    pub cells: [usize; 3],
    /// The values of each component, x fastest.
    pub components: Vec<Vec<f64>>,
}

/// Numbers that a mask may hold: what fits into some gigabytes.
const MOST: usize = 1 << 28;

impl Array {
    /// An array of zeros.
    ///
    /// # Errors
    /// In words, for a size that is not positive or too large.
    pub fn zeros(components: i64, cells: [i64; 3]) -> Result<Self, String> {
        let size = |n: i64| usize::try_from(n).ok().filter(|n| *n > 0);
        let wrong = || format!("an array of {components} components and {cells:?} cells cannot be made");
        let count = size(components).ok_or_else(wrong)?;
        let mut sides = [0; 3];
        for (side, n) in sides.iter_mut().zip(cells) {
            *side = size(n).ok_or_else(wrong)?;
        }
        let all = sides.iter().try_fold(count, |all, n| all.checked_mul(*n)).filter(|all| *all <= MOST).ok_or_else(wrong)?;
        Ok(Self { cells: sides, components: vec![vec![0.0; all / count]; count] })
    }

    /// The place of a value: its component and the index of its cell.
    ///
    /// # Errors
    /// In words, for a place outside.
    pub fn place(&self, component: i64, cell: [i64; 3]) -> Result<(usize, usize), String> {
        let outside = || format!("({component}, {}, {}, {}) is outside of the array", cell[0], cell[1], cell[2]);
        let inside = |i: i64, n: usize| usize::try_from(i).ok().filter(|i| *i < n).ok_or_else(outside);
        let c = inside(component, self.components.len())?;
        let [x, y, z] = [inside(cell[0], self.cells[0])?, inside(cell[1], self.cells[1])?, inside(cell[2], self.cells[2])?];
        Ok((c, (z * self.cells[1] + y) * self.cells[0] + x))
    }

    /// The values on a grid of another number of cells, each that of the nearest cell.
    pub fn on(&self, cells: [usize; 3]) -> Self {
        let from = |i: usize, axis: usize| i * self.cells[axis] / cells[axis];
        let index = |cell: usize| {
            let place = [cell % cells[0], cell / cells[0] % cells[1], cell / (cells[0] * cells[1])];
            let [x, y, z] = [0, 1, 2].map(|a| from(place[a], a));
            (z * self.cells[1] + y) * self.cells[0] + x
        };
        let count = cells.iter().product();
        let components = self.components.iter().map(|c| (0..count).map(|cell| c[index(cell)]).collect()).collect();
        Self { cells, components }
    }

    /// The values as vectors.
    ///
    /// # Errors
    /// In words, for another number of components.
    pub fn vectors(&self) -> Result<VectorField<f64>, String> {
        match self.components.as_slice() {
            [x, y, z] => Ok(VectorField { x: x.clone(), y: y.clone(), z: z.clone() }),
            other => Err(format!("an array of vectors is needed, with 3 components, but it has {}", other.len())),
        }
    }
}
