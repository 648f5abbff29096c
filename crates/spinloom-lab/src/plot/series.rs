//! Lines, points, bars, references and the legend.

use super::axes::TICK_SIZE;
use super::canvas::{Anchor, Canvas, Rect, Text, text_width};
use super::colour;
use super::panel::Frame;
use super::scale::short;
use crate::figure::{Mark, Panel};

const REFERENCE_INK: &str = "#3a3a3a";
const MARKER: f64 = 5.0;
/// Above so many vertices a line is thinned to its extremes, which is what the eye sees of it.
const VERTICES: usize = 4000;

/// Colours and marker shapes: marks with the same label belong together and share them.
pub struct Colours {
    numbers: Vec<usize>,
    /// Whether the panel has coloured ground, on which markers want a white rim.
    ground: bool,
}

impl Colours {
    pub fn of(panel: &Panel) -> Self {
        let mut seen: Vec<&str> = Vec::new();
        let mut next = 0;
        let numbers = panel.marks.iter().map(|m| {
            let (Mark::Line { label, .. } | Mark::Motion { label, .. } | Mark::Points { label, .. }) = m else { return 0 };
            if let Some(known) = seen.iter().position(|l| !label.is_empty() && l == label) {
                return known;
            }
            seen.push(label);
            next += 1;
            next - 1
        });
        let numbers = numbers.collect();
        Self { numbers, ground: panel.marks.iter().any(|m| matches!(m, Mark::Heatmap { .. } | Mark::Regions { .. })) }
    }

    pub fn colour(&self, mark: usize) -> &'static str {
        colour::series(self.numbers[mark])
    }
}

/// A marker of the shape `number`.
fn marker(canvas: &mut Canvas, (x, y): (f64, f64), number: usize, fill: &str, rim: &str) {
    let polygon = |corners: &[(f64, f64)]| corners.iter().map(|(dx, dy)| (x + dx * MARKER, y + dy * MARKER)).collect::<Vec<_>>();
    match number % 5 {
        0 => canvas.circle((x, y), MARKER, fill, rim),
        1 => canvas.polygon(&polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]), fill, rim),
        2 => canvas.polygon(&polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]), fill, rim),
        3 => canvas.polygon(&polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]), fill, rim),
        _ => canvas.polygon(&polygon(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]), fill, rim),
    }
}

/// Pieces of a line between values that are not finite.
fn pieces(frame: &Frame, x: &[f64], y: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![Vec::new()];
    for (x, y) in x.iter().zip(y) {
        match frame.place(*x, *y) {
            Some(place) => pieces.last_mut().into_iter().for_each(|p| p.push(place)),
            None => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|p| !p.is_empty());
    pieces.into_iter().map(thinned).collect()
}

/// Lowest and highest vertex of every bucket of neighbours.
fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= VERTICES {
        return points;
    }
    let bucket = points.len().div_ceil(VERTICES / 2);
    points
        .chunks(bucket)
        .flat_map(|chunk| {
            let extreme =
                |sign: f64| (0..chunk.len()).max_by(|a, b| (sign * chunk[*a].1).total_cmp(&(sign * chunk[*b].1))).unwrap_or(0);
            let (a, b) = (extreme(1.0), extreme(-1.0));
            [chunk[a.min(b)], chunk[a.max(b)]]
        })
        .collect()
}

/// Draws a line; false where nothing of it is finite.
pub fn line(canvas: &mut Canvas, frame: &Frame, x: &[f64], y: &[f64], colour: &str) -> bool {
    let pieces = pieces(frame, x, y);
    for piece in &pieces {
        if let [lonely] = piece.as_slice() {
            canvas.circle(*lonely, 2.0, colour, colour);
        } else {
            canvas.polyline(piece, colour, 2.2);
        }
    }
    !pieces.is_empty()
}

/// Draws a line that moves; a shape of which a corner is not finite is left out. False where none is left.
pub fn motion(canvas: &mut Canvas, frame: &Frame, (corners, x, y): (usize, &[f64], &[f64]), colour: &str, seconds: f64) -> bool {
    let corners = corners.max(1);
    let shape = |(x, y): (&[f64], &[f64])| x.iter().zip(y).map(|(x, y)| frame.place(*x, *y)).collect::<Option<Vec<_>>>();
    let shapes: Vec<_> = x.chunks_exact(corners).zip(y.chunks_exact(corners)).filter_map(shape).collect();
    canvas.moving(&shapes, colour, 4.0, if seconds > 0.0 && seconds.is_finite() { seconds } else { 1.0 });
    !shapes.is_empty()
}

/// Draws points with their errors; false where none is finite.
pub fn points(
    canvas: &mut Canvas,
    frame: &Frame,
    (x, y, error): (&[f64], &[f64], &[f64]),
    colours: &Colours,
    mark: usize,
) -> bool {
    let colour = colours.colour(mark);
    let places: Vec<_> = x.iter().zip(y).map(|(x, y)| frame.place(*x, *y)).collect();
    for (i, place) in places.iter().enumerate() {
        if let (Some((left, _)), Some(e)) = (place, error.get(i)) {
            error_bar(canvas, frame, *left, (y[i], *e), colour);
        }
    }
    for place in places.iter().flatten() {
        marker(canvas, *place, colours.numbers[mark], colour, if colours.ground { "#ffffff" } else { colour });
    }
    places.iter().flatten().next().is_some()
}

fn error_bar(canvas: &mut Canvas, frame: &Frame, left: f64, (value, error): (f64, f64), colour: &str) {
    let (low, high) = (frame.top_of(value - error), frame.top_of(value + error));
    // Below a logarithmic axis the bar goes to its end.
    let low = if low.is_nan() { frame.rect.bottom() } else { low };
    if error > 0.0 && low.is_finite() && high.is_finite() {
        let cap = 4.0;
        let lines =
            [((left, low), (left, high)), ((left - cap, low), (left + cap, low)), ((left - cap, high), (left + cap, high))];
        canvas.segments(&lines, colour, 1.5);
    }
}

/// Draws bars with their errors and numbers; false where none is finite.
pub fn bars(canvas: &mut Canvas, frame: &Frame, heights: &[f64], error: &[f64]) -> bool {
    let base = frame.top_of(0.0);
    let base = if base.is_finite() { base.clamp(frame.rect.y, frame.rect.bottom()) } else { frame.rect.bottom() };
    let half = half_width(frame, heights.len());
    let mut any = false;
    for (i, height) in heights.iter().enumerate() {
        let Some((x, top)) = frame.place(i as f64, *height) else { continue };
        any = true;
        let body = Rect { x: x - half, y: top.min(base), width: 2.0 * half, height: (top - base).abs() };
        canvas.rect(&body, "#6aaed6", "#2f7fb5");
        let e = error.get(i).copied().filter(|e| e.is_finite()).unwrap_or(0.0);
        error_bar(canvas, frame, x, (*height, e), "#1b3a57");
    }
    any
}

fn half_width(frame: &Frame, bars: usize) -> f64 {
    (0.36 * frame.rect.width / (bars as f64 + 0.2).max(1.0)).min(60.0)
}

/// Writes the numbers of the bars, clear of reference lines; none where they would run into each other.
pub fn bar_numbers(canvas: &mut Canvas, panel: &Panel, frame: &Frame) {
    let lines: Vec<f64> = panel
        .marks
        .iter()
        .filter_map(|m| if let Mark::Reference { y, .. } = m { Some(frame.top_of(*y)) } else { None })
        .collect();
    for mark in &panel.marks {
        let Mark::Bars { heights, error, .. } = mark else { continue };
        let widest = heights.iter().map(|h| text_width(&short(*h), TICK_SIZE)).fold(0.0, f64::max);
        if heights.len() > 1 && widest > frame.rect.width / heights.len() as f64 {
            continue;
        }
        for (i, height) in heights.iter().enumerate() {
            let down = *height < 0.0;
            let e = error.get(i).copied().filter(|e| e.is_finite()).unwrap_or(0.0);
            let Some((x, end)) = frame.place(i as f64, height + if down { -e } else { e }) else { continue };
            let mut y = if down { end + TICK_SIZE + 2.0 } else { end - 5.0 };
            if let Some(line) = lines.iter().find(|l| (y - TICK_SIZE..y + 4.0).contains(*l)) {
                y = if down { line + TICK_SIZE + 3.0 } else { line - 5.0 };
            }
            let y = y.clamp(frame.rect.y + TICK_SIZE, frame.rect.bottom() - 3.0);
            canvas.text(x, y, &short(*height), &Text::new(TICK_SIZE).anchor(Anchor::Middle).halo());
        }
    }
}

/// Draws the reference lines and writes their labels where the least is hidden.
pub fn references(canvas: &mut Canvas, panel: &Panel, frame: &Frame, legend: Option<&Rect>) {
    let r = &frame.rect;
    let visible = panel.marks.iter().filter_map(|m| match m {
        Mark::Reference { label, y } => {
            Some((label.as_str(), frame.top_of(*y))).filter(|(_, top)| (r.y - 0.5..=r.bottom() + 0.5).contains(top))
        }
        _ => None,
    });
    let obstacles = obstacles(panel, frame, false);
    let mut taken: Vec<Rect> = legend.copied().into_iter().collect();
    for (label, y) in visible {
        canvas.dashed((r.x, y), (r.right(), y), REFERENCE_INK, 1.6);
        let (width, height) = (text_width(label, TICK_SIZE), TICK_SIZE * 1.25);
        let (first, last) = (r.x + 6.0, r.right() - width - 6.0);
        let lefts: Vec<f64> = (0..=12).map(|i| last + (first - last) * f64::from(i) / 12.0).collect();
        let candidates = lefts.iter().flat_map(|x| [y - height - 2.0, y + 3.0].map(|top| Rect { x: *x, y: top, width, height }));
        let cost = |c: &Rect| {
            let outside = c.y < r.y || c.bottom() > r.bottom();
            let hidden = obstacles.iter().filter(|p| c.contains(**p)).count();
            hidden + 1000 * usize::from(outside) + 500 * taken.iter().filter(|t| t.overlaps(c)).count()
        };
        if let Some(best) = candidates.min_by_key(cost) {
            if cost(&best) > 0 {
                canvas.veil(&best);
            }
            canvas.text(best.x, best.y + TICK_SIZE, label, &Text::new(TICK_SIZE).colour(REFERENCE_INK).halo());
            taken.push(best);
        }
    }
}

/// Points that a label or a legend should not cover.
fn obstacles(panel: &Panel, frame: &Frame, with_references: bool) -> Vec<(f64, f64)> {
    const SPACING: f64 = 6.0;
    let mut out = Vec::new();
    let mut segment = |a: (f64, f64), b: (f64, f64)| {
        let steps = ((a.0 - b.0).hypot(a.1 - b.1) / SPACING).ceil().min(500.0) as usize;
        out.extend((0..=steps).map(|i| {
            let t = i as f64 / steps.max(1) as f64;
            (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
        }));
    };
    for mark in &panel.marks {
        match mark {
            Mark::Line { x, y, .. } => pieces(frame, x, y).iter().for_each(|p| p.windows(2).for_each(|w| segment(w[0], w[1]))),
            Mark::Motion { x, y, .. } => {
                let places = x.iter().zip(y).filter_map(|(x, y)| frame.place(*x, *y));
                places.for_each(|place| segment(place, place));
            }
            Mark::Points { x, y, error, .. } => {
                for (i, (x, y)) in x.iter().zip(y).enumerate() {
                    let e = error.get(i).copied().filter(|e| e.is_finite()).unwrap_or(0.0);
                    if let (Some(low), Some(high)) = (frame.place(*x, y - e), frame.place(*x, y + e)) {
                        let rim = MARKER + 1.0;
                        segment((low.0 - rim, low.1 + rim), (high.0 - rim, high.1 - rim));
                        segment((low.0 + rim, low.1 + rim), (high.0 + rim, high.1 - rim));
                    }
                }
            }
            Mark::Bars { heights, .. } => {
                for (i, height) in heights.iter().enumerate() {
                    if let (Some(foot), Some(top)) = (frame.place(i as f64, 0.0), frame.place(i as f64, *height)) {
                        let half = half_width(frame, heights.len());
                        for dx in [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0] {
                            // The number above the bar belongs to it.
                            let number = if half * f64::abs(dx) < 24.0 { 24.0 } else { 0.0 };
                            segment((foot.0 + dx * half, foot.1), (top.0 + dx * half, top.1 - number));
                        }
                    }
                }
            }
            Mark::Reference { label, y } if with_references => {
                let top = frame.top_of(*y);
                if top.is_finite() {
                    segment((frame.rect.x, top), (frame.rect.right(), top));
                    // Its label is most at home at the right, above the line.
                    let left = frame.rect.right() - text_width(label, TICK_SIZE) - 6.0;
                    segment((left, top - TICK_SIZE), (frame.rect.right(), top - TICK_SIZE));
                }
            }
            _ => {}
        }
    }
    out
}

#[derive(PartialEq)]
struct Entry {
    label: String,
    number: usize,
    line: bool,
    points: bool,
}

/// The legend of a panel.
pub struct Legend {
    entries: Vec<Entry>,
    columns: usize,
}

impl Legend {
    const ROW: f64 = 21.0;
    const KEY: f64 = 34.0;

    pub fn of(panel: &Panel) -> Self {
        let colours = Colours::of(panel);
        let mut entries: Vec<Entry> = Vec::new();
        for (index, mark) in panel.marks.iter().enumerate() {
            let (label, line) = match mark {
                Mark::Line { label, .. } | Mark::Motion { label, .. } => (label, true),
                Mark::Points { label, .. } => (label, false),
                _ => continue,
            };
            let number = colours.numbers[index];
            match entries.iter_mut().find(|e| e.number == number) {
                Some(entry) => (entry.line, entry.points) = (entry.line || line, entry.points || !line),
                None if label.is_empty() => {}
                None => entries.push(Entry { label: label.clone(), number, line, points: !line }),
            }
        }
        Self { entries, columns: 1 }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether both have the same entries.
    pub fn same_as(&self, other: &Self) -> bool {
        self.entries == other.entries
    }

    /// How many columns fit into `width`, at most three.
    pub fn columns_within(&self, width: f64) -> usize {
        ((width / self.column_width()) as usize).clamp(1, 3).min(self.entries.len().max(1))
    }

    /// The same legend in so many columns.
    pub fn columns(self, columns: usize) -> Self {
        Self { columns, ..self }
    }

    fn column_width(&self) -> f64 {
        Self::KEY + self.entries.iter().map(|e| text_width(&e.label, TICK_SIZE)).fold(0.0, f64::max) + 4.0
    }

    /// Width and height in so many columns.
    pub fn size(&self, columns: usize) -> (f64, f64) {
        (self.column_width() * columns as f64 + 6.0, Self::ROW * self.entries.len().div_ceil(columns) as f64 + 8.0)
    }

    /// The rectangle it fills at `place`.
    pub fn rect(&self, (x, y): (f64, f64)) -> Rect {
        let (width, height) = self.size(self.columns);
        Rect { x, y, width, height }
    }

    /// A place inside the frame where it covers nothing, if there is one.
    pub fn place_inside(&self, panel: &Panel, frame: &Frame) -> Option<(f64, f64)> {
        let (r, (width, height)) = (&frame.rect, self.size(1));
        if width > 0.95 * r.width || height > 0.6 * r.height {
            return None;
        }
        let obstacles = obstacles(panel, frame, true);
        let lefts = [r.right() - width - 8.0, r.x + 8.0, r.x + (r.width - width) / 2.0];
        let tops = [r.y + 8.0, r.bottom() - height - 8.0, r.y + (r.height - height) / 2.0];
        let places = tops.iter().flat_map(|y| lefts.iter().map(move |x| (*x, *y)));
        places.into_iter().find(|place| {
            let rect = self.rect(*place);
            !obstacles.iter().any(|p| rect.contains(*p))
        })
    }

    pub fn draw(&self, canvas: &mut Canvas, place: (f64, f64)) {
        let rect = self.rect(place);
        canvas.rect(&rect, "#ffffff", "#cccccc");
        let rows = self.entries.len().div_ceil(self.columns);
        for (i, e) in self.entries.iter().enumerate() {
            let x = rect.x + 6.0 + (i / rows) as f64 * self.column_width();
            let y = rect.y + 4.0 + Self::ROW * ((i % rows) as f64 + 0.5);
            let colour = colour::series(e.number);
            if e.line {
                canvas.line((x, y), (x + 24.0, y), colour, 2.2);
            }
            if e.points {
                marker(canvas, (x + 12.0, y), e.number, colour, colour);
            }
            canvas.text(x + Self::KEY - 4.0, y + TICK_SIZE * 0.36, &e.label, &Text::new(TICK_SIZE));
        }
    }
}
