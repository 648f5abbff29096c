//! The command as a person uses it: what it prints, its exit codes, the files it leaves, and what it does with bad input.

#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// The vowel recogniser, as small as it can be.
const SMALL: &[&str] = &[
    "--quick",
    "--set",
    "vowels=embedded",
    "--set",
    "map_points=9",
    "--set",
    "speakers=8",
    "--set",
    "learning.iterations=3",
    "--set",
    "folds=2",
];

fn spinloom(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("spinloom").unwrap();
    command.args(arguments).env("XDG_CACHE_HOME", "/nonexistent").output().unwrap()
}

fn small_run(more: &[&str]) -> Output {
    spinloom(&[&["run", "romera2018"], SMALL, more].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Asserts exit code and words of the message, and that nothing was printed as a result.
fn fails(output: &Output, code: i32, words: &[&str]) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert!(output.stdout.is_empty() && !message.contains("panicked"), "{message}");
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_verb_helps_with_an_example() {
    for verb in [
        vec![],
        vec!["list"],
        vec!["show"],
        vec!["run"],
        vec!["reproduce"],
        vec!["solve"],
        vec!["calibrate"],
        vec!["data"],
        vec!["data", "fetch"],
    ] {
        let output = spinloom(&[&verb[..], &["--help"]].concat());
        assert!(output.status.success());
        let help = text(&output.stdout);
        assert!(help.contains("Example"), "{verb:?}: {help}");
        insta::assert_snapshot!(format!("help_{}", if verb.is_empty() { "spinloom".to_owned() } else { verb.join("_") }), help);
    }
}

#[test]
fn list_and_show_print_tables_and_json() {
    assert!(text(&spinloom(&["list"]).stdout).contains("romera2018"));
    let list: serde_json::Value = serde_json::from_slice(&spinloom(&["list", "--json"]).stdout).unwrap();
    assert!(list["systems"].as_array().unwrap().iter().any(|s| s["name"] == "romera2018"));
    let show: serde_json::Value = serde_json::from_slice(&spinloom(&["show", "torrejon2017", "--json"]).stdout).unwrap();
    assert!(show["claims"].as_array().unwrap().len() >= 5);
    assert!(show["parameters"].as_array().unwrap().iter().all(|p| !p["doc"].as_str().unwrap().is_empty()));
    assert!(text(&spinloom(&["show", "romera2018"]).stdout).contains("oscillator.damping_rate"));
}

#[test]
fn a_run_leaves_a_whole_folder() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let output = small_run(&["--seed", "5", "--json", "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((document["system"].as_str(), document["seed"].as_u64()), (Some("romera2018"), Some(5)));
    assert!(document["quantities"]["embedded.cv_accuracy"]["value"].is_number());
    assert!(document["ledger"][0]["joule"].as_f64().unwrap() > 0.0);
    assert_eq!(entries(&out), ["experiment.toml", "figures", "outcome.json", "report.html", "tables"]);
    assert!(out.join("figures/synchronisation_map.png").exists() && out.join("tables/synchronisation_map.npz").exists());
    assert_eq!(entries(folder.path()), ["run"]);
    // The resolved experiment gives the same numbers again.
    let again = spinloom(&["run", out.join("experiment.toml").to_str().unwrap(), "--quick", "--json"]);
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(again["quantities"], document["quantities"]);
    // The folder is refused, then replaced.
    fails(&small_run(&["--out", out.to_str().unwrap()]), 2, &["exists already", "--force"]);
    assert!(small_run(&["--out", out.to_str().unwrap(), "--force"]).status.success());
}

#[test]
fn threads_do_not_change_a_bit() {
    let numbers = |threads: &str| -> serde_json::Value {
        let document: serde_json::Value = serde_json::from_slice(&small_run(&["--json", "--threads", threads]).stdout).unwrap();
        document["quantities"].clone()
    };
    assert_eq!(numbers("1"), numbers("3"));
}

#[test]
fn bits_of_a_user_are_tested() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bits.txt");
    let file = path.to_str().unwrap();
    // The first hundred binary digits of pi, an example of SP 800-22.
    let pi = "11001001000011111101101010100010001000010110100011\n00001000110100110001001100011001100010100010111000\n";
    std::fs::write(&path, pi).unwrap();
    let shown = text(&spinloom(&["bits", file]).stdout);
    assert!(shown.contains("0.109599") && shown.contains("1000000 bits are wanted, 100 were given"), "{shown}");
    assert!(shown.contains("100 bits in one sequence of 100"), "{shown}");
    let document: serde_json::Value = serde_json::from_slice(&spinloom(&["bits", file, "--json"]).stdout).unwrap();
    assert_eq!((document["bits"].as_u64(), document["tests"].as_array().unwrap().len()), (Some(100), 188));
    assert_eq!((&document["tests"][0]["test"], &document["tests"][0]["verdict"]), (&"frequency".into(), &"pass".into()));
    // Ones only, as bytes, in four sequences.
    std::fs::write(&path, [0xff; 50]).unwrap();
    let shown = text(&spinloom(&["bits", file, "--format", "binary", "--length", "100"]).stdout);
    assert!(shown.contains("0 of 4") && shown.contains("FAIL"), "{shown}");
    fails(&spinloom(&["bits", file]), 1, &["bits.txt:1", "column 1", "0, 1 or white space"]);
    std::fs::write(&path, "").unwrap();
    fails(&spinloom(&["bits", file]), 2, &["bits.txt holds no bits"]);
    std::fs::write(&path, pi).unwrap();
    fails(&spinloom(&["bits", file, "--length", "200"]), 2, &["--length 200", "100 bits"]);
    fails(&spinloom(&["bits", file, "--significance", "2"]), 2, &["--significance"]);
    fails(&spinloom(&["bits", "/nowhere/bits"]), 1, &["/nowhere/bits"]);
}

#[test]
fn bad_words_on_the_command_line_are_named() {
    fails(&spinloom(&["run", "romera2081"]), 2, &["no system `romera2081`", "did you mean `romera2018`"]);
    fails(&spinloom(&["reproduce", "nothing"]), 2, &["no system `nothing`"]);
    fails(
        &small_run(&["--set", "couplign=1"]),
        2,
        &["unknown parameter `couplign`", "did you mean `coupling`", "`spinloom show romera2018`"],
    );
    fails(&small_run(&["--set", "coupling"]), 2, &["NAME=VALUE"]);
    fails(&small_run(&["--set", "coupling=2 mA"]), 2, &["`2 mA` is in A, but a value in 1/s is wanted"]);
    fails(&small_run(&["--set", "oscillator.damping_rate=-1"]), 2, &["must be greater than 0, but it is -1"]);
    fails(&small_run(&["--set", "coupling=nan"]), 2, &["`coupling`", "NaN"]);
    fails(&small_run(&["--set", "vowels=hilenbrand"]), 2, &["did you mean `hillenbrand`"]);
    fails(&small_run(&["--set", "learning.lowest_current=9"]), 2, &["must be below learning.highest_current"]);
    fails(&small_run(&["--threads", "0"]), 2, &["--threads"]);
    fails(&spinloom(&["reproduce", "romera2018", "--seeds", "0"]), 2, &["--seeds"]);
    fails(&spinloom(&["data", "fetch", "fsd"]), 2, &["no data set `fsd`", "did you mean `fsdd`"]);
}

#[test]
fn bad_experiments_are_shown_at_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e.toml");
    let run = |content: &str| {
        std::fs::write(&path, content).unwrap();
        spinloom(&["run", path.to_str().unwrap()])
    };
    fails(&run("system = \"romera2018\"\ncouplign = 1.0\n"), 2, &["e.toml:2:1", "did you mean `coupling`", "here"]);
    fails(&run("system = \"romera2018\"\n[observation]\nwindow = \"2 mA\"\n"), 2, &["e.toml:3:10", "is in A"]);
    fails(&run("system = \"romera2018\"\ncoupling = nan\n"), 2, &["e.toml:2:12", "NaN"]);
    fails(&run("system = \"romera2018\"\ncoupling =\n"), 2, &["e.toml:2"]);
    fails(&run("coupling = 1.0\n"), 2, &["system = "]);
    fails(&spinloom(&["run", "/nowhere/e.toml"]), 1, &["/nowhere/e.toml"]);
}

#[test]
fn bad_data_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap().to_owned();
    let vowels = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("spinloom").unwrap();
        command.args(["run", "romera2018", "--set", "vowels=hillenbrand", "--data", &data]).args(arguments);
        command.env_remove("SPINLOOM_DATA").env("XDG_CACHE_HOME", "/nonexistent").output().unwrap()
    };
    fails(&vowels(&[]), 1, &["`hillenbrand` was not found", "spinloom data fetch hillenbrand"]);
    std::fs::create_dir_all(folder.path().join("hillenbrand")).unwrap();
    std::fs::write(folder.path().join("hillenbrand/vowdata.dat"), "w01ae 1 2 3\n").unwrap();
    fails(&vowels(&[]), 1, &["vowdata.dat:1", "15 numbers are expected"]);

    let digits = folder.path().join("fsdd/recordings");
    std::fs::create_dir_all(&digits).unwrap();
    let torrejon = || {
        let small = ["--set", "waveform.map_points=2", "--set", "memory.length=400", "--set", "memory.nodes=20"];
        let mut command = Command::cargo_bin("spinloom").unwrap();
        command.args(["run", "torrejon2017", "--quick", "--data", &data]).args(small).args(["--set", "memory.capacity_nodes=5"]);
        command.env_remove("SPINLOOM_DATA").env("XDG_CACHE_HOME", "/nonexistent").output().unwrap()
    };
    let wav = digits.join("0_george_0.wav");
    std::fs::write(&wav, b"RIFF").unwrap();
    fails(&torrejon(), 1, &["0_george_0.wav", "not a whole WAV file"]);
    std::fs::write(&wav, wav_header(16_000, 1, 100)).unwrap();
    fails(&torrejon(), 1, &["16000 Hz, but 8000 Hz"]);
    std::fs::write(&wav, wav_header(8000, 2, 100)).unwrap();
    fails(&torrejon(), 1, &["2 channels"]);
    let verify = spinloom(&["data", "verify", "fsdd", "--data", &data]);
    assert_eq!(verify.status.code(), Some(1));
    assert!(text(&verify.stdout).contains("damaged") && text(&verify.stdout).contains("0_george_0.wav"));
}

/// A PCM WAV file of silence.
fn wav_header(rate: u32, channels: u16, samples: u32) -> Vec<u8> {
    let bytes = samples * 2 * u32::from(channels);
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + bytes).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16u32.to_le_bytes());
    wav.extend_from_slice(&1u16.to_le_bytes());
    wav.extend_from_slice(&channels.to_le_bytes());
    wav.extend_from_slice(&rate.to_le_bytes());
    wav.extend_from_slice(&(rate * 2 * u32::from(channels)).to_le_bytes());
    wav.extend_from_slice(&(2 * channels).to_le_bytes());
    wav.extend_from_slice(&16u16.to_le_bytes());
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&bytes.to_le_bytes());
    wav.resize(wav.len() + bytes as usize, 0);
    wav
}

#[test]
fn claims_without_data_say_what_brings_it() {
    let arguments = ["reproduce", "romera2018", "--seeds", "1", "--quick", "--json", "--data", "/nonexistent"];
    let mut command = Command::cargo_bin("spinloom").unwrap();
    let output = command.args(arguments).env_remove("SPINLOOM_DATA").env("XDG_CACHE_HOME", "/nonexistent").output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let claims = document["systems"][0]["claims"].as_array().unwrap();
    let verdict = |quantity: &str| claims.iter().find(|c| c["quantity"] == quantity).unwrap()["verdict"].clone();
    assert_eq!(verdict("hillenbrand.cv_accuracy"), "no-data");
    assert_ne!(verdict("embedded.cv_accuracy"), "no-data");
    assert_eq!(document["systems"][0]["missing"][0]["command"], "spinloom data fetch hillenbrand");
}

#[test]
fn places_that_cannot_be_written_are_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("out");
    fails(&small_run(&["--out", below.to_str().unwrap()]), 1, &["cannot", below.parent().unwrap().to_str().unwrap()]);
    fails(&small_run(&["--out", "/proc/spinloom-out"]), 1, &["/proc"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_leaves_is_no_error() {
    let binary = assert_cmd::cargo::cargo_bin("spinloom");
    let mut child = std::process::Command::new(binary).args(["list", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

/// Starts a reproduction that takes a while, in a folder.
#[cfg(unix)]
fn start(out: &Path) -> std::process::Child {
    let binary = assert_cmd::cargo::cargo_bin("spinloom");
    std::process::Command::new(binary)
        .args(["reproduce", "romera2018", "--quick", "--seeds", "2", "--data", "/nonexistent", "--out"])
        .arg(out)
        .env_remove("SPINLOOM_DATA")
        .env("XDG_CACHE_HOME", "/nonexistent")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[cfg(unix)]
fn checkpoint(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// Waits until the first seed is kept.
#[cfg(unix)]
fn wait_for_checkpoint(out: &Path) {
    let start = Instant::now();
    while !checkpoint(out).is_dir() || !entries(&checkpoint(out)).iter().any(|n| n.contains("seed-1")) {
        assert!(start.elapsed() < Duration::from_secs(120), "the first seed was never kept");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_its_finished_part_and_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("r");
    let mut child = start(&out);
    wait_for_checkpoint(&out);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!out.exists() && checkpoint(&out).exists());
    let resume = |more: &[&str]| {
        let fixed = ["reproduce", "romera2018", "--quick", "--seeds", "2", "--data", "/nonexistent", "--json"];
        let mut command = Command::cargo_bin("spinloom").unwrap();
        command.args(fixed).args(more).env_remove("SPINLOOM_DATA").env("XDG_CACHE_HOME", "/nonexistent").output().unwrap()
    };
    let output = resume(&["--resume", "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(out.join("index.html").exists() && !checkpoint(&out).exists());
    let resumed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let straight: serde_json::Value = serde_json::from_slice(&resume(&[]).stdout).unwrap();
    assert_eq!(resumed["systems"][0]["claims"], straight["systems"][0]["claims"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_answered_at_once_and_says_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("r");
    let child = start(&out);
    std::thread::sleep(Duration::from_millis(700));
    let begin = Instant::now();
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(begin.elapsed() < Duration::from_secs(2));
    assert!(text(&output.stderr).contains("--resume") && !out.exists());
}
