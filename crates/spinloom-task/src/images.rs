//! Images with labels: MNIST (Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Proc. IEEE 86, 2278 (1998), doi:10.1109/5.726791), any other set in
//! its format, and the optdigits of E. Alpaydin and C. Kaynak (Kybernetika 34, 369 (1998)).

use crate::TaskError;
use crate::data::locate;
use flate2::read::GzDecoder;
use spinloom_core::random::Stream;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// The most a file may unpack to: ten times the training images of MNIST.
const LARGEST: u64 = 500_000_000;

/// Images of one size, with labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Brightness from 0 to 1, image after image, row after row.
    pub pixels: Vec<f32>,
    /// What each image shows.
    pub labels: Vec<usize>,
}

/// Images to learn from and images to be tested on.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageTask {
    /// To learn from.
    pub train: Images,
    /// To be tested on.
    pub test: Images,
    /// Where they come from, in words for a report.
    pub source: String,
}

impl ImageTask {
    /// MNIST: 60,000 digits to learn from and 10,000 to be tested on, 28 x 28.
    ///
    /// # Errors
    /// [`TaskError::NoData`] when the data set is not found, and as [`Images::from_idx`].
    pub fn mnist(explicit: Option<&Path>) -> Result<Self, TaskError> {
        let folder = locate("mnist", explicit)?;
        let read = |stem: &str| {
            let images = folder.join(format!("{stem}-images-idx3-ubyte.gz"));
            Images::from_idx(&images, &folder.join(format!("{stem}-labels-idx1-ubyte.gz")))
        };
        let (train, test) = (read("train")?, read("t10k")?);
        if (train.width, train.height) != (test.width, test.height) {
            return Err(malformed(&folder, "the images to learn from and those to be tested on differ in size".to_owned()));
        }
        let source = format!("MNIST (CC BY-SA 3.0): {} and {} handwritten digits, 28 x 28", train.count(), test.count());
        Ok(Self { train, test, source })
    }

    /// optdigits: 3823 digits to learn from and 1797 by other writers to be tested on, 8 x 8.
    ///
    /// # Errors
    /// [`TaskError::NoData`] when the data set is not found, [`TaskError::Malformed`] names a line that is not 64 numbers from 0 to 16 and a digit.
    pub fn optdigits(explicit: Option<&Path>) -> Result<Self, TaskError> {
        let folder = locate("optdigits", explicit)?;
        let (train, test) = (read_optdigits(&folder.join("optdigits.tra"))?, read_optdigits(&folder.join("optdigits.tes"))?);
        let source = format!("optdigits (CC BY 4.0, UCI): {} and {} handwritten digits, 8 x 8", train.count(), test.count());
        Ok(Self { train, test, source })
    }
}

impl Images {
    /// Images and labels in the IDX format of MNIST, compressed by gzip or not.
    ///
    /// # Errors
    /// [`TaskError::Io`], or [`TaskError::Malformed`] with what the file holds instead.
    pub fn from_idx(images: &Path, labels: &Path) -> Result<Self, TaskError> {
        let (shape, pixels) = read_idx(images, 3)?;
        let (count, classes) = read_idx(labels, 1)?;
        if shape[0] != count[0] {
            return Err(malformed(labels, format!("it has {} labels, but there are {} images", count[0], shape[0])));
        }
        Ok(Self {
            height: shape[1],
            width: shape[2],
            pixels: pixels.into_iter().map(|p| f32::from(p) / 255.0).collect(),
            labels: classes.into_iter().map(usize::from).collect(),
        })
    }

    /// Number of images.
    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// Number of pixels of an image.
    pub fn size(&self) -> usize {
        self.width * self.height
    }

    /// One image.
    ///
    /// # Panics
    /// When there is no such image.
    pub fn image(&self, index: usize) -> &[f32] {
        &self.pixels[index * self.size()..(index + 1) * self.size()]
    }

    /// These images.
    ///
    /// # Panics
    /// When there is no such image.
    #[must_use]
    pub fn chosen(&self, indices: &[usize]) -> Self {
        Self {
            width: self.width,
            height: self.height,
            pixels: indices.iter().flat_map(|&i| self.image(i)).copied().collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        }
    }

    /// `count` images drawn without repetition, or all of them; as many of each label as of any other, but for one, where there are enough.
    #[must_use]
    pub fn balanced(&self, count: usize, stream: &mut Stream) -> Self {
        let mut order: Vec<usize> = (0..self.count()).collect();
        stream.shuffle(&mut order);
        // The k-th image of its label comes in the k-th round.
        let mut seen = vec![0usize; self.labels.iter().max().map_or(0, |m| m + 1)];
        let mut rounds: Vec<(usize, usize)> = Vec::with_capacity(order.len());
        for i in order {
            rounds.push((seen[self.labels[i]], i));
            seen[self.labels[i]] += 1;
        }
        rounds.sort_by_key(|r| r.0);
        let chosen: Vec<usize> = rounds.into_iter().take(count).map(|r| r.1).collect();
        self.chosen(&chosen)
    }
}

fn malformed(path: &Path, message: String) -> TaskError {
    TaskError::Malformed { path: path.to_path_buf(), line: None, message }
}

/// Sizes and bytes of an IDX file of unsigned bytes with so many dimensions.
fn read_idx(path: &Path, dimensions: usize) -> Result<(Vec<usize>, Vec<u8>), TaskError> {
    let again = "fetch the data set again";
    let raw = fs::read(path).map_err(TaskError::io("read", path))?;
    let mut bytes = Vec::new();
    if raw.starts_with(&[0x1f, 0x8b]) {
        let file = File::open(path).map_err(TaskError::io("open", path))?;
        let unpacked = GzDecoder::new(file).take(LARGEST + 1).read_to_end(&mut bytes);
        unpacked.map_err(|e| malformed(path, format!("it cannot be unpacked ({e}): {again}")))?;
        if bytes.len() as u64 > LARGEST {
            return Err(malformed(path, format!("it unpacks to more than {LARGEST} bytes, which no set of digits does")));
        }
    } else {
        bytes = raw;
    }
    let header = 4 + 4 * dimensions;
    if bytes.len() < header || bytes[..4] != [0, 0, 8, dimensions as u8] {
        return Err(malformed(path, format!("it is no IDX file of bytes in {dimensions} dimensions: {again}")));
    }
    let shape: Vec<usize> =
        bytes[4..header].chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize).collect();
    let wanted = shape.iter().try_fold(1usize, |a, b| a.checked_mul(*b)).filter(|w| *w > 0);
    let found = bytes.len() - header;
    if wanted != Some(found) {
        let sizes = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ");
        return Err(malformed(path, format!("it holds {found} bytes for {sizes} numbers: {again}")));
    }
    bytes.drain(..header);
    Ok((shape, bytes))
}

fn read_optdigits(path: &Path) -> Result<Images, TaskError> {
    let text = fs::read_to_string(path).map_err(TaskError::io("read", path))?;
    let mut images = Images { width: 8, height: 8, pixels: Vec::new(), labels: Vec::new() };
    for (index, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let wrong = || TaskError::Malformed {
            path: path.to_path_buf(),
            line: Some(index + 1),
            message: "64 numbers from 0 to 16 and a digit are expected, with commas between: fetch the data set again".to_owned(),
        };
        let numbers: Vec<u8> = line.split(',').map(|n| n.trim().parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
        let [pixels @ .., digit] = numbers.as_slice() else { return Err(wrong()) };
        if pixels.len() != 64 || pixels.iter().any(|p| *p > 16) || *digit > 9 {
            return Err(wrong());
        }
        images.pixels.extend(pixels.iter().map(|p| f32::from(*p) / 16.0));
        images.labels.push(usize::from(*digit));
    }
    if images.labels.is_empty() {
        return Err(malformed(path, "it holds no images: fetch the data set again".to_owned()));
    }
    Ok(images)
}
