//! Where the cells of a film are.

use crate::MagnetError;

/// A regular grid of cells: how many, how large, and how often the film repeats along each axis.
///
/// Cell (x, y, z) has the index (z ny + y) nx + x. The origin of space is the middle of the grid.
///
/// ```
/// use spinloom_magnet::film::Grid;
/// let grid = Grid::new([128, 32, 1], [500e-9 / 128.0, 125e-9 / 32.0, 3e-9])?;
/// assert_eq!(grid.len(), 4096);
/// assert_eq!(grid.index([1, 2, 0]), 257);
/// assert!((grid.position([0, 0, 0])[0] + 250e-9 * 127.0 / 128.0).abs() < 1e-20);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    cells: [usize; 3],
    cell_size: [f64; 3],
    images: [usize; 3],
}

/// The cells along x at one (y, z).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Index of its first cell.
    pub start: usize,
    /// Number of its cells.
    pub len: usize,
    /// Its place along y.
    pub y: usize,
    /// Its place along z.
    pub z: usize,
}

impl Row {
    /// Indices of its cells.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.len
    }
}

impl Grid {
    /// So many cells of this size (m) along x, y and z, with open ends.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for no cells, too many to number, or a size that is not positive.
    pub fn new(cells: [usize; 3], cell_size: [f64; 3]) -> Result<Self, MagnetError> {
        let total = cells.iter().try_fold(1usize, |n, c| n.checked_mul(*c)).filter(|n| *n < 1 << 31);
        MagnetError::unless(
            total.is_some_and(|n| n > 0),
            "the number of cells",
            total.map_or(f64::MAX, |n| n as f64),
            "from 1 to 2^31 in all",
        )?;
        for size in cell_size {
            MagnetError::unless(size > 0.0, "the size of a cell (m)", size, "positive")?;
        }
        Ok(Self { cells, cell_size, images: [0; 3] })
    }

    /// The same cells in a film that repeats along axes with a number of images other than zero: neighbours wrap around there, and the
    /// demagnetising field counts so many repetitions to either side.
    #[must_use]
    pub fn with_images(mut self, images: [usize; 3]) -> Self {
        self.images = images;
        self
    }

    /// Cells along x, y and z.
    #[inline]
    pub fn cells(&self) -> [usize; 3] {
        self.cells
    }

    /// Size of a cell, m.
    pub fn cell_size(&self) -> [f64; 3] {
        self.cell_size
    }

    /// Repetitions of the film to either side that the demagnetising field counts, along x, y and z.
    pub fn images(&self) -> [usize; 3] {
        self.images
    }

    /// Whether the film repeats along an axis.
    #[inline]
    pub fn is_periodic(&self, axis: usize) -> bool {
        self.images[axis] > 0
    }

    /// Size of the whole, m.
    pub fn size(&self) -> [f64; 3] {
        std::array::from_fn(|a| self.cells[a] as f64 * self.cell_size[a])
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.iter().product()
    }

    /// Never: a grid has cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Volume of a cell, m^3.
    pub fn cell_volume(&self) -> f64 {
        self.cell_size.iter().product()
    }

    /// Number of rows along x.
    pub fn rows(&self) -> usize {
        self.cells[1] * self.cells[2]
    }

    /// A row by its number, z ny + y.
    #[inline]
    pub fn row(&self, number: usize) -> Row {
        let [nx, ny, _] = self.cells;
        Row { start: number * nx, len: nx, y: number % ny, z: number / ny }
    }

    /// Index of a cell.
    pub fn index(&self, [x, y, z]: [usize; 3]) -> usize {
        (z * self.cells[1] + y) * self.cells[0] + x
    }

    /// The cell of an index.
    pub fn place(&self, index: usize) -> [usize; 3] {
        let [nx, ny, _] = self.cells;
        [index % nx, index / nx % ny, index / (nx * ny)]
    }

    /// Middle of a cell, m from the middle of the grid.
    pub fn position(&self, cell: [usize; 3]) -> [f64; 3] {
        std::array::from_fn(|a| (cell[a] as f64 + 0.5 - 0.5 * self.cells[a] as f64) * self.cell_size[a])
    }

    /// Coordinate along an axis of the neighbour one step ahead (`true`) or behind: wrapped where the film repeats, none at an open end.
    pub fn beside(&self, axis: usize, coordinate: usize, ahead: bool) -> Option<usize> {
        let n = self.cells[axis];
        match (ahead, coordinate) {
            (true, c) if c + 1 < n => Some(c + 1),
            (true, _) => self.is_periodic(axis).then_some(0),
            (false, 0) => self.is_periodic(axis).then_some(n - 1),
            (false, c) => Some(c - 1),
        }
    }

    /// The neighbouring cell along an axis, by index.
    pub fn neighbour(&self, cell: [usize; 3], axis: usize, ahead: bool) -> Option<usize> {
        let coordinate = self.beside(axis, cell[axis], ahead)?;
        let mut other = cell;
        other[axis] = coordinate;
        Some(self.index(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbered_along_x_first_and_wrap_only_where_the_film_repeats() {
        let grid = Grid::new([4, 3, 2], [1e-9, 2e-9, 3e-9]).unwrap().with_images([1, 0, 0]);
        for index in 0..grid.len() {
            assert_eq!(grid.index(grid.place(index)), index);
        }
        assert_eq!(grid.neighbour([3, 1, 1], 0, true), Some(grid.index([0, 1, 1])));
        assert_eq!(grid.neighbour([3, 2, 1], 1, true), None);
        assert_eq!(grid.neighbour([3, 2, 1], 2, false), Some(grid.index([3, 2, 0])));
        let row = grid.row(5);
        assert_eq!((row.y, row.z, row.range()), (2, 1, 20..24));
        let total: f64 = (0..grid.len()).map(|i| grid.position(grid.place(i))[1]).sum();
        assert!(total.abs() < 1e-20);
    }

    #[test]
    fn grids_without_cells_or_with_too_many_are_refused() {
        assert!(Grid::new([0, 1, 1], [1e-9; 3]).is_err());
        assert!(Grid::new([usize::MAX, 2, 1], [1e-9; 3]).is_err());
        assert!(Grid::new([1, 1, 1], [1e-9, f64::NAN, 1e-9]).is_err());
    }
}
