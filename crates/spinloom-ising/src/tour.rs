//! The travelling salesman over spins: one-hot cities and places with penalties.
//!
//! H = A sum_v (1 - sum_j x_vj)^2 + A sum_j (1 - sum_v x_vj)^2 + B sum_{u != v} d_uv sum_j x_uj x_v,j+1
//! (A. Lucas, Front. Phys. 2, 5 (2014), doi:10.3389/fphy.2014.00005). The first city is held at the first place, which leaves (N - 1)^2 bits.

use crate::qubo::Qubo;
use crate::{Ising, IsingError};

/// Cities and the distances between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Cities {
    n: usize,
    distance: Vec<f64>,
}

impl Cities {
    /// `n` cities with a symmetric matrix of distances, row after row.
    ///
    /// # Errors
    /// [`IsingError::Model`] for fewer than three cities, a matrix of another size, or a distance that is negative or not finite.
    pub fn new(n: usize, distance: Vec<f64>) -> Result<Self, IsingError> {
        if n < 3 || distance.len() != n * n {
            return Err(IsingError::Model(format!("{n} cities and {} distances", distance.len())));
        }
        if distance.iter().any(|d| !(d.is_finite() && *d >= 0.0)) {
            return Err(IsingError::Model("a distance is negative or not a number".to_owned()));
        }
        Ok(Self { n, distance })
    }

    /// Number of cities.
    pub fn count(&self) -> usize {
        self.n
    }

    /// The distance between two cities.
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        self.distance[a * self.n + b]
    }

    /// The largest distance.
    pub fn largest(&self) -> f64 {
        self.distance.iter().copied().fold(0.0, f64::max)
    }

    /// Length of a closed tour.
    pub fn length(&self, tour: &[usize]) -> f64 {
        (0..tour.len()).map(|k| self.distance(tour[k], tour[(k + 1) % tour.len()])).sum()
    }

    /// The bit of city `city` (from 1) at place `place` (from 1).
    fn bit(&self, city: usize, place: usize) -> usize {
        (city - 1) * (self.n - 1) + place - 1
    }

    /// The model, for a penalty A in units of distance; B = 1.
    ///
    /// A ground state is the shortest tour when A is larger than the longest distance; a smaller penalty anneals better and may end in no
    /// tour at all.
    ///
    /// # Errors
    /// [`IsingError::TooLarge`] when the couplings, about N^3 of them, do not fit in memory.
    pub fn model(&self, penalty: f64) -> Result<Ising, IsingError> {
        self.model_with(penalty, &vec![0.0; self.n])
    }

    /// Potentials for [`Cities::model_with`]: 1.2 times the mean of the distances to the two nearest cities, a little more than what a
    /// city costs a good tour.
    pub fn potentials(&self) -> Vec<f64> {
        let nearest = |city: usize| {
            let mut two = [f64::INFINITY; 2];
            for other in (0..self.n).filter(|&other| other != city) {
                let d = self.distance(city, other);
                if d < two[0] {
                    two = [d, two[0]];
                } else if d < two[1] {
                    two[1] = d;
                }
            }
            0.6 * (two[0] + two[1])
        };
        (0..self.n).map(nearest).collect()
    }

    /// The scale of the distances that matter: the mean over cities of the distances to the two nearest; one where all are zero.
    pub fn scale(&self) -> f64 {
        let mean = self.potentials().iter().sum::<f64>() / (1.2 * self.n as f64);
        if mean > 0.0 { mean } else { self.largest().max(1.0) }
    }

    /// The penalty that anneals well with [`Cities::potentials`] where states are read as the nearest tour.
    pub fn penalty(&self) -> f64 {
        2.5 * self.scale()
    }

    /// Inverse temperatures between which tours form and settle, at [`Cities::penalty`].
    pub fn range(&self) -> (f64, f64) {
        (1.0 / self.scale(), 8.0 / self.scale())
    }

    /// The model with a potential for every city but the first: sum_v 2 pi_v (1 - sum_j x_vj) is added, which is zero for every tour.
    ///
    /// A city that is left out saves two distances of its own; where its potential outweighs them, the penalty has to be no larger than
    /// what is left, however far away the city lies.
    ///
    /// # Errors
    /// As [`Cities::model`].
    ///
    /// # Panics
    /// When there are fewer potentials than cities.
    pub fn model_with(&self, penalty: f64, potentials: &[f64]) -> Result<Ising, IsingError> {
        let n = self.n as u128;
        crate::memory::fits(3 * n * n * n * 60, "couplings of the travelling salesman")?;
        let m = self.n - 1;
        let mut entries = Vec::new();
        for v in 1..=m {
            for j in 1..=m {
                // (1 - sum x)^2 = 1 - sum x + 2 sum_{pairs} x x over bits, for its row and its column.
                entries.push((self.bit(v, j), self.bit(v, j), -2.0 * (penalty + potentials[v])));
                for k in j + 1..=m {
                    entries.push((self.bit(v, j), self.bit(v, k), 2.0 * penalty));
                    entries.push((self.bit(j, v), self.bit(k, v), 2.0 * penalty));
                }
            }
        }
        for u in 1..=m {
            let home = self.distance(0, u);
            entries.push((self.bit(u, 1), self.bit(u, 1), home));
            entries.push((self.bit(u, m), self.bit(u, m), home));
            for v in (1..=m).filter(|&v| v != u) {
                for j in 1..m {
                    entries.push((self.bit(u, j), self.bit(v, j + 1), self.distance(u, v)));
                }
            }
        }
        let offset = 2.0 * (penalty * m as f64 + potentials[1..].iter().sum::<f64>());
        Qubo::new(m * m, entries, offset)?.to_ising()
    }

    /// The tour of a state, if it is one: cities from 0 in the order of their places.
    pub fn tour(&self, m: &[i8]) -> Option<Vec<usize>> {
        let mut tour = vec![0];
        for place in 1..self.n {
            let mut here = (1..self.n).filter(|&city| m[self.bit(city, place)] > 0);
            let city = here.next()?;
            if here.next().is_some() || tour.contains(&city) {
                return None;
            }
            tour.push(city);
        }
        Some(tour)
    }

    /// The tour that a state is nearest to, whether it is one or not: cities in the order of their places, of several at one place or one
    /// at several places the first, and cities without a place where they lengthen the tour least.
    ///
    /// A read-out that mends states so lets the penalty be smaller than a ground state needs, and p-bits move more freely.
    ///
    /// ```
    /// use spinloom_ising::tour::Cities;
    /// let square = Cities::new(4, vec![0., 1., 1.4, 1., 1., 0., 1., 1.4, 1.4, 1., 0., 1., 1., 1.4, 1., 0.])?;
    /// // City 2 has no place, and city 3 has two.
    /// let state = [1, -1, -1, -1, -1, -1, -1, 1, 1];
    /// assert_eq!(square.tour(&state), None);
    /// assert_eq!(square.nearest_tour(&state), [0, 1, 2, 3]);
    /// # Ok::<(), spinloom_ising::IsingError>(())
    /// ```
    pub fn nearest_tour(&self, m: &[i8]) -> Vec<usize> {
        let mut placed = vec![false; self.n];
        placed[0] = true;
        let mut tour = vec![0];
        for place in 1..self.n {
            if let Some(city) = (1..self.n).find(|&city| !placed[city] && m[self.bit(city, place)] > 0) {
                placed[city] = true;
                tour.push(city);
            }
        }
        for city in (1..self.n).filter(|&city| !placed[city]) {
            let (mut least, mut at) = (f64::INFINITY, 1);
            for k in 0..tour.len() {
                let (before, after) = (tour[k], tour[(k + 1) % tour.len()]);
                let longer = self.distance(before, city) + self.distance(city, after) - self.distance(before, after);
                if longer < least {
                    (least, at) = (longer, k + 1);
                }
            }
            tour.insert(at, city);
        }
        tour
    }

    /// Shortens a tour as long as turning round a stretch of it, or moving up to three neighbours elsewhere, shortens it
    /// (2-opt: G. A. Croes, Oper. Res. 6, 791 (1958), doi:10.1287/opre.6.6.791; Or-opt).
    ///
    /// What a last descent is to states of spins, this is to tours: annealing finds the valley, and this its floor.
    ///
    /// ```
    /// use spinloom_ising::tour::Cities;
    /// let square = Cities::new(4, vec![0., 1., 1.4, 1., 1., 0., 1., 1.4, 1.4, 1., 0., 1., 1., 1.4, 1., 0.])?;
    /// let mut crossed = vec![0, 2, 1, 3];
    /// square.descend(&mut crossed);
    /// assert_eq!(square.length(&crossed), 4.0);
    /// # Ok::<(), spinloom_ising::IsingError>(())
    /// ```
    pub fn descend(&self, tour: &mut [usize]) {
        while self.turn_round(tour) || self.move_stretch(tour) {}
        let home = tour.iter().position(|&city| city == 0).unwrap_or(0);
        tour.rotate_left(home);
    }

    /// Differences below this are rounding.
    fn rounding(&self) -> f64 {
        1e-12 * self.n as f64 * self.largest()
    }

    /// Turns round the first stretch whose turning shortens the tour.
    fn turn_round(&self, tour: &mut [usize]) -> bool {
        let n = tour.len();
        for first in 1..n.saturating_sub(1) {
            for last in first + 1..n {
                let (before, after) = (tour[first - 1], tour[(last + 1) % n]);
                let (a, b) = (tour[first], tour[last]);
                let longer =
                    self.distance(before, b) + self.distance(a, after) - self.distance(before, a) - self.distance(b, after);
                if longer < -self.rounding() {
                    tour[first..=last].reverse();
                    return true;
                }
            }
        }
        false
    }

    /// Moves the first stretch of one to three cities whose move shortens the tour, either way round.
    fn move_stretch(&self, tour: &mut [usize]) -> bool {
        let n = tour.len();
        for cities in 1..=3.min(n.saturating_sub(3)) {
            for _ in 0..n {
                // The stretch stands first; it goes between the cities at `k` and `k + 1`.
                let (a, b) = (tour[0], tour[cities - 1]);
                let (before, after) = (tour[n - 1], tour[cities]);
                let gap = self.distance(before, a) + self.distance(b, after) - self.distance(before, after);
                for k in cities..n - 1 {
                    let (left, right) = (tour[k], tour[k + 1]);
                    let straight = self.distance(left, a) + self.distance(b, right);
                    let turned = self.distance(left, b) + self.distance(a, right);
                    if straight.min(turned) - self.distance(left, right) < gap - self.rounding() {
                        if turned < straight {
                            tour[..cities].reverse();
                        }
                        tour[..=k].rotate_left(cities);
                        return true;
                    }
                }
                tour.rotate_left(1);
            }
        }
        false
    }

    /// The state of a tour that begins at city 0.
    pub fn state(&self, tour: &[usize]) -> Vec<i8> {
        let mut m = vec![-1; (self.n - 1) * (self.n - 1)];
        for (place, &city) in tour.iter().enumerate().skip(1) {
            m[self.bit(city, place)] = 1;
        }
        m
    }

    /// The shortest tour by dynamic programming (M. Held and R. M. Karp, J. SIAM 10, 196 (1962), doi:10.1137/0110015), up to 18 cities.
    pub fn shortest(&self) -> Option<(f64, Vec<usize>)> {
        let m = self.n - 1;
        if m > 17 {
            return None;
        }
        let mut best = vec![f64::INFINITY; (1 << m) * m];
        let mut from = vec![0u8; (1 << m) * m];
        for last in 0..m {
            best[(1 << last) * m + last] = self.distance(0, last + 1);
        }
        for set in 1usize..1 << m {
            for last in (0..m).filter(|l| set >> l & 1 == 1) {
                let here = best[set * m + last];
                for next in (0..m).filter(|l| set >> l & 1 == 0) {
                    let at = (set | 1 << next) * m + next;
                    let length = here + self.distance(last + 1, next + 1);
                    if length < best[at] {
                        best[at] = length;
                        from[at] = last as u8;
                    }
                }
            }
        }
        let full = (1usize << m) - 1;
        let total = |last: usize| best[full * m + last] + self.distance(last + 1, 0);
        let mut last = (0..m).min_by(|&a, &b| total(a).total_cmp(&total(b)))?;
        let length = total(last);
        let (mut set, mut tour) = (full, Vec::new());
        while set != 0 {
            tour.push(last + 1);
            let previous = from[set * m + last] as usize;
            set &= !(1 << last);
            last = previous;
        }
        tour.push(0);
        tour.reverse();
        Some((length, tour))
    }
}
