//! The descriptions and scripts in the folder of examples: each is read and run, with few cells and for a short time.

#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_magnet::mx3::{Outcome, RunOptions, run_file};
use spinloom_magnet::simulation::{Options, Silent, Simulation};
use std::fs;
use std::path::{Path, PathBuf};

/// The examples of an extension, by name.
fn examples(extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    found.sort();
    found
}

/// What makes a description short: few cells of the size they have, a picosecond for every run, and loops of a few fields.
fn short(text: &str) -> Vec<String> {
    let description: toml::Table = text.parse().unwrap();
    let layers = description["grid"]["cells"][2].as_integer().unwrap();
    let mut set = vec![format!("grid.cells=[8, 4, {layers}]")];
    for (index, stage) in description["stage"].as_array().unwrap().iter().enumerate() {
        let number = index + 1;
        match stage.get("kind").map_or("run", |kind| kind.as_str().unwrap()) {
            "run" => set.push(format!("stage.{number}.duration=1 ps")),
            "hysteresis" if stage.get("field_step").is_some() => set.push(format!("stage.{number}.field_step=50 mT")),
            _ => {}
        }
    }
    set
}

#[test]
fn every_description_runs() {
    let files = examples("toml");
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let set = short(&fs::read_to_string(&file).unwrap());
        let simulation = Simulation::from_file(&file, &set).unwrap_or_else(|e| panic!("{e}"));
        let outcome = simulation.run(&Options::default(), &mut Silent).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        assert!(outcome.steps > 0 && outcome.average.iter().all(|m| m.is_finite()), "{}: {outcome:?}", file.display());
        // Whole, it is as it was checked in: every name and unit is read.
        Simulation::from_file(&file, &[]).unwrap();
    }
}

#[test]
fn every_script_runs() {
    let folder = tempfile::tempdir().unwrap();
    let shorter = [("SetGridSize(128, 32, 1)", "SetGridSize(16, 8, 1)"), ("run(1e-9)", "run(1e-12)"), ("n := 12", "n := 3")];
    let files = examples("mx3");
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let text = shorter.iter().fold(text, |text, (long, short)| text.replace(long, short));
        let path = folder.path().join(file.file_name().unwrap());
        fs::write(&path, text).unwrap();
        let summary = run_file(&path, RunOptions::default()).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        assert_eq!(summary.outcome, Outcome::Finished, "{}", file.display());
    }
}
