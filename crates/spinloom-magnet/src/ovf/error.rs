//! What can be wrong with an OVF file.

use crate::MagnetError;

/// Why a file is not an OVF file that can be read, or a field not one that can be written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OvfError {
    /// The first line is that of another kind of file.
    #[error("this is not an OVF file: its first line is `{found}`, not `# OOMMF OVF 2.0` or `# OOMMF: rectangular mesh v1.0`")]
    NotOvf {
        /// The first line, shortened.
        found: String,
    },
    /// The values are at scattered points.
    #[error(
        "line {line} says that the mesh is irregular: only rectangular meshes, cells of one size on a regular grid, can be read; resample the file, for instance with OOMMF's avf2ovf -grid rect"
    )]
    Irregular {
        /// Line, from 1.
        line: usize,
    },
    /// A line does not say what it has to.
    #[error("line {line}: {what} is `{found}`, but has to be {expected}")]
    Record {
        /// Line, from 1.
        line: usize,
        /// Which record.
        what: String,
        /// What stands there.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The header lacks a record that is needed.
    #[error("the header, lines {first} to {last}, has no `{key}`")]
    Missing {
        /// The record.
        key: String,
        /// First line looked at.
        first: usize,
        /// Last line looked at.
        last: usize,
    },
    /// The file ends before its data begin.
    #[error("the file ends at line {line} (byte {offset}) without a line `# Begin: Data ...`: it holds no data, or was cut off")]
    NoData {
        /// Its last line.
        line: usize,
        /// Its length in bytes.
        offset: usize,
    },
    /// There are fewer values than the header promises.
    #[error(
        "the header promises {cells} cells of {components} values, {} values in all, but only {present} are there: the data end at byte {offset}. The file was cut off, or its counts are wrong",
        cells * components
    )]
    Truncated {
        /// Where the data end.
        offset: usize,
        /// Whole values found.
        present: u128,
        /// Cells promised.
        cells: u128,
        /// Values a cell promised.
        components: u128,
    },
    /// There is more data than the header promises.
    #[error(
        "after the {promised} values that the header promises, `# End: Data` has to follow at {at}, but there is `{found}`: the counts of the header and the data disagree"
    )]
    Excess {
        /// Where the data should end: the line of a text, the byte of binary data.
        at: String,
        /// Values promised.
        promised: u128,
        /// What stands there, shortened.
        found: String,
    },
    /// Binary data do not begin with the number that tells their byte order and size.
    #[error("the check value at byte {offset} is {found}, but has to be {expected}: {cause}")]
    CheckValue {
        /// Where it stands.
        offset: usize,
        /// Bytes found, in hexadecimal.
        found: String,
        /// Bytes expected, in hexadecimal, and the number they are.
        expected: String,
        /// What has likely happened.
        cause: String,
    },
    /// A value of a text is no number.
    #[error("line {line}: `{found}` is not a number")]
    NotANumber {
        /// Line, from 1.
        line: usize,
        /// What stands there, shortened.
        found: String,
    },
    /// A value is NaN or infinite.
    #[error(
        "the cell {cell:?} (x, y and z counted from 0) has {value} for its component {component} ({at}): only finite numbers make sense"
    )]
    NotFinite {
        /// The cell along x, y and z.
        cell: [usize; 3],
        /// The component, from 0.
        component: usize,
        /// The value.
        value: f64,
        /// Where in the file, or that it was to be written.
        at: String,
    },
    /// The field cannot be written in this format.
    #[error("cannot write: {what} is {found}, but has to be {expected}")]
    Unwritable {
        /// What.
        what: String,
        /// What it is.
        found: String,
        /// What is allowed.
        expected: String,
    },
    /// The grid is not one that films can have, or the field not one of vectors.
    #[error(transparent)]
    Magnet(#[from] MagnetError),
}

/// The beginning of what stands in a file, to be shown.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        short.push_str("...");
    }
    short
}
