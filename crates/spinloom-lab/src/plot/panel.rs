//! One panel: where its parts go, and in which order they are drawn.

use super::axes::{self, CategoryLabels, LABEL_SIZE, TICK_SIZE};
use super::canvas::{Anchor, Canvas, Rect, Text, text_width, wrap};
use super::scale::{Scale, Tick, edges};
use super::series::{self, Legend};
use super::{categories, magnitudes};
use crate::figure::{Mark, Panel};

const PANEL_TITLE_SIZE: f64 = 15.0;

/// The part of the figure that a panel may fill.
#[derive(Debug, Clone, Copy)]
pub struct PanelArea {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Whether no other panel stands beside it.
    pub alone: bool,
    /// Lines that the label of the horizontal axis may take, alike for panels side by side.
    pub x_lines: usize,
    /// Whether an earlier panel has the same legend.
    pub repeats: bool,
}

/// The rectangle of the data with its scales.
#[derive(Debug, Clone)]
pub struct Frame {
    pub rect: Rect,
    pub x: Scale,
    pub y: Scale,
}

impl Frame {
    /// Place of a point; none where a value is not finite or has no place on the scale.
    pub fn place(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let place = (self.left_of(x), self.top_of(y));
        (place.0.is_finite() && place.1.is_finite()).then_some(place)
    }

    pub fn left_of(&self, x: f64) -> f64 {
        self.rect.x + self.x.fraction(x) * self.rect.width
    }

    pub fn top_of(&self, y: f64) -> f64 {
        self.rect.bottom() - self.y.fraction(y) * self.rect.height
    }
}

/// Draws a panel.
pub fn draw(canvas: &mut Canvas, panel: &Panel, area: &PanelArea) {
    let top = draw_title(canvas, panel, area);
    let area = PanelArea { y: area.y + top, height: area.height - top, ..*area };
    if let Some((names, counts)) = panel.marks.iter().find_map(|m| match m {
        Mark::Confusion { names, counts } => Some((names, counts)),
        _ => None,
    }) {
        return categories::confusion(canvas, panel, &area, names, counts);
    }
    let bars = panel.marks.iter().find_map(|m| match m {
        Mark::Bars { names, .. } => Some(names.as_slice()),
        _ => None,
    });
    let legend = Legend::of(panel);
    let filled = panel.marks.iter().any(|m| matches!(m, Mark::Heatmap { .. } | Mark::Regions { .. }));
    let inside = layout(panel, &area, bars, &Reserve::default());
    if legend.is_empty() || area.repeats {
        return draw_frame(canvas, panel, &inside, None);
    }
    if let Some(place) = (!filled).then(|| legend.place_inside(panel, &inside.frame)).flatten() {
        return draw_frame(canvas, panel, &inside, Some((&legend, place)));
    }
    // Where data is everywhere, the legend stands beside it, or below where the panel is narrow.
    let columns = if area.alone { 1 } else { legend.columns_within(area.width) };
    let size = legend.size(columns);
    let reserve =
        if area.alone { Reserve { right: size.0 + 14.0, bottom: 0.0 } } else { Reserve { right: 0.0, bottom: size.1 + 4.0 } };
    let outside = layout(panel, &area, bars, &reserve);
    let place = if area.alone {
        (area.x + area.width - size.0, outside.frame.rect.y)
    } else {
        (outside.frame.rect.x, area.y + area.height - size.1)
    };
    draw_frame(canvas, panel, &outside, Some((&legend.columns(columns), place)));
}

/// Draws the title and returns its height.
fn draw_title(canvas: &mut Canvas, panel: &Panel, area: &PanelArea) -> f64 {
    if panel.title.is_empty() {
        return 8.0;
    }
    let lines = wrap(&panel.title, PANEL_TITLE_SIZE * 1.05, area.width - 20.0);
    for (i, line) in lines.iter().enumerate() {
        let y = area.y + PANEL_TITLE_SIZE * (1.1 + 1.25 * i as f64);
        canvas.text(area.x + area.width / 2.0, y, line, &Text::new(PANEL_TITLE_SIZE).bold().anchor(Anchor::Middle));
    }
    PANEL_TITLE_SIZE * 1.25 * lines.len() as f64 + 10.0
}

/// Space kept free for a legend.
#[derive(Debug, Default)]
struct Reserve {
    right: f64,
    bottom: f64,
}

/// Everything that is fixed before drawing.
struct Layout {
    frame: Frame,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    /// Names below the bars in place of ticks.
    categories: Option<CategoryLabels>,
    /// Left edge of the panel, where the label of the vertical axis stands.
    left: f64,
}

fn layout(panel: &Panel, area: &PanelArea, bars: Option<&[String]>, reserve: &Reserve) -> Layout {
    let (x, y) = scales(panel, bars);
    let y_ticks = y.ticks(((area.height - reserve.bottom) / 60.0).max(3.0) as usize);
    let tick_width = y_ticks.iter().map(|t| text_width(&t.label, TICK_SIZE)).fold(0.0, f64::max);
    let y_label = if panel.y.label.is_empty() { 0.0 } else { LABEL_SIZE * 1.5 };
    let left = y_label + tick_width + 12.0;
    let right = magnitudes::bar_width(panel) + reserve.right + 16.0;
    let width = (area.width - left - right).max(40.0);
    let categories = bars.map(|names| CategoryLabels::new(names, width));
    let x_ticks = if bars.is_some() { Vec::new() } else { axes::x_ticks_within(&x, width) };
    let x_label = LABEL_SIZE * (0.3 + 1.3 * axes::x_label_lines(panel, width).len().max(area.x_lines) as f64);
    let names = categories.as_ref().map_or(TICK_SIZE * 1.3, CategoryLabels::height);
    let height = (area.height - reserve.bottom - names - x_label - 12.0).max(40.0);
    let rect = Rect { x: area.x + left, y: area.y, width, height };
    Layout { frame: Frame { rect, x, y }, x_ticks, y_ticks, categories, left: area.x }
}

/// Scales that hold all the marks.
fn scales(panel: &Panel, bars: Option<&[String]>) -> (Scale, Scale) {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    let mut cells = None;
    for mark in &panel.marks {
        match mark {
            Mark::Line { x, y, .. } | Mark::Motion { x, y, .. } => {
                xs.extend_from_slice(x);
                ys.extend_from_slice(y);
            }
            Mark::Points { x, y, error, .. } => {
                xs.extend_from_slice(x);
                ys.extend(with_errors(y, error));
            }
            Mark::Bars { heights, error, .. } => {
                ys.push(0.0);
                // Room for the number above a bar.
                ys.extend(with_errors(heights, error).map(|v| v * 1.06));
            }
            Mark::Reference { y, .. } => ys.push(*y),
            Mark::Heatmap { x, y, .. } | Mark::Regions { x, y, .. } => {
                cells = Some((edges(x, panel.x.logarithmic), edges(y, panel.y.logarithmic)));
            }
            Mark::Confusion { .. } => {}
        }
    }
    if let Some((x, y)) = cells {
        let exact = |edges: &[f64], logarithmic: bool| match (edges.first(), edges.last()) {
            (Some(low), Some(high)) => Scale::exact(*low, *high, logarithmic),
            _ => Scale::exact(0.0, 1.0, false),
        };
        return (exact(&x, panel.x.logarithmic), exact(&y, panel.y.logarithmic));
    }
    let x = match bars {
        Some(names) => Scale::exact(-0.6, names.len().max(1) as f64 - 0.4, false),
        None => Scale::new(&panel.x, xs.into_iter()),
    };
    let from_zero =
        bars.is_some() && panel.y.range.is_none() && !panel.y.logarithmic && ys.iter().all(|v| v.is_nan() || *v >= 0.0);
    let y = Scale::new(&panel.y, ys.into_iter());
    // Bars stand on the axis.
    let y = if from_zero { Scale::exact(0.0, y.ends().1, false) } else { y };
    (x, y)
}

fn with_errors<'a>(values: &'a [f64], errors: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    values.iter().enumerate().flat_map(|(i, v)| {
        let e = errors.get(i).copied().filter(|e| e.is_finite()).unwrap_or(0.0);
        [v - e, v + e]
    })
}

/// Draws axes, marks and legend.
fn draw_frame(canvas: &mut Canvas, panel: &Panel, layout: &Layout, legend: Option<(&Legend, (f64, f64))>) {
    let frame = &layout.frame;
    let filled = panel.marks.iter().any(|m| matches!(m, Mark::Heatmap { .. } | Mark::Regions { .. }));
    if !filled {
        axes::grid(canvas, frame, &layout.x_ticks, &layout.y_ticks);
    }
    let empty = !canvas_marks(canvas, panel, frame);
    axes::frame(canvas, frame);
    match &layout.categories {
        Some(names) => names.draw(canvas, frame),
        None => axes::x_ticks(canvas, frame, &layout.x_ticks),
    }
    axes::y_ticks(canvas, frame, &layout.y_ticks);
    let below = layout.categories.as_ref().map_or(TICK_SIZE * 1.3, CategoryLabels::height);
    axes::labels(canvas, panel, frame, layout.left, below);
    if empty {
        let r = &frame.rect;
        let style = Text::new(LABEL_SIZE).anchor(Anchor::Middle).colour("#777777");
        canvas.text(r.x + r.width / 2.0, r.y + r.height / 2.0, "no data", &style);
    }
    let box_of_legend = legend.map(|(legend, place)| legend.rect(place));
    series::references(canvas, panel, frame, box_of_legend.as_ref());
    series::bar_numbers(canvas, panel, frame);
    if let Some((legend, place)) = legend {
        legend.draw(canvas, place);
    }
}

/// Draws the data; false where there was none.
fn canvas_marks(canvas: &mut Canvas, panel: &Panel, frame: &Frame) -> bool {
    let mut any = false;
    let colours = series::Colours::of(panel);
    canvas.clipped(&frame.rect, |canvas| {
        for (index, mark) in panel.marks.iter().enumerate() {
            any |= match mark {
                Mark::Line { x, y, .. } => series::line(canvas, frame, x, y, colours.colour(index)),
                Mark::Motion { corners, x, y, seconds, .. } => {
                    series::motion(canvas, frame, (*corners, x, y), colours.colour(index), *seconds)
                }
                Mark::Points { x, y, error, .. } => series::points(canvas, frame, (x, y, error), &colours, index),
                Mark::Bars { heights, error, .. } => series::bars(canvas, frame, heights, error),
                Mark::Heatmap { x, y, values, .. } => magnitudes::heatmap(canvas, frame, (x, y), values, panel),
                Mark::Regions { names, x, y, cells } => categories::regions(canvas, frame, names, (x, y), cells, panel),
                Mark::Reference { .. } | Mark::Confusion { .. } => false,
            };
        }
    });
    magnitudes::bar(canvas, panel, frame);
    any || panel.marks.iter().any(|m| matches!(m, Mark::Reference { y, .. } if y.is_finite()))
}
