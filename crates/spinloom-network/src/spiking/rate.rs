//! Brightness as the rate of spikes.

use super::InputSpike;
use spinloom_core::random::Stream;

/// Input spikes of brightnesses from 0 to 1 in the order of their times, over a `duration` (s): input j spikes evenly at the rate brightness times
/// `most` (Hz), from a phase of its own by chance, as in D. Querlioz et al., IEEE Trans. Nanotechnol. 12, 288 (2013),
/// doi:10.1109/TNANO.2013.2250995. Even spikes tell a rate with less noise than those of a Poisson process.
///
/// ```
/// use spinloom_core::random::Stream;
/// use spinloom_network::spiking::rate_coded;
/// let spikes = rate_coded(&[1.0, 0.0, 0.5], 100.0, 0.2, &mut Stream::new(1, "image", 0));
/// let count = |input: u32| spikes.iter().filter(|s| s.input == input).count();
/// assert_eq!((count(0), count(1), count(2)), (20, 0, 10));
/// assert!(spikes.windows(2).all(|w| w[0].time <= w[1].time));
/// ```
pub fn rate_coded(brightness: &[f32], most: f64, duration: f64, stream: &mut Stream) -> Vec<InputSpike> {
    let mut spikes = Vec::new();
    for (input, value) in brightness.iter().enumerate() {
        let rate = f64::from(*value) * most;
        // Below a spike a duration chance decides whether there is one.
        let phase = stream.uniform();
        if rate > 0.0 {
            let times = (0..).map(|k| (phase + f64::from(k)) / rate).take_while(|t| *t < duration);
            spikes.extend(times.map(|time| InputSpike { time, input: input as u32 }));
        }
    }
    spikes.sort_by(|a, b| a.time.total_cmp(&b.time));
    spikes
}
