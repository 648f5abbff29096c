//! A gate and an adder on p-bits: ideal ones, ones with each fault alone, and the two devices with all of theirs.

use super::{Camsari2017Pbit, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate};
use spinloom_device::pbit::{Pbit, PbitSpread, Transfer};
use spinloom_ising::exact::{boltzmann, configuration, total_variation};
use spinloom_ising::hardware::{Circuit, Lag, Reading, Synapses, occupation};
use spinloom_ising::logic::Gate;
use spinloom_ising::{Ising, IsingError};

/// The gates, the names of their quantities, and their names for people.
pub const GATES: [(Gate, &str, &str); 2] = [(Gate::And, "and", "AND"), (Gate::FullAdder, "adder", "full adder")];
/// Neuron time of circuits of abstract p-bits; only its ratio to the synapse time matters.
const NEURON: f64 = 1e-9;

/// How far a law is from Boltzmann's, and how often it computes.
#[derive(Debug, Clone, Copy)]
pub struct Score {
    /// Total variation distance.
    pub distance: f64,
    /// Probability of a line of the truth table.
    pub valid: f64,
}

/// A gate with its exact law.
struct Target {
    gate: Gate,
    model: Ising,
    beta: f64,
    law: Vec<f64>,
}

impl Target {
    fn new(gate: Gate, beta: f64) -> Result<Self, IsingError> {
        let model = gate.model()?;
        let law = boltzmann(&model, beta)?;
        Ok(Self { gate, model, beta, law })
    }

    fn valid(&self, law: &[f64]) -> f64 {
        law.iter().enumerate().filter(|(i, _)| self.gate.valid(&configuration(*i, self.model.spins()))).map(|(_, p)| p).sum()
    }

    fn score(&self, law: &[f64]) -> Score {
        Score { distance: total_variation(law, &self.law), valid: self.valid(law) }
    }

    fn circuit(&self, synapses: &Synapses, pbits: Vec<Pbit>, transfer: &Transfer) -> Result<Circuit, IsingError> {
        Circuit::new(&self.model, self.beta, synapses, pbits, transfer.clone())
    }

    fn equal(&self, time: f64) -> Vec<Pbit> {
        vec![Pbit { gain: 1.0, offset: 0.0, correlation_time: time }; self.model.spins()]
    }
}

/// Reads a circuit as the parameters say, in its own neuron time.
fn read(system: &Camsari2017Pbit, circuit: &Circuit, neuron: f64, part: u64, run: &Run) -> Result<Vec<Reading>, LabError> {
    let g = &system.gate;
    let (reads, length) = if run.quick() { (g.reads.min(8), g.read_length.min(3000.0)) } else { (g.reads, g.read_length) };
    let seed = run.stream("gates", part).next();
    Ok(circuit.reads(seed, reads, 200.0 * neuron, length * neuron, run.cancel_token())?)
}

/// All of it.
pub fn study(system: &Camsari2017Pbit, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    slow_pair(system, run, outcome)?;
    for (part, (gate, name, title)) in GATES.into_iter().enumerate() {
        let target = Target::new(gate, system.gate.inverse_temperature)?;
        let circuit = target.circuit(&Synapses::default(), target.equal(NEURON), &Transfer::Tanh)?;
        let score = target.score(&occupation(&read(system, &circuit, NEURON, part as u64, run)?));
        outcome.measure(&format!("{name}.valid_exact"), "", target.valid(&target.law));
        outcome.measure(&format!("{name}.valid_ideal"), "", score.valid);
        outcome.measure(&format!("{name}.distance_ideal"), "", score.distance);
        lag(system, &target, (name, title), part as u64, run, outcome)?;
        run.check()?;
        faults(system, &target, (name, title), run, outcome)?;
    }
    devices(system, run, outcome)
}

/// Two coupled p-bits whose synapse is much slower than they are.
fn slow_pair(system: &Camsari2017Pbit, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
    let pbits = vec![Pbit { gain: 1.0, offset: 0.0, correlation_time: NEURON }; 2];
    let synapses = Synapses { time: 20.0 * NEURON, ..Synapses::default() };
    let circuit = Circuit::new(&pair, 1.0, &synapses, pbits, Transfer::Tanh)?;
    let readings = read(system, &circuit, NEURON, 100, run)?;
    let law = occupation(&readings);
    outcome.measure("pair.correlation_slow_synapse", "", law[0] + law[3] - law[1] - law[2]);
    Ok(())
}

/// Against the lag of the synapses.
fn lag(
    system: &Camsari2017Pbit,
    target: &Target,
    (name, title): (&str, &str),
    part: u64,
    run: &Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let ratios = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0];
    let mut curves = Vec::new();
    let mut table = Table::new(&format!("{name}_lag"), &format!("{title}: lag of the synapses")).numbers(
        "synapse_time_over_neuron_time",
        "",
        ratios.to_vec(),
    );
    for (l, (lag, words)) in [(Lag::Delay, "delay"), (Lag::LowPass, "low-pass")].into_iter().enumerate() {
        let mut scores = Vec::new();
        for (k, ratio) in ratios.iter().enumerate() {
            let synapses = Synapses { time: ratio * NEURON, lag, ..Synapses::default() };
            let circuit = target.circuit(&synapses, target.equal(NEURON), &Transfer::Tanh)?;
            let readings = read(system, &circuit, NEURON, 1000 * (part + 1) + 100 * l as u64 + k as u64, run)?;
            scores.push(target.score(&occupation(&readings)));
        }
        table = table
            .numbers(&format!("distance_{}", lag.word().replace('-', "_")), "", scores.iter().map(|s| s.distance).collect())
            .numbers(&format!("valid_{}", lag.word().replace('-', "_")), "", scores.iter().map(|s| s.valid).collect());
        curves.push((words.to_owned(), scores));
    }
    outcome.measure(&format!("{name}.distance_delay_tenth"), "", curves[0].1[2].distance);
    outcome.measure(&format!("{name}.valid_delay_tenth"), "", curves[0].1[2].valid);
    outcome.tables.push(table);
    outcome.figures.push(figures::lag(name, title, &ratios, &curves, target.valid(&target.law)));
    Ok(())
}

/// Against spread and resolution, from the exact law of each drawn circuit.
fn faults(
    system: &Camsari2017Pbit,
    target: &Target,
    (name, title): (&str, &str),
    run: &Run,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let circuits = if run.quick() { system.gate.circuits.min(12) } else { system.gate.circuits };
    let spreads = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3];
    let averaged = |spread: PbitSpread| -> Result<(Estimate, Estimate), LabError> {
        let scores: Vec<Score> = (0..circuits as u64)
            .into_par_iter()
            .map(|c| {
                run.check()?;
                let pbits = spread.draw(target.model.spins(), NEURON, |i| run.stream("p-bits of circuits", (c << 8) + i));
                let circuit = target.circuit(&Synapses::default(), pbits, &Transfer::Tanh)?;
                Ok(target.score(&circuit.stationary()?))
            })
            .collect::<Result<_, LabError>>()?;
        let over = |f: fn(&Score) -> f64| estimate(&scores.iter().map(f).collect::<Vec<_>>());
        Ok((over(|s| s.distance), over(|s| s.valid)))
    };
    let none = PbitSpread::default();
    let each = |f: &dyn Fn(f64) -> PbitSpread| spreads.iter().map(|s| averaged(f(*s))).collect::<Result<Vec<_>, _>>();
    let gain = each(&|s| PbitSpread { gain: s, ..none.clone() })?;
    let offset = each(&|s| PbitSpread { offset: s, ..none.clone() })?;
    let both = each(&|s| PbitSpread { gain: s, offset: s, ..none.clone() })?;
    outcome.measure_estimate(&format!("{name}.distance_spread_10"), "", both[2].0);
    outcome.measure_estimate(&format!("{name}.valid_spread_30"), "", both[6].1);
    let bits: Vec<usize> = (2..=8).collect();
    let coarse: Vec<Score> = bits
        .iter()
        .map(|&weight_bits| {
            let synapses = Synapses { weight_bits, ..Synapses::default() };
            Ok(target.score(&target.circuit(&synapses, target.equal(NEURON), &Transfer::Tanh)?.stationary()?))
        })
        .collect::<Result<_, LabError>>()?;
    let column = |v: &[(Estimate, Estimate)]| (v.iter().map(|e| e.0.mean).collect(), v.iter().map(|e| e.1.mean).collect());
    let mut table = Table::new(&format!("{name}_spread"), &format!("{title}: spread of gain and offset, exact laws averaged"))
        .numbers("spread", "", spreads.to_vec());
    for (what, curve) in [("gain", &gain), ("offset", &offset), ("both", &both)] {
        let (distance, valid) = column(curve);
        table = table.numbers(&format!("distance_{what}"), "", distance).numbers(&format!("valid_{what}"), "", valid);
    }
    outcome.tables.push(table);
    outcome.tables.push(
        Table::new(&format!("{name}_bits"), &format!("{title}: resolution of the weights, exact laws"))
            .numbers("bits", "", bits.iter().map(|b| *b as f64).collect())
            .numbers("distance", "", coarse.iter().map(|s| s.distance).collect())
            .numbers("valid", "", coarse.iter().map(|s| s.valid).collect()),
    );
    let curves = [("gain", &gain), ("offset", &offset), ("gain and offset", &both)];
    outcome.figures.push(figures::faults(name, title, &spreads, &curves, &bits, &coarse));
    Ok(())
}

/// One kind of device as its network sees it.
struct Device {
    name: &'static str,
    title: &'static str,
    transfer: Transfer,
    pbits: Vec<Pbit>,
    neuron: f64,
    /// Power of one p-bit, W, what it is for, and where it comes from.
    power: Vec<(f64, &'static str, Kind, &'static str)>,
}

/// The full adder on both devices against I0, with their curves, spreads, a lag of the synapses and coarse weights.
fn devices(system: &Camsari2017Pbit, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let (embedded, spin_orbit) = (&system.embedded, &system.spin_orbit);
    let spins = Gate::FullAdder.spins();
    let all = [
        Device {
            name: "embedded",
            title: "embedded junctions",
            transfer: embedded.transfer(),
            pbits: embedded.draw(&system.embedded_spread, spins, |i| run.stream("embedded adder", i)),
            neuron: embedded.correlation_time(),
            power: vec![(
                embedded.power(),
                "embedded p-bit, one correlation time",
                Kind::Bias,
                "supply times static current of junction and transistor at mid-input, both of our assumptions; the inverter is left out",
            )],
        },
        Device {
            name: "spin_orbit",
            title: "spin-orbit",
            transfer: spin_orbit.transfer().0,
            pbits: spin_orbit.draw(&system.spin_orbit_spread, spins, |i| run.stream("spin-orbit adder", i)),
            neuron: spin_orbit.correlation_time(),
            power: vec![
                (
                    spin_orbit.write_power(),
                    "spin-orbit p-bit, write, one correlation time",
                    Kind::Write,
                    "I^2 R of the heavy metal at unit input; spin Hall angle, resistivity and damping are assumptions of ours",
                ),
                (
                    embedded.power(),
                    "spin-orbit p-bit, read, one correlation time",
                    Kind::Read,
                    "a junction and divider like those of the embedded p-bit, always on",
                ),
            ],
        },
    ];
    let betas = [0.25, 0.5, 0.75, 1.0, 1.5];
    let exact: Vec<Target> = betas.iter().map(|b| Target::new(Gate::FullAdder, *b)).collect::<Result<_, _>>()?;
    let exact_valid: Vec<f64> = exact.iter().map(|t| t.valid(&t.law)).collect();
    let mut curves = Vec::new();
    let mut table = Table::new("adder_devices", "Full adder on modelled devices").numbers("I0", "", betas.to_vec()).numbers(
        "valid_exact",
        "",
        exact_valid.clone(),
    );
    for (d, device) in all.iter().enumerate() {
        let lag = if system.gate.synapses.time > 0.0 { system.gate.synapses.time } else { 0.1 * device.neuron };
        let synapses = Synapses { time: lag, ..system.gate.synapses.clone() };
        let mut scores = Vec::new();
        for (k, target) in exact.iter().enumerate() {
            let circuit = target.circuit(&synapses, device.pbits.clone(), &device.transfer)?;
            let readings = read(system, &circuit, device.neuron, 10_000 + 100 * d as u64 + k as u64, run)?;
            scores.push(target.score(&occupation(&readings)));
            let sum = |f: fn(&Reading) -> f64| readings.iter().map(f).sum::<f64>();
            let (updates, flips, seconds) = (sum(|r| r.updates as f64), sum(|r| r.flips as f64), sum(|r| r.seconds));
            let mut joule = 0.0;
            for (power, what, kind, source) in &device.power {
                // An update is one correlation time of one p-bit, whether or not it flips.
                run.ledger.charge(what, *kind, updates, power * device.neuron, device.neuron, source);
                joule += power * spins as f64 * seconds;
            }
            if betas[k] == 0.5 {
                outcome.measure(&format!("{}.adder_energy_per_flip", device.name), "J", joule / flips.max(1.0));
                outcome.measure(&format!("{}.adder_flips_per_second", device.name), "1/s", flips / seconds);
            }
        }
        outcome.measure(&format!("{}.adder_valid", device.name), "", scores[1].valid);
        outcome.measure(&format!("{}.adder_distance", device.name), "", scores[1].distance);
        table = table.numbers(&format!("valid_{}", device.name), "", scores.iter().map(|s| s.valid).collect()).numbers(
            &format!("distance_{}", device.name),
            "",
            scores.iter().map(|s| s.distance).collect(),
        );
        curves.push((device.title, scores));
    }
    outcome.tables.push(table);
    outcome.figures.push(figures::devices(&betas, &exact_valid, &curves));
    Ok(())
}
