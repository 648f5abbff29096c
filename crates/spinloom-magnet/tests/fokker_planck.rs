//! The Fokker-Planck equation against closed forms, against tables made by other means, against the rates of Kramers and Brown, and against
//! macrospins.

#![allow(clippy::unwrap_used)]

use spinloom_core::constants::BOLTZMANN;
use spinloom_core::random::Stream;
use spinloom_magnet::fokker_planck::{FokkerPlanck, Well, kramers_brown};
use spinloom_magnet::macrospin::{Drive, Efficiency, Ensemble, Magnet};

/// In units of tau_D, biased by an overdrive i = I / I_c0 towards -z.
fn reduced(stability: f64, overdrive: f64) -> FokkerPlanck {
    let mut spin = FokkerPlanck::new(stability, 1.0 / (2.0 * stability)).unwrap();
    spin.set_bias(-2.0 * stability * overdrive).unwrap();
    spin
}

/// A magnet with this barrier (kT) along z.
fn magnet(stability: f64, damping: f64) -> Magnet {
    let volume = 5e-25;
    Magnet {
        saturation_magnetization: 1e6,
        volume,
        damping,
        anisotropy: stability * BOLTZMANN * 300.0 / volume,
        axis: [0.0, 0.0, 1.0],
        demagnetization: [1.0 / 3.0; 3],
        temperature: 300.0,
    }
}

#[test]
fn probability_is_kept_and_equilibrium_stands_still() {
    for (stability, bias) in [(0.0, 0.0), (3.0, 1.0), (20.0, 0.0), (-5.0, 2.0)] {
        let mut spin = FokkerPlanck::new(stability, 1.0).unwrap();
        spin.set_bias(bias).unwrap();
        spin.start_in_equilibrium();
        let before = spin.probabilities().to_vec();
        spin.evolve(1.0).unwrap();
        let drift = spin.probabilities().iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(drift < 1e-12, "{stability}: {drift:e}");
        // And it is what everything comes to.
        if stability.abs() < 10.0 {
            spin.start_at(0.9).unwrap();
            spin.evolve(60.0).unwrap();
            let total: f64 = spin.probabilities().iter().sum();
            assert!((total - 1.0).abs() < 1e-12, "{total}");
            let far = spin.probabilities().iter().zip(&before).map(|(a, b)| (a - b).abs()).sum::<f64>();
            assert!(far < 1e-5, "{stability}: {far:e}");
        }
    }
}

/// Without energy the Legendre polynomials are the modes: <P_1> falls at 2 D, <P_2> at 6 D.
#[test]
fn free_diffusion_is_that_of_legendre_polynomials() {
    let mut spin = FokkerPlanck::new(0.0, 0.5).unwrap();
    assert!((spin.relaxation_rate().unwrap() / 1.0 - 1.0).abs() < 1e-4, "{}", spin.relaxation_rate().unwrap());
    spin.start_at(0.3).unwrap();
    let second = |z: f64| 1.5 * z * z - 0.5;
    let (first, start) = (spin.mean(), spin.expectation(second));
    spin.evolve(0.4).unwrap();
    assert!((spin.mean() / (first * (-0.4f64).exp()) - 1.0).abs() < 1e-4);
    assert!((spin.expectation(second) / (start * (-1.2f64).exp()) - 1.0).abs() < 1e-3);
}

/// Langevin's function in a field, and the limit of Kramers and Brown with corrections of the order of 1 / Delta.
#[test]
fn limits_of_field_and_barrier() {
    for bias in [0.3f64, 2.0, 10.0] {
        let mut spin = FokkerPlanck::new(0.0, 1.0).unwrap();
        spin.set_bias(bias).unwrap();
        spin.start_in_equilibrium();
        assert!((spin.mean() - (1.0 / bias.tanh() - 1.0 / bias)).abs() < 1e-5, "{bias}");
    }
    for (stability, h) in [(10.0, 0.0), (20.0, 0.0), (40.0, 0.0), (80.0, 0.0), (40.0, 0.2), (80.0, -0.4), (120.0, 0.1)] {
        let spin = reduced(stability, -h);
        let [up, down] = kramers_brown(stability, 1.0 / (2.0 * stability), 2.0 * stability * h);
        let shallow = stability * (1.0f64 - f64::abs(h)).powi(2);
        for (well, formula) in [(Well::Up, up), (Well::Down, down)] {
            let ratio = spin.escape_rate(well).unwrap() / formula;
            assert!((ratio - 1.0).abs() < 2.0 / shallow, "{stability} {h} {well:?}: {ratio}");
        }
    }
}

/// Mean first-passage times from the pole to the top of the barrier in units of tau_D, by log-safe double integration elsewhere.
#[test]
fn first_passage_times_of_the_table() {
    let table = [
        (0.0, [6.9420e3, 1.01438e8, 1.79042e12, 3.38465e16, 1.32903e25]),
        (0.25, [2.3977e2, 4.49342e4, 1.01297e7, 2.42681e9, 1.51503e14]),
        (0.5, [2.5722e1, 1.99720e2, 1.81231e3, 1.82771e4, 2.12939e6]),
    ];
    for (overdrive, times) in table {
        for (stability, time) in [10.0, 20.0, 30.0, 40.0, 60.0].into_iter().zip(times) {
            let found = reduced(stability, overdrive).mean_first_passage_time(1.0, 0.0).unwrap();
            assert!((found / time - 1.0).abs() < 2e-3, "{overdrive} {stability}: {found:e} {time:e}");
        }
    }
}

/// Write-error rates at 40 kT by another solver: (i - 1) tau = 1, 2, 3, 4, 5, 6, 8 for three overdrives.
#[test]
fn write_error_rates_of_the_table() {
    let table = [
        (1.5, [9.139e-1, 2.085e-1, 2.641e-2, 3.167e-3, 3.782e-4, 4.513e-5, 6.428e-7]),
        (2.0, [9.945e-1, 4.504e-1, 7.375e-2, 1.001e-2, 1.328e-3, 1.757e-4, 3.072e-6]),
        (3.0, [9.998e-1, 6.778e-1, 1.412e-1, 2.036e-2, 2.779e-3, 3.765e-4, 6.899e-6]),
    ];
    for (overdrive, rates) in table {
        let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].map(|t| t / (overdrive - 1.0));
        let found = reduced(40.0, overdrive).write_error(Well::Up, &times).unwrap();
        for (found, rate) in found.iter().zip(rates) {
            assert!((found.value / rate - 1.0).abs() < 0.01, "{overdrive}: {found:?} {rate:e}");
            assert!(found.error < 0.01 * found.value, "{found:?}");
        }
        let switched = reduced(40.0, overdrive).switching_probability(Well::Up, &times[..2]).unwrap();
        assert!((switched[1].value + found[1].value - 1.0).abs() < 1e-10);
    }
}

/// A well that empties by its escape rate alone: below the critical current the decay is that of the smallest eigenvalue.
#[test]
fn read_disturb_is_the_escape_rate() {
    let mut spin = reduced(20.0, 0.4);
    let rate = spin.escape_rate(Well::Up).unwrap();
    let times = [2.0, 5.0, 9.0].map(|t| t * 100.0);
    let found = spin.switching_probability(Well::Up, &times).unwrap();
    // The slope between two times long after the start.
    let slope = ((1.0 - found[1].value).ln() - (1.0 - found[2].value).ln()) / (times[2] - times[1]);
    assert!((slope / spin.relaxation_rate().unwrap() - 1.0).abs() < 1e-3, "{slope} {rate}");
    assert!((rate / spin.relaxation_rate().unwrap() - 1.0).abs() < 1e-6);
    spin.set_tolerance(1e-5).unwrap();
    spin.start_in(Well::Down);
    spin.evolve(1e4).unwrap();
    assert!(spin.probability_in(Well::Down) > 0.999_999);
}

/// A junction's torque bends the energy: the law stands still as exp(-u) with the logarithm in it, and its effect lies between those of the
/// constant efficiencies of its two ends.
#[test]
fn a_torque_that_depends_on_the_angle() {
    let with = |strength: f64, efficiency: Efficiency| {
        let mut spin = FokkerPlanck::new(2.0, 1.0).unwrap();
        spin.set_torque(strength, efficiency).unwrap();
        spin.start_in_equilibrium();
        spin.mean()
    };
    let junction = Efficiency::Junction { polarization: 0.6 };
    let constant = |cosine| Efficiency::Constant { polarization: junction.at(cosine) };
    assert!(with(2.0, constant(1.0)) < with(2.0, junction) && with(2.0, junction) < with(2.0, constant(-1.0)));
    let mut plain = FokkerPlanck::new(2.0, 1.0).unwrap();
    plain.set_bias(0.8).unwrap();
    plain.start_in_equilibrium();
    assert!((with(2.0, Efficiency::Constant { polarization: 0.4 }) - plain.mean()).abs() < 1e-12);
}

/// Write errors of macrospins at 40 kT and twice the critical current, after (i - 1) tau = 3 and 1.5. 8192 magnets, dampings that differ by
/// ten; four standard errors, a false-alarm rate of 6e-5 each.
#[test]
fn write_errors_of_macrospins() {
    for damping in [0.1, 1.0] {
        let magnet = magnet(40.0, damping);
        let current = 2.0 * damping * magnet.anisotropy_field();
        let mut law = FokkerPlanck::of(&magnet).unwrap();
        law.set_bias(FokkerPlanck::bias_of(&magnet, 0.0, -current)).unwrap();
        let unit = 1.0 / (damping * magnet.precession_rate() * magnet.anisotropy_field());
        let times = [1.5 * unit, 3.0 * unit];
        let expected = law.write_error(Well::Up, &times).unwrap();
        assert!((expected[1].value / 7.375e-2 - 1.0).abs() < 0.01, "{expected:?}");
        let count = 8192;
        let step = times[0] / (times[0] / magnet.time_step(2.0 * current)).ceil();
        let mut spins = Ensemble::new(&vec![magnet.clone(); count], step, |i| Stream::new(11, "write error", i)).unwrap();
        let mut start = Stream::new(12, "write error start", 0);
        for i in 0..count {
            // exp(40 z^2) for z > 0 by rejection from exp(40 z), which lies above it but for a constant.
            let z = loop {
                let z = 1.0 + start.uniform().ln() / 40.0;
                if z > 0.0 && start.uniform() < (40.0 * (z * z - z)).exp() {
                    break z;
                }
            };
            let (sin, cos) = (std::f64::consts::TAU * start.uniform()).sin_cos();
            let r = (1.0 - z * z).sqrt();
            spins.set_magnetization(i, [r * cos, r * sin, z]).unwrap();
            spins.set_drive(i, &Drive { damping_like: [0.0, 0.0, -current], ..Drive::default() }).unwrap();
        }
        for expected in expected {
            spins.advance((times[0] / step).round() as usize).unwrap();
            let left = spins.magnetizations().filter(|m| m[2] > 0.0).count() as f64 / count as f64;
            let error = (expected.value * (1.0 - expected.value) / count as f64).sqrt();
            assert!((left - expected.value).abs() < 4.0 * error, "{damping}: {left} {expected:?}");
        }
    }
}

/// The decay of <m_z> of macrospins at 4 and 6 kT is the smallest eigenvalue, at dampings that differ by five. 8192 magnets start in one
/// well; four standard errors, a false-alarm rate of 6e-5 each.
#[test]
fn relaxation_of_macrospins_is_the_smallest_eigenvalue() {
    for (stability, damping) in [(4.0, 0.2), (4.0, 1.0), (6.0, 1.0)] {
        let magnet = magnet(stability, damping);
        let law = FokkerPlanck::of(&magnet).unwrap();
        let rate = law.relaxation_rate().unwrap();
        let count = 8192;
        let mut spins =
            Ensemble::new(&vec![magnet.clone(); count], magnet.time_step(0.0), |i| Stream::new(13, "relaxation", i)).unwrap();
        (0..count).for_each(|i| spins.set_magnetization(i, [0.0, 0.0, 1.0]).unwrap());
        // Within the well all has settled after a few of its relaxation times.
        let settle = 3.0 / (2.0 * stability * magnet.rotational_diffusion());
        spins.advance((settle / spins.time_step()) as usize).unwrap();
        let polarization = |spins: &Ensemble| spins.magnetizations().map(|m| m[2].signum()).sum::<f64>() / count as f64;
        let before = polarization(&spins);
        let steps = (0.5 / rate / spins.time_step()) as usize;
        spins.advance(steps).unwrap();
        let after = polarization(&spins);
        let expected = before * (-rate * steps as f64 * spins.time_step()).exp();
        let error = ((1.0 - (expected / before).powi(2)) / count as f64).sqrt();
        // The sign of m_z has a little of the faster modes, below a hundredth by then.
        assert!((after - expected).abs() < 4.0 * error + 0.003, "{stability} {damping}: {after} {expected} {error}");
    }
}

#[test]
fn what_has_no_law_is_refused_by_name() {
    let words = |error: spinloom_magnet::MagnetError| error.to_string();
    assert!(words(FokkerPlanck::new(f64::NAN, 1.0).unwrap_err()).contains("the barrier"));
    assert!(words(FokkerPlanck::new(10.0, 0.0).unwrap_err()).contains("the rotational diffusion"));
    assert!(words(FokkerPlanck::with_cells(10.0, 1.0, 9).unwrap_err()).contains("cells must be even"));
    let mut spin = FokkerPlanck::new(10.0, 1.0).unwrap();
    assert!(spin.evolve(-1.0).is_err() && spin.start_at(1.5).is_err() && spin.set_tolerance(0.0).is_err());
    assert!(spin.write_error(Well::Up, &[1.0, 0.5]).is_err());
    assert!(words(FokkerPlanck::of(&Magnet { axis: [1.0, 0.0, 0.0], ..magnet(5.0, 0.1) }).unwrap_err()).contains("axis"));
    assert!(words(FokkerPlanck::of(&Magnet { temperature: 0.0, ..magnet(5.0, 0.1) }).unwrap_err()).contains("temperature"));
    spin.set_bias(1e3).unwrap();
    assert!(words(spin.relaxation_rate().unwrap_err()).contains("at most 600"));
}
