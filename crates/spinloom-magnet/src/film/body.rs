//! A film: its cells, what acts on them, and how they turn.

use super::dynamics::{DynamicsError, RightHandSide, Solver};
use super::links::{Same, Values};
use super::{Demag, Grid, Material, PARALLEL, PerCell, Real, Row, RowField, State, Term, VectorField};
use crate::MagnetError;
use crate::macrospin::Vector;
use multiversion::multiversion;
use rayon::prelude::*;
use spinloom_core::constants::GYROMAGNETIC_RATIO;

/// What the demagnetising field is called in tables of energies.
const DEMAGNETIZATION: &str = "demagnetization";

/// Cells that are worth a task of their own: some ten microseconds of work.
const CELLS_A_TASK: usize = 1024;

/// Numbers that are worth a task to clear.
const CLEARED_A_TASK: usize = 1 << 16;

/// A film or body: cells of magnetization and everything that acts on them.
///
/// ```
/// use spinloom_magnet::film::{Film, Grid, Material, PerCell, Zeeman};
/// let grid = Grid::new([64, 64, 1], [2e-9, 2e-9, 1e-9])?;
/// let mut material = Material::<f64>::new(5.8e5, 0.1, 1.5e-11);
/// material.uniaxial_anisotropy[0] = PerCell::Uniform(8e5);
/// material.interfacial_dmi = PerCell::Uniform(3e-3);
/// let mut film = Film::new(grid, material)?;
/// film.add_term(Box::new(Zeeman::uniform([0.0, 0.0, 0.1])?));
/// film.magnetize(|[x, _, _]| if x < 0.0 { [0.0, 0.0, 1.0] } else { [0.1, 0.0, -1.0] })?;
/// let total: f64 = film.energies().iter().map(|(_, energy)| energy).sum();
/// assert!((film.total_energy() - total).abs() < 1e-25);
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
pub struct Film<T: Real> {
    grid: Grid,
    material: Material<T>,
    magnetization: VectorField<T>,
    time: f64,
    /// Of the material.
    inner: Vec<Box<dyn Term<T>>>,
    /// From outside.
    outer: Vec<Box<dyn Term<T>>>,
    demag: Option<Demag<T>>,
    /// What makes the demagnetising field, where that is not the material.
    source: Option<PerCell<T>>,
    precession: bool,
    gyromagnetic_ratio: f64,
}

impl<T: Real> std::fmt::Debug for Film<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let terms: Vec<&str> = self.terms().map(Term::name).collect();
        f.debug_struct("Film").field("grid", &self.grid).field("time", &self.time).field("terms", &terms).finish_non_exhaustive()
    }
}

impl<T: Real> Film<T> {
    /// A film of this material, magnetized along x, at the time 0 and without a field from outside or a demagnetising field.
    ///
    /// # Errors
    /// What [`Material::terms`] tells.
    pub fn new(grid: Grid, material: Material<T>) -> Result<Self, MagnetError> {
        let inner = material.terms(&grid)?;
        let magnetization = VectorField::zeros(grid.len());
        let mut film = Self {
            grid,
            material,
            magnetization,
            time: 0.0,
            inner,
            outer: Vec::new(),
            demag: None,
            source: None,
            precession: true,
            gyromagnetic_ratio: GYROMAGNETIC_RATIO,
        };
        film.magnetize(|_| [1.0, 0.0, 0.0])?;
        Ok(film)
    }

    /// Where its cells are.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// What it is made of.
    pub fn material(&self) -> &Material<T> {
        &self.material
    }

    /// Makes it of another material; where that is none, magnetization vanishes, and where it is new, it points along x.
    ///
    /// # Errors
    /// What [`Material::terms`] tells; the film is then as it was.
    pub fn set_material(&mut self, material: Material<T>) -> Result<(), MagnetError> {
        self.inner = material.terms(&self.grid)?;
        for cell in 0..self.grid.len() {
            let filled = material.saturation_magnetization.at(cell) > T::zero();
            if !filled {
                self.magnetization.set(cell, [0.0; 3]);
            } else if self.magnetization.get(cell) == [0.0; 3] {
                self.magnetization.set(cell, [1.0, 0.0, 0.0]);
            }
        }
        self.material = material;
        Ok(())
    }

    /// Magnetization of its cells: of unit length, or zero where there is no material.
    pub fn magnetization(&self) -> &VectorField<T> {
        &self.magnetization
    }

    /// The magnetization, for integrators that keep its length themselves.
    pub fn magnetization_mut(&mut self) -> &mut VectorField<T> {
        &mut self.magnetization
    }

    /// Turns the cells into these directions, of any length; cells without material ignore theirs.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one vector a cell, and [`MagnetError::InCell`] for one of no length or no number; the film
    /// is then as it was.
    pub fn set_magnetization(&mut self, directions: &VectorField<T>) -> Result<(), MagnetError> {
        directions.components().iter().try_for_each(|c| MagnetError::length("the magnetization", &self.grid, c.len()))?;
        let mut unit = VectorField::zeros(self.grid.len());
        for cell in 0..self.grid.len() {
            if self.material.saturation_magnetization.at(cell) > T::zero() {
                let m = directions.get(cell);
                let length = m.iter().map(|m| m * m).sum::<f64>().sqrt();
                MagnetError::in_cell(
                    length > 0.0,
                    "the length of m",
                    &self.grid,
                    cell,
                    length,
                    "greater than 0, to have a direction",
                )?;
                unit.set(cell, m.map(|m| m / length));
            }
        }
        self.magnetization = unit;
        Ok(())
    }

    /// Turns the cells into the directions at their places (m from the middle of the grid).
    ///
    /// # Errors
    /// As [`set_magnetization`](Self::set_magnetization).
    pub fn magnetize(&mut self, direction: impl Fn(Vector) -> Vector) -> Result<(), MagnetError> {
        let mut directions = VectorField::zeros(self.grid.len());
        (0..self.grid.len()).for_each(|cell| directions.set(cell, direction(self.grid.position(self.grid.place(cell)))));
        self.set_magnetization(&directions)
    }

    /// Its time, s.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Sets its time, s.
    pub fn set_time(&mut self, time: f64) {
        self.time = time;
    }

    /// Whether magnetization precesses; without, it only follows the damping, which is a way to a minimum of the energy.
    pub fn precesses(&self) -> bool {
        self.precession
    }

    /// Sets whether magnetization precesses.
    pub fn set_precession(&mut self, precession: bool) {
        self.precession = precession;
    }

    /// Its gyromagnetic ratio, rad/(T s).
    pub fn gyromagnetic_ratio(&self) -> f64 {
        self.gyromagnetic_ratio
    }

    /// Sets its gyromagnetic ratio (rad/(T s)), which is that of the electron otherwise. Only how fast it turns depends on it: torques of
    /// currents in the plane and thermal fields, which are fields here, are made for that of the electron.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] unless it is positive.
    pub fn set_gyromagnetic_ratio(&mut self, ratio: f64) -> Result<(), MagnetError> {
        MagnetError::unless(ratio > 0.0, "the gyromagnetic ratio (rad/(T s))", ratio, "positive")?;
        self.gyromagnetic_ratio = ratio;
        Ok(())
    }

    /// Lets something more act on it.
    pub fn add_term(&mut self, term: Box<dyn Term<T>>) {
        self.outer.push(term);
    }

    /// Drops all added terms of a name, and tells how many there were.
    pub fn remove_terms(&mut self, name: &str) -> usize {
        let before = self.outer.len();
        self.outer.retain(|term| term.name() != name);
        before - self.outer.len()
    }

    /// Everything that acts row by row, what the material brings first.
    pub fn terms(&self) -> impl Iterator<Item = &dyn Term<T>> {
        self.inner.iter().chain(&self.outer).map(AsRef::as_ref)
    }

    /// Sets the demagnetising field, which has to be that of the film's grid, or that there is none.
    pub fn set_demag(&mut self, demag: Option<Demag<T>>) {
        self.demag = demag;
    }

    /// The demagnetising field, if the film has one.
    pub fn demag(&self) -> Option<&Demag<T>> {
        self.demag.as_ref()
    }

    /// Sets the saturation magnetization (A/m) that makes the demagnetising field, where it is another than that of the material: that of
    /// cells which are filled in part, for one. It has one value, or one a cell.
    pub fn set_demag_source(&mut self, source: Option<PerCell<T>>) {
        self.source = source;
    }

    /// What rows add to: the demagnetising field, or `false` where there is none, in which case rows clear `out` themselves.
    fn base_field(&mut self, m: &VectorField<T>, out: &mut VectorField<T>) -> bool {
        let Some(demag) = &mut self.demag else { return false };
        for component in out.components_mut() {
            if component.len() <= CLEARED_A_TASK {
                component.fill(T::zero());
            } else {
                component.par_chunks_mut(CLEARED_A_TASK).for_each(|part| part.fill(T::zero()));
            }
        }
        demag.add_field(self.source.as_ref().unwrap_or(&self.material.saturation_magnetization), m, out);
        true
    }

    /// The demagnetising field (T) on the present magnetization.
    fn demagnetizing_field(&mut self) -> VectorField<T> {
        let m = std::mem::take(&mut self.magnetization);
        let mut out = VectorField::zeros(self.grid.len());
        self.base_field(&m, &mut out);
        self.magnetization = m;
        out
    }

    /// The whole field (T) on a magnetization at a time (s). All three have one vector a cell.
    pub fn field_of(&mut self, m: &VectorField<T>, time: f64, out: &mut VectorField<T>) {
        let based = self.base_field(m, out);
        let terms = || self.terms();
        drive(&self.grid, State { m, time }, &terms, based, out, |_, _| T::zero());
    }

    /// dm/dt (1/s) of a magnetization at a time (s), and the largest |m x B| (T) of any cell: Gilbert's equation
    ///
    /// ```text
    /// dm/dt = -gamma m x B + alpha m x dm/dt
    /// ```
    ///
    /// solved for dm/dt, with the first term left out where there is no precession. A field that is not a number makes the velocity none.
    pub fn velocity(&mut self, m: &VectorField<T>, time: f64, out: &mut VectorField<T>) -> f64 {
        let based = self.base_field(m, out);
        let (terms, damping) = (|| self.terms(), &self.material.damping);
        let (gamma, precession) = (T::of(self.gyromagnetic_ratio), self.precession);
        let largest = drive(&self.grid, State { m, time }, &terms, based, out, |row, field| {
            let m = m.components().map(|m| &m[row.range()]);
            match damping {
                PerCell::Uniform(alpha) => torque(field.x, field.y, field.z, m, Same(*alpha), gamma, precession),
                PerCell::Cells(alpha) => torque(field.x, field.y, field.z, m, &alpha[row.range()], gamma, precession),
            }
        });
        largest.double().sqrt()
    }

    /// Advances the film to a time (s) by a solver, whose time it has from then on.
    ///
    /// # Errors
    /// What [`Solver::advance_to`] tells; the film is then as it was after the last good step.
    pub fn advance_to(&mut self, solver: &mut Solver<T>, until: f64) -> Result<(), DynamicsError> {
        let mut m = std::mem::take(&mut self.magnetization);
        let result = solver.advance_to(self, &mut m, until);
        (self.magnetization, self.time) = (m, solver.time());
        result
    }

    /// The field (T) of all terms of a name on the present magnetization.
    ///
    /// # Errors
    /// [`MagnetError::NoTerm`] tells the names there are.
    pub fn field_by_name(&mut self, name: &str) -> Result<VectorField<T>, MagnetError> {
        if name == DEMAGNETIZATION && self.demag.is_some() {
            return Ok(self.demagnetizing_field());
        }
        if !self.terms().any(|term| term.name() == name) {
            let known = self.terms().map(Term::name).chain(self.demag.as_ref().map(|_| DEMAGNETIZATION));
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(MagnetError::NoTerm { name: name.to_owned(), known });
        }
        let mut out = VectorField::zeros(self.grid.len());
        let terms = || self.terms().filter(|term| term.name() == name);
        drive(&self.grid, State { m: &self.magnetization, time: self.time }, &terms, true, &mut out, |_, _| T::zero());
        Ok(out)
    }

    /// Energies (J) of the present magnetization, one a name, in the order of the terms, with that of the demagnetising field last.
    pub fn energies(&mut self) -> Vec<(&'static str, f64)> {
        let mut energies: Vec<(&'static str, f64)> = Vec::new();
        let mut field = VectorField::zeros(self.grid.len());
        for term in self.terms() {
            let Some(degree) = term.degree() else { continue };
            let one = || std::iter::once(term);
            drive(&self.grid, State { m: &self.magnetization, time: self.time }, &one, false, &mut field, |_, _| T::zero());
            let energy = -self.moment_in(&field) / degree;
            match energies.iter_mut().find(|(name, _)| *name == term.name()) {
                Some((_, sum)) => *sum += energy,
                None => energies.push((term.name(), energy)),
            }
        }
        if self.demag.is_some() {
            let field = self.demagnetizing_field();
            energies.push((DEMAGNETIZATION, -0.5 * self.moment_in(&field)));
        }
        energies
    }

    /// Energy (J) of the present magnetization, of all terms that have one.
    pub fn total_energy(&mut self) -> f64 {
        self.energies().iter().map(|(_, energy)| energy).sum()
    }

    /// Sum over the cells of Ms V m.B, J, row by row in order, so that the number of threads does not matter.
    fn moment_in(&self, field: &VectorField<T>) -> f64 {
        let (m, ms) = (&self.magnetization, &self.material.saturation_magnetization);
        let of_row = |number: usize| -> f64 {
            let cells = self.grid.row(number).range();
            let dot = |i: usize| (m.x[i] * field.x[i] + m.y[i] * field.y[i] + m.z[i] * field.z[i]).double();
            cells.map(|i| ms.at(i).double() * dot(i)).sum()
        };
        if self.grid.len() < PARALLEL {
            return (0..self.grid.rows()).map(of_row).sum::<f64>() * self.grid.cell_volume();
        }
        let rows: Vec<f64> = (0..self.grid.rows()).into_par_iter().with_min_len(rows_a_task(&self.grid)).map(of_row).collect();
        rows.iter().sum::<f64>() * self.grid.cell_volume()
    }
}

impl<T: Real> RightHandSide<T> for Film<T> {
    fn velocity(&mut self, m: &VectorField<T>, time: f64, velocity: &mut VectorField<T>) -> f64 {
        Self::velocity(self, m, time, velocity)
    }

    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.inner.iter_mut().chain(&mut self.outer).for_each(|term| term.begin_step(step, time_step));
    }

    fn is_stochastic(&self) -> bool {
        self.terms().any(Term::is_stochastic)
    }
}

fn rows_a_task(grid: &Grid) -> usize {
    CELLS_A_TASK.div_ceil(grid.cells()[0])
}

/// Lets terms add their fields row by row, on all cores, to what `out` holds if it is `based` and to zero otherwise, finishes each row
/// while it is in the cache, and tells the largest number that any finish gave.
fn drive<'a, T: Real, I: Iterator<Item = &'a dyn Term<T>>>(
    grid: &Grid,
    state: State<'_, T>,
    terms: &(impl Fn() -> I + Sync),
    based: bool,
    out: &mut VectorField<T>,
    finish: impl Fn(Row, &mut RowField<'_, T>) -> T + Sync,
) -> T {
    let nx = grid.cells()[0];
    let one = |number: usize, x: &mut [T], y: &mut [T], z: &mut [T]| {
        let row = grid.row(number);
        if !based {
            [&mut *x, &mut *y, &mut *z].into_iter().for_each(|component| component.fill(T::zero()));
        }
        let mut field = RowField { x, y, z };
        terms().for_each(|term| term.add_row(state, row, &mut field));
        finish(row, &mut field)
    };
    let larger = |a, b| if a > b { a } else { b };
    if grid.len() < PARALLEL {
        let rows = out.x.chunks_exact_mut(nx).zip(out.y.chunks_exact_mut(nx)).zip(out.z.chunks_exact_mut(nx));
        return rows.enumerate().map(|(number, ((x, y), z))| one(number, x, y, z)).fold(T::zero(), larger);
    }
    let rows = (out.x.par_chunks_exact_mut(nx), out.y.par_chunks_exact_mut(nx), out.z.par_chunks_exact_mut(nx));
    let rows = rows.into_par_iter().enumerate().with_min_len(rows_a_task(grid));
    rows.map(|(number, (x, y, z))| one(number, x, y, z)).reduce(T::zero, larger)
}

/// Cells whose squared torques are kept at hand.
const BLOCK: usize = 64;

/// Turns fields into dm/dt, 1/s, and tells the largest |m x B|^2, T^2.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2+fma"))]
fn torque<T: Real, V: Values<T>>(
    x: &mut [T],
    y: &mut [T],
    z: &mut [T],
    m: [&[T]; 3],
    damping: V,
    gamma: T,
    precession: bool,
) -> T {
    let turns = if precession { T::one() } else { T::zero() };
    let mut largest = [T::zero(); 8];
    for start in (0..x.len()).step_by(BLOCK) {
        let n = BLOCK.min(x.len() - start);
        let (x, y, z) = (&mut x[start..start + n], &mut y[start..start + n], &mut z[start..start + n]);
        let (m, damping) = (m.part(start, n), damping.part(start, n));
        let mut squares = [T::zero(); BLOCK];
        let squares = &mut squares[..n.next_multiple_of(8)];
        for i in 0..n {
            let ([mx, my, mz], alpha) = (m.at(i), damping.at(i));
            let (cx, cy, cz) = (my * z[i] - mz * y[i], mz * x[i] - mx * z[i], mx * y[i] - my * x[i]);
            let rate = -gamma / (T::one() + alpha * alpha);
            x[i] = rate * (turns * cx + alpha * (my * cz - mz * cy));
            y[i] = rate * (turns * cy + alpha * (mz * cx - mx * cz));
            z[i] = rate * (turns * cz + alpha * (mx * cy - my * cx));
            squares[i] = cx * cx + cy * cy + cz * cz;
        }
        for squares in squares.chunks_exact(8) {
            for (most, square) in largest.iter_mut().zip(squares) {
                *most = if *square > *most { *square } else { *most };
            }
        }
    }
    largest.into_iter().fold(T::zero(), |a, b| if a > b { a } else { b })
}
