//! The auto-oscillator, over arrays of currents.

use crate::convert::assignments;
use crate::errors::IntoPython;
use numpy::{AllowTypeChange, IntoPyArray, PyArrayLikeDyn};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyTuple};
use spinloom_core::parameters::Parameters;
use spinloom_device::oscillator::AutoOscillator as Model;

/// A nonlinear auto-oscillator: a spin-torque oscillator near its working point.
///
/// The complex amplitude c, of power p = abs(c)**2, obeys (Slavin and Tiberkevich, IEEE Trans. Magn. 45, 1875, 2009)
/// dc/dt + i (omega_0 + N p) c + Gamma (1 + Q p) c - sigma I (1 - p) c = drive + thermal noise.
///
/// Keywords: frequency (omega_0 / 2 pi, Hz), frequency_shift (N / 2 pi, Hz), damping_rate (Gamma, 1/s), nonlinear_damping (Q),
/// threshold_current (Gamma / sigma, A), thermal_power (kT / (lambda omega)), resistance (Ohm); numbers in SI or texts with a unit.
/// An oscillator does not change; `replace` makes another. Currents are numbers or arrays of any shape.
#[pyclass(frozen, eq, module = "spinloom")]
#[derive(PartialEq)]
pub struct AutoOscillator(pub(crate) Model);

/// `f` of a number, or of every element of what NumPy takes for an array.
fn each<'py>(argument: &Bound<'py, PyAny>, f: impl Fn(f64) -> PyResult<f64>) -> PyResult<Bound<'py, PyAny>> {
    let py = argument.py();
    if argument.is_instance_of::<PyFloat>() || argument.is_instance_of::<PyInt>() {
        return Ok(f(argument.extract()?)?.into_pyobject(py)?.into_any());
    }
    let array: PyArrayLikeDyn<'py, f64, AllowTypeChange> = argument.extract()?;
    let mut values = array.as_array().to_owned();
    for value in &mut values {
        *value = f(*value)?;
    }
    Ok(values.into_pyarray(py).into_any())
}

fn set(mut model: Model, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Model> {
    for (name, value) in parameters.map(assignments).transpose()?.unwrap_or_default() {
        model.set(&name, &value).map_err(IntoPython::into_python)?;
    }
    Ok(model)
}

#[pymethods]
impl AutoOscillator {
    #[new]
    #[pyo3(signature = (**parameters))]
    fn new(parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        set(Model::default(), parameters).map(Self)
    }

    /// An oscillator from what is measured: threshold, frequency and its slope df/dI at a working current (A, Hz, Hz/A), and the relaxation
    /// time (s) of the power there. The nonlinear damping cannot be measured that way and is given.
    #[staticmethod]
    #[pyo3(signature = (*, threshold_current, current, frequency, frequency_slope, relaxation_time, nonlinear_damping = 1.5))]
    fn from_measured(
        threshold_current: f64,
        current: f64,
        frequency: f64,
        frequency_slope: f64,
        relaxation_time: f64,
        nonlinear_damping: f64,
    ) -> PyResult<Self> {
        let model =
            Model::from_measured(threshold_current, current, frequency, frequency_slope, relaxation_time, nonlinear_damping)
                .map_err(IntoPython::into_python)?;
        // Setting every parameter again checks what the calibration made of the numbers.
        let mut checked = Model::default();
        for p in model.parameters() {
            checked.set(&p.name, &p.value).map_err(IntoPython::into_python)?;
        }
        Ok(Self(checked))
    }

    #[getter]
    fn frequency(&self) -> f64 {
        self.0.frequency
    }

    #[getter]
    fn frequency_shift(&self) -> f64 {
        self.0.frequency_shift
    }

    #[getter]
    fn damping_rate(&self) -> f64 {
        self.0.damping_rate
    }

    #[getter]
    fn nonlinear_damping(&self) -> f64 {
        self.0.nonlinear_damping
    }

    #[getter]
    fn threshold_current(&self) -> f64 {
        self.0.threshold_current
    }

    #[getter]
    fn thermal_power(&self) -> f64 {
        self.0.thermal_power
    }

    #[getter]
    fn resistance(&self) -> f64 {
        self.0.resistance
    }

    /// Name and value (SI) of every parameter.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for p in self.0.parameters() {
            if let spinloom_core::parameters::Value::Number(value) = p.value {
                out.set_item(p.name, value)?;
            }
        }
        Ok(out)
    }

    /// The same oscillator with other parameters.
    #[pyo3(signature = (**parameters))]
    fn replace(&self, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        set(self.0.clone(), parameters).map(Self)
    }

    /// Current over threshold.
    fn supercriticality<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.supercriticality(i)))
    }

    /// Power of the free oscillation without noise, (zeta - 1) / (zeta + Q); zero below threshold.
    fn stationary_power<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.stationary_power(i)))
    }

    /// Frequency of the free oscillation, Hz.
    fn frequency_at<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.frequency_at(i)))
    }

    /// The current (A) at which the free oscillation has this frequency (Hz); `ValueError` where none has.
    fn current_for_frequency<'py>(&self, frequency: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(frequency, |f| self.0.current_for_frequency(f).map_err(IntoPython::into_python))
    }

    /// Rate at which a small deviation of the amplitude decays, 1/s.
    fn power_relaxation_rate<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.power_relaxation_rate(i)))
    }

    /// Time constant of the power, s.
    fn relaxation_time<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.relaxation_time(i)))
    }

    /// Dimensionless nonlinearity nu.
    fn nonlinearity<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.nonlinearity(i)))
    }

    /// Half the width (Hz) of the band in which a drive of this rate (1/s) locks the oscillator.
    fn locking_half_width<'py>(&self, current: &Bound<'py, PyAny>, drive: f64) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.locking_half_width(i, drive)))
    }

    /// Full width at half maximum of the line, Hz.
    fn linewidth<'py>(&self, current: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        each(current, |i| Ok(self.0.linewidth(i)))
    }

    fn __repr__(&self) -> String {
        let parameters: Vec<String> = self.0.parameters().iter().map(|p| format!("{}={}", p.name, p.value)).collect();
        format!("AutoOscillator({})", parameters.join(", "))
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.parameters(py)?))
    }
}
