//! What a film is, and how it begins.

use spinloom_core::constants;
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
        /// Gyromagnetic ratio, that of the electron by itself; 2.211e5 m/(A s), as in many papers, is 1.75946e11.
        pub gyromagnetic_ratio: f64 = constants::GYROMAGNETIC_RATIO, "rad/(s T)", Bound::POSITIVE;
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
