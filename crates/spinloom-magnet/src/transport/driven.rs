//! A film and the current through it, each following the other.

use super::{Transport, TransportError};
use crate::MagnetError;
use crate::film::dynamics::{DynamicsError, RightHandSide, Solver};
use crate::film::torque::CurrentDensity;
use crate::film::{Film, Real, VectorField};

/// Why a film with a current through it could not be moved on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DrivenError {
    /// The current could not be found.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The film could not be moved.
    #[error(transparent)]
    Dynamics(#[from] DynamicsError),
}

/// A film whose current follows its magnetization at once: at every evaluation of the velocity the current is found anew, from the
/// potential of the one before, and given to all torques that hold a clone of `flow`.
///
/// ```
/// use spinloom_magnet::film::dynamics::{Method, Solver, Steps};
/// use spinloom_magnet::film::torque::{CurrentDensity, ZhangLi};
/// use spinloom_magnet::film::{Film, Grid, Material, PerCell, VectorField};
/// use spinloom_magnet::transport::{Conductor, Contact, Drive, Driven, Transport};
/// let grid = Grid::new([32, 4, 1], [4e-9, 4e-9, 1e-9])?;
/// let mut film = Film::<f64>::new(grid, Material::new(8e5, 0.1, 1.3e-11))?;
/// film.magnetize(|[x, _, _]| if x < 0.0 { [1.0, 0.1, 0.0] } else { [-1.0, 0.1, 0.0] })?;
/// let flow = CurrentDensity::per_cell(VectorField::zeros(grid.len()))?;
/// film.add_term(Box::new(ZhangLi::new(grid, flow.clone(), &PerCell::Uniform(0.5), PerCell::Uniform(0.1), &PerCell::Uniform(8e5))?));
/// let wire = Conductor::new(2e-7).with_anisotropic_ratio(0.02);
/// let ends = [(Contact::end(&grid, 0, false), Drive::Potential(1e-3)), (Contact::end(&grid, 0, true), Drive::Potential(0.0))];
/// let mut transport = Transport::new(&grid, wire, &ends)?;
/// let mut solver = Solver::new(grid.len(), Method::DormandPrince, Steps::adaptive(1e-5))?;
/// Driven::new(&mut film, &mut transport, flow).advance_to(&mut solver, 5e-12)?;
/// assert!(transport.power() > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Driven<'a, T: Real> {
    film: &'a mut Film<T>,
    transport: &'a mut Transport<T>,
    flow: CurrentDensity<T>,
    error: Option<TransportError>,
}

impl<'a, T: Real> Driven<'a, T> {
    /// A film, what is known of the current through it, and the current density that its torques share.
    pub fn new(film: &'a mut Film<T>, transport: &'a mut Transport<T>, flow: CurrentDensity<T>) -> Self {
        Self { film, transport, flow, error: None }
    }

    /// Advances the film to a time (s); the transport is afterwards that of a magnetization within the last step.
    ///
    /// # Errors
    /// [`DrivenError`]; the film is then as it was after the last good step.
    pub fn advance_to(&mut self, solver: &mut Solver<T>, until: f64) -> Result<(), DrivenError> {
        self.error = None;
        let mut m = std::mem::take(self.film.magnetization_mut());
        let result = solver.advance_to(self, &mut m, until);
        *self.film.magnetization_mut() = m;
        self.film.set_time(solver.time());
        // A current that was not found shows as a velocity that is no number: what it was tells more.
        match self.error.take() {
            Some(error) => Err(error.into()),
            None => Ok(result?),
        }
    }
}

/// Finds the current for a magnetization, and gives it to all torques that hold a clone of `flow`.
pub(crate) fn follow<T: Real>(
    transport: &mut Transport<T>,
    flow: &CurrentDensity<T>,
    m: &VectorField<T>,
) -> Result<(), TransportError> {
    let density = transport.current_density(m)?;
    flow.set(density).map_err(|e: MagnetError| e.into())
}

impl<T: Real> RightHandSide<T> for Driven<'_, T> {
    fn velocity(&mut self, m: &VectorField<T>, time: f64, velocity: &mut VectorField<T>) -> f64 {
        match follow(self.transport, &self.flow, m) {
            Ok(()) => self.film.velocity(m, time, velocity),
            Err(error) => {
                self.error.get_or_insert(error);
                velocity.components_mut().into_iter().for_each(|component| component.fill(T::nan()));
                f64::NAN
            }
        }
    }

    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.film.begin_step(step, time_step);
    }

    fn is_stochastic(&self) -> bool {
        self.film.is_stochastic()
    }
}
