//! Binary quadratic models of D-Wave's dimod: its JSON (`BinaryQuadraticModel.to_serializable`) and its coordinate files.

use super::lines::Lines;
use crate::problem::Problem;
use crate::qubo::Qubo;
use crate::{Ising, IsingError};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write;

#[derive(Deserialize)]
struct Document {
    variable_type: String,
    #[serde(default)]
    use_bytes: bool,
    variable_labels: Vec<Value>,
    offset: f64,
    linear_biases: Vec<f64>,
    quadratic_biases: Vec<f64>,
    quadratic_head: Vec<usize>,
    quadratic_tail: Vec<usize>,
}

pub fn read_json(text: &str, file: &str) -> Result<Problem, IsingError> {
    let wrong = |line: usize, message: String| IsingError::Malformed { file: file.to_owned(), line, message };
    let document: Document = serde_json::from_str(text)
        .map_err(|e| wrong(e.line().max(1), format!("expected a dimod binary quadratic model: {e}")))?;
    if document.use_bytes {
        return Err(wrong(1, "the biases are stored as bytes; write the model with to_serializable(use_bytes=False)".to_owned()));
    }
    let n = document.variable_labels.len();
    if document.linear_biases.len() != n {
        return Err(wrong(1, format!("{n} labels but {} linear biases", document.linear_biases.len())));
    }
    let pairs = document.quadratic_biases.len();
    if document.quadratic_head.len() != pairs || document.quadratic_tail.len() != pairs {
        return Err(wrong(1, "quadratic_biases, quadratic_head and quadratic_tail differ in length".to_owned()));
    }
    let quadratic: Vec<(usize, usize, f64)> =
        (0..pairs).map(|k| (document.quadratic_head[k], document.quadratic_tail[k], document.quadratic_biases[k])).collect();
    let names = document.variable_labels.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
    let mut problem = build(&document.variable_type, document.linear_biases, quadratic, document.offset)
        .map_err(|e| wrong(1, e.to_string()))?;
    problem.names = names;
    Ok(problem)
}

/// dimod's energies have the sign of costs: sum a_i x_i + sum b_ij x_i x_j + offset.
fn build(kind: &str, linear: Vec<f64>, quadratic: Vec<(usize, usize, f64)>, offset: f64) -> Result<Problem, IsingError> {
    match kind {
        "SPIN" => {
            let field = linear.iter().map(|h| -h).collect();
            let n = linear.len();
            Ok(Problem::ising(Ising::new(n, quadratic.into_iter().map(|(i, j, b)| (i, j, -b)), field, offset)?))
        }
        "BINARY" => {
            let n = linear.len();
            let diagonal = linear.into_iter().enumerate().map(|(i, a)| (i, i, a));
            Problem::qubo(Qubo::new(n, diagonal.chain(quadratic), offset)?)
        }
        other => Err(IsingError::Model(format!("expected variables of type SPIN or BINARY, found `{other}`"))),
    }
}

pub fn read_coo(mut lines: Lines<'_>) -> Result<Problem, IsingError> {
    let mut kind = None;
    let mut entries: Vec<(usize, usize, f64)> = Vec::new();
    while let Some(line) = lines.next_line() {
        if let Some(comment) = line.strip_prefix('#') {
            if let Some(value) = comment.trim().strip_prefix("vartype=") {
                kind = Some(value.trim().to_owned());
            }
            continue;
        }
        let mut words = lines.words(line);
        let (i, j, b) = (
            words.index("a variable", 0, u32::MAX as usize)?,
            words.index("a variable", 0, u32::MAX as usize)?,
            words.weight("a bias")?,
        );
        words.end()?;
        entries.push((i, j, b));
    }
    let kind = kind.ok_or_else(|| lines.error("expected a line `# vartype=SPIN` or `# vartype=BINARY` before the entries"))?;
    let n =
        entries.iter().map(|e| e.0.max(e.1) + 1).max().ok_or_else(|| lines.error("expected entries `i j bias`, found none"))?;
    lines.room(n, "variables")?;
    let mut linear = vec![0.0; n];
    entries.iter().filter(|e| e.0 == e.1).for_each(|e| linear[e.0] += e.2);
    build(&kind, linear, entries.into_iter().filter(|e| e.0 != e.1).collect(), 0.0).map_err(|e| lines.error(e.to_string()))
}

/// A model in the coordinates of dimod, over spins. The constant goes into a comment: the format has no place for it.
pub fn write_coo(model: &Ising) -> String {
    let mut text = format!("# vartype=SPIN\n# offset={}\n", model.offset());
    // Writing to a string cannot fail.
    for (i, h) in model.fields().iter().enumerate().filter(|(_, h)| **h != 0.0) {
        let _ = writeln!(text, "{i} {i} {}", -h);
    }
    for (i, j, v) in model.couplings() {
        let _ = writeln!(text, "{i} {j} {}", -v);
    }
    text
}

/// A model as the JSON that `dimod.BinaryQuadraticModel.from_serializable` reads.
pub fn write_json(model: &Ising) -> String {
    let pairs: Vec<_> = model.couplings().collect();
    json!({
        "type": "BinaryQuadraticModel",
        "version": {"bqm_schema": "3.0.0"},
        "use_bytes": false,
        "index_type": "int32",
        "bias_type": "float64",
        "num_variables": model.spins(),
        "num_interactions": pairs.len(),
        "variable_labels": (0..model.spins()).collect::<Vec<_>>(),
        "variable_type": "SPIN",
        "offset": model.offset(),
        "info": {},
        "linear_biases": model.fields().iter().map(|h| -h).collect::<Vec<_>>(),
        "quadratic_biases": pairs.iter().map(|p| -p.2).collect::<Vec<_>>(),
        "quadratic_head": pairs.iter().map(|p| p.0).collect::<Vec<_>>(),
        "quadratic_tail": pairs.iter().map(|p| p.1).collect::<Vec<_>>(),
    })
    .to_string()
}
