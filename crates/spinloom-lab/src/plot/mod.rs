//! Draws a [`Figure`] as SVG, and the SVG as PNG.
//!
//! The drawing is vector all through: coordinates are not rounded to pixels, and text stays text. Colours are those of Okabe and Ito
//! for series and viridis for magnitudes, both readable with colour-blind eyes; references are dashed and carry their label on the
//! line. Values that are not finite are left out.

mod axes;
mod canvas;
mod categories;
mod colour;
mod magnitudes;
mod panel;
mod scale;
mod series;

use crate::error::LabError;
use crate::figure::Figure;
use canvas::{Anchor, Canvas, Text, wrap};
use panel::PanelArea;
use resvg::{tiny_skia, usvg};
use series::Legend;
use std::sync::{Arc, LazyLock};

/// Width of every figure, px: what a page shows at its natural size, so that 14 px letters are 14 px.
const WIDTH: f64 = 900.0;
const MARGIN: f64 = 12.0;
const TITLE_SIZE: f64 = 18.0;
/// Pixels of a PNG for one of the SVG.
const PNG_SCALE: f32 = 2.0;

/// Draws a figure as a self-contained SVG document.
///
/// ```
/// use spinloom_lab::figure::{Axis, Figure, Mark, Panel};
/// let line = Mark::Line { label: "power".into(), x: vec![0.0, 1.0], y: vec![0.0, 2.0] };
/// let panel = Panel { title: String::new(), x: Axis::new("current (mA)"), y: Axis::new("power (µW)"), marks: vec![line] };
/// let figure = Figure { name: "power".into(), title: "Power".into(), caption: String::new(), panels: vec![panel] };
/// assert!(spinloom_lab::plot::svg(&figure).starts_with("<svg"));
/// ```
pub fn svg(figure: &Figure) -> String {
    let title = wrap(&figure.title, TITLE_SIZE, WIDTH - 2.0 * MARGIN);
    let top = if figure.title.is_empty() { MARGIN } else { MARGIN + TITLE_SIZE * 1.3 * title.len() as f64 + 4.0 };
    let columns = match figure.panels.len() {
        0 | 1 => 1,
        2 | 4 => 2,
        _ => 3,
    };
    let width = (WIDTH - 2.0 * MARGIN) / columns as f64;
    let height = [520.0, 400.0, 350.0][columns - 1];
    let rows = figure.panels.len().div_ceil(columns).max(1);
    let mut canvas = Canvas::new(&figure.name, &figure.title, WIDTH, top + rows as f64 * height + MARGIN);
    for (line, words) in title.iter().enumerate() {
        let y = MARGIN + TITLE_SIZE * (1.0 + 1.3 * line as f64);
        canvas.text(WIDTH / 2.0, y, words, &Text::new(TITLE_SIZE).bold().anchor(Anchor::Middle));
    }
    // What stands left and right of the frame takes about so much.
    let x_lines = figure.panels.iter().map(|p| axes::x_label_lines(p, width - 85.0).len()).max().unwrap_or(0);
    for (index, panel) in figure.panels.iter().enumerate() {
        let area = PanelArea {
            x: MARGIN + (index % columns) as f64 * width,
            y: top + (index / columns) as f64 * height,
            width,
            height,
            alone: columns == 1,
            x_lines,
            repeats: index > 0 && Legend::of(panel).same_as(&Legend::of(&figure.panels[0])),
        };
        panel::draw(&mut canvas, panel, &area);
    }
    canvas.finish()
}

/// Draws a figure as PNG, with two pixels for one of the SVG.
///
/// # Errors
/// [`LabError::Render`].
pub fn png(figure: &Figure) -> Result<Vec<u8>, LabError> {
    png_from_svg(&svg(figure), &figure.name)
}

/// Rasterises the SVG of the figure `name`.
pub(crate) fn png_from_svg(svg: &str, name: &str) -> Result<Vec<u8>, LabError> {
    let fail = |why: String| LabError::Render { what: format!("figure {name}"), why };
    let options = usvg::Options { font_family: canvas::FONT.to_owned(), fontdb: Arc::clone(&FONTS), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| fail(e.to_string()))?;
    let size = tree.size().to_int_size().scale_by(PNG_SCALE).ok_or_else(|| fail("it has no size".to_owned()))?;
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height()).ok_or_else(|| fail("it is too large".to_owned()))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| fail(e.to_string()))
}

/// The embedded fonts: figures look alike on every machine, with or without fonts of its own.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family(canvas::FONT);
    Arc::new(fonts)
});
