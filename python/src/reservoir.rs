//! The time-multiplexed oscillator.

use crate::convert::matrix;
use crate::errors::IntoPython;
use crate::oscillator::AutoOscillator;
use crate::work;
use numpy::{PyArray2, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use spinloom_core::random::Stream;
use spinloom_device::envelope::Envelope;
use spinloom_network::NetworkError;
use spinloom_network::reservoir::{Mask, OscillatorNode, TimeMultiplexed};

fn rows(array: &PyReadonlyArray2<'_, f64>) -> Vec<f64> {
    array.as_array().iter().copied().collect()
}

fn mask_of(mask: &PyReadonlyArray2<'_, f64>) -> PyResult<Mask> {
    let (nodes, channels) = mask.as_array().dim();
    Mask::from_weights(channels, nodes, rows(mask)).map_err(IntoPython::into_python)
}

fn channels_of(inputs: &PyReadonlyArray2<'_, f64>, mask: &Mask) -> PyResult<usize> {
    let channels = inputs.as_array().dim().1;
    if channels == mask.channels() {
        return Ok(channels);
    }
    let wanted = mask.channels();
    Err(PyValueError::new_err(format!("the inputs have {channels} columns, but the mask was drawn for {wanted}")))
}

/// Weights of plus or minus one, nodes x channels.
#[pyfunction]
pub fn binary_mask(py: Python<'_>, channels: usize, nodes: usize, seed: u64) -> PyResult<Bound<'_, PyArray2<f64>>> {
    matrix(py, channels, Mask::binary(channels, nodes, &mut Stream::new(seed, "mask", 0)).weights().to_vec())
}

/// Amplitudes at the end of every virtual node, rows x nodes. With `independent`, every row begins at rest; else the rows follow one another.
/// With a noise seed, thermal noise is added: that of row i of that seed, or that of the whole sequence.
#[pyfunction]
#[pyo3(signature = (inputs, mask, *, input_scale, oscillator, current, swing, virtual_node_duration, noise_seed, independent))]
#[allow(clippy::too_many_arguments, reason = "keywords, all but two")]
pub fn reservoir_states<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    mask: PyReadonlyArray2<'py, f64>,
    input_scale: f64,
    oscillator: PyRef<'py, AutoOscillator>,
    current: f64,
    swing: f64,
    virtual_node_duration: f64,
    noise_seed: Option<u64>,
    independent: bool,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let mask = mask_of(&mask)?;
    let (nodes, channels) = (mask.nodes(), channels_of(&inputs, &mask)?);
    let sequence = if independent { channels } else { inputs.as_array().len() };
    let (model, inputs) = (oscillator.0.clone(), rows(&inputs));
    let states = work::run(py, None, None, move |cancel, _| {
        let node = OscillatorNode {
            envelope: Envelope::new(&model, virtual_node_duration)?,
            current,
            swing,
            rest_power: model.stationary_power(current).max(model.thermal_power),
            noisy: noise_seed.is_some() && model.thermal_power > 0.0,
        };
        let reservoir = TimeMultiplexed { mask, node, input_scale };
        let sequences: Vec<&[f64]> = inputs.chunks(sequence.max(1)).collect();
        let stream = |index| Stream::new(noise_seed.unwrap_or(0), "amplitude noise", index as u64);
        Ok::<_, NetworkError>(reservoir.states_of(&sequences, stream, cancel)?.concat())
    })?;
    matrix(py, nodes, states)
}
