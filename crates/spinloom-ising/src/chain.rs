//! One chain of spins, spin after spin, with the local fields kept up to date: for any real couplings, sparse, dense or of higher order.

use crate::{Ising, Order, Rule};
use multiversion::multiversion;
use rand::Rng;
use spinloom_core::random::{Fast, Stream};

/// An energy over spins that a chain can follow from flip to flip.
pub trait Energy: Sync {
    /// Number of spins.
    fn spins(&self) -> usize;

    /// Energy of a configuration.
    fn energy(&self, m: &[i8]) -> f64;

    /// Local field of every spin: flipping spin i costs 2 m_i f_i.
    fn local_fields(&self, m: &[i8]) -> Vec<f64>;

    /// Flips a spin and corrects the local fields of all others.
    fn flip(&self, spin: usize, m: &mut [i8], fields: &mut [f64]);
}

impl Energy for Ising {
    fn spins(&self) -> usize {
        Self::spins(self)
    }

    fn energy(&self, m: &[i8]) -> f64 {
        Self::energy(self, m)
    }

    fn local_fields(&self, m: &[i8]) -> Vec<f64> {
        (0..Self::spins(self)).map(|i| self.local_field(m, i)).collect()
    }

    #[inline(always)]
    fn flip(&self, spin: usize, m: &mut [i8], fields: &mut [f64]) {
        m[spin] = -m[spin];
        let change = 2.0 * f64::from(m[spin]);
        let (columns, values) = self.neighbours(spin);
        for (&j, &v) in columns.iter().zip(values) {
            fields[j as usize] += change * v;
        }
    }
}

/// A model in which most pairs are coupled: a full matrix of couplings, row after row.
#[derive(Debug, Clone)]
pub struct Dense<'a> {
    model: &'a Ising,
    matrix: Matrix,
}

/// Couplings that all are whole numbers below 128 fit a byte, and eight times as many of them a cache.
#[derive(Debug, Clone)]
enum Matrix {
    Bytes(Vec<i8>),
    Numbers(Vec<f64>),
}

impl<'a> Dense<'a> {
    /// Whether the full matrix is the better layout: from a quarter of all pairs on, and at most 2 GiB of it.
    pub fn suits(model: &Ising) -> bool {
        let n = model.spins();
        n > 1 && model.pairs() * 8 >= n * n && n <= 1 << 14
    }

    /// The full matrix of a model.
    pub fn new(model: &'a Ising) -> Self {
        let n = model.spins();
        let small = model.couplings().all(|(_, _, v)| v.fract() == 0.0 && v.abs() <= 127.0);
        let mut bytes = vec![0; if small { n * n } else { 0 }];
        let mut numbers = vec![0.0; if small { 0 } else { n * n }];
        for (i, j, v) in model.couplings() {
            for at in [i * n + j, j * n + i] {
                if small { bytes[at] = v as i8 } else { numbers[at] = v }
            }
        }
        Self { model, matrix: if small { Matrix::Bytes(bytes) } else { Matrix::Numbers(numbers) } }
    }
}

impl Energy for Dense<'_> {
    fn spins(&self) -> usize {
        self.model.spins()
    }

    fn energy(&self, m: &[i8]) -> f64 {
        self.model.energy(m)
    }

    fn local_fields(&self, m: &[i8]) -> Vec<f64> {
        self.model.local_fields(m)
    }

    #[inline(always)]
    fn flip(&self, spin: usize, m: &mut [i8], fields: &mut [f64]) {
        m[spin] = -m[spin];
        let change = 2.0 * f64::from(m[spin]);
        let row = spin * fields.len()..(spin + 1) * fields.len();
        match &self.matrix {
            Matrix::Bytes(bytes) => add_bytes(fields, &bytes[row], change),
            Matrix::Numbers(numbers) => add_numbers(fields, &numbers[row], change),
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_bytes(fields: &mut [f64], row: &[i8], change: f64) {
    for (field, &v) in fields.iter_mut().zip(row) {
        *field += change * f64::from(v);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_numbers(fields: &mut [f64], row: &[f64], change: f64) {
    for (field, &v) in fields.iter_mut().zip(row) {
        *field += change * v;
    }
}

/// Steps of the table of acceptance bounds per unit of 2 beta m f.
const STEPS: f64 = 8.0;
/// Beyond +-this a probability is 0 or 1 to 1e-13.
const CERTAIN: f64 = 30.0;

/// Bounds on the probability of a flip, so that the exponential is needed only where they leave it open.
#[derive(Debug, Clone)]
struct Bounds(Vec<f64>);

impl Bounds {
    fn new(rule: Rule) -> Self {
        let last = (2.0 * CERTAIN * STEPS) as usize;
        let at = |k: usize| if k >= last { 0.0 } else { rule.flip(k as f64 / STEPS - CERTAIN) };
        Self((0..=last + 1).map(at).collect())
    }

    /// Whether to flip a spin for which 2 beta m f = x.
    #[inline(always)]
    fn flip(&self, rule: Rule, x: f64, random: &mut Fast) -> bool {
        let u = (random.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64);
        // A spin that is certain is treated like any other: telling them apart costs more than a random number.
        let k = ((x + CERTAIN).clamp(0.0, 2.0 * CERTAIN) * STEPS) as usize;
        u < self.0[k + 1] || (u < self.0[k] && u < rule.flip(x))
    }
}

/// How a walker begins.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Its spins of +-1; random ones without.
    pub state: Option<Vec<i8>>,
    /// Its random numbers.
    pub stream: Stream,
    /// How spins decide.
    pub rule: Rule,
    /// In which order they are visited.
    pub order: Order,
}

impl Walk {
    /// The spins to begin with.
    pub(crate) fn spins(&mut self, count: usize) -> Vec<i8> {
        self.state.take().unwrap_or_else(|| (0..count).map(|_| if self.stream.next() & 1 == 1 { 1 } else { -1 }).collect())
    }
}

/// One state that walks through the states of a model.
pub trait Walker: Send {
    /// One attempted update of every spin at this inverse temperature.
    fn sweep(&mut self, beta: f64);

    /// The spins, +-1.
    fn spins(&self) -> &[i8];

    /// The energy of the present spins.
    fn energy(&self) -> f64;

    /// Flips one spin, whatever it costs.
    fn flip(&mut self, spin: usize);

    /// Goes downhill until no single flip lowers the energy.
    fn descend(&mut self);
}

/// One chain.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::{Ising, Order, Rule, chain::Chain};
/// let pair = Ising::new(2, [(0, 1, 0.5)], vec![0.0; 2], 0.0)?;
/// let mut chain = Chain::new(&pair, Stream::new(1, "chain", 0), Rule::HeatBath, Order::Permuted);
/// let mut same = 0;
/// for _ in 0..10_000 {
///     chain.sweep(1.0);
///     same += i32::from(chain.spins()[0] == chain.spins()[1]);
/// }
/// assert!((f64::from(same) / 1e4 - 0.731).abs() < 0.03); // 1 / (1 + exp(-1))
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Chain<'a, E> {
    model: &'a E,
    spins: Vec<i8>,
    fields: Vec<f64>,
    energy: f64,
    order: Vec<u32>,
    visits: Order,
    rule: Rule,
    bounds: Bounds,
    random: Fast,
}

impl<'a, E: Energy> Chain<'a, E> {
    /// A chain that starts from random spins.
    pub fn new(model: &'a E, stream: Stream, rule: Rule, order: Order) -> Self {
        Self::begin(model, Walk { state: None, stream, rule, order })
    }

    /// A chain that starts from these spins of +-1.
    pub fn from_state(model: &'a E, spins: Vec<i8>, stream: Stream, rule: Rule, order: Order) -> Self {
        Self::begin(model, Walk { state: Some(spins), stream, rule, order })
    }

    /// A chain.
    pub fn begin(model: &'a E, mut walk: Walk) -> Self {
        let spins = walk.spins(model.spins());
        let Walk { mut stream, rule, order: visits, .. } = walk;
        Self {
            fields: model.local_fields(&spins),
            energy: model.energy(&spins),
            order: (0..model.spins() as u32).collect(),
            bounds: Bounds::new(rule),
            random: stream.fast(),
            model,
            spins,
            visits,
            rule,
        }
    }

    /// One attempted update of every spin at this inverse temperature.
    pub fn sweep(&mut self, beta: f64) {
        self.visits.arrange(&mut self.order, &mut self.random);
        let Self { model, spins, fields, energy, order, rule, bounds, random, .. } = self;
        let twice = 2.0 * beta;
        for &i in order.iter() {
            let i = i as usize;
            let along = f64::from(spins[i]) * fields[i];
            // An infinite beta in no field is 0 times infinity.
            let x = if along == 0.0 { 0.0 } else { twice * along };
            if bounds.flip(*rule, x, random) {
                *energy += 2.0 * along;
                model.flip(i, spins, fields);
            }
        }
    }

    /// The spins, +-1.
    pub fn spins(&self) -> &[i8] {
        &self.spins
    }

    /// The energy of the present spins.
    pub fn energy(&self) -> f64 {
        self.energy
    }

    /// The local field of every spin.
    pub fn fields(&self) -> &[f64] {
        &self.fields
    }

    /// Replaces spins, fields and energy, for moves made from outside.
    pub fn replace(&mut self, spins: Vec<i8>) {
        self.fields = self.model.local_fields(&spins);
        self.energy = self.model.energy(&spins);
        self.spins = spins;
    }

    /// Flips one spin.
    pub fn flip(&mut self, spin: usize) {
        self.energy += 2.0 * f64::from(self.spins[spin]) * self.fields[spin];
        self.model.flip(spin, &mut self.spins, &mut self.fields);
    }

    /// Goes downhill until no single flip lowers the energy.
    pub fn descend(&mut self) {
        loop {
            let uphill = (0..self.spins.len()).filter(|&i| f64::from(self.spins[i]) * self.fields[i] < 0.0).collect::<Vec<_>>();
            if uphill.is_empty() {
                return;
            }
            for i in uphill {
                if f64::from(self.spins[i]) * self.fields[i] < -1e-12 * self.energy.abs().max(1.0) {
                    self.flip(i);
                } else if f64::from(self.spins[i]) * self.fields[i] < 0.0 {
                    return;
                }
            }
        }
    }
}

impl<E: Energy> Walker for Chain<'_, E> {
    fn sweep(&mut self, beta: f64) {
        Chain::sweep(self, beta);
    }

    fn spins(&self) -> &[i8] {
        Chain::spins(self)
    }

    fn energy(&self) -> f64 {
        Chain::energy(self)
    }

    fn flip(&mut self, spin: usize) {
        Chain::flip(self, spin);
    }

    fn descend(&mut self) {
        Chain::descend(self);
    }
}
