//! One step after the other.

use super::kernels::{self, Weights};
use super::tableau::Tableau;
use super::{DynamicsError, Method, RightHandSide};
use crate::MagnetError;
use crate::film::{Real, VectorField};
use spinloom_core::constants::GYROMAGNETIC_RATIO;
use spinloom_core::run::CancelToken;

/// A new step is at most so much longer than the one before, and after a rejection at least so much of it.
const GROWTH: (f64, f64) = (0.2, 3.0);
/// A new step is so much of what would just meet the error.
const SAFETY: f64 = 0.9;
/// Powers of what the error of a step, and of the step before, would have the next one be, over it. The second keeps steps that only
/// stability holds short from running over its edge and back: K. Gustafsson, M. Lundh and G. Söderlind, BIT 28, 270 (1988),
/// doi:10.1007/BF01934091.
const POWERS: (f64, f64) = (0.7, 0.4);
/// An error so much smaller than the one allowed counts as no smaller.
const NEGLIGIBLE: f64 = 1e-4;
/// The first step where no torque tells how long it may be, s.
const FIRST: f64 = 1e-13;

/// How long steps are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Steps {
    /// All the same, but the last one before a time that is to be met.
    Fixed {
        /// The step, s.
        time_step: f64,
        /// The largest turn gamma |m x B| dt of any cell, rad, beyond which a step is refused.
        largest_turn: f64,
    },
    /// As long as the estimated error allows.
    Adaptive {
        /// Largest length of the error of m in any cell and step.
        error: f64,
        /// The smallest step, s: the need for a smaller one is an error.
        smallest: f64,
        /// The largest step, s: drives that begin from rest are not leapt over.
        largest: f64,
    },
}

impl Steps {
    /// Steps of this length (s), which turn m by no more than 1 rad. Accurate ones turn it by far less: some 0.05 rad with Heun's
    /// method and 0.2 rad with the classical one.
    pub fn fixed(time_step: f64) -> Self {
        Self::Fixed { time_step, largest_turn: 1.0 }
    }

    /// Steps of this error, between 1e-20 s and 10 ps.
    pub fn adaptive(error: f64) -> Self {
        Self::Adaptive { error, smallest: 1e-20, largest: 1e-11 }
    }

    fn check(self, method: Method) -> Result<(), DynamicsError> {
        let positive = |what, value: f64| MagnetError::unless(value > 0.0, what, value, "greater than 0");
        match self {
            Self::Fixed { time_step, largest_turn } => {
                positive("the time step (s)", time_step)?;
                positive("the largest turn in a step (rad)", largest_turn)?;
            }
            Self::Adaptive { error, smallest, largest } => {
                positive("the largest error of a step", error)?;
                positive("the smallest step (s)", smallest)?;
                MagnetError::unless(largest >= smallest, "the largest step (s)", largest, "no smaller than the smallest step")?;
                let order = f64::from(method.order());
                MagnetError::unless(method.is_adaptive(), "the order of a method that chooses its steps", order, "3 or more")?;
            }
        }
        Ok(())
    }
}

/// What a solver has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Steps taken.
    pub steps: u64,
    /// Steps tried and taken back.
    pub rejected: u64,
    /// Evaluations of the velocity.
    pub evaluations: u64,
}

/// An explicit Runge-Kutta integrator with its buffers; the [module](super) says what it integrates.
///
/// ```
/// use spinloom_core::constants::GYROMAGNETIC_RATIO;
/// use spinloom_magnet::film::VectorField;
/// use spinloom_magnet::film::dynamics::{Method, Solver, Steps};
/// // A spin in 1 T along z turns once in 2 pi / gamma.
/// let mut turn = |m: &VectorField<f64>, _time: f64, v: &mut VectorField<f64>| {
///     (v.x[0], v.y[0], v.z[0]) = (-GYROMAGNETIC_RATIO * m.y[0], GYROMAGNETIC_RATIO * m.x[0], 0.0);
///     1.0
/// };
/// let mut m = VectorField::uniform(1, [1.0, 0.0, 0.0]);
/// let mut solver = Solver::new(1, Method::DormandPrince, Steps::adaptive(1e-8))?;
/// solver.advance_to(&mut turn, &mut m, std::f64::consts::TAU / GYROMAGNETIC_RATIO)?;
/// assert!(m.y[0].abs() < 1e-6 && (m.x[0] - 1.0).abs() < 1e-12);
/// # Ok::<(), spinloom_magnet::film::dynamics::DynamicsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Solver<T> {
    method: Method,
    steps: Steps,
    cancel: CancelToken,
    pub(super) time: f64,
    /// The step that would be tried next, s; 0 before the first one is chosen.
    pub(super) time_step: f64,
    pub(super) counts: Counts,
    torque: f64,
    turn: f64,
    pub(super) last_error: f64,
    /// Whether k[0] is the derivative at the present m and time.
    pub(super) fresh: bool,
    pub(super) k: Vec<VectorField<T>>,
    trial: VectorField<T>,
}

impl<T: Real> Solver<T> {
    /// A solver for so many cells, at time zero.
    ///
    /// # Errors
    /// [`DynamicsError::Magnet`] for a step or an error that is not positive, and for steps to be chosen by a method that cannot.
    pub fn new(cells: usize, method: Method, steps: Steps) -> Result<Self, DynamicsError> {
        steps.check(method)?;
        let tableau = method.tableau();
        // The error is gathered in the buffer of a derivative that is not needed any more, or in one of its own.
        let buffers = tableau.b.len().max(if method.is_adaptive() { partial_of(tableau) + 1 } else { 0 });
        Ok(Self {
            method,
            steps,
            cancel: CancelToken::default(),
            time: 0.0,
            time_step: 0.0,
            counts: Counts::default(),
            torque: 0.0,
            turn: 0.0,
            last_error: 0.0,
            fresh: false,
            k: vec![VectorField::zeros(cells); buffers],
            trial: VectorField::zeros(cells),
        })
    }

    /// The same solver, stopped by `token` between steps.
    #[must_use]
    pub fn with_cancel(mut self, token: CancelToken) -> Self {
        self.cancel = token;
        self
    }

    /// How steps are taken.
    pub fn method(&self) -> Method {
        self.method
    }

    /// How long steps are.
    pub fn steps(&self) -> Steps {
        self.steps
    }

    /// Changes how long steps are.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn set_steps(&mut self, steps: Steps) -> Result<(), DynamicsError> {
        steps.check(self.method)?;
        self.steps = steps;
        Ok(())
    }

    /// The time, s.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Sets the time, s.
    pub fn set_time(&mut self, time: f64) {
        self.time = time;
        self.fresh = false;
    }

    /// The step that would be tried next, s.
    pub fn time_step(&self) -> f64 {
        match self.steps {
            Steps::Fixed { time_step, .. } => time_step,
            Steps::Adaptive { .. } => self.time_step,
        }
    }

    /// What has been done so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Largest |m x B| of all cells when the velocity was last evaluated at the beginning or end of a step, T.
    pub fn torque(&self) -> f64 {
        self.torque
    }

    /// The largest turn gamma |m x B| dt that m has made in a step, rad.
    pub fn largest_turn(&self) -> f64 {
        self.turn
    }

    /// Estimated error of m in the last step whose length was chosen by it, the largest of any cell.
    pub fn last_error(&self) -> f64 {
        self.last_error
    }

    /// What is wrong with fixed steps that are allowed, but too long to be accurate: a sentence for a person.
    pub fn warning(&self) -> Option<String> {
        let accurate = if self.method == Method::Heun { 0.05 } else { 0.2 };
        let fixed = matches!(self.steps, Steps::Fixed { .. });
        (fixed && self.turn > accurate).then(|| {
            format!(
                "m turned by up to {:.3} rad in a step of {:e} s; {} is accurate to some {accurate} rad",
                self.turn,
                self.time_step(),
                self.method.name()
            )
        })
    }

    /// Takes one step, no further than to `until`.
    pub(super) fn step(
        &mut self,
        system: &mut impl RightHandSide<T>,
        m: &mut VectorField<T>,
        until: f64,
    ) -> Result<(), DynamicsError> {
        self.cancel.check()?;
        let cells = self.trial.len();
        MagnetError::unless(m.len() == cells, "the number of cells", m.len() as f64, "that of the solver")?;
        match self.steps {
            Steps::Fixed { time_step, largest_turn } => self.fixed_step(system, m, until, time_step, largest_turn),
            Steps::Adaptive { error, smallest, largest } => {
                if system.is_stochastic() {
                    return Err(DynamicsError::Noise("steps chosen by the error"));
                }
                self.adaptive_step(system, m, until, [error, smallest, largest])
            }
        }
    }

    fn fixed_step(
        &mut self,
        system: &mut impl RightHandSide<T>,
        m: &mut VectorField<T>,
        until: f64,
        time_step: f64,
        limit: f64,
    ) -> Result<(), DynamicsError> {
        if system.is_stochastic() && self.method != Method::Heun {
            return Err(DynamicsError::Noise(self.method.name()));
        }
        let (dt, end) = clip(self.time, time_step, until);
        system.begin_step(self.counts.steps, dt);
        self.begin(system, m);
        let turn = GYROMAGNETIC_RATIO * self.torque * dt;
        if turn > limit {
            let (field, time, longest) = (self.torque, self.time, limit / (GYROMAGNETIC_RATIO * self.torque));
            return Err(DynamicsError::StepTooLong { time_step: dt, field, time, turn, limit, longest });
        }
        self.turn = self.turn.max(turn);
        self.attempt(system, m, dt)?;
        if self.method.is_adaptive() {
            // The derivative at the end begins the next step here too.
            self.last_derivative(system, end);
        }
        self.accept(m, end, self.method.is_adaptive());
        Ok(())
    }

    fn adaptive_step(
        &mut self,
        system: &mut impl RightHandSide<T>,
        m: &mut VectorField<T>,
        until: f64,
        [allowed, smallest, largest]: [f64; 3],
    ) -> Result<(), DynamicsError> {
        self.begin(system, m);
        let power = 1.0 / f64::from(self.method.order());
        if self.time_step == 0.0 {
            let turn = GYROMAGNETIC_RATIO * self.torque;
            self.time_step = if turn > 0.0 { 0.1 * allowed.powf(power) / turn } else { FIRST };
        }
        let mut rejected = false;
        loop {
            let wanted = self.time_step.clamp(smallest, largest);
            let (dt, end) = clip(self.time, wanted, until);
            system.begin_step(self.counts.steps, dt);
            self.attempt(system, m, dt)?;
            let torque = self.last_derivative(system, end);
            let error = self.error(dt)?;
            let before = if rejected { 0.0 } else { self.last_error };
            let factor = next_step(error / allowed, before / allowed, power);
            if error <= allowed {
                let next = dt * if rejected { factor.min(1.0) } else { factor };
                // A step cut short to meet a time says nothing against the longer one.
                if dt < wanted {
                    self.time_step = wanted.max(next);
                } else {
                    (self.time_step, self.last_error) = (next, error);
                }
                self.torque = torque;
                self.accept(m, end, true);
                return Ok(());
            }
            self.counts.rejected += 1;
            rejected = true;
            if dt <= smallest {
                let step = self.counts.steps;
                let partial = &self.k[partial_of(self.method.tableau())];
                let cell =
                    (0..partial.len()).max_by(|&a, &b| partial.x[a].double().total_cmp(&partial.x[b].double())).unwrap_or(0);
                return Err(DynamicsError::StepTooSmall { step, time: self.time, time_step: dt, smallest, cell, error });
            }
            self.time_step = (dt * factor.min(0.9)).max(smallest);
        }
    }

    /// Makes the derivative at the beginning of a step, unless it is there already.
    fn begin(&mut self, system: &mut impl RightHandSide<T>, m: &VectorField<T>) {
        if !self.fresh {
            self.torque = system.velocity(m, self.time, &mut self.k[0]);
            self.counts.evaluations += 1;
            self.fresh = true;
        }
    }

    /// Makes the stages and, in `trial`, the m at the end of a step.
    fn attempt(&mut self, system: &mut impl RightHandSide<T>, m: &VectorField<T>, dt: f64) -> Result<(), DynamicsError> {
        let tableau = self.method.tableau();
        for (i, (row, c)) in tableau.a.iter().zip(tableau.c).enumerate() {
            kernels::stage(m, &Weights::new(row, dt), &self.k, &mut self.trial);
            system.velocity(&self.trial, self.time + c * dt, &mut self.k[i + 1]);
            self.counts.evaluations += 1;
        }
        let weights = Weights::new(tableau.b, dt);
        let finite = if let Steps::Adaptive { .. } = self.steps {
            let at = partial_of(tableau);
            let mut partial = std::mem::take(&mut self.k[at]);
            let finite = kernels::finish(m, &weights, &self.k, Some((tableau.e, dt)), &mut self.trial, &mut partial);
            self.k[at] = partial;
            finite
        } else {
            kernels::finish(m, &weights, &self.k, None, &mut self.trial, &mut VectorField::default())
        };
        if finite { Ok(()) } else { Err(self.not_finite(&self.trial)) }
    }

    /// Makes the derivative at the end of a step.
    fn last_derivative(&mut self, system: &mut impl RightHandSide<T>, end: f64) -> f64 {
        let at = last_of(self.method.tableau());
        self.counts.evaluations += 1;
        system.velocity(&self.trial, end, &mut self.k[at])
    }

    /// The largest error of a step.
    fn error(&mut self, dt: f64) -> Result<f64, DynamicsError> {
        let tableau = self.method.tableau();
        let weight = T::of(tableau.e[tableau.e.len() - 1] * dt);
        let (at, last) = (partial_of(tableau), last_of(tableau));
        let mut partial = std::mem::take(&mut self.k[at]);
        let (square, finite) = kernels::error(&self.k[last], weight, &mut partial);
        self.k[at] = partial;
        if finite { Ok(square.double().sqrt()) } else { Err(self.not_finite(&self.k[last])) }
    }

    fn accept(&mut self, m: &mut VectorField<T>, end: f64, has_last: bool) {
        std::mem::swap(m, &mut self.trial);
        self.time = end;
        self.counts.steps += 1;
        self.fresh = has_last;
        if has_last {
            self.k.swap(0, last_of(self.method.tableau()));
        }
    }

    fn not_finite(&self, at: &VectorField<T>) -> DynamicsError {
        let cell = kernels::first_not_finite(at).unwrap_or(0);
        DynamicsError::NotFinite { cell, time: self.time, step: self.counts.steps }
    }
}

/// The next step over the last one, by the error of that over the one allowed and the same of the step before it, if there is one that
/// counts.
fn next_step(error: f64, before: f64, power: f64) -> f64 {
    if error == 0.0 {
        return GROWTH.1;
    }
    // What would just meet the error.
    let fitting = |error: f64| SAFETY * error.powf(-power);
    let factor = if before > 0.0 {
        fitting(error).powf(POWERS.0) / fitting(before.max(NEGLIGIBLE)).powf(POWERS.1)
    } else {
        fitting(error)
    };
    factor.clamp(GROWTH.0, GROWTH.1)
}

/// The buffer in which the error is gathered: that of a derivative without a share in it, or one more.
fn partial_of(tableau: &Tableau) -> usize {
    (1..tableau.b.len()).find(|&j| tableau.b[j] == 0.0).unwrap_or(tableau.b.len())
}

/// The buffer of the derivative at the end of a step: that of one which is in the sums by then.
fn last_of(tableau: &Tableau) -> usize {
    if partial_of(tableau) == 1 { 2 } else { 1 }
}

/// A step from `time` and its end: cut where it would pass `until`, and stretched by a rounding error where a sliver would be left.
fn clip(time: f64, dt: f64, until: f64) -> (f64, f64) {
    let left = until - time;
    if left <= dt * (1.0 + 1e-9) { (left, until) } else { (dt, time + dt) }
}
