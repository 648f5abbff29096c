//! The film that the settings describe, and what keeps it in step with them as time goes on.

use super::custom::CUSTOM;
use super::settings::{GAMMA, Settings};
use super::spread::{Coupling, Couplings, Spread};
use super::{cubic, elastic, failed, interlayer};
use crate::film::torque::{CurrentDensity, Direction, Efficiency, Slonczewski, ZhangLi};
use crate::film::{
    Demag, DmiEdge, DmiKind, DzyaloshinskiiMoriya, Exchange, Film, Grid, Material, PerCell, Row, RowField, State, Term,
    ThermalField, VectorField, harmonic_mean,
};
use crate::mx3::Stop;
use spinloom_core::constants::GYROMAGNETIC_RATIO;
use std::sync::{Arc, PoisonError, RwLock};

/// The field from outside, which the script changes while the film has it.
struct Applied(Arc<RwLock<Spread>>);

impl Term<f64> for Applied {
    fn name(&self) -> &'static str {
        "Zeeman"
    }

    fn degree(&self) -> Option<f64> {
        Some(1.0)
    }

    fn add_row(&self, _: State<'_, f64>, row: Row, field: &mut RowField<'_, f64>) {
        let out = [&mut *field.x, &mut *field.y, &mut *field.z];
        match &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            Spread::Uniform(b) => out.into_iter().zip(b).for_each(|(out, b)| out.iter_mut().for_each(|sum| *sum += b)),
            Spread::Cells(b) => {
                for (out, b) in out.into_iter().zip(b.components()) {
                    out.iter_mut().zip(&b[row.range()]).for_each(|(sum, b)| *sum += b);
                }
            }
        }
    }
}

/// The film, made of the settings at a time.
pub struct Machine {
    /// The film itself.
    pub film: Film<f64>,
    /// Ms times the filled part of every cell, A/m.
    pub moments: PerCell<f64>,
    applied: Arc<RwLock<Spread>>,
    /// Currents of the two torques.
    currents: [Option<CurrentDensity<f64>>; 2],
    /// Cells that cannot move, where there are any.
    pub frozen: Option<Vec<bool>>,
    /// The field that the script made.
    pub made: Arc<RwLock<VectorField<f64>>>,
    time: f64,
}

/// Names of everything that is added to a film of a material.
const TERMS: [&str; 10] = [
    "Zeeman",
    "exchange",
    "interfacial DMI",
    "bulk DMI",
    cubic::CUBIC,
    elastic::MAGNETOELASTIC,
    "Slonczewski",
    "Zhang-Li",
    "thermal",
    CUSTOM,
];

impl Machine {
    /// A film of the settings, at their time.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(settings: &Settings) -> Result<Self, Stop> {
        let time = settings.time;
        let film = Film::new(settings.grid()?, material(settings, time)?).map_err(failed)?;
        let applied = Arc::new(RwLock::new(Spread::Uniform([0.0; 3])));
        let mut machine = Self {
            film,
            moments: PerCell::Uniform(0.0),
            applied,
            currents: [None, None],
            frozen: None,
            made: Arc::default(),
            time,
        };
        machine.rebuild(settings, time)?;
        Ok(machine)
    }

    /// Makes the film anew, at a time (s), as far as the settings are others.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn rebuild(&mut self, settings: &Settings, time: f64) -> Result<(), Stop> {
        let grid = *self.film.grid();
        let material = material(settings, time)?;
        let ms = material.saturation_magnetization.clone();
        let (full, bare) = (material.clone(), without_links(material, settings));
        self.film.set_material(bare).map_err(failed)?;
        TERMS.iter().chain(&interlayer::TERMS).for_each(|name| {
            self.film.remove_terms(name);
        });
        self.moments = times(&ms, &settings.fill);
        let hidden = settings.scalar("NoDemagSpins", time)?;
        let source = times(&self.moments, &seen(&hidden, grid.len()));
        self.film.set_demag_source((source != ms).then_some(source));
        match (settings.switch("EnableDemag"), self.film.demag().is_some()) {
            (true, false) => self.film.set_demag(Some(Demag::new(&grid).map_err(failed)?)),
            (false, true) => self.film.set_demag(None),
            _ => {}
        }
        self.film.set_gyromagnetic_ratio(settings.number("GammaLL")).map_err(failed)?;
        self.film.set_precession(settings.switch("DoPrecess"));
        add_links(&mut self.film, settings, &full, &grid);
        *self.applied.write().unwrap_or_else(PoisonError::into_inner) = settings.vector("B_ext", time)?;
        self.film.add_term(Box::new(Applied(Arc::clone(&self.applied))));
        interlayer::add(&mut self.film, settings, &ms);
        cubic::add(&mut self.film, settings, &ms, time)?;
        elastic::add(&mut self.film, settings, &ms, time)?;
        self.add_made(settings);
        self.add_torques(settings, &ms, time)?;
        self.add_noise(settings, &full, time)?;
        let frozen = settings.scalar("frozenspins", time)?;
        let any = frozen.values().iter().any(|v| *v != 0.0);
        self.frozen = any.then(|| (0..grid.len()).map(|cell| frozen.at(cell) != 0.0).collect());
        self.film.set_time(time);
        self.time = time;
        Ok(())
    }

    fn add_torques(&mut self, settings: &Settings, ms: &PerCell<f64>, time: f64) -> Result<(), Stop> {
        self.currents = [None, None];
        let (grid, j) = (*self.film.grid(), settings.vector("J", time)?);
        let changes = settings.vector_changes("J");
        let polarization = settings.scalar("Pol", time)?;
        if !settings.switch("DisableZhangLiTorque") && (changes || (0..3).any(|axis| !j.is_zero(axis))) {
            let current = current(&in_plane(&j), grid.len(), changes)?;
            self.currents[0] = Some(current.clone());
            let term = ZhangLi::new(grid, current, &polarization, settings.scalar("xi", time)?, ms).map_err(failed)?;
            self.film.add_term(Box::new(term.with_reduced_velocity()));
        }
        let fixed = settings.vector("FixedLayer", time)?;
        let has_layer = (0..3).any(|axis| !fixed.is_zero(axis));
        if !settings.switch("DisableSlonczewskiTorque") && has_layer && (changes || !j.is_zero(2)) {
            let current = current(&across(&j, settings, time)?, grid.len(), changes)?;
            self.currents[1] = Some(current.clone());
            let direction = match fixed {
                Spread::Uniform(p) => Direction::Uniform(p),
                Spread::Cells(p) => Direction::Cells(p),
            };
            let efficiency = Efficiency::SpinValve { polarization, lambda: settings.scalar("Lambda", time)? };
            let PerCell::Uniform(secondary) = settings.scalar("EpsilonPrime", time)? else {
                return Err(failed("EpsilonPrime has to be the same in all regions here"));
            };
            let thickness = grid.size()[2];
            let term = Slonczewski::new(grid.len(), current, direction, &efficiency, ms, thickness).map_err(failed)?;
            self.film.add_term(Box::new(term.with_field_like(0.0, 2.0 * secondary)));
        }
        Ok(())
    }

    fn add_noise(&mut self, settings: &Settings, material: &Material<f64>, time: f64) -> Result<(), Stop> {
        // The term has its width for the constant of nature: as warm as makes up for the ratio of the script.
        let ratio = GYROMAGNETIC_RATIO / settings.number("GammaLL");
        let temperature = times(&settings.scalar("Temp", time)?, &[ratio]);
        if temperature.values().iter().any(|t| *t != 0.0) {
            let (grid, ms) = (self.film.grid(), &material.saturation_magnetization);
            let noise = ThermalField::new(grid.len(), grid.cell_volume(), &temperature, &material.damping, ms, settings.seed);
            self.film.add_term(Box::new(noise.map_err(failed)?));
        }
        Ok(())
    }

    /// Takes what changes with time to a time, s.
    ///
    /// # Errors
    /// What is wrong with its expressions.
    pub fn follow(&mut self, settings: &Settings, time: f64) -> Result<(), Stop> {
        if time == self.time {
            return Ok(());
        }
        if settings.material_changes() {
            return self.rebuild(settings, time);
        }
        self.time = time;
        if settings.vector_changes("B_ext") {
            *self.applied.write().unwrap_or_else(PoisonError::into_inner) = settings.vector("B_ext", time)?;
        }
        if settings.vector_changes("J") {
            let (j, cells) = (settings.vector("J", time)?, self.film.grid().len());
            if let Some(current) = &self.currents[0] {
                current.set(&spread(&in_plane(&j), cells)).map_err(failed)?;
            }
            if let Some(current) = &self.currents[1] {
                current.set(&spread(&across(&j, settings, time)?, cells)).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// The settings' magnetization, zero in cells without saturation magnetization.
    pub fn magnetization(&self, settings: &Settings) -> VectorField<f64> {
        self.present(&settings.m)
    }

    /// A magnetization, zero in cells without saturation magnetization.
    pub fn present(&self, m: &VectorField<f64>) -> VectorField<f64> {
        let (ms, mut m) = (&self.film.material().saturation_magnetization, m.clone());
        (0..m.len()).filter(|cell| ms.at(*cell) == 0.0).for_each(|cell| m.set(cell, [0.0; 3]));
        m
    }

    /// Whether the magnetization of a cell cannot move.
    pub fn is_frozen(&self, cell: usize) -> bool {
        self.frozen.as_ref().is_some_and(|frozen| frozen[cell])
    }
}

/// Values times factors, of which there is one for all or one a cell.
fn times(values: &PerCell<f64>, factors: &[f64]) -> PerCell<f64> {
    match factors {
        [factor] => PerCell::of(values.values().iter().map(|v| v * factor).collect()),
        all => PerCell::of(all.iter().enumerate().map(|(cell, factor)| values.at(cell) * factor).collect()),
    }
}

/// 1 where the demagnetising field sees the magnetization.
fn seen(hidden: &PerCell<f64>, cells: usize) -> Vec<f64> {
    (0..cells).map(|cell| if hidden.at(cell) == 0.0 { 1.0 } else { 0.0 }).collect()
}

fn material(settings: &Settings, time: f64) -> Result<Material<f64>, Stop> {
    let scalar = |name| settings.scalar(name, time);
    let inside: Vec<f64> = settings.fill.iter().map(|part| if *part > 0.0 { 1.0 } else { 0.0 }).collect();
    let mut material = Material::new(0.0, 0.0, 0.0);
    material.saturation_magnetization = times(&scalar("Msat")?, &inside);
    material.damping = scalar("alpha")?;
    material.exchange_stiffness = scalar("Aex")?;
    material.interfacial_dmi = scalar("Dind")?;
    material.bulk_dmi = scalar("Dbulk")?;
    material.dmi_edge = if settings.switch("OpenBC") { DmiEdge::Open } else { DmiEdge::Ghost };
    let axis = |name| settings.vector(name, time);
    let cells = settings.fill.len();
    // Without an axis there is no anisotropy, as in mumax3.
    let [u, c1, c2] = [axis("anisU")?, axis("anisC1")?, axis("anisC2")?];
    let only = |values: PerCell<f64>, axes: &[&Spread]| {
        let has = |cell: usize| axes.iter().all(|axis| axis.at(cell) != [0.0; 3]);
        times(&values, &(0..cells).map(|cell| if has(cell) { 1.0 } else { 0.0 }).collect::<Vec<_>>())
    };
    material.uniaxial_anisotropy = [only(scalar("Ku1")?, &[&u]), only(scalar("Ku2")?, &[&u])];
    material.cubic_anisotropy = [only(scalar("Kc1")?, &[&c1, &c2]), only(scalar("Kc2")?, &[&c1, &c2])];
    let components = |axis: &Spread| match axis {
        Spread::Uniform(vector) => vector.map(PerCell::Uniform),
        Spread::Cells(field) => field.components().map(|c| PerCell::Cells(c.to_vec())),
    };
    material.uniaxial_axis = components(&u);
    material.cubic_axes = [components(&c1), components(&c2)];
    Ok(material)
}

/// The material without what couples neighbours, where some regions are coupled in another way.
fn without_links(mut material: Material<f64>, settings: &Settings) -> Material<f64> {
    if !settings.exchange.is_empty() || !settings.dind.is_empty() {
        for values in [&mut material.exchange_stiffness, &mut material.interfacial_dmi, &mut material.bulk_dmi] {
            *values = PerCell::Uniform(0.0);
        }
    }
    material
}

/// What couples two neighbours: the harmonic mean of their values, unless their regions are coupled in another way.
pub fn coupled(settings: &Settings, couplings: &Couplings, values: &PerCell<f64>, [i, j]: [usize; 2]) -> f64 {
    let mean = harmonic_mean(values.at(i), values.at(j));
    let (p, q) = (settings.regions[i], settings.regions[j]);
    match couplings.get(&(p.min(q), p.max(q))) {
        Some(Coupling::Scaled(factor)) => factor * mean,
        Some(Coupling::Fixed(value)) => *value,
        None => mean,
    }
}

/// What [`without_links`] took away, with the couplings of the settings.
fn add_links(film: &mut Film<f64>, settings: &Settings, material: &Material<f64>, grid: &Grid) {
    if settings.exchange.is_empty() && settings.dind.is_empty() {
        return;
    }
    let (ms, a) = (&material.saturation_magnetization, &material.exchange_stiffness);
    film.add_term(Box::new(Exchange::between(grid, ms, |i, j| coupled(settings, &settings.exchange, a, [i, j]))));
    let edge = material.dmi_edge;
    let d = &material.interfacial_dmi;
    let interfacial = DzyaloshinskiiMoriya::between(DmiKind::Interfacial, edge, grid, ms, a, d, |i, j| {
        coupled(settings, &settings.dind, d, [i, j])
    });
    film.add_term(Box::new(interfacial));
    film.add_term(Box::new(DzyaloshinskiiMoriya::new(DmiKind::Bulk, edge, grid, ms, a, &material.bulk_dmi)));
}

/// The current of the Zhang-Li torque. That term moves textures by u for the constant of nature, and the film turns by the ratio of the
/// script; in mumax3, u is right for its own constant.
fn in_plane(j: &Spread) -> Spread {
    scaled(j, |_| GYROMAGNETIC_RATIO / GAMMA)
}

/// The current of Slonczewski's torque, which has the thickness of the whole film: larger by as much as the free layer is thinner, and
/// of the other sign where the fixed layer is below.
fn across(j: &Spread, settings: &Settings, time: f64) -> Result<Spread, Stop> {
    let whole = settings.grid()?.size()[2];
    let sign = if settings.number("FixedLayerPosition") == 2.0 { -1.0 } else { 1.0 };
    let free = settings.scalar("FreeLayerThickness", time)?;
    let factor = |cell: usize| sign * if free.at(cell) > 0.0 { whole / free.at(cell) } else { 1.0 };
    Ok(match free {
        PerCell::Uniform(_) => scaled(j, factor),
        PerCell::Cells(_) => scaled(&Spread::Cells(spread(j, settings.fill.len())), factor),
    })
}

fn scaled(j: &Spread, factor: impl Fn(usize) -> f64) -> Spread {
    match j {
        Spread::Uniform(vector) => Spread::Uniform(vector.map(|v| v * factor(0))),
        Spread::Cells(field) => {
            let mut out = field.clone();
            (0..out.len()).for_each(|cell| out.set(cell, field.get(cell).map(|v| v * factor(cell))));
            Spread::Cells(out)
        }
    }
}

fn spread(vector: &Spread, cells: usize) -> VectorField<f64> {
    match vector {
        Spread::Uniform(vector) => VectorField::uniform(cells, *vector),
        Spread::Cells(field) => field.clone(),
    }
}

/// A current that can be changed if it `changes`.
fn current(j: &Spread, cells: usize, changes: bool) -> Result<CurrentDensity<f64>, Stop> {
    match j {
        Spread::Uniform(j) if !changes => CurrentDensity::uniform(*j),
        j => CurrentDensity::per_cell(spread(j, cells)),
    }
    .map_err(failed)
}
