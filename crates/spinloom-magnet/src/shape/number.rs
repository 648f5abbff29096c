//! Lengths and angles in files: a number in SI units, or a text with a unit.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use spinloom_core::quantity::parse_quantity;
use std::fmt;

/// A number of metres (`ANGLE` = false) or radians.
struct Number<const ANGLE: bool>(f64);

impl<'de, const ANGLE: bool> Deserialize<'de> for Number<ANGLE> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read<const ANGLE: bool>;
        impl<const ANGLE: bool> Visitor<'_> for Read<ANGLE> {
            type Value = f64;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(if ANGLE {
                    "an angle: a number in rad or a text such as \"45 deg\""
                } else {
                    "a length: a number in m or a text such as \"20 nm\""
                })
            }
            fn visit_f64<E: Error>(self, v: f64) -> Result<f64, E> {
                Ok(v)
            }
            fn visit_i64<E: Error>(self, v: i64) -> Result<f64, E> {
                Ok(v as f64)
            }
            fn visit_u64<E: Error>(self, v: u64) -> Result<f64, E> {
                Ok(v as f64)
            }
            fn visit_str<E: Error>(self, v: &str) -> Result<f64, E> {
                parse_quantity(v, if ANGLE { "rad" } else { "m" }).map_err(E::custom)
            }
        }
        from.deserialize_any(Read::<ANGLE>).map(Self)
    }
}

type Length = Number<false>;

/// A length.
pub(super) fn length<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Length::deserialize(from).map(|n| n.0)
}

/// A length that may be left out.
pub(super) fn optional_length<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    length(from).map(Some)
}

/// So many lengths.
pub(super) fn lengths<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[f64; N], D::Error> {
    let list = Vec::<Length>::deserialize(from)?;
    let found = list.len();
    let list: Vec<f64> = list.into_iter().map(|n| n.0).collect();
    list.try_into().map_err(|_| D::Error::custom(format!("{N} lengths are wanted, but there are {found}")))
}

/// Two lengths that may be left out.
pub(super) fn optional_lengths<'de, D: Deserializer<'de>>(from: D) -> Result<Option<[f64; 2]>, D::Error> {
    lengths(from).map(Some)
}

/// Points of the plane.
pub(super) fn points<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<[f64; 2]>, D::Error> {
    let list = Vec::<[Length; 2]>::deserialize(from)?;
    Ok(list.into_iter().map(|point| point.map(|n| n.0)).collect())
}

/// An angle.
pub(super) fn angle<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Number::<true>::deserialize(from).map(|n| n.0)
}
