//! Steps of a block that is coupled to nothing.

use super::block::{Block, LANES, Source};
use super::method::{Group, Method, Scratch};
use crate::MagnetError;

/// Steps between two looks at whether all is finite.
const BETWEEN: usize = 4096;

/// Steps one block, the `b`-th, that is coupled to nothing.
pub(super) fn run(
    block: &mut Block,
    sources: &[Source],
    method: Method,
    (b, time, time_step): (usize, f64, f64),
    steps: usize,
) -> Result<(), MagnetError> {
    let moving = sources.iter().any(|source| !source.waveforms.is_empty());
    if method == Method::Heun && !moving {
        for done in (0..steps).step_by(BETWEEN) {
            let some = BETWEEN.min(steps - done);
            let before = block.clone();
            block.heun(sources.len(), time_step, some);
            if block.broken(sources.len()).is_none() {
                continue;
            }
            // Step by step once more, to find when.
            *block = before;
            for step in done..done + some {
                block.heun(sources.len(), time_step, 1);
                if let Some((l, what)) = block.broken(sources.len()) {
                    let time = time + (step + 1) as f64 * time_step;
                    return Err(MagnetError::NotFinite { what, index: b * LANES + l, time });
                }
            }
        }
        return Ok(());
    }
    let mut scratch = [Scratch::new()];
    let blocks = std::slice::from_mut(block);
    let mut group = Group { blocks, scratch: &mut scratch, sources, coupling: None, time, time_step };
    group.advance(method, steps).map_err(|error| match error {
        MagnetError::NotFinite { what, index, time } => MagnetError::NotFinite { what, index: b * LANES + index, time },
        MagnetError::NotConverged { index, time } => MagnetError::NotConverged { index: b * LANES + index, time },
        other => other,
    })
}
