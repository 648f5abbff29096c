//! Every name that a script of mumax3 may use: what it takes and gives, what it means, and whether it is supported here.
//!
//! The names and their types are those of the public interface of mumax3 (versions 3.9 to 3.12). `docs/mx3.md` is written from this
//! list by [`markdown`], and a test holds the two equal.

mod functions;
mod methods;
mod quantities;

pub use methods::{Method, methods};

use std::fmt;
use std::sync::LazyLock;

/// Kinds of values and of what has to be given for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    Text,
    /// Three numbers.
    Vector,
    /// Some numbers, as many as the quantity averaged has components.
    Numbers,
    /// Three whole numbers, the size of an array of cells.
    Cells,
    /// Something of the simulation.
    Object(Class),
    /// A function of a number, such as a table that was read.
    RealFunction,
    /// Asked for: a number as a function of time; the variables in it are taken as they are now.
    NumberOfTime,
    /// Asked for: a vector as a function of time; the variables in it are taken as they are now.
    VectorOfTime,
    /// Asked for: an expression for a number, to be computed anew whenever it is needed, from the variables as they then are.
    LiveNumber,
    /// Asked for: an expression for true or false, to be computed anew whenever it is needed.
    LiveCondition,
    /// Asked for: any value.
    Any,
}

/// Kinds of things of the simulation, by what can be done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A part of space.
    Shape,
    /// A shape for each number of a region.
    ShapeOfRegion,
    /// A magnetization as a function of place.
    Configuration,
    /// An array with one number or vector a cell.
    Array,
    /// The magnetization.
    Magnetization,
    /// The number of the region of each cell.
    Regions,
    /// How much of each cell is inside the geometry.
    Geometry,
    /// A material parameter, one number a region.
    ScalarParameter,
    /// A material parameter, one vector a region.
    VectorParameter,
    /// A drive: one number a region and what was added to it cell by cell.
    ScalarDrive,
    /// A drive: one vector a region and what was added to it cell by cell.
    VectorDrive,
    /// A number in every cell.
    ScalarField,
    /// A vector in every cell.
    VectorField,
    /// One number for the whole.
    ScalarValue,
    /// One vector for the whole.
    VectorValue,
    /// A part of a quantity, or one made from others.
    Quantity,
    /// A moment of the clock on the wall.
    Moment,
    /// A stretch of time of the clock on the wall.
    Duration,
}

impl Class {
    /// Whether it can be saved, averaged, put into the table or computed with cell by cell.
    pub fn is_quantity(self) -> bool {
        !matches!(self, Self::Shape | Self::ShapeOfRegion | Self::Configuration | Self::Array | Self::Moment | Self::Duration)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Shape => "a shape",
            Self::ShapeOfRegion => "a function from region to shape",
            Self::Configuration => "a configuration",
            Self::Array => "an array",
            Self::Magnetization => "the magnetization",
            Self::Regions => "the regions",
            Self::Geometry => "the geometry",
            Self::ScalarParameter => "a parameter",
            Self::VectorParameter => "a vector parameter",
            Self::ScalarDrive => "a drive",
            Self::VectorDrive => "a vector drive",
            Self::ScalarField => "a scalar field",
            Self::VectorField => "a vector field",
            Self::ScalarValue => "a value of the whole",
            Self::VectorValue => "a vector of the whole",
            Self::Quantity => "a quantity",
            Self::Moment => "a moment",
            Self::Duration => "a duration",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boolean => "a truth value",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Vector => "a vector",
            Self::Numbers => "a list of numbers",
            Self::Cells => "a size in cells",
            Self::Object(class) => class.words(),
            Self::RealFunction => "a function of a number",
            Self::NumberOfTime => "a number or a function of the time t",
            Self::VectorOfTime => "a vector or a vector function of the time t",
            Self::LiveNumber => "an expression for a number",
            Self::LiveCondition => "a condition",
            Self::Any => "anything",
        })
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy)]
pub enum Item {
    /// A number that never changes.
    Number(f64),
    /// A whole number that never changes, mostly one of several choices.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// A variable of the simulation, with its type.
    Variable(Type),
    /// Something of the simulation, and what can be assigned to it.
    Quantity(Class, Option<Type>),
    /// A function of the simulation: what it takes and gives.
    Function(&'static [Type], Option<Type>),
    /// A function that takes the arguments listed and then any more.
    Variadic(&'static [Type], Option<Type>),
    /// A function of the language itself.
    Library(super::library::Library),
}

/// Whether something works here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As in mumax3.
    Yes,
    /// It is accepted and changes nothing; the text says why.
    NoEffect(&'static str),
    /// A script that uses it is refused before it runs; the text says why or what to do instead.
    No(&'static str),
}

/// One name.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// As mumax3 spells it; scripts may spell it in capitals or small letters.
    pub name: &'static str,
    /// What it stands for.
    pub item: Item,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// Whether it works here.
    pub support: Support,
}

const fn entry(name: &'static str, item: Item, meaning: &'static str) -> Entry {
    Entry { name, item, meaning, support: Support::Yes }
}

impl Entry {
    const fn unsupported(mut self, reason: &'static str) -> Self {
        self.support = Support::No(reason);
        self
    }

    const fn without_effect(mut self, reason: &'static str) -> Self {
        self.support = Support::NoEffect(reason);
        self
    }

    /// Whether a script may define a variable of this name. Functions may be hidden by one, since newer versions of mumax3 have taken
    /// names that older scripts use for their own, but what := instead of = would hide by mistake may not.
    pub(super) fn may_be_hidden(&self) -> bool {
        // Parameters that are as new.
        let newer = matches!(self.name, "B1" | "B2" | "Kc3" | "exx" | "eyy" | "ezz" | "exy" | "exz" | "eyz");
        newer
            || matches!(self.support, Support::No(_))
            || matches!(self.item, Item::Function(..) | Item::Variadic(..) | Item::Library(_))
    }
}

/// A group of names and what they are about.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// The names.
    pub entries: &'static [Entry],
}

/// All names, by what they are about.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    functions::SECTIONS.iter().chain(quantities::SECTIONS).chain(super::library::SECTIONS)
}

/// All names.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    sections().flat_map(|section| section.entries)
}

/// The entry of a name, capital or small.
pub fn find(name: &str) -> Option<&'static Entry> {
    static SORTED: LazyLock<Vec<(String, &'static Entry)>> = LazyLock::new(|| {
        let mut all: Vec<_> = entries().map(|e| (e.name.to_lowercase(), e)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    });
    let name = name.to_lowercase();
    SORTED.binary_search_by(|(other, _)| other.as_str().cmp(&name)).ok().map(|i| SORTED[i].1)
}

/// The tables of `docs/mx3.md`.
pub fn markdown() -> String {
    let mut out = String::new();
    for section in sections() {
        out += &format!("\n## {}\n\n| name | meaning | supported |\n|---|---|---|\n", section.title);
        for entry in section.entries {
            let support = match entry.support {
                Support::Yes => "yes".to_owned(),
                Support::NoEffect(reason) => format!("accepted, no effect: {reason}"),
                Support::No(reason) => format!("no: {reason}"),
            };
            out += &format!("| `{}` | {} | {support} |\n", heading(entry), entry.meaning);
        }
    }
    out += "\n## Methods\n\n| of | methods |\n|---|---|\n";
    for (ty, methods) in methods::all() {
        let list: Vec<String> =
            methods.iter().filter(|m| m.support == Support::Yes).map(|m| format!("`{}({})`", m.name, list(m.takes))).collect();
        out += &format!("| {ty} | {} |\n", list.join(", "));
    }
    out
}

fn heading(entry: &Entry) -> String {
    match entry.item {
        Item::Function(takes, _) => format!("{}({})", entry.name, list(takes)),
        Item::Variadic([], _) => format!("{}(...)", entry.name),
        Item::Variadic(takes, _) => format!("{}({}, ...)", entry.name, list(takes)),
        Item::Library(library) => {
            let more = match (library.is_variadic(), library.takes()) {
                (false, _) => "",
                (true, []) => "...",
                (true, _) => ", ...",
            };
            format!("{}({}{more})", entry.name, list(library.takes()))
        }
        _ => entry.name.to_owned(),
    }
}

fn list(types: &[Type]) -> String {
    types.iter().map(|t| t.short()).collect::<Vec<_>>().join(", ")
}

impl Type {
    /// One word for it.
    fn short(self) -> &'static str {
        match self {
            Self::Boolean => "bool",
            Self::Integer => "int",
            Self::Number => "number",
            Self::Text => "text",
            Self::Vector => "vector",
            Self::Numbers => "numbers",
            Self::Cells => "size",
            Self::RealFunction => "function",
            Self::NumberOfTime => "number(t)",
            Self::VectorOfTime => "vector(t)",
            Self::LiveNumber => "expression",
            Self::LiveCondition => "condition",
            Self::Any => "any",
            Self::Object(class) if class.is_quantity() => "quantity",
            Self::Object(class) => class.words().rsplit(' ').next().unwrap_or_default(),
        }
    }
}
