//! Experiment files, as a user writes them.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Pulse, systems};
use proptest::prelude::*;
use spinloom_core::parameters::{Parameters, Value};
use spinloom_lab::experiment::to_toml;
use spinloom_lab::{Experiment, LabError};
use std::fmt::Write as _;
use std::path::Path;

fn read(text: &str) -> Result<Experiment, LabError> {
    Experiment::from_text_among("lab.toml", text, systems())
}

fn value(experiment: &Experiment, name: &str) -> Value {
    experiment.system.parameters().into_iter().find(|p| p.name == name).unwrap().value
}

#[test]
fn tables_and_dotted_keys_name_the_same_parameters() {
    for text in [
        "system = \"pulse2020\"\nseed = 0x10\nnode.relaxation_time = \"100 ns\"\nsamples = 5\n",
        "system = \"pulse2020\"\nseed = 16\nsamples = 5\n[node]\nrelaxation_time = 1e-7\n",
    ] {
        let experiment = read(text).unwrap();
        assert_eq!(experiment.seed, Some(16));
        assert_eq!(value(&experiment, "samples"), Value::Integer(5));
        let Value::Number(time) = value(&experiment, "node.relaxation_time") else { panic!() };
        assert!((time / 1e-7 - 1.0).abs() < 1e-15);
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let head = "system = \"pulse2020\"\n";
    let cases = [
        ("samples = 3\n".to_owned(), "no system"),
        ("system = \"pulse2021\"\n".to_owned(), "unknown system"),
        ("system = 3\n".to_owned(), "system is no text"),
        (format!("{head}samples = \n"), "not TOML"),
        (format!("{head}samples = 3\nsamples = 4\n"), "twice"),
        (format!("{head}\n[node]\nrelaxation_tim = 1.0\n"), "unknown key"),
        (format!("{head}[nod]\ndamping = 0.1\n"), "unknown group"),
        (format!("{head}[nod]\n"), "empty unknown group"),
        (format!("{head}node.damping = -0.1\n"), "negative damping"),
        (format!("{head}node.damping = nan\n"), "NaN"),
        (format!("{head}node.relaxation_time = \"3 mA\"\n"), "wrong dimension"),
        (format!("{head}node.relaxation_time = \"3 nx\"\n"), "unknown unit"),
        (format!("{head}samples = 2.5\n"), "not whole"),
        (format!("{head}samples = 100000000000000000000\n"), "too large"),
        (format!("{head}shape = \"squar\"\n"), "not a choice"),
        (format!("{head}noise = 1979-05-27\n"), "a date"),
        (format!("{head}seed = -1\n"), "negative seed"),
        (format!("{head}remark = \"é\" # é\nsampels = 3\n"), "after letters of two bytes"),
    ];
    let mut seen = String::new();
    for (text, what) in cases {
        let error = read(&text).unwrap_err();
        assert!(error.is_usage() && !error.is_cancelled());
        let LabError::Experiment(place) = &error else { panic!("{error}") };
        let _ = writeln!(seen, "{what}\n  {error}\n  at `{}`", place.text[place.span.clone()].trim());
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn assignments_of_the_command_line() {
    let mut experiment = read("system = \"pulse2020\"").unwrap();
    for assignment in [
        "node.relaxation_time=410 ns",
        "samples = 7",
        "shape=sine",
        "noise=false",
        "currents=[\"2 mA\", 3]",
        "seed=9",
        "remark=a=b",
    ] {
        experiment.apply_set(assignment).unwrap();
    }
    assert_eq!(experiment.seed, Some(9));
    assert_eq!(value(&experiment, "remark"), Value::from("a=b"));
    assert_eq!(value(&experiment, "currents"), Value::List(vec![0.002.into(), 3.0.into()]));
    for (assignment, words) in [
        ("samples", "write it as NAME=VALUE"),
        ("=3", "write it as NAME=VALUE"),
        ("samples=", "write it as NAME=VALUE"),
        ("sample=3", "did you mean `samples`"),
        ("node.damping=-1", "must be greater than 0"),
        ("node.damping=nan", "must be greater than 0"),
        ("seed=-3", "whole number from 0"),
        ("samples={a=1}", "wants a whole number"),
    ] {
        let error = experiment.apply_set(assignment).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Experiment::from_file(Path::new("/nowhere/lab.toml")).unwrap_err();
    assert!(error.to_string().contains("cannot read /nowhere/lab.toml"), "{error}");
}

proptest! {
    #[test]
    fn a_resolved_experiment_reads_back_to_the_same_bits(time in 1e-300f64..1e300, current in any::<f64>(), remark in any::<String>(), seed in any::<u64>()) {
        prop_assume!(current.is_finite());
        let mut system = Pulse::default();
        system.set("node.relaxation_time", &time.into()).unwrap();
        system.set("currents", &Value::List(vec![current.into()])).unwrap();
        system.set("remark", &Value::Text(remark)).unwrap();
        let back = read(&to_toml(&system, Some(seed))).unwrap();
        prop_assert_eq!(back.seed, Some(seed));
        let values = |p: &dyn spinloom_lab::System| p.parameters().into_iter().map(|p| p.value).collect::<Vec<_>>();
        prop_assert_eq!(values(back.system.as_ref()), values(&system));
    }

    #[test]
    fn any_text_is_an_experiment_or_an_error(text in "\\PC*") {
        let _ = read(&text);
        let _ = read(&format!("system = \"pulse2020\"\n{text}"));
        let _ = read("system = \"pulse2020\"").unwrap().apply_set(&text);
    }
}

#[test]
fn the_resolved_experiment_explains_itself() {
    insta::assert_snapshot!(to_toml(&Pulse::default(), Some(3)));
}
