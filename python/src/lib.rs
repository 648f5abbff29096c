//! The compiled half of the Python package `spinloom`: systems to run, and building blocks with NumPy arrays in and out.

mod errors;
mod oscillator;
mod reservoir;
mod run;

use pyo3::prelude::*;

/// Compiled half of spinloom.
#[pymodule(gil_used = false)]
mod _spinloom {
    #[pymodule_export]
    use super::oscillator::AutoOscillator;
    #[pymodule_export]
    use super::reservoir::{binary_mask, oscillator_states};
    #[pymodule_export]
    use super::run::{cards, figure_png, outcome_html, parameters, reproduce, run, save};

    #[pymodule_export]
    const VERSION: &str = spinloom_lab::VERSION;
}
