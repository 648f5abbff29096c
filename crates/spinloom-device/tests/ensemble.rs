//! The ensemble of auto-oscillators against closed forms and against its plain twin.

use proptest::prelude::*;
use spinloom_core::random::Stream;
use spinloom_device::DeviceError;
use spinloom_device::ensemble::{Network, OscillatorEnsemble, Tones, reference, suggested_time_step};
use spinloom_device::oscillator::AutoOscillator;
use std::f64::consts::{PI, TAU};

fn quiet() -> AutoOscillator {
    AutoOscillator { thermal_power: 0.0, ..AutoOscillator::default() }
}

/// Oscillators at twice the threshold with the given free frequencies, all coupled alike.
fn network(frequencies: &[f64], base: &AutoOscillator, coupling: f64, coupling_phase: f64) -> Network {
    let n = frequencies.len();
    let current = 2.0 * base.threshold_current;
    let oscillators =
        frequencies.iter().map(|f| AutoOscillator { frequency: f + base.frequency - base.frequency_at(current), ..base.clone() });
    Network { oscillators: oscillators.collect(), currents: vec![current; n], coupling: vec![coupling; n * n], coupling_phase }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_fast_step_is_the_plain_step(
        detunings in prop::collection::vec(-2e7f64..2e7, 1..5),
        tones in prop::collection::vec(-2e7f64..2e7, 0..3),
        coupling in 0.0f64..5e6,
        phase in -3.0f64..3.0,
    ) {
        let f0 = 3e8;
        let frequencies: Vec<f64> = detunings.iter().map(|d| f0 + d).collect();
        let network = network(&frequencies, &quiet(), coupling, phase);
        let tones = Tones { frequencies: tones.iter().map(|d| f0 + d).collect(), amplitudes: vec![5e6; tones.len()] };
        let mut ensemble = OscillatorEnsemble::new(&network, 1, f0, 1e-9).unwrap();
        ensemble.set_random_phases(|r| Stream::new(1, "ensemble test", r as u64));
        ensemble.set_tones(&tones).unwrap();
        let state = ensemble.amplitudes();
        ensemble.advance(300).unwrap();
        let plain = reference::integrate(&network, &tones, f0, state, 1e-9, 300);
        for ((x, y), (u, v)) in ensemble.amplitudes().iter().zip(&plain) {
            prop_assert!((x - u).abs() < 1e-11 && (y - v).abs() < 1e-11, "({x}, {y}) ({u}, {v})");
        }
    }
}

#[test]
fn free_oscillation_has_the_stationary_power_and_frequency() {
    let network = network(&[3.1e8], &quiet(), 0.0, 0.0);
    let mut ensemble = OscillatorEnsemble::new(&network, 3, 3e8, 1e-9).unwrap();
    ensemble.advance(5000).unwrap();
    ensemble.begin_window();
    ensemble.advance(5000).unwrap();
    let p0 = network.oscillators[0].stationary_power(network.currents[0]);
    for (power, frequency) in ensemble.powers().iter().zip(ensemble.mean_frequencies()) {
        assert!((power / p0 - 1.0).abs() < 1e-6);
        assert!((frequency - 3.1e8).abs() < 1.0, "{frequency}");
    }
}

/// Locking and beats of one oscillator, weakly driven compared with the relaxation of its power: Adler's equation.
#[test]
fn locking_and_beats_follow_adler() {
    let (drive, f0) = (4e4, 3e8);
    let network = network(&[f0], &quiet(), 0.0, 0.0);
    let half_width = network.oscillators[0].locking_half_width(network.currents[0], drive);
    let ratios = [-1.5, -0.99, -0.5, 0.5, 0.99, 1.01, 1.5, 3.0];
    let mut ensemble = OscillatorEnsemble::new(&network, ratios.len(), f0, 2e-9).unwrap();
    let tones = Tones { frequencies: ratios.iter().map(|r| f0 + r * half_width).collect(), amplitudes: vec![drive] };
    ensemble.set_tones(&tones).unwrap();
    ensemble.advance(200_000).unwrap();
    ensemble.begin_window();
    ensemble.advance(1_600_000).unwrap();
    for (ratio, frequency) in ratios.iter().zip(ensemble.mean_frequencies()) {
        let beat = (frequency - (f0 + ratio * half_width)).abs() / half_width;
        if ratio.abs() < 1.0 {
            assert!(beat < 1e-3, "{ratio}: {beat}");
        } else {
            // The beat is the square root law to the 2 % by which a drive of a few per cent of Gamma_p shifts the edge, on a window
            // of a few hundred beats.
            let law = (ratio * ratio - 1.0).sqrt();
            assert!((beat - law).abs() < 0.02 * law + 0.03, "{ratio}: {beat} {law}");
        }
    }
}

/// Two equal oscillators without amplitude nonlinearity lock exactly when their detuning is below 2 K (Kuramoto).
#[test]
fn two_oscillators_lock_within_twice_their_coupling() {
    let base = AutoOscillator { frequency_shift: 0.0, ..quiet() };
    // f_i = Omega c_j exp(i beta) gives dphi/dt = Omega sin(...) for a purely reactive phase: beta = 0 in this frame.
    let coupling = 2e5;
    for (ratio, locked) in [(0.9, true), (1.1, false)] {
        let detuning = ratio * 2.0 * coupling / TAU;
        let network = network(&[3e8 - detuning / 2.0, 3e8 + detuning / 2.0], &base, coupling, 0.0);
        let mut ensemble = OscillatorEnsemble::new(&network, 1, 3e8, 2e-9).unwrap();
        ensemble.set_random_phases(|r| Stream::new(2, "ensemble test", r as u64));
        ensemble.advance(100_000).unwrap();
        ensemble.begin_window();
        ensemble.advance(200_000).unwrap();
        let f = ensemble.mean_frequencies();
        assert_eq!((f[1] - f[0]).abs() < 0.02 * detuning, locked, "{ratio}: {} of {detuning}", f[1] - f[0]);
    }
}

/// Phase diffusion <dphi^2> = (D_n / p_0)(1 + nu^2) t, for three nonlinearities.
#[test]
fn phase_diffuses_as_the_power_broadened_line() {
    for (index, shift) in [0.0, 1.5e7, 4e7].into_iter().enumerate() {
        let base = AutoOscillator { frequency_shift: shift, thermal_power: 2e-5, ..AutoOscillator::default() };
        let network = network(&[3e8], &base, 0.0, 0.0);
        let (oscillator, current) = (&network.oscillators[0], network.currents[0]);
        let replicas = 4000;
        let mut ensemble = OscillatorEnsemble::new(&network, replicas, 3e8, 1e-9).unwrap();
        ensemble.set_noise(|r| Stream::new(3 + index as u64, "ensemble test", r as u64));
        ensemble.advance(1000).unwrap();
        ensemble.begin_window();
        // The correlated part of the window, 1 / Gamma_p at each end, is 1 % of it.
        ensemble.advance(8000).unwrap();
        let frequencies = ensemble.mean_frequencies();
        let mean = frequencies.iter().sum::<f64>() / replicas as f64;
        let variance = frequencies.iter().map(|f| (f - mean).powi(2)).sum::<f64>() / (replicas - 1) as f64;
        let diffusion = variance * TAU * TAU * 8e-6;
        let law = TAU * oscillator.linewidth(current);
        // The variance of 4000 replicas scatters by 2.2 %; 10 % is 4.5 standard deviations (false alarm below 1e-5 a case).
        assert!((diffusion / law - 1.0).abs() < 0.10, "{shift}: {diffusion:e} {law:e}");
    }
}

/// Below threshold the power is p_th / (1 - zeta) and the field correlation decays at Gamma (1 - zeta).
#[test]
fn below_threshold_noise_is_filtered_by_the_resonance() {
    let base = AutoOscillator { nonlinear_damping: 0.0, frequency_shift: 0.0, thermal_power: 1e-5, ..AutoOscillator::default() };
    let current = 0.5 * base.threshold_current;
    let network = Network { oscillators: vec![base.clone()], currents: vec![current], coupling: vec![0.0], coupling_phase: 0.0 };
    let replicas = 8000;
    let mut ensemble = OscillatorEnsemble::new(&network, replicas, base.frequency, 1e-9).unwrap();
    ensemble.set_noise(|r| Stream::new(9, "ensemble test", r as u64));
    ensemble.advance(2000).unwrap();
    let before = ensemble.amplitudes();
    let lag = 50;
    ensemble.advance(lag).unwrap();
    let after = ensemble.amplitudes();
    let power = before.iter().map(|(x, y)| x * x + y * y).sum::<f64>() / replicas as f64;
    let correlation = before.iter().zip(&after).map(|((x, y), (u, v))| x * u + y * v).sum::<f64>() / replicas as f64;
    let rate = -(correlation / power).ln() / (lag as f64 * 1e-9);
    // Both scatter by about 1 %; 6 % is far outside (false alarm below 1e-6).
    assert!((power / (1e-5 / 0.5) - 1.0).abs() < 0.06, "{power}");
    assert!((rate / (PI * base.linewidth(current)) - 1.0).abs() < 0.06, "{rate}");
}

#[test]
fn halving_the_step_changes_no_frequency_that_matters() {
    let network = network(&[3.35e8, 3.45e8, 3.55e8, 3.65e8], &quiet(), 1e6, 0.0);
    let tones = Tones { frequencies: vec![3.43e8, 3.70e8], amplitudes: vec![7e6; 2] };
    let measure = |dt: f64| {
        let mut ensemble = OscillatorEnsemble::new(&network, 1, 3.5e8, dt).unwrap();
        ensemble.set_tones(&tones).unwrap();
        ensemble.advance((2e-6 / dt).round() as usize).unwrap();
        ensemble.begin_window();
        ensemble.advance((8e-5 / dt).round() as usize).unwrap();
        ensemble.mean_frequencies()
    };
    let step = suggested_time_step(&network, &tones.amplitudes);
    assert!(step > 0.5e-9, "{step}");
    for (coarse, fine) in measure(1e-9).iter().zip(measure(0.5e-9)) {
        // Unlocked oscillators beat with the tones, and a window cuts those beats at another phase: a tenth of the tolerance for locking.
        assert!((coarse - fine).abs() < 4e4, "{coarse} {fine}");
    }
}

#[test]
fn replicas_do_not_depend_on_how_many_there_are() {
    let network = network(&[3e8, 3.1e8], &AutoOscillator::default(), 1e6, 0.3);
    let run = |replicas: usize| {
        let mut ensemble = OscillatorEnsemble::new(&network, replicas, 3e8, 1e-9).unwrap();
        ensemble.set_noise(|r| Stream::new(4, "ensemble test", r as u64));
        ensemble.advance(500).unwrap();
        ensemble.amplitudes()
    };
    let (few, many) = (run(3), run(21));
    for k in 0..2 {
        assert_eq!(few[3 * k..3 * k + 3], many[21 * k..21 * k + 3]);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let mut wrong = network(&[3e8], &quiet(), 0.0, 0.0);
    wrong.coupling.push(1.0);
    assert!(matches!(OscillatorEnsemble::new(&wrong, 1, 3e8, 1e-9), Err(DeviceError::Shape { .. })));
    let good = network(&[3e8], &quiet(), 0.0, 0.0);
    assert!(OscillatorEnsemble::new(&good, 1, 3e8, 0.0).is_err());
    let mut coarse = OscillatorEnsemble::new(&good, 1, 3e8, 1e-3).unwrap();
    coarse.set_tones(&Tones { frequencies: vec![3e8], amplitudes: vec![1e9] }).unwrap();
    assert!(matches!(coarse.advance(1000), Err(DeviceError::NotFinite { oscillator: 0, .. })));
}
