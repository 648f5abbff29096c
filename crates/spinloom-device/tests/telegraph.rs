//! Telegraph junctions against closed forms, and the two ways of sampling them against each other.

#![allow(clippy::unwrap_used)]

use spinloom_core::random::Stream;
use spinloom_device::DeviceError;
use spinloom_device::telegraph::{Rates, Telegraph, TelegraphEnsemble, sampled};
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
