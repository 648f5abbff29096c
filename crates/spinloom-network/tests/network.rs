//! Readouts, reservoirs and oscillator networks against closed forms and symmetries.

#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::{CancelToken, Run};
use spinloom_device::ensemble::Network;
use spinloom_device::envelope::Envelope;
use spinloom_device::oscillator::AutoOscillator;
use spinloom_network::echo_state::{EchoState, EchoStateOptions};
use spinloom_network::locking::{LockingProtocol, State, SynchronizationMap, classify_tokens};
use spinloom_network::metrics::nrmse;
use spinloom_network::readout::{Gram, ridge_cross_validated};
use spinloom_network::reservoir::{Mask, OscillatorNode, StaticTanh, TimeMultiplexed, input_scale};

fn random(n: usize, index: u64) -> Vec<f64> {
    let mut stream = Stream::new(1, "network test", index);
    (0..n).map(|_| stream.normal()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn readouts_find_the_map_they_were_made_from(seed in 0u64..1000, features in 1usize..8, bias in -5.0f64..5.0) {
        let x = random(60 * features, seed);
        let w = random(features, seed + 5000);
        let y: Vec<f64> = x.chunks(features).map(|r| bias + r.iter().zip(&w).map(|(a, b)| a * b).sum::<f64>()).collect();
        let mut gram = Gram::new(features, 1);
        gram.add(&x, &y).unwrap();
        for readout in [gram.pseudo_inverse(1e-12).unwrap(), gram.ridge(1e-9).unwrap()] {
            let found = readout.coefficients();
            prop_assert!(found[..features].iter().zip(&w).all(|(a, b)| (a - b).abs() < 1e-6));
            prop_assert!((found[features] - bias).abs() < 1e-6);
        }
    }

    #[test]
    fn groups_can_be_added_and_taken_out(seed in 0u64..1000) {
        let (x, y) = (random(90, seed), random(60, seed + 5000));
        let gram = |rows: std::ops::Range<usize>| {
            let mut g = Gram::new(3, 2);
            g.add(&x[3 * rows.start..3 * rows.end], &y[2 * rows.start..2 * rows.end]).unwrap();
            g
        };
        let mut all = gram(0..10);
        all.merge(&gram(10..30));
        all.subtract(&gram(0..10));
        let (a, b) = (all.ridge(0.1).unwrap().coefficients(), gram(10..30).ridge(0.1).unwrap().coefficients());
        prop_assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}

#[test]
fn squared_errors_come_from_the_sums() {
    let (x, y) = (random(200, 1), random(100, 2));
    let mut gram = Gram::new(2, 1);
    gram.add(&x, &y).unwrap();
    let readout = gram.ridge(3.0).unwrap();
    let direct: f64 = readout.predict(&x).iter().zip(&y).map(|(p, t)| (p - t).powi(2)).sum();
    assert!((gram.squared_error(&readout)[0] / direct - 1.0).abs() < 1e-9);
}

#[test]
fn cross_validation_prefers_a_penalty_where_there_is_noise_alone() {
    let groups: Vec<Gram> = (0..5)
        .map(|g| {
            let mut gram = Gram::new(10, 1);
            gram.add(&random(150, 10 + g), &random(15, 20 + g)).unwrap();
            gram
        })
        .collect();
    let (penalty, _) = ridge_cross_validated(&groups, &[1e-6, 1.0, 1e6]).unwrap();
    assert_eq!(penalty, 1e6);
    assert!(ridge_cross_validated(&groups[..1], &[1.0]).is_err());
    assert!(ridge_cross_validated(&groups, &[]).is_err());
}

#[test]
fn dependent_columns_are_no_obstacle_and_bad_rows_are_refused() {
    let x: Vec<f64> = random(50, 3).iter().flat_map(|v| [*v, *v, 2.0 * v]).collect();
    let y: Vec<f64> = x.chunks(3).map(|r| 6.0 * r[0] + 1.0).collect();
    let mut gram = Gram::new(3, 1);
    gram.add(&x, &y).unwrap();
    assert!(nrmse(&y, &gram.pseudo_inverse(1e-12).unwrap().predict(&x)) < 1e-6);
    assert!(gram.add(&x[..4], &y[..1]).is_err());
    gram.add(&[f64::NAN, 0.0, 0.0], &[0.0]).unwrap();
    assert!(gram.ridge(1.0).is_err() && Gram::new(2, 1).ridge(1.0).is_err());
}

fn oscillator_reservoir(noise: f64) -> TimeMultiplexed<OscillatorNode> {
    let oscillator = AutoOscillator { damping_rate: 2.44e6, thermal_power: noise, ..AutoOscillator::default() };
    let current = 1.5 * oscillator.threshold_current;
    let node = OscillatorNode {
        envelope: Envelope::new(&oscillator, 100e-9).unwrap(),
        current,
        swing: 0.5,
        rest_power: oscillator.stationary_power(current),
        noisy: noise > 0.0,
    };
    TimeMultiplexed { mask: Mask::binary(2, 12, &mut Stream::new(1, "network test", 0)), node, input_scale: 2.0 }
}

#[test]
fn reservoirs_give_the_same_bits_for_any_number_of_threads() {
    let reservoir = oscillator_reservoir(1e-4);
    let inputs: Vec<Vec<f64>> = (0..20).map(|i| random(60, 100 + i)).collect();
    let sequences: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let stream = |i: usize| Stream::new(7, "noise", i as u64);
        pool.install(|| reservoir.states_of(&sequences, stream, &CancelToken::default()).unwrap())
    };
    assert_eq!(run(1), run(4));
    assert!(input_scale(&reservoir.mask, &sequences, 0.0) >= input_scale(&reservoir.mask, &sequences, 0.3));
}

#[test]
fn an_oscillator_forgets_where_it_began_and_a_static_node_never_knew() {
    let (inputs, mut noise) = (random(200, 5), Stream::new(1, "unused", 0).fast());
    let reservoir = oscillator_reservoir(0.0);
    let mut other = reservoir.clone();
    other.node.rest_power *= 0.2;
    let (a, b) = (reservoir.states(&inputs, &mut noise).unwrap(), other.states(&inputs, &mut noise).unwrap());
    let distance = |r: std::ops::Range<usize>| a[r.clone()].iter().zip(&b[r]).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    assert!(distance(0..12) > 1e-2 && distance(1100..1200) < 1e-9);
    let fixed = TimeMultiplexed { mask: reservoir.mask, node: StaticTanh { gain: 1.0, bias: 0.2 }, input_scale: 2.0 };
    let states = fixed.states(&[0.5, -0.5, 0.1, 0.3, 0.5, -0.5], &mut noise).unwrap();
    assert_eq!(states[..12], states[24..]);
    assert!(fixed.states(&[1.0, 2.0, 3.0], &mut noise).is_err());
}

#[test]
fn an_echo_state_network_forgets_its_past() {
    let network = EchoState::new(1, 60, EchoStateOptions::default(), &mut Stream::new(1, "network test", 9)).unwrap();
    let mut u = random(600, 6);
    let a = network.states(&u);
    u[0] += 1.0;
    let b = network.states(&u);
    let last = 599 * network.features();
    assert!(a[..60] != b[..60] && a[last..last + 60].iter().zip(&b[last..]).all(|(x, y)| (x - y).abs() < 1e-6));
}

/// Two oscillators, 10 MHz apart.
fn pair(coupling: f64) -> Network {
    let base = AutoOscillator { thermal_power: 0.0, ..AutoOscillator::default() };
    let current = 2.0 * base.threshold_current;
    let shift = base.frequency - base.frequency_at(current);
    let oscillators = [345e6, 355e6].map(|f| AutoOscillator { frequency: f + shift, ..base.clone() }).to_vec();
    Network { oscillators, currents: vec![current; 2], coupling: vec![coupling; 4], coupling_phase: 0.0 }
}

const PROTOCOL: LockingProtocol = LockingProtocol { settle: 1e-6, window: 3e-6, time_step: 1e-9, tolerance: 0.4e6 };

#[test]
fn oscillators_follow_the_source_beside_them() {
    let run = Run::new(1);
    let pairs = [(345e6, 355e6), (355e6, 345e6), (346e6, 380e6), (310e6, 390e6), (345e6, 345e6)];
    let states = classify_tokens(&pair(1e5), 3e6, &pairs, &PROTOCOL, &run, 0).unwrap();
    let labels: Vec<String> = states.iter().map(State::label).collect();
    assert_eq!(labels, ["1A,2B", "1B,2A", "1A", "-", "1*"]);
    let one = classify_tokens(&pair(1e5), 3e6, &pairs[..1], &PROTOCOL, &run, 0).unwrap();
    assert_eq!(one[0], states[0]);
}

#[test]
fn the_map_is_symmetric_under_exchange_of_equal_sources() {
    let grid: Vec<f64> = (0..13).map(|i| 335e6 + 2.5e6 * f64::from(i)).collect();
    let map = SynchronizationMap::simulate(&pair(1e6), 4e6, &grid, &grid, &PROTOCOL, &Run::new(2)).unwrap();
    // Points within a step of a boundary depend on the phases they start from; nearly all others must agree.
    let agree = |row: usize, column: usize| {
        (0..2).all(|k| map.state(row, column).is_locked(k, 0) == map.state(column, row).is_locked(k, 1))
    };
    let equal = (0..169).filter(|i| agree(i / 13, i % 13)).count();
    assert!(equal >= 160, "{equal} of 169");
    assert!(map.distinct_states(1).len() >= 6);
    let (names, cells) = map.regions();
    assert!(cells.iter().all(|c| *c < names.len()));
}
