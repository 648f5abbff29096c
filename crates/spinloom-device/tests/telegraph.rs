//! Telegraph junctions against closed forms, and the two ways of sampling them against each other.

#![allow(clippy::unwrap_used)]

use spinloom_core::random::Stream;
use spinloom_core::statistics::estimate;
use spinloom_device::DeviceError;
use spinloom_device::telegraph::{
    ElectricalNoise, PeriodicDrive, Rates, SeriesPair, SeriesRun, SquareDrive, Telegraph, TelegraphEnsemble, sampled,
};
use spinloom_magnet::macrospin::Waveform;
use std::f64::consts::TAU;

/// Dwell times of 1 and 3 s: relaxation rate 4/3 a second, a quarter of the time parallel.
const SKEWED: Rates = Rates { leave_parallel: 1.0, leave_antiparallel: 1.0 / 3.0 };

fn spins(words: &[u64], samples: usize) -> Vec<f64> {
    (0..samples).map(|i| if words[i / 64] >> (i % 64) & 1 == 1 { 1.0 } else { -1.0 }).collect()
}

/// Kolmogorov's distance of 20,000 dwell times from the exponential law, times the root of their number, exceeds 1.95 by chance with
/// probability 1e-3.
#[test]
fn dwell_times_are_exponential() {
    let mut junction = TelegraphEnsemble::new(&[SKEWED], 1, "telegraph test", 0).unwrap();
    let mut dwells = [Vec::new(), Vec::new()];
    junction.next_flip(1e9).unwrap();
    while dwells[0].len() < 20_000 {
        let (state, start) = (usize::from(junction.parallel()[0]), junction.time());
        assert_eq!(junction.next_flip(1e9).unwrap(), Some(0));
        dwells[state].push(junction.time() - start);
    }
    for (times, rate) in dwells.iter_mut().zip([SKEWED.leave_antiparallel, SKEWED.leave_parallel]) {
        times.sort_by(f64::total_cmp);
        let n = times.len() as f64;
        let distance = |(i, t): (usize, &f64)| {
            let law = 1.0 - (-rate * t).exp();
            (law - i as f64 / n).abs().max((law - (i as f64 + 1.0) / n).abs())
        };
        let largest = times.iter().enumerate().map(distance).fold(0.0, f64::max);
        assert!(largest * n.sqrt() < 1.95, "{}", largest * n.sqrt());
    }
}

/// Mean and covariances over 4000 junctions whose times are independent: five standard errors each, false alarm below 4e-6 in all.
#[test]
fn states_have_their_probability_and_correlation() {
    let n = 4000;
    let mut junctions = TelegraphEnsemble::new(&vec![SKEWED; n], 2, "telegraph test", 0).unwrap();
    let spin = |j: &TelegraphEnsemble| -> Vec<f64> { j.parallel().iter().map(|p| if *p { 1.0 } else { -1.0 }).collect() };
    let start = spin(&junctions);
    let mut time = 0.0;
    for step in [0.1, 0.4, 1.0] {
        junctions.advance(step).unwrap();
        time += step;
        let now = spin(&junctions);
        let mean = now.iter().sum::<f64>() / n as f64;
        assert!((mean - SKEWED.mean_spin()).abs() < 5.0 * (SKEWED.covariance(0.0) / n as f64).sqrt());
        let product = start.iter().zip(&now).map(|(a, b)| a * b).sum::<f64>() / n as f64;
        let expected = SKEWED.covariance(time) + SKEWED.mean_spin().powi(2);
        assert!((product - expected).abs() < 5.0 * ((1.0 - expected * expected) / n as f64).sqrt());
    }
}

/// Numbers of flips in a long time over 2000 junctions: mean within five standard errors, Fano factor within five of its relative error sqrt(2 / n).
#[test]
fn flips_have_their_mean_and_fano_factor() {
    let (n, duration) = (2000, 400.0);
    for rates in [SKEWED, Rates::from_dwell_times(1.0, 1.0)] {
        let mut junctions = TelegraphEnsemble::new(&vec![rates; n], 3, "telegraph test", 0).unwrap();
        junctions.advance(duration).unwrap();
        let counts: Vec<f64> = junctions.flips().iter().map(|f| *f as f64).collect();
        let mean = counts.iter().sum::<f64>() / n as f64;
        let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        assert!((mean - duration * rates.flip_rate()).abs() < 5.0 * (variance / n as f64).sqrt());
        // The Fano factor of a finite time differs by about one flip in 400.
        assert!((variance / mean / rates.fano_factor() - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt() + 0.005);
    }
}

/// Periodograms of 400 records at three frequencies: each is exponentially distributed, so their mean has a relative error of 1/20. Five of them.
#[test]
fn the_spectrum_is_lorentzian() {
    let (records, samples, period) = (400, 4096, 0.02);
    let mut junctions = TelegraphEnsemble::new(&vec![SKEWED; records], 4, "telegraph test", 0).unwrap();
    let rows = junctions.record(period, samples).unwrap();
    for bin in [8usize, 40, 160] {
        let omega = TAU * bin as f64 / samples as f64;
        let power = |row: &Vec<u64>| {
            let (re, im) = spins(row, samples).iter().enumerate().fold((0.0, 0.0), |(re, im), (i, s)| {
                let (sin, cos) = (omega * i as f64).sin_cos();
                (re + s * cos, im + s * sin)
            });
            2.0 * period * (re * re + im * im) / samples as f64
        };
        let mean = rows.iter().map(power).sum::<f64>() / records as f64;
        let law = SKEWED.power_spectrum(bin as f64 / (samples as f64 * period));
        assert!((mean / law - 1.0).abs() < 0.25, "bin {bin}: {}", mean / law);
    }
}

/// Words of four bits from both ways of sampling, in a homogeneity chi-square of 15 degrees of freedom over far-apart words: above 44.3 with
/// probability 1e-4; and the lag-one correlation of both within five standard errors of exp(-K T).
#[test]
fn event_by_event_and_bit_by_bit_agree() {
    let (period, samples) = (0.4, 800_000);
    let events = TelegraphEnsemble::new(&[SKEWED], 5, "telegraph test", 0).unwrap().record(period, samples).unwrap().remove(0);
    let bits = sampled(SKEWED, period, samples, &mut Stream::new(5, "telegraph test", 1));
    let counts = [&events, &bits].map(|words| {
        // Every second word of 16 bits, of which four: twelve bits between, a correlation of exp(-6.4).
        let mut counts = [0f64; 16];
        (0..samples / 16).for_each(|i| counts[(words[i / 4] >> (16 * (i % 4)) & 15) as usize] += 1.0);
        counts
    });
    let chi_square: f64 = (0..16).map(|w| (counts[0][w] - counts[1][w]).powi(2) / (counts[0][w] + counts[1][w])).sum();
    assert!(chi_square < 44.3, "{chi_square}");
    for words in [&events, &bits] {
        let s = spins(words, samples);
        let m = SKEWED.mean_spin();
        let lag = s.windows(2).map(|w| (w[0] - m) * (w[1] - m)).sum::<f64>() / (samples - 1) as f64 / SKEWED.covariance(0.0);
        // The standard error of a lag-one correlation is below sqrt(3 / n) for this skewness and correlation.
        assert!((lag - SKEWED.correlation(period)).abs() < 5.0 * (3.0 / samples as f64).sqrt(), "{lag}");
    }
}

/// The drive of 1 kHz of a locked junction: 2000 periods of 20 junctions; flips scatter less than a Poisson process would.
#[test]
fn a_square_drive_has_its_closed_form() {
    for (barrier, v) in [(12.0, 0.2), (15.0, 0.25)] {
        let junction = Telegraph { barrier, critical_voltage: 1.0, ..Telegraph::default() };
        let mut junctions = TelegraphEnsemble::new(&vec![junction.rates(v, 0.0); 20], 6, "telegraph test", 0).unwrap();
        let periods = 2000;
        for half in 0..2 * periods + 2 {
            let rates = junction.rates(if half % 2 == 0 { v } else { -v }, 0.0);
            (0..20).for_each(|i| junctions.set_rates(i, rates).unwrap());
            junctions.advance(0.5e-3).unwrap();
        }
        let flips = junctions.flips().iter().sum::<u64>() as f64 / 20.0 / (periods + 1) as f64;
        let law = 2.0 * junction.square_drive(v, 1e3).cycles_per_period;
        assert!((flips - law).abs() < 5.0 * (law / (20.0 * f64::from(periods))).sqrt(), "{flips} {law}");
    }
}

#[test]
fn an_ensemble_is_the_sum_of_its_parts() {
    let rates: Vec<Rates> = (1..=5).map(|i| Rates::from_dwell_times(f64::from(i), 1.0)).collect();
    let whole = TelegraphEnsemble::new(&rates, 7, "telegraph test", 10).unwrap().record(0.5, 500).unwrap();
    for (i, row) in whole.iter().enumerate() {
        let alone = TelegraphEnsemble::new(&rates[i..=i], 7, "telegraph test", 10 + i as u64).unwrap().record(0.5, 500).unwrap();
        assert_eq!(alone[0], *row);
    }
    assert_ne!(whole[0], TelegraphEnsemble::new(&rates, 8, "telegraph test", 10).unwrap().record(0.5, 500).unwrap()[0]);
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |leave_parallel: f64, leave_antiparallel: f64| {
        let rates = Rates { leave_parallel, leave_antiparallel };
        matches!(TelegraphEnsemble::new(&[rates], 1, "x", 0), Err(DeviceError::OutOfRange { .. }))
    };
    assert!(refused(-1.0, 1.0) && refused(f64::NAN, 1.0) && refused(1.0, f64::INFINITY) && refused(0.0, 0.0));
    // A state that is never left is kept.
    let mut stuck = TelegraphEnsemble::new(&[Rates { leave_parallel: 0.0, leave_antiparallel: 1.0 }], 1, "x", 0).unwrap();
    stuck.advance(1e6).unwrap();
    assert_eq!(stuck.parallel(), [true]);
    assert_eq!(stuck.next_flip(5.0).unwrap(), None);
    assert!(stuck.advance(-1.0).is_err() && stuck.advance(f64::NAN).is_err() && stuck.record(f64::INFINITY, 1).is_err());
    assert!(stuck.set_rates(3, SKEWED).is_err());
    let mut none = TelegraphEnsemble::new(&[], 1, "x", 0).unwrap();
    assert!(none.is_empty() && none.next_flip(1.0).unwrap().is_none() && none.record(1.0, 3).unwrap().is_empty());
}

fn stable(barrier: f64) -> Telegraph {
    Telegraph { barrier, critical_voltage: 1.0, ..Telegraph::default() }
}

/// The square drive again, by thinning: as above.
#[test]
fn thinning_finds_the_closed_form_of_a_square_drive() {
    let (junction, v, periods) = (stable(15.0), 0.25, 2000);
    let square = Waveform::Square { high: v, low: -v, frequency: 1e3, duty: 0.5 };
    let mut junctions = TelegraphEnsemble::new(&[junction.rates(-v, 0.0); 20], 9, "telegraph test", 0).unwrap();
    junctions.advance_under(&vec![junction.clone(); 20], &square, 0.0, f64::from(periods) * 1e-3).unwrap();
    let flips = junctions.flips().iter().sum::<u64>() as f64 / 20.0 / f64::from(periods);
    let law = 2.0 * junction.square_drive(v, 1e3).cycles_per_period;
    assert!((flips - law).abs() < 5.0 * (law / (20.0 * f64::from(periods))).sqrt(), "{flips} {law}");
}

/// Sine and triangle against the master equation, flips and states: of 400 junctions after 31 and a quarter periods; five standard errors. Heating, a
/// voltage that takes anisotropy away and a field are on, so that no rate is monotonic.
#[test]
fn thinning_finds_the_master_equation_of_a_sine_and_a_triangle() {
    let junction = Telegraph { heating: 300.0, barrier_loss: 0.2, ..stable(12.0) };
    let triangle: Vec<(f64, f64)> = (0..=130).map(|k| (0.25e-3 * f64::from(k), [0.0, 0.3, 0.0, -0.3][k as usize % 4])).collect();
    let (times, values) = triangle.into_iter().unzip();
    let sine = Waveform::Sine { amplitude: 0.3, frequency: 1e3, phase: 0.4, offset: 0.05 };
    for voltage in [sine, Waveform::Table { times, values }] {
        let law = PeriodicDrive::new(&junction, &voltage, 1e-3, 8000);
        let start = law.parallel[0];
        let start = Rates { leave_parallel: 1.0 - start, leave_antiparallel: start };
        let n = 400;
        let mut junctions = TelegraphEnsemble::new(&vec![start; n], 10, "telegraph test", 0).unwrap();
        junctions.advance_under(&vec![junction.clone(); n], &voltage, 0.0, 31e-3).unwrap();
        let flips = junctions.flips().iter().sum::<u64>() as f64 / n as f64 / 62.0;
        // Flips of a junction scatter less than twice as much as a Poisson process.
        assert!((flips - law.cycles_per_period).abs() < 5.0 * (flips / n as f64 / 31.0).sqrt(), "{flips} {law:?}");
        junctions.advance_under(&vec![junction.clone(); n], &voltage, 0.0, 0.25e-3).unwrap();
        let parallel = junctions.parallel().iter().filter(|p| **p).count() as f64 / n as f64;
        let p = law.parallel[2000];
        assert!((parallel - p).abs() < 5.0 * (p * (1.0 - p) / n as f64).sqrt(), "{parallel} {p}");
    }
}

/// Noise whose values are held much shorter than any dwell time they make acts by its mean rates; values held long do not, and their flips are the mean
/// over values instead. Five standard errors of a Poisson process each.
#[test]
fn noise_acts_by_its_mean_rates_where_it_is_fast() {
    let (junction, n, time) = (stable(18.0), 100, 0.02);
    let flips = |hold: f64, time: f64| {
        let noise = ElectricalNoise { deviation: 0.1, hold };
        let mut junctions = TelegraphEnsemble::new(&vec![junction.rates(0.0, 0.0); n], 11, "telegraph test", 0).unwrap();
        for _ in 0..4 {
            junctions.advance_noisy(&vec![junction.clone(); n], 0.0, &noise, time / 4.0).unwrap();
        }
        junctions.flips().iter().sum::<u64>() as f64
    };
    let fast = junction.averaged_rates(0.0, 0.0, 0.1).flip_rate() * n as f64 * time;
    assert!((flips(1e-7, time) - fast).abs() < 5.0 * (2.0 * fast).sqrt(), "{} {fast}", flips(1e-7, time));
    // Values held for a second each: every junction flips at the rate of its value from beginning to end. The mean of 40,000 of them scatters by less
    // than a hundredth.
    let each = (0..=280).map(|k| {
        let z = 0.05 * f64::from(k) - 7.0;
        0.05 * (-0.5 * z * z).exp() / TAU.sqrt() * junction.rates(0.1 * z, 0.0).flip_rate()
    });
    let slow = each.sum::<f64>() * n as f64 * 400.0;
    let found = flips(1.0, 400.0);
    assert!((found / slow - 1.0).abs() < 0.05, "{found} {slow}");
    assert!(slow / 400.0 < 0.4 * fast / time);
}

/// More junctions than one thread takes at a time are the junctions one by one, driven, noisy and free.
#[test]
fn threads_change_nothing() {
    let n = 600;
    let junctions: Vec<Telegraph> = (0..n).map(|i| stable(9.0 + 0.001 * f64::from(i))).collect();
    let run = |range: std::ops::Range<usize>| {
        let rates: Vec<Rates> = junctions[range.clone()].iter().map(|j| j.rates(0.0, 0.0)).collect();
        let mut ensemble = TelegraphEnsemble::new(&rates, 12, "telegraph test", range.start as u64).unwrap();
        let sine = Waveform::Sine { amplitude: 0.2, frequency: 3e3, phase: 0.0, offset: 0.0 };
        ensemble.advance(1e-4).unwrap();
        ensemble.advance_under(&junctions[range.clone()], &sine, 1e-3, 1e-3).unwrap();
        ensemble.advance_noisy(&junctions[range], 0.05, &ElectricalNoise { deviation: 0.1, hold: 1e-6 }, 1e-4).unwrap();
        let words = ensemble.record(1e-5, 100).unwrap();
        (ensemble.flips().to_vec(), words)
    };
    let whole = run(0..n as usize);
    for i in [0, 255, 256, 599] {
        let (flips, words) = run(i..i + 1);
        assert_eq!((whole.0[i], &whole.1[i]), (flips[0], &words[0]));
    }
}

#[test]
fn drives_that_cannot_be_are_refused() {
    let mut one = TelegraphEnsemble::new(&[SKEWED], 1, "x", 0).unwrap();
    let junction = [Telegraph::default()];
    let noise = ElectricalNoise::default();
    assert!(matches!(one.advance_under(&[], &Waveform::Constant(0.1), 0.0, 1.0), Err(DeviceError::Shape { .. })));
    assert!(matches!(one.advance_under(&junction, &Waveform::Constant(f64::NAN), 0.0, 1.0), Err(DeviceError::Magnet(_))));
    assert!(one.advance_under(&junction, &Waveform::Constant(0.1), 0.0, -1.0).is_err());
    assert!(one.advance_noisy(&junction, 0.1, &ElectricalNoise { hold: 0.0, ..noise.clone() }, 1.0).is_err());
    assert!(one.advance_noisy(&junction, 0.1, &ElectricalNoise { deviation: f64::NAN, ..noise.clone() }, 1.0).is_err());
    assert!(one.advance_noisy(&[], 0.1, &noise, 1.0).is_err());
    // A voltage that jumps on a grid that floating-point numbers cannot hold comes to an end.
    let square = Waveform::Square { high: 0.1, low: -0.1, frequency: 3.0, duty: 1.0 / 3.0 };
    one.advance_under(&junction, &square, 0.0, 1e-3).unwrap();
    (0..50).for_each(|_| one.advance_under(&junction, &square, 0.0, 1.0 / 9.0).unwrap());
}

/// Two junctions in series that divide the voltage evenly, as without magnetoresistance, are two alone at half of it.
#[test]
fn a_pair_that_does_not_feel_itself_is_two_junctions() {
    let alone = |barrier: f64| Telegraph { magnetoresistance: 1e-12, ..stable(barrier) };
    let pair = SeriesPair { junctions: [alone(12.0), alone(14.0)], reversed: true };
    for deviation in [0.0, 0.1] {
        let driven = pair.fast_noise_drive(0.5, 1e3, deviation);
        for k in 0..2 {
            let rates = [0.25, -0.25].map(|v| pair.junctions[k].averaged_rates(v, 0.0, deviation / 2.0));
            let law = SquareDrive::new(rates, 1e3).cycles_per_period;
            assert!((driven.cycles_per_period[k] / law - 1.0).abs() < 1e-8, "{driven:?} {law}");
        }
    }
}

/// The pair event by event against its master equation, without noise, with fast noise and with noise of long holds; five standard errors.
#[test]
fn pairs_follow_their_master_equation() {
    for (reversed, noise, hold, periods, n) in
        [(false, 0.0, 1e-7, 400, 32), (true, 0.15, 1e-7, 20, 24), (false, 0.2, 1e-4, 400, 32)]
    {
        let junction = |barrier: f64| Telegraph { magnetoresistance: 0.8, ..stable(barrier) };
        let pair = SeriesPair { junctions: [junction(13.0), junction(14.0)], reversed };
        let held = ElectricalNoise { deviation: noise, hold };
        let law = pair.square_drive(0.5, 1e3, Some(&held));
        let mut cycles = [Vec::new(), Vec::new()];
        for index in 0..n {
            let mut run = SeriesRun::new(pair.clone(), 13, "series test", index);
            let period = |run: &mut SeriesRun| {
                for v in [0.5, -0.5] {
                    run.advance(v, (noise > 0.0).then_some(&held), 0.5e-3).unwrap();
                }
            };
            // Three periods to forget the beginning.
            (0..3).for_each(|_| period(&mut run));
            let before = run.flips();
            (0..periods).for_each(|_| period(&mut run));
            (0..2).for_each(|k| cycles[k].push((run.flips()[k] - before[k]) as f64 / 2.0 / f64::from(periods)));
        }
        for k in 0..2 {
            let found = estimate(&cycles[k]);
            let rare = (law.cycles_per_period[k] / (f64::from(periods) * n as f64)).sqrt();
            let error = found.standard_error.max(0.2 * rare);
            assert!((found.mean - law.cycles_per_period[k]).abs() < 5.0 * error, "{found:?} {law:?}");
        }
    }
    // Two that do not feel each other are aligned by the square of their mean spin, and against it where one is reversed.
    let alone = Telegraph { magnetoresistance: 1e-12, ..stable(14.0) };
    let square = Waveform::Square { high: 0.275, low: -0.275, frequency: 1e3, duty: 0.5 };
    let spin = PeriodicDrive::new(&alone, &square, 1e-3, 20_000).parallel;
    let law = spin.iter().map(|p| (2.0 * p - 1.0).powi(2)).sum::<f64>() / 20_000.0;
    for (reversed, sign) in [(false, 1.0), (true, -1.0)] {
        let pair = SeriesPair { junctions: [alone.clone(), alone.clone()], reversed };
        let found = pair.square_drive(0.55, 1e3, None).alignment;
        assert!((found - sign * law).abs() < 1e-3, "{found} {law}");
    }
}
