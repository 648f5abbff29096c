//! From formants to two microwave frequencies: a linear map that carries every vowel into the synchronisation region assigned to it.
//!
//! Each vowel is assigned one pattern: one oscillator locked to source A and another locked to source B, or only one of the
//! two while the other source lies outside the band of the network. The map f = W x + b of the standardised formants x is
//! fitted on training speakers only, so that the vowel's tokens fall inside the rectangle of its pattern: the squared distance to
//! that rectangle, shrunk by a margin, is minimised with a ridge penalty. The regions themselves are measured on the simulated
//! synchronisation map, never assumed.

use crate::error::LabError;
use spinloom_core::random::Stream;
use spinloom_network::readout::Gram;
use spinloom_task::vowels::Vowels;

/// Where a source frequency has to lie for a pattern: at an oscillator, or outside the band on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Below every locking region.
    Below,
    /// In the locking region of this oscillator.
    At(usize),
    /// Above every locking region.
    Above,
}

impl Place {
    /// The oscillator that is locked, if any.
    pub fn oscillator(self) -> Option<usize> {
        match self {
            Self::At(i) => Some(i),
            _ => None,
        }
    }
}

/// The pattern assigned to a vowel: where source A and source B lie.
pub type Pattern = [Place; 2];

/// Locking interval (Hz) of each oscillator with a single source, in increasing order.
#[derive(Debug, Clone)]
pub struct Regions {
    intervals: Vec<(f64, f64)>,
    spacing: f64,
}

impl Regions {
    /// From the measured intervals; where neighbours overlap, the overlap belongs to neither, since both lock there.
    pub fn new(measured: &[(f64, f64)], spacing: f64) -> Self {
        let n = measured.len();
        let intervals = (0..n)
            .map(|i| {
                let low = if i > 0 { measured[i].0.max(measured[i - 1].1) } else { measured[i].0 };
                let high = if i + 1 < n { measured[i].1.min(measured[i + 1].0) } else { measured[i].1 };
                (low, high.max(low))
            })
            .collect();
        Self { intervals, spacing }
    }

    /// Centre that a least-squares fit aims at, Hz.
    fn centre(&self, place: Place) -> f64 {
        let (low, high) = self.interval(place);
        match place {
            Place::Below => high - self.spacing / 2.0,
            Place::Above => low + self.spacing / 2.0,
            Place::At(_) => f64::midpoint(low, high),
        }
    }

    /// Interval of frequencies of a place, Hz; open to one side outside the band.
    pub fn interval(&self, place: Place) -> (f64, f64) {
        let last = self.intervals.len() - 1;
        match place {
            Place::Below => (f64::NEG_INFINITY, self.intervals[0].0),
            Place::At(i) => self.intervals[i],
            Place::Above => (self.intervals[last].1, f64::INFINITY),
        }
    }

    /// Every pattern that the network can show unambiguously: two different oscillators, or one with the other source outside.
    fn patterns(&self) -> Vec<Pattern> {
        let places: Vec<Place> = std::iter::once(Place::Below)
            .chain((0..self.intervals.len()).map(Place::At))
            .chain(std::iter::once(Place::Above))
            .collect();
        let all = places.iter().flat_map(|a| places.iter().map(move |b| [*a, *b]));
        all.filter(|[a, b]| match (a.oscillator(), b.oscillator()) {
            (Some(i), Some(j)) => i != j,
            (None, None) => false,
            _ => true,
        })
        .collect()
    }
}

/// Which oscillators a pattern locks; two patterns that lock the same ones look alike to the detector.
fn visible(p: Pattern) -> [Option<usize>; 2] {
    p.map(Place::oscillator)
}

/// The fitted map and the patterns of the vowels.
#[derive(Debug, Clone)]
pub struct Encoding {
    mean: Vec<f64>,
    scale: Vec<f64>,
    /// Weights (Hz per standard deviation), row-major features x 2.
    weights: Vec<f64>,
    bias: [f64; 2],
    /// The pattern of each vowel.
    pub patterns: Vec<Pattern>,
}

/// How an encoding is fitted.
#[derive(Debug, Clone, Copy)]
pub struct EncodingOptions {
    /// Ridge penalty per token, in units of the squared oscillator spacing.
    pub ridge: f64,
    /// How far inside its rectangle a token should lie, in units of the oscillator spacing.
    pub margin: f64,
    /// Random restarts of the search for an assignment.
    pub restarts: usize,
}

const REFINEMENTS: usize = 60;
const FINALISTS: usize = 3;

impl Encoding {
    /// Fits the map to the training tokens: a search over assignments by their least-squares residual, then refinement of the best few.
    pub fn fit(
        vowels: &Vowels,
        tokens: &[usize],
        regions: &Regions,
        options: &EncodingOptions,
        stream: &mut Stream,
    ) -> Result<Self, LabError> {
        let features = vowels.features();
        let (mean, scale) = standardisation(vowels, tokens);
        let rows: Vec<f64> = tokens.iter().flat_map(|t| standardise(vowels.token(*t), &mean, &scale)).collect();
        let labels: Vec<usize> = tokens.iter().map(|t| vowels.labels[*t]).collect();
        let problem = Problem { rows, labels, features, classes: vowels.vowels.len(), regions, options };
        let mut finalists: Vec<(f64, Vec<Pattern>)> = Vec::new();
        let residual = problem.residual_form()?;
        for _ in 0..options.restarts {
            let found = problem.assign(&residual, stream);
            if !finalists.iter().any(|f| f.1 == found.1) {
                finalists.push(found);
            }
        }
        finalists.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<(f64, Vec<f64>, Vec<Pattern>)> = None;
        for (_, patterns) in finalists.into_iter().take(FINALISTS) {
            let (loss, weights) = problem.refine(&patterns)?;
            if best.as_ref().is_none_or(|b| loss < b.0) {
                best = Some((loss, weights, patterns));
            }
        }
        let Some((_, solution, patterns)) = best else {
            return Err(LabError::Inconsistent("an encoding needs at least one restart".to_owned()));
        };
        let bias = [solution[features * 2], solution[features * 2 + 1]];
        Ok(Self { mean, scale, weights: solution[..features * 2].to_vec(), bias, patterns })
    }

    /// The frequencies of sources A and B for one token, Hz.
    pub fn frequencies(&self, formants: &[f64]) -> (f64, f64) {
        let x = standardise(formants, &self.mean, &self.scale);
        let dot = |k: usize| self.bias[k] + x.iter().enumerate().map(|(i, v)| v * self.weights[2 * i + k]).sum::<f64>();
        (dot(0), dot(1))
    }

    /// Number of fitted coefficients.
    pub fn parameters(&self) -> usize {
        self.weights.len() + 2
    }
}

/// Mean and standard deviation of every feature over the training tokens.
fn standardisation(vowels: &Vowels, tokens: &[usize]) -> (Vec<f64>, Vec<f64>) {
    (0..vowels.features())
        .map(|f| {
            let column: Vec<f64> = tokens.iter().map(|t| vowels.token(*t)[f]).collect();
            let deviation = spinloom_core::statistics::variance(&column).sqrt();
            (spinloom_core::statistics::mean(&column), if deviation > 0.0 { deviation } else { 1.0 })
        })
        .unzip()
}

fn standardise(formants: &[f64], mean: &[f64], scale: &[f64]) -> Vec<f64> {
    formants.iter().zip(mean).zip(scale).map(|((x, m), s)| (x - m) / s).collect()
}

struct Problem<'a> {
    rows: Vec<f64>,
    labels: Vec<usize>,
    features: usize,
    classes: usize,
    regions: &'a Regions,
    options: &'a EncodingOptions,
}

impl Problem<'_> {
    fn penalty(&self) -> f64 {
        self.options.ridge * self.labels.len() as f64
    }

    /// The matrix R (classes x classes) with which an assignment to centres t (one a class) leaves the ridge residual t^T R t.
    fn residual_form(&self) -> Result<Vec<f64>, LabError> {
        let k = self.classes;
        let mut one_hot = vec![0.0; self.labels.len() * k];
        for (row, label) in self.labels.iter().enumerate() {
            one_hot[row * k + label] = 1.0;
        }
        let mut gram = Gram::new(self.features, k);
        gram.add(&self.rows, &one_hot)?;
        let predicted = gram.ridge(self.penalty())?.predict(&self.rows);
        let mut residual = vec![0.0; k * k];
        for (row, label) in self.labels.iter().enumerate() {
            residual[label * k + label] += 1.0;
            for other in 0..k {
                residual[label * k + other] -= predicted[row * k + other];
            }
        }
        Ok(residual)
    }

    /// One descent from a random assignment by single changes and swaps.
    fn assign(&self, residual: &[f64], stream: &mut Stream) -> (f64, Vec<Pattern>) {
        let all = self.regions.patterns();
        let cost = |patterns: &[Pattern]| -> f64 {
            (0..2)
                .map(|axis| {
                    let t: Vec<f64> = patterns.iter().map(|p| self.regions.centre(p[axis]) / self.regions.spacing).collect();
                    // The constant of all centres is taken up by the bias, so only differences from it count.
                    let offset = t[0];
                    let pair = |(i, a): (usize, &f64)| {
                        let row = &residual[i * t.len()..(i + 1) * t.len()];
                        (a - offset) * row.iter().zip(&t).map(|(r, b)| r * (b - offset)).sum::<f64>()
                    };
                    t.iter().enumerate().map(pair).sum::<f64>()
                })
                .sum()
        };
        let distinct = |patterns: &[Pattern]| {
            patterns.iter().enumerate().all(|(i, p)| patterns[..i].iter().all(|q| visible(*q) != visible(*p)))
        };
        let mut order: Vec<Pattern> = all.clone();
        let mut current = loop {
            stream.shuffle(&mut order);
            if distinct(&order[..self.classes]) {
                break order[..self.classes].to_vec();
            }
        };
        let mut best = cost(&current);
        let mut improved = true;
        while improved {
            improved = false;
            for class in 0..self.classes {
                for pattern in &all {
                    let mut next = current.clone();
                    if let Some(other) = current.iter().position(|p| p == pattern) {
                        next.swap(class, other);
                    } else {
                        next[class] = *pattern;
                    }
                    if !distinct(&next) {
                        continue;
                    }
                    let value = cost(&next);
                    if value < best - 1e-9 {
                        (best, current, improved) = (value, next, true);
                    }
                }
            }
        }
        (best, current)
    }

    /// Majorise-minimise: every token is pulled to the nearest point of its shrunken rectangle, the map refitted, and again.
    fn refine(&self, patterns: &[Pattern]) -> Result<(f64, Vec<f64>), LabError> {
        let spacing = self.regions.spacing;
        let shrunk = |place: Place| {
            let (low, high) = self.regions.interval(place);
            let inner = self.options.margin * spacing;
            if low + inner > high - inner {
                (f64::midpoint(low, high), f64::midpoint(low, high))
            } else {
                (low + inner, high - inner)
            }
        };
        let boxes: Vec<[(f64, f64); 2]> = patterns.iter().map(|p| p.map(shrunk)).collect();
        // Frequencies relative to the middle of the band, in spacings, so that the penalty means the same for every network.
        let origin = f64::midpoint(self.regions.intervals[0].0, self.regions.intervals[self.regions.intervals.len() - 1].1);
        let scaled = |f: f64| (f - origin) / spacing;
        let mut targets: Vec<f64> =
            self.labels.iter().flat_map(|l| patterns[*l].map(|p| scaled(self.regions.centre(p)))).collect();
        let mut loss = f64::INFINITY;
        let mut solution = Vec::new();
        for _ in 0..REFINEMENTS {
            let mut gram = Gram::new(self.features, 2);
            gram.add(&self.rows, &targets)?;
            let readout = gram.ridge(self.penalty())?;
            let predicted = readout.predict(&self.rows);
            loss = 0.0;
            for (row, label) in self.labels.iter().enumerate() {
                for axis in 0..2 {
                    let (low, high) = boxes[*label][axis];
                    let p = predicted[row * 2 + axis];
                    targets[row * 2 + axis] = p.clamp(scaled(low), scaled(high));
                    loss += (p - targets[row * 2 + axis]).powi(2);
                }
            }
            solution = readout.coefficients();
        }
        let hertz = |(i, w): (usize, f64)| w * spacing + if i >= self.features * 2 { origin } else { 0.0 };
        Ok((loss, solution.into_iter().enumerate().map(hertz).collect()))
    }
}
