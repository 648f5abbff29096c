//! Success against the interaction strength and the way it is raised, at equal numbers of sweeps.

use super::multipliers::{Factoriser, seed};
use super::{Camsari2017, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use spinloom_core::run::Run;
use spinloom_ising::IsingError;
use spinloom_ising::anneal::Schedule;

/// Success of one kind of schedule over the I0 it ends at.
pub struct Kind {
    /// Name.
    pub name: &'static str,
    /// I0 and success probability.
    pub points: Vec<(f64, f64)>,
}

/// From I0 and the number of sweeps to a schedule.
type Make = fn(f64, usize) -> Result<Schedule, IsingError>;

const KINDS: [(&str, &str, Make); 3] = [
    ("constant I0", "constant", |i, n| Schedule::linear(i, i, n)),
    ("linear from 0", "linear", |i, n| Schedule::linear(0.0, i, n)),
    ("geometric from I0/20", "geometric", |i, n| Schedule::geometric(0.05 * i, i, n)),
];
const STRENGTHS: [f64; 11] = [0.25, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 3.0, 4.0, 6.0];

pub fn study(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let cases = [("143 = 11 x 13, multiplier of 4 bits", 4, 143), ("3599 = 59 x 61, multiplier of 6 bits", 6, 3599)];
    let mut panels = Vec::new();
    for (c, (title, bits, number)) in cases.into_iter().enumerate() {
        let factoriser = Factoriser::new(bits, number)?;
        let mut kinds = Vec::new();
        for (k, (name, key, make)) in KINDS.into_iter().enumerate() {
            let mut points = Vec::new();
            for (s, &strength) in STRENGTHS.iter().enumerate() {
                let stream = ((c * KINDS.len() + k) * STRENGTHS.len() + s) as u64;
                let schedule = make(strength, system.sweeps)?;
                let reads = factoriser.anneal(schedule, system.reads, seed(run, "schedule", stream), run)?;
                points.push((strength, factoriser.successes(&reads) as f64 / reads.states.len().max(1) as f64));
            }
            let best = points.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, 0.0));
            outcome.measure(&format!("multiplier{bits}.best_success_{key}"), "", best.1);
            outcome.measure(&format!("multiplier{bits}.best_interaction_{key}"), "", best.0);
            kinds.push(Kind { name, points });
        }
        panels.push((title, kinds));
    }
    for (title, kinds) in &panels {
        let all = || kinds.iter().flat_map(|k| k.points.iter().map(|p| (k.name, *p)));
        outcome.tables.push(
            Table::new(&format!("schedules_{}", &title[..4].trim()), &format!("Success of {} sweeps, {title}", system.sweeps))
                .words("schedule", all().map(|r| r.0.to_owned()).collect())
                .numbers("interaction", "", all().map(|r| r.1.0).collect())
                .numbers("success", "", all().map(|r| r.1.1).collect()),
        );
    }
    outcome.figures.push(figures::schedules(&panels, system.sweeps));
    outcome.note("Every anneal, at constant I0 too, ends with one sweep in which no p-bit goes uphill.");
    Ok(())
}
