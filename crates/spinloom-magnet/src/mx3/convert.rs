//! What the checks of a script share: faults, and the conversions between types that mumax3 makes.

use super::catalogue::{Class, Type};
use super::error::{Position, Problem, ScriptError};
use super::evaluate::{Kind, Node};
use spinloom_core::parameters::nearest;
use std::sync::Arc;

/// Why a statement has no meaning.
pub(super) enum Fault {
    /// Here is why.
    Error(ScriptError),
    /// Only because a name in it was defined by a statement that has none, of which is told already.
    Follows,
}

impl From<ScriptError> for Fault {
    fn from(error: ScriptError) -> Self {
        Self::Error(error)
    }
}

/// Checked expressions and what they give, if anything.
pub(super) type Typed<O> = (Node<O>, Option<Type>);

/// A fault at a place.
pub(super) fn at(position: Position, problem: Problem) -> Fault {
    Fault::Error(ScriptError::new(position, problem))
}

/// One kind of value where another has to be.
pub(super) fn mismatch(given: Option<Type>, wanted: &impl ToString, hint: &'static str) -> Problem {
    let given = given.map_or("what gives no value".to_owned(), |t| t.to_string());
    Problem::Mismatch { given, wanted: wanted.to_string(), hint }
}

/// The name spelled most like it, whatever is capital or small.
pub(super) fn near(name: &str, known: &[&str]) -> Option<String> {
    let small: Vec<String> = known.iter().map(|k| k.to_lowercase()).collect();
    let found = nearest(&name.to_lowercase(), small.iter().map(String::as_str))?;
    small.iter().position(|k| k == found).map(|i| known[i].to_owned())
}

/// Makes a value of one type out of an expression of another, where mumax3 does.
pub(super) fn convert<O>((node, from): Typed<O>, to: Type) -> Result<Node<O>, Fault> {
    let position = node.position;
    let wrap = |kind: fn(Box<Node<O>>) -> Kind<O>, node| Node { position, kind: kind(Box::new(node)) };
    let Some(given) = from else { return Err(at(position, mismatch(None, &to, ""))) };
    Ok(match (given, to) {
        (a, b) if a == b || b == Type::Any => node,
        (Type::Integer, Type::Number) => wrap(Kind::ToNumber, node),
        (Type::Number, Type::Integer) => wrap(Kind::ToInteger, node),
        (Type::Object(Class::ScalarValue), Type::Number) | (Type::Object(Class::VectorValue), Type::Vector) => {
            wrap(Kind::Get, node)
        }
        (Type::Object(Class::ScalarValue), Type::Integer) => wrap(Kind::ToInteger, wrap(Kind::Get, node)),
        (Type::Object(class), Type::Object(Class::Quantity)) if class.is_quantity() => node,
        (_, Type::NumberOfTime) => wrap(Kind::Frozen, convert((node, from), Type::Number)?),
        (_, Type::VectorOfTime) => wrap(Kind::Frozen, convert((node, from), Type::Vector)?),
        (_, Type::LiveNumber) => live(position, convert((node, from), Type::Number)?),
        (_, Type::LiveCondition) => live(position, convert((node, from), Type::Boolean)?),
        (Type::Object(Class::ScalarParameter | Class::VectorParameter), Type::Number | Type::Vector) => {
            return Err(at(position, mismatch(from, &to, ": take its .Average() or .GetRegion(i)")));
        }
        (Type::Object(class), Type::Number | Type::Vector) if class.is_quantity() => {
            return Err(at(position, mismatch(from, &to, ": take its .Average()")));
        }
        _ => return Err(at(position, mismatch(from, &to, ""))),
    })
}

fn live<O>(position: Position, node: Node<O>) -> Node<O> {
    Node { position, kind: Kind::Live(Arc::new(node)) }
}
