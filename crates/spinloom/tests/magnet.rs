//! `spinloom magnet`: what a person types, sees and finds in the folder.

#![allow(clippy::unwrap_used, missing_docs)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const FILM: &str = r#"
[grid]
cells = [32, 16, 1]
cell_size = ["4 nm", "4 nm", "3 nm"]
[material]
saturation_magnetization = "800 kA/m"
exchange_stiffness = "13 pJ/m"
damping = 0.02
[start]
direction = [1, 0.2, 0.1]
[[stage]]
kind = "minimize"
[[stage]]
duration = "20 ps"
field = ["-60 mT", "5 mT", 0]
[output]
table_interval = "1 ps"
save_interval = "10 ps"
checkpoint_interval = 0.05
"#;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(desk.path("film.toml"), FILM).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spinloom"));
        command.current_dir(self.folder.path()).arg("magnet").args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn refused(output: &Output, words: &[&str]) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    words.iter().for_each(|word| assert!(message.contains(word), "`{word}` is not in: {message}"));
    assert!(output.stdout.is_empty() && !message.contains("panicked"), "{message}");
}

#[test]
fn a_film_is_run_and_told_in_words_and_as_one_document() {
    let desk = Desk::new();
    let told = desk.run(&["film.toml", "--out", "film"]);
    assert!(told.status.success() && told.stderr.is_empty(), "{}", text(&told.stderr));
    for part in ["film.toml: 512 cells at 20 ps", "average of m:", "demagnetization", "evaluations of the field", "22 rows"] {
        assert!(text(&told.stdout).contains(part), "{part}: {}", text(&told.stdout));
    }
    let output = desk.run(&["film.toml", "--json", "--set", "stage.2.duration=2 ps", "--threads", "1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["time"], 2e-12);
    assert!(document["average"][0].as_f64().unwrap() > 0.9 && document["energy"]["exchange"].as_f64().unwrap() > 0.0);
    assert!(document["steps"].as_u64().unwrap() > 2 && document["cell_evaluations_per_s"].as_f64().unwrap() > 0.0);
    assert!(document["out"].is_null() && document["field_evaluations"].as_u64().unwrap() > 2);
    let kept: Value = serde_json::from_slice(&fs::read(desk.path("film/run.json")).unwrap()).unwrap();
    assert_eq!(kept["out"], "film");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let desk = Desk::new();
    fs::write(desk.path("bad.toml"), FILM.replace("damping", "dampign")).unwrap();
    refused(&desk.run(&["bad.toml"]), &["unknown parameter `dampign`", "did you mean `damping`?", "bad.toml:8:1"]);
    refused(
        &desk.run(&["film.toml", "--set", "material.damping=-1"]),
        &["`damping` must be 0 or greater, but it is -1", "--set"],
    );
    refused(&desk.run(&["film.toml", "--resume"]), &["--out"]);
    assert_eq!(desk.run(&["none.toml"]).status.code(), Some(1));
    let long = desk.run(&[
        "film.toml",
        "--set",
        "stage.2.integrator=heun",
        "--set",
        "stage.2.time_step=1 ns",
        "--set",
        "stage.2.duration=9 ns",
    ]);
    assert_eq!(long.status.code(), Some(1));
    assert!(text(&long.stderr).contains("is the longest step"), "{}", text(&long.stderr));
    let coarse =
        desk.run(&["film.toml", "--set", "grid.cell_size=[\"9 nm\", \"4 nm\", \"3 nm\"]", "--set", "stage.2.duration=1 fs"]);
    assert!(
        coarse.status.success() && text(&coarse.stderr).contains("warning: cells are 9 nm long along x"),
        "{}",
        text(&coarse.stderr)
    );
}

/// Starts a command and waits until its table has some rows.
fn started(desk: &Desk, arguments: &[&str], table: &Path, rows: usize) -> Child {
    let mut child = desk.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begin = Instant::now();
    while fs::read_to_string(table).unwrap_or_default().lines().count() <= rows {
        assert!(begin.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

#[cfg(unix)]
#[test]
fn control_c_saves_and_a_kill_loses_nothing() {
    let desk = Desk::new();
    let long = ["--set", "stage.2.duration=400 ps"];
    let whole = desk.run(&[&["film.toml", "--out", "whole"][..], &long].concat());
    assert!(whole.status.success());
    let arguments = [&["film.toml", "--out", "parts", "--resume"][..], &long].concat();
    let table = desk.path("parts/table.csv");
    let child = started(&desk, &arguments, &table, 20);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(text(&output.stderr).contains("--resume goes on"), "{}", text(&output.stderr));
    let rows = fs::read_to_string(&table).unwrap().lines().count();
    let mut child = started(&desk, &arguments, &table, rows + 20);
    // SIGKILL: nothing of the process runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(desk.run(&arguments).status.success());
    for name in ["table.csv", "final.ovf", "m000001.ovf", "m000041.ovf"] {
        assert!(fs::read(desk.path("parts").join(name)).unwrap() == fs::read(desk.path("whole").join(name)).unwrap(), "{name}");
    }
}

#[test]
fn scripts_of_mumax3_run() {
    let desk = Desk::new();
    let script = "SetGridSize(8, 8, 8)\nSetCellSize(1e-9, 1e-9, 1e-9)\nMsat = 800e3\nm = uniform(0, 0, 1)\nprint(\"ready\")\nTableSave()\n";
    fs::write(desk.path("cube.mx3"), script).unwrap();
    let output = desk.run(&["cube.mx3"]);
    assert!(output.status.success() && text(&output.stdout).contains("ready"), "{}", text(&output.stderr));
    assert!(desk.path("cube.out/table.txt").exists());
    let document: Value = serde_json::from_slice(&desk.run(&["cube.mx3", "--json", "--out", "there"]).stdout).unwrap();
    assert_eq!((document["out"].as_str(), document["time"].as_f64()), (Some("there"), Some(0.0)));
    fs::write(desk.path("bad.mx3"), "SetGridSize(8, 8, 8)\nMsta = 1\n").unwrap();
    refused(&desk.run(&["bad.mx3"]), &["bad.mx3", "line 2", "Msat"]);
    refused(&desk.run(&["cube.mx3", "--resume", "--out", "there"]), &["mumax3 scripts: --resume"]);
}
