//! One axis of a linear convolution by transforms no longer than the film.
//!
//! The linear convolution of N cells needs 2 N frequencies, of which the even ones are the transform of the cells and the odd ones that of
//! the cells times exp(-pi i n / N): the first belong to a circular convolution, the second to one that changes sign where it wraps, and
//! their mean is the linear one. Either half is worked off by itself, so that the zeros that pad a film to twice its length are neither
//! stored nor transformed.

use super::fourier::{Plan, good_length, is_smooth, unit};
use super::lanes::{Complex, Lanes};
use super::vector::Plain;
use crate::film::Real;
use std::f64::consts::PI;

/// Where the factor of a frequency is kept: the row, and the sign of what is odd along the axis.
pub(super) type Place<T> = (usize, T);

#[derive(Debug, Clone)]
pub(super) struct Axis<T> {
    pub(super) cells: usize,
    pub(super) plan: Plan<T>,
    /// exp(-pi i n / N) of the cells.
    pub(super) twist: Vec<Complex<T>>,
    /// Places of the frequencies, in the order in which the plan leaves them, of the even half and, unless the convolution is a circular
    /// one, of the odd half.
    pub(super) halves: Vec<Vec<Place<T>>>,
    /// Rows of factors in all: a frequency and its negative share one.
    pub(super) rows: usize,
}

/// The cells of an axis: how many, and whether they wrap around.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) cells: usize,
    pub(super) periodic: bool,
}

impl Extent {
    /// Displacements, from none, from which symmetry gives all others.
    pub(super) fn displacements(self) -> usize {
        if self.periodic { self.cells / 2 + 1 } else { self.cells }
    }

    /// The displacement among [`Self::displacements`] that has the tensor of another one, and the sign of what is odd.
    pub(super) fn folded(self, displacement: usize) -> (usize, f64) {
        if self.periodic && 2 * displacement > self.cells { (self.cells - displacement, -1.0) } else { (displacement, 1.0) }
    }
}

impl<T: Real> Axis<T> {
    pub(super) fn new(extent: Extent) -> Self {
        let cells = extent.cells;
        let circular = cells == 1 || extent.periodic && is_smooth(cells);
        let length = if circular { cells } else { good_length(cells) };
        let plan = Plan::new(length);
        let mut rows = vec![None; length + 1];
        let mut count = 0;
        let halves = (0..if circular { 1 } else { 2 }).map(|odd| {
            let place = |k: usize| {
                // In units of half the spacing of the plan's frequencies.
                let frequency = 2 * k + odd;
                let mirrored = frequency > length;
                let row = *rows[if mirrored { 2 * length - frequency } else { frequency }].get_or_insert_with(|| {
                    count += 1;
                    count - 1
                });
                (row, if mirrored { -T::one() } else { T::one() })
            };
            plan.frequencies().into_iter().map(place).collect()
        });
        let halves = halves.collect();
        let twist = (0..cells).map(|n| unit(PI * n as f64 / length as f64)).collect();
        Self { cells, plan, twist, halves, rows: count }
    }

    /// What the inverse transforms of all halves multiply by.
    pub(super) fn gain(&self) -> f64 {
        (self.plan.length() * self.halves.len()) as f64
    }
}

impl Axis<f64> {
    /// Length of the transforms along x.
    pub(super) fn along_x(extent: Extent) -> usize {
        good_length(extent.cells)
    }

    /// The transform of a kernel that is even or odd along the axis, which is real or i times real: gives `put` that real number for each
    /// row, from the kernel at each displacement.
    pub(super) fn spectrum<const L: usize>(
        &self,
        extent: Extent,
        odd: bool,
        kernel: impl Fn(usize) -> [f64; L],
        line: &mut Vec<Lanes<f64, L>>,
        mut put: impl FnMut(usize, [f64; L]),
    ) {
        for (half, places) in self.halves.iter().enumerate() {
            line.clear();
            line.extend((0..self.cells).map(|d| {
                let (folded, sign) = extent.folded(d);
                // In a linear convolution each displacement but none stands for its opposite as well.
                let weight = if d > 0 && self.halves.len() > 1 { 2.0 } else { 1.0 } * if odd { sign } else { 1.0 };
                let number = Lanes { re: kernel(folded).map(|k| weight * k), im: [0.0; L] };
                if half == 1 { number.times(Plain, self.twist[d]) } else { number }
            }));
            line.resize(self.plan.length(), Lanes::zero());
            self.plan.forward(Plain, line);
            for (number, (row, sign)) in line.iter().zip(places) {
                put(*row, if odd { number.im.map(|v| sign * v) } else { number.re });
            }
        }
    }
}
