//! What acts from outside in a stage: fields, currents, couplings and the thermal field.

use super::build::{mask, vectors};
use super::description::{Description, Local};
use super::error::SimulationError;
use super::flow::Flow;
use super::sections::{CouplingOrder, CurrentSection, EfficiencyKind, Form, TorqueKind, WaveformSection};
use crate::MagnetError;
use crate::film::oersted::{OerstedField, cross_section};
use crate::film::torque::{CurrentDensity, Direction, Efficiency, Slonczewski, SpinOrbit, ZhangLi};
use crate::film::{Course, Film, InterlayerExchange, Order, PerCell, Real, Term, ThermalField, VectorField, Zeeman};
use crate::macrospin::Waveform;
use spinloom_core::document::Place;
use spinloom_core::random::Stream;
use std::f64::consts::TAU;

/// What acts in a stage.
pub(super) struct Drives<T: Real> {
    pub terms: Vec<Box<dyn Term<T>>>,
    /// The uniform part of the field from outside.
    pub uniform: Zeeman<T>,
    /// The current between contacts.
    pub flow: Option<Flow<T>>,
}

/// What acts in a stage, counted from 0; `loop_field` is the field of a hysteresis loop. Noise of temperature only where time passes.
pub(super) fn drives<T: Real>(
    description: &Description,
    film: &Film<T>,
    stage: usize,
    loop_field: [f64; 3],
    thermal: bool,
    notes: &mut Vec<String>,
) -> Result<Drives<T>, SimulationError> {
    let mut terms: Vec<Box<dyn Term<T>>> = Vec::new();
    let placed = &description.stages[stage];
    let sum = [0, 1, 2].map(|k| placed.section.field[k] + loop_field[k]);
    let mut uniform = Zeeman::uniform(sum).map_err(description.at(&placed.place))?;
    let mut zeeman = Zeeman::uniform(sum).map_err(description.at(&placed.place))?;
    let acts = |stages: &[f64]| stages.is_empty() || stages.contains(&(stage as f64 + 1.0));
    for (number, field) in description.fields.iter().enumerate().filter(|(_, f)| acts(&f.section.stages)) {
        let course = course(description, &field.place, &field.section.waveform, number as u64)?;
        match map(description, field, field.section.value, &field.section.file, notes)? {
            None => {
                uniform = uniform.and(field.section.value, course.clone()).map_err(description.at(&field.place))?;
                zeeman = zeeman.and(field.section.value, course).map_err(description.at(&field.place))?;
            }
            Some(cells) => zeeman = zeeman.and_cells(&description.grid, cells, course).map_err(description.at(&field.place))?,
        }
    }
    let any_field = sum != [0.0; 3] || description.fields.iter().any(|f| acts(&f.section.stages));
    if any_field {
        terms.push(Box::new(zeeman));
    }
    let flow = Flow::of_stage(description, film, stage)?;
    for (number, current) in description.currents.iter().enumerate().filter(|(_, c)| acts(&c.section.stages)) {
        let key = (description.fields.len() + number) as u64;
        let between_contacts = match (&flow, current.section.contacts) {
            (None, true) => continue,
            (Some(flow), true) => Some(flow.density()),
            _ => None,
        };
        currents(description, film, current, between_contacts, key, &mut terms, notes)?;
    }
    for coupling in &description.interlayers {
        let s = &coupling.section;
        let order = if s.order == CouplingOrder::Bilinear { Order::First } else { Order::Second };
        let (ms, j) = (&film.material().saturation_magnetization, PerCell::Uniform(T::of(s.coupling)));
        let term =
            InterlayerExchange::new(order, &description.grid, ms, s.layers, &j).map_err(description.at(&coupling.place))?;
        terms.push(Box::new(term));
    }
    if thermal && description.general.temperature > 0.0 {
        terms.push(Box::new(thermal_field(description, film)?));
    }
    Ok(Drives { terms, uniform, flow })
}

fn thermal_field<T: Real>(description: &Description, film: &Film<T>) -> Result<ThermalField<T>, SimulationError> {
    let (grid, material) = (film.grid(), film.material());
    let temperature = PerCell::Uniform(T::of(description.general.temperature));
    let ms = &material.saturation_magnetization;
    let seed = description.general.seed as u64;
    Ok(ThermalField::new(grid.len(), grid.cell_volume(), &temperature, &material.damping, ms, seed)?)
}

/// A vector for each cell, where it is not the same everywhere.
fn map<T: Real, S>(
    description: &Description,
    local: &Local<S>,
    value: [f64; 3],
    file: &str,
    notes: &mut Vec<String>,
) -> Result<Option<VectorField<T>>, SimulationError> {
    let inside = mask(description, &local.place, local.area.as_ref())?;
    if file.is_empty() && inside.is_none() {
        return Ok(None);
    }
    let mut cells = if file.is_empty() {
        VectorField::uniform(description.grid.len(), value)
    } else {
        vectors(description, &local.place, file, notes)?
    };
    let outside = inside.iter().flatten().enumerate().filter(|(_, inside)| !**inside);
    outside.for_each(|(cell, _)| cells.set(cell, [0.0; 3]));
    Ok(Some(cells))
}

/// A factor in time; `key` tells the noise of one drive from that of others.
pub(super) fn course(description: &Description, place: &Place, w: &WaveformSection, key: u64) -> Result<Course, SimulationError> {
    let waveform = match w.form {
        Form::Constant => Waveform::Constant(1.0),
        Form::Pulse => Waveform::Pulse { amplitude: 1.0, start: w.start, duration: w.duration, edge: w.edge },
        Form::Sine => Waveform::Sine { amplitude: 1.0, frequency: w.frequency, phase: w.phase, offset: w.offset },
        Form::Square => Waveform::Square { high: 1.0, low: w.low, frequency: w.frequency, duty: w.duty },
        Form::Noise => Waveform::noise(1.0, w.hold, Stream::new(description.general.seed as u64, "waveform of a drive", key)),
        Form::Table if w.times.is_empty() || w.times.len() != w.values.len() => {
            let message =
                format!("a table wants as many `values` as `times`, but there are {} and {}", w.values.len(), w.times.len());
            return Err(description.error(place, message));
        }
        Form::Table => Waveform::Table { times: w.times.clone(), values: w.values.clone() },
        Form::Sinc => {
            let (start, frequency) = (w.start, w.frequency);
            return Ok(Course::function(move |t| {
                let x = TAU * frequency * (t - start);
                if x == 0.0 { 1.0 } else { x.sin() / x }
            }));
        }
    };
    // What is wrong with it is told here, whichever drive it belongs to.
    Zeeman::<f64>::default().and([0.0; 3], waveform.clone()).map_err(|e| description.error(place, e))?;
    Ok(waveform.into())
}

/// The terms of a current, which may be that between contacts.
fn currents<T: Real>(
    description: &Description,
    film: &Film<T>,
    local: &Local<CurrentSection>,
    between_contacts: Option<CurrentDensity<T>>,
    key: u64,
    terms: &mut Vec<Box<dyn Term<T>>>,
    notes: &mut Vec<String>,
) -> Result<(), SimulationError> {
    let s = &local.section;
    let wrong = |e: MagnetError| description.error(&local.place, e);
    let course = course(description, &local.place, &s.waveform, key)?;
    let cells = map::<T, _>(description, local, s.density, &s.file, notes)?;
    let columns = s.oersted.then(|| along_z(description, cells.as_ref(), s.density));
    let scale = course.clone();
    let own = || {
        let current = cells.map_or_else(|| CurrentDensity::uniform(s.density), CurrentDensity::per_cell);
        Ok(current?.scaled_by(move |t| scale.at(t)))
    };
    let current = between_contacts.map_or_else(own, Ok).map_err(wrong)?;
    let (grid, ms) = (*film.grid(), &film.material().saturation_magnetization);
    let thickness = if s.thickness > 0.0 { s.thickness } else { grid.size()[2] };
    let polarization = PerCell::Uniform(T::of(s.polarization));
    match s.torque {
        TorqueKind::ZhangLi => {
            let xi = PerCell::Uniform(T::of(s.non_adiabaticity));
            let term = ZhangLi::new(grid, current, &polarization, xi, ms).map_err(wrong)?;
            terms.push(Box::new(if s.reduced_velocity { term.with_reduced_velocity() } else { term }));
        }
        TorqueKind::Slonczewski => {
            let lambda = PerCell::Uniform(T::of(s.asymmetry));
            let efficiency = match s.efficiency {
                EfficiencyKind::Constant => Efficiency::Constant { polarization },
                EfficiencyKind::Junction => Efficiency::Junction { polarization },
                EfficiencyKind::SpinValve => Efficiency::SpinValve { polarization, lambda },
            };
            let fixed = Direction::uniform(s.fixed_layer);
            let term = Slonczewski::new(grid.len(), current, fixed, &efficiency, ms, thickness).map_err(wrong)?;
            terms.push(Box::new(term.with_field_like(s.field_like_ratio, 0.0)));
        }
        TorqueKind::SpinOrbit => {
            let angle = PerCell::Uniform(T::of(s.spin_hall_angle));
            let term = SpinOrbit::new(grid.len(), current, &angle, s.field_like_ratio, ms, thickness).map_err(wrong)?;
            terms.push(Box::new(term));
        }
    }
    if let Some(columns) = columns {
        let field = cross_section(&grid, &columns).map_err(wrong)?;
        terms.push(Box::new(OerstedField::new(&field, move |t| course.at(t))));
    }
    Ok(())
}

/// The current density along z of each column of cells: the mean of its cells.
fn along_z<T: Real>(description: &Description, cells: Option<&VectorField<T>>, density: [f64; 3]) -> Vec<f64> {
    let [nx, ny, nz] = description.grid.cells();
    let columns = nx * ny;
    let Some(cells) = cells else { return vec![density[2]; columns] };
    let mean = |column: usize| (0..nz).map(|z| cells.z[z * columns + column].double()).sum::<f64>() / nz as f64;
    (0..columns).map(mean).collect()
}
