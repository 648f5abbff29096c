//! Skyrmions: areas of reversed m_z that carry a charge.

use super::charge::square_angle;
use super::{Layer, average};
use crate::MagnetError;
use crate::film::{Grid, Real, VectorField};
use std::f64::consts::PI;

/// A connected area of a layer in which m_z points against the background.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReversedArea {
    /// Number of its cells.
    pub cells: usize,
    /// Its topological charge with everything around it taken as background: a whole number unless it meets an edge of the film.
    pub charge: f64,
    /// Direction of m_z inside, 1 or -1.
    pub polarity: f64,
    /// Mean position with the weight |m_z|, m.
    pub centre: [f64; 2],
    /// Radius of the circle of the area inside the contour m_z = 0, m.
    pub radius: f64,
    /// Helicity gamma, rad: around the centre at the azimuth psi the magnetization points along w psi + gamma, with the winding number
    /// w = charge polarity. 0 is Néel's wall that points outwards, pi / 2 Bloch's. 0 for an area without a winding number.
    pub helicity: f64,
    /// Whether it closes around a periodic film, so that its centre and helicity mean nothing.
    pub wraps: bool,
}

/// The areas of a layer where m_z has the sign against `background` (1 or -1), in the order of their first cells. Cells are connected
/// along x and y, around the ends of a periodic film too.
///
/// The charge is the lattice charge ([`topological_charge`](super::topological_charge)) of a film that is the background outside the area,
/// which is the winding number of the contour times the polarity; so areas near each other keep apart. The contour is where m_z, linear
/// on the triangles between cells, is 0.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid, a layer that is not there, or a background of 0.
pub fn reversed_areas<T: Real>(
    grid: &Grid,
    m: &VectorField<T>,
    layer: usize,
    background: f64,
) -> Result<Vec<ReversedArea>, MagnetError> {
    MagnetError::unless(background != 0.0, "the background m_z", background, "1 or -1")?;
    let layer = Layer::new(grid, m, layer)?;
    let search = Search { background: background.signum(), layer };
    let (label, areas) = search.areas();
    let sums = search.charges(&label, areas.len());
    Ok(areas.iter().zip(sums).map(|(area, (charge, size))| search.describe(area, charge, size)).collect())
}

/// The skyrmions of a layer: areas of m_z against the mean that have a topological charge, of any whole number but 0.
///
/// ```
/// use spinloom_magnet::film::{Grid, VectorField};
/// use spinloom_magnet::quantity::skyrmions;
/// let grid = Grid::new([64, 64, 1], [1e-9; 3])?;
/// let mut m = VectorField::<f64>::zeros(grid.len());
/// for cell in 0..grid.len() {
///     let [x, y, _] = grid.position(grid.place(cell));
///     let r = x.hypot(y);
///     let theta = 2.0 * (10f64.sinh() / (r / 1e-9).sinh()).atan();
///     m.set(cell, [theta.sin() * x / r, theta.sin() * y / r, theta.cos()]);
/// }
/// let found = skyrmions(&grid, &m, 0)?;
/// assert_eq!(found.len(), 1);
/// assert!((found[0].radius - 10e-9).abs() < 0.1e-9 && found[0].charge.round() == -1.0);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
///
/// # Errors
/// As [`reversed_areas`], but a film whose mean m_z is 0 has none.
pub fn skyrmions<T: Real>(grid: &Grid, m: &VectorField<T>, layer: usize) -> Result<Vec<ReversedArea>, MagnetError> {
    let mean = average(m).map_or(0.0, |mean| mean[2]);
    if mean == 0.0 {
        return Layer::new(grid, m, layer).map(|_| Vec::new());
    }
    let mut areas = reversed_areas(grid, m, layer, mean)?;
    areas.retain(|area| area.charge.abs() > 0.5);
    Ok(areas)
}

struct Search<'a, T> {
    layer: Layer<'a, T>,
    background: f64,
}

/// Cells of an area: where they are, counted on beyond the ends of a periodic film.
struct Area {
    cells: Vec<(usize, [i64; 2])>,
    wraps: bool,
}

impl<T: Real> Search<'_, T> {
    /// m_z along the background, none without material.
    fn along(&self, cell: usize) -> Option<f64> {
        self.layer.direction(cell).map(|d| self.background * d[2])
    }

    /// The number of the area of each cell of the layer, from 1 on, and the areas.
    fn areas(&self) -> (Vec<u32>, Vec<Area>) {
        let [nx, ny] = self.layer.cells();
        let start = self.layer.index([0, 0]);
        let mut label = vec![0; nx * ny];
        let mut places = vec![[0; 2]; nx * ny];
        let mut areas = Vec::new();
        for first in 0..nx * ny {
            if label[first] == 0 && self.along(start + first).is_some_and(|z| z < 0.0) {
                areas.push(self.flood(&mut label, &mut places, first, areas.len() as u32 + 1));
            }
        }
        (label, areas)
    }

    /// The area of a cell, whose label and places it writes.
    fn flood(&self, label: &mut [u32], places: &mut [[i64; 2]], first: usize, number: u32) -> Area {
        let [nx, _] = self.layer.cells();
        let grid = self.layer.grid;
        let start = self.layer.index([0, 0]);
        let home = [(first % nx) as i64, (first / nx) as i64];
        let mut area = Area { cells: vec![(start + first, home)], wraps: false };
        (label[first], places[first]) = (number, home);
        let mut next = 0;
        while next < area.cells.len() {
            let (cell, place) = area.cells[next];
            next += 1;
            for (axis, ahead) in [(0, true), (0, false), (1, true), (1, false)] {
                let Some(beside) = grid.neighbour(grid.place(cell), axis, ahead) else { continue };
                let mut there = place;
                there[axis] += if ahead { 1 } else { -1 };
                if label[beside - start] == number {
                    // The same cell counted at two places: around the film and back.
                    area.wraps |= places[beside - start] != there;
                } else if self.along(beside).is_some_and(|z| z < 0.0) {
                    (label[beside - start], places[beside - start]) = (number, there);
                    area.cells.push((beside, there));
                }
            }
        }
        area
    }

    /// Charge, and area inside the contour m_z = 0 (m^2), of each area.
    fn charges(&self, label: &[u32], areas: usize) -> Vec<(f64, f64)> {
        let [nx, ny] = self.layer.cells();
        let start = self.layer.index([0, 0]);
        let [dx, dy, _] = self.layer.grid.cell_size();
        let mut sums = vec![(0.0, 0.0); areas];
        for corners in (0..nx * ny).filter_map(|i| self.layer.square([i % nx, i / nx])) {
            let numbers = corners.map(|c| label[c - start]);
            for (k, &number) in numbers.iter().enumerate() {
                if number == 0 || numbers[..k].contains(&number) {
                    continue;
                }
                let mine: [bool; 4] = numbers.map(|n| n == number);
                let directions = corners.map(|c| self.layer.direction(c));
                let clipped =
                    std::array::from_fn(|c| directions[c].map(|d| if mine[c] { d } else { [0.0, 0.0, self.background] }));
                let height = |c: usize| {
                    let z = directions[c].map_or(0.0, |d| self.background * d[2]);
                    if mine[c] { z } else { z.abs() }
                };
                let sum = &mut sums[number as usize - 1];
                sum.0 += square_angle(clipped) / (4.0 * PI);
                let triangles = [[0, 1, 2], [0, 2, 3]].map(|t| negative_part(t.map(height)));
                sum.1 += 0.5 * dx * dy * (triangles[0] + triangles[1]);
            }
        }
        sums
    }

    fn describe(&self, area: &Area, charge: f64, size: f64) -> ReversedArea {
        let grid = self.layer.grid;
        let [dx, dy, _] = grid.cell_size();
        let origin = self.layer.position([0, 0]);
        let position = |place: [i64; 2]| [origin[0] + place[0] as f64 * dx, origin[1] + place[1] as f64 * dy];
        let (mut weight, mut centre) = (0.0, [0.0; 2]);
        for (cell, place) in &area.cells {
            let w = -self.along(*cell).unwrap_or(0.0);
            let [x, y] = position(*place);
            weight += w;
            centre = [centre[0] + w * x, centre[1] + w * y];
        }
        let centre = centre.map(|c| c / weight);
        let winding = (-charge * self.background).round();
        let (mut sin, mut cos) = (0.0, 0.0);
        for (cell, place) in &area.cells {
            let [x, y] = position(*place);
            let turn = winding * (y - centre[1]).atan2(x - centre[0]);
            if let Some([a, b, _]) = self.layer.direction(*cell) {
                cos += a * turn.cos() + b * turn.sin();
                sin += b * turn.cos() - a * turn.sin();
            }
        }
        let size_of_film = grid.size();
        let fold = |axis: usize| {
            let l = size_of_film[axis];
            if grid.is_periodic(axis) { (centre[axis] + 0.5 * l).rem_euclid(l) - 0.5 * l } else { centre[axis] }
        };
        ReversedArea {
            cells: area.cells.len(),
            charge,
            polarity: -self.background,
            centre: [fold(0), fold(1)],
            radius: (size / PI).sqrt(),
            helicity: if winding == 0.0 { 0.0 } else { sin.atan2(cos) },
            wraps: area.wraps,
        }
    }
}

/// The part of a triangle on which a linear function with these values at the corners is negative.
fn negative_part([a, b, c]: [f64; 3]) -> f64 {
    // The corner whose sign is alone cuts off a triangle.
    let cut = |alone: f64, u: f64, v: f64| alone / (alone - u) * (alone / (alone - v));
    match [a < 0.0, b < 0.0, c < 0.0] {
        [false, false, false] => 0.0,
        [true, true, true] => 1.0,
        [true, false, false] => cut(a, b, c),
        [false, true, false] => cut(b, a, c),
        [false, false, true] => cut(c, a, b),
        [false, true, true] => 1.0 - cut(a, b, c),
        [true, false, true] => 1.0 - cut(b, a, c),
        [true, true, false] => 1.0 - cut(c, a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::super::charge::tests::{Texture, skyrmion_film};
    use super::*;

    fn textures() -> Vec<Texture> {
        let one = Texture { centre: [-25.3e-9, -20.2e-9], radius: 8.3e-9, width: 2e-9, winding: 1.0, helicity: 0.7, core: -1.0 };
        vec![
            one,
            Texture { centre: [30.4e-9, -21.7e-9], radius: 12.1e-9, winding: -1.0, helicity: -1.2, ..one },
            Texture { centre: [1.1e-9, 30.6e-9], radius: 10.0e-9, helicity: 3.0, ..one },
        ]
    }

    #[test]
    fn skyrmions_are_found_with_centre_radius_charge_and_helicity() {
        let grid = Grid::new([128, 128, 1], [1e-9; 3]).unwrap();
        for core in [-1.0, 1.0] {
            let all: Vec<Texture> = textures().into_iter().map(|t| Texture { core, ..t }).collect();
            let m = skyrmion_film(&grid, &all);
            let found = skyrmions(&grid, &m, 0).unwrap();
            assert_eq!(found.len(), 3);
            for t in &all {
                let distance = |f: &ReversedArea| (f.centre[0] - t.centre[0]).hypot(f.centre[1] - t.centre[1]);
                let s = found.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
                assert!(distance(s) < 0.05e-9, "{} m", distance(s));
                // A polygon of chords on 1 nm cells lies inside its circle by about h^2 / (8 R).
                assert!((s.radius - t.radius).abs() < 0.05e-9, "{} for {}", s.radius, t.radius);
                assert!((s.charge - t.winding * core).abs() < 1e-9 && s.polarity == core && !s.wraps);
                let error = (s.helicity - t.helicity).sin().abs();
                assert!(error < 1e-2 && (s.helicity - t.helicity).cos() > 0.0, "{} for {}", s.helicity, t.helicity);
            }
        }
    }

    #[test]
    fn a_skyrmion_across_the_ends_of_a_periodic_film_is_one() {
        let grid = Grid::new([60, 60, 1], [1e-9; 3]).unwrap().with_images([1, 1, 0]);
        let t = Texture { centre: [0.4e-9, -0.2e-9], radius: 10e-9, width: 2e-9, winding: 1.0, helicity: 0.5, core: -1.0 };
        let m = skyrmion_film(&grid, &[t]);
        let mut moved = m.clone();
        for cell in 0..grid.len() {
            let [x, y, _] = grid.place(cell);
            moved.set(grid.index([(x + 31) % 60, (y + 27) % 60, 0]), m.get(cell));
        }
        let found = skyrmions(&grid, &moved, 0).unwrap();
        assert_eq!(found.len(), 1);
        assert!((found[0].centre[0] + 28.6e-9).abs() < 0.05e-9 && (found[0].centre[1] - 26.8e-9).abs() < 0.05e-9, "{found:?}");
        assert!((found[0].radius - 10e-9).abs() < 0.05e-9 && (found[0].charge + 1.0).abs() < 1e-9);
    }

    #[test]
    fn bubbles_without_a_charge_and_stripes_are_no_skyrmions() {
        let grid = Grid::new([40, 40, 1], [1e-9; 3]).unwrap().with_images([1, 0, 0]);
        let mut m = VectorField::<f64>::uniform(grid.len(), [0.0, 0.0, 1.0]);
        for cell in 0..grid.len() {
            let [x, y, _] = grid.position(grid.place(cell)).map(|p| p * 1e9);
            // A stripe along x, and a bubble whose wall points along x all around.
            let z = (((y - 12.0).abs() - 3.0) / 2.0).tanh().min(((x.hypot(y + 8.0) - 6.0) / 2.0).tanh());
            m.set(cell, [(1.0 - z * z).sqrt(), 0.0, z]);
        }
        let areas = reversed_areas(&grid, &m, 0, 1.0).unwrap();
        assert_eq!(areas.len(), 2);
        assert!(areas.iter().all(|a| a.charge.abs() < 1e-9), "{areas:?}");
        assert!(areas[1].wraps && !areas[0].wraps);
        assert!(skyrmions(&grid, &m, 0).unwrap().is_empty());
        assert!(skyrmions(&grid, &VectorField::<f64>::uniform(1600, [1.0, 0.0, 0.0]), 0).unwrap().is_empty());
        assert!(reversed_areas(&grid, &m, 0, 0.0).is_err());
    }
}
