//! Samplers: attempted updates a second.

fn main() {}
