//! p-bits as devices: the embedded-junction p-bit and the spin-orbit p-bit, from macrospin to logic gate.
//!
//! K. Y. Camsari, S. Salahuddin and S. Datta, IEEE Electron Device Lett. 38, 1767 (2017), doi:10.1109/LED.2017.2768321; K. Y. Camsari,
//! R. Faria, B. M. Sutton and S. Datta, Phys. Rev. X 7, 031014 (2017), doi:10.1103/PhysRevX.7.031014. Transfer curves, correlation times and
//! their spread come from stochastic macrospins and their reductions; a gate and an adder then run on p-bits with those faults.

mod embedded;
mod figures;
mod network;
mod spin_orbit;

use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::{mean, variance};
use spinloom_device::pbit::embedded::EmbeddedSpread;
use spinloom_device::pbit::spin_orbit::SpinOrbitSpread;
use spinloom_device::pbit::{EmbeddedPbit, Pbit, SpinOrbitPbit};
use spinloom_ising::hardware::Synapses;

static CARD: Card = Card {
    name: "camsari2017-pbit",
    title: "p-bits from embedded and spin-orbit junctions, and what gates made of them do",
    paper: "K. Y. Camsari, S. Salahuddin and S. Datta, Implementing p-bits with embedded MTJ, IEEE Electron Device Lett. 38, 1767 (2017); K. Y. Camsari, R. Faria, B. M. Sutton and S. Datta, Stochastic p-bits for invertible logic, Phys. Rev. X 7, 031014 (2017)",
    doi: "10.1109/LED.2017.2768321",
    device: "low-barrier magnetic junctions, on a transistor and on a heavy metal",
    task: "AND gate and full adder at thermal equilibrium",
    measures: "transfer curves and correlation times of macrospins, their spread, and the bias of gates from lag, spread and coarse weights",
    claims: include_str!("../../../../../claims/camsari2017-pbit.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// Gates made of p-bits.
    pub struct GateParameters {
        /// Inverse temperature I0, by which all weights are multiplied.
        pub inverse_temperature: f64 = 1.0, "", Bound::between(0.01, 10.0);
        /// Independent reads of a circuit.
        pub reads: usize = 32, "", Bound::between(2.0, 10_000.0);
        /// Length of a read, in correlation times of a p-bit.
        pub read_length: f64 = 10_000.0, "", Bound::between(100.0, 1e8);
        /// Circuits drawn for each spread of the devices.
        pub circuits: usize = 60, "", Bound::between(2.0, 10_000.0);
        /// Synapses of the circuits of modelled devices; a lag of 0 here stands for a tenth of the correlation time.
        pub synapses: Synapses = Synapses { weight_bits: 6, ..Synapses::default() }, "", Bound::ANY;
    }
}

spinloom_core::parameters! {
    /// Parameters of the two p-bits and of the gates made of them. The papers' own numbers could not be checked; the defaults are ours.
    pub struct Camsari2017Pbit {
        /// The embedded-junction p-bit.
        pub embedded: EmbeddedPbit = EmbeddedPbit::default(), "", Bound::ANY;
        /// How embedded-junction p-bits differ.
        pub embedded_spread: EmbeddedSpread = EmbeddedSpread::default(), "", Bound::ANY;
        /// The spin-orbit p-bit.
        pub spin_orbit: SpinOrbitPbit = SpinOrbitPbit::default(), "", Bound::ANY;
        /// How spin-orbit p-bits differ.
        pub spin_orbit_spread: SpinOrbitSpread = SpinOrbitSpread::default(), "", Bound::ANY;
        /// Macrospins for each point of a curve.
        pub macrospins: usize = 1024, "", Bound::between(16.0, 1e6);
        /// Devices drawn of each kind.
        pub devices: usize = 500, "", Bound::between(10.0, 1e5);
        /// The gates.
        pub gate: GateParameters = GateParameters::default(), "", Bound::ANY;
    }
}

impl System for Camsari2017Pbit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        let mut outcome = Outcome::new(CARD.name, run.seed());
        run.progress("embedded-junction p-bit", 0, 4)?;
        let embedded_curve = outcome.timed("embedded-junction p-bit", |o| embedded::study(self, run, o))?;
        run.progress("spin-orbit p-bit", 1, 4)?;
        let spin_orbit_curve = outcome.timed("spin-orbit p-bit", |o| spin_orbit::study(self, run, o))?;
        outcome.figures.insert(0, figures::transfer(&embedded_curve, &spin_orbit_curve));
        run.progress("spread of devices", 2, 4)?;
        outcome.timed("spread of devices", |o| self.spread(run, o));
        run.progress("gates", 3, 4)?;
        outcome.timed("gates", |o| network::study(self, run, o))?;
        run.progress("gates", 4, 4)?;
        outcome.ledger = run.ledger.clone();
        self.remarks(&mut outcome);
        Ok(outcome)
    }
}

impl Camsari2017Pbit {
    /// Devices of both kinds with their spread, and what is left of it in gain, offset and correlation time.
    fn spread(&self, run: &Run, outcome: &mut Outcome) {
        let embedded = self.embedded.draw(&self.embedded_spread, self.devices, |i| run.stream("embedded devices", i));
        let spin_orbit = self.spin_orbit.draw(&self.spin_orbit_spread, self.devices, |i| run.stream("spin-orbit devices", i));
        for (name, devices) in [("embedded", &embedded), ("spin_orbit", &spin_orbit)] {
            let column = |f: &dyn Fn(&Pbit) -> f64| devices.iter().map(f).collect::<Vec<f64>>();
            let deviation = |v: Vec<f64>| variance(&v).sqrt();
            outcome.measure(&format!("{name}.gain_spread"), "", deviation(column(&|d| d.gain.ln())));
            outcome.measure(&format!("{name}.offset_spread"), "", deviation(column(&|d| d.offset)));
            outcome.measure(&format!("{name}.time_spread"), "", deviation(column(&|d| d.correlation_time.ln())));
            outcome.measure(&format!("{name}.mean_time_of_devices"), "s", mean(&column(&|d| d.correlation_time)));
            outcome.tables.push(
                Table::new(&format!("{name}_devices"), &format!("Drawn devices: {}", name.replace('_', "-")))
                    .numbers("gain", "", column(&|d| d.gain))
                    .numbers("offset", "input scale", column(&|d| d.offset))
                    .numbers("correlation_time", "s", column(&|d| d.correlation_time)),
            );
        }
        outcome.figures.push(figures::spread(&embedded, &spin_orbit));
    }

    fn remarks(&self, outcome: &mut Outcome) {
        outcome.note(
            "Dimensions, materials, supply and transistor are assumptions of ours: the papers' tables could not be checked. What is judged \
             against papers is only what their abstracts state: sub-nanosecond circular magnets, reversal independent of the damping, memory \
             lost as its power -1/3.",
        );
        outcome.note(
            "The embedded p-bit is a static divider and switch; the transistor is a long-channel EKV model. Its noise is bounded: a junction \
             is never better than parallel nor worse than antiparallel, so the mean output reaches +-1 at a finite input and no tanh fits it \
             closely (the least-squares one misses by 0.1 and has the scale given). Strongly driven p-bits stop for good where tanh would \
             still flip now and then: a gate at large I0 freezes in the first state that satisfies all inputs.",
        );
        outcome.note(format!(
            "The current that reads the embedded junction is {:.2} of the one whose torque would overcome its damping; the transfer curve with \
             that torque on is drawn beside the one without.",
            self.embedded.read_disturbance()
        ));
        outcome.note(
            "Energies are those of the static currents over one correlation time: junction and transistor, and the heavy metal at unit input. \
             Inverter, synapses and wires are left out.",
        );
    }
}

/// Level of a correlation at which its time is read off, 1/e.
const LEVEL: f64 = 0.367_879_441_171_442_33;

/// Root-mean-square difference of two curves.
fn rms(a: &[f64], b: &[f64]) -> f64 {
    (a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>() / a.len().max(1) as f64).sqrt()
}
