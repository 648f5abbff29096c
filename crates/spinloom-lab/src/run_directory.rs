//! Run directories: everything a run left, in files, complete or not at all.
//!
//! A directory is written under a temporary name beside its place and renamed when it is complete, so a run that is killed or meets
//! a full disk leaves nothing half-written and an older run untouched.

use crate::error::LabError;
use crate::experiment;
use crate::outcome::{Outcome, Table, Values};
use crate::plot;
use crate::report::{ReportInput, render_report};
use serde::Serialize;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Files of which one marks a directory as the output of a run.
const MARKS: [&str; 2] = ["outcome.json", "reproduce.json"];

/// Writes what a run left to `out`: `experiment.toml` with every parameter and the seed, `outcome.json`, `tables/` as CSV and npz,
/// `figures/` as SVG and PNG, and `report.html`.
///
/// # Errors
/// [`LabError::OutputExists`] when `out` is there and `force` is not set, [`LabError::NotReplaceable`] when it is no run
/// directory, [`LabError::Io`] naming the path when something cannot be written; `out` is then as it was.
pub fn write_run_directory(out: &Path, force: bool, input: &ReportInput<'_>) -> Result<(), LabError> {
    RunDirectory::begin(out, force)?.finish(input)
}

/// Writes the files of a run into `folder`, which is there.
pub(crate) fn write_run_files(folder: &Path, input: &ReportInput<'_>) -> Result<(), LabError> {
    let outcome = input.outcome;
    let experiment = experiment::to_toml(input.system, Some(outcome.seed));
    write_file(&folder.join("experiment.toml"), experiment.as_bytes())?;
    write_json(&folder.join("outcome.json"), &Versioned { version: crate::VERSION, outcome })?;
    for attachment in &outcome.attachments {
        write_file(&folder.join(file_name(&attachment.name)), attachment.text.as_bytes())?;
    }
    if !outcome.tables.is_empty() {
        let tables = create_folder(&folder.join("tables"))?;
        for table in &outcome.tables {
            let name = file_name(&table.name);
            write_file(&tables.join(format!("{name}.csv")), &table_csv(table)?)?;
            write_file(&tables.join(format!("{name}.npz")), &table_npz(table)?)?;
        }
    }
    if !outcome.figures.is_empty() {
        let figures = create_folder(&folder.join("figures"))?;
        for figure in &outcome.figures {
            let name = file_name(&figure.name);
            let svg = plot::svg(figure);
            write_file(&figures.join(format!("{name}.svg")), svg.as_bytes())?;
            write_file(&figures.join(format!("{name}.png")), &plot::png_from_svg(&svg, &figure.name)?)?;
        }
    }
    write_file(&folder.join("report.html"), render_report(input)?.as_bytes())
}

#[derive(Serialize)]
struct Versioned<'a> {
    version: &'static str,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// A directory that comes to its place only when it is complete; dropped before, it leaves nothing.
#[derive(Debug)]
pub struct RunDirectory {
    stage: tempfile::TempDir,
    target: PathBuf,
}

impl RunDirectory {
    /// Begins a directory that is to stand at `target`: what would keep it from being written is known before a long run.
    ///
    /// # Errors
    /// [`LabError::OutputExists`], [`LabError::NotReplaceable`], or [`LabError::Io`] naming the path.
    pub fn begin(target: &Path, force: bool) -> Result<Self, LabError> {
        let target = check_target(target, force)?;
        let (parent, name) = split(&target)?;
        std::fs::create_dir_all(&parent).map_err(LabError::io("create", &parent))?;
        let mut builder = tempfile::Builder::new();
        let prefix = format!(".{name}.");
        builder.prefix(&prefix).suffix(".partial");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let stage = builder.tempdir_in(&parent).map_err(LabError::io("write into", &parent))?;
        Ok(Self { stage, target })
    }

    /// Writes what a run left and puts the directory in its place.
    ///
    /// # Errors
    /// [`LabError::Io`] naming the path, or [`LabError::Render`]; nothing is left then.
    pub fn finish(self, input: &ReportInput<'_>) -> Result<(), LabError> {
        write_run_files(self.path(), input)?;
        self.commit()
    }

    /// Where to write meanwhile.
    pub(crate) fn path(&self) -> &Path {
        self.stage.path()
    }

    /// Puts the directory in its place; an older one is removed only when the new one stands.
    pub(crate) fn commit(self) -> Result<(), LabError> {
        let (parent, name) = split(&self.target)?;
        if !self.target.exists() {
            std::fs::rename(self.stage.path(), &self.target).map_err(LabError::io("write", &self.target))?;
            let _ = self.stage.keep();
            return Ok(());
        }
        let old = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".old").tempdir_in(&parent);
        let old = old.map_err(LabError::io("write into", &parent))?;
        let aside = old.path().join("run");
        std::fs::rename(&self.target, &aside).map_err(LabError::io("replace", &self.target))?;
        if let Err(error) = std::fs::rename(self.stage.path(), &self.target) {
            std::fs::rename(&aside, &self.target).map_err(LabError::io("put back", &self.target))?;
            return Err(LabError::io("write", &self.target)(error));
        }
        let _ = self.stage.keep();
        old.close().map_err(LabError::io("remove the older run of", &self.target))
    }
}

/// The absolute path of an output directory that may be written.
///
/// # Errors
/// [`LabError::OutputExists`] and [`LabError::NotReplaceable`]; long runs ask before they begin.
pub fn check_target(target: &Path, force: bool) -> Result<PathBuf, LabError> {
    let target = std::path::absolute(target).map_err(LabError::io("write", target))?;
    split(&target)?;
    let refuse = |what| LabError::NotReplaceable { path: target.clone(), what };
    match std::fs::symlink_metadata(&target) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(target),
        Err(e) => Err(LabError::io("write", &target)(e)),
        Ok(_) if !force => Err(LabError::OutputExists(target)),
        Ok(meta) if !meta.is_dir() => Err(refuse("a file")),
        Ok(_) => {
            let empty = std::fs::read_dir(&target).map_err(LabError::io("read", &target))?.next().is_none();
            if empty || MARKS.iter().any(|m| target.join(m).is_file()) {
                Ok(target)
            } else {
                Err(refuse("a folder with other files"))
            }
        }
    }
}

/// Parent and name of an output directory.
fn split(target: &Path) -> Result<(PathBuf, String), LabError> {
    let nameless =
        || LabError::io("write", target)(io::Error::new(io::ErrorKind::InvalidInput, "an output directory needs a name"));
    let name = target.file_name().ok_or_else(nameless)?.to_string_lossy().into_owned();
    Ok((target.parent().ok_or_else(nameless)?.to_path_buf(), name))
}

/// Creates a folder with all above it, and returns it.
pub(crate) fn create_folder(path: &Path) -> Result<PathBuf, LabError> {
    std::fs::create_dir_all(path).map_err(LabError::io("create", path))?;
    Ok(path.to_path_buf())
}

/// Writes a whole file; errors name it.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), LabError> {
    let write = || {
        let mut file = std::fs::File::create(path)?;
        file.write_all(bytes)?;
        file.flush()
    };
    write().map_err(LabError::io("write", path))
}

/// Writes a value as indented JSON.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), LabError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|e| render_error(&path.display().to_string(), &e))?;
    text.push('\n');
    write_file(path, text.as_bytes())
}

/// A name as that of a file: letters, digits, `.`, `-` and `_`.
pub(crate) fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect()
}

fn render_error(what: &str, why: &dyn std::fmt::Display) -> LabError {
    LabError::Render { what: what.to_owned(), why: why.to_string() }
}

/// A table as CSV, one line of `name (unit)` first.
///
/// # Errors
/// [`LabError::Render`].
pub fn table_csv(table: &Table) -> Result<Vec<u8>, LabError> {
    let fail = |e: &dyn std::fmt::Display| render_error(&format!("table {}", table.name), e);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = table.columns.iter().map(|c| if c.unit.is_empty() { c.name.clone() } else { format!("{} ({})", c.name, c.unit) });
    writer.write_record(heads).map_err(|e| fail(&e))?;
    for row in 0..table.rows() {
        let cells = table.columns.iter().map(|c| match &c.values {
            Values::Numbers(v) => v[row].to_string(),
            Values::Words(v) => v[row].clone(),
        });
        writer.write_record(cells).map_err(|e| fail(&e))?;
    }
    writer.into_inner().map_err(|e| fail(&e))
}

/// The columns of numbers of a table as a NumPy archive, one array a column.
///
/// # Errors
/// [`LabError::Render`], for instance when two columns have the same name.
pub fn table_npz(table: &Table) -> Result<Vec<u8>, LabError> {
    let fail = |e: &dyn std::fmt::Display| render_error(&format!("table {}", table.name), e);
    let mut writer = ndarray_npy::NpzWriter::new(io::Cursor::new(Vec::new()));
    for column in &table.columns {
        if let Values::Numbers(values) = &column.values {
            writer.add_array(column.name.as_str(), &ndarray::ArrayView1::from(values)).map_err(|e| fail(&e))?;
        }
    }
    Ok(writer.finish().map_err(|e| fail(&e))?.into_inner())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named() {
        let error = write_file(Path::new("/dev/full"), b"text").unwrap_err();
        let LabError::Io { path, source, .. } = &error else { panic!("{error}") };
        assert_eq!((path.as_path(), source.kind()), (Path::new("/dev/full"), io::ErrorKind::StorageFull));
        assert!(error.to_string().contains("cannot write /dev/full: No space left"), "{error}");
    }
}
