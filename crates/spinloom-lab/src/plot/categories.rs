//! Maps of categories, and confusion matrices.

use super::axes::{CategoryLabels, LABEL_SIZE, TICK_SIZE};
use super::canvas::{Anchor, Canvas, Rect, Segment, Text, text_width};
use super::colour::{blues, light};
use super::magnitudes::runs;
use super::panel::{Frame, PanelArea};
use super::scale::{Scale, edges};
use crate::figure::{Mark, Panel};

/// Draws the regions of a map with their names; false where there is none.
pub fn regions(
    canvas: &mut Canvas,
    frame: &Frame,
    names: &[String],
    (x, y): (&[f64], &[f64]),
    cells: &[usize],
    panel: &Panel,
) -> bool {
    let (width, height) = (x.len(), y.len());
    if width == 0 || height == 0 || cells.len() < width * height {
        return false;
    }
    let keys: Vec<Option<usize>> = cells.iter().map(|c| Some(*c)).collect();
    for (key, rects) in &runs(frame, (x, y), &keys, panel) {
        canvas.rects(rects, &light(*key));
    }
    let columns: Vec<f64> = edges(x, panel.x.logarithmic).into_iter().map(|v| frame.left_of(v)).collect();
    let rows: Vec<f64> = edges(y, panel.y.logarithmic).into_iter().map(|v| frame.top_of(v)).collect();
    canvas.segments(&borders((width, height), cells, &columns, &rows), "#7a7a7a", 0.7);
    let points = panel.marks.iter().flat_map(|m| match m {
        Mark::Points { x, y, .. } => x.iter().zip(y).filter_map(|(x, y)| frame.place(*x, *y)).collect(),
        _ => Vec::new(),
    });
    let points: Vec<_> = points.collect();
    let grid = Grid { width, height, cells, columns: &columns, rows: &rows, points: &points };
    for (category, (centre, room)) in grid.centres(names.len()) {
        let name = &names[category];
        let size = [13.0, 11.0].into_iter().find(|size| text_width(name, *size) + 4.0 <= room.0 && size * 1.1 <= room.1);
        if let Some(size) = size {
            canvas.text(centre.0, centre.1 + size * 0.36, name, &Text::new(size).anchor(Anchor::Middle).colour("#333333"));
        }
    }
    true
}

/// The lines between cells of different categories.
fn borders((width, height): (usize, usize), cells: &[usize], columns: &[f64], rows: &[f64]) -> Vec<Segment> {
    let mut lines = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let here = cells[row * width + column];
            if column + 1 < width && cells[row * width + column + 1] != here {
                lines.push(((columns[column + 1], rows[row]), (columns[column + 1], rows[row + 1])));
            }
            if row + 1 < height && cells[(row + 1) * width + column] != here {
                lines.push(((columns[column], rows[row + 1]), (columns[column + 1], rows[row + 1])));
            }
        }
    }
    lines
}

struct Grid<'a> {
    width: usize,
    height: usize,
    cells: &'a [usize],
    columns: &'a [f64],
    rows: &'a [f64],
    /// Places of points drawn above, which a name should not lie under.
    points: &'a [(f64, f64)],
}

/// A place and the width and height free around it.
type Spot = ((f64, f64), (f64, f64));

impl Grid<'_> {
    /// For every category the place farthest from the rim of its largest region.
    fn centres(&self, categories: usize) -> Vec<(usize, Spot)> {
        let mut largest: Vec<Vec<usize>> = vec![Vec::new(); categories];
        let mut seen = vec![false; self.width * self.height];
        for start in 0..seen.len() {
            if !seen[start] {
                let component = self.component(start, &mut seen);
                if let Some(best) = largest.get_mut(self.cells[start]).filter(|b| b.len() < component.len()) {
                    *best = component;
                }
            }
        }
        largest.into_iter().enumerate().filter(|(_, c)| !c.is_empty()).map(|(k, c)| (k, self.spot(&c))).collect()
    }

    /// The cells that hang together with `start`.
    fn component(&self, start: usize, seen: &mut [bool]) -> Vec<usize> {
        let (mut component, mut next) = (Vec::new(), vec![start]);
        seen[start] = true;
        while let Some(cell) = next.pop() {
            component.push(cell);
            let (row, column) = (cell / self.width, cell % self.width);
            let left = (column > 0).then(|| cell - 1);
            let right = (column + 1 < self.width).then_some(cell + 1);
            let below = (row > 0).then(|| cell - self.width);
            let above = (row + 1 < self.height).then_some(cell + self.width);
            for neighbour in [left, right, below, above].into_iter().flatten() {
                if !seen[neighbour] && self.cells[neighbour] == self.cells[start] {
                    seen[neighbour] = true;
                    next.push(neighbour);
                }
            }
        }
        component
    }

    /// The cell of a component around which a label has most room.
    fn spot(&self, component: &[usize]) -> Spot {
        let spots = component.iter().map(|cell| {
            let (row, column) = (cell / self.width, cell % self.width);
            let (left, right) = self.run(*cell, 1, column, self.width - 1 - column);
            let (low, high) = self.run(*cell, self.width, row, self.height - 1 - row);
            let (x0, x1) = (self.columns[column - left], self.columns[column + right + 1]);
            let (y0, y1) = (self.rows[row + high + 1], self.rows[row - low]);
            let x = f64::midpoint(self.columns[column], self.columns[column + 1]);
            let y = f64::midpoint(self.rows[row], self.rows[row + 1]);
            // A label is wide and low: room sideways counts from its middle.
            let room = (2.0 * (x - x0).min(x1 - x), 2.0 * (y - y0).min(y1 - y));
            ((x, y), room)
        });
        let hidden = |s: &Spot| self.points.iter().filter(|p| (p.0 - s.0.0).abs() < 28.0 && (p.1 - s.0.1).abs() < 12.0).count();
        let worth = |s: &Spot| {
            let room = (s.1.0 / 3.0).min(s.1.1);
            // Room beyond what a name needs is worth little against points in the way.
            room.min(18.0) + 0.05 * room + 0.01 * (s.1.0 + s.1.1) - 4.0 * hidden(s) as f64
        };
        let best = spots.map(|s| (worth(&s), s)).max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(((0.0, 0.0), (0.0, 0.0)), |(_, spot)| spot)
    }

    /// How many equal cells lie on both sides in steps of `stride`.
    fn run(&self, cell: usize, stride: usize, before: usize, after: usize) -> (usize, usize) {
        let same = |other: usize| self.cells[other] == self.cells[cell];
        (
            (1..=before).take_while(|i| same(cell - i * stride)).count(),
            (1..=after).take_while(|i| same(cell + i * stride)).count(),
        )
    }
}

/// Draws a confusion matrix: shade is the share of the row, numbers are counts.
pub fn confusion(canvas: &mut Canvas, panel: &Panel, area: &PanelArea, names: &[String], counts: &[f64]) {
    let n = names.len().max(1);
    let widest = names.iter().map(|name| text_width(name, TICK_SIZE)).fold(0.0, f64::max);
    let left = LABEL_SIZE * 1.6 + widest + 10.0;
    let guess = (area.width - left - 16.0).min(area.height - TICK_SIZE * 1.3 - LABEL_SIZE * 1.6 - 12.0).max(60.0);
    let labels = CategoryLabels::new(names, guess);
    let side = guess.min(area.height - labels.height() - LABEL_SIZE * 1.6 - 12.0).max(60.0);
    let start = area.x + (area.width - left - side).max(0.0) / 2.0;
    let rect = Rect { x: start + left, y: area.y, width: side, height: side };
    let cell = side / n as f64;
    for row in 0..names.len() {
        let line: Vec<f64> = (0..n).map(|c| counts.get(row * n + c).copied().filter(|v| v.is_finite()).unwrap_or(0.0)).collect();
        let total: f64 = line.iter().sum();
        let y = rect.y + row as f64 * cell;
        for (column, count) in line.iter().enumerate() {
            let share = if total > 0.0 { count / total } else { 0.0 };
            let x = rect.x + column as f64 * cell;
            canvas.rect(&Rect { x, y, width: cell, height: cell }, &blues(share), "#e0e0e0");
            let ink = if *count == 0.0 {
                "#b0b0b0"
            } else if share > 0.55 {
                "#ffffff"
            } else {
                "#222222"
            };
            let words = if count.fract() == 0.0 { format!("{count:.0}") } else { format!("{count:.1}") };
            let size = TICK_SIZE.min(0.85 * cell * TICK_SIZE / text_width(&words, TICK_SIZE).max(1.0)).min(0.8 * cell);
            canvas.text(
                x + cell / 2.0,
                y + cell / 2.0 + size * 0.36,
                &words,
                &Text::new(size).anchor(Anchor::Middle).colour(ink),
            );
        }
        canvas.text(rect.x - 8.0, y + cell / 2.0 + TICK_SIZE * 0.36, &names[row], &Text::new(TICK_SIZE).anchor(Anchor::End));
    }
    let frame = Frame { rect, x: Scale::exact(-0.5, n as f64 - 0.5, false), y: Scale::exact(0.0, 1.0, false) };
    super::axes::frame(canvas, &frame);
    labels.draw(canvas, &frame);
    super::axes::labels(canvas, panel, &frame, start, labels.height());
}
