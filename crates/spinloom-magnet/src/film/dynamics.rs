//! Motion in time and rest: explicit Runge-Kutta integrators, relaxation, energy minimisation, and checkpoints.
//!
//! All of it is generic over what the velocity is made of, a [`RightHandSide`]: a film, or any closure of (m, time, velocity to
//! write) that returns the largest |m x B| in tesla. The magnetization m stays with the caller; a solver owns its buffers, which are
//! made once, so that a step allocates nothing.
//!
//! After every step m is renormalised, before the derivative at the new point is taken: that derivative then serves both for the
//! error and as the first one of the next step (FSAL), and it is exactly what would be computed anew. So a run that is resumed from a
//! [`Checkpoint`], which does not hold it, goes on bit by bit like the one that was never stopped.
//!
//! Sums over cells are made block by block in a fixed order and maxima do not care: no result depends on the number of threads.

mod checkpoint;
mod kernels;
mod minimize;
mod relax;
mod run;
mod solver;
mod tableau;

#[cfg(test)]
mod tests;

use super::VectorField;
use crate::MagnetError;
use spinloom_core::run::Cancelled;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use minimize::{Minimization, Minimizer};
pub use relax::{Relaxation, relax};
pub use solver::{Counts, Solver, Steps};
pub use tableau::Method;

/// What moves the magnetization.
pub trait RightHandSide<T> {
    /// Writes dm/dt (1/s) at (m, time) to `velocity`, and returns the largest |m x B| of all cells, T.
    fn velocity(&mut self, m: &VectorField<T>, time: f64, velocity: &mut VectorField<T>) -> f64;

    /// Is told before a step what number it has, counted from 0, and how long it is, s: a thermal field is drawn here, and stays the
    /// same for all stages of the step.
    fn begin_step(&mut self, _step: u64, _time_step: f64) {}

    /// Whether the velocity has noise in it, which only [`Method::Heun`] with fixed steps integrates.
    fn is_stochastic(&self) -> bool {
        false
    }
}

impl<T, F: FnMut(&VectorField<T>, f64, &mut VectorField<T>) -> f64> RightHandSide<T> for F {
    fn velocity(&mut self, m: &VectorField<T>, time: f64, velocity: &mut VectorField<T>) -> f64 {
        self(m, time, velocity)
    }
}

/// Why the magnetization could not be moved on. It is left as it was after the last good step.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DynamicsError {
    /// The magnetization or its velocity is not a number, or infinite.
    #[error("the magnetization of cell {cell} is no longer finite at {time:e} s, in step {step}")]
    NotFinite {
        /// Index of the first such cell.
        cell: usize,
        /// Time at which the step began, s.
        time: f64,
        /// Number of the step, from 0.
        step: u64,
    },
    /// The error bound asks for steps below the smallest one.
    #[error(
        "step {step} at {time:e} s would have to be shorter than {smallest:e} s: the error of cell {cell} is {error:e} with a step of \
         {time_step:e} s"
    )]
    StepTooSmall {
        /// Number of the step, from 0.
        step: u64,
        /// Time at which it began, s.
        time: f64,
        /// The last step tried, s.
        time_step: f64,
        /// The smallest step allowed, s.
        smallest: f64,
        /// Cell of the largest error.
        cell: usize,
        /// That error, a length of m.
        error: f64,
    },
    /// A fixed step is too long for the field.
    #[error(
        "a step of {time_step:e} s is too long for the field of {field:e} T at {time:e} s: m would turn by {turn:.3} rad, and no more than \
         {limit} is allowed; {longest:e} s is the longest step"
    )]
    StepTooLong {
        /// The step, s.
        time_step: f64,
        /// Largest |m x B|, T.
        field: f64,
        /// Time at which the step would begin, s.
        time: f64,
        /// gamma |m x B| dt, rad.
        turn: f64,
        /// The largest turn allowed, rad.
        limit: f64,
        /// The step of that turn, s.
        longest: f64,
    },
    /// Noise with an integrator that does not converge to the Stratonovich solution, or that would choose its steps by the noise.
    #[error("a thermal field needs Heun's method with fixed steps, not {0}")]
    Noise(&'static str),
    /// A minimum was not found in the number of steps allowed.
    #[error("no minimum after {steps} steps: the largest |m x B| is {torque:e} T, and m still moves by {moved:e}")]
    NotConverged {
        /// Steps taken.
        steps: u64,
        /// Largest |m x B|, T.
        torque: f64,
        /// Largest change of m in one of the last steps.
        moved: f64,
    },
    /// A number outside of its range.
    #[error(transparent)]
    Magnet(#[from] MagnetError),
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}
