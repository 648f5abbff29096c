//! What couples macrospins to each other.

use super::block::{LANES, Source};
use super::dipole::Dipolar;
use super::magnet::{Vector, dot, finite};
use super::method::Scratch;
use crate::MagnetError;

/// Exchange between two magnets through a layer between them, E = -A [J (m1.m2) + J2 (m1.m2)^2]: positive J makes them parallel.
///
/// Source: P. Bruno, Phys. Rev. B 52, 411 (1995), doi:10.1103/PhysRevB.52.411; J. C. Slonczewski, Phys. Rev. Lett. 67, 3172 (1991),
/// doi:10.1103/PhysRevLett.67.3172, for the biquadratic part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InterlayerExchange {
    /// The two magnets.
    pub pair: [usize; 2],
    /// Area A that they face each other with, m^2.
    pub area: f64,
    /// Bilinear constant J, J/m^2.
    pub bilinear: f64,
    /// Biquadratic constant J2, J/m^2.
    pub biquadratic: f64,
}

impl InterlayerExchange {
    fn check(&self, count: usize) -> Result<(), MagnetError> {
        if let Some(&index) = self.pair.iter().find(|&&index| index >= count) {
            return Err(MagnetError::NoMagnet { index, count });
        }
        let other = self.pair[0] != self.pair[1];
        MagnetError::unless(other, "the partner of a magnet in interlayer exchange", self.pair[1] as f64, "another magnet")?;
        MagnetError::unless(self.area > 0.0, "the area of an interlayer exchange", self.area, "greater than 0")?;
        finite("the constant of an interlayer exchange", self.bilinear)?;
        finite("the constant of an interlayer exchange", self.biquadratic)
    }
}

/// All couplings of an ensemble.
#[derive(Debug, Clone)]
pub(super) struct Coupling {
    exchanges: Vec<InterlayerExchange>,
    dipolar: Option<Dipolar>,
    moments: Vec<f64>,
    m: [Vec<f64>; 3],
    field: [Vec<f64>; 3],
    pub scratch: Vec<Scratch>,
}

impl Coupling {
    pub fn new(sources: &[Source]) -> Self {
        let zero = || vec![0.0; sources.len()];
        Self {
            exchanges: Vec::new(),
            dipolar: None,
            moments: sources.iter().map(|s| s.magnet.moment()).collect(),
            m: std::array::from_fn(|_| zero()),
            field: std::array::from_fn(|_| zero()),
            scratch: vec![Scratch::new(); sources.len().div_ceil(LANES)],
        }
    }

    pub fn set_exchanges(&mut self, exchanges: &[InterlayerExchange]) -> Result<(), MagnetError> {
        exchanges.iter().try_for_each(|exchange| exchange.check(self.moments.len()))?;
        self.exchanges = exchanges.to_vec();
        Ok(())
    }

    pub fn set_dipolar(&mut self, dipolar: Option<Dipolar>) -> Result<(), MagnetError> {
        if let Some(dipolar) = &dipolar {
            let (places, count) = (dipolar.places() as f64, self.moments.len() as f64);
            MagnetError::unless(places == count, "the number of places of the dipoles", places, "that of the magnets")?;
        }
        self.dipolar = dipolar;
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty() && self.dipolar.is_none()
    }

    /// Largest field on each magnet, T.
    pub fn largest_fields(&self) -> Vec<f64> {
        let mut largest = vec![0.0; self.moments.len()];
        for exchange in &self.exchanges {
            for of in exchange.pair {
                largest[of] += exchange.area * (exchange.bilinear.abs() + 2.0 * exchange.biquadratic.abs()) / self.moments[of];
            }
        }
        if let Some(dipolar) = &self.dipolar {
            dipolar.add_largest(&self.moments, &mut largest);
        }
        largest
    }

    /// Fields (T) of directions.
    fn fields(&mut self) {
        self.field.iter_mut().for_each(|component| component.fill(0.0));
        let at = |m: &[Vec<f64>; 3], i: usize| -> Vector { std::array::from_fn(|k| m[k][i]) };
        for exchange in &self.exchanges {
            let [first, second] = exchange.pair;
            let (one, two) = (at(&self.m, first), at(&self.m, second));
            let strength = exchange.area * (exchange.bilinear + 2.0 * exchange.biquadratic * dot(one, two));
            for k in 0..3 {
                self.field[k][first] += strength / self.moments[first] * two[k];
                self.field[k][second] += strength / self.moments[second] * one[k];
            }
        }
        if let Some(dipolar) = &mut self.dipolar {
            dipolar.add_field(&self.moments, &self.m, &mut self.field);
        }
    }

    /// Puts the field of the trial directions into each block.
    pub fn apply(&mut self, scratch: &mut [Scratch]) {
        let count = self.moments.len();
        for k in 0..3 {
            let all = scratch.iter().flat_map(|s| s.trial[k]).take(count);
            self.m[k].iter_mut().zip(all).for_each(|(to, from)| *to = from);
        }
        self.fields();
        for k in 0..3 {
            for (s, from) in scratch.iter_mut().zip(self.field[k].chunks(LANES)) {
                s.coupling[k][..from.len()].copy_from_slice(from);
            }
        }
    }

    /// Field on each magnet (T), and energy of the couplings (J), for directions.
    pub fn act(&mut self, directions: impl Iterator<Item = Vector>) -> (Vec<Vector>, f64) {
        directions.enumerate().for_each(|(i, m)| (0..3).for_each(|k| self.m[k][i] = m[k]));
        self.fields();
        let at = |v: &[Vec<f64>; 3], i: usize| -> Vector { std::array::from_fn(|k| v[k][i]) };
        let fields = (0..self.moments.len()).map(|i| at(&self.field, i)).collect();
        let exchange = |e: &InterlayerExchange| {
            let cosine = dot(at(&self.m, e.pair[0]), at(&self.m, e.pair[1]));
            -e.area * (e.bilinear + e.biquadratic * cosine) * cosine
        };
        let mut energy = self.exchanges.iter().map(exchange).sum();
        if let Some(dipolar) = &mut self.dipolar {
            let mut alone: [Vec<f64>; 3] = std::array::from_fn(|_| vec![0.0; self.moments.len()]);
            dipolar.add_field(&self.moments, &self.m, &mut alone);
            let of = |i: usize| -0.5 * self.moments[i] * dot(at(&self.m, i), at(&alone, i));
            energy += (0..self.moments.len()).map(of).sum::<f64>();
        }
        (fields, energy)
    }
}
