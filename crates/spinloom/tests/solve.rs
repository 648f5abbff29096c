//! `spinloom solve` as a person uses it: problems of every format, what is printed, what is kept, and what is said of bad input.

#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

/// A folder with problem files.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Solves a file with this content.
    fn solve(&self, name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Output {
        solve(&[&[self.file(name, content).as_str()], more].concat())
    }

    /// The document of a solved file.
    fn solved(&self, name: &str, content: &str, more: &[&str]) -> Value {
        document(&self.solve(name, content, &[&["--json", "--reads", "32", "--sweeps", "100"], more].concat()))
    }
}

fn solve(arguments: &[&str]) -> Output {
    Command::cargo_bin("spinloom").unwrap().arg("solve").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn document(output: &Output) -> Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Asserts an exit code of 2, words of the message, and that nothing was printed as a result.
fn refused(output: &Output, words: &[&str]) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert!(output.stdout.is_empty() && !message.contains("panicked"), "{message}");
}

fn objective(document: &Value) -> f64 {
    document["best"]["objective"].as_f64().unwrap()
}

const TRIANGLE: &str = "4 4\n1 2 1\n2 3 1\n1 3 1\n3 4 2\n";
const AND: &str = ".model and\n.inputs a b\n.outputs c\n.names a b c\n11 1\n.end\n";
const SQUARE: &str =
    "NAME: square\nTYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 10 10\n3 10 0\n4 0 10\nEOF\n";

/// A frustrated square lattice with couplings +-1 and periodic ends.
fn torus(side: usize) -> String {
    let mut text = format!("{} {}\n", side * side, 2 * side * side);
    for i in 0..side * side {
        let (x, y) = (i % side, i / side);
        for (k, j) in [y * side + (x + 1) % side, (y + 1) % side * side + x].into_iter().enumerate() {
            let sign = if (i * 7919 + k * 104_729) % 13 < 6 { 1 } else { -1 };
            text += &format!("{} {} {sign}\n", i + 1, j + 1);
        }
    }
    text
}

#[test]
fn a_cut_comes_back_as_a_cut() {
    let desk = Desk::new();
    let solved = desk.solved("g.txt", TRIANGLE, &[]);
    assert_eq!((objective(&solved), solved["problem"]["kind"].as_str()), (4.0, Some("max-cut")));
    let side: Vec<u64> = solved["answer"]["one_side"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect();
    let edges = [(1, 2, 1.0), (2, 3, 1.0), (1, 3, 1.0), (3, 4, 2.0)];
    let cut: f64 = edges.iter().filter(|e| side.contains(&e.0) != side.contains(&e.1)).map(|e| e.2).sum();
    assert_eq!(cut, 4.0);
    // The same lines as couplings: vertices that agree cost nothing, so all of them agree.
    assert_eq!(objective(&desk.solved("g.txt", TRIANGLE, &["--as", "ising"])), -5.0);
    let words = text(&desk.solve("g.txt", TRIANGLE, &["--reads", "8", "--sweeps", "50"]).stdout);
    for part in ["max-cut over 4 spins, 4 couplings", "cut 4;", "reads by objective: 4 x", "p-bits", "seed 1"] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn every_format_of_weights_is_solved() {
    let desk = Desk::new();
    assert_eq!(objective(&desk.solved("a.sparse", "2 3\n1 1 -1\n2 2 -1\n1 2 0.75\n", &[])), -1.0);
    let matrix = "%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 0.5\n2 1 -1\n3 2 1\n";
    assert_eq!(objective(&desk.solved("a.mtx", matrix, &[])), -2.5);
    let qubo = desk.solved("a.qubo", "c comment\np qubo 0 3 2 1\n0 0 -1\n1 1 -1\n0 1 3\n", &[]);
    assert_eq!(objective(&qubo), -1.0);
    assert_eq!(qubo["answer"]["bits_set"].as_array().unwrap().iter().filter(|b| b.as_u64() < Some(2)).count(), 1);
    assert_eq!(objective(&desk.solved("a.coo", "# vartype=BINARY\n0 0 -1\n1 1 -1\n0 1 3\n", &[])), -1.0);
    let json = r#"{"type": "BinaryQuadraticModel", "variable_type": "SPIN", "variable_labels": ["p", "q"], "offset": 0.5,
        "linear_biases": [1, 0], "quadratic_biases": [-2], "quadratic_head": [0], "quadratic_tail": [1]}"#;
    assert_eq!(objective(&desk.solved("a.json", json, &[])), -2.5);
    // A name that tells nothing, and a format that does.
    assert_eq!(objective(&desk.solved("a.data", "# vartype=SPIN\n0 0 1\n", &["--format", "coo"])), -1.0);
}

#[test]
fn clauses_are_satisfied_and_weighed() {
    let desk = Desk::new();
    let solved = desk.solved("f.cnf", "c three\np cnf 3 3\n1 -2 3 0\n2 3 0\n-1 -3 0\n", &[]);
    assert_eq!((solved["verified"].as_bool(), objective(&solved)), (Some(true), 3.0));
    let model: Vec<i64> = solved["answer"]["model"].as_array().unwrap().iter().map(|v| v.as_i64().unwrap()).collect();
    assert!([vec![1, -2, 3], vec![2, 3], vec![-1, -3]].iter().all(|c| c.iter().any(|l| model.contains(l))));
    let pairs = desk.solved("f.cnf", "p cnf 3 3\n1 -2 3 0\n2 3 0\n-1 -3 0\n", &["--reduce", "--method", "anneal"]);
    assert_eq!(pairs["verified"], true);
    let weighed = desk.solved("f.wcnf", "p wcnf 1 2 10\n10 1 0\n3 -1 0\n", &[]);
    assert_eq!((weighed["verified"].as_bool(), &weighed["answer"]["violated_clauses"]), (Some(true), &serde_json::json!([2])));
    // What cannot be satisfied is not called solved, and is no failure of the command.
    let never = desk.solve("n.cnf", "p cnf 1 2\n1 0\n-1 0\n", &["--reads", "4", "--sweeps", "10"]);
    assert!(never.status.success() && text(&never.stdout).contains("NOT SOLVED: 1 of 2 clauses are not satisfied"));
}

#[test]
fn tours_visit_every_city_once() {
    let desk = Desk::new();
    let solved = desk.solved("square.tsp", SQUARE, &[]);
    assert_eq!((objective(&solved), solved["verified"].as_bool()), (40.0, Some(true)));
    let mut tour: Vec<u64> = solved["answer"]["tour"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect();
    tour.sort_unstable();
    assert_eq!(tour, [1, 2, 3, 4]);
}

#[test]
fn circuits_run_in_every_direction() {
    let desk = Desk::new();
    let forward = desk.solved("and.blif", AND, &["--clamp", "a=1", "--clamp", "b=0"]);
    assert_eq!(forward["answer"]["outputs"]["c"], 0);
    let back = desk.solved("and.blif", AND, &["--clamp", "c=1"]);
    assert_eq!((&back["answer"]["inputs"], back["verified"].as_bool()), (&serde_json::json!({"a": 1, "b": 1}), Some(true)));
    // By number as well; a clamp that no input can bring about is not called solved.
    assert_eq!(desk.solved("and.blif", AND, &["--clamp", "2=1"])["answer"]["inputs"], back["answer"]["inputs"]);
    assert_eq!(desk.solved("and.blif", AND, &["--clamp", "c=1", "--clamp", "a=0"])["verified"], false);
    refused(&desk.solve("and.blif", AND, &["--clamp", "z=1"]), &["there is no `z` to clamp", "names are a, b, c"]);
    refused(&desk.solve("and.blif", AND, &["--clamp", "c=2"]), &["--clamp c=2", "NAME=0 or NAME=1"]);
    refused(&desk.solve("and.blif", AND, &["--clamp", "c"]), &["no value"]);
    refused(&desk.solve("and.blif", AND, &["--clamp", "c=1", "--clamp", "c=0"]), &["clamped"]);
    refused(&desk.solve("g.txt", TRIANGLE, &["--clamp", "4=1"]), &["numbered from 0 to 3"]);
}

#[test]
fn numbers_are_factored_and_checked_by_multiplication() {
    for (number, more) in [("35", vec![]), ("161", vec![]), ("15", vec!["--multiplier"])] {
        let solved = document(&solve(&[&[number, "--json"], &more[..]].concat()));
        let factors: Vec<u64> = solved["answer"]["factors"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect();
        assert_eq!(factors.iter().product::<u64>().to_string(), number);
        assert_eq!(solved["verified"], true);
    }
    refused(&solve(&["16"]), &["16", "factors of 2"]);
    refused(&solve(&["99999999999999999999999"]), &["more than 64 bits"]);
}

#[test]
fn the_document_keeps_its_keys() {
    let desk = Desk::new();
    let solved = desk.solved("g.txt", TRIANGLE, &["--seed", "9", "--target", "4"]);
    for pointer in [
        "/version",
        "/problem/kind",
        "/problem/spins",
        "/problem/couplings",
        "/method",
        "/seed",
        "/best/objective",
        "/best/energy",
        "/verified",
        "/answer",
        "/reads",
        "/updates",
        "/updates_per_ns",
        "/timing/read_s",
        "/timing/prepare_s",
        "/timing/sample_s",
        "/hardware/joule",
        "/hardware/second",
        "/hardware/ledger/0/what",
        "/hardware/ledger/0/kind",
        "/hardware/ledger/0/count",
        "/hardware/ledger/0/joule",
        "/target_reached",
        "/energies/0",
        "/notes",
    ] {
        assert!(solved.pointer(pointer).is_some_and(|v| !v.is_null()), "{pointer}: {solved:#}");
    }
    assert_eq!((solved["seed"].as_u64(), solved["target_reached"].as_bool()), (Some(9), Some(true)));
    assert_eq!(solved["energies"].as_array().unwrap().len() as u64, solved["reads"].as_u64().unwrap());
}

#[test]
fn targets_and_times_end_the_work() {
    let desk = Desk::new();
    // A target that is reached ends a run that had an hour.
    let reached = document(&desk.solve("g.txt", TRIANGLE, &["--json", "--target", "4", "--time", "1h"]));
    assert_eq!(reached["target_reached"], true);
    assert!(reached["timing"]["sample_s"].as_f64().unwrap() < 10.0);
    let timed = document(&desk.solve("t.txt", torus(20), &["--json", "--target", "1e9", "--time", "300 ms"]));
    assert_eq!(timed["target_reached"], false);
    let took = timed["timing"]["sample_s"].as_f64().unwrap();
    assert!((0.3..3.0).contains(&took), "{took}");
    assert!(timed["rounds"].as_u64().unwrap() > 1);
    let words = text(&desk.solve("g.txt", TRIANGLE, &["--target", "5", "--time", "0.05s"]).stdout);
    assert!(words.contains("the target is not reached"), "{words}");
    refused(&desk.solve("g.txt", TRIANGLE, &["--time", "10 mA"]), &["--time 10 mA"]);
    refused(&desk.solve("g.txt", TRIANGLE, &["--time", "0"]), &["a time above zero"]);
    refused(&desk.solve("g.txt", TRIANGLE, &["--beta-range", "2", "1"]), &["--beta-range", "HOT <= COLD"]);
}

#[test]
fn every_method_order_and_rule_gives_one_answer_for_any_number_of_threads() {
    let desk = Desk::new();
    let file = desk.file("t.txt", torus(12));
    let answer = |more: &[&str], threads: &str| {
        let solved = document(&solve(
            &[&[file.as_str(), "--json", "--reads", "70", "--sweeps", "60", "--threads", threads], more].concat(),
        ));
        (solved["answer"].clone(), solved["energies"].clone(), solved["updates"].clone())
    };
    for more in [
        &["--method", "anneal"][..],
        &["--method", "anneal-shared"],
        &["--method", "single"],
        &["--method", "tempering", "--reads", "2"],
        &["--method", "path-integral", "--reads", "4"],
        &["--order", "fixed", "--rule", "heat-bath"],
        &["--order", "random"],
        &["--order", "permuted"],
    ] {
        // Later arguments of the same name would be refused: --reads is given once.
        let more: Vec<&str> = more.to_vec();
        if more.contains(&"--reads") {
            let run = |threads: &str| {
                let fixed = [file.as_str(), "--json", "--sweeps", "60", "--threads", threads];
                let solved = document(&solve(&[&fixed[..], &more].concat()));
                (solved["answer"].clone(), solved["energies"].clone(), solved["updates"].clone())
            };
            assert_eq!(run("1"), run("2"), "{more:?}");
        } else {
            assert_eq!(answer(&more, "1"), answer(&more, "2"), "{more:?}");
        }
    }
    assert_ne!(answer(&["--seed", "2"], "1").1, answer(&["--seed", "3"], "1").1);
}

#[test]
fn malformed_files_are_shown_at_their_line() {
    let desk = Desk::new();
    for (name, content, words) in [
        ("empty.txt", "", "empty.txt:1: expected a first line `vertices edges`"),
        ("g.txt", "3 2\n1 2 1\n1 4 1\n", "g.txt:3: expected a vertex from 1 to 3, found 4"),
        ("g.txt", "3 2\n1 2 1\n", "announces 2 edges, but the file ends after 1"),
        ("g.txt", "2 1\n1 2 nan\n", "g.txt:2: expected an edge weight, found NaN"),
        ("a.mtx", "%%MatrixMarket matrix array real general\n", "a.mtx:1: expected `%%MatrixMarket matrix coordinate"),
        ("a.qubo", "p qubo 0 2 1 0\n0 7 1\n", "a.qubo:2: expected a node from 0 to 1, found 7"),
        ("a.json", "{\n\"variable_type\": 3}\n", "a.json:2: expected a dimod binary quadratic model"),
        ("a.coo", "0 1 1\n", "a.coo:1: expected a line `# vartype=SPIN`"),
        ("f.cnf", "p cnf 2 1\n1 x 0\n", "f.cnf:2: expected a literal, found `x`"),
        ("f.cnf", "p cnf 2 2\n1 2 0\n", "f.cnf:2: 2 clauses are announced, but there are 1"),
        ("t.tsp", "TYPE: ATSP\n", "t.tsp:1: expected a symmetric problem, TYPE TSP, found `ATSP`"),
        ("c.blif", ".inputs a\n.latch a b\n", "c.blif:2: `.latch` is not combinational logic"),
    ] {
        refused(&desk.solve(name, content, &[]), &[words]);
    }
    refused(&desk.solve("b.txt", b"2 1\n1 2 \xff\n", &[]), &["b.txt:2: the file is not text"]);
}

#[test]
fn files_that_cannot_be_read_and_words_that_mean_nothing_are_named() {
    let desk = Desk::new();
    refused(&solve(&["/nowhere/G1.txt"]), &["cannot read /nowhere/G1.txt"]);
    refused(&solve(&[desk.0.path().to_str().unwrap()]), &["cannot read"]);
    refused(&solve(&[]), &["FILE|NUMBER"]);
    refused(&desk.solve("g.txt", TRIANGLE, &["--method", "magic"]), &["--method", "anneal-shared"]);
    refused(&desk.solve("g.txt", TRIANGLE, &["--reads", "0"]), &["--reads"]);
    refused(&desk.solve("g.txt", TRIANGLE, &["--resume"]), &["--out"]);
    let sat = "p cnf 3 1\n1 2 3 0\n";
    refused(&desk.solve("f.cnf", sat, &["--method", "path-integral"]), &["--reduce"]);
    refused(&desk.solve("f.cnf", sat, &["--method", "anneal"]), &["single-chain"]);
    refused(&desk.solve("g.txt", "2 1\n1 2 0.1234567\n", &["--method", "anneal"]), &["whole-number", "single-chain"]);
}

#[test]
fn what_does_not_fit_into_memory_is_refused_before_it_is_allocated() {
    let desk = Desk::new();
    refused(&desk.solve("g.txt", "9000000000000 1\n1 2 1\n", &[]), &["9000000000000 vertices in a file of"]);
    refused(&desk.solve("g.txt", "3 9000000000000\n1 2 1\n", &[]), &["9000000000000 edges"]);
    refused(&desk.solve("a.coo", "# vartype=SPIN\n0 4000000000 1\n", &[]), &["a.coo"]);
    refused(&desk.solve("f.wcnf", "h 2000000000 0\n", &[]), &["2000000000 variables in a file"]);
    // Cities of a few kilobytes whose couplings would take terabytes.
    let mut cities = "TYPE: TSP\nDIMENSION: 20000\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n".to_owned();
    (1..=20_000).for_each(|k| cities += &format!("{k} {k} 0\n"));
    refused(&desk.solve("t.tsp", cities, &[]), &["couplings of the travelling salesman would take", "GiB are free"]);
}

#[test]
fn a_folder_keeps_the_answer_and_is_not_overwritten() {
    let desk = Desk::new();
    let (file, out) = (desk.file("g.txt", TRIANGLE), desk.path("run"));
    let out = out.to_str().unwrap();
    let first = document(&solve(&[&file, "--json", "--reads", "8", "--sweeps", "20", "--out", out]));
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(Path::new(out).join("answer.json")).unwrap()).unwrap();
    assert_eq!(kept, first);
    let energies = std::fs::read_to_string(Path::new(out).join("energies.csv")).unwrap();
    assert_eq!((energies.lines().next(), energies.lines().count()), (Some("read,objective"), 9));
    refused(&solve(&[&file, "--out", out]), &["holds an earlier run", "--resume"]);
    // Resumed, it adds a round; with another seed it is another run.
    let more = document(&solve(&[&file, "--json", "--reads", "8", "--sweeps", "20", "--out", out, "--resume"]));
    assert_eq!((more["reads"].as_u64(), more["rounds"].as_u64()), (Some(16), Some(2)));
    refused(&solve(&[&file, "--seed", "2", "--out", out, "--resume"]), &["another problem, seed or method"]);
    std::fs::write(Path::new(out).join("state.json"), "{\n").unwrap();
    refused(&solve(&[&file, "--out", out, "--resume"]), &["state.json:", "not a state of spinloom solve"]);
    refused(&solve(&[&file, "--out", "/proc/solve-out"]), &["cannot create /proc/solve-out"]);
}

/// Starts a run of a minute and interrupts it once a round is kept.
#[cfg(unix)]
fn interrupted(file: &str, out: &Path) -> Output {
    let child = std::process::Command::new(assert_cmd::cargo::cargo_bin("spinloom"))
        .args(["solve", file, "--time", "60s", "--reads", "64", "--out", out.to_str().unwrap()])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let begin = std::time::Instant::now();
    while !out.join("state.json").exists() {
        assert!(begin.elapsed() < Duration::from_secs(60), "no round was ever kept");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_prints_the_best_and_is_taken_up_as_if_nothing_had_happened() {
    let desk = Desk::new();
    let (file, out) = (desk.file("t.txt", torus(40)), desk.path("run"));
    let stopped = interrupted(&file, &out);
    assert_eq!(stopped.status.code(), Some(130), "{}", text(&stopped.stderr));
    assert!(text(&stopped.stdout).contains("\ncut "), "{}", text(&stopped.stdout));
    assert!(text(&stopped.stderr).contains("cancelled") && text(&stopped.stderr).contains("--resume"));
    let common = [file.as_str(), "--json", "--time", "300 ms", "--reads", "64"];
    let resumed = document(&solve(&[&common[..], &["--out", out.to_str().unwrap(), "--resume"]].concat()));
    let straight = document(&solve(&common));
    let whole = |d: &Value| (d["rounds"].as_u64().unwrap() * 64) as usize;
    let energies = |d: &Value, count: usize| d["energies"].as_array().unwrap()[..count].to_vec();
    let both = whole(&resumed).min(whole(&straight));
    assert!(both >= 64);
    assert_eq!(energies(&resumed, both), energies(&straight, both));
    // The document is the same kind of document, and time and updates went on from where they were.
    assert!(resumed["timing"]["sample_s"].as_f64().unwrap() >= 0.3);
}
