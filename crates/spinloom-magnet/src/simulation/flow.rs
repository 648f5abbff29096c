//! The current between the contacts of a film, which follows its magnetization.

use super::build::mask;
use super::description::{Description, Local};
use super::drives::course;
use super::error::SimulationError;
use super::sections::{ContactSection, DriveKind};
use crate::film::torque::CurrentDensity;
use crate::film::{Course, Film, Real, VectorField};
use crate::transport::{Conductor, Contact, Drive, Transport, TransportError, follow};

/// The current between contacts.
pub(super) struct Flow<T: Real> {
    transport: Transport<T>,
    /// What all torques of it share, for drives as the description has them.
    density: CurrentDensity<T>,
    /// Their factor in time, and so that of the current: it is linear in them.
    course: Course,
    error: Option<TransportError>,
}

impl<T: Real> Flow<T> {
    /// That of a stage, counted from 0; none where there is no conductor, or its contacts are not driven.
    pub(super) fn of_stage(description: &Description, film: &Film<T>, stage: usize) -> Result<Option<Self>, SimulationError> {
        let Some(placed) = &description.conductor else { return Ok(None) };
        let (place, s) = (&placed.place, &placed.section);
        if !s.stages.is_empty() && !s.stages.contains(&(stage as f64 + 1.0)) {
            return Ok(None);
        }
        if s.resistivity == 0.0 {
            return Err(description.error(place, "`[conductor]` wants a `resistivity`, such as \"200e-9 ohm m\""));
        }
        let grid = film.grid();
        let ms = &film.material().saturation_magnetization;
        let conductor = Conductor::new(s.resistivity)
            .with_anisotropic_ratio(s.anisotropic_ratio)
            .with_noncollinear(s.noncollinear)
            .within(grid, |cell| ms.at(cell) > T::zero());
        let contacts: Vec<(Contact, Drive)> =
            description.contacts.iter().map(|local| contact(description, local)).collect::<Result<_, _>>()?;
        let order = |e| description.error(place, format!("{e} (contacts are counted from 0, in the order of `[[contact]]`)"));
        let transport = Transport::new(grid, conductor, &contacts).map_err(order)?;
        let key = (description.fields.len() + description.currents.len()) as u64;
        let course = course(description, place, &s.waveform, key)?;
        let density = CurrentDensity::per_cell(VectorField::zeros(grid.len()))?;
        Ok(Some(Self { transport, density, course, error: None }))
    }

    /// The current density that torques take.
    pub(super) fn density(&self) -> CurrentDensity<T> {
        let course = self.course.clone();
        self.density.clone().scaled_by(move |t| course.at(t))
    }

    /// Finds the current for a magnetization; what went wrong is kept for [`check`](Self::check).
    ///
    /// Always from the same beginning: a run that is resumed has no potential of the evaluation before, and has to come to the same bits.
    pub(super) fn follow(&mut self, m: &VectorField<T>) -> bool {
        self.transport.reset();
        let result = follow(&mut self.transport, &self.density, m);
        result.map_err(|error| self.error.get_or_insert(error).clone()).is_ok()
    }

    /// What went wrong since it was last asked.
    pub(super) fn check(&mut self) -> Result<(), TransportError> {
        self.error.take().map_or(Ok(()), Err)
    }

    /// Potential (V) and current into the film (A) of each contact at a time (s), as found last.
    pub(super) fn contacts(&self, time: f64) -> Vec<f64> {
        let scale = self.course.at(time);
        let both = self.transport.potentials().iter().zip(self.transport.currents());
        both.flat_map(|(u, i)| [scale * u, scale * i]).collect()
    }

    /// The current density (A/m^2) of the cells at a time (s), as found last.
    pub(super) fn cells(&self, cells: usize, time: f64) -> VectorField<T> {
        let density = self.density();
        let mut field = VectorField::zeros(cells);
        (0..cells).for_each(|cell| field.set(cell, density.at(cell, time)));
        field
    }
}

/// A contact and what drives it.
fn contact(description: &Description, local: &Local<ContactSection>) -> Result<(Contact, Drive), SimulationError> {
    let (s, grid) = (&local.section, &description.grid);
    let inside = mask(description, &local.place, local.area.as_ref())?;
    let within = |cell: &usize| inside.as_ref().is_none_or(|inside| inside[*cell]);
    let contact = match s.end.side() {
        Some((axis, ahead)) => {
            let at = if ahead { grid.cells()[axis] - 1 } else { 0 };
            let cells = (0..grid.len()).filter(within).filter(|c| grid.place(*c)[axis] == at).collect();
            Contact::Faces { axis, ahead, cells }
        }
        None if inside.is_none() => {
            let message = "a contact wants an `end` of the grid, such as \"-x\", or an `area`, a shape";
            return Err(description.error(&local.place, message));
        }
        None => Contact::Cells((0..grid.len()).filter(within).collect()),
    };
    let unused = [(s.potential, DriveKind::Potential), (s.current, DriveKind::Current)];
    if let Some((value, kind)) = unused.into_iter().find(|(value, kind)| *value != 0.0 && *kind != s.drive) {
        let message = format!("a `{}` of {value} asks for `drive = \"{}\"`", kind.word(), kind.word());
        return Err(description.error(&local.place, message));
    }
    let drive = match s.drive {
        DriveKind::Potential => Drive::Potential(s.potential),
        DriveKind::Current => Drive::Current(s.current),
        DriveKind::Floating => Drive::Floating,
    };
    Ok((contact, drive))
}
