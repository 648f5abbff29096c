//! The grammar: from words to statements, by recursive descent.

use super::error::{Position, Problem, ScriptError};
use super::syntax::{Action, Binary, Expression, Form, Statement, Unary};
use super::token::{Token, syntax, tokens};

/// How deep expressions and blocks may be inside one another: far more than a person writes, far less than the stack holds.
const DEEPEST: u32 = 250;

/// Words of Go that mumax3 leaves out, and what to write for them.
const GO_ONLY: [(&str, &str); 18] = [
    ("break", "put the end of the loop into its condition"),
    ("continue", "put the rest of the loop into an if"),
    ("return", "there are no functions to return from"),
    ("func", "functions cannot be defined"),
    ("range", "write for i := 0; i < n; i++ {"),
    ("switch", "write if ... else if ..."),
    ("select", "write if ... else if ..."),
    ("case", "write if ... else if ..."),
    ("default", "write if ... else if ..."),
    ("var", "define variables with :="),
    ("const", "define variables with :="),
    ("type", "types cannot be defined"),
    ("struct", "types cannot be defined"),
    ("map", "there are no maps"),
    ("go", "statements run one after another"),
    ("defer", "statements run one after another"),
    ("goto", "use for and if"),
    ("import", "take in another script with source(\"file\")"),
];

/// Parses a script.
///
/// # Errors
/// The first place that is not of the form of the language.
pub fn parse(source: &str) -> Result<Vec<Statement>, ScriptError> {
    let mut parser = Parser { tokens: tokens(source)?, next: 0, nesting: 0 };
    let statements = parser.statements()?;
    match parser.peek() {
        Token::Last => Ok(statements),
        _ => Err(parser.unexpected("a statement")),
    }
}

struct Parser {
    tokens: Vec<(Token, Position)>,
    next: usize,
    nesting: u32,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::Last, |(token, _)| token)
    }

    fn position(&self) -> Position {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(Position::default(), |(_, at)| *at)
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn at(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(s) if *s == sign)
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if name == word)
    }

    fn accept(&mut self, sign: &str) -> bool {
        let there = self.at(sign);
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &str, expected: &'static str) -> Result<(), ScriptError> {
        if self.accept(sign) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn unexpected(&self, expected: &'static str) -> ScriptError {
        syntax(self.position(), self.peek().describe(), expected)
    }

    /// Runs `inner` one level deeper.
    fn deeper<R>(&mut self, inner: impl FnOnce(&mut Self) -> Result<R, ScriptError>) -> Result<R, ScriptError> {
        self.nesting += 1;
        let result = if self.nesting > DEEPEST { Err(too_deep(self.position())) } else { inner(self) };
        self.nesting -= 1;
        result
    }

    fn statements(&mut self) -> Result<Vec<Statement>, ScriptError> {
        let mut out = Vec::new();
        loop {
            while *self.peek() == Token::End {
                self.next += 1;
            }
            if *self.peek() == Token::Last || self.at("}") {
                return Ok(out);
            }
            out.push(self.deeper(Self::statement)?);
            if !matches!(self.peek(), Token::End | Token::Last) && !self.at("}") {
                return Err(self.unexpected("the end of the statement"));
            }
        }
    }

    fn block(&mut self) -> Result<Vec<Statement>, ScriptError> {
        self.expect("{", "`{`")?;
        let statements = self.statements()?;
        self.expect("}", "`}`")?;
        Ok(statements)
    }

    fn statement(&mut self) -> Result<Statement, ScriptError> {
        let position = self.position();
        let action = if self.at("{") {
            Action::Block(self.block()?)
        } else if self.at_word("if") {
            self.next += 1;
            self.rest_of_if()?
        } else if self.at_word("for") {
            self.next += 1;
            self.rest_of_for()?
        } else if self.at_word("else") {
            return Err(self.unexpected("a statement (an `else` stands on the line of the `}` before it)"));
        } else {
            self.simple()?
        };
        Ok(Statement { position, action })
    }

    fn rest_of_if(&mut self) -> Result<Action, ScriptError> {
        let condition = self.expression()?;
        if matches!(self.peek(), Token::End) {
            return Err(self.unexpected("`{` (a statement before the condition is not in the language of mumax3)"));
        }
        let body = self.block()?;
        let mut otherwise = None;
        if self.at_word("else") {
            self.next += 1;
            if !self.at("{") && !self.at_word("if") {
                return Err(self.unexpected("`{` or `if`"));
            }
            otherwise = Some(Box::new(self.deeper(Self::statement)?));
        }
        Ok(Action::If(condition, body, otherwise))
    }

    fn rest_of_for(&mut self) -> Result<Action, ScriptError> {
        if self.at("{") {
            return Ok(Action::For(None, None, None, self.block()?));
        }
        let first = if *self.peek() == Token::End { None } else { Some(self.simple_statement()?) };
        if self.at("{") {
            // Without semicolons, what stands there is the condition.
            return match first {
                Some(Statement { action: Action::Evaluate(condition), .. }) => {
                    Ok(Action::For(None, Some(condition), None, self.block()?))
                }
                _ => Err(self.unexpected("`;` and a condition")),
            };
        }
        self.end("`;` and a condition")?;
        let condition = if *self.peek() == Token::End { None } else { Some(self.expression()?) };
        if self.at("{") {
            return Err(self.unexpected("`;` after the condition"));
        }
        self.end("`;` after the condition")?;
        let post = if self.at("{") { None } else { Some(self.simple_statement()?) };
        Ok(Action::For(first.map(Box::new), condition, post.map(Box::new), self.block()?))
    }

    fn end(&mut self, expected: &'static str) -> Result<(), ScriptError> {
        if *self.peek() != Token::End {
            return Err(self.unexpected(expected));
        }
        self.next += 1;
        Ok(())
    }

    fn simple_statement(&mut self) -> Result<Statement, ScriptError> {
        let position = self.position();
        Ok(Statement { position, action: self.simple()? })
    }

    /// A definition, an assignment, `++` or `--`, or an expression.
    fn simple(&mut self) -> Result<Action, ScriptError> {
        let position = self.position();
        let left = self.expression()?;
        if self.at(",") {
            return Err(self.unexpected("one name: mumax3 assigns to one at a time"));
        }
        let Token::Sign(sign) = *self.peek() else { return Ok(Action::Evaluate(left)) };
        let update = match sign {
            ":=" | "=" => None,
            "+=" | "++" => Some(Binary::Add),
            "-=" | "--" => Some(Binary::Subtract),
            "*=" => Some(Binary::Multiply),
            "/=" => Some(Binary::Divide),
            _ => return Ok(Action::Evaluate(left)),
        };
        let Form::Name(name) = left.form else {
            return Err(ScriptError::new(position, Problem::NotAssignable { name: "what is not a name".to_owned() }));
        };
        self.next += 1;
        let right = match sign {
            "++" | "--" => Expression { position, depth: 1, form: Form::Integer(1) },
            _ => self.expression()?,
        };
        Ok(match update {
            Some(operator) => Action::Update(name, operator, right),
            None if sign == ":=" => Action::Define(name, right),
            None => Action::Assign(name, right),
        })
    }

    fn expression(&mut self) -> Result<Expression, ScriptError> {
        self.deeper(|parser| parser.binary(1))
    }

    /// Operators of at least this precedence, which are the five of Go.
    fn binary(&mut self, lowest: u32) -> Result<Expression, ScriptError> {
        let mut left = self.unary()?;
        loop {
            let position = self.position();
            let Token::Sign(sign) = *self.peek() else { return Ok(left) };
            let Some((operator, precedence)) = operator(sign) else {
                if matches!(sign, "%" | "^" | "&" | "|" | "<<" | ">>" | "&^") {
                    let instead = if sign == "^" { "write pow(a, b)" } else { "write mod(a, b) or whole numbers" };
                    return Err(ScriptError::new(position, Problem::NotInLanguage { word: sign.to_owned(), instead }));
                }
                return Ok(left);
            };
            if precedence < lowest {
                return Ok(left);
            }
            self.next += 1;
            let right = self.deeper(|parser| parser.binary(precedence + 1))?;
            let depth = left.depth.max(right.depth);
            left = grown(position, depth, Form::Binary(operator, Box::new([left, right])))?;
        }
    }

    fn unary(&mut self) -> Result<Expression, ScriptError> {
        let position = self.position();
        let operator = match self.peek() {
            Token::Sign("-") => Unary::Minus,
            Token::Sign("!") => Unary::Not,
            Token::Sign("+") => {
                self.next += 1;
                return self.deeper(Self::unary);
            }
            _ => return self.postfix(),
        };
        self.next += 1;
        let inner = self.deeper(Self::unary)?;
        grown(position, inner.depth, Form::Unary(operator, Box::new(inner)))
    }

    /// A value with calls of its methods and indices behind it.
    fn postfix(&mut self) -> Result<Expression, ScriptError> {
        let mut value = self.primary()?;
        loop {
            let position = self.position();
            if self.accept(".") {
                let position = self.position();
                let Token::Name(method) = self.take() else {
                    self.next -= 1;
                    return Err(self.unexpected("the name of a method"));
                };
                if !self.at("(") {
                    return Err(self.unexpected("`(`: what stands behind a point is a method, and is called"));
                }
                let arguments = self.arguments()?;
                let depth = deepest(&arguments).max(value.depth);
                value = grown(position, depth, Form::Method(Box::new(value), method, arguments))?;
            } else if self.accept("[") {
                let index = self.expression()?;
                self.expect("]", "`]`")?;
                let depth = value.depth.max(index.depth);
                value = grown(position, depth, Form::Index(Box::new([value, index])))?;
            } else if self.at("(") {
                return Err(self.unexpected("an operator (a function has to have a name to be called)"));
            } else {
                return Ok(value);
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, ScriptError> {
        let position = self.position();
        let form = match self.peek().clone() {
            Token::Name(name) => {
                if let Some((word, instead)) = GO_ONLY.into_iter().find(|(word, _)| *word == name) {
                    return Err(ScriptError::new(position, Problem::NotInLanguage { word: word.to_owned(), instead }));
                }
                if matches!(name.as_str(), "if" | "for" | "else") {
                    return Err(self.unexpected("a value"));
                }
                self.next += 1;
                if self.at("(") {
                    let arguments = self.arguments()?;
                    return grown(position, deepest(&arguments), Form::Call(name, arguments));
                }
                Form::Name(name)
            }
            Token::Integer(value) => self.literal(Form::Integer(value)),
            Token::Number(value) => self.literal(Form::Number(value)),
            Token::Text(text) => self.literal(Form::Text(text)),
            Token::Sign("(") => {
                self.next += 1;
                let inner = self.expression()?;
                self.expect(")", "`)`")?;
                return Ok(inner);
            }
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Expression { position, depth: 1, form })
    }

    fn literal(&mut self, form: Form) -> Form {
        self.next += 1;
        form
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, ScriptError> {
        self.expect("(", "`(`")?;
        let mut out = Vec::new();
        while !self.at(")") {
            out.push(self.expression()?);
            if !self.accept(",") {
                break;
            }
        }
        self.expect(")", "`,` or `)`")?;
        Ok(out)
    }
}

fn operator(sign: &str) -> Option<(Binary, u32)> {
    Some(match sign {
        "||" => (Binary::Or, 1),
        "&&" => (Binary::And, 2),
        "==" => (Binary::Equal, 3),
        "!=" => (Binary::NotEqual, 3),
        "<" => (Binary::Less, 3),
        "<=" => (Binary::LessOrEqual, 3),
        ">" => (Binary::Greater, 3),
        ">=" => (Binary::GreaterOrEqual, 3),
        "+" => (Binary::Add, 4),
        "-" => (Binary::Subtract, 4),
        "*" => (Binary::Multiply, 5),
        "/" => (Binary::Divide, 5),
        _ => return None,
    })
}

fn deepest(expressions: &[Expression]) -> u32 {
    expressions.iter().map(|e| e.depth).max().unwrap_or(0)
}

/// An expression around others, unless that makes it too deep.
fn grown(position: Position, inner: u32, form: Form) -> Result<Expression, ScriptError> {
    if inner >= 2 * DEEPEST {
        return Err(too_deep(position));
    }
    Ok(Expression { position, depth: inner + 1, form })
}

fn too_deep(position: Position) -> ScriptError {
    syntax(position, "an expression or a block too deep inside others".to_owned(), "fewer brackets")
}
