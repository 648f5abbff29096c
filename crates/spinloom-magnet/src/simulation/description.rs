//! The description of a simulation, read from TOML.

use super::columns::ColumnKind;
use super::error::SimulationError;
use super::output::FileKind;
use super::sections::{
    ConductorSection, ContactSection, CurrentSection, FieldSection, General, GrainsSection, GridSection, InterlayerSection,
    MaterialSection, OutputSection, StageKind, StageSection, StartSection, WaveformSection,
};
use crate::film::Grid;
use crate::shape::Shape;
use serde::Deserialize;
use spinloom_core::document::{Document, Entry, Node, Place, Tree};
use spinloom_core::parameters::{Parameters, nearest};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// A part of a description with its place.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub place: Place,
    pub section: T,
}

/// A part of a description that holds in some area, or everywhere.
#[derive(Debug, Clone)]
pub(super) struct Local<T> {
    pub place: Place,
    pub area: Option<Shape>,
    pub section: T,
}

/// Everything that a description says.
#[derive(Debug, Clone)]
pub(super) struct Description {
    pub document: Document,
    /// Where files that it names are looked for.
    pub folder: PathBuf,
    pub general: General,
    pub grid: Grid,
    pub geometry: Option<Placed<Shape>>,
    pub material: Placed<MaterialSection>,
    pub regions: Vec<Local<MaterialSection>>,
    pub grains: Option<Placed<GrainsSection>>,
    pub start: Placed<StartSection>,
    pub fields: Vec<Local<FieldSection>>,
    pub currents: Vec<Local<CurrentSection>>,
    pub conductor: Option<Placed<ConductorSection>>,
    pub contacts: Vec<Local<ContactSection>>,
    pub interlayers: Vec<Placed<InterlayerSection>>,
    pub stages: Vec<Placed<StageSection>>,
    pub output: Placed<OutputSection>,
    pub columns: Vec<ColumnKind>,
    pub formats: Vec<FileKind>,
}

/// The tables there are.
const TABLES: [&str; 13] = [
    "grid",
    "geometry",
    "material",
    "region",
    "grains",
    "start",
    "field",
    "current",
    "conductor",
    "contact",
    "interlayer",
    "stage",
    "output",
];

impl Description {
    pub(super) fn read(document: Document, folder: &Path) -> Result<Self, SimulationError> {
        let mut general = General::default();
        let own = document.entries().iter().filter(|e| !TABLES.contains(&e.key.as_str()));
        for entry in own {
            known(&document, entry, &general)?;
            document.assign([entry], &mut general)?;
        }
        let grid = grid(&document)?;
        let material = one::<MaterialSection>(&document, "material")?
            .ok_or_else(|| missing(&document, "material", "`[material]` with `saturation_magnetization`"))?;
        let output: Placed<OutputSection> = one(&document, "output")?.unwrap_or_else(absent);
        let stages: Vec<Placed<StageSection>> = locals(&document, "stage", &StageSection::default(), false)?
            .into_iter()
            .map(|local| Placed { place: local.place, section: local.section })
            .collect();
        if stages.is_empty() {
            let what = "`[[stage]]` with a `kind`: run, relax, minimize or hysteresis";
            return Err(missing(&document, "stage", what).into());
        }
        let interlayers = locals(&document, "interlayer", &InterlayerSection::default(), false)?;
        let description = Self {
            folder: folder.to_owned(),
            geometry: geometry(&document)?,
            regions: locals(&document, "region", &material.section, true)?,
            grains: one(&document, "grains")?,
            start: one(&document, "start")?.unwrap_or_else(absent),
            fields: locals(&document, "field", &FieldSection::default(), true)?,
            currents: locals(&document, "current", &CurrentSection::default(), true)?,
            conductor: one(&document, "conductor")?,
            contacts: locals(&document, "contact", &ContactSection::default(), true)?,
            interlayers: interlayers.into_iter().map(|l| Placed { place: l.place, section: l.section }).collect(),
            columns: words(&document, &output, "columns", &output.section.columns, ColumnKind::WORDS, ColumnKind::of)?,
            formats: words(&document, &output, "formats", &output.section.formats, FileKind::WORDS, FileKind::of)?,
            document,
            general,
            grid,
            material,
            stages,
            output,
        };
        description.check()?;
        Ok(description)
    }

    /// The error at a place.
    pub(super) fn error(&self, place: &Place, message: impl Display) -> SimulationError {
        self.document.error(place, message.to_string()).into()
    }

    /// Turns errors into those at a place.
    pub(super) fn at<'a, E: Display>(&'a self, place: &'a Place) -> impl Fn(E) -> SimulationError + 'a {
        move |error| self.error(place, error)
    }

    /// What is wrong with parts that are right on their own.
    fn check(&self) -> Result<(), SimulationError> {
        let count = self.stages.len() as f64;
        let lists = self.fields.iter().map(|f| (&f.place, &f.section.stages));
        let lists = lists.chain(self.conductor.iter().map(|c| (&c.place, &c.section.stages)));
        for (place, stages) in lists.chain(self.currents.iter().map(|c| (&c.place, &c.section.stages))) {
            if let Some(wrong) = stages.iter().find(|s| s.fract() != 0.0 || **s > count) {
                return Err(
                    self.error(place, format!("`stages` names stage {wrong}, but the stages are numbered from 1 to {count}"))
                );
            }
        }
        if self.output.section.layer >= self.grid.cells()[2] {
            let message =
                format!("`layer` is {}, but the film has {} layers, from 0", self.output.section.layer, self.grid.cells()[2]);
            return Err(self.error(&self.output.place, message));
        }
        if self.output.section.wall_axis.word() == "z" {
            return Err(self.error(&self.output.place, "`wall_axis` must be x or y, along a layer"));
        }
        for stage in &self.stages {
            self.check_stage(stage)?;
        }
        self.check_contacts()
    }

    /// What is wrong with contacts and the currents between them.
    fn check_contacts(&self) -> Result<(), SimulationError> {
        if let Some(contact) = self.contacts.first().filter(|_| self.conductor.is_none()) {
            return Err(self.error(&contact.place, "contacts want a `[conductor]` with a `resistivity`"));
        }
        for local in self.currents.iter().filter(|c| c.section.contacts) {
            let s = &local.section;
            if self.conductor.is_none() {
                let message = "`contacts = true` wants a `[conductor]` with a `resistivity`, and two `[[contact]]` or more";
                return Err(self.error(&local.place, message));
            }
            let own = [
                ("density", s.density != [0.0; 3]),
                ("file", !s.file.is_empty()),
                ("area", local.area.is_some()),
                ("waveform", s.waveform != WaveformSection::default()),
                ("oersted", s.oersted),
            ];
            if let Some((name, _)) = own.iter().find(|(_, there)| *there) {
                let message = format!("a current of the contacts has no `{name}` of its own: see `[conductor]`");
                return Err(self.error(&local.place, message));
            }
        }
        Ok(())
    }

    fn check_stage(&self, stage: &Placed<StageSection>) -> Result<(), SimulationError> {
        let section = &stage.section;
        let adaptive = section.integrator.method().is_adaptive();
        if section.kind == StageKind::Run && section.time_step == 0.0 && !adaptive {
            let message = format!("`{}` takes fixed steps: give a `time_step`, such as \"50 fs\"", section.integrator.word());
            return Err(self.error(&stage.place, message));
        }
        if section.kind == StageKind::Run && self.general.temperature > 0.0 && section.integrator.word() != "heun" {
            let message = format!(
                "at a temperature of {} K the thermal field needs `integrator = \"heun\"` and a `time_step`, such as \"50 fs\"; this \
                 stage has `{}`",
                self.general.temperature,
                section.integrator.word()
            );
            return Err(self.error(&stage.place, message));
        }
        if section.kind == StageKind::Hysteresis {
            if section.values.is_empty() {
                return Err(self.error(&stage.place, "a hysteresis loop wants `values`, the fields between which it goes"));
            }
            if section.direction.iter().all(|d| *d == 0.0) {
                return Err(self.error(&stage.place, "the `direction` of a hysteresis loop has no length"));
            }
        }
        Ok(())
    }
}

/// The error of a table that has to be there.
fn missing(document: &Document, name: &str, what: &str) -> spinloom_core::document::DocumentError {
    let near = nearest(name, document.entries().iter().map(|e| e.key.as_str()));
    let slip = near.and_then(|n| document.entries().iter().find(|e| e.key == n)).filter(|e| !TABLES.contains(&e.key.as_str()));
    match slip {
        Some(entry) => document.error(&entry.place, format!("unknown table `{}`: did you mean `{name}`?", entry.key)),
        None => document.error(&Place::default(), format!("the description has no {what}")),
    }
}

/// An error for a name at the top that is neither a table nor a value.
fn known(document: &Document, entry: &Entry, general: &General) -> Result<(), SimulationError> {
    let names: Vec<String> = general.parameters().into_iter().map(|p| p.name).collect();
    if names.contains(&entry.key) {
        return Ok(());
    }
    let near = nearest(&entry.key, TABLES.into_iter().chain(names.iter().map(String::as_str)));
    let hint = near.map_or_else(
        || format!("the tables are {}; the values outside of them {}", TABLES.join(", "), names.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Err(document.error(&entry.place, format!("unknown name `{}`: {hint}", entry.key)).into())
}

/// What a table says that is not there.
fn absent<T: Default>() -> Placed<T> {
    Placed { place: Place::default(), section: T::default() }
}

/// The entries of a table.
fn table<'a>(document: &Document, name: &str, node: &'a Node) -> Result<&'a [Entry], SimulationError> {
    let wrong = || document.error(&node.place, format!("`{name}` wants a table, `[{name}]`"));
    Ok(node.table().ok_or_else(wrong)?)
}

/// A table that may be there once.
fn one<T: Parameters + Default>(document: &Document, name: &str) -> Result<Option<Placed<T>>, SimulationError> {
    let Some(node) = document.get(name) else { return Ok(None) };
    let mut section = T::default();
    document.assign(table(document, name, node)?, &mut section)?;
    Ok(Some(Placed { place: node.place.clone(), section }))
}

/// Tables that may be there many times, each with an `area` if it may have one.
fn locals<T: Parameters + Clone>(
    document: &Document,
    name: &str,
    default: &T,
    with_area: bool,
) -> Result<Vec<Local<T>>, SimulationError> {
    let Some(node) = document.get(name) else { return Ok(Vec::new()) };
    let items = match &node.tree {
        Tree::List(items) => items.as_slice(),
        Tree::Table(_) => std::slice::from_ref(node),
        _ => return Err(document.error(&node.place, format!("`{name}` wants tables, each begun by `[[{name}]]`")).into()),
    };
    let mut all = Vec::new();
    for item in items {
        let entries = table(document, name, item)?;
        let is_area = |e: &&Entry| with_area && e.key == "area";
        let area = entries.iter().find(is_area).map(|e| shape(document, &e.node)).transpose()?;
        let mut section = default.clone();
        document.assign(entries.iter().filter(|e| !is_area(e)), &mut section)?;
        all.push(Local { place: item.place.clone(), area, section });
    }
    Ok(all)
}

fn shape(document: &Document, node: &Node) -> Result<Shape, SimulationError> {
    // Dotted names of the error of serde are not those of places; the table of the shape is near enough.
    Shape::deserialize(node.toml()).map_err(|e| document.error(&node.place, e.to_string().trim().replace('\n', "; ")).into())
}

fn geometry(document: &Document) -> Result<Option<Placed<Shape>>, SimulationError> {
    let Some(node) = document.get("geometry") else { return Ok(None) };
    Ok(Some(Placed { place: node.place.clone(), section: shape(document, node)? }))
}

fn grid(document: &Document) -> Result<Grid, SimulationError> {
    let what = "`[grid]` with `cells` and `cell_size`";
    let grid = one::<GridSection>(document, "grid")?.ok_or_else(|| missing(document, "grid", what))?;
    let section = grid.section;
    if section.cells == [0; 3] || section.cell_size == [0.0; 3] {
        let name = if section.cells == [0; 3] { "cells" } else { "cell_size" };
        return Err(document.error(&grid.place, format!("`[grid]` has no `{name}`, a list of 3 numbers")).into());
    }
    let made = Grid::new(section.cells, section.cell_size).map_err(|e| document.error(&grid.place, e.to_string()))?;
    Ok(made.with_images(section.repetitions))
}

/// What words of a list stand for.
fn words<T>(
    document: &Document,
    output: &Placed<OutputSection>,
    name: &str,
    list: &[String],
    known: &[&str],
    of: fn(&str) -> Option<T>,
) -> Result<Vec<T>, SimulationError> {
    let entries = document.get("output").and_then(Node::table).unwrap_or_default();
    let place = entries.iter().find(|e| e.key == name).map_or(&output.place, |e| &e.node.place);
    let one = |word: &String| {
        of(word).ok_or_else(|| {
            let near = nearest(word, known.iter().copied());
            let hint = near.map_or_else(|| format!("the words are {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
            document.error(place, format!("`{name}` holds the unknown word `{word}`: {hint}")).into()
        })
    };
    list.iter().map(one).collect()
}
