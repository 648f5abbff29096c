//! What variables of a script can hold beside numbers and texts.

use super::{Array, Made};
use crate::film::Configuration;
use crate::mx3::catalogue::{Class, Item, find};
use crate::shape::Shape;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A thing of the simulation.
#[derive(Debug, Clone)]
pub enum Object {
    /// A part of space.
    Shape(Shape),
    /// A magnetization as a function of place.
    Configuration(Configuration),
    /// An array, which all variables that hold it share.
    Array(Arc<Mutex<Array>>),
    /// A quantity, computed when it is asked for.
    Quantity(Quantity),
    /// A moment of the clock on the wall.
    Moment(Instant),
    /// A stretch of time of the clock on the wall.
    Duration(Duration),
}

impl From<Array> for Object {
    fn from(array: Array) -> Self {
        Self::Array(Arc::new(Mutex::new(array)))
    }
}

/// A quantity of the catalogue or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// All of it.
    Named(&'static str),
    /// One component.
    Component(Box<Quantity>, usize),
    /// Its values in a region; zero elsewhere.
    Region(Box<Quantity>, u16),
    /// Its values in a box of cells, and what the box is called.
    Crop(Box<Quantity>, [Range<usize>; 3], String),
    /// What a script made from others.
    Made(Arc<Made>),
}

impl Quantity {
    /// What files and columns of it are called.
    pub fn name(&self) -> String {
        match self {
            Self::Named(name) => (*name).to_owned(),
            Self::Component(of, component) => format!("{}_{}", of.name(), ["x", "y", "z"][*component]),
            Self::Region(of, region) => format!("{}.region{region}", of.name()),
            Self::Crop(of, _, part) => format!("{}_{part}", of.name()),
            Self::Made(made) => made.name(),
        }
    }

    /// The quantity of the catalogue that it is of; empty for what a script made.
    pub fn source(&self) -> &'static str {
        match self {
            Self::Named(name) => name,
            Self::Component(of, _) | Self::Region(of, _) | Self::Crop(of, ..) => of.source(),
            Self::Made(_) => "",
        }
    }

    /// Whether it is made of a quantity of the catalogue whose name is one of those `wanted`.
    pub fn mentions(&self, wanted: &dyn Fn(&'static str) -> bool) -> bool {
        match self {
            Self::Made(made) => made.of().iter().any(|part| part.mentions(wanted)),
            Self::Component(of, _) | Self::Region(of, _) | Self::Crop(of, ..) => of.mentions(wanted),
            Self::Named(name) => wanted(name),
        }
    }

    /// Whether the film has to be made to compute it; for the field that the script made, its parts tell.
    pub fn needs_film(&self) -> bool {
        self.mentions(&|name| match Self::Named(name).class() {
            Some(Class::VectorField) => !matches!(name, "m_full" | "F_mel" | "B_custom"),
            Some(Class::ScalarField) => name != "spinAngle" && !name.starts_with("ext_"),
            _ => false,
        })
    }

    /// How many numbers it has in a cell.
    pub fn components(&self) -> Option<usize> {
        match self {
            Self::Component(..) => Some(1),
            Self::Region(of, _) | Self::Crop(of, ..) => of.components(),
            Self::Made(made) => Some(made.components()),
            Self::Named(_) => Some(match self.class()? {
                Class::Magnetization | Class::VectorParameter | Class::VectorDrive | Class::VectorField => 3,
                Class::Regions | Class::Geometry | Class::ScalarParameter | Class::ScalarDrive | Class::ScalarField => 1,
                _ => return None,
            }),
        }
    }

    /// Whether its average is a list, however long it is.
    pub fn gives_list(&self) -> bool {
        match self {
            Self::Crop(..) => true,
            Self::Made(made) => made.gives_list(),
            _ => false,
        }
    }

    /// What it is a kind of.
    pub fn class(&self) -> Option<Class> {
        match find(self.source())?.item {
            Item::Quantity(class, _) => Some(class),
            _ => None,
        }
    }

    /// Its unit; empty for pure numbers.
    pub fn unit(&self) -> &'static str {
        let name = self.source();
        match name {
            "Msat" | "m_full" => "A/m",
            "Aex" => "J/m",
            "Ku1" | "Ku2" | "Kc1" | "Kc2" | "Kc3" | "B1" | "B2" => "J/m3",
            "Dind" | "Dbulk" => "J/m2",
            "J" => "A/m2",
            "F_mel" => "N/m3",
            "Temp" => "K",
            "torque" | "LLtorque" | "STTorque" | "maxTorque" => "T",
            "dt" => "s",
            "FreeLayerThickness" | "ext_corepos" | "ext_bubblepos" | "ext_dwxpos" | "ext_dwpos" => "m",
            "ext_dwspeed" => "m/s",
            "MaxAngle" | "spinAngle" | "ext_phi" | "ext_theta" | "ext_dwtilt" => "rad",
            "ext_topologicalchargedensity" => "1/m2",
            _ if name.starts_with("B_") => "T",
            _ if name.starts_with("E_") => "J",
            _ if name.starts_with("Edens_") => "J/m3",
            _ => "",
        }
    }
}
