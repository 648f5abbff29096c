//! What a search over several rounds goes on from: the best states so far, and what the best parts of them make together.
//!
//! Rounds come in families. The first round of a family begins anew; those after it go on from the states of the family, warmed up again,
//! and the last one from the best of all families together. So every family finds defects of its own, and the best parts of several are
//! put together.

use crate::Ising;
use crate::anneal::Reads;
use crate::recombine::Recombination;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rounds of a family.
pub(super) const FAMILY: u64 = 4;
/// States of a family kept from round to round.
const KEPT: usize = 16;
/// Best states of earlier families.
const CHAMPIONS: usize = 64;
/// States whose parts are put together in one go; what the groups make is put together in the end.
const GROUP: usize = 64;
/// States in a row that give nothing before the rest of a group is left out.
const IDLE: usize = 24;
/// Neighbours of a spin, on average, beyond which the spins in which two states differ are all of one cluster, and nothing can be put together.
const SPARSE: f64 = 12.0;

/// A state and its energy.
type Found = (f64, Vec<i8>);

/// The best states so far.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Elite {
    /// Those of this family, best first.
    family: Vec<Found>,
    /// The best one of each earlier family, and before them what all together make.
    champions: Vec<Found>,
}

impl Elite {
    /// Takes in the states of a round and puts together the state that the best parts of all of them make.
    pub(super) fn take(&mut self, model: &Ising, round: u64, reads: &mut Reads) {
        if round.is_multiple_of(FAMILY) {
            self.champions.extend(std::mem::take(&mut self.family).into_iter().take(1));
        }
        self.family.extend(reads.energies.iter().copied().zip(std::mem::take(&mut reads.states)));
        sort(&mut self.family);
        if let Some(child) = together(model, &self.family) {
            self.family.insert(0, child);
        }
        self.family.truncate(KEPT);
        self.champions.extend(self.family.first().cloned());
        sort(&mut self.champions);
        if let Some(child) = together(model, &self.champions) {
            if child.0 < reads.best_energy {
                (reads.best_energy, reads.best) = child.clone();
            }
            self.champions.insert(0, child);
        }
        self.champions.truncate(CHAMPIONS);
    }

    /// States for so many reads of a round to begin with, if it goes on from any: half of them from the best, the others from each in turn.
    pub(super) fn starts(&self, round: u64, reads: usize) -> Vec<Vec<i8>> {
        let from = match round % FAMILY {
            0 => return Vec::new(),
            place if place + 1 == FAMILY => &self.champions,
            _ => &self.family,
        };
        let place = |read: usize| if read.is_multiple_of(2) { 0 } else { read / 2 % from.len() };
        let reads = if from.is_empty() { 0 } else { reads };
        (0..reads).map(|read| from[place(read)].1.clone()).collect()
    }
}

/// Best first, each once.
fn sort(states: &mut Vec<Found>) {
    states.sort_by(|a, b| a.0.total_cmp(&b.0));
    states.dedup_by(|a, b| a.1 == b.1);
}

/// What the best parts of these states make together; nothing of no states, nor in dense models.
fn together(model: &Ising, states: &[Found]) -> Option<Found> {
    let best = &states.first()?.1;
    if 2.0 * model.pairs() as f64 > SPARSE * model.spins() as f64 {
        return None;
    }
    let children: Vec<Vec<i8>> = states.par_chunks(GROUP).map(|group| child(model, best, group.iter().map(|s| &s.1))).collect();
    let child = child(model, best, children.iter());
    // Counted anew: what many gains add up to would keep their rounding.
    Some((model.energy(&child), child))
}

/// The state that the best parts of others make of the best.
fn child<'a>(model: &Ising, best: &[i8], others: impl Iterator<Item = &'a Vec<i8>>) -> Vec<i8> {
    let mut child = best.to_vec();
    let mut recombination = Recombination::new(model);
    let mut idle = 0;
    for other in others {
        idle = if recombination.improve(&mut child, other) > 0.0 { 0 } else { idle + 1 };
        if idle == IDLE {
            break;
        }
    }
    child
}
