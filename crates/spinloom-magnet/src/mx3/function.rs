//! Expressions that are computed when they are needed: parameters as functions of time, conditions, columns of the table.

use super::error::{Problem, ScriptError};
use super::evaluate::{Context, Kind, Node, evaluate};
use super::host::{Host, Stop};
use super::library::Generator;
use super::value::Value;
use std::fmt;
use std::sync::Arc;

/// An expression of a script, kept to be computed again and again.
#[derive(Clone)]
pub struct Function<O> {
    pub(super) node: Arc<Node<O>>,
    pub(super) random: Generator,
}

impl<O: Clone + Send + Sync + 'static> Function<O> {
    /// Its value, if that never changes.
    pub fn constant(&self) -> Option<&Value<O>> {
        match &self.node.kind {
            Kind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Whether more than the time is needed to compute it.
    pub fn needs_simulation(&self) -> bool {
        self.node.needs_host()
    }

    /// Its value at a time (s).
    ///
    /// # Errors
    /// [`Problem::NeedsSimulation`] where [`needs_simulation`](Self::needs_simulation), or what is wrong with the expression.
    pub fn at(&self, time: f64) -> Result<Value<O>, ScriptError> {
        let context = &mut Context::<NoHost<O>> { host: None, time, random: &self.random };
        evaluate(&self.node, context).map_err(|stop| self.error(stop))
    }

    /// The number that it is at a time (s).
    ///
    /// # Errors
    /// As [`at`](Self::at), and where it is no number or not a number.
    pub fn number_at(&self, time: f64) -> Result<f64, ScriptError> {
        match self.at(time)?.number() {
            Some(value) if !value.is_nan() => Ok(value),
            _ => Err(self.not("a number", time)),
        }
    }

    /// The vector that it is at a time (s).
    ///
    /// # Errors
    /// As [`at`](Self::at), and where it is no vector or a component is not a number.
    pub fn vector_at(&self, time: f64) -> Result<[f64; 3], ScriptError> {
        match self.at(time)?.vector() {
            Some(value) if value.iter().all(|v| !v.is_nan()) => Ok(value),
            _ => Err(self.not("a vector of numbers", time)),
        }
    }

    /// Its value now.
    ///
    /// # Errors
    /// What is wrong with the expression, or what the host says.
    pub fn now<H: Host<Object = O>>(&self, host: &mut H) -> Result<Value<O>, Stop> {
        evaluate(&self.node, &mut Context { host: Some(host), time: 0.0, random: &self.random })
    }

    fn not(&self, wanted: &str, time: f64) -> ScriptError {
        ScriptError::new(self.node.position, Problem::Host(format!("the expression is not {wanted} at t = {time:e} s")))
    }

    fn error(&self, stop: Stop) -> ScriptError {
        match stop {
            Stop::Script(error) => *error,
            Stop::Failure(words) => ScriptError::new(self.node.position, Problem::Host(words)),
            Stop::Exit => ScriptError::new(self.node.position, Problem::NeedsSimulation),
        }
    }
}

impl<O> fmt::Debug for Function<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function(line {})", self.node.position.line)
    }
}

/// No host at all: for expressions of the time alone.
pub(super) struct NoHost<O>(std::convert::Infallible, std::marker::PhantomData<O>);

impl<O: Clone + Send + Sync + 'static> Host for NoHost<O> {
    type Object = O;

    fn get(&mut self, _: &'static str) -> Result<Value<O>, Stop> {
        match self.0 {}
    }

    fn set(&mut self, _: &'static str, _: Value<O>) -> Result<(), Stop> {
        match self.0 {}
    }

    fn call(&mut self, _: &'static str, _: Vec<Value<O>>) -> Result<Option<Value<O>>, Stop> {
        match self.0 {}
    }

    fn method(&mut self, _: &O, _: &'static str, _: Vec<Value<O>>) -> Result<Option<Value<O>>, Stop> {
        match self.0 {}
    }

    fn describe(&mut self, _: &O) -> String {
        match self.0 {}
    }
}
