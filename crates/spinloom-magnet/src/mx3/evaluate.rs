//! Expressions whose names are resolved and whose types are checked, and how they are computed.

use super::catalogue::{Entry, Method, Type};
use super::error::{Position, Problem, ScriptError};
use super::function::Function;
use super::host::{Host, Stop};
use super::library::{Generator, Library};
use super::syntax::Binary;
use super::value::{Value, whole};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the value of a variable of the script is kept; whatever mentions the variable shares it.
pub(super) type Cell<O> = Arc<Mutex<Option<Value<O>>>>;

/// An expression.
pub(super) struct Node<O> {
    pub(super) position: Position,
    pub(super) kind: Kind<O>,
}

/// The kinds of expressions.
pub(super) enum Kind<O> {
    Constant(Value<O>),
    Variable(Cell<O>),
    /// A variable or quantity of the host.
    Host(&'static Entry),
    Minus(Box<Node<O>>),
    Not(Box<Node<O>>),
    Binary(Binary, Box<[Node<O>; 2]>),
    Real(fn(f64) -> f64, Box<Node<O>>),
    Library(Library, Vec<Node<O>>),
    Call(&'static Entry, Vec<Node<O>>),
    /// A method of a vector.
    VectorMethod(&'static Method, Box<Node<O>>, Vec<Node<O>>),
    /// A method of an object of the host.
    Method(&'static Method, Box<Node<O>>, Vec<Node<O>>),
    /// A function that is a value, and its argument.
    Apply(Box<[Node<O>; 2]>),
    Index(Box<[Node<O>; 2]>),
    ToNumber(Box<Node<O>>),
    ToInteger(Box<Node<O>>),
    /// The number or vector of a value of the whole.
    Get(Box<Node<O>>),
    /// An expression to be computed later, with its variables as they then are.
    Live(Arc<Node<O>>),
    /// An expression to be computed later, with its variables but the time as they are now.
    Frozen(Box<Node<O>>),
}

/// What an expression may look at: a host, or a time alone.
pub(super) struct Context<'a, H> {
    pub(super) host: Option<&'a mut H>,
    pub(super) time: f64,
    pub(super) random: &'a Generator,
}

/// The name of the one variable that functions of time keep.
const TIME: &str = "t";

/// An error at a node.
pub(super) fn failure(position: Position, problem: Problem) -> Stop {
    Stop::from(ScriptError::new(position, problem))
}

/// The place of what the host says went wrong.
pub(super) fn located(position: Position) -> impl FnOnce(Stop) -> Stop {
    move |stop| match stop {
        Stop::Failure(words) => failure(position, Problem::Host(words)),
        other => other,
    }
}

impl<O> Node<O> {
    /// The expressions inside it that are computed with it.
    fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Constant(_) | Kind::Variable(_) | Kind::Host(_) => Vec::new(),
            Kind::Minus(a)
            | Kind::Not(a)
            | Kind::Real(_, a)
            | Kind::ToNumber(a)
            | Kind::ToInteger(a)
            | Kind::Get(a)
            | Kind::Frozen(a) => vec![a],
            Kind::Live(a) => vec![a],
            Kind::Binary(_, pair) | Kind::Apply(pair) | Kind::Index(pair) => pair.iter().collect(),
            Kind::Library(_, list) | Kind::Call(_, list) => list.iter().collect(),
            Kind::VectorMethod(_, object, list) | Kind::Method(_, object, list) => {
                std::iter::once(&**object).chain(list).collect()
            }
        }
    }

    /// Whether it asks the host for more than the time.
    pub(super) fn needs_host(&self) -> bool {
        match &self.kind {
            Kind::Host(entry) => entry.name != TIME,
            Kind::Call(..) | Kind::Method(..) | Kind::Get(_) => true,
            _ => self.children().into_iter().any(Self::needs_host),
        }
    }

    /// Whether it depends on the time by name.
    fn mentions_time(&self) -> bool {
        matches!(&self.kind, Kind::Host(entry) if entry.name == TIME) || self.children().into_iter().any(Self::mentions_time)
    }

    /// Whether it gives the same whenever its parts do.
    fn is_pure(&self) -> bool {
        match &self.kind {
            Kind::Library(library, _) => library.is_pure(),
            Kind::Variable(_) | Kind::Host(_) | Kind::Call(..) | Kind::Method(..) => false,
            _ => !matches!(self.kind, Kind::Get(_) | Kind::Live(_) | Kind::Frozen(_)),
        }
    }
}

/// Computes an expression that has a value.
pub(super) fn evaluate<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<Value<H::Object>, Stop> {
    perform(node, context)?
        .ok_or_else(|| failure(node.position, Problem::Host("nothing was given where a value is needed".into())))
}

/// Computes an expression, which may have no value.
pub(super) fn perform<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<Option<Value<H::Object>>, Stop> {
    let position = node.position;
    Ok(Some(match &node.kind {
        Kind::Constant(value) => value.clone(),
        Kind::Variable(cell) => return Ok(lock(cell).clone()),
        Kind::Host(entry) => match &mut context.host {
            Some(host) => host.get(entry.name).map_err(located(position))?,
            None if entry.name == TIME => Value::Number(context.time),
            None => return Err(failure(position, Problem::NeedsSimulation)),
        },
        Kind::Minus(a) => Value::Number(-number(a, context)?),
        Kind::Not(a) => Value::Boolean(!boolean(a, context)?),
        Kind::Binary(operator, pair) => binary(*operator, pair, context)?,
        Kind::Real(function, a) => Value::Number(function(number(a, context)?)),
        Kind::Library(library, list) => {
            let mut arguments = all(list, context)?;
            if library.is_variadic() {
                describe(&mut arguments, context);
            }
            return library.value(&arguments, context.random).map_err(|problem| failure(position, problem));
        }
        Kind::Call(entry, list) => {
            let arguments = all(list, context)?;
            let host = context.host.as_mut().ok_or_else(|| failure(position, Problem::NeedsSimulation))?;
            return host.call(entry.name, arguments).map_err(located(position));
        }
        Kind::VectorMethod(method, object, list) => {
            let (vector, arguments) = (vector(object, context)?, all(list, context)?);
            vector_method(method.name, vector, &arguments)
        }
        Kind::Method(method, object, list) => {
            let (object, arguments) = (evaluate(object, context)?, all(list, context)?);
            return on_object(position, &object, method.name, arguments, context);
        }
        Kind::Apply(pair) => match evaluate(&pair[0], context)? {
            Value::RealFunction(function) => Value::Number(function(number(&pair[1], context)?)),
            other => return Err(wrong(position, &other, "a function of a number")),
        },
        Kind::Index(pair) => index(position, pair, context)?,
        Kind::ToNumber(a) => Value::Number(number(a, context)?),
        Kind::ToInteger(a) => {
            let value = number(a, context)?;
            Value::Integer(whole(value).ok_or_else(|| failure(position, Problem::NotWhole { value }))?)
        }
        Kind::Get(a) => {
            let object = evaluate(a, context)?;
            return on_object(position, &object, "Get", Vec::new(), context);
        }
        Kind::Live(inner) => Value::Function(Function { node: Arc::clone(inner), random: context.random.clone() }),
        Kind::Frozen(inner) => {
            // What does not mention the time is computed once, whatever else it asks for.
            let node = if inner.mentions_time() {
                freeze(inner, context)?
            } else {
                Node { position: inner.position, kind: Kind::Constant(evaluate(inner, context)?) }
            };
            Value::Function(Function { node: Arc::new(node), random: context.random.clone() })
        }
    }))
}

fn on_object<H: Host>(
    position: Position,
    object: &Value<H::Object>,
    method: &'static str,
    arguments: Vec<Value<H::Object>>,
    context: &mut Context<'_, H>,
) -> Result<Option<Value<H::Object>>, Stop> {
    let Value::Object(object) = object else { return Err(wrong(position, object, "a thing of the simulation")) };
    let host = context.host.as_mut().ok_or_else(|| failure(position, Problem::NeedsSimulation))?;
    host.method(object, method, arguments).map_err(located(position))
}

/// The same expression with the variables of the script and of the host, but for the time, replaced by what they are now, and with
/// everything computed that then is constant.
fn freeze<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<Node<H::Object>, Stop> {
    let position = node.position;
    let kind = match &node.kind {
        Kind::Minus(a) => Kind::Minus(one(a, context)?),
        Kind::Not(a) => Kind::Not(one(a, context)?),
        Kind::Real(function, a) => Kind::Real(*function, one(a, context)?),
        Kind::ToNumber(a) => Kind::ToNumber(one(a, context)?),
        Kind::ToInteger(a) => Kind::ToInteger(one(a, context)?),
        Kind::Binary(operator, pair) => Kind::Binary(*operator, both(pair, context)?),
        Kind::Apply(pair) => Kind::Apply(both(pair, context)?),
        Kind::Index(pair) => Kind::Index(both(pair, context)?),
        Kind::Library(library, list) => Kind::Library(*library, frozen(list, context)?),
        Kind::Call(entry, list) => Kind::Call(entry, frozen(list, context)?),
        Kind::VectorMethod(method, a, list) => Kind::VectorMethod(method, one(a, context)?, frozen(list, context)?),
        Kind::Method(method, a, list) => Kind::Method(method, one(a, context)?, frozen(list, context)?),
        Kind::Host(entry) if entry.name == TIME => Kind::Host(entry),
        Kind::Constant(_) | Kind::Variable(_) | Kind::Host(_) | Kind::Get(_) | Kind::Live(_) | Kind::Frozen(_) => {
            Kind::Constant(evaluate(node, context)?)
        }
    };
    let node = Node { position, kind };
    if !matches!(node.kind, Kind::Constant(_))
        && node.is_pure()
        && node.children().iter().all(|child| matches!(child.kind, Kind::Constant(_)))
    {
        return Ok(Node { position, kind: Kind::Constant(evaluate(&node, context)?) });
    }
    Ok(node)
}

fn one<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<Box<Node<H::Object>>, Stop> {
    freeze(node, context).map(Box::new)
}

fn frozen<H: Host>(list: &[Node<H::Object>], context: &mut Context<'_, H>) -> Result<Vec<Node<H::Object>>, Stop> {
    list.iter().map(|a| freeze(a, context)).collect()
}

fn both<H: Host>(pair: &[Node<H::Object>; 2], context: &mut Context<'_, H>) -> Result<Box<[Node<H::Object>; 2]>, Stop> {
    Ok(Box::new([freeze(&pair[0], context)?, freeze(&pair[1], context)?]))
}

fn lock<O>(cell: &Cell<O>) -> std::sync::MutexGuard<'_, Option<Value<O>>> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a variable its value.
pub(super) fn store<O>(cell: &Cell<O>, value: Value<O>) {
    *lock(cell) = Some(value);
}

fn all<H: Host>(list: &[Node<H::Object>], context: &mut Context<'_, H>) -> Result<Vec<Value<H::Object>>, Stop> {
    list.iter().map(|node| evaluate(node, context)).collect()
}

/// Texts in place of objects.
fn describe<H: Host>(values: &mut [Value<H::Object>], context: &mut Context<'_, H>) {
    for value in values {
        if let (Value::Object(object), Some(host)) = (&*value, context.host.as_mut()) {
            *value = Value::Text(host.describe(object).into());
        }
    }
}

fn wrong<O>(position: Position, value: &Value<O>, wanted: &str) -> Stop {
    let problem = Problem::Mismatch { given: value.kind().to_owned(), wanted: wanted.to_owned(), hint: "" };
    failure(position, problem)
}

fn number<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<f64, Stop> {
    let value = evaluate(node, context)?;
    value.number().ok_or_else(|| wrong(node.position, &value, "a number"))
}

fn vector<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<[f64; 3], Stop> {
    let value = evaluate(node, context)?;
    value.vector().ok_or_else(|| wrong(node.position, &value, "a vector"))
}

/// Computes a condition.
pub(super) fn boolean<H: Host>(node: &Node<H::Object>, context: &mut Context<'_, H>) -> Result<bool, Stop> {
    match evaluate(node, context)? {
        Value::Boolean(value) => Ok(value),
        other => Err(wrong(node.position, &other, "a condition")),
    }
}

fn binary<H: Host>(
    operator: Binary,
    [a, b]: &[Node<H::Object>; 2],
    context: &mut Context<'_, H>,
) -> Result<Value<H::Object>, Stop> {
    if matches!(operator, Binary::And | Binary::Or) {
        let first = boolean(a, context)?;
        let decided = first == (operator == Binary::Or);
        return Ok(Value::Boolean(if decided { first } else { boolean(b, context)? }));
    }
    let (a, b) = (number(a, context)?, number(b, context)?);
    Ok(match operator {
        Binary::Add => Value::Number(a + b),
        Binary::Subtract => Value::Number(a - b),
        Binary::Multiply => Value::Number(a * b),
        Binary::Divide => Value::Number(a / b),
        Binary::Less => Value::Boolean(a < b),
        Binary::Greater => Value::Boolean(a > b),
        Binary::LessOrEqual => Value::Boolean(a <= b),
        Binary::GreaterOrEqual => Value::Boolean(a >= b),
        Binary::Equal => Value::Boolean(a == b),
        Binary::NotEqual | Binary::And | Binary::Or => Value::Boolean(a != b),
    })
}

fn index<H: Host>(
    position: Position,
    [list, index]: &[Node<H::Object>; 2],
    context: &mut Context<'_, H>,
) -> Result<Value<H::Object>, Stop> {
    let list = evaluate(list, context)?;
    let index = number(index, context)? as i64;
    let outside = |len| failure(position, Problem::Index { index, len });
    let place = |len: usize| usize::try_from(index).ok().filter(|i| *i < len).ok_or_else(|| outside(len));
    Ok(match &list {
        Value::Vector(values) => Value::Number(values[place(3)?]),
        Value::Numbers(values) => Value::Number(values[place(values.len())?]),
        Value::Cells(values) => Value::Integer(values[place(3)?]),
        other => return Err(wrong(position, other, "a list")),
    })
}

fn vector_method<O>(method: &str, a: [f64; 3], arguments: &[Value<O>]) -> Value<O> {
    let number = || arguments.first().and_then(Value::number).unwrap_or(f64::NAN);
    let b = arguments.last().and_then(Value::vector).unwrap_or([f64::NAN; 3]);
    let each = |f: &dyn Fn(usize) -> f64| Value::Vector(std::array::from_fn(f));
    let dot = |b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    match method {
        "X" => Value::Number(a[0]),
        "Y" => Value::Number(a[1]),
        "Z" => Value::Number(a[2]),
        "Len" => Value::Number(dot(a).sqrt()),
        "Dot" => Value::Number(dot(b)),
        "Cross" => Value::Vector([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]),
        "Add" => each(&|i| a[i] + b[i]),
        "Sub" => each(&|i| a[i] - b[i]),
        "MAdd" => each(&|i| a[i] + number() * b[i]),
        "Mul" => each(&|i| a[i] * number()),
        _ => each(&|i| a[i] / number()),
    }
}

/// The type of what an index picks.
pub(super) fn element(of: Type) -> Option<Type> {
    match of {
        Type::Vector | Type::Numbers => Some(Type::Number),
        Type::Cells => Some(Type::Integer),
        _ => None,
    }
}
