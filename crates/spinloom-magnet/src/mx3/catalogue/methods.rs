//! What can be called on a value, by its type.

use super::{Class, Support, Type};
use Type::{Boolean, Integer, Number, Text, Vector};

/// A method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// As mumax3 spells it.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static [Type],
    /// What it gives, if anything.
    pub gives: Option<Type>,
    /// Whether it works here.
    pub support: Support,
}

const SHAPE: Type = Type::Object(Class::Shape);
const CONFIGURATION: Type = Type::Object(Class::Configuration);
const ARRAY: Type = Type::Object(Class::Array);
const SCALAR_FIELD: Type = Type::Object(Class::ScalarField);
const VECTOR_FIELD: Type = Type::Object(Class::VectorField);

const fn method(name: &'static str, takes: &'static [Type], gives: Option<Type>) -> Method {
    Method { name, takes, gives, support: Support::Yes }
}

const fn internal(name: &'static str, takes: &'static [Type]) -> Method {
    Method { name, takes, gives: None, support: Support::No("it belongs to the inside of mumax3") }
}

const fn uniform(name: &'static str, takes: &'static [Type]) -> Method {
    Method { name, takes, gives: None, support: Support::No("strains have one value a region") }
}

const SHAPES: &[Method] = &[
    method("Add", &[SHAPE], Some(SHAPE)),
    method("Sub", &[SHAPE], Some(SHAPE)),
    method("Intersect", &[SHAPE], Some(SHAPE)),
    method("Xor", &[SHAPE], Some(SHAPE)),
    method("Inverse", &[], Some(SHAPE)),
    method("Transl", &[Number, Number, Number], Some(SHAPE)),
    method("Scale", &[Number, Number, Number], Some(SHAPE)),
    method("RotX", &[Number], Some(SHAPE)),
    method("RotY", &[Number], Some(SHAPE)),
    method("RotZ", &[Number], Some(SHAPE)),
    method("Repeat", &[Number, Number, Number], Some(SHAPE)),
];

const CONFIGURATIONS: &[Method] = &[
    method("Add", &[Number, CONFIGURATION], Some(CONFIGURATION)),
    method("Transl", &[Number, Number, Number], Some(CONFIGURATION)),
    method("Scale", &[Number, Number, Number], Some(CONFIGURATION)),
    method("RotZ", &[Number], Some(CONFIGURATION)),
];

const ARRAYS: &[Method] = &[
    method("Comp", &[Integer], Some(ARRAY)),
    method("Get", &[Integer, Integer, Integer, Integer], Some(Number)),
    method("Set", &[Integer, Integer, Integer, Integer, Number], None),
    method("SetScalar", &[Integer, Integer, Integer, Number], None),
    method("SetVector", &[Integer, Integer, Integer, Vector], None),
    method("NComp", &[], Some(Integer)),
    method("Len", &[], Some(Integer)),
    method("Size", &[], Some(Type::Cells)),
    internal("HostCopy", &[]),
    internal("Free", &[]),
];

const MAGNETIZATION: &[Method] = &[
    method("Average", &[], Some(Vector)),
    method("Comp", &[Integer], Some(SCALAR_FIELD)),
    method("Region", &[Integer], Some(VECTOR_FIELD)),
    method("GetCell", &[Integer, Integer, Integer], Some(Vector)),
    method("Set", &[CONFIGURATION], None),
    method("SetRegion", &[Integer, CONFIGURATION], None),
    method("SetInShape", &[SHAPE, CONFIGURATION], None),
    method("SetCell", &[Integer, Integer, Integer, Vector], None),
    method("SetArray", &[ARRAY], None),
    method("LoadFile", &[Text], None),
    internal("Buffer", &[]),
    internal("Quantity", &[]),
    method("EvalTo", &[ARRAY], None),
];

const REGIONS: &[Method] = &[
    method("Average", &[], Some(Number)),
    method("GetCell", &[Integer, Integer, Integer], Some(Integer)),
    method("SetCell", &[Integer, Integer, Integer, Integer], None),
    method("LoadFile", &[Text], None),
    internal("HostArray", &[]),
    internal("HostList", &[]),
    internal("Gpu", &[]),
    method("EvalTo", &[ARRAY], None),
];

const GEOMETRY: &[Method] = &[
    method("Average", &[], Some(Number)),
    method("GetCell", &[Integer, Integer, Integer], Some(Number)),
    internal("Gpu", &[]),
    method("EvalTo", &[ARRAY], None),
];

const SCALAR_PARAMETERS: &[Method] = &[
    method("Average", &[], Some(Number)),
    method("Region", &[Integer], Some(SCALAR_FIELD)),
    method("GetRegion", &[Integer], Some(Number)),
    method("IsUniform", &[], Some(Boolean)),
    method("Set", &[Number], None),
    method("SetRegion", &[Integer, Type::NumberOfTime], None),
    internal("MSlice", &[]),
    method("EvalTo", &[ARRAY], None),
];

const VECTOR_PARAMETERS: &[Method] = &[
    method("Average", &[], Some(Vector)),
    method("Comp", &[Integer], Some(SCALAR_FIELD)),
    method("Region", &[Integer], Some(VECTOR_FIELD)),
    method("GetRegion", &[Integer], Some(Vector)),
    method("IsUniform", &[], Some(Boolean)),
    method("SetRegion", &[Integer, Type::VectorOfTime], None),
    internal("MSlice", &[]),
    method("EvalTo", &[ARRAY], None),
];

const SCALAR_DRIVES: &[Method] = &[
    method("Average", &[], Some(Number)),
    method("Region", &[Integer], Some(SCALAR_FIELD)),
    method("IsUniform", &[], Some(Boolean)),
    method("Set", &[Number], None),
    method("SetRegion", &[Integer, Type::NumberOfTime], None),
    uniform("Add", &[ARRAY, Type::NumberOfTime]),
    uniform("RemoveExtraTerms", &[]),
    internal("MSlice", &[]),
    method("EvalTo", &[ARRAY], None),
];

const VECTOR_DRIVES: &[Method] = &[
    method("Average", &[], Some(Vector)),
    method("Comp", &[Integer], Some(SCALAR_FIELD)),
    method("Region", &[Integer], Some(VECTOR_FIELD)),
    method("IsUniform", &[], Some(Boolean)),
    method("Set", &[Vector], None),
    method("SetRegion", &[Integer, Type::VectorOfTime], None),
    method("Add", &[ARRAY, Type::NumberOfTime], None),
    method("RemoveExtraTerms", &[], None),
    internal("MSlice", &[]),
    method("EvalTo", &[ARRAY], None),
];

const SCALAR_FIELDS: &[Method] =
    &[method("Average", &[], Some(Number)), method("Region", &[Integer], Some(SCALAR_FIELD)), method("EvalTo", &[ARRAY], None)];

const VECTOR_FIELDS: &[Method] = &[
    method("Average", &[], Some(Vector)),
    method("Comp", &[Integer], Some(SCALAR_FIELD)),
    method("Region", &[Integer], Some(VECTOR_FIELD)),
    method("HostCopy", &[], Some(ARRAY)),
    method("EvalTo", &[ARRAY], None),
];

const SCALAR_VALUES: &[Method] =
    &[method("Get", &[], Some(Number)), method("Average", &[], Some(Number)), internal("EvalTo", &[ARRAY])];

const VECTOR_VALUES: &[Method] =
    &[method("Get", &[], Some(Vector)), method("Average", &[], Some(Vector)), internal("EvalTo", &[ARRAY])];

const QUANTITIES: &[Method] = &[method("Average", &[], Some(Type::Numbers)), method("EvalTo", &[ARRAY], None)];

const VECTORS: &[Method] = &[
    method("X", &[], Some(Number)),
    method("Y", &[], Some(Number)),
    method("Z", &[], Some(Number)),
    method("Len", &[], Some(Number)),
    method("Dot", &[Vector], Some(Number)),
    method("Cross", &[Vector], Some(Vector)),
    method("Add", &[Vector], Some(Vector)),
    method("Sub", &[Vector], Some(Vector)),
    method("MAdd", &[Number, Vector], Some(Vector)),
    method("Mul", &[Number], Some(Vector)),
    method("Div", &[Number], Some(Vector)),
];

const DURATIONS: &[Method] = &[
    method("Hours", &[], Some(Number)),
    method("Minutes", &[], Some(Number)),
    method("Seconds", &[], Some(Number)),
    method("Milliseconds", &[], Some(Integer)),
    method("Microseconds", &[], Some(Integer)),
    method("Nanoseconds", &[], Some(Integer)),
];

/// Types with methods, in the order of the documentation.
const ALL: &[(Type, &[Method])] = &[
    (Vector, VECTORS),
    (SHAPE, SHAPES),
    (CONFIGURATION, CONFIGURATIONS),
    (Type::Object(Class::Magnetization), MAGNETIZATION),
    (Type::Object(Class::Regions), REGIONS),
    (Type::Object(Class::Geometry), GEOMETRY),
    (Type::Object(Class::ScalarParameter), SCALAR_PARAMETERS),
    (Type::Object(Class::VectorParameter), VECTOR_PARAMETERS),
    (Type::Object(Class::ScalarDrive), SCALAR_DRIVES),
    (Type::Object(Class::VectorDrive), VECTOR_DRIVES),
    (SCALAR_FIELD, SCALAR_FIELDS),
    (VECTOR_FIELD, VECTOR_FIELDS),
    (Type::Object(Class::ScalarValue), SCALAR_VALUES),
    (Type::Object(Class::VectorValue), VECTOR_VALUES),
    (Type::Object(Class::Quantity), QUANTITIES),
    (ARRAY, ARRAYS),
    (Type::Object(Class::Duration), DURATIONS),
];

/// The methods of values of a type.
pub fn methods(of: Type) -> &'static [Method] {
    ALL.iter().find(|(ty, _)| *ty == of).map_or(&[], |(_, methods)| methods)
}

/// Types and their methods.
pub(super) fn all() -> impl Iterator<Item = &'static (Type, &'static [Method])> {
    ALL.iter()
}
