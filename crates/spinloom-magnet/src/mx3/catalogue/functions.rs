//! Functions of the simulation.

use super::{Class, Entry, Item, Section, Type, entry};
use Type::{Boolean, Integer, Number, Text, Vector};

const SHAPE: Type = Type::Object(Class::Shape);
const CONFIGURATION: Type = Type::Object(Class::Configuration);
const ARRAY: Type = Type::Object(Class::Array);
const QUANTITY: Type = Type::Object(Class::Quantity);
const SCALAR_FIELD: Type = Type::Object(Class::ScalarField);
const VECTOR_FIELD: Type = Type::Object(Class::VectorField);

const fn does(name: &'static str, takes: &'static [Type], meaning: &'static str) -> Entry {
    entry(name, Item::Function(takes, None), meaning)
}

const fn gives(name: &'static str, takes: &'static [Type], result: Type, meaning: &'static str) -> Entry {
    entry(name, Item::Function(takes, Some(result)), meaning)
}

const fn shape(name: &'static str, takes: &'static [Type], meaning: &'static str) -> Entry {
    gives(name, takes, SHAPE, meaning)
}

const fn configuration(name: &'static str, takes: &'static [Type], meaning: &'static str) -> Entry {
    gives(name, takes, CONFIGURATION, meaning)
}

const fn combination(name: &'static str, takes: &'static [Type], meaning: &'static str) -> Entry {
    gives(name, takes, QUANTITY, meaning)
}

pub(super) const SECTIONS: &[Section] = &[
    Section { title: "Grid", entries: GRID },
    Section { title: "Shapes and regions", entries: SHAPES },
    Section { title: "Initial magnetization", entries: CONFIGURATIONS },
    Section { title: "Running", entries: RUNNING },
    Section { title: "Output", entries: OUTPUT },
    Section { title: "Checks and arrays", entries: CHECKS },
    Section { title: "Extensions", entries: EXTENSIONS },
    Section { title: "Quantities made from others", entries: COMBINATIONS },
    Section { title: "Moving window", entries: WINDOW },
];

const GRID: &[Entry] = &[
    does("SetGridSize", &[Integer, Integer, Integer], "number of cells along x, y and z"),
    does("SetCellSize", &[Number, Number, Number], "size of a cell along x, y and z, m"),
    does(
        "SetMesh",
        &[Integer, Integer, Integer, Number, Number, Number, Integer, Integer, Integer],
        "cells, size of a cell (m) and repetitions along x, y and z, all in one",
    ),
    does(
        "SetPBC",
        &[Integer, Integer, Integer],
        "repetitions of the film to either side; other than 0: periodic along that axis",
    ),
    does("SetGeom", &[SHAPE], "the part of space with material"),
];

const SHAPES: &[Entry] = &[
    shape("Universe", &[], "all of space"),
    shape("Cell", &[Integer, Integer, Integer], "one cell, by its indices"),
    shape("Circle", &[Number], "circle of a diameter, m"),
    shape("Square", &[Number], "square of a side, m"),
    shape("Rect", &[Number, Number], "rectangle of two sides, m"),
    shape("Ellipse", &[Number, Number], "ellipse of two axes, m"),
    shape("Triangle", &[Number; 6], "triangle with the corners (x0, y0), (x1, y1), (x2, y2), m"),
    shape("Cuboid", &[Number, Number, Number], "cuboid of three sides, m"),
    shape("Cylinder", &[Number, Number], "cylinder along z of a diameter and a height, m"),
    shape("Cone", &[Number, Number], "cone with its base at z = 0, of a diameter and a height, m"),
    shape("Ellipsoid", &[Number, Number, Number], "ellipsoid of three axes, m"),
    shape("XRange", &[Number, Number], "x from the first (m) to below the second"),
    shape("YRange", &[Number, Number], "y from the first (m) to below the second"),
    shape("ZRange", &[Number, Number], "z from the first (m) to below the second"),
    shape("Layer", &[Integer], "one layer of cells, counted from 0 at the bottom"),
    shape("Layers", &[Integer, Integer], "layers of cells from the first to below the second"),
    shape("ImageShape", &[Text], "the dark part of a picture (PNG) stretched over the grid"),
    shape(
        "GrainRoughness",
        &[Number, Number, Number, Integer],
        "a surface of grains: grain size, least and greatest height (m), seed",
    ),
    shape(
        "Superball",
        &[Number, Number],
        "superball of a diameter d (m) and an exponent p: the sum of (2x/d)^2p over x, y and z is 1 at most",
    ),
    shape(
        "Line",
        &[Number, Number, Number, Number, Number, Number, Number, Text],
        "a line in space of a diameter, with ends of a kind",
    )
    .unsupported("use Cylinder, turned and moved"),
    shape("Line2D", &[Number, Number, Number, Number, Number, Text], "a line in the plane of a width, with ends of a kind")
        .unsupported("use Rect, turned and moved"),
    shape("VoxelShape", &[ARRAY, Number, Number, Number], "the cells of an array that are not 0")
        .unsupported("use ImageShape, or SetGeom in the Rust or Python interface"),
    does("DefRegion", &[Integer, SHAPE], "gives the cells in a shape to a region, 0 to 255"),
    does("DefRegionCell", &[Integer, Integer, Integer, Integer], "gives one cell (last three) to a region (first)"),
    does("RedefRegion", &[Integer, Integer], "gives all cells of one region to another"),
    entry("NREGION", Item::Integer(256), "number of regions there can be"),
];

const CONFIGURATIONS: &[Entry] = &[
    configuration("Uniform", &[Number, Number, Number], "the same direction everywhere"),
    configuration("Vortex", &[Integer, Integer], "a vortex of a circulation and a polarity, each +1 or -1"),
    configuration("AntiVortex", &[Integer, Integer], "an antivortex of a circulation and a polarity, each +1 or -1"),
    configuration("VortexWall", &[Number, Number, Integer, Integer], "a vortex wall: m_x left and right, circulation, polarity"),
    configuration("TwoDomain", &[Number; 9], "two domains along x and the wall between them: left, wall, right"),
    configuration("NeelSkyrmion", &[Integer, Integer], "a Neel skyrmion of a charge and a polarity, each +1 or -1"),
    configuration("BlochSkyrmion", &[Integer, Integer], "a Bloch skyrmion of a charge and a polarity, each +1 or -1"),
    configuration("Conical", &[Vector, Vector, Number], "a cone: wave vector (rad/m), axis, angle (rad)"),
    configuration("Helical", &[Vector], "a helix of a wave vector, rad/m"),
    configuration("RandomMag", &[], "a random direction in every cell"),
    configuration("RandomMagSeed", &[Integer], "a random direction in every cell, from a seed"),
    configuration("CurrentMag", &[], "the magnetization as it is now, cell by cell"),
    configuration("HopfionCompactSupport", &[Number, Number], "a hopfion of two radii, m")
        .unsupported("load one with m.LoadFile"),
];

const RUNNING: &[Entry] = &[
    does("Run", &[Number], "integrates over so much time, s"),
    does("Steps", &[Integer], "makes so many steps"),
    does("RunWhile", &[Type::LiveCondition], "integrates while a condition holds"),
    gives("Relax", &[], Boolean, "goes to a minimum of the energy without precession"),
    gives("Minimize", &[], Boolean, "goes to a minimum of the energy by steepest descent"),
    does(
        "SetSolver",
        &[Integer],
        "3 Bogacki-Shampine, 4 Runge-Kutta (for -1 too), which is the default, 5 Dormand-Prince (for 6 too); with FixDt: 2 Heun (for 1 too); without it 3 for 1 and 2",
    ),
    does("ThermSeed", &[Integer], "seed of the thermal field"),
    does("ThermReseed", &[Integer], "seed of the thermal field, started anew"),
    does("Exit", &[], "ends the script"),
    does("ClearPostSteps", &[], "no centring after a step"),
    entry("source", Item::Function(&[Text], None), "takes in another script, whose name is written out"),
    does("Flush", &[], "waits until all output is written").without_effect("output is written at once"),
];

const OUTPUT: &[Entry] = &[
    does("Save", &[QUANTITY], "writes a quantity to a file of its name and a number"),
    does("SaveAs", &[QUANTITY, Text], "writes a quantity to a file"),
    does("AutoSave", &[QUANTITY, Number], "writes a quantity every so often, s; 0: no more"),
    does("Snapshot", &[QUANTITY], "writes a picture of a quantity to a file of its name and a number"),
    does("SnapshotAs", &[QUANTITY, Text], "writes a picture of a quantity to a file"),
    does("AutoSnapshot", &[QUANTITY, Number], "writes a picture of a quantity every so often, s; 0: no more"),
    does("TableAdd", &[QUANTITY], "puts the average of a quantity into the table"),
    does("TableAddVar", &[Type::LiveNumber, Text, Text], "puts an expression into the table, with name and unit"),
    does("TableSave", &[], "writes a line of the table"),
    does("TableAutoSave", &[Number], "writes a line of the table every so often, s; 0: no more"),
    entry("TablePrint", Item::Variadic(&[], None), "writes a comment into the table"),
    entry("Print", Item::Variadic(&[], None), "prints values"),
    entry("Fprintln", Item::Variadic(&[Text], None), "appends values as a line to a file"),
    gives(
        "Crop",
        &[QUANTITY, Integer, Integer, Integer, Integer, Integer, Integer],
        QUANTITY,
        "the cells x1..x2, y1..y2, z1..z2",
    ),
    gives("CropX", &[QUANTITY, Integer, Integer], QUANTITY, "the cells x1..x2"),
    gives("CropY", &[QUANTITY, Integer, Integer], QUANTITY, "the cells y1..y2"),
    gives("CropZ", &[QUANTITY, Integer, Integer], QUANTITY, "the cells z1..z2"),
    gives("CropLayer", &[QUANTITY, Integer], QUANTITY, "one layer"),
    gives("CropRegion", &[QUANTITY, Integer], QUANTITY, "the smallest box around a region"),
];

const CHECKS: &[Entry] = &[
    does(
        "Expect",
        &[Text, Number, Number, Number],
        "stops with an error unless have (2nd) and want (3rd) differ by the tolerance at most",
    ),
    does("ExpectV", &[Text, Vector, Vector, Number], "stops with an error unless every component is within the tolerance"),
    does("ExpectB", &[Text, Boolean, Boolean], "stops with an error unless both are the same"),
    gives("Index2Coord", &[Integer, Integer, Integer], Vector, "middle of a cell, m from the middle of the grid"),
    gives("LoadFile", &[Text], ARRAY, "reads an array from a file (OVF)"),
    gives("NewSlice", &[Integer, Integer, Integer, Integer], ARRAY, "an array of zeros: components, cells along x, y, z"),
    gives("NewVectorMask", &[Integer, Integer, Integer], ARRAY, "an array of vectors, zero at first"),
    gives("NewScalarMask", &[Integer, Integer, Integer], ARRAY, "an array of numbers, zero at first"),
    gives("CellIndices", &[], ARRAY, "the indices of every cell, as an array of vectors"),
    gives(
        "FunctionFromDatafile",
        &[Text, Integer, Integer, Text],
        Type::RealFunction,
        "column y over column x of a file of numbers, interpolated: \"linear\", \"nearest\", \"step\"",
    ),
    gives("now", &[], Type::Object(Class::Moment), "the clock on the wall"),
    gives("since", &[Type::Object(Class::Moment)], Type::Object(Class::Duration), "the time since a moment"),
];

const EXTENSIONS: &[Entry] = &[
    does("ext_ScaleExchange", &[Integer, Integer, Number], "exchange between two regions, times a factor"),
    does("ext_InterExchange", &[Integer, Integer, Number], "exchange stiffness between two regions, J/m"),
    does("ext_ScaleDind", &[Integer, Integer, Number], "interfacial DMI between two regions, times a factor"),
    does("ext_InterDind", &[Integer, Integer, Number], "interfacial DMI between two regions, J/m^2"),
    does("ext_MakeGrains", &[Number, Integer, Integer], "Voronoi grains: grain size (m), number of regions, seed"),
    does(
        "ext_Make3DGrains",
        &[Number, Integer, Integer, SHAPE, Integer],
        "Voronoi grains in a shape: grain size (m), first region, number of regions, shape, seed",
    ),
    does(
        "ext_rmSurfaceCharge",
        &[Integer, Number, Number],
        "takes away the charges at the ends along x: region, m_x left and right",
    )
    .unsupported("periodic boundaries take them away"),
    does("ext_EnableUnsafe", &[], "allows the grid to change later").without_effect("it always may"),
    does("ext_InitGeomFromOVF", &[Text], "grid and geometry from a file").unsupported("set the grid, and use ImageShape"),
    shape("ext_GeomEdge", &[Text], "the edge of the geometry").unsupported("use DefRegion with a smaller shape"),
    gives("ext_AllRegionShapes", &[], Type::Object(Class::ShapeOfRegion), "the shape of each region")
        .unsupported("use DefRegion"),
    does("ext_grainBoundaries", &[Integer, Integer, Integer, Number, Integer], "cells at the boundaries of grains")
        .unsupported("use ext_ScaleExchange between grains"),
    does("ext_DMItensor", &[Integer, Integer, Integer, Number], "one element of the DMI tensor").unsupported("use Dind or Dbulk"),
    does("ext_RKKY", &[Integer, Integer, Number], "interlayer exchange J of two regions that face each other along z, J/m^2"),
    does("ext_RKKYBiquadratic", &[Integer, Integer, Number, Number], "the same of first and second order, J1 and J2, J/m^2"),
    does("ext_InterlayerDMI", &[Integer, Integer, Number], "interlayer DMI D of two regions that face each other along z, J/m^2"),
];

const COMBINATIONS: &[Entry] = &[
    combination("Add", &[QUANTITY, QUANTITY], "sum"),
    combination("Madd", &[QUANTITY, QUANTITY, Number, Number], "weighted sum"),
    combination("Mul", &[QUANTITY, QUANTITY], "product"),
    gives("MulMV", &[QUANTITY; 4], VECTOR_FIELD, "matrix, given by its rows, times vector"),
    combination("Div", &[QUANTITY, QUANTITY], "quotient; 0 where the second is 0"),
    gives("Dot", &[QUANTITY, QUANTITY], SCALAR_FIELD, "scalar product"),
    gives("DotProduct", &[QUANTITY, QUANTITY], SCALAR_FIELD, "scalar product, in older versions"),
    gives("Cross", &[QUANTITY, QUANTITY], VECTOR_FIELD, "vector product"),
    gives("Const", &[Number], SCALAR_FIELD, "a constant"),
    gives("ConstVector", &[Number, Number, Number], VECTOR_FIELD, "a constant vector"),
    combination("CustomQuantity", &[ARRAY], "an array as a quantity"),
    combination("Masked", &[QUANTITY, SHAPE], "zero outside a shape"),
    combination("Normalized", &[QUANTITY], "of unit length"),
    combination("Shifted", &[QUANTITY, Integer, Integer, Integer], "moved by cells along x, y and z; 0 where nothing comes from"),
    combination("RunningAverage", &[QUANTITY], "average over time").unsupported("put it into the table and average its column"),
    gives("Sum", &[QUANTITY], Number, "sum over all cells and components"),
    gives("SumVector", &[QUANTITY], Vector, "sum of a vector quantity over all cells"),
    does("AddFieldTerm", &[QUANTITY], "lets a vector quantity act as a field, T"),
    does("AddEdensTerm", &[QUANTITY], "counts a quantity as a density of energy, J/m^3"),
    does("RemoveCustomFields", &[], "takes added fields away"),
    does("RemoveCustomEnergies", &[], "takes added energies away"),
];

const WINDOW: &[Entry] = &[
    does("Shift", &[Integer], "moves the magnetization by cells along x, and geometry and regions with it"),
    does("ext_centerWall", &[Integer], "keeps a wall in the middle along x, where a component of m reverses"),
    does("ext_centerWallInLayer", &[Integer, Integer], "the same by the magnetization of a layer (first); component (second)"),
    does("ext_centerWallInRegion", &[Integer, Integer], "the same by the magnetization of a region (first); component (second)"),
    does("ext_centerBubble", &[], "keeps a bubble in the middle").unsupported("the window moves along x only, with walls"),
];
