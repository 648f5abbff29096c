//! Formats without a clock of their own: N-MNIST, DAT of Prophesee, text.

use super::{Event, Fault, Parsed};

/// N-MNIST (G. Orchard et al., Front. Neurosci. 9, 437 (2015), doi:10.3389/fnins.2015.00437): column, row, one bit of polarity and 23 bits of time, highest
/// byte first.
pub fn nmnist(bytes: &[u8]) -> Result<Parsed, Fault> {
    const SIZE: usize = 5;
    let left = bytes.len() % SIZE;
    if left != 0 {
        return Err(Fault::truncated(bytes.len() - left, left, SIZE));
    }
    let event = |r: &[u8]| Event {
        microsecond: u64::from(r[2] & 0x7f) << 16 | u64::from(r[3]) << 8 | u64::from(r[4]),
        x: u16::from(r[0]),
        y: u16::from(r[1]),
        on: r[2] >> 7 == 1,
    };
    Ok(Parsed { size: None, events: bytes.chunks_exact(SIZE).map(event).collect(), what: "N-MNIST" })
}

/// DAT of Prophesee, as in N-CARS (A. Sironi et al., CVPR 2018): lines that begin with %, type and size of the events, then time and address, lowest byte
/// first.
pub fn prophesee(bytes: &[u8]) -> Result<Parsed, Fault> {
    const SIZE: usize = 8;
    let mut at = 0;
    let (mut width, mut height) = (None, None);
    while bytes.get(at) == Some(&b'%') {
        let Some(length) = bytes[at..].iter().position(|b| *b == b'\n') else {
            return Err(Fault::at(bytes.len(), "the file ends within its header, so it was cut short: fetch it again"));
        };
        let text = String::from_utf8_lossy(&bytes[at..at + length]).into_owned();
        let mut words = text.trim_start_matches('%').split_whitespace();
        let value = match words.next() {
            Some("Width") => Some(&mut width),
            Some("Height") => Some(&mut height),
            _ => None,
        };
        if let Some(value) = value {
            *value = words.next().and_then(|w| w.parse::<u16>().ok()).map(usize::from);
        }
        at += length + 1;
    }
    match bytes.get(at..at + 2) {
        Some([_, size]) if usize::from(*size) == SIZE => at += 2,
        Some([_, size]) => {
            let why = format!("events of {size} bytes are announced, and those of pixels have {SIZE}: is it a DAT of Prophesee?");
            return Err(Fault::at(at, &why));
        }
        _ => return Err(Fault::at(at, "type and size of the events are missing, so the file was cut short: fetch it again")),
    }
    let body = &bytes[at..];
    let left = body.len() % SIZE;
    if left != 0 {
        return Err(Fault::truncated(bytes.len() - left, left, SIZE));
    }
    let mut events = Vec::with_capacity(body.len() / SIZE);
    for (k, r) in body.chunks_exact(SIZE).enumerate() {
        let word = |r: &[u8]| r.iter().rev().fold(0u32, |a, b| a << 8 | u32::from(*b));
        let (time, address) = (word(&r[..4]), word(&r[4..]));
        let (x, y, on) = ((address & 0x3fff) as u16, (address >> 14 & 0x3fff) as u16, address >> 28 & 1 == 1);
        if width.is_some_and(|w| usize::from(x) >= w) || height.is_some_and(|h| usize::from(y) >= h) {
            let (w, h) = (width.unwrap_or(0), height.unwrap_or(0));
            return Err(Fault::at(
                at + k * SIZE,
                &format!("the pixel ({x}, {y}) is not on the sensor of {w} x {h} that the header names"),
            ));
        }
        events.push(Event { microsecond: u64::from(time), x, y, on });
    }
    Ok(Parsed { size: width.zip(height), events, what: "DAT of Prophesee" })
}

/// What the columns of a text hold.
struct Columns {
    time: usize,
    x: usize,
    y: usize,
    on: usize,
    /// Microseconds of a unit of time.
    unit: f64,
}

impl Columns {
    /// By their names; without names in the order time, x, y, polarity.
    fn named(header: &[&str]) -> Option<Self> {
        let find = |names: &[&str]| header.iter().position(|h| names.iter().any(|n| h.eq_ignore_ascii_case(n)));
        let microseconds = find(&["t", "ts", "time", "timestamp", "time_us", "t_us", "microsecond"]);
        let seconds = find(&["time_s", "t_s", "second", "seconds"]);
        Some(Self {
            time: microseconds.or(seconds)?,
            x: find(&["x", "column", "col"])?,
            y: find(&["y", "row"])?,
            on: find(&["p", "pol", "polarity", "on"])?,
            unit: if microseconds.is_some() { 1.0 } else { 1e6 },
        })
    }
}

/// Text: one event a line, separated by commas, semicolons, tabs or blanks; lines that begin with # are remarks.
pub fn csv(bytes: &[u8]) -> Result<Parsed, Fault> {
    let wrong = |line: usize, message: String| Fault { line: Some(line + 1), message };
    let text =
        std::str::from_utf8(bytes).map_err(|e| Fault::at(e.valid_up_to(), "it is no text: name its format with `format`"))?;
    let mut columns: Option<Columns> = None;
    let mut events = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split([',', ';', '\t', ' ']).map(str::trim).filter(|f| !f.is_empty()).collect();
        let columns = match &columns {
            Some(known) => known,
            None if fields.iter().all(|f| f.parse::<f64>().is_ok()) => {
                // Whole numbers are microseconds, numbers with a point seconds.
                let unit = if fields.first().is_some_and(|t| t.contains(['.', 'e', 'E'])) { 1e6 } else { 1.0 };
                columns.insert(Columns { time: 0, x: 1, y: 2, on: 3, unit })
            }
            None => {
                let named = Columns::named(&fields).ok_or_else(|| {
                    let message = format!(
                        "the columns are {}, but time (microseconds) or time_s (seconds), x, y and polarity are wanted",
                        fields.iter().map(|f| format!("`{}`", f.escape_debug())).collect::<Vec<_>>().join(", ")
                    );
                    wrong(number, message)
                })?;
                columns = Some(named);
                continue;
            }
        };
        let number_at = |column: usize, what: &str, largest: f64| {
            let field = fields
                .get(column)
                .ok_or_else(|| wrong(number, format!("the {what} is missing: {} fields are here", fields.len())))?;
            let value = field.parse::<f64>().ok().filter(|v| (0.0..=largest).contains(v));
            value.ok_or_else(|| {
                wrong(number, format!("the {what} is `{}`, but a number from 0 to {largest} is wanted", field.escape_debug()))
            })
        };
        let time = number_at(columns.time, "time", 1e15)? * columns.unit;
        let (x, y) = (number_at(columns.x, "column", 16_383.0)?, number_at(columns.y, "row", 16_383.0)?);
        // Darker is written as 0 or as -1.
        let on = match fields.get(columns.on).copied() {
            Some("1" | "+1" | "true" | "True" | "on" | "1.0") => true,
            Some("0" | "-1" | "false" | "False" | "off" | "0.0" | "-1.0") => false,
            other => {
                return Err(wrong(
                    number,
                    format!("the polarity is `{}`, but 1, 0 or -1 is wanted", other.unwrap_or("").escape_debug()),
                ));
            }
        };
        events.push(Event { microsecond: time.round() as u64, x: x as u16, y: y as u16, on });
    }
    Ok(Parsed { size: None, events, what: "text" })
}
