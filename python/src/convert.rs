//! Values between Python and Rust.

use crate::errors::IntoPython;
use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::Serialize;
use spinloom_core::parameters::{Bound as Interval, Field, FieldInfo, Value};
use std::time::Duration;

/// A parameter's value: a number, a text, true or false, or a list of them; NumPy scalars and arrays are the same.
pub fn value(any: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(v) = any.cast::<PyBool>() {
        return Ok(Value::Boolean(v.is_true()));
    }
    if let Ok(v) = any.cast::<PyString>() {
        return Ok(Value::Text(v.extract()?));
    }
    if any.is_instance_of::<PyFloat>() {
        return Ok(Value::Number(any.extract()?));
    }
    if any.is_instance_of::<PyInt>() {
        return any.extract().map(Value::Integer).or_else(|_| any.extract().map(Value::Number));
    }
    if any.is_instance_of::<PyList>() || any.is_instance_of::<PyTuple>() {
        return any.try_iter()?.map(|item| value(&item?)).collect::<PyResult<_>>().map(Value::List);
    }
    if any.hasattr("tolist")? {
        return value(&any.call_method0("tolist")?);
    }
    if any.hasattr("__fspath__")? {
        return value(&any.call_method0("__fspath__")?);
    }
    let kind = any.get_type().name()?.to_string();
    Err(PyTypeError::new_err(format!("a parameter is a number, a text, a bool or a list of them, not {kind}")))
}

/// Assignments of a dictionary, groups as dictionaries of their own, or names joined by `.` or `__`.
pub fn assignments(parameters: &Bound<'_, PyDict>) -> PyResult<Vec<(String, Value)>> {
    fn collect(group: &str, parameters: &Bound<'_, PyDict>, out: &mut Vec<(String, Value)>) -> PyResult<()> {
        for (key, item) in parameters {
            let key: String = key.extract().map_err(|_| PyTypeError::new_err("the name of a parameter is a text"))?;
            let name = format!("{group}{}", key.replace("__", "."));
            match item.cast::<PyDict>() {
                Ok(inner) => collect(&format!("{name}."), inner, out)?,
                Err(_) => out.push((name, value(&item)?)),
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    collect("", parameters, &mut out)?;
    Ok(out)
}

/// A number in SI, from a number or a text with a unit of the dimension of `unit`; `name` is what errors call it.
#[pyfunction]
pub fn quantity(name: &str, number: &Bound<'_, PyAny>, unit: &str) -> PyResult<f64> {
    // Units reach this function as literals of the package, a handful in all.
    let unit: &'static str = match unit {
        "s" => "s",
        "A" => "A",
        "Hz" => "Hz",
        "1/s" => "1/s",
        "m" => "m",
        "K" => "K",
        "T" => "T",
        "rad" => "rad",
        "A/m" => "A/m",
        "A/m^2" => "A/m^2",
        "J/m" => "J/m",
        "J/m^2" => "J/m^2",
        "J/m^3" => "J/m^3",
        "" => "",
        other => return Err(PyValueError::new_err(format!("`{other}` is not used by the package"))),
    };
    let mut result = 0.0;
    let info = FieldInfo { name, unit, doc: "", bound: Interval::ANY };
    Field::assign(&mut result, &[], &info, &value(number)?).map_err(IntoPython::into_python)?;
    Ok(result)
}

/// Anything that serialises, as dictionaries, lists, texts and numbers.
pub fn plain<'py>(py: Python<'py>, item: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let json = serde_json::to_value(item).map_err(|e| PyValueError::new_err(e.to_string()))?;
    from_json(py, &json)
}

/// JSON as dictionaries, lists, texts and numbers.
pub fn from_json<'py>(py: Python<'py>, json: &serde_json::Value) -> PyResult<Bound<'py, PyAny>> {
    use serde_json::Value as Json;
    Ok(match json {
        Json::Null => py.None().into_bound(py),
        Json::Bool(v) => PyBool::new(py, *v).to_owned().into_any(),
        Json::Number(v) => match (v.as_u64(), v.as_i64()) {
            (Some(v), _) => v.into_pyobject(py)?.into_any(),
            (_, Some(v)) => v.into_pyobject(py)?.into_any(),
            _ => v.as_f64().into_pyobject(py)?.into_any(),
        },
        Json::String(v) => PyString::new(py, v).into_any(),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| from_json(py, item)).collect::<PyResult<_>>()?;
            PyList::new(py, items)?.into_any()
        }
        Json::Object(entries) => {
            let dictionary = PyDict::new(py);
            for (key, item) in entries {
                dictionary.set_item(key, from_json(py, item)?)?;
            }
            dictionary.into_any()
        }
    })
}

/// A row-major array of `columns` columns.
pub fn matrix(py: Python<'_>, columns: usize, values: Vec<f64>) -> PyResult<Bound<'_, PyArray2<f64>>> {
    let rows = values.len() / columns.max(1);
    let array = Array2::from_shape_vec((rows, columns), values).map_err(|e| PyValueError::new_err(e.to_string()))?;
    Ok(array.into_pyarray(py))
}

/// What a name stands for; `what` is what errors call it.
pub fn named<T: Copy>(what: &str, all: &[(&str, T)], name: &str) -> PyResult<T> {
    all.iter().find(|one| one.0 == name).map(|one| one.1).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| one.0).collect();
        PyValueError::new_err(format!("{what} is one of {}, but it is `{name}`", names.join(", ")))
    })
}

/// A time above zero.
pub fn duration(seconds: f64) -> PyResult<Duration> {
    let time = Duration::try_from_secs_f64(seconds).ok().filter(|t| !t.is_zero());
    time.ok_or_else(|| PyValueError::new_err(format!("a time limit must be above 0 s, but it is {seconds} s")))
}
