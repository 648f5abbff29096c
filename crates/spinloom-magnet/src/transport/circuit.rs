//! The film as its contacts see it: conductances among them, and what they do together.

use super::dense::{backward, factor, forward};
use super::{Drive, TransportError};

/// Conductances among contacts, and their potentials and currents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Circuit {
    count: usize,
    /// Row-major, S.
    conductance: Vec<f64>,
    pub potentials: Vec<f64>,
    pub currents: Vec<f64>,
    /// Room for a system of the contacts whose potential is not given.
    open: Vec<usize>,
    system: Vec<f64>,
    right: Vec<f64>,
}

impl Circuit {
    pub fn new(count: usize) -> Self {
        let zeros = |n| vec![0.0; n];
        Self {
            count,
            conductance: zeros(count * count),
            potentials: zeros(count),
            currents: zeros(count),
            open: Vec::with_capacity(count),
            system: zeros(count * count),
            right: zeros(count),
        }
    }

    /// The matrix G of I = G U, row by row.
    pub fn conductance(&self) -> &[f64] {
        &self.conductance
    }

    /// Sets the conductance between contacts other than the first.
    pub fn set(&mut self, k: usize, l: usize, value: f64) {
        self.conductance[k * self.count + l] = value;
    }

    /// Makes the first contact's row and column such that equal potentials drive no current.
    pub fn close(&mut self) {
        let n = self.count;
        let g = &mut self.conductance;
        for k in 1..n {
            for l in 1..k {
                let mean = 0.5 * (g[k * n + l] + g[l * n + k]);
                (g[k * n + l], g[l * n + k]) = (mean, mean);
            }
        }
        let mut corner = 0.0;
        for k in 1..n {
            let sum: f64 = (1..n).map(|l| g[k * n + l]).sum();
            (g[k * n], g[k]) = (-sum, -sum);
            corner += sum;
        }
        g[0] = corner;
    }

    /// Finds the potentials and currents that the contacts have as they are driven.
    ///
    /// # Errors
    /// [`TransportError::Singular`] where the conductances have lost their meaning to rounding.
    pub fn drive(&mut self, drives: &[Drive]) -> Result<(), TransportError> {
        let n = self.count;
        self.open.clear();
        for (k, drive) in drives.iter().enumerate() {
            match drive {
                Drive::Potential(u) => self.potentials[k] = *u,
                Drive::Current(_) | Drive::Floating => self.open.push(k),
            }
        }
        let open = self.open.len();
        for (i, k) in self.open.iter().enumerate() {
            let fixed = (0..n).filter(|l| matches!(drives[*l], Drive::Potential(_)));
            let from: f64 = fixed.map(|l| self.conductance[k * n + l] * self.potentials[l]).sum();
            self.right[i] = if let Drive::Current(current) = drives[*k] { current } else { 0.0 } - from;
            for (j, l) in self.open.iter().enumerate() {
                self.system[i * open + j] = self.conductance[k * n + l];
            }
        }
        let (system, right) = (&mut self.system[..open * open], &mut self.right[..open]);
        if !factor(system, open) {
            return Err(TransportError::Singular);
        }
        forward(system, open, right);
        backward(system, open, right);
        for (i, k) in self.open.iter().enumerate() {
            self.potentials[*k] = self.right[i];
        }
        for k in 0..n {
            // Of differences: no current is the rest of two large ones.
            let row = &self.conductance[k * n..][..n];
            self.currents[k] = row.iter().zip(&self.potentials).map(|(g, u)| g * (u - self.potentials[k])).sum();
        }
        Ok(())
    }

    /// The matrix R of U = R I, row by row, with potentials counted from one contact and its row and column 0, ohm.
    pub fn resistance(&self, reference: usize) -> Result<Vec<f64>, TransportError> {
        let n = self.count;
        let others: Vec<usize> = (0..n).filter(|k| *k != reference).collect();
        let m = others.len();
        let row = |k: &usize| others.iter().map(|l| self.conductance[k * n + l]).collect::<Vec<_>>();
        let mut system: Vec<f64> = others.iter().flat_map(row).collect();
        if !factor(&mut system, m) {
            return Err(TransportError::Singular);
        }
        let mut out = vec![0.0; n * n];
        for (j, l) in others.iter().enumerate() {
            let mut unit = vec![0.0; m];
            unit[j] = 1.0;
            forward(&system, m, &mut unit);
            backward(&system, m, &mut unit);
            for (i, k) in others.iter().enumerate() {
                out[k * n + l] = unit[i];
            }
        }
        Ok(out)
    }
}
