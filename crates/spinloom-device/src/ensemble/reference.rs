//! The step of the ensemble written plainly, for one replica without noise: slow, and what the fast one is tested against.

use super::{Network, Tones};
use std::f64::consts::TAU;

/// Complex amplitudes of the oscillators of one replica.
pub type State = Vec<(f64, f64)>;

/// Right-hand side without the free rotation of each oscillator, at time `t` (s), in the frame of `reference` (Hz).
fn right_hand_side(network: &Network, tones: &Tones, reference: f64, t: f64, c: &State) -> State {
    let n = c.len();
    let (sin_beta, cos_beta) = network.coupling_phase.sin_cos();
    (0..n)
        .map(|k| {
            let (oscillator, current) = (&network.oscillators[k], network.currents[k]);
            let (x, y) = c[k];
            let p = x * x + y * y;
            let growth =
                oscillator.gain(current) * (1.0 - p) - oscillator.damping_rate * (1.0 + oscillator.nonlinear_damping * p);
            let rotation = TAU * oscillator.frequency_shift * (p - oscillator.stationary_power(current));
            let (mut re, mut im) = (growth * x + rotation * y, growth * y - rotation * x);
            for (amplitude, frequency) in tones.amplitudes.iter().zip(&tones.frequencies) {
                let phase = TAU * (frequency - reference) * t;
                re += amplitude * phase.cos();
                im -= amplitude * phase.sin();
            }
            for j in (0..n).filter(|j| *j != k) {
                let rate = network.coupling[k * n + j];
                re += rate * (cos_beta * c[j].0 - sin_beta * c[j].1);
                im += rate * (cos_beta * c[j].1 + sin_beta * c[j].0);
            }
            (re, im)
        })
        .collect()
}

/// Integrates one replica (one frequency a tone) from `state` over `steps` steps of `time_step` seconds.
pub fn integrate(network: &Network, tones: &Tones, reference: f64, mut state: State, time_step: f64, steps: usize) -> State {
    let turn = |k: usize, (x, y): (f64, f64)| {
        let angle = TAU * (network.oscillators[k].frequency_at(network.currents[k]) - reference) * time_step;
        (x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin())
    };
    for step in 0..steps {
        let t = step as f64 * time_step;
        let first = right_hand_side(network, tones, reference, t, &state);
        let along = |k: usize, h: f64| turn(k, (state[k].0 + h * first[k].0, state[k].1 + h * first[k].1));
        let predicted: State = (0..state.len()).map(|k| along(k, time_step)).collect();
        let second = right_hand_side(network, tones, reference, t + time_step, &predicted);
        state = (0..state.len())
            .map(|k| {
                let half = along(k, 0.5 * time_step);
                (half.0 + 0.5 * time_step * second[k].0, half.1 + 0.5 * time_step * second[k].1)
            })
            .collect();
    }
    state
}
