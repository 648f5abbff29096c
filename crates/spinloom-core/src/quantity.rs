//! Quantities with units: `"410 ns"` becomes `4.1e-7`, and a length where a time is wanted is an error.
//!
//! Inside spinloom every number is SI; units live at the border only, in experiment files, on the command
//! line and in Python. A unit is a product of the symbols below with SI prefixes, such as `ns`, `mA`, `kA/m`,
//! `MA/m^2`, `rad/(s T)` or `fJ/(V m)`.

use std::fmt;

/// Exponents of the SI base units metre, kilogram, second, ampere and kelvin. An angle has no dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dimension([i8; 5]);

/// Why a text could not be read as a quantity of the wanted dimension.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuantityError {
    /// The text does not begin with a number.
    #[error("`{0}` does not begin with a number")]
    NotANumber(String),
    /// The unit has a symbol that is not known.
    #[error("unknown unit `{symbol}` in `{text}`")]
    UnknownUnit {
        /// The symbol that was not recognised.
        symbol: String,
        /// The whole text.
        text: String,
    },
    /// The unit cannot be parsed (unbalanced bracket, missing exponent ...).
    #[error("cannot read the unit in `{0}`: write it as in `A/m^2` or `rad/(s T)`")]
    Malformed(String),
    /// The unit is known, but of another dimension.
    #[error("`{text}` is in {found}, but a value in {expected} is wanted")]
    WrongDimension {
        /// The whole text.
        text: String,
        /// Base units of what was given.
        found: String,
        /// The wanted unit.
        expected: String,
    },
}

/// SI value and dimension of a unit such as `"kA/m"`; the empty string and `"1"` are dimensionless.
///
/// # Errors
/// [`QuantityError::UnknownUnit`] or [`QuantityError::Malformed`].
pub fn parse_unit(text: &str) -> Result<(f64, Dimension), QuantityError> {
    let mut parser = Parser { text, rest: text.trim() };
    if parser.rest.is_empty() {
        return Ok((1.0, Dimension::default()));
    }
    let unit = parser.product()?;
    if parser.rest.is_empty() { Ok(unit) } else { Err(QuantityError::Malformed(text.to_owned())) }
}

/// Reads a number with an optional unit and returns its SI value; without a unit the number is SI already.
///
/// ```
/// use spinloom_core::quantity::parse_quantity;
/// assert_eq!(parse_quantity("410 ns", "s").unwrap(), 410.0 * 1e-9);
/// assert_eq!(parse_quantity("2.5", "A").unwrap(), 2.5);
/// let error = parse_quantity("3 mA", "s").unwrap_err();
/// assert_eq!(error.to_string(), "`3 mA` is in A, but a value in s is wanted");
/// ```
///
/// # Errors
/// [`QuantityError`] when there is no number, the unit is unknown, or its dimension is not that of `expected_unit`.
pub fn parse_quantity(text: &str, expected_unit: &str) -> Result<f64, QuantityError> {
    let trimmed = text.trim();
    let end = number_end(trimmed);
    let number: f64 = trimmed[..end].parse().map_err(|_| QuantityError::NotANumber(text.to_owned()))?;
    let unit_text = trimmed[end..].trim();
    if unit_text.is_empty() {
        return Ok(number);
    }
    let (scale, dimension) = parse_unit(unit_text).map_err(|e| match e {
        QuantityError::UnknownUnit { symbol, .. } => QuantityError::UnknownUnit { symbol, text: trimmed.to_owned() },
        _ => QuantityError::Malformed(trimmed.to_owned()),
    })?;
    let (expected_scale, expected_dimension) = parse_unit(expected_unit)?;
    if dimension != expected_dimension {
        return Err(QuantityError::WrongDimension {
            text: text.to_owned(),
            found: dimension.to_string(),
            expected: if expected_unit.is_empty() { "no unit".to_owned() } else { expected_unit.to_owned() },
        });
    }
    Ok(number * (scale / expected_scale))
}

/// Length of the longest prefix that is a decimal number, so that `1e-9 s` and `1 eV` both split where they should.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut i: usize| {
        while i < bytes.len() && bytes[i].is_ascii_digit() {
            i += 1;
        }
        i
    };
    let mut end = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    end = digits(end);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

/// Formats an SI value with an SI prefix, for people: `engineering(4.1e-7, "s")` is `"410 ns"`.
pub fn engineering(value: f64, unit: &str) -> String {
    const PREFIXES: [(&str, i32); 11] =
        [("f", -15), ("p", -12), ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("a", -18)];
    let plain = unit.is_empty() || unit == "1" || unit.contains(['/', '^', ' ', '*', '%']);
    if plain || value == 0.0 || !value.is_finite() {
        let number = significant(value);
        return if unit.is_empty() || unit == "1" { number } else { format!("{number} {unit}") };
    }
    let exponent = (value.abs().log10() / 3.0 + 1e-9).floor() as i32 * 3;
    let exponent = exponent.clamp(-18, 12);
    let prefix = PREFIXES.iter().find(|(_, e)| *e == exponent).map_or("", |(p, _)| p);
    format!("{} {prefix}{unit}", significant(value / 10f64.powi(exponent)))
}

/// Four significant digits, no trailing zeros.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..6).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.*}", (3 - magnitude).max(0) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Parser<'_> {
    fn malformed(&self) -> QuantityError {
        QuantityError::Malformed(self.text.to_owned())
    }

    /// product := power (("/" | "*" | "·" | " ") power)*
    fn product(&mut self) -> Result<(f64, Dimension), QuantityError> {
        let (mut scale, mut dimension) = self.power()?;
        loop {
            let before = self.rest.len();
            self.rest = self.rest.trim_start();
            let divide = self.eat('/');
            let joined = divide || self.eat('*') || self.eat('·') || self.rest.len() < before;
            self.rest = self.rest.trim_start();
            if !joined || self.rest.is_empty() || self.rest.starts_with(')') {
                return if divide { Err(self.malformed()) } else { Ok((scale, dimension)) };
            }
            let (factor, other) = self.power()?;
            let sign = if divide { -1 } else { 1 };
            scale *= factor.powi(sign);
            dimension = dimension.times(other, sign as i8);
        }
    }

    fn eat(&mut self, symbol: char) -> bool {
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// power := ("(" product ")" | "1" | symbol) ("^" integer)?
    fn power(&mut self) -> Result<(f64, Dimension), QuantityError> {
        let (scale, dimension) = if self.eat('(') {
            let inner = self.product()?;
            if !self.eat(')') {
                return Err(self.malformed());
            }
            inner
        } else if self.eat('1') {
            (1.0, Dimension::default())
        } else {
            let end = self.rest.find(|c: char| !(c.is_alphabetic() || "%°".contains(c))).unwrap_or(self.rest.len());
            let (symbol, rest) = self.rest.split_at(end);
            if symbol.is_empty() {
                return Err(self.malformed());
            }
            self.rest = rest;
            unit_symbol(symbol)
                .ok_or_else(|| QuantityError::UnknownUnit { symbol: symbol.to_owned(), text: self.text.to_owned() })?
        };
        if self.rest.starts_with("**") {
            self.rest = &self.rest[2..];
        } else if !self.eat('^') {
            return Ok((scale, dimension));
        }
        let sign_length = usize::from(self.rest.starts_with(['-', '+']));
        let end = self.rest[sign_length..].find(|c: char| !c.is_ascii_digit()).map_or(self.rest.len(), |e| e + sign_length);
        let exponent: i8 = self.rest[..end].parse().map_err(|_| self.malformed())?;
        if exponent.abs() > 9 {
            return Err(self.malformed());
        }
        self.rest = &self.rest[end..];
        Ok((scale.powi(i32::from(exponent)), Dimension::default().times(dimension, exponent)))
    }
}

/// Symbol, value in SI base units, exponents of (m, kg, s, A, K), whether SI prefixes apply.
#[rustfmt::skip]
const UNITS: &[(&str, f64, [i8; 5], bool)] = &[
    ("m", 1.0, [1, 0, 0, 0, 0], true),      ("g", 1e-3, [0, 1, 0, 0, 0], true),
    ("s", 1.0, [0, 0, 1, 0, 0], true),      ("A", 1.0, [0, 0, 0, 1, 0], true),
    ("K", 1.0, [0, 0, 0, 0, 1], true),      ("Hz", 1.0, [0, 0, -1, 0, 0], true),
    ("N", 1.0, [1, 1, -2, 0, 0], true),     ("J", 1.0, [2, 1, -2, 0, 0], true),
    ("W", 1.0, [2, 1, -3, 0, 0], true),     ("C", 1.0, [0, 0, 1, 1, 0], true),
    ("V", 1.0, [2, 1, -3, -1, 0], true),    ("F", 1.0, [-2, -1, 4, 2, 0], true),
    ("Ohm", 1.0, [2, 1, -3, -2, 0], true),  ("ohm", 1.0, [2, 1, -3, -2, 0], true),
    ("Ω", 1.0, [2, 1, -3, -2, 0], true),    ("S", 1.0, [-2, -1, 3, 2, 0], true),
    ("Wb", 1.0, [2, 1, -2, -1, 0], true),   ("H", 1.0, [2, 1, -2, -2, 0], true),
    ("T", 1.0, [0, 1, -2, -1, 0], true),    ("G", 1e-4, [0, 1, -2, -1, 0], false),
    ("Oe", 1e3 / (4.0 * std::f64::consts::PI), [-1, 0, 0, 1, 0], true),
    ("eV", crate::constants::ELEMENTARY_CHARGE, [2, 1, -2, 0, 0], true),
    ("min", 60.0, [0, 0, 1, 0, 0], false),  ("h", 3600.0, [0, 0, 1, 0, 0], false),
    ("rad", 1.0, [0; 5], true),             ("deg", std::f64::consts::PI / 180.0, [0; 5], false),
    ("°", std::f64::consts::PI / 180.0, [0; 5], false), ("%", 1e-2, [0; 5], false),
];

const PREFIXES: &[(&str, f64)] = &[
    ("a", 1e-18),
    ("f", 1e-15),
    ("p", 1e-12),
    ("n", 1e-9),
    ("u", 1e-6),
    ("µ", 1e-6),
    ("μ", 1e-6),
    ("m", 1e-3),
    ("c", 1e-2),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
];

fn unit_symbol(symbol: &str) -> Option<(f64, Dimension)> {
    let plain = |s: &str| UNITS.iter().find(|u| u.0 == s);
    if let Some(unit) = plain(symbol) {
        return Some((unit.1, Dimension(unit.2)));
    }
    PREFIXES.iter().find_map(|(prefix, factor)| {
        let unit = plain(symbol.strip_prefix(prefix)?).filter(|u| u.3)?;
        Some((unit.1 * factor, Dimension(unit.2)))
    })
}

impl Dimension {
    fn times(self, other: Self, exponent: i8) -> Self {
        Self(std::array::from_fn(|i| self.0[i].saturating_add(other.0[i].saturating_mul(exponent))))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A derived unit is what a physicist expects to read, where there is one.
        if let Some(unit) = UNITS.iter().find(|u| u.2 == self.0 && u.1 == 1.0 && self.0 != [0; 5]) {
            return f.write_str(unit.0);
        }
        let parts: Vec<String> = ["m", "kg", "s", "A", "K"]
            .iter()
            .zip(self.0)
            .filter(|(_, e)| *e != 0)
            .map(|(unit, e)| if e == 1 { (*unit).to_owned() } else { format!("{unit}^{e}") })
            .collect();
        f.write_str(&if parts.is_empty() { "no unit".to_owned() } else { parts.join(" ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_of_the_field_are_read() {
        let cases = [
            ("410 ns", "s", 4.1e-7),
            ("6mA", "A", 6e-3),
            ("1.1e6 A/m", "A/m", 1.1e6),
            ("1 kA/m", "A/m", 1e3),
            ("12 MA/cm^2", "A/m^2", 1.2e11),
            ("50 fJ/(V m)", "J/(V m)", 5e-14),
            ("45 deg", "rad", std::f64::consts::FRAC_PI_4),
            ("3 %", "", 0.03),
            ("1 eV", "J", 1.602_176_634e-19),
            ("2 rad/(s T)", "1/(s T)", 2.0),
            ("1 Oe", "A/m", 79.577_471_545_947_67),
            ("-2.5 µV", "V", -2.5e-6),
            ("300 MHz", "1/s", 3e8),
            ("1 Ohm um^2", "Ohm m^2", 1e-12),
        ];
        for (text, unit, value) in cases {
            let found = parse_quantity(text, unit).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert!((found / value - 1.0).abs() < 1e-12, "{text}: {found} is not {value}");
        }
    }

    #[test]
    fn bad_quantities_are_named() {
        for (text, unit, words) in [
            ("410 nx", "s", "unknown unit `nx`"),
            ("ns", "s", "does not begin with a number"),
            ("1 A/", "A", "cannot read the unit"),
            ("1 (s", "s", "cannot read the unit"),
            ("1 mT", "A/m", "is in T"),
            ("5 m^99", "m", "cannot read the unit"),
        ] {
            let message = parse_quantity(text, unit).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(engineering(4.1e-7, "s"), "410 ns");
        assert_eq!(engineering(0.896_51, ""), "0.8965");
        assert_eq!(engineering(1e-9, "J"), "1 nJ");
        assert_eq!(engineering(2.5e11, "A/m^2"), "2.500e11 A/m^2");
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer_or_an_error(text in "\\PC*") {
            let _ = parse_quantity(&text, "s");
        }

        #[test]
        fn prefix_scales(value in -1e3f64..1e3) {
            let found = parse_quantity(&format!("{value} GHz"), "Hz").unwrap();
            prop_assert!((found - value * 1e9).abs() <= 1e-6 * value.abs() * 1e9);
        }
    }
}
