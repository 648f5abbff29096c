//! Films in files: OVF, VTK and pictures.

use super::arguments::AXES;
use super::{Film, Precise, precise};
use crate::convert::named;
use crate::errors::IntoPython;
use numpy::IntoPyArray;
use numpy::ndarray::Array4;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use spinloom_magnet::film::Real;
use spinloom_magnet::ovf::{self, Format, Ovf, Version};
use spinloom_magnet::picture::Picture;
use spinloom_magnet::vtk::Image;
use std::path::{Path, PathBuf};

const FORMATS: [(&str, Format); 3] = [("text", Format::Text), ("binary4", Format::Binary4), ("binary8", Format::Binary8)];

/// An error of a value, with the file that it was for.
fn of_file(path: &Path) -> impl FnOnce(spinloom_magnet::MagnetError) -> PyErr + use<'_> {
    move |e| PyValueError::new_err(format!("{}: {e}", path.display()))
}

/// Writes the magnetization of a film as an OVF file.
#[pyfunction]
pub fn film_write_ovf(py: Python<'_>, film: &Film, path: PathBuf, format: &str, version: u8) -> PyResult<()> {
    let format = named("format", &FORMATS, format)?;
    let version = match version {
        1 => Version::One,
        2 => Version::Two,
        other => return Err(PyValueError::new_err(format!("version is 1 or 2, but it is {other}"))),
    };
    let field = precise!(&*film.held(py)?, held => {
        Ovf::of_vectors(&film.grid, "m", "1", held.film.magnetization()).map(|mut field| {
            field.time = Some(held.film.time());
            field
        })
    });
    let field = field.map_err(|e| PyValueError::new_err(format!("{}: {e}", path.display())))?;
    py.detach(|| field.write_file(&path, format, version)).map_err(IntoPython::into_python)
}

/// Writes magnetization and saturation magnetization of a film as a VTK image.
#[pyfunction]
pub fn film_write_vtk(py: Python<'_>, film: &Film, path: PathBuf) -> PyResult<()> {
    let image = precise!(&*film.held(py)?, held => {
        let ms = &held.film.material().saturation_magnetization;
        let image = Image::new(&film.grid).with_time(held.film.time());
        image.vectors("m", held.film.magnetization()).and_then(|i| i.scalars("saturation_magnetization", ms))
    });
    let image = image.map_err(of_file(&path))?;
    py.detach(|| image.write_file(&path)).map_err(IntoPython::into_python)
}

/// Draws a layer of a film: directions, or a component.
#[pyfunction]
pub fn film_picture(
    py: Python<'_>,
    film: &Film,
    path: PathBuf,
    component: Option<&str>,
    layer: usize,
    pixels: usize,
) -> PyResult<()> {
    let component = component.map(|c| named("component", &AXES, c)).transpose()?;
    let picture = precise!(&*film.held(py)?, held => {
        let m = held.film.magnetization();
        match component {
            None => Picture::of_vectors(&film.grid, m, layer, pixels),
            Some(axis) => {
                let values: Vec<f64> = m.components()[axis.index()].iter().map(|v| v.double()).collect();
                Picture::of_scalars(&film.grid, &values, layer, pixels, Some([-1.0, 1.0]))
            }
        }
    });
    let picture = picture.map_err(of_file(&path))?;
    py.detach(|| picture.write_file(&path)).map_err(IntoPython::into_python)
}

/// The content of an OVF file, as a dictionary.
#[pyfunction]
pub fn read_ovf(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyDict>> {
    let field = py.detach(|| ovf::read_file(&path)).map_err(IntoPython::into_python)?;
    let [nx, ny, nz] = field.grid.cells();
    let values = Array4::from_shape_vec((field.values.len(), nz, ny, nx), field.values.concat());
    let out = PyDict::new(py);
    out.set_item("values", values.map_err(|e| PyValueError::new_err(e.to_string()))?.into_pyarray(py))?;
    out.set_item("cells", (nx, ny, nz))?;
    let [dx, dy, dz] = field.grid.cell_size();
    out.set_item("cell_size", (dx, dy, dz))?;
    let [x, y, z] = field.origin;
    out.set_item("origin", (x, y, z))?;
    out.set_item("title", field.title)?;
    out.set_item("labels", field.labels)?;
    out.set_item("units", field.units)?;
    out.set_item("descriptions", field.descriptions)?;
    out.set_item("time", field.time)?;
    out.set_item("notes", field.notes)?;
    Ok(out)
}
