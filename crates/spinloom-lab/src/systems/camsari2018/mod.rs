//! Quantum magnets emulated by p-bits: the transverse-field Ising ring as replicas along imaginary time, annealing by the transverse field, and
//! the sign that stops the method (Camsari, Chowdhury and Datta 2019).
//!
//! K. Y. Camsari, S. Chowdhury and S. Datta, "Scalable emulation of sign-problem-free Hamiltonians with room-temperature p-bits", Phys. Rev. Appl.
//! 12, 034061 (2019), doi:10.1103/PhysRevApplied.12.034061. Energies are in units of an exchange energy, temperatures and fields with them.

mod annealing;
mod figures;
mod ring;
mod sign;

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::{Card, System};
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_ising::path_integral::LARGEST;
use spinloom_ising::solve::{DWELL_TIME, PBIT_POWER};

static CARD: Card = Card {
    name: "camsari2018",
    title: "Quantum magnets emulated by p-bits along imaginary time",
    paper: "K. Y. Camsari, S. Chowdhury and S. Datta, Scalable emulation of sign-problem-free Hamiltonians with room-temperature p-bits, Phys. Rev. Appl. 12, 034061 (2019)",
    doi: "10.1103/PhysRevApplied.12.034061",
    device: "p-bits, one for every spin and slice of imaginary time",
    task: "correlations of a transverse-field Ising ring; ground states of random magnets; the sign problem",
    measures: "correlations against exact diagonalisation and exact replicas, error against their number, cluster updates, success of annealing, average sign",
    claims: include_str!("../../../../../claims/camsari2018.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// The ring whose correlations are measured.
    pub struct RingParameters {
        /// Spins; all are diagonalised exactly, which ends at ten.
        pub spins: usize = 8, "", Bound::between(3.0, LARGEST as f64);
        /// Ising coupling.
        pub coupling: f64 = 2.0, "", Bound::between(-100.0, 100.0);
        /// Transverse field.
        pub transverse: f64 = 1.0, "", Bound::between(1e-3, 100.0);
        /// Inverse temperature.
        pub beta: f64 = 10.0, "", Bound::between(1e-3, 100.0);
        /// Replicas along imaginary time.
        pub slices: usize = 250, "", Bound::between(2.0, 10_000.0);
        /// Coupling and transverse field of the critical ring on which the error against the number of replicas is shown.
        pub critical: f64 = 1.0, "", Bound::between(1e-2, 100.0);
        /// Independent chains.
        pub chains: usize = 16, "", Bound::between(1.0, 1000.0);
        /// Sweeps of each chain.
        pub sweeps: usize = 10_000, "", Bound::between(100.0, 1e7);
        /// Whether clusters along imaginary time are flipped between sweeps.
        pub clusters: bool = true, "", Bound::ANY;
    }
}

spinloom_core::parameters! {
    /// Random magnets: every pair coupled by a normal number.
    pub struct MagnetParameters {
        /// Spins; ground states are found by enumeration.
        pub spins: usize = 20, "", Bound::between(4.0, 22.0);
        /// Number of magnets.
        pub magnets: usize = 10, "", Bound::between(1.0, 1000.0);
        /// Independent reads of each.
        pub reads: usize = 100, "", Bound::between(1.0, 1e6);
        /// Replicas along imaginary time.
        pub slices: usize = 8, "", Bound::between(2.0, 1000.0);
        /// Transverse field at the beginning, in units of the largest local field.
        pub field: f64 = 0.5, "", Bound::POSITIVE;
        /// Largest number of updates a spin, over all replicas.
        pub updates: usize = 1024, "", Bound::between(64.0, 1e6);
    }
}

spinloom_core::parameters! {
    /// Triangles of sx sx couplings, whose positive sign frustrates them.
    pub struct SignParameters {
        /// Coupling of sx sx.
        pub exchange: f64 = 1.0, "", Bound::between(0.0, 10.0);
        /// Transverse field.
        pub transverse: f64 = 0.5, "", Bound::between(0.0, 10.0);
        /// Replicas along imaginary time.
        pub slices: usize = 40, "", Bound::between(2.0, 1000.0);
        /// Largest inverse temperature of the triangle.
        pub beta: f64 = 2.0, "", Bound::between(0.1, 10.0);
        /// Inverse temperature at which the number of spins is varied.
        pub beta_of_strips: f64 = 0.75, "", Bound::between(0.01, 10.0);
        /// Spins of the longest strip of triangles.
        pub spins: usize = 7, "", Bound::between(4.0, LARGEST as f64);
        /// Sweeps of each chain, 16 of which make a point.
        pub sweeps: usize = 5000, "", Bound::between(100.0, 1e7);
    }
}

spinloom_core::parameters! {
    /// Parameters of the emulated quantum magnets.
    pub struct Camsari2018 {
        /// The ring whose correlations are measured.
        pub ring: RingParameters = RingParameters::default(), "", Bound::ANY;
        /// Random magnets to be annealed.
        pub magnet: MagnetParameters = MagnetParameters::default(), "", Bound::ANY;
        /// The sign problem.
        pub sign: SignParameters = SignParameters::default(), "", Bound::ANY;
    }
}

impl System for Camsari2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.timed("correlations of the ring", |o| ring::correlations(&self.ring, run, o))?;
        outcome.timed("error against replicas", |o| ring::replicas(&self.ring, run, o))?;
        outcome.timed("clusters in time", |o| ring::clusters(&self.ring, run, o))?;
        outcome.timed("annealing", |o| annealing::study(&self.magnet, run, o))?;
        outcome.timed("sign", |o| sign::study(&self.sign, run, o))?;
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "The p-bits here are ideal: they are updated by heat bath, colour by colour. The circuit of the paper, with embedded junctions and \
             finite delays, is not simulated.",
        );
        outcome.note(
            "The ledger counts the updates of the sampled rings as if every p-bit of the circuit were built; 20 uW and 1 ns a p-bit are assumptions, \
             and the time is that of updates one after another, which a circuit makes in parallel.",
        );
        Ok(outcome)
    }
}

/// Charges updates of p-bits.
fn charge(run: &mut Run, updates: f64) {
    let source = "assumed 20 uW a p-bit for 1 ns an update; couplings and read-out are left out";
    run.ledger.charge("p-bit update, replicas of rings", Kind::Bias, updates, PBIT_POWER * DWELL_TIME, DWELL_TIME, source);
}
