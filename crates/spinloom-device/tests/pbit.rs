//! The reduced models of p-bits against macrospins and closed forms.

#![allow(clippy::unwrap_used)]

use spinloom_core::constants::{BOLTZMANN, GYROMAGNETIC_RATIO};
use spinloom_core::random::Stream;
use spinloom_core::statistics::{mean, variance};
use spinloom_device::pbit::embedded::EmbeddedSpread;
use spinloom_device::pbit::spin_orbit::SpinOrbitSpread;
use spinloom_device::pbit::{EmbeddedPbit, Pbit, SpinOrbitPbit, autocorrelation, fall_time};
use spinloom_magnet::macrospin::{Ensemble, Magnet};
use std::f64::consts::{FRAC_2_PI, PI};

const E: f64 = 0.367_879_441_171_442_33;

fn macrospins(magnet: &Magnet, count: usize, seed: u64) -> Ensemble {
    Ensemble::new(&vec![magnet.clone(); count], magnet.time_step(0.0), |i| Stream::new(seed, "p-bit test", i)).unwrap()
}

#[test]
fn the_embedded_pbit_follows_the_arcsine_law_of_its_macrospin() {
    let pbit = EmbeddedPbit::default();
    let mut spins = macrospins(&pbit.magnet(), 4096, 1);
    spins.randomize(|i| Stream::new(1, "p-bit start", i));
    // The tilt forgets isotropy at alpha gamma B_d.
    spins.advance((5.0 / (pbit.damping * GYROMAGNETIC_RATIO * pbit.plane_field()) / spins.time_step()) as usize).unwrap();
    let cosines: Vec<f64> = spins.magnetizations().map(|m| m[0]).collect();
    let nominal = pbit.nominal();
    for input in [-0.06, -0.02, 0.0, 0.015, 0.05] {
        let threshold = pbit.transistor_conductance(input, 0.0);
        let output = |c: &f64| if pbit.junction_conductance(*c, &nominal) < threshold { 1.0 } else { -1.0 };
        let measured = mean(&cosines.iter().map(output).collect::<Vec<_>>());
        let expected = pbit.mean_output(input);
        // Four standard errors, and what the tilt takes from the ends of the arcsine law.
        let error = ((1.0 - expected * expected) / 4096.0).sqrt();
        assert!((measured - expected).abs() < 4.0 * error + 0.02, "{input}: {measured} {expected}");
    }
}

#[test]
fn the_slope_of_the_embedded_pbit_is_that_of_its_parts() {
    let pbit = EmbeddedPbit::default();
    let step = 1e-5;
    let slope = |f: &dyn Fn(f64) -> f64| (f(step) - f(-step)) / (2.0 * step);
    let transistor = slope(&|v| pbit.transistor_conductance(v, 0.0));
    let tmr = pbit.tunnel_magnetoresistance;
    let expected = FRAC_2_PI * (2.0 + tmr) / tmr * transistor;
    assert!((slope(&|v| pbit.mean_output(v)) / expected - 1.0).abs() < 1e-6);
    // A transistor never does better than exponential: at most e / (n kT) per volt.
    let thermal = BOLTZMANN * pbit.temperature / spinloom_core::constants::ELEMENTARY_CHARGE;
    assert!(transistor > 0.0 && transistor < 1.0 / (pbit.slope_factor * thermal));
    let curve: Vec<f64> = (-50..=50).map(|k| pbit.mean_output(0.005 * f64::from(k))).collect();
    assert!(curve.windows(2).all(|w| w[1] >= w[0]) && curve[0] == -1.0 && curve[100] == 1.0);
    // The curve ends at c = +-1, a finite input, where the fitted tanh has still some way to go: the fit is a stand-in and says so.
    let fit = pbit.sigmoid(&pbit.nominal());
    assert!(fit.residual > 0.02 && fit.residual < 0.2 && (0.01..0.1).contains(&fit.scale), "{fit:?}");
}

#[test]
fn easy_plane_magnets_forget_by_dephasing() {
    for damping in [0.003, 0.03] {
        let pbit = EmbeddedPbit { damping, ..EmbeddedPbit::default() };
        let expected = pbit.correlation_time();
        let count = 2048;
        let mut spins = macrospins(&pbit.magnet(), count, 2);
        // Start in equilibrium, which low damping would take long to reach: uniform angle, Gaussian tilt.
        let width = (BOLTZMANN * 300.0 / (pbit.magnet().moment() * pbit.plane_field())).sqrt();
        for i in 0..count {
            let mut stream = Stream::new(2, "p-bit start", i as u64);
            let (sin, cos) = (2.0 * PI * stream.uniform()).sin_cos();
            spins.set_magnetization(i, [cos, sin, width * stream.normal()]).unwrap();
        }
        let stride = (0.05 * expected / spins.time_step()) as usize;
        let record = spins.record(60, stride, [1.0, 0.0, 0.0]).unwrap();
        let c = autocorrelation(&record, 60, 40);
        let measured = fall_time(&c, E).unwrap() * stride as f64 * spins.time_step();
        // 2048 magnets over a time of three correlation times: 2 % of noise, and the tilt is not quite linear.
        assert!((measured / expected - 1.0).abs() < 0.08, "{damping}: {measured} {expected}");
        assert!(measured < 1e-9);
    }
}

#[test]
fn a_known_state_is_forgotten_as_damping_to_the_minus_a_third() {
    let time = |damping: f64| {
        let pbit = EmbeddedPbit { damping, ..EmbeddedPbit::default() };
        let count = 1024;
        let mut spins = macrospins(&pbit.magnet(), count, 3);
        let expected = pbit.memory_time();
        let stride = (0.05 * expected / spins.time_step()) as usize;
        let samples = 40;
        let mut spins_y = spins.clone();
        let x = spins.record(samples, stride, [1.0, 0.0, 0.0]).unwrap();
        let y = spins_y.record(samples, stride, [0.0, 1.0, 0.0]).unwrap();
        let average = |r: &[f64], s: usize| (0..count).map(|i| r[i * samples + s]).sum::<f64>() / count as f64;
        let mut order = vec![1.0];
        order.extend((0..samples).map(|s| average(&x, s).hypot(average(&y, s))));
        (fall_time(&order, E).unwrap() * stride as f64 * spins.time_step(), expected)
    };
    let (short, expected) = time(3e-3);
    assert!((short / expected - 1.0).abs() < 0.12, "{short} {expected}");
    let (long, expected) = time(3e-4);
    assert!((long / expected - 1.0).abs() < 0.12, "{long} {expected}");
    let exponent = (short / long).ln() / 10f64.ln();
    assert!((exponent + 1.0 / 3.0).abs() < 0.05, "{exponent}");
}

#[test]
fn the_spin_orbit_pbit_is_the_boltzmann_law_of_its_effective_field() {
    let pbit = SpinOrbitPbit::default();
    let inputs = [-1.5, 0.0, 0.4, 1.0];
    let replicas = 512;
    let mut spins = pbit.macrospins(&inputs, replicas, |i| Stream::new(4, "p-bit test", i)).unwrap();
    let samples = 12;
    let stride = (2.0 * pbit.correlation_time() / spins.time_step()) as usize;
    let record = spins.record(samples, stride, [0.0, 1.0, 0.0]).unwrap();
    for (k, input) in inputs.iter().enumerate() {
        let own = &record[k * replicas * samples..(k + 1) * replicas * samples];
        let sign = mean(&own.iter().map(|m| m.signum()).collect::<Vec<_>>());
        // Two correlation times apart, 12 samples are worth about 9.
        let worth = (replicas * 9) as f64;
        let output = pbit.mean_output(*input);
        assert!((sign - output).abs() < 4.0 * ((1.0 - output * output) / worth).sqrt(), "{input}: {sign} {output}");
        let (m, error) = (mean(own), (variance(own) / worth).sqrt());
        assert!((m - pbit.mean_magnetization(*input)).abs() < 4.0 * error, "{input}: {m} {}", pbit.mean_magnetization(*input));
    }
}

#[test]
fn correlation_time_of_the_spin_orbit_pbit() {
    let free = SpinOrbitPbit { barrier: 0.0, ..SpinOrbitPbit::default() };
    let magnet = free.magnet();
    let a = free.damping;
    let brown = (1.0 + a * a) * magnet.moment() / (2.0 * a * GYROMAGNETIC_RATIO * BOLTZMANN * free.temperature);
    assert!((free.correlation_time() / brown - 1.0).abs() < 1e-5);
    // Kramers and Brown: <m> decays at twice the escape rate alpha gamma' B_K sqrt(Delta / pi) exp(-Delta), up to terms of 1 / Delta.
    let high = SpinOrbitPbit { barrier: 12.0, ..SpinOrbitPbit::default() };
    let magnet = high.magnet();
    let escape = high.damping * magnet.precession_rate() * magnet.anisotropy_field() * (12.0 / PI).sqrt() * (-12.0f64).exp();
    assert!((2.0 * escape * high.correlation_time() - 1.0).abs() < 0.15, "{}", 2.0 * escape * high.correlation_time());
    // The macrospin: with a barrier of 1 kT the decay is an exponential to a per cent, so its time is the integral one.
    let pbit = SpinOrbitPbit::default();
    let mut spins = pbit.macrospins(&[0.0], 1024, |i| Stream::new(5, "p-bit test", i)).unwrap();
    let stride = (0.1 * pbit.correlation_time() / spins.time_step()) as usize;
    let c = autocorrelation(&spins.record(80, stride, [0.0, 1.0, 0.0]).unwrap(), 80, 20);
    let measured = fall_time(&c, E).unwrap() * stride as f64 * spins.time_step();
    // 1024 magnets over eight correlation times: 1.5 % of noise.
    assert!((measured / pbit.correlation_time() - 1.0).abs() < 0.06, "{measured} {}", pbit.correlation_time());
}

#[test]
fn spread_of_devices_is_spread_of_gain_and_offset() {
    let of = |devices: &[Pbit], f: &dyn Fn(&Pbit) -> f64| variance(&devices.iter().map(f).collect::<Vec<_>>()).sqrt();
    let stream = |i| Stream::new(6, "p-bit spread", i);
    let exact = EmbeddedSpread { resistance: 0.0, tunnel_magnetoresistance: 0.0, threshold_voltage: 0.0, diameter: 0.0 };
    let embedded = EmbeddedPbit::default();
    for device in embedded.draw(&exact, 3, stream) {
        assert!((device.gain - 1.0).abs() < 1e-9 && device.offset.abs() < 1e-9);
    }
    // A threshold voltage alone shifts the sigmoid by just that.
    let threshold = EmbeddedSpread { threshold_voltage: 0.01, ..exact };
    let devices = embedded.draw(&threshold, 400, stream);
    let scale = embedded.sigmoid(&embedded.nominal()).scale;
    assert!((of(&devices, &|d| d.offset) * scale / 0.01 - 1.0).abs() < 0.18, "{}", of(&devices, &|d| d.offset) * scale);
    assert!(devices.iter().all(|d| d.gain > 0.5 && d.gain < 2.0 && d.correlation_time > 0.0));

    let orbit = SpinOrbitPbit::default();
    let nothing = SpinOrbitSpread { diameter: 0.0, damping: 0.0, spin_hall_angle: 0.0, barrier: 0.0, stray_field: 0.0 };
    assert!(orbit.draw(&nothing, 2, stream).iter().all(|d| (d.gain - 1.0).abs() < 1e-12 && d.offset == 0.0));
    // The gain is inverse to the damping and goes with the spin Hall angle.
    let both = SpinOrbitSpread { damping: 0.05, spin_hall_angle: 0.05, ..nothing };
    let devices = orbit.draw(&both, 400, stream);
    let expected = 0.05 * 2f64.sqrt();
    assert!((of(&devices, &|d| d.gain.ln()) / expected - 1.0).abs() < 0.18, "{}", of(&devices, &|d| d.gain.ln()));
}
