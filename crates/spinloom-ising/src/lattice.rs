//! One state of a large cubic lattice with couplings +-1, 64 sites or more in every machine word.
//!
//! Sites of a periodic lattice of even sides fall into two sublattices, each of which has its neighbours in the other alone. Spins of one
//! sublattice lie in bit planes along x, so that one pass over the words of a layer updates up to 256 sites at a time with the arithmetic of
//! [`crate::multispin`], and layers share the cores. A site takes seven bits: its spin and its six couplings. With 10^8 sites that is 90 MB.

use crate::multispin::Vote;
use crate::multispin::acceptance::Levels;
use crate::multispin::kernel::decide_few;
use crate::planes::{PlaneGenerator, Planes};
use crate::{Ising, IsingError, Rule};
use multiversion::multiversion;
use rayon::prelude::*;
use spinloom_core::random::Stream;

/// Number of neighbours: the one of the same index in its row, the one a step aside, then y - 1, y + 1, z - 1, z + 1.
const NEIGHBOURS: usize = 6;
/// The votes of six planes in a row.
const VOTES: [Vote; NEIGHBOURS] = [Vote::of(0), Vote::of(1), Vote::of(2), Vote::of(3), Vote::of(4), Vote::of(5)];

/// A cubic lattice with couplings +-1 between nearest neighbours, periodic: E = -sum J m m.
///
/// Heat bath or Metropolis, one sublattice after the other. The same seed gives the same state for any number of threads.
///
/// ```
/// use spinloom_ising::{Rule, lattice::Lattice, planes::Planes64};
/// let mut lattice = Lattice::<Planes64>::spin_glass([128, 4, 4], 1)?;
/// (0..200).for_each(|k| lattice.sweep(0.02 * f64::from(k), Rule::HeatBath));
/// assert!(lattice.energy() / (lattice.sites() as f64) < -1.6);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lattice<P> {
    sides: [usize; 3],
    /// Words of a row of one sublattice.
    words: usize,
    /// Of both sublattices. Site i of a row lies in word i % words, lane i / words.
    spins: [Vec<P>; 2],
    /// Set where a coupling is negative.
    negative: [Vec<[P; NEIGHBOURS]>; 2],
    /// One generator a layer and sublattice.
    random: [Vec<PlaneGenerator<P>>; 2],
}

impl<P: Planes> Lattice<P> {
    /// A lattice of random couplings and spins.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] unless the side along x is a multiple of twice the lanes of a plane and the others are even;
    /// [`IsingError::TooLarge`] when it does not fit in memory.
    pub fn spin_glass(sides: [usize; 3], seed: u64) -> Result<Self, IsingError> {
        Self::with(sides, seed, PlaneGenerator::draw)
    }

    /// A lattice of couplings +1 and random spins.
    ///
    /// # Errors
    /// As [`Lattice::spin_glass`].
    pub fn ferromagnet(sides: [usize; 3], seed: u64) -> Result<Self, IsingError> {
        Self::with(sides, seed, |_| P::splat(0))
    }

    fn with(sides: [usize; 3], seed: u64, draw: impl Fn(&mut PlaneGenerator<P>) -> P + Sync) -> Result<Self, IsingError> {
        let [x, y, z] = sides;
        if x == 0 || x % (2 * P::LANES) != 0 || y == 0 || y % 2 == 1 || z == 0 || z % 2 == 1 {
            return Err(IsingError::Unsuitable(format!(
                "a lattice of {x} x {y} x {z}: the side along x has to be a multiple of {}, the others even",
                2 * P::LANES
            )));
        }
        let sites = x as u128 * y as u128 * z as u128;
        crate::memory::fits(sites * (1 + NEIGHBOURS as u128) / 8, "the lattice")?;
        let words = x / 2 / P::LANES;
        let layer = y * words;
        let generators = |purpose: &'static str| -> Vec<PlaneGenerator<P>> {
            (0..z as u64).map(|k| PlaneGenerator::new(&mut Stream::new(seed, purpose, k))).collect()
        };
        let random = [generators("even sublattice"), generators("odd sublattice")];
        let spins = [0, 1].map(|s: usize| {
            let mut source = generators(["even spins", "odd spins"][s]);
            source.iter_mut().flat_map(|g| (0..layer).map(|_| g.draw()).collect::<Vec<_>>()).collect()
        });
        let mut even = vec![[P::splat(0); NEIGHBOURS]; layer * z];
        let mut source = generators("couplings");
        even.par_chunks_mut(layer).zip(&mut source).for_each(|(bonds, g)| {
            bonds.iter_mut().flatten().for_each(|bond| *bond = draw(g));
        });
        let mut this = Self { sides, words, spins, negative: [even, Vec::new()], random };
        this.mirror_couplings();
        Ok(this)
    }

    /// The couplings of the odd sublattice, each of which the even one has already.
    fn mirror_couplings(&mut self) {
        let [_, y, z] = self.sides;
        let words = self.words;
        let mut odd = vec![[P::splat(0); NEIGHBOURS]; y * z * words];
        let even = &self.negative[0];
        let row = |j: usize, k: usize| ((j + y) % y + (k + z) % z * y) * words;
        for (k, j) in (0..z).flat_map(|k| (0..y).map(move |j| (k, j))) {
            for w in 0..words {
                let at = row(j, k) + w;
                odd[at][0] = even[at][0];
                let shifted = |w: usize| even[row(j, k) + w][1];
                odd[at][1] = beside(w, words, offset(1, j, k), shifted);
                odd[at][2] = even[row(j + y - 1, k) + w][3];
                odd[at][3] = even[row(j + 1, k) + w][2];
                odd[at][4] = even[row(j, k + z - 1) + w][5];
                odd[at][5] = even[row(j, k + 1) + w][4];
            }
        }
        self.negative[1] = odd;
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.sides.iter().product()
    }

    /// One attempted update of every spin at this inverse temperature (infinite: no step uphill).
    pub fn sweep(&mut self, beta: f64, rule: Rule) {
        let levels = Levels::new(beta, rule, 0, NEIGHBOURS);
        let (words, layer) = (self.words, self.sides[1] * self.words);
        for s in 0..2 {
            let [even, odd] = &mut self.spins;
            let (own, other) = if s == 0 { (even, &*odd) } else { (odd, &*even) };
            let bonds = &self.negative[s];
            own.par_chunks_mut(layer).zip(bonds.par_chunks(layer)).zip(&mut self.random[s]).enumerate().for_each(
                |(k, ((own, bonds), random))| {
                    let rows = Layer::new(other, k, layer, words, s + k);
                    update(own, &rows, bonds, &levels, rule == Rule::Metropolis, random);
                },
            );
        }
    }

    /// The energy.
    pub fn energy(&self) -> f64 {
        let [_, y, z] = self.sides;
        let (words, layer) = (self.words, y * self.words);
        let unhappy: u64 = (0..z)
            .into_par_iter()
            .map(|k| {
                let rows = Layer::new(&self.spins[1], k, layer, words, k);
                let mut count = 0;
                for at in 0..layer {
                    let (own, bonds) = (self.spins[0][k * layer + at], &self.negative[0][k * layer + at]);
                    count += rows.neighbours(at).iter().zip(bonds).map(|(&m, &j)| (own ^ m ^ j).ones()).sum::<u64>();
                }
                count
            })
            .sum();
        // Three couplings a site: -1 where both agree, +1 where not.
        2.0 * unhappy as f64 - 3.0 * self.sites() as f64
    }

    /// Mean of the spins.
    pub fn magnetization(&self) -> f64 {
        let up: u64 = self.spins.iter().flatten().map(|p| p.ones()).sum();
        2.0 * up as f64 / self.sites() as f64 - 1.0
    }

    /// The spin at (x, y, z), +-1.
    ///
    /// # Panics
    /// Outside the lattice.
    pub fn spin(&self, x: usize, y: usize, z: usize) -> i8 {
        let sublattice = (x + y + z) % 2;
        let i = x / 2;
        let plane = self.spins[sublattice][(y + z * self.sides[1]) * self.words + i % self.words];
        if plane.lane(i / self.words) { 1 } else { -1 }
    }

    /// The same model as couplings and the same state, site (x, y, z) at x + side_x (y + side_y z).
    ///
    /// # Errors
    /// As [`Ising::new`]: for lattices that are small enough.
    pub fn to_ising(&self) -> Result<(Ising, Vec<i8>), IsingError> {
        let [sx, sy, sz] = self.sides;
        let at = |x: usize, y: usize, z: usize| x % sx + sx * (y % sy + sy * (z % sz));
        let mut couplings = Vec::new();
        let mut state = vec![0; self.sites()];
        for (z, y, x) in (0..sz).flat_map(|z| (0..sy).flat_map(move |y| (0..sx).map(move |x| (z, y, x)))) {
            state[at(x, y, z)] = self.spin(x, y, z);
            if (x + y + z) % 2 == 1 {
                continue;
            }
            let i = x / 2;
            let bonds = &self.negative[0][(y + z * sy) * self.words + i % self.words];
            let (same, aside) = if x % 2 == 0 { (x + 1, x + sx - 1) } else { (x - 1, x + 1) };
            let others =
                [at(same, y, z), at(aside, y, z), at(x, y + sy - 1, z), at(x, y + 1, z), at(x, y, z + sz - 1), at(x, y, z + 1)];
            for (other, bond) in others.into_iter().zip(bonds) {
                couplings.push((at(x, y, z), other, if bond.lane(i / self.words) { -1.0 } else { 1.0 }));
            }
        }
        Ok((Ising::new(self.sites(), couplings, vec![0.0; self.sites()], 0.0)?, state))
    }
}

/// Sites of a row begin at x = 0 or 1.
fn offset(sublattice: usize, y: usize, z: usize) -> usize {
    (sublattice + y + z) % 2
}

/// The plane of the neighbours a step aside: those of index i - 1 where a row begins at x = 0, those of i + 1 where it begins at 1.
#[inline(always)]
fn beside<P: Planes>(word: usize, words: usize, offset: usize, plane: impl Fn(usize) -> P) -> P {
    match offset {
        0 if word == 0 => plane(words - 1).lanes_below(),
        0 => plane(word - 1),
        _ if word + 1 == words => plane(0).lanes_above(),
        _ => plane(word + 1),
    }
}

/// What a layer of one sublattice sees of the other.
struct Layer<'a, P> {
    here: &'a [P],
    below: &'a [P],
    above: &'a [P],
    words: usize,
    parity: usize,
}

impl<'a, P: Planes> Layer<'a, P> {
    /// Layer `k` of the words of a sublattice, `layer` words each, with the two beside it.
    fn new(other: &'a [P], k: usize, layer: usize, words: usize, parity: usize) -> Self {
        let layers = other.len() / layer;
        let of = |k: usize| &other[k % layers * layer..][..layer];
        Self { here: of(k), below: of(k + layers - 1), above: of(k + 1), words, parity }
    }

    /// The six neighbours of a word.
    #[inline(always)]
    fn neighbours(&self, at: usize) -> [P; NEIGHBOURS] {
        let (row, word) = (at / self.words, at % self.words);
        let first = row * self.words;
        let layer = self.here.len();
        let before = if row == 0 { layer - self.words + word } else { at - self.words };
        let after = if at + self.words >= layer { word } else { at + self.words };
        [
            self.here[at],
            beside(word, self.words, (self.parity + row) % 2, |w| self.here[first + w]),
            self.here[before],
            self.here[after],
            self.below[at],
            self.above[at],
        ]
    }
}

/// Updates a layer of one sublattice.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn update<P: Planes>(
    own: &mut [P],
    rows: &Layer<'_, P>,
    negative: &[[P; NEIGHBOURS]],
    levels: &Levels<P>,
    metropolis: bool,
    random: &mut PlaneGenerator<P>,
) {
    let mut generator = random.clone();
    for (at, (spin, bonds)) in own.iter_mut().zip(negative).enumerate() {
        let mut votes = rows.neighbours(at);
        for (vote, &bond) in votes.iter_mut().zip(bonds) {
            *vote = *vote ^ bond;
        }
        *spin = decide_few::<P, NEIGHBOURS, 3, 4>(&votes, &VOTES, levels, *spin, metropolis, &mut generator);
    }
    *random = generator;
}
