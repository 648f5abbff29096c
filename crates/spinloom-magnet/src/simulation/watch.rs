//! Who is told how far a simulation is, and when a run pauses.

use super::flow::Flow;
use super::{Observer, Progress};
use crate::film::dynamics::RightHandSide;
use crate::film::{Film, Real, VectorField};
use crate::quantity;
use spinloom_core::run::CancelToken;
use std::time::{Duration, Instant};

/// Time between two reports.
const PAUSE: Duration = Duration::from_millis(200);

/// Reports now and then.
pub(super) struct Tick<'a> {
    pub observer: &'a mut dyn Observer,
    pub stage: usize,
    pub stages: usize,
    /// When a run begins and ends, s.
    pub span: Option<(f64, f64)>,
    /// How much of the stage is done, where it is no run.
    pub fraction: f64,
    last: Instant,
}

impl<'a> Tick<'a> {
    pub(super) fn new(observer: &'a mut dyn Observer, stages: usize) -> Self {
        Self { observer, stage: 0, stages, span: None, fraction: 0.0, last: Instant::now() }
    }

    /// Reports, if the last report is long ago.
    pub(super) fn perhaps<T: Real>(&mut self, m: &VectorField<T>, time: f64, steps: u64) {
        if self.last.elapsed() < PAUSE {
            return;
        }
        self.last = Instant::now();
        let fraction = self.span.map_or(self.fraction, |(begin, end)| (time - begin) / (end - begin));
        let average = quantity::average(m).unwrap_or([0.0; 3]);
        let fraction = (self.stage as f64 + fraction.clamp(0.0, 1.0)) / self.stages as f64;
        self.observer.progress(&Progress { stage: self.stage + 1, stages: self.stages, fraction, time, average, steps });
    }
}

/// A film that reports while it moves, and whose solver pauses where a checkpoint is due or the caller asks to stop.
pub(super) struct Watched<'a, 'o, T: Real> {
    pub film: &'a mut Film<T>,
    /// The current between contacts, which follows.
    pub flow: &'a mut Option<Flow<T>>,
    pub tick: &'a mut Tick<'o>,
    pub pause: &'a CancelToken,
    pub stop: &'a CancelToken,
    pub due: Instant,
    pub steps: u64,
}

impl<T: Real> RightHandSide<T> for Watched<'_, '_, T> {
    fn velocity(&mut self, m: &VectorField<T>, time: f64, velocity: &mut VectorField<T>) -> f64 {
        self.tick.perhaps(m, time, self.steps);
        if self.flow.as_mut().is_some_and(|flow| !flow.follow(m)) {
            // No number ends the run; what it was is told by the flow.
            velocity.components_mut().into_iter().for_each(|component| component.fill(T::nan()));
            return f64::NAN;
        }
        self.film.velocity(m, time, velocity)
    }

    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.steps = step;
        <Film<T> as RightHandSide<T>>::begin_step(self.film, step, time_step);
        if self.stop.is_cancelled() || Instant::now() >= self.due {
            self.pause.cancel();
        }
    }

    fn is_stochastic(&self) -> bool {
        <Film<T> as RightHandSide<T>>::is_stochastic(self.film)
    }
}
