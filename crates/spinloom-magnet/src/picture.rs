//! Pictures of a layer of cells: directions in the usual colour wheel, numbers in a diverging map; as PNG.
//!
//! In the wheel the hue is the angle in the plane (red along +x, then yellow, green, cyan along -x, blue, magenta), the lightness m_z
//! (white up, black down), as mumax3 draws it (A. Vansteenkiste et al., AIP Advances 4, 107133 (2014)). y points up. Numbers are drawn
//! from blue over white to red: the map RdBu of C. A. Brewer, <https://colorbrewer2.org>.

use crate::MagnetError;
use crate::file::{self, FileError};
use crate::film::{Grid, Real, VectorField};
use crate::macrospin::Vector;
use std::path::Path;

/// A picture, rows from the top.
///
/// ```
/// use spinloom_magnet::film::{Grid, VectorField};
/// use spinloom_magnet::picture::Picture;
/// let grid = Grid::new([2, 1, 1], [5e-9; 3])?;
/// let mut m = VectorField::<f64>::uniform(2, [1.0, 0.0, 0.0]);
/// m.set(1, [0.0, 0.0, 1.0]);
/// let picture = Picture::of_vectors(&grid, &m, 0, 4)?;
/// assert_eq!((picture.width(), picture.height()), (8, 4));
/// assert_eq!((picture.pixel(0, 0), picture.pixel(7, 3)), ([255, 0, 0, 255], [255, 255, 255, 255]));
/// # Ok::<(), spinloom_magnet::MagnetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    /// Red, green, blue and opacity of each pixel.
    pixels: Vec<u8>,
}

/// The most pixels that a picture can have along one side.
const MOST_PIXELS: usize = 32_768;

impl Picture {
    /// Draws the directions of one layer, counted from 0 at the bottom, a cell `pixels` wide and as high as its shape makes it. Cells
    /// without magnetization are transparent.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one vector a cell, [`MagnetError::InCell`] for NaN and infinities,
    /// [`MagnetError::OutOfRange`] for a layer that is not there and for a picture that is empty or too large.
    pub fn of_vectors<T: Real>(grid: &Grid, field: &VectorField<T>, layer: usize, pixels: usize) -> Result<Self, MagnetError> {
        for component in field.components() {
            require_length(grid, "the field drawn", component.len())?;
        }
        Self::draw(grid, layer, pixels, |cell| {
            let vector = field.get(cell);
            if let Some(value) = vector.into_iter().find(|v| !v.is_finite()) {
                return Err(value);
            }
            let [r, g, b] = direction_colour(vector);
            Ok([r, g, b, if vector == [0.0; 3] { 0 } else { 255 }])
        })
    }

    /// Draws the numbers of one layer between two limits, or as far from zero to either side as the largest of the layer is.
    ///
    /// # Errors
    /// [`MagnetError::Length`] unless there is one value a cell, [`MagnetError::InCell`] for NaN and infinities,
    /// [`MagnetError::OutOfRange`] for limits that are not in order, a layer that is not there, and a picture that is empty or too large.
    pub fn of_scalars(
        grid: &Grid,
        values: &[f64],
        layer: usize,
        pixels: usize,
        limits: Option<[f64; 2]>,
    ) -> Result<Self, MagnetError> {
        require_length(grid, "the field drawn", values.len())?;
        let [low, high] = limits.unwrap_or_else(|| {
            let [nx, ny, _] = grid.cells();
            let drawn = values.chunks(nx * ny).nth(layer).unwrap_or_default();
            let most = drawn.iter().fold(0.0f64, |most, v| most.max(v.abs()));
            [-most, most]
        });
        if limits.is_some() {
            let what = "the upper limit of a picture's colours";
            MagnetError::unless(low < high && low.is_finite(), what, high, "above the lower one, and both finite")?;
        }
        // Halves, so that limits near the largest numbers do not overflow.
        let (middle, half) = (0.5 * low + 0.5 * high, 0.5 * high - 0.5 * low);
        Self::draw(grid, layer, pixels, |cell| {
            let value = values[cell];
            if !value.is_finite() {
                return Err(value);
            }
            let [r, g, b] = diverging_colour(if half > 0.0 { (value - middle) / half } else { 0.0 });
            Ok([r, g, b, 255])
        })
    }

    fn draw(
        grid: &Grid,
        layer: usize,
        pixels: usize,
        colour: impl Fn(usize) -> Result<[u8; 4], f64>,
    ) -> Result<Self, MagnetError> {
        let ([nx, ny, nz], [dx, dy, _]) = (grid.cells(), grid.cell_size());
        MagnetError::unless(layer < nz, "the layer drawn, counted from 0", layer as f64, "one of the grid")?;
        let wide = pixels;
        let high = ((pixels as f64 * dy / dx).round().min(MOST_PIXELS as f64 + 1.0) as usize).max(1);
        let most = (wide.saturating_mul(nx)).max(high.saturating_mul(ny));
        MagnetError::unless(
            wide > 0 && most <= MOST_PIXELS,
            "the longer side of a picture, in pixels",
            most as f64,
            "from 1 to 32768",
        )?;
        let (width, height) = (wide * nx, high * ny);
        let mut all = Vec::with_capacity(width * height * 4);
        for y in (0..ny).rev() {
            let start = all.len();
            for x in 0..nx {
                let index = grid.index([x, y, layer]);
                let refused = |value| MagnetError::of_cell("the field drawn", grid, index, value, "a finite number");
                let pixel = colour(index).map_err(refused)?;
                for _ in 0..wide {
                    all.extend_from_slice(&pixel);
                }
            }
            for _ in 1..high {
                all.extend_from_within(start..start + 4 * width);
            }
        }
        Ok(Self { width, height, pixels: all })
    }

    /// Pixels along x.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels along y.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green, blue and opacity of a pixel, counted from the left and from the top.
    ///
    /// # Panics
    /// Beyond the picture.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        let at = 4 * (y * self.width + x);
        std::array::from_fn(|c| self.pixels[at + c])
    }

    /// The picture as a PNG file.
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // The sides are at most 32768, and there are as many pixels as they ask for.
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder.write_header().and_then(|mut w| w.write_image_data(&self.pixels).and_then(|()| w.finish()));
        debug_assert!(written.is_ok(), "writing to memory failed: {written:?}");
        bytes
    }

    /// Writes the picture, in place of a file that may be there.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn write_file(&self, path: &Path) -> Result<(), FileError> {
        file::write(path, &self.to_png())
    }
}

fn require_length(grid: &Grid, what: &str, found: usize) -> Result<(), MagnetError> {
    if found == grid.len() {
        return Ok(());
    }
    Err(MagnetError::Length { what: what.to_owned(), found, expected: grid.len() })
}

/// The colour of a direction: hue atan2(m_y, m_x), saturation |m|, lightness (1 + m_z) / 2.
pub fn direction_colour([x, y, z]: Vector) -> [u8; 3] {
    let saturation = (x * x + y * y + z * z).sqrt().min(1.0);
    let lightness = (0.5 + 0.5 * z).clamp(0.0, 1.0);
    let chroma = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
    let sextant = y.atan2(x).to_degrees().rem_euclid(360.0) / 60.0;
    // How much of each of red, green and blue a hue has: a trapezoid around its own place on the wheel.
    [0.0, 2.0, 4.0].map(|place| {
        let away = (sextant - place).abs();
        let share = (2.0 - away.min(6.0 - away)).clamp(0.0, 1.0);
        ((lightness + chroma * (share - 0.5)) * 255.0).round() as u8
    })
}

/// The colour of a number between -1 (blue) and 1 (red); 0 is nearly white.
pub fn diverging_colour(value: f64) -> [u8; 3] {
    const MAP: [[u8; 3]; 11] = [
        [5, 48, 97],
        [33, 102, 172],
        [67, 147, 195],
        [146, 197, 222],
        [209, 229, 240],
        [247, 247, 247],
        [253, 219, 199],
        [244, 165, 130],
        [214, 96, 77],
        [178, 24, 43],
        [103, 0, 31],
    ];
    let place = 5.0 + 5.0 * value.clamp(-1.0, 1.0);
    let below = (place as usize).min(9);
    let share = place - below as f64;
    std::array::from_fn(|c| {
        let (from, to) = (f64::from(MAP[below][c]), f64::from(MAP[below + 1][c]));
        (from + share * (to - from)).round() as u8
    })
}
