//! The tables of a description: names, units, bounds and meanings of what a person can write.

use crate::film::dynamics::Method;
use spinloom_core::parameters::Bound;
use spinloom_core::variability::Distribution;

spinloom_core::parameters! {
    /// What stands outside of all tables.
    pub struct General {
        /// Seed of all random numbers.
        pub seed: usize = 1, "", Bound::NON_NEGATIVE;
        /// Numbers the film is computed with.
        pub precision: Precision = Precision::Double, "", Bound::ANY;
        /// Temperature, which makes a thermal field.
        pub temperature: f64 = 0.0, "K", Bound::NON_NEGATIVE;
        /// Whether there is a demagnetising field.
        pub demagnetization: bool = true, "", Bound::ANY;
    }
}

spinloom_core::choices! {
    /// Numbers a film is computed with.
    pub enum Precision {
        /// Of 8 bytes.
        Double = "f64",
        /// Of 4 bytes: half the memory, and faster.
        Single = "f32",
    }
}

spinloom_core::parameters! {
    /// Where the cells are.
    pub struct GridSection {
        /// Number of cells along x, y and z.
        pub cells: [usize; 3] = [0; 3], "", Bound::at_least(1.0);
        /// Size of a cell along x, y and z.
        pub cell_size: [f64; 3] = [0.0; 3], "m", Bound::POSITIVE;
        /// How often the film repeats to either side along x, y and z; 0 for open ends.
        pub repetitions: [usize; 3] = [0; 3], "", Bound::between(0.0, 1000.0);
    }
}

spinloom_core::choices! {
    /// What magnetization with a Dzyaloshinskii-Moriya interaction feels at an edge.
    pub enum Edge {
        /// The natural boundary condition.
        Ghost = "ghost",
        /// No neighbour.
        Open = "open",
    }
}

spinloom_core::parameters! {
    /// What the film, or a region of it, is made of.
    pub struct MaterialSection {
        /// Saturation magnetization; 0 for no material.
        pub saturation_magnetization: f64 = 0.0, "A/m", Bound::NON_NEGATIVE;
        /// Gilbert damping.
        pub damping: f64 = 0.01, "", Bound::NON_NEGATIVE;
        /// Exchange stiffness.
        pub exchange_stiffness: f64 = 0.0, "J/m", Bound::ANY;
        /// First constant of uniaxial anisotropy.
        pub uniaxial_anisotropy: f64 = 0.0, "J/m^3", Bound::ANY;
        /// Second constant of uniaxial anisotropy.
        pub second_uniaxial_anisotropy: f64 = 0.0, "J/m^3", Bound::ANY;
        /// Axis of uniaxial anisotropy, of any length.
        pub uniaxial_axis: [f64; 3] = [0.0, 0.0, 1.0], "", Bound::ANY;
        /// First constant of cubic anisotropy.
        pub cubic_anisotropy: f64 = 0.0, "J/m^3", Bound::ANY;
        /// Second constant of cubic anisotropy.
        pub second_cubic_anisotropy: f64 = 0.0, "J/m^3", Bound::ANY;
        /// First axis of cubic anisotropy, of any length.
        pub first_cubic_axis: [f64; 3] = [1.0, 0.0, 0.0], "", Bound::ANY;
        /// Second axis of cubic anisotropy, at right angles to the first.
        pub second_cubic_axis: [f64; 3] = [0.0, 1.0, 0.0], "", Bound::ANY;
        /// Strength of the interfacial Dzyaloshinskii-Moriya interaction.
        pub interfacial_dmi: f64 = 0.0, "J/m^2", Bound::ANY;
        /// Strength of that of the bulk.
        pub bulk_dmi: f64 = 0.0, "J/m^2", Bound::ANY;
        /// What either makes of edges; that of the film holds for all regions.
        pub dmi_edge: Edge = Edge::Ghost, "", Bound::ANY;
    }
}

spinloom_core::parameters! {
    /// Relative standard deviations of parameters from grain to grain.
    pub struct SpreadSection {
        /// Of the saturation magnetization.
        pub saturation_magnetization: f64 = 0.0, "", Bound::NON_NEGATIVE;
        /// Of the exchange stiffness.
        pub exchange_stiffness: f64 = 0.0, "", Bound::NON_NEGATIVE;
        /// Of both constants of uniaxial anisotropy.
        pub uniaxial_anisotropy: f64 = 0.0, "", Bound::NON_NEGATIVE;
        /// Of both constants of cubic anisotropy.
        pub cubic_anisotropy: f64 = 0.0, "", Bound::NON_NEGATIVE;
        /// Of the interfacial Dzyaloshinskii-Moriya interaction.
        pub interfacial_dmi: f64 = 0.0, "", Bound::NON_NEGATIVE;
        /// Of that of the bulk.
        pub bulk_dmi: f64 = 0.0, "", Bound::NON_NEGATIVE;
        /// Of the damping.
        pub damping: f64 = 0.0, "", Bound::NON_NEGATIVE;
    }
}

spinloom_core::parameters! {
    /// Grains, the Voronoi cells of random centres.
    pub struct GrainsSection {
        /// Mean size of a grain.
        pub size: f64 = 20e-9, "m", Bound::POSITIVE;
        /// Whether grains are bodies in space rather than columns through the film.
        pub in_space: bool = false, "", Bound::ANY;
        /// Seed of the grains; that of the description if 0.
        pub seed: usize = 0, "", Bound::NON_NEGATIVE;
        /// Spread of parameters from grain to grain.
        pub spread: SpreadSection = SpreadSection::default(), "", Bound::ANY;
        /// Law of the spread.
        pub distribution: Distribution = Distribution::default(), "", Bound::ANY;
        /// Standard deviation of the tilt of the uniaxial axis about two axes across it.
        pub tilt: f64 = 0.0, "rad", Bound::NON_NEGATIVE;
    }
}

spinloom_core::choices! {
    /// How the magnetization begins.
    pub enum StartKind {
        /// The same direction everywhere.
        Uniform = "uniform",
        /// A random direction in every cell.
        Random = "random",
        /// A vortex.
        Vortex = "vortex",
        /// An antivortex.
        Antivortex = "antivortex",
        /// A wall with a vortex in it.
        VortexWall = "vortex-wall",
        /// Two domains that meet at x = 0.
        TwoDomain = "two-domain",
        /// A Néel skyrmion.
        NeelSkyrmion = "neel-skyrmion",
        /// A Bloch skyrmion.
        BlochSkyrmion = "bloch-skyrmion",
        /// A helix.
        Helical = "helical",
        /// A cone.
        Conical = "conical",
        /// What an OVF file holds.
        File = "file",
    }
}

spinloom_core::parameters! {
    /// The magnetization at the beginning.
    pub struct StartSection {
        /// Which.
        pub configuration: StartKind = StartKind::Uniform, "", Bound::ANY;
        /// Direction of a uniform magnetization.
        pub direction: [f64; 3] = [1.0, 0.0, 0.0], "", Bound::ANY;
        /// Sense of a vortex: 1 against the clock, or -1.
        pub circulation: f64 = 1.0, "", Bound::between(-1.0, 1.0);
        /// Direction of a core along z: 1 or -1.
        pub polarity: f64 = 1.0, "", Bound::between(-1.0, 1.0);
        /// Charge of a skyrmion: 1 or -1.
        pub charge: f64 = 1.0, "", Bound::between(-1.0, 1.0);
        /// Direction of the domain to the left.
        pub left: [f64; 3] = [1.0, 0.0, 0.0], "", Bound::ANY;
        /// Direction in the wall.
        pub wall: [f64; 3] = [0.0, 1.0, 0.0], "", Bound::ANY;
        /// Direction of the domain to the right.
        pub right: [f64; 3] = [-1.0, 0.0, 0.0], "", Bound::ANY;
        /// Wave vector of a helix or cone.
        pub wave_vector: [f64; 3] = [0.0; 3], "rad/m", Bound::ANY;
        /// Axis of a cone.
        pub axis: [f64; 3] = [0.0, 0.0, 1.0], "", Bound::ANY;
        /// Angle of a cone with its axis.
        pub angle: f64 = 0.0, "rad", Bound::ANY;
        /// OVF file, beside the description.
        pub file: String = String::new(), "", Bound::ANY;
        /// Factors along x, y and z by which the configuration is stretched; directions stay.
        pub scale: [f64; 3] = [1.0; 3], "", Bound::ANY;
        /// Angle about z, from x to y, by which it is turned, directions with it.
        pub rotation: f64 = 0.0, "rad", Bound::ANY;
        /// By how much it is moved after that.
        pub translation: [f64; 3] = [0.0; 3], "m", Bound::ANY;
        /// Weight of random directions that are added to it.
        pub noise: f64 = 0.0, "", Bound::NON_NEGATIVE;
    }
}

spinloom_core::choices! {
    /// A course in time.
    pub enum Form {
        /// Always 1.
        Constant = "constant",
        /// A trapezoid of height 1.
        Pulse = "pulse",
        /// offset + sin(2 pi frequency t + phase).
        Sine = "sine",
        /// 1 over the first part of every period, `low` over the rest.
        Square = "square",
        /// sin(x)/x with x = 2 pi frequency (t - start): all frequencies up to the one given, alike.
        Sinc = "sinc",
        /// Normal numbers of standard deviation 1, each held for a while.
        Noise = "noise",
        /// Straight lines between points.
        Table = "table",
    }
}

spinloom_core::parameters! {
    /// A factor that changes with time.
    pub struct WaveformSection {
        /// Its form.
        pub form: Form = Form::Constant, "", Bound::ANY;
        /// Begin of a pulse, middle of a sinc.
        pub start: f64 = 0.0, "s", Bound::ANY;
        /// Time from begin to end of a pulse.
        pub duration: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Time of rise and fall of a pulse.
        pub edge: f64 = 0.0, "s", Bound::NON_NEGATIVE;
        /// Frequency.
        pub frequency: f64 = 1e9, "Hz", Bound::POSITIVE;
        /// Phase of a sine.
        pub phase: f64 = 0.0, "rad", Bound::ANY;
        /// Mean of a sine.
        pub offset: f64 = 0.0, "", Bound::ANY;
        /// Share of the first part of a square wave.
        pub duty: f64 = 0.5, "", Bound::FRACTION;
        /// Value of the rest of a square wave.
        pub low: f64 = -1.0, "", Bound::ANY;
        /// Time that a number of noise is held.
        pub hold: f64 = 1e-11, "s", Bound::POSITIVE;
        /// Times of a table, rising.
        pub times: Vec<f64> = vec![], "s", Bound::ANY;
        /// Values of a table.
        pub values: Vec<f64> = vec![], "", Bound::ANY;
    }
}

spinloom_core::parameters! {
    /// A field from outside.
    pub struct FieldSection {
        /// The field, where it acts.
        pub value: [f64; 3] = [0.0; 3], "T", Bound::ANY;
        /// An OVF file of the field in every cell (T), in place of `value`.
        pub file: String = String::new(), "", Bound::ANY;
        /// Factor in time.
        pub waveform: WaveformSection = WaveformSection::default(), "", Bound::ANY;
        /// Numbers of the stages in which it acts, from 1; all of them if none are given.
        pub stages: Vec<f64> = vec![], "", Bound::at_least(1.0);
    }
}

spinloom_core::choices! {
    /// What a current does.
    pub enum TorqueKind {
        /// Flows through the texture.
        ZhangLi = "zhang-li",
        /// Flows across layers.
        Slonczewski = "slonczewski",
        /// Flows in a heavy metal under the film.
        SpinOrbit = "spin-orbit",
    }
}

spinloom_core::choices! {
    /// How Slonczewski's torque depends on the angle.
    pub enum EfficiencyKind {
        /// Not.
        Constant = "constant",
        /// As in a tunnel junction.
        Junction = "junction",
        /// As in a metallic spin valve.
        SpinValve = "spin-valve",
    }
}

spinloom_core::parameters! {
    /// A current and its torque.
    pub struct CurrentSection {
        /// Which torque.
        pub torque: TorqueKind = TorqueKind::ZhangLi, "", Bound::ANY;
        /// Current density of positive charge, where it flows.
        pub density: [f64; 3] = [0.0; 3], "A/m^2", Bound::ANY;
        /// An OVF file of the density in every cell (A/m^2), in place of `density`.
        pub file: String = String::new(), "", Bound::ANY;
        /// Factor in time.
        pub waveform: WaveformSection = WaveformSection::default(), "", Bound::ANY;
        /// Numbers of the stages in which it flows, from 1; all of them if none are given.
        pub stages: Vec<f64> = vec![], "", Bound::at_least(1.0);
        /// Polarisation of the current.
        pub polarization: f64 = 0.5, "", Bound::between(-1.0, 1.0);
        /// Non-adiabaticity xi of Zhang and Li's torque.
        pub non_adiabaticity: f64 = 0.0, "", Bound::ANY;
        /// Whether the velocity of Zhang and Li's torque is smaller by 1 + xi^2, as in mumax3.
        pub reduced_velocity: bool = false, "", Bound::ANY;
        /// Direction of the fixed layer of Slonczewski's torque.
        pub fixed_layer: [f64; 3] = [0.0, 0.0, 1.0], "", Bound::ANY;
        /// How Slonczewski's torque depends on the angle.
        pub efficiency: EfficiencyKind = EfficiencyKind::Constant, "", Bound::ANY;
        /// Asymmetry Lambda of a spin valve.
        pub asymmetry: f64 = 1.0, "", Bound::POSITIVE;
        /// Spin Hall angle of a spin-orbit torque; its sign is that of the torque.
        pub spin_hall_angle: f64 = 0.1, "", Bound::ANY;
        /// Ratio of the field-like to the damping-like torque.
        pub field_like_ratio: f64 = 0.0, "", Bound::ANY;
        /// Thickness of the layer that takes up the spin; that of the film if 0.
        pub thickness: f64 = 0.0, "m", Bound::NON_NEGATIVE;
        /// Whether the field of the current along z acts too.
        pub oersted: bool = false, "", Bound::ANY;
    }
}

spinloom_core::choices! {
    /// Order of a coupling of layers.
    pub enum CouplingOrder {
        /// -J m.m'.
        Bilinear = "bilinear",
        /// -J (m.m')^2.
        Biquadratic = "biquadratic",
    }
}

spinloom_core::parameters! {
    /// Exchange of two layers across a spacer.
    pub struct InterlayerSection {
        /// The two layers of cells, counted from 0 at the bottom.
        pub layers: [usize; 2] = [0, 1], "", Bound::NON_NEGATIVE;
        /// Coupling; a positive one makes them parallel.
        pub coupling: f64 = 0.0, "J/m^2", Bound::ANY;
        /// Its order.
        pub order: CouplingOrder = CouplingOrder::Bilinear, "", Bound::ANY;
    }
}

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
        /// Order 5, steps chosen by the error.
        DormandPrince = "dormand-prince",
        /// Order 3, steps chosen by the error.
        BogackiShampine = "bogacki-shampine",
        /// Order 4, with fixed steps.
        RungeKutta = "runge-kutta",
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
        pub integrator: Integrator = Integrator::DormandPrince, "", Bound::ANY;
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
