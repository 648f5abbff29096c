//! What holds for every registered system.

#![allow(clippy::unwrap_used, missing_docs)]

use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::{CancelToken, Run};
use spinloom_ising::multispin::{MultiSpin, Randomness, VotePlan};
use spinloom_ising::planes::Planes256;
use spinloom_ising::{Ising, Order, Rule};
use spinloom_lab::claim::ClaimKind;
use spinloom_lab::experiment::{Experiment, to_toml};
use spinloom_lab::systems;
use spinloom_task::randomness::{Bits, Suite, Verdict, assess};
use std::sync::Arc;

#[test]
fn claims_have_sources_and_bands_that_can_be_judged() {
    for system in systems() {
        let card = system.card();
        let claims = card.claims().unwrap();
        assert!(!claims.is_empty());
        for claim in claims {
            assert!(!claim.source.is_empty() && !claim.quantity.is_empty(), "{}", claim.name);
            assert!(claim.published.is_some() || claim.band.is_some() || claim.kind == ClaimKind::Chip, "{}", claim.name);
            assert!(claim.band.is_none_or(|[low, high]| low <= high), "{}", claim.name);
            assert!(claim.needs.as_deref().is_none_or(|d| card.data.contains(&d)), "{}", claim.name);
        }
    }
}

#[test]
fn parameters_explain_themselves_and_survive_a_file() {
    for system in systems() {
        assert!(system.parameters().iter().all(|p| p.doc.len() > 8), "{}", system.card().name);
        let read = Experiment::from_text("resolved.toml", &to_toml(&*system, Some(3))).unwrap();
        let values = |s: &dyn spinloom_lab::System| s.parameters().into_iter().map(|p| (p.name, p.value)).collect::<Vec<_>>();
        assert_eq!(values(&*read.system), values(&*system));
    }
}

#[test]
fn every_system_can_be_cancelled_before_it_begins() {
    for system in systems() {
        let cancel = CancelToken::default();
        cancel.cancel();
        assert!(system.run(&mut Run::new(1).with_cancel(cancel)).unwrap_err().is_cancelled());
    }
}

/// A million bits of each of 64 lanes: run by hand, after a change of the kernels, with `-- --ignored lanes`.
#[test]
#[ignore = "some seconds on all cores"]
fn lanes_of_bit_planes_pass_sp_800_22() {
    // At no inverse temperature every spin is a fair coin, thrown by the same kernel as any other field is.
    let side = 4;
    let at = |x: usize, y: usize, z: usize| (x % side) + side * ((y % side) + side * (z % side));
    let cells = (0..side * side * side).map(|i| (i % side, i / side % side, i / side / side));
    let pairs = cells.flat_map(|(x, y, z)| [at(x + 1, y, z), at(x, y + 1, z), at(x, y, z + 1)].map(|j| (at(x, y, z), j, 1.0)));
    let model = Ising::new(64, pairs, vec![0.0; 64], 0.0).unwrap();
    let plan = Arc::new(VotePlan::new(&model).unwrap());
    let stream = &mut Stream::new(1, "lanes", 0);
    let mut lanes = MultiSpin::<Planes256>::new(plan, stream, Rule::HeatBath, Order::Runs, Randomness::Independent);
    let mut words = vec![Vec::new(); 64];
    for _ in 0..1_000_000 / 64 {
        lanes.sweep(0.0);
        for (lane, words) in words.iter_mut().enumerate() {
            words.push(lanes.state(4 * lane).iter().fold(0, |word, m| word << 1 | u64::from(*m > 0)));
        }
    }
    let suite = Suite::default();
    let results: Vec<_> = words.into_par_iter().map(|w| suite.run(&Bits::from_words(w, 1_000_000))).collect();
    let tests = assess(&results, suite.significance).unwrap();
    let failed: Vec<_> = tests.iter().filter(|t| t.verdict != Verdict::Pass).collect();
    // Of 188 p-values, each judged at about three standard deviations twice, one may stray.
    assert!(tests.len() == 188 && failed.len() <= 2, "{failed:?}");
}
