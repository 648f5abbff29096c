//! Macrospins: uniformly magnetized bodies by the stochastic Landau-Lifshitz-Gilbert equation with spin torque.
//!
//! Gilbert's form, with the damping-like field B_DL along a polarisation p,
//!
//! ```text
//! dm/dt = -gamma m x B + alpha m x dm/dt - gamma B_DL m x (m x p),
//! B = B_ext + (2 K / Ms) (m.u) u - mu0 Ms N m + B_coupling + B_th,
//! ```
//!
//! is solved for dm/dt exactly:
//!
//! ```text
//! dm/dt = -gamma' m x [(B - alpha B_DL p) + m x (alpha B + B_DL p)],   gamma' = gamma / (1 + alpha^2).
//! ```
//!
//! A positive B_DL pulls m towards p. A field-like torque B_FL is the external field B_FL p. The thermal field has, per component,
//! <B_th(t) B_th(t')> = 2 alpha kT / (gamma Ms V) delta(t - t') and acts wherever B does. Sources: W. F. Brown, Phys. Rev. 130, 1677 (1963),
//! doi:10.1103/PhysRev.130.1677; J. C. Slonczewski, J. Magn. Magn. Mater. 159, L1 (1996), doi:10.1016/0304-8853(96)00062-5; J. L.
//! García-Palacios and F. J. Lázaro, Phys. Rev. B 58, 14937 (1998), doi:10.1103/PhysRevB.58.14937.
//!
//! An [`Ensemble`] steps many [`Magnet`]s, each with its own [`Drive`], [`Waveform`]s and torques ([`SpinTransfer`], [`SpinOrbit`],
//! [`VoltageControl`]), by the [`Method`] of choice; [`InterlayerExchange`] and [`Dipolar`] fields couple them. The usual step is Heun's with
//! the same noise in predictor and corrector, which converges to the Stratonovich solution, followed by a renormalisation of m. The
//! increments of the noise are uniform with the variance of the Wiener increments, which leaves the weak order of the scheme unchanged:
//! P. E. Kloeden and E. Platen, Numerical Solution of Stochastic Differential Equations, section 14.1, doi:10.1007/978-3-662-12616-5.

mod block;
mod coupling;
mod dipole;
mod ensemble;
mod magnet;
mod method;
mod run;
mod torque;
mod turn;
mod waveform;

pub use coupling::InterlayerExchange;
pub use dipole::Dipolar;
pub use ensemble::Ensemble;
pub use magnet::{Drive, Magnet, Vector, velocity};
pub(crate) use magnet::{cross, dot};
pub use method::Method;
pub use torque::{Efficiency, SpinOrbit, SpinTransfer, VoltageControl};
pub use waveform::{Input, Stretch, Waveform};
