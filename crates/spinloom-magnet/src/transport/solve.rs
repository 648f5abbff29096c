//! From a magnetization to the current through it.

use super::{
    Circuit, Conductor, Conjugate, Contact, Corners, Drive, Flat, Layout, MagnetError, Multigrid, Site, Solid, Stencil,
    Transport, TransportError, combine, count,
};
use crate::film::{Grid, Real, VectorField};
use rayon::prelude::*;

/// Cells that one thread takes at a time.
const CHUNK: usize = 1024;

/// Largest relative error of the electric field, in the mean square over the film.
const TOLERANCE: f64 = 1e-10;

impl<T: Real> Transport<T> {
    /// A film with contacts.
    ///
    /// # Errors
    /// Says what is wrong with the conductor or with the contacts: see [`TransportError`].
    pub fn new(grid: &Grid, conductor: Conductor, contacts: &[(Contact, Drive)]) -> Result<Self, TransportError> {
        conductor.check(grid.len())?;
        if contacts.len() < 2 {
            return Err(TransportError::TooFewContacts { count: contacts.len() });
        }
        let places: Vec<&Contact> = contacts.iter().map(|c| &c.0).collect();
        let layout = Layout::new(grid, &conductor.resistivity, &places)?;
        let drives: Vec<Drive> = contacts.iter().map(|c| c.1).collect();
        check_drives(&drives)?;
        let corners = corners(&layout);
        let matrix = Stencil::zeros(layout.grid.cells(), &corners.offsets());
        let cells = layout.grid.len();
        let unit = |places: &Vec<usize>| {
            let mut potential = vec![0.0; cells];
            places.iter().for_each(|p| potential[*p] = 1.0);
            potential
        };
        Ok(Self {
            film: *grid,
            inverse: Multigrid::new(&layout, &conductor.resistivity),
            conjugate: Conjugate::new(cells),
            basis: layout.contacts[1..].iter().map(unit).collect(),
            potential: vec![0.0; cells],
            circuit: Circuit::new(drives.len()),
            iterations: 0,
            current: VectorField::zeros(grid.len()),
            power: vec![0.0; grid.len()],
            tolerance: TOLERANCE,
            conductor,
            layout,
            drives,
            corners,
            matrix,
        })
    }

    /// Sets the largest relative error of the electric field, in the mean square over the film; 1e-10 from the start. Resistances and
    /// powers are wrong by its square.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] unless it is from 1e-13 to 0.1.
    pub fn set_tolerance(&mut self, tolerance: f64) -> Result<(), TransportError> {
        MagnetError::unless((1e-13..=0.1).contains(&tolerance), "the tolerance", tolerance, "from 1e-13 to 0.1")?;
        self.tolerance = tolerance;
        Ok(())
    }

    /// Connects the contacts otherwise. What was solved stays; [`solve`](Self::solve) takes the new drives.
    ///
    /// # Errors
    /// [`TransportError::Count`] unless there is one for every contact, [`TransportError::AllFloating`] where none is a potential.
    pub fn set_drives(&mut self, drives: &[Drive]) -> Result<(), TransportError> {
        count("drives of contacts", drives.len(), self.drives.len())?;
        check_drives(drives)?;
        self.drives.copy_from_slice(drives);
        Ok(())
    }

    /// Forgets the potentials found so far, which the next solution would start from.
    pub fn reset(&mut self) {
        for (potential, number) in self.basis.iter_mut().zip(1..) {
            for (value, site) in potential.iter_mut().zip(&self.layout.sites) {
                *value = if *site == Site::Contact(number) { 1.0 } else { 0.0 };
            }
        }
    }

    /// Finds the potential for a magnetization, of unit length or 0 in each cell: the conductances among the contacts, and what they
    /// carry. Starts from the potential found before.
    ///
    /// # Errors
    /// [`TransportError::Count`] for another number of cells, [`TransportError::NotFinite`] for a magnetization that is no number,
    /// [`TransportError::NotConverged`].
    pub fn solve(&mut self, m: &VectorField<T>) -> Result<(), TransportError> {
        self.check(m)?;
        let local = Local { film: &self.film, conductor: &self.conductor, m };
        let layout = &self.layout;
        self.corners.assemble(
            layout,
            &|place| layout.cell(place).map_or([[0.0; 3]; 3], |cell| local.conductivity(cell)),
            &mut self.matrix,
        );
        self.iterations = 0;
        for number in 0..self.basis.len() {
            let potential = &mut self.basis[number];
            let held = &self.layout.contacts;
            self.iterations += self.conjugate.solve(&self.matrix, &mut self.inverse, held, potential, self.tolerance)?;
        }
        for (number, potential) in self.basis.iter().enumerate() {
            let circuit = &mut self.circuit;
            self.conjugate.products(&self.matrix, potential, self.basis.iter(), |k, g| circuit.set(number + 1, k + 1, g));
        }
        self.circuit.close();
        self.circuit.drive(&self.drives)?;
        // The potentials of the basis and that of the first contact alone add up to one.
        let first = self.circuit.potentials[0];
        self.potential.fill(first);
        for (basis, potential) in self.basis.iter().zip(&self.circuit.potentials[1..]) {
            combine(&mut self.potential, potential - first, basis);
        }
        Ok(())
    }

    /// Finds the current density (A/m^2) of each cell for a magnetization, as [`solve`](Self::solve) does. It is 0 in cells without
    /// material and in the metal of contacts.
    ///
    /// # Errors
    /// As [`solve`](Self::solve).
    pub fn current_density(&mut self, m: &VectorField<T>) -> Result<&VectorField<T>, TransportError> {
        self.solve(m)?;
        let (layout, corners, potential) = (&self.layout, &mut self.corners, &self.potential);
        corners.find_faces(layout, potential);
        let local = Local { film: &self.film, conductor: &self.conductor, m };
        // Along an axis of one cell that repeats the current is what the field in the other directions drives.
        let circulating: [bool; 3] = std::array::from_fn(|a| !layout.extended(a) && layout.grid.is_periodic(a));
        let volume = self.film.cell_volume();
        let corners = &self.corners;
        let [x, y, z] = self.current.components_mut();
        let cells = x.par_iter_mut().zip(y).zip(z).zip(&mut self.power).with_min_len(CHUNK).enumerate();
        cells.for_each(|(cell, (((x, y), z), power))| {
            let place = layout.place(cell);
            if layout.sites[place] != Site::Film {
                return;
            }
            let mut flow = corners.flow(layout, potential, place);
            if circulating.contains(&true) {
                let sigma = layout.within_axes(local.conductivity(cell));
                for a in (0..3).filter(|a| circulating[*a]) {
                    flow.current[a] = (0..3).map(|b| sigma[a][b] * flow.field[b]).sum();
                }
            }
            (*x, *y, *z) = (T::of(flow.current[0]), T::of(flow.current[1]), T::of(flow.current[2]));
            *power = flow.power / volume;
        });
        Ok(&self.current)
    }

    fn check(&self, m: &VectorField<T>) -> Result<(), TransportError> {
        for component in m.components() {
            count("components of the magnetization", component.len(), self.film.len())?;
            if let Some(cell) = component.iter().position(|v| !v.is_finite()) {
                return Err(TransportError::NotFinite { cell: self.film.place(cell) });
            }
        }
        Ok(())
    }

    /// Potential of each cell as found last, V: that of the contact in its metal, 0 in cells without material.
    pub fn potential(&self) -> Vec<f64> {
        let at = |cell| {
            let place = self.layout.place(cell);
            if self.layout.sites[place] == Site::Empty { 0.0 } else { self.potential[place] }
        };
        (0..self.film.len()).map(at).collect()
    }

    /// Joule power of each cell, W/m^3, of the last [`current_density`](Self::current_density).
    pub fn power_density(&self) -> &[f64] {
        &self.power
    }

    /// Potential of each contact as found last, V.
    pub fn potentials(&self) -> &[f64] {
        &self.circuit.potentials
    }

    /// Current from each contact into the film as found last, A.
    pub fn currents(&self) -> &[f64] {
        &self.circuit.currents
    }

    /// Joule power, the sum of U I over the contacts, W.
    pub fn power(&self) -> f64 {
        self.potentials().iter().zip(self.currents()).map(|(u, i)| u * i).sum()
    }

    /// The matrix G of the currents I = G U, row by row, S: symmetric, and equal potentials drive nothing.
    pub fn conductance_matrix(&self) -> &[f64] {
        self.circuit.conductance()
    }

    /// The matrix R of the potentials U = R I counted from the `reference` contact, whose row and column are 0; row by row, ohm.
    ///
    /// # Errors
    /// [`TransportError::NoContact`], [`TransportError::Singular`] before the first solution.
    pub fn resistance_matrix(&self, reference: usize) -> Result<Vec<f64>, TransportError> {
        self.check_contact(reference)?;
        self.circuit.resistance(reference)
    }

    /// Voltage from contact `plus` to `minus` per current that enters at `from` and leaves at `to`, ohm: with the same two, the
    /// resistance between them, with others a four-point or a Hall resistance.
    ///
    /// # Errors
    /// As [`resistance_matrix`](Self::resistance_matrix).
    pub fn resistance(&self, from: usize, to: usize, plus: usize, minus: usize) -> Result<f64, TransportError> {
        [from, to, plus, minus].into_iter().try_for_each(|c| self.check_contact(c))?;
        let r = self.circuit.resistance(to)?;
        Ok(r[plus * self.drives.len() + from] - r[minus * self.drives.len() + from])
    }

    /// Iterations of the last solution, for all contacts together.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    fn check_contact(&self, contact: usize) -> Result<(), TransportError> {
        let count = self.drives.len();
        if contact < count { Ok(()) } else { Err(TransportError::NoContact { contact, count }) }
    }
}

fn corners(layout: &Layout) -> Box<dyn Corners> {
    // Films are one cell thick along z more often than along another axis.
    match (0..3).rev().find(|a| !layout.extended(*a)) {
        Some(2) => Box::new(Flat::new(layout, [0, 1])),
        Some(1) => Box::new(Flat::new(layout, [0, 2])),
        Some(_) => Box::new(Flat::new(layout, [1, 2])),
        None => Box::new(Solid::new(layout, [0, 1, 2])),
    }
}

fn check_drives(drives: &[Drive]) -> Result<(), TransportError> {
    for drive in drives {
        match drive {
            Drive::Potential(u) => MagnetError::unless(true, "the potential of a contact (V)", *u, "finite")?,
            Drive::Current(i) => MagnetError::unless(true, "the current of a contact (A)", *i, "finite")?,
            Drive::Floating => {}
        }
    }
    if drives.iter().any(|d| matches!(d, Drive::Potential(_))) {
        Ok(())
    } else {
        Err(TransportError::AllFloating { count: drives.len() })
    }
}

/// The film and its magnetization.
struct Local<'a, T> {
    film: &'a Grid,
    conductor: &'a Conductor,
    m: &'a VectorField<T>,
}

impl<T: Real> Local<'_, T> {
    /// Conductivity tensor of a cell that conducts, S/m.
    fn conductivity(&self, cell: usize) -> [[f64; 3]; 3] {
        let mut rho = self.conductor.resistivity.at(cell);
        if self.conductor.noncollinear > 0.0 {
            rho += self.conductor.noncollinear * self.gradient_squared(cell);
        }
        let a = self.conductor.anisotropic_ratio;
        let across = 1.0 / rho;
        let along = across * (2.0 - a) / (2.0 + a);
        let m = self.m.get(cell);
        let length = m.iter().map(|c| c * c).sum::<f64>();
        let excess = if length > 0.0 { (along - across) / length } else { 0.0 };
        std::array::from_fn(|a| std::array::from_fn(|b| excess * m[a] * m[b] + if a == b { across } else { 0.0 }))
    }

    /// |grad m|^2, 1/m^2: along each axis the mean of the squared differences with the magnetized cells on either side.
    fn gradient_squared(&self, cell: usize) -> f64 {
        let (here, at) = (self.m.get(cell), self.film.place(cell));
        let mut total = 0.0;
        if here == [0.0; 3] {
            return 0.0;
        }
        for axis in 0..3 {
            let (mut sum, mut sides) = (0.0, 0.0);
            for ahead in [false, true] {
                let there = self.film.neighbour(at, axis, ahead).map_or([0.0; 3], |c| self.m.get(c));
                if there != [0.0; 3] {
                    sum += (0..3).map(|k| (there[k] - here[k]).powi(2)).sum::<f64>();
                    sides += 1.0;
                }
            }
            if sides > 0.0 {
                total += sum / (sides * self.film.cell_size()[axis].powi(2));
            }
        }
        total
    }
}
