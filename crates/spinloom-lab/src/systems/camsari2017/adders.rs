//! Ripple-carry adders: addition, its inverse and subtraction; up to 32 bits against the exact distribution.

use super::transfer::{Held, differences};
use super::{Camsari2017, Conditioned, figures};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::systems::sampling::{self, Agreement, Protocol, agreement, fraction, histogram, marginal, normalised};
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_core::statistics::{Estimate, estimate, mean};
use spinloom_ising::exact::boltzmann;
use spinloom_ising::logic::{Adder, hold, value};

/// The distribution of one number of an adder.
pub struct Direction {
    /// What is asked for.
    pub title: String,
    /// The number on the axis.
    pub number: &'static str,
    /// Sampled probability of every value.
    pub sampled: Vec<f64>,
    /// Exact probability.
    pub exact: Vec<f64>,
}

/// P(A + B = S) against the length of the adder, at one I0.
pub struct Length {
    /// I0.
    pub interaction: f64,
    /// Bits, sampled and exact.
    pub points: Vec<(usize, Estimate, f64)>,
}

/// The differences that are shown around zero.
pub const SHOWN: std::ops::RangeInclusive<i64> = -12..=12;

fn clamps(adder: &Adder, held: &Held) -> Vec<(usize, i8)> {
    let mut all = Vec::new();
    for (bits, number) in [(&adder.a, held.a), (&adder.b, held.b), (&adder.s, held.s), (&vec![adder.carry], held.carry)] {
        all.extend(number.map(|n| hold(bits, n)).unwrap_or_default());
    }
    all
}

/// A + B + C - S.
fn difference(adder: &Adder, m: &[i8]) -> i64 {
    let v = |bits: &[usize]| value(m, bits) as i64;
    v(&adder.a) + v(&adder.b) + v(&[adder.carry]) - v(&adder.s)
}

/// Four bits in three directions, every one against enumeration.
pub fn four_bits(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let adder = Adder::new(4, false);
    let model = adder.circuit.model()?;
    let none = Held { carry: Some(0), ..Held::default() };
    let cases = [
        ("direct", "11 + 6 = S", "S", &adder.s, Held { a: Some(11), b: Some(6), ..none }),
        ("inverse", "A + B = 17: all pairs", "A", &adder.a, Held { s: Some(17), ..none }),
        ("subtract", "17 - 11 = B", "B", &adder.b, Held { s: Some(17), a: Some(11), ..none }),
    ];
    let protocol = Protocol { interaction: system.interaction, ramp: 300, snapshots: system.snapshots, every: 200 };
    let mut directions = Vec::new();
    let mut agreements: Vec<Agreement> = Vec::new();
    for (k, (key, title, number, bits, held)) in cases.into_iter().enumerate() {
        let part = Conditioned::new(&model, &clamps(&adder, &held))?;
        let bins = 1 << bits.len();
        let bin = |m: &[i8]| Some(value(&part.whole(m), bits) as usize);
        let counts = histogram(&part.model, &protocol, run, ("four bits", k as u64), bins, bin)?;
        let exact = marginal(&boltzmann(&part.model, system.interaction)?, part.model.spins(), bins, bin);
        agreements.push(agreement(&counts, &exact));
        // Right answers at I0 = 1, whatever the histogram is drawn at.
        let one = Protocol { interaction: 1.0, ..protocol };
        let right = fraction(&part.model, &one, run, ("four bits right", k as u64), |m| difference(&adder, &part.whole(m)) == 0)?;
        outcome.measure_estimate(&format!("adder4.{key}_probability"), "", right);
        sampling::charge(outcome, run, "four-bit adder", part.model.spins(), (2 * protocol.sweeps() * sampling::LANES) as f64);
        directions.push(Direction { title: title.to_owned(), number, sampled: normalised(&counts), exact });
    }
    let worst = agreements.iter().map(|a| a.total_variation / a.bound).fold(0.0, f64::max);
    outcome.measure("adder4.total_variation_over_bound", "", worst);
    outcome.measure("adder4.chi_square", "", agreements.iter().map(|a| a.chi_square).sum::<f64>() / 3f64.sqrt());
    outcome.measure("adder4.pbits", "", model.spins() as f64);
    let modes = [0, 2].iter().filter(|&&k| mode(&directions[k].sampled) == Some([17, 0, 6][k]));
    outcome.measure("adder4.modes_right", "", modes.count() as f64 / 2.0);
    outcome.figures.push(figures::four_bits(&directions, system.interaction));
    Ok(())
}

/// The likeliest value.
fn mode(p: &[f64]) -> Option<usize> {
    (0..p.len()).max_by(|&a, &b| p[a].total_cmp(&p[b]))
}

/// Adders up to 32 bits: A + B - S, and the probability of right answers against length.
pub fn long(system: &Camsari2017, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let bits = system.adder_bits;
    peak(system, bits, run, outcome)?;
    directions(system, bits, run, outcome)?;
    if run.quick() {
        return Ok(());
    }
    let lengths: Vec<usize> = [4, 8, 12, 16, 24, 32, 40].into_iter().filter(|b| *b <= bits).collect();
    let strengths = [1.0, 1.5, 2.0, 3.0];
    let grid: Vec<(usize, usize)> = (0..strengths.len()).flat_map(|i| (0..lengths.len()).map(move |k| (i, k))).collect();
    let points = grid
        .par_iter()
        .map(|&(i, k)| {
            let (a, b) = operands(lengths[k], run, k as u64);
            let held = Held { a: Some(a), b: Some(b), s: None, carry: Some(0) };
            right(lengths[k], &held, strengths[i], run, ("adder length", (i * lengths.len() + k) as u64))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let curves: Vec<Length> = strengths
        .iter()
        .enumerate()
        .map(|(i, &interaction)| Length {
            interaction,
            points: (0..lengths.len())
                .map(|k| {
                    let (sampled, exact) = points[i * lengths.len() + k];
                    (lengths[k], sampled, exact)
                })
                .collect(),
        })
        .collect();
    outcome.tables.push(
        Table::new("adder_length", "Probability of A + B = S with A and B held, against bits and I0")
            .numbers("bits", "", curves.iter().flat_map(|c| c.points.iter().map(|p| p.0 as f64)).collect())
            .numbers("interaction", "", curves.iter().flat_map(|c| c.points.iter().map(|_| c.interaction)).collect())
            .numbers("sampled", "", curves.iter().flat_map(|c| c.points.iter().map(|p| p.1.mean)).collect())
            .numbers("standard_error", "", curves.iter().flat_map(|c| c.points.iter().map(|p| p.1.standard_error)).collect())
            .numbers("exact", "", curves.iter().flat_map(|c| c.points.iter().map(|p| p.2)).collect()),
    );
    outcome.figures.push(figures::lengths(&curves));
    Ok(())
}

/// Two numbers of so many bits.
fn operands(bits: usize, run: &Run, index: u64) -> (u64, u64) {
    let mut stream = run.stream("operands", index);
    (stream.next() >> (64 - bits), stream.next() >> (64 - bits))
}

/// How long an adder is left to find its balance: errors wander along the carries.
fn protocol(bits: usize, interaction: f64, snapshots: usize) -> Protocol {
    Protocol { interaction, ramp: 60 * bits, snapshots, every: 4 * bits }
}

/// Sampled and exact probability of A + B + C = S under what is held.
fn right(bits: usize, held: &Held, interaction: f64, run: &Run, stream: (&str, u64)) -> Result<(Estimate, f64), LabError> {
    let adder = Adder::new(bits, false);
    let part = Conditioned::new(&adder.circuit.model()?, &clamps(&adder, held))?;
    let sampled =
        fraction(&part.model, &protocol(bits, interaction, 20), run, stream, |m| difference(&adder, &part.whole(m)) == 0)?;
    Ok((sampled, differences(bits, held, interaction, &[0])[0]))
}

/// The distribution of A + B - S of a free adder.
fn peak(system: &Camsari2017, bits: usize, run: &mut Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let interaction = system.adder_interaction;
    let adder = Adder::new(bits, false);
    let held = Held { carry: Some(0), ..Held::default() };
    let part = Conditioned::new(&adder.circuit.model()?, &clamps(&adder, &held))?;
    let protocol = protocol(bits, interaction, system.snapshots);
    let mut near = vec![0.0; SHOWN.count()];
    // By the number of bits of |A + B - S|.
    let mut sizes = vec![0.0; bits + 2];
    let mut zero = vec![0.0; sampling::LANES];
    sampling::sample(&part.model, &protocol, run, ("long adder", 0), |lane, m| {
        let d = difference(&adder, &part.whole(m));
        if SHOWN.contains(&d) {
            near[(d - SHOWN.start()) as usize] += 1.0;
        }
        sizes[(64 - d.unsigned_abs().leading_zeros()) as usize] += 1.0;
        zero[lane] += f64::from(u8::from(d == 0)) / protocol.snapshots as f64;
    })?;
    let all = (protocol.snapshots * sampling::LANES) as f64;
    let near: Vec<f64> = near.into_iter().map(|c| c / all).collect();
    let shown: Vec<i64> = SHOWN.collect();
    let exact = differences(bits, &held, interaction, &shown);
    let at_zero = estimate(&zero);
    let next = shown.iter().zip(&near).filter(|(d, _)| **d != 0).map(|(_, p)| *p).fold(0.0, f64::max);
    let exactly = differences(bits, &held, interaction, &[0])[0];
    outcome.measure_estimate("long_adder.zero_probability", "", at_zero);
    outcome.measure("long_adder.zero_probability_exact", "", exactly);
    outcome.measure("long_adder.zero_probability_ratio", "", at_zero.mean / exactly);
    outcome.measure("long_adder.peak_over_next", "", at_zero.mean / next.max(1.0 / all));
    outcome.measure("long_adder.pbits", "", adder.circuit.spins() as f64);
    sampling::charge(
        outcome,
        run,
        &format!("{bits}-bit adder"),
        part.model.spins(),
        (protocol.sweeps() * sampling::LANES) as f64,
    );
    let sizes = normalised(&sizes);
    outcome.figures.push(figures::peak(bits, interaction, (&shown, &near, &exact), &sizes));
    Ok(())
}

/// The longest adder run forwards, backwards and as a subtractor.
fn directions(system: &Camsari2017, bits: usize, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
    let (a, b) = operands(bits, run, 100);
    let none = Held { carry: Some(0), ..Held::default() };
    let cases = [
        ("direct", Held { a: Some(a), b: Some(b), ..none }),
        ("inverse", Held { s: Some(a + b), ..none }),
        ("subtract", Held { s: Some(a + b), a: Some(a), ..none }),
    ];
    let found = cases
        .par_iter()
        .enumerate()
        .map(|(k, (_, held))| right(bits, held, system.adder_interaction, run, ("long adder directions", k as u64)))
        .collect::<Result<Vec<_>, _>>()?;
    for ((key, _), (sampled, exact)) in cases.iter().zip(&found) {
        outcome.measure_estimate(&format!("long_adder.{key}_probability"), "", *sampled);
        outcome.measure(&format!("long_adder.{key}_probability_exact"), "", *exact);
    }
    let ratios: Vec<f64> = found.iter().map(|(s, e)| s.mean / e).collect();
    outcome.measure("long_adder.directions_ratio", "", mean(&ratios));
    Ok(())
}
