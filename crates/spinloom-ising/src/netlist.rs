//! Combinational netlists over spins: any synthesised circuit can be run in any direction.

use crate::IsingError;
use crate::anneal::Model;
use crate::logic::Gate;
use crate::polynomial::Polynomial;

/// The largest number of inputs of a single function.
pub const WIDEST: usize = 10;

/// One signal as a function of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Signals it depends on.
    pub inputs: Vec<usize>,
    /// The signal it drives.
    pub output: usize,
    /// Its value for every line; bit k of a line's index is input k.
    pub truth: Vec<bool>,
}

/// Signals and the functions between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Netlist {
    /// Names of the signals; signal i is spin i.
    pub names: Vec<String>,
    /// Signals that come from outside.
    pub inputs: Vec<usize>,
    /// Signals that go outside.
    pub outputs: Vec<usize>,
    /// The functions.
    pub functions: Vec<Function>,
}

impl Netlist {
    /// Whether every function has its value in a state.
    pub fn computes(&self, m: &[i8]) -> bool {
        self.functions.iter().all(|f| f.truth[line(f, m)] == (m[f.output] > 0))
    }

    /// The energy: zero where every function has its value, at least one elsewhere.
    ///
    /// Functions of two inputs that are AND up to negations become its three couplings; others count 1 where the output is wrong, which
    /// takes terms over all their spins.
    ///
    /// # Errors
    /// [`IsingError::Model`] when the netlist is too large.
    pub fn model(&self) -> Result<Model, IsingError> {
        let mut terms: Vec<(Vec<usize>, f64)> = Vec::new();
        for f in &self.functions {
            match and_signs(f) {
                Some(signs) => and_terms(f, signs, &mut terms)?,
                None => mismatch_terms(f, &mut terms),
            }
        }
        let polynomial = Polynomial::new(self.names.len(), terms)?;
        Ok(if polynomial.order() <= 2 { Model::Pairs(polynomial.to_ising()?) } else { Model::Polynomial(polynomial) })
    }
}

/// The line of the truth table that the inputs of a function are at.
fn line(f: &Function, m: &[i8]) -> usize {
    f.inputs.iter().enumerate().map(|(k, &i)| usize::from(m[i] > 0) << k).sum()
}

/// Signs of (first input, second input, output) that turn a function into AND.
fn and_signs(f: &Function) -> Option<[f64; 3]> {
    if f.inputs.len() != 2 || f.inputs[0] == f.inputs[1] {
        return None;
    }
    let ones = f.truth.iter().filter(|t| **t).count();
    let (single, out) = match ones {
        1 => (f.truth.iter().position(|t| *t)?, 1.0),
        3 => (f.truth.iter().position(|t| !*t)?, -1.0),
        _ => return None,
    };
    let sign = |bit: usize| if single >> bit & 1 == 1 { 1.0 } else { -1.0 };
    Some([sign(0), sign(1), out])
}

fn and_terms(f: &Function, signs: [f64; 3], terms: &mut Vec<(Vec<usize>, f64)>) -> Result<(), IsingError> {
    let and = Gate::And.model()?;
    let on = [f.inputs[0], f.inputs[1], f.output];
    // Divided by its gap of 4, so that every broken function costs at least one.
    for (i, j, v) in and.couplings() {
        terms.push((vec![on[i], on[j]], -0.25 * v * signs[i] * signs[j]));
    }
    for (i, h) in and.fields().iter().enumerate() {
        terms.push((vec![on[i]], -0.25 * h * signs[i]));
    }
    terms.push((Vec::new(), -0.25 * Gate::And.ground_energy()));
    Ok(())
}

/// [f(x) != y] = (1 - F(x) m_y) / 2 with F = +-1, expanded over the spins of x (Walsh-Hadamard).
fn mismatch_terms(f: &Function, terms: &mut Vec<(Vec<usize>, f64)>) {
    let mut walsh: Vec<f64> = f.truth.iter().map(|&t| if t { 1.0 } else { -1.0 }).collect();
    let n = walsh.len();
    let mut half = 1;
    while half < n {
        for block in (0..n).step_by(2 * half) {
            for k in block..block + half {
                // Even part, and odd part in the spin of this input (up is the upper half).
                let (down, up) = (walsh[k], walsh[k + half]);
                (walsh[k], walsh[k + half]) = (0.5 * (up + down), 0.5 * (up - down));
            }
        }
        half *= 2;
    }
    terms.push((Vec::new(), 0.5));
    for (subset, c) in walsh.into_iter().enumerate().filter(|(_, c)| *c != 0.0) {
        let mut members: Vec<usize> = (0..f.inputs.len()).filter(|k| subset >> k & 1 == 1).map(|k| f.inputs[k]).collect();
        members.push(f.output);
        terms.push((members, -0.5 * c));
    }
}
