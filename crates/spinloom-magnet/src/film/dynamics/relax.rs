//! Relaxation by damping alone.

use super::kernels::square_sum;
use super::{Counts, DynamicsError, Method, RightHandSide, Solver, Steps};
use crate::film::{Real, VectorField};
use spinloom_core::run::CancelToken;

/// Steps between two looks at the energy or the torque.
const STRIDE: u64 = 3;

/// How far to relax.
#[derive(Debug, Clone)]
pub struct Relaxation {
    /// Time at which the fields are taken, s; it stands still.
    pub time: f64,
    /// The error of a step to begin with, as long as the energy falls.
    pub first_error: f64,
    /// The error down to which it is tightened.
    pub last_error: f64,
    /// The end, where the largest |m x B| is below this, T; zero to go on until it falls no longer at the last error.
    pub torque: f64,
    /// Asks to stop.
    pub cancel: CancelToken,
}

impl Default for Relaxation {
    fn default() -> Self {
        Self { time: 0.0, first_error: 1e-5, last_error: 1e-9, torque: 0.0, cancel: CancelToken::default() }
    }
}

/// A system whose time stands still.
struct Still<'a, S> {
    system: &'a mut S,
    time: f64,
}

impl<T, S: RightHandSide<T>> RightHandSide<T> for Still<'_, S> {
    fn velocity(&mut self, m: &VectorField<T>, _time: f64, velocity: &mut VectorField<T>) -> f64 {
        self.system.velocity(m, self.time, velocity)
    }

    fn is_stochastic(&self) -> bool {
        self.system.is_stochastic()
    }
}

/// Relaxes m the way mumax3 does (A. Vansteenkiste et al., AIP Adv. 4, 107133 (2014), doi:10.1063/1.4899186): with the method of
/// Bogacki and Shampine, first as long as the `energy` (J) falls; when that is lost in rounding, as long as the torque falls, with
/// an error that is tightened by steps of sqrt 2. The velocity has to be that of damping alone, without precession and noise; precession would only
/// make the way longer. Returns what it took, and the largest |m x B| at the end (T).
///
/// # Errors
/// [`DynamicsError`] of the steps.
pub fn relax<T: Real, S: RightHandSide<T>>(
    system: &mut S,
    m: &mut VectorField<T>,
    mut energy: impl FnMut(&mut S, &VectorField<T>) -> f64,
    options: &Relaxation,
) -> Result<(Counts, f64), DynamicsError> {
    let mut error = options.first_error;
    let steps = |error| Steps::Adaptive { error, smallest: 1e-22, largest: 1e-9 };
    let mut solver = Solver::new(m.len(), Method::BogackiShampine, steps(error))?.with_cancel(options.cancel.clone());
    let mut last = energy(system, m);
    loop {
        solver.take_steps(&mut Still { system: &mut *system, time: options.time }, m, STRIDE)?;
        let now = energy(system, m);
        if now >= last || solver.torque() < options.torque {
            break;
        }
        last = now;
    }
    let mut system = Still { system, time: options.time };
    while error > options.last_error && solver.torque() >= options.torque {
        error *= std::f64::consts::FRAC_1_SQRT_2;
        solver.set_steps(steps(error))?;
        let mut last = f64::INFINITY;
        loop {
            solver.take_steps(&mut system, m, STRIDE)?;
            let now = square_sum(&mut solver.k[0]);
            if now >= last || solver.torque() < options.torque {
                break;
            }
            last = now;
        }
    }
    Ok((solver.counts(), solver.torque()))
}
