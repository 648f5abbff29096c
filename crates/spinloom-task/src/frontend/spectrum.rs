//! Short-time Fourier power, in linear or mel bands.

use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::PI;
use std::sync::Arc;

/// Power of windowed stretches of sound, by band.
pub(super) struct Spectrum {
    transform: Arc<dyn RealToComplex<f64>>,
    window: Vec<f64>,
    /// Triangular bands as (bin, weight); none for linear bands.
    bands: Option<Vec<Vec<(usize, f64)>>>,
}

impl std::fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectrum").field("window", &self.window.len()).field("channels", &self.channels()).finish_non_exhaustive()
    }
}

impl Spectrum {
    fn new(length: usize, bands: Option<Vec<Vec<(usize, f64)>>>) -> Self {
        // Hann's window, so that a tone stays in its bands.
        let window = (0..length).map(|i| 0.5 - 0.5 * (2.0 * PI * (i as f64 + 0.5) / length as f64).cos()).collect();
        Self { transform: RealFftPlanner::new().plan_fft_forward(length), window, bands }
    }

    /// `channels` equally wide bands from zero to half the rate.
    pub(super) fn linear(channels: usize) -> Self {
        Self::new(2 * (channels - 1), None)
    }

    /// `channels` triangular bands equally spaced on the mel scale, 2595 log10(1 + f / 700 Hz) (S. S. Stevens et al. 1937, in the form
    /// of D. O'Shaughnessy 1987), from `lowest` to half the rate.
    pub(super) fn mel(channels: usize, lowest: f64, rate: f64) -> Self {
        let mel = |f: f64| 2595.0 * (1.0 + f / 700.0).log10();
        let hertz = |m: f64| 700.0 * (10f64.powf(m / 2595.0) - 1.0);
        let length = 256.max((4 * channels).next_power_of_two());
        let (low, high) = (mel(lowest), mel(rate / 2.0));
        let edge = |k: usize| hertz(low + (high - low) * k as f64 / (channels + 1) as f64) / rate * length as f64;
        let band = |k: usize| {
            let (left, centre, right) = (edge(k), edge(k + 1), edge(k + 2));
            let weight = |bin: usize| {
                let b = bin as f64;
                ((b - left) / (centre - left)).min((right - b) / (right - centre)).max(0.0)
            };
            let mut bins: Vec<(usize, f64)> = (0..=length / 2).map(|b| (b, weight(b))).filter(|(_, w)| *w > 0.0).collect();
            if bins.is_empty() {
                // A band narrower than a bin takes the nearest one.
                bins.push((centre.round() as usize, 1.0));
            }
            bins
        };
        Self::new(length, Some((0..channels).map(band).collect()))
    }

    pub(super) fn channels(&self) -> usize {
        self.bands.as_ref().map_or(self.window.len() / 2 + 1, Vec::len)
    }

    /// Power by band of stretches that begin every `step` samples: row-major frames x channels.
    pub(super) fn powers(&self, samples: &[f64], step: usize) -> Vec<f64> {
        let mut input = self.transform.make_input_vec();
        let mut output = self.transform.make_output_vec();
        let mut scratch = self.transform.make_scratch_vec();
        let mut out = Vec::with_capacity(samples.len().div_ceil(step) * self.channels());
        for start in (0..samples.len()).step_by(step) {
            for (i, value) in input.iter_mut().enumerate() {
                *value = samples.get(start + i).copied().unwrap_or(0.0) * self.window[i];
            }
            // The buffers come from the plan, so their lengths are right and the transform cannot fail.
            let _ = self.transform.process_with_scratch(&mut input, &mut output, &mut scratch);
            let power = |bin: usize| output[bin].norm_sqr() / self.window.len() as f64;
            match &self.bands {
                None => out.extend((0..output.len()).map(power)),
                Some(bands) => out.extend(bands.iter().map(|b| b.iter().map(|(bin, w)| w * power(*bin)).sum::<f64>())),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_lies_in_its_band() {
        let tone: Vec<f64> = (0..2000).map(|t| (2.0 * PI * 1000.0 * f64::from(t) / 8000.0).sin()).collect();
        let spectrum = Spectrum::linear(65);
        let frames = spectrum.powers(&tone, 80);
        let loudest = |row: &[f64]| (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]));
        // 1000 Hz is bin 16 of 64 over 4000 Hz.
        assert_eq!(loudest(&frames[65 * 5..65 * 6]), Some(16));
        let mel = Spectrum::mel(40, 80.0, 8000.0);
        assert_eq!((mel.channels(), mel.powers(&tone, 80).len()), (40, 40 * 25));
    }

    #[test]
    fn power_is_conserved() {
        // Parseval for one window: sum over the two-sided spectrum = sum of squares of the windowed samples.
        let samples: Vec<f64> = (0..128).map(|t| (f64::from(t) * 0.7).sin() + 0.3 * (f64::from(t) * 2.1).cos()).collect();
        let spectrum = Spectrum::linear(65);
        let row = &spectrum.powers(&samples, 128)[..65];
        let two_sided = row[0] + row[64] + 2.0 * row[1..64].iter().sum::<f64>();
        let energy: f64 = samples.iter().zip(&spectrum.window).map(|(s, w)| (s * w).powi(2)).sum();
        assert!((two_sided / energy - 1.0).abs() < 1e-12);
    }
}
