//! Macrospins against what can be computed without them, each at several dampings: relaxation, energy, resonance, critical fields and
//! currents, switching times, and thermal averages.

#![allow(clippy::unwrap_used)]

use spinloom_core::constants::{BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY};
use spinloom_core::random::Stream;
use spinloom_magnet::macrospin::{
    Drive, Efficiency, Ensemble, Input, Magnet, Method, SpinOrbit, SpinTransfer, Vector, VoltageControl, Waveform, velocity,
};
use std::f64::consts::PI;

const ADAPTIVE: Method = Method::DormandPrince { tolerance: 1e-10 };

/// A magnet with the anisotropy field B_K (T) along an axis and a round shape.
fn uniaxial(anisotropy_field: f64, axis: Vector, damping: f64) -> Magnet {
    Magnet {
        saturation_magnetization: 1e6,
        volume: 1e-24,
        damping,
        anisotropy: 0.5e6 * anisotropy_field,
        axis,
        demagnetization: [1.0 / 3.0; 3],
        temperature: 0.0,
    }
}

fn alone(magnet: &Magnet, time_step: f64, method: Method, start: Vector) -> Ensemble {
    let mut spins = Ensemble::new(std::slice::from_ref(magnet), time_step, |i| Stream::new(1, "check", i)).unwrap();
    spins.set_method(method).unwrap();
    spins.set_magnetization(0, start).unwrap();
    spins
}

/// Where a magnet is a time after a drive has begun, taken by variable steps.
fn after(magnet: &Magnet, start: Vector, drive: Drive, time: f64) -> Vector {
    let mut spins = alone(magnet, time, ADAPTIVE, start);
    spins.set_drive(0, &drive).unwrap();
    spins.advance(1).unwrap();
    spins.magnetization(0).unwrap()
}

fn tilted(angle: f64) -> Vector {
    [angle.sin(), 0.0, angle.cos()]
}

/// tan(theta / 2) = tan(theta0 / 2) exp[-gamma' (alpha (B + B_FL) + B_DL) t], phi = gamma' (B + B_FL - alpha B_DL) t, by every method.
#[test]
fn collinear_relaxation_follows_the_closed_form_by_every_method() {
    let (b, current, ratio) = (0.1, 20e-6, 0.3);
    for damping in [0.0, 0.02, 0.5, 2.0] {
        let magnet = uniaxial(0.0, [0.0, 0.0, 1.0], damping);
        let pull = magnet.damping_like_field(0.6 * current);
        for (method, time_step, tolerance) in [
            (Method::RungeKutta4, 1e-12, 1e-6),
            (ADAPTIVE, 1e-10, 1e-7),
            (Method::Heun, 1e-14, 1e-5),
            (Method::ImplicitMidpoint, 1e-14, 1e-5),
        ] {
            let mut spins = alone(&magnet, time_step, method, tilted(1.2));
            let efficiency = Efficiency::Constant { polarization: 0.6 };
            let torque = SpinTransfer { polarization: [0.0, 0.0, 1.0], efficiency, field_like: ratio };
            spins.set_spin_transfer(0, Some(torque)).unwrap();
            spins.set_drive(0, &Drive { field: [0.0, 0.0, b], current, ..Drive::default() }).unwrap();
            spins.advance((3e-10 / time_step).round() as usize).unwrap();
            let [x, y, z] = spins.magnetization(0).unwrap();
            let (rate, time) = (magnet.precession_rate(), spins.time());
            let total = b + ratio * pull;
            let tangent = 0.6f64.tan() * (-rate * (damping * total + pull) * time).exp();
            let azimuth = rate * (total - damping * pull) * time;
            // sin / (1 + cos) keeps the digits that the angle of a pole loses.
            assert!((x.hypot(y) / (1.0 + z) / tangent - 1.0).abs() < tolerance, "{damping} {method:?}");
            assert!(((y.atan2(x) - azimuth) / 2.0).sin().abs() < tolerance, "{damping} {method:?}");
        }
    }
}

/// dE/dt = -(alpha Ms V / gamma) |dm/dt|^2, and m stays on its sphere.
#[test]
fn damping_dissipates_by_the_square_of_the_velocity() {
    let mut stream = Stream::new(4, "dissipation", 0);
    for damping in [0.0, 0.01, 0.3, 2.0] {
        for _ in 0..20 {
            let magnet = Magnet { demagnetization: [0.1, 0.2, 0.7], ..uniaxial(0.3, [0.6, 0.0, 0.8], damping) };
            let raw: Vector = std::array::from_fn(|_| stream.normal());
            let length = raw.iter().map(|v| v * v).sum::<f64>().sqrt();
            let m = raw.map(|v| v / length);
            let drive = Drive { field: std::array::from_fn(|_| 0.1 * stream.normal()), ..Drive::default() };
            let (v, b) = (velocity(&magnet, m, &drive), magnet.effective_field(m, drive.field));
            let power: f64 = -magnet.moment() * (0..3).map(|k| b[k] * v[k]).sum::<f64>();
            let square: f64 = v.iter().map(|v| v * v).sum();
            let expected = -damping * magnet.moment() / GYROMAGNETIC_RATIO * square;
            assert!((power - expected).abs() < 1e-12 * magnet.moment() * square.sqrt(), "{damping}");
            let along: f64 = (0..3).map(|k| m[k] * v[k]).sum();
            assert!(along.abs() < 1e-14 * square.sqrt());
        }
    }
}

/// Ten thousand periods without damping: energy and length are those of the start.
#[test]
fn the_midpoint_rule_keeps_energy_and_length() {
    let magnet = Magnet { demagnetization: [0.1, 0.2, 0.7], ..uniaxial(0.3, [0.6, 0.0, 0.8], 0.0) };
    // In the combined fields, about 0.5 T, a period is 70 ps.
    let mut spins = alone(&magnet, 3e-12, Method::ImplicitMidpoint, [0.3, -0.5, 0.4]);
    spins.set_drive(0, &Drive { field: [0.05, 0.1, -0.02], ..Drive::default() }).unwrap();
    let start = spins.energy();
    let scale = magnet.volume * magnet.anisotropy;
    let [mut above, mut swing] = [0.0f64; 2];
    for _ in 0..100 {
        spins.advance(2400).unwrap();
        let [x, y, z] = spins.magnetization(0).unwrap();
        above = above.max((spins.energy() - start).abs() / scale);
        swing = swing.max((x * x + y * y + z * z - 1.0).abs());
    }
    assert!(above < 1e-10 && swing < 1e-10, "{above:e} {swing:e}");
}

/// With a = B + B_k and b = a + mu0 Ms N the linear motion in the plane has omega^2 = gamma'^2 [(1 + alpha^2) a b - alpha^2 (a + b)^2 / 4]
/// and decays at alpha gamma' (a + b) / 2; for small damping Kittel's formula. Four samples of a decaying sine fix both.
#[test]
fn resonance_in_the_plane_and_out_of_it() {
    let b = 0.05;
    for damping in [0.005, 0.05, 0.2] {
        let flat = Magnet { demagnetization: [0.0, 0.0, 1.0], ..uniaxial(0.08, [1.0, 0.0, 0.0], damping) };
        let upright = Magnet { demagnetization: [0.1, 0.1, 0.8], ..uniaxial(1.5, [0.0, 0.0, 1.0], damping) };
        let own = VACUUM_PERMEABILITY * 1e6;
        let cases = [
            (flat, [b, 0.0, 0.0], [1.0, 1e-6, 0.0], b + 0.08, b + 0.08 + own),
            (upright, [0.0, 0.0, b], [0.0, 1e-6, 1.0], b + 1.5 - 0.7 * own, b + 1.5 - 0.7 * own),
        ];
        for (magnet, field, start, a, b) in cases {
            let rate = magnet.precession_rate();
            let decay = 0.5 * damping * rate * (a + b);
            let omega = rate * ((1.0 + damping * damping) * a * b - (0.5 * damping * (a + b)).powi(2)).sqrt();
            let spacing = 1.0 / omega;
            let mut spins = alone(&magnet, spacing / 400.0, Method::RungeKutta4, start);
            spins.set_drive(0, &Drive { field, ..Drive::default() }).unwrap();
            let y = spins.record(4, 400, [0.0, 1.0, 0.0]).unwrap();
            // y[n + 1] = p y[n] - q y[n - 1], with q = exp(-2 decay t) and p = 2 exp(-decay t) cos(omega t).
            let determinant = y[1] * y[1] - y[0] * y[2];
            let (p, q) = ((y[1] * y[2] - y[0] * y[3]) / determinant, (y[2] * y[2] - y[1] * y[3]) / determinant);
            let found = (0.5 * p / q.sqrt()).acos() / spacing;
            assert!((found / omega - 1.0).abs() < 1e-6, "{damping}: {found:e} {omega:e}");
            assert!((-0.5 * q.ln() / spacing / decay - 1.0).abs() < 1e-5, "{damping}");
            if damping < 0.01 {
                assert!((omega / (GYROMAGNETIC_RATIO * (a * b).sqrt()) - 1.0).abs() < 1e-3);
            }
        }
    }
}

/// Critical damping-like fields by linear stability: upright alpha (B_K + B), in the plane alpha (B + B_k + mu0 Ms / 2).
#[test]
fn critical_currents_of_collinear_torques() {
    for damping in [0.01, 0.1, 0.5] {
        let upright = uniaxial(0.3, [0.0, 0.0, 1.0], damping);
        let flat = Magnet { demagnetization: [0.0, 0.0, 1.0], ..uniaxial(0.08, [1.0, 0.0, 0.0], damping) };
        let cases = [
            (upright, [0.0, 0.0, 1.0], 0.05, damping * 0.35),
            (flat, [1.0, 0.0, 0.0], 0.05, damping * (0.05 + 0.08 + 0.5 * VACUUM_PERMEABILITY * 1e6)),
        ];
        for (magnet, along, field, critical) in cases {
            let start: Vector = std::array::from_fn(|k| along[k] + if k == 1 { 1e-4 } else { 0.0 });
            for factor in [0.995, 1.005] {
                let pull = -factor * critical;
                let drive = Drive { field: along.map(|v| v * field), damping_like: along.map(|v| v * pull), ..Drive::default() };
                // The tilt grows or falls at gamma' (B_DL - critical): by exp(3) or more.
                let time = 3.0 / (0.005 * critical * magnet.precession_rate());
                let m = after(&magnet, start, drive, time);
                let across = 1.0 - (0..3).map(|k| m[k] * along[k]).sum::<f64>();
                assert_eq!(across > 5e-9, factor > 1.0, "{damping} {factor}: {across:e}");
            }
        }
    }
}

/// A junction needs (1 + P^2) / (1 - P^2) times the current to leave the parallel state as to leave the other.
#[test]
fn critical_currents_of_a_junction_differ_by_its_magnetoresistance() {
    let polarization = 0.6;
    for damping in [0.02, 0.3] {
        let magnet = uniaxial(0.3, [0.0, 0.0, 1.0], damping);
        for (side, efficiency) in [(1.0, 0.6 / 1.36), (-1.0, 0.6 / 0.64)] {
            let critical = damping * 0.3 / magnet.damping_like_field(efficiency);
            for factor in [0.99, 1.01] {
                let time = 4.0 / (0.01 * damping * 0.3 * magnet.precession_rate());
                let mut spins = alone(&magnet, time, ADAPTIVE, [0.0, 1e-3, side]);
                let efficiency = Efficiency::Junction { polarization };
                let torque = SpinTransfer { polarization: [0.0, 0.0, 1.0], efficiency, field_like: 0.0 };
                spins.set_spin_transfer(0, Some(torque)).unwrap();
                spins.set_drive(0, &Drive { current: -side * factor * critical, ..Drive::default() }).unwrap();
                spins.advance(1).unwrap();
                let away = 1.0 - side * spins.magnetization(0).unwrap()[2];
                assert_eq!(away > 5e-7, factor > 1.0, "{damping} {side} {factor}: {away:e}");
            }
        }
    }
}

/// A spin-orbit torque polarised across an upright magnet, with a field along the current: the last balance of torques is the largest of
/// (B_K sin cos - B_x cos), whatever the damping; for small B_x it is B_K / 2 - B_x / sqrt(2).
#[test]
fn critical_current_of_a_spin_orbit_torque() {
    let (stiffness, across) = (0.4, 0.008);
    let balance = |angle: f64| stiffness * angle.sin() * angle.cos() - across * angle.cos();
    let critical = (0..20_000).map(|i| balance(0.5 * PI * f64::from(i) / 20_000.0)).fold(0.0, f64::max);
    assert!((critical - (0.5 * stiffness - across / 2f64.sqrt())).abs() < 1e-3 * critical);
    for damping in [0.05, 0.2, 1.0] {
        let magnet = uniaxial(stiffness, [0.0, 0.0, 1.0], damping);
        let torque = SpinOrbit { polarization: [0.0, -1.0, 0.0], efficiency: 0.3, thickness: 1e-9, field_like: 0.0 };
        let per_density = torque.damping_like_field(&magnet, 1.0);
        for factor in [0.995, 1.005] {
            let time = 100e-9 / damping.min(0.2);
            let mut spins = alone(&magnet, time, Method::DormandPrince { tolerance: 1e-8 }, [across / stiffness, 0.0, 1.0]);
            spins.set_spin_orbit(0, Some(torque)).unwrap();
            spins.set_drive(0, &Drive { field: [across, 0.0, 0.0], ..Drive::default() }).unwrap();
            // Slow enough that the magnet follows.
            let (times, values) = (vec![0.0, 0.7 * time], vec![0.0, factor * critical / per_density]);
            spins.add_waveform(0, Input::HeavyMetalCurrent, Waveform::Table { times, values }).unwrap();
            spins.advance(1).unwrap();
            let z = spins.magnetization(0).unwrap()[2];
            assert_eq!(z < 0.5, factor > 1.0, "{damping} {factor}: {z}");
        }
    }
}

/// Stoner and Wohlfarth: the magnet leaves its well where |h_x|^(2/3) + |h_z|^(2/3) = 1, within 1e-3.
#[test]
fn switching_fields_lie_on_the_astroid() {
    let stiffness = 0.1;
    for damping in [0.1, 0.5, 1.0] {
        let magnet = uniaxial(stiffness, [0.0, 0.0, 1.0], damping);
        for across in [0.05f64, 0.2, 0.5] {
            let critical = (1.0 - across.powf(2.0 / 3.0)).powf(1.5);
            for factor in [0.999, 1.001] {
                let time = 400e-9 / damping;
                let mut spins = alone(&magnet, time, Method::DormandPrince { tolerance: 1e-8 }, [across, 0.0, -1.0]);
                spins.set_drive(0, &Drive { field: [across * stiffness, 0.0, 0.0], ..Drive::default() }).unwrap();
                let (times, values) = (vec![0.0, 0.5 * time], vec![0.0, factor * critical * stiffness]);
                spins.add_waveform(0, Input::Field([0.0, 0.0, 1.0]), Waveform::Table { times, values }).unwrap();
                spins.advance(1).unwrap();
                let z = spins.magnetization(0).unwrap()[2];
                assert_eq!(z > 0.0, factor > 1.0, "{damping} {across} {factor}: {z}");
            }
        }
    }
}

/// The exact time to the equator at an overdrive i: tau = -ln(1 - x) / 2(i - 1) + ln(1 + x) / 2(i + 1) + ln((i - x) / i) / (i^2 - 1), x the
/// cosine of the start.
#[test]
fn switching_time_without_temperature() {
    for damping in [0.01, 0.3] {
        let magnet = uniaxial(0.3, [0.0, 0.0, 1.0], damping);
        let unit = 1.0 / (damping * magnet.precession_rate() * 0.3);
        for (i, angle) in [(1.2f64, 0.1f64), (2.0, 0.05), (5.0, 0.3)] {
            let x = angle.cos();
            let time =
                -(1.0 - x).ln() / (2.0 * (i - 1.0)) + (1.0 + x).ln() / (2.0 * (i + 1.0)) + ((i - x) / i).ln() / (i * i - 1.0);
            let pull = -i * damping * 0.3;
            let m = after(&magnet, tilted(angle), Drive { damping_like: [0.0, 0.0, pull], ..Drive::default() }, time * unit);
            assert!(m[2].abs() < 1e-6, "{damping} {i}: {}", m[2]);
        }
    }
}

/// A voltage that takes half of the anisotropy makes the magnet of half the anisotropy.
#[test]
fn voltage_controls_the_anisotropy() {
    for damping in [0.0, 0.1] {
        let magnet = uniaxial(0.4, [0.0, 0.0, 1.0], damping);
        let control = VoltageControl { coefficient: 60e-15, barrier: 1e-9, thickness: 1e-9 };
        let voltage = 0.5 * magnet.anisotropy * control.barrier * control.thickness / control.coefficient;
        let mut spins = alone(&magnet, 1e-12, Method::RungeKutta4, tilted(0.7));
        spins.set_voltage_control(0, Some(control)).unwrap();
        spins.set_drive(0, &Drive { voltage, ..Drive::default() }).unwrap();
        let mut half = alone(&uniaxial(0.2, [0.0, 0.0, 1.0], damping), 1e-12, Method::RungeKutta4, tilted(0.7));
        assert!((spins.energy() / half.energy() - 1.0).abs() < 1e-12);
        spins.advance(200).unwrap();
        half.advance(200).unwrap();
        let (a, b) = (spins.magnetization(0).unwrap(), half.magnetization(0).unwrap());
        assert!((0..3).all(|k| (a[k] - b[k]).abs() < 1e-12), "{a:?} {b:?}");
    }
}

/// <m_z> of a free magnet in a field is Langevin's function, <m_x^2> = <m_z> / xi; <m_z^2> of a uniaxial one is that of exp(Delta z^2), at
/// Delta = 3 0.626. 4096 magnets, three nearly independent samples of each; four standard errors, a false-alarm rate of 6e-5 each.
#[test]
fn thermal_averages_are_those_of_boltzmann_whatever_the_damping() {
    let (count, samples) = (4096, 3);
    for damping in [0.02, 0.2, 1.0] {
        let hot = Magnet { temperature: 300.0, volume: 2e-25, ..uniaxial(0.0, [0.0, 0.0, 1.0], damping) };
        let thermal = BOLTZMANN * 300.0;
        for (stability, bias) in [(0.0, 2.0), (0.0, 20.0), (3.0, 0.0)] {
            let magnet = Magnet { anisotropy: stability * thermal / hot.volume, ..hot.clone() };
            let field = bias * thermal / magnet.moment();
            let stiff = field + magnet.anisotropy_field();
            let mut spins =
                Ensemble::new(&vec![magnet.clone(); count], magnet.time_step(stiff), |i| Stream::new(8, "average", i)).unwrap();
            spins.randomize(|i| Stream::new(9, "average start", i));
            (0..count).for_each(|i| spins.set_drive(i, &Drive { field: [0.0, 0.0, field], ..Drive::default() }).unwrap());
            let relaxation = 1.0 / (damping * magnet.precession_rate() * stiff);
            spins.advance((5.0 * relaxation / spins.time_step()) as usize).unwrap();
            let stride = (1.5 * relaxation / spins.time_step()) as usize;
            let [mut z, mut zz, mut xx] = [0.0; 3];
            for _ in 0..samples {
                spins.advance(stride).unwrap();
                for m in spins.magnetizations() {
                    z += m[2] / f64::from(samples * count as i32);
                    zz += m[2] * m[2] / f64::from(samples * count as i32);
                    xx += m[0] * m[0] / f64::from(samples * count as i32);
                }
            }
            // Samples a little correlated: the errors are those of two.
            let error = |variance: f64| 4.0 * (variance / (2 * count) as f64).sqrt();
            if stability > 0.0 {
                assert!((zz - 0.626).abs() < error(0.094) + 5e-4, "{damping}: {zz}");
            } else {
                let mean = 1.0 / f64::tanh(bias) - 1.0 / bias;
                let variance = 1.0 - 2.0 * mean / bias - mean * mean;
                assert!((z - mean).abs() < error(variance), "{damping} {bias}: {z} {mean}");
                // <m_x^4> is below 3 <m_x^2>^2.
                assert!((xx - mean / bias).abs() < error(2.0 * (mean / bias).powi(2)), "{damping} {bias}: {xx}");
            }
        }
    }
}

/// Whatever the course, stretches follow one another and hold its values between their limits.
#[test]
fn stretches_hold_the_values() {
    let courses = [
        Waveform::Constant(2.0),
        Waveform::Sine { amplitude: 0.7, frequency: 3.0, phase: 1.0, offset: -0.2 },
        Waveform::Square { high: 1.0, low: -0.5, frequency: 7.0, duty: 0.3 },
        Waveform::Pulse { amplitude: 1.5, start: 0.1, duration: 0.5, edge: 0.2 },
        Waveform::Pulse { amplitude: 1.5, start: 0.1, duration: 0.5, edge: 0.0 },
        Waveform::Table { times: vec![0.05, 0.3, 0.31, 0.8], values: vec![0.0, 2.0, -1.0, -1.0] },
        Waveform::noise(1.0, 0.03, Stream::new(1, "stretches", 0)),
    ];
    for course in courses {
        let (mut start, mut stretches) = (0.0, 0);
        while start < 2.0 {
            let stretch = course.stretch(start, 0.1);
            assert!(stretch.end > start && stretch.high - stretch.low <= 0.11, "{course:?} {stretch:?}");
            for k in 1..20 {
                let value = course.at(start + (stretch.end.min(2.0) - start) * f64::from(k) / 20.0);
                assert!((stretch.low..=stretch.high).contains(&value), "{course:?} {start} {stretch:?} {value}");
            }
            start = stretch.end;
            stretches += 1;
        }
        assert!(stretches < 500, "{course:?}");
    }
}
