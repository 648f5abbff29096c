//! How far a simulation has come.

use crate::film::Real;
use crate::film::dynamics::{Checkpoint, CheckpointError};
use serde::{Deserialize, Serialize};

/// All that a simulation goes on from besides the [`Checkpoint`] of its magnetization.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// The stage at work, from 0; the number of stages when all are done.
    pub stage: usize,
    /// When it began, s, as bits: a decimal number might not give them back.
    pub begun: u64,
    /// Rows of the table that the stage has made.
    pub rows_of_stage: u64,
    /// Files that the stage has saved.
    pub saves_of_stage: u64,
    /// Fields of a hysteresis loop that are done.
    pub fields_done: usize,
    /// Rows of the table in all.
    pub rows: u64,
    /// Files saved in all.
    pub saved: u64,
    /// What a person should know that was found in stages that are done.
    pub warnings: Vec<String>,
}

impl State {
    /// A line of JSON, then the checkpoint.
    pub(super) fn to_bytes<T: Real>(&self, checkpoint: &Checkpoint<T>) -> Vec<u8> {
        // Numbers and texts always have a form in JSON.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend(checkpoint.to_bytes());
        bytes
    }

    pub(super) fn from_bytes<T: Real>(bytes: &[u8]) -> Result<(Self, Checkpoint<T>), CheckpointError> {
        let end = bytes.iter().position(|b| *b == b'\n').ok_or(CheckpointError::NotOne)?;
        let state = serde_json::from_slice(&bytes[..end]).map_err(|_| CheckpointError::NotOne)?;
        Ok((state, Checkpoint::from_bytes(&bytes[end + 1..])?))
    }

    /// When the stage began, s.
    pub(super) fn begun(&self) -> f64 {
        f64::from_bits(self.begun)
    }

    /// Goes on to the next stage, which begins at a time, s.
    pub(super) fn next_stage(&mut self, time: f64) {
        *self = Self {
            stage: self.stage + 1,
            begun: time.to_bits(),
            rows_of_stage: 0,
            saves_of_stage: 0,
            fields_done: 0,
            rows: self.rows,
            saved: self.saved,
            warnings: std::mem::take(&mut self.warnings),
        };
    }
}

/// The time of output number `k` of a run from `begin` to `end`, one every `interval`; with the first at the beginning and the last at the
/// end. None when there are no more.
pub(super) fn output_time(begin: f64, end: f64, interval: f64, k: u64) -> Option<f64> {
    let before_end = |k: f64| interval > 0.0 && begin + k * interval < end - 1e-6 * interval;
    let k = k as f64;
    match () {
        () if k == 0.0 => Some(begin),
        () if before_end(k) => Some(begin + k * interval),
        () if k == 1.0 || before_end(k - 1.0) => Some(end),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::VectorField;
    use crate::film::dynamics::Counts;

    #[test]
    fn outputs_begin_with_the_beginning_and_end_with_the_end() {
        let times = |end, interval| (0..).map_while(move |k| output_time(1.0, end, interval, k)).collect::<Vec<_>>();
        assert_eq!(times(2.0, 0.0), [1.0, 2.0]);
        assert_eq!(times(2.0, 0.5), [1.0, 1.5, 2.0]);
        assert_eq!(times(2.0, 0.4), [1.0, 1.4, 1.8, 2.0]);
        assert_eq!(times(2.0, 5.0), [1.0, 2.0]);
        assert_eq!(times(2.0, 1.0), [1.0, 2.0]);
    }

    #[test]
    fn states_come_back_to_the_bit() {
        let state = State { stage: 2, begun: 0.1f64.to_bits(), rows: 7, warnings: vec!["a\nb".into()], ..State::default() };
        let m = VectorField::<f64>::uniform(3, [0.1, 0.2, 0.3]);
        let checkpoint = Checkpoint { m, time: 0.3, time_step: 1e-13, last_error: 1e-6, counts: Counts::default() };
        let bytes = state.to_bytes(&checkpoint);
        assert_eq!(State::from_bytes(&bytes).unwrap(), (state, checkpoint));
        assert_eq!(State::from_bytes::<f64>(b"{}"), Err(CheckpointError::NotOne));
        assert!(State::from_bytes::<f64>(&bytes[..bytes.len() - 1]).is_err());
        assert!(matches!(State::from_bytes::<f32>(&bytes), Err(CheckpointError::Precision { .. })));
    }
}
