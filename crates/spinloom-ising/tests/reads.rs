//! What reads are made of: where they begin, where they end, and which may be called a sample.

use spinloom_core::run::CancelToken;
use spinloom_ising::anneal::{Annealing, Control, Engine, Model, Schedule, anneal};
use spinloom_ising::format::{Format, Interpretation, parse};
use spinloom_ising::solution::{Held, Reading, Solution, Timing, named};
use spinloom_ising::solve::{Method, SolveOptions, resolve, round_of, solve};
use spinloom_ising::{Ising, exact};

/// Five spins, frustrated, with fields.
fn small() -> Ising {
    let couplings = [(0, 1, 1.0), (1, 2, -2.0), (2, 3, 1.0), (3, 4, 1.0), (0, 4, -1.0), (1, 3, 1.0)];
    Ising::new(5, couplings, vec![1.0, 0.0, -1.0, 0.0, 2.0], 0.5).expect("a small model")
}

fn annealing(engine: Engine, betas: Vec<f64>, reads: usize) -> Annealing {
    let mut annealing = Annealing::new(Schedule::new(betas).expect("a schedule"), reads, 7);
    (annealing.engine, annealing.keep_states) = (engine, true);
    annealing
}

/// Chi-square of 31 degrees of freedom exceeds 93.0 once in ten million times.
#[test]
fn reads_that_do_not_descend_are_boltzmann_on_both_engines() {
    let model = Model::Pairs(small());
    let p = exact::boltzmann(&small(), 0.25).expect("five spins");
    for engine in [Engine::Single, Engine::MultiSpin] {
        let mut annealing = annealing(engine, vec![0.25; 60], 40_000);
        annealing.descend = false;
        let reads = anneal(&model, &annealing, &Control::default()).expect("a sample");
        let mut counts = [0.0; 32];
        reads.states.iter().for_each(|s| counts[exact::index(s)] += 1.0);
        let chi: f64 = counts.iter().zip(&p).map(|(c, p)| (c - 4e4 * p).powi(2) / (4e4 * p)).sum();
        assert!(chi < 93.0, "{engine:?}: {chi}");
        assert!(reads.states.iter().zip(&reads.energies).all(|(s, e)| (model.energy(s) - e).abs() < 1e-12));
    }
}

#[test]
fn reads_that_share_random_numbers_are_no_sample() {
    let mut annealing = annealing(Engine::MultiSpinShared, vec![1.0; 5], 64);
    assert!(anneal(&Model::Pairs(small()), &annealing, &Control::default()).is_ok());
    annealing.descend = false;
    let refused = anneal(&Model::Pairs(small()), &annealing, &Control::default()).expect_err("correlated reads");
    assert!(refused.to_string().contains("they are no sample"), "{refused}");
}

#[test]
fn reads_begin_in_their_initial_states_on_both_engines() {
    // All up and all down are two wells; at zero temperature a read stays in its own.
    let wells = Ising::new(8, (0..8).flat_map(|i| (i + 1..8).map(move |j| (i, j, 1.0))), vec![0.0; 8], 0.0).expect("a model");
    for engine in [Engine::Single, Engine::MultiSpin] {
        let mut annealing = annealing(engine, vec![f64::INFINITY; 3], 100);
        annealing.initial = (0..100).map(|k| vec![if k % 3 == 0 { 1 } else { -1 }; 8]).collect();
        let reads = anneal(&Model::Pairs(wells.clone()), &annealing, &Control::default()).expect("reads");
        assert_eq!(reads.states, annealing.initial, "{engine:?}");
    }
}

#[test]
fn stopped_reads_are_left_out_of_a_sample_and_end_downhill_otherwise() {
    let cancel = CancelToken::default();
    cancel.cancel();
    for engine in [Engine::Single, Engine::MultiSpin] {
        let mut annealing = annealing(engine, vec![0.5; 1000], 600);
        let reads = anneal(&Model::Pairs(small()), &annealing, &Control::new(cancel.clone())).expect("the first");
        assert!(!reads.states.is_empty() && reads.states.len() < 600);
        annealing.descend = false;
        let reads = anneal(&Model::Pairs(small()), &annealing, &Control::new(cancel.clone())).expect("none");
        assert!(reads.states.is_empty() && reads.best.is_empty());
    }
}

#[test]
fn every_method_gives_as_many_states_as_reads() {
    let model = Model::Pairs(small());
    let least = exact::energies(&small()).expect("five spins").into_iter().fold(f64::INFINITY, f64::min);
    for (name, method) in Method::ALL {
        let annealing = annealing(Engine::Auto, Schedule::linear(0.1, 3.0, 100).expect("a schedule").betas().to_vec(), 20);
        let reads = round_of(&model, method, annealing, (0.1, 3.0), &Control::default()).expect(name);
        assert_eq!((reads.states.len(), reads.energies.len(), reads.best_energy), (20, 20, least), "{name}");
    }
    let mut begun = annealing(Engine::Auto, vec![1.0; 5], 2);
    begun.initial = vec![vec![1; 5]];
    assert!(round_of(&model, Method::Tempering, begun, (0.1, 3.0), &Control::default()).is_err());
}

#[test]
fn rows_of_a_matrix_have_to_be_symmetric_and_in_order() {
    let rows = |entries: &[(usize, usize, f64)]| Ising::from_rows(entries.iter().copied(), 0, vec![0.0; 4], 0.0);
    let model = small();
    let both = (0..5).flat_map(|i| {
        let (columns, values) = model.neighbours(i);
        columns.iter().zip(values).map(move |(&j, &v)| (i, j as usize, v))
    });
    assert_eq!(Ising::from_rows(both, 12, model.fields().to_vec(), 0.5).expect("the same"), model);
    for (entries, words) in [
        (&[(0, 1, 1.0)][..], "J[0, 1] is 1, but J[1, 0] is 0"),
        (&[(1, 0, 1.0)], "J[1, 0] is 1, but J[0, 1] is 0"),
        (&[(0, 1, 1.0), (1, 0, 2.0)], "J[1, 0] is 2, but J[0, 1] is 1"),
        // The entry that lacks its equal is named, not the next one.
        (&[(0, 1, 1.0), (0, 2, 1.0), (2, 0, 1.0)], "J[0, 1] is 1, but J[1, 0] is 0"),
        (&[(0, 2, 1.0), (1, 0, 3.0), (2, 0, 1.0)], "J[1, 0] is 3, but J[0, 1] is 0"),
        (&[(0, 3, 1.0), (2, 3, 1.0), (3, 0, 1.0)], "J[2, 3] is 1, but J[3, 2] is 0"),
        (&[(0, 2, 1.0), (0, 1, 1.0)], "(0, 1) comes twice or out of order"),
        (&[(1, 1, 1.0)], "spin 1 is coupled to itself"),
        (&[(0, 4, 1.0)], "there are only 4 spins"),
        (&[(0, 1, f64::NAN)], "is NaN"),
    ] {
        let error = rows(entries).expect_err("a matrix that is wrong").to_string();
        assert!(error.contains(words), "{error} / {words}");
    }
    // A zero on one side is as good as nothing there.
    assert_eq!(rows(&[(0, 1, 0.0), (2, 3, 1.0), (3, 2, 1.0)]).expect("symmetric").pairs(), 1);
}

#[test]
fn a_problem_is_named_held_solved_and_told() {
    let problem =
        parse(".model and\n.inputs a b\n.outputs c\n.names a b c\n11 1\n.end\n", Format::Blif, Interpretation::Usual, "f")
            .expect("a circuit");
    let held = Held::new(&problem, &[("c".to_owned(), 1)]).expect("an output");
    let options = SolveOptions { reads: Some(32), target: problem.least_energy(), seed: 3, ..SolveOptions::default() };
    let progress = solve(&held.model, &options, &Control::default(), None, |_| {}).expect("a solution");
    let solution = Solution {
        problem: &problem,
        progress: &progress,
        answer: problem.answer(&held.whole(&progress.best)),
        method: resolve(options.method, &held.model),
        timing: Timing::default(),
        seed: 3,
        target: options.target,
        threads: 1,
    };
    let document = solution.document();
    assert_eq!(document["answer"]["inputs"], serde_json::json!({ "a": 1, "b": 1 }));
    assert_eq!((document["verified"].as_bool(), document["target_reached"].as_bool()), (Some(true), Some(true)));
    assert_eq!(solution.distribution().iter().map(|c| c.1).sum::<usize>(), progress.energies.len());
    let unknown = Held::new(&problem, &[("z".to_owned(), 1)]).expect_err("no such signal").to_string();
    assert!(unknown.contains("there is no `z` to clamp; names are a, b, c"), "{unknown}");
    let all: Vec<_> = (0..problem.model.spins()).map(|i| (i.to_string(), 1)).collect();
    assert!(Held::new(&problem, &all).expect_err("nothing left").to_string().contains("nothing is left to find"));
    assert_eq!(named("35".as_ref(), Reading { multiplier: true, ..Reading::default() }).expect("odd").kind(), "factors");
    assert!(
        named("99999999999999999999999".as_ref(), Reading::default())
            .expect_err("long")
            .to_string()
            .contains("more than 64 bits")
    );
}
