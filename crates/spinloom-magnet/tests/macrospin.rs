//! Macrospins against closed forms, against the plain form of their equation, and against Boltzmann.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use spinloom_core::constants::{BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY};
use spinloom_core::random::Stream;
use spinloom_magnet::MagnetError;
use spinloom_magnet::macrospin::{Drive, Ensemble, Magnet, Vector, velocity};
use std::f64::consts::PI;

/// A sphere-like magnet without anisotropy.
fn free(damping: f64, temperature: f64) -> Magnet {
    Magnet {
        saturation_magnetization: 1e6,
        volume: 1e-24,
        damping,
        anisotropy: 0.0,
        axis: [0.0, 0.0, 1.0],
        demagnetization: [1.0 / 3.0; 3],
        temperature,
    }
}

fn ensemble(magnets: &[Magnet], time_step: f64, seed: u64) -> Ensemble {
    Ensemble::new(magnets, time_step, |i| Stream::new(seed, "macrospin test", i)).unwrap()
}

/// Quantile of chi-square with false-alarm rate 1e-4, by the approximation of Wilson and Hilferty.
fn chi2_bound(degrees: usize) -> f64 {
    let k = 2.0 / (9.0 * degrees as f64);
    degrees as f64 * (1.0 - k + 3.719 * k.sqrt()).powi(3)
}

/// Chi-square of counted samples against a cumulative distribution over equal cells of `range`.
fn chi2(samples: &[f64], cells: usize, range: (f64, f64), cumulative: impl Fn(f64) -> f64) -> f64 {
    let mut counts = vec![0.0; cells];
    for s in samples {
        let cell = ((s - range.0) / (range.1 - range.0) * cells as f64) as usize;
        counts[cell.min(cells - 1)] += 1.0;
    }
    let edge = |c: usize| cumulative(range.0 + (range.1 - range.0) * c as f64 / cells as f64);
    let expected = |c: usize| samples.len() as f64 * (edge(c + 1) - edge(c)) / (edge(cells) - edge(0));
    (0..cells).map(|c| (counts[c] - expected(c)).powi(2) / expected(c)).sum()
}

/// Cumulative integral of `density` from the lower end of a fine grid.
fn cumulative(density: impl Fn(f64) -> f64, range: (f64, f64)) -> impl Fn(f64) -> f64 {
    let n = 4000;
    let step = (range.1 - range.0) / n as f64;
    let mut sums = vec![0.0];
    for i in 0..n {
        sums.push(sums[i] + step * density(range.0 + (i as f64 + 0.5) * step));
    }
    move |x| sums[((x - range.0) / step).round() as usize]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn the_fast_step_is_the_plain_step(
        damping in 0.0f64..1.0,
        anisotropy in -1e5f64..1e5,
        field in prop::array::uniform3(-0.2f64..0.2),
        torque in prop::array::uniform3(-0.05f64..0.05),
        start in prop::array::uniform3(-1.0f64..1.0),
        axis in prop::array::uniform3(0.1f64..1.0),
    ) {
        let length = axis.iter().map(|v| v * v).sum::<f64>().sqrt();
        let magnet = Magnet {
            anisotropy, axis: axis.map(|v| v / length), demagnetization: [0.1, 0.2, 0.7], ..free(damping, 0.0)
        };
        let drive = Drive { field, damping_like: torque, ..Drive::default() };
        let dt = 2e-13;
        let mut fast = ensemble(&vec![magnet.clone(); 11], dt, 1);
        fast.set_magnetization(9, start).unwrap();
        fast.set_drive(9, &drive).unwrap();
        let mut m = fast.magnetization(9).unwrap();
        fast.advance(50).unwrap();
        for _ in 0..50 {
            let first = velocity(&magnet, m, &drive);
            let second = velocity(&magnet, std::array::from_fn(|k| m[k] + dt * first[k]), &drive);
            let new: Vector = std::array::from_fn(|k| m[k] + 0.5 * dt * (first[k] + second[k]));
            let length = new.iter().map(|v| v * v).sum::<f64>().sqrt();
            m = new.map(|v| v / length);
        }
        let end = fast.magnetization(9).unwrap();
        prop_assert!((0..3).all(|k| (end[k] - m[k]).abs() < 1e-12), "{end:?} {m:?}");
    }

    #[test]
    fn the_field_is_the_gradient_of_the_energy(
        m in prop::array::uniform3(-1.0f64..1.0),
        field in prop::array::uniform3(-1.0f64..1.0),
        anisotropy in -1e6f64..1e6,
    ) {
        let magnet = Magnet { anisotropy, axis: [0.6, 0.0, 0.8], demagnetization: [0.1, 0.2, 0.7], ..free(0.1, 0.0) };
        let b = magnet.effective_field(m, field);
        for k in 0..3 {
            let shifted = |by: f64| magnet.energy(std::array::from_fn(|j| m[j] + if j == k { by } else { 0.0 }), field);
            let slope = -(shifted(1e-4) - shifted(-1e-4)) / 2e-4 / magnet.moment();
            prop_assert!((slope - b[k]).abs() < 1e-8, "{slope} {}", b[k]);
        }
    }
}

/// Collinear field and torque: tan(theta / 2) falls as exp(-gamma' (alpha B + B_DL) t) while the azimuth turns at gamma' (B - alpha B_DL).
#[test]
fn precession_and_relaxation_follow_the_closed_form() {
    let (b, torque) = (0.1, 0.004);
    for damping in [0.0, 0.02, 0.5] {
        let magnet = free(damping, 0.0);
        let (dt, steps) = (2e-14, 40_000);
        let mut spins = ensemble(std::slice::from_ref(&magnet), dt, 1);
        let start = 1.2f64;
        spins.set_magnetization(0, [start.sin(), 0.0, start.cos()]).unwrap();
        spins.set_drive(0, &Drive { field: [0.0, 0.0, b], damping_like: [0.0, 0.0, torque], ..Drive::default() }).unwrap();
        spins.advance(steps).unwrap();
        let [x, y, z] = spins.magnetization(0).unwrap();
        let (rate, time) = (magnet.precession_rate(), spins.time());
        let tangent = (start / 2.0).tan() * (-rate * (damping * b + torque) * time).exp();
        let azimuth = rate * (b - damping * torque) * time;
        assert!(((0.5 * z.acos()).tan() / tangent - 1.0).abs() < 1e-5, "{damping}");
        assert!((y.atan2(x) - azimuth).rem_euclid(2.0 * PI).min((azimuth - y.atan2(x)).rem_euclid(2.0 * PI)) < 1e-5, "{damping}");
    }
}

/// Small oscillations of an easy-plane disk in a field along the plane: omega = gamma sqrt(B (B + mu0 Ms (N_z - N_x))), Kittel's formula.
#[test]
fn resonance_in_the_plane_has_the_frequency_of_kittel() {
    let disk = Magnet::disk(50e-9, 2e-9, 8e5, 0.0, 0.0);
    let b = 0.05;
    let stiff = VACUUM_PERMEABILITY * disk.saturation_magnetization * (disk.demagnetization[2] - disk.demagnetization[0]);
    let period = 2.0 * PI / (GYROMAGNETIC_RATIO * (b * (b + stiff)).sqrt());
    let (per_period, periods) = (4000, 10);
    let mut spins = ensemble(std::slice::from_ref(&disk), period / f64::from(per_period), 1);
    spins.set_magnetization(0, [1.0, 1e-4, 0.0]).unwrap();
    spins.set_drive(0, &Drive { field: [b, 0.0, 0.0], ..Drive::default() }).unwrap();
    let y = spins.record((per_period * periods) as usize, 1, [0.0, 1.0, 0.0]).unwrap();
    assert!((y[y.len() - 1] / 1e-4 - 1.0).abs() < 1e-3, "{}", y[y.len() - 1]);
    let crossings = y.windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count();
    assert_eq!(crossings as i32, periods);
}

#[test]
fn damping_lowers_the_energy_and_only_damping() {
    let rod = |damping| Magnet { anisotropy: 5e4, demagnetization: [0.3, 0.5, 0.2], ..free(damping, 0.0) };
    for damping in [0.0, 0.05] {
        let magnet = rod(damping);
        let mut spins = ensemble(std::slice::from_ref(&magnet), 2e-14, 1);
        spins.set_magnetization(0, [1.0, 0.3, 0.1]).unwrap();
        let scale = magnet.volume * magnet.anisotropy;
        let mut last = magnet.energy(spins.magnetization(0).unwrap(), [0.0; 3]);
        let first = last;
        for _ in 0..200 {
            spins.advance(100).unwrap();
            let now = magnet.energy(spins.magnetization(0).unwrap(), [0.0; 3]);
            assert!(now <= last + 1e-9 * scale);
            last = now;
        }
        assert_eq!((first - last) / scale > 0.1, damping > 0.0);
        if damping == 0.0 {
            assert!((first - last).abs() < 1e-5 * scale, "{}", (first - last) / scale);
        }
    }
}

/// The law of a thermal magnet is exp(-E / kT) whatever the damping. 8192 independent magnets, 20 cells; false-alarm rate 1e-4 each.
#[test]
fn uniaxial_magnets_are_boltzmann_whatever_the_damping() {
    let stability = 3.0;
    let density = cumulative(|z| (stability * z * z).exp(), (-1.0, 1.0));
    for damping in [0.03, 0.2, 1.0] {
        let mut magnet = free(damping, 300.0);
        magnet.volume = 2.5e-25;
        magnet.anisotropy = stability * BOLTZMANN * 300.0 / magnet.volume;
        let mut spins = ensemble(&vec![magnet.clone(); 8192], magnet.time_step(0.0), 2);
        spins.randomize(|i| Stream::new(3, "macrospin start", i));
        // Within a well the height relaxes at alpha gamma B_K; between them there is nothing to equalise.
        let relaxation = 1.0 / (damping * magnet.precession_rate() * magnet.anisotropy_field());
        let steps = (6.0 * relaxation / spins.time_step()) as usize;
        spins.advance(steps).unwrap();
        let z: Vec<f64> = spins.magnetizations().map(|m| m[2]).collect();
        let found = chi2(&z, 20, (-1.0, 1.0), &density);
        assert!(found < chi2_bound(19), "{damping}: {found}");
    }
}

/// A circular disk: uniform azimuth, and exp(-kappa z^2) out of the plane. All start along +x. False-alarm rate 1e-4 each.
#[test]
fn easy_plane_magnets_take_every_angle_alike() {
    let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.05, 300.0);
    let mut spins = ensemble(&vec![disk.clone(); 4096], disk.time_step(0.0), 4);
    spins.advance((1.5e-9 / spins.time_step()) as usize).unwrap();
    let all: Vec<Vector> = spins.magnetizations().collect();
    let angles: Vec<f64> = all.iter().map(|m| m[1].atan2(m[0])).collect();
    assert!(chi2(&angles, 20, (-PI, PI), |a| a) < chi2_bound(19));
    let shape = disk.demagnetization[2] - disk.demagnetization[0];
    let plane = 0.5 * VACUUM_PERMEABILITY * disk.saturation_magnetization.powi(2) * disk.volume * shape;
    let kappa = plane / (BOLTZMANN * 300.0);
    let height: Vec<f64> = all.iter().map(|m| m[2]).collect();
    let top = 2.5 / kappa.sqrt();
    let inside: Vec<f64> = height.iter().copied().filter(|z| z.abs() < top).collect();
    assert!(inside.len() > 4000);
    assert!(chi2(&inside, 16, (-top, top), cumulative(|z| (-kappa * z * z).exp(), (-top, top))) < chi2_bound(15));
}

/// A free magnet forgets its direction as exp(-2 D t), D = alpha gamma kT / ((1 + alpha^2) Ms V): the noise and the damping match.
#[test]
fn isotropic_magnets_diffuse_at_the_rate_of_the_fluctuation_dissipation_theorem() {
    for damping in [0.02, 0.3, 1.0] {
        let magnet = free(damping, 300.0);
        let correlation_time = 1.0 / (2.0 * magnet.rotational_diffusion());
        let brown = (1.0 + damping * damping) * magnet.moment() / (2.0 * damping * GYROMAGNETIC_RATIO * BOLTZMANN * 300.0);
        assert!((correlation_time / brown - 1.0).abs() < 1e-12);
        let mut spins = ensemble(&vec![magnet.clone(); 8192], magnet.time_step(0.0), 5);
        spins.advance((correlation_time / spins.time_step()).round() as usize).unwrap();
        let along: f64 = spins.magnetizations().map(|m| m[0]).sum::<f64>() / 8192.0;
        let expected = (-spins.time() / correlation_time).exp();
        // <m_x^2> - <m_x>^2 is below 0.4, so four standard errors are 0.028: false-alarm rate 6e-5.
        assert!((along - expected).abs() < 0.028, "{damping}: {along} {expected}");
    }
}

/// A spin torque along the axis of symmetry shifts the energy like a field B_DL / alpha: P(z) ~ exp(Delta z^2 + Ms V B_DL z / alpha kT).
#[test]
fn a_collinear_spin_torque_is_a_field_over_the_damping() {
    let damping = 0.2;
    let mut magnet = free(damping, 300.0);
    magnet.volume = 2e-25;
    magnet.anisotropy = BOLTZMANN * 300.0 / magnet.volume;
    let pull = 1.5;
    let torque = pull * damping * BOLTZMANN * 300.0 / magnet.moment();
    let mut spins = ensemble(&vec![magnet.clone(); 8192], 0.5 * magnet.time_step(0.0), 6);
    for i in 0..8192 {
        spins.set_drive(i, &Drive { field: [0.0; 3], damping_like: [0.0, 0.0, torque], ..Drive::default() }).unwrap();
    }
    spins.advance((8.0 / (2.0 * magnet.rotational_diffusion()) / spins.time_step()) as usize).unwrap();
    let z: Vec<f64> = spins.magnetizations().map(|m| m[2]).collect();
    let found = chi2(&z, 20, (-1.0, 1.0), cumulative(|z| (z * z + pull * z).exp(), (-1.0, 1.0)));
    assert!(found < chi2_bound(19), "{found}");
}

#[test]
fn results_do_not_depend_on_how_many_magnets_there_are() {
    let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, 300.0);
    let run = |count: usize| {
        let mut spins = ensemble(&vec![disk.clone(); count], 1e-12, 7);
        spins.advance(300).unwrap();
        spins.magnetization(2).unwrap()
    };
    assert_eq!(run(3), run(100));
    let mut spins = ensemble(&vec![disk.clone(); 5], 1e-12, 7);
    let record = spins.record(3, 100, [0.0, 1.0, 0.0]).unwrap();
    assert_eq!((record.len(), record[2 * 3 + 2]), (15, run(3)[1]));
}

#[test]
fn what_is_no_magnet_is_refused_by_name() {
    let refused = |magnet: Magnet, words: &str| {
        let error = Ensemble::new(&[magnet], 1e-12, |i| Stream::new(1, "refused", i)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(Magnet { volume: 0.0, ..free(0.1, 300.0) }, "the volume must be greater than 0, but it is 0");
    refused(Magnet { damping: f64::NAN, ..free(0.1, 300.0) }, "the damping must be 0 or greater, but it is NaN");
    refused(Magnet { axis: [1.0, 1.0, 0.0], ..free(0.1, 300.0) }, "axis must be 1, but it is 1.41");
    let mut spins = ensemble(&[free(0.1, 300.0)], 1e-12, 1);
    assert_eq!(spins.magnetization(1), Err(MagnetError::NoMagnet { index: 1, count: 1 }));
    assert!(spins.set_magnetization(0, [0.0; 3]).is_err());
    assert!(spins.set_drive(0, &Drive { field: [f64::INFINITY, 0.0, 0.0], ..Drive::default() }).is_err());
    assert!(Ensemble::new(&[], 0.0, |i| Stream::new(1, "refused", i)).is_err());
    assert!(Ensemble::new(&[], 1e-12, |i| Stream::new(1, "refused", i)).unwrap().is_empty());
}
