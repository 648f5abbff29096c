//! What a direction turns about, in numbers that change only with the drive, and the kernel of Heun's steps, one for any number of lanes.

use super::block::{Block, LANES, Lanes, Vectors};
use super::magnet::{Vector, cross};
use multiversion::multiversion;
use rand::Rng;
use spinloom_core::random::Fast;

/// The parts of (B - alpha B_DL p) + m x (alpha B + B_DL p), which a direction turns about: dm/dt = -gamma' m x it. All but `damping` and
/// `slope` carry the scale that they were made with.
#[derive(Debug, Clone)]
pub(super) struct Turn<const L: usize> {
    /// (2 K / Ms) u u - mu0 Ms N, which times m is the field of the magnet itself: xx, yy, zz, xy, xz, yz.
    own: [Lanes<L>; 6],
    /// B - alpha B_DL p of the drive.
    direct: Vectors<L>,
    /// alpha B + B_DL p of the drive.
    damped: Vectors<L>,
    damping: Lanes<L>,
    /// Damping-like field of a current whose torque depends on the angle, where m is across p.
    transfer: Lanes<L>,
    /// s of its efficiency n / (1 + s m.p).
    slope: Lanes<L>,
    polarization: Vectors<L>,
    /// (r - alpha) p and (1 + alpha r) p, its share in either part.
    shares: [Vectors<L>; 2],
    /// Width of the uniform thermal field over a step.
    pub noise: Lanes<L>,
}

impl Turn<LANES> {
    /// About nothing.
    pub fn zero() -> Self {
        let (lanes, vectors) = ([0.0; LANES], [[0.0; LANES]; 3]);
        Self {
            own: [lanes; 6],
            direct: vectors,
            damped: vectors,
            damping: lanes,
            transfer: lanes,
            slope: lanes,
            polarization: vectors,
            shares: [vectors; 2],
            noise: lanes,
        }
    }

    /// Of the magnets of a block, times a scale.
    pub fn new(block: &Block, scale: &Lanes<LANES>) -> Self {
        let lanes = |f: &dyn Fn(usize) -> f64| -> Lanes<LANES> { std::array::from_fn(f) };
        let vectors =
            |f: &dyn Fn(usize, usize) -> f64| -> Vectors<LANES> { std::array::from_fn(|k| std::array::from_fn(|l| f(k, l))) };
        let (alpha, r, u) = (&block.damping, &block.field_like, &block.axis);
        let own = |i: usize, j: usize| {
            lanes(&|l| {
                let shape = if i == j { block.demagnetizing[i][l] } else { 0.0 };
                scale[l] * (block.anisotropy[l] * u[i][l] * u[j][l] - shape)
            })
        };
        let (field, pull, p) = (&block.field, &block.damping_like, &block.polarization);
        Self {
            own: [own(0, 0), own(1, 1), own(2, 2), own(0, 1), own(0, 2), own(1, 2)],
            direct: vectors(&|k, l| scale[l] * (field[k][l] - alpha[l] * pull[k][l])),
            damped: vectors(&|k, l| scale[l] * (alpha[l] * field[k][l] + pull[k][l])),
            damping: *alpha,
            transfer: lanes(&|l| scale[l] * block.transfer[l]),
            slope: block.slope,
            polarization: *p,
            shares: [vectors(&|k, l| (r[l] - alpha[l]) * p[k][l]), vectors(&|k, l| (1.0 + alpha[l] * r[l]) * p[k][l])],
            noise: lanes(&|l| scale[l] * block.noise[l]),
        }
    }

    /// That of the first magnet alone.
    fn first(&self) -> Turn<1> {
        let one = |v: &Lanes<LANES>| [v[0]];
        let ones = |v: &Vectors<LANES>| v.each_ref().map(one);
        Turn {
            own: self.own.each_ref().map(one),
            direct: ones(&self.direct),
            damped: ones(&self.damped),
            damping: one(&self.damping),
            transfer: one(&self.transfer),
            slope: one(&self.slope),
            polarization: ones(&self.polarization),
            shares: self.shares.each_ref().map(ones),
            noise: one(&self.noise),
        }
    }
}

impl<const L: usize> Turn<L> {
    /// What m turns about in one lane, with a field besides.
    #[inline(always)]
    pub fn about<const ANGULAR: bool>(&self, l: usize, m: Vector, besides: Vector) -> Vector {
        let [xx, yy, zz, xy, xz, yz] = self.own.each_ref().map(|v| v[l]);
        let [x, y, z] = m;
        // Sums of two and two: a single magnet waits for the longest chain of operations.
        let own = [
            (xx * x + xy * y) + (xz * z + besides[0]),
            (xy * x + yy * y) + (yz * z + besides[1]),
            (xz * x + yz * y) + (zz * z + besides[2]),
        ];
        let mut direct: Vector = std::array::from_fn(|k| self.direct[k][l] + own[k]);
        let mut damped: Vector = std::array::from_fn(|k| self.damped[k][l] + self.damping[l] * own[k]);
        if ANGULAR {
            let p = self.polarization.each_ref().map(|p| p[l]);
            let torque = self.transfer[l] / (1.0 + self.slope[l] * (x * p[0] + y * p[1] + z * p[2]));
            for k in 0..3 {
                direct[k] += torque * self.shares[0][k][l];
                damped[k] += torque * self.shares[1][k][l];
            }
        }
        let across = cross(m, damped);
        std::array::from_fn(|k| direct[k] + across[k])
    }
}

/// A thermal field uniform about zero, 21 random bits a component, all three from one word.
#[inline(always)]
pub(super) fn draw<const L: usize>(random: &mut [Fast; L], noise: &Lanes<L>, thermal: &mut Vectors<L>) {
    // 21 bits at the top of the mantissa of a number between 1 and 2.
    let uniform = |bits: u64| f64::from_bits(0x3FF0_0000_0000_0000 | (bits & 0x1F_FFFF) << 31) - (1.5 - 0.5 / 2_097_152.0);
    let words: [u64; L] = std::array::from_fn(|l| random[l].next_u64());
    for l in 0..L {
        for k in 0..3 {
            thermal[k][l] = noise[l] * uniform(words[l] >> (21 * k));
        }
    }
}

impl Block {
    /// Heun steps without any change of the drive, of the first `lanes` magnets at least.
    pub fn heun(&mut self, lanes: usize, time_step: f64, steps: usize) {
        let scale = std::array::from_fn(|l| -self.rate[l] * time_step);
        let turn = Turn::new(self, &scale);
        if lanes > 1 {
            return heun_of_eight(&mut self.m, &mut self.random, &turn, self.angular, steps);
        }
        let mut m = self.m.map(|m| [m[0]]);
        let mut random = [self.random[0].clone()];
        heun_of_one(&mut m, &mut random, &turn.first(), self.angular, steps);
        (0..3).for_each(|k| self.m[k][0] = m[k][0]);
        [self.random[0]] = random;
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn heun_of_eight(m: &mut Vectors<LANES>, random: &mut [Fast; LANES], turn: &Turn<LANES>, angular: bool, steps: usize) {
    if angular { heun::<LANES, true>(m, random, turn, steps) } else { heun::<LANES, false>(m, random, turn, steps) }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn heun_of_one(m: &mut Vectors<1>, random: &mut [Fast; 1], turn: &Turn<1>, angular: bool, steps: usize) {
    if angular { heun::<1, true>(m, random, turn, steps) } else { heun::<1, false>(m, random, turn, steps) }
}

/// Predictor and corrector under the same thermal field, then unit length: with p = m + f(m), m + [f(m) + f(p)] / 2 has the direction of
/// m + p + f(p).
#[inline(always)]
fn heun<const L: usize, const ANGULAR: bool>(m: &mut Vectors<L>, random: &mut [Fast; L], turn: &Turn<L>, steps: usize) {
    let mut thermal = [[0.0; L]; 3];
    for _ in 0..steps {
        draw(random, &turn.noise, &mut thermal);
        for l in 0..L {
            let old = [m[0][l], m[1][l], m[2][l]];
            let thermal = [thermal[0][l], thermal[1][l], thermal[2][l]];
            let first = cross(old, turn.about::<ANGULAR>(l, old, thermal));
            let predicted: Vector = std::array::from_fn(|k| old[k] + first[k]);
            let second = cross(predicted, turn.about::<ANGULAR>(l, predicted, thermal));
            let new: Vector = std::array::from_fn(|k| (old[k] + predicted[k]) + second[k]);
            let shrink = 1.0 / (new[0] * new[0] + new[1] * new[1] + new[2] * new[2]).sqrt();
            (m[0][l], m[1][l], m[2][l]) = (new[0] * shrink, new[1] * shrink, new[2] * shrink);
        }
    }
}
