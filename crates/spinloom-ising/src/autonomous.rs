//! Autonomous p-bits: networks without a clock, in which every p-bit flips on its own.
//!
//! [`Continuous`] is the ideal: p-bit i flips at the rate exp(-beta m_i f_i) / tau_N, f_i its local field. The ratio of the rates there and
//! back is exp(-2 beta m_i f_i), so that the Boltzmann distribution is kept in detail. It is simulated event by event without any time step:
//! the n-fold way (A. B. Bortz, M. H. Kalos and J. L. Lebowitz, J. Comput. Phys. 17, 10 (1975), doi:10.1016/0021-9991(75)90060-1).
//!
//! [`Discretised`] is the rule by which such a network is often emulated: in every step of length dt all p-bits at once take
//! m_i <- m_i sgn(exp(-dt exp(-beta m_i f_i)) - u), u uniform in [0, 1) (B. Sutton et al., IEEE Access 8, 157238 (2020),
//! doi:10.1109/ACCESS.2020.3018682). Neighbours that flip in one step do not see each other, so it is biased, and quite wrong as soon as
//! dt exp(beta max |f|) is not small: see [`Discretised::fastest_rate`].

use crate::chain::Energy;
use crate::{Ising, IsingError};
use rand::RngExt;
use spinloom_core::random::{Fast, Stream};

/// A network of autonomous p-bits in continuous time.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::{Ising, autonomous::Continuous};
/// let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
/// let mut network = Continuous::new(&pair, 1.0, Stream::new(1, "network", 0))?;
/// let mut together = 0.0;
/// for _ in 0..20_000 {
///     let (same, time) = (network.spins()[0] == network.spins()[1], network.waiting_time());
///     if same { together += time }
///     network.flip_next();
/// }
/// // <m1 m2> = tanh(1).
/// assert!((2.0 * together / network.time() - 1.0 - 1f64.tanh()).abs() < 0.03);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Continuous<'a, E = Ising> {
    model: &'a E,
    beta: f64,
    spins: Vec<i8>,
    fields: Vec<f64>,
    /// Rates as a binary tree of sums: leaf i at `leaves + i`, the sum of all at 1.
    tree: Vec<f64>,
    leaves: usize,
    time: f64,
    waiting: f64,
    flips: u64,
    random: Fast,
}

/// The largest 2 beta |f| for which rates are finite numbers that can be added.
const LARGEST_EXPONENT: f64 = 600.0;

impl<'a, E: Energy> Continuous<'a, E> {
    /// A network in random states; times are in units of tau_N.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for no spins, or an inverse temperature that is negative, not a number, or so large that rates overflow.
    pub fn new(model: &'a E, beta: f64, mut stream: Stream) -> Result<Self, IsingError> {
        if model.spins() == 0 {
            return Err(IsingError::Unsuitable("a network wants at least one p-bit".to_owned()));
        }
        let spins: Vec<i8> = (0..model.spins()).map(|_| if stream.next() & 1 == 1 { 1 } else { -1 }).collect();
        let leaves = spins.len().next_power_of_two();
        let mut this = Self {
            fields: model.local_fields(&spins),
            tree: vec![0.0; 2 * leaves],
            random: stream.fast(),
            model,
            beta: 0.0,
            spins,
            leaves,
            time: 0.0,
            waiting: 0.0,
            flips: 0,
        };
        this.set_beta(beta)?;
        Ok(this)
    }

    /// Changes the inverse temperature.
    ///
    /// # Errors
    /// As [`Continuous::new`].
    pub fn set_beta(&mut self, beta: f64) -> Result<(), IsingError> {
        let steepest = self.fields.iter().fold(0.0f64, |a, f| a.max(f.abs()));
        if !(beta >= 0.0 && beta * steepest < LARGEST_EXPONENT) {
            return Err(IsingError::Unsuitable(format!(
                "an inverse temperature of {beta} with local fields of up to {steepest}: rates exp(beta |f|) need 0 <= beta |f| < {LARGEST_EXPONENT}"
            )));
        }
        self.beta = beta;
        for i in 0..self.spins.len() {
            self.tree[self.leaves + i] = self.rate(i);
        }
        for node in (1..self.leaves).rev() {
            self.tree[node] = self.tree[2 * node] + self.tree[2 * node + 1];
        }
        self.wait();
        Ok(())
    }

    fn rate(&self, i: usize) -> f64 {
        (-self.beta * f64::from(self.spins[i]) * self.fields[i]).clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT).exp()
    }

    fn wait(&mut self) {
        // 1 - u is never zero.
        self.waiting = -(1.0 - self.random.random::<f64>()).ln() / self.tree[1];
    }

    /// How long the present state lasts.
    pub fn waiting_time(&self) -> f64 {
        self.waiting
    }

    /// Lets the present state last for its time, flips the p-bit that is next, and tells which.
    pub fn flip_next(&mut self) -> usize {
        self.time += self.waiting;
        let mut node = 1;
        let mut mark = self.random.random::<f64>() * self.tree[1];
        while node < self.leaves {
            node *= 2;
            // Rounding must not lead to a leaf without a rate.
            if mark >= self.tree[node] && self.tree[node + 1] > 0.0 {
                mark -= self.tree[node];
                node += 1;
            }
        }
        let spin = node - self.leaves;
        self.model.flip(spin, &mut self.spins, &mut self.fields);
        self.update(spin);
        let model = self.model;
        model.touched(spin, &mut |i| self.update(i));
        self.flips += 1;
        self.wait();
        spin
    }

    fn update(&mut self, i: usize) {
        let mut node = self.leaves + i;
        self.tree[node] = self.rate(i);
        while node > 1 {
            node /= 2;
            self.tree[node] = self.tree[2 * node] + self.tree[2 * node + 1];
        }
    }

    /// Lets time pass; states of length zero do not occur.
    pub fn run(&mut self, duration: f64) {
        let mut left = duration;
        while self.waiting <= left {
            left -= self.waiting;
            self.flip_next();
        }
        // The rest of an exponential waiting time is exponential.
        self.time += left;
        self.waiting -= left;
    }

    /// The spins, +-1.
    pub fn spins(&self) -> &[i8] {
        &self.spins
    }

    /// Time since the beginning, in tau_N.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Flips since the beginning.
    pub fn flips(&self) -> u64 {
        self.flips
    }
}

/// The discretised autonomous rule: all p-bits at once, in steps.
#[derive(Debug, Clone)]
pub struct Discretised<'a, E = Ising> {
    model: &'a E,
    beta: f64,
    step: f64,
    spins: Vec<i8>,
    random: Fast,
}

impl<'a, E: Energy> Discretised<'a, E> {
    /// A network in random states that goes in steps of `step`, in units of tau_N.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for a step that is not positive or an inverse temperature that is negative.
    pub fn new(model: &'a E, beta: f64, step: f64, mut stream: Stream) -> Result<Self, IsingError> {
        if !(step > 0.0 && step.is_finite() && beta >= 0.0 && beta.is_finite()) {
            return Err(IsingError::Unsuitable(format!(
                "the discretised rule wants a step above zero and an inverse temperature of zero or more; got {step} and {beta}"
            )));
        }
        let spins = (0..model.spins()).map(|_| if stream.next() & 1 == 1 { 1 } else { -1 }).collect();
        Ok(Self { model, beta, step, spins, random: stream.fast() })
    }

    /// One step of all p-bits.
    pub fn step(&mut self) {
        let fields = self.model.local_fields(&self.spins);
        for (i, f) in fields.into_iter().enumerate() {
            let stay = self.stay(f64::from(self.spins[i]) * f);
            if self.random.random::<f64>() >= stay {
                self.spins[i] = -self.spins[i];
            }
        }
    }

    /// Probability to stay for one step at m f.
    fn stay(&self, along: f64) -> f64 {
        (-self.step * (-self.beta * along).exp()).exp()
    }

    /// The spins, +-1.
    pub fn spins(&self) -> &[i8] {
        &self.spins
    }

    /// dt exp(beta max |f|) for the largest field any p-bit can feel: the rule may be trusted where this is far below one.
    pub fn fastest_rate(model: &Ising, beta: f64, step: f64) -> f64 {
        step * (beta * model.largest_fields().into_iter().fold(0.0, f64::max)).exp()
    }
}

/// The stationary distribution of the discretised rule, by iterating its transition matrix; up to 8 spins.
///
/// # Errors
/// [`IsingError::Unsuitable`] for more spins, or where [`Discretised::new`] would refuse.
pub fn stationary(model: &impl Energy, beta: f64, step: f64) -> Result<Vec<f64>, IsingError> {
    let n = model.spins();
    if n > 8 {
        return Err(IsingError::Unsuitable(format!("{n} spins make too large a transition matrix; up to 8")));
    }
    let network = Discretised::new(model, beta, step, Stream::new(0, "stationary", 0))?;
    let states = 1usize << n;
    let mut matrix = vec![0.0; states * states];
    for from in 0..states {
        let m = crate::exact::configuration(from, n);
        let stay: Vec<f64> = model.local_fields(&m).iter().zip(&m).map(|(f, &s)| network.stay(f64::from(s) * f)).collect();
        for to in 0..states {
            matrix[from * states + to] =
                (0..n).map(|i| if (from ^ to) >> i & 1 == 1 { 1.0 - stay[i] } else { stay[i] }).product();
        }
    }
    // Squaring the matrix doubles the number of steps; averaging over an even and an odd number of them settles cycles of two.
    for _ in 0..40 {
        let mut square = vec![0.0; states * states];
        for i in 0..states {
            for k in 0..states {
                let a = matrix[i * states + k];
                if a > 1e-300 {
                    for j in 0..states {
                        square[i * states + j] += a * matrix[k * states + j];
                    }
                }
            }
        }
        // Rounding errors must not grow with the squares.
        for row in square.chunks_mut(states) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|p| *p /= sum);
        }
        matrix = square;
    }
    // The mean over all beginnings: what a chain from a random state comes to.
    Ok((0..states).map(|j| (0..states).map(|i| matrix[i * states + j]).sum::<f64>() / states as f64).collect())
}
