//! Eight macrospins side by side.

use super::magnet::{Drive, Magnet, Vector};
use super::torque::{SpinOrbit, SpinTransfer, VoltageControl};
use super::waveform::{Input, Waveform};
use spinloom_core::constants::VACUUM_PERMEABILITY;
use spinloom_core::random::Fast;

/// Magnets side by side in a block.
pub(super) const LANES: usize = 8;

/// One number a magnet.
pub(super) type Lanes<const L: usize> = [f64; L];
/// One vector a magnet.
pub(super) type Vectors<const L: usize> = [[f64; L]; 3];

/// One magnet with all that acts on it, from which the numbers of its lane are made.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub magnet: Magnet,
    pub drive: Drive,
    pub spin_transfer: Option<SpinTransfer>,
    pub spin_orbit: Option<SpinOrbit>,
    pub voltage_control: Option<VoltageControl>,
    pub waveforms: Vec<(Input, Waveform)>,
}

impl Source {
    pub fn new(magnet: &Magnet) -> Self {
        let drive = Drive::default();
        Self {
            magnet: magnet.clone(),
            drive,
            spin_transfer: None,
            spin_orbit: None,
            voltage_control: None,
            waveforms: Vec::new(),
        }
    }

    /// The drive and the temperature at a time (s), by what `value` makes of each waveform.
    fn driven(&self, value: impl Fn(&Waveform) -> f64) -> (Drive, f64) {
        let (mut drive, mut temperature) = (self.drive, self.magnet.temperature);
        let add = |to: &mut Vector, along: Vector, v: f64| (0..3).for_each(|k| to[k] += v * along[k]);
        for (input, waveform) in &self.waveforms {
            let v = value(waveform);
            match *input {
                Input::Field(along) => add(&mut drive.field, along, v),
                Input::DampingLike(along) => add(&mut drive.damping_like, along, v),
                Input::Current => drive.current += v,
                Input::HeavyMetalCurrent => drive.heavy_metal_current += v,
                Input::Voltage => drive.voltage += v,
                Input::Temperature => temperature += v,
            }
        }
        (drive, temperature.max(0.0))
    }

    /// The drive at a time (s).
    pub fn drive_at(&self, time: f64) -> Drive {
        self.driven(|w| w.at(time)).0
    }

    /// Change of the anisotropy field by the voltage of a drive, T.
    pub fn voltage_field(&self, drive: &Drive) -> f64 {
        self.voltage_control.map_or(0.0, |control| control.anisotropy_field(&self.magnet, drive.voltage))
    }

    /// The largest field that can turn the magnet, thermal one aside, T.
    pub fn largest_field(&self) -> f64 {
        let length = |v: Vector| v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let sum = |take: &dyn Fn(&Input) -> Option<f64>| -> f64 {
            self.waveforms.iter().filter_map(|(input, w)| Some(take(input)? * w.bound())).sum()
        };
        let of = |wanted: Input| sum(&|input| (*input == wanted).then_some(1.0));
        let fields = length(self.drive.field) + length(self.drive.damping_like);
        let driven = sum(&|input| match *input {
            Input::Field(along) | Input::DampingLike(along) => Some(length(along)),
            _ => None,
        });
        let transfer = self.spin_transfer.map_or(0.0, |torque| {
            let (numerator, slope) = torque.efficiency.fraction();
            let current = self.drive.current.abs() + of(Input::Current);
            let most = self.magnet.damping_like_field(numerator * current).abs() / (1.0 - slope.abs());
            most * (1.0 + torque.field_like.abs())
        });
        let orbit = self.spin_orbit.map_or(0.0, |torque| {
            let density = self.drive.heavy_metal_current.abs() + of(Input::HeavyMetalCurrent);
            torque.damping_like_field(&self.magnet, density).abs() * (1.0 + torque.field_like.abs())
        });
        let voltage = self
            .voltage_control
            .map_or(0.0, |control| control.anisotropy_field(&self.magnet, self.drive.voltage.abs() + of(Input::Voltage)).abs());
        let own = self.magnet.anisotropy_field().abs() + self.magnet.shape_field();
        own + fields + driven + transfer + orbit + voltage
    }

    /// The highest temperature, K.
    pub fn largest_temperature(&self) -> f64 {
        let driven = self.waveforms.iter().filter(|(input, _)| *input == Input::Temperature).map(|(_, w)| w.bound());
        self.magnet.temperature + driven.sum::<f64>()
    }
}

/// Some magnets, quantity by quantity.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub m: Vectors<LANES>,
    pub field: Vectors<LANES>,
    pub damping_like: Vectors<LANES>,
    /// gamma', rad/(s T).
    pub rate: Lanes<LANES>,
    pub damping: Lanes<LANES>,
    pub anisotropy: Lanes<LANES>,
    pub axis: Vectors<LANES>,
    pub demagnetizing: Vectors<LANES>,
    /// Damping-like field of a current where m is across p, T.
    pub transfer: Lanes<LANES>,
    /// s of the efficiency n / (1 + s m.p).
    pub slope: Lanes<LANES>,
    /// Field-like share of that torque.
    pub field_like: Lanes<LANES>,
    pub polarization: Vectors<LANES>,
    /// Whether any of the torques depends on the angle; the constant ones are part of `damping_like`.
    pub angular: bool,
    /// Width of the uniform thermal field over a step.
    pub noise: Lanes<LANES>,
    /// Step of a variable-step method, s.
    pub step: Lanes<LANES>,
    pub random: [Fast; LANES],
}

impl Block {
    /// Up to eight magnets; a block that is not full repeats its last one, unseen.
    pub fn new(sources: &[Source], time_step: f64, random: [Fast; LANES]) -> Self {
        let lanes = |f: &dyn Fn(&Magnet) -> f64| -> Lanes<LANES> {
            std::array::from_fn(|l| f(&sources[l.min(sources.len() - 1)].magnet))
        };
        let mut block = Self {
            m: [[1.0; LANES], [0.0; LANES], [0.0; LANES]],
            field: [[0.0; LANES]; 3],
            damping_like: [[0.0; LANES]; 3],
            rate: lanes(&Magnet::precession_rate),
            damping: lanes(&|m| m.damping),
            anisotropy: [0.0; LANES],
            axis: std::array::from_fn(|k| lanes(&|m| m.axis[k])),
            demagnetizing: std::array::from_fn(|k| {
                lanes(&|m| VACUUM_PERMEABILITY * m.saturation_magnetization * m.demagnetization[k])
            }),
            transfer: [0.0; LANES],
            slope: [0.0; LANES],
            field_like: [0.0; LANES],
            polarization: [[0.0; LANES]; 3],
            angular: false,
            noise: [0.0; LANES],
            step: [time_step; LANES],
            random,
        };
        (0..LANES).for_each(|l| block.set(l, &sources[l.min(sources.len() - 1)], 0.0, time_step));
        block
    }

    /// Makes the numbers of a lane that drives change, at a time (s).
    pub fn set(&mut self, l: usize, source: &Source, time: f64, time_step: f64) {
        let (drive, temperature) = source.driven(|w| w.at(time));
        let magnet = &source.magnet;
        let (mut field, mut pull) = (drive.field, drive.damping_like);
        let mut push = |p: Vector, damping_like: f64, field_like: f64| {
            for k in 0..3 {
                pull[k] += damping_like * p[k];
                field[k] += field_like * damping_like * p[k];
            }
        };
        if let Some(torque) = &source.spin_orbit {
            let across = torque.damping_like_field(magnet, drive.heavy_metal_current);
            push(torque.polarization, across, torque.field_like);
        }
        (self.transfer[l], self.slope[l]) = (0.0, 0.0);
        if let Some(torque) = &source.spin_transfer {
            let (numerator, slope) = torque.efficiency.fraction();
            let across = magnet.damping_like_field(numerator * drive.current);
            if slope == 0.0 {
                push(torque.polarization, across, torque.field_like);
            } else {
                (self.transfer[l], self.slope[l]) = (across, slope);
            }
            self.field_like[l] = torque.field_like;
            (0..3).for_each(|k| self.polarization[k][l] = torque.polarization[k]);
        }
        for k in 0..3 {
            self.field[k][l] = field[k];
            self.damping_like[k][l] = pull[k];
        }
        self.anisotropy[l] = magnet.anisotropy_field() + source.voltage_field(&drive);
        self.noise[l] = 12f64.sqrt() * magnet.thermal_field(time_step, temperature);
        self.angular = self.slope.iter().any(|&s| s != 0.0);
    }

    /// The first lane, of `lanes`, whose magnetization is not finite, and what of it is to blame.
    pub fn broken(&self, lanes: usize) -> Option<(usize, &'static str)> {
        let finite = |v: &Vectors<LANES>, l: usize| (0..3).all(|k| v[k][l].is_finite());
        let l = (0..lanes).find(|&l| !finite(&self.m, l))?;
        let named = [
            ("the driving field", finite(&self.field, l)),
            ("the damping-like field", finite(&self.damping_like, l)),
            ("the anisotropy field", self.anisotropy[l].is_finite()),
            ("the field of the spin-transfer torque", self.transfer[l].is_finite()),
            ("the thermal field", self.noise[l].is_finite()),
        ];
        Some((l, named.iter().find(|(_, finite)| !finite).map_or("the magnetization", |(what, _)| what)))
    }

    /// Whether every magnetization is finite.
    pub fn is_finite(&self) -> bool {
        self.m.iter().flatten().all(|v| v.is_finite())
    }
}
