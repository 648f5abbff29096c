//! TOML files whose values keep their places, so that whatever is wrong with one is told with file, line and column.
//!
//! ```
//! use spinloom_core::document::Document;
//! let mut document = Document::parse("film.toml", "seed = 1\n[material]\ndamping = 0.02\n")?;
//! document.set("material.damping=0.5")?;
//! assert_eq!(document.to_toml(), "seed = 1\n\n[material]\ndamping = 0.5\n");
//! let error = Document::parse("film.toml", "seed = 1\ndamping = \n").unwrap_err();
//! assert!(error.to_string().starts_with("film.toml:2:"), "{error}");
//! # Ok::<(), spinloom_core::document::DocumentError>(())
//! ```

use crate::parameters::{ParameterError, Parameters, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct DocumentError {
    /// The file, or the assignment of the command line.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Byte range of the place in `text`.
    pub span: Range<usize>,
    /// The whole text, for showing the place.
    pub text: String,
    /// What is wrong there, and the way out.
    pub message: String,
}

impl DocumentError {
    /// The error at a place in a text.
    pub fn new(file: &str, text: &str, span: Range<usize>, message: String) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span,
            text: text.to_owned(),
            message,
        }
    }
}

/// Where something stands: in the file, or in an assignment of the command line; at the beginning of the file by default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    assignment: Option<usize>,
    span: Range<usize>,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub tree: Tree,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Names with values.
    Table(Vec<Entry>),
    /// A list.
    List(Vec<Node>),
    /// A number, a text, true or false.
    Value(Value),
    /// A date, which no parameter takes.
    Date(String),
}

/// A name with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// Where the name stands.
    pub place: Place,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// As the value of a parameter; none for tables, dates, and lists with any of them.
    pub fn value(&self) -> Option<Value> {
        match &self.tree {
            Tree::Value(value) => Some(value.clone()),
            Tree::List(items) => items.iter().map(Self::value).collect::<Option<_>>().map(Value::List),
            Tree::Table(_) | Tree::Date(_) => None,
        }
    }

    /// The names it has, if it is a table.
    pub fn table(&self) -> Option<&[Entry]> {
        if let Tree::Table(entries) = &self.tree { Some(entries) } else { None }
    }

    /// As a value of the crate `toml`, for what is read through serde.
    pub fn toml(&self) -> toml::Value {
        match &self.tree {
            Tree::Table(entries) => toml::Value::Table(entries.iter().map(|e| (e.key.clone(), e.node.toml())).collect()),
            Tree::List(items) => toml::Value::Array(items.iter().map(Self::toml).collect()),
            Tree::Value(value) => plain(value),
            Tree::Date(text) => toml::Value::String(text.clone()),
        }
    }

    fn read(value: &Spanned<DeValue<'_>>, assignment: Option<usize>) -> Self {
        let tree = match value.get_ref() {
            DeValue::Table(table) => Tree::Table(entries(table, assignment)),
            DeValue::Array(items) => Tree::List(items.iter().map(|i| Self::read(i, assignment)).collect()),
            DeValue::Datetime(date) => Tree::Date(date.to_string()),
            other => scalar(other).map_or_else(|| Tree::Date(String::new()), Tree::Value),
        };
        Self { place: Place { assignment, span: value.span() }, tree }
    }
}

fn entries(table: &DeTable<'_>, assignment: Option<usize>) -> Vec<Entry> {
    let entry = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        place: Place { assignment, span: key.span() },
        node: Node::read(value, assignment),
    };
    table.iter().map(entry).collect()
}

/// What a parsed value is for a parameter; none for tables, dates, and lists with any of them.
pub fn value_of(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::Array(items) => items.iter().map(|i| value_of(i.get_ref())).collect::<Option<_>>().map(Value::List),
        other => scalar(other),
    }
}

/// What is neither table nor list nor date.
fn scalar(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Boolean(v) => Some(Value::Boolean(*v)),
        DeValue::Integer(v) => {
            let whole = i64::from_str_radix(v.as_str(), v.radix()).ok();
            // What is too large for a whole number is still a number.
            whole.map(Value::Integer).or_else(|| v.as_str().parse().ok().map(Value::Number))
        }
        DeValue::Float(v) => v.as_str().parse().ok().map(Value::Number),
        _ => None,
    }
}

fn plain(value: &Value) -> toml::Value {
    match value {
        Value::Boolean(v) => toml::Value::Boolean(*v),
        Value::Integer(v) => toml::Value::Integer(*v),
        Value::Number(v) => toml::Value::Float(*v),
        Value::Text(v) => toml::Value::String(v.clone()),
        Value::List(items) => toml::Value::Array(items.iter().map(plain).collect()),
    }
}

/// A value as on a command line: what a TOML file would have, where quotes may be left out.
pub fn value_of_text(text: &str) -> Value {
    let parsed = DeValue::parse(text).ok();
    parsed.and_then(|v| value_of(v.get_ref())).unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// A file, with what the command line changes in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    name: String,
    text: String,
    assignments: Vec<String>,
    root: Node,
}

impl Document {
    /// Reads a text; `name` is what errors call it.
    ///
    /// # Errors
    /// [`DocumentError`] where it is not TOML.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        let root =
            DeTable::parse(text).map_err(|e| DocumentError::new(name, text, e.span().unwrap_or(0..0), e.message().to_owned()))?;
        let root = Node { place: Place::default(), tree: Tree::Table(entries(root.get_ref(), None)) };
        Ok(Self { name: name.to_owned(), text: text.to_owned(), assignments: Vec::new(), root })
    }

    /// The names at the top.
    pub fn entries(&self) -> &[Entry] {
        self.root.table().unwrap_or_default()
    }

    /// The value under a name at the top.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.node)
    }

    /// Changes a value, as on the command line: `NAME=VALUE` with a dotted name, in which the members of a list are numbered from 1, as in
    /// `stage.2.duration=3 ns`.
    ///
    /// # Errors
    /// [`DocumentError`] when there is no name or value, or the name leads nowhere.
    pub fn set(&mut self, assignment: &str) -> Result<(), DocumentError> {
        self.assignments.push(assignment.to_owned());
        let index = Some(self.assignments.len() - 1);
        let whole = Place { assignment: index, span: 0..assignment.len() };
        let pair = assignment.split_once('=').map(|(name, text)| (name.trim(), text.trim()));
        let Some((name, text)) = pair.filter(|(n, t)| !n.is_empty() && !t.is_empty()) else {
            return Err(self.error(&whole, "write it as NAME=VALUE, as in `material.damping=0.01`".to_owned()));
        };
        let parsed = DeValue::parse(text).ok();
        let mut node = parsed.map_or_else(|| word(text, &whole), |v| Node::read(&v, index));
        rebase(&mut node, &whole);
        let mut root = std::mem::replace(&mut self.root, word("", &whole));
        let put = put(&mut root, name, node, &whole);
        self.root = root;
        put.map_err(|message| self.error(&whole, message))
    }

    /// The error at a place.
    pub fn error(&self, place: &Place, message: String) -> DocumentError {
        match place.assignment.and_then(|i| self.assignments.get(i)) {
            Some(text) => DocumentError::new("--set", text, place.span.clone(), message),
            None => DocumentError::new(&self.name, &self.text, place.span.clone(), message),
        }
    }

    /// Sets the parameters of a struct from a table.
    ///
    /// # Errors
    /// [`DocumentError`] with the place of an unknown name or a refused value.
    pub fn assign<'a>(
        &self,
        table: impl IntoIterator<Item = &'a Entry>,
        target: &mut impl Parameters,
    ) -> Result<(), DocumentError> {
        table.into_iter().try_for_each(|entry| self.assign_entry(entry, &entry.key, target))
    }

    fn assign_entry(&self, entry: &Entry, name: &str, target: &mut impl Parameters) -> Result<(), DocumentError> {
        let group = format!("{name}.");
        if let Some(inner) = entry.node.table()
            && target.parameters().iter().any(|p| p.name.starts_with(&group))
        {
            return inner.iter().try_for_each(|e| self.assign_entry(e, &format!("{group}{}", e.key), target));
        }
        let Some(value) = entry.node.value() else {
            let known = target.parameters().iter().any(|p| p.name == name);
            let mut unknown = || target.set(name, &Value::Boolean(false)).err().map(|e| e.to_string());
            let kind = || format!("`{name}` wants a number, a text, true or false, or a list of them");
            return Err(if known {
                self.error(&entry.node.place, kind())
            } else {
                self.error(&entry.place, unknown().unwrap_or_else(kind))
            });
        };
        target.set(name, &value).map_err(|error| {
            let place = if matches!(error, ParameterError::Unknown { .. }) { &entry.place } else { &entry.node.place };
            self.error(place, error.to_string())
        })
    }

    /// The whole as TOML, with what the command line changed.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.root.toml()).unwrap_or_default()
    }
}

fn word(text: &str, place: &Place) -> Node {
    Node { place: place.clone(), tree: Tree::Value(Value::Text(text.to_owned())) }
}

/// Gives a value of the command line, and all in it, the place of the whole assignment.
fn rebase(node: &mut Node, place: &Place) {
    node.place = place.clone();
    match &mut node.tree {
        Tree::Table(entries) => entries.iter_mut().for_each(|e| {
            e.place = place.clone();
            rebase(&mut e.node, place);
        }),
        Tree::List(items) => items.iter_mut().for_each(|i| rebase(i, place)),
        Tree::Value(_) | Tree::Date(_) => {}
    }
}

/// Puts a value where a dotted name leads; tables that are not there are made.
fn put(node: &mut Node, name: &str, value: Node, place: &Place) -> Result<(), String> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let slot = match &mut node.tree {
        Tree::Table(entries) => {
            let found = entries.iter().position(|e| e.key == first);
            let at = found.unwrap_or_else(|| {
                let node = Node { place: place.clone(), tree: Tree::Table(Vec::new()) };
                entries.push(Entry { key: first.to_owned(), place: place.clone(), node });
                entries.len() - 1
            });
            entries[at].place = place.clone();
            &mut entries[at].node
        }
        Tree::List(items) => {
            let count = items.len();
            let at = first.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            at.and_then(|n| items.get_mut(n))
                .ok_or_else(|| format!("`{first}` is none of its members, which are numbered 1 to {count}"))?
        }
        Tree::Value(_) | Tree::Date(_) => return Err(format!("what stands before `{first}` is a value, and has no parts")),
    };
    if let Some(rest) = rest {
        return put(slot, rest, value, place);
    }
    *slot = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Bound;

    crate::parameters! {
        /// Some.
        struct Sample {
            /// A rate.
            pub rate: f64 = 1.0, "Hz", Bound::POSITIVE;
            /// A vector.
            pub field: [f64; 3] = [0.0; 3], "T", Bound::ANY;
            /// Words.
            pub words: Vec<String> = vec![], "", Bound::ANY;
            /// Numbers of cells.
            pub cells: [usize; 2] = [1; 2], "", Bound::ANY;
        }
    }

    fn read(text: &str, sets: &[&str]) -> Result<Sample, String> {
        let mut document = Document::parse("a.toml", text).map_err(|e| e.to_string())?;
        sets.iter().try_for_each(|s| document.set(s)).map_err(|e| e.to_string())?;
        let mut some = Sample::default();
        document.assign(document.entries(), &mut some).map(|()| some).map_err(|e| e.to_string())
    }

    #[test]
    fn vectors_and_words_are_read_with_their_units() {
        let some = read("rate = \"2 kHz\"\nfield = [\"1 mT\", 0, 2]\nwords = [\"a\"]\ncells = [2, 3]", &[]).unwrap();
        assert_eq!((some.rate, some.field, some.cells), (2e3, [1.0 * 1e-3, 0.0, 2.0], [2, 3]));
        assert_eq!(some.words, ["a"]);
        assert_eq!(read("", &["rate=3 Hz", "field = [1, 2, 3]"]).unwrap().field, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, sets, words) in [
            ("rate = 1\n  rat = 2", &[][..], "a.toml:2:3: unknown parameter `rat`: did you mean `rate`?"),
            ("rate = \"3 T\"", &[], "a.toml:1:8: `rate`: `3 T` is in"),
            ("field = [1, 2]", &[], "a.toml:1:9: `field` wants a list of 3 numbers, but `[1, 2]` is a list"),
            ("field = [1, 2, \"3 A\"]", &[], "a.toml:1:9: `field`"),
            ("cells = [1, -2]", &[], "a.toml:1:9: `cells` must be between 0 and"),
            ("rate = 1979-05-27", &[], "a.toml:1:8: `rate` wants a number"),
            ("rata = {}", &[], "a.toml:1:1: unknown parameter `rata`"),
            ("", &["rate=-1"], "--set:1:1: `rate` must be greater than 0"),
            ("", &["rate"], "--set:1:1: write it as NAME=VALUE"),
            ("cells = [1, 2]", &["cells.3=1"], "--set:1:1: `3` is none of its members, which are numbered 1 to 2"),
            ("rate = 1", &["rate.a=1"], "has no parts"),
        ] {
            let message = read(text, sets).unwrap_err();
            assert!(message.contains(words), "{message}");
        }
    }
}
