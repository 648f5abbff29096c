//! Shapes made and put together in code.

use super::{Axis, Shape};
use crate::macrospin::Vector;
use std::path::PathBuf;

impl Shape {
    /// All of space.
    pub fn universe() -> Self {
        Self::Universe {}
    }

    /// A box.
    pub fn cuboid(x: f64, y: f64, z: f64) -> Self {
        Self::Cuboid { size: [x, y, z] }
    }

    /// A rectangle in the plane.
    pub fn rectangle(x: f64, y: f64) -> Self {
        Self::Rectangle { size: [x, y] }
    }

    /// A square in the plane.
    pub fn square(side: f64) -> Self {
        Self::rectangle(side, side)
    }

    /// An ellipsoid of these diameters.
    pub fn ellipsoid(x: f64, y: f64, z: f64) -> Self {
        Self::Ellipsoid { diameter: [x, y, z] }
    }

    /// An ellipse in the plane of these diameters.
    pub fn ellipse(x: f64, y: f64) -> Self {
        Self::Ellipse { diameter: [x, y] }
    }

    /// A circle in the plane.
    pub fn circle(diameter: f64) -> Self {
        Self::Circle { diameter }
    }

    /// A circular cylinder along z.
    pub fn cylinder(diameter: f64, height: f64) -> Self {
        Self::Cylinder { diameter, height }
    }

    /// A circular cone along z, its base at z = 0.
    pub fn cone(diameter: f64, height: f64) -> Self {
        Self::Cone { diameter, height }
    }

    /// An equilateral triangle in the plane, its base at the bottom.
    pub fn triangle(side: f64) -> Self {
        Self::RegularPolygon { sides: 3, side }
    }

    /// A regular hexagon in the plane, with corners on the x axis.
    pub fn hexagon(side: f64) -> Self {
        Self::RegularPolygon { sides: 6, side }
    }

    /// A rhombus in the plane with diagonals along x and y.
    pub fn rhombus(x: f64, y: f64) -> Self {
        let (x, y) = (x / 2.0, y / 2.0);
        Self::Polygon { corners: vec![[x, 0.0], [0.0, y], [-x, 0.0], [0.0, -y]] }
    }

    /// The part of space with `from` <= coordinate < `to`.
    pub fn range(axis: Axis, from: f64, to: f64) -> Self {
        let end = |v: f64| v.is_finite().then_some(v);
        Self::Range { axis, from: end(from), to: end(to) }
    }

    /// Layers of cells, counted from 0 at the bottom.
    pub fn layers(layers: std::ops::Range<usize>) -> Self {
        Self::Layers { from: layers.start, to: layers.end }
    }

    /// The mask in a PNG file, fitted to the film.
    pub fn image(file: impl Into<PathBuf>) -> Self {
        Self::Image { file: file.into(), size: None }
    }

    /// What is in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::And { of: vec![self, other] }
    }

    /// What is in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::Or { of: vec![self, other] }
    }

    /// What is in one but not in both.
    #[must_use]
    pub fn xor(self, other: Self) -> Self {
        Self::Xor { of: vec![self, other] }
    }

    /// What is not in the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self::Minus { of: vec![self, other] }
    }

    /// What is outside.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self::Inverse { of: Box::new(self) }
    }

    /// Moved.
    #[must_use]
    pub fn translate(self, by: Vector) -> Self {
        Self::Translate { of: Box::new(self), by }
    }

    /// Turned about an axis, rad.
    #[must_use]
    pub fn rotate(self, axis: Axis, angle: f64) -> Self {
        Self::Rotate { of: Box::new(self), axis, angle }
    }

    /// Scaled by factors along x, y and z.
    #[must_use]
    pub fn scale(self, by: Vector) -> Self {
        Self::Scale { of: Box::new(self), by }
    }

    /// Repeated with periods along x, y and z, 0 for none.
    #[must_use]
    pub fn repeat(self, period: Vector) -> Self {
        Self::Repeat { of: Box::new(self), period }
    }
}
