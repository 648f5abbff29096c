//! Are bits random? The fifteen tests of NIST SP 800-22, their verdict over many sequences, and what whitening does to bits.
//!
//! L. E. Bassham et al., "A statistical test suite for random and pseudorandom number generators for cryptographic applications", NIST Special
//! Publication 800-22 Rev. 1a (2010), doi:10.6028/NIST.SP.800-22r1a; "section" below means one of that document. Every function gives the
//! p-value: the probability that truly random bits look as bad or worse. For the first million binary digits of pi, e and the square root of two
//! all 188 p-values of the suite are those that NIST's own programme prints.
//!
//! ```
//! use spinloom_core::random::Stream;
//! use spinloom_task::randomness::{Bits, Suite, Test};
//!
//! let mut stream = Stream::new(1, "doc", 0);
//! let bits = Bits::from_words((0..1563).map(|_| stream.next()).collect(), 100_000);
//! let results = Suite::default().run(&bits);
//! assert_eq!(results.len(), 188);
//! assert!(results.iter().any(|r| r.test == Test::Frequency && r.p_value.is_ok_and(|p| p > 0.01)));
//! // What needs a million bits says so.
//! let complexity = results.iter().find(|r| r.test == Test::LinearComplexity).unwrap();
//! assert_eq!(complexity.p_value.unwrap_err().to_string(), "1000000 bits are wanted, 100000 were given");
//! ```

mod bits;
mod complexity;
mod excursions;
mod frequency;
mod patterns;
mod rank;
mod reference;
mod spectral;
mod streams;
mod suite;
mod templates;
mod universal;
mod whitening;

pub use bits::{BitFormat, Bits, NotABit};
pub use complexity::{linear_complexity, shift_register_length};
pub use excursions::{EXCURSION_LEVELS, Excursions, FEWEST_CYCLES, VARIANT_LEVELS, random_excursions};
pub use frequency::{block_frequency, cumulative_sums, frequency, longest_run, runs};
pub use patterns::{LONGEST_WORD, approximate_entropy, serial};
pub use rank::rank;
pub use reference::{Constant, digits_of};
pub use spectral::spectral;
pub use streams::{Assessment, FEWEST_SEQUENCES, LEAST_UNIFORMITY, Mismatch, Verdict, assess, proportion_band};
pub use suite::{Suite, Test, TestResult};
pub use templates::{LONGEST_TEMPLATE, TEMPLATE_BLOCKS, aperiodic_templates, non_overlapping, overlapping};
pub use universal::{UNIVERSAL_LENGTH, universal};
pub use whitening::{MarkovBits, von_neumann, xor_neighbours, xor_streams};

/// Why a test says nothing about a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotApplicable {
    /// The sequence is too short for the law of the statistic to hold.
    #[error("{needed} bits are wanted, {given} were given")]
    TooShort {
        /// Fewest bits.
        needed: usize,
        /// Bits given.
        given: usize,
    },
    /// The walk returns to zero too rarely.
    #[error("{needed} returns of the walk to zero are wanted, there are {given}")]
    TooFewCycles {
        /// Fewest cycles.
        needed: usize,
        /// Cycles of this sequence.
        given: usize,
    },
    /// A parameter is outside what the test is defined for.
    #[error("{what} must be {bound}, but it is {value}")]
    Parameter {
        /// Which parameter.
        what: &'static str,
        /// Value given.
        value: usize,
        /// What is allowed.
        bound: &'static str,
    },
}

impl NotApplicable {
    fn unless(allowed: bool, what: &'static str, value: usize, bound: &'static str) -> Result<(), Self> {
        if allowed { Ok(()) } else { Err(Self::Parameter { what, value, bound }) }
    }
}

fn at_least(bits: &Bits, needed: usize) -> Result<(), NotApplicable> {
    if bits.len() >= needed { Ok(()) } else { Err(NotApplicable::TooShort { needed, given: bits.len() }) }
}
