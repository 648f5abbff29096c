//! Vowels, digits and series as a user loads them; what needs real data says so where it is absent.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use spinloom_core::random::Stream;
use spinloom_core::statistics::mean;
use spinloom_task::TaskError;
use spinloom_task::digits::{Digits, read_wav};
use spinloom_task::series::santa_fe;
use spinloom_task::vowels::{ColumnNames, VowelStatistics, Vowels};
use std::path::{Path, PathBuf};

/// The folder of real data; a test without it names the set it misses.
fn real(set: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SPINLOOM_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("not run: the data set {set} is not here; SPINLOOM_DATA names no folder");
    }
    folder
}

/// Mean of one formant of one vowel.
fn vowel_mean(vowels: &Vowels, name: &str, formant: usize) -> f64 {
    let label = vowels.vowels.iter().position(|v| v == name).unwrap();
    let values: Vec<f64> =
        (0..vowels.labels.len()).filter(|t| vowels.labels[*t] == label).map(|t| vowels.token(t)[formant]).collect();
    mean(&values)
}

#[test]
fn the_measured_vowels_are_those_of_the_paper() {
    let Some(folder) = real("hillenbrand") else { return };
    let vowels = Vowels::hillenbrand(Some(&folder)).unwrap();
    assert_eq!((vowels.speakers.len(), vowels.labels.len(), vowels.features(), vowels.vowels.len()), (37, 259, 12, 7));
    assert_eq!(vowels.replaced, 8);
    assert!(vowels.formants.iter().all(|f| *f > 100.0));
    // Class means over all 48 women, as published statistics of this file; 37 of them scatter by a few per cent.
    for (name, f1, f2) in [("ae", 676.0, 2335.0), ("iy", 437.0, 2761.0), ("uw", 460.0, 1106.0), ("aw", 804.0, 1188.0)] {
        assert!((vowel_mean(&vowels, name, 0) / f1 - 1.0).abs() < 0.03 && (vowel_mean(&vowels, name, 1) / f2 - 1.0).abs() < 0.03);
    }
}

#[test]
fn the_embedded_table_is_that_of_the_measured_file() {
    let Some(folder) = real("hillenbrand") else { return };
    let computed = VowelStatistics::compute(&Vowels::hillenbrand(Some(&folder)).unwrap());
    assert_eq!(computed, VowelStatistics::embedded().unwrap());
}

#[test]
fn drawn_speakers_have_the_embedded_means_and_share_their_voice() {
    let vowels = Vowels::embedded(&mut Stream::new(1, "data test", 0), 2000).unwrap();
    let statistics = VowelStatistics::embedded().unwrap();
    for vowel in &statistics.vowel {
        // The standard error of a mean over 2000 speakers is 2 % of its deviation; five of that.
        let deviation = (vowel.covariance[13] + statistics.speaker_covariance[13]).sqrt();
        assert!((vowel_mean(&vowels, &vowel.name, 1) - vowel.mean[1]).abs() < 0.12 * deviation);
    }
    // F3 of two vowels of a speaker are correlated by the voice they share.
    let f3 = |speaker: usize, vowel: usize| vowels.token(speaker * 7 + vowel)[2];
    let (a, b): (Vec<f64>, Vec<f64>) = (0..2000).map(|s| (f3(s, 0), f3(s, 1))).unzip();
    let (ma, mb) = (mean(&a), mean(&b));
    let covariance = a.iter().zip(&b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / 2000.0;
    assert!((covariance / statistics.speaker_covariance[26] - 1.0).abs() < 0.25, "{covariance}");
}

#[test]
fn folds_and_splits_keep_speakers_together() {
    let mut stream = Stream::new(2, "data test", 0);
    let vowels = Vowels::embedded(&mut stream, 11).unwrap();
    let folds = vowels.folds_by_speaker(5, &mut stream);
    let mut all: Vec<usize> = folds.concat();
    all.sort_unstable();
    assert_eq!(all, (0..77).collect::<Vec<_>>());
    for (i, fold) in folds.iter().enumerate() {
        for other in &folds[i + 1..] {
            assert!(fold.iter().all(|t| other.iter().all(|u| vowels.speaker_of[*t] != vowels.speaker_of[*u])));
        }
    }
    let (train, test) = vowels.split_by_speaker(0.8, &mut stream);
    assert!(train.len() == 63 && test.len() == 14);
    assert!(Vowels::embedded(&mut stream, 1).is_err());
}

fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn a_users_table_is_read_or_its_fault_named() {
    let none = ColumnNames::parse("").unwrap();
    let good = "speaker,vowel,f1,f2,note\na,x,300,2000,q\nb,x,310,2100,q\na,y,700,1200,q\n";
    let (_keep, path) = written("v.csv", good);
    let vowels = Vowels::from_csv(&path, &none).unwrap();
    assert_eq!((vowels.features(), vowels.labels.len(), vowels.speakers.len()), (2, 3, 2));
    let (_keep, path) = written("w.csv", "talker,label,F1,F2\na,x,300,2000\nb,y,310,2100\n");
    let mapped = ColumnNames::parse("speaker=talker, vowel=label").unwrap();
    assert_eq!(Vowels::from_csv(&path, &mapped).unwrap().vowels, ["x", "y"]);
    let message = |text: &str, names: &ColumnNames| {
        let (_keep, path) = written("bad.csv", text);
        Vowels::from_csv(&path, names).unwrap_err().to_string()
    };
    assert!(message("talker,vowel,f1,f2\n", &none).contains("no column `speaker`"));
    assert!(message("speaker,vowel,f1,f2\na,x,300,low\n", &none).contains("bad.csv:2: `low` in column `f2`"));
    assert!(message("speaker,vowel,f1,f2\na,x,300,2000\nb,y,NaN,1\n", &none).contains("bad.csv:3: `NaN`"));
    assert!(message("speaker,vowel,f1,f2\na,x,300\n", &none).contains("bad.csv:2"));
    assert!(message("speaker,vowel,f1,f2\na,x,300,2000\n", &none).contains("two vowels and two speakers"));
    assert!(ColumnNames::parse("speaker").is_err());
    assert!(matches!(Vowels::from_csv(Path::new("/nowhere.csv"), &none), Err(TaskError::Io { .. })));
}

#[test]
fn damaged_lines_of_the_measured_file_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("hillenbrand")).unwrap();
    let path = folder.path().join("hillenbrand/vowdata.dat");
    std::fs::write(&path, "(c) 1995\n\nw01ae 323 174 663 2012\n").unwrap();
    let message = Vowels::hillenbrand(Some(folder.path())).unwrap_err().to_string();
    assert!(message.contains("vowdata.dat:3") && message.contains("15 numbers are expected"), "{message}");
    std::fs::write(&path, "").unwrap();
    let message = Vowels::hillenbrand(Some(folder.path())).unwrap_err().to_string();
    assert!(message.contains("spinloom data verify hillenbrand"), "{message}");
}

#[test]
fn all_spoken_digits_are_read() {
    let Some(folder) = real("fsdd") else { return };
    let digits = Digits::load(Some(&folder)).unwrap();
    assert_eq!(digits.recordings.len(), 3000);
    assert_eq!(digits.subset(5, 10).len(), 500);
    let seconds: f64 = digits.recordings.iter().map(|r| r.samples.len() as f64 / 8000.0).sum();
    assert!((seconds - 1312.0).abs() < 1.0, "{seconds}");
    for r in digits.recordings.iter().step_by(500) {
        let level = (r.samples.iter().map(|s| s * s).sum::<f64>() / r.samples.len() as f64).sqrt();
        assert!((level - 1.0).abs() < 1e-9 && r.digit < 10);
    }
}

#[test]
fn bad_sound_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0_x_0.wav");
    let write = |rate: u32, channels: u16, samples: usize| {
        let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        (0..samples * channels as usize).for_each(|i| writer.write_sample(i as i16).unwrap());
        writer.finalize().unwrap();
    };
    let message = || read_wav(&path, 8000).unwrap_err().to_string();
    std::fs::write(&path, b"").unwrap();
    assert!(message().contains("not a whole WAV file"), "{}", message());
    write(8000, 1, 0);
    assert!(message().contains("no samples"));
    write(16_000, 1, 10);
    assert!(message().contains("16000 Hz, but 8000 Hz"));
    write(8000, 2, 10);
    assert!(message().contains("2 channels"));
    write(8000, 1, 100);
    assert_eq!(read_wav(&path, 8000).unwrap().len(), 100);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 51]).unwrap();
    assert!(message().contains("0_x_0.wav"), "{}", message());
}

#[test]
fn the_laser_series_is_read() {
    let Some(folder) = real("santafe") else { return };
    let laser = santa_fe(Some(&folder)).unwrap();
    assert_eq!(laser.len(), 10_093);
    assert!(laser.iter().all(|v| (0.0..=255.0).contains(v)));
    assert!(matches!(santa_fe(Some(Path::new("/nowhere"))), Err(TaskError::NoData { .. }) | Ok(_)));
}
