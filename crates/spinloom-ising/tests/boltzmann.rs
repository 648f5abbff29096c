//! Boltzmann machines against exact gradients, exact laws and each other.
#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_core::random::Stream;
use spinloom_ising::boltzmann::{
    Belief, Chains, Contrast, Devices, Machine, Patterns, Rbm, Reading, Sampling, Schooling, Statistics, learn_exactly,
};
use spinloom_ising::exact;
use spinloom_ising::logic::Gate;

/// Divergences at the given numbers of steps along the exact gradient with a rate of 0.1.
fn curve(data: &Patterns, machine: &mut Machine, decay: f64, steps: &[usize]) -> Vec<f64> {
    let mut done = 0;
    let mut divergences = Vec::new();
    for &step in steps {
        learn_exactly(machine, data, 0.1, decay, step - done).unwrap();
        done = step;
        divergences.push(machine.divergence(data).unwrap());
    }
    divergences
}

#[test]
fn gates_are_learned_along_the_exact_gradient() {
    let steps = [0, 10, 100, 1000, 5000, 20_000];
    // Independent values of the divergence, from enumeration.
    let adder = [1.386_29, 0.923_09, 0.418_06, 0.059_57, 0.011_38, 0.002_78];
    let and = [std::f64::consts::LN_2, 0.350_01, 0.091_93, 0.009_76, 0.001_90, 0.000_47];
    for (gate, wanted) in [(Gate::FullAdder, adder), (Gate::And, and)] {
        let data = Patterns::of_gate(gate);
        let mut machine = Machine::new(gate.spins(), 0).unwrap();
        let found = curve(&data, &mut machine, 0.0, &steps);
        for (f, w) in found.iter().zip(wanted) {
            assert!((f - w).abs() < 6e-6, "{}: {f} instead of {w}", gate.name());
        }
        // The couplings become proportional to those of the hand-made gate.
        let (a, c) = (machine.coupling(0, 1).abs(), machine.coupling(0, gate.spins() - 1));
        match gate {
            Gate::And => {
                assert!(
                    (c / a - 2.0).abs() < 1e-3 && (machine.fields()[0] - 1.843).abs() < 1e-3,
                    "{c} {a} {:?}",
                    machine.fields()
                );
                assert!((machine.fields()[2] + 3.686).abs() < 2e-3);
            }
            _ => assert!((a - 3.078).abs() < 1e-3 && (c - 6.414).abs() < 1e-3 && machine.fields().iter().all(|h| h.abs() < 1e-9)),
        }
    }
    // A pull towards zero ends the growth.
    let data = Patterns::of_gate(Gate::FullAdder);
    let mut machine = Machine::new(5, 0).unwrap();
    let found = curve(&data, &mut machine, 0.005, &[20_000]);
    assert!((found[0] - 0.083_24).abs() < 1e-5, "{found:?}");
    assert!((machine.validity(&machine.distribution().unwrap(), &data) - 0.920_13).abs() < 1e-5);
    assert!((machine.coupling(0, 1) + 1.361).abs() < 1e-3 && (machine.coupling(0, 4) - 2.974).abs() < 1e-3);
}

#[test]
fn correlations_of_the_full_adder() {
    let data = Patterns::of_gate(Gate::FullAdder);
    let law = Machine::new(5, 0).unwrap().clamped_distribution(&data).unwrap();
    let statistics = Statistics::of(5, &law);
    // (A, B, Ci, S, Co): pairs in the order AB ACi AS ACo BCi BS BCo CiS CiCo SCo.
    let wanted = [0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.5, 0.0, 0.5, -0.5];
    assert!(statistics.pair.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{:?}", statistics.pair);
    assert!(statistics.single.iter().all(|s| s.abs() < 1e-12));
}

#[test]
fn exclusive_or_wants_a_hidden_spin() {
    let data = Patterns::exclusive_or();
    let mut visible = Machine::new(3, 0).unwrap();
    assert!((curve(&data, &mut visible, 0.0, &[2000])[0] - 2f64.ln()).abs() < 1e-12);
    let mut visible = Machine::new(3, 0).unwrap().randomised(0.5, &mut Stream::new(1, "boltzmann test", 0));
    assert!((curve(&data, &mut visible, 0.0, &[2000])[0] - 2f64.ln()).abs() < 1e-6);
    for index in 0..5 {
        let mut hidden = Machine::new(3, 1).unwrap().randomised(0.1, &mut Stream::new(1, "boltzmann test", index));
        // Once the hidden spin has taken a side, the divergence falls as one over the steps, as that of the other gates does.
        let found = curve(&data, &mut hidden, 0.0, &[4000, 8000]);
        assert!(found[0] < 0.05 && found[1] < 0.6 * found[0], "{found:?}");
    }
}

#[test]
fn the_stationary_law_of_devices() {
    let gate = Gate::FullAdder.model().unwrap();
    let mut machine = Machine::new(5, 0).unwrap();
    let mut target = Statistics::zero(5);
    let pairs = (0..5).flat_map(|i| (i + 1..5).map(move |j| (i, j)));
    for (at, (i, j)) in pairs.enumerate() {
        target.pair[at] = 0.5 * gate.couplings().find(|c| (c.0, c.1) == (i, j)).unwrap().2;
    }
    machine.learn(&target, &Statistics::zero(5), 1.0, 0.0);
    // Ideal p-bits: Boltzmann's law, to rounding.
    let boltzmann = machine.distribution().unwrap();
    let ideal = Devices::ideal(5).stationary(&machine).unwrap();
    assert!(exact::total_variation(&ideal, &boltzmann) < 1e-12);
    // Spread p-bits: another law, and it is the one that they sample.
    let devices = Devices::spread(5, 0.4, 0.4, &mut Stream::new(2, "boltzmann test", 0));
    let law = devices.stationary(&machine).unwrap();
    assert!(exact::total_variation(&law, &boltzmann) > 0.05);
    let mut random = Stream::new(2, "boltzmann test", 1).fast();
    let all: Vec<usize> = (0..5).collect();
    let mut m = vec![1i8; 5];
    let sweeps = 400_000;
    let mut counts = vec![0.0; 32];
    for _ in 0..sweeps {
        devices.sweep(&machine, &all, &mut m, &mut random);
        counts[exact::index(&m)] += 1.0 / f64::from(sweeps);
    }
    // Sweeps are correlated over about ten; 3 sqrt(K / N) with a tenth of them.
    assert!(exact::total_variation(&law, &counts) < 3.0 * (32.0 / 40_000.0f64).sqrt());
    assert!(Devices::ideal(4).stationary(&machine).is_err());
    assert!(Devices::ideal(10).stationary(&Machine::new(10, 0).unwrap()).is_err());
}

#[test]
fn sampled_learning_follows_the_exact_gradient() {
    let data = Patterns::of_gate(Gate::And);
    let mut exactly = Machine::new(3, 0).unwrap();
    let wanted = curve(&data, &mut exactly, 0.01, &[600])[0];
    for start in [Chains::Persistent, Chains::FromData] {
        let mut machine = Machine::new(3, 0).unwrap();
        let mut stream = Stream::new(3, "boltzmann test", 0);
        let mut sampling = Sampling::new(&machine, &data, Devices::ideal(3), (start, 256, 4), &mut stream).unwrap();
        (0..600).for_each(|_| sampling.step(&mut machine, 0.1, 0.01));
        let found = machine.divergence(&data).unwrap();
        assert!((found - wanted).abs() < 0.25 * wanted, "{start:?}: {found} instead of {wanted}");
    }
}

#[test]
fn spread_is_learned_away() {
    let data = Patterns::of_gate(Gate::FullAdder);
    let devices = Devices::spread(5, 0.3, 0.3, &mut Stream::new(4, "boltzmann test", 0));
    let mut ideal = Machine::new(5, 0).unwrap();
    learn_exactly(&mut ideal, &data, 0.1, 0.005, 2000).unwrap();
    let programmed = ideal.divergence_of(&devices.stationary(&ideal).unwrap(), &data).unwrap();
    let mut machine = Machine::new(5, 0).unwrap();
    let mut stream = Stream::new(4, "boltzmann test", 1);
    let mut sampling = Sampling::new(&machine, &data, devices.clone(), (Chains::Persistent, 128, 2), &mut stream).unwrap();
    (0..2000).for_each(|_| sampling.step(&mut machine, 0.1, 0.005));
    let aware = machine.divergence_of(&devices.stationary(&machine).unwrap(), &data).unwrap();
    assert!(aware < 0.7 * programmed, "{aware} {programmed}");
}

/// A machine of 3 + 2 units with weights of order one.
fn small() -> Rbm {
    let mut stream = Stream::new(5, "boltzmann test", 0);
    let mut rbm = Rbm::new(3, 2, 1.0, &mut stream).unwrap();
    rbm.visible_bias.iter_mut().chain(&mut rbm.hidden_bias).for_each(|b| *b = 0.5 * stream.normal() as f32);
    rbm
}

fn bits(index: usize, count: usize) -> Vec<f32> {
    (0..count).map(|i| (index >> i & 1) as f32).collect()
}

/// Probability of each hidden configuration given a visible one, or the other way round with the machine transposed.
fn conditional(rbm: &Rbm, visible: usize) -> Vec<f64> {
    let p = rbm.hidden(&bits(visible, rbm.visible()));
    let one = |j: usize, h: usize| if h >> j & 1 == 1 { f64::from(p[j]) } else { 1.0 - f64::from(p[j]) };
    (0..1 << p.len()).map(|h| (0..p.len()).map(|j| one(j, h)).product()).collect()
}

fn transposed(rbm: &Rbm) -> Rbm {
    let mut other = Rbm::new(rbm.hidden_units(), rbm.visible(), 0.0, &mut Stream::new(0, "", 0)).unwrap();
    for i in 0..rbm.visible() {
        for j in 0..rbm.hidden_units() {
            other.weights[j * rbm.visible() + i] = rbm.weights[i * rbm.hidden_units() + j];
        }
    }
    other.hidden_bias.clone_from(&rbm.visible_bias);
    other.visible_bias.clone_from(&rbm.hidden_bias);
    other
}

#[test]
fn layers_drawn_at_once_are_gibbs_sampling() {
    let rbm = small();
    let law = exact::boltzmann(&rbm.to_ising().unwrap(), 1.0).unwrap();
    // Energies of the two forms agree: the conditional laws are those of the Ising model.
    let marginal: Vec<f64> = (0..8).map(|v| (0..4).map(|h| law[v | h << 3]).sum()).collect();
    for v in 0..8 {
        let p = conditional(&rbm, v);
        assert!((0..4).all(|h| (law[v | h << 3] / marginal[v] - p[h]).abs() < 1e-6));
    }
    // Drawing one layer after the other leaves Boltzmann's law as it is.
    let other = transposed(&rbm);
    let mut next = vec![0.0; 8];
    for (h, back) in (0..4).map(|h| (h, conditional(&other, h))) {
        let weight: f64 = (0..8).map(|v| marginal[v] * conditional(&rbm, v)[h]).sum();
        next.iter_mut().zip(back).for_each(|(n, b)| *n += weight * b);
    }
    assert!(exact::total_variation(&next, &marginal) < 1e-6);
    // And so it samples: 40 chains of 4000 updates.
    let mut random = Stream::new(6, "boltzmann test", 0).fast();
    let (mut v, mut h) = (vec![0.0; 120], vec![0.0; 80]);
    let mut counts = vec![0.0; 32];
    for round in 0..4100 {
        rbm.gibbs(&mut v, &mut h, &mut random);
        if round >= 100 {
            for (v, h) in v.chunks(3).zip(h.chunks(2)) {
                // Hidden units were drawn before the visible ones: the pair (h, new v) is in equilibrium too.
                let index: usize = v.iter().chain(h).enumerate().map(|(i, x)| (*x as usize) << i).sum();
                counts[index] += 1.0 / 160_000.0;
            }
        }
    }
    assert!(exact::total_variation(&counts, &law) < 3.0 * (32.0 / 40_000.0f64).sqrt());
}

/// Expected change of the weights by CD-k (or along the exact gradient, without k) when all of `data` are equally probable.
fn expected(rbm: &Rbm, data: &[usize], k: Option<usize>) -> Vec<f64> {
    let law = exact::boltzmann(&rbm.to_ising().unwrap(), 1.0).unwrap();
    let other = transposed(rbm);
    let (up, down): (Vec<_>, Vec<_>) =
        ((0..8).map(|v| conditional(rbm, v)).collect(), (0..4).map(|h| conditional(&other, h)).collect());
    let mut p = [0.0; 8];
    data.iter().for_each(|&v| p[v] += 1.0 / data.len() as f64);
    let moments = |p: &[f64; 8]| {
        let mut sums = vec![0.0; 6];
        for v in 0..8 {
            for h in 0..4 {
                for (i, j) in (0..3).flat_map(|i| (0..2).map(move |j| (i, j))) {
                    sums[i * 2 + j] += p[v] * up[v][h] * ((v >> i & 1) * (h >> j & 1)) as f64;
                }
            }
        }
        sums
    };
    let positive = moments(&p);
    match k {
        None => (0..8).for_each(|v| p[v] = (0..4).map(|h| law[v | h << 3]).sum()),
        Some(k) => {
            for _ in 0..k {
                let mut next = [0.0; 8];
                for v in 0..8 {
                    for h in 0..4 {
                        (0..8).for_each(|w| next[w] += p[v] * up[v][h] * down[h][w]);
                    }
                }
                p = next;
            }
        }
    }
    positive.iter().zip(moments(&p)).map(|(a, b)| a - b).collect()
}

#[test]
fn contrastive_divergence_of_many_steps_is_the_gradient() {
    let rbm = small();
    let data = [0b001, 0b110, 0b111, 0b001];
    let exactly = expected(&rbm, &data, None);
    let distance = |k: usize| {
        let d = expected(&rbm, &data, Some(k));
        d.iter().zip(&exactly).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    };
    assert!(distance(1) > distance(3) && distance(3) > distance(10) && distance(60) < 1e-6);
    // What learning does in one step is the expected change, within five standard errors: false alarm below 1e-5.
    let rows: Vec<f32> = data.iter().cycle().take(40_000).flat_map(|&v| bits(v, 3)).collect();
    for k in [1, 3] {
        let mut learned = rbm.clone();
        let contrast = Contrast { steps: k, rate: 1.0, momentum: 0.0, decay: 0.0, batch: 40_000, epochs: 1 };
        learned.train(&rows, &contrast, 7, &|| false).unwrap();
        let wanted = expected(&rbm, &data, Some(k));
        for ((new, old), w) in learned.weights.iter().zip(&rbm.weights).zip(wanted) {
            assert!((f64::from(new - old) - w).abs() < 5.0 * 0.5 / 200.0, "CD-{k}: {} instead of {w}", new - old);
        }
    }
}

/// Three classes of noisy prototypes of 20 pixels.
fn prototypes(count: usize, seed: u64) -> (Vec<f32>, Vec<usize>) {
    let mut stream = Stream::new(8, "boltzmann test", 0);
    let shapes: Vec<Vec<bool>> = (0..3).map(|_| (0..20).map(|_| stream.uniform() < 0.5).collect()).collect();
    let mut stream = Stream::new(seed, "boltzmann test", 1);
    let mut pixels = Vec::new();
    let labels = (0..count)
        .map(|k| {
            pixels.extend(shapes[k % 3].iter().map(|&on| f32::from(u8::from(on != (stream.uniform() < 0.15)))));
            k % 3
        })
        .collect();
    (pixels, labels)
}

fn wrong(found: &[usize], labels: &[usize]) -> f64 {
    found.iter().zip(labels).filter(|(a, b)| a != b).count() as f64 / labels.len() as f64
}

#[test]
fn belief_networks_learn_and_their_bits_do_not_depend_on_threads() {
    let ((pixels, labels), (test, answers)) = (prototypes(300, 1), prototypes(300, 2));
    let learn = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let contrast = Contrast { batch: 60, epochs: 100, ..Contrast::default() };
            let mut layers = Belief::pretrain(&pixels, 20, &[30, 15], &contrast, 9, &|| false).unwrap();
            layers.push(Rbm::new(15, 3, 0.01, &mut Stream::new(9, "boltzmann test", 2)).unwrap());
            let mut network = Belief::new(layers).unwrap();
            let schooling = Schooling { batch: 60, epochs: 200, ..Schooling::default() };
            network.school(&pixels, &labels, &schooling, false, 9, &|| false).unwrap();
            let shallow = wrong(&network.classify(&test, Reading::Mean, 9).unwrap(), &answers);
            network.school(&pixels, &labels, &schooling, true, 9, &|| false).unwrap();
            (network, shallow)
        })
    };
    let ((network, shallow), (again, _)) = (learn(1), learn(3));
    assert_eq!(network, again);
    assert_eq!((network.classes(), network.neurons(), network.layers().len()), (3, 48, 3));
    let mean = wrong(&network.classify(&test, Reading::Mean, 9).unwrap(), &answers);
    let drawn = |reads: usize| wrong(&network.classify(&test, Reading::Draws(reads), 9).unwrap(), &answers);
    assert!(shallow < 0.12 && mean < 0.06, "{shallow} {mean}");
    assert!(drawn(200) < mean + 0.03 && drawn(1) > mean, "{} {}", drawn(200), drawn(1));
    // Ideal devices change nothing; bad ones do.
    let devices = |gain: f64, offset: f64| -> Vec<Devices> {
        let mut stream = Stream::new(10, "boltzmann test", 3);
        network.layers().iter().map(|l| Devices::spread(l.hidden_units(), gain, offset, &mut stream)).collect()
    };
    let on = |d: &[Devices]| network.clone().on(d).unwrap();
    let read = |n: &Belief| n.classify(&test, Reading::Mean, 9).unwrap();
    assert_eq!(read(&on(&devices(0.0, 0.0))), read(&network));
    let mut chip = on(&devices(0.5, 4.0));
    let programmed = wrong(&read(&chip), &answers);
    assert!(programmed > mean + 0.05, "{programmed}");
    // What the chip answers itself teaches its output p-bits better.
    chip.school(&pixels, &labels, &Schooling { epochs: 100, ..Schooling::default() }, false, 9, &|| false).unwrap();
    assert!(wrong(&read(&chip), &answers) < 0.5 * programmed);
}

#[test]
fn labels_are_learned_by_contrast_alone() {
    let ((pixels, labels), (test, answers)) = (prototypes(300, 1), prototypes(300, 2));
    let held: Vec<f32> = labels.iter().flat_map(|&l| (0..3).map(move |c| f32::from(u8::from(c == l)))).collect();
    let mut rbm = Rbm::new(20, 3, 0.01, &mut Stream::new(9, "boltzmann test", 4)).unwrap();
    rbm.train_clamped(&pixels, &held, &Contrast { epochs: 50, ..Contrast::default() }, 9, &|| false).unwrap();
    let network = Belief::new(vec![rbm]).unwrap();
    assert!(wrong(&network.classify(&test, Reading::Mean, 9).unwrap(), &answers) < 0.1);
}

#[test]
fn back_propagation_is_the_derivative() {
    let (pixels, labels) = prototypes(12, 3);
    let mut stream = Stream::new(11, "boltzmann test", 0);
    let layers = [(20, 6), (6, 5), (5, 3)].map(|(a, b)| Rbm::new(a, b, 0.7, &mut stream).unwrap()).to_vec();
    let devices: Vec<Devices> = layers.iter().map(|l| Devices::spread(l.hidden_units(), 0.3, 0.3, &mut stream)).collect();
    // A p-bit with gain g and offset o is one with weights g W and a bias g (b + 2 o).
    let likelihood = |layers: &[Rbm]| -> f64 {
        let mut x = pixels.clone();
        for (l, d) in layers.iter().zip(&devices) {
            let mut real = l.clone();
            real.weights.iter_mut().enumerate().for_each(|(k, w)| *w *= d.gain[k % d.count()] as f32);
            real.hidden_bias
                .iter_mut()
                .enumerate()
                .for_each(|(k, b)| *b = (d.gain[k] * (f64::from(*b) + 2.0 * d.offset[k])) as f32);
            x = real.hidden(&x);
        }
        let terms = x
            .iter()
            .enumerate()
            .map(|(k, &p)| if labels[k / 3] == k % 3 { f64::from(p).ln() } else { (1.0 - f64::from(p)).ln() });
        terms.sum::<f64>() / 12.0
    };
    let mut network = Belief::new(layers.clone()).unwrap().on(&devices).unwrap();
    let schooling = Schooling { rate: 1.0, momentum: 0.0, decay: 0.0, batch: 12, epochs: 1 };
    network.school(&pixels, &labels, &schooling, true, 1, &|| false).unwrap();
    for depth in 0..3 {
        for at in [0, 7, 13] {
            let shifted = |by: f32| {
                let mut other = layers.clone();
                other[depth].weights[at] += by;
                likelihood(&other)
            };
            let numerical = (shifted(0.02) - shifted(-0.02)) / 0.04;
            let step = f64::from(network.layers()[depth].weights[at] - layers[depth].weights[at]);
            assert!((numerical - step).abs() < 2e-4 + 2e-3 * step.abs(), "layer {depth}: {step} instead of {numerical}");
        }
        let shifted = |by: f32| {
            let mut other = layers.clone();
            other[depth].hidden_bias[1] += by;
            likelihood(&other)
        };
        let step = f64::from(network.layers()[depth].hidden_bias[1] - layers[depth].hidden_bias[1]);
        assert!(((shifted(0.02) - shifted(-0.02)) / 0.04 - step).abs() < 2e-4 + 2e-3 * step.abs());
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut stream = Stream::new(12, "boltzmann test", 0);
    assert!(
        Patterns::new(&[]).is_err() && Patterns::new(&[vec![1, 0]]).is_err() && Patterns::new(&[vec![1], vec![1, 1]]).is_err()
    );
    assert!(Machine::new(0, 3).is_err() && Machine::new(3, usize::MAX).is_err());
    let data = Patterns::of_gate(Gate::And);
    let mut machine = Machine::new(4, 0).unwrap();
    assert!(learn_exactly(&mut machine, &data, 0.1, 0.0, 1).is_err() && machine.divergence(&data).is_err());
    let machine = Machine::new(3, 0).unwrap();
    for (devices, chains, sweeps) in [(2, 1, 1), (3, 0, 1), (3, 1, 0)] {
        assert!(
            Sampling::new(&machine, &data, Devices::ideal(devices), (Chains::Persistent, chains, sweeps), &mut stream).is_err()
        );
    }
    assert!(Rbm::new(0, 3, 0.1, &mut stream).is_err());
    let mut rbm = Rbm::new(2, 2, 0.1, &mut stream).unwrap();
    let train = |rbm: &mut Rbm, data: &[f32], rate: f32| rbm.train(data, &Contrast { rate, ..Contrast::default() }, 1, &|| false);
    assert!(
        train(&mut rbm, &[0.0; 3], 0.1).is_err()
            && train(&mut rbm, &[], 0.1).is_err()
            && train(&mut rbm, &[f32::NAN; 2], 0.1).is_err()
    );
    assert!(rbm.train(&[0.0; 4], &Contrast::default(), 1, &|| true).is_err());
    for held in [&[0.0; 2][..], &[0.0, 0.5, 1.0, 0.0]] {
        assert!(rbm.train_clamped(&[0.0; 4], held, &Contrast::default(), 1, &|| false).is_err());
    }
    assert!(train(&mut rbm, &[0.0; 4], f32::INFINITY).is_err());
    assert!(Belief::new(vec![]).is_err() && Belief::new(vec![rbm.clone(), Rbm::new(3, 2, 0.1, &mut stream).unwrap()]).is_err());
    let rbm = Rbm::new(2, 2, 0.1, &mut stream).unwrap();
    let mut network = Belief::new(vec![rbm]).unwrap();
    let school = |network: &mut Belief, data: &[f32], labels: &[usize]| {
        network.school(data, labels, &Schooling::default(), true, 1, &|| false)
    };
    assert!(school(&mut network, &[0.0; 4], &[0]).is_err() && school(&mut network, &[0.0; 2], &[2]).is_err());
    assert!(school(&mut network, &[f32::NAN; 2], &[1]).is_err() && school(&mut network, &[0.0; 2], &[1]).is_ok());
    assert!(network.classify(&[0.0; 3], Reading::Mean, 1).is_err());
    assert!(network.classify(&[0.0; 2], Reading::Draws(0), 1).is_err());
    assert!(network.classify(&[f32::NAN; 2], Reading::Mean, 1).is_err());
    assert!(network.clone().on(&[]).is_err() && network.on(&[Devices::ideal(3)]).is_err());
}
