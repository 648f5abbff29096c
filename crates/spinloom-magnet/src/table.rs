//! Tables that grow during a run: named columns with units, a row written at once whenever one is made, as CSV; and as npz at the end.
//!
//! A row reaches the system before [`Table::append`] returns, so a run that is killed loses none. A checkpoint notes [`Table::rows`];
//! who goes on from it calls [`Table::resume`] with that number, which cuts off the rows made after the checkpoint, and what a kill in the
//! middle of a row left, so that no row is there twice.

use crate::file::{self, FileError, number};
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What can be wrong with a table.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A column has a name that a file cannot hold, or that another has.
    #[error("the column name {name:?} {problem}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The first line is not that of this table.
    #[error("its first line is `{found}`, but the columns of this run are `{expected}`")]
    Columns {
        /// The line found.
        found: String,
        /// The line expected.
        expected: String,
    },
    /// There are fewer rows than a checkpoint noted.
    #[error("it holds {found} whole rows, but the checkpoint was made after {expected}: the file was cut off or replaced")]
    Rows {
        /// Whole rows in the file.
        found: u64,
        /// Rows noted.
        expected: u64,
    },
    /// A row has too few or too many values.
    #[error("row {row} has {found} values for {expected} columns")]
    Width {
        /// The row, from 1.
        row: u64,
        /// Values.
        found: usize,
        /// Columns.
        expected: usize,
    },
    /// A value in a file is no number.
    #[error("line {line}: `{found}` is not a number")]
    NotANumber {
        /// Line, from 1.
        line: u64,
        /// What stands there.
        found: String,
    },
    /// A value to be written is NaN or infinite.
    #[error("the column `{column}` would get {value} in row {row}: only finite numbers make sense")]
    NotFinite {
        /// The column.
        column: String,
        /// The row, from 1.
        row: u64,
        /// The value.
        value: f64,
    },
    /// The archive could not be made.
    #[error("cannot make an npz archive: {0}")]
    Archive(String),
}

/// A quantity of every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Unit, empty for pure numbers.
    pub unit: String,
}

impl Column {
    /// A column.
    pub fn new(name: &str, unit: &str) -> Self {
        Self { name: name.to_owned(), unit: unit.to_owned() }
    }

    /// `name (unit)`.
    fn heading(&self) -> String {
        if self.unit.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.unit) }
    }

    fn of_heading(heading: &str) -> Self {
        let parts = heading.strip_suffix(')').and_then(|h| h.split_once(" ("));
        parts.map_or_else(|| Self::new(heading, ""), |(name, unit)| Self::new(name, unit))
    }
}

/// The first line of a table of these columns.
fn first_line(columns: &[Column]) -> Result<String, TableError> {
    let mut names = HashSet::new();
    let broken = |text: &str| text.contains(|c: char| c.is_control() || c == ',' || c == '"');
    for Column { name, unit } in columns {
        let problem = match () {
            () if name.trim().is_empty() => "is empty",
            () if broken(name) || broken(unit) || name.contains(" (") || name.ends_with(')') => {
                "or its unit has a comma, a quotation mark, a line break, or the form of a name with its unit"
            }
            () if !names.insert(name) => "is there twice",
            () => continue,
        };
        return Err(TableError::Name { name: name.clone(), problem });
    }
    if columns.is_empty() {
        return Err(TableError::Name { name: String::new(), problem: "is missing: a table has at least one column" });
    }
    Ok(columns.iter().map(Column::heading).collect::<Vec<_>>().join(","))
}

/// A CSV file that grows.
///
/// ```
/// use spinloom_magnet::table::{Column, Table, read_file};
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("table.csv");
/// let columns = [Column::new("t", "s"), Column::new("mx", "")];
/// let mut table = Table::create(&path, &columns)?;
/// table.append(&[0.0, 1.0])?;
/// table.append(&[1e-12, 0.5])?;
/// drop(table);
/// // A run that goes on from a checkpoint made after one row:
/// let mut table = Table::resume(&path, &columns, Some(1))?;
/// table.append(&[1e-12, 0.5])?;
/// let records = read_file(&path)?;
/// assert_eq!(records.column("mx"), Some(&[1.0, 0.5][..]));
/// # Ok::<(), spinloom_magnet::file::FileError>(())
/// ```
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    columns: Vec<Column>,
    file: File,
    rows: u64,
    /// Length of the file up to its last whole row.
    length: u64,
}

impl Table {
    /// Begins a table, in place of a file that may be there.
    ///
    /// # Errors
    /// [`FileError::Table`] for names that a file cannot hold, [`FileError::Io`].
    pub fn create(path: &Path, columns: &[Column]) -> Result<Self, FileError> {
        let line = first_line(columns).map_err(wrong(path))? + "\n";
        let mut file = File::create(path).map_err(FileError::io("write", path))?;
        file.write_all(line.as_bytes()).map_err(FileError::io("write", path))?;
        Ok(Self { path: path.to_owned(), columns: columns.to_vec(), file, rows: 0, length: line.len() as u64 })
    }

    /// Goes on with a table after its first `rows` rows, or after all whole ones. Without rows to keep, a file that is missing, or was
    /// killed before its first line was whole, is begun anew.
    ///
    /// # Errors
    /// [`FileError::Table`] for a file with other columns or fewer rows, [`FileError::Io`].
    pub fn resume(path: &Path, columns: &[Column], rows: Option<u64>) -> Result<Self, FileError> {
        let expected = first_line(columns).map_err(wrong(path))?;
        let mut file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound && rows.unwrap_or(0) == 0 => return Self::create(path, columns),
            other => other.map_err(FileError::io("open", path))?,
        };
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        let mut next = |line: &mut Vec<u8>| {
            line.clear();
            let read = reader.read_until(b'\n', line).map_err(FileError::io("read", path));
            read.map(|n| (n as u64, line.last() == Some(&b'\n')))
        };
        let (mut length, whole) = next(&mut line)?;
        if !whole && rows.unwrap_or(0) == 0 && expected.as_bytes().starts_with(&line) {
            return Self::create(path, columns);
        }
        let found = String::from_utf8_lossy(&line);
        if !whole || found.trim_end_matches(['\r', '\n']) != expected {
            return Err(wrong(path)(TableError::Columns { found: found.trim_end().chars().take(200).collect(), expected }));
        }
        let mut kept = 0;
        while rows.is_none_or(|r| kept < r) {
            let (bytes, whole) = next(&mut line)?;
            if !whole {
                break;
            }
            values(&line, kept + 1, columns.len()).map_err(wrong(path))?;
            kept += 1;
            length += bytes;
        }
        if let Some(expected) = rows.filter(|r| kept < *r) {
            return Err(wrong(path)(TableError::Rows { found: kept, expected }));
        }
        file.set_len(length).and_then(|()| file.seek(SeekFrom::Start(length))).map_err(FileError::io("write", path))?;
        Ok(Self { path: path.to_owned(), columns: columns.to_vec(), file, rows: kept, length })
    }

    /// Adds a row. It has reached the system when this returns.
    ///
    /// # Errors
    /// [`FileError::Table`] unless there is one finite number a column, [`FileError::Io`], after which the file ends with its last whole row
    /// as far as the system lets it.
    pub fn append(&mut self, row: &[f64]) -> Result<(), FileError> {
        let number_of_row = self.rows + 1;
        if row.len() != self.columns.len() {
            let (found, expected) = (row.len(), self.columns.len());
            return Err(wrong(&self.path)(TableError::Width { row: number_of_row, found, expected }));
        }
        if let Some((column, value)) = self.columns.iter().zip(row).find(|(_, v)| !v.is_finite()) {
            let column = column.name.clone();
            return Err(wrong(&self.path)(TableError::NotFinite { column, row: number_of_row, value: *value }));
        }
        let line = row.iter().map(|v| number(*v)).collect::<Vec<_>>().join(",") + "\n";
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // Part of the row may be there; the next one must not be joined to it.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.seek(SeekFrom::Start(self.length)));
            return Err(FileError::io("write", &self.path)(error));
        }
        self.rows = number_of_row;
        self.length += line.len() as u64;
        Ok(())
    }

    /// Waits until the rows are on the disk, to survive a failure of power too.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn sync(&self) -> Result<(), FileError> {
        self.file.sync_data().map_err(FileError::io("write", &self.path))
    }

    /// Rows written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A closure that names the file of an error.
fn wrong(path: &Path) -> impl Fn(TableError) -> FileError + '_ {
    move |source| FileError::Table { path: path.to_owned(), source }
}

/// The values of a line.
fn values(line: &[u8], row: u64, columns: usize) -> Result<Vec<f64>, TableError> {
    let text = String::from_utf8_lossy(line);
    let cells: Vec<&str> = text.trim_end_matches(['\r', '\n']).split(',').collect();
    if cells.len() != columns {
        return Err(TableError::Width { row, found: cells.len(), expected: columns });
    }
    let value = |cell: &&str| {
        let number = cell.trim().parse().ok().filter(|v: &f64| v.is_finite());
        number.ok_or_else(|| TableError::NotANumber { line: row + 1, found: cell.chars().take(60).collect() })
    };
    cells.iter().map(value).collect()
}

/// A table that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// The columns.
    pub columns: Vec<Column>,
    /// The values of each column, one a row.
    pub values: Vec<Vec<f64>>,
}

impl Records {
    /// The values of a column.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().position(|c| c.name == name).map(|c| self.values[c].as_slice())
    }

    /// The table as a NumPy archive: one array a column, under its name.
    ///
    /// # Errors
    /// [`TableError::Archive`].
    pub fn to_npz(&self) -> Result<Vec<u8>, TableError> {
        let failed = |e: &dyn std::fmt::Display| TableError::Archive(e.to_string());
        let mut writer = ndarray_npy::NpzWriter::new(io::Cursor::new(Vec::new()));
        for (column, values) in self.columns.iter().zip(&self.values) {
            writer.add_array(column.name.as_str(), &ndarray::ArrayView1::from(values)).map_err(|e| failed(&e))?;
        }
        Ok(writer.finish().map_err(|e| failed(&e))?.into_inner())
    }

    /// Writes the table as a NumPy archive, in place of a file that may be there.
    ///
    /// # Errors
    /// [`FileError::Table`], [`FileError::Io`].
    pub fn write_npz(&self, path: &Path) -> Result<(), FileError> {
        file::write(path, &self.to_npz().map_err(wrong(path))?)
    }
}

/// Reads the whole rows of a table; what a kill left of another is left out.
///
/// # Errors
/// [`FileError::Table`] with the line, [`FileError::Io`].
pub fn read_file(path: &Path) -> Result<Records, FileError> {
    let bytes = file::read(path)?;
    let mut lines = bytes.split_inclusive(|b| *b == b'\n').filter(|l| l.ends_with(b"\n"));
    let heading = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let columns: Vec<Column> = heading.trim_end_matches(['\r', '\n']).split(',').map(Column::of_heading).collect();
    first_line(&columns).map_err(wrong(path))?;
    let mut all = vec![Vec::new(); columns.len()];
    for (row, line) in (1..).zip(lines) {
        let row_values = values(line, row, columns.len()).map_err(wrong(path))?;
        for (column, value) in all.iter_mut().zip(row_values) {
            column.push(value);
        }
    }
    Ok(Records { columns, values: all })
}
