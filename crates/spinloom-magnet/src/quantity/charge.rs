//! Topological charge.

use super::{Layer, fits};
use crate::MagnetError;
use crate::film::{Grid, Real, VectorField};
use crate::macrospin::Vector;
use rayon::prelude::*;
use std::f64::consts::PI;

/// The solid angle of the spherical triangle between three directions, positive where they turn anticlockwise seen from outside:
///
/// ```text
/// tan(Omega / 2) = a.(b x c) / (1 + a.b + b.c + c.a).
/// ```
///
/// Source: A. van Oosterom and J. Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983), doi:10.1109/TBME.1983.325207.
///
/// ```
/// use spinloom_magnet::quantity::solid_angle;
/// let octant = solid_angle([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
/// assert!((octant - std::f64::consts::FRAC_PI_2).abs() < 1e-15);
/// ```
pub fn solid_angle(a: Vector, b: Vector, c: Vector) -> f64 {
    let dot = |u: Vector, v: Vector| u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
    let cross: Vector = std::array::from_fn(|k| b[(k + 1) % 3] * c[(k + 2) % 3] - b[(k + 2) % 3] * c[(k + 1) % 3]);
    2.0 * dot(a, cross).atan2(1.0 + dot(a, b) + dot(b, c) + dot(c, a))
}

/// The sum of the solid angles of the one or two triangles of a square, the corners without material left out.
pub(super) fn square_angle(corners: [Option<Vector>; 4]) -> f64 {
    match corners {
        [Some(a), Some(b), Some(c), Some(d)] => solid_angle(a, b, c) + solid_angle(a, c, d),
        [Some(a), Some(b), Some(c), None]
        | [Some(a), Some(b), None, Some(c)]
        | [Some(a), None, Some(b), Some(c)]
        | [None, Some(a), Some(b), Some(c)] => solid_angle(a, b, c),
        _ => 0.0,
    }
}

/// The topological charge of a layer, Q = 1/(4 pi) integral of m.(dm/dx x dm/dy), by the lattice definition: the solid angles of the
/// triangles between neighbouring cells over 4 pi.
///
/// It is a whole number where the magnetization is uniform along the edges or the film repeats along x and y. A skyrmion that points down
/// in a film that points up has Q = -1.
///
/// Source: B. Berg and M. Lüscher, Nucl. Phys. B 190, 412 (1981), doi:10.1016/0550-3213(81)90568-X.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid or a layer that is not there.
pub fn topological_charge<T: Real>(grid: &Grid, m: &VectorField<T>, layer: usize) -> Result<f64, MagnetError> {
    let layer = Layer::new(grid, m, layer)?;
    let [nx, ny] = layer.cells();
    let row = |y: usize| {
        let squares = (0..nx).filter_map(|x| layer.square([x, y]));
        squares.map(|corners| square_angle(corners.map(|c| layer.direction(c)))).sum::<f64>()
    };
    // Rows are summed in their order, so that the sum does not depend on threads.
    let rows: Vec<f64> = (0..ny).into_par_iter().map(row).collect();
    Ok(rows.into_iter().sum::<f64>() / (4.0 * PI))
}

/// The density of the topological charge, m.(dm/dx x dm/dy) / (4 pi), of every cell, 1/m^2, by central differences; by one-sided ones at
/// open ends and beside cells without material. Its integral over a layer is near the charge, not equal to it.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for a magnetization that does not fit the grid.
pub fn charge_density<T: Real>(grid: &Grid, m: &VectorField<T>) -> Result<Vec<f64>, MagnetError> {
    fits(grid, m)?;
    let size = grid.cell_size();
    let density = |cell: usize| {
        let middle = super::direction(m, cell)?;
        let place = grid.place(cell);
        let slope = |axis: usize| -> Vector {
            let beside = |ahead| grid.neighbour(place, axis, ahead).and_then(|n| super::direction(m, n));
            let (ahead, behind) = (beside(true), beside(false));
            let steps = f64::from(u8::from(ahead.is_some()) + u8::from(behind.is_some())).max(1.0);
            let (ahead, behind) = (ahead.unwrap_or(middle), behind.unwrap_or(middle));
            std::array::from_fn(|k| (ahead[k] - behind[k]) / (steps * size[axis]))
        };
        let (x, y) = (slope(0), slope(1));
        let triple = |k: usize| middle[k] * (x[(k + 1) % 3] * y[(k + 2) % 3] - x[(k + 2) % 3] * y[(k + 1) % 3]);
        Some((triple(0) + triple(1) + triple(2)) / (4.0 * PI))
    };
    Ok((0..grid.len()).into_par_iter().map(|cell| density(cell).unwrap_or(0.0)).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A skyrmion: where it is, its radius, the width of its wall, winding number, helicity, and the direction of its core.
    #[derive(Debug, Clone, Copy)]
    pub(in crate::quantity) struct Texture {
        pub centre: [f64; 2],
        pub radius: f64,
        pub width: f64,
        pub winding: f64,
        pub helicity: f64,
        pub core: f64,
    }

    /// Skyrmions with the profile of a 360-degree wall, theta(r) = 2 atan(sinh(R/w) / sinh(r/w)), X. S. Wang, H. Y. Yuan and X. R. Wang,
    /// Commun. Phys. 1, 31 (2018), doi:10.1038/s42005-018-0029-0, in a film that points against their core.
    pub(in crate::quantity) fn skyrmion_film(grid: &Grid, textures: &[Texture]) -> VectorField<f64> {
        let mut m = VectorField::uniform(grid.len(), [0.0, 0.0, -textures[0].core]);
        for cell in 0..grid.len() {
            let [x, y, _] = grid.position(grid.place(cell));
            for t in textures {
                let (dx, dy) = (x - t.centre[0], y - t.centre[1]);
                let r = dx.hypot(dy);
                // Closed exactly beyond eight widths of the wall, and only one texture there.
                if r < t.radius + 8.0 * t.width {
                    let theta = 2.0 * ((t.radius / t.width).sinh() / (r / t.width).sinh()).atan();
                    let phi = t.winding * dy.atan2(dx) + t.helicity;
                    m.set(cell, [theta.sin() * phi.cos(), theta.sin() * phi.sin(), -t.core * theta.cos()]);
                }
            }
        }
        m
    }

    #[test]
    fn the_charge_of_skyrmions_is_their_number() {
        let grid = Grid::new([120, 120, 2], [1e-9; 3]).unwrap();
        let texture = Texture { centre: [0.0; 2], radius: 8e-9, width: 2e-9, winding: 1.0, helicity: 0.3, core: -1.0 };
        for (nx, ny) in [(1, 1), (2, 2), (2, 1)] {
            let at = |i: usize, n: usize| ((i as f64 + 0.5) / n as f64 - 0.5) * 120e-9 + 0.37e-9;
            let all: Vec<Texture> =
                (0..nx * ny).map(|i| Texture { centre: [at(i % nx, nx), at(i / nx, ny)], ..texture }).collect();
            for (winding, core) in [(1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (2.0, -1.0)] {
                let all: Vec<Texture> = all.iter().map(|t| Texture { winding, core, ..*t }).collect();
                let m = skyrmion_film(&grid, &all);
                let expected = winding * core * (nx * ny) as f64;
                for layer in 0..2 {
                    let charge = topological_charge(&grid, &m, layer).unwrap();
                    assert!((charge - expected).abs() < 1e-9, "{charge} for {expected}");
                }
                let density: f64 = charge_density(&grid, &m).unwrap()[..14400].iter().sum::<f64>() * 1e-18;
                assert!((density / expected - 1.0).abs() < 0.1, "{density} for {expected}");
            }
        }
    }

    #[test]
    fn the_density_is_of_second_order() {
        let sum = |n: usize| {
            let cell = 128e-9 / n as f64;
            let grid = Grid::new([n, n, 1], [cell, cell, 1e-9]).unwrap();
            let t = Texture { centre: [0.3e-9, 0.1e-9], radius: 20e-9, width: 4e-9, winding: 1.0, helicity: 0.0, core: -1.0 };
            charge_density(&grid, &skyrmion_film(&grid, &[t])).unwrap().iter().sum::<f64>() * cell * cell + 1.0
        };
        let (coarse, fine) = (sum(64), sum(128));
        assert!(coarse.abs() < 0.2 && (coarse / fine - 4.0).abs() < 0.8, "{coarse} {fine}");
    }

    #[test]
    fn single_precision_and_holes_keep_the_charge_of_a_closed_texture() {
        let grid = Grid::new([100, 100, 1], [1e-9; 3]).unwrap();
        let t = Texture { centre: [0.2e-9, 0.4e-9], radius: 9e-9, width: 2e-9, winding: 1.0, helicity: 0.0, core: -1.0 };
        let m = skyrmion_film(&grid, &[t]);
        let mut single = VectorField::<f32>::zeros(grid.len());
        for cell in 0..grid.len() {
            single.set(cell, m.get(cell));
        }
        // A disc cut out of the film around it.
        for cell in 0..grid.len() {
            let [x, y, _] = grid.position(grid.place(cell));
            if x.hypot(y) > 40e-9 {
                single.set(cell, [0.0; 3]);
            }
        }
        assert!((topological_charge(&grid, &single, 0).unwrap() + 1.0).abs() < 1e-9);
        assert!(topological_charge(&grid, &m, 1).is_err());
        assert!(topological_charge(&grid, &VectorField::<f64>::zeros(5), 0).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Every direction is turned by a rotation that changes smoothly from place to place and leaves the edges alone: the charge stays.
        #[test]
        fn smooth_deformations_keep_the_charge(
            x in -6.0..6.0f64, y in -6.0..6.0f64, radius in 7.0..12.0f64, swirl in -1.0..1.0f64, tilt in -1.0..1.0f64,
            wave in 0.02..0.08f64, winding in prop::sample::select(vec![1.0, -1.0, 2.0]),
        ) {
            let grid = Grid::new([96, 96, 1], [1e-9; 3]).unwrap();
            let t = Texture { centre: [x * 1e-9, y * 1e-9], radius: radius * 1e-9, width: 2.5e-9, winding, helicity: 0.0, core: -1.0 };
            let mut m = skyrmion_film(&grid, &[t]);
            for cell in 0..grid.len() {
                let [px, py, _] = grid.position(grid.place(cell)).map(|p| p * 1e9);
                let bump = (1.0 - (px * px + py * py) / 1600.0).max(0.0).powi(3);
                let [a, b, c] = m.get(cell);
                let (sin, cos) = (swirl * 3.0 * bump).sin_cos();
                let [a, b] = [cos * a - sin * b, sin * a + cos * b];
                let (sin, cos) = (tilt * bump * (wave * px).cos()).sin_cos();
                m.set(cell, [cos * a - sin * c, b, sin * a + cos * c]);
            }
            let charge = topological_charge(&grid, &m, 0).unwrap();
            prop_assert!((charge + winding).abs() < 1e-9, "{}", charge);
        }

        /// With both axes periodic any magnetization has a whole charge.
        #[test]
        fn films_without_edges_have_a_whole_charge(seed in 0u64..1000) {
            let grid = Grid::new([7, 9, 1], [1e-9; 3]).unwrap().with_images([1, 1, 0]);
            let mut stream = spinloom_core::random::Stream::new(seed, "charge test", 0);
            let mut m = VectorField::<f64>::zeros(grid.len());
            for cell in 0..grid.len() {
                m.set(cell, [stream.normal(), stream.normal(), stream.normal()]);
            }
            let charge = topological_charge(&grid, &m, 0).unwrap();
            prop_assert!((charge - charge.round()).abs() < 1e-9, "{}", charge);
        }
    }
}
