//! Grains of a script.

use super::call::{index, region, seed};
use super::failed;
use super::host::Simulation;
use crate::mx3::Stop;
use crate::shape::{Grains, Shape};

impl Simulation {
    /// Makes grains of regions: `count` numbers from `first` on, everywhere or in a shape.
    ///
    /// # Errors
    /// For numbers of regions that there are not, and a size that is not positive.
    pub fn grains(&mut self, size: f64, first: i64, [count, number]: [i64; 2], inside: Option<Shape>) -> Result<(), Stop> {
        let grid = self.settings.grid()?;
        let mut grains = Grains::new(size, seed(number)).map_err(failed)?;
        if inside.is_some() {
            grains = grains.in_space();
        }
        let grains = grains.periodic(&grid).map_err(failed)?;
        let (first, count) = (region(first)?, index("the number of regions", count)?);
        region(i64::from(first) + i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1))?;
        let regions = grains.shared_regions(&grid, first, count).map_err(failed)?;
        let mask = inside.map(|shape| self.settings.mask(&shape)).transpose()?;
        self.settings.has_grains = true;
        for (cell, number) in regions.numbers().iter().enumerate() {
            if mask.as_ref().is_none_or(|mask| mask[cell]) {
                self.settings.regions[cell] = *number;
            }
        }
        Ok(())
    }
}
