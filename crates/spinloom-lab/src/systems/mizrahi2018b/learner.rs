//! One population, its weights, and what happens to them.

use super::{Mizrahi2018b, root_mean};
use crate::error::LabError;
use spinloom_core::random::Stream;
use spinloom_core::run::Run;
use spinloom_core::statistics::Estimate;
use spinloom_network::population::{Population, bell_width, window_for};
use spinloom_network::words::DriftingWords;
use std::f64::consts::PI;
use std::ops::Range;

/// What came of a number of operations.
pub struct Course {
    /// Squared error of each, over the squared amplitude.
    pub squares: Vec<f64>,
    /// Bits written in each, on average.
    pub writes: f64,
    /// Energy of the neurons in each, J, on average.
    pub junction_energy: f64,
}

impl Course {
    pub fn len(&self) -> usize {
        self.squares.len()
    }

    /// Root mean square error over some of the operations.
    pub fn error(&self, of: Range<usize>) -> Estimate {
        root_mean(&self.squares[of.start.min(self.len())..of.end.min(self.len())])
    }

    /// Appends what came after.
    pub fn join(&mut self, mut later: Self) {
        let (a, b) = (self.len() as f64, later.len() as f64);
        self.writes = (a * self.writes + b * later.writes) / (a + b);
        self.junction_energy = (a * self.junction_energy + b * later.junction_energy) / (a + b);
        self.squares.append(&mut later.squares);
    }
}

/// A population that makes a sine through weights that drift.
pub struct Learner<'a> {
    system: &'a Mizrahi2018b,
    population: Population,
    weights: DriftingWords,
    /// Rate at which a bit leaves either state, 1/s.
    flip_rate: f64,
    window: f64,
    inputs: Stream,
    purpose: String,
}

impl<'a> Learner<'a> {
    pub fn new(system: &'a Mizrahi2018b, neurons: usize, barrier: f64, run: &Run, purpose: &str) -> Result<Self, LabError> {
        let population = Population::covering(&system.neuron, neurons, system.span, run.seed(), purpose)?;
        // A constant of one needs weights h / (pi w c): the bells of width w a distance h apart, of c counts at the peak, add up to pi w c / h. Four times
        // that is room for the sine, whose weights are greater as the bells smear it, and for the loss of neurons.
        let width = bell_width(&system.neuron);
        let apart = 2.0 * (system.span + 2.0 * width) / (neurons as f64 - 1.0);
        let range = 4.0 * apart / (PI * width * system.counts);
        let stream = run.stream(purpose, 1 << 33);
        Ok(Self {
            system,
            population,
            weights: DriftingWords::new(neurons, system.weight_bits, range, stream)?,
            flip_rate: (-barrier).exp() / system.attempt_time,
            window: window_for(&system.neuron, system.counts),
            inputs: run.stream(purpose, 1 << 34),
            purpose: purpose.to_owned(),
        })
    }

    /// So large a share of the neurons dies, which ones by chance.
    pub fn kill(&mut self, share: f64, run: &Run) {
        let neurons = self.population.len();
        let mut order: Vec<usize> = (0..neurons).collect();
        run.stream(&self.purpose, 1 << 35).shuffle(&mut order);
        let dying = (share * neurons as f64).round() as usize;
        order.into_iter().take(dying).for_each(|i| self.population.kill(i));
    }

    /// So many operations, with learning or without.
    pub fn go(&mut self, operations: usize, learning: bool, run: &Run) -> Result<Course, LabError> {
        let neurons = self.population.len();
        let mut voltages = vec![0.0; neurons];
        let mut squares = Vec::with_capacity(operations);
        let (mut written, mut power) = (0usize, 0.0);
        for operation in 0..operations {
            if operation % 100 == 0 {
                run.check()?;
            }
            self.weights.pass(self.system.interval, self.flip_rate);
            let x = 2.0 * self.inputs.uniform() - 1.0;
            voltages.fill(self.system.span * x);
            let counts = self.population.count(&voltages, self.window)?;
            let made: f64 = self.weights.values().iter().zip(&counts).map(|(w, n)| w * n).sum();
            let error = (PI * x).sin() - made;
            squares.push(error * error);
            if operation % 16 == 0 {
                power += self.population.power(&voltages)?;
            }
            if learning {
                written += self.learn(&counts, error);
            }
        }
        let count = operations as f64;
        Ok(Course {
            squares,
            writes: written as f64 / count,
            junction_energy: power / operations.div_ceil(16) as f64 * self.window,
        })
    }

    /// The delta rule on words: those whose neuron flipped are written anew. Returns how many bits were written.
    fn learn(&mut self, counts: &[f64], error: f64) -> usize {
        let square: f64 = counts.iter().map(|n| n * n).sum();
        if square == 0.0 {
            return 0;
        }
        let step = self.system.rate * error / square;
        let mut words = 0;
        for (i, n) in counts.iter().enumerate() {
            if *n > 0.0 {
                self.weights.add(i, step * n);
                words += 1;
            }
        }
        words * self.system.weight_bits
    }
}
