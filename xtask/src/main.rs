//! What CI runs and people run: `cargo xtask test | bench | solutions | magnet-problems | figures | fuzz | docs | wheel`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool that talks to the person who runs it")]

mod figures;
mod solutions;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

const HELP: &str = "cargo xtask COMMAND

  test    format, lints, Rust tests and doctests, the wheel in a virtual environment of its own, Python tests and types
  bench   the benchmarks of the kernels; `bench --peers [--magnets] ...` measures the solver, or the magnetization, beside
          its peers (bench/peers/README.md)
  solutions   what `spinloom solve` finds on every file of the problem libraries, into docs/solutions.md; --help tells more
  magnet-problems   the standard problems of micromagnetics in full, into docs/magnetization
  figures   the figures of the book's pages, into docs/images; --help tells more
  fuzz    a million damaged problem files against every reader
  docs    the API documentation
  wheel   the Python wheel, optimised, into target/wheels";

type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
        Some("bench") if std::env::args().nth(2).as_deref() == Some("--peers") => {
            let mut measure = Command::new("python3");
            step("peers", measure.arg("bench/peers/run.py").args(std::env::args_os().skip(3)))
        }
        Some("bench") => step(
            "benchmarks",
            &mut cargo(&[
                "bench",
                "-p",
                "spinloom-device",
                "-p",
                "spinloom-ising",
                "-p",
                "spinloom-magnet",
                "-p",
                "spinloom-network",
                "--benches",
            ]),
        ),
        Some("solutions") => solutions::solutions(std::env::args().skip(2)),
        Some("figures") => figures::figures(std::env::args().skip(2)),
        Some("magnet-problems") => {
            let run = ["run", "--release", "-p", "spinloom-lab", "--example", "magnet_problems", "docs/magnetization"];
            step("standard problems of micromagnetics", cargo(&run).args(std::env::args_os().skip(2)))
        }
        Some("fuzz") => {
            let test = ["test", "-p", "spinloom-ising", "--test", "fuzz", "--", "--ignored", "--nocapture"];
            step("a million damaged files", &mut cargo(&test))
        }
        Some("docs") => step("documentation", cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings")),
        Some("wheel") => environment().and_then(|bin| wheel(&bin, "release")),
        Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("a command is wanted\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that has to pass before a change lands.
fn test() -> Outcome {
    let start = Instant::now();
    step("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    step("lints", &mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step("Rust tests", &mut cargo(&["test", "--workspace"]))?;
    let bin = environment()?;
    wheel(&bin, "dev")?;
    let wheels = root().join("target/wheels");
    let install = ["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", "--no-index", "--find-links"];
    step("install the wheel", python(&bin).args(install).arg(&wheels).arg("spinloom"))?;
    step("Python tests", python(&bin).args(["-m", "pytest", "-q", "python/tests"]))?;
    step("tests of the peer benchmarks", python(&bin).args(["-m", "unittest", "discover", "-q", "bench/peers"]))?;
    step("Python stubs", python(&bin).args(["-m", "mypy.stubtest", "spinloom._spinloom"]))?;
    step("Python types", python(&bin).args(["-m", "mypy"]))?;
    println!("all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The virtual environment below target/, with the tools of python/requirements-dev.txt; returns its folder of programs.
fn environment() -> Result<PathBuf, String> {
    let folder = root().join("target/venv");
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if !bin.join("pip").exists() {
        let mut create = Command::new("python3");
        step("virtual environment (needs the Debian package python3-venv)", create.args(["-m", "venv"]).arg(&folder))?;
    }
    let requirements = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "python/requirements-dev.txt"];
    step("Python tools", python(&bin).args(requirements))?;
    Ok(bin)
}

fn wheel(bin: &Path, profile: &str) -> Outcome {
    let wheels = root().join("target/wheels");
    // An old wheel of another version would be as good a match for the installer.
    if wheels.exists() {
        std::fs::remove_dir_all(&wheels).map_err(|e| format!("cannot clear {}: {e}", wheels.display()))?;
    }
    step("wheel", python(bin).args(["-m", "maturin", "build", "--quiet", "--profile", profile, "--out"]).arg(&wheels))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

fn python(bin: &Path) -> Command {
    let mut command = Command::new(bin.join("python"));
    command.env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default()));
    command
}

fn step(name: &str, command: &mut Command) -> Outcome {
    println!("== {name}");
    let start = Instant::now();
    let status = command
        .current_dir(root())
        .status()
        .map_err(|e| format!("{name}: cannot start {}: {e}", command.get_program().display()))?;
    if !status.success() {
        return Err(format!("{name} failed ({status})"));
    }
    println!("== {name}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
