//! The whole state of a run, as bytes.

use super::{Counts, DynamicsError, Solver};
use crate::MagnetError;
use crate::film::{Real, VectorField};

const MAGIC: &[u8; 8] = b"SPINLOOM";
const VERSION: u32 = 2;
/// Magic, version, bytes a number, cells, time, step, error, three counts.
const HEADER: usize = 8 + 4 + 4 + 8 + 3 * 8 + 3 * 8;
/// The checksum at the end.
const FOOTER: usize = 8;

/// All that a run goes on from: m to the last bit, the time, the step to try next and the error that it goes by, and the counts, the number of steps among them,
/// which addresses the thermal field. The derivative is not in it: it is remade, to the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint<T> {
    /// Magnetization.
    pub m: VectorField<T>,
    /// Time, s.
    pub time: f64,
    /// The step to try next, s; 0 before any was chosen.
    pub time_step: f64,
    /// Error of the last step whose length was chosen by it, which the step after the next goes by too; 0 before there was one.
    pub last_error: f64,
    /// What was done until then.
    pub counts: Counts,
}

/// Why bytes are not a checkpoint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It begins otherwise.
    #[error("this is not a checkpoint of spinloom: it does not begin with the word SPINLOOM")]
    NotOne,
    /// It is of another version.
    #[error("the checkpoint is of version {found}, and version {VERSION} can be read")]
    Version {
        /// Version in the file.
        found: u32,
    },
    /// It has another length than it says.
    #[error("the checkpoint has {found} bytes where {expected} were expected")]
    Length {
        /// Bytes there are.
        found: u64,
        /// Bytes there should be.
        expected: u64,
    },
    /// It was made with numbers of another size.
    #[error("the checkpoint holds numbers of {found} bytes each, and the film is computed with numbers of {expected}")]
    Precision {
        /// Bytes a number in the file.
        found: u32,
        /// Bytes a number here.
        expected: u32,
    },
    /// The checksum is wrong.
    #[error("the checkpoint is damaged: its checksum is {found:016x}, and that of its content is {expected:016x}")]
    Checksum {
        /// Checksum in the file.
        found: u64,
        /// Checksum of the content.
        expected: u64,
    },
}

impl<T: Real> Solver<T> {
    /// The state of this run with its magnetization.
    pub fn checkpoint(&self, m: &VectorField<T>) -> Checkpoint<T> {
        let Self { time, time_step, last_error, counts, .. } = *self;
        Checkpoint { m: m.clone(), time, time_step, last_error, counts }
    }

    /// Goes on from a checkpoint, whose magnetization it returns.
    ///
    /// # Errors
    /// [`DynamicsError::Magnet`] where it is of another number of cells.
    pub fn resume(&mut self, checkpoint: &Checkpoint<T>) -> Result<VectorField<T>, DynamicsError> {
        let cells = checkpoint.m.len();
        MagnetError::unless(cells == self.k[0].len(), "the number of cells of the checkpoint", cells as f64, "that of the film")?;
        (self.time, self.counts) = (checkpoint.time, checkpoint.counts);
        (self.time_step, self.last_error) = (checkpoint.time_step, checkpoint.last_error);
        self.fresh = false;
        Ok(checkpoint.m.clone())
    }
}

impl<T: Real> Checkpoint<T> {
    /// Its bytes: the word SPINLOOM, then in little-endian order the version (u32), the bytes a number (u32), the number of cells
    /// (u64), time, step and error (f64), steps, rejected steps and evaluations (u64), the x, y and z components, and the checksum FNV-1a of all
    /// before it (u64).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + 3 * self.m.len() * size_of::<T>() + FOOTER);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((size_of::<T>() as u32).to_le_bytes());
        bytes.extend((self.m.len() as u64).to_le_bytes());
        bytes.extend(self.time.to_le_bytes());
        bytes.extend(self.time_step.to_le_bytes());
        bytes.extend(self.last_error.to_le_bytes());
        for count in [self.counts.steps, self.counts.rejected, self.counts.evaluations] {
            bytes.extend(count.to_le_bytes());
        }
        for value in self.m.components().into_iter().flatten() {
            match size_of::<T>() {
                4 => bytes.extend((value.double() as f32).to_le_bytes()),
                _ => bytes.extend(value.double().to_le_bytes()),
            }
        }
        let sum = checksum(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    /// The checkpoint of these bytes.
    ///
    /// # Errors
    /// [`CheckpointError`] says what is wrong with them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        if !bytes.starts_with(MAGIC) {
            return Err(CheckpointError::NotOne);
        }
        let length = |expected: u64| CheckpointError::Length { found: bytes.len() as u64, expected };
        let mut reader = Reader { bytes: &bytes[MAGIC.len()..] };
        let short = || length((HEADER + FOOTER) as u64);
        let version = reader.take().map(u32::from_le_bytes).ok_or_else(short)?;
        if version != VERSION {
            return Err(CheckpointError::Version { found: version });
        }
        let found = reader.take().map(u32::from_le_bytes).ok_or_else(short)?;
        let expected = size_of::<T>() as u32;
        if found != expected {
            return Err(CheckpointError::Precision { found, expected });
        }
        let cells = reader.take().map(u64::from_le_bytes).ok_or_else(short)?;
        let size = cells.saturating_mul(3 * u64::from(expected)).saturating_add((HEADER + FOOTER) as u64);
        if size != bytes.len() as u64 {
            return Err(length(size));
        }
        let (content, end) = bytes.split_at(bytes.len() - FOOTER);
        let (found, expected) = (u64::from_le_bytes(end.try_into().unwrap_or_default()), checksum(content));
        if found != expected {
            return Err(CheckpointError::Checksum { found, expected });
        }
        let mut double = || reader.take().map(f64::from_le_bytes).ok_or_else(short);
        let (time, time_step, last_error) = (double()?, double()?, double()?);
        let mut count = || reader.take().map(u64::from_le_bytes).ok_or_else(short);
        let counts = Counts { steps: count()?, rejected: count()?, evaluations: count()? };
        let mut component = || (0..cells).map(|_| reader.number().ok_or_else(short)).collect::<Result<Vec<T>, _>>();
        let m = VectorField { x: component()?, y: component()?, z: component()? };
        Ok(Self { m, time, time_step, last_error, counts })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number<T: Real>(&mut self) -> Option<T> {
        match size_of::<T>() {
            4 => self.take().map(|b| T::of(f64::from(f32::from_le_bytes(b)))),
            _ => self.take().map(|b| T::of(f64::from_le_bytes(b))),
        }
    }
}

/// FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo).
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}
