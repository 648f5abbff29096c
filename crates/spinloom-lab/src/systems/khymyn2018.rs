//! An antiferromagnet as a neuron: ultra-short spikes (Khymyn et al. 2018).
//!
//! R. Khymyn et al., "Ultra-fast artificial neuron: generation of picosecond-duration spikes in a current-driven antiferromagnetic auto-oscillator",
//! Sci. Rep. 8, 15727 (2018), doi:10.1038/s41598-018-33697-0. Below a threshold current the spins rest, a pulse on top turns them over once, and
//! the voltage of that turn is a spike of a few picoseconds; longer or higher pulses give bursts.

use crate::error::LabError;
use crate::figure::{Axis, Figure, Mark, Panel};
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::ledger::Kind;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::antiferromagnet::{Antiferromagnet, AntiferromagneticNetwork, DrivePulse};
use std::f64::consts::PI;

static CARD: Card = Card {
    name: "khymyn2018",
    title: "An antiferromagnetic neuron and its picosecond spikes",
    paper: "R. Khymyn et al., Ultra-fast artificial neuron: generation of picosecond-duration spikes in a current-driven antiferromagnetic auto-oscillator, Sci. Rep. 8, 15727 (2018)",
    doi: "10.1038/s41598-018-33697-0",
    device: "an antiferromagnet with an easy plane under a spin current",
    task: "spikes, bursts, latency",
    measures: "threshold, width and angle of a spike, spike count over height and width of a pulse, firing rate over drive, latency at the edge of firing",
    claims: include_str!("../../../../claims/khymyn2018.toml"),
    data: &[],
};

/// When the pulse comes, s.
const START: f64 = 1e-12;
/// How long after a pulse is waited for the last spike, s.
const PATIENCE: f64 = 60e-12;
/// Drives of the firing rates that are claimed.
const RATES: [f64; 5] = [1.05, 1.10, 1.15, 1.20, 1.25];

spinloom_core::parameters! {
    /// The line that carries the current, for the ledger; assumptions of ours.
    pub struct HeavyMetal {
        /// Current density at the threshold.
        pub threshold_density: f64 = 1e12, "A/m^2", Bound::POSITIVE;
        /// Resistivity.
        pub resistivity: f64 = 2e-7, "Ohm m", Bound::POSITIVE;
        /// Volume of the metal.
        pub volume: f64 = 5e-23, "m^3", Bound::POSITIVE;
    }
}

impl HeavyMetal {
    /// Power (W) that a drive in units of the threshold takes, j^2 rho V.
    pub fn power(&self, drive: f64) -> f64 {
        (drive * self.threshold_density).powi(2) * self.resistivity * self.volume
    }

    /// What the ledger says of it.
    pub fn source() -> &'static str {
        "j^2 rho V of the heavy metal, with a density at threshold, a resistivity and a volume assumed by us; detection is left out"
    }
}

spinloom_core::parameters! {
    /// Parameters of the antiferromagnetic neuron. Drives are in units of the threshold.
    pub struct Khymyn2018 {
        /// The neuron.
        pub neuron: Antiferromagnet = Antiferromagnet::default(), "", Bound::ANY;
        /// Steady drive, in units of the threshold.
        pub bias: f64 = 0.5, "", Bound::between(0.0, 0.99);
        /// Height of the pulse, on top of the bias.
        pub height: f64 = 0.8, "", Bound::between(0.0, 100.0);
        /// Width of the pulse.
        pub width: f64 = 5e-12, "s", Bound::between(1e-14, 1e-9);
        /// Bias of the map of spike counts.
        pub map_bias: f64 = 0.9, "", Bound::between(0.0, 0.99);
        /// The line that carries the current.
        pub metal: HeavyMetal = HeavyMetal::default(), "", Bound::ANY;
    }
}

/// Angular velocity over time.
struct Trace {
    time: Vec<f64>,
    velocity: Vec<f64>,
}

impl Trace {
    /// Largest velocity (rad/s), its time (s), and the full width at half of it (s).
    fn peak(&self) -> (f64, f64, f64) {
        let top = (0..self.velocity.len()).max_by(|a, b| self.velocity[*a].total_cmp(&self.velocity[*b])).unwrap_or(0);
        let half = 0.5 * self.velocity.get(top).copied().unwrap_or(f64::NAN);
        let left = (0..top).rev().find(|i| self.velocity[*i] < half);
        let right = (top..self.velocity.len()).find(|i| self.velocity[*i] < half);
        // Between the samples on both sides of half the height.
        let cross = |i: usize| {
            let (a, b) = (self.velocity[i], self.velocity[i + 1]);
            self.time[i] + (half - a) / (b - a) * (self.time[i + 1] - self.time[i])
        };
        let width = match (left, right) {
            (Some(l), Some(r)) if r > 0 => cross(r - 1) - cross(l),
            _ => f64::NAN,
        };
        (2.0 * half, self.time.get(top).copied().unwrap_or(f64::NAN), width)
    }
}

impl Khymyn2018 {
    fn at_rest(&self, bias: f64) -> Result<AntiferromagneticNetwork, LabError> {
        Ok(AntiferromagneticNetwork::new(std::slice::from_ref(&self.neuron), &[bias], &[])?)
    }

    /// The neuron at a bias under a pulse: its spikes, and how far it turned in units of pi.
    fn pulsed(&self, bias: f64, height: f64, width: f64) -> Result<(Vec<f64>, f64), LabError> {
        let mut network = self.at_rest(bias)?;
        let rest = network.phases()[0];
        network.add_pulse(DrivePulse { neuron: 0, start: START, duration: width, height })?;
        network.advance(START + width + PATIENCE)?;
        Ok((network.spike_times(0), (network.phases()[0] - rest) / PI))
    }

    fn trace(&self, bias: f64, height: f64, width: f64, duration: f64) -> Result<Trace, LabError> {
        let mut network = self.at_rest(bias)?;
        network.add_pulse(DrivePulse { neuron: 0, start: START, duration: width, height })?;
        let (mut time, mut velocity) = (Vec::new(), Vec::new());
        let mut count = 0usize;
        network.advance_with(duration, |n| {
            // Every tenth step draws a smooth line.
            if count.is_multiple_of(10) {
                time.push(n.time());
                velocity.push(n.velocities()[0]);
            }
            count += 1;
        })?;
        Ok(Trace { time, velocity })
    }

    /// The drive at which a slow ramp makes it turn, and the drive at which a slow ramp down from `high` has it turn for the last time.
    fn thresholds(&self, high: f64) -> Result<(f64, f64), LabError> {
        let mut network = self.at_rest(0.9)?;
        // Slow against the 20 ps in which the neuron passes its threshold: 1e-3 in 30 ps.
        let (step, dwell) = (1e-3, 30e-12);
        let mut drive = 0.9;
        while network.spikes().is_empty() && drive < 1.5 {
            drive += step;
            network.set_bias(0, drive)?;
            network.advance(dwell)?;
        }
        let up = drive;
        network.set_bias(0, high)?;
        network.advance(50e-12)?;
        let mut drive = high;
        loop {
            let before = network.spikes().len();
            network.set_bias(0, drive)?;
            network.advance(3.0 * dwell)?;
            if network.spikes().len() == before || drive < 0.01 {
                return Ok((up, drive));
            }
            drive -= 0.01;
        }
    }

    /// Spikes a second under a constant drive.
    fn rate(&self, drive: f64) -> Result<f64, LabError> {
        let mut network = self.at_rest(0.9)?;
        network.set_bias(0, drive)?;
        network.advance(0.3e-9)?;
        let t = network.spike_times(0);
        // The first two are still of the start.
        Ok(if t.len() < 4 { 0.0 } else { (t.len() - 3) as f64 / (t[t.len() - 1] - t[2]) })
    }

    /// Firing rate of the overdamped neuron, (sigma j_th / (alpha pi)) sqrt(r^2 - 1).
    fn overdamped_rate(&self, drive: f64) -> f64 {
        self.neuron.threshold() / (self.neuron.damping * PI) * (drive * drive - 1.0).max(0.0).sqrt()
    }

    /// The smallest height that fires at a width, and latencies above it by relative excesses.
    fn edge(&self, run: &Run) -> Result<(f64, Vec<f64>, Vec<f64>), LabError> {
        let fires = |height: f64| self.pulsed(self.bias, height, self.width).map(|(spikes, _)| !spikes.is_empty());
        let (mut low, mut high) = (0.0, 4.0);
        for _ in 0..48 {
            run.check()?;
            let middle = 0.5 * (low + high);
            if fires(middle)? { high = middle } else { low = middle }
        }
        let excesses: Vec<f64> = (0..15).map(|k| 10f64.powf(-7.0 + 0.5 * f64::from(k))).collect();
        let latency = |excess: &f64| -> Result<f64, LabError> {
            let (spikes, _) = self.pulsed(self.bias, high * (1.0 + excess), self.width)?;
            Ok(spikes.first().map_or(f64::NAN, |t| t - START))
        };
        let latencies = excesses.par_iter().map(latency).collect::<Result<_, _>>()?;
        Ok((high, excesses, latencies))
    }

    fn measure_spike(&self, outcome: &mut Outcome) -> Result<(), LabError> {
        let (spikes, turned) = self.pulsed(self.bias, self.height, self.width)?;
        let trace = self.trace(self.bias, self.height, self.width, START + self.width + PATIENCE)?;
        let (velocity, time, width) = trace.peak();
        outcome.measure("spike.count", "", spikes.len() as f64);
        outcome.measure("spike.turn", "", turned);
        outcome.measure("spike.width", "s", width);
        outcome.measure("spike.peak_velocity", "rad/s", velocity);
        outcome.measure("spike.latency", "s", time - START);
        let bursts = [(self.map_bias, 0.5 * self.height), (self.map_bias, self.height)];
        let more = bursts.iter().map(|(bias, height)| self.trace(*bias, *height, self.width, START + self.width + PATIENCE));
        let more: Vec<Trace> = more.collect::<Result<_, _>>()?;
        let line = |label: String, t: &Trace| Mark::Line {
            label,
            x: t.time.iter().map(|t| t * 1e12).collect(),
            y: t.velocity.iter().map(|v| v * 1e-12).collect(),
        };
        let mut marks = vec![line(format!("bias {}, pulse {}", self.bias, self.height), &trace)];
        marks.extend(bursts.iter().zip(&more).map(|((bias, height), t)| line(format!("bias {bias}, pulse {height}"), t)));
        outcome.figures.push(Figure {
            name: "spikes".to_owned(),
            title: "One turn of the spins is one spike of a few picoseconds".to_owned(),
            caption: format!(
                "Angular velocity, to which the voltage of the inverse spin Hall effect is proportional, after a pulse of {} ps that begins at {} ps. Bias and pulse in units of \
                 the threshold. Every spike turns the spins by pi.",
                self.width * 1e12,
                START * 1e12
            ),
            panels: vec![Panel {
                title: String::new(),
                x: Axis::new("time (ps)").range(0.0, 25.0),
                y: Axis::new("angular velocity (rad/ps)"),
                marks,
            }],
        });
        Ok(())
    }

    fn measure_rates(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let drives: Vec<f64> = (0..=30).map(|k| 0.98 + 0.01 * f64::from(k)).collect();
        let rate = |drive: &f64| {
            run.check()?;
            self.rate(*drive)
        };
        let rates: Vec<f64> = drives.par_iter().map(rate).collect::<Result<_, LabError>>()?;
        for drive in RATES {
            outcome.measure(&format!("rate.at_{drive:.2}"), "Hz", self.rate(drive)?);
        }
        // Faster than the overdamped law, which leaves inertia out.
        outcome.measure("rate.over_overdamped_at_1.05", "", self.rate(1.05)? / self.overdamped_rate(1.05));
        let law = drives.iter().map(|d| 1e-9 * self.overdamped_rate(*d)).collect();
        outcome.tables.push(
            Table::new("firing_rate", "Firing rate under a constant drive")
                .numbers("drive over threshold", "", drives.clone())
                .numbers("spikes", "Hz", rates.clone()),
        );
        outcome.figures.push(Figure {
            name: "firing_rate".to_owned(),
            title: "Firing rate over the drive".to_owned(),
            caption: "Spikes a second under a constant drive, beside the law without inertia.".to_owned(),
            panels: vec![Panel {
                title: String::new(),
                x: Axis::new("drive over threshold"),
                y: Axis::new("firing rate (GHz)"),
                marks: vec![
                    Mark::Line { label: "without inertia, in closed form".to_owned(), x: drives.clone(), y: law },
                    Mark::Points {
                        label: "integrated".to_owned(),
                        x: drives,
                        y: rates.iter().map(|r| r * 1e-9).collect(),
                        error: Vec::new(),
                    },
                ],
            }],
        });
        Ok(())
    }

    fn measure_latency(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let (edge, excesses, latencies) = self.edge(run)?;
        outcome.measure("latency.smallest_height", "", edge);
        // From the smallest excesses: the pulse is over before the barrier is left.
        let slope = (latencies[0] - latencies[6]) / (excesses[6] / excesses[0]).ln();
        outcome.measure("latency.slope_over_law", "", slope * self.neuron.passage_rate(self.bias));
        let rate = self.neuron.passage_rate(self.bias);
        let law = excesses.iter().map(|e| 1e12 * (latencies[3] - (e / excesses[3]).ln() / rate)).collect();
        outcome.figures.push(Figure {
            name: "latency".to_owned(),
            title: "Latency grows with the logarithm of the distance to the edge of firing".to_owned(),
            caption: format!(
                "Time from the start of a pulse of {} ps to the spike, over its relative height above the smallest that fires, {edge:.4} of the threshold. The slope of the line is \
                 that of the barrier in closed form.",
                self.width * 1e12
            ),
            panels: vec![Panel {
                title: String::new(),
                x: Axis::new("relative excess of the height").logarithmic(),
                y: Axis::new("latency (ps)"),
                marks: vec![
                    Mark::Line { label: "slope of the barrier".to_owned(), x: excesses.clone(), y: law },
                    Mark::Points {
                        label: "integrated".to_owned(),
                        x: excesses,
                        y: latencies.iter().map(|l| l * 1e12).collect(),
                        error: Vec::new(),
                    },
                ],
            }],
        });
        Ok(())
    }

    /// Spike counts over height and width of the pulse.
    fn measure_map(&self, run: &Run, outcome: &mut Outcome) -> Result<(), LabError> {
        let size = if run.quick() { 10 } else { 32 };
        let heights: Vec<f64> = (1..=size).map(|k| 1.6 * f64::from(k) / f64::from(size)).collect();
        let widths: Vec<f64> = (1..=size).map(|k| 16e-12 * f64::from(k) / f64::from(size)).collect();
        let cells: Vec<(f64, f64)> = widths.iter().flat_map(|w| heights.iter().map(|h| (*w, *h))).collect();
        let count = |(width, height): &(f64, f64)| {
            run.check()?;
            self.pulsed(self.map_bias, *height, *width).map(|(spikes, _)| spikes.len())
        };
        let counts: Vec<usize> = cells.par_iter().map(count).collect::<Result<_, LabError>>()?;
        let most = counts.iter().copied().max().unwrap_or(0);
        outcome.measure("map.most_spikes", "", most as f64);
        let shown = most.min(5);
        let names = (0..=shown).map(|n| match n {
            0 => "none".to_owned(),
            n if n == shown && most > shown => format!("{n} or more"),
            n => n.to_string(),
        });
        outcome.figures.push(Figure {
            name: "spike_counts".to_owned(),
            title: "Silence, one spike, bursts".to_owned(),
            caption: format!(
                "Spikes after one pulse at a bias of {} of the threshold, over the height and the width of the pulse.",
                self.map_bias
            ),
            panels: vec![Panel {
                title: String::new(),
                x: Axis::new("height of the pulse over threshold"),
                y: Axis::new("width of the pulse (ps)"),
                marks: vec![Mark::Regions {
                    names: names.collect(),
                    x: heights,
                    y: widths.iter().map(|w| w * 1e12).collect(),
                    cells: counts.iter().map(|c| (*c).min(shown)).collect(),
                }],
            }],
        });
        Ok(())
    }

    fn charge(&self, run: &mut Run, outcome: &mut Outcome) {
        let period = START + self.width + PATIENCE;
        let pulse = self.metal.power(self.bias + self.height) * self.width;
        run.ledger.charge("pulse", Kind::Write, 1.0, pulse, self.width, HeavyMetal::source());
        run.ledger.charge(
            "bias between pulses",
            Kind::Bias,
            1.0,
            self.metal.power(self.bias) * (period - self.width),
            period,
            HeavyMetal::source(),
        );
        outcome.measure("energy.pulse", "J", pulse);
        outcome.ledger = run.ledger.clone();
    }
}

impl System for Khymyn2018 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        outcome.measure("neuron.quality", "", self.neuron.quality());
        outcome.timed("thresholds", |o| -> Result<(), LabError> {
            let (up, down) = self.thresholds(1.1)?;
            o.measure("threshold.up", "", up);
            o.measure("threshold.down", "", down);
            // The same antiferromagnet with a third of the damping runs on: it is no neuron.
            let clean = Self { neuron: Antiferromagnet { damping: 0.0035, ..self.neuron.clone() }, ..self.clone() };
            let (_, down) = clean.thresholds(1.1)?;
            o.measure("threshold.down_underdamped", "", down);
            o.measure("threshold.down_underdamped_law", "", clean.neuron.retention());
            Ok(())
        })?;
        outcome.timed("spikes", |o| self.measure_spike(o))?;
        outcome.timed("firing rates", |o| self.measure_rates(run, o))?;
        outcome.timed("latency", |o| self.measure_latency(run, o))?;
        outcome.timed("bursts", |o| self.measure_map(run, o))?;
        self.charge(run, &mut outcome);
        outcome.note(
            "Of the paper, the abstract is public: spikes of a few picoseconds, one or a burst of them by the pulse, at tens of gigahertz. Exchange and anisotropy \
             frequencies, damping and pulses are commonly given or chosen by us. There is no noise in this system: every seed gives the same.",
        );
        Ok(outcome)
    }
}
