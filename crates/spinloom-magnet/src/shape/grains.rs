//! Grains: the Voronoi cells of centres strewn at random.

use super::{Regions, ShapeError};
use crate::MagnetError;
use crate::film::{Grid, PerCell, Real, VectorField};
use crate::macrospin::Vector;
use rand_distr::{Distribution, Poisson};
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::variability::Spread;
use std::collections::HashMap;

/// A grain, by a number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grain(pub u64);

/// Grains of a mean size: a position belongs to the grain whose centre is nearest.
///
/// Centres are a Poisson process of one centre per size^2 (columns through the film) or size^3 (grains in space), so the mean area of a
/// grain is size^2, and the relative variance of the area is 0.280 (E. N. Gilbert, Ann. Math. Stat. 33, 958 (1962),
/// doi:10.1214/aoms/1177704464). They are drawn tile by tile, each from a random stream of its own, so that the same seed gives the same
/// grains for any film and number of threads.
///
/// ```
/// use spinloom_core::variability::{Distribution, Spread};
/// use spinloom_magnet::film::{Grid, PerCell};
/// use spinloom_magnet::shape::Grains;
/// let grid = Grid::new([128, 128, 1], [2e-9, 2e-9, 1e-9])?;
/// let grains = Grains::new(16e-9, 1)?;
/// let regions = grains.regions(&grid, 0)?;
/// let spread = Spread { relative: 0.1, distribution: Distribution::LogNormal };
/// let anisotropy: PerCell<f64> = grains.values(&grid, 8e5, &spread, "anisotropy");
/// assert!(regions.used().len() > 150);
/// assert!(anisotropy.values().iter().all(|k| (4e5..16e5).contains(k)));
/// # Ok::<(), spinloom_magnet::shape::ShapeError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grains {
    seed: u64,
    /// Sizes of a tile; the one along z is 0 for columns.
    tile: [f64; 3],
    /// Where the corner of tile (0, 0, 0) is.
    corner: [f64; 3],
    /// After how many tiles they repeat, where they do.
    period: [Option<i64>; 3],
    /// Centres in a tile, on average.
    mean: f64,
    size: f64,
}

/// A tile without a period has this many sizes along each axis: four centres in a plane, as mumax3 has them.
const TILE: f64 = 2.0;
/// Tiles repeat after 2^18 along each axis at the latest, so that a grain's number fits 64 bits.
const TILES: i64 = 1 << 18;
/// Tiles to either side that are searched before a film counts as one grain.
const REACH: i64 = 32;

type Tiles = HashMap<[i64; 3], Vec<Vector>>;

impl Grains {
    /// Columns through the film of this mean size (m), without end.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a size that is not positive.
    pub fn new(size: f64, seed: u64) -> Result<Self, MagnetError> {
        MagnetError::unless(size > 0.0, "the mean size of a grain (m)", size, "positive")?;
        let tile = [TILE * size, TILE * size, 0.0];
        Ok(Self { seed, tile, corner: [0.0; 3], period: [None; 3], mean: TILE * TILE, size })
    }

    /// Grains in space rather than columns through the film; to be asked for before [`periodic`](Self::periodic).
    #[must_use]
    pub fn in_space(mut self) -> Self {
        self.tile[2] = TILE * self.size;
        self.with_mean()
    }

    /// Repeats the grains with a film along the axes along which it repeats.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a film more than 2^18 tiles long.
    pub fn periodic(mut self, grid: &Grid) -> Result<Self, MagnetError> {
        let size = grid.size();
        for axis in 0..3 {
            if !grid.is_periodic(axis) || self.tile[axis] == 0.0 {
                continue;
            }
            let tiles = (size[axis] / (TILE * self.size)).round().max(1.0);
            MagnetError::unless(tiles <= TILES as f64, "the size of a film in grains", TILE * tiles, "less than 2^19")?;
            self.period[axis] = Some(tiles as i64);
            self.tile[axis] = size[axis] / tiles;
            self.corner[axis] = -0.5 * size[axis];
        }
        Ok(self.with_mean())
    }

    fn with_mean(mut self) -> Self {
        self.mean = self.tile.iter().filter(|t| **t > 0.0).map(|t| t / self.size).product();
        self
    }

    /// The grain at a position.
    pub fn grain(&self, position: Vector) -> Grain {
        self.nearest(position, &mut Tiles::new())
    }

    /// The grain of each cell, by its middle.
    pub fn of_cells(&self, grid: &Grid) -> Vec<Grain> {
        let [nx, ny, _] = grid.cells();
        let mut grains = vec![Grain(0); grid.len()];
        grains.par_chunks_mut(nx).enumerate().for_each_init(Tiles::new, |tiles, (row, cells)| {
            for (x, grain) in cells.iter_mut().enumerate() {
                *grain = self.nearest(grid.position([x, row % ny, row / ny]), tiles);
            }
        });
        grains
    }

    /// Each grain as a region of its own, numbered from `first` on.
    ///
    /// # Errors
    /// [`ShapeError::TooManyGrains`] where the numbers of regions do not suffice.
    pub fn regions(&self, grid: &Grid, first: u16) -> Result<Regions, ShapeError> {
        let (grains, of) = self.numbered(grid);
        if usize::from(first) + grains.len() > 1 << 16 {
            return Err(ShapeError::TooManyGrains { count: grains.len(), first });
        }
        Regions::from_numbers(grid, of.into_iter().map(|n| first + n as u16).collect())
    }

    /// Each grain in one of `count` regions from `first` on, drawn at random: many grains share a number.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for no regions or numbers above 65535.
    pub fn shared_regions(&self, grid: &Grid, first: u16, count: usize) -> Result<Regions, ShapeError> {
        let most = (1 << 16) - usize::from(first);
        MagnetError::unless((1..=most).contains(&count), "the number of regions", count as f64, "1 or more, none above 65535")?;
        let (grains, of) = self.numbered(grid);
        let numbers: Vec<u16> = grains.iter().map(|g| first + self.stream("region", *g).below(count) as u16).collect();
        Regions::from_numbers(grid, of.into_iter().map(|n| numbers[n]).collect())
    }

    /// A value for each cell that differs from grain to grain, about `nominal`. Parameters of different names are independent.
    ///
    /// The grains of a normal spread may change sign; those of a log-normal one, whose median is `nominal`, do not.
    pub fn values<T: Real>(&self, grid: &Grid, nominal: f64, spread: &Spread, parameter: &str) -> PerCell<T> {
        let (grains, of) = self.numbered(grid);
        let values: Vec<T> = grains.iter().map(|g| T::of(spread.draw(nominal, &mut self.stream(parameter, *g)))).collect();
        PerCell::of(of.into_iter().map(|n| values[n]).collect())
    }

    /// An axis for each cell, tilted from grain to grain by angles about two axes normal to it, each of them normal with a standard
    /// deviation `tilt` (rad); so the mean square of the whole tilt is 2 `tilt`^2.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for an axis without a direction or a tilt that is negative.
    pub fn axes<T: Real>(&self, grid: &Grid, axis: Vector, tilt: f64) -> Result<VectorField<T>, MagnetError> {
        let length = axis.iter().map(|a| a * a).sum::<f64>().sqrt();
        MagnetError::unless(length > 0.0, "the length of an axis", length, "positive")?;
        MagnetError::unless(tilt >= 0.0, "the tilt of an axis (rad)", tilt, "0 or greater")?;
        let (grains, of) = self.numbered(grid);
        let axis = axis.map(|a| a / length);
        let axes: Vec<Vector> = grains.iter().map(|g| tilted(axis, tilt, &mut self.stream("tilt of an axis", *g))).collect();
        let mut field = VectorField::zeros(grid.len());
        of.into_iter().enumerate().for_each(|(cell, n)| field.set(cell, axes[n]));
        Ok(field)
    }

    /// The grains of a film in the order of their numbers, and the place in it of each cell's.
    fn numbered(&self, grid: &Grid) -> (Vec<Grain>, Vec<usize>) {
        let of = self.of_cells(grid);
        let mut grains = of.clone();
        grains.par_sort_unstable();
        grains.dedup();
        // Every grain is in the list, so the search never misses.
        let places = of.par_iter().map(|g| grains.binary_search(g).unwrap_or_default()).collect();
        (grains, places)
    }

    fn stream(&self, purpose: &str, grain: Grain) -> Stream {
        Stream::new(self.seed, purpose, grain.0)
    }

    /// The tile that stands for a tile, within the period.
    fn wrapped(&self, tile: [i64; 3]) -> [i64; 3] {
        std::array::from_fn(|a| tile[a].rem_euclid(self.period[a].unwrap_or(TILES)))
    }

    /// Centres of a tile, as parts of its sizes.
    fn centres(&self, [x, y, z]: [i64; 3]) -> Vec<Vector> {
        let mut stream = Stream::new(self.seed, "centres of grains", ((z * TILES + y) * TILES + x) as u64);
        // The mean is positive and far from what a Poisson distribution cannot have.
        let count = Poisson::new(self.mean).map_or(0.0, |p| p.sample(&mut stream)).min(1023.0) as usize;
        (0..count).map(|_| std::array::from_fn(|_| stream.uniform())).collect()
    }

    /// The nearest centre: tiles are searched in growing shells until none further out can hold a nearer one.
    fn nearest(&self, position: Vector, tiles: &mut Tiles) -> Grain {
        let used: [bool; 3] = std::array::from_fn(|a| self.tile[a] > 0.0);
        let scaled: [f64; 3] = std::array::from_fn(|a| if used[a] { (position[a] - self.corner[a]) / self.tile[a] } else { 0.0 });
        let home = scaled.map(|s| s.floor() as i64);
        let (mut best, mut grain) = (f64::INFINITY, Grain(0));
        for reach in 0..=REACH {
            let along = |a: usize| if used[a] { -reach..=reach } else { 0..=0 };
            for offset in along(2).flat_map(|z| along(1).flat_map(move |y| along(0).map(move |x| [x, y, z]))) {
                if offset.iter().all(|o| o.abs() < reach) {
                    continue;
                }
                let tile: [i64; 3] = std::array::from_fn(|a| home[a].saturating_add(offset[a]));
                let named = self.wrapped(tile);
                for (k, centre) in tiles.entry(named).or_insert_with(|| self.centres(named)).iter().enumerate() {
                    let along = |a: usize| (tile[a] as f64 + centre[a] - scaled[a]) * self.tile[a];
                    let distance = (0..3).map(|a| along(a).powi(2)).sum::<f64>();
                    if distance < best {
                        best = distance;
                        grain = Grain((((named[2] * TILES + named[1]) * TILES + named[0]) as u64) << 10 | k as u64);
                    }
                }
            }
            let edge = |a: usize| (scaled[a] - home[a] as f64).min(home[a] as f64 + 1.0 - scaled[a]) + reach as f64;
            let nearest_outside = (0..3).filter(|a| used[*a]).map(|a| edge(a) * self.tile[a]).fold(f64::INFINITY, f64::min);
            if best <= nearest_outside * nearest_outside {
                break;
            }
        }
        grain
    }
}

/// A direction near `axis`, by normal angles about two axes normal to it.
fn tilted(axis: Vector, tilt: f64, stream: &mut Stream) -> Vector {
    // The axis of space that is least along it, to have one across.
    let least = (0..3).min_by(|a, b| axis[*a].abs().total_cmp(&axis[*b].abs())).unwrap_or(0);
    let mut first: Vector = std::array::from_fn(|a| f64::from(a == least) - axis[least] * axis[a]);
    let length = first.iter().map(|a| a * a).sum::<f64>().sqrt();
    first = first.map(|a| a / length);
    let second: Vector = std::array::from_fn(|a| axis[(a + 1) % 3] * first[(a + 2) % 3] - axis[(a + 2) % 3] * first[(a + 1) % 3]);
    let (u, v) = (tilt * stream.normal(), tilt * stream.normal());
    let angle = u.hypot(v);
    let across = if angle > 0.0 { angle.sin() / angle } else { 0.0 };
    std::array::from_fn(|a| axis[a] * angle.cos() + across * (u * first[a] + v * second[a]))
}

#[cfg(test)]
mod tests;
