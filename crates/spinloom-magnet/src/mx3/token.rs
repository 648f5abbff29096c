//! The words of a script.

use super::error::{Position, Problem, ScriptError};
use std::iter::Peekable;
use std::str::Chars;

/// One word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, as it is spelled.
    Name(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A text between quotes; what stands between them is taken as it is.
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    /// The end of a statement: a semicolon, or the end of a line that can be the end of a statement.
    End,
    /// The end of the script.
    Last,
}

impl Token {
    /// How to name it to a person.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Integer(value) => format!("the number {value}"),
            Self::Number(value) => format!("the number {value:e}"),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end of the statement".to_owned(),
            Self::Last => "the end of the script".to_owned(),
        }
    }

    /// Whether a line that ends with it ends a statement (the rule of Go's lexer).
    fn can_end_statement(&self) -> bool {
        match self {
            Self::Name(_) | Self::Integer(_) | Self::Number(_) | Self::Text(_) => true,
            Self::Sign(sign) => matches!(*sign, ")" | "]" | "}" | "++" | "--"),
            Self::End | Self::Last => false,
        }
    }
}

/// Signs, longer ones before those they begin with.
const SIGNS: [&str; 46] = [
    "<<=", ">>=", "&^=", "...", ":=", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "&=",
    "|=", "<<", ">>", "&^", "<-", "+", "-", "*", "/", "%", "^", "&", "|", "!", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",",
    ".", ":",
];

/// Cuts a script into words, each with its place.
///
/// # Errors
/// A text or comment without end, a number that is none, or a character that means nothing.
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, Position)>, ScriptError> {
    let mut lexer = Lexer { rest: source.chars().peekable(), at: Position { line: 1, column: 1 }, out: Vec::new() };
    while lexer.word()? {}
    Ok(lexer.out)
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    at: Position,
    out: Vec<(Token, Position)>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.at = Position { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(c)
    }

    fn starts_with(&self, word: &str) -> bool {
        let mut rest = self.rest.clone();
        word.chars().all(|c| rest.next() == Some(c))
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// The end of a line, where it is also the end of a statement.
    fn line_ends(&mut self, at: Position) {
        if self.out.last().is_some_and(|(token, _)| token.can_end_statement()) {
            self.out.push((Token::End, at));
        }
    }

    /// Reads one word or stretch of blanks; false at the end.
    fn word(&mut self) -> Result<bool, ScriptError> {
        let at = self.at;
        let Some(&c) = self.rest.peek() else {
            self.line_ends(at);
            self.out.push((Token::Last, at));
            return Ok(false);
        };
        match c {
            '\n' => {
                self.next();
                self.line_ends(at);
            }
            c if c.is_whitespace() || c == '\u{feff}' => {
                self.next();
            }
            ';' => {
                self.next();
                self.out.push((Token::End, at));
            }
            _ if self.starts_with("//") => while self.rest.peek().is_some_and(|c| *c != '\n') && self.next().is_some() {},
            _ if self.starts_with("/*") => self.comment(at)?,
            '"' | '`' | '\'' => self.text(at, c)?,
            c if c.is_ascii_digit() => self.number(at)?,
            '.' if self.rest.clone().nth(1).is_some_and(|c| c.is_ascii_digit()) => self.number(at)?,
            c if c.is_alphabetic() || c == '_' => {
                let mut name = String::new();
                while let Some(c) = self.rest.peek().copied().filter(|c| c.is_alphanumeric() || *c == '_') {
                    name.push(c);
                    self.next();
                }
                self.out.push((Token::Name(name), at));
            }
            c => {
                let Some(sign) = SIGNS.into_iter().find(|sign| self.starts_with(sign)) else {
                    return Err(syntax(at, format!("the character `{c}`"), "a statement"));
                };
                self.skip(sign.len());
                self.out.push((Token::Sign(sign), at));
            }
        }
        Ok(true)
    }

    fn comment(&mut self, at: Position) -> Result<(), ScriptError> {
        self.skip(2);
        let mut lines = false;
        while !self.starts_with("*/") {
            match self.next() {
                None => return Err(syntax(at, "a comment without end".to_owned(), "`*/`")),
                Some(c) => lines |= c == '\n',
            }
        }
        self.skip(2);
        if lines {
            self.line_ends(at);
        }
        Ok(())
    }

    fn text(&mut self, at: Position, quote: char) -> Result<(), ScriptError> {
        if quote == '\'' {
            return Err(syntax(at, "a single quote".to_owned(), "texts between double quotes"));
        }
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                Some(c) if c == quote => break,
                Some('\\') if quote == '"' => {
                    text.push('\\');
                    text.extend(self.next());
                }
                None => return Err(syntax(at, "a text without end".to_owned(), "the closing quote")),
                Some('\n') if quote == '"' => return Err(syntax(at, "a text without end".to_owned(), "the closing quote")),
                Some(c) => text.push(c),
            }
        }
        self.out.push((Token::Text(text), at));
        Ok(())
    }

    fn number(&mut self, at: Position) -> Result<(), ScriptError> {
        let mut digits = String::new();
        while let Some(&c) = self.rest.peek() {
            let exponent_sign = matches!(c, '+' | '-') && digits.ends_with(['e', 'E']) && !digits.starts_with("0x");
            if !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || exponent_sign) {
                break;
            }
            digits.push(c);
            self.next();
        }
        let plain = digits.replace('_', "").to_ascii_lowercase();
        let token = match plain.strip_prefix("0x") {
            Some(hexadecimal) => i64::from_str_radix(hexadecimal, 16).ok().map(Token::Integer),
            None if plain.bytes().all(|b| b.is_ascii_digit()) => plain.parse().ok().map(Token::Integer),
            None if plain.bytes().any(|b| b.is_ascii_digit()) && !plain.starts_with('e') => {
                plain.parse().ok().filter(|v: &f64| v.is_finite()).map(Token::Number)
            }
            None => None,
        };
        match token {
            Some(token) => self.out.push((token, at)),
            None => return Err(syntax(at, format!("`{digits}`"), "a number")),
        }
        Ok(())
    }
}

/// An error of form.
pub(super) fn syntax(at: Position, found: String, expected: &'static str) -> ScriptError {
    ScriptError::new(at, Problem::Syntax { found, expected })
}
