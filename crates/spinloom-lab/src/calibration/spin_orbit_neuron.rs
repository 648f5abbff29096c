//! `calibrate-spin-orbit-neuron`: the sigmoid of neurons that spike by chance from counts over current, or from macrospins.

use super::counts::{self, counts, probability};
use super::fitted::{self, Fitted};
use super::measurements::Known;
use super::{check_names, chosen, read_noted, sources};
use crate::error::LabError;
use crate::figure::{Axis, Figure, Mark, Panel};
use crate::outcome::{Outcome, Table};
use crate::system::{Card, System};
use spinloom_core::parameters::Bound;
use spinloom_core::run::Run;
use spinloom_device::calibrate::spin_orbit_neuron::{Writes, fit_switching, free_parameters};
use spinloom_device::calibrate::{Fit, FitOptions};
use spinloom_device::spin_orbit_neuron::{SpinOrbitNeuron, SwitchingLaw};

static CARD: Card = Card {
    name: "calibrate-spin-orbit-neuron",
    title: "A neuron that spikes by chance fitted to its switching",
    paper: "A. Sengupta et al., Magnetic tunnel junction mimics stochastic cortical spiking neurons, Sci. Rep. 6, 30039 (2016)",
    doi: "10.1038/srep30039",
    device: "a tunnel junction on a heavy metal that switches by chance",
    task: "calibration",
    measures: "middle and width of the sigmoid of the switching probability over current, thermal probability, with confidence intervals",
    claims: "",
    data: &[],
};

spinloom_core::parameters! {
    /// Macrospins in the place of an experiment.
    pub struct WrittenMacrospins {
        /// What they are.
        pub neuron: SpinOrbitNeuron = SpinOrbitNeuron::default(), "", Bound::ANY;
        /// How many see each current.
        pub trials: usize = 2000, "", Bound::between(10.0, 1e6);
        /// Currents of the writes.
        pub currents: Vec<f64> = (0..17).map(|k| f64::from(k) * 10e-6).collect(), "A", Bound::NON_NEGATIVE;
    }
}

spinloom_core::parameters! {
    /// Parameters of the calibration.
    pub struct CalibrateSpinOrbitNeuron {
        /// CSV files with writes and how many switched over current; or `macrospin`.
        pub from: Vec<String> = vec![super::MACROSPIN.to_owned()], "", Bound::ANY;
        /// What is known of the law: what is held.
        pub spin_orbit_neuron: SwitchingLaw = SwitchingLaw::default(), "", Bound::ANY;
        /// Names of the parameters to fit; without any those that the data can tell.
        pub free: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Names of parameters not to fit.
        pub hold: Vec<String> = Vec::new(), "", Bound::ANY;
        /// Confidence of the intervals.
        pub confidence: f64 = 0.95, "", Bound::between(0.5, 0.9999);
        /// What is simulated where `from` is `macrospin`.
        pub macrospin: WrittenMacrospins = WrittenMacrospins::default(), "", Bound::ANY;
    }
}

/// The columns that are known.
const KNOWN: [Known; 4] =
    [Known::number("current", "A", &["i", "write_current"]), counts::TRIALS, counts::SWITCHED, counts::PROBABILITY];

impl System for CalibrateSpinOrbitNeuron {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn run(&self, run: &mut Run) -> Result<Outcome, LabError> {
        run.check()?;
        check_names(&self.spin_orbit_neuron, [("free", &self.free), ("hold", &self.hold)])?;
        let mut outcome = Outcome::new(CARD.name, run.seed());
        let mut start = self.spin_orbit_neuron;
        let writes = outcome.timed("data", |o| self.writes(run, &mut start, o))?;
        run.check()?;
        let free = chosen(&self.free, free_parameters(&writes), &self.hold);
        if !free.contains(&"thermal") {
            outcome.note(format!(
                "The thermal probability is held at {:.2e}: without a current {} of {} writes switched.",
                start.thermal,
                at_rest(&writes, |w| w.switched),
                at_rest(&writes, |w| w.trials)
            ));
        }
        let options = FitOptions { confidence: self.confidence, known_deviations: true };
        let fit = outcome.timed("fit", |_| fit_switching(&start, &free, &writes, options))?;
        fitted::quality(&mut outcome, &fit);
        let source = fitted::source(&self.from);
        let parameters = fit.parameters.iter().collect();
        Fitted { model: "spin_orbit_neuron", source: source.clone(), confidence: self.confidence, parameters }
            .report(&mut outcome, &fit.device);
        outcome.tables.push(table(&writes, &fit));
        outcome.figures.push(figure(&writes, &fit, &source));
        outcome.data = super::files(&self.from);
        Ok(outcome)
    }
}

impl CalibrateSpinOrbitNeuron {
    /// The counts; of macrospins the thermal probability is known and goes into `start`.
    fn writes(&self, run: &Run, start: &mut SwitchingLaw, outcome: &mut Outcome) -> Result<Vec<Writes>, LabError> {
        let Some(files) = sources(&self.from)? else {
            let m = &self.macrospin;
            let trials = if run.quick() { (m.trials / 5).max(10) } else { m.trials };
            outcome.note(format!(
                "Simulated: {trials} macrospins a current, of {:.2} kT and a critical current of {:.4e} A, written for {:e} s.",
                m.neuron.thermal_stability(),
                m.neuron.critical_current(),
                m.neuron.write_time
            ));
            start.thermal = m.neuron.thermal_probability();
            let switched = m.neuron.switched(&m.currents, trials, run.stream("macrospins", 0).next())?;
            let one =
                |(current, count): (&f64, usize)| Writes { current: *current, switched: count as f64, trials: trials as f64 };
            return Ok(m.currents.iter().zip(switched).map(one).collect());
        };
        let mut writes = Vec::new();
        for file in files {
            let m = read_noted(&file, &KNOWN, outcome)?;
            let current = m.need("current")?;
            let one = |(current, (switched, trials)): (&f64, (f64, f64))| Writes { current: *current, switched, trials };
            writes.extend(current.iter().zip(counts(&m)?).map(one));
        }
        Ok(writes)
    }
}

/// A sum over the writes without a current.
fn at_rest(writes: &[Writes], of: impl Fn(&Writes) -> f64) -> f64 {
    writes.iter().filter(|w| w.current <= 0.0).map(of).sum()
}

fn table(writes: &[Writes], fit: &Fit<SwitchingLaw>) -> Table {
    Table::new("switching", "Writes, how many switched, and what is fitted; residuals in standard deviations")
        .numbers("current", "A", writes.iter().map(|w| w.current).collect())
        .numbers("trials", "", writes.iter().map(|w| w.trials).collect())
        .numbers("switched", "", writes.iter().map(|w| w.switched).collect())
        .numbers("fitted_probability", "", fit.predictions.iter().map(|p| probability(*p)).collect())
        .numbers("residual", "", fit.residuals.clone())
}

fn figure(writes: &[Writes], fit: &Fit<SwitchingLaw>, source: &str) -> Figure {
    let axis = || Axis::new("current (uA)");
    let x: Vec<f64> = writes.iter().map(|w| 1e6 * w.current).collect();
    let (least, most) = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    let fine: Vec<f64> = (0..=200).map(|k| least + (most - least) * f64::from(k) / 200.0).collect();
    let data = Panel {
        title: "switching".to_owned(),
        x: axis(),
        y: Axis::new("probability").range(-0.02, 1.02),
        marks: vec![
            Mark::Line {
                label: "fitted".to_owned(),
                y: fine.iter().map(|i| fit.device.probability(1e-6 * i)).collect(),
                x: fine,
            },
            Mark::Points {
                label: "measured".to_owned(),
                x: x.clone(),
                y: writes.iter().map(|w| w.switched / w.trials).collect(),
                error: writes.iter().map(|w| counts::error_bar(w.switched, w.trials)).collect(),
            },
        ],
    };
    let caption = format!(
        "Share of writes that switched over their current, from {source}, with the fitted sigmoid, and what is left in standard deviations."
    );
    let residuals = fitted::residual_panel(axis(), vec![("writes".to_owned(), x, fit.residuals.clone())]);
    fitted::figure("fit", "A neuron that spikes by chance fitted to its switching", caption, data, residuals)
}
