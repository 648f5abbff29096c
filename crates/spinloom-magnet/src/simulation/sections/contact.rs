//! Contacts on a film, and what it conducts.

use super::WaveformSection;
use spinloom_core::parameters::Bound;

spinloom_core::parameters! {
    /// What a film conducts, and when its contacts are driven. Cells without magnetization conduct nothing.
    pub struct ConductorSection {
        /// Resistivity across the magnetization; has to be given.
        pub resistivity: f64 = 0.0, "ohm m", Bound::NON_NEGATIVE;
        /// Anisotropic magnetoresistance, 2 (rho_par - rho_perp) / (rho_par + rho_perp).
        pub anisotropic_ratio: f64 = 0.0, "", Bound::between(-2.0, 2.0);
        /// Non-collinear magnetoresistance: times the squared gradient of m it adds to the resistivity.
        pub noncollinear: f64 = 0.0, "ohm m^3", Bound::NON_NEGATIVE;
        /// Factor in time of what drives the contacts.
        pub waveform: WaveformSection = WaveformSection::default(), "", Bound::ANY;
        /// Numbers of the stages in which the contacts are driven, from 1; all of them if none are given.
        pub stages: Vec<f64> = vec![], "", Bound::at_least(1.0);
    }
}

spinloom_core::choices! {
    /// An end of the grid.
    pub enum End {
        /// None: the metal is in place of cells.
        Nowhere = "none",
        /// Lowest x.
        LowX = "-x",
        /// Highest x.
        HighX = "+x",
        /// Lowest y.
        LowY = "-y",
        /// Highest y.
        HighY = "+y",
        /// Lowest z.
        LowZ = "-z",
        /// Highest z.
        HighZ = "+z",
    }
}

impl End {
    /// Its axis, 0 to 2, and whether it is the upper end.
    pub(crate) fn side(self) -> Option<(usize, bool)> {
        let number = Self::ALL.iter().position(|end| *end == self)?.checked_sub(1)?;
        Some((number / 2, number % 2 == 1))
    }
}

spinloom_core::choices! {
    /// What a contact is connected to.
    pub enum DriveKind {
        /// A source of a potential.
        Potential = "potential",
        /// A source of a current.
        Current = "current",
        /// Nothing.
        Floating = "floating",
    }
}

spinloom_core::parameters! {
    /// A contact: metal at one potential.
    pub struct ContactSection {
        /// The end of the grid that it covers, there within its `area` if it has one; without an end it is metal in place of the cells of its `area`.
        pub end: End = End::Nowhere, "", Bound::ANY;
        /// What it is connected to.
        pub drive: DriveKind = DriveKind::Potential, "", Bound::ANY;
        /// Its potential, with the drive `potential`.
        pub potential: f64 = 0.0, "V", Bound::ANY;
        /// The current into the film, with the drive `current`.
        pub current: f64 = 0.0, "A", Bound::ANY;
    }
}
