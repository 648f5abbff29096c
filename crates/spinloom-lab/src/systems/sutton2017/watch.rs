//! One anneal with an eye on every state it passes.

use super::Sutton2017;
use crate::error::LabError;
use rayon::prelude::*;
use spinloom_core::run::Run;
use spinloom_ising::chain::{Chain, Dense};
use spinloom_ising::tour::Cities;
use spinloom_ising::{Order, Rule};

/// A tour, its length and the sweep after which it was read.
#[derive(Debug, Clone)]
pub struct Read {
    pub length: f64,
    pub tour: Vec<usize>,
    pub sweep: usize,
}

/// What one anneal has shown.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The tour at the end, if the state was one.
    pub last: Option<f64>,
    /// The shortest tour among the states.
    pub best: Option<Read>,
    /// The shortest among the nearest tours of the states.
    pub mended: Read,
    /// Fraction of states that were tours.
    pub valid: f64,
    /// How often the nearest tour changed, a sweep, in the second half.
    pub mobility: f64,
}

/// How cities are annealed.
#[derive(Debug, Clone, Copy)]
pub struct Anneal {
    /// Penalty A relative to the largest distance.
    pub penalty: f64,
    /// I0 at the beginning, times the largest distance.
    pub hot: f64,
    /// I0 at the end.
    pub cold: f64,
    /// Sweeps.
    pub sweeps: usize,
}

impl Anneal {
    pub fn of(system: &Sutton2017, penalty: f64) -> Self {
        Self { penalty, hot: system.hot, cold: system.cold, sweeps: system.sweeps }
    }

    /// Independent anneals `indices` of a purpose, on all cores.
    pub fn run(
        &self,
        cities: &Cities,
        purpose: &str,
        indices: std::ops::Range<usize>,
        run: &Run,
    ) -> Result<Vec<Watched>, LabError> {
        let model = cities.model(self.penalty * cities.largest())?;
        indices
            .into_par_iter()
            .map(|index| {
                if Dense::suits(&model) {
                    self.one(cities, &Dense::new(&model), run, (purpose, index as u64))
                } else {
                    self.one(cities, &model, run, (purpose, index as u64))
                }
            })
            .collect()
    }

    fn one<E: spinloom_ising::chain::Energy>(
        &self,
        cities: &Cities,
        model: &E,
        run: &Run,
        (purpose, index): (&str, u64),
    ) -> Result<Watched, LabError> {
        let mut chain = Chain::new(model, run.stream(purpose, index), Rule::HeatBath, Order::Permuted);
        let start = cities.nearest_tour(chain.spins());
        let mut watched = Watched {
            last: None,
            best: None,
            mended: Read { length: cities.length(&start), tour: start.clone(), sweep: 0 },
            valid: 0.0,
            mobility: 0.0,
        };
        let mut before = start;
        for sweep in 0..self.sweeps {
            if sweep % 1024 == 0 {
                run.check()?;
            }
            let passed = sweep as f64 / (self.sweeps.max(2) - 1) as f64;
            chain.sweep((self.hot + (self.cold - self.hot) * passed) / cities.largest());
            let nearest = cities.nearest_tour(chain.spins());
            if nearest != before {
                let length = cities.length(&nearest);
                if length < watched.mended.length {
                    watched.mended = Read { length, tour: nearest.clone(), sweep };
                }
                watched.mobility += if 2 * sweep >= self.sweeps { 2.0 / self.sweeps as f64 } else { 0.0 };
                before = nearest;
            }
            watched.last = cities.tour(chain.spins()).map(|tour| cities.length(&tour));
            if let Some(length) = watched.last {
                watched.valid += 1.0 / self.sweeps as f64;
                if watched.best.as_ref().is_none_or(|b| length < b.length) {
                    watched.best = Some(Read { length, tour: before.clone(), sweep });
                }
            }
        }
        Ok(watched)
    }
}
