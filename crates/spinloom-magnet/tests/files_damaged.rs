//! OVF files that are damaged, cut off or of another kind: clear words, no panic, and no memory for what is not there.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use spinloom_magnet::film::{Grid, VectorField};
use spinloom_magnet::ovf::{Format, Ovf, OvfError, Version, read, read_all};

fn field() -> Ovf {
    let grid = Grid::new([4, 3, 2], [5e-9, 5e-9, 3e-9]).unwrap();
    let mut m = VectorField::<f64>::zeros(grid.len());
    (0..grid.len()).for_each(|c| m.set(c, [(c as f64).cos(), (c as f64).sin(), 0.25]));
    let mut field = Ovf::of_vectors(&grid, "m", "1", &m).unwrap();
    field.time = Some(1.2e-10);
    field
}

fn text() -> String {
    String::from_utf8(field().to_bytes(Format::Text, Version::Two).unwrap()).unwrap()
}

fn message(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// Where binary data begin, behind their check value.
fn data_at(bytes: &[u8], size: usize) -> usize {
    let mark = format!("# Begin: Data Binary {size}\n");
    bytes.windows(mark.len()).position(|w| w == mark.as_bytes()).unwrap() + mark.len() + size
}

#[test]
fn files_that_are_cut_off_are_told_with_what_is_there() {
    let whole = field().to_bytes(Format::Binary8, Version::Two).unwrap();
    let begin = data_at(&whole, 8);
    let cut = message(&whole[..begin + 100]);
    assert!(cut.contains("24 cells of 3 values, 72 values in all, but only 12 are there"), "{cut}");
    assert!(cut.contains(&format!("byte {}", begin + 100)), "{cut}");
    assert!(message(&whole[..begin - 3]).contains("only 0 are there"));
    assert!(message(&whole[..begin / 2]).contains("without a line `# Begin: Data ...`"));
    // All values are there, but not the lines that end them.
    let note = &read(&whole[..begin + 72 * 8]).unwrap().notes[0];
    assert!(note.contains("all values are there"), "{note}");
    let text = text();
    let half = text.find("0.25\n").unwrap() + 5;
    assert!(message(&text.as_bytes()[..half]).contains("72 values in all, but only 3 are there"));
    assert!(message(text.replacen("0.25\n", "\n", 1).as_bytes()).contains("only 71 are there"));
}

#[test]
fn counts_that_no_memory_holds_are_told_before_any_is_taken() {
    for format in [Format::Text, Format::Binary4, Format::Binary8] {
        let bytes = field().to_bytes(format, Version::Two).unwrap();
        for (from, to) in [
            ("# xnodes: 4", "# xnodes: 18446744073709551615"),
            ("# ynodes: 3", "# ynodes: 4000000000"),
            ("# valuedim: 3", "# valuedim: 18446744073709551615"),
        ] {
            let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
            let wrong = [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat();
            let error = read(&wrong).unwrap_err();
            assert!(matches!(error, OvfError::Truncated { present: 72, .. }), "{error}");
        }
    }
}

#[test]
fn a_wrong_check_value_is_told_with_its_likely_cause() {
    let cause = |bytes: &[u8]| match read(bytes).unwrap_err() {
        OvfError::CheckValue { cause, expected, found, offset } => {
            assert!(offset > 300 && expected.len() > found.len(), "{expected} {found}");
            format!("{expected}: {cause}")
        }
        other => panic!("{other}"),
    };
    let four = field().to_bytes(Format::Binary4, Version::Two).unwrap();
    let eight = field().to_bytes(Format::Binary8, Version::One).unwrap();
    let (at4, at8) = (data_at(&four, 4), data_at(&eight, 8));
    let mut swapped = four.clone();
    swapped[at4 - 4..at4].reverse();
    let told = cause(&swapped);
    assert!(told.starts_with("38 B4 96 49 (1234567.0, little-endian)"), "{told}");
    assert!(told.contains("the bytes are in big-endian order, but OVF 2.0 is little-endian"), "{told}");
    let mut swapped = eight.clone();
    swapped[at8 - 8..at8].reverse();
    let told = cause(&swapped);
    assert!(told.starts_with("42 DC 12 21 83 77 DE 40 (123456789012345.0, big-endian)"), "{told}");
    assert!(told.contains("little-endian order, but OVF 1.0 is big-endian"), "{told}");
    let renamed = [&four[..at4 - 6], b"8\n", &four[at4 - 4..]].concat();
    assert!(cause(&renamed).contains("`Binary 4`, so the header names the wrong precision, `Binary 8`"));
    let shifted = [&four[..at4 - 4], b"\r\n", &four[at4 - 4..]].concat();
    assert!(cause(&shifted).contains("2 bytes later"));
    let plain = text().replace("Begin: Data Text", "Begin: Data Binary 4");
    assert!(cause(plain.as_bytes()).contains("look like text"));
    let mut damaged = four.clone();
    damaged[at4 - 2] ^= 0x55;
    assert!(cause(&damaged).contains("damaged"));
}

#[test]
fn values_that_are_no_finite_numbers_are_told_with_their_cell() {
    for (format, version) in [(Format::Binary4, Version::Two), (Format::Binary8, Version::One)] {
        let size = if format == Format::Binary4 { 4 } else { 8 };
        let mut bytes = field().to_bytes(format, version).unwrap();
        let at = data_at(&bytes, size) + (17 * 3 + 2) * size;
        bytes[at..at + size].fill(0xff);
        let told = message(&bytes);
        assert!(told.contains("cell [1, 1, 1]") && told.contains("NaN") && told.contains(&format!("byte {at}")), "{told}");
    }
    let told = message(text().replacen("0.25", "nan", 1).as_bytes());
    assert!(told.contains("cell [0, 0, 0]") && told.contains("component 2") && told.contains("line "), "{told}");
    assert!(message(text().replacen("0.25", "1e999", 1).as_bytes()).contains("inf"));
    assert!(message(text().replacen("0.25", "0,25", 1).as_bytes()).contains("`0,25` is not a number"));
    let mut wrong = field();
    wrong.values[1][5] = f64::INFINITY;
    let told = wrong.to_bytes(Format::Text, Version::Two).unwrap_err().to_string();
    assert!(told.contains("cell [1, 1, 0]"), "{told}");
    wrong.values[1][5] = 1e200;
    assert!(wrong.to_bytes(Format::Binary8, Version::Two).is_ok());
    assert!(wrong.to_bytes(Format::Binary4, Version::Two).unwrap_err().to_string().contains("beyond the range of Binary 4"));
}

#[test]
fn headers_that_lack_or_garble_a_record_are_told_with_the_line() {
    let text = text();
    for key in ["xnodes", "ystepsize", "valuedim"] {
        let without: String = text.lines().filter(|l| !l.contains(key)).map(|l| format!("{l}\n")).collect();
        let told = message(without.as_bytes());
        assert!(told.contains(&format!("no `{key}`")) && told.contains("lines 2 to "), "{told}");
    }
    for (from, to, words) in [
        ("# xnodes: 4", "# xnodes: 0", "xnodes is `0`, but has to be a whole number from 1"),
        ("# xnodes: 4", "# xnodes: -4", "a whole number from 1"),
        ("# xnodes: 4", "# xnodes: 4.5", "a whole number from 1"),
        ("# xstepsize: 5e-9", "# xstepsize: -5e-9", "positive"),
        ("# xstepsize: 5e-9", "# xstepsize: nan", "a finite number"),
        ("# xbase: 2.5e-9", "# xbase: here", "`here`"),
        ("meshtype: rectangular", "meshtype: irregular", "the mesh is irregular"),
        ("meshtype: rectangular", "meshtype: hexagonal", "`hexagonal`"),
        ("Begin: Data Text", "Begin: Data Binary 16", "`Data Text`, `Data Binary 4` or `Data Binary 8`"),
        ("# meshunit: m", "meshunit: m", "lines that begin with #"),
        ("# znodes: 2", "# znodes: 1", "the counts of the header and the data disagree"),
        ("# OOMMF OVF 2.0", "# OOMMF: irregular mesh v1.0", "line 1 says that the mesh is irregular"),
        ("# OOMMF OVF 2.0", "# OOMMF OVF 3.0", "its first line is `# OOMMF OVF 3.0`"),
    ] {
        assert!(text.contains(from), "{from}");
        let told = message(text.replacen(from, to, 1).as_bytes());
        assert!(told.contains(words) && (told.contains("line ") || told.contains("lines ")), "{to}: {told}");
    }
    assert!(message(b"").contains("not an OVF file"));
    assert!(message(b"\x89PNG\r\n\x1a\n").contains("not an OVF file"));
}

#[test]
fn what_a_version_cannot_hold_is_not_written() {
    let grid = Grid::new([2, 1, 1], [1e-9; 3]).unwrap();
    let scalars = Ovf::of_scalars(&grid, "Ms", "A/m", vec![8e5, 0.0]).unwrap();
    assert!(scalars.to_bytes(Format::Text, Version::One).unwrap_err().to_string().contains("write it as OVF 2.0"));
    assert!(Ovf::of_scalars(&grid, "Ms", "A/m", vec![8e5]).is_err());
    assert!(Ovf::new(&grid, "nothing", &[], "", vec![]).is_err());
    for title in ["two\nlines", "a ## comment"] {
        assert!(Ovf::of_scalars(&grid, title, "A/m", vec![8e5, 0.0]).unwrap().to_bytes(Format::Text, Version::Two).is_err());
    }
    let mut untimed = scalars;
    untimed.time = Some(f64::NAN);
    assert!(untimed.to_bytes(Format::Text, Version::Two).unwrap_err().to_string().contains("the time"));
}

/// One thing that happens to a file; places are shares of its length in 1/65536.
#[derive(Debug, Clone)]
enum Damage {
    Byte(u16, u8),
    Insert(u16, Vec<u8>),
    Delete(u16, u8),
    Cut(u16),
    Repeat(u16, u8),
    Number(u16, &'static str),
    Line(u16, u16),
}

const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1e308",
    "-1e-320",
    "nan",
    "inf",
    "18446744073709551615",
    "18446744073709551616",
    "2147483648",
    "4294967297",
    "65536",
    "340282366920938463463374607431768211456",
    "",
    "1.5",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, to)| Damage::Byte(at, to)),
        (any::<u16>(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, what)| Damage::Insert(at, what)),
        (any::<u16>(), any::<u8>()).prop_map(|(at, length)| Damage::Delete(at, length)),
        any::<u16>().prop_map(Damage::Cut),
        (any::<u16>(), any::<u8>()).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (any::<u16>(), prop::sample::select(&NUMBERS[..])).prop_map(|(at, to)| Damage::Number(at, to)),
        (any::<u16>(), any::<u16>()).prop_map(|(from, to)| Damage::Line(from, to)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let length = bytes.len();
    if length == 0 {
        return;
    }
    let place = |at: u16| usize::from(at) * length / 65536;
    match damage {
        Damage::Byte(at, to) => bytes[place(*at)] = *to,
        Damage::Insert(at, what) => drop(bytes.splice(place(*at)..place(*at), what.iter().copied())),
        Damage::Delete(at, n) => drop(bytes.drain(place(*at)..(place(*at) + usize::from(*n)).min(length))),
        Damage::Cut(at) => bytes.truncate(place(*at)),
        Damage::Repeat(at, n) => bytes.extend_from_within(place(*at)..(place(*at) + usize::from(*n)).min(length)),
        Damage::Number(at, to) => {
            // The value of a line from there on, as likely as not one of the header.
            let from = place(*at) / 2;
            let Some(colon) = bytes[from..].iter().position(|b| *b == b':').map(|p| from + p + 1) else { return };
            let end = bytes[colon..].iter().position(|b| *b == b'\n').map_or(length, |p| colon + p);
            drop(bytes.splice(colon..end, format!(" {to}").into_bytes()));
        }
        Damage::Line(from, to) => {
            let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
            let (count, of) = (lines.len(), |at: u16, n: usize| usize::from(at) * n / 65536);
            let line = lines.remove(of(*from, count));
            lines.insert(of(*to, count), line);
            *bytes = lines.concat();
        }
    }
}

/// Damages files of every format in many ways: reading them ends in a field that hangs together or in an error, never in a panic.
fn damage_many(cases: u32) {
    let mut bases: Vec<Vec<u8>> = Vec::new();
    for version in [Version::One, Version::Two] {
        for format in [Format::Text, Format::Binary4, Format::Binary8] {
            bases.push(field().to_bytes(format, version).unwrap());
        }
    }
    bases.push(text().replace('\n', "\r\n").into_bytes());
    bases.push(text().replace("m_x m_y m_z", "{m x} \"m y\" m\\ z").replacen("meshunit: m", "meshunit: nm", 1).into_bytes());
    let config = ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let readable = std::cell::Cell::new(0u32);
    let strategy = (0..bases.len(), prop::collection::vec(damage(), 1..5));
    let result = runner.run(&strategy, |(base, damages)| {
        let mut bytes = bases[base].clone();
        damages.iter().for_each(|d| apply(&mut bytes, d));
        match read(&bytes) {
            Ok(field) => {
                readable.set(readable.get() + 1);
                prop_assert!(field.values.iter().all(|v| v.len() == field.grid.len() && v.iter().all(|x| x.is_finite())));
                prop_assert!(field.labels.len() == field.values.len() && field.units.len() == field.values.len());
                prop_assert!(field.grid.len() * field.values.len() <= bytes.len());
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        let _ = read_all(&bytes);
        Ok(())
    });
    result.unwrap();
    let readable = readable.get();
    assert!(
        readable > cases / 100,
        "only {readable} of {cases} damaged files were read at all: the damage is too coarse to test much"
    );
}

#[test]
fn thousands_of_damaged_files_never_make_the_reader_panic() {
    damage_many(8_000);
}

#[test]
#[ignore = "takes minutes; run it after changing the reader"]
fn a_million_damaged_files_never_make_the_reader_panic() {
    damage_many(1_000_000);
}
