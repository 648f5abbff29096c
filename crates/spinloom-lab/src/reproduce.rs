//! Reproduction: every claim of a system beside what was measured over several seeds.

use crate::VERSION;
use crate::claim::{Claim, ClaimKind, Verdict};
use crate::error::LabError;
use crate::experiment;
use crate::outcome::{MissingData, Outcome};
use crate::report::{ReportInput, render_index};
use crate::run_directory::{RunDirectory, check_target, create_folder, file_name, write_file, write_json, write_run_files};
use crate::system::System;
use serde::{Deserialize, Serialize};
use spinloom_core::run::{CancelToken, Progress, Run, Silent};
use spinloom_core::statistics::estimate;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// How to reproduce.
#[derive(Clone)]
pub struct ReproduceOptions {
    /// Seeds; every one is a run of every system.
    pub seeds: Vec<u64>,
    /// Leave out what only illustrates.
    pub quick: bool,
    /// Folder to look for data sets in before any other place.
    pub data: Option<PathBuf>,
    /// Switch that cancels.
    pub cancel: CancelToken,
    /// Who is told how far it is.
    pub progress: Arc<dyn Progress>,
    /// Directory for reports.
    pub out: Option<PathBuf>,
    /// Replace `out` if it is there.
    pub force: bool,
    /// Take over the finished runs of an earlier reproduction into `out` that was cut off.
    pub resume: bool,
    /// The command line, for the reports.
    pub command: String,
}

impl Default for ReproduceOptions {
    /// Five seeds, silent, nothing written.
    fn default() -> Self {
        Self {
            seeds: (1..=5).collect(),
            quick: false,
            data: None,
            cancel: CancelToken::default(),
            progress: Arc::new(Silent),
            out: None,
            force: false,
            resume: false,
            command: "spinloom reproduce".to_owned(),
        }
    }
}

impl std::fmt::Debug for ReproduceOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReproduceOptions").field("seeds", &self.seeds).field("out", &self.out).finish_non_exhaustive()
    }
}

/// A claim beside what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimResult {
    /// What is claimed, in words.
    pub name: String,
    /// Name of the quantity that measures it.
    pub quantity: String,
    /// What stands behind the claim.
    pub kind: ClaimKind,
    /// The published figure.
    pub published: Option<f64>,
    /// Unit, empty when dimensionless.
    pub unit: String,
    /// The interval that counts as within.
    pub band: Option<[f64; 2]>,
    /// Mean over the seeds.
    pub measured: Option<f64>,
    /// Standard error of the mean over the seeds; with a single seed the error within the run, where it can be known.
    pub standard_error: Option<f64>,
    /// Number of seeds that measured it.
    pub count: usize,
    /// How it stands.
    pub verdict: Verdict,
    /// Where the figure is printed or how it follows.
    pub source: String,
    /// What to know when comparing.
    pub note: String,
    /// Data set without which it cannot be measured.
    pub needs: Option<String>,
}

/// Judges claims by the outcomes of one system under several seeds.
///
/// ```
/// use spinloom_lab::claim::{Claim, ClaimKind, Verdict};
/// use spinloom_lab::{Outcome, reproduce::judge};
/// let claim = Claim {
///     name: "accuracy".into(), quantity: "accuracy".into(), published: Some(0.89), unit: String::new(),
///     band: Some([0.8, 0.92]), kind: ClaimKind::Published, source: "a paper".into(), note: String::new(), needs: None,
/// };
/// let mut outcome = Outcome::new("romera2018", 1);
/// outcome.measure("accuracy", "", 0.9);
/// assert_eq!(judge(&[claim.clone()], &[outcome])[0].verdict, Verdict::Within);
/// assert_eq!(judge(&[claim], &[])[0].verdict, Verdict::NoData);
/// ```
pub fn judge(claims: &[Claim], outcomes: &[Outcome]) -> Vec<ClaimResult> {
    claims.iter().map(|claim| judge_one(claim, outcomes)).collect()
}

fn judge_one(claim: &Claim, outcomes: &[Outcome]) -> ClaimResult {
    let found: Vec<_> = outcomes.iter().filter_map(|o| o.quantity(&claim.quantity)).filter(|q| q.value.is_finite()).collect();
    let values: Vec<f64> = found.iter().map(|q| q.value).collect();
    let over_seeds = estimate(&values);
    let measured = (!values.is_empty()).then_some(over_seeds.mean);
    let standard_error = match found.as_slice() {
        [] => None,
        [single] => single.standard_error.filter(|e| e.is_finite()),
        _ => Some(over_seeds.standard_error),
    };
    ClaimResult {
        name: claim.name.clone(),
        quantity: claim.quantity.clone(),
        kind: claim.kind,
        published: claim.published,
        unit: claim.unit.clone(),
        band: claim.band,
        measured,
        standard_error,
        count: values.len(),
        verdict: claim.verdict(measured),
        source: claim.source.clone(),
        note: claim.note.clone(),
        needs: claim.needs.clone(),
    }
}

/// One system, reproduced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemReproduction {
    /// Name of the system.
    pub system: String,
    /// Wall time of all seeds, s.
    pub wall_s: f64,
    /// The claims, judged.
    pub claims: Vec<ClaimResult>,
    /// Data sets used.
    pub data: Vec<String>,
    /// Data sets that were not found.
    pub missing: Vec<MissingData>,
}

/// All systems, reproduced; as JSON the document of `reproduce --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reproduction {
    /// Version of spinloom.
    pub version: String,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// The systems.
    pub systems: Vec<SystemReproduction>,
    /// Where the reports are.
    pub out: Option<PathBuf>,
}

impl Reproduction {
    /// The document of `reproduce --json`; keys are added to it, never changed.
    ///
    /// # Errors
    /// [`LabError::Render`] when `out` is not Unicode.
    pub fn to_json(&self) -> Result<serde_json::Value, LabError> {
        serde_json::to_value(self)
            .map_err(|e| LabError::Render { what: "the document of reproduce".to_owned(), why: e.to_string() })
    }
}

/// Runs every system under every seed and puts the claims beside what was measured.
///
/// With [`ReproduceOptions::out`], every finished run is kept in `OUT.partial` until all are done, so that a reproduction that was
/// killed can be resumed; then `OUT` appears as a whole, with a run directory a system, `reproduce.json` and `index.html`.
///
/// # Errors
/// [`LabError`] of a system or of writing; [`LabError::Inconsistent`] without seeds; [`LabError::Cancelled`] when cancelled.
pub fn reproduce(systems: &[Box<dyn System>], options: &ReproduceOptions) -> Result<Reproduction, LabError> {
    if options.seeds.is_empty() {
        return Err(LabError::Inconsistent("a reproduction wants at least one seed: --seeds 5".to_owned()));
    }
    let checkpoints = options.out.as_deref().map(|out| Checkpoints::open(out, options)).transpose()?;
    let mut reproduction =
        Reproduction { version: VERSION.to_owned(), seeds: options.seeds.clone(), systems: Vec::new(), out: options.out.clone() };
    let mut first_outcomes = Vec::new();
    for system in systems {
        let (one, first) = reproduce_one(system.as_ref(), options, checkpoints.as_ref())?;
        reproduction.systems.push(one);
        first_outcomes.push(first);
    }
    if let (Some(out), Some(checkpoints)) = (&options.out, checkpoints) {
        write_reports(out, systems, &first_outcomes, &reproduction, options)?;
        checkpoints.remove()?;
    }
    Ok(reproduction)
}

/// One system under every seed, with the outcome of the first.
fn reproduce_one(
    system: &dyn System,
    options: &ReproduceOptions,
    checkpoints: Option<&Checkpoints>,
) -> Result<(SystemReproduction, Outcome), LabError> {
    let card = system.card();
    let (mut outcomes, mut wall_s) = (Vec::new(), 0.0);
    for (index, seed) in options.seeds.iter().enumerate() {
        options.cancel.check()?;
        let fingerprint = fingerprint(system, *seed, options);
        let label = format!("{}, seed {} of {}", card.name, index + 1, options.seeds.len());
        let finished = match checkpoints.and_then(|c| c.load(card.name, *seed, &fingerprint)) {
            Some(finished) => finished,
            None => run_one(system, *seed, label, fingerprint, options)?,
        };
        if let Some(checkpoints) = checkpoints {
            checkpoints.save(card.name, *seed, &finished)?;
        }
        wall_s += finished.wall_s;
        outcomes.push(finished.outcome);
    }
    let claims = judge(&card.claims()?, &outcomes);
    let first = outcomes.swap_remove(0);
    let one = SystemReproduction {
        system: card.name.to_owned(),
        wall_s,
        claims,
        data: first.data.clone(),
        missing: first.missing.clone(),
    };
    Ok((one, first))
}

/// One system under one seed.
fn run_one(
    system: &dyn System,
    seed: u64,
    prefix: String,
    fingerprint: String,
    options: &ReproduceOptions,
) -> Result<Checkpoint, LabError> {
    let progress = SeedProgress { inner: Arc::clone(&options.progress), prefix };
    let mut run = Run::new(seed)
        .with_cancel(options.cancel.clone())
        .with_progress(Arc::new(progress))
        .with_data(options.data.clone())
        .with_quick(options.quick);
    let start = Instant::now();
    let outcome = system.run(&mut run)?;
    Ok(Checkpoint { fingerprint, wall_s: start.elapsed().as_secs_f64(), outcome })
}

/// Says which system and seed a phase belongs to.
struct SeedProgress {
    inner: Arc<dyn Progress>,
    prefix: String,
}

impl Progress for SeedProgress {
    fn update(&self, phase: &str, done: usize, total: usize) {
        self.inner.update(&format!("{}: {phase}", self.prefix), done, total);
    }
}

/// Everything on which an outcome depends.
fn fingerprint(system: &dyn System, seed: u64, options: &ReproduceOptions) -> String {
    let data = options.data.clone().or_else(|| std::env::var_os("SPINLOOM_DATA").map(PathBuf::from));
    format!(
        "version {VERSION}, quick {}, data {}\n{}",
        options.quick,
        data.unwrap_or_default().display(),
        experiment::to_toml(system, Some(seed))
    )
}

/// A finished run.
#[derive(Serialize, Deserialize)]
struct Checkpoint {
    fingerprint: String,
    wall_s: f64,
    outcome: Outcome,
}

/// The folder of finished runs beside the output directory.
struct Checkpoints {
    folder: PathBuf,
}

impl Checkpoints {
    /// Opens the folder for `out`, emptied unless the reproduction resumes.
    fn open(out: &Path, options: &ReproduceOptions) -> Result<Self, LabError> {
        let mut name = check_target(out, options.force)?.into_os_string();
        name.push(".partial");
        let checkpoints = Self { folder: PathBuf::from(name) };
        if !options.resume {
            checkpoints.remove()?;
        }
        create_folder(&checkpoints.folder)?;
        Ok(checkpoints)
    }

    fn path(&self, system: &str, seed: u64) -> PathBuf {
        self.folder.join(format!("{}-seed-{seed}.json", file_name(system)))
    }

    /// The finished run, if it is there, whole, and of the same parameters.
    fn load(&self, system: &str, seed: u64, fingerprint: &str) -> Option<Checkpoint> {
        let bytes = std::fs::read(self.path(system, seed)).ok()?;
        serde_json::from_slice::<Checkpoint>(&bytes).ok().filter(|c| c.fingerprint == fingerprint)
    }

    /// Keeps a finished run; a killed process leaves the whole file or none.
    fn save(&self, system: &str, seed: u64, checkpoint: &Checkpoint) -> Result<(), LabError> {
        let path = self.path(system, seed);
        let unfinished = path.with_extension("tmp");
        write_json(&unfinished, checkpoint)?;
        std::fs::rename(&unfinished, &path).map_err(LabError::io("write", path))
    }

    /// Removes the finished runs, and the folder where nothing else is in it.
    fn remove(&self) -> Result<(), LabError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(LabError::io("read", &self.folder)(e)),
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let ours = path.extension().is_some_and(|e| e == "json" || e == "tmp");
            if ours && entry.file_name().to_string_lossy().contains("-seed-") {
                std::fs::remove_file(&path).map_err(LabError::io("remove", path))?;
            }
        }
        // Files of someone else are left, and with them the folder.
        let _ = std::fs::remove_dir(&self.folder);
        Ok(())
    }
}

/// Writes the directory of a reproduction.
fn write_reports(
    out: &Path,
    systems: &[Box<dyn System>],
    outcomes: &[Outcome],
    reproduction: &Reproduction,
    options: &ReproduceOptions,
) -> Result<(), LabError> {
    let stage = RunDirectory::begin(out, options.force)?;
    for ((system, outcome), one) in systems.iter().zip(outcomes).zip(&reproduction.systems) {
        options.cancel.check()?;
        let input = ReportInput {
            system: system.as_ref(),
            outcome,
            claims: &one.claims,
            seeds: &options.seeds,
            wall_s: one.wall_s,
            command: &options.command,
        };
        write_run_files(&create_folder(&stage.path().join(file_name(&one.system)))?, &input)?;
    }
    write_json(&stage.path().join("reproduce.json"), reproduction)?;
    write_file(&stage.path().join("index.html"), render_index(systems, reproduction, &options.command)?.as_bytes())?;
    stage.commit()
}
