//! Vortices: where the in-plane magnetization turns around a point.

use super::{Layer, parabola};
use crate::MagnetError;
use crate::film::{Grid, Real, VectorField};
use std::f64::consts::{PI, TAU};

/// The core of a vortex.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VortexCore {
    /// Where |m_z| is largest, by the parabolas through the largest cell and its neighbours, m.
    pub position: [f64; 2],
    /// Sign of m_z there.
    pub polarity: f64,
    /// |m_z| at the top of the parabolas; up to rounding at most 1, more where the core is narrower than two cells.
    pub height: f64,
    /// Mean of the component of m along the circles around the core, from -1 (clockwise) to 1 (anticlockwise).
    pub circulation: f64,
}

/// A point around which the in-plane magnetization turns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Singularity {
    /// Middle of the four cells around it, m.
    pub position: [f64; 2],
    /// How often it turns: 1 for a vortex, -1 for an antivortex.
    pub winding: i32,
    /// Sign of m_z there.
    pub polarity: f64,
}

/// The core of the vortex of a layer: the place of the largest |m_z|; none where m_z is 0 everywhere.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid or a layer that is not there.
pub fn vortex_core<T: Real>(grid: &Grid, m: &VectorField<T>, layer: usize) -> Result<Option<VortexCore>, MagnetError> {
    let layer = Layer::new(grid, m, layer)?;
    let [nx, ny] = layer.cells();
    let places = || (0..ny).flat_map(|y| (0..nx).map(move |x| [x, y]));
    let height = |cell: usize| layer.direction(cell).map_or(0.0, |d| d[2]);
    let largest = places().map(|p| (p, height(layer.index(p)))).reduce(|a, b| if b.1.abs() > a.1.abs() { b } else { a });
    let Some((place, z)) = largest.filter(|(_, z)| *z != 0.0) else { return Ok(None) };
    let polarity = z.signum();
    let (mut position, mut top) = (layer.position(place), z.abs());
    for axis in 0..2 {
        let beside = |ahead| grid.neighbour([place[0], place[1], layer.z], axis, ahead).map(|c| polarity * height(c));
        if let (Some(behind), Some(ahead)) = (beside(false), beside(true)) {
            let (offset, peak) = parabola(behind, z.abs(), ahead);
            position[axis] += offset * grid.cell_size()[axis];
            top += peak - z.abs();
        }
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for p in places() {
        let [x, y] = layer.position(p);
        let (x, y) = (x - position[0], y - position[1]);
        if let Some([a, b, _]) = layer.direction(layer.index(p)).filter(|_| x.hypot(y) > 0.0) {
            sum += (x * b - y * a) / x.hypot(y);
            count += 1.0;
        }
    }
    Ok(Some(VortexCore { position, polarity, height: top, circulation: if count > 0.0 { sum / count } else { 0.0 } }))
}

/// How often the in-plane magnetization turns on the way anticlockwise around the rectangle of cells from `low` to `high`, both included;
/// none where a cell on the way has none.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid, or a rectangle without area or outside the film.
pub fn winding_number<T: Real>(
    grid: &Grid,
    m: &VectorField<T>,
    layer: usize,
    low: [usize; 2],
    high: [usize; 2],
) -> Result<Option<i32>, MagnetError> {
    let layer = Layer::new(grid, m, layer)?;
    for axis in 0..2 {
        let inside = low[axis] < high[axis] && high[axis] < layer.cells()[axis];
        MagnetError::unless(
            inside,
            "the upper corner of a rectangle of cells",
            high[axis] as f64,
            "above the lower and in the film",
        )?;
    }
    let right = (low[0]..high[0]).map(|x| [x, low[1]]);
    let up = (low[1]..high[1]).map(|y| [high[0], y]);
    let left = (low[0] + 1..=high[0]).rev().map(|x| [x, high[1]]);
    let down = (low[1] + 1..=high[1]).rev().map(|y| [low[0], y]);
    let cells: Vec<usize> = right.chain(up).chain(left).chain(down).map(|p| layer.index(p)).collect();
    Ok(winding(&layer, &cells))
}

/// All places of a layer where the in-plane magnetization turns around the middle of four cells.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid or a layer that is not there.
pub fn singularities<T: Real>(grid: &Grid, m: &VectorField<T>, layer: usize) -> Result<Vec<Singularity>, MagnetError> {
    let layer = Layer::new(grid, m, layer)?;
    let [nx, ny] = layer.cells();
    let [dx, dy, _] = grid.cell_size();
    let at = |place: [usize; 2]| {
        let corners = layer.square(place)?;
        let winding = winding(&layer, &corners).filter(|w| *w != 0)?;
        let z: f64 = corners.iter().filter_map(|c| layer.direction(*c)).map(|d| d[2]).sum();
        let [x, y] = layer.position(place);
        Some(Singularity { position: [x + 0.5 * dx, y + 0.5 * dy], winding, polarity: if z == 0.0 { 0.0 } else { z.signum() } })
    };
    Ok((0..nx * ny).filter_map(|i| at([i % nx, i / nx])).collect())
}

/// Turns of the in-plane magnetization along a closed way of cells.
fn winding<T: Real>(layer: &Layer<'_, T>, cells: &[usize]) -> Option<i32> {
    let angle = |cell: usize| layer.direction(cell).filter(|d| d[0] != 0.0 || d[1] != 0.0).map(|d| d[1].atan2(d[0]));
    let mut last = angle(*cells.last()?)?;
    let mut turned = 0.0;
    for &cell in cells {
        let next = angle(cell)?;
        turned += (next - last + PI).rem_euclid(TAU) - PI;
        last = next;
    }
    Some((turned / TAU).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vortex with a core of Gaussian profile.
    fn film(grid: &Grid, centre: [f64; 2], winding: f64, sense: f64, core: f64) -> VectorField<f64> {
        let mut m = VectorField::zeros(grid.len());
        for cell in 0..grid.len() {
            let [x, y, _] = grid.position(grid.place(cell));
            let (x, y) = (x - centre[0], y - centre[1]);
            let z = core * (-(x * x + y * y) / (2.0 * 64e-18)).exp();
            let phi = winding * y.atan2(x) + sense * PI / 2.0;
            let across = (1.0 - z * z).sqrt();
            m.set(cell, [across * phi.cos(), across * phi.sin(), z]);
        }
        m
    }

    #[test]
    fn the_core_is_found_within_a_thousandth_of_a_cell() {
        let grid = Grid::new([60, 50, 1], [1e-9; 3]).unwrap();
        for (centre, sense, core) in [([3.3e-9, -4.7e-9], 1.0, 1.0), ([-7.12e-9, 0.01e-9], -1.0, -1.0)] {
            let m = film(&grid, centre, 1.0, sense, core);
            let found = vortex_core(&grid, &m, 0).unwrap().unwrap();
            // At d cells from the middle of a cell a parabola through a Gaussian of s cells is off by d (4 d^2 - 1) / (4 s^2): at most
            // 0.048 / s^2, which is 0.00075 cells here.
            for axis in 0..2 {
                assert!((found.position[axis] - centre[axis]).abs() < 0.001e-9, "{found:?}");
            }
            assert_eq!(found.polarity, core);
            assert!((found.height - 1.0).abs() < 1e-3 && found.circulation * sense > 0.9, "{found:?}");
        }
        assert_eq!(vortex_core(&grid, &VectorField::<f64>::uniform(3000, [1.0, 0.0, 0.0]), 0).unwrap(), None);
    }

    #[test]
    fn windings_are_whole_and_located() {
        let grid = Grid::new([40, 40, 1], [1e-9; 3]).unwrap();
        for winding in [1, -1] {
            let m = film(&grid, [5.2e-9, 3.1e-9], f64::from(winding), 1.0, 1.0);
            assert_eq!(winding_number(&grid, &m, 0, [1, 1], [38, 38]).unwrap(), Some(winding));
            assert_eq!(winding_number(&grid, &m, 0, [0, 0], [15, 15]).unwrap(), Some(0));
            let all = singularities(&grid, &m, 0).unwrap();
            assert_eq!(all.len(), 1);
            assert_eq!((all[0].winding, all[0].polarity), (winding, 1.0));
            assert!((all[0].position[0] - 5.2e-9).abs() < 0.51e-9 && (all[0].position[1] - 3.1e-9).abs() < 0.51e-9);
            assert!(winding_number(&grid, &m, 0, [0, 0], [40, 5]).is_err());
        }
        let up = VectorField::<f64>::uniform(1600, [0.0, 0.0, 1.0]);
        assert_eq!(winding_number(&grid, &up, 0, [0, 0], [5, 5]).unwrap(), None);
    }
}
