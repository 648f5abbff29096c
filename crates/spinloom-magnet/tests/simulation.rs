//! Films described in TOML: what they do, what is told where they are wrong, and that killed runs go on to the same bits.

#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_core::constants::GYROMAGNETIC_RATIO;
use spinloom_core::random::Stream;
use spinloom_magnet::simulation::{Observer, Options, Outcome, Progress, Silent, Simulation, SimulationError};
use spinloom_magnet::table::{Column, read_file};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SPIN: &str = r#"
demagnetization = false
[grid]
cells = [1, 1, 1]
cell_size = ["5 nm", "5 nm", "5 nm"]
[material]
saturation_magnetization = "800 kA/m"
damping = 0.0
[start]
direction = [1, 0, 0]
[[field]]
value = [0, 0, "1 T"]
[[stage]]
kind = "run"
duration = 1e-12
error = 1e-9
"#;

/// A rectangle of permalloy in a field, of so many cells to a side.
const FILM: &str = r#"
[grid]
cells = [24, 16, 1]
cell_size = ["4 nm", "4 nm", "3 nm"]
[material]
saturation_magnetization = "800 kA/m"
exchange_stiffness = "13 pJ/m"
damping = 0.02
[start]
configuration = "uniform"
direction = [1, 0.2, 0.1]
noise = 0.1
[[stage]]
kind = "minimize"
[[stage]]
kind = "run"
duration = "300 ps"
field = ["-60 mT", "5 mT", 0]
[output]
table_interval = "2 ps"
save_interval = "50 ps"
formats = ["ovf", "vtk", "png"]
columns = ["average", "energies", "energy", "torque", "charge", "steps", "field"]
checkpoint_interval = 0.02
"#;

fn simulation(text: &str, set: &[&str]) -> Result<Simulation, SimulationError> {
    let set: Vec<String> = set.iter().map(|s| (*s).to_owned()).collect();
    Simulation::from_text("film.toml", text, Path::new(""), &set)
}

fn run(text: &str, set: &[&str]) -> Outcome {
    simulation(text, set).unwrap().run(&Options::default(), &mut Silent).unwrap()
}

fn run_into(out: &Path, text: &str, set: &[&str]) -> Result<Outcome, SimulationError> {
    simulation(text, set).unwrap().run(&Options { out: Some(out.to_owned()), ..Options::default() }, &mut Silent)
}

#[test]
fn a_spin_turns_about_its_field() {
    let quarter = 0.25 * std::f64::consts::TAU / GYROMAGNETIC_RATIO;
    let outcome = run(SPIN, &[&format!("stage.1.duration={quarter:e}")]);
    assert!((outcome.time - quarter).abs() < 1e-24);
    // From x to y, within what the error of a step allows.
    assert!(outcome.average[0].abs() < 1e-6 && (outcome.average[1] - 1.0).abs() < 1e-9, "{outcome:?}");
    let energy = outcome.energy.iter().find(|e| e.0 == "Zeeman").unwrap().1;
    assert!(energy.abs() < 1e-30, "m is at right angles to the field: {energy}");
    // In single precision too, and with a field that acts in this stage only because it names it.
    let single =
        run(SPIN, &[&format!("stage.1.duration={quarter:e}"), "precision=f32", "stage.1.error=1e-6", "field.1.stages=[1]"]);
    assert!((single.average[1] - 1.0).abs() < 1e-5, "{single:?}");
    let none = run(&(SPIN.to_owned() + "[[stage]]\n"), &["field.1.stages=[2]", "stage.2.duration=1e-15"]);
    assert!(none.average[0] > 1.0 - 1e-6);
}

#[test]
fn a_loop_switches_at_the_anisotropy_field() {
    let folder = tempfile::tempdir().unwrap();
    // Along an axis tilted by 10 degrees Stoner and Wohlfarth's particle switches at (cos^(2/3) + sin^(2/3))^(-3/2) of 2 K / Ms.
    let text = SPIN.replace("[[field]]\nvalue = [0, 0, \"1 T\"]", "");
    let out = folder.path().join("loop");
    run_into(
        &out,
        &text,
        &[
            "material.uniaxial_anisotropy=40 kJ/m^3",
            "material.uniaxial_axis=[0.984807753012208, 0.17364817766693033, 0]",
            "stage.1.kind=hysteresis",
            "stage.1.values=[\"200 mT\", \"-200 mT\"]",
            "stage.1.field_step=1 mT",
        ],
    )
    .unwrap();
    let table = read_file(&out.join("table.csv")).unwrap();
    let (mx, field) = (table.column("mx").unwrap(), table.column("Bx").unwrap());
    assert_eq!(field.len(), 401);
    let at = mx.iter().position(|m| *m < 0.0).unwrap();
    let angle = 10f64.to_radians();
    let theory = -0.1 * (angle.cos().powf(2.0 / 3.0) + angle.sin().powf(2.0 / 3.0)).powf(-1.5);
    assert!(field[at] <= theory && field[at] > theory - 1.5e-3, "{} at {theory}", field[at]);
}

#[test]
fn rows_files_and_energies_are_those_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let outcome = run_into(&out, FILM, &["stage.2.duration=20 ps", "output.save_interval=10 ps"]).unwrap();
    let table = read_file(&out.join("table.csv")).unwrap();
    // One of the minimum, and eleven from 0 to 20 ps.
    assert_eq!((outcome.rows, table.column("t").unwrap().len()), (12, 12));
    assert_eq!(table.column("stage").unwrap()[..3], [1.0, 2.0, 2.0]);
    assert_eq!(table.column("mx").unwrap()[11], outcome.average[0]);
    let energy: f64 = outcome.energy.iter().map(|e| e.1).sum();
    assert!((table.column("E").unwrap()[11] / energy - 1.0).abs() < 1e-12);
    // The energy falls, as damping asks for.
    assert!(table.column("E").unwrap()[1..].windows(2).all(|e| e[1] <= e[0] * (1.0 - 1e-9 * e[0].signum())));
    for name in ["m000001.ovf", "m000003.ovf", "m000003.vti", "m000003.png", "m.pvd", "final.ovf", "run.json", "simulation.toml"]
    {
        assert!(out.join(name).exists(), "{name}");
    }
    let end = spinloom_magnet::ovf::read_file(&out.join("final.ovf")).unwrap();
    let last = spinloom_magnet::ovf::read_file(&out.join("m000003.ovf")).unwrap();
    assert_eq!((end.values, end.time), (last.values, Some(20e-12)));
    // The end begins another film, as a file beside the description.
    let text = FILM.replace("configuration = \"uniform\"", "file = \"run/final.ovf\"");
    let set = ["stage.1.kind=run".to_owned(), "stage.1.duration=1e-18".to_owned(), "stage.2.duration=1e-18".to_owned()];
    let next = Simulation::from_text("next.toml", &text, folder.path(), &set).unwrap();
    let next = next.run(&Options::default(), &mut Silent).unwrap();
    assert!((next.average[0] - outcome.average[0]).abs() < 1e-4);
}

#[test]
fn what_films_are_made_of_comes_from_the_description() {
    // Left half up, right half without material, a current that flows over all of it, and grains.
    let text = r#"
temperature = "300 K"
seed = 3
[grid]
cells = [16, 8, 3]
cell_size = ["2 nm", "2 nm", "1 nm"]
repetitions = [0, 2, 0]
[geometry]
shape = "minus"
of = [{ shape = "universe" }, { shape = "layers", from = 1, to = 2 }]
[material]
saturation_magnetization = "580 kA/m"
exchange_stiffness = "15 pJ/m"
damping = 0.3
uniaxial_anisotropy = "0.8 MJ/m^3"
interfacial_dmi = "3 mJ/m^2"
[[region]]
area = { shape = "range", axis = "x", from = 0.0 }
saturation_magnetization = 0
[grains]
size = "6 nm"
tilt = "3 deg"
distribution = "log-normal"
spread.uniaxial_anisotropy = 0.1
[start]
direction = [0, 0, 1]
[[current]]
torque = "zhang-li"
density = ["1e12 A/m^2", 0, 0]
non_adiabaticity = 0.1
[[current]]
torque = "slonczewski"
efficiency = "spin-valve"
asymmetry = 1.5
density = [0, 0, -1e11]
area = { shape = "circle", diameter = "8 nm" }
oersted = true
waveform = { form = "pulse", duration = "10 ps", edge = "1 ps" }
[[current]]
torque = "spin-orbit"
density = [1e11, 0, 0]
field_like_ratio = -0.2
[[interlayer]]
layers = [0, 2]
coupling = "-0.1 mJ/m^2"
[[field]]
value = [0, 0, "10 mT"]
waveform = { form = "sinc", frequency = "20 GHz", start = "5 ps" }
area = { shape = "rectangle", size = ["6 nm", "6 nm"] }
[[stage]]
kind = "relax"
torque = "1 mT"
[[stage]]
duration = "100 fs"
integrator = "heun"
time_step = "10 fs"
[output]
columns = ["average", "energies", "skyrmions", "wall", "vortex", "charge", "torque", "steps", "energy", "field"]
"#;
    let folder = tempfile::tempdir().unwrap();
    let outcome = run_into(folder.path(), text, &[]).unwrap();
    let names: Vec<&str> = outcome.energy.iter().map(|e| e.0).collect();
    for name in ["exchange", "Zeeman", "Oersted", "interlayer exchange", "demagnetization"] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    let warnings = outcome.warnings.join("\n");
    assert!(warnings.contains("region 1 has a saturation magnetization of 0"), "{warnings}");
    let end = spinloom_magnet::ovf::read_file(&folder.path().join("final.ovf")).unwrap();
    let filled = end.values[2].iter().filter(|m| **m != 0.0).count();
    assert_eq!(filled, 8 * 8 * 2);
    // The same seed gives the same bits, another one others.
    let again = run(text, &[]);
    assert_eq!((again.average, &again.energy), (outcome.average, &outcome.energy));
    assert_ne!(run(text, &["seed=4"]).average, outcome.average);
}

#[test]
fn every_beginning_begins() {
    for kind in ["uniform", "random", "vortex", "antivortex", "vortex-wall", "two-domain", "neel-skyrmion", "bloch-skyrmion"] {
        let set = format!("start.configuration={kind}");
        let set = [set.as_str(), "stage.1.kind=run", "stage.1.duration=1e-16", "stage.2.duration=1e-16", "start.noise=0"];
        let outcome = run(FILM, &set);
        assert!(outcome.average.iter().all(|m| m.abs() <= 1.0), "{kind}");
    }
    let moved = ["start.scale=[2, 2, 1]", "start.rotation=90 deg", "start.translation=[\"8 nm\", 0, 0]"];
    run(FILM, &[&["stage.1.kind=run", "stage.1.duration=1e-16", "stage.2.duration=1e-16"][..], &moved].concat());
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let with = |old: &str, new: &str| FILM.replace(old, new);
    for (text, set, words) in [
        (with("damping", "dampin"), vec![], "film.toml:8:1: unknown parameter `dampin`: did you mean `damping`?"),
        (with("\"13 pJ/m\"", "\"13 pJ\""), vec![], "film.toml:7:22: `exchange_stiffness`: `13 pJ` is in"),
        (with("[material]", "[materials]"), vec![], "film.toml:5:2: unknown name `materials`: did you mean `material`?"),
        (
            with("kind = \"run\"", "kind = \"rum\""),
            vec![],
            "must be one of run, relax, minimize, hysteresis, but it is `rum`: did you mean `run`",
        ),
        (with("[24, 16, 1]", "[24, 16]"), vec![], "film.toml:3:9: `cells` wants a list of 3 whole numbers"),
        (with("[24, 16, 1]", "[24, 0, 1]"), vec![], "`cells` must be between 1 and 1000000000000000, but it is 0"),
        (with("cells = [24, 16, 1]\n", ""), vec![], "`[grid]` has no `cells`"),
        (with("0.02\n", "-0.02\n"), vec![], "film.toml:8:11: `damping` must be 0 or greater, but it is -0.02"),
        (with("\"png\"", "\"pngs\""), vec![], "`formats` holds the unknown word `pngs`: did you mean `png`?"),
        (with("\"energies\"", "\"energis\""), vec![], "did you mean `energies`?"),
        (with("[[stage]]", "[[stages]]"), vec![], "unknown name `stages`: did you mean `stage`?"),
        (FILM.to_owned(), vec!["temperature=300 K"], "needs `integrator = \"heun\"`"),
        (FILM.to_owned(), vec!["stage.2.integrator=heun"], "film.toml:15:1: `heun` takes fixed steps: give a `time_step`"),
        (FILM.to_owned(), vec!["stage.3.kind=run"], "--set:1:1: `3` is none of its members, which are numbered 1 to 2"),
        (FILM.to_owned(), vec!["seed"], "write it as NAME=VALUE"),
        (FILM.to_owned(), vec!["output.layer=1"], "`layer` is 1, but the film has 1 layers"),
        (format!("{FILM}\n[[field]]\nstages = [3]\n"), vec![], "`stages` names stage 3"),
        (format!("{FILM}\n[geometry]\nshape = \"circel\"\ndiameter = 1\n"), vec![], "unknown variant `circel`"),
        (FILM.to_owned(), vec!["stage.2.kind=hysteresis"], "a hysteresis loop wants `values`"),
        (FILM.to_owned(), vec!["grid.cells=[100000, 100000, 100000]"], "2^31"),
        ("[grid\n".to_owned(), vec![], "film.toml:1:"),
        (String::new(), vec![], "the description has no `[grid]`"),
    ] {
        let error = simulation(&text, &set).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains(words), "{error}\nwithout: {words}");
    }
    // What only the film itself can tell is told before the first step.
    for (text, set, words) in [
        (
            FILM.to_owned(),
            vec!["start.direction=[0, 0, 0]", "start.noise=0"],
            "film.toml:9:1: the length of m in the cell (0, 0, 0)",
        ),
        (FILM.to_owned(), vec!["start.file=none.ovf"], "none.ovf: cannot read"),
        (FILM.to_owned(), vec!["start.configuration=vortex", "start.polarity=0.5"], "the polarity must be +1 or -1"),
        (format!("{FILM}\n[[region]]\ndamping = 1\n"), vec![], "a region wants an `area`"),
        (format!("{FILM}\n[[region]]\narea = {{ shape = \"image\", file = \"no.png\" }}\n"), vec![], "no.png"),
        (format!("{FILM}\n[[interlayer]]\nlayers = [0, 7]\n"), vec![], "a layer of interlayer exchange must be"),
        (
            format!("{FILM}\n[[current]]\nefficiency = \"junction\"\ntorque = \"slonczewski\"\npolarization = 1\n"),
            vec![],
            "the polarization must be",
        ),
        (format!("{FILM}\n[[field]]\nwaveform = {{ form = \"table\", times = [0] }}\n"), vec![], "as many `values` as `times`"),
        (
            format!("{FILM}\n[[field]]\nwaveform = {{ form = \"table\", times = [1, 0], values = [0, 1] }}\n"),
            vec![],
            "must be later than the one before",
        ),
    ] {
        let error = simulation(&text, &set).unwrap().run(&Options::default(), &mut Silent).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains(words), "{error}\nwithout: {words}");
    }
    let long = simulation(SPIN, &["stage.1.time_step=1 ns", "stage.1.integrator=heun", "stage.1.duration=5 ns"]).unwrap();
    let error = long.run(&Options::default(), &mut Silent).unwrap_err();
    assert!(
        !error.is_usage() && error.to_string().contains("stage 1: a step of 1e-9 s is too long for the field of 1e0 T"),
        "{error}"
    );
}

#[test]
fn coarse_cells_and_too_much_memory_are_told_before_the_run() {
    struct Heard(Vec<String>);
    impl Observer for Heard {
        fn warning(&mut self, warning: &str) {
            self.0.push(warning.to_owned());
        }
    }
    let mut heard = Heard(Vec::new());
    let coarse = simulation(
        FILM,
        &[
            "grid.cell_size=[\"8 nm\", \"4 nm\", \"3 nm\"]",
            "stage.1.kind=run",
            "stage.1.duration=1e-16",
            "stage.2.duration=1e-16",
        ],
    );
    coarse.unwrap().run(&Options::default(), &mut heard).unwrap();
    assert!(heard.0[0].contains("cells are 8 nm long along x") && heard.0[0].contains("5.68"), "{:?}", heard.0);
    let large = simulation(FILM, &["grid.cells=[46000, 46000, 1]"]).unwrap();
    let error = large.run(&Options::default(), &mut Silent).unwrap_err();
    assert!(error.is_usage() && error.to_string().contains("of memory, and this machine has"), "{error}");
}

/// Everything in a folder that a run has written but what depends on the clock.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    entries.map(|p| (name(&p), fs::read(&p).unwrap())).filter(|(n, _)| n != "run.json" && n != "checkpoint").collect()
}

fn assert_same(folder: &Path, whole: &Path) {
    let (found, expected) = (content(folder), content(whole));
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, bytes) in &expected {
        assert!(found[name] == *bytes, "{name} differs");
    }
}

/// With a thermal field, of which every step has its own.
const HOT: [&str; 4] = ["temperature=300 K", "stage.2.integrator=heun", "stage.2.time_step=50 fs", "precision=f32"];

#[test]
fn a_cancelled_run_goes_on_to_the_same_bits() {
    /// Asks to stop after so many rows.
    struct Stop(spinloom_core::run::CancelToken, usize);
    impl Observer for Stop {
        fn row(&mut self, _: &[Column], _: &[f64]) {
            self.1 -= 1;
            if self.1 == 0 {
                self.0.cancel();
            }
        }
        fn progress(&mut self, progress: &Progress) {
            assert!((0.0..=1.0).contains(&progress.fraction));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for set in [&["stage.2.duration=40 ps"][..], &[&HOT[..], &["stage.2.duration=40 ps"]].concat()] {
        let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
        run_into(&whole, FILM, set).unwrap();
        let film = simulation(FILM, set).unwrap();
        let mut cancelled = 0;
        loop {
            let options = Options { out: Some(parts.clone()), resume: true, ..Options::default() };
            match film.run(&options, &mut Stop(options.cancel.clone(), 5)) {
                Ok(outcome) => break assert_eq!(outcome.rows, 22),
                Err(error) => assert!(error.is_cancelled(), "{error}"),
            }
            cancelled += 1;
        }
        assert!(cancelled >= 3, "{cancelled}");
        assert_same(&parts, &whole);
        // What is done is done: nothing is computed again.
        let options = Options { out: Some(parts.clone()), resume: true, ..Options::default() };
        film.run(&options, &mut Silent).unwrap();
        assert_same(&parts, &whole);
        fs::remove_dir_all(&whole).unwrap();
        fs::remove_dir_all(&parts).unwrap();
    }
}

#[test]
fn a_folder_is_taken_with_care() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let short = ["stage.2.duration=4 ps"];
    run_into(&out, FILM, &short).unwrap();
    let again = run_into(&out, FILM, &short).unwrap_err();
    assert!(again.is_usage() && again.to_string().contains("--resume"), "{again}");
    let with = |resume, force, set: &[&str]| {
        let options = Options { out: Some(out.clone()), resume, force, ..Options::default() };
        simulation(FILM, set).unwrap().run(&options, &mut Silent)
    };
    let other = with(true, false, &["stage.2.duration=4 ps", "material.damping=0.5"]).unwrap_err();
    assert!(other.is_usage() && other.to_string().contains("`damping = 0.02` there and `damping = 0.5` here"), "{other}");
    fs::write(out.join("checkpoint"), b"half").unwrap();
    let damaged = with(true, false, &short).unwrap_err();
    assert!(damaged.is_usage() && damaged.to_string().contains("checkpoint"), "{damaged}");
    with(false, true, &short).unwrap();
    fs::write(out.join("thesis.tex"), b"years").unwrap();
    let precious = with(false, true, &short).unwrap_err();
    assert!(precious.is_usage() && precious.to_string().contains("thesis.tex"), "{precious}");
    assert!(out.join("final.ovf").exists());
    let strange = folder.path().join("strange");
    fs::create_dir(&strange).unwrap();
    fs::write(strange.join("a"), b"").unwrap();
    let error = run_into(&strange, FILM, &short).unwrap_err();
    assert!(error.is_usage() && error.to_string().contains("not empty"), "{error}");
}

/// What the processes of the next test do: it is no test of its own.
#[test]
#[ignore = "a process of the test of kills"]
fn the_process_that_is_killed() {
    let Ok(out) = std::env::var("SPINLOOM_TEST_KILLED") else { return };
    let set: Vec<&str> = if std::env::var("SPINLOOM_TEST_HOT").is_ok() { HOT.to_vec() } else { Vec::new() };
    let options = Options { out: Some(out.into()), resume: true, ..Options::default() };
    simulation(FILM, &set).unwrap().run(&options, &mut Silent).unwrap();
}

#[test]
fn a_run_killed_at_any_moment_goes_on_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    for hot in [false, true] {
        let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
        let start = Instant::now();
        run_into(&whole, FILM, if hot { &HOT } else { &[] }).unwrap();
        let took = start.elapsed();
        let mut stream = Stream::new(7, "kills", u64::from(hot));
        let mut kills = 0;
        loop {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "the_process_that_is_killed", "--ignored"]).env("SPINLOOM_TEST_KILLED", &parts);
            if hot {
                command.env("SPINLOOM_TEST_HOT", "1");
            }
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // The later ones live longer, so that the run ends on a slow machine too.
            let life = took.mul_f64(stream.uniform() * 0.4 + 0.05 * f64::from(kills)) + Duration::from_millis(5);
            let end = Instant::now() + life;
            let status = loop {
                match child.try_wait().unwrap() {
                    Some(status) => break Some(status),
                    None if Instant::now() >= end => break None,
                    None => std::thread::sleep(Duration::from_millis(1)),
                }
            };
            if let Some(status) = status {
                assert!(status.success());
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
        }
        assert!(kills >= 2, "{kills} kills of a run of {took:?}");
        assert_same(&parts, &whole);
        fs::remove_dir_all(&whole).unwrap();
        fs::remove_dir_all(&parts).unwrap();
    }
}

/// A page of the book.
fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)).unwrap()
}

/// The descriptions of a page: its indented blocks with a grid.
fn descriptions(page: &str) -> Vec<String> {
    page.split("\n\n")
        .collect::<Vec<_>>()
        .chunk_by(|a, b| a.starts_with("    ") == b.starts_with("    "))
        .filter(|block| block[0].starts_with("    "))
        .map(|block| block.join("\n\n"))
        .filter(|block| block.contains("[grid]"))
        .collect()
}

#[test]
fn the_book_names_every_parameter_and_its_examples_are_read() {
    use spinloom_core::parameters::Parameters;
    use spinloom_magnet::simulation::sections as s;
    let page = page("magnet.md");
    for parameter in [
        s::General::default().parameters(),
        s::GridSection::default().parameters(),
        s::MaterialSection::default().parameters(),
        s::GrainsSection::default().parameters(),
        s::StartSection::default().parameters(),
        s::WaveformSection::default().parameters(),
        s::InterlayerSection::default().parameters(),
        s::StageSection::default().parameters(),
        s::OutputSection::default().parameters(),
        s::ConductorSection::default().parameters().into_iter().filter(|p| !p.name.starts_with("waveform.")).collect(),
        s::ContactSection::default().parameters(),
        s::FieldSection::default().parameters().into_iter().filter(|p| !p.name.starts_with("waveform.")).collect(),
        s::CurrentSection::default().parameters().into_iter().filter(|p| !p.name.starts_with("waveform.")).collect(),
    ]
    .concat()
    {
        let row = format!("| `{}` |", parameter.name);
        let line = page.lines().find(|l| l.starts_with(&row)).unwrap_or_else(|| panic!("the book lacks {}", parameter.name));
        assert!(parameter.choices.iter().all(|c| line.contains(&format!("`{c}`"))), "{line} of {:?}", parameter.choices);
    }
    let whole = [descriptions(&page), descriptions(&self::page("mumax3-to-paraview.md"))];
    assert_eq!(whole.each_ref().map(Vec::len), [1, 2]);
    for text in whole.concat() {
        // What is not part of the file begins with a prompt.
        let text: String = text.lines().filter(|l| !l.trim_start().starts_with('$')).map(|l| format!("{l}\n")).collect();
        simulation(&text, &[]).unwrap();
    }
}
