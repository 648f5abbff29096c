//! Power spectra of time series.

use super::parabola;
use crate::MagnetError;
use realfft::RealFftPlanner;
use std::f64::consts::PI;

/// A one-sided power spectral density at equally spaced frequencies from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Step of the frequency, Hz.
    pub step: f64,
    /// Density at each frequency, square of the series' unit per Hz; its sum times the step is the variance of the series.
    pub density: Vec<f64>,
}

/// A peak of a spectrum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Frequency, Hz, between the bins by a parabola through the logarithms of the three highest.
    pub frequency: f64,
    /// Density at the top.
    pub density: f64,
    /// Full width at half of it, Hz, linear between bins; at least that of the window, 1.44 steps for Hann's. Infinite where the density
    /// does not fall so far on both sides.
    pub width: f64,
}

/// Hann's window, sin^2(pi i / n).
pub(super) fn hann(n: usize) -> Vec<f64> {
    (0..n).map(|i| (PI * i as f64 / n as f64).sin().powi(2)).collect()
}

/// Number of samples and the step between them, checked.
pub(super) fn check_series(samples: usize, time_step: f64) -> Result<(), MagnetError> {
    MagnetError::unless(samples >= 4, "the number of samples of a time series", samples as f64, "4 or more")?;
    MagnetError::unless(time_step > 0.0, "the step of a time series (s)", time_step, "positive")
}

/// An error that names the first number that is not finite.
pub(super) fn check_values(values: &[f64]) -> Result<(), MagnetError> {
    values.iter().try_for_each(|v| MagnetError::unless(true, "a value of a time series", *v, "a finite number"))
}

/// The power spectral density by Welch's method: segments that overlap by half, each without its mean and under Hann's window.
///
/// Longer segments resolve finer, shorter ones scatter less: the relative standard deviation is about the root of 1.06 over the number
/// of samples in segments. `segment` of the whole length gives one periodogram.
///
/// Source: P. D. Welch, IEEE Trans. Audio Electroacoust. 15, 70 (1967), doi:10.1109/TAU.1967.1161901.
///
/// ```
/// use spinloom_magnet::quantity::welch;
/// let series: Vec<f64> = (0..4096).map(|i| (2.0 * std::f64::consts::PI * 3.21e9 * i as f64 * 1e-11).sin()).collect();
/// let spectrum = welch(&series, 1e-11, 1024)?;
/// assert!((spectrum.peaks(0.01)[0].frequency - 3.21e9).abs() < 0.05 * spectrum.step);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
///
/// # Errors
/// [`MagnetError::OutOfRange`] for fewer than four samples or a segment of fewer or more than there are, a step that is not positive, or a
/// value that is not a number.
pub fn welch(series: &[f64], time_step: f64, segment: usize) -> Result<Spectrum, MagnetError> {
    check_series(series.len(), time_step)?;
    check_values(series)?;
    let allowed = "from 4 to the number of samples";
    MagnetError::unless((4..=series.len()).contains(&segment), "the length of a segment", segment as f64, allowed)?;
    let window = hann(segment);
    let power: f64 = window.iter().map(|w| w * w).sum();
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(segment);
    let (mut input, mut output) = (transform.make_input_vec(), transform.make_output_vec());
    let mut density = vec![0.0; output.len()];
    let starts: Vec<usize> = (0..=series.len() - segment).step_by((segment / 2).max(1)).collect();
    for start in &starts {
        let part = &series[*start..start + segment];
        let mean = part.iter().sum::<f64>() / segment as f64;
        input.iter_mut().zip(part.iter().zip(&window)).for_each(|(i, (v, w))| *i = (v - mean) * w);
        // The buffers have the lengths that the transform asks for, so it cannot fail.
        let _ = transform.process(&mut input, &mut output);
        density.iter_mut().zip(&output).for_each(|(d, o)| *d += o.norm_sqr());
    }
    let last = density.len() - 1;
    for (k, d) in density.iter_mut().enumerate() {
        let sides = if k == 0 || (k == last && segment.is_multiple_of(2)) { 1.0 } else { 2.0 };
        *d *= sides * time_step / (power * starts.len() as f64);
    }
    Ok(Spectrum { step: 1.0 / (segment as f64 * time_step), density })
}

impl Spectrum {
    /// Frequency of a bin, Hz.
    pub fn frequency(&self, bin: usize) -> f64 {
        bin as f64 * self.step
    }

    /// Variance of the series between two frequencies (Hz): the sum of the density over the bins from the first up to the second.
    pub fn power_between(&self, low: f64, high: f64) -> f64 {
        let inside = |k: &usize| (low..high).contains(&self.frequency(*k));
        (0..self.density.len()).filter(inside).map(|k| self.density[k]).sum::<f64>() * self.step
    }

    /// The local maxima whose density is at least the part `threshold` of the largest, highest first. The bin at 0 is never one.
    ///
    /// A pure tone under Hann's window is placed within 0.02 steps.
    pub fn peaks(&self, threshold: f64) -> Vec<Peak> {
        let largest = self.density.iter().skip(1).copied().fold(0.0, f64::max);
        let d = &self.density;
        let is_top = |k: &usize| d[*k] > d[k - 1] && d[*k] >= d[k + 1] && d[*k] > 0.0 && d[*k] >= threshold * largest;
        let mut peaks: Vec<Peak> = (1..d.len().saturating_sub(1)).filter(is_top).map(|k| self.peak(k)).collect();
        peaks.sort_by(|a, b| b.density.total_cmp(&a.density));
        peaks
    }

    fn peak(&self, top: usize) -> Peak {
        let [left, middle, right] = [top - 1, top, top + 1].map(|k| self.density[k].max(f64::MIN_POSITIVE).ln());
        let (place, height) = parabola(left, middle, right);
        let half = 0.5 * height.exp();
        let d = &self.density;
        let crossing =
            |inner: usize, outer: usize| inner as f64 + (d[inner] - half) / (d[inner] - d[outer]) * (outer as f64 - inner as f64);
        let below = (0..top).rev().find(|k| d[*k] < half).map(|k| crossing(k + 1, k));
        let above = (top + 1..d.len()).find(|k| d[*k] < half).map(|k| crossing(k - 1, k));
        let width = below.zip(above).map_or(f64::INFINITY, |(below, above)| (above - below) * self.step);
        Peak { frequency: (top as f64 + place) * self.step, density: height.exp(), width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_core::random::Stream;

    #[test]
    fn tones_are_placed_between_the_bins() {
        for tenth in 0..20 {
            let frequency = (40.0 + f64::from(tenth) / 20.0) / 1024.0;
            let series: Vec<f64> = (0..1024).map(|i| 3.0 + (2.0 * PI * frequency * f64::from(i) + 0.4).cos()).collect();
            let spectrum = welch(&series, 1.0, 1024).unwrap();
            let peaks = spectrum.peaks(0.1);
            assert_eq!(peaks.len(), 1);
            let error = (peaks[0].frequency - frequency) * 1024.0;
            assert!(error.abs() < 0.02, "{error}");
            // 1.44 bins: F. J. Harris, Proc. IEEE 66, 51 (1978), doi:10.1109/PROC.1978.10837; linear between bins it is wider.
            assert!((peaks[0].width * 1024.0 - 1.44).abs() < 0.3, "{}", peaks[0].width * 1024.0);
        }
    }

    #[test]
    fn the_density_integrates_to_the_variance() {
        // White noise of variance 4: the density is 2 x 4 x step, and the sum scatters by sqrt(2 / n) times a small factor of the window.
        let mut stream = Stream::new(1, "spectrum test", 0);
        let series: Vec<f64> = (0..65536).map(|_| 2.0 * stream.normal()).collect();
        for segment in [64, 255, 4096] {
            let spectrum = welch(&series, 1e-9, segment).unwrap();
            let total = spectrum.power_between(0.0, 1e12);
            assert!((total / 4.0 - 1.0).abs() < 0.05, "{segment}: {total}");
        }
        let flat = welch(&series, 1e-9, 64).unwrap();
        // 2047 half-overlapping segments: 2.4 % each; five of it over 30 bins.
        assert!(flat.density[2..31].iter().all(|d| (d / 8e-9 - 1.0).abs() < 0.12), "{:?}", flat.density);
    }

    #[test]
    fn a_damped_mode_shows_its_linewidth() {
        // AR(2) is a sampled damped oscillator: a Lorentzian of the full width 2 lambda / (2 pi).
        let (omega, lambda) = (0.6f64, 0.02f64);
        let (a, b) = (2.0 * (-lambda).exp() * omega.cos(), -(-2.0 * lambda).exp());
        let mut stream = Stream::new(2, "spectrum test", 0);
        let (mut x, mut last) = (0.0, 0.0);
        let series: Vec<f64> = (0..400_000)
            .map(|_| {
                (x, last) = (a * x + b * last + stream.normal(), x);
                x
            })
            .collect();
        let peak = welch(&series, 1.0, 4096).unwrap().peaks(0.9)[0];
        assert!((peak.frequency * 2.0 * PI / omega - 1.0).abs() < 0.01, "{peak:?}");
        assert!((peak.width * PI / lambda - 1.0).abs() < 0.25, "{peak:?}");
    }

    #[test]
    fn bad_series_are_refused() {
        assert!(welch(&[1.0; 3], 1.0, 3).is_err());
        assert!(welch(&[1.0; 8], 1.0, 9).is_err());
        assert!(welch(&[1.0; 8], 0.0, 8).is_err());
        assert!(welch(&[1.0, f64::NAN, 1.0, 1.0], 1.0, 4).is_err());
        assert!(welch(&[1.0; 8], 1.0, 8).unwrap().peaks(0.5).is_empty());
    }
}
