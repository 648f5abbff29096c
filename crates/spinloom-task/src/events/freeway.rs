//! Cars on the lanes of a freeway, as an event camera would see them: a synthetic stand-in for a recording that may not be passed on.
//!
//! Lanes lie one above the other; half of them go to the right, half to the left. A car is a bright box: events of pixels that become brighter lie
//! about its leading edge, of those that become darker about its trailing one, each edge thickened by an exponential tail behind it. Cars come
//! at random with a least distance, events of a car at a given rate whatever its speed, and every pixel fires at random besides.

use super::{Event, Recording};
use crate::TaskError;
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;

spinloom_core::parameters! {
    /// Traffic. Sensor and events of a car are those that N2D2 gives for the recording of a freeway by T. Delbruck (128 x 128 pixels, about 650
    /// events in 100 ms); all else is a choice of ours.
    pub struct Freeway {
        /// Columns of the sensor.
        pub width: usize = 128, "", Bound::between(16.0, 2048.0);
        /// Rows of the sensor.
        pub height: usize = 128, "", Bound::between(16.0, 2048.0);
        /// Number of lanes.
        pub lanes: usize = 6, "", Bound::between(1.0, 32.0);
        /// Slowest speed of a car, pixels a second.
        pub slowest: f64 = 30.0, "", Bound::between(1.0, 10_000.0);
        /// Fastest speed of a car, pixels a second. Lanes are graded between both, with a spread of a tenth.
        pub fastest: f64 = 90.0, "", Bound::between(1.0, 10_000.0);
        /// Shortest car, pixels.
        pub shortest: f64 = 6.0, "", Bound::between(1.0, 200.0);
        /// Longest car, pixels.
        pub longest: f64 = 14.0, "", Bound::between(1.0, 200.0);
        /// Events of a car in a second.
        pub car_events: f64 = 6500.0, "", Bound::between(1.0, 1e6);
        /// Thickness of an edge, pixels.
        pub edge: f64 = 1.5, "", Bound::between(0.0, 50.0);
        /// Mean time between a car and the earliest moment at which the next may follow on its lane.
        pub gap: f64 = 2.0, "s", Bound::between(0.01, 1e4);
        /// Events of a pixel without a cause.
        pub noise: f64 = 0.05, "Hz", Bound::between(0.0, 1000.0);
        /// Jitter of the times of events, standard deviation.
        pub jitter: f64 = 0.0, "s", Bound::between(0.0, 1.0);
    }
}

/// One car that passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Its lane.
    pub lane: usize,
    /// When it enters, s.
    pub from: f64,
    /// When it has left, s.
    pub until: f64,
    /// Whether it enters and leaves within the recording.
    pub whole: bool,
}

/// A recording and what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    /// What the camera tells.
    pub recording: Recording,
    /// All cars, in the order in which they enter.
    pub passages: Vec<Passage>,
}

/// A car on its way.
struct Car {
    lane: usize,
    enters: f64,
    speed: f64,
    length: f64,
    half_height: f64,
}

impl Freeway {
    /// Row of the middle of a lane.
    fn row(&self, lane: usize) -> f64 {
        (lane as f64 + 0.5) * self.height as f64 / self.lanes as f64
    }

    /// Mean speed on a lane, pixels a second.
    fn speed(&self, lane: usize) -> f64 {
        let part = if self.lanes > 1 { lane as f64 / (self.lanes - 1) as f64 } else { 0.5 };
        self.slowest + (self.fastest - self.slowest) * part
    }

    /// Time (s) in which a car passes the sensor from first to last sight.
    fn crossing(&self, car: &Car) -> f64 {
        (self.width as f64 + car.length) / car.speed
    }

    /// So many seconds of traffic; the same seed and part give the same. Parts of one seed differ as recordings on different days do.
    ///
    /// ```
    /// use spinloom_task::events::Freeway;
    /// let traffic = Freeway::default().record(4.0, 1, 0)?;
    /// assert_eq!((traffic.recording.width, traffic.recording.inputs()), (128, 32768));
    /// assert_eq!(Freeway::default().record(4.0, 1, 0)?, traffic);
    /// # Ok::<(), spinloom_task::TaskError>(())
    /// ```
    ///
    /// # Errors
    /// [`TaskError::Parameter`] for a slowest speed or shortest car above the fastest or longest, and for a duration that is not between 0 and 1e5 s.
    pub fn record(&self, duration: f64, seed: u64, part: u64) -> Result<Traffic, TaskError> {
        if self.slowest > self.fastest || self.shortest > self.longest {
            let what = "the slowest speed and the shortest car must not be above the fastest and the longest";
            return Err(TaskError::Parameter(what.to_owned()));
        }
        if !(duration > 0.0 && duration <= 1e5) {
            return Err(TaskError::Parameter(format!("traffic of {duration} s was asked for: name a time between 0 and 1e5 s")));
        }
        let mut events = Vec::new();
        let mut passages = Vec::new();
        for lane in 0..self.lanes {
            let mut stream = Stream::new(seed, "freeway lane", (part << 16) + lane as u64);
            // The first car may be on its way already.
            let mut free = -(self.width as f64) / self.speed(lane) + self.gap * exponential(&mut stream);
            while free < duration {
                let speed = self.speed(lane) * (1.0 + 0.1 * stream.normal()).clamp(0.7, 1.3);
                let length = self.shortest + (self.longest - self.shortest) * stream.uniform();
                let room = self.height as f64 / self.lanes as f64;
                let half_height = (0.5 * length).min(0.4 * room).max(0.5);
                let car = Car { lane, enters: free, speed, length, half_height };
                let crossing = self.crossing(&car);
                self.see(&car, duration, &mut stream, &mut events);
                let whole = car.enters >= 0.0 && car.enters + crossing <= duration;
                passages.push(Passage { lane, from: car.enters, until: car.enters + crossing, whole });
                // No car catches up with the one before it: it enters when a slower one could be twice as long ahead.
                free += 2.0 * self.longest / speed + self.gap * exponential(&mut stream);
            }
        }
        self.add_noise(duration, &mut Stream::new(seed, "freeway noise", part), &mut events);
        events.sort_unstable_by_key(|e| (e.microsecond, e.y, e.x, e.on));
        passages.sort_by(|a, b| a.from.total_cmp(&b.from));
        let source =
            format!("synthetic freeway of {} lanes, {duration} s, {} cars, {} events", self.lanes, passages.len(), events.len());
        let recording = Recording { width: self.width, height: self.height, events, reordered: 0, source };
        Ok(Traffic { recording, passages })
    }

    /// The events of one car: a Poisson process in time, each event on one of its edges.
    fn see(&self, car: &Car, duration: f64, stream: &mut Stream, events: &mut Vec<Event>) {
        let rightward = car.lane < self.lanes.div_ceil(2);
        let end = (car.enters + self.crossing(car)).min(duration);
        let mut t = car.enters;
        loop {
            t += exponential(stream) / self.car_events;
            if t >= end {
                return;
            }
            let on = stream.uniform() < 0.5;
            let front = car.speed * (t - car.enters);
            let edge = if on { front } else { front - car.length };
            let along = edge - self.edge * exponential(stream);
            let x = if rightward { along } else { self.width as f64 - 1.0 - along };
            let y = self.row(car.lane) + car.half_height * (2.0 * stream.uniform() - 1.0);
            let shifted = t + if self.jitter > 0.0 { self.jitter * stream.normal() } else { 0.0 };
            let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
            if inside && t >= 0.0 && (0.0..duration).contains(&shifted) {
                events.push(Event { microsecond: (shifted * 1e6) as u64, x: x as u16, y: y as u16, on });
            }
        }
    }

    fn add_noise(&self, duration: f64, stream: &mut Stream, events: &mut Vec<Event>) {
        let rate = self.noise * (self.width * self.height) as f64;
        if rate == 0.0 {
            return;
        }
        let mut t = exponential(stream) / rate;
        while t < duration {
            let (x, y) = (stream.below(self.width) as u16, stream.below(self.height) as u16);
            events.push(Event { microsecond: (t * 1e6) as u64, x, y, on: stream.next() & 1 == 1 });
            t += exponential(stream) / rate;
        }
    }
}

/// A number from the exponential law of mean 1.
fn exponential(stream: &mut Stream) -> f64 {
    -(-stream.uniform()).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cars_look_as_they_should() {
        let quiet = Freeway { noise: 0.0, gap: 8.0, ..Freeway::default() };
        let traffic = quiet.record(200.0, 3, 0).unwrap();
        for lane in 0..6 {
            let cars: Vec<&Passage> = traffic.passages.iter().filter(|p| p.lane == lane).collect();
            // Every 8 s and a little more.
            assert!(cars.len() > 8 && cars.len() < 40, "{}", cars.len());
            // One that is alone on its lane; those that were there at the start have left after 7 s.
            let alone =
                |p: &&&Passage| p.whole && p.from > 7.0 && cars.iter().all(|o| o == *p || o.until < p.from || o.from > p.until);
            let car = cars.iter().find(alone).unwrap();
            let (low, high) = (lane as f64 * 128.0 / 6.0, (lane + 1) as f64 * 128.0 / 6.0);
            let of = |from: f64, until: f64| {
                let inside = |e: &&Event| (low..high).contains(&f64::from(e.y)) && (from..until).contains(&e.time());
                traffic.recording.events.iter().filter(inside).collect::<Vec<_>>()
            };
            // The first fifth of its way lies on the left on lanes that go right.
            let early = of(car.from, car.from + 0.2 * (car.until - car.from));
            assert!(early.iter().all(|e| (e.x < 64) == (lane < 3)), "{lane}");
            // All its events but those of edges that are not yet or no longer in sight, a tenth at most.
            let rate = of(car.from, car.until).len() as f64 / (car.until - car.from);
            assert!(rate > 0.85 * 6500.0 && rate < 1.03 * 6500.0, "{lane}: {rate}");
        }
    }

    #[test]
    fn noise_has_its_rate_and_parts_differ() {
        let empty = Freeway { car_events: 1.0, noise: 1.0, ..Freeway::default() };
        let traffic = empty.record(10.0, 1, 0).unwrap();
        // 163,840 events of noise and at most a thousand of cars; five standard deviations.
        let count = traffic.recording.events.len() as f64;
        assert!(count > 163_840.0 - 2024.0 && count < 163_840.0 + 3024.0, "{count}");
        assert_ne!(empty.record(10.0, 1, 1).unwrap(), traffic);
        assert!(traffic.recording.events.windows(2).all(|w| w[0].microsecond <= w[1].microsecond));
    }

    #[test]
    fn what_is_no_traffic_is_refused() {
        let freeway = Freeway { slowest: 100.0, ..Freeway::default() };
        assert!(freeway.record(1.0, 1, 0).is_err());
        assert!(Freeway::default().record(f64::NAN, 1, 0).is_err() && Freeway::default().record(0.0, 1, 0).is_err());
    }
}
