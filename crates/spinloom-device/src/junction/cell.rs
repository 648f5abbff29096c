//! Memory cells: junctions with the transistors that select and read them.
//!
//! An access transistor of gain k = mu C_ox W / L and threshold V_t carries, with its gate V_g, drain and source voltages,
//!
//! ```text
//! I = k (V_gs - V_t - V_ds / 2) V_ds     below,  k (V_gs - V_t)^2 / 2     above V_ds = V_gs - V_t
//! ```
//!
//! (H. Shichman and D. A. Hodges, IEEE J. Solid-State Circuits 3, 285 (1968), doi:10.1109/JSSC.1968.1049902). The junction lies on the side of the bit line. A
//! current towards it passes the transistor first, whose source then rests on the junction and rises with it: less of the gate voltage is left, and writing
//! that way is weaker (source degeneration).
//!
//! A sense amplifier decides between two currents whose difference it sees with a normal error: of a cell and a reference halfway between both states (1T-1MTJ), or
//! of the two complementary junctions of a cell (2T-2MTJ, and 4T-2MTJ, in which the amplifier is part of the cell). Twice the difference is the reason to have two
//! junctions.

use super::{Junction, Pulse, State, positive};
use crate::DeviceError;
use spinloom_core::parameters::Bound;
use spinloom_core::statistics::normal;

spinloom_core::choices! {
    /// How many transistors and junctions a cell has.
    pub enum CellKind {
        /// One of each, read against a reference.
        OneJunction = "1T-1MTJ",
        /// Two of each, in opposite states.
        TwoJunctions = "2T-2MTJ",
        /// Two junctions in opposite states at a latch of its own, which reads where the data lie.
        Latch = "4T-2MTJ",
    }
}

spinloom_core::parameters! {
    /// A cell. At a supply of 1.2 V the default transistor carries 2.2 times the critical current of the default junction on the way that is harder, and far more on the
    /// other; a reading at a third of the critical voltage flips few bits. All numbers of the circuit are assumptions of ours.
    ///
    /// ```
    /// use spinloom_device::junction::{Cell, State};
    /// let cell = Cell::default();
    /// // The way through the junction first is the stronger one, over what it takes.
    /// let over = |to: State| Ok::<f64, spinloom_device::DeviceError>(cell.junction.overdrive(cell.write_pulse(to, 10e-9)?, to.other()));
    /// assert!(over(State::Parallel)? > over(State::Antiparallel)? && over(State::Antiparallel)? > 2.0);
    /// // Neither reading nor time loses many bits.
    /// assert!(cell.read_disturb()? < 1e-6 && cell.sense_error() < 1e-4 && cell.retention_failure(3.156e8)? < 1e-6);
    /// # Ok::<(), spinloom_device::DeviceError>(())
    /// ```
    pub struct Cell {
        /// Its junctions.
        pub junction: Junction = Junction::default(), "", Bound::ANY;
        /// How many transistors and junctions it has.
        pub kind: CellKind = CellKind::OneJunction, "", Bound::ANY;
        /// Supply, on the gate and on the line that drives.
        pub supply: f64 = 1.2, "V", Bound::POSITIVE;
        /// Threshold of the access transistor, V_t.
        pub threshold: f64 = 0.35, "V", Bound::NON_NEGATIVE;
        /// Gain of the access transistor, k.
        pub gain: f64 = 5e-4, "A/V^2", Bound::POSITIVE;
        /// Voltage on the junction while it is read.
        pub read_voltage: f64 = 0.05, "V", Bound::POSITIVE;
        /// Time for which it is read.
        pub read_time: f64 = 2e-9, "s", Bound::POSITIVE;
        /// Standard deviation of the difference of currents at which a sense amplifier decides.
        pub sense_offset: f64 = 0.3e-6, "A", Bound::NON_NEGATIVE;
        /// Standard deviation of the conductance of a junction over its value; of two junctions each has its own.
        pub conductance_spread: f64 = 0.05, "", Bound::between(0.0, 1.0);
    }
}

/// Current (A) of a transistor from what is left of its gate over the threshold (V) and the voltage along it (V), neither negative.
fn transistor(gain: f64, overdrive: f64, along: f64) -> f64 {
    let overdrive = overdrive.max(0.0);
    let along = along.min(overdrive);
    gain * (overdrive - 0.5 * along) * along
}

impl Cell {
    /// Current (A) that flows while the cell is written *to* a state, the junction being in the other one: to the parallel state the current enters by the
    /// junction and the source of the transistor is at ground, to the antiparallel state it enters by the transistor, whose source rests on the junction.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a supply that does not open the transistor.
    pub fn write_current(&self, to: State) -> Result<f64, DeviceError> {
        positive("the supply over the threshold of the transistor (V)", self.supply - self.threshold)?;
        let from = to.other();
        // What the junction carries rises with its voltage, what the transistor lets through falls with it: they meet once.
        let missing = |voltage: f64| {
            let gate = if to == State::Parallel { self.supply } else { self.supply - voltage };
            let through = transistor(self.gain, gate - self.threshold, self.supply - voltage);
            voltage / self.junction.resistance(from, voltage) - through
        };
        let (mut low, mut high) = (0.0, self.supply);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if missing(middle) > 0.0 { high = middle } else { low = middle }
        }
        Ok(0.5 * (low + high) / self.junction.resistance(from, 0.5 * (low + high)))
    }

    /// The pulse on a junction while the cell is written to a state for a duration (s).
    ///
    /// # Errors
    /// As [`Cell::write_current`].
    pub fn write_pulse(&self, to: State, duration: f64) -> Result<Pulse, DeviceError> {
        Ok(Pulse::Current { current: to.cosine() * self.write_current(to)?, duration })
    }

    /// Junctions that are written together.
    pub fn junctions(&self) -> usize {
        if self.kind == CellKind::OneJunction { 1 } else { 2 }
    }

    /// Energy (J) that the supply gives while the cell is written to a state for a duration (s): of two junctions each goes its own way.
    ///
    /// # Errors
    /// As [`Cell::write_current`].
    pub fn write_energy(&self, to: State, duration: f64) -> Result<f64, DeviceError> {
        let of = |to: State| Ok::<f64, DeviceError>(self.supply * self.write_current(to)? * duration);
        if self.kind == CellKind::OneJunction { of(to) } else { Ok(of(to)? + of(to.other())?) }
    }

    /// Currents (A) of the parallel and the antiparallel state while the cell is read.
    pub fn read_currents(&self) -> [f64; 2] {
        [State::Parallel, State::Antiparallel].map(|s| self.read_voltage / self.junction.resistance(s, self.read_voltage))
    }

    /// Energy (J) of one reading, by the currents of what is read and, of one junction, of its reference; the amplifier is left out.
    pub fn read_energy(&self) -> f64 {
        let [p, ap] = self.read_currents();
        let currents = if self.kind == CellKind::OneJunction { 0.5 * (p + ap) + 0.5 * (p + ap) } else { p + ap };
        currents * self.read_voltage * self.read_time
    }

    /// Probability that a reading is wrong, mean over both states: the difference of currents falls short of the offset of the amplifier and of what the
    /// junctions differ by. The reference of one junction is taken as exact.
    ///
    /// ```
    /// use spinloom_device::junction::{Cell, CellKind};
    /// let one = Cell { conductance_spread: 0.1, ..Cell::default() };
    /// let two = Cell { kind: CellKind::TwoJunctions, ..one.clone() };
    /// assert!(one.sense_error() > 1e-4 && two.sense_error() < 0.01 * one.sense_error());
    /// ```
    pub fn sense_error(&self) -> f64 {
        let [p, ap] = self.read_currents();
        let deviation = |spread: f64| self.sense_offset.hypot(spread);
        let wrong = |signal: f64, deviation: f64| if deviation > 0.0 { normal(-signal / deviation) } else { 0.0 };
        let of = |current: f64| self.conductance_spread * current;
        match self.kind {
            CellKind::OneJunction => {
                let half = 0.5 * (p - ap);
                0.5 * (wrong(half, deviation(of(p))) + wrong(half, deviation(of(ap))))
            }
            CellKind::TwoJunctions | CellKind::Latch => wrong(p - ap, deviation(of(p).hypot(of(ap)))),
        }
    }

    /// Probability that a reading flips the junction, in the state in which it may: reading drives towards the parallel one. Brown's rate; a reading at or above
    /// the critical voltage writes.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] there.
    pub fn read_disturb(&self) -> Result<f64, DeviceError> {
        let overdrive = self.read_voltage / self.junction.critical_voltage();
        if overdrive >= 1.0 {
            let bound = "below 1, or the reading writes: lower the voltage of the reading".to_owned();
            return Err(DeviceError::OutOfRange {
                what: "the voltage of a reading over the critical one",
                value: overdrive,
                bound,
            });
        }
        self.junction.flip_probability(overdrive, self.read_time)
    }

    /// Probability that the cell has lost its bit after a time (s) without power: any of its junctions has flipped.
    ///
    /// # Errors
    /// [`DeviceError::OutOfRange`] for a time that is not positive.
    pub fn retention_failure(&self, time: f64) -> Result<f64, DeviceError> {
        positive("the time of retention (s)", time)?;
        let one = self.junction.flip_probability(0.0, time)?;
        Ok(if self.junctions() == 1 { one } else { one * (2.0 - one) })
    }

    /// Area of the cell in transistors and junctions.
    pub fn parts(&self) -> (usize, usize) {
        match self.kind {
            CellKind::OneJunction => (1, 1),
            CellKind::TwoJunctions => (2, 2),
            CellKind::Latch => (4, 2),
        }
    }
}

impl Junction {
    /// Probability that thermal escape flips the junction within a time (s) at i times the critical torque, i < 1, to all its digits.
    ///
    /// # Errors
    /// As [`Junction::escape_rate`].
    pub fn flip_probability(&self, overdrive: f64, time: f64) -> Result<f64, DeviceError> {
        Ok(-(-self.escape_rate(overdrive, super::Barrier::Brown)? * time).exp_m1())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::junction::Switching;
    use spinloom_core::random::Stream;

    #[test]
    fn both_ways_of_writing_solve_the_circuit() {
        let cell = Cell::default();
        // To the parallel state the transistor is a resistor of ground level: its current at the voltage that is left.
        for to in [State::Parallel, State::Antiparallel] {
            let current = cell.write_current(to).unwrap();
            let voltage = cell.junction.voltage_of(current, to.other());
            let gate = if to == State::Parallel { cell.supply } else { cell.supply - voltage };
            let through = transistor(cell.gain, gate - cell.threshold, cell.supply - voltage);
            assert!((current / through - 1.0).abs() < 1e-9, "{to:?}: {current:e} {through:e}");
        }
        // A wide transistor leaves all the voltage to the junction one way, and a threshold less the other.
        let wide = Cell { gain: 1e3, ..cell.clone() };
        let voltage = |to: State| wide.junction.voltage_of(wide.write_current(to).unwrap(), to.other());
        assert!((voltage(State::Parallel) - 1.2).abs() < 1e-3 && (voltage(State::Antiparallel) - 0.85).abs() < 1e-3);
        assert!(Cell { threshold: 1.3, ..cell }.write_current(State::Parallel).is_err());
    }

    #[test]
    fn the_default_cell_writes_for_some_hundred_femtojoules() {
        let cell = Cell::default();
        for to in [State::Parallel, State::Antiparallel] {
            let pulse = cell.write_pulse(to, 10e-9).unwrap();
            assert!(cell.junction.overdrive(pulse, to.other()) > 2.0, "{to:?}");
            let written = cell.junction.switching_probability(pulse, to.other(), Switching::FokkerPlanck).unwrap();
            assert!(written.write_error < 1e-3, "{to:?}: {written:?}");
        }
        let two = Cell { kind: CellKind::TwoJunctions, ..cell.clone() };
        let both = [State::Parallel, State::Antiparallel].map(|s| cell.write_energy(s, 10e-9).unwrap());
        assert!((two.write_energy(State::Parallel, 10e-9).unwrap() / (both[0] + both[1]) - 1.0).abs() < 1e-12);
        assert_eq!((two.junctions(), two.parts(), two.kind.word()), (2, (2, 2), "2T-2MTJ"));
    }

    /// The closed form beside drawn cells: 200,000 readings of each, four standard errors.
    #[test]
    fn sense_errors_are_those_of_drawn_cells() {
        for kind in [CellKind::OneJunction, CellKind::TwoJunctions, CellKind::Latch] {
            let cell = Cell { kind, conductance_spread: 0.15, sense_offset: 4e-6, ..Cell::default() };
            let mut stream = Stream::new(1, "cells", kind as u64);
            let [p, ap] = cell.read_currents();
            let trials = 200_000;
            let wrong = (0..trials)
                .filter(|k| {
                    let mut drawn = |current: f64| current * (1.0 + cell.conductance_spread * stream.normal());
                    let (parallel, antiparallel) = (drawn(p), drawn(ap));
                    let offset = cell.sense_offset * stream.normal();
                    match (kind, k % 2) {
                        (CellKind::OneJunction, 0) => parallel - 0.5 * (p + ap) < offset,
                        (CellKind::OneJunction, _) => 0.5 * (p + ap) - antiparallel < offset,
                        _ => parallel - antiparallel < offset,
                    }
                })
                .count() as f64;
            let law = cell.sense_error();
            let error = (law * (1.0 - law) / f64::from(trials)).sqrt();
            assert!((wrong / f64::from(trials) - law).abs() < 4.0 * error, "{kind:?}: {wrong} {law}");
        }
        assert_eq!(Cell { conductance_spread: 0.0, sense_offset: 0.0, ..Cell::default() }.sense_error(), 0.0);
    }

    #[test]
    fn disturbance_and_retention() {
        let cell = Cell::default();
        // Less voltage, less disturbance; both states flip without any.
        let at = |voltage: f64| Cell { read_voltage: voltage, ..cell.clone() }.read_disturb().unwrap();
        assert!(at(0.1) > 1e5 * at(0.05) && at(0.01) < 1e-20);
        assert!(Cell { read_voltage: 0.2, ..cell.clone() }.read_disturb().is_err());
        // The rate is linear in a short time, and two junctions lose a bit twice as easily.
        let year = 3.156e7;
        let (one, two) = (
            cell.retention_failure(year).unwrap(),
            Cell { kind: CellKind::Latch, ..cell.clone() }.retention_failure(year).unwrap(),
        );
        assert!((two / one - 2.0).abs() < 1e-6 && (cell.retention_failure(10.0 * year).unwrap() / one - 10.0).abs() < 1e-6);
        let rate = cell.junction.escape_rate(0.0, crate::junction::Barrier::Brown).unwrap();
        assert!((one / (rate * year) - 1.0).abs() < 1e-6);
        assert!(cell.retention_failure(-1.0).is_err());
    }
}
