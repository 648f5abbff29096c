//! The published systems, one module each. Registration is one line in [`all`].

mod borders2019;
mod camsari2017;
mod camsari2017_pbit;
mod camsari2018;
mod khymyn2018;
mod locatelli2014;
mod locatelli2018;
mod locking;
mod mizrahi2016;
mod mizrahi2018;
mod mizrahi2018b;
mod parks2017;
mod power_law;
mod random_bits;
mod romera2018;
mod sampling;
mod sengupta2016;
mod senn2005;
mod spread;
mod sulymenko2018;
mod sutton2017;
mod torrejon2017;
mod vincent2015;
mod vodenicarevic2017;
mod zand2018;

use crate::system::System;

/// Every system, with its default parameters.
pub fn all() -> Vec<Box<dyn System>> {
    vec![
        Box::new(vincent2015::Vincent2015::default()),
        Box::new(senn2005::Senn2005::default()),
        Box::new(locatelli2018::Locatelli2018::default()),
        Box::new(torrejon2017::Torrejon2017::default()),
        Box::new(camsari2017::Camsari2017::default()),
        Box::new(camsari2017_pbit::Camsari2017Pbit::default()),
        Box::new(sutton2017::Sutton2017::default()),
        Box::new(vodenicarevic2017::Vodenicarevic2017::default()),
        Box::new(parks2017::Parks2017::default()),
        Box::new(locatelli2014::Locatelli2014::default()),
        Box::new(sengupta2016::Sengupta2016::default()),
        Box::new(mizrahi2016::Mizrahi2016::default()),
        Box::new(mizrahi2018::Mizrahi2018::default()),
        Box::new(mizrahi2018b::Mizrahi2018b::default()),
        Box::new(romera2018::Romera2018::default()),
        Box::new(camsari2018::Camsari2018::default()),
        Box::new(khymyn2018::Khymyn2018::default()),
        Box::new(sulymenko2018::Sulymenko2018::default()),
        Box::new(zand2018::Zand2018::default()),
        Box::new(borders2019::Borders2019::default()),
    ]
}
