//! Spoken digits: the Free Spoken Digit Dataset, the open stand-in for TI-46, which is sold only.

use crate::TaskError;
use crate::data::locate;
use std::fs;
use std::path::{Path, PathBuf};

/// One spoken digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The digit, 0 to 9.
    pub digit: usize,
    /// The speaker's name.
    pub speaker: String,
    /// Which of the speaker's takes of this digit.
    pub index: usize,
    /// Samples, scaled to a root-mean-square of one.
    pub samples: Vec<f64>,
}

/// Spoken digits in the order of their file names.
#[derive(Debug, Clone, PartialEq)]
pub struct Digits {
    /// Samples per second.
    pub rate: u32,
    /// The recordings.
    pub recordings: Vec<Recording>,
    /// Where they come from, in words for a report.
    pub source: String,
}

/// Sampling rate of the recordings, Hz.
const RATE: u32 = 8000;

impl Digits {
    /// Takes below this are the test half of the official split.
    pub const OFFICIAL_TEST_TAKES: usize = 5;

    /// All recordings found in the data set. Levels differ eightfold between speakers, so each is scaled to a root-mean-square of one.
    ///
    /// # Errors
    /// [`TaskError::NoData`] when the data set is not found; [`TaskError::Malformed`] names a file that is not a mono 16-bit WAV of 8 kHz.
    pub fn load(explicit: Option<&Path>) -> Result<Self, TaskError> {
        let folder = locate("fsdd", explicit)?.join("recordings");
        let mut names: Vec<PathBuf> = fs::read_dir(&folder)
            .map_err(TaskError::io("list", &folder))?
            .filter_map(|e| e.ok().map(|e| e.path()))
            .filter(|p| p.extension().is_some_and(|e| e == "wav"))
            .collect();
        names.sort();
        let recordings: Vec<Recording> = names.iter().map(|p| Self::read(p)).collect::<Result<_, _>>()?;
        let mut speakers: Vec<&str> = recordings.iter().map(|r| r.speaker.as_str()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        let source = format!(
            "Free Spoken Digit Dataset 1.0.10 (CC BY-SA 4.0): {} recordings by {} male speakers, 8 kHz, each scaled to the same level",
            recordings.len(),
            speakers.len()
        );
        Ok(Self { rate: RATE, recordings, source })
    }

    fn read(path: &Path) -> Result<Recording, TaskError> {
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let parts: Vec<&str> = stem.split('_').collect();
        let parsed = match parts[..] {
            [digit, speaker, index] => {
                digit.parse().ok().filter(|d| *d < 10).zip(index.parse().ok()).map(|(d, i)| (d, speaker, i))
            }
            _ => None,
        };
        let Some((digit, speaker, index)) = parsed else {
            let message = "its name is not digit_speaker_index.wav: take it out of the folder".to_owned();
            return Err(TaskError::Malformed { path: path.to_path_buf(), line: None, message });
        };
        let mut samples = read_wav(path, RATE)?;
        let level = (samples.iter().map(|s| s * s).sum::<f64>() / samples.len() as f64).sqrt();
        if level > 0.0 {
            samples.iter_mut().for_each(|s| *s /= level);
        }
        Ok(Recording { digit, speaker: speaker.to_owned(), index, samples })
    }

    /// Recordings of the first `speakers` speakers (by name) with take below `takes`: 5 and 10 give the 500 words of the published protocol.
    pub fn subset(&self, speakers: usize, takes: usize) -> Vec<usize> {
        let mut names: Vec<&str> = self.recordings.iter().map(|r| r.speaker.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(speakers);
        (0..self.recordings.len())
            .filter(|i| self.recordings[*i].index < takes && names.contains(&self.recordings[*i].speaker.as_str()))
            .collect()
    }
}

/// Samples of a mono 16-bit WAV file of the given rate, full scale = 1.
///
/// # Errors
/// [`TaskError::Malformed`] tells what the file is instead: empty, cut off, of another rate, or with more channels.
pub fn read_wav(path: &Path, rate: u32) -> Result<Vec<f64>, TaskError> {
    let malformed = |message: String| TaskError::Malformed { path: path.to_path_buf(), line: None, message };
    let again = "fetch the data set again, or convert the file to mono 16-bit PCM";
    let mut reader = match hound::WavReader::open(path) {
        Ok(reader) => reader,
        Err(hound::Error::IoError(e)) if e.kind() == std::io::ErrorKind::NotFound => return Err(TaskError::io("read", path)(e)),
        Err(e) => return Err(malformed(format!("it is not a whole WAV file ({e}): {again}"))),
    };
    let spec = reader.spec();
    if spec.channels != 1 || spec.bits_per_sample != 16 || spec.sample_format != hound::SampleFormat::Int {
        let found = format!("{} channels of {} bits", spec.channels, spec.bits_per_sample);
        return Err(malformed(format!("it has {found}, but one channel of 16 bits is expected: {again}")));
    }
    if spec.sample_rate != rate {
        return Err(malformed(format!("its rate is {} Hz, but {rate} Hz is expected: resample it", spec.sample_rate)));
    }
    let samples: Vec<f64> = reader
        .samples::<i16>()
        .map(|s| s.map(|v| f64::from(v) / 32768.0))
        .collect::<Result<_, _>>()
        .map_err(|e| malformed(format!("it is cut off ({e}): {again}")))?;
    if samples.is_empty() {
        return Err(malformed(format!("it holds no samples: {again}")));
    }
    Ok(samples)
}
