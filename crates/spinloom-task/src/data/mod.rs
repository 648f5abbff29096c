//! Data sets: what they are, where they lie, whether they are whole.
//!
//! A data set is looked for in the folder named by the user, then in `SPINLOOM_DATA`, then in the user's cache. Nothing of any of them
//! is shipped with spinloom but checksums.

mod fetch;

pub use fetch::{FetchOptions, fetch};

use crate::TaskError;
use serde::Serialize;
use sha2::{Digest, Sha256};
use spinloom_core::parameters::nearest;
use spinloom_core::run::{CancelToken, Progress};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A data set.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct DataSet {
    /// Name on the command line, and of its folder.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Licence.
    pub licence: &'static str,
    /// Page of its makers.
    pub page: &'static str,
    /// Size on disk, in bytes; 0 where it is not known.
    pub size: u64,
    /// Addresses to try, in this order.
    #[serde(skip)]
    pub source: Source,
    /// Lines `checksum path` of every file that is verified.
    #[serde(skip)]
    manifest: &'static str,
}

/// Where a data set comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// Single files below any of these addresses.
    Files(&'static [&'static str]),
    /// One compressed archive at any of these addresses; the files lie below this folder in it.
    Archive(&'static [&'static str], &'static str),
    /// Nowhere that a program may take it from: the user gets the files from the page of its makers.
    ByHand,
}

/// Stands in a manifest where the checksum of a file is not known.
const UNKNOWN: &str = "-";

/// All data sets that a system can use.
pub const DATA_SETS: &[DataSet] = &[
    DataSet {
        name: "hillenbrand",
        title: "Formants of American English vowels, 139 speakers, Hillenbrand, Getty, Clark and Wheeler 1995",
        licence: "(c) 1995 James Hillenbrand, distributed for research",
        page: "https://homepages.wmich.edu/~hillenbr/voweldata.html",
        size: 391_091,
        source: Source::Files(&[
            "https://homepages.wmich.edu/~hillenbr/voweldata/",
            "https://raw.githubusercontent.com/kleinschmidt/hdp-bayes-vowels/master/hillenbrand-data/",
        ]),
        manifest: include_str!("../../data/hillenbrand.sha256"),
    },
    DataSet {
        name: "fsdd",
        title: "Free Spoken Digit Dataset 1.0.10: 3000 recordings, 10 digits by 6 speakers",
        licence: "CC BY-SA 4.0",
        page: "https://github.com/Jakobovski/free-spoken-digit-dataset",
        size: 21_000_000,
        source: Source::Archive(
            &["https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz"],
            "free-spoken-digit-dataset-1.0.10",
        ),
        manifest: include_str!("../../data/fsdd.sha256"),
    },
    DataSet {
        name: "santafe",
        title: "Santa Fe time series A: intensity of a chaotic far-infrared laser, 10,093 samples",
        licence: "MIT (as packed by reservoirpy)",
        page: "https://github.com/reservoirpy/reservoirpy",
        size: 80_872,
        source: Source::Files(&[
            "https://raw.githubusercontent.com/reservoirpy/reservoirpy/0af79a4148503cdb5c15afeabde2e96ac3d59470/reservoirpy/datasets/",
        ]),
        manifest: include_str!("../../data/santafe.sha256"),
    },
    DataSet {
        name: "nist_sts",
        title: "Binary digits of pi, e and the square root of two, as shipped with NIST's test suite SP 800-22",
        licence: "public domain",
        page: "https://csrc.nist.gov/projects/random-bit-generation/documentation-and-software",
        size: 3_496_999,
        source: Source::Files(&["https://raw.githubusercontent.com/stevenang/randomness_testsuite/master/"]),
        manifest: include_str!("../../data/nist_sts.sha256"),
    },
    DataSet {
        name: "tsplib",
        title: "TSPLIB95: nine travelling salesmen of 14 to 70 cities, five with an optimal tour, Reinelt 1991",
        licence: "(c) Gerhard Reinelt, Universitaet Heidelberg, distributed for research",
        page: "http://comopt.ifi.uni-heidelberg.de/software/TSPLIB95/",
        size: 10_165,
        source: Source::Files(&["https://raw.githubusercontent.com/mastqe/tsplib/master/"]),
        manifest: include_str!("../../data/tsplib.sha256"),
    },
    DataSet {
        name: "mnist",
        title: "MNIST handwritten digits, 60,000 + 10,000 images of 28 x 28, LeCun, Cortes and Burges",
        licence: "CC BY-SA 3.0",
        page: "http://yann.lecun.com/exdb/mnist/",
        size: 11_369_414,
        source: Source::Files(&[
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ]),
        manifest: include_str!("../../data/mnist.sha256"),
    },
    DataSet {
        name: "optdigits",
        title: "Optical recognition of handwritten digits, 3823 + 1797 images of 8 x 8, Alpaydin and Kaynak 1998",
        licence: "CC BY 4.0",
        page: "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        size: 828_351,
        source: Source::Files(&["https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/"]),
        manifest: include_str!("../../data/optdigits.sha256"),
    },
    DataSet {
        name: "freeway",
        title: "Cars on a freeway seen by an event camera of 128 x 128 pixels, T. Delbruck",
        licence: "not to be passed on; checksum not known",
        page: "http://www.ini.uzh.ch/~tobi/dvs",
        size: 0,
        source: Source::ByHand,
        manifest: "- events20051221T014416 freeway.mat.dat",
    },
];

/// The data set of this name.
///
/// # Errors
/// [`TaskError::UnknownData`] with the nearest name.
pub fn data_set(name: &str) -> Result<&'static DataSet, TaskError> {
    DATA_SETS.iter().find(|d| d.name == name).ok_or_else(|| TaskError::UnknownData {
        name: name.to_owned(),
        nearest: nearest(name, DATA_SETS.iter().map(|d| d.name)).map(str::to_owned),
    })
}

impl DataSet {
    /// Checksum (SHA-256, hexadecimal; `-` where it is not known) and path below the folder of the data set, of every file.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.manifest.lines().filter_map(|l| l.split_once(' '))
    }

    /// Whether [`fetch`] can bring it.
    pub fn is_fetched(&self) -> bool {
        !matches!(self.source, Source::ByHand)
    }

    /// The command that brings it, or says how to get it.
    pub fn fetch_command(&self) -> String {
        format!("spinloom data fetch {}", self.name)
    }
}

/// The folder of the user's cache, where fetched data sets go.
pub fn cache_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "spinloom").map(|d| d.cache_dir().join("data"))
}

/// The folders that are searched, in order.
pub fn search_folders(explicit: Option<&Path>) -> Vec<PathBuf> {
    let environment = std::env::var_os("SPINLOOM_DATA").filter(|v| !v.is_empty()).map(PathBuf::from);
    explicit.map(Path::to_path_buf).into_iter().chain(environment).chain(cache_folder()).collect()
}

/// The folder of a data set: the first of the searched folders that has a file of it.
///
/// # Errors
/// [`TaskError::NoData`] tells where it was looked for and what brings it.
pub fn locate(name: &str, explicit: Option<&Path>) -> Result<PathBuf, TaskError> {
    let set = data_set(name)?;
    let folders = search_folders(explicit);
    let there = |folder: &&PathBuf| set.files().any(|(_, file)| folder.join(name).join(file).exists());
    folders.iter().find(there).map(|f| f.join(name)).ok_or_else(|| TaskError::NoData {
        name: name.to_owned(),
        looked_in: folders.iter().map(|f| f.display().to_string()).collect(),
        command: set.fetch_command(),
    })
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Number of files that are as published.
    pub good: usize,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that differ from what is published.
    pub corrupt: Vec<String>,
    /// Files that are there and whose checksum is not known.
    pub unverified: Vec<String>,
}

impl Verification {
    /// Whether every file is there and, as far as one can tell, as published.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.corrupt.is_empty()
    }
}

/// Compares every file below `folder` (that of the data set) with its checksum.
///
/// # Errors
/// [`TaskError::Io`] for files that cannot be read, [`TaskError::Cancelled`].
pub fn verify(set: &DataSet, folder: &Path, progress: &dyn Progress, cancel: &CancelToken) -> Result<Verification, TaskError> {
    let mut found = Verification::default();
    let total = set.files().count();
    for (i, (checksum, file)) in set.files().enumerate() {
        cancel.check()?;
        let path = folder.join(file);
        if !path.exists() {
            found.missing.push(file.to_owned());
        } else if checksum == UNKNOWN {
            found.unverified.push(file.to_owned());
        } else if checksum_of(&path)? == checksum {
            found.good += 1;
        } else {
            found.corrupt.push(file.to_owned());
        }
        progress.update(&format!("verify {}", set.name), i + 1, total);
    }
    Ok(found)
}

/// SHA-256 of a file, hexadecimal.
fn checksum_of(path: &Path) -> Result<String, TaskError> {
    let mut file = File::open(path).map_err(TaskError::io("open", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(TaskError::io("read", path))?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
    }
    Ok(hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}
