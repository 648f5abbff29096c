//! Parameters that a person can name, look up and change: one line each carries name, type, default, unit, bound and meaning.
//!
//! [`parameters!`](crate::parameters!) declares a plain struct, its `Default` and its description together, so the
//! struct, `spinloom show`, `--set`, experiment files and Python can never disagree. Numbers are SI or texts with
//! a unit of the right dimension ([`crate::quantity`]).
//!
//! ```
//! use spinloom_core::parameters::{Bound, Parameters, Value};
//!
//! spinloom_core::parameters! {
//!     /// A leaky node.
//!     pub struct Node {
//!         /// Relaxation time of the power.
//!         pub relaxation_time: f64 = 410e-9, "s", Bound::POSITIVE;
//!         /// How many virtual nodes.
//!         pub nodes: usize = 24, "", Bound::at_least(1.0);
//!     }
//! }
//!
//! let mut node = Node::default();
//! node.set("relaxation_time", &Value::from("100 ns")).unwrap();
//! assert_eq!(node.relaxation_time, 100.0 * 1e-9);
//! let error = node.set("relaxation_tine", &Value::from(1.0)).unwrap_err();
//! assert!(error.to_string().contains("did you mean `relaxation_time`"));
//! let error = node.set("relaxation_time", &Value::from(-1.0)).unwrap_err();
//! assert!(error.to_string().contains("must be greater than 0"));
//! ```

use crate::quantity::{QuantityError, parse_quantity};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A parameter's value as it comes from a file, the command line or Python.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number, SI.
    Number(f64),
    /// A text: a choice, a name, or a quantity with its unit.
    Text(String),
    /// A list.
    List(Vec<Value>),
}

impl Value {
    /// What people call this kind of value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(v) => write!(f, "{v}"),
            Self::Integer(v) => write!(f, "{v}"),
            Self::Number(v) if *v != 0.0 && !(1e-3..1e6).contains(&v.abs()) => write!(f, "{v:e}"),
            Self::Number(v) => write!(f, "{v}"),
            Self::Text(v) => write!(f, "{v}"),
            Self::List(v) => write!(f, "[{}]", v.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        }
    }
}

impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Self::Number(v)
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Self::Boolean(v)
    }
}
impl From<usize> for Value {
    fn from(v: usize) -> Self {
        Self::Integer(v as i64)
    }
}

/// The interval a number has to lie in; never NaN, never infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether the lower end itself is refused.
    pub open: bool,
}

impl Bound {
    /// Any finite number.
    pub const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY, open: false };
    /// Greater than zero.
    pub const POSITIVE: Self = Self { low: 0.0, high: f64::INFINITY, open: true };
    /// Zero or greater.
    pub const NON_NEGATIVE: Self = Self { low: 0.0, high: f64::INFINITY, open: false };
    /// From 0 to 1.
    pub const FRACTION: Self = Self { low: 0.0, high: 1.0, open: false };

    /// From `low` up.
    pub const fn at_least(low: f64) -> Self {
        Self { low, high: f64::INFINITY, open: false }
    }

    /// From `low` to `high`, both allowed.
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low, high, open: false }
    }

    /// Whether `value` is finite and inside.
    pub fn contains(&self, value: f64) -> bool {
        value.is_finite() && value <= self.high && if self.open { value > self.low } else { value >= self.low }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low.is_finite(), self.high.is_finite()) {
            (false, false) => write!(f, "a finite number"),
            (true, false) if self.open => write!(f, "greater than {}", self.low),
            (true, false) => write!(f, "{} or greater", self.low),
            (false, true) => write!(f, "{} or less", self.high),
            (true, true) => write!(f, "between {} and {}", self.low, self.high),
        }
    }
}

/// Description of one parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Dotted name, such as `oscillator.frequency`.
    pub name: String,
    /// Unit, empty when dimensionless.
    pub unit: &'static str,
    /// What it means.
    pub doc: String,
    /// Value now (the default, on a default struct).
    pub value: Value,
    /// Allowed interval of a number.
    pub bound: Bound,
    /// Allowed words of a choice, otherwise empty.
    pub choices: &'static [&'static str],
}

/// Why a parameter was not set.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// There is no such parameter.
    #[error("unknown parameter `{name}`{}", nearest.as_ref().map(|n| format!(": did you mean `{n}`?")).unwrap_or_default())]
    Unknown {
        /// The name as given.
        name: String,
        /// The known name that is spelled most like it.
        nearest: Option<String>,
    },
    /// The value is of another kind.
    #[error("`{name}` wants {expected}, but `{value}` is {found}")]
    WrongKind {
        /// Dotted name.
        name: String,
        /// The wanted kind.
        expected: String,
        /// The kind that was given.
        found: &'static str,
        /// The value that was given.
        value: String,
    },
    /// The quantity cannot be read or has another dimension.
    #[error("`{name}`: {source}")]
    Quantity {
        /// Dotted name.
        name: String,
        /// What is wrong with it.
        source: QuantityError,
    },
    /// The number lies outside what makes sense.
    #[error("`{name}` must be {bound}, but it is {value}")]
    OutOfRange {
        /// Dotted name.
        name: String,
        /// The number that was given, SI.
        value: f64,
        /// The allowed interval.
        bound: String,
    },
    /// The word is not among the choices.
    #[error("`{name}` must be one of {choices}, but it is `{value}`{}", nearest.as_ref().map(|n| format!(": did you mean `{n}`?")).unwrap_or_default())]
    NotAChoice {
        /// Dotted name.
        name: String,
        /// The word that was given.
        value: String,
        /// The words allowed.
        choices: String,
        /// The allowed word spelled most like it.
        nearest: Option<String>,
    },
}

/// The spelling among `candidates` closest to `name`, if any is close enough to be a slip of the fingers or is begun by it.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(name, c), c))
        .filter(|(distance, c)| *distance <= 1 + name.len().max(c.len()) / 4 || (name.len() > 2 && c.starts_with(name)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// What a struct declared by [`parameters!`](crate::parameters!) can do.
pub trait Parameters: Field {
    /// Every parameter with its present value, in the order of declaration, groups by dotted names.
    fn parameters(&self) -> Vec<Parameter> {
        let mut out = Vec::new();
        self.describe(&FieldInfo { name: "", unit: "", doc: "", bound: Bound::ANY }, &mut out);
        out
    }

    /// Sets the parameter with the dotted name `name`.
    ///
    /// # Errors
    /// [`ParameterError`] names the parameter, the value and what would have been right; nothing is changed.
    fn set(&mut self, name: &str, value: &Value) -> Result<(), ParameterError> {
        let path: Vec<&str> = name.split('.').collect();
        let known = self.parameters();
        let info = FieldInfo { name, unit: "", doc: "", bound: Bound::ANY };
        self.assign(&path, &info, value).map_err(|e| match e {
            // Only here are all the names known, so only here can the nearest be found.
            ParameterError::Unknown { name, .. } => {
                let leaf = |n: &str| n.rsplit('.').next().unwrap_or(n).to_owned();
                let nearest = nearest(&name, known.iter().map(|p| p.name.as_str())).map(str::to_owned).or_else(|| {
                    let leaves: Vec<String> = known.iter().map(|p| leaf(&p.name)).collect();
                    let close = nearest(&leaf(&name), leaves.iter().map(String::as_str))?;
                    known.iter().find(|p| leaf(&p.name) == close).map(|p| p.name.clone())
                });
                ParameterError::Unknown { name, nearest }
            }
            other => other,
        })
    }
}

/// What is known of a field where it is declared.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo<'a> {
    /// Dotted name.
    pub name: &'a str,
    /// Unit, empty when dimensionless.
    pub unit: &'static str,
    /// Documentation.
    pub doc: &'a str,
    /// Allowed interval.
    pub bound: Bound,
}

impl FieldInfo<'_> {
    fn wrong_kind(&self, expected: &str, value: &Value) -> ParameterError {
        ParameterError::WrongKind {
            name: self.name.to_owned(),
            expected: expected.to_owned(),
            found: value.kind(),
            value: value.to_string(),
        }
    }

    fn within(&self, value: f64) -> Result<f64, ParameterError> {
        if self.bound.contains(value) {
            return Ok(value);
        }
        Err(ParameterError::OutOfRange { name: self.name.to_owned(), value, bound: self.bound.to_string() })
    }

    fn leaf(&self, path: &[&str]) -> Result<(), ParameterError> {
        if path.is_empty() { Ok(()) } else { Err(ParameterError::Unknown { name: self.name.to_owned(), nearest: None }) }
    }

    fn push(&self, value: Value, choices: &'static [&'static str], out: &mut Vec<Parameter>) {
        out.push(Parameter {
            name: self.name.to_owned(),
            unit: self.unit,
            doc: self.doc.to_owned(),
            value,
            bound: self.bound,
            choices,
        });
    }
}

/// A type that can stand in a [`parameters!`](crate::parameters!) struct.
pub trait Field {
    /// Adds what this field holds to `out`.
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>);
    /// Sets what `path` names inside this field; the empty path is the field itself.
    ///
    /// # Errors
    /// [`ParameterError`].
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError>;
}

fn number(info: &FieldInfo<'_>, value: &Value) -> Result<f64, ParameterError> {
    let number = match value {
        Value::Number(v) => *v,
        Value::Integer(v) => *v as f64,
        Value::Text(text) => {
            parse_quantity(text, info.unit).map_err(|source| ParameterError::Quantity { name: info.name.to_owned(), source })?
        }
        other => return Err(info.wrong_kind("a number", other)),
    };
    info.within(number)
}

impl Field for f64 {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::Number(*self), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        *self = number(info, value)?;
        Ok(())
    }
}

impl Field for usize {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::Integer(*self as i64), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        let whole = match value {
            Value::Integer(v) => *v as f64,
            Value::Number(v) if v.fract() == 0.0 => *v,
            Value::Text(text) => text.trim().parse::<i64>().map_err(|_| info.wrong_kind("a whole number", value))? as f64,
            other => return Err(info.wrong_kind("a whole number", other)),
        };
        let bound = Bound { low: info.bound.low.max(0.0), high: info.bound.high.min(1e15), open: info.bound.open };
        *self = FieldInfo { bound, ..*info }.within(whole)? as usize;
        Ok(())
    }
}

impl Field for bool {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::Boolean(*self), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        *self = match value {
            Value::Boolean(v) => *v,
            Value::Text(t) if t == "true" || t == "false" => t == "true",
            other => return Err(info.wrong_kind("true or false", other)),
        };
        Ok(())
    }
}

impl Field for String {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::Text(self.clone()), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        let Value::Text(text) = value else { return Err(info.wrong_kind("a text", value)) };
        text.clone_into(self);
        Ok(())
    }
}

impl Field for Vec<f64> {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::List(self.iter().map(|v| Value::Number(*v)).collect()), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        let Value::List(items) = value else { return Err(info.wrong_kind("a list of numbers", value)) };
        *self = items.iter().map(|item| number(info, item)).collect::<Result<_, _>>()?;
        Ok(())
    }
}

impl Field for Vec<String> {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::List(self.iter().cloned().map(Value::Text).collect()), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        let wrong = || info.wrong_kind("a list of texts", value);
        let Value::List(items) = value else { return Err(wrong()) };
        let text = |item: &Value| if let Value::Text(text) = item { Some(text.clone()) } else { None };
        *self = items.iter().map(text).collect::<Option<_>>().ok_or_else(wrong)?;
        Ok(())
    }
}

/// Reads a list of exactly N values, one by one.
fn list_of<T: Default + Copy, const N: usize>(
    what: &str,
    info: &FieldInfo<'_>,
    value: &Value,
    read: impl Fn(&Value) -> Result<T, ParameterError>,
) -> Result<[T; N], ParameterError> {
    let items = match value {
        Value::List(items) if items.len() == N => items,
        other => return Err(info.wrong_kind(&format!("a list of {N} {what}"), other)),
    };
    let mut all = [T::default(); N];
    for (slot, item) in all.iter_mut().zip(items) {
        *slot = read(item)?;
    }
    Ok(all)
}

impl<const N: usize> Field for [f64; N] {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::List(self.iter().map(|v| Value::Number(*v)).collect()), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        *self = list_of("numbers", info, value, |item| number(info, item))?;
        Ok(())
    }
}

impl<const N: usize> Field for [usize; N] {
    fn describe(&self, info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
        info.push(Value::List(self.iter().map(|v| Value::Integer(*v as i64)).collect()), &[], out);
    }
    fn assign(&mut self, path: &[&str], info: &FieldInfo<'_>, value: &Value) -> Result<(), ParameterError> {
        info.leaf(path)?;
        *self = list_of("whole numbers", info, value, |item| {
            let mut one = 0_usize;
            one.assign(&[], info, item).map(|()| one)
        })?;
        Ok(())
    }
}

/// Helper of the macros: an enum whose variants are words.
#[doc(hidden)]
pub fn assign_choice<T: Copy>(
    choices: &'static [&'static str],
    all: &[T],
    path: &[&str],
    info: &FieldInfo<'_>,
    value: &Value,
) -> Result<T, ParameterError> {
    info.leaf(path)?;
    let Value::Text(word) = value else { return Err(info.wrong_kind("a word", value)) };
    choices.iter().position(|c| c == word).map(|i| all[i]).ok_or_else(|| ParameterError::NotAChoice {
        name: info.name.to_owned(),
        value: word.clone(),
        choices: choices.join(", "),
        nearest: nearest(word, choices.iter().copied()).map(str::to_owned),
    })
}

/// Helper of the macros: describes a choice.
#[doc(hidden)]
pub fn describe_choice(word: &str, choices: &'static [&'static str], info: &FieldInfo<'_>, out: &mut Vec<Parameter>) {
    info.push(Value::Text(word.to_owned()), choices, out);
}

/// Declares a struct of parameters with its defaults, units, bounds and meanings; see [`crate::parameters`](mod@crate::parameters).
///
/// A field is `/// meaning` then `pub name: Type = default, "unit", Bound;`. Types are `f64`, `usize`, `bool`, `String`,
/// `Vec<f64>`, a [`choices!`](crate::choices!) enum, or another such struct (unit `""`), whose parameters are then
/// named with a dot.
#[macro_export]
macro_rules! parameters {
    (
        $(#[$outer:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $doc:literal])+
                pub $field:ident : $type:ty = $default:expr, $unit:literal, $bound:expr;
            )+
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        $vis struct $name {
            $(
                $(#[doc = $doc])+
                pub $field: $type,
            )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default),+ }
            }
        }

        impl $crate::parameters::Field for $name {
            fn describe(
                &self,
                info: &$crate::parameters::FieldInfo<'_>,
                out: &mut Vec<$crate::parameters::Parameter>,
            ) {
                $(
                    let name = if info.name.is_empty() {
                        stringify!($field).to_owned()
                    } else {
                        format!("{}.{}", info.name, stringify!($field))
                    };
                    let doc = [$($doc.trim()),+].join(" ");
                    let inner = $crate::parameters::FieldInfo { name: &name, unit: $unit, doc: &doc, bound: $bound };
                    $crate::parameters::Field::describe(&self.$field, &inner, out);
                )+
            }

            fn assign(
                &mut self,
                path: &[&str],
                info: &$crate::parameters::FieldInfo<'_>,
                value: &$crate::parameters::Value,
            ) -> Result<(), $crate::parameters::ParameterError> {
                $(
                    if path.first() == Some(&stringify!($field)) {
                        let inner = $crate::parameters::FieldInfo {
                            name: info.name, unit: $unit, doc: "", bound: $bound,
                        };
                        return $crate::parameters::Field::assign(&mut self.$field, &path[1..], &inner, value);
                    }
                )+
                Err($crate::parameters::ParameterError::Unknown { name: info.name.to_owned(), nearest: None })
            }
        }

        impl $crate::parameters::Parameters for $name {}
    };
}

/// Declares an enum whose variants are words a person can write: `/// meaning` then `Variant = "word",`; the first is the default.
#[macro_export]
macro_rules! choices {
    (
        $(#[$outer:meta])*
        $vis:vis enum $name:ident {
            $(#[doc = $doc0:literal])+ $variant0:ident = $word0:literal,
            $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $name {
            $(#[doc = $doc0])+ #[default] #[serde(rename = $word0)] $variant0,
            $( $(#[doc = $doc])+ #[serde(rename = $word)] $variant, )*
        }

        impl $name {
            /// The words, in the order of declaration.
            pub const WORDS: &'static [&'static str] = &[$word0 $(, $word)*];
            const ALL: &'static [Self] = &[Self::$variant0 $(, Self::$variant)*];

            /// The word of this variant.
            pub fn word(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl $crate::parameters::Field for $name {
            fn describe(&self, info: &$crate::parameters::FieldInfo<'_>, out: &mut Vec<$crate::parameters::Parameter>) {
                $crate::parameters::describe_choice(self.word(), Self::WORDS, info, out);
            }
            fn assign(
                &mut self,
                path: &[&str],
                info: &$crate::parameters::FieldInfo<'_>,
                value: &$crate::parameters::Value,
            ) -> Result<(), $crate::parameters::ParameterError> {
                *self = $crate::parameters::assign_choice(Self::WORDS, Self::ALL, path, info, value)?;
                Ok(())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::choices! {
        /// A kind.
        enum Kind {
            /// One.
            Gammatone = "gammatone",
            /// Other.
            Spectrogram = "spectrogram",
        }
    }

    crate::parameters! {
        /// Inner.
        struct Inner {
            /// A rate,
            /// over two lines.
            pub rate: f64 = 1.0, "Hz", Bound::POSITIVE;
        }
    }

    crate::parameters! {
        /// Outer.
        struct Outer {
            /// A group.
            pub oscillator: Inner = Inner::default(), "", Bound::ANY;
            /// A number.
            pub count: usize = 3, "", Bound::between(1.0, 9.0);
            /// A kind.
            pub kind: Kind = Kind::Gammatone, "", Bound::ANY;
            /// A list.
            pub list: Vec<f64> = vec![1.0], "A", Bound::ANY;
            /// A switch.
            pub on: bool = true, "", Bound::ANY;
        }
    }

    #[test]
    fn names_docs_and_values_come_from_one_declaration() {
        let all = Outer::default().parameters();
        assert_eq!(all.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["oscillator.rate", "count", "kind", "list", "on"]);
        assert_eq!(all[0].doc, "A rate, over two lines.");
        assert_eq!(all[2].choices, ["gammatone", "spectrogram"]);
    }

    #[test]
    fn values_are_set_or_refused_by_name() {
        let mut outer = Outer::default();
        outer.set("oscillator.rate", &"3 MHz".into()).unwrap();
        outer.set("kind", &"spectrogram".into()).unwrap();
        outer.set("list", &Value::List(vec!["2 mA".into(), 3.0.into()])).unwrap();
        assert_eq!((outer.oscillator.rate, outer.kind, &outer.list[..]), (3e6, Kind::Spectrogram, &[2e-3, 3.0][..]));
        for (name, value, words) in [
            ("oscillator.rat", Value::from(1.0), "did you mean `oscillator.rate`"),
            ("rate", 1.0.into(), "did you mean `oscillator.rate`"),
            ("oscillator.rate", "3 s".into(), "`3 s` is in s"),
            ("oscillator.rate", f64::NAN.into(), "must be greater than 0, but it is NaN"),
            ("count", 2.5.into(), "wants a whole number"),
            ("count", 10usize.into(), "between 1 and 9"),
            ("count", Value::Integer(-1), "between 1 and 9"),
            ("kind", "gamatone".into(), "did you mean `gammatone`"),
            ("count.deep", 1.0.into(), "unknown parameter `count.deep`"),
            ("oscillator", 1.0.into(), "unknown parameter `oscillator`"),
            ("on", 1.0.into(), "wants true or false"),
        ] {
            let before = outer.clone();
            let message = outer.set(name, &value).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
            assert_eq!(outer, before);
        }
    }
}
