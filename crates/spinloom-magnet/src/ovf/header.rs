//! The lines before the data.

use super::error::{OvfError, shown};
use super::{Format, Version, list};
use std::borrow::Cow;
use std::collections::HashMap;

/// Where the reader is.
pub(super) struct Reader<'a> {
    pub bytes: &'a [u8],
    /// Offset of what comes next.
    pub at: usize,
    /// Number of the line that comes next, from 1.
    pub line: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The next line without what ends it, and its number.
    pub fn next_line(&mut self) -> Option<(usize, &'a [u8])> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        let length = rest.iter().position(|b| *b == b'\n');
        let line = &rest[..length.unwrap_or(rest.len())];
        let number = self.line;
        self.at += length.map_or(rest.len(), |l| l + 1);
        self.line += usize::from(length.is_some());
        Some((number, line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// The next line as a record.
    pub fn next_record(&mut self) -> Option<(usize, Record<'a>)> {
        self.next_line().map(|(number, line)| (number, Record::of(line)))
    }
}

/// A line `# Key: value ## comment`.
pub(super) enum Record<'a> {
    /// Nothing, or a comment.
    Blank,
    /// The key in small letters without spaces, and its value.
    Of(String, String),
    /// A line that is none.
    Other(Cow<'a, str>),
}

impl<'a> Record<'a> {
    fn of(line: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let content = text.split("##").next().unwrap_or_default().trim();
        if content.is_empty() {
            return Self::Blank;
        }
        match content.strip_prefix('#').map(|c| c.split_once(':').unwrap_or((c, ""))) {
            Some((key, _)) if key.trim().is_empty() => Self::Blank,
            Some((key, value)) => Self::Of(squeezed(key), value.trim().to_owned()),
            None => Self::Other(text),
        }
    }
}

/// In small letters, without spaces: so keys are compared.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The version that the first line names.
pub(super) fn version(reader: &mut Reader<'_>) -> Result<Version, OvfError> {
    let (line, text) = reader.next_line().unwrap_or((1, b""));
    // A file of another kind may be one long line.
    let text = String::from_utf8_lossy(&text[..text.len().min(200)]);
    let name = squeezed(text.trim_start_matches('\u{feff}'));
    let name = name.strip_prefix('#').unwrap_or_default().split("##").next().unwrap_or_default();
    if name == "oommfovf2.0" {
        return Ok(Version::Two);
    }
    // The revisions 0.99 and 0.0a0 are older names of 1.0.
    let Some((mesh, revision)) = name.strip_prefix("oommf:").and_then(|m| m.split_once("meshv")) else {
        return Err(OvfError::NotOvf { found: shown(&text) });
    };
    match (mesh, revision) {
        ("rectangular", "1.0" | "1.00" | "0.99" | "0.0a0") => Ok(Version::One),
        ("irregular", _) => Err(OvfError::Irregular { line }),
        _ => Err(OvfError::NotOvf { found: shown(&text) }),
    }
}

/// What the lines up to the data say.
pub(super) struct Header {
    records: HashMap<String, (usize, String)>,
    /// Description lines.
    pub descriptions: Vec<String>,
    /// How the data are written.
    pub format: Format,
    /// Segments that the file says it has.
    pub segments: Option<String>,
    first: usize,
    last: usize,
}

impl Header {
    /// Reads up to the line that begins the data.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, OvfError> {
        let (mut records, mut descriptions, mut segments, first) = (HashMap::new(), Vec::new(), None, reader.line);
        while let Some((line, record)) = reader.next_record() {
            let (key, value) = match record {
                Record::Blank => continue,
                Record::Other(text) => {
                    let what = "the header".to_owned();
                    return Err(OvfError::Record {
                        line,
                        what,
                        found: shown(&text),
                        expected: "made of lines that begin with #",
                    });
                }
                Record::Of(key, value) => (key, value),
            };
            match key.as_str() {
                "begin" if squeezed(&value).starts_with("data") => {
                    let format = format(line, &value)?;
                    return Ok(Self { records, descriptions, format, segments, first, last: line });
                }
                "begin" | "end" => {}
                "segmentcount" => segments = Some(value),
                "desc" => descriptions.push(value),
                _ => {
                    records.insert(key, (line, value));
                }
            }
        }
        Err(OvfError::NoData { line: reader.line, offset: reader.at })
    }

    /// A record, if it is there.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.records.get(key).map(|(_, value)| value.as_str())
    }

    fn record(&self, key: &str) -> Result<(usize, &str), OvfError> {
        let missing = || OvfError::Missing { key: key.to_owned(), first: self.first, last: self.last };
        self.records.get(key).map(|(line, value)| (*line, value.as_str())).ok_or_else(missing)
    }

    /// A count, at least one.
    pub fn count(&self, key: &str) -> Result<u64, OvfError> {
        let (line, text) = self.record(key)?;
        text.parse().ok().filter(|n| *n > 0).ok_or_else(|| OvfError::Record {
            line,
            what: key.to_owned(),
            found: shown(text),
            expected: "a whole number from 1",
        })
    }

    /// A finite number.
    pub fn number(&self, key: &str) -> Result<f64, OvfError> {
        let (line, text) = self.record(key)?;
        text.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| OvfError::Record {
            line,
            what: key.to_owned(),
            found: shown(text),
            expected: "a finite number",
        })
    }

    /// A finite number, if the record is there.
    pub fn optional_number(&self, key: &str) -> Result<Option<f64>, OvfError> {
        self.text(key).map(|_| self.number(key)).transpose()
    }

    /// That the mesh is a rectangular one, which is what a file without the record has.
    pub fn require_rectangular(&self) -> Result<(), OvfError> {
        let Some((line, text)) = self.records.get("meshtype") else { return Ok(()) };
        match squeezed(text).as_str() {
            "rectangular" => Ok(()),
            "irregular" => Err(OvfError::Irregular { line: *line }),
            _ => {
                let (what, expected) = ("meshtype".to_owned(), "`rectangular`");
                Err(OvfError::Record { line: *line, what, found: shown(text), expected })
            }
        }
    }

    /// Cells along x, y and z.
    pub fn cells(&self) -> Result<[u64; 3], OvfError> {
        Ok([self.count("xnodes")?, self.count("ynodes")?, self.count("znodes")?])
    }

    /// The size of a cell and the corner of smallest coordinates, m; and what is to be said about them.
    pub fn mesh(&self, notes: &mut Vec<String>) -> Result<([f64; 3], [f64; 3]), OvfError> {
        let unit = self.text("meshunit").unwrap_or("m");
        let metres = metres(unit).unwrap_or_else(|| {
            notes.push(format!(
                "the mesh unit `{}` is no length that is known here: sizes are taken to be in metres",
                shown(unit)
            ));
            1.0
        });
        let (mut size, mut origin) = ([0.0; 3], [0.0; 3]);
        for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
            let key = format!("{name}stepsize");
            size[axis] = self.number(&key)? * metres;
            if !(size[axis] > 0.0 && size[axis].is_finite()) {
                let (line, found) = self.record(&key)?;
                return Err(OvfError::Record {
                    line,
                    what: key,
                    found: shown(found),
                    expected: "positive, and a finite number of metres",
                });
            }
            // The base, the middle of the first cell, tells where the cells are; the bounds only what to display.
            let base = self.optional_number(&format!("{name}base"))?.map(|b| b * metres - 0.5 * size[axis]);
            let bound = self.optional_number(&format!("{name}min"))?.map(|b| b * metres);
            origin[axis] = base.or(bound).filter(|o| o.is_finite()).unwrap_or(0.0);
        }
        Ok((size, origin))
    }

    /// One text a component, from a list that has one for each or one for all.
    pub fn each(&self, key: &str, components: usize, notes: &mut Vec<String>) -> Option<Vec<String>> {
        let text = self.text(key)?;
        let mut list = list::parse(text);
        if components == 1 && list.len() > 1 {
            // A name of several words that was not quoted.
            return Some(vec![text.to_owned()]);
        }
        if list.len() != 1 && list.len() != components {
            notes.push(format!("`{key}` has {} entries for {components} components", list.len()));
        }
        let filler = if list.len() == 1 { list[0].clone() } else { String::new() };
        list.resize(components, filler);
        Some(list)
    }
}

/// How the data are written, from `Data Text`, `Data Binary 4` or `Data Binary 8`.
fn format(line: usize, value: &str) -> Result<Format, OvfError> {
    match squeezed(value).as_str() {
        "datatext" => Ok(Format::Text),
        "databinary4" => Ok(Format::Binary4),
        "databinary8" => Ok(Format::Binary8),
        _ => {
            let (what, expected) = ("Begin".to_owned(), "`Data Text`, `Data Binary 4` or `Data Binary 8`");
            Err(OvfError::Record { line, what, found: shown(value), expected })
        }
    }
}

/// A unit of length in metres.
fn metres(unit: &str) -> Option<f64> {
    Some(match unit.trim() {
        "m" => 1.0,
        "cm" => 1e-2,
        "mm" => 1e-3,
        "um" | "\u{b5}m" | "\u{3bc}m" => 1e-6,
        "nm" => 1e-9,
        "A" | "\u{c5}" | "angstrom" | "Angstrom" => 1e-10,
        "pm" => 1e-12,
        _ => return None,
    })
}

/// The time (s) that a description tells, as OOMMF (`Total simulation time: 1e-9 s`) and mumax3 (also `Time (s): 1e-9`) write it.
pub(super) fn time(description: &str) -> Option<f64> {
    let (name, value) = description.split_once(':')?;
    let mut words = value.split_whitespace();
    let number = words.next()?.parse().ok().filter(|t: &f64| t.is_finite());
    let unit = words.next();
    match squeezed(name).as_str() {
        "totalsimulationtime" if unit.is_none_or(|u| u == "s") => number,
        "time(s)" if unit.is_none() => number,
        _ => None,
    }
}
