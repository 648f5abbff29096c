//! The figures of the book, drawn anew.
//!
//! A page asks for a figure by showing it: `images/SYSTEM-FIGURE.png` is the figure of that name of a run of the system with the seed 1, and
//! `images/calibrate-DEVICE-FIGURE.png` that of a calibration from macrospins.

use crate::{Outcome, cargo, root, step};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HELP: &str = "cargo xtask figures [NAME...]

Runs every system whose figures stand in a page of docs/, or those named (as in `khymyn2018` or `calibrate-junction`), and writes the
figures to docs/images. Data sets are looked for as the command does.";

/// Figures wanted of each run, by the names of their files in docs/images without the ending.
type Wanted = BTreeMap<String, BTreeSet<String>>;

pub fn figures(arguments: impl Iterator<Item = String>) -> Outcome {
    let only: BTreeSet<String> = arguments.collect();
    if only.iter().any(|a| a == "--help" || a == "-h") {
        println!("{HELP}");
        return Ok(());
    }
    let mut wanted = Wanted::new();
    for page in pages(&root().join("docs"))? {
        let text = fs::read_to_string(&page).map_err(|e| format!("{}: {e}", page.display()))?;
        for (run, figure) in images(&text).into_iter().filter_map(|image| split(&image)) {
            wanted.entry(run).or_default().insert(figure);
        }
    }
    if let Some(unknown) = only.iter().find(|name| !wanted.contains_key(*name)) {
        let known: Vec<&str> = wanted.keys().map(String::as_str).collect();
        return Err(format!("no page shows a figure of `{unknown}`; there are {}", known.join(", ")));
    }
    step("build", &mut cargo(&["build", "--release", "-p", "spinloom"]))?;
    wanted.retain(|run, _| only.is_empty() || only.contains(run));
    wanted.iter().try_for_each(|(run, figures)| draw(run, figures))
}

/// Runs one and takes its figures.
fn draw(run: &str, figures: &BTreeSet<String>) -> Outcome {
    let out = root().join("target/figures").join(run);
    let mut command = Command::new(root().join("target/release/spinloom"));
    match run.strip_prefix("calibrate-") {
        Some(device) => command.args(["calibrate", device, "--from", "macrospin"]),
        None => command.args(["run", run]),
    };
    step(run, command.args(["--seed", "1", "--force", "--out"]).arg(&out))?;
    for figure in figures {
        let from = out.join("figures").join(format!("{figure}.png"));
        let to = root().join("docs/images").join(format!("{run}-{figure}.png"));
        fs::copy(&from, &to).map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))?;
    }
    Ok(())
}

/// All pages below a folder.
fn pages(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(pages(&path)?);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Names of the images that a page shows from docs/images, without their ending.
fn images(text: &str) -> Vec<String> {
    let shown = text.split("images/").skip(1);
    shown
        .filter_map(|rest| rest.split_once(".png)"))
        .map(|(name, _)| name.to_owned())
        .filter(|n| !n.contains(char::is_whitespace))
        .collect()
}

/// The run and the figure of an image; figures have no hyphens in their names, runs may.
fn split(image: &str) -> Option<(String, String)> {
    image.rsplit_once('-').map(|(run, figure)| (run.to_owned(), figure.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_ask_for_figures_by_showing_them() {
        let page = "text ![a](../images/camsari2017-pbit-memory.png)\n![b](images/learned_map.png) and images/no link";
        assert_eq!(images(page), ["camsari2017-pbit-memory", "learned_map"]);
        assert_eq!(split("camsari2017-pbit-memory"), Some(("camsari2017-pbit".to_owned(), "memory".to_owned())));
        assert_eq!(split("learned_map"), None);
    }

    #[test]
    fn every_image_of_the_book_is_there() {
        for page in pages(&root().join("docs")).unwrap() {
            for image in images(&fs::read_to_string(&page).unwrap()) {
                let file = root().join("docs/images").join(format!("{image}.png"));
                assert!(file.is_file(), "{} shows {}: `cargo xtask figures` draws it", page.display(), file.display());
            }
        }
    }
}
