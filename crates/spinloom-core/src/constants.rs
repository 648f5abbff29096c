//! Physical constants, CODATA 2018 (exact where the SI fixes them), in SI units.
//!
//! Source: E. Tiesinga, P. J. Mohr, D. B. Newell and B. N. Taylor, Rev. Mod. Phys. 93, 025010 (2021),
//! doi:10.1103/RevModPhys.93.025010.

/// Elementary charge, C (exact).
pub const ELEMENTARY_CHARGE: f64 = 1.602_176_634e-19;
/// Boltzmann constant, J/K (exact).
pub const BOLTZMANN: f64 = 1.380_649e-23;
/// Planck constant, J s (exact).
pub const PLANCK: f64 = 6.626_070_15e-34;
/// Reduced Planck constant, J s (Planck constant over 2 pi).
pub const REDUCED_PLANCK: f64 = PLANCK / (2.0 * std::f64::consts::PI);
/// Bohr magneton, J/T.
pub const BOHR_MAGNETON: f64 = 9.274_010_078_3e-24;
/// Magnitude of the electron's g-factor.
pub const ELECTRON_G_FACTOR: f64 = 2.002_319_304_362_56;
/// Magnitude of the electron's gyromagnetic ratio, rad/(s T).
pub const GYROMAGNETIC_RATIO: f64 = ELECTRON_G_FACTOR * BOHR_MAGNETON / REDUCED_PLANCK;
/// Vacuum permeability, T m/A.
pub const VACUUM_PERMEABILITY: f64 = 1.256_637_062_12e-6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_constants_agree_with_codata() {
        assert!((GYROMAGNETIC_RATIO / 1.760_859_630_23e11 - 1.0).abs() < 1e-9);
        assert!((REDUCED_PLANCK / 1.054_571_817e-34 - 1.0).abs() < 1e-9);
        let exact = 4e-7 * std::f64::consts::PI;
        assert!((VACUUM_PERMEABILITY / exact - 1.0).abs() < 1e-9);
    }
}
