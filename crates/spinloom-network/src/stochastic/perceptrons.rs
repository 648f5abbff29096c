//! Perceptrons with compound binary synapses, beside those with real weights.

use crate::NetworkError;
use crate::gaps::Gaps;
use rand::Rng;
use spinloom_core::random::{Fast, Stream};

/// How the weights of a perceptron change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Binary devices, several a synapse: each attempts to switch with a probability.
    Binary {
        /// Devices of a synapse.
        devices: usize,
        /// Probability that an attempt switches one.
        probability: f64,
    },
    /// Real numbers without bounds, moved by a step: the perceptron of F. Rosenblatt, Psychol. Rev. 65, 386 (1958), doi:10.1037/h0042519.
    Real {
        /// The step.
        step: f64,
    },
}

/// Perceptrons that see the same binary inputs, some of them for each class.
///
/// A unit adds its weights over the active inputs. It should be above zero for its class and below for any other, by more than a margin times the number of
/// active inputs; where it is not, its synapses from active inputs learn.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_network::stochastic::{Perceptrons, Rule};
/// let rule = Rule::Binary { devices: 1, probability: 0.1 };
/// let mut units = Perceptrons::new([4, 2, 5], rule, 0.1, &mut Stream::new(1, "doc", 0))?;
/// for _ in 0..100 {
///     units.learn(&[0, 1], 0);
///     units.learn(&[2, 3], 1);
/// }
/// assert_eq!((units.classify(&[0, 1]), units.classify(&[2, 3])), (0, 1));
/// # Ok::<(), spinloom_network::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Perceptrons {
    inputs: usize,
    classes: usize,
    copies: usize,
    rule: Rule,
    margin: f64,
    /// A row of all units for each input: the mean of the devices, or a real number.
    weight: Vec<f32>,
    /// Devices that are up, where there are any.
    up: Vec<u16>,
    gaps: Gaps,
    attempts: u64,
    switched: u64,
    sum: Vec<f32>,
}

impl Perceptrons {
    /// So many inputs, classes, and units of each class, with random binary or zero real weights.
    ///
    /// # Errors
    /// [`NetworkError::Fit`] for empty shapes, and for devices, a probability, a step or a margin out of their range.
    pub fn new(
        [inputs, classes, copies]: [usize; 3],
        rule: Rule,
        margin: f64,
        stream: &mut Stream,
    ) -> Result<Self, NetworkError> {
        let valid = match rule {
            Rule::Binary { devices, probability } => (1..=1024).contains(&devices) && (0.0..=1.0).contains(&probability),
            Rule::Real { step } => step.is_finite() && step > 0.0,
        };
        if inputs * classes * copies == 0 || !valid || !margin.is_finite() {
            let why = format!(
                "{inputs} inputs, {classes} classes of {copies} units, {rule:?} and a margin of {margin} were given: 1 to 1024 devices, a probability from 0 to 1 and a step above 0 are wanted"
            );
            return Err(NetworkError::Fit { what: "perceptrons", why });
        }
        let mut generator = stream.fast();
        let size = inputs * classes * copies;
        let (mut weight, mut up, mut chance) = (vec![0.0; size], Vec::new(), 0.0);
        if let Rule::Binary { devices, probability } = rule {
            let draw = |g: &mut Fast| (0..devices).filter(|_| g.next_u32() >> 31 == 1).count() as u16;
            up = (0..size).map(|_| draw(&mut generator)).collect();
            weight.iter_mut().zip(&up).for_each(|(w, up)| *w = weight_of(*up, devices));
            chance = probability;
        }
        let (gaps, sum) = (Gaps::new(chance, generator), vec![0.0; classes * copies]);
        Ok(Self { inputs, classes, copies, rule, margin, weight, up, gaps, attempts: 0, switched: 0, sum })
    }

    /// Attempts to switch a device so far, on those that were there already too.
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Devices that an attempt has switched so far.
    pub fn switched(&self) -> u64 {
        self.switched
    }

    fn add_up(&mut self, active: &[u32]) {
        let units = self.sum.len();
        self.sum.fill(0.0);
        for row in active.iter().filter_map(|i| self.weight.get(*i as usize * units..(*i as usize + 1) * units)) {
            self.sum.iter_mut().zip(row).for_each(|(s, w)| *s += *w);
        }
    }

    /// Sums of all units over the active inputs, class after class; inputs that there are not are left out.
    pub fn sums(&mut self, active: &[u32]) -> &[f32] {
        self.add_up(active);
        &self.sum
    }

    /// The class whose units have the largest sum; the first of equals.
    pub fn classify(&mut self, active: &[u32]) -> usize {
        self.add_up(active);
        let total = |class: usize| self.sum[class * self.copies..(class + 1) * self.copies].iter().sum::<f32>();
        (1..self.classes).fold((0, total(0)), |best, c| if total(c) > best.1 { (c, total(c)) } else { best }).0
    }

    /// Shows active inputs of a class, or of none of the classes where it is beyond the last: units that are wrong or not clear learn. Answers with how many
    /// did.
    pub fn learn(&mut self, active: &[u32], class: usize) -> usize {
        self.add_up(active);
        let limit = (self.margin * active.len() as f64) as f32;
        let mut learned = 0;
        for unit in 0..self.sum.len() {
            let should = unit / self.copies == class;
            let towards = if should { self.sum[unit] } else { -self.sum[unit] };
            if towards <= limit {
                learned += 1;
                match self.rule {
                    Rule::Binary { devices, .. } => self.switch(unit, active, should, devices),
                    Rule::Real { step } => self.step(unit, active, if should { step as f32 } else { -step as f32 }),
                }
            }
        }
        learned
    }

    fn step(&mut self, unit: usize, active: &[u32], step: f32) {
        let units = self.sum.len();
        for input in active.iter().filter(|i| (**i as usize) < self.inputs) {
            self.weight[*input as usize * units + unit] += step;
        }
    }

    fn switch(&mut self, unit: usize, active: &[u32], up: bool, devices: usize) {
        let (units, pulses) = (self.sum.len(), active.len() * devices);
        self.attempts += pulses as u64;
        let mut pulse = self.gaps.next();
        while pulse < pulses {
            let k = active[pulse / devices] as usize * units + unit;
            if let Some(count) = self.up.get_mut(k) {
                // Devices of a synapse that are there already are those of the lowest numbers: any numbering is as good, since all are alike.
                let there = if up { *count } else { devices as u16 - *count };
                if pulse % devices >= usize::from(there) {
                    *count = if up { *count + 1 } else { *count - 1 };
                    self.switched += 1;
                    self.weight[k] = weight_of(*count, devices);
                }
            }
            pulse = pulse.saturating_add(1).saturating_add(self.gaps.next());
        }
    }
}

fn weight_of(up: u16, devices: usize) -> f32 {
    (2.0 * f32::from(up) - devices as f32) / devices as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random patterns of half the inputs.
    fn patterns(inputs: u32, count: usize, stream: &mut Stream) -> Vec<Vec<u32>> {
        (0..count).map(|_| (0..inputs).filter(|_| stream.uniform() < 0.5).collect()).collect()
    }

    #[test]
    fn separable_patterns_are_learned() {
        // Ten patterns in 300 dimensions are linearly separable whatever their classes are.
        for (index, devices) in [1, 4].into_iter().enumerate() {
            let mut stream = Stream::new(7, "perceptron test", index as u64);
            let shown = patterns(300, 10, &mut stream);
            let rule = Rule::Binary { devices, probability: 0.02 };
            let mut unit = Perceptrons::new([300, 1, 1], rule, 0.0, &mut stream).unwrap();
            let done = (0..500).position(|_| shown.iter().enumerate().map(|(k, a)| unit.learn(a, k % 2)).sum::<usize>() == 0);
            assert!(done.is_some());
            assert!(shown.iter().enumerate().all(|(k, a)| (unit.sums(a)[0] > 0.0) == (k % 2 == 0)));
        }
    }

    #[test]
    fn devices_switch_with_their_probability() {
        // 4000 synapses of five devices that are random: after one attempt each device is up with 1/2 + q/2. Of 20,000 devices the share within five standard
        // errors, and so the switched ones: two false alarms in 3.5 million.
        let (inputs, devices, q) = (4000, 5, 0.3);
        let rule = Rule::Binary { devices, probability: q };
        let mut unit = Perceptrons::new([inputs, 1, 1], rule, 2.0, &mut Stream::new(3, "perceptron test", 0)).unwrap();
        let all: Vec<u32> = (0..inputs as u32).collect();
        let before = f64::from(unit.sums(&all)[0]) / inputs as f64;
        assert_eq!(unit.learn(&all, 0), 1);
        let after = f64::from(unit.sums(&all)[0]) / inputs as f64;
        let count = (inputs * devices) as f64;
        assert!((after - (before + q * (1.0 - before))).abs() < 5.0 * 2.0 * (0.5 * q * (1.0 - q) / count).sqrt());
        assert_eq!(unit.attempts(), (inputs * devices) as u64);
        assert!((unit.switched() as f64 - 0.5 * (after - before) * count).abs() < 1.0);
        // Down again, for sure.
        let rule = Rule::Binary { devices, probability: 1.0 };
        let mut unit = Perceptrons::new([9, 1, 1], rule, 2.0, &mut Stream::new(3, "perceptron test", 1)).unwrap();
        unit.learn(&[0, 1, 2], 1);
        assert_eq!(unit.sums(&[0, 1, 2])[0], -3.0);
    }

    #[test]
    fn real_weights_are_those_of_the_perceptron() {
        let mut units =
            Perceptrons::new([3, 2, 1], Rule::Real { step: 0.5 }, 0.0, &mut Stream::new(1, "perceptron test", 2)).unwrap();
        // Zero is not clear: both units learn; then both are right.
        assert_eq!((units.learn(&[0, 2], 1), units.learn(&[0, 2], 1)), (2, 0));
        assert_eq!(units.sums(&[0, 1, 2]), [-1.0, 1.0]);
        // Input 0 alone of the other class: both are wrong by half.
        assert_eq!(units.learn(&[0], 0), 2);
        assert_eq!((units.sums(&[0]).to_vec(), units.attempts()), (vec![0.0, 0.0], 0));
    }

    #[test]
    fn what_is_no_perceptron_is_refused() {
        let stream = &mut Stream::new(1, "perceptron test", 3);
        for (shape, rule, margin) in [
            ([0, 1, 1], Rule::Real { step: 1.0 }, 0.0),
            ([1, 1, 1], Rule::Real { step: 0.0 }, 0.0),
            ([1, 1, 1], Rule::Binary { devices: 0, probability: 0.1 }, 0.0),
            ([1, 1, 1], Rule::Binary { devices: 1, probability: 1.1 }, 0.0),
            ([1, 1, 1], Rule::Binary { devices: 1, probability: 0.1 }, f64::NAN),
        ] {
            assert!(Perceptrons::new(shape, rule, margin, stream).is_err());
        }
        // An input that there is not is left out.
        let mut unit = Perceptrons::new([2, 1, 1], Rule::Binary { devices: 2, probability: 0.5 }, 0.0, stream).unwrap();
        unit.learn(&[0, 7], 0);
        assert!(unit.sums(&[7])[0] == 0.0);
    }
}
