//! One chain over couplings that are whole numbers: fields are counted exactly, and a flip is decided by one comparison with a table.

mod scan;

use crate::chain::{Walk, Walker};
use crate::rule::RUN;
use crate::{Ising, Order, Rule};
use multiversion::multiversion;
use rand::Rng;
use scan::Sieve;
use spinloom_core::random::Fast;

/// The largest local field, in steps, that is counted.
const LARGEST: f64 = 32_766.0;

/// A model of pairs whose couplings and fields are whole multiples of one step.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::chain::{Walk, Walker};
/// use spinloom_ising::{Ising, Order, Rule, whole::Whole};
/// let pair = Ising::new(2, [(0, 1, 0.5)], vec![0.0; 2], 0.0)?;
/// let whole = Whole::new(&pair).expect("multiples of one half");
/// let mut chain = whole.walker(Walk { state: None, stream: Stream::new(1, "chain", 0), rule: Rule::HeatBath, order: Order::Permuted });
/// let mut same = 0;
/// for _ in 0..10_000 {
///     chain.sweep(1.0);
///     same += i32::from(chain.spins()[0] == chain.spins()[1]);
/// }
/// assert!((f64::from(same) / 1e4 - 0.731).abs() < 0.03); // 1 / (1 + exp(-1))
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug)]
pub struct Whole<'a> {
    model: &'a Ising,
    scale: f64,
    largest: usize,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    /// The neighbours of each spin in a row, as in the model.
    Sparse {
        start: Vec<usize>,
        neighbour: Vec<u32>,
        coupling: Vec<i16>,
        /// The coupling, where all are the same, as in cuts without weights.
        same: Option<i16>,
        /// The neighbours of each spin in its own run of [`RUN`], a bit each.
        near: Vec<u32>,
    },
    /// A full matrix of bytes, row after row: eight times as many couplings fit a cache as of floating-point numbers.
    Dense(Vec<i8>),
}

impl<'a> Whole<'a> {
    /// The model in whole numbers, if it is one.
    pub fn new(model: &'a Ising) -> Option<Self> {
        let scale = model.integer_scale()?;
        let largest = model.largest_fields().into_iter().fold(0.0, f64::max) * scale;
        if largest > LARGEST {
            return None;
        }
        let n = model.spins();
        let bytes = model.couplings().all(|(_, _, v)| (v * scale).abs() <= 127.0);
        let layout = if bytes && crate::chain::Dense::suits(model) {
            let mut matrix = vec![0; n * n];
            for (i, j, v) in model.couplings() {
                matrix[i * n + j] = (v * scale) as i8;
                matrix[j * n + i] = (v * scale) as i8;
            }
            Layout::Dense(matrix)
        } else {
            let (mut start, mut neighbour, mut coupling, mut near) = (vec![0], Vec::new(), Vec::new(), Vec::new());
            for i in 0..n {
                let (columns, values) = model.neighbours(i);
                neighbour.extend_from_slice(columns);
                coupling.extend(values.iter().map(|v| (v * scale) as i16));
                start.push(neighbour.len());
                let here = |j: &&u32| **j as usize / RUN == i / RUN;
                near.push(columns.iter().filter(here).fold(0, |bits, j| bits | 1 << (j % RUN as u32)));
            }
            let same = coupling.first().copied().filter(|first| coupling.iter().all(|v| v == first));
            Layout::Sparse { start, neighbour, coupling, same, near }
        };
        Some(Self { model, scale, largest: largest as usize, layout })
    }

    /// A chain over this model.
    pub fn walker(&self, mut walk: Walk) -> WholeChain<'_> {
        let spins = walk.spins(self.model.spins());
        let fields = (0..spins.len()).map(|i| (self.model.local_field(&spins, i) * self.scale) as i16).collect();
        WholeChain {
            base: self.model.energy(&spins),
            spent: 0,
            order: (0..spins.len() as u32).collect(),
            sieve: Sieve::default(),
            chances: Chances::new(self.largest, walk.rule),
            random: walk.stream.fast(),
            visits: walk.order,
            model: self,
            spins,
            fields,
        }
    }

    #[inline(always)]
    fn flip(&self, spin: usize, spins: &mut [i8], fields: &mut [i16]) {
        spins[spin] = -spins[spin];
        let up = spins[spin] > 0;
        match &self.layout {
            Layout::Sparse { start, neighbour, coupling, same, .. } => {
                let row = start[spin]..start[spin + 1];
                let change = 2 * i16::from(spins[spin]);
                if let Some(same) = same {
                    let change = change.wrapping_mul(*same);
                    let mut add = |j: u32| {
                        let field = &mut fields[j as usize];
                        *field = field.wrapping_add(change);
                    };
                    let (fours, rest) = neighbour[row].as_chunks::<4>();
                    for &[a, b, c, d] in fours {
                        add(a);
                        add(b);
                        add(c);
                        add(d);
                    }
                    rest.iter().for_each(|&j| add(j));
                    return;
                }
                for (&j, &v) in neighbour[row.clone()].iter().zip(&coupling[row]) {
                    let field = &mut fields[j as usize];
                    *field = field.wrapping_add(change.wrapping_mul(v));
                }
            }
            Layout::Dense(matrix) => add_row(fields, &matrix[spin * fields.len()..(spin + 1) * fields.len()], up),
        }
    }
}

/// Adds twice a row of couplings to the fields, or takes it away.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_row(fields: &mut [i16], row: &[i8], up: bool) {
    if up {
        fields.iter_mut().zip(row).for_each(|(f, &v)| *f = f.wrapping_add(2 * i16::from(v)));
    } else {
        fields.iter_mut().zip(row).for_each(|(f, &v)| *f = f.wrapping_sub(2 * i16::from(v)));
    }
}

/// The chance of a flip for every value of m f, as the count of 32-bit numbers below it.
#[derive(Debug, Clone)]
struct Chances {
    rule: Rule,
    beta: f64,
    /// Index `largest` is no field.
    table: Vec<u64>,
    largest: usize,
    /// How far from no field the table is neither certain nor impossible.
    open: usize,
}

const CERTAIN: u64 = 1 << 32;

impl Chances {
    fn new(largest: usize, rule: Rule) -> Self {
        let mut this = Self { rule, beta: f64::NAN, table: vec![0; 2 * largest + 1], largest, open: 0 };
        this.table[..largest].fill(CERTAIN);
        this
    }

    /// Fills the table for the inverse temperature of one step; whether that is another one than before.
    fn set(&mut self, beta: f64) -> bool {
        if beta.to_bits() == self.beta.to_bits() {
            return false;
        }
        self.beta = beta;
        let half = (0.5 * CERTAIN as f64) as u64;
        self.table[self.largest] = if self.rule == Rule::HeatBath { half } else { CERTAIN };
        let decay = (-2.0 * beta).exp();
        let mut weight = 1.0;
        let mut reached = 0;
        for x in 1..=self.largest {
            weight *= decay;
            let (uphill, downhill) = match self.rule {
                Rule::HeatBath => {
                    let p = weight / (1.0 + weight);
                    ((p * CERTAIN as f64) as u64, ((1.0 - p) * CERTAIN as f64) as u64)
                }
                Rule::Metropolis => ((weight * CERTAIN as f64) as u64, CERTAIN),
            };
            if uphill == 0 && x > self.open {
                break;
            }
            self.table[self.largest + x] = uphill;
            self.table[self.largest - x] = if uphill == 0 { CERTAIN } else { downhill };
            if uphill > 0 {
                reached = x;
            }
        }
        self.open = reached;
        true
    }
}

/// One chain over a [`Whole`] model.
#[derive(Debug)]
pub struct WholeChain<'a> {
    model: &'a Whole<'a>,
    spins: Vec<i8>,
    fields: Vec<i16>,
    /// The energy at the beginning, and what flips have added to it, in steps.
    base: f64,
    spent: i64,
    order: Vec<u32>,
    visits: Order,
    chances: Chances,
    /// What runs are sieved with at the present temperature.
    sieve: Sieve,
    random: Fast,
}

impl Walker for WholeChain<'_> {
    fn sweep(&mut self, beta: f64) {
        let changed = self.chances.set(beta / self.model.scale);
        if self.visits.in_runs(self.spins.len()) {
            if changed {
                self.sieve = Sieve::new(&self.chances);
            }
            return scan::sweep(self);
        }
        self.visits.arrange(&mut self.order, &mut self.random);
        let Self { model, spins, fields, spent, order, chances, random, .. } = self;
        let largest = chances.largest as i32;
        let mut decide = |i: u32, draw: u64| {
            let i = i as usize;
            let along = i32::from(spins[i]) * i32::from(fields[i]);
            if draw < chances.table[(along + largest) as usize] {
                *spent += 2 * i64::from(along);
                model.flip(i, spins, fields);
            }
        };
        // Two draws from each random word.
        let mut pairs = order.chunks_exact(2);
        for pair in &mut pairs {
            let word = random.next_u64();
            decide(pair[0], word & 0xFFFF_FFFF);
            decide(pair[1], word >> 32);
        }
        if let [last] = pairs.remainder() {
            decide(*last, random.next_u64() >> 32);
        }
    }

    fn spins(&self) -> &[i8] {
        &self.spins
    }

    fn energy(&self) -> f64 {
        self.base + self.spent as f64 / self.model.scale
    }

    fn flip(&mut self, spin: usize) {
        self.spent += 2 * i64::from(self.spins[spin]) * i64::from(self.fields[spin]);
        self.model.flip(spin, &mut self.spins, &mut self.fields);
    }

    fn descend(&mut self) {
        while let Some(spin) = (0..self.spins.len()).find(|&i| i32::from(self.spins[i]) * i32::from(self.fields[i]) < 0) {
            for i in spin..self.spins.len() {
                if i32::from(self.spins[i]) * i32::from(self.fields[i]) < 0 {
                    self.flip(i);
                }
            }
        }
    }
}
