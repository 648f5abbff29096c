//! Lines of numbers, with errors that say where.

use crate::IsingError;
use std::str::FromStr;

/// The lines of a text that are not empty.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
    file: &'a str,
    /// Number of the last line, from 1.
    pub number: usize,
    bytes: usize,
}

/// The words of a line.
#[derive(Debug, Clone)]
pub struct Words<'a> {
    rest: std::str::SplitWhitespace<'a>,
    file: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str, file: &'a str) -> Self {
        Self { rest: text.lines().enumerate(), file, number: 0, bytes: text.len() }
    }

    /// The next line that holds anything.
    pub fn next_line(&mut self) -> Option<&'a str> {
        for (index, line) in self.rest.by_ref() {
            self.number = index + 1;
            let line = line.trim();
            if !line.is_empty() {
                return Some(line);
            }
        }
        None
    }

    /// The next line that does not begin with one of `comment`.
    pub fn next_data(&mut self, comment: &[char]) -> Option<&'a str> {
        loop {
            let line = self.next_line()?;
            if !line.starts_with(comment) {
                return Some(line);
            }
        }
    }

    /// The words of a line just read.
    pub fn words(&self, line: &'a str) -> Words<'a> {
        Words { rest: line.split_whitespace(), file: self.file, line: self.number }
    }

    /// The words of any text on the line just read.
    pub fn words_of<'b>(&self, text: &'b str) -> Words<'b>
    where
        'a: 'b,
    {
        Words { rest: text.split_whitespace(), file: self.file, line: self.number }
    }

    pub fn error(&self, message: impl Into<String>) -> IsingError {
        IsingError::Malformed { file: self.file.to_owned(), line: self.number.max(1), message: message.into() }
    }

    /// Refuses counts that a file of this size cannot mean, before anything is allocated for them.
    pub fn plausible(&self, count: usize, what: &str, bytes_each: usize) -> Result<(), IsingError> {
        if count > self.bytes {
            return Err(self.error(format!("{count} {what} are announced in a file of {} bytes", self.bytes)));
        }
        crate::memory::fits(count as u128 * bytes_each as u128, what)
    }
}

impl Lines<'_> {
    /// Refuses numbers of things that a file need not list one by one, such as vertices without edges, where one of this size cannot mean
    /// them, before anything is allocated for them.
    pub fn room(&self, count: usize, what: &str) -> Result<(), IsingError> {
        if count > 1_000_000 && count > self.bytes.saturating_mul(16) {
            return Err(self.error(format!("{count} {what} in a file of {} bytes", self.bytes)));
        }
        crate::memory::fits(count as u128 * 64, what)
    }
}

impl<'a> Words<'a> {
    /// The next word, if any.
    pub fn word(&mut self) -> Option<&'a str> {
        self.rest.next()
    }

    /// The next word as a number of this type.
    pub fn number<T: FromStr>(&mut self, what: &str) -> Result<T, IsingError> {
        let word = self.rest.next().ok_or_else(|| self.error(format!("expected {what}, but the line ends")))?;
        word.parse().map_err(|_| self.error(format!("expected {what}, found `{word}`")))
    }

    /// The next word as a finite number.
    pub fn weight(&mut self, what: &str) -> Result<f64, IsingError> {
        let value: f64 = self.number(what)?;
        if value.is_finite() { Ok(value) } else { Err(self.error(format!("expected {what}, found {value}"))) }
    }

    /// The next word as an index from `first` on, below `first + count`; counted from 0.
    pub fn index(&mut self, what: &str, first: usize, count: usize) -> Result<usize, IsingError> {
        let value: usize = self.number(what)?;
        if value < first || value - first >= count {
            return Err(
                self.error(format!("expected {what} from {first} to {}, found {value}", (first + count).saturating_sub(1)))
            );
        }
        Ok(value - first)
    }

    /// Complains about words left over.
    pub fn end(&mut self) -> Result<(), IsingError> {
        match self.rest.next() {
            None => Ok(()),
            Some(word) => Err(self.error(format!("expected the end of the line, found `{word}`"))),
        }
    }

    pub fn error(&self, message: impl Into<String>) -> IsingError {
        IsingError::Malformed { file: self.file.to_owned(), line: self.line, message: message.into() }
    }
}
