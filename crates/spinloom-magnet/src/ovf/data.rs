//! The data between header and end, in each of the three formats.

use super::error::{OvfError, shown};
use super::header::{Reader, Record};
use super::{Format, Version};

/// How many values there have to be, and in which order they come: a cell after the other, x fastest, all components of a cell together.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub cells: [u64; 3],
    pub components: u64,
}

impl Shape {
    fn count(self) -> u128 {
        // Three counts of 64 bits can be more than 128 bits hold: then there are too many all the same.
        self.cells.iter().fold(1u128, |n, c| n.saturating_mul(u128::from(*c)))
    }

    fn values(self) -> u128 {
        self.count().saturating_mul(u128::from(self.components))
    }

    /// An error unless so many values are there, found before anything is made to hold them.
    fn require(self, present: u128, offset: usize) -> Result<(), OvfError> {
        if present >= self.values() {
            return Ok(());
        }
        Err(OvfError::Truncated { offset, present, cells: self.count(), components: u128::from(self.components) })
    }

    fn not_finite(self, index: usize, value: f64, at: String) -> OvfError {
        let (cell, component) = (index as u64 / self.components, index as u64 % self.components);
        let [nx, ny, _] = self.cells;
        let cell = [cell % nx, cell / nx % ny, cell / nx / ny].map(|c| c as usize);
        OvfError::NotFinite { cell, component: component as usize, value, at }
    }
}

/// The values, component by component, each multiplied; and a note where the file just stops after them.
pub(super) fn read(
    reader: &mut Reader<'_>,
    format: Format,
    version: Version,
    shape: Shape,
    multiplier: f64,
) -> Result<(Vec<Vec<f64>>, Option<String>), OvfError> {
    let values = match format {
        Format::Text => text(reader, shape, multiplier)?,
        Format::Binary4 => binary(reader, version, shape, multiplier, |b, big| {
            f64::from(if big { f32::from_be_bytes(b) } else { f32::from_le_bytes(b) })
        })?,
        Format::Binary8 => {
            binary(reader, version, shape, multiplier, |b, big| if big { f64::from_be_bytes(b) } else { f64::from_le_bytes(b) })?
        }
    };
    let note = end(reader, format, shape)?;
    Ok((values, note))
}

/// The line that ends the data.
fn end(reader: &mut Reader<'_>, format: Format, shape: Shape) -> Result<Option<String>, OvfError> {
    loop {
        let at = if format == Format::Text { format!("line {}", reader.line) } else { format!("byte {}", reader.at) };
        let excess = |found: &str| Err(OvfError::Excess { at: at.clone(), promised: shape.values(), found: shown(found) });
        match reader.next_record() {
            None => {
                return Ok(Some(format!("the file stops after its data, at {at}, without `# End: Data`; all values are there")));
            }
            Some((_, Record::Blank)) => {}
            Some((_, Record::Of(key, value))) if key == "end" && is_data(&value) => return Ok(None),
            Some((_, Record::Of(key, value))) => return excess(&format!("# {key}: {value}")),
            Some((_, Record::Other(text))) => return excess(&text),
        }
    }
}

fn is_data(value: &str) -> bool {
    value.get(..4).is_some_and(|v| v.eq_ignore_ascii_case("data"))
}

/// Room for the values, which are known to be there.
fn room(shape: Shape) -> Vec<Vec<f64>> {
    (0..shape.components).map(|_| Vec::with_capacity(shape.count() as usize)).collect()
}

fn binary<const N: usize>(
    reader: &mut Reader<'_>,
    version: Version,
    shape: Shape,
    multiplier: f64,
    decode: impl Fn([u8; N], bool) -> f64,
) -> Result<Vec<Vec<f64>>, OvfError> {
    let big = version == Version::One;
    let begin = reader.at + N;
    let Some((check, data)) = reader.rest().split_first_chunk::<N>() else {
        shape.require(0, reader.bytes.len())?;
        return Ok(Vec::new());
    };
    if *check != check_value::<N>(big) {
        return Err(wrong_check(reader, check, big));
    }
    if ((data.len() / N) as u128) < shape.values() {
        // The lines that end the data are none of it.
        let mark = b"# End: Data";
        let own = data.windows(mark.len()).position(|w| w.eq_ignore_ascii_case(mark)).unwrap_or(data.len());
        shape.require((own / N) as u128, begin + own)?;
    }
    let (components, length) = (shape.components as usize, shape.values() as usize * N);
    let mut values = room(shape);
    for (index, bytes) in data[..length].chunks_exact(N).enumerate() {
        let mut own = [0; N];
        own.copy_from_slice(bytes);
        let value = decode(own, big) * multiplier;
        if !value.is_finite() {
            return Err(shape.not_finite(index, value, format!("at byte {}", begin + index * N)));
        }
        values[index % components].push(value);
    }
    reader.at = begin + length;
    Ok(values)
}

/// The number that binary data of `N` bytes a value begin with.
pub(super) fn check_value<const N: usize>(big_endian: bool) -> [u8; N] {
    let mut bytes = [0; N];
    if N == 4 {
        bytes.copy_from_slice(&1_234_567.0f32.to_le_bytes()[..]);
    } else {
        bytes.copy_from_slice(&123_456_789_012_345.0f64.to_le_bytes()[..]);
    }
    if big_endian {
        bytes.reverse();
    }
    bytes
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(" ")
}

/// What the wrong check value tells about the file.
fn wrong_check<const N: usize>(reader: &Reader<'_>, found: &[u8; N], big: bool) -> OvfError {
    let (own, other) = if big { ("big", "little") } else { ("little", "big") };
    let version = if big { "1.0" } else { "2.0" };
    let rest = reader.rest();
    let (same, reversed, size) = if N == 4 {
        (check_value::<8>(big).to_vec(), check_value::<8>(!big).to_vec(), 8)
    } else {
        (check_value::<4>(big).to_vec(), check_value::<4>(!big).to_vec(), 4)
    };
    let shifted = (1..=16).find(|by| rest.get(*by..*by + N).is_some_and(|b| b == check_value::<N>(big)));
    let order = format!("the bytes are in {other}-endian order, but OVF {version} is {own}-endian");
    let cause = if *found == check_value::<N>(!big) {
        order
    } else if rest.starts_with(&same) {
        format!("it is that of `Binary {size}`, so the header names the wrong precision, `Binary {N}`")
    } else if rest.starts_with(&reversed) {
        format!(
            "it is that of `Binary {size}` in {other}-endian order: the header names the wrong precision, `Binary {N}`, and {order}"
        )
    } else if let Some(by) = shifted {
        format!("it stands {by} bytes later, so something was inserted before it, as by a program that took the file for text")
    } else if found.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) {
        "the data look like text, so the header should say `# Begin: Data Text`".to_owned()
    } else {
        "the file is damaged, or was changed by a program that took it for text".to_owned()
    };
    let number = if N == 4 { "1234567.0" } else { "123456789012345.0" };
    let expected = format!("{} ({number}, {own}-endian)", hexadecimal(&check_value::<N>(big)));
    OvfError::CheckValue { offset: reader.at, found: hexadecimal(found), expected, cause }
}

fn text(reader: &mut Reader<'_>, shape: Shape, multiplier: f64) -> Result<Vec<Vec<f64>>, OvfError> {
    // A value takes a digit and a space at least.
    if shape.values() > reader.rest().len() as u128 / 2 + 1 {
        let present = words(reader.rest());
        shape.require(present.min(shape.values() - 1), reader.bytes.len())?;
    }
    let (promised, components) = (shape.values() as usize, shape.components as usize);
    let mut values = room(shape);
    let mut index = 0;
    while index < promised {
        let (start, number) = (reader.at, reader.line);
        let Some((line, bytes)) = reader.next_line() else { break };
        if is_end(bytes) {
            // Left for who looks for it.
            (reader.at, reader.line) = (start, number);
            break;
        }
        for word in bytes.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()) {
            if word[0] == b'#' {
                break;
            }
            let shown = || shown(&String::from_utf8_lossy(word));
            if index == promised {
                return Err(OvfError::Excess { at: format!("line {line}"), promised: shape.values(), found: shown() });
            }
            let value: f64 = std::str::from_utf8(word)
                .ok()
                .and_then(|w| w.parse().ok())
                .ok_or_else(|| OvfError::NotANumber { line, found: shown() })?;
            let value = value * multiplier;
            if !value.is_finite() {
                return Err(shape.not_finite(index, value, format!("line {line}")));
            }
            values[index % components].push(value);
            index += 1;
        }
    }
    shape.require(index as u128, reader.at)?;
    Ok(values)
}

/// Whether a line ends the data.
fn is_end(line: &[u8]) -> bool {
    let rest = line.trim_ascii_start();
    rest.first() == Some(&b'#') && rest[1..].trim_ascii_start().get(..3).is_some_and(|w| w.eq_ignore_ascii_case(b"end"))
}

/// The number of words before the line that ends the data.
fn words(text: &[u8]) -> u128 {
    let lines = text.split(|b| *b == b'\n').take_while(|l| !is_end(l));
    lines.map(|l| l.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).take_while(|w| w[0] != b'#').count() as u128).sum()
}
