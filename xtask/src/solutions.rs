//! `cargo xtask solutions`: what `spinloom solve` finds on every file of the problem libraries, beside the published optima, as a page of the book.

use crate::{Outcome, cargo, root, step};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const HELP: &str = "cargo xtask solutions [--effort X] [--with PROGRAM] [--out FILE] [LIBRARY...]

Solves every file of the problem libraries below SPINLOOM_DATA (gset, biqmac, tsplib, satlib) and writes docs/solutions.md.
Libraries that are not named keep their table.

  --effort X       multiply the time allowed for every file [default: 1]
  --with PROGRAM   measure this program in place of the one built from this tree
  --out FILE       write another file than docs/solutions.md";

/// Title, folder, what the published figures are, and the seconds that a problem of so many spins is allowed.
struct Library {
    folder: &'static str,
    title: &'static str,
    published: &'static str,
    seconds: fn(usize) -> f64,
}

const LIBRARIES: [Library; 4] = [
    Library {
        folder: "gset",
        title: "G-set: the largest cut",
        published: "best known",
        seconds: |spins| if spins <= 1000 { 20.0 } else { 60.0 },
    },
    Library {
        folder: "biqmac",
        title: "Biq Mac: quadratic problems over bits, and cuts of Ising models",
        published: "optimum",
        seconds: |_| 10.0,
    },
    Library { folder: "tsplib", title: "TSPLIB: the shortest tour", published: "optimum", seconds: |_| 30.0 },
    Library { folder: "satlib", title: "SATLIB: satisfiable random 3-SAT", published: "", seconds: |_| 5.0 },
];

struct Options {
    effort: f64,
    program: Option<PathBuf>,
    page: PathBuf,
    libraries: Vec<String>,
    data: PathBuf,
}

/// One file, solved.
struct Solved {
    name: String,
    folder: String,
    kind: String,
    spins: u64,
    couplings: u64,
    method: String,
    objective: f64,
    published: Option<f64>,
    maximises: bool,
    verified: bool,
    found_after: f64,
    total: f64,
}

/// Runs the libraries and writes the page.
pub fn solutions(arguments: impl Iterator<Item = String>) -> Outcome {
    let Some(mut options) = options(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    if options.program.is_none() {
        step("the command", &mut cargo(&["build", "--release", "-p", "spinloom"]))?;
    }
    options.program = options.program.map(|p| p.canonicalize().unwrap_or(p));
    let old = std::fs::read_to_string(&options.page).unwrap_or_default();
    let mut page = introduction(&options);
    for library in &LIBRARIES {
        let heading = format!("## {}\n", library.title);
        let section = if options.libraries.iter().any(|l| l == library.folder) {
            println!("== {}", library.folder);
            let solved = solve_all(library, &options)?;
            if library.folder == "satlib" { families(&solved) } else { table(library, &solved) }
        } else {
            kept(&old, &heading)
        };
        write!(page, "\n{heading}{section}").map_err(|e| e.to_string())?;
    }
    std::fs::write(&options.page, page).map_err(|e| format!("cannot write {}: {e}", options.page.display()))
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let data = std::env::var_os("SPINLOOM_DATA")
        .ok_or("the problem libraries are looked for in SPINLOOM_DATA, which is not set".to_owned())?;
    let mut options =
        Options { effort: 1.0, program: None, page: root().join("docs/solutions.md"), libraries: Vec::new(), data: data.into() };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} wants a value\n\n{HELP}"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--effort" => {
                let text = value()?;
                let effort: Option<f64> = text.parse().ok().filter(|x| (0.001..=1000.0).contains(x));
                options.effort = effort.ok_or(format!("--effort {text}: expected a number from 0.001 to 1000"))?;
            }
            "--with" => options.program = Some(value()?.into()),
            "--out" => options.page = value()?.into(),
            name if LIBRARIES.iter().any(|l| l.folder == name) => options.libraries.push(argument),
            other => return Err(format!("there is no library or option `{other}`\n\n{HELP}")),
        }
    }
    if options.libraries.is_empty() {
        options.libraries = LIBRARIES.iter().map(|l| l.folder.to_owned()).collect();
    }
    Ok(Some(options))
}

/// The files of a folder and of the folders in it, in order of name with numbers counted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))?;
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        let end = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if path.is_dir() {
            all.extend(files(&path)?);
        } else if !(matches!(end, "csv" | "tour" | "md") || name == "optimal_energy.txt") {
            all.push(path);
        }
    }
    all.sort_by_key(|p| (p.parent().map(Path::to_path_buf), natural(p)));
    Ok(all)
}

/// A name with its numbers as numbers, so that G2 comes before G11.
fn natural(path: &Path) -> Vec<(String, u64)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut parts = vec![(String::new(), 0u64)];
    for c in name.chars() {
        let last = parts.len() - 1;
        match c.to_digit(10) {
            Some(digit) => parts[last].1 = parts[last].1.saturating_mul(10).saturating_add(u64::from(digit)),
            None if parts[last].1 > 0 => parts.push((c.to_string(), 0)),
            None => parts[last].0.push(c),
        }
    }
    parts
}

/// Published figures by the name of the file without its ending.
fn published(folder: &Path) -> HashMap<String, f64> {
    let mut all = HashMap::new();
    for name in ["best_known.csv", "optimum.csv", "optimal_energy.txt"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        for line in text.lines() {
            let mut words = line.split([',', ' ']).filter(|w| !w.is_empty());
            if let (Some(name), Some(Ok(value))) = (words.next(), words.next().map(str::parse)) {
                all.insert(name.to_owned(), value);
            }
        }
    }
    all
}

/// The name of a problem: that of its file without the endings that only tell its format.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    [".sparse", ".txt", ".tsp", ".cnf"].iter().find_map(|end| name.strip_suffix(end).map(str::to_owned)).unwrap_or(name)
}

fn solve_all(library: &Library, options: &Options) -> Result<Vec<Solved>, String> {
    let mut all = Vec::new();
    for path in files(&options.data.join(library.folder))? {
        let known = path.parent().map(published).unwrap_or_default();
        let name = name_of(&path);
        let solved = solve(library, options, &path, known.get(&name).copied())?;
        println!(
            "{:20} {:>12} {:>12} {:>10} {:8.2} s",
            solved.name,
            solved.objective,
            solved.published.map_or_else(String::new, |p| p.to_string()),
            gap(&solved),
            solved.total,
        );
        all.push(solved);
    }
    Ok(all)
}

/// Size of a problem from the numbers at the beginning of its file; only the time it is given depends on it.
fn size(path: &Path) -> usize {
    let text = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&text).split_whitespace().next().and_then(|w| w.parse().ok()).unwrap_or(0)
}

fn solve(library: &Library, options: &Options, path: &Path, published: Option<f64>) -> Result<Solved, String> {
    let seconds = (library.seconds)(size(path)) * options.effort;
    let mut command = match &options.program {
        Some(program) => Command::new(program),
        None => cargo(&["run", "--release", "--quiet", "-p", "spinloom", "--"]),
    };
    command.arg("solve").arg(path).args(["--json", "--seed", "1", "--time", &format!("{seconds}s")]);
    if let Some(target) = published {
        command.args(["--target", &target.to_string()]);
    }
    let output = command.current_dir(root()).output().map_err(|e| format!("cannot start spinloom: {e}"))?;
    if !output.status.success() {
        return Err(format!("{}: {}", path.display(), String::from_utf8_lossy(&output.stderr)));
    }
    let document: Value = serde_json::from_slice(&output.stdout).map_err(|e| format!("{}: {e}", path.display()))?;
    let number = |pointer: &str| document.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let count = |pointer: &str| document.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    let word = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or("").to_owned();
    let truth = |pointer: &str| document.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
    Ok(Solved {
        name: name_of(path),
        folder: path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned(),
        kind: word("/problem/kind"),
        spins: count("/problem/spins"),
        couplings: count("/problem/couplings"),
        method: word("/method"),
        objective: number("/best/objective"),
        published,
        maximises: truth("/problem/maximises"),
        verified: truth("/verified"),
        found_after: number("/best/found_after_s"),
        total: ["/timing/read_s", "/timing/prepare_s", "/timing/sample_s"].iter().map(|p| number(p)).sum(),
    })
}

/// The distance from the published figure, in per cent of it; negative when ours is better.
fn gap(solved: &Solved) -> String {
    match solved.published {
        None => "-".to_owned(),
        Some(_) if !solved.verified => "no answer".to_owned(),
        Some(published) => {
            let worse = if solved.maximises { published - solved.objective } else { solved.objective - published };
            if worse == 0.0 { "0".to_owned() } else { format!("{:.3} %", 100.0 * worse / published.abs()) }
        }
    }
}

fn table(library: &Library, solved: &[Solved]) -> String {
    let mut text = format!(
        "\n| file | kind | spins | couplings | method | found | {} | gap | verified | found after | ran |\n\
         |---|---|--:|--:|---|--:|--:|--:|---|--:|--:|\n",
        library.published
    );
    for s in solved {
        let published = s.published.map_or_else(|| "-".to_owned(), |p| p.to_string());
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {published} | {} | {} | {:.2} s | {:.2} s |\n",
            s.name,
            s.kind,
            s.spins,
            s.couplings,
            s.method,
            s.objective,
            gap(s),
            if s.verified { "yes" } else { "no" },
            s.found_after,
            s.total,
        );
    }
    let known: Vec<&Solved> = solved.iter().filter(|s| s.published.is_some()).collect();
    let reached = known.iter().filter(|s| gap(s) == "0").count();
    text + &format!("\nThe published figure is reached on {reached} of {} files.\n", known.len())
}

/// One line for each folder of formulas.
fn families(solved: &[Solved]) -> String {
    let mut by_folder: BTreeMap<&str, Vec<&Solved>> = BTreeMap::new();
    solved.iter().for_each(|s| by_folder.entry(&s.folder).or_default().push(s));
    let mut text =
        "\n| family | variables | files | satisfied, every clause checked | slowest |\n|---|--:|--:|--:|--:|\n".to_owned();
    for (folder, files) in by_folder {
        let verified = files.iter().filter(|s| s.verified).count();
        let slowest = files.iter().map(|s| s.total).fold(0.0, f64::max);
        let variables = files.iter().map(|s| s.spins).max().unwrap_or(0);
        text += &format!("| {folder} | {variables} | {} | {verified} | {slowest:.3} s |\n", files.len());
    }
    text
}

/// The section below a heading of the old page.
fn kept(old: &str, heading: &str) -> String {
    let section = old.split_once(heading).map_or("\nNot measured yet.\n", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(here, _)| here);
    format!("{}\n", section.trim_end_matches('\n'))
}

fn introduction(options: &Options) -> String {
    let effort = if options.effort == 1.0 { String::new() } else { format!(" --effort {}", options.effort) };
    let seconds = |at_full: f64| (at_full * options.effort * 100.0).round() / 100.0;
    format!(
        "# Solutions: every file of four problem libraries\n\n\
         Written by `cargo xtask solutions{effort}`, which runs `spinloom solve FILE --seed 1 --time T --target PUBLISHED` on each file, with no\n\
         other option: what is shown is what the defaults do. A run ends when the published figure is reached or its time is up: {} s for\n\
         graphs of more than 1000 vertices, {} s for smaller ones, {} s for Biq Mac, {} s for tours, {} s for formulas. Answers are checked\n\
         against the file: the cut from its edges, the tour city by city, every clause. `gap` is the distance from the published figure.\n\n\
         Measured on: {}.\n",
        seconds(60.0),
        seconds(20.0),
        seconds(10.0),
        seconds(30.0),
        seconds(5.0),
        machine()
    )
}

/// The processor and how many threads worked.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|l| l.strip_prefix("model name")?.split_once(':').map(|(_, m)| m.trim().to_owned()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {threads} threads", model.unwrap_or_else(|| std::env::consts::ARCH.to_owned()))
}
