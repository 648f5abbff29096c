//! Vowels as formants: the measured file of Hillenbrand et al. 1995, a CSV file of the user's, or speakers drawn from embedded statistics.
//!
//! J. Hillenbrand, L. A. Getty, M. J. Clark and K. Wheeler, J. Acoust. Soc. Am. 97, 3099 (1995), doi:10.1121/1.411872.

use crate::TaskError;
use crate::data::locate;
use serde::{Deserialize, Serialize};
use spinloom_core::random::Stream;
use spinloom_core::variability::CorrelatedNormal;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The seven vowels of the experiments with oscillators.
pub const SEVEN_VOWELS: [&str; 7] = ["ae", "ah", "aw", "er", "ih", "iy", "uw"];

/// Names of the twelve formants of the measured file, in its order.
pub const TWELVE_FORMANTS: [&str; 12] =
    ["f1", "f2", "f3", "f1_20", "f2_20", "f3_20", "f1_50", "f2_50", "f3_50", "f1_80", "f2_80", "f3_80"];

/// Spoken vowels.
#[derive(Debug, Clone, PartialEq)]
pub struct Vowels {
    /// Names of the vowels.
    pub vowels: Vec<String>,
    /// Names of the speakers.
    pub speakers: Vec<String>,
    /// Names of the formants.
    pub formant_names: Vec<String>,
    /// Formants in Hz, row-major tokens x formants.
    pub formants: Vec<f64>,
    /// Vowel of each token.
    pub labels: Vec<usize>,
    /// Speaker of each token.
    pub speaker_of: Vec<usize>,
    /// Number of formants that could not be measured and were replaced.
    pub replaced: usize,
    /// Where they come from, in words for a report.
    pub source: String,
}

/// Names of the columns of a user's CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnNames(BTreeMap<String, String>);

impl ColumnNames {
    /// From a text such as `speaker=talker,vowel=label,f1=F1`; columns not named keep their own names.
    ///
    /// # Errors
    /// [`TaskError::Parameter`] when a part is not `ours=theirs`.
    pub fn parse(text: &str) -> Result<Self, TaskError> {
        let pair = |part: &str| {
            let (ours, theirs) = part.split_once('=').ok_or_else(|| {
                TaskError::Parameter(format!("`{part}` in the column names is not of the form ours=theirs, as in speaker=talker"))
            })?;
            Ok((theirs.trim().to_lowercase(), ours.trim().to_lowercase()))
        };
        text.split(',').filter(|p| !p.trim().is_empty()).map(pair).collect::<Result<_, _>>().map(Self)
    }

    fn ours(&self, theirs: &str) -> String {
        let theirs = theirs.trim().to_lowercase();
        self.0.get(&theirs).cloned().unwrap_or(theirs)
    }
}

/// One token before its names are numbered.
struct Token {
    speaker: String,
    vowel: String,
    formants: Vec<f64>,
}

impl Vowels {
    /// The measured file, women who have F1 to F3 at the steady state for all seven vowels: 37 speakers, 259 tokens, twelve formants each
    /// (F1 to F3 at the steady state and at 20, 50 and 80 % of the duration). A formant that could not be measured away from the steady
    /// state takes its value there; `replaced` counts them.
    ///
    /// # Errors
    /// [`TaskError::NoData`] when the file is not found, [`TaskError::Malformed`] when it is not what is expected.
    pub fn hillenbrand(explicit: Option<&Path>) -> Result<Self, TaskError> {
        let path = locate("hillenbrand", explicit)?.join("vowdata.dat");
        let text = fs::read_to_string(&path).map_err(TaskError::io("read", &path))?;
        let mut tokens: BTreeMap<String, Vec<Token>> = BTreeMap::new();
        let mut replaced = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let Some((speaker, vowel, rest)) = data_line(line).filter(|l| l.0.starts_with('w') && SEVEN_VOWELS.contains(&l.1))
            else {
                continue;
            };
            let (formants, missing) = formants_of(rest).map_err(|message| TaskError::Malformed {
                path: path.clone(),
                line: Some(number + 1),
                message,
            })?;
            if formants[..3].iter().all(|f| *f > 0.0) {
                *replaced.entry(speaker.to_owned()).or_insert(0) += missing;
                let token = Token { speaker: speaker.to_owned(), vowel: vowel.to_owned(), formants };
                tokens.entry(speaker.to_owned()).or_default().push(token);
            }
        }
        tokens.retain(|_, t| t.len() == SEVEN_VOWELS.len());
        if tokens.is_empty() {
            let message =
                "no woman with all seven vowels was found in it: verify it with `spinloom data verify hillenbrand`".to_owned();
            return Err(TaskError::Malformed { path, line: None, message });
        }
        replaced.retain(|s, _| tokens.contains_key(s));
        let mut vowels =
            Self::collect(&tokens.into_values().flatten().collect::<Vec<_>>(), TWELVE_FORMANTS.map(str::to_owned).to_vec());
        vowels.replaced = replaced.values().sum();
        vowels.source = format!(
            "Hillenbrand et al. 1995, vowdata.dat: {} women, {} tokens of seven vowels, 12 formants each ({} unmeasured ones take their \
             steady-state value)",
            vowels.speakers.len(),
            vowels.labels.len(),
            vowels.replaced
        );
        Ok(vowels)
    }

    /// A CSV file with the columns speaker, vowel, f1, f2 and any more formants whose names begin with f; other names are mapped.
    ///
    /// # Errors
    /// [`TaskError::Io`], or [`TaskError::Malformed`] with the line and what is wrong there.
    pub fn from_csv(path: &Path, names: &ColumnNames) -> Result<Self, TaskError> {
        let malformed = |line: Option<usize>, message: String| TaskError::Malformed { path: path.to_path_buf(), line, message };
        let text = fs::read_to_string(path).map_err(TaskError::io("read", path))?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers: Vec<String> =
            reader.headers().map_err(|e| malformed(Some(1), e.to_string()))?.iter().map(|h| names.ours(h)).collect();
        let column = |name: &str| {
            headers.iter().position(|h| h == name).ok_or_else(|| {
                let message = format!(
                    "there is no column `{name}` among {}: name yours with columns = \"{name}=YOURS\"",
                    headers.join(", ")
                );
                malformed(Some(1), message)
            })
        };
        let (speaker, vowel) = (column("speaker")?, column("vowel")?);
        column("f1").and(column("f2"))?;
        let formant = |h: &String| h.strip_prefix('f').is_some_and(|r| r.starts_with(|c: char| ('1'..='9').contains(&c)));
        let formants: Vec<usize> = (0..headers.len()).filter(|i| formant(&headers[*i])).collect();
        let mut tokens = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| malformed(e.position().map(|p| p.line() as usize), e.to_string()))?;
            let line = record.position().map(|p| p.line() as usize);
            let number = |column: &usize| {
                let field = &record[*column];
                field.parse::<f64>().ok().filter(|v| v.is_finite() && *v > 0.0).ok_or_else(|| {
                    malformed(line, format!("`{field}` in column `{}` is not a frequency in Hz", headers[*column]))
                })
            };
            tokens.push(Token {
                speaker: record[speaker].to_owned(),
                vowel: record[vowel].to_owned(),
                formants: formants.iter().map(number).collect::<Result<_, _>>()?,
            });
        }
        let mut vowels = Self::collect(&tokens, formants.iter().map(|i| headers[*i].clone()).collect());
        if vowels.vowels.len() < 2 || vowels.speakers.len() < 2 {
            return Err(malformed(None, "two vowels and two speakers at least are wanted".to_owned()));
        }
        vowels.source = format!(
            "{}: {} speakers, {} tokens, {} vowels",
            path.display(),
            vowels.speakers.len(),
            vowels.labels.len(),
            vowels.vowels.len()
        );
        Ok(vowels)
    }

    /// Speakers drawn from the embedded statistics of the measured file: mean and covariance of every vowel, and a covariance of speakers
    /// that all vowels of one speaker share.
    ///
    /// # Errors
    /// [`TaskError::Parameter`] for fewer than two speakers.
    pub fn embedded(stream: &mut Stream, speakers: usize) -> Result<Self, TaskError> {
        if speakers < 2 {
            return Err(TaskError::Parameter(format!("{speakers} speakers cannot be split into training and test")));
        }
        let statistics = VowelStatistics::embedded()?;
        let parameter = |e: &dyn std::fmt::Display| TaskError::Parameter(format!("the embedded vowel statistics: {e}"));
        let zero = vec![0.0; statistics.formants.len()];
        let of_speaker = CorrelatedNormal::new(&zero, &statistics.speaker_covariance).map_err(|e| parameter(&e))?;
        let of_vowel: Vec<CorrelatedNormal> = statistics
            .vowel
            .iter()
            .map(|v| CorrelatedNormal::new(&v.mean, &v.covariance).map_err(|e| parameter(&e)))
            .collect::<Result<_, _>>()?;
        let mut tokens = Vec::new();
        for speaker in 0..speakers {
            let offset = of_speaker.draw(stream);
            for (vowel, normal) in statistics.vowel.iter().zip(&of_vowel) {
                let formants = normal.draw(stream).iter().zip(&offset).map(|(f, o)| (f + o).max(50.0)).collect();
                tokens.push(Token { speaker: format!("s{:03}", speaker + 1), vowel: vowel.name.clone(), formants });
            }
        }
        let mut vowels = Self::collect(&tokens, statistics.formants);
        vowels.source = format!(
            "{speakers} speakers drawn from embedded statistics (means and covariances of 37 women and seven vowels, computed from vowdata.dat \
             of Hillenbrand et al. 1995)"
        );
        Ok(vowels)
    }

    fn collect(tokens: &[Token], formant_names: Vec<String>) -> Self {
        let unique = |name: fn(&Token) -> &String| {
            let mut all: Vec<String> = tokens.iter().map(|t| name(t).clone()).collect();
            all.sort();
            all.dedup();
            all
        };
        let (vowels, speakers) = (unique(|t| &t.vowel), unique(|t| &t.speaker));
        let place = |all: &[String], one: &String| all.binary_search(one).unwrap_or(0);
        Self {
            labels: tokens.iter().map(|t| place(&vowels, &t.vowel)).collect(),
            speaker_of: tokens.iter().map(|t| place(&speakers, &t.speaker)).collect(),
            formants: tokens.iter().flat_map(|t| t.formants.iter().copied()).collect(),
            vowels,
            speakers,
            formant_names,
            replaced: 0,
            source: String::new(),
        }
    }

    /// Number of formants of a token.
    pub fn features(&self) -> usize {
        self.formant_names.len()
    }

    /// The formants of one token, Hz.
    pub fn token(&self, index: usize) -> &[f64] {
        &self.formants[index * self.features()..(index + 1) * self.features()]
    }

    /// Tokens of `folds` groups of speakers, as equal as they can be.
    pub fn folds_by_speaker(&self, folds: usize, stream: &mut Stream) -> Vec<Vec<usize>> {
        let mut speakers: Vec<usize> = (0..self.speakers.len()).collect();
        stream.shuffle(&mut speakers);
        let folds = folds.clamp(1, speakers.len());
        (0..folds)
            .map(|fold| {
                let mine: Vec<usize> = speakers.iter().copied().skip(fold).step_by(folds).collect();
                (0..self.labels.len()).filter(|t| mine.contains(&self.speaker_of[*t])).collect()
            })
            .collect()
    }

    /// Tokens of a random fraction of the speakers, and those of the others; at least one speaker on each side.
    pub fn split_by_speaker(&self, train_fraction: f64, stream: &mut Stream) -> (Vec<usize>, Vec<usize>) {
        let mut speakers: Vec<usize> = (0..self.speakers.len()).collect();
        stream.shuffle(&mut speakers);
        let count = ((train_fraction * speakers.len() as f64).round() as usize).clamp(1, speakers.len() - 1);
        (0..self.labels.len()).partition(|t| speakers[..count].contains(&self.speaker_of[*t]))
    }
}

/// Speaker, vowel and numbers of a line such as `w01ae 320 225 678 ...`.
fn data_line(line: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = line.split_once(' ')?;
    let bytes = name.as_bytes();
    let shaped = bytes.len() == 5 && bytes[0].is_ascii_lowercase() && bytes[1..3].iter().all(u8::is_ascii_digit);
    shaped.then(|| (&name[..3], &name[3..], rest))
}

/// The twelve formants of a line, with those unmeasured away from the steady state replaced, and how many were.
fn formants_of(rest: &str) -> Result<(Vec<f64>, usize), String> {
    let numbers: Vec<f64> = rest
        .split_whitespace()
        .map(|f| f.parse().map_err(|_| format!("`{f}` is not a number: the file is damaged, fetch it again")))
        .collect::<Result<_, _>>()?;
    if numbers.len() != 15 {
        return Err(format!(
            "15 numbers are expected after the name, {} were found: the file is damaged, fetch it again",
            numbers.len()
        ));
    }
    let mut formants: Vec<f64> = numbers[2..5].iter().chain(&numbers[6..15]).copied().collect();
    let mut replaced = 0;
    for i in 3..12 {
        if formants[i] == 0.0 {
            formants[i] = formants[i % 3];
            replaced += 1;
        }
    }
    Ok((formants, replaced))
}

/// Means and covariances of vowels, as embedded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VowelStatistics {
    /// Names of the formants.
    pub formants: Vec<String>,
    /// Covariance of the mean deviation of a speaker, row-major, Hz^2.
    pub speaker_covariance: Vec<f64>,
    /// The vowels.
    pub vowel: Vec<OneVowel>,
}

/// Statistics of one vowel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneVowel {
    /// Name.
    pub name: String,
    /// Mean formants, Hz.
    pub mean: Vec<f64>,
    /// Covariance about mean plus speaker, row-major, Hz^2.
    pub covariance: Vec<f64>,
}

impl VowelStatistics {
    /// The embedded table.
    ///
    /// # Errors
    /// [`TaskError::Parameter`] when it is damaged, which a test rules out.
    pub fn embedded() -> Result<Self, TaskError> {
        toml::from_str(include_str!("../data/vowel_statistics.toml"))
            .map_err(|e| TaskError::Parameter(format!("the embedded vowel statistics: {e}")))
    }

    /// From tokens: the deviation of a token from the mean of its vowel is the mean deviation of its speaker plus a rest; the covariances
    /// of both are taken over speakers. Numbers are rounded to five digits.
    pub fn compute(vowels: &Vowels) -> Self {
        let (features, speakers) = (vowels.features(), vowels.speakers.len() as f64);
        let average = |tokens: &[usize]| -> Vec<f64> {
            (0..features).map(|f| tokens.iter().map(|t| vowels.token(*t)[f]).sum::<f64>() / tokens.len() as f64).collect()
        };
        let of = |belongs: &dyn Fn(usize) -> bool| (0..vowels.labels.len()).filter(|t| belongs(*t)).collect::<Vec<_>>();
        let means: Vec<Vec<f64>> = (0..vowels.vowels.len()).map(|v| average(&of(&|t| vowels.labels[t] == v))).collect();
        let deviation =
            |t: usize| -> Vec<f64> { vowels.token(t).iter().zip(&means[vowels.labels[t]]).map(|(x, m)| x - m).collect() };
        let effects: Vec<Vec<f64>> = (0..vowels.speakers.len())
            .map(|s| {
                let mine = of(&|t| vowels.speaker_of[t] == s);
                let sum = mine.iter().map(|t| deviation(*t)).fold(vec![0.0; features], |mut a, d| {
                    a.iter_mut().zip(d).for_each(|(a, d)| *a += d);
                    a
                });
                sum.iter().map(|v| v / mine.len() as f64).collect()
            })
            .collect();
        let covariance = |rows: &[Vec<f64>]| -> Vec<f64> {
            (0..features * features)
                .map(|at| round(rows.iter().map(|r| r[at / features] * r[at % features]).sum::<f64>() / (speakers - 1.0)))
                .collect()
        };
        let vowel = |v: usize| {
            let rest = |t: &usize| deviation(*t).iter().zip(&effects[vowels.speaker_of[*t]]).map(|(d, e)| d - e).collect();
            let rows: Vec<Vec<f64>> = of(&|t| vowels.labels[t] == v).iter().map(rest).collect();
            OneVowel {
                name: vowels.vowels[v].clone(),
                mean: means[v].iter().map(|m| round(*m)).collect(),
                covariance: covariance(&rows),
            }
        };
        Self {
            formants: vowels.formant_names.clone(),
            speaker_covariance: covariance(&effects),
            vowel: (0..vowels.vowels.len()).map(vowel).collect(),
        }
    }
}

/// Five significant digits.
fn round(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let scale = 10f64.powi(4 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}
