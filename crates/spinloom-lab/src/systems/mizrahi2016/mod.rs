//! Phase locking of a superparamagnetic junction controlled by electrical noise (Mizrahi et al. 2016), and two junctions in series.
//!
//! A. Mizrahi, N. Locatelli, R. Lebrun, V. Cros, A. Fukushima, H. Kubota, S. Yuasa, D. Querlioz and J. Grollier, "Controlling the phase locking of
//! stochastic magnetic bits for ultra-low power computation", Sci. Rep. 6, 30535 (2016), doi:10.1038/srep30535. A junction too stable to follow a weak square
//! voltage follows it with some noise on that voltage, and no longer with more. A. Mizrahi, N. Locatelli, J. Grollier and D. Querlioz, "Synchronization of
//! electrically coupled stochastic magnetic oscillators induced by thermal and electrical noise", arXiv:1606.09211 (2016): two of them in series.

mod energy;
mod figures;
mod pair;

use super::locking::{REPLICAS, Square, plateau};
use crate::error::LabError;
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use rayon::prelude::*;
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_core::statistics::Estimate;
use spinloom_device::junction::Junction;
use spinloom_device::telegraph::{ElectricalNoise, SquareDrive, Telegraph};

static CARD: Card = Card {
    name: "mizrahi2016",
    title: "Electrical noise makes a junction follow a weak drive, and stops it again",
    paper: "A. Mizrahi et al., Controlling the phase locking of stochastic magnetic bits for ultra-low power computation, Sci. Rep. 6, 30535 (2016)",
    doi: "10.1038/srep30535",
    device: "a superparamagnetic tunnel junction under a square voltage with electrical noise; two in series",
    task: "phase locking",
    measures: "cycles per period over noise, amplitude and barrier, simulated and by law; two junctions in series under thermal and electrical noise; energy to lock",
    claims: include_str!("../../../../../claims/mizrahi2016.toml"),
    data: &[],
};

spinloom_core::parameters! {
    /// Two junctions in series.
    pub struct PairParameters {
        /// Barrier of the first junction over the thermal energy at 300 K.
        pub first: f64 = 20.0, "", Bound::between(1.0, 200.0);
        /// Barrier of the second junction.
        pub second: f64 = 24.0, "", Bound::between(1.0, 200.0);
        /// Amplitude over both.
        pub amplitude: f64 = 0.126, "V", Bound::POSITIVE;
        /// Temperatures between which thermal noise is varied.
        pub temperatures: Vec<f64> = vec![200.0, 600.0], "K", Bound::POSITIVE;
        /// Largest standard deviation of the noise of the source.
        pub noise: f64 = 0.15, "V", Bound::POSITIVE;
        /// Periods simulated for each point.
        pub periods: usize = 20, "", Bound::between(2.0, 1e6);
    }
}

spinloom_core::parameters! {
    /// The junction whose locking is to be cheap.
    pub struct CheapParameters {
        /// Its material and size. The default is a disk of 20 nm whose anisotropy leaves a barrier of 6 kT.
        pub junction: Junction = Junction { diameter: 20e-9, anisotropy_field: 0.122, ..Junction::default() }, "", Bound::ANY;
        /// Attempt time.
        pub attempt_time: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Largest departure from one cycle a period that counts as locked.
        pub tolerance: f64 = 0.05, "", Bound::between(1e-4, 0.5);
        /// Periods whose energy is told.
        pub periods: f64 = 10.0, "", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of the locking by electrical noise.
    pub struct Mizrahi2016 {
        /// The junction; barrier and critical voltage are a choice of ours.
        pub junction: Telegraph = Telegraph { barrier: 22.0, critical_voltage: 0.252, ..Telegraph::default() }, "", Bound::ANY;
        /// Amplitude of the square voltage.
        pub amplitude: f64 = 63e-3, "V", Bound::POSITIVE;
        /// Frequency of the square voltage.
        pub frequency: f64 = 50.0, "Hz", Bound::POSITIVE;
        /// Time for which the source holds each value of the noise.
        pub hold: f64 = 5e-7, "s", Bound::POSITIVE;
        /// Standard deviations of the noise at which it is simulated.
        pub noises: Vec<f64> = vec![0.0, 0.01, 0.018, 0.024, 0.03, 0.034, 0.038, 0.042, 0.046, 0.05, 0.055], "V", Bound::NON_NEGATIVE;
        /// Standard deviation of the noise at the working point.
        pub working_noise: f64 = 0.03, "V", Bound::NON_NEGATIVE;
        /// Periods simulated for each point.
        pub periods: usize = 20, "", Bound::between(2.0, 1e6);
        /// Two junctions in series.
        pub pair: PairParameters = PairParameters::default(), "", Bound::ANY;
        /// The junction whose locking is to be cheap.
        pub cheap: CheapParameters = CheapParameters::default(), "", Bound::ANY;
    }
}

/// Simulated and exact at one noise.
pub struct Point {
    pub noise: f64,
    pub found: Estimate,
    pub law: f64,
    pub periods: usize,
}

impl Point {
    /// How far the simulation is off, in standard errors; where hardly a period goes wrong, in those of Poisson's law.
    fn deviation(&self) -> f64 {
        let all = (self.periods * REPLICAS) as f64;
        let rare = ((self.law - 1.0).abs().max(1.0 / all) / all).sqrt();
        (self.found.mean - self.law).abs() / self.found.standard_error.max(rare)
    }
}

impl System for Mizrahi2016 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let points = outcome.timed("cycles over noise", |_| self.points(run))?;
        run.progress("locking", 1, 4)?;
        self.record(&points, &mut outcome);
        outcome.figures.push(figures::curve(self, &points));
        outcome.timed("maps", |o| o.figures.push(figures::maps(self, run.quick())));
        run.progress("locking", 2, 4)?;
        outcome.timed("pair", |o| pair::study(self, run, o))?;
        run.progress("locking", 3, 4)?;
        outcome.timed("energy", |o| energy::study(self, run, o));
        run.progress("locking", 4, 4)?;
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "Of the paper, the abstract and the caption of its first figure could be checked: 63 mV at 50 Hz, white Gaussian noise, and a total energy below 1e-13 J. Barrier, \
             critical voltage, attempt time and hold of the noise are ours, and so is every number of the pair.",
        );
        Ok(outcome)
    }
}

impl Mizrahi2016 {
    fn drive(&self) -> Square {
        Square { amplitude: self.amplitude, frequency: self.frequency }
    }

    /// Noise of this standard deviation, V.
    fn noise(&self, deviation: f64) -> ElectricalNoise {
        ElectricalNoise { deviation, hold: self.hold }
    }

    /// Cycles per period with noise whose hold is as it is.
    fn law(&self, deviation: f64) -> f64 {
        self.drive().noisy_law(&self.junction, &self.noise(deviation))
    }

    /// Cycles per period by mean rates, as if each value were held for no time.
    fn mean_law(&self, deviation: f64) -> f64 {
        let rates = [self.amplitude, -self.amplitude].map(|v| self.junction.averaged_rates(v, 0.0, deviation));
        SquareDrive::new(rates, self.frequency).cycles_per_period
    }

    fn points(&self, run: &Run) -> Result<Vec<Point>, LabError> {
        let periods = if run.quick() { self.periods.min(3) } else { self.periods };
        // Two threads share a point: the heaviest work is the same for all.
        self.noises
            .par_iter()
            .enumerate()
            .map(|(index, deviation)| {
                let at = ("cycles over noise", index);
                let found = self.drive().simulate_noisy(&self.junction, &self.noise(*deviation), periods, run, at)?;
                Ok(Point { noise: *deviation, found, law: self.law(*deviation), periods })
            })
            .collect()
    }

    fn record(&self, points: &[Point], outcome: &mut Outcome) {
        outcome.measure("curves.worst_deviation", "", points.iter().map(Point::deviation).fold(0.0, f64::max));
        let top = self.noises.iter().copied().fold(0.0, f64::max);
        outcome.measure("noise.cycles_without", "", self.law(0.0));
        outcome.measure("noise.cycles_at_working_point", "", self.law(self.working_noise));
        outcome.measure("noise.cycles_with_most", "", self.law(top));
        for (name, tolerance) in [("5_percent", 0.05), ("half_percent", 0.005)] {
            let width = plateau((0.0, top.max(1e-6)), tolerance, 1200, |noise| self.law(noise));
            outcome.measure(&format!("noise.plateau_{name}"), "V", width);
        }
        let apart = (self.mean_law(self.working_noise) / self.law(self.working_noise) - 1.0).abs();
        outcome.measure("noise.mean_rates_off_at_working_point", "", apart);
        let column = |of: &dyn Fn(&Point) -> f64| points.iter().map(of).collect();
        outcome.tables.push(
            Table::new("cycles", "Cycles of the junction in a period of the drive over the noise")
                .numbers("noise", "V", column(&|p| p.noise))
                .numbers("cycles per period", "", column(&|p| p.found.mean))
                .numbers("standard error", "", column(&|p| p.found.standard_error))
                .numbers("law", "", column(&|p| p.law))
                .numbers("law of mean rates", "", column(&|p| self.mean_law(p.noise))),
        );
    }
}
