//! The time-multiplexed reservoir.

use crate::errors;
use crate::oscillator::AutoOscillator;
use numpy::ndarray::Array2;
use numpy::{IntoPyArray, PyArray2, PyReadonlyArray2};
use pyo3::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::CancelToken;
use spinloom_device::envelope::Envelope;
use spinloom_network::reservoir::{Mask, OscillatorNode, TimeMultiplexed, input_scale};

/// Mask of plus and minus one: array (nodes, channels).
#[pyfunction]
pub fn binary_mask(py: Python<'_>, channels: usize, nodes: usize, seed: u64) -> PyResult<Bound<'_, PyArray2<f64>>> {
    let mask = Mask::binary(channels, nodes, &mut Stream::new(seed, "reservoir mask", 0));
    Ok(Array2::from_shape_vec((nodes, channels), mask.weights().to_vec()).map_err(errors::value)?.into_pyarray(py))
}

fn rows(inputs: &PyReadonlyArray2<'_, f64>) -> (usize, usize, Vec<f64>) {
    let array = inputs.as_array();
    (array.nrows(), array.ncols(), array.iter().copied().collect())
}

/// States of an oscillator driven by masked inputs: inputs (steps, channels) and mask (nodes, channels) give states (steps, nodes).
///
/// With ``independent`` every row starts from the stationary amplitude; else the rows follow one another. ``scale`` divides the masked
/// inputs; 0 takes the magnitude beyond which the fraction ``clipped`` of them lies. Returns the states and the scale.
#[pyfunction]
#[pyo3(signature = (inputs, mask, oscillator, *, current, swing, virtual_node, scale=0.0, clipped=0.005, seed=0, independent=false))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn oscillator_states<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    mask: PyReadonlyArray2<'py, f64>,
    oscillator: &AutoOscillator,
    current: f64,
    swing: f64,
    virtual_node: f64,
    scale: f64,
    clipped: f64,
    seed: u64,
    independent: bool,
) -> PyResult<(Bound<'py, PyArray2<f64>>, f64)> {
    let (steps, channels, values) = rows(&inputs);
    let (nodes, mask_channels, weights) = rows(&mask);
    if channels != mask_channels {
        return Err(errors::value(format!("the inputs have {channels} channels, but the mask has {mask_channels}")));
    }
    if values.iter().any(|v| !v.is_finite()) {
        return Err(errors::value("the inputs hold NaN or infinity"));
    }
    let model = oscillator.0.clone();
    let mask = Mask::from_weights(channels, nodes, weights).map_err(errors::value)?;
    let node = OscillatorNode {
        envelope: Envelope::new(&model, virtual_node).map_err(errors::value)?,
        current,
        swing,
        rest_power: model.stationary_power(current).max(model.thermal_power),
        noisy: model.thermal_power > 0.0,
    };
    let (states, scale) = py
        .detach(move || {
            let sequences: Vec<&[f64]> = if independent { values.chunks_exact(channels.max(1)).collect() } else { vec![&values] };
            let scale = if scale > 0.0 { scale } else { input_scale(&mask, &sequences, clipped) };
            let reservoir = TimeMultiplexed { mask, node, input_scale: scale };
            let stream = |i: usize| Stream::new(seed, "reservoir noise", i as u64);
            reservoir.states_of(&sequences, stream, &CancelToken::default()).map(|s| (s.concat(), scale))
        })
        .map_err(errors::value)?;
    Ok((Array2::from_shape_vec((steps, nodes), states).map_err(errors::value)?.into_pyarray(py), scale))
}
