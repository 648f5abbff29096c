//! The thermal field of Brown.

use super::{PerCell, Real, Row, RowField, State, Term, VectorField};
use crate::MagnetError;
use multiversion::multiversion;
use rayon::prelude::*;
use spinloom_core::constants::{BOLTZMANN, GYROMAGNETIC_RATIO};
use spinloom_core::random::Normals;

/// Cells whose numbers are drawn together; a whole number of the groups of [`Normals`].
const BLOCK: usize = 1024;

/// Thermal fluctuations as a Gaussian field that is constant over a step, independent in every cell, component and step:
///
/// ```text
/// B_th = N(0, 1) sqrt( 2 alpha kB T / (gamma Ms V dt) ).
/// ```
///
/// It is part of B wherever B stands in Gilbert's equation, and wants Heun's method with the same field in both stages, which
/// converges to the Stratonovich solution: W. F. Brown, Phys. Rev. 130, 1677 (1963), doi:10.1103/PhysRev.130.1677; J. L.
/// García-Palacios and F. J. Lázaro, Phys. Rev. B 58, 14937 (1998), doi:10.1103/PhysRevB.58.14937.
///
/// The numbers are addressed by (seed, step, cell), so they depend neither on the number of threads nor on where a run was stopped
/// and resumed.
#[derive(Debug, Clone)]
pub struct ThermalField<T> {
    normals: Normals,
    /// sqrt(2 alpha kB T / (gamma Ms V)), T s^(1/2); zero without material.
    strength: PerCell<f64>,
    field: VectorField<T>,
}

impl<T: Real> ThermalField<T> {
    /// The thermal field of so many cells of this volume (m^3), at temperatures in K, for a damping and a saturation magnetization
    /// (A/m). It is zero until a step begins.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for a value that is negative or not finite.
    pub fn new(
        cells: usize,
        cell_volume: f64,
        temperature: &PerCell<T>,
        damping: &PerCell<T>,
        saturation_magnetization: &PerCell<T>,
        seed: u64,
    ) -> Result<Self, MagnetError> {
        MagnetError::unless(cell_volume > 0.0, "the volume of a cell (m^3)", cell_volume, "greater than 0")?;
        for (what, values) in [
            ("the temperature (K)", temperature),
            ("the damping", damping),
            ("the saturation magnetization (A/m)", saturation_magnetization),
        ] {
            super::torque::checked(what, values, cells, |v| v >= 0.0, "0 or greater")?;
        }
        let strength = |i: usize| {
            let ms = saturation_magnetization.at(i).double();
            let energy = 2.0 * damping.at(i).double() * BOLTZMANN * temperature.at(i).double();
            if ms > 0.0 { (energy / (GYROMAGNETIC_RATIO * ms * cell_volume)).sqrt() } else { 0.0 }
        };
        let strength = PerCell::of((0..cells).map(strength).collect());
        Ok(Self { normals: Normals::new(seed, "thermal field"), strength, field: VectorField::zeros(cells) })
    }

    /// Draws the field of a step, so many seconds long.
    pub fn draw(&mut self, step: u64, time_step: f64) {
        let width = 1.0 / time_step.sqrt();
        let (normals, strength) = (&self.normals, &self.strength);
        let VectorField { x, y, z } = &mut self.field;
        let blocks = (x.par_chunks_mut(BLOCK), y.par_chunks_mut(BLOCK), z.par_chunks_mut(BLOCK));
        blocks.into_par_iter().enumerate().for_each(|(block, (x, y, z))| {
            let mut numbers = [0.0; BLOCK];
            for (axis, out) in [x, y, z].into_iter().enumerate() {
                let numbers = &mut numbers[..out.len()];
                normals.fill(step, ((3 * block + axis) * (BLOCK / Normals::GROUP)) as u64, numbers);
                match strength {
                    PerCell::Uniform(strength) => scale(numbers, strength * width, out),
                    PerCell::Cells(all) => {
                        let strengths = &all[block * BLOCK..];
                        numbers.iter_mut().zip(strengths).for_each(|(n, s)| *n *= s);
                        scale(numbers, width, out);
                    }
                }
            }
        });
    }

    /// The field of the present step, T.
    pub fn field(&self) -> &VectorField<T> {
        &self.field
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn scale<T: Real>(numbers: &[f64], factor: f64, out: &mut [T]) {
    for (out, n) in out.iter_mut().zip(numbers) {
        *out = T::of(n * factor);
    }
}

impl<T: Real> Term<T> for ThermalField<T> {
    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.draw(step, time_step);
    }

    fn is_stochastic(&self) -> bool {
        self.strength.values().iter().any(|s| *s > 0.0)
    }

    fn name(&self) -> &'static str {
        "thermal"
    }

    fn degree(&self) -> Option<f64> {
        None
    }

    fn add_row(&self, _state: State<'_, T>, row: Row, field: &mut RowField<'_, T>) {
        let [x, y, z] = self.field.components().map(|c| &c[row.range()]);
        for (out, noise) in [(&mut *field.x, x), (&mut *field.y, y), (&mut *field.z, z)] {
            out.iter_mut().zip(noise).for_each(|(out, noise)| *out += *noise);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(cells: usize) -> ThermalField<f64> {
        let [temperature, damping, ms] = [300.0, 0.1, 8e5].map(PerCell::Uniform);
        ThermalField::new(cells, 1e-25, &temperature, &damping, &ms, 7).unwrap()
    }

    #[test]
    fn every_step_has_a_field_of_its_own_with_the_width_of_brown() {
        let n = 100_000;
        let mut noise = film(n);
        noise.draw(0, 1e-13);
        let first = noise.field().clone();
        noise.draw(1, 1e-13);
        // Variances and correlations of 1e5 numbers, within 5 standard errors: 9 checks, false alarm below 1e-5.
        let expected = 2.0 * 0.1 * BOLTZMANN * 300.0 / (GYROMAGNETIC_RATIO * 8e5 * 1e-25 * 1e-13);
        let error = 5.0 / (n as f64).sqrt();
        let mean = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / n as f64 / expected;
        for (a, b) in first.components().into_iter().zip(noise.field().components()) {
            assert!((mean(a, a) - 1.0).abs() < error * 2f64.sqrt());
            assert!(mean(a, b).abs() < error);
        }
        assert!(mean(&first.x, &first.y).abs() < error && mean(&first.y, &first.z).abs() < error);
        noise.draw(0, 1e-13);
        assert_eq!(noise.field(), &first);
    }

    #[test]
    fn a_cell_has_the_same_noise_in_any_film_and_with_any_number_of_threads() {
        let (mut small, mut large) = (film(1500), film(5000));
        small.draw(3, 2e-13);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        pool.install(|| large.draw(3, 2e-13));
        assert_eq!(small.field().z[..], large.field().z[..1500]);
    }

    #[test]
    fn cells_without_material_have_no_noise_and_bad_values_are_refused() {
        let one = PerCell::Uniform(1.0);
        let mut noise = ThermalField::new(2, 1e-25, &one, &one, &PerCell::Cells(vec![0.0, 8e5]), 1).unwrap();
        noise.draw(0, 1e-13);
        assert_eq!(noise.field().get(0), [0.0; 3]);
        assert!(noise.is_stochastic() && noise.field().y[1] != 0.0);
        assert!(ThermalField::new(2, 1e-25, &PerCell::Uniform(-1.0), &one, &one, 1).is_err());
        assert!(ThermalField::new(2, 1e-25, &PerCell::Cells(vec![1.0]), &one, &one, 1).is_err());
        let cold = ThermalField::new(2, 1e-25, &PerCell::Uniform(0.0), &one, &one, 1).unwrap();
        assert!(!cold.is_stochastic());
    }
}
