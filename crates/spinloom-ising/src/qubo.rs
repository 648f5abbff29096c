//! Quadratic unconstrained binary optimisation: the same energies over bits b = (1 + m) / 2.

use crate::{Ising, IsingError};

/// value(b) = offset + sum_i a_i b_i + sum_{i<j} q_ij b_i b_j, to be made small.
///
/// ```
/// use spinloom_ising::qubo::Qubo;
/// let qubo = Qubo::new(2, [(0, 0, -1.0), (0, 1, 3.0)], 0.5)?;
/// assert_eq!(qubo.value(&[true, true]), 2.5);
/// assert_eq!(qubo.to_ising()?.energy(&[1, 1]), 2.5);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Qubo {
    linear: Vec<f64>,
    quadratic: Vec<(usize, usize, f64)>,
    offset: f64,
}

impl Qubo {
    /// From entries (i, j, q): the diagonal is linear, (i, j) and (j, i) add up.
    ///
    /// # Errors
    /// [`IsingError::Model`] for a bit that does not exist or a number that is not finite.
    pub fn new(bits: usize, entries: impl IntoIterator<Item = (usize, usize, f64)>, offset: f64) -> Result<Self, IsingError> {
        let mut linear = vec![0.0; bits];
        let mut quadratic = Vec::new();
        for (i, j, q) in entries {
            if i >= bits || j >= bits {
                return Err(IsingError::Model(format!("entry ({i}, {j}), but there are only {bits} bits")));
            }
            if i == j { linear[i] += q } else { quadratic.push((i.min(j), i.max(j), q)) }
        }
        quadratic.sort_by_key(|e| (e.0, e.1));
        quadratic.dedup_by(|later, first| {
            let same = (later.0, later.1) == (first.0, first.1);
            if same {
                first.2 += later.2;
            }
            same
        });
        quadratic.retain(|e| e.2 != 0.0);
        if !offset.is_finite() || linear.iter().chain(quadratic.iter().map(|e| &e.2)).any(|q| !q.is_finite()) {
            return Err(IsingError::Model("a number of the problem is not finite".to_owned()));
        }
        Ok(Self { linear, quadratic, offset })
    }

    /// Number of bits.
    pub fn bits(&self) -> usize {
        self.linear.len()
    }

    /// Coefficients of single bits.
    pub fn linear(&self) -> &[f64] {
        &self.linear
    }

    /// Coefficients of pairs (i, j, q) with i < j.
    pub fn quadratic(&self) -> &[(usize, usize, f64)] {
        &self.quadratic
    }

    /// The constant.
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// The value of an assignment.
    pub fn value(&self, b: &[bool]) -> f64 {
        let single: f64 = self.linear.iter().zip(b).filter(|(_, set)| **set).map(|(q, _)| q).sum();
        let pairs: f64 = self.quadratic.iter().filter(|(i, j, _)| b[*i] && b[*j]).map(|e| e.2).sum();
        self.offset + single + pairs
    }

    /// The model whose energy is this value. Quarters of whole numbers are exact, so nothing is lost.
    ///
    /// # Errors
    /// [`IsingError::Model`] when it is too large.
    pub fn to_ising(&self) -> Result<Ising, IsingError> {
        let mut field: Vec<f64> = self.linear.iter().map(|a| -0.5 * a).collect();
        let mut offset = self.offset + 0.5 * self.linear.iter().sum::<f64>();
        for &(i, j, q) in &self.quadratic {
            field[i] -= 0.25 * q;
            field[j] -= 0.25 * q;
            offset += 0.25 * q;
        }
        Ising::new(self.bits(), self.quadratic.iter().map(|&(i, j, q)| (i, j, -0.25 * q)), field, offset)
    }

    /// The problem whose value is the energy of a model.
    ///
    /// # Errors
    /// [`IsingError::Model`] when a number overflows.
    pub fn from_ising(model: &Ising) -> Result<Self, IsingError> {
        let mut entries = Vec::with_capacity(model.pairs() + model.spins());
        let mut offset = model.offset();
        for (i, j, v) in model.couplings() {
            entries.extend([(i, j, -4.0 * v), (i, i, 2.0 * v), (j, j, 2.0 * v)]);
            offset -= v;
        }
        for (i, h) in model.fields().iter().enumerate() {
            entries.push((i, i, -2.0 * h));
            offset += h;
        }
        Self::new(model.spins(), entries, offset)
    }
}

/// The bits of spins.
pub fn bits(m: &[i8]) -> Vec<bool> {
    m.iter().map(|&s| s > 0).collect()
}
