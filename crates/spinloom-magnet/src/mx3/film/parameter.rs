//! Parameters: a value in each region, which may be a function of time.

use super::Object;
use crate::macrospin::Vector;
use crate::mx3::{Function, ScriptError};
use std::collections::BTreeMap;

/// What a parameter can be.
pub trait Setting: Copy + PartialEq {
    /// The value of an expression at a time, s.
    ///
    /// # Errors
    /// What is wrong with the expression.
    fn of(function: &Function<Object>, time: f64) -> Result<Self, ScriptError>;
}

impl Setting for f64 {
    fn of(function: &Function<Object>, time: f64) -> Result<Self, ScriptError> {
        function.number_at(time)
    }
}

impl Setting for Vector {
    fn of(function: &Function<Object>, time: f64) -> Result<Self, ScriptError> {
        function.vector_at(time)
    }
}

#[derive(Debug, Clone)]
enum Source<V> {
    Constant(V),
    Time(Function<Object>),
}

impl<V: Setting> Source<V> {
    fn new(function: Function<Object>) -> Result<Self, ScriptError> {
        // What needs more than the time is refused now, and not in the middle of a run.
        if function.constant().is_some() || function.needs_simulation() {
            return V::of(&function, 0.0).map(Self::Constant);
        }
        Ok(Self::Time(function))
    }

    fn at(&self, time: f64) -> Result<V, ScriptError> {
        match self {
            Self::Constant(value) => Ok(*value),
            Self::Time(function) => V::of(function, time),
        }
    }
}

/// A value for all regions, and those of the regions that differ from it.
#[derive(Debug, Clone)]
pub struct Parameter<V> {
    base: Source<V>,
    regions: BTreeMap<u16, Source<V>>,
}

impl<V: Setting> Parameter<V> {
    /// The same in all regions.
    pub fn new(value: V) -> Self {
        Self { base: Source::Constant(value), regions: BTreeMap::new() }
    }

    /// Sets the value of all regions.
    pub fn set(&mut self, value: V) {
        *self = Self::new(value);
    }

    /// Sets the value of all regions to an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn assign(&mut self, function: Function<Object>) -> Result<(), ScriptError> {
        *self = Self { base: Source::new(function)?, regions: BTreeMap::new() };
        Ok(())
    }

    /// Sets the value of one region to an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn assign_region(&mut self, region: u16, function: Function<Object>) -> Result<(), ScriptError> {
        self.regions.insert(region, Source::new(function)?);
        Ok(())
    }

    /// The value of a region at a time, s.
    ///
    /// # Errors
    /// What is wrong with its expression.
    pub fn at(&self, region: u16, time: f64) -> Result<V, ScriptError> {
        self.regions.get(&region).unwrap_or(&self.base).at(time)
    }

    /// Whether all regions have the same value at a time, s.
    ///
    /// # Errors
    /// What is wrong with their expressions.
    pub fn is_uniform(&self, time: f64) -> Result<bool, ScriptError> {
        let base = self.base.at(time)?;
        for source in self.regions.values() {
            if source.at(time)? != base {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether it changes with time.
    pub fn changes(&self) -> bool {
        std::iter::once(&self.base).chain(self.regions.values()).any(|source| matches!(source, Source::Time(_)))
    }
}
