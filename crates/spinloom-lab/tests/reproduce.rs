//! Reproduction, run directories and their JSON, with a small system.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counting, Pulse, systems};
use spinloom_core::run::{CancelToken, Run};
use spinloom_lab::json::run_json;
use spinloom_lab::report::{ReportInput, outcome_html};
use spinloom_lab::reproduce::{ReproduceOptions, judge, reproduce};
use spinloom_lab::run_directory::{RunDirectory, write_run_directory};
use spinloom_lab::{LabError, Outcome, System};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn outcome() -> Outcome {
    Pulse::default().run(&mut Run::new(1)).unwrap()
}

fn write(out: &Path, force: bool) -> Result<(), LabError> {
    let (system, outcome) = (Pulse::default(), outcome());
    let claims = judge(&system.card().claims()?, std::slice::from_ref(&outcome));
    let input = ReportInput {
        system: &system,
        outcome: &outcome,
        claims: &claims,
        seeds: &[1],
        wall_s: 0.1,
        command: "spinloom run pulse2020",
    };
    write_run_directory(out, force, &input)
}

/// All files below a folder, relative to it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec![folder.to_path_buf()];
    while let Some(here) = next.pop() {
        for entry in std::fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                next.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found
}

#[test]
fn json_of_a_run() {
    let mut outcome = outcome();
    outcome.timed("decay", |_| ());
    let mut document = run_json(&outcome, Some(Path::new("out")));
    document["version"] = "[version]".into();
    document["timing"]["decay"] = "[s]".into();
    insta::assert_json_snapshot!(document);
}

#[test]
fn an_outcome_survives_json_to_the_bit() {
    let outcome = outcome();
    let text = serde_json::to_string(&outcome).unwrap();
    let back: Outcome = serde_json::from_str(&text).unwrap();
    // Debug shows all bits of every number, and NaN equals NaN in it.
    assert_eq!(format!("{back:?}"), format!("{outcome:?}"));
}

#[test]
fn json_of_a_reproduction() {
    let options = ReproduceOptions { seeds: vec![1, 2, 3], ..ReproduceOptions::default() };
    let mut document = reproduce(&systems(), &options).unwrap().to_json().unwrap();
    document["version"] = "[version]".into();
    document["systems"][0]["wall_s"] = "[s]".into();
    insta::assert_json_snapshot!(document);
}

#[test]
fn one_seed_carries_no_error_of_its_own() {
    let claims = common::CARD.claims().unwrap();
    let result = &judge(&claims, &[outcome()])[0];
    assert_eq!((result.count, result.standard_error), (1, None));
    assert!(reproduce(&systems(), &ReproduceOptions { seeds: vec![], ..ReproduceOptions::default() }).unwrap_err().is_usage());
}

#[test]
fn a_run_directory_is_complete() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("deep/run");
    write(&out, false).unwrap();
    let expected = [
        "experiment.toml",
        "figures/decay.png",
        "figures/decay.svg",
        "outcome.json",
        "report.html",
        "tables/decay.csv",
        "tables/decay.npz",
    ];
    assert_eq!(files(&out), expected.map(str::to_owned).into());
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("outcome.json")).unwrap()).unwrap();
    assert_eq!((json["version"].as_str(), json["seed"].as_u64()), (Some(spinloom_lab::VERSION), Some(1)));
    let csv = std::fs::read_to_string(out.join("tables/decay.csv")).unwrap();
    assert!(csv.starts_with("time (s),power,name\n0,1,\"sample, 0\"\n"), "{csv}");
    let mut npz = ndarray_npy::NpzReader::new(std::fs::File::open(out.join("tables/decay.npz")).unwrap()).unwrap();
    assert_eq!(npz.names().unwrap(), ["time", "power"]);
    let power: ndarray::Array1<f64> = npz.by_name("power").unwrap();
    assert_eq!((power.len(), power[0]), (11, 1.0));
    let text = std::fs::read_to_string(out.join("experiment.toml")).unwrap();
    assert!(spinloom_lab::Experiment::from_text_among("experiment.toml", &text, systems()).is_ok());
    assert_eq!(std::fs::read_dir(out.parent().unwrap()).unwrap().count(), 1, "nothing temporary is left");
}

#[test]
fn a_report_needs_nothing_from_outside() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("run");
    write(&out, false).unwrap();
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    for wanted in [
        "decay after one relaxation time",
        ">within<",
        ">no data<",
        ">shown (chip)<",
        "spinloom data fetch words",
        "<svg",
        "The power &lt;decays&gt;.",
        "Nothing is real here.",
        "spinloom run pulse2020",
        "node.relaxation_time",
        "410 ns",
        "6 fJ",
    ] {
        assert!(html.contains(wanted), "{wanted} is missing");
    }
    for forbidden in ["<script", "<link", "src=\"http", "url(http", "@import"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert!(outcome_html(&outcome()).unwrap().contains("2 fJ"));
}

#[test]
fn what_is_there_is_kept_without_force_and_replaced_with_it() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("run");
    write(&out, false).unwrap();
    std::fs::write(out.join("mine.txt"), "mine").unwrap();
    let error = write(&out, false).unwrap_err();
    assert!(matches!(error, LabError::OutputExists(_)) && error.to_string().contains("--force"), "{error}");
    assert!(out.join("mine.txt").exists());
    write(&out, true).unwrap();
    assert!(!out.join("mine.txt").exists() && out.join("report.html").exists());
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1);
}

#[test]
fn force_replaces_only_runs() {
    let parent = tempfile::tempdir().unwrap();
    std::fs::write(parent.path().join("thesis.tex"), "years of work").unwrap();
    for (out, words) in
        [(parent.path().to_path_buf(), "a folder with other files"), (parent.path().join("thesis.tex"), "is a file")]
    {
        let error = write(&out, true).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains(words), "{error}");
    }
    assert_eq!(files(parent.path()), ["thesis.tex".to_owned()].into());
    std::fs::create_dir(parent.path().join("empty")).unwrap();
    write(&parent.path().join("empty"), true).unwrap();
}

#[test]
fn where_nothing_can_be_written_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    for out in [file.join("run"), PathBuf::from("/proc/spinloom/run")] {
        let error = RunDirectory::begin(&out, false).unwrap_err();
        assert!(matches!(error, LabError::Io { .. }) && !error.is_usage(), "{error}");
        assert!(error.to_string().contains(&out.parent().unwrap().display().to_string()), "{error}");
    }
    assert_eq!(files(parent.path()), ["file".to_owned()].into());
    drop(RunDirectory::begin(&parent.path().join("given up"), false).unwrap());
    assert_eq!(files(parent.path()), ["file".to_owned()].into());
}

fn counting(limit: usize) -> (Vec<Box<dyn System>>, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    (vec![Box::new(Counting { inner: Pulse::default(), runs: Arc::clone(&runs), limit })], runs)
}

fn into(out: &Path, resume: bool) -> ReproduceOptions {
    ReproduceOptions { out: Some(out.to_path_buf()), resume, cancel: CancelToken::default(), ..ReproduceOptions::default() }
}

#[test]
fn a_cancelled_reproduction_resumes_where_it_stopped() {
    let parent = tempfile::tempdir().unwrap();
    let (out, partial) = (parent.path().join("all"), parent.path().join("all.partial"));
    let (systems, runs) = counting(3);
    assert!(reproduce(&systems, &into(&out, false)).unwrap_err().is_cancelled());
    assert_eq!((runs.load(Ordering::SeqCst), out.exists(), files(&partial).len()), (4, false, 3));
    // A file cut off half-way counts for nothing.
    std::fs::write(partial.join("pulse2020-seed-2.json"), "{\"fingerprint\": \"x").unwrap();
    let (systems, runs) = counting(usize::MAX);
    let resumed = reproduce(&systems, &into(&out, true)).unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), partial.exists()), (3, false));
    let straight = reproduce(&counting(usize::MAX).0, &ReproduceOptions::default()).unwrap();
    assert_eq!(resumed.systems[0].claims, straight.systems[0].claims);
    let all = files(&out);
    for wanted in ["index.html", "reproduce.json", "pulse2020/report.html", "pulse2020/outcome.json"] {
        assert!(all.contains(wanted), "{all:?}");
    }
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1);
}

#[test]
fn finished_runs_of_other_parameters_are_not_taken_over() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("all");
    assert!(reproduce(&counting(3).0, &into(&out, false)).is_err());
    let (mut systems, runs) = counting(usize::MAX);
    systems[0].set("node.damping", &0.5.into()).unwrap();
    reproduce(&systems, &into(&out, true)).unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 5);
}

#[test]
fn without_resume_a_reproduction_begins_afresh_and_an_older_one_is_kept() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("all");
    assert!(reproduce(&counting(3).0, &into(&out, false)).is_err());
    let (systems, runs) = counting(usize::MAX);
    reproduce(&systems, &into(&out, false)).unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 5);
    let (systems, runs) = counting(usize::MAX);
    assert!(matches!(reproduce(&systems, &into(&out, false)).unwrap_err(), LabError::OutputExists(_)));
    assert_eq!(runs.load(Ordering::SeqCst), 0, "refused before it runs");
    reproduce(&systems, &ReproduceOptions { force: true, ..into(&out, false) }).unwrap();
}
