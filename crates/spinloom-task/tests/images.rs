//! Images as a user loads them; what needs real data says so where it is absent.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use flate2::{Compression, write::GzEncoder};
use spinloom_core::random::Stream;
use spinloom_task::images::{ImageTask, Images};
use std::io::Write;
use std::path::{Path, PathBuf};

fn real(set: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SPINLOOM_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("not run: the data set {set} is not here; SPINLOOM_DATA names no folder");
    }
    folder
}

fn counts(images: &Images) -> Vec<usize> {
    (0..10).map(|d| images.labels.iter().filter(|l| **l == d).count()).collect()
}

#[test]
fn all_handwritten_digits_are_read() {
    let Some(folder) = real("mnist") else { return };
    let task = ImageTask::mnist(Some(&folder)).unwrap();
    assert_eq!((task.train.count(), task.test.count(), task.train.size()), (60_000, 10_000, 784));
    // Numbers of each digit as published with the set.
    assert_eq!(counts(&task.train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert_eq!(counts(&task.test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    let mean = task.train.pixels.iter().map(|p| f64::from(*p)).sum::<f64>() / task.train.pixels.len() as f64;
    assert!((mean - 0.1307).abs() < 1e-4, "{mean}");
    let few = task.train.balanced(105, &mut Stream::new(1, "images test", 0));
    assert!(few.count() == 105 && counts(&few).iter().all(|c| *c == 10 || *c == 11));
}

#[test]
fn the_small_digits_are_read() {
    let Some(folder) = real("optdigits") else { return };
    let task = ImageTask::optdigits(Some(&folder)).unwrap();
    assert_eq!((task.train.count(), task.test.count(), task.test.size()), (3823, 1797, 64));
    assert_eq!(counts(&task.test), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
}

/// An IDX file, compressed or not.
fn idx(path: &Path, shape: &[u32], bytes: &[u8], packed: bool) {
    let mut all = vec![0, 0, 8, shape.len() as u8];
    shape.iter().for_each(|s| all.extend(s.to_be_bytes()));
    all.extend(bytes);
    if packed {
        let mut encoder = GzEncoder::new(std::fs::File::create(path).unwrap(), Compression::fast());
        encoder.write_all(&all).unwrap();
        encoder.finish().unwrap();
    } else {
        std::fs::write(path, all).unwrap();
    }
}

#[test]
fn idx_files_are_read_or_their_fault_named() {
    let folder = tempfile::tempdir().unwrap();
    let (images, labels) = (folder.path().join("i"), folder.path().join("l"));
    let message = || Images::from_idx(&images, &labels).unwrap_err().to_string();
    idx(&images, &[2, 1, 3], &[0, 51, 255, 102, 0, 0], true);
    idx(&labels, &[2], &[7, 1], false);
    let read = Images::from_idx(&images, &labels).unwrap();
    assert_eq!((read.width, read.height, read.labels.as_slice()), (3, 1, &[7, 1][..]));
    assert_eq!(read.image(0), [0.0, 0.2, 1.0]);
    assert_eq!(read.chosen(&[1]).pixels, [0.4, 0.0, 0.0]);
    assert_eq!(read.balanced(9, &mut Stream::new(1, "images test", 1)).count(), 2);
    idx(&labels, &[3], &[7, 1, 1], false);
    assert!(message().contains("3 labels, but there are 2 images"), "{}", message());
    idx(&images, &[2, 1, 3], &[0; 5], true);
    assert!(message().contains("5 bytes for 2 x 1 x 3"), "{}", message());
    idx(&images, &[u32::MAX, u32::MAX, u32::MAX], &[0; 5], false);
    assert!(message().contains("5 bytes for"), "{}", message());
    idx(&images, &[2, 3], &[0; 6], false);
    assert!(message().contains("no IDX file of bytes in 3 dimensions"), "{}", message());
    std::fs::write(&images, [0x1f, 0x8b, 1, 2, 3]).unwrap();
    assert!(message().contains("cannot be unpacked"), "{}", message());
    std::fs::write(&images, []).unwrap();
    assert!(message().contains("no IDX file"));
    std::fs::remove_file(&images).unwrap();
    assert!(message().contains("cannot read"));
}

#[test]
fn damaged_lines_of_small_digits_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("optdigits")).unwrap();
    let line = |last: &str| format!("{}{last}\n", "16,".repeat(64));
    let write = |text: &str| {
        for name in ["optdigits.tra", "optdigits.tes"] {
            std::fs::write(folder.path().join("optdigits").join(name), text).unwrap();
        }
    };
    write(&line("9"));
    assert_eq!(ImageTask::optdigits(Some(folder.path())).unwrap().test.labels, [9]);
    for bad in [line("10"), "1,2,3\n".to_owned(), line("x"), line("1,1")] {
        write(&format!("{}{bad}", line("0")));
        let message = ImageTask::optdigits(Some(folder.path())).unwrap_err().to_string();
        assert!(message.contains("optdigits.tra:2: 64 numbers"), "{message}");
    }
    write("\n");
    assert!(ImageTask::optdigits(Some(folder.path())).unwrap_err().to_string().contains("no images"));
}
