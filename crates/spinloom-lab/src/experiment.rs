//! Experiments: a system and the parameters that differ from the paper, as a TOML file.
//!
//! ```toml
//! system = "romera2018"
//! seed = 7
//! oscillator.relaxation_time = "410 ns"
//! ```
//!
//! Numbers are SI or texts with a unit; tables and dotted keys both name groups of parameters. What is wrong in a
//! file is named with its line and column.

use crate::calibration::{DEVICES, calibrations, model};
use crate::error::LabError;
use crate::system::{System, find, systems};
use spinloom_core::document::{DocumentError, value_of, value_of_text};
use spinloom_core::parameters::{Parameter, ParameterError, Value};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A system with the parameters of an experiment, and its seed where the file names one.
pub struct Experiment {
    /// The system, its parameters set.
    pub system: Box<dyn System>,
    /// Seed of the file.
    pub seed: Option<u64>,
}

impl std::fmt::Debug for Experiment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Experiment").field("system", &self.system.card().name).field("seed", &self.seed).finish()
    }
}

impl Experiment {
    /// Reads an experiment file.
    ///
    /// # Errors
    /// [`LabError::Io`] when the file cannot be read, [`LabError::Experiment`] with the place of what is wrong in it.
    pub fn from_file(path: &Path) -> Result<Self, LabError> {
        let text = std::fs::read_to_string(path).map_err(LabError::io("read", path))?;
        Self::from_text(&path.display().to_string(), &text)
    }

    /// Reads the text of an experiment file; `name` is what errors call it.
    ///
    /// # Errors
    /// [`LabError::Experiment`] with the place of what is wrong.
    pub fn from_text(name: &str, text: &str) -> Result<Self, LabError> {
        Self::from_text_among(name, text, systems().into_iter().chain(calibrations()).collect())
    }

    /// As [`Experiment::from_text`], for systems of one's own.
    ///
    /// # Errors
    /// [`LabError::Experiment`] with the place of what is wrong.
    pub fn from_text_among(name: &str, text: &str, systems: Vec<Box<dyn System>>) -> Result<Self, LabError> {
        let source = Source { name, text };
        let root = DeTable::parse(text).map_err(|e| source.error(e.span().unwrap_or(0..0), e.message().to_owned()))?;
        let root = root.into_inner();
        let Some(named) = root.get("system") else {
            let message = "no system is named: begin with `system = \"NAME\"`; `spinloom list` shows them all";
            return Err(source.error(0..0, message.to_owned()));
        };
        let Some(system) = named.get_ref().as_str() else {
            return Err(source.error(named.span(), "`system` wants a name in quotes; `spinloom list` shows them all".to_owned()));
        };
        let mut experiment =
            Self { system: find(system, systems).map_err(|e| source.error(named.span(), e.to_string()))?, seed: None };
        for (key, value) in &root {
            match key.get_ref().as_ref() {
                "system" => {}
                "seed" => {
                    let wrong = || source.error(value.span(), SEED.to_owned());
                    experiment.seed = Some(seed(value.get_ref()).ok_or_else(wrong)?);
                }
                _ => experiment.assign(&source, key.get_ref(), key.span(), value)?,
            }
        }
        Ok(experiment)
    }

    /// Sets one parameter, or the seed, from `NAME=VALUE` as on the command line. VALUE is what a TOML file would have, and quotes
    /// may be left out: `relaxation_time=410 ns`.
    ///
    /// # Errors
    /// [`LabError::Assignment`] when there is no name or no `=`, [`LabError::UnknownParameter`], [`LabError::Parameter`] when the parameter refuses the value.
    pub fn apply_set(&mut self, assignment: &str) -> Result<(), LabError> {
        let malformed = || LabError::Assignment(assignment.to_owned());
        let (name, text) = assignment.split_once('=').ok_or_else(malformed)?;
        let (name, text) = (name.trim(), text.trim());
        if name.is_empty() || text.is_empty() {
            return Err(malformed());
        }
        if name == "seed" {
            let value = DeValue::parse(text).ok().and_then(|v| seed(v.get_ref()));
            self.seed = Some(value.ok_or_else(|| LabError::Inconsistent(format!("{SEED}, but it is `{text}`")))?);
            return Ok(());
        }
        self.system.set(name, &value_of_text(text)).map_err(|error| self.refused(error))
    }

    /// A parameter that was not set; one that the system has not with where they are listed.
    fn refused(&self, error: ParameterError) -> LabError {
        match error {
            ParameterError::Unknown { .. } => LabError::UnknownParameter { error: error.into(), system: self.system.card().name },
            _ => error.into(),
        }
    }

    /// Gives the system the device of a file, as [calibrations](crate::calibration) write it: a table named by its model, such as `junction` or
    /// `spin_orbit_neuron`. `group` names the parameters of the system it is for; without one every device of that model in the system gets it. Answers with the groups.
    ///
    /// # Errors
    /// [`LabError::Io`], [`LabError::Experiment`] with the place of what is wrong in the file, and [`LabError::Inconsistent`] where the system has no such
    /// device.
    pub fn apply_device(&mut self, path: &Path, group: Option<&str>) -> Result<Vec<String>, LabError> {
        let text = std::fs::read_to_string(path).map_err(LabError::io("read", path))?;
        let name = path.display().to_string();
        let source = Source { name: &name, text: &text };
        let root = DeTable::parse(&text).map_err(|e| source.error(e.span().unwrap_or(0..0), e.message().to_owned()))?;
        let root = root.into_inner();
        let names = DEVICES.map(|name| format!("`[{}]`", name.replace('-', "_")));
        let wanted = format!("a device is a table, one of {}", names.join(", "));
        let mut tables = root.iter();
        let (Some((key, value)), None) = (tables.next(), tables.next()) else {
            return Err(source.error(0..0, format!("{wanted}; one in a file")));
        };
        let (Some(known), DeValue::Table(_)) = (model(key.get_ref()), value.get_ref()) else {
            return Err(source.error(key.span(), wanted));
        };
        let groups = self.groups_of(&known);
        let card = self.system.card();
        let there = |groups: &[String]| groups.iter().map(|g| format!("`{g}`")).collect::<Vec<_>>().join(", ");
        let chosen: Vec<String> = match group {
            Some(group) if groups.iter().any(|g| g == group) => vec![group.to_owned()],
            Some(group) if !groups.is_empty() => {
                let message = format!("`{group}` of {} is no {}: {} is", card.name, key.get_ref(), there(&groups));
                return Err(LabError::Inconsistent(message));
            }
            _ if groups.is_empty() => {
                let message = format!(
                    "{} has no {} that could be given; `spinloom show {0}` lists its parameters",
                    card.name,
                    key.get_ref()
                );
                return Err(LabError::Inconsistent(message));
            }
            _ => groups,
        };
        chosen.iter().try_for_each(|group| self.assign(&source, group, key.span(), value))?;
        Ok(chosen)
    }

    /// Groups of parameters that are those of a model.
    fn groups_of(&self, model: &[Parameter]) -> Vec<String> {
        let all = self.system.parameters();
        let begins = format!(".{}", model.first().map_or("", |p| p.name.as_str()));
        let prefixes = all.iter().filter_map(|p| p.name.strip_suffix(&begins).map(str::to_owned));
        let has = |name: &str| all.iter().any(|p| p.name == name);
        prefixes.filter(|prefix| model.iter().all(|p| has(&format!("{prefix}.{}", p.name)))).collect()
    }

    /// Sets what stands under `name`, a table or a value.
    fn assign(
        &mut self,
        source: &Source<'_>,
        name: &str,
        key: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), LabError> {
        if let DeValue::Table(table) = value.get_ref() {
            let group = format!("{name}.");
            if table.is_empty() && !self.system.parameters().iter().any(|p| p.name.starts_with(&group)) {
                let unknown = ParameterError::Unknown { name: name.to_owned(), nearest: None };
                return Err(source.error(key, self.refused(unknown).to_string()));
            }
            return table.iter().try_for_each(|(k, v)| self.assign(source, &format!("{group}{}", k.get_ref()), k.span(), v));
        }
        let Some(converted) = value_of(value.get_ref()) else {
            let message = format!("`{name}` wants a number, a text, true or false, or a list of them");
            return Err(source.error(value.span(), message));
        };
        self.system.set(name, &converted).map_err(|error| {
            let place = if matches!(error, ParameterError::Unknown { .. }) { key } else { value.span() };
            source.error(place, self.refused(error).to_string())
        })
    }
}

const SEED: &str = "`seed` wants a whole number from 0 to 18446744073709551615";

fn seed(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// The text of a file, for errors that name places in it.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn error(&self, span: Range<usize>, message: String) -> LabError {
        DocumentError::new(self.name, self.text, span, message).into()
    }
}

/// The resolved experiment as TOML: every parameter with its value, its unit and its meaning. Reading it back gives the same system.
pub fn to_toml(system: &dyn System, seed: Option<u64>) -> String {
    let card = system.card();
    let mut out =
        format!("# {}\n# {}\n# SI units; a text such as \"410 ns\" stands for a number too.\n\n", card.title, card.paper);
    let _ = writeln!(out, "system = {}", quoted(card.name));
    if let Some(seed) = seed {
        let _ = writeln!(out, "seed = {seed}");
    }
    for p in system.parameters() {
        let _ = write!(out, "\n# {}\n{} = {}\n", comment(&p), p.name, toml_value(&p.value));
    }
    out
}

/// Meaning, unit and choices of a parameter on one line.
fn comment(p: &Parameter) -> String {
    let mut line = p.doc.replace('\n', " ");
    if !p.unit.is_empty() {
        let _ = write!(line, " [{}]", p.unit);
    }
    if !p.choices.is_empty() {
        let _ = write!(line, " One of: {}.", p.choices.join(", "));
    }
    line
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::Boolean(v) => v.to_string(),
        Value::Integer(v) => v.to_string(),
        // The shortest text that reads back to the same bits.
        Value::Number(v) => format!("{v:?}"),
        Value::Text(v) => quoted(v),
        Value::List(v) => format!("[{}]", v.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
    }
}
