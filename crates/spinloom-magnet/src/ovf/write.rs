//! Writing OVF files with the records that OOMMF, mumax3 and Ubermag ask for, and none that mumax3 stops at.

use super::data::check_value;
use super::error::OvfError;
use super::{Format, Ovf, Version, list};
use crate::file::number;
use std::fmt::Write;

pub(super) fn to_bytes(field: &Ovf, format: Format, version: Version) -> Result<Vec<u8>, OvfError> {
    field.check_lengths()?;
    check_texts(field)?;
    for (what, value) in field.time.iter().map(|t| ("the time (s)", t)).chain(field.origin.iter().map(|o| ("the origin (m)", o)))
    {
        if !value.is_finite() {
            return Err(unwritable(what, &value.to_string(), "a finite number"));
        }
    }
    if version == Version::One && field.values.len() != 3 {
        return Err(unwritable("the number of components in OVF 1.0", &field.values.len().to_string(), "3: write it as OVF 2.0"));
    }
    if version == Version::One && field.units.iter().any(|u| *u != field.units[0]) {
        return Err(unwritable(
            "the units in OVF 1.0",
            &field.units.join(", "),
            "the same for all components: write it as OVF 2.0",
        ));
    }
    check_values(field, format)?;
    let style = match format {
        Format::Text => "Text",
        Format::Binary4 => "Binary 4",
        Format::Binary8 => "Binary 8",
    };
    let mut out = header(field, version);
    out.push_str(&format!("# Begin: Data {style}\n"));
    let mut bytes = out.into_bytes();
    match format {
        Format::Text => text(field, &mut bytes),
        Format::Binary4 => {
            binary(field, version, &mut bytes, |v, big| if big { (v as f32).to_be_bytes() } else { (v as f32).to_le_bytes() });
        }
        Format::Binary8 => binary(field, version, &mut bytes, |v, big| if big { v.to_be_bytes() } else { v.to_le_bytes() }),
    }
    bytes.extend_from_slice(format!("# End: Data {style}\n# End: Segment\n").as_bytes());
    Ok(bytes)
}

fn unwritable(what: &str, found: &str, expected: &str) -> OvfError {
    OvfError::Unwritable { what: what.to_owned(), found: found.to_owned(), expected: expected.to_owned() }
}

/// That every text fits into its line.
fn check_texts(field: &Ovf) -> Result<(), OvfError> {
    let titles = [("the title", &field.title)].into_iter();
    let labels = field.labels.iter().map(|l| ("a label", l));
    let units = field.units.iter().map(|u| ("a unit", u));
    let descriptions = field.descriptions.iter().map(|d| ("a description", d));
    for (what, text) in titles.chain(labels).chain(units).chain(descriptions) {
        if text.contains(char::is_control) || text.contains("##") {
            return Err(unwritable(what, &format!("{text:?}"), "one line without `##`, which begins a comment"));
        }
    }
    Ok(())
}

/// That every value is a finite number, also in as many bytes as it gets.
fn check_values(field: &Ovf, format: Format) -> Result<(), OvfError> {
    let written = |v: f64| if format == Format::Binary4 { f64::from(v as f32) } else { v };
    for (component, values) in field.values.iter().enumerate() {
        if let Some(index) = values.iter().position(|v| !written(*v).is_finite()) {
            let (cell, value) = (field.grid.place(index), values[index]);
            let at = if value.is_finite() { "beyond the range of Binary 4" } else { "not written" };
            return Err(OvfError::NotFinite { cell, component, value, at: at.to_owned() });
        }
    }
    Ok(())
}

fn header(field: &Ovf, version: Version) -> String {
    let mut out = match version {
        Version::One => "# OOMMF: rectangular mesh v1.0\n".to_owned(),
        Version::Two => "# OOMMF OVF 2.0\n".to_owned(),
    };
    let mut line = |key: &str, value: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "# {key}: {value}");
    };
    line("Segment count", "1");
    line("Begin", "Segment");
    line("Begin", "Header");
    line("Title", &field.title);
    for description in &field.descriptions {
        line("Desc", description);
    }
    if let Some(time) = field.time {
        line("Desc", &format!("Total simulation time: {} s", number(time)));
    }
    line("meshtype", "rectangular");
    line("meshunit", "m");
    let (cells, size) = (field.grid.cells(), field.grid.cell_size());
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        let low = field.origin[axis];
        line(&format!("{name}base"), &number(low + 0.5 * size[axis]));
        line(&format!("{name}nodes"), &cells[axis].to_string());
        line(&format!("{name}stepsize"), &number(size[axis]));
        line(&format!("{name}min"), &number(low));
        line(&format!("{name}max"), &number(low + field.grid.size()[axis]));
    }
    match version {
        Version::One => {
            line("valueunit", &field.units[0]);
            line("valuemultiplier", "1");
            // Hints for display that OOMMF's reader does not do without; zero for both means that there are none.
            line("ValueRangeMinMag", "0");
            line("ValueRangeMaxMag", "0");
        }
        Version::Two => {
            line("valuedim", &field.values.len().to_string());
            line("valuelabels", &list::format(&field.labels));
            line("valueunits", &list::format(&field.units));
        }
    }
    line("End", "Header");
    out
}

fn text(field: &Ovf, bytes: &mut Vec<u8>) {
    for cell in 0..field.grid.len() {
        for (component, values) in field.values.iter().enumerate() {
            if component > 0 {
                bytes.push(b' ');
            }
            bytes.extend_from_slice(number(values[cell]).as_bytes());
        }
        bytes.push(b'\n');
    }
}

fn binary<const N: usize>(field: &Ovf, version: Version, bytes: &mut Vec<u8>, encode: impl Fn(f64, bool) -> [u8; N]) {
    let big = version == Version::One;
    bytes.reserve((field.grid.len() * field.values.len() + 1) * N);
    bytes.extend_from_slice(&check_value::<N>(big));
    for cell in 0..field.grid.len() {
        for values in &field.values {
            bytes.extend_from_slice(&encode(values[cell], big));
        }
    }
    bytes.push(b'\n');
}
