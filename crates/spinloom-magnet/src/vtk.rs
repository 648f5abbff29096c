//! VTK XML files for ParaView: image data (`.vti`) with any number of fields, and time series of them (`.pvd`).
//!
//! Format: W. Schroeder, K. Martin and B. Lorensen, *VTK File Formats*, <https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html>.
//! Values belong to cells, not to points between them; they are appended raw, little endian, each array after its length in 8 bytes.
//! Sizes are in metres.

use crate::MagnetError;
use crate::file::{self, FileError, number};
use crate::film::{Grid, PerCell, Real, VectorField};
use std::fmt::Write;
use std::path::Path;

/// Fields on one grid, to be written as a `.vti` file.
///
/// ```
/// use spinloom_magnet::film::{Grid, PerCell, VectorField};
/// use spinloom_magnet::vtk::Image;
/// let grid = Grid::new([4, 2, 1], [5e-9, 5e-9, 3e-9])?;
/// let image = Image::new(&grid)
///     .vectors("m", &VectorField::<f64>::uniform(grid.len(), [0.0, 0.0, 1.0]))?
///     .scalars("Ms", &PerCell::Uniform(8e5))?
///     .integers("regions", &[0u8, 0, 1, 1, 0, 0, 1, 1])?;
/// assert!(image.to_bytes().starts_with(b"<?xml version=\"1.0\"?>"));
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Image {
    grid: Grid,
    origin: [f64; 3],
    time: Option<f64>,
    arrays: Vec<Array>,
}

#[derive(Debug, Clone)]
struct Array {
    name: String,
    kind: &'static str,
    components: usize,
    bytes: Vec<u8>,
}

impl Image {
    /// No fields yet. The middle of the grid is at zero, as for [`Grid::position`].
    pub fn new(grid: &Grid) -> Self {
        Self { grid: *grid, origin: grid.size().map(|s| -0.5 * s), time: None, arrays: Vec::new() }
    }

    /// Puts the corner of the grid with the smallest coordinates elsewhere, m.
    #[must_use]
    pub fn with_origin(mut self, origin: [f64; 3]) -> Self {
        self.origin = origin;
        self
    }

    /// The time of the fields, s.
    #[must_use]
    pub fn with_time(mut self, time: f64) -> Self {
        self.time = Some(time);
        self
    }

    /// Adds a field of vectors, in the precision it has.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one vector a cell, [`MagnetError::InCell`] for NaN and infinities.
    pub fn vectors<T: Real>(mut self, name: &str, field: &VectorField<T>) -> Result<Self, MagnetError> {
        for component in field.components() {
            self.check(name, component.len())?;
        }
        let interleaved = (0..field.len()).flat_map(|cell| field.get(cell));
        self.add::<T>(name, 3, interleaved)?;
        Ok(self)
    }

    /// Adds a field of numbers, in the precision it has.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one value a cell, [`MagnetError::InCell`] for NaN and infinities.
    pub fn scalars<T: Real>(mut self, name: &str, field: &PerCell<T>) -> Result<Self, MagnetError> {
        if let PerCell::Cells(values) = field {
            self.check(name, values.len())?;
        }
        let values = (0..self.grid.len()).map(|cell| field.at(cell).double());
        self.add::<T>(name, 1, values)?;
        Ok(self)
    }

    /// Adds a field of whole numbers, such as regions.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one value a cell.
    pub fn integers<I: Copy + Into<i64>>(mut self, name: &str, values: &[I]) -> Result<Self, MagnetError> {
        self.check(name, values.len())?;
        let bytes = values.iter().flat_map(|v| (*v).into().to_le_bytes()).collect();
        self.arrays.push(Array { name: name.to_owned(), kind: "Int64", components: 1, bytes });
        Ok(self)
    }

    fn check(&self, name: &str, found: usize) -> Result<(), MagnetError> {
        MagnetError::length(name, &self.grid, found)
    }

    fn add<T: Real>(&mut self, name: &str, components: usize, values: impl Iterator<Item = f64>) -> Result<(), MagnetError> {
        let single = size_of::<T>() == size_of::<f32>();
        let mut bytes = Vec::with_capacity(self.grid.len() * components * size_of::<T>());
        for (index, value) in values.enumerate() {
            MagnetError::in_cell(true, name, &self.grid, index / components, value, "a finite number")?;
            if single {
                bytes.extend_from_slice(&(value as f32).to_le_bytes());
            } else {
                bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
        self.arrays.push(Array { name: name.to_owned(), kind: if single { "Float32" } else { "Float64" }, components, bytes });
        Ok(())
    }

    /// The file as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let triple = |v: [f64; 3]| v.map(number).join(" ");
        let [nx, ny, nz] = self.grid.cells();
        let extent = format!("0 {nx} 0 {ny} 0 {nz}");
        let mut head = format!(
            "<?xml version=\"1.0\"?>\n\
             <VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n\
             <ImageData WholeExtent=\"{extent}\" Origin=\"{}\" Spacing=\"{}\">\n",
            triple(self.origin),
            triple(self.grid.cell_size()),
        );
        if let Some(time) = self.time.filter(|t| t.is_finite()) {
            head.push_str(&format!(
                "<FieldData><DataArray type=\"Float64\" Name=\"TimeValue\" NumberOfTuples=\"1\" format=\"ascii\">{}</DataArray></FieldData>\n",
                number(time)
            ));
        }
        let first = |components: usize| self.arrays.iter().find(|a| a.components == components).map(|a| escaped(&a.name));
        let active = [("Scalars", first(1)), ("Vectors", first(3))];
        let active: String = active.into_iter().filter_map(|(kind, name)| name.map(|n| format!(" {kind}=\"{n}\""))).collect();
        head.push_str(&format!("<Piece Extent=\"{extent}\">\n<CellData{active}>\n"));
        let mut offset = 0;
        for Array { name, kind, components, bytes } in &self.arrays {
            head.push_str(&format!(
                "<DataArray type=\"{kind}\" Name=\"{}\" NumberOfComponents=\"{components}\" format=\"appended\" offset=\"{offset}\"/>\n",
                escaped(name)
            ));
            offset += bytes.len() + size_of::<u64>();
        }
        head.push_str("</CellData>\n</Piece>\n</ImageData>\n<AppendedData encoding=\"raw\">\n_");
        let mut out = head.into_bytes();
        for array in &self.arrays {
            out.extend_from_slice(&(array.bytes.len() as u64).to_le_bytes());
            out.extend_from_slice(&array.bytes);
        }
        out.extend_from_slice(b"\n</AppendedData>\n</VTKFile>\n");
        out
    }

    /// Writes the file, in place of one that may be there.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn write_file(&self, path: &Path) -> Result<(), FileError> {
        file::write(path, &self.to_bytes())
    }
}

/// A time series: a `.pvd` file, which names a file for each of its times.
///
/// ```
/// use spinloom_magnet::vtk::Series;
/// let mut series = Series::default();
/// series.push(0.0, "m000000.vti");
/// series.push(1e-10, "m000001.vti");
/// assert_eq!(Series::parse(&series.to_xml()), Some(series));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Time (s) and file, relative to the folder of the series.
    pub entries: Vec<(f64, String)>,
}

impl Series {
    /// Adds a file.
    pub fn push(&mut self, time: f64, file: &str) {
        self.entries.push((time, file.to_owned()));
    }

    /// Drops what is later than a time (s), for a run that goes on from there.
    pub fn truncate(&mut self, time: f64) {
        self.entries.retain(|(t, _)| *t <= time);
    }

    /// The text of the file.
    pub fn to_xml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n<Collection>\n",
        );
        for (time, file) in &self.entries {
            // Writing to a string does not fail.
            let _ = writeln!(out, "<DataSet timestep=\"{}\" group=\"\" part=\"0\" file=\"{}\"/>", number(*time), escaped(file));
        }
        out.push_str("</Collection>\n</VTKFile>\n");
        out
    }

    /// The series in a text that [`Series::to_xml`] made; none in any other.
    pub fn parse(text: &str) -> Option<Self> {
        let (_, body) = text.split_once("<Collection>")?;
        let (body, _) = body.split_once("</Collection>")?;
        let entry = |line: &str| Some((attribute(line, "timestep")?.parse().ok()?, attribute(line, "file")?));
        let lines = body.lines().filter(|l| !l.trim().is_empty());
        Some(Self { entries: lines.map(entry).collect::<Option<_>>()? })
    }

    /// Writes the file, in place of one that may be there.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn write_file(&self, path: &Path) -> Result<(), FileError> {
        file::write(path, self.to_xml().as_bytes())
    }
}

/// Signs with a meaning in XML, and how they are written.
const ENTITIES: [(char, &str); 7] =
    [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\n', "&#10;"), ('\r', "&#13;"), ('\t', "&#9;")];

/// A text as the value of an attribute. Other control characters have no place in XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match ENTITIES.iter().find(|(plain, _)| *plain == sign) {
            Some((_, entity)) => out.push_str(entity),
            None if sign.is_control() => out.push('\u{fffd}'),
            None => out.push(sign),
        }
    }
    out
}

/// The value of an attribute of an element.
fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    // The ampersand last, so that what it made is not taken for another.
    let plain = ENTITIES.iter().rev().fold(value.to_owned(), |text, (sign, entity)| text.replace(entity, &sign.to_string()));
    Some(plain)
}
