//! p-bits as they are made: m = sgn(u + tanh(g (I + o))), with a gain g and an offset o of their own.

use super::Machine;
use crate::IsingError;
use rand::Rng;
use spinloom_core::random::{Fast, Stream};
use spinloom_core::variability::{Distribution, Spread};

/// The largest number of p-bits whose stationary law is solved for.
const LARGEST: usize = 9;

/// The gain and the offset of each p-bit.
#[derive(Debug, Clone, PartialEq)]
pub struct Devices {
    /// Slope of the input, 1 for an ideal p-bit.
    pub gain: Vec<f64>,
    /// Added to the input I, 0 for an ideal p-bit.
    pub offset: Vec<f64>,
}

impl Devices {
    /// Ideal p-bits.
    pub fn ideal(count: usize) -> Self {
        Self { gain: vec![1.0; count], offset: vec![0.0; count] }
    }

    /// p-bits with log-normal gains of median 1 and normal offsets of mean 0, of these standard deviations.
    pub fn spread(count: usize, gain: f64, offset: f64, stream: &mut Stream) -> Self {
        let gains = Spread { relative: gain, distribution: Distribution::LogNormal };
        let draw = |stream: &mut Stream| (gains.draw(1.0, stream), offset * stream.normal());
        let (gain, offset) = (0..count).map(|_| draw(stream)).unzip();
        Self { gain, offset }
    }

    /// Number of p-bits.
    pub fn count(&self) -> usize {
        self.gain.len()
    }

    /// Probability of a p-bit to be up at the input I: (1 + tanh(g (I + o))) / 2.
    pub fn up(&self, i: usize, input: f64) -> f64 {
        1.0 / (1.0 + (-2.0 * self.gain[i] * (input + self.offset[i])).exp())
    }

    /// As many updates as `free` has p-bits, each of one of them drawn at random.
    ///
    /// # Panics
    /// When the machine, the spins or the devices differ in number.
    pub fn sweep(&self, machine: &Machine, free: &[usize], m: &mut [i8], random: &mut Fast) {
        for _ in 0..free.len() {
            let word = random.next_u64();
            let i = free[((u128::from(word) * free.len() as u128) >> 64) as usize];
            let u = (random.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64);
            m[i] = if u < self.up(i, machine.input(m, i)) { 1 } else { -1 };
        }
    }

    /// The exact stationary law of [`Devices::sweep`] over all configurations, which is Boltzmann's only for equal gains.
    ///
    /// By elimination of states without subtractions (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985),
    /// doi:10.1287/opre.33.5.1107).
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for more than nine p-bits, or another number of devices than of spins.
    pub fn stationary(&self, machine: &Machine) -> Result<Vec<f64>, IsingError> {
        let n = machine.spins();
        if n > LARGEST || self.count() != n {
            return Err(IsingError::Unsuitable(format!(
                "the stationary law of {n} spins on {} p-bits is out of reach: up to {LARGEST} of each are solved for",
                self.count()
            )));
        }
        let size = 1usize << n;
        let mut p = vec![0.0; size * size];
        for s in 0..size {
            let m = crate::exact::configuration(s, n);
            for i in 0..n {
                let up = self.up(i, machine.input(&m, i)) / n as f64;
                p[s * size + (s | 1 << i)] += up;
                p[s * size + (s & !(1 << i))] += 1.0 / n as f64 - up;
            }
        }
        for k in (1..size).rev() {
            let out: f64 = p[k * size..k * size + k].iter().sum();
            // A state that cannot be left through lower ones holds everything; rounding alone can do that.
            let scale = 1.0 / out.max(f64::MIN_POSITIVE);
            for i in 0..k {
                p[i * size + k] *= scale;
                let weight = p[i * size + k];
                for j in 0..k {
                    p[i * size + j] += weight * p[k * size + j];
                }
            }
        }
        let mut law = vec![0.0; size];
        law[0] = 1.0;
        for k in 1..size {
            law[k] = (0..k).map(|i| law[i] * p[i * size + k]).sum();
        }
        let total: f64 = law.iter().sum();
        law.iter_mut().for_each(|l| *l /= total);
        Ok(law)
    }
}
