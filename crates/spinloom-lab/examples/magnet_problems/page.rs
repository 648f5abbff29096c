//! A page of the book: a table of figures beside those of others, and curves.

use spinloom_lab::figure::{Axis, Figure, Mark, Panel};
use spinloom_lab::plot::svg;
use std::fmt::Write;
use std::path::Path;

/// A figure of ours beside one of others.
pub struct Comparison {
    what: String,
    reference: String,
    ours: String,
    deviation: String,
}

/// A page.
pub struct Page {
    /// Name of its files.
    pub name: &'static str,
    pub title: &'static str,
    /// What the problem is, and where it is from.
    pub about: &'static str,
    pub comparisons: Vec<Comparison>,
    /// What is to be said about the table.
    pub remarks: String,
    pub figures: Vec<Figure>,
}

/// A number with so many digits after the point, beside one of others that is named.
pub fn compare(what: impl Into<String>, source: &str, reference: f64, ours: f64, digits: usize) -> Comparison {
    // Adding 0 makes the zero that a small negative number is rounded to one without a sign.
    let unit = 10f64.powi(digits as i32);
    let deviation = ((ours - reference) * unit).round() / unit + 0.0;
    Comparison {
        what: what.into(),
        reference: format!("{reference:.digits$} ({source})"),
        ours: format!("{ours:.digits$}"),
        deviation: format!("{deviation:+.digits$}"),
    }
}

/// The largest distance of our curve from one of others.
pub fn apart(what: impl Into<String>, source: &str, distance: f64) -> Comparison {
    Comparison {
        what: what.into(),
        reference: source.to_owned(),
        ours: "our curve".to_owned(),
        deviation: format!("{distance:.1e}"),
    }
}

/// A figure of ours that has none beside it.
pub fn alone(what: impl Into<String>, ours: String) -> Comparison {
    Comparison { what: what.into(), reference: "-".to_owned(), ours, deviation: "-".to_owned() }
}

/// A line through points.
pub fn line(label: &str, points: impl Iterator<Item = (f64, f64)>) -> Mark {
    let (x, y) = points.unzip();
    Mark::Line { label: label.to_owned(), x, y }
}

/// Points.
pub fn points(label: &str, points: impl Iterator<Item = (f64, f64)>) -> Mark {
    let (x, y) = points.unzip();
    Mark::Points { label: label.to_owned(), x, y, error: Vec::new() }
}

/// A figure of one panel.
pub fn figure(name: &str, title: &str, caption: &str, [x, y]: [&str; 2], marks: Vec<Mark>) -> Figure {
    let panel = Panel { title: String::new(), x: Axis::new(x), y: Axis::new(y), marks };
    Figure { name: name.to_owned(), title: title.to_owned(), caption: caption.to_owned(), panels: vec![panel] }
}

impl Page {
    /// Writes the page and its figures to a folder.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let mut text = format!("# {}\n\n{}\n\n", self.title, self.about.trim_end());
        text += &self.table();
        if !self.remarks.is_empty() {
            let _ = write!(text, "\n{}\n", self.remarks);
        }
        for figure in &self.figures {
            std::fs::write(folder.join(format!("{}.svg", figure.name)), svg(figure))?;
            let _ = write!(text, "\n![{}]({}.svg)\n\n{}\n", figure.title, figure.name, figure.caption);
        }
        std::fs::write(folder.join(format!("{}.md", self.name)), text)
    }

    /// The table of the page.
    pub fn table(&self) -> String {
        let mut text = "| quantity | reference | spinloom | deviation |\n|---|---|---|---|\n".to_owned();
        for Comparison { what, reference, ours, deviation } in &self.comparisons {
            let _ = writeln!(text, "| {what} | {reference} | {ours} | {deviation} |");
        }
        text
    }
}

/// The index of those pages that a folder has: the title of each, and its table; and which are missing.
pub fn index(folder: &Path, names: &[&str]) -> String {
    let mut text = include_str!("index.md").to_owned();
    let mut missing = Vec::new();
    for name in names {
        let Ok(page) = std::fs::read_to_string(folder.join(format!("{name}.md"))) else {
            missing.push(*name);
            continue;
        };
        let title = page.lines().next().unwrap_or_default().trim_start_matches("# ");
        let _ = writeln!(text, "\n## [{title}]({name}.md)\n");
        page.lines().filter(|line| line.starts_with('|')).for_each(|line| text += &format!("{line}\n"));
    }
    if !missing.is_empty() {
        let _ = writeln!(text, "\nNot solved in full yet: {}.", missing.join(", "));
    }
    text
}
