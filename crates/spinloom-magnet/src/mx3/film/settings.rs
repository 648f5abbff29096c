//! What a script has set: the grid, the regions, the parameters and the magnetization.

use super::interlayer::Areal;
use super::parameter::{Parameter, Setting};
use super::spread::{Couplings, Spread};
use super::window::shifted;
use super::{Array, Object, Quantity, failed};
use crate::film::{Configuration, Grid, PerCell, VectorField};
use crate::macrospin::Vector;
use crate::mx3::{Function, Stop, Value};
use crate::shape::Shape;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Numbers of regions.
pub const REGIONS: u16 = 256;

/// mumax3's gyromagnetic ratio, rad/(T s).
pub const GAMMA: f64 = 1.7595e11;

/// Something added to a drive: a mask times a function of time.
#[derive(Debug, Clone)]
pub struct Added {
    mask: VectorField<f64>,
    factor: Function<Object>,
}

/// Everything set.
pub struct Settings {
    cells: Option<[usize; 3]>,
    cell_size: Option<[f64; 3]>,
    images: [usize; 3],
    grid: Option<Grid>,
    shape: Shape,
    /// Where pictures of shapes lie.
    pub folder: PathBuf,
    /// Part of each cell that is inside the geometry.
    pub fill: Vec<f64>,
    /// Region of each cell.
    pub regions: Vec<u16>,
    /// What regions were made of.
    pub history: Vec<(u16, Shape)>,
    /// Whether regions are grains, which no shape tells.
    pub has_grains: bool,
    /// How far geometry and regions were shifted along x, m.
    pub geometry_shift: f64,
    pub region_shift: f64,
    /// Magnetization: of unit length inside the geometry, zero outside.
    pub m: VectorField<f64>,
    /// Parameters that are numbers.
    pub scalars: BTreeMap<&'static str, Parameter<f64>>,
    /// Parameters and drives that are vectors.
    pub vectors: BTreeMap<&'static str, Parameter<Vector>>,
    added: BTreeMap<&'static str, Vec<Added>>,
    /// Of exchange.
    pub exchange: Couplings,
    /// Of the interfacial Dzyaloshinskii-Moriya interaction.
    pub dind: Couplings,
    /// Of layers of two regions that face each other: J, J/m^2.
    pub rkky: Areal<1>,
    /// The same: J1 and J2, J/m^2.
    pub biquadratic: Areal<2>,
    /// The same: D, J/m^2.
    pub interlayer_dmi: Areal<1>,
    /// Fields that the script made, T.
    pub fields: Vec<Quantity>,
    /// Densities of energy that the script made, J/m^3.
    pub energies: Vec<Quantity>,
    /// Variables.
    pub variables: BTreeMap<&'static str, Value<Object>>,
    /// Time, s.
    pub time: f64,
    /// Seed of the thermal field.
    pub seed: u64,
}

impl Settings {
    /// Those of mumax3 before a script begins.
    pub fn new(folder: PathBuf) -> Self {
        let scalar = |name: &'static str| (name, Parameter::new(if matches!(name, "Pol" | "Lambda") { 1.0 } else { 0.0 }));
        let scalars = [
            "Msat",
            "Aex",
            "alpha",
            "Ku1",
            "Ku2",
            "Kc1",
            "Kc2",
            "Kc3",
            "Dind",
            "Dbulk",
            "Pol",
            "Lambda",
            "EpsilonPrime",
            "FreeLayerThickness",
            "xi",
            "Temp",
            "frozenspins",
            "NoDemagSpins",
            "B1",
            "B2",
            "exx",
            "eyy",
            "ezz",
            "exy",
            "exz",
            "eyz",
        ];
        let vectors = ["anisU", "anisC1", "anisC2", "B_ext", "J", "FixedLayer"];
        let number = |name, value| (name, Value::Number(value));
        let variables = [
            number("FixDt", 0.0),
            number("MaxDt", 0.0),
            number("MaxErr", 1e-5),
            number("GammaLL", GAMMA),
            number("RelaxTorqueThreshold", -1.0),
            number("MinimizerStop", 1e-6),
            number("ext_BubbleMz", 1.0),
            number("TotalShift", 0.0),
            ("ShiftM", Value::Boolean(true)),
            ("ShiftGeom", Value::Boolean(true)),
            ("ShiftRegions", Value::Boolean(true)),
            ("EdgeCarryShift", Value::Boolean(true)),
            ("ShiftMagL", Value::Vector([0.0; 3])),
            ("ShiftMagR", Value::Vector([0.0; 3])),
            ("EnableDemag", Value::Boolean(true)),
            ("DoPrecess", Value::Boolean(true)),
            ("OpenBC", Value::Boolean(false)),
            ("DisableZhangLiTorque", Value::Boolean(false)),
            ("DisableSlonczewskiTorque", Value::Boolean(false)),
            ("FixedLayerPosition", Value::Integer(1)),
            ("EdgeSmooth", Value::Integer(0)),
            ("OutputFormat", Value::Integer(3)),
            ("FilenameFormat", Value::Text("%s%06d".into())),
            ("SnapshotFormat", Value::Text("png".into())),
        ];
        Self {
            cells: None,
            cell_size: None,
            images: [0; 3],
            grid: None,
            shape: Shape::universe(),
            folder,
            fill: Vec::new(),
            regions: Vec::new(),
            history: Vec::new(),
            has_grains: false,
            geometry_shift: 0.0,
            region_shift: 0.0,
            m: VectorField::zeros(0),
            scalars: scalars.into_iter().map(scalar).collect(),
            vectors: vectors.into_iter().map(|name| (name, Parameter::new([0.0; 3]))).collect(),
            added: BTreeMap::new(),
            exchange: Couplings::new(),
            dind: Couplings::new(),
            rkky: Areal::new(),
            biquadratic: Areal::new(),
            interlayer_dmi: Areal::new(),
            fields: Vec::new(),
            energies: Vec::new(),
            variables: variables.into_iter().collect(),
            time: 0.0,
            seed: 0,
        }
    }

    /// A variable that is a number.
    pub fn number(&self, name: &str) -> f64 {
        self.variables.get(name).and_then(Value::number).unwrap_or(0.0)
    }

    /// A variable that is true or false.
    pub fn switch(&self, name: &str) -> bool {
        matches!(self.variables.get(name), Some(Value::Boolean(true)))
    }

    /// The grid.
    ///
    /// # Errors
    /// Unless the number and the size of the cells were set.
    pub fn grid(&self) -> Result<Grid, Stop> {
        self.grid.ok_or_else(|| failed("there is no grid yet: call SetGridSize and SetCellSize first"))
    }

    /// Sets the number of cells.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn set_cells(&mut self, cells: [i64; 3]) -> Result<(), Stop> {
        let mut sides = [0; 3];
        for (side, n) in sides.iter_mut().zip(cells) {
            *side = usize::try_from(n).map_err(|_| failed(format!("the number of cells must be positive, but it is {n}")))?;
        }
        self.cells = Some(sides);
        self.make_grid()
    }

    /// Sets the size of a cell, m.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn set_cell_size(&mut self, size: [f64; 3]) -> Result<(), Stop> {
        self.cell_size = Some(size);
        self.make_grid()
    }

    /// Sets the repetitions to either side.
    ///
    /// # Errors
    /// A number below 0.
    pub fn set_images(&mut self, images: [i64; 3]) -> Result<(), Stop> {
        for (image, n) in self.images.iter_mut().zip(images) {
            *image = usize::try_from(n).map_err(|_| failed(format!("repetitions must be 0 or more, but they are {n}")))?;
        }
        self.make_grid()
    }

    fn make_grid(&mut self) -> Result<(), Stop> {
        let (Some(cells), Some(size)) = (self.cells, self.cell_size) else { return Ok(()) };
        let grid = Grid::new(cells, size).map_err(failed)?.with_images(self.images);
        let before = self.grid.replace(grid);
        if before.is_none_or(|before| before.cells() != cells) {
            self.m = match before {
                Some(before) => {
                    let components = self.m.components().map(<[f64]>::to_vec).to_vec();
                    Array { cells: before.cells(), components }.on(cells).vectors().map_err(failed)?
                }
                None => VectorField::uniform(grid.len(), [1.0, 0.0, 0.0]),
            };
            self.regions = vec![0; grid.len()];
            self.added.clear();
            for (region, shape) in self.history.clone() {
                self.mark(region, &shape)?;
            }
        }
        self.fill_shape()
    }

    /// Sets the geometry.
    ///
    /// # Errors
    /// What is wrong with the shape.
    pub fn set_shape(&mut self, shape: Shape) -> Result<(), Stop> {
        self.grid()?;
        self.shape = shape;
        self.fill_shape()
    }

    /// Marks the cells of the geometry, which may have been shifted.
    ///
    /// # Errors
    /// What is wrong with the shape, and a geometry without a cell in the grid.
    pub fn fill_shape(&mut self) -> Result<(), Stop> {
        let smoothing = usize::try_from(self.number("EdgeSmooth") as i64).unwrap_or(0);
        let solid = shifted(&self.shape, self.geometry_shift).on_with(&self.grid()?, &self.folder).map_err(failed)?;
        self.fill = solid.fill(smoothing).into_iter().map(f64::from).collect();
        if self.fill.iter().all(|part| *part == 0.0) {
            return Err(failed("the geometry has no cell inside the grid"));
        }
        for (cell, part) in self.fill.iter().enumerate() {
            if *part == 0.0 {
                self.m.set(cell, [0.0; 3]);
            } else if self.m.get(cell) == [0.0; 3] {
                self.m.set(cell, [1.0, 0.0, 0.0]);
            }
        }
        Ok(())
    }

    /// The cells whose middle is in a shape.
    ///
    /// # Errors
    /// What is wrong with the shape.
    pub fn mask(&self, shape: &Shape) -> Result<Vec<bool>, Stop> {
        let shape = shifted(shape, self.number("TotalShift"));
        Ok(shape.on_with(&self.grid()?, &self.folder).map_err(failed)?.mask())
    }

    fn mark(&mut self, region: u16, shape: &Shape) -> Result<(), Stop> {
        let mask = self.mask(shape)?;
        self.regions.iter_mut().zip(mask).filter(|(_, inside)| *inside).for_each(|(number, _)| *number = region);
        Ok(())
    }

    /// Gives the cells in a shape to a region.
    ///
    /// # Errors
    /// What is wrong with the shape.
    pub fn define_region(&mut self, region: u16, shape: Shape) -> Result<(), Stop> {
        self.mark(region, &shape)?;
        self.history.push((region, shape));
        Ok(())
    }

    /// The index of a cell.
    ///
    /// # Errors
    /// A cell outside the grid.
    pub fn cell(&self, place: [i64; 3]) -> Result<usize, Stop> {
        let grid = self.grid()?;
        let mut cell = [0; 3];
        for axis in 0..3 {
            let inside = usize::try_from(place[axis]).ok().filter(|i| *i < grid.cells()[axis]);
            cell[axis] = inside.ok_or_else(|| failed(format!("the cell {place:?} is outside of the grid")))?;
        }
        Ok(grid.index(cell))
    }

    /// Sets the magnetization of the cells that `wanted` picks.
    ///
    /// # Errors
    /// Without a grid.
    pub fn magnetize(&mut self, configuration: &Configuration, wanted: impl Fn(usize) -> bool) -> Result<(), Stop> {
        let m = configuration.on::<f64>(&self.grid()?);
        for cell in (0..m.len()).filter(|cell| wanted(*cell)) {
            self.turn(cell, m.get(cell));
        }
        Ok(())
    }

    /// Turns the magnetization of a cell; the length does not matter, and zero changes nothing.
    pub fn turn(&mut self, cell: usize, direction: Vector) {
        let length = direction.iter().map(|c| c * c).sum::<f64>().sqrt();
        if self.fill[cell] > 0.0 && length > 0.0 && length.is_finite() {
            self.m.set(cell, direction.map(|c| c / length));
        }
    }

    /// Adds a mask times a function of time to a drive.
    ///
    /// # Errors
    /// For a mask without three components, and a function of more than the time.
    pub fn add(&mut self, name: &'static str, mask: &Array, factor: Function<Object>) -> Result<(), Stop> {
        if factor.needs_simulation() {
            factor.number_at(0.0)?;
        }
        let mask = mask.on(self.grid()?.cells()).vectors().map_err(failed)?;
        self.added.entry(name).or_default().push(Added { mask, factor });
        Ok(())
    }

    /// Takes what was added to a drive away.
    pub fn remove_added(&mut self, name: &str) {
        self.added.remove(name);
    }

    /// Whether a vector changes with time.
    pub fn vector_changes(&self, name: &str) -> bool {
        let added = self.added.get(name).is_some_and(|all| all.iter().any(|a| a.factor.constant().is_none()));
        added || self.vectors.get(name).is_some_and(Parameter::changes)
    }

    /// Whether something that the film is made of changes with time: anything but the field and the current.
    pub fn material_changes(&self) -> bool {
        let vectors = self.vectors.keys().filter(|name| !matches!(**name, "B_ext" | "J"));
        self.scalars.values().any(Parameter::changes) || vectors.into_iter().any(|name| self.vector_changes(name))
    }

    /// The values of the regions that occur, by the number of the region.
    fn table<V: Setting>(&self, parameter: &Parameter<V>, time: f64) -> Result<Vec<Option<V>>, Stop> {
        let mut table = vec![None; usize::from(REGIONS)];
        for region in &self.regions {
            let value = &mut table[usize::from(*region)];
            if value.is_none() {
                *value = Some(parameter.at(*region, time)?);
            }
        }
        Ok(table)
    }

    /// A parameter at a time (s), as it is in the cells.
    ///
    /// # Errors
    /// What is wrong with its expressions.
    pub fn scalar(&self, name: &str, time: f64) -> Result<PerCell<f64>, Stop> {
        let parameter = self.scalars.get(name).ok_or_else(|| failed(format!("there is no parameter {name}")))?;
        let table = self.table(parameter, time)?;
        Ok(PerCell::of(self.regions.iter().map(|r| table[usize::from(*r)].unwrap_or(0.0)).collect()))
    }

    /// A vector at a time (s), with all that was added to it.
    ///
    /// # Errors
    /// What is wrong with its expressions.
    pub fn vector(&self, name: &str, time: f64) -> Result<Spread, Stop> {
        let parameter = self.vectors.get(name).ok_or_else(|| failed(format!("there is no vector {name}")))?;
        let table = self.table(parameter, time)?;
        let mut used = table.iter().flatten();
        let first = used.next().copied().unwrap_or([0.0; 3]);
        let added = self.added.get(name).map_or(&[][..], Vec::as_slice);
        if added.is_empty() && used.all(|v| *v == first) {
            return Ok(Spread::Uniform(first));
        }
        let mut field = VectorField::zeros(self.regions.len());
        for (cell, region) in self.regions.iter().enumerate() {
            field.set(cell, table[usize::from(*region)].unwrap_or([0.0; 3]));
        }
        for Added { mask, factor } in added {
            let factor = factor.number_at(time)?;
            for (out, mask) in field.components_mut().into_iter().zip(mask.components()) {
                out.iter_mut().zip(mask).for_each(|(out, mask)| *out += factor * mask);
            }
        }
        Ok(Spread::Cells(field))
    }
}
