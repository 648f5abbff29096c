//! AEDAT: addresses and times as the software of the first event cameras, jAER and cAER, wrote them.
//!
//! Versions 1 and 2 are pairs of an address (16 or 32 bits) and a time (32 bits, microseconds), the highest byte first. In the address of a DVS128, bit
//! 0 is 1 for darker, bits 1 to 7 are 127 - x, bits 8 to 14 are y, and bit 15 marks what is no event of a pixel; in that of a DAVIS, bit 11 is
//! 1 for brighter, bits 12 to 21 are x, 22 to 30 y, and bits 10 and 31 mark other things. Version 3.1 is packets of events, lowest byte first.

use super::{Event, Fault, Parsed};

/// Events of any version.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Fault> {
    if bytes.starts_with(b"#!AER-DAT3") {
        return packets(bytes);
    }
    let mut start = 0;
    let (mut wide, mut davis) = (false, None);
    // Remarks are text lines at the beginning; an address never looks like one of printable text that ends in a line feed.
    while bytes.get(start) == Some(&b'#') {
        let Some(length) = bytes[start..].iter().take(2000).position(|b| *b == b'\n') else { break };
        let line = &bytes[start..start + length];
        if line.iter().any(|b| *b < b' ' && *b != b'\r' && *b != b'\t') {
            break;
        }
        let text = String::from_utf8_lossy(line);
        if let Some(version) = text.trim().strip_prefix("#!AER-DAT") {
            wide = match version.trim() {
                "1.0" | "1" => false,
                "2.0" | "2" => true,
                other => {
                    let why =
                        format!("version {} of AEDAT is not read (1.0, 2.0 and 3.1 are): convert the file", other.escape_debug());
                    return Err(Fault::at(start, &why));
                }
            };
        }
        if text.contains("DAVIS240") || text.contains("Davis240") {
            davis = Some((240, 180));
        } else if text.contains("DAVIS346") || text.contains("Davis346") {
            davis = Some((346, 260));
        }
        start += length + 1;
    }
    let size = if wide { 8 } else { 6 };
    let body = &bytes[start..];
    let left = body.len() % size;
    if left != 0 {
        return Err(Fault::truncated(bytes.len() - left, left, size));
    }
    let davis = davis.filter(|_| wide);
    let mut clock = Clock::default();
    let mut events = Vec::with_capacity(body.len() / size);
    for (k, record) in body.chunks_exact(size).enumerate() {
        let (address, time) = record.split_at(size - 4);
        let address = address.iter().fold(0u32, |a, b| a << 8 | u32::from(*b));
        let microsecond = clock.extend(time.iter().fold(0u32, |a, b| a << 8 | u32::from(*b)));
        let event = match davis {
            None if address >> 15 != 0 => continue,
            None => Event {
                microsecond,
                x: 127 - (address >> 1 & 0x7f) as u16,
                y: (address >> 8 & 0x7f) as u16,
                on: address & 1 == 0,
            },
            Some(_) if address >> 31 == 1 || address >> 10 & 1 == 1 => continue,
            Some((width, height)) => {
                let (x, y) = ((address >> 12 & 0x3ff) as u16, (address >> 22 & 0x1ff) as u16);
                if x >= width || y >= height {
                    let why = format!("the pixel ({x}, {y}) is not on a sensor of {width} x {height}");
                    return Err(Fault::at(start + k * size, &why));
                }
                Event { microsecond, x, y, on: address >> 11 & 1 == 1 }
            }
        };
        events.push(event);
    }
    let what = if wide { "AEDAT 2" } else { "AEDAT 1" };
    let sensor = davis.map_or((128, 128), |(w, h): (u16, u16)| (usize::from(w), usize::from(h)));
    Ok(Parsed { size: Some(sensor), events, what })
}

/// A clock of 32 bits that starts again when it is full.
#[derive(Debug, Default)]
struct Clock {
    last: u32,
    turns: u64,
}

impl Clock {
    fn extend(&mut self, now: u32) -> u64 {
        // A step back by less than half of the range is disorder, not a new turn.
        if self.last > now && self.last - now > 1 << 31 {
            self.turns += 1;
        }
        self.last = now;
        self.turns << 32 | u64::from(now)
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |a, b| a << 8 | u32::from(*b))
}

/// Version 3.1.
fn packets(bytes: &[u8]) -> Result<Parsed, Fault> {
    const HEADER: usize = 28;
    const POLARITY: u32 = 1;
    let end = b"#!END-HEADER";
    let Some(found) = bytes.windows(end.len()).position(|w| w == end) else {
        return Err(Fault::at(
            bytes.len(),
            "the header does not end (a line #!END-HEADER is missing), so the file was cut short: fetch it again",
        ));
    };
    let Some(line) = bytes[found..].iter().position(|b| *b == b'\n') else {
        return Err(Fault::at(bytes.len(), "the file ends within its header, so it was cut short: fetch it again"));
    };
    let mut at = found + line + 1;
    let mut events = Vec::new();
    while at < bytes.len() {
        if bytes.len() - at < HEADER {
            return Err(Fault::truncated(at, bytes.len() - at, HEADER));
        }
        let (kind, size, overflow) = (word(bytes, at) & 0xffff, word(bytes, at + 4) as usize, word(bytes, at + 12));
        let (capacity, count) = (word(bytes, at + 16) as usize, word(bytes, at + 20) as usize);
        if capacity != count {
            let why = format!(
                "a packet says it holds {count} of {capacity} events, and stored ones hold all: the file is damaged, fetch it again"
            );
            return Err(Fault::at(at, &why));
        }
        let (body, left) = (at + HEADER, bytes.len() - at - HEADER);
        // A damaged size may be anything, so the product must not overflow.
        let length = size.checked_mul(count).filter(|l| *l <= left);
        let Some(length) = length else {
            let why = format!(
                "a packet of {count} events of {size} bytes begins, but {left} bytes are left, so the file was cut short: fetch it again, or cut it to {at} bytes"
            );
            return Err(Fault::at(at, &why));
        };
        if kind == POLARITY {
            if size < 8 && count > 0 {
                return Err(Fault::at(
                    at,
                    &format!("events of {size} bytes are not those of pixels, which have 8: the file is damaged"),
                ));
            }
            for record in bytes[body..body + length].chunks_exact(size.max(8)) {
                let (data, time) = (word(record, 0), word(record, 4));
                if data & 1 == 1 {
                    let (x, y, on) = ((data >> 17) as u16, (data >> 2 & 0x7fff) as u16, data >> 1 & 1 == 1);
                    events.push(Event { microsecond: u64::from(overflow) << 31 | u64::from(time), x, y, on });
                }
            }
        }
        at = body + length;
    }
    Ok(Parsed { size: None, events, what: "AEDAT 3.1" })
}
