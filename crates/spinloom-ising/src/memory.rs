//! What fits into memory.

use crate::IsingError;

/// Refuses what the machine cannot hold, before it is allocated.
///
/// # Errors
/// [`IsingError::TooLarge`] with both sizes.
pub fn fits(bytes: u128, what: &str) -> Result<(), IsingError> {
    let available = available();
    if bytes > available {
        return Err(IsingError::TooLarge { what: what.to_owned(), needed: bytes, available });
    }
    Ok(())
}

/// Memory that can be had without swapping, as the kernel estimates it; 16 GiB where it does not say.
fn available() -> u128 {
    std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|l| l.strip_prefix("MemAvailable:")?.trim().strip_suffix("kB")?.trim().parse::<u128>().ok())
        })
        .map_or(16 << 30, |kib| kib * 1024)
}
