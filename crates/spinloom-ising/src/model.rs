//! The one model: spins m = +-1 with pair couplings J and fields h,
//!
//! E(m) = -(1/2 sum_ij J_ij m_i m_j + sum_i h_i m_i) + offset, J symmetric with an empty diagonal.

use crate::IsingError;

/// Spins with pair couplings and fields, the neighbours of each spin in a row (compressed sparse rows).
///
/// ```
/// use spinloom_ising::Ising;
/// let pair = Ising::new(2, [(0, 1, 1.0)], vec![0.0; 2], 0.0)?;
/// assert_eq!(pair.energy(&[1, 1]), -1.0);
/// assert_eq!(pair.local_field(&[1, -1], 0), -1.0);
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ising {
    start: Vec<usize>,
    neighbour: Vec<u32>,
    coupling: Vec<f64>,
    field: Vec<f64>,
    offset: f64,
}

impl Ising {
    /// `spins` spins with the couplings (i, j, J_ij), each pair once; pairs given several times add up.
    ///
    /// # Errors
    /// [`IsingError::Model`] for a spin that does not exist, a spin coupled to itself, a number that is not finite, fields of another
    /// length than `spins`, or a model too large for memory.
    pub fn new(
        spins: usize,
        couplings: impl IntoIterator<Item = (usize, usize, f64)>,
        field: Vec<f64>,
        offset: f64,
    ) -> Result<Self, IsingError> {
        if u32::try_from(spins).is_err() {
            return Err(IsingError::Model(format!("{spins} spins are more than the {} that can be addressed", u32::MAX)));
        }
        if field.len() != spins {
            return Err(IsingError::Model(format!("{} fields for {spins} spins", field.len())));
        }
        if !offset.is_finite() || field.iter().any(|h| !h.is_finite()) {
            return Err(IsingError::Model("a field or the offset is not a finite number".to_owned()));
        }
        let mut entries: Vec<(u32, u32, f64)> = Vec::new();
        for (i, j, value) in couplings {
            check_entry(spins, i, j, value)?;
            entries.push((i.min(j) as u32, i.max(j) as u32, value));
        }
        // Files give edges in order, as a rule, so that the sort costs next to nothing. It is stable: repeated pairs add up in their order.
        entries.sort_by_key(|e| (e.0, e.1));
        entries.dedup_by(|later, first| {
            let same = (later.0, later.1) == (first.0, first.1);
            if same {
                first.2 += later.2;
            }
            same
        });
        entries.retain(|e| e.2 != 0.0);
        Ok(Self::from_sorted(spins, &entries, field, offset))
    }

    /// From the entries (i, j, J_ij) of a symmetric matrix with an empty diagonal, row after row and each row in order, in one pass: what a
    /// dense matrix or compressed rows hold. `capacity` is how many entries are expected.
    ///
    /// ```
    /// use spinloom_ising::Ising;
    /// let rows = [(0, 1, 2.0), (1, 0, 2.0), (1, 2, -1.0), (2, 1, -1.0)];
    /// assert_eq!(Ising::from_rows(rows, 4, vec![0.0; 3], 0.0)?, Ising::new(3, [(0, 1, 2.0), (1, 2, -1.0)], vec![0.0; 3], 0.0)?);
    /// # Ok::<(), spinloom_ising::IsingError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Ising::new`], and for entries out of order or without an equal one across the diagonal.
    pub fn from_rows(
        entries: impl IntoIterator<Item = (usize, usize, f64)>,
        capacity: usize,
        field: Vec<f64>,
        offset: f64,
    ) -> Result<Self, IsingError> {
        let spins = field.len();
        // No couplings yet: checks size, fields and offset.
        let mut this = Self::new(spins, [], field, offset)?;
        this.neighbour.reserve(capacity);
        this.coupling.reserve(capacity);
        let mut last = None;
        for (i, j, value) in entries {
            check_entry(spins, i, j, value)?;
            if last >= Some((i, j)) {
                return Err(IsingError::Model(format!("the entry ({i}, {j}) comes twice or out of order")));
            }
            last = Some((i, j));
            if value != 0.0 {
                this.start[i + 1] += 1;
                this.neighbour.push(j as u32);
                this.coupling.push(value);
            }
        }
        for i in 0..spins {
            this.start[i + 1] += this.start[i];
        }
        this.check_symmetry()?;
        Ok(this)
    }

    /// Every entry below the diagonal has to meet its equal above: rows are met in order, so one cursor a row finds them all in one pass.
    fn check_symmetry(&self) -> Result<(), IsingError> {
        let entry = |i: usize, j: usize| {
            let (columns, values) = self.neighbours(i);
            columns.binary_search(&(j as u32)).map_or(0.0, |at| values[at])
        };
        let wrong = |i: usize, j: usize| {
            let (this, that) = (entry(i, j), entry(j, i));
            Err(IsingError::Model(format!("J[{i}, {j}] is {this}, but J[{j}, {i}] is {that}: couplings are symmetric")))
        };
        let mut upper = vec![0; self.spins()];
        for i in 0..self.spins() {
            let (columns, values) = self.neighbours(i);
            let below = columns.partition_point(|&j| (j as usize) < i);
            upper[i] = self.start[i] + below;
            for (&j, &value) in columns[..below].iter().zip(values) {
                let j = j as usize;
                let at = upper[j];
                let expected = (at < self.start[j + 1]).then(|| self.neighbour[at] as usize);
                match expected {
                    Some(k) if k == i && self.coupling[at] == value => upper[j] += 1,
                    Some(k) if k < i => return wrong(j, k),
                    _ => return wrong(i, j),
                }
            }
        }
        match (0..self.spins()).find(|&i| upper[i] < self.start[i + 1]) {
            Some(i) => wrong(i, self.neighbour[upper[i]] as usize),
            None => Ok(()),
        }
    }

    fn from_sorted(spins: usize, entries: &[(u32, u32, f64)], field: Vec<f64>, offset: f64) -> Self {
        let mut start = vec![0; spins + 1];
        for e in entries {
            start[e.0 as usize + 1] += 1;
            start[e.1 as usize + 1] += 1;
        }
        for i in 0..spins {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut neighbour = vec![0; 2 * entries.len()];
        let mut coupling = vec![0.0; 2 * entries.len()];
        // The lower neighbours of a row come first and in order because the entries are sorted by their first spin.
        for &(i, j, value) in entries {
            for (from, to) in [(j, i), (i, j)] {
                let at = &mut next[from as usize];
                neighbour[*at] = to;
                coupling[*at] = value;
                *at += 1;
            }
        }
        Self { start, neighbour, coupling, field, offset }
    }

    /// Number of spins.
    pub fn spins(&self) -> usize {
        self.field.len()
    }

    /// Number of coupled pairs.
    pub fn pairs(&self) -> usize {
        self.neighbour.len() / 2
    }

    /// The neighbours of a spin and the couplings to them.
    pub fn neighbours(&self, spin: usize) -> (&[u32], &[f64]) {
        let row = self.start[spin]..self.start[spin + 1];
        (&self.neighbour[row.clone()], &self.coupling[row])
    }

    /// Every coupled pair once, as (i, j, J) with i < j.
    pub fn couplings(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.spins()).flat_map(move |i| {
            let (columns, values) = self.neighbours(i);
            columns.iter().zip(values).filter(move |(j, _)| **j as usize > i).map(move |(j, v)| (i, *j as usize, *v))
        })
    }

    /// The field h of every spin.
    pub fn fields(&self) -> &[f64] {
        &self.field
    }

    /// The constant part of the energy.
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// Number of neighbours of a spin.
    pub fn degree(&self, spin: usize) -> usize {
        self.start[spin + 1] - self.start[spin]
    }

    /// Energy of a configuration of +-1.
    ///
    /// # Panics
    /// When `m` is shorter than the number of spins.
    pub fn energy(&self, m: &[i8]) -> f64 {
        let mut twice_pairs = 0.0;
        let mut fields = 0.0;
        for i in 0..self.spins() {
            let (columns, values) = self.neighbours(i);
            let sum: f64 = columns.iter().zip(values).map(|(&j, v)| v * f64::from(m[j as usize])).sum();
            twice_pairs += sum * f64::from(m[i]);
            fields += self.field[i] * f64::from(m[i]);
        }
        self.offset - (0.5 * twice_pairs + fields)
    }

    /// h_i + sum_j J_ij m_j: half of what flipping spin i from up to down costs.
    ///
    /// # Panics
    /// When `m` is shorter than the number of spins.
    pub fn local_field(&self, m: &[i8], spin: usize) -> f64 {
        let (columns, values) = self.neighbours(spin);
        self.field[spin] + columns.iter().zip(values).map(|(&j, v)| v * f64::from(m[j as usize])).sum::<f64>()
    }

    /// The largest |local field| that each spin can feel.
    pub fn largest_fields(&self) -> Vec<f64> {
        (0..self.spins()).map(|i| self.field[i].abs() + self.neighbours(i).1.iter().map(|v| v.abs()).sum::<f64>()).collect()
    }

    /// The smallest power of two, at most 2^20, that makes every coupling and field a whole number, if there is one and the local fields
    /// then stay below 2^30.
    ///
    /// A QUBO of whole numbers has couplings in quarters: its scale is 4 or less, and every engine that counts in whole numbers is exact.
    pub fn integer_scale(&self) -> Option<f64> {
        let whole = |scale: f64| {
            self.coupling.iter().chain(&self.field).all(|v| (v * scale).fract() == 0.0)
                && self.largest_fields().iter().all(|f| f * scale < f64::from(1 << 30))
        };
        (0..=20).map(|k| f64::from(1 << k)).find(|&scale| whole(scale))
    }

    /// The exact conditional model of the other spins when some are held: clamped spins vanish into fields and offset.
    ///
    /// Returns the model and, for each of its spins, the index in this one.
    ///
    /// # Errors
    /// [`IsingError::Model`] for a spin that does not exist or one clamped both ways.
    pub fn clamped(&self, clamps: &[(usize, i8)]) -> Result<(Self, Vec<usize>), IsingError> {
        let mut held = vec![0i8; self.spins()];
        for &(spin, value) in clamps {
            let slot = held.get_mut(spin).ok_or_else(|| IsingError::Model(format!("there is no spin {spin} to clamp")))?;
            if *slot != 0 && *slot != value {
                return Err(IsingError::Model(format!("spin {spin} is clamped both up and down")));
            }
            *slot = value;
        }
        let free: Vec<usize> = (0..self.spins()).filter(|&i| held[i] == 0).collect();
        let mut index = vec![usize::MAX; self.spins()];
        for (new, &old) in free.iter().enumerate() {
            index[old] = new;
        }
        let mut field: Vec<f64> = free.iter().map(|&i| self.field[i]).collect();
        let mut offset = self.offset - held.iter().zip(&self.field).map(|(m, h)| f64::from(*m) * h).sum::<f64>();
        let mut kept = Vec::new();
        for (i, j, value) in self.couplings() {
            match (held[i], held[j]) {
                (0, 0) => kept.push((index[i], index[j], value)),
                (0, m) => field[index[i]] += value * f64::from(m),
                (m, 0) => field[index[j]] += value * f64::from(m),
                (a, b) => offset -= value * f64::from(a) * f64::from(b),
            }
        }
        Ok((Self::new(free.len(), kept, field, offset)?, free))
    }

    /// Colours such that coupled spins differ, greedily and from the largest degree down: spins of one colour may be updated together.
    pub fn colouring(&self) -> Vec<u32> {
        let mut order: Vec<usize> = (0..self.spins()).collect();
        // Neighbours in order of their indices two-colour a bipartite lattice only when coloured along it, so lattices get their
        // breadth-first order and everything else the largest degree first.
        if let Some(two) = self.bipartition() {
            return two;
        }
        order.sort_by_key(|&i| std::cmp::Reverse(self.degree(i)));
        let mut colour = vec![u32::MAX; self.spins()];
        let mut used = Vec::new();
        for i in order {
            used.clear();
            used.resize(self.degree(i) + 1, false);
            for &j in self.neighbours(i).0 {
                if let Some(slot) = used.get_mut(colour[j as usize] as usize) {
                    *slot = true;
                }
            }
            colour[i] = used.iter().position(|u| !u).unwrap_or(0) as u32;
        }
        colour
    }

    /// Two colours, if the couplings allow them.
    fn bipartition(&self) -> Option<Vec<u32>> {
        let mut colour = vec![u32::MAX; self.spins()];
        let mut queue = std::collections::VecDeque::new();
        for root in 0..self.spins() {
            if colour[root] != u32::MAX {
                continue;
            }
            colour[root] = 0;
            queue.push_back(root);
            while let Some(i) = queue.pop_front() {
                for &j in self.neighbours(i).0 {
                    if colour[j as usize] == u32::MAX {
                        colour[j as usize] = 1 - colour[i];
                        queue.push_back(j as usize);
                    } else if colour[j as usize] == colour[i] {
                        return None;
                    }
                }
            }
        }
        Some(colour)
    }

    /// Adds the couplings and fields of `other` onto the spins `onto` of a model of `spins` spins: circuits are composed by sharing spins.
    ///
    /// # Errors
    /// [`IsingError::Model`] when `onto` names a spin that does not exist or has another length than `other` has spins.
    pub fn compose<'a>(spins: usize, parts: impl IntoIterator<Item = (&'a Self, &'a [usize])>) -> Result<Self, IsingError> {
        let mut field = vec![0.0; spins];
        let mut offset = 0.0;
        let mut couplings = Vec::new();
        for (part, onto) in parts {
            if onto.len() != part.spins() {
                return Err(IsingError::Model(format!("{} places for a part of {} spins", onto.len(), part.spins())));
            }
            for (&place, h) in onto.iter().zip(&part.field) {
                *field.get_mut(place).ok_or_else(|| IsingError::Model(format!("there is no spin {place}")))? += h;
            }
            for (i, j, value) in part.couplings() {
                let (a, b) = (onto[i], onto[j]);
                // Two legs of a part on one spin: m m = 1.
                if a == b { offset -= value } else { couplings.push((a, b, value)) }
            }
            offset += part.offset;
        }
        Self::new(spins, couplings, field, offset)
    }
}

fn check_entry(spins: usize, i: usize, j: usize, value: f64) -> Result<(), IsingError> {
    if i >= spins || j >= spins {
        return Err(IsingError::Model(format!("coupling between spins {i} and {j}, but there are only {spins} spins")));
    }
    if i == j {
        return Err(IsingError::Model(format!("spin {i} is coupled to itself")));
    }
    if !value.is_finite() {
        return Err(IsingError::Model(format!("the coupling between spins {i} and {j} is {value}")));
    }
    Ok(())
}
