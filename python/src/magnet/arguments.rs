//! What a film is made from: numbers, arrays and waveforms of Python.

use crate::convert::named;
use numpy::ndarray::{Array3, Array4, Axis as Dimension};
use numpy::{Element, IntoPyArray, PyReadonlyArray3, PyReadonlyArray4};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use spinloom_core::random::Stream;
use spinloom_magnet::MagnetError;
use spinloom_magnet::film::torque::{CurrentDensity, Direction};
use spinloom_magnet::film::{DmiEdge, Grid, Material, PerCell, PerCellVector, Real, VectorField, Zeeman};
use spinloom_magnet::macrospin::Waveform;
use spinloom_magnet::shape::Axis;

/// Names of axes.
pub const AXES: [(&str, Axis); 3] = [("x", Axis::X), ("y", Axis::Y), ("z", Axis::Z)];

const EDGES: [(&str, DmiEdge); 2] = [("ghost", DmiEdge::Ghost), ("open", DmiEdge::Open)];

/// One number a cell, (nz, ny, nx), or one for all.
#[derive(FromPyObject)]
pub enum Values<'py> {
    Cells(PyReadonlyArray3<'py, f64>),
    Uniform(f64),
}

impl Values<'_> {
    /// As a parameter of a film.
    pub fn per_cell<T: Real>(&self) -> PerCell<T> {
        match self {
            Self::Cells(values) => PerCell::of(values.as_array().iter().map(|v| T::of(*v)).collect()),
            Self::Uniform(value) => PerCell::Uniform(T::of(*value)),
        }
    }
}

/// One vector a cell, (3, nz, ny, nx), or one for all.
#[derive(FromPyObject)]
pub enum Vectors<'py> {
    Cells(PyReadonlyArray4<'py, f64>),
    Uniform([f64; 3]),
}

impl Vectors<'_> {
    /// As one vector a cell of a grid.
    pub fn field<T: Real>(&self, grid: &Grid) -> PyResult<VectorField<T>> {
        match self {
            Self::Cells(values) => {
                let component = |k: usize| values.as_array().index_axis(Dimension(0), k).iter().map(|v| T::of(*v)).collect();
                let [nx, ny, nz] = grid.cells();
                if values.as_array().shape() != [3, nz, ny, nx] {
                    let shape = values.as_array().shape().to_vec();
                    return Err(PyValueError::new_err(format!(
                        "vectors of the cells have the shape {shape:?}, not (3, {nz}, {ny}, {nx})"
                    )));
                }
                Ok(VectorField { x: component(0), y: component(1), z: component(2) })
            }
            Self::Uniform(vector) => Ok(VectorField::uniform(grid.len(), *vector)),
        }
    }

    /// Component by component.
    fn components<T: Real>(&self, grid: &Grid) -> PyResult<PerCellVector<T>> {
        match self {
            Self::Uniform(vector) => Ok(vector.map(|v| PerCell::Uniform(T::of(v)))),
            Self::Cells(_) => self.field(grid).map(|f| [f.x, f.y, f.z].map(PerCell::of)),
        }
    }

    /// As a current density.
    pub fn current<T: Real>(&self, grid: &Grid) -> PyResult<Result<CurrentDensity<T>, MagnetError>> {
        Ok(match self {
            Self::Uniform(density) => CurrentDensity::uniform(*density),
            Self::Cells(_) => CurrentDensity::per_cell(self.field(grid)?),
        })
    }

    /// As the direction of a fixed layer.
    pub fn direction<T: Real>(&self, grid: &Grid) -> PyResult<Direction<T>> {
        Ok(match self {
            Self::Uniform(direction) => Direction::uniform(*direction),
            Self::Cells(_) => Direction::Cells(self.field(grid)?),
        })
    }

    /// A field from outside besides others.
    pub fn besides<T: Real>(&self, zeeman: Zeeman<T>, grid: &Grid, course: Waveform) -> PyResult<Result<Zeeman<T>, MagnetError>> {
        Ok(match self {
            Self::Uniform(field) => zeeman.and(*field, course),
            Self::Cells(_) => zeeman.and_cells(grid, self.field(grid)?, course),
        })
    }
}

/// The parameters of a material, by name.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Parameters<'py> {
    saturation_magnetization: Values<'py>,
    exchange_stiffness: Values<'py>,
    damping: Values<'py>,
    uniaxial_anisotropy: Values<'py>,
    second_uniaxial_anisotropy: Values<'py>,
    uniaxial_axis: Vectors<'py>,
    cubic_anisotropy: Values<'py>,
    second_cubic_anisotropy: Values<'py>,
    cubic_axes: (Vectors<'py>, Vectors<'py>),
    interfacial_dmi: Values<'py>,
    bulk_dmi: Values<'py>,
    dmi_edge: String,
}

impl Parameters<'_> {
    /// The material.
    pub fn material<T: Real>(&self, grid: &Grid) -> PyResult<Material<T>> {
        Ok(Material {
            saturation_magnetization: self.saturation_magnetization.per_cell(),
            damping: self.damping.per_cell(),
            exchange_stiffness: self.exchange_stiffness.per_cell(),
            uniaxial_anisotropy: [self.uniaxial_anisotropy.per_cell(), self.second_uniaxial_anisotropy.per_cell()],
            uniaxial_axis: self.uniaxial_axis.components(grid)?,
            cubic_anisotropy: [self.cubic_anisotropy.per_cell(), self.second_cubic_anisotropy.per_cell()],
            cubic_axes: [self.cubic_axes.0.components(grid)?, self.cubic_axes.1.components(grid)?],
            interfacial_dmi: self.interfacial_dmi.per_cell(),
            bulk_dmi: self.bulk_dmi.per_cell(),
            dmi_edge: named("dmi_edge", &EDGES, &self.dmi_edge)?,
        })
    }
}

/// A waveform of the package, told by its attributes.
#[derive(FromPyObject)]
pub enum Course {
    Pulse { amplitude: f64, start: f64, duration: f64, edge: f64 },
    Sine { amplitude: f64, frequency: f64, phase: f64, offset: f64 },
    Square { high: f64, low: f64, frequency: f64, duty: f64 },
    Noise { deviation: f64, hold: f64, seed: u64 },
    Table { times: Vec<f64>, values: Vec<f64> },
}

impl Course {
    /// The waveform, 1 at all times where there is none.
    pub fn waveform(course: Option<Self>) -> Result<Waveform, MagnetError> {
        let waveform = match course {
            None => Waveform::Constant(1.0),
            Some(Self::Pulse { amplitude, start, duration, edge }) => Waveform::Pulse { amplitude, start, duration, edge },
            Some(Self::Sine { amplitude, frequency, phase, offset }) => Waveform::Sine { amplitude, frequency, phase, offset },
            Some(Self::Square { high, low, frequency, duty }) => Waveform::Square { high, low, frequency, duty },
            Some(Self::Noise { deviation, hold, seed }) => {
                Waveform::noise(deviation, hold, Stream::new(seed, "waveform of a drive", 0))
            }
            Some(Self::Table { times, values }) => Waveform::Table { times, values },
        };
        // A field checks its waveform; a current takes any function.
        Zeeman::<f64>::default().and([0.0; 3], waveform.clone())?;
        Ok(waveform)
    }
}

/// Vectors of the cells as an array (3, nz, ny, nx) of the film's own numbers.
pub fn vectors<'py, T: Real + Element>(py: Python<'py>, grid: &Grid, field: &VectorField<T>) -> PyResult<Bound<'py, PyAny>> {
    let [nx, ny, nz] = grid.cells();
    let all = field.components().concat();
    let array = Array4::from_shape_vec((3, nz, ny, nx), all).map_err(|e| PyValueError::new_err(e.to_string()))?;
    Ok(array.into_pyarray(py).into_any())
}

/// Numbers of the cells as an array (nz, ny, nx).
pub fn scalars<'py, T: Element>(py: Python<'py>, grid: &Grid, values: Vec<T>) -> PyResult<Bound<'py, PyAny>> {
    let [nx, ny, nz] = grid.cells();
    let array = Array3::from_shape_vec((nz, ny, nx), values).map_err(|e| PyValueError::new_err(e.to_string()))?;
    Ok(array.into_pyarray(py).into_any())
}
