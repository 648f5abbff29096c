//! An SVG document under construction.

use std::fmt::Write as _;

/// Family of all text.
pub const FONT: &str = "DejaVu Sans";

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// Style of a text.
#[derive(Debug, Clone)]
pub struct Text {
    pub size: f64,
    bold: bool,
    anchor: Anchor,
    colour: String,
    rotation: f64,
    halo: bool,
}

impl Text {
    pub fn new(size: f64) -> Self {
        Self { size, bold: false, anchor: Anchor::Start, colour: "#222222".to_owned(), rotation: 0.0, halo: false }
    }

    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub fn colour(mut self, colour: &str) -> Self {
        colour.clone_into(&mut self.colour);
        self
    }

    /// Turned by so many degrees clockwise about its point.
    pub fn rotated(mut self, degrees: f64) -> Self {
        self.rotation = degrees;
        self
    }

    /// Smaller where the words would be wider than `room`.
    pub fn fitted(mut self, words: &str, room: f64) -> Self {
        let width = text_width(words, self.size);
        if width > room {
            self.size = (self.size * room / width).max(9.0);
        }
        self
    }

    /// With a white rim, to be read on any ground.
    pub fn halo(mut self) -> Self {
        self.halo = true;
        self
    }
}

/// A rectangle, px, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        (self.x..=self.right()).contains(&x) && (self.y..=self.bottom()).contains(&y)
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// A line between two points.
pub type Segment = ((f64, f64), (f64, f64));

/// The document; what has no finite place is left out.
pub struct Canvas {
    body: String,
    /// Makes identifiers unique where many figures share a page.
    prefix: String,
    identifiers: usize,
    width: f64,
    height: f64,
    title: String,
}

impl Canvas {
    pub fn new(name: &str, title: &str, width: f64, height: f64) -> Self {
        let prefix = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        Self { body: String::new(), prefix, identifiers: 0, width, height, title: escape(title) }
    }

    pub fn finish(self) -> String {
        let Self { body, width, height, title, .. } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             role=\"img\" font-family=\"{FONT}, Verdana, sans-serif\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n"
        )
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.body, "{element}");
    }

    /// A new identifier of this document.
    fn identifier(&mut self) -> String {
        self.identifiers += 1;
        format!("{}-{}", self.prefix, self.identifiers)
    }

    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, width: f64) {
        self.push(format_args!(
            "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        ));
    }

    pub fn dashed(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, width: f64) {
        self.push(format_args!(
            "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-dasharray=\"7 5\"/>"
        ));
    }

    pub fn polyline(&mut self, points: &[(f64, f64)], colour: &str, width: f64) {
        let points = coordinates(points);
        self.push(format_args!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"/>"
        ));
    }

    /// A polyline that takes one shape after the other within `seconds`, over and over; the last where nothing moves.
    pub fn moving(&mut self, shapes: &[Vec<(f64, f64)>], colour: &str, width: f64, seconds: f64) {
        let Some(last) = shapes.last() else { return };
        let rest = coordinates(last);
        let all = shapes.iter().map(|s| coordinates(s)).collect::<Vec<_>>().join(";");
        self.push(format_args!(
            "<polyline points=\"{rest}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" \
             stroke-linecap=\"round\"><animate attributeName=\"points\" dur=\"{seconds}s\" repeatCount=\"indefinite\" values=\"{all}\"/></polyline>"
        ));
    }

    pub fn polygon(&mut self, points: &[(f64, f64)], fill: &str, rim: &str) {
        let points = coordinates(points);
        self.push(format_args!("<polygon points=\"{points}\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"0.8\"/>"));
    }

    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, fill: &str, rim: &str) {
        self.push(format_args!(
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"0.8\"/>"
        ));
    }

    pub fn rect(&mut self, r: &Rect, fill: &str, rim: &str) {
        let Rect { x, y, width, height } = r;
        self.push(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\" stroke=\"{rim}\"/>"
        ));
    }

    /// A white ground through which what lies below is faintly seen.
    pub fn veil(&mut self, r: &Rect) {
        let Rect { x, y, width, height } = r;
        self.push(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" rx=\"3\" fill=\"#ffffff\" fill-opacity=\"0.85\"/>"
        ));
    }

    /// Many rectangles of one colour, without seams between them.
    pub fn rects(&mut self, rects: &[Rect], fill: &str) {
        let mut path = String::new();
        for r in rects.iter().filter(|r| [r.x, r.y, r.width, r.height].iter().all(|v| v.is_finite())) {
            let _ = write!(path, "M{:.2} {:.2}h{:.2}v{:.2}h{:.2}z", r.x, r.y, r.width, r.height, -r.width);
        }
        self.push(format_args!("<path d=\"{path}\" fill=\"{fill}\" shape-rendering=\"crispEdges\"/>"));
    }

    /// Many separate lines of one colour.
    pub fn segments(&mut self, segments: &[Segment], colour: &str, width: f64) {
        let mut path = String::new();
        for ((x1, y1), (x2, y2)) in segments.iter().filter(|(a, b)| [a.0, a.1, b.0, b.1].iter().all(|v| v.is_finite())) {
            let _ = write!(path, "M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}");
        }
        self.push(format_args!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\"/>"
        ));
    }

    /// A rectangle whose colour goes through `stops` from bottom to top.
    pub fn gradient(&mut self, r: &Rect, stops: &[(f64, String)]) {
        let id = self.identifier();
        let stops = stops.iter().fold(String::new(), |mut all, (at, colour)| {
            let _ = write!(all, "<stop offset=\"{at:.3}\" stop-color=\"{colour}\"/>");
            all
        });
        self.push(format_args!(
            "<defs><linearGradient id=\"{id}\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">{stops}</linearGradient></defs>"
        ));
        self.rect(r, &format!("url(#{id})"), "#444444");
    }

    pub fn text(&mut self, x: f64, y: f64, words: &str, style: &Text) {
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let anchor = match style.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let mut attributes = String::new();
        if style.bold {
            attributes.push_str(" font-weight=\"bold\"");
        }
        if style.halo {
            attributes.push_str(" stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        }
        if style.rotation != 0.0 {
            let _ = write!(attributes, " transform=\"rotate({} {x:.2} {y:.2})\"", style.rotation);
        }
        let (size, colour, words) = (style.size, &style.colour, escape(words));
        self.push(format_args!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" fill=\"{colour}\" text-anchor=\"{anchor}\"{attributes}>{words}</text>"
        ));
    }

    /// Draws with everything outside `r` cut off.
    pub fn clipped(&mut self, r: &Rect, draw: impl FnOnce(&mut Self)) {
        let id = self.identifier();
        let Rect { x, y, width, height } = r;
        self.push(format_args!(
            "<clipPath id=\"{id}\"><rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\"/></clipPath>\n\
             <g clip-path=\"url(#{id})\">"
        ));
        draw(self);
        self.push(format_args!("</g>"));
    }
}

fn coordinates(points: &[(f64, f64)]) -> String {
    let mut text = String::new();
    for (x, y) in points {
        let _ = write!(text, "{x:.2},{y:.2} ");
    }
    text
}

/// Text as XML; what XML does not allow at all is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Width of a text, px, close enough for layout: DejaVu Sans has four widths of letters, near enough.
pub fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '!' => 0.31,
            'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' | 'J' => 0.40,
            'm' | 'w' | 'M' | 'W' | '@' | '%' | '→' => 0.92,
            '⁰' | '¹' | '²' | '³' | '⁴' | '⁵' | '⁶' | '⁷' | '⁸' | '⁹' | '⁻' => 0.42,
            '+' | '=' | '<' | '>' | '×' | '−' | '~' => 0.84,
            c if c.is_uppercase() => 0.71,
            _ => 0.62,
        })
        .sum();
    em * size
}

/// Breaks a text at spaces into lines no wider than `width`; a word that is wider has a line of its own.
pub fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), size) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
