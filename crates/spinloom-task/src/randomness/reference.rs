//! The binary digits of pi, e and the square root of two, as NIST ships them: what a test suite is tested with.

use super::Bits;
use super::bits::BitFormat;
use crate::TaskError;
use crate::data::locate;
use std::path::Path;

/// A constant whose binary digits are in the data set `nist_sts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constant {
    /// The ratio of circumference and diameter.
    Pi,
    /// The base of the natural logarithm.
    E,
    /// The square root of two.
    SqrtTwo,
}

/// The first million binary digits of a constant, the digits before the point included.
///
/// # Errors
/// [`TaskError::NoData`] when the data set is not found, [`TaskError::Malformed`] when its file holds something else or too little.
pub fn digits_of(constant: Constant, explicit: Option<&Path>) -> Result<Bits, TaskError> {
    const DIGITS: usize = 1_000_000;
    let name = match constant {
        Constant::Pi => "data/data.pi",
        Constant::E => "data/data.e",
        Constant::SqrtTwo => "data/data.sqrt2",
    };
    let path = locate("nist_sts", explicit)?.join(name);
    let bits = Bits::from_file(&path, BitFormat::Ascii)?;
    if bits.len() < DIGITS {
        let message = format!("{DIGITS} digits are expected, {} are there: see `spinloom data verify nist_sts`", bits.len());
        return Err(TaskError::Malformed { path, line: None, message });
    }
    Ok(bits.slice(0, DIGITS))
}
