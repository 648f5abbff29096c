//! Frames, ticks and their labels.

use super::canvas::{Anchor, Canvas, Text, text_width, wrap};
use super::panel::Frame;
use super::scale::{Scale, Tick};
use crate::figure::Panel;

pub const TICK_SIZE: f64 = 14.0;
pub const LABEL_SIZE: f64 = 15.0;
const INK: &str = "#444444";

/// Faint lines at the ticks.
pub fn grid(canvas: &mut Canvas, frame: &Frame, x_ticks: &[Tick], y_ticks: &[Tick]) {
    let r = &frame.rect;
    for t in x_ticks {
        let x = frame.left_of(t.value);
        canvas.line((x, r.y), (x, r.bottom()), "#ececec", 1.0);
    }
    for t in y_ticks {
        let y = frame.top_of(t.value);
        canvas.line((r.x, y), (r.right(), y), "#ececec", 1.0);
    }
}

/// The box around the data.
pub fn frame(canvas: &mut Canvas, frame: &Frame) {
    canvas.rect(&frame.rect, "none", INK);
}

/// As many ticks as `width` has room for without their labels touching.
pub fn x_ticks_within(scale: &Scale, width: f64) -> Vec<Tick> {
    let fits = |ticks: &[Tick]| {
        let widest = ticks.iter().map(|t| text_width(&t.label, TICK_SIZE)).fold(0.0, f64::max);
        ticks.windows(2).all(|w| (scale.fraction(w[1].value) - scale.fraction(w[0].value)) * width > widest + 8.0)
    };
    let most = (width / 70.0).max(3.0) as usize;
    let candidates = (1..=most).rev().map(|wanted| scale.ticks(wanted));
    candidates.into_iter().find(|ticks| fits(ticks)).unwrap_or_else(|| scale.ticks(1))
}

/// Ticks below.
pub fn x_ticks(canvas: &mut Canvas, frame: &Frame, ticks: &[Tick]) {
    let bottom = frame.rect.bottom();
    for t in ticks {
        let x = frame.left_of(t.value);
        canvas.line((x, bottom), (x, bottom + 5.0), INK, 1.0);
        canvas.text(x, bottom + 6.0 + TICK_SIZE, &t.label, &Text::new(TICK_SIZE).anchor(Anchor::Middle));
    }
}

/// Ticks at the left.
pub fn y_ticks(canvas: &mut Canvas, frame: &Frame, ticks: &[Tick]) {
    for t in ticks {
        let y = frame.top_of(t.value);
        canvas.line((frame.rect.x - 5.0, y), (frame.rect.x, y), INK, 1.0);
        canvas.text(frame.rect.x - 8.0, y + TICK_SIZE * 0.36, &t.label, &Text::new(TICK_SIZE).anchor(Anchor::End));
    }
}

/// The label of the horizontal axis, broken where the panel is narrow.
pub fn x_label_lines(panel: &Panel, width: f64) -> Vec<String> {
    wrap(&panel.x.label, LABEL_SIZE, width + 40.0)
}

/// The labels of both axes; `left` is the left edge of the panel, `below` the height of what stands below the frame.
pub fn labels(canvas: &mut Canvas, panel: &Panel, frame: &Frame, left: f64, below: f64) {
    let r = &frame.rect;
    let style = Text::new(LABEL_SIZE).anchor(Anchor::Middle);
    for (row, line) in x_label_lines(panel, r.width).iter().enumerate() {
        let y = r.bottom() + below + 6.0 + LABEL_SIZE * (1.0 + 1.3 * row as f64);
        canvas.text(r.x + r.width / 2.0, y, line, &style.clone().fitted(line, r.width + 60.0));
    }
    if !panel.y.label.is_empty() {
        let style = style.fitted(&panel.y.label, r.height + 60.0).rotated(-90.0);
        canvas.text(left + LABEL_SIZE, r.y + r.height / 2.0, &panel.y.label, &style);
    }
}

/// Names below bars: upright over several lines where they fit, else slanted.
pub struct CategoryLabels {
    lines: Vec<Vec<String>>,
    slanted: bool,
}

impl CategoryLabels {
    const SLANT: f64 = 35.0;

    /// Names for slots that share `width`.
    pub fn new(names: &[String], width: f64) -> Self {
        let slot = width / (names.len() as f64 + 0.2).max(1.0) - 6.0;
        let lines: Vec<Vec<String>> = names.iter().map(|n| wrap(n, TICK_SIZE, slot)).collect();
        let fits = lines.iter().flatten().all(|line| text_width(line, TICK_SIZE) <= slot) && lines.iter().all(|l| l.len() <= 4);
        if fits {
            Self { lines, slanted: false }
        } else {
            Self { lines: names.iter().map(|n| vec![n.clone()]).collect(), slanted: true }
        }
    }

    /// Height of all names.
    pub fn height(&self) -> f64 {
        if self.slanted {
            let longest = self.lines.iter().flatten().map(|l| text_width(l, TICK_SIZE)).fold(0.0, f64::max);
            return longest * Self::SLANT.to_radians().sin() + TICK_SIZE * 1.4;
        }
        TICK_SIZE * 1.25 * self.lines.iter().map(Vec::len).max().unwrap_or(1) as f64 + 2.0
    }

    /// Draws the names below the frame.
    pub fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        let bottom = frame.rect.bottom();
        for (index, lines) in self.lines.iter().enumerate() {
            let x = frame.left_of(index as f64);
            canvas.line((x, bottom), (x, bottom + 5.0), INK, 1.0);
            for (row, line) in lines.iter().enumerate() {
                let y = bottom + 6.0 + TICK_SIZE * (1.0 + 1.2 * row as f64);
                if self.slanted {
                    canvas.text(x + 4.0, y, line, &Text::new(TICK_SIZE).anchor(Anchor::End).rotated(-Self::SLANT));
                } else {
                    canvas.text(x, y, line, &Text::new(TICK_SIZE).anchor(Anchor::Middle));
                }
            }
        }
    }
}
