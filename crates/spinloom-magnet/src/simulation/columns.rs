//! What the rows of a table hold.

use super::description::Description;
use super::error::SimulationError;
use crate::film::{Film, Real};
use crate::quantity;
use crate::shape::Axis;
use crate::table::Column;

spinloom_core::choices! {
    /// A word for columns.
    pub enum ColumnKind {
        /// Average of m.
        Average = "average",
        /// Uniform field from outside, T.
        Field = "field",
        /// Energy of every term, J.
        Energies = "energies",
        /// Sum of the energies, J.
        Energy = "energy",
        /// Largest |m x B|, T.
        Torque = "torque",
        /// Topological charge of a layer.
        Charge = "charge",
        /// Number of skyrmions in a layer, and the mean of their radii.
        Skyrmions = "skyrmions",
        /// Position and width of the walls of a layer.
        Wall = "wall",
        /// Core of the vortex of a layer.
        Vortex = "vortex",
        /// Potential and current of every contact.
        Contacts = "contacts",
        /// Steps taken.
        Steps = "steps",
    }
}

impl ColumnKind {
    /// That of a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// What a row is made of, besides the film.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// Number of the stage, from 1.
    pub stage: usize,
    /// Uniform field from outside, T.
    pub field: [f64; 3],
    /// Steps taken.
    pub steps: u64,
    /// Potential (V) and current (A) of every contact; empty where none is driven.
    pub contacts: Vec<f64>,
}

/// The columns of a simulation.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    kinds: Vec<ColumnKind>,
    /// Names of the terms that have an energy in any stage.
    terms: Vec<&'static str>,
    layer: usize,
    wall: (Axis, Axis),
    /// How many there are.
    contacts: usize,
}

impl Columns {
    pub(super) fn new(description: &Description, terms: Vec<&'static str>) -> Self {
        let output = &description.output.section;
        let axis = |name: super::sections::AxisName| match name.word() {
            "x" => Axis::X,
            "y" => Axis::Y,
            _ => Axis::Z,
        };
        let mut kinds = description.columns.clone();
        // A word said twice is meant once.
        let mut seen = Vec::new();
        kinds.retain(|kind| {
            !seen.contains(kind) && {
                seen.push(*kind);
                true
            }
        });
        let wall = (axis(output.wall_axis), axis(output.wall_component));
        Self { kinds, terms, layer: output.layer, wall, contacts: description.contacts.len() }
    }

    /// Names and units.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut all = vec![Column::new("t", "s"), Column::new("stage", "")];
        let mut add = |names: &[&str], unit: &str| all.extend(names.iter().map(|n| Column::new(n, unit)));
        for kind in &self.kinds {
            match kind {
                ColumnKind::Average => add(&["mx", "my", "mz"], ""),
                ColumnKind::Field => add(&["Bx", "By", "Bz"], "T"),
                ColumnKind::Energies => {
                    let names: Vec<String> = self.terms.iter().map(|t| format!("E_{}", t.replace(' ', "_"))).collect();
                    add(&names.iter().map(String::as_str).collect::<Vec<_>>(), "J");
                }
                ColumnKind::Energy => add(&["E"], "J"),
                ColumnKind::Torque => add(&["max_torque"], "T"),
                ColumnKind::Charge => add(&["charge"], ""),
                ColumnKind::Skyrmions => {
                    add(&["skyrmions"], "");
                    add(&["skyrmion_radius"], "m");
                }
                ColumnKind::Wall => {
                    add(&["wall_lines"], "");
                    add(&["wall_position", "wall_width"], "m");
                }
                ColumnKind::Vortex => {
                    add(&["core_x", "core_y"], "m");
                    add(&["core_polarity"], "");
                }
                ColumnKind::Contacts => (1..=self.contacts).for_each(|number| {
                    add(&[&format!("U_{number}")], "V");
                    add(&[&format!("I_{number}")], "A");
                }),
                ColumnKind::Steps => add(&["steps"], ""),
            }
        }
        all
    }

    /// A row of the present state. What is not there, such as the position of a wall where there is none, is 0.
    pub(super) fn row<T: Real>(&self, film: &mut Film<T>, moment: &Moment) -> Result<Vec<f64>, SimulationError> {
        let mut row = vec![film.time(), moment.stage as f64];
        let wants = |kind| self.kinds.contains(&kind);
        let energies = if wants(ColumnKind::Energies) || wants(ColumnKind::Energy) { film.energies() } else { Vec::new() };
        for kind in &self.kinds {
            let (grid, m) = (film.grid(), film.magnetization());
            match kind {
                ColumnKind::Average => row.extend(average(film)?),
                ColumnKind::Field => row.extend(moment.field),
                ColumnKind::Energies => {
                    let of = |name: &&str| energies.iter().find(|(n, _)| n == name).map_or(0.0, |(_, e)| *e);
                    row.extend(self.terms.iter().map(of));
                }
                ColumnKind::Energy => row.push(energies.iter().map(|(_, e)| e).sum()),
                ColumnKind::Torque => row.push(largest_torque(film)),
                ColumnKind::Charge => row.push(quantity::topological_charge(grid, m, self.layer)?),
                ColumnKind::Skyrmions => {
                    let found = quantity::skyrmions(grid, m, self.layer)?;
                    let mean = found.iter().map(|s| s.radius).sum::<f64>() / found.len().max(1) as f64;
                    row.extend([found.len() as f64, mean]);
                }
                ColumnKind::Wall => {
                    let wall = quantity::mean_wall(grid, m, self.wall.0, self.wall.1, self.layer)?;
                    row.extend(wall.map_or([0.0; 3], |w| [w.lines as f64, w.position, w.width]));
                }
                ColumnKind::Vortex => {
                    let core = quantity::vortex_core(grid, m, self.layer)?;
                    row.extend(core.map_or([0.0; 3], |c| [c.position[0], c.position[1], c.polarity]));
                }
                ColumnKind::Contacts => {
                    row.extend((0..2 * self.contacts).map(|k| moment.contacts.get(k).copied().unwrap_or(0.0)));
                }
                ColumnKind::Steps => row.push(moment.steps as f64),
            }
        }
        Ok(row)
    }
}

/// The average of m, weighted with the saturation magnetization.
pub(super) fn average<T: Real>(film: &Film<T>) -> Result<[f64; 3], SimulationError> {
    let average = quantity::moment_average(film.magnetization(), &film.material().saturation_magnetization)?;
    Ok(average.unwrap_or([0.0; 3]))
}

/// The largest |m x B|, T.
fn largest_torque<T: Real>(film: &mut Film<T>) -> f64 {
    let (m, time) = (std::mem::take(film.magnetization_mut()), film.time());
    let mut velocity = crate::film::VectorField::zeros(m.len());
    let torque = film.velocity(&m, time, &mut velocity);
    *film.magnetization_mut() = m;
    torque
}
