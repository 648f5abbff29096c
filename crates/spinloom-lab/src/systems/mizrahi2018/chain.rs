//! Two populations one after the other: the first sees a ball, the second moves an arm.

use super::Mizrahi2018;
use crate::error::LabError;
use spinloom_core::run::Run;
use spinloom_network::population::{DeltaRule, Population, bell_width, evenly, population_vector, vary, window_for};
use std::f64::consts::PI;

/// Middle and half the size of the field in which the ball lies, m, for an arm of two metres.
pub const FIELD: ([f64; 2], [f64; 2]) = ([0.0, 1.0], [0.7, 0.5]);
/// Middle and half the range of the angles that the output populations stand for, rad.
const JOINTS: [(f64, f64); 2] = [(0.45, 1.0), (1.9, 0.8)];

/// What is wrong with the devices.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Deviation of their parameters.
    pub spread: f64,
    /// Share of them that is dead.
    pub dead: f64,
    /// Whether counters are left as they are, where they would be scaled by what each counts at the peak of its own junction.
    pub raw: bool,
}

/// The populations, the weights between them, and the arm.
pub struct Chain<'a> {
    system: &'a Mizrahi2018,
    inputs: Population,
    /// Direction in which each input junction sees the ball.
    directions: Vec<[f64; 2]>,
    outputs: Population,
    /// Angles of the joint, over half its range, that each output junction votes for.
    votes: Vec<f64>,
    /// What the counts of each input and each output are multiplied by.
    gains: [Vec<f64>; 2],
    weights: DeltaRule,
    window: f64,
}

/// A trial: what was counted and what the arm did.
pub struct Act {
    pub counts: Vec<f64>,
    pub angles: [f64; 2],
    /// Flips of both populations.
    pub flips: f64,
    /// Voltages of the input and of the output junctions.
    voltages: [Vec<f64>; 2],
}

impl<'a> Chain<'a> {
    /// A chain with devices of its own, named by `purpose`.
    pub fn new(system: &'a Mizrahi2018, faults: Faults, run: &Run, purpose: &str) -> Result<Self, LabError> {
        let (gripper, neuron) = (&system.gripper, &system.neuron);
        let bell = bell_width(neuron);
        let mut stream = run.stream(purpose, 1 << 33);
        // Inputs: the ball along directions from 0 to half a turn, each covered by bells two widths beyond the field.
        let (mut directions, mut biases) = (Vec::new(), Vec::new());
        for d in 0..gripper.directions {
            let (sin, cos) = (PI * d as f64 / gripper.directions as f64).sin_cos();
            let here = (d + 1) * gripper.inputs / gripper.directions - d * gripper.inputs / gripper.directions;
            let reach = gripper.span * (sin.abs() + cos.abs()) + 2.0 * bell;
            directions.extend(std::iter::repeat_n([cos, sin], here));
            biases.extend(evenly(-reach, reach, here));
        }
        let half = gripper.outputs / 2;
        let reach = gripper.span + 2.0 * bell;
        let goals: Vec<f64> =
            (0..2).flat_map(|k| evenly(-reach, reach, if k == 0 { half } else { gripper.outputs - half })).collect();
        let votes = goals.iter().map(|b| b / gripper.span).collect();
        // Biases are off by a share of the width of a bell; the votes do not know.
        let mut devices = |ideal: Vec<f64>, name: &str| -> Result<Population, LabError> {
            let junctions = vary(neuron, faults.spread, ideal.len(), &mut stream);
            let biases: Vec<f64> = ideal.iter().map(|b| b + faults.spread * bell * stream.normal()).collect();
            let mut population = Population::new(junctions, biases, run.seed(), &format!("{purpose}, {name}"))?;
            (0..population.len()).for_each(|i| {
                if stream.uniform() < faults.dead {
                    population.kill(i);
                }
            });
            Ok(population)
        };
        let (inputs, outputs) = (devices(biases, "inputs")?, devices(goals, "outputs")?);
        // Before learning: sums that scatter about the middle of the range.
        let typical = gripper.counts * (0.3 * gripper.inputs as f64).sqrt();
        let deviation = gripper.unlearned * gripper.span / typical;
        let weights = DeltaRule::random(gripper.inputs, gripper.outputs, deviation, &mut stream);
        let window = window_for(neuron, gripper.counts);
        // A counter of fewer bits for a fast junction, of more for a slow one; what hardly flips is not blown up.
        let nominal = neuron.rates(0.0, 0.0).flip_rate();
        let gain = |rate: f64| if faults.raw { 1.0 } else { (nominal / rate).min(4.0) };
        let gains = [&inputs, &outputs].map(|p| p.peak_rates().into_iter().map(gain).collect());
        Ok(Self { system, inputs, directions, outputs, votes, gains, weights, window })
    }

    /// Voltages of the input junctions for a ball at a place of the field, from -1 to 1 in both coordinates.
    fn sight(&self, [u, v]: [f64; 2]) -> Vec<f64> {
        self.directions.iter().map(|[a, b]| self.system.gripper.span * (a * u + b * v)).collect()
    }

    /// One trial.
    pub fn act(&mut self, place: [f64; 2]) -> Result<Act, LabError> {
        let sight = self.sight(place);
        let mut counts = self.inputs.count(&sight, self.window)?;
        let seen: f64 = counts.iter().sum();
        counts.iter_mut().zip(&self.gains[0]).for_each(|(n, g)| *n *= g);
        let drive = self.weights.sums(&counts)?;
        let mut answers = self.outputs.count(&drive, self.window)?;
        let flips = seen + answers.iter().sum::<f64>();
        answers.iter_mut().zip(&self.gains[1]).for_each(|(n, g)| *n *= g);
        let half = self.system.gripper.outputs / 2;
        let joint = |k: usize| {
            let range = if k == 0 { 0..half } else { half..self.votes.len() };
            // A population that is silent leaves the joint in the middle.
            let vote = population_vector(&self.votes[range.clone()], &answers[range]).unwrap_or(0.0);
            JOINTS[k].0 + JOINTS[k].1 * vote
        };
        let angles = [joint(0), joint(1)];
        Ok(Act { counts, angles, flips, voltages: [sight, drive] })
    }

    /// Power (W) that the junctions of both populations dissipated in a trial.
    pub fn power(&self, act: &Act) -> Result<f64, LabError> {
        Ok(self.inputs.power(&act.voltages[0])? + self.outputs.power(&act.voltages[1])?)
    }

    /// Learns from a trial: the miss of the hand, as the descent of its square over the joints, is the error of all outputs of a joint alike.
    pub fn learn(&mut self, act: &Act, ball: [f64; 2], rate: f64) -> Result<(), LabError> {
        let descent = self.system.gripper.arm.descent(act.angles, ball);
        let half = self.system.gripper.outputs / 2;
        let error = |j: usize| {
            let k = usize::from(j >= half);
            self.system.gripper.span * descent[k] / JOINTS[k].1
        };
        let errors: Vec<f64> = (0..self.votes.len()).map(error).collect();
        Ok(self.weights.learn(&act.counts, &errors, rate)?)
    }

    /// The ball, m, at a place of the field.
    pub fn ball(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        let scale = 0.5 * (self.system.gripper.arm.upper + self.system.gripper.arm.fore);
        let (middle, half) = FIELD;
        [scale * (middle[0] + half[0] * u), scale * (middle[1] + half[1] * v)]
    }

    /// Distance of the hand from the ball over the width of the field.
    pub fn miss(&self, act: &Act, ball: [f64; 2]) -> f64 {
        let hand = self.system.gripper.arm.hand(act.angles);
        let scale = 0.5 * (self.system.gripper.arm.upper + self.system.gripper.arm.fore);
        (hand[0] - ball[0]).hypot(hand[1] - ball[1]) / (2.0 * FIELD.1[0] * scale)
    }

    /// Window in which flips are counted, s.
    pub fn window(&self) -> f64 {
        self.window
    }
}
