//! Domain walls along lines of cells.

use super::{direction, fits};
use crate::MagnetError;
use crate::film::{Grid, Real, VectorField};
use crate::macrospin::Vector;
use crate::shape::Axis;

/// A domain wall on a line of cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wall {
    /// Where the component that reverses is 0, m from the middle of the grid.
    pub position: f64,
    /// Width parameter Delta of the fit m = tanh((x - position) / Delta), m: sqrt(A / K) for Bloch's wall.
    pub width: f64,
    /// Width parameter by the integral of (1 - m^2) / 2 to half-way to the next walls or the ends, m; equal to the width for tanh, and
    /// meaningless where the domains are canted.
    pub integral_width: f64,
    /// Angle of the wall's moment, rad, from the axis of the line (0 and pi for Néel's wall, pi / 2 and -pi / 2 for Bloch's) towards
    /// the direction component x axis. Where the line runs along the component, from the axis after it towards the one after that.
    pub angle: f64,
    /// Whether the component rises along the line.
    pub rises: bool,
}

/// Walls of many lines of a layer together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanWall {
    /// Number of lines that have a wall.
    pub lines: usize,
    /// Mean position, m.
    pub position: f64,
    /// Standard deviation of the position from line to line, m: how rough or bent the wall is.
    pub roughness: f64,
    /// Mean width parameter of the fits, m.
    pub width: f64,
    /// Mean angle on the circle, rad.
    pub angle: f64,
}

/// The cells of the line through `place` along an axis.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a place outside the grid.
pub fn line(grid: &Grid, axis: Axis, place: [usize; 3]) -> Result<Vec<usize>, MagnetError> {
    for (coordinate, cells) in place.into_iter().zip(grid.cells()) {
        MagnetError::unless(coordinate < cells, "a coordinate of a cell", coordinate as f64, "below the number of cells")?;
    }
    let on = |c: usize| {
        let mut cell = place;
        cell[axis.index()] = c;
        grid.index(cell)
    };
    Ok((0..grid.cells()[axis.index()]).map(on).collect())
}

/// The walls on the line through `place` along `axis` at which a component changes sign, in their order; around the end of a periodic film
/// none is looked for.
///
/// Position and width are the least-squares fit of tanh to the component, from the cell after the wall before to the cell before the wall
/// behind; the angle is that of the direction at the position, linear between cells.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid or a place outside it.
pub fn walls<T: Real>(
    grid: &Grid,
    m: &VectorField<T>,
    axis: Axis,
    component: Axis,
    place: [usize; 3],
) -> Result<Vec<Wall>, MagnetError> {
    fits(grid, m)?;
    let cells = line(grid, axis, place)?;
    let profile: Vec<Option<Vector>> = cells.iter().map(|c| direction(m, *c)).collect();
    let size = grid.cell_size()[axis.index()];
    let first = grid.position([0; 3])[axis.index()];
    let [from, to] = wall_plane(axis, component);
    let value = |i: usize| profile[i].map(|d| d[component.index()]);
    let crossings: Vec<Crossing> = (1..cells.len()).filter_map(|i| Crossing::between(i, value(i - 1)?, value(i)?)).collect();
    let wall = |(n, crossing): (usize, &Crossing)| {
        let [low, high] = window(&crossings, n, &profile);
        let points: Vec<(f64, f64)> = (low..high).filter_map(|i| Some((i as f64 - crossing.place, value(i)?))).collect();
        let (slope, shift) = fit(&points);
        let part = crossing.place - (crossing.after - 1) as f64;
        let at = |direction: Vector| {
            let along = |k: usize| profile[k].map_or(0.0, |d| (0..3).map(|a| d[a] * direction[a]).sum());
            (1.0 - part) * along(crossing.after - 1) + part * along(crossing.after)
        };
        Wall {
            position: first + (crossing.place - shift / slope) * size,
            width: size / slope.abs(),
            integral_width: 0.5 * size * points.iter().map(|(_, v)| 1.0 - v * v).sum::<f64>(),
            angle: at(to).atan2(at(from)),
            rises: slope > 0.0,
        }
    };
    Ok(crossings.iter().enumerate().map(wall).collect())
}

/// The first wall of each line of a layer along x or y, and their mean; none where no line has one.
///
/// # Errors
/// [`MagnetError::OutOfRange`] as [`walls`], or for a line along z.
pub fn mean_wall<T: Real>(
    grid: &Grid,
    m: &VectorField<T>,
    axis: Axis,
    component: Axis,
    layer: usize,
) -> Result<Option<MeanWall>, MagnetError> {
    MagnetError::unless(axis != Axis::Z, "the axis of the lines of a layer", 2.0, "x (0) or y (1)")?;
    let across = 1 - axis.index();
    let mut found = Vec::new();
    for number in 0..grid.cells()[across] {
        let mut place = [0, 0, layer];
        place[across] = number;
        found.extend(walls(grid, m, axis, component, place)?.first().copied());
    }
    if found.is_empty() {
        return Ok(None);
    }
    let mean = |of: fn(&Wall) -> f64| found.iter().map(of).sum::<f64>() / found.len() as f64;
    let position = mean(|w| w.position);
    let square = found.iter().map(|w| (w.position - position).powi(2)).sum::<f64>() / found.len() as f64;
    Ok(Some(MeanWall {
        lines: found.len(),
        position,
        roughness: square.sqrt(),
        width: mean(|w| w.width),
        angle: mean(|w| w.angle.sin()).atan2(mean(|w| w.angle.cos())),
    }))
}

/// The directions from and towards which the moment of a wall is counted.
fn wall_plane(axis: Axis, component: Axis) -> [Vector; 2] {
    let unit = |k: usize| -> Vector { std::array::from_fn(|a| f64::from(u8::from(a == k % 3))) };
    let (n, c) = (axis.index(), component.index());
    if n == c {
        return [unit(c + 1), unit(c + 2)];
    }
    // component x axis is the third axis of space, or minus it where the order is not cyclic.
    let third = unit(3 - n - c);
    [unit(n), if (c + 1) % 3 == n { third } else { third.map(|v| -v) }]
}

/// A change of sign on the line.
#[derive(Clone, Copy)]
struct Crossing {
    /// The first cell behind it.
    after: usize,
    /// Where the line between the two values is 0, in cells.
    place: f64,
}

impl Crossing {
    fn between(after: usize, before: f64, behind: f64) -> Option<Self> {
        ((before < 0.0) != (behind < 0.0)).then(|| Self { after, place: (after - 1) as f64 + before / (before - behind) })
    }
}

/// The cells that a crossing has to itself: half-way to the next ones, without a gap in the material.
fn window(crossings: &[Crossing], n: usize, profile: &[Option<Vector>]) -> [usize; 2] {
    let half = |other: Option<&Crossing>| other.map(|o| 0.5 * (o.place + crossings[n].place));
    let low = half(n.checked_sub(1).and_then(|k| crossings.get(k))).map_or(0, |p| p.ceil() as usize);
    let high = half(crossings.get(n + 1)).map_or(profile.len(), |p| p.ceil() as usize);
    let after = crossings[n].after;
    let low = (low.min(after - 1)..after).rev().take_while(|i| profile[*i].is_some()).last().unwrap_or(after - 1);
    let high = (after..high.max(after + 1)).take_while(|i| profile[*i].is_some()).last().unwrap_or(after) + 1;
    [low, high]
}

/// Slope a and shift b of the least-squares fit m = tanh(a x + b): a straight line through artanh m, each point with the weight
/// (1 - m^2)^2 that an error of m leaves it, and Gauss and Newton's steps from there.
fn fit(points: &[(f64, f64)]) -> (f64, f64) {
    // Values nearer to 1 tell nothing, and a wall within one cell must still have a slope.
    const LARGEST: f64 = 0.995;
    let solve = |rows: &mut dyn Iterator<Item = (f64, f64, f64)>| {
        let mut s = [0.0; 5];
        for (w, x, y) in rows {
            [w, w * x, w * x * x, w * y, w * x * y].into_iter().zip(&mut s).for_each(|(v, s)| *s += v);
        }
        let determinant = s[0] * s[2] - s[1] * s[1];
        (determinant > 1e-12 * s[0] * s[2])
            .then(|| [(s[0] * s[4] - s[1] * s[3]) / determinant, (s[2] * s[3] - s[1] * s[4]) / determinant])
    };
    let inverse = |m: f64| m.clamp(-LARGEST, LARGEST).atanh();
    let weight = |m: f64| (1.0 - m.clamp(-LARGEST, LARGEST).powi(2)).powi(2);
    let error = |[a, b]: [f64; 2]| points.iter().map(|(x, m)| (m - (a * x + b).tanh()).powi(2)).sum::<f64>();
    let near = |x: f64| x.abs() <= 1.0;
    // The two cells at the crossing always fix a line.
    let start = solve(&mut points.iter().filter(|(x, _)| near(*x)).map(|(x, m)| (1.0, *x, inverse(*m))));
    let all = solve(&mut points.iter().map(|(x, m)| (weight(*m), *x, inverse(*m))));
    let start = start.unwrap_or([points.last().map_or(1.0, |p| p.1.signum()), 0.0]);
    let mut best = all.filter(|all| error(*all) < error(start)).unwrap_or(start);
    for _ in 0..30 {
        let [a, b] = best;
        let step = solve(&mut points.iter().map(|(x, m)| {
            let value = (a * x + b).tanh();
            let slope = 1.0 - value * value;
            (slope * slope, *x, (m - value) / slope.max(1e-12))
        }));
        let next = step.map(|[da, db]| [a + da, b + db]).filter(|n| n[0] * a > 0.0 && error(*n) < error(best));
        let Some(next) = next else { break };
        best = next;
    }
    (best[0], best[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::random::Stream;

    /// Bloch's wall m_z = tanh((x - q) / Delta) with the moment at an angle, L. Landau and E. Lifshitz 1935.
    fn film(grid: &Grid, axis: Axis, wall: impl Fn(usize) -> (f64, f64, f64)) -> VectorField<f64> {
        let mut m = VectorField::zeros(grid.len());
        for cell in 0..grid.len() {
            let place = grid.place(cell);
            let x = grid.position(place)[axis.index()];
            let (q, width, angle) = wall(place[1 - axis.index()]);
            let (z, across) = (((x - q) / width).tanh(), 1.0 / ((x - q) / width).cosh());
            let (along, third) = (across * angle.cos(), across * angle.sin());
            // z x x = y, z x y = -x.
            m.set(cell, if axis == Axis::X { [along, third, z] } else { [-third, along, z] });
        }
        m
    }

    #[test]
    fn the_fit_gives_the_width_and_place_of_blochs_wall() {
        // Delta = sqrt(A / K) of A = 15 pJ/m, K = 0.6 MJ/m^3.
        let width = (15e-12f64 / 0.6e6).sqrt();
        for axis in [Axis::X, Axis::Y] {
            let cells = if axis == Axis::X { [200, 3, 1] } else { [3, 200, 1] };
            let grid = Grid::new(cells, [1e-9; 3]).unwrap();
            for (q, angle) in [(0.0, 0.0), (13.37e-9, 1.2), (-41.5e-9, -2.5)] {
                let m = film(&grid, axis, |_| (q, width, angle));
                let found = walls(&grid, &m, axis, Axis::Z, [1, 1, 0]).unwrap();
                assert_eq!(found.len(), 1);
                let w = found[0];
                assert!((w.position - q).abs() < 1e-15 && (w.width / width - 1.0).abs() < 1e-9, "{w:?}");
                assert!((w.integral_width / width - 1.0).abs() < 1e-6 && w.rises, "{w:?}");
                assert!((w.angle - angle).abs() < 1e-9, "{w:?}");
            }
        }
    }

    #[test]
    fn a_wall_with_noise_is_fitted_within_its_error() {
        // m with errors of 0.05 at 10 cells across the wall: the place to about 0.05 Delta / sqrt(4/3 x 5) = 0.1 nm. Five of it.
        let grid = Grid::new([200, 1, 1], [1e-9; 3]).unwrap();
        let mut m = film(&grid, Axis::X, |_| (4e-9, 5e-9, 0.5));
        let mut stream = Stream::new(1, "wall test", 0);
        for cell in 0..grid.len() {
            let noisy = m.get(cell).map(|v| v + 0.05 * stream.normal());
            m.set(cell, noisy);
        }
        let found = walls(&grid, &m, Axis::X, Axis::Z, [0; 3]).unwrap();
        assert_eq!(found.len(), 1);
        assert!((found[0].position - 4e-9).abs() < 0.5e-9 && (found[0].width - 5e-9).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn two_walls_keep_apart_and_a_sharp_one_has_a_width() {
        let grid = Grid::new([300, 1, 1], [1e-9; 3]).unwrap();
        let mut m = VectorField::<f64>::zeros(300);
        for cell in 0..300 {
            let x = grid.position([cell, 0, 0])[0] * 1e9;
            let z = if x < 10.0 { ((x + 60.0) / 4.0).tanh() } else { -((x - 70.0) / 7.0).tanh() };
            m.set(cell, [0.0, (1.0 - z * z).sqrt(), z]);
        }
        let found = walls(&grid, &m, Axis::X, Axis::Z, [0; 3]).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-3 * 1e-9;
        assert!(close(found[0].position, -60e-9) && close(found[0].width, 4e-9) && found[0].rises);
        assert!(close(found[1].position, 70e-9) && close(found[1].width, 7e-9) && !found[1].rises);
        let mut sharp = VectorField::<f32>::uniform(300, [0.0, 0.0, 1.0]);
        (0..100).for_each(|cell| sharp.set(cell, [0.0, 0.0, -1.0]));
        (200..300).for_each(|cell| sharp.set(cell, [0.0; 3]));
        let found = walls(&grid, &sharp, Axis::X, Axis::Z, [0; 3]).unwrap();
        assert_eq!(found.len(), 1);
        assert!((found[0].position + 50e-9).abs() < 1e-15 && found[0].width < 0.5e-9, "{found:?}");
    }

    #[test]
    fn rows_of_a_bent_wall_give_its_mean_and_roughness() {
        let grid = Grid::new([160, 40, 1], [1e-9; 3]).unwrap();
        let bend = |y: usize| 6e-9 * (2.0 * std::f64::consts::PI * y as f64 / 40.0).sin();
        let m = film(&grid, Axis::X, |y| (3e-9 + bend(y), 5e-9, 1.0));
        let mean = mean_wall(&grid, &m, Axis::X, Axis::Z, 0).unwrap().unwrap();
        assert_eq!(mean.lines, 40);
        assert!((mean.position - 3e-9).abs() < 1e-14 && (mean.roughness / (6e-9 / 2f64.sqrt()) - 1.0).abs() < 1e-6);
        assert!((mean.width - 5e-9).abs() < 1e-16 && (mean.angle - 1.0).abs() < 1e-9);
        let uniform = VectorField::<f64>::uniform(grid.len(), [0.0, 0.0, 1.0]);
        assert_eq!(mean_wall(&grid, &uniform, Axis::X, Axis::Z, 0).unwrap(), None);
        assert!(walls(&grid, &m, Axis::X, Axis::Z, [0, 40, 0]).is_err());
        assert!(mean_wall(&grid, &m, Axis::Z, Axis::Z, 0).is_err());
    }

    #[test]
    fn the_angle_of_a_head_to_head_wall_is_in_the_plane_across_it() {
        let grid = Grid::new([100, 1, 1], [1e-9; 3]).unwrap();
        let mut m = VectorField::<f64>::zeros(100);
        for cell in 0..100 {
            let x = grid.position([cell, 0, 0])[0];
            let across = 1.0 / (x / 6e-9).cosh();
            m.set(cell, [(-x / 6e-9).tanh(), across * 0.4f64.cos(), across * 0.4f64.sin()]);
        }
        let found = walls(&grid, &m, Axis::X, Axis::X, [0; 3]).unwrap();
        assert!((found[0].angle - 0.4).abs() < 1e-9 && !found[0].rises && (found[0].width - 6e-9).abs() < 1e-15);
    }
}
