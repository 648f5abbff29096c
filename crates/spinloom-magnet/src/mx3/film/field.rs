//! Fields and energy densities of the film, part by part.

use super::custom::CUSTOM;
use super::elastic::MAGNETOELASTIC;
use super::failed;
use super::interlayer;
use super::machine::Machine;
use super::settings::Settings;
use crate::film::{RowField, State, Term, VectorField};
use crate::mx3::Stop;
use rayon::prelude::*;

/// Parts of what acts on the magnetization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Exchange and the Dzyaloshinskii-Moriya interaction.
    Exchange,
    /// Anisotropy.
    Anisotropy,
    /// The field from outside.
    Zeeman,
    /// The demagnetising field.
    Demag,
    /// The thermal field.
    Thermal,
    /// All of these.
    Effective,
    /// Interlayer exchange.
    Interlayer,
    /// Interlayer exchange of first and second order.
    Biquadratic,
    /// The interlayer Dzyaloshinskii-Moriya interaction.
    InterlayerDmi,
    /// Magnetoelastic coupling.
    Magnetoelastic,
    /// The fields and energies that the script made.
    Custom,
    /// Torques of currents.
    Torques,
}

impl Part {
    /// The part that a quantity is of, by the end of its name.
    pub fn of(name: &str) -> Option<Self> {
        let (_, part) = name.split_once('_')?;
        Some(match part {
            "exch" => Self::Exchange,
            "anis" => Self::Anisotropy,
            "Zeeman" | "ext" => Self::Zeeman,
            "demag" => Self::Demag,
            "therm" => Self::Thermal,
            "rkky" => Self::Interlayer,
            "rkkybiquad" => Self::Biquadratic,
            "idmi" => Self::InterlayerDmi,
            "mel" => Self::Magnetoelastic,
            "custom" => Self::Custom,
            "eff" | "total" => Self::Effective,
            _ => return None,
        })
    }

    fn has(self, term: &dyn Term<f64>) -> bool {
        match self {
            Self::Exchange => matches!(term.name(), "exchange" | "interfacial DMI" | "bulk DMI"),
            Self::Anisotropy => matches!(term.name(), "uniaxial anisotropy" | "cubic anisotropy"),
            Self::Zeeman => term.name() == "Zeeman",
            Self::Thermal => term.name() == "thermal",
            Self::Interlayer => term.name() == interlayer::TERMS[0],
            Self::Biquadratic => term.name() == interlayer::TERMS[1],
            Self::InterlayerDmi => term.name() == interlayer::TERMS[2],
            Self::Magnetoelastic => term.name() == MAGNETOELASTIC,
            Self::Custom => term.name() == CUSTOM,
            Self::Effective => term.degree().is_some() || matches!(term.name(), "thermal" | CUSTOM),
            Self::Torques => term.degree().is_none() && !matches!(term.name(), "thermal" | CUSTOM),
            Self::Demag => false,
        }
    }
}

impl Machine {
    /// The field of a term on a magnetization, T.
    fn of_term(&self, term: &dyn Term<f64>, m: &VectorField<f64>) -> VectorField<f64> {
        let (grid, mut out) = (self.film.grid(), VectorField::zeros(m.len()));
        let (nx, state) = (grid.cells()[0], State { m, time: self.film.time() });
        let VectorField { x, y, z } = &mut out;
        let rows = (x.par_chunks_mut(nx), y.par_chunks_mut(nx), z.par_chunks_mut(nx));
        rows.into_par_iter()
            .enumerate()
            .for_each(|(row, (x, y, z))| term.add_row(state, grid.row(row), &mut RowField { x, y, z }));
        out
    }

    fn demag(&mut self, m: &VectorField<f64>) -> Result<VectorField<f64>, Stop> {
        if self.film.demag().is_none() {
            return Ok(VectorField::zeros(m.len()));
        }
        self.film.magnetization_mut().clone_from(m);
        self.film.field_by_name("demagnetization").map_err(failed)
    }

    /// The field of a part on a magnetization, T.
    ///
    /// # Errors
    /// What is wrong with a field that the script made.
    pub fn field(&mut self, part: Part, settings: &Settings, m: &VectorField<f64>) -> Result<VectorField<f64>, Stop> {
        if matches!(part, Part::Effective | Part::Custom) {
            self.make_fields(settings, m, self.film.time())?;
        }
        let mut sum = match part {
            Part::Demag | Part::Effective => self.demag(m)?,
            _ => VectorField::zeros(m.len()),
        };
        for term in self.film.terms().filter(|term| part.has(*term)) {
            let field = self.of_term(term, m);
            for (sum, field) in sum.components_mut().into_iter().zip(field.components()) {
                sum.iter_mut().zip(field).for_each(|(sum, b)| *sum += b);
            }
        }
        Ok(sum)
    }

    /// The density of the energy of a part in a magnetization, J/m^3.
    ///
    /// # Errors
    /// What is wrong with an energy that the script made.
    pub fn energy_density(&mut self, part: Part, settings: &Settings, m: &VectorField<f64>) -> Result<Vec<f64>, Stop> {
        let mut density = vec![0.0; m.len()];
        let moments = self.moments.clone();
        let mut add = |field: &VectorField<f64>, degree: f64| {
            for (cell, sum) in density.iter_mut().enumerate() {
                let dot = m.x[cell] * field.x[cell] + m.y[cell] * field.y[cell] + m.z[cell] * field.z[cell];
                *sum -= moments.at(cell) * dot / degree;
            }
        };
        if matches!(part, Part::Demag | Part::Effective) {
            add(&self.demag(m)?, 2.0);
        }
        // What the script made has an energy of its own, or none.
        for term in self.film.terms().filter(|term| part.has(*term) && term.name() != CUSTOM) {
            add(&self.of_term(term, m), term.degree().unwrap_or(1.0));
        }
        if matches!(part, Part::Effective | Part::Custom) {
            for (sum, made) in density.iter_mut().zip(self.made_density(settings, m, self.film.time())?) {
                *sum += made;
            }
        }
        Ok(density)
    }

    /// The torque of a field in the form of Landau and Lifshitz, divided by gamma, T.
    pub fn torque_of(&self, field: &VectorField<f64>, m: &VectorField<f64>) -> VectorField<f64> {
        let cross = |a: [f64; 3], b: [f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let mut out = VectorField::zeros(m.len());
        for cell in (0..m.len()).filter(|cell| !self.is_frozen(*cell)) {
            let alpha = self.film.material().damping.at(cell);
            let c = cross(m.get(cell), field.get(cell));
            let d = cross(m.get(cell), c);
            out.set(cell, std::array::from_fn(|k| -(c[k] + alpha * d[k]) / (1.0 + alpha * alpha)));
        }
        out
    }
}
