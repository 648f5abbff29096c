//! Coupled and driven macrospins: exchange, dipoles, drives in time, efficiencies, and what is refused.

#![allow(clippy::unwrap_used)]

use spinloom_core::constants::{BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY};
use spinloom_core::random::Stream;
use spinloom_magnet::MagnetError;
use spinloom_magnet::macrospin::{
    Dipolar, Drive, Efficiency, Ensemble, Input, InterlayerExchange, Magnet, Method, SpinTransfer, Vector, Waveform, velocity,
};
use std::f64::consts::{PI, TAU};

const METHODS: [Method; 4] =
    [Method::Heun, Method::RungeKutta4, Method::DormandPrince { tolerance: 1e-9 }, Method::ImplicitMidpoint];

fn sphere(damping: f64, temperature: f64) -> Magnet {
    Magnet { volume: 1e-24, ..Magnet::ellipsoid([1e-8; 3], 1e6, damping, temperature) }
}

fn ensemble(magnets: &[Magnet], time_step: f64) -> Ensemble {
    Ensemble::new(magnets, time_step, |i| Stream::new(1, "couplings", i)).unwrap()
}

fn pair(bilinear: f64, biquadratic: f64) -> InterlayerExchange {
    InterlayerExchange { pair: [0, 1], area: 1e-15, bilinear, biquadratic }
}

/// Two magnets in one field: in phase they know nothing of each other, against each other they turn at gamma (B + 2 J A / Ms V).
#[test]
fn exchange_splits_the_resonance_by_every_method() {
    let (b, j) = (0.1, 5e-5);
    let exchange = 1e-15 * j / sphere(0.0, 0.0).moment();
    for method in METHODS {
        for (sign, field) in [(1.0, b), (-1.0, b + 2.0 * exchange)] {
            let mut spins = ensemble(&[sphere(0.0, 0.0), sphere(0.0, 0.0)], 1e-13);
            spins.set_method(method).unwrap();
            spins.set_interlayer_exchange(&[pair(j, 0.0)]).unwrap();
            for i in 0..2 {
                spins.set_drive(i, &Drive { field: [0.0, 0.0, b], ..Drive::default() }).unwrap();
                spins.set_magnetization(i, [if i == 0 { 1e-4 } else { 1e-4 * sign }, 0.0, 1.0]).unwrap();
            }
            spins.advance(1000).unwrap();
            let [x, y, _] = spins.magnetization(0).unwrap();
            let turned = (y.atan2(x) - GYROMAGNETIC_RATIO * field * spins.time()).rem_euclid(TAU);
            assert!(turned.min(TAU - turned) < 1e-3, "{method:?} {sign}: {turned}");
        }
    }
}

/// The angle between two magnets coupled by exchange alone is that of Langevin: <m1.m2> = coth K - 1 / K, K = J A / kT. 3000 pairs, four
/// standard errors: a false-alarm rate of 6e-5 each.
#[test]
fn coupled_pairs_are_boltzmann_whatever_the_damping() {
    for damping in [0.1, 1.0] {
        let (pairs, strength) = (3000, 1.5);
        let magnet = sphere(damping, 300.0);
        let bilinear = strength * BOLTZMANN * 300.0 / 1e-15;
        let exchange = 1e-15 * bilinear / magnet.moment();
        let mut spins = ensemble(&vec![magnet.clone(); 2 * pairs], magnet.time_step(exchange));
        let couple = |i| InterlayerExchange { pair: [i, i + pairs], ..pair(bilinear, 0.0) };
        spins.set_interlayer_exchange(&(0..pairs).map(couple).collect::<Vec<_>>()).unwrap();
        spins.randomize(|i| Stream::new(2, "pairs", i));
        spins.advance((2.0 / magnet.rotational_diffusion() / spins.time_step()) as usize).unwrap();
        let all: Vec<Vector> = spins.magnetizations().collect();
        let mean = (0..pairs).map(|i| (0..3).map(|k| all[i][k] * all[i + pairs][k]).sum::<f64>()).sum::<f64>() / pairs as f64;
        let expected = 1.0 / f64::tanh(strength) - 1.0 / strength;
        let variance = 1.0 - 2.0 * expected / strength - expected * expected;
        assert!((mean - expected).abs() < 4.0 * (variance / pairs as f64).sqrt(), "{damping}: {mean} {expected}");
    }
}

/// Sites of a lattice, as the transform sees them.
fn sites(shape: [usize; 3], spacing: Vector) -> Vec<Vector> {
    let all = (0..shape.iter().product()).map(|i| [i % shape[0], i / shape[0] % shape[1], i / (shape[0] * shape[1])]);
    all.map(|site| std::array::from_fn(|k| site[k] as f64 * spacing[k])).collect()
}

#[test]
fn dipolar_fields_of_a_lattice_are_those_of_the_sum() {
    let spacing = [20e-9, 25e-9, 31e-9];
    for shape in [[2, 1, 1], [5, 4, 1], [1, 7, 3], [4, 3, 2]] {
        let magnets: Vec<Magnet> = sites(shape, spacing)
            .iter()
            .enumerate()
            .map(|(i, _)| Magnet { volume: (1.0 + i as f64) * 1e-25, ..sphere(0.1, 0.0) })
            .collect();
        let mut spins = ensemble(&magnets, 1e-12);
        spins.randomize(|i| Stream::new(3, "lattice", i));
        spins.set_dipolar(Some(Dipolar::anywhere(&sites(shape, spacing)).unwrap())).unwrap();
        let (direct, energy) = (spins.coupling_fields(), spins.energy());
        spins.set_dipolar(Some(Dipolar::lattice(shape, spacing).unwrap())).unwrap();
        let scale = direct.iter().flatten().fold(0.0f64, |most, b| most.max(b.abs()));
        let apart = |a: &Vector, b: &Vector| (0..3).map(|k| (a[k] - b[k]).abs()).fold(0.0, f64::max);
        let most = direct.iter().zip(spins.coupling_fields()).map(|(a, b)| apart(a, &b)).fold(0.0, f64::max);
        assert!(most < 1e-13 * scale, "{shape:?}: {most:e} {scale:e}");
        assert!((spins.energy() / energy - 1.0).abs() < 1e-12);
        spins.set_dipolar(None).unwrap();
        assert_eq!(spins.coupling_fields()[0], [0.0; 3]);
    }
    // Two by hand: head to tail 2 mu0 mu / (4 pi r^3), side by side half of it and against.
    let mut spins = ensemble(&[sphere(0.1, 0.0), sphere(0.1, 0.0)], 1e-12);
    let unit = VACUUM_PERMEABILITY * 1e-18 / (4.0 * PI * 1e-24);
    for (place, factor) in [([1e-8, 0.0, 0.0], 2.0), ([0.0, 0.6e-8, 0.8e-8], -1.0)] {
        spins.set_dipolar(Some(Dipolar::anywhere(&[[0.0; 3], place]).unwrap())).unwrap();
        assert!((spins.coupling_fields()[1][0] / (factor * unit) - 1.0).abs() < 1e-14);
        assert!((spins.energy() - 2.0 * ensemble(&[sphere(0.1, 0.0)], 1e-12).energy() + factor * unit * 1e-18).abs() < 1e-30);
    }
}

/// Fields of couplings are the gradients of their energy, and the midpoint rule keeps the energy of all together.
#[test]
fn coupled_energies_and_fields_belong_together() {
    let places: Vec<Vector> = (0..10).map(|i| [12e-9 * f64::from(i), 3e-9 * f64::from(i * i % 7), 0.0]).collect();
    let magnet = Magnet { anisotropy: 5e4, demagnetization: [0.3, 0.5, 0.2], ..sphere(0.0, 0.0) };
    let mut spins = ensemble(&vec![magnet.clone(); 10], 1e-12);
    spins.set_dipolar(Some(Dipolar::anywhere(&places).unwrap())).unwrap();
    spins.set_interlayer_exchange(&[pair(3e-5, 2e-5), InterlayerExchange { pair: [9, 4], ..pair(-4e-5, 0.0) }]).unwrap();
    spins.randomize(|i| Stream::new(4, "energies", i));
    let start: Vec<Vector> = spins.magnetizations().collect();
    let fields = spins.coupling_fields();
    for i in [0, 1, 4, 9] {
        // Turn one magnet a little about z either way: dE = -Ms V B.(z x m) d(angle).
        let turned = |angle: f64| {
            let mut spins = spins.clone();
            let ([x, y, z], (sin, cos)) = (start[i], angle.sin_cos());
            spins.set_magnetization(i, [cos * x - sin * y, sin * x + cos * y, z]).unwrap();
            spins.energy()
        };
        let total: Vector = std::array::from_fn(|k| magnet.effective_field(start[i], fields[i])[k]);
        let expected = -magnet.moment() * (total[1] * start[i][0] - total[0] * start[i][1]);
        let slope = (turned(1e-4) - turned(-1e-4)) / 2e-4;
        assert!((slope / expected - 1.0).abs() < 1e-6, "{i}: {slope:e} {expected:e}");
    }
    // The biquadratic energy is not quadratic in m, so it stays out of this.
    spins.set_interlayer_exchange(&[pair(3e-5, 0.0)]).unwrap();
    spins.set_method(Method::ImplicitMidpoint).unwrap();
    let before = spins.energy();
    spins.advance(3000).unwrap();
    assert!((spins.energy() / before - 1.0).abs() < 1e-11, "{:e}", spins.energy() / before - 1.0);
    assert!((spins.magnetization(0).unwrap()[0] - start[0][0]).abs() > 1e-3);
}

/// Without damping a field along z turns a magnet by gamma times its integral over time, whatever its course.
#[test]
fn drives_turn_by_their_integral() {
    let noise = Waveform::noise(0.05, 2e-12, Stream::new(5, "driving noise", 0));
    let held: f64 = (0..500).map(|i| noise.at((f64::from(i) + 0.5) * 2e-12) * 2e-12).sum();
    let cases = [
        (Waveform::Constant(0.05), 0.05e-9),
        (Waveform::Pulse { amplitude: 0.1, start: 0.1e-9, duration: 0.5e-9, edge: 0.1e-9 }, 0.1 * 0.4e-9),
        (Waveform::Pulse { amplitude: 0.1, start: 0.1e-9, duration: 0.5e-9, edge: 0.0 }, 0.1 * 0.5e-9),
        (
            Waveform::Sine { amplitude: 0.1, frequency: 2.3e9, phase: 0.4, offset: 0.02 },
            0.02e-9 + 0.1 * (0.4f64.cos() - (TAU * 2.3 + 0.4).cos()) / (TAU * 2.3e9),
        ),
        (Waveform::Square { high: 0.1, low: -0.05, frequency: 4e9, duty: 0.3 }, 0.1 * 0.3e-9 - 0.05 * 0.7e-9),
        (noise, held),
        (
            Waveform::Table { times: vec![0.2e-9, 0.4e-9, 0.8e-9], values: vec![0.0, 0.1, 0.05] },
            0.1 * 0.1e-9 + 0.075 * 0.4e-9 + 0.05 * 0.2e-9,
        ),
    ];
    for (waveform, integral) in cases {
        for method in METHODS {
            let mut spins = ensemble(&vec![sphere(0.0, 0.0); 3], 2e-13);
            spins.set_method(method).unwrap();
            spins.add_waveform(2, Input::Field([0.0, 0.0, 1.0]), waveform.clone()).unwrap();
            spins.advance(5000).unwrap();
            let [x, y, _] = spins.magnetization(2).unwrap();
            let off = ((y.atan2(x) - GYROMAGNETIC_RATIO * integral) / 2.0).sin().abs();
            // A fixed step sees an edge half a step too early or too late, and each of them gives a jump of 0.1 T half a step: 2e-3 rad.
            let tolerance = match (method, &waveform) {
                (Method::DormandPrince { .. }, _) => 1e-6,
                (_, Waveform::Noise { .. } | Waveform::Square { .. } | Waveform::Pulse { .. }) => 1.5e-2,
                _ => 1e-4,
            };
            assert!(off < tolerance, "{method:?} {waveform:?}: {off:e}");
            assert_eq!(spins.magnetization(0).unwrap(), [1.0, 0.0, 0.0]);
        }
    }
}

/// Held noise has its variance, and keeps every number for its time. 20 000 numbers, five standard errors: a false-alarm rate of 6e-7.
#[test]
fn driving_noise_is_normal_and_held() {
    let noise = Waveform::noise(3.0, 1e-12, Stream::new(6, "driving noise", 1));
    let n = 20_000;
    let values: Vec<f64> = (0..n).map(|i| noise.at((f64::from(i) + 0.3) * 1e-12)).collect();
    assert!(values.iter().zip(0..).all(|(v, i)| *v == noise.at((f64::from(i) + 0.9) * 1e-12)));
    let variance = values.iter().map(|v| v * v).sum::<f64>() / f64::from(n);
    assert!((variance / 9.0 - 1.0).abs() < 5.0 * (2.0 / f64::from(n)).sqrt(), "{variance}");
}

/// One small step of an ensemble is the velocity of the plain form with the torque put in by hand, for every efficiency.
#[test]
fn torques_are_those_of_the_plain_form() {
    let p = [0.6, 0.0, 0.8];
    for efficiency in [
        Efficiency::Constant { polarization: 0.5 },
        Efficiency::Junction { polarization: 0.7 },
        Efficiency::SpinValve { polarization: 0.4 },
        Efficiency::Lambda { polarization: 0.6, lambda: 2.0 },
    ] {
        for damping in [0.0, 0.05, 1.0] {
            let magnet = sphere(damping, 0.0);
            for start in [[0.0, 0.6, 0.8], [0.0, 0.6, -0.8], [1.0, 0.0, 0.0]] {
                let mut spins = ensemble(std::slice::from_ref(&magnet), 1e-16);
                spins.set_spin_transfer(0, Some(SpinTransfer { polarization: p, efficiency, field_like: 0.4 })).unwrap();
                spins.set_drive(0, &Drive { current: 1e-4, ..Drive::default() }).unwrap();
                spins.set_magnetization(0, start).unwrap();
                spins.advance(1).unwrap();
                let cosine = (0..3).map(|k| p[k] * start[k]).sum();
                let pull = magnet.damping_like_field(1e-4 * efficiency.at(cosine));
                let drive = Drive { field: p.map(|v| 0.4 * pull * v), damping_like: p.map(|v| pull * v), ..Drive::default() };
                let expected = velocity(&magnet, start, &drive);
                let end = spins.magnetization(0).unwrap();
                let scale = GYROMAGNETIC_RATIO * pull;
                assert!(
                    (0..3).all(|k| ((end[k] - start[k]) / 1e-16 - expected[k]).abs() < 1e-3 * scale),
                    "{efficiency:?} {start:?}"
                );
            }
        }
    }
}

#[test]
fn efficiencies_join_their_limits() {
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    for cosine in [-0.9, 0.0, 0.5] {
        close(Efficiency::Lambda { polarization: 0.4, lambda: 1.0 }.at(cosine), 0.4);
        close(Efficiency::Junction { polarization: 0.4 }.at(cosine), 0.4 / (1.0 + 0.16 * cosine));
        let p = 0.4f64;
        let g = 1.0 / (-4.0 + (1.0 + p).powi(3) * (3.0 + cosine) / (4.0 * p.powf(1.5)));
        close(Efficiency::SpinValve { polarization: p }.at(cosine), 2.0 * g);
    }
    // Across the polariser a fully polarised current hands over all of its spin.
    assert!((Efficiency::SpinValve { polarization: 1.0 - 1e-9 }.at(0.0) - 1.0).abs() < 1e-6);
    assert!((Efficiency::Junction { polarization: 1.0 - 1e-9 }.at(0.0) - 1.0).abs() < 1e-6);
}

/// A magnet alone goes a way of its own through the code, and coupled ones go together: both must be where they are among others, bit for
/// bit, on one thread and on two.
#[test]
fn results_depend_neither_on_company_nor_on_threads() {
    let magnet = Magnet { anisotropy: 2e5, ..sphere(0.05, 300.0) };
    let torque =
        SpinTransfer { polarization: [0.0, 0.6, 0.8], efficiency: Efficiency::Junction { polarization: 0.6 }, field_like: 0.2 };
    let driven = |count: usize| {
        let mut spins = ensemble(&vec![magnet.clone(); count], 2e-13);
        spins.set_spin_transfer(0, Some(torque)).unwrap();
        spins.set_drive(0, &Drive { current: 1e-5, ..Drive::default() }).unwrap();
        spins.advance(500).unwrap();
        spins.magnetization(0).unwrap()
    };
    assert_eq!(driven(1), driven(20));
    let coupled = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut spins = ensemble(&vec![magnet.clone(); 32 * 32], 2e-13);
            spins.set_dipolar(Some(Dipolar::lattice([32, 32, 1], [30e-9; 3]).unwrap())).unwrap();
            spins.set_interlayer_exchange(&[pair(1e-5, 0.0)]).unwrap();
            let sine = Waveform::Sine { amplitude: 0.02, frequency: 5e9, phase: 0.0, offset: 0.0 };
            spins.add_waveform(1000, Input::Field([1.0, 0.0, 0.0]), sine).unwrap();
            spins.advance(20).unwrap();
            spins.magnetizations().collect::<Vec<_>>()
        })
    };
    assert_eq!(coupled(1), coupled(2));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let words = |result: Result<(), MagnetError>, words: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    let mut spins = ensemble(&[sphere(0.1, 300.0), sphere(0.1, 300.0)], 1e-12);
    words(
        spins.set_method(Method::DormandPrince { tolerance: 1e-6 }),
        "the temperature under a variable step must be 0, but it is 300",
    );
    words(spins.set_method(Method::DormandPrince { tolerance: 0.0 }), "the tolerance of a step");
    words(spins.set_interlayer_exchange(&[InterlayerExchange { pair: [0, 2], ..pair(1e-5, 0.0) }]), "there is no magnet 2");
    words(spins.set_interlayer_exchange(&[InterlayerExchange { pair: [1, 1], ..pair(1e-5, 0.0) }]), "another magnet");
    words(spins.set_dipolar(Some(Dipolar::lattice([3, 1, 1], [1e-8; 3]).unwrap())), "the number of places of the dipoles");
    words(Dipolar::anywhere(&[[0.0; 3], [1.0; 3], [0.0; 3]]).map(drop), "the distance of two dipoles");
    words(Dipolar::lattice([3, 0, 1], [1e-8; 3]).map(drop), "the number of sites");
    let table = |times: Vec<f64>, values: Vec<f64>| Waveform::Table { times, values };
    words(spins.add_waveform(0, Input::Voltage, table(vec![0.0, 0.0], vec![1.0, 2.0])), "later than the one before");
    words(spins.add_waveform(0, Input::Voltage, table(vec![0.0], vec![1.0, 2.0])), "that of its times");
    words(spins.add_waveform(0, Input::Voltage, table(vec![0.0], vec![f64::NAN])), "a value of a driving table");
    words(spins.add_waveform(5, Input::Current, Waveform::Constant(1.0)), "there is no magnet 5");
    let efficiency = Efficiency::SpinValve { polarization: 1.0 };
    let torque = SpinTransfer { polarization: [0.0, 0.0, 1.0], efficiency, field_like: 0.0 };
    words(spins.set_spin_transfer(0, Some(torque)), "the spin polarisation must be greater than 0 and less than 1");
    // A step too long for the field is refused before anything has moved, with the one that would do.
    spins
        .add_waveform(1, Input::Field([0.0, 2.0, 0.0]), Waveform::Pulse { amplitude: 5.0, start: 1.0, duration: 1.0, edge: 0.0 })
        .unwrap();
    let Err(MagnetError::StepTooLong { index: 1, turn, longest, .. }) = spins.advance(10) else { panic!("not refused") };
    assert!(turn > 1.7 && spins.time() == 0.0 && longest < 1e-12);
    let mut shorter = ensemble(&[sphere(0.1, 300.0), sphere(0.1, 300.0)], 0.999 * longest);
    shorter.set_drive(1, &Drive { field: [0.0, 10.0, 0.0], ..Drive::default() }).unwrap();
    shorter.advance(10).unwrap();
    spins.clear_waveforms(1).unwrap();
    spins.advance(10).unwrap();
}
