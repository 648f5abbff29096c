//! What all files of a film share: errors that name the file, and writing that never leaves half of one.

use crate::MagnetError;
use crate::ovf::OvfError;
use crate::table::TableError;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why a file could not be read or written; every message begins with the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The system refused.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it did not work.
        source: std::io::Error,
    },
    /// It is not the OVF file it should be.
    #[error("{}: {source}", path.display())]
    Ovf {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: OvfError,
    },
    /// It is not the table it should be.
    #[error("{}: {source}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: TableError,
    },
    /// What was to be written cannot be.
    #[error("{}: {source}", path.display())]
    Magnet {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: MagnetError,
    },
}

impl FileError {
    /// A closure that turns an error of the system into [`FileError::Io`].
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}

/// The whole of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(FileError::io("read", path))
}

/// Writes a file as a whole: who reads it meanwhile, or after the writer was killed, finds the old one or the new one, never a part.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".spinloom-");
    // Others may read what was written as they may read any new file: a temporary file alone would be kept from them.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(FileError::io("write", path))?;
    file.write_all(bytes).map_err(FileError::io("write", path))?;
    file.persist(path).map_err(|e| FileError::io("write", path)(e.error))?;
    Ok(())
}

/// A number in the fewest digits that give back the same bits.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e9).contains(&size) { value.to_string() } else { format!("{value:e}") }
}
