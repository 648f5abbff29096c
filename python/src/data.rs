//! Data sets, front ends and time series.

use crate::convert::{assignments, matrix, plain};
use crate::errors::IntoPython;
use crate::work;
use numpy::{IntoPyArray, PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::exceptions::{PyFileNotFoundError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use spinloom_core::parameters::Parameters;
use spinloom_core::random::Stream;
use spinloom_task::TaskError;
use spinloom_task::data::{self, DATA_SETS, FetchOptions};
use spinloom_task::digits::Digits;
use spinloom_task::frontend::{FrontEnd, FrontEndParameters};
use spinloom_task::series::{self, SineSquare};
use spinloom_task::vowels::{ColumnNames, Vowels};
use std::path::PathBuf;

/// All data sets as dictionaries, with the folder where each was found.
#[pyfunction]
#[pyo3(signature = (folder = None))]
pub fn data_sets(py: Python<'_>, folder: Option<PathBuf>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    let one = |set: &data::DataSet| {
        let card = plain(py, set)?;
        card.set_item("path", data::locate(set.name, folder.as_deref()).ok())?;
        Ok(card)
    };
    DATA_SETS.iter().map(one).collect()
}

/// Downloads a data set and returns its folder.
#[pyfunction]
#[pyo3(signature = (name, folder = None, mirror = None, progress = None))]
pub fn fetch(
    py: Python<'_>,
    name: &str,
    folder: Option<PathBuf>,
    mirror: Option<String>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PathBuf> {
    let set = data::data_set(name).map_err(IntoPython::into_python)?;
    let target = folder
        .or_else(data::cache_folder)
        .ok_or_else(|| PyFileNotFoundError::new_err("this user has no cache folder: name a folder"))?;
    work::run(py, None, progress, move |cancel, progress| {
        data::fetch(set, &target, &FetchOptions { mirror }, progress.as_ref(), cancel)?;
        Ok::<_, TaskError>(target.join(set.name))
    })
}

/// Compares every file of a data set with its checksum; a dictionary of what was found.
#[pyfunction]
#[pyo3(signature = (name, folder = None, progress = None))]
pub fn verify<'py>(
    py: Python<'py>,
    name: &str,
    folder: Option<PathBuf>,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let set = data::data_set(name).map_err(IntoPython::into_python)?;
    let found = work::run(py, None, progress, move |cancel, progress| {
        data::verify(set, &data::locate(set.name, folder.as_deref())?, progress.as_ref(), cancel)
    })?;
    plain(py, &found)
}

fn vowels(py: Python<'_>, vowels: Vowels) -> PyResult<Bound<'_, PyDict>> {
    let out = PyDict::new(py);
    let indices = |v: Vec<usize>| v.into_iter().map(|i| i as i64).collect::<Vec<_>>().into_pyarray(py);
    out.set_item("formants", matrix(py, vowels.features(), vowels.formants.clone())?)?;
    out.set_item("formant_names", vowels.formant_names)?;
    out.set_item("labels", indices(vowels.labels))?;
    out.set_item("vowel_names", vowels.vowels)?;
    out.set_item("speakers", indices(vowels.speaker_of))?;
    out.set_item("speaker_names", vowels.speakers)?;
    out.set_item("source", vowels.source)?;
    Ok(out)
}

/// Vowels of speakers drawn from the embedded statistics.
#[pyfunction]
pub fn embedded_vowels(py: Python<'_>, speakers: usize, seed: u64) -> PyResult<Bound<'_, PyDict>> {
    // The stream is that of the vowel system, so the same seed draws the same speakers there and here.
    let drawn = Vowels::embedded(&mut Stream::new(seed, "embedded vowels", 0), speakers);
    vowels(py, drawn.map_err(IntoPython::into_python)?)
}

/// The measured vowels.
#[pyfunction]
#[pyo3(signature = (folder = None))]
pub fn hillenbrand_vowels(py: Python<'_>, folder: Option<PathBuf>) -> PyResult<Bound<'_, PyDict>> {
    vowels(py, Vowels::hillenbrand(folder.as_deref()).map_err(IntoPython::into_python)?)
}

/// Vowels of a CSV file; `columns` maps its names, as in `speaker=talker,vowel=label`.
#[pyfunction]
#[pyo3(signature = (path, columns = ""))]
pub fn vowels_from_csv<'py>(py: Python<'py>, path: PathBuf, columns: &str) -> PyResult<Bound<'py, PyDict>> {
    let read = ColumnNames::parse(columns).and_then(|names| Vowels::from_csv(&path, &names));
    vowels(py, read.map_err(IntoPython::into_python)?)
}

/// Digit, speaker, take and samples of one recording.
type PlainRecording<'py> = (usize, String, usize, Bound<'py, PyArray1<f64>>);

/// The spoken digits: sampling rate, what they are, and every recording.
#[pyfunction]
#[pyo3(signature = (folder = None))]
pub fn digits(py: Python<'_>, folder: Option<PathBuf>) -> PyResult<(u32, String, Vec<PlainRecording<'_>>)> {
    let digits = work::run(py, None, None, move |_, _| Digits::load(folder.as_deref()))?;
    let recordings = digits.recordings.into_iter();
    let recordings = recordings.map(|r| (r.digit, r.speaker, r.index, r.samples.into_pyarray(py))).collect();
    Ok((digits.rate, digits.source, recordings))
}

/// Acoustic frames (frames x channels) of samples at `rate` Hz; parameters left out are those of the kind.
#[pyfunction]
pub fn front_end<'py>(
    py: Python<'py>,
    samples: PyReadonlyArray1<'py, f64>,
    rate: u32,
    parameters: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let mut set = FrontEndParameters::cochlea();
    for (name, value) in assignments(parameters)? {
        if name == "kind" && value == "spectrogram".into() {
            set = FrontEndParameters::spectrogram();
        }
        set.set(&name, &value).map_err(IntoPython::into_python)?;
    }
    let samples: Vec<f64> = samples.as_array().to_vec();
    if let Some(at) = samples.iter().position(|v| !v.is_finite()) {
        return Err(PyValueError::new_err(format!("sample {at} is {}, but every sample has to be finite", samples[at])));
    }
    if samples.is_empty() || rate == 0 {
        return Err(PyValueError::new_err("a recording has at least one sample, and a rate above 0"));
    }
    let frames = work::run(py, None, None, move |_, _| Ok::<_, TaskError>(FrontEnd::new(&set, rate)?.frames(&samples)))?;
    matrix(py, frames.channels, frames.values)
}

/// Input and target of a time series.
type Pair<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

/// NARMA of an order.
#[pyfunction]
pub fn narma(py: Python<'_>, order: usize, steps: usize, seed: u64) -> PyResult<Pair<'_>> {
    let made = work::run(py, None, None, move |_, _| series::narma(order, steps, &mut Stream::new(seed, "narma", 0)))?;
    Ok((made.inputs.into_pyarray(py), made.targets.into_pyarray(py)))
}

/// The Mackey-Glass series, one value a unit of time.
#[pyfunction]
pub fn mackey_glass(py: Python<'_>, steps: usize, tau: f64) -> PyResult<Bound<'_, PyArray1<f64>>> {
    if !(0.1..=1e4).contains(&tau) {
        return Err(PyValueError::new_err(format!("tau must be between 0.1 and 10000, but it is {tau}")));
    }
    let made = work::run(py, None, None, move |_, _| Ok::<_, TaskError>(series::mackey_glass(steps, tau)))?;
    Ok(made.into_pyarray(py))
}

/// The Lorenz system, steps x 3.
#[pyfunction]
pub fn lorenz(py: Python<'_>, steps: usize, interval: f64) -> PyResult<Bound<'_, PyArray2<f64>>> {
    if !(interval > 0.0 && interval <= 10.0) {
        return Err(PyValueError::new_err(format!("interval must be above 0 and at most 10, but it is {interval}")));
    }
    let made = work::run(py, None, None, move |_, _| Ok::<_, TaskError>(series::lorenz(steps, interval)))?;
    matrix(py, 3, made.into_iter().flatten().collect())
}

/// Random periods of sines and squares, eight points each.
#[pyfunction]
pub fn sine_square(py: Python<'_>, periods: usize, seed: u64) -> Pair<'_> {
    let wave = SineSquare::new(periods, &mut Stream::new(seed, "sine and square waves", 0));
    (wave.inputs.into_pyarray(py), wave.targets.into_pyarray(py))
}

/// The Santa Fe laser series.
#[pyfunction]
#[pyo3(signature = (folder = None))]
pub fn santa_fe(py: Python<'_>, folder: Option<PathBuf>) -> PyResult<Bound<'_, PyArray1<f64>>> {
    Ok(series::santa_fe(folder.as_deref()).map_err(IntoPython::into_python)?.into_pyarray(py))
}
