//! Mode maps: amplitude and phase of every cell at one frequency.

use super::spectrum::{check_series, hann};
use crate::MagnetError;
use crate::film::Real;
use std::f64::consts::TAU;

/// Gathers the oscillation of each cell at one frequency while a film runs, two numbers a cell, whatever the number of samples.
///
/// With m = A cos(2 pi f t - phi) in a cell, samples at i dt under Hann's window w give
///
/// ```text
/// A exp(i phi) = 2 sum over i of w_i (m_i - <m>) exp(i 2 pi f i dt) / (sum over i of w_i),   <m> = sum w m / sum w.
/// ```
///
/// ```
/// use spinloom_magnet::quantity::ModeMap;
/// let mut map = ModeMap::new(2, 5e9, 1000, 1e-12)?;
/// for i in 0..1000 {
///     let phase = 2.0 * std::f64::consts::PI * 5e9 * i as f64 * 1e-12;
///     map.add(&[0.1 * phase.cos(), 0.7 + 0.2 * phase.sin()])?;
/// }
/// let mode = map.mode();
/// assert!((mode.amplitude[0] - 0.1).abs() < 1e-9 && (mode.amplitude[1] - 0.2).abs() < 1e-9);
/// assert!((mode.phase[1] - std::f64::consts::FRAC_PI_2).abs() < 1e-9);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ModeMap {
    /// Angle that the oscillation turns through in a step.
    turn: f64,
    window: Vec<f64>,
    taken: usize,
    weight: f64,
    /// Sums of the window, and of it times the wave.
    wave: [f64; 2],
    mean: Vec<f64>,
    real: Vec<f64>,
    imaginary: Vec<f64>,
}

/// The oscillation of each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Mode {
    /// Amplitude A.
    pub amplitude: Vec<f64>,
    /// Phase phi, rad, by which it lags behind the cosine.
    pub phase: Vec<f64>,
}

impl ModeMap {
    /// For so many cells, a frequency (Hz), and so many samples a step (s) apart.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for fewer than four samples, a step that is not positive, or a frequency that the step does not resolve.
    pub fn new(cells: usize, frequency: f64, samples: usize, time_step: f64) -> Result<Self, MagnetError> {
        check_series(samples, time_step)?;
        let resolved = frequency > 0.0 && 2.0 * frequency * time_step < 1.0;
        MagnetError::unless(resolved, "the frequency of a mode (Hz)", frequency, "between 0 and half of one over the step")?;
        Ok(Self {
            turn: TAU * frequency * time_step,
            window: hann(samples),
            taken: 0,
            weight: 0.0,
            wave: [0.0; 2],
            mean: vec![0.0; cells],
            real: vec![0.0; cells],
            imaginary: vec![0.0; cells],
        })
    }

    /// Takes the next sample, one number a cell: a component of m.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] for another number of cells, or more samples than were announced.
    pub fn add<T: Real>(&mut self, values: &[T]) -> Result<(), MagnetError> {
        let cells = self.mean.len();
        MagnetError::unless(values.len() == cells, "the number of cells of a sample", values.len() as f64, "that of the map")?;
        let announced = self.taken < self.window.len();
        MagnetError::unless(announced, "the number of a sample", self.taken as f64, "below the number announced")?;
        let weight = self.window[self.taken];
        let (sin, cos) = (self.turn * self.taken as f64).sin_cos();
        self.taken += 1;
        self.weight += weight;
        self.wave = [self.wave[0] + weight * cos, self.wave[1] + weight * sin];
        let sums = self.mean.iter_mut().zip(&mut self.real).zip(&mut self.imaginary);
        for (((mean, real), imaginary), value) in sums.zip(values) {
            let value = weight * value.double();
            *mean += value;
            *real += value * cos;
            *imaginary += value * sin;
        }
        Ok(())
    }

    /// Samples taken so far.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Amplitude and phase of each cell; all 0 before the first samples. The window is whole only when all samples have been taken.
    pub fn mode(&self) -> Mode {
        if self.weight == 0.0 {
            return Mode { amplitude: vec![0.0; self.mean.len()], phase: vec![0.0; self.mean.len()] };
        }
        let part = |sum: f64, mean: f64, wave: f64| 2.0 * (sum - mean / self.weight * wave) / self.weight;
        let parts = |cell: usize| {
            let mean = self.mean[cell];
            (part(self.real[cell], mean, self.wave[0]), part(self.imaginary[cell], mean, self.wave[1]))
        };
        let (amplitude, phase) = (0..self.mean.len()).map(parts).map(|(re, im)| (re.hypot(im), im.atan2(re))).unzip();
        Mode { amplitude, phase }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_standing_modes_are_told_apart() {
        // cos(pi x / L) at 4 GHz and cos(2 pi x / L) at 7.3 GHz, 2 ns: 6.6 bins apart, where Hann's window leaves less than 1e-2.
        let (cells, samples, step) = (50, 2000, 1e-12);
        let shape = |n: f64, x: usize| (TAU / 2.0 * n * (x as f64 + 0.5) / cells as f64).cos();
        let mut maps = [4e9, 7.3e9].map(|f| ModeMap::new(cells, f, samples, step).unwrap());
        for i in 0..samples {
            let t = i as f64 * step;
            let values: Vec<f32> = (0..cells)
                .map(|x| {
                    (0.5 + 0.02 * shape(1.0, x) * (TAU * 4e9 * t).cos() + 0.01 * shape(2.0, x) * (TAU * 7.3e9 * t).sin()) as f32
                })
                .collect();
            maps.iter_mut().for_each(|m| m.add(&values).unwrap());
        }
        for (map, (n, size)) in maps.iter().zip([(1.0, 0.02), (2.0, 0.01)]) {
            let mode = map.mode();
            for x in 0..cells {
                assert!((mode.amplitude[x] - size * shape(n, x).abs()).abs() < 5e-4, "{n} {x}");
            }
        }
        assert!(maps[0].add(&[0.0f64; 50]).is_err());
    }

    #[test]
    fn bad_maps_are_refused() {
        assert!(ModeMap::new(3, 0.0, 100, 1e-12).is_err());
        assert!(ModeMap::new(3, 6e11, 100, 1e-12).is_err());
        assert!(ModeMap::new(3, 1e9, 100, 1e-12).unwrap().add(&[0.0f64; 2]).is_err());
        assert_eq!(ModeMap::new(1, 1e9, 100, 1e-12).unwrap().mode().amplitude, [0.0]);
    }
}
