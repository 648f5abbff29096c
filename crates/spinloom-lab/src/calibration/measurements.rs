//! Measured data from CSV files: named columns with units, and errors that name the line.
//!
//! ```text
//! # temperature = 293 K
//! time (ms), resistance (kOhm)
//! 0.0, 1.02
//! 0.1, 1.98
//! ```
//!
//! The first line that is no comment names the columns, each with its unit in brackets or after a slash; without one it is SI. Commas, semicolons and tabs
//! separate. A comment `# name = value unit` gives a quantity that was the same for all rows.

use crate::error::LabError;
use spinloom_core::document::DocumentError;
use spinloom_core::parameters::nearest;
use spinloom_core::quantity::{parse_quantity, parse_unit};
use std::ops::Range;
use std::path::Path;

/// What a column may hold.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Name.
    pub name: &'static str,
    /// What else it is called.
    pub aliases: &'static [&'static str],
    /// How its values are read.
    pub kind: Kind,
    /// Whether a cell may be left empty.
    pub optional: bool,
}

/// How values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number in units of this dimension.
    Number(&'static str),
    /// A number in any unit, which is kept.
    Any,
    /// A word.
    Word,
}

impl Known {
    /// A number that every row has.
    pub const fn number(name: &'static str, unit: &'static str, aliases: &'static [&'static str]) -> Self {
        Self { name, aliases, kind: Kind::Number(unit), optional: false }
    }

    /// The same, where a cell may be empty.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// A column.
#[derive(Debug, Clone)]
struct Column {
    known: Known,
    numbers: Vec<f64>,
    words: Vec<String>,
}

/// The columns of a file.
#[derive(Debug, Clone)]
pub struct Measurements {
    file: String,
    text: String,
    /// Place of each row in the text.
    places: Vec<Range<usize>>,
    header: Range<usize>,
    columns: Vec<Column>,
    constants: Vec<(&'static str, f64)>,
    notes: Vec<String>,
}

/// A name as people write it: `Bias voltage ` is `bias_voltage`.
fn normal(name: &str) -> String {
    name.trim()
        .to_lowercase()
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

/// Name and unit of `voltage (mV)`, `voltage [mV]` or `voltage/mV`.
fn name_and_unit(head: &str) -> (String, Option<String>) {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((name, unit)) = head.split_once(open) {
            return (normal(name), Some(unit.trim().trim_end_matches(close).trim().to_owned()));
        }
    }
    match head.split_once('/') {
        Some((name, unit)) => (normal(name), Some(unit.trim().to_owned())),
        None => (normal(head), None),
    }
}

fn find(known: &[Known], name: &str) -> Option<Known> {
    known.iter().find(|k| k.name == name || k.aliases.contains(&name)).copied()
}

/// Unit of a column: its size in SI and how it was written.
struct Head {
    index: usize,
    known: Known,
    scale: f64,
    unit: String,
}

impl Measurements {
    /// Reads a file, of whose columns those that are `known` are kept.
    ///
    /// # Errors
    /// [`LabError::Io`], and [`LabError::Experiment`] with the line of what is wrong.
    pub fn read(path: &Path, known: &[Known]) -> Result<Self, LabError> {
        let bytes = std::fs::read(path).map_err(LabError::io("read", path))?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let valid = e.utf8_error().valid_up_to();
            let start = String::from_utf8_lossy(&e.as_bytes()[..valid]).into_owned();
            let message = "this is no text: a CSV file in UTF-8 is wanted".to_owned();
            DocumentError::new(&path.display().to_string(), &start, start.len()..start.len(), message)
        })?;
        Self::parse(&path.display().to_string(), text, known)
    }

    /// As [`Measurements::read`], of a text; `file` is what errors call it.
    ///
    /// # Errors
    /// [`LabError::Experiment`] with the line of what is wrong.
    pub fn parse(file: &str, text: String, known: &[Known]) -> Result<Self, LabError> {
        let mut all = Self {
            file: file.to_owned(),
            text,
            places: Vec::new(),
            header: 0..0,
            columns: Vec::new(),
            constants: Vec::new(),
            notes: Vec::new(),
        };
        let text = std::mem::take(&mut all.text);
        let result = all.fill(&text, known);
        all.text = text;
        result.map_err(|(place, message)| all.at(place, message))?;
        Ok(all)
    }

    fn fill(&mut self, text: &str, known: &[Known]) -> Result<(), (Range<usize>, String)> {
        self.constants(text, known)?;
        let Some((place, header)) = lines(text).find(|l| !l.1.is_empty() && !l.1.starts_with('#')) else {
            return Err((0..0, format!("there is no data: the first line is to name columns such as {}", names(known))));
        };
        let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|d| header.matches(*d as char).count()).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .comment(Some(b'#'))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        self.header = place;
        let mut record = csv::StringRecord::new();
        let mut heads: Vec<Head> = Vec::new();
        let mut width = 0;
        loop {
            let start = reader.position().byte() as usize;
            if !reader.read_record(&mut record).map_err(|e| (start..start, e.to_string()))? {
                break;
            }
            let place = first_line(text, start);
            if width == 0 {
                width = record.len();
                heads = self.heads(&record, text, known)?;
                self.columns = heads.iter().map(|h| Column { known: h.known, numbers: Vec::new(), words: Vec::new() }).collect();
                continue;
            }
            if record.len() != width {
                return Err((place, format!("{} values in this line, but {width} columns in the header", record.len())));
            }
            for (head, column) in heads.iter().zip(&mut self.columns) {
                let cell = &record[head.index];
                if head.known.kind == Kind::Word {
                    column.words.push(cell.to_lowercase());
                } else {
                    let value = number(cell, head).map_err(|message| (cell_place(text, &place, &record, head.index), message))?;
                    column.numbers.push(value * head.scale);
                }
            }
            self.places.push(place);
        }
        if self.places.is_empty() {
            return Err((self.header.clone(), "there are no rows below the names of the columns".to_owned()));
        }
        Ok(())
    }

    /// Quantities of comments `# name = value unit`.
    fn constants(&mut self, text: &str, known: &[Known]) -> Result<(), (Range<usize>, String)> {
        for (place, line) in lines(text).filter(|l| l.1.starts_with('#')) {
            let Some((name, value)) = line.trim_start_matches('#').split_once('=') else { continue };
            let Some(Known { name, kind: Kind::Number(unit), .. }) = find(known, &normal(name)) else { continue };
            let value = parse_quantity(value.trim(), unit).map_err(|e| (place.clone(), e.to_string()))?;
            if !value.is_finite() {
                return Err((place, format!("`{name}` is not finite")));
            }
            self.constants.push((name, value));
        }
        Ok(())
    }

    fn heads(&mut self, header: &csv::StringRecord, text: &str, known: &[Known]) -> Result<Vec<Head>, (Range<usize>, String)> {
        let mut heads: Vec<Head> = Vec::new();
        for (index, cell) in header.iter().enumerate() {
            let place = cell_place(text, &self.header, header, index);
            if cell.parse::<f64>().is_ok() {
                let message = format!("`{cell}` names no column: the first line is to have names such as {}", names(known));
                return Err((place, message));
            }
            let (name, unit) = name_and_unit(cell);
            let Some(found) = find(known, &name) else {
                // A name of a few letters is near to any other.
                if let Some(close) = nearest(&name, known.iter().map(|k| k.name)).filter(|_| name.len() > 4) {
                    return Err((place, format!("unknown column `{name}`: did you mean `{close}`?")));
                }
                self.notes.push(format!("Column `{name}` of {} is not used.", self.file));
                continue;
            };
            if heads.iter().any(|h| h.known.name == found.name) {
                return Err((place, format!("there are two columns `{}`", found.name)));
            }
            let scale = match (found.kind, &unit) {
                (Kind::Number(expected), Some(unit)) => parse_quantity(&format!("1 {unit}"), expected)
                    .map_err(|e| (place.clone(), format!("column `{name}`: {e}")))?,
                (Kind::Number(expected), None) => {
                    if !expected.is_empty() {
                        self.notes.push(format!("Column `{name}` of {} names no unit and is taken in {expected}.", self.file));
                    }
                    1.0
                }
                (Kind::Any, Some(unit)) => parse_unit(unit).map_err(|e| (place.clone(), format!("column `{name}`: {e}")))?.0,
                _ => 1.0,
            };
            heads.push(Head { index, known: found, scale, unit: unit.unwrap_or_default() });
        }
        if heads.is_empty() {
            return Err((self.header.clone(), format!("no column is known: name them as in {}", names(known))));
        }
        Ok(heads)
    }

    fn at(&self, place: Range<usize>, message: String) -> LabError {
        DocumentError::new(&self.file, &self.text, place, message).into()
    }

    /// The error that something is wrong with a row.
    pub fn wrong_row(&self, row: usize, message: String) -> LabError {
        self.at(self.places.get(row).cloned().unwrap_or(0..0), message)
    }

    /// The error that something is wrong with the columns.
    pub fn wrong_header(&self, message: String) -> LabError {
        self.at(self.header.clone(), message)
    }

    /// Line of a row in the file, from 1.
    pub fn line(&self, row: usize) -> usize {
        self.places.get(row).map_or(0, |p| self.text[..p.start].matches('\n').count() + 1)
    }

    /// What the file is called.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.places.len()
    }

    /// Remarks on how the file was read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|c| c.known.name == name)
    }

    /// Values (SI) of a column of numbers, NaN where a cell was left empty.
    pub fn numbers(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().find(|c| c.known.name == name).map(|c| c.numbers.as_slice())
    }

    /// Words of a column.
    pub fn words(&self, name: &str) -> Option<&[String]> {
        self.columns.iter().find(|c| c.known.name == name).map(|c| c.words.as_slice())
    }

    /// Values (SI) of a column, or of the comment that says it was the same for all rows.
    pub fn column_or_constant(&self, name: &str) -> Option<Vec<f64>> {
        let constant = self.constants.iter().find(|c| c.0 == name).map(|c| vec![c.1; self.rows()]);
        self.numbers(name).map(<[f64]>::to_vec).or(constant)
    }

    /// Values (SI) of a column that has to be there.
    ///
    /// # Errors
    /// [`LabError::Experiment`] at the header.
    pub fn need(&self, name: &str) -> Result<&[f64], LabError> {
        self.numbers(name).ok_or_else(|| self.wrong_header(format!("there is no column `{name}`")))
    }

    /// A positive value (SI) of a row, none where there is no such column or its cell was left empty.
    ///
    /// # Errors
    /// [`LabError::Experiment`] at the row.
    pub fn positive(&self, row: usize, name: &str) -> Result<Option<f64>, LabError> {
        let Some(value) = self.numbers(name).map(|v| v[row]).filter(|v| !v.is_nan()) else { return Ok(None) };
        if value > 0.0 {
            return Ok(Some(value));
        }
        let message =
            format!("`{name}` must be greater than 0, but it is {value:e}; leave the cell empty where nothing was seen");
        Err(self.wrong_row(row, message))
    }

    /// The same with its standard deviation, of the column `NAME_error`, NaN where that is not known.
    ///
    /// # Errors
    /// [`LabError::Experiment`] at the row.
    pub fn measured(&self, row: usize, name: &str) -> Result<Option<(f64, f64)>, LabError> {
        let error = self.positive(row, &format!("{name}_error"))?.unwrap_or(f64::NAN);
        Ok(self.positive(row, name)?.map(|value| (value, error)))
    }
}

fn names(known: &[Known]) -> String {
    let shown = |k: &Known| match k.kind {
        Kind::Number("") | Kind::Any | Kind::Word => format!("`{}`", k.name),
        Kind::Number(unit) => format!("`{} ({unit})`", k.name),
    };
    known.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// Lines with their places, without line ends, blanks around and a byte-order mark.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let begin = *start;
        *start += line.len();
        let inner = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let offset = line.find(inner).unwrap_or(0);
        Some((begin + offset..begin + offset + inner.len(), inner))
    })
}

/// The first line from a place on that is neither blank nor a comment.
fn first_line(text: &str, start: usize) -> Range<usize> {
    let line = lines(&text[start..]).find(|l| !l.1.is_empty() && !l.1.starts_with('#'));
    line.map_or(start..start, |(place, _)| start + place.start..start + place.end)
}

/// Where a cell stands in its line.
fn cell_place(text: &str, line: &Range<usize>, record: &csv::StringRecord, index: usize) -> Range<usize> {
    // The next separator, whichever it is.
    let separator = |from: usize| text[from..line.end].find([',', ';', '\t']).map_or(line.end, |offset| from + offset);
    let mut at = line.start;
    for (k, cell) in record.iter().enumerate() {
        // A cell in quotes may read otherwise than it is written.
        let place = text[at..line.end].find(cell).map_or(at..separator(at), |offset| at + offset..at + offset + cell.len());
        if k == index {
            return place;
        }
        at = (separator(place.end) + 1).min(line.end);
    }
    line.clone()
}

/// The number in a cell, in the unit of its column.
fn number(cell: &str, head: &Head) -> Result<f64, String> {
    let name = head.known.name;
    match cell.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) if head.known.optional && cell.eq_ignore_ascii_case("nan") => Ok(f64::NAN),
        Ok(_) => Err(format!("`{name}` is {cell} here: fill in the value, or take the row out")),
        Err(_) if cell.is_empty() && head.known.optional => Ok(f64::NAN),
        Err(_) if cell.is_empty() => Err(format!("`{name}` is missing here: fill it in, or take the row out")),
        Err(_)
            if parse_quantity(cell, "").is_err()
                && cell.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
                && !cell.contains(',') =>
        {
            let unit = if head.unit.is_empty() { "SI".to_owned() } else { head.unit.clone() };
            Err(format!(
                "`{cell}` has a unit of its own in a column in {unit}: write all of `{name}` in one unit, named in the header"
            ))
        }
        Err(_) => Err(format!("`{cell}` is no number for `{name}`; decimals are written with a point")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWN: [Known; 4] = [
        Known::number("voltage", "V", &["v", "bias"]),
        Known::number("time", "s", &["t"]),
        Known::number("linewidth", "Hz", &[]).optional(),
        Known { name: "from", aliases: &[], kind: Kind::Word, optional: false },
    ];

    fn parse(text: &str) -> Result<Measurements, String> {
        Measurements::parse("data.csv", text.to_owned(), &KNOWN).map_err(|e| e.to_string())
    }

    #[test]
    fn columns_come_with_their_units() {
        let text = "\u{feff}# bias = -50 mV\n# a remark\n\nT [ms];From;\"linewidth / kHz\";speed\r\n1; P ;2;0\r\n2;AP;;0\r\n";
        let m = parse(text).unwrap();
        assert_eq!(m.numbers("time"), Some(&[1e-3, 2e-3][..]));
        assert_eq!(m.words("from").unwrap(), ["p", "ap"]);
        assert!((m.numbers("linewidth").unwrap()[0] - 2e3).abs() < 1e-9 && m.numbers("linewidth").unwrap()[1].is_nan());
        assert_eq!(m.column_or_constant("voltage"), Some(vec![-0.05; 2]));
        assert_eq!((m.rows(), m.line(1)), (2, 6));
        assert_eq!(m.notes(), ["Column `speed` of data.csv is not used."]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, words) in [
            ("", "1:1: there is no data"),
            ("1,2\n3,4\n", "1:1: `1` names no column: the first line is to have names such as `voltage (V)`"),
            ("voltge\n1\n", "1:1: unknown column `voltge`: did you mean `voltage`?"),
            ("foo,bar\n1,2\n", "1:1: no column is known"),
            ("voltage (ns)\n1\n", "1:1: column `voltage`: `1 ns` is in s, but a value in V is wanted"),
            ("time,voltage (mW)\n1,2\n", "1:6: column `voltage`: `1 mW` is in"),
            ("time,t\n1,2\n", "1:6: there are two columns `time`"),
            ("time\n", "1:1: there are no rows"),
            ("time,voltage\n1,2\n3\n", "3:1: 1 values in this line, but 2 columns"),
            ("time,voltage\n1,2\n3,\n", "3:3: `voltage` is missing here"),
            ("time,voltage\n1,NaN\n", "2:3: `voltage` is NaN here"),
            ("time,voltage\n1,inf\n", "2:3: `voltage` is inf here"),
            ("time,voltage (mV)\n1,2\n2,0.1 V\n", "3:3: `0.1 V` has a unit of its own in a column in mV"),
            ("time;voltage\n1;0,5\n", "2:3: `0,5` is no number for `voltage`; decimals are written with a point"),
            ("time,voltage\n1,up\n", "2:3: `up` is no number"),
            ("# voltage = 3 s\ntime\n1\n", "1:1: `3 s` is in s"),
            ("\"µ)[ 8µt)=µmE\"[µiµEgµg;#/=m=oe0# ", "1:1: "),
            ("time,voltage\n\"µ\"\"µ\"\"µ\",1\n", "2:1: "),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(&format!("data.csv:{words}")), "{text:?}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[time,voltge;#=\n\t 0-9.eE()\\[\\]/\"µ-]{0,80}") {
            if let Ok(m) = parse(&text) {
                let finite = |name: &str| m.numbers(name).is_none_or(|v| v.iter().all(|x| x.is_finite()));
                prop_assert!(finite("time") && finite("voltage"));
            }
        }
    }
}
