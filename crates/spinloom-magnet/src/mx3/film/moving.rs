//! The film while it moves.

use super::machine::Machine;
use super::settings::Settings;
use crate::film::VectorField;
use crate::film::dynamics::RightHandSide;
use crate::mx3::Stop;
use rayon::prelude::*;

/// How the magnetization moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// As it does.
    Real,
    /// Straight along the field, whatever the damping: dm/dt = -gamma m x (m x B).
    Downhill,
}

/// The film while it moves: it follows the settings in time.
pub struct Moving<'a> {
    /// What is set.
    pub settings: &'a Settings,
    /// What is made of it.
    pub machine: &'a mut Machine,
    /// How it moves.
    pub motion: Motion,
    /// Number of the first step.
    pub first: u64,
    /// What went wrong in an expression of the script, which the integrator cannot tell.
    pub error: Option<Stop>,
}

impl RightHandSide<f64> for Moving<'_> {
    fn velocity(&mut self, m: &VectorField<f64>, time: f64, velocity: &mut VectorField<f64>) -> f64 {
        let ready = self.machine.follow(self.settings, time);
        if let Err(error) = ready.and_then(|()| self.machine.make_fields(self.settings, m, time)) {
            self.error.get_or_insert(error);
            velocity.components_mut().into_iter().for_each(|component| component.fill(f64::NAN));
            return f64::NAN;
        }
        let film = &mut self.machine.film;
        let mut largest = if self.motion == Motion::Real && film.precesses() {
            film.velocity(m, time, velocity)
        } else {
            film.field_of(m, time, velocity);
            downhill(m, velocity, film.gyromagnetic_ratio())
        };
        if let Some(frozen) = &self.machine.frozen {
            let rate = film.gyromagnetic_ratio();
            let damping = |cell: usize| film.material().damping.at(cell);
            largest = 0.0;
            for cell in 0..frozen.len() {
                if frozen[cell] {
                    velocity.set(cell, [0.0; 3]);
                } else {
                    let speed = velocity.get(cell).iter().map(|v| v * v).sum::<f64>().sqrt();
                    let a = if self.motion == Motion::Real && film.precesses() { damping(cell) } else { 0.0 };
                    largest = f64::max(largest, speed * (1.0 + a * a).sqrt() / rate);
                }
            }
        }
        largest
    }

    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.machine.film.begin_step(self.first + step, time_step);
    }

    fn is_stochastic(&self) -> bool {
        self.machine.film.is_stochastic()
    }
}

/// Turns a field into -gamma m x (m x B), 1/s, and tells the largest |m x B|, T.
fn downhill(m: &VectorField<f64>, field: &mut VectorField<f64>, gamma: f64) -> f64 {
    const PART: usize = 4096;
    let VectorField { x, y, z } = field;
    let parts = (x.par_chunks_mut(PART), y.par_chunks_mut(PART), z.par_chunks_mut(PART));
    let of_part = |(part, [x, y, z]): (usize, [&mut [f64]; 3])| {
        let start = part * PART;
        let mut largest: f64 = 0.0;
        for i in 0..x.len() {
            let [mx, my, mz] = [m.x[start + i], m.y[start + i], m.z[start + i]];
            let (cx, cy, cz) = (my * z[i] - mz * y[i], mz * x[i] - mx * z[i], mx * y[i] - my * x[i]);
            largest = largest.max(cx * cx + cy * cy + cz * cz);
            x[i] = -gamma * (my * cz - mz * cy);
            y[i] = -gamma * (mz * cx - mx * cz);
            z[i] = -gamma * (mx * cy - my * cx);
        }
        largest
    };
    parts.into_par_iter().map(|(x, y, z)| [x, y, z]).enumerate().map(of_part).reduce(|| 0.0, f64::max).sqrt()
}
