//! Quantities that a script makes from others.

use super::view::View;
use super::{Array, Quantity, failed};
use crate::mx3::Stop;

/// What is done with the parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// The sum of two, each times a number.
    Sum([f64; 2]),
    /// The product of two, component by component; one of them may have a single one.
    Product,
    /// The quotient of two in the same way; 0 where the second is 0.
    Quotient,
    /// The scalar product of two vectors.
    Dot,
    /// The vector product of two.
    Cross,
    /// The matrix with the rows of the first three times the fourth.
    Matrix,
    /// The same everywhere.
    Constant(Vec<f64>),
    /// An array, on the grid.
    Array(Array),
    /// The first where this holds, 0 elsewhere.
    Masked(Vec<bool>),
    /// The first at unit length; 0 where it is 0.
    Unit,
    /// The first, moved by so many cells; 0 where nothing comes from.
    Shifted([i64; 3]),
}

/// A quantity made from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    operation: Operation,
    of: Vec<Quantity>,
    components: usize,
}

/// The longest name that tells what it is made from.
const LONGEST_NAME: usize = 60;

impl Made {
    /// Makes one.
    ///
    /// # Errors
    /// For parts whose components do not go together.
    pub fn new(operation: Operation, of: Vec<Quantity>) -> Result<Self, Stop> {
        let count = |part: &Quantity| {
            part.components().ok_or_else(|| failed(format!("{} is one value for the whole: take its number", part.name())))
        };
        let counts = of.iter().map(count).collect::<Result<Vec<usize>, Stop>>()?;
        let components = match (&operation, counts.as_slice()) {
            (Operation::Sum(_), [a, b]) if a == b => Some(*a),
            (Operation::Product, [a, b]) if a == b || *a == 1 || *b == 1 => Some(*a.max(b)),
            (Operation::Quotient, [a, b]) if a == b || *b == 1 => Some(*a),
            (Operation::Dot, [a, b]) if a == b => Some(1),
            (Operation::Cross, [3, 3]) | (Operation::Matrix, [3, 3, 3, 3]) => Some(3),
            (Operation::Constant(values), []) => Some(values.len()),
            (Operation::Array(array), []) => Some(array.components.len()),
            (Operation::Masked(_) | Operation::Unit | Operation::Shifted(_), [a]) => Some(*a),
            _ => None,
        };
        let names = || of.iter().map(Quantity::name).collect::<Vec<_>>().join(" and ");
        let wrong = || failed(format!("the numbers of components of {} do not go together: {counts:?}", names()));
        Ok(Self { components: components.ok_or_else(wrong)?, operation, of })
    }

    /// What it is made from.
    pub fn of(&self) -> &[Quantity] {
        &self.of
    }

    /// How many numbers it has in a cell.
    pub fn components(&self) -> usize {
        self.components
    }

    /// Whether scripts take its average for a list: that of an operation which may give numbers or vectors.
    pub fn gives_list(&self) -> bool {
        !matches!(self.operation, Operation::Dot | Operation::Cross | Operation::Matrix | Operation::Constant(_))
    }

    /// What files and columns of it are called.
    pub fn name(&self) -> String {
        let word = match self.operation {
            Operation::Sum(_) => "add",
            Operation::Product => "mul",
            Operation::Quotient => "div",
            Operation::Dot => "dot",
            Operation::Cross => "cross",
            Operation::Matrix => "mulmv",
            Operation::Constant(_) => "const",
            Operation::Array(_) => "custom",
            Operation::Masked(_) => "masked",
            Operation::Unit => "normalized",
            Operation::Shifted(_) => "shifted",
        };
        let parts: Vec<String> = std::iter::once(word.to_owned()).chain(self.of.iter().map(Quantity::name)).collect();
        let all = parts.join("_");
        if all.len() > LONGEST_NAME { word.to_owned() } else { all }
    }
}

/// The component of a list that goes with another's: the only one, or that of the same number.
fn matching(list: &[Vec<f64>], component: usize) -> &[f64] {
    &list[if list.len() == 1 { 0 } else { component }]
}

fn pairwise(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect()
}

fn dot(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<f64> {
    (0..a[0].len()).map(|cell| a.iter().zip(b).map(|(a, b)| a[cell] * b[cell]).sum()).collect()
}

impl View<'_> {
    /// What a script made, in every cell.
    ///
    /// # Errors
    /// What is wrong with a part of it, and for a mask or array of another grid.
    pub fn made(&mut self, made: &Made) -> Result<Vec<Vec<f64>>, Stop> {
        let grid = self.settings.grid()?;
        let parts = made.of.iter().map(|part| Ok(self.sample(part)?.components)).collect::<Result<Vec<_>, Stop>>()?;
        let same = |part: &Vec<Vec<f64>>| part.iter().all(|values| values.len() == grid.len());
        if !parts.iter().all(same) {
            return Err(failed("a part of the grid cannot be put together with what fills it"));
        }
        let other_grid = || failed(format!("{} was made for another grid: make it anew", made.name()));
        let each = |f: &dyn Fn(usize) -> Vec<f64>| (0..made.components).map(f).collect();
        Ok(match (&made.operation, parts.as_slice()) {
            (Operation::Sum([p, q]), [a, b]) => each(&|c| pairwise(&a[c], &b[c], |a, b| p * a + q * b)),
            (Operation::Product, [a, b]) => each(&|c| pairwise(matching(a, c), matching(b, c), |a, b| a * b)),
            (Operation::Quotient, [a, b]) => {
                each(&|c| pairwise(&a[c], matching(b, c), |a, b| if b == 0.0 { 0.0 } else { a / b }))
            }
            (Operation::Dot, [a, b]) => vec![dot(a, b)],
            (Operation::Cross, [a, b]) => each(&|c| {
                let (i, j) = ((c + 1) % 3, (c + 2) % 3);
                (0..grid.len()).map(|cell| a[i][cell] * b[j][cell] - a[j][cell] * b[i][cell]).collect()
            }),
            (Operation::Matrix, [x, y, z, b]) => [x, y, z].map(|row| dot(row, b)).to_vec(),
            (Operation::Constant(values), _) => values.iter().map(|value| vec![*value; grid.len()]).collect(),
            (Operation::Array(array), _) if array.cells == grid.cells() => array.components.clone(),
            (Operation::Masked(mask), [a]) if mask.len() == grid.len() => {
                each(&|c| a[c].iter().zip(mask).map(|(a, inside)| if *inside { *a } else { 0.0 }).collect())
            }
            (Operation::Unit, [a]) => {
                let length: Vec<f64> = dot(a, a).into_iter().map(f64::sqrt).collect();
                each(&|c| pairwise(&a[c], &length, |a, length| if length > 0.0 { a / length } else { 0.0 }))
            }
            (Operation::Shifted(by), [a]) => each(&|c| {
                let from = |cell: usize| {
                    let (place, cells) = (grid.place(cell), grid.cells());
                    let mut source = [0; 3];
                    for axis in 0..3 {
                        let place = place[axis] as i64 - by[axis];
                        source[axis] = usize::try_from(place).ok().filter(|place| *place < cells[axis])?;
                    }
                    Some(a[c][grid.index(source)])
                };
                (0..grid.len()).map(|cell| from(cell).unwrap_or(0.0)).collect()
            }),
            _ => return Err(other_grid()),
        })
    }
}
