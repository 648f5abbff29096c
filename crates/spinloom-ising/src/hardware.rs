//! Device level: a circuit of p-bits as hardware would run it, free-running, with delayed synapses, coarse weights and unequal devices.
//!
//! Every p-bit is a telegraph unit whose output forgets itself in its correlation time tau_N: it draws its state anew at the events of a
//! Poisson process of rate 1 / tau_N, up with probability (1 + f(x)) / 2, where f is its transfer curve ([`spinloom_device::pbit`]) and
//!
//! ```text
//! x_i(t) = gain_i clip[beta (h_i + sum_j J_ij m_j), saturation] + offset_i.
//! ```
//!
//! At constant input the dwell times are exponential, the correlation is exp(-t / tau_N) and the mean is f(x). The synapse shows the
//! states m_j later by tau_s, either all of them by a pure delay or smoothed as by an RC low-pass. Because a p-bit draws at a constant
//! rate, the simulation from event to event is exact; nothing is stepped.
//!
//! For tau_s << tau_N, equal devices, tanh and exact weights the law is Boltzmann's, since each event is a heat-bath update. For tau_s >>
//! tau_N a pure delay makes what p-bits do at one time independent, as when all are updated at once. The requirement tau_s << tau_N:
//! B. Sutton et al., IEEE Access 8, 157238 (2020), doi:10.1109/ACCESS.2020.3018682; the device: [`spinloom_device::pbit`].

use crate::exact::{configuration, index};
use crate::{Ising, IsingError};
use rand::Rng;
use rayon::prelude::*;
use spinloom_core::parameters::Bound;
use spinloom_core::random::{Fast, Stream};
use spinloom_core::run::CancelToken;
use spinloom_device::pbit::{Pbit, Transfer};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

spinloom_core::choices! {
    /// How a synapse lags behind the states it reads.
    pub enum Lag {
        /// A pure delay.
        Delay = "delay",
        /// An RC low-pass.
        LowPass = "low-pass",
    }
}

spinloom_core::parameters! {
    /// The synapses of a circuit of p-bits; the default has none of their faults.
    pub struct Synapses {
        /// Delay, or time constant of the low-pass, tau_s.
        pub time: f64 = 0.0, "s", Bound::NON_NEGATIVE;
        /// How the synapses lag.
        pub lag: Lag = Lag::Delay, "", Bound::ANY;
        /// Resolution of a weight in bits, one of them the sign; from 32 on weights are kept as they are.
        pub weight_bits: usize = 32, "", Bound::between(2.0, 32.0);
        /// Largest magnitude of the weighted sum, beta times the local field, that reaches a p-bit.
        pub saturation: f64 = 1e6, "", Bound::POSITIVE;
    }
}

/// Largest number of spins whose configurations are counted.
pub const LARGEST_COUNTED: usize = 16;
/// Largest number of spins whose stationary law is solved for.
pub const LARGEST_SOLVED: usize = 9;

/// A model on p-bits.
///
/// ```
/// use spinloom_core::run::CancelToken;
/// use spinloom_core::random::Stream;
/// use spinloom_device::pbit::{PbitSpread, Transfer};
/// use spinloom_ising::{Ising, exact, hardware::{Circuit, Synapses, occupation}};
/// let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
/// let devices = PbitSpread::default().draw(2, 1e-9, |i| Stream::new(1, "devices", i));
/// let circuit = Circuit::new(&pair, 1.0, &Synapses::default(), devices, Transfer::Tanh)?;
/// let readings = circuit.reads(1, 4, 1e-8, 2e-5, &CancelToken::default())?;
/// let law = occupation(&readings);
/// assert!(exact::total_variation(&law, &exact::boltzmann(&pair, 1.0)?) < 0.02);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Circuit {
    model: Ising,
    /// The model whose energy is reported: that of the weights asked for.
    asked: Ising,
    beta: f64,
    synapses: Synapses,
    pbits: Vec<Pbit>,
    transfer: Transfer,
}

/// What one read saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Simulated time of the read, s, without the time to settle.
    pub seconds: f64,
    /// Events of p-bits in that time, whether or not they changed anything.
    pub updates: u64,
    /// Changes of state in that time.
    pub flips: u64,
    /// Mean energy over that time.
    pub energy: f64,
    /// States at its end.
    pub spins: Vec<i8>,
    /// Fraction of the time in each configuration, by [`crate::exact::index`]; empty above [`LARGEST_COUNTED`] spins.
    pub occupation: Vec<f64>,
}

/// The model with every coupling and field rounded to the nearest of 2^bits - 1 equidistant levels, the largest of them kept.
///
/// # Errors
/// [`IsingError::Unsuitable`] for fewer than two bits.
pub fn rounded(model: &Ising, bits: usize) -> Result<Ising, IsingError> {
    let largest = model.couplings().map(|c| c.2.abs()).chain(model.fields().iter().map(|h| h.abs())).fold(0.0, f64::max);
    if bits >= 32 || largest == 0.0 {
        return Ok(model.clone());
    }
    if bits < 2 {
        return Err(IsingError::Unsuitable(format!("weights of {bits} bits cannot have a sign and a size: use 2 or more")));
    }
    let step = largest / ((1u64 << (bits - 1)) - 1) as f64;
    let round = |v: f64| (v / step).round() * step;
    let couplings: Vec<_> = model.couplings().map(|(i, j, v)| (i, j, round(v))).collect();
    Ising::new(model.spins(), couplings, model.fields().iter().map(|h| round(*h)).collect(), model.offset())
}

impl Circuit {
    /// A model at inverse temperature `beta` on these p-bits, one a spin, all with one transfer curve but their own gain, offset and time.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] unless there is a p-bit for each spin, all numbers are finite, and all correlation times positive.
    pub fn new(model: &Ising, beta: f64, synapses: &Synapses, pbits: Vec<Pbit>, transfer: Transfer) -> Result<Self, IsingError> {
        if pbits.len() != model.spins() {
            return Err(IsingError::Unsuitable(format!("{} p-bits for {} spins", pbits.len(), model.spins())));
        }
        let finite = |p: &Pbit| p.gain.is_finite() && p.offset.is_finite() && p.correlation_time.is_finite();
        if let Some(i) = pbits.iter().position(|p| !finite(p) || p.correlation_time <= 0.0) {
            return Err(IsingError::Unsuitable(format!(
                "p-bit {i} has gain {}, offset {} and correlation time {} s: finite numbers and a time above 0 are wanted",
                pbits[i].gain, pbits[i].offset, pbits[i].correlation_time
            )));
        }
        let times_allowed = synapses.time.is_finite() && synapses.time >= 0.0;
        if !beta.is_finite() || !times_allowed || synapses.saturation.is_nan() || synapses.saturation <= 0.0 {
            return Err(IsingError::Unsuitable(format!(
                "beta {beta}, synapse time {} s and saturation {} have to be finite, 0 or greater, and greater than 0",
                synapses.time, synapses.saturation
            )));
        }
        if matches!(&transfer, Transfer::Table { outputs, range } if outputs.len() < 2 || range.is_nan() || *range <= 0.0) {
            return Err(IsingError::Unsuitable("a transfer curve wants two points or more over a range above 0".to_owned()));
        }
        let rounded = rounded(model, synapses.weight_bits)?;
        Ok(Self { model: rounded, asked: model.clone(), beta, synapses: synapses.clone(), pbits, transfer })
    }

    /// The model with the weights as the circuit has them.
    pub fn model(&self) -> &Ising {
        &self.model
    }

    /// Mean output of p-bit `spin` in a local field.
    pub fn mean_output(&self, spin: usize, field: f64) -> f64 {
        let p = &self.pbits[spin];
        let input = (self.beta * field).clamp(-self.synapses.saturation, self.synapses.saturation);
        self.transfer.mean(p.gain * input + p.offset)
    }

    /// The exact stationary law over all configurations when the synapses do not lag: Boltzmann's for equal devices with exact weights and
    /// tanh, and in general not the law of any energy.
    ///
    /// It solves the Markov chain of 2^n states by the elimination of W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107
    /// (1985), doi:10.1287/opre.33.5.1107, which subtracts nothing and so keeps all digits.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for more than [`LARGEST_SOLVED`] spins, for synapses that lag, or where saturated p-bits leave some
    /// configuration without a way to others, so that the law depends on the start.
    pub fn stationary(&self) -> Result<Vec<f64>, IsingError> {
        let n = self.model.spins();
        if n > LARGEST_SOLVED || self.synapses.time > 0.0 {
            return Err(IsingError::Unsuitable(format!(
                "the stationary law is solved for up to {LARGEST_SOLVED} spins and synapses without lag, not for {n} spins and {} s",
                self.synapses.time
            )));
        }
        let states = 1usize << n;
        let mut rates = vec![0.0; states * states];
        for from in 0..states {
            let m = configuration(from, n);
            for i in 0..n {
                let output = self.mean_output(i, self.model.local_field(&m, i));
                let away = 0.5 * (1.0 - f64::from(m[i]) * output) / self.pbits[i].correlation_time;
                rates[from * states + (from ^ (1 << i))] = away.max(0.0);
            }
        }
        eliminate(&mut rates, states).ok_or_else(|| {
            IsingError::Unsuitable("saturated p-bits hold some configuration for ever: the law depends on the start".to_owned())
        })
    }

    /// `reads` independent reads on all cores, each from random spins: `settle` seconds unseen, then `duration` seconds observed.
    ///
    /// # Errors
    /// [`IsingError::Cancelled`]; [`IsingError::Unsuitable`] for times that are not finite, or a duration that is not above 0.
    pub fn reads(
        &self,
        seed: u64,
        reads: usize,
        settle: f64,
        duration: f64,
        cancel: &CancelToken,
    ) -> Result<Vec<Reading>, IsingError> {
        if !settle.is_finite() || settle < 0.0 || !duration.is_finite() || duration <= 0.0 {
            return Err(IsingError::Unsuitable(format!(
                "a read of {settle} s to settle and {duration} s to observe: finite times, the second above 0, are wanted"
            )));
        }
        (0..reads as u64)
            .into_par_iter()
            .map(|read| Simulation::new(self, Stream::new(seed, "device-level read", read)).run(settle, duration, cancel))
            .collect()
    }
}

/// Mean occupation over reads of one circuit; empty where configurations were not counted.
pub fn occupation(readings: &[Reading]) -> Vec<f64> {
    let mut law = vec![0.0; readings.first().map_or(0, |r| r.occupation.len())];
    for reading in readings {
        law.iter_mut().zip(&reading.occupation).for_each(|(sum, p)| *sum += p / readings.len() as f64);
    }
    law
}

/// Stationary law of a chain of `states` states with these rates; `None` when it is not unique.
fn eliminate(rates: &mut [f64], states: usize) -> Option<Vec<f64>> {
    let mut leaving = vec![0.0; states];
    for k in (1..states).rev() {
        leaving[k] = (0..k).map(|j| rates[k * states + j]).sum();
        if leaving[k] <= 0.0 {
            return None;
        }
        let row: Vec<f64> = (0..k).map(|j| rates[k * states + j] / leaving[k]).collect();
        for i in 0..k {
            let through = rates[i * states + k];
            if through > 0.0 {
                for (j, share) in row.iter().enumerate() {
                    if i != j {
                        rates[i * states + j] += through * share;
                    }
                }
            }
        }
    }
    let mut law = vec![1.0; states];
    for k in 1..states {
        law[k] = (0..k).map(|i| law[i] * rates[i * states + k]).sum::<f64>() / leaving[k];
    }
    let sum: f64 = law.iter().sum();
    Some(law.into_iter().map(|p| p / sum).collect())
}

/// The inputs of all p-bits as the synapses show them.
#[derive(Debug)]
enum Inputs {
    /// At once.
    Prompt,
    /// Changes under way: time of arrival, spin, and its new state.
    Delayed(VecDeque<(f64, u32, i8)>),
    /// What each p-bit sees now on its way to its local field, and when it was last brought up to date.
    Smoothed { seen: Vec<f64>, at: Vec<f64> },
}

struct Simulation<'a> {
    circuit: &'a Circuit,
    random: Fast,
    spins: Vec<i8>,
    /// Local fields: of the states that have arrived with a delay, of the present states otherwise.
    fields: Vec<f64>,
    inputs: Inputs,
    /// Times of the next events as bits, which order like the positive numbers they stand for.
    clock: BinaryHeap<Reverse<(u64, u32)>>,
}

impl<'a> Simulation<'a> {
    fn new(circuit: &'a Circuit, mut stream: Stream) -> Self {
        let n = circuit.model.spins();
        let spins: Vec<i8> = (0..n).map(|_| if stream.next() & 1 == 1 { 1 } else { -1 }).collect();
        let fields: Vec<f64> = (0..n).map(|i| circuit.model.local_field(&spins, i)).collect();
        let inputs = match (circuit.synapses.time, circuit.synapses.lag) {
            (0.0, _) => Inputs::Prompt,
            (_, Lag::Delay) => Inputs::Delayed(VecDeque::new()),
            (_, Lag::LowPass) => Inputs::Smoothed { seen: fields.clone(), at: vec![0.0; n] },
        };
        let mut simulation = Self { circuit, random: stream.fast(), spins, fields, inputs, clock: BinaryHeap::new() };
        for i in 0..n {
            let first = simulation.wait(i);
            simulation.clock.push(Reverse((first.to_bits(), i as u32)));
        }
        simulation
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Time until the next event of a p-bit.
    fn wait(&mut self, spin: usize) -> f64 {
        -self.circuit.pbits[spin].correlation_time * (-self.uniform()).ln_1p()
    }

    fn run(mut self, settle: f64, duration: f64, cancel: &CancelToken) -> Result<Reading, IsingError> {
        let n = self.spins.len();
        let end = settle + duration;
        let mut occupation = vec![0.0; if n <= LARGEST_COUNTED { 1 << n } else { 0 }];
        let mut state = if occupation.is_empty() { 0 } else { index(&self.spins) };
        let (mut updates, mut flips, mut events) = (0u64, 0u64, 0u64);
        // The energy follows the weights asked for, whatever the circuit makes of them.
        let (mut energy, mut energy_time, mut since) = (self.circuit.asked.energy(&self.spins), 0.0, settle);
        while let Some(Reverse((bits, spin))) = self.clock.pop() {
            let time = f64::from_bits(bits);
            if time >= end {
                break;
            }
            events += 1;
            if events.is_multiple_of(4096) {
                cancel.check()?;
            }
            let observed = time >= settle;
            updates += u64::from(observed);
            let i = spin as usize;
            let next = time + self.wait(i);
            self.clock.push(Reverse((next.to_bits(), spin)));
            let input = self.input(i, time);
            let up = 2.0 * self.uniform() - 1.0 < self.circuit.mean_output(i, input);
            if up == (self.spins[i] > 0) {
                continue;
            }
            if observed {
                flips += 1;
                energy_time += energy * (time - since);
                if let Some(p) = occupation.get_mut(state) {
                    *p += time - since;
                }
                since = time;
            }
            energy += 2.0 * f64::from(self.spins[i]) * self.circuit.asked.local_field(&self.spins, i);
            self.spins[i] = -self.spins[i];
            state ^= if occupation.is_empty() { 0 } else { 1 << i };
            self.announce(i, time);
        }
        cancel.check()?;
        energy_time += energy * (end - since);
        if let Some(p) = occupation.get_mut(state) {
            *p += end - since;
        }
        occupation.iter_mut().for_each(|p| *p /= duration);
        Ok(Reading { seconds: duration, updates, flips, energy: energy_time / duration, spins: self.spins, occupation })
    }

    /// Local field that p-bit `spin` sees at a time.
    fn input(&mut self, spin: usize, time: f64) -> f64 {
        match &mut self.inputs {
            Inputs::Prompt => self.fields[spin],
            Inputs::Delayed(under_way) => {
                while let Some(&(_, from, state)) = under_way.front().filter(|change| change.0 <= time) {
                    under_way.pop_front();
                    spread(&self.circuit.model, from as usize, state, &mut self.fields);
                }
                self.fields[spin]
            }
            Inputs::Smoothed { seen, at } => {
                relax(&mut seen[spin], &mut at[spin], self.fields[spin], time, self.circuit.synapses.time);
                seen[spin]
            }
        }
    }

    /// Sends the new state of p-bit `spin` to its neighbours.
    fn announce(&mut self, spin: usize, time: f64) {
        let state = self.spins[spin];
        let lag = self.circuit.synapses.time;
        match &mut self.inputs {
            Inputs::Prompt => spread(&self.circuit.model, spin, state, &mut self.fields),
            Inputs::Delayed(under_way) => under_way.push_back((time + lag, spin as u32, state)),
            Inputs::Smoothed { seen, at } => {
                for &j in self.circuit.model.neighbours(spin).0 {
                    let j = j as usize;
                    relax(&mut seen[j], &mut at[j], self.fields[j], time, lag);
                }
                spread(&self.circuit.model, spin, state, &mut self.fields);
            }
        }
    }
}

/// Adds what the flip of a spin into `state` changes in the fields of its neighbours.
fn spread(model: &Ising, spin: usize, state: i8, fields: &mut [f64]) {
    let (neighbours, couplings) = model.neighbours(spin);
    for (&j, v) in neighbours.iter().zip(couplings) {
        fields[j as usize] += 2.0 * f64::from(state) * v;
    }
}

/// Brings a low-pass that follows `target` up to `time`.
fn relax(seen: &mut f64, at: &mut f64, target: f64, time: f64, constant: f64) {
    *seen = target + (*seen - target) * (-(time - *at) / constant).exp();
    *at = time;
}
