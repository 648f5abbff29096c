//! Where there is film, metal and nothing, and whether current can flow at all.

use super::{Contact, TransportError};
use crate::film::{Grid, PerCell};

/// What is in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// Nothing that conducts.
    Empty,
    /// Film.
    Film,
    /// The metal of a contact, at one potential.
    Contact(usize),
}

/// The cells of a film with those of contacts beyond its ends.
#[derive(Debug)]
pub(super) struct Layout {
    /// The film and a layer of cells at every end that a contact touches.
    pub grid: Grid,
    /// What is in its cells.
    pub sites: Vec<Site>,
    /// Cells of each contact.
    pub contacts: Vec<Vec<usize>>,
    /// The film alone.
    film: Grid,
    /// Layers before the first cell of the film, along each axis.
    before: [usize; 3],
}

impl Layout {
    /// Places the contacts on a film.
    ///
    /// # Errors
    /// Says which contact is nowhere, over or beside another, or apart from the rest, and which cells of the film no contact reaches.
    pub fn new(film: &Grid, resistivity: &PerCell<f64>, contacts: &[&Contact]) -> Result<Self, TransportError> {
        let mut layers = [[0usize; 2]; 3];
        for (number, contact) in contacts.iter().enumerate() {
            let cells = match contact {
                Contact::Cells(cells) => cells,
                Contact::Faces { axis, ahead, cells } => {
                    if *axis > 2 || film.is_periodic(*axis) {
                        return Err(TransportError::NoSuchEnd { contact: number, axis: *axis });
                    }
                    layers[*axis][usize::from(*ahead)] = 1;
                    cells
                }
            };
            if let Some(cell) = cells.iter().find(|c| **c >= film.len()) {
                return Err(TransportError::NoCell { contact: number, cell: *cell, cells: film.len() });
            }
        }
        let cells = std::array::from_fn(|a| film.cells()[a] + layers[a][0] + layers[a][1]);
        let grid = Grid::new(cells, film.cell_size())?.with_images(film.images());
        let mut layout = Self {
            sites: vec![Site::Empty; grid.len()],
            grid,
            contacts: vec![Vec::new(); contacts.len()],
            film: *film,
            before: layers.map(|l| l[0]),
        };
        for cell in (0..film.len()).filter(|c| resistivity.at(*c) < f64::INFINITY) {
            let place = layout.place(cell);
            layout.sites[place] = Site::Film;
        }
        for (number, contact) in contacts.iter().enumerate() {
            layout.occupy(number, contact)?;
        }
        layout.check_metal()?;
        layout.check_paths()?;
        Ok(layout)
    }

    /// Index here of a cell of the film.
    pub fn place(&self, cell: usize) -> usize {
        let at = self.film.place(cell);
        self.grid.index(std::array::from_fn(|a| at[a] + self.before[a]))
    }

    /// The cell of the film of an index here, if it is not beyond the ends.
    pub fn cell(&self, place: usize) -> Option<usize> {
        let at = self.grid.place(place);
        let mut cell = [0; 3];
        for a in 0..3 {
            cell[a] = at[a].checked_sub(self.before[a]).filter(|c| *c < self.film.cells()[a])?;
        }
        Some(self.film.index(cell))
    }

    /// Axes of more than one cell.
    pub fn extended(&self, axis: usize) -> bool {
        self.grid.cells()[axis] > 1
    }

    /// The conductivity tensor along the extended axes: across a film of one cell no current flows out, and nothing changes along an axis
    /// of one cell that repeats.
    pub fn within_axes(&self, mut sigma: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
        for c in (0..3).filter(|c| !self.extended(*c) && !self.grid.is_periodic(*c)) {
            let column = [sigma[0][c], sigma[1][c], sigma[2][c]];
            for a in 0..3 {
                for b in 0..3 {
                    sigma[a][b] -= column[a] * column[b] / column[c];
                }
            }
            sigma[c] = [0.0; 3];
            (0..3).for_each(|a| sigma[a][c] = 0.0);
            // Keeps the tensor regular for the next axis; nothing couples to it any more.
            sigma[c][c] = column[c];
        }
        sigma
    }

    /// Puts the metal of a contact where it belongs; where there is no film to touch, it has none.
    fn occupy(&mut self, number: usize, contact: &Contact) -> Result<(), TransportError> {
        let (cells, beyond) = match contact {
            Contact::Cells(cells) => (cells, None),
            Contact::Faces { axis, ahead, cells } => (cells, Some((*axis, *ahead))),
        };
        for cell in cells {
            let mut place = self.place(*cell);
            if let Some((axis, ahead)) = beyond {
                let end = if ahead { self.film.cells()[axis] - 1 } else { 0 };
                if self.film.place(*cell)[axis] != end {
                    return Err(TransportError::NotAtEnd { contact: number, cell: self.film.place(*cell), axis });
                }
                if self.sites[place] == Site::Empty {
                    continue;
                }
                let next = self.grid.neighbour(self.grid.place(place), axis, ahead);
                // Layers were added wherever a contact is.
                place = next.unwrap_or(place);
            } else if self.sites[place] == Site::Empty {
                continue;
            }
            match self.sites[place] {
                Site::Contact(other) if other != number => {
                    return Err(TransportError::Touching { first: other, second: number, cell: self.film.place(*cell) });
                }
                Site::Contact(_) => {}
                Site::Empty | Site::Film => {
                    self.sites[place] = Site::Contact(number);
                    self.contacts[number].push(place);
                }
            }
        }
        if self.contacts[number].is_empty() {
            return Err(TransportError::NoMaterial { contact: number });
        }
        Ok(())
    }

    /// Cells on either side of the faces of a cell.
    pub fn beside(&self, place: usize) -> impl Iterator<Item = usize> {
        let at = self.grid.place(place);
        let sides = (0..6).filter(|side| self.extended(side / 2));
        sides.filter_map(move |side| self.grid.neighbour(at, side / 2, side % 2 == 1))
    }

    fn check_metal(&self) -> Result<(), TransportError> {
        for (number, places) in self.contacts.iter().enumerate() {
            let mut touches_film = false;
            for place in places {
                for other in self.beside(*place) {
                    match self.sites[other] {
                        Site::Contact(other_number) if other_number != number => {
                            let cell = self.film_cell_near(*place);
                            return Err(TransportError::Touching { first: number, second: other_number, cell });
                        }
                        Site::Film => touches_film = true,
                        _ => {}
                    }
                }
            }
            if !touches_film {
                return Err(TransportError::NoMaterial { contact: number });
            }
        }
        Ok(())
    }

    /// The cell of the film at a place, or the next one to it.
    fn film_cell_near(&self, place: usize) -> [usize; 3] {
        let at = self.grid.place(place);
        std::array::from_fn(|a| at[a].saturating_sub(self.before[a]).min(self.film.cells()[a] - 1))
    }

    /// Follows the current from the first contact: it has to get everywhere.
    fn check_paths(&self) -> Result<(), TransportError> {
        let mut reached = vec![false; self.sites.len()];
        let mut contact_reached = vec![false; self.contacts.len()];
        let mut pending = Vec::new();
        let mut flood = |from: &[usize], contact_reached: &mut [bool]| {
            pending.extend_from_slice(from);
            let mut count = 0usize;
            while let Some(place) = pending.pop() {
                if std::mem::replace(&mut reached[place], true) {
                    continue;
                }
                count += 1;
                if let Site::Contact(number) = self.sites[place]
                    && !std::mem::replace(&mut contact_reached[number], true)
                {
                    pending.extend_from_slice(&self.contacts[number]);
                }
                pending.extend(self.beside(place).filter(|p| self.sites[*p] != Site::Empty && !reached[*p]));
            }
            count
        };
        flood(&self.contacts[0], &mut contact_reached);
        if let Some(second) = contact_reached.iter().position(|r| !r) {
            return Err(TransportError::NotConnected { first: 0, second });
        }
        for place in 0..self.sites.len() {
            if self.sites[place] == Site::Film {
                let cells = flood(&[place], &mut contact_reached);
                if cells > 0 {
                    return Err(TransportError::Island { cell: self.film_cell_near(place), cells });
                }
            }
        }
        Ok(())
    }
}
