//! The film of a description: its material cell by cell, and how it begins.

use super::description::{Description, Local};
use super::error::SimulationError;
use super::sections::{Edge, GrainsSection, MaterialSection, StartKind, StartSection};
use crate::film::{Configuration, Demag, DmiEdge, Film, Grid, Material, PerCell, PerCellVector, Real, VectorField};
use crate::ovf;
use crate::shape::{Grains, RegionTable, Regions, Shape};
use spinloom_core::document::Place;
use spinloom_core::variability::Spread;
use std::path::PathBuf;

/// The film without fields from outside, magnetized as it begins, and what a person should know about how it was made.
pub(super) fn film<T: Real>(description: &Description) -> Result<(Film<T>, Vec<String>), SimulationError> {
    let mut notes = Vec::new();
    let material = material::<T>(description)?;
    let mut film = Film::new(description.grid, material).map_err(|e| description.error(&description.material.place, e))?;
    film.set_gyromagnetic_ratio(description.general.gyromagnetic_ratio)?;
    if description.general.demagnetization {
        film.set_demag(Some(Demag::new(&description.grid)?));
    }
    let start = start::<T>(description, &mut notes)?;
    film.set_magnetization(&start).map_err(|e| description.error(&description.start.place, e))?;
    Ok((film, notes))
}

/// Which cells lie in an area; none for all of them.
pub(super) fn mask(description: &Description, place: &Place, area: Option<&Shape>) -> Result<Option<Vec<bool>>, SimulationError> {
    let on = |shape: &Shape| shape.on_with(&description.grid, &description.folder).map(|solid| solid.mask());
    area.map(on).transpose().map_err(|e| description.error(place, e))
}

/// An OVF file that the description names, which has to fit the grid.
pub(super) fn vectors<T: Real>(
    description: &Description,
    place: &Place,
    file: &str,
    notes: &mut Vec<String>,
) -> Result<VectorField<T>, SimulationError> {
    let path: PathBuf = description.folder.join(file);
    let field = ovf::read_file(&path).map_err(|e| description.error(place, e))?;
    let (found, wanted) = (field.grid, &description.grid);
    if found.cells() != wanted.cells() {
        let message = format!("{} has {:?} cells, and the grid {:?}", path.display(), found.cells(), wanted.cells());
        return Err(description.error(place, message));
    }
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-3 * b;
    if !found.cell_size().into_iter().zip(wanted.cell_size()).all(|(a, b)| same(a, b)) {
        let sizes = (found.cell_size(), wanted.cell_size());
        notes.push(format!(
            "{} has cells of {:?} m, and the grid of {:?} m: cell goes to cell",
            path.display(),
            sizes.0,
            sizes.1
        ));
    }
    notes.extend(field.notes.iter().map(|note| format!("{}: {note}", path.display())));
    field.vectors().map_err(|e| description.error(place, format!("{}: {e}", path.display())))
}

/// A parameter of one number, and its name for the random numbers of its spread.
type Scalar = (&'static str, fn(&MaterialSection) -> f64, fn(&GrainsSection) -> f64);

/// Makes the parameters of the cells.
struct Mixture<'a> {
    description: &'a Description,
    regions: Regions,
    grains: Option<Grains>,
    outside: Option<Vec<bool>>,
}

impl Mixture<'_> {
    fn table<V: Copy>(&self, of: impl Fn(&MaterialSection) -> V) -> RegionTable<V> {
        let mut table = RegionTable::new(of(&self.description.material.section));
        for (number, region) in self.description.regions.iter().enumerate() {
            table.set(number as u16 + 1, of(&region.section));
        }
        table
    }

    /// A parameter of one number, with its spread from grain to grain.
    fn scalar<T: Real>(&self, (name, of, spread): Scalar) -> PerCell<T> {
        let values: PerCell<f64> = self.table(of).per_cell(&self.regions);
        let grains = self.grains.as_ref().zip(self.description.grains.as_ref());
        let values = match grains.map(|(grains, placed)| (grains, spread(&placed.section), placed.section.distribution)) {
            Some((grains, relative, distribution)) if relative > 0.0 => {
                let factor: PerCell<f64> = grains.values(&self.description.grid, 1.0, &Spread { relative, distribution }, name);
                PerCell::of((0..self.description.grid.len()).map(|cell| values.at(cell) * factor.at(cell)).collect())
            }
            _ => values,
        };
        match values {
            PerCell::Uniform(value) => PerCell::Uniform(T::of(value)),
            PerCell::Cells(values) => PerCell::of(values.into_iter().map(T::of).collect()),
        }
    }

    fn vector<T: Real>(&self, of: impl Fn(&MaterialSection) -> [f64; 3]) -> PerCellVector<T> {
        let VectorField { x, y, z } = self.table(of).vectors::<T>(&self.regions);
        [x, y, z].map(PerCell::of)
    }

    /// The uniaxial axis, with its tilt from grain to grain.
    fn axis<T: Real>(&self) -> Result<PerCellVector<T>, SimulationError> {
        let grains = self.grains.as_ref().zip(self.description.grains.as_ref());
        let Some((grains, placed)) = grains.filter(|(_, placed)| placed.section.tilt > 0.0) else {
            return Ok(self.vector(|m| m.uniaxial_axis));
        };
        let grid = &self.description.grid;
        let mut axes = VectorField::<T>::zeros(grid.len());
        for number in self.regions.used() {
            let axis = self.table(|m| m.uniaxial_axis).get(number);
            let tilted: VectorField<T> =
                grains.axes(grid, axis, placed.section.tilt).map_err(|e| self.description.error(&placed.place, e))?;
            let of_region = self.regions.numbers().iter().enumerate().filter(|(_, n)| **n == number);
            of_region.for_each(|(cell, _)| axes.set(cell, tilted.get(cell)));
        }
        Ok([axes.x, axes.y, axes.z].map(PerCell::of))
    }

    /// The saturation magnetization, 0 outside of the geometry.
    fn saturation<T: Real>(&self) -> PerCell<T> {
        let values = self.scalar::<T>(SATURATION);
        let Some(inside) = &self.outside else { return values };
        PerCell::of(inside.iter().enumerate().map(|(cell, in_it)| if *in_it { values.at(cell) } else { T::zero() }).collect())
    }
}

const SATURATION: Scalar = ("saturation magnetization", |m| m.saturation_magnetization, |g| g.spread.saturation_magnetization);

fn material<T: Real>(description: &Description) -> Result<Material<T>, SimulationError> {
    let mix = mixture(description)?;
    let uniaxial: fn(&GrainsSection) -> f64 = |g| g.spread.uniaxial_anisotropy;
    let cubic: fn(&GrainsSection) -> f64 = |g| g.spread.cubic_anisotropy;
    Ok(Material {
        saturation_magnetization: mix.saturation(),
        damping: mix.scalar(("damping", |m| m.damping, |g| g.spread.damping)),
        exchange_stiffness: mix.scalar(("exchange stiffness", |m| m.exchange_stiffness, |g| g.spread.exchange_stiffness)),
        uniaxial_anisotropy: [
            mix.scalar(("uniaxial anisotropy", |m| m.uniaxial_anisotropy, uniaxial)),
            // The same grains with the same numbers: both constants of a grain are spread alike.
            mix.scalar(("uniaxial anisotropy", |m| m.second_uniaxial_anisotropy, uniaxial)),
        ],
        uniaxial_axis: mix.axis()?,
        cubic_anisotropy: [
            mix.scalar(("cubic anisotropy", |m| m.cubic_anisotropy, cubic)),
            mix.scalar(("cubic anisotropy", |m| m.second_cubic_anisotropy, cubic)),
        ],
        cubic_axes: [mix.vector(|m| m.first_cubic_axis), mix.vector(|m| m.second_cubic_axis)],
        interfacial_dmi: mix.scalar(("interfacial DMI", |m| m.interfacial_dmi, |g| g.spread.interfacial_dmi)),
        bulk_dmi: mix.scalar(("bulk DMI", |m| m.bulk_dmi, |g| g.spread.bulk_dmi)),
        dmi_edge: match description.material.section.dmi_edge {
            Edge::Ghost => DmiEdge::Ghost,
            Edge::Open => DmiEdge::Open,
        },
    })
}

fn mixture(description: &Description) -> Result<Mixture<'_>, SimulationError> {
    let grid = &description.grid;
    let mut regions = Regions::new(grid);
    for (number, Local { place, area, .. }) in description.regions.iter().enumerate() {
        let area = area.as_ref().ok_or_else(|| description.error(place, "a region wants an `area`, a shape"))?;
        let solid = area.on_with(grid, &description.folder).map_err(|e| description.error(place, e))?;
        regions.set(number as u16 + 1, &solid).map_err(|e| description.error(place, e))?;
    }
    let grains = description.grains.as_ref().map(|placed| {
        let section = &placed.section;
        let seed = if section.seed == 0 { description.general.seed } else { section.seed };
        let made = Grains::new(section.size, seed as u64).and_then(|g| {
            let grains = if section.in_space { g.in_space() } else { g };
            grains.periodic(grid)
        });
        made.map_err(|e| description.error(&placed.place, e))
    });
    let outside = match &description.geometry {
        Some(placed) => mask(description, &placed.place, Some(&placed.section))?,
        None => None,
    };
    Ok(Mixture { description, regions, grains: grains.transpose()?, outside })
}

/// The magnetization at the beginning.
fn start<T: Real>(description: &Description, notes: &mut Vec<String>) -> Result<VectorField<T>, SimulationError> {
    let (place, section) = (&description.start.place, &description.start.section);
    if section.configuration == StartKind::File || !section.file.is_empty() {
        if section.file.is_empty() {
            return Err(description.error(place, "`configuration = \"file\"` wants a `file`, in OVF"));
        }
        return vectors(description, place, &section.file, notes);
    }
    let made = configuration(&description.grid, section, description.general.seed as u64);
    Ok(made.map_err(|e| description.error(place, e))?.on(&description.grid))
}

fn configuration(grid: &Grid, s: &StartSection, seed: u64) -> Result<Configuration, crate::MagnetError> {
    // The bounds leave numbers between -1 and 1, and what is neither is refused by what takes it.
    let sign = |v: f64| if v.fract() == 0.0 { v as i64 } else { 0 };
    let (circulation, polarity, charge) = (sign(s.circulation), sign(s.polarity), sign(s.charge));
    let made = match s.configuration {
        StartKind::Uniform | StartKind::File => Configuration::uniform(s.direction)?,
        StartKind::Random => Configuration::random(seed),
        StartKind::Vortex => Configuration::vortex(grid, circulation, polarity)?,
        StartKind::Antivortex => Configuration::antivortex(grid, circulation, polarity)?,
        StartKind::VortexWall => Configuration::vortex_wall(grid, s.left[0], s.right[0], circulation, polarity)?,
        StartKind::TwoDomain => Configuration::two_domain(grid, s.left, s.wall, s.right)?,
        StartKind::NeelSkyrmion => Configuration::neel_skyrmion(grid, charge, polarity)?,
        StartKind::BlochSkyrmion => Configuration::bloch_skyrmion(grid, charge, polarity)?,
        StartKind::Helical => Configuration::helical(s.wave_vector)?,
        StartKind::Conical => Configuration::conical(s.wave_vector, s.axis, s.angle)?,
    };
    let made = if s.scale == [1.0; 3] { made } else { made.scaled(s.scale)? };
    let made = if s.rotation == 0.0 { made } else { made.rotated_about_z(s.rotation) };
    let made = if s.translation == [0.0; 3] { made } else { made.translated(s.translation) };
    Ok(if s.noise == 0.0 { made } else { made.plus(s.noise, &Configuration::random(seed)) })
}
