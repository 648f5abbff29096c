//! Geometry: shapes made of simpler ones, the regions they mark in a film, and its grains.
//!
//! A [`Shape`] is a description: a value that is put together with boolean operations and moved about, and that reads from and writes
//! to TOML or JSON. [`Shape::on`] checks it and fits it to a grid, which gives a [`Solid`]: the test whether a position lies inside, and the
//! part of each cell that does. Lengths are m, from the middle of the grid; a shape in the plane is unbounded along z.
//!
//! ```
//! use spinloom_magnet::film::Grid;
//! use spinloom_magnet::shape::Shape;
//! let grid = Grid::new([64, 64, 1], [2e-9, 2e-9, 1e-9])?;
//! let ring = Shape::circle(100e-9).minus(Shape::circle(60e-9));
//! let solid = ring.on(&grid)?;
//! assert!(solid.contains([40e-9, 0.0, 0.0]) && !solid.contains([0.0; 3]));
//! let area: f32 = solid.fill(8).iter().sum::<f32>() * 4e-18;
//! assert!((area / (std::f32::consts::PI * 1600e-18) - 1.0).abs() < 1e-2);
//! # Ok::<(), spinloom_magnet::shape::ShapeError>(())
//! ```
//!
//! The same ring in a file, where a length is a number in m or a text with a unit:
//!
//! ```
//! use spinloom_magnet::shape::Shape;
//! let ring: Shape = toml::from_str(r#"
//!     shape = "minus"
//!     of = [{ shape = "circle", diameter = "100 nm" }, { shape = "circle", diameter = 60e-9 }]
//! "#)?;
//! assert_eq!(ring, Shape::circle(100.0 * 1e-9).minus(Shape::circle(60e-9)));
//! # Ok::<(), toml::de::Error>(())
//! ```

mod build;
mod grains;
mod image;
mod number;
mod region;
mod solid;

pub use grains::{Grain, Grains};
pub use region::{RegionTable, Regions};
pub use solid::Solid;

use crate::MagnetError;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Why a shape, its regions or grains cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// A number is outside its range.
    #[error(transparent)]
    Number(#[from] MagnetError),
    /// A boolean operation without shapes.
    #[error("`{operation}` works on one shape or more, but `of` is empty")]
    Empty {
        /// Its word.
        operation: &'static str,
    },
    /// The mask cannot be read.
    #[error("the mask {}: {reason}", file.display())]
    Mask {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// More grains than there are numbers of regions.
    #[error(
        "the film has {count} grains of its own number from {first}, but regions are numbered to 65535: make the grains larger, or share \
         numbers among them"
    )]
    TooManyGrains {
        /// Grains.
        count: usize,
        /// Number of the first.
        first: u16,
    },
    /// A region or a table belongs to another grid.
    #[error("{what} has {found} cells, but the grid has {expected}")]
    WrongLength {
        /// What.
        what: &'static str,
        /// Its cells.
        found: usize,
        /// Cells of the grid.
        expected: usize,
    },
}

/// An axis of space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// Along x.
    X,
    /// Along y.
    Y,
    /// Along z, the normal of the film.
    Z,
}

impl Axis {
    /// 0, 1 or 2.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// The description of a shape. Sizes are whole sizes (diameters, not radii) in m, angles are rad, and bodies are centred at the origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Shape {
    /// All of space.
    Universe {},
    /// A box.
    Cuboid {
        /// Sizes along x, y and z.
        #[serde(deserialize_with = "number::lengths")]
        size: [f64; 3],
    },
    /// A rectangle in the plane.
    Rectangle {
        /// Sizes along x and y.
        #[serde(deserialize_with = "number::lengths")]
        size: [f64; 2],
    },
    /// An ellipsoid.
    Ellipsoid {
        /// Diameters along x, y and z.
        #[serde(deserialize_with = "number::lengths")]
        diameter: [f64; 3],
    },
    /// An ellipse in the plane.
    Ellipse {
        /// Diameters along x and y.
        #[serde(deserialize_with = "number::lengths")]
        diameter: [f64; 2],
    },
    /// A circle in the plane.
    Circle {
        /// Diameter.
        #[serde(deserialize_with = "number::length")]
        diameter: f64,
    },
    /// A circular cylinder along z.
    Cylinder {
        /// Diameter.
        #[serde(deserialize_with = "number::length")]
        diameter: f64,
        /// Height, half of it above the origin.
        #[serde(deserialize_with = "number::length")]
        height: f64,
    },
    /// A circular cone along z: its base at z = 0, its tip at z = `height`, which is below for a negative height.
    Cone {
        /// Diameter of the base.
        #[serde(deserialize_with = "number::length")]
        diameter: f64,
        /// Height.
        #[serde(deserialize_with = "number::length")]
        height: f64,
    },
    /// The superball |2x/d|^2p + |2y/d|^2p + |2z/d|^2p <= 1: a ball for p = 1, nearly a cube for large p.
    Superball {
        /// Diameter d.
        #[serde(deserialize_with = "number::length")]
        diameter: f64,
        /// Exponent p.
        exponent: f64,
    },
    /// A regular polygon in the plane, one edge at the bottom parallel to x.
    RegularPolygon {
        /// Number of its sides, 3 or more.
        sides: u32,
        /// Length of a side.
        #[serde(deserialize_with = "number::length")]
        side: f64,
    },
    /// A polygon in the plane through these corners; where it crosses itself, inside is what an odd number of edges surround.
    Polygon {
        /// Corners (x, y) in order, three or more.
        #[serde(deserialize_with = "number::points")]
        corners: Vec<[f64; 2]>,
    },
    /// The part of space with `from` <= coordinate < `to`; unbounded where one is left out.
    Range {
        /// Along which axis.
        axis: Axis,
        /// Lower end.
        #[serde(default, deserialize_with = "number::optional_length", skip_serializing_if = "Option::is_none")]
        from: Option<f64>,
        /// Upper end.
        #[serde(default, deserialize_with = "number::optional_length", skip_serializing_if = "Option::is_none")]
        to: Option<f64>,
    },
    /// Layers of cells, counted from 0 at the bottom.
    Layers {
        /// The first.
        from: usize,
        /// The one after the last.
        to: usize,
    },
    /// One cell, counted from 0 along x, y and z.
    Cell {
        /// Which.
        at: [usize; 3],
    },
    /// A mask in the plane: inside is where an image is dark and opaque (the mean of red, green and blue below half, alpha above half).
    Image {
        /// PNG file.
        file: PathBuf,
        /// Sizes along x and y that it is fitted to; those of the film if left out.
        #[serde(default, deserialize_with = "number::optional_lengths", skip_serializing_if = "Option::is_none")]
        size: Option<[f64; 2]>,
    },
    /// A rough surface: all below `low`, nothing above `high`, and in each grain up to a height drawn evenly between them.
    Roughness {
        /// Mean size of a grain.
        #[serde(deserialize_with = "number::length")]
        grain_size: f64,
        /// Lowest height, z.
        #[serde(deserialize_with = "number::length")]
        low: f64,
        /// Largest height, z.
        #[serde(deserialize_with = "number::length")]
        high: f64,
        /// Seed of the grains and their heights.
        seed: u64,
    },
    /// What is in all of them.
    And {
        /// Which.
        of: Vec<Shape>,
    },
    /// What is in any of them.
    Or {
        /// Which.
        of: Vec<Shape>,
    },
    /// What is in an odd number of them.
    Xor {
        /// Which.
        of: Vec<Shape>,
    },
    /// What is in the first and in none of the others.
    Minus {
        /// Which.
        of: Vec<Shape>,
    },
    /// What is outside.
    Inverse {
        /// Of which.
        of: Box<Shape>,
    },
    /// Moved.
    Translate {
        /// Which.
        of: Box<Shape>,
        /// By how much along x, y and z.
        #[serde(deserialize_with = "number::lengths")]
        by: [f64; 3],
    },
    /// Turned about an axis through the origin, by the right-hand rule.
    Rotate {
        /// Which.
        of: Box<Shape>,
        /// The axis.
        axis: Axis,
        /// The angle.
        #[serde(deserialize_with = "number::angle")]
        angle: f64,
    },
    /// Scaled about the origin; a negative factor mirrors.
    Scale {
        /// Which.
        of: Box<Shape>,
        /// Factors along x, y and z.
        by: [f64; 3],
    },
    /// Repeated without end: what is within half a period of the origin, at every multiple of the period.
    Repeat {
        /// Which.
        of: Box<Shape>,
        /// Periods along x, y and z; 0 where it is not repeated.
        #[serde(deserialize_with = "number::lengths")]
        period: [f64; 3],
    },
}
