//! Waves in space and time: from m(x, t) to a map of wave number and frequency.

use super::parabola;
use super::spectrum::{check_series, check_values, hann};
use crate::MagnetError;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;

/// Amplitudes of plane waves A cos(k x - 2 pi f t + phase).
#[derive(Debug, Clone, PartialEq)]
pub struct Dispersion {
    /// Wave numbers k, rad/m, ascending; negative ones travel towards -x.
    pub wave_number: Vec<f64>,
    /// Frequencies f, Hz, ascending from 0.
    pub frequency: Vec<f64>,
    /// Amplitude A at each frequency and wave number, the wave number fastest.
    pub amplitude: Vec<f64>,
}

/// The map of a field of `samples`, position fastest: the Fourier transform in time and space of the field without the mean in time at each
/// position,
///
/// ```text
/// A(k, f) = 2 |sum over x, t of w(x) w(t) m(x, t) exp(-i (k x - 2 pi f t))| / (sum over x, t of w(x) w(t)),
/// ```
///
/// with Hann's window w in time, and in space too where `window_space` says so: without it for waves that close around a periodic film.
///
/// Source of the method in micromagnetics: D. Kumar et al., J. Phys. D 45, 015001 (2012), doi:10.1088/0022-3727/45/1/015001.
///
/// # Errors
/// [`MagnetError::OutOfRange`] for fewer than four positions or times, a number of samples that is no multiple of the positions, steps that
/// are not positive, or a sample that is not a number.
pub fn dispersion(
    samples: &[f64],
    positions: usize,
    position_step: f64,
    time_step: f64,
    window_space: bool,
) -> Result<Dispersion, MagnetError> {
    MagnetError::unless(positions >= 4, "the number of positions", positions as f64, "4 or more")?;
    MagnetError::unless(position_step > 0.0, "the step of the positions (m)", position_step, "positive")?;
    let whole = samples.len().is_multiple_of(positions);
    MagnetError::unless(whole, "the number of samples", samples.len() as f64, "a multiple of the number of positions")?;
    let times = samples.len() / positions;
    check_series(times, time_step)?;
    check_values(samples)?;
    let along_time = in_time(samples, positions);
    let frequencies = times / 2 + 1;
    let window = if window_space { hann(positions) } else { vec![1.0; positions] };
    let scale = 2.0 / (hann(times).iter().sum::<f64>() * window.iter().sum::<f64>());
    let mut amplitude = Vec::with_capacity(frequencies * positions);
    let mut in_space = InSpace::new(positions);
    for f in 0..frequencies {
        let row = (0..positions).map(|x| along_time[x * frequencies + f] * window[x]);
        amplitude.extend(in_space.transform(row).into_iter().map(|a| scale * a));
    }
    let lowest = -((positions / 2) as f64);
    Ok(Dispersion {
        wave_number: (0..positions).map(|k| (lowest + k as f64) * TAU / (positions as f64 * position_step)).collect(),
        frequency: (0..frequencies).map(|f| f as f64 / (times as f64 * time_step)).collect(),
        amplitude,
    })
}

/// The transform in time, exp(+i 2 pi f t), of each position under Hann's window; the frequency fastest.
fn in_time(samples: &[f64], positions: usize) -> Vec<Complex<f64>> {
    let times = samples.len() / positions;
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(times);
    let window = hann(times);
    let (mut input, mut output) = (transform.make_input_vec(), transform.make_output_vec());
    let mut all = Vec::with_capacity(positions * output.len());
    for x in 0..positions {
        let series = || samples[x..].iter().step_by(positions);
        let mean = series().sum::<f64>() / times as f64;
        input.iter_mut().zip(series().zip(&window)).for_each(|(i, (v, w))| *i = (v - mean) * w);
        // The buffers have the lengths that the transform asks for, so it cannot fail.
        let _ = transform.process(&mut input, &mut output);
        all.extend(output.iter().map(Complex::conj));
    }
    all
}

/// The transform in space of complex values, by two real ones.
struct InSpace {
    transform: std::sync::Arc<dyn realfft::RealToComplex<f64>>,
    parts: [Vec<f64>; 2],
    spectra: [Vec<Complex<f64>>; 2],
}

impl InSpace {
    fn new(positions: usize) -> Self {
        let transform = RealFftPlanner::<f64>::new().plan_fft_forward(positions);
        let (input, output) = (transform.make_input_vec(), transform.make_output_vec());
        Self { parts: [input.clone(), input], spectra: [output.clone(), output], transform }
    }

    /// Moduli of sum of v exp(-i k x), from the lowest k on.
    fn transform(&mut self, values: impl Iterator<Item = Complex<f64>>) -> Vec<f64> {
        for (x, value) in values.enumerate() {
            self.parts[0][x] = value.re;
            self.parts[1][x] = value.im;
        }
        for (part, spectrum) in self.parts.iter_mut().zip(&mut self.spectra) {
            let _ = self.transform.process(part, spectrum);
        }
        let n = self.parts[0].len() as i64;
        let i = Complex::new(0.0, 1.0);
        let at = |k: i64| {
            let [real, imaginary] = [0, 1].map(|p: usize| {
                let value = self.spectra[p][k.unsigned_abs() as usize];
                if k < 0 { value.conj() } else { value }
            });
            (real + i * imaginary).norm()
        };
        (-(n / 2)..n - n / 2).map(at).collect()
    }
}

impl Dispersion {
    /// Amplitudes of all wave numbers at a frequency.
    pub fn row(&self, frequency: usize) -> &[f64] {
        &self.amplitude[frequency * self.wave_number.len()..][..self.wave_number.len()]
    }

    /// For each wave number the frequency (Hz) and amplitude of the strongest wave, between the bins by a parabola through logarithms; none
    /// where nothing moves.
    pub fn ridge(&self) -> Vec<Option<(f64, f64)>> {
        let step = self.frequency[1];
        let last = self.frequency.len() - 1;
        let strongest = |k: usize| {
            let at = |f: usize| self.row(f)[k];
            let top = (1..last).max_by(|a, b| at(*a).total_cmp(&at(*b))).filter(|f| at(*f) > 0.0)?;
            let [left, middle, right] = [top - 1, top, top + 1].map(|f| at(f).max(f64::MIN_POSITIVE).ln());
            let (place, height) = parabola(left, middle, right);
            Some(((top as f64 + place) * step, height.exp()))
        };
        (0..self.wave_number.len()).map(strongest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(positions: usize, times: usize, k: f64, f: f64) -> Vec<f64> {
        let at = |i: usize| ((i % positions) as f64 * 2e-9, (i / positions) as f64 * 5e-12);
        let value = |(x, t): (f64, f64)| 0.3 + 0.1 * (k * x - TAU * f * t + 0.7).cos();
        (0..positions * times).map(|i| value(at(i))).collect()
    }

    #[test]
    fn a_plane_wave_gives_its_wave_number_frequency_and_amplitude() {
        for (positions, times) in [(64, 200), (63, 201)] {
            for direction in [1.0, -1.0] {
                let k = direction * TAU * 5.0 / (positions as f64 * 2e-9);
                let f = 17.0 / (times as f64 * 5e-12);
                let map = dispersion(&wave(positions, times, k, f), positions, 2e-9, 5e-12, false).unwrap();
                let strongest = (0..map.amplitude.len()).max_by(|a, b| map.amplitude[*a].total_cmp(&map.amplitude[*b])).unwrap();
                let (row, column) = (strongest / positions, strongest % positions);
                assert!((map.wave_number[column] / k - 1.0).abs() < 1e-12 && (map.frequency[row] / f - 1.0).abs() < 1e-12);
                assert!((map.amplitude[strongest] - 0.1).abs() < 1e-12);
                // The wave that runs the other way has nothing.
                let other = map.wave_number.iter().position(|w| (w / k + 1.0).abs() < 1e-9).unwrap();
                assert!(map.row(row)[other] < 1e-12);
            }
        }
    }

    #[test]
    fn the_ridge_follows_a_parabolic_dispersion_between_the_bins() {
        let (positions, times) = (64, 400);
        let omega = |n: f64| 3.1e9 + 0.17e9 * n * n;
        let mut samples = vec![0.0; positions * times];
        for n in -6i32..=6 {
            let k = TAU * f64::from(n) / (positions as f64 * 2e-9);
            let one = wave(positions, times, k, omega(f64::from(n)));
            samples.iter_mut().zip(one).for_each(|(s, o)| *s += o);
        }
        let map = dispersion(&samples, positions, 2e-9, 5e-12, false).unwrap();
        let ridge = map.ridge();
        for n in -6i32..=6 {
            let (f, amplitude) = ridge[(32 + n) as usize].unwrap();
            assert!((f - omega(f64::from(n))).abs() < 0.05 * map.frequency[1], "{n}: {f}");
            assert!((amplitude - 0.1).abs() < 0.01, "{n}: {amplitude}");
        }
    }

    #[test]
    fn a_window_in_space_keeps_a_wave_between_bins_narrow() {
        let (positions, times) = (64, 128);
        let k = TAU * 8.5 / (positions as f64 * 2e-9);
        let samples = wave(positions, times, k, 20.0 / (times as f64 * 5e-12));
        let far = |window| {
            let map = dispersion(&samples, positions, 2e-9, 5e-12, window).unwrap();
            map.row(20)[5]
        };
        assert!(far(true) < 0.02 * far(false));
    }

    #[test]
    fn bad_maps_are_refused() {
        assert!(dispersion(&[0.0; 17], 4, 1.0, 1.0, false).is_err());
        assert!(dispersion(&[0.0; 16], 2, 1.0, 1.0, false).is_err());
        assert!(dispersion(&[0.0; 16], 4, 0.0, 1.0, false).is_err());
        assert!(dispersion(&[f64::NAN; 16], 4, 1.0, 1.0, false).is_err());
        let still = dispersion(&[1.0; 16], 4, 1.0, 1.0, false).unwrap();
        assert!(still.ridge().iter().all(Option::is_none));
    }
}
