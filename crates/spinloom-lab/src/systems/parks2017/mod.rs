//! True random bits from one superparamagnetic perpendicular junction, tuned by voltage and field (Parks et al. 2018).
//!
//! B. Parks, M. Bapna, J. Igbokwe, H. Almasi, W. Wang and S. A. Majetich, "Superparamagnetic perpendicular magnetic tunnel junctions for true random
//! number generators", AIP Advances 8, 055903 (2018, published online 2017), doi:10.1063/1.5006422. A field sets the probability of the states, a voltage the
//! speed of the flips through the barrier; the resistance read at a clock is the stream of bits.

mod figures;

use super::random_bits::{Judged, deviation, judge, junction_bits};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::telegraph::{Rates, Telegraph, TelegraphEnsemble};
use spinloom_task::randomness::{Bits, MarkovBits, Suite, Test, von_neumann, xor_neighbours};

static CARD: Card = Card {
    name: "parks2017",
    title: "True random bits from one perpendicular superparamagnetic junction, tuned by voltage and field",
    paper: "B. Parks, M. Bapna, J. Igbokwe, H. Almasi, W. Wang and S. A. Majetich, Superparamagnetic perpendicular magnetic tunnel junctions for true random number generators, AIP Advances 8, 055903 (2018)",
    doi: "10.1063/1.5006422",
    device: "one perpendicular superparamagnetic tunnel junction as a telegraph process under voltage and field",
    task: "random bits, raw and whitened, under SP 800-22",
    measures: "probability over field, flip rate and energy per bit over voltage, tests passed by raw and by whitened bits",
    claims: include_str!("../../../../../claims/parks2017.toml"),
    data: &[],
};

/// Fields and voltages of the curves.
const POINTS: usize = 17;
/// Junctions simulated for each point of a curve: their scatter is its error.
const REPLICAS: usize = 40;
/// Full cycles of each of them at the working point.
const CYCLES: f64 = 400.0;
/// Neighbouring bits combined into one.
const COMBINED: [usize; 6] = [1, 2, 3, 4, 5, 8];

spinloom_core::parameters! {
    /// Parameters of the tunable generator.
    pub struct Parks2017 {
        /// The junction: the voltage acts through the anisotropy far more than through the torque.
        pub junction: Telegraph = perpendicular(), "", Bound::ANY;
        /// Largest voltage of the curves.
        pub highest_voltage: f64 = 0.8, "V", Bound::POSITIVE;
        /// Largest distance of the field from balance in the curves.
        pub field_range: f64 = 6e-3, "T", Bound::POSITIVE;
        /// Voltage at which bits are made.
        pub voltage: f64 = 0.5, "V", Bound::ANY;
        /// Sampling period of the raw bits, in relaxation times.
        pub slow_period: f64 = 16.0, "", Bound::POSITIVE;
        /// Sampling period of the bits that are whitened, in relaxation times.
        pub fast_period: f64 = 2.0, "", Bound::POSITIVE;
        /// Distance of the field from balance of the detuned junction.
        pub detuning: f64 = 0.3e-3, "T", Bound::ANY;
        /// Sequences of bits tested for each kind of bits.
        pub sequences: usize = 16, "", Bound::between(1.0, 10_000.0);
        /// Bits of a sequence.
        pub length: usize = 1_000_000, "", Bound::between(1000.0, 1e9);
        /// The tests.
        pub suite: Suite = Suite::default(), "", Bound::ANY;
    }
}

/// A perpendicular junction of our choice: the figures of the paper could not be checked against a source.
fn perpendicular() -> Telegraph {
    Telegraph {
        barrier: 14.0,
        critical_voltage: 20.0,
        anisotropy_field: 50e-3,
        stray_field: -2e-3,
        barrier_loss: 0.6,
        parallel_resistance: 500e3,
        magnetoresistance: 0.5,
        ..Telegraph::default()
    }
}

impl System for Parks2017 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        self.validate()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let worst_field = outcome.timed("probability over field", |o| self.field_curve(run, o))?;
        let worst_voltage = outcome.timed("rate over voltage", |o| self.voltage_curve(run, o))?;
        outcome.measure("curves.worst_deviation", "", worst_field.max(worst_voltage));
        outcome.timed("tests of raw bits", |o| self.raw_bits(run, o))?;
        outcome.timed("tests of whitened bits", |o| self.whitened_bits(run, o))?;
        self.charge(run, &mut outcome)?;
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "The figures of the paper could not be checked against a source, so none is printed as published; barrier, fields, resistance and the loss of \
             barrier per volt are a choice of ours for a perpendicular junction.",
        );
        outcome.note(
            "The energy is that of the voltage held on the junction for the whole sampling period; a pulsed read would cost less and its circuit something.",
        );
        Ok(outcome)
    }
}

/// Simulated and exact at one point of a curve.
struct CurvePoint {
    x: f64,
    found: Estimate,
    law: f64,
}

fn worst(points: &[CurvePoint]) -> f64 {
    points.iter().map(|p| deviation(p.found, p.law)).fold(0.0, f64::max)
}

impl Parks2017 {
    fn validate(&self) -> Result<(), LabError> {
        let highest = self.highest_voltage.max(self.voltage.abs());
        if highest >= self.junction.critical_voltage || self.junction.barrier_loss * highest >= 1.0 {
            return Err(LabError::Inconsistent(format!(
                "highest_voltage and voltage (up to {highest} V) must leave a barrier: below junction.critical_voltage ({} V) and 1 / junction.barrier_loss",
                self.junction.critical_voltage
            )));
        }
        Ok(())
    }

    /// Rates at this voltage and distance from the balancing field.
    fn rates(&self, voltage: f64, detuning: f64) -> Result<Rates, LabError> {
        Ok(self.junction.rates(voltage, self.junction.balancing_field(voltage)? + detuning))
    }

    /// A quantity of replicas simulated event by event for `duration` (s), with the scatter between them.
    fn simulate(
        rates: Rates,
        duration: f64,
        run: &Run,
        purpose: &str,
        point: usize,
        of: impl Fn(f64, u64) -> f64,
    ) -> Result<Estimate, LabError> {
        run.check()?;
        let mut junctions = TelegraphEnsemble::new(&[rates; REPLICAS], run.seed(), purpose, (point * REPLICAS) as u64)?;
        // Time in the parallel state, read often against the dwell times: an average over exact samples.
        let (samples, flips) = (4 * CYCLES as usize, junctions.flips().to_vec());
        let rows = junctions.record(duration / samples as f64, samples)?;
        let ones = |row: Vec<u64>| Bits::from_words(row, samples).ones() as f64 / samples as f64;
        let values: Vec<f64> =
            rows.into_iter().zip(junctions.flips()).zip(flips).map(|((row, now), before)| of(ones(row), now - before)).collect();
        Ok(estimate(&values))
    }

    /// Probability of the parallel state over the applied field.
    fn field_curve(&self, run: &Run, outcome: &mut Outcome) -> Result<f64, LabError> {
        let centre = self.junction.balancing_field(self.voltage)?;
        let duration = CYCLES / self.rates(self.voltage, 0.0)?.flip_rate();
        let points: Vec<CurvePoint> = (0..POINTS)
            .into_par_iter()
            .map(|i| {
                let x = centre + self.field_range * (2.0 * i as f64 / (POINTS - 1) as f64 - 1.0);
                let rates = self.junction.rates(self.voltage, x);
                let found = Self::simulate(rates, duration, run, "probability over field", i, |p, _| p)?;
                Ok(CurvePoint { x, found, law: rates.parallel_probability() })
            })
            .collect::<Result<_, LabError>>()?;
        outcome.measure("field.lowest_probability", "", points[0].found.mean);
        outcome.measure("field.highest_probability", "", points[POINTS - 1].found.mean);
        outcome.measure("field.width", "T", crossing(&points, 0.9) - crossing(&points, 0.1));
        let law = |field: f64| self.junction.rates(self.voltage, field).parallel_probability();
        outcome.figures.push(figures::field_figure(&points, &law, self.voltage));
        outcome.tables.push(curve_table(
            "field",
            "Probability of the parallel state over field",
            ("field", "T"),
            "probability",
            &points,
        ));
        Ok(worst(&points))
    }

    /// Flip rate and energy per bit over voltage, the field always at balance.
    fn voltage_curve(&self, run: &Run, outcome: &mut Outcome) -> Result<f64, LabError> {
        let points: Vec<CurvePoint> = (0..POINTS)
            .into_par_iter()
            .map(|i| {
                let x = self.highest_voltage * i as f64 / (POINTS - 1) as f64;
                let rates = self.rates(x, 0.0)?;
                let duration = CYCLES / rates.flip_rate();
                let found = Self::simulate(rates, duration, run, "rate over voltage", i, |_, flips| flips as f64 / duration)?;
                Ok(CurvePoint { x, found, law: rates.flip_rate() })
            })
            .collect::<Result<_, LabError>>()?;
        outcome.measure("voltage.speed_up", "", points[POINTS - 1].found.mean / points[0].found.mean);
        let fine: Vec<f64> = (1..=200).map(|i| self.highest_voltage * f64::from(i) / 200.0).collect();
        let energy: Vec<f64> = fine.iter().map(|v| self.energy_per_bit(*v)).collect::<Result<_, _>>()?;
        outcome.figures.push(figures::voltage_figure(&points, &fine, &energy));
        outcome.tables.push(curve_table(
            "voltage",
            "Flip rate over voltage at balance",
            ("voltage", "V"),
            "flips per second",
            &points,
        ));
        Ok(worst(&points))
    }

    /// Energy (J) of a raw bit: the voltage held for a slow sampling period.
    fn energy_per_bit(&self, voltage: f64) -> Result<f64, LabError> {
        let field = self.junction.balancing_field(voltage)?;
        let period = self.slow_period / self.junction.rates(voltage, field).relaxation();
        Ok(self.junction.mean_power(voltage, field) * period)
    }

    fn tested(
        &self,
        run: &Run,
        phase: &str,
        purpose: &str,
        make: impl Fn(&mut spinloom_core::random::Stream) -> Vec<Bits> + Sync,
    ) -> Result<Vec<Judged>, LabError> {
        let sequences = if run.quick() { self.sequences.min(12) } else { self.sequences };
        judge(&self.suite, sequences, run, phase, |index| make(&mut run.stream(purpose, index)))
    }

    /// Bits read so slowly that nothing of their correlation is left: balanced, detuned, and detuned with von Neumann's extractor.
    fn raw_bits(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let read = |detuning: f64, length: usize| -> Result<_, LabError> {
            let rates = self.rates(self.voltage, detuning)?;
            Ok(move |stream: &mut _| junction_bits(rates, self.slow_period / rates.relaxation(), length, stream))
        };
        let (balanced, detuned) = (read(0.0, self.length)?, read(self.detuning, self.length)?);
        let probability = self.rates(self.voltage, self.detuning)?.parallel_probability();
        // The extractor keeps p (1 - p) of the bits; a few standard deviations more, and what is too many is cut.
        let kept = probability * (1.0 - probability);
        let wanted = ((self.length as f64 / kept) * (1.0 + 20.0 / (self.length as f64).sqrt())) as usize;
        let longer = read(self.detuning, wanted)?;
        let judged = self.tested(run, "tests of raw bits", "raw bits", |stream| {
            vec![balanced(stream), detuned(stream), von_neumann(&longer(stream)).slice(0, self.length)]
        })?;
        outcome.measure("raw.balanced_passing", "", judged[0].passing());
        outcome.measure("raw.detuned_passing", "", judged[1].passing());
        outcome.measure("raw.detuned_probability", "", probability);
        outcome.measure("raw.detuned_frequency_test", "", judged[1].proportion(Test::Frequency));
        outcome.measure("raw.von_neumann_passing", "", judged[2].passing());
        let bars =
            ["at balance", "detuned", "detuned, von Neumann"].iter().zip(&judged).map(|(n, j)| ((*n).to_owned(), j.passing()));
        outcome.figures.push(figures::raw_figure(&bars.collect::<Vec<_>>(), probability));
        Ok(())
    }

    /// Bits read fast, and the exclusive or of their neighbours.
    fn whitened_bits(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let rates = self.rates(self.voltage, 0.0)?;
        let period = self.fast_period / rates.relaxation();
        let judged = self.tested(run, "tests of whitened bits", "whitened bits", |stream| {
            COMBINED.iter().map(|n| xor_neighbours(&junction_bits(rates, period, n * self.length, stream), *n)).collect()
        })?;
        for (count, judged) in COMBINED.iter().zip(&judged) {
            outcome.measure(&format!("whitened.xor{count}_passing"), "", judged.passing());
        }
        outcome.measure("whitened.raw_runs_test", "", judged[0].proportion(Test::Runs));
        outcome.measure("whitened.xor4_frequency_test", "", judged[3].proportion(Test::Frequency));
        let chain = MarkovBits { mean: 0.0, correlation: (-self.fast_period).exp() };
        let laws = |of: &dyn Fn(usize) -> f64| COMBINED.iter().map(|n| of(*n)).collect::<Vec<f64>>();
        let (bias, covariance) = (laws(&|n| chain.product_of_neighbours(n)), laws(&|n| chain.covariance_of_neighbours(n, 1)));
        outcome.figures.push(figures::whitened_figure(&COMBINED, &judged, &bias, &covariance, self.fast_period));
        let column = |test| judged.iter().map(|j| j.proportion(test)).collect();
        let table = Table::new("whitened", "Exclusive or of neighbouring bits of one junction")
            .numbers("combined", "", laws(&|n| n as f64))
            .numbers("law of the mean spin", "", bias)
            .numbers("law of the covariance of words", "", covariance)
            .numbers("fraction of tests passed", "", judged.iter().map(Judged::passing).collect())
            .numbers("frequency test: sequences passing", "", column(Test::Frequency))
            .numbers("runs test: sequences passing", "", column(Test::Runs));
        outcome.tables.push(table);
        Ok(())
    }

    fn charge(&self, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let energy = self.energy_per_bit(self.voltage)?;
        let period = self.slow_period / self.rates(self.voltage, 0.0)?.relaxation();
        let source = "V^2 / R of the junction, averaged over its states, for a sampling period of slow_period relaxation times";
        run.ledger.charge("raw bit at balance", Kind::Bias, self.length as f64, energy, period, source);
        outcome.measure("energy.per_bit", "J", energy);
        outcome.measure("energy.bit_rate", "bit/s", 1.0 / period);
        outcome.measure("energy.per_bit_at_highest_voltage", "J", self.energy_per_bit(self.highest_voltage)?);
        Ok(())
    }
}

/// Where a rising curve crosses a level, by linear interpolation of its logit; the end where it does not.
fn crossing(points: &[CurvePoint], level: f64) -> f64 {
    let logit = |p: f64| {
        let p = p.clamp(1e-6, 1.0 - 1e-6);
        (p / (1.0 - p)).ln()
    };
    let wanted = logit(level);
    let between = points.windows(2).find(|w| logit(w[0].found.mean) <= wanted && wanted < logit(w[1].found.mean));
    between.map_or(points[points.len() - 1].x, |w| {
        let (low, high) = (logit(w[0].found.mean), logit(w[1].found.mean));
        w[0].x + (w[1].x - w[0].x) * (wanted - low) / (high - low)
    })
}

fn curve_table(name: &str, title: &str, (x, unit): (&str, &str), y: &str, points: &[CurvePoint]) -> Table {
    let column = |of: &dyn Fn(&CurvePoint) -> f64| points.iter().map(of).collect();
    Table::new(name, title)
        .numbers(x, unit, column(&|p| p.x))
        .numbers(y, "", column(&|p| p.found.mean))
        .numbers("standard error", "", column(&|p| p.found.standard_error))
        .numbers("law", "", column(&|p| p.law))
}
