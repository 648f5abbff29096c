//! What can be wrong with a script.

use std::fmt;

/// Where in the text of a script something begins; lines and columns are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptError {
    /// The file that the script took in by `source`, if it is in one.
    pub file: Option<String>,
    /// Where it is.
    pub position: Position,
    /// What it is.
    pub problem: Problem,
}

impl ScriptError {
    pub(super) fn new(position: Position, problem: Problem) -> Self {
        Self { file: None, position, problem }
    }

    /// The same error, in a file that the script took in.
    pub(super) fn within(mut self, file: &str) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}, ")?;
        }
        write!(f, "line {}, column {}: {}", self.position.line, self.position.column, self.problem)
    }
}

impl std::error::Error for ScriptError {}

/// Everything that is wrong with a script, found before any of it runs, in the order of its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptErrors(pub Vec<ScriptError>);

impl fmt::Display for ScriptErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ScriptErrors {}

/// The ways in which a script can be wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is not of the form of the language.
    #[error("found {found}, expected {expected}")]
    Syntax {
        /// What stands there.
        found: String,
        /// What could.
        expected: &'static str,
    },
    /// A part of Go that mumax3 leaves out.
    #[error("`{word}` is not in the language of mumax3: {instead}")]
    NotInLanguage {
        /// The word.
        word: String,
        /// What to write.
        instead: &'static str,
    },
    /// Nobody has heard of the name.
    #[error("`{name}` is not defined{}", near.as_ref().map(|n| format!(", did you mean `{n}`?")).unwrap_or_default())]
    UnknownName {
        /// The name.
        name: String,
        /// The known name that is spelled most like it.
        near: Option<String>,
    },
    /// What stands before the point has no such method.
    #[error("{kind} has no method `{name}`{}", near.as_ref().map(|n| format!(", did you mean `{n}`?")).unwrap_or_default())]
    NoMethod {
        /// What stands before the point.
        kind: String,
        /// The method.
        name: String,
        /// The method spelled most like it.
        near: Option<String>,
    },
    /// mumax3 knows the name, this program does not do it.
    #[error("`{name}` of mumax3 is not supported here: {reason}")]
    NotSupported {
        /// The name, as mumax3 spells it.
        name: &'static str,
        /// Why, or what to do instead.
        reason: &'static str,
    },
    /// A name is defined twice.
    #[error("`{name}` is already defined: assign to it with =")]
    AlreadyDefined {
        /// The name.
        name: String,
    },
    /// What cannot change stands left of an assignment.
    #[error("cannot assign to `{name}`")]
    NotAssignable {
        /// The name, or what stands there.
        name: String,
    },
    /// Too few or too many arguments.
    #[error("`{name}` takes {wanted} arguments, but {given} are given")]
    ArgumentCount {
        /// Function or method.
        name: String,
        /// How many it takes.
        wanted: usize,
        /// How many there are.
        given: usize,
    },
    /// One kind of value stands where another has to.
    #[error("{given} cannot be used as {wanted}{hint}")]
    Mismatch {
        /// What is there.
        given: String,
        /// What has to be.
        wanted: String,
        /// A further word to help, or nothing.
        hint: &'static str,
    },
    /// A number with a fraction where a whole one has to be.
    #[error("{value} cannot be used as an integer")]
    NotWhole {
        /// The number.
        value: f64,
    },
    /// An index outside.
    #[error("the index {index} is outside 0..{len}")]
    Index {
        /// The index.
        index: i64,
        /// How many there are.
        len: usize,
    },
    /// A function of time alone was needed, but this one asks the simulation for something.
    #[error("this expression needs the running simulation, not only the time")]
    NeedsSimulation,
    /// What the simulation says.
    #[error("{0}")]
    Host(String),
}
