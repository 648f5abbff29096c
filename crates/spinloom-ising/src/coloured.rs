//! Coloured updates: spins of one colour do not act on each other and are updated at once, on all cores.
//!
//! For one state of a large sparse model. Each spin draws from a stream addressed by (seed, sweep, spin), so that the result does not depend
//! on the number of threads.

use crate::{Ising, Rule};
use rayon::prelude::*;
use spinloom_core::random::philox4x32_10;

/// One state whose spins are updated colour by colour.
///
/// ```
/// use spinloom_ising::{Ising, Rule, coloured::Coloured};
/// let ring = Ising::new(6, (0..6).map(|i| (i, (i + 1) % 6, 1.0)), vec![0.0; 6], 0.0)?;
/// let mut state = Coloured::new(&ring, Rule::HeatBath, 1);
/// assert_eq!(state.colours(), 2);
/// (0..100).for_each(|_| state.sweep(10.0));
/// assert_eq!(state.energy(), -6.0);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Coloured<'a> {
    model: &'a Ising,
    rule: Rule,
    key: [u32; 2],
    /// Spins, those of one colour together.
    spins: Vec<i8>,
    /// Where each colour begins.
    begin: Vec<usize>,
    /// The spin of the model at each place.
    spin: Vec<u32>,
    /// The place of each spin.
    place: Vec<u32>,
    sweeps: u64,
}

/// Spins that one task updates.
const CHUNK: usize = 4096;

impl<'a> Coloured<'a> {
    /// A random state.
    pub fn new(model: &'a Ising, rule: Rule, seed: u64) -> Self {
        let colour = model.colouring();
        let colours = colour.iter().max().map_or(0, |c| *c as usize + 1);
        let mut spin: Vec<u32> = (0..model.spins() as u32).collect();
        spin.sort_by_key(|&i| colour[i as usize]);
        let mut place = vec![0; spin.len()];
        spin.iter().enumerate().for_each(|(at, &i)| place[i as usize] = at as u32);
        let begin = (0..=colours).map(|c| spin.partition_point(|&i| (colour[i as usize] as usize) < c)).collect();
        let key = [seed as u32, (seed >> 32) as u32];
        let spins = (0..spin.len() as u32).map(|at| if draw(key, u64::MAX, at) & 1 == 1 { 1 } else { -1 }).collect();
        Self { model, rule, key, spins, begin, spin, place, sweeps: 0 }
    }

    /// Number of colours.
    pub fn colours(&self) -> usize {
        self.begin.len() - 1
    }

    /// One attempted update of every spin, colour after colour.
    pub fn sweep(&mut self, beta: f64) {
        let (model, rule, key, sweep) = (self.model, self.rule, self.key, self.sweeps);
        for c in 0..self.colours() {
            let (first, last) = (self.begin[c], self.begin[c + 1]);
            let (before, rest) = self.spins.split_at_mut(first);
            let (now, after) = rest.split_at_mut(last - first);
            let (before, after, place) = (&*before, &*after, &self.place);
            let of_colour = &self.spin[first..last];
            now.par_chunks_mut(CHUNK).zip(of_colour.par_chunks(CHUNK)).enumerate().for_each(|(chunk, (spins, indices))| {
                for (k, (m, &i)) in spins.iter_mut().zip(indices).enumerate() {
                    let (columns, values) = model.neighbours(i as usize);
                    let mut field = model.fields()[i as usize];
                    for (&j, &v) in columns.iter().zip(values) {
                        let at = place[j as usize] as usize;
                        // A neighbour has another colour.
                        field += v * f64::from(if at < first { before[at] } else { after[at - last] });
                    }
                    let along = f64::from(*m) * field;
                    // An infinite beta in no field is 0 times infinity.
                    let x = if along == 0.0 { 0.0 } else { 2.0 * beta * along };
                    let u = f64::from(draw(key, sweep, (first + chunk * CHUNK + k) as u32)) / 4_294_967_296.0;
                    if u < rule.flip(x) {
                        *m = -*m;
                    }
                }
            });
        }
        self.sweeps += 1;
    }

    /// The spins in the order of the model, +-1.
    pub fn state(&self) -> Vec<i8> {
        self.place.iter().map(|&at| self.spins[at as usize]).collect()
    }

    /// The energy of the present state.
    pub fn energy(&self) -> f64 {
        self.model.energy(&self.state())
    }
}

/// 32 random bits of a place in a sweep.
fn draw(key: [u32; 2], sweep: u64, place: u32) -> u32 {
    philox4x32_10([place, sweep as u32, (sweep >> 32) as u32, 0x434f_4c4f], key)[0]
}
