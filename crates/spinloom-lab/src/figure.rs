//! Figures as data: what is drawn, not how. [`crate::plot`] draws them as SVG and PNG.

use serde::{Deserialize, Serialize};

/// A figure of one or more panels side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Name of its files, in words with underscores.
    pub name: String,
    /// Title.
    pub title: String,
    /// What the reader should see, and against what.
    pub caption: String,
    /// The panels, left to right.
    pub panels: Vec<Panel>,
}

/// A pair of axes with what is drawn on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Title above the panel, may be empty.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// What is drawn, from back to front.
    pub marks: Vec<Mark>,
}

/// An axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Quantity and unit, such as `frequency A (MHz)`.
    pub label: String,
    /// Lower and upper end; from the data when absent.
    pub range: Option<(f64, f64)>,
    /// Logarithmic.
    pub logarithmic: bool,
}

impl Axis {
    /// A linear axis that fits the data.
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), range: None, logarithmic: false }
    }

    /// The axis from `low` to `high`.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// The axis with a logarithmic scale.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "mark")]
pub enum Mark {
    /// A line through points.
    Line {
        /// Legend.
        label: String,
        /// Abscissae.
        #[serde(with = "crate::json::numbers")]
        x: Vec<f64>,
        /// Ordinates.
        #[serde(with = "crate::json::numbers")]
        y: Vec<f64>,
    },
    /// A line that moves from shape to shape, over and over; where nothing moves, on paper or in a PNG, its last shape is seen.
    Motion {
        /// Legend.
        label: String,
        /// Corners of a shape; every shape has as many.
        corners: usize,
        /// Abscissae, shape by shape.
        #[serde(with = "crate::json::numbers")]
        x: Vec<f64>,
        /// Ordinates, shape by shape.
        #[serde(with = "crate::json::numbers")]
        y: Vec<f64>,
        /// Time of a round, s.
        seconds: f64,
    },
    /// Points, with error bars of one standard error where given.
    Points {
        /// Legend.
        label: String,
        /// Abscissae.
        #[serde(with = "crate::json::numbers")]
        x: Vec<f64>,
        /// Ordinates.
        #[serde(with = "crate::json::numbers")]
        y: Vec<f64>,
        /// Standard errors, one a point, or empty.
        #[serde(with = "crate::json::numbers")]
        error: Vec<f64>,
    },
    /// Bars, one a category (the horizontal axis then carries the names), with error bars where given.
    Bars {
        /// Names below the bars.
        names: Vec<String>,
        /// Heights.
        #[serde(with = "crate::json::numbers")]
        heights: Vec<f64>,
        /// Standard errors, one a bar, or empty.
        #[serde(with = "crate::json::numbers")]
        error: Vec<f64>,
    },
    /// A horizontal line across the panel: a published value, a ceiling, chance.
    Reference {
        /// Legend, such as `published: 0.89`.
        label: String,
        /// Height.
        y: f64,
    },
    /// A matrix of numbers in colour, with a colour bar.
    Heatmap {
        /// Legend of the colour bar.
        label: String,
        /// Centres of the columns, increasing.
        #[serde(with = "crate::json::numbers")]
        x: Vec<f64>,
        /// Centres of the rows, increasing.
        #[serde(with = "crate::json::numbers")]
        y: Vec<f64>,
        /// Values, row-major: `values[row * x.len() + column]`.
        #[serde(with = "crate::json::numbers")]
        values: Vec<f64>,
    },
    /// A map of categories: every cell one of `names`, drawn in one colour each and labelled where it lies.
    Regions {
        /// Names of the categories.
        names: Vec<String>,
        /// Centres of the columns, increasing.
        #[serde(with = "crate::json::numbers")]
        x: Vec<f64>,
        /// Centres of the rows, increasing.
        #[serde(with = "crate::json::numbers")]
        y: Vec<f64>,
        /// Index into `names`, row-major.
        cells: Vec<usize>,
    },
    /// A square matrix of counts with its numbers written in: rows true, columns answered.
    Confusion {
        /// Names of the classes.
        names: Vec<String>,
        /// Counts, row-major.
        #[serde(with = "crate::json::numbers")]
        counts: Vec<f64>,
    },
}
