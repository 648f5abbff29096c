//! Heatmaps and their colour bars.

use super::axes::{LABEL_SIZE, TICK_SIZE};
use super::canvas::{Anchor, Canvas, Rect, Text, text_width};
use super::colour::viridis;
use super::panel::Frame;
use super::scale::{Scale, edges};
use crate::figure::{Axis, Mark, Panel};

/// Colours told apart on a map.
const LEVELS: usize = 128;
const BAR: f64 = 18.0;
const GAP: f64 = 14.0;
const SEAM: f64 = 0.6;

fn map_of(panel: &Panel) -> Option<(&str, &[f64])> {
    panel.marks.iter().find_map(|m| match m {
        Mark::Heatmap { label, values, .. } => Some((label.as_str(), values.as_slice())),
        _ => None,
    })
}

/// The scale of the colours: from the least to the greatest value.
fn scale_of(values: &[f64]) -> Scale {
    let finite = values.iter().filter(|v| v.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    if low < high && (high - low).is_finite() {
        Scale::exact(low, high, false)
    } else {
        Scale::new(&Axis::new(""), values.iter().copied())
    }
}

/// Width of the colour bar with its ticks and label; 0 without a map.
pub fn bar_width(panel: &Panel) -> f64 {
    map_of(panel).map_or(0.0, |(_, values)| GAP + BAR + tick_width(&scale_of(values)) + LABEL_SIZE * 1.5 + 6.0)
}

fn tick_width(scale: &Scale) -> f64 {
    scale.ticks(5).iter().map(|t| text_width(&t.label, TICK_SIZE)).fold(0.0, f64::max) + 8.0
}

/// Draws the colour bar at the right of the frame.
pub fn bar(canvas: &mut Canvas, panel: &Panel, frame: &Frame) {
    let Some((label, values)) = map_of(panel) else { return };
    let scale = scale_of(values);
    let rect = Rect { x: frame.rect.right() + GAP, y: frame.rect.y, width: BAR, height: frame.rect.height };
    let stops: Vec<_> = (0..=20).map(|i| f64::from(i) / 20.0).map(|t| (t, viridis(t))).collect();
    canvas.gradient(&rect, &stops);
    for tick in scale.ticks(5) {
        let y = rect.bottom() - scale.fraction(tick.value) * rect.height;
        canvas.line((rect.right(), y), (rect.right() + 4.0, y), "#444444", 1.0);
        canvas.text(rect.right() + 7.0, y + TICK_SIZE * 0.36, &tick.label, &Text::new(TICK_SIZE));
    }
    let x = rect.right() + tick_width(&scale) + LABEL_SIZE;
    canvas.text(x, rect.y + rect.height / 2.0, label, &Text::new(LABEL_SIZE).anchor(Anchor::Middle).rotated(-90.0));
}

/// Draws the cells of a map; false where no value is finite.
pub fn heatmap(canvas: &mut Canvas, frame: &Frame, (x, y): (&[f64], &[f64]), values: &[f64], panel: &Panel) -> bool {
    let scale = scale_of(values);
    let level = |v: &f64| v.is_finite().then(|| (scale.fraction(*v).clamp(0.0, 1.0) * (LEVELS - 1) as f64).round() as usize);
    let levels: Vec<_> = values.iter().map(level).collect();
    let runs = runs(frame, (x, y), &levels, panel);
    for (level, rects) in &runs {
        canvas.rects(rects, &viridis(*level as f64 / (LEVELS - 1) as f64));
    }
    !runs.is_empty()
}

/// The rectangles of every key: runs of equal neighbours in a row are one.
pub fn runs(frame: &Frame, (x, y): (&[f64], &[f64]), keys: &[Option<usize>], panel: &Panel) -> Vec<(usize, Vec<Rect>)> {
    if x.is_empty() {
        return Vec::new();
    }
    let columns: Vec<f64> = edges(x, panel.x.logarithmic).into_iter().map(|v| frame.left_of(v)).collect();
    let rows: Vec<f64> = edges(y, panel.y.logarithmic).into_iter().map(|v| frame.top_of(v)).collect();
    let mut out: std::collections::BTreeMap<usize, Vec<Rect>> = std::collections::BTreeMap::new();
    for (row, line) in keys.chunks_exact(x.len()).take(y.len()).enumerate() {
        let mut start = 0;
        for end in 1..=line.len() {
            if end < line.len() && line[end] == line[start] {
                continue;
            }
            if let Some(key) = line[start] {
                // A little over its neighbours, so that no ground shows through the seams.
                let (x, y) = (columns[start], rows[row + 1]);
                let rect = Rect { x, y, width: columns[end] - x + SEAM, height: rows[row] - y + SEAM };
                out.entry(key).or_default().push(rect);
            }
            start = end;
        }
    }
    out.into_iter().collect()
}
