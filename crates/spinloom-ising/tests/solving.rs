//! From a problem to its answer: which method, in which rounds, and how tours are penalised and read.

use spinloom_core::random::Stream;
use spinloom_core::run::CancelToken;
use spinloom_ising::Ising;
use spinloom_ising::anneal::{Control, Model, Schedule};
use spinloom_ising::problem::Problem;
use spinloom_ising::solution::Held;
use spinloom_ising::solve::{Method, SolveOptions, solve};
use spinloom_ising::tour::Cities;
use std::time::Duration;

/// Cities at random in a square, and one far outside.
fn cities(n: usize, seed: u64) -> Cities {
    let mut stream = Stream::new(seed, "cities", 0);
    let mut places: Vec<(f64, f64)> = (0..n).map(|_| (100.0 * stream.uniform(), 100.0 * stream.uniform())).collect();
    places[n - 1] = (500.0, 40.0);
    let distance = |k: usize| (places[k / n].0 - places[k % n].0).hypot(places[k / n].1 - places[k % n].1).round();
    Cities::new(n, (0..n * n).map(distance).collect()).expect("distances")
}

#[test]
fn potentials_leave_every_tour_its_length() {
    let cities = cities(7, 1);
    let model = cities.model_with(3.0, &[9.0, 1.0, -2.0, 30.0, 0.5, 4.0, 200.0]).expect("a model");
    let mut stream = Stream::new(2, "tours", 0);
    for _ in 0..50 {
        let mut tour: Vec<usize> = (0..7).collect();
        (2..7).rev().for_each(|k| tour.swap(k, 1 + stream.below(k)));
        assert!((model.energy(&cities.state(&tour)) - cities.length(&tour)).abs() < 1e-9);
    }
    // A city left out costs its potential and the penalty of a city and a place, less its two distances.
    let tour = [0, 1, 2, 3, 4, 5, 6];
    let mut state = cities.state(&tour);
    state[2 * 6 + 2] = -1;
    let saved = cities.distance(2, 3) + cities.distance(3, 4);
    assert!((model.energy(&state) - (cities.length(&tour) - saved + 2.0 * 3.0 + 2.0 * 30.0)).abs() < 1e-9);
}

#[test]
fn small_tours_are_solved_to_the_optimum() {
    for seed in 1..=3 {
        let cities = cities(9, seed);
        let (shortest, _) = cities.shortest().expect("few cities");
        let problem = Problem::tour(cities).expect("a model");
        let held = Held::new(&problem, &[]).expect("nothing held");
        let options = SolveOptions { target: Some(shortest), cities: held.cities(&problem), seed, ..SolveOptions::default() };
        let found = solve(&held.model, &options, &Control::default(), None, |_| {}).expect("solved");
        let answer = problem.answer(&held.whole(&found.best));
        assert_eq!((answer.verified, answer.objective), (true, shortest), "seed {seed}");
        // Every read is a tour, and none is shorter than the shortest.
        assert!(found.energies.iter().all(|e| *e >= shortest - 1e-9));
        let one = Held::new(&problem, &[("0".to_owned(), 1)]).expect("one held");
        assert!(one.cities(&problem).is_none());
    }
    // Cities that all lie on one spot have tours too.
    let spot = Problem::tour(Cities::new(4, vec![0.0; 16]).expect("distances")).expect("a model");
    let options = SolveOptions { cities: Held::new(&spot, &[]).expect("free").cities(&spot), ..SolveOptions::default() };
    let found = solve(&spot.model, &options, &Control::default(), None, |_| {}).expect("solved");
    assert!(spot.answer(&found.best).verified);
}

#[test]
fn a_descent_among_tours_ends_where_no_stretch_is_better_elsewhere() {
    for (n, seed) in (3..12).zip(1..) {
        let cities = cities(n, seed);
        let mut stream = Stream::new(seed, "tours", 0);
        let mut tour: Vec<usize> = (0..n).collect();
        (1..n).rev().for_each(|k| tour.swap(k, stream.below(k + 1)));
        let before = cities.length(&tour);
        cities.descend(&mut tour);
        let length = cities.length(&tour);
        assert!(length <= before && tour[0] == 0, "{tour:?}");
        let mut sorted = tour.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        for (first, last) in (0..n).flat_map(|a| (a..n).map(move |b| (a, b))) {
            let mut other = tour.clone();
            other[first..=last].reverse();
            assert!(cities.length(&other) >= length - 1e-9, "{n} cities: turning {first}..={last} shortens");
            for to in (0..n - (last - first)).filter(|_| last - first < 3) {
                let mut rest = tour.clone();
                let mut stretch: Vec<usize> = rest.drain(first..=last).collect();
                for _ in 0..2 {
                    stretch.reverse();
                    let moved = [&rest[..to], &stretch, &rest[to..]].concat();
                    assert!(cities.length(&moved) >= length - 1e-9, "{n} cities: moving {first}..={last} to {to} shortens");
                }
            }
        }
    }
}

/// A ring with couplings of both signs.
fn ring(n: usize, coupling: impl Fn(usize) -> f64) -> Model {
    Model::Pairs(Ising::new(n, (0..n).map(|i| (i, (i + 1) % n, coupling(i))), vec![0.0; n], 0.0).expect("a ring"))
}

#[test]
fn a_round_that_was_cut_short_is_done_again() {
    let model = ring(16, |i| if i % 3 == 0 { -1.0 } else { 1.0 });
    // A target out of reach: the work ends with its budget, always after the same rounds.
    let options = SolveOptions { reads: Some(24), target: Some(-1e6), seed: 5, ..SolveOptions::default() };
    let straight = solve(&model, &options, &Control::default(), None, |_| {}).expect("solved");
    let cancel = CancelToken::default();
    let stopped = solve(&model, &options, &Control::new(cancel.clone()), None, |p| {
        if p.rounds == 3 {
            cancel.cancel();
        }
    })
    .expect("the best so far");
    assert!(stopped.stopped && stopped.rounds == 3 && stopped.finished.reads == 72 && stopped.energies.len() > 72);
    let resumed = solve(&model, &options, &Control::default(), Some(stopped), |_| {}).expect("solved");
    assert!(!resumed.stopped && straight.rounds > 5);
    assert_eq!((resumed.rounds, resumed.updates), (straight.rounds, straight.updates));
    assert_eq!((resumed.energies, resumed.best_energy), (straight.energies, straight.best_energy));
}

#[test]
fn rounds_put_the_best_parts_of_many_reads_together() {
    // Two thousand glassy blocks of twelve spins, whose lowest energies are known by enumeration: no short read has all of them right.
    let mut random = Stream::new(5, "blocks", 0);
    let (mut couplings, mut lowest) = (Vec::new(), 0.0);
    for block in 0..2000 {
        let pairs: Vec<(usize, usize, f64)> = (0..12usize)
            .flat_map(|i| [(i, (i + 1) % 12), (i, (i + 3) % 12), (i, (i + 5) % 12)])
            .map(|(i, j)| (i, j, if random.uniform() < 0.5 { 1.0 } else { -1.0 }))
            .collect();
        let alone = Ising::new(12, pairs.iter().copied(), vec![0.0; 12], 0.0).expect("a block");
        let states = (0..1u32 << 11).map(|bits| (0..12).map(|i| if bits >> i & 1 == 1 { 1i8 } else { -1 }).collect::<Vec<_>>());
        lowest += states.map(|m| alone.energy(&m)).fold(f64::INFINITY, f64::min);
        couplings.extend(pairs.into_iter().map(|(i, j, v)| (12 * block + i, 12 * block + j, v)));
    }
    let model = Model::Pairs(Ising::new(24_000, couplings, vec![0.0; 24_000], 0.0).expect("blocks"));
    let options = SolveOptions { target: Some(lowest), ..SolveOptions::default() };
    let found = solve(&model, &options, &Control::default(), None, |_| {}).expect("solved");
    let best_read = found.energies.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!((found.best_energy, found.rounds), (lowest, 1));
    assert!(best_read > lowest, "a single read has all blocks right: the test asks too little");
}

#[test]
fn the_method_follows_the_model_and_what_is_asked() {
    let whole = ring(20, |i| if i % 2 == 0 { 1.0 } else { -1.0 });
    let rough = ring(20, |i| 1000.0 + 7.0 * i as f64);
    let timed = SolveOptions { time: Some(Duration::from_secs(1)), ..SolveOptions::default() };
    let plain = SolveOptions::default();
    assert_eq!((timed.method_on(&whole), plain.method_on(&whole)), (Method::Anneal, Method::Anneal));
    assert_eq!((timed.method_on(&rough), plain.method_on(&rough)), (Method::Tempering, Method::Single));
    // Whoever asks for reads gets as many independent ones.
    assert_eq!(SolveOptions { reads: Some(100), ..timed.clone() }.method_on(&rough), Method::Single);
    assert_eq!(SolveOptions { method: Method::Anneal, ..timed }.method_on(&rough), Method::Anneal);
}

#[test]
fn temperatures_fit_most_spins_and_the_smallest_step() {
    // A lattice of couplings +-1: local fields of 2 and 4, a step against a field of 2 once in 3000.
    let side = 8;
    let lattice = (0..side * side).flat_map(|i| {
        let (x, y) = (i % side, i / side);
        [(i, y * side + (x + 1) % side, 1.0), (i, (y + 1) % side * side + x, -1.0)]
    });
    let model = Model::Pairs(Ising::new(side * side, lattice, vec![0.0; side * side], 0.0).expect("a lattice"));
    let (hot, cold) = Schedule::range(&model);
    assert!((hot - 0.35).abs() < 1e-12 && ((-4.0 * cold).exp() - 1.0 / 3000.0).abs() < 1e-9);
    // One hub with 200 neighbours, each in a ring: the ring decides, as far as a quarter of the hub allows.
    let n = 200;
    let spokes = (0..n).map(|i| (i, n, 1.0)).chain((0..n).map(|i| (i, (i + 1) % n, 1.0)));
    let hub = Model::Pairs(Ising::new(n + 1, spokes, vec![0.0; n + 1], 0.0).expect("a wheel"));
    assert!((Schedule::range(&hub).0 - 0.7 / (0.25 * 200f64.sqrt())).abs() < 1e-12);
}
