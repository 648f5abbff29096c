//! `spinloom calibrate` as a person uses it: files as they come from an instrument, what is printed and left, and what wrong files meet.

#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use spinloom_core::random::Stream;
use std::f64::consts::{PI, TAU};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

fn spinloom(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("spinloom")
        .unwrap()
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", "/nonexistent")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn document(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether the interval of a parameter, made three times as wide (5.9 standard errors: a false-alarm rate of 4e-9), holds a value.
fn holds(document: &serde_json::Value, name: &str, value: f64) {
    let p = document["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["name"] == name)
        .unwrap_or_else(|| panic!("{name}: {document:#}"));
    let [low, high] = [0, 1].map(|k| p["interval"][k].as_f64().unwrap());
    assert!(2.0 * low - high <= value && value <= 2.0 * high - low, "{name}: {value} is not in {low} .. {high}");
}

/// A noisy trace of a junction with a barrier of 12, at three voltages, with a gap in the last.
fn trace() -> String {
    let mut stream = Stream::new(3, "trace", 0);
    let mut out = "# temperature = 300 K\ntime (ms);voltage (mV);resistance (kOhm)\n".to_owned();
    let (mut time, interval) = (0.0, 2e-5);
    for voltage in [-0.02, 0.0, 0.02] {
        let rate = |up: bool| 1e9 * (-12.0 * (1.0 + if up { -voltage } else { voltage } / 0.25f64)).exp();
        let mut up = false;
        for k in 0..8000 {
            // The exact law of one sample after another.
            let all = rate(true) + rate(false);
            let leave = rate(up) / all * -(-all * interval).exp_m1();
            up ^= stream.uniform() < leave;
            let level = if up { 2.1 } else { 1.0 };
            time += if voltage > 0.0 && k == 4000 { 7.0 * interval } else { interval };
            writeln!(out, "{:.5};{};{:.4}", 1e3 * time, 1e3 * voltage, level + 0.06 * stream.normal()).unwrap();
        }
    }
    out
}

fn pulses() -> String {
    let mut stream = Stream::new(4, "pulses", 0);
    let mut out = "voltage (mV),pulse width (ns),trials,switched\n".to_owned();
    for duration in [10.0, 100.0, 1e3, 1e4] {
        for voltage in [180.0, 200.0, 220.0, 240.0, 260.0, 280.0, 300.0, 320.0f64] {
            let rate = duration * (-45.0 * (1.0 - voltage / 400.0).powi(2)).exp();
            let switched = (0..400).filter(|_| stream.uniform() < -(-rate).exp_m1()).count();
            writeln!(out, "{voltage},{duration},400,{switched}").unwrap();
        }
    }
    out
}

fn hysteresis_loop() -> String {
    let mut stream = Stream::new(5, "loop", 0);
    let mut out = "Voltage [V]\tCurrent [uA]\n".to_owned();
    for k in (-40..40_i32).chain((-39..=40).rev()) {
        let v = 0.01 * f64::from(k);
        let high = if k.abs() > 22 { k < 0 } else { k % 2 == 0 };
        let r = 3800.0 * if high { 1.0 + 1.2 / (1.0 + (v / 0.45).powi(2)) } else { 1.0 } * (1.0 + 0.004 * stream.normal());
        writeln!(out, "{v}\t{}", 1e6 * v / r).unwrap();
    }
    out
}

#[test]
fn a_trace_becomes_a_device_for_a_system() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("trace.csv"), trace()).unwrap();
    let found = document(&spinloom(at, &["calibrate", "telegraph", "--from", "trace.csv", "--out", "fit", "--json"]));
    for (name, value) in [("barrier", 12.0), ("critical_voltage", 0.25), ("parallel_resistance", 1e3), ("magnetoresistance", 1.1)]
    {
        holds(&found, name, value);
    }
    let notes = found["notes"].to_string();
    assert!(notes.contains("samples are missing before line 20003") && notes.contains("stand with the attempt time"), "{notes}");
    for file in ["device.toml", "experiment.toml", "report.html", "figures/fit.png", "tables/rates.csv", "tables/parameters.csv"]
    {
        assert!(at.join("fit").join(file).is_file(), "{file}");
    }
    assert_eq!(found["device"].as_str().unwrap(), std::fs::read_to_string(at.join("fit/device.toml")).unwrap());
    // The same again from the experiment that was left, and the device in a system.
    let again = document(&spinloom(at, &["run", "fit/experiment.toml", "--json"]));
    assert_eq!(again["quantities"]["barrier"], found["quantities"]["barrier"]);
    let run =
        spinloom(at, &["run", "locatelli2014", "--quick", "--set", "periods=4", "--device", "fit/device.toml", "--out", "run"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let experiment = std::fs::read_to_string(at.join("run/experiment.toml")).unwrap();
    let barrier = found["parameters"][0]["value"].as_f64().unwrap();
    assert!(experiment.contains(&format!("junction.barrier = {barrier:?}")), "{experiment}");
    // And where it does not belong.
    for (arguments, words) in [
        (["romera2018", "--device", "fit/device.toml"], "romera2018 has no telegraph that could be given"),
        (["mizrahi2018", "--device", "memory=fit/device.toml"], "`memory` of mizrahi2018 is no telegraph: `neuron`"),
        (["mizrahi2018", "--device", "fit/experiment.toml"], "a device is a table"),
        (["mizrahi2018", "--device", "nothing.toml"], "cannot read nothing.toml"),
    ] {
        let output = spinloom(at, &[&["run"], &arguments[..]].concat());
        assert!(!output.status.success() && text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
}

#[test]
fn pulses_and_a_loop_together() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("pulses.csv"), pulses()).unwrap();
    std::fs::write(at.join("loop.csv"), hysteresis_loop()).unwrap();
    let both = ["calibrate", "junction", "--from", "pulses.csv", "--from", "loop.csv", "--set", "law=thermal"];
    let found = document(&spinloom(at, &[&both[..], &["--json"]].concat()));
    for (name, value) in [
        ("thermal_stability", 45.0),
        ("critical_voltage", 0.4),
        ("attempt_time", 1e-9),
        ("tunnel_magnetoresistance", 1.2),
        ("half_voltage", 0.45),
    ] {
        holds(&found, name, value);
    }
    // An attempt time that is held makes the others sharper.
    let width = |d: &serde_json::Value| {
        let p = d["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "critical_voltage").unwrap().clone();
        p["interval"][1].as_f64().unwrap() - p["interval"][0].as_f64().unwrap()
    };
    let held = document(&spinloom(at, &[&both[..], &["--hold", "attempt_time=1 ns", "--json"]].concat()));
    assert!(width(&held) < 0.5 * width(&found));
    let printed = text(&spinloom(at, &both).stdout);
    assert!(
        printed.contains("thermal_stability") && printed.contains("[junction]") && printed.contains("anisotropy_field = "),
        "{printed}"
    );
}

#[test]
fn spectra_become_an_oscillator() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut stream = Stream::new(6, "spectra", 0);
    let mut out = "current (mA),frequency (MHz),power (nW),comment\n".to_owned();
    for k in 0..20 {
        let current = 3.2 + 0.3 * f64::from(k);
        let (zeta, mut about) = (current / 3.0, |by: f64| 1.0 + by * stream.normal());
        let p = (zeta - 1.0) / (zeta + 1.5);
        writeln!(out, "{current},{},{},ok", (300.0 + 30.0 * p) * about(1e-5), 40.0 * p * about(0.01)).unwrap();
    }
    std::fs::write(at.join("spectra.csv"), out).unwrap();
    let found = document(&spinloom(at, &["calibrate", "oscillator", "--from", "spectra.csv", "--json"]));
    for (name, value) in
        [("threshold_current", 3e-3), ("frequency", 300e6), ("frequency_shift", 30e6), ("nonlinear_damping", 1.5)]
    {
        holds(&found, name, value);
    }
    assert!(found["notes"].to_string().contains("Column `comment` of spectra.csv is not used"));
}

/// Writes of a neuron with a sigmoid about 60 uA, of width 9 uA, of which one in fifty switches without a current.
fn writes() -> String {
    let mut stream = Stream::new(7, "writes", 0);
    let mut out = "# trials = 500\nwrite current [uA];switched\n".to_owned();
    let sigmoid = |i: f64| 1.0 / (1.0 + (-(i - 60.0) / 9.0).exp());
    for k in 0..14 {
        let current = 10.0 * f64::from(k);
        let p = 0.02 + 0.98 * (sigmoid(current) - sigmoid(0.0)) / (1.0 - sigmoid(0.0));
        writeln!(out, "{current};{}", (0..500).filter(|_| stream.uniform() < p).count()).unwrap();
    }
    out
}

#[test]
fn writes_become_a_neuron_of_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("writes.csv"), writes()).unwrap();
    let calibrate = ["calibrate", "spin-orbit-neuron", "--from", "writes.csv"];
    let found = document(&spinloom(at, &[&calibrate[..], &["--out", "fit", "--json"]].concat()));
    for (name, value) in [("midpoint", 60e-6), ("width", 9e-6), ("thermal", 0.02)] {
        holds(&found, name, value);
    }
    for file in ["device.toml", "report.html", "figures/fit.png", "tables/switching.csv"] {
        assert!(at.join("fit").join(file).is_file(), "{file}");
    }
    // A share in the place of the number says the same.
    let shares: String = writes()
        .lines()
        .map(|l| match l.split_once(';') {
            Some((current, count)) => {
                count.parse::<f64>().map_or(format!("{current};probability\n"), |c| format!("{current};{}\n", c / 500.0))
            }
            None => format!("{l}\n"),
        })
        .collect();
    std::fs::write(at.join("shares.csv"), shares).unwrap();
    let again = document(&spinloom(at, &["calibrate", "spin-orbit-neuron", "--from", "shares.csv", "--json"]));
    assert_eq!(again["parameters"], found["parameters"]);
    // What is held is said, and goes where it belongs.
    let held = document(&spinloom(at, &[&calibrate[..], &["--hold", "thermal=0.02", "--json"]].concat()));
    assert!(held["notes"].to_string().contains("The thermal probability is held at 2.00e-2"), "{}", held["notes"]);
    assert!(held["device"].as_str().unwrap().contains("[spin_orbit_neuron]"));
    let small = ["device.trials=100", "device.points=5", "device.neurons=8", "device.cycles=4"].map(|s| ["--set", s]).concat();
    let run = ["run", "sengupta2016", "--quick", "--data", "nowhere", "--device", "fit/device.toml", "--json"];
    let run = document(&spinloom(at, &[&run[..], &small].concat()));
    assert!(run["notes"].to_string().contains("The network has the switching that was given: a middle at"), "{}", run["notes"]);
}

/// Rate (Hz) and latency (s) of an antiferromagnet by the midpoint rule in steps of 2 fs: a part in ten thousand.
fn turning(easy: f64, damping: f64, drive: f64) -> (f64, f64) {
    let (exchange, threshold, h) = (TAU * 27.5e12, 0.5 * TAU * easy, 2e-15);
    let slope = |p: f64, v: f64| exchange * (threshold * (drive - (2.0 * p).sin()) - damping * v);
    let (mut p, mut v, mut passed) = (0.0, 0.0, Vec::new());
    for step in 0.. {
        let (q, w) = (p + 0.5 * h * v, v + 0.5 * h * slope(p, v));
        (p, v) = (p + h * w, v + h * slope(q, w));
        let over = p - PI * (passed.len() as f64 + 0.75);
        if over > 0.0 {
            passed.push(h * f64::from(step + 1) - over / v);
        }
        if passed.len() == 6 {
            break;
        }
    }
    (2.0 / (passed[5] - passed[3]), passed[0])
}

#[test]
fn rates_become_an_antiferromagnet_for_systems() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut stream = Stream::new(8, "turning", 0);
    let mut out = "current (mA);frequency (GHz);frequency_error (GHz);latency (ps)\n1.9;;;\n".to_owned();
    for k in 0..24 {
        let over = 1.03 + 0.03 * f64::from(k);
        let (rate, latency) = turning(2e9, 0.009, over);
        let mut about = |value: f64| value * (1.0 + 0.01 * stream.normal());
        let (f, t) = (1e-9 * about(rate), 1e12 * about(latency));
        // Latencies of every other current.
        let t = if k % 2 == 0 { t.to_string() } else { String::new() };
        writeln!(out, "{};{f};{};{t}", 2.0 * over, 1e-11 * rate).unwrap();
    }
    std::fs::write(at.join("rates.csv"), out).unwrap();
    let calibrate = ["calibrate", "antiferromagnet", "--from", "rates.csv"];
    let found = document(&spinloom(at, &[&calibrate[..], &["--out", "fit", "--json"]].concat()));
    for (name, value) in [("threshold_current", 2e-3), ("easy_axis_frequency", 2e9), ("damping", 0.009)] {
        holds(&found, name, value);
    }
    assert!(found["notes"].to_string().contains("The exchange frequency is held at 2.75e13 Hz"), "{}", found["notes"]);
    for file in ["device.toml", "report.html", "figures/fit.png", "tables/residuals.csv"] {
        assert!(at.join("fit").join(file).is_file(), "{file}");
    }
    // Twice the exchange frequency, half of the others; a threshold that is held makes them sharper.
    let twice = ["--hold", "exchange_frequency=55 THz", "--hold", "threshold_current=2 mA", "--json"];
    let twice = document(&spinloom(at, &[&calibrate[..], &twice].concat()));
    for (name, value) in [("easy_axis_frequency", 1e9), ("damping", 0.0045)] {
        holds(&twice, name, value);
    }
    assert_eq!(twice["parameters"].as_array().unwrap().len(), 2);
    let damping = found["parameters"][2]["value"].as_f64().unwrap();
    for system in ["khymyn2018", "sulymenko2018"] {
        let run = spinloom(at, &["run", system, "--quick", "--device", "fit/device.toml", "--out", system]);
        assert!(run.status.success(), "{}", text(&run.stderr));
        let experiment = std::fs::read_to_string(at.join(system).join("experiment.toml")).unwrap();
        assert!(experiment.contains(&format!("neuron.damping = {damping:?}")), "{experiment}");
    }
    let all =
        ["--free", "threshold_current", "--free", "exchange_frequency", "--free", "easy_axis_frequency", "--free", "damping"];
    let open = spinloom(at, &[&calibrate[..], &all].concat());
    let message = text(&open.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!open.status.success() && message.contains("the data leave exchange_frequency open"), "{message}");
}

/// The same seed gives the same bits with any number of threads, and macrospins the parameters they were made of.
#[test]
fn macrospins_in_the_place_of_an_experiment() {
    let folder = tempfile::tempdir().unwrap();
    let fast = [
        "calibrate",
        "junction",
        "--from",
        "macrospin",
        "--set",
        "junction.damping=0.1",
        "--set",
        "macrospin.trials=200",
        "--set",
        "macrospin.overdrives=[1.0, 1.5]",
        "--set",
        "macrospin.durations=[2.0, 4.0]",
        "--json",
    ];
    let one = document(&spinloom(folder.path(), &[&fast[..], &["--threads", "1"]].concat()));
    let two = document(&spinloom(folder.path(), &[&fast[..], &["--threads", "2"]].concat()));
    assert_eq!(one["parameters"], two["parameters"]);
    holds(&one, "anisotropy_field", 0.3);
    holds(&one, "damping", 0.1);
    // Two sublattices: the pendulum leaves 0.17 % of their exchange out.
    let few = ["calibrate", "antiferromagnet", "--from", "macrospin", "--set", "macrospin.currents=[1.1, 1.3, 1.6]", "--json"];
    let found = document(&spinloom(folder.path(), &few));
    for (k, value) in [(1, 1.75e9), (2, 0.01)] {
        let fitted = found["parameters"][k]["value"].as_f64().unwrap();
        assert!((fitted / value - 1.0).abs() < 0.004, "{found:#}");
    }
}

#[test]
fn wrong_files_are_told_by_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let cases = [
        (
            "junction",
            "voltage (mV),duration (ns),trials,switched\n100,10,50,10\n110,10,50,60\n",
            "data.csv:3:1",
            "`switched` is 60, but there were 50 trials",
        ),
        (
            "junction",
            "voltage (mV),duration (ns),trials,probability\n100,10,50,1.2\n",
            "data.csv:2:1",
            "`probability` must lie between 0 and 1",
        ),
        ("junction", "voltage (mV),duration (ns),switched\n100,10,5\n", "data.csv:1:1", "there is no column `trials`"),
        ("junction", "voltage (mV),duration (mV),trials,switched\n1,1,1,1\n", "data.csv:1:14", "but a value in s is wanted"),
        (
            "junction",
            "voltage (mV),duration (ns),trials,switched,from\n1,1,1,1,up\n",
            "data.csv:2:1",
            "`up` is no state: write `P` or `AP`",
        ),
        ("junction", "voltage,resistance\n0.1,-5\n", "data.csv:2:1", "a resistance must be greater than 0"),
        ("telegraph", "time,resistance\n0,1\n1,2\n0.5,1\n", "data.csv:4:1", "samples have to be in the order of time"),
        ("telegraph", "time,resistance\n0,1\n1,1\n2,1\n3,1\n", "data.csv:2:1", "the trace has one level only"),
        ("telegraph", "time (s),resistance (Ohm)\n0,1\n1,nan\n", "data.csv:3:3", "`resistance` is nan here"),
        ("telegraph", "time (s),resistance (Ohm)\n0,1\n1\n", "data.csv:3:1", "1 values in this line, but 2 columns"),
        ("telegraph", "voltage,dwell_parallel,dwell_antiparallel\n0,1,1\n", "data.csv:1:1", "there is no column `flips`"),
        ("spin-orbit-neuron", "current (uA),switched\n10,5\n", "data.csv:1:1", "there is no column `trials`"),
        (
            "spin-orbit-neuron",
            "current (uA),trials,switched\n10,5,6\n",
            "data.csv:2:1",
            "`switched` is 6, but there were 5 trials",
        ),
        (
            "spin-orbit-neuron",
            "current (uA),trials,probability\n10,5,-1\n",
            "data.csv:2:1",
            "`probability` must lie between 0 and 1",
        ),
        ("spin-orbit-neuron", "current (mV),trials,switched\n10,5,5\n", "data.csv:1:1", "but a value in A is wanted"),
        ("spin-orbit-neuron", "current (uA),trials,switched\n10,0,0\n", "data.csv:2:1", "`trials` must be 1 or greater"),
        ("antiferromagnet", "current (mA),speed\n1,300\n", "data.csv:1:1", "there is no column `frequency` or `latency`"),
        ("antiferromagnet", "current (mA),latency (ps)\n1,-3\n", "data.csv:2:1", "`latency` must be greater than 0"),
        ("antiferromagnet", "current (mA),frequency (ps)\n1,3\n", "data.csv:1:14", "but a value in Hz is wanted"),
        ("antiferromagnet", "current (mA),frequency (GHz)\n0,3\n", "data.csv:2:1", "`current` must be greater than 0"),
        ("oscillator", "current (mA),frequency (MHz)\n1,300\n-1,300\n", "data.csv:3:1", "`current` must be greater than 0"),
    ];
    for (device, data, place, words) in cases {
        std::fs::write(at.join("data.csv"), data).unwrap();
        let output = spinloom(at, &["calibrate", device, "--from", "data.csv"]);
        let message = text(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(2), "{data}: {message}");
        assert!(message.contains(place) && message.contains(words), "{data}: {message}");
        assert!(output.stdout.is_empty() && !message.contains("panicked"), "{message}");
    }
    std::fs::write(at.join("data.csv"), "voltage,duration,trials,switched\n0.1,1e-8,10,5\n").unwrap();
    std::fs::write(at.join("rates.csv"), "current (mA),frequency (GHz)\n1,100\n2,200\n").unwrap();
    std::fs::write(at.join("silent.csv"), "current (mA),frequency (GHz)\n1,\n2,\n").unwrap();
    std::fs::write(at.join("step.csv"), "current (uA),trials,switched\n1,10,0\n2,10,4\n3,10,10\n").unwrap();
    for (arguments, words) in [
        (vec!["calibrate", "junction", "--from", "data.csv"], "1 observations do not tell 2 parameters"),
        (vec!["calibrate", "junction", "--from", "data.csv", "--hold", "dampin"], "did you mean `damping`?"),
        (vec!["calibrate", "junction", "--from", "data.csv", "--from", "macrospin"], "fit them apart"),
        (
            vec!["calibrate", "memristor", "--from", "data.csv"],
            "there are junction, telegraph, oscillator, spin-orbit-neuron, antiferromagnet",
        ),
        (vec!["calibrate", "junction", "--from", "data.csv", "--set", "confidence=2"], "`confidence` must be between"),
        (
            vec!["calibrate", "spin-orbit-neuron", "--from", "step.csv"],
            "at which some trials switch and some do not must be 2 or greater",
        ),
        (vec!["calibrate", "antiferromagnet", "--from", "rates.csv"], "2 observations do not tell 3 parameters"),
        (vec!["calibrate", "antiferromagnet", "--from", "rates.csv", "--hold", "dampin"], "did you mean `damping`?"),
        (vec!["calibrate", "antiferromagnet", "--from", "rates.csv", "--hold", "threshold_current=9"], "lies above some of them"),
        (vec!["calibrate", "antiferromagnet", "--from", "silent.csv"], "no frequencies or latencies were given"),
        (vec!["calibrate", "spin-orbit-neuron", "--from", "step.csv", "--hold", "widht"], "did you mean `width`?"),
    ] {
        let output = spinloom(at, &arguments);
        let message = text(&output.stderr);
        assert!(!output.status.success() && message.contains(words) && !message.contains("panicked"), "{arguments:?}: {message}");
    }
}
