//! What is read from the magnetization of a film.

use super::arguments::{AXES, scalars};
use super::{Film, Precise, precise};
use crate::convert::named;
use crate::errors::IntoPython;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use spinloom_magnet::quantity::{charge_density, mean_wall, moment_average, skyrmions, topological_charge, vortex_core, walls};

/// The average magnetization of a film, weighted with its saturation magnetization.
#[pyfunction]
pub fn film_average(py: Python<'_>, film: &Film) -> PyResult<[f64; 3]> {
    let mean = precise!(&*film.held(py)?, held => {
        moment_average(held.film.magnetization(), &held.film.material().saturation_magnetization)
    });
    Ok(mean.map_err(IntoPython::into_python)?.unwrap_or_default())
}

/// The topological charge of a layer.
#[pyfunction]
pub fn film_topological_charge(py: Python<'_>, film: &Film, layer: usize) -> PyResult<f64> {
    precise!(&*film.held(py)?, held => topological_charge(&film.grid, held.film.magnetization(), layer))
        .map_err(IntoPython::into_python)
}

/// The density of the topological charge, 1/m^2.
#[pyfunction]
pub fn film_charge_density<'py>(py: Python<'py>, film: &Film) -> PyResult<Bound<'py, PyAny>> {
    let density = precise!(&*film.held(py)?, held => charge_density(&film.grid, held.film.magnetization()));
    scalars(py, &film.grid, density.map_err(IntoPython::into_python)?)
}

/// The skyrmions of a layer, a dictionary each.
#[pyfunction]
pub fn film_skyrmions<'py>(py: Python<'py>, film: &Film, layer: usize) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let found = precise!(&*film.held(py)?, held => skyrmions(&film.grid, held.film.magnetization(), layer));
    let plain = |s: &spinloom_magnet::quantity::ReversedArea| {
        let out = PyDict::new(py);
        out.set_item("position", (s.centre[0], s.centre[1]))?;
        out.set_item("radius", s.radius)?;
        out.set_item("charge", s.charge)?;
        out.set_item("polarity", s.polarity)?;
        out.set_item("helicity", s.helicity)?;
        out.set_item("cells", s.cells)?;
        out.set_item("wraps", s.wraps)?;
        Ok(out)
    };
    found.map_err(IntoPython::into_python)?.iter().map(plain).collect()
}

/// The walls on the line through a place, a dictionary each.
#[pyfunction]
pub fn film_walls<'py>(
    py: Python<'py>,
    film: &Film,
    axis: &str,
    component: &str,
    place: [usize; 3],
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let (axis, component) = (named("axis", &AXES, axis)?, named("component", &AXES, component)?);
    let found = precise!(&*film.held(py)?, held => walls(&film.grid, held.film.magnetization(), axis, component, place));
    let plain = |w: &spinloom_magnet::quantity::Wall| {
        let out = PyDict::new(py);
        out.set_item("position", w.position)?;
        out.set_item("width", w.width)?;
        out.set_item("integral_width", w.integral_width)?;
        out.set_item("angle", w.angle)?;
        out.set_item("rises", w.rises)?;
        Ok(out)
    };
    found.map_err(IntoPython::into_python)?.iter().map(plain).collect()
}

/// The first walls of all lines of a layer together.
#[pyfunction]
pub fn film_mean_wall<'py>(
    py: Python<'py>,
    film: &Film,
    axis: &str,
    component: &str,
    layer: usize,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let (axis, component) = (named("axis", &AXES, axis)?, named("component", &AXES, component)?);
    let found = precise!(&*film.held(py)?, held => mean_wall(&film.grid, held.film.magnetization(), axis, component, layer));
    let plain = |w: spinloom_magnet::quantity::MeanWall| {
        let out = PyDict::new(py);
        out.set_item("lines", w.lines)?;
        out.set_item("position", w.position)?;
        out.set_item("roughness", w.roughness)?;
        out.set_item("width", w.width)?;
        out.set_item("angle", w.angle)?;
        Ok(out)
    };
    found.map_err(IntoPython::into_python)?.map(plain).transpose()
}

/// The core of the vortex of a layer.
#[pyfunction]
pub fn film_vortex_core<'py>(py: Python<'py>, film: &Film, layer: usize) -> PyResult<Option<Bound<'py, PyDict>>> {
    let found = precise!(&*film.held(py)?, held => vortex_core(&film.grid, held.film.magnetization(), layer));
    let plain = |v: spinloom_magnet::quantity::VortexCore| {
        let out = PyDict::new(py);
        out.set_item("position", (v.position[0], v.position[1]))?;
        out.set_item("polarity", v.polarity)?;
        out.set_item("height", v.height)?;
        out.set_item("circulation", v.circulation)?;
        Ok(out)
    };
    found.map_err(IntoPython::into_python)?.map(plain).transpose()
}
