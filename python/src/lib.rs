//! The compiled half of the Python package `spinloom`: what Python cannot do fast, in terms of numbers, texts and NumPy arrays.
//!
//! Everything here is private to the package; the typed layer in `package/spinloom` gives it names and documentation.

#![allow(clippy::needless_pass_by_value, reason = "arguments that come from Python are owned")]

mod convert;
mod data;
mod errors;
mod experiment;
mod ising;
mod magnet;
mod network;
mod oscillator;
mod outcome;
mod reservoir;
mod solve;
mod work;

use pyo3::prelude::*;

/// The compiled half of spinloom.
#[pymodule(gil_used = false)]
mod _spinloom {
    #[pymodule_export]
    use crate::convert::quantity;
    #[pymodule_export]
    use crate::data::{
        data_sets, digits, embedded_vowels, fetch, front_end, hillenbrand_vowels, lorenz, mackey_glass, narma, santa_fe,
        sine_square, verify, vowels_from_csv,
    };
    #[pymodule_export]
    use crate::experiment::{Experiment, reproduce, systems};
    #[pymodule_export]
    use crate::ising::Model;
    #[pymodule_export]
    use crate::magnet::{
        Film, film_average, film_charge_density, film_mean_wall, film_picture, film_skyrmions, film_topological_charge,
        film_vortex_core, film_walls, film_write_ovf, film_write_vtk, read_ovf,
    };
    #[pymodule_export]
    use crate::network::simulate_network;
    #[pymodule_export]
    use crate::oscillator::AutoOscillator;
    #[pymodule_export]
    use crate::outcome::Outcome;
    #[pymodule_export]
    use crate::reservoir::{binary_mask, reservoir_states};
    #[pymodule_export]
    use crate::solve::solve;

    #[pymodule_export]
    const VERSION: &str = spinloom_lab::VERSION;
}
