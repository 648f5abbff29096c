//! Averages of the magnetization.

use super::direction;
use crate::MagnetError;
use crate::film::{PerCell, Real, VectorField};
use crate::macrospin::Vector;
use crate::shape::Regions;

/// The average of m over the cells with material, each with a weight; none where the weights sum to 0.
///
/// ```
/// use spinloom_magnet::film::VectorField;
/// use spinloom_magnet::quantity::{average, weighted_average};
/// let mut m = VectorField::<f64>::uniform(3, [0.0, 0.0, 1.0]);
/// m.set(1, [1.0, 0.0, 0.0]);
/// m.set(2, [0.0; 3]);
/// assert_eq!(average(&m), Some([0.5, 0.0, 0.5]));
/// assert_eq!(weighted_average(&m, |cell| cell as f64), Some([1.0, 0.0, 0.0]));
/// ```
pub fn weighted_average<T: Real>(m: &VectorField<T>, weight: impl Fn(usize) -> f64) -> Option<Vector> {
    let (mut sum, mut total) = ([0.0; 3], 0.0);
    for cell in 0..m.len() {
        if let Some(direction) = direction(m, cell) {
            let weight = weight(cell);
            total += weight;
            sum.iter_mut().zip(direction).for_each(|(s, d)| *s += weight * d);
        }
    }
    (total != 0.0).then(|| sum.map(|s| s / total))
}

/// The average of m over the cells with material; none without any.
pub fn average<T: Real>(m: &VectorField<T>) -> Option<Vector> {
    weighted_average(m, |_| 1.0)
}

/// The average weighted with the saturation magnetization (A/m), sum Ms m / sum Ms: the moment of the film over its largest.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for another number of cells.
pub fn moment_average<T: Real>(m: &VectorField<T>, saturation_magnetization: &PerCell<T>) -> Result<Option<Vector>, MagnetError> {
    if let PerCell::Cells(values) = saturation_magnetization {
        same_length(m, values.len())?;
    }
    Ok(weighted_average(m, |cell| saturation_magnetization.at(cell).double()))
}

/// The average over a region; none where it has no material.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for regions of another number of cells.
pub fn region_average<T: Real>(m: &VectorField<T>, regions: &Regions, number: u16) -> Result<Option<Vector>, MagnetError> {
    same_length(m, regions.numbers().len())?;
    Ok(weighted_average(m, |cell| f64::from(u8::from(regions.numbers()[cell] == number))))
}

fn same_length<T: Real>(m: &VectorField<T>, cells: usize) -> Result<(), MagnetError> {
    MagnetError::unless(m.len() == cells, "the number of cells of a weight", cells as f64, "that of the magnetization")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::Grid;
    use crate::shape::{Axis, Shape};

    #[test]
    fn averages_count_material_regions_and_moments() {
        let grid = Grid::new([4, 1, 1], [1e-9; 3]).unwrap();
        let mut m = VectorField::<f32>::uniform(4, [0.0, 1.0, 0.0]);
        m.set(0, [0.0; 3]);
        m.set(3, [1.0, 0.0, 0.0]);
        let mut regions = Regions::new(&grid);
        regions.set(1, &Shape::range(Axis::X, 0.0, 9.0).on(&grid).unwrap()).unwrap();
        assert_eq!(region_average(&m, &regions, 1).unwrap(), Some([0.5, 0.5, 0.0]));
        assert_eq!(region_average(&m, &regions, 0).unwrap(), Some([0.0, 1.0, 0.0]));
        assert_eq!(region_average(&m, &regions, 9).unwrap(), None);
        let ms = PerCell::Cells(vec![0.0, 1e5, 1e5, 6e5]);
        assert_eq!(moment_average(&m, &ms).unwrap(), Some([0.75, 0.25, 0.0]));
        assert_eq!(average(&VectorField::<f64>::zeros(2)), None);
        assert!(moment_average(&m, &PerCell::Cells(vec![1.0])).is_err());
    }
}
