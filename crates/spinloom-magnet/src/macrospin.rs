//! Macrospins: uniformly magnetized bodies by the stochastic Landau-Lifshitz-Gilbert equation with spin torque.
//!
//! Gilbert's form, with the damping-like field B_DL along a polarisation p,
//!
//! ```text
//! dm/dt = -gamma m x B + alpha m x dm/dt - gamma B_DL m x (m x p),
//! B = B_ext + (2 K / Ms) (m.u) u - mu0 Ms N m + B_th,
//! ```
//!
//! is solved for dm/dt exactly:
//!
//! ```text
//! dm/dt = -gamma' m x [(B - alpha B_DL p) + m x (alpha B + B_DL p)],   gamma' = gamma / (1 + alpha^2).
//! ```
//!
//! A positive B_DL pulls m towards p. A field-like torque B_FL is the external field B_FL p. The thermal field has, per component,
//! <B_th(t) B_th(t')> = 2 alpha kT / (gamma Ms V) delta(t - t') and acts wherever B does. Sources: W. F. Brown, Phys. Rev. 130, 1677 (1963),
//! doi:10.1103/PhysRev.130.1677; J. C. Slonczewski, J. Magn. Magn. Mater. 159, L1 (1996), doi:10.1016/0304-8853(96)00062-5; J. L.
//! García-Palacios and F. J. Lázaro, Phys. Rev. B 58, 14937 (1998), doi:10.1103/PhysRevB.58.14937.
//!
//! The step is Heun's with the same noise in predictor and corrector, which converges to the Stratonovich solution, followed by a
//! renormalisation of m. The increments of the noise are uniform with the variance of the Wiener increments, which leaves the weak order
//! of the scheme unchanged: P. E. Kloeden and E. Platen, Numerical Solution of Stochastic Differential Equations, section 14.1,
//! doi:10.1007/978-3-662-12616-5.

use crate::MagnetError;
use crate::demagnetization::cylinder;
use multiversion::multiversion;
use rand::Rng;
use rayon::prelude::*;
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK, VACUUM_PERMEABILITY};
use spinloom_core::random::{Fast, Stream};
use std::f64::consts::PI;

/// A vector in space.
pub type Vector = [f64; 3];

/// A uniformly magnetized body.
#[derive(Debug, Clone, PartialEq)]
pub struct Magnet {
    /// Saturation magnetization Ms, A/m.
    pub saturation_magnetization: f64,
    /// Volume V, m^3.
    pub volume: f64,
    /// Gilbert damping alpha.
    pub damping: f64,
    /// Uniaxial anisotropy K, J/m^3; positive makes the axis easy.
    pub anisotropy: f64,
    /// Axis u of the anisotropy, of unit length.
    pub axis: Vector,
    /// Demagnetising factors N along x, y and z.
    pub demagnetization: Vector,
    /// Temperature, K.
    pub temperature: f64,
}

/// What drives a magnet from outside.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Drive {
    /// External field, and field-like torque, T.
    pub field: Vector,
    /// Damping-like field along the polarisation, B_DL p, T.
    pub damping_like: Vector,
}

impl Magnet {
    /// A disk with its axis along z, without anisotropy but that of its shape.
    ///
    /// ```
    /// use spinloom_magnet::macrospin::Magnet;
    /// let disk = Magnet::disk(50e-9, 2e-9, 1e6, 0.01, 300.0);
    /// assert!(disk.demagnetization[2] > 0.85 && disk.demagnetization[0] < 0.06);
    /// ```
    pub fn disk(diameter: f64, thickness: f64, saturation_magnetization: f64, damping: f64, temperature: f64) -> Self {
        Self {
            saturation_magnetization,
            volume: PI / 4.0 * diameter * diameter * thickness,
            damping,
            anisotropy: 0.0,
            axis: [0.0, 0.0, 1.0],
            demagnetization: cylinder(thickness / diameter),
            temperature,
        }
    }

    /// Magnetic moment Ms V, A m^2.
    pub fn moment(&self) -> f64 {
        self.saturation_magnetization * self.volume
    }

    /// Anisotropy field 2 K / Ms, T.
    pub fn anisotropy_field(&self) -> f64 {
        2.0 * self.anisotropy / self.saturation_magnetization
    }

    /// gamma' = gamma / (1 + alpha^2), rad/(s T).
    pub fn precession_rate(&self) -> f64 {
        GYROMAGNETIC_RATIO / (1.0 + self.damping * self.damping)
    }

    /// Rotational diffusion D = alpha gamma' kT / (Ms V), 1/s: without any field <m(t).m(0)> = exp(-2 D t).
    pub fn rotational_diffusion(&self) -> f64 {
        self.damping * self.precession_rate() * BOLTZMANN * self.temperature / self.moment()
    }

    /// Energy of a direction in an external field, J, up to a constant: -Ms V m.B - K V (m.u)^2 + mu0 Ms^2 V m.N m / 2.
    pub fn energy(&self, m: Vector, field: Vector) -> f64 {
        let shape: f64 = (0..3).map(|k| self.demagnetization[k] * m[k] * m[k]).sum();
        let demagnetizing = 0.5 * VACUUM_PERMEABILITY * self.saturation_magnetization.powi(2) * shape;
        -self.moment() * dot(m, field) + self.volume * (demagnetizing - self.anisotropy * dot(m, self.axis).powi(2))
    }

    /// Field on a direction, external, anisotropy and demagnetising, T: minus the gradient of [`energy`](Self::energy) over Ms V.
    pub fn effective_field(&self, m: Vector, external: Vector) -> Vector {
        let along = self.anisotropy_field() * dot(m, self.axis);
        let demagnetizing = VACUUM_PERMEABILITY * self.saturation_magnetization;
        std::array::from_fn(|k| external[k] + along * self.axis[k] - demagnetizing * self.demagnetization[k] * m[k])
    }

    /// Damping-like field B_DL (T) of a spin current (A, in units of charge current: hbar / 2e of angular momentum each) that is absorbed.
    pub fn damping_like_field(&self, spin_current: f64) -> f64 {
        REDUCED_PLANCK / (2.0 * ELEMENTARY_CHARGE) * spin_current / self.moment()
    }

    /// A step (s) that resolves precession in the fields of the magnet and `largest_field` (T) besides, and thermal diffusion: a turn of
    /// at most a twentieth of a radian in either.
    pub fn time_step(&self, largest_field: f64) -> f64 {
        let least = self.demagnetization.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.demagnetization.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shape = VACUUM_PERMEABILITY * self.saturation_magnetization * (most - least);
        let field = self.anisotropy_field().abs() + shape + largest_field.abs();
        let precession = 0.05 / (GYROMAGNETIC_RATIO * field);
        let diffusion = 0.05f64.powi(2) / (2.0 * self.rotational_diffusion());
        // Without any field or noise nothing moves, and any step will do.
        precession.min(diffusion).min(1e-9)
    }

    /// Standard deviation of each component of the thermal field over a step, T.
    fn thermal_field(&self, time_step: f64) -> f64 {
        (2.0 * self.damping * BOLTZMANN * self.temperature / (GYROMAGNETIC_RATIO * self.moment() * time_step)).sqrt()
    }

    fn check(&self) -> Result<(), MagnetError> {
        let positive = |what, v: f64| MagnetError::unless(v > 0.0, what, v, "greater than 0");
        let not_negative = |what, v: f64| MagnetError::unless(v >= 0.0, what, v, "0 or greater");
        positive("the saturation magnetization", self.saturation_magnetization)?;
        positive("the volume", self.volume)?;
        not_negative("the damping", self.damping)?;
        not_negative("the temperature", self.temperature)?;
        finite("the anisotropy", self.anisotropy)?;
        let length = dot(self.axis, self.axis).sqrt();
        MagnetError::unless((length - 1.0).abs() < 1e-6, "the length of the anisotropy axis", length, "1")?;
        self.demagnetization.iter().try_for_each(|&n| finite("a demagnetising factor", n))
    }
}

fn finite(what: &'static str, value: f64) -> Result<(), MagnetError> {
    MagnetError::unless(true, what, value, "a finite number")
}

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[inline(always)]
fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Magnets side by side in a block.
const LANES: usize = 8;
type Lanes = [f64; LANES];

/// Eight magnets, quantity by quantity.
#[derive(Debug, Clone)]
struct Block {
    m: [Lanes; 3],
    field: [Lanes; 3],
    damping_like: [Lanes; 3],
    /// gamma' times the step.
    turn: Lanes,
    damping: Lanes,
    anisotropy: Lanes,
    axis: [Lanes; 3],
    demagnetizing: [Lanes; 3],
    /// Width of the uniform thermal field.
    noise: Lanes,
    random: Vec<Fast>,
}

/// Many macrospins, each with its own parameters, drive and thermal field, under one time step.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_magnet::macrospin::{Ensemble, Magnet};
/// let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, 300.0);
/// let mut spins = Ensemble::new(&vec![disk; 16], 1e-12, |i| Stream::new(1, "thermal field", i))?;
/// spins.advance(1000);
/// let [x, y, z] = spins.magnetization(3)?;
/// assert!((x * x + y * y + z * z - 1.0).abs() < 1e-12);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ensemble {
    blocks: Vec<Block>,
    count: usize,
    time_step: f64,
    steps: u64,
}

impl Ensemble {
    /// These magnets, all along +x and without drive; magnet i draws its thermal field from `noise(i)`, so that neither the number of
    /// magnets nor of threads matters. [`Magnet::time_step`] suggests a step.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] names a parameter or a time step that is not in its range.
    pub fn new(magnets: &[Magnet], time_step: f64, noise: impl Fn(u64) -> Stream) -> Result<Self, MagnetError> {
        MagnetError::unless(time_step > 0.0, "the time step", time_step, "greater than 0")?;
        magnets.iter().try_for_each(Magnet::check)?;
        let block = |(b, some): (usize, &[Magnet])| {
            // A block that is not full repeats its last magnet, unseen.
            let of = |l: usize| &some[l.min(some.len() - 1)];
            let lanes = |f: &dyn Fn(&Magnet) -> f64| -> Lanes { std::array::from_fn(|l| f(of(l))) };
            Block {
                m: [[1.0; LANES], [0.0; LANES], [0.0; LANES]],
                field: [[0.0; LANES]; 3],
                damping_like: [[0.0; LANES]; 3],
                turn: lanes(&|m| m.precession_rate() * time_step),
                damping: lanes(&|m| m.damping),
                anisotropy: lanes(&Magnet::anisotropy_field),
                axis: std::array::from_fn(|k| lanes(&|m| m.axis[k])),
                demagnetizing: std::array::from_fn(|k| {
                    lanes(&|m| VACUUM_PERMEABILITY * m.saturation_magnetization * m.demagnetization[k])
                }),
                noise: lanes(&|m| 12f64.sqrt() * m.thermal_field(time_step)),
                random: (0..LANES).map(|l| noise((b * LANES + l) as u64).fast()).collect(),
            }
        };
        let blocks = magnets.chunks(LANES).enumerate().map(block).collect();
        Ok(Self { blocks, count: magnets.len(), time_step, steps: 0 })
    }

    /// Number of magnets.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Time since the start, s.
    pub fn time(&self) -> f64 {
        self.steps as f64 * self.time_step
    }

    /// The time step, s.
    pub fn time_step(&self) -> f64 {
        self.time_step
    }

    fn lane(&self, index: usize) -> Result<(usize, usize), MagnetError> {
        if index < self.count {
            Ok((index / LANES, index % LANES))
        } else {
            Err(MagnetError::NoMagnet { index, count: self.count })
        }
    }

    /// Direction of one magnet.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`].
    pub fn magnetization(&self, index: usize) -> Result<Vector, MagnetError> {
        let (block, lane) = self.lane(index)?;
        Ok(std::array::from_fn(|k| self.blocks[block].m[k][lane]))
    }

    /// Directions of all magnets.
    pub fn magnetizations(&self) -> impl Iterator<Item = Vector> + '_ {
        (0..self.count).map(|i| std::array::from_fn(|k| self.blocks[i / LANES].m[k][i % LANES]))
    }

    /// Turns one magnet into a direction, which need not be of unit length.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] for a vector without a direction.
    pub fn set_magnetization(&mut self, index: usize, direction: Vector) -> Result<(), MagnetError> {
        let (block, lane) = self.lane(index)?;
        let length = dot(direction, direction).sqrt();
        MagnetError::unless(length > 0.0, "the length of a direction", length, "greater than 0")?;
        (0..3).for_each(|k| self.blocks[block].m[k][lane] = direction[k] / length);
        Ok(())
    }

    /// Turns every magnet into a random direction, magnet i that of `stream(i)`.
    pub fn randomize(&mut self, stream: impl Fn(u64) -> Stream) {
        for i in 0..self.count {
            let mut stream = stream(i as u64);
            let z = 2.0 * stream.uniform() - 1.0;
            let (sin, cos) = (2.0 * PI * stream.uniform()).sin_cos();
            let r = (1.0 - z * z).sqrt();
            let block = &mut self.blocks[i / LANES];
            (block.m[0][i % LANES], block.m[1][i % LANES], block.m[2][i % LANES]) = (r * cos, r * sin, z);
        }
    }

    /// Drives one magnet from now on.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] for a field that is not finite.
    pub fn set_drive(&mut self, index: usize, drive: &Drive) -> Result<(), MagnetError> {
        let (block, lane) = self.lane(index)?;
        drive.field.iter().chain(&drive.damping_like).try_for_each(|&value| finite("a driving field", value))?;
        for k in 0..3 {
            self.blocks[block].field[k][lane] = drive.field[k];
            self.blocks[block].damping_like[k][lane] = drive.damping_like[k];
        }
        Ok(())
    }

    /// Takes `steps` steps, on all cores.
    pub fn advance(&mut self, steps: usize) {
        self.blocks.par_iter_mut().for_each(|block| advance(block, steps));
        self.steps += steps as u64;
    }

    /// Takes `samples` times `stride` steps and keeps after each stride the projection of every magnet on `direction`:
    /// `[magnet * samples + sample]`.
    pub fn record(&mut self, samples: usize, stride: usize, direction: Vector) -> Vec<f64> {
        let mut record = vec![0.0; self.blocks.len() * LANES * samples];
        if samples > 0 {
            self.blocks.par_iter_mut().zip(record.par_chunks_mut(LANES * samples)).for_each(|(block, rows)| {
                for sample in 0..samples {
                    advance(block, stride);
                    for l in 0..LANES {
                        rows[l * samples + sample] = (0..3).map(|k| direction[k] * block.m[k][l]).sum();
                    }
                }
            });
        }
        self.steps += (samples * stride) as u64;
        record.truncate(self.count * samples);
        record
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn advance(block: &mut Block, steps: usize) {
    let mut thermal = [[0.0; LANES]; 3];
    for _ in 0..steps {
        draw(block, &mut thermal);
        for l in 0..LANES {
            let m = [block.m[0][l], block.m[1][l], block.m[2][l]];
            let thermal = [thermal[0][l], thermal[1][l], thermal[2][l]];
            let first = turn(block, l, m, thermal);
            let predicted = std::array::from_fn(|k| m[k] + first[k]);
            let second = turn(block, l, predicted, thermal);
            let new: Vector = std::array::from_fn(|k| m[k] + 0.5 * (first[k] + second[k]));
            let shrink = 1.0 / (new[0] * new[0] + new[1] * new[1] + new[2] * new[2]).sqrt();
            (block.m[0][l], block.m[1][l], block.m[2][l]) = (new[0] * shrink, new[1] * shrink, new[2] * shrink);
        }
    }
}

/// A thermal field uniform about zero, 21 random bits a component, all three from one word.
#[inline(always)]
fn draw(block: &mut Block, thermal: &mut [Lanes; 3]) {
    // 21 bits at the top of the mantissa of a number between 1 and 2.
    let uniform = |bits: u64| f64::from_bits(0x3FF0_0000_0000_0000 | (bits & 0x1F_FFFF) << 31) - (1.5 - 0.5 / 2_097_152.0);
    let words: [u64; LANES] = std::array::from_fn(|l| block.random[l].next_u64());
    for l in 0..LANES {
        for k in 0..3 {
            thermal[k][l] = block.noise[l] * uniform(words[l] >> (21 * k));
        }
    }
}

/// Change of a direction over a step of Euler: -gamma' dt m x [(B - alpha B_DL p) + m x (alpha B + B_DL p)].
#[inline(always)]
fn turn(block: &Block, l: usize, m: Vector, thermal: Vector) -> Vector {
    let along = block.anisotropy[l] * (m[0] * block.axis[0][l] + m[1] * block.axis[1][l] + m[2] * block.axis[2][l]);
    let b: Vector =
        std::array::from_fn(|k| block.field[k][l] + along * block.axis[k][l] - block.demagnetizing[k][l] * m[k] + thermal[k]);
    let alpha = block.damping[l];
    let pull: Vector = std::array::from_fn(|k| alpha * b[k] + block.damping_like[k][l]);
    let damped = cross(m, pull);
    let total: Vector = std::array::from_fn(|k| b[k] - alpha * block.damping_like[k][l] + damped[k]);
    cross(m, total).map(|v| -block.turn[l] * v)
}

/// dm/dt of one magnet without noise, 1/s, term by term as in the [module](self): the plain twin of the ensemble's step.
pub fn velocity(magnet: &Magnet, m: Vector, drive: &Drive) -> Vector {
    let (b, p, alpha) = (magnet.effective_field(m, drive.field), drive.damping_like, magnet.damping);
    let (precession, damping) = (cross(m, b), cross(m, cross(m, b)));
    let (torque, across) = (cross(m, cross(m, p)), cross(m, p));
    std::array::from_fn(|k| -magnet.precession_rate() * (precession[k] + alpha * damping[k] + torque[k] - alpha * across[k]))
}
