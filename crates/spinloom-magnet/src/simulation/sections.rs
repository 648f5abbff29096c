//! The tables of a description: names, units, bounds and meanings of what a person can write.

mod contact;
mod drive;
mod film;
mod stage;

pub use contact::{ConductorSection, ContactSection, DriveKind, End};
pub use drive::{
    CouplingOrder, CurrentSection, EfficiencyKind, FieldSection, Form, InterlayerSection, TorqueKind, WaveformSection,
};
pub use film::{Edge, General, GrainsSection, GridSection, MaterialSection, Precision, SpreadSection, StartKind, StartSection};
pub use stage::{AxisName, Integrator, OutputSection, StageKind, StageSection};
