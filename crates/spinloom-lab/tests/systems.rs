//! What holds for every registered system.

#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_core::run::{CancelToken, Run};
use spinloom_lab::claim::ClaimKind;
use spinloom_lab::experiment::{Experiment, to_toml};
use spinloom_lab::systems;

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
