//! What a film is made of.

use super::anisotropy::{CubicAnisotropy, Order, PerCellVector, UniaxialAnisotropy, uniform_vector};
use super::dmi::{DmiEdge, DmiKind, DzyaloshinskiiMoriya};
use super::exchange::Exchange;
use super::{Grid, PerCell, Real, Term};
use crate::MagnetError;
use spinloom_core::constants::VACUUM_PERMEABILITY;

/// The parameters of a material, each one for all cells or one a cell.
///
/// ```
/// use spinloom_magnet::film::{Material, PerCell};
/// // Permalloy.
/// let mut material = Material::<f64>::new(8e5, 0.02, 1.3e-11);
/// material.uniaxial_anisotropy[0] = PerCell::Uniform(5e2);
/// assert!((material.shortest_length().unwrap() - 5.686e-9).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Material<T> {
    /// Saturation magnetization Ms, A/m; 0 where there is no material.
    pub saturation_magnetization: PerCell<T>,
    /// Gilbert damping alpha.
    pub damping: PerCell<T>,
    /// Exchange stiffness A, J/m.
    pub exchange_stiffness: PerCell<T>,
    /// Constants of uniaxial anisotropy, Ku1 and Ku2, J/m^3.
    pub uniaxial_anisotropy: [PerCell<T>; 2],
    /// Its axis, of any length.
    pub uniaxial_axis: PerCellVector<T>,
    /// Constants of cubic anisotropy, Kc1 and Kc2, J/m^3.
    pub cubic_anisotropy: [PerCell<T>; 2],
    /// Two of its axes, at right angles and of any length.
    pub cubic_axes: [PerCellVector<T>; 2],
    /// Strength of the interfacial Dzyaloshinskii-Moriya interaction, D, J/m^2.
    pub interfacial_dmi: PerCell<T>,
    /// Strength of the one of the bulk, J/m^2.
    pub bulk_dmi: PerCell<T>,
    /// What either makes of the edges of the film.
    pub dmi_edge: DmiEdge,
}

impl<T: Real> Material<T> {
    /// A material of this saturation magnetization (A/m), damping and exchange stiffness (J/m) everywhere, without anisotropy and
    /// Dzyaloshinskii-Moriya interaction; the axis of uniaxial anisotropy is z, those of cubic anisotropy are x and y.
    pub fn new(saturation_magnetization: f64, damping: f64, exchange_stiffness: f64) -> Self {
        let uniform = |value| PerCell::Uniform(T::of(value));
        Self {
            saturation_magnetization: uniform(saturation_magnetization),
            damping: uniform(damping),
            exchange_stiffness: uniform(exchange_stiffness),
            uniaxial_anisotropy: [uniform(0.0), uniform(0.0)],
            uniaxial_axis: uniform_vector([0.0, 0.0, 1.0]),
            cubic_anisotropy: [uniform(0.0), uniform(0.0)],
            cubic_axes: [uniform_vector([1.0, 0.0, 0.0]), uniform_vector([0.0, 1.0, 0.0])],
            interfacial_dmi: uniform(0.0),
            bulk_dmi: uniform(0.0),
            dmi_edge: DmiEdge::default(),
        }
    }

    /// Whether a film of this grid can be made of it.
    ///
    /// # Errors
    /// [`MagnetError::Length`] for a parameter with not one value a cell, and [`MagnetError::InCell`] for one that is not finite, or negative
    /// where that has no meaning: saturation magnetization and damping. There has to be material somewhere.
    pub fn check(&self, grid: &Grid) -> Result<(), MagnetError> {
        let check = |what, values: &PerCell<T>, least: f64, bound| {
            if let PerCell::Cells(values) = values {
                MagnetError::length(what, grid, values.len())?;
            }
            let fits = |(cell, v): (usize, &T)| MagnetError::in_cell(v.double() >= least, what, grid, cell, v.double(), bound);
            values.values().iter().enumerate().try_for_each(fits)
        };
        check("the saturation magnetization (A/m)", &self.saturation_magnetization, 0.0, "0 or greater")?;
        check("the damping", &self.damping, 0.0, "0 or greater")?;
        let finite = |what, values| check(what, values, f64::NEG_INFINITY, "a finite number");
        finite("the exchange stiffness (J/m)", &self.exchange_stiffness)?;
        for values in self.uniaxial_anisotropy.iter().chain(&self.cubic_anisotropy) {
            finite("a constant of anisotropy (J/m^3)", values)?;
        }
        for values in self.uniaxial_axis.iter().chain(self.cubic_axes.iter().flatten()) {
            finite("a component of an axis of anisotropy", values)?;
        }
        finite("the strength of interfacial DMI (J/m^2)", &self.interfacial_dmi)?;
        finite("the strength of bulk DMI (J/m^2)", &self.bulk_dmi)?;
        let most = self.saturation_magnetization.values().iter().map(|ms| ms.double()).fold(0.0, f64::max);
        MagnetError::unless(
            most > 0.0,
            "the greatest saturation magnetization (A/m)",
            most,
            "greater than 0, for there to be a film",
        )
    }

    /// The shortest length (m) over which magnetization turns that a grid has to resolve: of the exchange length sqrt(2 A / mu0 Ms^2), the
    /// width of a wall sqrt(A / |K|) and the length 2 A / |D|, in any cell. None where there is no exchange.
    pub fn shortest_length(&self) -> Option<f64> {
        let (ms, a) = (&self.saturation_magnetization, &self.exchange_stiffness);
        let others = [&self.uniaxial_anisotropy[0], &self.cubic_anisotropy[0], &self.interfacial_dmi, &self.bulk_dmi];
        let cells = others.iter().chain(&[ms, a]).map(|v| v.values().len()).max().unwrap_or(1);
        let of = |cell: usize| {
            let (ms, a) = (ms.at(cell).double(), a.at(cell).double());
            let [ku, kc, di, db] = others.map(|v| v.at(cell).double().abs());
            let shape = (2.0 * a / (VACUUM_PERMEABILITY * ms * ms)).sqrt();
            let others = [(a / ku).sqrt(), (a / kc).sqrt(), 2.0 * a / di, 2.0 * a / db];
            (ms > 0.0 && a > 0.0).then(|| others.into_iter().fold(shape, f64::min))
        };
        (0..cells).filter_map(of).reduce(f64::min)
    }

    /// The terms of what acts in it without a field from outside, but for the demagnetising field.
    ///
    /// # Errors
    /// As [`check`](Self::check), and for axes without length or not at right angles.
    pub fn terms(&self, grid: &Grid) -> Result<Vec<Box<dyn Term<T>>>, MagnetError> {
        self.check(grid)?;
        let (ms, a) = (&self.saturation_magnetization, &self.exchange_stiffness);
        let acts = |values: &PerCell<T>| values.values().iter().any(|v| *v != T::zero());
        let mut terms: Vec<Box<dyn Term<T>>> = Vec::new();
        if acts(a) {
            terms.push(Box::new(Exchange::new(grid, ms, a)));
        }
        for (kind, d) in [(DmiKind::Interfacial, &self.interfacial_dmi), (DmiKind::Bulk, &self.bulk_dmi)] {
            if acts(d) {
                terms.push(Box::new(DzyaloshinskiiMoriya::new(kind, self.dmi_edge, grid, ms, a, d)));
            }
        }
        for (order, k) in [Order::First, Order::Second].into_iter().zip(&self.uniaxial_anisotropy) {
            if acts(k) {
                terms.push(Box::new(UniaxialAnisotropy::new(order, grid, ms, k, &self.uniaxial_axis)?));
            }
        }
        for (order, k) in [Order::First, Order::Second].into_iter().zip(&self.cubic_anisotropy) {
            if acts(k) {
                terms.push(Box::new(CubicAnisotropy::new(order, grid, ms, k, &self.cubic_axes)?));
            }
        }
        Ok(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_outside_the_model_are_named_with_their_cell() {
        let grid = Grid::new([2, 2, 1], [1e-9; 3]).unwrap();
        let error = |change: &dyn Fn(&mut Material<f64>)| {
            let mut material = Material::new(1e6, 0.1, 1e-11);
            change(&mut material);
            material.terms(&grid).err().map(|e| e.to_string())
        };
        assert_eq!(error(&|_| ()), None);
        let text = error(&|m| m.saturation_magnetization = PerCell::Cells(vec![1e6, 1e6, -1.0, 1e6])).unwrap();
        assert_eq!(text, "the saturation magnetization (A/m) in the cell (0, 1, 0) must be 0 or greater, but it is -1");
        let text = error(&|m| m.damping = PerCell::Cells(vec![0.1; 3])).unwrap();
        assert_eq!(text, "the damping has 3 values, but the grid has 4 cells");
        assert!(error(&|m| m.exchange_stiffness = PerCell::Uniform(f64::NAN)).is_some());
        assert!(error(&|m| m.saturation_magnetization = PerCell::Uniform(0.0)).is_some());
        let lame = |m: &mut Material<f64>| {
            m.cubic_anisotropy[0] = PerCell::Uniform(1e4);
            m.cubic_axes = [uniform_vector([1.0, 0.0, 0.0]), uniform_vector([1.0, 1.0, 0.0])];
        };
        assert!(error(&lame).unwrap().contains("cosine"));
        let without = |m: &mut Material<f64>| {
            m.uniaxial_anisotropy[0] = PerCell::Cells(vec![0.0, 1.0, 0.0, 0.0]);
            m.uniaxial_axis = uniform_vector([0.0; 3]);
        };
        assert!(error(&without).unwrap().contains("(1, 0, 0)"));
    }

    #[test]
    fn the_shortest_length_is_that_of_the_strongest_opponent_of_exchange() {
        let mut material = Material::<f64>::new(1e6, 0.1, 1e-11);
        assert!((material.shortest_length().unwrap() - 3.989e-9).abs() < 1e-12);
        material.uniaxial_anisotropy[0] = PerCell::Cells(vec![1e6, 1e7]);
        assert!((material.shortest_length().unwrap() - 1e-9).abs() < 1e-15);
        material.exchange_stiffness = PerCell::Uniform(0.0);
        assert_eq!(material.shortest_length(), None);
    }
}
