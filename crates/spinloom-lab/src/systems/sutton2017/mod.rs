//! The travelling salesman by annealed p-bits (Sutton et al. 2017), and what its penalty does to it.
//!
//! B. Sutton, K. Y. Camsari, B. Behin-Aein and S. Datta, "Intrinsic optimization using stochastic nanomagnets", Sci. Rep. 7, 44370 (2017),
//! doi:10.1038/srep44370; A. Lucas, Front. Phys. 2, 5 (2014), doi:10.3389/fphy.2014.00005. City v at place j is a p-bit; a penalty A holds
//! every city at one place and every place with one city, the rest of the energy is the length of the tour, and the first city is held at
//! the first place: (N - 1)^2 p-bits.

mod figures;
mod five;
mod sixteen;
mod tsplib;
mod watch;

use crate::error::LabError;
use crate::outcome::Outcome;
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;

static CARD: Card = Card {
    name: "sutton2017",
    title: "The travelling salesman by annealed p-bits: 16 cities, and three problems of TSPLIB to the optimum",
    paper: "B. Sutton et al., Intrinsic optimization using stochastic nanomagnets, Sci. Rep. 7, 44370 (2017)",
    doi: "10.1038/srep44370",
    device: "(N - 1)^2 p-bits, updated one after another",
    task: "travelling salesman",
    measures: "exact check with five cities, validity and length of tours over penalty and sweeps, optimal tours of burma14, ulysses16, gr17",
    claims: include_str!("../../../../../claims/sutton2017.toml"),
    data: &["tsplib"],
};

spinloom_core::parameters! {
    /// Parameters of the travelling salesman.
    pub struct Sutton2017 {
        /// Cities drawn at random in a square.
        pub cities: usize = 16, "", Bound::between(5.0, 18.0);
        /// Penalty A, relative to the largest distance, when states are read as they are.
        pub penalty: f64 = 0.45, "", Bound::between(0.05, 10.0);
        /// Penalty A, relative to the largest distance, when states are read as the nearest tour.
        pub mended_penalty: f64 = 0.25, "", Bound::between(0.05, 10.0);
        /// Interaction strength I0 at the beginning of an anneal, times the largest distance.
        pub hot: f64 = 4.0, "", Bound::between(0.01, 1e3);
        /// Interaction strength I0 at the end of an anneal, times the largest distance.
        pub cold: f64 = 24.0, "", Bound::between(0.01, 1e4);
        /// Sweeps of an anneal.
        pub sweeps: usize = 20_000, "", Bound::between(100.0, 1e7);
        /// Anneals of the random cities.
        pub reads: usize = 20, "", Bound::between(1.0, 1e4);
        /// Anneals after which a problem of TSPLIB is given up.
        pub most_reads: usize = 512, "", Bound::between(1.0, 1e5);
    }
}

impl System for Sutton2017 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        if self.hot > self.cold {
            return Err(LabError::Inconsistent("an anneal wants `hot` at most `cold`: I0 rises".to_owned()));
        }
        let mut outcome = Outcome::new(CARD.name, run.seed());
        run.progress("five cities", 0, 3)?;
        outcome.timed("five cities", |o| five::study(run, o))?;
        run.progress("random cities", 1, 3)?;
        outcome.timed("random cities", |o| sixteen::study(self, run, o))?;
        run.progress("TSPLIB", 2, 3)?;
        outcome.timed("TSPLIB", |o| tsplib::study(self, run, o))?;
        run.progress("TSPLIB", 3, 3)?;
        outcome.ledger = run.ledger.clone();
        outcome.note(
            "The paper anneals nanomagnets by their stochastic dynamics; here p-bits update one after another in random order, by the heat bath that those \
             dynamics come down to.",
        );
        outcome.note(
            "A state is read after every sweep, and the best tour of an anneal counts: at the penalties that anneal well the coldest states need not be tours.",
        );
        outcome.note(
            "Mended: a state is read as the nearest tour, with cities that have no place put where they lengthen it least. Unmended figures stand beside.",
        );
        Ok(outcome)
    }
}
