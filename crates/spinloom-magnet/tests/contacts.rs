//! Currents between contacts, described in TOML.

#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_magnet::simulation::{Observer, Options, Outcome, Silent, Simulation, SimulationError};
use spinloom_magnet::table::{Column, read_file};
use std::fs;
use std::path::Path;

/// A wire with a wall, and a voltage from end to end.
const WIRE: &str = r#"
[grid]
cells = [32, 4, 1]
cell_size = ["4 nm", "4 nm", "2 nm"]
[material]
saturation_magnetization = "800 kA/m"
exchange_stiffness = "13 pJ/m"
damping = 0.1
[start]
configuration = "two-domain"
wall = [0, 1, 0.1]
[conductor]
resistivity = "200e-9 ohm m"
[[contact]]
end = "-x"
potential = "25.6 mV"
[[contact]]
end = "+x"
[[current]]
contacts = true
polarization = 0.5
non_adiabaticity = 0.1
[[stage]]
duration = "2 ps"
error = 1e-8
[output]
table_interval = "1 ps"
columns = ["average", "contacts"]
"#;

fn simulation(text: &str, set: &[&str]) -> Result<Simulation, SimulationError> {
    let set: Vec<String> = set.iter().map(|s| (*s).to_owned()).collect();
    Simulation::from_text("wire.toml", text, Path::new(""), &set)
}

fn run(text: &str, out: &Path, set: &[&str]) -> Outcome {
    simulation(text, set).unwrap().run(&Options { out: Some(out.to_owned()), ..Options::default() }, &mut Silent).unwrap()
}

#[test]
fn without_magnetoresistance_the_current_is_that_of_the_voltage() {
    let folder = tempfile::tempdir().unwrap();
    let between = run(WIRE, &folder.path().join("contacts"), &[]);
    // 25.6 mV over 128 nm of 200 nohm m are 1e12 A/m^2.
    let table = read_file(&folder.path().join("contacts/table.csv")).unwrap();
    let of = |name: &str| table.column(name).unwrap()[2];
    assert!((of("U_1") - 25.6e-3).abs() < 1e-15 && of("U_2") == 0.0);
    assert!((of("I_1") / (1e12 * 16e-9 * 2e-9) - 1.0).abs() < 1e-9 && (of("I_2") / of("I_1") + 1.0).abs() < 1e-9);
    let (begin, contacts) = (WIRE.find("[conductor]").unwrap(), "contacts = true");
    let end = WIRE.find("[[current]]").unwrap();
    let given = (WIRE[..begin].to_owned() + &WIRE[end..]).replace(contacts, "density = [1e12, 0, 0]");
    let given = run(&given, &folder.path().join("given"), &["output.columns=[\"average\"]"]);
    let apart = (0..3).map(|k| (between.average[k] - given.average[k]).abs()).fold(0.0, f64::max);
    assert!(apart < 1e-9, "{apart:e}: {:?} {:?}", between.average, given.average);
    // The current does something.
    let still = run(WIRE, &folder.path().join("still"), &["contact.1.potential=0"]);
    assert!((between.average[0] - still.average[0]).abs() > 1e-4, "{:?} {:?}", between.average, still.average);
}

#[test]
fn magnetoresistance_waveforms_and_stages_are_those_described() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let set = [
        "start.configuration=uniform",
        "material.damping=0.5",
        "conductor.anisotropic_ratio=0.02",
        "conductor.waveform={ form = \"sine\", frequency = \"250 GHz\" }",
        "conductor.stages=[1]",
        "output.save_interval=1 ps",
        "output.formats=[\"vtk\"]",
    ];
    run(&(WIRE.to_owned() + "[[stage]]\n"), &out, &[&set[..], &["stage.2.duration=1 fs"]].concat());
    let table = read_file(&out.join("table.csv")).unwrap();
    let (u, i) = (table.column("U_1").unwrap(), table.column("I_1").unwrap());
    // Sine of 0, 90 and 180 degrees; then the contacts are not driven.
    assert!(u[0] == 0.0 && (u[1] - 25.6e-3).abs() < 1e-12 && u[2].abs() < 1e-12 && u[3] == 0.0, "{u:?}");
    let along = 200e-9 * (2.0 + 0.02) / (2.0 - 0.02) * 128e-9 / (16e-9 * 2e-9);
    // The ends of the wire turn a little out of its length: there it conducts better.
    let ratio = u[1] / i[1] / along;
    assert!(ratio > 0.99 && ratio <= 1.0 + 1e-9, "{ratio}");
    let saved = fs::read(out.join("m000002.vti")).unwrap();
    assert!(saved.windows(8).any(|w| w == b"Name=\"J\""));
}

#[test]
fn a_cancelled_run_with_contacts_goes_on_to_the_same_bits() {
    struct Stop(spinloom_core::run::CancelToken);
    impl Observer for Stop {
        fn row(&mut self, _: &[Column], row: &[f64]) {
            if row[0] > 0.0 {
                self.0.cancel();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let set = ["conductor.anisotropic_ratio=0.05", "conductor.noncollinear=1e-24"];
    run(WIRE, &whole, &set);
    let wire = simulation(WIRE, &set).unwrap();
    let options = || Options { out: Some(parts.clone()), resume: true, ..Options::default() };
    let mut stopped = 0;
    loop {
        let options = options();
        match wire.run(&options, &mut Stop(options.cancel.clone())) {
            Ok(_) => break,
            Err(error) => assert!(error.is_cancelled() && stopped < 10, "{error}"),
        }
        stopped += 1;
    }
    assert!(stopped > 0);
    for name in ["final.ovf", "table.csv"] {
        assert!(fs::read(whole.join(name)).unwrap() == fs::read(parts.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn what_is_wrong_with_contacts_is_named() {
    let without = |part: &str| WIRE.replace(part, "");
    for (text, words) in [
        (without("resistivity = \"200e-9 ohm m\""), "`[conductor]` wants a `resistivity`"),
        (without("[conductor]\nresistivity = \"200e-9 ohm m\"\n"), "contacts want a `[conductor]`"),
        (without("[[contact]]\nend = \"+x\"\n"), "a current needs two contacts or more"),
        (without("end = \"+x\"\n"), "a contact wants an `end` of the grid"),
        (WIRE.replace("\"+x\"", "\"+X\""), "`end` must be one of none, -x, +x"),
        (WIRE.replace("\"+x\"", "\"+x\"\ncurrent = \"1 mA\""), "asks for `drive = \"current\"`"),
        (WIRE.replace("\"+x\"", "\"-x\""), "that is a short circuit"),
        (WIRE.replace("contacts = true", "contacts = true\ndensity = [1, 0, 0]"), "has no `density` of its own"),
        (WIRE.replace("\"200e-9 ohm m\"", "\"200e-9 ohm m\"\nstages = [2]"), "`stages` names stage 2"),
        (WIRE.replace("potential = \"25.6 mV\"", "potential = \"25.6 mA\""), "`potential`: `25.6 mA` is in"),
    ] {
        let error = simulation(&text, &[]).and_then(|s| s.run(&Options::default(), &mut Silent)).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains(words), "{error}\nwithout: {words}");
    }
}
