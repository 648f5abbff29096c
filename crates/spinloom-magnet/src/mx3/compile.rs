//! From the form of a script to what can be run: names are looked up, types checked and converted.

use super::catalogue::{Class, Entry, Item, Support, Type, entries, find, methods};
use super::convert::{Fault, Typed, at, convert, mismatch, near};
use super::error::{Position, Problem, ScriptError, ScriptErrors};
use super::evaluate::{Cell, Kind, Node, element, store};
use super::host::{Host, Stop};
use super::library::Library;
use super::parse::parse;
use super::run::{Action, Step};
use super::syntax::{self, Binary, Expression, Form, Statement, Unary};
use super::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// How deep scripts may take in one another: a script that takes in itself would not end.
const MOST_SOURCES: usize = 16;

/// A variable of the script.
struct Variable<O> {
    name: String,
    cell: Cell<O>,
    /// None where its definition has no meaning.
    ty: Option<Type>,
}

pub(super) struct Compiler<'a, H: Host> {
    host: &'a mut H,
    scopes: Vec<HashMap<String, Variable<H::Object>>>,
    errors: Vec<ScriptError>,
    sources: usize,
}

impl<'a, H: Host> Compiler<'a, H> {
    /// Checks a whole script.
    pub(super) fn script(source: &str, host: &'a mut H) -> Result<Vec<Step<H::Object>>, ScriptErrors> {
        let statements = parse(source).map_err(|error| ScriptErrors(vec![error]))?;
        let mut compiler = Self { host, scopes: vec![HashMap::new()], errors: Vec::new(), sources: 0 };
        compiler.define_without_effect();
        let steps = compiler.statements(&statements);
        if compiler.errors.is_empty() { Ok(steps) } else { Err(ScriptErrors(compiler.errors)) }
    }

    /// Variables of mumax3 that change nothing here are variables of the script, in a scope around its own.
    fn define_without_effect(&mut self) {
        for entry in entries() {
            if let (Support::NoEffect(_), Item::Variable(ty)) = (entry.support, entry.item) {
                let value = match ty {
                    Type::Boolean => Value::Boolean(false),
                    Type::Vector => Value::Vector([0.0; 3]),
                    _ => Value::Number(0.0),
                };
                store(&self.define(entry.name, Some(ty)), value);
            }
        }
        self.scopes.push(HashMap::new());
    }

    /// Checks one after another; what is wrong is put down, and the next is checked all the same.
    fn statements(&mut self, statements: &[Statement]) -> Vec<Step<H::Object>> {
        let mut steps = Vec::new();
        for statement in statements {
            match self.action(statement) {
                Ok(action) => steps.push(Step { position: statement.position, action }),
                Err(fault) => {
                    if let Fault::Error(error) = fault {
                        self.errors.push(error);
                    }
                    if let syntax::Action::Define(name, _) = &statement.action {
                        self.define(name, None);
                    }
                }
            }
        }
        steps
    }

    fn scoped<R>(&mut self, inner: impl FnOnce(&mut Self) -> R) -> R {
        self.scopes.push(HashMap::new());
        let result = inner(self);
        self.scopes.pop();
        result
    }

    fn action(&mut self, statement: &Statement) -> Result<Action<H::Object>, Fault> {
        let position = statement.position;
        Ok(match &statement.action {
            syntax::Action::Define(name, right) => {
                let (node, ty) = self.value(right)?;
                self.check_definition(position, name)?;
                Action::Store(self.define(name, Some(ty)), node)
            }
            syntax::Action::Assign(name, right) => {
                let right = self.expression(right)?;
                self.assign(position, name, right)?
            }
            syntax::Action::Update(name, operator, right) => {
                let left = Expression { position, depth: 1, form: Form::Name(name.clone()) };
                let left = self.converted(&left, Type::Number)?;
                let right = self.converted(right, Type::Number)?;
                let sum = Node { position, kind: Kind::Binary(*operator, Box::new([left, right])) };
                self.assign(position, name, (sum, Some(Type::Number)))?
            }
            syntax::Action::Evaluate(Expression { form: Form::Call(name, arguments), .. })
                if name.eq_ignore_ascii_case("source") =>
            {
                self.source(position, arguments)?
            }
            syntax::Action::Evaluate(expression) => Action::Evaluate(self.expression(expression)?.0),
            syntax::Action::Block(body) => Action::Block(self.scoped(|c| c.statements(body))),
            syntax::Action::If(condition, body, otherwise) => self.scoped(|c| {
                let condition = c.converted(condition, Type::Boolean);
                let body = c.statements(body);
                let otherwise = otherwise.as_ref().map_or_else(Vec::new, |s| c.statements(std::slice::from_ref(s)));
                Ok::<_, Fault>(Action::If(condition?, body, otherwise))
            })?,
            syntax::Action::For(first, condition, post, body) => self.scoped(|c| {
                let first = first.as_ref().map_or_else(Vec::new, |s| c.statements(std::slice::from_ref(s)));
                let condition = condition.as_ref().map(|e| c.converted(e, Type::Boolean)).transpose();
                let post = post.as_ref().map_or_else(Vec::new, |s| c.statements(std::slice::from_ref(s)));
                let body = c.statements(body);
                Ok::<_, Fault>(Action::For { first, condition: condition?, post, body })
            })?,
        })
    }

    /// Whether a script may define this name here.
    fn check_definition(&self, position: Position, name: &str) -> Result<(), Fault> {
        let here = self.scopes.last().is_some_and(|scope| scope.contains_key(&name.to_lowercase()));
        let hides = self.scopes.len() == 2 && find(name).is_some_and(|entry| !entry.may_be_hidden());
        if here || hides { Err(at(position, Problem::AlreadyDefined { name: name.to_owned() })) } else { Ok(()) }
    }

    /// A new variable in the innermost scope.
    fn define(&mut self, name: &str, ty: Option<Type>) -> Cell<H::Object> {
        let cell = Cell::default();
        let variable = Variable { name: name.to_owned(), cell: Arc::clone(&cell), ty };
        if let Some(scope) = self.scopes.last_mut() {
            scope.entry(name.to_lowercase()).or_insert(variable);
        }
        cell
    }

    fn variable(&self, name: &str) -> Option<&Variable<H::Object>> {
        let name = name.to_lowercase();
        self.scopes.iter().rev().find_map(|scope| scope.get(&name))
    }

    fn assign(&mut self, position: Position, name: &str, right: Typed<H::Object>) -> Result<Action<H::Object>, Fault> {
        if let Some(variable) = self.variable(name) {
            let (ty, cell) = (variable.ty.ok_or(Fault::Follows)?, Arc::clone(&variable.cell));
            return Ok(Action::Store(cell, convert(right, ty)?));
        }
        let entry = self.entry(position, name)?;
        match entry.item {
            Item::Variable(ty) | Item::Quantity(_, Some(ty)) => Ok(Action::Set(entry, convert(right, ty)?)),
            _ => Err(at(position, Problem::NotAssignable { name: entry.name.to_owned() })),
        }
    }

    /// A supported entry of the catalogue.
    fn entry(&self, position: Position, name: &str) -> Result<&'static Entry, Fault> {
        match find(name) {
            Some(Entry { name, support: Support::No(reason), .. }) => Err(at(position, Problem::NotSupported { name, reason })),
            Some(entry) => Ok(entry),
            None => {
                let own = self.scopes.iter().flat_map(HashMap::values).map(|v| v.name.as_str());
                let all: Vec<&str> = entries().map(|e| e.name).chain(own).collect();
                let near = near(name, &all);
                Err(at(position, Problem::UnknownName { name: name.to_owned(), near }))
            }
        }
    }

    /// Takes in another script, whose name has to be written out so that it can be checked now.
    fn source(&mut self, position: Position, arguments: &[Expression]) -> Result<Action<H::Object>, Fault> {
        let [Expression { form: Form::Text(file), .. }] = arguments else {
            let problem = Problem::Host("source takes the name of one file, written out between quotes".to_owned());
            return Err(at(position, problem));
        };
        if self.sources == MOST_SOURCES {
            return Err(at(position, Problem::Host(format!("`{file}` is taken in too deep: does it take in itself?"))));
        }
        let text = self.host.source(file).map_err(|stop| match stop {
            Stop::Failure(words) => at(position, Problem::Host(words)),
            Stop::Script(error) => Fault::Error(*error),
            Stop::Exit => Fault::Follows,
        })?;
        let statements = parse(&text).map_err(|error| error.within(file))?;
        self.sources += 1;
        let before = self.errors.len();
        let steps = self.statements(&statements);
        self.sources -= 1;
        let new = self.errors.split_off(before);
        self.errors.extend(new.into_iter().map(|error| error.within(file)));
        Ok(Action::Source(file.clone(), steps))
    }

    /// An expression that has a value.
    fn value(&mut self, expression: &Expression) -> Result<(Node<H::Object>, Type), Fault> {
        let (node, ty) = self.expression(expression)?;
        let problem = || at(expression.position, mismatch(None, &"a value", ""));
        Ok((node, ty.ok_or_else(problem)?))
    }

    /// An expression as a value of a type.
    fn converted(&mut self, expression: &Expression, ty: Type) -> Result<Node<H::Object>, Fault> {
        let typed = self.expression(expression)?;
        convert(typed, ty)
    }

    fn expression(&mut self, expression: &Expression) -> Result<Typed<H::Object>, Fault> {
        let position = expression.position;
        let (kind, ty) = match &expression.form {
            Form::Integer(value) => (Kind::Constant(Value::Integer(*value)), Some(Type::Integer)),
            Form::Number(value) => (Kind::Constant(Value::Number(*value)), Some(Type::Number)),
            Form::Text(text) => (Kind::Constant(Value::Text(text.as_str().into())), Some(Type::Text)),
            Form::Name(name) => self.name(position, name)?,
            Form::Unary(Unary::Minus, a) => (Kind::Minus(Box::new(self.converted(a, Type::Number)?)), Some(Type::Number)),
            Form::Unary(Unary::Not, a) => (Kind::Not(Box::new(self.converted(a, Type::Boolean)?)), Some(Type::Boolean)),
            Form::Binary(operator, pair) => self.binary(*operator, pair)?,
            Form::Call(name, arguments) => self.call(position, name, arguments)?,
            Form::Method(object, method, arguments) => self.method(position, object, method, arguments)?,
            Form::Index(pair) => {
                let (list, of) = self.value(&pair[0])?;
                let hint = if of == Type::Object(Class::VectorValue) { ": take its .Get()" } else { "" };
                let ty = element(of).ok_or_else(|| at(position, mismatch(Some(of), &"a list", hint)))?;
                let index = self.converted(&pair[1], Type::Integer)?;
                (Kind::Index(Box::new([list, index])), Some(ty))
            }
        };
        Ok((Node { position, kind }, ty))
    }

    fn name(&self, position: Position, name: &str) -> Result<(Kind<H::Object>, Option<Type>), Fault> {
        if let Some(variable) = self.variable(name) {
            return Ok((Kind::Variable(Arc::clone(&variable.cell)), Some(variable.ty.ok_or(Fault::Follows)?)));
        }
        let entry = self.entry(position, name)?;
        let (kind, ty) = match entry.item {
            Item::Number(value) => (Kind::Constant(Value::Number(value)), Type::Number),
            Item::Integer(value) => (Kind::Constant(Value::Integer(value)), Type::Integer),
            Item::Boolean(value) => (Kind::Constant(Value::Boolean(value)), Type::Boolean),
            Item::Variable(ty) => (Kind::Host(entry), ty),
            Item::Quantity(class, _) => (Kind::Host(entry), Type::Object(class)),
            Item::Function(..) | Item::Variadic(..) | Item::Library(_) => {
                let given = format!("the function `{}`", entry.name);
                let problem = Problem::Mismatch { given, wanted: "a value".to_owned(), hint: ": call it with brackets" };
                return Err(at(position, problem));
            }
        };
        Ok((kind, Some(ty)))
    }

    fn binary(&mut self, operator: Binary, [a, b]: &[Expression; 2]) -> Result<(Kind<H::Object>, Option<Type>), Fault> {
        let (takes, gives) = match operator {
            Binary::And | Binary::Or => (Type::Boolean, Type::Boolean),
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide => (Type::Number, Type::Number),
            _ => (Type::Number, Type::Boolean),
        };
        let pair = Box::new([self.converted(a, takes)?, self.converted(b, takes)?]);
        Ok((Kind::Binary(operator, pair), Some(gives)))
    }

    fn call(
        &mut self,
        position: Position,
        name: &str,
        arguments: &[Expression],
    ) -> Result<(Kind<H::Object>, Option<Type>), Fault> {
        if let Some(variable) = self.variable(name) {
            let ty = variable.ty.ok_or(Fault::Follows)?;
            let cell = Arc::clone(&variable.cell);
            if ty != Type::RealFunction {
                return Err(at(position, mismatch(Some(ty), &"a function", "")));
            }
            let mut list = self.arguments(position, name, &[Type::Number], false, arguments)?;
            let function = Node { position, kind: Kind::Variable(cell) };
            return match list.pop() {
                Some(argument) => Ok((Kind::Apply(Box::new([function, argument])), Some(Type::Number))),
                None => Err(Fault::Follows),
            };
        }
        let entry = self.entry(position, name)?;
        match entry.item {
            // It takes nothing and gives nothing.
            Item::Function(..) if matches!(entry.support, Support::NoEffect(_)) => {
                self.arguments(position, entry.name, &[], false, arguments)?;
                Ok((Kind::Constant(Value::Boolean(true)), None))
            }
            Item::Function(takes, gives) => {
                Ok((Kind::Call(entry, self.arguments(position, entry.name, takes, false, arguments)?), gives))
            }
            Item::Variadic(takes, gives) => {
                Ok((Kind::Call(entry, self.arguments(position, entry.name, takes, true, arguments)?), gives))
            }
            Item::Library(library) => {
                let mut list = self.arguments(position, entry.name, library.takes(), library.is_variadic(), arguments)?;
                let kind = match (library, list.len()) {
                    (Library::Real(function), 1) => Kind::Real(function, Box::new(list.remove(0))),
                    _ => Kind::Library(library, list),
                };
                Ok((kind, library.gives()))
            }
            _ => {
                let given = format!("`{}`", entry.name);
                Err(at(position, Problem::Mismatch { given, wanted: "a function".to_owned(), hint: "" }))
            }
        }
    }

    fn method(
        &mut self,
        position: Position,
        object: &Expression,
        name: &str,
        arguments: &[Expression],
    ) -> Result<(Kind<H::Object>, Option<Type>), Fault> {
        let (object, ty) = self.value(object)?;
        let known = methods(ty);
        let Some(method) = known.iter().find(|m| m.name.eq_ignore_ascii_case(name)) else {
            let names: Vec<&str> = known.iter().map(|m| m.name).collect();
            let problem = Problem::NoMethod { kind: ty.to_string(), name: name.to_owned(), near: near(name, &names) };
            return Err(at(position, problem));
        };
        if let Support::No(reason) = method.support {
            return Err(at(position, Problem::NotSupported { name: method.name, reason }));
        }
        let list = self.arguments(position, method.name, method.takes, false, arguments)?;
        let object = Box::new(object);
        let kind = if ty == Type::Vector { Kind::VectorMethod(method, object, list) } else { Kind::Method(method, object, list) };
        Ok((kind, method.gives))
    }

    fn arguments(
        &mut self,
        position: Position,
        name: &str,
        takes: &[Type],
        more: bool,
        given: &[Expression],
    ) -> Result<Vec<Node<H::Object>>, Fault> {
        if given.len() < takes.len() || (given.len() > takes.len() && !more) {
            let problem = Problem::ArgumentCount { name: name.to_owned(), wanted: takes.len(), given: given.len() };
            return Err(at(position, problem));
        }
        let types = takes.iter().copied().chain(std::iter::repeat(Type::Any));
        given.iter().zip(types).map(|(argument, ty)| self.converted(argument, ty)).collect()
    }
}
