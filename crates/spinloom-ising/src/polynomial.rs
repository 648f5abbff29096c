//! Energies of any order over spins or bits (HUBO), sampled directly or reduced to pairs.

use crate::chain::Energy;
use crate::{Ising, IsingError};
use std::collections::{BTreeMap, HashMap};

/// E(m) = offset + sum over terms of coefficient times the product of their spins.
///
/// ```
/// use spinloom_ising::{chain::Energy, polynomial::Polynomial};
/// // x y z over bits is an eighth of a sum over spins.
/// let product = Polynomial::from_bits(3, [(vec![0, 1, 2], 1.0)])?;
/// assert_eq!(product.energy(&[1, 1, 1]), 1.0);
/// assert_eq!(product.energy(&[1, -1, 1]), 0.0);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Polynomial {
    spins: usize,
    offset: f64,
    /// Spins of all terms, one term after another.
    members: Vec<u32>,
    start: Vec<usize>,
    coefficient: Vec<f64>,
    /// The terms of every spin.
    incident: Vec<u32>,
    incident_start: Vec<usize>,
}

impl Polynomial {
    /// The sum of these products of spins; products of the same spins add up, and spins that occur twice in a product cancel (m m = 1).
    ///
    /// # Errors
    /// [`IsingError::Model`] for a spin that does not exist or a coefficient that is not finite.
    pub fn new(spins: usize, terms: impl IntoIterator<Item = (Vec<usize>, f64)>) -> Result<Self, IsingError> {
        let mut sum: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (members, coefficient) in terms {
            check(spins, &members, coefficient)?;
            let mut odd: Vec<u32> = Vec::with_capacity(members.len());
            for m in members {
                match odd.iter().position(|&o| o as usize == m) {
                    Some(at) => {
                        odd.swap_remove(at);
                    }
                    None => odd.push(m as u32),
                }
            }
            odd.sort_unstable();
            *sum.entry(odd).or_insert(0.0) += coefficient;
        }
        let offset = sum.remove(&Vec::new()).unwrap_or(0.0);
        sum.retain(|_, c| *c != 0.0);
        let mut this = Self {
            spins,
            offset,
            members: Vec::new(),
            start: vec![0],
            coefficient: Vec::new(),
            incident: Vec::new(),
            incident_start: vec![0; spins + 1],
        };
        for (members, coefficient) in sum {
            members.iter().for_each(|&m| this.incident_start[m as usize + 1] += 1);
            this.members.extend(members);
            this.start.push(this.members.len());
            this.coefficient.push(coefficient);
        }
        for i in 0..spins {
            this.incident_start[i + 1] += this.incident_start[i];
        }
        this.incident = vec![0; this.members.len()];
        let mut next = this.incident_start.clone();
        for term in 0..this.coefficient.len() {
            for &m in &this.members[this.start[term]..this.start[term + 1]] {
                this.incident[next[m as usize]] = term as u32;
                next[m as usize] += 1;
            }
        }
        Ok(this)
    }

    /// The sum of these products of bits b = (1 + m) / 2; a bit that occurs twice counts once (b b = b).
    ///
    /// # Errors
    /// As [`Polynomial::new`]; products of more than 24 bits, which have 2^24 terms over spins, are refused.
    pub fn from_bits(spins: usize, terms: impl IntoIterator<Item = (Vec<usize>, f64)>) -> Result<Self, IsingError> {
        let mut sum: HashMap<Vec<usize>, f64> = HashMap::new();
        for (mut members, coefficient) in terms {
            check(spins, &members, coefficient)?;
            members.sort_unstable();
            members.dedup();
            if members.len() > 24 {
                return Err(IsingError::Model(format!("a product of {} bits has too many terms over spins", members.len())));
            }
            let each = coefficient / f64::from(1u32 << members.len());
            for subset in 0..1u32 << members.len() {
                let chosen = (0..members.len()).filter(|k| subset >> k & 1 == 1).map(|k| members[k]).collect();
                *sum.entry(chosen).or_insert(0.0) += each;
            }
        }
        Self::new(spins, sum)
    }

    /// The terms: their spins and coefficients.
    pub fn terms(&self) -> impl Iterator<Item = (&[u32], f64)> {
        (0..self.coefficient.len()).map(|t| (self.term(t), self.coefficient[t]))
    }

    /// The constant.
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// The largest number of spins in a term.
    pub fn order(&self) -> usize {
        self.terms().map(|t| t.0.len()).max().unwrap_or(0)
    }

    fn term(&self, t: usize) -> &[u32] {
        &self.members[self.start[t]..self.start[t + 1]]
    }

    /// The terms over bits.
    fn bit_terms(&self) -> BTreeMap<Vec<u32>, f64> {
        let mut sum: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (members, coefficient) in self.terms() {
            // m = 2 b - 1.
            for subset in 0..1u64 << members.len() {
                let chosen: Vec<u32> = (0..members.len()).filter(|k| subset >> k & 1 == 1).map(|k| members[k]).collect();
                let sign = if (members.len() - chosen.len()).is_multiple_of(2) { 1.0 } else { -1.0 };
                *sum.entry(chosen.clone()).or_insert(0.0) += coefficient * sign * f64::from(1u32 << chosen.len());
            }
        }
        *sum.entry(Vec::new()).or_insert(0.0) += self.offset;
        sum.retain(|_, c| *c != 0.0);
        sum
    }

    /// The same energy with pairs only: products of two bits are replaced by new bits (I. G. Rosenberg, Cahiers du Centre d'Etudes de
    /// Recherche Operationnelle 17, 71 (1975)), held by a penalty larger than anything a wrong one could gain.
    ///
    /// The first spins of the result are the spins of this energy, and its minimum over the others is this energy.
    ///
    /// # Errors
    /// [`IsingError::Model`] when the model becomes too large.
    pub fn reduce(&self) -> Result<Ising, IsingError> {
        let mut terms = self.bit_terms();
        let mut bits = self.spins as u32;
        while terms.keys().any(|t| t.len() > 2) {
            let mut pairs: BTreeMap<(u32, u32), usize> = BTreeMap::new();
            for term in terms.keys().filter(|t| t.len() > 2) {
                for (k, &a) in term.iter().enumerate() {
                    term[k + 1..].iter().for_each(|&b| *pairs.entry((a, b)).or_insert(0) += 1);
                }
            }
            let Some((&(a, b), _)) = pairs.iter().max_by_key(|(pair, count)| (**count, std::cmp::Reverse(**pair))) else { break };
            let new = bits;
            bits += 1;
            let mut penalty = 0.0;
            let mut replaced = BTreeMap::new();
            for (term, c) in std::mem::take(&mut terms) {
                if term.len() > 2 && term.contains(&a) && term.contains(&b) {
                    penalty += c.abs();
                    let mut shorter: Vec<u32> = term.into_iter().filter(|&v| v != a && v != b).collect();
                    shorter.push(new);
                    *replaced.entry(shorter).or_insert(0.0) += c;
                } else {
                    *replaced.entry(term).or_insert(0.0) += c;
                }
            }
            // a b - 2 a y - 2 b y + 3 y is zero for y = a b and at least one otherwise.
            for (term, c) in [(vec![a, b], 1.0), (vec![a, new], -2.0), (vec![b, new], -2.0), (vec![new], 3.0)] {
                *replaced.entry(term).or_insert(0.0) += c * (penalty + 1.0);
            }
            terms = replaced;
        }
        let over_spins = Self::from_bits(
            bits as usize,
            terms.into_iter().map(|(t, c)| (t.into_iter().map(|v| v as usize).collect::<Vec<_>>(), c)),
        )?;
        over_spins.to_ising()
    }

    /// The same energy as a model of pairs.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] when a term has more than two spins.
    pub fn to_ising(&self) -> Result<Ising, IsingError> {
        let mut field = vec![0.0; self.spins];
        let mut couplings = Vec::new();
        for (members, c) in self.terms() {
            match members {
                [i] => field[*i as usize] -= c,
                [i, j] => couplings.push((*i as usize, *j as usize, -c)),
                _ => {
                    return Err(IsingError::Unsuitable(
                        "the energy has terms of more than two spins; reduce it first".to_owned(),
                    ));
                }
            }
        }
        Ising::new(self.spins, couplings, field, self.offset)
    }

    /// The energy when some spins are held, over the others; and the index here of each spin there.
    ///
    /// # Errors
    /// [`IsingError::Model`] for a spin that does not exist.
    pub fn clamped(&self, clamps: &[(usize, i8)]) -> Result<(Self, Vec<usize>), IsingError> {
        let held: HashMap<usize, i8> = clamps.iter().copied().collect();
        if let Some(spin) = held.keys().find(|s| **s >= self.spins) {
            return Err(IsingError::Model(format!("there is no spin {spin} to clamp")));
        }
        let free: Vec<usize> = (0..self.spins).filter(|i| !held.contains_key(i)).collect();
        let index: HashMap<usize, usize> = free.iter().enumerate().map(|(new, &old)| (old, new)).collect();
        let terms = self.terms().map(|(members, c)| {
            let sign: f64 = members.iter().filter_map(|&m| held.get(&(m as usize))).map(|&v| f64::from(v)).product();
            (members.iter().filter_map(|&m| index.get(&(m as usize)).copied()).collect(), c * sign)
        });
        let constant = std::iter::once((Vec::new(), self.offset));
        Ok((Self::new(free.len(), terms.chain(constant).collect::<Vec<_>>())?, free))
    }
}

fn check(spins: usize, members: &[usize], coefficient: f64) -> Result<(), IsingError> {
    if let Some(m) = members.iter().find(|m| **m >= spins) {
        return Err(IsingError::Model(format!("a term names spin {m}, but there are only {spins} spins")));
    }
    if !coefficient.is_finite() {
        return Err(IsingError::Model(format!("a term has the coefficient {coefficient}")));
    }
    Ok(())
}

impl Energy for Polynomial {
    fn spins(&self) -> usize {
        self.spins
    }

    fn energy(&self, m: &[i8]) -> f64 {
        self.offset
            + self.terms().map(|(members, c)| c * members.iter().map(|&i| f64::from(m[i as usize])).product::<f64>()).sum::<f64>()
    }

    fn local_fields(&self, m: &[i8]) -> Vec<f64> {
        let mut fields = vec![0.0; self.spins];
        for (members, c) in self.terms() {
            let product: f64 = members.iter().map(|&i| f64::from(m[i as usize])).product();
            members.iter().for_each(|&i| fields[i as usize] -= c * product * f64::from(m[i as usize]));
        }
        fields
    }

    fn flip(&self, spin: usize, m: &mut [i8], fields: &mut [f64]) {
        for &t in &self.incident[self.incident_start[spin]..self.incident_start[spin + 1]] {
            let members = self.term(t as usize);
            let product: f64 = members.iter().map(|&i| f64::from(m[i as usize])).product();
            let change = 2.0 * self.coefficient[t as usize] * product;
            for &i in members {
                if i as usize != spin {
                    fields[i as usize] += change * f64::from(m[i as usize]);
                }
            }
        }
        m[spin] = -m[spin];
    }
}
