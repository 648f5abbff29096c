//! What a script acts on.

use super::error::{Position, ScriptError};
use super::value::Value;

/// The simulation that a script drives: it knows the variables, quantities and functions of the catalogue by their names.
///
/// Before anything reaches it, names, types and the number of arguments have been checked against the catalogue, so that arguments
/// always are of the types listed there. Names come as the catalogue spells them.
pub trait Host {
    /// Whatever shapes, configurations, arrays and quantities are made of.
    type Object: Clone + Send + Sync + 'static;

    /// A variable, or a quantity as an object.
    ///
    /// # Errors
    /// What keeps it from being read.
    fn get(&mut self, name: &'static str) -> Result<Value<Self::Object>, Stop>;

    /// Assigns to a variable or a quantity. Functions of time come as [`Value::Function`], with all variables but the time fixed.
    ///
    /// # Errors
    /// What is wrong with the value.
    fn set(&mut self, name: &'static str, value: Value<Self::Object>) -> Result<(), Stop>;

    /// Calls a function; what it gives is of the type in the catalogue, or nothing where that gives none.
    ///
    /// # Errors
    /// What went wrong.
    fn call(&mut self, function: &'static str, arguments: Vec<Value<Self::Object>>) -> Result<Option<Value<Self::Object>>, Stop>;

    /// Calls a method of an object.
    ///
    /// # Errors
    /// What went wrong.
    fn method(
        &mut self,
        object: &Self::Object,
        method: &'static str,
        arguments: Vec<Value<Self::Object>>,
    ) -> Result<Option<Value<Self::Object>>, Stop>;

    /// An object as a text, for `print` and `sprint`.
    fn describe(&mut self, object: &Self::Object) -> String;

    /// The text of a script that another takes in by `source`.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn source(&mut self, file: &str) -> Result<String, Stop> {
        Err(Stop::Failure(format!("there are no files here to take `{file}` from")))
    }

    /// Called before each statement: a place to log it, or to stop the script from outside.
    ///
    /// # Errors
    /// Whatever shall end the script.
    fn before(&mut self, position: Position) -> Result<(), Stop> {
        let _ = position;
        Ok(())
    }
}

/// Why the host ends a script.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// The script asked to end.
    Exit,
    /// Something went wrong.
    Failure(String),
    /// Something went wrong in an expression of the script that the host computed.
    Script(Box<ScriptError>),
}

impl From<ScriptError> for Stop {
    fn from(error: ScriptError) -> Self {
        Self::Script(Box::new(error))
    }
}

impl From<String> for Stop {
    fn from(words: String) -> Self {
        Self::Failure(words)
    }
}
