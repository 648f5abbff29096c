//! Networks of coupled oscillators under microwaves.

use crate::convert::matrix;
use crate::oscillator::AutoOscillator;
use crate::work;
use numpy::{PyArray2, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use spinloom_core::random::Stream;
use spinloom_device::ensemble::{Network, OscillatorEnsemble, Tones, suggested_time_step};
use spinloom_network::NetworkError;

/// Steps between two looks at whether the work was cancelled.
const STRIDE: usize = 500;

type Matrices<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

/// Mean frequencies (Hz) over the window, and powers and phases (rad, in the frame of the mean free frequency) at its end, each oscillators x
/// replicas. Frequencies of the tones are tones x replicas; replica r has phases and noise of stream r of the seed.
#[pyfunction]
#[pyo3(signature = (
    oscillators, currents, coupling, *, coupling_phase, tone_frequencies, tone_amplitudes, settle, window, time_step, noise, seed
))]
#[allow(clippy::too_many_arguments, reason = "keywords, all but three")]
pub fn simulate_network<'py>(
    py: Python<'py>,
    oscillators: Vec<PyRef<'py, AutoOscillator>>,
    currents: Vec<f64>,
    coupling: Vec<f64>,
    coupling_phase: f64,
    tone_frequencies: PyReadonlyArray2<'py, f64>,
    tone_amplitudes: Vec<f64>,
    settle: f64,
    window: f64,
    time_step: Option<f64>,
    noise: bool,
    seed: u64,
) -> PyResult<Matrices<'py>> {
    let oscillators = oscillators.iter().map(|o| o.0.clone()).collect();
    let network = Network { oscillators, currents, coupling, coupling_phase };
    let replicas = tone_frequencies.as_array().dim().1;
    let free: Vec<f64> = network.oscillators.iter().zip(&network.currents).map(|(o, i)| o.frequency_at(*i)).collect();
    let reference = free.iter().sum::<f64>() / free.len().max(1) as f64;
    let tones = Tones { frequencies: tone_frequencies.as_array().iter().copied().collect(), amplitudes: tone_amplitudes };
    // In the rotating frame the fastest beat has to be resolved as well as the fastest rate.
    let beat = free.iter().chain(&tones.frequencies).map(|f| (f - reference).abs()).fold(0.0, f64::max);
    let time_step = time_step.unwrap_or_else(|| suggested_time_step(&network, &tones.amplitudes).min(0.02 / beat.max(1.0)));
    let finite = network.currents.iter().chain(&network.coupling).chain(&tones.frequencies).chain(&tones.amplitudes);
    let times = [settle, window, time_step, coupling_phase];
    if let Some(wrong) = finite.chain(&times).find(|v| !v.is_finite()) {
        return Err(PyValueError::new_err(format!("every number of a network has to be finite, but one is {wrong}")));
    }
    if time_step <= 0.0 || settle < 0.0 || window < time_step {
        return Err(PyValueError::new_err(
            "settle must be 0 or more, and window and time_step greater than 0, window the longer",
        ));
    }
    let (powers, phases, frequencies) = work::run(py, None, None, move |cancel, _| {
        let mut ensemble = OscillatorEnsemble::new(&network, replicas, reference, time_step)?;
        ensemble.set_random_phases(|r| Stream::new(seed, "oscillator phases", r as u64));
        ensemble.set_tones(&tones)?;
        if noise {
            ensemble.set_noise(|r| Stream::new(seed, "oscillator noise", r as u64));
        }
        let advance = |ensemble: &mut OscillatorEnsemble, time: f64| {
            let mut left = (time / time_step).round() as usize;
            while left > 0 {
                cancel.check()?;
                let steps = left.min(STRIDE);
                ensemble.advance(steps)?;
                left -= steps;
            }
            Ok::<_, NetworkError>(())
        };
        advance(&mut ensemble, settle)?;
        ensemble.begin_window();
        advance(&mut ensemble, window)?;
        Ok::<_, NetworkError>((ensemble.powers(), ensemble.phases(), ensemble.mean_frequencies()))
    })?;
    Ok((matrix(py, replicas, frequencies)?, matrix(py, replicas, powers)?, matrix(py, replicas, phases)?))
}
