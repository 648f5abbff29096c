//! Recordings of event cameras as a user loads them; what needs real data says so where it is absent.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use spinloom_task::TaskError;
use spinloom_task::events::{EventFormat, Freeway, Passage, Recording};
use std::path::PathBuf;

fn sample(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("SPINLOOM_DATA").map(|f| PathBuf::from(f).join("dvs").join(name)).filter(|p| p.exists());
    if path.is_none() {
        println!("not run: dvs/{name} is not in SPINLOOM_DATA");
    }
    path
}

#[test]
fn a_digit_of_n_mnist() {
    let Some(path) = sample("sample_nmnist.bin") else { return };
    let digit = Recording::read(&path, EventFormat::Auto).unwrap();
    assert_eq!((digit.events.len(), digit.reordered), (4325, 0));
    // Three sweeps of 100 ms over 34 x 34 pixels.
    assert!(digit.width <= 34 && digit.height <= 34 && (0.25..0.35).contains(&digit.duration()), "{}", digit.source);
    let on = digit.events.iter().filter(|e| e.on).count() as f64 / 4325.0;
    assert!((0.3..0.7).contains(&on), "{on}");
}

#[test]
fn a_clip_of_n_cars() {
    let Some(path) = sample("sample_ncars.dat") else { return };
    let clip = Recording::read(&path, EventFormat::Auto).unwrap();
    assert_eq!(clip.events.len(), 2009);
    // Clips last 100 ms.
    assert!(clip.width <= 128 && clip.height <= 128 && clip.duration() <= 0.1001, "{} {}", clip.source, clip.duration());
}

#[test]
fn what_is_wrong_is_named_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.csv");
    std::fs::write(&path, "time,x,y,polarity\n10,1,1,1\n20,1,1,perhaps\n").unwrap();
    let error = Recording::read(&path, EventFormat::Auto).unwrap_err();
    assert!(matches!(&error, TaskError::Malformed { line: Some(3), .. }), "{error}");
    assert!(error.to_string().contains("events.csv:3") && error.to_string().contains("`perhaps`"), "{error}");
    std::fs::write(&path, "stamp,x,y\n1,2,3\n").unwrap();
    let error = Recording::read(&path, EventFormat::Auto).unwrap_err().to_string();
    assert!(error.contains("`stamp`") && error.contains("time_s"), "{error}");
    let path = folder.path().join("freeway.aedat");
    std::fs::write(&path, b"#!AER-DAT2.0\r\n\x00\x00\x01").unwrap();
    let error = Recording::read(&path, EventFormat::Auto).unwrap_err().to_string();
    assert!(error.contains("freeway.aedat") && error.contains("at byte 14") && error.contains("cut short"), "{error}");
    std::fs::write(&path, b"#!AER-DAT4.0\r\n").unwrap();
    assert!(Recording::read(&path, EventFormat::Auto).unwrap_err().to_string().contains("version 4.0"));
    assert!(matches!(Recording::read(&folder.path().join("none.dat"), EventFormat::Auto), Err(TaskError::Io { .. })));
}

#[test]
fn seconds_and_microseconds_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.txt");
    for (text, first) in
        [("0.5 1 2 1\n0.75 1 2 0\n", 500_000), ("5 1 2 1\n7 1 2 -1\n", 5), ("x y p time_s\n1 2 1 0.25\n", 250_000)]
    {
        std::fs::write(&path, text).unwrap();
        assert_eq!(Recording::read(&path, EventFormat::Auto).unwrap().events[0].microsecond, first, "{text}");
    }
}

#[test]
fn pixels_with_a_refractory_time_tell_once_of_an_edge() {
    // Lanes of 30 and 90 pixels a second.
    let quiet = Freeway { lanes: 2, noise: 0.0, gap: 8.0, ..Freeway::default() };
    let traffic = quiet.record(200.0, 5, 0).unwrap();
    let recording = &traffic.recording;
    let mut last = vec![f64::NEG_INFINITY; recording.inputs()];
    for event in recording.refractory(50e-3) {
        let last = &mut last[recording.input_of(event) as usize];
        assert!(event.time() - *last > 49.9e-3);
        *last = event.time();
    }
    // Events of a car in a second, those of fast ones over those of slow ones.
    let ratio = |refractory: f64| {
        let rate = |lane: usize| {
            let present = |p: &Passage| if p.lane == lane { p.until.min(200.0) - p.from.max(0.0) } else { 0.0 };
            let time: f64 = traffic.passages.iter().map(present).sum();
            recording.refractory(refractory).filter(|e| usize::from(e.y) / 64 == lane).count() as f64 / time
        };
        rate(1) / rate(0)
    };
    assert!((ratio(0.0) - 1.0).abs() < 0.03, "{}", ratio(0.0));
    // An edge passes a pixel in less than 0.3 s, so that each tells of it once at most, and a car three times as fast reaches three times as many in a second,
    // less the few that a fast one gives no event.
    assert!((2.4..3.1).contains(&ratio(0.3)), "{}", ratio(0.3));
}
