//! What the systems that make random bits share: junctions read at a clock, and the verdict of SP 800-22.

use crate::error::LabError;
use rayon::prelude::*;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::telegraph::{Rates, sampled};
use spinloom_task::randomness::{Assessment, Bits, Suite, Test, Verdict, assess};

/// Sequences tested between two looks at the cancel switch.
const CHUNK: usize = 4;
/// Batches whose scatter gives the errors of means of correlated bits.
const BATCHES: usize = 50;

/// What the suite says about bits.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// One assessment a test.
    pub tests: Vec<Assessment>,
}

impl Judged {
    /// Fraction of the p-values of the suite (188) that pass; a test that applies to no sequence does not.
    pub fn passing(&self) -> f64 {
        self.tests.iter().filter(|t| t.verdict == Verdict::Pass).count() as f64 / self.tests.len().max(1) as f64
    }

    /// Fraction of the sequences that pass a test.
    pub fn proportion(&self, test: Test) -> f64 {
        self.tests.iter().find(|t| t.test == test).and_then(Assessment::proportion).unwrap_or(0.0)
    }
}

/// Runs the suite on `sequences` sequences of each of the kinds of bits that `make` gives for an index.
pub fn judge(
    suite: &Suite,
    sequences: usize,
    run: &Run,
    phase: &str,
    make: impl Fn(u64) -> Vec<Bits> + Sync,
) -> Result<Vec<Judged>, LabError> {
    let mut results = Vec::new();
    for first in (0..sequences).step_by(CHUNK) {
        run.progress(phase, first, sequences)?;
        let indices: Vec<u64> = (first as u64..sequences.min(first + CHUNK) as u64).collect();
        let of = |index: &u64| make(*index).iter().map(|bits| suite.run(bits)).collect::<Vec<_>>();
        results.extend(indices.par_iter().map(of).collect::<Vec<_>>());
    }
    let kinds = results.first().map_or(0, Vec::len);
    (0..kinds)
        .map(|kind| {
            let of_kind: Vec<_> = results.iter().map(|r| r[kind].clone()).collect();
            let tests = assess(&of_kind, suite.significance).map_err(|e| LabError::Inconsistent(e.to_string()))?;
            Ok(Judged { tests })
        })
        .collect()
}

/// Bits of one junction, read every `period` (s); one is the parallel state.
pub fn junction_bits(rates: Rates, period: f64, length: usize, stream: &mut Stream) -> Bits {
    Bits::from_words(sampled(rates, period, length, stream), length)
}

/// Mean of the spins of bits and of the products of neighbours, with errors that know of the correlation.
pub fn moments(bits: &Bits) -> (Estimate, Estimate) {
    let batches: Vec<Bits> = bits.sequences((bits.len() / BATCHES).max(2)).collect();
    let spin = |ones: usize, count: usize| 2.0 * ones as f64 / count as f64 - 1.0;
    let means: Vec<f64> = batches.iter().map(|b| spin(b.ones(), b.len())).collect();
    let products: Vec<f64> = batches.iter().map(|b| -spin(b.xor(&b.slice(1, b.len())).ones(), b.len() - 1)).collect();
    (estimate(&means), estimate(&products))
}

/// How far an estimate lies from its law, in standard errors; an estimate without scatter counts when it is off.
pub fn deviation(found: Estimate, law: f64) -> f64 {
    let distance = (found.mean - law).abs();
    if distance < 1e-12 { 0.0 } else { distance / found.standard_error.max(1e-12) }
}
