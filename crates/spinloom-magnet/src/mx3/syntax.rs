//! The form of a script: what the parser makes of its words.

use super::error::Position;

/// Something that has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Where it begins, or where its operator stands.
    pub position: Position,
    /// How many expressions are inside one another.
    pub(super) depth: u32,
    /// What it is.
    pub form: Form,
}

/// The forms of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A name.
    Name(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A text.
    Text(String),
    /// `-a` or `!a`.
    Unary(Unary, Box<Expression>),
    /// `a + b` and the like.
    Binary(Binary, Box<[Expression; 2]>),
    /// `f(a, b)`; the first is the function.
    Call(String, Vec<Expression>),
    /// `a.method(b, c)`.
    Method(Box<Expression>, String, Vec<Expression>),
    /// `a[i]`.
    Index(Box<[Expression; 2]>),
}

/// Operators before one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-`
    Minus,
    /// `!`
    Not,
}

/// Operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessOrEqual,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Where it begins.
    pub position: Position,
    /// What it is.
    pub action: Action,
}

/// The forms of statements.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `a := b`
    Define(String, Expression),
    /// `a = b`
    Assign(String, Expression),
    /// `a += b` and its kind; `a++` is `a += 1`.
    Update(String, Binary, Expression),
    /// An expression for what it does.
    Evaluate(Expression),
    /// `{ ... }`
    Block(Vec<Statement>),
    /// `if a { ... } else { ... }`; the last is a block, an `if` or nothing.
    If(Expression, Vec<Statement>, Option<Box<Statement>>),
    /// `for a; b; c { ... }`
    For(Option<Box<Statement>>, Option<Expression>, Option<Box<Statement>>, Vec<Statement>),
}
