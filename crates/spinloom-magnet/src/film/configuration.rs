//! Magnetizations to start from, as functions of the place.
//!
//! They are those that scripts of mumax3 start from, with the same widths where a script gives none, so that a script relaxes into the
//! same state here as there (A. Vansteenkiste et al., AIP Advances 4, 107133 (2014), doi:10.1063/1.4899186). None needs to be of unit
//! length: only the direction counts.

use super::{Grid, Real, VectorField};
use crate::MagnetError;
use crate::macrospin::Vector;
use spinloom_core::random::Stream;
use std::f64::consts::{FRAC_PI_2, SQRT_2};
use std::fmt;
use std::sync::Arc;

type Place = dyn Fn(Vector, usize) -> Vector + Send + Sync;

/// The direction of the magnetization at each place.
///
/// ```
/// use spinloom_magnet::film::{Configuration, Grid};
/// let grid = Grid::new([32, 32, 1], [5e-9; 3])?;
/// let m = Configuration::vortex(&grid, 1, -1)?.translated([20e-9, 0.0, 0.0]).on::<f64>(&grid);
/// assert!(m.get(grid.index([0, 16, 0]))[1] < -0.9);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Clone)]
pub struct Configuration(Arc<Place>);

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Configuration")
    }
}

impl Configuration {
    /// Any function of the place (m from the middle of the grid).
    pub fn new(direction: impl Fn(Vector) -> Vector + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |place, _| direction(place)))
    }

    /// The same direction everywhere.
    ///
    /// # Errors
    /// A component that is not finite.
    pub fn uniform(direction: Vector) -> Result<Self, MagnetError> {
        finite(direction)?;
        Ok(Self::new(move |_| direction))
    }

    /// A random direction in every cell, uniform on the sphere and the same for the same seed and number of the cell.
    pub fn random(seed: u64) -> Self {
        Self(Arc::new(move |_, cell| {
            let mut stream = Stream::new(seed, "random magnetization", cell as u64);
            std::array::from_fn(|_| stream.normal())
        }))
    }

    /// A vortex: m turns with the circulation (+1 against the clock) around a core of the polarity,
    ///
    /// ```text
    /// (m_x, m_y) = circulation (-y, x)/r,   m_z = 1.5 polarity exp(-r^2/(2 c^2)),   c the size of a cell along x.
    /// ```
    ///
    /// # Errors
    /// A circulation or polarity other than +1 and -1.
    pub fn vortex(grid: &Grid, circulation: i64, polarity: i64) -> Result<Self, MagnetError> {
        Self::core(grid, polarity, unit("the circulation", circulation)?, |c, [x, y]| [-c * y, c * x])
    }

    /// An antivortex: as the [`vortex`](Self::vortex), with (m_x, m_y) = circulation (-x, y)/r.
    ///
    /// # Errors
    /// A circulation or polarity other than +1 and -1.
    pub fn antivortex(grid: &Grid, circulation: i64, polarity: i64) -> Result<Self, MagnetError> {
        Self::core(grid, polarity, unit("the circulation", circulation)?, |c, [x, y]| [-c * x, c * y])
    }

    fn core(grid: &Grid, polarity: i64, sign: f64, plane: fn(f64, [f64; 2]) -> [f64; 2]) -> Result<Self, MagnetError> {
        let (polarity, width) = (unit("the polarity", polarity)?, SQRT_2 * grid.cell_size()[0]);
        Ok(Self::new(move |[x, y, _]| {
            let r = x.hypot(y);
            if r == 0.0 {
                return [0.0, 0.0, polarity];
            }
            let [mx, my] = plane(sign, [x / r, y / r]);
            [mx, my, 1.5 * polarity * (-(r / width).powi(2)).exp()]
        }))
    }

    /// A vortex wall: m_x = `left` beyond half the height of the grid to the left, `right` as far to the right, a vortex between.
    ///
    /// # Errors
    /// A circulation or polarity other than +1 and -1, or an end that is not finite.
    pub fn vortex_wall(grid: &Grid, left: f64, right: f64, circulation: i64, polarity: i64) -> Result<Self, MagnetError> {
        finite([left, right, 0.0])?;
        let (vortex, half) = (Self::vortex(grid, circulation, polarity)?, grid.size()[1] / 2.0);
        Ok(Self(Arc::new(move |place, cell| match place[0] {
            x if x < -half => [left, 0.0, 0.0],
            x if x > half => [right, 0.0, 0.0],
            _ => vortex.at(place, cell),
        })))
    }

    /// Two domains that meet at x = 0, with a wall of Gaussian weight exp(-(x/2c)^2), c the size of a cell along x.
    ///
    /// # Errors
    /// A component that is not finite.
    pub fn two_domain(grid: &Grid, left: Vector, wall: Vector, right: Vector) -> Result<Self, MagnetError> {
        [left, wall, right].into_iter().try_for_each(finite)?;
        let width = 2.0 * grid.cell_size()[0];
        Ok(Self::new(move |[x, _, _]| {
            let (domain, weight) = (if x < 0.0 { left } else { right }, (-(x / width).powi(2)).exp());
            std::array::from_fn(|a| (1.0 - weight) * domain[a] + weight * wall[a])
        }))
    }

    /// A Neel skyrmion with m_z = polarity in the middle and -polarity far away,
    ///
    /// ```text
    /// m_z = polarity (2 exp(-r^2/w^2) - 1),   (m_x, m_y) = charge (x, y)/r (1 - |m_z|),   w = 8 cells along x.
    /// ```
    ///
    /// # Errors
    /// A charge or polarity other than +1 and -1.
    pub fn neel_skyrmion(grid: &Grid, charge: i64, polarity: i64) -> Result<Self, MagnetError> {
        Self::skyrmion(grid, polarity, unit("the charge", charge)?, |c, [x, y]| [c * x, c * y])
    }

    /// A Bloch skyrmion: as the [Neel skyrmion](Self::neel_skyrmion), with (m_x, m_y) along charge (-y, x).
    ///
    /// # Errors
    /// A charge or polarity other than +1 and -1.
    pub fn bloch_skyrmion(grid: &Grid, charge: i64, polarity: i64) -> Result<Self, MagnetError> {
        Self::skyrmion(grid, polarity, unit("the charge", charge)?, |c, [x, y]| [-c * y, c * x])
    }

    fn skyrmion(grid: &Grid, polarity: i64, sign: f64, plane: fn(f64, [f64; 2]) -> [f64; 2]) -> Result<Self, MagnetError> {
        let (polarity, width) = (unit("the polarity", polarity)?, 8.0 * grid.cell_size()[0]);
        Ok(Self::new(move |[x, y, _]| {
            let r = x.hypot(y);
            if r == 0.0 {
                return [0.0, 0.0, polarity];
            }
            let mz = 2.0 * (-(r / width).powi(2)).exp() - 1.0;
            let [mx, my] = plane(sign, [x / r, y / r]).map(|m| m * (1.0 - mz.abs()));
            [mx, my, polarity * mz]
        }))
    }

    /// A cone: with the unit vector u along the axis and a, b perpendicular to it,
    ///
    /// ```text
    /// m = u cos(angle) + sin(angle) [a cos(q.r) + b sin(q.r)].
    /// ```
    ///
    /// # Errors
    /// An axis of length zero, or anything that is not finite.
    pub fn conical(wave_vector: Vector, axis: Vector, angle: f64) -> Result<Self, MagnetError> {
        finite(wave_vector)?;
        finite(axis)?;
        finite([angle, 0.0, 0.0])?;
        let length = axis.iter().map(|c| c * c).sum::<f64>().sqrt();
        MagnetError::unless(length > 0.0, "the length of the axis of a cone", length, "positive")?;
        let u = axis.map(|c| c / length);
        let in_plane = u[0].hypot(u[1]);
        let (a, b) = if in_plane == 0.0 {
            ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
        } else {
            // a = u (u.z) - z and b = z x u, both of length |(u_x, u_y)|.
            let a = [u[0] * u[2], u[1] * u[2], -in_plane * in_plane];
            (a.map(|c| c / in_plane), [-u[1] / in_plane, u[0] / in_plane, 0.0])
        };
        let (sine, cosine) = angle.sin_cos();
        Ok(Self::new(move |r| {
            let (s, c) = (wave_vector[0] * r[0] + wave_vector[1] * r[1] + wave_vector[2] * r[2]).sin_cos();
            std::array::from_fn(|i| cosine * u[i] + sine * (c * a[i] + s * b[i]))
        }))
    }

    /// A helix: m turns in the plane perpendicular to the wave vector (rad/m).
    ///
    /// # Errors
    /// A wave vector of length zero or not finite.
    pub fn helical(wave_vector: Vector) -> Result<Self, MagnetError> {
        Self::conical(wave_vector, wave_vector, FRAC_PI_2)
    }

    /// Moved by a distance, m.
    #[must_use]
    pub fn translated(&self, by: Vector) -> Self {
        let inner = Arc::clone(&self.0);
        Self(Arc::new(move |r, cell| inner(std::array::from_fn(|a| r[a] - by[a]), cell)))
    }

    /// Stretched by a factor along each axis; directions stay.
    ///
    /// # Errors
    /// A factor that is zero or not finite.
    pub fn scaled(&self, by: Vector) -> Result<Self, MagnetError> {
        for factor in by {
            MagnetError::unless(factor != 0.0, "the factor of a scaled configuration", factor, "other than zero")?;
        }
        let inner = Arc::clone(&self.0);
        Ok(Self(Arc::new(move |r, cell| inner(std::array::from_fn(|a| r[a] / by[a]), cell))))
    }

    /// Turned about z by an angle (rad, from x to y), directions with it.
    #[must_use]
    pub fn rotated_about_z(&self, angle: f64) -> Self {
        let (inner, (s, c)) = (Arc::clone(&self.0), angle.sin_cos());
        Self(Arc::new(move |[x, y, z], cell| {
            let [mx, my, mz] = inner([c * x + s * y, c * y - s * x, z], cell);
            [c * mx - s * my, s * mx + c * my, mz]
        }))
    }

    /// With another one added, times a weight.
    #[must_use]
    pub fn plus(&self, weight: f64, other: &Self) -> Self {
        let (first, second) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Self(Arc::new(move |r, cell| {
            let (a, b) = (first(r, cell), second(r, cell));
            std::array::from_fn(|i| a[i] + weight * b[i])
        }))
    }

    /// The direction at a place (m) in the cell of an index, of any length.
    pub fn at(&self, place: Vector, cell: usize) -> Vector {
        (self.0)(place, cell)
    }

    /// Its directions in the middle of every cell of a grid, of unit length; zero where it is zero.
    pub fn on<T: Real>(&self, grid: &Grid) -> VectorField<T> {
        let mut field = VectorField::zeros(grid.len());
        for cell in 0..grid.len() {
            let m = self.at(grid.position(grid.place(cell)), cell);
            // Scaled by the largest component first, so that no square overflows or vanishes.
            let largest = m.iter().fold(0.0, |a: f64, c| a.max(c.abs()));
            if largest > 0.0 && largest.is_finite() {
                let m = m.map(|c| c / largest);
                let length = m.iter().map(|c| c * c).sum::<f64>().sqrt();
                field.set(cell, m.map(|c| c / length));
            }
        }
        field
    }
}

fn unit(what: &'static str, sign: i64) -> Result<f64, MagnetError> {
    MagnetError::unless(sign.abs() == 1, what, sign as f64, "+1 or -1")?;
    Ok(sign as f64)
}

fn finite(components: Vector) -> Result<(), MagnetError> {
    components.into_iter().try_for_each(|c| MagnetError::unless(true, "a component of a configuration", c, "a finite number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn grid() -> Grid {
        Grid::new([64, 32, 1], [2e-9; 3]).unwrap()
    }

    fn near(a: Vector, b: Vector) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    /// The skyrmion number of a field by solid angles, open ends, one layer.
    fn charge(m: &VectorField<f64>, grid: &Grid) -> f64 {
        let [nx, ny, _] = grid.cells();
        let dot = |a: Vector, b: Vector| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let cross = |a: Vector, b: Vector| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let angle = |a, b, c| 2.0 * dot(a, cross(b, c)).atan2(1.0 + dot(a, b) + dot(b, c) + dot(c, a));
        let mut sum = 0.0;
        for y in 0..ny - 1 {
            for x in 0..nx - 1 {
                let at = |dx, dy| m.get(grid.index([x + dx, y + dy, 0]));
                sum += angle(at(0, 0), at(1, 0), at(1, 1)) + angle(at(0, 0), at(1, 1), at(0, 1));
            }
        }
        sum / (4.0 * PI)
    }

    #[test]
    fn skyrmions_have_the_charge_of_their_polarity_and_vortices_half_of_it() {
        let grid = Grid::new([128, 128, 1], [1e-9; 3]).unwrap();
        for polarity in [1, -1] {
            for sign in [1, -1] {
                for skyrmion in [Configuration::neel_skyrmion, Configuration::bloch_skyrmion] {
                    let q = charge(&skyrmion(&grid, sign, polarity).unwrap().on(&grid), &grid);
                    assert!((q - polarity as f64).abs() < 1e-3, "{q}");
                }
                let q = charge(&Configuration::vortex(&grid, sign, polarity).unwrap().on(&grid), &grid);
                assert!((q - 0.5 * polarity as f64).abs() < 0.01, "{q}");
                let q = charge(&Configuration::antivortex(&grid, sign, polarity).unwrap().on(&grid), &grid);
                assert!((q + 0.5 * polarity as f64).abs() < 0.01, "{q}");
            }
        }
    }

    #[test]
    fn a_cone_keeps_its_angle_to_the_axis_and_turns_with_the_wave_vector() {
        let (axis, angle, q) = ([0.6, 0.0, 0.8], 0.3, [0.0, 0.0, 2e8]);
        for (axis, unit) in [(axis, axis), ([0.0, 0.0, -2.0], [0.0, 0.0, -1.0])] {
            let cone = Configuration::conical(q, axis, angle).unwrap();
            for z in [0.0, 3e-9, 7e-9] {
                let m = cone.at([1e-9, 2e-9, z], 0);
                let along: f64 = m.iter().zip(unit).map(|(a, b)| a * b).sum();
                assert!((along - angle.cos()).abs() < 1e-12 && (m.iter().map(|c| c * c).sum::<f64>() - 1.0).abs() < 1e-12);
            }
            let period = 2.0 * PI / q[2];
            assert!(near(cone.at([0.0, 0.0, 1e-9], 0), cone.at([0.0, 0.0, 1e-9 + period], 0)));
        }
        let helix = Configuration::helical([1e8, 0.0, 0.0]).unwrap();
        assert!((0..50).all(|i| helix.at([i as f64 * 1e-9, 0.0, 0.0], 0)[0].abs() < 1e-12));
    }

    #[test]
    fn walls_have_the_domains_at_their_ends() {
        let grid = grid();
        let wall = Configuration::two_domain(&grid, [0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]).unwrap();
        assert!(near(wall.at([-50e-9, 0.0, 0.0], 0), [0.0, 0.0, 1.0]) && near(wall.at([0.0; 3], 0), [0.0, 1.0, 0.0]));
        let wall = Configuration::vortex_wall(&grid, 1.0, -1.0, 1, 1).unwrap();
        assert_eq!(wall.at([-33e-9, 0.0, 0.0], 0), [1.0, 0.0, 0.0]);
        assert_eq!(wall.at([33e-9, 0.0, 0.0], 0), [-1.0, 0.0, 0.0]);
        assert!(wall.at([20e-9, 0.0, 0.0], 0)[1] > 0.99);
    }

    #[test]
    fn moving_turning_and_stretching_act_on_places_and_turning_on_directions_too() {
        let grid = grid();
        let vortex = Configuration::vortex(&grid, 1, 1).unwrap();
        assert_eq!(vortex.translated([5e-9, 0.0, 0.0]).at([5e-9, 0.0, 0.0], 0), [0.0, 0.0, 1.0]);
        let place = [7e-9, -3e-9, 0.0];
        assert!(near(vortex.rotated_about_z(0.7).at(place, 0), vortex.at(place, 0)));
        assert!(near(Configuration::uniform([1.0, 0.0, 0.0]).unwrap().rotated_about_z(PI / 2.0).at(place, 0), [0.0, 1.0, 0.0]));
        assert!(near(vortex.scaled([2.0, 2.0, 1.0]).unwrap().at(place, 0), vortex.at(place.map(|c| c / 2.0), 0)));
        let sum = vortex.plus(0.5, &Configuration::uniform([0.0, 0.0, 2.0]).unwrap());
        assert!((sum.at([0.0; 3], 0)[2] - 2.0).abs() < 1e-15);
    }

    #[test]
    fn a_field_is_of_unit_length_or_zero_and_random_ones_are_uniform_on_the_sphere() {
        let grid = Grid::new([100, 100, 1], [1e-9; 3]).unwrap();
        let m = Configuration::random(4).on::<f64>(&grid);
        assert_eq!(m, Configuration::random(4).on(&grid));
        assert_ne!(m, Configuration::random(5).on(&grid));
        assert!((0..grid.len()).all(|i| (m.get(i).iter().map(|c| c * c).sum::<f64>() - 1.0).abs() < 1e-12));
        // The mean of 10^4 components of variance 1/3 lies within 4.5 standard errors of zero (false alarm 2e-5 for three).
        for component in m.components() {
            assert!((component.iter().sum::<f64>() / 1e4).abs() < 4.5 * (1.0 / 3e4f64).sqrt());
        }
        assert_eq!(Configuration::uniform([0.0; 3]).unwrap().on::<f64>(&grid).get(7), [0.0; 3]);
        assert_eq!(Configuration::uniform([0.0, 1e300, 0.0]).unwrap().on::<f64>(&grid).get(7), [0.0, 1.0, 0.0]);
    }

    #[test]
    fn what_makes_no_direction_is_refused() {
        let grid = grid();
        assert!(Configuration::uniform([f64::NAN, 0.0, 0.0]).is_err());
        assert!(Configuration::vortex(&grid, 0, 1).is_err() && Configuration::neel_skyrmion(&grid, 1, 2).is_err());
        assert!(Configuration::helical([0.0; 3]).is_err() && Configuration::random(1).scaled([1.0, 0.0, 1.0]).is_err());
    }
}
