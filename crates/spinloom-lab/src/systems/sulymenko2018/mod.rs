//! Logic of antiferromagnetic neurons (Sulymenko et al. 2018).
//!
//! O. Sulymenko et al., "Ultra-fast logic devices using artificial neurons based on antiferromagnetic pulse generators", J. Appl. Phys. 124, 152115
//! (2018), doi:10.1063/1.5042348. A neuron is kicked by the spin current that others pump while they turn. How many kicks it takes is set by
//! its bias: one for OR, two of two for AND, two of three for a majority. A spike is a turn of exactly pi, and so every kick is alike.
//!
//! The full adder here has four neurons beside its inputs: neurons that fire at one, two and three inputs, of which the second is the carry,
//! and one for the sum that they kick forwards, backwards and forwards. The abstract tells that fewer than five suffice, not how.

mod circuit;
mod figures;

use super::khymyn2018::HeavyMetal;
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use circuit::{Answer, Circuit, Ring, Rounds};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::antiferromagnet::{Antiferromagnet, Link};

static CARD: Card = Card {
    name: "sulymenko2018",
    title: "Logic of antiferromagnetic neurons",
    paper: "O. Sulymenko et al., Ultra-fast logic devices using artificial neurons based on antiferromagnetic pulse generators, J. Appl. Phys. 124, 152115 (2018)",
    doi: "10.1063/1.5042348",
    device: "antiferromagnetic neurons that kick each other by pumped spin current",
    task: "OR, AND, majority and threshold gates, a full adder, a loop that remembers",
    measures: "truth tables, latencies, tolerance of timing, highest clock, rounds and frequency of the loop",
    claims: include_str!("../../../../../claims/sulymenko2018.toml"),
    data: &[],
};

/// Time (s) that a turn takes.
const TURN: f64 = 3e-12;
/// Time (s) for which an answer is waited for.
const WAIT: f64 = 60e-12;

spinloom_core::parameters! {
    /// Biases of the gates in units of the threshold, and links; a choice of ours.
    pub struct GateBias {
        /// Of a neuron that one input fires.
        pub one: f64 = 0.73, "", Bound::between(0.0, 0.999);
        /// Of a neuron that two inputs fire.
        pub two: f64 = 0.35, "", Bound::between(-0.999, 0.999);
        /// Of a neuron that three inputs fire.
        pub three: f64 = -0.10, "", Bound::between(-0.999, 0.999);
        /// Of the neuron of the sum.
        pub sum: f64 = 0.72, "", Bound::between(-0.999, 0.999);
    }
}

spinloom_core::parameters! {
    /// Parameters of the logic.
    pub struct Sulymenko2018 {
        /// The neurons.
        pub neuron: Antiferromagnet = Antiferromagnet::default(), "", Bound::ANY;
        /// What a neuron gives of its turning to the next, kappa; above the damping a loop would speed up without end.
        pub strength: f64 = 0.005, "", Bound::between(0.0, 1.0);
        /// Biases of the gates.
        pub bias: GateBias = GateBias::default(), "", Bound::ANY;
        /// Kick of the carry on the sum, in units of kappa.
        pub inhibition: f64 = -2.0, "", Bound::between(-100.0, 0.0);
        /// Kick on the sum of the neuron that fires at three inputs, in units of kappa.
        pub third: f64 = 1.5, "", Bound::between(0.0, 100.0);
        /// Bias of the input neurons.
        pub input_bias: f64 = 0.5, "", Bound::between(0.0, 0.99);
        /// Height of the pulses on the input neurons.
        pub input_height: f64 = 1.0, "", Bound::between(0.0, 100.0);
        /// Width of the pulses on the input neurons.
        pub input_width: f64 = 5e-12, "s", Bound::between(1e-14, 1e-9);
        /// Words added at each clock.
        pub words: usize = 40, "", Bound::between(1.0, 10_000.0);
        /// Bias of the neurons of the loop.
        pub ring_bias: f64 = 0.74, "", Bound::between(-0.999, 0.999);
        /// Neurons of the loop.
        pub ring: usize = 3, "", Bound::between(2.0, 50.0);
        /// The line that carries the current.
        pub metal: HeavyMetal = HeavyMetal::default(), "", Bound::ANY;
    }
}

/// A word, the spikes after it, whether there should be any, and the latency, s.
type Row = (usize, usize, bool, f64);

/// A truth table as found: for every word the spikes of the gate, whether it should fire, and how late it did.
struct Truth {
    name: &'static str,
    rows: Vec<Row>,
}

impl Truth {
    fn correct(&self) -> f64 {
        self.rows.iter().filter(|(_, count, wanted, _)| (*count > 0) == *wanted).count() as f64 / self.rows.len() as f64
    }

    fn slowest(&self) -> f64 {
        self.rows.iter().filter(|r| r.2).map(|r| r.3).fold(f64::NAN, f64::max)
    }
}

/// How many inputs of a word are set.
fn ones(word: usize) -> usize {
    word.count_ones() as usize
}

impl Sulymenko2018 {
    fn input(&self) -> (f64, (f64, f64)) {
        (self.input_bias, (self.input_height, self.input_width))
    }

    fn gate(&self, inputs: usize, bias: f64) -> Circuit {
        Circuit::gate(&self.neuron, inputs, self.strength, bias, self.input())
    }

    /// Three inputs; neurons that fire at one, two (the carry) and three of them; the sum.
    fn adder(&self) -> Circuit {
        let mut circuit = self.gate(3, self.bias.one);
        circuit.bias.extend([self.bias.two, self.bias.three, self.bias.sum]);
        for to in [4, 5] {
            circuit.links.extend((0..3).map(|from| Link { from, to, strength: self.strength }));
        }
        for (from, factor) in [(3, 1.0), (4, self.inhibition), (5, self.third)] {
            circuit.links.push(Link { from, to: 6, strength: factor * self.strength });
        }
        circuit
    }

    fn truth(&self, name: &'static str, inputs: usize, bias: f64, needed: usize) -> Result<Truth, LabError> {
        let circuit = self.gate(inputs, bias);
        let row = |word: usize| {
            let answer = circuit.answer(word, &[], WAIT)?;
            Ok((word, answer.counts[inputs], ones(word) >= needed, answer.latency[inputs]))
        };
        Ok(Truth { name, rows: (0..1 << inputs).map(row).collect::<Result<_, LabError>>()? })
    }

    fn gates(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let bias = &self.bias;
        let wanted = [
            ("or", 2, bias.one, 1),
            ("and", 2, bias.two, 2),
            ("or3", 3, bias.one, 1),
            ("majority", 3, bias.two, 2),
            ("and3", 3, bias.three, 3),
        ];
        let truths: Vec<Truth> =
            wanted.into_par_iter().map(|(name, n, b, needed)| self.truth(name, n, b, needed)).collect::<Result<_, _>>()?;
        run.check()?;
        for truth in &truths {
            outcome.measure(&format!("{}.correct", truth.name), "", truth.correct());
            outcome.measure(&format!("{}.latency", truth.name), "s", truth.slowest());
            let most = truth.rows.iter().map(|r| r.1).max().unwrap_or(0);
            outcome.measure(&format!("{}.most_spikes", truth.name), "", most as f64);
        }
        let all: Vec<(&'static str, &Row)> = truths.iter().flat_map(|t| t.rows.iter().map(move |r| (t.name, r))).collect();
        outcome.tables.push(
            Table::new("truth_tables", "Spikes of the gates after every word")
                .words("gate", all.iter().map(|(name, _)| (*name).to_owned()).collect())
                .numbers("inputs set", "", all.iter().map(|(_, r)| ones(r.0) as f64).collect())
                .numbers("spikes", "", all.iter().map(|(_, r)| r.1 as f64).collect())
                .numbers("wanted", "", all.iter().map(|(_, r)| f64::from(u8::from(r.2))).collect())
                .numbers("latency", "s", all.iter().map(|(_, r)| r.3).collect()),
        );
        Ok(())
    }

    /// How far apart the inputs of AND may come.
    fn tolerance(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let circuit = self.gate(2, self.bias.two);
        let step: f64 = if run.quick() { 0.5e-12 } else { 0.1e-12 };
        let delays: Vec<f64> = (0..=(10e-12 / step).round() as usize).map(|k| k as f64 * step).collect();
        let fired = |delay: &f64| -> Result<f64, LabError> {
            run.check()?;
            Ok(circuit.answer(3, &[0.0, *delay], WAIT)?.latency[2])
        };
        let latency: Vec<f64> = delays.par_iter().map(fired).collect::<Result<_, _>>()?;
        let window = delays.iter().zip(&latency).take_while(|(_, l)| l.is_finite()).map(|(d, _)| *d).last();
        outcome.measure("and.timing_tolerance", "s", window.unwrap_or(f64::NAN));
        outcome.figures.push(figures::tolerance(&delays, &latency));
        Ok(())
    }

    fn add(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let adder = self.adder();
        let answers: Vec<Answer> = (0..8).map(|word| adder.answer(word, &[], WAIT)).collect::<Result<_, _>>()?;
        run.check()?;
        let (carry, sum) = (4, 6);
        let right = |word: usize| {
            let counts = &answers[word].counts;
            counts[carry] == usize::from(ones(word) >= 2) && counts[sum] == ones(word) % 2
        };
        outcome.measure("adder.rows_correct", "", (0..8).filter(|w| right(*w)).count() as f64);
        outcome.measure("adder.neurons", "", (adder.bias.len() - adder.inputs) as f64);
        let latencies = || (0..8).flat_map(|w| [answers[w].latency[carry], answers[w].latency[sum]]).filter(|l| l.is_finite());
        let (first, last) = (latencies().fold(f64::INFINITY, f64::min), latencies().fold(0.0, f64::max));
        outcome.measure("adder.slowest_latency", "s", last);
        outcome.tables.push(
            Table::new("adder", "Spikes of carry and sum after every word")
                .numbers("inputs set", "", (0..8).map(|w| ones(w) as f64).collect())
                .numbers("carry", "", answers.iter().map(|a| a.counts[carry] as f64).collect())
                .numbers("sum", "", answers.iter().map(|a| a.counts[sum] as f64).collect())
                .numbers("latency of the carry", "s", answers.iter().map(|a| a.latency[carry]).collect())
                .numbers("latency of the sum", "s", answers.iter().map(|a| a.latency[sum]).collect()),
        );
        let traces = [1, 3, 7].map(|word| adder.traces(word, 40e-12));
        let traces: Vec<_> = traces.into_iter().collect::<Result<_, _>>()?;
        outcome.figures.push(figures::adder(&traces));
        self.clock(&adder, (carry, sum), first, run, outcome)
    }

    /// Random words at rising clocks.
    fn clock(
        &self,
        adder: &Circuit,
        (carry, sum): (usize, usize),
        earliest: f64,
        run: &Run,
        outcome: &mut Outcome,
    ) -> Result<(), LabError> {
        let mut stream = run.stream("words", 0);
        let count = if run.quick() { self.words.min(16) } else { self.words };
        let words: Vec<usize> = (0..count).map(|_| stream.below(8)).collect();
        let clocks: Vec<f64> = (1..=10).map(|k| f64::from(k) * 10e9).collect();
        let errors = |clock: &f64| -> Result<f64, LabError> {
            run.check()?;
            let spikes = adder.stream(&words, 1.0 / clock, &[carry, sum])?;
            // A spike belongs to the last word that it can come from.
            let in_slot = |times: &[f64], k: usize| {
                times.iter().filter(|t| ((*t - 0.5 * earliest) * clock).floor() as i64 == k as i64).count()
            };
            let wrong = |(k, word): &(usize, &usize)| {
                in_slot(&spikes[0], *k) != usize::from(ones(**word) >= 2) || in_slot(&spikes[1], *k) != ones(**word) % 2
            };
            Ok(words.iter().enumerate().filter(wrong).count() as f64 / words.len() as f64)
        };
        let found: Vec<f64> = clocks.par_iter().map(errors).collect::<Result<_, _>>()?;
        let highest = clocks.iter().zip(&found).take_while(|(_, e)| **e == 0.0).map(|(c, _)| *c).last();
        outcome.measure("adder.highest_clock", "Hz", highest.unwrap_or(0.0));
        outcome.figures.push(figures::clock(&clocks, &found, count));
        Ok(())
    }

    fn remember(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let pulse = (self.input_height, self.input_width);
        let ring = |bias: f64| Ring { neurons: self.ring, strength: self.strength, bias, pulse };
        let biases: Vec<f64> = (0..=14).map(|k| 0.68 + 0.01 * f64::from(k)).collect();
        let duration = if run.quick() { 0.4e-9 } else { 1e-9 };
        let go = |bias: &f64| {
            run.check()?;
            ring(*bias).run(&self.neuron, duration)
        };
        let found: Vec<Rounds> = biases.par_iter().map(go).collect::<Result<_, LabError>>()?;
        // A lone spike: one neuron has turned before the next begins to.
        let lone = |r: &&Rounds| {
            let hop = 1.0 / (r.frequency * self.ring as f64);
            r.frequency > 0.0 && hop > TURN && r.count as f64 > 0.9 * duration * r.frequency
        };
        let held: Vec<&Rounds> = found.iter().filter(lone).collect();
        let main = ring(self.ring_bias).run(&self.neuron, 4e-9)?;
        outcome.measure("loop.rounds", "", main.count as f64);
        outcome.measure("loop.frequency", "Hz", main.frequency);
        outcome.measure("loop.spikes_after_stop", "", main.after_stop as f64);
        outcome.measure("loop.lowest_frequency", "Hz", held.iter().map(|r| r.frequency).fold(f64::INFINITY, f64::min));
        outcome.measure("loop.highest_frequency", "Hz", held.iter().map(|r| r.frequency).fold(0.0, f64::max));
        outcome.figures.push(figures::ring(&biases, &found, self.ring));
        Ok(())
    }

    fn charge(&self, run: &mut Run, outcome: &mut Outcome) {
        let kick = self.metal.power(self.input_bias + self.input_height) * self.input_width;
        run.ledger.charge("input pulse of the adder", Kind::Write, 3.0, kick, self.input_width, HeavyMetal::source());
        let adder = self.adder();
        let power: f64 = adder.bias.iter().map(|b| self.metal.power(*b)).sum();
        run.ledger.charge("bias of the adder, one word", Kind::Bias, 1.0, power * WAIT, WAIT, HeavyMetal::source());
        outcome.measure("energy.addition", "J", 3.0 * kick + power * WAIT);
        outcome.ledger = run.ledger.clone();
    }
}

impl System for Sulymenko2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.timed("gates", |o| self.gates(run, o))?;
        outcome.timed("tolerance of timing", |o| self.tolerance(run, o))?;
        outcome.timed("adder", |o| self.add(run, o))?;
        outcome.timed("loop", |o| self.remember(run, o))?;
        self.charge(run, &mut outcome);
        outcome.note(
            "Of the paper, the abstract is public: pulses of about 2 ps, one neuron for OR, AND, majority or a threshold gate, fewer than five for a full adder or a loop \
             that remembers with a variable clock, tens of gigahertz. Biases, links and the wiring of the adder are choices of ours; links act one way.",
        );
        Ok(outcome)
    }
}
