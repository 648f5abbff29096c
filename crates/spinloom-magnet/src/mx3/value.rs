//! What expressions give.

use super::function::Function;
use std::fmt;
use std::sync::Arc;

/// A function from number to number, such as a table that was read.
pub type RealFunction = Arc<dyn Fn(f64) -> f64 + Send + Sync>;

/// A value; `O` is what the host of the script makes things of the simulation from.
#[derive(Clone)]
pub enum Value<O> {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// A text.
    Text(Arc<str>),
    /// Three numbers.
    Vector([f64; 3]),
    /// Some numbers.
    Numbers(Vec<f64>),
    /// Three whole numbers.
    Cells([i64; 3]),
    /// Something of the simulation.
    Object(O),
    /// A function from number to number.
    RealFunction(RealFunction),
    /// An expression that is computed when it is needed.
    Function(Function<O>),
}

impl<O> Value<O> {
    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a truth value",
            Self::Integer(_) => "an integer",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Vector(_) => "a vector",
            Self::Numbers(_) => "a list of numbers",
            Self::Cells(_) => "a size in cells",
            Self::Object(_) => "a thing of the simulation",
            Self::RealFunction(_) => "a function of a number",
            Self::Function(_) => "an expression",
        }
    }

    /// The number that it is.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Integer(value) => Some(*value as f64),
            _ => None,
        }
    }

    /// The whole number that it is.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Number(value) => whole(*value),
            _ => None,
        }
    }

    /// The vector that it is.
    pub fn vector(&self) -> Option<[f64; 3]> {
        match self {
            Self::Vector(value) => Some(*value),
            _ => None,
        }
    }

    /// The text that it is.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<O: fmt::Debug> fmt::Debug for Value<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => write!(f, "Object({object:?})"),
            Self::RealFunction(_) => f.write_str("RealFunction"),
            Self::Function(function) => write!(f, "{function:?}"),
            other => write!(f, "{other}"),
        }
    }
}

/// As Go's `fmt.Sprint` writes it; things of the simulation by a word, since only their host can write them.
impl<O> fmt::Display for Value<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Number(value) => f.write_str(&super::format::shortest(*value)),
            Self::Text(text) => f.write_str(text),
            Self::Vector(values) => write!(f, "[{}]", values.map(super::format::shortest).join(" ")),
            Self::Numbers(values) => {
                write!(f, "[{}]", values.iter().map(|v| super::format::shortest(*v)).collect::<Vec<_>>().join(" "))
            }
            Self::Cells(values) => write!(f, "[{}]", values.map(|v| v.to_string()).join(" ")),
            Self::Object(_) | Self::RealFunction(_) | Self::Function(_) => f.write_str(self.kind()),
        }
    }
}

/// The whole number equal to `value`, if there is one.
pub(super) fn whole(value: f64) -> Option<i64> {
    // Beyond 2^53 neighbouring doubles are no neighbouring integers.
    (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}
