//! Acoustic front ends: from samples to frames of channels.
//!
//! The spectrogram is linear in the power of each band: what a reservoir makes of it, it makes alone. The cochlea does part of the work
//! itself, by rectification and compression; F. Abreu Araujo et al., Sci. Rep. 10, 328 (2020), doi:10.1038/s41598-019-56991-x, shows how
//! large that part is, so results are always compared with the front end alone.

mod gammatone;
mod spectrum;

pub use gammatone::{Gammatone, equivalent_rectangular_bandwidth};

use crate::TaskError;
use spectrum::Spectrum;
use spinloom_core::parameters::Bound;

spinloom_core::choices! {
    /// Kinds of front end.
    pub enum FrontEndKind {
        /// Gammatone filters on the scale of hearing, rectified and compressed.
        Cochlea = "cochlea",
        /// Power of the short-time Fourier transform.
        Spectrogram = "spectrogram",
        /// Power in triangular bands on the mel scale.
        Mel = "mel",
    }
}

spinloom_core::parameters! {
    /// Parameters of an acoustic front end.
    pub struct FrontEndParameters {
        /// Kind of front end.
        pub kind: FrontEndKind = FrontEndKind::Cochlea, "", Bound::ANY;
        /// Channels; a spectrogram of n channels takes windows of 2 (n - 1) samples.
        pub channels: usize = 78, "", Bound::between(2.0, 1025.0);
        /// Lowest frequency of the cochlea and the mel bands.
        pub lowest_frequency: f64 = 80.0, "Hz", Bound::POSITIVE;
        /// Time from one frame to the next.
        pub frame_step: f64 = 10e-3, "s", Bound::POSITIVE;
        /// Exponent that compresses the output; 1 leaves it linear in power (cochlea: in rectified amplitude).
        pub compression: f64 = 0.33, "", Bound::between(0.05, 1.0);
    }
}

impl FrontEndParameters {
    /// A cochlea of 78 channels, as many as the published front end has.
    pub fn cochlea() -> Self {
        Self::default()
    }

    /// A spectrogram of 65 channels, linear in power.
    pub fn spectrogram() -> Self {
        Self { kind: FrontEndKind::Spectrogram, channels: 65, compression: 1.0, ..Self::default() }
    }
}

/// Frames of channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Frames {
    /// Number of channels.
    pub channels: usize,
    /// Number of frames.
    pub frames: usize,
    /// Values, row-major frames x channels.
    pub values: Vec<f64>,
}

/// A front end for one sampling rate.
///
/// ```
/// use spinloom_task::frontend::{FrontEnd, FrontEndParameters};
/// let front_end = FrontEnd::new(&FrontEndParameters::cochlea(), 8000)?;
/// let tone: Vec<f64> = (0..4000).map(|t| (t as f64 * 0.5).sin()).collect();
/// let frames = front_end.frames(&tone);
/// assert_eq!((frames.channels, frames.frames), (78, 50));
/// # Ok::<(), spinloom_task::TaskError>(())
/// ```
#[derive(Debug)]
pub struct FrontEnd {
    step: usize,
    compression: f64,
    filter: Filter,
}

#[derive(Debug)]
enum Filter {
    Cochlea(Gammatone),
    Spectrum(Spectrum),
}

impl FrontEnd {
    /// A front end for samples at `rate` Hz.
    ///
    /// # Errors
    /// [`TaskError::Parameter`] when frames are shorter than a sample or the lowest frequency is not below half the rate.
    pub fn new(parameters: &FrontEndParameters, rate: u32) -> Result<Self, TaskError> {
        let rate = f64::from(rate);
        let step = (parameters.frame_step * rate).round() as usize;
        if step == 0 {
            return Err(TaskError::Parameter(format!("frame_step ({} s) is shorter than a sample", parameters.frame_step)));
        }
        if parameters.lowest_frequency >= 0.45 * rate {
            let found = parameters.lowest_frequency;
            return Err(TaskError::Parameter(format!(
                "lowest_frequency ({found} Hz) must be well below half the rate ({rate} Hz)"
            )));
        }
        let filter = match parameters.kind {
            FrontEndKind::Cochlea => Filter::Cochlea(Gammatone::new(parameters.channels, parameters.lowest_frequency, rate)),
            FrontEndKind::Spectrogram => Filter::Spectrum(Spectrum::linear(parameters.channels)),
            FrontEndKind::Mel => Filter::Spectrum(Spectrum::mel(parameters.channels, parameters.lowest_frequency, rate)),
        };
        Ok(Self { step, compression: parameters.compression, filter })
    }

    /// Frames of a recording; the last, incomplete one is kept, so every recording has at least one.
    pub fn frames(&self, samples: &[f64]) -> Frames {
        let (channels, mut values) = match &self.filter {
            Filter::Cochlea(bank) => (bank.channels(), bank.rectified_means(samples, self.step)),
            Filter::Spectrum(spectrum) => (spectrum.channels(), spectrum.powers(samples, self.step)),
        };
        if self.compression != 1.0 {
            values.iter_mut().for_each(|v| *v = v.powf(self.compression));
        }
        Frames { channels, frames: values.len() / channels, values }
    }
}
