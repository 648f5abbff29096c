//! Many replicas of one network of coupled, driven, noisy auto-oscillators.
//!
//! Every oscillator obeys the equation of [`crate::oscillator`] with the drive
//!
//! ```text
//! f_i(t) = sum_tones F exp(-i omega_e t) + exp(i beta) sum_j Omega_ij c_j
//! ```
//!
//! in the frame that rotates at a reference frequency. Replicas share the network and differ in the frequencies of the tones and in the
//! noise. They are held eight to a block in structure-of-arrays, so that one step of a block stays in the first cache and its
//! loops run on vector units; see [`reference`](mod@reference) for the plain form of the same step.
//!
//! The step is Heun's, with the same noise in predictor and corrector, which converges to the Stratonovich solution; the free rotation
//! of each oscillator is taken out exactly (integrating factor), so that the step is set by rates and not by frequencies. The noise
//! increments are uniform with the variance of the Wiener increments, which leaves the weak order of the scheme unchanged: P. E.
//! Kloeden and E. Platen, Numerical Solution of Stochastic Differential Equations, section 14.1, doi:10.1007/978-3-662-12616-5.

use crate::DeviceError;
use crate::oscillator::AutoOscillator;
use multiversion::multiversion;
use rand::Rng;
use spinloom_core::random::{Fast, Stream};
use std::f64::consts::{PI, TAU};

pub mod reference;

/// Replicas side by side in a block.
const LANES: usize = 8;
type Lanes = [f64; LANES];

/// What all replicas share.
#[derive(Debug, Clone)]
pub struct Network {
    /// The oscillators.
    pub oscillators: Vec<AutoOscillator>,
    /// Dc current of each, A.
    pub currents: Vec<f64>,
    /// Coupling rates Omega_ij, 1/s, row-major; the diagonal is ignored.
    pub coupling: Vec<f64>,
    /// Phase beta of the coupling, rad.
    pub coupling_phase: f64,
}

/// External microwaves.
#[derive(Debug, Clone)]
pub struct Tones {
    /// Frequencies, Hz: `frequencies[tone * replicas + replica]`.
    pub frequencies: Vec<f64>,
    /// Drive rate F of each tone, 1/s.
    pub amplitudes: Vec<f64>,
}

/// The constants of one step, shared by all replicas.
#[derive(Debug, Clone)]
pub struct Constants {
    time_step: f64,
    /// Per oscillator: Gamma, Q, sigma I, N (rad/s), reference power, noise factor.
    oscillators: Vec<[f64; 6]>,
    /// Coupling with its phase, row-major (real, imaginary), zero on the diagonal.
    coupling: Vec<(f64, f64)>,
    amplitudes: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Block {
    re: Vec<Lanes>,
    im: Vec<Lanes>,
    tone: Vec<(Lanes, Lanes)>,
    tone_turn: Vec<(Lanes, Lanes)>,
    free_turn: Vec<(f64, f64)>,
    winding: Vec<Lanes>,
    start: Vec<Lanes>,
    noise: Vec<Fast>,
}

/// Replicas of one network; see the [module](self).
///
/// ```
/// use spinloom_device::ensemble::{Network, OscillatorEnsemble, Tones};
/// use spinloom_device::oscillator::AutoOscillator;
/// let oscillator = AutoOscillator { thermal_power: 0.0, ..AutoOscillator::default() };
/// let current = 2.0 * oscillator.threshold_current;
/// let free = oscillator.frequency_at(current);
/// let network = Network { oscillators: vec![oscillator], currents: vec![current], coupling: vec![0.0], coupling_phase: 0.0 };
/// let mut ensemble = OscillatorEnsemble::new(&network, 1, free, 1e-9)?;
/// ensemble.advance(2000)?;
/// ensemble.begin_window();
/// ensemble.advance(2000)?;
/// assert!((ensemble.mean_frequencies()[0] - free).abs() < 1e3);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
#[derive(Debug, Clone)]
pub struct OscillatorEnsemble {
    constants: Constants,
    blocks: Vec<Block>,
    oscillators: usize,
    replicas: usize,
    reference: f64,
    steps: usize,
    window_start: usize,
}

impl OscillatorEnsemble {
    /// `replicas` copies at their stationary power, in the frame of `reference_frequency` (Hz), without tones and without noise until
    /// [`set_tones`](Self::set_tones) and [`set_noise`](Self::set_noise).
    ///
    /// # Errors
    /// [`DeviceError::Shape`] when currents or coupling do not fit the oscillators, [`DeviceError::OutOfRange`] for a step that
    /// is not positive.
    pub fn new(network: &Network, replicas: usize, reference_frequency: f64, time_step: f64) -> Result<Self, DeviceError> {
        let n = network.oscillators.len();
        crate::same_length("currents", n, network.currents.len())?;
        crate::same_length("coupling", n * n, network.coupling.len())?;
        if time_step.is_nan() || time_step <= 0.0 {
            return Err(DeviceError::OutOfRange { what: "time step", value: time_step, bound: "greater than 0".to_owned() });
        }
        let constants = Constants::new(network, time_step);
        let mut block = Block {
            re: Vec::new(),
            im: vec![[0.0; LANES]; n],
            tone: Vec::new(),
            tone_turn: Vec::new(),
            free_turn: Vec::new(),
            winding: vec![[0.0; LANES]; n],
            start: vec![[0.0; LANES]; n],
            noise: Vec::new(),
        };
        for (oscillator, current) in network.oscillators.iter().zip(&network.currents) {
            // Below threshold a small amplitude, so that a drive finds something to grow from.
            block.re.push([oscillator.stationary_power(*current).max(1e-6).sqrt(); LANES]);
            let turn = TAU * (oscillator.frequency_at(*current) - reference_frequency) * time_step;
            block.free_turn.push((turn.cos(), -turn.sin()));
        }
        Ok(Self {
            constants,
            blocks: vec![block; replicas.div_ceil(LANES)],
            oscillators: n,
            replicas,
            reference: reference_frequency,
            steps: 0,
            window_start: 0,
        })
    }

    /// Gives every oscillator a random phase; those of replica r come from `stream(r)`.
    pub fn set_random_phases(&mut self, stream: impl Fn(usize) -> Stream) {
        for replica in 0..self.replicas {
            let (block, lane) = (&mut self.blocks[replica / LANES], replica % LANES);
            let mut stream = stream(replica);
            for k in 0..self.oscillators {
                let amplitude = block.re[k][lane].hypot(block.im[k][lane]);
                let (sin, cos) = (TAU * stream.uniform()).sin_cos();
                (block.re[k][lane], block.im[k][lane]) = (amplitude * cos, amplitude * sin);
            }
        }
    }

    /// Sets the external microwaves, in phase now.
    ///
    /// # Errors
    /// [`DeviceError::Shape`] unless there is a frequency for each tone and replica.
    pub fn set_tones(&mut self, tones: &Tones) -> Result<(), DeviceError> {
        let count = tones.amplitudes.len();
        crate::same_length("tone frequencies", count * self.replicas, tones.frequencies.len())?;
        self.constants.amplitudes.clone_from(&tones.amplitudes);
        for (b, block) in self.blocks.iter_mut().enumerate() {
            block.tone = vec![([1.0; LANES], [0.0; LANES]); count];
            block.tone_turn = vec![([1.0; LANES], [0.0; LANES]); count];
            for tone in 0..count {
                for lane in 0..LANES {
                    let replica = (b * LANES + lane).min(self.replicas.saturating_sub(1));
                    let detuning = tones.frequencies[tone * self.replicas + replica] - self.reference;
                    let (sin, cos) = (TAU * detuning * self.constants.time_step).sin_cos();
                    block.tone_turn[tone].0[lane] = cos;
                    block.tone_turn[tone].1[lane] = -sin;
                }
            }
        }
        Ok(())
    }

    /// Switches the thermal noise on; replica r draws from `stream(r)`, so neither the number of replicas nor of threads matters.
    pub fn set_noise(&mut self, stream: impl Fn(usize) -> Stream) {
        for (b, block) in self.blocks.iter_mut().enumerate() {
            block.noise = (0..LANES).map(|lane| stream(b * LANES + lane).fast()).collect();
        }
    }

    /// Takes `steps` steps.
    ///
    /// # Errors
    /// [`DeviceError::NotFinite`] when the step was too large for the rates.
    pub fn advance(&mut self, steps: usize) -> Result<(), DeviceError> {
        let mut scratch = Scratch::new(self.oscillators, self.constants.amplitudes.len());
        for (b, block) in self.blocks.iter_mut().enumerate() {
            advance_block(&self.constants, block, &mut scratch, steps);
            block.renormalise_tones();
            for k in 0..self.oscillators {
                if let Some(lane) = (0..LANES).find(|l| !(block.re[k][*l] + block.im[k][*l]).is_finite()) {
                    let time = (self.steps + steps) as f64 * self.constants.time_step;
                    return Err(DeviceError::NotFinite { oscillator: k, replica: b * LANES + lane, time });
                }
            }
        }
        self.steps += steps;
        Ok(())
    }

    /// Begins the window over which [`mean_frequencies`](Self::mean_frequencies) averages.
    pub fn begin_window(&mut self) {
        self.window_start = self.steps;
        for block in &mut self.blocks {
            for k in 0..self.oscillators {
                block.winding[k] = [0.0; LANES];
                block.start[k] = std::array::from_fn(|l| block.angle(k, l));
            }
        }
    }

    /// Phase advanced since the window began over its duration, as a frequency in Hz: `[oscillator * replicas + replica]`.
    pub fn mean_frequencies(&self) -> Vec<f64> {
        let duration = (self.steps - self.window_start) as f64 * self.constants.time_step;
        self.collect(|block, k, l| {
            let phase = TAU * block.winding[k][l] + block.angle(k, l) - block.start[k][l];
            // c turns as exp(-i omega t), so a falling phase is a positive frequency.
            self.reference - phase / (TAU * duration)
        })
    }

    /// Phases unwrapped since the window began, rad, in the rotating frame: `[oscillator * replicas + replica]`.
    pub fn phases(&self) -> Vec<f64> {
        self.collect(|block, k, l| TAU * block.winding[k][l] + block.angle(k, l))
    }

    /// Powers |c|^2: `[oscillator * replicas + replica]`.
    pub fn powers(&self) -> Vec<f64> {
        self.collect(|block, k, l| block.re[k][l].powi(2) + block.im[k][l].powi(2))
    }

    /// Complex amplitudes in the rotating frame: `[oscillator * replicas + replica]`.
    pub fn amplitudes(&self) -> Vec<(f64, f64)> {
        self.collect(|block, k, l| (block.re[k][l], block.im[k][l]))
    }

    /// Time since the start, s.
    pub fn time(&self) -> f64 {
        self.steps as f64 * self.constants.time_step
    }

    fn collect<T>(&self, value: impl Fn(&Block, usize, usize) -> T) -> Vec<T> {
        let each = |k: usize| (0..self.replicas).map(move |r| (k, r));
        (0..self.oscillators).flat_map(each).map(|(k, r)| value(&self.blocks[r / LANES], k, r % LANES)).collect()
    }
}

/// Largest step (s) at which the fastest rate of the network moves the state by a tenth.
pub fn suggested_time_step(network: &Network, amplitudes: &[f64]) -> f64 {
    let drive: f64 = amplitudes.iter().sum();
    let fastest = network
        .oscillators
        .iter()
        .zip(&network.currents)
        .map(|(o, i)| {
            let power = o.stationary_power(*i);
            let loss = o.damping_rate * (1.0 + o.nonlinear_damping * power) + o.gain(*i);
            loss + 2.0 * PI * o.frequency_shift.abs() * power + drive / power.sqrt().max(0.1)
        })
        .fold(0.0, f64::max);
    0.1 / fastest
}

impl Constants {
    fn new(network: &Network, time_step: f64) -> Self {
        let n = network.oscillators.len();
        let oscillators = network.oscillators.iter().zip(&network.currents).map(|(o, i)| {
            // Increments uniform over their range have the variance D_n dt per component when that range is sqrt(12 D_n dt).
            let noise = 12.0 * o.damping_rate * o.thermal_power * time_step;
            [o.damping_rate, o.nonlinear_damping, o.gain(*i), TAU * o.frequency_shift, o.stationary_power(*i), noise]
        });
        let (sin, cos) = network.coupling_phase.sin_cos();
        let coupling = network
            .coupling
            .iter()
            .enumerate()
            .map(|(at, rate)| if at / n == at % n { (0.0, 0.0) } else { (rate * cos, rate * sin) });
        Self { time_step, oscillators: oscillators.collect(), coupling: coupling.collect(), amplitudes: Vec::new() }
    }
}

impl Block {
    /// Phase in 0..2 pi: cut along the positive real axis, where the windings are counted.
    fn angle(&self, k: usize, lane: usize) -> f64 {
        self.im[k][lane].atan2(self.re[k][lane]).rem_euclid(TAU)
    }

    /// Rounding lets the phasors of the tones drift in length by one part in 1e16 a step; this puts them back.
    fn renormalise_tones(&mut self) {
        for (re, im) in &mut self.tone {
            for l in 0..LANES {
                let length = re[l].hypot(im[l]);
                re[l] /= length;
                im[l] /= length;
            }
        }
    }
}

/// Working space of a block.
struct Scratch {
    drive: (Lanes, Lanes),
    slope: Vec<(Lanes, Lanes)>,
    noise: Vec<(Lanes, Lanes)>,
    old: Vec<(Lanes, Lanes)>,
    tones: usize,
}

impl Scratch {
    fn new(oscillators: usize, tones: usize) -> Self {
        let zero = ([0.0; LANES], [0.0; LANES]);
        Self { drive: zero, slope: vec![zero; oscillators], noise: vec![zero; oscillators], old: vec![zero; oscillators], tones }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn advance_block(constants: &Constants, block: &mut Block, scratch: &mut Scratch, steps: usize) {
    let dt = constants.time_step;
    let noisy = !block.noise.is_empty();
    for _ in 0..steps {
        sum_tones(constants, block, scratch);
        slopes(constants, block, scratch);
        if noisy {
            draw(constants, block, scratch);
        }
        predict(block, scratch, dt);
        turn_tones(block, scratch.tones);
        sum_tones(constants, block, scratch);
        correct(constants, block, scratch, noisy);
    }
}

/// Sum of all tones, the same for every oscillator.
#[inline(always)]
fn sum_tones(constants: &Constants, block: &Block, scratch: &mut Scratch) {
    let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
    for (amplitude, (tone_re, tone_im)) in constants.amplitudes.iter().zip(&block.tone) {
        for l in 0..LANES {
            re[l] += amplitude * tone_re[l];
            im[l] += amplitude * tone_im[l];
        }
    }
    scratch.drive = (re, im);
}

#[inline(always)]
fn turn_tones(block: &mut Block, tones: usize) {
    for ((re, im), (turn_re, turn_im)) in block.tone.iter_mut().zip(&block.tone_turn).take(tones) {
        for l in 0..LANES {
            let turned = re[l] * turn_re[l] - im[l] * turn_im[l];
            im[l] = re[l] * turn_im[l] + im[l] * turn_re[l];
            re[l] = turned;
        }
    }
}

/// Right-hand side of oscillator `k` without its free rotation.
#[inline(always)]
fn slope(constants: &Constants, block: &Block, drive: &(Lanes, Lanes), k: usize) -> (Lanes, Lanes) {
    let [gamma, q, gain, shift, reference, _] = constants.oscillators[k];
    let n = block.re.len();
    let (mut re, mut im) = *drive;
    for j in 0..n {
        let (c, s) = constants.coupling[k * n + j];
        for l in 0..LANES {
            re[l] += c * block.re[j][l] - s * block.im[j][l];
            im[l] += c * block.im[j][l] + s * block.re[j][l];
        }
    }
    for l in 0..LANES {
        let (x, y) = (block.re[k][l], block.im[k][l]);
        let p = x * x + y * y;
        let growth = gain * (1.0 - p) - gamma * (1.0 + q * p);
        let rotation = shift * (p - reference);
        re[l] += growth * x + rotation * y;
        im[l] += growth * y - rotation * x;
    }
    (re, im)
}

#[inline(always)]
fn slopes(constants: &Constants, block: &Block, scratch: &mut Scratch) {
    for k in 0..block.re.len() {
        scratch.slope[k] = slope(constants, block, &scratch.drive, k);
    }
}

/// Uniform increments in -1/2..1/2 of 16 bits, four from each 64 random bits.
#[inline(always)]
fn draw(constants: &Constants, block: &mut Block, scratch: &mut Scratch) {
    const SCALE: f64 = 1.0 / 65536.0;
    let n = constants.oscillators.len();
    let centred = |bits: u64| (((bits & 0xffff) as u32 as i32 - 32768) as f64 + 0.5) * SCALE;
    for (l, generator) in block.noise.iter_mut().enumerate() {
        for pair in 0..n.div_ceil(2) {
            let bits = generator.next_u64();
            let k = 2 * pair;
            scratch.noise[k].0[l] = centred(bits);
            scratch.noise[k].1[l] = centred(bits >> 16);
            if k + 1 < n {
                scratch.noise[k + 1].0[l] = centred(bits >> 32);
                scratch.noise[k + 1].1[l] = centred(bits >> 48);
            }
        }
    }
    for k in 0..n {
        let [_, q, _, _, _, noise] = constants.oscillators[k];
        for l in 0..LANES {
            let p = block.re[k][l] * block.re[k][l] + block.im[k][l] * block.im[k][l];
            let width = (noise * (1.0 + q * p)).sqrt();
            scratch.noise[k].0[l] *= width;
            scratch.noise[k].1[l] *= width;
        }
    }
}

/// c* = E (c + dt k1 + noise); keeps E (c + dt/2 k1 + noise) for the corrector.
#[inline(always)]
fn predict(block: &mut Block, scratch: &mut Scratch, dt: f64) {
    for k in 0..block.re.len() {
        let (turn_re, turn_im) = block.free_turn[k];
        let (slope_re, slope_im) = &scratch.slope[k];
        let (noise_re, noise_im) = &scratch.noise[k];
        for l in 0..LANES {
            let (x, y) = (block.re[k][l], block.im[k][l]);
            scratch.old[k].0[l] = x;
            scratch.old[k].1[l] = y;
            let (bx, by) = (x + 0.5 * dt * slope_re[l] + noise_re[l], y + 0.5 * dt * slope_im[l] + noise_im[l]);
            let (px, py) = (bx + 0.5 * dt * slope_re[l], by + 0.5 * dt * slope_im[l]);
            block.re[k][l] = px * turn_re - py * turn_im;
            block.im[k][l] = px * turn_im + py * turn_re;
        }
    }
    for k in 0..block.re.len() {
        let (turn_re, turn_im) = block.free_turn[k];
        for l in 0..LANES {
            let bx = scratch.old[k].0[l] + 0.5 * dt * scratch.slope[k].0[l] + scratch.noise[k].0[l];
            let by = scratch.old[k].1[l] + 0.5 * dt * scratch.slope[k].1[l] + scratch.noise[k].1[l];
            scratch.noise[k].0[l] = bx * turn_re - by * turn_im;
            scratch.noise[k].1[l] = bx * turn_im + by * turn_re;
        }
    }
}

/// c = E (c + dt/2 k1 + noise) + dt/2 k2, and the winding of the phase about the origin.
#[inline(always)]
fn correct(constants: &Constants, block: &mut Block, scratch: &mut Scratch, noisy: bool) {
    let half = 0.5 * constants.time_step;
    slopes(constants, block, scratch);
    for k in 0..block.re.len() {
        let (slope_re, slope_im) = &scratch.slope[k];
        for l in 0..LANES {
            let (x, y) = (scratch.noise[k].0[l] + half * slope_re[l], scratch.noise[k].1[l] + half * slope_im[l]);
            let (old_x, old_y) = (scratch.old[k].0[l], scratch.old[k].1[l]);
            block.re[k][l] = x;
            block.im[k][l] = y;
            // A step crosses the positive real axis where the sign of y changes and the turn has the sign of the change.
            let turn = old_x * y - x * old_y;
            let up = f64::from(u8::from(old_y < 0.0)) * f64::from(u8::from(y >= 0.0)) * f64::from(u8::from(turn > 0.0));
            let down = f64::from(u8::from(old_y >= 0.0)) * f64::from(u8::from(y < 0.0)) * f64::from(u8::from(turn < 0.0));
            block.winding[k][l] += up - down;
        }
        if !noisy {
            scratch.noise[k] = ([0.0; LANES], [0.0; LANES]);
        }
    }
}
