//! Running what was checked.

use super::catalogue::Entry;
use super::compile::Compiler;
use super::error::{Position, Problem, ScriptError, ScriptErrors};
use super::evaluate::{Cell, Context, Node, boolean, evaluate, located, perform, store};
use super::host::{Host, Stop};
use super::library::Generator;

/// A checked statement.
pub(super) struct Step<O> {
    pub(super) position: Position,
    pub(super) action: Action<O>,
}

/// What statements do.
pub(super) enum Action<O> {
    Store(Cell<O>, Node<O>),
    Set(&'static Entry, Node<O>),
    Evaluate(Node<O>),
    Block(Vec<Step<O>>),
    If(Node<O>, Vec<Step<O>>, Vec<Step<O>>),
    For { first: Vec<Step<O>>, condition: Option<Node<O>>, post: Vec<Step<O>>, body: Vec<Step<O>> },
    Source(String, Vec<Step<O>>),
}

/// A script in which nothing is left to be wrong but what only shows when it runs.
///
/// ```
/// use spinloom_magnet::mx3::{Host, Script, Stop, Value};
///
/// /// A simulation that only has a time.
/// struct Clock(f64);
///
/// impl Host for Clock {
///     type Object = ();
///     fn get(&mut self, _: &'static str) -> Result<Value<()>, Stop> {
///         Ok(Value::Number(self.0))
///     }
///     fn set(&mut self, _: &'static str, value: Value<()>) -> Result<(), Stop> {
///         self.0 = value.number().unwrap_or(self.0);
///         Ok(())
///     }
///     fn call(&mut self, name: &'static str, _: Vec<Value<()>>) -> Result<Option<Value<()>>, Stop> {
///         Err(Stop::Failure(format!("a clock cannot {name}")))
///     }
///     fn method(&mut self, _: &(), _: &'static str, _: Vec<Value<()>>) -> Result<Option<Value<()>>, Stop> {
///         Ok(None)
///     }
///     fn describe(&mut self, _: &()) -> String {
///         String::new()
///     }
/// }
///
/// let mut clock = Clock(0.0);
/// let script = Script::check("for i := 0; i < 3; i++ {\n\tt += 1e-9\n}", &mut clock)?;
/// script.run(&mut clock)?;
/// assert!((clock.0 - 3e-9).abs() < 1e-24);
///
/// let errors = Script::check("setGridSise(128, 32, 1)", &mut clock).err().unwrap();
/// assert_eq!(errors.to_string(), "line 1, column 1: `setGridSise` is not defined, did you mean `SetGridSize`?");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Script<O> {
    steps: Vec<Step<O>>,
    random: Generator,
}

/// How a script came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It came to its last line.
    Finished,
    /// It called `Exit`.
    Exited,
}

impl<O: Clone + Send + Sync + 'static> Script<O> {
    /// Parses a script and checks its names and types; the host is asked for nothing but scripts taken in by `source`.
    ///
    /// # Errors
    /// Everything that is wrong, and every use of what mumax3 knows but is not supported here.
    pub fn check<H: Host<Object = O>>(source: &str, host: &mut H) -> Result<Self, ScriptErrors> {
        Ok(Self { steps: Compiler::script(source, host)?, random: Generator::new() })
    }

    /// Runs it.
    ///
    /// # Errors
    /// The first thing that goes wrong.
    pub fn run<H: Host<Object = O>>(&self, host: &mut H) -> Result<Outcome, ScriptError> {
        match all(&self.steps, &mut Context { host: Some(host), time: 0.0, random: &self.random }) {
            Ok(()) => Ok(Outcome::Finished),
            Err(Stop::Exit) => Ok(Outcome::Exited),
            Err(Stop::Script(error)) => Err(*error),
            Err(Stop::Failure(words)) => Err(ScriptError::new(Position::default(), Problem::Host(words))),
        }
    }
}

impl<O> std::fmt::Debug for Script<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Script({} statements)", self.steps.len())
    }
}

fn all<H: Host>(steps: &[Step<H::Object>], context: &mut Context<'_, H>) -> Result<(), Stop> {
    steps.iter().try_for_each(|step| run(step, context))
}

fn run<H: Host>(step: &Step<H::Object>, context: &mut Context<'_, H>) -> Result<(), Stop> {
    let position = step.position;
    if let Some(host) = context.host.as_mut() {
        host.before(position).map_err(located(position))?;
    }
    match &step.action {
        Action::Store(cell, node) => store(cell, evaluate(node, context)?),
        Action::Set(entry, node) => {
            let value = evaluate(node, context)?;
            if let Some(host) = context.host.as_mut() {
                host.set(entry.name, value).map_err(located(position))?;
            }
        }
        Action::Evaluate(node) => {
            perform(node, context)?;
        }
        Action::Block(body) => all(body, context)?,
        Action::If(condition, body, otherwise) => {
            all(if boolean(condition, context)? { body } else { otherwise }, context)?;
        }
        Action::For { first, condition, post, body } => {
            all(first, context)?;
            while condition.as_ref().map_or(Ok(true), |c| boolean(c, context))? {
                // An empty loop without end still has to be stoppable from outside.
                if let Some(host) = context.host.as_mut() {
                    host.before(position).map_err(located(position))?;
                }
                all(body, context)?;
                all(post, context)?;
            }
        }
        Action::Source(file, body) => all(body, context).map_err(|stop| match stop {
            Stop::Script(error) => Stop::from(error.within(file)),
            other => other,
        })?,
    }
    Ok(())
}
