//! OVF files, the vector fields of OOMMF: versions 1.0 and 2.0 with rectangular meshes, as text, binary 4 or binary 8.
//!
//! They are read as OOMMF, mumax3 and Ubermag write them, and written so that these read them. Specification: M. J. Donahue and D. G.
//! Porter, OOMMF User's Guide 2.1, chapter "Vector Field File Format (OVF)", <https://math.nist.gov/oommf/doc/>. A binary block begins
//! with a check value, 1234567.0 or 123456789012345.0, and is big endian in version 1.0, little endian in 2.0.
//!
//! Values come a cell after the other, x fastest, as a [`Grid`] numbers them. Sizes are in metres: a file in another unit of length is
//! converted. Nothing is allocated for counts that the rest of the file cannot hold.

mod data;
mod error;
mod header;
mod list;
mod write;

pub use error::OvfError;

use crate::MagnetError;
use crate::file::{self, FileError};
use crate::film::{Grid, Real, VectorField};
use header::{Header, Reader, Record};
use std::path::Path;

/// How the values of an OVF file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Decimal numbers, in as many digits as give back the same bits.
    Text,
    /// Numbers of 4 bytes: seven digits.
    Binary4,
    /// Numbers of 8 bytes.
    Binary8,
}

/// Versions of the OVF format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// OVF 1.0: three components with one unit, binary data big endian.
    One,
    /// OVF 2.0: any number of components, binary data little endian.
    Two,
}

/// A field on a regular grid, and what its file says about it.
///
/// ```
/// use spinloom_magnet::film::{Grid, VectorField};
/// use spinloom_magnet::ovf::{Format, Ovf, Version, read};
/// let grid = Grid::new([4, 2, 1], [5e-9, 5e-9, 3e-9])?;
/// let m = VectorField::<f64>::uniform(grid.len(), [0.0, 0.6, 0.8]);
/// let mut field = Ovf::of_vectors(&grid, "m", "1", &m)?;
/// field.time = Some(1.2e-10);
/// let back = read(&field.to_bytes(Format::Binary8, Version::Two)?)?;
/// assert_eq!((back.time, back.vectors::<f64>()?), (Some(1.2e-10), m));
/// # Ok::<(), spinloom_magnet::ovf::OvfError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ovf {
    /// Number and size of the cells.
    pub grid: Grid,
    /// The corner of the grid with the smallest coordinates, m. mumax3 and OOMMF have it at zero.
    pub origin: [f64; 3],
    /// What the field is.
    pub title: String,
    /// The name of each component.
    pub labels: Vec<String>,
    /// The unit of each component, as the file has it.
    pub units: Vec<String>,
    /// Lines that describe the field, without the one that tells the time.
    pub descriptions: Vec<String>,
    /// Time of the simulation, s.
    pub time: Option<f64>,
    /// The values of each component, one a cell.
    pub values: Vec<Vec<f64>>,
    /// What a person should know about how the file was read: that it has more segments, that its unit of length is unknown.
    pub notes: Vec<String>,
}

impl Ovf {
    /// A field of some components, one array for each; the origin is the corner of the grid, at zero.
    ///
    /// # Errors
    /// [`OvfError::Unwritable`] for no components, or not one value a cell.
    pub fn new(grid: &Grid, title: &str, labels: &[&str], unit: &str, values: Vec<Vec<f64>>) -> Result<Self, OvfError> {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let field = Self {
            grid: *grid,
            origin: [0.0; 3],
            title: title.to_owned(),
            labels: owned(labels),
            units: vec![unit.to_owned(); values.len()],
            descriptions: Vec::new(),
            time: None,
            values,
            notes: Vec::new(),
        };
        field.check_lengths()?;
        Ok(field)
    }

    /// A field of vectors, its components named as mumax3 does: `m_x`, `m_y`, `m_z` for the title `m`.
    ///
    /// # Errors
    /// [`OvfError::Unwritable`] unless there is one vector a cell.
    pub fn of_vectors<T: Real>(grid: &Grid, title: &str, unit: &str, field: &VectorField<T>) -> Result<Self, OvfError> {
        let labels = ["x", "y", "z"].map(|c| format!("{title}_{c}"));
        let values = field.components().map(|c| c.iter().map(|v| v.double()).collect()).to_vec();
        Self::new(grid, title, &labels.each_ref().map(String::as_str), unit, values)
    }

    /// A field of numbers.
    ///
    /// # Errors
    /// [`OvfError::Unwritable`] unless there is one value a cell.
    pub fn of_scalars(grid: &Grid, title: &str, unit: &str, values: Vec<f64>) -> Result<Self, OvfError> {
        Self::new(grid, title, &[title], unit, vec![values])
    }

    /// The field as vectors.
    ///
    /// # Errors
    /// [`MagnetError::OutOfRange`] unless it has three components.
    pub fn vectors<T: Real>(&self) -> Result<VectorField<T>, MagnetError> {
        let [x, y, z] = self.values.as_slice() else {
            return Err(MagnetError::OutOfRange {
                what: "the number of components of a field of vectors",
                value: self.values.len() as f64,
                bound: "3",
            });
        };
        let converted = |component: &Vec<f64>| component.iter().map(|v| T::of(*v)).collect();
        Ok(VectorField { x: converted(x), y: converted(y), z: converted(z) })
    }

    /// The file as bytes.
    ///
    /// # Errors
    /// [`OvfError::Unwritable`] for what the version or the format cannot hold, [`OvfError::NotFinite`] for NaN and infinities.
    pub fn to_bytes(&self, format: Format, version: Version) -> Result<Vec<u8>, OvfError> {
        write::to_bytes(self, format, version)
    }

    /// Writes the file, in place of one that may be there.
    ///
    /// # Errors
    /// Those of [`Ovf::to_bytes`], and of the system, with the name of the file.
    pub fn write_file(&self, path: &Path, format: Format, version: Version) -> Result<(), FileError> {
        let bytes = self.to_bytes(format, version).map_err(|source| FileError::Ovf { path: path.to_owned(), source })?;
        file::write(path, &bytes)
    }

    fn check_lengths(&self) -> Result<(), OvfError> {
        let unwritable = |what: &str, found: usize, expected: String| {
            Err(OvfError::Unwritable { what: what.to_owned(), found: found.to_string(), expected })
        };
        let components = self.values.len();
        if components == 0 {
            return unwritable("the number of components", 0, "at least 1".to_owned());
        }
        for (what, list) in [("the number of labels", &self.labels), ("the number of units", &self.units)] {
            if list.len() != components {
                return unwritable(what, list.len(), format!("{components}, one a component"));
            }
        }
        match self.values.iter().find(|v| v.len() != self.grid.len()) {
            Some(values) => {
                unwritable("the number of values of a component", values.len(), format!("{}, one a cell", self.grid.len()))
            }
            None => Ok(()),
        }
    }
}

/// Reads a file from its bytes. Of a file of several segments the first is read, and a note says so; [`read_all`] reads every one.
///
/// # Errors
/// [`OvfError`], with the line or the byte.
pub fn read(bytes: &[u8]) -> Result<Ovf, OvfError> {
    let mut reader = Reader::new(bytes);
    let version = header::version(&mut reader)?;
    let (mut field, segments) = segment(&mut reader, version)?;
    if begins_segment(&mut reader) {
        let count = segments.filter(|s| s.parse().is_ok_and(|n: u32| n > 1)).unwrap_or_else(|| "several".to_owned());
        field.notes.push(format!("the file has {count} segments, of which the first was read"));
    }
    Ok(field)
}

/// Reads every segment of a file from its bytes.
///
/// # Errors
/// [`OvfError`], with the line or the byte.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Ovf>, OvfError> {
    let mut reader = Reader::new(bytes);
    let version = header::version(&mut reader)?;
    let mut fields = vec![segment(&mut reader, version)?.0];
    while begins_segment(&mut reader) {
        fields.push(segment(&mut reader, version)?.0);
    }
    Ok(fields)
}

/// Reads a file.
///
/// # Errors
/// Those of [`read`], and of the system, with the name of the file.
pub fn read_file(path: &Path) -> Result<Ovf, FileError> {
    read(&file::read(path)?).map_err(|source| FileError::Ovf { path: path.to_owned(), source })
}

/// Whether another segment follows; the reader is then behind the line that begins it.
fn begins_segment(reader: &mut Reader<'_>) -> bool {
    while let Some((_, record)) = reader.next_record() {
        match record {
            Record::Blank => {}
            Record::Of(key, _) if key == "end" => {}
            Record::Of(key, value) => return key == "begin" && value.eq_ignore_ascii_case("segment"),
            Record::Other(_) => return false,
        }
    }
    false
}

/// Reads a segment, and how many the header says there are.
fn segment(reader: &mut Reader<'_>, version: Version) -> Result<(Ovf, Option<String>), OvfError> {
    let header = Header::read(reader)?;
    header.require_rectangular()?;
    let components = match version {
        Version::One => 3,
        Version::Two => header.count("valuedim")?,
    };
    let multiplier = match version {
        Version::One => header.optional_number("valuemultiplier")?.unwrap_or(1.0),
        Version::Two => 1.0,
    };
    let mut notes = Vec::new();
    if version == Version::Two && header.text("valuemultiplier").is_some() {
        notes.push("`valuemultiplier` was left out of account: OVF 2.0 has none".to_owned());
    }
    // What is wrong with the mesh is told before what is wrong with the data, but counts that the data contradict are told as such.
    let shape = data::Shape { cells: header.cells()?, components };
    let (size, origin) = header.mesh(&mut notes)?;
    let (values, note) = data::read(reader, header.format, version, shape, multiplier)?;
    let grid = Grid::new(shape.cells.map(|n| usize::try_from(n).unwrap_or(usize::MAX)), size)?;
    notes.extend(note);
    let count = values.len();
    let (labels, units) = match version {
        Version::One => (None, header.text("valueunit").map(|u| vec![u.to_owned(); count])),
        Version::Two => (header.each("valuelabels", count, &mut notes), header.each("valueunits", count, &mut notes)),
    };
    let time = header.descriptions.iter().find_map(|d| header::time(d));
    let field = Ovf {
        grid,
        origin,
        title: header.text("title").unwrap_or_default().to_owned(),
        labels: labels.unwrap_or_else(|| default_labels(count)),
        units: units.unwrap_or_else(|| vec![String::new(); count]),
        descriptions: header.descriptions.iter().filter(|d| header::time(d).is_none()).cloned().collect(),
        time,
        values,
        notes,
    };
    Ok((field, header.segments.clone()))
}

/// Names of components that have none.
fn default_labels(count: usize) -> Vec<String> {
    match count {
        1 => vec!["value".to_owned()],
        3 => ["x", "y", "z"].map(str::to_owned).to_vec(),
        _ => (0..count).map(|c| format!("value_{c}")).collect(),
    }
}
