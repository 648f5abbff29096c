//! True random bits from superparamagnetic junctions, whitened by exclusive or (Vodenicarevic et al. 2017).
//!
//! D. Vodenicarevic et al., "Low-energy truly random number generation with superparamagnetic tunnel junctions for unconventional computing", Phys.
//! Rev. Applied 8, 054045 (2017), doi:10.1103/PhysRevApplied.8.054045. A junction flips by thermal noise alone; reading it at a clock gives bits
//! that are biased and correlated, and the exclusive or of several junctions removes both by exact laws.

mod figures;

use super::random_bits::{Judged, deviation, judge, junction_bits, moments};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::Estimate;
use spinloom_device::telegraph::{Rates, Telegraph, TelegraphEnsemble};
use spinloom_task::randomness::{Bits, MarkovBits, Suite, Test, xor_neighbours, xor_streams};

static CARD: Card = Card {
    name: "vodenicarevic2017-trng",
    title: "True random bits from superparamagnetic tunnel junctions, whitened by exclusive or",
    paper: "D. Vodenicarevic et al., Low-energy truly random number generation with superparamagnetic tunnel junctions for unconventional computing, Phys. Rev. Applied 8, 054045 (2017)",
    doi: "10.1103/PhysRevApplied.8.054045",
    device: "superparamagnetic tunnel junctions as telegraph processes, read at a clock",
    task: "random bits that pass NIST SP 800-22",
    measures: "bias and correlation against their exact laws, tests passed over sampling frequency and number of junctions, energy per bit",
    claims: include_str!("../../../../../claims/vodenicarevic2017-trng.toml"),
    data: &[],
};

/// Numbers of junctions whose bits are combined, those of the paper.
const DEPTHS: [usize; 4] = [1, 2, 4, 8];
const DEEPEST: usize = 8;
/// Sampling frequencies of the table of the paper, Hz.
const FREQUENCIES: [f64; 4] = [100e3, 20e3, 9.1e3, 5e3];
/// Sampling periods of the laws, in relaxation times.
const PERIODS: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0];
/// Bits a junction for each point of the laws.
const LAW_BITS: usize = 400_000;
/// Neighbours combined, at most.
const NEIGHBOURS: usize = 9;

spinloom_core::parameters! {
    /// What reading and combining costs; the paper does not print its circuit, so these are ours: a precharge sense amplifier and static gates in a
    /// 28 nm process.
    pub struct Circuit {
        /// Supply voltage.
        pub supply: f64 = 1.0, "V", Bound::POSITIVE;
        /// Capacitance that the sense amplifier charges in a read.
        pub sense_capacitance: f64 = 2e-15, "F", Bound::NON_NEGATIVE;
        /// Capacitance that an exclusive-or gate switches; half of its inputs change.
        pub gate_capacitance: f64 = 1e-15, "F", Bound::NON_NEGATIVE;
        /// Time for which the sense amplifier puts its voltage on the junction.
        pub sense_time: f64 = 200e-12, "s", Bound::NON_NEGATIVE;
        /// Voltage on the junction in that time.
        pub sense_voltage: f64 = 50e-3, "V", Bound::NON_NEGATIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of the generator of random bits.
    pub struct Vodenicarevic2017 {
        /// The junctions; the stray field of their fixed layers gives them a bias.
        pub junction: Telegraph = Telegraph { stray_field: 80e-6, ..Telegraph::default() }, "", Bound::ANY;
        /// Sampling frequency of the generator.
        pub frequency: f64 = 5e3, "Hz", Bound::POSITIVE;
        /// Junctions combined into one bit.
        pub junctions: usize = 8, "", Bound::between(1.0, 64.0);
        /// Sequences of bits tested; fewer than 55 say nothing about the uniformity of their p-values.
        pub sequences: usize = 56, "", Bound::between(1.0, 10_000.0);
        /// Sequences tested at each point of the table over frequency and number of junctions.
        pub table_sequences: usize = 12, "", Bound::between(1.0, 10_000.0);
        /// Bits of a sequence.
        pub length: usize = 1_000_000, "", Bound::between(1000.0, 1e9);
        /// The tests.
        pub suite: Suite = Suite::default(), "", Bound::ANY;
        /// What reading and combining costs.
        pub circuit: Circuit = Circuit::default(), "", Bound::ANY;
    }
}

impl System for Vodenicarevic2017 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let rates = self.junction.rates(0.0, 0.0);
        free_junction(rates, run, &mut outcome)?;
        outcome.timed("laws of whitening", |o| laws(rates, run, o))?;
        outcome.timed("table of tests", |o| self.table(rates, run, o))?;
        outcome.timed("tests of the generator", |o| self.generator(rates, run, o))?;
        self.charge(run, &mut outcome);
        outcome.ledger = run.ledger.clone();
        remarks(&mut outcome);
        Ok(outcome)
    }
}

/// Measured and exact at one sampling period and number of streams or neighbours.
struct LawPoint {
    period: f64,
    count: usize,
    mean: Estimate,
    mean_law: f64,
    product: Estimate,
    product_law: f64,
}

impl LawPoint {
    fn new(period: f64, count: usize, bits: &Bits, mean_law: f64, covariance_law: f64) -> Self {
        let (mean, product) = moments(bits);
        Self { period, count, mean, mean_law, product, product_law: covariance_law + mean_law * mean_law }
    }

    fn worst(&self) -> f64 {
        deviation(self.mean, self.mean_law).max(deviation(self.product, self.product_law))
    }

    /// Correlation of neighbouring bits, and its law.
    fn correlation(&self) -> (f64, f64) {
        let of = |product: f64, mean: f64| (product - mean * mean) / (1.0 - mean * mean);
        (of(self.product.mean, self.mean.mean), of(self.product_law, self.mean_law))
    }
}

/// The bits of `count` junctions as spins follow this law, up to the sign of their exclusive or.
fn sign(count: usize) -> f64 {
    if count.is_multiple_of(2) { -1.0 } else { 1.0 }
}

fn free_junction(rates: Rates, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut junctions = TelegraphEnsemble::new(&[rates; DEEPEST], run.seed(), "free junctions", 0)?;
    junctions.advance(1e5 / rates.flip_rate())?;
    let flips = junctions.flips().iter().sum::<u64>() as f64;
    outcome.measure("junction.cycle_frequency", "Hz", flips / 2.0 / junctions.time() / DEEPEST as f64);
    outcome.measure("junction.mean_spin", "", rates.mean_spin());
    Ok(())
}

/// Bias and correlation of whitened bits, simulated event by event, beside their laws.
fn laws(rates: Rates, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let bits = |periods: f64, first: u64| -> Result<Vec<Bits>, LabError> {
        run.check()?;
        let mut junctions = TelegraphEnsemble::new(&[rates; DEEPEST], run.seed(), "laws of whitening", first)?;
        let rows = junctions.record(periods / rates.relaxation(), LAW_BITS)?;
        Ok(rows.into_iter().map(|words| Bits::from_words(words, LAW_BITS)).collect())
    };
    let chain = |periods: f64| MarkovBits { mean: rates.mean_spin(), correlation: (-periods).exp() };
    let streams: Vec<Vec<LawPoint>> = (0..PERIODS.len())
        .into_par_iter()
        .map(|i| {
            let (bits, chain) = (bits(PERIODS[i], (DEEPEST * i) as u64)?, chain(PERIODS[i]));
            let point = |depth: usize| {
                let mean = sign(depth) * chain.product_of_streams(depth);
                let xor = xor_streams(&bits[..depth]);
                LawPoint::new(PERIODS[i], depth, &xor, mean, chain.covariance_of_streams(depth, 1))
            };
            Ok(DEPTHS.map(point).into_iter().collect())
        })
        .collect::<Result<_, LabError>>()?;
    let streams: Vec<LawPoint> = streams.into_iter().flatten().collect();
    // Neighbours are combined where half of the correlation is left after a period.
    let half = std::f64::consts::LN_2;
    let (bits, chain) = (bits(half, 1 << 20)?, chain(half));
    let neighbours: Vec<LawPoint> = (1..=NEIGHBOURS)
        .map(|count| {
            let mean = sign(count) * chain.product_of_neighbours(count);
            let words = xor_neighbours(&bits[0], count);
            LawPoint::new(half, count, &words, mean, chain.covariance_of_neighbours(count, 1))
        })
        .collect();
    let worst = streams.iter().chain(&neighbours).map(LawPoint::worst).fold(0.0, f64::max);
    outcome.measure("laws.worst_deviation", "", worst);
    let eight = &neighbours[7];
    outcome.measure("laws.bias_of_eight_neighbours", "", eight.mean.mean.abs());
    outcome.measure("laws.bias_of_seven_neighbours", "", neighbours[6].mean.mean.abs());
    outcome.figures.push(figures::streams_figure(&streams));
    outcome.figures.push(figures::neighbours_figure(&neighbours, rates.mean_spin()));
    outcome.tables.push(law_table("whitening_streams", "Exclusive or of independent junctions", &streams));
    outcome.tables.push(law_table("whitening_neighbours", "Exclusive or of neighbouring bits of one junction", &neighbours));
    Ok(())
}

impl Vodenicarevic2017 {
    /// The exclusive or of the first `depth` of the junctions read at `frequency`, for every depth.
    fn whitened(&self, rates: Rates, frequency: f64, depths: &[usize], run: &Run, purpose: &str, index: u64) -> Vec<Bits> {
        let deepest = depths.iter().copied().max().unwrap_or(0);
        let bits = |junction: u64| {
            let mut stream = run.stream(purpose, (index << 8) + junction);
            junction_bits(rates, 1.0 / frequency, self.length, &mut stream)
        };
        let streams: Vec<Bits> = (0..deepest as u64).map(bits).collect();
        depths.iter().map(|depth| xor_streams(&streams[..*depth])).collect()
    }

    /// Fraction of the tests passed over sampling frequency and number of junctions.
    fn table(&self, rates: Rates, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let sequences = if run.quick() { self.table_sequences.min(8) } else { self.table_sequences };
        // The first two frequencies and the last are those of claims.
        let used: Vec<f64> = FREQUENCIES.iter().copied().filter(|f| !run.quick() || *f != FREQUENCIES[2]).collect();
        let mut rows: Vec<(f64, Vec<Judged>)> = Vec::new();
        for (i, frequency) in used.iter().enumerate() {
            let make = |index| self.whitened(rates, *frequency, &DEPTHS, run, "table of tests", ((i as u64) << 32) + index);
            let phase = format!("tests at {} kHz", frequency / 1e3);
            rows.push((*frequency, judge(&self.suite, sequences, run, &phase, make)?));
        }
        for (frequency, judged) in &rows {
            for (depth, judged) in DEPTHS.iter().zip(judged) {
                outcome.measure(&format!("table.xor{depth}_at_{}_khz", frequency / 1e3), "", judged.passing());
            }
        }
        if let Some((_, judged)) = rows.last() {
            outcome.measure("table.raw_runs", "", judged[0].proportion(Test::Runs));
        }
        let column = |of: &dyn Fn(f64, usize, &Judged) -> f64| -> Vec<f64> {
            rows.iter().flat_map(|(f, all)| DEPTHS.iter().zip(all).map(|(d, j)| of(*f, *d, j)).collect::<Vec<_>>()).collect()
        };
        let table = Table::new("nist_table", "Tests passed of the 188 of SP 800-22")
            .numbers("sampling frequency", "Hz", column(&|f, _, _| f))
            .numbers("junctions", "", column(&|_, d, _| d as f64))
            .numbers("fraction of tests passed", "", column(&|_, _, j| j.passing()))
            .numbers("frequency test: sequences passing", "", column(&|_, _, j| j.proportion(Test::Frequency)))
            .numbers("runs test: sequences passing", "", column(&|_, _, j| j.proportion(Test::Runs)));
        outcome.tables.push(table);
        let passing: Vec<(f64, [f64; 4])> = rows.iter().map(|(f, all)| (*f, std::array::from_fn(|i| all[i].passing()))).collect();
        outcome.figures.push(figures::table_figure(&passing));
        Ok(())
    }

    /// The generator as a user would build it, over as many sequences as the verdict of uniformity wants.
    fn generator(&self, rates: Rates, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let make = |index| self.whitened(rates, self.frequency, &[self.junctions], run, "generator", index);
        let sequences = if run.quick() { self.sequences.min(12) } else { self.sequences };
        let judged = judge(&self.suite, sequences, run, "tests of the generator", make)?.remove(0);
        outcome.measure("generator.passing", "", judged.passing());
        outcome.measure("generator.bit_rate", "bit/s", self.frequency);
        outcome.figures.push(figures::proportion_figure(&judged, sequences, self.suite.significance));
        let numbers = |of: &dyn Fn(&spinloom_task::randomness::Assessment) -> f64| judged.tests.iter().map(of).collect();
        let table = Table::new("generator_tests", "Every test of the generator over all sequences")
            .words("test", judged.tests.iter().map(|t| t.test.to_string()).collect())
            .numbers("sequences", "", numbers(&|t| t.sequences as f64))
            .numbers("passed", "", numbers(&|t| t.passed as f64))
            .numbers("lowest proportion allowed", "", numbers(&|t| t.band.0))
            .numbers("p-value of uniformity", "", numbers(&|t| t.uniformity.unwrap_or(f64::NAN)))
            .words("verdict", judged.tests.iter().map(|t| format!("{:?}", t.verdict).to_lowercase()).collect());
        outcome.tables.push(table);
        Ok(())
    }

    fn charge(&self, run: &mut Run, outcome: &mut Outcome) {
        let circuit = &self.circuit;
        let bits = (self.sequences * self.length) as f64;
        let (reads, gates) = (self.junctions as f64, self.junctions as f64 - 1.0);
        let sense = circuit.sense_capacitance * circuit.supply.powi(2);
        let through = self.junction.mean_power(circuit.sense_voltage, 0.0) * circuit.sense_time;
        let gate = 0.5 * circuit.gate_capacitance * circuit.supply.powi(2);
        run.ledger.charge(
            "read of a junction, sense amplifier",
            Kind::Read,
            bits * reads,
            sense,
            circuit.sense_time,
            "C V^2 of a precharge sense amplifier in 28 nm, our estimate",
        );
        run.ledger.charge(
            "read of a junction, current through it",
            Kind::Read,
            bits * reads,
            through,
            circuit.sense_time,
            "V^2 / R of the junction for the time of the read, our estimate",
        );
        run.ledger.charge(
            "exclusive or",
            Kind::Cmos,
            bits * gates,
            gate,
            0.0,
            "C V^2 / 2 of a static gate in 28 nm of which half of the inputs change, our estimate",
        );
        outcome.measure("energy.per_bit", "J", reads * (sense + through) + gates * gate);
    }
}

fn law_table(name: &str, title: &str, points: &[LawPoint]) -> Table {
    let column = |of: &dyn Fn(&LawPoint) -> f64| points.iter().map(of).collect();
    Table::new(name, title)
        .numbers("sampling period / relaxation time", "", column(&|p| p.period))
        .numbers("combined", "", column(&|p| p.count as f64))
        .numbers("mean spin", "", column(&|p| p.mean.mean))
        .numbers("its standard error", "", column(&|p| p.mean.standard_error))
        .numbers("its law", "", column(&|p| p.mean_law))
        .numbers("correlation of neighbours", "", column(&|p| p.correlation().0))
        .numbers("its law (correlation)", "", column(&|p| p.correlation().1))
}

fn remarks(outcome: &mut Outcome) {
    outcome.note(
        "The paper prints the sum of both dwell times but not the bias of its junction. The stray field here, and so a mean spin of 0.1, is ours: how \
         many tests two or four junctions pass depends on it.",
    );
    outcome.note(
        "The paper combined streams of one measured junction; here every stream is a junction of its own, which is the same law as long as the streams \
         are far apart.",
    );
    outcome.note(
        "Random excursions apply only to sequences whose walk returns to zero 500 times. Correlated but unbiased walks return rarely; what applies is \
         judged, and a test that applies to no sequence counts as not passed.",
    );
    outcome.note(
        "A truly random source fails a test by chance in about 2 % of the verdicts over 56 sequences: 98 % of the tests passed is perfect.",
    );
    outcome.note(
        "The energy is that of reading and combining, by round figures of a 28 nm process that are ours; the junction itself flips for free.",
    );
}
