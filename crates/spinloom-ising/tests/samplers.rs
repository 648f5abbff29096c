//! Every sampler against exact enumeration.
//!
//! Each comparison is a chi-square test at a false-alarm rate of 1e-4 with a fixed seed: with about fifty of them, one alarm in 250 changes of
//! the random numbers is expected though nothing is wrong.

use spinloom_core::random::Stream;
use spinloom_core::statistics::{chi_square_tail, pooled_chi_square};
use spinloom_ising::anneal::{Control, Model};
use spinloom_ising::autonomous::{Continuous, Discretised, stationary};
use spinloom_ising::chain::{Chain, Dense, Energy, Walk, Walker};
use spinloom_ising::coloured::Coloured;
use spinloom_ising::diagnostics::{Agreement, agreement, agreement_of_counts, autocorrelation_time};
use spinloom_ising::exact::{boltzmann, index, total_variation};
use spinloom_ising::logic::Gate;
use spinloom_ising::multispin::{MultiSpin, Randomness, VotePlan};
use spinloom_ising::planes::{Planes, Planes64, Planes256, Planes512};
use spinloom_ising::polynomial::Polynomial;
use spinloom_ising::tempering::{Tempering, temper};
use spinloom_ising::whole::Whole;
use spinloom_ising::{Ising, Order, Rule};
use std::sync::Arc;

/// False-alarm rate of one comparison.
const ALARM: f64 = 1e-4;

fn stream(index: u64) -> Stream {
    Stream::new(7, "sampler test", index)
}

/// A sparse model of whole numbers with odd and even sums, fields, and weights above one.
fn mixed() -> Ising {
    let couplings = [(0, 1, 1.0), (1, 2, -1.0), (2, 3, 2.0), (3, 4, -1.0), (4, 5, 1.0), (5, 0, 3.0), (0, 3, -1.0), (1, 4, 1.0)];
    Ising::new(7, couplings, vec![1.0, 0.0, -2.0, 0.0, 0.0, 1.0, 0.5], 0.25).expect("a model")
}

/// A +-J model on a small torus in which every spin has `degree` (4 or 6) neighbours.
fn torus(degree: usize) -> Ising {
    let mut random = stream(99);
    let sides: &[usize] = if degree == 4 { &[3, 4] } else { &[3, 2, 2] };
    let n: usize = sides.iter().product();
    let mut couplings = Vec::new();
    for i in 0..n {
        let mut stride = 1;
        for &side in sides {
            let along = i / stride % side;
            let next = i - along * stride + (along + 1) % side * stride;
            couplings.push((i, next, if random.next() & 1 == 1 { 1.0 } else { -1.0 }));
            stride *= side;
        }
    }
    Ising::new(n, couplings, vec![0.0; n], 0.0).expect("a model")
}

/// Couplings that are no whole numbers.
fn real(dense: bool) -> Ising {
    let mut random = stream(98);
    let n = 8;
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).filter(|(i, j)| dense || (i + j) % 3 == 0);
    let couplings: Vec<_> = pairs.map(|(i, j)| (i, j, 0.5 * random.normal())).collect();
    Ising::new(n, couplings, (0..n).map(|_| 0.3 * random.normal()).collect(), 0.0).expect("a model")
}

fn cubic_terms() -> Polynomial {
    Polynomial::new(6, [(vec![0, 1, 2], 0.7), (vec![2, 3], -0.4), (vec![1, 3, 4, 5], 0.5), (vec![0], 0.3), (vec![4, 5], 0.6)])
        .expect("a polynomial")
}

fn check(what: &str, agreement: &Agreement) {
    assert!(agreement.chi_square_p > ALARM, "{what}: {agreement:?}");
    assert!(agreement.kolmogorov_p > ALARM, "{what}: {agreement:?}");
}

/// Chains thinned to independence: every 20th of many sweeps, at a temperature where a few sweeps forget.
fn walk(what: &str, model: &impl Energy, beta: f64, mut walker: impl Walker) {
    (0..200).for_each(|_| walker.sweep(beta));
    let mut counts = vec![0; 1 << model.spins()];
    for _ in 0..20_000 {
        (0..20).for_each(|_| walker.sweep(beta));
        counts[index(walker.spins())] += 1;
    }
    let exact = boltzmann(model, beta).expect("small");
    check(what, &agreement_of_counts(model, &exact, &counts).expect("counts"));
    assert!((walker.energy() - model.energy(walker.spins())).abs() < 1e-9, "{what}: the energy is kept up to date");
}

fn begin(rule: Rule, order: Order, index: u64) -> Walk {
    Walk { state: None, stream: stream(index), rule, order }
}

#[test]
fn single_chains_sample_the_boltzmann_distribution() {
    for (k, rule) in [Rule::HeatBath, Rule::Metropolis].into_iter().enumerate() {
        for (l, (name, order)) in Order::ALL.into_iter().enumerate() {
            // Metropolis in a fixed order is no sampler to rely on: see below.
            if rule == Rule::Metropolis && order == Order::Fixed {
                continue;
            }
            let at = (10 * k + l) as u64;
            let (sparse, dense) = (real(false), real(true));
            walk(&format!("sparse {rule:?} {name}"), &sparse, 0.8, Chain::begin(&sparse, begin(rule, order, at)));
            let matrix = Dense::new(&dense);
            walk(&format!("dense {rule:?} {name}"), &dense, 0.5, Chain::begin(&matrix, begin(rule, order, at)));
            let terms = cubic_terms();
            walk(&format!("polynomial {rule:?} {name}"), &terms, 0.7, Chain::begin(&terms, begin(rule, order, at)));
            let model = mixed();
            let whole = Whole::new(&model).expect("halves");
            walk(&format!("whole {rule:?} {name}"), &model, 0.35, whole.walker(begin(rule, order, at)));
        }
    }
}

/// Enough copies of a small model for sweeps to go by runs: their states together are those of the small model.
fn copies(what: &str, index_of: impl Fn(usize, usize) -> usize, rule: Rule, order: Order) {
    const COPIES: usize = 60;
    let (small, beta) = (mixed(), 0.35);
    let n = small.spins();
    let couplings: Vec<_> = (0..COPIES)
        .flat_map(|c| small.couplings().map(move |(i, j, v)| (c, i, j, v)))
        .map(|(c, i, j, v)| (index_of(c, i), index_of(c, j), v))
        .collect();
    let mut fields = vec![0.0; COPIES * n];
    (0..COPIES).for_each(|c| (0..n).for_each(|i| fields[index_of(c, i)] = small.fields()[i]));
    let model = Ising::new(COPIES * n, couplings, fields, 0.0).expect("a model");
    let whole = Whole::new(&model).expect("halves");
    let mut walker = whole.walker(begin(rule, order, 500));
    (0..200).for_each(|_| walker.sweep(beta));
    let mut counts = vec![0; 1 << n];
    for _ in 0..600 {
        (0..20).for_each(|_| walker.sweep(beta));
        for c in 0..COPIES {
            let spins: Vec<i8> = (0..n).map(|i| walker.spins()[index_of(c, i)]).collect();
            counts[index(&spins)] += 1;
        }
    }
    let exact = boltzmann(&small, beta).expect("small");
    check(what, &agreement_of_counts(&small, &exact, &counts).expect("counts"));
    assert!((walker.energy() - model.energy(walker.spins())).abs() < 1e-9, "{what}: the energy is kept up to date");
}

#[test]
fn runs_of_spins_sample_the_boltzmann_distribution() {
    for (rule, order) in [(Rule::HeatBath, Order::Runs), (Rule::Metropolis, Order::Runs), (Rule::HeatBath, Order::Fixed)] {
        // Neighbours in one run, and in others.
        copies(&format!("together {rule:?} {order:?}"), |copy, spin| 7 * copy + spin, rule, order);
        copies(&format!("apart {rule:?} {order:?}"), |copy, spin| 60 * spin + copy, rule, order);
    }
}

/// All pairs coupled alike (Curie and Weiss): the weight of a magnetization M is the number of its states times exp(beta M^2 / 2).
#[test]
fn runs_of_a_dense_model_sample_the_boltzmann_distribution() {
    let n = 320;
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j, 1.0)));
    let model = Ising::new(n, pairs, vec![0.0; n], 0.0).expect("a model");
    let beta = 0.5 / n as f64;
    let mut weights = vec![0.0f64];
    for k in 0..n {
        let of = |ups: usize| 0.5 * beta * (2.0 * ups as f64 - n as f64).powi(2);
        weights.push(weights[k] + ((n - k) as f64 / (k + 1) as f64).ln() + of(k + 1) - of(k));
    }
    let most = weights.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = weights.iter().map(|w| (w - most).exp()).sum();
    let exact: Vec<f64> = weights.iter().map(|w| (w - most).exp() / sum).collect();
    let whole = Whole::new(&model).expect("whole numbers");
    for rule in [Rule::HeatBath, Rule::Metropolis] {
        let mut walker = whole.walker(begin(rule, Order::Runs, 501));
        (0..100).for_each(|_| walker.sweep(beta));
        let mut counts = vec![0.0; n + 1];
        for _ in 0..5000 {
            (0..20).for_each(|_| walker.sweep(beta));
            counts[walker.spins().iter().filter(|m| **m > 0).count()] += 1.0;
        }
        let (chi_square, degrees) = pooled_chi_square(&counts, &exact);
        assert!(chi_square_tail(degrees, chi_square) > ALARM, "{rule:?}: {chi_square} of {degrees}");
    }
}

fn lanes<P: Planes>(what: &str, model: &Ising, beta: f64, rule: Rule, order: Order) {
    let plan = Arc::new(VotePlan::new(model).expect("whole numbers"));
    let mut counts = vec![0; 1 << model.spins()];
    // Lanes are independent, so few sweeps between looks are enough.
    for repeat in 0..(65_536 / P::LANES).max(1) as u64 {
        let mut batch = MultiSpin::<P>::new(plan.clone(), &mut stream(1000 + repeat), rule, order, Randomness::Independent);
        (0..60).for_each(|_| batch.sweep(beta));
        (0..P::LANES).for_each(|lane| counts[index(&batch.state(lane))] += 1);
        if repeat == 0 {
            let energies = batch.energies(model);
            assert!((0..P::LANES).all(|l| (energies[l] - model.energy(&batch.state(l))).abs() < 1e-9), "{what}");
        }
    }
    let exact = boltzmann(model, beta).expect("small");
    check(what, &agreement_of_counts(model, &exact, &counts).expect("counts"));
}

#[test]
fn bit_planes_sample_the_boltzmann_distribution() {
    for rule in [Rule::HeatBath, Rule::Metropolis] {
        lanes::<Planes64>(&format!("torus of four {rule:?}"), &torus(4), 0.3, rule, Order::Permuted);
        lanes::<Planes256>(&format!("torus of six {rule:?}"), &torus(6), 0.2, rule, Order::Random);
        lanes::<Planes512>(&format!("mixed {rule:?}"), &mixed(), 0.35, rule, Order::Runs);
    }
    // Every number of votes that has a kernel of its own, and beyond.
    for degree in 1..=10 {
        let star = Ising::new(degree + 1, (1..=degree).map(|i| (0, i, 1.0)), vec![0.0; degree + 1], 0.0).expect("a star");
        lanes::<Planes256>(&format!("star of {degree}"), &star, 0.4, Rule::HeatBath, Order::Permuted);
    }
}

#[test]
fn shared_random_numbers_leave_each_lane_right_but_correlate_lanes() {
    let model = torus(4);
    let plan = Arc::new(VotePlan::new(&model).expect("whole numbers"));
    let beta = 0.3;
    let mut counts = vec![0; 1 << model.spins()];
    for repeat in 0..20_000 {
        let mut batch = MultiSpin::<Planes64>::new(
            plan.clone(),
            &mut stream(5000 + repeat),
            Rule::HeatBath,
            Order::Permuted,
            Randomness::Shared,
        );
        (0..30).for_each(|_| batch.sweep(beta));
        counts[index(&batch.state(3))] += 1;
        if repeat == 0 {
            // All lanes have met: this is why they are refused as a sample.
            assert!((0..64).all(|lane| batch.state(lane) == batch.state(0)));
        }
    }
    check("one lane", &agreement_of_counts(&model, &boltzmann(&model, beta).expect("small"), &counts).expect("counts"));
}

#[test]
fn colours_sample_the_boltzmann_distribution_on_any_number_of_threads() {
    let model = mixed();
    let mut counts = vec![0; 1 << model.spins()];
    let mut state = Coloured::new(&model, Rule::HeatBath, 3);
    (0..100).for_each(|_| state.sweep(0.35));
    for _ in 0..20_000 {
        (0..15).for_each(|_| state.sweep(0.35));
        counts[index(&state.state())] += 1;
    }
    check("colours", &agreement_of_counts(&model, &boltzmann(&model, 0.35).expect("small"), &counts).expect("counts"));
    let n = 20_000;
    let ring = Ising::new(n, (0..n).map(|i| (i, (i + 1) % n, 1.0)), vec![0.0; n], 0.0).expect("a ring");
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let mut state = Coloured::new(&ring, Rule::HeatBath, 4);
            (0..20).for_each(|_| state.sweep(0.5));
            state.state()
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn tempering_samples_at_the_temperature_it_records() {
    let model = mixed();
    for clusters in [false, true] {
        let parameters = Tempering {
            hot: 0.05,
            cold: 0.5,
            temperatures: 6,
            sweeps: 60_000,
            clusters,
            record: Some(5),
            seed: 5,
            ..Tempering::default()
        };
        let found = temper(&Model::Pairs(model.clone()), &parameters, &Control::default()).expect("tempered");
        let thinned: Vec<&[i8]> = found.recorded.iter().step_by(12).map(Vec::as_slice).collect();
        check(&format!("tempering, clusters {clusters}"), &agreement(&model, 0.5, thinned).expect("states"));
        assert!(found.acceptance.iter().all(|a| *a > 0.5) && found.round_trips > 100, "{:?}", found.acceptance);
    }
}

#[test]
fn continuous_time_is_unbiased_and_the_discretised_rule_is_not() {
    let gate = Gate::And.model().expect("a gate");
    let exact = boltzmann(&gate, 1.0).expect("small");
    let mut network = Continuous::new(&gate, 1.0, stream(1)).expect("a network");
    let mut counts = vec![0; 8];
    for _ in 0..20_000 {
        // The slowest mode, leaving a ground state, takes about exp(2) units.
        network.run(60.0);
        counts[index(network.spins())] += 1;
    }
    check("continuous time", &agreement_of_counts(&gate, &exact, &counts).expect("counts"));
    // The distance of the discretised rule from Boltzmann, as computed independently for the same steps.
    for (step, distance) in [(1.0, 0.994), (0.5, 0.886), (1.0 / 6.0, 0.122), (0.05, 0.0190), (0.01, 0.0033)] {
        let biased = stationary(&gate, 1.0, step).expect("small");
        assert!((total_variation(&biased, &exact) - distance).abs() < 6e-4, "{step}: {}", total_variation(&biased, &exact));
    }
    // And the rule as sampled has that distribution, bias and all.
    let step = 1.0 / 6.0;
    let biased = stationary(&gate, 1.0, step).expect("small");
    let mut network = Discretised::new(&gate, 1.0, step, stream(2)).expect("a network");
    let mut counts = vec![0; 8];
    for _ in 0..20_000 {
        (0..200).for_each(|_| network.step());
        counts[index(network.spins())] += 1;
    }
    check("discretised", &agreement_of_counts(&gate, &biased, &counts).expect("counts"));
    assert!(Discretised::<Ising>::fastest_rate(&gate, 1.0, step) > 1.0);
    // Five spins of a full adder at dt = 1/6: nothing valid is left.
    let adder = Gate::FullAdder.model().expect("a gate");
    let valid = |p: &[f64]| -> f64 {
        (0..32).filter(|&k| Gate::FullAdder.valid(&spinloom_ising::exact::configuration(k, 5))).map(|k| p[k]).sum()
    };
    assert!((valid(&boltzmann(&adder, 1.0).expect("small")) - 0.80829).abs() < 1e-5);
    assert!(valid(&stationary(&adder, 1.0, 1.0 / 6.0).expect("small")) < 1e-4);
    assert!((valid(&stationary(&adder, 1.0, 0.01).expect("small")) - 0.801).abs() < 1e-3);
}

#[test]
fn fixed_order_metropolis_hangs_where_permuted_does_not() {
    // A ferromagnetic ring at a temperature where permuted Metropolis is in equilibrium within a few dozen sweeps: in fixed order a
    // domain wall, which may move for nothing, is swept along by the order of the visits and never met by chance.
    let n = 8;
    let ring = Ising::new(n, (0..n).map(|i| (i, (i + 1) % n, 1.0)), vec![0.0; n], 0.0).expect("a ring");
    let beta = 1e-3;
    let time = |order: Order| {
        let mut chain = Chain::new(&ring, stream(11), Rule::Metropolis, order);
        let series: Vec<f64> = (0..4000)
            .map(|_| {
                chain.sweep(beta);
                f64::from(chain.spins()[0]) * f64::from(chain.spins()[n / 2])
            })
            .collect();
        autocorrelation_time(&series)
    };
    let (fixed, random) = (time(Order::Fixed), time(Order::Random));
    assert!(fixed > 20.0 * random, "fixed {fixed}, random {random}");
}

#[test]
fn bad_requests_are_errors() {
    let gate = Gate::And.model().expect("a gate");
    assert!(Continuous::new(&gate, f64::NAN, stream(1)).is_err());
    assert!(Continuous::new(&gate, 1e6, stream(1)).is_err());
    assert!(Discretised::new(&gate, 1.0, 0.0, stream(1)).is_err());
    assert!(stationary(&torus(6), 1.0, 0.1).is_err());
    let states: [&[i8]; 0] = [];
    assert!(agreement(&gate, 1.0, states).is_err());
}
