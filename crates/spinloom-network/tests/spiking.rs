//! The spiking layer against its plain form, exact laws and a trace worked out by hand.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use spinloom_core::random::Stream;
use spinloom_network::spiking::{BinarySynapses, InputSpike, ReferenceLayer, SpikingLayer, SpikingRule, poisson_inputs};

fn spike(time: f64, input: u32) -> InputSpike {
    InputSpike { time, input }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_fast_layer_is_the_plain_one(seed in 0u64..1000, neurons in 1usize..9, threshold in 2.0f64..30.0, inhibition in 0.0f64..0.05) {
        let rule = SpikingRule { threshold, inhibition, leak: 0.05, refractory: 0.02, ..SpikingRule::default() };
        let synapses = BinarySynapses::uniform(50, neurons, 0.0, 0.0, seed).unwrap();
        let weights = (0..neurons).map(|n| synapses.states(n).iter().map(|on| f32::from(u8::from(*on))).collect()).collect();
        let inputs = poisson_inputs(50, 2000.0, 0.5, &mut Stream::new(seed, "spiking test", 0));
        let mut fast = SpikingLayer::new(rule.clone(), synapses).unwrap();
        let mut plain = ReferenceLayer::new(rule, weights).unwrap();
        prop_assert_eq!(fast.run(&inputs, false), plain.run(&inputs));
    }
}

#[test]
fn leaks_compose() {
    // Events on an input without weight split the leak and change nothing.
    let rule = SpikingRule { threshold: 1.5, leak: 0.1, ..SpikingRule::default() };
    let fires_at = |gap: f64, between: usize| {
        let synapses = BinarySynapses::uniform(2, 1, 0.0, 0.0, 1).unwrap();
        let synapses = synapses.with_devices(&[[0.0; 2]; 2], vec![[1.0, 1.0], [0.0, 0.0]]).unwrap();
        let mut layer = SpikingLayer::new(rule.clone(), synapses).unwrap();
        let mut inputs = vec![spike(0.0, 0)];
        inputs.extend((1..=between).map(|k| spike(gap * k as f64 / (between + 1) as f64, 1)));
        inputs.push(spike(gap, 0));
        layer.run(&inputs, false).len()
    };
    // 1 + exp(-gap / 0.1) reaches 1.5 up to a gap of 0.1 ln 2.
    let edge = 0.1 * std::f64::consts::LN_2;
    for between in [0, 5] {
        assert_eq!((fires_at(edge - 1e-6, between), fires_at(edge + 1e-6, between)), (1, 0));
    }
}

#[test]
fn one_neuron_takes_all_for_the_time_of_inhibition() {
    let rule = SpikingRule { threshold: 5.0, leak: 1.0, refractory: 0.03, inhibition: 0.01, ..SpikingRule::default() };
    let mut layer = SpikingLayer::new(rule, BinarySynapses::uniform(40, 12, 0.0, 0.0, 3).unwrap()).unwrap();
    let spikes = layer.run(&poisson_inputs(40, 5000.0, 2.0, &mut Stream::new(3, "spiking test", 1)), false);
    assert!(spikes.len() > 100);
    assert!(spikes.windows(2).all(|w| w[1].time - w[0].time >= 0.01 - 1e-12));
    for neuron in 0..12 {
        let own: Vec<f64> = spikes.iter().filter(|s| s.neuron == neuron).map(|s| s.time).collect();
        assert!(own.windows(2).all(|w| w[1] - w[0] >= 0.03 - 1e-12));
    }
}

#[test]
fn without_probability_nothing_is_learned_and_with_certainty_all_is() {
    let inputs = poisson_inputs(30, 3000.0, 1.0, &mut Stream::new(5, "spiking test", 2));
    let rule = SpikingRule { threshold: 10.0, refractory: 0.01, inhibition: 0.001, ..SpikingRule::default() };
    let mut frozen = SpikingLayer::new(rule.clone(), BinarySynapses::uniform(30, 2, 0.0, 0.0, 5).unwrap()).unwrap();
    let before: Vec<bool> = frozen.synapses().states(1).to_vec();
    let spikes = frozen.run(&inputs, true);
    assert_eq!(frozen.synapses().states(1), before);
    // Every spike attempts every synapse of its neuron once.
    let attempts = frozen.attempts();
    assert_eq!((attempts.on + attempts.off, attempts.switched), (30 * spikes.len() as u64, 0));
}

/// Twenty events on six inputs and one neuron with certain switching: threshold 2.9, leak of a second, window 2.5 ms, all on at first.
#[test]
fn a_trace_by_hand() {
    let rule =
        SpikingRule { threshold: 2.9, leak: 1.0, refractory: 3.5e-3, inhibition: 0.0, window: 2.5e-3, ..SpikingRule::default() };
    let mut layer = SpikingLayer::new(rule, BinarySynapses::uniform(6, 1, 1.0, 1.0, 1).unwrap()).unwrap();
    layer.synapses_mut().set_all(true);
    let trace = [0, 1, 2, 3, 4, 5, 0, 0, 1, 2, 2, 2, 3, 3, 1, 0, 5, 5, 2, 2];
    let inputs: Vec<InputSpike> = trace.iter().enumerate().map(|(k, i)| spike(1e-3 * k as f64, *i)).collect();
    let spikes = layer.run(&inputs, true);
    // At 2 ms by inputs 0, 1, 2, all within the window, which alone stay on. Blocked before 5.5 ms; then 0, 0, 1 at 6, 7, 8 ms: 0 and 1 stay, and 2,
    // last at 2 ms, goes off. Blocked before 11.5 ms; 1 at 14 and 0 at 15 ms make 2; 3, 5, 2 are off. No third spike.
    let times: Vec<f64> = spikes.iter().map(|s| (s.time * 1e3).round()).collect();
    assert_eq!(times, [2.0, 8.0]);
    assert_eq!(layer.synapses().states(0), [true, true, false, false, false, false]);
    let attempts = layer.attempts();
    assert_eq!((attempts.on, attempts.off, attempts.switched), (3 + 2, 3 + 4, 3 + 1));
}

/// A device whose input is recent with probability a at a spike of the neuron is on with a p / (a p + (1 - a) q) in the long run, and comes there by a
/// factor of 1 - a p - (1 - a) q a spike. The chance x that it is on moves as x + p (1 - x) and x - q x, whence <x^2>; devices of one synapse share x, so that
/// the variance of their mean is Var x + (<x> - <x^2>) / M.
#[test]
fn the_law_of_a_synapse() {
    let (n, a, p, q) = (20_000u32, 0.3, 0.2, 0.1);
    for each in [1, 4, 16] {
        // Input 0 alone has a weight, and fires the neuron once a second.
        let devices = n as usize * each;
        let mut weights = vec![[0.0, 0.0]; devices];
        weights[..each].fill([1.0, 1.0]);
        let synapses = BinarySynapses::compound(n as usize, 1, each, [0.0, 0.0], 2).unwrap();
        let synapses = synapses.with_devices(&vec![[p, q]; devices], weights).unwrap();
        let rule =
            SpikingRule { threshold: 0.9, leak: 1e-3, refractory: 0.0, inhibition: 0.0, window: 0.4, ..SpikingRule::default() };
        let mut layer = SpikingLayer::new(rule, synapses).unwrap();
        layer.synapses_mut().set_all(false);
        let mut stream = Stream::new(2, "spiking test", 3);
        let law = a * p / (a * p + (1.0 - a) * q);
        let (mut first, mut second) = (0.0, 0.0);
        for round in 1..=40 {
            let recent = (1..n).filter(|_| stream.uniform() < a).map(|i| spike(f64::from(round) - 0.2, i));
            let inputs: Vec<InputSpike> = recent.chain([spike(f64::from(round), 0)]).collect();
            assert_eq!(layer.run(&inputs, true).len(), 1);
            let on: Vec<f64> = layer.synapses().share_on(0)[1..].iter().map(|w| f64::from(*w)).collect();
            let [mean, square] = [1, 2].map(|k| on.iter().map(|w| w.powi(k)).sum::<f64>() / on.len() as f64);
            second =
                a * ((1.0 - p).powi(2) * second + 2.0 * p * (1.0 - p) * first + p * p) + (1.0 - a) * (1.0 - q).powi(2) * second;
            first = law * (1.0 - (1.0 - a * p - (1.0 - a) * q).powi(round));
            let variance = second - first * first + (first - second) / each as f64;
            // Synapses are independent: five standard deviations of a mean.
            assert!((mean - first).abs() < 5.0 * (variance / f64::from(n)).sqrt(), "{each}, {round}: {mean} {first}");
            // And of a mean square, which lies between 0 and 1 as the weight does: its variance is at most its mean.
            let wanted = variance + first * first;
            assert!((square - wanted).abs() < 5.0 * (wanted / f64::from(n)).sqrt(), "{each}, {round}: {square} {wanted}");
        }
    }
}

#[test]
fn devices_of_their_own_are_used() {
    let rule = SpikingRule { threshold: 2.0, ..SpikingRule::default() };
    let synapses = BinarySynapses::uniform(2, 1, 0.0, 0.0, 1).unwrap();
    let probabilities = [[1.0, 0.0], [0.0, 1.0]];
    let synapses = synapses.with_devices(&probabilities, vec![[0.5, 2.5], [0.5, 2.5]]).unwrap();
    let mut layer = SpikingLayer::new(rule, synapses).unwrap();
    layer.synapses_mut().set_all(true);
    // One spike fires, since a synapse that is on weighs 2.5; input 1 was never on and goes off for sure.
    assert_eq!(layer.run(&[spike(0.0, 0)], true).len(), 1);
    assert_eq!(layer.synapses().states(0), [true, false]);
    let wrong = BinarySynapses::uniform(2, 1, 0.0, 0.0, 1).unwrap().with_devices(&probabilities[..1], vec![[0.0, 1.0]; 2]);
    assert!(wrong.is_err());
}

#[test]
fn homeostasis_evens_out() {
    let rule =
        SpikingRule { threshold: 10.0, homeostasis: 0.1, refractory: 0.0, inhibition: 0.0, leak: 0.1, ..SpikingRule::default() };
    let mut layer = SpikingLayer::new(rule, BinarySynapses::uniform(30, 4, 0.0, 0.0, 9).unwrap()).unwrap();
    let spikes = layer.run(&poisson_inputs(30, 3000.0, 3.0, &mut Stream::new(9, "spiking test", 4)), true);
    let counts: Vec<usize> = (0..4).map(|n| spikes.iter().filter(|s| s.neuron == n).count()).collect();
    assert!(counts.iter().all(|c| *c * 5 > spikes.len()), "{counts:?}");
}

#[test]
fn what_cannot_be_a_layer_is_refused() {
    assert!(BinarySynapses::uniform(0, 1, 0.1, 0.1, 1).is_err() && BinarySynapses::uniform(1, 1, 1.5, 0.1, 1).is_err());
    let synapses = BinarySynapses::uniform(2, 2, 0.1, 0.1, 1).unwrap();
    assert!(SpikingLayer::new(SpikingRule { leak: f64::NAN, ..SpikingRule::default() }, synapses.clone()).is_err());
    assert!(SpikingLayer::new(SpikingRule { threshold: 0.0, ..SpikingRule::default() }, synapses).is_err());
    assert!(ReferenceLayer::new(SpikingRule::default(), vec![vec![0.0; 2], vec![0.0; 3]]).is_err());
}
