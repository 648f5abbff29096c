//! Damaged problem files: whatever bytes a reader meets, it answers with a problem or with an error, at once and in little memory.
//!
//! Twenty thousand files every time; a million by `cargo xtask fuzz`.

#![allow(clippy::print_stdout, reason = "who runs a million files wants to know how they fared")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use spinloom_ising::Ising;
use spinloom_ising::format::{Format, Interpretation, parse_bytes, write_coo, write_json, write_qubo, write_rudy};
use spinloom_ising::qubo::Qubo;
use std::time::{Duration, Instant};

/// A file of each format to begin from.
fn samples() -> Vec<(Format, String)> {
    let ising = Ising::new(4, [(0, 1, 1.0), (1, 2, -2.0), (2, 3, 0.5)], vec![0.0, 0.25, 0.0, -1.0], 0.5).expect("a model");
    let graph = Ising::new(3, [(0, 1, 1.0), (1, 2, -2.0)], vec![0.0; 3], 0.0).expect("a model");
    let places = "NAME : a\nTYPE : TSP\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : GEO\nNODE_COORD_SECTION\n1 16.47 96.10\n2 16.47 94.44\n3 20.09 92.54\n4 22.39 93.37\nEOF\n";
    let distances = "TYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: LOWER_DIAG_ROW\nEDGE_WEIGHT_SECTION\n0 3 0 4\n6 0 5 7 8 0\nEOF\n";
    vec![
        (Format::Rudy, write_rudy(&graph).expect("no fields")),
        (Format::BiqMac, "2 3\n1 1 -1\n2 2 -1\n1 2 0.75\n".to_owned()),
        (Format::MatrixMarket, "%%MatrixMarket matrix coordinate real symmetric\n3 3 2\n1 1 0.5\n2 1 -1\n".to_owned()),
        (Format::MatrixMarket, "%%MatrixMarket matrix coordinate integer general\n2 2 2\n1 2 3\n2 1 3\n".to_owned()),
        (Format::Qubo, write_qubo(&Qubo::from_ising(&ising).expect("finite"))),
        (Format::DimodJson, write_json(&ising)),
        (Format::DimodCoo, write_coo(&ising)),
        (Format::Dimacs, "p wcnf 3 3 10\n10 1 -2 0\n3 2 3 0\n1 -1 -3 0\n".to_owned()),
        (Format::Dimacs, "c new\nh 1 2 3 4 5 6 7 8 0\n2 -1 0\n1 -2 0\n".to_owned()),
        (Format::Tsplib, places.to_owned()),
        (Format::Tsplib, distances.to_owned()),
        (Format::Blif, ".model m\n.inputs a b\n.outputs y\n.names a b t\n1- 1\n.names t b y\n10 0\n.end\n".to_owned()),
    ]
}

/// Numbers and words that break careless readers.
const WORDS: [&str; 18] = [
    "99999999999999999999",
    "18446744073709551615",
    "4294967296",
    "2147483648",
    "-2147483649",
    "100000000",
    "65536",
    "-1",
    "0",
    "1e308",
    "-1e308",
    "1e999",
    "1e-320",
    "NaN",
    "inf",
    "0x10",
    "\u{221e}",
    ".names",
];

/// One damage.
#[derive(Debug, Clone)]
enum Damage {
    Change(usize, u8),
    Insert(usize, u8),
    Remove(usize, usize),
    Cut(usize),
    Word(usize, usize),
    Splice(usize, usize, usize, usize),
    Repeat(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    // Mostly characters that mean something somewhere, and now and then any byte at all.
    let byte = prop_oneof![6 => prop::sample::select(b"0123456789 -+.eE\n\t%#pch:\\,[]{}\"".to_vec()), 1 => any::<u8>()];
    let at = || 0usize..400;
    prop_oneof![
        4 => (at(), byte.clone()).prop_map(|(at, b)| Damage::Change(at, b)),
        4 => (at(), byte).prop_map(|(at, b)| Damage::Insert(at, b)),
        2 => (at(), 1usize..9).prop_map(|(at, n)| Damage::Remove(at, n)),
        1 => at().prop_map(Damage::Cut),
        4 => (at(), 0..WORDS.len()).prop_map(|(at, w)| Damage::Word(at, w)),
        2 => (at(), any::<usize>(), at(), 1usize..30).prop_map(|(at, file, from, n)| Damage::Splice(at, file, from, n)),
        1 => (at(), 1usize..60).prop_map(|(at, n)| Damage::Repeat(at, n)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage, samples: &[(Format, String)]) {
    let length = bytes.len();
    let place = |at: usize| at % (length + 1);
    match *damage {
        Damage::Change(at, b) if length > 0 => bytes[at % length] = b,
        Damage::Change(_, b) => bytes.push(b),
        Damage::Insert(at, b) => bytes.insert(place(at), b),
        Damage::Remove(at, n) => {
            bytes.drain(place(at)..(place(at) + n).min(length));
        }
        Damage::Cut(at) => bytes.truncate(place(at)),
        Damage::Word(at, word) => {
            // In place of the word that is there, if there is one.
            let begin = place(at);
            let end = (begin..length).find(|&k| bytes[k].is_ascii_whitespace()).unwrap_or(length);
            let begin = (0..begin).rev().find(|&k| bytes[k].is_ascii_whitespace()).map_or(0, |k| k + 1).min(end);
            bytes.splice(begin..end, WORDS[word].bytes());
        }
        Damage::Splice(at, file, from, n) => {
            let other = samples[file % samples.len()].1.as_bytes();
            let from = from % other.len();
            let piece = other[from..(from + n).min(other.len())].to_vec();
            bytes.splice(place(at)..place(at), piece);
        }
        Damage::Repeat(at, n) => {
            let piece = bytes[place(at)..(place(at) + n).min(length)].to_vec();
            bytes.splice(place(at)..place(at), piece);
        }
    }
}

/// Reads so many damaged files; returns how many were read as problems, and the longest time one took.
fn fuzz(cases: u32, seed: u8) -> (u32, Duration) {
    let samples = samples();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let meanings = [Interpretation::Usual, Interpretation::MaxCut, Interpretation::Ising, Interpretation::Qubo];
    let inputs = (0..samples.len(), 0..meanings.len(), prop::collection::vec(damage(), 1..4));
    let (read, longest) = (std::cell::Cell::new(0), std::cell::Cell::new(Duration::ZERO));
    runner
        .run(&inputs, |(sample, meaning, damages)| {
            let (format, text) = &samples[sample];
            let mut bytes = text.clone().into_bytes();
            damages.iter().for_each(|d| apply(&mut bytes, d, &samples));
            let begin = Instant::now();
            if let Ok(problem) = parse_bytes(bytes, *format, meanings[meaning], "file") {
                let answer = problem.answer(&vec![1; problem.model.spins()]);
                prop_assert!(!answer.objective.is_nan(), "{}", answer.text);
                read.set(read.get() + 1);
            }
            longest.set(longest.get().max(begin.elapsed()));
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
    (read.get(), longest.get())
}

/// The most memory this process has held, KiB; none where the kernel does not say.
fn peak_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok())
}

fn check(cases: u32, seed: u8) {
    let (read, longest) = fuzz(cases, seed);
    // Some damage does no harm, or the readers would never be tried beyond their first line.
    assert!(read > cases / 50 && read < cases, "{read} of {cases} were read");
    assert!(longest < Duration::from_secs(10), "one file took {longest:?}");
    assert!(peak_memory().is_none_or(|kib| kib < 4 << 20), "{:?} KiB", peak_memory());
    println!("{cases} files, {read} read as problems, the longest took {longest:?}, memory {:?} KiB", peak_memory());
}

#[test]
fn damaged_files_are_refused_or_read_but_never_panic() {
    check(20_000, 1);
}

#[test]
#[ignore = "a million files take minutes; cargo xtask fuzz runs it"]
fn a_million_damaged_files() {
    (0..10).for_each(|k| check(100_000, 10 + k));
}
