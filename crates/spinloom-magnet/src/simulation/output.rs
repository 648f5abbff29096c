//! The folder of a run.

use super::description::Description;
use super::error::SimulationError;
use super::state::State;
use crate::file::{self, FileError};
use crate::film::dynamics::Checkpoint;
use crate::film::{Film, Real, VectorField};
use crate::ovf::{Format, Ovf, OvfError, Version};
use crate::picture::Picture;
use crate::table::{Column, Table};
use crate::vtk;
use std::fs;
use std::path::{Path, PathBuf};

spinloom_core::choices! {
    /// A file of a magnetization.
    pub enum FileKind {
        /// OVF 2.0, as OOMMF and mumax3.
        Ovf = "ovf",
        /// VTK image data, for ParaView.
        Vtk = "vtk",
        /// A picture of a layer.
        Png = "png",
    }
}

impl FileKind {
    /// That of a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

const DESCRIPTION: &str = "simulation.toml";
const TABLE: &str = "table.csv";
const CHECKPOINT: &str = "checkpoint";
const FINAL: &str = "final.ovf";
const DOCUMENT: &str = "run.json";
const SERIES: &str = "m.pvd";

/// Whether a run writes files of this name.
fn is_of_a_run(name: &str) -> bool {
    let saved = name.strip_prefix('m').and_then(|n| n.split_once('.'));
    let numbered = saved.is_some_and(|(number, end)| {
        number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit()) && ["ovf", "vti", "png"].contains(&end)
    });
    numbered || name.starts_with(".spinloom-") || [DESCRIPTION, TABLE, CHECKPOINT, FINAL, DOCUMENT, SERIES].contains(&name)
}

/// The folder.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    formats: Vec<FileKind>,
    layer: usize,
    pixels: usize,
    series: vtk::Series,
}

impl Folder {
    /// Takes a folder for a run, and makes it where it is not there. What it holds of an earlier run is gone on from with `resume`, and
    /// replaced with `force`.
    pub(super) fn begin(path: &Path, description: &Description, resume: bool, force: bool) -> Result<Self, SimulationError> {
        let refuse = |why: String| SimulationError::Folder { path: path.to_owned(), why };
        fs::create_dir_all(path).map_err(FileError::io("create", path))?;
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(FileError::io("read", path))? {
            names.push(entry.map_err(FileError::io("read", path))?.file_name().to_string_lossy().into_owned());
        }
        let own_text = description.document.to_toml();
        let kept = path.join(DESCRIPTION);
        let remove = |name: &String| {
            let file = path.join(name);
            fs::remove_file(&file).map_err(FileError::io("remove", &file))
        };
        if force && !resume {
            if let Some(name) = names.iter().find(|n| !is_of_a_run(n)) {
                return Err(refuse(format!("holds `{name}`, which no run has written, so not even --force replaces it")));
            }
            names.iter().try_for_each(remove)?;
        } else if names.iter().any(|n| n == DESCRIPTION) {
            if !resume {
                return Err(refuse(
                    "holds an earlier run; go on with it by --resume, replace it by --force, or name another".into(),
                ));
            }
            let text = fs::read_to_string(&kept).map_err(FileError::io("read", &kept))?;
            if text != own_text {
                return Err(refuse(difference(&text, &own_text)));
            }
        } else if let Some(name) = names.iter().find(|n| !n.starts_with(".spinloom-")) {
            return Err(refuse(format!("is not empty: it holds `{name}`, and no run; name another folder")));
        }
        // What a kill in the middle of a file left.
        names.iter().filter(|n| n.starts_with(".spinloom-") && path.join(n).exists()).try_for_each(remove)?;
        file::write(&kept, own_text.as_bytes())?;
        let output = &description.output.section;
        Ok(Self {
            path: path.to_owned(),
            formats: description.formats.clone(),
            layer: output.layer,
            pixels: output.pixels,
            series: vtk::Series::default(),
        })
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint, if there is one.
    pub(super) fn checkpoint<T: Real>(&self) -> Result<Option<(State, Checkpoint<T>)>, SimulationError> {
        let path = self.path.join(CHECKPOINT);
        if !path.exists() {
            return Ok(None);
        }
        State::from_bytes(&file::read(&path)?).map(Some).map_err(|source| SimulationError::Checkpoint { path, source })
    }

    /// Writes a checkpoint in place of the one before.
    pub(super) fn keep<T: Real>(&self, state: &State, checkpoint: &Checkpoint<T>) -> Result<(), SimulationError> {
        Ok(file::write(&self.path.join(CHECKPOINT), &state.to_bytes(checkpoint))?)
    }

    /// The table, with so many rows.
    pub(super) fn table(&self, columns: &[Column], rows: u64) -> Result<Table, SimulationError> {
        let path = self.path.join(TABLE);
        // Without a checkpoint the table may be of a run that was killed before its first.
        Ok(if rows == 0 { Table::create(&path, columns)? } else { Table::resume(&path, columns, Some(rows))? })
    }

    /// Goes on with the series of files for ParaView after its first files.
    pub(super) fn resume_series(&mut self, saved: u64) {
        let text = fs::read_to_string(self.path.join(SERIES)).unwrap_or_default();
        if let Some(mut series) = vtk::Series::parse(&text) {
            series.entries.truncate(saved as usize);
            self.series = series;
        }
    }

    /// Saves the magnetization in the formats asked for, as number `number` from 1; for ParaView with the current density between contacts.
    pub(super) fn save<T: Real>(
        &mut self,
        film: &Film<T>,
        current: Option<&VectorField<T>>,
        number: u64,
    ) -> Result<(), SimulationError> {
        let (grid, m) = (film.grid(), film.magnetization());
        for kind in self.formats.clone() {
            let name = |end: &str| format!("m{number:06}.{end}");
            match kind {
                FileKind::Ovf => write_ovf(film, &self.path.join(name("ovf")))?,
                FileKind::Vtk => {
                    let mut image = vtk::Image::new(grid).with_time(film.time()).vectors("m", m)?;
                    if let Some(current) = current {
                        image = image.vectors("J", current)?;
                    }
                    image.write_file(&self.path.join(name("vti")))?;
                    self.series.push(film.time(), &name("vti"));
                    self.series.write_file(&self.path.join(SERIES))?;
                }
                FileKind::Png => {
                    let picture = Picture::of_vectors(grid, m, self.layer, self.pixels)?;
                    picture.write_file(&self.path.join(name("png")))?;
                }
            }
        }
        Ok(())
    }

    /// Writes what is left in the end.
    pub(super) fn finish<T: Real>(&self, film: &Film<T>, document: &serde_json::Value) -> Result<(), SimulationError> {
        write_ovf(film, &self.path.join(FINAL))?;
        Ok(file::write(&self.path.join(DOCUMENT), format!("{document:#}\n").as_bytes())?)
    }
}

/// Writes the magnetization in all its bits.
fn write_ovf<T: Real>(film: &Film<T>, path: &Path) -> Result<(), SimulationError> {
    let wrong = |source: OvfError| FileError::Ovf { path: path.to_owned(), source };
    let mut field = Ovf::of_vectors(film.grid(), "m", "1", film.magnetization()).map_err(wrong)?;
    field.time = Some(film.time());
    let format = if size_of::<T>() == 4 { Format::Binary4 } else { Format::Binary8 };
    Ok(field.write_file(path, format, Version::Two)?)
}

/// In what a description is another than that of the run in the folder.
fn difference(old: &str, new: &str) -> String {
    let lines = old.lines().zip(new.lines()).find(|(a, b)| a != b);
    let which = lines.map_or_else(String::new, |(a, b)| format!(", such as `{a}` there and `{b}` here"));
    format!("holds a run of another description ({DESCRIPTION}{which}); name another folder, or replace it by --force")
}
