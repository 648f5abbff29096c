//! What `solve --out DIR` keeps: `state.json` after every round, to resume from; `answer.json` and `energies.csv` in the end.

use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use spinloom_ising::anneal::Model;
use spinloom_ising::problem::Problem;
use spinloom_ising::solve::{Method, Progress};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder.
pub struct Record {
    folder: PathBuf,
    resume: bool,
}

/// What a state belongs to: it is taken up by the same problem, seed and method only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    problem: String,
    spins: usize,
    couplings: usize,
    /// Energies of two fixed states, which tell models of one size apart.
    mark: [f64; 2],
    seed: u64,
    method: Method,
}

#[derive(Serialize, Deserialize)]
struct Document {
    state: State,
    progress: Progress,
}

impl State {
    pub fn new(problem: &Problem, model: &Model, seed: u64, method: Method) -> Self {
        let n = model.spins();
        let pattern =
            |step: usize| (0..n).map(|i| if (i * step).count_ones().is_multiple_of(2) { 1 } else { -1 }).collect::<Vec<i8>>();
        Self {
            problem: problem.name.clone(),
            spins: n,
            couplings: model.couplings(),
            mark: [model.energy(&pattern(1)), model.energy(&pattern(3))],
            seed,
            method,
        }
    }
}

impl Record {
    /// The folder, made if it is not there. One that holds an earlier answer is taken only to resume.
    pub fn begin(folder: &Path, resume: bool) -> Result<Self, Failure> {
        if !resume && folder.join("state.json").exists() {
            return Err(Failure::Usage(format!(
                "{} holds an earlier run; go on with it by --resume, or name another folder",
                folder.display()
            )));
        }
        std::fs::create_dir_all(folder).map_err(|e| failed("create", folder, &e))?;
        Ok(Self { folder: folder.to_owned(), resume })
    }

    /// The progress to go on from, if there is any.
    pub fn resume(&self, state: &State) -> Result<Option<Progress>, Failure> {
        let path = self.folder.join("state.json");
        if !self.resume || !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).map_err(|e| failed("read", &path, &e))?;
        let document: Document = serde_json::from_str(&text)
            .map_err(|e| Failure::Usage(format!("{}:{}: not a state of spinloom solve: {e}", path.display(), e.line())))?;
        if document.state != *state || document.progress.best.len() != state.spins {
            return Err(Failure::Usage(format!(
                "{} belongs to another problem, seed or method ({}, seed {}); name another folder",
                path.display(),
                document.state.problem,
                document.state.seed
            )));
        }
        Ok(Some(document.progress))
    }

    /// Keeps the progress, whole or not at all.
    pub fn keep(&self, state: &State, progress: &Progress) -> Result<(), Failure> {
        let document = Document { state: state.clone(), progress: progress.clone() };
        let text = serde_json::to_string(&document).map_err(|e| Failure::Usage(e.to_string()))?;
        self.write("state.json", text.as_bytes())
    }

    /// Writes the answer and the objective of every read.
    pub fn finish(&self, answer: &serde_json::Value, objectives: &[f64]) -> Result<(), Failure> {
        self.write("answer.json", format!("{answer:#}\n").as_bytes())?;
        let lines: String = objectives.iter().enumerate().map(|(read, o)| format!("{read},{o}\n")).collect();
        self.write("energies.csv", format!("read,objective\n{lines}").as_bytes())
    }

    /// How to go on.
    pub fn hint(&self) -> String {
        format!("the best found is in {}; the same command with --resume goes on", self.folder.display())
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(|e| failed("write into", &self.folder, &e))?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(|e| failed("write", &path, &e))?;
        file.persist(&path).map_err(|e| failed("write", &path, &e.error))?;
        Ok(())
    }
}

fn failed(action: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::Usage(format!("cannot {action} {}: {error}", path.display()))
}
