//! Quantities of textures: charges, cores, bubbles and walls.

use super::failed;
use super::host::Simulation;
use super::view::View;
use crate::mx3::Stop;
use crate::quantity::{charge_density, mean_wall, reversed_areas, topological_charge, vortex_core};
use crate::shape::Axis;
use std::f64::consts::PI;

impl View<'_> {
    /// A quantity of the texture, in every cell.
    ///
    /// # Errors
    /// Without a grid.
    pub fn texture_field(&self, name: &str) -> Result<Vec<f64>, Stop> {
        let (grid, m) = (self.settings.grid()?, self.m);
        Ok(match name {
            "ext_topologicalchargedensity" => {
                charge_density(&grid, m).map_err(failed)?.into_iter().map(|density| 4.0 * PI * density).collect()
            }
            "ext_phi" => m.x.iter().zip(&m.y).map(|(x, y)| y.atan2(*x)).collect(),
            "ext_theta" => m.z.iter().map(|z| z.clamp(-1.0, 1.0).acos()).collect(),
            _ => return Err(failed(format!("there is no quantity {name}"))),
        })
    }
}

impl Simulation {
    /// A value of the texture as a whole.
    ///
    /// # Errors
    /// Without a grid, and where there is no such texture.
    pub fn texture(&self, name: &str) -> Result<Vec<f64>, Stop> {
        let (grid, m) = (self.settings.grid()?, &self.settings.m);
        let ([_, _, layers], [dx, dy, _]) = (grid.cells(), grid.cell_size());
        Ok(match name {
            "ext_topologicalcharge" => {
                let density = charge_density(&grid, m).map_err(failed)?;
                vec![density.iter().sum::<f64>() * dx * dy]
            }
            "ext_topologicalchargelattice" => {
                let charge = |layer| topological_charge(&grid, m, layer).map_err(failed);
                vec![(0..layers).map(charge).sum::<Result<f64, Stop>>()?]
            }
            "ext_corepos" => {
                let core = vortex_core(&grid, m, layers / 2).map_err(failed)?;
                let core = core.ok_or_else(|| failed("there is no vortex core: m_z is 0 everywhere"))?;
                vec![core.position[0], core.position[1], core.polarity * core.height.min(1.0)]
            }
            "ext_bubblepos" => {
                let areas = reversed_areas(&grid, m, 0, -self.settings.number("ext_BubbleMz")).map_err(failed)?;
                let largest = areas.iter().max_by_key(|area| area.cells);
                let [x, y] = largest.ok_or_else(|| failed("there is no bubble"))?.centre;
                vec![x, y, 0.0]
            }
            "ext_dwxpos" => {
                // The component that the domains have: the one that is largest on the whole.
                let size = |axis: Axis| m.components()[axis.index()].iter().map(|c| c.abs()).sum::<f64>();
                let axes = [Axis::X, Axis::Y, Axis::Z];
                let along = axes.into_iter().max_by(|a, b| size(*a).total_cmp(&size(*b))).unwrap_or(Axis::Z);
                let wall = mean_wall(&grid, m, Axis::X, along, 0).map_err(failed)?;
                vec![wall.ok_or_else(|| failed("there is no domain wall"))?.position]
            }
            "ext_dwpos" | "ext_dwspeed" | "ext_dwtilt" => vec![self.wall(name)?],
            _ => return Err(failed(format!("there is no value {name}"))),
        })
    }
}
