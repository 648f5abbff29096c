//! Maximum likelihood for a few parameters of a device, by Fisher scoring.
//!
//! With observations y_k of means that a device predicts through eta_k (a logit, the logarithm of a rate, or the value itself), the score s_k =
//! d ln L / d eta_k, its variance w_k and the Jacobian J of eta, a step solves (J^T W J + lambda D) d = J^T s, D the diagonal of J^T W J. The inverse of J^T W
//! J at the end is the covariance. P. McCullagh and J. A. Nelder, Generalized Linear Models (1989), section 2.5; damping after D. W. Marquardt, J. Soc. Ind.
//! Appl. Math. 11, 431 (1963), doi:10.1137/0111030.
//!
//! Parameters that are bound to be positive are fitted as logarithms, so that no interval reaches 0.

use crate::{DeviceError, softplus};
use faer::{Mat, Side};
use rayon::prelude::*;
use spinloom_core::parameters::{Parameters, Value};
use spinloom_core::statistics::{chi_square_tail, confidence_factor};

/// What was observed, and what a model has to predict for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Observation {
    /// So many successes of independent trials; predicted is the logit of the probability.
    Binomial {
        /// Successes.
        successes: f64,
        /// Trials.
        trials: f64,
    },
    /// So many events while they could occur at a steady rate; predicted is the logarithm of the rate (1/s).
    Events {
        /// Events.
        count: f64,
        /// Time, s.
        time: f64,
    },
    /// A value with a normal error; predicted is the value.
    Normal {
        /// The value.
        value: f64,
        /// Its standard deviation.
        deviation: f64,
    },
}

/// x ln(x / y), 0 for x = 0.
fn x_log_ratio(x: f64, y: f64) -> f64 {
    if x > 0.0 { x * (x / y).ln() } else { 0.0 }
}

impl Observation {
    /// Twice the log-likelihood that is missing to that of a perfect prediction.
    pub fn deviance(self, eta: f64) -> f64 {
        match self {
            Self::Binomial { successes, trials } => {
                let best = x_log_ratio(successes, trials) + x_log_ratio(trials - successes, trials);
                2.0 * (best + successes * softplus(-eta) + (trials - successes) * softplus(eta))
            }
            Self::Events { count, time } => {
                let mean = time * eta.exp();
                2.0 * (x_log_ratio(count, mean) - count + mean)
            }
            Self::Normal { value, deviation } => ((value - eta) / deviation).powi(2),
        }
    }

    /// Score and its variance.
    fn score(self, eta: f64) -> (f64, f64) {
        match self {
            Self::Binomial { successes, trials } => {
                let p = 1.0 / (1.0 + (-eta).exp());
                (successes - trials * p, trials * p * (1.0 - p))
            }
            Self::Events { count, time } => {
                let mean = time * eta.exp();
                (count - mean, mean)
            }
            Self::Normal { value, deviation } => ((value - eta) / (deviation * deviation), 1.0 / (deviation * deviation)),
        }
    }

    /// The observation less its prediction in standard deviations, with the sign of the difference and the size of its deviance.
    pub fn residual(self, eta: f64) -> f64 {
        self.deviance(eta).max(0.0).sqrt().copysign(self.score(eta).0)
    }

    /// Whether the model could be wrong about it at all: nothing can be predicted wrongly of no trials or no time.
    fn informs(self) -> bool {
        match self {
            Self::Binomial { trials, .. } => trials > 0.0,
            Self::Events { time, .. } => time > 0.0,
            Self::Normal { .. } => true,
        }
    }
}

/// A parameter as the data have it.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedParameter {
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: &'static str,
    /// Most likely value.
    pub value: f64,
    /// Ends of the confidence interval.
    pub interval: [f64; 2],
    /// Standard error; of a positive parameter that of its logarithm times its value.
    pub standard_error: f64,
}

impl FittedParameter {
    /// A value with an interval of `factor` standard errors to either side.
    ///
    /// ```
    /// use spinloom_device::calibrate::FittedParameter;
    /// let even = FittedParameter::even("parallel_resistance", "Ohm", 1000.0, 5.0, 2.0);
    /// assert_eq!(even.interval, [990.0, 1010.0]);
    /// ```
    pub fn even(name: &str, unit: &'static str, value: f64, standard_error: f64, factor: f64) -> Self {
        let interval = [value - factor * standard_error, value + factor * standard_error];
        Self { name: name.to_owned(), unit, value, interval, standard_error }
    }

    /// The same for a positive value, by its logarithm.
    ///
    /// ```
    /// use spinloom_device::calibrate::FittedParameter;
    /// let positive = FittedParameter::positive("thermal_stability", "", 60.0, 30.0, 2.0);
    /// assert!((positive.interval[0] * positive.interval[1] - 3600.0).abs() < 1e-9 && positive.interval[0] > 0.0);
    /// ```
    pub fn positive(name: &str, unit: &'static str, value: f64, standard_error: f64, factor: f64) -> Self {
        let reach = (factor * standard_error / value).exp();
        Self { name: name.to_owned(), unit, value, interval: [value / reach, value * reach], standard_error }
    }
}

/// A device fitted to observations.
#[derive(Debug, Clone)]
pub struct Fit<P> {
    /// The device with its most likely parameters.
    pub device: P,
    /// Those that were free.
    pub parameters: Vec<FittedParameter>,
    /// Correlations of their errors, row by row.
    pub correlations: Vec<f64>,
    /// Deviance; of normal errors chi-square.
    pub deviance: f64,
    /// Observations less free parameters.
    pub degrees: f64,
    /// Probability of a larger deviance by chance where the model holds; of little meaning for counts of a few.
    pub p_value: f64,
    /// Prediction for every observation.
    pub predictions: Vec<f64>,
    /// Deviance residual of every observation.
    pub residuals: Vec<f64>,
}

/// How to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitOptions {
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Whether the deviations of normal errors are known; else they are taken as of one size, which the scatter tells, and intervals follow Student's law.
    pub known_deviations: bool,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { confidence: 0.95, known_deviations: true }
    }
}

/// Steps before a fit is given up.
const STEPS: usize = 200;
/// Deviance that is worth no further step.
const NOTHING: f64 = 1e-7;
/// Deviance that rounding in a model may hide, a tenth of a standard error.
const ROUNDING: f64 = 1e-2;
/// Step of a parameter for differences, in its logarithm or relative to its size.
const DIFFERENCE: f64 = 1e-3;
/// Eigenvalue of the scaled information below which a combination of parameters is not determined.
const SINGULAR: f64 = 1e-9;

/// Standard error of a logarithm beyond which a parameter is not told.
const WIDEST: f64 = 3.0;

/// A free parameter on the scale it is fitted on.
struct Free {
    name: String,
    unit: &'static str,
    logarithmic: bool,
    size: f64,
}

impl Free {
    fn value(&self, x: f64) -> f64 {
        if self.logarithmic { x.exp() } else { x * self.size }
    }
}

/// The problem as the steps see it.
struct Problem<'a, P, F> {
    start: &'a P,
    free: Vec<Free>,
    observations: &'a [Observation],
    predict: F,
}

impl<P, F> Problem<'_, P, F>
where
    P: Parameters + Clone + Sync + Send,
    F: Fn(&P) -> Result<Vec<f64>, DeviceError> + Sync,
{
    fn device(&self, x: &[f64]) -> Result<P, DeviceError> {
        let mut device = self.start.clone();
        for (free, x) in self.free.iter().zip(x) {
            device.set(&free.name, &Value::Number(free.value(*x)))?;
        }
        Ok(device)
    }

    fn predictions(&self, x: &[f64]) -> Result<Vec<f64>, DeviceError> {
        let predictions = (self.predict)(&self.device(x)?)?;
        crate::same_length("predictions", self.observations.len(), predictions.len())?;
        Ok(predictions)
    }

    /// Infinite where the model does not hold: a step there is taken back.
    fn deviance(&self, predictions: &[f64]) -> f64 {
        let sum: f64 = self.observations.iter().zip(predictions).map(|(o, eta)| o.deviance(*eta)).sum();
        if sum.is_finite() { sum } else { f64::INFINITY }
    }

    /// The error that the most likely parameters lie beyond what the model allows; none where each can take a step the better way.
    fn edge(&self, x: &[f64], gradient: &[f64]) -> Option<DeviceError> {
        let allowed = |k: usize| {
            let mut x = x.to_vec();
            x[k] += DIFFERENCE.copysign(gradient[k]);
            self.predictions(&x).is_ok_and(|p| self.deviance(&p).is_finite())
        };
        let stopped: Vec<&str> = (0..x.len()).filter(|k| !allowed(*k)).map(|k| self.free[k].name.as_str()).collect();
        (!stopped.is_empty()).then(|| DeviceError::FitAtEdge(stopped.join(" and ")))
    }

    /// Score and information.
    fn slope(&self, x: &[f64], predictions: &[f64]) -> Result<(Vec<f64>, Mat<f64>), DeviceError> {
        let n = x.len();
        let column = |j: usize| {
            let shifted = |by: f64| {
                let mut x = x.to_vec();
                x[j] += by;
                self.predictions(&x)
            };
            // At the edge of what the model allows, the other side has to do.
            let (moved, width) = match shifted(DIFFERENCE) {
                Ok(moved) => (moved, DIFFERENCE),
                Err(_) => (shifted(-DIFFERENCE)?, -DIFFERENCE),
            };
            Ok(moved.iter().zip(predictions).map(|(m, p)| (m - p) / width).collect())
        };
        let columns: Vec<Vec<f64>> = (0..n).into_par_iter().map(column).collect::<Result<_, DeviceError>>()?;
        let scores: Vec<(f64, f64)> = self.observations.iter().zip(predictions).map(|(o, eta)| o.score(*eta)).collect();
        let gradient = columns.iter().map(|c| c.iter().zip(&scores).map(|(j, s)| j * s.0).sum()).collect();
        let information = Mat::from_fn(n, n, |a, b| {
            scores.iter().zip(columns[a].iter().zip(&columns[b])).map(|(s, (ja, jb))| s.1 * ja * jb).sum()
        });
        Ok((gradient, information))
    }
}

/// The information scaled to a unit diagonal, by eigenvalues.
struct Spectrum {
    values: Vec<f64>,
    vectors: Mat<f64>,
    scale: Vec<f64>,
}

impl Spectrum {
    fn new(information: &Mat<f64>) -> Option<Self> {
        let n = information.nrows();
        let scale: Vec<f64> = (0..n).map(|k| information[(k, k)].max(0.0).sqrt()).collect();
        if scale.iter().any(|s| !s.is_finite()) {
            return None;
        }
        let safe = |k: usize| if scale[k] > 0.0 { scale[k] } else { 1.0 };
        let scaled = Mat::from_fn(n, n, |a, b| information[(a, b)] / (safe(a) * safe(b)));
        let decomposed = scaled.self_adjoint_eigen(Side::Lower).ok()?;
        let values = (0..n).map(|k| decomposed.S()[k]).collect();
        Some(Self { values, vectors: decomposed.U().to_owned(), scale: (0..n).map(safe).collect() })
    }

    /// (information + lambda diagonal)^-1 times a vector.
    fn solve(&self, vector: &[f64], lambda: f64) -> Vec<f64> {
        let n = vector.len();
        let along = |k: usize| -> f64 {
            let dot: f64 = (0..n).map(|a| self.vectors[(a, k)] * vector[a] / self.scale[a]).sum();
            dot / (self.values[k].max(0.0) + lambda).max(1e-14)
        };
        let parts: Vec<f64> = (0..n).map(along).collect();
        (0..n).map(|a| (0..n).map(|k| self.vectors[(a, k)] * parts[k]).sum::<f64>() / self.scale[a]).collect()
    }

    fn covariance(&self, a: usize, b: usize) -> f64 {
        let sum: f64 =
            (0..self.values.len()).map(|k| self.vectors[(a, k)] * self.vectors[(b, k)] / self.values[k].max(1e-300)).sum();
        sum / (self.scale[a] * self.scale[b])
    }

    /// Parameters that make up a direction the data say nothing of.
    fn undetermined(&self) -> Option<Vec<usize>> {
        let k = (0..self.values.len()).min_by(|a, b| self.values[*a].total_cmp(&self.values[*b]))?;
        (self.values[k] < SINGULAR)
            .then(|| (0..self.values.len()).filter(|a| self.vectors[(*a, k)].abs() > 0.3).collect::<Vec<_>>())
    }
}

/// The device, of those that differ from `start` in the parameters that are named, under which the observations are most likely.
///
/// ```
/// use spinloom_device::calibrate::{FitOptions, Observation, fit};
/// use spinloom_device::telegraph::Telegraph;
/// // 1000 dwells in 0.2 s: the barrier for an attempt time of 1 ns is ln(0.2 s / 1000 / 1 ns).
/// let seen = [Observation::Events { count: 1000.0, time: 0.2 }];
/// let start = Telegraph { barrier: 10.0, ..Telegraph::default() };
/// let fitted = fit(&start, &["barrier"], &seen, |d| Ok(vec![d.rates(0.0, 0.0).leave_parallel.ln()]), FitOptions::default())?;
/// assert!((fitted.device.barrier - 200e3f64.ln()).abs() < 1e-6);
/// let [low, high] = fitted.parameters[0].interval;
/// assert!(((high - low) / 2.0 - 1.96 / 1000f64.sqrt()).abs() < 1e-3);
/// # Ok::<(), spinloom_device::DeviceError>(())
/// ```
///
/// # Errors
/// [`DeviceError::Parameter`] for a name that is none; [`DeviceError::Fit`] without observations or with fewer than free parameters, where the data leave a
/// parameter open, and where no end is found; [`DeviceError::FitAtEdge`] where the model ends before the best of it; whatever `predict` says at the start.
pub fn fit<P, F>(
    start: &P,
    free: &[&str],
    observations: &[Observation],
    predict: F,
    options: FitOptions,
) -> Result<Fit<P>, DeviceError>
where
    P: Parameters + Clone + Sync + Send,
    F: Fn(&P) -> Result<Vec<f64>, DeviceError> + Sync,
{
    let mut x = Vec::with_capacity(free.len());
    let known = start.parameters();
    let mut all = Vec::with_capacity(free.len());
    for name in free {
        // Setting it to what it is tells whether there is such a number.
        let parameter = known.iter().find(|p| p.name == *name);
        let Some((parameter, Value::Number(value))) = parameter.map(|p| (p, p.value.clone())) else {
            start.clone().set(name, &Value::Number(1.0))?;
            return Err(DeviceError::Fit(format!("`{name}` is no number that could be fitted")));
        };
        let logarithmic = parameter.bound.low >= 0.0 && value > 0.0;
        let size = if value == 0.0 { 1.0 } else { value.abs() };
        x.push(if logarithmic { value.ln() } else { value / size });
        all.push(Free { name: (*name).to_owned(), unit: parameter.unit, logarithmic, size });
    }
    let informative = observations.iter().filter(|o| o.informs()).count();
    if free.is_empty() || informative < free.len() {
        let names = free.join(", ");
        return Err(DeviceError::Fit(format!(
            "{informative} observations do not tell {} parameters ({names}): measure at more conditions, or hold some of them",
            free.len()
        )));
    }
    let problem = Problem { start, free: all, observations, predict };
    let predictions = problem.predictions(&x)?;
    let (x, predictions) = scoring(&problem, x, predictions)?;
    summarize(&problem, &x, predictions, informative, options)
}

/// Steps until nothing improves.
fn scoring<P, F>(
    problem: &Problem<'_, P, F>,
    mut x: Vec<f64>,
    mut predictions: Vec<f64>,
) -> Result<(Vec<f64>, Vec<f64>), DeviceError>
where
    P: Parameters + Clone + Sync + Send,
    F: Fn(&P) -> Result<Vec<f64>, DeviceError> + Sync,
{
    let mut deviance = problem.deviance(&predictions);
    let mut lambda = 1e-3;
    for _ in 0..STEPS {
        let (gradient, information) = problem.slope(&x, &predictions)?;
        let Some(spectrum) = Spectrum::new(&information) else { break };
        // What a full step would gain in deviance, by the straight model: far below the 1 of a standard error.
        let gain: f64 = spectrum.solve(&gradient, 0.0).iter().zip(&gradient).map(|(d, g)| d * g).sum();
        if gain < NOTHING {
            return Ok((x, predictions));
        }
        loop {
            let step = spectrum.solve(&gradient, lambda);
            let tried: Vec<f64> = x.iter().zip(&step).map(|(x, d)| x + d.clamp(-1.0, 1.0)).collect();
            let found = problem.predictions(&tried).ok().map(|p| (problem.deviance(&p), p));
            match found {
                Some((better, p)) if better < deviance => {
                    (x, predictions, deviance) = (tried, p, better);
                    lambda = (lambda * 0.1).max(1e-12);
                    break;
                }
                _ => lambda *= 10.0,
            }
            if lambda > 1e12 {
                // No step is better: by rounding, or since the model ends here and more was to be gained beyond.
                let end = if gain < ROUNDING { None } else { problem.edge(&x, &gradient) };
                return end.map_or(Ok((x, predictions)), Err);
            }
        }
    }
    Err(DeviceError::Fit(format!(
        "no end after {STEPS} steps (deviance {deviance:.6}): begin nearer, or hold a parameter that the data hardly tell"
    )))
}

fn summarize<P, F>(
    problem: &Problem<'_, P, F>,
    x: &[f64],
    predictions: Vec<f64>,
    informative: usize,
    options: FitOptions,
) -> Result<Fit<P>, DeviceError>
where
    P: Parameters + Clone + Sync + Send,
    F: Fn(&P) -> Result<Vec<f64>, DeviceError> + Sync,
{
    let (_, information) = problem.slope(x, &predictions)?;
    let n = x.len();
    let open = |which: &[usize]| {
        let names: Vec<&str> = which.iter().map(|k| problem.free[*k].name.as_str()).collect();
        DeviceError::Fit(format!(
            "the data leave {} open: hold one of them at a value known otherwise, or measure where they act differently",
            names.join(" and ")
        ))
    };
    let spectrum = Spectrum::new(&information).ok_or_else(|| open(&(0..n).collect::<Vec<_>>()))?;
    if let Some(which) = spectrum.undetermined() {
        return Err(open(&which));
    }
    let deviance = problem.deviance(&predictions);
    let degrees = (informative - n) as f64;
    let spread = if options.known_deviations { 1.0 } else { (deviance / degrees).sqrt() };
    let factor = confidence_factor(options.confidence, if options.known_deviations { f64::INFINITY } else { degrees });
    // An interval over hundreds of times the value on either side tells nothing.
    let told = |k: usize| !problem.free[k].logarithmic || spectrum.covariance(k, k).sqrt() * spread < WIDEST;
    if let Some(k) = (0..n).find(|k| !told(*k)) {
        return Err(open(&[k]));
    }
    let parameters = problem.free.iter().enumerate().map(|(k, free)| {
        let error = spectrum.covariance(k, k).sqrt() * spread;
        FittedParameter {
            name: free.name.clone(),
            unit: free.unit,
            value: free.value(x[k]),
            interval: [-1.0, 1.0].map(|side| free.value(x[k] + side * factor * error)),
            standard_error: error * if free.logarithmic { free.value(x[k]) } else { free.size },
        }
    });
    let correlation =
        |a: usize, b: usize| spectrum.covariance(a, b) / (spectrum.covariance(a, a) * spectrum.covariance(b, b)).sqrt();
    Ok(Fit {
        device: problem.device(x)?,
        parameters: parameters.collect(),
        correlations: (0..n * n).map(|k| correlation(k / n, k % n)).collect(),
        residuals: problem.observations.iter().zip(&predictions).map(|(o, eta)| o.residual(*eta) / spread).collect(),
        p_value: if options.known_deviations && degrees > 0.0 { chi_square_tail(degrees, deviance) } else { f64::NAN },
        deviance,
        degrees,
        predictions,
    })
}

impl<P> Fit<P> {
    /// The fitted parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&FittedParameter> {
        self.parameters.iter().find(|p| p.name == name)
    }
}
