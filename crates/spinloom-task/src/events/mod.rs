//! Recordings of event cameras, and traffic as such a camera would see it.
//!
//! A pixel tells by an event when it has become brighter (on) or darker (off): P. Lichtsteiner, C. Posch and T. Delbruck, IEEE J. Solid-State Circuits
//! 43, 566 (2008), doi:10.1109/JSSC.2007.914337. [`Recording::read`] reads the formats that such recordings come in, [`Freeway`] makes a
//! synthetic one with the truth beside it.

mod aedat;
mod freeway;
mod plain;

pub use freeway::{Freeway, Passage, Traffic};

use crate::TaskError;
use std::fs;
use std::path::Path;

/// The most a recording may hold: an hour at a million events a second does not fit, a freeway does by far.
const LARGEST: u64 = 2_000_000_000;

/// One change of brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Time, microseconds, the unit of all formats.
    pub microsecond: u64,
    /// Column.
    pub x: u16,
    /// Row, as the format counts it.
    pub y: u16,
    /// Brighter.
    pub on: bool,
}

impl Event {
    /// Time, s.
    pub fn time(&self) -> f64 {
        self.microsecond as f64 * 1e-6
    }
}

spinloom_core::choices! {
    /// The format of a recording.
    pub enum EventFormat {
        /// By what the file begins with and by its name.
        Auto = "auto",
        /// AEDAT 1, 2 or 3.1, as its first line says; version 1 without one.
        Aedat = "aedat",
        /// Five bytes an event, as in N-MNIST.
        Nmnist = "n-mnist",
        /// DAT of Prophesee, as in N-CARS.
        Prophesee = "prophesee",
        /// Text: time, column, row, polarity.
        Csv = "csv",
    }
}

/// Events in the order of their times.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The events.
    pub events: Vec<Event>,
    /// How many events of the file came before an earlier one and were put in their place.
    pub reordered: usize,
    /// What it is, in words for a report.
    pub source: String,
}

/// What is wrong with the bytes of a file: at which byte or line, and why.
#[derive(Debug, Clone, PartialEq)]
struct Fault {
    line: Option<usize>,
    message: String,
}

impl Fault {
    fn at(offset: usize, why: &str) -> Self {
        Self { line: None, message: format!("at byte {offset}: {why}") }
    }

    /// A file that ends within an event.
    fn truncated(offset: usize, left: usize, whole: usize) -> Self {
        let why = format!(
            "{left} bytes are left of the {whole} of an event, so the file was cut short: fetch it again, or cut it to {offset} bytes"
        );
        Self::at(offset, &why)
    }
}

/// Events as the file has them, with the size of the sensor where it tells.
struct Parsed {
    size: Option<(usize, usize)>,
    events: Vec<Event>,
    what: &'static str,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// [`TaskError::Io`], or [`TaskError::Malformed`] with the byte or the line that is wrong, what it holds and the way out.
    pub fn read(path: &Path, format: EventFormat) -> Result<Self, TaskError> {
        let size = fs::metadata(path).map_err(TaskError::io("read", path))?.len();
        if size > LARGEST {
            let message = format!("it has {size} bytes, more than the {LARGEST} that are read at once: cut it into parts");
            return Err(TaskError::Malformed { path: path.to_path_buf(), line: None, message });
        }
        let bytes = fs::read(path).map_err(TaskError::io("read", path))?;
        let format = if format == EventFormat::Auto { guess(path, &bytes) } else { format };
        Self::from_bytes(&bytes, format)
            .map_err(|fault| TaskError::Malformed { path: path.to_path_buf(), line: fault.line, message: fault.message })
            .map(|mut recording| {
                let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
                recording.source = format!("{name}: {}", recording.source);
                recording
            })
    }

    fn from_bytes(bytes: &[u8], format: EventFormat) -> Result<Self, Fault> {
        let parsed = match format {
            EventFormat::Aedat | EventFormat::Auto => aedat::parse(bytes)?,
            EventFormat::Nmnist => plain::nmnist(bytes)?,
            EventFormat::Prophesee => plain::prophesee(bytes)?,
            EventFormat::Csv => plain::csv(bytes)?,
        };
        Ok(Self::new(parsed))
    }

    fn new(parsed: Parsed) -> Self {
        let Parsed { size, mut events, what } = parsed;
        let furthest = |of: fn(&Event) -> u16| events.iter().map(|e| usize::from(of(e)) + 1).max().unwrap_or(0);
        let (width, height) = size.unwrap_or_else(|| (furthest(|e| e.x), furthest(|e| e.y)));
        let mut latest = 0;
        let mut reordered = 0;
        for event in &events {
            reordered += usize::from(event.microsecond < latest);
            latest = latest.max(event.microsecond);
        }
        // Stable: events of one microsecond stay in the order of the file.
        events.sort_by_key(|e| e.microsecond);
        let source = format!("{what}, {} events of {width} x {height} pixels", events.len());
        Self { width, height, events, reordered, source }
    }

    /// Time from the first to the last event, s.
    pub fn duration(&self) -> f64 {
        match (self.events.first(), self.events.last()) {
            (Some(first), Some(last)) => (last.microsecond - first.microsecond) as f64 * 1e-6,
            _ => 0.0,
        }
    }

    /// Number of inputs of a network that sees it: one a pixel and polarity.
    pub fn inputs(&self) -> usize {
        2 * self.width * self.height
    }

    /// Events of pixels that stay silent for a refractory time (s) after an event of the same polarity, in order: it leaves out repetitions at one place, of which
    /// slow edges give most. Pixels of event cameras have such a time of their own (P. Lichtsteiner et al., IEEE J. Solid-State Circuits 43, 566 (2008),
    /// doi:10.1109/JSSC.2007.914337).
    ///
    /// ```
    /// use spinloom_task::events::Freeway;
    /// let recording = Freeway::default().record(2.0, 1, 0)?.recording;
    /// assert_eq!(recording.refractory(0.0).count(), recording.events.len());
    /// assert!(recording.refractory(50e-3).count() < recording.events.len() / 2);
    /// # Ok::<(), spinloom_task::TaskError>(())
    /// ```
    pub fn refractory(&self, time: f64) -> impl Iterator<Item = &Event> {
        let silent = (time * 1e6).round() as u64;
        let mut open_from = vec![0u64; self.inputs()];
        self.events.iter().filter(move |event| {
            let Some(from) = open_from.get_mut(self.input_of(event) as usize) else { return true };
            let heard = event.microsecond >= *from;
            if heard {
                *from = event.microsecond.saturating_add(silent);
            }
            heard
        })
    }

    /// The input that an event drives: pixels of darker, then of brighter.
    pub fn input_of(&self, event: &Event) -> u32 {
        let pixel = usize::from(event.y) * self.width + usize::from(event.x);
        (usize::from(event.on) * self.width * self.height + pixel) as u32
    }
}

/// The format of a file by its first bytes, else by its name.
fn guess(path: &Path, bytes: &[u8]) -> EventFormat {
    let ends = |end: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(end));
    if bytes.starts_with(b"%") {
        EventFormat::Prophesee
    } else if bytes.starts_with(b"#!AER-DAT") || ends("aedat") || ends("dat") {
        EventFormat::Aedat
    } else if ends("bin") {
        EventFormat::Nmnist
    } else {
        EventFormat::Csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FORMATS: [EventFormat; 4] = [EventFormat::Aedat, EventFormat::Nmnist, EventFormat::Prophesee, EventFormat::Csv];

    /// A small file of each format with the same three events, the last two out of order, and of AEDAT in three versions.
    pub(super) fn samples() -> Vec<(EventFormat, Vec<u8>)> {
        let events = [(10u32, 5u16, 3u16, true), (40, 7, 9, false), (30, 127, 100, true)];
        let retina = |(_, x, y, on): (u32, u16, u16, bool)| y << 8 | (127 - x) << 1 | u16::from(!on);
        let mut one = b"#!AER-DAT1.0\r\n# a remark\r\n".to_vec();
        let mut two = b"#!AER-DAT2.0\r\n".to_vec();
        let mut three = b"#!AER-DAT3.1\r\n#Format: RAW\r\n#!END-HEADER\r\n".to_vec();
        let header = |kind: u16, count: u32| {
            let mut packet = Vec::new();
            packet.extend(kind.to_le_bytes());
            packet.extend(1u16.to_le_bytes());
            for word in [8, 4, 0, count, count, count] {
                packet.extend(u32::to_le_bytes(word));
            }
            packet
        };
        three.extend(header(3, 2));
        three.extend([7; 16]);
        three.extend(header(1, 3));
        let mut digits = Vec::new();
        let mut cars = b"% Data file\n% Width 128\n% Height 128\n\x00\x08".to_vec();
        let mut text = b"time,x,y,polarity\n".to_vec();
        for e @ (t, x, y, on) in events {
            one.extend(retina(e).to_be_bytes());
            one.extend(t.to_be_bytes());
            two.extend(u32::from(retina(e)).to_be_bytes());
            two.extend(t.to_be_bytes());
            three.extend((u32::from(x) << 17 | u32::from(y) << 2 | u32::from(on) << 1 | 1).to_le_bytes());
            three.extend(t.to_le_bytes());
            digits.extend([x as u8, y as u8, u8::from(on) << 7, 0, t as u8]);
            cars.extend(t.to_le_bytes());
            cars.extend((u32::from(x) | u32::from(y) << 14 | u32::from(on) << 28).to_le_bytes());
            text.extend(format!("{t},{x},{y},{}\n", u8::from(on)).bytes());
        }
        vec![
            (EventFormat::Aedat, one),
            (EventFormat::Aedat, two),
            (EventFormat::Aedat, three),
            (EventFormat::Nmnist, digits),
            (EventFormat::Prophesee, cars),
            (EventFormat::Csv, text),
        ]
    }

    #[test]
    fn every_format_gives_the_same_events_in_order() {
        let event = |microsecond, x, y, on| Event { microsecond, x, y, on };
        let wanted = [event(10, 5, 3, true), event(30, 127, 100, true), event(40, 7, 9, false)];
        for (k, (format, bytes)) in samples().into_iter().enumerate() {
            let found = Recording::from_bytes(&bytes, format).unwrap();
            assert_eq!((found.events.as_slice(), found.reordered), (&wanted[..], 1), "{k}");
            assert!((found.duration() - 30e-6).abs() < 1e-12 && found.inputs() >= 2 * 128 * 101);
            // Every input is one pixel and polarity.
            assert!(found.events.iter().all(|e| (found.input_of(e) as usize) < found.inputs()));
        }
    }

    #[test]
    fn what_is_cut_short_is_told_at_its_byte() {
        for (format, bytes) in samples() {
            if format == EventFormat::Csv {
                continue;
            }
            let fault = Recording::from_bytes(&bytes[..bytes.len() - 1], format).unwrap_err();
            assert!(fault.message.starts_with("at byte ") && fault.message.contains("cut"), "{}", fault.message);
        }
        let fault = Recording::from_bytes(b"t,x,y,p\n1,2,3,1\n2,2,x,0\n", EventFormat::Csv).unwrap_err();
        assert!(fault.line == Some(3) && fault.message.contains("`x`"), "{fault:?}");
    }

    proptest! {
        #[test]
        fn nothing_panics_on_noise(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0usize..4) {
            let _ = Recording::from_bytes(&bytes, FORMATS[which]);
        }

        #[test]
        fn nothing_panics_on_files_that_were_changed(
            sample in 0usize..6, place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
        ) {
            let (format, mut bytes) = samples().swap_remove(sample);
            let place = place.index(bytes.len());
            bytes[place] = byte;
            bytes.truncate(cut.index(bytes.len()) + 1);
            if let Ok(recording) = Recording::from_bytes(&bytes, format) {
                prop_assert!(recording.events.windows(2).all(|w| w[0].microsecond <= w[1].microsecond));
            }
        }
    }
}
