//! Parameters, drives, quantities and variables of the simulation.

use super::{Class, Entry, Item, Section, Type, entry};

const fn parameter(name: &'static str, meaning: &'static str) -> Entry {
    entry(name, Item::Quantity(Class::ScalarParameter, Some(Type::NumberOfTime)), meaning)
}

const fn axis(name: &'static str, meaning: &'static str) -> Entry {
    entry(name, Item::Quantity(Class::VectorParameter, Some(Type::VectorOfTime)), meaning)
}

const fn drive(name: &'static str, meaning: &'static str) -> Entry {
    entry(name, Item::Quantity(Class::VectorDrive, Some(Type::VectorOfTime)), meaning)
}

const fn strain(name: &'static str) -> Entry {
    entry(name, Item::Quantity(Class::ScalarDrive, Some(Type::NumberOfTime)), "strain")
}

const fn of(name: &'static str, class: Class, meaning: &'static str) -> Entry {
    entry(name, Item::Quantity(class, None), meaning)
}

const fn value(name: &'static str, meaning: &'static str) -> Entry {
    of(name, Class::ScalarValue, meaning)
}

const fn field(name: &'static str, meaning: &'static str) -> Entry {
    of(name, Class::VectorField, meaning)
}

const fn density(name: &'static str, meaning: &'static str) -> Entry {
    of(name, Class::ScalarField, meaning)
}

const fn number(name: &'static str, meaning: &'static str) -> Entry {
    entry(name, Item::Variable(Type::Number), meaning)
}

const fn switch(name: &'static str, meaning: &'static str) -> Entry {
    entry(name, Item::Variable(Type::Boolean), meaning)
}

const fn choice(name: &'static str, code: i64, meaning: &'static str) -> Entry {
    entry(name, Item::Integer(code), meaning)
}

const FORCE_MICROSCOPY: &str = "there is no force microscope";
const HOPF: &str = "there is no Hopf index";
const STILL: &str = "bubbles are not followed";

pub(super) const SECTIONS: &[Section] = &[
    Section { title: "Material parameters", entries: PARAMETERS },
    Section { title: "Drives", entries: DRIVES },
    Section { title: "Quantities", entries: QUANTITIES },
    Section { title: "Quantities of textures", entries: TEXTURES },
    Section { title: "Variables", entries: VARIABLES },
    Section { title: "Choices", entries: CHOICES },
];

const PARAMETERS: &[Entry] = &[
    parameter("Msat", "saturation magnetization, A/m"),
    parameter("Aex", "exchange stiffness, J/m"),
    parameter("alpha", "Gilbert damping"),
    parameter("Ku1", "first uniaxial anisotropy constant, J/m^3"),
    parameter("Ku2", "second uniaxial anisotropy constant, J/m^3"),
    axis("anisU", "uniaxial anisotropy axis"),
    parameter("Kc1", "first cubic anisotropy constant, J/m^3"),
    parameter("Kc2", "second cubic anisotropy constant, J/m^3"),
    parameter("Kc3", "third cubic anisotropy constant, J/m^3"),
    axis("anisC1", "first cubic anisotropy axis"),
    axis("anisC2", "second cubic anisotropy axis"),
    parameter("Dind", "interfacial Dzyaloshinskii-Moriya constant, J/m^2"),
    parameter("Dbulk", "bulk Dzyaloshinskii-Moriya constant, J/m^2"),
    parameter("Pol", "polarization of the current"),
    parameter("Lambda", "Slonczewski's Lambda"),
    parameter("EpsilonPrime", "secondary (field-like) torque of Slonczewski's form"),
    parameter("FreeLayerThickness", "thickness of the free layer for the torque (m); 0: of the film"),
    parameter("xi", "non-adiabaticity of the Zhang-Li torque"),
    parameter("Temp", "temperature, K"),
    parameter("frozenspins", "1 where the magnetization cannot move"),
    parameter("NoDemagSpins", "1 where the magnetization makes no demagnetising field"),
    parameter("B1", "first magnetoelastic constant, J/m^3"),
    parameter("B2", "second magnetoelastic constant, J/m^3"),
];

const DRIVES: &[Entry] = &[
    drive("B_ext", "external flux density, T"),
    drive("J", "current density, A/m^2"),
    drive("FixedLayer", "direction of the fixed layer"),
    strain("exx"),
    strain("exy"),
    strain("exz"),
    strain("eyy"),
    strain("eyz"),
    strain("ezz"),
];

const QUANTITIES: &[Entry] = &[
    entry(
        "m",
        Item::Quantity(Class::Magnetization, Some(Type::Object(Class::Configuration))),
        "reduced magnetization, of unit length",
    ),
    field("m_full", "magnetization, A/m"),
    of("regions", Class::Regions, "number of the region of each cell"),
    of("geom", Class::Geometry, "part of each cell inside the geometry, 0 to 1"),
    field("B_eff", "effective flux density, T"),
    field("B_demag", "demagnetising flux density, T"),
    field("B_exch", "exchange flux density, DMI included, T"),
    field("B_anis", "anisotropy flux density, T"),
    field("B_therm", "thermal flux density, T"),
    field("torque", "torque divided by gamma, T"),
    field("LLtorque", "torque of the fields divided by gamma, T"),
    field("STTorque", "torque of the current divided by gamma, T"),
    value("maxTorque", "largest torque divided by gamma, T"),
    value("E_total", "energy, J"),
    value("E_exch", "exchange energy, DMI included, J"),
    value("E_demag", "demagnetising energy, J"),
    value("E_anis", "anisotropy energy, J"),
    value("E_Zeeman", "Zeeman energy, J"),
    value("E_therm", "energy in the thermal field, J"),
    density("Edens_total", "energy density, J/m^3"),
    density("Edens_exch", "exchange energy density, DMI included, J/m^3"),
    density("Edens_demag", "demagnetising energy density, J/m^3"),
    density("Edens_anis", "anisotropy energy density, J/m^3"),
    density("Edens_Zeeman", "Zeeman energy density, J/m^3"),
    density("Edens_therm", "density of the energy in the thermal field, J/m^3"),
    value("MaxAngle", "largest angle between neighbours, rad"),
    density("spinAngle", "largest angle to a neighbour, rad"),
    value("dt", "time step, s"),
    value("LastErr", "error of the last step"),
    value("PeakErr", "largest error of a step so far"),
    value("NEval", "evaluations of the torque so far"),
    field("B_rkky", "interlayer exchange flux density, T"),
    value("E_rkky", "interlayer exchange energy, J"),
    density("Edens_rkky", "interlayer exchange energy density, J/m^3"),
    field("B_rkkybiquad", "biquadratic interlayer exchange flux density, T"),
    value("E_rkkybiquad", "biquadratic interlayer exchange energy, J"),
    density("Edens_rkkybiquad", "biquadratic interlayer exchange energy density, J/m^3"),
    field("B_idmi", "interlayer DMI flux density, T"),
    value("E_idmi", "interlayer DMI energy, J"),
    density("Edens_idmi", "interlayer DMI energy density, J/m^3"),
    density("ExchCoupling", "average exchange to the neighbours").unsupported("save Aex and the regions"),
    density("DindCoupling", "average DMI to the neighbours").unsupported("save Dind and the regions"),
    field("B_custom", "field made in the script, T"),
    value("E_custom", "energy made in the script, J"),
    density("Edens_custom", "energy density made in the script, J/m^3"),
    field("B_mel", "magnetoelastic flux density, T"),
    field("F_mel", "magnetoelastic force density, N/m^3"),
    value("E_mel", "magnetoelastic energy, J"),
    density("Edens_mel", "magnetoelastic energy density, J/m^3"),
    density("MFM", "picture of a force microscope").unsupported(FORCE_MICROSCOPY),
    number("MFMLift", "height of the tip, m").unsupported(FORCE_MICROSCOPY),
    number("MFMDipole", "height of the dipole in the tip, m").unsupported(FORCE_MICROSCOPY),
];

const TEXTURES: &[Entry] = &[
    value("ext_topologicalcharge", "skyrmion number, from derivatives"),
    value("ext_topologicalchargelattice", "skyrmion number, from solid angles"),
    density("ext_topologicalchargedensity", "m.(dm/dx x dm/dy), whose integral is 4 pi times the skyrmion number, 1/m^2"),
    density("ext_topologicalchargedensitylattice", "density of the skyrmion number from solid angles, 1/m^2")
        .unsupported("use ext_topologicalchargedensity, or ext_topologicalchargelattice for the whole"),
    of("ext_corepos", Class::VectorValue, "position of the vortex core (m) and its m_z"),
    of("ext_bubblepos", Class::VectorValue, "position of the bubble, m"),
    value("ext_bubbledist", "how far the bubble has come, m").unsupported("put ext_bubblepos into the table"),
    value("ext_bubblespeed", "speed of the bubble, m/s").unsupported("put ext_bubblepos into the table"),
    number("ext_BubbleMz", "m_z inside the bubble, +1 or -1"),
    value("ext_dwpos", "how far a centred wall has come, m: the way of the window"),
    value("ext_dwxpos", "position of the wall, m"),
    value("ext_dwspeed", "speed of a centred wall between the last two shifts, m/s"),
    value("ext_dwtilt", "tilt of the wall against y, rad"),
    density("ext_phi", "azimuthal angle, rad"),
    density("ext_theta", "polar angle, rad"),
    value("ext_hopfindex_fivepointstencil", "Hopf index").unsupported(HOPF),
    value("ext_hopfindex_twopointstencil", "Hopf index").unsupported(HOPF),
    value("ext_hopfindex_solidangle", "Hopf index").unsupported(HOPF),
    value("ext_hopfindex_solidanglefourier", "Hopf index").unsupported(HOPF),
    density("ext_hopfindexdensity_fivepointstencil", "density of the Hopf index").unsupported(HOPF),
    density("ext_hopfindexdensity_twopointstencil", "density of the Hopf index").unsupported(HOPF),
    density("ext_hopfindexdensity_solidangle", "density of the Hopf index").unsupported(HOPF),
    field("ext_emergentmagneticfield_fivepointstencil", "emergent field").unsupported(HOPF),
    field("ext_emergentmagneticfield_twopointstencil", "emergent field").unsupported(HOPF),
    field("ext_emergentmagneticfield_solidangle", "emergent field").unsupported(HOPF),
];

const VARIABLES: &[Entry] = &[
    number("t", "time, s"),
    entry("step", Item::Variable(Type::Integer), "number of steps so far"),
    number("FixDt", "fixed time step (s); 0: as the error asks"),
    number("MinDt", "smallest time step, s").without_effect("steps are as small as their error asks"),
    number("MaxDt", "largest time step (s); 0: none"),
    number("MaxErr", "error allowed in a step"),
    number("Headroom", "part of the step that the error would allow which is taken").without_effect("it is 0.9"),
    number("DemagAccuracy", "accuracy of the demagnetising tensor").without_effect("the tensor is accurate to rounding"),
    switch("EnableDemag", "whether there is a demagnetising field"),
    switch("DoPrecess", "whether the magnetization precesses"),
    switch("OpenBC", "whether exchange and DMI end at the surface without their boundary condition"),
    switch("DisableZhangLiTorque", "no torque of currents in the plane"),
    switch("DisableSlonczewskiTorque", "no torque of currents through the plane"),
    entry("FixedLayerPosition", Item::Variable(Type::Integer), "FIXEDLAYER_TOP or FIXEDLAYER_BOTTOM"),
    number("GammaLL", "gyromagnetic ratio, rad/(T s)"),
    entry("EdgeSmooth", Item::Variable(Type::Integer), "samples along each axis of a cell at the edge of the geometry; 0: none"),
    number("RelaxTorqueThreshold", "torque at which Relax ends (T); less than 0: as low as it gets"),
    number("RelaxWallClockTime", "how long Relax may take on the wall, s").unsupported("set RelaxTorqueThreshold"),
    number("MinimizerStop", "change of m at which Minimize ends"),
    entry("MinimizerSamples", Item::Variable(Type::Integer), "steps in a row that have to change less")
        .without_effect("they are ten"),
    number("MinimizeWallClockTime", "how long Minimize may take on the wall, s").unsupported("set MinimizerStop"),
    entry("OutputFormat", Item::Variable(Type::Integer), "format of saved quantities"),
    entry("FilenameFormat", Item::Variable(Type::Text), "how files are numbered"),
    entry("SnapshotFormat", Item::Variable(Type::Text), "format of pictures: \"png\""),
    switch("EnableCUDAgraphs", "a way to speed a graphics card up").without_effect("there is no graphics card"),
    number("TotalShift", "how far the magnetization was shifted along x, m"),
    switch("ShiftM", "whether shifts move m"),
    switch("ShiftGeom", "whether shifts move the geometry"),
    switch("ShiftRegions", "whether shifts move the regions"),
    switch("EdgeCarryShift", "whether what enters is like the edge it enters at"),
    entry("ShiftMagL", Item::Variable(Type::Vector), "m that enters from the left"),
    entry("ShiftMagR", Item::Variable(Type::Vector), "m that enters from the right"),
    entry("ShiftMagU", Item::Variable(Type::Vector), "m that enters from above").without_effect("the window moves along x only"),
    entry("ShiftMagD", Item::Variable(Type::Vector), "m that enters from below").without_effect("the window moves along x only"),
    switch("ext_enableCenterBubbleX", "whether the bubble is centred along x").without_effect(STILL),
    switch("ext_enableCenterBubbleY", "whether the bubble is centred along y").without_effect(STILL),
    number(
        "ext_BackGroundTilt",
        "in-plane part of m up to which the background counts as along z, for the position of the bubble",
    )
    .without_effect("the bubble is where m_z has its sign"),
    switch("ext_grainCutShape", "whether grains end at the shape").without_effect("they do"),
];

const CHOICES: &[Entry] = &[
    choice("OVF1_BINARY", 1, "OVF 1, binary"),
    choice("OVF1_TEXT", 2, "OVF 1, text"),
    choice("OVF2_BINARY", 3, "OVF 2, binary"),
    choice("OVF2_TEXT", 4, "OVF 2, text"),
    choice("DUMP", 5, "the dump format of mumax").unsupported("use OVF2_BINARY"),
    choice("FIXEDLAYER_TOP", 1, "the fixed layer is above"),
    choice("FIXEDLAYER_BOTTOM", 2, "the fixed layer is below"),
];
