//! Input spikes times synapses a second of a spiking layer.
//!
//! Roofline: a spike on 20 neurons takes 20 fused weights of 4 bytes out of the second or third cache, an exponential of the leak and three vector
//! operations on each eight neurons: some 15 ns, of which the exponential and the first touch of a row are most. 20 neurons in 15 ns are 1.3e9 synapses a
//! second. Measured on one core of a quiet machine: 179 M synapses a second frozen and 223 M learning, 112 and 90 ns a spike, whose first touch of its row of
//! 80 bytes in 2.6 MB is most; two seconds of four cars at once pass in 5.8 and 4.6 ms, 345 and 431 times real time. A spike of a neuron draws a random number for each of its synapses, about 1.5 ns each.

#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spinloom_core::random::Stream;
use spinloom_network::spiking::{BinarySynapses, SpikingLayer, SpikingRule, poisson_inputs};
use std::hint::black_box;

fn layer(c: &mut Criterion) {
    let (inputs, neurons) = (32_768, 20);
    // Four cars of 650 events in 100 ms at once.
    let spikes = poisson_inputs(inputs, 26_000.0, 2.0, &mut Stream::new(1, "bench", 0));
    let mut group = c.benchmark_group("spiking layer 32768 x 20");
    group.throughput(Throughput::Elements((spikes.len() * neurons) as u64));
    for learning in [false, true] {
        let synapses = BinarySynapses::uniform(inputs, neurons, 0.1, 0.05, 1).expect("valid matrix");
        let rule = SpikingRule { threshold: 500.0, leak: 100e-3, ..SpikingRule::default() };
        let mut layer = SpikingLayer::new(rule, synapses).expect("valid rule");
        group.bench_function(if learning { "learning" } else { "frozen" }, |b| {
            b.iter(|| {
                layer.rest();
                layer.run(black_box(&spikes), learning)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, layer);
criterion_main!(benches);
