//! What a film does, and what is written of it.

use crate::film::dynamics::Method;
use spinloom_core::parameters::Bound;

spinloom_core::choices! {
    /// What a stage does.
    pub enum StageKind {
        /// Lets time pass.
        Run = "run",
        /// Follows the damping to rest; time stands still.
        Relax = "relax",
        /// Looks for a minimum of the energy; time stands still.
        Minimize = "minimize",
        /// Minimises at one field after the other.
        Hysteresis = "hysteresis",
    }
}

spinloom_core::choices! {
    /// How steps in time are taken.
    pub enum Integrator {
        /// Order 4, steps chosen by the error.
        RungeKutta = "runge-kutta",
        /// Order 5, steps chosen by the error.
        DormandPrince = "dormand-prince",
        /// Order 3, steps chosen by the error.
        BogackiShampine = "bogacki-shampine",
        /// Order 2, with fixed steps; the one for a thermal field.
        Heun = "heun",
    }
}

impl Integrator {
    /// The method.
    pub fn method(self) -> Method {
        match self {
            Self::DormandPrince => Method::DormandPrince,
            Self::BogackiShampine => Method::BogackiShampine,
            Self::RungeKutta => Method::RungeKutta4,
            Self::Heun => Method::Heun,
        }
    }
}

spinloom_core::parameters! {
    /// A stage.
    pub struct StageSection {
        /// What it does.
        pub kind: StageKind = StageKind::Run, "", Bound::ANY;
        /// A uniform field in this stage, besides the others.
        pub field: [f64; 3] = [0.0; 3], "T", Bound::ANY;
        /// How long a run is.
        pub duration: f64 = 1e-9, "s", Bound::POSITIVE;
        /// How a run takes its steps.
        pub integrator: Integrator = Integrator::RungeKutta, "", Bound::ANY;
        /// Largest error of m in a step, where it chooses the steps.
        pub error: f64 = 1e-5, "", Bound::POSITIVE;
        /// The step, where it is fixed; fixed steps for any integrator if not 0.
        pub time_step: f64 = 0.0, "s", Bound::NON_NEGATIVE;
        /// Relaxation and minimisation end where the largest |m x B| is below this.
        pub torque: f64 = 1e-9, "T", Bound::NON_NEGATIVE;
        /// Minimisation ends where m moves by less than this in each of ten steps.
        pub moved: f64 = 1e-6, "", Bound::NON_NEGATIVE;
        /// More steps of minimisation are an error.
        pub most_steps: usize = 1_000_000, "", Bound::at_least(1.0);
        /// Direction of the fields of a hysteresis loop.
        pub direction: [f64; 3] = [1.0, 0.0, 0.0], "", Bound::ANY;
        /// Fields of a hysteresis loop between which it goes in steps.
        pub values: Vec<f64> = vec![], "T", Bound::ANY;
        /// The step of the field; only the values themselves if 0.
        pub field_step: f64 = 0.0, "T", Bound::NON_NEGATIVE;
        /// Whether the magnetization is saved at its end (of a loop: at every field).
        pub save: bool = false, "", Bound::ANY;
    }
}

spinloom_core::choices! {
    /// An axis.
    pub enum AxisName {
        /// x.
        X = "x",
        /// y.
        Y = "y",
        /// z.
        Z = "z",
    }
}

spinloom_core::parameters! {
    /// What is written.
    pub struct OutputSection {
        /// Time between rows of the table in a run; only its beginning and end if 0.
        pub table_interval: f64 = 0.0, "s", Bound::NON_NEGATIVE;
        /// What a row holds, beside the time.
        pub columns: Vec<String> = vec!["average".into(), "field".into(), "energies".into(), "torque".into()], "", Bound::ANY;
        /// Time between saved magnetizations in a run; none if 0.
        pub save_interval: f64 = 0.0, "s", Bound::NON_NEGATIVE;
        /// Files of a saved magnetization: `ovf`, `vtk`, `png`.
        pub formats: Vec<String> = vec!["ovf".into()], "", Bound::ANY;
        /// Layer, from 0, of which charge, skyrmions, walls, vortices and pictures are taken.
        pub layer: usize = 0, "", Bound::NON_NEGATIVE;
        /// Axis along which walls are looked for.
        pub wall_axis: AxisName = AxisName::X, "", Bound::ANY;
        /// Component of m that reverses in them.
        pub wall_component: AxisName = AxisName::Z, "", Bound::ANY;
        /// Seconds of work between checkpoints.
        pub checkpoint_interval: f64 = 10.0, "s", Bound::NON_NEGATIVE;
        /// Pixels a cell in pictures.
        pub pixels: usize = 2, "", Bound::between(1.0, 64.0);
    }
}
