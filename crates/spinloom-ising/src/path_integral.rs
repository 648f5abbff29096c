//! Path integrals: a model in a transverse field as replicas of itself along imaginary time (M. Suzuki, Prog. Theor. Phys. 56, 1454 (1976),
//! doi:10.1143/PTP.56.1454), as networks of p-bits emulate it (K. Y. Camsari, S. Chowdhury and S. Datta, Phys. Rev. Appl. 12, 034061 (2019),
//! doi:10.1103/PhysRevApplied.12.034061).
//!
//! H = -(sum_(ij) J_ij sz_i sz_j + sum_i h_i sz_i + Gamma sum_i sx_i). With n slices, weights are exp(sum K m m): within a slice
//! K = beta J / n and beta h / n, and K_perp = (1/2) ln coth(beta Gamma / n) between neighbours in time, periodic. The error is O((beta/n)^2).
//!
//! [`Slices`] samples them, [`unroll`] writes them out as one model for any other sampler, [`Quantum`] gives the exact answers, with and without
//! slices, and [`SignedSlices`] shows what happens where weights are negative.

mod annealing;
mod exact;
mod signed;

pub use annealing::{PathIntegral, anneal_path_integral};
pub use exact::{LARGEST, Levels, Observables, Quantum};
pub use signed::SignedSlices;

use crate::{Ising, IsingError};
use multiversion::multiversion;
use rand::{Rng, RngExt};
use spinloom_core::random::{Fast, Stream};

/// Beyond this exponent products of weights are not formed, so that none overflows.
const LARGEST_EXPONENT: f64 = 300.0;
/// K_perp is held below this: neighbours in time then differ with a probability below 1e-25.
const FROZEN: f64 = 30.0;

/// K_perp = (1/2) ln coth a, at most 30.
pub fn in_time(a: f64) -> f64 {
    if a <= 0.0 { FROZEN } else { (-0.5 * a.tanh().ln()).min(FROZEN) }
}

/// The replicas as one classical model: spin k N + i is spin i of slice k, and weights are exp(-E), so that it is sampled at beta = 1.
///
/// This is the circuit that a network of p-bits would be wired as. For a model and a number of slices that are both bipartite it has two
/// colours, each of which can be updated at once.
///
/// ```
/// use spinloom_ising::{Ising, exact, path_integral::unroll};
/// // One spin in a transverse field: <m_k m_(k+1)> over four slices follows from the 2 x 2 transfer matrix.
/// let ring = unroll(&Ising::new(1, [], vec![0.0], 0.0)?, 1.0, 0.5, 4)?;
/// let p = exact::boltzmann(&ring, 1.0)?;
/// let same: f64 = (0..16).filter(|s| (s & 1) == (s >> 1 & 1)).map(|s| p[s]).sum();
/// let t = (-2.0 * 0.125f64).exp(); // tanh K_perp
/// assert!((2.0 * same - 1.0 - (t + t.powi(3)) / (1.0 + t.powi(4))).abs() < 1e-12);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
///
/// # Errors
/// [`IsingError::Unsuitable`] for fewer than two slices, a temperature or a field that is not a positive number, and as [`Ising::new`].
pub fn unroll(model: &Ising, beta: f64, transverse: f64, slices: usize) -> Result<Ising, IsingError> {
    check(beta, transverse, slices)?;
    let n = model.spins();
    crate::memory::fits((slices * (2 * model.pairs() + 2 * n)) as u128 * 24, "the replicas")?;
    let step = beta / slices as f64;
    let coupling = in_time(step * transverse);
    let within = (0..slices).flat_map(|k| model.couplings().map(move |(i, j, v)| (k * n + i, k * n + j, step * v)));
    let between = (0..slices).flat_map(|k| (0..n).map(move |i| (k * n + i, (k + 1) % slices * n + i, coupling)));
    let field = (0..slices).flat_map(|_| model.fields().iter().map(|h| step * h)).collect();
    Ising::new(n * slices, within.chain(between), field, beta * model.offset())
}

fn check(beta: f64, transverse: f64, slices: usize) -> Result<(), IsingError> {
    if slices < 2 {
        return Err(IsingError::Unsuitable("a path integral wants two slices or more".to_owned()));
    }
    if !(beta > 0.0 && beta.is_finite() && transverse > 0.0 && transverse.is_finite()) {
        return Err(IsingError::Unsuitable(format!(
            "a path integral wants a positive inverse temperature and transverse field; they are {beta} and {transverse}"
        )));
    }
    Ok(())
}

/// Replicas of a model along imaginary time.
///
/// A sweep visits every spin once and, where asked for, tries to flip clusters along imaginary time (R. H. Swendsen and J.-S. Wang, Phys.
/// Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86, in one direction), without which chains of slices hardly move when K_perp is large.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_ising::{Ising, path_integral::Slices};
/// // One spin in a transverse field: <sx> = tanh(beta Gamma).
/// let spin = Ising::new(1, [], vec![0.0], 0.0)?;
/// let mut slices = Slices::new(&spin, 16, &mut Stream::new(1, "slices", 0))?;
/// let mut sum = 0.0;
/// for _ in 0..20_000 {
///     slices.sweep(1.0, 0.5, true);
///     sum += slices.transverse(1.0, 0.5);
/// }
/// assert!((sum / 20_000.0 - 0.5f64.tanh()).abs() < 0.02);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Slices<'a> {
    model: &'a Ising,
    count: usize,
    /// World line after world line: the spins of a site in the order of time.
    m: Vec<i8>,
    random: Fast,
    /// Sites in the order of their colours: those of one colour do not act on each other.
    order: Vec<u32>,
    /// The largest local field.
    largest_field: f64,
    /// Odds of every slice of the site at hand against being up, or its field.
    work: Vec<f64>,
}

impl<'a> Slices<'a> {
    /// Random slices.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for fewer than two slices.
    pub fn new(model: &'a Ising, slices: usize, stream: &mut Stream) -> Result<Self, IsingError> {
        crate::memory::fits(slices as u128 * model.spins() as u128, "the replicas")?;
        let mut random = stream.fast();
        let m = (0..slices * model.spins()).map(|_| if random.random::<bool>() { 1 } else { -1 }).collect();
        Self::with(model, slices, m, random)
    }

    /// Slices that all begin in the same configuration: closer to equilibrium than random ones where the model orders.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for fewer than two slices, or a configuration that is not one of +-1 for every spin.
    pub fn from_state(model: &'a Ising, slices: usize, state: &[i8], stream: &mut Stream) -> Result<Self, IsingError> {
        if state.len() != model.spins() || state.iter().any(|m| m.abs() != 1) {
            return Err(IsingError::Unsuitable(format!("slices of {} spins want so many numbers of +1 or -1", model.spins())));
        }
        crate::memory::fits(slices as u128 * model.spins() as u128, "the replicas")?;
        Self::with(model, slices, state.iter().flat_map(|&m| std::iter::repeat_n(m, slices)).collect(), stream.fast())
    }

    fn with(model: &'a Ising, slices: usize, m: Vec<i8>, random: Fast) -> Result<Self, IsingError> {
        check(1.0, 1.0, slices)?;
        let colours = model.colouring();
        let mut order: Vec<u32> = (0..model.spins() as u32).collect();
        order.sort_by_key(|&i| colours[i as usize]);
        let largest_field = model.largest_fields().into_iter().fold(0.0, f64::max);
        Ok(Self { model, count: slices, m, random, order, largest_field, work: vec![0.0; slices] })
    }

    /// One sweep at inverse temperature `beta` in a transverse field: colour by colour, even slices, odd slices; then clusters in time.
    pub fn sweep(&mut self, beta: f64, transverse: f64, clusters: bool) {
        let step = beta / self.count as f64;
        let a = step * transverse;
        let coupling = in_time(a);
        for index in 0..self.order.len() {
            let i = self.order[index] as usize;
            if 2.0 * step * self.largest_field < LARGEST_EXPONENT {
                self.odds(i, step);
            } else {
                self.fields(i);
                self.work.iter_mut().for_each(|f| *f = (-2.0 * step * *f).clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT).exp());
            }
            self.decide(i, coupling);
        }
        if clusters {
            // Neighbours in time that agree are joined but for a probability exp(-2 K_perp).
            let cut = (-2.0 * coupling).exp();
            for index in 0..self.order.len() {
                let i = self.order[index] as usize;
                self.fields(i);
                self.flip_segments(i, step, cut);
            }
        }
    }

    /// exp(-2 step f) of every slice of a site: the field is a sum over neighbours, so this is a product, and nothing but multiplications.
    fn odds(&mut self, i: usize, step: f64) {
        self.work.fill((-2.0 * step * self.model.fields()[i]).exp());
        let (columns, values) = self.model.neighbours(i);
        for (&j, &v) in columns.iter().zip(values) {
            let up = (-2.0 * step * v).exp();
            multiply(&mut self.work, world_line(&self.m, j as usize, self.count), up, 1.0 / up);
        }
    }

    /// The local field of every slice of a site.
    fn fields(&mut self, i: usize) {
        self.work.fill(self.model.fields()[i]);
        let (columns, values) = self.model.neighbours(i);
        for (&j, &v) in columns.iter().zip(values) {
            add(&mut self.work, world_line(&self.m, j as usize, self.count), v);
        }
    }

    /// Heat bath for one site: all even slices, then all odd ones.
    fn decide(&mut self, i: usize, coupling: f64) {
        let n = self.count;
        let line = &mut self.m[i * n..(i + 1) * n];
        // Odds against being up from the neighbours in time: both down, one of each, both up.
        let time = [(4.0 * coupling).exp(), 1.0, (-4.0 * coupling).exp()];
        for parity in 0..2 {
            for k in (parity..n).step_by(2) {
                let before = line[if k == 0 { n - 1 } else { k - 1 }];
                let after = line[if k + 1 == n { 0 } else { k + 1 }];
                let odds = self.work[k] * time[(2 + before + after) as usize / 2];
                // Up with probability 1 / (1 + odds), without a division.
                line[k] = if uniform(&mut self.random) * (1.0 + odds) < 1.0 { 1 } else { -1 };
            }
        }
    }

    /// Cuts the world line of a site into segments of equal spin and flips each by heat bath in the field of the other sites.
    fn flip_segments(&mut self, i: usize, step: f64, cut: f64) {
        let n = self.count;
        let Self { m, work, random, .. } = self;
        let line = &mut m[i * n..(i + 1) * n];
        let mut cuts = Cuts::new(cut, random);
        // Where segments end: behind every k at which neighbours differ or the bond between them is cut.
        let mut begin = None;
        let mut first_end = n;
        let mut field = 0.0;
        let mut leading = 0.0;
        for k in 0..n {
            field += work[k];
            let next = line[if k + 1 == n { 0 } else { k + 1 }];
            // The spins behind k are still the old ones but for the first, which is decided last.
            if line[k] == next && !cuts.cut(random) {
                continue;
            }
            match begin {
                // The segment that runs through the end of time is completed at the end.
                None => (first_end, leading) = (k + 1, field),
                Some(b) => {
                    let value = heat_bath(step * field, random);
                    line[b..=k].fill(value);
                }
            }
            (begin, field) = (Some(k + 1), 0.0);
        }
        let value = heat_bath(step * (field + leading), random);
        line[..first_end].fill(value);
        if let Some(b) = begin {
            line[b..].fill(value);
        }
    }

    /// The spins of a slice.
    pub fn slice(&self, k: usize) -> Vec<i8> {
        (0..self.model.spins()).map(|i| self.m[i * self.count + k]).collect()
    }

    /// The spins of a site in the order of time.
    pub fn world_line(&self, i: usize) -> &[i8] {
        world_line(&self.m, i, self.count)
    }

    /// Number of slices.
    pub fn slices(&self) -> usize {
        self.count
    }

    /// <sz_i>, averaged over the slices.
    pub fn magnetization(&self, i: usize) -> f64 {
        self.world_line(i).iter().map(|&m| i64::from(m)).sum::<i64>() as f64 / self.count as f64
    }

    /// <sz_i sz_j>, averaged over the slices.
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        let products = self.world_line(i).iter().zip(self.world_line(j)).map(|(a, b)| i64::from(a * b));
        products.sum::<i64>() as f64 / self.count as f64
    }

    /// `<sx>`, averaged over sites and slices: tanh a where neighbours in time agree, coth a where they differ, a = beta Gamma / n.
    pub fn transverse(&self, beta: f64, transverse: f64) -> f64 {
        let a = (beta * transverse / self.count as f64).tanh();
        let agree: usize = self
            .m
            .chunks_exact(self.count)
            .map(|line| line.windows(2).filter(|w| w[0] == w[1]).count() + usize::from(line[0] == line[self.count - 1]))
            .sum();
        let (agree, total) = (agree as f64, self.m.len() as f64);
        (agree * a + (total - agree) / a) / total
    }
}

fn world_line(m: &[i8], site: usize, slices: usize) -> &[i8] {
    &m[site * slices..(site + 1) * slices]
}

#[inline(always)]
fn uniform(random: &mut Fast) -> f64 {
    (random.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Up with probability 1 / (1 + exp(-2 x)).
fn heat_bath(x: f64, random: &mut Fast) -> i8 {
    if uniform(random) * (1.0 + (-2.0 * x).exp()) < 1.0 { 1 } else { -1 }
}

/// Which of a row of bonds are cut, each with the same probability, by drawing how many are not.
struct Cuts {
    scale: f64,
    left: f64,
}

impl Cuts {
    fn new(probability: f64, random: &mut Fast) -> Self {
        // ln(1 - p) < 0; the number of bonds before the next cut one is geometric.
        let scale = 1.0 / (-probability.min(1.0 - 1e-16)).ln_1p();
        Self { scale, left: ((1.0 - uniform(random)).ln() * scale).floor() }
    }

    fn cut(&mut self, random: &mut Fast) -> bool {
        if self.left >= 1.0 {
            self.left -= 1.0;
            return false;
        }
        self.left = ((1.0 - uniform(random)).ln() * self.scale).floor();
        true
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn multiply(odds: &mut [f64], spins: &[i8], up: f64, down: f64) {
    for (o, &m) in odds.iter_mut().zip(spins) {
        *o *= if m > 0 { up } else { down };
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add(fields: &mut [f64], spins: &[i8], coupling: f64) {
    for (f, &m) in fields.iter_mut().zip(spins) {
        *f += if m > 0 { coupling } else { -coupling };
    }
}
