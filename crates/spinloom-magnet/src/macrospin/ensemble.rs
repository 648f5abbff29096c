//! Many macrospins under one time step.

use super::block::{Block, LANES, Source};
use super::coupling::{Coupling, InterlayerExchange};
use super::dipole::Dipolar;
use super::magnet::{Drive, Magnet, Vector, dot};
use super::method::{Group, Method};
use super::run::run;
use super::torque::{SpinOrbit, SpinTransfer, VoltageControl};
use super::waveform::{Input, Waveform};
use crate::MagnetError;
use rayon::prelude::*;
use spinloom_core::constants::GYROMAGNETIC_RATIO;
use spinloom_core::random::{Fast, Stream};
use std::f64::consts::PI;

/// Many macrospins, each with its own parameters, drives and thermal field, under one time step.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_magnet::macrospin::{Ensemble, Magnet};
/// let disk = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, 300.0);
/// let mut spins = Ensemble::new(&vec![disk; 16], 1e-12, |i| Stream::new(1, "thermal field", i))?;
/// spins.advance(1000)?;
/// let [x, y, z] = spins.magnetization(3)?;
/// assert!((x * x + y * y + z * z - 1.0).abs() < 1e-12);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
///
/// A current pulse through a junction, and two layers of an antiferromagnetic pair:
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_magnet::macrospin::{Efficiency, Ensemble, Input, InterlayerExchange, Magnet, SpinTransfer, Waveform};
/// let layer = Magnet { anisotropy: 8e5, ..Magnet::disk(40e-9, 1.3e-9, 1e6, 0.02, 300.0) };
/// let mut spins = Ensemble::new(&[layer.clone(), layer], 2e-13, |i| Stream::new(1, "thermal field", i))?;
/// spins.set_magnetization(1, [0.0, 0.0, -1.0])?;
/// let efficiency = Efficiency::Junction { polarization: 0.6 };
/// spins.set_spin_transfer(0, Some(SpinTransfer { polarization: [0.0, 0.0, 1.0], efficiency, field_like: 0.1 }))?;
/// spins.add_waveform(0, Input::Current, Waveform::Pulse { amplitude: 50e-6, start: 0.0, duration: 1e-9, edge: 1e-10 })?;
/// spins.set_interlayer_exchange(&[InterlayerExchange { pair: [0, 1], area: 1.2e-15, bilinear: -1e-4, biquadratic: 0.0 }])?;
/// spins.advance(5000)?;
/// assert!((spins.time() - 1e-9).abs() < 1e-20);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ensemble {
    blocks: Vec<Block>,
    sources: Vec<Source>,
    coupling: Coupling,
    method: Method,
    time_step: f64,
    steps: u64,
    /// Whether the step has been held against the fields since they changed.
    checked: bool,
}

/// Steps of magnets below which waking other cores costs more than they save.
const SERIAL: usize = 4096;

impl Ensemble {
    /// These magnets, all along +x and without drive; magnet i draws its thermal field from `noise(i)`, so that neither the number of
    /// magnets nor of threads matters. [`Magnet::time_step`] suggests a step.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] names a parameter or a time step that is not in its range.
    pub fn new(magnets: &[Magnet], time_step: f64, noise: impl Fn(u64) -> Stream) -> Result<Self, MagnetError> {
        MagnetError::unless(time_step > 0.0, "the time step", time_step, "greater than 0")?;
        magnets.iter().try_for_each(Magnet::check)?;
        let sources: Vec<Source> = magnets.iter().map(Source::new).collect();
        let block = |(b, some): (usize, &[Source])| {
            let random: [Fast; LANES] = std::array::from_fn(|l| noise((b * LANES + l) as u64).fast());
            Block::new(some, time_step, random)
        };
        let blocks = sources.chunks(LANES).enumerate().map(block).collect();
        let coupling = Coupling::new(&[]);
        Ok(Self { blocks, sources, coupling, method: Method::Heun, time_step, steps: 0, checked: false })
    }

    /// Number of magnets.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
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
        if index < self.len() {
            Ok((index / LANES, index % LANES))
        } else {
            Err(MagnetError::NoMagnet { index, count: self.len() })
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
        (0..self.len()).map(|i| std::array::from_fn(|k| self.blocks[i / LANES].m[k][i % LANES]))
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
        for i in 0..self.len() {
            let mut stream = stream(i as u64);
            let z = 2.0 * stream.uniform() - 1.0;
            let (sin, cos) = (2.0 * PI * stream.uniform()).sin_cos();
            let r = (1.0 - z * z).sqrt();
            let block = &mut self.blocks[i / LANES];
            (block.m[0][i % LANES], block.m[1][i % LANES], block.m[2][i % LANES]) = (r * cos, r * sin, z);
        }
    }

    /// Steps by this method from now on.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a tolerance that is not greater than 0, or for a variable step at a temperature above 0: to refuse a
    /// step by its error is to choose among the noise.
    pub fn set_method(&mut self, method: Method) -> Result<(), MagnetError> {
        if let Method::DormandPrince { tolerance } = method {
            MagnetError::unless(tolerance > 0.0, "the tolerance of a step", tolerance, "greater than 0")?;
            let warmest = self.sources.iter().map(Source::largest_temperature).fold(0.0, f64::max);
            MagnetError::unless(warmest == 0.0, "the temperature under a variable step", warmest, "0")?;
        }
        (self.method, self.checked) = (method, false);
        Ok(())
    }

    /// Changes what acts on a magnet, and brings its lane up to date.
    fn change(&mut self, index: usize, change: impl FnOnce(&mut Source)) -> Result<(), MagnetError> {
        let (block, lane) = self.lane(index)?;
        let time = self.time();
        change(&mut self.sources[index]);
        self.blocks[block].set(lane, &self.sources[index], time, self.time_step);
        self.checked = false;
        Ok(())
    }

    /// Drives one magnet from now on.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] for a drive that is not finite.
    pub fn set_drive(&mut self, index: usize, drive: &Drive) -> Result<(), MagnetError> {
        drive.check()?;
        self.change(index, |source| source.drive = *drive)
    }

    /// Lets a drive of one magnet follow a course in time, on top of its constant drive and of earlier waveforms.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] names what of the waveform is not in its range.
    pub fn add_waveform(&mut self, index: usize, input: Input, waveform: Waveform) -> Result<(), MagnetError> {
        waveform.check()?;
        if let Input::Field(along) | Input::DampingLike(along) = input {
            along.iter().try_for_each(|&v| MagnetError::unless(true, "the direction of a drive", v, "a finite number"))?;
        }
        if matches!((input, self.method), (Input::Temperature, Method::DormandPrince { .. })) {
            let bound = waveform.bound();
            MagnetError::unless(bound == 0.0, "the temperature under a variable step", bound, "0")?;
        }
        self.change(index, |source| source.waveforms.push((input, waveform)))
    }

    /// Takes all waveforms from a magnet.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`].
    pub fn clear_waveforms(&mut self, index: usize) -> Result<(), MagnetError> {
        self.change(index, |source| source.waveforms.clear())
    }

    /// How the current of the drive acts on a magnet; not at all without one.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] names a parameter that is not in its range.
    pub fn set_spin_transfer(&mut self, index: usize, torque: Option<SpinTransfer>) -> Result<(), MagnetError> {
        torque.iter().try_for_each(SpinTransfer::check)?;
        self.change(index, |source| source.spin_transfer = torque)
    }

    /// How the current density beside a magnet acts on it; not at all without one.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] names a parameter that is not in its range.
    pub fn set_spin_orbit(&mut self, index: usize, torque: Option<SpinOrbit>) -> Result<(), MagnetError> {
        torque.iter().try_for_each(SpinOrbit::check)?;
        self.change(index, |source| source.spin_orbit = torque)
    }

    /// How the voltage of the drive acts on a magnet; not at all without one.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] names a parameter that is not in its range.
    pub fn set_voltage_control(&mut self, index: usize, control: Option<VoltageControl>) -> Result<(), MagnetError> {
        control.iter().try_for_each(VoltageControl::check)?;
        self.change(index, |source| source.voltage_control = control)
    }

    /// Couples pairs of magnets, in the place of all earlier pairs.
    ///
    /// # Errors
    /// [`MagnetError::NoMagnet`], or [`MagnetError::OutOfRange`] names a parameter that is not in its range.
    pub fn set_interlayer_exchange(&mut self, exchanges: &[InterlayerExchange]) -> Result<(), MagnetError> {
        self.coupled().set_exchanges(exchanges)
    }

    /// Couples all magnets by their dipolar fields, or no longer.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] unless there is a place for each magnet.
    pub fn set_dipolar(&mut self, dipolar: Option<Dipolar>) -> Result<(), MagnetError> {
        self.coupled().set_dipolar(dipolar)
    }

    fn coupled(&mut self) -> &mut Coupling {
        if self.coupling.is_empty() {
            self.coupling = Coupling::new(&self.sources);
        }
        self.checked = false;
        &mut self.coupling
    }

    /// Energy of all magnets in their drives and couplings, J, torques aside.
    pub fn energy(&mut self) -> f64 {
        let (time, all) = (self.time(), self.magnetizations().collect::<Vec<_>>());
        let own = |(source, &m): (&Source, &Vector)| {
            let (magnet, drive) = (&source.magnet, source.drive_at(time));
            let voltage = 0.5 * magnet.moment() * source.voltage_field(&drive) * dot(m, magnet.axis).powi(2);
            magnet.energy(m, drive.field) - voltage
        };
        let alone: f64 = self.sources.iter().zip(&all).map(own).sum();
        if self.coupling.is_empty() { alone } else { alone + self.coupling.act(all.into_iter()).1 }
    }

    /// Field of the couplings on each magnet, T.
    pub fn coupling_fields(&mut self) -> Vec<Vector> {
        let all: Vec<Vector> = self.magnetizations().collect();
        if self.coupling.is_empty() { vec![[0.0; 3]; all.len()] } else { self.coupling.act(all.into_iter()).0 }
    }

    /// Holds the step against all fields.
    fn check_step(&mut self) -> Result<(), MagnetError> {
        if self.checked {
            return Ok(());
        }
        let coupled = if self.coupling.is_empty() { vec![0.0; self.len()] } else { self.coupling.largest_fields() };
        let limit = self.method.limit();
        for (index, (source, coupling)) in self.sources.iter().zip(coupled).enumerate() {
            let precession = GYROMAGNETIC_RATIO * (source.largest_field() + coupling);
            // The standard deviation of the thermal turn goes with the root of the step: `thermal` is its square over the step.
            let thermal_field = source.magnet.thermal_field(self.time_step, source.largest_temperature());
            let thermal = (GYROMAGNETIC_RATIO * thermal_field).powi(2) * self.time_step;
            if limit.is_infinite() {
                // A variable step begins with a small turn.
                let step = &mut self.blocks[index / LANES].step[index % LANES];
                *step = step.min(0.1 / precession);
            }
            let turn = precession * self.time_step + (thermal * self.time_step).sqrt();
            if limit.is_finite() && (turn > limit || turn.is_nan()) {
                let root = ((thermal + 4.0 * precession * limit).sqrt() - thermal.sqrt()) / (2.0 * precession);
                let longest = if precession > 0.0 { root * root } else { limit * limit / thermal };
                return Err(MagnetError::StepTooLong { index, time_step: self.time_step, turn, limit, longest });
            }
        }
        self.checked = true;
        Ok(())
    }

    /// Takes `steps` steps, on all cores.
    ///
    /// # Errors
    /// [`MagnetError::StepTooLong`], before anything moves, if a magnet could turn by more than half a radian in a step of Heun (1 in one of
    /// the other methods with a fixed step). [`MagnetError::NotFinite`] and [`MagnetError::NotConverged`] name the magnet and the time; the
    /// ensemble is then of no more use.
    pub fn advance(&mut self, steps: usize) -> Result<(), MagnetError> {
        self.check_step()?;
        let (time, time_step, method) = (self.time(), self.time_step, self.method);
        if self.coupling.is_empty() {
            self.each_block(steps, |b, block, sources| run(block, sources, method, (b, time, time_step), steps))?;
        } else {
            let mut scratch = std::mem::take(&mut self.coupling.scratch);
            let coupling = Some(&mut self.coupling);
            let mut group =
                Group { blocks: &mut self.blocks, scratch: &mut scratch, sources: &self.sources, coupling, time, time_step };
            let outcome = group.advance(method, steps);
            self.coupling.scratch = scratch;
            outcome?;
        }
        self.steps += steps as u64;
        Ok(())
    }

    /// Does something to every block, on all cores if `steps` make it worth it; the error is that of the first magnet that has one.
    fn each_block(
        &mut self,
        steps: usize,
        work: impl Fn(usize, &mut Block, &[Source]) -> Result<(), MagnetError> + Sync,
    ) -> Result<(), MagnetError> {
        if self.blocks.len() <= 1 || self.len().saturating_mul(steps) < SERIAL {
            let mut blocks = self.blocks.iter_mut().zip(self.sources.chunks(LANES)).enumerate();
            return blocks.try_for_each(|(b, (block, sources))| work(b, block, sources));
        }
        let blocks = self.blocks.par_iter_mut().zip(self.sources.par_chunks(LANES)).enumerate();
        let errors = blocks.filter_map(|(b, (block, sources))| work(b, block, sources).err().map(|error| (b, error)));
        errors.min_by_key(|(b, _)| *b).map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Takes `samples` times `stride` steps and keeps after each stride the projection of every magnet on `direction`:
    /// `[magnet * samples + sample]`.
    ///
    /// # Errors
    /// Those of [`advance`](Self::advance).
    pub fn record(&mut self, samples: usize, stride: usize, direction: Vector) -> Result<Vec<f64>, MagnetError> {
        let mut record = vec![0.0; self.len() * samples];
        if self.is_empty() || samples == 0 {
            return Ok(record);
        }
        if !self.coupling.is_empty() {
            for sample in 0..samples {
                self.advance(stride)?;
                self.magnetizations().enumerate().for_each(|(i, m)| record[i * samples + sample] = dot(direction, m));
            }
            return Ok(record);
        }
        self.check_step()?;
        let (start, time_step, method) = (self.steps, self.time_step, self.method);
        let rows = record.par_chunks_mut(LANES * samples);
        let blocks = self.blocks.par_iter_mut().zip(self.sources.par_chunks(LANES)).zip(rows).enumerate();
        let errors = blocks.filter_map(|(b, ((block, sources), rows))| {
            for sample in 0..samples {
                let time = (start + (sample * stride) as u64) as f64 * time_step;
                if let Err(error) = run(block, sources, method, (b, time, time_step), stride) {
                    return Some((b, error));
                }
                for l in 0..sources.len() {
                    rows[l * samples + sample] = (0..3).map(|k| direction[k] * block.m[k][l]).sum();
                }
            }
            None
        });
        errors.min_by_key(|(b, _)| *b).map_or(Ok(()), |(_, error)| Err(error))?;
        self.steps += (samples * stride) as u64;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing that the public side accepts makes a number infinite, so the numbers of a lane are spoiled by hand.
    #[test]
    fn a_number_that_is_none_is_named_with_its_magnet_and_time() {
        let magnet = Magnet::disk(22e-9, 2e-9, 1.1e6, 0.01, 0.0);
        for method in [Method::Heun, Method::RungeKutta4, Method::DormandPrince { tolerance: 1e-6 }] {
            let mut spins = Ensemble::new(&vec![magnet.clone(); 20], 1e-13, |i| Stream::new(1, "spoiled", i)).unwrap();
            spins.set_method(method).unwrap();
            spins.advance(10).unwrap();
            spins.blocks[1].anisotropy[3] = f64::INFINITY;
            let error = spins.advance(100).unwrap_err();
            let MagnetError::NotFinite { what, index, time } = error else { panic!("{method:?}: {error}") };
            assert_eq!((what, index), ("the anisotropy field", 11));
            assert!(time > 0.99e-12 && time < 1.11e-12, "{method:?}: {time}");
        }
        let mut spins = Ensemble::new(&vec![magnet; 3], 1e-13, |i| Stream::new(1, "spoiled", i)).unwrap();
        spins.set_method(Method::ImplicitMidpoint).unwrap();
        spins.blocks[0].field[2][2] = f64::NAN;
        assert_eq!(spins.advance(1), Err(MagnetError::NotConverged { index: 2, time: 0.0 }));
    }
}
