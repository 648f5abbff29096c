//! What a memory of whole cells does beside its junctions: the supply that drives them through their transistors, and reads that go wrong.

use super::Locatelli2018;
use super::pulses::Pulse;
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_device::junction::{Cell, CellKind, State, Switching};

/// Time of which the loss of bits is told, s.
const TEN_YEARS: f64 = 3.156e8;
const KINDS: [CellKind; 3] = [CellKind::OneJunction, CellKind::TwoJunctions, CellKind::Latch];

/// Cells of every kind, written for as long as by the reference pulse.
pub fn study(system: &Locatelli2018, reference: &Pulse, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    run.check()?;
    let cell = &system.cell;
    let ways = [("parallel", State::Parallel), ("antiparallel", State::Antiparallel)];
    let written: Vec<(f64, f64)> = ways
        .par_iter()
        .map(|(_, to)| {
            let pulse = cell.write_pulse(*to, reference.duration)?;
            let switched = cell.junction.switching_probability(pulse, to.other(), Switching::FokkerPlanck)?;
            Ok((cell.junction.overdrive(pulse, to.other()), switched.write_error))
        })
        .collect::<Result<_, LabError>>()?;
    for ((name, _), (overdrive, error)) in ways.iter().zip(&written) {
        outcome.measure(&format!("cell.overdrive_to_{name}"), "", *overdrive);
        outcome.measure(&format!("cell.write_error_to_{name}"), "", *error);
    }
    let all = KINDS.map(|kind| Cell { kind, ..cell.clone() });
    // Either way as often.
    let energy = |cell: &Cell| -> Result<f64, LabError> {
        let of = |to: State| cell.write_energy(to, reference.duration);
        Ok(0.5 * (of(State::Parallel)? + of(State::Antiparallel)?))
    };
    let energies = all.iter().map(energy).collect::<Result<Vec<f64>, LabError>>()?;
    let lost = all.iter().map(|c| Ok(c.retention_failure(TEN_YEARS)?)).collect::<Result<Vec<f64>, LabError>>()?;
    let write = energy(cell)?;
    outcome.measure("cell.write_energy", "J", write);
    outcome.measure("cell.write_energy_over_junction", "", write / (cell.junctions() as f64 * reference.energy));
    outcome.measure("cell.read_energy", "J", cell.read_energy());
    outcome.measure("cell.sense_error", "", cell.sense_error());
    outcome.measure("cell.read_disturbance", "", cell.read_disturb()?);
    let column = |of: &dyn Fn(&Cell) -> f64| all.iter().map(of).collect::<Vec<f64>>();
    outcome.tables.push(
        Table::new("cells", "Cells: a write as long as by the reference pulse, a read, and ten years without power")
            .words("cell", KINDS.map(|kind| kind.word().to_owned()).to_vec())
            .numbers("energy of a write", "J", energies)
            .numbers("energy of a read", "J", column(&Cell::read_energy))
            .numbers("error of a read", "", column(&Cell::sense_error))
            .numbers("lost in ten years", "", lost)
            .numbers("transistors", "", column(&|c| c.parts().0 as f64))
            .numbers("junctions", "", column(&|c| c.parts().1 as f64)),
    );
    Ok(())
}
