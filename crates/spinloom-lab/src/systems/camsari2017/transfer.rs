//! Ripple adders of any length, exactly: the carries are the only link between one full adder and the next.
//!
//! The energy of a full adder that errs by e = a + b + c - s - 2 c' is 2 e^2 - 4 (its matrix is that of a square), so the Boltzmann
//! distribution of a whole adder is a product along the carries. A + B + C - S = sum_k 2^k e_k, which a second walk along the carries
//! follows from the lowest bit up.

use std::collections::HashMap;

/// What is held of an adder; everything else is free.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held {
    /// A.
    pub a: Option<u64>,
    /// B.
    pub b: Option<u64>,
    /// S, of one bit more than A and B.
    pub s: Option<u64>,
    /// The carry in.
    pub carry: Option<u64>,
}

/// The values a bit may take.
fn values(held: Option<u64>, bit: usize) -> impl Iterator<Item = i64> + Clone {
    let range = held.map_or(0..=1, |number| {
        let value = (number >> bit & 1) as i64;
        value..=value
    });
    range.into_iter()
}

/// Errors e of one full adder with its weight exp(-2 I0 e^2), for all values that are free, by carry in and carry out.
fn errors(held: &Held, bit: usize, interaction: f64) -> impl Iterator<Item = (i64, i64, i64, f64)> {
    let Held { a, b, s, .. } = *held;
    (0..4).flat_map(move |carries| {
        let (into, out) = (carries & 1, carries >> 1);
        values(a, bit).flat_map(move |a| {
            values(b, bit).flat_map(move |b| {
                values(s, bit).map(move |s| {
                    let e = a + b + into - s - 2 * out;
                    (into, out, e, (-2.0 * interaction * (e * e) as f64).exp())
                })
            })
        })
    })
}

/// P(A + B + C - S = d) of an adder of `bits` full adders for every d of `wanted`.
pub fn differences(bits: usize, held: &Held, interaction: f64, wanted: &[i64]) -> Vec<f64> {
    let partition = walk(bits, held, interaction, None);
    wanted.iter().map(|&d| walk(bits, held, interaction, Some(d)) / partition).collect()
}

/// The weight of all states, or of those with a difference.
fn walk(bits: usize, held: &Held, interaction: f64, difference: Option<i64>) -> f64 {
    // Weight by carry and by what the bits from here on have still to make up for.
    let mut weights: HashMap<(i64, i64), f64> =
        values(held.carry, 0).map(|carry| ((carry, difference.unwrap_or(0)), 1.0)).collect();
    for bit in 0..bits {
        let mut next: HashMap<(i64, i64), f64> = HashMap::new();
        for (into, out, e, weight) in errors(held, bit, interaction) {
            for (&(carry, rest), w) in weights.iter().filter(|((carry, _), _)| *carry == into) {
                let left = match difference {
                    None => 0,
                    Some(_) if (rest - e) % 2 == 0 => (rest - e) / 2,
                    Some(_) => continue,
                };
                debug_assert_eq!(carry, into);
                *next.entry((out, left)).or_insert(0.0) += w * weight;
            }
        }
        weights = next;
    }
    let mut last: Vec<_> = weights.into_iter().filter(|((_, rest), _)| *rest == 0).collect();
    // Sums in one order, whatever the order of the table.
    last.sort_by_key(|entry| entry.0);
    let allowed: Vec<i64> = values(held.s, bits).collect();
    last.into_iter().filter(|((carry, _), _)| allowed.contains(carry)).map(|(_, w)| w).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinloom_ising::exact::boltzmann;
    use spinloom_ising::logic::{Adder, value};

    #[test]
    fn the_walk_agrees_with_enumeration() {
        let adder = Adder::new(3, false);
        let p = boltzmann(&adder.circuit.model().unwrap(), 0.7).unwrap();
        let spins = adder.circuit.spins();
        let wanted = [-3i64, -1, 0, 1, 2, 5];
        let walked = differences(3, &Held::default(), 0.7, &wanted);
        for (d, w) in wanted.iter().zip(walked) {
            let sum: f64 = (0..1usize << spins)
                .filter(|&k| {
                    let m = spinloom_ising::exact::configuration(k, spins);
                    let v = |bits: &[usize]| value(&m, bits) as i64;
                    v(&adder.a) + v(&adder.b) + v(&[adder.carry]) - v(&adder.s) == *d
                })
                .map(|k| p[k])
                .sum();
            assert!((w - sum).abs() < 1e-12, "{d}: {w} {sum}");
        }
    }

    #[test]
    fn four_bits_have_the_probabilities_of_exhaustive_enumeration() {
        // All 2^17 states of the four-bit adder, computed for the reference of this system.
        let p = |held: Held, interaction: f64| differences(4, &held, interaction, &[0])[0];
        let (free, direct) = (Held::default(), Held { a: Some(11), b: Some(6), carry: Some(0), s: None });
        let inverse = Held { s: Some(17), carry: Some(0), ..free };
        let subtract = Held { s: Some(17), a: Some(11), carry: Some(0), b: None };
        for (held, expected) in [
            (free, [0.134_228, 0.426_916, 0.715_927]),
            (direct, [0.113_265, 0.387_646, 0.685_463]),
            (inverse, [0.163_764, 0.465_190, 0.740_741]),
            (subtract, [0.145_244, 0.433_970, 0.717_976]),
        ] {
            for (interaction, e) in [0.5, 1.0, 1.5].into_iter().zip(expected) {
                assert!((p(held, interaction) - e).abs() < 1e-6, "{held:?} {interaction}");
            }
        }
    }
}
