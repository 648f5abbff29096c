//! Masks from PNG images.

use super::ShapeError;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Which pixels of an image are inside, row by row from the top.
#[derive(Debug)]
pub(super) struct Mask {
    width: usize,
    height: usize,
    inside: Vec<bool>,
}

impl Mask {
    /// Reads a PNG file; dark and opaque pixels are inside.
    pub(super) fn read(file: &Path) -> Result<Self, ShapeError> {
        let failed = |reason: String| ShapeError::Mask { file: file.to_owned(), reason };
        let opened = File::open(file).map_err(|e| failed(format!("cannot be opened: {e}")))?;
        let not_png = |e: png::DecodingError| failed(format!("is not a PNG image that can be read: {e}"));
        let mut decoder = png::Decoder::new(BufReader::new(opened));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(not_png)?;
        let size = reader.output_buffer_size().ok_or_else(|| failed("is too large".into()))?;
        let mut bytes = vec![0; size];
        let info = reader.next_frame(&mut bytes).map_err(not_png)?;
        let samples = info.color_type.samples();
        let inside = bytes[..info.buffer_size()].chunks_exact(samples).map(is_inside).collect();
        Ok(Self { width: info.width as usize, height: info.height as usize, inside })
    }

    /// Whether the point at these parts of the width and height, from the lower left, is inside.
    pub(super) fn contains(&self, x: f64, y: f64) -> bool {
        let (column, row) = (x * self.width as f64, (1.0 - y) * self.height as f64);
        // The lower and left edges belong to the image, like the lower end of a range.
        if !(0.0..1.0).contains(&x) || !(0.0..1.0).contains(&y) {
            return false;
        }
        let row = (row.ceil() as usize).saturating_sub(1).min(self.height - 1);
        self.inside[row * self.width + (column as usize).min(self.width - 1)]
    }
}

/// Grey or colour samples of one pixel, the last of two or four being alpha.
fn is_inside(pixel: &[u8]) -> bool {
    let (colour, alpha) = match pixel {
        [grey] => (3 * u32::from(*grey), 255),
        [grey, alpha] => (3 * u32::from(*grey), *alpha),
        [r, g, b] => (u32::from(*r) + u32::from(*g) + u32::from(*b), 255),
        [r, g, b, alpha, ..] => (u32::from(*r) + u32::from(*g) + u32::from(*b), *alpha),
        [] => (765, 0),
    };
    2 * colour < 765 && alpha >= 128
}

#[cfg(test)]
mod tests {
    use crate::film::Grid;
    use crate::shape::{Shape, ShapeError};

    #[test]
    fn dark_opaque_pixels_are_inside_with_the_top_row_at_large_y() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mask.png");
        // Two by two: black, white / transparent black, dark red.
        let pixels = [0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 0, 100, 0, 0, 255];
        let mut encoder = png::Encoder::new(std::fs::File::create(&file).unwrap(), 2, 2);
        encoder.set_color(png::ColorType::Rgba);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        let grid = Grid::new([4, 4, 1], [1e-9; 3]).unwrap();
        let fill = Shape::image("mask.png").on_with(&grid, folder.path()).unwrap().fill(0);
        let rows: Vec<&[f32]> = fill.chunks(4).collect();
        assert_eq!(rows[0], [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(rows[1], rows[0]);
        assert_eq!(rows[3], [1.0, 1.0, 0.0, 0.0]);
        let small = Shape::Image { file: file.clone(), size: Some([2e-9, 2e-9]) }.on(&grid).unwrap();
        assert_eq!(small.fill(0).iter().sum::<f32>(), 2.0);
        std::fs::write(&file, b"\x89PNG\r\n\x1a\nno").unwrap();
        let error = Shape::image(&file).on(&grid).unwrap_err();
        assert!(matches!(error, ShapeError::Mask { .. }) && error.to_string().contains("mask.png"), "{error}");
        assert!(Shape::image("no such file.png").on(&grid).is_err());
    }
}
