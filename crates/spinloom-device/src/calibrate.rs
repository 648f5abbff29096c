//! Compact models fitted to what was measured, or to our own simulations of macrospins.
//!
//! [`fit`] finds the parameters of any device under which [`Observation`]s are most likely, with confidence intervals. [`telegraph`] has what is measured on
//! superparamagnetic junctions, [`junction`] on stable ones, [`oscillator`] on spin-torque oscillators, [`spin_orbit_neuron`] on junctions that spike by chance,
//! [`antiferromagnet`] on antiferromagnetic neurons; each of these also has such data made by the stochastic Landau-Lifshitz-Gilbert equation, so that a compact model can be held against the finer one.

pub mod antiferromagnet;
pub mod junction;
mod likelihood;
pub mod oscillator;
mod scatter;
pub mod spin_orbit_neuron;
pub mod telegraph;
pub mod trace;

pub use likelihood::{Fit, FitOptions, FittedParameter, Observation, fit};
