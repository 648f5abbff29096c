//! Clauses: a formula as an energy that counts what it leaves unsatisfied.

use crate::IsingError;
use crate::polynomial::Polynomial;

/// Literals joined by OR: variable v as v, its negation as -v, v from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The literals.
    pub literals: Vec<i32>,
    /// What it costs to leave the clause unsatisfied; none when it has to hold.
    pub weight: Option<f64>,
}

/// Clauses joined by AND.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// Number of variables.
    pub variables: usize,
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// Whether clauses have weights.
    pub weighted: bool,
}

/// Clauses longer than this are cut in pieces by new variables: the product over spins of k literals has 2^k terms.
const LONGEST: usize = 6;

impl Formula {
    /// Whether an assignment satisfies a clause; `true` is spin up.
    pub fn satisfies(m: &[i8], clause: &Clause) -> bool {
        clause.literals.iter().any(|&l| (m[l.unsigned_abs() as usize - 1] > 0) == (l > 0))
    }

    /// The weight of a clause that has to hold: more than all others together.
    pub fn hard_weight(&self) -> f64 {
        1.0 + self.clauses.iter().filter_map(|c| c.weight).sum::<f64>()
    }

    /// The energy: the weight of all unsatisfied clauses.
    ///
    /// A clause is the product of its violated literals over bits. One of more than six literals is first cut into pieces: (a or b or ...)
    /// becomes (a or b or y) and (not y or ...), with a new variable y behind the others.
    ///
    /// # Errors
    /// [`IsingError::Model`] when the formula is too large.
    pub fn energy(&self) -> Result<Polynomial, IsingError> {
        let hard = self.hard_weight();
        let mut variables = self.variables;
        let mut pieces: Vec<(Vec<i32>, f64)> = Vec::new();
        for clause in &self.clauses {
            let weight = clause.weight.unwrap_or(hard);
            let mut literals = clause.literals.clone();
            literals.sort_unstable();
            literals.dedup();
            if literals.iter().any(|l| literals.binary_search(&-l).is_ok()) {
                continue;
            }
            while literals.len() > LONGEST {
                variables += 1;
                let rest = literals.split_off(LONGEST - 1);
                literals.push(variables as i32);
                pieces.push((literals, weight));
                literals = rest;
                literals.push(-(variables as i32));
            }
            pieces.push((literals, weight));
        }
        let mut terms = Vec::new();
        for (literals, weight) in pieces {
            // A literal is violated with the factor (1 - s m) / 2, s = +1 for the plain variable.
            let each = weight / f64::from(1u32 << literals.len());
            for subset in 0..1u32 << literals.len() {
                let chosen = || (0..literals.len()).filter(|k| subset >> k & 1 == 1).map(|k| literals[k]);
                let sign: f64 = chosen().map(|l| if l > 0 { -1.0 } else { 1.0 }).product();
                terms.push((chosen().map(|l| l.unsigned_abs() as usize - 1).collect::<Vec<_>>(), each * sign));
            }
        }
        Polynomial::new(variables, terms)
    }
}
