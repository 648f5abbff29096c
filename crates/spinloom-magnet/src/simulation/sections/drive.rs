//! What acts on a film from outside.

use spinloom_core::parameters::Bound;

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
        /// Whether it is the current between the contacts, in place of `density`.
        pub contacts: bool = false, "", Bound::ANY;
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
