//! Runs: to a time, for some steps, as long as something holds, and with outputs on the way.

use super::{DynamicsError, RightHandSide, Solver};
use crate::MagnetError;
use crate::film::{Real, VectorField};
use std::ops::ControlFlow;

impl<T: Real> Solver<T> {
    /// Advances m to a time (s), and meets it exactly.
    ///
    /// # Errors
    /// [`DynamicsError`]; m and the time are then those after the last good step.
    pub fn advance_to(
        &mut self,
        system: &mut impl RightHandSide<T>,
        m: &mut VectorField<T>,
        until: f64,
    ) -> Result<(), DynamicsError> {
        MagnetError::unless(until >= self.time, "the time to advance to (s)", until, "no earlier than the time now")?;
        // What the caller changed since the last run is not known here.
        self.fresh = false;
        while self.time < until {
            self.step(system, m, until)?;
        }
        Ok(())
    }

    /// Takes so many steps.
    ///
    /// # Errors
    /// As [`advance_to`](Self::advance_to).
    pub fn take_steps(
        &mut self,
        system: &mut impl RightHandSide<T>,
        m: &mut VectorField<T>,
        steps: u64,
    ) -> Result<(), DynamicsError> {
        self.fresh = false;
        (0..steps).try_for_each(|_| self.step(system, m, f64::INFINITY))
    }

    /// Takes steps as long as a condition on (m, this solver) holds, which is asked before each.
    ///
    /// # Errors
    /// As [`advance_to`](Self::advance_to).
    pub fn advance_while(
        &mut self,
        system: &mut impl RightHandSide<T>,
        m: &mut VectorField<T>,
        mut condition: impl FnMut(&VectorField<T>, &Self) -> bool,
    ) -> Result<(), DynamicsError> {
        self.fresh = false;
        while condition(m, self) {
            self.step(system, m, f64::INFINITY)?;
        }
        Ok(())
    }

    /// Advances m to a time (s), and calls `output` with (system, m, this solver) at every multiple of `interval` (s) after the time
    /// now, up to and with the last time. It may end the run there, which is told by [`ControlFlow::Break`]. The times are multiples
    /// of the interval since time zero, so a run that is resumed at one of them has the same ones as a run that was never stopped.
    ///
    /// # Errors
    /// As [`advance_to`](Self::advance_to), and for an interval that is not positive.
    pub fn record<S: RightHandSide<T>>(
        &mut self,
        system: &mut S,
        m: &mut VectorField<T>,
        until: f64,
        interval: f64,
        mut output: impl FnMut(&mut S, &VectorField<T>, &Self) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, DynamicsError> {
        MagnetError::unless(interval > 0.0, "the interval of outputs (s)", interval, "greater than 0")?;
        // A multiple that was just met may be a rounding error ahead of the quotient.
        let mut next = (self.time / interval * (1.0 + 1e-12)).floor() + 1.0;
        while next * interval <= until * (1.0 + 1e-12) {
            let time = (next * interval).max(self.time);
            self.advance_to(system, m, time)?;
            if output(system, m, self).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            next += 1.0;
        }
        self.advance_to(system, m, until.max(self.time))?;
        Ok(ControlFlow::Continue(()))
    }
}
