//! The auto-oscillator.

use crate::errors;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use spinloom_core::parameters::{Parameters, Value};
use spinloom_device::oscillator::AutoOscillator as Model;

/// Nonlinear auto-oscillator (Slavin and Tiberkevich 2009), the compact model of a spin-torque oscillator.
///
/// Parameters are keyword arguments in SI, or texts with a unit such as ``"3 mA"``: ``frequency``, ``frequency_shift``,
/// ``damping_rate``, ``nonlinear_damping``, ``threshold_current``, ``thermal_power``, ``resistance``.
#[pyclass(module = "spinloom", frozen, from_py_object)]
#[derive(Clone)]
pub struct AutoOscillator(pub Model);

#[pymethods]
impl AutoOscillator {
    #[new]
    #[pyo3(signature = (**parameters))]
    fn new(parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut model = Model::default();
        for (key, value) in parameters.into_iter().flatten() {
            let name: String = key.extract()?;
            let value = match value.extract::<f64>() {
                Ok(v) => Value::Number(v),
                Err(_) => Value::Text(value.extract()?),
            };
            model.set(&name, &value).map_err(errors::value)?;
        }
        Ok(Self(model))
    }

    /// Parameters by name, in SI.
    #[getter]
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for p in self.0.parameters() {
            if let Value::Number(v) = p.value {
                dict.set_item(p.name, v)?;
            }
        }
        Ok(dict)
    }

    /// Power |c|^2 of the free oscillation at a dc current (A); 0 below threshold.
    fn stationary_power(&self, current: f64) -> f64 {
        self.0.stationary_power(current)
    }

    /// Frequency (Hz) of the free oscillation at a dc current (A).
    fn frequency_at(&self, current: f64) -> f64 {
        self.0.frequency_at(current)
    }

    /// Time constant (s) with which the power relaxes at a dc current (A).
    fn relaxation_time(&self, current: f64) -> f64 {
        self.0.relaxation_time(current)
    }

    /// Full width at half maximum (Hz) of the line at a dc current (A).
    fn linewidth(&self, current: f64) -> f64 {
        self.0.linewidth(current)
    }

    /// Half the width (Hz) of the band locked by a drive of this rate (1/s) at a dc current (A).
    fn locking_half_width(&self, current: f64, drive: f64) -> f64 {
        self.0.locking_half_width(current, drive)
    }

    /// Dc current (A) at which the free oscillation has this frequency (Hz); ``ValueError`` if none has.
    fn current_for_frequency(&self, frequency: f64) -> PyResult<f64> {
        self.0.current_for_frequency(frequency).map_err(errors::value)
    }

    fn __repr__(&self) -> String {
        let list: Vec<String> = self.0.parameters().iter().map(|p| format!("{}={}", p.name, p.value)).collect();
        format!("AutoOscillator({})", list.join(", "))
    }
}
