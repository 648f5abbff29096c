//! The functions of the language itself: mathematics, random numbers, vectors and texts.

use super::catalogue::{Entry, Item, Section, Support, Type};
use super::error::Problem;
use super::format;
use super::value::Value;
use spinloom_core::constants::VACUUM_PERMEABILITY;
use spinloom_core::random::Stream;
use std::f64::consts::PI;
use std::sync::{Arc, Mutex, PoisonError};

/// A function of the language.
#[derive(Debug, Clone, Copy)]
pub enum Library {
    /// Of one number.
    Real(fn(f64) -> f64),
    /// Of two numbers.
    Real2(fn(f64, f64) -> f64),
    /// Of an order and a number.
    Order(fn(i32, f64) -> f64),
    /// The exponent of 2 in a number.
    BinaryExponent,
    /// A number times a power of 2.
    TimesPowerOfTwo,
    /// A power of 10.
    PowerOfTen,
    /// Whether a number is infinite, with a sign asked for.
    IsInfinite,
    /// Whether a number is none.
    IsNan,
    /// A random number.
    Random(Random),
    /// Seeds the random numbers.
    Seed,
    /// A vector from three numbers.
    Vector,
    /// A text from values.
    Sprint,
    /// A text from a form and values.
    Sprintf,
}

/// Distributions of random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Random {
    /// Uniform in [0, 1).
    Uniform,
    /// Exponential of mean 1.
    Exponential,
    /// Standard normal.
    Normal,
    /// A whole number from 0 to below the argument.
    Integer,
}

use Type::{Boolean, Integer, Number, Text};

impl Library {
    /// What it takes.
    pub fn takes(self) -> &'static [Type] {
        match self {
            Self::Real(_) | Self::IsNan | Self::BinaryExponent => &[Number],
            Self::Real2(_) => &[Number, Number],
            Self::Order(_) => &[Integer, Number],
            Self::TimesPowerOfTwo | Self::IsInfinite => &[Number, Integer],
            Self::PowerOfTen | Self::Seed | Self::Random(Random::Integer) => &[Integer],
            Self::Random(_) | Self::Sprint => &[],
            Self::Vector => &[Number, Number, Number],
            Self::Sprintf => &[Text],
        }
    }

    /// What it gives.
    pub fn gives(self) -> Option<Type> {
        Some(match self {
            Self::IsInfinite | Self::IsNan => Boolean,
            Self::BinaryExponent | Self::Random(Random::Integer) => Integer,
            Self::Vector => Type::Vector,
            Self::Sprint | Self::Sprintf => Text,
            Self::Seed => return None,
            _ => Number,
        })
    }

    /// Whether any arguments may follow those it takes.
    pub fn is_variadic(self) -> bool {
        matches!(self, Self::Sprint | Self::Sprintf)
    }

    /// Whether it gives the same for the same arguments.
    pub(super) fn is_pure(self) -> bool {
        !matches!(self, Self::Random(_) | Self::Seed)
    }

    /// Its value, or none where it gives none; `arguments` are of the types it takes.
    pub(super) fn value<O>(self, arguments: &[Value<O>], random: &Generator) -> Result<Option<Value<O>>, Problem> {
        let number = |i: usize| arguments.get(i).and_then(Value::number).unwrap_or(f64::NAN);
        let integer = |i: usize| arguments.get(i).and_then(Value::integer).unwrap_or(0);
        // Orders and exponents beyond 32 bits give the same as the largest within.
        let small = |i: usize| integer(i).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        Ok(Some(match self {
            Self::Real(function) => Value::Number(function(number(0))),
            Self::Real2(function) => Value::Number(function(number(0), number(1))),
            Self::Order(function) => Value::Number(function(small(0), number(1))),
            Self::BinaryExponent => Value::Integer(i64::from(libm::ilogb(number(0)))),
            Self::TimesPowerOfTwo => Value::Number(libm::scalbn(number(0), small(1))),
            Self::PowerOfTen => Value::Number(10f64.powi(small(0).clamp(-400, 400))),
            Self::IsInfinite => Value::Boolean(match integer(1).signum() {
                0 => number(0).is_infinite(),
                sign => number(0) == sign as f64 * f64::INFINITY,
            }),
            Self::IsNan => Value::Boolean(number(0).is_nan()),
            Self::Random(kind) => random.draw(kind, integer(0))?,
            Self::Seed => {
                random.seed(integer(0));
                return Ok(None);
            }
            Self::Vector => Value::Vector([number(0), number(1), number(2)]),
            Self::Sprint => Value::Text(format::joined(arguments).into()),
            Self::Sprintf => Value::Text(format::formatted(arguments)?.into()),
        }))
    }
}

/// The random numbers of a script.
#[derive(Debug, Clone)]
pub(super) struct Generator(Arc<Mutex<Stream>>);

impl Generator {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(stream(0))))
    }

    fn seed(&self, seed: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stream(seed);
    }

    fn draw<O>(&self, kind: Random, below: i64) -> Result<Value<O>, Problem> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match kind {
            Random::Uniform => Value::Number(stream.uniform()),
            Random::Exponential => Value::Number(-f64::ln_1p(-stream.uniform())),
            Random::Normal => Value::Number(stream.normal()),
            Random::Integer if below < 1 => {
                return Err(Problem::Host(format!("randInt takes a number of 1 or more, but it is {below}")));
            }
            Random::Integer => Value::Integer(stream.below(below as usize) as i64),
        })
    }
}

fn stream(seed: i64) -> Stream {
    Stream::new(seed as u64, "mx3 script", 0)
}

fn heaviside(x: f64) -> f64 {
    if x == 0.0 { 0.5 } else { f64::from(x > 0.0) }
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.sin() / x }
}

fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

fn logb(x: f64) -> f64 {
    match libm::ilogb(x) {
        _ if x == 0.0 => f64::NEG_INFINITY,
        _ if !x.is_finite() => x.abs(),
        exponent => f64::from(exponent),
    }
}

const fn library(name: &'static str, library: Library, meaning: &'static str) -> Entry {
    Entry { name, item: Item::Library(library), meaning, support: Support::Yes }
}

const fn real(name: &'static str, function: fn(f64) -> f64, meaning: &'static str) -> Entry {
    library(name, Library::Real(function), meaning)
}

const fn real2(name: &'static str, function: fn(f64, f64) -> f64, meaning: &'static str) -> Entry {
    library(name, Library::Real2(function), meaning)
}

const fn constant(name: &'static str, item: Item, meaning: &'static str) -> Entry {
    Entry { name, item, meaning, support: Support::Yes }
}

pub(super) const SECTIONS: &[Section] = &[
    Section { title: "Mathematics", entries: MATHEMATICS },
    Section { title: "Constants, random numbers, texts", entries: OTHERS },
];

const MATHEMATICS: &[Entry] = &[
    real("abs", f64::abs, "absolute value"),
    real("acos", f64::acos, "inverse cosine, rad"),
    real("acosh", f64::acosh, "inverse hyperbolic cosine"),
    real("asin", f64::asin, "inverse sine, rad"),
    real("asinh", f64::asinh, "inverse hyperbolic sine"),
    real("atan", f64::atan, "inverse tangent, rad"),
    real("atanh", f64::atanh, "inverse hyperbolic tangent"),
    real("cbrt", f64::cbrt, "cube root"),
    real("ceil", f64::ceil, "next whole number above"),
    real("cos", f64::cos, "cosine"),
    real("cosh", f64::cosh, "hyperbolic cosine"),
    real("erf", libm::erf, "error function"),
    real("erfc", libm::erfc, "1 less the error function"),
    real("exp", f64::exp, "e to the power"),
    real("exp2", f64::exp2, "2 to the power"),
    real("expm1", f64::exp_m1, "exp(x) - 1"),
    real("floor", f64::floor, "next whole number below"),
    real("gamma", libm::tgamma, "gamma function"),
    real("heaviside", heaviside, "0 below 0, 1/2 at 0, 1 above"),
    real("j0", libm::j0, "Bessel function J of order 0"),
    real("j1", libm::j1, "Bessel function J of order 1"),
    real("log", f64::ln, "natural logarithm"),
    real("log10", f64::log10, "decimal logarithm"),
    real("log1p", f64::ln_1p, "log(1 + x)"),
    real("log2", f64::log2, "binary logarithm"),
    real("logb", logb, "exponent of 2 in the number, as a number"),
    real("norm", normal_density, "density of the standard normal distribution"),
    real("sign", sign, "-1, 0 or +1"),
    real("sin", f64::sin, "sine"),
    real("sinc", sinc, "sin(x)/x"),
    real("sinh", f64::sinh, "hyperbolic sine"),
    real("sqrt", f64::sqrt, "square root"),
    real("tan", f64::tan, "tangent"),
    real("tanh", f64::tanh, "hyperbolic tangent"),
    real("trunc", f64::trunc, "whole part"),
    real("y0", libm::y0, "Bessel function Y of order 0"),
    real("y1", libm::y1, "Bessel function Y of order 1"),
    real2("atan2", f64::atan2, "angle of (second, first), rad"),
    real2("hypot", f64::hypot, "length of (first, second)"),
    real2("max", f64::max, "larger"),
    real2("min", f64::min, "smaller"),
    real2("mod", std::ops::Rem::rem, "remainder, with the sign of the first"),
    real2("pow", f64::powf, "first to the power of the second"),
    real2("remainder", libm::remainder, "remainder nearest to 0 (IEEE 754)"),
    library("jn", Library::Order(libm::jn), "Bessel function J of an order"),
    library("yn", Library::Order(libm::yn), "Bessel function Y of an order"),
    library("ilogb", Library::BinaryExponent, "exponent of 2 in the number"),
    library("ldexp", Library::TimesPowerOfTwo, "first times 2 to the power of the second"),
    library("pow10", Library::PowerOfTen, "10 to the power"),
    library("isInf", Library::IsInfinite, "whether infinite: of positive (1), negative (-1) or any sign (0)"),
    library("isNaN", Library::IsNan, "whether not a number"),
];

const OTHERS: &[Entry] = &[
    constant("true", Item::Boolean(true), "true"),
    constant("false", Item::Boolean(false), "false"),
    constant("pi", Item::Number(PI), "3.14159..."),
    constant("inf", Item::Number(f64::INFINITY), "infinity"),
    constant("mu0", Item::Number(VACUUM_PERMEABILITY), "vacuum permeability, T m/A"),
    library("Vector", Library::Vector, "a vector"),
    library("rand", Library::Random(Random::Uniform), "random number, uniform from 0 to below 1"),
    library("randExp", Library::Random(Random::Exponential), "random number, exponential of mean 1"),
    library("randNorm", Library::Random(Random::Normal), "random number, standard normal"),
    library("randInt", Library::Random(Random::Integer), "random whole number from 0 to below the argument"),
    library("randSeed", Library::Seed, "seeds the random numbers (which are not those of Go)"),
    library("sprint", Library::Sprint, "values as a text"),
    library("sprintf", Library::Sprintf, "values as a text of a form: %v %d %f %e %g %s %t %%, with flags, width and precision"),
];
