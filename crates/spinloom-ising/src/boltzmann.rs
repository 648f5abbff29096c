//! Boltzmann machines of p-bits: couplings learned from data, with samples that the p-bits themselves draw.
//!
//! A machine learns by dJ_ij = eta (<m_i m_j>_data - <m_i m_j>_model - lambda J_ij), the gradient of the likelihood (D. H. Ackley, G. E. Hinton
//! and T. J. Sejnowski, Cogn. Sci. 9, 147 (1985), doi:10.1207/s15516709cog0901_7); contrastive divergence takes the second average a few
//! updates after the data (G. E. Hinton, Neural Comput. 14, 1771 (2002), doi:10.1162/089976602760128018). Where the averages come from the
//! devices that will be used, their spread is learned away (J. Kaiser et al., Phys. Rev. Appl. 17, 014016 (2022),
//! doi:10.1103/PhysRevApplied.17.014016).
//!
//! [`Machine`] is the general one, small enough to be enumerated; [`Rbm`] the restricted one, trained in batches; [`Belief`] a stack of them.

mod belief;
mod device;
mod learning;
mod machine;
mod matrix;
mod rbm;

pub use belief::{Belief, Reading, Schooling};
pub use device::Devices;
pub use learning::{Chains, Sampling, learn_exactly};
pub use machine::{Machine, Patterns, Statistics};
pub use rbm::{Contrast, Rbm};
