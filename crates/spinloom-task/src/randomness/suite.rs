//! All tests at once, with the parameters of the published runs.

use super::excursions::{EXCURSION_LEVELS, FEWEST_CYCLES, VARIANT_LEVELS};
use super::templates::{TEMPLATE_BLOCKS, aperiodic_templates};
use super::universal::UNIVERSAL_LENGTH;
use super::{Bits, NotApplicable, at_least};
use spinloom_core::parameters::Bound;
use std::fmt;

/// A test of the suite: one p-value each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    /// Frequency (monobit).
    Frequency,
    /// Frequency within blocks.
    BlockFrequency,
    /// Cumulative sums from the beginning.
    CumulativeSumsForward,
    /// Cumulative sums from the end.
    CumulativeSumsBackward,
    /// Runs.
    Runs,
    /// Longest run of ones in a block.
    LongestRun,
    /// Rank of binary matrices.
    Rank,
    /// Discrete Fourier transform.
    Spectral,
    /// Non-overlapping template, its first bit the most significant of `template`.
    NonOverlapping {
        /// The word looked for.
        template: u32,
        /// Its length, bits.
        length: u8,
    },
    /// Overlapping template of ones.
    Overlapping,
    /// Maurer's universal test.
    Universal,
    /// Approximate entropy.
    ApproximateEntropy,
    /// Random excursions to this level.
    RandomExcursions(i8),
    /// Random excursions variant at this level.
    RandomExcursionsVariant(i8),
    /// Serial: first difference.
    SerialFirst,
    /// Serial: second difference.
    SerialSecond,
    /// Linear complexity.
    LinearComplexity,
}

impl Test {
    /// Which of the fifteen tests of the document this p-value belongs to.
    pub fn group(self) -> &'static str {
        match self {
            Self::Frequency => "frequency",
            Self::BlockFrequency => "block frequency",
            Self::CumulativeSumsForward | Self::CumulativeSumsBackward => "cumulative sums",
            Self::Runs => "runs",
            Self::LongestRun => "longest run",
            Self::Rank => "rank",
            Self::Spectral => "Fourier transform",
            Self::NonOverlapping { .. } => "non-overlapping template",
            Self::Overlapping => "overlapping template",
            Self::Universal => "universal",
            Self::ApproximateEntropy => "approximate entropy",
            Self::RandomExcursions(_) => "random excursions",
            Self::RandomExcursionsVariant(_) => "random excursions variant",
            Self::SerialFirst | Self::SerialSecond => "serial",
            Self::LinearComplexity => "linear complexity",
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = self.group();
        match self {
            Self::CumulativeSumsForward => write!(f, "{group}, forward"),
            Self::CumulativeSumsBackward => write!(f, "{group}, backward"),
            Self::NonOverlapping { template, length } => write!(f, "{group} {template:0width$b}", width = usize::from(*length)),
            Self::RandomExcursions(level) | Self::RandomExcursionsVariant(level) => write!(f, "{group}, level {level:+}"),
            Self::SerialFirst => write!(f, "{group}, first difference"),
            Self::SerialSecond => write!(f, "{group}, second difference"),
            _ => f.write_str(group),
        }
    }
}

/// One p-value, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestResult {
    /// Which test.
    pub test: Test,
    /// Its p-value.
    pub p_value: Result<f64, NotApplicable>,
}

spinloom_core::parameters! {
    /// The fifteen tests with their parameters; the defaults are those of the published p-values (sections 2.1 to 2.15, appendix B).
    pub struct Suite {
        /// Bits in a block of the frequency test within blocks.
        pub block_length: usize = 128, "", Bound::between(20.0, 1e9);
        /// Bits of the non-overlapping templates.
        pub template_length: usize = 9, "", Bound::between(2.0, 16.0);
        /// Ones in the overlapping template.
        pub overlapping_length: usize = 9, "", Bound::between(2.0, 16.0);
        /// Bits of the words of the approximate entropy.
        pub entropy_length: usize = 10, "", Bound::between(1.0, 23.0);
        /// Bits of the words of the serial test.
        pub serial_length: usize = 16, "", Bound::between(2.0, 24.0);
        /// Bits in a block of the linear complexity test.
        pub complexity_length: usize = 500, "", Bound::between(500.0, 5000.0);
        /// Level of significance: a smaller p-value speaks against randomness.
        pub significance: f64 = 0.01, "", Bound::between(1e-9, 0.5);
    }
}

/// Bits below which the document does not recommend the tests that count rare events.
const MILLION: usize = 1_000_000;

impl Suite {
    /// All p-values: 188 with the default parameters. A sequence shorter than the document recommends for a test is not judged by it.
    ///
    /// Two of the recommended lengths are ours: eight blocks in which every non-overlapping template is expected five times, and the `2^(m + 6)` and
    /// `2^(m + 3)` bits that stand for the document's m < log2(n) - 5 (approximate entropy) and m < log2(n) - 2 (serial).
    pub fn run(&self, bits: &Bits) -> Vec<TestResult> {
        let mut out = Results { bits, list: Vec::with_capacity(188) };
        out.one(Test::Frequency, 100, super::frequency);
        out.one(Test::BlockFrequency, self.block_length.max(100), |b| super::block_frequency(b, self.block_length));
        out.many([Test::CumulativeSumsForward, Test::CumulativeSumsBackward], 100, super::cumulative_sums);
        out.one(Test::Runs, 100, super::runs);
        out.one(Test::LongestRun, 128, super::longest_run);
        out.one(Test::Rank, 38 * 1024, super::rank);
        out.one(Test::Spectral, 1000, super::spectral);
        out.templates(self.template_length);
        out.one(Test::Overlapping, MILLION, |b| super::overlapping(b, self.overlapping_length));
        out.one(Test::Universal, UNIVERSAL_LENGTH, super::universal);
        out.one(Test::ApproximateEntropy, 64 << self.entropy_length, |b| super::approximate_entropy(b, self.entropy_length));
        out.excursions();
        let serial = [Test::SerialFirst, Test::SerialSecond];
        out.many(serial, 8 << self.serial_length, |b| super::serial(b, self.serial_length));
        out.one(Test::LinearComplexity, MILLION, |b| super::linear_complexity(b, self.complexity_length));
        out.list
    }
}

struct Results<'a> {
    bits: &'a Bits,
    list: Vec<TestResult>,
}

impl Results<'_> {
    fn one(&mut self, test: Test, needed: usize, p_value: impl FnOnce(&Bits) -> Result<f64, NotApplicable>) {
        self.many([test], needed, |bits| p_value(bits).map(|p| [p]));
    }

    fn many<const N: usize>(
        &mut self,
        tests: [Test; N],
        needed: usize,
        p_values: impl FnOnce(&Bits) -> Result<[f64; N], NotApplicable>,
    ) {
        let found = at_least(self.bits, needed).and_then(|()| p_values(self.bits));
        self.list.extend(tests.iter().enumerate().map(|(i, test)| TestResult { test: *test, p_value: found.map(|p| p[i]) }));
    }

    fn templates(&mut self, length: usize) {
        let needed = TEMPLATE_BLOCKS * ((5 << length) + length - 1);
        let found = at_least(self.bits, needed).and_then(|()| super::non_overlapping(self.bits, length, TEMPLATE_BLOCKS));
        self.list.extend(aperiodic_templates(length).into_iter().enumerate().map(|(i, template)| TestResult {
            test: Test::NonOverlapping { template, length: length as u8 },
            p_value: found.as_ref().map(|p| p[i]).map_err(|e| *e),
        }));
    }

    fn excursions(&mut self) {
        let found = at_least(self.bits, MILLION).and_then(|()| super::random_excursions(self.bits)).and_then(|found| {
            let needed = FEWEST_CYCLES.max((0.005 * (self.bits.len() as f64).sqrt()) as usize);
            let given = found.cycles;
            if given >= needed { Ok(found) } else { Err(NotApplicable::TooFewCycles { needed, given }) }
        });
        let of = |test: Test, p_value: &dyn Fn(&super::Excursions) -> f64| TestResult {
            test,
            p_value: found.as_ref().map(p_value).map_err(|e| *e),
        };
        self.list.extend(EXCURSION_LEVELS.iter().enumerate().map(|(i, l)| of(Test::RandomExcursions(*l), &|f| f.excursions[i])));
        self.list
            .extend(VARIANT_LEVELS.iter().enumerate().map(|(i, l)| of(Test::RandomExcursionsVariant(*l), &|f| f.variant[i])));
    }
}
