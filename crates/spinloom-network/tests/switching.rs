//! Neurons that switch by chance, beside what they should do.

#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_core::random::Stream;
use spinloom_device::spin_orbit_neuron::SwitchingLaw;
use spinloom_network::NetworkError;
use spinloom_network::spiking::{BinarySynapses, InputSpike, SwitchingLayer, SwitchingRule};

const LAW: SwitchingLaw = SwitchingLaw { midpoint: 60e-6, width: 6e-6, thermal: 0.0 };

fn layer(neurons: usize, rule: SwitchingRule) -> SwitchingLayer {
    let mut layer = SwitchingLayer::new(rule, LAW, BinarySynapses::uniform(4, neurons, 0.5, 0.5, 1).unwrap()).unwrap();
    layer.synapses_mut().set_all(true);
    layer
}

fn all_inputs() -> Vec<InputSpike> {
    (0..4).map(|input| InputSpike { time: 1e-3, input }).collect()
}

/// One step of one neuron at the middle of its sigmoid: a fair coin. Four standard errors of 4000 throws, a false alarm of 6e-5.
#[test]
fn spikes_follow_the_sigmoid() {
    let rule = SwitchingRule { midpoint: 4.0, ramp: 0.0, ..SwitchingRule::default() };
    let mut layer = layer(1, rule);
    let mut spikes = 0.0;
    for k in 0..4000 {
        layer.rest();
        spikes += layer.run(&all_inputs(), 10e-3, false, &mut Stream::new(1, "throws", k)).len() as f64;
    }
    assert!((spikes / 4000.0 - LAW.probability(LAW.midpoint)).abs() < 4.0 * (0.25f64 / 4000.0).sqrt(), "{spikes}");
    assert_eq!((layer.work().writes, layer.work().resets as f64), (4000, spikes));
    assert!((layer.work().square / 4000.0 / LAW.midpoint.powi(2) - 1.0).abs() < 1e-9);
}

#[test]
fn one_spikes_and_blocks_the_others_and_homeostasis_balances() {
    let rule = SwitchingRule { midpoint: 1.0, gain: 20.0, inhibition: 60e-3, activity: 100.0, ..SwitchingRule::default() };
    let mut layer = layer(5, rule.clone());
    let spikes = layer.run(&all_inputs(), 10e-3, true, &mut Stream::new(1, "one", 0));
    assert_eq!(spikes.len(), 1);
    // A spike takes h off its neuron, and a step gives all back what a wanted spike takes.
    let winner = spikes[0].neuron as usize;
    let before = rule.gain * LAW.width * rule.midpoint - LAW.midpoint;
    let change: Vec<f64> = layer.biases().iter().map(|b| (b - before) / LAW.width).collect();
    for (i, c) in change.iter().enumerate() {
        let expected = f64::from(u8::from(i == winner)) * rule.homeostasis - rule.homeostasis * rule.activity * rule.step / 5.0;
        assert!((c - expected).abs() < 1e-9, "{i}: {c} {expected}");
    }
    // The winner goes on while the others are blocked.
    layer.rest();
    let inputs: Vec<InputSpike> =
        (0..4u32).flat_map(|k| all_inputs().into_iter().map(move |s| InputSpike { time: f64::from(k) * 10e-3, ..s })).collect();
    let spikes = layer.run(&inputs, 40e-3, false, &mut Stream::new(1, "on", 0));
    assert!(spikes.len() == 4 && spikes.iter().all(|s| s.neuron == spikes[0].neuron), "{spikes:?}");
}

/// A junction that its reset leaves switched is read again; a layer that nothing drives starts to spike by its ramp alone.
#[test]
fn failed_resets_are_read_again_and_the_ramp_finds_a_winner() {
    let rule = SwitchingRule { midpoint: 4.0, gain: 20.0, reset_failure: 1.0, ramp: 0.0, ..SwitchingRule::default() };
    let mut stuck = layer(1, rule.clone());
    let spikes = stuck.run(&all_inputs()[..], 50e-3, false, &mut Stream::new(3, "stuck", 0));
    let first = spikes.first().map_or(50e-3, |s| s.time);
    assert_eq!(spikes.len() as f64, ((50e-3 - first) / 10e-3).round() + f64::from(u8::from(!spikes.is_empty())));
    let ramp = SwitchingRule { reset_failure: 0.0, ramp: 20.0, ..rule };
    assert!(layer(3, ramp).run(&[], 200e-3, false, &mut Stream::new(3, "ramp", 0)).len() > 1);
}

#[test]
fn same_seed_same_spikes_and_what_cannot_be_is_refused() {
    let rule = SwitchingRule { midpoint: 4.0, ..SwitchingRule::default() };
    let run = || layer(20, rule.clone()).run(&all_inputs(), 200e-3, true, &mut Stream::new(9, "same", 0));
    assert_eq!(run(), run());
    let wrong = SwitchingRule { step: 0.0, ..rule };
    let refused = SwitchingLayer::new(wrong, LAW, BinarySynapses::uniform(4, 2, 0.5, 0.5, 1).unwrap());
    assert!(matches!(refused.unwrap_err(), NetworkError::Fit { .. }));
    let layer = &mut layer(2, SwitchingRule::default());
    assert!(layer.run(&[InputSpike { time: 0.0, input: 99 }], 10e-3, true, &mut Stream::new(1, "out", 0)).is_empty());
}
