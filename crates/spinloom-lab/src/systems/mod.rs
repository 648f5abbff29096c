//! The published systems, one module each. Registration is one line in [`all`].

mod camsari2018;
mod romera2018;
mod torrejon2017;
mod zand2018;

use crate::system::System;

/// Every system, with its default parameters.
pub fn all() -> Vec<Box<dyn System>> {
    vec![
        Box::new(torrejon2017::Torrejon2017::default()),
        Box::new(romera2018::Romera2018::default()),
        Box::new(camsari2018::Camsari2018::default()),
        Box::new(zand2018::Zand2018::default()),
    ]
}
